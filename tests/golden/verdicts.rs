//! The golden sentences to the verdict. A case is data: a declaration, perhaps a profile and an as-of date, and
//! the verdict that the section "Meaning" of the language page gives it.

use jiff::civil::Date;
use policy_core::diag::Level;
use policy_core::model::{FileId, Rule};
use policy_core::verdict::Verdict;
use policy_db::engine::{self, Compiled, Engine};

use crate::world::{World, item, texts_of};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/verdicts");
/// The as-of date of a case that names none.
const AS_OF: &str = "2026-11-22";

/// A sentence in both languages, and what it comes to.
struct Golden {
    sentences: [String; 2],
    cases: Vec<Case>,
}

struct Case {
    verdict: String,
    why: String,
    as_of: Date,
    declaration: String,
    profile: Option<String>,
}

/// Reads `=== VERDICT [on DATE]: WHY`, the declaration, and after `--- profile` the profile.
fn case(text: &str) -> Case {
    let (head, body) = text.split_once('\n').expect("a case has a declaration");
    let (verdict, why) = head.split_once(": ").expect("`=== verdict: why`");
    let (verdict, as_of) = verdict.split_once(" on ").unwrap_or((verdict, AS_OF));
    let (declaration, profile) = match body.split_once("--- profile\n") {
        Some((declaration, profile)) => (declaration, Some(profile.to_string())),
        None => (body, None),
    };
    Case {
        verdict: verdict.to_string(),
        why: why.to_string(),
        as_of: as_of.parse().expect("a date"),
        declaration: declaration.to_string(),
        profile,
    }
}

fn read(text: &str) -> Golden {
    let (head, cases) = text.split_once("=== ").expect("a case");
    let line = |start| head.lines().find_map(|l| l.strip_prefix(start)).expect("a sentence").to_string();
    Golden { sentences: [line("en: "), line("nl: ")], cases: cases.split("\n=== ").map(case).collect() }
}

fn all() -> Vec<Golden> {
    texts_of(FOLDER, "txt").iter().map(|text| read(text)).collect()
}

/// Every sentence that has verdicts.
pub fn sentences() -> Vec<String> {
    all().into_iter().flat_map(|golden| golden.sentences).collect()
}

fn verdict(world: &World, rules: &[Rule], case: &Case) -> Verdict {
    let lookup = engine::Lookup::new(&world.schema);
    let declared = engine::read(FileId(1), "case.yaml", &case.declaration, &world.schema, &lookup);
    let mut wrong = declared.diagnostics.clone();
    let profile = case.profile.as_ref().map(|text| {
        let read = engine::read_profile(FileId(2), "profile.yaml", text, &world.schema);
        wrong.extend(read.diagnostics);
        read.profile
    });
    wrong.retain(|d| d.level == Level::Error);
    assert!(wrong.is_empty(), "{}\n{wrong:#?}", case.declaration);
    let applied = engine::apply(&declared, profile.as_ref(), &world.schema);
    let compiled = Compiled::new(&world.schema, rules, case.as_of);
    let engine = Engine { schema: &world.schema, rules, compiled: &compiled, as_of: case.as_of };
    engine.outcome(0, &applied.facts).verdict
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unknown => "unknown",
        Verdict::NotApplicable => "not-applicable",
    }
}

#[test]
fn every_case_comes_to_its_verdict_in_both_languages() {
    let world = World::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for golden in all() {
        let rules = golden.sentences.each_ref().map(|sentence| vec![world.rule(&item(sentence))]);
        for case in &golden.cases {
            count += 1;
            for (sentence, rules) in golden.sentences.iter().zip(&rules) {
                let got = word(verdict(&world, rules, case));
                if got != case.verdict {
                    wrong.push(format!("{sentence}\n  {}: expected {}, got {got}", case.why, case.verdict));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 100, "only {count} cases were found");
}

/// Each verdict that a sentence can reach has a case. A prohibition that finds nothing is kept, and the
/// agreement is always there: those are never without application.
#[test]
fn every_verdict_that_can_be_reached_has_a_case() {
    for golden in all() {
        let has = |verdict: &str| golden.cases.iter().any(|case| case.verdict == verdict);
        let sentence = &golden.sentences[0];
        let always = ["no ", "objection term", "agreement date"].iter().any(|s| sentence.starts_with(s));
        for verdict in ["pass", "fail", "unknown"] {
            assert!(has(verdict), "{sentence}: no case for {verdict}");
        }
        assert_eq!(has("not-applicable"), !always, "{sentence}");
    }
}
