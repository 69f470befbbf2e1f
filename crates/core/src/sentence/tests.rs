//! Sentences over a library that lends books.

use proptest::prelude::*;

use super::*;
use crate::lower;
use crate::model::{Collection, Formula, PackId, Rule, Silence, Terms};
use crate::rules::{self, Rules};
use crate::sentence::{core_form, families};

const LIBRARY: &str = r#"
policy library "Library" { version 1.0.0 }
kind genre { nl "genre", "genres"; en "genre", "genres" }
kind reader { nl "soort lezer", "soorten lezers"; en "kind of reader", "kinds of readers" }
kind town { nl "plaats", "plaatsen"; en "town", "towns" }
kind rank { nl "rang"; en "rank"; ordered }
kind pass { nl "soort pas"; en "kind of pass" }
kind clause { nl "soort bepaling"; en "kind of clause"; open; provision }
term fiction : genre {
  nl "verhalen"; en "fiction"
  compound nl "{reader}verhalen"; compound en "{reader} fiction"
}
term thriller : genre { nl "thriller", "thrillers"; en "thriller", "thrillers"; under fiction }
term atlas : genre { nl "atlas", "atlassen"; en "atlas", "atlases" }
term child : reader { nl "kind", "kinderen"; en "child", "children" }
term adult : reader { nl "volwassene", "volwassenen"; en "adult", "adults" }
term on-site : town { nl "Oostdorp"; en "Easton"; code "NO" }
term far : town { nl "Verdorp"; en "Farham" }
set region : town { nl "streek"; en "region"; members on-site }
set twin-towns : town { nl "zustersteden"; en "twin towns"; members far }
term low : rank { nl "rang 1"; en "rank 1" }
term high : rank { nl "rang 2"; en "rank 2" }
term gold : pass { nl "goud"; en "gold" }
term silver : pass { nl "zilver"; en "silver" }
term exempt : pass { nl "vrijgesteld"; en "exempt"; means town within twin-towns }
term reading-room : town { nl "leeszaal"; en "reading room" }
term room-key : pass { nl "zaal sleutel"; en "room key" }
event lending { nl "uitlening"; en "lending" }
event return { nl "teruggave"; en "return"; after lending }
setting longest-loan { nl "langste leentermijn"; en "longest loan"; value 6 weeks }
record statute {
  nl "reglement"; en "statute"
  single
  field date : date { nl "datum reglement"; en "statute date" }
  field renewal : date { nl "vernieuwing"; en "renewal" }
  field notice : duration { nl "opzegtermijn"; en "notice period"; minimum }
  field silence-rule : answer { nl "stilte"; en "quiet rule" }
}
record stock {
  nl "bezit"; en "stock"
  home of genre, reader
  field genre : genre { nl "genre"; en "genre" }
  field reader : reader { nl "lezer"; en "reader" }
}
record loan {
  nl "uitlening", "uitleningen"; en "loan", "loans"
  field genre : genre many { nl "genres"; en "genres" }
  field reader : reader { nl "lezer"; en "reader" }
  field town : town many main { nl "plaats"; en "town" }
  field origin-town : town { nl "herkomst"; en "origin" }
  field pass : pass many { nl "pas"; en "pass" }
  field rank : rank { nl "leenrang"; en "loan rank" }
  field item : text { nl "titel"; en "title" }
}
record copy {
  nl "exemplaar", "exemplaren"; en "copy", "copies"
  field item : text { nl "exemplaartitel"; en "copy title" }
  field clause : clause { nl "clausule"; en "clause" }
  field from : town { nl "van plaats"; en "from town" }
  field to : town { nl "naar plaats"; en "to town" }
}
record visit {
  nl "bezoek", "bezoeken"; en "visit", "visits"
  field entered : date { nl "inloop"; en "entered" }
  field left : date { nl "uitloop"; en "left" }
  field stay : duration { nl "verblijf"; en "stay" }
  field standing : rank { nl "bezoekrang"; en "standing" }
}
record keeping {
  nl "bewaring"; en "keeping"
  key genre
  field genre : genre { nl "bewaard genre"; en "kept genre" }
  field start : event { nl "begin"; en "start" }
  field term : duration { nl "bewaartermijn"; en "keeping term"; counts from start }
}
"#;

pub(super) struct Library {
    pub schema: Schema,
    pub vocabulary: Vocabulary,
}

impl Library {
    pub fn new() -> Library {
        let tree = policy_syntax::parse(LIBRARY);
        let source = lower::Source { file: FileId(0), tree: &tree, text: LIBRARY, pack: 0 };
        let lowered = lower::schema(&[source]);
        let bad: Vec<_> =
            lowered.diagnostics.iter().filter(|d| d.level == crate::diag::Level::Error).collect();
        assert!(bad.is_empty(), "{bad:#?}");
        Library { vocabulary: Vocabulary::new(&lowered.schema), schema: lowered.schema }
    }

    pub fn context(&self) -> Context<'_> {
        let place = Place { file: FileId(1), item: 0 };
        Context { schema: &self.schema, vocabulary: &self.vocabulary, place }
    }

    fn rules(&self, text: &str) -> Rules {
        let tree = policy_syntax::parse(text);
        rules::rules(
            &rules::Source { file: FileId(1), tree: &tree, pack: PackId(0) },
            &self.schema,
            &self.vocabulary,
        )
    }

    fn sentence(&self, sentence: &str) -> Result<Rule, Box<Diagnostic>> {
        let mut read = self.rules(&format!("rule r {{\n{sentence}\n}}"));
        assert!(read.diagnostics.len() <= 1, "{:#?}", read.diagnostics);
        read.diagnostics.pop().map_or_else(|| Ok(read.rules.remove(0)), |d| Err(Box::new(d)))
    }

    fn core(&self, sentence: &str) -> String {
        match self.sentence(sentence) {
            Ok(rule) => core_form(&rule, &self.schema, Lang::En),
            Err(diagnostic) => format!("{} {}", diagnostic.code, diagnostic.message.en),
        }
    }

    fn fails(&self, sentence: &str, code: &str, words: &str) {
        let found = self.core(sentence);
        assert!(found.starts_with(code) && found.contains(words), "{sentence}\n{found}");
    }
}

#[test]
fn a_bare_noun_ranges_over_the_record_that_has_all_its_kinds() {
    let library = Library::new();
    let core = library.core("no child fiction outside region");
    assert!(core.starts_with("for each loan x"), "{core}");
    let core = library.core("no fiction for children");
    assert!(core.starts_with("for each stock x"), "the home of the kind: {core}");
    library.fails("no gold outside region with copy title", "P0203", "no record has a field for each of");
}

#[test]
fn qualifiers_of_one_kind_bind_one_element() {
    let library = Library::new();
    let core = library.core("no loan outside region except Farham");
    assert_eq!(core.matches("has an element").count(), 1, "{core}");
    let core = library.core("no loan with origin outside region");
    assert!(core.contains("x.origin has an element"), "{core}");
}

#[test]
fn what_a_term_means_speaks_of_the_element_in_scope() {
    let library = Library::new();
    let core = library.core("no loan outside region without gold or exempt");
    assert!(core.contains("then not (x.town has an element"), "{core}");
    let core = library.core("every loan has exempt");
    assert!(core.contains("x.town has a value and not (x.town has an element"), "{core}");
}

#[test]
fn a_kind_with_two_fields_and_no_main_one_is_an_error() {
    let library = Library::new();
    library.fails("no copy outside region", "P0204", "`with from town region` or `with to town region`");
}

#[test]
fn the_longest_label_wins_and_overlaps_are_errors() {
    let library = Library::new();
    library.fails("no reading room key", "P0204", "`reading room` and `room key` overlap");
    let core = library.core("no loan in `reading room`");
    assert!(core.contains("{reading room}"), "{core}");
}

#[test]
fn codes_count_in_capitals_only() {
    let library = Library::new();
    let core = library.core("no loan to NO without gold");
    assert!(core.contains("{Easton}"), "{core}");
    library.fails("no loan to no without gold", "P0205", "`no` does not fit here");
}

#[test]
fn limits_range_over_categories_with_what_governs_them() {
    let library = Library::new();
    let rule = library.sentence("thrillers at most longest loan after return").unwrap();
    let Norm::Each { over: Collection::Categories { scope, .. }, .. } = &rule.sentences[0].norm else {
        panic!("{rule:#?}")
    };
    assert_eq!(scope.len(), 1);
    assert!(!rule.sentences[0].readings.contains(&Reading::FromEarliest));
    let rule = library.sentence("fiction ≤6 weeks").unwrap();
    assert!(rule.sentences[0].readings.contains(&Reading::FromEarliest));
}

#[test]
fn quantities_find_their_field_by_what_they_are_compared_with() {
    let library = Library::new();
    assert!(library.core("loan rank ≥ rank 2").starts_with("for each loan x: x.loan rank ≥"));
    assert!(library.core("loan rank ≥ 2").ends_with("{rank 2}"));
    assert!(library.core("statute date at most 2 years ago").ends_with("≤ 24 months ago"));
    assert!(library.core("notice period ≥ 1 week").ends_with("≥ 1 week"));
    library.fails("title ≥ 3", "P0203", "itself has no number");
    library.fails("no loan when loan rank ≥ 2", "P0204", "every … has");
}

#[test]
fn a_kind_stands_for_each_of_its_terms() {
    let library = Library::new();
    let rule = library.sentence("every kind of pass has some loan where loan rank ≥ 2").unwrap();
    let cores = core_form(&rule, &library.schema, Lang::En);
    let lines: Vec<&str> = cores.lines().collect();
    assert_eq!(rule.sentences.len(), 4, "{cores}");
    assert_eq!(lines.len(), 1, "{cores}");
    assert!(lines[0].starts_with("for each kind of pass t (4): there is a loan x with ("), "{cores}");
    assert!(lines[0].contains("∈ {t}") && lines[0].contains("loan rank ≥ {rank 2}"), "{cores}");
    assert_eq!(families(&rule, &library.schema).len(), 1);
    // One that leaves a term out is no family of all of them.
    let some = Rule { sentences: rule.sentences[1..].to_vec(), ..rule.clone() };
    assert!(core_form(&some, &library.schema, Lang::En).contains("{silver}"), "{cores}");
    let dutch = "als er een uitlening is dan heeft elke soort pas enige uitlening";
    assert_eq!(library.sentence(dutch).unwrap().sentences.len(), 4);
    library.fails("every kind of pass has title", "P0203", "has some …");
    library.fails("every kind of pass of children has some loan", "P0203", "all terms of its kind");
    library.fails("every kind of clause has some copy", "P0203", "open kind");
    library.fails("no kind of pass", "P0203", "a kind");
}

#[test]
fn a_date_compares_with_another_date_and_a_span() {
    let library = Library::new();
    let core = library.core("every visit has left at most 6 weeks after entered");
    assert!(core.ends_with("x.left ≤ 6 weeks after x.entered"), "{core}");
    let core = library.core("no visit with some visit with left more than longest loan after its entered");
    assert!(core.contains("y.left > longest loan after x.entered"), "{core}");
    let core = library.core("statute date at most 6 weeks after renewal");
    assert!(core.ends_with("x.statute date ≤ 6 weeks after x.renewal"), "{core}");
    library.fails("every visit has left at most 6 weeks after its standing", "P0203", "no date");
    library.fails("every visit has stay ≥ 6 weeks after its entered", "P0208", "a span of time");
    library.fails("every visit has left at most 6 weeks after its entered ago", "P0203", "no date");
}

#[test]
fn yes_is_what_a_bare_answer_says() {
    let library = Library::new();
    assert!(library.core("the statute has quiet rule").contains("{yes}"));
    assert!(library.core("the statute has statute date").contains("has a value"));
}

#[test]
fn a_provision_has_one_spelling() {
    let library = Library::new();
    let words = |sentence: &str| {
        let rule = library.sentence(sentence).unwrap();
        let Norm::Holds(clause) = &rule.sentences[0].norm else { panic!("{rule:#?}") };
        let Formula::Exists { body, .. } = &clause.formula else { panic!("{rule:#?}") };
        let Formula::Element { body, .. } = &**body else { panic!("{body:#?}") };
        let Formula::In { terms: Terms::Words(words), .. } = &**body else { panic!("{body:#?}") };
        words.clone()
    };
    let one = words("there is a copy with clause 7(4)");
    assert_eq!(one, words("er is een exemplaar met clausule 7 lid 4"));
    assert_eq!(one, words("there is a copy on 7.4"));
    assert_ne!(one, words("there is a copy on Code 7(4)"));
}

#[test]
fn quantifiers_go_three_deep() {
    let library = Library::new();
    let three = "every loan has some copy with copy title = its title";
    assert!(library.core(three).contains("y.copy title = x.title"));
    let four = "every loan has (some copy with (some loan with (some copy with clause)))";
    let wrong = library.sentence(four).unwrap_err();
    assert_eq!(wrong.code, "P0105", "{wrong:#?}");
    assert_eq!(wrong.span.of(&format!("rule r {{\n{four}\n}}")), "copy with clause");
}

#[test]
fn parentheses_go_so_deep() {
    let library = Library::new();
    let deep = format!("no loan with {}gold{}", "(".repeat(40), ")".repeat(40));
    library.fails(&deep, "P0105", "nested too deeply");
}

#[test]
fn when_in_one_of_several_sentences_is_an_error() {
    let library = Library::new();
    let text = "rule a {\n no loan without gold\n every loan has silver when there is fiction\n}";
    let read = library.rules(text);
    let [one] = read.diagnostics.as_slice() else { panic!("{:#?}", read.diagnostics) };
    assert_eq!((one.code, one.span.of(text)), ("P0204", "when there is fiction"));
    assert!(one.message.en.contains("line of its own") && one.message.en.contains("two rules"), "{one:#?}");
    let alone = library.rules("rule a {\n every loan has silver when there is fiction\n severity low\n}");
    assert_eq!(alone.diagnostics, []);
}

#[test]
fn and_after_without_needs_parentheses_however_deep() {
    let library = Library::new();
    library.fails("every loan without gold and silver has exempt", "P0204", "`without (gold and silver)`");
    library.fails("every loan has (some copy without copy title and clause)", "P0204", "(neither)");
    let nested = "every loan without some copy with copy title and clause has gold";
    library.fails(nested, "P0204", "`without (some copy with (copy title and clause))`");
    library.fails(nested, "P0204", "`without ((some copy with copy title) and clause)`");
    let core = library.core("every loan without (gold and silver) has exempt");
    assert!(core.starts_with("for each loan"), "{core}");
}

#[test]
fn dutch_puts_verbs_last_and_first() {
    let library = Library::new();
    let plain = library.core("no loan without gold unless every loan has silver");
    assert_eq!(plain, library.core("geen uitlening zonder goud tenzij elke uitlening zilver heeft"));
    assert_eq!(plain, library.core("geen uitlening zonder goud tenzij elke uitlening heeft zilver"));
    let plain = library.core("if there is fiction then every loan has silver");
    assert_eq!(plain, library.core("als er verhalen zijn dan heeft elke uitlening zilver"));
}

#[test]
fn a_broken_sentence_drops_its_own_rule_only() {
    let library = Library::new();
    let read = library
        .rules("rule a { no loan without gold }\nrule b { no laon }\nrule c { no loan without silver }");
    let ids: Vec<_> = read.rules.iter().map(|r| r.id.as_str()).collect();
    assert_eq!((ids, read.broken.as_slice()), (vec!["a", "c"], ["b".to_string()].as_slice()));
    let [one] = read.diagnostics.as_slice() else { panic!("{:#?}", read.diagnostics) };
    assert_eq!(one.suggestion.as_deref(), Some("loan"));
}

#[test]
fn labelled_lines_fill_the_rule() {
    let library = Library::new();
    let text = "regel lenen.buiten {\n nl \"Titel\"\n en \"Title\"\n geen uitlening buiten de streek zonder goud\n \
        ernst hoog\n grondslag Wet 7(4), Code 3(a, b)\n advies \"Vraag een pas.\"\n zwijgen over pas faalt\n \
        tegenspraak faalt\n sta P0302 toe \"bewust\"\n wanneer er verhalen zijn\n}";
    let read = library.rules(text);
    assert_eq!(read.diagnostics, []);
    let rule = &read.rules[0];
    assert_eq!((rule.id.as_str(), rule.severity), ("lenen.buiten", crate::model::Severity::High));
    assert_eq!(rule.basis, ["Wet 7(4)", "Code 3(a, b)"]);
    assert!(rule.contradiction_fails && rule.when.is_some());
    assert!(matches!(&rule.silence, Silence::FailsOn(fields) if fields.len() == 1));
    assert_eq!(read.allowed[0].code, "P0302");
}

#[test]
fn silence_of_a_plain_prohibition_must_name_its_field() {
    let library = Library::new();
    let read = library.rules("rule a {\n no loan outside region\n silence fails\n}");
    assert!(read.diagnostics[0].message.en.contains("silence on FIELD"), "{:#?}", read.diagnostics);
    let read = library.rules("rule a {\n no loan outside region\n silence on town fails\n}");
    assert_eq!(read.diagnostics, []);
}

#[test]
fn clauses_point_at_their_own_words() {
    let library = Library::new();
    let text = "rule a {\n no loan outside region without gold\n}";
    let tree = policy_syntax::parse(text);
    let read = library.rules(text);
    let Norm::Each { scope, need, .. } = &read.rules[0].sentences[0].norm else { panic!() };
    let words = |o: Origin| tree.span(o.item, o.first, o.last).of(text);
    assert_eq!(
        (words(scope.origin), words(need.origin)),
        ("loan outside region without gold", "without gold")
    );
}

#[test]
fn formatting_keeps_comments_and_translates_the_rest() {
    let library = Library::new();
    let text = "# head\nrule a {\n  no   loan outside region without gold   # why\n  severity high\n  silence fails\n}\n";
    let tree = policy_syntax::parse(text);
    let format = |to| format_file(FileId(1), text, &tree, &library.schema, &library.vocabulary, to).0;
    assert!(format(None).contains("no loan outside region without gold # why"), "{}", format(None));
    let dutch = format(Some(Lang::Nl));
    assert!(dutch.starts_with("# head\nregel a {\n  geen uitlening buiten streek zonder goud"), "{dutch}");
    assert!(
        dutch.contains("# why") && dutch.contains("ernst hoog") && dutch.contains("zwijgen faalt"),
        "{dutch}"
    );
}

/// Words that sentences are made of, and some that they are not.
const WORDS: &[&str] = &[
    "no",
    "every",
    "loan",
    "loans",
    "has",
    "is",
    "declares",
    "there",
    "fiction",
    "child fiction",
    "outside",
    "within",
    "region",
    "with",
    "without",
    "gold",
    "or",
    "and",
    "not",
    "(",
    ")",
    "some",
    "at least",
    "2",
    "copy",
    "copy title",
    "=",
    "its",
    "title",
    "≤",
    "6",
    "weeks",
    "after",
    "return",
    "ago",
    "when",
    "unless",
    "if",
    "then",
    "the",
    "a",
    "declared",
    "except",
    "of",
    "children",
    ",",
    "clause",
    "7(4)",
    "xyzzy",
    "loan rank",
    "rank 2",
    "where",
    "er",
    "zijn",
    "geen",
    "includes",
    "thrillers",
    "`loan`",
    "\"text\"",
    "statute",
    "en",
    "of",
    "exempt",
    "2026-01-01",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_panics_and_says_one_thing(picks in prop::collection::vec(0..WORDS.len(), 1..24)) {
        thread_local! { static LIBRARY: Library = Library::new(); }
        let sentence = picks.iter().map(|i| WORDS[*i]).collect::<Vec<_>>().join(" ");
        let text = format!("rule r {{\n{sentence}\n}}\n");
        LIBRARY.with(|library| {
            let read = library.rules(&text);
            let tree = policy_syntax::parse(&text);
            if tree.errors.is_empty() && tree.items.len() == 1 && tree.items[0].lines.len() == 1 {
                assert!(read.diagnostics.len() <= 1, "{text}\n{:#?}", read.diagnostics);
                assert_eq!(read.rules.len() + read.broken.len(), 1);
            }
            for lang in Lang::ALL {
                format_file(FileId(1), &text, &tree, &library.schema, &library.vocabulary, Some(lang));
            }
        });
    }
}
