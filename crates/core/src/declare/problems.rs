//! The diagnostics of one text while it is read: bounded, so that a hostile file cannot fill the memory.

use policy_syntax::Span;

use crate::codes::{self, Code};
use crate::diag::{Diagnostic, Message, Related};
use crate::model::FileId;

/// Problems beyond this number are counted as one.
const MOST: usize = 1_000;
/// Suggestions cost a comparison with every known word: only the first problems get one.
const MOST_SUGGESTIONS: usize = 100;

/// Collects the diagnostics of one file.
#[derive(Debug)]
pub(super) struct Problems {
    file: FileId,
    list: Vec<Diagnostic>,
}

impl Problems {
    pub fn new(file: FileId) -> Self {
        Problems { file, list: Vec::new() }
    }

    /// Goes on where others left off.
    pub fn after(file: FileId, list: Vec<Diagnostic>) -> Self {
        Problems { file, list }
    }

    /// Adds a problem; the returned reference may be completed with a suggestion or a related place.
    pub fn add(&mut self, code: &'static Code, span: Span, nl: String, en: String) -> Noted<'_> {
        let file = self.file;
        if self.list.len() < MOST {
            self.list.push(Diagnostic::new(code, file, span, Message { nl, en }));
            return Noted { file, diagnostic: self.list.last_mut() };
        }
        if self.list.len() == MOST {
            let nl = format!("meer dan {MOST} problemen: de rest staat hier niet bij");
            let en = format!("more than {MOST} problems: the rest is not listed");
            self.list.push(Diagnostic::new(&codes::TOO_BIG, file, span, Message { nl, en }));
        }
        Noted { file, diagnostic: None }
    }

    /// Whether a suggestion is still worth its price.
    pub fn may_suggest(&self) -> bool {
        self.list.len() < MOST_SUGGESTIONS
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, in reading order.
    pub fn into_list(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|d| d.span.start);
        self.list
    }
}

/// A problem just added, if there was room for it.
pub(super) struct Noted<'a> {
    file: FileId,
    diagnostic: Option<&'a mut Diagnostic>,
}

impl Noted<'_> {
    /// Names a replacement that would settle it.
    pub fn suggest(self, replacement: Option<String>) -> Self {
        let Noted { file, mut diagnostic } = self;
        if let Some(diagnostic) = &mut diagnostic {
            diagnostic.suggestion = replacement;
        }
        Noted { file, diagnostic }
    }

    /// Names another place that explains it.
    pub fn see(self, span: Span, nl: &str, en: &str) {
        let related = Related { file: self.file, span, message: Message::new(nl, en) };
        if let Some(diagnostic) = self.diagnostic {
            diagnostic.related.push(related);
        }
    }

    /// Lowers or raises how bad it is.
    pub fn level(self, level: crate::diag::Level) {
        if let Some(diagnostic) = self.diagnostic {
            diagnostic.level = level;
        }
    }
}
