//! Which records of a declaration have something at a place: a rule that reads none of them finds nothing there.

use policy_core::facts::{Existence, Facts, Item, List, Notes, Value};
use policy_core::model::{NodeId, RecordId};
use policy_syntax::Span;

/// The records of which something stands near some bytes, and those that hang on the same conditions: what hangs on a
/// condition is shown where that is first met. None if it can be any: what concerns the whole is shown at its beginning.
pub fn records(facts: &Facts, notes: &Notes, near: Span) -> Option<Vec<RecordId>> {
    let touches = |node: NodeId| {
        let span = notes.span(node);
        span.start <= near.end && near.start <= span.end
    };
    if touches(NodeId(0)) {
        return None;
    }
    let listed = || (0..).map(RecordId).zip(facts.lists.iter().map(|list| &**list));
    let here: Vec<RecordId> =
        listed().filter(|(_, list)| nodes(list).any(touches)).map(|(record, _)| record).collect();
    let conditions: Vec<Vec<u32>> = facts.lists.iter().map(|list| conditions(list)).collect();
    let shared: Vec<u32> = here.iter().flat_map(|record| conditions[record.ix()].clone()).collect();
    let hangs = |record: &RecordId| conditions[record.ix()].iter().any(|c| shared.contains(c));
    let is_near = |record: &RecordId| here.contains(record) || hangs(record);
    Some(listed().map(|(record, _)| record).filter(is_near).collect())
}

fn nodes(list: &List) -> impl Iterator<Item = NodeId> + '_ {
    let of_item =
        |item: &'_ Item| std::iter::once(item.node).chain(item.fields.iter().map(|fact| fact.node)).collect();
    let items = list.items.iter().flat_map(move |item| -> Vec<NodeId> { of_item(item) });
    std::iter::once(list.node).chain(items).chain(list.exclusions.iter().map(|exclusion| exclusion.node))
}

/// The conditions that something in a list hangs on.
fn conditions(list: &List) -> Vec<u32> {
    let mut found = Vec::new();
    for item in &list.items {
        if let Existence::If(condition) = item.exists {
            found.push(condition);
        }
        item.fields.iter().for_each(|fact| hangs_on(&fact.value, &mut found));
    }
    found
}

fn hangs_on(value: &Value, found: &mut Vec<u32>) {
    match value {
        Value::If { condition, then, otherwise } => {
            found.push(*condition);
            [then, otherwise].into_iter().for_each(|value| hangs_on(value, found));
        }
        Value::OneOf(values) | Value::Conflicting(values) => {
            values.iter().for_each(|value| hangs_on(value, found));
        }
        _ => {}
    }
}
