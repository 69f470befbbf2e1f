//! From a word in a declaration to what it names: records, fields, terms, sets and events, by id or by label
//! in either language.
//!
//! Built once per schema; holds no reference to it. Case does not count, nor whether a space, `_` or `-`
//! stands between two words; codes (`NL`) count in capitals only.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::lang::Lang;
use crate::model::{
    Canon, EventId, FieldId, FieldType, KindId, Labels, RecordId, Schema, SetId, Term, TermId,
};
use crate::words::closest;

/// The words of one schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    records: Words<RecordId>,
    fields: Vec<Words<FieldId>>,
    kinds: Vec<KindWords>,
    events: Words<EventId>,
    first_word: u32,
}

/// Spellings of one sort of thing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words<T> {
    by_word: HashMap<String, T>,
    /// As written, for suggestions, in the order of the packs.
    spellings: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct KindWords {
    canon: Option<Canon>,
    terms: Words<TermId>,
    codes: HashMap<String, TermId>,
    sets: Words<SetId>,
}

/// What a word in a field of terms names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A term.
    Term(TermId),
    /// A set, as something in it.
    Set(SetId),
}

impl<T: Copy> Words<T> {
    fn new() -> Self {
        Words { by_word: HashMap::new(), spellings: Vec::new() }
    }

    fn add(&mut self, key: String, spelling: &str, id: T) {
        if !key.is_empty() && !self.by_word.contains_key(&key) {
            self.by_word.insert(key, id);
            self.spellings.push(spelling.to_string());
        }
    }

    fn add_all(&mut self, name: &str, labels: &Labels, id: T) {
        let spellings = Lang::ALL.into_iter().flat_map(|lang| labels.spellings(lang)).map(|(s, _)| s);
        for spelling in std::iter::once(name).chain(spellings) {
            self.add(fold(spelling).into_owned(), spelling, id);
        }
    }

    fn get(&self, key: &str) -> Option<T> {
        self.by_word.get(key).copied()
    }
}

impl Lookup {
    /// The words of a schema.
    pub fn new(schema: &Schema) -> Self {
        let mut records = Words::new();
        let mut events = Words::new();
        for (i, record) in schema.records.iter().enumerate() {
            records.add_all(&record.name, &record.labels, RecordId(i as u32));
        }
        for (i, event) in schema.events.iter().enumerate() {
            events.add_all(&event.name, &event.labels, EventId(i as u32));
        }
        let fields = schema.records.iter().map(field_words).collect();
        let kinds = (0..schema.kinds.len()).map(|i| kind_words(schema, KindId(i as u32))).collect();
        Lookup { records, fields, kinds, events, first_word: first_word(schema) }
    }

    /// The bit of the first word that a declaration itself brings to an open kind: bits below it are the
    /// packs' own terms of that kind.
    pub fn first_word(&self) -> u32 {
        self.first_word
    }

    /// The record that a word names.
    pub fn record(&self, word: &str) -> Option<RecordId> {
        self.records.get(&fold(word))
    }

    /// The field of a record that a word names.
    pub fn field(&self, record: RecordId, word: &str) -> Option<FieldId> {
        self.fields[record.ix()].get(&fold(word))
    }

    /// The event that a word names.
    pub fn event(&self, word: &str) -> Option<EventId> {
        self.events.get(&fold(word))
    }

    /// What a word names among the terms and sets of a kind.
    pub fn named(&self, kind: KindId, word: &str) -> Option<Named> {
        let words = &self.kinds[kind.ix()];
        let word = word.trim();
        let key = match &words.canon {
            Some(canon) => Cow::Owned(canonical(canon, word)),
            None => fold(word),
        };
        let term = words.codes.get(word).copied().or_else(|| words.terms.get(&key));
        term.map(Named::Term).or_else(|| words.sets.get(&fold(word)).map(Named::Set))
    }

    /// Another kind that has this word as a term.
    pub(super) fn elsewhere(&self, kind: KindId, word: &str) -> Option<KindId> {
        let others = (0..self.kinds.len()).map(|i| KindId(i as u32)).filter(|k| *k != kind);
        others.filter(|k| self.kinds[k.ix()].canon.is_none()).find(|k| self.named(*k, word).is_some())
    }

    pub(super) fn near_record(&self, word: &str, extra: &[&str]) -> Option<String> {
        near(word, self.records.spellings.iter().map(String::as_str).chain(extra.iter().copied()))
    }

    pub(super) fn near_field(&self, record: RecordId, word: &str, extra: &[&str]) -> Option<String> {
        let own = self.fields[record.ix()].spellings.iter().map(String::as_str);
        near(word, own.chain(extra.iter().copied()))
    }

    pub(super) fn near_event(&self, word: &str) -> Option<String> {
        near(word, self.events.spellings.iter().map(String::as_str))
    }

    pub(super) fn near_term(&self, kind: KindId, word: &str) -> Option<String> {
        let words = &self.kinds[kind.ix()];
        let upper = word.trim().to_uppercase();
        if words.codes.contains_key(&upper) {
            return Some(upper);
        }
        let own = words.terms.spellings.iter().chain(&words.sets.spellings);
        near(word, own.map(String::as_str))
    }
}

/// See [`Lookup::first_word`].
pub(super) fn first_word(schema: &Schema) -> u32 {
    schema.kinds.iter().filter(|k| k.open).map(|k| k.terms.len()).max().unwrap_or(0) as u32
}

fn field_words(record: &crate::model::Record) -> Words<FieldId> {
    let mut words = Words::new();
    for (i, field) in record.fields.iter().enumerate() {
        words.add_all(&field.name, &field.labels, FieldId(i as u32));
    }
    words
}

fn kind_words(schema: &Schema, id: KindId) -> KindWords {
    let kind = &schema.kinds[id.ix()];
    let canon = kind.open.then(|| kind.canon.clone());
    let mut words = KindWords { canon, terms: Words::new(), codes: HashMap::new(), sets: Words::new() };
    for term in &kind.terms {
        add_term(&mut words, *term, &schema.terms[term.ix()]);
    }
    for (i, set) in schema.sets.iter().enumerate().filter(|(_, set)| set.kind == id) {
        words.sets.add_all(&set.name, &set.labels, SetId(i as u32));
    }
    words
}

fn add_term(words: &mut KindWords, id: TermId, term: &Term) {
    words.codes.extend(term.code.clone().map(|code| (code, id)));
    let labels = Lang::ALL.into_iter().flat_map(|lang| term.labels.spellings(lang)).map(|(s, _)| s);
    for spelling in std::iter::once(term.name.as_str()).chain(labels) {
        let of_code = term.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case(spelling));
        if of_code || is_code(spelling) {
            words.codes.entry(spelling.to_uppercase()).or_insert(id);
            continue;
        }
        let key = match &words.canon {
            Some(canon) => canonical(canon, spelling),
            None => fold(spelling).into_owned(),
        };
        words.terms.add(key, spelling, id);
    }
}

fn is_code(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// A word without case, and with one `-` for any spaces, `_` and `-` between its parts.
pub(super) fn fold(word: &str) -> Cow<'_, str> {
    if is_folded(word.as_bytes()) {
        return Cow::Borrowed(word);
    }
    let parts = word.split(|c: char| c.is_whitespace() || c == '_' || c == '-').filter(|p| !p.is_empty());
    Cow::Owned(parts.map(str::to_lowercase).collect::<Vec<_>>().join("-"))
}

/// Whether a word is as [`fold`] would make it, as most are. Of words with other than English letters it is not said.
fn is_folded(word: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase() && *byte != b'_';
    let joints = word.starts_with(b"-") || word.ends_with(b"-") || word.windows(2).any(|two| two == b"--");
    word.iter().all(plain) && !joints
}

/// What is equal for two spellings of one word of an open kind.
pub fn canonical(canon: &Canon, word: &str) -> String {
    match canon {
        Canon::Words => word.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" "),
        Canon::Provision => provision(word),
        Canon::ProvisionOf(instrument) => match provision(word) {
            bare if bare.starts_with(|c: char| c.is_ascii_digit()) => {
                format!("{}.{bare}", provision(instrument))
            }
            whole => whole,
        },
    }
}

/// Whether a word of an open kind is one of those that are given as [`canonical`] makes them.
pub fn is_among(canon: &Canon, word: &str, wanted: &[String]) -> bool {
    match canon {
        // Rules ask this of every word of a declaration: a copy of each would be most of what that takes.
        Canon::Words if word.is_ascii() => wanted.iter().any(|wanted| is_spelling(word, wanted)),
        _ => wanted.contains(&canonical(canon, word)),
    }
}

/// Whether a word in English letters is another one, but for case and for the spaces between its parts.
fn is_spelling(word: &str, canonical: &str) -> bool {
    let parts = word.split_whitespace().enumerate();
    let parts = parts.map(|(nth, part)| (if nth == 0 { "" } else { " " }, part));
    let bytes = parts.flat_map(|(joint, part)| joint.bytes().chain(part.bytes()));
    bytes.map(|byte| byte.to_ascii_lowercase()).eq(canonical.bytes())
}

fn provision(word: &str) -> String {
    let joints = ["art", "artikel", "article", "lid", "paragraph", "onder", "point", "sub"];
    let lower = word.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric() && c != '-');
    parts.filter(|p| !p.is_empty() && !joints.contains(p)).collect::<Vec<_>>().join(".")
}

/// The nearest known word, if one is near enough to have been meant.
pub(super) fn near<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    closest(word, known).map(str::to_string)
}

/// The kind of a field of terms.
pub(super) fn kind_of(ty: FieldType) -> Option<KindId> {
    match ty {
        FieldType::Terms(kind) => Some(kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_among_those_it_is_canonically() {
        let instrument = Canon::ProvisionOf("House rules".into());
        let words =
            ["Audit  Logs ", "audit logs", "audit-logs", "auditlogs", "", "Één  Ding", "article 5(1)"];
        for canon in [Canon::Words, Canon::Provision, instrument] {
            for (word, other) in words.iter().flat_map(|word| words.map(|other| (word, other))) {
                let (wanted, same) = (canonical(&canon, other), canonical(&canon, word));
                let expected = same == wanted;
                assert_eq!(is_among(&canon, word, &["x".into(), wanted]), expected, "{word:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_folded_word_is_what_folding_makes() {
        for word in
            ["audit-logs", "audit logs", "Audit_Logs", " audit--logs-", "-audit logs", "AUDIT\u{a0}Logs"]
        {
            assert_eq!(fold(word), "audit-logs", "{word:?}");
        }
        assert_eq!((fold("één van"), fold("t/m"), fold("- _")), ("één-van".into(), "t/m".into(), "".into()));
        assert!(matches!(fold("audit-logs"), Cow::Borrowed(_)), "nothing is copied");
    }
}
