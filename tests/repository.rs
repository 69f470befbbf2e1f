//! What makes a repository: `policy init`, policy.toml and its schema, and the parts for CI.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{folder, policy, tests};

/// Runs the command in the language of the folder's settings.
fn passes(folder: &Path, arguments: &[&str]) {
    let command = env!("CARGO_BIN_EXE_policy");
    let ran = Command::new(command).args(arguments).current_dir(folder).output().expect("the command runs");
    let (stdout, stderr) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert_eq!(ran.status.code(), Some(0), "{arguments:?}\n{stdout}\n{stderr}");
}

#[test]
fn a_new_repository_passes_its_own_checks_in_both_languages() {
    for lang in ["nl", "en"] {
        let folder = folder(&format!("init-{lang}"));
        passes(&folder, &["--lang", lang, "init", "new/one"]);
        let one = folder.join("new/one");
        let settings = fs::read_to_string(one.join("policy.toml")).expect("settings");
        assert!(settings.contains(&format!("lang = \"{lang}\"")), "{settings}");
        assert!(one.join(".github/workflows/policy.yml").is_file());
        for arguments in [&["check", "--deny-warnings"][..], &["fmt", "--check"], &["test"], &["eval"]] {
            passes(&one, arguments);
        }
        // The norm is a norm: a longer term fails.
        let declaration = one.join("declarations/example.declaration.yaml");
        let text = fs::read_to_string(&declaration).expect("a declaration");
        fs::write(&declaration, text.replace("3 months", "3 years")).expect("a declaration");
        assert_eq!(policy(&one, &["eval"]).code, Some(1));
    }
}

#[test]
fn what_is_there_is_never_overwritten() {
    let folder = folder("init-kept");
    fs::write(folder.join("policy.toml"), "lang = \"en\"\n").expect("settings");
    fs::write(folder.join(".gitlab-ci.yml"), "mine: {}\n").expect("a CI file");
    let ran = policy(&folder, &["init"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("there already policy.toml"), "{}", ran.stdout);
    assert!(ran.stdout.contains("there already .gitlab-ci.yml"), "{}", ran.stdout);
    assert_eq!(fs::read_to_string(folder.join("policy.toml")).ok().as_deref(), Some("lang = \"en\"\n"));
    assert_eq!(fs::read_to_string(folder.join(".gitlab-ci.yml")).ok().as_deref(), Some("mine: {}\n"));
    assert!(folder.join("norms/own.policy").is_file() && !folder.join(".github").exists());
    let again = policy(&folder, &["init", "--ci", "none"]);
    assert!(!again.stdout.contains("made"), "{}", again.stdout);
}

#[test]
fn what_is_to_be_filled_in_is_said_and_missed() {
    for (ci, path) in [("github", ".github/workflows/policy.yml"), ("gitlab", ".gitlab-ci.yml")] {
        for lang in ["nl", "en"] {
            let folder = folder(&format!("init-fill-{ci}-{lang}"));
            let mut ran = Command::new(env!("CARGO_BIN_EXE_policy"));
            let ran = ran.args(["--lang", lang, "init", "--ci", ci]).current_dir(&folder).output();
            let told = String::from_utf8(ran.expect("the command runs").stdout).expect("UTF-8");
            assert!(told.contains("POLICY_REPOSITORY") && told.contains(path), "{told}");
            let text = fs::read_to_string(folder.join(path)).expect("a CI file");
            assert!(!text.contains("OWNER") && !text.contains("REVISION"), "{text}");
            let line =
                text.lines().find(|line| line.contains("cargo install")).expect("a line that installs");
            let command = &line[line.find("cargo").expect("the command")..];
            let mut shell = Command::new("/bin/sh");
            let shell = shell.args(["-c", command]).env_remove("REPOSITORY").env_remove("POLICY_REPOSITORY");
            let done = shell.output().expect("a shell");
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(!done.status.success() && said.contains("POLICY_REPOSITORY"), "{said}");
            assert!(said.contains("https://git.example.org/policy.git"), "{said}");
        }
    }
}

#[test]
fn the_schema_of_policy_toml_is_up_to_date() {
    let made = policy(&tests(), &["schema", "--config"]).stdout;
    let kept = fs::read_to_string(tests().join("../docs/policy-toml.schema.json")).expect("the schema");
    assert_eq!(kept, made, "`policy schema --config > docs/policy-toml.schema.json` brings it up to date");
}

#[test]
fn the_schema_of_policy_toml_accepts_what_the_program_accepts() {
    let schema = policy(&tests(), &["schema", "--config"]).json();
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
    let good = serde_json::json!({
        "packs": ["core"], "declarations": ["a/*.declaration.yaml"], "profile": "p.yaml", "lang": "nl",
        "as-of": "2026-11-22", "fail-level": "high", "pages": "https://example.org/{rule}",
        "rules": { "a": "low", "b": { "severity": "high" }, "c": { "off": true, "reason": "r" } },
    });
    assert!(validator.is_valid(&good), "{:?}", validator.iter_errors(&good).next());
    assert!(validator.is_valid(&serde_json::json!({})));
    for bad in [
        serde_json::json!({ "pakcs": [] }),
        serde_json::json!({ "lang": "fr" }),
        serde_json::json!({ "rules": { "c": { "off": true } } }),
        serde_json::json!({ "rules": { "c": { "off": false, "reason": "r" } } }),
        serde_json::json!({ "rules": { "c": "grave" } }),
    ] {
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}

const CI: &str = include_str!("../docs/ci.md");

/// The words in backquotes in the first column of the table under a heading.
fn first_column(heading: &str) -> Vec<&'static str> {
    let (_, section) = CI.split_once(&format!("\n## {heading}\n")).expect("a section");
    let table =
        section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    table.skip(2).filter_map(|line| line.split('`').nth(1)).collect()
}

#[test]
fn the_page_on_ci_tells_every_format_variable_and_setting() {
    let refused = policy(&tests(), &["eval", "--format", "none"]);
    let known = refused.stderr.split_once("the formats are ").expect("the formats").1;
    let known: Vec<_> = known.lines().next().unwrap_or_default().split(", ").collect();
    assert_eq!(first_column("Formats"), known);
    let variables: Vec<_> = policy_db::config::VARIABLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(first_column("Environment"), variables);
    let toml = CI.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let (config, found) = policy_db::config::read(Default::default(), toml);
    assert_eq!(found, []);
    assert_eq!(config.rules.len(), 3);
    for setting in
        policy(&tests(), &["schema", "--config"]).json()["properties"].as_object().expect("settings").keys()
    {
        let shown =
            toml.lines().any(|line| line.starts_with(setting.as_str()) || line == format!("[{setting}]"));
        assert!(shown, "the example does not show `{setting}`");
    }
}

/// The script behind the action, with the files that a runner gives it.
#[test]
fn the_action_annotates_sums_up_and_ends_as_eval_does() {
    let folder = folder("action");
    for file in ["lending.policy", "north.declaration.yaml"] {
        fs::copy(tests().join("cli/files").join(file), folder.join(file)).expect("a copy");
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_policy")).parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let run = |inputs: &[(&str, &str)]| {
        Command::new("bash")
            .arg(tests().join("../ci/action.sh"))
            .envs(inputs.iter().copied())
            .env("PATH", &path)
            .env("IN_PACKS", "lending.policy\n")
            .env("IN_LANG", "en")
            .env("IN_AS_OF", "2026-11-22")
            .env("RUNNER_TEMP", &folder)
            .env("GITHUB_STEP_SUMMARY", folder.join("summary"))
            .env("GITHUB_OUTPUT", folder.join("output"))
            .current_dir(&folder)
            .output()
            .expect("bash runs")
    };
    let ran = run(&[("IN_DECLARATIONS", "north.declaration.yaml"), ("IN_SARIF", "a b.sarif")]);
    let stdout = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(ran.status.code(), Some(1), "{stdout}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(stdout.contains("::error file=north.declaration.yaml,line=6,"), "{stdout}");
    assert!(folder.join("a b.sarif").is_file());
    assert!(fs::read_to_string(folder.join("summary")).is_ok_and(|text| text.contains("| rule |")));
    assert_eq!(fs::read_to_string(folder.join("output")).ok().as_deref(), Some("exit-code=1\n"));
    assert_eq!(
        run(&[("IN_DECLARATIONS", "*.declaration.yaml"), ("IN_NO_FAIL", "true")]).status.code(),
        Some(0)
    );
    let hostile = run(&[("IN_DECLARATIONS", "$(touch hacked); --help")]);
    assert_eq!(hostile.status.code(), Some(2), "an input is a name and nothing else");
    assert!(!folder.join("hacked").exists());
}

#[test]
fn the_findings_in_the_readme_are_those_that_come_out() {
    let root = tests().join("..");
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let out = policy(&root, &["eval", "--as-of", "2026-11-22", "--lang", "nl"]).stdout;
    let shown: Vec<&str> =
        readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let finding = shown.iter().find(|block| block.starts_with("x ")).expect("a finding");
    assert!(out.contains(*finding), "not in the output of `policy eval`:\n{finding}");
    let matrix = shown.iter().find(|block| block.starts_with("+--")).expect("the matrix");
    for line in matrix.lines().filter(|line| !line.starts_with("| …")) {
        assert!(out.contains(line), "not in the output of `policy eval`: {line}");
    }
}
