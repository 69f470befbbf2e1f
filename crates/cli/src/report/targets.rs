//! Which formats a command can write, and where each one that was asked for goes. The formats have one list and one
//! syntax, `FORMAT` or `FORMAT=FILE`, for every command.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use policy_core::diag::Message;

use super::formats::Format;
use super::terminal::Style;
use crate::output;

/// A format that was asked for, and the file it goes to; without one to standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The format.
    pub format: Format,
    /// The file.
    pub file: Option<PathBuf>,
}

/// A format and where it goes.
#[derive(Debug)]
pub struct Target {
    /// The format.
    pub format: Format,
    /// The file; none is standard output.
    pub file: Option<PathBuf>,
}

impl Target {
    /// How text for people looks there.
    pub fn style(&self) -> Style {
        if self.file.is_some() { Style::plain() } else { Style::stdout() }
    }
}

/// Reads `FORMAT` or `FORMAT=FILE`; `-` as a file is standard output.
pub fn wanted(text: &str) -> Result<Wanted, String> {
    let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
    let Ok(format) = Format::from_str(name, false) else {
        return Err(format!("the formats are {}", names(Format::value_variants())));
    };
    match file {
        Some("") => Err(format!("name a file after `{name}=`, or leave out the `=`")),
        Some("-") | None => Ok(Wanted { format, file: None }),
        Some(file) => Ok(Wanted { format, file: Some(PathBuf::from(file)) }),
    }
}

/// The names of formats as a list.
pub fn names(formats: &[Format]) -> String {
    formats.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
}

/// Where each format goes: exactly one to standard output or, with `-o`, to that file; every other one to its own.
/// `possible` are those that the command can write.
pub fn targets(
    wanted: &[Wanted],
    output: Option<&Path>,
    possible: &[Format],
) -> Result<Vec<Target>, Message> {
    if let Some(other) = wanted.iter().find(|wanted| !possible.contains(&wanted.format)) {
        return Err(not_possible(other.format, possible));
    }
    let free: Vec<_> = wanted.iter().filter(|wanted| wanted.file.is_none()).collect();
    if free.len() > 1 {
        return Err(two_to_stdout());
    }
    let main = free.first().map_or(Format::Pretty, |wanted| wanted.format);
    let mut targets = Vec::new();
    for Wanted { format, file } in wanted.iter().filter(|wanted| wanted.file.is_some()) {
        targets.push(Target { format: *format, file: file.clone() });
    }
    // The last: who reads standard output finds the files complete.
    targets.push(Target { format: main, file: output.map(Path::to_path_buf) });
    let mut seen = BTreeSet::new();
    match targets.iter().filter_map(|target| target.file.as_ref()).find(|file| !seen.insert(*file)) {
        Some(twice) => Err(twice_the_same(twice)),
        None => Ok(targets),
    }
}

/// Writes a text in each format to where it goes.
pub fn write(targets: &[Target], text: impl Fn(Format, Style) -> io::Result<String>) -> io::Result<()> {
    for target in targets {
        let text = text(target.format, target.style())?;
        output::emit(target.file.as_deref(), |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}

fn not_possible(format: Format, possible: &[Format]) -> Message {
    let (format, possible) = (format.name(), names(possible));
    Message::new(
        format!("`{format}` kan hier niet: deze opdracht schrijft {possible}"),
        format!("`{format}` is not possible here: this command writes {possible}"),
    )
}

fn two_to_stdout() -> Message {
    Message::new(
        "naar standaarduitvoer gaat een vorm tegelijk; geef de andere een bestand: `--format sarif=uit.sarif`",
        "one format at a time goes to standard output; give the others a file: `--format sarif=out.sarif`",
    )
}

fn twice_the_same(file: &Path) -> Message {
    let file = file.display();
    Message::new(
        format!("twee vormen gaan naar `{file}`; geef elk een eigen bestand"),
        format!("two formats go to `{file}`; give each a file of its own"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_may_name_its_file() {
        let file = |text| wanted(text).map(|wanted| (wanted.format, wanted.file));
        assert_eq!(file("json"), Ok((Format::Json, None)));
        assert_eq!(file("sarif=a=b.sarif"), Ok((Format::Sarif, Some(PathBuf::from("a=b.sarif")))));
        assert_eq!(file("csv=-"), Ok((Format::Csv, None)));
        assert!(file("csv=").is_err());
        assert!(file("xml").is_err_and(|error| error.contains("pretty, compact, json")));
    }

    #[test]
    fn what_a_command_cannot_write_is_refused_with_what_it_can() {
        let wanted = [Wanted { format: Format::Html, file: None }];
        let refused = targets(&wanted, None, &[Format::Pretty, Format::Json]).expect_err("no page");
        assert_eq!(refused.en, "`html` is not possible here: this command writes pretty, json");
        assert_eq!(refused.nl, "`html` kan hier niet: deze opdracht schrijft pretty, json");
    }
}
