//! What the tests of rules leave untried: for people, quoting each piece, and for programs.

use policy_core::explain::describe;
use policy_core::lang::Lang;
use policy_core::model::Rule;
use policy_db::cases::Covered;
use policy_db::engine::{Seen, Unit, What};
use policy_db::queries;
use policy_syntax::Span;
use serde_json::{Value, json};

use super::diagnostics;
use super::quote::{Mark, Quote};
use super::terminal::{Paint, Style, clean};
use crate::session::Session;

/// Whether the tests cover what was asked for.
pub fn enough(covered: Option<&[Covered]>, least: Option<u8>) -> bool {
    covered.zip(least).is_none_or(|(covered, least)| percent(total(covered)) >= usize::from(least))
}

/// What is missing, rule by rule, and how much there is.
pub fn text(session: &Session, covered: &[Covered], style: Style) -> String {
    let lang = session.lang;
    let mut out = String::new();
    let partial: Vec<_> = covered.iter().filter(|one| one.count().0 < one.count().1).collect();
    for one in &partial {
        let head = format!("{} {}", style.symbol("✗", "x"), clean(&rule(session, one).id));
        out.push_str(&format!("\n{} {} %\n", style.paint(Paint::Open, &head), percent(one.count())));
        for gap in together(gaps(session, one)) {
            let Some((file, span)) = queries::span(&session.db, session.project(), gap.unit.origin) else {
                continue;
            };
            let label = gap.label(lang);
            let mark = Mark { span, label: &label, paint: Paint::Open };
            out.push_str(&Quote::of(&session.db, file, vec![mark]).draw(style, 2));
        }
    }
    let (seen, all) = total(covered);
    let (percent, rules) = (percent((seen, all)), partial.len());
    out + &match lang {
        Lang::Nl => {
            format!("dekking {percent} % ({seen} van {all}); regels die niet volledig zijn: {rules}\n")
        }
        Lang::En => format!("coverage {percent} % ({seen} of {all}); rules that are not in full: {rules}\n"),
    }
}

/// The same as data.
pub fn json(session: &Session, covered: &[Covered]) -> Value {
    let missing = |gap: Gap| {
        let place = queries::span(&session.db, session.project(), gap.unit.origin);
        let text = place.map(|(file, span)| piece(file.text(&session.db), span).to_owned());
        json!({
            "clause": clause(gap.unit.what),
            "never": if gap.holds == Some(true) { "true" } else { "false" },
            "message": gap.label(session.lang),
            "text": text,
            "policy": place.map(|(file, span)| diagnostics::located(&session.db, file.id(&session.db), span)),
        })
    };
    let one = |one: &Covered| {
        let (seen, all) = one.count();
        json!({
            "rule": rule(session, one).id,
            "percent": percent((seen, all)),
            "covered": seen,
            "total": all,
            "missing": gaps(session, one).into_iter().map(missing).collect::<Vec<_>>(),
        })
    };
    let (seen, all) = total(covered);
    json!({
        "percent": percent((seen, all)),
        "covered": seen,
        "total": all,
        "rules": covered.iter().map(one).collect::<Vec<_>>(),
    })
}

fn rule<'a>(session: &'a Session, covered: &Covered) -> &'a Rule {
    &queries::rules(&session.db, session.project())[covered.rule]
}

fn total(covered: &[Covered]) -> (usize, usize) {
    let counts = covered.iter().map(Covered::count);
    counts.fold((0, 0), |(seen, all), (more, of)| (seen + more, all + of))
}

/// Rounded down: only all is 100.
fn percent((seen, all): (usize, usize)) -> usize {
    (seen * 100).checked_div(all).unwrap_or(100)
}

fn piece(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or_default()
}

fn clause(what: What) -> &'static str {
    match what {
        What::Sentence(_) => "sentence",
        What::When => "when",
        What::Unless | What::SentenceUnless(_) => "unless",
        What::If(_) => "if",
        What::Part(_) => "part",
    }
}

/// An outcome of a piece that no test has.
struct Gap<'a> {
    unit: &'a Unit,
    /// That it holds, that it does not; neither.
    holds: Option<bool>,
    /// What it says, where its place alone does not tell.
    says: Option<(String, String)>,
}

/// What is missing of one rule, in the order of its text.
fn gaps<'a>(session: &Session, covered: &'a Covered) -> Vec<Gap<'a>> {
    let schema = queries::schema(&session.db, session.project());
    let mut found = Vec::new();
    for (unit, Seen { holds, fails }) in &covered.units {
        let shared = covered.units.iter().filter(|(other, _)| other.origin == unit.origin).count() > 1;
        let words = unit.formula.as_ref().filter(|_| shared).map(|f| describe::formula(f, schema));
        let says = words.map(|words| (words.nl, words.en));
        let missing = [(true, *holds), (false, *fails)].into_iter().filter(|(_, seen)| !seen);
        found.extend(missing.map(|(holds, _)| Gap { unit, holds: Some(holds), says: says.clone() }));
    }
    found
}

/// Both outcomes of one piece as one.
fn together(gaps: Vec<Gap>) -> Vec<Gap> {
    let mut out: Vec<Gap> = Vec::new();
    for gap in gaps {
        match out.last_mut().filter(|last| std::ptr::eq(last.unit, gap.unit)) {
            Some(last) => last.holds = None,
            None => out.push(gap),
        }
    }
    out
}

impl Gap<'_> {
    fn label(&self, lang: Lang) -> String {
        let words = match (self.unit.what, self.unit.formula.is_some(), self.holds) {
            (What::Sentence(_), _, Some(true)) => ("in geen toets nageleefd", "kept in no test"),
            (What::Sentence(_), _, Some(false)) => ("in geen toets overtreden", "broken in no test"),
            (What::Sentence(_), _, None) => {
                ("in geen toets nageleefd of overtreden", "neither kept nor broken in a test")
            }
            (_, false, Some(true)) => ("in geen toets gevonden", "found in no test"),
            (_, false, Some(false)) => ("in geen toets afwezig", "absent in no test"),
            (_, false, None) => ("in geen toets gevonden of afwezig", "neither found nor absent in a test"),
            (_, true, Some(true)) => ("in geen toets waar", "true in no test"),
            (_, true, Some(false)) => ("in geen toets onwaar", "false in no test"),
            (_, true, None) => ("in geen toets waar of onwaar", "neither true nor false in a test"),
        };
        let words = lang.pick(words.0, words.1);
        match &self.says {
            Some((nl, en)) => format!("{words}: {}", clean(lang.pick(nl, en))),
            None => words.to_owned(),
        }
    }
}
