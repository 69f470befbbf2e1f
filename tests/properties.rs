//! Properties of verdicts on random small policies and declarations, and the fast evaluator held to the
//! definition.

#[path = "properties/learning.rs"]
mod learning;

use std::fmt::Write as _;

use policy_core::verdict::Verdict;
use policy_tests::reference::generate::{AS_OF, Case, case};
use policy_tests::reference::{Answer, Bounds, answer};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Runs a property on so many tapes, the same ones every time unless `PROPTEST_RNG_SEED` says otherwise.
fn check(cases: u32, property: impl Fn(&[u16]) -> Result<(), String>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let seed = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|s| s.parse::<u64>().ok()).unwrap_or(1);
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let tapes = proptest::collection::vec(any::<u16>(), 0..240);
    let run = runner.run(&tapes, |tape| property(&tape).map_err(TestCaseError::fail));
    if let Err(failure) = run {
        panic!("{failure}");
    }
}

fn reference(case: &Case) -> Option<Answer> {
    answer(&case.schema, &case.rule, &case.facts, AS_OF, Bounds { runs: 3_000, ..Bounds::default() })
}

/// A case as text: what was found, then the rule and the facts, then everything as Rust values.
fn show(case: &Case, found: &str) -> String {
    let mut text = format!("{found}\n");
    for record in &case.schema.records {
        let fields: Vec<String> = record
            .fields
            .iter()
            .map(|f| format!("{}: {:?}{}", f.name, f.ty, if f.many { " many" } else { "" }))
            .collect();
        let _ = writeln!(text, "record {} {{ {} }}", record.name, fields.join(", "));
    }
    let _ = writeln!(text, "rule {:#?}\nfacts {:#?}\n{:?}", case.rule, case.facts, case);
    text
}

/// Whether the rule looks at the document rather than at what is so.
fn reads_the_document(case: &Case) -> bool {
    let text = format!("{:?}", case.rule);
    text.contains("Definite(") || text.contains("declared: true") || text.contains("Declared(")
}

#[test]
fn learning_more_settles_and_never_unsettles() {
    check(400, |numbers| {
        let before = case(numbers);
        if reads_the_document(&before)
            || before.rule.contradiction_fails
            || before.rule.silence != Default::default()
        {
            return Ok(());
        }
        let Some(first) = reference(&before) else { return Ok(()) };
        if first.verdict == Verdict::Unknown {
            return Ok(());
        }
        for step in 0..6 {
            let Some(after) = learning::learn(&before, step) else { continue };
            match reference(&after) {
                Some(then) if then.verdict != first.verdict && !may_stop_applying(first, then) => {
                    let found = format!("{first:?} became {then:?} when learning {:#?}", after.facts);
                    return Err(show(&before, &found));
                }
                _ => {}
            }
        }
        Ok(())
    });
}

/// A pass that rests on worlds where the rule is exercised can turn out not to apply.
fn may_stop_applying(first: Answer, then: Answer) -> bool {
    first.verdict == Verdict::Pass && then.verdict == Verdict::NotApplicable
}

#[test]
fn more_spares_change_nothing() {
    check(250, |numbers| {
        let case = case(numbers);
        let Some(first) = reference(&case) else { return Ok(()) };
        let bounds = Bounds { extra: 1, runs: 20_000, ..Bounds::default() };
        match answer(&case.schema, &case.rule, &case.facts, AS_OF, bounds) {
            Some(then) if (then.verdict, then.decided_by) != (first.verdict, first.decided_by) => {
                Err(show(&case, &format!("{first:?} became {then:?} with one spare more")))
            }
            _ => Ok(()),
        }
    });
}

#[test]
fn the_order_of_a_list_does_not_matter() {
    check(250, |numbers| {
        let case = case(numbers);
        let text = format!("{:?}", case.facts);
        if text.contains("Same(") {
            return Ok(());
        }
        let mut turned = case.clone();
        turned.facts.lists.iter_mut().for_each(|list| list.items.reverse());
        match (reference(&case), reference(&turned)) {
            (Some(a), Some(b)) if (a.verdict, a.decided_by) != (b.verdict, b.decided_by) => {
                Err(show(&case, &format!("{a:?} became {b:?} in another order")))
            }
            _ => Ok(()),
        }
    });
}

#[test]
fn random_cases_reach_every_verdict() {
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::<String, usize>::new());
    check(400, |numbers| {
        let case = case(numbers);
        let found = reference(&case).map(|a| format!("{:?} {:?}", a.verdict, a.decided_by));
        *seen.borrow_mut().entry(found.unwrap_or("too many worlds".into())).or_default() += 1;
        Ok(())
    });
    let seen = seen.into_inner();
    println!("{seen:#?}");
    for verdict in Verdict::ALL {
        assert!(seen.contains_key(&format!("{verdict:?} None")), "{verdict:?} in {seen:?}");
    }
    for caution in ["Silence", "Contradiction"] {
        assert!(seen.contains_key(&format!("Fail Some({caution})")), "{caution} in {seen:?}");
    }
    assert!(seen.get("too many worlds").is_none_or(|n| *n < 100), "{seen:?}");
}
