//! What `policy check` finds, for programs and for reports: every format that is a list of places.

use std::io;

use policy_core::codes;
use policy_core::diag::{Diagnostic, Level};
use policy_core::lang::Lang;
use serde_json::{Map, Value, json};

use super::diagnostics::{self, Json};
use super::formats::Format;
use super::junit::{self, Case, Kind, Suite, Told};
use super::markdown::escaped;
use super::remark::{self, Remark};
use super::{compact, csv, github, gitlab, sarif};
use crate::exit;
use crate::session::Session;

/// The name of the recipe of the fingerprints: a code, its file and its words.
const FINGERPRINT: &str = "policyDiagnostic/v1";

const COLUMNS: [&str; 7] = ["severity", "code", "file", "line", "column", "message", "suggestion"];

/// What was found, as plain data.
pub struct Mistakes {
    lang: Lang,
    found: Vec<Json>,
    /// How much there is, in words.
    count: String,
    /// The files that were looked at.
    looked_at: Vec<String>,
    /// From which level on a finding is a failure.
    worst: Level,
}

impl Mistakes {
    /// What was found in these files.
    pub fn of(session: &Session, found: &[Diagnostic], looked_at: Vec<String>, worst: Level) -> Self {
        let lang = session.lang;
        let none = || lang.pick("geen fouten gevonden", "no mistakes found").to_owned();
        Mistakes {
            lang,
            found: found.iter().map(|one| diagnostics::json(&session.db, one, lang)).collect(),
            count: diagnostics::count(found, lang).unwrap_or_else(none),
            looked_at,
            worst,
        }
    }

    /// In a format for programs or reports.
    pub fn text(&self, format: Format) -> io::Result<String> {
        match format {
            Format::Ndjson => self.ndjson(),
            Format::Sarif => self.sarif(),
            Format::Junit => junit::text(&self.suites()),
            Format::Github => Ok(self.lines(github::line)),
            Format::Gitlab => gitlab::text(self.remarks(), self.lang),
            Format::Markdown => Ok(self.markdown()),
            Format::Csv => self.csv(),
            Format::Json => Ok(serde_json::to_string_pretty(&self.json())? + "\n"),
            _ => Ok(self.lines(compact::line)),
        }
    }

    fn remarks(&self) -> impl Iterator<Item = Remark> {
        self.found.iter().map(remark::of_diagnostic)
    }

    fn lines(&self, line: fn(&Remark, Lang) -> String) -> String {
        self.remarks().map(|remark| line(&remark, self.lang)).collect::<String>() + &self.count + "\n"
    }

    fn json(&self) -> Value {
        let of = |word| self.found.iter().filter(|found| found.severity == word).count();
        json!({
            "schema": "policy-check/1",
            "lang": self.lang.code(),
            "diagnostics": self.found,
            "summary": { "error": of("error"), "warning": of("warning"), "info": of("info") },
        })
    }

    fn ndjson(&self) -> io::Result<String> {
        let line = |found: &Json| -> io::Result<String> {
            let mut line = Map::new();
            line.insert("schema".to_owned(), json!("policy-check-line/1"));
            line.insert("lang".to_owned(), json!(self.lang.code()));
            if let Value::Object(members) = serde_json::to_value(found)? {
                line.extend(members);
            }
            Ok(format!("{}\n", Value::Object(line)))
        };
        self.found.iter().map(line).collect()
    }

    fn sarif(&self) -> io::Result<String> {
        let remarks: Vec<_> = self.remarks().collect();
        let failed = self.found.iter().any(|found| self.fails(found));
        sarif::log(&sarif::Log {
            id: "policy-check/".to_owned(),
            lang: self.lang,
            rules: self.rules(),
            remarks: &remarks,
            fingerprint: FINGERPRINT,
            invocation: json!({
                "executionSuccessful": true,
                "exitCode": if failed { exit::ERROR } else { exit::OK },
            }),
            properties: json!({ "files": self.looked_at.len() }),
        })
    }

    /// The codes that were found, each once.
    fn rules(&self) -> Vec<Value> {
        let mut ids: Vec<&str> = self.found.iter().map(|found| found.code).collect();
        ids.sort_unstable();
        ids.dedup();
        let codes = ids.into_iter().filter_map(codes::find);
        let rule = |code: &codes::Code| {
            let (title, command) = (self.lang.pick(code.nl, code.en), format!("policy explain {}", code.id));
            json!({
                "id": code.id,
                "shortDescription": { "text": title },
                "help": { "text": format!("{title}\n\n{command}"), "markdown": format!("{title}\n\n`{command}`") },
            })
        };
        codes.map(rule).collect()
    }

    fn fails(&self, found: &Json) -> bool {
        found.severity == "error" || found.severity == "warning" && self.worst <= Level::Warning
    }

    /// A suite per file: a case per finding, or one that passes.
    fn suites(&self) -> Vec<Suite> {
        let mut files = self.looked_at.clone();
        files.extend(self.found.iter().map(|found| found.span.file.clone()));
        files.sort();
        files.dedup();
        files.into_iter().map(|file| self.suite(file)).collect()
    }

    fn suite(&self, file: String) -> Suite {
        let own = self.found.iter().filter(|found| found.span.file == file);
        let mut cases: Vec<_> = own.map(|found| self.case(found)).collect();
        if cases.is_empty() {
            let name = self.lang.pick("geen fouten", "no mistakes").to_owned();
            cases.push(Case { name, class: file.clone(), told: None });
        }
        Suite { name: file.clone(), file, properties: Vec::new(), cases }
    }

    fn case(&self, found: &Json) -> Case {
        let (at, text) = (&found.span, &found.message);
        let told = Told {
            kind: if self.fails(found) { Kind::Failure } else { Kind::Skipped },
            grave: found.severity.to_owned(),
            short: text.clone(),
            long: format!("{}:{}:{}: {text}\n", at.file, at.start.line, at.start.column),
        };
        Case {
            name: format!("{} {}:{}", found.code, at.start.line, at.start.column),
            class: at.file.clone(),
            told: Some(told),
        }
    }

    fn markdown(&self) -> String {
        let head = self.lang.pick("Controle", "Check");
        let line = |found: &Json| {
            let at = format!("{}:{}", found.span.file, found.span.start.line);
            format!("- **{}** {} — {}\n", found.code, escaped(&found.message), escaped(&at))
        };
        let lines: String = self.found.iter().map(line).collect();
        let gap = if lines.is_empty() { "" } else { "\n" };
        format!("## {head}\n\n{lines}{gap}{}\n", self.count)
    }

    fn csv(&self) -> io::Result<String> {
        let row = |found: &Json| {
            vec![
                found.severity.to_owned(),
                found.code.to_owned(),
                found.span.file.clone(),
                found.span.start.line.to_string(),
                found.span.start.column.to_string(),
                found.message.clone(),
                found.suggestion.clone().unwrap_or_default(),
            ]
        };
        let heads = [COLUMNS.map(str::to_owned).to_vec()];
        csv::lines(heads.into_iter().chain(self.found.iter().map(row)))
    }
}
