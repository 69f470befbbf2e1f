//! Rules by declarations at a glance; where that does not fit, a list per declaration.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};
use policy_core::lang::Lang;
use policy_core::model::Rule;
use policy_core::verdict::Verdict;

use super::pretty::{counts, face, title};
use super::terminal::{Paint, Style, clean, paragraph, width};
use crate::evaluation::{Counts, Evaluation, Summary};

/// The narrowest column of titles.
const TITLES: usize = 26;
/// The narrowest column of a declaration: a sign, a space and the longest word.
const COLUMN: usize = 10;
/// The most declarations that are set side by side.
const MOST: usize = 12;
/// The most declarations of which the list names every rule.
const DETAILED: usize = 50;

/// Writes the matrix, or the list, and what the signs mean.
pub fn write(evaluation: &Evaluation, style: Style, out: &mut impl Write) -> io::Result<()> {
    let declarations = evaluation.declarations.len();
    let needed = TITLES + 3 + declarations * (COLUMN + 3);
    if declarations <= MOST && needed <= style.width {
        writeln!(out, "{}\n", table(evaluation, style))?;
    } else {
        list(evaluation, style, out)?;
    }
    writeln!(out, "{}\n", legend(evaluation.view.lang, style))
}

fn table(evaluation: &Evaluation, style: Style) -> Table {
    let lang = evaluation.view.lang;
    let mut table = Table::new();
    table.load_preset(if style.unicode { presets::UTF8_HORIZONTAL_ONLY } else { presets::ASCII_HORIZONTAL_ONLY });
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(style.width as u16);
    if !style.colour {
        table.force_no_tty();
    } else {
        table.enforce_styling();
    }
    let heads = evaluation.declarations.iter().map(|summary| Cell::new(title(evaluation.db(), summary)));
    table.set_header([Cell::new(lang.pick("regel", "rule"))].into_iter().chain(heads));
    for (index, rule) in evaluation.view.rules.iter().enumerate() {
        let cells = evaluation.declarations.iter().map(|summary| cell(summary, index, lang, style));
        table.add_row([Cell::new(name(rule, lang))].into_iter().chain(cells));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(COLUMN as u16 + 2)));
    }
    table
}

fn name(rule: &Rule, lang: Lang) -> String {
    clean(&format!("{} {}", rule.id, rule.title.get(lang).unwrap_or_default()))
}

fn cell(summary: &Summary, rule: usize, lang: Lang, style: Style) -> Cell {
    let Some((verdict, waived)) = summary.verdicts.get(rule) else { return Cell::new("") };
    let (sign, word, paint) = face(*verdict, *waived, lang, style);
    let cell = Cell::new(format!("{sign} {word}"));
    match paint {
        Paint::Good => cell.fg(Color::Green),
        Paint::Bad => cell.fg(Color::Red),
        Paint::Open => cell.fg(Color::Yellow),
        Paint::Dim => cell.add_attribute(Attribute::Dim),
        Paint::Strong => cell.add_attribute(Attribute::Bold),
    }
}

fn list(evaluation: &Evaluation, style: Style, out: &mut impl Write) -> io::Result<()> {
    let lang = evaluation.view.lang;
    for summary in &evaluation.declarations {
        let mut of_this = Counts::default();
        summary.verdicts.iter().for_each(|(verdict, waived)| of_this.add(*verdict, *waived));
        let text = format!("{}: {}", title(evaluation.db(), summary), counts(&of_this, lang));
        out.write_all(paragraph("", &text, 0, style.width).as_bytes())?;
        if evaluation.declarations.len() <= DETAILED {
            for (rule, (verdict, waived)) in evaluation.view.rules.iter().zip(&summary.verdicts) {
                out.write_all(line(rule, *verdict, *waived, lang, style).as_bytes())?;
            }
            writeln!(out)?;
        }
    }
    if evaluation.declarations.len() > DETAILED { writeln!(out) } else { Ok(()) }
}

fn line(rule: &Rule, verdict: Verdict, waived: bool, lang: Lang, style: Style) -> String {
    let (sign, word, paint) = face(verdict, waived, lang, style);
    let head = format!("  {sign} {word}{} ", " ".repeat(COLUMN.saturating_sub(2 + width(word))));
    let text = paragraph(&head, &name(rule, lang), COLUMN + 3, style.width);
    text.replacen(&head, &style.paint(paint, &head), 1)
}

fn legend(lang: Lang, style: Style) -> String {
    let meaning = |verdict, waived| {
        let (sign, word, paint) = face(verdict, waived, lang, style);
        let sign = style.paint(paint, sign);
        let meant = match verdict {
            _ if waived => lang.pick("risico aanvaard", "risk accepted"),
            Verdict::Pass => lang.pick("voldoet zeker", "certainly kept"),
            Verdict::Fail => lang.pick("voldoet zeker niet", "certainly broken"),
            Verdict::Unknown => lang.pick("het document beslist het niet", "the document does not settle it"),
            Verdict::NotApplicable => lang.pick("hier niet aan de orde", "does not arise here"),
        };
        format!("{sign} {word}: {meant}")
    };
    let all = Verdict::ALL.into_iter().map(|verdict| meaning(verdict, false));
    let all: Vec<_> = all.chain([meaning(Verdict::Fail, true)]).collect();
    all.join(style.symbol("  ·  ", " | "))
}
