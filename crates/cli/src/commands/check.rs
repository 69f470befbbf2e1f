//! `policy check`: mistakes in policies and declarations.

use std::io;
use std::path::Path;

use policy_core::diag::{self, Diagnostic, Level};
use policy_core::lang::Lang;
use policy_db::packs::Wanted;
use policy_db::queries;

use super::refuse;
use crate::args::Check;
use crate::exit;
use crate::report::diagnostics;
use crate::report::formats::Format;
use crate::report::mistakes::Mistakes;
use crate::report::targets::{self, targets};
use crate::report::terminal::Style;
use crate::session::Session;

/// The formats it can be written in: those of an evaluation, without the page.
pub const FORMATS: [Format; 10] = [
    Format::Pretty,
    Format::Compact,
    Format::Json,
    Format::Ndjson,
    Format::Sarif,
    Format::Junit,
    Format::Github,
    Format::Gitlab,
    Format::Markdown,
    Format::Csv,
];

pub fn run(args: &Check, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let targets = match targets(&args.formats, args.output.as_deref(), &FORMATS) {
        Ok(targets) => targets,
        Err(message) => return refuse(&mut session, "--format", message),
    };
    let (policies, declarations): (Vec<_>, Vec<_>) =
        args.files.iter().cloned().partition(|file| is_policy(&session, file));
    load_packs(&mut session, args, &policies);
    session.load_profile(args.profile.as_deref());
    session.set_as_of(None);
    let project = session.project();
    let none = !args.files.is_empty() && declarations.is_empty();
    let files = if none { Vec::new() } else { session.load_declarations(&declarations, "-") };
    let mut found = session.diagnostics.clone();
    found.extend(queries::policy_diagnostics(&session.db, project));
    if args.files.is_empty() || !policies.is_empty() {
        found.extend(queries::lints(&session.db, project));
    }
    for file in &files {
        found.extend(queries::read(&session.db, project, *file).diagnostics.iter().cloned());
    }
    let found = diag::in_order(found);
    let worst = if args.deny_warnings { Level::Warning } else { Level::Error };
    let looked_at = project.policies(&session.db).iter().map(|policy| policy.file).chain(files);
    let looked_at: Vec<_> = looked_at.map(|file| file.path(&session.db).to_owned()).collect();
    let mistakes = Mistakes::of(&session, &found, looked_at, worst);
    targets::write(&targets, |format, style| match format {
        Format::Pretty => Ok(as_text(&session, &found, style)),
        _ => mistakes.text(format),
    })?;
    let bad = found.iter().any(|diagnostic| diagnostic.level >= worst);
    Ok(if bad { exit::ERROR } else { exit::OK })
}

/// Whether an argument is a policy file or a folder with some, rather than declarations.
fn is_policy(session: &Session, file: &str) -> bool {
    let path = session.cwd.join(file);
    let ends = Path::new(file).extension().is_some_and(|e| e == "policy");
    ends || (path.is_dir() && policy_db::loader::policy_files(&path).is_ok_and(|files| !files.is_empty()))
}

/// Policy files that are named stand in for the configured packs; declarations are read against those.
fn load_packs(session: &mut Session, args: &Check, policies: &[String]) {
    if policies.is_empty() {
        session.load_packs(&args.packs.packs);
        return;
    }
    let named = args.packs.packs.iter().map(|pack| Wanted::parse(pack, &session.cwd));
    let files = policies.iter().map(|file| Wanted::Path(session.cwd.join(file)));
    let wanted: Vec<_> = named.chain(files).collect();
    session.load_wanted(&wanted);
}

fn as_text(session: &Session, found: &[Diagnostic], style: Style) -> String {
    let lang = session.lang;
    let mut out = String::new();
    for diagnostic in found {
        out.push_str(&diagnostics::pretty(&session.db, diagnostic, lang, style));
        out.push('\n');
    }
    let none = || lang.pick("geen fouten gevonden", "no mistakes found").to_owned();
    out + &diagnostics::count(found, lang).unwrap_or_else(none) + "\n"
}
