//! Categories under a limit: which terms in scope a declaration mentions, and which record governs each.
//!
//! A category is a term that is held or that a governing record names, for one value of every further key
//! (whose data, which copy). The most specific record governs. Where it is not said whether a record applies,
//! both readings stand. A category without a governing record is undeclared.

use super::atom::Atom;
use super::formula::Ground;
use super::ground::{Grounder, possible};
use super::things::{Category, Governor, Thing};
use super::vars::{State, VarId};
use crate::model::*;

/// One combination of key values that needs a governing record.
#[derive(Debug, Clone, PartialEq)]
struct Slot {
    /// The category.
    bit: u32,
    /// The other key fields' values where they are known.
    others: Vec<(FieldId, Option<u32>)>,
}

/// Whether a record applies to a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Applies {
    No,
    Maybe,
    Yes,
}

type Also = (Option<FieldId>, Option<FieldId>, TermSet);

/// A collection of categories, as its typed form names it.
#[derive(Clone, Copy)]
struct Limited<'a> {
    /// The record type that governs.
    by: RecordId,
    /// Its key field, of which a category is a value.
    key: FieldId,
    /// Where categories are held: a record type and its field.
    held: (RecordId, FieldId),
    /// The categories in scope.
    scope: &'a TermSet,
    /// Further requirements on what is held and on what governs.
    also: &'a [Also],
}

impl Grounder<'_> {
    /// The categories of a collection, each with the condition under which it is there; none for a collection
    /// of records.
    pub(crate) fn categories(&mut self, over: &Collection) -> Vec<(Thing, Ground)> {
        let Collection::Categories { governed_by: by, key, held, scope, also } = over else {
            return Vec::new();
        };
        let (by, key) = (*by, *key);
        let limited = Limited { by, key, held: *held, scope, also };
        let mut slots: Vec<(Slot, Ground)> = Vec::new();
        self.held_slots(limited, &mut slots);
        self.named_slots(limited, &mut slots);
        self.rest_slot(limited, &mut slots);
        self.copies(limited, &mut slots);
        let category = |(number, (slot, there)): (usize, (Slot, Ground))| {
            let governors = self.governing(by, key, &slot);
            let category = Category { by, number: number as u32, bit: slot.bit, governors };
            (Thing::Category(category), there)
        };
        slots.into_iter().enumerate().map(category).collect()
    }

    /// Categories that some listed record certainly holds.
    fn held_slots(&mut self, limited: Limited, slots: &mut Vec<(Slot, Ground)>) {
        let Limited { by, key, held, scope, also } = limited;
        let schema = self.schema;
        for member in schema.members(held.0) {
            for item in 0..self.facts.list(member).items.len() as u32 {
                let thing = Thing::Item(member, item);
                let var = self.field_var(Some(&thing), held.1);
                let there = Ground::and([self.exists_item(member, item), self.also_met(&thing, also)]);
                if there == Ground::FALSE {
                    continue;
                }
                let others = self.other_keys(by, key, &thing);
                for bit in possible_members(self.vars.state(var), scope) {
                    let present = self.literal(Atom::Meets(var, TermSet::one(bit)));
                    let present = Ground::and([there.clone(), present]);
                    add(slots, Slot { bit, others: others.clone() }, present);
                }
            }
        }
    }

    /// Categories that a governing record names: a term for them is stated, so they are there.
    fn named_slots(&mut self, limited: Limited, slots: &mut Vec<(Slot, Ground)>) {
        let Limited { by, key, scope, also, .. } = limited;
        for (record, item) in self.governing_items(by) {
            let thing = Thing::Item(record, item);
            let var = self.field_var(Some(&thing), key);
            let met = also.iter().filter_map(|(_, field, terms)| field.map(|f| (f, terms.clone())));
            let met: Vec<Ground> = met
                .map(|(field, terms)| {
                    let var = self.field_var(Some(&thing), field);
                    self.literal(Atom::Meets(var, terms))
                })
                .collect();
            let there = Ground::and([self.exists_item(record, item), Ground::and(met)]);
            let certain = certain_members(self.vars.state(var)).and(scope);
            for bit in certain.iter() {
                if !slots.iter().any(|(s, g)| s.bit == bit && *g == Ground::TRUE) {
                    let others = self.other_keys(by, key, &thing);
                    add(slots, Slot { bit, others }, there.clone());
                }
            }
        }
    }

    /// What may be there beyond the categories that are named: the most general of the other terms in scope stand
    /// for what is under them.
    fn rest_slot(&mut self, limited: Limited, slots: &mut Vec<(Slot, Ground)>) {
        let Limited { by, key, held, scope, also } = limited;
        let named: TermSet = slots.iter().map(|(s, _)| s.bit).collect();
        let rest = scope.minus(&named);
        // What one record names under a condition, another may hold without naming it.
        let perhaps: TermSet = slots.iter().filter(|(_, g)| *g != Ground::TRUE).map(|(s, _)| s.bit).collect();
        let mut more: Vec<(u32, TermSet)> = perhaps.iter().map(|bit| (bit, TermSet::one(bit))).collect();
        more.extend(self.most_general(held, &rest));
        for (thing, exists) in self.things(&Collection::Records { record: held.0, declared: false }) {
            let var = self.field_var(Some(&thing), held.1);
            let named_here: TermSet = match thing {
                Thing::Item(..) => possible_members(self.vars.state(var), scope).into_iter().collect(),
                _ => TermSet::empty(),
            };
            let there = Ground::and([exists, self.also_met(&thing, also)]);
            let others = self.other_keys(by, key, &thing);
            for (top, under) in &more {
                let meets = self.literal(Atom::Meets(var, under.minus(&named_here)));
                let there = Ground::and([there.clone(), meets]);
                if there != Ground::FALSE {
                    add(slots, Slot { bit: *top, others: others.clone() }, there);
                }
            }
        }
    }

    /// A copy (or another key that is not held) that a governing record names apart is a slot of its own.
    fn copies(&mut self, limited: Limited, slots: &mut Vec<(Slot, Ground)>) {
        let Limited { by, key, also, .. } = limited;
        let asked: Vec<FieldId> = also.iter().filter_map(|(_, field, _)| *field).collect();
        for field in self.key_fields(by, key).collect::<Vec<_>>() {
            if asked.contains(&field) {
                continue;
            }
            for (slot, there) in slots.clone() {
                if slot.others.iter().any(|(f, v)| *f == field && v.is_none()) {
                    for value in self.named_values(by, key, field, &slot) {
                        let mut apart = slot.clone();
                        apart
                            .others
                            .iter_mut()
                            .filter(|(f, _)| *f == field)
                            .for_each(|(_, v)| *v = Some(value));
                        add(slots, apart, there.clone());
                    }
                }
            }
        }
    }

    /// Values of a further key that records which otherwise apply to the slot state.
    fn named_values(&mut self, by: RecordId, key: FieldId, field: FieldId, slot: &Slot) -> Vec<u32> {
        let mut values = Vec::new();
        for (record, item) in self.governing_items(by) {
            let thing = Thing::Item(record, item);
            if self.applies(by, key, &thing, slot) == Applies::No {
                continue;
            }
            let var = self.field_var(Some(&thing), field);
            values.extend(
                certain_members(self.vars.state(var))
                    .iter()
                    .filter(|v| !values.contains(v))
                    .collect::<Vec<_>>(),
            );
        }
        values
    }

    fn key_fields(&self, by: RecordId, key: FieldId) -> impl Iterator<Item = FieldId> + use<> {
        let fields = self.schema.records[by.ix()].key.clone();
        fields.into_iter().filter(move |f| *f != key)
    }

    /// The further keys of a slot, as far as the holding (or governing) record states one value.
    fn other_keys(&mut self, by: RecordId, key: FieldId, thing: &Thing) -> Vec<(FieldId, Option<u32>)> {
        let fields: Vec<FieldId> = self.key_fields(by, key).collect();
        let Thing::Item(record, _) = thing else { return fields.into_iter().map(|f| (f, None)).collect() };
        let mut others = Vec::new();
        for field in fields {
            let kind = self.schema.records[by.ix()].fields[field.ix()].ty;
            let same = self.schema.records[record.ix()].fields.iter().position(|f| f.ty == kind);
            let value = same.and_then(|i| {
                let var = self.field_var(Some(thing), FieldId(i as u32));
                certain_members(self.vars.state(var)).single()
            });
            others.push((field, value));
        }
        others
    }

    fn also_met(&mut self, thing: &Thing, also: &[Also]) -> Ground {
        let met = also.iter().filter_map(|(field, _, terms)| field.map(|f| (f, terms)));
        let met = met.map(|(field, terms)| {
            let var = self.field_var(Some(thing), field);
            self.literal(Atom::Meets(var, terms.clone()))
        });
        Ground::and(met.collect::<Vec<_>>())
    }

    /// The terms that lie under no other of these, each with those of them it stands for.
    fn most_general(&self, held: (RecordId, FieldId), terms: &TermSet) -> Vec<(u32, TermSet)> {
        let FieldType::Terms(kind) = self.schema.records[held.0.ix()].fields[held.1.ix()].ty else {
            return Vec::new();
        };
        let under = |bit: u32| self.with_everything_under(kind, &TermSet::one(bit)).and(terms);
        let all: Vec<(u32, TermSet)> = terms.iter().map(|bit| (bit, under(bit))).collect();
        let top = |(bit, _): &&(u32, TermSet)| !all.iter().any(|(b, u)| b != bit && u.contains(*bit));
        all.iter().filter(top).cloned().collect()
    }

    /// The listed records of the governing type.
    fn governing_items(&self, by: RecordId) -> Vec<(RecordId, u32)> {
        let items = |r: RecordId| (0..self.facts.list(r).items.len() as u32).map(move |i| (r, i));
        self.schema.members(by).flat_map(items).collect()
    }

    /// The records that govern a slot: the most specific that applies, and those that may.
    fn governing(&mut self, by: RecordId, key: FieldId, slot: &Slot) -> Vec<Governor> {
        let mut sure = Vec::new();
        let mut perhaps = Vec::new();
        for (record, item) in self.governing_items(by) {
            let thing = Thing::Item(record, item);
            match self.applies(by, key, &thing, slot) {
                Applies::No => {}
                Applies::Maybe => perhaps.push(thing),
                Applies::Yes => sure.push(thing),
            }
        }
        let mut best: Vec<Thing> = Vec::new();
        for thing in &sure {
            if !self.beaten(by, key, thing, &sure) {
                best.push(thing.clone());
            }
        }
        for thing in perhaps {
            if !self.beaten(by, key, &thing, &best) {
                best.push(thing);
            }
        }
        let governor = |thing| match thing {
            Thing::Item(record, item) => Governor::Item(record, item),
            _ => Governor::Nothing,
        };
        let mut governors: Vec<Governor> = best.into_iter().map(governor).collect();
        if sure.is_empty() {
            governors.push(Governor::Nothing);
        }
        governors
    }

    fn beaten(&mut self, by: RecordId, key: FieldId, thing: &Thing, others: &[Thing]) -> bool {
        // A record whose key is open may turn out to be the most specific one.
        !self.open_key(key, thing)
            && others.iter().any(|other| other != thing && self.more_specific(by, key, other, thing))
    }

    fn open_key(&mut self, key: FieldId, thing: &Thing) -> bool {
        let var = self.field_var(Some(thing), key);
        let state = self.vars.state(var);
        certain_members(state) != possible(state)
    }

    fn applies(&mut self, by: RecordId, key: FieldId, thing: &Thing, slot: &Slot) -> Applies {
        let Thing::Item(record, item) = *thing else { return Applies::No };
        let mut worst = match self.exists_item(record, item) {
            Ground::Const(false) => return Applies::No,
            Ground::Const(true) => Applies::Yes,
            _ => Applies::Maybe,
        };
        worst = worst.min(self.covers(thing, by, key, Some(slot.bit), false));
        for (field, value) in &slot.others {
            worst = worst.min(self.covers(thing, by, *field, *value, true));
        }
        worst
    }

    /// Whether a key field of a record covers a value; an unsaid further key covers every value.
    fn covers(
        &mut self,
        thing: &Thing,
        by: RecordId,
        field: FieldId,
        value: Option<u32>,
        further: bool,
    ) -> Applies {
        let var = self.field_var(Some(thing), field);
        if further && self.unsaid(var) {
            return Applies::Yes;
        }
        let FieldType::Terms(kind) = self.schema.records[by.ix()].fields[field.ix()].ty else {
            return Applies::Yes;
        };
        let (certain, may) = (certain_members(self.vars.state(var)), possible(self.vars.state(var)));
        match value {
            Some(bit) if self.reaches(kind, &certain, bit) => Applies::Yes,
            Some(bit) if self.reaches(kind, &may, bit) => Applies::Maybe,
            Some(_) => Applies::No,
            None if certain.is_empty() && may.is_empty() => Applies::Yes,
            None => self.unsaid_key(by, field),
        }
    }

    /// A record for one value of a key that the slot does not have: it may apply where the key is one that things
    /// have (whose data); a copy that is named apart is a slot of its own.
    fn unsaid_key(&self, by: RecordId, field: FieldId) -> Applies {
        let ty = self.schema.records[by.ix()].fields[field.ix()].ty;
        let held = self
            .schema
            .records
            .iter()
            .enumerate()
            .any(|(i, r)| i != by.ix() && !r.home_of.is_empty() && r.fields.iter().any(|f| f.ty == ty));
        if held { Applies::Maybe } else { Applies::No }
    }

    /// Whether a term is among these or under one of them.
    fn reaches(&self, kind: KindId, terms: &TermSet, bit: u32) -> bool {
        let above = |term| self.schema.term_of_bit(kind, term).is_some_and(|t| t.under.contains(bit));
        terms.contains(bit) || (!terms.is_cofinite() && terms.iter().any(above))
    }

    fn with_everything_under(&self, kind: KindId, terms: &TermSet) -> TermSet {
        if terms.is_cofinite() {
            return terms.clone();
        }
        let under = |bit| self.schema.term_of_bit(kind, bit).map(|t| t.under.clone());
        terms.iter().filter_map(under).fold(terms.clone(), |all, u| all.or(&u))
    }

    /// Whether nothing is said of a key: the record then covers every value of it.
    fn unsaid(&self, var: VarId) -> bool {
        self.vars.undeclared[var.0 as usize] || *self.vars.state(var) == State::Nothing
    }

    /// Whether record `a` is more specific than `b`: nowhere wider, somewhere narrower.
    fn more_specific(&mut self, by: RecordId, key: FieldId, a: &Thing, b: &Thing) -> bool {
        let mut fields = vec![key];
        fields.extend(self.key_fields(by, key));
        let mut narrower = false;
        for field in fields {
            let (x, y) = (self.reach(by, a, field), self.reach(by, b, field));
            if !x.within(&y) {
                return false;
            }
            narrower |= !y.within(&x);
        }
        narrower
    }

    fn reach(&mut self, by: RecordId, thing: &Thing, field: FieldId) -> TermSet {
        let var = self.field_var(Some(thing), field);
        let FieldType::Terms(kind) = self.schema.records[by.ix()].fields[field.ix()].ty else {
            return TermSet::all();
        };
        if self.unsaid(var) {
            return TermSet::all();
        }
        self.with_everything_under(kind, &possible(self.vars.state(var)))
    }
}

/// Adds a slot, or widens the condition under which it is there.
fn add(slots: &mut Vec<(Slot, Ground)>, slot: Slot, there: Ground) {
    match slots.iter_mut().find(|(s, _)| *s == slot) {
        Some((_, known)) => *known = Ground::or([known.clone(), there]),
        None => slots.push((slot, there)),
    }
}

/// Terms in scope that a holding names, certainly or under a condition; what it merely could hold is not named.
fn possible_members(state: &State, scope: &TermSet) -> Vec<u32> {
    fn named(state: &State) -> TermSet {
        match state {
            State::One(terms) => terms.single().map(TermSet::one).unwrap_or_default(),
            State::Set { must, .. } => must.clone(),
            State::Choice { options, .. } => {
                options.iter().fold(TermSet::empty(), |all, o| all.or(&named(o)))
            }
            State::If { then, otherwise, .. } => named(then).or(&named(otherwise)),
            _ => TermSet::empty(),
        }
    }
    named(state).and(scope).iter().collect()
}

/// Terms that a state certainly has.
fn certain_members(state: &State) -> TermSet {
    match state {
        State::One(terms) => terms.single().map(TermSet::one).unwrap_or_default(),
        State::Set { must, .. } => must.clone(),
        _ => TermSet::empty(),
    }
}
