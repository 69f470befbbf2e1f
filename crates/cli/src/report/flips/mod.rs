//! Differences between two evaluations, in every format of an evaluation: for people and for programs.
//!
//! Knows no database: a comparison is plain data once it is made.

mod page;
mod people;
mod programs;

use std::io;

use policy_core::lang::Lang;
use policy_db::engine::Names;

use super::formats::Format;
use super::terminal::{Style, clean};
use crate::compare::{Comparison, Flip};

/// What holds for the comparison as a whole: which command made it, and in words what the old side is and the new.
pub struct Sides {
    /// The command.
    pub command: &'static str,
    /// The old side.
    pub old: String,
    /// The new side.
    pub new: String,
}

/// What a declaration is called: its product, else its party, else its file.
fn title(names: &Names, declaration: &str) -> String {
    let name = names.product.as_deref().or(names.vendor.as_deref());
    clean(name.unwrap_or(declaration))
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

/// Whether a format also tells what stays as it is.
pub fn tells_steady(format: Format) -> bool {
    matches!(format, Format::Sarif | Format::Junit)
}

/// A comparison in a format.
pub fn text(
    found: &Comparison,
    sides: &Sides,
    lang: Lang,
    format: Format,
    style: Style,
) -> io::Result<String> {
    match format {
        Format::Pretty => Ok(people::pretty(found, sides, lang, style)),
        Format::Markdown => Ok(people::markdown(found, sides, lang)),
        Format::Html => page::html(found, sides, lang),
        Format::Compact => Ok(programs::compact(found, lang)),
        Format::Json => programs::json(found, sides, lang),
        Format::Ndjson => Ok(programs::ndjson(found, sides, lang)),
        Format::Sarif => programs::sarif(found, sides, lang),
        Format::Junit => programs::junit(found, sides, lang),
        Format::Github => Ok(programs::github(found, lang)),
        Format::Gitlab => programs::gitlab(found, lang),
        Format::Csv => programs::csv(found),
    }
}
