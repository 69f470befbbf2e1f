//! A piece of a text, quoted with its line number and a mark under it.
//!
//! Drawn by ariadne from a window of the text: the marked line only, cleaned character by character, cut if it is
//! very long. So what a text contains never reaches the terminal raw, and a huge file costs no more than its line.

use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind, Source};
use policy_db::{Database, SourceFile, queries};
use policy_syntax::{LineIndex, Span};

use super::terminal::{Paint, Style, clean, clean_char, width};

/// The most characters of a line that are shown.
const MAX_LINE: usize = 240;

/// Something to quote.
pub struct Quote<'a> {
    /// The name of the file.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Where its lines begin.
    pub lines: &'a LineIndex,
    /// The piece that is marked.
    pub span: Span,
    /// What to say about it; may be empty.
    pub label: &'a str,
    /// How it is drawn.
    pub paint: Paint,
}

impl<'a> Quote<'a> {
    /// A piece of a file of the database.
    pub fn of(db: &'a Database, file: SourceFile, span: Span, label: &'a str, paint: Paint) -> Self {
        Quote { path: file.path(db), text: file.text(db), lines: queries::lines(db, file), span, label, paint }
    }
}

/// The location line and the quoted line, each line indented.
pub fn quote(quote: &Quote, style: Style, indent: usize) -> String {
    let position = quote.lines.position(quote.text, quote.span.start);
    let pad = " ".repeat(indent);
    let place = format!("{}:{}:{}", clean(quote.path), position.line, position.column);
    let arrow = style.symbol("→", "-->");
    let mut out = format!("{pad}{}\n", style.paint(Paint::Dim, &format!("{arrow} {place}")));
    let window = Window::new(quote.text, quote.span);
    if window.text.trim().is_empty() {
        return out;
    }
    for line in window.draw(quote, position.line, style).lines() {
        out.push_str(format!("{pad}{line}").trim_end());
        out.push('\n');
    }
    out
}

/// One line of a text, cleaned, with the characters that are marked.
struct Window {
    text: String,
    marked: std::ops::Range<usize>,
}

impl Window {
    fn new(text: &str, span: Span) -> Self {
        let floor = |at: u32| (0..=(at as usize).min(text.len())).rev().find(|i| text.is_char_boundary(*i));
        let (start, end) = (floor(span.start).unwrap_or(0), floor(span.end).unwrap_or(0));
        let first = text[..start].rfind('\n').map_or(0, |i| i + 1);
        let last = text[start..].find('\n').map_or(text.len(), |i| start + i);
        let before = text[first..start].chars().count();
        let length = text[start..end.clamp(start, last)].trim_end().chars().count();
        let line: Vec<char> = text[first..last].trim_end().chars().map(clean_char).collect();
        Window::cut(&line, before, length)
    }

    /// Keeps the marked part in sight when a line is very long.
    fn cut(line: &[char], before: usize, length: usize) -> Self {
        let from = if line.len() > MAX_LINE { before.saturating_sub(MAX_LINE / 4) } else { 0 };
        let to = line.len().min(from + MAX_LINE);
        let mut text: String = line[from.min(to)..to].iter().collect();
        let mut start = before - from;
        if from > 0 {
            text.insert_str(0, "… ");
            start += 2;
        }
        let shown = text.chars().count();
        if to < line.len() {
            text.push_str(" …");
        }
        let start = start.min(shown.saturating_sub(1));
        let end = (start + length.max(1)).min(shown).max(start);
        Window { text, marked: start..end }
    }

    fn draw(&self, quote: &Quote, line: u32, style: Style) -> String {
        let chars = if style.unicode { CharSet::Unicode } else { CharSet::Ascii };
        let config = Config::new()
            .with_color(style.colour)
            .with_char_set(chars)
            .with_index_type(IndexType::Char)
            .with_tab_width(4);
        // ariadne numbers lines from the top of its source, so the lines above are there, empty.
        let above = line as usize - 1;
        let marked = self.marked.start + above..self.marked.end + above;
        let label = Label::new(marked.clone()).with_color(colour(quote.paint));
        let label = if quote.label.is_empty() { label } else { label.with_message(clean(quote.label)) };
        let report = Report::build(ReportKind::Advice, marked).with_config(config).with_label(label);
        let source = Source::from("\n".repeat(above) + &self.text);
        let mut drawn = Vec::new();
        if report.finish().write(source, &mut drawn).is_err() {
            return self.text.clone();
        }
        let body = without_frame(&String::from_utf8_lossy(&drawn));
        if !quote.label.is_empty() {
            return body;
        }
        let mark = self.underline(&body, quote.paint, style);
        body + &mark
    }

    /// The mark under the line, which ariadne draws only for a label with words.
    fn underline(&self, body: &str, paint: Paint, style: Style) -> String {
        let margin = body.lines().next().unwrap_or_default();
        let columns = |from, to| width(&self.text.chars().skip(from).take(to - from).collect::<String>());
        let before = " ".repeat(columns(0, self.marked.start));
        let mark = style.symbol("─", "^").repeat(columns(self.marked.start, self.marked.end).max(1));
        format!("\n{margin} {before}{}", style.paint(paint, &mark))
    }
}

/// Without ariadne's own heading, location and closing line, which are written here instead.
fn without_frame(drawn: &str) -> String {
    let lines: Vec<_> = drawn.lines().skip(2).collect();
    let end = lines.len().saturating_sub(1);
    lines[..end].join("\n")
}

fn colour(paint: Paint) -> ariadne::Color {
    match paint {
        Paint::Good => ariadne::Color::Green,
        Paint::Bad => ariadne::Color::Red,
        Paint::Open => ariadne::Color::Yellow,
        Paint::Dim | Paint::Strong => ariadne::Color::Primary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, span: Span, label: &str) -> String {
        let lines = &LineIndex::new(text);
        quote(&Quote { path: "loans.yaml", text, lines, span, label, paint: Paint::Bad }, Style::plain(), 2)
    }

    #[test]
    fn the_line_is_marked_and_located() {
        let text = "é: 1\nboek: zoek\n";
        insta_like(&plain(text, Span::new(12, 16), "not on the shelf"), &[
            "  --> loans.yaml:2:7",
            "     |",
            "   2 | boek: zoek",
            "     |       ^^|^",
            "     |         `--- not on the shelf",
        ]);
    }

    #[test]
    fn a_line_without_words_is_underlined() {
        insta_like(&plain("  boek: zoek\n", Span::new(2, 6), ""), &[
            "  --> loans.yaml:1:3",
            "     |",
            "   1 |   boek: zoek",
            "     |   ^^^^",
        ]);
    }

    #[test]
    fn odd_spans_are_clamped() {
        let text = "é\n";
        for span in [Span::new(1, 1), Span::new(0, 99), Span::new(99, 200), Span::new(2, 0)] {
            assert!(plain(text, span, "x").starts_with("  --> loans.yaml:"), "{span:?}");
        }
        assert_eq!(plain("", Span::default(), "x"), "  --> loans.yaml:1:1\n");
    }

    #[test]
    fn long_and_hostile_lines_are_cut_and_cleaned() {
        let text = format!("{}\u{1b}[2J{}", "a".repeat(5000), "b".repeat(5000));
        let shown = plain(&text, Span::new(5000, 5004), "here");
        assert!(!shown.contains('\u{1b}') && shown.contains("\u{fffd}[2J"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 300));
    }

    fn insta_like(shown: &str, lines: &[&str]) {
        assert_eq!(shown.lines().collect::<Vec<_>>(), lines, "\n{shown}");
    }
}
