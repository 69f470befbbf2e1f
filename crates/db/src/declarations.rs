//! Which declarations are meant: files, folders, globs and standard input, in the order given.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use ignore::WalkBuilder;
use policy_core::diag::Message;

/// The endings of a declaration's name.
pub const ENDINGS: [&str; 3] = [".declaration.yaml", ".declaration.yml", ".declaration.json"];

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

/// What the arguments come to.
#[derive(Debug, Default)]
pub struct Inputs {
    /// What to read, each once, in order.
    pub found: Vec<Input>,
    /// What is wrong: a name for the place, the words, and whether it is an error.
    pub problems: Vec<Problem>,
}

/// An argument that names nothing that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The argument.
    pub name: String,
    /// What is wrong with it.
    pub message: Message,
    /// Whether it is an error; a glob or folder without declarations is not.
    pub error: bool,
}

/// Whether a file of that name is a declaration.
pub fn is_declaration(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Finds what `arguments`, relative to `base`, mean.
pub fn expand(arguments: &[String], base: &Path) -> Inputs {
    let (mut inputs, mut seen) = (Inputs::default(), HashSet::new());
    for argument in arguments {
        for input in one(argument, base, &mut inputs.problems) {
            let same = match &input {
                Input::File(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
                Input::Stdin => PathBuf::from("-"),
            };
            if seen.insert(same) {
                inputs.found.push(input);
            }
        }
    }
    inputs
}

fn one(argument: &str, base: &Path, problems: &mut Vec<Problem>) -> Vec<Input> {
    let path = base.join(argument);
    if argument == "-" {
        return vec![Input::Stdin];
    }
    if path.is_dir() {
        let found = below(&path, |path| is_declaration(&path.to_string_lossy()));
        return some(found, problems, || no_declarations(argument));
    }
    if !path.exists() && argument.contains(['*', '?', '[', '{']) {
        return glob(argument, base, problems);
    }
    if path.exists() && !is_declaration(argument) {
        problems.push(not_a_name(argument));
        return Vec::new();
    }
    vec![Input::File(path)]
}

fn glob(argument: &str, base: &Path, problems: &mut Vec<Problem>) -> Vec<Input> {
    let pattern = base.join(argument);
    let built = GlobBuilder::new(&pattern.to_string_lossy()).literal_separator(true).build();
    match built {
        Ok(glob) => {
            let matcher = glob.compile_matcher();
            let found = below(&fixed_part(&pattern), |path| {
                is_declaration(&path.to_string_lossy()) && matcher.is_match(path)
            });
            some(found, problems, || no_matches(argument))
        }
        Err(error) => {
            problems.push(no_glob(argument, &error.to_string()));
            Vec::new()
        }
    }
}

/// The folder of a pattern above its first wildcard.
pub fn fixed_part(pattern: &Path) -> PathBuf {
    let wild =
        |part: &std::path::Component| part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']);
    pattern.components().take_while(|part| !wild(part)).collect()
}

fn below(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<Input> {
    let walk = WalkBuilder::new(folder)
        .standard_filters(false)
        .hidden(true)
        .follow_links(true)
        .sort_by_file_path(Path::cmp)
        .build();
    let files = walk.flatten().filter(|entry| entry.path().is_file()).map(ignore::DirEntry::into_path);
    files.filter(|path| wanted(path)).map(Input::File).collect()
}

fn some(found: Vec<Input>, problems: &mut Vec<Problem>, none: impl Fn() -> Problem) -> Vec<Input> {
    if found.is_empty() {
        problems.push(none());
    }
    found
}

fn no_declarations(folder: &str) -> Problem {
    let message = Message::new(
        format!("in de map `{folder}` staan geen verklaringen (`*.declaration.yaml`, `.yml` of `.json`)"),
        format!("the folder `{folder}` holds no declarations (`*.declaration.yaml`, `.yml` or `.json`)"),
    );
    Problem { name: folder.to_owned(), message, error: false }
}

fn no_matches(pattern: &str) -> Problem {
    let message = Message::new(
        format!("geen verklaring past bij `{pattern}`; controleer het patroon en de map"),
        format!("no declaration matches `{pattern}`; check the pattern and the folder"),
    );
    Problem { name: pattern.to_owned(), message, error: false }
}

fn no_glob(pattern: &str, reason: &str) -> Problem {
    let message = Message::new(
        format!("`{pattern}` is geen patroon: {reason}"),
        format!("`{pattern}` is not a pattern: {reason}"),
    );
    Problem { name: pattern.to_owned(), message, error: true }
}

/// A name that does not say that this is a declaration, and in what format.
pub fn not_a_name(name: &str) -> Problem {
    let message = Message::new(
        format!(
            "`{name}` heet niet als een verklaring; noem het bestand `….declaration.yaml`, `.yml` of `.json`"
        ),
        format!(
            "`{name}` is not named as a declaration; call the file `….declaration.yaml`, `.yml` or `.json`"
        ),
    );
    Problem { name: name.to_owned(), message, error: true }
}
