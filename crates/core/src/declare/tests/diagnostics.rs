//! From a text to what is wrong with it: code, the text at its place, the English message.

use super::fixture::{self, LOAN, REMARK};
use super::show::show;
use crate::declare::{Format, read};
use crate::model::FileId;

fn problems(text: &str, format: Format) -> Vec<(&'static str, String, String)> {
    let read = read(text, format, FileId(0), &fixture::schema());
    let told = read.diagnostics.into_iter();
    told.map(|d| {
        assert!(!d.message.nl.is_empty() && d.message.nl != d.message.en, "{}", d.message.en);
        (d.code, d.span.of(text).to_string(), d.message.en)
    })
    .collect()
}

/// Each text has exactly this one problem; the message contains these words.
fn check(cases: &[(&str, &str, &str, &str)]) {
    for (text, code, at, words) in cases {
        let found = problems(text, Format::Yaml);
        let [(found_code, found_at, message)] = found.as_slice() else { panic!("{text}\n{found:#?}") };
        assert_eq!((*found_code, found_at.as_str()), (*code, *at), "{text}\n{message}");
        assert!(message.contains(words), "{text}\n{message}");
    }
}

#[test]
fn one_mistake_one_located_problem() {
    check(&[
        ("loanz: []", "P0403", "loanz", "unknown record `loanz`: did you mean `loans`?"),
        ("movement: []", "P0403", "movement", "to fill in are: `loan`"),
        (
            "loans: [{ borower: Ann }]",
            "P0403",
            "borower",
            "`loan` has no field `borower`: did you mean `borrower`?",
        ),
        ("library: { shelf: 1 }", "P0403", "shelf", "expected one of `name`, `founded`"),
        ("loans: [{ genre: noval }]", "P0405", "noval", "unknown genre `noval`: did you mean `novel`?"),
        ("loans: [{ branch: ce }]", "P0405", "ce", "unknown branch `ce`: did you mean `CE`?"),
        ("loans: [{ branch: xyzzy }]", "P0405", "xyzzy", "expected one of `Central`"),
        ("loans: [{ genre: Riverside }]", "P0405", "Riverside", "that word is a branch"),
        ("loans: [{ start: handin }]", "P0405", "handin", "unknown event `handin`: did you mean `hand in`?"),
        (
            "loans: [{ term: soon }]",
            "P0404",
            "soon",
            "found `soon`, expected a span of time, such as `13 months`",
        ),
        ("library: { members: many }", "P0404", "many", "expected a whole number"),
        ("library: { founded: soon }", "P0404", "soon", "expected a date"),
        ("library: { founded: 2026-02-30 }", "P0406", "2026-02-30", "not on the calendar"),
        ("library: { founded: { from: 2024-03, to: 2024-01 } }", "P0406", "2024-01", "before the first"),
        ("loans: [{ branch: [CE, UP] }]", "P0404", "[CE, UP]", "{ one of: […] }"),
        ("loans: [{ branch: { source: p } }]", "P0404", "{ source: p }", "as `value: …`"),
        (
            "loans: [{ branch: { value: CE, none: true } }]",
            "P0404",
            "none",
            "`value` and `none` do not go together",
        ),
        ("loans: [{ branch: { valeu: CE } }]", "P0403", "valeu", "did you mean `value`?"),
        ("loans: [{ genre: [{ value: novel, if: rain }] }]", "P0404", "if", "did you mean `only if`?"),
        ("loans: [{ term: { one of: 3 months } }]", "P0404", "3 months", "a list of two to"),
        ("loans: [{ term: { none: false } }]", "P0404", "false", "else leave the key out"),
        ("loans: [{ term: { if: asked } }]", "P0404", "if", "`then: …` is missing"),
        ("loans: { borrower: Ann }", "P0404", "{ borrower: Ann }", "put a `-` before each one"),
        ("loans: Ann", "P0404", "Ann", "a list"),
        ("loans: [Ann]", "P0404", "Ann", "such as `borrower: …`"),
        ("library: [{ name: x }]", "P0404", "[{ name: x }]", "there is one per declaration"),
        ("loans: { never: [{ source: p }] }", "P0404", "{ source: p }", "a mapping of fields"),
        ("loans: [{ consent: given }]", "P0407", "consent", "for the user's own profile"),
        ("desk: { strict: yes }", "P0407", "desk", "for the user's own profile"),
        ("policy-declaration: 2", "P0404", "2", "the version of this format"),
        ("", "P0411", "", "the file is empty"),
        ("# only a remark\n", "P0411", "", "the file is empty"),
        ("just words", "P0404", "just words", "expected keys with values"),
        ("[1, 2]", "P0404", "[1, 2]", "found a list"),
        ("loans: none\n---\nloans: none\n", "P0401", "---", "second document"),
    ]);
}

#[test]
fn doubles_name_both_places() {
    let cases = [
        ("loans: none\nloans: []\n", "loans"),
        ("loans: none\nuitleningen: []\n", "uitleningen"),
        ("loans: [{ borrower: Ann, lener: Bob }]", "lener"),
        ("loans: [{ branch: { value: CE, waarde: UP } }]", "waarde"),
    ];
    for (text, at) in cases {
        let read = read(text, Format::Yaml, FileId(0), &fixture::schema());
        let [double] = read.diagnostics.as_slice() else { panic!("{text}\n{:#?}", read.diagnostics) };
        assert_eq!((double.code, double.span.of(text)), ("P0402", at), "{text}");
        assert!(double.related[0].span.start < double.span.start, "{text}");
    }
    let text = "loans: none\nloans: [{}]\n";
    let facts = read(text, Format::Yaml, FileId(0), &fixture::schema()).facts;
    assert!(facts.lists[LOAN.ix()].complete, "the first one counts");
}

#[test]
fn words_that_other_tools_misread() {
    check(&[
        ("loans: [{ branch: NO }]", "P0409", "NO", "put it in quotes"),
        ("loans: [{ borrower: on }]", "P0409", "on", "put it in quotes"),
        ("remarks: [{ rule: 1.10 }]", "P0409", "1.10", "put it in quotes"),
        ("library: { members: 012 }", "P0409", "012", "put it in quotes"),
    ]);
    let quoted = read("loans: [{ branch: NO }]", Format::Yaml, FileId(0), &fixture::schema());
    assert_eq!(quoted.diagnostics[0].suggestion.as_deref(), Some("\"NO\""));
    for fine in ["loans: [{ branch: \"NO\" }]", "library: { open on sunday: no }", "remarks: [{ rule: 7.4 }]"]
    {
        assert!(problems(fine, Format::Yaml).is_empty(), "{fine}");
    }
}

#[test]
fn listed_although_excluded() {
    check(&[
        (
            "loans: [{ genre: { items: [novel], excluding: [fiction] } }]",
            "P0408",
            "[novel]",
            "as conflicting",
        ),
        (
            "loans: { items: [{ genre: [novel] }], never: [{ genre: fiction }] }",
            "P0408",
            "genre",
            "as disputed",
        ),
        ("loans: { none: true, items: [{ borrower: Ann }] }", "P0408", "none: true", "as disputed"),
    ]);
    let text = "loans: { items: [{ genre: [novel] }], never: [{ genre: fiction }] }";
    let facts = read(text, Format::Yaml, FileId(0), &fixture::schema()).facts;
    assert!(show(&facts, &fixture::schema()).contains("{contested genre=[novel]!"));
}

#[test]
fn what_is_wrong_leaves_its_place_open_and_the_rest_counts() {
    let cases = [
        ("loans: [{ borrower: Ann, branch: xyzzy }]", "loan…: {borrower=Ann! start"),
        ("loans: [{ genre: [novel, noval] }]", "genre=[novel |  | *]"),
        ("loans: { complete: true, items: [{ borrower: Ann }, Bob] }", "loan…:"),
        ("loans: { never: [{ genre: fiction, branch: xyzzy }] }", "loan…:"),
        ("loanz: 1\nlibrary: { name: Hall }", "library {name=Hall!}"),
        ("remarks: [{ reason: { valeu: x } }]", "remark.: {}"),
    ];
    for (text, expected) in cases {
        let read = read(text, Format::Yaml, FileId(0), &fixture::schema());
        assert_eq!(read.diagnostics.len(), 1, "{text}\n{:#?}", read.diagnostics);
        let shown = show(&read.facts, &fixture::schema());
        assert!(shown.contains(expected) && !shown.contains("never"), "{text}\n{shown}");
    }
}

#[test]
fn a_syntax_error_costs_one_entry() {
    let cases = [
        ("loans:\n  - borrower: \"Ann\n    branch: CE\nlibrary:\n  name: Hall\n", "unclosed"),
        ("loans:\n\t- borrower: Ann\nlibrary:\n  name: Hall\n", "tab"),
        ("loans:\n  - [a, b\nlibrary:\n  name: Hall\n", "bracket"),
        ("loans:\n  - borrower: Ann: Lee\nlibrary:\n  name: Hall\n", "colon"),
        ("loans:\n   - borrower: Ann\n  - borrower: Bob\nlibrary:\n  name: Hall\n", "indentation"),
        ("loans:\n  - borrower: *nobody\nlibrary:\n  name: Hall\n", "alias"),
        ("loans:\n  ? [a]\n  : b\nlibrary:\n  name: Hall\n", "key"),
    ];
    for (text, about) in cases {
        let read = read(text, Format::Yaml, FileId(0), &fixture::schema());
        let [error] = read.diagnostics.as_slice() else { panic!("{about}\n{:#?}", read.diagnostics) };
        assert_eq!(error.code, "P0401", "{about}");
        assert!((error.span.start as usize) < text.find("library").unwrap() + 7, "{about} {error:?}");
        assert!(show(&read.facts, &fixture::schema()).contains("name=Hall!"), "{about}");
        assert!(!read.facts.lists[REMARK.ix()].complete || about == "alias" || about == "key", "{about}");
    }
}

#[test]
fn json_is_strict() {
    let cases = [
        ("{\"loans\": [], }", "P0401", "}"),
        ("{\"loans\": none}", "P0401", "o"),
        ("loans: none", "P0401", "l"),
        ("{'loans': []}", "P0401", "'"),
        ("{\"loans\": []", "P0401", "]"),
        ("{\"loans\": [{\"branch\": \"xyzzy\"}]}", "P0405", "\"xyzzy\""),
        ("{\"loans\": [], \"loans\": []}", "P0402", "\"loans\""),
        ("", "P0411", ""),
    ];
    for (text, code, at) in cases {
        let found = problems(text, Format::Json);
        assert_eq!(found.len(), 1, "{text}\n{found:#?}");
        assert_eq!((found[0].0, found[0].1.as_str()), (code, at), "{text}\n{}", found[0].2);
    }
}

#[test]
fn limits_are_problems_too() {
    let deep = format!("loans: {}", "[".repeat(100_000));
    let deep_json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_blocks: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_string();
    for (this, before) in ('b'..='j').zip('a'..='i') {
        let all = vec![format!("*{before}"); 10].join(", ");
        bomb += &format!("{this}: &{this} [{all}]\n");
    }
    for (text, format) in
        [(deep, Format::Yaml), (deep_blocks, Format::Yaml), (bomb, Format::Yaml), (deep_json, Format::Json)]
    {
        let found = problems(&text, format);
        assert!(
            found.iter().any(|(code, ..)| *code == "P0410"),
            "{:.60}\n{:#?}",
            text,
            found.iter().take(5).collect::<Vec<_>>()
        );
    }
    let words: String = (0..20_010).map(|i| format!("- borrower: b{i}\n")).collect();
    let found = problems(&format!("loans:\n{words}"), Format::Yaml);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].1.as_str()), ("P0410", "b20000"));
    let many: String = (0..5_000).map(|i| format!("key{i}: 1\n")).collect();
    assert_eq!(problems(&many, Format::Yaml).len(), 1_001);
}

#[test]
fn keys_in_any_script() {
    check(&[("größe: 1", "P0403", "größe", "unknown record `größe`")]);
    check(&[("loans: [{ 借: Ann }]", "P0403", "借", "has no field `借`")]);
}
