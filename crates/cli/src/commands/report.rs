//! `policy report`: a readable page about what declarations come to.

use std::io;

use policy_core::codes;
use policy_core::diag::{Diagnostic, Level, Message};
use policy_core::lang::Lang;
use policy_db::engine::Detail;
use policy_db::{SourceFile, queries};

use super::report as complain;
use crate::args::Report;
use crate::evaluation::Evaluation;
use crate::report::formats::{Format, Formats};
use crate::report::terminal::Style;
use crate::session::Session;
use crate::{exit, output};

pub fn run(args: &Report, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let declarations = load(&mut session, args);
    let whole = args.inputs.is_empty() && args.vendors.is_empty() && args.rules.is_empty();
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
    session.load_packs(&args.packs.packs);
    session.load_profile(args.profile.as_deref());
    session.set_as_of(args.as_of);
    session.warn_without_rules();
    session.select_rules(&args.rules);
    let all = session.load_declarations(&args.inputs, &args.stdin_name);
    if args.vendors.is_empty() {
        return all;
    }
    let chosen: Vec<_> = args.vendors.iter().filter_map(|name| session.choose(name, &all)).collect();
    all.into_iter().filter(|file| chosen.contains(file)).collect()
}

impl Session {
    /// The one declaration that goes by a name: its file, the file's stem, or what it says it is about. None, or more
    /// than one, is an error.
    fn choose(&mut self, name: &str, all: &[SourceFile]) -> Option<SourceFile> {
        let fits: Vec<_> = all.iter().copied().filter(|file| self.goes_by(*file, name)).collect();
        if let [one] = fits[..] {
            return Some(one);
        }
        let listed = if fits.is_empty() { all } else { &fits };
        let paths: Vec<_> = listed.iter().map(|file| format!("`{}`", file.path(&self.db))).collect();
        let paths = paths.join(", ");
        let message = match (fits.is_empty(), listed.is_empty()) {
            (true, true) => Message::new(
                format!("`{name}` is niet te vinden: er zijn geen verklaringen"),
                format!("`{name}` cannot be found: there are no declarations"),
            ),
            (true, false) => Message::new(
                format!("geen verklaring heet `{name}`; er zijn: {paths}"),
                format!("no declaration goes by `{name}`; there are: {paths}"),
            ),
            (false, _) => Message::new(
                format!("meer dan een verklaring heet `{name}`: kies uit {paths}"),
                format!("more than one declaration goes by `{name}`: choose from {paths}"),
            ),
        };
        self.report(&codes::INPUT, "--vendor", Level::Error, message);
        None
    }

    fn goes_by(&self, file: SourceFile, name: &str) -> bool {
        let path = file.path(&self.db);
        let last = path.rsplit('/').next().unwrap_or(path);
        let stem = last.split(".declaration.").next().unwrap_or(last);
        path == name
            || last == name
            || stem.to_lowercase() == name.to_lowercase()
            || queries::names(&self.db, self.project(), file).has(name)
    }
}
