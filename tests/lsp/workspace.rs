//! Folders, files outside the editor, settings.

use serde_json::{Value, json};

use crate::client::{Client, capable, folder, uri};
use crate::{BAD, GOOD, LENDING, TOML, library, talk};

fn codes(found: &Value) -> Vec<String> {
    let all = found["diagnostics"].as_array().expect("a list").iter();
    all.map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn files_come_change_and_go_outside_the_editor() {
    let root = library("watched");
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        client.diagnostics(&root.join("bad.declaration.yaml"), |_| true).await;
        let new = root.join("below/new.declaration.yml");
        std::fs::create_dir_all(root.join("below")).expect("a folder");
        std::fs::write(&new, BAD).expect("a file");
        client.watched(&new, 1).await;
        client.diagnostics(&new, |found| codes(found) == ["deposits"]).await;
        std::fs::write(&new, GOOD).expect("a file");
        client.watched(&new, 2).await;
        client.diagnostics(&new, |found| codes(found).is_empty()).await;
        // An unsaved text wins over what is written to disk.
        client.open_text(&new, 1, BAD).await;
        std::fs::write(&new, GOOD).expect("a file");
        client.watched(&new, 2).await;
        client.diagnostics(&new, |found| codes(found) == ["deposits"]).await;
        client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri(&new) } })).await;
        client.diagnostics(&new, |found| codes(found).is_empty()).await;
        let bad = root.join("bad.declaration.yaml");
        std::fs::remove_file(&bad).expect("it was there");
        client.watched(&bad, 3).await;
        client.diagnostics(&bad, |found| codes(found).is_empty()).await;
        // A rule that changes on disk.
        std::fs::write(root.join("lending.policy"), LENDING.replace("without cash", "without card"))
            .expect("a file");
        client.watched(&root.join("lending.policy"), 2).await;
        client.diagnostics(&root.join("good.declaration.yaml"), |found| codes(found) == ["deposits"]).await;
    });
}

#[test]
fn each_folder_has_settings_of_its_own() {
    let (one, two) = (library("first"), library("second"));
    std::fs::write(two.join("policy.toml"), TOML.replace("\"en\"", "\"nl\"")).expect("a file");
    talk(async {
        let mut client = Client::open(&[&one, &two], capable()).await;
        let words = |found: &Value| found[0]["message"].as_str().expect("words").to_owned();
        let first = client.diagnostics(&one.join("bad.declaration.yaml"), |_| true).await;
        let second = client.diagnostics(&two.join("bad.declaration.yaml"), |_| true).await;
        assert!(words(&first).contains("loan") && words(&second).contains("uitlening"), "{first} {second}");
        let gone = json!({ "event": { "added": [], "removed": [{ "uri": uri(&two), "name": "x" }] } });
        client.tell("workspace/didChangeWorkspaceFolders", gone).await;
        client.diagnostics(&two.join("bad.declaration.yaml"), |found| codes(found).is_empty()).await;
    });
}

#[test]
fn settings_are_read_live() {
    let root = library("settings");
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let bad = root.join("bad.declaration.yaml");
        client.diagnostics(&bad, |found| found["diagnostics"][0]["severity"] == json!(1)).await;
        client.settings = json!({ "language": "nl", "failLevel": "critical" });
        client.tell("workspace/didChangeConfiguration", json!({ "settings": null })).await;
        let dutch = |found: &Value| {
            found["diagnostics"][0]["message"].as_str().is_some_and(|m| m.contains("uitlening"))
        };
        let found = client.diagnostics(&bad, dutch).await;
        assert_eq!(found[0]["severity"], json!(2));
        client.settings = json!({ "asOf": "2020-01-01" });
        client.tell("workspace/didChangeConfiguration", json!({ "settings": null })).await;
        client.diagnostics(&bad, |found| found["diagnostics"][0]["severity"] == json!(1)).await;
        let status = client.ask("policy/status", json!({})).await;
        assert_eq!(status["asOf"], json!("2020-01-01"));
        assert_eq!((&status["declarations"], &status["counts"]["fail"]), (&json!(2), &json!(1)));
        // Also those of the folder itself.
        std::fs::write(root.join("policy.toml"), "packs = 3\n").expect("a file");
        client.watched(&root.join("policy.toml"), 2).await;
        client.diagnostics(&root.join("policy.toml"), |found| codes(found) == ["P0603"]).await;
    });
}

/// Whoever waits for one folder keeps nobody from editing another: the pass it waits for begins after that edit.
#[test]
fn how_things_stand_is_said_amid_edits_of_several_folders() {
    let (one, two) = (library("amid"), library("amid-too"));
    talk(async {
        let mut client = Client::open(&[&one, &two], capable()).await;
        let files = [one.join("bad.declaration.yaml"), two.join("bad.declaration.yaml")];
        for file in &files {
            client.open_text(file, 1, BAD).await;
            client.of_version(file, 1).await;
        }
        let begun = std::time::Instant::now();
        let mut asked = Vec::new();
        for version in 2..40 {
            for (nth, file) in files.iter().enumerate() {
                let text = [GOOD, BAD][(version as usize + nth) % 2];
                client.change(file, version, json!([{ "text": text }])).await;
                asked.push(client.request("policy/status", json!({})).await);
            }
        }
        for id in asked {
            client.answer(id).await;
        }
        let status = client.ask("policy/status", json!({})).await;
        let (declarations, fails) = (&status["declarations"], &status["counts"]["fail"]);
        assert_eq!((declarations, fails), (&json!(4), &json!(1)), "one of four is bad in the end");
        assert!(begun.elapsed() < std::time::Duration::from_secs(15), "{:?}", begun.elapsed());
    });
}

/// The date the server evaluates as of, once nothing changes.
async fn as_of(client: &mut Client) -> Value {
    loop {
        let id = client.request("policy/status", json!({})).await;
        if let Some(status) = client.answer(id).await.get("result") {
            return status["asOf"].clone();
        }
    }
}

/// Clients may answer in any order: what was asked last counts.
#[test]
fn an_older_answer_about_settings_does_not_replace_a_newer_one() {
    let root = library("settings-order");
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        as_of(&mut client).await;
        client.held = Some(Vec::new());
        for _ in 0..2 {
            client.tell("workspace/didChangeConfiguration", json!({ "settings": null })).await;
        }
        while client.held.as_ref().is_some_and(|held| held.len() < 2) {
            client.receive().await;
        }
        let questions = client.held.take().unwrap_or_default();
        let (older, newer) = (&questions[0], &questions[1]);
        client.settings = json!({ "asOf": "2020-01-01" });
        client.answer_settings(newer).await;
        while as_of(&mut client).await != json!("2020-01-01") {}
        client.settings = json!({ "asOf": "2019-01-01" });
        client.answer_settings(older).await;
        for _ in 0..20 {
            assert_eq!(as_of(&mut client).await, json!("2020-01-01"));
        }
    });
}

#[test]
fn a_declaration_outside_any_folder_counts_while_it_is_open() {
    let (root, elsewhere) = (library("inside"), library("elsewhere"));
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let path = elsewhere.join("bad.declaration.yaml");
        client.open_text(&path, 1, BAD).await;
        client.diagnostics(&path, |found| codes(found) == ["deposits"]).await;
        client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri(&path) } })).await;
        client.diagnostics(&path, |found| codes(found).is_empty()).await;
    });
}

#[test]
fn a_policy_that_nobody_evaluates_is_checked_by_itself() {
    let root =
        folder("alone", &[("policy.toml", TOML), ("lending.policy", LENDING), ("other/own.policy", "")]);
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let path = root.join("other/own.policy");
        let text = "policy own \"Own\" {\n  version 1.0.0\n}\n\nrule a {\n  nonsense here\n}\n";
        client.open_text(&path, 1, text).await;
        let found = client.of_version(&path, 1).await;
        assert!(!found.as_array().expect("a list").is_empty());
    });
}
