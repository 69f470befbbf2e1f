//! From a text to facts.

use super::fixture::{self, FINE, LIBRARY, LOAN, REMARK};
use super::show::show;
use crate::declare::{Declared, Format, read};
use crate::facts::Value;
use crate::model::{FileId, KindId, TermSet};

fn declared(text: &str) -> Declared {
    read(text, Format::Yaml, FileId(0), &fixture::schema())
}

/// Each text is fine and comes to these facts.
fn check(cases: &[(&str, &str)]) {
    let schema = fixture::schema();
    for (text, expected) in cases {
        let read = declared(text);
        assert!(read.diagnostics.is_empty(), "{text}\n{:#?}", read.diagnostics);
        assert_eq!(show(&read.facts, &schema), *expected, "{text}");
    }
}

/// Loans with one field each: the statement and what it comes to.
fn check_field(cases: &[(&str, &str)]) {
    let schema = fixture::schema();
    for (statement, expected) in cases {
        let text = format!("loans:\n  - {statement}");
        let read = declared(&text);
        assert!(read.diagnostics.is_empty(), "{text}\n{:#?}", read.diagnostics);
        let shown = show(&read.facts, &schema);
        let shown = shown.trim_start_matches("loan…: {").trim_end_matches('}');
        let shown = shown.replace("start=borrowing~^ ", "").replace("consent=not-given^", "");
        assert_eq!(shown.trim(), *expected, "{text}");
    }
}

#[test]
fn values_of_every_type() {
    check_field(&[
        ("borrower: Ann", "borrower=Ann!"),
        ("Lener: \"Ann  Lee\"", "borrower=Ann  Lee!"),
        ("branch: CE", "branch=ce!"),
        ("vestiging: Centraal", "branch=ce!"),
        ("branch: upper_town", "branch=up!"),
        ("genre: roman", "genre=[novel]!"),
        ("genre: [novel, Poëzie]", "genre=[novel,poetry]!"),
        ("term: 13 months", "term=P13M!"),
        ("termijn: 6 weken", "term=P6W!"),
        ("start: inleveren", "start=hand in!"),
        ("start: hand_in", "start=hand in!"),
    ]);
    check(&[
        ("library: { founded: 2024-07 }", "library {founded=2024-07-01..2024-07-31!}"),
        ("library: { founded: 2024 }", "library {founded=2024-01-01..2024-12-31}"),
        ("bibliotheek: { leden: 12, zondag_open: nee }", "library {open on sunday=no! members=12!}"),
        ("library: { open-on-sunday: true }", "library {open on sunday=yes!}"),
        (
            "library: { founded: { from: 2024-01-01, to: 2024-03 } }",
            "library {founded=2024-01-01..2024-03-31}",
        ),
    ]);
}

#[test]
fn states_of_a_field() {
    check_field(&[
        ("branch: none", "branch=none!"),
        ("genre: []", "genre=none!"),
        ("genre: { geen: true }", "genre=none!"),
        ("branch:", ""),
        ("branch: { niet ingevuld: true, quote: \"namelijk …\" }", "branch=?"),
        ("branch: binnenstad", "branch=ce,ri~"),
        ("branch: { one of: [CE, UP] }", "branch=ce,up"),
        ("branch: { excluding: [UP] }", "branch=ce,ri,no"),
        ("branch: some", "branch=*"),
        ("genre: reference", "genre=[ | atlas,dictionary | atlas,dictionary]"),
        ("genre: [novel, reference work]", "genre=[novel | atlas,dictionary | novel,atlas,dictionary]"),
        ("genre: ontspanning", "genre=[novel,poetry]~"),
        ("genre: some", "genre=[ | * | *]"),
        ("genre: { items: [atlas], open: true }", "genre=[atlas |  | *]"),
        ("genre: { excluding: [fiction] }", "genre=[ |  | reference,atlas,dictionary,leisure]"),
        (
            "genre: { lijst: [atlas], uitgezonderd: fictie }",
            "genre=[atlas |  | reference,atlas,dictionary,leisure]",
        ),
        ("term: unlimited", "term=unlimited!"),
        ("term: { onbeperkt: true, bron: x }", "term=unlimited!"),
        ("term: { one of: [3 months, 6 months] }", "term=(P3M or P6M)"),
        ("borrower: { one of: [Ann, Bob] }", "borrower=Ann,Bob"),
        ("branch: { if: \"on request\", then: UP, else: CE }", "branch=(on request ? up : ce)"),
        ("branch: { if: \"on request\", then: UP }", "branch=(on request ? up : ?)"),
        ("branch: { value: UP, only if: asked }", "branch=(asked ? up : ?)"),
        ("branch: { conflicting: [CE, { value: UP, quote: q }] }", "branch=(ce vs up)"),
        ("branch: { conflicting: [CE, Centraal] }", "branch=ce!"),
        ("branch: { value: CE, disputed: true }", "branch=(ce vs none)"),
    ]);
}

#[test]
fn states_of_an_element() {
    check_field(&[
        ("genre: [atlas, { value: novel, source: \"p. 2\" }]", "genre=[novel,atlas]!"),
        ("genre: [atlas, { one of: [novel, poetry] }]", "genre=[atlas | novel,poetry | novel,poetry,atlas]"),
        ("genre: [atlas, { value: novel, only if: asked }]", "genre=(asked ? [novel,atlas] : [atlas])"),
        ("genre: [{ if: asked, then: novel, else: atlas }]", "genre=(asked ? [novel] : [atlas])"),
        ("genre: [atlas, { value: novel, disputed: {source: b} }]", "genre=([novel,atlas] vs [atlas])"),
        ("genre: [atlas, some]", "genre=[atlas |  | *]"),
    ]);
}

#[test]
fn records_and_lists() {
    let item = "start=borrowing~^ consent=not-given^";
    check(&[
        ("loans: none", "loan.:"),
        ("uitleningen: { geen: true, bron: p }", "loan.:"),
        ("loans: [some]", "loan…: {}"),
        ("loans: { enkele: true }", "loan…: {}"),
        (
            "loans: { complete: { source: p }, items: [{ borrower: Ann }] }",
            &format!("loan.: {{borrower=Ann! {item}}}"),
        ),
        ("loans: { volledig: true, lijst: [] }", "loan.:"),
        ("loans: { items: [] }", "loan…:"),
        ("loans: { undeclared: true }", ""),
        ("loans:", ""),
        (
            "loans: [{ borrower: Ann, only if: asked }, { borrower: Bob, betwist: { bron: p } }]",
            &format!("loan…: {{if asked borrower=Ann! {item}}} {{contested borrower=Bob! {item}}}"),
        ),
        (
            "loans: { never: [{ genre: fiction, branch: [CE, binnenstad], source: p }] }",
            "loan…: never(genre=fiction,novel,poetry branch=ce,ri)",
        ),
        (
            "remarks: [{ rule: 7.4 }, { regel: artikel 7 lid 5 }]",
            "remark.: {rule=7.4! reason=none^} {rule=artikel 7 lid 5! reason=none^}",
        ),
        (
            "library: none",
            "library {name=none! founded=none! open on sunday=none! members=none! precedence=none!}",
        ),
        ("policy-declaration: 1\ndocument: { title: x }\nnote: y\nx-mine: [1]", ""),
    ]);
}

#[test]
fn unsaid_is_open_written_is_absent() {
    let facts = declared("note: nothing").facts;
    let list = |record: crate::model::RecordId| &facts.lists[record.ix()];
    assert!(!list(LOAN).said && !list(LOAN).complete && list(LOAN).items.is_empty());
    assert!(!list(REMARK).said && list(REMARK).complete);
    assert_eq!(list(LIBRARY).items.len(), 1);
    assert!(list(LIBRARY).items[0].fields.iter().all(|f| f.absent && f.value == Value::Undeclared));
}

#[test]
fn one_word_one_bit() {
    let facts = declared("loans: [{borrower: Ann}, {borrower: 'ANN '}, {borrower: Bob}]").facts;
    let name = |item: usize| facts.lists[LOAN.ix()].items[item].fields[0].value.clone();
    assert_eq!(name(0), name(1));
    assert_ne!(name(0), name(2));
    let facts = declared("remarks: [{rule: 7(4)}, {rule: 7 lid 4}, {rule: house 7.4}]").facts;
    let rule = |item: usize| facts.lists[REMARK.ix()].items[item].fields[0].value.clone();
    assert_eq!(rule(0), rule(1));
    assert_eq!(rule(2), Value::One(crate::model::TermSet::one(0)), "a provision the pack names has its bit");
}

#[test]
fn a_provision_without_an_instrument_is_one_of_its_kind() {
    let facts = declared(
        "remarks: [{clause: 7(4)}, {clause: House rules 7.4}, {clause: house rules art. 7 lid 4}, {clause: Code 7(4)}]",
    )
    .facts;
    let clause = |item: usize| facts.lists[REMARK.ix()].items[item].fields[3].value.clone();
    assert_eq!(clause(0), clause(1));
    assert_eq!(clause(0), clause(2));
    assert_ne!(clause(0), clause(3));
}

/// Each statement on a remark and what the remark comes to; what the fixture says itself is left out.
fn check_remark(loans: &str, cases: &[(&str, &str)]) {
    let schema = fixture::schema();
    for (statement, expected) in cases {
        let text = format!("{loans}\nremarks: [{statement}]");
        let read = declared(&text);
        assert!(read.diagnostics.is_empty(), "{text}\n{:#?}", read.diagnostics);
        let shown = show(&read.facts, &schema);
        let remark = shown.split("{reason=none^").nth(1).unwrap().trim_end_matches('}');
        assert_eq!(remark.trim(), *expected, "{text}");
    }
}

#[test]
fn a_set_stands_for_all_of_it_where_the_field_says_so() {
    check_remark(
        "",
        &[
            ("{area: binnenstad}", "area=[ce,ri]!"),
            ("{area: [binnenstad, UP]}", "area=[ce,ri,up]!"),
            ("{area: UP}", "area=[up]!"),
        ],
    );
}

#[test]
fn a_field_is_read_as_that_of_all_records_that_share_a_term() {
    let loans = "loans: {complete: true, items: [{genre: novel, places: [CE]}, {genre: [novel, atlas], places: [RI]}, {genre: poetry, places: [UP]}]}";
    check_remark(
        loans,
        &[
            ("{subject: novel}", "subject=[novel]! spread=[ce,ri]~^"),
            ("{subject: poetry, spread: RI}", "subject=[poetry]! spread=[ri]!"),
            ("{subject: fiction}", "subject=[fiction]! spread=[ce,ri,up]~^"),
            ("{subject: dictionary}", "subject=[dictionary]!"),
        ],
    );
    let open = "loans: [{genre: novel, places: [CE]}]";
    check_remark(
        open,
        &[
            ("{subject: novel}", "subject=[novel]! spread=[ce |  | *]~^"),
            ("{subject: atlas}", "subject=[atlas]!"),
        ],
    );
}

#[test]
fn derived_fields_are_joined() {
    let text = "loans: [{borrower: Ann, branch: UP}, {borrower: Bob}, {borrower: Bob, branch: CE}]\n\
                fines: [{name: ann}, {name: Cor}, {name: Ann, branch: CE}, {name: Bob}]";
    let schema = fixture::schema();
    let facts = declared(text).facts;
    let shown = show(&facts, &schema);
    let fines = shown.split("fine…:").nth(1).unwrap();
    assert_eq!(
        fines,
        " {name=Ann! branch=&loan[0].branch!} {name=Cor!} {name=Ann! branch=ce!} {name=Bob! branch=(&loan[1].branch or &loan[2].branch)^}"
    );
    assert_eq!(
        facts.lists[FINE.ix()].items[0].fields[1].node,
        facts.lists[LOAN.ix()].items[0].fields[2].node
    );
}

#[test]
fn precedence_settles_contradictions() {
    let with = |order: &str| {
        format!(
            "loans:\n - branch: {{ conflicting: [{{value: CE, part: annex 1}}, {{value: UP, part: contract}}] }}\n\
             library: {{ precedence: {order} }}"
        )
    };
    let branch = |text: &str| {
        let shown = show(&declared(text).facts, &fixture::schema());
        shown.split("branch=").nth(1).unwrap().split(" start").next().unwrap().to_string()
    };
    assert_eq!(branch(&with("[contract, annex 1]")), "up!");
    assert_eq!(branch(&with("{ items: [bijlage 1, contract], source: p }")), "ce!");
    assert_eq!(branch(&with("[contract]")), "(ce vs up)");
    assert_eq!(branch(&with("")), "(ce vs up)");
    let disputed = "library: { precedence: [contract, annex 1] }\n\
                    loans:\n - { borrower: Ann, part: contract, disputed: { part: annex 1 } }\n \
                    - { borrower: Bob, part: annex 1, disputed: { part: contract } }";
    let facts = declared(disputed).facts;
    assert_eq!(facts.lists[LOAN.ix()].items.len(), 1, "a denied record is not there");
}

#[test]
fn sources_are_inherited_with_their_quotation() {
    let text = "loans:\n  source: list\n  items:\n    - borrower: Ann\n      branch: { value: CE, source: own }\n      \
                source: row\n      quote: words\n    - genre: [atlas, { value: novel, source: cell }]";
    let read = declared(text);
    let note = |item: usize, field: usize| {
        read.notes.get(read.facts.lists[LOAN.ix()].items[item].fields[field].node)
    };
    let cite = |item, field| (note(item, field).source.unwrap_or_default(), note(item, field).quote);
    assert_eq!(cite(0, 0), ("row".into(), Some("words".into())));
    assert_eq!(cite(0, 2), ("own".into(), None));
    assert_eq!(cite(1, 1), ("cell".into(), None));
    assert_eq!(note(0, 2).path, "loans[0].branch");
    assert_eq!(note(0, 2).span.of(text), "CE");
    assert_eq!(note(0, 3).span.of(text), "borrower: Ann", "what is absent shows at its record");
}

#[test]
fn words_for_the_command_line() {
    let read = declared("library: { name: \"Reading Room\" }");
    let schema = fixture::schema();
    assert_eq!(read.word_of(&schema, "library", "name").as_deref(), Some("Reading Room"));
    assert_eq!(read.word_of(&schema, "library", "founded"), None);
    assert_eq!(read.word_of(&schema, "shelf", "name"), None);
}

#[test]
fn aliases_bom_crlf_and_json() {
    let plain = declared("loans:\n- borrower: Ann\n  branch: CE\n- borrower: Bob\n  branch: CE\n").facts;
    let same = [
        "\u{feff}loans:\r\n- borrower: Ann\r\n  branch: CE\r\n- borrower: Bob\r\n  branch: CE\r\n",
        "loans:\n- borrower: Ann\n  branch: &c CE\n- borrower: Bob\n  branch: *c\n",
        "# remark\n\nloans:   # two\n\n- {borrower: Ann, branch: CE}\n- {borrower: Bob, branch: CE}\n",
    ];
    for text in same {
        let read = declared(text);
        assert!(read.diagnostics.is_empty(), "{text}\n{:?}", read.diagnostics);
        assert_eq!(read.facts, plain, "{text}");
    }
    let json = "{\n\t\"loans\": [\n\t\t{\"borrower\": \"Ann\", \"branch\": \"CE\"},\n\t\t{\"borrower\":\"Bob\",\"branch\":\"CE\"}\n\t]\n}\n";
    let read = read(json, Format::Json, FileId(0), &fixture::schema());
    assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
    assert_eq!(read.facts, plain);
}

#[test]
fn a_group_named_elsewhere_is_what_the_home_of_its_kind_lists_under_it() {
    const WIDE: &[u32] = &[4, 5];
    let cases: &[(&str, &str, &[u32])] = &[
        ("a complete home", "{ complete: true, items: [{ genre: [atlas, novel] }] }", &[4]),
        ("two that are listed", "{ complete: true, items: [{ genre: atlas }, { genre: dictionary }] }", WIDE),
        ("an open home", "[{ genre: [atlas, novel] }]", WIDE),
        ("nothing under it", "{ complete: true, items: [{ genre: novel }] }", WIDE),
        ("the group itself", "{ complete: true, items: [{ genre: reference work }] }", WIDE),
        (
            "a record without the field",
            "{ complete: true, items: [{ genre: atlas }, { borrower: Ann }] }",
            WIDE,
        ),
        (
            "a doubt under it",
            "{ complete: true, items: [{ genre: atlas }, { genre: { one of: [dictionary, novel] } }] }",
            WIDE,
        ),
    ];
    let mut schema = fixture::schema();
    schema.records[LOAN.ix()].home_of = vec![KindId(1)];
    for (why, loans, expected) in cases {
        let text = format!("loans: {loans}\nremarks:\n  - subject: [poetry, reference work]\n");
        let read = read(&text, Format::Yaml, FileId(0), &schema);
        assert!(read.diagnostics.is_empty(), "{text}\n{:#?}", read.diagnostics);
        let remark = &read.facts.lists[REMARK.ix()].items[0];
        let (value, reading) = remark
            .fields
            .iter()
            .find_map(|f| match &f.value {
                Value::Set(set) => Some((set, &f.reading)),
                _ => None,
            })
            .expect("a subject");
        let some: TermSet = expected.iter().copied().collect();
        assert_eq!((&value.some_of, &value.may), (&vec![some.clone()], &some.or(&TermSet::one(2))), "{why}");
        assert_eq!(reading.is_some(), *expected != WIDE, "{why}");
    }
}
