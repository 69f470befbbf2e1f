//! The command line as data: each `tests/cli/*.case` is a folder's worth of files, commands, and what comes out.
//!
//! A case is sections, each begun by a line `=== …`:
//! `=== file NAME` writes a file; `=== copy NAMES` takes some of `tests/cli/files`; `=== move NAME FOLDER` and
//! `=== in FOLDER` do what they say; `=== stdin` feeds the next command; `=== run ARGUMENTS` runs `policy`;
//! `=== exit N`, `=== stdout`, `=== stderr` say what the last command does (no `exit` means 0; what is left out is
//! not looked at). In expected text a line `...` stands for any lines, `[..]` for anything in a line.
//! `UPDATE_CASES=1` writes what came out into the cases that differ.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

type Outcome = Result<(), Box<dyn std::error::Error>>;

datatest_stable::harness! {
    { test = case, root = "../../tests/cli", pattern = r"\.case$" },
}

/// A section: its heading and its text.
#[derive(Debug, Clone)]
struct Section {
    head: String,
    body: String,
}

/// What a command did.
struct Ran {
    exit: String,
    stdout: String,
    stderr: String,
}

fn case(path: &Path) -> Outcome {
    let text = fs::read_to_string(path)?;
    let (intro, mut sections) = parse(&text);
    let folder = folder(path)?;
    let mut place = folder.clone();
    let (mut wrong, mut input, mut ran) = (Vec::new(), String::new(), None);
    let mut environment: Vec<(String, String)> = Vec::new();
    for index in 0..sections.len() {
        let section = sections[index].clone();
        let (word, rest) = section.head.split_once(' ').unwrap_or((&section.head, ""));
        match (word, &ran) {
            ("file", _) => write(&folder.join(rest), &section.body)?,
            ("copy", _) => rest.split(' ').try_for_each(|name| copy(name, &folder))?,
            ("move", _) => relocate(&folder, rest)?,
            ("in", _) => place = folder.join(rest),
            ("env", _) => {
                let (name, value) = rest.split_once('=').ok_or("`=== env` needs NAME=VALUE")?;
                environment.push((name.to_owned(), value.to_owned()));
            }
            ("stdin", _) => input = section.body,
            ("run", _) => {
                let done = run(&place, rest, &environment, &std::mem::take(&mut input))?;
                if done.exit != "0" && !next_is_exit(&sections[index + 1..]) {
                    wrong.push(format!(
                        "`policy {rest}` ended with {}, expected 0\n{}",
                        done.exit, done.stderr
                    ));
                }
                ran = Some(done);
            }
            ("exit", Some(ran)) if ran.exit != rest => {
                wrong.push(format!("ended with {}, expected {rest}\n{}", ran.exit, ran.stderr));
                sections[index].head = format!("exit {}", ran.exit);
            }
            ("exit", Some(_)) => {}
            ("stdout", Some(ran)) => compare(&mut sections[index], &ran.stdout, &mut wrong),
            ("stderr", Some(ran)) => compare(&mut sections[index], &ran.stderr, &mut wrong),
            _ => return Err(format!("`=== {}` means nothing here", section.head).into()),
        }
    }
    match (wrong.is_empty(), std::env::var_os("UPDATE_CASES")) {
        (true, _) => Ok(()),
        (false, Some(_)) => Ok(fs::write(path, render(intro, &sections))?),
        (false, None) => Err(wrong.join("\n").into()),
    }
}

fn parse(text: &str) -> (&str, Vec<Section>) {
    let mut parts = text.split("=== ");
    let intro = parts.next().unwrap_or_default();
    let section = |part: &str| {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        Section { head: head.trim_end().to_owned(), body: body.to_owned() }
    };
    (intro, parts.map(section).collect())
}

fn render(intro: &str, sections: &[Section]) -> String {
    let parts = sections.iter().map(|section| format!("=== {}\n{}", section.head, section.body));
    intro.to_owned() + &parts.collect::<String>()
}

fn next_is_exit(rest: &[Section]) -> bool {
    rest.first().is_some_and(|section| section.head.starts_with("exit "))
}

/// A fresh folder for one case. Empty settings above it keep this repository's own out of sight.
fn folder(path: &Path) -> Result<PathBuf, std::io::Error> {
    let above = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
    write(&above.join("policy.toml"), "")?;
    let folder = above.join(path.file_stem().unwrap_or_default());
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn write(path: &Path, body: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, body)
}

fn copy(name: &str, folder: &Path) -> std::io::Result<()> {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/files");
    fs::copy(files.join(name), folder.join(name)).map(drop)
}

fn relocate(folder: &Path, names: &str) -> std::io::Result<()> {
    let (name, to) = names.split_once(' ').unwrap_or((names, "."));
    fs::create_dir_all(folder.join(to))?;
    fs::rename(folder.join(name), folder.join(to).join(name))
}

fn run(
    folder: &Path,
    arguments: &str,
    environment: &[(String, String)],
    input: &str,
) -> Result<Ran, Box<dyn std::error::Error>> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_policy"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that reads no input closes it; that is no mistake of the case.
        let _ = stdin.write_all(input.as_bytes());
    }
    let done = child.wait_with_output()?;
    let exit = done.status.code().map_or("a signal".to_owned(), |code| code.to_string());
    Ok(Ran { exit, stdout: String::from_utf8(done.stdout)?, stderr: String::from_utf8(done.stderr)? })
}

fn compare(section: &mut Section, got: &str, wrong: &mut Vec<String>) {
    let wanted: Vec<&str> = section.body.trim_end().lines().collect();
    let lines: Vec<&str> = got.trim_end().lines().collect();
    if !matches(&wanted, &lines) {
        wrong.push(format!("{}: expected\n{}\n---- got\n{got}", section.head, section.body));
        section.body = format!("{}\n\n", got.trim_end());
    }
}

fn matches(wanted: &[&str], lines: &[&str]) -> bool {
    match wanted.split_first() {
        None => lines.is_empty(),
        Some((&"...", rest)) => (0..=lines.len()).any(|skip| matches(rest, &lines[skip..])),
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, more)| fits(first, line) && matches(rest, more))
        }
    }
}

/// Whether a line has the pieces of a pattern in their order, from its start to its end.
fn fits(pattern: &str, line: &str) -> bool {
    let Some((first, rest)) = pattern.split_once("[..]") else {
        return pattern.trim_end() == line.trim_end();
    };
    let Some(mut line) = line.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split("[..]").collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, after)) = line.split_once(piece) else { return false };
        line = after;
    }
    line.ends_with(last)
}
