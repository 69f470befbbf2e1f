//! Which records of a declaration have something at a place: a rule that reads none of them finds nothing there.

use policy_core::facts::{Existence, Facts, Item, List, Notes};
use policy_core::model::{NodeId, RecordId};
use policy_syntax::Span;

/// The records of which something stands near some bytes, and those that hang on the same conditions: what hangs on a
/// condition is shown where that is first met. None if it can be any: what concerns the whole is shown at its beginning.
pub fn records(facts: &Facts, notes: &Notes, near: Span) -> Option<Vec<RecordId>> {
    let touches = |node: NodeId| notes.span(node).touches(near);
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
    let fields = list.items.iter().flat_map(|item| item.fields.iter().map(|fact| fact.node));
    let items = list.items.iter().map(|item| item.node);
    let exclusions = list.exclusions.iter().map(|exclusion| exclusion.node);
    std::iter::once(list.node).chain(items).chain(fields).chain(exclusions)
}

/// The conditions that something in a list hangs on.
fn conditions(list: &List) -> Vec<u32> {
    let of_item = |item: &Item| {
        let exists = match item.exists {
            Existence::If(condition) => Some(condition),
            Existence::Certain | Existence::Contested => None,
        };
        let fields = item.fields.iter().flat_map(|fact| fact.value.conditions());
        exists.into_iter().chain(fields).collect::<Vec<_>>()
    };
    list.items.iter().flat_map(of_item).collect()
}
