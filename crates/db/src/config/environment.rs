//! Settings in the environment: variables that begin with `POLICY_`. They come after arguments and before the file.

use policy_core::codes;
use policy_core::diag::{Diagnostic, Message};
use policy_core::lang::Lang;
use policy_core::model::{FileId, Severity};
use policy_syntax::Span;

use super::{Config, date};

/// What all of them begin with.
const PREFIX: &str = "POLICY_";

/// The variables, each with the setting of `policy.toml` that it stands in for; `config` is the file itself.
pub const VARIABLES: [(&str, &str); 8] = [
    ("POLICY_CONFIG", "config"),
    ("POLICY_PACKS", "packs"),
    ("POLICY_DECLARATIONS", "declarations"),
    ("POLICY_PROFILE", "profile"),
    ("POLICY_LANG", "lang"),
    ("POLICY_AS_OF", "as-of"),
    ("POLICY_FAIL_LEVEL", "fail-level"),
    ("POLICY_PAGES", "pages"),
];

/// Adds what a variable says to `config`; says what is wrong with it. Lists are divided by `;` or line breaks.
pub fn read_variable(name: &str, value: &str, file: FileId, config: &mut Config) -> Option<Diagnostic> {
    let setting = VARIABLES.iter().find(|(variable, _)| *variable == name).map(|(_, setting)| *setting)?;
    let list = || value.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let severity = |word: &str| Severity::ALL.into_iter().find(|severity| severity.word() == word);
    let wanted = match setting {
        "packs" => set(&mut config.packs, Some(list().map(str::to_owned).collect())),
        "declarations" => set(&mut config.declarations, Some(list().map(str::to_owned).collect())),
        "profile" => set(&mut config.profile, Some(value.to_owned())),
        "pages" => set(&mut config.pages, Some(value.to_owned())),
        "lang" if !set(&mut config.lang, Lang::from_code(value)) => {
            return Some(odd(file, name, value, "`nl`, `en`"));
        }
        "as-of" if !set(&mut config.as_of, date(value)) => {
            return Some(odd(file, name, value, "`2026-11-22`"));
        }
        "fail-level" if !set(&mut config.fail_level, severity(value)) => {
            return Some(odd(file, name, value, "`low`, `medium`, `high`, `critical`"));
        }
        _ => true,
    };
    debug_assert!(wanted, "lists and texts are always accepted");
    None
}

fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    *place = value;
    place.is_some()
}

fn odd(file: FileId, name: &str, value: &str, known: &str) -> Diagnostic {
    let message = Message::new(
        format!("`{name}` is `{value}`; dat moet zijn zoals {known}"),
        format!("`{name}` is `{value}`; it must be like {known}"),
    );
    Diagnostic::new(&codes::CONFIGURATION, file, Span::new(0, value.len()), message)
}

/// The variable that was probably meant by one that begins as they all do, is none of them, and is nearly one.
pub fn misspelt(name: &str) -> Option<&'static str> {
    if !name.starts_with(PREFIX) || VARIABLES.iter().any(|(known, _)| *known == name) {
        return None;
    }
    let known = VARIABLES.iter().map(|(known, _)| *known);
    let near = known.min_by_key(|known| strsim::damerau_levenshtein(known, name))?;
    (strsim::damerau_levenshtein(near, name) <= 2).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_is_read() {
        let mut config = Config::default();
        let values = [
            ("POLICY_PACKS", "core; rules/a.policy"),
            ("POLICY_DECLARATIONS", "a/*.declaration.yaml\nb"),
            ("POLICY_PROFILE", "p.yaml"),
            ("POLICY_LANG", "en"),
            ("POLICY_AS_OF", "2026-11-22"),
            ("POLICY_FAIL_LEVEL", "high"),
            ("POLICY_PAGES", "https://example.org/{rule}"),
        ];
        for (name, value) in values {
            assert_eq!(read_variable(name, value, FileId(0), &mut config), None);
        }
        assert_eq!(config.packs.as_deref(), Some(&["core".to_owned(), "rules/a.policy".to_owned()][..]));
        assert_eq!(config.declarations.map(|all| all.len()), Some(2));
        assert_eq!((config.lang, config.fail_level), (Some(Lang::En), Some(Severity::High)));
        assert_eq!(config.as_of, Some(jiff::civil::date(2026, 11, 22)));
        assert!(config.profile.is_some() && config.pages.is_some());
    }

    #[test]
    fn a_value_that_cannot_be_is_told() {
        for (name, value) in [("POLICY_LANG", "fr"), ("POLICY_AS_OF", "soon"), ("POLICY_FAIL_LEVEL", "")] {
            let found = read_variable(name, value, FileId(0), &mut Config::default());
            assert_eq!(found.map(|found| found.code), Some("P0603"), "{name}");
        }
    }

    #[test]
    fn a_name_that_is_nearly_one_is_told() {
        assert_eq!(misspelt("POLICY_PACK"), Some("POLICY_PACKS"));
        assert_eq!(misspelt("POLICY_PACKS"), None);
        assert_eq!(misspelt("POLICY_REPOSITORY"), None);
        assert_eq!(misspelt("PATH"), None);
    }
}
