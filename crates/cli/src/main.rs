//! The `policy` command: reads files, asks the database, writes reports, and turns outcomes into exit codes.

mod args;
mod commands;
mod evaluation;
mod exit;
mod output;
mod parallel;
mod progress;
mod report;
mod session;

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
