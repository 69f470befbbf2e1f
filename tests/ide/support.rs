//! Cases with a cursor: one text, what is asked for at `$0` (to `$1`), and what is answered.
//!
//! A file holds cases that begin with `== NAME`, or `== NAME (en)` for answers in English. Its parts begin with
//! `-- `: `-- file NAME` a further file of the pack, `-- to NAME` a new name or a search, `-- answer` what must
//! come out, `-- settings` what `policy.toml` says. The text is in a pack that uses the standard one. `UPDATE_CASES=1` writes what came out into the
//! cases that differ: read it before it is kept.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use policy_core::lang::Lang;
use policy_core::model::FileId;
use policy_db::{Database, PolicyFile, SourceFile, config, packs, queries};
use policy_ide::{TextEdit, WorkspaceEdit};
use policy_syntax::Span;

/// One question with its answer.
pub struct Case {
    pub name: String,
    pub lang: Lang,
    pub text: String,
    pub files: Vec<(String, String)>,
    pub to: String,
    pub settings: String,
    pub answer: String,
}

/// The place a case asks about.
pub struct Asked<'a> {
    pub db: &'a Database,
    pub file: SourceFile,
    pub start: u32,
    pub end: u32,
    pub lang: Lang,
    pub to: &'a str,
}

impl Asked<'_> {
    pub fn range(&self) -> Span {
        Span { start: self.start, end: self.end }
    }

    pub fn text(&self) -> &str {
        self.file.text(self.db)
    }

    /// A place as `file line:column text`.
    pub fn place(&self, file: SourceFile, span: Span) -> String {
        let text = file.text(self.db);
        let at = queries::lines(self.db, file).position(text, span.start);
        let words = span.of(text).lines().next().unwrap_or_default();
        // Lines of standard files move with the packs.
        let line = if queries::is_standard(self.db, file) { "*".to_owned() } else { at.line.to_string() };
        format!("{} {line}:{} {words}", file.path(self.db), at.column)
    }

    /// The files that an edit changes, each with its new text.
    pub fn applied(&self, edit: &WorkspaceEdit) -> String {
        let mut out = String::new();
        for (file, edits) in &edit.files {
            let before = file.text(self.db);
            let after = apply(before, edits);
            writeln!(out, "{}", file.path(self.db)).unwrap();
            out.push_str(&changed_lines(before, &after));
        }
        out
    }
}

/// A text with edits made; they are in order and apart.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut out = text.to_owned();
    let mut last = text.len() as u32 + 1;
    for edit in edits.iter().rev() {
        assert!(edit.span.end <= last, "edits overlap or are out of order: {edits:?}");
        last = edit.span.start;
        out.replace_range(edit.span.range(), &edit.new);
    }
    out
}

/// The lines that went and the lines that came, side by side where there are as many.
pub fn changed_lines(before: &str, after: &str) -> String {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    if before.len() == after.len() {
        let changed = before.iter().zip(&after).filter(|(a, b)| a != b);
        return changed.map(|(a, b)| format!("- {a}\n+ {b}\n")).collect();
    }
    let head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let tail =
        before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut out = String::new();
    before[head..before.len() - tail].iter().for_each(|line| writeln!(out, "- {line}").unwrap());
    after[head..after.len() - tail].iter().for_each(|line| writeln!(out, "+ {line}").unwrap());
    out
}

/// The files of the pack that the texts of cases are put in, and the declarations beside it.
pub struct World {
    pub db: Database,
    pub text: SourceFile,
    others: [SourceFile; 2],
    declarations: [SourceFile; 2],
}

/// What the text of a case is.
#[derive(Clone, Copy)]
enum Document {
    Policy,
    Declaration,
}

const HEADER: &str = "policy board \"Our board\" {\n  version 1.0.0\n  use model-4.0\n}\n";

impl World {
    fn new() -> World {
        let mut db = Database::default();
        let wanted = packs::Wanted::Standard(packs::DEFAULT.to_owned());
        let loaded = packs::load(&mut db, &[wanted], &|path| path.display().to_string());
        db.set_as_of(jiff::civil::date(2026, 11, 22));
        let header = db.add("board/pack.policy", HEADER);
        let text = db.add("board/rules.policy", "");
        let others = [db.add("board/other.policy", ""), db.add("board/third.policy", "")];
        let mut policies = loaded.policies;
        let own = [header, text].into_iter().chain(others);
        policies.extend(own.map(|file| PolicyFile { file, pack: "board".to_owned() }));
        let mut selected = loaded.selected;
        selected.push("board".to_owned());
        db.set_packs(policies, selected);
        let declarations = [db.add("case.declaration.yaml", ""), db.add("case.declaration.json", "")];
        World { db, text, others, declarations }.with_vendors()
    }

    /// Adds the five declarations of the repository.
    fn with_vendors(mut self) -> World {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendors");
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.to_string_lossy().ends_with(".declaration.yaml"));
        paths.sort();
        let add = |path: PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            self.db.add(name, fs::read_to_string(path).unwrap())
        };
        let declarations = paths.into_iter().map(add).collect();
        self.db.set_declarations(declarations);
        self
    }

    fn ask<T>(&mut self, case: &Case, document: Document, answer: impl Fn(&Asked<'_>) -> T) -> T {
        let (text, start, end) = cursor(&case.text);
        let [yaml, json] = self.declarations;
        let file = match document {
            Document::Policy => self.text,
            Document::Declaration if text.starts_with('{') => json,
            Document::Declaration => yaml,
        };
        // What another case left in the policy would count here.
        self.db.set_text(self.text, "");
        self.db.set_text(file, &text);
        for (nth, file) in self.others.into_iter().enumerate() {
            let text = case.files.get(nth).map_or("", |(_, text)| text.as_str());
            self.db.set_text(file, text);
        }
        let (config, wrong) = config::read(FileId::default(), &case.settings);
        assert!(wrong.is_empty(), "{}: {wrong:?}", case.name);
        self.db.set_changes(config.rules);
        let asked = Asked { db: &self.db, file, start, end, lang: case.lang, to: &case.to };
        answer(&asked)
    }
}

/// The text without its marks, and their bytes.
fn cursor(text: &str) -> (String, u32, u32) {
    let end = text.replacen("$0", "", 1).find("$1");
    let plain = text.replacen("$0", "", 1).replacen("$1", "", 1);
    let start = text.find("$0").unwrap_or(0);
    (plain, start as u32, end.unwrap_or(start) as u32)
}

fn cases(content: &str) -> Vec<Case> {
    let blocks = content
        .split("\n== ")
        .enumerate()
        .filter_map(|(nth, block)| if nth == 0 { block.strip_prefix("== ") } else { Some(block) });
    blocks.map(case).collect()
}

fn case(block: &str) -> Case {
    let (title, rest) = block.split_once('\n').unwrap_or((block, ""));
    let (name, lang) = match title.strip_suffix(" (en)") {
        Some(name) => (name, Lang::En),
        None => (title, Lang::Nl),
    };
    let mut case = Case {
        name: name.to_owned(),
        lang,
        text: String::new(),
        files: Vec::new(),
        to: String::new(),
        settings: String::new(),
        answer: String::new(),
    };
    let mut part = "text".to_owned();
    for line in rest.lines() {
        if let Some(next) = line.strip_prefix("-- ") {
            part = next.to_owned();
            if let Some(name) = part.strip_prefix("file ") {
                case.files.push((name.to_owned(), String::new()));
            }
            if let Some(to) = part.strip_prefix("to ") {
                case.to = to.to_owned();
            }
            continue;
        }
        let text = match part.split(' ').next() {
            Some("text") => &mut case.text,
            Some("file") => &mut case.files.last_mut().unwrap().1,
            Some("settings") => &mut case.settings,
            Some("answer") => &mut case.answer,
            _ => continue,
        };
        text.push_str(line);
        text.push('\n');
    }
    case
}

/// The one world of all suites: packs are read once.
static WORLD: LazyLock<Mutex<World>> = LazyLock::new(|| Mutex::new(World::new()));

/// The world, for one suite at a time.
pub fn world() -> MutexGuard<'static, World> {
    WORLD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Asks every case of the files of a feature and compares the answers.
pub fn check(feature: &str, answer: impl Fn(&Asked<'_>) -> String) {
    run(feature, Document::Policy, answer, |case, got| got.trim() == case.answer.trim(), true);
}

/// As [`check`], for cases that are declarations: JSON where they begin with a brace, else YAML.
pub fn check_declaration(feature: &str, answer: impl Fn(&Asked<'_>) -> String) {
    let folder = format!("declaration/{feature}");
    run(&folder, Document::Declaration, answer, |case, got| got.trim() == case.answer.trim(), true);
}

/// As [`check`], where the answer says something about what came out, and nothing is written.
pub fn check_that(feature: &str, answer: impl Fn(&Asked<'_>) -> String, holds: impl Fn(&Case, &str) -> bool) {
    run(feature, Document::Policy, answer, holds, false);
}

fn run(
    feature: &str,
    document: Document,
    answer: impl Fn(&Asked<'_>) -> String,
    agrees: impl Fn(&Case, &str) -> bool,
    writes: bool,
) {
    let mut world = world();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ide").join(feature);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut wrong, mut count) = (String::new(), 0);
    for path in paths {
        let content = fs::read_to_string(&path).unwrap();
        let mut updated = content.clone();
        for case in cases(&content) {
            count += 1;
            let got = world.ask(&case, document, &answer);
            if !agrees(&case, &got) {
                let (name, got) = (&case.name, got.trim());
                writeln!(wrong, "== {name} ({})\n{got}\n-- expected\n{}", path.display(), case.answer)
                    .unwrap();
                updated = with_answer(&updated, name, got);
            }
        }
        if writes && updated != content && std::env::var_os("UPDATE_CASES").is_some() {
            fs::write(&path, updated).unwrap();
        }
    }
    drop(world);
    assert!(count > 0, "no case of {feature}");
    assert!(wrong.is_empty(), "{wrong}");
}

/// The content of a file of cases with another answer of one case.
fn with_answer(content: &str, name: &str, answer: &str) -> String {
    const ANSWER: &str = "-- answer\n";
    let at = content.find(&format!("== {name}")).expect("the case is there");
    let from = at + content[at..].find(ANSWER).expect("a case has an answer") + ANSWER.len();
    let to = content[from..].find("\n== ").map_or(content.len(), |to| from + to);
    format!("{}{answer}\n{}", &content[..from], &content[to..])
}
