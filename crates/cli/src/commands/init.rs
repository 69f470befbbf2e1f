//! `policy init`: the files of a repository that passes its own checks. What they say is in `templates/init/`.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use policy_core::lang::Lang;

use crate::args::{Ci, Init};
use crate::{config, exit, output};

/// A file to make: where, and what stands in it, in Dutch and in English.
type Template = (&'static str, &'static str, &'static str);

macro_rules! template {
    ($path:literal, $name:literal) => {
        (
            $path,
            include_str!(concat!("../../../../templates/init/nl/", $name)),
            include_str!(concat!("../../../../templates/init/en/", $name)),
        )
    };
}

const FILES: [Template; 3] = [
    template!("policy.toml", "policy.toml"),
    template!("norms/own.policy", "own.policy"),
    template!("declarations/example.declaration.yaml", "example.declaration.yaml"),
];
const GITHUB: Template = template!(".github/workflows/policy.yml", "github.yml");
const GITLAB: Template = template!(".gitlab-ci.yml", "gitlab.yml");

pub fn run(args: &Init, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.or_else(language_of_environment).unwrap_or_default();
    let ci = match args.ci {
        Some(Ci::None) => None,
        Some(Ci::Gitlab) => Some(GITLAB),
        Some(Ci::Github) => Some(GITHUB),
        None if args.folder.join(GITLAB.0).exists() => Some(GITLAB),
        None => Some(GITHUB),
    };
    let mut lines = Vec::new();
    let mut kept = false;
    for (path, nl, en) in FILES.into_iter().chain(ci) {
        let made = create(&args.folder.join(path), lang.pick(nl, en))?;
        kept |= !made;
        let word = if made { lang.pick("gemaakt", "made") } else { lang.pick("bestond al", "there already") };
        lines.push(format!("{word:<13} {path}\n"));
    }
    lines.push(format!("\n{}\n", next(kept, lang)));
    lines.extend(ci.map(|(path, ..)| format!("{}\n", to_fill_in(path, lang))));
    output::emit(None, |out| out.write_all(lines.concat().as_bytes()))?;
    Ok(exit::OK)
}

fn language_of_environment() -> Option<Lang> {
    let value = std::env::var("POLICY_LANG").ok()?;
    debug_assert!(config::VARIABLES.iter().any(|(name, _)| *name == "POLICY_LANG"));
    Lang::from_code(&value)
}

/// Makes a file that is not there; one that is there stays as it is.
fn create(path: &Path, text: &str) -> io::Result<bool> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| output::unwritten(folder, &error))?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map(|()| true).map_err(|error| output::unwritten(path, &error))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(output::unwritten(path, &error)),
    }
}

/// The one thing that no template can know.
fn to_fill_in(path: &str, lang: Lang) -> String {
    match lang {
        Lang::Nl => format!(
            "Een ding vult u zelf in: zet in uw CI de variabele POLICY_REPOSITORY op het adres van de repository waaruit\n\
             `policy` wordt geïnstalleerd; {path} zegt waar."
        ),
        Lang::En => format!(
            "One thing is yours to fill in: set the variable POLICY_REPOSITORY in your CI to the address of the repository\n\
             that `policy` is installed from; {path} says where."
        ),
    }
}

fn next(kept: bool, lang: Lang) -> &'static str {
    match (lang, kept) {
        (Lang::Nl, false) => {
            "`policy check`, `policy fmt --check` en `policy test` slagen, en `policy eval` eindigt met 0.\n\
             Pas norms/own.policy en de verklaring aan, en zet `core` in policy.toml voor de standaardnormen."
        }
        (Lang::En, false) => {
            "`policy check`, `policy fmt --check` and `policy test` succeed, and `policy eval` ends with 0.\n\
             Change norms/own.policy and the declaration, and put `core` in policy.toml for the standard norms."
        }
        (Lang::Nl, true) => "Wat al bestond is niet gewijzigd; `policy check` zegt of het bij elkaar past.",
        (Lang::En, true) => "What was there is unchanged; `policy check` says whether it fits together.",
    }
}
