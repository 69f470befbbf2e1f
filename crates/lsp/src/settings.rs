//! What a user can set in an editor. One table: reading, the description for editors and the documentation come
//! from it.

use jiff::civil::Date;
use policy_core::lang::Lang;
use policy_core::model::Severity;
use policy_db::config;
use policy_ide::diagnostics::Questions;
use serde_json::{Map, Value, json};

/// The name under which an editor keeps the settings.
pub const SECTION: &str = "policy";

/// What is set. What is not set is as `policy.toml` says, else as for the command line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// The language of messages.
    pub lang: Option<Lang>,
    /// The date that law, waivers and ages are taken at.
    pub as_of: Option<Date>,
    /// Standard packs, policy files and folders.
    pub packs: Option<Vec<String>>,
    /// The severity from which a result is shown as an error.
    pub fail_level: Option<Severity>,
    /// The file with what the user's own side decides.
    pub profile: Option<String>,
    /// How what a document does not say is shown.
    pub questions: Option<Questions>,
}

/// The words for [`Questions`].
const QUESTIONS: [(&str, Questions); 3] =
    [("information", Questions::Info), ("hint", Questions::Hint), ("off", Questions::Off)];

/// One setting, as an editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name below `policy`.
    pub name: &'static str,
    /// What can be written.
    pub form: SettingForm,
    /// What it does, in Dutch.
    pub nl: &'static str,
    /// What it does, in English.
    pub en: &'static str,
}

/// What can be written in a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingForm {
    /// One of these words, or nothing.
    OneOf(&'static [&'static str]),
    /// A date `YYYY-MM-DD`, or nothing.
    Date,
    /// A list of texts, or nothing.
    Texts,
    /// A text, or nothing.
    Text,
}

/// Every setting.
pub const SETTINGS: [Setting; 6] = [
    Setting {
        name: "language",
        form: SettingForm::OneOf(&["nl", "en"]),
        nl: "Taal van de meldingen. Niet ingesteld: `lang` uit `policy.toml`, anders Nederlands.",
        en: "Language of the messages. Not set: `lang` in `policy.toml`, else Dutch.",
    },
    Setting {
        name: "asOf",
        form: SettingForm::Date,
        nl: "Peildatum (`JJJJ-MM-DD`) voor recht, lijsten en aanvaardingen. Niet ingesteld: `as-of` uit \
             `policy.toml`, anders vandaag.",
        en: "Date (`YYYY-MM-DD`) at which law, lists and waivers are taken. Not set: `as-of` in `policy.toml`, \
             else today.",
    },
    Setting {
        name: "packs",
        form: SettingForm::Texts,
        nl: "Normen: standaardpakketten, `.policy`-bestanden of mappen. Niet ingesteld: `packs` uit \
             `policy.toml`, anders `core`.",
        en: "Norms: standard packs, `.policy` files or folders. Not set: `packs` in `policy.toml`, else \
             `core`.",
    },
    Setting {
        name: "failLevel",
        form: SettingForm::OneOf(&["low", "medium", "high", "critical"]),
        nl: "Ernst vanaf welke niet voldoen een fout is en onbekend een waarschuwing; daaronder een stap lichter.",
        en: "Severity from which a fail is an error and an unknown a warning; below it, one step lighter.",
    },
    Setting {
        name: "profile",
        form: SettingForm::Text,
        nl: "Bestand met wat u zelf beslist (het profiel). Niet ingesteld: `profile` uit `policy.toml`.",
        en: "File with what your own side decides (the profile). Not set: `profile` in `policy.toml`.",
    },
    Setting {
        name: "openQuestions",
        form: SettingForm::OneOf(&["information", "hint", "off"]),
        nl: "Hoe wordt getoond wat onbekend is omdat het document er niets over zegt. Niet ingesteld: als \
             informatie. `hint`: niet in de lijst met problemen. `off`: alleen in tellingen en als vraag aan de \
             leverancier.",
        en: "How is shown what is unknown because the document says nothing about it. Not set: as information. \
             `hint`: not in the list of problems. `off`: only in counts and as a question to the vendor.",
    },
];

impl Settings {
    /// Reads what an editor sends for the section; what cannot be read is not set.
    pub fn read(section: &Value) -> Self {
        let text = |name: &str| section.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let severity = |word: &str| Severity::ALL.into_iter().find(|severity| severity.word() == word);
        let packs = section
            .get("packs")
            .and_then(Value::as_array)
            .map(|packs| packs.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>());
        Settings {
            lang: text("language").and_then(Lang::from_code),
            as_of: text("asOf").and_then(config::date),
            packs: packs.filter(|packs| !packs.is_empty()),
            fail_level: text("failLevel").and_then(severity),
            profile: text("profile").map(str::to_owned),
            questions: text("openQuestions").and_then(|word| {
                QUESTIONS.iter().find(|(known, _)| *known == word).map(|(_, questions)| *questions)
            }),
        }
    }
}

/// The settings for an editor: JSON Schema properties as in `contributes.configuration` of a VS Code extension, with
/// the texts of `package.nls` in both languages.
pub fn description() -> Value {
    let properties: Map<_, _> = SETTINGS.iter().map(|one| (one.key(), one.schema())).collect();
    let texts = |pick: fn(&Setting) -> &'static str| -> Map<_, _> {
        SETTINGS.iter().map(|one| (format!("{}.description", one.key()), json!(pick(one)))).collect()
    };
    json!({ "properties": properties, "nls": { "nl": texts(|one| one.nl), "en": texts(|one| one.en) } })
}

impl Setting {
    /// Its full name.
    pub fn key(&self) -> String {
        format!("{SECTION}.{}", self.name)
    }

    fn schema(&self) -> Value {
        let mut schema = match self.form {
            SettingForm::OneOf(words) => {
                let mut words: Vec<_> = words.iter().map(|word| json!(word)).collect();
                words.push(Value::Null);
                json!({ "type": ["string", "null"], "enum": words })
            }
            SettingForm::Date => {
                json!({ "type": ["string", "null"], "pattern": "^(\\d{4}-\\d{2}-\\d{2})?$" })
            }
            SettingForm::Texts => json!({ "type": ["array", "null"], "items": { "type": "string" } }),
            SettingForm::Text => json!({ "type": ["string", "null"] }),
        };
        schema["default"] = Value::Null;
        schema["scope"] = json!("resource");
        schema["markdownDescription"] = json!(format!("%{}.description%", self.key()));
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_read_and_nonsense_is_not() {
        let sent = json!({ "language": "en", "asOf": "2026-11-22", "packs": ["lending"], "failLevel": "high",
                           "profile": "own.profile.yaml", "openQuestions": "hint" });
        let read = Settings::read(&sent);
        assert_eq!((read.lang, read.fail_level), (Some(Lang::En), Some(Severity::High)));
        assert_eq!(read.as_of, Some(jiff::civil::date(2026, 11, 22)));
        assert_eq!(read.packs.as_deref(), Some(&["lending".to_owned()][..]));
        assert_eq!(read.profile.as_deref(), Some("own.profile.yaml"));
        assert_eq!(read.questions, Some(Questions::Hint));
        for name in SETTINGS.map(|one| one.name) {
            assert!(sent.get(name).is_some(), "{name} is not read here");
        }
        let odd = json!({ "language": "fr", "asOf": "2026-02-30", "packs": [], "failLevel": 3, "profile": "",
                   "openQuestions": "none" });
        assert_eq!(Settings::read(&odd), Settings::default());
    }

    #[test]
    fn the_description_names_every_setting_in_both_languages() {
        let all = description();
        for one in SETTINGS {
            assert!(all["properties"][one.key()]["type"].is_array());
            for lang in ["nl", "en"] {
                assert!(all["nls"][lang][format!("{}.description", one.key())].is_string());
            }
        }
    }
}
