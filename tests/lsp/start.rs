//! How real clients say hello, and what they are answered.

use std::path::Path;

use serde_json::{Value, json};

use crate::client::{Client, uri};
use crate::{library, talk};

/// Says hello as recorded, with another folder, and gives the answer's capabilities.
async fn hello(recorded: &str, root: &Path) -> (Client, Value) {
    let mut params: Value = serde_json::from_str(recorded).expect("JSON");
    params["processId"] = Value::Null;
    params["rootUri"] = json!(uri(root));
    params["rootPath"] = json!(root);
    params["workspaceFolders"] = json!([{ "uri": uri(root), "name": "library" }]);
    let mut client = Client::new();
    let answer = client.ask("initialize", params).await;
    client.tell("initialized", json!({})).await;
    (client, answer["capabilities"].clone())
}

const FEATURES: [&str; 16] = [
    "hoverProvider",
    "completionProvider",
    "definitionProvider",
    "referencesProvider",
    "documentHighlightProvider",
    "documentSymbolProvider",
    "workspaceSymbolProvider",
    "codeActionProvider",
    "codeLensProvider",
    "documentFormattingProvider",
    "documentRangeFormattingProvider",
    "renameProvider",
    "foldingRangeProvider",
    "selectionRangeProvider",
    "semanticTokensProvider",
    "inlayHintProvider",
];

#[test]
fn visual_studio_code_asks_for_diagnostics() {
    let root = library("vscode");
    talk(async {
        let (mut client, can) = hello(include_str!("initialize/vscode-1.139.json"), &root).await;
        assert_eq!(can["positionEncoding"], json!("utf-16"));
        assert_eq!(can["diagnosticProvider"]["workspaceDiagnostics"], json!(true));
        for feature in FEATURES {
            assert!(!can[feature].is_null(), "{feature}");
        }
        let document = json!({ "textDocument": { "uri": uri(&root.join("bad.declaration.yaml")) } });
        let report = client.ask("textDocument/diagnostic", document).await;
        assert_eq!(report["items"][0]["code"], json!("deposits"));
        assert!(client.published.is_empty());
        // It watches files and tells about settings, when asked to.
        assert_eq!(client.end().await, 0);
    });
}

#[test]
fn the_table_of_capabilities_is_what_is_answered() {
    let page = include_str!("../../docs/editor-capabilities.md");
    let rows = page.lines().filter(|line| line.starts_with("| `") && line.split('|').count() == 10);
    let named = |line: &str| {
        let name = line.split('`').nth(1).expect("a name").to_owned();
        (name, line.split('|').nth(2).is_some_and(|cell| cell.trim() == "yes"))
    };
    let told: Vec<(String, bool)> = rows.map(named).filter(|(name, _)| name.ends_with("Provider")).collect();
    assert!(told.len() > 15, "{told:?}");
    let root = library("table");
    talk(async {
        let (_client, can) = hello(include_str!("initialize/vscode-1.139.json"), &root).await;
        for (name, yes) in &told {
            assert_eq!(!can[name].is_null(), *yes, "{name}");
        }
        // The rows that say more than that there is a provider.
        for (part, answered) in [
            ("/positionEncoding", json!("utf-16")),
            ("/textDocumentSync/change", json!(2)),
            ("/diagnosticProvider/workspaceDiagnostics", json!(true)),
            ("/renameProvider/prepareProvider", json!(true)),
            ("/semanticTokensProvider/full", json!(true)),
            ("/semanticTokensProvider/range", json!(true)),
            ("/workspace/workspaceFolders/supported", json!(true)),
            ("/workspace/workspaceFolders/changeNotifications", json!(true)),
        ] {
            assert_eq!(can.pointer(part), Some(&answered), "{part}");
        }
        for name in can.as_object().expect("capabilities").keys().filter(|name| name.ends_with("Provider")) {
            assert!(
                told.iter().any(|(row, _)| row == name),
                "{name} is missing in docs/editor-capabilities.md"
            );
        }
    });
}

#[test]
fn a_new_neovim_asks_for_diagnostics_and_counts_bytes() {
    let root = library("neovim-new");
    talk(async {
        let (mut client, can) = hello(include_str!("initialize/neovim-0.11.json"), &root).await;
        assert_eq!(can["positionEncoding"], json!("utf-8"));
        assert!(!can["diagnosticProvider"].is_null());
        let document = json!({ "textDocument": { "uri": uri(&root.join("bad.declaration.yaml")) } });
        let report = client.ask("textDocument/diagnostic", document).await;
        assert_eq!(report["items"][0]["code"], json!("deposits"));
        assert!(client.published.is_empty());
        assert_eq!(client.end().await, 0);
    });
}

#[test]
fn an_old_neovim_is_sent_diagnostics() {
    let root = library("neovim");
    talk(async {
        let (mut client, can) = hello(include_str!("initialize/neovim-0.7.json"), &root).await;
        assert_eq!(can["positionEncoding"], json!("utf-16"));
        assert!(can["diagnosticProvider"].is_null());
        client.diagnostics(&root.join("bad.declaration.yaml"), |_| true).await;
        assert_eq!(client.break_off().await, 1);
    });
}
