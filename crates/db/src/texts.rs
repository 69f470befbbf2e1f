//! The texts of one run by their names: a text that is read again replaces the one of its name, so that the file
//! stays the same and only what changed is computed again. What the command line and the editor load packs with.

use std::collections::HashMap;
use std::path::Path;

use policy_core::diag::Diagnostic;

use crate::Database;
use crate::inputs::SourceFile;
use crate::loader::Trouble;
use crate::packs::{self, Access, Wanted};

/// The texts that are there already, by name.
#[derive(Debug, Default)]
pub struct Texts {
    files: HashMap<String, SourceFile>,
}

impl Texts {
    /// The file of that name.
    pub fn get(&self, name: &str) -> Option<SourceFile> {
        self.files.get(name).copied()
    }

    /// Adds a text, or replaces the one of that name.
    pub fn put(&mut self, db: &mut Database, name: &str, text: &str) -> SourceFile {
        if let Some(file) = self.get(name) {
            db.set_text(file, text);
            return file;
        }
        let file = db.add(name, text);
        self.files.insert(name.to_owned(), file);
        file
    }

    /// As [`Texts::put`] with what reading a file came to; if that failed, says so and gives nothing.
    pub fn admit(
        &mut self,
        db: &mut Database,
        name: &str,
        read: Result<String, Trouble>,
        wrong: &mut Vec<Diagnostic>,
    ) -> Option<SourceFile> {
        match read {
            Ok(text) => Some(self.put(db, name, &text)),
            Err(trouble) => {
                let file = self.put(db, name, trouble.text());
                wrong.push(trouble.diagnostic(file.id(db), name));
                None
            }
        }
    }

    /// Loads packs and chooses them; gives what went wrong. `name` words a path for messages, `read` has the texts.
    pub fn load_packs(
        &mut self,
        db: &mut Database,
        wanted: &[Wanted],
        name: &dyn Fn(&Path) -> String,
        read: &dyn Fn(&Path, u64) -> Result<String, Trouble>,
    ) -> Vec<Diagnostic> {
        let loaded = packs::load_with(db, wanted, &Access { name, read, known: &|name| self.get(name) });
        let files = loaded.policies.iter().map(|policy| policy.file);
        self.files.extend(files.map(|file| (file.path(db).to_owned(), file)));
        db.set_packs(loaded.policies, loaded.selected);
        loaded.diagnostics
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_a_known_name_is_the_same_file() {
        let (mut db, mut texts) = (Database::default(), Texts::default());
        let file = texts.put(&mut db, "loans.policy", "one");
        assert_eq!(texts.put(&mut db, "loans.policy", "two"), file);
        assert_eq!((file.text(&db), texts.get("loans.policy")), ("two", Some(file)));
        let mut wrong = Vec::new();
        assert_eq!(texts.admit(&mut db, "loans.policy", Err(Trouble::Missing), &mut wrong), None);
        assert_eq!((wrong[0].file, file.text(&db)), (file.id(&db), ""));
    }
}
