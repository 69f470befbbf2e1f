//! Deciding sets: minimal sets of open facts that, settled some way, make a formula definite. What an unknown misses
//! is the union of them.
//!
//! There are many sets to look at, so most of them must take one look:
//! - A formula in negation normal form only gains from a literal that becomes true. Where one state of a variable
//!   makes all literals about it true, no other state does more for the formula (its *best* state), and where one
//!   makes them all false, none does less. A set that makes the formula true with its own facts at their best and all
//!   others at their worst settles it.
//! - A set that settles the formula as true makes it true in every world, so also in a *witness*: a world chosen to
//!   make literals false. Where that fails with the facts of the set at their best, the set does not settle it.
//!
//! For both, a literal depends only on which of its own few facts are in the set, and that is worked out once. Only
//! what this leaves open is solved, or looked at case by case.

use std::collections::HashMap;

use super::atom::Atom;
use super::formula::Ground;
use super::solve::{Solver, all_true, literals_about, make_true, open_vars, simplify};
use super::vars::{Key, State, VarId, Vars};
use crate::verdict::FactRef;

/// Deciding sets of more facts than this are not looked for.
const LARGEST_SET: u32 = 4;
/// With more open facts than this, every one of them counts as missing.
const MOST_FACTS: usize = 14;
/// Of a literal that asks about more facts than this nothing is worked out beforehand.
const MOST_ASKED: u32 = 4;

/// A set of facts, by their indices.
type Set = u16;

/// The facts in the deciding sets of a formula, in the order of its variables; all its open facts where there are too
/// many, or where no small set decides.
pub(super) fn facts(formula: &Ground, vars: &Vars, states: &[State]) -> Vec<FactRef> {
    let open = open_vars(formula, states);
    let mut names: Vec<FactRef> = Vec::new();
    for name in open.iter().map(|var| vars.fact(*var)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() > MOST_FACTS {
        return names;
    }
    // A copy with the open variables only: it is changed and copied over and over.
    let number = |var: VarId| VarId(open.binary_search(&var).unwrap_or_default() as u32);
    let formula = formula.renumbered(&number);
    let mut own: Vec<State> = open.iter().map(|var| states[var.0 as usize].renumbered(&number)).collect();
    let of =
        |name: &FactRef| open.iter().copied().filter(|var| vars.fact(*var) == *name).map(number).collect();
    let facts: Vec<Vec<VarId>> = names.iter().map(of).collect();
    let spare = open.iter().map(|var| matches!(vars.keys[var.0 as usize], Key::SpareExists(..))).collect();
    match Search::new(&formula, spare, &mut own, facts).union() {
        0 => names,
        wanted => (0..names.len()).filter(|i| wanted & (1 << i) != 0).map(|i| names[i]).collect(),
    }
}

/// The true side of a formula, or the false one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    True,
    False,
}

impl Side {
    const BOTH: [Side; 2] = [Side::True, Side::False];

    fn other(self) -> Side {
        if self == Side::True { Side::False } else { Side::True }
    }

    fn value(self) -> bool {
        self == Side::True
    }
}

/// Looks for the deciding sets of one formula.
struct Search<'a> {
    formula: &'a Ground,
    /// Of each variable, whether it is that something unlisted exists.
    spare: Vec<bool>,
    states: &'a mut [State],
    /// The variables of each open fact.
    facts: Vec<Vec<VarId>>,
    /// By side: for each fact the best states of its variables, settled.
    best: [Vec<Vec<Option<State>>>; 2],
    /// By side: what each literal comes to, the facts outside of a set at their worst.
    dominated: [Vec<Answers>; 2],
    /// By side: a world that is chosen to be against it, and what each literal comes to there.
    worlds: [Vec<State>; 2],
    witness: [Vec<Answers>; 2],
    /// What is known of sets by now.
    settling: HashMap<Set, bool>,
}

impl<'a> Search<'a> {
    fn new(formula: &'a Ground, spare: Vec<bool>, states: &'a mut [State], facts: Vec<Vec<VarId>>) -> Self {
        let best = Side::BOTH.map(|side| {
            let of = |var: &VarId, states: &mut [State]| settled(*var, formula, side, &spare, states);
            facts.iter().map(|fact| fact.iter().map(|var| of(var, states)).collect()).collect()
        });
        let worst = Side::BOTH.map(|side| {
            let mut worst = states.to_vec();
            for var in facts.iter().flatten() {
                if let Some(state) = extreme(*var, formula, side.other(), states) {
                    worst[var.0 as usize] = state;
                }
            }
            worst
        });
        let worlds = Side::BOTH.map(|side| world(formula, side.other(), worst[side as usize].clone()));
        let mut search = Search {
            formula,
            spare,
            states,
            facts,
            best,
            dominated: Default::default(),
            worlds,
            witness: Default::default(),
            settling: HashMap::new(),
        };
        for (side, worst) in Side::BOTH.into_iter().zip(worst) {
            search.dominated[side as usize] = search.answers(side, worst);
            search.witness[side as usize] = search.answers(side, search.worlds[side as usize].clone());
        }
        search
    }

    /// What each literal comes to for each set of its own facts, with those at their best and the others as given.
    fn answers(&self, side: Side, mut others: Vec<State>) -> Vec<Answers> {
        let mut all = Vec::new();
        self.formula.literals(&mut |atom, positive| {
            let asked = self.asked(atom);
            let mut of = Vec::new();
            if asked.count_ones() <= MOST_ASKED {
                for set in parts_of(asked) {
                    let truth = self.at_best(set, side, &mut others, |states| atom.truth(states));
                    of.push((set, truth.map(|so| so == positive)));
                }
            }
            all.push(Answers { asked, of });
        });
        all
    }

    /// The facts that an atom asks about.
    fn asked(&self, atom: &Atom) -> Set {
        let open = open_vars(&Ground::Literal(atom.clone(), true), self.states);
        let about = |fact: &Vec<VarId>| fact.iter().any(|var| open.contains(var));
        (0..self.facts.len()).filter(|i| about(&self.facts[*i])).map(|i| 1 << i).sum()
    }

    /// Does something with the facts of a set at their best, and as they are where they have no best state.
    fn at_best<R>(
        &self,
        set: Set,
        side: Side,
        states: &mut [State],
        work: impl FnOnce(&mut [State]) -> R,
    ) -> R {
        let mut before = Vec::new();
        for fact in members(set) {
            for (var, best) in self.facts[fact].iter().zip(&self.best[side as usize][fact]) {
                let at = var.0 as usize;
                let state = best.as_ref().unwrap_or(&self.states[at]).clone();
                before.push((at, std::mem::replace(&mut states[at], state)));
            }
        }
        let result = work(states);
        before.into_iter().for_each(|(at, state)| states[at] = state);
        result
    }

    /// The facts that are in some minimal set. A set whose facts were all found before adds nothing, so it is not
    /// looked at; nor is it then known whether it settles, so a larger set has to show that it needs all it has.
    fn union(&mut self) -> Set {
        let mut all: Set = 0;
        for size in 1..=LARGEST_SET.min(self.facts.len() as u32) {
            for set in (1..1u32 << self.facts.len()).map(|set| set as Set) {
                let adds = set.count_ones() == size && set & !all != 0;
                if adds && self.settles(set) && self.is_minimal(set) {
                    all |= set;
                }
            }
        }
        all
    }

    fn is_minimal(&mut self, set: Set) -> bool {
        members(set).map(|fact| set & !(1 << fact)).all(|rest| rest == 0 || !self.settles(rest))
    }

    /// Whether settling these facts some way makes the formula definite.
    fn settles(&mut self, set: Set) -> bool {
        if let Some(known) = self.settling.get(&set) {
            return *known;
        }
        let settles = self.look(set);
        self.settling.insert(set, settles);
        settles
    }

    fn look(&mut self, set: Set) -> bool {
        let sides = Side::BOTH.map(|side| self.settles_as(set, side));
        if sides.contains(&Some(true)) {
            return true;
        }
        sides.contains(&None) && self.case_by_case(set)
    }

    /// Whether settling these facts makes the formula true, or false; `None` where it takes cases to know.
    fn settles_as(&mut self, set: Set, side: Side) -> Option<bool> {
        let wanted = Some(side.value());
        let told = |answers: &[Answers]| truth(self.formula, &mut answers.iter().map(|all| all.told(set)));
        if told(&self.witness[side as usize]).is_some_and(|so| Some(so) != wanted) {
            return Some(false);
        }
        if told(&self.dominated[side as usize]) == wanted {
            return Some(true);
        }
        let known = members(set).all(|fact| self.best[side as usize][fact].iter().all(Option::is_some));
        known.then(|| {
            let mut states = self.states.to_vec();
            let in_all_worlds = |states: &mut [State]| {
                Solver::plain().possible(&simplify(self.formula, states), states).definite()
            };
            self.at_best(set, side, &mut states, in_all_worlds) == wanted
        })
    }

    fn case_by_case(&mut self, set: Set) -> bool {
        let settled: Vec<VarId> = members(set).flat_map(|fact| self.facts[fact].iter().copied()).collect();
        let mut known = [self.states.to_vec(), self.worlds[0].clone(), self.worlds[1].clone()];
        for var in &settled {
            let at = var.0 as usize;
            known.iter_mut().for_each(|states| states[at] = self.states[at].clone());
        }
        Cases { spare: &self.spare, settled, known }.settle(self.formula)
    }
}

/// What a literal comes to, by which of the facts it asks about are in a set.
struct Answers {
    asked: Set,
    of: Vec<(Set, Option<bool>)>,
}

impl Answers {
    fn told(&self, set: Set) -> Option<bool> {
        let own = set & self.asked;
        self.of.iter().find(|(part, _)| *part == own)?.1
    }
}

/// The indices in a set.
fn members(set: Set) -> impl Iterator<Item = usize> {
    (0..Set::BITS as usize).filter(move |fact| set & (1 << fact) != 0)
}

/// All sets within a set, the empty one first.
fn parts_of(set: Set) -> impl Iterator<Item = Set> {
    std::iter::successors(Some(0), move |part: &Set| (*part != set).then(|| part.wrapping_sub(set) & set))
}

/// What a formula comes to by what its literals come to, one by one in their order.
fn truth(formula: &Ground, told: &mut impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut of = |parts: &[Ground], count: usize| {
        let (mut so, mut may) = (0, parts.len());
        for part in parts {
            match truth(part, told) {
                Some(true) => so += 1,
                Some(false) => may -= 1,
                None => {}
            }
        }
        if so >= count { Some(true) } else { (may < count).then_some(false) }
    };
    match formula {
        Ground::Const(b) => Some(*b),
        Ground::And(parts) => of(parts, parts.len()),
        Ground::Or(parts) => of(parts, 1),
        Ground::AtLeast(count, parts) => of(parts, *count),
        Ground::Literal(..) => told.next().flatten(),
    }
}

/// The state of a variable that does most for one side of a formula, if there is one.
fn extreme(var: VarId, formula: &Ground, side: Side, states: &mut [State]) -> Option<State> {
    let mut literals = literals_about(var, formula);
    literals.iter_mut().for_each(|(_, positive)| *positive = *positive == side.value());
    all_true(var, &literals, states)
}

/// The same for a variable that is settled. To settle whether a list is complete means that nothing unlisted exists:
/// that something does settles nothing.
fn settled(var: VarId, formula: &Ground, side: Side, spare: &[bool], states: &mut [State]) -> Option<State> {
    match spare[var.0 as usize] {
        true => Some(State::Bool(Some(false))),
        false => extreme(var, formula, side, states),
    }
}

/// A world, or some worlds, in which as many literals as may be are on one side.
fn world(formula: &Ground, side: Side, mut states: Vec<State>) -> Vec<State> {
    formula.literals(&mut |atom, positive| {
        for var in atom.vars() {
            let at = var.0 as usize;
            let before = states[at].clone();
            make_true(var, atom, positive == side.value(), &mut states);
            if atom.truth(&states).is_some_and(|so| (so == positive) != side.value()) {
                states[at] = before;
            }
        }
    });
    states
}

/// Looks at each way to settle some variables.
struct Cases<'a> {
    spare: &'a [bool],
    settled: Vec<VarId>,
    /// What is known; and by side the same with the other variables as in a world that is chosen to be against it.
    known: [Vec<State>; 3],
}

impl Cases<'_> {
    /// Whether some way to settle them makes a formula definite, that is not yet definite as it is.
    fn settle(&mut self, formula: &Ground) -> bool {
        let [states, witness @ ..] = &self.known;
        let hopeless = |side: Side| value(formula, &witness[side as usize]) == Some(!side.value());
        if Side::BOTH.into_iter().all(hopeless) {
            return false;
        }
        let mut next = None;
        formula.atoms(&mut |atom| {
            if next.is_none() {
                let var = self.settled.iter().find(|v| atom.vars().any(|w| w == **v));
                next = var.and_then(|v| atom.split_on(*v, states));
            }
        });
        let mut cases = next.unwrap_or_default();
        cases.retain(|case| self.allowed(case));
        // One that is definite at once is found before ways are looked at that take more.
        let mut more = Vec::new();
        for (var, state) in cases {
            let (left, definite) = self.within(var, state.clone(), |cases| cases.look(formula));
            if definite {
                return true;
            }
            more.push((var, state, left));
        }
        more.into_iter().any(|(var, state, left)| self.within(var, state, |cases| cases.settle(&left)))
    }

    /// To settle whether a list is complete means that nothing unlisted exists: that something does settles nothing.
    fn allowed(&self, (var, state): &(VarId, State)) -> bool {
        let spare = self.spare[var.0 as usize];
        self.settled.contains(var) && !(spare && *state == State::Bool(Some(true)))
    }

    /// What is left of a formula, and whether it is definite.
    fn look(&mut self, formula: &Ground) -> (Ground, bool) {
        let left = simplify(formula, &self.known[0]);
        let definite = Solver::plain().possible(&left, &mut self.known[0]).definite().is_some();
        (left, definite)
    }

    fn within<R>(&mut self, var: VarId, state: State, work: impl FnOnce(&mut Self) -> R) -> R {
        let at = var.0 as usize;
        let before = self.known.each_mut().map(|states| std::mem::replace(&mut states[at], state.clone()));
        let result = work(self);
        self.known.iter_mut().zip(before).for_each(|(states, before)| states[at] = before);
        result
    }
}

/// What a formula comes to by what its literals come to, one by one.
fn value(formula: &Ground, states: &[State]) -> Option<bool> {
    let mut told = Vec::new();
    formula.literals(&mut |atom, positive| told.push(atom.truth(states).map(|so| so == positive)));
    truth(formula, &mut told.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TermSet;

    /// Numbers that look random and are the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, count: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % count
        }

        fn terms(&mut self) -> TermSet {
            let bits = self.below(7) as u32 + 1;
            (0..3).filter(|bit| bits & (1 << bit) != 0).collect()
        }

        fn state(&mut self) -> State {
            match self.below(4) {
                0 => State::Bool(None),
                1 => State::One(TermSet::first(3)),
                2 => State::Set { must: TermSet::empty(), some_of: Vec::new(), may: TermSet::first(3) },
                _ => State::choice(vec![State::One(TermSet::first(3)), State::Nothing], false),
            }
        }

        fn literal(&mut self, states: &[State]) -> Ground {
            let var = VarId(self.below(states.len() as u64) as u32);
            let atom = match (&states[var.0 as usize], self.below(4)) {
                (State::Bool(_), _) => Atom::Is(var),
                (State::Choice { .. }, 0) => Atom::HasValue(var),
                _ => Atom::Meets(var, self.terms()),
            };
            Ground::Literal(atom, self.below(2) == 0)
        }

        fn formula(&mut self, states: &[State], depth: u32) -> Ground {
            let parts = |this: &mut Self| (0..3).map(|_| this.formula(states, depth - 1)).collect::<Vec<_>>();
            match if depth == 0 { 3 } else { self.below(4) } {
                0 => Ground::and(parts(self)),
                1 => Ground::or(parts(self)),
                2 => Ground::at_least(2, parts(self)),
                _ => self.literal(states),
            }
        }
    }

    /// Whether some way to settle variables makes a formula definite: by trying them all.
    fn settles(formula: &Ground, states: &mut [State], settled: &[VarId]) -> bool {
        let left = simplify(formula, states);
        if Solver::plain().possible(&left, states).definite().is_some() {
            return true;
        }
        let mut next = None;
        left.atoms(&mut |atom| {
            let var = atom.vars().find(|var| settled.contains(var));
            next = next.take().or_else(|| var.and_then(|var| atom.split_on(var, states)));
        });
        let cases = next.unwrap_or_default().into_iter();
        cases.into_iter().any(|(var, state)| {
            crate::eval::solve::with(states, var, state, |states| settles(&left, states, settled))
        })
    }

    #[test]
    fn the_union_is_that_of_all_minimal_sets() {
        let mut numbers = Numbers(7);
        let (mut several, mut found) = (0, 0);
        for _ in 0..3000 {
            let mut states: Vec<State> = (0..5).map(|_| numbers.state()).collect();
            let formula = simplify(&numbers.formula(&states, 2), &states);
            let open = open_vars(&formula, &states);
            if Solver::plain().possible(&formula, &mut states).definite().is_some() {
                continue;
            }
            let facts: Vec<Vec<VarId>> = open.iter().map(|var| vec![*var]).collect();
            let mut settling: Vec<Set> = Vec::new();
            for set in 1..1 << facts.len() {
                let settled: Vec<VarId> = members(set).map(|fact| open[fact]).collect();
                if set.count_ones() <= LARGEST_SET && settles(&formula, &mut states, &settled) {
                    settling.push(set);
                }
            }
            let minimal = |set: &&Set| !settling.iter().any(|other| other != *set && other & **set == *other);
            let expected = settling.iter().filter(minimal).fold(0, |all, set| all | set);
            several += usize::from(settling.iter().filter(minimal).count() > 1);
            found += 1;
            let union = Search::new(&formula, vec![false; states.len()], &mut states, facts).union();
            assert_eq!(union, expected, "{formula:?} in {states:?}");
        }
        assert!(found > 500 && several > 200, "{found} open formulas, {several} with several sets");
    }
}
