//! What stops holding by itself: accepted risks, dated lists, documents that get too old.

use jiff::ToSpan as _;
use jiff::civil::Date;
use policy_core::facts::Value;
use policy_core::lang::Lang;
use policy_core::model::{
    Duration, FieldRef, Formula, Op, Quantity, Rule, Schema, Set, SetId, SettingValue, TermSet,
};
use policy_db::queries;
use policy_db::reads::Reads;

use super::words::{day, distance};
use crate::evaluation::{Evaluation, Summary};

/// Something with an end.
pub struct Expiry {
    /// The last day it holds, or the first on which it no longer does, as the words say.
    pub date: Date,
    /// The day in words.
    pub day: String,
    /// How long from the as-of date.
    pub left: String,
    /// Whether it is over.
    pub over: bool,
    /// What kind of thing it is.
    pub kind: &'static str,
    /// What ends.
    pub what: String,
    /// What follows from that.
    pub then: &'static str,
    /// How much of the longest time that is shown is left, of a hundred.
    pub width: String,
}

/// The longest time that a bar shows, in days.
const SHOWN: i32 = 5 * 365;

/// All of them, the earliest first. `name` gives the name of a declaration.
pub fn all(evaluation: &Evaluation, name: &dyn Fn(usize) -> String) -> Vec<Expiry> {
    let ends = Ends {
        evaluation,
        lang: evaluation.view.lang,
        as_of: evaluation.view.project.as_of(evaluation.db()),
    };
    let mut found = ends.waivers();
    found.extend(ends.lists());
    found.extend(ends.documents(name));
    found.sort_by(|a, b| (a.date, &a.what).cmp(&(b.date, &b.what)));
    found.dedup_by(|a, b| (a.date, &a.what) == (b.date, &b.what));
    found
}

struct Ends<'a> {
    evaluation: &'a Evaluation<'a>,
    lang: Lang,
    as_of: Date,
}

impl Ends<'_> {
    fn schema(&self) -> &Schema {
        self.evaluation.view.schema
    }

    fn expiry(
        &self,
        date: Date,
        kind: (&'static str, &'static str),
        what: String,
        then: &'static str,
    ) -> Expiry {
        let days = self.as_of.until(date).map_or(0, |span| span.get_days());
        let (lang, over) = (self.lang, days < 0);
        let far = distance(days.abs(), lang);
        let left = match (days, over) {
            (0, _) => lang.pick("vandaag", "today").to_owned(),
            (_, true) => lang.pick(format!("{far} geleden"), format!("{far} ago")),
            (_, false) => lang.pick(format!("over {far}"), format!("in {far}")),
        };
        let width = format!("{:.1}", f64::from(days.clamp(0, SHOWN)) * 100.0 / f64::from(SHOWN));
        Expiry { date, day: day(date, lang), left, over, kind: lang.pick(kind.0, kind.1), what, then, width }
    }

    fn waivers(&self) -> Vec<Expiry> {
        let lowered = queries::lowered(self.evaluation.db(), self.evaluation.view.project);
        let known = |id: &str| self.evaluation.view.rules.iter().any(|rule| rule.id == id);
        let then = self.lang.pick(
            "Daarna telt de norm weer mee: opnieuw besluiten, of zorgen dat het opgelost is.",
            "After that the norm counts again: decide anew, or see that it is solved.",
        );
        let one = |waiver: &policy_core::model::Waiver| {
            let (rule, of, owner) = (&waiver.rule, &waiver.vendor_or_product, &waiver.owner);
            let what = self.lang.pick(
                format!("{rule} voor {of}, aanvaard door {owner}"),
                format!("{rule} for {of}, accepted by {owner}"),
            );
            self.expiry(waiver.until, ("aanvaard risico", "accepted risk"), what, then)
        };
        lowered.waivers.iter().filter(|waiver| known(&waiver.rule)).map(one).collect()
    }

    /// The dated lists that the rules read, or that a term of theirs stands for.
    fn lists(&self) -> Vec<Expiry> {
        let schema = self.schema();
        let mut sets = Reads::all(self.evaluation.view.rules).sets;
        sets.extend(schema.terms.iter().filter_map(|term| term.means.as_ref().map(|(_, set)| *set)));
        sets.into_iter().flat_map(|SetId(set)| self.list(&schema.sets[set as usize])).collect()
    }

    fn list(&self, set: &Set) -> Vec<Expiry> {
        let lang = self.lang;
        let name = set.labels.name(lang, &set.name);
        let checked = set.complete_through.map(|date| {
            let what = lang.pick(
                format!("de lijst ‘{name}’ is nagegaan tot en met deze dag"),
                format!("the list ‘{name}’ was checked through this day"),
            );
            let then = lang.pick(
                "Daarna is wat ervan afhangt onbekend, tot de lijst is bijgewerkt.",
                "After that what depends on it is unknown, until the list is updated.",
            );
            self.expiry(date, ("lijst", "list"), what, then)
        });
        let ending = set.members.iter().filter_map(|member| Some((member, member.until?)));
        let ending = ending.filter(|(_, until)| *until > self.as_of).map(|(member, until)| {
            let terms = self.terms(set, &member.terms);
            let source = member.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
            let what = lang.pick(
                format!("{terms} staat tot deze dag in de lijst ‘{name}’{source}"),
                format!("{terms} is in the list ‘{name}’ until this day{source}"),
            );
            let then = lang.pick(
                "Daarna geldt het niet meer, tenzij het wordt verlengd.",
                "After that it no longer holds, unless it is extended.",
            );
            self.expiry(until, ("lijst", "list"), what, then)
        });
        checked.into_iter().chain(ending).collect()
    }

    fn terms(&self, set: &Set, terms: &TermSet) -> String {
        let term = |bit| self.schema().term_of_bit(set.kind, bit);
        let names = terms.iter().filter_map(term).map(|term| term.labels.name(self.lang, &term.name));
        names.collect::<Vec<_>>().join(", ")
    }

    fn documents(&self, name: &dyn Fn(usize) -> String) -> Vec<Expiry> {
        let limits: Vec<_> = self.evaluation.view.rules.iter().flat_map(|rule| self.limits(rule)).collect();
        let all = self.evaluation.declarations.iter().enumerate();
        all.flat_map(|(index, one)| {
            let name = name(index);
            limits.iter().filter_map(|limit| self.document(&name, one, limit)).collect::<Vec<_>>()
        })
        .collect()
    }

    /// The dates that a rule wants to be recent, and how recent.
    fn limits<'r>(&self, rule: &'r Rule) -> Vec<(&'r Rule, FieldRef, Duration)> {
        let mut found = Vec::new();
        for formula in rule.formulas() {
            formula.walk(&mut |inner| {
                if let Formula::Compare { left, op: Op::Le | Op::Lt, right } = inner {
                    found.extend(self.recent(right).map(|span| (rule, *left, span)));
                }
            });
        }
        found
    }

    fn recent(&self, right: &Quantity) -> Option<Duration> {
        match right {
            Quantity::Ago(span) => Some(*span),
            Quantity::Setting { setting, ago: true, .. } => {
                match self.schema().settings[setting.ix()].value {
                    SettingValue::Duration(span) => Some(span),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn document(
        &self,
        name: &str,
        one: &Summary,
        (rule, of, span): &(&Rule, FieldRef, Duration),
    ) -> Option<Expiry> {
        let facts = queries::facts(self.evaluation.db(), self.evaluation.view.project, one.file);
        let fact = facts.lists.get(of.record.ix())?.items.first()?.fields.get(of.field.ix())?;
        let Value::Date(from, _) = fact.value else { return None };
        let end = match *span {
            Duration::Months(months) => from.checked_add(i64::from(months).months()),
            Duration::Hours(hours) => from.checked_add(i64::from(hours / 24).days()),
        };
        let field = &self.schema().records[of.record.ix()].fields[of.field.ix()];
        let (label, lang, rule) = (field.labels.name(self.lang, &field.name), self.lang, &rule.id);
        let what = lang.pick(
            format!("{name}: {label} ({}) is op deze dag te oud voor {rule}", day(from, lang)),
            format!("{name}: {label} ({}) is too old for {rule} on this day", day(from, lang)),
        );
        let then = match end.as_ref() {
            Ok(end) if *end < self.as_of => lang.pick("Vraag een nieuwe versie.", "Ask for a new version."),
            _ => lang.pick("Vraag tijdig een nieuwe versie.", "Ask for a new version in time."),
        };
        Some(self.expiry(end.ok()?, ("ouderdom", "age"), what, then))
    }
}
