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
    let shared: Vec<u32> = here.iter().flat_map(|record| conditions(&facts.lists[record.ix()])).collect();
    // Most places hang on nothing, and then no other list has to be looked through.
    let hangs = |list: &List| !shared.is_empty() && conditions(list).any(|c| shared.contains(&c));
    let is_near = |(record, list): &(RecordId, &List)| here.contains(record) || hangs(list);
    Some(listed().filter(is_near).map(|(record, _)| record).collect())
}

fn nodes(list: &List) -> impl Iterator<Item = NodeId> + '_ {
    let fields = list.items.iter().flat_map(|item| item.fields.iter().map(|fact| fact.node));
    let items = list.items.iter().map(|item| item.node);
    let exclusions = list.exclusions.iter().map(|exclusion| exclusion.node);
    std::iter::once(list.node).chain(items).chain(fields).chain(exclusions)
}

/// The conditions that something in a list hangs on.
fn conditions(list: &List) -> impl Iterator<Item = u32> + '_ {
    let of_item = |item: &Item| match item.exists {
        Existence::If(condition) => Some(condition),
        Existence::Certain | Existence::Contested => None,
    };
    let fields = list.items.iter().flat_map(|item| &item.fields);
    list.items.iter().filter_map(of_item).chain(fields.flat_map(|fact| fact.value.conditions()))
}
