//! `policy completions`: a script for a shell.

use std::io;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::{exit, output};

pub fn run(shell: Shell) -> io::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "policy", &mut script);
    output::emit(None, |out| out.write_all(&script))?;
    Ok(exit::OK)
}
