//! From trees to a schema: every item but rules, in both keyword languages.
//!
//! A line is read in two steps. `statement` knows the grammar of lines and no schema; what it reads is kept as
//! a draft with unresolved names. The other modules look the names up, each for its kind of item, in an order
//! in which everything exists before it is referred to. A mistake costs the line it stands in, not the item,
//! and never the items around it.
//!
//! Knows no sentences of rules, no files and no evaluation.

pub mod builtin;
mod cases;
mod collect;
mod cursor;
mod cycles;
pub(crate) mod dangling;
mod extras;
mod fields;
pub mod keywords;
mod labels;
mod names;
mod records;
mod sets;
mod statement;
mod syntax;
mod translate;
mod vocabulary;

#[cfg(test)]
mod tests;

pub(crate) use statement::{Body, Expect, Head, Members, TypeName, Value, head, statement};
pub use syntax::syntax_diagnostics;
pub use translate::{translate_head, translate_line};

use policy_syntax::{File, ItemWord};

use crate::diag::Diagnostic;
use crate::model::{FileId, PackId, Schema, TestCase, Waiver};
use names::Lowering;

/// A policy file to lower.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file.
    pub file: FileId,
    /// Its tree.
    pub tree: &'a File,
    /// Its text.
    pub text: &'a str,
    /// The files that together are one pack share this number; packs count in order of loading.
    pub pack: u32,
}

/// What lowering gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lowered {
    /// Everything that can be declared, and the words for it.
    pub schema: Schema,
    /// Tests of rules, in order.
    pub tests: Vec<TestCase>,
    /// Accepted risks, in order.
    pub waivers: Vec<Waiver>,
    /// What is wrong with the items, in order of files and places.
    pub diagnostics: Vec<Diagnostic>,
}

/// The pack that a file belongs to: the one whose header stands in the same group of files.
pub fn pack_of(schema: &Schema, sources: &[Source<'_>], file: FileId) -> Option<PackId> {
    let group = |file: FileId| sources.iter().find(|s| s.file == file).map(|s| s.pack);
    let wanted = group(file)?;
    let found = schema.packs.iter().position(|pack| group(pack.origin.file) == Some(wanted));
    found.map(|i| PackId(i as u32))
}

/// Lowers every item but rules. Never fails: what is wrong is left out and reported.
pub fn schema(sources: &[Source<'_>]) -> Lowered {
    let mut lowering = Lowering { schema: builtin::schema(), ..Lowering::default() };
    let mut sources = sources.to_vec();
    sources.sort_by_key(|source| source.pack);
    let items = lowering.collect(&sources);
    let rules: Vec<&str> = items.of(ItemWord::Rule).iter().map(|rule| rule.name()).collect();

    lowering.packs(&items);
    lowering.kinds(items.of(ItemWord::Kind));
    let terms = lowering.terms(items.of(ItemWord::Term));
    lowering.relate_terms(&terms);
    lowering.events(items.of(ItemWord::Event));
    let sets = lowering.sets(items.of(ItemWord::Set));
    lowering.records(items.of(ItemWord::Record));
    lowering.members(&sets);
    lowering.derived_terms(&terms);
    lowering.settings(items.of(ItemWord::Setting));
    lowering.defines(items.of(ItemWord::Define));
    lowering.names_of_declarations(items.of(ItemWord::Policy));
    lowering.questions(items.of(ItemWord::Question));
    lowering.tests(items.of(ItemWord::Test), &rules);
    lowering.waivers(items.of(ItemWord::Waive), &rules);
    finish(lowering, &sources)
}

fn finish(lowering: Lowering, sources: &[Source<'_>]) -> Lowered {
    let Lowering { schema, tests, waivers, mut diagnostics, .. } = lowering;
    let nth = |file: FileId| sources.iter().position(|s| s.file == file);
    diagnostics.sort_by_key(|d| (nth(d.file), d.span));
    Lowered { schema, tests, waivers, diagnostics }
}
