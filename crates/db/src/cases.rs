//! Running the tests that stand beside rules: what each rule comes to, against what was expected.

use std::collections::HashMap;

use jiff::civil::Date;
use policy_core::declare::{self, Format};
use policy_core::diag::{Diagnostic, Level};
use policy_core::facts::Notes;
use policy_core::model::{Embedded, Expectation, Expected, Rule, Schema, TestCase, Waiver};
use policy_core::report::Explained;
use policy_core::verdict::{Outcome, Verdict};
use policy_syntax::Span;

use crate::engine::{self, Applied, Compiled, Detail, Engine, Lookup, Seen, Unit};

/// What a test came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// What was expected and did not come out, in the order written.
    pub wrong: Vec<Wrong>,
    /// Paths that should have been named as missing and were not.
    pub not_missing: Vec<String>,
    /// What is wrong with its declaration or profile.
    pub diagnostics: Vec<Diagnostic>,
}

impl Ran {
    /// Whether everything came out as expected, from a declaration without errors.
    pub fn passed(&self) -> bool {
        let error = self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error);
        self.wrong.is_empty() && self.not_missing.is_empty() && !error
    }
}

/// An expectation that did not come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Its index in the test.
    pub expectation: usize,
    /// What came out instead; nothing if there is no such rule.
    pub got: Option<Expected>,
}

/// What tests show of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The rule's index.
    pub rule: usize,
    /// Its pieces, each with what was seen of it.
    pub units: Vec<(Unit, Seen)>,
}

impl Covered {
    /// How many of its outcomes were seen, of how many: a piece has two.
    pub fn count(&self) -> (usize, usize) {
        let seen = |(_, seen): &(Unit, Seen)| usize::from(seen.holds) + usize::from(seen.fails);
        (self.units.iter().map(seen).sum(), 2 * self.units.len())
    }
}

/// Runs tests against rules; compiles once for each as-of date.
pub struct Runner<'a> {
    schema: &'a Schema,
    rules: &'a [Rule],
    waivers: &'a [Waiver],
    today: Date,
    lookup: Lookup,
    compiled: HashMap<Date, Compiled>,
}

impl<'a> Runner<'a> {
    /// A runner; `today` is the date of tests that name none.
    pub fn new(schema: &'a Schema, rules: &'a [Rule], waivers: &'a [Waiver], today: Date) -> Self {
        let lookup = Lookup::new(schema);
        Runner { schema, rules, waivers, today, lookup, compiled: HashMap::new() }
    }

    /// What a rule comes to in a test, and why.
    pub fn explained(&mut self, case: &TestCase, rule: usize, detail: Detail) -> (Outcome, Vec<Explained>) {
        let (schema, rules) = (self.schema, self.rules);
        let as_of = case.as_of.unwrap_or(self.today);
        let compiled = self.compiled.entry(as_of).or_insert_with(|| Compiled::new(schema, rules, as_of));
        let engine = Engine { schema, rules, compiled, as_of };
        let (applied, notes, _) = given(case, schema, &self.lookup);
        let outcome = engine.outcome(rule, &applied.facts);
        let findings = engine.explain(rule, &outcome, &applied.facts, &notes, detail);
        (outcome, findings)
    }

    /// What one test shows of the rules it expects verdicts of.
    fn seen(&mut self, case: &TestCase) -> Vec<(usize, Vec<Seen>)> {
        let (schema, rules) = (self.schema, self.rules);
        let as_of = case.as_of.unwrap_or(self.today);
        let compiled = self.compiled.entry(as_of).or_insert_with(|| Compiled::new(schema, rules, as_of));
        let engine = Engine { schema, rules, compiled, as_of };
        let (applied, ..) = given(case, schema, &self.lookup);
        let expected = case.expects.iter().filter_map(|expectation| position(rules, expectation));
        expected.map(|rule| (rule, engine.seen(rule, &applied.facts))).collect()
    }

    /// Runs one test.
    pub fn run(&mut self, case: &TestCase) -> Ran {
        let as_of = case.as_of.unwrap_or(self.today);
        let (schema, rules) = (self.schema, self.rules);
        let compiled = self.compiled.entry(as_of).or_insert_with(|| Compiled::new(schema, rules, as_of));
        let engine = Engine { schema, rules, compiled, as_of };
        let (applied, notes, diagnostics) = given(case, schema, &self.lookup);
        let names = engine::names(schema, &applied.facts);
        let mut ran = Ran { wrong: Vec::new(), not_missing: case.missing.clone(), diagnostics };
        for (index, expectation) in case.expects.iter().enumerate() {
            let got = position(rules, expectation).map(|rule| {
                let outcome = engine.outcome(rule, &applied.facts);
                forget(&mut ran.not_missing, &engine, rule, &outcome, &applied, &notes);
                let waived = engine::waiver(self.waivers, &expectation.rule, &names, as_of).is_some();
                came_out(outcome.verdict, waived)
            });
            if got != Some(expectation.outcome) {
                ran.wrong.push(Wrong { expectation: index, got });
            }
        }
        ran
    }
}

/// What tests together show of each rule. Only a test that expects a verdict of a rule says something of it.
pub fn coverage<'c>(runner: &mut Runner, cases: impl IntoIterator<Item = &'c TestCase>) -> Vec<Covered> {
    let (schema, rules) = (runner.schema, runner.rules);
    let unseen = |rule: &Rule| engine::units(rule, schema).into_iter().map(|unit| (unit, Seen::default()));
    let mut covered: Vec<Covered> =
        rules.iter().enumerate().map(|(rule, it)| Covered { rule, units: unseen(it).collect() }).collect();
    for case in cases {
        for (rule, seen) in runner.seen(case) {
            let units = covered[rule].units.iter_mut();
            units.zip(seen).for_each(|((_, all), seen)| all.add(seen));
        }
    }
    covered
}

fn position(rules: &[Rule], expectation: &Expectation) -> Option<usize> {
    rules.iter().position(|rule| rule.id == expectation.rule)
}

fn came_out(verdict: Verdict, waived: bool) -> Expected {
    match verdict {
        Verdict::Fail | Verdict::Unknown if waived => Expected::Waived,
        _ => Expected::Verdict(verdict),
    }
}

/// Takes out the paths that a finding names as missing.
fn forget(
    paths: &mut Vec<String>,
    engine: &Engine,
    rule: usize,
    outcome: &Outcome,
    applied: &Applied,
    notes: &Notes,
) {
    if paths.is_empty() {
        return;
    }
    let findings = engine.explain(rule, outcome, &applied.facts, notes, Detail::Findings);
    let named: Vec<_> =
        findings.iter().flat_map(|finding| &finding.missing).map(|missing| &missing.path).collect();
    paths.retain(|path| !named.contains(&path));
}

/// Reads the declaration and the profile of a test; their diagnostics point into the policy file.
fn given(case: &TestCase, schema: &Schema, lookup: &Lookup) -> (Applied, Notes, Vec<Diagnostic>) {
    let file = case.origin.file;
    let declared = declare::read_with(&case.given.text, Format::Yaml, file, schema, lookup);
    let mut diagnostics = moved(declared.diagnostics.clone(), &case.given);
    let profile = case.profile.as_ref().map(|embedded| {
        let (profile, found) = declare::read_profile(&embedded.text, Format::Yaml, case.origin.file, schema);
        diagnostics.extend(moved(found, embedded));
        profile
    });
    (engine::apply(&declared, profile.as_ref(), schema), declared.notes, diagnostics)
}

fn moved(diagnostics: Vec<Diagnostic>, by: &Embedded) -> Vec<Diagnostic> {
    let shift = |span: Span| Span { start: span.start + by.offset, end: span.end + by.offset };
    let moved = diagnostics.into_iter().map(|mut diagnostic| {
        diagnostic.span = shift(diagnostic.span);
        diagnostic.related.iter_mut().for_each(|related| related.span = shift(related.span));
        diagnostic
    });
    moved.collect()
}
