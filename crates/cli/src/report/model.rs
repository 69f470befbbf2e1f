//! The result of an evaluation as plain data: what every format for programs is made from, so that texts, dates and
//! places are the same in all of them. Its serialization is that of `policy-eval/1`.
//!
//! Knows no format, and needs no database once it is made.

use std::collections::BTreeMap;

use policy_core::diag::Message;
use policy_core::lang::Lang;
use policy_core::model::{Origin, Owner, Rule as NormRule, Schema, SettingValue, Severity};
use policy_core::report::{Explained, Place as Stands, Question, RuleResult};
use policy_core::verdict::Verdict;
use policy_db::{Database, SourceFile, queries};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::diagnostics::{self, Located};
use super::fingerprint;
use crate::config::Change;
use crate::evaluation::{Counts, Evaluation, Summary, View};
use crate::session::Session;

/// What holds for all declarations together.
pub struct Head {
    /// The version of the program.
    pub version: &'static str,
    /// The date that law, waivers and ages were taken at.
    pub as_of: String,
    /// The language of all texts.
    pub lang: Lang,
    /// The profile that was used.
    pub profile: Option<String>,
    /// The settings that the rules read, by name.
    pub settings: Map<String, Value>,
    /// The packs that took part: name and version.
    pub packs: Vec<(String, String)>,
    /// What is wrong with policies, declarations, settings and files.
    pub diagnostics: Vec<diagnostics::Json>,
    /// The rules that ran, in their order.
    pub rules: Vec<RuleHead>,
    /// The rules that the settings switch off.
    pub off: Vec<Off>,
    /// The exit code that this result comes to.
    pub exit: u8,
}

/// What a rule is, whatever it comes to.
#[derive(Debug, Clone)]
pub struct RuleHead {
    /// Its id.
    pub id: String,
    /// The pack it belongs to.
    pub pack: String,
    /// Its title.
    pub title: String,
    /// How grave a breach is here.
    pub severity: Severity,
    /// Its legal basis.
    pub basis: Vec<String>,
    /// What to do about a breach.
    pub advice: Option<String>,
    /// Where its page is found, if the settings say so.
    pub page: Option<String>,
    /// What the settings change about it.
    pub configured: Option<Configured>,
}

/// A rule that the settings switch off.
#[derive(Debug, Clone, Serialize)]
pub struct Off {
    /// Its id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Why it is off.
    pub reason: String,
}

/// A severity that the settings replace.
#[derive(Debug, Clone, Serialize)]
pub struct Configured {
    /// The severity that the pack gives.
    pub severity: &'static str,
    /// Why it is another one here.
    pub reason: Option<String>,
}

/// One declaration and what every rule came to.
#[derive(Debug, Clone, Serialize)]
pub struct Declaration {
    /// The file.
    pub declaration: String,
    /// The party that declares.
    pub vendor: Option<String>,
    /// What it is about.
    pub product: Option<String>,
    /// Every rule that was selected.
    pub rules: Vec<Rule>,
}

/// What one rule came to on one declaration.
#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    /// The id of the rule.
    pub rule: String,
    /// Its pack.
    pub pack: String,
    /// What it came to; a waiver does not change it.
    #[serde(serialize_with = "verdict_word")]
    pub verdict: Verdict,
    /// The waiver that covers it.
    pub waived: Option<Waived>,
    /// How grave a breach is here.
    pub severity: &'static str,
    /// What the settings change about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub configured: Option<Configured>,
    /// Its title.
    pub title: String,
    /// Its legal basis.
    pub basis: Vec<String>,
    /// What to do about a breach.
    pub advice: Option<String>,
    /// Why.
    pub findings: Vec<Finding>,
    /// For a fail explained in full: what the declaration would have to say to pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair: Option<Value>,
}

/// A waiver in force.
#[derive(Debug, Clone, Serialize)]
pub struct Waived {
    /// Why the risk is accepted.
    pub reason: String,
    /// Who accepted it.
    pub owner: String,
    /// The first day on which it no longer holds.
    pub until: String,
    /// Where it stands.
    pub policy: Option<Located>,
}

/// One thing that takes part in an outcome.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What it comes to.
    #[serde(serialize_with = "verdict_word")]
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// The line in the declaration.
    pub declaration: DeclarationPlace,
    /// The clause of the rule.
    pub policy: Option<Located>,
    /// Further facts that take part.
    pub related: Vec<Related>,
    /// Document and section that the declaration gives.
    pub source: Option<String>,
    /// The words of the document.
    pub quote: Option<String>,
    /// Interpretations it rests on.
    pub readings: Vec<String>,
    /// Facts that keep the verdict when all else is deleted.
    pub rests_on: Vec<Related>,
    /// What can settle an unknown.
    pub missing: Vec<Missing>,
    /// What it is known by from one run to the next, whatever lines are added elsewhere.
    #[serde(skip)]
    pub fingerprint: String,
}

/// A place in a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclarationPlace {
    /// The place.
    #[serde(flatten)]
    pub at: Located,
    /// Whether the thing itself is absent; the place is then that of the nearest enclosing key.
    pub absent: bool,
}

/// A further fact.
#[derive(Debug, Clone, Serialize)]
pub struct Related {
    /// The fact in words.
    pub message: String,
    /// Its path in the declaration.
    pub path: String,
    /// Where it stands.
    pub declaration: DeclarationPlace,
    /// Document and section that the declaration gives.
    pub source: Option<String>,
}

/// A fact that can settle an unknown.
#[derive(Debug, Clone, Serialize)]
pub struct Missing {
    /// The fact in words.
    pub fact: String,
    /// Its path in the declaration.
    pub path: String,
    /// Whose move it is.
    pub owner: &'static str,
    /// The question to ask.
    pub question: String,
}

fn verdict_word<S: serde::Serializer>(verdict: &Verdict, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verdict.word())
}

impl Rule {
    /// Whether somebody has to do something about it.
    pub fn needs_action(&self) -> bool {
        self.waived.is_none() && matches!(self.verdict, Verdict::Fail | Verdict::Unknown)
    }

    /// The findings that make the verdict what it is: for a fail the fails only.
    pub fn told(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict == self.verdict)
    }

    /// Why it came to what it came to, each reason once.
    pub fn reasons(&self) -> Vec<&str> {
        let mut reasons: Vec<&str> = Vec::new();
        for finding in self.told() {
            if !reasons.contains(&finding.reason.as_str()) {
                reasons.push(&finding.reason);
            }
        }
        reasons
    }
}

impl Declaration {
    /// What it is about: product and party as declared, else its file.
    pub fn title(&self) -> String {
        match (&self.product, &self.vendor) {
            (Some(product), Some(vendor)) if product == vendor => product.clone(),
            (Some(product), Some(vendor)) => format!("{product} ({vendor})"),
            (Some(name), None) | (None, Some(name)) => name.clone(),
            (None, None) => self.declaration.clone(),
        }
    }

    /// The places that a rule points at, in their order, each once; without explanations the declaration as a whole.
    pub fn points<'a>(&'a self, rule: &'a Rule) -> Vec<Point<'a>> {
        let mut points: Vec<Point> = Vec::new();
        for finding in rule.told() {
            match points.iter_mut().find(|point| point.at == finding.declaration.at) {
                Some(point) => point.findings.push(finding),
                None => points.push(Point {
                    at: finding.declaration.at.clone(),
                    findings: vec![finding],
                    fingerprint: finding.fingerprint.clone(),
                    title: &rule.title,
                }),
            }
        }
        if points.is_empty() {
            let fingerprint = fingerprint::of(&[&rule.rule, &self.title(), rule.verdict.word()]);
            let at = Located::start_of(&self.declaration);
            points.push(Point { at, findings: Vec::new(), fingerprint, title: &rule.title });
        }
        points
    }
}

/// A place in a declaration with what a rule finds there.
pub struct Point<'a> {
    /// The place.
    pub at: Located,
    /// What is found there.
    pub findings: Vec<&'a Finding>,
    /// What it is known by from one run to the next.
    pub fingerprint: String,
    /// The title of the rule.
    title: &'a str,
}

impl Point<'_> {
    /// What is found there, in words; without explanations the title of the rule.
    pub fn text(&self) -> String {
        if self.findings.is_empty() {
            return self.title.to_owned();
        }
        let mut reasons: Vec<_> = self.findings.iter().map(|finding| finding.reason.as_str()).collect();
        reasons.dedup();
        reasons.join("; ")
    }
}

/// Makes what holds for all declarations.
pub fn head(evaluation: &Evaluation) -> Head {
    let (db, view) = (evaluation.db(), evaluation.view);
    let diagnostics = evaluation.diagnostics.iter().map(|found| diagnostics::json(db, found, view.lang));
    let settings = evaluation.settings().into_iter();
    let off = evaluation.session.off().into_iter().map(|(rule, setting)| Off {
        title: title(&rule, view.lang).to_owned(),
        rule: rule.id,
        reason: setting.reason.unwrap_or_default(),
    });
    Head {
        version: env!("CARGO_PKG_VERSION"),
        as_of: view.project.as_of(db).to_string(),
        lang: view.lang,
        profile: view.project.profile(db).map(|file| file.path(db).to_owned()),
        settings: settings.map(|one| (one.name.clone(), setting(evaluation, &one.value))).collect(),
        packs: evaluation.packs().into_iter().map(|p| (p.name.clone(), p.version.to_string())).collect(),
        diagnostics: diagnostics.collect(),
        rules: view.rules.iter().map(|rule| rule_head(evaluation.session, view.schema, rule)).collect(),
        off: off.collect(),
        exit: evaluation.tally().code(false),
    }
}

fn title(rule: &NormRule, lang: Lang) -> &str {
    rule.title.get(lang).unwrap_or(&rule.id)
}

/// Makes what a rule is, as grave as the settings say.
pub fn rule_head(session: &Session, schema: &Schema, rule: &NormRule) -> RuleHead {
    let lang = session.lang;
    let page = |page: &str| page.replace("{rule}", &rule.id).replace("{lang}", lang.code());
    RuleHead {
        id: rule.id.clone(),
        pack: schema.packs[rule.pack.ix()].name.clone(),
        title: title(rule, lang).to_owned(),
        severity: rule.severity,
        basis: rule.basis.clone(),
        advice: rule.advice.get(lang).map(str::to_owned),
        page: session.pages().map(page),
        configured: configured(session, rule),
    }
}

fn configured(session: &Session, rule: &NormRule) -> Option<Configured> {
    let setting = session.config.rule(&rule.id)?;
    let Change::Severity(_) = setting.change else { return None };
    let before =
        queries::selected_rules(&session.db, session.project()).find(|before| before.id == rule.id)?;
    Some(Configured { severity: before.severity.word(), reason: setting.reason.clone() })
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

/// Makes what one declaration came to.
pub fn declaration(head: &Head, view: View, db: &Database, summary: &Summary) -> Declaration {
    let results = view.results(db, summary);
    let mut made = Declaration {
        declaration: summary.file.path(db).to_owned(),
        vendor: summary.names.vendor.clone(),
        product: summary.names.product.clone(),
        rules: Vec::new(),
    };
    let about = made.title();
    made.rules = results.iter().map(|result| rule(head, view, db, summary.file, &about, result)).collect();
    made
}

fn rule(head: &Head, view: View, db: &Database, file: SourceFile, about: &str, result: &RuleResult) -> Rule {
    let rule = &head.rules[result.rule];
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let findings = result.findings.iter().map(|explained| {
        let mut finding = self::finding(view, db, file, explained);
        let key = fingerprint::key(&rule.id, about, explained, file.text(db));
        let nth = seen.entry(key.clone()).or_default();
        finding.fingerprint = fingerprint::of(&[&key, &nth.to_string()]);
        *nth += 1;
        finding
    });
    let findings = findings.collect();
    let waived = result.waived.as_ref().map(|waived| Waived {
        reason: waived.reason.clone(),
        owner: waived.owner.clone(),
        until: waived.until.to_string(),
        policy: policy(view, db, waived.origin),
    });
    Rule {
        rule: rule.id.clone(),
        pack: rule.pack.clone(),
        verdict: result.outcome.verdict,
        waived,
        severity: rule.severity.word(),
        configured: rule.configured.clone(),
        title: rule.title.clone(),
        basis: rule.basis.clone(),
        advice: rule.advice.clone(),
        findings,
        repair: result.repair.as_ref().map(|repair| super::repair::json(db, file, repair, view.lang)),
    }
}

fn finding(view: View, db: &Database, file: SourceFile, finding: &Explained) -> Finding {
    let lang = view.lang;
    let related = |list: &[(Stands, Message)]| -> Vec<_> {
        let one = |(place, message): &(Stands, Message)| Related {
            message: message.get(lang).to_owned(),
            path: place.path.clone(),
            declaration: stands(db, file, place),
            source: place.source.clone(),
        };
        list.iter().map(one).collect()
    };
    Finding {
        verdict: finding.verdict,
        reason: finding.reason.get(lang).to_owned(),
        declaration: stands(db, file, &finding.place),
        policy: policy(view, db, finding.clause),
        related: related(&finding.related),
        source: finding.place.source.clone(),
        quote: finding.place.quote.clone(),
        readings: finding.readings.iter().map(|reading| reading.get(lang).to_owned()).collect(),
        rests_on: related(&finding.rests_on),
        missing: finding.missing.iter().map(|question| missing(question, lang)).collect(),
        fingerprint: String::new(),
    }
}

fn missing(question: &Question, lang: Lang) -> Missing {
    Missing {
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
    DeclarationPlace { at: diagnostics::located(db, file.id(db), place.span), absent: place.absent }
}

fn policy(view: View, db: &Database, origin: Origin) -> Option<Located> {
    let (file, span) = queries::span(db, view.project, origin)?;
    Some(diagnostics::located(db, file.id(db), span))
}

/// How often each outcome came out, as data.
pub fn summary(counts: &Counts) -> Map<String, Value> {
    let verdicts =
        Verdict::ALL.into_iter().map(|verdict| (verdict.word().to_owned(), json!(counts.of(verdict))));
    verdicts.chain([("waived".to_owned(), json!(counts.waived))]).collect()
}
