//! The result of an evaluation for people: a matrix, then what needs action, then one line that sums up.

use std::cmp::Reverse;
use std::io::{self, Write};

use policy_core::lang::Lang;
use policy_core::model::{Rule, Severity};
use policy_core::report::RuleResult;
use policy_core::verdict::Verdict;
use policy_db::Database;
use policy_db::engine::Detail;

use super::findings::{Findings, labelled};
use super::matrix;
use super::model::{Configured, Head, Off, RuleHead};
use super::terminal::{Paint, Style, clean, paragraph, width, wrap};
use crate::evaluation::{Counts, Evaluation, Summary, View};
use crate::parallel;

/// Writes the whole result.
pub fn write(evaluation: &Evaluation, head: &Head, style: Style, out: &mut impl Write) -> io::Result<()> {
    if !evaluation.declarations.is_empty() && !evaluation.view.rules.is_empty() {
        matrix::write(evaluation, style, out)?;
    }
    if evaluation.view.detail != Detail::Off {
        let mut outcome = Ok(());
        let view = evaluation.view;
        let work = |db: &Database, summary: &Summary| Page { view, db, summary, style }.text();
        parallel::in_order(evaluation.db(), &evaluation.declarations, work, |text| {
            if outcome.is_ok() {
                outcome = out.write_all(text.as_bytes());
            }
        });
        outcome?;
    }
    out.write_all(of_settings(head, style).as_bytes())?;
    out.write_all(closing(evaluation, style).as_bytes())
}

/// What the settings change about rules: what is off, and what is graver or less grave here.
fn of_settings(head: &Head, style: Style) -> String {
    let off = head.off.iter().map(|off| off_line(off, head.lang));
    let graver =
        head.rules.iter().filter_map(|rule| Some(graver_line(rule, rule.configured.as_ref()?, head.lang)));
    let lines: Vec<_> = off.chain(graver).map(|line| paragraph("", &line, 2, style.width)).collect();
    if lines.is_empty() { String::new() } else { lines.concat() + "\n" }
}

/// That a rule is switched off, and why.
pub fn off_line(off: &Off, lang: Lang) -> String {
    let (rule, reason) = (clean(&off.rule), clean(&off.reason));
    match lang {
        Lang::Nl => format!("{rule} staat uit (policy.toml): {reason}"),
        Lang::En => format!("{rule} is switched off (policy.toml): {reason}"),
    }
}

fn graver_line(rule: &RuleHead, configured: &Configured, lang: Lang) -> String {
    let word = |word: &str| {
        let severity = Severity::ALL.into_iter().find(|severity| severity.word() == word);
        severity.map_or("", |severity| lang.pick(severity.word_nl(), severity.word()))
    };
    let (id, here, before) = (clean(&rule.id), word(rule.severity.word()), word(configured.severity));
    let why = configured.reason.as_ref().map(|reason| format!(": {}", clean(reason))).unwrap_or_default();
    match lang {
        Lang::Nl => format!("{id} heeft hier ernst {here}, niet {before} (policy.toml){why}"),
        Lang::En => format!("{id} has severity {here} here, not {before} (policy.toml){why}"),
    }
}

/// What a verdict looks like: a sign, a short word and a colour.
pub fn face(verdict: Verdict, waived: bool, lang: Lang, style: Style) -> (&'static str, &'static str, Paint) {
    let (sign, word, paint) = match verdict {
        _ if waived => (style.symbol("≈", "~"), lang.pick("aanvaard", "waived"), Paint::Dim),
        Verdict::Pass => (style.symbol("✓", "+"), lang.pick("voldoet", "pass"), Paint::Good),
        Verdict::Fail => (style.symbol("✗", "x"), lang.pick("faalt", "fail"), Paint::Bad),
        Verdict::Unknown => ("?", lang.pick("onbekend", "unknown"), Paint::Open),
        Verdict::NotApplicable => (style.symbol("–", "-"), lang.pick("n.v.t.", "n/a"), Paint::Dim),
    };
    (sign, word, paint)
}

/// The full name of a declaration: product and party as declared, else its file.
pub fn title(db: &Database, summary: &Summary) -> String {
    let names = &summary.names;
    let title = match (&names.product, &names.vendor) {
        (Some(product), Some(vendor)) if product == vendor => product.clone(),
        (Some(product), Some(vendor)) => format!("{product} ({vendor})"),
        (Some(name), None) | (None, Some(name)) => name.clone(),
        (None, None) => summary.file.path(db).to_owned(),
    };
    clean(&title)
}

/// What needs action for one declaration.
struct Page<'a> {
    view: View<'a>,
    db: &'a Database,
    summary: &'a Summary,
    style: Style,
}

impl Page<'_> {
    fn text(&self) -> String {
        let results = self.view.results(self.db, self.summary);
        let full = self.view.detail == Detail::Full;
        let (mut shown, rest): (Vec<_>, Vec<_>) = results.iter().partition(|result| needs_action(result));
        shown.sort_by_key(|result| {
            (result.outcome.verdict != Verdict::Fail, Reverse(self.rule(result).severity))
        });
        let rest = rest.into_iter().filter(|result| full || result.waived.is_some());
        let all: String = shown.into_iter().chain(rest).map(|result| self.result(result)).collect();
        if all.is_empty() { all } else { self.heading() + &all }
    }

    fn rule(&self, result: &RuleResult) -> &Rule {
        &self.view.rules[result.rule]
    }

    fn heading(&self) -> String {
        let title = title(self.db, self.summary);
        let path = clean(self.summary.file.path(self.db));
        let line = self.style.symbol("═", "=").repeat(width(&title).min(self.style.width));
        let title = self.style.paint(Paint::Strong, &title);
        format!("{title}\n{line}\n{}\n\n", self.style.paint(Paint::Dim, &path))
    }

    fn result(&self, result: &RuleResult) -> String {
        let mut out = self.rule_lines(result);
        if result.waived.is_some() {
            out.push_str(&self.waived_line(result));
        }
        if result.waived.is_none() || self.view.detail == Detail::Full {
            let Page { view, db, summary, style } = *self;
            out.push_str(&Findings { view, db, file: summary.file, style, all: &result.findings }.text());
        }
        let (rule, lang) = (self.rule(result), self.view.lang);
        if needs_action(result) {
            if !rule.basis.is_empty() {
                out.push_str(&labelled(("Grondslag", "Basis"), &rule.basis.join(", "), lang, self.style));
            }
            if let Some(advice) = rule.advice.get(lang) {
                out.push_str(&labelled(("Advies", "Advice"), advice, lang, self.style));
            }
        }
        out + "\n"
    }

    /// What the rule came to, how grave it is, and its title in full.
    fn rule_lines(&self, result: &RuleResult) -> String {
        let (rule, lang, verdict) = (self.rule(result), self.view.lang, result.outcome.verdict);
        let (sign, _, paint) = face(verdict, result.waived.is_some(), lang, self.style);
        let word = lang.pick(verdict.word_nl(), verdict.word());
        let severity = lang.pick(rule.severity.word_nl(), rule.severity.word());
        let head = self.style.paint(paint, &format!("{sign} {}: {word}", clean(&rule.id)));
        let mut out = format!("{head} ({}: {severity})\n", lang.pick("ernst", "severity"));
        let title = clean(rule.title.get(lang).unwrap_or_default());
        for line in wrap(&title, self.style.width.saturating_sub(2)) {
            out.push_str(&format!("  {}\n", self.style.paint(Paint::Strong, &line)));
        }
        out
    }

    fn waived_line(&self, result: &RuleResult) -> String {
        let Some(waived) = &result.waived else { return String::new() };
        let (owner, reason, until) = (clean(&waived.owner), clean(&waived.reason), waived.until);
        let text = match self.view.lang {
            Lang::Nl => format!("aanvaard tot {until} door {owner}: {reason}"),
            Lang::En => format!("accepted until {until} by {owner}: {reason}"),
        };
        paragraph("  ", &text, 2, self.style.width)
    }
}

fn needs_action(result: &RuleResult) -> bool {
    result.waived.is_none() && matches!(result.outcome.verdict, Verdict::Fail | Verdict::Unknown)
}

/// The line that sums up: counts, date, packs and language.
fn closing(evaluation: &Evaluation, style: Style) -> String {
    let lang = evaluation.view.lang;
    let (files, rules) = (evaluation.declarations.len(), evaluation.view.rules.len());
    let what = format!(
        "{} × {}: {}",
        plural(files, lang.pick("verklaring", "declaration"), lang.pick("verklaringen", "declarations")),
        plural(rules, lang.pick("regel", "rule"), lang.pick("regels", "rules")),
        counts(&evaluation.counts(), lang),
    );
    let packs: Vec<_> =
        evaluation.packs().iter().map(|pack| format!("{} {}", pack.name, pack.version)).collect();
    let with = format!(
        "{} {}; {} {}; {} {}",
        lang.pick("peildatum", "as of"),
        evaluation.view.project.as_of(evaluation.db()),
        lang.pick("pakketten", "packs"),
        clean(&packs.join(", ")),
        lang.pick("taal", "language"),
        lang.code(),
    );
    let lines = wrap(&what, style.width).into_iter().map(|line| style.paint(Paint::Strong, &line));
    let lines = lines.chain(wrap(&with, style.width));
    lines.map(|line| line + "\n").collect()
}

fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Counts in words: `3 fail, 2 unknown`.
pub fn counts(counts: &Counts, lang: Lang) -> String {
    let words =
        |verdict: Verdict| format!("{} {}", counts.of(verdict), lang.pick(verdict.word_nl(), verdict.word()));
    let mut parts: Vec<_> = Verdict::ALL.into_iter().map(words).collect();
    if counts.waived > 0 {
        parts.push(format!("{} {}", counts.waived, lang.pick("aanvaard", "waived")));
    }
    parts.join(", ")
}
