//! Which pieces of a rule a declaration shows to hold, and which not to: what tests of a rule are measured by.
//!
//! A piece counts only where it can matter and only if it is certain: the rule's conditions let it through, its thing
//! is certainly there, for a requirement also certainly in scope, and the piece comes to the same in every world.
//! Nothing here takes part in finding verdicts.

use super::formula::Ground;
use super::ground::{Env, GroundSentence, Grounder};
use super::solve::Solver;
use crate::model::*;

/// A piece of a rule that tests should see both hold and not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// What it is.
    pub what: What,
    /// Where it stands.
    pub origin: Origin,
    /// What it says, if that is not all of a sentence; none for the choice of what a sentence is about.
    pub formula: Option<Formula>,
}

/// What a piece of a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A whole sentence: kept or broken.
    Sentence(u32),
    /// The whole of a `when`.
    When,
    /// The whole of an `unless` on a line of its own.
    Unless,
    /// The whole of a sentence's `if`.
    If(u32),
    /// The whole of a sentence's `unless`.
    SentenceUnless(u32),
    /// A part, by its index in the rule.
    Part(u32),
}

/// Whether a piece was seen to hold, and not to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// It held.
    pub holds: bool,
    /// It did not hold.
    pub fails: bool,
}

impl Seen {
    /// Adds what was seen elsewhere.
    pub fn add(&mut self, other: Seen) {
        self.holds |= other.holds;
        self.fails |= other.fails;
    }
}

/// The pieces of a rule, in the order in which they are written.
pub fn units(rule: &Rule, schema: &Schema) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut whole = |what, clause: &Option<Clause>| {
        if let Some(Clause { formula, origin }) = clause {
            let formula = Some(formula.clone());
            units.push(Unit { what, origin: *origin, formula });
        }
    };
    whole(What::When, &rule.when);
    whole(What::Unless, &rule.unless);
    for (number, sentence) in (0..).zip(&rule.sentences).filter(|(number, _)| line(rule, *number) == *number)
    {
        whole(What::If(number), &sentence.given);
        whole(What::SentenceUnless(number), &sentence.unless);
    }
    units.extend((0..).zip(&rule.sentences).map(|(number, sentence)| {
        let formula = match &sentence.norm {
            Norm::Holds(clause) => Some(clause.formula.clone()),
            Norm::Each { .. } => None,
        };
        Unit { what: What::Sentence(number), origin: sentence.origin, formula }
    }));
    let stated = rule.sentences.iter().filter_map(|sentence| match &sentence.norm {
        Norm::Holds(clause) => Some(clause.formula.clone()),
        Norm::Each { .. } => None,
    });
    let wholes: Vec<Formula> = units.iter().filter_map(|unit| unit.formula.clone()).chain(stated).collect();
    for (index, part) in (0..).zip(&rule.parts) {
        let needless = match &part.formula {
            Some(formula) => said_by_whole(part, formula, &wholes, schema) || always(formula, schema),
            None => !chooses(part, rule),
        };
        if !needless {
            let (what, formula) = (What::Part(index), part.formula.clone());
            units.push(Unit { what, origin: part.origin, formula });
        }
    }
    units.sort_by_key(|unit| (unit.origin, matches!(unit.what, What::Part(_))));
    units
}

/// The number of the first of the sentences that stand in the same line: what asks several things of the declaration as
/// a whole is a sentence for each.
fn line(rule: &Rule, number: u32) -> u32 {
    let origin = rule.sentences[number as usize].origin;
    (0..).zip(&rule.sentences).find(|(_, other)| other.origin == origin).map_or(number, |(first, _)| first)
}

/// Whether a part is all that a condition says, so that it needs no line of its own.
fn said_by_whole(part: &Part, formula: &Formula, wholes: &[Formula], schema: &Schema) -> bool {
    wholes.iter().any(|whole| match whole {
        Formula::Exists { over: Collection::Records { record, .. }, var, count: 1, body } => {
            let single = schema.records[record.ix()].single;
            whole == formula || (single && part.of == Some(*var) && **body == *formula)
        }
        whole => whole == formula,
    })
}

/// Whether a part chooses what a sentence of the rule is about.
fn chooses(part: &Part, rule: &Rule) -> bool {
    let PartLine::Sentence(number) = part.line else { return false };
    match rule.sentences.get(number as usize).map(|sentence| &sentence.norm) {
        Some(Norm::Each { var, .. }) => part.of == Some(*var),
        _ => false,
    }
}

/// Whether a test for terms leaves none out.
fn always(formula: &Formula, schema: &Schema) -> bool {
    let Formula::Element { of, body, .. } = formula else { return false };
    let Formula::In { terms: Terms::These(terms), .. } = &**body else { return false };
    let FieldType::Terms(kind) = schema.records[of.record.ix()].fields[of.field.ix()].ty else {
        return false;
    };
    let kind = &schema.kinds[kind.ix()];
    !kind.open && (0..kind.terms.len() as u32).all(|bit| terms.contains(bit))
}

/// Which of the pieces of a rule, in the order of [`units`], the declaration shows to hold and not to hold.
pub(super) fn seen(rule: &Rule, grounder: Grounder) -> Vec<Seen> {
    let units = units(rule, grounder.schema);
    let seen = vec![Seen::default(); units.len()];
    let mut tracer = Tracer { rule, grounder, units, seen };
    tracer.rule();
    tracer.seen
}

struct Tracer<'a> {
    rule: &'a Rule,
    grounder: Grounder<'a>,
    units: Vec<Unit>,
    seen: Vec<Seen>,
}

/// The norm of one sentence, and where its parts are.
struct Place<'a> {
    line: PartLine,
    over: &'a Collection,
    var: Var,
    scope: &'a Clause,
    need: &'a Clause,
}

impl Place<'_> {
    /// Whether a part of the sentence belongs to what is required.
    fn requires(&self, part: &Part) -> bool {
        !matches!(self.need.formula, Formula::Const(_)) && self.need.origin.holds(&part.origin)
    }
}

impl<'a> Tracer<'a> {
    fn rule(&mut self) {
        let rule = self.rule;
        let whole = self.grounder.rule();
        self.condition(What::When, PartLine::When, rule.when.as_ref());
        if self.certain(&whole.when) != Some(true) {
            return;
        }
        self.condition(What::Unless, PartLine::Unless, rule.unless.as_ref());
        if self.certain(&whole.unless) != Some(false) {
            return;
        }
        for ((number, sentence), ground) in (0..).zip(&rule.sentences).zip(&whole.sentences) {
            self.sentence(number, sentence, ground);
        }
    }

    fn sentence(&mut self, number: u32, sentence: &'a Sentence, ground: &GroundSentence) {
        let first = line(self.rule, number);
        let (own, around) = (PartLine::Sentence(number), PartLine::Sentence(first));
        self.condition(What::If(first), around, sentence.given.as_ref());
        if self.certain(&ground.given) != Some(true) {
            return;
        }
        self.condition(What::SentenceUnless(first), around, sentence.unless.as_ref());
        if self.certain(&ground.open) != Some(true) {
            return;
        }
        let broken = Ground::or(ground.things.iter().map(|thing| thing.broken.clone()));
        let scope = Ground::or(ground.things.iter().map(|thing| thing.scope.clone()));
        let found = self.certain(&scope);
        match self.certain(&broken) {
            Some(false) if !ground.needs_things || found == Some(true) => {
                self.saw(What::Sentence(number), Some(true));
            }
            Some(true) => self.saw(What::Sentence(number), Some(false)),
            _ => {}
        }
        match &sentence.norm {
            Norm::Holds(clause) => self.walk(own, &clause.formula, &Env::default()),
            Norm::Each { over, var, scope, need, .. } => {
                self.chosen(own, *var, found);
                self.each(&Place { line: own, over, var: *var, scope, need });
            }
        }
    }

    /// A condition: all of it, what it joins, and what is inside.
    fn condition(&mut self, what: What, line: PartLine, clause: Option<&'a Clause>) {
        let Some(clause) = clause else { return };
        let ground = self.grounder.clause(Some(clause), true);
        let holds = self.certain(&ground);
        self.saw(what, holds);
        self.parts(line, None, &Env::default(), |part| clause.origin.holds(&part.origin));
        self.walk(line, &clause.formula, &Env::default());
    }

    /// The things of a sentence.
    fn each(&mut self, norm: &Place<'a>) {
        let Place { line, over, var, scope, need } = *norm;
        for (thing, there) in self.grounder.things(over) {
            for (concrete, chosen) in self.grounder.governors(&thing) {
                let certain = Ground::and([there.clone(), chosen]);
                if self.certain(&certain) != Some(true) {
                    continue;
                }
                let written = Env::default().over(over, var, concrete.clone());
                self.parts(line, Some(var), &written, |part| !norm.requires(part));
                self.walk(line, &scope.formula, &written);
                let in_scope = self.grounder.formula(&scope.formula, &written);
                if self.certain(&in_scope) == Some(true) {
                    let env = Env::default().with(var, concrete);
                    self.parts(line, Some(var), &env, |part| norm.requires(part));
                    self.walk(line, &need.formula, &env);
                }
            }
        }
    }

    /// Looks at the parts about each thing that a formula quantifies over.
    fn walk(&mut self, line: PartLine, formula: &'a Formula, env: &Env) {
        match formula {
            Formula::Not(inner) | Formula::Element { body: inner, .. } => self.walk(line, inner, env),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|p| self.walk(line, p, env)),
            Formula::Exists { over, var, body, .. } => {
                for (thing, there) in self.grounder.things(over) {
                    for (concrete, chosen) in self.grounder.governors(&thing) {
                        let certain = Ground::and([there.clone(), chosen]);
                        if self.certain(&certain) == Some(true) {
                            let env = env.clone().over(over, *var, concrete);
                            self.parts(line, Some(*var), &env, |_| true);
                            self.walk(line, body, &env);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Looks at the parts about one thing.
    fn parts(&mut self, line: PartLine, of: Option<Var>, env: &Env, chosen: impl Fn(&Part) -> bool) {
        let rule = self.rule;
        for (index, part) in (0..).zip(&rule.parts) {
            if part.line != line || part.of != of || !chosen(part) {
                continue;
            }
            if let Some(formula) = &part.formula {
                let ground = self.grounder.formula(formula, env);
                let holds = self.certain(&ground);
                self.saw(What::Part(index), holds);
            }
        }
    }

    /// The part that chooses what a sentence is about: it found something, or nothing.
    fn chosen(&mut self, line: PartLine, var: Var, found: Option<bool>) {
        let rule = self.rule;
        for (index, part) in (0..).zip(&rule.parts) {
            if part.formula.is_none() && part.line == line && part.of == Some(var) {
                self.saw(What::Part(index), found);
            }
        }
    }

    fn saw(&mut self, what: What, holds: Option<bool>) {
        let at = self.units.iter().position(|unit| unit.what == what);
        if let (Some(at), Some(holds)) = (at, holds) {
            self.seen[at].add(Seen { holds, fails: !holds });
        }
    }

    /// What a formula comes to in every world, if that is the same.
    fn certain(&self, ground: &Ground) -> Option<bool> {
        let mut states = self.grounder.vars.states.clone();
        Solver::plain().possible(ground, &mut states).definite()
    }
}
