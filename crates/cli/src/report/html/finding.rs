//! One outcome for one declaration, in the words and the order in which a reader meets them: what is wrong, where it
//! stands, why it matters, what to do and who does it. Waived outcomes are told in full, as waived.

use std::collections::BTreeSet;

use policy_core::lang::Lang;
use policy_core::model::{Owner, Rule, Schema};
use policy_core::report::{Explained, Question, RuleResult};
use policy_core::verdict::Verdict;
use policy_db::reads::Reads;
use policy_db::{Database, SourceFile};

use super::face::Face;
use super::words::{day, prose, sentence};
use crate::evaluation::View;
use crate::report::diagnostics::located;

/// How much is told of a finding; what is beyond is counted.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// The most places.
    pub places: usize,
    /// The most things at one place.
    pub things: usize,
    /// The most facts beside a place.
    pub beside: usize,
}

impl Room {
    /// On a page about a few declarations.
    pub const AMPLE: Room = Room { places: 6, things: 5, beside: 4 };
    /// On a page about many, which has to stay one that can be opened.
    pub const SCARCE: Room = Room { places: 2, things: 2, beside: 1 };
}

/// An outcome that needs telling.
pub struct Finding {
    /// How it looks.
    pub face: Face,
    /// Index of the rule.
    pub rule: usize,
    /// What was found, place by place.
    pub points: Vec<Point>,
    /// What is left out.
    pub besides: Option<String>,
    /// Whose move it is.
    pub turn: String,
    /// What to ask or decide, by whose move it is.
    pub asks: Vec<Ask>,
    /// The accepted risk that covers it.
    pub waived: Option<Waived>,
    /// Readings and settings it rests on.
    pub rests: Vec<String>,
}

/// What was found at one place.
pub struct Point {
    /// What is wrong, in sentences.
    pub reasons: Vec<String>,
    /// How many more things.
    pub more: usize,
    /// Place in the document.
    pub source: Option<String>,
    /// Its own words.
    pub quote: Option<String>,
    /// Line of the declaration.
    pub line: u32,
    /// Whether it is about something that does not stand there.
    pub absent: bool,
    /// Other stated facts that take part, each with its place in the document.
    pub beside: Vec<(String, Option<String>)>,
}

/// Questions of one kind.
pub struct Ask {
    /// Whom they are for.
    pub owner: Owner,
    /// The heading above them.
    pub who: &'static str,
    /// The questions, each once.
    pub questions: Vec<String>,
}

/// An accepted risk.
pub struct Waived {
    /// What it would be without.
    pub instead: &'static str,
    /// Why.
    pub reason: String,
    /// Who accepted it.
    pub owner: String,
    /// First day on which it no longer holds.
    pub until: String,
}

/// What a finding is made with.
#[derive(Clone, Copy)]
pub struct Maker<'a> {
    /// What results are read with.
    pub view: View<'a>,
    /// The database.
    pub db: &'a Database,
    /// The declaration.
    pub file: SourceFile,
    /// How much is told.
    pub room: Room,
}

impl Maker<'_> {
    /// The finding of a result, unless there is nothing to tell.
    pub fn finding(&self, result: &RuleResult) -> Option<Finding> {
        let face = Face::of(result.outcome.verdict, result.waived.is_some());
        if matches!(face, Face::Pass | Face::NotApplicable) {
            return None;
        }
        let told = told(&result.findings);
        let mut points = self.points(&told);
        let cut = points.split_off(points.len().min(self.room.places));
        let left = result.findings.len() - told.len();
        Some(Finding {
            face,
            rule: result.rule,
            besides: self.besides(cut.len(), left),
            points,
            turn: self.turn(result),
            asks: asks(&told, self.view.lang),
            waived: self.waived(result),
            rests: self.rests(&told),
        })
    }

    /// What was found, by place, in the order in which it came.
    fn points(&self, told: &[&Explained]) -> Vec<Point> {
        let mut groups: Vec<Vec<&Explained>> = Vec::new();
        for finding in told {
            let same = |group: &&mut Vec<&Explained>| {
                group[0].verdict == finding.verdict && group[0].place == finding.place
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(finding),
                None => groups.push(vec![finding]),
            }
        }
        groups.iter().map(|group| self.point(group)).collect()
    }

    fn point(&self, group: &[&Explained]) -> Point {
        let (lang, place) = (self.view.lang, &group[0].place);
        let mut beside: Vec<(String, Option<String>)> = Vec::new();
        for (at, words) in group.iter().take(self.room.things).flat_map(|finding| &finding.related) {
            let told = (sentence(words.get(lang)), at.quote.clone().or_else(|| at.source.clone()));
            if !at.absent
                && at.span != place.span
                && beside.len() < self.room.beside
                && !beside.contains(&told)
            {
                beside.push(told);
            }
        }
        Point {
            reasons: group
                .iter()
                .take(self.room.things)
                .map(|finding| sentence(finding.reason.get(lang)))
                .collect(),
            more: group.len().saturating_sub(self.room.things),
            source: place.source.clone(),
            quote: place.quote.as_ref().map(|quote| quote.trim().to_owned()),
            line: located(self.db, self.file.id(self.db), place.span).start.line,
            absent: place.absent,
            beside,
        }
    }

    fn besides(&self, places: usize, open: usize) -> Option<String> {
        let lang = self.view.lang;
        let mut parts = Vec::new();
        if places > 0 {
            parts.push(lang.pick(
                format!("nog {places} plaatsen met hetzelfde"),
                format!("{places} more places with the same"),
            ));
        }
        if open > 0 {
            parts.push(lang.pick(format!("{open} keer onbekend"), format!("{open} unknown")));
        }
        let rest = parts.join(lang.pick(" en ", " and "));
        (!rest.is_empty()).then(|| lang.pick(format!("Daarnaast {rest}."), format!("Besides, {rest}.")))
    }

    /// Whose move it is: for an unknown of whoever knows; for a fail of who declares, and of the own side where the
    /// rule asks something of it.
    fn turn(&self, result: &RuleResult) -> String {
        let rule = &self.view.rules[result.rule];
        let mut owners: BTreeSet<Owner> = BTreeSet::new();
        let missing = result.findings.iter().flat_map(|finding| &finding.missing);
        if result.outcome.verdict == Verdict::Fail {
            owners.extend(of_fail(rule, self.view.schema));
        } else {
            owners.extend(missing.map(|question| question.owner));
        }
        let names: Vec<_> = owners.into_iter().map(|owner| mover(owner, self.view.lang)).collect();
        sentence(&names.join(self.view.lang.pick(" en ", " and ")))
    }

    fn waived(&self, result: &RuleResult) -> Option<Waived> {
        let (waived, lang) = (result.waived.as_ref()?, self.view.lang);
        Some(Waived {
            instead: Face::of(result.outcome.verdict, false).word(&lang),
            reason: waived.reason.clone(),
            owner: waived.owner.clone(),
            until: day(waived.until, lang),
        })
    }

    fn rests(&self, told: &[&Explained]) -> Vec<String> {
        let lang = self.view.lang;
        let mut lines: Vec<String> = Vec::new();
        let readings = told.iter().flat_map(|finding| &finding.readings);
        let settings = told.iter().flat_map(|finding| finding.settings.iter().map(|(_, value)| value));
        for words in readings.chain(settings) {
            let line = sentence(words.get(lang));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }
}

/// Where something fails, that is what needs action; what is open besides is only counted.
fn told(all: &[Explained]) -> Vec<&Explained> {
    let fails = all.iter().any(|finding| finding.verdict == Verdict::Fail);
    all.iter().filter(|finding| !fails || finding.verdict == Verdict::Fail).collect()
}

/// The questions by whose move they are, each once.
fn asks(told: &[&Explained], lang: Lang) -> Vec<Ask> {
    let mut asks: Vec<Ask> = Vec::new();
    for Question { owner, question, .. } in told.iter().flat_map(|finding| &finding.missing) {
        let words = prose(question.get(lang));
        match asks.iter_mut().find(|ask| ask.owner == *owner) {
            Some(ask) if ask.questions.contains(&words) => {}
            Some(ask) => ask.questions.push(words),
            None => asks.push(Ask { owner: *owner, who: addressee(*owner, lang), questions: vec![words] }),
        }
    }
    asks.sort_by_key(|ask| ask.owner);
    asks
}

fn of_fail(rule: &Rule, schema: &Schema) -> Vec<Owner> {
    let owner = |(record, field)| -> Owner {
        let (record, field): (policy_core::model::RecordId, policy_core::model::FieldId) = (record, field);
        let record = &schema.records[record.ix()];
        record.owner.max(record.fields[field.ix()].owner)
    };
    let own = Reads::of(rule).fields.into_iter().map(owner).any(|owner| owner == Owner::Profile);
    if own { vec![Owner::Vendor, Owner::Profile] } else { vec![Owner::Vendor] }
}

/// Who moves, in a sentence.
fn mover(owner: Owner, lang: Lang) -> &'static str {
    match owner {
        Owner::Vendor => lang.pick("de leverancier", "the vendor"),
        Owner::Profile => lang.pick("uzelf (eigen besluit)", "yourself (own decision)"),
        Owner::World => lang.pick("wie de lijsten bijhoudt", "whoever keeps the lists"),
    }
}

/// The heading above questions.
fn addressee(owner: Owner, lang: Lang) -> &'static str {
    match owner {
        Owner::Vendor => lang.pick("Vraag aan de leverancier", "Ask the vendor"),
        Owner::Profile => lang.pick(
            "Beslis zelf, en leg het vast in het profiel",
            "Decide yourself, and record it in the profile",
        ),
        Owner::World => lang.pick("Zoek op in openbare lijsten", "Look up in public lists"),
    }
}
