//! The text cut in pieces: everything that is not white space, in order, each with its place.
//!
//! The one place that talks to pest. Knows tokens and lines; knows neither items, blocks nor their mending.

use std::num::NonZeroUsize;
use std::sync::Once;

use pest::Parser;
use pest::error::InputLocation;

use crate::{Span, TokenKind};

/// A piece of a text. Between two pieces there is only white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its place.
    pub span: Span,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// An item word at the start of a line, or behind a closing brace.
    Start {
        /// Whether its line has the opening brace too.
        opens: bool,
    },
    /// A token.
    Token(TokenKind),
    /// A string, label or text block that does not end.
    Unterminated(TokenKind),
    /// A comment, from its `#`.
    Comment,
    /// The end of a line.
    NewLine,
    /// `;`
    Separator,
    /// `{`; of no width where the parser put one that was missing.
    Open,
    /// `}`; of no width where the parser put one that was missing.
    Close,
    /// Controls of the reading direction, outside any token.
    Hidden,
    /// Characters that begin no token.
    Stray,
}

impl PieceKind {
    /// Whether it counts as a token of a line.
    pub(crate) fn is_token(self) -> bool {
        matches!(self, PieceKind::Start { .. } | PieceKind::Token(_) | PieceKind::Unterminated(_))
    }

    /// Whether it says nothing: the end of a line, a comment, a hidden character.
    pub(crate) fn is_trivia(self) -> bool {
        matches!(self, PieceKind::NewLine | PieceKind::Comment | PieceKind::Hidden)
    }
}

/// Steps that pest may take for one text. A text of [`crate::MAX_TEXT`] bytes stays below it, whatever is in it.
const CALL_LIMIT: usize = 1_000_000_000;

/// Cuts `text` in pieces; where even that stops, the place.
pub fn pieces(text: &str) -> Result<Vec<Piece>, Span> {
    static LIMIT: Once = Once::new();
    LIMIT.call_once(|| pest::set_call_limit(NonZeroUsize::new(CALL_LIMIT)));
    if text.len() > crate::MAX_TEXT {
        return Err(Span::new(0, text.chars().next().map_or(0, char::len_utf8)));
    }
    let pairs = grammar::Reader::parse(grammar::Rule::file, text).map_err(|e| place(&e, text))?;
    let mut list: Vec<Piece> = Vec::with_capacity(text.len() / 6);
    for pair in pairs.flatten() {
        if let Some(kind) = kind(pair.as_rule()) {
            add(&mut list, trimmed(kind, pair.as_span(), text));
        }
    }
    Ok(give_back(list))
}

fn place(error: &pest::error::Error<grammar::Rule>, text: &str) -> Span {
    let start = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at.min(text.len()),
    };
    Span::new(start, start)
}

fn kind(rule: grammar::Rule) -> Option<PieceKind> {
    use grammar::Rule;
    Some(match rule {
        Rule::head => PieceKind::Start { opens: true },
        Rule::bare => PieceKind::Start { opens: false },
        Rule::word => PieceKind::Token(TokenKind::Word),
        Rule::number => PieceKind::Token(TokenKind::Number),
        Rule::dotted => PieceKind::Token(TokenKind::Dotted),
        Rule::string => PieceKind::Token(TokenKind::String),
        Rule::block => PieceKind::Token(TokenKind::Block),
        Rule::label => PieceKind::Token(TokenKind::Label),
        Rule::symbol => PieceKind::Token(TokenKind::Symbol),
        Rule::open_string => PieceKind::Unterminated(TokenKind::String),
        Rule::open_block => PieceKind::Unterminated(TokenKind::Block),
        Rule::open_label => PieceKind::Unterminated(TokenKind::Label),
        Rule::comment => PieceKind::Comment,
        Rule::newline => PieceKind::NewLine,
        Rule::separator => PieceKind::Separator,
        Rule::open => PieceKind::Open,
        Rule::close => PieceKind::Close,
        Rule::hidden => PieceKind::Hidden,
        Rule::stray => PieceKind::Stray,
        _ => return None,
    })
}

/// White space at the end of a comment or an unended string belongs to neither.
fn trimmed(kind: PieceKind, span: pest::Span<'_>, text: &str) -> Piece {
    let (start, mut end) = (span.start(), span.end());
    if matches!(kind, PieceKind::Comment | PieceKind::Unterminated(_)) {
        end = start + text[start..end].trim_end().len();
    }
    Piece { kind, span: Span::new(start, end) }
}

/// Adds a piece; stray characters that touch are one piece.
fn add(list: &mut Vec<Piece>, piece: Piece) {
    match list.last_mut() {
        Some(last)
            if last.kind == PieceKind::Stray
                && piece.kind == PieceKind::Stray
                && last.span.end == piece.span.start =>
        {
            last.span.end = piece.span.end;
        }
        _ => list.push(piece),
    }
}

/// The grammar leaves the braces at the end of a line out of an unended string. Those that close nothing
/// opened on that line were part of it after all.
fn give_back(list: Vec<Piece>) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::with_capacity(list.len());
    let mut open = 0_usize;
    let mut unended = false;
    for piece in list {
        match piece.kind {
            PieceKind::NewLine => (open, unended) = (0, false),
            PieceKind::Open => open += 1,
            PieceKind::Unterminated(_) => unended = true,
            PieceKind::Close if open > 0 => open -= 1,
            PieceKind::Close if unended => {
                if let Some(last) =
                    kept.last_mut().filter(|last| matches!(last.kind, PieceKind::Unterminated(_)))
                {
                    last.span.end = piece.span.end;
                    continue;
                }
            }
            _ => {}
        }
        kept.push(piece);
    }
    kept
}

#[allow(missing_docs)]
mod grammar {
    //! What pest makes of `grammar/policy.pest`.

    #[derive(pest_derive::Parser)]
    #[grammar = "../../grammar/policy.pest"]
    pub struct Reader;
}
