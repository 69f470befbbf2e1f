//! One step of learning: something open becomes more definite, in agreement with what was said.

use policy_core::facts::{Existence, Facts, SetValue, Value};
use policy_core::model::{FieldType, RecordId, Schema, TermSet};
use policy_tests::reference::generate::Case;

/// The case after learning one of the open things, or `None` where the nth thing is not open.
pub fn learn(case: &Case, nth: usize) -> Option<Case> {
    let mut after = case.clone();
    let mut open = 0;
    for condition in &mut after.facts.conditions {
        if condition.decided.is_none() && step(&mut open, nth) {
            condition.decided = Some(nth.is_multiple_of(2));
            return Some(after);
        }
    }
    for r in 0..after.facts.lists.len() {
        if !after.facts.lists[r].complete && step(&mut open, nth) {
            after.facts.lists[r].complete = true;
            return Some(after);
        }
        if learn_item(&case.schema, &mut after.facts, RecordId(r as u32), &mut open, nth) {
            return Some(after);
        }
    }
    None
}

fn step(open: &mut usize, nth: usize) -> bool {
    *open += 1;
    *open == nth + 1
}

fn learn_item(schema: &Schema, facts: &mut Facts, record: RecordId, open: &mut usize, nth: usize) -> bool {
    for i in 0..facts.lists[record.ix()].items.len() {
        let item = &mut facts.lists[record.ix()].items[i];
        if item.exists == Existence::Contested && step(open, nth) {
            item.exists = Existence::Certain;
            return true;
        }
        for f in 0..item.fields.len() {
            let out = excluded(schema, facts, record, f as u32);
            let fact = &mut facts.lists[record.ix()].items[i].fields[f];
            let field = &schema.records[record.ix()].fields[f];
            if let Some(value) = narrowed(schema, field.ty, field.many, &fact.value, &out)
                && step(open, nth)
            {
                fact.value = value;
                return true;
            }
        }
    }
    false
}

/// What exclusions of the record and its ancestors take out of one field.
fn excluded(schema: &Schema, facts: &Facts, record: RecordId, field: u32) -> TermSet {
    let mut out = TermSet::empty();
    let types = std::iter::successors(Some(record), |r| schema.records[r.ix()].parent);
    for exclusion in types.flat_map(|r| &facts.lists[r.ix()].exclusions) {
        if let [(f, terms)] = exclusion.fields.as_slice()
            && *f == field
        {
            out = out.or(terms);
        }
    }
    out
}

fn narrowed(schema: &Schema, ty: FieldType, many: bool, value: &Value, out: &TermSet) -> Option<Value> {
    match (value, ty) {
        (Value::Undeclared, FieldType::Terms(kind)) if !schema.kinds[kind.ix()].open => {
            let left = schema.universe(kind).minus(out);
            if many {
                let must: TermSet = left.iter().take(1).collect();
                return Some(Value::set(SetValue { may: must.clone(), must, some_of: vec![] }));
            }
            left.iter().next().map(|t| Value::One(TermSet::one(t)))
        }
        (Value::Undeclared, FieldType::Number) => Some(Value::Number(1)),
        (Value::Undeclared, FieldType::Event) => Some(Value::Event(0)),
        (Value::One(set), _) if set.len() > 1 => {
            let left = set.minus(out);
            left.iter().last().map(|t| Value::One(TermSet::one(t)))
        }
        (Value::Set(set), _) if set.must != set.may && set.some_of.is_empty() && !set.must.meets(out) => {
            Some(Value::set(SetValue { may: set.must.clone(), ..(**set).clone() }))
        }
        (Value::Date(a, b), _) if a != b => Some(Value::Date(*a, *a)),
        (Value::Conflicting(values), _) => values.first().cloned(),
        _ => None,
    }
}
