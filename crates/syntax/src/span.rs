//! Byte spans, and lines and columns where people read them.

/// A range of bytes in a text: `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
}

impl Span {
    /// A span from its ends.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start: start as u32, end: end as u32 }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Self {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the two have a byte in common, or one ends where the other begins.
    pub fn touches(self, other: Span) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// As a range of indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text it covers; empty if it does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }
}

/// A place as people count it: line and column from 1, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Byte, from 0.
    pub byte: u32,
}

/// Where the lines of a text begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// The index of `text`. Lines end at `\n`; a `\r` before it belongs to the line.
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
        LineIndex { starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The line of a byte, from 0, and the byte it begins at.
    pub fn line(&self, byte: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= byte) - 1;
        (line as u32, self.starts[line])
    }

    /// The byte that a line, from 0, begins at.
    pub fn start(&self, line: u32) -> Option<u32> {
        self.starts.get(line as usize).copied()
    }

    /// The position of a byte; clamped to the text and to a character's start.
    pub fn position(&self, text: &str, byte: u32) -> Position {
        let mut byte = (byte as usize).min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let line = self.starts.partition_point(|s| *s as usize <= byte) - 1;
        let column = text[self.starts[line] as usize..byte].chars().count();
        Position { line: line as u32 + 1, column: column as u32 + 1, byte: byte as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_clamp() {
        let text = "één\r\n≤ 13\n";
        let index = LineIndex::new(text);
        let at = |byte| {
            let p = index.position(text, byte);
            (p.line, p.column, p.byte)
        };
        assert_eq!(at(0), (1, 1, 0));
        assert_eq!(at(1), (1, 1, 0), "inside a character is its start");
        assert_eq!(at(7), (2, 1, 7));
        assert_eq!(at(10), (2, 2, 10));
        assert_eq!(at(999), (3, 1, text.len() as u32));
    }
}
