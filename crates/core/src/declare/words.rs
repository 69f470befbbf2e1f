//! The words a declaration keeps for itself, in both languages. One table: the reader, the suggestions and
//! the JSON Schema use it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lookup::fold;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $en:literal, $nl:literal $(, $more:literal)*;)*) => {
        /// A reserved word of declarations.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Word { $($(#[$doc])* $name),* }

        /// Every word with its spellings, English first, then Dutch.
        pub const WORDS: &[(Word, &[&str])] = &[$((Word::$name, &[$en, $nl $(, $more)*])),*];
    };
}

words! {
    /// The value, where it carries a source or a quotation.
    Value = "value", "waarde";
    /// Document and section.
    Source = "source", "bron";
    /// The words of the document.
    Quote = "quote", "citaat";
    /// A remark for readers of the file.
    Note = "note", "opmerking";
    /// The part of the document that says it, for the order of precedence.
    Part = "part", "deel";
    /// The listed things, in a long form.
    Items = "items", "lijst";
    /// More may follow.
    Open = "open", "onvolledig";
    /// This is all.
    Complete = "complete", "volledig";
    /// Everything but these.
    Excluding = "excluding", "uitgezonderd", "behalve";
    /// This does not occur.
    Never = "never", "nooit";
    /// Nothing, and that is all.
    None = "none", "geen";
    /// At least one, unnamed.
    Some = "some", "enkele";
    /// No bound.
    Unlimited = "unlimited", "onbeperkt";
    /// One of several, it is not said which.
    OneOf = "one of", "een van", "één van";
    /// Under a condition.
    If = "if", "als";
    /// What holds under the condition.
    Then = "then", "dan";
    /// What holds otherwise.
    Else = "else", "anders";
    /// The thing is there only under a condition.
    OnlyIf = "only if", "alleen als";
    /// Incompatible statements.
    Conflicting = "conflicting", "tegenstrijdig";
    /// Another statement denies it.
    Disputed = "disputed", "betwist";
    /// Left blank, or with the template's text still in it.
    Undeclared = "undeclared", "niet ingevuld";
    /// First day.
    From = "from", "van", "vanaf";
    /// Last day, included.
    To = "to", "through", "tot en met", "t/m";
    /// Version of the format, at the top of a file.
    Format = "policy-declaration", "policy-verklaring";
    /// Version of the format, at the top of a profile.
    ProfileFormat = "policy-profile", "policy-profiel";
    /// Free notes about the document itself.
    Document = "document", "bestand";
    /// What the profile decides about named conditions.
    Conditions = "conditions", "voorwaarden";
}

static INDEX: LazyLock<HashMap<String, Word>> = LazyLock::new(|| {
    let pairs =
        WORDS.iter().flat_map(|(word, spellings)| spellings.iter().map(|s| (fold(s).into_owned(), *word)));
    pairs.collect()
});

/// The word behind a spelling.
pub fn word(text: &str) -> Option<Word> {
    INDEX.get(&*fold(text)).copied()
}

/// The spellings of a word.
pub fn spellings(word: Word) -> &'static [&'static str] {
    WORDS.iter().find(|(w, _)| *w == word).map_or(&[], |(_, spellings)| spellings)
}

/// What is true and what is false, as people write it.
pub(super) fn truth(text: &str) -> Option<bool> {
    match &*fold(text) {
        "true" | "yes" | "ja" | "waar" => Some(true),
        "false" | "no" | "nee" | "onwaar" => Some(false),
        _ => None,
    }
}
