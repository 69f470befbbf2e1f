//! Runs the built command in a folder of its own, and reads what it says.
//!
//! Each suite uses a part of this.
#![allow(dead_code)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// The folder with the suites and their data.
pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

/// The folder with the folders of tests.
pub fn above() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("policy-suites")
}

/// A fresh folder. Empty settings above it keep this repository's own out of sight.
pub fn folder(name: &str) -> PathBuf {
    let above = above();
    let folder = above.join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    fs::write(above.join("policy.toml"), "").expect("empty settings");
    folder
}

/// What a run of the command came to.
pub struct Ran {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

/// Runs `policy` with these arguments, in English, on a fixed day.
pub fn policy(folder: &Path, arguments: &[&str]) -> Ran {
    fed(folder, arguments, b"")
}

/// The same, with something on standard input. Memory is bounded to 1 GB of address space: whoever needs more dies.
pub fn fed(folder: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let since = Instant::now();
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v 1048576; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_policy"), "--lang", "en"])
        .args(arguments)
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    let input = input.to_vec();
    // A command that reads no input closes it; that is no mistake.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let done = child.wait_with_output().expect("the command ends");
    feeder.join().expect("input is written");
    Ran {
        code: done.status.code(),
        stdout: String::from_utf8(done.stdout).expect("UTF-8 on standard output"),
        stderr: String::from_utf8(done.stderr).expect("UTF-8 on standard error"),
        took: since.elapsed(),
    }
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON ({error}):\n{}\n{}", self.stdout, self.stderr))
    }

    /// The verdict of a rule on the declaration of that name.
    pub fn verdict(&self, declaration: &str, rule: &str) -> String {
        let json = self.json();
        let results = json["results"].as_array().expect("results");
        let one = results.iter().find(|one| one["declaration"] == declaration);
        let one = one.unwrap_or_else(|| panic!("`{declaration}` was not evaluated:\n{}", self.stderr));
        let rules = one["rules"].as_array().expect("rules");
        let found =
            rules.iter().find(|one| one["rule"] == rule).unwrap_or_else(|| panic!("no rule `{rule}`"));
        found["verdict"].as_str().expect("a word").to_owned()
    }
}
