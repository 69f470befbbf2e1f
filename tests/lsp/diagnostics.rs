//! The same codes, places and words as the command line; sent or asked for, never both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::client::{Client, capable, folder, pulling, root, uri};
use crate::{BAD, GOOD, LENDING, TOML, library, talk};

/// What is compared: the code, how grave it is, first and last place, and the words.
type Told = (String, u64, [u64; 4], String);

fn place(text: &str, byte: u64) -> [u64; 2] {
    let before = &text[..byte as usize];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    [line as u64, (before.len() - start) as u64]
}

fn by_command_line(report: &Value, text: &str) -> Vec<Told> {
    let told = |rule: &Value, found: &Value| {
        let code = rule["rule"].as_str().expect("an id").to_owned();
        let of = &found["declaration"];
        let [start, end] = ["start", "end"].map(|end| place(text, of[end]["byte"].as_u64().expect("a byte")));
        let words = found["reason"].as_str().expect("words").to_owned();
        (code, gravity(rule, found), [start[0], start[1], end[0], end[1]], words)
    };
    let rules = report["rules"].as_array().expect("rules").iter();
    let of_rule = |rule: &Value| -> Vec<Told> {
        let findings = rule["findings"].as_array().expect("findings").iter();
        findings.map(|found| told(rule, found)).collect()
    };
    rules.flat_map(of_rule).collect()
}

/// How grave a finding is, where results count from medium severity on.
fn gravity(rule: &Value, found: &Value) -> u64 {
    let counts = rule["severity"] != json!("low");
    let silent = found["declaration"]["absent"] == json!(true);
    match (found["verdict"].as_str().expect("a verdict"), counts) {
        _ if !rule["waived"].is_null() => 4,
        ("unknown", _) if silent => 3,
        ("fail", true) => 1,
        ("fail", false) | ("unknown", true) => 2,
        ("unknown", false) => 3,
        other => panic!("{other:?} is no finding"),
    }
}

fn by_editor(diagnostics: &Value) -> Vec<Told> {
    let number = |end: &Value, name: &str| end[name].as_u64().expect("a number");
    let told = |one: &Value| {
        let (start, end) = (&one["range"]["start"], &one["range"]["end"]);
        let range = [
            number(start, "line"),
            number(start, "character"),
            number(end, "line"),
            number(end, "character"),
        ];
        (
            one["code"].as_str().expect("a code").to_owned(),
            number(one, "severity"),
            range,
            one["message"].as_str().expect("words").to_owned(),
        )
    };
    diagnostics.as_array().expect("a list").iter().map(told).collect()
}

/// A folder with the five declarations, the packs of this repository, and these settings of rules.
fn five_vendors(name: &str, rules: &str) -> PathBuf {
    let packs = ["core", "extended", "mission"].map(|pack| root().join("policies").join(pack));
    let toml = format!(
        "packs = {packs:?}\ndeclarations = [\".\"]\nas-of = 2026-11-22\nfail-level = \"medium\"\n{rules}"
    );
    let folder = folder(name, &[("policy.toml", toml.as_str())]);
    let vendors = std::fs::read_dir(root().join("tests/vendors")).expect("a folder").flatten();
    for file in vendors.filter(|file| file.path().to_string_lossy().ends_with(".declaration.yaml")) {
        std::fs::copy(file.path(), folder.join(file.file_name())).expect("a copy");
    }
    folder
}

/// The results of the command line in a folder.
fn evaluated(folder: &Path) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_policy"))
        .args(["eval", "--no-fail", "--format", "json"])
        .current_dir(folder)
        .output()
        .expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let results = report["results"].as_array().expect("results").clone();
    assert_eq!(results.len(), 5);
    results
}

/// Holds the editor to the command line: code, place, gravity, words, and the clause of every finding, in their order.
/// Gives how many findings there are by rule.
fn same_in(folder: &Path) -> BTreeMap<String, usize> {
    let results = evaluated(folder);
    let mut all = BTreeMap::new();
    talk(async {
        let mut client = Client::open(&[folder], capable()).await;
        for result in &results {
            let path = folder.join(result["declaration"].as_str().expect("a name"));
            let text = std::fs::read_to_string(&path).expect("a declaration");
            let found = client.diagnostics(&path, |_| true).await;
            let expected = by_command_line(result, &text);
            assert!(expected.len() > 20, "{} findings in {}", expected.len(), path.display());
            assert_eq!(by_editor(&found), expected, "{}", path.display());
            expected.into_iter().for_each(|(rule, ..)| *all.entry(rule).or_insert(0) += 1);
            let sides =
                found.as_array().expect("a list").iter().map(|one| &one["relatedInformation"][0]["location"]);
            for (side, finding) in sides.zip(results_of(result)) {
                let file = folder.join(finding["policy"]["file"].as_str().expect("a policy"));
                assert_eq!(side["uri"], json!(uri(&file)));
                let line = finding["policy"]["start"]["line"].as_u64().expect("a line") - 1;
                assert_eq!(side["range"]["start"]["line"], json!(line));
            }
        }
        assert_eq!(client.end().await, 0);
    });
    all
}

#[test]
fn every_finding_on_the_five_vendors_is_that_of_the_command_line() {
    let all = same_in(&five_vendors("five", ""));
    assert!(all["sec-05"] > 0 && all["ret-01"] > 0, "{all:?}");
}

#[test]
fn what_policy_toml_says_about_rules_counts_in_the_editor() {
    let rules = "[rules]\nsec-05 = \"low\"\nret-01 = { off = true, reason = \"another office\" }\n";
    let folder = five_vendors("five-settings", rules);
    let all = same_in(&folder);
    assert!(all["sec-05"] > 0 && !all.contains_key("ret-01"), "{all:?}");
}

/// What a document does not say can be made quieter; what it says wrong cannot.
#[test]
fn open_questions_are_as_loud_as_is_wanted() {
    let silent =
        "loans:\n  complete: true\n  items: [{ branch: Faraway, deposit: [card] }, { branch: Faraway }]\n";
    let files = [("lending.policy", LENDING), ("policy.toml", TOML), ("a.declaration.yaml", silent)];
    let folder = folder("open-questions", &files);
    let path = folder.join("a.declaration.yaml");
    let gravities = |found: &Value| -> Vec<u64> {
        let all = found["diagnostics"].as_array().expect("a list").iter();
        all.filter_map(|one| one["severity"].as_u64()).collect()
    };
    talk(async {
        let mut client = Client::open(&[&folder], capable()).await;
        client.diagnostics(&path, |found| gravities(found) == [1, 3]).await;
        for (word, seen) in [("hint", &[1, 4][..]), ("off", &[1]), ("information", &[1, 3])] {
            client.settings = json!({ "openQuestions": word });
            client.tell("workspace/didChangeConfiguration", json!({ "settings": null })).await;
            client.diagnostics(&path, |found| gravities(found) == seen).await;
        }
    });
}

/// Settings of rules are read live, and one of a rule that is not there is a mistake in `policy.toml`.
#[test]
fn settings_of_rules_are_followed() {
    let folder = library("rule-settings");
    let toml = folder.join("policy.toml");
    let bad = folder.join("bad.declaration.yaml");
    let gravity = |found: &Value| found["diagnostics"][0]["severity"].clone();
    talk(async {
        let mut client = Client::open(&[&folder], capable()).await;
        client.diagnostics(&bad, |found| gravity(found) == json!(1)).await;
        let say = |rules: &str| format!("{TOML}fail-level = \"medium\"\n[rules]\n{rules}\n");
        client.open_text(&toml, 1, &say("deposits = \"low\"")).await;
        client.diagnostics(&bad, |found| gravity(found) == json!(2)).await;
        let off = say("deposits = { off = true, reason = \"moving house\" }");
        client.change(&toml, 2, json!([{ "text": off }])).await;
        client.diagnostics(&bad, |found| found["diagnostics"] == json!([])).await;
        let lenses = json!({ "textDocument": { "uri": uri(&folder.join("lending.policy")) } });
        let lenses = client.ask("textDocument/codeLens", lenses).await;
        assert_eq!(lenses[0]["command"]["title"], json!("switched off in policy.toml: moving house"));
        client.change(&toml, 3, json!([{ "text": say("deposit = \"low\"") }])).await;
        client.diagnostics(&bad, |found| gravity(found) == json!(1)).await;
        let wrong = client.of_version(&toml, 3).await;
        assert_eq!(wrong[0]["message"], json!("there is no rule `deposit`; did you mean `deposits`?"));
    });
}

fn results_of(result: &Value) -> impl Iterator<Item = &Value> {
    let rules = result["rules"].as_array().expect("rules").iter();
    rules.flat_map(|rule| rule["findings"].as_array().expect("findings"))
}

#[test]
fn an_edit_shows_its_consequences_and_closed_documents_count() {
    let folder = library("edit");
    talk(async {
        let mut client = Client::open(&[&folder], capable()).await;
        let (bad, good) = (folder.join("bad.declaration.yaml"), folder.join("good.declaration.yaml"));
        let found = client.diagnostics(&bad, |_| true).await;
        assert_eq!(found[0]["code"], json!("deposits"));
        assert_eq!(found[0]["severity"], json!(1));
        assert!(!client.published.contains_key(&uri(&good)), "nothing to say about it");
        client.open_text(&bad, 1, BAD).await;
        client.of_version(&bad, 1).await;
        client.change(&bad, 2, json!([{ "text": GOOD }])).await;
        assert_eq!(client.of_version(&bad, 2).await, json!([]));
        client.change(&bad, 3, json!([{ "text": "loans: [" }])).await;
        let broken = client.of_version(&bad, 3).await;
        assert_eq!(broken[0]["code"], json!("P0401"));
        // What is on disk counts again.
        client.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri(&bad) } })).await;
        let found = client.diagnostics(&bad, |found| found.get("version").is_none()).await;
        assert_eq!(found[0]["code"], json!("deposits"));
    });
}

#[test]
fn what_could_be_read_counts_beside_a_mistake() {
    let folder = library("beside");
    talk(async {
        let mut client = Client::open(&[&folder], capable()).await;
        let bad = folder.join("bad.declaration.yaml");
        client.open_text(&bad, 1, &format!("{BAD}unknown: {{ a: 1 }}\n")).await;
        let found = client.of_version(&bad, 1).await;
        let codes: Vec<_> = found.as_array().expect("a list").iter().map(|one| one["code"].clone()).collect();
        assert_eq!(codes, [json!("P0403"), json!("deposits")]);
    });
}

#[test]
fn who_asks_is_not_sent_anything_and_is_told_what_changed() {
    let folder = library("pull");
    talk(async {
        let mut client = Client::open(&[&folder], pulling()).await;
        let (bad, good) = (folder.join("bad.declaration.yaml"), folder.join("good.declaration.yaml"));
        client.open_text(&bad, 1, BAD).await;
        let params =
            |previous: Value| json!({ "textDocument": { "uri": uri(&bad) }, "previousResultId": previous });
        let report = client.ask("textDocument/diagnostic", params(Value::Null)).await;
        assert_eq!((&report["kind"], &report["items"][0]["code"]), (&json!("full"), &json!("deposits")));
        let again = client.ask("textDocument/diagnostic", params(report["resultId"].clone())).await;
        assert_eq!(again["kind"], json!("unchanged"));
        // The workspace is streamed, and what comes later only as far as it changed.
        let all = json!({ "previousResultIds": [], "partialResultToken": "all" });
        let held = client.request("workspace/diagnostic", all).await;
        let mut seen = Vec::new();
        while !seen.contains(&uri(&bad)) {
            seen.extend(streamed(&mut client).await);
        }
        std::fs::write(&good, BAD).expect("a file");
        client.watched(&good, 2).await;
        let later = streamed(&mut client).await;
        assert_eq!(later, [uri(&good)]);
        client.tell("$/cancelRequest", json!({ "id": held })).await;
        assert_eq!(client.answer(held).await["error"]["code"], json!(-32800));
        assert!(client.published.is_empty(), "sent to a client that asks: {:?}", client.published.keys());
    });
}

/// The documents of the next part of a streamed report.
async fn streamed(client: &mut Client) -> Vec<String> {
    loop {
        let message = client.receive().await;
        if message["params"]["token"] == json!("all") {
            let items = message["params"]["value"]["items"].as_array().expect("items").iter();
            return items.map(|item| item["uri"].as_str().expect("an address").to_owned()).collect();
        }
    }
}
