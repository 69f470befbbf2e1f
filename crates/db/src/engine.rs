//! The one place where the queries meet the functions of `policy-core`.

use std::sync::Arc;

use jiff::civil::Date;
use policy_core::diag::Diagnostic;
use policy_core::eval::Evaluator;
use policy_core::facts::{FactSource, Facts, NoteSource, Notes, Value};
use policy_core::lang::Lang;
use policy_core::model::{
    FieldId, FieldType, FileId, NodeId, Norm, Origin, PackId, RecordId, Rule, Schema, TestCase, Waiver,
};
use policy_core::report::{Explained, Question, Repaired, Waived};
use policy_core::verdict::{Finding, Judgement, Missing, Outcome, Verdict};
use policy_core::{declare, explain, lower, rules};
use policy_syntax::{File, ItemWord, Line, TokenKind};

pub use policy_core::declare::{
    Alone, Applied, Declared, Format, Lookup, Parsed, Profile, cut, join, json_schema, mentions,
    parse as parse_declaration, parse_entry,
};
pub use policy_core::eval::{Compiled, Detail, Edit, Repair, Seen, Unit, What, records_read, units};
pub use policy_core::lower::Source;
pub use policy_core::rules::{Rules, doubles};
pub use policy_core::words::Vocabulary;

/// The largest declaration or profile that is read.
pub const MAX_BYTES: u64 = declare::MAX_BYTES as u64;

/// The header of a pack, as far as finding other packs needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The pack's name.
    pub name: String,
    /// The packs it uses.
    pub uses: Vec<String>,
}

/// What the policy files together say can be declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lowered {
    /// Records, kinds, terms and the rest.
    pub schema: Arc<Schema>,
    /// The tests beside the rules.
    pub tests: Vec<TestCase>,
    /// Accepted risks.
    pub waivers: Vec<Waiver>,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
}

/// What the user's own side decides, with what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProfileRead {
    /// What it says.
    pub profile: Profile,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// The tree of a policy file.
pub fn parse(text: &str) -> File {
    policy_syntax::parse(text)
}

/// The header of the text of a policy file, if it has one. A text without the word is not parsed for it.
pub fn header_of(text: &str) -> Option<Header> {
    let begins =
        |line: &str| line.trim_start().starts_with("policy") || line.trim_start().starts_with("beleid");
    if text.lines().any(begins) { header(&parse(text)) } else { None }
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
pub fn syntax_diagnostics(file: FileId, tree: &File) -> Vec<Diagnostic> {
    lower::syntax_diagnostics(file, tree)
}

/// What the policy files together say can be declared.
pub fn lower(sources: &[Source]) -> Lowered {
    let lower::Lowered { schema, tests, waivers, diagnostics } = lower::schema(sources);
    Lowered { schema: Arc::new(schema), tests, waivers, diagnostics }
}

/// The rules of one file, which belongs to a pack of that name.
pub fn rules(file: FileId, tree: &File, pack: &str, schema: &Schema, vocabulary: &Vocabulary) -> Rules {
    let pack = schema.packs.iter().position(|known| known.name == pack).unwrap_or_default();
    rules::rules(&rules::Source { file, tree, pack: PackId(pack as u32) }, schema, vocabulary)
}

/// Reads a profile.
pub fn read_profile(file: FileId, path: &str, text: &str, schema: &Schema) -> ProfileRead {
    let (profile, diagnostics) = declare::read_profile(text, Format::of_name(path), file, schema);
    ProfileRead { profile, diagnostics }
}

/// What a declaration says together with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// What verdicts depend on.
    pub facts: Arc<Facts>,
    /// Places, sources and quotations.
    pub notes: Notes,
    /// What is wrong with the text.
    pub diagnostics: Vec<Diagnostic>,
    /// What in the profile met nothing in it.
    pub unmatched: Vec<NodeId>,
}

/// Reads a declaration that has been parsed and adds what the profile decides.
pub fn read_whole(
    file: FileId,
    path: &str,
    parsed: &Parsed,
    profile: Option<&Profile>,
    schema: &Schema,
    lookup: &Lookup,
) -> Read {
    let mut declared = declare::read_parsed(parsed, Format::of_name(path), file, schema, lookup);
    let mut unmatched = Vec::new();
    if profile.is_some() {
        let applied = apply(&declared, profile, schema);
        (declared.facts, unmatched) = (applied.facts, applied.unmatched);
    }
    let Declared { facts, notes, diagnostics } = declared;
    Read { facts: Arc::new(facts), notes, diagnostics, unmatched }
}

/// Reads a declaration.
pub fn read(file: FileId, path: &str, text: &str, schema: &Schema, lookup: &Lookup) -> Declared {
    declare::read_with(text, Format::of_name(path), file, schema, lookup)
}

/// Adds what the profile decides to what a declaration says.
pub fn apply(declared: &Declared, profile: Option<&Profile>, schema: &Schema) -> Applied {
    match profile {
        Some(profile) => declare::apply(&declared.facts, profile, schema),
        None => Applied { facts: declared.facts.clone(), unmatched: Vec::new() },
    }
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

impl Engine<'_> {
    fn evaluator(&self) -> Evaluator<'_> {
        Evaluator::with(self.schema, self.rules, self.compiled)
    }

    /// The outcome of every rule.
    pub fn evaluate(&self, facts: &Facts) -> Vec<Outcome> {
        self.evaluator().evaluate(facts)
    }

    /// The outcome of one rule.
    pub fn outcome(&self, rule: usize, facts: &dyn FactSource) -> Outcome {
        self.evaluator().outcome(rule, facts)
    }

    /// Whether a rule has something to test in some world that agrees with the facts.
    pub fn could_apply(&self, rule: usize, facts: &Facts) -> bool {
        self.evaluator().could_apply(rule, facts)
    }

    /// Which pieces of a rule a declaration shows to hold, and which not.
    pub fn seen(&self, rule: usize, facts: &Facts) -> Vec<Seen> {
        self.evaluator().seen(rule, facts)
    }

    /// The outcome of one rule and what it comes from, without words.
    pub fn judgement(&self, rule: usize, facts: &dyn FactSource, detail: Detail) -> Judgement {
        self.evaluator().judgement(rule, facts, detail)
    }

    /// What an outcome comes from, thing by thing, without words.
    pub fn findings(
        &self,
        rule: usize,
        outcome: &Outcome,
        facts: &dyn FactSource,
        detail: Detail,
    ) -> Vec<Finding> {
        self.evaluator().findings_of(rule, outcome, facts, detail)
    }

    /// One outcome in words.
    pub fn explain(
        &self,
        rule: usize,
        outcome: &Outcome,
        facts: &Facts,
        notes: &Notes,
        detail: Detail,
    ) -> Vec<Explained> {
        if detail == Detail::Off {
            return Vec::new();
        }
        let findings = self.findings(rule, outcome, facts, detail);
        explain::explained(&self.input(facts, notes), rule, outcome, &findings)
    }

    /// What words are made from.
    pub fn input<'a>(&'a self, facts: &'a dyn FactSource, notes: &'a dyn NoteSource) -> explain::Input<'a> {
        let Engine { schema, rules, as_of, .. } = *self;
        explain::Input { schema, rules, facts, notes, as_of }
    }
}

impl Engine<'_> {
    /// The fewest changes to a declaration with which a rule that fails would be kept, if any were found.
    pub fn repair(&self, rule: usize, outcome: &Outcome, facts: &Facts) -> Option<Repair> {
        let fails = outcome.verdict == Verdict::Fail;
        fails.then(|| self.evaluator().repair(rule, facts)).flatten()
    }

    /// What is missing, with the question that would settle it.
    pub fn question(&self, missing: &Missing, facts: &Facts, notes: &Notes) -> Question {
        let Engine { schema, rules, as_of, .. } = *self;
        explain::question(missing, &explain::Input { schema, rules, facts, notes, as_of })
    }

    /// A repair in words.
    pub fn repair_words(&self, repair: &Repair, facts: &Facts, notes: &Notes) -> Repaired {
        let Engine { schema, rules, as_of, .. } = *self;
        let input = explain::Input { schema, rules, facts, notes, as_of };
        let way = |way: &Vec<Edit>| way.iter().map(|edit| explain::edit_words(edit, &input)).collect();
        let steps = repair.steps.iter().map(|step| step.ways.iter().map(way).collect());
        Repaired { steps: steps.collect(), verdict: repair.verdict }
    }
}

/// The waiver that covers a rule for a declaration of that name, if one is in force.
pub fn waiver(waivers: &[Waiver], rule: &str, names: &Names, as_of: Date) -> Option<Waived> {
    let covers = |waiver: &&Waiver| {
        waiver.rule == rule && waiver.in_force(as_of) && names.has(&waiver.vendor_or_product)
    };
    let Waiver { reason, owner, until, origin, .. } = waivers.iter().find(covers)?.clone();
    Some(Waived { reason, owner, until, origin })
}

/// What a declaration is about, as the headers of its packs say where to find it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The name of the party that declares.
    pub vendor: Option<String>,
    /// The name of what it is about.
    pub product: Option<String>,
}

impl Names {
    /// Whether it goes by that name; case and white space do not count.
    pub fn has(&self, name: &str) -> bool {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        self.vendor.iter().chain(&self.product).any(|own| plain(own) == plain(name))
    }
}

/// What a declaration is about, where its packs have fields for that and it says so.
pub fn names(schema: &Schema, facts: &Facts) -> Names {
    let name =
        |of: Option<(RecordId, FieldId)>| of.and_then(|(record, field)| stated(schema, facts, record, field));
    Names { vendor: name(schema.vendor), product: name(schema.product) }
}

/// The one word that a field of a single record states.
fn stated(schema: &Schema, facts: &Facts, record: RecordId, field: FieldId) -> Option<String> {
    let FieldType::Terms(kind) = schema.records[record.ix()].fields[field.ix()].ty else { return None };
    let fact = facts.lists.get(record.ix())?.items.first()?.fields.get(field.ix())?;
    let Value::One(terms) = &fact.value else { return None };
    let bit = terms.single()?;
    match schema.term_of_bit(kind, bit) {
        Some(term) => Some(term.labels.name(Lang::Nl, &term.name).to_owned()),
        None => facts.words.get(bit as usize).cloned(),
    }
}

/// The facts of a declaration that says nothing.
pub fn nothing(schema: &Schema) -> Facts {
    declare::read("{}", Format::Json, FileId::default(), schema).facts
}

/// A rule without what no verdict depends on: places, parts, titles, severity, basis and advice.
pub fn bare(rule: &Rule) -> Rule {
    let mut bare = rule.clone();
    (bare.title, bare.advice, bare.why) = Default::default();
    (bare.basis, bare.severity, bare.origin) = Default::default();
    bare.parts.clear();
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
