//! One world: what there is and what its fields hold, as far as it was chosen.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use policy_core::facts::{Existence, Fact, Facts, Value};
use policy_core::model::{
    Collection, Duration, FieldId, Limit, RecordId, Rule, Schema, SetId, TermId, TermSet,
};

use super::{Bounds, candidates::Pool, walk};

/// The choices made so far.
pub type Choices = HashMap<Key, usize>;

/// Something a world settles that the declaration leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// A condition.
    Condition(u32),
    /// Whether a contested record exists.
    Contested(RecordId, usize),
    /// How many unlisted records of a type there are.
    Spares(RecordId),
    /// Which value a field has; the path leads into nested states.
    Fact(RecordId, usize, FieldId, Vec<usize>),
    /// Which of two conflicting statements is true.
    Conflict(RecordId, usize, FieldId, Vec<usize>),
    /// A field of an unlisted record.
    Spare(RecordId, usize, FieldId),
    /// A field of a category that nothing governs.
    Ungoverned(RecordId, u32, FieldId),
    /// Which of the records that could govern a category does.
    Governs(RecordId, u32),
    /// Whether a term belongs to a set whose list is no longer known to be complete.
    World(SetId, Thing, FieldId, u32),
    /// How a span compares with a bound, where that depends on the start.
    Span(Thing, FieldId, Duration, Duration),
}

impl Key {
    /// Whether this settles a contradiction.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Key::Contested(..) | Key::Conflict(..))
    }
}

/// Why a run stopped early.
#[derive(Debug, Clone)]
pub enum Stop {
    /// It needs this choice, of so many.
    Ask(Key, usize),
    /// It needs this choice between conflicting statements before any other.
    Conflict(Key, usize),
    /// The choices contradict the declaration.
    Impossible,
    /// Too many runs.
    Limit,
}

/// What a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    /// A listed record.
    Listed(RecordId, usize),
    /// An unlisted record.
    Spare(RecordId, usize),
    /// A category (a term's bit) and the listed record that governs it, with its own type.
    Category(RecordId, u32, Option<(RecordId, usize)>),
}

/// What a field holds in one world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Val {
    /// Nothing, or these terms.
    Terms(BTreeSet<u32>),
    /// A day.
    Date(Date),
    /// A bound.
    Limit(Limit),
    /// A number.
    Number(i64),
    /// An event.
    Event(u32),
}

impl Val {
    /// No value.
    pub fn none() -> Val {
        Val::Terms(BTreeSet::new())
    }

    /// The terms it holds.
    pub fn terms(&self) -> BTreeSet<u32> {
        match self {
            Val::Terms(terms) => terms.clone(),
            _ => BTreeSet::new(),
        }
    }

    /// Whether it holds one of these.
    pub fn meets(&self, set: &TermSet) -> bool {
        self.terms().iter().any(|t| set.contains(*t))
    }
}

/// What stays the same in all worlds.
pub struct Setting<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The rule.
    pub rule: &'a Rule,
    /// The declaration.
    pub facts: &'a Facts,
    /// The day.
    pub as_of: Date,
    /// The bounds.
    pub bounds: Bounds,
    pub(super) pool: Pool,
    spares: Vec<usize>,
}

impl<'a> Setting<'a> {
    /// Works out the candidates and the number of spares.
    pub fn new(schema: &'a Schema, rule: &'a Rule, facts: &'a Facts, as_of: Date, bounds: Bounds) -> Self {
        let pool = Pool::new(schema, rule, facts, as_of, bounds.fresh);
        let spares = walk::spares(schema, rule, facts)
            .into_iter()
            .map(|need| bounds.spares.map_or(need, |most| need.min(most)) + bounds.extra)
            .collect();
        Setting { schema, rule, facts, as_of, bounds, pool, spares }
    }

    /// The most unlisted records of this type to look at.
    pub fn spares(&self, record: RecordId) -> usize {
        let list = &self.facts.lists[record.ix()];
        let ty = &self.schema.records[record.ix()];
        if list.complete || ty.single || ty.written { 0 } else { self.spares[record.ix()] }
    }

    /// A listed fact and its place, after following derived fields.
    pub fn fact(
        &self,
        record: RecordId,
        item: usize,
        field: FieldId,
    ) -> (&'a Fact, RecordId, usize, FieldId) {
        let mut at = (record, item, field);
        for _ in 0..16 {
            let fact = &self.facts.lists[at.0.ix()].items[at.1].fields[at.2.ix()];
            match fact.value {
                Value::Same(r, i, f) => at = (r, i as usize, FieldId(f)),
                _ => return (fact, at.0, at.1, at.2),
            }
        }
        (&self.facts.lists[record.ix()].items[item].fields[field.ix()], record, item, field)
    }

    /// The record type itself and those it is one of.
    fn ancestors(&self, record: RecordId) -> impl Iterator<Item = RecordId> + '_ {
        std::iter::successors(Some(record), |r| self.schema.records[r.ix()].parent)
    }

    /// The exclusions that a record of this type must not match.
    fn exclusions(&self, record: RecordId) -> impl Iterator<Item = &'a [(u32, TermSet)]> + '_ {
        let lists = self.ancestors(record).map(|r| &self.facts.lists[r.ix()]);
        lists.flat_map(|list| list.exclusions.iter().map(|e| e.fields.as_slice()))
    }

    /// The terms that exclusions take out of this field alone.
    fn excluded(&self, record: RecordId, field: FieldId) -> TermSet {
        let alone = self.exclusions(record).filter_map(|e| match e {
            [(f, terms)] if *f == field.0 => Some(terms),
            _ => None,
        });
        alone.fold(TermSet::empty(), |all, terms| all.or(terms))
    }
}

/// One world, as far as it was chosen.
pub struct World<'a> {
    /// What is the same everywhere.
    pub setting: &'a Setting<'a>,
    choices: &'a Choices,
}

impl<'a> World<'a> {
    /// The world of these choices.
    pub fn new(setting: &'a Setting<'a>, choices: &'a Choices) -> Self {
        World { setting, choices }
    }

    /// The choice of one of `n`.
    pub fn choose(&self, key: Key, n: usize) -> Result<usize, Stop> {
        match n {
            0 => Err(Stop::Impossible),
            1 => Ok(0),
            _ => self.choices.get(&key).copied().ok_or(Stop::Ask(key, n)),
        }
    }

    fn condition(&self, condition: u32) -> Result<bool, Stop> {
        match self.setting.facts.conditions[condition as usize].decided {
            Some(decided) => Ok(decided),
            None => Ok(self.choose(Key::Condition(condition), 2)? == 1),
        }
    }

    fn exists(&self, record: RecordId, item: usize) -> Result<bool, Stop> {
        match self.setting.facts.lists[record.ix()].items[item].exists {
            Existence::Certain => Ok(true),
            Existence::If(condition) => self.condition(condition),
            Existence::Contested => Ok(self.choose(Key::Contested(record, item), 2)? == 1),
        }
    }

    /// What exists of a record type and its children.
    pub fn records(&self, record: RecordId, declared: bool) -> Result<Vec<Thing>, Stop> {
        let mut things = Vec::new();
        for member in self.setting.schema.members(record) {
            for item in 0..self.setting.facts.lists[member.ix()].items.len() {
                if self.exists(member, item)? {
                    things.push(Thing::Listed(member, item));
                }
            }
            let spares = if declared { 0 } else { self.setting.spares(member) };
            for spare in 0..self.choose(Key::Spares(member), spares + 1)? {
                self.allow(member, spare)?;
                things.push(Thing::Spare(member, spare));
            }
        }
        Ok(things)
    }

    /// An unlisted record matches no exclusion.
    fn allow(&self, record: RecordId, spare: usize) -> Result<(), Stop> {
        for exclusion in self.setting.exclusions(record) {
            let mut matches = true;
            for (field, terms) in exclusion {
                matches &= self.spare(record, spare, FieldId(*field))?.meets(terms);
            }
            if matches {
                return Err(Stop::Impossible);
            }
        }
        Ok(())
    }

    fn spare(&self, record: RecordId, spare: usize, field: FieldId) -> Result<Val, Stop> {
        let values = self.setting.pool.unlisted(self.setting.schema, record, field);
        let i = self.choose(Key::Spare(record, spare, field), values.len())?;
        Ok(values[i].clone())
    }

    /// What a field of a thing holds.
    pub fn field(&self, thing: Thing, field: FieldId) -> Result<Val, Stop> {
        match thing {
            Thing::Listed(record, item) => self.listed(record, item, field),
            Thing::Spare(record, spare) => self.spare(record, spare, field),
            Thing::Category(_, _, Some((record, item))) => self.listed(record, item, field),
            Thing::Category(record, bit, None) => {
                if self.setting.schema.records[record.ix()].key.contains(&field) {
                    return Ok(Val::Terms([bit].into()));
                }
                let values = self.setting.pool.ungoverned(self.setting.schema, record, field);
                let i = self.choose(Key::Ungoverned(record, bit, field), values.len())?;
                Ok(values[i].clone())
            }
        }
    }

    fn listed(&self, record: RecordId, item: usize, field: FieldId) -> Result<Val, Stop> {
        let (fact, record, item, field) = self.setting.fact(record, item, field);
        let place = Place { record, item, field, out: self.setting.excluded(record, field) };
        self.resolve(&fact.value, &place, Vec::new())
    }

    fn resolve(&self, value: &Value, place: &Place, mut path: Vec<usize>) -> Result<Val, Stop> {
        let key = |path: &[usize]| Key::Fact(place.record, place.item, place.field, path.to_vec());
        match value {
            Value::OneOf(values) => {
                let possible = |v: &&Value| self.setting.pool.possible(self.setting.schema, v, place);
                let left: Vec<&Value> = match values.iter().filter(possible).collect::<Vec<_>>() {
                    left if left.is_empty() => values.iter().collect(),
                    left => left,
                };
                let i = self.choose(key(&path), left.len())?;
                path.push(i);
                self.resolve(left[i], place, path)
            }
            Value::If { condition, then, otherwise } => {
                let holds = self.condition(*condition)?;
                path.push(usize::from(holds));
                self.resolve(if holds { then } else { otherwise }, place, path)
            }
            Value::Conflicting(values) => {
                let at = Key::Conflict(place.record, place.item, place.field, path.clone());
                let i = self.choose(at, values.len())?;
                path.push(i);
                self.resolve(&values[i], place, path)
            }
            Value::Same(record, item, field) => self.listed(*record, *item as usize, FieldId(*field)),
            _ => {
                let values = self.setting.pool.of(self.setting.schema, value, place);
                let i = self.choose(key(&path), values.len())?;
                Ok(values[i].clone())
            }
        }
    }

    /// The members of a collection.
    pub fn members(&self, over: &Collection) -> Result<Vec<Thing>, Stop> {
        match over {
            Collection::Records { record, declared } => self.records(*record, *declared),
            Collection::Categories { governed_by, .. } => {
                let mut things = Vec::new();
                for bit in self.categories(over)? {
                    things.push(Thing::Category(*governed_by, bit, self.governing(over, bit)?));
                }
                Ok(things)
            }
        }
    }

    /// The categories in scope.
    pub fn categories(&self, over: &Collection) -> Result<BTreeSet<u32>, Stop> {
        let Collection::Categories { governed_by, key, held, scope, also } = over else {
            return Ok(BTreeSet::new());
        };
        let mut found = BTreeSet::new();
        for thing in self.records(held.0, false)? {
            if self.narrowed(thing, also.iter().map(|(h, _, t)| (*h, t)))? {
                for term in self.field(thing, held.1)?.terms() {
                    found.extend(scope.contains(term).then_some(term));
                }
            }
        }
        for thing in self.records(*governed_by, true)? {
            if self.narrowed(thing, also.iter().map(|(_, g, t)| (*g, t)))? {
                let Thing::Listed(record, item) = thing else { continue };
                found.extend(
                    walk::stated_terms(&self.setting.fact(record, item, *key).0.value).and(scope).iter(),
                );
            }
        }
        Ok(found)
    }

    fn narrowed<'t>(
        &self,
        thing: Thing,
        also: impl Iterator<Item = (Option<FieldId>, &'t TermSet)>,
    ) -> Result<bool, Stop> {
        for (field, terms) in also {
            if let Some(field) = field
                && !self.field(thing, field)?.meets(terms)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn governing(&self, over: &Collection, bit: u32) -> Result<Option<(RecordId, usize)>, Stop> {
        let Collection::Categories { governed_by, key, also, .. } = over else { return Ok(None) };
        let kind = walk::kind(self.setting.schema, *governed_by, *key);
        let mut best: Vec<(RecordId, usize)> = Vec::new();
        let mut least = usize::MAX;
        for thing in self.records(*governed_by, true)? {
            let Thing::Listed(record, item) = thing else { continue };
            if !self.narrowed(thing, also.iter().map(|(_, g, t)| (*g, t)))? {
                continue;
            }
            let keys = self.field(thing, *key)?.terms();
            let ranks = keys.iter().filter_map(|k| walk::distance(self.setting.schema, kind, bit, *k));
            let Some(rank) = ranks.min() else { continue };
            if rank < least {
                best.clear();
                least = rank;
            }
            if rank == least {
                best.push((record, item));
            }
        }
        if best.is_empty() {
            return Ok(None);
        }
        let i = self.choose(Key::Governs(*governed_by, bit), best.len())?;
        Ok(Some(best[i]))
    }
}

/// A field of a listed record, and what exclusions take out of it.
pub(super) struct Place {
    pub(super) record: RecordId,
    pub(super) item: usize,
    pub(super) field: FieldId,
    pub(super) out: TermSet,
}

/// The term's own record in the schema.
pub(super) fn term(schema: &Schema, id: TermId) -> &policy_core::model::Term {
    &schema.terms[id.ix()]
}
