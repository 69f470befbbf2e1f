//! The code quality report of GitLab: a list of issues in the Code Climate form, as far as GitLab reads it.

use std::io;

use policy_core::lang::Lang;
use serde_json::{Value, json};

use super::formats::Report;
use super::remark::{self, Grade, Remark};
use super::terminal::clean;

/// Writes the report.
pub fn write(report: &Report) -> io::Result<String> {
    let head = report.head;
    let diagnostics = head.diagnostics.iter().filter(|found| found.severity != "info");
    let findings = report.declarations.iter().flat_map(|one| remark::of_declaration(head, one));
    text(diagnostics.map(remark::of_diagnostic).chain(findings), head.lang)
}

/// Remarks as a report.
pub fn text(remarks: impl Iterator<Item = Remark>, lang: Lang) -> io::Result<String> {
    let all: Vec<_> = remarks.map(|remark| issue(&remark, lang)).collect();
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

/// GitLab's word for how grave it is: that of the rule for a fail, one less for an unknown, the least when it asks for
/// nothing; a mistake in the input blocks.
fn severity(remark: &Remark) -> &'static str {
    const WORDS: [&str; 5] = ["info", "minor", "major", "critical", "blocker"];
    match (remark.asks(), remark.severity) {
        (Grade::Note, _) => WORDS[0],
        (Grade::Error, Some(severity)) => WORDS[severity as usize + 1],
        (Grade::Warning, Some(severity)) => WORDS[severity as usize],
        (Grade::Error, None) => WORDS[4],
        (Grade::Warning, None) => WORDS[1],
    }
}

fn issue(remark: &Remark, lang: Lang) -> Value {
    let text = format!("{}: {}", remark.rule, remark.told(lang));
    json!({
        "type": "issue",
        "check_name": remark.rule,
        "description": clean(&text),
        "categories": ["Security"],
        "severity": severity(remark),
        "fingerprint": remark.fingerprint,
        "location": {
            "path": remark.at.file,
            "lines": { "begin": remark.at.start.line, "end": remark.at.end.line },
        },
    })
}
