//! Pieces of a text, quoted with their line numbers and a mark under each.
//!
//! Drawn by ariadne from a copy of the text that holds the marked lines only, cleaned character by character and cut
//! where they are very long. So what a text contains never reaches the terminal raw.

use std::collections::BTreeMap;
use std::ops::Range;

use ariadne::{CharSet, Config, IndexType, Label, Report, ReportKind, Source};
use policy_db::{Database, SourceFile, queries};
use policy_syntax::{LineIndex, Span};

use super::terminal::{Paint, Style, clean, clean_char, width};

/// The most characters of a line that are shown, unless fewer are asked for.
const MAX_LINE: usize = 240;
/// The fewest that can be asked for.
const MIN_LINE: usize = 60;

/// The most bytes of a line that are looked at on each side of its first mark: many times what is shown, so that a
/// line of millions costs no more than a long one.
const NEAR: usize = 16 * MAX_LINE;

/// Marks further down are located but not drawn: ariadne numbers lines from the top of its source, so that the
/// lines above cost time, even empty.
const LAST_DRAWN: u32 = 50_000;

/// Something to quote.
pub struct Quote<'a> {
    /// The name of the file.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Where its lines begin.
    pub lines: &'a LineIndex,
    /// The pieces that are marked; the location is that of the first.
    pub marks: Vec<Mark<'a>>,
    /// The most characters of a line that are shown.
    pub columns: usize,
}

/// A piece of a text.
pub struct Mark<'a> {
    /// Its bytes.
    pub span: Span,
    /// What to say about it; may be empty.
    pub label: &'a str,
    /// How it is drawn.
    pub paint: Paint,
}

impl<'a> Quote<'a> {
    /// Pieces of a file of the database.
    pub fn of(db: &'a Database, file: SourceFile, marks: Vec<Mark<'a>>) -> Self {
        let lines = queries::lines(db, file);
        Quote { path: file.path(db), text: file.text(db), lines, marks, columns: MAX_LINE }
    }

    /// Shows no more than so many characters of a line.
    pub fn within(self, columns: usize) -> Self {
        Quote { columns: columns.clamp(MIN_LINE, MAX_LINE), ..self }
    }

    /// The location line and the quoted lines, indented.
    pub fn draw(&self, style: Style, indent: usize) -> String {
        let Some(first) = self.marks.first() else { return String::new() };
        let pad = " ".repeat(indent);
        let at = self.lines.position(self.text, first.span.start);
        let mut place = format!("{} {}", style.symbol("→", "-->"), clean(self.path));
        if !self.text.is_empty() {
            place.push_str(&format!(":{}:{}", at.line, at.column));
        }
        let mut out = format!("{pad}{}\n", style.paint(Paint::Dim, &place));
        for line in self.body(style).lines() {
            out.push_str(format!("{pad}{line}").trim_end());
            out.push('\n');
        }
        out
    }

    fn body(&self, style: Style) -> String {
        let windows = self.windows();
        let Some((last, _)) = windows.last_key_value() else { return String::new() };
        let (mut source, mut length) = (String::new(), 0);
        let mut starts = BTreeMap::new();
        for line in 1..=*last {
            let text = windows.get(&line).map_or("", |window| &window.text);
            starts.insert(line, length);
            length += text.chars().count() + 1;
            source.push_str(text);
            source.push('\n');
        }
        let wordless = self.marks.iter().all(|mark| mark.label.is_empty());
        let body = self.drawn(source, &windows, &starts, style);
        match windows.iter().next() {
            Some((_, window)) if wordless && windows.len() == 1 => {
                let mark = window.underline(&body, self.marks[0].paint, style);
                body + &mark
            }
            _ => body,
        }
    }

    /// The marked lines by number. A line without text is not worth showing.
    fn windows(&self) -> BTreeMap<u32, Window> {
        let mut by_line: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, mark) in self.marks.iter().enumerate() {
            by_line.entry(self.lines.position(self.text, mark.span.start).line).or_default().push(index);
        }
        by_line.retain(|line, _| *line <= LAST_DRAWN);
        let windows = by_line.into_iter().map(|(line, marks)| (line, self.window(marks)));
        windows.filter(|(_, window)| !window.text.trim().is_empty()).collect()
    }

    /// The line that the chosen marks are on.
    fn window(&self, chosen: Vec<usize>) -> Window {
        let (text, marks) = (self.text, &self.marks);
        let start = floor(text, marks[chosen[0]].span.start);
        let (near, far) = (start.saturating_sub(NEAR), start.saturating_add(NEAR));
        let (near, far) = (floor(text, near as u32), floor(text, far as u32));
        let first = text[near..start].rfind('\n').map_or(near, |i| near + i + 1);
        let last = text[start..far].find('\n').map_or(far, |i| start + i);
        let range = |span: Span| {
            let start = floor(text, span.start).clamp(first, last);
            let end = floor(text, span.end);
            let before = text[first..start].chars().count();
            before..before + text[start..end.clamp(start, last)].trim_end().chars().count()
        };
        let marked = chosen.into_iter().map(|index| (index, range(marks[index].span))).collect();
        let line: Vec<char> = text[first..last].trim_end().chars().map(clean_char).collect();
        Window::cut(&line, marked, self.columns)
    }

    fn drawn(
        &self,
        source: String,
        windows: &BTreeMap<u32, Window>,
        starts: &BTreeMap<u32, usize>,
        style: Style,
    ) -> String {
        let chars = if style.unicode { CharSet::Unicode } else { CharSet::Ascii };
        let config = Config::new()
            .with_color(style.colour)
            .with_char_set(chars)
            .with_index_type(IndexType::Char)
            .with_tab_width(4);
        let mut report = Report::build(ReportKind::Advice, 0..0).with_config(config);
        for (line, window) in windows {
            for (index, range) in &window.marked {
                let (mark, start) = (&self.marks[*index], starts[line]);
                let label = Label::new(range.start + start..range.end + start).with_color(colour(mark.paint));
                let words = clean(mark.label);
                report.add_label(if words.is_empty() { label } else { label.with_message(words) });
            }
        }
        let mut drawn = Vec::new();
        match report.finish().write(Source::from(source), &mut drawn) {
            Ok(()) => without_frame(&String::from_utf8_lossy(&drawn)),
            Err(_) => String::new(),
        }
    }
}

/// One line of a text, cleaned, with the characters that are marked, each by the index of its mark.
struct Window {
    text: String,
    marked: Vec<(usize, Range<usize>)>,
}

impl Window {
    /// Keeps the first mark in sight when a line is very long.
    fn cut(line: &[char], mut marked: Vec<(usize, Range<usize>)>, columns: usize) -> Self {
        let seen = marked.iter().map(|(_, range)| range.start).min().unwrap_or(0);
        let end = marked
            .iter()
            .filter(|(_, range)| range.start == seen)
            .map(|(_, range)| range.end)
            .max()
            .unwrap_or(0);
        let from = if end > columns { seen.saturating_sub(columns / 4).min(line.len()) } else { 0 };
        let to = line.len().min(from + columns);
        let lead = if from > 0 { "… " } else { "" };
        let mut text: String = lead.chars().chain(line[from..to].iter().copied()).collect();
        let shown = text.chars().count();
        if to < line.len() {
            text.push_str(" …");
        }
        let place = |at: usize| (at + lead.chars().count()).saturating_sub(from).min(shown.saturating_sub(1));
        for (_, range) in &mut marked {
            let length = range.end.saturating_sub(range.start).max(1);
            let start = place(range.start);
            *range = start..(start + length).min(shown).max(start);
        }
        Window { text, marked }
    }

    /// The mark under the line, which ariadne draws only for a label with words.
    fn underline(&self, body: &str, paint: Paint, style: Style) -> String {
        let Some((_, marked)) = self.marked.first() else { return String::new() };
        let margin = body.lines().next().unwrap_or_default();
        let columns =
            |from, to: usize| width(&self.text.chars().skip(from).take(to - from).collect::<String>());
        let before = " ".repeat(columns(0, marked.start));
        let mark = style.symbol("─", "^").repeat(columns(marked.start, marked.end).max(1));
        format!("\n{margin} {before}{}", style.paint(paint, &mark))
    }
}

/// The start of the character that a byte is in.
fn floor(text: &str, at: u32) -> usize {
    (0..=(at as usize).min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
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

    fn plain(text: &str, marks: &[(Span, &str)]) -> String {
        let marks = marks.iter().map(|(span, label)| Mark { span: *span, label, paint: Paint::Bad });
        let quote = Quote {
            path: "loans.yaml",
            text,
            lines: &LineIndex::new(text),
            marks: marks.collect(),
            columns: MAX_LINE,
        };
        quote.draw(Style::plain(), 2)
    }

    #[test]
    fn the_line_is_marked_and_located() {
        let text = "é: 1\nboek: zoek\n";
        looks(
            &plain(text, &[(Span::new(12, 16), "not on the shelf")]),
            &[
                "  --> loans.yaml:2:7",
                "     |",
                "   2 | boek: zoek",
                "     |       ^^|^",
                "     |         `--- not on the shelf",
            ],
        );
    }

    #[test]
    fn a_line_without_words_is_underlined() {
        looks(
            &plain("  boek: zoek\n", &[(Span::new(2, 6), "")]),
            &["  --> loans.yaml:1:3", "     |", "   1 |   boek: zoek", "     |   ^^^^"],
        );
    }

    #[test]
    fn several_marks_share_one_quote() {
        let text = "book: b\nskipped: 1\nbranch: north\n";
        let shown = plain(text, &[(Span::new(27, 32), "far"), (Span::new(0, 4), "what")]);
        assert!(shown.starts_with("  --> loans.yaml:3:9\n"), "{shown}");
        assert!(shown.contains("1 | book: b") && shown.contains("3 | branch: north"), "{shown}");
        assert!(!shown.contains("skipped"), "{shown}");
    }

    #[test]
    fn odd_spans_are_clamped() {
        let text = "é\n";
        for span in [Span::new(1, 1), Span::new(0, 99), Span::new(99, 200), Span::new(2, 0)] {
            assert!(plain(text, &[(span, "x")]).starts_with("  --> loans.yaml:"), "{span:?}");
        }
        assert_eq!(plain("", &[(Span::default(), "x")]), "  --> loans.yaml\n");
    }

    #[test]
    fn long_and_hostile_lines_are_cut_and_cleaned() {
        let text = format!("{}\u{1b}[2J{}", "a".repeat(5000), "b".repeat(5000));
        let shown = plain(&text, &[(Span::new(5000, 5004), "here"), (Span::new(9000, 9999), "there")]);
        assert!(!shown.contains('\u{1b}') && shown.contains("\u{fffd}[2J"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 300), "{shown}");
    }

    #[test]
    fn a_line_without_end_is_cut_and_a_line_far_down_only_located() {
        let text = "a".repeat(1 << 20);
        let shown = plain(&text, &[(Span::new(9_000, 9_004), "here")]);
        assert!(shown.contains("… aaa") && shown.contains("aaa …") && shown.contains("^^|^"), "{shown}");
        let text = "\n".repeat(1 << 20) + "late";
        assert_eq!(plain(&text, &[(Span::new(1 << 20, text.len()), "late")]), "  --> loans.yaml:1048577:1\n");
    }

    fn looks(shown: &str, lines: &[&str]) {
        assert_eq!(shown.lines().collect::<Vec<_>>(), lines, "\n{shown}");
    }
}
