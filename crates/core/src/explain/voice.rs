//! What things are called: records, fields, terms, sets and events by their labels, listed records by name.

use super::phrases::{Join, names, quote};
use crate::facts::{Fact, FactSource, Item, Value};
use crate::lang::Lang;
use crate::model::{
    Collection, EventId, FieldId, FieldType, Form, KindId, Labels, Norm, RecordId, Rule, Schema, SetId,
    TermSet,
};

/// Fields of a derived fact point at each other at most this often.
const HOPS: usize = 8;
/// A longer text names nothing.
const NAME: usize = 60;

/// One language speaking about one schema, and about a declaration when there is one.
#[derive(Clone, Copy)]
pub(super) struct Voice<'a> {
    pub(super) schema: &'a Schema,
    pub(super) facts: Option<&'a dyn FactSource>,
    pub(super) lang: Lang,
}

/// A field of a record type.
pub(super) type At = (RecordId, FieldId);

impl<'a> Voice<'a> {
    /// The label of a record type: singular.
    pub(super) fn record(&self, id: RecordId) -> String {
        let record = &self.schema.records[id.ix()];
        record.labels.name(self.lang, &record.name).to_string()
    }

    /// The label of a record type: plural, as far as there is one.
    pub(super) fn records(&self, id: RecordId) -> String {
        let record = &self.schema.records[id.ix()];
        record.labels.word(self.lang, Form(1)).unwrap_or(&record.name).to_string()
    }

    /// Whether a set holds every term of a closed kind.
    pub(super) fn covers(&self, kind: KindId, terms: &TermSet) -> bool {
        let all = self.schema.universe(kind);
        !all.is_cofinite() && all.minus(terms).is_empty()
    }

    /// The label of a field.
    pub(super) fn field(&self, (record, field): At) -> String {
        let fields = &self.schema.records[record.ix()].fields;
        fields.get(field.ix()).map(|f| f.labels.name(self.lang, &f.name).to_string()).unwrap_or_default()
    }

    /// Whether a field's label is a plural, as that of a field with many values can be: told by its ending.
    pub(super) fn is_plural(&self, at: At) -> bool {
        let many = self.schema.records[at.0.ix()].fields.get(at.1.ix()).is_some_and(|f| f.many);
        // What follows a preposition belongs to the head of the label: "notice of changes" is no plural.
        let label = self.field(at);
        let label = [" van ", " of ", " voor ", " for "]
            .iter()
            .find_map(|p| label.split_once(p))
            .map_or(label.as_str(), |(head, _)| head);
        let ends = |ends: &[&str]| ends.iter().any(|e| label.ends_with(e));
        many && match self.lang {
            Lang::Nl => ends(&["en", "ens", "ers", "els"]),
            Lang::En => ends(&["s"]) && !ends(&["ss", "us", "is"]),
        }
    }

    /// The name of a set.
    pub(super) fn set(&self, id: SetId) -> String {
        self.named(&self.schema.sets[id.ix()].labels, &self.schema.sets[id.ix()].name)
    }

    /// The name of an event.
    pub(super) fn event(&self, id: EventId) -> String {
        self.schema.events.get(id.ix()).map(|e| self.named(&e.labels, &e.name)).unwrap_or_default()
    }

    fn named(&self, labels: &Labels, name: &str) -> String {
        labels.name(self.lang, name).to_string()
    }

    /// The event that no other one precedes.
    pub(super) fn earliest(&self) -> Option<EventId> {
        let events = &self.schema.events;
        let first = events.iter().enumerate().find(|(i, e)| e.not_before.iter().all(|b| b.ix() == *i));
        first.map(|(i, _)| EventId(i as u32))
    }

    /// A term by its bit: its label; a word of an open kind as the declaration writes it.
    pub(super) fn term(&self, kind: KindId, bit: u32) -> String {
        let stated = self.facts.filter(|_| self.schema.kinds[kind.ix()].open);
        if let Some(word) = stated.and_then(|f| f.words().get(bit as usize)) {
            return word.clone();
        }
        match self.schema.term_of_bit(kind, bit) {
            Some(term) => self.named(&term.labels, &term.name),
            None => self.lang.pick("een ander", "another one").to_string(),
        }
    }

    /// The names of a finite set's members, a term standing for all that is under it if that is all there.
    pub(super) fn members(&self, kind: KindId, terms: &TermSet) -> Vec<String> {
        let covered = |bit: u32| {
            let mut above = self.schema.term_of_bit(kind, bit).and_then(|t| t.parent);
            let mut hops = 0;
            while let Some(id) = above.filter(|_| hops < 64) {
                let term = &self.schema.terms[id.ix()];
                if terms.contains(term.bit) && term.under.within(terms) {
                    return true;
                }
                (above, hops) = (term.parent, hops + 1);
            }
            false
        };
        terms.iter().filter(|bit| !covered(*bit)).map(|bit| self.term(kind, bit)).collect()
    }

    /// A set of terms as a list of names.
    pub(super) fn terms(&self, kind: KindId, terms: &TermSet, join: Join) -> String {
        let named = names(self.lang, &self.members(kind, terms), join);
        match (terms.is_cofinite(), terms.len()) {
            (false, _) => named,
            (true, 0) => self.lang.pick("om het even welke", "any").to_string(),
            (true, _) => format!("{} {named}", self.lang.pick("alles behalve", "anything except")),
        }
    }

    /// The kind of a field that holds terms.
    pub(super) fn kind(&self, (record, field): At) -> Option<KindId> {
        match self.schema.records[record.ix()].fields.get(field.ix())?.ty {
            FieldType::Terms(kind) => Some(kind),
            _ => None,
        }
    }

    /// A listed record.
    pub(super) fn item(&self, record: RecordId, item: u32) -> Option<&'a Item> {
        self.facts?.list(record).items.get(item as usize)
    }

    /// A fact, where it is stated: a derived one is followed to its source.
    pub(super) fn fact(
        &self,
        record: RecordId,
        item: u32,
        field: u32,
    ) -> Option<((RecordId, u32, u32), &'a Fact)> {
        let mut at = (record, item, field);
        for _ in 0..HOPS {
            let fact = self.item(at.0, at.1)?.fields.get(at.2 as usize)?;
            match fact.value {
                Value::Same(record, item, field) => at = (record, item, field),
                _ => return Some((at, fact)),
            }
        }
        None
    }

    /// ``loan `Atlas` ``, or `loan 2` if it has no name; a single record by its label alone.
    pub(super) fn item_name(&self, record: RecordId, item: u32) -> String {
        let label = self.record(record);
        if self.schema.records[record.ix()].single {
            return label;
        }
        match self.name_of(record, item) {
            Some(name) => format!("{label} {name}"),
            None => format!("{label} {}", item + 1),
        }
    }

    /// The first stated name in it; else the terms of its key.
    fn name_of(&self, record: RecordId, item: u32) -> Option<String> {
        let ty = &self.schema.records[record.ix()];
        let fields = (0..ty.fields.len() as u32).map(FieldId);
        let ordered: Vec<FieldId> = ty.key.iter().copied().chain(fields).collect();
        let stated = |field: FieldId, open: bool| {
            let (at, fact) = self.fact(record, item, field.0)?;
            let kind = self.kind((at.0, FieldId(at.2)))?;
            let terms = definite_terms(&fact.value).filter(|_| self.schema.kinds[kind.ix()].open == open)?;
            let words = self.members(kind, terms);
            let short = words.iter().map(|w| w.chars().count()).sum::<usize>() <= NAME;
            (short && !words.is_empty()).then(|| names(self.lang, &words, Join::And))
        };
        let by_name = ordered.iter().find_map(|f| stated(*f, true));
        by_name.or_else(|| ty.key.iter().find_map(|f| stated(*f, false)))
    }

    /// The kind of the categories that a record type governs or holds.
    pub(super) fn category_kind(&self, rules: &[Rule], record: RecordId) -> Option<KindId> {
        let of_norm = |norm: &Norm| match norm {
            Norm::Each { over: Collection::Categories { governed_by, key, held, .. }, .. } => {
                let kin =
                    |id: RecordId| id == record || self.schema.records[id.ix()].children.contains(&record);
                (kin(*governed_by) || kin(held.0)).then(|| self.kind((*governed_by, *key))).flatten()
            }
            _ => None,
        };
        let ruled = rules.iter().flat_map(|r| &r.sentences).find_map(|s| of_norm(&s.norm));
        let ty = &self.schema.records[record.ix()];
        let keyed = || ty.key.iter().find_map(|f| self.kind((record, *f)));
        ruled.or_else(keyed).or_else(|| ty.home_of.first().copied())
    }

    /// A category by its bit, between back-quotes.
    pub(super) fn category(&self, rules: &[Rule], record: RecordId, bit: u32) -> String {
        match self.category_kind(rules, record) {
            Some(kind) => quote(&self.term(kind, bit)),
            None => self.lang.pick("deze categorie", "this category").to_string(),
        }
    }
}

/// The terms of a value that is stated as exactly these.
fn definite_terms(value: &Value) -> Option<&TermSet> {
    match value {
        Value::One(terms) => terms.single().map(|_| terms),
        Value::Set(set) if set.must == set.may => Some(&set.must),
        _ => None,
    }
}
