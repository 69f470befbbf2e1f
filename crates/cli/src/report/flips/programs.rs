//! A comparison for programs. What got worse asks for attention; what got better is told and asks for nothing; what is
//! as it was stands in the formats that are compared with an earlier run.

use std::io;

use policy_core::lang::Lang;
use policy_core::verdict::Verdict;
use policy_db::dated::Status;
use serde_json::{Map, Value, json};

use super::{Sides, because, mark, sum, title};
use crate::compare::{Comparison, Flip, Line, Steady, json_status, word};
use crate::exit;
use crate::report::junit::{self, Case, Kind, Suite, Told};
use crate::report::remark::{self, Baseline, Grade, Remark};
use crate::report::{compact, csv, fingerprint, github, gitlab, sarif};

/// The name of the recipe of the fingerprints: a rule and whose declaration it is about.
const FINGERPRINT: &str = "policyFlip/v1";

const COLUMNS: [&str; 20] = [
    "declaration",
    "vendor",
    "product",
    "rule",
    "title",
    "severity",
    "from",
    "from_waived",
    "to",
    "to_waived",
    "change",
    "causes",
    "file",
    "line",
    "was",
    "is",
    "dated",
    "waived_until",
    "waived_by",
    "waived_reason",
];

/// Whether a verdict asks for anything, waived or not.
fn open(status: Status) -> bool {
    matches!(status.verdict, Verdict::Fail | Verdict::Unknown)
}

fn baseline(flip: &Flip) -> Baseline {
    match (open(flip.from), open(flip.to)) {
        (false, true) => Baseline::New,
        (true, false) => Baseline::Absent,
        _ => Baseline::Updated,
    }
}

fn of_flip(flip: &Flip, lang: Lang) -> Remark {
    let (from, to) = (word(flip.from, lang), word(flip.to, lang));
    let mut text = format!("{from} -> {to} ({}): {}", mark(flip, lang), flip.is.join("; "));
    let causes = [vec![because(flip, lang)], flip.dated.clone()].concat().join("; ");
    text.push_str(&format!(" [{causes}]"));
    let side = |line: &Line| match line.new {
        true => lang.pick("is", "is"),
        false => lang.pick("was", "was"),
    };
    let lines = flip.lines.iter().map(|line| (line.at.clone(), format!("{}: {}", side(line), line.text)));
    let clause = flip.clause.iter().map(|at| (at.clone(), remark::clause(lang)));
    Remark {
        rule: flip.rule.clone(),
        title: flip.title.clone(),
        grade: if open(flip.to) { Grade::of(flip.to.verdict) } else { Grade::Note },
        severity: Some(flip.severity),
        at: flip.at.clone(),
        text,
        related: lines.chain(clause).collect(),
        waived: flip.waived.clone(),
        baseline: Some(baseline(flip)),
        eased: !flip.worse(),
        fingerprint: fingerprint::of(&[&flip.rule, &title(&flip.names, &flip.declaration)]),
        properties: properties(flip),
    }
}

fn properties(flip: &Flip) -> Map<String, Value> {
    let change = if flip.worse() { "worse" } else { "better" };
    let causes: Vec<_> = flip.causes.iter().map(|cause| cause.word()).collect();
    let all = [
        ("from", json_status(flip.from)),
        ("to", json_status(flip.to)),
        ("change", json!(change)),
        ("causes", json!(causes)),
    ];
    all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn of_steady(steady: &Steady) -> Option<Remark> {
    let (at, text) = steady.found.clone()?;
    Some(Remark {
        rule: steady.rule.clone(),
        title: steady.title.clone(),
        grade: Grade::of(steady.status.verdict),
        severity: Some(steady.severity),
        at,
        text,
        related: Vec::new(),
        waived: steady.waived.clone(),
        baseline: Some(Baseline::Unchanged),
        eased: false,
        fingerprint: fingerprint::of(&[&steady.rule, &title(&steady.names, &steady.declaration)]),
        properties: [("to".to_owned(), json_status(steady.status))].into_iter().collect(),
    })
}

fn remarks(found: &Comparison, lang: Lang) -> impl Iterator<Item = Remark> {
    found.flips.iter().map(move |flip| of_flip(flip, lang))
}

/// A line per flip, and how many there are.
pub fn compact(found: &Comparison, lang: Lang) -> String {
    let lines: String = remarks(found, lang).map(|remark| compact::line(&remark, lang)).collect();
    lines + &sum(found, lang) + "\n"
}

/// An annotation per flip, and how many there are.
pub fn github(found: &Comparison, lang: Lang) -> String {
    let lines: String = remarks(found, lang).map(|remark| github::line(&remark, lang)).collect();
    lines + &sum(found, lang) + "\n"
}

/// An issue per flip that leaves something to do.
pub fn gitlab(found: &Comparison, lang: Lang) -> io::Result<String> {
    gitlab::text(remarks(found, lang).filter(|one| one.baseline != Some(Baseline::Absent)), lang)
}

/// A log with the flips, and with what is as it was.
pub fn sarif(found: &Comparison, sides: &Sides, lang: Lang) -> io::Result<String> {
    let steady = found.steady.iter().filter_map(of_steady);
    let all: Vec<_> = remarks(found, lang).chain(steady).collect();
    let worse = found.flips.iter().any(Flip::worse);
    sarif::log(&sarif::Log {
        id: format!("policy-{}/{}..{}", sides.command, sides.old, sides.new),
        lang,
        rules: found.heads.iter().map(|rule| sarif::descriptor(lang, rule)).collect(),
        remarks: &all,
        fingerprint: FINGERPRINT,
        invocation: json!({
            "executionSuccessful": true,
            "exitCode": if worse { exit::FAIL } else { exit::OK },
        }),
        properties: json!({ "old": sides.old, "new": sides.new, "compared": found.compared }),
    })
}

/// A suite per declaration, a case per rule on both sides: a failure where it got worse.
pub fn junit(found: &Comparison, sides: &Sides, lang: Lang) -> io::Result<String> {
    let mut suites: Vec<Suite> = Vec::new();
    let mut add = |name: String, file: &str, case: Case| match suites.iter_mut().find(|s| s.file == file) {
        Some(suite) => suite.cases.push(case),
        None => {
            let properties = vec![("old", sides.old.clone()), ("new", sides.new.clone())];
            suites.push(Suite { name, file: file.to_owned(), properties, cases: vec![case] });
        }
    };
    for flip in &found.flips {
        let case = case(&flip.rule, &flip.title, &flip.declaration, told(flip, lang));
        add(title(&flip.names, &flip.declaration), &flip.declaration, case);
    }
    for steady in &found.steady {
        let case = case(&steady.rule, &steady.title, &steady.declaration, None);
        add(title(&steady.names, &steady.declaration), &steady.declaration, case);
    }
    junit::text(&suites)
}

fn case(rule: &str, title: &str, class: &str, told: Option<Told>) -> Case {
    Case { name: format!("{rule} {title}"), class: class.to_owned(), told }
}

fn told(flip: &Flip, lang: Lang) -> Option<Told> {
    let remark = of_flip(flip, lang);
    let line = |line: &Line| {
        let sign = if line.new { '+' } else { '-' };
        format!("{sign} {}:{} {}\n", line.file, line.line, line.text)
    };
    flip.worse().then(|| Told {
        kind: Kind::Failure,
        grave: flip.severity.word().to_owned(),
        short: remark.told(lang),
        long: flip.lines.iter().map(line).collect(),
    })
}

/// A row per flip.
pub fn csv(found: &Comparison) -> io::Result<String> {
    let heads = [COLUMNS.map(str::to_owned).to_vec()];
    csv::lines(heads.into_iter().chain(found.flips.iter().map(row)))
}

fn row(flip: &Flip) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let causes: Vec<_> = flip.causes.iter().map(|cause| cause.word()).collect();
    let waived = flip.waived.as_ref();
    vec![
        flip.declaration.clone(),
        text(&flip.names.vendor),
        text(&flip.names.product),
        flip.rule.clone(),
        flip.title.clone(),
        flip.severity.word().to_owned(),
        flip.from.verdict.word().to_owned(),
        flip.from.waived.to_string(),
        flip.to.verdict.word().to_owned(),
        flip.to.waived.to_string(),
        if flip.worse() { "worse" } else { "better" }.to_owned(),
        causes.join("; "),
        flip.at.file.clone(),
        flip.at.start.line.to_string(),
        flip.was.join("; "),
        flip.is.join("; "),
        flip.dated.join("; "),
        waived.map(|waived| waived.until.clone()).unwrap_or_default(),
        waived.map(|waived| waived.owner.clone()).unwrap_or_default(),
        waived.map(|waived| waived.reason.clone()).unwrap_or_default(),
    ]
}

/// A flip on a line of its own, with what a line that stands alone needs.
pub fn ndjson(found: &Comparison, sides: &Sides, lang: Lang) -> String {
    let line = |flip: &Flip| {
        let mut line = Map::new();
        line.insert("schema".to_owned(), json!("policy-diff-line/1"));
        line.insert("lang".to_owned(), json!(lang.code()));
        line.insert("old".to_owned(), json!(sides.old));
        line.insert("new".to_owned(), json!(sides.new));
        if let Value::Object(members) = data(flip) {
            line.extend(members);
        }
        format!("{}\n", Value::Object(line))
    };
    found.flips.iter().map(line).collect()
}

/// As data.
pub fn json(found: &Comparison, sides: &Sides, lang: Lang) -> io::Result<String> {
    let one_side = |list: &[Vec<String>; 2]| json!({ "old": list[0], "new": list[1] });
    let value = json!({
        "schema": "policy-diff/1",
        "lang": lang.code(),
        "old": sides.old,
        "new": sides.new,
        "flips": found.flips.iter().map(data).collect::<Vec<_>>(),
        "compared": found.compared,
        "only_declarations": one_side(&found.declarations),
        "only_rules": one_side(&found.rules),
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

fn data(flip: &Flip) -> Value {
    let line = |line: &Line| {
        let side = if line.new { "new" } else { "old" };
        json!({ "side": side, "file": line.file, "line": line.line, "text": line.text })
    };
    json!({
        "declaration": flip.declaration,
        "vendor": flip.names.vendor,
        "product": flip.names.product,
        "rule": flip.rule,
        "title": flip.title,
        "from": json_status(flip.from),
        "to": json_status(flip.to),
        "worse": flip.worse(),
        "better": flip.better(),
        "causes": flip.causes.iter().map(|cause| cause.word()).collect::<Vec<_>>(),
        "dated": flip.dated,
        "lines": flip.lines.iter().map(line).collect::<Vec<_>>(),
        "was": flip.was,
        "is": flip.is,
    })
}
