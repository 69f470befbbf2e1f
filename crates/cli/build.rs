//! Makes the page of every diagnostic code part of the program: `docs/codes/P*.md`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?);
    let pages = manifest.join("../../docs/codes");
    println!("cargo::rerun-if-changed={}", pages.display());
    let mut files: Vec<PathBuf> =
        fs::read_dir(&pages)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|e| e == "md"));
    files.sort();
    let mut rust = String::from("&[\n");
    for path in files {
        let code = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let full = path.canonicalize()?.display().to_string();
        let _ = writeln!(rust, "    ({code:?}, include_str!({full:?})),");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("codes.rs"), rust + "]\n")
}
