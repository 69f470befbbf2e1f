//! `policy timeline`: which verdicts on one declaration change by themselves, when, and why.

use std::fmt::Write as _;
use std::io;

use jiff::ToSpan as _;
use jiff::civil::Date;
use policy_core::lang::Lang;
use policy_core::model::Rule;
use policy_db::SourceFile;
use policy_db::dated::{Changed, Moment, Subject};
use policy_db::engine::{Compiled, Detail, Engine};
use policy_db::queries;
use serde_json::{Value, json};

use super::{has_errors, of_policies, report};
use crate::compare::{json_status, word};
use crate::desk::{Shape, Timeline};
use crate::report::diagnostics;
use crate::report::terminal::{Paint, Style, clean, paragraph};
use crate::session::Session;
use crate::{exit, output, vendor};

pub fn run(args: &Timeline, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    session.load_packs(&args.common.packs.packs);
    session.load_profile(args.common.profile.as_deref());
    session.set_as_of(args.as_of);
    session.select_rules(&args.common.rules);
    let file = vendor::find(&mut session, &args.vendor);
    let found = of_policies(&session);
    report(&session, &found);
    let (Some(file), false) = (file, has_errors(&found)) else { return Ok(exit::ERROR) };
    let from = session.project().as_of(&session.db);
    let until = args.until.unwrap_or_else(|| from.checked_add(5.years()).unwrap_or(Date::MAX));
    let ahead = Ahead::new(&session, file, from, until);
    let style = if args.common.output.is_some() { Style::plain() } else { Style::stdout() };
    let text = match args.format {
        Shape::Pretty => ahead.pretty(style),
        Shape::Markdown => ahead.markdown(),
        Shape::Json => serde_json::to_string_pretty(&ahead.json())? + "\n",
    };
    output::emit(args.common.output.as_deref(), |out| out.write_all(text.as_bytes()))?;
    Ok(exit::OK)
}

/// What lies ahead for one declaration.
struct Ahead<'a> {
    session: &'a Session,
    file: SourceFile,
    from: Date,
    until: Date,
    moments: Vec<Moment>,
}

impl<'a> Ahead<'a> {
    fn new(session: &'a Session, file: SourceFile, from: Date, until: Date) -> Self {
        let (db, project) = (&session.db, session.project());
        let names = queries::names(db, project, file);
        let subject = Subject {
            schema: queries::schema(db, project),
            rules: queries::rules(db, project),
            waivers: &queries::lowered(db, project).waivers,
            names: &names,
            facts: queries::facts(db, project, file),
        };
        Ahead { session, file, from, until, moments: subject.timeline(from, until) }
    }

    fn lang(&self) -> Lang {
        self.session.lang
    }

    fn rules(&self) -> &[Rule] {
        queries::rules(&self.session.db, self.session.project())
    }

    fn title(&self, changed: &Changed) -> String {
        let rule = &self.rules()[changed.rule];
        clean(rule.title.get(self.lang()).unwrap_or(&rule.id))
    }

    /// Why a verdict changes: what changed in lists and waivers, else what the rule then finds.
    fn reasons(&self, moment: &Moment, changed: &Changed) -> Vec<String> {
        let (db, project) = (&self.session.db, self.session.project());
        let schema = queries::schema(db, project);
        if !changed.because.is_empty() {
            let words = changed.because.iter().map(|edge| edge.words(schema));
            return words.map(|words| clean(words.get(self.lang()))).collect();
        }
        let rules = queries::rules(db, project);
        let compiled = Compiled::new(schema, rules, moment.day);
        let engine = Engine { schema, rules, compiled: &compiled, as_of: moment.day };
        let (facts, notes) =
            (queries::facts(db, project, self.file), &queries::read(db, project, self.file).notes);
        let found = engine.explain(changed.rule, &changed.outcome, facts, notes, Detail::Full);
        let mut reasons: Vec<String> = Vec::new();
        for explained in found {
            let reason = clean(explained.reason.get(self.lang()));
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        reasons.truncate(3);
        reasons
    }

    fn heading(&self) -> String {
        let names = queries::names(&self.session.db, self.session.project(), self.file);
        let name = names.product.or(names.vendor);
        let name = clean(&name.unwrap_or_else(|| self.file.path(&self.session.db).to_owned()));
        match self.lang() {
            Lang::Nl => format!("{name}: wat vanzelf verandert, van {} tot en met {}", self.from, self.until),
            Lang::En => format!("{name}: what changes by itself, from {} through {}", self.from, self.until),
        }
    }

    fn nothing(&self) -> &'static str {
        self.lang().pick("Er verandert vanzelf niets.", "Nothing changes by itself.")
    }

    fn pretty(&self, style: Style) -> String {
        let lang = self.lang();
        let mut out = format!("{}\n\n", style.paint(Paint::Strong, &self.heading()));
        if self.moments.is_empty() {
            return out + self.nothing() + "\n";
        }
        for moment in &self.moments {
            let _ = writeln!(out, "{}", style.paint(Paint::Strong, &moment.day.to_string()));
            for changed in &moment.changes {
                let worse = changed.to.rank() > changed.from.rank();
                let paint = if worse { Paint::Bad } else { Paint::Good };
                let id = clean(&self.rules()[changed.rule].id);
                let flip = format!("{id}: {} -> {}", word(changed.from, lang), word(changed.to, lang));
                let _ = writeln!(out, "  {}", style.paint(paint, &flip));
                out.push_str(&paragraph("    ", &self.title(changed), 4, style.width));
                for reason in self.reasons(moment, changed) {
                    out.push_str(&paragraph("    - ", &reason, 6, style.width));
                }
            }
            out.push('\n');
        }
        out.trim_end().to_owned() + "\n"
    }

    fn markdown(&self) -> String {
        let lang = self.lang();
        let mut out = format!("# {}\n\n", self.heading());
        if self.moments.is_empty() {
            return out + self.nothing() + "\n";
        }
        out.push_str(lang.pick(
            "| vanaf | norm | was | wordt | waardoor |\n|---|---|---|---|---|\n",
            "| from | norm | was | becomes | because |\n|---|---|---|---|---|\n",
        ));
        for moment in &self.moments {
            for changed in &moment.changes {
                let reasons = self.reasons(moment, changed).join("; ").replace('|', "\\|");
                let (was, becomes) = (word(changed.from, lang), word(changed.to, lang));
                let id = &self.rules()[changed.rule].id;
                let _ = writeln!(out, "| {} | {id} | {was} | {becomes} | {reasons} |", moment.day);
            }
        }
        out
    }

    fn json(&self) -> Value {
        let (db, project) = (&self.session.db, self.session.project());
        let names = queries::names(db, project, self.file);
        let place = |changed: &Changed| -> Vec<Value> {
            let spans = changed.because.iter().filter_map(|edge| queries::span(db, project, edge.at));
            spans.map(|(file, span)| json!(diagnostics::located(db, file.id(db), span))).collect()
        };
        let change = |moment: &Moment, changed: &Changed| {
            json!({
                "rule": self.rules()[changed.rule].id,
                "title": self.title(changed),
                "from": json_status(changed.from),
                "to": json_status(changed.to),
                "worse": changed.to.rank() > changed.from.rank(),
                "because": self.reasons(moment, changed),
                "policy": place(changed),
            })
        };
        let moment = |moment: &Moment| {
            let changes: Vec<_> = moment.changes.iter().map(|changed| change(moment, changed)).collect();
            json!({ "day": moment.day.to_string(), "changes": changes })
        };
        json!({
            "schema": "policy-timeline/1",
            "lang": self.lang().code(),
            "declaration": self.file.path(db),
            "vendor": names.vendor,
            "product": names.product,
            "from": self.from.to_string(),
            "until": self.until.to_string(),
            "moments": self.moments.iter().map(moment).collect::<Vec<_>>(),
        })
    }
}
