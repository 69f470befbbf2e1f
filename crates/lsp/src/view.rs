//! What a request works on: a handle of the texts at one moment, and where they are for the client.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use policy_db::{Database, SourceFile, packs, queries};
use policy_ide::diagnostics::Show;
use tower_lsp::lsp_types::Url;

use crate::client::Can;
use crate::sweep::Shared;
use crate::text::{Encoding, Ruler};

/// Where the files of a folder are for the client.
#[derive(Debug, Clone, Default)]
pub struct Addresses {
    /// The folder that names are relative to.
    pub root: PathBuf,
    /// Open documents, as the client calls them, with their versions.
    pub open: HashMap<SourceFile, (Url, i32)>,
    /// The declarations.
    pub members: Arc<HashSet<SourceFile>>,
    /// What columns count.
    pub encoding: Encoding,
}

impl Addresses {
    /// The same with what columns count.
    pub fn with(self, encoding: Encoding) -> Self {
        Addresses { encoding, ..self }
    }

    /// The address of a file.
    pub fn url(&self, db: &Database, file: SourceFile) -> Url {
        if let Some((url, _)) = self.open.get(&file) {
            return url.clone();
        }
        let name = file.path(db);
        match name.strip_prefix(packs::STANDARD) {
            Some(below) => standard(below),
            None => Url::from_file_path(self.root.join(name)).unwrap_or_else(|()| standard(name)),
        }
    }

    /// The address of a file, and its version if it is open.
    pub fn at(&self, db: &Database, file: SourceFile) -> (Url, Option<i32>) {
        let version = self.open.get(&file).map(|(_, version)| *version);
        (self.url(db, file), version)
    }

    /// Whether the client has it open.
    pub fn is_open(&self, file: SourceFile) -> bool {
        self.open.contains_key(&file)
    }

    /// Whether it is one of the declarations.
    pub fn is_member(&self, file: SourceFile) -> bool {
        self.members.contains(&file)
    }

    /// Measures a text.
    pub fn ruler<'a>(&self, db: &'a Database, file: SourceFile) -> Ruler<'a> {
        Ruler { text: file.text(db), lines: queries::lines(db, file), encoding: self.encoding }
    }
}

/// The address of a file of a standard pack.
pub fn standard(below: &str) -> Url {
    let mut url = STANDARD_ROOT.clone();
    url.set_path(&format!("/{below}"));
    url
}

static STANDARD_ROOT: std::sync::LazyLock<Url> = std::sync::LazyLock::new(|| match Url::parse("policy:/") {
    Ok(url) => url,
    Err(error) => unreachable!("a fixed address: {error}"),
});

/// What a request works on.
#[derive(Clone)]
pub struct View {
    /// The texts.
    pub db: Database,
    /// The document that was asked about.
    pub file: SourceFile,
    /// All declarations.
    pub declarations: Arc<[SourceFile]>,
    /// Where files are.
    pub addresses: Arc<Addresses>,
    /// How results are shown.
    pub show: Show,
    /// What the client can do.
    pub can: Can,
    /// What passes over the folder share.
    pub shared: Arc<Shared>,
}

impl View {
    /// Whether the document is a declaration.
    pub fn is_declaration(&self) -> bool {
        self.addresses.is_member(self.file)
    }

    /// Whether the document is a policy.
    pub fn is_policy(&self) -> bool {
        let project = self.db.project();
        project.policies(&self.db).iter().any(|policy| policy.file == self.file)
    }

    /// Measures the document.
    pub fn ruler(&self) -> Ruler<'_> {
        self.addresses.ruler(&self.db, self.file)
    }

    /// Measures any file.
    pub fn ruler_of(&self, file: SourceFile) -> Ruler<'_> {
        self.addresses.ruler(&self.db, file)
    }

    /// The address of any file.
    pub fn url(&self, file: SourceFile) -> Url {
        self.addresses.url(&self.db, file)
    }
}
