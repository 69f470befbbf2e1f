//! Open facts as variables, and what is known of each in the case at hand.

use std::collections::HashMap;

use jiff::civil::Date;

use super::formula::Ground;
use super::solve::simplify;
use crate::model::{Limit, TermSet};
use crate::verdict::FactRef;

/// A variable: one open fact of one declaration, for one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct VarId(pub u32);

/// What a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A field of a listed record: type, item, field.
    Field(u32, u32, u32),
    /// Whether a listed record exists.
    Exists(u32, u32),
    /// A field of an unlisted record: type, number, field.
    SpareField(u32, u32, u32),
    /// Whether an unlisted record exists: type, number.
    SpareExists(u32, u32),
    /// A condition.
    Condition(u32),
    /// A field of the record that should govern a category and does not exist: governing type, bit, field.
    Ungoverned(u32, u32, u32),
    /// Which of several candidates governs a category: governing type, number of the category.
    Governor(u32, u32),
    /// Membership in a dated list after its last known day: list, the variable tested, class of terms.
    World(u32, u32, u32),
    /// A comparison that depends on the day a span starts: the variable, and a number for the bound.
    Start(u32, u32),
    /// What the document does not say, where only what it says counts: nothing.
    Unwritten,
    /// Membership of one open element in another open field; left open one by one.
    Loose(u32, u32, u32),
    /// How two dates lie to each other, where what is known of them does not tell: the open one, the other, and a
    /// number for the comparison. Left open one by one.
    Apart(u32, u32, u32),
}

impl Key {
    /// The fact to name when this variable matters.
    pub(crate) fn fact(self, tested: impl Fn(VarId) -> FactRef) -> FactRef {
        use crate::model::RecordId;
        match self {
            Key::Field(r, i, f) => FactRef::Field(RecordId(r), i, f),
            Key::Exists(r, i) => FactRef::Exists(RecordId(r), i),
            Key::SpareField(r, ..) | Key::SpareExists(r, _) => FactRef::Complete(RecordId(r)),
            Key::Condition(c) => FactRef::Condition(c),
            Key::Ungoverned(r, bit, _) | Key::Governor(r, bit) => FactRef::Ungoverned(RecordId(r), bit),
            Key::World(set, ..) => FactRef::World(set),
            Key::Start(var, _) | Key::Loose(var, ..) | Key::Apart(var, ..) => tested(VarId(var)),
            // Settled from the start, so never named.
            Key::Unwritten => FactRef::Complete(RecordId(0)),
        }
    }
}

/// A value of an ordered type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scalar {
    Date(Date),
    Limit(Limit),
    Number(i64),
}

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// A yes/no fact; `None` while open.
    Bool(Option<bool>),
    /// Stated to be nothing.
    Nothing,
    /// One of these terms.
    One(TermSet),
    /// A set: certain members, groups that each contribute one, possible members.
    Set { must: TermSet, some_of: Vec<TermSet>, may: TermSet },
    /// One of these values.
    Values(Vec<Scalar>),
    /// One of these states. `conflict`: they are conflicting statements.
    Choice { options: Vec<State>, conflict: bool },
    /// Depends on a condition.
    If { condition: VarId, then: Box<State>, otherwise: Box<State> },
}

impl State {
    /// Several states as one: flattened where they combine, a choice otherwise.
    pub(crate) fn choice(mut options: Vec<State>, conflict: bool) -> State {
        options.dedup();
        if options.len() == 1 { options.swap_remove(0) } else { State::Choice { options, conflict } }
    }

    /// The same with other numbers for the variables that it depends on.
    pub(crate) fn renumbered(&self, number: &impl Fn(VarId) -> VarId) -> State {
        match self {
            State::Choice { options, conflict } => {
                let options = options.iter().map(|option| option.renumbered(number)).collect();
                State::Choice { options, conflict: *conflict }
            }
            State::If { condition, then, otherwise } => State::If {
                condition: number(*condition),
                then: Box::new(then.renumbered(number)),
                otherwise: Box::new(otherwise.renumbered(number)),
            },
            plain => plain.clone(),
        }
    }
}

/// The variables of one rule on one declaration.
#[derive(Debug, Default)]
pub(crate) struct Vars {
    pub(crate) keys: Vec<Key>,
    pub(crate) states: Vec<State>,
    /// Undeclared facts that count as breaking the rule, each with what must hold for that: its thing is there
    /// and in scope.
    pub(crate) silent: Vec<(VarId, Ground)>,
    /// Written facts that were left undeclared (candidates for silence).
    pub(crate) undeclared: Vec<bool>,
    index: HashMap<Key, VarId>,
}

impl Vars {
    /// The variable of a key, made on first use.
    pub(crate) fn get(&mut self, key: Key, state: impl FnOnce(&mut Self) -> (State, bool)) -> VarId {
        if let Some(var) = self.index.get(&key) {
            return *var;
        }
        let (state, undeclared) = state(self);
        let var = VarId(self.keys.len() as u32);
        self.keys.push(key);
        self.states.push(state);
        self.undeclared.push(undeclared);
        self.index.insert(key, var);
        var
    }

    /// Which facts count as breaking the rule in a case: those of things that are certainly there and in scope.
    pub(crate) fn silent_in(&self, states: &[State]) -> Vec<bool> {
        let mut silent = vec![false; self.keys.len()];
        for (var, in_scope) in &self.silent {
            let at = var.0 as usize;
            silent[at] = silent[at] || simplify(in_scope, states) == Ground::TRUE;
        }
        silent
    }

    /// The fact a variable stands for.
    pub(crate) fn fact(&self, var: VarId) -> FactRef {
        self.keys[var.0 as usize].fact(|tested| self.fact(tested))
    }

    /// What is known of a variable at the start.
    pub(crate) fn state(&self, var: VarId) -> &State {
        &self.states[var.0 as usize]
    }
}
