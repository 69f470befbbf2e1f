//! Every format of `policy eval` against something that is not ours: schemas of the standards, readers of others.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{Ran, folder, policy, tests};

fn root() -> PathBuf {
    tests().join("..")
}

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The schema of the standard has a stray bracket in the pattern of a language, which makes it no regular expression.
fn sarif_schema() -> jsonschema::Validator {
    let path = tests().join("formats/sarif-2.1.0.schema.json");
    let text = fs::read_to_string(path).expect("the schema");
    let pattern = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$";
    assert!(text.contains(pattern), "the schema is mended: so can this be");
    let text = text.replace(pattern, "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a JSON Schema")
}

fn validate(validator: &jsonschema::Validator, value: &Value) {
    let errors = validator.iter_errors(value).map(|error| format!("{error} at {}", error.instance_path()));
    let errors: Vec<_> = errors.take(5).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A lending library with every outcome: fails, passes, a waiver, a rule that is off and one that is graver.
fn library(name: &str) -> PathBuf {
    let folder = folder(name);
    for file in ["lending.policy", "north.declaration.yaml", "south.declaration.json"] {
        fs::copy(tests().join("cli/files").join(file), folder.join(file)).expect("a copy");
    }
    fs::rename(folder.join("south.declaration.json"), folder.join("süd 1.declaration.json")).expect("a name");
    let accepted = "policy accepted \"Accepted\" { version 1.0.0; use lending }\n\n\
        waive deposits for \"Oude boeken\" until 2027-01-01 { reason \"The chest, [x](y), is locked.\"; owner \"The board\" }\n";
    fs::write(folder.join("accepted.policy"), accepted).expect("a waiver");
    let settings = "packs = ['lending.policy', 'accepted.policy']\ndeclarations = ['.']\n\
        as-of = 2026-11-22\nlang = 'en'\npages = 'https://example.org/{lang}/{rule}'\n";
    fs::write(folder.join("policy.toml"), settings).expect("settings");
    folder
}

fn with_rules(folder: &Path, rules: &str) {
    let path = folder.join("policy.toml");
    let before = fs::read_to_string(&path).expect("settings");
    fs::write(path, format!("{before}[rules]\n{rules}\n")).expect("settings");
}

fn eval(folder: &Path, arguments: &[&str]) -> Ran {
    policy(folder, &[&["eval"], arguments].concat())
}

/// What a format makes of this repository's five declarations and of the lending library.
fn samples(name: &str, format: &str) -> Vec<String> {
    let library = library(name);
    let mut made = vec![eval(&root(), &["--as-of", "2026-11-22", "--format", format]).stdout];
    made.push(eval(&library, &["--format", format]).stdout);
    with_rules(&library, "periods = { off = true, reason = 'moving, \"house\" <1>' }\ndeposits = 'low'");
    made.push(eval(&library, &["--format", format, "--explain", "off"]).stdout);
    made.push(eval(&library, &["--format", format, "--rule", "deposits", "north.declaration.yaml"]).stdout);
    fs::write(library.join("bad.declaration.yaml"), "loans: [").expect("a broken declaration");
    made.push(eval(&library, &["--format", format]).stdout);
    made
}

/// What a format makes of differences: on this repository over time and with a stricter limit, and in the lending
/// library where a waiver ends (worse), begins (better), and a declaration changes both ways.
fn compared(name: &str, format: &str) -> Vec<String> {
    let library = library(name);
    let text = fs::read_to_string(library.join("north.declaration.yaml")).expect("a declaration");
    let changed = text.replace("8 weeks", "2 weeks");
    assert_ne!(text, changed, "the declaration has a term to change");
    let run = |folder: &Path, arguments: &[&str]| {
        let done = policy(folder, &[arguments, &["--format", format]].concat());
        assert!(matches!(done.code, Some(0 | 1)), "{arguments:?}: {}", done.stderr);
        done.stdout
    };
    let mut made = vec![
        run(&library, &["diff", "--as-of", "2026-11-22..2027-01-01"]),
        run(&library, &["diff", "--as-of", "2027-01-01..2026-11-22"]),
    ];
    fs::write(library.join("later.declaration.yaml"), changed).expect("a declaration");
    made.extend([
        run(&library, &["diff", "north.declaration.yaml", "later.declaration.yaml"]),
        run(&library, &["diff", "later.declaration.yaml", "north.declaration.yaml"]),
        run(&root(), &["diff", "--as-of", "2026-11-22..2028-01-01", "--rule", "doc-04", "--rule", "trf-02"]),
        run(&root(), &["whatif", "ret-01", "≤ 6 months", "--as-of", "2026-11-22", "--rule", "ret-01"]),
    ]);
    made
}

// --- waivers ---------------------------------------------------------------------------------------

/// What each format says where a waiver covers a fail, and nowhere else.
const WAIVED: [(&str, &str); 11] = [
    ("pretty", "| ~ waived"),
    ("compact", ": note: "),
    ("json", "\"reason\": \"The chest"),
    ("ndjson", "\"reason\":\"The chest"),
    ("sarif", "\"suppressions\""),
    ("junit", "<skipped"),
    ("github", "::notice "),
    ("gitlab", "\"severity\": \"info\""),
    ("markdown", "≈ waived"),
    ("csv", ",2027-01-01,The board,\"The chest"),
    ("html", "The chest, [x](y), is locked."),
];

#[test]
fn a_waiver_is_told_and_ends_on_its_day_in_every_format() {
    let library = library("waivers");
    for (format, sign) in WAIVED {
        for (day, waived) in [("2026-11-22", true), ("2026-12-31", true), ("2027-01-01", false)] {
            let arguments =
                ["--rule", "deposits", "--as-of", day, "--format", format, "north.declaration.yaml"];
            let done = eval(&library, &arguments);
            assert_eq!(done.code, Some(if waived { 0 } else { 1 }), "{format} on {day}: {}", done.stderr);
            assert_eq!(done.stdout.contains(sign), waived, "{format} on {day}:\n{}", done.stdout);
        }
    }
    let all: Vec<_> = WAIVED.iter().map(|(format, _)| format.to_string()).collect();
    assert_eq!(all.len(), 11, "every format of `policy eval`: {all:?}");
}

#[test]
fn a_waiver_counts_alike_for_who_asks_compares_and_looks_ahead() {
    let library = library("waivers-desk");
    let run = |arguments: &[&str]| policy(&library, arguments);
    let asks = |day: &str| run(&["ask", "north", "--as-of", day]).stdout.contains("deposits");
    assert_eq!([asks("2026-12-31"), asks("2027-01-01")], [false, true], "the letter");
    let days = run(&["timeline", "north", "--rule", "deposits", "--format", "csv"]).stdout;
    assert!(days.lines().nth(1).is_some_and(|row| row.starts_with("2027-01-01,")), "{days}");
    let flips = |range: &str| {
        let done = run(&["diff", "--as-of", range, "--rule", "deposits", "--format", "json"]).json();
        list(&done["flips"]).len()
    };
    assert_eq!((flips("2026-11-22..2026-12-31"), flips("2026-12-31..2027-01-01")), (0, 1));
    let accepted = library.join("accepted.policy");
    let text = fs::read_to_string(&accepted).expect("a waiver").replace("waive deposits", "waive periods");
    fs::write(&accepted, text).expect("a waiver");
    let word = |day: &str| run(&["whatif", "periods", "9 weeks", "--as-of", day]).stdout;
    assert!(word("2026-12-31").contains("periods: waived (fail) -> pass (better)"));
    assert!(word("2027-01-01").contains("periods: fail -> pass (better)"));
}

// --- mistakes and tests ----------------------------------------------------------------------------

/// A policy and a declaration with mistakes, and tests of which one fails.
fn mistakes(name: &str) -> PathBuf {
    let library = library(name);
    fs::write(library.join("bad.declaration.yaml"), "lender: { name: A }\nlones: []\n")
        .expect("a declaration");
    let failing = "policy failing \"Failing\" { version 1.0.0; use lending }\n\n\
        rule lent { nl \"Kort\"; en \"Short\"; loan period at most 3 weeks }\n\n\
        test lent \"kept <1>\" {\n  given \"\"\"\n    loans: [{ period: 8 weeks }]\n    \"\"\"\n  expect pass\n}\n";
    fs::write(library.join("failing.policy"), failing).expect("a policy");
    library
}

#[test]
fn mistakes_fit_the_schemas_of_others() {
    let library = mistakes("mistakes");
    let check = |format: &str| {
        let done = policy(&library, &["check", "--format", format]);
        assert_eq!(done.code, Some(2), "{format}: {}", done.stderr);
        done.stdout
    };
    let log: Value = serde_json::from_str(&check("sarif")).expect("JSON");
    validate(&sarif_schema(), &log);
    let results = list(&log["runs"][0]["results"]);
    results.iter().for_each(stands_in_a_file);
    let result = results.iter().find(|result| result["ruleId"] == "P0403").expect("an unknown field");
    assert_eq!(result["level"], "error");
    let all = results.len();
    let mut schema = json(&tests().join("formats/code-climate.schema.json"));
    schema["$ref"] = "#/definitions/Issue".into();
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
    let issues: Vec<Value> = serde_json::from_str(&check("gitlab")).expect("JSON");
    issues.iter().for_each(|issue| validate(&validator, issue));
    let issue = issues.iter().find(|issue| issue["check_name"] == "P0403").expect("an unknown field");
    assert_eq!((&issue["severity"], issues.len()), (&"blocker".into(), all));
    let junit = check("junit");
    fits_the_xsd(&junit);
    assert!(junit.contains("failures=\"1\"") && junit.contains("no mistakes"), "{junit}");
    let words = annotations(&library, &check("github"));
    assert_eq!((words.len(), words.iter().filter(|word| *word == "error").count()), (all, 1));
    assert!(check("compact").contains("bad.declaration.yaml:2:1: error: "));
    let text = check("csv");
    let rows = csv::Reader::from_reader(text.as_bytes()).records().count();
    assert_eq!((rows, check("ndjson").lines().count()), (all, all));
    assert!(check("markdown").contains("- **P0403**"));
    let page = policy(&library, &["check", "--format", "html"]);
    assert!(page.stderr.contains("`html` is not possible here: this command writes pretty, compact"));
}

#[test]
fn tests_that_fail_are_failures_with_a_place() {
    let library = mistakes("failing");
    let run = |format: &str| {
        let done = policy(&library, &["test", "-p", "failing.policy", "--format", format]);
        assert_eq!(done.code, Some(1), "{format}: {}", done.stderr);
        done.stdout
    };
    let junit = run("junit");
    fits_the_xsd(&junit);
    assert!(junit.contains("failures=\"1\"") && junit.contains("expected pass, got fail"), "{junit}");
    assert_eq!(annotations(&library, &run("github")), ["error"]);
    assert!(run("compact").contains(": error: `lent`: expected pass, got fail [lent]"));
    let refused = policy(&library, &["test", "--format", "sarif"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("this command writes pretty, compact, json, junit, github"));
}

fn fits_the_xsd(text: &str) {
    let xsd = fs::read_to_string(tests().join("formats/junit-10.xsd")).expect("the XSD");
    let xsd = uppsala::parse(&xsd).expect("the XSD is XML");
    let validator = uppsala::XsdValidator::from_schema(&xsd).expect("the XSD is one");
    let errors = validator.validate(&uppsala::parse(text).expect("XML"));
    assert!(errors.is_empty(), "{errors:?}\n{text}");
}

// --- SARIF -----------------------------------------------------------------------------------------

#[test]
fn differences_in_sarif_say_what_is_new_and_what_is_gone() {
    let validator = sarif_schema();
    let logs: Vec<Value> = compared("sarif-diff", "sarif")
        .iter()
        .map(|text| serde_json::from_str(text).expect("JSON"))
        .collect();
    let mut all = BTreeSet::new();
    for log in &logs {
        validate(&validator, log);
        let results = list(&log["runs"][0]["results"]);
        let rules = list(&log["runs"][0]["tool"]["driver"]["rules"]);
        let mut fingerprints = BTreeSet::new();
        for result in results {
            assert_eq!(
                rules[result["ruleIndex"].as_u64().expect("an index") as usize]["id"],
                result["ruleId"]
            );
            stands_in_a_file(result);
            assert!(fingerprints.insert(result["partialFingerprints"]["policyFlip/v1"].to_string()));
            all.insert(result["baselineState"].as_str().expect("a state").to_owned());
        }
    }
    assert_eq!(all.into_iter().collect::<Vec<_>>(), ["absent", "new", "unchanged", "updated"]);
    let states = |log: &Value| -> Vec<(String, String, bool)> {
        let text = |value: &Value| value.as_str().expect("a word").to_owned();
        let of =
            |one: &Value| (text(&one["ruleId"]), text(&one["baselineState"]), one["suppressions"].is_array());
        list(&log["runs"][0]["results"]).iter().map(of).collect()
    };
    let one = |rule: &str, state: &str, waived| (rule.to_owned(), state.to_owned(), waived);
    assert_eq!(
        states(&logs[0]),
        [one("deposits", "updated", false), one("periods", "unchanged", false)],
        "the waiver ends"
    );
    assert_eq!(
        states(&logs[1]),
        [one("deposits", "updated", true), one("periods", "unchanged", false)],
        "the waiver begins"
    );
    assert_eq!(
        states(&logs[2]),
        [one("periods", "absent", false), one("deposits", "unchanged", true)],
        "the term is shorter"
    );
    assert_eq!(
        states(&logs[3]),
        [one("periods", "new", false), one("deposits", "unchanged", true)],
        "the term is longer"
    );
    let place = &list(&logs[3]["runs"][0]["results"])[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "north.declaration.yaml");
    assert!(place["region"]["startColumn"].as_u64() > Some(1), "{place}");
}

#[test]
fn sarif_is_sarif() {
    let validator = sarif_schema();
    for text in samples("sarif", "sarif") {
        let log: Value = serde_json::from_str(&text).expect("JSON");
        validate(&validator, &log);
        let run = &log["runs"][0];
        let rules = list(&run["tool"]["driver"]["rules"]);
        let ids: BTreeSet<_> = rules.iter().map(|rule| rule["id"].to_string()).collect();
        assert_eq!(ids.len(), rules.len(), "an id belongs to one rule");
        let mut fingerprints = BTreeSet::new();
        for result in list(&run["results"]) {
            check_result(result, rules);
            assert!(
                fingerprints.insert(result["partialFingerprints"]["policyFinding/v1"].to_string()),
                "two results with one fingerprint: {result}"
            );
        }
    }
}

fn check_result(result: &Value, rules: &[Value]) {
    let index = result["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(rules[index]["id"], result["ruleId"]);
    let verdict = result["properties"]["verdict"].as_str();
    let level = match verdict {
        Some("fail") => "error",
        Some("unknown") => "warning",
        other => panic!("{other:?} is no result"),
    };
    assert_eq!(result["level"], level);
    stands_in_a_file(result);
}

fn stands_in_a_file(result: &Value) {
    let all = list(&result["locations"]).iter().chain(list(&result["relatedLocations"]));
    for location in all {
        let place = &location["physicalLocation"];
        assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line >= 1), "{place}");
        let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
        assert!(uri.is_ascii() && !uri.contains(' ') && !uri.starts_with('/'), "{uri}");
    }
}

#[test]
fn sarif_says_what_is_waived_off_and_graver_and_where_the_page_is() {
    let library = library("sarif-says");
    let log = eval(&library, &["--format", "sarif"]).json();
    let run = &log["runs"][0];
    let results = list(&run["results"]);
    let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule);
    let waived = &of("deposits").expect("a waived fail is a result")["suppressions"][0];
    assert_eq!((&waived["kind"], &waived["status"]), (&"external".into(), &"accepted".into()));
    assert!(waived["justification"].as_str().is_some_and(|why| why.contains("is locked")), "{waived}");
    assert_eq!(waived["location"]["physicalLocation"]["artifactLocation"]["uri"], "accepted.policy");
    assert!(of("periods").expect("a fail")["suppressions"].is_null());
    assert_eq!(run["tool"]["driver"]["rules"][0]["helpUri"], "https://example.org/en/deposits");
    let uris = results.iter().flat_map(|result| list(&result["locations"]));
    let uris: BTreeSet<_> =
        uris.map(|at| at["physicalLocation"]["artifactLocation"]["uri"].to_string()).collect();
    assert_eq!(uris.len(), 1, "a pass is no result: {uris:?}");

    with_rules(&library, "periods = { off = true, reason = 'moving house' }\ndeposits = 'low'");
    let log = eval(&library, &["--format", "sarif"]).json();
    let run = &log["runs"][0];
    assert!(list(&run["results"]).iter().all(|result| result["ruleId"] != "periods"));
    let overrides = list(&run["invocations"][0]["ruleConfigurationOverrides"]);
    let off = overrides.iter().find(|one| one["descriptor"]["id"] == "periods").expect("an override");
    assert_eq!(off["configuration"]["enabled"], false);
    assert_eq!(off["configuration"]["properties"]["reason"], "moving house");
    let graver = overrides.iter().find(|one| one["descriptor"]["id"] == "deposits").expect("an override");
    assert_eq!(graver["configuration"]["properties"]["before"], "critical");
}

/// Rule and fingerprint of every result.
fn fingerprints(folder: &Path, arguments: &[&str]) -> BTreeSet<(String, String)> {
    fingerprints_in("en", folder, arguments)
}

fn fingerprints_in(lang: &str, folder: &Path, arguments: &[&str]) -> BTreeSet<(String, String)> {
    let done = Command::new(env!("CARGO_BIN_EXE_policy"))
        .args(["--lang", lang, "eval", "--format", "sarif"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the command runs");
    let log: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(log["runs"][0]["language"], lang);
    let results = list(&log["runs"][0]["results"]).iter();
    let found = results.map(|result| {
        let fingerprint = &result["partialFingerprints"]["policyFinding/v1"];
        (result["ruleId"].to_string(), fingerprint.to_string())
    });
    found.collect()
}

#[test]
fn fingerprints_survive_shifts_and_language_and_change_with_what_is_declared() {
    let vendors = folder("fingerprints");
    let name = "snappet.declaration.yaml";
    let text = fs::read_to_string(tests().join("vendors").join(name)).expect("a declaration");
    let write = |text: &str| fs::write(vendors.join(name), text).expect("a declaration");
    write(&text);
    let arguments = ["--as-of", "2026-11-22", name];
    let before = fingerprints(&vendors, &arguments);
    assert!(before.len() > 10, "only {} results", before.len());
    write(&format!("# one\n# two\n\n{}", text.replace("\nproduct:", "\n\n# three\n\nproduct:")));
    assert_eq!(fingerprints(&vendors, &arguments), before, "lines above change nothing");
    assert_eq!(fingerprints_in("nl", &vendors, &arguments), before, "another language changes nothing");
    write(&text.replace("recipient:", "recipient: "));
    assert_eq!(fingerprints(&vendors, &arguments), before, "white space changes nothing");
    let elsewhere =
        text.replace("value: US, source: \"Bijlage 1, G, 3\"", "value: CA, source: \"Bijlage 1, G, 3\"");
    assert_ne!(elsewhere, text);
    write(&elsewhere);
    assert_ne!(fingerprints(&vendors, &arguments), before, "another country is another finding");
}

// --- the others ------------------------------------------------------------------------------------

#[test]
fn junit_fits_its_xsd() {
    let xsd = fs::read_to_string(tests().join("formats/junit-10.xsd")).expect("the XSD");
    let xsd = uppsala::parse(&xsd).expect("the XSD is XML");
    let validator = uppsala::XsdValidator::from_schema(&xsd).expect("the XSD is one");
    let samples = samples("junit", "junit");
    let compared = compared("junit-diff", "junit");
    for text in samples.iter().chain(&compared) {
        let document = uppsala::parse(text).expect("XML");
        let errors = validator.validate(&document);
        assert!(errors.is_empty(), "{errors:?}\n{text}");
    }
    let broken = samples[0].replace("testcase", "case");
    let broken = uppsala::parse(&broken).expect("XML");
    assert!(!validator.validate(&broken).is_empty(), "the validator looks");
    let [_, library, off, ..] = &samples[..] else { panic!("samples") };
    assert!(library.contains("<failure type=\"low\""), "{library}");
    assert!(library.contains("message=\"accepted until 2027-01-01 by The board: The chest"), "{library}");
    assert!(off.contains("periods is switched off (policy.toml): moving"), "{off}");
    assert!(compared[0].contains("tests=\"2\" failures=\"1\""), "worse is a failure: {}", compared[0]);
    assert!(compared[1].contains("tests=\"2\" failures=\"0\""), "better is none: {}", compared[1]);
}

#[test]
fn gitlab_fits_code_climate() {
    let mut schema = json(&tests().join("formats/code-climate.schema.json"));
    schema["$ref"] = "#/definitions/Issue".into();
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
    let compared = compared("gitlab-diff", "gitlab");
    let count = |text: &str| serde_json::from_str::<Vec<Value>>(text).expect("JSON").len();
    assert_eq!(compared.iter().map(|text| count(text)).collect::<Vec<_>>(), [1, 1, 0, 1, 1, 1]);
    for text in samples("gitlab", "gitlab").into_iter().chain(compared) {
        let issues: Value = serde_json::from_str(&text).expect("JSON");
        let mut fingerprints = BTreeSet::new();
        for issue in list(&issues) {
            validate(&validator, issue);
            // What GitLab needs of that: a severity, a fingerprint of its own, and lines.
            assert!(issue["severity"].is_string(), "{issue}");
            assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line >= 1), "{issue}");
            assert!(fingerprints.insert(issue["fingerprint"].to_string()), "twice: {issue}");
        }
    }
}

#[test]
fn csv_has_a_row_per_declaration_and_rule() {
    let rows = |text: &str| {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let heads = reader.headers().expect("heads").clone();
        assert_eq!(heads.get(8), Some("verdict"));
        reader.records().collect::<Result<Vec<_>, _>>().expect("rows of the same length")
    };
    for (text, count) in compared("csv-diff", "csv").iter().zip([1, 1, 1, 1, 1, 1]) {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().expect("heads").get(8), Some("to"));
        let rows = reader.records().collect::<Result<Vec<_>, _>>().expect("rows of the same length");
        assert_eq!(rows.len(), count, "{text}");
    }
    let samples = samples("csv", "csv");
    let result = eval(&root(), &["--as-of", "2026-11-22", "--format", "json", "--explain", "off"]).json();
    let cells = list(&result["results"]).iter().map(|one| list(&one["rules"]).len()).sum::<usize>();
    assert_eq!(rows(&samples[0]).len(), cells);
    assert_eq!(rows(&samples[1]).len(), 4);
    let off = rows(&samples[2]);
    assert!(off.iter().any(|row| &row[4] == "periods" && row[19].contains("moving, \"house\"")), "{off:?}");
    assert!(
        off.iter()
            .any(|row| &row[4] == "deposits" && &row[7] == "low" && &row[19] == "severity was critical")
    );
}

#[test]
fn every_line_of_ndjson_is_a_declaration() {
    let mut schema = json(&root().join("docs/policy-eval.schema.json"));
    for key in ["required", "properties", "additionalProperties", "type"] {
        schema.as_object_mut().expect("a schema").remove(key);
    }
    schema["$ref"] = "#/$defs/line".into();
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
    for (text, count) in samples("ndjson", "ndjson").iter().zip([5, 2, 2, 1, 3]) {
        assert_eq!(text.lines().count(), count, "{text}");
        text.lines().for_each(|line| validate(&validator, &serde_json::from_str(line).expect("JSON")));
    }
}

#[test]
fn json_with_settings_fits_its_schema() {
    let validator = jsonschema::validator_for(&json(&root().join("docs/policy-eval.schema.json")));
    let validator = validator.expect("a JSON Schema");
    for text in samples("json", "json") {
        validate(&validator, &serde_json::from_str(&text).expect("JSON"));
    }
}

type Properties = Vec<(String, String)>;

/// As the runner reads a command: `::word key=value,…::text`, with its own escapes undone.
fn workflow_command(line: &str) -> Option<(String, Properties, String)> {
    let plain = |text: &str| {
        let text = text.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n");
        text.replace("%25", "%")
    };
    let (head, text) = line.strip_prefix("::")?.split_once("::")?;
    let (word, properties) = head.split_once(' ')?;
    let pairs = properties.split(',').map(|pair| pair.split_once('=').expect("key=value"));
    Some((word.to_owned(), pairs.map(|(key, value)| (key.to_owned(), plain(value))).collect(), plain(text)))
}

/// Every annotation has a file that is there, a line, a title and a text; gives their words.
fn annotations(folder: &Path, text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (word, properties, text) in text.lines().filter_map(workflow_command) {
        assert!(["error", "warning", "notice"].contains(&word.as_str()), "{word}");
        let of =
            |key: &str| properties.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        assert!(folder.join(of("file").expect("a file")).is_file());
        assert!(of("line").and_then(|line| line.parse::<u32>().ok()).is_some_and(|line| line >= 1));
        assert!(of("title").is_some() && !text.is_empty());
        words.push(word);
    }
    words
}

#[test]
fn github_annotations_name_files_that_are_there() {
    let text = eval(&root(), &["--as-of", "2026-11-22", "--format", "github"]).stdout;
    let words = annotations(&root(), &text);
    assert!(words.len() > 50, "only {} annotations", words.len());
    let compared = compared("github-diff", "github");
    let library = support::above().join("github-diff");
    let words: Vec<_> = compared[..4].iter().map(|text| annotations(&library, text)).collect();
    assert_eq!(words, [["error"], ["notice"], ["notice"], ["error"]]);
    assert_eq!(annotations(&root(), &compared[5]), ["error"]);
}

#[test]
fn what_lies_ahead_is_written_in_formats_that_have_days() {
    let library = library("ahead");
    let run = |format: &str| {
        let done = policy(&library, &["timeline", "north", "--format", format]);
        (done.code, done.stdout, done.stderr)
    };
    let (_, text, _) = run("csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().collect::<Result<Vec<_>, _>>().expect("rows of the same length");
    assert_eq!(
        (&rows[0][0], &rows[0][4], &rows[0][7], &rows[0][9]),
        ("2027-01-01", "deposits", "true", "false")
    );
    let (_, text, _) = run("ndjson");
    let line: Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&line["day"], &line["rule"]), (&"2027-01-01".into(), &"deposits".into()));
    let (_, text, _) = run("compact");
    assert!(text.starts_with("north.declaration.yaml: 2027-01-01: waived (fail) -> fail: "), "{text}");
    for format in ["sarif", "junit", "github", "gitlab"] {
        let (code, _, words) = run(format);
        assert_eq!(code, Some(2));
        assert!(words.contains(&format!("`{format}` is not possible here: this command writes pretty, compact, json, ndjson, markdown, csv, html")), "{words}");
    }
}

#[test]
fn every_flip_has_a_line_of_its_own() {
    for text in compared("ndjson-diff", "ndjson") {
        for line in text.lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(line["schema"], "policy-diff-line/1");
            assert!(line["rule"].is_string() && line["worse"].is_boolean(), "{line}");
        }
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}

#[test]
fn what_a_declaration_says_makes_no_markup_and_no_command() {
    let library = library("hostile");
    let text = fs::read_to_string(library.join("north.declaration.yaml")).expect("a declaration");
    let hostile = "\"=1+1 ::error::x\\n::stop-commands::y <img src=x> [a](b) | `c\\u001b[31m\"";
    let text = text.replace("\"Oude boeken\"", hostile);
    assert!(text.contains("stop-commands"), "the name is in the declaration");
    fs::write(library.join("north.declaration.yaml"), text).expect("a declaration");
    let accepted = fs::read_to_string(library.join("accepted.policy")).expect("a waiver");
    fs::write(library.join("accepted.policy"), accepted.replace("Oude boeken", "Bibliotheek Noord"))
        .expect("a waiver");
    for format in ["pretty", "compact", "github", "markdown", "csv", "junit"] {
        let done = eval(&library, &["--format", format]);
        assert!(!done.stderr.contains("P0401"), "the declaration can be read: {}", done.stderr);
        let made = done.stdout;
        assert!(!made.contains('\u{1b}'), "{format}: an escape sequence");
        if format == "github" || format == "compact" {
            assert!(!made.lines().any(|line| line.trim_start().starts_with("::stop")), "{format}:\n{made}");
        }
        if format == "markdown" {
            assert!(!made.contains("<img") && !made.contains("[a](b)"), "{made}");
        }
        let flips =
            policy(&library, &["diff", "--as-of", "2026-11-22..2027-01-02", "--format", format]).stdout;
        assert!(!flips.contains('\u{1b}'), "{format}: an escape sequence");
        assert!(!flips.lines().any(|line| line.trim_start().starts_with("::stop")), "{format}:\n{flips}");
    }
    let diff = ["diff", "--as-of", "2026-11-22..2027-01-02", "--format", "html"];
    for arguments in [&diff[..], &["timeline", "north", "--format", "html"]] {
        let page = policy(&library, arguments).stdout;
        assert!(page.contains("stop-commands"), "the name is on the page: {page}");
        assert!(!page.contains("<img") && !page.contains('\u{1b}') && !page.contains("://"), "{page}");
    }
}

#[test]
fn a_format_is_the_same_in_a_file_as_on_standard_output() {
    let library = library("same");
    let formats =
        ["compact", "json", "ndjson", "sarif", "junit", "github", "gitlab", "markdown", "csv", "pretty"];
    let files: Vec<_> = formats.iter().map(|format| format!("{format}=made.{format}")).collect();
    let arguments: Vec<_> = files.iter().flat_map(|file| ["--format", file.as_str()]).collect();
    let all = eval(&library, &arguments);
    assert_eq!(all.code, Some(1), "{}", all.stderr);
    assert!(all.stdout.contains("| rule"), "without a format for it standard output is for people");
    for format in formats {
        let alone = eval(&library, &["--format", format]);
        let made = fs::read_to_string(library.join(format!("made.{format}"))).expect("a file");
        assert_eq!((alone.code, alone.stdout), (Some(1), made), "{format}");
    }
    let to_file = eval(&library, &["--format", "csv", "-o", "all.csv"]);
    assert_eq!(to_file.stdout, "");
    assert_eq!(
        fs::read_to_string(library.join("all.csv")).ok(),
        fs::read_to_string(library.join("made.csv")).ok()
    );
}
