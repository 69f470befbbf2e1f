//! What a terminal can show, and what it must never be sent.

use std::io::IsTerminal;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How output is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Colours.
    pub colour: bool,
    /// Lines and symbols beyond ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// The width where there is no terminal to ask.
pub const PLAIN_WIDTH: usize = 100;

impl Style {
    /// As a file or a pipe gets it.
    pub fn plain() -> Self {
        Style { colour: false, unicode: false, width: PLAIN_WIDTH }
    }

    /// What standard output can show.
    pub fn stdout() -> Self {
        let stream = std::io::stdout();
        let size = terminal_size::terminal_size_of(&stream);
        Style::of(anstream::AutoStream::choice(&stream), stream.is_terminal(), size)
    }

    /// What standard error can show.
    pub fn stderr() -> Self {
        let stream = std::io::stderr();
        let size = terminal_size::terminal_size_of(&stream);
        Style::of(anstream::AutoStream::choice(&stream), stream.is_terminal(), size)
    }

    fn of(
        choice: anstream::ColorChoice,
        terminal: bool,
        size: Option<(terminal_size::Width, terminal_size::Height)>,
    ) -> Self {
        let width = size.map_or(PLAIN_WIDTH, |(width, _)| width.0 as usize);
        Style {
            colour: choice != anstream::ColorChoice::Never,
            unicode: terminal && utf8(),
            width: width.max(40),
        }
    }

    /// Text in a colour, if there are colours.
    pub fn paint(self, paint: Paint, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        format!("\x1b[{}m{text}\x1b[0m", paint.code())
    }

    /// The first where symbols beyond ASCII can be drawn, else the second.
    pub fn symbol(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }
}

/// Whether the character set of the environment is UTF-8; its language is never looked at.
fn utf8() -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let set = names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.is_none_or(|value| value.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// What a colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// A pass.
    Good,
    /// A fail, an error.
    Bad,
    /// An unknown, a warning.
    Open,
    /// Less important.
    Dim,
    /// A heading.
    Strong,
}

impl Paint {
    fn code(self) -> &'static str {
        match self {
            Paint::Good => "32",
            Paint::Bad => "31",
            Paint::Open => "33",
            Paint::Dim => "2",
            Paint::Strong => "1",
        }
    }
}

/// The text with every character that could steer a terminal, or change the reading direction, replaced by one
/// visible character each; tabs and line ends become spaces.
pub fn clean(text: &str) -> String {
    text.chars().map(clean_char).collect()
}

/// The replacement of one character.
pub fn clean_char(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() || is_hidden(c) => '\u{fffd}',
        c => c,
    }
}

/// Whether a character is invisible and steers how others are shown.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Text in lines of at most `columns`, broken at spaces, or inside a word that is longer than a line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last_mut().filter(|line| !line.is_empty());
        match line {
            Some(line) if width(line) + 1 + width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.extend(pieces(word, columns)),
            None => {
                lines.pop();
                lines.extend(pieces(word, columns));
            }
        }
    }
    lines
}

fn pieces(word: &str, columns: usize) -> Vec<String> {
    let (mut pieces, mut used) = (vec![String::new()], 0);
    for c in word.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > columns.max(1) && used > 0 {
            pieces.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
}

/// A paragraph, wrapped and indented; the first line after `head`.
pub fn paragraph(head: &str, text: &str, indent: usize, columns: usize) -> String {
    let lines = wrap(text, columns.saturating_sub(indent).max(20));
    let lead = " ".repeat(indent.saturating_sub(width(head)));
    let mut out = format!("{head}{lead}{}\n", lines[0]);
    for line in &lines[1..] {
        out.push_str(&format!("{}{line}\n", " ".repeat(indent)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_hidden_characters_never_pass() {
        let text = "a\u{1b}[31mb\u{7}\u{9b}\u{202e}c\u{200b}\u{2066}é≤\n\t";
        let clean = clean(text);
        assert_eq!(clean, "a\u{fffd}[31mb\u{fffd}\u{fffd}\u{fffd}c\u{fffd}\u{fffd}é≤  ");
        assert_eq!(clean.chars().count(), text.chars().count());
    }

    #[test]
    fn wrapping_keeps_every_word() {
        assert_eq!(wrap("een boek te laat", 8), ["een boek", "te laat"]);
        assert_eq!(wrap("boekenkast", 4), ["boek", "enka", "st"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(paragraph("Bron:", "een twee", 6, 26), "Bron: een twee\n");
    }
}
