//! The result of an evaluation as data: `policy-eval/1`, described by `docs/policy-eval.schema.json`.
//!
//! Written one declaration at a time, so that ten thousand of them need no more memory than a batch.

use std::io::{self, Write};

use policy_core::diag::Message;
use policy_core::lang::Lang;
use policy_core::model::{Origin, Owner, SettingValue};
use policy_core::report::{Explained, Place as Stands, Question, RuleResult};
use policy_core::verdict::Verdict;
use policy_db::{Database, SourceFile, queries};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::diagnostics::{self, Located, Place};
use crate::evaluation::{Evaluation, Summary, View};
use crate::parallel;

/// The version of the format.
pub const SCHEMA: &str = "policy-eval/1";

#[derive(Serialize)]
struct Declaration<'a> {
    declaration: &'a str,
    vendor: Option<&'a str>,
    product: Option<&'a str>,
    rules: Vec<RuleJson<'a>>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    rule: &'a str,
    pack: &'a str,
    verdict: &'static str,
    waived: Option<WaivedJson>,
    severity: &'static str,
    title: &'a str,
    basis: &'a [String],
    advice: Option<&'a str>,
    findings: Vec<FindingJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repair: Option<Value>,
}

#[derive(Serialize)]
struct WaivedJson {
    reason: String,
    owner: String,
    until: String,
    policy: Option<Located>,
}

#[derive(Serialize)]
struct FindingJson {
    verdict: &'static str,
    reason: String,
    declaration: DeclarationPlace,
    policy: Option<Located>,
    related: Vec<RelatedJson>,
    source: Option<String>,
    quote: Option<String>,
    readings: Vec<String>,
    rests_on: Vec<RelatedJson>,
    missing: Vec<MissingJson>,
}

#[derive(Serialize)]
struct DeclarationPlace {
    file: String,
    start: Place,
    end: Place,
    absent: bool,
}

#[derive(Serialize)]
struct RelatedJson {
    message: String,
    path: String,
    declaration: DeclarationPlace,
    source: Option<String>,
}

#[derive(Serialize)]
struct MissingJson {
    fact: String,
    path: String,
    owner: &'static str,
    question: String,
}

/// Writes the whole result.
pub fn write(evaluation: &Evaluation, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"{\n")?;
    for (key, value) in head(evaluation) {
        writeln!(out, "  {}: {},", Value::from(key), indented(&value, 2)?)?;
    }
    write_results(evaluation, out)?;
    writeln!(out, "  \"summary\": {}\n}}", indented(&summary(evaluation), 2)?)
}

fn head(evaluation: &Evaluation) -> Map<String, Value> {
    let (db, lang) = (evaluation.db(), evaluation.view.lang);
    let packs = evaluation.packs().into_iter();
    let settings = evaluation.settings().into_iter();
    let settings: Map<_, _> =
        settings.map(|setting| (setting.name.clone(), self::setting(evaluation, &setting.value))).collect();
    let diagnostics = evaluation.diagnostics.iter().map(|diagnostic| diagnostics::json(db, diagnostic, lang));
    let members = [
        ("schema", json!(SCHEMA)),
        ("tool", json!({ "name": "policy", "version": env!("CARGO_PKG_VERSION") })),
        ("as_of", json!(evaluation.view.project.as_of(db).to_string())),
        ("lang", json!(lang.code())),
        ("profile", json!(evaluation.view.project.profile(db).map(|file| file.path(db)))),
        ("settings", Value::Object(settings)),
        ("packs", packs.map(|pack| json!({ "id": pack.name, "version": pack.version })).collect()),
        ("diagnostics", json!(diagnostics.collect::<Vec<_>>())),
    ];
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn setting(evaluation: &Evaluation, value: &SettingValue) -> Value {
    let schema = evaluation.view.schema;
    match value {
        SettingValue::Duration(duration) => json!(duration.to_string()),
        SettingValue::Number(number) => json!(number),
        SettingValue::Date(date) => json!(date.to_string()),
        SettingValue::Terms(kind, terms) => terms
            .iter()
            .filter_map(|bit| schema.term_of_bit(*kind, bit))
            .map(|term| json!(term.name))
            .collect(),
        SettingValue::Set(set) => json!(schema.sets[set.ix()].name),
    }
}

fn write_results(evaluation: &Evaluation, out: &mut impl Write) -> io::Result<()> {
    if evaluation.declarations.is_empty() {
        return out.write_all(b"  \"results\": [],\n");
    }
    out.write_all(b"  \"results\": [\n")?;
    let (mut first, mut outcome) = (true, Ok(()));
    let view = evaluation.view;
    let work = |db: &Database, summary: &Summary| indented(&declaration(view, db, summary), 4);
    parallel::in_order(evaluation.db(), &evaluation.declarations, work, |text| {
        let comma = if std::mem::take(&mut first) { "" } else { ",\n" };
        if outcome.is_ok() {
            outcome = text.and_then(|text| write!(out, "{comma}    {text}"));
        }
    });
    outcome?;
    out.write_all(b"\n  ],\n")
}

fn declaration(view: View, db: &Database, summary: &Summary) -> Value {
    let results = view.results(db, summary);
    json!(Declaration {
        declaration: summary.file.path(db),
        vendor: summary.names.vendor.as_deref(),
        product: summary.names.product.as_deref(),
        rules: results.iter().map(|result| rule(view, db, summary.file, result)).collect(),
    })
}

fn rule<'a>(view: View<'a>, db: &Database, file: SourceFile, result: &RuleResult) -> RuleJson<'a> {
    let (rule, lang) = (&view.rules[result.rule], view.lang);
    let findings = result.findings.iter().map(|finding| self::finding(view, db, file, finding));
    let waived = result.waived.as_ref().map(|waived| WaivedJson {
        reason: waived.reason.clone(),
        owner: waived.owner.clone(),
        until: waived.until.to_string(),
        policy: policy(view, db, waived.origin),
    });
    RuleJson {
        rule: &rule.id,
        pack: &view.schema.packs[rule.pack.ix()].name,
        verdict: result.outcome.verdict.word(),
        waived,
        severity: rule.severity.word(),
        title: rule.title.get(lang).unwrap_or(&rule.id),
        basis: &rule.basis,
        advice: rule.advice.get(lang),
        findings: findings.collect(),
        repair: result.repair.as_ref().map(|repair| super::repair::json(db, file, repair, lang)),
    }
}

fn finding(view: View, db: &Database, file: SourceFile, finding: &Explained) -> FindingJson {
    let lang = view.lang;
    let related = |list: &[(Stands, Message)]| -> Vec<_> {
        let one = |(place, message): &(Stands, Message)| RelatedJson {
            message: message.get(lang).to_owned(),
            path: place.path.clone(),
            declaration: stands(db, file, place),
            source: place.source.clone(),
        };
        list.iter().map(one).collect()
    };
    FindingJson {
        verdict: finding.verdict.word(),
        reason: finding.reason.get(lang).to_owned(),
        declaration: stands(db, file, &finding.place),
        policy: policy(view, db, finding.clause),
        related: related(&finding.related),
        source: finding.place.source.clone(),
        quote: finding.place.quote.clone(),
        readings: finding.readings.iter().map(|reading| reading.get(lang).to_owned()).collect(),
        rests_on: related(&finding.rests_on),
        missing: finding.missing.iter().map(|question| missing(question, lang)).collect(),
    }
}

fn missing(question: &Question, lang: Lang) -> MissingJson {
    MissingJson {
        fact: question.fact.get(lang).to_owned(),
        path: question.path.clone(),
        owner: owner(question.owner),
        question: question.question.get(lang).to_owned(),
    }
}

/// The word for whose move it is.
fn owner(owner: Owner) -> &'static str {
    match owner {
        Owner::Vendor => "vendor",
        Owner::Profile => "profile",
        Owner::World => "world",
    }
}

fn stands(db: &Database, file: SourceFile, place: &Stands) -> DeclarationPlace {
    let Located { file, start, end } = diagnostics::located(db, file.id(db), place.span);
    DeclarationPlace { file, start, end, absent: place.absent }
}

fn policy(view: View, db: &Database, origin: Origin) -> Option<Located> {
    let (file, span) = queries::span(db, view.project, origin)?;
    Some(diagnostics::located(db, file.id(db), span))
}

fn summary(evaluation: &Evaluation) -> Value {
    let counts = evaluation.counts();
    let verdicts =
        Verdict::ALL.into_iter().map(|verdict| (verdict.word().to_owned(), json!(counts.of(verdict))));
    verdicts.chain([("waived".to_owned(), json!(counts.waived))]).collect::<Map<_, _>>().into()
}

/// Pretty JSON, all lines but the first indented.
fn indented(value: &Value, by: usize) -> io::Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(text.replace('\n', &format!("\n{}", " ".repeat(by))))
}
