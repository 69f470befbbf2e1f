//! `policy fmt`: one layout for policy files, and their rendering in the other language.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use policy_core::codes;
use policy_core::diag::{Diagnostic, Level, Message};
use policy_core::lang::Lang;
use policy_core::sentence::format_file;
use policy_db::loader::{self, MAX_POLICY_BYTES};
use policy_db::packs::{STANDARD, Wanted};
use policy_db::{PolicyFile, SourceFile, engine, queries};

use super::{has_errors, report};
use crate::args::Fmt;
use crate::session::Session;
use crate::{exit, output};
use policy_core::diag::in_order;

/// What standard input is called.
const STDIN: &str = "stdin.policy";

pub fn run(args: &Fmt, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    if args.files.iter().any(|file| file == "-") {
        return from_stdin(session, args, lang);
    }
    let targets = load(&mut session, &args.files);
    let mut found = session.diagnostics.clone();
    let mut changed = Vec::new();
    for file in targets {
        let (text, odd) = formatted(&session, file, lang);
        found.extend(odd);
        if text != file.text(&session.db) {
            changed.push((file.path(&session.db), text));
        }
    }
    let found = in_order(found);
    report(&session, &found);
    if args.check {
        let list: String = changed.iter().map(|(path, _)| format!("{path}\n")).collect();
        output::emit(None, |out| out.write_all(list.as_bytes()))?;
    } else {
        for (path, text) in &changed {
            output::atomically(&session.cwd.join(path), |out| out.write_all(text.as_bytes()))?;
        }
    }
    Ok(match args.check && !changed.is_empty() {
        _ if has_errors(&found) => exit::ERROR,
        true => exit::FAIL,
        false => exit::OK,
    })
}

/// Formats standard input to standard output, read against the configured packs.
fn from_stdin(mut session: Session, args: &Fmt, lang: Option<Lang>) -> io::Result<u8> {
    if args.files.len() > 1 {
        let message = Message::new(
            "`-` gaat niet samen met bestanden: kies een van beide",
            "`-` does not go together with files: choose one of the two",
        );
        session.report(&codes::INPUT, "-", Level::Error, message);
        report(&session, &session.diagnostics);
        return Ok(exit::ERROR);
    }
    session.load_packs(&[]);
    let Some(file) = session.admit(STDIN.to_owned(), loader::read_from(io::stdin(), MAX_POLICY_BYTES)) else {
        report(&session, &session.diagnostics);
        return Ok(exit::ERROR);
    };
    add(&mut session, file);
    let (text, odd) = formatted(&session, file, lang);
    let found = in_order(session.diagnostics.iter().cloned().chain(odd).collect());
    report(&session, &found);
    let same = text == file.text(&session.db);
    if !args.check {
        output::emit(None, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(match args.check && !same {
        _ if has_errors(&found) => exit::ERROR,
        true => exit::FAIL,
        false => exit::OK,
    })
}

/// Makes standard input part of the packs, so that it knows its own items.
fn add(session: &mut Session, file: SourceFile) {
    let header = engine::header(queries::tree(&session.db, file));
    let project = session.project();
    let mut policies = project.policies(&session.db).to_vec();
    policies.push(PolicyFile { file, pack: header.map_or_else(|| "stdin".to_owned(), |header| header.name) });
    let selected = project.selected(&session.db).to_vec();
    session.db.set_packs(policies, selected);
}

/// Loads the packs of the files, or the configured ones, and gives the files to format: never one of the standard
/// packs, and none that could not be read.
fn load(session: &mut Session, files: &[String]) -> Vec<SourceFile> {
    if files.is_empty() {
        session.load_packs(&[]);
    } else {
        let wanted: Vec<_> = files.iter().map(|file| Wanted::Path(session.cwd.join(file))).collect();
        session.load_wanted(&wanted);
    }
    let names: Vec<_> = files.iter().map(|file| session.name(Path::new(file))).collect();
    let meant = |path: &str| {
        let below = |name: &String| path == name || name == "." || path.starts_with(&format!("{name}/"));
        names.is_empty() || names.iter().any(below)
    };
    let unreadable: BTreeSet<_> = session.diagnostics.iter().map(|diagnostic| diagnostic.file).collect();
    let db = &session.db;
    let policies = session.project().policies(db).iter().map(|policy| policy.file);
    let targets: Vec<_> = policies
        .filter(|file| !file.path(db).starts_with(STANDARD) && meant(file.path(db)))
        .filter(|file| !unreadable.contains(&file.id(db)))
        .collect();
    if targets.is_empty() && session.diagnostics.is_empty() {
        let message = Message::new(
            "er is niets om op te maken: noem een beleidsbestand, of zet `packs` in policy.toml",
            "there is nothing to format: name a policy file, or put `packs` in policy.toml",
        );
        session.report(&codes::INPUT, ".", Level::Error, message);
    }
    targets
}

fn formatted(session: &Session, file: SourceFile, to: Option<Lang>) -> (String, Vec<Diagnostic>) {
    let (db, project) = (&session.db, session.project());
    let (tree, schema, words) =
        (queries::tree(db, file), queries::schema(db, project), queries::vocabulary(db, project));
    let mut found = engine::syntax_diagnostics(file.id(db), tree);
    let (text, odd) = format_file(file.id(db), file.text(db), tree, schema, words, to);
    found.extend(odd);
    (text, found)
}
