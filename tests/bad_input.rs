//! Bad input, through the built command: a clear message that names the file and the place, exit code 2, everything
//! else still evaluated, no panic, and memory and time within bounds (`support` limits the memory).

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use support::{Ran, folder, policy, tests};

/// More than any of these takes in a slow build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

const GOOD: &str = "good.declaration.yaml";

/// A folder with a declaration that has nothing wrong with it.
fn beside_good(case: &str) -> PathBuf {
    let folder = folder(case);
    fs::copy(tests().join("lending/haven.declaration.yaml"), folder.join(GOOD)).expect("a copy");
    folder
}

/// Evaluates with the lending rules, as JSON.
fn eval(folder: &Path, arguments: &[&str]) -> Ran {
    let pack = tests().join("lending");
    let rules = ["-p", pack.to_str().expect("a path in UTF-8"), "--as-of", "2026-11-22", "--format", "json"];
    let ran = policy(folder, &[&["eval"], arguments, &rules].concat());
    assert!(ran.took < PATIENCE, "it took {:?}", ran.took);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    ran
}

/// The first diagnostic on a file.
fn diagnostic(ran: &Ran, file: &str) -> Value {
    let json = ran.json();
    let all = json["diagnostics"].as_array().expect("diagnostics").clone();
    let found = all.into_iter().find(|one| one["span"]["file"] == file);
    found.unwrap_or_else(|| panic!("nothing is said about `{file}`:\n{}", ran.stderr))
}

/// It is an error at that line and column of that file, in those words; the good declaration is evaluated.
fn is_refused(ran: &Ran, file: &str, at: (u64, u64), words: &str) {
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let found = diagnostic(ran, file);
    assert_eq!(found["severity"], "error", "{found}");
    let start = &found["span"]["start"];
    assert_eq!((start["line"].as_u64(), start["column"].as_u64()), (Some(at.0), Some(at.1)), "{found}");
    assert!(found["message"].as_str().is_some_and(|message| message.contains(words)), "{found}");
    let place = if at == (1, 1) { file.to_owned() } else { format!("{file}:{}:{}", at.0, at.1) };
    assert!(ran.stderr.contains(&place), "{}", ran.stderr);
    assert_eq!(ran.verdict(GOOD, "loans.rare"), "pass");
    assert_eq!(ran.verdict(GOOD, "members.known"), "unknown");
}

/// Evaluates a text of that name before the good declaration.
fn declared(case: &str, file: &str, text: impl AsRef<[u8]>) -> Ran {
    let folder = beside_good(case);
    fs::write(folder.join(file), text).expect("the bad file");
    eval(&folder, &[file, GOOD])
}

/// Evaluates with a policy file beside the lending rules.
fn ruled(case: &str, text: impl AsRef<[u8]>) -> Ran {
    let folder = beside_good(case);
    fs::write(folder.join("bad.policy"), text).expect("the bad file");
    eval(&folder, &[GOOD, "-p", "bad.policy"])
}

/// A policy file that uses the lending rules and has these lines in a rule.
fn in_a_rule(lines: &str) -> String {
    format!("policy bad \"Bad\" {{ version 1.0.0; use lending }}\nrule bad.one {{\n{lines}\n}}\n")
}

#[test]
fn a_missing_file() {
    let folder = beside_good("missing");
    let ran = eval(&folder, &["missing.declaration.yaml", GOOD]);
    is_refused(&ran, "missing.declaration.yaml", (1, 1), "`missing.declaration.yaml` does not exist");
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    let folder = beside_good("unreadable");
    // A link to itself cannot be read, not even by root.
    std::os::unix::fs::symlink("self.declaration.yaml", folder.join("self.declaration.yaml"))
        .expect("a link");
    let ran = eval(&folder, &["self.declaration.yaml", GOOD]);
    is_refused(&ran, "self.declaration.yaml", (1, 1), "`self.declaration.yaml` cannot be read");
}

#[test]
fn not_utf8() {
    let ran = declared("not-utf8", "latin.declaration.yaml", b"loans: none\nlibrary: { name: caf\xe9 }");
    is_refused(&ran, "latin.declaration.yaml", (2, 21), "is not UTF-8 from byte 32 on");
}

#[test]
fn a_folder_as_profile() {
    let folder = beside_good("folder-as-profile");
    fs::create_dir(folder.join("profile")).expect("a folder");
    let ran = eval(&folder, &[GOOD, "--profile", "profile"]);
    is_refused(&ran, "profile", (1, 1), "`profile` is a folder, not a file");
}

#[test]
fn an_empty_file() {
    is_refused(
        &declared("empty", "empty.declaration.yaml", ""),
        "empty.declaration.yaml",
        (1, 1),
        "the file is empty",
    );
    is_refused(&declared("empty", "empty.declaration.json", ""), "empty.declaration.json", (1, 1), "empty");
}

#[test]
fn a_file_of_200_mb() {
    let folder = beside_good("huge");
    for name in ["huge.declaration.yaml", "huge.policy"] {
        let file = fs::File::create(folder.join(name)).expect("a file");
        file.set_len(200 << 20).expect("a sparse file");
    }
    let limit = "is larger than 16 MB, the limit";
    is_refused(&eval(&folder, &["huge.declaration.yaml", GOOD]), "huge.declaration.yaml", (1, 1), limit);
    is_refused(
        &eval(&folder, &[GOOD, "--profile", "huge.declaration.yaml"]),
        "huge.declaration.yaml",
        (1, 1),
        limit,
    );
    is_refused(&eval(&folder, &[GOOD, "-p", "huge.policy"]), "huge.policy", (1, 1), limit);
}

#[test]
fn nesting_without_end_in_a_declaration() {
    let yaml = "nested.declaration.yaml";
    let open = declared("nested-open", yaml, format!("loans: {}", "[".repeat(100_000)));
    is_refused(&open, yaml, (1, 263), "nested too deeply");
    let closed =
        declared("nested-closed", yaml, format!("loans: {}{}", "[".repeat(100_000), "]".repeat(100_000)));
    is_refused(&closed, yaml, (1, 263), "nested too deeply");
    let items = declared("nested-items", yaml, format!("loans:\n{}", "- ".repeat(100_000)));
    is_refused(&items, yaml, (2, 127), "more than 64 levels deep");
    let lines: String = (0..500).map(|depth| format!("{}loans:\n", " ".repeat(depth))).collect();
    assert_eq!(declared("nested-lines", yaml, lines).code, Some(2));
    let json = "nested.declaration.json";
    let text = format!("{{\"loans\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let ran = declared("nested-json", json, text);
    assert_eq!((ran.code, diagnostic(&ran, json)["severity"].as_str()), (Some(2), Some("error")));
}

#[test]
fn nesting_without_end_in_a_policy() {
    let (open, close) = ("(".repeat(20_000), ")".repeat(20_000));
    let deep = "nested too deeply";
    let ran = ruled("nested-brackets", in_a_rule(&format!("no loan without {open}card{close}")));
    is_refused(&ran, "bad.policy", (3, 40), deep);
    let ran = ruled("nested-not", in_a_rule(&format!("no loan without {}card", "not ".repeat(20_000))));
    is_refused(&ran, "bad.policy", (3, 109), deep);
    for lines in ["{".repeat(20_000), "no loan where (".repeat(2_000), "if there is loan then ".repeat(2_000)]
    {
        let ran = ruled("nested-otherwise", in_a_rule(&lines));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert_eq!(diagnostic(&ran, "bad.policy")["severity"], "error");
        assert_eq!(ran.verdict(GOOD, "loans.rare"), "pass");
    }
}

#[test]
fn an_alias_bomb() {
    let mut text = "x0: &x0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..30 {
        let nine = vec![format!("*x{}", level - 1); 9].join(",");
        text += &format!("x{level}: &x{level} [{nine}]\n");
    }
    let ran = declared("alias-bomb", "bomb.declaration.yaml", text + "loans: *x29\n");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("the aliases (`*name`) stand for more than"), "{}", ran.stderr);
    assert_eq!(ran.verdict(GOOD, "loans.rare"), "pass");
}

#[test]
fn a_policy_that_uses_itself() {
    let ran = ruled("uses-itself", "policy bad \"Bad\" { version 1.0.0; use bad }\n");
    is_refused(&ran, "bad.policy", (1, 39), "leads back to itself");
    let folder = beside_good("uses-each-other");
    for (name, other) in [("one", "two"), ("two", "one")] {
        fs::create_dir_all(folder.join("ring").join(name)).expect("a folder");
        let text = format!("policy {name} \"Ring\" {{ version 1.0.0; use {other} }}\n");
        fs::write(folder.join(format!("ring/{name}/{name}.policy")), text).expect("a policy");
    }
    let ran = eval(&folder, &[GOOD, "-p", "ring"]);
    is_refused(&ran, "ring/one/one.policy", (1, 40), "leads back to itself");
}

#[test]
fn a_thousand_mistakes() {
    let rule = |n| format!("rule bad.r{n} {{\n  no loan of rare boks\n  severity low\n}}\n");
    let rules: String = (0..1000).map(rule).collect();
    let ran = ruled("mistakes", format!("policy bad \"Bad\" {{ version 1.0.0; use lending }}\n{rules}"));
    is_refused(&ran, "bad.policy", (3, 14), "did you mean `rare books`?");
    assert!(ran.stderr.len() < 1 << 20, "{} bytes of messages", ran.stderr.len());
    let loans = (0..1000).map(|n| format!("  - {{ borrower: nobody{n} }}\n")).collect::<String>();
    let ran = declared("mistakes-declared", "wrong.declaration.yaml", format!("loans:\n{loans}"));
    is_refused(&ran, "wrong.declaration.yaml", (2, 17), "unknown membership `nobody0`");
}

#[test]
fn a_glob_without_files() {
    let folder = beside_good("glob");
    let alone = eval(&folder, &["*.nothing.declaration.yaml"]);
    assert_eq!(alone.code, Some(4), "nothing evaluated is never success: {}", alone.stderr);
    let with_good = eval(&folder, &["*.nothing.declaration.yaml", GOOD]);
    assert_eq!(with_good.code, Some(3), "{}", with_good.stderr);
    let message = "no declaration matches `*.nothing.declaration.yaml`";
    assert!(diagnostic(&with_good, "*.nothing.declaration.yaml")["message"].to_string().contains(message));
    is_refused(&eval(&folder, &["[", GOOD]), "[", (1, 1), "`[` is not a pattern");
}

#[test]
fn standard_input() {
    let folder = beside_good("standard-input");
    let pack = tests().join("lending");
    let rules = ["-p", pack.to_str().expect("a path in UTF-8"), "--as-of", "2026-11-22", "--format", "json"];
    let feed = |arguments: &[&str], input: &str| {
        support::fed(&folder, &[&["eval"], arguments, &rules].concat(), input.as_bytes())
    };
    let plain = feed(&["-", GOOD], "loans: [");
    is_refused(&plain, "stdin.declaration.yaml", (1, 8), "does not close");
    let named = feed(&["-", GOOD, "--stdin-name", "mine.declaration.json"], "{\"loans\": [}");
    is_refused(&named, "mine.declaration.json", (1, 12), "not JSON here");
    let fine = feed(&["-", "--stdin-name", "mine.declaration.json"], "{\"loans\": \"none\"}");
    assert_eq!(fine.verdict("mine.declaration.json", "loans.period"), "not-applicable");
    let mut long = "#".repeat(17 << 20);
    long.push('\n');
    is_refused(&feed(&["-", GOOD], &long), "stdin.declaration.yaml", (1, 1), "larger than 16 MB");
}

#[test]
fn nul_bytes() {
    let ran = declared("nul", "nul.declaration.yaml", "library: { name: \"a\0b\" }\nloans: none\n");
    is_refused(&ran, "nul.declaration.yaml", (1, 20), "not YAML here");
    let ran =
        ruled("nul-policy", "policy bad \"Bad\" { version 1.0.0; use lending }\nrule bad\0 { no loan }\n");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert_eq!(diagnostic(&ran, "bad.policy")["span"]["start"]["line"], 2);
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let text = "library: { name: \"\\e[2J\\u202Eevil\\a\" }
\"\\e]0;title\\a\": 1
loans:
  complete: true
  items:
    - { borrower: \"\\e[31mred\\u202e\", desk: Centre\u{202e}, period: \"\\u009b5m\" }
    - { \"\u{2066}x\": 1, deposit: none, book: [rare book], borrower: guest, source: \"\\e[2Js\", quote: \"\\u202Eq\" }
";
    let folder = beside_good("control");
    fs::write(folder.join("control.declaration.yaml"), text).expect("the bad file");
    let pack = tests().join("lending");
    for explain in ["findings", "full"] {
        let rules = ["-p", pack.to_str().expect("a path in UTF-8"), "--explain", explain];
        let ran = policy(&folder, &[&["eval", "control.declaration.yaml"], &rules[..]].concat());
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stdout.contains("evil") && ran.stderr.contains("Centre"));
        let steers = |c: &char| {
            (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let found: Vec<char> = (ran.stdout + &ran.stderr).chars().filter(steers).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn ten_thousand_records() {
    let loan = |n: u32| {
        format!("    - {{ book: [novel], borrower: guest, deposit: none, period: {} days }}\n", n % 22)
    };
    let loans: String = (0..10_000).map(loan).collect();
    let listed = format!("loans:\n  complete: true\n  items:\n{loans}");
    let ran = declared("many-settled", "many.declaration.yaml", listed);
    assert_eq!(ran.verdict("many.declaration.yaml", "loans.period"), "pass");
    assert_eq!(ran.verdict("many.declaration.yaml", "loans.rare"), "pass");
    // Open facts in every record: to be exact must not cost the square of the records.
    let loans = "  - { desk: Centre, borrower: guest }\n".repeat(10_000);
    let folder = beside_good("many-open");
    fs::write(folder.join("many.declaration.yaml"), format!("loans:\n{loans}")).expect("the big file");
    let ran = eval(&folder, &["many.declaration.yaml", "--explain", "off"]);
    assert_eq!(ran.verdict("many.declaration.yaml", "loans.period"), "unknown");
    assert_eq!(ran.verdict("many.declaration.yaml", "loans.rare"), "unknown");
}
