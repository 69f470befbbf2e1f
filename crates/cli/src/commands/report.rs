//! `policy report`: a readable page about what declarations come to.

use std::io;

use policy_core::diag::Diagnostic;
use policy_core::lang::Lang;
use policy_db::SourceFile;
use policy_db::engine::Detail;

use super::report as complain;
use crate::args::Report;
use crate::evaluation::Evaluation;
use crate::report::formats::{Format, Formats};
use crate::report::terminal::Style;
use crate::session::Session;
use crate::{exit, output, vendor};

pub fn run(args: &Report, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let declarations = load(&mut session, args);
    let whole = args.inputs.is_empty() && args.vendors.is_empty() && args.selection.rules.is_empty();
    let (rules, level) = (session.rules(), session.fail_level(None));
    let evaluation = Evaluation::run(&session, &rules, &declarations, whole, Detail::Findings, level);
    let errors: Vec<Diagnostic> = evaluation.errors().cloned().collect();
    complain(&session, &errors);
    let formats = Formats::new(&evaluation);
    output::emit(args.output.as_deref(), |out| formats.write(Format::Html, Style::plain(), out))?;
    let tally = evaluation.tally();
    Ok(match (tally.errors, tally.applied) {
        (true, _) => exit::ERROR,
        (false, false) => exit::NOTHING,
        (false, true) => exit::OK,
    })
}

fn load(session: &mut Session, args: &Report) -> Vec<SourceFile> {
    session.prepare(&args.selection, args.as_of);
    session.warn_without_rules();
    session.select_rules(&args.selection.rules);
    let all = session.load_declarations(&args.inputs, &args.stdin_name);
    if args.vendors.is_empty() {
        return all;
    }
    let chosen: Vec<_> = args.vendors.iter().filter_map(|name| vendor::among(session, name, &all)).collect();
    all.into_iter().filter(|file| chosen.contains(file)).collect()
}
