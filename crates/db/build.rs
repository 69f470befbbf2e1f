//! Lists the standard packs, so that they are part of the program: `policies/<pack>/**/*.policy`.

// What is built in is read when the program is built.
#![allow(clippy::disallowed_methods)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let root = manifest.join("../../policies");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("packs.rs"), list(&root.canonicalize().unwrap_or(root), &files))
}

/// All policy files under a folder; none if it is not there.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "policy") {
            files.push(path.canonicalize()?);
        }
    }
    Ok(())
}

/// The list as Rust: each file's path below `root`, with `/`, and its text.
fn list(root: &Path, files: &[PathBuf]) -> String {
    let mut rust = String::from("&[\n");
    for file in files {
        let parts = file.strip_prefix(root).unwrap_or(file).iter();
        let name: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
        let _ = writeln!(rust, "    ({:?}, include_str!({:?})),", name.join("/"), file.display().to_string());
    }
    rust + "]\n"
}
