//! The `policy` command: reads files, asks the database, writes reports, and turns outcomes into exit codes.

mod args;
mod commands;
mod compare;
mod desk;
mod evaluation;
mod exit;
mod git;
mod letter;
mod output;
mod parallel;
mod progress;
mod report;
mod session;
mod template;
mod vendor;

use std::process::ExitCode;

use clap::Parser as _;
use policy_db::{config, declarations as inputs, paths};

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let lang = cli.lang.unwrap_or_default();
    match commands::run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output::complain(&format!("policy: {}\n", output::Unwritten::words(&error, lang)));
            ExitCode::from(exit::ERROR)
        }
    }
}
