//! Each mistake is one diagnostic: its code, its place, and its words in both languages.
//!
//! A case is a mistake and what is said of it:
//! ```text
//! === WHY IT IS A MISTAKE
//! the sentence, or the whole item
//! --- CODE `place`
//! nl: what is said in Dutch
//! en: what is said in English
//! ```
//! `UPDATE_EXPECTED=1` writes what is said into the files; read it aloud before it is kept.

use std::path::{Path, PathBuf};

use policy_core::diag::Diagnostic;

use crate::world::{World, item};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/language/errors");

/// A mistake and what is said of it.
struct Case {
    why: String,
    text: String,
    said: String,
}

fn case(block: &str) -> Case {
    let (why, rest) = block.trim().split_once('\n').expect("a mistake");
    let (text, said) = rest.split_once("\n---").unwrap_or((rest, ""));
    Case { why: why.to_string(), text: text.to_string(), said: said.trim().to_string() }
}

/// A sentence stands in a rule; an item stands by itself.
fn whole(text: &str) -> String {
    if text.contains('{') { format!("{text}\n") } else { item(text) }
}

/// What is said of a mistake, in the form of a case.
fn said(world: &World, text: &str) -> String {
    let text = whole(text);
    let one = |d: &Diagnostic| {
        let place = d.span.of(&text).lines().next().unwrap_or_default();
        format!("{} `{place}`\nnl: {}\nen: {}", d.code, d.message.nl, d.message.en)
    };
    world.diagnostics(&text).iter().map(one).collect::<Vec<_>>().join("\n")
}

fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(FOLDER).expect("the folder is there").flatten();
    let mut files: Vec<_> = entries.map(|e| e.path()).collect();
    files.sort();
    files
}

/// Checks the cases of a file, or writes down what is said of them.
fn check(world: &World, path: &Path) -> usize {
    let content = std::fs::read_to_string(path).expect("a readable file");
    let cases: Vec<Case> = content.split("=== ").skip(1).map(case).collect();
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        let head = content.split("=== ").next().unwrap_or_default();
        let write = |c: &Case| format!("=== {}\n{}\n--- {}\n", c.why, c.text, said(world, &c.text));
        let text = format!("{head}{}", cases.iter().map(write).collect::<Vec<_>>().join("\n"));
        std::fs::write(path, text).expect("the file can be written");
        return cases.len();
    }
    for case in &cases {
        assert_eq!(said(world, &case.text), case.said, "{}: {}", path.display(), case.why);
    }
    cases.len()
}

#[test]
fn every_mistake_is_said_in_words() {
    let world = World::new();
    let count: usize = files().iter().map(|path| check(&world, path)).sum();
    assert!(count >= 40, "only {count} mistakes were found");
}
