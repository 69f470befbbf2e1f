//! What every word of a policy file is and which thing it names: what an editor colours, explains, follows, renames.
//!
//! Lines are read by `lower`, sentences by `sentence`; nothing is read a second way here. A line that cannot be
//! read still has marks for what can be told. Knows no files but the one, and no editor.

mod lines;
mod names;
mod rules;

use policy_syntax::{File, Item, ItemWord, Span, Token, TokenKind};

use crate::lang::Lang;
use crate::lower::head;
use crate::lower::keywords::Kw;
use crate::model::{FieldId, FileId, Origin, RecordId, Schema};
use crate::sentence::{self, Context};
use crate::words::{Meaning, Sense, Vocabulary, Word};

/// Some words with what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The bytes, quotes included.
    pub span: Span,
    /// What they are.
    pub is: Is,
}

/// What words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Is {
    /// The word that begins an item.
    Item(ItemWord),
    /// A keyword of an item line.
    Keyword(Kw),
    /// A function word of a sentence.
    Function(Word),
    /// The name of a thing.
    Name(Name),
    /// A text in quotes.
    Text,
    /// A number, date or version.
    Number,
    /// A sign, a bracket, a comma.
    Sign,
    /// A provision of a legal basis, or a word of an open kind.
    Literal,
    /// The code of a diagnostic.
    Code,
}

/// A name of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The thing.
    pub thing: Thing,
    /// How it is named.
    pub how: How,
    /// Whether the reader chose it; in a line that cannot be read it is the first thing the word can mean.
    pub sure: bool,
    /// The record it ranges over as the noun of a sentence.
    pub ranges: Option<RecordId>,
}

/// A thing that has a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Thing {
    /// A thing of the schema.
    Of(Meaning),
    /// A rule, which need not exist.
    Rule(String),
    /// A pack, which need not exist.
    Pack(String),
}

/// How a thing is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// Here it gets its id.
    Defines,
    /// Here it gets a label in this language.
    Spells(Lang),
    /// By its id.
    Id,
    /// By a label.
    Label,
}

/// Where marks are made.
#[derive(Clone, Copy)]
struct Scene<'a> {
    schema: &'a Schema,
    vocabulary: &'a Vocabulary,
    file: FileId,
}

/// The marks of a file, in order, none overlapping.
pub fn marks(file: FileId, tree: &File, schema: &Schema, vocabulary: &Vocabulary) -> Vec<Mark> {
    let scene = Scene { schema, vocabulary, file };
    let mut marks = Vec::new();
    for (nth, item) in tree.items.iter().enumerate() {
        let mut marker = Marker { scene, item, nth: nth as u32, marks: Vec::new() };
        marker.item();
        marks.append(&mut marker.marks);
    }
    marks.sort_by_key(|mark| mark.span);
    marks.dedup_by(|b, a| b.span.start < a.span.end);
    marks
}

/// Where a thing of the schema is defined.
pub fn origin(schema: &Schema, meaning: Meaning) -> Origin {
    match meaning {
        Meaning::Record(r) => schema.records[r.ix()].origin,
        Meaning::Field(r, f) => schema.records[r.ix()].fields[f.ix()].origin,
        Meaning::Term(t) | Meaning::Compound(t, ..) => schema.terms[t.ix()].origin,
        Meaning::Set(s) => schema.sets[s.ix()].origin,
        Meaning::Event(e) => schema.events[e.ix()].origin,
        Meaning::Setting(s) => schema.settings[s.ix()].origin,
        Meaning::Define(d) => schema.defines[d as usize].origin,
        Meaning::Kind(k) => schema.kinds[k.ix()].origin,
    }
}

/// Whether a mark of `a` is one of `b`: a record's field is the one it inherits, a compound is both its parts.
pub fn same(schema: &Schema, a: &Thing, b: &Thing) -> bool {
    match (a, b) {
        (Thing::Of(Meaning::Compound(head, with, _)), Thing::Of(Meaning::Term(_))) => {
            [head, with].into_iter().any(|t| Thing::Of(Meaning::Term(*t)) == *b)
        }
        (Thing::Of(a @ Meaning::Field(..)), Thing::Of(b @ Meaning::Field(..))) => {
            a == b || origin(schema, *a) == origin(schema, *b)
        }
        _ => a == b,
    }
}

struct Marker<'a> {
    scene: Scene<'a>,
    item: &'a Item,
    nth: u32,
    marks: Vec<Mark>,
}

impl<'a> Marker<'a> {
    fn item(&mut self) {
        self.add(self.item.word_span, Is::Item(self.item.word));
        self.head();
        if self.item.word == ItemWord::Rule {
            self.rule();
        } else {
            self.lines(crate::lower::keywords::Place::Item(self.item.word), &self.item.lines);
        }
    }

    fn add(&mut self, span: Span, is: Is) {
        if !self.marks.iter().rev().any(|mark| mark.span.start < span.end && span.start < mark.span.end) {
            self.marks.push(Mark { span, is });
        }
    }

    fn name(&mut self, span: Span, thing: Option<Thing>, how: How) {
        if let Some(thing) = thing {
            self.add(span, Is::Name(Name { thing, how, sure: true, ranges: None }));
        }
    }

    /// Marks for the tokens that have none yet, by what they look like.
    fn rest(&mut self, tokens: &[Token]) {
        for token in tokens {
            match token.kind {
                TokenKind::String | TokenKind::Block => self.add(token.span, Is::Text),
                TokenKind::Number | TokenKind::Dotted => self.add(token.span, Is::Number),
                TokenKind::Symbol => self.add(token.span, Is::Sign),
                TokenKind::Word | TokenKind::Label => {}
            }
        }
    }

    fn head(&mut self) {
        if let Ok(head) = head(self.item) {
            for used in &head.used {
                self.add(used.span, Is::Keyword(used.kw));
            }
            self.head_names(&head);
        } else if let Some(first) = self.item.head.first().filter(|_| self.names_a_rule()) {
            self.name(first.span, Some(Thing::Rule(first.text.clone())), self.how_of_rule());
        }
        self.rest(&self.item.head);
    }

    fn names_a_rule(&self) -> bool {
        matches!(self.item.word, ItemWord::Rule | ItemWord::Test | ItemWord::Waive)
    }

    fn how_of_rule(&self) -> How {
        if self.item.word == ItemWord::Rule { How::Defines } else { How::Id }
    }

    fn sentence(&mut self, tokens: &[Token], condition: bool) {
        let Scene { schema, vocabulary, file } = self.scene;
        let context = Context { schema, vocabulary, place: sentence::Place { file, item: self.nth } };
        let outline = sentence::outline(&context, tokens, condition);
        for (at, said) in outline.words {
            let is = match said {
                sentence::Said::Function(word) => Is::Function(word),
                sentence::Said::Label { senses, means, ranges } => {
                    let Some(meaning) = means.or_else(|| likely(&senses)) else { continue };
                    let how = how_of(&senses, meaning);
                    Is::Name(Name { thing: Thing::Of(meaning), how, sure: means.is_some(), ranges })
                }
                sentence::Said::Literal => Is::Literal,
                sentence::Said::Text => Is::Text,
                sentence::Said::Number => Is::Number,
                sentence::Said::Sign => Is::Sign,
                sentence::Said::Unknown => continue,
            };
            self.add(at.span, is);
        }
    }

    /// The two halves of `record.field`.
    fn dotted(&mut self, token: &Token) {
        let Some((record, field)) = token.text.split_once('.') else { return };
        let start = token.span.start as usize;
        let dot = start + record.len();
        let Some(id) = self.scene.record(record) else { return };
        self.name(Span::new(start, dot), Some(Thing::Of(Meaning::Record(id))), How::Id);
        let field = self.scene.field(id, field);
        self.name(Span::new(dot + 1, token.span.end as usize), field.map(of_field(id)), How::Id);
    }
}

fn of_field(record: RecordId) -> impl Fn(FieldId) -> Thing {
    move |field| Thing::Of(Meaning::Field(record, field))
}

/// What a label probably means where nothing decides: things of sentences before kinds.
fn likely(senses: &[Sense]) -> Option<Meaning> {
    let kind = |sense: &&Sense| matches!(sense.meaning, Meaning::Kind(_));
    senses.iter().find(|s| !kind(s)).or(senses.first()).map(|s| s.meaning)
}

/// A name in no language is an id or a code.
fn how_of(senses: &[Sense], meaning: Meaning) -> How {
    let spoken = senses.iter().any(|s| s.meaning == meaning && s.lang.is_some());
    if spoken || !senses.iter().any(|s| s.meaning == meaning) { How::Label } else { How::Id }
}

/// How a name of an item line names its thing.
fn how(token: &Token) -> How {
    if Scene::quoted(token) { How::Label } else { How::Id }
}
