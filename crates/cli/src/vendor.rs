//! Which declaration is meant: by its file, by its file's name without endings, or by the name of the vendor or of the
//! product, in any case. One name for several is an error that lists them.

use policy_core::codes;
use policy_core::diag::{Level, Message};
use policy_db::{SourceFile, engine, queries};

use crate::inputs;
use crate::session::Session;

/// The declaration that is meant; if there is none or more than one, says so and gives nothing. The packs have to be
/// loaded before.
pub fn find(session: &mut Session, wanted: &str) -> Option<SourceFile> {
    let path = session.cwd.join(wanted);
    if path.is_file() {
        return session.read(&path, engine::MAX_BYTES);
    }
    let known = session.load_declarations(&[], "-");
    among(session, wanted, &known)
}

/// The same among declarations that are given.
pub fn among(session: &mut Session, wanted: &str, known: &[SourceFile]) -> Option<SourceFile> {
    let found: Vec<_> = known.iter().copied().filter(|file| called(session, *file, wanted)).collect();
    if let [one] = found.as_slice() {
        return Some(*one);
    }
    let choices = if found.is_empty() { known } else { &found };
    let choices: Vec<_> = choices.iter().map(|file| choice(session, *file)).collect();
    let message = if found.is_empty() { none(wanted, &choices) } else { several(wanted, &choices) };
    session.report(&codes::INPUT, wanted, Level::Error, message);
    None
}

/// Whether a declaration goes by that name.
fn called(session: &Session, file: SourceFile, wanted: &str) -> bool {
    let path = file.path(&session.db);
    path == wanted
        || path.rsplit('/').next() == Some(wanted)
        || same(stem(path), wanted)
        || queries::names(&session.db, session.project(), file).has(wanted)
}

/// The name of a declaration's file without folders and endings.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    inputs::ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.trim().to_lowercase()
}

/// A declaration as it can be named.
fn choice(session: &Session, file: SourceFile) -> String {
    let names = queries::names(&session.db, session.project(), file);
    let names: Vec<_> = names.product.into_iter().chain(names.vendor).collect();
    let stem = stem(file.path(&session.db));
    if names.is_empty() { format!("`{stem}`") } else { format!("`{stem}` ({})", names.join(", ")) }
}

fn none(wanted: &str, choices: &[String]) -> Message {
    if choices.is_empty() {
        return Message::new(
            format!(
                "`{wanted}` is geen bestand, en er zijn geen verklaringen; `declarations` in policy.toml noemt ze"
            ),
            format!(
                "`{wanted}` is no file, and there are no declarations; `declarations` in policy.toml names them"
            ),
        );
    }
    let choices = choices.join("; ");
    Message::new(
        format!("`{wanted}` is geen verklaring, leverancier of product; die er zijn: {choices}"),
        format!("`{wanted}` is no declaration, vendor or product; there are {choices}"),
    )
}

fn several(wanted: &str, choices: &[String]) -> Message {
    let choices = choices.join("; ");
    Message::new(
        format!("`{wanted}` kan van alles zijn: kies een van {choices}"),
        format!("`{wanted}` can be several: choose one of {choices}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_stem() {
        assert_eq!(stem("desk/north.declaration.yaml"), "north");
        assert_eq!(stem("south.declaration.json"), "south");
        assert_eq!(stem("other.yaml"), "other.yaml");
        assert!(same("North", "north "));
    }
}
