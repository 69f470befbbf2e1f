//! The code quality report of GitLab: a list of issues in the Code Climate form, as far as GitLab reads it.

use std::io;

use policy_core::verdict::Verdict;
use serde_json::{Value, json};

use super::compact::accepted;
use super::fingerprint;
use super::formats::Report;
use super::model::{Declaration, Head, Rule};
use super::terminal::clean;

/// Writes the report.
pub fn write(report: &Report) -> io::Result<String> {
    let diagnostics = report.head.diagnostics.iter().filter(|found| found.severity != "info").map(|found| {
        let severity = if found.severity == "error" { "blocker" } else { "minor" };
        let fingerprint = fingerprint::of(&[found.code, &found.span.file, &found.message]);
        let lines = (found.span.start.line, found.span.end.line);
        issue(found.code, &found.message, severity, &fingerprint, (&found.span.file, lines))
    });
    let findings = report.declarations.iter().flat_map(|declaration| issues(report.head, declaration));
    let all: Vec<_> = diagnostics.chain(findings).collect();
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

fn issues(head: &Head, declaration: &Declaration) -> Vec<Value> {
    let mut issues = Vec::new();
    for rule in declaration.rules.iter().filter(|rule| rule.needs_action() || rule.waived.is_some()) {
        let tail = match &rule.waived {
            Some(waived) => format!(" ({})", accepted(head.lang, &waived.until, &waived.owner)),
            None => String::new(),
        };
        for point in declaration.points(rule) {
            let text = format!("{}: {}{tail}", rule.rule, point.text());
            let lines = (point.at.start.line, point.at.end.line);
            let at = (point.at.file.as_str(), lines);
            issues.push(issue(&rule.rule, &text, severity(rule), &point.fingerprint, at));
        }
    }
    issues
}

/// GitLab's word for how grave it is: that of the rule for a fail, one less for an unknown, the least when accepted.
fn severity(rule: &Rule) -> &'static str {
    const WORDS: [&str; 5] = ["info", "minor", "major", "critical", "blocker"];
    let grave = ["low", "medium", "high", "critical"].iter().position(|word| *word == rule.severity);
    let grave = grave.map_or(1, |grave| grave + 1);
    match rule.verdict {
        _ if rule.waived.is_some() => WORDS[0],
        Verdict::Fail => WORDS[grave],
        _ => WORDS[grave - 1],
    }
}

fn issue(
    name: &str,
    text: &str,
    severity: &str,
    fingerprint: &str,
    (file, lines): (&str, (u32, u32)),
) -> Value {
    json!({
        "type": "issue",
        "check_name": name,
        "description": clean(text),
        "categories": ["Security"],
        "severity": severity,
        "fingerprint": fingerprint,
        "location": { "path": file, "lines": { "begin": lines.0, "end": lines.1 } },
    })
}
