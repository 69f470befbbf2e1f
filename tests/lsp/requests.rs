//! What is asked about documents; the features themselves have tests of their own.

use serde_json::{Value, json};

use crate::client::{Client, at, capable, uri};
use crate::{BAD, library, talk};

fn labels(items: &Value) -> Vec<&str> {
    items["items"].as_array().expect("items").iter().filter_map(|item| item["label"].as_str()).collect()
}

#[test]
fn a_declaration_is_explained_completed_and_mended() {
    let root = library("declaration");
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let path = root.join("bad.declaration.yaml");
        client.open_text(&path, 1, BAD).await;
        let hover = client.ask("textDocument/hover", at(&path, 2, 22)).await;
        assert!(hover["contents"]["value"].as_str().expect("words").contains("Verreweg"), "{hover}");
        let terms = client.ask("textDocument/completion", at(&path, 2, 40)).await;
        assert!(labels(&terms).starts_with(&["cash", "card"]), "{terms}");
        let top = client.ask("textDocument/completion", at(&path, 3, 0)).await;
        assert!(!labels(&top).contains(&"loans"), "it is there already: {top}");
        let definition = client.ask("textDocument/definition", at(&path, 0, 2)).await;
        assert_eq!(definition[0]["targetUri"], json!(uri(&root.join("lending.policy"))));
        // A term that is nearly right is replaced; then the finding is gone.
        client.change(&path, 2, json!([{ "text": BAD.replace("card", "cahs") }])).await;
        let found = client.of_version(&path, 2).await;
        assert_eq!(found[0]["code"], json!("P0405"));
        let context = json!({ "diagnostics": [found[0]] });
        let params =
            json!({ "textDocument": { "uri": uri(&path) }, "range": found[0]["range"], "context": context });
        let actions = client.ask("textDocument/codeAction", params).await;
        assert_eq!(actions[0]["isPreferred"], json!(true));
        assert_eq!(actions[0]["diagnostics"][0]["code"], json!("P0405"));
        let edit = &actions[0]["edit"]["documentChanges"][0];
        assert_eq!(edit["textDocument"]["version"], json!(2));
        client
            .change(
                &path,
                3,
                json!([{ "range": edit["edits"][0]["range"], "text": edit["edits"][0]["newText"] }]),
            )
            .await;
        assert_eq!(client.of_version(&path, 3).await, json!([]));
    });
}

#[test]
fn a_missing_field_is_inserted_and_asked_for() {
    let root = library("missing");
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let path = root.join("bad.declaration.yaml");
        let text = "loans:\n  - branch: Faraway # far\n";
        client.open_text(&path, 1, text).await;
        let found = client.of_version(&path, 1).await;
        let range = found[1]["range"].clone();
        let params = json!({ "textDocument": { "uri": uri(&path) }, "range": range, "context": { "diagnostics": [] } });
        let actions = client.ask("textDocument/codeAction", params).await;
        let add = actions
            .as_array()
            .expect("a list")
            .iter()
            .find(|action| action["title"] == json!("Add `deposit`"));
        let edit = &add.unwrap_or_else(|| panic!("the field is not offered: {actions} {found}"))["edit"]["documentChanges"]
            [0]["edits"][0];
        assert_eq!(edit["newText"], json!("\n    deposit: { undeclared: true }"));
        assert_eq!(edit["range"]["start"], json!({ "line": 1, "character": 25 }));
        let document = json!({ "textDocument": { "uri": uri(&path) } });
        let lens = client.ask("textDocument/codeLens", document.clone()).await;
        let titles: Vec<&str> =
            lens.as_array().expect("a list").iter().filter_map(|l| l["command"]["title"].as_str()).collect();
        assert_eq!(titles[0], "1 norm: 1 unknown");
        assert!(titles[1].starts_with("open questions for the vendor ("), "{titles:?}");
        let symbols = client.ask("textDocument/documentSymbol", document.clone()).await;
        assert_eq!(symbols[0]["children"][0]["name"], json!("Faraway"));
        let foldings = client.ask("textDocument/foldingRange", document).await;
        assert_eq!(foldings[0]["startLine"], json!(0));
    });
}

#[test]
fn policies_answer_too() {
    let root = library("policies");
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let path = root.join("lending.policy");
        let lines: Vec<_> = crate::LENDING.lines().collect();
        let line =
            lines.iter().position(|line| line.contains("no loan outside")).expect("the sentence") as u32;
        let character = lines[line as usize].find("Region").expect("the word") as u32 + 1;
        let hover = client.ask("textDocument/hover", at(&path, line, character)).await;
        assert!(hover["contents"]["value"].is_string(), "{hover}");
        let mut params = at(&path, line, character);
        params["newName"] = json!("area");
        let definition = client.ask("textDocument/definition", at(&path, line, character)).await;
        assert!(!definition.as_array().expect("a list").is_empty());
        let document = json!({ "textDocument": { "uri": uri(&path) } });
        let lens = client.ask("textDocument/codeLens", document.clone()).await;
        let of_rule = lens
            .as_array()
            .expect("a list")
            .iter()
            .find(|lens| lens["command"]["command"] == json!("policy.showResults"));
        let results = &of_rule.expect("one for the rule")["command"]["arguments"][0]["results"];
        assert_eq!(results[0]["verdict"], json!("fail"));
        assert_eq!(results[0]["uri"], json!(uri(&root.join("bad.declaration.yaml"))));
        let tokens = client.ask("textDocument/semanticTokens/full", document.clone()).await;
        assert!(tokens["data"].as_array().expect("numbers").len() > 50);
        let nothing = client.ask("textDocument/hover", at(&root.join("none.policy"), 0, 0)).await;
        assert_eq!(nothing, Value::Null);
    });
}

#[test]
fn a_standard_pack_is_a_document_of_the_server() {
    let root = crate::client::folder(
        "standard",
        &[
            ("a.declaration.yaml", "vendor: { name: Library }\n"),
            ("policy.toml", "packs = [\"model-4.0\"]\n"),
        ],
    );
    talk(async {
        let mut client = Client::open(&[&root], capable()).await;
        let definition =
            client.ask("textDocument/definition", at(&root.join("a.declaration.yaml"), 0, 2)).await;
        let target = definition[0]["targetUri"].clone();
        assert!(target.as_str().expect("an address").starts_with("policy:/model-4.0/"), "{target}");
        let document = client.ask("policy/document", json!({ "uri": target })).await;
        assert_eq!(document["languageId"], json!("policy"));
        assert!(document["text"].as_str().expect("a text").contains("record"));
        // It answers like any other once it is open.
        let open = json!({ "uri": target, "languageId": "policy", "version": 1, "text": document["text"] });
        client.tell("textDocument/didOpen", json!({ "textDocument": open })).await;
        let symbols =
            client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": target } })).await;
        assert!(!symbols.as_array().expect("a list").is_empty());
    });
}
