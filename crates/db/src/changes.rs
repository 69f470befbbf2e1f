//! What `policy.toml` changes about rules: one runs or does not, and is as grave as it says. The command line and the
//! editor both get it from the rules that run.

use policy_core::codes;
use policy_core::diag::{Diagnostic, Message};
use policy_core::model::Rule;
use salsa::Database;

use crate::config::{Change, RuleSetting};
use crate::inputs::Project;
use crate::queries;

/// The setting of a rule that is in force. A rule that was named to run is not switched off.
pub fn of<'db>(db: &'db dyn Database, project: Project, rule: &str) -> Option<&'db RuleSetting> {
    let named = !project.only(db).is_empty();
    let mut settings = project.changes(db).iter().filter(|setting| setting.rule == rule);
    settings.find(|setting| !(named && setting.change == Change::Off))
}

/// The rule as it runs here; nothing if it is switched off.
pub fn applied(db: &dyn Database, project: Project, rule: &Rule) -> Option<Rule> {
    match of(db, project, &rule.id).map(|setting| setting.change) {
        Some(Change::Off) => None,
        Some(Change::Severity(severity)) => Some(Rule { severity, ..rule.clone() }),
        None => Some(rule.clone()),
    }
}

/// The rules of the selected packs that are switched off, with why.
pub fn switched_off(db: &dyn Database, project: Project) -> impl Iterator<Item = (&Rule, &RuleSetting)> {
    let rules = queries::selected_rules(db, project);
    rules.filter_map(move |rule| {
        let setting = of(db, project, &rule.id).filter(|setting| setting.change == Change::Off)?;
        Some((rule, setting))
    })
}

/// A setting of a rule that no pack has is a mistake.
pub fn unknown(db: &dyn Database, project: Project, settings: &[RuleSetting]) -> Vec<Diagnostic> {
    if settings.is_empty() {
        return Vec::new();
    }
    let policies = project.policies(db).iter();
    let rules = policies.flat_map(|policy| &queries::file_rules(db, project, policy.file).rules);
    let broken = queries::broken_rules(db, project);
    let known: Vec<&str> =
        rules.map(|rule| rule.id.as_str()).chain(broken.iter().map(String::as_str)).collect();
    let unknown = settings.iter().filter(|setting| !known.contains(&setting.rule.as_str()));
    let diagnostic = |setting: &RuleSetting| {
        let message = no_such_rule(&setting.rule, &known);
        Diagnostic::new(&codes::CONFIGURATION, setting.file, setting.span, message)
    };
    unknown.map(diagnostic).collect()
}

/// Words for a rule that does not exist, with the nearest one that does.
pub fn no_such_rule(id: &str, known: &[&str]) -> Message {
    let near = known.iter().min_by_key(|other| strsim::damerau_levenshtein(other, id));
    match near.filter(|near| strsim::damerau_levenshtein(near, id) <= 1 + id.chars().count() / 3) {
        Some(near) => Message::new(
            format!("er is geen regel `{id}`; bedoelde u `{near}`?"),
            format!("there is no rule `{id}`; did you mean `{near}`?"),
        ),
        None => Message::new(
            format!("er is geen regel `{id}`; `policy rules` noemt ze alle"),
            format!("there is no rule `{id}`; `policy rules` lists them all"),
        ),
    }
}
