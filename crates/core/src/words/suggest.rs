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
                Message::new(
                    format!("een begrip van de soort `{}`", called(Lang::Nl)),
                    format!("a term of kind `{}`", called(Lang::En)),
                )
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
        let text = key(text);
        if text.chars().count() < 3 {
            return None;
        }
        let near = |spelled: &str| strsim::normalized_damerau_levenshtein(&text, &key(spelled));
        let fits = self.spellings.iter().filter(|(_, meaning)| wanted.fits(schema, *meaning));
        let scored = fits.map(|(spelled, _)| (spelled.clone(), near(spelled)));
        scored
            .filter(|(_, score)| (0.7..1.0).contains(score))
            .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(&a.0)))
    }

    /// The nearest label to `text` among those that fit, if one is near enough.
    pub fn suggest(&self, schema: &Schema, wanted: Wanted, text: &str) -> Option<String> {
        self.suggest_scored(schema, wanted, text).map(|(spelled, _)| spelled)
    }
}
