//! The JSON of an evaluation against its JSON Schema, and against what it promises beyond that.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs `policy eval --format json` and gives what it wrote.
fn eval(folder: &Path, arguments: &[&str]) -> Value {
    let done = Command::new(env!("CARGO_BIN_EXE_policy"))
        .args(["eval", "--format", "json", "--as-of", "2026-11-22"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    serde_json::from_slice(&done.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&done.stderr)))
}

fn validate(result: &Value) {
    let schema =
        fs::read_to_string(root().join("docs/policy-eval.schema.json")).expect("the schema is there");
    let schema: Value = serde_json::from_str(&schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a JSON Schema");
    let errors: Vec<_> =
        validator.iter_errors(result).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// Every fail and unknown has a finding with a place on both sides; every unknown names what is missing.
fn explained(folder: &Path, result: &Value) {
    for declaration in list(&result["results"]) {
        for rule in list(&declaration["rules"]) {
            let name = format!("{} {}", declaration["declaration"], rule["rule"]);
            let findings = list(&rule["findings"]);
            if !matches!(rule["verdict"].as_str(), Some("fail" | "unknown")) {
                continue;
            }
            assert!(
                findings.iter().any(|finding| finding["verdict"] == rule["verdict"]),
                "{name}: no finding"
            );
            for finding in findings {
                stands_somewhere(folder, &finding["declaration"], &name);
                stands_somewhere(folder, &finding["policy"], &name);
            }
            let missing = findings.iter().any(|finding| !list(&finding["missing"]).is_empty());
            assert!(rule["verdict"] != "unknown" || missing, "{name}: unknown, and nothing is missing");
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn stands_somewhere(folder: &Path, span: &Value, name: &str) {
    let file = span["file"].as_str().expect("a file");
    let (start, end) =
        (span["start"]["byte"].as_u64().expect("a byte"), span["end"]["byte"].as_u64().expect("a byte"));
    assert!(start < end, "{name}: nothing is marked in {file}");
    if file.starts_with("policy:") {
        return;
    }
    let text = fs::read_to_string(folder.join(file)).expect("the file can be read");
    let marked =
        text.get(start as usize..end as usize).unwrap_or_else(|| panic!("{name}: {start}..{end} in {file}"));
    let line = text[..start as usize].matches('\n').count() as u64 + 1;
    assert_eq!(span["start"]["line"].as_u64(), Some(line), "{name}: {marked:?}");
}

#[test]
fn lending_library() {
    let folder = root().join("tests/cli/files");
    let files = [
        "-p",
        "lending.policy",
        "north.declaration.yaml",
        "south.declaration.json",
        "missing.declaration.yaml",
    ];
    for explain in ["off", "findings", "full"] {
        for lang in ["nl", "en"] {
            let result = eval(&folder, &[&files[..], &["--explain", explain, "--lang", lang]].concat());
            validate(&result);
            assert_eq!(list(&result["results"]).len(), 2, "the others are evaluated");
            assert_eq!(list(&result["diagnostics"]).len(), 1, "the missing file is reported");
            if explain != "off" {
                explained(&folder, &result);
            }
        }
    }
}

#[test]
fn a_run_is_the_same_byte_for_byte() {
    let once = || {
        let done = Command::new(env!("CARGO_BIN_EXE_policy"))
            .args(["eval", "--format", "json", "--as-of", "2026-11-22", "--explain", "findings"])
            .current_dir(root())
            .output()
            .expect("the program runs");
        String::from_utf8(done.stdout).expect("UTF-8")
    };
    let first = once();
    assert!(first.len() > 100_000, "{} bytes", first.len());
    // No `assert_eq`: a difference would print it all twice.
    for _ in 0..2 {
        let again = once();
        let differs = first.lines().zip(again.lines()).find(|(a, b)| a != b);
        assert!(first == again, "two runs differ: {differs:?}");
    }
}

#[test]
fn this_repository() {
    let result = eval(&root(), &["--explain", "full"]);
    validate(&result);
    explained(&root(), &result);
}
