//! The readable page of an evaluation: one HTML file that needs nothing else, for a screen, a phone or paper.
//!
//! This tells what came out and decides nothing. Text is escaped by the template library; pieces that were rendered
//! before are the only ones marked safe. Knows no word of any domain: those come from packs and declarations.

mod chapters;
mod coverage;
mod expiry;
mod face;
mod finding;
mod page;
mod summary;
mod vendor;
mod words;

use std::io::{self, Write};

use askama::Template as _;
use policy_db::Database;

use super::model::Head;
use crate::evaluation::{Evaluation, Summary};
use crate::parallel;

/// Writes the page.
pub fn write(evaluation: &Evaluation, head: &Head, out: &mut impl Write) -> io::Result<()> {
    let desk = vendor::Desk::of(evaluation);
    let numbered: Vec<(usize, &Summary)> = evaluation.declarations.iter().enumerate().collect();
    let mut vendors = Vec::with_capacity(numbered.len());
    let work = |db: &Database, (number, summary): &(usize, &Summary)| desk.vendor(db, *number, summary);
    parallel::in_order(evaluation.db(), &numbered, work, |vendor| vendors.push(vendor));
    let vendors = vendors.into_iter().collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
    page::Page::of(evaluation, head, vendors).write_into(out).map_err(io::Error::other)
}
