//! The one place where the queries meet the functions of `policy-core`.

use std::sync::Arc;

use jiff::civil::Date;
use policy_core::diag::Diagnostic;
use policy_core::facts::{Facts, Notes, Value};
use policy_core::model::{FileId, Formula, Norm, Origin, Quantity, Rule, Schema, SettingId, Terms};
use policy_core::report::{Explained, Waived};
use policy_core::verdict::Outcome;
use policy_syntax::{File, ItemWord, Line, TokenKind};

/// The largest declaration or profile that is read.
pub const MAX_BYTES: u64 = 16 << 20;

/// The header of a pack, as far as finding other packs needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The pack's name.
    pub name: String,
    /// The packs it uses.
    pub uses: Vec<String>,
}

/// A policy file as the types need it.
pub struct Source<'a> {
    /// Its number.
    pub file: FileId,
    /// Its tree.
    pub tree: &'a File,
    /// Its text.
    pub text: &'a str,
    /// Its pack.
    pub pack: &'a str,
}

/// What the policy files together say can be declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lowered {
    /// Records, kinds, terms and the rest.
    pub schema: Arc<Schema>,
    /// The tests beside the rules.
    pub tests: Vec<()>,
    /// Accepted risks.
    pub waivers: Vec<Waiver>,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
}

/// The rules of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileRules {
    /// Those that mean something.
    pub rules: Vec<Rule>,
    /// What is wrong with the others.
    pub diagnostics: Vec<Diagnostic>,
    /// The ids of the others.
    pub broken: Vec<String>,
}

/// How sentences are read: the words of the schema.
pub struct Vocabulary;

/// What the user's own side decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A declaration as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// What it says.
    pub facts: Arc<Facts>,
    /// Where it says so.
    pub notes: Arc<Notes>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Rules in the form that is evaluated.
pub struct Compiled;

/// An accepted risk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver;

/// The tree of a policy file.
pub fn parse(text: &str) -> File {
    policy_syntax::parse(text)
}

/// The header of a policy file, if it has one.
pub fn header(tree: &File) -> Option<Header> {
    let item = tree.items.iter().find(|item| item.word == ItemWord::Policy)?;
    let name = item.head.first().filter(|token| token.kind != TokenKind::String)?.text.clone();
    let uses = item.lines.iter().filter_map(used).flatten().collect();
    Some(Header { name, uses })
}

fn used(line: &Line) -> Option<Vec<String>> {
    let (word, names) = line.tokens.split_first()?;
    let names = names.iter().filter(|token| token.kind != TokenKind::Symbol);
    matches!(word.text.as_str(), "use" | "gebruik").then(|| names.map(|token| token.text.clone()).collect())
}

/// What is wrong with the text of a policy file.
pub fn syntax_diagnostics(_file: FileId, _tree: &File) -> Vec<Diagnostic> {
    Vec::new()
}

/// What the policy files together say can be declared.
pub fn lower(_sources: &[Source]) -> Lowered {
    Lowered::default()
}

/// The words of a schema.
pub fn vocabulary(_schema: &Arc<Schema>) -> Vocabulary {
    Vocabulary
}

/// The rules of one file.
pub fn rules(_source: &Source, _schema: &Schema, _vocabulary: &Vocabulary) -> FileRules {
    FileRules::default()
}

/// Reads a profile.
pub fn read_profile(_file: FileId, _path: &str, _text: &str, _schema: &Schema) -> Profile {
    Profile::default()
}

/// Reads a declaration and adds what the profile decides.
pub fn read(_file: FileId, _path: &str, _text: &str, _schema: &Schema, _profile: Option<&Profile>) -> Reading {
    Reading::default()
}

/// Rules in the form that is evaluated.
pub fn compile(_schema: &Schema, _rules: &[Rule], _as_of: Date) -> Compiled {
    Compiled
}

/// Rules, ready to be evaluated.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    /// What can be declared.
    pub schema: &'a Schema,
    /// The rules.
    pub rules: &'a [Rule],
    /// The rules in the form that is evaluated.
    pub compiled: &'a Compiled,
    /// The as-of date.
    pub as_of: Date,
}

/// The outcome of every rule.
pub fn evaluate(_engine: Engine, _facts: &Facts) -> Vec<Outcome> {
    Vec::new()
}

/// The waiver that covers a rule for a party or product of one of these names, if one is in force.
pub fn waiver(_waivers: &[Waiver], _rule: &str, _names: &Names, _as_of: Date) -> Option<Waived> {
    None
}

/// What a declaration is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The name of the party that declares: the field `name` of the record `vendor`.
    pub vendor: Option<String>,
    /// The name of what it is about: the field `name` of the record `product`.
    pub product: Option<String>,
}

/// What a declaration is about, where its packs have records for that and it says so.
pub fn names(schema: &Schema, facts: &Facts) -> Names {
    let name = |record| -> Option<String> {
        let record = schema.record(record)?;
        let field = schema.records[record.ix()].field("name")?;
        let fact = facts.lists.get(record.ix())?.items.first()?.fields.get(field.ix())?;
        let Value::One(terms) = &fact.value else { return None };
        facts.words.get(terms.single()? as usize).cloned()
    };
    Names { vendor: name("vendor"), product: name("product") }
}

/// How much is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The verdict only.
    Off,
    /// What decides.
    Findings,
    /// Also what a verdict rests on.
    Full,
}

/// One outcome in words.
pub fn explain(_engine: Engine, _rule: usize, _outcome: &Outcome, _reading: &Reading, _detail: Detail) -> Vec<Explained> {
    Vec::new()
}

/// The JSON Schema of a declaration.
pub fn json_schema(_schema: &Schema) -> serde_json::Value {
    serde_json::Value::Null
}

/// The settings that a rule reads.
pub fn settings_of(rule: &Rule) -> Vec<SettingId> {
    let mut found = Vec::new();
    let clauses = rule.when.iter().chain(&rule.unless);
    clauses.for_each(|clause| settings_in(&clause.formula, &mut found));
    for sentence in &rule.sentences {
        let clauses = sentence.given.iter().chain(&sentence.unless);
        clauses.for_each(|clause| settings_in(&clause.formula, &mut found));
        match &sentence.norm {
            Norm::Each { scope, need, .. } => {
                settings_in(&scope.formula, &mut found);
                settings_in(&need.formula, &mut found);
            }
            Norm::Holds(clause) => settings_in(&clause.formula, &mut found),
        }
    }
    found
}

fn settings_in(formula: &Formula, found: &mut Vec<SettingId>) {
    match formula {
        Formula::Not(inner) | Formula::Exists { body: inner, .. } | Formula::Element { body: inner, .. } => {
            settings_in(inner, found)
        }
        Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|part| settings_in(part, found)),
        Formula::In { terms: Terms::Setting(setting), .. } => found.push(*setting),
        Formula::Compare { right: Quantity::Setting { setting, .. }, .. } => found.push(*setting),
        _ => {}
    }
}

/// A rule without what no verdict depends on: places, titles, severity, basis and advice.
pub fn bare(rule: &Rule) -> Rule {
    let mut bare = rule.clone();
    (bare.title, bare.advice) = Default::default();
    (bare.basis, bare.severity, bare.origin) = Default::default();
    for clause in bare.when.iter_mut().chain(&mut bare.unless) {
        clause.origin = Origin::default();
    }
    for sentence in &mut bare.sentences {
        sentence.origin = Origin::default();
        for clause in sentence.given.iter_mut().chain(&mut sentence.unless) {
            clause.origin = Origin::default();
        }
        match &mut sentence.norm {
            Norm::Each { scope, need, .. } => (scope.origin, need.origin) = Default::default(),
            Norm::Holds(clause) => clause.origin = Origin::default(),
        }
    }
    bare
}
