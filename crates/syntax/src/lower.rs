//! From the pieces of one item, braces in order, to its tree: logical lines, blocks, tokens.
//!
//! Knows where a line goes on and what a token's text is; assumes that [`crate::balance`] mended the braces.

use crate::pieces::{Piece, PieceKind};
use crate::scripts::plain;
use crate::{
    Item, ItemWord, Line, MAX_BLOCKS, MAX_PARENTHESES, Span, SyntaxError, SyntaxErrorKind, Token, TokenKind,
};

/// The item that `pieces` make, and what in it could not be read. `mended` is what its braces lacked.
pub(crate) fn lower(
    text: &str,
    pieces: &[Piece],
    mended: Option<SyntaxError>,
) -> (Option<Item>, Vec<SyntaxError>) {
    let (closed, unbalanced) = match_parentheses(text, pieces);
    let mut lower = Lower { text, pieces, closed, at: 0, index: 0, errors: unbalanced };
    let item = lower.item();
    (item, told(pieces, lower.errors, mended))
}

/// The errors worth telling: one that does not end explains the braces and brackets it swallowed.
fn told(pieces: &[Piece], errors: Vec<SyntaxError>, mended: Option<SyntaxError>) -> Vec<SyntaxError> {
    let swallows = |kind| pieces.iter().any(|p| p.kind == PieceKind::Unterminated(kind));
    let block = swallows(TokenKind::Block);
    let any = block || swallows(TokenKind::String) || swallows(TokenKind::Label);
    let mut errors = errors;
    errors.retain(|e| !block || e.kind == SyntaxErrorKind::Unterminated);
    errors.extend(mended.filter(|_| !any));
    errors
}

struct Lower<'a> {
    text: &'a str,
    pieces: &'a [Piece],
    /// Of each opening parenthesis, whether it is closed on its logical line.
    closed: Vec<bool>,
    at: usize,
    index: u32,
    errors: Vec<SyntaxError>,
}

impl Lower<'_> {
    fn item(&mut self) -> Option<Item> {
        let start = self.next()?;
        let said = start.span.of(self.text);
        let (word, _, dutch) = ItemWord::ALL.into_iter().find(|(_, en, nl)| *en == said || *nl == said)?;
        let mut head = Vec::new();
        while let Some(piece) = self.peek().filter(|p| p.kind != PieceKind::Open) {
            self.at += 1;
            self.take(piece, &mut head);
        }
        let (lines, end) = self.block(0);
        let span = start.span.to(Span { start: end, end });
        Some(Item { word, dutch: dutch == said, word_span: start.span, head, lines, span })
    }

    fn peek(&self) -> Option<Piece> {
        self.pieces.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Piece> {
        let piece = self.peek()?;
        self.at += 1;
        Some(piece)
    }

    fn error(&mut self, kind: SyntaxErrorKind, span: Span) {
        self.errors.push(SyntaxError { kind, span });
    }

    /// The lines of a block, from its opening brace, and the end of its closing brace.
    fn block(&mut self, depth: usize) -> (Vec<Line>, u32) {
        let mut end = self.next().map_or(0, |open| open.span.end);
        if depth >= MAX_BLOCKS {
            return (Vec::new(), self.too_deep());
        }
        let mut lines = Vec::new();
        while let Some(piece) = self.peek() {
            end = end.max(piece.span.end);
            match piece.kind {
                PieceKind::Close => {
                    self.at += 1;
                    break;
                }
                PieceKind::Open => {
                    self.error(SyntaxErrorKind::StrayCharacter('{'), piece.span);
                    lines.extend(self.block(depth + 1).0);
                }
                kind if kind.is_token() => lines.push(self.line(depth)),
                _ => {
                    self.at += 1;
                    self.take(piece, &mut Vec::new());
                }
            }
        }
        (lines, end)
    }

    /// Passes over a block that is too deep, and says so at its opening brace.
    fn too_deep(&mut self) -> u32 {
        let open = self.pieces[self.at - 1].span;
        self.error(SyntaxErrorKind::TooDeep, open);
        let (mut depth, mut end) = (1_usize, open.end);
        while depth > 0 {
            let Some(piece) = self.next() else { break };
            end = piece.span.end;
            match piece.kind {
                PieceKind::Open => depth += 1,
                PieceKind::Close => depth -= 1,
                _ => {}
            }
        }
        end
    }

    /// A logical line, with its block if it has one.
    fn line(&mut self, depth: usize) -> Line {
        let mut tokens: Vec<Token> = Vec::new();
        let mut inside = 0_usize;
        let mut block = None;
        let mut end = 0;
        while let Some(piece) = self.peek() {
            match piece.kind {
                PieceKind::Separator | PieceKind::Close => break,
                PieceKind::NewLine => match self.goes_on(tokens.last(), inside > 0) {
                    Some(next) => self.at = next,
                    None => break,
                },
                PieceKind::Open => {
                    let (lines, close) = self.block(depth + 1);
                    (block, end) = (Some(lines), close);
                    break;
                }
                _ => {
                    self.count(piece, &mut inside);
                    self.at += 1;
                    if inside <= MAX_PARENTHESES {
                        self.take(piece, &mut tokens);
                    }
                }
            }
        }
        let own = tokens.first().zip(tokens.last()).map_or(Span::default(), |(a, b)| a.span.to(b.span));
        Line { tokens, block, span: Span { start: own.start, end: own.end.max(end) } }
    }

    /// Keeps count of the parentheses that are open.
    fn count(&mut self, piece: Piece, inside: &mut usize) {
        match (piece.kind, piece.span.of(self.text)) {
            (PieceKind::Token(TokenKind::Symbol), "(") if self.closed[self.at] => {
                *inside += 1;
                if *inside == MAX_PARENTHESES + 1 {
                    self.error(SyntaxErrorKind::TooDeep, piece.span);
                }
            }
            (PieceKind::Token(TokenKind::Symbol), ")") => *inside = inside.saturating_sub(1),
            _ => {}
        }
    }

    /// Whether the line goes on behind the line end that comes now, and with which piece.
    fn goes_on(&self, last: Option<&Token>, inside: bool) -> Option<usize> {
        let next = (self.at..self.pieces.len()).find(|i| !self.pieces[*i].kind.is_trivia())?;
        if !self.pieces[next].kind.is_token() {
            return inside.then_some(next).filter(|i| self.pieces[*i].kind == PieceKind::Stray);
        }
        let waits = last.is_some_and(|t| match t.kind {
            TokenKind::Symbol => t.text == ",",
            TokenKind::Word => joins(&t.text),
            _ => false,
        });
        (inside || waits || self.is_joined(next)).then_some(next)
    }

    /// Whether a line begins with a word that joins it to the line above. `en "loan"` is a label in English.
    fn is_joined(&self, at: usize) -> bool {
        let word = self.pieces[at].span.of(self.text);
        let string = self.pieces.get(at + 1).is_some_and(|p| {
            use PieceKind::{Token, Unterminated};
            matches!(p.kind, Token(TokenKind::String | TokenKind::Block) | Unterminated(_))
        });
        joins(word) && !(word == "en" && string)
    }

    /// Takes a piece as a token, or says what is wrong with it.
    fn take(&mut self, piece: Piece, tokens: &mut Vec<Token>) {
        let raw = piece.span.of(self.text);
        let (kind, text) = match piece.kind {
            PieceKind::Start { .. } => (TokenKind::Word, raw.to_owned()),
            PieceKind::Token(kind) => (kind, text_of(kind, raw, true)),
            PieceKind::Unterminated(kind) => {
                self.error(SyntaxErrorKind::Unterminated, piece.span);
                (kind, text_of(kind, raw, false))
            }
            PieceKind::Stray => {
                let found = raw.chars().next().unwrap_or(' ');
                return self.error(SyntaxErrorKind::StrayCharacter(found), piece.span);
            }
            _ => return,
        };
        self.index += 1;
        tokens.push(Token { kind, text, span: piece.span, index: self.index });
    }
}

/// The words that join two lines, in both languages.
fn joins(word: &str) -> bool {
    matches!(word, "and" | "or" | "en" | "of")
}

/// What a token says, from how it is written.
fn text_of(kind: TokenKind, raw: &str, ends: bool) -> String {
    let inner = |quote: &str| {
        let rest = raw.strip_prefix(quote).unwrap_or(raw);
        let rest = if ends { rest.strip_suffix(quote).unwrap_or(rest) } else { rest };
        rest.to_owned()
    };
    match kind {
        TokenKind::Word => plain(raw).unwrap_or_else(|| raw.to_owned()),
        TokenKind::String => unescaped(&inner("\"")),
        TokenKind::Block => inner("\"\"\""),
        TokenKind::Label => inner("`"),
        _ => raw.to_owned(),
    }
}

/// `\"` and `\\` resolved; any other backslash stands for itself.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escaped = if c == '\\' { chars.next_if(|next| matches!(next, '"' | '\\')) } else { None };
        out.push(escaped.unwrap_or(c));
    }
    out
}

/// Which opening parentheses are closed before the next brace or `;`, and an error for each that is not, or
/// that closes nothing. Where a string does not end, what it swallowed is not told again.
fn match_parentheses(text: &str, pieces: &[Piece]) -> (Vec<bool>, Vec<SyntaxError>) {
    let mut closed = vec![false; pieces.len()];
    let mut errors = Vec::new();
    let (mut open, mut lone, mut swallowed) = (Vec::new(), Vec::new(), false);
    for (at, piece) in pieces.iter().enumerate() {
        match (piece.kind, piece.span.of(text)) {
            (PieceKind::Token(TokenKind::Symbol), "(") => open.push(at),
            (PieceKind::Token(TokenKind::Symbol), ")") => match open.pop() {
                Some(opener) => closed[opener] = true,
                None => lone.push(at),
            },
            (PieceKind::Unterminated(_), _) => swallowed = true,
            (PieceKind::Open | PieceKind::Close | PieceKind::Separator, _) => {
                let found = open.drain(..).chain(lone.drain(..)).filter(|_| !swallowed);
                errors.extend(
                    found.map(|i| SyntaxError { kind: SyntaxErrorKind::Unbalanced, span: pieces[i].span }),
                );
                swallowed = false;
            }
            _ => {}
        }
    }
    (closed, errors)
}
