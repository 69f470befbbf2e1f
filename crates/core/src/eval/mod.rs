//! The evaluator: verdicts from the worlds that agree with a declaration.
//!
//! A rule is grounded on a declaration (`ground`): quantifiers become conjunctions and disjunctions over what is
//! listed and what could be unlisted, settled facts fold away, and what remains asks questions of open facts
//! (`atom`, `vars`). `solve` finds, exactly, whether "broken" can be true and can be false. `blame` says which
//! facts a verdict is missing (`deciding`) or rests on. Nothing here has words or spans.

mod atom;
mod blame;
mod candidates;
mod categories;
mod compile;
mod coverage;
mod deciding;
mod edit;
mod formula;
mod ground;
mod repair;
mod solve;
mod spares;
mod things;
mod vars;

pub use blame::records_read;
pub use compile::Compiled;
pub use coverage::{Seen, Unit, What, units};
pub use repair::{Choice, Edit, Repair, Step};

use std::borrow::Cow;

use jiff::civil::Date;

use crate::facts::{FactSource, Facts};
use crate::model::{Rule, Schema};
use crate::verdict::{Caution, Finding, Judgement, Outcome, Verdict};
use formula::Ground;
use ground::{GroundRule, Grounder};
use solve::{Solver, simplify};
use vars::{State, VarId, Vars};

/// How much of an explanation to work out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Detail {
    /// Verdicts only.
    Off,
    /// Findings for what fails or is unknown, without what is missing: what stands under a line of an editor.
    Places,
    /// Findings for what fails or is unknown, with what is missing.
    #[default]
    Findings,
    /// Findings for every rule, with what each pass and fail rests on.
    Full,
}

/// Evaluates rules on the facts of declarations.
#[derive(Debug, Clone)]
pub struct Evaluator<'a> {
    schema: &'a Schema,
    rules: &'a [Rule],
    compiled: Cow<'a, Compiled>,
}

impl<'a> Evaluator<'a> {
    /// An evaluator for one as-of date.
    pub fn new(schema: &'a Schema, rules: &'a [Rule], as_of: Date) -> Self {
        Evaluator { schema, rules, compiled: Cow::Owned(Compiled::new(schema, rules, as_of)) }
    }

    /// An evaluator from what was compiled before, for the same schema and rules.
    pub fn with(schema: &'a Schema, rules: &'a [Rule], compiled: &'a Compiled) -> Self {
        Evaluator { schema, rules, compiled: Cow::Borrowed(compiled) }
    }

    /// The outcome of every rule, in order.
    pub fn evaluate(&self, facts: &dyn FactSource) -> Vec<Outcome> {
        (0..self.rules.len()).map(|rule| self.outcome(rule, facts)).collect()
    }

    /// The outcome of one rule.
    ///
    /// # Panics
    /// If there is no rule of that index.
    pub fn outcome(&self, rule: usize, facts: &dyn FactSource) -> Outcome {
        let (ground, vars) = self.ground(rule, facts);
        outcome(&ground, &vars, self.rules[rule].contradiction_fails)
    }

    /// The outcome of one rule and what it comes from, for less than both by themselves.
    ///
    /// # Panics
    /// If there is no rule of that index.
    pub fn judgement(&self, rule: usize, facts: &dyn FactSource, detail: Detail) -> Judgement {
        blame::judgement(self, rule, facts, detail)
    }

    /// What the outcome of one rule comes from, thing by thing.
    ///
    /// # Panics
    /// If there is no rule of that index.
    pub fn findings(&self, rule: usize, facts: &dyn FactSource, detail: Detail) -> Vec<Finding> {
        self.judgement(rule, facts, detail).findings
    }

    /// What an outcome of one rule, worked out before, comes from, thing by thing.
    ///
    /// # Panics
    /// If there is no rule of that index.
    pub fn findings_of(
        &self,
        rule: usize,
        outcome: &Outcome,
        facts: &dyn FactSource,
        detail: Detail,
    ) -> Vec<Finding> {
        blame::findings(self, rule, outcome, facts, detail)
    }

    /// Whether the rule has something to test in some world that agrees with the facts.
    ///
    /// # Panics
    /// If there is no rule of that index.
    pub fn could_apply(&self, rule: usize, facts: &dyn FactSource) -> bool {
        // A small world is a world: most rules need no look at the large ones, which take long.
        [1, u32::MAX].into_iter().any(|most| {
            let tested = &self.rules[rule];
            let grounder = Grounder::new(self.schema, &self.compiled, tested, rule, facts);
            let mut grounder = grounder.with_at_most(most);
            let ground = grounder.rule();
            outcome(&ground, &grounder.vars, tested.contradiction_fails).verdict != Verdict::NotApplicable
        })
    }

    /// Which pieces of a rule (see [`units`]) a declaration shows to hold, and which not.
    ///
    /// # Panics
    /// If there is no rule of that index.
    pub fn seen(&self, rule: usize, facts: &dyn FactSource) -> Vec<Seen> {
        let tested = &self.rules[rule];
        coverage::seen(tested, Grounder::new(self.schema, &self.compiled, tested, rule, facts))
    }

    /// The fewest changes to a declaration with which a rule would be kept: see [`Repair`]. None if it is kept already
    /// or none was found, for instance because only another party could make the change.
    ///
    /// # Panics
    /// If there is no rule of that index.
    pub fn repair(&self, rule: usize, facts: &Facts) -> Option<Repair> {
        repair::repair(self, rule, facts)
    }

    /// The facts after these changes.
    pub fn repaired(&self, facts: &Facts, edits: &[Edit]) -> Facts {
        edit::apply(facts, self.schema, edits)
    }

    fn grounder<'s>(&'s self, index: usize, facts: &'s dyn FactSource) -> Grounder<'s> {
        Grounder::new(self.schema, &self.compiled, &self.rules[index], index, facts)
    }

    fn ground(&self, index: usize, facts: &dyn FactSource) -> (GroundRule, Vars) {
        let mut grounder = self.grounder(index, facts);
        let ground = grounder.rule();
        (ground, grounder.vars)
    }
}

/// The verdict of the worlds, then what the rule's cautions make of it.
fn outcome(ground: &GroundRule, vars: &Vars, contradiction_fails: bool) -> Outcome {
    let broken = ground.broken();
    let mut states = vars.states.clone();
    let mut plain = Solver::plain();
    let possible = plain.possible(&broken, &mut states);
    let mut result = Outcome { verdict: Verdict::Pass, decided_by: None, too_many_cases: plain.gave_up };
    result.verdict = match possible.definite() {
        Some(true) => Verdict::Fail,
        Some(false) if !plain.possible(&ground.exercised(), &mut states).yes => Verdict::NotApplicable,
        Some(false) => Verdict::Pass,
        None => Verdict::Unknown,
    };
    result.too_many_cases |= plain.gave_up;
    if result.verdict == Verdict::Unknown {
        let cautious = cautious(&broken, vars, &mut states, contradiction_fails);
        if let Some(caution) = cautious.decides {
            result = Outcome { verdict: Verdict::Fail, decided_by: Some(caution), too_many_cases: false };
        }
        result.too_many_cases |= cautious.gave_up && cautious.decides.is_none();
    }
    result
}

/// What the rule's cautions make of an unknown.
pub(crate) struct Cautious {
    /// The caution that makes it a fail, if one does.
    decides: Option<Caution>,
    /// There were too many cases to know.
    gave_up: bool,
}

fn cautious(broken: &Ground, vars: &Vars, states: &mut [State], contradiction_fails: bool) -> Cautious {
    let gave_up = std::cell::Cell::new(false);
    let fails = |states: &mut [State]| {
        let silent = vars.silent_in(states);
        let mut solver = Solver::new(&silent);
        let possible = solver.possible(&simplify(broken, states), states);
        gave_up.set(gave_up.get() || solver.gave_up);
        possible.definite() == Some(true)
    };
    let mut decides = (!vars.silent.is_empty() && fails(states)).then_some(Caution::Silence);
    if decides.is_none() && contradiction_fails {
        let conflicts = conflicts(broken, states);
        let mut tried = 0;
        let found = !conflicts.is_empty() && some_choice(&conflicts, states, &mut tried, &fails);
        decides = found.then_some(Caution::Contradiction);
    }
    Cautious { decides, gave_up: gave_up.get() }
}

/// Variables with conflicting statements that a formula asks about.
fn conflicts(formula: &Ground, states: &[State]) -> Vec<VarId> {
    let is_conflict = |v: &VarId| matches!(&states[v.0 as usize], State::Choice { conflict: true, .. });
    solve::open_vars(formula, states).into_iter().filter(is_conflict).collect()
}

/// Whether taking one of the conflicting statements each at its word fails, for some choice of them.
fn some_choice(
    conflicts: &[VarId],
    states: &mut [State],
    tried: &mut u32,
    fails: &dyn Fn(&mut [State]) -> bool,
) -> bool {
    let Some((first, rest)) = conflicts.split_first() else {
        *tried += 1;
        return fails(states);
    };
    let State::Choice { options, .. } = states[first.0 as usize].clone() else { return false };
    options.into_iter().any(|option| {
        *tried < solve::MOST_CASES
            && solve::with(states, *first, option, |states| some_choice(rest, states, tried, fails))
    })
}
