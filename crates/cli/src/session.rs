//! One run: the working directory, the settings of policy.toml and the environment, and what was loaded into the
//! database. Loading again replaces texts and keeps the rest, so that only what changed is computed again.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use policy_core::codes;
use policy_core::diag::{Diagnostic, Level, Message};
use policy_core::lang::Lang;
use policy_core::model::{Rule, Severity};
use policy_db::packs::{self, Wanted};
use policy_db::{Database, Project, SourceFile, Texts, changes, engine, loader, queries};
use policy_syntax::Span;

use crate::args::Selection;
use crate::config::{self, Config, RuleSetting};
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
    /// What the environment says.
    pub environment: Config,
    /// The language of the output.
    pub lang: Lang,
    /// What went wrong with files and settings.
    pub diagnostics: Vec<Diagnostic>,
    /// Files and folders that what was loaded came from: a change in one of them can change the result.
    pub sources: BTreeMap<PathBuf, bool>,
    /// The language that the arguments say.
    asked: Option<Lang>,
    /// The texts by their name.
    texts: Texts,
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
            environment: Config::default(),
            lang: lang.unwrap_or_default(),
            diagnostics: Vec::new(),
            sources: BTreeMap::new(),
            asked: lang,
            texts: Texts::default(),
        };
        session.begin();
        Ok(session)
    }

    /// Reads the settings; forgets what was wrong before.
    pub fn begin(&mut self) {
        self.diagnostics.clear();
        self.sources.clear();
        (self.config, self.environment) = (Config::default(), Config::default());
        self.base = self.cwd.clone();
        let given = self.read_environment();
        let given = given.map(|path| self.cwd.join(path));
        if let Some(path) = given.or_else(|| config::find(&self.cwd)) {
            self.configure(&path);
        }
        self.lang = self.asked.or(self.environment.lang).or(self.config.lang).unwrap_or_default();
    }

    /// Reads the variables; gives the file with settings that one of them may name. An empty one says nothing.
    fn read_environment(&mut self) -> Option<PathBuf> {
        let mut settings = None;
        for (name, _) in config::VARIABLES {
            let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) else { continue };
            let value = value.to_string_lossy().into_owned();
            if name == "POLICY_CONFIG" {
                settings = Some(PathBuf::from(value));
                continue;
            }
            let file = self.texts.put(&mut self.db, name, &value).id(&self.db);
            let found = config::read_variable(name, &value, file, &mut self.environment);
            self.diagnostics.extend(found);
        }
        let others = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in others.collect::<BTreeSet<_>>() {
            if let Some(near) = config::misspelt(&name) {
                self.report(&codes::CONFIGURATION, &name, Level::Warning, not_read(&name, near));
            }
        }
        settings
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
        self.sources.insert(path.to_path_buf(), false);
        self.admit(name, loader::read(path, limit))
    }

    /// Takes a text into the database; if it could not be read, says so and gives nothing.
    pub fn admit(&mut self, name: String, text: Result<String, loader::Trouble>) -> Option<SourceFile> {
        self.texts.admit(&mut self.db, &name, text, &mut self.diagnostics)
    }

    /// Loads what declarations are held against, as arguments, environment and settings say, and narrows the rules.
    pub fn select(&mut self, selection: &Selection, as_of: Option<Date>) {
        self.prepare(selection, as_of);
        self.select_rules(&selection.rules);
    }

    /// The same with all rules.
    pub fn prepare(&mut self, selection: &Selection, as_of: Option<Date>) {
        self.load_packs(&selection.packs.packs);
        self.load_profile(selection.profile.as_deref());
        self.set_as_of(as_of);
    }

    /// Loads the packs that the arguments name, else those of the environment, else those of policy.toml, else the
    /// default one.
    pub fn load_packs(&mut self, arguments: &[String]) {
        let of = |packs: &[String], base: &Path| packs.iter().map(|pack| Wanted::parse(pack, base)).collect();
        let wanted: Vec<_> = match (arguments, &self.environment.packs, &self.config.packs) {
            ([], Some(packs), _) => of(packs, &self.cwd),
            ([], None, Some(packs)) => of(packs, &self.base),
            ([], None, None) => vec![Wanted::Standard(packs::DEFAULT.to_owned())],
            _ => of(arguments, &self.cwd),
        };
        self.load_wanted(&wanted);
        // Other packs than those that stand beside the settings need not have the rules.
        if arguments.is_empty() && self.environment.packs.is_none() {
            let unknown = changes::unknown(&self.db, self.project(), &self.config.rules);
            self.diagnostics.extend(unknown);
        }
    }

    /// Loads these packs.
    pub fn load_wanted(&mut self, wanted: &[Wanted]) {
        for want in wanted {
            if let Wanted::Path(path) = want {
                self.sources.insert(path.clone(), true);
            }
        }
        let name = |path: &Path| paths::name(path, &self.cwd);
        let trouble = self.texts.load_packs(&mut self.db, wanted, &name, &loader::read);
        self.diagnostics.extend(trouble);
    }

    /// Loads the profile that the arguments name, else that of the environment, else that of policy.toml.
    pub fn load_profile(&mut self, argument: Option<&Path>) {
        let of_environment = self.environment.profile.as_ref().map(|profile| self.cwd.join(profile));
        let configured = self.config.profile.as_ref().map(|profile| self.base.join(profile));
        let path = argument.map(|path| self.cwd.join(path)).or(of_environment).or(configured);
        let profile = path.and_then(|path| self.read(&path, engine::MAX_BYTES));
        self.db.set_profile(profile);
    }

    /// Sets the as-of date: the argument, else the environment's, else policy.toml's, else today in UTC.
    pub fn set_as_of(&mut self, argument: Option<Date>) {
        let today = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let as_of = argument.or(self.environment.as_of).or(self.config.as_of).unwrap_or_else(today);
        self.db.set_as_of(as_of);
    }

    /// The severity from which results fail the run.
    pub fn fail_level(&self, argument: Option<Severity>) -> Severity {
        argument.or(self.environment.fail_level).or(self.config.fail_level).unwrap_or(Severity::Low)
    }

    /// Where the page of a rule is found.
    pub fn pages(&self) -> Option<&str> {
        self.environment.pages.as_deref().or(self.config.pages.as_deref())
    }

    /// Whether the settings say which declarations are meant when the arguments do not.
    pub fn has_declarations(&self) -> bool {
        self.environment.declarations.is_some() || self.config.declarations.is_some()
    }

    /// Reads the declarations that the arguments name, else those of the environment, else those of policy.toml.
    pub fn load_declarations(&mut self, arguments: &[String], stdin_name: &str) -> Vec<SourceFile> {
        let (wanted, base) = match (arguments, &self.environment.declarations, &self.config.declarations) {
            ([], Some(given), _) => (given.clone(), self.cwd.clone()),
            ([], None, Some(configured)) => (configured.clone(), self.base.clone()),
            _ => (arguments.to_vec(), self.cwd.clone()),
        };
        let found = inputs::expand(&wanted, &base);
        for want in wanted.iter().filter(|want| *want != "-") {
            self.sources.insert(inputs::fixed_part(&base.join(want)), true);
        }
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

    /// Narrows the rules that run to those that are named; the settings change those that are not.
    pub fn narrow(&mut self, named: &[String]) {
        self.db.set_only(named.to_vec());
        self.db.set_changes(self.config.rules.clone());
    }

    /// The rules of the selected packs that the settings switch off, with why; one that an argument names runs.
    pub fn off(&self) -> Vec<(Rule, RuleSetting)> {
        let off = changes::switched_off(&self.db, self.project());
        off.map(|(rule, setting)| (rule.clone(), setting.clone())).collect()
    }

    /// The rules that run, each as grave as the settings say.
    pub fn rules(&self) -> Vec<Rule> {
        queries::rules(&self.db, self.project()).to_vec()
    }

    fn problem(&mut self, problem: &inputs::Problem) {
        let level = if problem.error { Level::Error } else { Level::Warning };
        self.report(&codes::INPUT, &problem.name, level, problem.message.clone());
    }

    /// Reports something about an argument or a setting that has no text to point at.
    pub fn report(&mut self, code: &'static codes::Code, name: &str, level: Level, message: Message) {
        let known = self.texts.get(name);
        let file = known.unwrap_or_else(|| self.texts.put(&mut self.db, name, "")).id(&self.db);
        self.diagnostics.push(Diagnostic { level, ..Diagnostic::new(code, file, Span::default(), message) });
    }
}

fn not_read(name: &str, near: &str) -> Message {
    Message::new(
        format!("`{name}` wordt niet gelezen; bedoelde u `{near}`?"),
        format!("`{name}` is not read; did you mean `{near}`?"),
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// The queries that ran, by name.
    type Log = Arc<Mutex<Vec<String>>>;

    fn load(session: &mut Session) {
        session.begin();
        session.load_packs(&[]);
        session.load_profile(None);
        session.set_as_of(None);
        session.select_rules(&[]);
        let files = session.load_declarations(&[], "-");
        for file in files {
            queries::outcomes(&session.db, session.project(), file);
        }
    }

    fn ran(log: &Log, query: &str) -> usize {
        let begins = format!("{query}(");
        log.lock().expect("no panic").iter().filter(|line| line.starts_with(&begins)).count()
    }

    #[test]
    fn loading_again_computes_what_changed_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("policy-session-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/files");
        for name in ["lending.policy", "north.declaration.yaml", "south.declaration.json"] {
            fs::copy(files.join(name), folder.join(name)).expect("a copy");
        }
        let settings = "packs = ['lending.policy']\ndeclarations = ['.']\nas-of = 2026-11-22\n\
                        [rules]\nperiods = { off = true, reason = 'moving house' }\n";
        fs::write(folder.join("policy.toml"), settings).expect("settings");
        let log = Log::default();
        let told = Arc::clone(&log);
        let db =
            Database::with_log(std::sync::Arc::new(move |line| told.lock().expect("no panic").push(line)));
        let mut session = Session::with(db, folder.clone(), None).expect("a session");
        load(&mut session);
        assert_eq!((ran(&log, "read"), ran(&log, "outcome")), (2, 2));

        log.lock().expect("no panic").clear();
        load(&mut session);
        assert_eq!((ran(&log, "tree"), ran(&log, "read"), ran(&log, "outcome")), (0, 0, 0));

        let north = folder.join("north.declaration.yaml");
        let text = fs::read_to_string(&north).expect("a declaration").replace("8 weeks", "2 weeks");
        fs::write(&north, text).expect("an edit");
        load(&mut session);
        assert_eq!((ran(&log, "tree"), ran(&log, "read"), ran(&log, "outcome")), (0, 1, 1));
        fs::remove_dir_all(&folder).expect("the folder goes");
    }
}
