//! The standard pack from disk, alone or with an example beside it.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use policy_core::declare::{self, Format};
use policy_core::diag::Diagnostic;
use policy_core::eval::Evaluator;
use policy_core::facts::Facts;
use policy_core::lang::Lang;
use policy_core::lower::{self, Source};
use policy_core::model::{FileId, PackId, Rule, Schema, TestCase};
use policy_core::rules::{self, Rules};
use policy_core::sentence::format_file;
use policy_core::verdict::Verdict;
use policy_core::words::Vocabulary;
use policy_syntax::{File, parse};

/// The date that examples are evaluated for, unless they say another.
pub const AS_OF: Date = date(2026, 11, 22);

/// The standard packs, those that are used before those that use them.
const STANDARD: [&str; 4] = ["model-4.0", "core", "extended", "mission"];
/// The number of the pack an example belongs to.
const OWN: u32 = STANDARD.len() as u32;
/// The header of an example that has none.
const HEADER: &str = "policy example \"Example\" { version 1.0.0; use model-4.0 }";

/// Everything that can be said, and the rules for it.
pub struct World {
    pub schema: Schema,
    pub vocabulary: Vocabulary,
    /// Those of the example, or of the standard pack if there is none.
    pub rules: Vec<Rule>,
    pub tests: Vec<TestCase>,
    /// What is wrong with the example, or with the standard pack if there is none.
    pub diagnostics: Vec<Diagnostic>,
    /// The pack the example belongs to.
    pub pack: PackId,
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "policy"));
    found.sort();
    found
}

/// The texts of the standard packs, each with the number of its pack.
fn standard() -> Vec<(String, u32)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let mut texts = Vec::new();
    for (pack, name) in STANDARD.into_iter().enumerate() {
        for path in files(&root.join(name)) {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            texts.push((text, pack as u32));
        }
    }
    texts
}

impl World {
    /// The standard packs.
    pub fn standard() -> World {
        World::of(standard(), None)
    }

    /// The standard packs with an example.
    pub fn with(example: &str) -> World {
        let mut texts = standard();
        let has_header = parse(example).items.iter().any(|item| item.word == policy_syntax::ItemWord::Policy);
        if !has_header {
            texts.push((HEADER.to_owned(), OWN));
        }
        texts.push((example.to_owned(), OWN));
        let last = texts.len() - 1;
        World::of(texts, Some(last))
    }

    fn of(texts: Vec<(String, u32)>, example: Option<usize>) -> World {
        let trees: Vec<File> = texts.iter().map(|(text, _)| parse(text)).collect();
        let sources: Vec<Source> = texts
            .iter()
            .zip(&trees)
            .enumerate()
            .map(|(i, ((text, pack), tree))| Source { file: FileId(i as u32), tree, text, pack: *pack })
            .collect();
        let lowered = lower::schema(&sources);
        let vocabulary = Vocabulary::new(&lowered.schema);
        let wanted = |file: FileId| example.is_none_or(|example| file.0 as usize == example);
        let mut all = Rules::default();
        let mut diagnostics = lowered.diagnostics;
        for source in sources.iter().filter(|s| wanted(s.file)) {
            let pack = lower::pack_of(&lowered.schema, &sources, source.file).unwrap_or(PackId(0));
            let source = rules::Source { file: source.file, tree: source.tree, pack };
            diagnostics.extend(lower::syntax_diagnostics(source.file, source.tree));
            let found = rules::rules(&source, &lowered.schema, &vocabulary);
            all.rules.extend(found.rules);
            diagnostics.extend(found.diagnostics);
        }
        diagnostics.retain(|d| wanted(d.file));
        let file = FileId(example.unwrap_or(0) as u32);
        let pack = lower::pack_of(&lowered.schema, &sources, file).unwrap_or(PackId(0));
        let tests = lowered.tests.into_iter().filter(|test| wanted(test.origin.file)).collect();
        World { schema: lowered.schema, vocabulary, rules: all.rules, tests, diagnostics, pack }
    }

    /// Reads the rules of a text against this world, as part of its last pack.
    pub fn read(&self, text: &str) -> Rules {
        let tree = parse(text);
        let file = FileId(u32::MAX);
        let mut found = rules::rules(
            &rules::Source { file, tree: &tree, pack: self.pack },
            &self.schema,
            &self.vocabulary,
        );
        found.diagnostics.extend(lower::syntax_diagnostics(file, &tree));
        found
    }

    /// A text laid out, in a language.
    pub fn format(&self, text: &str, to: Option<Lang>) -> String {
        format_file(FileId(u32::MAX), text, &parse(text), &self.schema, &self.vocabulary, to).0
    }

    /// The facts of a declaration with a profile.
    pub fn facts(&self, declaration: &str, profile: Option<&str>) -> Facts {
        let declared = declare::read(declaration, Format::Yaml, FileId::default(), &self.schema);
        match profile {
            None => declared.facts,
            Some(text) => {
                let (profile, _) = declare::read_profile(text, Format::Yaml, FileId::default(), &self.schema);
                declare::apply(&declared.facts, &profile, &self.schema).facts
            }
        }
    }

    /// What a rule comes to.
    pub fn verdict(&self, rule: &str, facts: &Facts, as_of: Date) -> Option<Verdict> {
        let index = self.rules.iter().position(|r| r.id == rule)?;
        Some(Evaluator::new(&self.schema, &self.rules, as_of).outcome(index, facts).verdict)
    }
}
