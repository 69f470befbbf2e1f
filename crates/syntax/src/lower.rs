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
    let mut lower =
        Lower { text, pieces, closed, head: Span::default(), at: 0, index: 0, errors: unbalanced };
    let item = lower.item();
    (item, told(pieces, lower.errors, mended))
}

/// The errors worth telling: a string that does not end explains the brackets it swallowed, the braces it
/// unbalanced, and odd characters on its line, which may have been meant to stand inside it. A text block
/// that does not end explains all of them in its item.
fn told(pieces: &[Piece], errors: Vec<SyntaxError>, mended: Option<SyntaxError>) -> Vec<SyntaxError> {
    let ends_not = |p: &Piece| matches!(p.kind, PieceKind::Unterminated(_));
    let block = pieces.iter().any(|p| p.kind == PieceKind::Unterminated(TokenKind::Block));
    let lines = pieces.split(|p| p.kind == PieceKind::NewLine);
    let odd: Vec<Span> = lines
        .filter(|line| block || line.iter().any(ends_not))
        .flat_map(|line| line.iter().filter(|p| p.kind == PieceKind::Stray).map(|p| p.span))
        .collect();
    let unended = pieces.iter().any(ends_not);
    let explained = |e: &SyntaxError| match e.kind {
        SyntaxErrorKind::StrayCharacter(_) => odd.binary_search(&e.span).is_ok(),
        SyntaxErrorKind::Unterminated => false,
        _ => block,
    };
    let mut told: Vec<SyntaxError> = errors.into_iter().filter(|e| !explained(e)).collect();
    let mended = mended.filter(|m| !unended && told.iter().all(|e| e.span != m.span));
    told.extend(mended);
    told
}

struct Lower<'a> {
    text: &'a str,
    pieces: &'a [Piece],
    /// Of each opening parenthesis, whether it is closed on its logical line.
    closed: Vec<bool>,
    /// The item word and its head.
    head: Span,
    at: usize,
    index: u32,
    errors: Vec<SyntaxError>,
}

impl Lower<'_> {
    fn item(&mut self) -> Option<Item> {
        let start = self.next()?;
        let said = start.span.of(self.text);
        let (word, dutch) = item_word(said)?;
        let mut head = Vec::new();
        while let Some(piece) = self.peek().filter(|p| p.kind != PieceKind::Open) {
            self.at += 1;
            self.take(piece, &mut head);
        }
        self.head = start.span.to(head.last().map_or(start.span, |t: &Token| t.span));
        let (lines, end) = self.block(0);
        let span = start.span.to(Span { start: end, end });
        Some(Item { word, dutch, word_span: start.span, head, lines, span })
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
                    let (inner, close) = self.block(depth + 1);
                    lines.extend(inner);
                    end = end.max(close);
                }
                kind if kind.is_token() => {
                    let line = self.line(depth);
                    end = end.max(line.span.end);
                    lines.push(line);
                }
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
        let mut waiting = Vec::new();
        let mut inside = 0_usize;
        let mut block = None;
        let mut end = 0;
        while let Some(piece) = self.peek() {
            match piece.kind {
                PieceKind::Separator | PieceKind::Close => break,
                PieceKind::NewLine => match self.goes_on(tokens.last(), inside > 0) {
                    Some(next) => {
                        self.at = next;
                        let waits = inside == 0 && tokens.last().is_some_and(waits);
                        waiting.extend(waits.then_some(tokens.len()));
                    }
                    None => break,
                },
                PieceKind::Open => {
                    let (lines, close) = self.block(depth + 1);
                    (block, end) = (Some(lines), close);
                    break;
                }
                _ => {
                    let before = inside;
                    self.count(piece, &mut inside);
                    self.at += 1;
                    if before.max(inside) <= MAX_PARENTHESES {
                        self.take(piece, &mut tokens);
                    }
                }
            }
        }
        if block.is_some() && self.is_head(&tokens) {
            self.error(SyntaxErrorKind::MissingClose, self.head);
        }
        let own = tokens.first().zip(tokens.last()).map_or(Span::default(), |(a, b)| a.span.to(b.span));
        Line { tokens, waits: waiting, block, span: Span { start: own.start, end: own.end.max(end) } }
    }

    /// Whether a line with a block begins as an item does: then the item before it was not closed.
    fn is_head(&self, tokens: &[Token]) -> bool {
        let colon = tokens.get(1).is_some_and(|t| t.kind == TokenKind::Symbol && t.text == ":");
        !colon
            && tokens
                .first()
                .is_some_and(|t| t.kind == TokenKind::Word && item_word(t.span.of(self.text)).is_some())
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
        let joined = begins_joined(self.text, self.pieces, next);
        (inside || joined || last.is_some_and(waits)).then_some(next)
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

/// Whether two lines of a block would be one line if only a line end stood between them.
pub(crate) fn would_join(line: &Line, next: &Line) -> bool {
    let string = next.tokens.get(1).is_some_and(|t| matches!(t.kind, TokenKind::String | TokenKind::Block));
    let joined = next.tokens.first().is_some_and(|t| t.kind == TokenKind::Word && is_joined(&t.text, string));
    line.block.is_none() && (joined || line.tokens.last().is_some_and(waits))
}

/// Whether the piece begins a line that belongs to the line above.
pub(crate) fn begins_joined(text: &str, pieces: &[Piece], at: usize) -> bool {
    let next = pieces[at + 1..].iter().find(|p| !p.kind.is_trivia());
    let string = next.is_some_and(|p| {
        use PieceKind::{Token, Unterminated};
        matches!(p.kind, Token(TokenKind::String | TokenKind::Block) | Unterminated(_))
    });
    is_joined(pieces[at].span.of(text), string)
}

/// Whether a line that ends with this token waits for more.
fn waits(last: &Token) -> bool {
    match last.kind {
        TokenKind::Symbol => last.text == ",",
        TokenKind::Word => joins(&last.text),
        _ => false,
    }
}

/// Whether a line that begins with `word`, and then perhaps a string, belongs to the line above. `en "loan"`
/// does not: it is a label in English.
fn is_joined(word: &str, before_string: bool) -> bool {
    joins(word) && !(word == "en" && before_string)
}

/// The item word that is spelled so, and whether that is Dutch.
fn item_word(said: &str) -> Option<(ItemWord, bool)> {
    let (word, _, dutch) = ItemWord::ALL.into_iter().find(|(_, en, nl)| *en == said || *nl == said)?;
    Some((word, dutch == said))
}

/// The words that join two lines, in both languages.
pub(crate) fn joins(word: &str) -> bool {
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
