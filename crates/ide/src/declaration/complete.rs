//! What can be written at a place of a declaration: records, fields, terms and reserved words that fit there.

use std::collections::HashSet;

use policy_core::declare::{self, FIELD_WORDS, ITEM_WORDS, LIST_WORDS, TOP_WORDS, Word};
use policy_core::lang::Lang;
use policy_core::model::{FieldId, FieldType, KindId, Labels, Owner, RecordId};
use policy_db::engine::Format;
use policy_db::{Database, SourceFile};

use super::hover::form;
use super::scan::{Spot, scan};
use super::sheet::{Inside, Sheet, reserved};
use crate::{Completion, CompletionKind, Insert};

/// Proposals for a place, the likeliest first.
pub fn completions(db: &Database, file: SourceFile, offset: u32, lang: Lang) -> Vec<Completion> {
    let sheet = Sheet::new(db, file);
    let Some(spot) = scan(sheet.text, offset) else { return Vec::new() };
    let inside = spot.path.iter().fold(Inside::Top, |inside, key| sheet.under(inside, key));
    let Around { keys: written, item } = around(&sheet, offset, inside);
    let words = sheet.lang(lang);
    let mut writer = Writer { sheet: &sheet, spot: &spot, lang, words, found: Vec::new() };
    match (inside, spot.value) {
        (Inside::Top, false) => writer.top(&written),
        (Inside::Record(record), false) => writer.record(record, &written, item),
        (Inside::Record(record), true) => writer.list(record),
        (Inside::Field(record, field), _) => writer.value(record, field),
        (Inside::Top, true) | (Inside::Free, _) => {}
    }
    writer.found
}

/// The mapping around a byte.
#[derive(Default)]
struct Around {
    /// The keys that it has already, in lower case.
    keys: HashSet<String>,
    /// Whether it is one of a list.
    item: bool,
}

fn around(sheet: &Sheet, offset: u32, wanted: Inside) -> Around {
    let mut found = Around::default();
    let mut smallest = u32::MAX;
    // A line that is empty so far belongs to what is above it.
    let reach = sheet.text.get(..offset as usize).map_or(0, |before| before.trim_end().len() as u32);
    sheet.walk(&mut |inside, node, entry| {
        let Some(entries) = node.entries() else { return };
        let around = node.span.start <= offset && reach.min(offset) <= node.span.end.saturating_add(1);
        if inside == wanted && around && node.span.end - node.span.start < smallest {
            smallest = node.span.end - node.span.start;
            let others = entries
                .iter()
                .filter(|entry| !(entry.key_span.start <= offset && offset <= entry.key_span.end));
            let keys = others.map(|entry| entry.key.to_lowercase()).collect();
            found = Around { keys, item: entry.is_none() };
        }
    });
    found
}

struct Writer<'a> {
    sheet: &'a Sheet<'a>,
    spot: &'a Spot,
    /// The language of explanations.
    lang: Lang,
    /// The language of what is written.
    words: Lang,
    found: Vec<Completion>,
}

impl Writer<'_> {
    fn add(
        &mut self,
        label: &str,
        kind: CompletionKind,
        insert: Insert,
        detail: Option<String>,
        about: Option<&str>,
    ) {
        let sort = format!("{:04}", self.found.len());
        self.found.push(Completion {
            label: label.to_owned(),
            kind,
            insert,
            replace: self.spot.word,
            detail,
            documentation: about.map(str::to_owned),
            sort,
        });
    }

    fn top(&mut self, written: &HashSet<String>) {
        let sheet = self.sheet;
        for (index, record) in sheet.schema.records.iter().enumerate() {
            let id = RecordId(index as u32);
            let has = written.iter().any(|key| sheet.lookup.record(key) == Some(id));
            if record.owner == Owner::Profile || record.is_abstract || has {
                continue;
            }
            let key = sheet.record_key(id, self.words);
            let insert = self.key_of_record(&key, record.single);
            self.add(
                &key,
                CompletionKind::Record,
                insert,
                self.detail(&record.labels, &record.name),
                record.definition.get(self.lang),
            );
        }
        self.reserved(TOP_WORDS, written);
    }

    /// A record begins on the lines below it; in JSON and within braces on its own line.
    fn key_of_record(&self, key: &str, single: bool) -> Insert {
        let name = escaped(&self.sheet.key(key));
        let (open, close) = if single { ("\\{ $0 ", "\\}") } else { ("[ \\{ $0 \\}", " ]") };
        Insert::Snippet(match (self.sheet.format, self.spot.flow, single) {
            (Format::Yaml, false, true) => format!("{name}:\n  $0"),
            (Format::Yaml, false, false) => format!("{name}:\n  - $0"),
            _ => format!("{name}: {open}{close}"),
        })
    }

    /// Fields of a record; where it is not one of a list also what can be said of the whole list.
    fn record(&mut self, record: RecordId, written: &HashSet<String>, item: bool) {
        let sheet = self.sheet;
        let single = sheet.schema.records[record.ix()].single;
        let only_of_lists = |word: Word| LIST_WORDS.contains(&word) && !ITEM_WORDS.contains(&word);
        let of_list = |key: &String| declare::word(key).is_some_and(only_of_lists);
        if !single && !item && written.iter().any(of_list) {
            return self.reserved(LIST_WORDS, written);
        }
        let fields = sheet.schema.records[record.ix()].fields.iter().enumerate();
        for (index, field) in fields {
            let id = FieldId(index as u32);
            let has = written.iter().any(|key| sheet.lookup.field(record, key) == Some(id));
            if field.owner != Owner::Vendor || field.derived.is_some() || has {
                continue;
            }
            let key = sheet.field_key(record, id, self.words);
            let insert = self.key_then(&key, "$0");
            let about = form(sheet, field, self.lang);
            self.add(&key, CompletionKind::Field, insert, Some(about), field.definition.get(self.lang));
        }
        self.reserved(ITEM_WORDS, written);
        if !single && !item {
            self.reserved(LIST_WORDS, written);
        }
    }

    fn key_then(&self, key: &str, then: &str) -> Insert {
        Insert::Snippet(format!("{}: {then}", escaped(&self.sheet.key(key))))
    }

    fn list(&mut self, record: RecordId) {
        if !self.sheet.schema.records[record.ix()].single {
            for word in [Word::None, Word::Some] {
                self.word(word);
            }
        }
    }

    fn value(&mut self, record: RecordId, field: FieldId) {
        let it = &self.sheet.schema.records[record.ix()].fields[field.ix()];
        match it.ty {
            FieldType::Terms(kind) => self.terms(kind),
            FieldType::Event => self.events(),
            FieldType::Duration => {
                self.unit("maanden", "months");
                self.unit("dagen", "days");
                self.unit("jaar", "years");
                self.unit("uur", "hours");
                self.word(Word::Unlimited);
            }
            FieldType::Date | FieldType::Number => {}
        }
        self.word(Word::None);
        let [value, source, quote] =
            [Word::Value, Word::Source, Word::Quote].map(|word| reserved(word, self.words));
        let keys = [value, source, quote].map(|word| escaped(&self.sheet.key(word)));
        let with_source = format!("\\{{ {}: $1, {}: \"$2\", {}: \"$3\" \\}}", keys[0], keys[1], keys[2]);
        let label = format!("{{ {value}, {source}, {quote} }}");
        let detail = self.lang.pick("waarde met vindplaats en citaat", "value with source and quotation");
        if self.spot.value || !self.spot.flow {
            self.add(
                &label,
                CompletionKind::Snippet,
                Insert::Snippet(with_source),
                Some(detail.to_owned()),
                None,
            );
        }
        self.reserved(FIELD_WORDS, &HashSet::new());
    }

    fn unit(&mut self, nl: &str, en: &str) {
        let unit = self.words.pick(nl, en);
        let detail = self.lang.pick("termijn", "span of time").to_owned();
        let insert = Insert::Snippet(format!("${{1:12}} {unit}"));
        self.add(&format!("12 {unit}"), CompletionKind::Value, insert, Some(detail), None);
    }

    fn terms(&mut self, kind: KindId) {
        let schema = self.sheet.schema;
        let kind_of = &schema.kinds[kind.ix()];
        for term in kind_of.terms.iter().map(|term| &schema.terms[term.ix()]) {
            let label = term.labels.name(self.words, &term.name);
            let text = term.code.as_deref().unwrap_or(label);
            let detail = if term.code.is_some() {
                Some(label.to_owned())
            } else {
                self.detail(&term.labels, &term.name)
            };
            self.add(text, CompletionKind::Term, self.scalar(text), detail, term.definition.get(self.lang));
        }
        for set in schema.sets.iter().filter(|set| set.kind == kind) {
            let label = set.labels.name(self.words, &set.name);
            let about = self.lang.pick("iets uit deze lijst", "something of this list");
            self.add(label, CompletionKind::Set, self.scalar(label), Some(about.to_owned()), None);
        }
    }

    fn events(&mut self) {
        for event in &self.sheet.schema.events {
            let label = event.labels.name(self.words, &event.name);
            self.add(
                label,
                CompletionKind::Event,
                self.scalar(label),
                self.detail(&event.labels, &event.name),
                None,
            );
        }
    }

    /// A value as the format writes it.
    fn scalar(&self, text: &str) -> Insert {
        let before = self.sheet.text[..self.spot.word.start as usize].chars().next_back();
        let quoted = matches!(before, Some('"' | '\''));
        let odd = text.contains([':', '#', ',', '[', ']', '{', '}', '"']);
        Insert::Text(match self.sheet.format {
            _ if quoted => text.to_owned(),
            Format::Json => format!("\"{text}\""),
            Format::Yaml if odd => format!("\"{}\"", text.replace('"', "\\\"")),
            Format::Yaml => text.to_owned(),
        })
    }

    fn reserved(&mut self, words: &[Word], written: &HashSet<String>) {
        for word in words.iter().filter(|word| !matches!(word, Word::None | Word::Some | Word::Unlimited)) {
            let key = reserved(*word, self.words);
            if !written.contains(key) && !self.found.iter().any(|other| other.label == key) {
                let insert = self.key_then(key, "$0");
                self.add(
                    key,
                    CompletionKind::Keyword,
                    insert,
                    Some(reserved(*word, self.words.other()).to_owned()),
                    None,
                );
            }
        }
    }

    /// A reserved word that is a value.
    fn word(&mut self, word: Word) {
        let text = reserved(word, self.words);
        let detail = Some(reserved(word, self.words.other()).to_owned());
        self.add(text, CompletionKind::Keyword, self.scalar(text), detail, None);
    }

    /// What it is called in the other language.
    fn detail(&self, labels: &Labels, name: &str) -> Option<String> {
        let (own, other) = (labels.name(self.words, name), labels.name(self.words.other(), name));
        (own != other).then(|| other.to_owned())
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}
