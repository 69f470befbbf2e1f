//! What each command does, from its arguments to its exit code.

mod ask;
pub(crate) mod check;
mod completions;
mod diff;
pub(crate) mod eval;
mod explain;
mod fmt;
mod init;
mod lsp;
mod pages;
mod report;
mod rules;
mod schema;
pub(crate) mod test;
mod timeline;
mod watch;
mod whatif;

use std::io;

use jiff::civil::Date;
use policy_core::codes;
use policy_core::diag::{self, Diagnostic, Level, Message};
use policy_db::{SourceFile, queries};

use crate::args::{Cli, Command, Selection};
use crate::output::complain;
use crate::report::diagnostics;
use crate::report::terminal::Style;

use crate::session::Session;
use crate::{exit, vendor};

/// Runs a command; an error is something in the environment, such as a disk that is full.
pub fn run(cli: Cli) -> io::Result<u8> {
    let lang = cli.lang;
    match cli.command {
        Command::Eval(args) => eval::run(&args, lang),
        Command::Check(args) => check::run(&args, lang),
        Command::Fmt(args) => fmt::run(&args, lang),
        Command::Test(args) => test::run(&args, lang),
        Command::Explain(args) => explain::run(&args, lang),
        Command::Ask(args) => ask::run(&args, lang),
        Command::Diff(args) => diff::run(&args, lang),
        Command::Timeline(args) => timeline::run(&args, lang),
        Command::Whatif(args) => whatif::run(&args, lang),
        Command::Rules(args) => rules::run(&args, lang),
        Command::Pages(args) => pages::run(&args, lang),
        Command::Init(args) => init::run(&args, lang),
        Command::Report(args) => report::run(&args, lang),
        Command::Schema(args) => schema::run(&args, lang),
        Command::Lsp(args) => lsp::run(&args, lang),
        Command::Completions { shell } => completions::run(shell),
    }
}

/// Writes diagnostics to standard error.
fn report(session: &Session, diagnostics: &[Diagnostic]) {
    let style = Style::stderr();
    for diagnostic in diagnostics {
        complain(&diagnostics::pretty(&session.db, diagnostic, session.lang, style));
    }
}

/// Says why the arguments cannot be followed; gives the exit code.
fn refuse(session: &mut Session, name: &str, message: Message) -> io::Result<u8> {
    session.report(&codes::INPUT, name, Level::Error, message);
    report(session, &session.diagnostics);
    Ok(exit::ERROR)
}

/// The declaration that is meant, with what it is held against loaded; if anything is wrong, says so and gives nothing.
fn about(
    session: &mut Session,
    vendor: &str,
    selection: &Selection,
    as_of: Option<Date>,
) -> Option<SourceFile> {
    session.select(selection, as_of);
    let file = vendor::find(session, vendor);
    let found = of_policies(session);
    report(session, &found);
    file.filter(|_| !has_errors(&found))
}

/// What is wrong with the files, the settings and the policies.
fn of_policies(session: &Session) -> Vec<Diagnostic> {
    let mut found = session.diagnostics.clone();
    found.extend(queries::policy_diagnostics(&session.db, session.project()));
    diag::in_order(found)
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
}
