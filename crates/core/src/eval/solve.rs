//! Which truth values a ground formula takes over all worlds: exact, by splitting cases.
//!
//! Parts that share no open fact are independent and combine directly; only linked parts are split, on one
//! fact at a time, by the questions that the formula asks of it. A part that would need more than
//! [`MOST_CASES`] cases is left undecided, which is sound.

use std::collections::HashMap;

use super::atom::Atom;
use super::formula::Ground;
use super::vars::{State, VarId};

/// The most cases per group of linked facts.
pub(crate) const MOST_CASES: u32 = 4096;

/// The most cases of a question that may stay open.
const BRIEF_CASES: u32 = 64;

/// The truth values a formula can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Possible {
    /// True in some world.
    pub(crate) yes: bool,
    /// False in some world.
    pub(crate) no: bool,
}

impl Possible {
    pub(crate) const BOTH: Possible = Possible { yes: true, no: true };

    fn constant(value: bool) -> Self {
        Possible { yes: value, no: !value }
    }

    /// The one truth value, if there is only one.
    pub(crate) fn definite(self) -> Option<bool> {
        (self.yes != self.no).then_some(self.yes)
    }
}

/// Splits cases, and counts them.
///
/// Every function here that is given states changes them while it looks at a case, and leaves them as they were:
/// a copy of all states per case would make the cost of a rule grow with the square of the records.
pub(crate) struct Solver<'a> {
    /// Facts that take the value that makes the formula true, in each world of the others; none if empty.
    silent: &'a [bool],
    /// Set when a group needed too many cases.
    pub(crate) gave_up: bool,
    /// So many cases are too many.
    most: u32,
    cases: u32,
    depth: u32,
}

impl<'a> Solver<'a> {
    /// A solver for which silence says nothing.
    pub(crate) fn plain() -> Self {
        Solver::new(&[])
    }

    /// The same for a question that is asked often and may stay open: it gives up soon.
    pub(crate) fn brief() -> Self {
        Solver { most: BRIEF_CASES, ..Solver::plain() }
    }

    pub(crate) fn new(silent: &'a [bool]) -> Self {
        Solver { silent, gave_up: false, most: MOST_CASES, cases: 0, depth: 0 }
    }

    fn is_silent(&self, var: VarId) -> bool {
        self.silent.get(var.0 as usize).copied().unwrap_or(false)
    }

    /// The truth values of a formula, given what is known.
    pub(crate) fn possible(&mut self, formula: &Ground, states: &mut [State]) -> Possible {
        if !self.silent.contains(&true) {
            return self.solve(formula.clone(), states);
        }
        let mut states = self.settle_silent(formula, states);
        self.solve(simplify(formula, &states), &mut states)
    }

    /// A silent fact that can make every literal about it true at once does so: in negation normal form nothing
    /// else could make more of the formula true.
    fn settle_silent(&self, formula: &Ground, states: &[State]) -> Vec<State> {
        let mut known = states.to_vec();
        let silent = |v: &VarId| self.is_silent(*v);
        for var in open_vars(formula, states).into_iter().filter(silent) {
            if let Some(state) = all_true(var, &literals_about(var, formula), &mut known) {
                known[var.0 as usize] = state;
            }
        }
        known
    }

    fn solve(&mut self, formula: Ground, states: &mut [State]) -> Possible {
        match formula {
            Ground::Const(b) => Possible::constant(b),
            Ground::Literal(atom, positive) => self.literal(&atom, positive, states),
            Ground::And(parts) => self.junction(parts, states, true),
            Ground::Or(parts) => self.junction(parts, states, false),
            Ground::AtLeast(..) => self.split(formula, states),
        }
    }

    /// A single open question about facts that nothing else asks about has both answers, unless all its facts
    /// are silent ones.
    fn literal(&mut self, atom: &Atom, positive: bool, states: &mut [State]) -> Possible {
        let simple = matches!(atom, Atom::Is(_) | Atom::Meets(..) | Atom::HasValue(_));
        let silent = atom.vars().any(|v| self.is_silent(v));
        let plain = atom.vars().all(|v| is_plain(&states[v.0 as usize]));
        if simple && plain && !silent {
            return Possible::BOTH;
        }
        self.split(Ground::Literal(atom.clone(), positive), states)
    }

    fn junction(&mut self, parts: Vec<Ground>, states: &mut [State], all: bool) -> Possible {
        let mut sum = Possible::constant(all);
        for group in groups(parts, states) {
            let one = match <[Ground; 1]>::try_from(group) {
                Ok([part]) => self.solve(part, states),
                Err(linked) => {
                    let whole = if all { Ground::And(linked) } else { Ground::Or(linked) };
                    self.split(whole, states)
                }
            };
            sum = if all {
                Possible { yes: sum.yes && one.yes, no: sum.no || one.no }
            } else {
                Possible { yes: sum.yes || one.yes, no: sum.no && one.no }
            };
            if sum == Possible::constant(!all) {
                break;
            }
        }
        sum
    }

    /// Splits a group of linked facts; the outermost split of a group starts its count of cases.
    fn split(&mut self, formula: Ground, states: &mut [State]) -> Possible {
        if self.depth == 0 {
            self.cases = 0;
        }
        self.depth += 1;
        let possible = self.cases_of(&formula, states);
        self.depth -= 1;
        possible
    }

    /// Takes the fact that most questions are about and looks at each case.
    fn cases_of(&mut self, formula: &Ground, states: &mut [State]) -> Possible {
        let Some((var, atom)) = self.choose(formula, states) else { return Possible::BOTH };
        let cases = atom.split_on(var, states).unwrap_or_else(|| atom.split(states));
        if cases.is_empty() {
            return Possible::BOTH;
        }
        let silent = cases.iter().all(|(v, _)| self.is_silent(*v));
        let mut sum = Possible { yes: false, no: false };
        for (var, state) in cases {
            self.cases += 1;
            if self.cases > self.most {
                self.gave_up = true;
                return Possible::BOTH;
            }
            let one = with(states, var, state, |states| self.solve(simplify(formula, states), states));
            sum = Possible { yes: sum.yes || one.yes, no: sum.no || one.no };
            if sum == Possible::BOTH && !silent {
                break;
            }
        }
        if silent && sum.yes { Possible::constant(true) } else { sum }
    }

    /// The open fact asked about most, ordinary ones before silent ones, with a question about it.
    fn choose(&self, formula: &Ground, states: &[State]) -> Option<(VarId, Atom)> {
        let mut seen: Vec<(VarId, Atom, u32)> = Vec::new();
        formula.atoms(&mut |atom| {
            for var in atom.vars() {
                match seen.iter_mut().find(|(v, ..)| *v == var) {
                    Some((.., count)) => *count += 1,
                    None if atom.split_on(var, states).is_some() => seen.push((var, atom.clone(), 1)),
                    None => {}
                }
            }
        });
        let rank = |var: &VarId, count: u32| (!self.is_silent(*var), count, std::cmp::Reverse(*var));
        let best = seen.into_iter().max_by_key(|(var, _, count)| rank(var, *count))?;
        Some((best.0, best.1))
    }
}

/// Does something in the case that a fact is in this state.
pub(crate) fn with<R>(
    states: &mut [State],
    var: VarId,
    state: State,
    work: impl FnOnce(&mut [State]) -> R,
) -> R {
    let before = std::mem::replace(&mut states[var.0 as usize], state);
    let result = work(states);
    states[var.0 as usize] = before;
    result
}

/// A state that any further question splits freely: no alternatives that hang together.
fn is_plain(state: &State) -> bool {
    match state {
        State::Bool(_) | State::One(_) => true,
        State::Set { some_of, .. } => some_of.is_empty(),
        _ => false,
    }
}

/// The formula with everything folded away that is settled by now.
pub(crate) fn simplify(formula: &Ground, states: &[State]) -> Ground {
    let each = |parts: &[Ground]| parts.iter().map(|p| simplify(p, states)).collect::<Vec<_>>();
    match formula {
        Ground::Const(b) => Ground::Const(*b),
        Ground::Literal(atom, positive) => match atom.truth(states) {
            Some(b) => Ground::Const(b == *positive),
            None => formula.clone(),
        },
        Ground::And(parts) => Ground::and(each(parts)),
        Ground::Or(parts) => Ground::or(each(parts)),
        Ground::AtLeast(n, parts) => Ground::at_least(*n, each(parts)),
    }
}

/// Groups parts that share open facts, directly or through others, in the order of their first parts.
fn groups(parts: Vec<Ground>, states: &[State]) -> Vec<Vec<Ground>> {
    let mut group_of: Vec<usize> = (0..parts.len()).collect();
    let mut first_with = HashMap::new();
    for (index, part) in parts.iter().enumerate() {
        for var in open_vars(part, states) {
            let other = *first_with.entry(var).or_insert(index);
            let (a, b) = (root(&mut group_of, index), root(&mut group_of, other));
            group_of[a.max(b)] = a.min(b);
        }
    }
    let mut groups: Vec<Vec<Ground>> = Vec::new();
    let mut place: Vec<usize> = vec![0; parts.len()];
    for (index, part) in parts.into_iter().enumerate() {
        match root(&mut group_of, index) {
            first if first == index => {
                place[index] = groups.len();
                groups.push(vec![part]);
            }
            first => groups[place[first]].push(part),
        }
    }
    groups
}

/// The first part of a part's group; shortens the way there.
fn root(group_of: &mut [usize], mut part: usize) -> usize {
    while group_of[part] != part {
        group_of[part] = group_of[group_of[part]];
        part = group_of[part];
    }
    part
}

/// The facts a formula still asks about, with the conditions they depend on; sorted.
pub(crate) fn open_vars(formula: &Ground, states: &[State]) -> Vec<VarId> {
    let mut vars = Vec::new();
    formula.atoms(&mut |atom| {
        for var in atom.vars() {
            vars.push(var);
            conditions(&states[var.0 as usize], &mut vars);
        }
    });
    vars.sort();
    vars.dedup();
    vars
}

fn conditions(state: &State, vars: &mut Vec<VarId>) {
    match state {
        State::If { condition, then, otherwise } => {
            vars.push(*condition);
            conditions(then, vars);
            conditions(otherwise, vars);
        }
        State::Choice { options, .. } => options.iter().for_each(|o| conditions(o, vars)),
        _ => {}
    }
}

/// The literals of a formula that ask about a variable.
fn literals_about(var: VarId, formula: &Ground) -> Vec<(Atom, bool)> {
    let mut literals = Vec::new();
    formula.literals(&mut |atom, positive| {
        if atom.vars().any(|v| v == var) {
            literals.push((atom.clone(), positive));
        }
    });
    literals
}

/// What a variable has to be for all these literals to be true, if it can be that.
fn all_true(var: VarId, literals: &[(Atom, bool)], states: &mut [State]) -> Option<State> {
    let at = var.0 as usize;
    let before = states[at].clone();
    let all = literals.iter().all(|(atom, positive)| make_true(var, atom, *positive, states));
    let found = std::mem::replace(&mut states[at], before);
    all.then_some(found)
}

/// Narrows what is known of a variable towards a literal about it being true; says whether it is.
pub(crate) fn make_true(var: VarId, atom: &Atom, positive: bool, states: &mut [State]) -> bool {
    // Two splits reach any state: one takes a choice apart, one what is chosen.
    for _ in 0..2 {
        if atom.truth(states).is_some() {
            break;
        }
        let cases = atom.split_on(var, states).into_iter().flatten().filter(|(v, _)| *v == var);
        let rated = cases.map(|(v, state)| {
            let rating = with(states, v, state.clone(), |states| match atom.truth(states) {
                Some(b) if b == positive => 2,
                None => 1,
                Some(_) => 0,
            });
            (rating, state)
        });
        let Some((_, best)) = rated.max_by_key(|(rating, _)| *rating) else { return false };
        states[var.0 as usize] = best;
    }
    atom.truth(states) == Some(positive)
}
