//! Fields whose value stands in another record: joined on the name that both records state, or on the terms that
//! both hold.

use std::collections::HashMap;

use crate::facts::{Existence, Fact, Facts, SetValue, Value};
use crate::model::{Derived, FieldId, FieldType, NodeId, Reading, RecordId, Schema, TermSet};

/// Points every unsaid derived field at the fact it is. A field that states something itself keeps that.
/// May be done again after records were removed or filled in.
pub(super) fn join(facts: &mut Facts, schema: &Schema) {
    for (record, it) in schema.records.iter().enumerate() {
        for (field, derived) in it.fields.iter().enumerate().filter_map(|(i, f)| Some((i, f.derived?))) {
            let named = by_name(facts, schema, derived);
            for item in 0..facts.lists[record].items.len() {
                let at = (record, item);
                let joined = match it.fields[derived.key.ix()].many {
                    true => shared(facts, schema, at, field, derived),
                    false => joined(facts, &named, at, field, derived),
                };
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

/// What is certainly and what is possibly held.
#[derive(Clone)]
struct Range {
    must: TermSet,
    may: TermSet,
}

/// An unsaid field read as that of the other records that hold one of the same terms: certainly of those that
/// certainly do, at most of those that may, where their list is complete.
fn shared(facts: &Facts, schema: &Schema, at: At, field: usize, derived: Derived) -> Fact {
    let this = &facts.lists[at.0].items[at.1];
    let reading = Some(Reading::ReadAs(RecordId(at.0 as u32), FieldId(field as u32)));
    let own = &this.fields[field];
    if !own.absent {
        return own.clone();
    }
    let unsaid = match own.reading == reading {
        true => {
            Fact { value: Value::Undeclared, node: this.node, absent: true, reading: None, definite: false }
        }
        false => own.clone(),
    };
    let Some(held) = this.fields.get(derived.key.ix()).and_then(|f| range(&f.value)) else { return unsaid };
    let Sharing { mut found, node, complete } = sharing(facts, schema, &held, derived);
    if !complete {
        let FieldType::Terms(kind) = schema.records[at.0].fields[field].ty else { return unsaid };
        found.may = schema.universe(kind);
    }
    let told = complete || !found.must.is_empty();
    if !told || found.may.is_empty() {
        return unsaid;
    }
    let value = Value::set(SetValue { must: found.must, some_of: Vec::new(), may: found.may });
    Fact { value, node: node.unwrap_or(this.node), absent: true, reading, definite: false }
}

/// What the records that share a term come to.
struct Sharing {
    found: Range,
    /// Where the first of them says so.
    node: Option<NodeId>,
    /// Whether there can be no others.
    complete: bool,
}

fn sharing(facts: &Facts, schema: &Schema, held: &Range, derived: Derived) -> Sharing {
    let nothing = Range { must: TermSet::empty(), may: TermSet::empty() };
    let mut all = Sharing { found: nothing, node: None, complete: true };
    let related =
        |a: &TermSet, b: &TermSet| under(schema, derived, a).meets(b) || under(schema, derived, b).meets(a);
    for other in schema.members(derived.record) {
        let list = &facts.lists[other.ix()];
        all.complete &= list.complete;
        for item in &list.items {
            let fact = &item.fields[derived.field.ix()];
            let theirs = range(&item.fields[derived.other_key.ix()].value);
            let possible = theirs.as_ref().is_none_or(|theirs| related(&held.may, &theirs.may));
            let (Some(theirs), Some(read)) = (theirs, range(&fact.value)) else {
                all.complete &= !possible;
                continue;
            };
            if possible {
                all.found.may = all.found.may.or(&read.may);
            }
            let certain = item.exists == Existence::Certain && related(&held.must, &theirs.must);
            if certain && !read.must.is_empty() {
                all.found.must = all.found.must.or(&read.must);
                all.node = all.node.or(Some(fact.node));
            }
        }
    }
    all
}

/// Terms with everything under them.
fn under(schema: &Schema, derived: Derived, terms: &TermSet) -> TermSet {
    let record = &schema.records[derived.record.ix()];
    match record.fields[derived.other_key.ix()].ty {
        FieldType::Terms(kind) if !terms.is_cofinite() => {
            let below = terms.iter().filter_map(|bit| schema.term_of_bit(kind, bit));
            below.fold(terms.clone(), |all, term| all.or(&term.under))
        }
        _ => terms.clone(),
    }
}

/// What a statement leaves possible; `None` where nothing is stated.
fn range(value: &Value) -> Option<Range> {
    let either = |a: Range, b: Range| Range { must: a.must.and(&b.must), may: a.may.or(&b.may) };
    let all = |values: &mut dyn Iterator<Item = &Value>| {
        values.map(range).collect::<Option<Vec<_>>>()?.into_iter().reduce(either)
    };
    match value {
        Value::None => Some(Range { must: TermSet::empty(), may: TermSet::empty() }),
        Value::Set(set) => Some(Range { must: set.must.clone(), may: set.may.clone() }),
        Value::OneOf(values) | Value::Conflicting(values) => all(&mut values.iter()),
        Value::If { then, otherwise, .. } => all(&mut [&**then, &**otherwise].into_iter()),
        _ => None,
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
