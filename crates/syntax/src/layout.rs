//! The layout of a policy file, as the formatter writes it.
//!
//! Changes white space, and the spelling of `<=`, `>=`, `!=`; other words only where its caller says so.
//! Knows no meaning. An item with a syntax error, and text that is no item, stays byte for byte.

use crate::lower::would_join;
use crate::{File, Item, Line, Span, SyntaxErrorKind, Token, TokenKind};

/// The widest line that a block on one line may make.
const WIDTH: usize = 100;
/// Columns of indentation for each block; a line that goes on gets twice as many extra.
const STEP: usize = 2;

/// Signs that may stand against their number: `≤13` and `≤ 13` both stay.
const COMPARISONS: [&str; 9] = ["≤", "≥", "<", ">", "=", "≠", "<=", ">=", "!="];

/// Other words for the tokens of a line; `\n` in them wraps the line.
pub type Rewrite<'a> = &'a dyn Fn(&Line, &Item) -> Option<String>;
/// Other words for the item word and the head of an item, without the brace.
pub type Head<'a> = &'a dyn Fn(&Item) -> Option<String>;

/// Lays out `text`, of which `file` is the tree.
///
/// `rewrite` gives other words for a line's tokens (its block and its comments stay), `head` for an item's
/// word and head; where they give `None`, the words stay. Doing it twice changes nothing more. Lines end
/// with `\r\n` if all lines of `text` do, else with `\n`.
pub fn layout(text: &str, file: &File, rewrite: Rewrite<'_>, head: Head<'_>) -> String {
    let mut writer =
        Writer { text, file, rewrite, head, lines: Vec::new(), comment: 0, blank: false, fresh: true };
    writer.file();
    writer.finish()
}

/// A written line. Its text may hold line ends of its own: text blocks, and what stays as it was.
struct Written {
    blank_before: bool,
    indent: usize,
    text: String,
}

struct Writer<'a> {
    text: &'a str,
    file: &'a File,
    rewrite: Rewrite<'a>,
    head: Head<'a>,
    lines: Vec<Written>,
    /// The first comment that is not written yet.
    comment: usize,
    /// Whether a blank line comes before what is written next.
    blank: bool,
    /// Whether a block or the file has just begun: no blank line there.
    fresh: bool,
}

impl Writer<'_> {
    fn file(&mut self) {
        let mut at = if self.text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let mut after_tall = false;
        for item in &self.file.items {
            let (start, end) = (item.span.start as usize, item.span.end as usize);
            let readable = self.is_readable(item);
            // What stays keeps its indentation too: the mending of braces goes by it.
            let start = if readable { start } else { self.line_start(at, start) };
            let before = self.lines.len();
            self.between(at, start, after_tall);
            let (first, beside) = (self.lines.len(), self.lines.len() == before && before > 0);
            if readable {
                self.item(item)
            } else {
                self.verbatim(start, end)
            }
            let tall = self.lines.len() > first + 1 || self.lines[first].text.contains('\n');
            self.lines[first].blank_before |= beside && (tall || after_tall);
            (after_tall, at) = (tall, end);
        }
        self.between(at, self.text.len(), after_tall);
    }

    /// Whether every character of an item is in its tree, in a comment, or one that the layout writes itself.
    fn is_readable(&self, item: &Item) -> bool {
        let first = self.file.errors.partition_point(|e| e.span.start < item.span.start);
        let inside = self.file.errors[first..].iter().take_while(|e| e.span.start < item.span.end);
        let mut tokens = None;
        inside.into_iter().all(|error| match error.kind {
            SyntaxErrorKind::LookAlike(_) => true,
            SyntaxErrorKind::HiddenCharacter(_) => {
                let tokens = tokens.get_or_insert_with(|| item.token_spans());
                holds(tokens, error.span) || holds(&self.file.comments, error.span)
            }
            _ => false,
        })
    }

    /// The start of the line of `at`, if nothing but white space comes before it there.
    fn line_start(&self, from: usize, at: usize) -> usize {
        let before = &self.text[from..at];
        let start = before.rfind('\n').map_or(0, |n| n + 1);
        let own_line = start > 0 || self.lines.is_empty();
        if own_line && before[start..].trim().is_empty() { from + start } else { at }
    }

    /// Text that stays as it is, from the start of a line or not.
    fn verbatim(&mut self, start: usize, end: usize) {
        self.write(0, self.text[start..end].to_owned());
        while self.file.comments.get(self.comment).is_some_and(|c| (c.start as usize) < end) {
            self.comment += 1;
        }
    }

    /// What stands between two items: comments, or text that stays.
    fn between(&mut self, start: usize, end: usize, after_tall: bool) {
        let whole = &self.text[start..end];
        if self.is_blank(start, end) {
            let own_line = self.lines.len();
            self.gap(start, end, 0);
            if let Some(line) = self.lines.get_mut(own_line).filter(|_| own_line > 0) {
                line.blank_before |= after_tall;
            }
            return;
        }
        let said = whole.trim_end().len();
        let lead = said - whole[..said].trim_start().len();
        let from = whole[..lead].rfind('\n').map_or(0, |n| n + 1);
        self.blank = whole[..lead].matches('\n').count() > 1;
        let same_line = from == 0 && !self.lines.is_empty();
        self.verbatim(start + from, start + said);
        if same_line {
            self.join_last();
        }
        self.blank = whole[said..].matches('\n').count() > 1;
    }

    /// Puts the last written line behind the one before it: it stood there.
    fn join_last(&mut self) {
        if let Some(last) = self.lines.pop() {
            self.append(&last.text);
        }
    }

    /// Whether only comments and white space stand there.
    fn is_blank(&self, start: usize, end: usize) -> bool {
        let mut at = start;
        for comment in self.file.comments[self.comment..].iter().take_while(|c| (c.end as usize) <= end) {
            if !self.text[at..comment.start as usize].trim().is_empty() {
                return false;
            }
            at = comment.end as usize;
        }
        self.text[at..end].trim().is_empty()
    }

    /// Writes the comments of a gap, and notes whether a blank line ends it. Says how many lines ended in it.
    fn gap(&mut self, start: usize, end: usize, indent: usize) -> usize {
        let (mut at, mut total) = (start, 0);
        while let Some(comment) = self.file.comments.get(self.comment).filter(|c| (c.start as usize) < end) {
            let breaks = self.text[at..comment.start as usize].matches('\n').count();
            let text = comment.of(self.text);
            if breaks == 0 && !self.lines.is_empty() {
                self.append(" ");
                self.append(text);
            } else {
                self.blank = breaks > 1;
                self.write(indent, text.to_owned());
            }
            (at, total) = (comment.end as usize, total + breaks);
            self.comment += 1;
        }
        let breaks = self.text[at..end].matches('\n').count();
        self.blank = breaks > 1;
        total + breaks
    }

    fn item(&mut self, item: &Item) {
        let last = item.head.last().map_or(item.word_span, |t| t.span);
        let head = (self.head)(item).unwrap_or_else(|| {
            let mut head = item.word_span.of(self.text).to_owned();
            let mut at = item.word_span.end;
            for (n, token) in item.head.iter().enumerate() {
                head.push_str(self.space(n.checked_sub(1).map(|n| &item.head[n]), token, at));
                head.push_str(spelling(token, self.text));
                at = token.span.end;
            }
            head
        });
        self.write(0, head);
        self.block(item, &item.lines, last.end as usize, item.span.end as usize, 0);
    }

    /// A block behind what was written last: from the end of its head to that of its brace.
    fn block(&mut self, item: &Item, lines: &[Line], head_end: usize, end: usize, indent: usize) {
        if !self.text[head_end..end].contains('\n')
            && let Some(inline) = self.inline(item, lines)
            && self.column() + inline.chars().count() <= WIDTH
        {
            return self.append(&inline);
        }
        self.append(" {");
        self.fresh = true;
        let close = end - 1;
        let mut at = head_end + self.text[head_end..close].find('{').map_or(0, |n| n + 1);
        for (n, line) in lines.iter().enumerate() {
            self.gap(at, line.span.start as usize, indent + STEP);
            self.line(item, line, indent + STEP);
            if lines.get(n + 1).is_some_and(|next| would_join(line, next)) {
                self.append(";");
            }
            at = line.span.end as usize;
        }
        self.gap(at, close, indent + STEP);
        self.blank = false;
        self.write(indent, "}".to_owned());
    }

    /// A block on one line, if none of its lines needs more.
    fn inline(&self, item: &Item, lines: &[Line]) -> Option<String> {
        let mut parts = Vec::with_capacity(lines.len());
        for line in lines {
            let mut part = match (self.rewrite)(line, item) {
                Some(words) => words,
                None => self.spaced(&line.tokens),
            };
            if let Some(block) = &line.block {
                part.push_str(&self.inline(item, block)?);
            }
            parts.push(part);
        }
        let inline =
            if parts.is_empty() { " { }".to_owned() } else { format!(" {{ {} }}", parts.join("; ")) };
        (!inline.contains('\n')).then_some(inline)
    }

    /// Tokens on one line.
    fn spaced(&self, tokens: &[Token]) -> String {
        let mut text = String::new();
        for (n, token) in tokens.iter().enumerate() {
            if let Some(before) = n.checked_sub(1).map(|n| &tokens[n]) {
                text.push_str(self.space(Some(before), token, before.span.end));
            }
            text.push_str(spelling(token, self.text));
        }
        text
    }

    fn line(&mut self, item: &Item, line: &Line, indent: usize) {
        match (self.rewrite)(line, item) {
            Some(words) => self.rewritten(line, &words, indent),
            None => self.as_it_is(line, indent),
        }
        let Some(last) = line.tokens.last() else { return };
        if let Some(block) = &line.block {
            self.block(item, block, last.span.end as usize, line.span.end as usize, indent);
        }
    }

    /// A line with its own words, wrapped where it was wrapped.
    fn as_it_is(&mut self, line: &Line, indent: usize) {
        let mut before: Option<&Token> = None;
        for token in &line.tokens {
            let word = spelling(token, self.text);
            match before {
                None => self.write(indent, word.to_owned()),
                Some(last) => {
                    let (start, end) = (last.span.end, token.span.start);
                    let wraps = self.gap(start as usize, end as usize, indent + 2 * STEP) > 0;
                    self.blank = false;
                    if wraps {
                        self.write(indent + 2 * STEP, word.to_owned());
                    } else {
                        self.append(self.space(before, token, start));
                        self.append(word);
                    }
                }
            }
            before = Some(token);
        }
    }

    /// A line with other words. Comments that stood between its words come before it.
    fn rewritten(&mut self, line: &Line, words: &str, indent: usize) {
        let end = line.tokens.last().map_or(line.span.end, |t| t.span.end);
        while let Some(comment) = self.file.comments.get(self.comment).filter(|c| c.start < end) {
            self.write(indent, comment.of(self.text).to_owned());
            self.comment += 1;
        }
        for (n, words) in lines_of(words).enumerate() {
            self.write(if n == 0 { indent } else { indent + 2 * STEP }, words.trim().to_owned());
        }
    }

    /// What stands between two tokens on one line, of which the first ends at `at`.
    fn space(&self, before: Option<&Token>, token: &Token, at: u32) -> &'static str {
        let is = |token: &Token, text: &str| token.kind == TokenKind::Symbol && token.text == text;
        let touches = at == token.span.start;
        let opens = before.is_some_and(|t| is(t, "("));
        let tight =
            is(token, "(") && touches && before.is_none_or(|t| t.kind != TokenKind::Symbol || is(t, ")"));
        let compares = |t: &Token| t.kind == TokenKind::Symbol && COMPARISONS.contains(&t.text.as_str());
        let bound = token.kind == TokenKind::Number && touches && before.is_some_and(compares);
        if opens || tight || bound || is(token, ",") || is(token, ")") { "" } else { " " }
    }

    fn write(&mut self, indent: usize, text: String) {
        let blank_before = self.blank && !self.fresh;
        self.lines.push(Written { blank_before, indent, text });
        (self.blank, self.fresh) = (false, false);
    }

    fn append(&mut self, text: &str) {
        if let Some(line) = self.lines.last_mut() {
            line.text.push_str(text);
        }
    }

    /// The width of the line that is being written.
    fn column(&self) -> usize {
        self.lines.last().map_or(0, |line| {
            let last = line.text.rsplit('\n').next().unwrap_or_default();
            line.indent + last.chars().count()
        })
    }

    fn finish(self) -> String {
        let breaks = self.text.matches('\n').count();
        let windows = breaks > 0 && self.text.matches("\r\n").count() == breaks;
        let end = if windows { "\r\n" } else { "\n" };
        let mut out = String::with_capacity(self.text.len());
        // What is a stray character further on would be a byte order mark in the first place.
        let marked = self.lines.first().is_some_and(|line| line.text.starts_with('\u{FEFF}'));
        for (n, line) in self.lines.iter().enumerate() {
            if line.blank_before || (n == 0 && marked) {
                out.push_str(end);
            }
            if !line.text.is_empty() {
                out.extend(std::iter::repeat_n(' ', line.indent));
                out.push_str(&line.text);
            }
            out.push_str(end);
        }
        out
    }
}

/// The lines of a line's words; a text block stays in one piece, as it was written.
fn lines_of(words: &str) -> impl Iterator<Item = &str> {
    let (mut start, mut quotes) = (0, 0);
    let breaks = words.match_indices(['"', '\n']).filter_map(move |(at, found)| {
        quotes += usize::from(words[at..].starts_with("\"\"\""));
        (found == "\n" && quotes % 2 == 0).then_some(at)
    });
    breaks.chain(std::iter::once(words.len())).map(move |end| {
        let line = &words[start..end];
        start = (end + 1).min(words.len());
        line
    })
}

/// Whether one of some spans in order covers `inner`.
fn holds(spans: &[Span], inner: Span) -> bool {
    let after = spans.partition_point(|s| s.start <= inner.start);
    after.checked_sub(1).is_some_and(|n| spans[n].end >= inner.end)
}

/// How a token is written.
fn spelling<'a>(token: &Token, text: &'a str) -> &'a str {
    match (token.kind, token.span.of(text)) {
        (TokenKind::Symbol, "<=") => "≤",
        (TokenKind::Symbol, ">=") => "≥",
        (TokenKind::Symbol, "!=") => "≠",
        (_, own) => own,
    }
}
