//! What an editor asks of lines that are being written.

use super::tests::Library;
use super::*;
use crate::model::Op;
use crate::words::{self, Sense};

/// The tokens of a line.
fn tokens(line: &str) -> Vec<Token> {
    let tree = policy_syntax::parse(&format!("rule x {{\n{line}\n}}\n"));
    tree.items[0].lines.first().map(|line| line.tokens.clone()).unwrap_or_default()
}

fn words(line: &str) -> (bool, String) {
    let library = Library::new();
    let outline = outline(&library.context(), &tokens(line), false);
    let word = |(at, said): &(ast::At, Said)| {
        let text = at.span.of(&format!("rule x {{\n{line}\n}}\n")).to_owned();
        match said {
            Said::Function(word) => format!("{text}:{word:?}"),
            Said::Label { means: Some(means), ranges, .. } => {
                let over = ranges.map(|r| format!(" over {}", library.schema.records[r.ix()].name));
                format!("{text}={}{}", words::name(&library.schema, *means), over.unwrap_or_default())
            }
            Said::Label { means: None, .. } => format!("{text}?"),
            other => format!("{text}:{other:?}"),
        }
    };
    (outline.read, outline.words.iter().map(word).collect::<Vec<_>>().join(", "))
}

#[test]
fn every_word_of_a_line_is_told() {
    let (read, said) = words("no loan outside region with rank 2");
    assert!(read);
    assert_eq!(said, "no:No, loan=loan over loan, outside:Outside, region=region, with:With, rank 2=high");
}

#[test]
fn a_bare_noun_ranges_over_a_record() {
    let (_, said) = words("thrillers at most 3 months");
    assert_eq!(said, "thrillers=thriller over keeping, at most:AtMost, 3:Number, months:Month");
}

#[test]
fn a_line_that_cannot_be_read_has_words_too() {
    let (read, said) = words("no loan outside outside region zonder blauw");
    assert!(!read);
    assert_eq!(
        said,
        "no:No, loan?, outside:Outside, outside:Outside, region?, zonder:Without, blauw:Unknown"
    );
}

/// Whether a word or label can come behind the beginning of a line.
fn can(begun: &str, candidate: &str) -> bool {
    let library = Library::new();
    let silent = Vocabulary::default();
    let probe = Probe::new(&library.context(), &tokens(begun), false, Lang::En, &silent);
    let senses: Vec<Sense> = library.vocabulary.senses(candidate);
    let key = words::KEYWORDS.iter().find(|k| k.spellings(probe.lang()).contains(&candidate));
    match key {
        Some(key) => probe.accepts(&Candidate::Word(key.word)),
        None if candidate == "≤" => probe.accepts(&Candidate::Sign(Op::Le)),
        None => {
            assert!(!senses.is_empty(), "no such word `{candidate}`");
            probe.accepts(&Candidate::Label(senses))
        }
    }
}

#[test]
fn what_can_come_next_is_what_the_reader_takes() {
    for (begun, yes, no) in [
        ("", &["no", "every", "if"][..], &["has", "without", "then"][..]),
        ("no", &["loan", "thriller", "declared"], &["has", "no", "longest loan"]),
        ("no loan", &["outside", "with", "unless"], &["has", "≤", "then"]),
        ("no loan outside", &["region", "Easton"], &["has", "longest loan"]),
        ("no loan with", &["gold", "rank 2"], &["keeping term", "longest loan", "clausule"]),
        ("every loan", &["has", "declares", "with"], &["then", "no"]),
        ("every loan declares", &["pass", "origin"], &["keeping term", "gold"]),
        ("thrillers", &["at most", "≤"], &["no", "then"]),
        ("thrillers at most", &["longest loan"], &["gold", "region"]),
        ("geen uitlening buiten", &["streek"], &["langste leentermijn"]),
        ("if there is loan", &["with", "then", "and"], &["has"]),
    ] {
        yes.iter().for_each(|word| assert!(can(begun, word), "`{begun}` goes on with `{word}`"));
        no.iter().for_each(|word| assert!(!can(begun, word), "`{begun}` does not go on with `{word}`"));
    }
}

#[test]
fn a_beginning_that_cannot_be_finished_is_told() {
    let (library, silent) = (Library::new(), Vocabulary::default());
    let possible =
        |begun: &str| Probe::new(&library.context(), &tokens(begun), false, Lang::En, &silent).possible();
    assert!(possible("") && possible("no loan") && possible("every loan with"));
    assert!(!possible("no without") && !possible("loan loan loan outside no"));
}
