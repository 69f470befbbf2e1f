//! What stops holding by itself: accepted risks, dated lists, documents that get too old. Which days those are is known
//! where the timeline knows it; here they get words.

use jiff::civil::Date;
use policy_core::lang::Lang;
use policy_core::model::{Origin, Schema, Set, SetId, TermSet, Waiver};
use policy_db::dated::{self, Aging, Edge, Turn};
use policy_db::queries;
use policy_db::reads::Reads;

use super::words::{day, distance};
use crate::evaluation::Evaluation;

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
        let one = |waiver: &Waiver| {
            let of = &waiver.vendor_or_product;
            let ends = dated::of_waiver(waiver).into_iter().filter_map(|edge| match edge.turn {
                Turn::Expired(rule, owner) => Some((edge.day, rule, owner)),
                _ => None,
            });
            let told = ends.map(|(day, rule, owner)| {
                let what = self.lang.pick(
                    format!("{rule} voor {of}, aanvaard door {owner}"),
                    format!("{rule} for {of}, accepted by {owner}"),
                );
                self.expiry(day, ("aanvaard risico", "accepted risk"), what, then)
            });
            told.collect::<Vec<_>>()
        };
        lowered.waivers.iter().filter(|waiver| known(&waiver.rule)).flat_map(one).collect()
    }

    /// The dated lists that the rules read, or that a term of theirs stands for.
    fn lists(&self) -> Vec<Expiry> {
        let schema = self.schema();
        let mut sets = Reads::all(self.evaluation.view.rules).sets;
        sets.extend(schema.terms.iter().filter_map(|term| term.means.as_ref().map(|(_, set)| *set)));
        let told = |edge: Edge| match edge.turn {
            Turn::Stale(set, last) if sets.contains(&set) => Some(self.stale(set, last)),
            Turn::Leaves(set, terms) if sets.contains(&set) && edge.day > self.as_of => {
                Some(self.leaves(set, &terms, edge.day, edge.at))
            }
            _ => None,
        };
        dated::of_sets(schema).into_iter().filter_map(told).collect()
    }

    fn stale(&self, set: SetId, last: Date) -> Expiry {
        let (lang, set) = (self.lang, &self.schema().sets[set.ix()]);
        let name = set.labels.name(lang, &set.name);
        let what = lang.pick(
            format!("de lijst ‘{name}’ is nagegaan tot en met deze dag"),
            format!("the list ‘{name}’ was checked through this day"),
        );
        let then = lang.pick(
            "Daarna is wat ervan afhangt onbekend, tot de lijst is bijgewerkt.",
            "After that what depends on it is unknown, until the list is updated.",
        );
        self.expiry(last, ("lijst", "list"), what, then)
    }

    fn leaves(&self, set: SetId, terms: &TermSet, day: Date, at: Origin) -> Expiry {
        let (lang, set) = (self.lang, &self.schema().sets[set.ix()]);
        let (name, terms) = (set.labels.name(lang, &set.name), self.terms(set, terms));
        let source = set.members.iter().find(|member| member.origin == at);
        let source = source.and_then(|member| member.source.as_ref());
        let source = source.map(|source| format!(" ({source})")).unwrap_or_default();
        let what = lang.pick(
            format!("{terms} staat tot deze dag in de lijst ‘{name}’{source}"),
            format!("{terms} is in the list ‘{name}’ until this day{source}"),
        );
        let then = lang.pick(
            "Daarna geldt het niet meer, tenzij het wordt verlengd.",
            "After that it no longer holds, unless it is extended.",
        );
        self.expiry(day, ("lijst", "list"), what, then)
    }

    fn terms(&self, set: &Set, terms: &TermSet) -> String {
        let term = |bit| self.schema().term_of_bit(set.kind, bit);
        let names = terms.iter().filter_map(term).map(|term| term.labels.name(self.lang, &term.name));
        names.collect::<Vec<_>>().join(", ")
    }

    fn documents(&self, name: &dyn Fn(usize) -> String) -> Vec<Expiry> {
        let (db, view) = (self.evaluation.db(), self.evaluation.view);
        let all = self.evaluation.declarations.iter().enumerate();
        all.flat_map(|(index, one)| {
            let facts = queries::facts(db, view.project, one.file);
            let aging = dated::aging(view.schema, view.rules, facts);
            aging.into_iter().map(|aging| self.document(&name(index), &aging)).collect::<Vec<_>>()
        })
        .collect()
    }

    fn document(&self, name: &str, aging: &Aging) -> Expiry {
        let Aging { rule, field, stated, day: end } = *aging;
        let (lang, rule) = (self.lang, &self.evaluation.view.rules[rule].id);
        let field = &self.schema().records[field.record.ix()].fields[field.field.ix()];
        let (label, stated) = (field.labels.name(lang, &field.name), day(stated, lang));
        let what = lang.pick(
            format!("{name}: {label} ({stated}) is vanaf deze dag te oud voor {rule}"),
            format!("{name}: {label} ({stated}) is too old for {rule} from this day on"),
        );
        let then = match end <= self.as_of {
            true => lang.pick("Vraag een nieuwe versie.", "Ask for a new version."),
            false => lang.pick("Vraag tijdig een nieuwe versie.", "Ask for a new version in time."),
        };
        self.expiry(end, ("ouderdom", "age"), what, then)
    }
}
