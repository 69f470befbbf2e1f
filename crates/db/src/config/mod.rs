//! `policy.toml` and the environment: what a folder evaluates when the command line does not say.
//!
//! The types here are also what the JSON Schema of the file is made from; [`read`] finds out what a text says, with
//! every mistake as a located diagnostic. Knows no command line: which of several settings wins is decided there.

mod environment;
mod read;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use policy_core::lang::Lang;
use policy_core::model::{FileId, Severity};
use policy_syntax::Span;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

pub use environment::{VARIABLES, misspelt, read_variable};
pub use read::read;

/// The name of the file.
pub const NAME: &str = "policy.toml";

/// The largest configuration that is read.
pub const MAX_BYTES: u64 = 1 << 20;

/// What `policy eval`, `check`, `fmt` and `test` work on in this folder and below. Paths are relative to this file.
#[derive(Debug, Default, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(rename = "policy.toml", rename_all = "kebab-case", deny_unknown_fields)]
pub struct Config {
    /// The packs whose rules run: names of standard packs, policy files, or folders of them.
    pub packs: Option<Vec<String>>,
    /// The declarations: files, folders, or patterns with `*`, `**`, `?` and `{a,b}`.
    pub declarations: Option<Vec<String>>,
    /// The file with what the user's own side decides, such as consent.
    pub profile: Option<String>,
    /// The language of the output.
    #[schemars(with = "Option<LangWord>")]
    pub lang: Option<Lang>,
    /// The date that law, waivers and ages are taken at; without it: today in UTC.
    #[schemars(with = "Option<String>", regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub as_of: Option<Date>,
    /// Rules below this severity never fail the run.
    #[schemars(with = "Option<SeverityWord>")]
    pub fail_level: Option<Severity>,
    /// Where the page of a rule is found, for links in reports: a URL with `{rule}` and, if you like, `{lang}`.
    pub pages: Option<String>,
    /// Rules that are switched off or that are graver or less grave here, by their id. An id with a dot needs quotes.
    #[schemars(with = "Option<BTreeMap<String, RuleShape>>")]
    pub rules: Vec<RuleSetting>,
}

/// What a configuration says about one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetting {
    /// The id of the rule.
    pub rule: String,
    /// The file that says it.
    pub file: FileId,
    /// Where the id stands.
    pub span: Span,
    /// What is different here.
    pub change: Change,
    /// Why. What is switched off always has a reason.
    pub reason: Option<String>,
}

/// What a configuration changes about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It does not run.
    Off,
    /// A breach is this grave here.
    Severity(Severity),
}

impl Config {
    /// The setting of a rule, if it has one.
    pub fn rule(&self, id: &str) -> Option<&RuleSetting> {
        self.rules.iter().find(|setting| setting.rule == id)
    }
}

/// The nearest configuration, in `folder` or above it.
pub fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())
}

/// Reads a date, strictly as `YYYY-MM-DD`.
pub fn date(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    plain.then(|| text.parse().ok()).flatten()
}

/// The JSON Schema of `policy.toml`.
pub fn schema() -> Schema {
    let mut schema = schemars::schema_for!(Config);
    schemars::transform::transform_subschemas(&mut without_null, &mut schema);
    schema
}

/// What may be left out may be null in JSON, and is just left out in TOML, which has no null.
fn without_null(schema: &mut Schema) {
    let null = Value::from("null");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|one| *one != null);
        if let [one] = &types[..] {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(all)) = schema.get_mut("anyOf") {
        all.retain(|one| one.get("type") != Some(&null));
        if let [one] = &all[..] {
            let one = one.clone();
            schema.remove("anyOf");
            one.as_object().into_iter().flatten().for_each(|(key, value)| {
                schema.insert(key.clone(), value.clone());
            });
        }
    }
    schemars::transform::transform_subschemas(&mut without_null, schema);
}

/// The language of the output: `nl` is Dutch, `en` English.
#[derive(JsonSchema)]
#[schemars(rename = "lang", rename_all = "lowercase")]
#[allow(dead_code)]
enum LangWord {
    Nl,
    En,
}

/// How grave a breach is.
#[derive(JsonSchema)]
#[schemars(rename = "severity", rename_all = "lowercase")]
#[allow(dead_code)]
enum SeverityWord {
    Low,
    Medium,
    High,
    Critical,
}

/// What is different about a rule here: the severity of a breach, alone or with a reason; or that the rule is off.
#[derive(JsonSchema)]
#[schemars(rename = "rule", untagged, deny_unknown_fields)]
#[allow(dead_code)]
enum RuleShape {
    /// How grave a breach is here.
    Severity(SeverityWord),
    /// How grave a breach is here, and why.
    Graver {
        /// How grave a breach is here.
        severity: SeverityWord,
        /// Why; reports show it.
        reason: Option<String>,
    },
    /// The rule does not run; reports show that, with the reason.
    Off {
        /// Always `true`.
        #[schemars(extend("const" = true))]
        off: bool,
        /// Why; reports show it.
        #[schemars(length(min = 1))]
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_has_every_setting_that_is_read_and_no_other() {
        let schema = schema().to_value();
        let of_schema = schema["properties"].as_object().map(|all| all.keys().cloned().collect::<Vec<_>>());
        let mut known: Vec<_> = read::KEYS.map(str::to_owned).to_vec();
        let mut of_schema = of_schema.unwrap_or_default();
        known.sort();
        of_schema.sort();
        assert_eq!(of_schema, known);
        assert_eq!(schema["additionalProperties"], Value::Bool(false));
        assert!(schema.get("required").is_none(), "a configuration may be empty");
    }
}
