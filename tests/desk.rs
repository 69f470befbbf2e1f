//! The commands for whoever follows vendors over time, on the five real declarations: the examples of `docs/fg.md` are
//! run as they stand; a template says no more than its declaration; filled in, it closes its questions; revisions of git
//! are compared without touching the repository.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{Ran, folder, policy};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

const VENDORS: [&str; 5] = ["schoolmonitor", "smartschool", "smartschools", "snappet", "studyspace"];

/// The words of a command as a shell splits them; double quotes keep words together.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in command.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            other => word.push(other),
        }
    }
    words.push(word);
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

/// Whether lines are as expected, where `...` stands for any lines.
fn matches(wanted: &[&str], lines: &[&str]) -> bool {
    match wanted.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|skip| matches(rest, &lines[skip..])),
        Some((first, rest)) => match lines.split_first() {
            Some((line, more)) => first.trim_end() == line.trim_end() && matches(rest, more),
            None => false,
        },
    }
}

/// The text of the fenced block that starts after `from`, and where it ends.
fn block<'a>(page: &'a str, fence: &str, from: usize) -> Option<(&'a str, usize)> {
    let start = page[from..].find(fence)? + from + fence.len();
    let end = page[start..].find("```")? + start;
    Some((&page[start..end], end))
}

#[test]
fn the_examples_of_the_page_are_true() {
    let page = fs::read_to_string(root().join("docs/fg.md")).expect("the page");
    let (mut at, mut run, mut wrong) = (0, 0, Vec::new());
    while let Some((command, end)) = block(&page, "```console\n", at) {
        at = end + 3;
        let Some((expected, after)) = block(&page, "```text\n", at) else { break };
        // What stands right below a command is what it writes.
        if page[at..after].contains("```console") {
            continue;
        }
        let line = command.trim().trim_start_matches("$ policy ");
        let arguments = words(line);
        let done = policy(&root(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        let wanted: Vec<&str> = expected.trim_end().lines().collect();
        let lines: Vec<&str> = done.stdout.trim_end().lines().collect();
        if !matches(&wanted, &lines) {
            wrong.push(format!("policy {line}\n{}\n{}", done.stdout, done.stderr));
        }
        run += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
    assert!(run >= 6, "only {run} examples were run");
}

fn json(done: &Ran) -> Value {
    done.json()
}

#[test]
fn a_template_says_no_more_than_its_declaration() {
    let folder = folder("templates");
    for vendor in VENDORS {
        let file = folder.join(format!("{vendor}.declaration.yaml"));
        let file = file.to_string_lossy();
        let asked = policy(&root(), &["ask", vendor, "--template", "-o", &file]);
        assert_eq!(asked.code, Some(0), "{vendor}: {}", asked.stderr);
        let text = fs::read_to_string(file.as_ref()).expect("the template");
        assert!(text.matches("# ?").count() > 10, "{vendor}: few questions");
        let own = format!("tests/vendors/{vendor}.declaration.yaml");
        let found = json(&policy(&root(), &["diff", &own, &file, "--format", "json"]));
        assert_eq!(found["flips"], Value::Array(Vec::new()), "{vendor}");
        assert!(
            found["compared"].as_u64().is_some_and(|count| count > 60),
            "{vendor}: {}",
            found["compared"]
        );
        let checked = policy(&root(), &["check", &file]);
        assert!(checked.stdout.contains("no mistakes"), "{vendor}: {}", checked.stdout);
    }
}

/// Whoever reads a question sees a label and a name, not the path that a script wants.
#[test]
fn a_question_names_its_entry_in_words() {
    for (lang, country) in
        [("nl", "(land van doorgifte `Calendly`)"), ("en", "(the country of transfer `Calendly`)")]
    {
        let all = ["tests/vendors/schoolmonitor.declaration.yaml", "--as-of", "2026-11-22", "--lang", lang];
        let text = policy(&root(), &[&["eval"], all.as_slice()].concat()).stdout;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(country), "{lang}: {country}");
        let path = text.split(' ').find(|word| word.contains("[0]") || word.contains("[1]"));
        assert_eq!(path, None, "{lang}");
    }
}

/// What a vendor might answer, by field; the other blanks stay blank.
const ANSWERS: [(&str, &str); 14] = [
    ("access-exclusion", "yes"),
    ("assessment-form", "certificate"),
    ("breach-maximum", "48 hours"),
    ("date", "2025-01-01"),
    ("establishment", "NL"),
    ("main-storage", "NL"),
    ("model-version", "\"4.0\""),
    ("objection-term", "6 weeks"),
    ("own-box", "yes"),
    ("safeguard", "scc"),
    ("separable", "yes"),
    ("storage", "NL"),
    ("subject", "learner"),
    ("two-factor-administrators", "yes"),
];

/// The template with the blanks filled in that have an answer, and the questions that were so answered everywhere.
fn filled_in(template: &str) -> (String, BTreeSet<String>) {
    let (mut answered, mut open) = (BTreeSet::new(), BTreeSet::new());
    let line = |line: &str| {
        let Some((start, question)) = line.split_once(": # ? ") else {
            open.extend(
                line.rsplit_once(": ").filter(|_| line.contains("# ?")).map(|(_, asked)| asked.to_owned()),
            );
            return line.to_owned();
        };
        let answer = ANSWERS.iter().find(|(field, _)| start.trim_start_matches([' ', '-']) == *field);
        let Some((_, answer)) = answer else {
            open.insert(question.to_owned());
            return line.to_owned();
        };
        answered.insert(question.to_owned());
        format!("{start}: {{ value: {answer}, source: answer of the vendor }}")
    };
    let text = template.lines().map(line).collect::<Vec<_>>().join("\n");
    (text, answered.difference(&open).cloned().collect())
}

#[test]
fn what_is_filled_in_is_asked_no_more() {
    let folder = folder("answers");
    for vendor in VENDORS {
        let template = policy(&root(), &["ask", vendor, "--template", "--lang", "en"]).stdout;
        let (text, questions) = filled_in(&template);
        assert!(questions.len() >= 5, "{vendor}: only {questions:?}");
        let file = folder.join(format!("{vendor}.declaration.yaml"));
        fs::write(&file, text).expect("the answers");
        let file = file.to_string_lossy();
        let checked = policy(&root(), &["check", &file]);
        assert!(checked.stdout.contains("no mistakes"), "{vendor}: {}", checked.stdout);
        // Answers may lead to other questions, and to these ones about other things.
        let again = policy(&root(), &["ask", &file, "--template", "--lang", "en"]).stdout;
        let asked = |text: &str, question: &str| {
            text.lines().filter(|line| line.contains("# ?") && line.ends_with(question)).count()
        };
        for question in questions {
            let (before, after) = (asked(&template, &question), asked(&again, &question));
            assert!(after < before, "{vendor}: `{question}` was asked {before} times, now {after}");
        }
    }
}

#[test]
fn a_letter_asks_each_question_once_and_is_a_page_of_html() {
    for lang in ["nl", "en"] {
        let done = policy(&root(), &["ask", "snappet", "--lang", lang]);
        let questions: Vec<&str> =
            done.stdout.lines().filter_map(|line| line.split_once(". **").map(|(_, text)| text)).collect();
        let mut once = questions.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), questions.len(), "a question is asked twice");
        assert!(questions.len() > 10);
        let html = policy(&root(), &["ask", "snappet", "--lang", lang, "--format", "html"]).stdout;
        assert!(html.starts_with("<!doctype html>") && html.contains(&format!("<html lang=\"{lang}\">")));
        assert_eq!(html.matches("<li>").count(), html.matches("</li>").count());
        assert_eq!(html.matches("<ol").count(), html.matches("</ol>").count());
        assert!(!html.contains("http://") && !html.contains("<script"), "the page needs nothing else");
    }
}

/// The text of a page, without its markup.
fn plain(page: &str) -> String {
    let (mut text, mut inside) = (String::new(), false);
    for letter in page.chars() {
        match letter {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' => inside = false,
            _ if inside => {}
            other => text.push(other),
        }
    }
    let text = [("&#39;", "'"), ("&#34;", "\""), ("&#38;", "&"), ("&#60;", "<"), ("&#62;", ">")]
        .iter()
        .fold(text, |text, (code, letter)| text.replace(code, letter));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_report_says_what_was_read() {
    let words = fs::read_to_string(support::tests().join("report/words.txt")).expect("the words");
    for lang in ["nl", "en"] {
        let done = Command::new(env!("CARGO_BIN_EXE_policy"))
            .args(["--lang", lang, "report", "--as-of", "2026-11-22"])
            .current_dir(root())
            .output()
            .expect("the command runs");
        let page = plain(&String::from_utf8(done.stdout).expect("UTF-8"));
        let wanted: Vec<_> =
            words.lines().filter_map(|line| line.strip_prefix(&format!("{lang} "))).collect();
        assert_eq!(wanted.len(), 5, "one finding per vendor");
        for wanted in wanted {
            assert!(page.contains(wanted), "the page lacks: {wanted}");
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let who = ["-c", "user.name=Reader", "-c", "user.email=reader@example.org", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").current_dir(folder).args(who).args(arguments).output().expect("git runs");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

const DECLARATION: &str = "lender: { name: Bibliotheek Noord }
loans:
  complete: true
  items:
    - { member: Een, branch: Northtown, period: 2 weeks }
";

/// A repository with one policy and one declaration, committed.
fn repository(name: &str) -> PathBuf {
    let folder = folder(name);
    let files = support::tests().join("cli/files");
    fs::copy(files.join("lending.policy"), folder.join("lending.policy")).expect("the policy");
    fs::write(
        folder.join("policy.toml"),
        "packs = [\"lending.policy\"]\ndeclarations = [\"*.declaration.yaml\"]\n",
    )
    .expect("settings");
    fs::write(folder.join("north.declaration.yaml"), DECLARATION).expect("a declaration");
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--message", "first"]);
    folder
}

#[test]
fn revisions_of_git_are_compared() {
    let folder = repository("revisions");
    fs::write(folder.join("north.declaration.yaml"), DECLARATION.replace("2 weeks", "8 weeks"))
        .expect("a change");
    let dirty = json(&policy(&folder, &["diff", "--git", "HEAD", "--format", "json"]));
    let flip = &dirty["flips"][0];
    assert_eq!((flip["rule"].as_str(), flip["to"]["verdict"].as_str()), (Some("periods"), Some("fail")));
    assert_eq!(flip["causes"], serde_json::json!(["declaration"]));
    assert_eq!(flip["lines"][0]["file"], "HEAD:north.declaration.yaml");
    assert!(flip["lines"][1]["text"].as_str().is_some_and(|text| text.contains("8 weeks")), "{flip}");

    git(&folder, &["commit", "--quiet", "--all", "--message", "second"]);
    let policy_text = fs::read_to_string(folder.join("lending.policy")).expect("the policy");
    fs::write(folder.join("lending.policy"), policy_text.replace("value 6 weeks", "value 9 weeks"))
        .expect("a change");
    git(&folder, &["commit", "--quiet", "--all", "--message", "third"]);
    let worse = policy(&folder, &["diff", "--git", "HEAD~2..HEAD~1"]);
    assert_eq!(worse.code, Some(1), "{}", worse.stdout);
    let better = policy(&folder, &["diff", "--git", "HEAD~1..HEAD", "--format", "json"]);
    assert_eq!(better.code, Some(0), "{}", better.stderr);
    let flip = &json(&better)["flips"][0];
    assert_eq!(flip["causes"], serde_json::json!(["policy"]));
    assert!(flip["lines"].to_string().contains("9 weeks"), "{flip}");
    let status =
        Command::new("git").current_dir(&folder).args(["status", "--porcelain"]).output().expect("git");
    assert!(status.stdout.is_empty(), "the repository was changed");
}

#[test]
fn a_revision_is_never_an_option() {
    let folder = repository("options");
    for wanted in ["--output=x", "nowhere", "--upload-pack=touch x"] {
        let done = policy(&folder, &["diff", &format!("--git={wanted}")]);
        assert_eq!(done.code, Some(2), "{wanted}");
        assert!(done.stderr.contains("git knows no revision"), "{}", done.stderr);
    }
    assert!(!folder.join("x").exists());
}

#[test]
fn two_folders_with_settings_are_two_repositories() {
    let folder = repository("folders");
    let (old, new) = (folder.join("old"), folder.join("new"));
    for side in [&old, &new] {
        fs::create_dir_all(side).expect("a folder");
        for file in ["policy.toml", "lending.policy", "north.declaration.yaml"] {
            fs::copy(folder.join(file), side.join(file)).expect("a copy");
        }
    }
    let text = fs::read_to_string(new.join("lending.policy")).expect("the policy");
    fs::write(new.join("lending.policy"), text.replace("value 6 weeks", "value 1 week")).expect("a change");
    let done = policy(&folder, &["diff", "old", "new"]);
    assert_eq!(done.code, Some(1), "{}\n{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("+ new/lending.policy:"), "{}", done.stdout);
}
