//! Rules by declarations at a glance; where that does not fit, a list per declaration.

use std::io::{self, Write};

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};
use policy_core::lang::Lang;
use policy_core::model::Rule;
use policy_core::verdict::Verdict;
use policy_db::Database;
use policy_db::engine::Names;

use super::pretty::{counts, face, title};
use super::terminal::{Paint, Style, clean, paragraph, width};
use crate::evaluation::{Counts, Evaluation, Summary};

/// The narrowest column of titles worth reading; below that they stand in a list of their own.
const TITLES: usize = 44;
/// The narrowest column of a declaration: a sign, a space and the longest word.
const COLUMN: usize = 10;
/// The most declarations that are set side by side.
const MOST: usize = 12;
/// The most declarations of which the list names every rule.
const DETAILED: usize = 50;

/// Writes the matrix, or the list, and what the signs mean.
pub fn write(evaluation: &Evaluation, style: Style, out: &mut impl Write) -> io::Result<()> {
    let heads: Vec<_> =
        evaluation.declarations.iter().map(|summary| short(evaluation.db(), summary)).collect();
    let roomy: Vec<_> = heads.iter().map(|head| width(head).max(COLUMN)).collect();
    let tight: Vec<_> = heads.iter().map(|head| longest_word(head).max(COLUMN)).collect();
    let ids = evaluation.view.rules.iter().map(|rule| width(&rule.id)).max().unwrap_or(0);
    let fits = |first, columns: &[usize]| {
        heads.len() <= MOST && first + 4 + columns.iter().map(|own| own + 3).sum::<usize>() <= style.width
    };
    if fits(TITLES, &roomy) {
        writeln!(out, "{}\n", table(evaluation, &heads, &roomy, titled, style))?;
    } else if fits(TITLES, &tight) {
        writeln!(out, "{}\n", table(evaluation, &heads, &tight, titled, style))?;
    } else if fits(ids, &tight) {
        writeln!(out, "{}\n", table(evaluation, &heads, &tight, |rule, _| clean(&rule.id), style))?;
        titles(evaluation, ids, style, out)?;
    } else {
        list(evaluation, style, out)?;
    }
    writeln!(out, "{}\n", legend(evaluation.view.lang, style))
}

/// What a column is called: the product, else the party, else the file.
fn short(db: &Database, summary: &Summary) -> String {
    let Names { vendor, product } = &summary.names;
    clean(product.as_ref().or(vendor.as_ref()).map_or(summary.file.path(db), String::as_str))
}

/// The columns that a name needs, so that no word of it is broken.
fn longest_word(name: &str) -> usize {
    name.split_whitespace().map(width).max().unwrap_or(0)
}

fn table(
    evaluation: &Evaluation,
    heads: &[String],
    columns: &[usize],
    name: impl Fn(&Rule, Lang) -> String,
    style: Style,
) -> Table {
    let lang = evaluation.view.lang;
    let mut table = Table::new();
    table.load_preset(if style.unicode {
        presets::UTF8_FULL_CONDENSED
    } else {
        presets::ASCII_FULL_CONDENSED
    });
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(style.width as u16);
    if !style.colour {
        table.force_no_tty();
    } else {
        table.enforce_styling();
    }
    let first = [Cell::new(lang.pick("regel", "rule"))].into_iter();
    table.set_header(first.chain(heads.iter().map(Cell::new)));
    for (index, rule) in evaluation.view.rules.iter().enumerate() {
        let cells = evaluation.declarations.iter().map(|summary| cell(summary, index, lang, style));
        table.add_row([Cell::new(name(rule, lang))].into_iter().chain(cells));
    }
    for (of_table, own) in table.column_iter_mut().skip(1).zip(columns) {
        of_table.set_constraint(ColumnConstraint::Absolute(Width::Fixed(*own as u16 + 2)));
    }
    table
}

/// What the rules of the matrix are about.
fn titles(evaluation: &Evaluation, ids: usize, style: Style, out: &mut impl Write) -> io::Result<()> {
    for rule in evaluation.view.rules {
        let title = clean(rule.title.get(evaluation.view.lang).unwrap_or_default());
        let id = format!("{:<ids$}  ", clean(&rule.id));
        out.write_all(paragraph(&id, &title, ids + 2, style.width).as_bytes())?;
    }
    writeln!(out)
}

/// The id and the title of a rule.
fn titled(rule: &Rule, lang: Lang) -> String {
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
    let text = paragraph(&head, &titled(rule, lang), COLUMN + 3, style.width);
    text.replacen(&head, &style.paint(paint, &head), 1)
}

fn legend(lang: Lang, style: Style) -> String {
    let meaning = |verdict, waived| {
        let (sign, word, paint) = face(verdict, waived, lang, style);
        let meant = match verdict {
            _ if waived => lang.pick("risico aanvaard", "risk accepted"),
            Verdict::Pass => lang.pick("voldoet zeker", "certainly kept"),
            Verdict::Fail => lang.pick("voldoet zeker niet", "certainly broken"),
            Verdict::Unknown => lang.pick("het document beslist het niet", "the document does not settle it"),
            Verdict::NotApplicable => lang.pick("hier niet aan de orde", "does not arise here"),
        };
        let painted = style.paint(paint, sign);
        (format!("{sign} {word}: {meant}"), format!("{painted} {word}: {meant}"))
    };
    let all = Verdict::ALL.into_iter().map(|verdict| meaning(verdict, false));
    let mut out = String::new();
    let mut used = 0;
    for (plain, painted) in all.chain([meaning(Verdict::Fail, true)]) {
        if used > 0 && used + 3 + width(&plain) > style.width {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push_str("   ");
            used += 3;
        }
        out.push_str(&painted);
        used += width(&plain);
    }
    out
}
