//! A declaration as a tree in which every key and value knows what it names.

use std::sync::Arc;

use policy_core::declare::{self, Content, Entry, Lookup, Node, Parsed, Word};
use policy_core::lang::Lang;
use policy_core::model::{FieldId, RecordId, Schema};
use policy_db::engine::Format;
use policy_db::{Database, SourceFile, queries, trees};
use policy_syntax::Span;

/// A declaration and the words it is read with.
pub(super) struct Sheet<'a> {
    pub schema: &'a Arc<Schema>,
    pub lookup: &'a Arc<Lookup>,
    pub text: &'a str,
    pub format: Format,
    parsed: Arc<Parsed>,
}

/// What can stand somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// Records.
    Top,
    /// Fields of a record, or what is said of a list of them.
    Record(RecordId),
    /// A value of a field.
    Field(RecordId, FieldId),
    /// Free text, or something unknown.
    Free,
}

/// What a key or value names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Record(RecordId),
    Field(RecordId, FieldId),
    Value(RecordId, FieldId),
    Word(Word),
}

/// A key or value with what it names.
pub(super) struct Spot {
    pub span: Span,
    pub what: What,
}

impl<'a> Sheet<'a> {
    pub fn new(db: &'a Database, file: SourceFile) -> Self {
        let project = db.project();
        let (text, format) = (file.text(db), Format::of_name(file.path(db)));
        let parsed = trees::declaration(db, file);
        Sheet {
            schema: queries::schema(db, project),
            lookup: queries::lookup(db, project),
            text,
            format,
            parsed,
        }
    }

    pub fn root(&self) -> Option<&Arc<Node>> {
        self.parsed.root.as_ref()
    }

    pub fn entries(&self) -> &[Entry] {
        self.root().and_then(|root| root.entries()).unwrap_or_default()
    }

    /// What stands under a key.
    pub fn under(&self, inside: Inside, key: &str) -> Inside {
        let word = declare::word(key);
        match inside {
            Inside::Top => self.lookup.record(key).map_or(Inside::Free, Inside::Record),
            Inside::Record(record) => match (self.lookup.field(record, key), word) {
                (Some(field), _) => Inside::Field(record, field),
                (None, Some(Word::Items | Word::Never | Word::Value)) => inside,
                _ => Inside::Free,
            },
            Inside::Field(..) => match word {
                Some(
                    Word::Value
                    | Word::Items
                    | Word::Excluding
                    | Word::OneOf
                    | Word::Then
                    | Word::Else
                    | Word::Conflicting
                    | Word::From
                    | Word::To,
                ) => inside,
                _ => Inside::Free,
            },
            Inside::Free => Inside::Free,
        }
    }

    fn what(&self, inside: Inside, key: &str) -> Option<What> {
        let word = || declare::word(key).map(What::Word);
        match inside {
            Inside::Top => self.lookup.record(key).map(What::Record).or_else(word),
            Inside::Record(record) => {
                self.lookup.field(record, key).map(|field| What::Field(record, field)).or_else(word)
            }
            Inside::Field(..) => word(),
            Inside::Free => None,
        }
    }

    /// Calls `visit` on every value with what stands there, and the entry it belongs to.
    pub fn walk(&self, visit: &mut impl FnMut(Inside, &Node, Option<&Entry>)) {
        if let Some(root) = self.root() {
            self.walk_in(Inside::Top, root, None, visit);
        }
    }

    fn walk_in(
        &self,
        inside: Inside,
        node: &Node,
        entry: Option<&Entry>,
        visit: &mut impl FnMut(Inside, &Node, Option<&Entry>),
    ) {
        visit(inside, node, entry);
        match &node.content {
            Content::List(items) => items.iter().for_each(|item| self.walk_in(inside, item, None, visit)),
            Content::Map(entries) => {
                for entry in entries {
                    self.walk_in(self.under(inside, &entry.key), &entry.value, Some(entry), visit);
                }
            }
            Content::Scalar { .. } | Content::Broken => {}
        }
    }

    /// Every key and value that names something.
    pub fn spots(&self) -> Vec<Spot> {
        let mut spots = Vec::new();
        self.walk(&mut |inside, node, _| match (&node.content, inside) {
            (Content::Map(entries), _) => {
                let named = entries.iter().filter_map(|entry| {
                    Some(Spot { span: entry.key_span, what: self.what(inside, &entry.key)? })
                });
                spots.extend(named);
            }
            (Content::Scalar { .. }, Inside::Field(record, field)) => {
                spots.push(Spot { span: node.span, what: What::Value(record, field) });
            }
            _ => {}
        });
        spots
    }

    /// The smallest key or value around a byte that names something.
    pub fn spot(&self, offset: u32) -> Option<Spot> {
        let around =
            self.spots().into_iter().filter(|spot| spot.span.start <= offset && offset <= spot.span.end);
        around.min_by_key(|spot| spot.span.end - spot.span.start)
    }

    /// The language that the declaration is written in, as far as its keys say; else `unsure`.
    pub fn lang(&self, unsure: Lang) -> Lang {
        let of = |lang: Lang| {
            let spelled = |entry: &&Entry| {
                let record = self.lookup.record(&entry.key).map(|id| &self.schema.records[id.ix()]);
                let key = plain(&entry.key);
                record.is_some_and(|record| {
                    lang == Lang::En && plain(&record.name) == key
                        || record.labels.spellings(lang).any(|(word, _)| plain(word) == key)
                })
            };
            self.entries().iter().filter(spelled).count()
        };
        match of(Lang::Nl).cmp(&of(Lang::En)) {
            std::cmp::Ordering::Less => Lang::En,
            std::cmp::Ordering::Equal => unsure,
            std::cmp::Ordering::Greater => Lang::Nl,
        }
    }

    /// What a record is called as a key.
    pub fn record_key(&self, record: RecordId, lang: Lang) -> String {
        let record = &self.schema.records[record.ix()];
        let form = policy_core::model::Form(u8::from(!record.single));
        record.labels.word(lang, form).unwrap_or(&record.name).to_owned()
    }

    /// What a field is called as a key.
    pub fn field_key(&self, record: RecordId, field: FieldId, lang: Lang) -> String {
        let field = &self.schema.records[record.ix()].fields[field.ix()];
        field.labels.name(lang, &field.name).to_owned()
    }

    /// A key as this format writes it.
    pub fn key(&self, name: &str) -> String {
        match self.format {
            Format::Json => format!("\"{name}\""),
            Format::Yaml => name.to_owned(),
        }
    }
}

/// A reserved word in a language.
pub(super) fn reserved(word: Word, lang: Lang) -> &'static str {
    let spellings = declare::spellings(word);
    let at = lang.pick(1, 0);
    spellings.get(at).or(spellings.first()).copied().unwrap_or_default()
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace(['_', '-'], " ")
}
