//! The same codes, places and words as the command line; sent or asked for, never both.

use std::process::Command;

use serde_json::{Value, json};

use crate::client::{Client, capable, pulling, root, uri};
use crate::{BAD, GOOD, library, talk};

/// What is compared: the code, first and last place, and the words.
type Told = (String, [u64; 4], String);

fn place(text: &str, byte: u64) -> [u64; 2] {
    let before = &text[..byte as usize];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    [line as u64, (before.len() - start) as u64]
}

fn by_command_line(report: &Value, text: &str) -> Vec<Told> {
    let told = |code: &str, place_of: &Value, words: &Value| {
        let [start, end] =
            ["start", "end"].map(|end| place(text, place_of[end]["byte"].as_u64().expect("a byte")));
        (code.to_owned(), [start[0], start[1], end[0], end[1]], words.as_str().expect("words").to_owned())
    };
    let rules = report["rules"].as_array().expect("rules").iter();
    let of_rule = |rule: &Value| -> Vec<Told> {
        let findings = rule["findings"].as_array().expect("findings").iter();
        let code = rule["rule"].as_str().expect("an id");
        findings.map(|found| told(code, &found["declaration"], &found["reason"])).collect()
    };
    rules.flat_map(of_rule).collect()
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
            range,
            one["message"].as_str().expect("words").to_owned(),
        )
    };
    diagnostics.as_array().expect("a list").iter().map(told).collect()
}

#[test]
fn every_finding_on_the_five_vendors_is_that_of_the_command_line() {
    let root = root();
    let output = Command::new(env!("CARGO_BIN_EXE_policy"))
        .args(["eval", "--no-fail", "--format", "json"])
        .current_dir(&root)
        .output()
        .expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let results = report["results"].as_array().expect("results");
    assert_eq!(results.len(), 5);
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        for result in results {
            let path = root.join(result["declaration"].as_str().expect("a name"));
            let text = std::fs::read_to_string(&path).expect("a declaration");
            let found = client.diagnostics(&path, |_| true).await;
            let expected = by_command_line(result, &text);
            assert!(expected.len() > 20, "{} findings in {}", expected.len(), path.display());
            assert_eq!(by_editor(&found), expected, "{}", path.display());
            let sides =
                found.as_array().expect("a list").iter().map(|one| &one["relatedInformation"][0]["location"]);
            for (side, finding) in sides.zip(results_of(result)) {
                let file = root.join(finding["policy"]["file"].as_str().expect("a policy"));
                assert_eq!(side["uri"], json!(uri(&file)));
                let line = finding["policy"]["start"]["line"].as_u64().expect("a line") - 1;
                assert_eq!(side["range"]["start"]["line"], json!(line));
            }
        }
        assert_eq!(client.end().await, 0);
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
