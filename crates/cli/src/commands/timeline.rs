//! `policy timeline`: which verdicts on one declaration change by themselves, when, and why.

use std::io;

use jiff::ToSpan as _;
use jiff::civil::Date;
use policy_core::lang::Lang;
use policy_db::SourceFile;
use policy_db::dated::{Changed, Moment, Subject};
use policy_db::engine::{Compiled, Detail, Engine};
use policy_db::queries;

use super::{about, refuse};
use crate::desk::Timeline;
use crate::exit;
use crate::report::ahead::{Ahead, Change, FORMATS};
use crate::report::diagnostics;
use crate::report::targets::{self, targets};
use crate::report::terminal::clean;
use crate::session::Session;

/// Of the reasons for one change, so many are told.
const REASONS: usize = 3;

pub fn run(args: &Timeline, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let targets = match targets(&args.formats, args.output.as_deref(), &FORMATS) {
        Ok(targets) => targets,
        Err(message) => return refuse(&mut session, "--format", message),
    };
    let Some(file) = about(&mut session, &args.vendor, &args.selection, args.as_of) else {
        return Ok(exit::ERROR);
    };
    let from = session.project().as_of(&session.db);
    let until = args.until.unwrap_or_else(|| from.checked_add(5.years()).unwrap_or(Date::MAX));
    let ahead = Look { session: &session, file }.ahead(from, until);
    targets::write(&targets, |format, style| ahead.text(format, style))?;
    Ok(exit::OK)
}

/// Looks ahead for one declaration.
struct Look<'a> {
    session: &'a Session,
    file: SourceFile,
}

impl Look<'_> {
    fn ahead(&self, from: Date, until: Date) -> Ahead {
        let (db, project) = (&self.session.db, self.session.project());
        let names = queries::names(db, project, self.file);
        let subject = Subject {
            schema: queries::schema(db, project),
            rules: queries::rules(db, project),
            waivers: &queries::lowered(db, project).waivers,
            names: &names,
            facts: queries::facts(db, project, self.file),
        };
        let moments = subject.timeline(from, until);
        let of = |moment: &Moment| {
            moment.changes.iter().map(|changed| self.change(moment.day, changed)).collect::<Vec<_>>()
        };
        Ahead {
            lang: self.session.lang,
            declaration: self.file.path(db).to_owned(),
            changes: moments.iter().flat_map(of).collect(),
            names,
            from,
            until,
        }
    }

    fn change(&self, day: Date, changed: &Changed) -> Change {
        let (db, project) = (&self.session.db, self.session.project());
        let rule = &queries::rules(db, project)[changed.rule];
        let spans = changed.because.iter().filter_map(|edge| queries::span(db, project, edge.at));
        Change {
            day,
            rule: clean(&rule.id),
            title: clean(rule.title.get(self.session.lang).unwrap_or(&rule.id)),
            from: changed.from,
            to: changed.to,
            because: self.reasons(day, changed),
            policy: spans.map(|(file, span)| diagnostics::located(db, file.id(db), span)).collect(),
        }
    }

    /// Why a verdict changes: what changed in lists and waivers, else what the rule then finds.
    fn reasons(&self, day: Date, changed: &Changed) -> Vec<String> {
        let (db, project, lang) = (&self.session.db, self.session.project(), self.session.lang);
        let schema = queries::schema(db, project);
        if !changed.because.is_empty() {
            let words = changed.because.iter().map(|edge| edge.words(schema));
            return words.map(|words| clean(words.get(lang))).collect();
        }
        let rules = queries::rules(db, project);
        let compiled = Compiled::new(schema, rules, day);
        let engine = Engine { schema, rules, compiled: &compiled, as_of: day };
        let (facts, notes) =
            (queries::facts(db, project, self.file), &queries::read(db, project, self.file).notes);
        let mut reasons: Vec<String> = Vec::new();
        for explained in engine.explain(changed.rule, &changed.outcome, facts, notes, Detail::Full) {
            let reason = clean(explained.reason.get(lang));
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons.truncate(REASONS);
        reasons
    }
}
