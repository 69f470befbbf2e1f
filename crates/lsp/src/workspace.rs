//! What the client has open and where: folders, documents, settings. Lives on the desk's thread.

mod folder;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use policy_db::SourceFile;
use tower_lsp::lsp_types::{
    FileChangeType, FileEvent, TextDocumentContentChangeEvent, TextDocumentItem, Url, WorkspaceFolder,
};

pub use folder::Folder;
use folder::{Kind, Surroundings};

use crate::board::Board;
use crate::client::{Can, Notices};
use crate::desk::{Desk, Errand};
use crate::settings::Settings;
use crate::text;
use crate::view::View;
use crate::{Calendar, Options};

/// How long no edit comes before what could wait is done.
const QUIET: Duration = Duration::from_millis(400);

/// An open document.
#[derive(Debug, Clone)]
pub struct Open {
    /// Its version.
    pub version: i32,
    /// Its text, saved or not.
    pub text: String,
}

/// Open documents by where they are.
pub type OpenFiles = HashMap<PathBuf, (Url, Open)>;

/// Everything the client has told.
pub struct Workspace {
    options: Options,
    board: Arc<Board>,
    notices: Notices,
    desk: Desk,
    can: Can,
    roots: Vec<(Url, PathBuf)>,
    settings: HashMap<PathBuf, Settings>,
    standard: Settings,
    folders: Vec<Folder>,
    open: OpenFiles,
    loaded: bool,
    /// What waits until the folders have been read.
    waiting: Vec<Errand>,
    ended: bool,
}

impl Workspace {
    /// An empty workspace.
    pub fn new(options: Options, board: Arc<Board>, notices: Notices, desk: Desk) -> Self {
        Workspace {
            options,
            board,
            notices,
            desk,
            can: Can::default(),
            roots: Vec::new(),
            settings: HashMap::new(),
            standard: Settings::default(),
            folders: Vec::new(),
            open: HashMap::new(),
            loaded: false,
            waiting: Vec::new(),
            ended: false,
        }
    }

    /// Takes what the client says at the start.
    pub fn greet(&mut self, can: Can, roots: Vec<WorkspaceFolder>, settings: Settings) {
        self.can = can;
        self.standard = settings;
        self.board.push(!can.pulls);
        self.roots =
            roots.into_iter().filter_map(|root| Some((root.uri.clone(), path_of(&root.uri)?))).collect();
    }

    /// The folders, as the client calls them.
    pub fn roots(&self) -> Vec<Url> {
        self.roots.iter().map(|(url, _)| url.clone()).collect()
    }

    /// Does something once the folders have been read.
    pub fn when_loaded(&mut self, errand: Errand) {
        if self.loaded {
            errand(self);
        } else {
            self.waiting.push(errand);
        }
    }

    /// The version of an open document.
    pub fn version(&self, url: &Url) -> Option<i32> {
        self.open.get(&path_of(url)?).map(|(_, open)| open.version)
    }

    /// Whether the conversation is over.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Ends the conversation.
    pub fn end(&mut self) {
        self.board.close();
        self.ended = true;
    }

    fn calendar(&self) -> Calendar {
        self.options.calendar.unwrap_or_default()
    }

    /// How long the desk may wait for an errand.
    pub fn patience(&self) -> Duration {
        let waiting = self.folders.iter().any(|folder| folder.needs_pass(true));
        let every = self.calendar().every;
        if waiting { QUIET.min(every) } else { every }
    }

    /// Reads the folders, or reads them again with other settings: one for each root, in order.
    pub fn configure(&mut self, settings: Vec<Settings>) {
        let roots = self.roots.iter().map(|(_, path)| path.clone());
        self.settings = roots.zip(settings).collect();
        self.load();
    }

    /// Replaces the settings of a client that sends them unasked.
    pub fn set_standard(&mut self, settings: Settings) {
        self.standard = settings;
        if self.loaded {
            self.load();
        }
    }

    fn settings_of(&self, root: &Path) -> Settings {
        self.settings.get(root).unwrap_or(&self.standard).clone()
    }

    fn load(&mut self) {
        self.loaded = true;
        let roots: Vec<PathBuf> = self.roots.iter().map(|(_, path)| path.clone()).collect();
        for root in roots {
            if !self.folders.iter().any(|folder| folder.is(&Kind::Whole, &root)) {
                self.folders.push(Folder::new(Kind::Whole, root, self.options.log));
            }
        }
        for index in 0..self.folders.len() {
            let settings = self.settings_of(self.folders[index].root());
            self.with(index, |folder, around| {
                folder.set(settings);
                folder.load(around);
            });
        }
        let open: Vec<PathBuf> = self.open.keys().cloned().collect();
        open.iter().for_each(|path| self.admit(path));
        std::mem::take(&mut self.waiting).into_iter().for_each(|errand| errand(self));
    }

    fn with<T>(&mut self, index: usize, work: impl FnOnce(&mut Folder, &Surroundings) -> T) -> T {
        let around = Surroundings {
            open: &self.open,
            board: &self.board,
            lang: self.options.lang,
            today: self.calendar().today,
        };
        work(&mut self.folders[index], &around)
    }

    /// Adds and removes folders.
    pub fn change_roots(&mut self, added: Vec<WorkspaceFolder>, removed: &[WorkspaceFolder]) {
        let gone: Vec<PathBuf> = removed.iter().filter_map(|root| path_of(&root.uri)).collect();
        self.roots.retain(|(_, path)| !gone.contains(path));
        self.roots.extend(added.into_iter().filter_map(|root| Some((root.uri.clone(), path_of(&root.uri)?))));
        for folder in self.folders.extract_if(.., |folder| gone.iter().any(|root| folder.root() == root)) {
            folder.close(&self.board);
        }
        if self.loaded {
            self.load();
        }
    }

    /// A document was opened.
    pub fn opened(&mut self, document: TextDocumentItem) {
        let Some(path) = path_of(&document.uri) else { return };
        let open = Open { version: document.version, text: document.text };
        self.open.insert(path.clone(), (document.uri, open));
        if self.loaded {
            self.admit(&path);
        }
    }

    /// Finds the folder of an open document, or makes one for it.
    fn admit(&mut self, path: &Path) {
        let Some((url, open)) = self.open.get(path) else { return };
        if url.scheme() != "file" {
            return;
        }
        let (text, url) = (open.text.clone(), url.clone());
        self.board.expect(&url);
        let homes: Vec<usize> = (0..self.folders.len()).filter(|i| self.folders[*i].has(path)).collect();
        for index in &homes {
            self.with(*index, |folder, around| folder.edit(path, &text, around));
        }
        if !homes.is_empty() {
            return;
        }
        if policy_db::declarations::is_declaration(&path.to_string_lossy()) {
            let index = self.home(path);
            self.with(index, |folder, around| folder.add(path, &text, around));
        } else if path.extension().is_some_and(|e| e == "policy") {
            self.alone(path);
        } else {
            self.board.clear(&url);
        }
    }

    /// The folder a document belongs to: the innermost that holds it, else one made for it.
    fn home(&mut self, path: &Path) -> usize {
        let whole = self.folders.iter().enumerate().filter(|(_, folder)| folder.holds(path));
        let inner = whole.max_by_key(|(_, folder)| folder.root().components().count());
        if let Some((index, _)) = inner {
            return index;
        }
        let parent = path.parent().unwrap_or(path);
        let settled = policy_db::config::find(parent).and_then(|file| file.parent().map(Path::to_path_buf));
        self.begin(Kind::Loose, settled.unwrap_or_else(|| parent.to_path_buf()))
    }

    /// A policy that no folder evaluates: looked at by itself, as `policy check FILE` does.
    fn alone(&mut self, path: &Path) {
        let holder = self.folders.iter().filter(|folder| folder.holds(path));
        let root =
            holder.map(|folder| folder.root().to_path_buf()).max_by_key(|root| root.components().count());
        let root = root.or_else(|| path.parent().map(Path::to_path_buf)).unwrap_or_default();
        self.begin(Kind::Alone(path.to_path_buf()), root);
    }

    fn begin(&mut self, kind: Kind, root: PathBuf) -> usize {
        let settings = self.settings_of(&root);
        self.folders.push(Folder::new(kind, root, self.options.log));
        let index = self.folders.len() - 1;
        self.with(index, |folder, around| {
            folder.set(settings);
            folder.load(around);
        });
        index
    }

    /// The text of a document changed.
    pub fn changed(&mut self, url: &Url, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let Some(path) = path_of(url) else { return };
        let encoding = self.can.encoding;
        let Some((_, open)) = self.open.get_mut(&path) else { return };
        open.text = text::changed(&open.text, changes, encoding);
        open.version = version;
        if self.loaded {
            self.admit(&path);
        }
    }

    /// A document was closed: what is on disk counts again.
    pub fn closed(&mut self, url: &Url) {
        let Some(path) = path_of(url) else { return };
        self.open.remove(&path);
        if !self.loaded {
            return;
        }
        for index in 0..self.folders.len() {
            self.with(index, |folder, around| folder.on_disk(&path, around));
        }
        let unused = |folder: &Folder, open: &OpenFiles| {
            !folder.is_whole() && !open.keys().any(|path| folder.has(path))
        };
        let open = &self.open;
        for folder in self.folders.extract_if(.., |folder| unused(folder, open)) {
            folder.close(&self.board);
        }
        if !self.folders.iter().any(|folder| folder.has(&path)) {
            self.board.clear(url);
        }
    }

    /// Files changed outside the editor.
    pub fn watched(&mut self, events: &[FileEvent]) {
        if !self.loaded {
            return;
        }
        let paths: Vec<(PathBuf, FileChangeType)> =
            events.iter().filter_map(|event| Some((path_of(&event.uri)?, event.typ))).collect();
        for index in 0..self.folders.len() {
            self.with(index, |folder, around| {
                let mut again = false;
                for (path, _) in &paths {
                    again |= folder.concerns(path) && folder.on_disk(path, around);
                }
                if again {
                    folder.load(around);
                }
            });
        }
        let open: Vec<PathBuf> = self.open.keys().cloned().collect();
        open.iter()
            .filter(|path| !self.folders.iter().any(|folder| folder.has(path)))
            .cloned()
            .collect::<Vec<_>>()
            .iter()
            .for_each(|path| self.admit(path));
    }

    /// Takes the new day where no date is set.
    pub fn follow_the_day(&mut self) {
        for index in 0..self.folders.len() {
            self.with(index, |folder, around| folder.follow_the_day(around));
        }
    }

    /// Starts looking at what changed.
    pub fn settle(&mut self, quiet: bool) {
        if !self.loaded {
            return;
        }
        for folder in &self.folders {
            if let Some(pass) = folder.pass(quiet, self) {
                pass.start();
            }
        }
    }

    /// What a pass needs beside its folder.
    pub fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// Where notices for the client are left.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// The desk itself, for what comes back to it.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What the client can do.
    pub fn can(&self) -> Can {
        self.can
    }

    /// Open documents.
    pub fn open(&self) -> &OpenFiles {
        &self.open
    }

    /// The folders.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// What a request about a document works on.
    pub fn view(&self, url: &Url) -> Option<View> {
        let (folder, file) = self.find(url)?;
        Some(folder.view(file, self))
    }

    /// The folder and the file behind an address.
    pub fn find(&self, url: &Url) -> Option<(&Folder, SourceFile)> {
        let file = |folder: &Folder| match path_of(url) {
            Some(path) if url.scheme() == "file" => folder.file(&path),
            _ => folder.standard(url),
        };
        self.folders.iter().find_map(|folder| Some((folder, file(folder)?)))
    }

    /// The page of a diagnostic code.
    pub fn page(&self, code: &str) -> Option<&'static str> {
        self.options.pages.iter().find(|(id, _)| *id == code).map(|(_, page)| *page)
    }
}

/// Where a document is on disk; of a document elsewhere its whole address stands in.
fn path_of(url: &Url) -> Option<PathBuf> {
    match url.scheme() {
        "file" => url.to_file_path().ok(),
        _ => Some(PathBuf::from(url.as_str())),
    }
}
