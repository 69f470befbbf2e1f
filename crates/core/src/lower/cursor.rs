//! A cursor over the tokens of one line or head of an item.
//!
//! Notes every keyword it reads, so that translating a line and reading it are the same walk.

use jiff::civil::Date;
use policy_syntax::{Span, Token, TokenKind};

use super::keywords::{Kw, UNITS};
use crate::codes::{self, Code};
use crate::diag::{Diagnostic, Message};
use crate::lang::Lang;
use crate::model::{Duration, FileId};

/// A mistake in a line: a diagnostic that does not know its file yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub code: &'static Code,
    pub span: Span,
    pub message: Message,
    pub suggestion: Option<String>,
}

impl Wrong {
    pub fn new(code: &'static Code, span: Span, nl: impl Into<String>, en: impl Into<String>) -> Self {
        Wrong { code, span, message: Message::new(nl, en), suggestion: None }
    }

    pub fn suggest(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    pub fn in_file(self, file: FileId) -> Diagnostic {
        let suggestion = self.suggestion;
        Diagnostic { suggestion, ..Diagnostic::new(self.code, file, self.span, self.message) }
    }
}

/// What reading gives.
pub(crate) type Parsed<T> = Result<T, Wrong>;

/// A name as written: an id, or a label in quotes or back-quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'a> {
    pub token: &'a Token,
}

impl<'a> Name<'a> {
    pub fn text(self) -> &'a str {
        &self.token.text
    }

    /// Whether it can only be a label.
    pub fn quoted(self) -> bool {
        matches!(self.token.kind, TokenKind::String | TokenKind::Label)
    }

    /// Another name in the same quotes.
    pub fn replaced_by(self, name: &str) -> String {
        match self.token.kind {
            TokenKind::String => format!("\"{name}\""),
            TokenKind::Label => format!("`{name}`"),
            _ => name.to_string(),
        }
    }
}

/// A keyword that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Used {
    pub kw: Kw,
    pub span: Span,
    /// A unit of time after a number other than one.
    pub plural: bool,
}

/// Reads tokens from first to last.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    tokens: &'a [Token],
    at: usize,
    /// Where reading fails if there is nothing at all to read.
    before: Span,
    /// The keywords read so far.
    pub used: Vec<Used>,
}

impl<'a> Cursor<'a> {
    /// A cursor before the first of `tokens`; `before` is what stands in front of them.
    pub fn new(tokens: &'a [Token], before: Span) -> Self {
        Cursor { tokens, at: 0, before, used: Vec::new() }
    }

    pub fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    /// The token read last.
    pub fn last(&self) -> Option<&'a Token> {
        self.tokens.get(self.at.checked_sub(1)?)
    }

    fn take(&mut self) -> Option<&'a Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Goes to the end without looking.
    pub fn skip_rest(&mut self) {
        self.at = self.tokens.len();
    }

    /// How many tokens of the shortest prefix spell the keyword, in either language.
    fn matches(&self, kw: Kw) -> Option<usize> {
        let spellings = Lang::ALL.into_iter().flat_map(|lang| kw.entry().spellings(lang));
        spellings.filter_map(|phrase| self.spelled(phrase)).max()
    }

    fn spelled(&self, phrase: &str) -> Option<usize> {
        let rest = &self.tokens[self.at.min(self.tokens.len())..];
        let words = phrase.split(' ').count();
        let same = |(word, token): (&str, &Token)| token.kind == TokenKind::Word && token.text == word;
        (rest.len() >= words && phrase.split(' ').zip(rest).all(same)).then_some(words)
    }

    /// Reads the keyword if it comes next.
    pub fn eat(&mut self, kw: Kw) -> bool {
        let Some(words) = self.matches(kw) else { return false };
        let span = self.tokens[self.at].span.to(self.tokens[self.at + words - 1].span);
        self.at += words;
        self.used.push(Used { kw, span, plural: false });
        true
    }

    /// Reads the first of these keywords that comes next.
    pub fn eat_any(&mut self, kws: &[Kw]) -> Option<Kw> {
        kws.iter().copied().find(|kw| self.eat(*kw))
    }

    /// Reads a word that is written alike in both languages or belongs to one only.
    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = self.spelled(word).is_some();
        self.at += usize::from(found);
        found
    }

    /// Reads the symbol if it comes next.
    pub fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.kind == TokenKind::Symbol && t.text == symbol);
        self.at += usize::from(found);
        found
    }

    pub fn expect(&mut self, kw: Kw) -> Parsed<()> {
        if self.eat(kw) {
            return Ok(());
        }
        Err(self.wrong(&format!("`{}`", kw.word(Lang::Nl)), &format!("`{}`", kw.word(Lang::En))))
    }

    pub fn expect_symbol(&mut self, symbol: &str) -> Parsed<()> {
        if self.symbol(symbol) {
            Ok(())
        } else {
            Err(self.wrong(&format!("`{symbol}`"), &format!("`{symbol}`")))
        }
    }

    /// The mistake that something else was expected here.
    pub fn wrong(&self, nl: &str, en: &str) -> Wrong {
        match self.peek() {
            Some(token) => Wrong::new(
                &codes::BAD_LINE,
                token.span,
                format!("`{}` past hier niet: verwacht werd {nl}", token.text),
                format!("`{}` does not fit here: expected {en}", token.text),
            ),
            None => {
                let (span, text) = match self.tokens.last() {
                    Some(last) => (last.span, last.text.as_str()),
                    None => (self.before, ""),
                };
                let (na, after) = if text.is_empty() || text.contains('\n') {
                    (String::new(), String::new())
                } else {
                    (format!(" na `{text}`"), format!(" after `{text}`"))
                };
                let code = &codes::BAD_LINE;
                Wrong::new(code, span, format!("hier ontbreekt {nl}{na}"), format!("{en} is missing{after}"))
            }
        }
    }

    /// Nothing may follow.
    pub fn end(&self) -> Parsed<()> {
        if self.peek().is_none() {
            Ok(())
        } else {
            Err(self.wrong("het einde van de regel", "the end of the line"))
        }
    }

    /// A name: an id or a label in quotes.
    pub fn name(&mut self, nl: &str, en: &str) -> Parsed<Name<'a>> {
        match self.peek() {
            Some(token) if !matches!(token.kind, TokenKind::Symbol | TokenKind::Block) => {
                self.at += 1;
                Ok(Name { token })
            }
            _ => Err(self.wrong(nl, en)),
        }
    }

    /// An id: a name without quotes.
    pub fn id(&mut self, nl: &str, en: &str) -> Parsed<Name<'a>> {
        match self.peek() {
            Some(t) if matches!(t.kind, TokenKind::Word | TokenKind::Number | TokenKind::Dotted) => {
                self.at += 1;
                Ok(Name { token: t })
            }
            _ => Err(self.wrong(nl, en)),
        }
    }

    /// One or more names, with commas between them.
    pub fn names(&mut self, nl: &str, en: &str) -> Parsed<Vec<Name<'a>>> {
        let mut names = vec![self.name(nl, en)?];
        while self.symbol(",") {
            names.push(self.name(nl, en)?);
        }
        Ok(names)
    }

    /// A string or a text block.
    pub fn text(&mut self) -> Parsed<&'a Token> {
        match self.peek() {
            Some(t) if matches!(t.kind, TokenKind::String | TokenKind::Block) => {
                self.at += 1;
                Ok(t)
            }
            _ => Err(self.wrong("een tekst tussen aanhalingstekens", "a text in quotes")),
        }
    }

    /// One or more strings, with commas between them.
    pub fn texts(&mut self) -> Parsed<Vec<&'a Token>> {
        let mut texts = vec![self.text()?];
        while self.symbol(",") {
            texts.push(self.text()?);
        }
        Ok(texts)
    }

    /// A date, as `2026-11-22`.
    pub fn date(&mut self) -> Parsed<Date> {
        let (nl, en) = ("een datum zoals `2026-11-22`", "a date such as `2026-11-22`");
        let looks = |t: &&Token| matches!(t.kind, TokenKind::Dotted | TokenKind::Number);
        let Some(token) = self.peek().filter(looks) else { return Err(self.wrong(nl, en)) };
        let Some(date) = read_date(&token.text) else { return Err(bad_date(token)) };
        self.at += 1;
        Ok(date)
    }

    /// A number without unit.
    pub fn number(&mut self) -> Parsed<Option<u32>> {
        let Some(token) = self.peek().filter(|t| t.kind == TokenKind::Number) else { return Ok(None) };
        let number = token.text.parse().map_err(|_| too_big(token))?;
        self.at += 1;
        Ok(Some(number))
    }

    /// The unit of time after `number`, if one comes next.
    pub fn unit_after(&mut self, number: u32) -> Parsed<Option<Duration>> {
        let Some(unit) = self.eat_any(UNITS) else { return Ok(None) };
        if let Some(used) = self.used.last_mut() {
            used.plural = number != 1;
        }
        let token = &self.tokens[self.at - 2];
        span_of_time(number, unit).map(Some).ok_or_else(|| too_big(token))
    }

    /// All tokens up to the end as one text, if no white space stands between them.
    pub fn joined(&mut self) -> Option<(String, Span)> {
        let first = self.peek()?;
        let (mut text, mut span) = (String::new(), first.span);
        while let Some(token) = self.peek() {
            if !text.is_empty() && token.span.start != span.end {
                return None;
            }
            text.push_str(&token.text);
            span = span.to(token.span);
            self.take();
        }
        Some((text, span))
    }
}

/// A span of time no rule needs to exceed: a thousand years.
const LONGEST_MONTHS: u32 = 12_000;

fn span_of_time(number: u32, unit: Kw) -> Option<Duration> {
    let times = |by: u32| number.checked_mul(by);
    let duration = match unit {
        Kw::Year => Duration::Months(times(12)?),
        Kw::Month => Duration::Months(number),
        Kw::Week => Duration::Hours(times(168)?),
        Kw::Day => Duration::Hours(times(24)?),
        _ => Duration::Hours(number),
    };
    let fits = match duration {
        Duration::Months(months) => months <= LONGEST_MONTHS,
        Duration::Hours(hours) => hours <= LONGEST_MONTHS * 31 * 24,
    };
    fits.then_some(duration)
}

fn read_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    let [year, month, day] = parts.as_slice() else { return None };
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn bad_date(token: &Token) -> Wrong {
    let text = &token.text;
    Wrong::new(
        &codes::BAD_VALUE,
        token.span,
        format!("`{text}` is geen dag op de kalender: schrijf jaar-maand-dag, zoals `2026-11-22`"),
        format!("`{text}` is not a day in the calendar: write year-month-day, such as `2026-11-22`"),
    )
}

fn too_big(token: &Token) -> Wrong {
    let text = &token.text;
    Wrong::new(
        &codes::BAD_VALUE,
        token.span,
        format!("`{text}` is te groot: schrijf een kleiner getal"),
        format!("`{text}` is too big: write a smaller number"),
    )
}
