//! One run: the working directory, the settings of policy.toml, and what was loaded into the database.

use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use policy_core::codes;
use policy_core::diag::{Diagnostic, Level, Message};
use policy_core::lang::Lang;
use policy_db::packs::{self, Wanted};
use policy_db::{Database, Project, SourceFile, engine, loader};
use policy_syntax::Span;

use crate::config::{self, Config};
use crate::inputs::{self, Input};
use crate::paths;

/// One run.
pub struct Session {
    /// Texts and what is computed from them.
    pub db: Database,
    /// The working directory.
    pub cwd: PathBuf,
    /// The folder that policy.toml stands in, or the working directory.
    pub base: PathBuf,
    /// What policy.toml says.
    pub config: Config,
    /// The language of the output.
    pub lang: Lang,
    /// What went wrong with files and settings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Session {
    /// Finds the settings that hold in the working directory.
    pub fn open(lang: Option<Lang>) -> io::Result<Session> {
        Session::with(Database::default(), std::env::current_dir()?, lang)
    }

    /// The same with a database and a working directory that are given.
    pub fn with(db: Database, cwd: PathBuf, lang: Option<Lang>) -> io::Result<Session> {
        let mut session = Session {
            db,
            base: cwd.clone(),
            cwd,
            config: Config::default(),
            lang: lang.unwrap_or_default(),
            diagnostics: Vec::new(),
        };
        if let Some(path) = config::find(&session.cwd) {
            session.configure(&path);
        }
        session.lang = lang.or(session.config.lang).unwrap_or_default();
        Ok(session)
    }

    fn configure(&mut self, path: &Path) {
        if let Some(file) = self.read(path, config::MAX_BYTES) {
            let (config, found) = config::read(file.id(&self.db), file.text(&self.db));
            self.config = config;
            self.diagnostics.extend(found);
        }
        self.base = path.parent().map_or_else(|| self.cwd.clone(), Path::to_path_buf);
    }

    /// What is evaluated against what.
    pub fn project(&self) -> Project {
        self.db.project()
    }

    /// The name of a path in messages and reports.
    pub fn name(&self, path: &Path) -> String {
        paths::name(path, &self.cwd)
    }

    /// Reads a file into the database; if that fails, says so and gives nothing.
    pub fn read(&mut self, path: &Path, limit: u64) -> Option<SourceFile> {
        let name = self.name(path);
        self.admit(name, loader::read(path, limit))
    }

    /// Takes a text into the database; if it could not be read, says so and gives nothing.
    pub fn admit(&mut self, name: String, text: Result<String, loader::Trouble>) -> Option<SourceFile> {
        match text {
            Ok(text) => Some(self.db.add(name, text)),
            Err(trouble) => {
                let file = self.db.add(name.clone(), trouble.text().to_owned());
                self.diagnostics.push(trouble.diagnostic(file.id(&self.db), &name));
                None
            }
        }
    }

    /// Loads the packs that the arguments name, else those of policy.toml, else the default one.
    pub fn load_packs(&mut self, arguments: &[String]) {
        let wanted: Vec<_> = match (&arguments, &self.config.packs) {
            ([], Some(packs)) => packs.iter().map(|pack| Wanted::parse(pack, &self.base)).collect(),
            ([], None) => vec![Wanted::Standard(packs::DEFAULT.to_owned())],
            _ => arguments.iter().map(|pack| Wanted::parse(pack, &self.cwd)).collect(),
        };
        self.load_wanted(&wanted);
    }

    /// Loads these packs.
    pub fn load_wanted(&mut self, wanted: &[Wanted]) {
        let cwd = self.cwd.clone();
        let loaded = packs::load(&mut self.db, wanted, &|path| paths::name(path, &cwd));
        self.diagnostics.extend(loaded.diagnostics);
        self.db.set_packs(loaded.policies, loaded.selected);
    }

    /// Loads the profile that the arguments name, else that of policy.toml.
    pub fn load_profile(&mut self, argument: Option<&Path>) {
        let configured = self.config.profile.as_ref().map(|profile| self.base.join(profile));
        let path = argument.map(|path| self.cwd.join(path)).or(configured);
        let profile = path.and_then(|path| self.read(&path, engine::MAX_BYTES));
        self.db.set_profile(profile);
    }

    /// Sets the as-of date: the argument, else policy.toml's, else today in UTC.
    pub fn set_as_of(&mut self, argument: Option<Date>) {
        let today = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let as_of = argument.or(self.config.as_of).unwrap_or_else(today);
        self.db.set_as_of(as_of);
    }

    /// Reads the declarations that the arguments name, else those of policy.toml.
    pub fn load_declarations(&mut self, arguments: &[String], stdin_name: &str) -> Vec<SourceFile> {
        let found = match (arguments, &self.config.declarations) {
            ([], Some(configured)) => inputs::expand(configured, &self.base),
            _ => inputs::expand(arguments, &self.cwd),
        };
        for problem in found.problems {
            self.problem(&problem);
        }
        let read = |input| match input {
            Input::File(path) => self.read(&path, engine::MAX_BYTES),
            Input::Stdin if !inputs::is_declaration(stdin_name) => {
                self.problem(&inputs::not_a_name(stdin_name));
                None
            }
            Input::Stdin => {
                self.admit(stdin_name.to_owned(), loader::read_from(io::stdin(), engine::MAX_BYTES))
            }
        };
        found.found.into_iter().filter_map(read).collect()
    }

    fn problem(&mut self, problem: &inputs::Problem) {
        let level = if problem.error { Level::Error } else { Level::Warning };
        self.report(&codes::INPUT, &problem.name, level, problem.message.clone());
    }

    /// Reports something about an argument or a setting that has no text to point at.
    pub fn report(&mut self, code: &'static codes::Code, name: &str, level: Level, message: Message) {
        let file = self.db.add(name, "").id(&self.db);
        self.diagnostics.push(Diagnostic { level, ..Diagnostic::new(code, file, Span::default(), message) });
    }
}
