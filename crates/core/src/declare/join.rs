//! Fields whose value stands in another record: joined on the name that both records state.

use std::collections::HashMap;

use crate::facts::{Existence, Fact, Facts, Value};
use crate::model::{Derived, RecordId, Schema};

/// Points every unsaid derived field at the fact it is. A field that states something itself keeps that.
/// May be done again after records were removed or filled in.
pub(super) fn join(facts: &mut Facts, schema: &Schema) {
    for (record, it) in schema.records.iter().enumerate() {
        for (field, derived) in it.fields.iter().enumerate().filter_map(|(i, f)| Some((i, f.derived?))) {
            let named = by_name(facts, schema, derived);
            for item in 0..facts.lists[record].items.len() {
                let joined = joined(facts, &named, (record, item), field, derived);
                facts.lists[record].items[item].fields[field] = joined;
            }
        }
    }
}

/// A listed record.
type At = (usize, usize);

/// The records that can be joined, by the name they state.
fn by_name(facts: &Facts, schema: &Schema, derived: Derived) -> HashMap<u32, Vec<At>> {
    let mut named: HashMap<u32, Vec<At>> = HashMap::new();
    for other in schema.members(derived.record) {
        for (index, candidate) in facts.lists[other.ix()].items.iter().enumerate() {
            if let Some(name) = candidate.fields.get(derived.other_key.ix()).and_then(stated) {
                named.entry(name).or_default().push((other.ix(), index));
            }
        }
    }
    named
}

fn joined(facts: &Facts, named: &HashMap<u32, Vec<At>>, at: At, field: usize, derived: Derived) -> Fact {
    let this = &facts.lists[at.0].items[at.1];
    let own = &this.fields[field];
    let joined_before = points_elsewhere(&own.value);
    if !own.absent && !joined_before {
        return own.clone();
    }
    let unsaid = match joined_before {
        true => {
            Fact { value: Value::Undeclared, node: this.node, absent: true, reading: None, definite: false }
        }
        false => own.clone(),
    };
    let name = this.fields.get(derived.key.ix()).and_then(stated);
    let found = name.and_then(|name| named.get(&name)).map_or(&[][..], Vec::as_slice);
    let found: Vec<At> = found.iter().copied().filter(|other| *other != at).collect();
    let item = |(record, index): At| &facts.lists[record].items[index];
    let unsettled = |other: &At| {
        item(*other).exists != Existence::Certain
            || points_elsewhere(&item(*other).fields[derived.field.ix()].value)
    };
    if found.iter().any(unsettled) {
        return unsaid;
    }
    let same = |(record, index): At| Value::Same(RecordId(record as u32), index as u32, derived.field.0);
    let fact = |other: At| item(other).fields[derived.field.ix()].clone();
    match found.as_slice() {
        [] => unsaid,
        [one] => Fact { value: same(*one), ..fact(*one) },
        [first, ..] => {
            let values = found.iter().map(|other| same(*other)).collect();
            Fact { value: Value::OneOf(values), definite: false, ..fact(*first) }
        }
    }
}

/// The one term that is stated.
fn stated(fact: &Fact) -> Option<u32> {
    match &fact.value {
        Value::One(terms) if fact.reading.is_none() => terms.single(),
        _ => None,
    }
}

fn points_elsewhere(value: &Value) -> bool {
    match value {
        Value::Same(..) => true,
        Value::OneOf(all) => all.iter().any(|v| matches!(v, Value::Same(..))),
        _ => false,
    }
}
