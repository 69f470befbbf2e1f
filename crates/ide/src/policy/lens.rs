//! Above each rule what it comes to for the declarations of the workspace.

use policy_core::lang::Lang;
use policy_core::verdict::Verdict;
use policy_db::config::Change;
use policy_db::queries::{self, Tallies, Tally};
use policy_db::{Database, SourceFile, changes};
use policy_syntax::ItemWord;

use super::view::{View, id};
use crate::{Command, Lens, RuleAt};

/// A lens for each rule of a file that runs or that is switched off.
pub fn lenses(db: &Database, file: SourceFile, lang: Lang) -> Vec<Lens> {
    lenses_with(db, file, lang, queries::tallies(db, db.project()))
}

/// The same with counts that are known already, be they of a moment ago.
pub fn lenses_with(db: &Database, file: SourceFile, lang: Lang, tallies: &Tallies) -> Vec<Lens> {
    let view = View::new(db, file);
    let rules = view.tree.items.iter().filter(|item| item.word == ItemWord::Rule);
    let lens = |token: &policy_syntax::Token| {
        if let Some(title) = switched_off(db, &token.text, lang) {
            return Some(Lens { span: token.span, title, command: Command::None });
        }
        let tallies = of_rule(tallies, &token.text)?;
        let command = Command::Results { rule: token.text.clone(), results: results(tallies) };
        Some(Lens { span: token.span, title: title(tallies, lang), command })
    };
    rules.filter_map(id).filter_map(lens).collect()
}

fn of_rule<'a>(tallies: &'a Tallies, rule: &str) -> Option<&'a [Tally]> {
    let tallies = tallies.get(rule)?;
    (!tallies.is_empty()).then_some(tallies.as_slice())
}

/// That a rule is switched off here, and why.
pub(super) fn switched_off(db: &Database, rule: &str, lang: Lang) -> Option<String> {
    let setting = changes::of(db, db.project(), rule).filter(|setting| setting.change == Change::Off)?;
    let off = lang.pick("staat uit in policy.toml", "switched off in policy.toml");
    Some(format!("{off}: {}", setting.reason.as_deref().unwrap_or_default()))
}

/// The counts of a rule in words, where there are declarations.
pub(super) fn counts(tallies: &Tallies, rule: &str, lang: Lang) -> Option<String> {
    of_rule(tallies, rule).map(|tallies| title(tallies, lang))
}

fn results(tallies: &[Tally]) -> Vec<RuleAt> {
    let result = |t: &Tally| RuleAt { declaration: t.declaration, verdict: t.verdict, waived: t.waived };
    let mut results: Vec<RuleAt> = tallies.iter().map(result).collect();
    results.sort_by_key(|result| (result.waived, result.verdict.rank()));
    results
}

/// How often each verdict came out, in words.
pub(crate) fn title(tallies: &[Tally], lang: Lang) -> String {
    let count = |verdict| tallies.iter().filter(|t| t.verdict == verdict && !t.waived).count();
    let waived = tallies.iter().filter(|t| t.waived).count();
    let parts = [
        (count(Verdict::Pass), lang.pick("voldoen", "pass"), lang.pick("voldoet", "passes")),
        (count(Verdict::Fail), lang.pick("niet", "fail"), lang.pick("niet", "fails")),
        (count(Verdict::Unknown), lang.pick("onbekend", "unknown"), lang.pick("onbekend", "unknown")),
        (waived, lang.pick("aanvaard", "waived"), lang.pick("aanvaard", "waived")),
        (count(Verdict::NotApplicable), lang.pick("n.v.t.", "n/a"), lang.pick("n.v.t.", "n/a")),
    ];
    let shown = parts.iter().filter(|(count, ..)| *count > 0);
    let words = shown.map(|(count, many, one)| format!("{count} {}", if *count == 1 { one } else { many }));
    words.collect::<Vec<_>>().join(" · ")
}
