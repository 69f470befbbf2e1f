//! Packs: the standard ones that are part of the program, those on disk, and what they use in turn.
//!
//! A pack is a `.policy` file with a `policy` header, or a folder that holds such a file, with everything below it.
//! `use NAME` is looked up beside the pack that says it, then among the standard packs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use policy_core::codes;
use policy_core::diag::{Diagnostic, Message};
use policy_syntax::Span;

use crate::Database;
use crate::engine::{self, Header};
use crate::inputs::{PolicyFile, SourceFile};
use crate::loader::{self, MAX_POLICY_BYTES, Trouble};

/// The pack that is used when nothing is chosen.
pub const DEFAULT: &str = "core";

/// What stands before the path of a file of a standard pack, in messages and reports.
pub const STANDARD: &str = "policy:";

/// How many folders above a file without a header may hold it.
const MAX_ABOVE: usize = 3;

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

/// How texts of packs are come by: from disk, unless someone has a newer text or has loaded it before.
pub struct Access<'a> {
    /// Words a path for messages; the name under which its text is registered.
    pub name: &'a dyn Fn(&Path) -> String,
    /// Reads a file of at most so many bytes.
    pub read: &'a dyn Fn(&Path, u64) -> Result<String, Trouble>,
    /// The text that is registered under a name already, to be used again.
    pub known: &'a dyn Fn(&str) -> Option<SourceFile>,
}

/// Loads the packs that are wanted and, in turn, the ones they use. `name` words a path for messages.
pub fn load(db: &mut Database, wanted: &[Wanted], name: &dyn Fn(&Path) -> String) -> Loaded {
    load_with(db, wanted, &Access { name, read: &loader::read, known: &|_| None })
}

/// As [`load`], with another access to texts than disk alone.
pub fn load_with(db: &mut Database, wanted: &[Wanted], access: &Access) -> Loaded {
    let mut loading = Loading { db, access, loaded: Loaded::default(), seen: HashSet::new() };
    for want in wanted {
        for pack in loading.wanted(want) {
            if !loading.loaded.selected.contains(&pack) {
                loading.loaded.selected.push(pack);
            }
        }
    }
    loading.loaded
}

/// A text of a pack, not yet registered.
struct Text {
    path: String,
    text: String,
    header: Option<Header>,
    trouble: Option<Trouble>,
}

/// A pack as it was found: its texts, the one with the header first, and the folder its neighbours are in.
struct Pack {
    name: String,
    uses: Vec<String>,
    texts: Vec<Text>,
    beside: Vec<PathBuf>,
}

struct Loading<'a> {
    db: &'a mut Database,
    access: &'a Access<'a>,
    loaded: Loaded,
    seen: HashSet<String>,
}

impl Loading<'_> {
    fn wanted(&mut self, want: &Wanted) -> Vec<String> {
        let packs = match want {
            Wanted::Standard(pack) => vec![standard_pack(pack)],
            Wanted::Path(path) if path.is_dir() => self.folder(path),
            Wanted::Path(path) if path.is_file() => self.file(path),
            Wanted::Path(path) => {
                self.no_such_pack(path);
                Vec::new()
            }
        };
        packs.into_iter().map(|pack| self.pack(pack)).collect()
    }

    /// Registers a pack, unless it is there already, after the packs it uses; gives its name.
    fn pack(&mut self, pack: Pack) -> String {
        if !self.seen.insert(pack.name.clone()) {
            return pack.name;
        }
        for used in &pack.uses {
            self.used(used, &pack.beside);
        }
        for text in pack.texts {
            let file = self.register(text);
            self.loaded.policies.push(PolicyFile { file, pack: pack.name.clone() });
        }
        pack.name
    }

    /// Loads a pack that another one uses. One that is nowhere is for the types to report, at its `use` line.
    fn used(&mut self, name: &str, beside: &[PathBuf]) {
        if self.seen.contains(name) {
            return;
        }
        let on_disk = beside.iter().find_map(|folder| self.neighbour(name, folder));
        let standard = || standard().contains(&name).then(|| standard_pack(name));
        if let Some(pack) = on_disk.or_else(standard) {
            self.pack(pack);
        }
    }

    fn neighbour(&mut self, name: &str, folder: &Path) -> Option<Pack> {
        let (file, folder) = (folder.join(format!("{name}.policy")), folder.join(name));
        let found = match (file.is_file(), folder.is_dir()) {
            (true, _) => self.file(&file),
            (_, true) => self.folder(&folder),
            _ => Vec::new(),
        };
        found.into_iter().find(|pack| pack.name == name)
    }

    /// The pack of a file: the file alone if it has a header, else that of the nearest folder with one.
    fn file(&mut self, path: &Path) -> Vec<Pack> {
        let text = self.text(path);
        let above = || path.ancestors().skip(1).take(MAX_ABOVE).find(|folder| self.has_header(folder));
        match (&text.header, above()) {
            (None, Some(folder)) => self.folder(folder),
            _ => {
                let folders = path.ancestors().skip(1).take(2);
                vec![Pack::new(stem(path), vec![text], folders.map(Path::to_path_buf).collect())]
            }
        }
    }

    fn has_header(&self, folder: &Path) -> bool {
        let files = loader::policy_files(folder).unwrap_or_default();
        files.iter().any(|file| file.parent() == Some(folder) && self.text(file).header.is_some())
    }

    /// The packs of a folder: one for every folder that directly holds a header, with what is below it.
    fn folder(&mut self, path: &Path) -> Vec<Pack> {
        let files = match loader::policy_files(path) {
            Ok(files) if files.is_empty() => {
                self.no_policies(path);
                return Vec::new();
            }
            Ok(files) => files,
            Err(trouble) => {
                self.trouble(path, trouble);
                return Vec::new();
            }
        };
        let texts: Vec<_> = files.into_iter().map(|file| (self.text(&file), file)).collect();
        let with_header = texts.iter().filter(|(text, _)| text.header.is_some());
        let roots: Vec<_> =
            with_header.filter_map(|(_, file)| file.parent().map(Path::to_path_buf)).collect();
        let mut packs: Vec<(PathBuf, Vec<Text>)> = Vec::new();
        for (text, file) in texts {
            let root = file.ancestors().skip(1).find(|folder| roots.iter().any(|root| root == folder));
            let root = root.unwrap_or(path).to_path_buf();
            match packs.iter_mut().find(|(other, _)| *other == root) {
                Some((_, texts))
                    if text.header.is_none() || texts.iter().all(|text| text.header.is_none()) =>
                {
                    texts.push(text);
                }
                _ => packs.push((root, vec![text])),
            }
        }
        let pack = |(root, texts): (PathBuf, _)| {
            Pack::new(stem(&root), texts, root.parent().map(Path::to_path_buf).into_iter().collect())
        };
        packs.into_iter().map(pack).collect()
    }

    fn text(&self, path: &Path) -> Text {
        let (text, trouble) = match (self.access.read)(path, MAX_POLICY_BYTES) {
            Ok(text) => (text, None),
            Err(trouble) => (trouble.text().to_owned(), Some(trouble)),
        };
        Text { path: (self.access.name)(path), header: engine::header_of(&text), text, trouble }
    }

    fn register(&mut self, text: Text) -> SourceFile {
        let file = match (self.access.known)(&text.path) {
            Some(file) => {
                self.db.set_text(file, &text.text);
                file
            }
            None => self.db.add(text.path.clone(), text.text),
        };
        if let Some(trouble) = text.trouble {
            self.loaded.diagnostics.push(trouble.diagnostic(file.id(self.db), &text.path));
        }
        file
    }

    fn trouble(&mut self, path: &Path, trouble: Trouble) {
        let text = trouble.text().to_owned();
        self.register(Text { path: (self.access.name)(path), text, header: None, trouble: Some(trouble) });
    }

    fn no_policies(&mut self, path: &Path) {
        let name = (self.access.name)(path);
        let message = Message::new(
            format!("in de map `{name}` staan geen `.policy`-bestanden; noem de map van een pakket"),
            format!("the folder `{name}` holds no `.policy` files; name the folder of a pack"),
        );
        self.report(name, message);
    }

    fn no_such_pack(&mut self, path: &Path) {
        let (name, known) = ((self.access.name)(path), standard().join("`, `"));
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

impl Pack {
    fn new(fallback: String, mut texts: Vec<Text>, beside: Vec<PathBuf>) -> Self {
        texts.sort_by_key(|text| text.header.is_none());
        let header = texts.iter().find_map(|text| text.header.clone());
        let Header { name, uses } = header.unwrap_or(Header { name: fallback, uses: Vec::new() });
        Pack { name, uses, texts, beside }
    }
}

fn standard_pack(name: &str) -> Pack {
    let own = FILES.iter().filter(|(path, _)| pack_of(path) == Some(name));
    let text = |(path, text): &(&str, &str)| Text {
        path: format!("{STANDARD}{path}"),
        text: (*text).to_owned(),
        header: engine::header_of(text),
        trouble: None,
    };
    Pack::new(name.to_owned(), own.map(text).collect(), Vec::new())
}

/// What a pack without a header is called: its file or folder, without extension.
fn stem(path: &Path) -> String {
    let name = if path.is_dir() { path.file_name() } else { path.file_stem() };
    name.map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
