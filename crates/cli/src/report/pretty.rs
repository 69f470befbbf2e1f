//! The result of an evaluation for people: a matrix, then what needs action, then one line that sums up.

use std::io::{self, Write};

use policy_core::lang::Lang;
use policy_core::model::{Owner, Rule, Severity};
use policy_core::report::{Explained, Question, RuleResult};
use policy_core::verdict::Verdict;
use policy_db::engine::Detail;
use policy_db::{Database, queries};

use super::matrix;
use super::quote::{Quote, quote};
use super::terminal::{Paint, Style, clean, paragraph, wrap};
use crate::evaluation::{Counts, Evaluation, Summary, View};
use crate::parallel;

/// Columns before the text of a labelled line.
const INDENT: usize = 4;

/// Writes the whole result.
pub fn write(evaluation: &Evaluation, style: Style, out: &mut impl Write) -> io::Result<()> {
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
    out.write_all(closing(evaluation, style).as_bytes())
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
    fn lang(&self) -> Lang {
        self.view.lang
    }

    fn text(&self) -> String {
        let results = self.view.results(self.db, self.summary);
        let full = self.view.detail == Detail::Full;
        let shown: Vec<_> = results.iter().filter(|result| full || needs_action(result)).collect();
        let waived: Vec<_> = results.iter().filter(|result| result.waived.is_some()).collect();
        if shown.is_empty() && waived.is_empty() {
            return String::new();
        }
        let mut out = self.heading();
        for result in shown {
            out.push_str(&self.result(result));
        }
        for result in waived.into_iter().filter(|_| !full) {
            out.push_str(&self.waived_line(result));
            out.push('\n');
        }
        out
    }

    fn heading(&self) -> String {
        let title = title(self.db, self.summary);
        let path = clean(self.summary.file.path(self.db));
        let rule = self.style.symbol("═", "=").repeat(super::terminal::width(&title).min(self.style.width));
        let title = self.style.paint(Paint::Strong, &title);
        format!("{title}\n{rule}\n{}\n\n", self.style.paint(Paint::Dim, &path))
    }

    fn result(&self, result: &RuleResult) -> String {
        let rule = &self.view.rules[result.rule];
        let mut out = self.rule_line(rule, result);
        if result.waived.is_some() {
            out.push_str(&self.waived_line(result));
        }
        for finding in &result.findings {
            out.push_str(&self.finding(finding));
        }
        if needs_action(result) {
            if !rule.basis.is_empty() {
                out.push_str(&self.labelled(("Grondslag", "Basis"), &rule.basis.join(", ")));
            }
            if let Some(advice) = rule.advice.get(self.lang()) {
                out.push_str(&self.labelled(("Advies", "Advice"), advice));
            }
        }
        out.push('\n');
        out
    }

    fn rule_line(&self, rule: &Rule, result: &RuleResult) -> String {
        let (sign, _, paint) = face(result.outcome.verdict, false, self.lang(), self.style);
        let lang = self.lang();
        let word = lang.pick(result.outcome.verdict.word_nl(), result.outcome.verdict.word());
        let severity = severity(rule.severity, lang);
        let title = clean(rule.title.get(lang).unwrap_or_default());
        let head = format!("{sign} {} ", clean(&rule.id));
        let text = format!("{title} [{word}; {}: {severity}]", lang.pick("ernst", "severity"));
        let lines = wrap(&text, self.style.width.saturating_sub(INDENT + 2));
        let mut out = format!("{}{}\n", self.style.paint(paint, &head), self.style.paint(Paint::Strong, &word_fit(&lines, &head, self.style.width)));
        let rest = if fits(&lines, &head, self.style.width) { &lines[1..] } else { &lines[..] };
        for line in rest {
            out.push_str(&format!("    {}\n", self.style.paint(Paint::Strong, line)));
        }
        out
    }

    fn waived_line(&self, result: &RuleResult) -> String {
        let Some(waived) = &result.waived else { return String::new() };
        let (lang, rule) = (self.lang(), &self.view.rules[result.rule]);
        let (sign, word, paint) = face(result.outcome.verdict, true, lang, self.style);
        let under = lang.pick(result.outcome.verdict.word_nl(), result.outcome.verdict.word());
        let text = format!(
            "{} {word} ({under}) {} {} {} {}: {}",
            clean(&rule.id),
            lang.pick("tot", "until"),
            waived.until,
            lang.pick("door", "by"),
            clean(&waived.owner),
            clean(&waived.reason),
        );
        paragraph(&self.style.paint(paint, sign), &text, 2, self.style.width)
    }

    fn finding(&self, finding: &Explained) -> String {
        let (_, _, paint) = face(finding.verdict, false, self.lang(), self.style);
        let mut out = paragraph("  ", &clean(finding.reason.get(self.lang())), 2, self.style.width);
        out.push_str(&self.declaration_side(finding, paint));
        out.push_str(&self.policy_side(finding, paint));
        for (place, message) in &finding.related {
            out.push_str(&self.quoted(place.span, message.get(self.lang()), Paint::Dim));
        }
        if let Some(source) = &finding.place.source {
            out.push_str(&self.labelled(("Bron", "Source"), source));
        }
        if let Some(words) = &finding.place.quote {
            out.push_str(&self.labelled(("Citaat", "Quote"), &format!("\"{}\"", words.trim())));
        }
        for reading in &finding.readings {
            out.push_str(&self.labelled(("Lezing", "Reading"), reading.get(self.lang())));
        }
        for (name, value) in &finding.settings {
            out.push_str(&self.labelled(("Instelling", "Setting"), &format!("{name}: {}", value.get(self.lang()))));
        }
        for (place, message) in &finding.rests_on {
            let source = place.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
            out.push_str(&self.labelled(("Rust op", "Rests on"), &format!("{}{source}", message.get(self.lang()))));
        }
        for question in &finding.missing {
            out.push_str(&self.question(question));
        }
        out
    }

    fn declaration_side(&self, finding: &Explained, paint: Paint) -> String {
        let absent = self.lang().pick("hier staat het niet", "it is not stated here");
        self.quoted(finding.place.span, if finding.place.absent { absent } else { "" }, paint)
    }

    fn policy_side(&self, finding: &Explained, paint: Paint) -> String {
        let Some((file, span)) = queries::span(self.db, self.view.project, finding.clause) else {
            return String::new();
        };
        quote(&Quote::of(self.db, file, span, "", paint), self.style, INDENT)
    }

    fn quoted(&self, span: policy_syntax::Span, label: &str, paint: Paint) -> String {
        quote(&Quote::of(self.db, self.summary.file, span, label, paint), self.style, INDENT)
    }

    fn question(&self, question: &Question) -> String {
        let who = match question.owner {
            Owner::Vendor => ("Vraag de leverancier", "Ask the vendor"),
            Owner::Profile => ("Vul zelf in (profiel)", "Fill in yourself (profile)"),
            Owner::World => ("Werk de lijst bij", "Update the list"),
        };
        let lang = self.lang();
        self.labelled(who, &format!("{} [{}]", question.question.get(lang), question.path))
    }

    fn labelled(&self, (nl, en): (&'static str, &'static str), text: &str) -> String {
        let label = format!("    {}: ", self.lang().pick(nl, en));
        paragraph(&label, &clean(text), label.chars().count(), self.style.width)
    }
}

fn fits(lines: &[String], head: &str, columns: usize) -> bool {
    super::terminal::width(head) + super::terminal::width(&lines[0]) <= columns
}

fn word_fit(lines: &[String], head: &str, columns: usize) -> String {
    if fits(lines, head, columns) { lines[0].clone() } else { String::new() }
}

fn needs_action(result: &RuleResult) -> bool {
    result.waived.is_none() && matches!(result.outcome.verdict, Verdict::Fail | Verdict::Unknown)
}

fn severity(severity: Severity, lang: Lang) -> &'static str {
    lang.pick(severity.word_nl(), severity.word())
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
    let packs: Vec<_> = evaluation.packs().iter().map(|pack| format!("{} {}", pack.name, pack.version)).collect();
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
    let words = |verdict: Verdict| format!("{} {}", counts.of(verdict), lang.pick(verdict.word_nl(), verdict.word()));
    let mut parts: Vec<_> = Verdict::ALL.into_iter().map(words).collect();
    if counts.waived > 0 {
        parts.push(format!("{} {}", counts.waived, lang.pick("aanvaard", "waived")));
    }
    parts.join(", ")
}
