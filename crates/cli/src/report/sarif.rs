//! SARIF 2.1.0: one result per place that a rule points at.
//!
//! A fail is an error, an unknown a warning; what a waiver covers is suppressed with its reason; a pass and what does
//! not apply are no results. Rules that are switched off, and severities that the settings replace, are configuration
//! overrides. Written as JSON by hand and held to the schema of the standard by a test: the crates for it generate
//! thousands of lines for the few members that are used here.

use std::collections::HashMap;
use std::io;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use policy_core::lang::Lang;
use policy_core::model::Severity;
use serde_json::{Value, json};

use super::diagnostics::{Json as Diagnostic, Located};
use super::fingerprint;
use super::formats::Report;
use super::model::{Head, RuleHead, Waived};
use super::remark::{self, Remark};
use super::terminal::clean;

/// What stands for itself in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A log of one run, whatever it is about.
pub struct Log<'a> {
    /// What kind of run it is, and which.
    pub id: String,
    /// The language of all texts.
    pub lang: Lang,
    /// The descriptors of the rules, each with an id of its own.
    pub rules: Vec<Value>,
    /// What was found.
    pub remarks: &'a [Remark],
    /// The name of the recipe of the fingerprints.
    pub fingerprint: &'static str,
    /// How the run went.
    pub invocation: Value,
    /// More for programs.
    pub properties: Value,
}

/// Writes a log.
pub fn log(log: &Log) -> io::Result<String> {
    let ids: HashMap<&str, usize> = log.rules.iter().enumerate().map(|(n, rule)| (id(rule), n)).collect();
    let version = env!("CARGO_PKG_VERSION");
    let results: Vec<_> = log.remarks.iter().map(|remark| result(log, &ids, remark)).collect();
    let value = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "policy", "version": version, "semanticVersion": version, "rules": log.rules,
            } },
            "automationDetails": { "id": log.id },
            "language": log.lang.code(),
            "columnKind": "unicodeCodePoints",
            "invocations": [log.invocation],
            "results": results,
            "properties": log.properties,
        }],
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

fn id(descriptor: &Value) -> &str {
    descriptor["id"].as_str().unwrap_or_default()
}

/// Writes the log of an evaluation.
pub fn write(report: &Report) -> io::Result<String> {
    let head = report.head;
    let remarks = report.declarations.iter().flat_map(|one| remark::of_declaration(head, one));
    log(&Log {
        id: format!("policy-eval/{}", head.as_of),
        lang: head.lang,
        rules: descriptors(head),
        remarks: &remarks.collect::<Vec<_>>(),
        fingerprint: fingerprint::NAME,
        invocation: invocation(head),
        properties: json!({ "asOf": head.as_of, "packs": packs(head) }),
    })
}

fn packs(head: &Head) -> Vec<String> {
    head.packs.iter().map(|(name, version)| format!("{name} {version}")).collect()
}

/// The rules that ran, then those that are switched off.
fn descriptors(head: &Head) -> Vec<Value> {
    let off = head.off.iter().map(|off| {
        json!({
            "id": off.rule,
            "shortDescription": { "text": clean(&off.title) },
            "defaultConfiguration": { "enabled": true, "level": "error" },
        })
    });
    head.rules.iter().map(|rule| descriptor(head.lang, rule)).chain(off).collect()
}

/// A rule as SARIF describes it.
pub fn descriptor(lang: Lang, rule: &RuleHead) -> Value {
    let mut descriptor = json!({
        "id": rule.id,
        "shortDescription": { "text": clean(&rule.title) },
        "help": { "text": help(lang, rule, false), "markdown": help(lang, rule, true) },
        "defaultConfiguration": { "level": "error", "rank": rank(rule.severity) },
        "properties": { "pack": rule.pack, "severity": rule.severity.word(), "basis": rule.basis },
    });
    if let Some(page) = &rule.page {
        descriptor["helpUri"] = json!(page);
    }
    descriptor
}

/// What a rule is about, its legal basis, what to do, and where more stands.
fn help(lang: Lang, rule: &RuleHead, markdown: bool) -> String {
    let pick = |nl, en| lang.pick(nl, en);
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

fn result(log: &Log, ids: &HashMap<&str, usize>, remark: &Remark) -> Value {
    let related = remark.related.iter().enumerate();
    let related = related.map(|(id, (at, message))| json!({ "id": id, "message": { "text": text(message) }, "physicalLocation": physical(at) }));
    let mut result = json!({
        "ruleId": remark.rule,
        "level": remark.grade.word(),
        "message": { "text": text(&remark.text) },
        "locations": [{ "physicalLocation": physical(&remark.at) }],
        "relatedLocations": related.collect::<Vec<_>>(),
        "partialFingerprints": { log.fingerprint: remark.fingerprint },
        "properties": remark.properties,
    });
    if let Some(index) = ids.get(remark.rule.as_str()) {
        result["ruleIndex"] = json!(index);
    }
    if let Some(severity) = remark.severity {
        result["rank"] = json!(rank(severity));
    }
    if let Some(baseline) = remark.baseline {
        result["baselineState"] = json!(baseline.word());
    }
    if let Some(waived) = &remark.waived {
        result["suppressions"] = json!([suppression(waived)]);
    }
    result
}

fn suppression(waived: &Waived) -> Value {
    let mut suppression = json!({
        "kind": "external",
        "status": "accepted",
        "justification": format!("{} ({}, {})", clean(&waived.reason), clean(&waived.owner), waived.until),
    });
    if let Some(place) = &waived.policy {
        suppression["location"] = json!({ "physicalLocation": physical(place) });
    }
    suppression
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
