//! From text to tree: items, and what stands between them.

use crate::balance::Layers;
use crate::lower::lower;
use crate::pieces::{Piece, PieceKind, pieces};
use crate::scripts::{is_hidden, mixes, plain};
use crate::{File, ItemWord, Span, SyntaxError, SyntaxErrorKind, TokenKind};

/// Reads a text. Never fails: what cannot be read is an error at its place, and the rest still counts.
pub fn parse(text: &str) -> File {
    let list = match pieces(text) {
        Ok(list) => list,
        Err(span) => {
            let error = SyntaxError { kind: SyntaxErrorKind::NotAnItem(None), span };
            return File { errors: vec![error], ..File::default() };
        }
    };
    let comments = list.iter().filter(|p| p.kind == PieceKind::Comment).map(|p| p.span).collect();
    let file = File { comments, errors: deceptions(text, &list), ..File::default() };
    let mut reader = Reader { text, layers: Layers::new(text, &list), file, at: 0 };
    reader.file();
    reader.file.errors.sort_by_key(|e| e.span);
    reader.file
}

/// Hidden characters anywhere, and look-alike letters in words.
fn deceptions(text: &str, list: &[Piece]) -> Vec<SyntaxError> {
    let hidden = text.char_indices().filter(|(_, c)| is_hidden(*c)).map(|(at, c)| SyntaxError {
        kind: SyntaxErrorKind::HiddenCharacter(c),
        span: Span::new(at, at + c.len_utf8()),
    });
    let words = list.iter().filter(|p| p.kind == PieceKind::Token(TokenKind::Word));
    let mixed = words
        .filter(|p| mixes(p.span.of(text)))
        .map(|p| SyntaxError { kind: SyntaxErrorKind::LookAlike(plain(p.span.of(text))), span: p.span });
    hidden.chain(mixed).collect()
}

struct Reader<'a> {
    text: &'a str,
    layers: Layers<'a>,
    file: File,
    at: usize,
}

impl Reader<'_> {
    fn file(&mut self) {
        while let Some(piece) = self.layers.pieces.get(self.at) {
            match piece.kind {
                kind if kind.is_trivia() => self.at += 1,
                PieceKind::Start { .. } => self.item(),
                PieceKind::Close => self.stray_closes(),
                _ => self.junk(),
            }
        }
    }

    fn item(&mut self) {
        let region = self.layers.region(self.at);
        let (item, errors) = lower(self.text, &region.pieces, region.error);
        self.file.errors.extend(errors);
        self.file.items.extend(item);
        self.at = region.end.max(self.at + 1);
    }

    /// Closing braces that close nothing: one mistake, however many follow each other.
    fn stray_closes(&mut self) {
        let span = self.layers.pieces[self.at].span;
        self.file.errors.push(SyntaxError { kind: SyntaxErrorKind::StrayClose, span });
        let rest = &self.layers.pieces[self.at..];
        let closes = |p: &Piece| p.kind == PieceKind::Close || p.kind.is_trivia();
        self.at += rest.iter().position(|p| !closes(p)).unwrap_or(rest.len());
    }

    /// Text that begins no item, up to the next one: one mistake.
    fn junk(&mut self) {
        let first = self.layers.pieces[self.at];
        let word = first.span.of(self.text);
        let deceives = word.chars().any(is_hidden) || mixes(word);
        let meant = plain(word).and_then(|word| meant(&word));
        if !(deceives && meant.is_some()) {
            self.file.errors.push(SyntaxError { kind: SyntaxErrorKind::NotAnItem(meant), span: first.span });
        }
        self.at = self.junk_end();
    }

    fn junk_end(&self) -> usize {
        let list = self.layers.pieces;
        let (mut depth, mut closed) = (0_usize, false);
        for (at, piece) in list.iter().enumerate().skip(self.at) {
            match piece.kind {
                PieceKind::Start { .. } if depth == 0 || self.layers.is_head(at) => return at,
                PieceKind::Token(TokenKind::Word) if closed && depth == 0 && self.is_meant(at) => return at,
                PieceKind::Open => depth += 1,
                PieceKind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            closed = piece.kind == PieceKind::Close || (closed && piece.kind.is_trivia());
        }
        list.len()
    }

    /// Whether the piece begins a line and may be meant as an item word.
    fn is_meant(&self, at: usize) -> bool {
        let word = self.layers.pieces[at].span.of(self.text);
        self.layers.is_first(at) && plain(word).is_some_and(|word| meant(&word).is_some())
    }
}

/// The item word that a word may be meant as: it itself in other capitals, or one letter away.
fn meant(word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let mut all = ItemWord::ALL.iter().flat_map(|(_, en, nl)| [*en, *nl]);
    all.find(|known| one_letter_away(&word, known)).map(str::to_owned)
}

/// Whether two words are the same but for one letter more, less, other, or two swapped.
fn one_letter_away(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    match (a, b) {
        ([a0, a1], [b0, b1]) => a0 == b1 && a1 == b0,
        _ => a.len() <= 1 && b.len() <= 1,
    }
}
