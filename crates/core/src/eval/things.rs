//! Things a variable can stand for, and the variables behind their fields.

use super::atom::Atom;
use super::formula::{Ground, negate};
use super::ground::{Grounder, possible};
use super::vars::{Key, Scalar, State, VarId, Vars};
use crate::declare::is_among;
use crate::facts::{Exclusion, Existence, Fact, FactSource, Value};
use crate::model::*;

/// A thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A listed record.
    Item(RecordId, u32),
    /// A record that may exist without being listed.
    Spare(RecordId, u32),
    /// A category under a limit, not yet read through one of its governing records.
    Category(Category),
    /// A category that no record governs: governing type, category bit.
    Ungoverned(RecordId, u32),
}

/// A category with the records that could govern it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Category {
    /// The governing record type.
    pub(crate) by: RecordId,
    /// Its number within the collection.
    pub(crate) number: u32,
    /// The term.
    pub(crate) bit: u32,
    /// The candidates; several are readings of equal standing.
    pub(crate) governors: Vec<Governor>,
}

/// What governs a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Governor {
    /// A listed record.
    Item(RecordId, u32),
    /// None.
    Nothing,
}

/// Of a field that may list more terms than this, the open ones are listed together or not at all: what a rule
/// compares with them is then unknown in the same cases, and worked out in a fraction of the time.
const MOST_LISTED: usize = 12;

impl<'a> Grounder<'a> {
    /// The members of a collection, each with the condition under which it is there.
    pub(crate) fn things(&mut self, over: &Collection) -> Vec<(Thing, Ground)> {
        match over {
            Collection::Records { record, declared } => self.records(*record, *declared),
            Collection::Categories { .. } => self.categories(over),
        }
    }

    fn records(&mut self, record: RecordId, declared: bool) -> Vec<(Thing, Ground)> {
        let schema = self.schema;
        let mut things = Vec::new();
        for member in schema.members(record) {
            let list = self.facts.list(member);
            for item in 0..list.items.len() as u32 {
                things.push((Thing::Item(member, item), self.exists_item(member, item)));
            }
            let spares = if declared { 0 } else { self.spares[member.ix()] };
            for number in 0..spares {
                things.push((Thing::Spare(member, number), self.exists_spare(member, number)));
            }
        }
        things
    }

    pub(crate) fn exists_item(&mut self, record: RecordId, item: u32) -> Ground {
        match self.facts.list(record).items[item as usize].exists {
            Existence::Certain => Ground::TRUE,
            Existence::If(condition) => {
                let var = condition_var(&mut self.vars, self.facts, condition);
                self.literal(Atom::Is(var))
            }
            Existence::Contested => {
                let options = [true, false].map(|b| State::Bool(Some(b))).to_vec();
                let state = State::Choice { options, conflict: true };
                let var = self.vars.get(Key::Exists(record.0, item), |_| (state, false));
                self.literal(Atom::Is(var))
            }
        }
    }

    /// An unlisted record exists if it does and matches none of the list's exclusions.
    fn exists_spare(&mut self, record: RecordId, number: u32) -> Ground {
        let var = self.vars.get(Key::SpareExists(record.0, number), |_| (State::Bool(None), false));
        let mut there = vec![self.literal(Atom::Is(var))];
        let exclusions: Vec<&Exclusion> = exclusions(self.schema, self.facts, record).collect();
        for exclusion in exclusions.into_iter().filter(|e| e.fields.len() > 1) {
            let thing = Thing::Spare(record, number);
            let matches = exclusion.fields.iter().map(|(field, terms)| {
                let var = self.field_var(Some(&thing), FieldId(*field));
                self.literal(Atom::Meets(var, terms.clone()))
            });
            let matches = Ground::and(matches.collect::<Vec<_>>());
            there.push(negate(matches));
        }
        Ground::and(there)
    }

    /// A thing as its variable reads it: itself, or for a category each candidate that may govern it.
    pub(crate) fn governors(&mut self, thing: &Thing) -> Vec<(Thing, Ground)> {
        let Thing::Category(category) = thing else { return vec![(thing.clone(), Ground::TRUE)] };
        let concrete = |g: &Governor| match g {
            Governor::Item(record, item) => Thing::Item(*record, *item),
            Governor::Nothing => Thing::Ungoverned(category.by, category.bit),
        };
        if let [only] = category.governors.as_slice() {
            return vec![(concrete(only), Ground::TRUE)];
        }
        let count = category.governors.len() as u32;
        let state = State::One(TermSet::first(count));
        let var = self.vars.get(Key::Governor(category.by.0, category.bit), |_| (state, false));
        let choice = |(i, g): (usize, &Governor)| {
            (concrete(g), self.literal(Atom::Meets(var, TermSet::one(i as u32))))
        };
        category.governors.iter().enumerate().map(choice).collect()
    }

    /// The variable of a field of a thing.
    pub(crate) fn field_var(&mut self, thing: Option<&Thing>, field: FieldId) -> VarId {
        let (record, key, value) = match thing {
            Some(Thing::Item(record, item)) => {
                let (record, item, field) = self.follow(*record, *item, field.0);
                let fact = self.fact(record, item, field);
                (record, Key::Field(record.0, item, field), fact.map(|f| &f.value))
            }
            Some(Thing::Spare(record, n)) => (*record, Key::SpareField(record.0, *n, field.0), None),
            Some(Thing::Ungoverned(record, bit)) => (*record, Key::Ungoverned(record.0, *bit, field.0), None),
            Some(Thing::Category(category)) => {
                (category.by, Key::Ungoverned(category.by.0, category.bit, field.0), None)
            }
            None => (RecordId(0), Key::Loose(u32::MAX, u32::MAX, field.0), None),
        };
        let field = match key {
            Key::Field(_, _, f) => FieldId(f),
            _ => field,
        };
        let unlisted = matches!(key, Key::SpareField(..));
        let states = States { grounder: Fixed::of(self), record, field, unlisted };
        let undeclared = matches!(value, None | Some(Value::Undeclared));
        let value = value.unwrap_or(&Value::Undeclared);
        let listed = matches!(key, Key::Field(..));
        self.vars.get(key, |vars| (states.state(value, listed, vars), undeclared))
    }

    /// The fact of a listed record's field.
    pub(crate) fn fact(&self, record: RecordId, item: u32, field: u32) -> Option<&'a Fact> {
        self.facts.list(record).items.get(item as usize)?.fields.get(field as usize)
    }

    /// Follows a derived field to the fact it stands for.
    fn follow(&self, record: RecordId, item: u32, field: u32) -> (RecordId, u32, u32) {
        match self.fact(record, item, field).map(|f| &f.value) {
            Some(Value::Same(r, i, f)) if (*r, *i, *f) != (record, item, field) => {
                let other = self.fact(*r, *i, *f).map(|x| &x.value);
                if matches!(other, Some(Value::Same(..))) { (record, item, field) } else { (*r, *i, *f) }
            }
            _ => (record, item, field),
        }
    }

    /// Whether the document makes a definite statement on a field of a thing.
    pub(crate) fn definite(&self, thing: Option<&Thing>, field: FieldId) -> bool {
        let Some(Thing::Item(record, item)) = thing else { return false };
        let (record, item, field) = self.follow(*record, *item, field.0);
        self.fact(record, item, field).is_some_and(|fact| fact.definite)
    }

    /// What the document lists in a field, with everything under it: sets of terms, each with the condition under
    /// which it is listed. Of a list that the document leaves out, anything may have been meant.
    pub(crate) fn listed(&mut self, record: RecordId, field: FieldId) -> Vec<(TermSet, Ground)> {
        let schema = self.schema;
        let FieldType::Terms(kind) = schema.records[record.ix()].fields[field.ix()].ty else {
            return Vec::new();
        };
        let under = |bit| match schema.term_of_bit(kind, bit) {
            Some(term) => term.under.or(&TermSet::one(bit)),
            None => TermSet::one(bit),
        };
        if schema.kinds[kind.ix()].open {
            return vec![(self.written(record, field), Ground::TRUE)];
        }
        let mut certain = TermSet::empty();
        let mut parts = Vec::new();
        for (thing, there) in self.records(record, given(schema, self.facts, record)) {
            let var = self.field_var(Some(&thing), field);
            let may = possible(self.vars.state(var));
            let mut open = Vec::new();
            for bit in may.iter() {
                match self.literal(Atom::Meets(var, TermSet::one(bit))) {
                    Ground::Const(true) if there == Ground::TRUE => certain = certain.or(&under(bit)),
                    Ground::Const(false) => {}
                    listed => open.push((under(bit), Ground::and([there.clone(), listed]))),
                }
            }
            if open.len() > MOST_LISTED {
                let all = open.iter().fold(TermSet::empty(), |all, (terms, _)| all.or(terms));
                let some = self.some_listed(var, &may);
                open = vec![(all, Ground::and([there.clone(), some]))];
            }
            parts.extend(open);
        }
        parts.push((certain, Ground::TRUE));
        parts
    }

    /// Too many terms to keep apart: they are all listed, or none is.
    fn some_listed(&mut self, var: VarId, may: &TermSet) -> Ground {
        match self.literal(Atom::Meets(var, may.clone())) {
            Ground::Const(true) => {
                let key = Key::Loose(var.0, var.0, u32::MAX);
                let some = self.vars.get(key, |_| (State::Bool(None), false));
                self.literal(Atom::Is(some))
            }
            open => open,
        }
    }

    /// The words of an open kind that the document certainly writes in a field: those it does not write are not
    /// listed.
    fn written(&self, record: RecordId, field: FieldId) -> TermSet {
        let mut all = TermSet::empty();
        for member in self.schema.members(record) {
            let items = &self.facts.list(member).items;
            for item in items.iter().filter(|item| item.exists == Existence::Certain) {
                match item.fields.get(field.ix()).map(|f| &f.value) {
                    Some(Value::Set(set)) => all = all.or(&set.must),
                    Some(Value::One(terms)) if terms.single().is_some() => all = all.or(terms),
                    _ => {}
                }
            }
        }
        all
    }

    /// The bits of words of an open kind, in whatever spelling the declaration uses them; a word that it does
    /// not use is none of its own.
    pub(crate) fn words(&self, of: FieldRef, words: &[String]) -> TermSet {
        let canon = match self.schema.records[of.record.ix()].fields[of.field.ix()].ty {
            FieldType::Terms(kind) => &self.schema.kinds[kind.ix()].canon,
            _ => &Canon::default(),
        };
        let used = self.facts.words().iter().enumerate();
        let meant = used.filter(|(_, used)| is_among(canon, used, words));
        meant.map(|(bit, _)| bit as u32).collect()
    }
}

/// Whether the document gives the list of a record at all: something in it, or that it is complete.
fn given(schema: &Schema, facts: &dyn FactSource, record: RecordId) -> bool {
    let given = |r: RecordId| facts.list(r).complete || !facts.list(r).items.is_empty();
    schema.members(record).any(given)
}

/// Whether a list that a rule compares with is one that the document leaves out, so that unlisted records count.
pub(crate) fn left_out(schema: &Schema, facts: &dyn FactSource, record: RecordId, field: FieldId) -> bool {
    let open = match schema.records[record.ix()].fields[field.ix()].ty {
        FieldType::Terms(kind) => schema.kinds[kind.ix()].open,
        _ => true,
    };
    !open && !given(schema, facts, record)
}

fn condition_var(vars: &mut Vars, facts: &dyn FactSource, condition: u32) -> VarId {
    let decided = facts.conditions().get(condition as usize).and_then(|c| c.decided);
    vars.get(Key::Condition(condition), |_| (State::Bool(decided), false))
}

/// The parts of a grounder that making a state reads.
struct Fixed<'a> {
    schema: &'a Schema,
    facts: &'a dyn FactSource,
    constants: &'a super::compile::Constants,
}

impl<'a> Fixed<'a> {
    fn of(grounder: &Grounder<'a>) -> Self {
        let constants = &grounder.compiled.rules[grounder.index];
        Fixed { schema: grounder.schema, facts: grounder.facts, constants }
    }
}

/// Makes the first state of one field's variable.
struct States<'a> {
    grounder: Fixed<'a>,
    record: RecordId,
    field: FieldId,
    /// Of a record that is not listed.
    unlisted: bool,
}

impl States<'_> {
    fn state(&self, value: &Value, listed: bool, vars: &mut Vars) -> State {
        match value {
            Value::Undeclared => self.undeclared(listed),
            // One of several facts of other records: each as it stands there.
            Value::Same(record, item, field) => match self.elsewhere(*record, *item, *field) {
                Some(Value::Same(..)) | None => self.undeclared(listed),
                Some(other) => self.state(other, listed, vars),
            },
            Value::None => State::Nothing,
            Value::One(terms) => self.one(terms),
            Value::Set(set) => {
                let excluded = self.excluded();
                let may = set.may.minus(&excluded).or(&set.must);
                let some_of: Vec<TermSet> = set.some_of.iter().map(|g| g.and(&may)).collect();
                let some_of = some_of.into_iter().filter(|g| !g.is_empty()).collect();
                State::Set { must: set.must.clone(), some_of, may }
            }
            Value::Date(from, to) if from == to => State::Values(vec![Scalar::Date(*from)]),
            Value::Date(from, to) => State::Values(self.grounder.constants.days_within(*from, *to)),
            Value::Limit(limit) => State::Values(vec![Scalar::Limit(*limit)]),
            Value::Number(n) => State::Values(vec![Scalar::Number(*n)]),
            Value::Event(event) => State::One(TermSet::one(*event)),
            Value::OneOf(values) => {
                State::choice(values.iter().map(|v| self.state(v, listed, vars)).collect(), false)
            }
            Value::Conflicting(values) => {
                State::choice(values.iter().map(|v| self.state(v, listed, vars)).collect(), true)
            }
            Value::If { condition, then, otherwise } => {
                let condition = condition_var(vars, self.grounder.facts, *condition);
                let then = Box::new(self.state(then, listed, vars));
                let otherwise = Box::new(self.state(otherwise, listed, vars));
                State::If { condition, then, otherwise }
            }
        }
    }

    fn elsewhere(&self, record: RecordId, item: u32, field: u32) -> Option<&Value> {
        let list = self.grounder.facts.list(record);
        Some(&list.items.get(item as usize)?.fields.get(field as usize)?.value)
    }

    fn one(&self, terms: &TermSet) -> State {
        if terms.single().is_some() {
            return State::One(terms.clone());
        }
        let left = terms.minus(&self.excluded());
        if left.is_empty() { State::One(terms.clone()) } else { State::One(left) }
    }

    /// Anything the type allows, or nothing. Where nothing is listed, a default speaks for what is unsaid.
    fn undeclared(&self, listed: bool) -> State {
        let field = &self.grounder.schema.records[self.record.ix()].fields[self.field.ix()];
        match field.default {
            // What a document leaves out of a record it lists is not there; of a record it does not list it left
            // out everything.
            Default::Absent if self.unlisted && field.owner == Owner::Vendor => {}
            Default::Absent if !listed => return State::Nothing,
            Default::Term(bit) | Default::ReadAs(bit) if !listed => return State::One(TermSet::one(bit)),
            _ => {}
        }
        let constants = self.grounder.constants;
        let any = match field.ty {
            FieldType::Terms(kind) => {
                let may = self.grounder.schema.universe(kind).minus(&self.excluded());
                match (field.many, may.is_empty()) {
                    (_, true) => return State::Nothing,
                    (true, _) => return State::Set { must: TermSet::empty(), some_of: Vec::new(), may },
                    (false, _) => State::One(may),
                }
            }
            FieldType::Event => State::One(TermSet::first(self.grounder.schema.events.len() as u32)),
            FieldType::Date => {
                State::Values(constants.days_within(jiff::civil::Date::MIN, jiff::civil::Date::MAX))
            }
            FieldType::Duration => State::Values(constants.limits.clone()),
            FieldType::Number => State::Values(constants.numbers.clone()),
        };
        State::choice(vec![any, State::Nothing], false)
    }

    /// Terms that the list's statements rule out for this field by themselves.
    fn excluded(&self) -> TermSet {
        let Fixed { schema, facts, .. } = self.grounder;
        let alone = |e: &Exclusion| match e.fields.as_slice() {
            [(field, terms)] if *field == self.field.0 => Some(terms.clone()),
            _ => None,
        };
        exclusions(schema, facts, self.record).filter_map(alone).fold(TermSet::empty(), |all, t| all.or(&t))
    }
}

/// What is stated never to exist among the records of a type: of its own list and of those it is one of.
fn exclusions<'f>(
    schema: &Schema,
    facts: &'f dyn FactSource,
    record: RecordId,
) -> impl Iterator<Item = &'f Exclusion> {
    let line = std::iter::successors(Some(record), |r| schema.records[r.ix()].parent);
    line.flat_map(|r| &facts.list(r).exclusions)
}
