//! Diagnostics: what is wrong with a text, where, and what to do about it.
//!
//! A failing rule is a verdict, not a diagnostic. Words are made once, in both languages, here or
//! beside the check that found the problem; nothing later in the line rewords them.

use std::collections::BTreeMap;

use policy_syntax::Span;

use crate::lang::Lang;
use crate::model::FileId;

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Something to know; never changes an exit code.
    Info,
    /// Probably not what the author meant; `--deny-warnings` turns it into an error.
    Warning,
    /// The text does not mean anything as it stands.
    Error,
}

/// A message in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Message {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

impl Message {
    /// A message from its Dutch and its English words.
    pub fn new(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Message { nl: nl.into(), en: en.into() }
    }

    /// The words in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.nl, &self.en)
    }
}

/// A place in another text that explains a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Related {
    /// The file.
    pub file: FileId,
    /// The place in it, in bytes.
    pub span: Span,
    /// Why it is mentioned.
    pub message: Message,
}

/// One problem with one text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// The code, registered in [`crate::codes`].
    pub code: &'static str,
    /// How bad it is.
    pub level: Level,
    /// The file.
    pub file: FileId,
    /// The place in it, in bytes.
    pub span: Span,
    /// What was found, what was expected, what to do.
    pub message: Message,
    /// A replacement of `span` that would settle it, when there is one good one.
    pub suggestion: Option<String>,
    /// Other places that explain it.
    pub related: Vec<Related>,
}

impl Diagnostic {
    /// A diagnostic without suggestion or related places, at the level its code is registered with.
    pub fn new(code: &'static crate::codes::Code, file: FileId, span: Span, message: Message) -> Self {
        Diagnostic {
            code: code.id,
            level: code.level,
            file,
            span,
            message,
            suggestion: None,
            related: Vec::new(),
        }
    }
}

/// The most messages of one level about one file: a file that is broken throughout says so often enough.
const MOST: usize = 100;

/// Sorts by file and place, and leaves out what comes after the first hundred of a level in one file, saying so.
pub fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|diagnostic| (diagnostic.file, diagnostic.span));
    let mut seen: BTreeMap<(FileId, Level), usize> = BTreeMap::new();
    found.retain(|diagnostic| {
        let count = seen.entry((diagnostic.file, diagnostic.level)).or_default();
        *count += 1;
        *count <= MOST
    });
    for ((file, level), count) in seen.into_iter().filter(|(_, count)| *count > MOST) {
        let last = found.iter().rposition(|diagnostic| diagnostic.file == file && diagnostic.level == level);
        if let Some(last) = last {
            let more = left_out(&found[last], count - MOST);
            found.insert(last + 1, more);
        }
    }
    found
}

fn left_out(last: &Diagnostic, count: usize) -> Diagnostic {
    let message = Message::new(
        format!("nog {count} van zulke meldingen over dit bestand zijn weggelaten"),
        format!("{count} more of such messages about this file are left out"),
    );
    Diagnostic { message, suggestion: None, related: Vec::new(), ..last.clone() }
}
