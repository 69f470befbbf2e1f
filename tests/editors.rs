//! What editors get from the program: the TextMate grammar and the language configuration are generated, and the
//! examples that an editor offers are held to the language.
//!
//! `UPDATE=1 cargo test -p policy-tests --test editors` writes generated files again.

#[allow(dead_code)]
#[path = "docs/world.rs"]
mod world;

#[path = "editors/regex.rs"]
mod regex;
#[path = "editors/textmate.rs"]
mod textmate;

use std::path::{Path, PathBuf};

use policy_core::declare::{self, Format};
use policy_core::model::{Expected, FileId};
use policy_syntax::ItemWord;
use regex::Grammar;
use serde_json::{Value, json};
use world::{AS_OF, World};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn pest() -> Grammar {
    Grammar::read(&read("grammar/policy.pest"))
}

/// Holds a generated file to what is generated now, or writes it.
fn fresh(path: &str, value: &Value) {
    let text = format!("{value:#}\n");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(root().join(path), text).unwrap_or_else(|e| panic!("{path}: {e}"));
        return;
    }
    let stale = read(path) != text;
    assert!(
        !stale,
        "{path} is stale: run `UPDATE=1 cargo test -p policy-tests --test editors` and look at the difference"
    );
}

#[test]
fn the_textmate_grammar_is_that_of_the_parser() {
    fresh("editors/vscode/syntaxes/policy.tmLanguage.json", &textmate::grammar(&pest()));
}

#[test]
fn the_language_configuration_is_that_of_the_parser() {
    fresh("editors/vscode/language-configuration.json", &textmate::language(&pest()));
}

/// Settings that only the extension reads: which program runs, and what is logged of the talk with it.
const OF_THE_EXTENSION: [(&str, &str, &str); 2] = [
    (
        "path",
        "Waar het programma `policy` staat. Niet ingesteld: het programma in de extensie, anders dat in PATH.",
        "Where the program `policy` is. Not set: the program inside the extension, else the one on PATH.",
    ),
    (
        "trace.server",
        "Wat er in het logboek komt van het gesprek met de server.",
        "What of the talk with the server goes into the log.",
    ),
];

/// The settings of the manifest, and their texts in each language.
fn settings() -> (Value, [(&'static str, Value); 2]) {
    let Value::Object(mut said) = policy_lsp::description() else { panic!("a description") };
    let mut properties = said.remove("properties").expect("properties");
    properties["policy.path"] = json!({ "type": "string", "default": "", "scope": "machine-overridable" });
    let traces = ["off", "messages", "verbose"];
    properties["policy.trace.server"] =
        json!({ "type": "string", "enum": traces, "default": "off", "scope": "window" });
    let (mut nl, mut en) = (said["nls"]["nl"].take(), said["nls"]["en"].take());
    for (name, dutch, english) in OF_THE_EXTENSION {
        let key = format!("policy.{name}.description");
        properties[format!("policy.{name}")]["markdownDescription"] = json!(format!("%{key}%"));
        nl[&key] = json!(dutch);
        en[&key] = json!(english);
    }
    (properties, [("editors/vscode/package.nls.nl.json", nl), ("editors/vscode/package.nls.json", en)])
}

#[test]
fn the_settings_are_those_of_the_server() {
    let parse = |path: &str| -> Value { serde_json::from_str(&read(path)).expect(path) };
    let (properties, texts) = settings();
    let mut manifest = parse("editors/vscode/package.json");
    manifest["contributes"]["configuration"]["properties"] = properties;
    fresh("editors/vscode/package.json", &manifest);
    for (path, texts) in texts {
        let Value::Object(mut all) = parse(path) else { panic!("{path}: an object") };
        all.retain(|key, _| !key.starts_with("policy."));
        all.extend(texts.as_object().expect("texts by key").clone());
        fresh(path, &Value::Object(all));
    }
}

/// Colours follow the table of item words; reading follows the grammar. Both must know the same words.
#[test]
fn the_grammar_and_the_table_have_the_same_item_words() {
    let mut read = pest().words("item_word");
    let mut table: Vec<&str> = ItemWord::ALL.iter().flat_map(|(_, en, nl)| [*en, *nl]).collect();
    read.sort();
    table.sort();
    assert_eq!(read, table);
}

/// Nothing may be wrong with a text that is offered as an example, its tests hold, and it is laid out well.
fn good_example(name: &str, text: &str) {
    let world = World::with(text);
    // The header alone is a pack without rules; what follows it is for the user to write.
    let wrong = world.diagnostics.iter().filter(|d| d.code != "P0303");
    let said: Vec<String> = wrong.map(|d| format!("{} {}", d.code, d.message.en)).collect();
    assert!(said.is_empty(), "{name}: {}\n{text}", said.join("\n"));
    assert_eq!(world.format(text, None), text, "{name} is laid out otherwise");
    for test in &world.tests {
        let facts = world.facts(&test.given.text, None);
        for expect in &test.expects {
            let found = world.verdict(&expect.rule, &facts, test.as_of.unwrap_or(AS_OF));
            assert_eq!(found.map(Expected::Verdict), Some(expect.outcome), "{name}: `{}`", test.title);
        }
    }
}

/// A snippet with what stands in it before anything is typed.
fn expand(body: &str) -> String {
    let mut text = body.replace("$CURRENT_YEAR-$CURRENT_MONTH-$CURRENT_DATE", "2026-11-22").replace("$0", "");
    while let Some(start) = text.find("${") {
        let end = start + text[start..].find('}').expect("a place to fill in ends");
        let inside = &text[start + 2..end];
        let (_, offered) = inside.split_once([':', '|']).expect("a place to fill in offers something");
        let first = offered.trim_end_matches('|').split(if inside.contains('|') { ',' } else { '\0' }).next();
        text = format!("{}{}{}", &text[..start], first.unwrap_or_default(), &text[end + 1..]);
    }
    text
}

/// A test or a waiver together with a rule that it can be about.
fn with_its_rule(text: String) -> String {
    let mut words = text.split(' ');
    match (words.next(), words.next()) {
        (Some("test" | "toets" | "waive" | "aanvaard"), Some(rule)) => {
            format!("rule {rule} {{\n  no transfer outside EER\n}}\n\n{text}")
        }
        _ => text,
    }
}

#[test]
fn snippets_are_good_examples() {
    for lang in ["nl", "en"] {
        let path = format!("editors/vscode/snippets/{lang}.json");
        let snippets: Value = serde_json::from_str(&read(&path)).expect("JSON");
        let snippets = snippets.as_object().expect("snippets by name");
        assert!(snippets.len() > 5, "{path}");
        for (name, snippet) in snippets {
            let lines: Vec<&str> =
                snippet["body"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            good_example(&format!("{path}: {name}"), &with_its_rule(expand(&lines.join("\n"))));
        }
    }
}

#[test]
fn new_files_are_good_examples() {
    for lang in ["nl", "en"] {
        let policy = read(&format!("editors/vscode/templates/{lang}.policy"));
        good_example(lang, &policy.replace("{{name}}", "our-board").replace("{{title}}", "our board"));
        let declaration = read(&format!("editors/vscode/templates/{lang}.declaration.yaml"));
        let schema = World::standard().schema;
        // As it is, and with what is offered in comments below the first lines, which explain.
        let explained = declaration.lines().take_while(|line| line.starts_with('#')).count();
        let all = declaration.lines().skip(explained).map(|line| line.strip_prefix("# ").unwrap_or(line));
        for text in [declaration.clone(), all.map(|l| format!("{l}\n")).collect()] {
            let read = declare::read(&text, Format::Yaml, FileId::default(), &schema);
            let said: Vec<&str> = read.diagnostics.iter().map(|d| d.message.en.as_str()).collect();
            assert!(said.is_empty(), "{lang}: {}\n{text}", said.join("\n"));
        }
    }
}
