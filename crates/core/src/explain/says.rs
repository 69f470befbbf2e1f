//! What a single fact says, as a clause: with or without the name of the record it is about.

use super::Input;
use super::phrases::{Join, clauses, day, quote};
use super::voice::Voice;
use crate::facts::{Exclusion, Existence, Value};
use crate::lang::Lang;
use crate::model::{FieldId, RecordId, SetId};
use crate::verdict::FactRef;

/// Says facts, in one language.
pub(super) struct Sayer<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) voice: Voice<'a>,
}

impl<'a> Sayer<'a> {
    pub(super) fn new(input: &'a Input<'a>, lang: Lang) -> Self {
        Sayer { input, voice: Voice { schema: input.schema, facts: Some(input.facts), lang } }
    }

    /// A fact with the name of its record in front.
    pub(super) fn whole(&self, fact: FactRef) -> String {
        match fact {
            FactRef::Field(record, item, _) => {
                format!("{}: {}", self.voice.item_name(record, item), self.clause(fact))
            }
            FactRef::Exists(record, item) => self.exists(record, item, &self.voice.item_name(record, item)),
            _ => self.clause(fact),
        }
    }

    /// A fact as a clause; a field and a record's being there without the record's name.
    pub(super) fn clause(&self, fact: FactRef) -> String {
        match fact {
            FactRef::Field(record, item, field) => self.field(record, item, field),
            FactRef::Exists(record, item) => self.exists(record, item, self.lang().pick("dit", "it")),
            FactRef::Complete(record) => self.complete(record),
            FactRef::Exclusion(record, index) => self.exclusion(record, index),
            FactRef::Condition(condition) => self.condition(condition),
            FactRef::Ungoverned(record, bit) => self.ungoverned(record, bit),
            FactRef::Category(record, bit) => self.category(record, bit),
            FactRef::World(set) => self.world(SetId(set)),
        }
    }

    fn lang(&self) -> Lang {
        self.voice.lang
    }

    fn field(&self, record: RecordId, item: u32, field: u32) -> String {
        let at = (record, FieldId(field));
        match self.voice.fact(record, item, field) {
            Some((to, fact)) => {
                let sides = self.input.sides(to.0, to.1, to.2);
                let told = matches!(&fact.value, Value::Conflicting(v) if v.len() == sides.len());
                let sources: Vec<_> = sides.into_iter().filter(|_| told).map(|p| p.source).collect();
                self.voice.states(at, item, fact, &sources)
            }
            None => self.voice.not_stated(at),
        }
    }

    fn exists(&self, record: RecordId, item: u32, name: &str) -> String {
        let lang = self.lang();
        match self.voice.item(record, item).map(|i| i.exists) {
            Some(Existence::If(condition)) => {
                let condition = self.voice.condition(condition);
                lang.pick(
                    format!("{name} geldt alleen als {condition}"),
                    format!("{name} is there only if {condition}"),
                )
            }
            Some(Existence::Contested) => lang.pick(
                format!("de uitspraken verschillen over de vraag of {name} er is"),
                format!("the statements disagree on whether {name} is there"),
            ),
            Some(Existence::Certain) => lang.pick(format!("{name} is vermeld"), format!("{name} is listed")),
            None => lang.pick(format!("{name} is niet vermeld"), format!("{name} is not listed")),
        }
    }

    fn complete(&self, record: RecordId) -> String {
        let (records, lang) = (self.voice.records(record), self.lang());
        match self.input.facts.list(record) {
            l if l.complete && l.items.is_empty() => {
                if self.input.schema.records[record.ix()].written {
                    return lang.pick(
                        format!("het document vermeldt geen {records}"),
                        format!("the document states no {records}"),
                    );
                }
                lang.pick(
                    format!("er is vermeld dat er geen {records} {}", self.are(record)),
                    format!("it is stated that there are no {records}"),
                )
            }
            l if l.complete => lang.pick(
                format!("de lijst van {records} is volledig"),
                format!("the list of {records} is complete"),
            ),
            l if l.said || !l.items.is_empty() => lang.pick(
                format!("niet vermeld is of de lijst van {records} volledig is"),
                format!("it is not stated whether the list of {records} is complete"),
            ),
            _ => lang.pick(
                format!("over {records} is niets vermeld"),
                format!("nothing is stated about {records}"),
            ),
        }
    }

    /// The Dutch verb for a record's plural, which some have not: "er is geen gebruik".
    fn are(&self, record: RecordId) -> &'static str {
        if self.voice.records(record) == self.voice.record(record) { "is" } else { "zijn" }
    }

    fn exclusion(&self, record: RecordId, index: u32) -> String {
        let (records, lang) = (self.voice.records(record), self.lang());
        let parts = match self.input.facts.list(record).exclusions.get(index as usize) {
            Some(exclusion) => self.exclusion_parts(record, exclusion),
            None => Vec::new(),
        };
        let which = clauses(lang, &parts);
        lang.pick(
            format!("er is vermeld dat er geen {records} {} met {which}", self.are(record)),
            format!("it is stated that there are no {records} with {which}"),
        )
    }

    fn exclusion_parts(&self, record: RecordId, exclusion: &Exclusion) -> Vec<String> {
        let part = |(field, terms): &(u32, crate::model::TermSet)| {
            let at = (record, FieldId(*field));
            let terms = self.voice.kind(at).map(|k| self.voice.terms(k, terms, Join::Or));
            format!("{} {}", self.voice.field(at), terms.unwrap_or_default())
        };
        exclusion.fields.iter().map(part).collect()
    }

    fn condition(&self, condition: u32) -> String {
        let name = self.voice.condition(condition);
        let decided = self.input.facts.conditions().get(condition as usize).and_then(|c| c.decided);
        let (nl, en) = match decided {
            Some(true) => (format!("{name} geldt"), format!("{name} holds")),
            Some(false) => (format!("{name} geldt niet"), format!("{name} does not hold")),
            None => (
                format!("niet vastgesteld is of {name} geldt"),
                format!("whether {name} holds is not settled"),
            ),
        };
        self.lang().pick(nl, en)
    }

    fn ungoverned(&self, record: RecordId, bit: u32) -> String {
        let category = self.voice.category(self.input.rules, record, bit);
        let record = self.voice.record(record);
        self.lang().pick(
            format!("voor {category} is geen {record} vermeld"),
            format!("no {record} is stated for {category}"),
        )
    }

    fn category(&self, record: RecordId, bit: u32) -> String {
        let category = self.voice.category(self.input.rules, record, bit);
        self.lang().pick(
            format!("niet vermeld is of {category} voorkomt"),
            format!("it is not stated whether there is any {category}"),
        )
    }

    fn world(&self, set: SetId) -> String {
        let (lang, name) = (self.lang(), quote(&self.voice.set(set)));
        let as_of = day(lang, self.input.as_of);
        match self.input.schema.sets.get(set.ix()).and_then(|s| s.complete_through) {
            Some(through) => {
                let through = day(lang, through);
                lang.pick(
                    format!("de lijst {name} loopt tot en met {through}, niet tot de peildatum {as_of}"),
                    format!("the list {name} runs through {through}, not to the as-of date {as_of}"),
                )
            }
            None => lang.pick(format!("de lijst {name}"), format!("the list {name}")),
        }
    }
}
