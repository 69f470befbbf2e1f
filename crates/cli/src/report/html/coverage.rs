//! How much of what the rules look at a declaration states: a measure of the document, not of what it promises.

use std::collections::BTreeSet;

use policy_core::facts::{Fact, Facts, List, Value};
use policy_core::model::{Default as Unsaid, FieldId, Owner, RecordId, Rule, Schema};
use policy_db::reads::Reads;

use super::face::{Segment, segments};

/// The facts that rules read and the party that declares fills in.
pub struct Needed {
    fields: BTreeSet<(RecordId, FieldId)>,
    lists: BTreeSet<RecordId>,
}

/// How many of the needed facts are stated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Stated.
    pub stated: usize,
    /// Stated in a way that leaves it open: vague, conditional, contradictory, or a list that may go on.
    pub vague: usize,
    /// Not stated.
    pub silent: usize,
}

impl Needed {
    /// What these rules read.
    pub fn by(rules: &[Rule], schema: &Schema) -> Needed {
        let read = Reads::all(rules).fields.into_iter();
        let every = read.flat_map(|(record, field)| schema.members(record).map(move |own| (own, field)));
        let asked = |(record, field): &(RecordId, FieldId)| {
            let (record, field) = (&schema.records[record.ix()], field.ix());
            let field = &record.fields[field];
            record.owner == Owner::Vendor && field.owner == Owner::Vendor && field.derived.is_none()
        };
        let fields: BTreeSet<_> = every.filter(asked).collect();
        let listed = |record: &RecordId| {
            let record = &schema.records[record.ix()];
            !record.single && !record.written
        };
        let lists = fields.iter().map(|(record, _)| *record).filter(listed).collect();
        Needed { fields, lists }
    }

    /// How much of it a declaration states.
    pub fn of(&self, facts: &Facts, schema: &Schema) -> Coverage {
        let mut found = Coverage::default();
        for record in &self.lists {
            facts.lists.get(record.ix()).into_iter().for_each(|list| found.list(list));
        }
        for (record, field) in &self.fields {
            let usual = schema.records[record.ix()].fields[field.ix()].default != Unsaid::Unknown;
            let items = facts.lists.get(record.ix()).into_iter().flat_map(|list| &list.items);
            items.filter_map(|item| item.fields.get(field.ix())).for_each(|fact| found.fact(fact, usual));
        }
        found
    }
}

impl Coverage {
    fn list(&mut self, list: &List) {
        match list {
            List { complete: true, .. } => self.stated += 1,
            List { said: true, .. } => self.vague += 1,
            List { items, .. } if !items.is_empty() => self.vague += 1,
            _ => self.silent += 1,
        }
    }

    /// `usual`: what is left out is known by itself.
    fn fact(&mut self, fact: &Fact, usual: bool) {
        match &fact.value {
            Value::Same(..) => {}
            Value::Undeclared if usual => {}
            Value::Undeclared => self.silent += 1,
            value if open(value) => self.vague += 1,
            _ => self.stated += 1,
        }
    }

    /// How many facts are needed.
    pub fn needed(&self) -> usize {
        self.stated + self.vague + self.silent
    }

    /// How many of a hundred are stated.
    pub fn percent(&self) -> usize {
        self.stated * 100 / self.needed().max(1)
    }

    /// The three as a bar.
    pub fn bar(&self) -> Vec<Segment> {
        segments(&[("pass", self.stated), ("unknown", self.vague), ("silent", self.silent)])
    }
}

/// Whether a stated value leaves open what it is.
fn open(value: &Value) -> bool {
    match value {
        Value::One(terms) => terms.single().is_none(),
        Value::Set(set) => set.may != set.must,
        Value::OneOf(_) | Value::If { .. } | Value::Conflicting(_) => true,
        _ => false,
    }
}
