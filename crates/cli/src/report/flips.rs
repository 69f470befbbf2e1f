//! Differences between two evaluations: for people, as Markdown, and as data.

use std::fmt::Write as _;

use policy_core::lang::Lang;
use serde_json::{Value, json};

use super::terminal::{Paint, Style, clean, paragraph};
use crate::compare::{Comparison, Flip, Line, json_status, word};

/// Of the reasons of one side, so many are shown.
const REASONS: usize = 2;

/// What holds for the comparison as a whole, in words: what the old side is, and what the new.
pub struct Sides {
    /// The old side.
    pub old: String,
    /// The new side.
    pub new: String,
}

fn title(flip: &Flip) -> String {
    let name = flip.names.product.as_ref().or(flip.names.vendor.as_ref());
    clean(name.unwrap_or(&flip.declaration))
}

fn mark(flip: &Flip, lang: Lang) -> &'static str {
    match (flip.worse(), flip.better()) {
        (true, _) => lang.pick("slechter", "worse"),
        (_, true) => lang.pick("beter", "better"),
        _ => lang.pick("anders", "other"),
    }
}

fn because(flip: &Flip, lang: Lang) -> String {
    let causes: Vec<_> = flip.causes.iter().map(|cause| cause.words(lang)).collect();
    causes.join(lang.pick(" en ", " and "))
}

fn sum(found: &Comparison, lang: Lang) -> String {
    let count = |test: fn(&Flip) -> bool| found.flips.iter().filter(|flip| test(flip)).count();
    let (worse, better) = (count(Flip::worse), count(Flip::better));
    let (all, of) = (found.flips.len(), found.compared);
    match lang {
        Lang::Nl => format!("{all} van {of} oordelen anders: {worse} slechter, {better} beter"),
        Lang::En => format!("{all} of {of} verdicts flip: {worse} worse, {better} better"),
    }
}

/// What is on one side only.
fn only(found: &Comparison, lang: Lang) -> Vec<String> {
    let all = [
        (&found.declarations[0], lang.pick("alleen oud, verklaringen", "old only, declarations")),
        (&found.declarations[1], lang.pick("alleen nieuw, verklaringen", "new only, declarations")),
        (&found.rules[0], lang.pick("alleen oud, regels", "old only, rules")),
        (&found.rules[1], lang.pick("alleen nieuw, regels", "new only, rules")),
    ];
    let some = all.iter().filter(|(list, _)| !list.is_empty());
    some.map(|(list, label)| format!("{label}: {}", clean(&list.join(", ")))).collect()
}

/// For people.
pub fn pretty(found: &Comparison, sides: &Sides, lang: Lang, style: Style) -> String {
    let mut out = String::new();
    for flip in &found.flips {
        let paint = if flip.worse() { Paint::Bad } else { Paint::Good };
        let (from, to) = (word(flip.from, lang), word(flip.to, lang));
        let head = format!("{}, {}: {from} -> {to} ({})", title(flip), clean(&flip.rule), mark(flip, lang));
        let _ = writeln!(out, "{}", style.paint(paint, &head));
        out.push_str(&paragraph("  ", &clean(&flip.title), 2, style.width));
        let label = lang.pick("  Waardoor: ", "  Because: ");
        out.push_str(&paragraph(label, &because(flip, lang), label.len(), style.width));
        for text in &flip.dated {
            out.push_str(&paragraph("    ", &clean(text), 4, style.width));
        }
        for line in &flip.lines {
            let head =
                format!("    {} {}:{} ", if line.new { "+" } else { "-" }, clean(&line.file), line.line);
            let text = paragraph(&head, &clean(&line.text), 6, style.width);
            out.push_str(&style.paint(if line.new { Paint::Good } else { Paint::Bad }, text.trim_end()));
            out.push('\n');
        }
        for (label, reasons) in [(("Was", "Was"), &flip.was), (("Is", "Is"), &flip.is)] {
            for reason in reasons.iter().take(REASONS) {
                let label = format!("  {}: ", lang.pick(label.0, label.1));
                out.push_str(&paragraph(&label, &clean(reason), label.len(), style.width));
            }
        }
        out.push('\n');
    }
    for line in only(found, lang) {
        out.push_str(&paragraph("", &line, 2, style.width));
    }
    let (old, new) = (lang.pick("oud", "old"), lang.pick("nieuw", "new"));
    let _ = writeln!(out, "{}", style.paint(Paint::Strong, &sum(found, lang)));
    out + &paragraph(
        "",
        &format!("{old}: {}; {new}: {}", clean(&sides.old), clean(&sides.new)),
        0,
        style.width,
    )
}

/// As Markdown: a table, then what is on one side only.
pub fn markdown(found: &Comparison, sides: &Sides, lang: Lang) -> String {
    let cell = |text: &str| clean(text).replace('|', "\\|").replace('<', "&lt;");
    let mut out = format!("**{}** ({} → {})\n\n", sum(found, lang), cell(&sides.old), cell(&sides.new));
    if !found.flips.is_empty() {
        out.push_str(lang.pick(
            "| verklaring | norm | was | is | | waardoor | regels |\n|---|---|---|---|---|---|---|\n",
            "| declaration | norm | was | is | | because | lines |\n|---|---|---|---|---|---|---|\n",
        ));
    }
    for flip in &found.flips {
        let line = |line: &Line| {
            let sign = if line.new { "+" } else { "-" };
            format!("`{sign} {}:{} {}`", cell(&line.file), line.line, cell(&line.text).replace('`', "'"))
        };
        let lines = flip.lines.iter().map(line).collect::<Vec<_>>().join("<br>");
        let causes = [vec![because(flip, lang)], flip.dated.clone()].concat().join("; ");
        let _ = writeln!(
            out,
            "| {} | {} {} | {} | {} | {} | {} | {lines} |",
            cell(&title(flip)),
            cell(&flip.rule),
            cell(&flip.title),
            word(flip.from, lang),
            word(flip.to, lang),
            mark(flip, lang),
            cell(&causes),
        );
    }
    let rest: Vec<_> = only(found, lang).iter().map(|line| format!("- {}\n", cell(line))).collect();
    if rest.is_empty() { out } else { out + "\n" + &rest.concat() }
}

/// As data.
pub fn json(found: &Comparison, sides: &Sides, lang: Lang) -> Value {
    let line = |line: &Line| {
        let side = if line.new { "new" } else { "old" };
        json!({ "side": side, "file": line.file, "line": line.line, "text": line.text })
    };
    let flip = |flip: &Flip| {
        json!({
            "declaration": flip.declaration,
            "vendor": flip.names.vendor,
            "product": flip.names.product,
            "rule": flip.rule,
            "title": flip.title,
            "from": json_status(flip.from),
            "to": json_status(flip.to),
            "worse": flip.worse(),
            "better": flip.better(),
            "causes": flip.causes.iter().map(|cause| cause.word()).collect::<Vec<_>>(),
            "dated": flip.dated,
            "lines": flip.lines.iter().map(line).collect::<Vec<_>>(),
            "was": flip.was,
            "is": flip.is,
        })
    };
    let one_side = |list: &[Vec<String>; 2]| json!({ "old": list[0], "new": list[1] });
    json!({
        "schema": "policy-diff/1",
        "lang": lang.code(),
        "old": sides.old,
        "new": sides.new,
        "flips": found.flips.iter().map(flip).collect::<Vec<_>>(),
        "compared": found.compared,
        "only_declarations": one_side(&found.declarations),
        "only_rules": one_side(&found.rules),
    })
}
