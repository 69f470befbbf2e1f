//! What the crates must not know: no word of any domain, and nothing of what is later in the line.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Words that belong in packs. Matched as whole words, in any case.
const DOMAIN_WORDS: &[&str] = &[
    "leerling",
    "leerlingen",
    "leerlinggegevens",
    "pupil",
    "pupils",
    "student",
    "students",
    "school",
    "schools",
    "scholen",
    "onderwijs",
    "onderwijsinstelling",
    "verwerkersovereenkomst",
    "subverwerker",
    "subprocessor",
    "subprocessors",
    "doorgifte",
    "eer",
    "eea",
    "scc",
    "bcr",
    "dpf",
    "gdpr",
    "avg",
    "uavg",
    "bsn",
    "ketenid",
    "snappet",
    "schoolmonitor",
    "smartschool",
    "smartschools",
    "studyspace",
    "nederland",
    "netherlands",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "pest" || e == "toml") {
            found.push(path);
        }
    }
}

#[test]
fn the_engine_knows_no_school() {
    let mut all = Vec::new();
    files(&root().join("crates"), &mut all);
    files(&root().join("grammar"), &mut all);
    assert!(all.len() > 20, "only {} files were found", all.len());
    let mut found = Vec::new();
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let words = line.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
            let hits = words.filter(|w| DOMAIN_WORDS.contains(&w.as_str()));
            found.extend(hits.map(|w| format!("{}:{}: {w}", path.display(), number + 1)));
        }
    }
    assert!(found.is_empty(), "words of a domain belong in policies/:\n{}", found.join("\n"));
}

/// The packages a package depends on, by `cargo tree`.
fn dependencies(package: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "-p",
            package,
        ])
        .current_dir(root())
        .output()
        .expect("cargo tree runs");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    names.lines().filter_map(|l| l.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn no_crate_knows_what_is_later_in_the_line() {
    let forbidden: [(&str, &[&str]); 5] = [
        (
            "policy-syntax",
            &["policy-core", "policy-db", "policy-cli", "salsa", "serde_json", "clap", "ariadne"],
        ),
        ("policy-core", &["policy-db", "policy-cli", "salsa", "clap", "ariadne", "indicatif", "tokio"]),
        ("policy-db", &["policy-cli", "policy-ide", "clap", "ariadne", "indicatif", "comfy-table"]),
        ("policy-ide", &["policy-cli", "policy-lsp", "tokio", "tower-lsp", "lsp-types", "clap", "ariadne"]),
        ("policy-lsp", &["policy-cli", "clap", "ariadne", "indicatif", "comfy-table"]),
    ];
    for (package, later) in forbidden {
        let used = dependencies(package);
        assert!(used.contains(&package.to_owned()), "{package} was not in its own tree: {used:?}");
        for name in later {
            assert!(!used.contains(&(*name).to_owned()), "{package} must not know {name}");
        }
    }
}

#[test]
fn files_are_read_in_one_place() {
    let mut all = Vec::new();
    for part in ["crates/syntax/src", "crates/core/src"] {
        files(&root().join(part), &mut all);
    }
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        for word in ["std::fs", "std::net", "std::process", "std::thread", "SystemTime", "Instant::now"] {
            assert!(
                !text.contains(word),
                "{} uses {word}: core and syntax have no I/O, threads or clock",
                path.display()
            );
        }
    }
}
