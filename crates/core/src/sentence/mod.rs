//! Sentences: words of a line → surface form ([`ast`]) → typed core ([`crate::model::Sentence`]), and back to
//! words in either language.
//!
//! Reading is total: a sentence means one thing, or is one located diagnostic that says what to write.

pub mod ast;
mod core_form;
#[cfg(test)]
mod editing_tests;
mod families;
mod format;
mod lex;
mod outline;
mod parse;
mod probe;
mod slips;
#[cfg(test)]
mod tests;
mod typing;
mod unknown;
mod write;

use std::collections::BTreeMap;

use policy_syntax::Token;

pub use core_form::core_form;
pub use families::{Family, families};
pub use format::format_file;
pub use lex::written;
pub use outline::{Outline, Said, outline};
pub use probe::{Candidate, Probe};
pub use write::{Written, write, write_condition};

use crate::codes::Code;
use crate::diag::{Diagnostic, Message};
use crate::lang::Lang;
use crate::model::{Clause, FileId, Formula, Norm, Origin, Part, Reading, RecordId, Schema, Sentence};
use crate::words::{Meaning, Vocabulary};

/// The item that a sentence stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The item in it.
    pub item: u32,
}

/// What a sentence is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The records, terms and sets.
    pub schema: &'a Schema,
    /// Their labels.
    pub vocabulary: &'a Vocabulary,
    /// Where the sentence stands.
    pub place: Place,
}

/// What each label of a sentence turned out to mean, by the label's first token.
pub type Choices = BTreeMap<u32, Meaning>;

/// The record that each noun of a sentence ranges over, by the noun's first token.
pub type Ranges = BTreeMap<u32, RecordId>;

/// What the words of a sentence turned out to mean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// What its labels mean.
    pub choices: Choices,
    /// What its nouns range over.
    pub ranges: Ranges,
    /// Its pieces, as those of a first sentence.
    pub parts: Vec<Part>,
}

/// A sentence that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// As it was written.
    pub line: ast::Line,
    /// What it means.
    pub sentence: Sentence,
    /// Its own `when`, which decides whether the rule applies.
    pub when: Option<Clause>,
    /// What its labels mean.
    pub choices: Choices,
    /// Its pieces, as those of a first sentence.
    pub parts: Vec<Part>,
    /// What its nouns range over.
    pub ranges: Ranges,
}

/// A condition that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadCondition {
    /// The language of its function words.
    pub lang: Lang,
    /// As it was written.
    pub condition: ast::Condition,
    /// What it means.
    pub clause: Clause,
    /// Interpretations it rests on.
    pub readings: Vec<Reading>,
    /// What its labels mean.
    pub choices: Choices,
    /// Its pieces, as those of a first sentence.
    pub parts: Vec<Part>,
    /// What its nouns range over.
    pub ranges: Ranges,
}

/// Reads a norm: the tokens of one line.
pub fn read(context: &Context, tokens: &[Token]) -> Result<Read, Box<Diagnostic>> {
    let line = parse::line(context, tokens)?;
    let (sentence, when, Found { choices, ranges, parts }) = typing::line(context, &line)?;
    Ok(Read { line, sentence, when, choices, ranges, parts })
}

/// Reads a condition: the tokens after `when` or `unless`.
pub fn read_condition(context: &Context, tokens: &[Token]) -> Result<ReadCondition, Box<Diagnostic>> {
    let (lang, condition) = parse::condition(context, tokens)?;
    let (clause, readings, Found { choices, ranges, parts }) = typing::condition(context, &condition)?;
    Ok(ReadCondition { lang, condition, clause, readings, choices, ranges, parts })
}

/// A sentence that asks several things of the declaration as a whole, as one sentence for each of them: a finding
/// then tells of the one that is missing.
pub fn one_by_one(sentence: Sentence) -> Vec<Sentence> {
    match &sentence.norm {
        Norm::Holds(Clause { formula: Formula::And(parts), origin }) => {
            let alone = |part: &Formula| {
                let norm = Norm::Holds(Clause { formula: part.clone(), origin: *origin });
                Sentence { norm, ..sentence.clone() }
            };
            parts.iter().map(alone).collect()
        }
        _ => vec![sentence],
    }
}

/// The sentence without its places: equal for two spellings of one meaning.
pub fn without_places(sentence: &Sentence) -> Sentence {
    let mut sentence = sentence.clone();
    sentence.origin = Origin::default();
    sentence.given.iter_mut().chain(&mut sentence.unless).for_each(forget);
    match &mut sentence.norm {
        Norm::Each { scope, need, .. } => [scope, need].into_iter().for_each(forget),
        Norm::Holds(clause) => forget(clause),
    }
    sentence
}

fn forget(clause: &mut Clause) {
    clause.origin = Origin::default();
}

impl Context<'_> {
    pub(crate) fn error(&self, code: &'static Code, at: ast::At, message: Message) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(code, self.place.file, at.span, message))
    }
}

fn message(nl: impl Into<String>, en: impl Into<String>) -> Message {
    Message::new(nl, en)
}
