//! `every KIND has some THING`: for each term of a kind there is a thing with that term.
//!
//! The kind is closed, so the sentence says as much as one existence for each of its terms, and becomes those.

use super::super::ast::{Name, Names, Phrase, Qualifier, Quality, Says};
use super::{Result, Typer, all};
use crate::codes;
use crate::model::{Form, Formula, KindId, TermId};
use crate::words::{Meaning, Sense, Word};

impl Typer<'_> {
    /// The kind that a noun names, if it names nothing else.
    pub(super) fn kind_noun(&self, subject: &Phrase) -> Option<KindId> {
        let senses = &subject.noun.senses;
        let kinds = self.meanings(&subject.noun, |m| if let Meaning::Kind(k) = m { Some(k) } else { None });
        kinds.first().copied().filter(|_| senses.iter().all(|s| matches!(s.meaning, Meaning::Kind(_))))
    }

    /// For every term of the kind, groups apart: what the quality asks, of things with that term.
    pub(super) fn each_term(&mut self, subject: &Phrase, quality: &Quality) -> Result<Formula> {
        let Some(kind) = self.kind_noun(subject) else { return Ok(Formula::Const(false)) };
        let schema = self.context.schema;
        let of_kind = &schema.kinds[kind.ix()];
        let qualified = subject.declared || !subject.before.is_empty() || !subject.qualifiers.is_empty();
        if of_kind.open || qualified {
            return self.not_every_term(subject, of_kind.open);
        }
        let terms = of_kind.terms.iter().filter(|t| !schema.terms[t.ix()].group);
        let mut parts = Vec::new();
        for term in terms {
            let asked = self.of_term(quality, &term_name(&subject.noun, *term))?;
            parts.push(self.quality(&asked)?);
        }
        self.choose(&subject.noun, Meaning::Kind(kind));
        Ok(all(parts))
    }

    /// The quality with the term as a qualifier of each thing in it.
    fn of_term(&self, quality: &Quality, term: &Name) -> Result<Quality> {
        let each =
            |parts: &[Quality]| parts.iter().map(|q| self.of_term(q, term)).collect::<Result<Vec<_>>>();
        Ok(match quality {
            Quality::And(parts) => Quality::And(each(parts)?),
            Quality::Or(parts) => Quality::Or(each(parts)?),
            Quality::Not(inner) => Quality::Not(Box::new(self.of_term(inner, term)?)),
            Quality::Group(inner) => Quality::Group(Box::new(self.of_term(inner, term)?)),
            Quality::Some(quantifier, phrase) => {
                let mut phrase = phrase.clone();
                let names = Names { names: vec![term.clone()], or: true, grouped: false };
                phrase.qualifiers.insert(0, Qualifier { says: Says::Of(Word::Of, names), at: term.at });
                Quality::Some(*quantifier, phrase)
            }
            Quality::Name(name, _) => {
                let words = (
                    format!(
                        "een begrip heeft zelf geen `{}`; schrijf `heeft enige …` met een gegeven",
                        name.text
                    ),
                    format!("a term itself has no `{}`; write `has some …` with a record", name.text),
                );
                return self.fail(&codes::WRONG_KIND, name.at, words);
            }
        })
    }

    fn not_every_term<T>(&self, subject: &Phrase, open: bool) -> Result<T> {
        let text = &subject.noun.text;
        let words = if open {
            (
                format!(
                    "`{text}` is een open soort: elk woord is er een begrip van, dus ze zijn niet alle op te noemen"
                ),
                format!(
                    "`{text}` is an open kind: any word is a term of it, so not all of them can be listed"
                ),
            )
        } else {
            (
                format!(
                    "`{text}` staat hier voor alle begrippen van de soort; laat weg wat eraan is toegevoegd"
                ),
                format!("`{text}` stands for all terms of its kind here; leave out what was added to it"),
            )
        };
        self.fail(&codes::WRONG_KIND, subject.at, words)
    }
}

/// A term at the place of the noun that stands for it.
fn term_name(noun: &Name, term: TermId) -> Name {
    let senses = vec![Sense { meaning: Meaning::Term(term), form: Form(0), lang: None }];
    Name { article: None, senses, ..noun.clone() }
}
