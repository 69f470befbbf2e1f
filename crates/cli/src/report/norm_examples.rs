//! The examples on the page of a rule: its first tests with a pass and with a fail, run, with what came out.

use std::collections::BTreeMap;

use policy_core::lang::Lang;
use policy_core::model::{Expected, Rule, TestCase};
use policy_core::report::Explained;
use policy_core::verdict::{Caution, Outcome, Verdict};
use policy_db::engine::Detail;

use super::norm::Book;

/// An example that passes and one that fails.
pub fn examples(book: &mut Book, index: usize) -> String {
    let rule = book.rule(index);
    let lang = book.lang;
    let heads = [
        (Verdict::Pass, ("Een voorbeeld dat voldoet", "An example that passes")),
        (Verdict::Fail, ("Een voorbeeld dat niet voldoet", "An example that fails")),
    ];
    let mut out = String::new();
    for (verdict, (nl, en)) in heads {
        let tests = book.tests_of(rule);
        let Some(case) = tests.into_iter().find(|case| expects(case, rule, verdict)) else { continue };
        out.push_str(&book.heading(nl, en));
        out.push_str(&format!("{}\n\n", case.title));
        out.push_str(&declaration(case, rule, verdict, lang));
        let runner = &mut book.runner;
        let came =
            book.came.entry((index, verdict)).or_insert_with(|| runner.explained(case, index, Detail::Full));
        out.push_str(&said(&came.0, &came.1, lang));
    }
    out
}

fn expects(case: &TestCase, rule: &Rule, verdict: Verdict) -> bool {
    let outcome = Expected::Verdict(verdict);
    case.expects.iter().any(|expect| expect.rule == rule.id && expect.outcome == outcome)
}

/// The declaration and its profile, marked so that a reader of the page can run them.
fn declaration(case: &TestCase, rule: &Rule, verdict: Verdict, lang: Lang) -> String {
    let mut out = String::new();
    let mut flags = String::from("declaration");
    if let Some(profile) = &case.profile {
        let head = lang.pick("Het profiel:", "The profile:");
        out.push_str(&format!(
            "{head}\n\n```yaml profile name={}\n{}```\n\n",
            verdict.word(),
            block(&profile.text)
        ));
        flags.push_str(&format!(" with={}", verdict.word()));
    }
    if let Some(day) = case.as_of {
        flags.push_str(&format!(" as-of={day}"));
    }
    flags.push_str(&format!(" eval {}={}", rule.id, verdict.word()));
    out + &format!("```yaml {flags}\n{}```\n", block(&case.given.text))
}

/// A text block without the margin that all of its lines share.
fn block(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().skip_while(|line| line.trim().is_empty()).collect();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let margin = filled.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    lines.iter().map(|line| format!("{}\n", line.get(margin..).unwrap_or_default())).collect()
}

/// What the program says of an example.
fn said(outcome: &Outcome, findings: &[Explained], lang: Lang) -> String {
    let mut out = format!("\n{}\n\n", lang.pick("Het programma zegt:", "The program says:"));
    for finding in findings.iter().filter(|finding| finding.verdict == outcome.verdict) {
        out.push_str(&format!("- {}: {}\n", word(finding.verdict, lang), finding.reason.get(lang)));
        for (_, value) in &finding.settings {
            let head = lang.pick("instelling", "setting");
            out.push_str(&format!("  - {head}: {}\n", value.get(lang)));
        }
        for reading in &finding.readings {
            let head = lang.pick("lezing", "reading");
            out.push_str(&format!("  - {head}: {}\n", reading.get(lang)));
        }
    }
    let caution = outcome.decided_by.map(|caution| match caution {
        Caution::Silence => lang.pick("Zwijgen gaf de doorslag.", "Silence decided it."),
        Caution::Contradiction => {
            lang.pick("Een tegenspraak gaf de doorslag.", "A contradiction decided it.")
        }
    });
    out + &caution.map_or_else(String::new, |caution| format!("\n{caution}\n"))
}

fn word(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Pass => lang.pick("voldoet", "passes"),
        Verdict::Fail => lang.pick("voldoet niet", "fails"),
        Verdict::Unknown => lang.pick("onbekend", "unknown"),
        Verdict::NotApplicable => lang.pick("niet van toepassing", "not applicable"),
    }
}

/// Which verdicts the tests of the rule reach, and how often.
pub fn tested(book: &Book, index: usize) -> String {
    let (rule, lang) = (book.rule(index), book.lang);
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for case in book.tests_of(rule) {
        for expect in case.expects.iter().filter(|expect| expect.rule == rule.id) {
            if let Expected::Verdict(verdict) = expect.outcome {
                *counts.entry(verdict).or_default() += 1;
            }
        }
    }
    if counts.is_empty() {
        return String::new();
    }
    let words = counts.iter().map(|(verdict, count)| format!("{} ({count})", word(*verdict, lang)));
    let list = words.collect::<Vec<_>>().join(", ");
    let head = lang.pick("Toetsen", "Tests");
    let says = lang.pick("De toetsen van deze norm komen uit op: ", "The tests of this norm come to: ");
    format!("\n## {head}\n\n{says}{list}.\n")
}
