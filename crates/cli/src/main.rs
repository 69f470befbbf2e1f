//! The `policy` command.

mod args;
mod config;
mod evaluation;
mod exit;
mod inputs;
mod parallel;
mod paths;
mod progress;
mod report;
mod session;

fn main() {}
