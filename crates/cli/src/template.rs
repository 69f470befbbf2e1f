//! A declaration with its missing fields to fill in: what was declared, in block style and without comments, with an
//! empty field and the question beside it wherever a norm misses something. Says no more than the declaration did, so
//! that it comes to the same verdicts until it is filled in.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use policy_core::declare::{Content, Entry, Node};
use policy_core::facts::{Facts, Notes, Value};
use policy_core::lang::Lang;
use policy_core::model::{Form, Owner, RecordId, Schema};
use policy_core::verdict::{FactRef, Missing, Verdict};
use policy_db::SourceFile;
use policy_db::engine::Detail;
use policy_db::{queries, trees};

use crate::session::Session;

/// An empty field with its question.
type Blank = (String, String);

/// What is missing, by where it is to be filled in.
#[derive(Default)]
struct Blanks {
    /// In records: by key and number of the record, fields with their questions.
    fields: BTreeMap<(RecordId, Option<usize>), Vec<Blank>>,
    /// About lists as a whole: whether the list is complete, and other questions.
    lists: BTreeMap<RecordId, (Option<String>, Vec<String>)>,
}

/// The template of a declaration.
pub fn text(session: &Session, file: SourceFile) -> String {
    let (db, project) = (&session.db, session.project());
    let schema = queries::schema(db, project);
    let facts = queries::facts(db, project, file);
    let notes = &queries::read(db, project, file).notes;
    let mut blanks = Blanks::default();
    for (missing, question) in asked(session, file) {
        blanks.add(schema, facts, notes, missing.fact, question);
    }
    let parsed = trees::declaration(db, file);
    let mut writer = Writer { session, schema, blanks, out: head(session.lang).to_owned() };
    writer.top(parsed.root.as_deref());
    writer.out
}

fn head(lang: Lang) -> &'static str {
    lang.pick(
        "# Vul in wat achter `# ?` wordt gevraagd, met de plaats in uw document (`bron`), en laat leeg wat u niet \
         vermeldt.\n",
        "# Fill in what is asked after `# ?`, with the place in your document (`source`), and leave empty what you do \
         not state.\n",
    )
}

/// What the declaring party can settle, each fact once, with the question.
fn asked(session: &Session, file: SourceFile) -> Vec<(Missing, String)> {
    let (db, project) = (&session.db, session.project());
    let engine = queries::engine(db, project);
    let facts = queries::facts(db, project, file);
    let notes = &queries::read(db, project, file).notes;
    let mut found: Vec<(Missing, String)> = Vec::new();
    for (rule, outcome) in queries::outcomes(db, project, file).iter().enumerate() {
        if !matches!(outcome.verdict, Verdict::Fail | Verdict::Unknown) {
            continue;
        }
        for finding in engine.findings(rule, outcome, facts, Detail::Findings) {
            let silent = finding.facts.iter().filter(|_| finding.verdict == Verdict::Fail);
            let silent = silent.filter(|fact| unsaid(engine.schema, facts, **fact));
            let silent = silent.map(|fact| Missing { fact: *fact, owner: Owner::Vendor });
            let own = finding.missing.iter().filter(|missing| missing.owner == Owner::Vendor).cloned();
            for missing in own.chain(silent) {
                if !found.iter().any(|(known, _)| known.fact == missing.fact) {
                    let question = engine.question(&missing, facts, notes);
                    found.push((missing, question.question.get(session.lang).to_owned()));
                }
            }
        }
    }
    found
}

/// Whether a fact is a field of the declaring party about which nothing is said.
fn unsaid(schema: &Schema, facts: &Facts, fact: FactRef) -> bool {
    let FactRef::Field(record, item, field) = fact else { return false };
    let it = &schema.records[record.ix()];
    let own = it.owner == Owner::Vendor && it.fields[field as usize].owner == Owner::Vendor;
    let item = facts.lists[record.ix()].items.get(item as usize);
    own && item.is_some_and(|item| item.fields[field as usize].value == Value::Undeclared)
}

impl Blanks {
    fn add(&mut self, schema: &Schema, facts: &Facts, notes: &Notes, fact: FactRef, question: String) {
        match fact {
            FactRef::Field(record, item, field) => {
                let name = schema.records[record.ix()].fields[field as usize].name.clone();
                let at = position(schema, facts, notes, record, item);
                self.fields.entry((record, at)).or_default().push((name, question));
            }
            FactRef::Complete(record) => self.lists.entry(record).or_default().0 = Some(question),
            FactRef::Ungoverned(record, _) | FactRef::Category(record, _) | FactRef::Exclusion(record, _) => {
                self.lists.entry(record).or_default().1.push(question);
            }
            FactRef::Exists(record, item) => {
                let at = position(schema, facts, notes, record, item);
                self.fields.entry((record, at)).or_default().push((String::new(), question));
            }
            FactRef::Condition(_) | FactRef::World(_) => {}
        }
    }
}

/// The number of a record in its list as it is written; none for a record of which there is one.
fn position(schema: &Schema, facts: &Facts, notes: &Notes, record: RecordId, item: u32) -> Option<usize> {
    if schema.records[record.ix()].single {
        return None;
    }
    let node = facts.lists[record.ix()].items.get(item as usize)?.node;
    let path = notes.path(node);
    path.rsplit_once('[')?.1.trim_end_matches(']').parse().ok()
}

struct Writer<'a> {
    session: &'a Session,
    schema: &'a Schema,
    blanks: Blanks,
    out: String,
}

impl Writer<'_> {
    fn top(&mut self, root: Option<&Node>) {
        let mut seen: Vec<RecordId> = Vec::new();
        for entry in root.and_then(Node::entries).unwrap_or_default() {
            let record = self.record_of(entry);
            seen.extend(record);
            self.record(entry, record);
        }
        for record in (0..self.schema.records.len() as u32).map(RecordId) {
            if !seen.contains(&record) {
                self.unsaid_record(record);
            }
        }
    }

    /// The record that a key at the top stands for: the one whose place it is.
    fn record_of(&self, entry: &Entry) -> Option<RecordId> {
        let lookup = queries::lookup(&self.session.db, self.session.project());
        lookup.record(&entry.key)
    }

    fn record(&mut self, entry: &Entry, record: Option<RecordId>) {
        let Some(record) = record else { return self.entry(entry, 0, &[]) };
        if self.schema.records[record.ix()].single {
            let blanks = self.blanks.fields.remove(&(record, None)).unwrap_or_default();
            return match entry.value.content {
                Content::Map(_) => self.entry(entry, 0, &blanks),
                _ if entry.value.is_null() => self.blank_record(&entry.key, &blanks),
                _ => self.entry(entry, 0, &[]),
            };
        }
        let (complete, asked) = self.blanks.lists.remove(&record).unwrap_or_default();
        match &entry.value.content {
            Content::List(items) => {
                let _ = writeln!(self.out, "{}:", key(&entry.key));
                self.complete(complete.as_ref());
                let _ = writeln!(self.out, "  items:");
                self.items(record, items, 4);
                self.comments(&asked, 2);
            }
            Content::Map(entries) => {
                let _ = writeln!(self.out, "{}:", key(&entry.key));
                let word = |entry: &Entry, words: &[&str]| words.contains(&entry.key.to_lowercase().as_str());
                let says = entries.iter().any(|entry| word(entry, &["complete", "volledig"]));
                if says {
                    self.comments(&complete.into_iter().collect::<Vec<_>>(), 2);
                } else {
                    self.complete(complete.as_ref());
                }
                for inner in entries {
                    match (&inner.value.content, word(inner, &["items", "lijst"])) {
                        (Content::List(items), true) => {
                            let _ = writeln!(self.out, "  {}:", key(&inner.key));
                            self.items(record, items, 4);
                        }
                        _ => self.entry(inner, 2, &[]),
                    }
                }
                self.comments(&asked, 2);
            }
            _ => {
                self.entry(entry, 0, &[]);
                self.comments(&complete.into_iter().chain(asked).collect::<Vec<_>>(), 2);
            }
        }
    }

    /// Whether a list is complete, to be answered; `no` says no more than leaving it out.
    fn complete(&mut self, question: Option<&String>) {
        if let Some(question) = question {
            let _ = writeln!(self.out, "  complete: no # ? {}", line(question));
        }
    }

    fn comments(&mut self, questions: &[String], indent: usize) {
        for question in questions {
            let _ = writeln!(self.out, "{:indent$}# ? {}", "", line(question));
        }
    }

    fn items(&mut self, record: RecordId, items: &[std::sync::Arc<Node>], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            let blanks = self.blanks.fields.remove(&(record, Some(index))).unwrap_or_default();
            self.element(item, indent, &blanks);
        }
    }

    /// A record about which the declaration says nothing.
    fn unsaid_record(&mut self, record: RecordId) {
        let it = &self.schema.records[record.ix()];
        let blanks = self.blanks.fields.remove(&(record, None)).unwrap_or_default();
        let (complete, asked) = self.blanks.lists.remove(&record).unwrap_or_default();
        if blanks.is_empty() && complete.is_none() && asked.is_empty() {
            return;
        }
        let form = Form(u8::from(!it.single));
        let name = it.labels.word(Lang::En, form).unwrap_or(&it.name).replace(' ', "-");
        if it.single {
            return self.blank_record(&name, &blanks);
        }
        let _ = writeln!(self.out, "{name}:");
        self.comments(&complete.into_iter().chain(asked).collect::<Vec<_>>(), 2);
    }

    fn blank_record(&mut self, name: &str, blanks: &[Blank]) {
        let _ = writeln!(self.out, "{}:", key(name));
        self.blanks(blanks, &[], 2);
    }

    /// Empty fields with their questions; what is there already only gets the question.
    fn blanks(&mut self, blanks: &[Blank], entries: &[Entry], indent: usize) {
        for (name, question) in blanks {
            let there = name.is_empty() || entries.iter().any(|entry| self.is(entry, name));
            let field = if there { String::new() } else { format!("{name}: ") };
            let about = if there && !name.is_empty() { format!("{name}: ") } else { String::new() };
            let _ = writeln!(self.out, "{:indent$}{field}# ? {about}{}", "", line(question));
        }
    }

    /// Whether a key is the field of that name, in any record.
    fn is(&self, entry: &Entry, name: &str) -> bool {
        let lookup = queries::lookup(&self.session.db, self.session.project());
        (0..self.schema.records.len() as u32).any(|record| {
            let field = lookup.field(RecordId(record), &entry.key);
            field.is_some_and(|field| self.schema.records[record as usize].fields[field.ix()].name == name)
        })
    }

    fn entry(&mut self, entry: &Entry, indent: usize, blanks: &[Blank]) {
        let _ = write!(self.out, "{:indent$}{}:", "", key(&entry.key));
        self.value(&entry.value, indent + 2, blanks);
    }

    /// What stands after a key.
    fn value(&mut self, node: &Node, indent: usize, blanks: &[Blank]) {
        match &node.content {
            Content::Scalar { text, plain } => {
                let gap = if *plain && text.is_empty() { "" } else { " " };
                let _ = writeln!(self.out, "{gap}{}", scalar(text, *plain));
            }
            Content::List(items) if items.is_empty() => self.out.push_str(" []\n"),
            Content::Map(entries) if entries.is_empty() && blanks.is_empty() => self.out.push_str(" {}\n"),
            Content::List(items) => {
                self.out.push('\n');
                items.iter().for_each(|item| self.element(item, indent, &[]));
            }
            Content::Map(entries) => {
                self.out.push('\n');
                entries.iter().for_each(|entry| self.entry(entry, indent, &[]));
                self.blanks(blanks, entries, indent);
            }
            Content::Broken => self.out.push('\n'),
        }
    }

    /// An element of a list.
    fn element(&mut self, node: &Node, indent: usize, blanks: &[Blank]) {
        let Content::Map(entries) = &node.content else {
            let _ = write!(self.out, "{:indent$}-", "");
            return self.value(node, indent + 2, &[]);
        };
        if entries.is_empty() {
            let _ = writeln!(self.out, "{:indent$}- {{}}", "");
            return;
        }
        for (index, entry) in entries.iter().enumerate() {
            let mark = if index == 0 { "- " } else { "  " };
            let _ = write!(self.out, "{:indent$}{mark}{}:", "", key(&entry.key));
            self.value(&entry.value, indent + 4, &[]);
        }
        self.blanks(blanks, entries, indent + 2);
    }
}

fn key(key: &str) -> String {
    let simple = key.chars().next().is_some_and(char::is_alphabetic)
        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '/'));
    if simple { key.to_owned() } else { quoted(key) }
}

fn scalar(text: &str, plain: bool) -> String {
    if plain && !text.contains('\n') { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A question as a comment: on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
