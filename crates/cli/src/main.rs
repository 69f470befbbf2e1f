//! The `policy` command.

mod args;
mod config;
mod exit;
mod inputs;
mod paths;
mod report;
mod session;

fn main() {}
