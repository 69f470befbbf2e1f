//! Facts with changes made to them, as if the declaration had said so.

use super::repair::{Choice, Edit};
use crate::facts::{Exclusion, Existence, Fact, Facts, Item, SetValue, Value};
use crate::model::{Default as Usual, *};

/// The facts after these changes. Records are taken away last, so that the numbers of the others hold until then.
pub(super) fn apply(facts: &Facts, schema: &Schema, edits: &[Edit]) -> Facts {
    let mut facts = facts.clone();
    let mut removed: Vec<(RecordId, u32)> = Vec::new();
    for edit in edits {
        match edit {
            Edit::Set { record, item, field, value, .. } => set(&mut facts, (*record, *item, *field), value),
            Edit::Complete(record) => {
                let list = &mut facts.lists[record.ix()];
                (list.complete, list.said) = (true, true);
            }
            Edit::Exclude(record, fields) => {
                let list = &mut facts.lists[record.ix()];
                let node = list.node;
                list.exclusions.push(Exclusion { fields: fields.clone(), node });
            }
            Edit::Add(record, fields) => add(&mut facts, schema, *record, fields),
            Edit::Remove(record, item) => removed.push((*record, *item)),
        }
    }
    removed.sort();
    removed.dedup();
    for (record, item) in removed.into_iter().rev() {
        remove(&mut facts, record, item);
    }
    facts
}

fn set(facts: &mut Facts, (record, item, field): (RecordId, u32, FieldId), value: &Value) {
    reserve(facts, value);
    let fact = &mut facts.lists[record.ix()].items[item as usize].fields[field.ix()];
    let node = fact.node;
    *fact = Fact { value: value.clone(), node, absent: false, reading: None, definite: true };
}

fn add(facts: &mut Facts, schema: &Schema, record: RecordId, fields: &[(FieldId, Value, Choice)]) {
    fields.iter().for_each(|(_, value, _)| reserve(facts, value));
    let list = &mut facts.lists[record.ix()];
    let node = list.node;
    let unsaid =
        |field: &Field| Fact { value: usual(field), node, absent: true, reading: None, definite: false };
    let mut item = Item {
        exists: Existence::Certain,
        fields: schema.records[record.ix()].fields.iter().map(unsaid).collect(),
        node,
    };
    for (field, value, _) in fields {
        item.fields[field.ix()] =
            Fact { value: value.clone(), node, absent: false, reading: None, definite: true };
    }
    list.said = true;
    list.items.push(item);
}

/// What a field is about which nothing is said.
fn usual(field: &Field) -> Value {
    match field.default {
        Usual::Unknown => Value::Undeclared,
        Usual::Absent => Value::None,
        Usual::Term(bit) | Usual::ReadAs(bit) => match field.ty {
            FieldType::Event => Value::Event(bit),
            _ if field.many => all_of(TermSet::one(bit)),
            _ => Value::One(TermSet::one(bit)),
        },
    }
}

/// A set that is exactly these terms.
pub(super) fn all_of(terms: TermSet) -> Value {
    Value::set(SetValue { must: terms.clone(), some_of: Vec::new(), may: terms })
}

/// Makes room for a word of an open kind that nobody used before.
fn reserve(facts: &mut Facts, value: &Value) {
    let bits = match value {
        Value::One(terms) => terms,
        Value::Set(set) => &set.must,
        _ => return,
    };
    if !bits.is_cofinite() && bits.contains(facts.words.len() as u32) {
        facts.words.push("…".to_owned());
    }
}

fn remove(facts: &mut Facts, record: RecordId, item: u32) {
    facts.lists[record.ix()].items.remove(item as usize);
    let items = facts.lists.iter_mut().flat_map(|list| &mut list.items);
    for fact in items.flat_map(|item| &mut item.fields) {
        renumber(&mut fact.value, record, item);
    }
}

/// Follows records that moved up because one before them is gone.
fn renumber(value: &mut Value, record: RecordId, gone: u32) {
    match value {
        Value::Same(r, i, _) if *r == record && *i == gone => *value = Value::Undeclared,
        Value::Same(r, i, _) if *r == record && *i > gone => *i -= 1,
        Value::OneOf(values) | Value::Conflicting(values) => {
            values.iter_mut().for_each(|value| renumber(value, record, gone));
        }
        Value::If { then, otherwise, .. } => {
            [then, otherwise].into_iter().for_each(|value| renumber(value, record, gone));
        }
        _ => {}
    }
}
