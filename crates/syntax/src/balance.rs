//! Which pieces belong to an item, and how a missing or superfluous brace is mended.
//!
//! Braces decide as long as they balance. Where they do not, one mistake is assumed and looked for by
//! indentation, and mended by a brace of no width (or by dropping one), so that what follows keeps its
//! shape. Knows braces and lines, not what a line says.

use std::ops::Range;

use crate::lower::{begins_joined, joins};
use crate::pieces::{Piece, PieceKind};
use crate::{Span, SyntaxError, SyntaxErrorKind};

/// The pieces of a text and where each stands on its line.
pub(crate) struct Layers<'a> {
    /// All pieces.
    pub(crate) pieces: &'a [Piece],
    text: &'a str,
    places: Vec<Place>,
}

#[derive(Clone, Copy)]
struct Place {
    /// The line's number, by line ends outside text blocks.
    line: u32,
    /// White space before the line's first piece.
    indent: u32,
    /// Whether it is that first piece.
    first: bool,
}

/// An item's pieces, with the mending done: a head, an opening brace, lines, a closing brace.
pub(crate) struct Region {
    /// The pieces, the item word first.
    pub(crate) pieces: Vec<Piece>,
    /// The first piece behind the item.
    pub(crate) end: usize,
    /// What had to be mended.
    pub(crate) error: Option<SyntaxError>,
}

/// One change to the pieces of an item.
#[derive(Clone, Copy)]
enum Mend {
    OpenBefore(usize),
    CloseBefore(usize),
    Drop(usize),
}

enum Walk {
    /// The item's own closing brace.
    Closed(usize),
    /// The first piece that can no longer belong to it, and the block whose end is indented less than itself.
    Unclosed(usize, Option<usize>),
}

impl<'a> Layers<'a> {
    pub(crate) fn new(text: &'a str, pieces: &'a [Piece]) -> Self {
        let mut places = Vec::with_capacity(pieces.len());
        let (mut line, mut indent, mut begun, mut line_start) = (0, 0, false, 0);
        for piece in pieces {
            let first = !begun && !piece.kind.is_trivia();
            if first {
                indent =
                    text.get(line_start..piece.span.start as usize).map_or(0, |s| s.chars().count() as u32);
                begun = true;
            }
            places.push(Place { line, indent, first });
            if piece.kind == PieceKind::NewLine {
                (line, indent, begun, line_start) = (line + 1, 0, false, piece.span.end as usize);
            }
        }
        Layers { pieces, text, places }
    }

    /// Whether the piece begins an item wherever it stands.
    pub(crate) fn is_head(&self, at: usize) -> bool {
        self.pieces[at].kind == PieceKind::Start { opens: true } && self.places[at].first
    }

    /// Whether the piece is the first of its line.
    pub(crate) fn is_first(&self, at: usize) -> bool {
        self.places[at].first
    }

    /// The item that begins at `at`.
    pub(crate) fn region(&self, at: usize) -> Region {
        let head_end = self.head_end(at);
        let (body, mut error) = self.body(at, head_end);
        let mut mend = None;
        let mut walk = self.walk(at, body, mend);
        if let Some((found, wrong)) = self.diagnose(at, body, &walk) {
            mend = found;
            walk = self.walk(at, body, mend);
            error = error.or(Some(wrong));
        }
        let (end, closed) = match walk {
            Walk::Closed(close) => (close + 1, true),
            Walk::Unclosed(end, _) => (self.last_said(head_end, end), false),
        };
        Region { pieces: self.mended(at..end, head_end, body, mend, closed), end, error }
    }

    /// The first piece behind the head: a brace or the end of the line.
    fn head_end(&self, at: usize) -> usize {
        let ends = |p: &Piece| {
            matches!(p.kind, PieceKind::NewLine | PieceKind::Separator | PieceKind::Open | PieceKind::Close)
        };
        let end = self.pieces[at..].iter().position(ends).map_or(self.pieces.len(), |n| at + n);
        if self.pieces[end - 1].kind == PieceKind::Comment { end - 1 } else { end }
    }

    /// Where the lines of the item begin, and whether its brace is missing.
    fn body(&self, at: usize, head_end: usize) -> (usize, Option<SyntaxError>) {
        let kind = |i: usize| self.pieces.get(i).map(|p| p.kind);
        if kind(head_end) == Some(PieceKind::Open) {
            return (head_end + 1, None);
        }
        let missing = SyntaxError { kind: SyntaxErrorKind::MissingOpen, span: self.spanning(at, head_end) };
        let next = (head_end..self.pieces.len()).find(|i| !self.pieces[*i].kind.is_trivia());
        match next {
            Some(next) if kind(next) == Some(PieceKind::Open) => (next + 1, Some(missing)),
            _ => (head_end, Some(missing)),
        }
    }

    fn walk(&self, item: usize, body: usize, mend: Option<Mend>) -> Walk {
        let mut open = vec![item];
        let mut culprit = None;
        for at in body..self.pieces.len() {
            match mend {
                Some(Mend::OpenBefore(place)) if place == at => open.push(at),
                Some(Mend::CloseBefore(place)) if place == at && open.len() > 1 => drop(open.pop()),
                Some(Mend::Drop(place)) if place == at => continue,
                _ => {}
            }
            match self.pieces[at].kind {
                PieceKind::Start { .. } if self.is_head(at) => return Walk::Unclosed(at, culprit),
                PieceKind::Open => open.push(at),
                PieceKind::Close => {
                    let opener = open.pop().unwrap_or(item);
                    let (own, its) = (self.places[at], self.places[opener]);
                    if open.is_empty() {
                        return Walk::Closed(at);
                    }
                    if own.first && own.indent < its.indent && own.line > its.line {
                        culprit = culprit.or(Some(opener));
                    }
                }
                _ => {}
            }
        }
        Walk::Unclosed(self.pieces.len(), culprit)
    }

    /// What is wrong with the braces of an item, if anything, and what would mend it.
    fn diagnose(&self, item: usize, body: usize, walk: &Walk) -> Option<(Option<Mend>, SyntaxError)> {
        match *walk {
            Walk::Unclosed(end, culprit) => {
                let opener = culprit.unwrap_or(body.saturating_sub(1).max(item));
                let wrong =
                    SyntaxError { kind: SyntaxErrorKind::MissingClose, span: self.head_of(item, opener) };
                let indent = self.places[opener].indent;
                let after = culprit.and_then(|opener| self.next_line(opener, end, |i| i <= indent));
                Some((after.map(Mend::CloseBefore), wrong))
            }
            Walk::Closed(close) if self.closes_again(close + 1) && !self.closes_well(item, close) => {
                Some(self.closed_too_early(item, body, close))
            }
            Walk::Closed(_) => None,
        }
    }

    /// A closing brace too many: either its own block was never opened, or it is one too many itself.
    fn closed_too_early(&self, item: usize, body: usize, close: usize) -> (Option<Mend>, SyntaxError) {
        match self.unopened(item, body, close) {
            Some((line, end)) => {
                let wrong =
                    SyntaxError { kind: SyntaxErrorKind::MissingOpen, span: self.spanning(line, end) };
                (Some(Mend::OpenBefore(end)), wrong)
            }
            None => {
                let wrong = SyntaxError { kind: SyntaxErrorKind::StrayClose, span: self.pieces[close].span };
                (Some(Mend::Drop(close)), wrong)
            }
        }
    }

    /// The line above a closing brace that looks as if it opened its block: indented as the brace is, with
    /// deeper lines between, without a brace, and not going on by itself. With its end.
    fn unopened(&self, item: usize, body: usize, close: usize) -> Option<(usize, usize)> {
        let own = self.places[close];
        let line =
            (body..close).rev().find(|i| self.places[*i].first && self.places[*i].indent <= own.indent)?;
        let mut end = (line..close).find(|i| self.pieces[*i].kind == PieceKind::NewLine)?;
        if self.pieces[end - 1].kind == PieceKind::Comment {
            end -= 1;
        }
        let next = self.next_line(line, close, |_| true)?;
        let opens = self.pieces[line..end].iter().any(|p| p.kind == PieceKind::Open);
        let fits = own.first && self.places[line].indent == own.indent && line > item;
        (fits && !opens && !self.goes_on(line..end, next)).then_some((line, end))
    }

    /// Whether a line, to all appearances, goes on with the piece `next`.
    fn goes_on(&self, line: Range<usize>, next: usize) -> bool {
        let said = |i: usize| self.pieces[i].span.of(self.text);
        let last = said(line.end - 1);
        let count = |mark| line.clone().filter(|i| said(*i) == mark).count();
        last == "," || joins(last) || begins_joined(self.text, self.pieces, next) || count("(") > count(")")
    }

    /// The first line below `from`, before `end`, whose indentation fits.
    fn next_line(&self, from: usize, end: usize, fits: impl Fn(u32) -> bool) -> Option<usize> {
        (from + 1..end).find(|i| self.places[*i].first && fits(self.places[*i].indent))
    }

    /// Whether an item's closing brace stands where one expects it.
    fn closes_well(&self, item: usize, close: usize) -> bool {
        let (head, own) = (self.places[item], self.places[close]);
        own.line == head.line || (own.first && own.indent <= head.indent)
    }

    /// Whether a closing brace that closes nothing comes before the next item.
    fn closes_again(&self, from: usize) -> bool {
        let mut depth = 0_usize;
        for at in from..self.pieces.len() {
            match self.pieces[at].kind {
                PieceKind::Start { .. } if depth == 0 || self.is_head(at) => return false,
                PieceKind::Open => depth += 1,
                PieceKind::Close if depth == 0 => return true,
                PieceKind::Close => depth -= 1,
                _ => {}
            }
        }
        false
    }

    /// The end of the last piece before `end` that is no comment and no line end.
    fn last_said(&self, from: usize, end: usize) -> usize {
        (from..end).rev().find(|i| !self.pieces[*i].kind.is_trivia()).map_or(from, |i| i + 1)
    }

    /// The tokens before an opening brace, back to the start of their line.
    fn head_of(&self, item: usize, opener: usize) -> Span {
        if self.places[opener].line == self.places[item].line {
            return self.spanning(item, self.head_end(item));
        }
        let ends = |p: &Piece| {
            matches!(p.kind, PieceKind::NewLine | PieceKind::Separator | PieceKind::Open | PieceKind::Close)
        };
        let start = self.pieces[..opener].iter().rposition(ends).map_or(item, |n| n + 1);
        self.spanning(start, opener.max(start + 1))
    }

    fn spanning(&self, start: usize, end: usize) -> Span {
        self.pieces[start].span.to(self.pieces[end.max(start + 1) - 1].span)
    }

    fn mended(
        &self,
        range: Range<usize>,
        head_end: usize,
        body: usize,
        mend: Option<Mend>,
        closed: bool,
    ) -> Vec<Piece> {
        let nothing = |kind, after: usize| {
            let end = self.pieces[self.last_said(range.start, after).max(1) - 1].span.end;
            Piece { kind, span: Span { start: end, end } }
        };
        let missing_open = body == head_end;
        let mut list = Vec::with_capacity(range.len() + 2);
        for at in range.clone() {
            match mend {
                Some(Mend::OpenBefore(place)) if place == at => list.push(nothing(PieceKind::Open, at)),
                Some(Mend::CloseBefore(place)) if place == at => list.push(nothing(PieceKind::Close, at)),
                Some(Mend::Drop(place)) if place == at => continue,
                _ => {}
            }
            let between = (head_end..body.max(1) - 1).contains(&at) && !missing_open;
            if at == head_end && missing_open {
                list.push(nothing(PieceKind::Open, at));
            }
            if !between || self.pieces[at].kind == PieceKind::Hidden {
                list.push(self.pieces[at]);
            }
        }
        if missing_open && range.end <= head_end {
            list.push(nothing(PieceKind::Open, range.end));
        }
        if !closed {
            list.push(nothing(PieceKind::Close, range.end));
        }
        list
    }
}
