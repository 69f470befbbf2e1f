//! The profile: what the user's own side decides, and what it adds to a declaration.
//!
//! A profile has the form of a declaration. In it, the fields that the vendor owns tell which record is meant,
//! the others are filled in there.

use std::collections::HashMap;

use super::doc::Format;
use super::field::is_definite;
use super::join;
use super::lookup::{Lookup, canonical, first_word, kind_of};
use super::reader::Mode;
use crate::codes;
use crate::diag::{Diagnostic, Message};
use crate::facts::{Condition, Existence, Fact, Facts, Item, Notes, SetValue, Value};
use crate::model::{Canon, FieldType, FileId, NodeId, Owner, Schema, TermSet};

/// What a profile file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// Its records, as a declaration's.
    pub facts: Facts,
    /// Places in the profile file.
    pub notes: Notes,
    /// The conditions it decides: an index into the conditions of `facts`, and where it does.
    pub decisions: Vec<(u32, NodeId)>,
}

/// A declaration's facts with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The facts.
    pub facts: Facts,
    /// What in the profile met nothing in this declaration: nodes of [`Profile::notes`]. Usual for a profile that
    /// serves many declarations; worth a warning ([`Profile::unmatched`]) where it is so for all of them.
    pub unmatched: Vec<NodeId>,
}

/// Reads a profile.
pub fn read_profile(text: &str, format: Format, file: FileId, schema: &Schema) -> (Profile, Vec<Diagnostic>) {
    let lookup = Lookup::new(schema);
    let reader = super::run(&super::parse(text, format, file), format, file, schema, &lookup, Mode::Profile);
    let profile = Profile { facts: reader.facts, notes: reader.notes, decisions: reader.decisions };
    let mut diagnostics = reader.problems.into_list();
    diagnostics.extend(nameless(&profile, file, schema));
    (profile, diagnostics)
}

/// Entries that do not say which record they are about.
fn nameless(profile: &Profile, file: FileId, schema: &Schema) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (record, list) in profile.facts.lists.iter().enumerate() {
        let it = &schema.records[record];
        for item in list.items.iter().filter(|_| !it.single && it.owner == Owner::Vendor) {
            if telling(schema, record, item).next().is_none() {
                let message = Message::new(
                    "hier staat niet om welke het gaat: noem een veld uit de verklaring, zoals de naam",
                    "this does not say which one it is about: give a field of the declaration, such as the name",
                );
                found.push(Diagnostic::new(
                    &codes::UNMATCHED,
                    file,
                    profile.notes.get(item.node).span,
                    message,
                ));
            }
        }
    }
    found
}

/// The stated fields that tell which record of the vendor is meant.
fn telling<'a>(schema: &'a Schema, record: usize, item: &'a Item) -> impl Iterator<Item = (usize, &'a Fact)> {
    let fields = &schema.records[record].fields;
    let stated = item.fields.iter().enumerate().filter(|(_, fact)| !fact.absent);
    stated.filter(move |(field, _)| fields[*field].owner == Owner::Vendor)
}

impl Profile {
    /// Warnings for what met nothing in any declaration.
    pub fn unmatched(&self, file: FileId, nodes: &[NodeId]) -> Vec<Diagnostic> {
        let warn = |node: &NodeId| {
            let note = self.notes.get(*node);
            let message = Message::new(
                format!(
                    "`{}` komt in geen verklaring voor: kijk of het er net zo geschreven staat",
                    note.path
                ),
                format!("`{}` occurs in no declaration: see whether it is written alike there", note.path),
            );
            Diagnostic::new(&codes::UNMATCHED, file, note.span, message)
        };
        nodes.iter().map(warn).collect()
    }
}

/// The facts of a declaration as they are with a profile: conditions decided, the profile's fields filled in.
pub fn apply(facts: &Facts, profile: &Profile, schema: &Schema) -> Applied {
    let mut applier = Applier { words: Words::new(facts, profile, schema), facts: facts.clone(), schema };
    let mut unmatched = applier.decide(profile);
    applier.resolve();
    for (record, list) in profile.facts.lists.iter().enumerate() {
        for item in &list.items {
            if !applier.entry(record, item) && !schema.records[record].single {
                unmatched.push(item.node);
            }
        }
        if schema.records[record].owner != Owner::Vendor && list.said {
            let own = &mut applier.facts.lists[record];
            (own.said, own.complete) = (true, own.complete || list.complete);
        }
    }
    applier.resolve();
    applier.leave_out();
    join::join(&mut applier.facts, schema);
    applier.facts.words = applier.words.all;
    Applied { facts: applier.facts, unmatched }
}

struct Applier<'s> {
    facts: Facts,
    words: Words,
    schema: &'s Schema,
}

impl Applier<'_> {
    /// Decides conditions; returns the decisions that met none.
    fn decide(&mut self, profile: &Profile) -> Vec<NodeId> {
        let mut unmatched = Vec::new();
        for (id, node) in &profile.decisions {
            let Some(decision) = profile.facts.conditions.get(*id as usize) else { continue };
            match self.facts.conditions.iter_mut().find(|c| same_words(&c.name, &decision.name)) {
                Some(condition) => condition.decided = decision.decided,
                None => unmatched.push(*node),
            }
        }
        // Conditions that only the profile's own values use keep their decision too.
        for condition in &profile.facts.conditions {
            self.words.conditions.push(condition.clone());
        }
        unmatched
    }

    /// Puts decided conditions in the place of what depends on them.
    fn resolve(&mut self) {
        let conditions = &self.facts.conditions;
        for item in self.facts.lists.iter_mut().flat_map(|list| &mut list.items) {
            for fact in &mut item.fields {
                if let Some(value) = decided(&fact.value, conditions) {
                    fact.definite = fact.reading.is_none() && is_definite(&value);
                    fact.value = value;
                }
            }
            if let Existence::If(condition) = item.exists
                && conditions.get(condition as usize).is_some_and(|c| c.decided == Some(true))
            {
                item.exists = Existence::Certain;
            }
        }
    }

    /// Takes out the records whose condition does not hold.
    fn leave_out(&mut self) {
        let conditions = &self.facts.conditions;
        let out = |item: &Item| match item.exists {
            Existence::If(c) => conditions.get(c as usize).is_some_and(|c| c.decided == Some(false)),
            _ => false,
        };
        for (record, list) in self.facts.lists.iter_mut().enumerate() {
            if !self.schema.records[record].single {
                list.items.retain(|item| !out(item));
            }
        }
    }

    /// Applies one entry; false if it met nothing.
    fn entry(&mut self, record: usize, entry: &Item) -> bool {
        let it = &self.schema.records[record];
        if it.single {
            return self.fill(record, 0, entry);
        }
        if it.owner != Owner::Vendor {
            self.append(record, entry);
            return true;
        }
        let wanted: Vec<(usize, Value)> = telling(self.schema, record, entry)
            .map(|(field, fact)| (field, self.translated(record, field, &fact.value)))
            .collect();
        let mut met = false;
        for index in 0..self.facts.lists[record].items.len() {
            let item = &self.facts.lists[record].items[index];
            let meant = wanted.iter().all(|(field, value)| agrees(value, &item.fields[*field].value));
            if meant && !wanted.is_empty() {
                self.fill(record, index, entry);
                met = true;
            }
        }
        met
    }

    /// Fills in what the profile owns in one record.
    fn fill(&mut self, record: usize, index: usize, entry: &Item) -> bool {
        for (field, fact) in entry.fields.iter().enumerate().filter(|(_, fact)| !fact.absent) {
            let owner = self.schema.records[record].fields[field].owner;
            let whole = self.schema.records[record].owner != Owner::Vendor;
            if owner == Owner::Vendor && !whole {
                continue;
            }
            let value = self.translated(record, field, &fact.value);
            let Some(item) = self.facts.lists[record].items.get_mut(index) else { return false };
            // What the world's lists say may stand in the declaration; the profile only adds to it.
            if owner == Owner::World && !item.fields[field].absent {
                continue;
            }
            item.fields[field] = Fact { value, node: item.node, absent: true, ..fact.clone() };
        }
        true
    }

    /// Adds a record that only the profile has.
    fn append(&mut self, record: usize, entry: &Item) {
        let node = self.facts.lists[record].node;
        let fields = entry.fields.iter().enumerate().map(|(field, fact)| {
            let value = self.translated(record, field, &fact.value);
            (value, fact)
        });
        let fields: Vec<(Value, &Fact)> = fields.collect();
        let fields = fields.into_iter().map(|(value, f)| Fact { value, node, absent: true, ..f.clone() });
        let item = Item { exists: Existence::Certain, fields: fields.collect(), node };
        self.facts.lists[record].items.push(item);
    }

    /// A value of the profile in the declaration's own words and conditions.
    fn translated(&mut self, record: usize, field: usize, value: &Value) -> Value {
        let ty = self.schema.records[record].fields[field].ty;
        let schema = self.schema;
        let terms = |words: &mut Words, set: &TermSet| words.terms(schema, ty, set);
        translate(value, &mut self.words, &mut self.facts.conditions, &terms)
    }
}

type Terms<'a> = dyn Fn(&mut Words, &TermSet) -> TermSet + 'a;

fn translate(value: &Value, words: &mut Words, conditions: &mut Vec<Condition>, terms: &Terms<'_>) -> Value {
    match value {
        Value::One(set) => Value::One(terms(words, set)),
        Value::Set(set) => Value::set(SetValue {
            must: terms(words, &set.must),
            some_of: set.some_of.iter().map(|s| terms(words, s)).collect(),
            may: terms(words, &set.may),
        }),
        Value::OneOf(all) => {
            Value::OneOf(all.iter().map(|v| translate(v, words, conditions, terms)).collect())
        }
        Value::Conflicting(all) => {
            Value::Conflicting(all.iter().map(|v| translate(v, words, conditions, terms)).collect())
        }
        Value::If { condition, then, otherwise } => {
            let condition = words.condition(*condition, conditions);
            let then = Box::new(translate(then, words, conditions, terms));
            let otherwise = Box::new(translate(otherwise, words, conditions, terms));
            Value::If { condition, then, otherwise }
        }
        other => other.clone(),
    }
}

/// The words of the profile in the numbering of the declaration.
struct Words {
    all: Vec<String>,
    theirs: Vec<String>,
    conditions: Vec<Condition>,
    first: u32,
    bits: HashMap<(Canon, String), u32>,
}

impl Words {
    fn new(facts: &Facts, profile: &Profile, schema: &Schema) -> Self {
        let mut bits = HashMap::new();
        for (bit, word) in facts.words.iter().enumerate() {
            for canon in schema.kinds.iter().filter(|k| k.open).map(|k| &k.canon) {
                bits.entry((canon.clone(), canonical(canon, word))).or_insert(bit as u32);
            }
        }
        let (all, theirs) = (facts.words.clone(), profile.facts.words.clone());
        Words { all, theirs, conditions: Vec::new(), first: first_word(schema), bits }
    }

    fn terms(&mut self, schema: &Schema, ty: FieldType, set: &TermSet) -> TermSet {
        let Some(kind) = kind_of(ty).map(|k| &schema.kinds[k.ix()]).filter(|k| k.open) else {
            return set.clone();
        };
        let mapped: Vec<u32> = set.iter().map(|bit| self.bit(&kind.canon, bit)).collect();
        let mapped: TermSet = mapped.into_iter().collect();
        if set.is_cofinite() { mapped.complement() } else { mapped }
    }

    fn bit(&mut self, canon: &Canon, bit: u32) -> u32 {
        let Some(word) = self.theirs.get(bit as usize).filter(|_| bit >= self.first) else { return bit };
        let next = self.all.len() as u32;
        let key = (canon.clone(), canonical(canon, word));
        let bit = *self.bits.entry(key).or_insert(next);
        if bit == next {
            self.all.push(word.clone());
        }
        bit
    }

    fn condition(&mut self, theirs: u32, ours: &mut Vec<Condition>) -> u32 {
        let Some(condition) = self.conditions.get(theirs as usize) else { return 0 };
        match ours.iter().position(|c| same_words(&c.name, &condition.name)) {
            Some(at) => at as u32,
            None => {
                ours.push(condition.clone());
                ours.len() as u32 - 1
            }
        }
    }
}

fn same_words(a: &str, b: &str) -> bool {
    canonical(&Canon::Words, a) == canonical(&Canon::Words, b)
}

/// Whether a stated value is what the profile's entry names.
fn agrees(wanted: &Value, stated: &Value) -> bool {
    match (wanted, stated) {
        (Value::Set(wanted), Value::Set(stated)) => {
            !wanted.must.is_empty() && wanted.must.within(&stated.must)
        }
        _ => wanted == stated,
    }
}

/// The value once conditions are decided; `None` where nothing changes.
fn decided(value: &Value, conditions: &[Condition]) -> Option<Value> {
    match value {
        Value::If { condition, then, otherwise } => {
            match conditions.get(*condition as usize).and_then(|c| c.decided) {
                Some(holds) => {
                    let branch = if holds { then } else { otherwise };
                    Some(decided(branch, conditions).unwrap_or_else(|| branch.as_ref().clone()))
                }
                None => {
                    let (a, b) = (decided(then, conditions), decided(otherwise, conditions));
                    (a.is_some() || b.is_some()).then(|| Value::If {
                        condition: *condition,
                        then: a.map_or_else(|| then.clone(), Box::new),
                        otherwise: b.map_or_else(|| otherwise.clone(), Box::new),
                    })
                }
            }
        }
        Value::OneOf(all) => decided_each(all, conditions).map(Value::OneOf),
        Value::Conflicting(all) => decided_each(all, conditions).map(Value::Conflicting),
        _ => None,
    }
}

fn decided_each(all: &[Value], conditions: &[Condition]) -> Option<Vec<Value>> {
    let changed: Vec<Option<Value>> = all.iter().map(|v| decided(v, conditions)).collect();
    changed
        .iter()
        .any(Option::is_some)
        .then(|| changed.into_iter().zip(all).map(|(new, old)| new.unwrap_or_else(|| old.clone())).collect())
}
