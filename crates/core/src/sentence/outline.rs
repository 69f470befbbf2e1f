//! What each word of a line is and means, whether the line can be read or not: for editors.

use policy_syntax::Token;

use super::ast::At;
use super::lex::{Kind, lex_all};
use super::{Context, Found, read, read_condition};
use crate::lang::Lang;
use crate::model::RecordId;
use crate::words::{Meaning, Sense, Word};

/// The words of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// The language of its function words.
    pub lang: Lang,
    /// Its words in order, none overlapping.
    pub words: Vec<(At, Said)>,
    /// Whether the line means something.
    pub read: bool,
}

/// What a word of a line is.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A function word.
    Function(Word),
    /// A label.
    Label {
        /// Everything it can mean.
        senses: Vec<Sense>,
        /// What it means here; nothing in a line that cannot be read.
        means: Option<Meaning>,
        /// The record it ranges over as the noun of a phrase.
        ranges: Option<RecordId>,
    },
    /// A word of an open kind, such as a provision.
    Literal,
    /// A text in quotes.
    Text,
    /// A number, date or version.
    Number,
    /// A sign of comparison, a bracket, a comma.
    Sign,
    /// Nothing known.
    Unknown,
}

/// Reads a line: a norm, or where `condition` is set what follows `when` or `unless`.
pub fn outline(context: &Context, tokens: &[Token], condition: bool) -> Outline {
    let found = if condition {
        read_condition(context, tokens).map(|read| Found {
            choices: read.choices,
            ranges: read.ranges,
            parts: read.parts,
        })
    } else {
        read(context, tokens).map(|read| Found {
            choices: read.choices,
            ranges: read.ranges,
            parts: read.parts,
        })
    };
    let readable = found.is_ok();
    let found = found.unwrap_or_default();
    let (lang, pieces) = lex_all(context, tokens, Lang::En);
    let words = pieces.into_iter().map(|piece| (piece.at, said(piece.kind, piece.at, &found))).collect();
    Outline { lang, words, read: readable }
}

fn said(kind: Kind, at: At, found: &Found) -> Said {
    match kind {
        Kind::Key(words) => words.first().map_or(Said::Unknown, |word| Said::Function(*word)),
        Kind::Label(senses) => Said::Label {
            senses,
            means: found.choices.get(&at.first).copied(),
            ranges: found.ranges.get(&at.first).copied(),
        },
        Kind::Literal => Said::Literal,
        Kind::Text => Said::Text,
        Kind::Number | Kind::Dotted => Said::Number,
        Kind::Sign(_) | Kind::Open | Kind::Close | Kind::Comma => Said::Sign,
        Kind::Unknown => Said::Unknown,
    }
}
