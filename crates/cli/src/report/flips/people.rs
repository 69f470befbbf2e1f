//! A comparison for people: on a terminal, and in Markdown.

use std::fmt::Write as _;

use policy_core::lang::Lang;

use super::{Sides, because, mark, only, sum, title};
use crate::compare::{Comparison, Line, word};
use crate::report::terminal::{Paint, Style, clean, paragraph};

/// Of the reasons of one side, so many are shown.
pub const REASONS: usize = 2;

/// For people.
pub fn pretty(found: &Comparison, sides: &Sides, lang: Lang, style: Style) -> String {
    let mut out = String::new();
    for flip in &found.flips {
        let paint = if flip.worse() { Paint::Bad } else { Paint::Good };
        let (from, to) = (word(flip.from, lang), word(flip.to, lang));
        let head = format!(
            "{}, {}: {from} -> {to} ({})",
            title(&flip.names, &flip.declaration),
            clean(&flip.rule),
            mark(flip, lang)
        );
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
            cell(&title(&flip.names, &flip.declaration)),
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
