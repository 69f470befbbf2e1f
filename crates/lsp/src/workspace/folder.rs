//! One folder: its `policy.toml`, packs, profile and declarations in a database of its own, as a run of the command
//! line in that folder would load them, with unsaved texts in place of those on disk.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use policy_core::diag::Diagnostic;
use policy_core::lang::Lang;
use policy_core::model::Severity;
use policy_db::config::{self, Config};
use policy_db::declarations::{self, Input};
use policy_db::loader::{self, Trouble};
use policy_db::packs::{self, Wanted};
use policy_db::{Database, SourceFile, Texts, engine, paths};
use policy_ide::diagnostics::Show;
use tower_lsp::lsp_types::Url;

use super::{OpenFiles, Workspace};
use crate::board::Board;
use crate::settings::Settings;
use crate::sweep::{Pass, Shared};
use crate::view::{Addresses, View};

/// Why a folder is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The client opened it: everything in it counts.
    Whole,
    /// For declarations outside any folder of the client: only what is open counts.
    Loose,
    /// For a policy that no folder evaluates.
    Alone(PathBuf),
}

/// What a folder needs to know of the rest.
pub struct Surroundings<'a> {
    /// Open documents.
    pub open: &'a OpenFiles,
    /// Where diagnostics are put up.
    pub board: &'a Board,
    /// The language when nobody sets one.
    pub lang: Option<Lang>,
    /// The day it is.
    pub today: fn() -> Date,
}

/// One folder.
pub struct Folder {
    kind: Kind,
    root: PathBuf,
    settings: Settings,
    config: Config,
    base: PathBuf,
    config_file: Option<SourceFile>,
    db: Database,
    texts: Texts,
    declarations: Vec<SourceFile>,
    /// The same, for those who look one up.
    members: Arc<HashSet<SourceFile>>,
    /// The same, for those who go through them.
    listed: Arc<[SourceFile]>,
    trouble: Vec<Diagnostic>,
    pack_trouble: Vec<Diagnostic>,
    shared: Arc<Shared>,
    lang: Lang,
}

impl Folder {
    /// A folder of which nothing has been read yet; `log` is told which queries run.
    pub fn new(kind: Kind, root: PathBuf, log: Option<fn(String)>) -> Self {
        Folder {
            kind,
            base: root.clone(),
            root,
            settings: Settings::default(),
            config: Config::default(),
            config_file: None,
            db: log.map_or_else(Database::default, |log| Database::with_log(Arc::new(log))),
            texts: Texts::default(),
            declarations: Vec::new(),
            members: Arc::default(),
            listed: Arc::default(),
            trouble: Vec::new(),
            pack_trouble: Vec::new(),
            shared: Arc::default(),
            lang: Lang::default(),
        }
    }

    /// Whether it is this folder.
    pub fn is(&self, kind: &Kind, root: &Path) -> bool {
        self.kind == *kind && self.root == root
    }

    /// Whether the client opened it.
    pub fn is_whole(&self) -> bool {
        self.kind == Kind::Whole
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The language of its words.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Its database.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// Its declarations.
    pub fn declarations(&self) -> &[SourceFile] {
        &self.declarations
    }

    /// Replaces the settings; they count with the next [`Folder::load`].
    pub fn set(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Whether documents below it belong to it.
    pub fn holds(&self, path: &Path) -> bool {
        !matches!(self.kind, Kind::Alone(_)) && path.starts_with(&self.root)
    }

    /// Whether a change of that file can matter to it.
    pub fn concerns(&self, path: &Path) -> bool {
        path.starts_with(&self.root) || self.texts.get(&self.name(path)).is_some()
    }

    /// Whether that file takes part.
    pub fn has(&self, path: &Path) -> bool {
        self.file(path).is_some()
    }

    /// The file at that place, if it takes part.
    pub fn file(&self, path: &Path) -> Option<SourceFile> {
        let file = self.texts.get(&self.name(path))?;
        self.takes_part(file).then_some(file)
    }

    /// The file of a standard pack at that address.
    pub fn standard(&self, url: &Url) -> Option<SourceFile> {
        let name = format!("{}{}", packs::STANDARD, url.path().trim_start_matches('/'));
        let file = self.texts.get(&name)?;
        (url.scheme() == "policy" && self.takes_part(file)).then_some(file)
    }

    fn takes_part(&self, file: SourceFile) -> bool {
        let project = self.db.project();
        project.policies(&self.db).iter().any(|policy| policy.file == file)
            || project.profile(&self.db) == Some(file)
            || self.config_file == Some(file)
            || self.members.contains(&file)
    }

    fn name(&self, path: &Path) -> String {
        paths::name(path, &self.root)
    }

    /// Reads everything anew; texts that are known stay the same files.
    pub fn load(&mut self, around: &Surroundings) {
        self.trouble.clear();
        self.read_config(around);
        self.lang = self.settings.lang.or(self.config.lang).or(around.lang).unwrap_or_default();
        self.read_packs(around);
        self.db.set_changes(self.config.rules.clone());
        let profile = match (&self.settings.profile, &self.config.profile) {
            (Some(profile), _) => Some(self.root.join(profile)),
            (None, Some(profile)) => Some(self.base.join(profile)),
            (None, None) => None,
        };
        let profile = profile.and_then(|path| self.read(&path, engine::MAX_BYTES, around));
        self.db.set_profile(profile);
        self.db.set_as_of(self.as_of(around));
        self.find_declarations(around);
        self.expect_all(around);
    }

    fn read_config(&mut self, around: &Surroundings) {
        (self.config, self.base, self.config_file) = (Config::default(), self.root.clone(), None);
        let Some(path) = config::find(&self.root) else { return };
        self.base = path.parent().map_or_else(|| self.root.clone(), Path::to_path_buf);
        if let Some(file) = self.read(&path, config::MAX_BYTES, around) {
            let (config, found) = config::read(file.id(&self.db), file.text(&self.db));
            self.config = config;
            self.config_file = Some(file);
            self.trouble.extend(found);
        }
    }

    fn wanted(&self) -> Vec<Wanted> {
        let (packs, base) = match (&self.kind, &self.settings.packs, &self.config.packs) {
            (Kind::Alone(path), ..) => return vec![Wanted::Path(path.clone())],
            (_, Some(packs), _) => (packs, &self.root),
            (_, None, Some(packs)) => (packs, &self.base),
            (_, None, None) => return vec![Wanted::Standard(packs::DEFAULT.to_owned())],
        };
        packs.iter().map(|pack| Wanted::parse(pack, base)).collect()
    }

    fn read_packs(&mut self, around: &Surroundings) {
        let wanted = self.wanted();
        let name = |path: &Path| paths::name(path, &self.root);
        let read = |path: &Path, limit| text_of(path, limit, around);
        self.pack_trouble = self.texts.load_packs(&mut self.db, &wanted, &name, &read);
    }

    fn as_of(&self, around: &Surroundings) -> Date {
        self.settings.as_of.or(self.config.as_of).unwrap_or_else(around.today)
    }

    /// The declarations that `policy.toml` names, else all below the folder; and those that are open.
    fn find_declarations(&mut self, around: &Surroundings) {
        let before = std::mem::take(&mut self.declarations);
        let mut places: Vec<PathBuf> = Vec::new();
        if self.is_whole() {
            let found = match &self.config.declarations {
                Some(configured) => declarations::expand(configured, &self.base),
                None => declarations::expand(&[".".to_owned()], &self.root),
            };
            places.extend(found.found.into_iter().filter_map(|input| match input {
                Input::File(path) => Some(path),
                Input::Stdin => None,
            }));
        }
        if !matches!(self.kind, Kind::Alone(_)) {
            let open = around.open.keys().filter(|path| self.holds(path));
            let mut open: Vec<_> = open.filter(|path| is_declaration(path)).cloned().collect();
            open.sort();
            places.extend(open);
        }
        let mut seen = HashSet::new();
        for path in places {
            let file = self.read(&path, engine::MAX_BYTES, around);
            self.declarations.extend(file.filter(|file| seen.insert(*file)));
        }
        let gone = before.into_iter().filter(|file| !self.declarations.contains(file));
        gone.collect::<Vec<_>>().into_iter().for_each(|file| self.forget(file, around));
        self.tell_declarations();
    }

    /// What is counted over for each rule.
    fn tell_declarations(&mut self) {
        self.members = Arc::new(self.declarations.iter().copied().collect());
        self.listed = self.declarations.clone().into();
        self.db.set_declarations(self.declarations.clone());
    }

    fn forget(&mut self, file: SourceFile, around: &Surroundings) {
        self.db.set_open(file, false);
        around.board.clear(&self.addresses(around.open).url(&self.db, file));
    }

    /// Takes a text in, and says so if it cannot be read.
    fn read(&mut self, path: &Path, limit: u64, around: &Surroundings) -> Option<SourceFile> {
        let name = self.name(path);
        self.texts.admit(&mut self.db, &name, text_of(path, limit, around), &mut self.trouble)
    }

    /// Everything is to be looked at again.
    fn expect_all(&self, around: &Surroundings) {
        let mut dirty = self.shared.mark();
        dirty.project = true;
        dirty.edited.extend(&self.declarations);
        drop(dirty);
        self.expect_open(around);
    }

    /// The diagnostics of all open documents are on their way.
    fn expect_open(&self, around: &Surroundings) {
        for (path, (url, _)) in around.open {
            if self.has(path) {
                around.board.expect(url);
            }
        }
    }

    /// A document of this folder has this text now.
    pub fn edit(&mut self, path: &Path, text: &str, around: &Surroundings) {
        let Some(file) = self.file(path) else { return };
        self.db.set_open(file, around.open.contains_key(path));
        let same = file.text(&self.db) == text;
        if self.members.contains(&file) {
            self.db.set_text(file, text);
            let mut dirty = self.shared.mark();
            if same {
                dirty.touched.insert(file)
            } else {
                dirty.edited.insert(file)
            };
            return;
        }
        let config = self.config_file == Some(file);
        let policy = path.extension().is_some_and(|e| e == "policy");
        let packs = policy && engine::header_of(file.text(&self.db)) != engine::header_of(text);
        self.db.set_text(file, text);
        if config && !same {
            return self.load(around);
        }
        if packs {
            self.read_packs(around);
        }
        self.shared.mark().project = true;
        self.expect_open(around);
    }

    /// An open declaration belongs to this folder from now on.
    pub fn add(&mut self, path: &Path, text: &str, around: &Surroundings) {
        let name = self.name(path);
        let file = self.texts.put(&mut self.db, &name, text);
        self.db.set_open(file, true);
        if !self.declarations.contains(&file) {
            self.declarations.push(file);
            self.tell_declarations();
        }
        self.shared.mark().edited.insert(file);
        self.expect_open(around);
    }

    /// A file may have changed on disk; an open one counts as it is open. Says whether everything must be read anew.
    pub fn on_disk(&mut self, path: &Path, around: &Surroundings) -> bool {
        if around.open.contains_key(path) {
            return false;
        }
        let is_config = path.file_name().is_some_and(|name| name == config::NAME);
        let is_policy = path.extension().is_some_and(|e| e == "policy");
        let (known, there) = (self.file(path), path.is_file());
        match known {
            _ if is_config && self.root.starts_with(path.parent().unwrap_or(path)) => true,
            Some(_) if !there && !is_declaration(path) => true,
            Some(file) if !there => {
                self.remove(file, around);
                false
            }
            Some(_) => {
                match loader::read(path, engine::MAX_BYTES) {
                    Ok(text) => self.edit(path, &text, around),
                    Err(_) => return true,
                }
                self.leave(path, around);
                false
            }
            None if is_policy => there && self.may_use(path),
            None if is_declaration(path) && there && self.configured(path) => {
                if let Some(file) = self.read(path, engine::MAX_BYTES, around) {
                    self.declarations.push(file);
                    self.tell_declarations();
                    self.shared.mark().edited.insert(file);
                }
                false
            }
            None => there && self.texts.get(&self.name(path)).is_some(),
        }
    }

    /// A declaration that only counted because it was open does not count any more.
    fn leave(&mut self, path: &Path, around: &Surroundings) {
        let file = self.file(path).filter(|_| is_declaration(path) && !self.configured(path));
        if let Some(file) = file {
            self.remove(file, around);
        }
    }

    fn remove(&mut self, file: SourceFile, around: &Surroundings) {
        self.declarations.retain(|other| *other != file);
        self.tell_declarations();
        self.forget(file, around);
        // What all declarations say together may be another thing without it.
        self.shared.mark().project = true;
    }

    /// Whether a declaration on disk counts when it is closed.
    fn configured(&self, path: &Path) -> bool {
        if !self.is_whole() || !path.starts_with(&self.root) {
            return false;
        }
        match &self.config.declarations {
            None => !hidden(path, &self.root),
            Some(configured) => {
                let found = declarations::expand(configured, &self.base).found;
                found
                    .iter()
                    .any(|input| matches!(input, Input::File(file) if self.name(file) == self.name(path)))
            }
        }
    }

    /// Whether a new policy file can belong to a pack that takes part.
    fn may_use(&self, path: &Path) -> bool {
        let wanted = self.wanted().into_iter().any(|wanted| match wanted {
            Wanted::Path(pack) => {
                path.starts_with(&pack) || pack.parent().is_some_and(|p| path.starts_with(p))
            }
            Wanted::Standard(_) => false,
        });
        wanted && !matches!(self.kind, Kind::Alone(_))
    }

    /// Takes the new day if no date is set.
    pub fn follow_the_day(&mut self, around: &Surroundings) {
        let as_of = self.as_of(around);
        if self.db.project().as_of(&self.db) != as_of {
            self.db.set_as_of(as_of);
            self.shared.mark().project = true;
            self.expect_open(around);
        }
    }

    /// Whether a pass has something to do.
    pub fn needs_pass(&self, quiet: bool) -> bool {
        self.shared.needs_pass(quiet)
    }

    /// The pass that does what is to be done, if something is.
    pub fn pass(&self, quiet: bool, workspace: &Workspace) -> Option<Pass> {
        self.needs_pass(quiet).then(|| Pass {
            db: self.db.clone(),
            shared: self.shared.clone(),
            declarations: self.listed.clone(),
            addresses: Arc::new(self.addresses(workspace.open()).with(workspace.can().encoding)),
            show: self.show(),
            trouble: self.trouble.iter().chain(&self.pack_trouble).cloned().collect(),
            whole: self.is_whole(),
            own_packs: self.settings.packs.is_none() && !matches!(self.kind, Kind::Alone(_)),
            board: workspace.board().clone(),
            notices: workspace.notices().clone(),
            desk: workspace.desk().clone(),
            quiet,
            edition: self.shared.edition(),
        })
    }

    fn show(&self) -> Show {
        let fail_level = self.settings.fail_level.or(self.config.fail_level).unwrap_or(Severity::Low);
        Show { lang: self.lang, fail_level, questions: self.settings.questions.unwrap_or_default() }
    }

    fn addresses(&self, open: &OpenFiles) -> Addresses {
        let open = open
            .iter()
            .filter_map(|(path, (url, open))| Some((self.file(path)?, (url.clone(), open.version))));
        Addresses {
            root: self.root.clone(),
            open: open.collect(),
            members: self.members.clone(),
            ..Addresses::default()
        }
    }

    /// What a request about one of its files works on.
    pub fn view(&self, file: SourceFile, workspace: &Workspace) -> View {
        let addresses = Arc::new(self.addresses(workspace.open()).with(workspace.can().encoding));
        View {
            db: self.db.clone(),
            file,
            declarations: self.listed.clone(),
            addresses,
            show: self.show(),
            can: workspace.can(),
            shared: self.shared.clone(),
        }
    }

    /// Takes its diagnostics down.
    pub fn close(self, board: &Board) {
        let addresses = self.addresses(&OpenFiles::default());
        let policies = self.db.project().policies(&self.db).iter().map(|policy| policy.file);
        let own = policies.filter(|_| matches!(self.kind, Kind::Alone(_)) || self.is_whole());
        for file in own.chain(self.declarations.iter().copied()).chain(self.config_file) {
            board.clear(&addresses.url(&self.db, file));
        }
    }
}

/// The text of a file: as it is open, else as it is on disk.
fn text_of(path: &Path, limit: u64, around: &Surroundings) -> Result<String, Trouble> {
    match around.open.get(path) {
        Some((_, open)) => Ok(open.text.clone()),
        None => loader::read(path, limit),
    }
}

fn is_declaration(path: &Path) -> bool {
    declarations::is_declaration(&path.to_string_lossy())
}

/// Whether a file, or a folder it is in, is hidden.
fn hidden(path: &Path, root: &Path) -> bool {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'))
}
