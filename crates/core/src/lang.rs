//! The two languages of the tool, and texts that exist in either or both.

/// A language that rules are written in and findings are worded in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Lang {
    /// Dutch, the default everywhere.
    #[default]
    Nl,
    /// English.
    En,
}

impl Lang {
    /// Both languages, Dutch first.
    pub const ALL: [Lang; 2] = [Lang::Nl, Lang::En];

    /// The other language.
    pub fn other(self) -> Lang {
        match self {
            Lang::Nl => Lang::En,
            Lang::En => Lang::Nl,
        }
    }

    /// The ISO 639-1 code, as in `--lang`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Nl => "nl",
            Lang::En => "en",
        }
    }

    /// Reads an ISO 639-1 code.
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// Picks the Dutch or the English alternative.
    pub fn pick<T>(self, nl: T, en: T) -> T {
        match self {
            Lang::Nl => nl,
            Lang::En => en,
        }
    }
}

/// A text an author wrote once, or in each language.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text {
    /// Written without saying which language: shown in either.
    pub any: Option<String>,
    /// The Dutch text.
    pub nl: Option<String>,
    /// The English text.
    pub en: Option<String>,
}

impl Text {
    /// The text in `lang`; else the one without a language; else the other language's.
    pub fn get(&self, lang: Lang) -> Option<&str> {
        let (own, other) = lang.pick((&self.nl, &self.en), (&self.en, &self.nl));
        own.as_ref().or(self.any.as_ref()).or(other.as_ref()).map(String::as_str)
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.any.is_none() && self.nl.is_none() && self.en.is_none()
    }
}
