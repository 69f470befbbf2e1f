//! "Did you mean": the nearest known label of the kinds that were expected.

use super::{Meaning, Vocabulary, key};
use crate::diag::Message;
use crate::lang::Lang;
use crate::model::{KindId, RecordId, Schema};

/// What a place in a sentence or a declaration expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Anything with a label.
    Anything,
    /// The noun of a phrase: a record, a term, a define.
    Noun,
    /// A record.
    Record,
    /// A field of this record.
    FieldOf(RecordId),
    /// A field of any record.
    Field,
    /// A term of any kind.
    AnyTerm,
    /// A term of this kind.
    Term(KindId),
    /// A set or a term, of any kind.
    Region,
    /// What follows `with` or `has`: a field, a term, a record.
    Quality,
    /// An event.
    Event,
    /// A value of a comparison.
    Value,
}

impl Wanted {
    /// Whether a meaning would do here.
    pub fn fits(self, schema: &Schema, meaning: Meaning) -> bool {
        let term = matches!(meaning, Meaning::Term(_));
        match self {
            Wanted::Anything => true,
            Wanted::Noun => {
                term || matches!(
                    meaning,
                    Meaning::Record(_) | Meaning::Compound(..) | Meaning::Define(_) | Meaning::Field(..)
                )
            }
            Wanted::Record => matches!(meaning, Meaning::Record(_)),
            Wanted::FieldOf(record) => matches!(meaning, Meaning::Field(r, _) if r == record),
            Wanted::Field => matches!(meaning, Meaning::Field(..)),
            Wanted::AnyTerm => term,
            Wanted::Term(kind) => matches!(meaning, Meaning::Term(t) if schema.terms[t.ix()].kind == kind),
            Wanted::Region => term || matches!(meaning, Meaning::Set(_) | Meaning::Field(..)),
            Wanted::Quality => term || matches!(meaning, Meaning::Field(..) | Meaning::Record(_)),
            Wanted::Event => matches!(meaning, Meaning::Event(_)),
            Wanted::Value => term || matches!(meaning, Meaning::Setting(_)),
        }
    }

    /// The words for it, as in "expected a term".
    pub fn words(self, schema: &Schema) -> Message {
        let plain = |nl: &str, en: &str| Message::new(nl, en);
        match self {
            Wanted::Anything => plain("een bekend woord", "a known word"),
            Wanted::Noun => plain("een gegeven of een begrip", "a record or a term"),
            Wanted::Record => plain("een gegeven", "a record"),
            Wanted::FieldOf(record) => {
                let called = |lang| super::called(schema, Meaning::Record(record), lang);
                Message::new(
                    format!("een veld van `{}`", called(Lang::Nl)),
                    format!("a field of `{}`", called(Lang::En)),
                )
            }
            Wanted::Field => plain("een veld", "a field"),
            Wanted::AnyTerm => plain("een begrip", "a term"),
            Wanted::Term(kind) => {
                let called = |lang| super::called(schema, Meaning::Kind(kind), lang);
                let (nl, en) = (called(Lang::Nl), called(Lang::En));
                let a = super::indefinite(&en);
                Message::new(format!("een `{nl}`"), format!("{a} `{en}`"))
            }
            Wanted::Region => plain("een verzameling, een begrip of een veld", "a set, a term or a field"),
            Wanted::Quality => plain("een veld, een begrip of een gegeven", "a field, a term or a record"),
            Wanted::Event => plain("een gebeurtenis", "an event"),
            Wanted::Value => plain("een waarde", "a value"),
        }
    }
}

impl Vocabulary {
    /// The nearest label to `text` among those that fit, if one is near enough, with its likeness (0 to 1).
    pub fn suggest_scored(&self, schema: &Schema, wanted: Wanted, text: &str) -> Option<(String, f64)> {
        // A code of two letters is like every short word.
        let code = |spelled: &str| spelled.chars().count() <= 2;
        let fits = self.spellings.iter().filter(|(s, meaning)| !code(s) && wanted.fits(schema, *meaning));
        let near = closest(text, fits.map(|(spelled, _)| spelled.as_str()))?;
        Some((near.to_string(), likeness(text, near)))
    }

    /// The nearest label to `text` among those that fit, if one is near enough.
    pub fn suggest(&self, schema: &Schema, wanted: Wanted, text: &str) -> Option<String> {
        self.suggest_scored(schema, wanted, text).map(|(spelled, _)| spelled)
    }
}

/// How like two labels are, from 0 to 1.
pub fn likeness(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(&key(a), &key(b))
}

/// The candidate most like `word`, if one is like it: at most a third of its letters differ, where two that
/// changed places count as one. Case, hyphens and underscores do not count; of equals the one of nearest
/// length, then the first.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = key(word);
    let length = wanted.chars().count();
    if !(2..=80).contains(&length) {
        return None;
    }
    let most = (length / 3).clamp(1, 4);
    let rated = candidates.into_iter().filter_map(|candidate| {
        let other = key(candidate);
        let apart = other.chars().count().abs_diff(length);
        let distance = if apart > most { return None } else { strsim::damerau_levenshtein(&wanted, &other) };
        (distance <= most && distance < other.chars().count()).then_some(((distance, apart), candidate))
    });
    rated.min_by_key(|(rank, _)| *rank).map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn near_words_only() {
        let words = ["member", "loan", "book"];
        assert_eq!(closest("memebr", words), Some("member"));
        assert_eq!(closest("Lone", words), None);
        assert_eq!(closest("loans", words), Some("loan"));
        assert_eq!(closest("shelf", words), None);
        assert_eq!(closest("x", ["y"]), None, "one letter is like any other");
        assert_eq!(closest("reading_rom", ["reading room"]), Some("reading room"));
    }
}
