//! Bytes inside, lines and columns outside: in the unit that the client and the server agreed on.

use policy_syntax::{LineIndex, Span};
use tower_lsp::lsp_types::{Position, PositionEncodingKind, Range, TextDocumentContentChangeEvent};

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: what the protocol falls back on.
    #[default]
    Utf16,
}

impl Encoding {
    /// The best of those that the client offers.
    pub fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Self {
        let utf8 = offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8));
        if utf8 { Encoding::Utf8 } else { Encoding::Utf16 }
    }

    /// Its name in the protocol.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn width(self, text: &str) -> u32 {
        match self {
            Encoding::Utf8 => text.len() as u32,
            Encoding::Utf16 => text.chars().map(|c| c.len_utf16() as u32).sum(),
        }
    }
}

/// A text with its lines, as the client counts them.
#[derive(Debug, Clone, Copy)]
pub struct Ruler<'a> {
    /// The text.
    pub text: &'a str,
    /// Where its lines begin.
    pub lines: &'a LineIndex,
    /// What a column counts.
    pub encoding: Encoding,
}

impl Ruler<'_> {
    /// The place of a byte; clamped to the text and to the start of a character.
    pub fn position(&self, byte: u32) -> Position {
        let mut byte = (byte as usize).min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let (line, start) = self.lines.line(byte as u32);
        Position { line, character: self.encoding.width(&self.text[start as usize..byte]) }
    }

    /// The place of some bytes.
    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end.max(span.start)) }
    }

    /// The byte of a place; clamped to the line and to the start of a character.
    pub fn byte(&self, position: Position) -> u32 {
        let Some(start) = self.lines.start(position.line) else { return self.text.len() as u32 };
        let rest = &self.text[start as usize..];
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        start + within(line, position.character, self.encoding)
    }

    /// The bytes of a place.
    pub fn span(&self, range: Range) -> Span {
        let (start, end) = (self.byte(range.start), self.byte(range.end));
        Span { start, end: end.max(start) }
    }
}

/// How many bytes of a line lie before a column.
fn within(line: &str, column: u32, encoding: Encoding) -> u32 {
    let mut left = column;
    for (at, character) in line.char_indices() {
        let width = match encoding {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
        } as u32;
        if left < width {
            return at as u32;
        }
        left -= width;
    }
    line.len() as u32
}

/// A text after the changes that a client reports, in their order.
pub fn changed(text: &str, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) -> String {
    changes.into_iter().fold(text.to_owned(), |mut text, change| {
        let Some(range) = change.range else { return change.text };
        let span = Ruler { text: &text, lines: &LineIndex::new(&text), encoding }.span(range);
        text.replace_range(span.range(), &change.text);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(range: Option<[u32; 4]>, text: &str) -> TextDocumentContentChangeEvent {
        let range = range.map(|[a, b, c, d]| Range::new(Position::new(a, b), Position::new(c, d)));
        TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() }
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let text = "één 🙂 x\r\nb\n";
        let lines = LineIndex::new(text);
        let of = |encoding| Ruler { text, lines: &lines, encoding };
        let x = text.find('x').expect("there") as u32;
        assert_eq!(of(Encoding::Utf16).position(x), Position::new(0, 7));
        assert_eq!(of(Encoding::Utf8).position(x), Position::new(0, 11));
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            for (byte, _) in text.char_indices().filter(|(_, c)| *c != '\n') {
                assert_eq!(of(encoding).byte(of(encoding).position(byte as u32)), byte as u32);
            }
            assert_eq!(of(encoding).byte(Position::new(0, 99)), text.find('\r').expect("there") as u32);
            assert_eq!(of(encoding).byte(Position::new(9, 0)), text.len() as u32);
        }
        assert_eq!(of(Encoding::Utf16).byte(Position::new(0, 5)), text.find('🙂').expect("there") as u32);
    }

    #[test]
    fn changes_apply_one_after_the_other() {
        let changes =
            vec![change(Some([0, 1, 0, 1]), "\n"), change(Some([1, 0, 1, 1]), "ë"), change(None, "z")];
        assert_eq!(changed("ab", changes[..1].to_vec(), Encoding::Utf16), "a\nb");
        assert_eq!(changed("ab", changes[..2].to_vec(), Encoding::Utf16), "a\në");
        assert_eq!(changed("ab", changes, Encoding::Utf16), "z");
    }
}
