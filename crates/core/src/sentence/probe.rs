//! What can come next in a line that is being written.
//!
//! Not a second grammar: a candidate is put behind what is there and the reader is asked whether it goes on.

use policy_syntax::{Span, Token};

use super::ast::At;
use super::lex::{Kind, Piece, lex_all};
use super::parse::{Attempt, attempt};
use super::{Context, typing};
use crate::lang::Lang;
use crate::model::Op;
use crate::words::{Sense, Vocabulary, Word};

/// Something that might come next.
#[derive(Debug, Clone, PartialEq)]
pub enum Candidate {
    /// A function word.
    Word(Word),
    /// A label with these senses.
    Label(Vec<Sense>),
    /// A number.
    Number,
    /// A sign of comparison.
    Sign(Op),
}

/// The beginning of a line.
pub struct Probe<'a> {
    context: Context<'a>,
    lang: Lang,
    pieces: Vec<Piece>,
    condition: bool,
    /// The condition is that of `if`, which `then` ends.
    given: bool,
    possible: bool,
}

impl<'a> Probe<'a> {
    /// The beginning of a norm, or where `condition` is set of what follows `when` or `unless`. `unsure` is the
    /// language of a beginning that does not tell. `silent` is an empty vocabulary: a candidate that does not
    /// fit needs no proposals for what else was meant.
    pub fn new(
        context: &Context<'a>,
        tokens: &[Token],
        condition: bool,
        unsure: Lang,
        silent: &'a Vocabulary,
    ) -> Self {
        let (lang, mut pieces) = lex_all(context, tokens, unsure);
        let is = |piece: &Piece, word| matches!(&piece.kind, Kind::Key(words) if words.contains(&word));
        let (mut condition, mut given) = (condition, false);
        if pieces.first().is_some_and(|first| is(first, Word::If))
            && !pieces.iter().any(|p| is(p, Word::Then))
        {
            pieces.remove(0);
            (condition, given) = (true, true);
        }
        let context = Context { vocabulary: silent, ..*context };
        let mut probe = Probe { context, lang, pieces, condition, given, possible: true };
        probe.possible = probe.pieces.is_empty() || probe.goes_on(None);
        probe
    }

    /// The language of the line.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether the line begins so that it can be finished.
    pub fn possible(&self) -> bool {
        self.possible
    }

    /// Whether the candidate can come next.
    pub fn accepts(&self, candidate: &Candidate) -> bool {
        if self.given && *candidate == Candidate::Word(Word::Then) {
            return self.is_whole();
        }
        let kind = match candidate {
            Candidate::Word(word) => Kind::Key(vec![*word]),
            Candidate::Label(senses) => Kind::Label(senses.clone()),
            Candidate::Number => Kind::Number,
            Candidate::Sign(op) => Kind::Sign(*op),
        };
        self.goes_on(Some(kind))
    }

    /// Whether the condition of `if` is complete.
    fn is_whole(&self) -> bool {
        match attempt(&self.context, self.lang, self.pieces.clone(), true) {
            Attempt::Condition(condition) => typing::condition(&self.context, &condition).is_ok(),
            _ => false,
        }
    }

    /// Tries to finish the line: first as it is, then in the ways in which lines end.
    fn goes_on(&self, next: Option<Kind>) -> bool {
        let mut begun = self.pieces.clone();
        begun.extend(next.map(|kind| piece(kind, begun.len())));
        let last = begun.len() - 1;
        let (mut read, mut refused, mut unsure) = (false, false, false);
        for ending in ENDINGS {
            let mut pieces = begun.clone();
            for word in *ending {
                pieces.push(piece(word.kind(), pieces.len()));
            }
            // Places are numbers of pieces, so that a mistake says which one it is about.
            for (i, piece) in pieces.iter_mut().enumerate() {
                piece.at = at(i);
            }
            let error = match attempt(&self.context, self.lang, pieces, self.condition) {
                Attempt::Not(all) => {
                    read |= all && ending.is_empty();
                    continue;
                }
                Attempt::Line(line) => typing::line(&self.context, &line).err(),
                Attempt::Condition(condition) => typing::condition(&self.context, &condition).err(),
            };
            let Some(error) = error.filter(|error| error.span.start as usize <= last) else { return true };
            // A mistake that reaches into the ending may be one of the ending.
            let begun = error.span.end as usize <= last + 1;
            if begun && ending.is_empty() {
                return false;
            }
            (refused, unsure) = (refused || begun, unsure || !begun);
        }
        !refused && (read || unsure)
    }
}

/// A word that a line may end with.
#[derive(Clone, Copy)]
enum End {
    Word(Word),
    Text,
    Number,
}

impl End {
    fn kind(self) -> Kind {
        match self {
            End::Word(word) => Kind::Key(vec![word]),
            End::Text => Kind::Text,
            End::Number => Kind::Number,
        }
    }
}

/// The ways to end a line whose subject is complete.
const ENDINGS: &[&[End]] = &[
    &[],
    &[End::Word(Word::Has)],
    &[End::Word(Word::Is)],
    &[End::Word(Word::Has), End::Text],
    &[End::Word(Word::AtMost), End::Number, End::Word(Word::Month)],
    &[End::Text],
    &[End::Text, End::Word(Word::Has)],
];

fn at(i: usize) -> At {
    At { first: i as u32, last: i as u32, span: Span::new(i, i + 1) }
}

fn piece(kind: Kind, i: usize) -> Piece {
    let text = match &kind {
        Kind::Number => "1".to_string(),
        _ => String::new(),
    };
    Piece { kind, text, ticked: false, at: at(i) }
}
