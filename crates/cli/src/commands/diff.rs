//! `policy diff`: which verdicts flip between two declarations, policies, dates or revisions, and why.

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use policy_core::diag::{Diagnostic, Level, Message, in_order};
use policy_core::lang::Lang;
use policy_db::packs::{DEFAULT, Wanted};
use policy_db::{Database, SourceFile, loader, queries};

use super::{has_errors, of_policies, refuse, report};
use crate::args::{Packs, Selection};
use crate::compare::{self, Label, Side};
use crate::desk::Diff;
use crate::inputs::is_declaration;
use crate::report::flips::{self, Sides};
use crate::report::formats::Format;
use crate::report::targets::{self, Target, targets};
use crate::session::Session;
use crate::{config, exit, git};

pub fn run(args: &Diff, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let targets = match targets(&args.formats, args.output.as_deref(), Format::all()) {
        Ok(targets) => targets,
        Err(message) => return refuse(&mut session, "--format", message),
    };
    let what = match what(args, &session) {
        Ok(what) => what,
        Err((name, message)) => return refuse(&mut session, &name, message),
    };
    let (sides, old, new, _trees) = match load(args, &what, &session)? {
        Ok(loaded) => loaded,
        Err((name, message)) => return refuse(&mut session, &name, message),
    };
    let errors = [&old, &new].map(problems).contains(&true);
    tell(&old, new, &sides, &targets, errors)
}

/// Compares two sides and writes what differs; gives the exit code.
pub fn tell(old: &Side, mut new: Side, sides: &Sides, targets: &[Target], errors: bool) -> io::Result<u8> {
    let lang = new.session.lang;
    let steady = targets.iter().any(|target| flips::tells_steady(target.format));
    let found = compare::compare(old, &mut new, lang, steady);
    targets::write(targets, |format, style| flips::text(&found, sides, lang, format, style))?;
    Ok(match found.flips.iter().any(compare::Flip::worse) {
        _ if errors => exit::ERROR,
        true => exit::FAIL,
        false => exit::OK,
    })
}

/// Reports what is wrong on a side; whether any of it is an error.
pub fn problems(side: &Side) -> bool {
    let mut found: Vec<Diagnostic> = of_policies(&side.session);
    for (_, file) in &side.files {
        let declared = queries::read(&side.session.db, side.session.project(), *file);
        found.extend(declared.diagnostics.iter().filter(|one| one.level == Level::Error).cloned());
    }
    let found = in_order(found);
    report(&side.session, &found);
    has_errors(&found)
}

type Refused = (String, Message);

/// What is compared.
enum What {
    /// Two arguments.
    Two(String, String),
    /// Two revisions, or one with the files as they are.
    Revisions(String, Option<String>),
    /// Two dates.
    Dates,
}

fn what(args: &Diff, session: &Session) -> Result<What, Refused> {
    let two_dates = args.as_of.is_some_and(|dates| dates.new.is_some());
    match (&args.git, args.paths.as_slice()) {
        (Some(range), _) => {
            let (old, new) = range.split_once("..").map_or((range.as_str(), None), |(a, b)| (a, Some(b)));
            let new = new.filter(|new| !new.is_empty()).map(str::to_owned);
            Ok(What::Revisions(old.to_owned(), new))
        }
        (None, _) if two_dates => Ok(What::Dates),
        (None, [old, new]) => {
            for path in [old, new] {
                if !session.cwd.join(path).exists() {
                    return Err((path.clone(), missing(path)));
                }
            }
            Ok(What::Two(old.clone(), new.clone()))
        }
        (None, paths) => Err((".".to_owned(), two_wanted(paths.len()))),
    }
}

fn missing(path: &str) -> Message {
    Message::new(
        format!("`{path}` bestaat niet; voor revisies van git is er `--git OUD..NIEUW`"),
        format!("`{path}` does not exist; for revisions of git there is `--git OLD..NEW`"),
    )
}

fn two_wanted(count: usize) -> Message {
    Message::new(
        format!(
            "noem een oude en een nieuwe ({count} gevonden), of gebruik `--git OUD..NIEUW` of `--as-of OUD..NIEUW`"
        ),
        format!("name an old and a new one (found {count}), or use `--git OLD..NEW` or `--as-of OLD..NEW`"),
    )
}

const COMMAND: &str = "diff";

type Loaded = (Sides, Side, Side, Vec<git::Tree>);

fn load(args: &Diff, what: &What, session: &Session) -> io::Result<Result<Loaded, Refused>> {
    let (cwd, lang) = (session.cwd.clone(), session.lang);
    let today = args.as_of.map(|dates| dates.old);
    let later = args.as_of.and_then(|dates| dates.new).or(today);
    let now = lang.pick("de bestanden nu", "the files as they are");
    Ok(Ok(match what {
        What::Two(old, new) => {
            let sides =
                Sides { command: COMMAND, old: dated(old, today, later), new: dated(new, later, today) };
            (sides, two(args, lang, old, today)?, two(args, lang, new, later)?, Vec::new())
        }
        What::Dates => {
            let here = |date| side(args, lang, &cwd, Label::Here, &[], &args.paths, date);
            let words = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
            let sides = Sides { command: COMMAND, old: words(today), new: words(later) };
            (sides, here(today)?, here(later)?, Vec::new())
        }
        What::Revisions(old, new) => {
            let mut trees = Vec::new();
            let mut loaded = Vec::new();
            for (revision, date) in [(Some(old), today), (new.as_ref(), later)] {
                let Some(revision) = revision else {
                    loaded
                        .push((now.to_owned(), side(args, lang, &cwd, Label::Here, &[], &args.paths, date)?));
                    continue;
                };
                let tree = match git::tree(revision, &cwd)? {
                    Ok(tree) => tree,
                    Err(message) => return Ok(Err((revision.clone(), message))),
                };
                let label = Label::Revision(format!("{revision}:"));
                let side = side(args, lang, &tree.cwd, label, &[], &args.paths, date)?;
                trees.push(tree);
                loaded.push((revision.clone(), side));
            }
            let mut loaded = loaded.into_iter();
            let (Some((old, a)), Some((new, b))) = (loaded.next(), loaded.next()) else {
                return Err(io::Error::other("two sides"));
            };
            (
                Sides { command: COMMAND, old: dated(&old, today, later), new: dated(&new, later, today) },
                a,
                b,
                trees,
            )
        }
    }))
}

/// A side in words, with its date if the other has another.
fn dated(name: &str, own: Option<Date>, other: Option<Date>) -> String {
    match own {
        Some(date) if own != other => format!("{name} ({date})"),
        _ => name.to_owned(),
    }
}

/// A side that an argument names: a declaration or a folder of them, a policy, or a folder with settings of its own.
fn two(args: &Diff, lang: Lang, path: &str, date: Option<Date>) -> io::Result<Side> {
    let cwd = std::env::current_dir()?;
    let full = cwd.join(path);
    if full.is_dir() && full.join(config::NAME).is_file() {
        let label = Label::Folder(format!("{}/", path.trim_end_matches('/')));
        return side(args, lang, &full.canonicalize()?, label, &[], &[], date);
    }
    if is_policy(&full) {
        let packs = [path.to_owned()];
        return side(args, lang, &cwd, Label::Here, &packs, &args.declarations, date);
    }
    let mut side = side(args, lang, &cwd, Label::Here, &[], &[path.to_owned()], date)?;
    let folder = full.is_dir();
    for (key, _) in &mut side.files {
        let below = key.strip_prefix(path.trim_end_matches('/')).unwrap_or(key);
        *key = if folder { below.to_owned() } else { String::new() };
    }
    Ok(side)
}

/// Whether a path is a policy: a policy file, or a folder with some and no declarations.
fn is_policy(path: &Path) -> bool {
    let declares = |path: &PathBuf| is_declaration(&path.to_string_lossy());
    let has_declarations = || {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).any(|path| declares(&path))
    };
    match path.is_dir() {
        true => !has_declarations() && loader::policy_files(path).is_ok_and(|files| !files.is_empty()),
        false => path.extension().is_some_and(|ending| ending == "policy"),
    }
}

/// One evaluation: in a folder, with further packs, on these declarations (those of the settings if there are none).
fn side(
    args: &Diff,
    lang: Lang,
    cwd: &Path,
    label: Label,
    packs: &[String],
    declarations: &[String],
    date: Option<Date>,
) -> io::Result<Side> {
    let mut session = Session::with(Database::default(), cwd.to_path_buf(), Some(lang))?;
    let Selection { packs: Packs { packs: own }, profile, rules } = &args.selection;
    let named: Vec<String> = own.iter().chain(packs).cloned().collect();
    session.load_packs(&named);
    if !packs.is_empty() && queries::rules(&session.db, session.project()).is_empty() {
        // Settings or waivers alone are compared on top of the rules that they change.
        let wanted = [Wanted::Standard(DEFAULT.to_owned())].into_iter();
        let all: Vec<_> = wanted.chain(named.iter().map(|pack| Wanted::parse(pack, cwd))).collect();
        session.load_wanted(&all);
    }
    session.load_profile(profile.as_deref());
    session.set_as_of(date);
    session.select_rules(rules);
    let files = session.load_declarations(declarations, "-");
    let files = keyed(&session, files);
    Ok(Side { session, files, label })
}

/// Declarations by their path.
pub fn keyed(session: &Session, files: Vec<SourceFile>) -> Vec<(String, SourceFile)> {
    files.into_iter().map(|file| (file.path(&session.db).to_owned(), file)).collect()
}
