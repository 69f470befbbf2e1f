//! Input that is broken, huge or hostile: a clear message that names the file, exit code 2, and the other declarations
//! are evaluated and reported all the same.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder with a pack and one good declaration.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad-input").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/files");
    for file in ["lending.policy", "south.declaration.json"] {
        fs::copy(files.join(file), folder.join(file)).expect("a file can be copied");
    }
    fs::write(folder.join("policy.toml"), "packs = [\"lending.policy\"]\nlang = \"en\"\n").expect("settings");
    folder
}

fn policy(folder: &Path, arguments: &[&str]) -> Output {
    // An address space of 1 GB is far more than any of this needs, and far less than a bomb would take.
    let limited = "ulimit -v 1000000 2>/dev/null; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", limited, env!("CARGO_BIN_EXE_policy")]).args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).output().expect("the program runs")
}

/// Evaluates a bad declaration together with the good one; gives the message about the bad one.
fn bad(name: &str, file: &str, make: impl Fn(&Path)) -> String {
    let folder = folder(name);
    make(&folder.join(file));
    let done = policy(
        &folder,
        &["eval", "--as-of", "2026-11-22", "--format", "json", file, "south.declaration.json"],
    );
    message(&done, file)
}

/// The message about a file, after looking that all else is as it should be.
fn message(done: &Output, file: &str) -> String {
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(2), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    let result: Value = serde_json::from_slice(&done.stdout).expect("the result is written all the same");
    let results = result["results"].as_array().expect("results");
    let good = results
        .iter()
        .find(|result| result["declaration"] == "south.declaration.json")
        .expect("the good one");
    assert_eq!(good["rules"][0]["verdict"], "pass");
    let diagnostics = result["diagnostics"].as_array().expect("diagnostics");
    let about =
        diagnostics.iter().find(|found| found["span"]["file"] == file && found["severity"] == "error");
    let about = about.unwrap_or_else(|| panic!("nothing about {file}: {diagnostics:?}"));
    about["message"].as_str().expect("a message").to_owned()
}

#[test]
fn a_missing_file() {
    let said = bad("missing", "lost.declaration.yaml", |_| {});
    assert!(said.contains("does not exist"), "{said}");
}

#[test]
fn a_folder_that_is_called_as_a_declaration() {
    let folder = folder("folder");
    fs::create_dir(folder.join("x.declaration.yaml")).expect("a folder");
    let done = policy(&folder, &["eval", "--as-of", "2026-11-22", "x.declaration.yaml"]);
    assert_eq!(done.status.code(), Some(4), "a folder without declarations: nothing is evaluated");
    assert!(String::from_utf8_lossy(&done.stderr).contains("holds no declarations"));
}

#[test]
fn bytes_that_are_no_text() {
    let said = bad("utf8", "x.declaration.yaml", |path| {
        fs::write(path, b"loans: none\n# \xff\xfe\n").expect("a file")
    });
    assert!(said.contains("not UTF-8"), "{said}");
}

#[test]
fn nothing_at_all() {
    let said = bad("empty", "x.declaration.yaml", |path| fs::write(path, "").expect("a file"));
    assert!(said.contains("empty"), "{said}");
}

#[test]
fn two_hundred_megabytes() {
    let said = bad("huge", "x.declaration.yaml", |path| {
        File::create(path).and_then(|file| file.set_len(200 << 20)).expect("a sparse file");
    });
    assert!(said.contains("larger than"), "{said}");
}

#[test]
fn endless_nesting() {
    for (name, text) in [
        ("yaml.declaration.yaml", "[".repeat(200_000)),
        ("map.declaration.yaml", format!("loans: {}", "{ a: ".repeat(100_000))),
        ("json.declaration.json", format!("{{\"loans\": {}", "[".repeat(200_000))),
        ("block.declaration.yaml", (0..3000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
    ] {
        bad("nesting", name, |path| fs::write(path, &text).expect("a file"));
    }
}

#[test]
fn aliases_that_multiply() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let inside = vec![format!("*a{}", n - 1); 10].join(", ");
        text.push_str(&format!("a{n}: &a{n} [{inside}]\n"));
    }
    bad("aliases", "x.declaration.yaml", |path| {
        fs::write(path, format!("{text}loans: *a11\n")).expect("a file")
    });
}

#[test]
fn a_folder_as_profile() {
    let folder = folder("profile");
    fs::create_dir(folder.join("own.profile.yaml")).expect("a folder");
    let arguments = ["eval", "--as-of", "2026-11-22", "--format", "json", "--profile", "own.profile.yaml"];
    let done = policy(&folder, &[&arguments[..], &["south.declaration.json"]].concat());
    let said = message(&done, "own.profile.yaml");
    assert!(said.contains("is a folder"), "{said}");
}

#[test]
fn a_policy_that_uses_itself() {
    let folder = folder("itself");
    let text = fs::read_to_string(folder.join("lending.policy")).expect("the pack");
    fs::write(folder.join("lending.policy"), text.replace("version 1.2.0", "version 1.2.0\n  use lending"))
        .expect("a file");
    let arguments = ["eval", "--as-of", "2026-11-22", "--format", "json", "south.declaration.json"];
    let said = message(&policy(&folder, &arguments), "lending.policy");
    assert!(said.contains("lending"), "{said}");
}

#[test]
fn policies_that_use_each_other() {
    let folder = folder("circle");
    let text = fs::read_to_string(folder.join("lending.policy")).expect("the pack");
    fs::write(folder.join("lending.policy"), text.replace("version 1.2.0", "version 1.2.0\n  use other"))
        .expect("a file");
    fs::write(folder.join("other.policy"), "policy other \"Other\" { version 1.0.0; use lending }\n")
        .expect("a file");
    let arguments = ["eval", "--as-of", "2026-11-22", "--format", "json", "south.declaration.json"];
    let done = policy(&folder, &arguments);
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    assert_eq!(done.status.code(), Some(2), "{stderr}");
}

#[test]
fn policies_that_are_no_text_or_nest_without_end() {
    let nested =
        format!("policy deep \"Deep\" {{ version 1.0.0 }}\nrule x {{ no loan with {}", "(".repeat(100_000));
    for (name, bytes) in [
        ("bytes.policy", b"policy x \"X\" { version 1.0.0 }\n\xff".to_vec()),
        ("deep.policy", nested.into_bytes()),
    ] {
        let folder = folder("policies");
        fs::write(folder.join(name), bytes).expect("a file");
        let arguments =
            ["eval", "-p", "lending.policy", "-p", name, "--as-of", "2026-11-22", "--format", "json"];
        message(&policy(&folder, &[&arguments[..], &["south.declaration.json"]].concat()), name);
    }
}

#[test]
fn text_that_steers_a_terminal() {
    let folder = folder("steering");
    let text = "lender: { name: \"\\e[2J\\u202Eevil\\a\" }\nloans: [ { member: \"\\e]0;x\\a\", branch: Faraway } ] # \u{1b}[31m\n";
    fs::write(folder.join("x.declaration.yaml"), text).expect("a file");
    for explain in ["findings", "full"] {
        let done =
            policy(&folder, &["eval", "--as-of", "2026-11-22", "--explain", explain, "x.declaration.yaml"]);
        for stream in [&done.stdout, &done.stderr] {
            let text = String::from_utf8_lossy(stream);
            let steers = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!text.chars().any(steers), "{text:?}");
        }
    }
}

#[test]
fn a_reader_that_has_heard_enough() {
    let folder = folder("pipe");
    let mut child = Command::new(env!("CARGO_BIN_EXE_policy"))
        .args(["eval", "--as-of", "2026-11-22", "south.declaration.json"])
        .current_dir(&folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let done = child.wait_with_output().expect("it ends");
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
}

#[test]
fn a_result_file_is_whole_or_absent() {
    let folder = folder("output");
    let arguments = ["eval", "--as-of", "2026-11-22", "--format", "json", "south.declaration.json", "-o"];
    let done = policy(&folder, &[&arguments[..], &["result.json"]].concat());
    assert_eq!((done.status.code(), done.stdout.len()), (Some(0), 0));
    let written = fs::read_to_string(folder.join("result.json")).expect("the file is there");
    serde_json::from_str::<Value>(&written).expect("and whole");
    let done = policy(&folder, &[&arguments[..], &["no/such/folder/result.json"]].concat());
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("no/such/folder/result.json"));
}
