//! What a declaration would have to say for a rule to be kept: the fewest changes, found by trying.
//!
//! The changes that are tried come from what the rule itself tests: values at which its tests turn, a record added that
//! it asks for, a record taken away, a list said to be complete, something said never to be. Only what the party that
//! declares may fill in is changed. Every answer has been evaluated: with it the rule is kept, and no step of it can be
//! left out. Each step mends one thing, and no fewer of the changes tried would mend it. Records beside
//! the thing are changed only where one or two other changes do not help, and what decides whether the rule applies at
//! all is never changed. Whether a change would be true, lawful or wise is not for this module to know.

use super::compile::{Resolved, resolve};
use super::edit::apply;
use super::formula::{Ground, negate};
use super::solve::Solver;
use super::things::Thing;
use super::{Evaluator, candidates};
use crate::facts::{Facts, Value};
use crate::model::*;
use crate::verdict::Verdict;

/// How many changes at once are tried for one thing, and from how wide a choice, in this order.
const ROUNDS: [(usize, Reach); 4] = [(1, Reach::Near), (2, Reach::Near), (1, Reach::Far), (2, Reach::Far)];
/// With more than this in disorder there is nothing short to say.
const MOST_THINGS: usize = 16;
/// After grounding a rule this often, the search ends without an answer.
const MOST_TRIES: usize = 1500;
/// Of the ways to mend one thing that are equally good, so many are kept.
const MOST_WAYS: usize = 4;

/// A change to what a declaration says. Records are numbered as in the declaration before any change.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// A field of a listed record says something else.
    Set {
        /// The record type.
        record: RecordId,
        /// The record.
        item: u32,
        /// The field.
        field: FieldId,
        /// What it then says.
        value: Value,
        /// Whether other values would do as well.
        choice: Choice,
    },
    /// The list of these records is said to be complete.
    Complete(RecordId),
    /// No record of this type has all of these, by field.
    Exclude(RecordId, Vec<(u32, TermSet)>),
    /// A record is added that says this, by field.
    Add(RecordId, Vec<(FieldId, Value, Choice)>),
    /// A listed record is no longer there.
    Remove(RecordId, u32),
}

/// Whether a value stands for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// This value.
    This,
    /// This value, for instance.
    Instance,
    /// Any definite value.
    Any,
}

/// One step of a repair: ways to mend one thing, each as good as the others. The first is the one that was evaluated
/// together with the other steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The ways; none is longer than another.
    pub ways: Vec<Vec<Edit>>,
}

/// What would make a rule kept, or no longer arise.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// The steps, all of which are needed.
    pub steps: Vec<Step>,
    /// What the rule then comes to: a pass, or not applicable.
    pub verdict: Verdict,
}

impl Repair {
    /// The changes that were evaluated together: the first way of each step.
    pub fn edits(&self) -> Vec<Edit> {
        self.steps.iter().filter_map(|step| step.ways.first()).flatten().cloned().collect()
    }
}

/// The repair of one rule on one declaration; none if the rule is kept already, or if none was found.
pub(super) fn repair(evaluator: &Evaluator, rule: usize, facts: &Facts) -> Option<Repair> {
    let mut search = Search { evaluator, rule, facts, tries: 1 };
    let mut open = search.open(facts, &[]);
    if open.len() > MOST_THINGS {
        return None;
    }
    let (mut steps, mut done): (Vec<Step>, Vec<Edit>) = (Vec::new(), Vec::new());
    while let Some(thing) = open.first().cloned() {
        let (step, left) = search.step(&thing, &done, &open)?;
        done.extend(step.ways.first()?.iter().cloned());
        steps.push(step);
        open = left;
    }
    if steps.is_empty() || !search.keeps(&done) {
        return None;
    }
    search.leave_out(&mut steps);
    let edits = Repair { steps: steps.clone(), verdict: Verdict::Pass }.edits();
    let verdict = evaluator.outcome(rule, &apply(facts, evaluator.schema, &edits)).verdict;
    Some(Repair { steps, verdict })
}

/// How wide a choice of changes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The thing itself, its list, and records that could be added.
    Near,
    /// Also records beside the thing.
    Far,
}

/// Something that is not certainly in order.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Of which sentence.
    pub(super) sentence: usize,
    /// Which thing.
    pub(super) thing: Option<Thing>,
    /// What it is known by, whatever was changed.
    key: Key,
}

/// What a thing is known by: its sentence and, of listed records, the number before any change.
type Key = (usize, Known);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    All,
    Item(RecordId, u32),
    Unlisted(RecordId),
    Category(RecordId, u32),
}

fn known(thing: Option<&Thing>, done: &[Edit]) -> Known {
    match thing {
        None => Known::All,
        Some(Thing::Item(record, item)) => Known::Item(*record, before(*record, *item, done)),
        Some(Thing::Spare(record, _)) => Known::Unlisted(*record),
        Some(Thing::Category(category)) => Known::Category(category.by, category.bit),
        Some(Thing::Ungoverned(by, bit)) => Known::Category(*by, *bit),
    }
}

/// The number of a record before those that are taken away were.
fn before(record: RecordId, item: u32, done: &[Edit]) -> u32 {
    let gone = |edit: &Edit| match edit {
        Edit::Remove(r, i) if *r == record => Some(*i),
        _ => None,
    };
    let mut removed: Vec<u32> = done.iter().filter_map(gone).collect();
    removed.sort();
    removed.into_iter().fold(item, |item, gone| if gone <= item { item + 1 } else { item })
}

pub(super) struct Search<'a> {
    pub(super) evaluator: &'a Evaluator<'a>,
    pub(super) rule: usize,
    pub(super) facts: &'a Facts,
    tries: usize,
}

impl Search<'_> {
    /// What is not certainly in order after some changes.
    fn open(&self, facts: &Facts, done: &[Edit]) -> Vec<Open> {
        let (ground, vars) = self.evaluator.ground(self.rule, facts);
        let around = Ground::and([ground.when.clone(), negate(ground.unless.clone())]);
        let states = &mut vars.states.clone();
        let mut found: Vec<Open> = Vec::new();
        for (sentence, grounded) in ground.sentences.into_iter().enumerate() {
            for thing in grounded.things {
                let broken = Ground::and([around.clone(), grounded.open.clone(), thing.broken]);
                if Solver::plain().possible(&broken, states).definite() == Some(false) {
                    continue;
                }
                let key = (sentence, known(thing.thing.as_ref(), done));
                if !found.iter().any(|open| open.key == key) {
                    found.push(Open { sentence, thing: thing.thing, key });
                }
            }
        }
        found
    }

    /// Whether one thing is certainly in order after some changes. Most changes that are tried do not mend the thing:
    /// so this grounds nothing but the thing.
    fn mended(&self, key: &Key, facts: &Facts, done: &[Edit]) -> bool {
        let (sentence, wanted) = key;
        let rule = &self.evaluator.rules[self.rule];
        let mut grounder = self.evaluator.grounder(self.rule, facts);
        let when = grounder.clause(rule.when.as_ref(), true);
        let unless = grounder.clause(rule.unless.as_ref(), false);
        let around = Ground::and([when, negate(unless)]);
        let about = |thing: &Thing| known(Some(thing), done) == *wanted;
        let grounded = grounder.sentence_about(&rule.sentences[*sentence], &about);
        let mut states = grounder.vars.states.clone();
        grounded.things.into_iter().all(|thing| {
            let broken = Ground::and([around.clone(), grounded.open.clone(), thing.broken]);
            Solver::plain().possible(&broken, &mut states).definite() == Some(false)
        })
    }

    /// Whether the rule is certainly not broken after some changes. What its cautions make of an unknown is not asked:
    /// that can only be a fail, and takes long to tell.
    fn keeps(&self, edits: &[Edit]) -> bool {
        let facts = apply(self.facts, self.evaluator.schema, edits);
        let (ground, vars) = self.evaluator.ground(self.rule, &facts);
        Solver::plain().possible(&ground.broken(), &mut vars.states.clone()).definite() == Some(false)
    }

    /// The shortest ways to mend a thing and break nothing else, with what then is still open.
    fn step(&mut self, thing: &Open, done: &[Edit], open: &[Open]) -> Option<(Step, Vec<Open>)> {
        for (size, reach) in ROUNDS {
            let mut best: Vec<(Vec<Edit>, Vec<Open>)> = Vec::new();
            let tried = candidates::of(self, thing, reach);
            for set in subsets(tried.len(), size) {
                let way: Vec<Edit> = set.iter().map(|index| tried[*index].clone()).collect();
                if clash(&way, done) || best.iter().any(|(other, _)| same_places(other, &way)) {
                    continue;
                }
                if self.tries > MOST_TRIES {
                    return None;
                }
                self.tries += 1;
                let all: Vec<Edit> = done.iter().chain(&way).cloned().collect();
                let facts = apply(self.facts, self.evaluator.schema, &all);
                if !self.mended(&thing.key, &facts, &all) {
                    continue;
                }
                let left = self.open(&facts, &all);
                if left.iter().all(|one| one.key != thing.key && open.iter().any(|o| o.key == one.key)) {
                    best.push((way, left));
                }
            }
            // What mends most comes first; the others mend this thing too.
            best.sort_by_key(|(_, left)| left.len());
            if let Some((_, left)) = best.first().cloned() {
                best.truncate(MOST_WAYS);
                return Some((Step { ways: best.into_iter().map(|(way, _)| way).collect() }, left));
            }
        }
        None
    }

    /// Leaves out the steps that later ones made needless.
    fn leave_out(&self, steps: &mut Vec<Step>) {
        let mut at = 0;
        while at < steps.len() {
            let mut without = steps.clone();
            without.remove(at);
            let edits = Repair { steps: without.clone(), verdict: Verdict::Pass }.edits();
            if self.keeps(&edits) { *steps = without } else { at += 1 }
        }
    }

    /// The value that a rule compares with, as it is on the as-of date.
    pub(super) fn resolved(&self, quantity: &Quantity) -> (Resolved, Option<EventId>) {
        resolve(quantity, self.evaluator.schema, self.evaluator.compiled.as_of)
    }
}

/// Whether two changes are about the same place, or repeat one that is made already.
fn clash(way: &[Edit], done: &[Edit]) -> bool {
    let all: Vec<&Edit> = done.iter().chain(way).collect();
    let place = |edit: &Edit| match edit {
        Edit::Set { record, item, field, .. } => Some((*record, *item, Some(*field))),
        Edit::Remove(record, item) => Some((*record, *item, None)),
        _ => None,
    };
    let touches = |a: &Edit, b: &Edit| match (place(a), place(b)) {
        (Some((r, i, f)), Some((s, j, g))) => (r, i) == (s, j) && (f == g || f.is_none() || g.is_none()),
        _ => a == b,
    };
    (0..all.len()).any(|b| (0..b).any(|a| touches(all[a], all[b])))
}

/// Whether two ways change the same places, to other values.
fn same_places(a: &[Edit], b: &[Edit]) -> bool {
    let same = |(a, b): (&Edit, &Edit)| match (a, b) {
        (Edit::Set { record: r, item: i, field: f, .. }, Edit::Set { record: s, item: j, field: g, .. }) => {
            (r, i, f) == (s, j, g)
        }
        (Edit::Exclude(r, _), Edit::Exclude(s, _)) => r == s,
        _ => a == b,
    };
    a.len() == b.len() && a.iter().zip(b).all(same)
}

/// All subsets of `0..count` of one size, in order.
fn subsets(count: usize, size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let longer = |set: Vec<usize>| {
        let from = set.last().map_or(0, |last| last + 1);
        (from..count).map(move |next| set.iter().copied().chain([next]).collect::<Vec<_>>())
    };
    subsets(count, size - 1).into_iter().flat_map(longer).collect()
}
