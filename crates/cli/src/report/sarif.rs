//! SARIF 2.1.0: one result per place that a rule points at.
//!
//! A fail is an error, an unknown a warning; what a waiver covers is suppressed with its reason; a pass and what does
//! not apply are no results. Rules that are switched off, and severities that the settings replace, are configuration
//! overrides. Written as JSON by hand and held to the schema of the standard by a test: the crates for it generate
//! thousands of lines for the few members that are used here.

use std::io;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use policy_core::model::Severity;
use policy_core::verdict::Verdict;
use serde_json::{Map, Value, json};

use super::diagnostics::{Json as Diagnostic, Located};
use super::fingerprint;
use super::formats::Report;
use super::model::{Declaration, Head, Point, Rule, RuleHead};
use super::terminal::clean;

/// What stands for itself in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes the log.
pub fn write(report: &Report) -> io::Result<String> {
    let head = report.head;
    let results = report.declarations.iter().flat_map(|declaration| of_declaration(head, declaration));
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(head) },
            "automationDetails": { "id": format!("policy-eval/{}", head.as_of) },
            "language": head.lang.code(),
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(head)],
            "results": results.collect::<Vec<_>>(),
            "properties": { "asOf": head.as_of, "packs": packs(head) },
        }],
    });
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

fn packs(head: &Head) -> Vec<String> {
    head.packs.iter().map(|(name, version)| format!("{name} {version}")).collect()
}

fn driver(head: &Head) -> Value {
    let off = head.off.iter().map(|off| {
        json!({
            "id": off.rule,
            "shortDescription": { "text": clean(&off.title) },
            "defaultConfiguration": { "enabled": true, "level": "error" },
        })
    });
    json!({
        "name": "policy",
        "version": head.version,
        "semanticVersion": head.version,
        "rules": head.rules.iter().map(|rule| descriptor(head, rule)).chain(off).collect::<Vec<_>>(),
    })
}

fn descriptor(head: &Head, rule: &RuleHead) -> Value {
    let mut descriptor = json!({
        "id": rule.id,
        "shortDescription": { "text": clean(&rule.title) },
        "help": { "text": help(head, rule, false), "markdown": help(head, rule, true) },
        "defaultConfiguration": { "level": "error", "rank": rank(rule.severity) },
        "properties": { "pack": rule.pack, "severity": rule.severity.word(), "basis": rule.basis },
    });
    if let Some(page) = &rule.page {
        descriptor["helpUri"] = json!(page);
    }
    descriptor
}

/// What a rule is about, its legal basis, what to do, and where more stands.
fn help(head: &Head, rule: &RuleHead, markdown: bool) -> String {
    let pick = |nl, en| head.lang.pick(nl, en);
    let mut parts = vec![clean(&rule.title)];
    if !rule.basis.is_empty() {
        parts.push(format!("{}: {}", pick("Grondslag", "Basis"), clean(&rule.basis.join(", "))));
    }
    if let Some(advice) = &rule.advice {
        parts.push(format!("{}: {}", pick("Advies", "Advice"), clean(advice)));
    }
    let command = format!("policy explain {}", rule.id);
    let command = if markdown { format!("`{command}`") } else { command };
    parts.push(match &rule.page {
        Some(page) if markdown => format!("[{}]({page}), {command}", rule.id),
        Some(page) => format!("{page}, {command}"),
        None => command,
    });
    parts.join("\n\n")
}

/// From 0 to 100.
fn rank(severity: Severity) -> f64 {
    match severity {
        Severity::Low => 25.0,
        Severity::Medium => 50.0,
        Severity::High => 75.0,
        Severity::Critical => 100.0,
    }
}

fn invocation(head: &Head) -> Value {
    let mut overrides: Vec<_> = head.rules.iter().filter_map(graver).collect();
    overrides.extend(head.off.iter().enumerate().map(|(index, off)| {
        json!({
            "descriptor": { "id": off.rule, "index": head.rules.len() + index },
            "configuration": { "enabled": false, "properties": { "reason": off.reason } },
        })
    }));
    let errors = head.diagnostics.iter().any(|found| found.severity == "error");
    json!({
        "executionSuccessful": !errors,
        "exitCode": head.exit,
        "ruleConfigurationOverrides": overrides,
        "toolExecutionNotifications": head.diagnostics.iter().map(notification).collect::<Vec<_>>(),
    })
}

fn graver(rule: &RuleHead) -> Option<Value> {
    let set = rule.configured.as_ref()?;
    let properties =
        json!({ "severity": rule.severity.word(), "before": set.severity, "reason": set.reason });
    Some(json!({
        "descriptor": { "id": rule.id },
        "configuration": { "rank": rank(rule.severity), "properties": properties },
    }))
}

fn notification(found: &Diagnostic) -> Value {
    let level = if found.severity == "info" { "note" } else { found.severity };
    json!({
        "descriptor": { "id": found.code },
        "level": level,
        "message": { "text": text(&found.message) },
        "locations": [{ "physicalLocation": physical(&found.span) }],
    })
}

fn of_declaration(head: &Head, declaration: &Declaration) -> Vec<Value> {
    let shown = declaration.rules.iter().filter(|rule| rule.needs_action() || rule.waived.is_some());
    let all = shown.flat_map(|rule| declaration.points(rule).into_iter().map(move |point| (rule, point)));
    all.map(|(rule, point)| result(head, rule, &point)).collect()
}

fn result(head: &Head, rule: &Rule, point: &Point) -> Value {
    let level = if rule.verdict == Verdict::Fail { "error" } else { "warning" };
    let index = head.rules.iter().position(|known| known.id == rule.rule).unwrap_or_default();
    let mut result = json!({
        "ruleId": rule.rule,
        "ruleIndex": index,
        "level": level,
        "message": { "text": text(&point.text()) },
        "locations": [{ "physicalLocation": physical(&point.at) }],
        "relatedLocations": related(head, point),
        "partialFingerprints": { fingerprint::NAME: point.fingerprint },
        "rank": head.rules.get(index).map_or(50.0, |rule| rank(rule.severity)),
        "properties": properties(rule, point),
    });
    if let Some(waived) = &rule.waived {
        let mut suppression = json!({
            "kind": "external",
            "status": "accepted",
            "justification": format!("{} ({}, {})", clean(&waived.reason), clean(&waived.owner), waived.until),
        });
        if let Some(place) = &waived.policy {
            suppression["location"] = json!({ "physicalLocation": physical(place) });
        }
        result["suppressions"] = json!([suppression]);
    }
    result
}

/// The clauses of the rule, and the further facts that take part, each once.
fn related(head: &Head, point: &Point) -> Vec<Value> {
    let mut places: Vec<(&Located, String)> = Vec::new();
    let clause = head.lang.pick("de bepaling van de norm", "the clause of the norm");
    for finding in &point.findings {
        let facts = finding.related.iter().filter(|fact| !fact.declaration.absent);
        let facts = facts.map(|fact| (&fact.declaration.at, fact.message.clone()));
        for (at, message) in finding.policy.iter().map(|at| (at, clause.to_owned())).chain(facts) {
            if *at != point.at && !places.iter().any(|(known, _)| *known == at) {
                places.push((at, message));
            }
        }
    }
    let location = |(id, (at, message)): (usize, (&Located, String))| json!({ "id": id, "message": { "text": text(&message) }, "physicalLocation": physical(at) });
    places.into_iter().enumerate().map(location).collect()
}

fn properties(rule: &Rule, point: &Point) -> Value {
    let unique = |texts: Vec<&String>| {
        let mut seen: Vec<&String> = Vec::new();
        texts.into_iter().for_each(|text| {
            if !seen.contains(&text) {
                seen.push(text);
            }
        });
        json!(seen)
    };
    let findings = &point.findings;
    let mut all = Map::new();
    all.insert("verdict".to_owned(), json!(rule.verdict.word()));
    all.insert("severity".to_owned(), json!(rule.severity));
    let questions = findings.iter().flat_map(|finding| &finding.missing).map(|missing| &missing.question);
    for (key, texts) in [
        ("sources", findings.iter().filter_map(|finding| finding.source.as_ref()).collect()),
        ("quotes", findings.iter().filter_map(|finding| finding.quote.as_ref()).collect()),
        ("questions", questions.collect::<Vec<_>>()),
    ] {
        if !texts.is_empty() {
            all.insert(key.to_owned(), unique(texts));
        }
    }
    Value::Object(all)
}

/// A plain text: `[…](…)` would be a link.
fn text(words: &str) -> String {
    clean(words).replace("](", "] (")
}

fn physical(at: &Located) -> Value {
    let mut region = json!({
        "startLine": at.start.line,
        "startColumn": at.start.column,
        "endLine": at.end.line,
        "endColumn": at.end.column,
    });
    if at.start == at.end {
        // A place without a text: the line as a whole.
        region = json!({ "startLine": at.start.line });
    }
    json!({ "artifactLocation": artifact(&at.file), "region": region })
}

/// A file of a standard pack has a URI of its own scheme, one outside the working directory an absolute one.
fn artifact(file: &str) -> Value {
    let encoded = utf8_percent_encode(file, PATH).to_string();
    match file.strip_prefix("policy:") {
        Some(path) => json!({ "uri": format!("policy:{}", utf8_percent_encode(path, PATH)) }),
        None if file.starts_with('/') => json!({ "uri": format!("file://{encoded}") }),
        None => json!({ "uri": encoded, "uriBaseId": "%SRCROOT%" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_relative_uri() {
        assert_eq!(artifact("a b/é:%.yaml")["uri"], "a%20b/%C3%A9%3A%25.yaml");
        assert_eq!(artifact("a.yaml")["uriBaseId"], "%SRCROOT%");
        assert_eq!(artifact("policy:core/a b.policy"), json!({ "uri": "policy:core/a%20b.policy" }));
        assert_eq!(artifact("/x/a.yaml"), json!({ "uri": "file:///x/a.yaml" }));
    }
}
