//! From a typed rule and the facts of one declaration to ground formulas: quantifiers become conjunctions and
//! disjunctions over things, tests of elements become questions about classes of terms.

use super::atom::{Atom, Bound, EventTest};
use super::compile::{Compiled, Resolved, resolve};
use super::formula::{Ground, negate};
use super::things::{Governor, Thing};
use super::vars::{Key, State, VarId, Vars};
use crate::facts::FactSource;
use crate::model::*;

/// Grounds one rule on one declaration.
pub(crate) struct Grounder<'a> {
    pub(crate) schema: &'a Schema,
    pub(crate) compiled: &'a Compiled,
    pub(crate) rule: &'a Rule,
    pub(crate) index: usize,
    pub(crate) facts: &'a dyn FactSource,
    pub(crate) vars: Vars,
    /// Unlisted records to reckon with, by record type.
    pub(crate) spares: Vec<u32>,
    bounds: Vec<(Op, Bound)>,
}

/// What variables and elements stand for at one point of a formula.
#[derive(Debug, Clone, Default)]
pub(crate) struct Env {
    things: Vec<Named>,
    elements: Vec<(Elem, Class)>,
}

/// What one variable stands for.
#[derive(Debug, Clone)]
struct Named {
    var: Var,
    thing: Thing,
    /// After `declared`: the document's definite statements about it count, nothing else.
    as_written: bool,
}

/// A class of terms that a formula cannot tell apart.
#[derive(Debug, Clone)]
struct Class {
    terms: TermSet,
    /// Its number, for facts that are left open class by class.
    number: u32,
    var: VarId,
}

/// A grounded sentence.
pub(crate) struct GroundSentence {
    /// The sentence's `if`.
    pub(crate) given: Ground,
    /// The sentence's `if`, and not its `unless`.
    pub(crate) open: Ground,
    /// What it is about, each with what it comes to; for a `Holds` norm one entry without a thing.
    pub(crate) things: Vec<GroundThing>,
    /// Whether finding nothing leaves it unexercised.
    pub(crate) needs_things: bool,
}

/// One thing of a sentence.
pub(crate) struct GroundThing {
    pub(crate) thing: Option<Thing>,
    /// It exists and is in scope.
    pub(crate) scope: Ground,
    /// It is in scope and lacks what it needs.
    pub(crate) broken: Ground,
}

/// The parts of an `Each` norm.
struct Each<'a> {
    over: &'a Collection,
    var: Var,
    scope: &'a Clause,
    need: &'a Clause,
}

/// A grounded rule.
pub(crate) struct GroundRule {
    /// `when`.
    pub(crate) when: Ground,
    /// `unless`.
    pub(crate) unless: Ground,
    pub(crate) sentences: Vec<GroundSentence>,
}

impl GroundRule {
    /// The rule is broken.
    pub(crate) fn broken(&self) -> Ground {
        let any = self
            .sentences
            .iter()
            .map(|s| Ground::and([s.open.clone(), Ground::or(s.things.iter().map(|t| t.broken.clone()))]));
        Ground::and([self.when.clone(), negate(self.unless.clone()), Ground::or(any)])
    }

    /// The rule is exercised.
    pub(crate) fn exercised(&self) -> Ground {
        let any = self.sentences.iter().map(|s| {
            let found = if s.needs_things {
                Ground::or(s.things.iter().map(|t| t.scope.clone()))
            } else {
                Ground::TRUE
            };
            Ground::and([s.given.clone(), found])
        });
        Ground::and([self.when.clone(), Ground::or(any)])
    }
}

impl<'a> Grounder<'a> {
    pub(crate) fn new(
        schema: &'a Schema,
        compiled: &'a Compiled,
        rule: &'a Rule,
        index: usize,
        facts: &'a dyn FactSource,
    ) -> Self {
        let vars = Vars::default();
        let spares = super::spares::count(schema, rule, facts);
        Grounder { schema, compiled, rule, index, facts, vars, spares, bounds: Vec::new() }
    }

    /// Reckons with no more than so many unlisted records of each type.
    pub(crate) fn with_at_most(mut self, unlisted: u32) -> Self {
        self.spares.iter_mut().for_each(|spares| *spares = (*spares).min(unlisted));
        self
    }

    /// Grounds the rule.
    pub(crate) fn rule(&mut self) -> GroundRule {
        let rule = self.rule;
        let when = self.clause(rule.when.as_ref(), true);
        let unless = self.clause(rule.unless.as_ref(), false);
        let sentences = rule.sentences.iter().map(|s| self.sentence(s)).collect();
        GroundRule { when, unless, sentences }
    }

    pub(super) fn clause(&mut self, clause: Option<&Clause>, default: bool) -> Ground {
        match clause {
            Some(clause) => self.formula(&clause.formula, &Env::default()),
            None => Ground::Const(default),
        }
    }

    pub(super) fn sentence(&mut self, sentence: &Sentence) -> GroundSentence {
        self.sentence_about(sentence, &|_| true)
    }

    /// Grounds a sentence for some of the things it is about only.
    pub(super) fn sentence_about(
        &mut self,
        sentence: &Sentence,
        wanted: &dyn Fn(&Thing) -> bool,
    ) -> GroundSentence {
        let given = self.clause(sentence.given.as_ref(), true);
        let unless = self.clause(sentence.unless.as_ref(), false);
        let open = Ground::and([given.clone(), negate(unless)]);
        match &sentence.norm {
            Norm::Holds(clause) => {
                let holds = self.formula(&clause.formula, &Env::default());
                let thing = GroundThing { thing: None, scope: Ground::TRUE, broken: negate(holds) };
                GroundSentence { given, open, things: vec![thing], needs_things: false }
            }
            Norm::Each { over, var, scope, need, vacuous } => {
                let mut things = self.things(over);
                things.retain(|(thing, _)| wanted(thing));
                let norm = Each { over, var: *var, scope, need };
                let things = things.into_iter().map(|(t, there)| self.each(t, there, &norm));
                GroundSentence {
                    given,
                    open,
                    things: things.collect(),
                    needs_things: *vacuous == Vacuous::NotExercised,
                }
            }
        }
    }

    fn each(&mut self, thing: Thing, there: Ground, norm: &Each) -> GroundThing {
        let Each { over, var, scope, need } = *norm;
        let mut broken = Vec::new();
        let mut scopes = Vec::new();
        for (concrete, chosen) in self.governors(&thing) {
            let first = self.vars.keys.len();
            let env = Env::default().with(var, concrete.clone());
            let written = Env::default().over(over, var, concrete);
            // A category is the same thing whatever governs it.
            let certain = Ground::and([there.clone(), self.formula(&scope.formula, &written)]);
            let in_scope = Ground::and([certain.clone(), chosen]);
            let before = self.vars.keys.len();
            let met = self.formula(&need.formula, &env);
            if need.formula == Formula::Const(false) {
                self.mark_silent_scope(&thing, &there, &certain, first);
            } else {
                self.mark_silent(&thing, &certain, &met, before);
            }
            broken.push(Ground::and([in_scope.clone(), negate(met)]));
            scopes.push(in_scope);
        }
        GroundThing { thing: Some(thing), scope: Ground::or(scopes), broken: Ground::or(broken) }
    }

    /// Grounds a formula.
    pub(crate) fn formula(&mut self, formula: &Formula, env: &Env) -> Ground {
        match formula {
            Formula::Const(b) => Ground::Const(*b),
            Formula::Not(inner) => negate(self.formula(inner, env)),
            Formula::And(parts) => {
                let parts: Vec<Ground> = parts.iter().map(|p| self.formula(p, env)).collect();
                Ground::and(parts)
            }
            Formula::Or(parts) => {
                let parts: Vec<Ground> = parts.iter().map(|p| self.formula(p, env)).collect();
                Ground::or(parts)
            }
            Formula::Exists { over, var, count, body } => self.exists(over, *var, *count, body, env),
            Formula::Element { of, elem, body } => self.element(*of, *elem, body, env),
            Formula::In { elem, of, terms } => self.member(*elem, *of, terms, env),
            Formula::Compare { left, op, right } => self.compare(*left, *op, right, env),
            Formula::Apart { later, op, span, earlier } => self.apart((*later, *earlier), *op, span, env),
            Formula::Same(a, b) => {
                let (a, b) = (self.var(*a, env), self.var(*b, env));
                let words = self.facts.words().len() as u32;
                self.literal(Atom::Same { a, b, words })
            }
            Formula::HasValue(field) => {
                let var = self.var(*field, env);
                self.literal(Atom::HasValue(var))
            }
            Formula::Definite(field) => Ground::Const(self.definite(env.thing(field.var), field.field)),
        }
    }

    fn exists(&mut self, over: &Collection, var: Var, count: u32, body: &Formula, env: &Env) -> Ground {
        let mut each = Vec::new();
        for (thing, there) in self.things(over) {
            let cases = self.governors(&thing).into_iter().map(|(concrete, chosen)| {
                let inner = env.clone().over(over, var, concrete);
                Ground::and([chosen, self.formula(body, &inner)])
            });
            let some = Ground::or(cases.collect::<Vec<_>>());
            each.push(Ground::and([there, some]));
        }
        Ground::at_least(count as usize, each)
    }

    /// Some element of a field satisfies a body: for some class of terms, the field meets the class and the body
    /// holds of it. Classes are what the body's tests can tell apart.
    fn element(&mut self, of: FieldRef, elem: Elem, body: &Formula, env: &Env) -> Ground {
        let var = self.var(of, env);
        let mut classes = vec![possible(self.vars.state(var))];
        for mask in self.masks(elem, body, env) {
            classes = classes
                .into_iter()
                .flat_map(|c| [c.and(&mask), c.minus(&mask)])
                .filter(|c| !c.is_empty())
                .collect();
        }
        let mut merged: Vec<(TermSet, Ground)> = Vec::new();
        for (number, terms) in classes.into_iter().enumerate() {
            let class = Class { terms: terms.clone(), number: number as u32, var };
            let holds = self.formula(body, &env.clone().within(elem, class));
            match merged.iter_mut().find(|(_, other)| *other == holds) {
                Some((all, _)) => *all = all.or(&terms),
                None => merged.push((terms, holds)),
            }
        }
        let cases = merged.into_iter().filter(|(_, holds)| *holds != Ground::FALSE).map(|(terms, holds)| {
            let meets = self.literal(Atom::Meets(var, terms));
            Ground::and([meets, holds])
        });
        Ground::or(cases.collect::<Vec<_>>())
    }

    /// The sets of terms that the tests of one element compare with.
    fn masks(&mut self, elem: Elem, body: &Formula, env: &Env) -> Vec<TermSet> {
        let mut tests = Vec::new();
        body.walk(&mut |f| match f {
            Formula::In { elem: e, terms, of } if *e == elem => tests.push((terms, *of)),
            _ => {}
        });
        tests.into_iter().flat_map(|(terms, of)| self.parts(terms, of, env)).map(|(mask, _)| mask).collect()
    }

    /// What a test compares with: sets of terms, each with the condition under which it counts.
    fn parts(&mut self, terms: &Terms, of: FieldRef, env: &Env) -> Vec<(TermSet, Ground)> {
        match terms {
            Terms::These(terms) => vec![(terms.clone(), Ground::TRUE)],
            Terms::Words(words) => vec![(self.words(of, words), Ground::TRUE)],
            Terms::Declared(record, field) => self.listed(*record, *field),
            Terms::Setting(setting) => match &self.schema.settings[setting.ix()].value {
                SettingValue::Terms(_, terms) => vec![(terms.clone(), Ground::TRUE)],
                SettingValue::Set(set) => self.parts(&Terms::Set(*set), of, env),
                _ => Vec::new(),
            },
            Terms::Set(set) => self.set_parts(*set, of, env),
            Terms::Field(other) => self.field_parts(*other, env),
        }
    }

    fn set_parts(&mut self, set: SetId, of: FieldRef, env: &Env) -> Vec<(TermSet, Ground)> {
        let compiled = self.compiled;
        let now = &compiled.sets[set.ix()];
        if now.stale {
            return vec![(now.always.clone(), Ground::TRUE)];
        }
        let mut parts = vec![(now.always.clone(), Ground::TRUE)];
        for (members, name, wanted) in &now.conditional {
            let met = match self.schema.beside(of.record, name) {
                Some((record, field)) => {
                    let var = match record == of.record {
                        true => self.var(FieldRef { field, ..of }, env),
                        false => self.field_var(Some(&Thing::Item(record, 0)), field),
                    };
                    self.literal(Atom::Meets(var, wanted.clone()))
                }
                None => self.unknown_membership(set, of, env, u32::MAX),
            };
            parts.push((members.clone(), met));
        }
        parts
    }

    fn field_parts(&mut self, other: FieldRef, env: &Env) -> Vec<(TermSet, Ground)> {
        let var = self.var(other, env);
        let may = possible(self.vars.state(var));
        if may.is_cofinite() {
            return Vec::new();
        }
        let one =
            |this: &mut Self, bit| (TermSet::one(bit), this.literal(Atom::Meets(var, TermSet::one(bit))));
        may.iter().map(|bit| one(self, bit)).collect()
    }

    /// Whether the element at hand passes a test: it lies in one of the test's parts, and the part counts.
    fn member(&mut self, elem: Elem, of: FieldRef, terms: &Terms, env: &Env) -> Ground {
        let Some(class) = env.class(elem).cloned() else { return Ground::FALSE };
        let named = match terms {
            Terms::Set(set) => Some(*set),
            Terms::Setting(setting) => match self.schema.settings[setting.ix()].value {
                SettingValue::Set(set) => Some(set),
                _ => None,
            },
            _ => None,
        };
        if let Some(set) = named.filter(|set| self.compiled.sets[set.ix()].stale) {
            return self.unknown_membership(set, of, env, class.number);
        }
        if let Terms::Field(other) = terms {
            let theirs = self.var(*other, env);
            if possible(self.vars.state(theirs)).is_cofinite() {
                let key = Key::Loose(class.var.0, theirs.0, class.number);
                return self.open(key);
            }
        }
        let parts = self.parts(terms, of, env);
        Ground::or(parts.into_iter().filter(|(mask, _)| class.terms.within(mask)).map(|(_, met)| met))
    }

    fn unknown_membership(&mut self, set: SetId, of: FieldRef, env: &Env, class: u32) -> Ground {
        let var = self.var(of, env);
        self.open(Key::World(set.0, var.0, class))
    }

    /// A yes/no variable that is open.
    fn open(&mut self, key: Key) -> Ground {
        let var = self.vars.get(key, |_| (State::Bool(None), false));
        self.literal(Atom::Is(var))
    }

    fn compare(&mut self, left: FieldRef, op: Op, right: &Quantity, env: &Env) -> Ground {
        let var = self.var(left, env);
        let (value, from) = resolve(right, self.schema, self.compiled.as_of);
        let field = &self.schema.records[left.record.ix()].fields[left.field.ix()];
        let bound = match value {
            Resolved::Terms(terms) => {
                let wanted = self.ordered_terms(field, op, &terms);
                return self.literal(Atom::Meets(var, wanted));
            }
            Resolved::Duration(d) => Bound::Duration(d),
            Resolved::Ago(from, to) => Bound::Days(from, to),
            Resolved::Date(day) => Bound::Date(day),
            Resolved::Number(n) => Bound::Number(n),
        };
        let event = field.counts_from.filter(|_| matches!(bound, Bound::Duration(_))).map(|start| {
            let good = self.events_that_bound(from);
            EventTest { var: self.var(FieldRef { field: start, ..left }, env), good }
        });
        let start = self.start(var, op, &bound);
        self.literal(Atom::Compare { var, op, bound, event, start })
    }

    /// A date and another plus a span: at most so long after is not before it either.
    fn apart(&mut self, of: (FieldRef, FieldRef), op: Op, span: &Quantity, env: &Env) -> Ground {
        let (later, earlier) = (self.var(of.0, env), self.var(of.1, env));
        let (Resolved::Duration(span), _) = resolve(span, self.schema, self.compiled.as_of) else {
            return Ground::FALSE;
        };
        let so = self.lie((later, earlier), op, span);
        match op {
            Op::Le | Op::Lt => Ground::and([so, self.lie((later, earlier), Op::Ge, Duration::Hours(0))]),
            _ => so,
        }
    }

    /// How one date lies to another: a day to itself is a matter of the span alone.
    fn lie(&mut self, (later, earlier): (VarId, VarId), op: Op, span: Duration) -> Ground {
        if later == earlier {
            let way = 0.cmp(&span.hours().1);
            return Ground::and([self.literal(Atom::HasValue(later)), Ground::Const(op.holds(way))]);
        }
        let settled = |var| matches!(self.vars.state(var), State::Values(days) if days.len() == 1);
        let (open, other) = if settled(later) { (earlier, later) } else { (later, earlier) };
        let number = self.bound_number(op, &Bound::Duration(span));
        let open = self.vars.get(Key::Apart(open.0, other.0, number), |_| (State::Bool(None), false));
        self.literal(Atom::Apart { later, op, span, earlier, open })
    }

    /// The variable that decides comparisons of this value with this bound where the calendar must.
    fn start(&mut self, var: VarId, op: Op, bound: &Bound) -> VarId {
        let number = self.bound_number(op, bound);
        self.vars.get(Key::Start(var.0, number), |_| (State::Bool(None), false))
    }

    fn bound_number(&mut self, op: Op, bound: &Bound) -> u32 {
        let number = self.bounds.iter().position(|(o, b)| (*o, b) == (op, bound)).unwrap_or_else(|| {
            self.bounds.push((op, bound.clone()));
            self.bounds.len() - 1
        });
        number as u32
    }

    /// Terms of an ordered kind that compare so with the given one.
    fn ordered_terms(&self, field: &Field, op: Op, terms: &TermSet) -> TermSet {
        let FieldType::Terms(kind) = field.ty else { return TermSet::empty() };
        let count = self.schema.kinds[kind.ix()].terms.len() as u32;
        let bounds: Vec<u32> = terms.iter().collect();
        (0..count).filter(|bit| bounds.iter().any(|b| op.holds(bit.cmp(b)))).collect()
    }

    /// Events that are never later than the one asked for; without one, the events nothing comes before.
    fn events_that_bound(&self, asked: Option<EventId>) -> TermSet {
        let good = |e: &EventId| match asked {
            Some(asked) => self.schema.not_later(*e, asked),
            None => self.schema.events[e.ix()].not_before.iter().all(|other| other == e),
        };
        (0..self.schema.events.len() as u32).map(EventId).filter(good).map(|e| e.0).collect()
    }

    /// A literal, or its constant if the declaration settles it.
    pub(crate) fn literal(&self, atom: Atom) -> Ground {
        match atom.truth(&self.vars.states) {
            Some(b) => Ground::Const(b),
            None => Ground::Literal(atom, true),
        }
    }

    pub(crate) fn var(&mut self, field: FieldRef, env: &Env) -> VarId {
        let as_written = env.named(field.var).is_some_and(|named| named.as_written);
        let thing = env.thing(field.var);
        if as_written && !self.definite(thing, field.field) {
            return self.vars.get(Key::Unwritten, |_| (State::Nothing, false));
        }
        self.field_var(thing, field.field)
    }

    /// Which undeclared facts count as breaking the rule, of a stated thing that is in scope: those that the
    /// requirement reads.
    fn mark_silent(&mut self, thing: &Thing, in_scope: &Ground, met: &Ground, first_new: usize) {
        let stated = matches!(thing, Thing::Item(..) | Thing::Category(_));
        if self.rule.silence == Silence::Open || !stated || *in_scope == Ground::FALSE {
            return;
        }
        let mut read: Vec<VarId> = (first_new..self.vars.keys.len()).map(|i| VarId(i as u32)).collect();
        met.atoms(&mut |atom| read.extend(atom.vars()));
        for var in read {
            let at = var.0 as usize;
            if self.vars.undeclared[at] && self.silence_covers(self.vars.keys[at], thing) {
                self.vars.silent.push((var, in_scope.clone()));
            }
        }
    }

    /// A plain prohibition requires nothing of its things: there the named facts are what would put a stated
    /// thing in scope.
    fn mark_silent_scope(&mut self, thing: &Thing, there: &Ground, in_scope: &Ground, first_new: usize) {
        if matches!(self.rule.silence, Silence::FailsOn(_)) {
            self.mark_silent(thing, there, in_scope, first_new);
        }
    }

    fn silence_covers(&self, key: Key, thing: &Thing) -> bool {
        let (record, field) = match key {
            Key::Field(r, _, f) | Key::Ungoverned(r, _, f) => (RecordId(r), FieldId(f)),
            _ => return false,
        };
        match &self.rule.silence {
            Silence::Open => false,
            Silence::Fails => self.belongs(key, thing),
            Silence::FailsOn(fields) => fields.iter().any(|(r, f)| {
                *f == field && (*r == record || self.schema.records[r.ix()].children.contains(&record))
            }),
        }
    }

    fn belongs(&self, key: Key, thing: &Thing) -> bool {
        match (key, thing) {
            (Key::Ungoverned(..), Thing::Category(_)) => true,
            (Key::Field(r, i, _), Thing::Category(c)) => {
                c.governors.contains(&Governor::Item(RecordId(r), i))
            }
            (Key::Field(r, i, _), Thing::Item(record, item)) => {
                (r, i) == (record.0, *item) || self.schema.records[r as usize].single
            }
            _ => false,
        }
    }
}

impl Env {
    pub(crate) fn with(mut self, var: Var, thing: Thing) -> Self {
        self.things.push(Named { var, thing, as_written: false });
        self
    }

    /// As `with`, for a member of a collection; of a declared one only what the document says counts.
    pub(super) fn over(mut self, over: &Collection, var: Var, thing: Thing) -> Self {
        let as_written = matches!(over, Collection::Records { declared: true, .. });
        self.things.push(Named { var, thing, as_written });
        self
    }

    fn within(mut self, elem: Elem, class: Class) -> Self {
        self.elements.push((elem, class));
        self
    }

    fn thing(&self, var: Var) -> Option<&Thing> {
        self.named(var).map(|named| &named.thing)
    }

    fn named(&self, var: Var) -> Option<&Named> {
        self.things.iter().rev().find(|named| named.var == var)
    }

    fn class(&self, elem: Elem) -> Option<&Class> {
        self.elements.iter().rev().find(|(e, _)| *e == elem).map(|(_, c)| c)
    }
}

/// The terms a field could hold.
pub(crate) fn possible(state: &State) -> TermSet {
    match state {
        State::One(terms) => terms.clone(),
        State::Set { may, .. } => may.clone(),
        State::Choice { options, .. } => options.iter().fold(TermSet::empty(), |all, o| all.or(&possible(o))),
        State::If { then, otherwise, .. } => possible(then).or(&possible(otherwise)),
        State::Nothing | State::Bool(_) | State::Values(_) => TermSet::empty(),
    }
}
