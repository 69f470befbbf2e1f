//! A sentence as its author built it: which form, which words, which spelling of a comparison.
//!
//! Enough to write it again, in either language; what the words refer to is for `typing`.

use policy_syntax::Span;

use crate::lang::Lang;
use crate::model::{Op, Origin};
use crate::words::{Sense, Word};

/// Where something stands: tokens of the item, and bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct At {
    /// The first token's index in the item.
    pub first: u32,
    /// The last token's.
    pub last: u32,
    /// The bytes.
    pub span: Span,
}

impl At {
    /// From the start of this to the end of the other.
    pub fn to(self, other: At) -> At {
        At { first: self.first, last: other.last.max(self.first), span: self.span.to(other.span) }
    }

    /// As an origin in an item.
    pub fn origin(self, place: super::Place) -> Origin {
        Origin { file: place.file, item: place.item, first: self.first, last: self.last }
    }
}

/// One line that holds a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The language of its function words.
    pub lang: Lang,
    /// `if A then`.
    pub given: Option<Condition>,
    /// The norm.
    pub norm: Norm,
    /// `when A` at its end.
    pub when: Option<Condition>,
    /// `unless B` at its end.
    pub unless: Option<Condition>,
    /// Where.
    pub at: At,
}

/// A norm.
#[derive(Debug, Clone, PartialEq)]
pub enum Norm {
    /// `no THINGS`; `there is no THING` in a condition.
    No(Phrase),
    /// `every THING has Q`, `the RECORD has Q`.
    Has {
        /// `every`, or the one record.
        every: bool,
        /// The things.
        subject: Phrase,
        /// Whether it says `is` instead of `has`.
        is: bool,
        /// What they have.
        quality: Quality,
        /// The verb and what follows.
        rest: At,
    },
    /// `every THING declares F, G`, `the RECORD declares F or G`.
    Declares {
        /// `every`, or the one record.
        every: bool,
        /// The things.
        subject: Phrase,
        /// The fields.
        fields: Names,
        /// The verb and what follows.
        rest: At,
    },
    /// `there is THING`, `some THING`, `at least 2 THINGS`.
    Exists {
        /// How it is said.
        how: Existence,
        /// The things.
        things: Phrase,
    },
    /// `QUANTITY at most VALUE`.
    Limit {
        /// The quantity.
        subject: Phrase,
        /// The comparison.
        op: Comparison,
        /// The value.
        value: Value,
        /// The comparison and the value.
        rest: At,
    },
}

/// How existence is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existence {
    /// `there is`, `there are`.
    There,
    /// `there is no`.
    ThereNo,
    /// `some`.
    Some,
    /// `at least N`; after `there are` when the flag is set.
    AtLeast(u32, bool),
}

/// A condition: norms joined by and, or, not.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// One.
    Norm(Box<Norm>, At),
    /// All.
    And(Vec<Condition>),
    /// Any.
    Or(Vec<Condition>),
    /// Not.
    Not(Box<Condition>),
    /// In parentheses.
    Group(Box<Condition>),
}

/// An article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Article {
    /// `the`.
    Definite,
    /// `a`.
    Indefinite,
}

/// A known label, or a word of an open kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// Its article.
    pub article: Option<Article>,
    /// What it can mean; none for a literal.
    pub senses: Vec<Sense>,
    /// Its text.
    pub text: String,
    /// Written in double quotes: text.
    pub quoted: bool,
    /// Written in back-quotes: they stay.
    pub ticked: bool,
    /// Where.
    pub at: At,
}

/// Names joined by `and` or `or`.
#[derive(Debug, Clone, PartialEq)]
pub struct Names {
    /// The names.
    pub names: Vec<Name>,
    /// Joined by `or`.
    pub or: bool,
    /// In parentheses.
    pub grouped: bool,
}

/// A noun with its qualifiers.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// `declared` before it.
    pub declared: bool,
    /// Terms before the noun.
    pub before: Vec<Name>,
    /// The noun.
    pub noun: Name,
    /// Qualifiers after it.
    pub qualifiers: Vec<Qualifier>,
    /// Where.
    pub at: At,
}

/// A qualifier with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Qualifier {
    /// What it says.
    pub says: Says,
    /// Where.
    pub at: At,
}

/// What a qualifier says.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// `of T`, `for T`: the preposition and the terms.
    Of(Word, Names),
    /// A term after the noun.
    Bare(Name),
    /// `outside`, `within`.
    Region(Region),
    /// `with Q`.
    With(Quality),
    /// `without Q`.
    Without(Quality),
    /// `where Q`.
    Where(Quality),
    /// `except T`.
    Except(Names),
}

/// `outside` or `within` something.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// `outside`.
    pub outside: bool,
    /// `declared` before it.
    pub declared: bool,
    /// `its` before it.
    pub its: bool,
    /// Sets, terms, or a field.
    pub names: Names,
}

/// What follows `has`, `with`, `where`.
#[derive(Debug, Clone, PartialEq)]
pub enum Quality {
    /// All.
    And(Vec<Quality>),
    /// Any.
    Or(Vec<Quality>),
    /// Not.
    Not(Box<Quality>),
    /// In parentheses.
    Group(Box<Quality>),
    /// A field or term, perhaps with what it is compared with.
    Name(Name, Option<Box<Test>>),
    /// `some THING`, `at least N THINGS`, `a THING`.
    Some(Quantifier, Box<Phrase>),
}

/// How a nested existence is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// `some`.
    Some,
    /// `at least N`.
    AtLeast(u32),
    /// Nothing, or only an article.
    Bare,
}

/// What a field is tested for.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// A term follows; after `is` when the flag is set.
    Term(Box<Name>, bool),
    /// `includes`.
    Includes(Names),
    /// `outside`, `within`.
    Region(Region),
    /// `= its FIELD`; also `≠`.
    Its(Comparison, Box<Name>),
    /// A comparison with a value.
    Value(Comparison, Value),
}

/// A comparison and how it is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// Which.
    pub op: Op,
    /// In words (`at most`) rather than a sign.
    pub words: bool,
    /// A sign with no space before its value (`≤13`).
    pub tight: bool,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// `after EVENT`, `after its FIELD`.
    pub after: Option<After>,
    /// `ago`.
    pub ago: bool,
    /// Where.
    pub at: At,
}

/// From what a span counts.
#[derive(Debug, Clone, PartialEq)]
pub struct After {
    /// `its` before it: a field of the thing around.
    pub its: bool,
    /// An event, or a field with a date.
    pub name: Name,
}

/// The kinds of value.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueKind {
    /// A number of a unit of time.
    Span(u32, Word),
    /// A whole number.
    Number(i64),
    /// A day.
    Date(jiff::civil::Date),
    /// A setting, a term, or text.
    Name(Name),
}

impl Phrase {
    /// All names before and in the noun.
    pub fn heads(&self) -> impl Iterator<Item = &Name> {
        self.before.iter().chain(std::iter::once(&self.noun))
    }
}
