//! What every part of reading a declaration shares: the words it brings, its conditions, the notes with
//! places and sources, and the reserved keys of a mapping.

use std::collections::HashMap;
use std::sync::Arc;

use policy_syntax::Span;

use super::doc::{Entry, Format, Node};
use super::lookup::{Lookup, canonical};
use super::problems::Problems;
use super::say;
use super::words::{self, Word};
use crate::codes;
use crate::diag::Message;
use crate::facts::{Condition, Facts, Note, Notes};
use crate::model::{Canon, KindId, NodeId, Owner, Schema};

/// How many different words of open kinds one text may bring.
const MAX_WORDS: usize = 20_000;

/// Whose file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A declaration: what the profile owns is not its to say.
    Declaration,
    /// A profile: what the vendor owns tells which record is meant.
    Profile,
}

/// Where a statement comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cite {
    pub source: Option<Arc<str>>,
    pub quote: Option<Arc<str>>,
}

impl Cite {
    /// What is missing here is taken from around it; a quotation only together with its source.
    pub fn or(&self, outer: &Cite) -> Cite {
        let quote = self.quote.clone().or_else(|| outer.quote.clone().filter(|_| self.source.is_none()));
        Cite { source: self.source.clone().or_else(|| outer.source.clone()), quote }
    }

    /// Several sources as one line.
    pub fn joined<'a>(all: impl Iterator<Item = &'a Cite>) -> Cite {
        let mut joined = Cite::default();
        for cite in all.take(8) {
            append(&mut joined.source, &cite.source);
            append(&mut joined.quote, &cite.quote);
        }
        joined
    }
}

fn append(to: &mut Option<Arc<str>>, more: &Option<Arc<str>>) {
    match (&to, more) {
        (None, _) => to.clone_from(more),
        (Some(have), Some(more)) if !have.split(" / ").any(|part| part == &**more) => {
            *to = Some(format!("{have} / {more}").into());
        }
        _ => {}
    }
}

/// The reserved keys of one mapping.
pub(super) struct Form<'n> {
    pub given: Vec<(Word, &'n Entry)>,
    /// A key in it was not known, and reported.
    pub unknown: bool,
}

impl<'n> Form<'n> {
    pub fn get(&self, word: Word) -> Option<&'n Entry> {
        self.given.iter().find(|(w, _)| *w == word).map(|(_, entry)| *entry)
    }

    /// The key as it was written.
    pub fn key(&self, word: Word) -> &'n str {
        self.get(word).map_or("", |entry| &entry.key)
    }
}

/// Reads one text against one schema.
pub(super) struct Reader<'s> {
    pub schema: &'s Schema,
    pub lookup: &'s Lookup,
    pub mode: Mode,
    pub format: Format,
    pub problems: Problems,
    pub facts: Facts,
    pub notes: Notes,
    /// The parts of the document in order of precedence, as bits of their kind.
    pub ranks: Vec<u32>,
    /// The kind of the names of parts.
    pub part_kind: Option<KindId>,
    /// The conditions a profile decides, and where.
    pub decisions: Vec<(u32, NodeId)>,
    word_bits: HashMap<String, u32>,
    condition_ids: HashMap<String, u32>,
    element_cites: Vec<Cite>,
    words_full: bool,
    /// In a field that tells what a record governs, a group means everything under it.
    pub governs: bool,
    /// In a field that holds a region, a set or group means all of it.
    pub whole: bool,
}

impl<'s> Reader<'s> {
    pub fn new(
        schema: &'s Schema,
        lookup: &'s Lookup,
        mode: Mode,
        format: Format,
        problems: Problems,
    ) -> Self {
        let words = vec![String::new(); lookup.first_word() as usize];
        let ranking = schema.records.iter().flat_map(|r| &r.fields).find(|f| f.ranks_parts);
        Reader {
            schema,
            lookup,
            mode,
            format,
            problems,
            facts: Facts { words, ..Facts::default() },
            notes: Notes::default(),
            ranks: Vec::new(),
            part_kind: ranking.and_then(|f| super::lookup::kind_of(f.ty)),
            decisions: Vec::new(),
            word_bits: HashMap::new(),
            condition_ids: HashMap::new(),
            element_cites: Vec::new(),
            words_full: false,
            governs: false,
            whole: false,
        }
    }

    /// A new node.
    pub fn note(&mut self, span: Span, path: String, cite: &Cite) -> NodeId {
        let Cite { source, quote } = cite.clone();
        self.notes.add(Note { span, path, source, quote })
    }

    /// A new node under a key of another one.
    pub fn note_within(&mut self, node: NodeId, key: &str, span: Span, cite: &Cite) -> NodeId {
        let Cite { source, quote } = cite.clone();
        self.notes.add_within(node, Note { span, path: key.to_owned(), source, quote })
    }

    /// The bit of a word of an open kind, which is new or was used before. Past the limit there are no new ones.
    pub fn intern(&mut self, kind: KindId, text: &str, at: Span) -> Option<u32> {
        let key = canonical(&self.schema.kinds[kind.ix()].canon, text);
        if let Some(bit) = self.word_bits.get(&key) {
            return Some(*bit);
        }
        let bit = self.facts.words.len() as u32;
        if self.word_bits.len() >= MAX_WORDS {
            self.too_many_words(at);
            return None;
        }
        self.word_bits.insert(key, bit);
        self.facts.words.push(text.to_string());
        Some(bit)
    }

    fn too_many_words(&mut self, at: Span) {
        if std::mem::replace(&mut self.words_full, true) {
            return;
        }
        let nl =
            format!("meer dan {MAX_WORDS} verschillende namen en teksten: vanaf hier tellen nieuwe niet mee");
        let en =
            format!("more than {MAX_WORDS} different names and texts: new ones do not count from here on");
        self.problems.add(&codes::TOO_BIG, at, nl, en);
    }

    /// The condition a text names; equal words are one condition.
    pub fn condition(&mut self, node: &Node) -> Option<u32> {
        let Some(name) = node.text().map(str::trim).filter(|t| !t.is_empty()) else {
            let expected = Message::new("de woorden van de voorwaarde", "the words of the condition");
            self.mistyped(node, &expected);
            return None;
        };
        Some(self.condition_named(name))
    }

    pub fn condition_named(&mut self, name: &str) -> u32 {
        let next = self.facts.conditions.len() as u32;
        let id = *self.condition_ids.entry(canonical(&Canon::Words, name)).or_insert(next);
        if id == next {
            self.facts.conditions.push(Condition { name: name.to_string(), decided: None });
        }
        id
    }

    /// Sorts the keys of a long form; unknown and repeated ones are reported.
    pub fn form<'n>(&mut self, entries: &'n [Entry], allowed: &[Word]) -> Form<'n> {
        let mut form = Form { given: Vec::new(), unknown: false };
        for entry in entries {
            match words::word(&entry.key).filter(|w| allowed.contains(w)) {
                None => {
                    form.unknown = true;
                    say::unknown_key(&mut self.problems, &entry.key, entry.key_span, allowed);
                }
                Some(word) => match form.get(word) {
                    Some(first) => {
                        let first = first.key_span;
                        say::duplicate_key(&mut self.problems, &entry.key, entry.key_span, first);
                    }
                    None => form.given.push((word, entry)),
                },
            }
        }
        form
    }

    /// `source` and `quote`.
    pub fn cite(&mut self, form: &Form<'_>) -> Cite {
        Cite { source: self.text_of(form.get(Word::Source)), quote: self.text_of(form.get(Word::Quote)) }
    }

    fn text_of(&mut self, entry: Option<&Entry>) -> Option<Arc<str>> {
        let node = &entry?.value;
        if node.is_null() {
            return None;
        }
        if node.text().is_none() {
            let expected = Message::new("tekst", "text");
            self.mistyped(node, &expected);
        }
        node.text().map(str::trim).filter(|t| !t.is_empty()).map(Arc::from)
    }

    /// Keeps the source of an element for the field it is in.
    pub fn gather_cite(&mut self, cite: Cite) {
        self.element_cites.push(cite);
    }

    /// The sources of the elements read since the last time.
    pub fn gathered_cites(&mut self) -> Cite {
        let cites = std::mem::take(&mut self.element_cites);
        Cite::joined(cites.iter())
    }

    /// A key that says yes: `true`, or a mapping with its source.
    pub fn flag(&mut self, entry: &Entry) -> Option<bool> {
        if entry.value.entries().is_some() {
            return Some(true);
        }
        let truth = entry.value.text().and_then(words::truth);
        if truth.is_none() {
            let expected = Message::new("`true`, of `{ bron: … }`", "`true`, or `{ source: … }`");
            self.mistyped(&entry.value, &expected);
        }
        truth
    }

    /// A key that only says something when it is true.
    pub fn flag_true(&mut self, entry: &Entry) -> Option<()> {
        if self.flag(entry)? {
            return Some(());
        }
        let expected = Message::new("`true`; laat de sleutel anders weg", "`true`; else leave the key out");
        self.mistyped(&entry.value, &expected);
        None
    }

    /// Reports a value of the wrong type, unless a syntax error, reported already, may have made it so.
    pub fn mistyped(&mut self, node: &Node, expected: &Message) {
        if !node.damaged {
            say::wrong_type(&mut self.problems, node.span, &say::found(node), expected);
        }
    }

    /// The part of the document that a statement names.
    pub fn part(&mut self, form: &Form<'_>) -> Option<u32> {
        let entry = form.get(Word::Part)?;
        let kind = self.part_kind?;
        self.meaning(kind, &entry.value)?.terms.single()
    }

    /// The rank of a part: 0 comes first.
    pub fn rank(&self, part: Option<u32>) -> Option<usize> {
        self.ranks.iter().position(|r| Some(*r) == part)
    }

    /// Whether this file may say what `owner` owns; a notice if not.
    pub fn may_say(&mut self, owner: Owner, name: &Message, at: Span) -> bool {
        let (nl, en) = match (self.mode, owner) {
            (Mode::Declaration, Owner::Profile) => (
                format!("`{}` vult de gebruiker zelf in, in het profiel: hier telt het niet", name.nl),
                format!("`{}` is for the user's own profile to say: it does not count here", name.en),
            ),
            (Mode::Profile, Owner::Vendor) => (
                format!("`{}` vult de leverancier in, in de verklaring: hier telt het niet", name.nl),
                format!("`{}` is for the declaration to say: it does not count here", name.en),
            ),
            _ => return true,
        };
        self.problems.add(&codes::NOT_YOURS, at, nl, en);
        false
    }
}
