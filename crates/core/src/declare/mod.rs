//! Reading declarations and profiles: from a YAML or JSON text to [`Facts`].
//!
//! One mistake is one located diagnostic and costs one value: what was wrong is undeclared, the rest counts.
//! What the text leaves open stays open here; no verdict is taken. Knows no files, no rules, no as-of date.

mod doc;
mod editor_schema;
mod field;
mod join;
mod lookup;
mod margin;
mod mentions;
mod narrow;
mod problems;
mod profile;
mod reader;
mod record;
mod say;
mod scalar;
mod sets;
mod syntax_errors;
#[cfg(test)]
mod tests;
mod words;

pub use doc::{Alone, Content, Entry, Format, MAX_BYTES, MAX_DEPTH, Node, Parsed, parse};
pub use editor_schema::json_schema;
pub use field::FIELD_WORDS;
pub use lookup::{Lookup, Named, canonical, is_among};
pub use margin::{cut, join, parse_entry};
pub use mentions::mentions;
pub use profile::{Applied, Profile, apply, read_profile};
pub use record::{ITEM_WORDS, LIST_WORDS, TOP_WORDS};
pub use words::{WORDS, Word, spellings, word};

use policy_syntax::Span;

use crate::codes;
use crate::diag::Diagnostic;
use crate::facts::{Facts, Notes, Value};
use crate::model::{FieldType, FileId, Schema};
use problems::Problems;
use reader::{Mode, Reader};

/// What a declaration says, where it says it, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// What verdicts depend on, before any profile.
    pub facts: Facts,
    /// Places, paths, sources and quotations.
    pub notes: Notes,
    /// What is wrong with the text, in reading order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Declared {
    /// The word that a single record states in a field of terms, as the document spells it: for instance the
    /// name to show for the declaration.
    pub fn word_of(&self, schema: &Schema, record: &str, field: &str) -> Option<String> {
        let id = schema.record(record)?;
        let field = schema.records[id.ix()].field(field)?;
        let FieldType::Terms(kind) = schema.records[id.ix()].fields[field.ix()].ty else { return None };
        let fact = self.facts.lists.get(id.ix())?.items.first()?.fields.get(field.ix())?;
        let Value::One(terms) = &fact.value else { return None };
        let bit = terms.single()?;
        match schema.term_of_bit(kind, bit) {
            Some(term) => Some(term.labels.name(crate::lang::Lang::Nl, &term.name).to_string()),
            None => self.facts.words.get(bit as usize).cloned(),
        }
    }
}

/// Reads a declaration against what a schema says can be declared.
pub fn read(text: &str, format: Format, file: FileId, schema: &Schema) -> Declared {
    read_with(text, format, file, schema, &Lookup::new(schema))
}

/// As [`read`], with the words of the schema made before: for many declarations against one schema.
pub fn read_with(text: &str, format: Format, file: FileId, schema: &Schema, lookup: &Lookup) -> Declared {
    read_parsed(&parse(text, format, file), format, file, schema, lookup)
}

/// As [`read_with`], of a text that has been parsed already.
pub fn read_parsed(
    parsed: &Parsed,
    format: Format,
    file: FileId,
    schema: &Schema,
    lookup: &Lookup,
) -> Declared {
    let reader = run(parsed, format, file, schema, lookup, Mode::Declaration);
    Declared { facts: reader.facts, notes: reader.notes, diagnostics: reader.problems.into_list() }
}

/// Reads a text of either sort.
fn run<'s>(
    parsed: &Parsed,
    format: Format,
    file: FileId,
    schema: &'s Schema,
    lookup: &'s Lookup,
    mode: Mode,
) -> Reader<'s> {
    let Parsed { root, diagnostics } = parsed.clone();
    let problems = Problems::after(file, diagnostics);
    let unreadable = !problems.is_empty();
    let mut reader = Reader::new(schema, lookup, mode, format, problems);
    let root = root.unwrap_or_else(|| doc::nothing(unreadable).into());
    reader.top(&root, root.entries().unwrap_or_default());
    if root.entries().is_none() && !unreadable {
        not_a_mapping(&mut reader.problems, &root);
    }
    reader.notes.shrink();
    reader
}

/// The text holds nothing, or something else than keys with values.
fn not_a_mapping(problems: &mut Problems, node: &Node) {
    if node.is_null() {
        let nl = "het bestand is leeg: begin met een onderdeel, zoals `naam: { … }`";
        let en = "the file is empty: begin with a record, such as `name: { … }`";
        problems.add(&codes::EMPTY_DECLARATION, Span::default(), nl.into(), en.into());
        return;
    }
    let found = say::found(node);
    let nl = format!("{} gevonden, verwacht: sleutels met waarden, zoals `naam: {{ … }}`", found.nl);
    let en = format!("found {}, expected keys with values, such as `name: {{ … }}`", found.en);
    problems.add(&codes::WRONG_TYPE, node.span, nl, en);
}
