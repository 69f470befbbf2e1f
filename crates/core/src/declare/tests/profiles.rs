//! Profiles: conditions decided, fields filled in, what meets nothing.

use super::fixture;
use super::show::show;
use crate::declare::{Format, apply, read, read_profile};
use crate::model::FileId;

const DECLARATION: &str = "loans:\n  - borrower: Ann\n    branch: { if: on request, then: UP, else: CE }\n  \
- { borrower: Bob, only if: 'When  asked' }\n  - borrower: Cor\nfines:\n  - name: Ann\n  - name: Bob\n";

/// The facts of the declaration with a profile, and the profile's problems and unmatched entries.
fn with(profile: &str) -> (String, Vec<String>, Vec<String>) {
    let schema = fixture::schema();
    let declared = read(DECLARATION, Format::Yaml, FileId(0), &schema);
    assert!(declared.diagnostics.is_empty(), "{:#?}", declared.diagnostics);
    let (profile_read, problems) = read_profile(profile, Format::Yaml, FileId(1), &schema);
    let applied = apply(&declared.facts, &profile_read, &schema);
    let unmatched = profile_read.unmatched(FileId(1), &applied.unmatched);
    let shown = show(&applied.facts, &schema).replace("start=borrowing~^ ", "");
    let words = |all: Vec<crate::diag::Diagnostic>| {
        all.into_iter().map(|d| format!("{} {}: {}", d.code, d.span.of(profile), d.message.en)).collect()
    };
    (shown, words(problems), words(unmatched))
}

fn check(profile: &str, facts: &str) {
    let (shown, problems, unmatched) = with(profile);
    assert!(problems.is_empty() && unmatched.is_empty(), "{profile}\n{problems:#?}\n{unmatched:#?}");
    assert_eq!(shown, facts, "{profile}");
}

#[test]
fn conditions_are_decided() {
    check(
        "conditions: { On  Request: yes, when asked: nee }",
        "loan…: {borrower=Ann! branch=up! consent=not-given^} {borrower=Cor! consent=not-given^}; \
         fine…: {name=Ann! branch=&loan[0].branch!} {name=Bob!}",
    );
    check(
        "voorwaarden: { on request: false, when asked: true }",
        "loan…: {borrower=Ann! branch=ce! consent=not-given^} {borrower=Bob! consent=not-given^} {borrower=Cor! consent=not-given^}; \
         fine…: {name=Ann! branch=&loan[0].branch!} {name=Bob! branch=&loan[1].branch^}",
    );
}

#[test]
fn fields_are_filled_in_where_the_key_fits() {
    let rest = "branch=(on request ? up : ce)";
    check(
        "policy-profile: 1\nloans: [{ borrower: COR, consent: given }]\ndesk: { strict: yes }",
        &format!(
            "loan…: {{borrower=Ann! {rest} consent=not-given^}} {{if When  asked borrower=Bob! consent=not-given^}} \
             {{borrower=Cor! consent=given!^}}; fine…: {{name=Ann! branch=&loan[0].branch}} {{name=Bob!}}; desk {{strict=yes!^}}"
        ),
    );
}

#[test]
fn what_meets_nothing_is_told() {
    let (_, problems, unmatched) =
        with("loans: [{ borrower: Dan, consent: given }]\nconditions: { sometimes: yes }");
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(unmatched.len(), 2, "{unmatched:#?}");
    assert!(unmatched.iter().any(|m| m.starts_with("P0412 borrower: Dan: `loans[0]`")), "{unmatched:#?}");
    assert!(unmatched.iter().any(|m| m.starts_with("P0412 sometimes: yes: `sometimes`")), "{unmatched:#?}");
}

#[test]
fn a_profile_says_only_what_is_its_own() {
    let (_, problems, _) = with("library: { name: Hall }\nloans: [{ consent: given }]\nconditions: maybe");
    assert_eq!(problems.len(), 3, "{problems:#?}");
    assert!(problems.iter().any(|m| m.starts_with("P0407 name")), "{problems:#?}");
    assert!(problems.iter().any(|m| m.starts_with("P0412 consent: given")), "{problems:#?}");
    assert!(problems.iter().any(|m| m.starts_with("P0404 maybe")), "{problems:#?}");
}
