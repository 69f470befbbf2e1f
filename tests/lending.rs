//! The engine knows no school: the lending rules of a library run on the same binary, in two languages.

mod support;

use policy_db::packs::{self, Wanted};
use policy_db::{Database, queries};
use support::{Ran, policy, tests};

/// The rules in English with their Dutch twins.
const TWINS: [(&str, &str); 5] = [
    ("loans.rare", "uitlening.zeldzaam"),
    ("loans.period", "uitlening.termijn"),
    ("loans.city", "uitlening.stad"),
    ("books.shelf", "boek.standplaats"),
    ("members.known", "leden.bekend"),
];

fn eval(as_of: &str) -> Ran {
    let arguments = ["eval", "lending", "-p", "lending", "--as-of", as_of, "--format", "json"];
    policy(&tests(), &arguments)
}

#[test]
fn verdicts_are_those_worked_out_by_hand() {
    // In the order of the rules above: rare, period, city, shelf, known.
    let by_hand = [
        // A guest takes a first edition, which is a rare book, without deposit; thirty days are more than 21; the
        // book bus is outside the city library but asks for a card; the one rare book stands in the centre; the one
        // guest has a name.
        ("riverside", ["fail", "fail", "pass", "pass", "pass"]),
        // The guest's rare book goes with cash; 2 weeks and 21 days; the harbour belongs to the city library; there
        // are no books at all; an unlisted guest may lack a name.
        ("haven", ["pass", "pass", "pass", "not-applicable", "unknown"]),
        // Unlisted loans may be anything; a loan without end is too long whatever else there is; the deposit at the
        // bus is not stated; of books and members nothing is said.
        ("book-bus", ["unknown", "fail", "unknown", "unknown", "unknown"]),
    ];
    let ran = eval("2026-11-22");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    for (name, verdicts) in by_hand {
        let file = format!("lending/{name}.declaration.yaml");
        for ((english, dutch), expected) in TWINS.iter().zip(verdicts) {
            assert_eq!(ran.verdict(&file, english), expected, "{english} on {name}");
            assert_eq!(ran.verdict(&file, dutch), expected, "{dutch} on {name}");
        }
    }
}

#[test]
fn lists_are_read_as_of_a_date() {
    // Before 2026 the harbour was outside the city library, and its loan goes without a card.
    let before = eval("2025-12-31");
    assert_eq!(before.verdict("lending/haven.declaration.yaml", "loans.city"), "fail");
    assert_eq!(before.verdict("lending/haven.declaration.yaml", "uitlening.stad"), "fail");
}

#[test]
fn twins_have_one_meaning() {
    let mut db = Database::default();
    let loaded =
        packs::load(&mut db, &[Wanted::Path(tests().join("lending"))], &|path| path.display().to_string());
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    db.set_packs(loaded.policies, loaded.selected);
    let rules = queries::bare_rules(&db, db.project());
    for (english, dutch) in TWINS {
        let find =
            |id: &str| rules.iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule `{id}`"));
        assert_eq!(find(english).sentences, find(dutch).sentences, "{english} and {dutch}");
    }
}

#[test]
fn the_pack_has_no_mistakes_and_its_tests_pass() {
    let checked = policy(&tests(), &["check", "lending", "--deny-warnings"]);
    assert_eq!(checked.code, Some(0), "{}{}", checked.stdout, checked.stderr);
    let tested = policy(&tests(), &["test", "-p", "lending"]);
    assert_eq!(tested.code, Some(0), "{}{}", tested.stdout, tested.stderr);
}

#[test]
fn a_terminal_shows_both_sides() {
    let ran = policy(
        &tests(),
        &["eval", "lending/riverside.declaration.yaml", "-p", "lending", "--as-of", "2026-11-22"],
    );
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let quotes = [
        "no loan of rare books to guests without deposit",
        "deposit: none",
        "Ask for a deposit at the desk.",
    ];
    for quote in quotes {
        assert!(ran.stdout.contains(quote), "`{quote}` is not in\n{}", ran.stdout);
    }
}
