//! A remark: something that is said at a place, whoever says it (a verdict, a verdict that flips, a mistake, a test that
//! fails). Formats that are lists of places (`compact`, `sarif`, `github`, `gitlab`) are made from remarks alone.

use policy_core::lang::Lang;
use policy_core::model::Severity;
use policy_core::verdict::Verdict;
use serde_json::{Map, Value, json};

use super::compact::accepted;
use super::diagnostics::{Json as Diagnostic, Located};
use super::fingerprint;
use super::model::{Declaration, Head, Point, Rule, Waived};

/// How much attention a remark asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Something is broken.
    Error,
    /// Something is open or odd.
    Warning,
    /// Good to know.
    Note,
}

impl Grade {
    /// The word that compilers and SARIF use.
    pub fn word(self) -> &'static str {
        ["error", "warning", "note"][self as usize]
    }

    /// What a verdict that is no pass asks.
    pub fn of(verdict: Verdict) -> Grade {
        if verdict == Verdict::Fail { Grade::Error } else { Grade::Warning }
    }
}

/// How a remark compares with what was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// It was not there.
    New,
    /// It was there, and was another.
    Updated,
    /// It was there already.
    Unchanged,
    /// It was there, and is no more.
    Absent,
}

impl Baseline {
    /// The word of SARIF.
    pub fn word(self) -> &'static str {
        ["new", "updated", "unchanged", "absent"][self as usize]
    }
}

/// Something said at a place.
pub struct Remark {
    /// The rule or the code that it comes from.
    pub rule: String,
    /// What that is about; may be empty.
    pub title: String,
    /// How much attention it asks, were it not waived or better than before.
    pub grade: Grade,
    /// How grave a breach is, for a rule.
    pub severity: Option<Severity>,
    /// Where.
    pub at: Located,
    /// What.
    pub text: String,
    /// Further places that take part.
    pub related: Vec<(Located, String)>,
    /// The waiver that covers it.
    pub waived: Option<Waived>,
    /// How it compares with what was there before, if there is a before.
    pub baseline: Option<Baseline>,
    /// Whether it is told only because it is better than before.
    pub eased: bool,
    /// What it is known by from one run to the next.
    pub fingerprint: String,
    /// More for programs.
    pub properties: Map<String, Value>,
}

impl Remark {
    /// How much attention it asks as it is.
    pub fn asks(&self) -> Grade {
        if self.waived.is_some() || self.eased { Grade::Note } else { self.grade }
    }

    /// What is said, with the waiver that covers it.
    pub fn told(&self, lang: Lang) -> String {
        match &self.waived {
            Some(waived) => format!("{} ({})", self.text, accepted(lang, &waived.until, &waived.owner)),
            None => self.text.clone(),
        }
    }

    /// What the formats know it by: the rule and what that is about.
    pub fn name(&self) -> String {
        if self.title.is_empty() { self.rule.clone() } else { format!("{}: {}", self.rule, self.title) }
    }
}

/// What one declaration came to: a remark for each place that needs attention or is waived.
pub fn of_declaration(head: &Head, declaration: &Declaration) -> Vec<Remark> {
    let shown = declaration.rules.iter().filter(|rule| rule.needs_action() || rule.waived.is_some());
    let all = shown.flat_map(|rule| declaration.points(rule).into_iter().map(move |point| (rule, point)));
    all.map(|(rule, point)| of_point(head, rule, &point)).collect()
}

fn of_point(head: &Head, rule: &Rule, point: &Point) -> Remark {
    Remark {
        rule: rule.rule.clone(),
        title: rule.title.clone(),
        grade: Grade::of(rule.verdict),
        severity: head.rules.iter().find(|known| known.id == rule.rule).map(|known| known.severity),
        at: point.at.clone(),
        text: point.text(),
        related: related(head, point),
        waived: rule.waived.clone(),
        baseline: None,
        eased: false,
        fingerprint: point.fingerprint.clone(),
        properties: properties(rule, point),
    }
}

/// The clauses of the rule, and the further facts that take part, each once.
fn related(head: &Head, point: &Point) -> Vec<(Located, String)> {
    let mut places: Vec<(Located, String)> = Vec::new();
    for finding in &point.findings {
        let facts = finding.related.iter().filter(|fact| !fact.declaration.absent);
        let facts = facts.map(|fact| (&fact.declaration.at, fact.message.clone()));
        for (at, message) in finding.policy.iter().map(|at| (at, clause(head.lang))).chain(facts) {
            if *at != point.at && !places.iter().any(|(known, _)| known == at) {
                places.push((at.clone(), message));
            }
        }
    }
    places
}

/// What the clause of a norm is called where it is a further place.
pub fn clause(lang: Lang) -> String {
    lang.pick("de bepaling van de norm", "the clause of the norm").to_owned()
}

fn properties(rule: &Rule, point: &Point) -> Map<String, Value> {
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
    all
}

/// Something that is wrong or odd about the input.
pub fn of_diagnostic(found: &Diagnostic) -> Remark {
    let mut properties = Map::new();
    if let Some(suggestion) = &found.suggestion {
        properties.insert("suggestion".to_owned(), json!(suggestion));
    }
    Remark {
        rule: found.code.to_owned(),
        title: String::new(),
        grade: match found.severity {
            "error" => Grade::Error,
            "warning" => Grade::Warning,
            _ => Grade::Note,
        },
        severity: None,
        at: found.span.clone(),
        text: found.message.clone(),
        related: found.related.iter().map(|one| (one.span.clone(), one.message.clone())).collect(),
        waived: None,
        baseline: None,
        eased: false,
        fingerprint: fingerprint::of(&[found.code, &found.span.file, &found.message]),
        properties,
    }
}
