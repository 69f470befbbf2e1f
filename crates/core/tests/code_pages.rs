//! Every diagnostic code has a page under `docs/codes`, in both languages, with an example that shows it.

use std::path::PathBuf;

use policy_core::codes::{ALL, Code};
use policy_core::diag::Level;
use policy_syntax::{SyntaxErrorKind, parse};

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/codes").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The language and the text of the one example on a page.
fn example(page: &str) -> (&str, &str) {
    let (_, rest) = page.split_once("\n## Example\n\n```").expect("an example");
    let (lang, rest) = rest.split_once('\n').expect("a fenced example");
    (lang, rest.split_once("```").expect("the end of the example").0)
}

/// The code that a syntax error is reported with.
fn syntax_code(kind: &SyntaxErrorKind) -> &'static str {
    use SyntaxErrorKind::*;
    match kind {
        NotAnItem(_) | StrayCharacter(_) => "P0101",
        MissingOpen | MissingClose | StrayClose | Unterminated | Unbalanced => "P0102",
        HiddenCharacter(_) => "P0103",
        LookAlike(_) => "P0104",
        TooDeep => "P0105",
    }
}

fn check(code: &Code) {
    let page = read(&format!("{}.md", code.id));
    let (nl, en) = match code.level {
        Level::Error => ("fout", "error"),
        Level::Warning => ("waarschuwing", "warning"),
        Level::Info => ("mededeling", "info"),
    };
    assert!(page.starts_with(&format!("# {}\n", code.id)), "{}: heading", code.id);
    for words in [
        format!("## Nederlands\n\n**{}** ({nl})\n\n", code.nl),
        format!("## English\n\n**{}** ({en})\n\n", code.en),
    ] {
        assert!(page.contains(&words), "{}: lacks {words:?}", code.id);
    }
    let (lang, text) = example(&page);
    assert!(["policy", "yaml", "toml", "console", "text"].contains(&lang), "{}: {lang}", code.id);
    assert!(!text.trim().is_empty(), "{}: empty example", code.id);
    if lang == "policy" {
        let found: Vec<_> = parse(text).errors.iter().map(|e| syntax_code(&e.kind)).collect();
        let expected: &[&str] = if code.id < "P0200" { &[code.id] } else { &[] };
        assert_eq!(found, expected, "{}: syntax of its example", code.id);
    }
}

#[test]
fn every_code_has_a_page_that_shows_it() {
    ALL.iter().for_each(|code| check(code));
}

#[test]
fn the_index_lists_the_codes_and_nothing_else() {
    let index = read("README.md");
    let row = |c: &&Code| {
        let level = format!("{:?}", c.level).to_lowercase();
        format!("| [{0}]({0}.md) | {level} | {1} | {2} |", c.id, c.nl, c.en)
    };
    let expected: Vec<String> = ALL.iter().map(row).collect();
    let listed: Vec<&str> = index.lines().filter(|l| l.starts_with("| [")).collect();
    assert_eq!(listed, expected);
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/codes");
    let pages = std::fs::read_dir(folder).expect("docs/codes").count();
    assert_eq!(pages, ALL.len() + 2, "a page for each code, the index and the pack of the examples");
}

#[test]
fn the_pack_of_the_examples_can_be_read() {
    assert_eq!(parse(&read("library.policy")).errors, []);
}
