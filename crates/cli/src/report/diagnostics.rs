//! Diagnostics in words for a terminal, and as data.

use policy_core::diag::{Diagnostic, Level};
use policy_core::lang::Lang;
use policy_core::model::FileId;
use policy_db::{Database, queries};
use policy_syntax::{Position, Span};
use serde::Serialize;

use super::quote::{Mark, Quote};
use super::terminal::{Paint, Style, clean, paragraph};

/// One end of a span, as people and programs count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
    /// Byte, from 0.
    pub byte: u32,
}

impl From<Position> for Place {
    fn from(Position { line, column, byte }: Position) -> Self {
        Place { line, column, byte }
    }
}

/// A span in a file; the end is exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Located {
    /// The file, relative to the working directory.
    pub file: String,
    /// First place.
    pub start: Place,
    /// First place after it.
    pub end: Place,
}

impl Located {
    /// The first place of a file.
    pub fn start_of(file: &str) -> Located {
        let start = Place { line: 1, column: 1, byte: 0 };
        Located { file: file.to_owned(), start: start.clone(), end: start }
    }
}

/// Joins a span with its file.
pub fn located(db: &Database, file: FileId, span: Span) -> Located {
    let Some(file) = db.file(file) else {
        return Located::start_of("");
    };
    let (text, lines) = (file.text(db), queries::lines(db, file));
    let at = |byte| Place::from(lines.position(text, byte));
    Located { file: file.path(db).to_owned(), start: at(span.start), end: at(span.end.max(span.start)) }
}

/// A diagnostic as data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Json {
    /// The code.
    pub code: &'static str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What is wrong, in words.
    pub message: String,
    /// Where.
    pub span: Located,
    /// A replacement that would settle it.
    pub suggestion: Option<String>,
    /// Other places that explain it.
    pub related: Vec<JsonRelated>,
}

/// A place that explains a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JsonRelated {
    /// Why it is mentioned.
    pub message: String,
    /// Where.
    pub span: Located,
}

/// The word for a level in JSON.
pub fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "info",
    }
}

/// A diagnostic as data.
pub fn json(db: &Database, diagnostic: &Diagnostic, lang: Lang) -> Json {
    let related = diagnostic.related.iter().map(|related| JsonRelated {
        message: related.message.get(lang).to_owned(),
        span: located(db, related.file, related.span),
    });
    Json {
        code: diagnostic.code,
        severity: severity(diagnostic.level),
        message: diagnostic.message.get(lang).to_owned(),
        span: located(db, diagnostic.file, diagnostic.span),
        suggestion: diagnostic.suggestion.clone(),
        related: related.collect(),
    }
}

/// A diagnostic for people.
pub fn pretty(db: &Database, diagnostic: &Diagnostic, lang: Lang, style: Style) -> String {
    let (word, paint) = match diagnostic.level {
        Level::Error => (lang.pick("fout", "error"), Paint::Bad),
        Level::Warning => (lang.pick("waarschuwing", "warning"), Paint::Open),
        Level::Info => (lang.pick("mededeling", "note"), Paint::Dim),
    };
    let head = style.paint(paint, &format!("{word}[{}]", diagnostic.code));
    let mut out = format!("{head}: {}\n", clean(diagnostic.message.get(lang)));
    if !names_its_place(db, diagnostic, lang) {
        out.push_str(&place(db, diagnostic.file, diagnostic.span, "", paint, style));
    }
    if let Some(suggestion) = &diagnostic.suggestion {
        let head = lang.pick("  schrijf: ", "  write: ");
        out.push_str(&paragraph(head, &format!("`{}`", clean(suggestion)), head.len(), style.width));
    }
    for related in &diagnostic.related {
        out.push_str(&place(db, related.file, related.span, related.message.get(lang), Paint::Dim, style));
    }
    out
}

/// Whether the words name the file, and there is no text to show.
fn names_its_place(db: &Database, diagnostic: &Diagnostic, lang: Lang) -> bool {
    let named = |path: &str| diagnostic.message.get(lang).contains(&format!("`{path}`"));
    db.file(diagnostic.file).is_none_or(|file| file.text(db).is_empty() && named(file.path(db)))
}

fn place(db: &Database, file: FileId, span: Span, label: &str, paint: Paint, style: Style) -> String {
    let Some(file) = db.file(file) else { return String::new() };
    Quote::of(db, file, vec![Mark { span, label, paint }]).draw(style, 2)
}

/// How many errors and warnings there are, in words; nothing if there are none.
pub fn count(diagnostics: &[Diagnostic], lang: Lang) -> Option<String> {
    let of = |level| diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
    let words = |count, one, many| format!("{count} {}", if count == 1 { one } else { many });
    let mut parts = Vec::new();
    match of(Level::Error) {
        0 => {}
        n => parts.push(words(n, lang.pick("fout", "error"), lang.pick("fouten", "errors"))),
    }
    match of(Level::Warning) {
        0 => {}
        n => parts.push(words(
            n,
            lang.pick("waarschuwing", "warning"),
            lang.pick("waarschuwingen", "warnings"),
        )),
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
