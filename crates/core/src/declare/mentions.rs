//! Which things of the schema a declaration or profile names, and where: for renaming them.
//!
//! Looks words up as the reader does, and judges nothing: a text with mistakes has mentions too.

use policy_syntax::Span;

use super::doc::{Content, Format, Node, parse};
use super::lookup::{Lookup, Named};
use crate::model::{FieldId, FieldType, FileId, RecordId, Schema};
use crate::words::Meaning;

/// Keys whose values are words of a document.
const WORDS: [&str; 2] = ["source", "quote"];

/// The names of records, fields, terms, sets and events in a text, in order.
pub fn mentions(text: &str, format: Format, schema: &Schema, lookup: &Lookup) -> Vec<(Span, Meaning)> {
    let root = parse(text, format, FileId::default()).root;
    let mut finder = Finder { schema, lookup, found: Vec::new() };
    for entry in root.iter().filter_map(|root| root.entries()).flatten() {
        if let Some(record) = lookup.record(&entry.key) {
            finder.found.push((entry.key_span, Meaning::Record(record)));
            finder.record(record, &entry.value);
        }
    }
    finder.found.sort_by_key(|(span, _)| *span);
    finder.found
}

struct Finder<'a> {
    schema: &'a Schema,
    lookup: &'a Lookup,
    found: Vec<(Span, Meaning)>,
}

impl Finder<'_> {
    /// Something inside a record: its fields by their keys, however deep they stand.
    fn record(&mut self, record: RecordId, node: &Node) {
        match &node.content {
            Content::List(items) => items.iter().for_each(|item| self.record(record, item)),
            Content::Map(entries) => {
                for entry in entries.iter().filter(|entry| !WORDS.contains(&&*entry.key)) {
                    match self.lookup.field(record, &entry.key) {
                        Some(field) => {
                            self.found.push((entry.key_span, Meaning::Field(record, field)));
                            self.value(record, field, &entry.value);
                        }
                        None => self.record(record, &entry.value),
                    }
                }
            }
            Content::Scalar { .. } | Content::Broken => {}
        }
    }

    /// Something inside the value of a field.
    fn value(&mut self, record: RecordId, field: FieldId, node: &Node) {
        match &node.content {
            Content::List(items) => items.iter().for_each(|item| self.value(record, field, item)),
            Content::Map(entries) => {
                let values = entries.iter().filter(|entry| !WORDS.contains(&&*entry.key));
                values.for_each(|entry| self.value(record, field, &entry.value));
            }
            Content::Scalar { text, .. } => {
                let meaning = self.word(self.schema.records[record.ix()].fields[field.ix()].ty, text);
                self.found.extend(meaning.map(|meaning| (node.span, meaning)));
            }
            Content::Broken => {}
        }
    }

    fn word(&self, ty: FieldType, text: &str) -> Option<Meaning> {
        match ty {
            FieldType::Terms(kind) => self.lookup.named(kind, text).map(|named| match named {
                Named::Term(term) => Meaning::Term(term),
                Named::Set(set) => Meaning::Set(set),
            }),
            FieldType::Event => self.lookup.event(text).map(Meaning::Event),
            FieldType::Date | FieldType::Duration | FieldType::Number => None,
        }
    }
}
