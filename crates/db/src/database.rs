//! The database: storage, the register of files, and setters that compare before they write.

use std::sync::Arc;

use jiff::civil::Date;
use policy_core::model::FileId;
use salsa::{Durability, Setter as _};

use crate::config::RuleSetting;
use crate::declarations;
use crate::inputs::{PolicyFile, Project, SourceFile};

/// Is told the name of each query that runs, as `outcomes(Id(c00))`, and of other work of which nothing is kept.
pub type Log = Arc<dyn Fn(String) + Send + Sync>;

/// Texts and everything computed from them. A clone is a handle for another thread: a write waits until every
/// clone is dropped.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: salsa::Storage<Self>,
    files: Arc<Vec<SourceFile>>,
    log: Option<Log>,
}

#[salsa::db]
impl salsa::Database for Database {}

impl Default for Database {
    fn default() -> Self {
        Database::build(None)
    }
}

/// How lasting the text of a file is: what comes from policies alone need not be looked at again when a declaration
/// was edited.
fn lasting(declared: bool) -> Durability {
    if declared { Durability::LOW } else { Durability::MEDIUM }
}

impl Database {
    /// A database that tells `log` which queries run: for tests of what an edit re-runs.
    pub fn with_log(log: Log) -> Self {
        Database::build(Some(log))
    }

    fn build(log: Option<Log>) -> Self {
        let callback = log.clone().map(|log| -> Box<dyn Fn(salsa::Event) + Send + Sync> {
            Box::new(move |event| {
                if let salsa::EventKind::WillExecute { database_key } = event.kind {
                    log(format!("{database_key:?}"));
                }
            })
        });
        let db = Database { storage: salsa::Storage::new(callback), files: Arc::default(), log };
        let none = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let project = Project::builder(none.0, none.1, none.2, none.3, Vec::new(), None, Date::ZERO);
        let _singleton =
            project.durability(Durability::HIGH).declarations_durability(Durability::LOW).new(&db);
        db
    }

    /// Tells the log of work that is no query.
    pub(crate) fn tell(&self, work: &str, on: SourceFile) {
        if let Some(log) = &self.log {
            log(format!("{work}({})", on.path(self)));
        }
    }

    /// What is evaluated against what.
    pub fn project(&self) -> Project {
        Project::get(self)
    }

    /// Adds a text under a name; the same name may stand for several.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceFile {
        let (id, path) = (FileId(self.files.len() as u32), path.into());
        let declared = declarations::is_declaration(&path);
        let file = SourceFile::builder(id, path, text.into(), false).durability(Durability::HIGH);
        let file = file.text_durability(lasting(declared)).open_durability(Durability::LOW).new(self);
        Arc::make_mut(&mut self.files).push(file);
        file
    }

    /// The file with that number.
    pub fn file(&self, id: FileId) -> Option<SourceFile> {
        self.files.get(id.0 as usize).copied()
    }

    /// Replaces a text; the same text again is no change.
    pub fn set_text(&mut self, file: SourceFile, text: &str) {
        if file.text(self) != text {
            file.set_text(self).to(text.into());
        }
    }

    /// Says whether somebody has a file open.
    pub fn set_open(&mut self, file: SourceFile, open: bool) {
        if file.open(self) != open {
            file.set_open(self).to(open);
        }
    }

    /// Chooses the policy files and the packs whose rules run.
    pub fn set_packs(&mut self, policies: Vec<PolicyFile>, selected: Vec<String>) {
        let project = self.project();
        if project.policies(self) != policies {
            project.set_policies(self).with_durability(Durability::HIGH).to(policies);
        }
        if project.selected(self) != selected {
            project.set_selected(self).with_durability(Durability::HIGH).to(selected);
        }
    }

    /// Narrows the rules that run to these ids; none narrows nothing.
    pub fn set_only(&mut self, only: Vec<String>) {
        let project = self.project();
        if project.only(self) != only {
            project.set_only(self).with_durability(Durability::HIGH).to(only);
        }
    }

    /// Says what is different about rules here.
    pub fn set_changes(&mut self, changes: Vec<RuleSetting>) {
        let project = self.project();
        if project.changes(self) != changes {
            project.set_changes(self).with_durability(Durability::HIGH).to(changes);
        }
    }

    /// Says which files are the declarations of the workspace.
    pub fn set_declarations(&mut self, declarations: Vec<SourceFile>) {
        let project = self.project();
        if project.declarations(self) != declarations {
            project.set_declarations(self).to(declarations);
        }
    }

    /// Chooses the profile.
    pub fn set_profile(&mut self, profile: Option<SourceFile>) {
        let project = self.project();
        if project.profile(self) != profile {
            project.set_profile(self).with_durability(Durability::HIGH).to(profile);
        }
    }

    /// Sets the as-of date.
    pub fn set_as_of(&mut self, as_of: Date) {
        let project = self.project();
        if project.as_of(self) != as_of {
            project.set_as_of(self).with_durability(Durability::HIGH).to(as_of);
        }
    }
}
