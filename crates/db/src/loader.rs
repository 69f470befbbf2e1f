//! How files get in: the only place in the library crates that reads from disk.
//!
//! Whatever goes wrong is a [`Trouble`], worded as a diagnostic on the file it is about.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use policy_core::codes;
use policy_core::diag::{Diagnostic, Message};
use policy_core::model::FileId;
use policy_syntax::Span;

/// The largest policy file that is read.
pub const MAX_POLICY_BYTES: u64 = 16 << 20;

/// How deep folders of a pack are looked into.
const MAX_FOLDERS: usize = 8;

/// Why a file could not be read.
#[derive(Debug)]
pub enum Trouble {
    /// There is nothing of that name.
    Missing,
    /// It is a folder, and a file was wanted.
    Directory,
    /// Larger than this many bytes.
    TooBig(u64),
    /// Not UTF-8; holds the text up to the first byte that is not.
    NotUtf8(String),
    /// The system refused.
    Refused(io::Error),
}

/// Reads a text file of at most `limit` bytes; never holds more than that in memory.
#[allow(clippy::disallowed_methods)]
pub fn read(path: &Path, limit: u64) -> Result<String, Trouble> {
    let file = fs::File::open(path).map_err(Trouble::from)?;
    let known = file.metadata().map_err(Trouble::from)?;
    if known.is_dir() {
        return Err(Trouble::Directory);
    }
    if known.len() > limit {
        return Err(Trouble::TooBig(limit));
    }
    read_from(file, limit)
}

/// Reads UTF-8 text of at most `limit` bytes from a stream.
pub fn read_from(stream: impl Read, limit: u64) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    stream.take(limit + 1).read_to_end(&mut bytes).map_err(Trouble::from)?;
    if bytes.len() as u64 > limit {
        return Err(Trouble::TooBig(limit));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        Trouble::NotUtf8(String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned())
    })
}

/// The policy files in a folder and the folders below it, by path; an error if the folder cannot be listed.
pub fn policy_files(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut files = Vec::new();
    list(folder, MAX_FOLDERS, &mut files)?;
    files.sort();
    Ok(files)
}

#[allow(clippy::disallowed_methods)]
fn list(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Trouble> {
    for entry in fs::read_dir(folder).map_err(Trouble::from)? {
        let path = entry.map_err(Trouble::from)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() && depth > 0 {
            list(&path, depth - 1, files)?;
        } else if path.extension().is_some_and(|e| e == "policy") && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Trouble::Missing,
            io::ErrorKind::IsADirectory => Trouble::Directory,
            _ => Trouble::Refused(error),
        }
    }
}

impl Trouble {
    /// The part of the text that could be read, for the place of the diagnostic.
    pub fn text(&self) -> &str {
        match self {
            Trouble::NotUtf8(text) => text,
            _ => "",
        }
    }

    /// The diagnostic on a file registered with [`Trouble::text`]; `path` is its name in messages.
    pub fn diagnostic(&self, file: FileId, path: &str) -> Diagnostic {
        let end = self.text().len();
        Diagnostic::new(&codes::INPUT, file, Span::new(end, end), self.message(path))
    }

    fn message(&self, path: &str) -> Message {
        match self {
            Trouble::Missing => Message::new(
                format!("`{path}` bestaat niet; controleer de naam en de map"),
                format!("`{path}` does not exist; check the name and the folder"),
            ),
            Trouble::Directory => Message::new(
                format!("`{path}` is een map en geen bestand; noem het bestand zelf"),
                format!("`{path}` is a folder, not a file; name the file itself"),
            ),
            Trouble::TooBig(limit) => Message::new(
                format!("`{path}` is groter dan {} MB, de grens; splits het bestand", limit >> 20),
                format!("`{path}` is larger than {} MB, the limit; split the file", limit >> 20),
            ),
            Trouble::NotUtf8(text) => Message::new(
                format!("`{path}` is vanaf byte {} geen UTF-8; sla het op als UTF-8", text.len()),
                format!("`{path}` is not UTF-8 from byte {} on; save it as UTF-8", text.len()),
            ),
            Trouble::Refused(error) => {
                let Message { nl, en } = refusal(error);
                Message::new(
                    format!("`{path}` kan niet worden gelezen: {nl}"),
                    format!("`{path}` cannot be read: {en}"),
                )
            }
        }
    }
}

/// Why the system refuses, in words; for what is rare in its own words.
pub fn refusal(error: &io::Error) -> Message {
    use io::ErrorKind::*;
    let (nl, en) = match error.kind() {
        NotFound => ("de map of het bestand bestaat niet", "there is no such folder or file"),
        PermissionDenied => ("u hebt er geen rechten voor", "you have no permission for it"),
        IsADirectory => ("het is een map", "it is a folder"),
        NotADirectory => ("een deel van het pad is geen map", "a part of the path is no folder"),
        ReadOnlyFilesystem => ("er kan hier niet worden geschreven", "nothing can be written here"),
        StorageFull => ("de schijf is vol", "the disk is full"),
        _ => return Message::new(error.to_string(), error.to_string()),
    };
    Message::new(nl, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_bounded_and_utf8() {
        assert_eq!(read_from(&b"abc"[..], 3).expect("fits"), "abc");
        assert!(matches!(read_from(&b"abcd"[..], 3), Err(Trouble::TooBig(3))));
        let Err(trouble) = read_from(&b"\xc3\xa9\xff"[..], 9) else { panic!("that is no UTF-8") };
        assert_eq!(trouble.text(), "é");
        let diagnostic = trouble.diagnostic(FileId(4), "x.yaml");
        assert_eq!((diagnostic.code, diagnostic.span), ("P0601", Span::new(2, 2)));
    }

    #[test]
    fn a_folder_and_a_missing_file_are_told_apart() {
        assert!(matches!(read(Path::new("."), 9), Err(Trouble::Directory)));
        assert!(matches!(read(Path::new("no such file"), 9), Err(Trouble::Missing)));
    }
}
