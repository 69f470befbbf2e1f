//! Changes that are offered in a declaration: the suggested word, a field that a finding misses, "none", and two
//! statements that contradict each other.

use std::sync::Arc;

use policy_core::declare::{Content, Node, Word};
use policy_core::lang::Lang;
use policy_core::model::{FieldId, Owner, RecordId};
use policy_core::report::Explained;
use policy_db::engine::Format;
use policy_db::{Database, SourceFile, queries};
use policy_syntax::Span;

use super::sheet::{Inside, Sheet, reserved};
use crate::{Fix, FixKind, TextEdit, WorkspaceEdit};

/// The most fields that are offered at one place.
const MOST: usize = 8;

/// What is offered for some bytes.
pub fn fixes(db: &Database, file: SourceFile, range: Span, lang: Lang) -> Vec<Fix> {
    let sheet = Sheet::new(db, file);
    let maker = Maker { file, words: sheet.lang(lang), lang, sheet: &sheet };
    let mut fixes = maker.suggestions(db, range);
    fixes.extend(maker.missing(db, range));
    fixes.extend(maker.contradiction(range));
    fixes
}

struct Maker<'a> {
    file: SourceFile,
    sheet: &'a Sheet<'a>,
    /// The language of titles.
    lang: Lang,
    /// The language of what is written.
    words: Lang,
}

/// A place to write a key in: where, what before it and what after it.
struct Gap {
    at: u32,
    before: String,
    after: &'static str,
}

impl Maker<'_> {
    fn fix(&self, title: String, kind: FixKind, edit: TextEdit) -> Fix {
        let edit = WorkspaceEdit { files: vec![(self.file, vec![edit])] };
        Fix { title, kind, edit, settles: Vec::new(), preferred: false }
    }

    /// The words that diagnostics suggest.
    fn suggestions(&self, db: &Database, range: Span) -> Vec<Fix> {
        let found = &queries::read(db, db.project(), self.file).diagnostics;
        let here = found.iter().filter(|diagnostic| diagnostic.span.touches(range));
        let fix = |diagnostic: &policy_core::diag::Diagnostic| {
            let new = diagnostic.suggestion.clone()?;
            let title = format!("{} `{new}`", self.lang.pick("Schrijf", "Write"));
            let fix = self.fix(title, FixKind::Quick, TextEdit { span: diagnostic.span, new });
            Some(Fix { settles: vec![diagnostic.clone()], preferred: true, ..fix })
        };
        here.filter_map(fix).collect()
    }

    /// What findings at the place miss: fields to insert, lists to say "none" of.
    fn missing(&self, db: &Database, range: Span) -> Vec<Fix> {
        let mut paths: Vec<String> = Vec::new();
        for rule in queries::rules_near(db, db.project(), self.file, range) {
            for finding in queries::found_near(db, self.file, rule, range) {
                paths.extend(absent(&finding).filter(|path| !path.is_empty()));
            }
        }
        let mut seen = Vec::new();
        paths.retain(|path| {
            !seen.contains(path) && {
                seen.push(path.clone());
                true
            }
        });
        paths.iter().take(MOST).flat_map(|path| self.insertions(path)).collect()
    }

    fn insertions(&self, path: &str) -> Vec<Fix> {
        match self.resolve(path) {
            Some((Target::Field(record, field), node)) => {
                self.field(record, field, &node).into_iter().collect()
            }
            Some((Target::List(record), root)) => self.none(record, &root).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// What a path of a finding names, and the mapping that it belongs in.
    fn resolve(&self, path: &str) -> Option<(Target, Arc<Node>)> {
        let root = self.sheet.root()?.clone();
        let mut steps: Vec<&str> = path.split('.').collect();
        let last = steps.pop()?;
        if steps.is_empty() {
            let record = self.sheet.lookup.record(last)?;
            return (!last.contains('[')).then_some((Target::List(record), root));
        }
        let (mut node, mut inside) = (root.clone(), Inside::Top);
        for step in steps {
            let (key, numbers) = step.split_once('[').map_or((step, ""), |(key, rest)| (key, rest));
            let found = self.child(&node, inside, key);
            inside = match self.sheet.under(inside, key) {
                Inside::Free => return None,
                other => other,
            };
            let Some(found) = found else { return self.absent_record(inside, last, &root) };
            node = item(&found, numbers)?;
        }
        let Inside::Record(record) = inside else { return None };
        let field = self.sheet.lookup.field(record, last)?;
        (node.entries().is_some()).then_some((Target::Field(record, field), node))
    }

    /// A record of which nothing is written: its field is written with it at the top.
    fn absent_record(&self, inside: Inside, last: &str, root: &Arc<Node>) -> Option<(Target, Arc<Node>)> {
        let Inside::Record(record) = inside else { return None };
        let _ = self.sheet.lookup.field(record, last)?;
        Some((Target::List(record), root.clone()))
    }

    fn child(&self, node: &Node, inside: Inside, key: &str) -> Option<Arc<Node>> {
        let same = |other: &str| match inside {
            Inside::Top => self.sheet.lookup.record(other) == self.sheet.lookup.record(key),
            _ => other == key,
        };
        node.entries()?.iter().find(|entry| same(&entry.key)).map(|entry| entry.value.clone())
    }

    fn field(&self, record: RecordId, field: FieldId, node: &Node) -> Option<Fix> {
        let entries = node.entries()?;
        let it = &self.sheet.schema.records[record.ix()].fields[field.ix()];
        if it.owner != Owner::Vendor || it.derived.is_some() {
            return None;
        }
        if entries.iter().any(|entry| self.sheet.lookup.field(record, &entry.key) == Some(field)) {
            return None;
        }
        let key = self.sheet.field_key(record, field, self.words);
        let gap = self.gap(node)?;
        // Nothing is claimed: that it is not filled in is what the document says until someone knows better.
        let undeclared = self.sheet.key(reserved(Word::Undeclared, self.words));
        let new = format!("{}{}: {{ {undeclared}: true }}{}", gap.before, self.sheet.key(&key), gap.after);
        let title = self.lang.pick(format!("Voeg `{key}` toe"), format!("Add `{key}`"));
        Some(self.fix(title, FixKind::Quick, TextEdit { span: Span { start: gap.at, end: gap.at }, new }))
    }

    /// "None" of a list about which nothing is written.
    fn none(&self, record: RecordId, root: &Node) -> Option<Fix> {
        let it = &self.sheet.schema.records[record.ix()];
        let has =
            self.sheet.entries().iter().any(|entry| self.sheet.lookup.record(&entry.key) == Some(record));
        if it.single || it.is_abstract || it.owner != Owner::Vendor || has {
            return None;
        }
        let (key, none) = (self.sheet.record_key(record, self.words), reserved(Word::None, self.words));
        let value = match self.sheet.format {
            Format::Json => format!("\"{none}\""),
            Format::Yaml => none.to_owned(),
        };
        let gap = self.gap(root)?;
        let new = format!("{}{}: {value}{}", gap.before, self.sheet.key(&key), gap.after);
        let title = self.lang.pick(format!("Schrijf `{key}: {none}`"), format!("Write `{key}: {none}`"));
        Some(self.fix(title, FixKind::Quick, TextEdit { span: Span { start: gap.at, end: gap.at }, new }))
    }

    /// Where a further key of a mapping goes: behind the last one, as the mapping is written.
    fn gap(&self, node: &Node) -> Option<Gap> {
        let text = self.sheet.text;
        let entries = node.entries()?;
        let last = entries.last()?;
        let flow = node.span.of(text).starts_with('{');
        let end = (last.key_span.start + trimmed_len(last.key_span.to(last.value.span), text)) as usize;
        if flow {
            return Some(Gap { at: end as u32, before: ", ".to_owned(), after: "" });
        }
        let first = entries.first()?.key_span.start as usize;
        let line = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let indent = " ".repeat(text[line..first].chars().count());
        // Behind a comment on the same line.
        let end = end + text[end..].find('\n').unwrap_or(text.len() - end);
        Some(Gap { at: end as u32, before: format!("\n{indent}"), after: "" })
    }

    /// Two statements in place of one value.
    fn contradiction(&self, range: Span) -> Option<Fix> {
        let mut found: Option<Span> = None;
        self.sheet.walk(&mut |inside, node, entry| {
            let scalar = matches!(node.content, Content::Scalar { .. }) && !node.is_null();
            let whole = matches!(inside, Inside::Field(..))
                && entry.is_some_and(|entry| is_field(self.sheet, inside, &entry.key));
            if scalar && whole && node.span.start <= range.start && range.end <= node.span.end {
                found = Some(node.span);
            }
        });
        let span = found?;
        let value = span.of(self.sheet.text);
        let [value_key, source, conflicting] = [Word::Value, Word::Source, Word::Conflicting]
            .map(|word| self.sheet.key(reserved(word, self.words)));
        let one = format!("{{ {value_key}: {value}, {source}: \"\" }}");
        let new = format!("{{ {conflicting}: [{one}, {one}] }}");
        let title =
            self.lang.pick("Vermeld twee tegenstrijdige uitspraken", "State two conflicting statements");
        Some(self.fix(title.to_owned(), FixKind::Rewrite, TextEdit { span, new }))
    }
}

fn is_field(sheet: &Sheet, inside: Inside, key: &str) -> bool {
    matches!(inside, Inside::Field(record, field) if sheet.lookup.field(record, key) == Some(field))
}

fn trimmed_len(span: Span, text: &str) -> u32 {
    span.of(text).trim_end().len() as u32
}

enum Target {
    Field(RecordId, FieldId),
    List(RecordId),
}

/// The paths that a finding says are not written.
fn absent(finding: &Explained) -> impl Iterator<Item = String> + '_ {
    let missing = finding.missing.iter().map(|question| question.path.clone());
    let related =
        finding.related.iter().filter(|(place, _)| place.absent).map(|(place, _)| place.path.clone());
    let own = finding.place.absent.then(|| finding.place.path.clone());
    missing.chain(related).chain(own)
}

/// The item of a list that the numbers of a step name; the node itself where there are none.
fn item(node: &Arc<Node>, numbers: &str) -> Option<Arc<Node>> {
    let mut node = node.clone();
    for number in numbers.split(['[', ']']).filter(|part| !part.is_empty()) {
        let inner = node.entries().and_then(|entries| {
            let items = |key: &str| policy_core::declare::word(key) == Some(Word::Items);
            entries.iter().find(|entry| items(&entry.key)).map(|entry| entry.value.clone())
        });
        let list = inner.unwrap_or_else(|| node.clone());
        node = match list.items() {
            Some(items) => items.get(number.parse::<usize>().ok()?)?.clone(),
            None => list,
        };
    }
    Some(node)
}
