//! A lending library: what it lowers to, and each mistake once, at its place.

use jiff::civil::{Date, date};
use policy_syntax::parse;

use super::*;
use crate::lang::Lang;
use crate::model::*;
use crate::verdict::Verdict;

const LIBRARY: &str = r#"
policy library "Library" { version 1.2.0; contradiction fails; vendor branch.name }
rule loans.members { no loan }

kind person { nl "persoon", "personen"; en "person", "persons" }
kind place { nl "plaats", "plaatsen"; en "place", "places" }
kind right { nl "recht"; en "right" }
kind level { nl "niveau"; en "level"; ordered }
kind matter { nl "stof"; en "matter" }

term reader : person { nl "lezer", "lezers"; en "reader", "readers"; also nl "gebruiker", "gebruikers" }
term member : person { nl "lid", "leden"; en "member", "members"; under reader }
term youth : person { nl "jeugdlid"; en "junior"; under member; code "JL" }
term north : place { nl "noord"; en "north" }
term south : place { nl "zuid"; en "south"; link "https://example.org/south" }
term west : place { nl "west"; en "west" }
term card : right { nl "pas"; en "card" }
term deposit : right { nl "borg"; en "deposit" }
term local : right { nl "lokaal"; en "local"; means place within city }
term low : level { nl "laag"; en "low level" }
term high : level { nl "hoog"; en "high level" }
term matter : matter { nl "gegevens"; en "data"; compound nl "{person}gegevens"; compound en "{person} data" }
term address : matter { nl "adres"; en "address"; under matter; definition nl "Waar iemand woont." }
term contact : matter { nl "bereikbaarheid"; en "reachability"; under matter; stands for address; group }

set city : place { nl "stad"; en "city"; members north, south; members west from 2020-01-01 until 2021-01-01 source "list" }
set region : place {
  nl "streek"; en "region"
  members city from 2020-06-01 through 2026-12-31
  members west if right includes card or deposit
  complete through 2026-11-22
  source "the region"
}

event start { nl "begin"; en "start" }
event return { nl "inlevering"; en "return"; after start }
event closure { nl "sluiting"; en "closure"; after return }

record branch { nl "filiaal", "filialen"; en "branch", "branches"; single; field name : text { nl "naam"; en "name" } }
record movement {
  nl "beweging"; en "movement"; abstract; home of person; key member, place
  field member : person many main { nl "lid"; en "member" }
  field place : place { nl "plaats"; en "place" }
  field right : right { nl "recht"; en "right"; default card }
}
record loan : movement {
  nl "uitlening", "uitleningen"; en "loan", "loans"
  rename place to shelf { nl "plank"; en "shelf" }
  field term : duration { nl "termijn"; en "term"; counts from since; minimum }
  field since : event { nl "sinds"; en "since"; read as start }
  field right : right { derived from renewal where member = member reads right }
}
record renewal : loan { nl "verlenging"; en "renewal"; written; owner profile; field agreed : answer { nl "akkoord"; en "agreed"; default no } }

setting longest { nl "langste termijn"; en "longest term"; value 13 months }
setting allowed { nl "toegestaan"; en "allowed"; value terms north, south }
define young-loans { nl "jeugdleningen"; en "junior loans"; over loan; means youth }
question movement.member { nl "Welk lid?"; en "Which member?" }
test loans.members "a card is enough" {
  given """
    loans: none
    """
  profile "branch: {}"
  as of 2026-11-22
  expect pass, loans.members waived
  expect missing "loans[0].term"
}
waive loans.members for "North branch" until 2027-01-01 { reason "moving"; owner "the board" }
"#;

fn lower(texts: &[(&str, u32)]) -> Lowered {
    let trees: Vec<_> = texts.iter().map(|(text, _)| parse(text)).collect();
    let sources: Vec<Source<'_>> = (texts.iter().zip(&trees).enumerate())
        .map(|(i, ((text, pack), tree))| Source { file: FileId(i as u32), tree, text, pack: *pack })
        .collect();
    schema(&sources)
}

fn library() -> Schema {
    let lowered = lower(&[(LIBRARY, 0)]);
    assert_eq!(lowered.diagnostics, [], "the library is without mistakes");
    lowered.schema
}

fn term(schema: &Schema, name: &str) -> Term {
    schema.terms.iter().find(|t| t.name == name).cloned().expect(name)
}

fn bits(schema: &Schema, names: &[&str]) -> TermSet {
    names.iter().map(|name| term(schema, name).bit).collect()
}

#[test]
fn the_built_in_kinds_come_first() {
    let empty = lower(&[]).schema;
    let names: Vec<&str> = empty.kinds.iter().map(|k| k.name.as_str()).collect();
    assert_eq!(names, ["text", "answer", "provision", "version"]);
    assert_eq!(empty.kind("provision"), Some(builtin::PROVISION));
    assert_eq!(empty.term_of_bit(builtin::ANSWER, builtin::YES).map(|t| t.name.as_str()), Some("yes"));
    assert!(empty.kinds.iter().all(|k| k.open == (k.name != "answer")));
}

#[test]
fn headers_become_packs() {
    let schema = library();
    let [pack] = schema.packs.as_slice() else { panic!("one pack") };
    assert_eq!((pack.name.as_str(), pack.version.as_str()), ("library", "1.2.0"));
    assert_eq!(pack.title.get(Lang::Nl), Some("Library"));
    assert!(pack.contradiction_fails);
    assert_eq!(schema.vendor, Some((RecordId(0), FieldId(0))));
}

#[test]
fn terms_know_what_is_under_them() {
    let schema = library();
    assert_eq!(term(&schema, "reader").under, bits(&schema, &["reader", "member", "youth"]));
    assert_eq!(term(&schema, "youth").under, bits(&schema, &["youth"]));
    assert_eq!(term(&schema, "youth").code.as_deref(), Some("JL"));
    assert_eq!(term(&schema, "reader").labels.nl_also[0], ["gebruiker", "gebruikers"]);
    let contact = term(&schema, "contact");
    assert_eq!((contact.stands_for, contact.group), (Some(bits(&schema, &["address"])), true));
    let data = term(&schema, "matter");
    assert_eq!(
        (data.compounds_nl.as_slice(), data.compounds_en.as_slice()),
        (&["{person}gegevens".to_string()][..], &["{person} data".to_string()][..])
    );
    assert_eq!(term(&schema, "local").means, Some(("place".to_string(), SetId(0))));
}

#[test]
fn sets_inside_sets_are_written_out() {
    let schema = library();
    let region = &schema.sets[1];
    let found: Vec<(TermSet, Option<Date>, Option<Date>)> =
        region.members.iter().map(|m| (m.terms.clone(), m.from, m.until)).collect();
    let (day, next) = (date(2020, 6, 1), date(2027, 1, 1));
    assert_eq!(found[0], (bits(&schema, &["north", "south"]), Some(day), Some(next)));
    assert_eq!(found[1], (bits(&schema, &["west"]), Some(day), Some(date(2021, 1, 1))));
    assert_eq!(found[2], (bits(&schema, &["west"]), None, None));
    assert_eq!(region.members[1].source.as_deref(), Some("list"));
    let condition = Some(("right".to_string(), bits(&schema, &["card", "deposit"])));
    assert_eq!(region.members[2].condition, condition);
    assert_eq!(region.complete_through, Some(date(2026, 11, 22)));
}

#[test]
fn the_order_of_events_is_closed() {
    let schema = library();
    let closure = schema.event("closure").expect("closure");
    assert_eq!(schema.events[closure.ix()].not_before, [EventId(0), EventId(1), EventId(2)]);
    assert!(!schema.not_later(closure, EventId(0)));
}

#[test]
fn children_repeat_their_parents_fields() {
    let schema = library();
    let id = |name: &str| schema.record(name).expect(name);
    let names =
        |r: RecordId| schema.records[r.ix()].fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names(id("movement")), ["member", "place", "right"]);
    assert_eq!(names(id("renewal")), ["member", "shelf", "right", "term", "since", "agreed"]);
    assert_eq!(schema.records[id("movement").ix()].children, [id("loan"), id("renewal")]);
    let renewal = &schema.records[id("renewal").ix()];
    assert_eq!(renewal.fields[1].labels.nl, ["plank"]);
    assert_eq!(renewal.key, [FieldId(0), FieldId(1)], "the key is inherited");
    assert_eq!(renewal.fields[3].counts_from, Some(FieldId(4)));
    assert_eq!(renewal.fields[4].default, Default::ReadAs(0));
    assert_eq!(
        (renewal.fields[5].owner, &renewal.fields[5].default),
        (Owner::Profile, &Default::Term(builtin::NO))
    );
    assert_eq!(renewal.fields[0].owner, Owner::Vendor, "an inherited field keeps its owner");
}

#[test]
fn a_child_can_say_an_inherited_field_anew() {
    let schema = library();
    let record = |name: &str| &schema.records[schema.record(name).expect(name).ix()];
    let (movement, loan, renewal) = (record("movement"), record("loan"), record("renewal"));
    let join = Derived {
        record: schema.record("renewal").expect("renewal"),
        other_key: FieldId(0),
        key: FieldId(0),
        field: FieldId(2),
    };
    assert_eq!(movement.fields[2].derived, None);
    assert_eq!((loan.fields[2].derived, renewal.fields[2].derived), (Some(join), Some(join)));
    assert_eq!(loan.fields[2].labels.en, ["right"], "what it does not say stays");
    assert_eq!(loan.fields[2].default, Default::Term(0));
}

/// Of two joins on one field the nearest counts.
#[test]
fn a_join_reaches_the_children_that_have_none_of_their_own() {
    let field = "field right : right { derived from";
    let text = format!(
        "{LIBRARY}record a {{ field key : person; {field} loan where member = key reads right }} }}\n\
         record b : a {{ {field} renewal where member = key reads right }} }}\n\
         record c : a {{ single }}\nrecord d : b {{ single }}"
    );
    let lowered = lower(&[(&text, 0)]);
    assert_eq!(lowered.diagnostics, []);
    let from = |name: &str| {
        let record = &lowered.schema.records[lowered.schema.record(name).expect(name).ix()];
        record.fields[1].derived.map(|d| lowered.schema.records[d.record.ix()].name.as_str())
    };
    assert_eq!(["a", "b", "c", "d"].map(from), ["loan", "renewal", "loan", "renewal"].map(Some));
}

#[test]
fn settings_defines_and_questions() {
    let schema = library();
    assert_eq!(schema.settings[0].value, SettingValue::Duration(Duration::Months(13)));
    let place = schema.kind("place").expect("place");
    assert_eq!(schema.settings[1].value, SettingValue::Terms(place, bits(&schema, &["north", "south"])));
    assert_eq!(schema.defines[0].record, schema.record("loan"));
    assert_eq!(schema.terms[schema.defines[0].terms[0].ix()].name, "youth");
    let asked = |name| schema.questions.get(&(schema.record(name).expect("record"), FieldId(0)));
    assert_eq!(asked("renewal").and_then(|t| t.en.as_deref()), Some("Which member?"), "for children too");
}

#[test]
fn a_later_pack_replaces_a_setting_and_keeps_its_labels() {
    let later = lower(&[("setting longest { value 2 weeks }", 1), (LIBRARY, 0)]);
    assert_eq!(later.diagnostics, []);
    let setting = &later.schema.settings[0];
    assert_eq!(setting.value, SettingValue::Duration(Duration::Hours(336)));
    assert_eq!(
        (setting.labels.en.as_slice(), setting.origin.file),
        (&["longest term".to_string()][..], FileId(0))
    );
}

#[test]
fn tests_and_waivers_keep_their_texts_and_places() {
    let lowered = lower(&[(LIBRARY, 0)]);
    let [test] = lowered.tests.as_slice() else { panic!("one test") };
    let text = &LIBRARY[test.given.offset as usize..];
    assert!(text.starts_with(&test.given.text) && test.given.text.contains("loans: none"));
    let profile = test.profile.as_ref().expect("profile");
    assert!(LIBRARY[profile.offset as usize..].starts_with("branch: {}\""));
    assert_eq!(test.as_of, Some(date(2026, 11, 22)));
    let expects: Vec<_> = test.expects.iter().map(|e| (e.rule.as_str(), e.outcome)).collect();
    let pass = Expected::Verdict(Verdict::Pass);
    assert_eq!(expects, [("loans.members", pass), ("loans.members", Expected::Waived)]);
    assert_eq!(test.missing, ["loans[0].term"]);
    let [waiver] = lowered.waivers.as_slice() else { panic!("one waiver") };
    assert!(waiver.in_force(date(2026, 12, 31)) && !waiver.in_force(date(2027, 1, 1)));
}

/// Each mistake: the text added to the library, the code, the text it points at, words of the message, and what
/// it suggests. A text in another pack begins with `@`.
const MISTAKES: &[(&str, &str, &str, &str, Option<&str>)] = &[
    ("term x : persn { }", "P0201", "persn", "unknown kind `persn`: did you mean `person`?", Some("person")),
    ("term x : person { under membr }", "P0201", "membr", "did you mean `member`?", Some("member")),
    ("term x : person { under `juniro` }", "P0201", "`juniro`", "unknown term `juniro`", None),
    (
        "term x : person { under north }",
        "P0203",
        "north",
        "is a term of the kind `place`, expected `person`",
        None,
    ),
    ("record x : moevment { }", "P0201", "moevment", "unknown record", Some("movement")),
    ("record x : loan { key shelff }", "P0201", "shelff", "unknown field", Some("shelf")),
    (
        "record x { field a : duration { counts from b }; field b : text }",
        "P0203",
        "b",
        "not a field with an event",
        None,
    ),
    (
        "record x { field a : text { minimum } }",
        "P0203",
        "a",
        "`minimum` only fits a field that holds a duration",
        None,
    ),
    ("record x { field a : date many }", "P0203", "a", "`many` only fits", None),
    ("record x { field a : right main; field b : right main }", "P0207", "b", "already a main field", None),
    ("record x { field a : text; field a : text }", "P0202", "a", "already a field `a`", None),
    ("record x : loan { field right : level }", "P0203", "right", "another type in the parent", None),
    ("record x : loan { rename place to spot }", "P0201", "place", "unknown field `place`", None),
    ("record x { field a : date { default card } }", "P0203", "card", "cannot be the value", None),
    (
        "record x { field a : right { derived from loan where term = a reads right } }",
        "P0203",
        "a",
        "not of the same type",
        None,
    ),
    ("event x { after strat }", "P0201", "strat", "unknown event", Some("start")),
    ("set x : place { members nroth }", "P0201", "nroth", "unknown term or set", Some("north")),
    (
        "set x : place { members north if rihgt includes card }",
        "P0201",
        "rihgt",
        "unknown field",
        Some("right"),
    ),
    (
        "set x : place { members region if right includes card }",
        "P0208",
        "region",
        "already have a condition",
        None,
    ),
    ("set north : place { members north }", "P0202", "north", "also a term", None),
    ("term x : right { means level within city }", "P0201", "level", "unknown field", None),
    ("term x : right { means right within city }", "P0203", "city", "does not hold that kind", None),
    ("term x : answer { }", "P0203", "answer", "only yes and no", None),
    ("kind person { }", "P0202", "person", "already a kind `person`", None),
    ("kind date { }", "P0202", "date", "built in", None),
    ("kind text { }", "P0202", "text", "built in", None),
    ("term north : place { }", "P0202", "north", "already a term", None),
    ("record loan { }", "P0202", "loan", "already a record", None),
    ("event start { }", "P0202", "start", "already an event", None),
    ("setting longest { value 3 }", "P0202", "longest", "already a setting", None),
    ("@setting longest { value 3 }", "P0203", "3", "is a span of time", None),
    ("define young-loans { means youth }", "P0202", "young-loans", "already a definition", None),
    (
        "term x : place { nl \"Noord\"; en \"x\" }",
        "P0202",
        "\"Noord\"",
        "the label `Noord` is already in use",
        None,
    ),
    ("term x : person { under y }; term y : person { under x }", "P0210", "x", "leads back to itself", None),
    ("event x { after x }", "P0210", "x", "leads back to itself", None),
    ("set x : place { members y }; set y : place { members x }", "P0210", "x", "leads back to itself", None),
    ("record x : y { }; record y : x { }", "P0210", "x", "leads back to itself", None),
    ("@policy other \"O\" { use other }\nrule a { no loan }", "P0210", "other", "leads back to itself", None),
    (
        "@policy other \"O\" { use libary }\nrule a { no loan }",
        "P0201",
        "libary",
        "unknown pack",
        Some("library"),
    ),
    ("@rule a { no loan }\nrule b { no loan }", "P0206", "a", "belongs to no pack", None),
    ("@policy other \"O\" { version 1.0.0 }", "P0303", "other", "has no rules", None),
    ("@policy library \"O\" { }\nrule a { no loan }", "P0202", "library", "already a pack", None),
    ("policy second \"S\" { }", "P0202", "second", "already has a header", None),
    (
        "@policy other \"O\" { version 1.0 }\nrule a { no loan }",
        "P0208",
        "1.0",
        "not a version",
        Some("1.0.0"),
    ),
    (
        "term x : person { undr reader }",
        "P0207",
        "undr",
        "unknown line `undr`: did you mean `under`?",
        Some("under"),
    ),
    ("set x : place { ledn north }", "P0207", "ledn", "did you mean `leden`?", Some("leden")),
    ("term x : person { group group }", "P0207", "group", "expected the end of the line", None),
    ("term x : person { code \"A\"; code \"B\" }", "P0207", "code \"B\"", "a second line `code`", None),
    ("term x : person { code }", "P0207", "code", "a text in quotes is missing after `code`", None),
    ("term x person { }", "P0207", "person", "expected `:`", None),
    (
        "set x : place { members north from 2026-02-30 }",
        "P0208",
        "2026-02-30",
        "not a day in the calendar",
        None,
    ),
    (
        "set x : place { members north from 2026-02-01 until 2025-01-01 }",
        "P0208",
        "until 2025-01-01",
        "ends before it begins",
        None,
    ),
    ("setting x { value 99999999999 days }", "P0208", "99999999999", "too big", None),
    ("setting x { value 99999 years }", "P0208", "99999", "too big", None),
    ("setting x { nl \"x\"; en \"y\" }", "P0206", "x", "has no line `value`: add `value 13 months`", None),
    ("setting x { value matter.nothing }", "P0201", "matter.nothing", "unknown term or set", None),
    ("define x { over loan }", "P0206", "x", "no line `means`", None),
    ("question loan.trem { nl \"?\" }", "P0201", "trem", "unknown field `trem`", Some("term")),
    ("question laon.term { nl \"?\" }", "P0201", "laon", "unknown record", Some("loan")),
    ("question term { nl \"?\" }", "P0207", "term", "write `record.field`", None),
    ("question loan.term { }", "P0206", "loan.term", "has no line", None),
    (
        "test loans.member \"x\" { given \"a: 1\"; expect pass }",
        "P0201",
        "loans.member",
        "unknown rule",
        Some("loans.members"),
    ),
    ("test loans.members \"x\" { expect pass }", "P0206", "loans.members", "no line `given`", None),
    ("test loans.members \"x\" { given \"a: 1\" }", "P0206", "loans.members", "no line `expect`", None),
    (
        "test loans.members \"x\" { given \"a: 1\"; expect pass; expect loans.members maybe }",
        "P0207",
        "maybe",
        "expected a verdict",
        None,
    ),
    (
        "waive loans.members for \"x\" until 2027-01-01 { owner \"x\" }",
        "P0206",
        "loans.members",
        "no line `reason`",
        None,
    ),
    (
        "waive loans.members for \"x\" until 2027-01-01 { reason \"x\" }",
        "P0206",
        "loans.members",
        "no line `owner`",
        None,
    ),
    (
        "waive loans.members for \"x\" { reason \"x\"; owner \"x\" }",
        "P0206",
        "loans.members",
        "no line `until`",
        None,
    ),
    (
        "waive loans.members until 2027-01-01 { reason \"x\"; owner \"x\" }",
        "P0206",
        "loans.members",
        "no line `for`",
        None,
    ),
    (
        "waive loan for \"x\" until 2027-01-01 { reason \"x\"; owner \"x\" }",
        "P0307",
        "loan",
        "covers nothing",
        None,
    ),
    ("term x : person { nl \"iks\" }", "P0306", "x", "`x` has no English label", None),
    ("record x { en \"iks\" }", "P0306", "x", "`x` has no Dutch label", None),
    (
        "term x : person { compound nl \"{plase}x\" }",
        "P0201",
        "plase",
        "unknown kind `plase`: did you mean `place`?",
        Some("place"),
    ),
    ("term x : person { compound nl \"x\" }", "P0208", "\"x\"", "names one kind between braces", None),
    ("term x : person { nl \"\"; en \"\" }", "P0208", "\"\"", "an empty label", None),
    ("term x : person { group { open } }", "P0207", "group", "has no block", None),
];

#[test]
fn every_mistake_is_one_diagnostic_at_its_place() {
    let whole = library();
    for (added, code, at, words, suggestion) in MISTAKES {
        let (texts, offset) = match added.strip_prefix('@') {
            Some(other) => (vec![(LIBRARY.to_string(), 0), (other.replace("; ", ";"), 1)], 0),
            None => (vec![(format!("{LIBRARY}{}", added.replace("}; ", "}\n")), 0)], LIBRARY.len()),
        };
        let texts: Vec<(&str, u32)> = texts.iter().map(|(text, pack)| (text.as_str(), *pack)).collect();
        let lowered = lower(&texts);
        let found: Vec<_> = lowered.diagnostics.iter().filter(|d| d.span.start as usize >= offset).collect();
        let twice = added.contains("\"\"");
        assert!(found.len() == 1 || twice && found.len() == 2, "{added}: {found:#?}");
        let d = found[0];
        let text = texts[d.file.0 as usize].0;
        assert_eq!((d.code, d.span.of(text)), (*code, *at), "{added}: {}", d.message.en);
        assert!(d.message.en.contains(words), "{added}: {}", d.message.en);
        assert_eq!(d.suggestion.as_deref(), *suggestion, "{added}");
        let fields = |s: &Schema| s.records.iter().take(4).map(|r| r.fields.clone()).collect::<Vec<_>>();
        let same =
            fields(&lowered.schema) == fields(&whole) && lowered.schema.terms.starts_with(&whole.terms);
        assert!(same, "{added}: what was there still counts");
    }
}

/// An ambiguous term is settled by its kind before it.
#[test]
fn a_name_of_two_kinds_needs_its_kind() {
    let text = format!(
        "{LIBRARY}term north : level {{ }}\nsetting x {{ value north }}\nsetting y {{ value level.north }}"
    );
    let lowered = lower(&[(&text, 0)]);
    let [d] = lowered.diagnostics.as_slice() else { panic!("{:#?}", lowered.diagnostics) };
    assert_eq!((d.code, d.span.of(&text)), ("P0204", "north"));
    assert!(d.message.en.contains("write `place.north` or `level.north`"), "{}", d.message.en);
    let level = lowered.schema.kind("level").expect("level");
    assert!(matches!(&lowered.schema.settings[2].value, SettingValue::Terms(kind, _) if *kind == level));
}

/// Using what could not be read is no second mistake.
#[test]
fn a_mistake_does_not_spread() {
    let text = format!("{LIBRARY}term x : persn {{ }}\nterm y : person {{ under x }}");
    assert_eq!(lower(&[(&text, 0)]).diagnostics.len(), 1);
}

#[test]
fn syntax_errors_have_words_in_both_languages() {
    for text in [
        "rul a { }",
        "rule a { no loan",
        "}",
        "rule a { \"x }",
        "rule a { (x }",
        "rule a { € }",
        "rule a { x\u{202E}y }",
    ] {
        let found = syntax_diagnostics(FileId(3), &parse(text));
        assert!(!found.is_empty(), "{text}");
        assert!(
            found
                .iter()
                .all(|d| !d.message.nl.is_empty() && d.message.en != d.message.nl && d.file == FileId(3))
        );
    }
    let found = syntax_diagnostics(FileId(0), &parse("rul a { no loan }"));
    assert_eq!(found[0].suggestion.as_deref(), Some("rule"));
}

fn written_in(text: &str, to: Lang) -> String {
    let tree = parse(text);
    policy_syntax::layout(text, &tree, &|l, i| translate_line(text, l, i, to), &|i| {
        translate_head(text, i, to)
    })
}

#[test]
fn keywords_translate_and_come_back() {
    let pairs = [
        (
            "waive a for \"x\" until 2027-01-01 { reason \"r\"; owner \"o\" }",
            "aanvaard a voor \"x\" tot 2027-01-01 { reden \"r\"; eigenaar \"o\" }",
        ),
        (
            "set a : b { members x, y from 2020-01-01 through 2021-01-01 if f includes t or u source \"s\" }",
            "verzameling a : b { leden x, y vanaf 2020-01-01 tot en met 2021-01-01 als f omvat t of u bron \"s\" }",
        ),
        ("setting a { value 13 months }", "instelling a { waarde 13 maanden }"),
        ("setting a { value 1 month }", "instelling a { waarde 1 maand }"),
        ("setting a { value 3 years }", "instelling a { waarde 3 jaar }"),
        (
            "test a { expect a not-applicable, fail; as of 2026-11-22 }",
            "toets a { verwacht a niet van toepassing, voldoet niet; peildatum 2026-11-22 }",
        ),
        (
            "rule a { severity critical; basis X 46(2)(c), en of; silence on severity, b fails }",
            "regel a { ernst kritiek; grondslag X 46(2)(c), en of; zwijgen over severity, b faalt }",
        ),
        ("rule a { allow P0301 \"why\"; no loan }", "regel a { sta P0301 toe \"why\"; no loan }"),
        (
            "policy a \"A\" { contradiction stays open; use b }",
            "beleid a \"A\" { tegenspraak blijft open; gebruik b }",
        ),
        (
            "record a : b { home of k; field f : date { read as x; owner profile } }",
            "gegeven a : b { thuis van k; veld f : datum { gelezen als x; eigenaar profiel } }",
        ),
        (
            "term under : term { under under; nl \"from\" }",
            "begrip under : term { onder under; nl \"from\" }",
        ),
    ];
    for (en, nl) in pairs {
        let (en, nl) = (format!("{en}\n"), format!("{nl}\n"));
        assert_eq!(written_in(&en, Lang::Nl), nl);
        assert_eq!(written_in(&nl, Lang::En), en);
        assert_eq!((written_in(&nl, Lang::Nl), written_in(&en, Lang::En)), (nl, en));
    }
}

/// The whole library in Dutch means the same: all but the places, which count other tokens.
#[test]
fn a_translated_pack_lowers_to_the_same() {
    let dutch = written_in(LIBRARY, Lang::Nl);
    assert!(dutch.contains("hernoem place naar shelf") && dutch.contains("afgeleid uit renewal waar"));
    let (a, b) = (library(), lower(&[(&dutch, 0)]));
    assert_eq!(b.diagnostics, []);
    let given = |l: &Lowered| l.tests[0].given.text.clone();
    assert_eq!(given(&b), given(&lower(&[(LIBRARY, 0)])));
    let b = b.schema;
    assert_eq!((&a.terms, &a.records, &a.settings), (&b.terms, &b.records, &b.settings));
    let members = |s: &Schema| {
        s.sets.iter().flat_map(|s| s.members.clone()).map(|m| (m.terms, m.until)).collect::<Vec<_>>()
    };
    assert_eq!(members(&a), members(&b));
    assert_eq!(written_in(&written_in(&dutch, Lang::En), Lang::Nl), dutch);
}

#[test]
fn a_file_belongs_to_the_pack_with_its_header() {
    let other = "policy other \"O\" { version 1.0.0 }\nrule b { no loan }";
    let texts = [("rule a { no loan }", 0), (other, 1), (LIBRARY, 0), ("rule c { no loan }", 2)];
    let trees = texts.map(|(text, _)| parse(text));
    let source =
        |i: usize| Source { file: FileId(i as u32), tree: &trees[i], text: texts[i].0, pack: texts[i].1 };
    let sources = [source(0), source(1), source(2), source(3)];
    let lowered = schema(&sources);
    let packs = [0, 1, 2, 3].map(|i| pack_of(&lowered.schema, &sources, FileId(i)));
    assert_eq!(packs, [Some(PackId(0)), Some(PackId(1)), Some(PackId(0)), None]);
}

/// Whatever is cut off or cut out, lowering and translating give an answer.
#[test]
fn damaged_texts_never_panic() {
    let lines: Vec<&str> = LIBRARY.lines().collect();
    let cut_out = (0..lines.len()).map(|n| [&lines[..n], &lines[n + 1..]].concat().join("\n"));
    let cut_off = (0..LIBRARY.len()).step_by(97).map(|n| LIBRARY[..n].to_string());
    let words: Vec<&str> = LIBRARY.split(' ').collect();
    let swapped = (1..words.len()).step_by(13).map(|n| {
        let mut words = words.clone();
        words.swap(n - 1, n);
        words.join(" ")
    });
    for text in cut_out.chain(cut_off).chain(swapped) {
        let lowered = lower(&[(&text, 0)]);
        assert!(lowered.diagnostics.iter().all(|d| text.get(d.span.range()).is_some()), "{text}");
        written_in(&text, Lang::Nl);
    }
}
