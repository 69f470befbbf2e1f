//! `policy.toml`: what a folder evaluates when the command line does not say. Every mistake is a located
//! diagnostic; the other settings still count.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use policy_core::codes;
use policy_core::diag::{Diagnostic, Message};
use policy_core::lang::Lang;
use policy_core::model::{FileId, Severity};
use policy_syntax::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The name of the file.
pub const NAME: &str = "policy.toml";

/// The largest configuration that is read.
pub const MAX_BYTES: u64 = 1 << 20;

/// What a configuration says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Config {
    /// Standard packs, policy files and folders.
    pub packs: Option<Vec<String>>,
    /// Declarations: files, folders and globs.
    pub declarations: Option<Vec<String>>,
    /// What the user's own side decides.
    pub profile: Option<String>,
    /// The language of the output.
    pub lang: Option<Lang>,
    /// The as-of date.
    pub as_of: Option<Date>,
    /// The severity from which results fail the run.
    pub fail_level: Option<Severity>,
}

/// The nearest configuration, in `folder` or above it.
pub fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())
}

/// Reads the text of a configuration.
pub fn read(file: FileId, text: &str) -> (Config, Vec<Diagnostic>) {
    let mut reader = Reader { file, config: Config::default(), found: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or_default();
        reader.report(span, not_toml(error.message()));
    }
    for (key, value) in table.get_ref() {
        reader.key(key.get_ref(), key.span(), value);
    }
    reader.found.sort_by_key(|diagnostic| diagnostic.span);
    (reader.config, reader.found)
}

/// Reads a date, strictly as `YYYY-MM-DD`.
pub fn date(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    plain.then(|| text.parse().ok()).flatten()
}

const KEYS: [&str; 6] = ["packs", "declarations", "profile", "lang", "as-of", "fail-level"];

struct Reader {
    file: FileId,
    config: Config,
    found: Vec<Diagnostic>,
}

impl Reader {
    fn key(&mut self, key: &str, span: std::ops::Range<usize>, value: &Spanned<DeValue>) {
        match key {
            "packs" => self.config.packs = self.list(key, value),
            "declarations" => self.config.declarations = self.list(key, value),
            "profile" => self.config.profile = self.text(key, value),
            "lang" => self.config.lang = self.word(key, value, "`nl`, `en`", Lang::from_code),
            "as-of" => self.config.as_of = self.date(value),
            "fail-level" => {
                let known = "`low`, `medium`, `high`, `critical`";
                let find = |word: &str| Severity::ALL.into_iter().find(|severity| severity.word() == word);
                self.config.fail_level = self.word(key, value, known, find);
            }
            _ => self.unknown(key, span),
        }
    }

    fn list(&mut self, key: &str, value: &Spanned<DeValue>) -> Option<Vec<String>> {
        let Some(array) = value.get_ref().as_array() else {
            self.report(
                value.span(),
                expected(key, "een lijst van teksten: `[\"…\"]`", "a list of texts: `[\"…\"]`"),
            );
            return None;
        };
        Some(array.iter().filter_map(|item| self.text(key, item)).collect())
    }

    fn text(&mut self, key: &str, value: &Spanned<DeValue>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.report(value.span(), expected(key, "een tekst tussen aanhalingstekens", "a text in quotes"));
        }
        text
    }

    fn word<T>(
        &mut self,
        key: &str,
        value: &Spanned<DeValue>,
        known: &str,
        find: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let word = value.get_ref().as_str().and_then(find);
        if word.is_none() {
            self.report(value.span(), expected(key, &format!("een van {known}"), &format!("one of {known}")));
        }
        word
    }

    /// A date may stand with or without quotes.
    fn date(&mut self, value: &Spanned<DeValue>) -> Option<Date> {
        let written = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            other => other.as_str().unwrap_or_default().to_owned(),
        };
        let date = self::date(&written);
        if date.is_none() {
            self.report(value.span(), expected("as-of", "een datum: `2026-11-22`", "a date: `2026-11-22`"));
        }
        date
    }

    fn unknown(&mut self, key: &str, span: std::ops::Range<usize>) {
        let near = KEYS.into_iter().min_by_key(|known| strsim::damerau_levenshtein(known, key));
        let near = near.filter(|known| strsim::damerau_levenshtein(known, key) <= 1 + known.len() / 3);
        let known = KEYS.join("`, `");
        let message = match near {
            Some(near) => Message::new(
                format!("onbekende instelling `{key}`; bedoelde u `{near}`?"),
                format!("unknown setting `{key}`; did you mean `{near}`?"),
            ),
            None => Message::new(
                format!("onbekende instelling `{key}`; de instellingen zijn `{known}`"),
                format!("unknown setting `{key}`; the settings are `{known}`"),
            ),
        };
        self.report(span, message);
        if let Some(last) = self.found.last_mut() {
            last.suggestion = near.map(str::to_owned);
        }
    }

    fn report(&mut self, span: std::ops::Range<usize>, message: Message) {
        let span = Span::new(span.start, span.end);
        self.found.push(Diagnostic::new(&codes::CONFIGURATION, self.file, span, message));
    }
}

fn expected(key: &str, nl: &str, en: &str) -> Message {
    Message::new(format!("`{key}` moet zijn: {nl}"), format!("`{key}` must be {en}"))
}

fn not_toml(reason: &str) -> Message {
    let reason = reason.replace('\n', ", ");
    Message::new(format!("dit is geen TOML: {reason}"), format!("this is not TOML: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_read() {
        let text = "packs = [\"lending\"]\ndeclarations = [\"*.declaration.yaml\"]\nprofile = 'p.yaml'\n\
                    lang = 'en'\nas-of = 2026-11-22\nfail-level = \"high\"\n";
        let (config, found) = read(FileId(0), text);
        assert_eq!(found, []);
        assert_eq!(config.packs.as_deref(), Some(&["lending".to_owned()][..]));
        assert_eq!((config.lang, config.fail_level), (Some(Lang::En), Some(Severity::High)));
        assert_eq!(config.as_of, Some(jiff::civil::date(2026, 11, 22)));
    }

    #[test]
    fn mistakes_are_located_and_the_rest_counts() {
        let text = "pakcs = []\nlang = 'fr'\nas-of = '2026-02-30'\nprofile = 'p.yaml'\nprofile = 'q'\n";
        let (config, found) = read(FileId(0), text);
        let at: Vec<_> = found.iter().map(|d| (d.span.of(text), d.suggestion.as_deref())).collect();
        assert_eq!(at[0], ("pakcs", Some("packs")));
        assert_eq!(at[1], ("'fr'", None));
        assert_eq!(at[2], ("'2026-02-30'", None));
        assert_eq!(at.len(), 4, "{found:?}");
        assert!(config.profile.is_some());
    }
}
