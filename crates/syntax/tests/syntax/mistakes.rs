//! One mistake gives one error, at its place, and leaves the other items as they were.

use crate::common::{SAMPLES, check, said};
use policy_syntax::{ItemWord, SyntaxErrorKind as Kind};

/// What is replaced in the lending sample by what, the error, the text at its span, the item it is in.
struct Mistake {
    from: &'static str,
    to: &'static str,
    kind: Kind,
    at: &'static str,
    item: &'static str,
    /// Whether even the item says what it said.
    unharmed: bool,
}

fn mistake(
    from: &'static str,
    to: &'static str,
    kind: Kind,
    at: &'static str,
    item: &'static str,
) -> Mistake {
    Mistake { from, to, kind, at, item, unharmed: false }
}

fn harmless(
    from: &'static str,
    to: &'static str,
    kind: Kind,
    at: &'static str,
    item: &'static str,
) -> Mistake {
    Mistake { unharmed: true, ..mistake(from, to, kind, at, item) }
}

fn meant(word: &str) -> Kind {
    Kind::NotAnItem(Some(word.to_owned()))
}

fn braces() -> Vec<Mistake> {
    vec![
        // an item's own braces
        harmless(
            "it is {free}.\"\n}",
            "it is {free}.\"\n",
            Kind::MissingClose,
            "rule loans.cards",
            "loans.cards",
        ),
        harmless("code \"EA\" }", "code \"EA\"", Kind::MissingClose, "term east : branch", "east"),
        harmless(
            "\"board\" }",
            "\"board\"",
            Kind::MissingClose,
            "waive loans.cards for \"Old reading room\" until 2027-01-01",
            "Old",
        ),
        harmless(
            "rule loans.cards {",
            "rule loans.cards",
            Kind::MissingOpen,
            "rule loans.cards",
            "loans.cards",
        ),
        harmless(
            "rule loans.cards {",
            "rule loans.cards\n{",
            Kind::MissingOpen,
            "rule loans.cards",
            "loans.cards",
        ),
        mistake("kind level {", "kind level", Kind::MissingOpen, "kind level nl \"niveau\"", "level"),
        // those of a block inside
        harmless(
            "who borrows\n  }",
            "who borrows\n",
            Kind::MissingClose,
            "field member : member main",
            "loan",
        ),
        harmless("en \"due date\" }", "en \"due date\"", Kind::MissingClose, "field due : date", "loan"),
        harmless("member main {", "member main", Kind::MissingOpen, "field member : member main", "loan"),
        harmless("shelf many {", "shelf many", Kind::MissingOpen, "field shelf : shelf many", "loan"),
        mistake("date { nl", "date nl", Kind::StrayClose, "}", "loan"),
        // one too many
        harmless("ordered }", "ordered }}", Kind::StrayClose, "}", "level"),
        harmless("  severity critical", "  }\n  severity critical", Kind::StrayClose, "}", "loans.cards"),
        harmless("# Nothing leaves", "}\n# Nothing leaves", Kind::StrayClose, "}", "-"),
        mistake(
            "  severity critical",
            "  {\n  severity critical",
            Kind::StrayCharacter('{'),
            "{",
            "loans.cards",
        ),
        mistake("  severity critical", "  { severity critical }", Kind::StrayCharacter('{'), "{", "-"),
    ]
}

fn brackets_and_quotes() -> Vec<Mistake> {
    vec![
        mistake("explanation)", "explanation", Kind::Unbalanced, "(", "loans.cards"),
        mistake("(status alternative", "status alternative", Kind::Unbalanced, ")", "loans.cards"),
        mistake("46(2)(c)", "46(2(c)", Kind::Unbalanced, "(", "loans.cards"),
        mistake("7(4),", "7(4)),", Kind::Unbalanced, ")", "boetes"),
        harmless(
            "met een kaart\"",
            "met een kaart",
            Kind::Unterminated,
            "\"Leningen alleen met een kaart",
            "loans.cards",
        ),
        mistake("advice \"Ask", "advice Ask", Kind::Unterminated, "\"", "loans.cards"),
        mistake("nl \"Oost\";", "nl \"Oost;", Kind::Unterminated, "\"", "east"),
        harmless("en \"West\" }", "en \"West }", Kind::Unterminated, "\"West", "west"),
        harmless(
            "\"a card is enough\" {",
            "\"a card is enough {",
            Kind::Unterminated,
            "\"a card is enough",
            "enough",
        ),
        mistake(
            "`rare book`",
            "`rare book",
            Kind::Unterminated,
            "`rare book outside reading-room,",
            "loans.cards",
        ),
        mistake("y] }\n  \"\"\"", "y] }\n", Kind::Unterminated, "\"\"\"\n    loans:", "enough"),
        mistake("y] }\n  \"\"\"", "y] }\n  \"\"", Kind::Unterminated, "\"\"\"\n    loans:", "enough"),
        mistake("given \"\"\"\n", "given\n", Kind::Unterminated, "\"\"\"\n  as of", "enough"),
        mistake("loans: none\"\"\"", "loans: none", Kind::Unterminated, "\"\"\"loans: none", "late"),
    ]
}

fn words() -> Vec<Mistake> {
    vec![
        mistake("rule loans.cards {", "rul loans.cards {", meant("rule"), "rul", "loans.cards"),
        mistake("rule loans.cards {", "Rule loans.cards {", meant("rule"), "Rule", "loans.cards"),
        mistake("regel boetes {", "reegl boetes {", meant("regel"), "reegl", "boetes"),
        mistake("record loan {", "recrd loan {", meant("record"), "recrd", "loan"),
        mistake("set house : branch {\n", "", Kind::NotAnItem(None), "members", "house"),
        mistake("record loan {\n", "", Kind::NotAnItem(None), "nl", "loan"),
        harmless("# Nothing", "Nothing", Kind::NotAnItem(None), "Nothing", "-"),
        harmless("regel boetes", "@\nregel boetes", Kind::NotAnItem(None), "@", "-"),
        harmless("severity critical", "severity @@ critical", Kind::StrayCharacter('@'), "@@", "loans.cards"),
        harmless("regel boetes {", "regel boetes % {", Kind::StrayCharacter('%'), "%", "boetes"),
        harmless(
            "severity",
            "seve\u{202E}rity",
            Kind::HiddenCharacter('\u{202E}'),
            "\u{202E}",
            "loans.cards",
        ),
        harmless("basis  Rules", "basis \u{2066} Rules", Kind::HiddenCharacter('\u{2066}'), "\u{2066}", "-"),
        harmless(
            "Nothing leaves",
            "Nothing \u{200F}leaves",
            Kind::HiddenCharacter('\u{200F}'),
            "\u{200F}",
            "-",
        ),
        mistake("Ask for", "Ask \u{061C}for", Kind::HiddenCharacter('\u{061C}'), "\u{061C}", "loans.cards"),
        mistake(
            "regel boetes",
            "re\u{202A}gel boetes",
            Kind::HiddenCharacter('\u{202A}'),
            "\u{202A}",
            "boetes",
        ),
        harmless(
            "reading-room",
            "re\u{0430}ding-room",
            Kind::LookAlike(Some("reading-room".into())),
            "re\u{0430}ding-room",
            "-",
        ),
        mistake(
            "rule loans",
            "rul\u{0435} loans",
            Kind::LookAlike(Some("rule".into())),
            "rul\u{0435}",
            "loans.cards",
        ),
        mistake(
            "reading-room",
            "re\u{0430}\u{0436}ing-room",
            Kind::LookAlike(None),
            "re\u{0430}\u{0436}ing-room",
            "loans.cards",
        ),
    ]
}

#[test]
fn the_lending_sample_has_no_mistake() {
    let file = check(SAMPLES[0]);
    assert_eq!(file.errors, []);
    assert_eq!(file.items.len(), 12);
    assert_eq!(file.comments.len(), 5);
    assert_eq!(check(SAMPLES[1]).errors, []);
}

#[test]
fn one_mistake_one_error() {
    for mistake in braces().iter().chain(&brackets_and_quotes()).chain(&words()) {
        one(mistake);
    }
}

fn one(mistake: &Mistake) {
    let sample = SAMPLES[0];
    assert_eq!(sample.matches(mistake.from).count(), 1, "{:?} is there once", mistake.from);
    let text = sample.replace(mistake.from, mistake.to);
    let file = check(&text);
    let name = format!("{:?} -> {:?}", mistake.from, mistake.to);
    let errors: Vec<_> = file.errors.iter().map(|e| (&e.kind, e.span.of(&text))).collect();
    assert_eq!(errors.len(), 1, "{name}: {errors:?}");
    assert_eq!(errors[0].0, &mistake.kind, "{name}");
    let line = errors[0].1.starts_with("\"\"\"") || mistake.at.len() == 1;
    assert!(
        if line { errors[0].1.starts_with(mistake.at) } else { errors[0].1 == mistake.at },
        "{name}: {errors:?}"
    );

    let others = |text: &str| -> Vec<_> {
        let file = check(text);
        let all = file
            .items
            .iter()
            .map(|item| (item.span.of(text).lines().next().unwrap_or("").to_owned(), said(item)));
        all.filter(|(head, _)| mistake.unharmed || !head.contains(mistake.item))
            .map(|(_, said)| said)
            .collect()
    };
    let expected = others(sample);
    let found = others(&text);
    let harmed = expected.iter().find(|said| !found.contains(said));
    assert_eq!(harmed, None, "{name}: not as it was");
    assert_eq!(found.len(), expected.len(), "{name}: other items");
}

#[test]
fn limits_are_errors_at_their_place() {
    let deep = format!("rule a {{ {} x {} }}\nrule b {{ y }}", "n { ".repeat(5_000), "}".repeat(5_000));
    let file = check(&deep);
    assert_eq!(file.errors.len(), 1);
    assert_eq!(file.errors[0].kind, Kind::TooDeep);
    assert_eq!(file.items.len(), 2);
    let brackets = format!("rule a {{ {} x {} }}\nrule b {{ y }}", "(".repeat(5_000), ")".repeat(5_000));
    let file = check(&brackets);
    assert_eq!(file.errors.iter().map(|e| &e.kind).collect::<Vec<_>>(), [&Kind::TooDeep]);
    assert_eq!(file.items[0].lines[0].tokens.len(), 2 * policy_syntax::MAX_PARENTHESES);
    let long = "rule a { x }\n".repeat(policy_syntax::MAX_TEXT / 13 + 1);
    assert_eq!(policy_syntax::parse(&long).errors.len(), 1, "a text that is too long is one error");
}

#[test]
fn every_item_word_is_in_the_grammar() {
    for (word, en, nl) in ItemWord::ALL {
        for (spelling, dutch) in [(en, false), (nl, true)] {
            let file = check(&format!("{spelling} x {{ y }}"));
            assert_eq!(file.errors, []);
            assert_eq!((file.items[0].word, file.items[0].dutch), (word, dutch));
            assert_eq!(check(&format!("{spelling}s x {{ y }}")).items, [], "a keyword is taken whole");
        }
    }
}

#[test]
fn stops_and_empty_texts_are_fine() {
    for text in ["", "\u{FEFF}", "\n", "# only a comment", "\r\n\r\n", " \t"] {
        let file = check(text);
        assert_eq!((file.items.len(), file.errors.len()), (0, 0), "{text:?}");
    }
    let file = check("\u{FEFF}rule a {\r\n  x\r\n}");
    assert_eq!((file.items.len(), file.errors.len()), (1, 0));
}
