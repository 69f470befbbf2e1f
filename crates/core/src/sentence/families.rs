//! The sentences that one line of a rule became: `every KIND has some THING` is one for each term of the kind. Who
//! says or draws a rule says them as one. Knows the typed core only, no words.

use crate::model::{FieldType, Formula, KindId, Rule, Schema, Sentence, TermSet, Terms};

/// Sentences that were written as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family<'r> {
    /// The sentences, in their order; at least one.
    pub sentences: &'r [Sentence],
    /// The kind whose every term one of them tests for, and what the first tests for: a term with all under it.
    pub each: Option<(KindId, &'r TermSet)>,
}

impl<'r> Family<'r> {
    /// The sentence that stands for all of them.
    pub fn first(&self) -> Option<&'r Sentence> {
        self.sentences.first()
    }
}

/// The sentences of a rule, by the lines that they were written in.
pub fn families<'r>(rule: &'r Rule, schema: &Schema) -> Vec<Family<'r>> {
    let written = rule.sentences.chunk_by(|one, next| one.origin == next.origin);
    written.map(|sentences| Family { sentences, each: each_term(sentences, schema) }).collect()
}

/// The kind of which the sentences test for one term each, if they are otherwise alike and leave out none.
fn each_term<'r>(sentences: &'r [Sentence], schema: &Schema) -> Option<(KindId, &'r TermSet)> {
    let tests: Vec<_> = sentences.iter().map(|sentence| tested(sentence, schema)).collect();
    let (first, others) = tests.split_first()?;
    let differs = |at: &usize| others.iter().any(|other| other.get(*at) != first.get(*at));
    let mut differing = (0..first.len()).filter(differs);
    let (at, None) = (differing.next()?, differing.next()) else { return None };
    let one = first[at];
    let told_apart = first.iter().filter(|test| **test == one).count() == 1;
    let own: Option<Vec<&TermSet>> = tests
        .iter()
        .map(|own| own.get(at).filter(|(kind, _)| *kind == one.0).map(|(_, terms)| *terms))
        .collect();
    let terms = schema.kinds[one.0.ix()].terms.iter().map(|term| &schema.terms[term.ix()]);
    let wanted = terms.filter(|term| !term.group).map(|term| &term.under);
    (told_apart && wanted.eq(own?)).then_some(one)
}

/// What a sentence tests terms for, in order.
fn tested<'r>(sentence: &'r Sentence, schema: &Schema) -> Vec<(KindId, &'r TermSet)> {
    let mut found = Vec::new();
    for formula in sentence.formulas() {
        formula.walk(&mut |inner| {
            let Formula::In { of, terms: Terms::These(terms), .. } = inner else { return };
            if let FieldType::Terms(kind) = schema.records[of.record.ix()].fields[of.field.ix()].ty {
                found.push((kind, terms));
            }
        });
    }
    found
}
