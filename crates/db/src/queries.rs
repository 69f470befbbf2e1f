//! The queries. Those down to [`outcomes`] are the line that verdicts come from; each step that drops spans
//! stops an edit which changes no meaning. Explanations are no query: they are made when asked for.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use policy_core::codes;
use policy_core::diag::{Diagnostic, Message, Related};
use policy_core::explain::{self, Told};
use policy_core::facts::{Condition, FactSource, Facts, List, NoteSource, Notes, Shared};
use policy_core::lang::Lang;
use policy_core::marks::{Mark, marks as marks_of};
use policy_core::model::{FileId, Origin, RecordId, Rule, Schema};
use policy_core::report::{Brief, Explained, RuleResult, Waived};
use policy_core::verdict::{Judgement, Outcome, Verdict};
use policy_syntax::{File, Item, ItemWord, LineIndex, Span};
use salsa::Database;

use crate::changes;
use crate::engine::{
    self, Compiled, Detail, Engine, Lookup, Lowered, Names, ProfileRead, Read, Rules, Source, Vocabulary,
};
use crate::inputs::{PolicyFile, Project, RuleName, SourceFile};
use crate::lints::{self, Constancy, Odd};
use crate::near;
use crate::packs;
use crate::reads::Reads;
use crate::trees;

/// The tree of a policy file.
#[salsa::tracked]
pub fn tree(db: &dyn Database, file: SourceFile) -> Arc<File> {
    Arc::new(engine::parse(file.text(db)))
}

/// Where the lines of a text begin.
#[salsa::tracked]
pub fn lines(db: &dyn Database, file: SourceFile) -> LineIndex {
    LineIndex::new(file.text(db))
}

/// A policy file without what its rules say: an edit in a sentence leaves it as it was. Of the rules behind the
/// first one the places count for nothing here.
#[salsa::tracked]
pub fn skeleton(db: &dyn Database, file: SourceFile) -> Arc<File> {
    let File { items, .. } = tree(db, file).as_ref();
    let mut first = true;
    let bare = |item: &Item| {
        let mut item = if item.word == ItemWord::Rule { head_only(item) } else { item.clone() };
        if item.word == ItemWord::Rule && !std::mem::take(&mut first) {
            item.word_span = Span::default();
            item.head.iter_mut().for_each(|token| token.span = Span::default());
        }
        item
    };
    Arc::new(File { items: items.iter().map(bare).collect(), ..File::default() })
}

fn head_only(item: &Item) -> Item {
    let Item { word, dutch, word_span, head, .. } = item;
    let head = head.clone();
    Item { word: *word, dutch: *dutch, word_span: *word_span, head, lines: Vec::new(), span: Span::default() }
}

/// The text of a policy file with tests, whose declarations stand in it; of another one nothing.
#[salsa::tracked]
pub fn text_of_tests(db: &dyn Database, file: SourceFile) -> Arc<str> {
    let tests = tree(db, file).items.iter().any(|item| item.word == ItemWord::Test);
    if tests { file.text(db).into() } else { "".into() }
}

/// A policy file as the types need it: packs are numbered in the order in which they come.
fn source<'db>(db: &'db dyn Database, project: Project, policy: &PolicyFile) -> Source<'db> {
    let mut packs: Vec<&str> = project.policies(db).iter().map(|policy| policy.pack.as_str()).collect();
    packs.dedup();
    let pack = packs.iter().position(|pack| *pack == policy.pack).unwrap_or(0) as u32;
    let file = policy.file;
    Source { file: file.id(db), tree: skeleton(db, file), text: text_of_tests(db, file), pack }
}

/// Everything in the policy files but the rules, with diagnostics.
#[salsa::tracked]
pub fn lowered(db: &dyn Database, project: Project) -> Lowered {
    let sources: Vec<_> = project.policies(db).iter().map(|policy| source(db, project, policy)).collect();
    engine::lower(&sources)
}

/// What can be declared, free of spans.
#[salsa::tracked]
pub fn schema(db: &dyn Database, project: Project) -> Arc<Schema> {
    lowered(db, project).schema.clone()
}

/// The words that sentences are read with. Runs again only when the schema changed.
#[salsa::tracked(no_eq)]
pub fn vocabulary(db: &dyn Database, project: Project) -> Arc<Vocabulary> {
    Arc::new(Vocabulary::new(schema(db, project)))
}

/// The rules of a policy file, with diagnostics.
#[salsa::tracked]
pub fn file_rules(db: &dyn Database, project: Project, file: SourceFile) -> Rules {
    let Some(policy) = project.policies(db).iter().find(|policy| policy.file == file) else {
        return Rules::default();
    };
    engine::rules(file.id(db), tree(db, file), &policy.pack, schema(db, project), vocabulary(db, project))
}

/// The rules that run, with titles and the places they were written, each as grave as it is here.
#[salsa::tracked]
pub fn rules(db: &dyn Database, project: Project) -> Arc<[Rule]> {
    let only = project.only(db);
    let mut seen = HashSet::new();
    let rules = selected_rules(db, project).filter(|rule| only.is_empty() || only.contains(&rule.id));
    let rules = rules.filter(|rule| seen.insert(&rule.id));
    rules.filter_map(|rule| changes::applied(db, project, rule)).collect()
}

/// The rules of the selected packs as they were written, whatever narrows or changes them here.
pub fn selected_rules(db: &dyn Database, project: Project) -> impl Iterator<Item = &Rule> {
    let selected = project.selected(db);
    let policies = project.policies(db).iter().filter(|policy| selected.contains(&policy.pack));
    policies.flat_map(move |policy| &file_rules(db, project, policy.file).rules)
}

/// The rules that run, with nothing that a verdict does not depend on.
#[salsa::tracked]
pub fn bare_rules(db: &dyn Database, project: Project) -> Arc<[Rule]> {
    rules(db, project).iter().map(engine::bare).collect()
}

/// The bare rules in the form that is evaluated.
#[salsa::tracked]
pub fn compiled(db: &dyn Database, project: Project) -> Arc<Compiled> {
    Arc::new(Compiled::new(schema(db, project), bare_rules(db, project), project.as_of(db)))
}

/// The profile, if there is one.
#[salsa::tracked]
pub fn profile(db: &dyn Database, project: Project) -> Option<ProfileRead> {
    let file = project.profile(db)?;
    Some(engine::read_profile(file.id(db), file.path(db), file.text(db), schema(db, project)))
}

/// The words of the schema for reading declarations. Runs again only when the schema changed.
#[salsa::tracked(no_eq)]
pub fn lookup(db: &dyn Database, project: Project) -> Arc<Lookup> {
    Arc::new(Lookup::new(schema(db, project)))
}

/// What a declaration says together with the profile, with its places and diagnostics. What it says without the
/// profile is not kept: of a thousand declarations that would be most of the memory.
#[salsa::tracked]
pub fn read(db: &dyn Database, project: Project, declaration: SourceFile) -> Read {
    let (id, path, parsed) = (declaration.id(db), declaration.path(db), trees::declaration(db, declaration));
    let profile = profile(db, project).as_ref().map(|read| &read.profile);
    engine::read_whole(id, path, &parsed, profile, schema(db, project), lookup(db, project))
}

/// The facts of a declaration: the same ones while only places and quotations change.
#[salsa::tracked]
fn shared_facts(db: &dyn Database, project: Project, declaration: SourceFile) -> Arc<Facts> {
    read(db, project, declaration).facts.clone()
}

/// The facts that verdicts depend on.
pub fn facts(db: &dyn Database, project: Project, declaration: SourceFile) -> &Facts {
    shared_facts(db, project, declaration)
}

/// What a declaration lists of one record: an edit in another list leaves it as it is.
#[salsa::tracked]
fn list(db: &dyn Database, project: Project, declaration: SourceFile, record: u32) -> Shared<List> {
    facts(db, project, declaration).lists[record as usize].clone()
}

#[salsa::tracked]
fn conditions(db: &dyn Database, project: Project, declaration: SourceFile) -> Vec<Condition> {
    facts(db, project, declaration).conditions.clone()
}

#[salsa::tracked]
fn words(db: &dyn Database, project: Project, declaration: SourceFile) -> Vec<String> {
    facts(db, project, declaration).words.clone()
}

/// The facts of a declaration, each list asked for when it is read: what is evaluated on them depends on no more.
struct Lists<'db> {
    db: &'db dyn Database,
    project: Project,
    declaration: SourceFile,
    /// Those that were asked for.
    known: Vec<OnceCell<&'db List>>,
}

impl<'db> Lists<'db> {
    fn of(db: &'db dyn Database, project: Project, declaration: SourceFile) -> Self {
        let known = vec![OnceCell::new(); schema(db, project).records.len()];
        Lists { db, project, declaration, known }
    }
}

impl FactSource for Lists<'_> {
    fn list(&self, record: RecordId) -> &List {
        let Lists { db, project, declaration, .. } = *self;
        self.known[record.ix()].get_or_init(|| list(db, project, declaration, record.0))
    }

    fn conditions(&self) -> &[Condition] {
        conditions(self.db, self.project, self.declaration)
    }

    fn words(&self) -> &[String] {
        words(self.db, self.project, self.declaration)
    }

    fn whole(&self) -> &Facts {
        facts(self.db, self.project, self.declaration)
    }
}

impl NoteSource for Lists<'_> {
    fn notes(&self) -> &Notes {
        &read(self.db, self.project, self.declaration).notes
    }
}

/// One of the bare rules.
#[salsa::tracked]
fn bare_rule<'db>(db: &'db dyn Database, project: Project, name: RuleName<'db>) -> Option<Rule> {
    let mut rules = bare_rules(db, project).iter();
    rules.find(|rule| rule.id == *name.id(db)).cloned()
}

/// One bare rule in the form that is evaluated.
#[salsa::tracked]
fn compiled_alone<'db>(db: &'db dyn Database, project: Project, name: RuleName<'db>) -> Compiled {
    Compiled::new(schema(db, project), bare_rule(db, project, name).as_slice(), project.as_of(db))
}

/// What evaluates one bare rule; nothing if there is no rule of that name.
fn alone<'db>(db: &'db dyn Database, project: Project, name: RuleName<'db>) -> Option<Engine<'db>> {
    let rules = std::slice::from_ref(bare_rule(db, project, name).as_ref()?);
    let (schema, compiled) = (schema(db, project), compiled_alone(db, project, name));
    Some(Engine { schema, rules, compiled, as_of: project.as_of(db) })
}

/// The outcome of one rule on a declaration that is not open: an edit of another rule, or in a list that it does not
/// read, leaves it as it is.
#[salsa::tracked]
fn outcome<'db>(
    db: &'db dyn Database,
    project: Project,
    declaration: SourceFile,
    name: RuleName<'db>,
) -> Option<Outcome> {
    Some(alone(db, project, name)?.outcome(0, &Lists::of(db, project, declaration)))
}

/// The outcome of one rule with what it comes from, without words, and without what is missing: whoever types in a
/// source or a quotation changes none of it.
#[salsa::tracked(lru = 4096)]
fn kept_judgement<'db>(
    db: &'db dyn Database,
    project: Project,
    declaration: SourceFile,
    name: RuleName<'db>,
) -> Option<Judgement> {
    judged(db, project, declaration, name)
}

fn judged<'db>(
    db: &'db dyn Database,
    project: Project,
    declaration: SourceFile,
    name: RuleName<'db>,
) -> Option<Judgement> {
    Some(alone(db, project, name)?.judgement(0, &Lists::of(db, project, declaration), Detail::Places))
}

/// The outcome of one of the rules that run, by the rule's index, and what it comes from. It is kept of open
/// declarations only: of a thousand it would be much of the memory.
pub fn judgement(db: &crate::Database, declaration: SourceFile, rule: usize) -> Option<Cow<'_, Judgement>> {
    let (project, name) = (db.project(), *rule_names(db, db.project()).get(rule)?);
    if declaration.open(db) {
        return kept_judgement(db, project, declaration, name).as_ref().map(Cow::Borrowed);
    }
    db.tell("judged", declaration);
    judged(db, project, declaration, name).map(Cow::Owned)
}

/// What the rules that run are called, in their order.
#[salsa::tracked]
fn rule_names<'db>(db: &'db dyn Database, project: Project) -> Vec<RuleName<'db>> {
    bare_rules(db, project).iter().map(|rule| RuleName::new(db, rule.id.clone())).collect()
}

/// The outcome of every rule that runs, in their order.
#[salsa::tracked]
pub fn outcomes(db: &dyn Database, project: Project, declaration: SourceFile) -> Vec<Outcome> {
    let names = rule_names(db, project).iter();
    let outcome = |name: &RuleName| match declaration.open(db) {
        true => kept_judgement(db, project, declaration, *name)
            .as_ref()
            .map(|judgement| judgement.outcome.clone()),
        false => outcome(db, project, declaration, *name).clone(),
    };
    names.filter_map(outcome).collect()
}

/// What one of the rules that run, by the rule's index, finds in a declaration, in the words of one language, given what
/// it comes to. Words are kept of open declarations only.
pub fn brief(
    db: &dyn Database,
    project: Project,
    declaration: SourceFile,
    rule: usize,
    judgement: &Judgement,
    lang: Lang,
) -> Vec<Brief> {
    let Judgement { outcome, findings } = judgement;
    in_words(db, project, declaration, outcome, |input| {
        let name = rule_names(db, project).get(rule).filter(|_| declaration.open(db));
        match name {
            Some(name) => {
                explain::brief_of(input, rule, kept_words(db, project, declaration, *name, lang), lang)
            }
            None => explain::brief(input, rule, outcome, findings, lang),
        }
    })
}

/// What the outcome of one rule comes from in the words of one language, without places: whoever types in a list that
/// neither rule nor words read changes none of them.
#[salsa::tracked(lru = 4096)]
fn kept_words<'db>(
    db: &'db dyn Database,
    project: Project,
    declaration: SourceFile,
    name: RuleName<'db>,
    lang: Lang,
) -> Vec<Told> {
    let Some(rule) = rule_names(db, project).iter().position(|own| *own == name) else { return Vec::new() };
    let Some(Judgement { outcome, findings }) = kept_judgement(db, project, declaration, name) else {
        return Vec::new();
    };
    in_words(db, project, declaration, outcome, |input| explain::told(input, rule, outcome, findings, lang))
}

/// The records that one of the bare rules reads.
#[salsa::tracked]
fn records_read<'db>(db: &'db dyn Database, project: Project, name: RuleName<'db>) -> Vec<RecordId> {
    let rule = bare_rule(db, project, name).iter();
    rule.flat_map(|rule| engine::records_read(schema(db, project), rule)).collect()
}

/// The rules that run, by index, that can find something near some bytes of a declaration: all that do, and perhaps
/// more. Whoever asks about one place need not wait for the others.
pub fn rules_near(db: &dyn Database, project: Project, declaration: SourceFile, near: Span) -> Vec<usize> {
    let notes = &read(db, project, declaration).notes;
    let here = near::records(facts(db, project, declaration), notes, near);
    let reads = |name: &RuleName| {
        let read = records_read(db, project, *name);
        here.as_ref().is_none_or(|here| here.iter().any(|record| read.contains(record)))
    };
    let names = rule_names(db, project).iter().enumerate();
    names.filter(|(_, name)| reads(name)).map(|(nth, _)| nth).collect()
}

/// What one of the rules that run, by the rule's index, finds near some bytes of a declaration, in full. What is missing
/// is worked out only if it finds something there.
pub fn found_near(db: &crate::Database, declaration: SourceFile, rule: usize, near: Span) -> Vec<Explained> {
    let project = db.project();
    let Some(judgement) = judgement(db, declaration, rule) else { return Vec::new() };
    let Judgement { outcome, findings } = judgement.as_ref();
    let touches = |span: Span| span.touches(near);
    in_words(db, project, declaration, outcome, |input| {
        if !findings.iter().any(|finding| explain::stands_near(input, rule, finding, touches)) {
            return Vec::new();
        }
        let alone = rule_names(db, project).get(rule).and_then(|name| alone(db, project, *name));
        let findings = alone.map(|alone| alone.findings(0, outcome, input.facts, Detail::Findings));
        explain::explained_near(input, rule, outcome, &findings.unwrap_or_default(), touches)
    })
}

/// Makes words of what one of the rules that run comes to, if it fails or is unknown.
fn in_words<T>(
    db: &dyn Database,
    project: Project,
    declaration: SourceFile,
    outcome: &Outcome,
    words: impl Fn(&explain::Input) -> Vec<T>,
) -> Vec<T> {
    if !matches!(outcome.verdict, Verdict::Fail | Verdict::Unknown) {
        return Vec::new();
    }
    let (schema, rules, as_of) = (schema(db, project), rules(db, project), project.as_of(db));
    let lists = Lists::of(db, project, declaration);
    words(&explain::Input { schema, rules, facts: &lists, notes: &lists, as_of })
}

/// The rules with their places in the form that is evaluated: what explanations are made with.
#[salsa::tracked]
pub fn compiled_with_places(db: &dyn Database, project: Project) -> Arc<Compiled> {
    Arc::new(Compiled::new(schema(db, project), rules(db, project), project.as_of(db)))
}

/// For every rule that runs the waiver that covers its outcome, if that is a fail or unknown.
pub fn waivers_in_force(db: &dyn Database, project: Project, declaration: SourceFile) -> Vec<Option<Waived>> {
    let outcomes = outcomes(db, project, declaration).iter().enumerate();
    outcomes.map(|(rule, outcome)| waived(db, project, declaration, rule, outcome.verdict)).collect()
}

/// The waiver that covers a verdict of one of the rules that run, if that is a fail or unknown.
pub fn waived(
    db: &dyn Database,
    project: Project,
    declaration: SourceFile,
    rule: usize,
    verdict: Verdict,
) -> Option<Waived> {
    let (waivers, rule) = (&lowered(db, project).waivers, rules(db, project).get(rule)?);
    let open = matches!(verdict, Verdict::Fail | Verdict::Unknown);
    if !open || !waivers.iter().any(|waiver| waiver.rule == rule.id) {
        return None;
    }
    engine::waiver(waivers, &rule.id, &names(db, project, declaration), project.as_of(db))
}

/// The rules that run, ready to explain.
pub fn engine(db: &dyn Database, project: Project) -> Engine<'_> {
    Engine {
        schema: schema(db, project),
        rules: rules(db, project),
        compiled: compiled_with_places(db, project),
        as_of: project.as_of(db),
    }
}

/// Of every rule that runs the verdict for one declaration, and whether a waiver covers it.
#[salsa::tracked]
pub fn verdicts(db: &dyn Database, project: Project, declaration: SourceFile) -> Vec<(Verdict, bool)> {
    let waived = waivers_in_force(db, project, declaration);
    let outcomes = outcomes(db, project, declaration).iter().zip(waived);
    outcomes.map(|(outcome, waived)| (outcome.verdict, waived.is_some())).collect()
}

/// Of every rule that runs the verdict for each declaration of the workspace, by the id of the rule. Explains
/// nothing, and reads only the declarations that changed.
#[salsa::tracked]
pub fn tallies(db: &dyn Database, project: Project) -> Tallies {
    let declarations = project.declarations(db).iter();
    let verdicts: Vec<_> =
        declarations.map(|declaration| (*declaration, verdicts(db, project, *declaration))).collect();
    let tally = |nth: usize| {
        let of = |(declaration, verdicts): &(SourceFile, &Vec<(Verdict, bool)>)| {
            let (verdict, waived) = *verdicts.get(nth)?;
            Some(Tally { declaration: *declaration, verdict, waived })
        };
        Arc::new(verdicts.iter().filter_map(of).collect())
    };
    rules(db, project).iter().enumerate().map(|(nth, rule)| (rule.id.clone(), tally(nth))).collect()
}

/// By the id of a rule what it comes to for each declaration.
pub type Tallies = HashMap<String, Arc<Vec<Tally>>>;

/// What a rule comes to for one declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// The declaration.
    pub declaration: SourceFile,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether a waiver covers it.
    pub waived: bool,
}

/// What every word of a policy file is, and which thing it names.
#[salsa::tracked]
pub fn marks(db: &dyn Database, project: Project, file: SourceFile) -> Arc<[Mark]> {
    marks_of(file.id(db), tree(db, file), schema(db, project), vocabulary(db, project)).into()
}

/// Every rule on one declaration, with waivers, explained as far as asked for.
pub fn results(
    db: &dyn Database,
    project: Project,
    declaration: SourceFile,
    detail: Detail,
) -> Vec<RuleResult> {
    results_of(db, project, declaration, detail, |_| true)
}

/// As [`results`], with findings for those rules only, by index, that are asked for.
pub fn results_of(
    db: &dyn Database,
    project: Project,
    declaration: SourceFile,
    detail: Detail,
    wanted: impl Fn(usize) -> bool,
) -> Vec<RuleResult> {
    let engine = engine(db, project);
    let (facts, notes) = (facts(db, project, declaration), &read(db, project, declaration).notes);
    let outcomes = outcomes(db, project, declaration).iter().enumerate();
    let results = outcomes.zip(waivers_in_force(db, project, declaration));
    let result = |((rule, outcome), waived): ((usize, &Outcome), _)| RuleResult {
        rule,
        outcome: outcome.clone(),
        waived,
        findings: {
            db.unwind_if_revision_cancelled();
            let detail = if wanted(rule) { detail } else { Detail::Off };
            engine.explain(rule, outcome, facts, notes, detail)
        },
        repair: (detail == Detail::Full && wanted(rule))
            .then(|| engine.repair(rule, outcome, facts))
            .flatten()
            .map(|repair| engine.repair_words(&repair, facts, notes)),
    };
    results.map(result).collect()
}

/// What is wrong with a declaration: mistakes in its text, and rules that were too much to work out on it.
pub fn declaration_diagnostics(
    db: &dyn Database,
    project: Project,
    declaration: SourceFile,
) -> Vec<Diagnostic> {
    let outcomes = outcomes(db, project, declaration).iter().enumerate();
    let limited = outcomes.filter(|(_, outcome)| outcome.too_many_cases).map(|(rule, _)| rule);
    mistakes(db, project, declaration, limited)
}

/// The same where it is known already which rules were too much.
pub fn mistakes(
    db: &dyn Database,
    project: Project,
    declaration: SourceFile,
    limited: impl Iterator<Item = usize>,
) -> Vec<Diagnostic> {
    let mut found = read(db, project, declaration).diagnostics.clone();
    let limited = limited.filter_map(|rule| rules(db, project).get(rule));
    found.extend(limited.map(|rule| too_many_cases(db, project, declaration, rule)));
    found
}

fn too_many_cases(db: &dyn Database, project: Project, declaration: SourceFile, rule: &Rule) -> Diagnostic {
    let id = &rule.id;
    let message = Message::new(
        format!(
            "`{id}` telt te veel gevallen om uit te rekenen en blijft daarom onbekend; vul meer gegevens in"
        ),
        format!("`{id}` has too many cases to work out and so stays unknown; fill in more facts"),
    );
    let mut found = Diagnostic::new(&codes::TOO_MANY_CASES, declaration.id(db), Span::default(), message);
    if let Some((policy, span)) = span(db, project, rule.origin) {
        let message = Message::new("de regel", "the rule");
        found.related.push(Related { file: policy.id(db), span, message });
    }
    found
}

/// What a declaration is about.
pub fn names(db: &dyn Database, project: Project, declaration: SourceFile) -> Names {
    engine::names(schema(db, project), facts(db, project, declaration))
}

/// The bytes of an origin.
pub fn span(db: &dyn Database, project: Project, origin: Origin) -> Option<(SourceFile, Span)> {
    let policies = project.policies(db).iter();
    let file = policies.map(|policy| policy.file).find(|file| file.id(db) == origin.file)?;
    Some((file, tree(db, file).span(origin.item, origin.first, origin.last)))
}

/// What is wrong with the policy files and the profile.
pub fn policy_diagnostics(db: &dyn Database, project: Project) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for PolicyFile { file, .. } in project.policies(db) {
        found.extend(engine::syntax_diagnostics(file.id(db), tree(db, *file)));
        found.extend(file_rules(db, project, *file).diagnostics.iter().cloned());
    }
    found.extend(doubles(db, project));
    found.extend(lowered(db, project).diagnostics.iter().cloned());
    found.extend(profile(db, project).iter().flat_map(|profile| profile.diagnostics.clone()));
    found.sort_by_key(|diagnostic| (diagnostic.file, diagnostic.span));
    found
}

/// Rules whose id another rule has: waivers, options and readers of results go by it.
fn doubles(db: &dyn Database, project: Project) -> Vec<Diagnostic> {
    let files = project.policies(db).iter();
    let rules = files.flat_map(|policy| &file_rules(db, project, policy.file).rules);
    let place = |origin| span(db, project, origin).map_or_else(Span::default, |(_, span)| span);
    let double = |(first, again): (&Rule, &Rule)| {
        let id = &again.id;
        let message = Message::new(
            format!("er is al een regel `{id}`: geef deze een andere naam"),
            format!("there is already a rule `{id}`: give this one another name"),
        );
        let at = place(again.origin);
        let mut found = Diagnostic::new(&codes::DUPLICATE_NAME, again.origin.file, at, message);
        let earlier = Message::new("de eerste staat hier", "the first one is here");
        found.related.push(Related { file: first.origin.file, span: place(first.origin), message: earlier });
        found
    };
    engine::doubles(rules).into_iter().map(double).collect()
}

/// The ids of rules that mean nothing because of a mistake in them.
pub fn broken_rules(db: &dyn Database, project: Project) -> Vec<String> {
    let files = project.policies(db).iter();
    files.flat_map(|policy| file_rules(db, project, policy.file).broken.iter().cloned()).collect()
}

/// What is odd about the selected packs, whatever the declarations. Rules of all packs count as readers.
pub fn lints(db: &dyn Database, project: Project) -> Vec<Diagnostic> {
    let schema = schema(db, project);
    let files = project.policies(db).iter();
    let reads = Reads::all(files.flat_map(|policy| &file_rules(db, project, policy.file).rules));
    let mut odd = constant_rules(db, project);
    odd.extend(lints::unread_fields(schema, &reads));
    odd.extend(lints::unused_settings(schema, &reads));
    odd.extend(lints::expired_waivers(&lowered(db, project).waivers, project.as_of(db)));
    let selected = project.policies(db).iter().filter(|policy| project.selected(db).contains(&policy.pack));
    let own = selected.map(|policy| policy.file).filter(|file| !is_standard(db, *file));
    let own: BTreeSet<_> = own.map(|file| file.id(db)).collect();
    odd.retain(|odd| own.contains(&odd.at.file));
    // Whoever uses a list must know that it is old, also where another pack brings it.
    let read = Reads::all(rules(db, project).iter());
    odd.extend(lints::old_lists(schema, &read, project.as_of(db)));
    located(db, project, &odd)
}

/// Whether a file is one of a standard pack, which its user cannot change.
pub fn is_standard(db: &dyn Database, file: SourceFile) -> bool {
    file.path(db).starts_with(packs::STANDARD)
}

/// What is odd about an evaluation: lists out of date and, where `all` declarations took part, waivers that cover
/// none of them.
pub fn evaluation_lints(
    db: &dyn Database,
    project: Project,
    used: Option<&BTreeSet<Origin>>,
) -> Vec<Diagnostic> {
    let (schema, as_of, waivers) = (schema(db, project), project.as_of(db), &lowered(db, project).waivers);
    let reads = Reads::all(rules(db, project).iter());
    let mut odd = lints::stale_lists(schema, &reads, as_of);
    odd.extend(lints::expired_waivers(waivers, as_of));
    odd.extend(used.into_iter().flat_map(|used| lints::unused_waivers(waivers, used, as_of)));
    located(db, project, &odd)
}

fn located(db: &dyn Database, project: Project, odd: &[Odd]) -> Vec<Diagnostic> {
    let place = |odd: &Odd| span(db, project, odd.at).map(|(_, span)| odd.diagnostic(span));
    odd.iter().filter_map(place).collect()
}

/// The facts of a declaration that says nothing.
#[salsa::tracked]
fn nothing(db: &dyn Database, project: Project) -> Facts {
    engine::nothing(schema(db, project))
}

/// What a rule comes to whatever a declaration says: worked out again when that rule changed.
#[salsa::tracked]
fn constancy<'db>(db: &'db dyn Database, project: Project, name: RuleName<'db>) -> Option<Constancy> {
    let (engine, nothing) = (alone(db, project, name)?, nothing(db, project));
    Some(Constancy {
        on_nothing: engine.outcome(0, nothing).verdict,
        applies: engine.could_apply(0, &lints::anything(nothing)),
    })
}

fn constant_rules(db: &dyn Database, project: Project) -> Vec<Odd> {
    let names = rule_names(db, project).iter();
    let rules = rules(db, project).iter().zip(names);
    let rules = rules.filter_map(|(rule, name)| Some((rule, (*constancy(db, project, *name))?)));
    let found = lints::constant_rules(rules);
    let allowed = allowed(db, project);
    found.into_iter().filter(|odd| !allowed.contains(&(odd.at.file, odd.at.item, odd.code.id))).collect()
}

/// What rules allow: the file and item of the rule, and the code.
fn allowed(db: &dyn Database, project: Project) -> BTreeSet<(FileId, u32, &'static str)> {
    let files = project.policies(db).iter().flat_map(|policy| &file_rules(db, project, policy.file).allowed);
    files.map(|allowed| (allowed.origin.file, allowed.origin.item, allowed.code)).collect()
}
