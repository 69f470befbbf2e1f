//! `policy eval`: verdicts on declarations.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use policy_core::codes;
use policy_core::diag::{Diagnostic, Level, Message};
use policy_core::lang::Lang;
use policy_db::SourceFile;
use policy_db::changes::no_such_rule;
use policy_db::engine::Detail;
use policy_db::packs::DEFAULT;
use policy_db::queries;

use super::{report, watch};
use crate::args::{Amount, Eval};
use crate::evaluation::Evaluation;
use crate::exit;
use crate::output;
use crate::report::formats::{Format, Formats, Wanted};
use crate::report::terminal::Style;
use crate::session::Session;

pub fn run(args: &Eval, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let targets = match targets(&args.formats, args.output.as_deref()) {
        Ok(targets) => targets,
        Err(message) => return refuse(&mut session, "--format", message),
    };
    if !args.watch {
        return once(&mut session, args, |evaluation| {
            let formats = Formats::new(evaluation);
            for target in &targets {
                let style = target.style();
                output::emit(target.file.as_deref(), |out| formats.write(target.format, style, out))?;
            }
            Ok(())
        });
    }
    if args.inputs.iter().any(|input| input == "-") {
        return refuse(&mut session, "-", not_watched());
    }
    watch::run(&mut session, args, &targets)
}

fn refuse(session: &mut Session, name: &str, message: Message) -> io::Result<u8> {
    session.report(&codes::INPUT, name, Level::Error, message);
    report(session, &session.diagnostics);
    Ok(exit::ERROR)
}

/// A format and where it goes.
pub struct Target {
    /// The format.
    pub format: Format,
    /// The file; none is standard output.
    pub file: Option<PathBuf>,
}

impl Target {
    /// How text for people looks there.
    pub fn style(&self) -> Style {
        if self.file.is_some() { Style::plain() } else { Style::stdout() }
    }
}

/// Where each format goes: exactly one to standard output or, with `-o`, to that file; every other one to its own.
fn targets(wanted: &[Wanted], output: Option<&Path>) -> Result<Vec<Target>, Message> {
    let free: Vec<_> = wanted.iter().filter(|wanted| wanted.file.is_none()).collect();
    if free.len() > 1 {
        return Err(two_to_stdout());
    }
    let main = free.first().map_or(Format::Pretty, |wanted| wanted.format);
    let mut targets = Vec::new();
    for Wanted { format, file } in wanted.iter().filter(|wanted| wanted.file.is_some()) {
        targets.push(Target { format: *format, file: file.clone() });
    }
    // The last: who reads standard output finds the files complete.
    targets.push(Target { format: main, file: output.map(Path::to_path_buf) });
    let mut seen = BTreeSet::new();
    match targets.iter().filter_map(|target| target.file.as_ref()).find(|file| !seen.insert(*file)) {
        Some(twice) => Err(twice_the_same(twice)),
        None => Ok(targets),
    }
}

/// Loads, evaluates, reports what is wrong, and writes; gives the exit code.
pub fn once(
    session: &mut Session,
    args: &Eval,
    write: impl FnOnce(&Evaluation) -> io::Result<()>,
) -> io::Result<u8> {
    let declarations = load(session, args);
    let detail = match args.explain {
        Amount::Off => Detail::Off,
        Amount::Findings => Detail::Findings,
        Amount::Full => Detail::Full,
    };
    let level = session.fail_level(args.fail_level);
    let rules = session.rules();
    let whole = args.inputs.is_empty() && args.rules.is_empty();
    let evaluation = Evaluation::run(session, &rules, &declarations, whole, detail, level);
    let told = args.formats.iter().any(|wanted| wanted.file.is_none() && wanted.format.tells_diagnostics());
    let shown: Vec<Diagnostic> = match told {
        false => evaluation.diagnostics.clone(),
        true => evaluation.errors().cloned().collect(),
    };
    report(session, &shown);
    write(&evaluation)?;
    Ok(evaluation.tally().code(args.no_fail))
}

fn load(session: &mut Session, args: &Eval) -> Vec<SourceFile> {
    session.load_packs(&args.packs.packs);
    session.load_profile(args.profile.as_deref());
    session.set_as_of(args.as_of);
    session.warn_without_rules();
    session.select_rules(&args.rules);
    let declarations = session.load_declarations(&args.inputs, &args.stdin_name);
    if args.inputs.is_empty() && !session.has_declarations() {
        let message = Message::new(
            "er is niets te beoordelen: noem een verklaring, of zet `declarations` in policy.toml",
            "there is nothing to evaluate: name a declaration, or put `declarations` in policy.toml",
        );
        session.report(&codes::NOTHING_EVALUATED, ".", Level::Warning, message);
    }
    declarations
}

impl Session {
    /// Packs that hold no rule evaluate nothing: most often others were meant to run beside them.
    pub fn warn_without_rules(&mut self) {
        let (db, project) = (&self.db, self.project());
        let selected = project.selected(db).join("`, `");
        let rules = queries::selected_rules(db, project).count() + queries::broken_rules(db, project).len();
        if rules > 0 || selected.is_empty() {
            return;
        }
        let message = Message::new(
            format!(
                "`{selected}` heeft geen regels: kies er een pakket met regels bij, zoals `-p {DEFAULT}`"
            ),
            format!("`{selected}` has no rules: select a pack with rules beside it, such as `-p {DEFAULT}`"),
        );
        self.report(&codes::NOTHING_EVALUATED, &selected, Level::Warning, message);
    }

    /// Narrows the rules that run; one that does not exist is an error.
    pub fn select_rules(&mut self, ids: &[String]) {
        let project = self.project();
        let broken = queries::broken_rules(&self.db, project);
        let known: Vec<&str> =
            queries::selected_rules(&self.db, project).map(|rule| rule.id.as_str()).collect();
        let missing = ids.iter().filter(|id| !known.contains(&id.as_str()) && !broken.contains(id));
        for message in missing.map(|id| no_such_rule(id, &known)).collect::<Vec<_>>() {
            self.report(&codes::UNKNOWN_NAME, "--rule", Level::Error, message);
        }
        self.narrow(ids);
    }
}

fn two_to_stdout() -> Message {
    Message::new(
        "naar standaarduitvoer gaat een vorm tegelijk; geef de andere een bestand: `--format sarif=uit.sarif`",
        "one format at a time goes to standard output; give the others a file: `--format sarif=out.sarif`",
    )
}

fn twice_the_same(file: &Path) -> Message {
    let file = file.display();
    Message::new(
        format!("twee vormen gaan naar `{file}`; geef elk een eigen bestand"),
        format!("two formats go to `{file}`; give each a file of its own"),
    )
}

fn not_watched() -> Message {
    Message::new(
        "standaardinvoer kan niet worden gevolgd: noem bij `--watch` bestanden",
        "standard input cannot be watched: name files with `--watch`",
    )
}
