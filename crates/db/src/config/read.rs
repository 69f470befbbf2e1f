//! Reads the text of a `policy.toml`. Every mistake is a located diagnostic; the other settings still count.

use std::ops::Range;

use jiff::civil::Date;
use policy_core::codes;
use policy_core::diag::{Diagnostic, Message};
use policy_core::lang::Lang;
use policy_core::model::{FileId, Severity};
use policy_syntax::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Change, Config, RuleSetting, date};

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

/// The settings.
pub(super) const KEYS: [&str; 8] =
    ["packs", "declarations", "profile", "lang", "as-of", "fail-level", "pages", "rules"];

/// What can be said about a rule.
const RULE_KEYS: [&str; 3] = ["severity", "off", "reason"];

const SEVERITIES: &str = "`low`, `medium`, `high`, `critical`";

fn severity(word: &str) -> Option<Severity> {
    Severity::ALL.into_iter().find(|severity| severity.word() == word)
}

struct Reader {
    file: FileId,
    config: Config,
    found: Vec<Diagnostic>,
}

impl Reader {
    fn key(&mut self, key: &str, span: Range<usize>, value: &Spanned<DeValue>) {
        match key {
            "packs" => self.config.packs = self.list(key, value),
            "declarations" => self.config.declarations = self.list(key, value),
            "profile" => self.config.profile = self.text(key, value),
            "lang" => self.config.lang = self.word(key, value, "`nl`, `en`", Lang::from_code),
            "as-of" => self.config.as_of = self.date(value),
            "fail-level" => self.config.fail_level = self.word(key, value, SEVERITIES, severity),
            "pages" => self.config.pages = self.pages(value),
            "rules" => self.rules(value),
            _ => self.unknown(key, span, &KEYS),
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
        let date = date(&written);
        if date.is_none() {
            self.report(value.span(), expected("as-of", "een datum: `2026-11-22`", "a date: `2026-11-22`"));
        }
        date
    }

    fn pages(&mut self, value: &Spanned<DeValue>) -> Option<String> {
        let text = self.text("pages", value)?;
        if text.contains("://") && text.contains("{rule}") {
            return Some(text);
        }
        let wanted = expected(
            "pages",
            "een URL met `{rule}`: `\"https://example.org/{lang}/{rule}\"`",
            "a URL with `{rule}`: `\"https://example.org/{lang}/{rule}\"`",
        );
        self.report(value.span(), wanted);
        None
    }

    fn rules(&mut self, value: &Spanned<DeValue>) {
        let Some(table) = value.get_ref().as_table() else {
            let example = "`[rules]`, `ret-01 = \"high\"`";
            self.report(
                value.span(),
                expected("rules", &format!("een tabel: {example}"), &format!("a table: {example}")),
            );
            return;
        };
        for (id, value) in table {
            let setting = match value.get_ref() {
                DeValue::Table(table) => self.rule_table(id.get_ref(), id.span(), table),
                _ => {
                    let word = self.word(id.get_ref(), value, SEVERITIES, severity);
                    word.map(|severity| (Change::Severity(severity), None))
                }
            };
            if let Some((change, reason)) = setting {
                let (rule, file, span) = (id.get_ref().to_string(), self.file, span(id.span()));
                self.config.rules.push(RuleSetting { rule, file, span, change, reason });
            }
        }
    }

    /// What a table says about a rule: either a severity, or that it is off and why.
    fn rule_table(
        &mut self,
        id: &str,
        at: Range<usize>,
        table: &DeTable,
    ) -> Option<(Change, Option<String>)> {
        let (mut grave, mut off, mut reason, before) = (None, false, None, self.found.len());
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "severity" => grave = self.word("severity", value, SEVERITIES, severity),
                "reason" => reason = self.text("reason", value),
                "off" => off = self.truth(value),
                other
                    if table.len() == 1
                        && is_setting(value)
                        && !RULE_KEYS.iter().any(|known| near(known, other)) =>
                {
                    self.report(key.span(), needs_quotes(id, key.get_ref()));
                    return None;
                }
                other => self.unknown(other, key.span(), &RULE_KEYS),
            }
        }
        reason = reason.filter(|reason| !reason.trim().is_empty());
        if self.found.len() > before {
            return None;
        }
        match (off, grave, &reason) {
            (true, None, Some(_)) => Some((Change::Off, reason)),
            (true, None, None) => self.refuse(at, off_without_reason(id)),
            (false, Some(grave), _) => Some((Change::Severity(grave), reason)),
            (true, Some(_), _) => self.refuse(at, off_and_grave(id)),
            (false, None, _) => self.refuse(at, nothing_said(id)),
        }
    }

    fn refuse<T>(&mut self, at: Range<usize>, message: Message) -> Option<T> {
        self.report(at, message);
        None
    }

    fn truth(&mut self, value: &Spanned<DeValue>) -> bool {
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.report(value.span(), expected("off", "`true` of `false`", "`true` or `false`"));
        }
        truth.unwrap_or(false)
    }

    fn unknown(&mut self, key: &str, span: Range<usize>, keys: &[&'static str]) {
        let near = keys.iter().copied().min_by_key(|known| strsim::damerau_levenshtein(known, key));
        let near = near.filter(|known| self::near(known, key));
        let known = keys.join("`, `");
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

    fn report(&mut self, at: Range<usize>, message: Message) {
        self.found.push(Diagnostic::new(&codes::CONFIGURATION, self.file, span(at), message));
    }
}

/// Whether a value could be what is said about a rule.
fn is_setting(value: &Spanned<DeValue>) -> bool {
    value.get_ref().as_table().is_some() || value.get_ref().as_str().and_then(severity).is_some()
}

/// Whether a key was probably meant to be a known one.
fn near(known: &str, key: &str) -> bool {
    strsim::damerau_levenshtein(known, key) <= 1 + known.len() / 3
}

fn span(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}

fn needs_quotes(id: &str, rest: &str) -> Message {
    Message::new(
        format!("een regel met een punt in de naam staat tussen aanhalingstekens: `\"{id}.{rest}\"`"),
        format!("the id of a rule with a dot in it stands in quotes: `\"{id}.{rest}\"`"),
    )
}

fn off_without_reason(id: &str) -> Message {
    Message::new(
        format!("`{id}` staat uit zonder reden; schrijf ook `reason = \"…\"`"),
        format!("`{id}` is off without a reason; also write `reason = \"…\"`"),
    )
}

fn off_and_grave(id: &str) -> Message {
    Message::new(
        format!("`{id}` staat uit en heeft een ernst; kies een van beide"),
        format!("`{id}` is off and has a severity; choose one of the two"),
    )
}

fn nothing_said(id: &str) -> Message {
    Message::new(
        format!(
            "over `{id}` wordt niets gezegd; schrijf `severity = \"high\"`, of `off = true` met een reden"
        ),
        format!("nothing is said about `{id}`; write `severity = \"high\"`, or `off = true` with a reason"),
    )
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
                    lang = 'en'\nas-of = 2026-11-22\nfail-level = \"high\"\npages = 'https://example.org/{rule}'\n\
                    [rules]\nloans = 'low'\n'desk.loans' = { off = true, reason = 'moving house' }\n\
                    fines = { severity = 'critical', reason = 'a year of abuse' }\n";
        let (config, found) = read(FileId(0), text);
        assert_eq!(found, []);
        assert_eq!(config.packs.as_deref(), Some(&["lending".to_owned()][..]));
        assert_eq!((config.lang, config.fail_level), (Some(Lang::En), Some(Severity::High)));
        assert_eq!(config.as_of, Some(jiff::civil::date(2026, 11, 22)));
        assert_eq!(config.pages.as_deref(), Some("https://example.org/{rule}"));
        let of = |id: &str| config.rule(id).map(|setting| (setting.change, setting.reason.as_deref()));
        assert_eq!(of("loans"), Some((Change::Severity(Severity::Low), None)));
        assert_eq!(of("desk.loans"), Some((Change::Off, Some("moving house"))));
        assert_eq!(of("fines"), Some((Change::Severity(Severity::Critical), Some("a year of abuse"))));
    }

    #[test]
    fn a_rule_is_off_with_a_reason_or_not_at_all() {
        let cases = [
            ("loans = { off = true }", "loans", "without a reason"),
            ("loans = { off = true, reason = ' ' }", "loans", "without a reason"),
            ("loans = { off = true, reason = 'r', severity = 'low' }", "loans", "choose one"),
            ("loans = { reason = 'r' }", "loans", "nothing is said"),
            ("loans = { of = true }", "of", "did you mean `off`"),
            ("loans = 'grave'", "'grave'", "one of"),
            ("loans = { off = 'yes' }", "'yes'", "`true` or `false`"),
            ("desk.loans = { severity = 'low' }", "loans", "stands in quotes"),
            ("desk.loans = 'low'", "loans", "stands in quotes"),
        ];
        for (line, at, words) in cases {
            let text = format!("[rules]\n{line}\n");
            let (config, found) = read(FileId(0), &text);
            let first = found.first().unwrap_or_else(|| panic!("{line}: nothing is wrong"));
            assert_eq!(first.span.of(&text), at, "{line}");
            assert!(first.message.en.contains(words), "{line}: {}", first.message.en);
            assert_eq!(config.rules, [], "{line}");
        }
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
