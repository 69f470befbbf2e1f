//! Diagnostics: what is wrong with a text, where, and what to do about it.
//!
//! A failing rule is a verdict, not a diagnostic. Words are made once, in both languages, here or
//! beside the check that found the problem; nothing later in the line rewords them.

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
