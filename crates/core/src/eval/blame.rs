//! What a verdict comes from: what is missing for an unknown, what a pass or fail rests on.
//!
//! What is missing is the union of the deciding sets (`deciding`). A pass or fail rests on a minimal set of stated
//! facts that keeps it when all else is deleted. Both are worked out only when asked for.

use super::deciding;
use super::formula::{Ground, negate};
use super::ground::{GroundRule, GroundSentence, GroundThing};
use super::solve::{Solver, open_vars};
use super::things::{Governor, Thing};
use super::vars::{State, VarId, Vars};
use super::{Detail, Evaluator};
use crate::facts::{Condition, Existence, FactSource, Facts, Value};
use crate::model::*;
use crate::verdict::{About, Caution, FactRef, Finding, Judgement, Missing, Outcome, Verdict};

/// With more stated facts than this, a verdict rests on all of them: to make the set minimal is to evaluate the
/// rule once for each.
const MOST_STATED: usize = 400;

/// The findings of one rule on one declaration.
pub(super) fn findings(
    evaluator: &Evaluator,
    rule: usize,
    outcome: &Outcome,
    facts: &dyn FactSource,
    detail: Detail,
) -> Vec<Finding> {
    if !is_told(outcome, detail) {
        return Vec::new();
    }
    let (ground, vars) = evaluator.ground(rule, facts);
    findings_in(evaluator, rule, Grounded { ground, vars, outcome: outcome.clone() }, facts, detail)
}

/// Whether there is something to be said about an outcome.
fn is_told(outcome: &Outcome, detail: Detail) -> bool {
    let told = matches!(outcome.verdict, Verdict::Fail | Verdict::Unknown) || detail == Detail::Full;
    detail != Detail::Off && told
}

/// The outcome of one rule on one declaration with its findings: the rule is grounded once for both.
pub(super) fn judgement(
    evaluator: &Evaluator,
    rule: usize,
    facts: &dyn FactSource,
    detail: Detail,
) -> Judgement {
    let (ground, vars) = evaluator.ground(rule, facts);
    let outcome = super::outcome(&ground, &vars, evaluator.rules[rule].contradiction_fails);
    let findings = match is_told(&outcome, detail) {
        true => {
            let grounded = Grounded { ground, vars, outcome: outcome.clone() };
            findings_in(evaluator, rule, grounded, facts, detail)
        }
        false => Vec::new(),
    };
    Judgement { outcome, findings }
}

fn findings_in(
    evaluator: &Evaluator,
    rule: usize,
    grounded: Grounded,
    facts: &dyn FactSource,
    detail: Detail,
) -> Vec<Finding> {
    let explainer = Explainer { evaluator, rule: &evaluator.rules[rule], facts, grounded: &grounded, detail };
    let mut findings = match grounded.outcome.verdict {
        Verdict::Fail | Verdict::Unknown => explainer.open_or_broken(),
        Verdict::Pass | Verdict::NotApplicable => explainer.settled(),
    };
    if detail == Detail::Full && grounded.outcome.verdict != Verdict::Unknown {
        let rests_on = rests_on(evaluator, rule, grounded.outcome.verdict, facts.whole());
        findings.iter_mut().for_each(|f| f.rests_on = explainer.relevant(&rests_on, f));
    }
    findings
}

/// A rule on a declaration, with everything its explanation starts from.
struct Grounded {
    ground: GroundRule,
    vars: Vars,
    outcome: Outcome,
}

struct Explainer<'a> {
    evaluator: &'a Evaluator<'a>,
    rule: &'a Rule,
    facts: &'a dyn FactSource,
    grounded: &'a Grounded,
    detail: Detail,
}

impl Explainer<'_> {
    /// The things that fail, then the things that are unknown.
    fn open_or_broken(&self) -> Vec<Finding> {
        let outer =
            Ground::and([self.grounded.ground.when.clone(), negate(self.grounded.ground.unless.clone())]);
        let mut findings = Vec::new();
        let states = &mut self.grounded.vars.states.clone();
        for (number, sentence) in self.grounded.ground.sentences.iter().enumerate() {
            let around = Ground::and([outer.clone(), sentence.open.clone()]);
            for thing in &sentence.things {
                let broken = Ground::and([around.clone(), thing.broken.clone()]);
                findings.extend(self.thing(number, sentence, thing, &broken, states));
            }
        }
        if self.grounded.outcome.verdict == Verdict::Fail
            && !findings.iter().any(|f| f.verdict == Verdict::Fail)
        {
            findings.insert(0, self.together());
        }
        findings.sort_by_key(|f| f.verdict != Verdict::Fail);
        merge_unlisted(findings)
    }

    fn thing(
        &self,
        number: usize,
        sentence: &GroundSentence,
        thing: &GroundThing,
        broken: &Ground,
        states: &mut [State],
    ) -> Option<Finding> {
        let outcome = self.alone(broken, states);
        let (verdict, decided_by) = outcome?;
        let mut finding = self.finding(verdict, Some(number), self.about(thing.thing.as_ref()));
        finding.clause = self.clause(number, thing, sentence);
        finding.decided_by = decided_by;
        let open = open_vars(broken, states);
        finding.facts = self.telling(thing, &open);
        if verdict == Verdict::Unknown && self.detail > Detail::Places {
            finding.missing = self.missing(broken, states);
        }
        finding.readings = self.readings(number, &finding.facts);
        Some(finding)
    }

    /// What one thing comes to by itself: a fail, an unknown, or nothing to report.
    fn alone(&self, broken: &Ground, states: &mut [State]) -> Option<(Verdict, Option<Caution>)> {
        let vars = &self.grounded.vars;
        match Solver::plain().possible(broken, states).definite() {
            Some(true) => Some((Verdict::Fail, None)),
            Some(false) => None,
            None => match super::cautious(broken, vars, states, self.rule.contradiction_fails).decides {
                Some(caution) => Some((Verdict::Fail, Some(caution))),
                None => Some((Verdict::Unknown, None)),
            },
        }
    }

    /// A fail that no single thing accounts for: one of several things is broken, whichever way facts turn out.
    fn together(&self) -> Finding {
        let broken = self.grounded.ground.broken();
        let mut finding = self.finding(Verdict::Fail, Some(0), About::Declaration);
        finding.decided_by = self.grounded.outcome.decided_by;
        finding.clause = self.first_sentence();
        finding.facts = self.facts_of(&open_vars(&broken, &self.grounded.vars.states));
        finding
    }

    /// One finding for a pass or not-applicable.
    fn settled(&self) -> Vec<Finding> {
        let mut finding = self.finding(self.grounded.outcome.verdict, Some(0), About::Declaration);
        finding.clause = match (&self.rule.when, self.grounded.outcome.verdict) {
            (Some(_), Verdict::NotApplicable) if self.grounded.ground.when == Ground::FALSE => {
                finding.sentence = None;
                ClauseId::When
            }
            _ => self.first_sentence(),
        };
        let first = self.rule.sentences.first();
        finding.readings = first.map(|s| s.readings.clone()).unwrap_or_default();
        vec![finding]
    }

    fn first_sentence(&self) -> ClauseId {
        if self.rule.sentences.is_empty() { ClauseId::Rule } else { ClauseId::Sentence(0) }
    }

    fn finding(&self, verdict: Verdict, sentence: Option<usize>, about: About) -> Finding {
        Finding {
            verdict,
            sentence,
            clause: ClauseId::Rule,
            about,
            facts: Vec::new(),
            missing: Vec::new(),
            rests_on: Vec::new(),
            decided_by: None,
            readings: Vec::new(),
        }
    }

    fn about(&self, thing: Option<&Thing>) -> About {
        match thing {
            None => About::Declaration,
            Some(Thing::Item(record, item)) => {
                let node = self.facts.list(*record).items[*item as usize].node;
                About::Item(*record, *item, node)
            }
            Some(Thing::Spare(record, _)) => About::Unlisted(*record),
            Some(Thing::Ungoverned(record, bit)) => About::Category(*record, *bit, None),
            Some(Thing::Category(category)) => {
                let governor = category.governors.iter().find_map(|g| match g {
                    Governor::Item(_, item) => Some(*item),
                    Governor::Nothing => None,
                });
                About::Category(category.by, category.bit, governor)
            }
        }
    }

    /// The part of the rule that decides: the requirement, or for a plain prohibition what it prohibits; what is
    /// still open about `when` or `if` points there.
    fn clause(&self, number: usize, thing: &GroundThing, ground: &GroundSentence) -> ClauseId {
        let sentence = &self.rule.sentences[number];
        let open = |g: &Ground| !matches!(g, Ground::Const(_));
        if thing.broken == Ground::TRUE {
            if self.rule.when.is_some() && open(&self.grounded.ground.when) {
                return ClauseId::When;
            }
            if sentence.given.is_some() && open(&ground.open) {
                return ClauseId::Given(number);
            }
        }
        match &sentence.norm {
            Norm::Each { need, .. } if need.formula == Formula::Const(false) => ClauseId::Scope(number),
            Norm::Each { .. } | Norm::Holds(_) => ClauseId::Need(number),
        }
    }

    /// Facts to show for a thing: its own fields that the requirement reads first, open ones before stated ones.
    fn telling(&self, thing: &GroundThing, open: &[VarId]) -> Vec<FactRef> {
        let mut facts = self.facts_of(open);
        let item = match thing.thing.as_ref() {
            Some(Thing::Item(record, item)) => Some((*record, *item)),
            Some(Thing::Category(c)) => c.governors.iter().find_map(|g| match g {
                Governor::Item(record, item) => Some((*record, *item)),
                Governor::Nothing => None,
            }),
            _ => None,
        };
        if let Some((record, item)) = item {
            let read = self.fields_read(record);
            let own = read.into_iter().map(|f| self.resolve(record, item, f));
            facts.extend(own);
        }
        if let Some(Thing::Category(c)) = &thing.thing
            && item.is_none()
        {
            facts.push(FactRef::Ungoverned(c.by, c.bit));
        }
        dedup(facts)
    }

    /// Fields of a record that the rule reads: those of requirements before those of scopes.
    fn fields_read(&self, record: RecordId) -> Vec<FieldId> {
        let mut fields = Vec::new();
        for sentence in &self.rule.sentences {
            let clauses = match &sentence.norm {
                Norm::Each { scope, need, .. } => vec![need, scope],
                Norm::Holds(clause) => vec![clause],
            };
            for clause in clauses {
                clause.formula.walk(&mut |f| fields.extend(fields_of(f)));
            }
        }
        let is =
            |r: RecordId| r == record || self.evaluator.schema.records[r.ix()].children.contains(&record);
        let mut own: Vec<FieldId> = fields.into_iter().filter(|f| is(f.record)).map(|f| f.field).collect();
        own.dedup();
        own
    }

    fn resolve(&self, record: RecordId, item: u32, field: FieldId) -> FactRef {
        let fact = &self.facts.list(record).items[item as usize].fields[field.ix()];
        match &fact.value {
            Value::Same(r, i, f) => FactRef::Field(*r, *i, *f),
            _ => FactRef::Field(record, item, field.0),
        }
    }

    fn facts_of(&self, vars: &[VarId]) -> Vec<FactRef> {
        dedup(vars.iter().map(|v| self.grounded.vars.fact(*v)).collect())
    }

    fn missing(&self, broken: &Ground, states: &mut [State]) -> Vec<Missing> {
        let facts = deciding::facts(broken, &self.grounded.vars, states);
        dedup(facts).into_iter().map(|fact| Missing { fact, owner: self.owner(fact) }).collect()
    }

    fn owner(&self, fact: FactRef) -> Owner {
        match fact {
            FactRef::Condition(_) => Owner::Profile,
            FactRef::World(_) => Owner::World,
            FactRef::Field(record, _, field) => {
                let record = &self.evaluator.schema.records[record.ix()];
                match record.fields[field as usize].owner {
                    Owner::Vendor => record.owner,
                    owner => owner,
                }
            }
            FactRef::Exists(record, _) | FactRef::Complete(record) | FactRef::Exclusion(record, _) => {
                self.evaluator.schema.records[record.ix()].owner
            }
            FactRef::Ungoverned(record, _) | FactRef::Category(record, _) => {
                self.evaluator.schema.records[record.ix()].owner
            }
        }
    }

    fn readings(&self, sentence: usize, facts: &[FactRef]) -> Vec<Reading> {
        let own = self.rule.sentences[sentence].readings.iter().cloned();
        let read = facts.iter().filter_map(|fact| match fact {
            FactRef::Field(r, i, f) => {
                self.facts.list(*r).items.get(*i as usize)?.fields.get(*f as usize)?.reading.clone()
            }
            _ => None,
        });
        let mut all: Vec<Reading> = own.chain(read).collect();
        all.sort();
        all.dedup();
        all
    }

    /// Of what the rule rests on, the part that belongs to a finding.
    fn relevant(&self, rests_on: &[FactRef], finding: &Finding) -> Vec<FactRef> {
        let About::Item(record, item, _) = finding.about else { return rests_on.to_vec() };
        let single = |r: RecordId| self.evaluator.schema.records[r.ix()].single;
        let own = |fact: &&FactRef| match fact {
            FactRef::Field(r, i, _) => {
                (*r == record && *i == item) || finding.facts.contains(fact) || single(*r)
            }
            FactRef::Exists(r, i) => *r == record && *i == item,
            _ => true,
        };
        rests_on.iter().filter(own).copied().collect()
    }
}

/// Unlisted records all ask the same: is the list complete? One finding per list says so.
fn merge_unlisted(findings: Vec<Finding>) -> Vec<Finding> {
    let mut seen: Vec<(About, Option<usize>)> = Vec::new();
    let first = |f: &Finding| match f.about {
        About::Unlisted(_) => {
            let key = (f.about.clone(), f.sentence);
            let new = !seen.contains(&key);
            seen.push(key);
            new
        }
        _ => true,
    };
    findings.into_iter().filter(first).collect()
}

/// A minimal set of stated facts that keeps the verdict when all others are deleted.
fn rests_on(evaluator: &Evaluator, rule: usize, verdict: Verdict, facts: &Facts) -> Vec<FactRef> {
    let stated = stated(evaluator, rule, facts);
    if stated.len() > MOST_STATED {
        return stated;
    }
    let mut search = Resting { evaluator, rule, verdict, kept: facts.clone(), rests: Vec::new() };
    search.without(&stated);
    search.rests
}

/// Looks for the facts that a verdict rests on.
struct Resting<'a> {
    evaluator: &'a Evaluator<'a>,
    rule: usize,
    verdict: Verdict,
    /// The facts without those that were found needless.
    kept: Facts,
    rests: Vec<FactRef>,
}

impl Resting<'_> {
    /// Deletes what is not needed of these. Most facts are not: so they are deleted together, and by halves where that
    /// is too much. What only leaves more open never brings a verdict back, so each half comes to what its facts would
    /// come to one by one.
    fn without(&mut self, stated: &[FactRef]) {
        if stated.is_empty() {
            return;
        }
        let before = self.kept.clone();
        stated.iter().for_each(|fact| delete(&mut self.kept, *fact));
        if self.holds() {
            return;
        }
        self.kept = before;
        if let [fact] = stated {
            self.rests.push(*fact);
            return;
        }
        let (first, second) = stated.split_at(stated.len() / 2);
        self.without(first);
        self.without(second);
    }

    /// Whether the verdict is what it was. What the rule's cautions make of an unknown matters to a fail only.
    fn holds(&self) -> bool {
        let (ground, vars) = self.evaluator.ground(self.rule, &self.kept);
        let mut states = vars.states.clone();
        let broken = ground.broken();
        let mut possible = |formula: &Ground| Solver::brief().possible(formula, &mut states);
        match (possible(&broken).definite(), self.verdict) {
            (Some(true), verdict) => verdict == Verdict::Fail,
            (Some(false), Verdict::Pass) => possible(&ground.exercised()).yes,
            (Some(false), Verdict::NotApplicable) => !possible(&ground.exercised()).yes,
            (None, Verdict::Fail) => {
                let contradiction = self.evaluator.rules[self.rule].contradiction_fails;
                super::cautious(&broken, &vars, &mut states, contradiction).decides.is_some()
            }
            _ => false,
        }
    }
}

/// Every stated fact of the records that a rule reads.
fn stated(evaluator: &Evaluator, rule: usize, facts: &Facts) -> Vec<FactRef> {
    let records = records_read(evaluator.schema, &evaluator.rules[rule]);
    let mut all = Vec::new();
    for (r, list) in facts.lists.iter().enumerate().filter(|(r, _)| records.contains(&RecordId(*r as u32))) {
        let record = RecordId(r as u32);
        for (i, item) in list.items.iter().enumerate() {
            let said = |f: &&(usize, &crate::facts::Fact)| !f.1.absent && f.1.value != Value::Undeclared;
            let fields = item.fields.iter().enumerate().collect::<Vec<_>>();
            all.extend(fields.iter().filter(said).map(|(f, _)| FactRef::Field(record, i as u32, *f as u32)));
            let plain = !evaluator.schema.records[r].single;
            all.extend(
                (plain && item.exists == Existence::Certain).then_some(FactRef::Exists(record, i as u32)),
            );
        }
        all.extend((0..list.exclusions.len()).map(|e| FactRef::Exclusion(record, e as u32)));
        let closed =
            list.complete && !evaluator.schema.records[r].single && !evaluator.schema.records[r].written;
        all.extend(closed.then_some(FactRef::Complete(record)));
    }
    all
}

/// The record types whose facts a rule can depend on.
pub fn records_read(schema: &Schema, rule: &Rule) -> Vec<RecordId> {
    let mut found = Vec::new();
    let mut collection = |over: &Collection| match over {
        Collection::Records { record, .. } => found.push(*record),
        Collection::Categories { governed_by, held, .. } => found.extend([*governed_by, held.0]),
    };
    for sentence in &rule.sentences {
        if let Norm::Each { over, .. } = &sentence.norm {
            collection(over);
        }
    }
    rule.formulas().for_each(|f| {
        f.walk(&mut |f| {
            if let Formula::Exists { over, .. } = f {
                collection(over);
            }
        });
    });
    let mut declared = Vec::new();
    rule.formulas().for_each(|f| {
        f.walk(&mut |f| {
            if let Formula::In { terms: Terms::Declared(record, _), .. } = f {
                declared.push(*record);
            }
        });
    });
    found.extend(declared);
    let mut all: Vec<RecordId> = found.iter().flat_map(|r| schema.members(*r)).collect();
    let joined =
        |r: &RecordId| schema.records[r.ix()].fields.iter().filter_map(|f| f.derived.map(|d| d.record));
    let others: Vec<RecordId> = all.iter().flat_map(joined).collect();
    all.extend(others);
    // What a record is one of can rule it out.
    let above = |r: &RecordId| {
        std::iter::successors(schema.records[r.ix()].parent, |p| schema.records[p.ix()].parent)
    };
    let parents: Vec<RecordId> = all.iter().flat_map(above).collect();
    all.extend(parents);
    all.sort();
    all.dedup();
    all
}

/// Takes one stated fact away. A record whose existence is taken away may still be there: that depends on something that
/// nobody decided, and is no contradiction, which the document does not have.
fn delete(facts: &mut Facts, fact: FactRef) {
    match fact {
        FactRef::Field(record, item, field) => {
            let fact = &mut facts.lists[record.ix()].items[item as usize].fields[field as usize];
            fact.value = Value::Undeclared;
            fact.definite = false;
        }
        FactRef::Exists(record, item) => {
            let open = facts.conditions.len() as u32;
            facts.conditions.push(Condition { name: String::new(), decided: None });
            facts.lists[record.ix()].items[item as usize].exists = Existence::If(open);
        }
        FactRef::Exclusion(record, exclusion) => {
            facts.lists[record.ix()].exclusions[exclusion as usize].fields.clear();
        }
        FactRef::Complete(record) => facts.lists[record.ix()].complete = false,
        FactRef::Condition(_) | FactRef::Ungoverned(..) | FactRef::Category(..) | FactRef::World(_) => {}
    }
}

/// The fields a formula reads directly.
fn fields_of(formula: &Formula) -> Vec<FieldRef> {
    match formula {
        Formula::Element { of, .. } => vec![*of],
        Formula::Compare { left, .. } => vec![*left],
        Formula::Same(a, b) | Formula::Apart { later: a, earlier: b, .. } => vec![*a, *b],
        Formula::HasValue(field) | Formula::Definite(field) => vec![*field],
        _ => Vec::new(),
    }
}

fn dedup(facts: Vec<FactRef>) -> Vec<FactRef> {
    let mut seen = Vec::new();
    for fact in facts {
        if !seen.contains(&fact) {
            seen.push(fact);
        }
    }
    seen
}
