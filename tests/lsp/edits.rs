//! Whatever is edited in whatever order, what is shown in the end is what a fresh start shows.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::client::{Client, at, capable, folder, uri};
use crate::{BAD, LENDING, TOML, library, talk};

const FILES: [&str; 3] = ["bad.declaration.yaml", "good.declaration.yaml", "lending.policy"];

/// Pieces that mean something here, and some that do not.
const PIECES: [&str; 10] =
    ["", "\n", "# remark\n", "cash", "card", "ë🙂", " }", "Nearby", "  items: [some]\n", "without card"];

#[derive(Debug, Clone)]
struct Edit {
    file: usize,
    start: usize,
    length: usize,
    piece: usize,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let one = (0..FILES.len(), 0..600usize, 0..12usize, 0..PIECES.len());
    let one = one.prop_map(|(file, start, length, piece)| Edit { file, start, length, piece });
    prop::collection::vec(one, 1..10)
}

fn position(text: &str, byte: usize) -> Value {
    let start = text[..byte].rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": text[..byte].matches('\n').count(), "character": byte - start })
}

fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn apply(text: &mut String, edit: &Edit) -> Value {
    let start = boundary(text, edit.start % (text.len() + 1));
    let end = boundary(text, start + edit.length).max(start);
    let range = json!({ "start": position(text, start), "end": position(text, end) });
    text.replace_range(start..end, PIECES[edit.piece]);
    json!([{ "range": range, "text": PIECES[edit.piece] }])
}

async fn shown(client: &mut Client, root: &Path, versions: &[i32]) -> Vec<Value> {
    let mut all = Vec::new();
    for (file, version) in FILES.iter().zip(versions) {
        all.push(client.of_version(&root.join(file), *version).await);
    }
    // Once nothing more comes, what is shown is what there is.
    while let Ok(message) =
        tokio::time::timeout(std::time::Duration::from_millis(700), client.receive()).await
    {
        drop(message);
    }
    FILES.iter().map(|file| client.published[&uri(&root.join(file))]["diagnostics"].clone()).collect()
}

async fn edited(root: &Path, edits: &[Edit]) -> (Vec<Value>, Vec<String>) {
    let mut client = Client::open(&[root], capable()).await;
    let mut texts: Vec<String> =
        FILES.iter().map(|file| std::fs::read_to_string(root.join(file)).expect("a file")).collect();
    let mut versions = vec![1; FILES.len()];
    for (file, text) in FILES.iter().zip(&texts) {
        client.open_text(&root.join(file), 1, text).await;
    }
    for edit in edits {
        versions[edit.file] += 1;
        let changes = apply(&mut texts[edit.file], edit);
        client.change(&root.join(FILES[edit.file]), versions[edit.file], changes).await;
    }
    (shown(&mut client, root, &versions).await, texts)
}

async fn fresh(root: &Path, texts: &[String]) -> Vec<Value> {
    let mut client = Client::open(&[root], capable()).await;
    for (file, text) in FILES.iter().zip(texts) {
        client.open_text(&root.join(file), 1, text).await;
    }
    shown(&mut client, root, &[1; FILES.len()]).await
}

#[test]
fn any_sequence_of_edits_ends_as_a_fresh_start() {
    let root = library("any-sequence");
    let mut runner = TestRunner::new(Config { cases: 12, failure_persistence: None, ..Config::default() });
    let same = |edits: Vec<Edit>| {
        let (after, texts) = talk(edited(&root, &edits));
        let start = talk(fresh(&root, &texts));
        prop_assert_eq!(after, start, "{:?}", texts);
        Ok(())
    };
    runner.run(&edits(), same).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn each_request_sees_the_text_before_it() {
    let root = library("order");
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let path = root.join("bad.declaration.yaml");
        client.open_text(&path, 1, BAD).await;
        let mut asked = Vec::new();
        for version in 2..150 {
            let name = if version % 2 == 0 { "Nearby" } else { "Faraway" };
            let text = BAD.replace("Faraway", name);
            client.change(&path, version, json!([{ "text": text }])).await;
            asked.push((name, client.request("textDocument/hover", at(&path, 2, 22)).await));
        }
        let mut answered = 0;
        for (name, id) in asked {
            let answer = client.answer(id).await;
            // The text may be gone by the time it is answered; never is it answered about another one.
            if let Some(words) = answer["result"]["contents"]["value"].as_str() {
                assert!(words.contains(name), "{words} is not about {name}");
                answered += 1;
            } else {
                assert_eq!(answer["error"]["code"], json!(-32801), "{answer}");
            }
        }
        assert!(answered > 0, "some were answered");
    });
}

#[test]
fn a_line_more_in_a_policy_moves_the_clauses() {
    let files = [("lending.policy", LENDING), ("policy.toml", TOML), ("bad.declaration.yaml", BAD)];
    let root = folder("moves", &files);
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let (policy, bad) = (root.join("lending.policy"), root.join("bad.declaration.yaml"));
        let line = |found: &Value| {
            found["diagnostics"][0]["relatedInformation"][0]["location"]["range"]["start"]["line"].clone()
        };
        client.diagnostics(&bad, |_| true).await;
        let before = line(&client.published[&uri(&bad)]).as_u64().expect("a line");
        client.open_text(&policy, 1, &format!("# above\n{LENDING}")).await;
        client.diagnostics(&bad, |found| line(found) == json!(before + 1)).await;
    });
}
