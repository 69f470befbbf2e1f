//! Packs: the standard ones that are part of the program, those on disk, and what they use in turn.
//!
//! A pack is a `.policy` file with a `policy` header, or a folder of such files of which one has the header.
//! `use NAME` is looked up beside the pack that says it, then among the standard packs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use policy_core::codes;
use policy_core::diag::{Diagnostic, Message};
use policy_syntax::Span;

use crate::engine::{self, Header};
use crate::inputs::{PolicyFile, SourceFile};
use crate::loader::{self, MAX_POLICY_BYTES, Trouble};
use crate::Database;

/// The pack that is used when nothing is chosen.
pub const DEFAULT: &str = "model-4.0";

/// What stands before the path of a file of a standard pack, in messages and reports.
pub const STANDARD: &str = "policy:";

/// The files of the standard packs: path below `policies/`, and text.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The names of the standard packs, sorted.
pub fn standard() -> Vec<&'static str> {
    let mut names: Vec<_> = FILES.iter().filter_map(|(path, _)| pack_of(path)).collect();
    names.dedup();
    names
}

/// The standard pack that a path below `policies/` belongs to: its folder, or the file without extension.
fn pack_of(path: &'static str) -> Option<&'static str> {
    path.split('/').next().map(|first| first.strip_suffix(".policy").unwrap_or(first))
}

/// A pack as the user names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A standard pack.
    Standard(String),
    /// A file or a folder.
    Path(PathBuf),
}

impl Wanted {
    /// Reads a choice: a standard pack's name is that pack, all else is a path below `base`.
    pub fn parse(text: &str, base: &Path) -> Wanted {
        if standard().contains(&text) {
            return Wanted::Standard(text.to_owned());
        }
        Wanted::Path(base.join(text))
    }
}

/// Where a pack stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Place {
    Standard(String),
    File(PathBuf),
    Folder(PathBuf),
}

/// The packs that take part, as they were found.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Every policy file, packs before the packs that use them.
    pub policies: Vec<PolicyFile>,
    /// The names of the packs that were asked for.
    pub selected: Vec<String>,
    /// What could not be found or read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads the packs that are wanted and, in turn, the ones they use. `name` words a path for messages.
pub fn load(db: &mut Database, wanted: &[Wanted], name: &dyn Fn(&Path) -> String) -> Loaded {
    let mut loading = Loading { db, name, loaded: Loaded::default(), seen: HashSet::new() };
    for want in wanted {
        if let Some(pack) = loading.wanted(want) {
            if !loading.loaded.selected.contains(&pack) {
                loading.loaded.selected.push(pack);
            }
        }
    }
    loading.loaded
}

struct Loading<'a> {
    db: &'a mut Database,
    name: &'a dyn Fn(&Path) -> String,
    loaded: Loaded,
    seen: HashSet<String>,
}

/// A text of a pack before it is registered.
struct Text {
    path: String,
    text: String,
    trouble: Option<Trouble>,
}

impl Loading<'_> {
    fn wanted(&mut self, want: &Wanted) -> Option<String> {
        let place = match want {
            Wanted::Standard(pack) => Place::Standard(pack.clone()),
            Wanted::Path(path) if path.is_dir() => Place::Folder(path.clone()),
            Wanted::Path(path) if path.is_file() => self.file_or_its_folder(path),
            Wanted::Path(path) => {
                self.no_such_pack(path);
                return None;
            }
        };
        self.pack(&place, None)
    }

    /// A file without a header belongs to the pack of its folder, if that has one.
    fn file_or_its_folder(&self, path: &Path) -> Place {
        let headless = |path: &Path| {
            loader::read(path, MAX_POLICY_BYTES).is_ok_and(|text| engine::header(&engine::parse(&text)).is_none())
        };
        let folder = path.parent().filter(|_| headless(path));
        let siblings = folder.and_then(|folder| loader::policy_files(folder).ok()).unwrap_or_default();
        match folder {
            Some(folder) if siblings.iter().any(|sibling| !headless(sibling)) => Place::Folder(folder.into()),
            _ => Place::File(path.into()),
        }
    }

    /// Loads one pack, unless it is there already, after the packs it uses; gives its name.
    fn pack(&mut self, place: &Place, called: Option<&str>) -> Option<String> {
        let texts = self.texts(place)?;
        let header = texts.iter().find_map(|text| engine::header(&engine::parse(&text.text)));
        let header = header.unwrap_or_else(|| Header { name: own_name(place), uses: vec![] });
        let pack = called.map_or(header.name, str::to_owned);
        if !self.seen.insert(pack.clone()) {
            return Some(pack);
        }
        for used in &header.uses {
            self.used(used, place);
        }
        for text in texts {
            let file = self.register(text);
            self.loaded.policies.push(PolicyFile { file, pack: pack.clone() });
        }
        Some(pack)
    }

    /// Loads a pack that another one uses. One that is nowhere is for the types to report, at its `use` line.
    fn used(&mut self, name: &str, by: &Place) {
        if self.seen.contains(name) {
            return;
        }
        let beside = match by {
            Place::Standard(_) => None,
            Place::File(path) | Place::Folder(path) => path.parent(),
        };
        let on_disk = beside.and_then(|folder| {
            let (file, folder) = (folder.join(format!("{name}.policy")), folder.join(name));
            let file = file.is_file().then_some(Place::File(file));
            file.or_else(|| folder.is_dir().then_some(Place::Folder(folder)))
        });
        let standard = || standard().contains(&name).then(|| Place::Standard(name.to_owned()));
        if let Some(place) = on_disk.or_else(standard) {
            self.pack(&place, Some(name));
        }
    }

    fn texts(&mut self, place: &Place) -> Option<Vec<Text>> {
        match place {
            Place::Standard(pack) => Some(standard_texts(pack)),
            Place::File(path) => Some(vec![self.text(path)]),
            Place::Folder(path) => match loader::policy_files(path) {
                Ok(files) if !files.is_empty() => Some(files.iter().map(|file| self.text(file)).collect()),
                Ok(_) => {
                    self.no_policies(path);
                    None
                }
                Err(trouble) => {
                    self.trouble(path, &trouble);
                    None
                }
            },
        }
    }

    fn text(&self, path: &Path) -> Text {
        let name = (self.name)(path);
        match loader::read(path, MAX_POLICY_BYTES) {
            Ok(text) => Text { path: name, text, trouble: None },
            Err(trouble) => Text { path: name, text: trouble.text().to_owned(), trouble: Some(trouble) },
        }
    }

    fn register(&mut self, text: Text) -> SourceFile {
        let file = self.db.add(text.path.clone(), text.text);
        if let Some(trouble) = text.trouble {
            self.loaded.diagnostics.push(trouble.diagnostic(file.id(self.db), &text.path));
        }
        file
    }

    fn trouble(&mut self, path: &Path, trouble: &Trouble) {
        let name = (self.name)(path);
        let file = self.db.add(name.clone(), trouble.text().to_owned());
        self.loaded.diagnostics.push(trouble.diagnostic(file.id(self.db), &name));
    }

    fn no_policies(&mut self, path: &Path) {
        let name = (self.name)(path);
        let message = Message::new(
            format!("in de map `{name}` staan geen `.policy`-bestanden; noem de map van een pakket"),
            format!("the folder `{name}` holds no `.policy` files; name the folder of a pack"),
        );
        self.report(name, message);
    }

    fn no_such_pack(&mut self, path: &Path) {
        let (name, known) = ((self.name)(path), standard().join("`, `"));
        let message = Message::new(
            format!("`{name}` is geen bestand, geen map en geen standaardpakket; die zijn `{known}`"),
            format!("`{name}` is no file, no folder and no standard pack; those are `{known}`"),
        );
        self.report(name, message);
    }

    fn report(&mut self, name: String, message: Message) {
        let file = self.db.add(name, "");
        let diagnostic = Diagnostic::new(&codes::INPUT, file.id(self.db), Span::default(), message);
        self.loaded.diagnostics.push(diagnostic);
    }
}

fn standard_texts(pack: &str) -> Vec<Text> {
    let own = FILES.iter().filter(|(path, _)| pack_of(path) == Some(pack));
    own.map(|(path, text)| Text { path: format!("{STANDARD}{path}"), text: (*text).to_owned(), trouble: None })
        .collect()
}

/// What a pack without a header is called: its file or folder.
fn own_name(place: &Place) -> String {
    match place {
        Place::Standard(pack) => pack.clone(),
        Place::File(path) | Place::Folder(path) => {
            let name = if path.is_dir() { path.file_name() } else { path.file_stem() };
            name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
        }
    }
}
