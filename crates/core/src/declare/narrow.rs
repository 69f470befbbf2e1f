//! A group named elsewhere: where the home of a kind lists all there is, "reference works" in another record are the
//! reference works that are listed there.

use crate::facts::{Existence, Fact, Facts, SetValue, Value};
use crate::model::{FieldId, FieldType, KindId, Reading, RecordId, Schema, TermSet};

/// Narrows the groups that the other records name to what the home of their kind lists under them. A group stays as
/// wide as it is where the home is open, says nothing under it, or leaves anything under it in doubt: so learning
/// more of the home narrows nothing that was wide, and widens nothing that was narrow.
pub(super) fn narrow(facts: &mut Facts, schema: &Schema) {
    for kind in (0..schema.kinds.len()).map(|kind| KindId(kind as u32)) {
        let Some((home, field)) = home(schema, kind) else { continue };
        let Some(held) = held(facts, schema, home, field) else { continue };
        let homes: Vec<RecordId> = schema.members(home).collect();
        let others = (0..schema.records.len()).filter(|record| !homes.contains(&RecordId(*record as u32)));
        for record in others {
            let of_kind = |field: usize| schema.records[record].fields[field].ty == FieldType::Terms(kind);
            for item in &mut facts.lists[record].items {
                let named = item.fields.iter_mut().enumerate().filter(|(at, _)| of_kind(*at));
                named.for_each(|(_, fact)| held.narrow(fact, Reading::Held(home, field)));
            }
        }
    }
}

/// The home of a kind, and its field for it.
fn home(schema: &Schema, kind: KindId) -> Option<(RecordId, FieldId)> {
    let home = schema.records.iter().position(|record| record.home_of.contains(&kind))?;
    let field = schema.records[home].fields.iter().position(|field| field.ty == FieldType::Terms(kind))?;
    Some((RecordId(home as u32), FieldId(field as u32)))
}

/// What a home lists.
struct Held {
    must: TermSet,
    may: TermSet,
}

/// What the home of a kind lists, where its lists are complete and every record says what it is of.
fn held(facts: &Facts, schema: &Schema, home: RecordId, field: FieldId) -> Option<Held> {
    let mut all = Held { must: TermSet::empty(), may: TermSet::empty() };
    for member in schema.members(home) {
        let list = &facts.lists[member.ix()];
        if !list.complete {
            return None;
        }
        for item in &list.items {
            let Value::Set(set) = &item.fields[field.ix()].value else { return None };
            all.may = all.may.or(&set.may);
            if item.exists == Existence::Certain {
                all.must = all.must.or(&set.must);
            }
        }
    }
    Some(all)
}

impl Held {
    /// Narrows the groups of one fact. One that is reached by a reading already stays as it is.
    fn narrow(&self, fact: &mut Fact, reading: Reading) {
        if let (Value::Set(set), None) = (&mut fact.value, &fact.reading)
            && self.narrows(set)
        {
            fact.reading = Some(reading);
        }
    }

    /// Narrows the groups of a set; whether there was one to narrow.
    fn narrows(&self, set: &mut SetValue) -> bool {
        let all = |set: &SetValue| set.some_of.iter().fold(set.must.clone(), |all, some| all.or(some));
        let closed = all(set) == set.may;
        let mut narrowed = false;
        for some in &mut set.some_of {
            let (certain, possible) = (self.must.and(some), self.may.and(some));
            if certain == possible && !certain.is_empty() && certain != *some {
                *some = certain;
                narrowed = true;
            }
        }
        if narrowed && closed {
            set.may = all(set);
        }
        narrowed
    }
}
