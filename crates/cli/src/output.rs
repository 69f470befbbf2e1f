//! Where results go: standard output, or a file that is complete or not there.

use std::error::Error;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use atomic_write_file::AtomicWriteFile;
use policy_core::diag::Message;
use policy_core::lang::Lang;
use policy_db::loader;

/// Writes a result. A reader that has heard enough (`| head`) ends the writing, not the run.
pub fn emit(file: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    match file {
        Some(path) if fs::metadata(path).is_ok_and(|known| !known.is_file()) => {
            let device = OpenOptions::new().write(true).open(path)?;
            buffered(device, write)
        }
        Some(path) => atomically(path, write).map_err(|error| unwritten(path, &error)),
        None => quietly(buffered(io::stdout().lock(), write)),
    }
}

/// A file that could not be written, and why.
#[derive(Debug)]
pub struct Unwritten(Message);

impl Unwritten {
    /// What to say of an error of the environment, in a language.
    pub fn words(error: &io::Error, lang: Lang) -> String {
        let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Unwritten>());
        own.map_or_else(|| loader::refusal(error), |unwritten| unwritten.0.clone()).get(lang).to_owned()
    }
}

impl fmt::Display for Unwritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.en)
    }
}

impl Error for Unwritten {}

/// An error of the environment that says which path could not be written, in both languages.
pub fn unwritten(path: &Path, error: &io::Error) -> io::Error {
    let (path, Message { nl, en }) = (path.display(), loader::refusal(error));
    let message = Message::new(
        format!("`{path}` kan niet worden geschreven: {nl}"),
        format!("`{path}` cannot be written: {en}"),
    );
    io::Error::new(error.kind(), Unwritten(message))
}

/// Replaces a file as a whole: never half of it, whatever happens.
pub fn atomically(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = BufWriter::new(AtomicWriteFile::open(path)?);
    write(&mut buffer)?;
    buffer.into_inner().map_err(io::IntoInnerError::into_error)?.commit()
}

/// Writes text for people to standard error; if nobody listens, so be it.
pub fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn buffered(stream: impl Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = BufWriter::new(stream);
    write(&mut buffer)?;
    buffer.flush()
}

fn quietly(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
