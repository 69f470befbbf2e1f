//! The standard pack, and reading sentences against it.

use policy_core::codes::NO_TRANSLATION;
use policy_core::diag::{Diagnostic, Level};
use policy_core::lang::Lang;
use policy_core::lower;
use policy_core::model::{FileId, PackId, Reading, Rule, Schema};
use policy_core::rules::{self, Rules};
use policy_core::sentence::format_file;
use policy_core::words::Vocabulary;

/// Where the packs are.
pub const POLICIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies");

/// No pack: a rule by itself takes no caution from one.
const NO_PACK: PackId = PackId(u32::MAX);

/// A schema with its words.
pub struct World {
    pub schema: Schema,
    pub vocabulary: Vocabulary,
}

impl World {
    /// The standard pack: what the golden sentences are read against.
    pub fn new() -> World {
        let texts = texts(&format!("{POLICIES}/model-4.0"));
        let trees: Vec<_> = texts.iter().map(|text| policy_syntax::parse(text)).collect();
        let parts = texts.iter().zip(&trees).enumerate();
        let sources: Vec<_> = parts
            .map(|(i, (text, tree))| lower::Source { file: FileId(i as u32), tree, text, pack: 0 })
            .collect();
        let lowered = lower::schema(&sources);
        let errors: Vec<_> = lowered.diagnostics.iter().filter(|d| d.level == Level::Error).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let vocabulary = Vocabulary::new(&lowered.schema);
        World { schema: lowered.schema, vocabulary }
    }

    pub fn read(&self, text: &str) -> Rules {
        let tree = policy_syntax::parse(text);
        let source = rules::Source { file: FileId(1), tree: &tree, pack: NO_PACK };
        rules::rules(&source, &self.schema, &self.vocabulary)
    }

    pub fn rule(&self, text: &str) -> Rule {
        let mut read = self.read(text);
        assert!(read.diagnostics.is_empty(), "{text}\n{:#?}", read.diagnostics);
        read.rules.remove(0)
    }

    pub fn reading(&self, reading: &Reading) -> String {
        match reading {
            Reading::Ranges(record) => format!("read: over {}\n", self.schema.records[record.ix()].name),
            other => format!("read: {other:?}\n"),
        }
    }

    pub fn format(&self, text: &str, to: Option<Lang>) -> (String, Vec<Diagnostic>) {
        let tree = policy_syntax::parse(text);
        format_file(FileId(1), text, &tree, &self.schema, &self.vocabulary, to)
    }

    pub fn to(&self, text: &str, to: Lang) -> String {
        let (out, diagnostics) = self.format(text, Some(to));
        let silent =
            diagnostics.iter().all(|d| d.code == NO_TRANSLATION.id && !d.message.en.contains("mean"));
        assert!(silent, "{text}: {diagnostics:#?}");
        out
    }
}

/// A rule that is one sentence.
pub fn item(sentence: &str) -> String {
    format!("rule golden {{\n  {sentence}\n}}\n")
}

/// The policy files of a folder.
pub fn texts(folder: &str) -> Vec<String> {
    texts_of(folder, "policy")
}

/// The files of a folder with that extension.
pub fn texts_of(folder: &str, extension: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there").flatten();
    let found = entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == extension));
    let mut paths: Vec<_> = found.collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).expect("a readable file")).collect()
}
