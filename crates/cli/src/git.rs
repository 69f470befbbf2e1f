//! Revisions of a git repository as folders, through the `git` program. Changes nothing in the repository: files are
//! written to a folder of their own, with an index of their own.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use policy_core::diag::Message;
use tempfile::TempDir;

/// The files of a revision, for as long as this lives.
pub struct Tree {
    /// The folder in it that corresponds to the folder that was asked from.
    pub cwd: PathBuf,
    _root: TempDir,
}

/// Writes the files of a revision of the repository around `cwd`. What git says against it comes back as words.
pub fn tree(revision: &str, cwd: &Path) -> io::Result<Result<Tree, Message>> {
    let commit = format!("{revision}^{{commit}}");
    let id = match git(cwd, None, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])? {
        Ok(id) => id,
        Err(said) => return Ok(Err(no_revision(revision, &said))),
    };
    let prefix = match git(cwd, None, &["rev-parse", "--show-prefix"])? {
        Ok(prefix) => prefix,
        Err(said) => return Ok(Err(no_revision(revision, &said))),
    };
    let top = match git(cwd, None, &["rev-parse", "--show-toplevel"])? {
        Ok(top) => PathBuf::from(top),
        Err(said) => return Ok(Err(no_revision(revision, &said))),
    };
    let root = tempfile::Builder::new().prefix("policy-").tempdir()?;
    let (index, files) = (root.path().join("index"), root.path().join("files"));
    let target = format!("--prefix={}/", files.display());
    for arguments in [&["read-tree", id.as_str()][..], &["checkout-index", "--all", "--quiet", &target][..]] {
        if let Err(said) = git(&top, Some(&index), arguments)? {
            return Ok(Err(no_revision(revision, &said)));
        }
    }
    let cwd = files.join(&prefix);
    std::fs::create_dir_all(&cwd)?;
    Ok(Ok(Tree { cwd: cwd.canonicalize()?, _root: root }))
}

/// Runs git; what it writes, or what it says if it fails. Links become files with their target, so that nothing
/// outside the folder is read.
fn git(cwd: &Path, index: Option<&Path>, arguments: &[&str]) -> io::Result<Result<String, String>> {
    let mut command = Command::new("git");
    command.current_dir(cwd).args(["-c", "core.symlinks=false"]).args(arguments);
    if let Some(index) = index {
        command.env("GIT_INDEX_FILE", index);
    }
    let done = match command.output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Err("`git`?".to_owned()));
        }
        other => other?,
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Ok(if done.status.success() { Ok(text(&done.stdout)) } else { Err(text(&done.stderr)) })
}

fn no_revision(revision: &str, said: &str) -> Message {
    let said = if said.is_empty() { String::new() } else { format!(" ({said})") };
    Message::new(
        format!(
            "git kent hier geen revisie `{revision}`: noem een commit, tak of label van deze repository{said}"
        ),
        format!(
            "git knows no revision `{revision}` here: name a commit, branch or tag of this repository{said}"
        ),
    )
}
