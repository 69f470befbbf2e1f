//! `policy eval`: verdicts on declarations.

use std::io;

use policy_core::codes;
use policy_core::diag::{Diagnostic, Level, Message};
use policy_core::lang::Lang;
use policy_db::SourceFile;
use policy_db::changes::no_such_rule;
use policy_db::engine::Detail;
use policy_db::packs::DEFAULT;
use policy_db::queries;

use super::{refuse, report, watch};
use crate::args::{Amount, Eval};
use crate::evaluation::Evaluation;
use crate::output;
use crate::report::formats::{Format, Formats};
use crate::report::targets::targets;
use crate::session::Session;

pub fn run(args: &Eval, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let targets = match targets(&args.formats, args.output.as_deref(), Format::all()) {
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
    let whole = args.inputs.is_empty() && args.selection.rules.is_empty();
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
    session.prepare(&args.selection, args.as_of);
    session.warn_without_rules();
    session.select_rules(&args.selection.rules);
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

fn not_watched() -> Message {
    Message::new(
        "standaardinvoer kan niet worden gevolgd: noem bij `--watch` bestanden",
        "standard input cannot be watched: name files with `--watch`",
    )
}
