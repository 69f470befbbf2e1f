//! Declarations as trees. Of an open one the tree is kept entry by entry: after an edit only the entry that it was in is
//! parsed again. Of a thousand others the trees would be most of the memory, and they are read once.

use std::sync::Arc;

use salsa::Database;

use crate::engine::{self, Alone, Format, Parsed};
use crate::inputs::SourceFile;

/// What belongs to one key at the margin of a declaration.
#[salsa::tracked(debug)]
struct MarginEntry<'db> {
    /// Its first line up to a colon: what makes it the same entry after an edit elsewhere.
    name: String,
    /// Its text.
    #[tracked]
    #[returns(deref)]
    text: String,
}

/// A declaration as a tree.
pub fn declaration(db: &dyn Database, file: SourceFile) -> Arc<Parsed> {
    if file.open(db) { kept(db, file).clone() } else { Arc::new(whole(db, file)) }
}

fn whole(db: &dyn Database, file: SourceFile) -> Parsed {
    engine::parse_declaration(file.text(db), Format::of_name(file.path(db)), file.id(db))
}

#[salsa::tracked(no_eq, lru = 64)]
fn kept(db: &dyn Database, file: SourceFile) -> Arc<Parsed> {
    Arc::new(by_entry(db, file).unwrap_or_else(|| whole(db, file)))
}

fn by_entry(db: &dyn Database, file: SourceFile) -> Option<Parsed> {
    let mut start = 0;
    let mut trees = Vec::new();
    for entry in entries(db, file) {
        trees.push((start, entry_tree(db, *entry).as_ref()?));
        start += entry.text(db).len() as u32;
    }
    engine::join(trees.into_iter())
}

/// The entries of a declaration; none of one that must be read as a whole.
#[salsa::tracked]
fn entries<'db>(db: &'db dyn Database, file: SourceFile) -> Vec<MarginEntry<'db>> {
    let yaml = Format::of_name(file.path(db)) == Format::Yaml;
    let text = file.text(db);
    let cut = yaml.then(|| engine::cut(text)).flatten().unwrap_or_default();
    let entry = |text: &str| MarginEntry::new(db, name(text).to_owned(), text.to_owned());
    cut.into_iter().map(|span| entry(span.of(text))).collect()
}

fn name(text: &str) -> &str {
    let is_key = |line: &&str| line.starts_with(|c: char| !c.is_whitespace() && c != '#');
    let line = text.lines().find(is_key).unwrap_or_default();
    line.split_once(':').map_or(line, |(key, _)| key)
}

#[salsa::tracked(no_eq, lru = 1024)]
fn entry_tree<'db>(db: &'db dyn Database, entry: MarginEntry<'db>) -> Option<Alone> {
    engine::parse_entry(entry.text(db))
}
