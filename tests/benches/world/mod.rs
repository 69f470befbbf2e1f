//! The standard packs, ready to evaluate, and declarations of any size.
//!
//! Each benchmark uses a part of this.
#![allow(dead_code)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::{Date, date};
use policy_core::model::{FileId, Rule, Schema};
use policy_db::engine::{self, Compiled, Declared, Engine, Lookup};
use policy_db::packs::{self, Wanted};
use policy_db::{Database, queries};

/// The day everything is evaluated on.
pub const AS_OF: Date = date(2026, 11, 22);

/// What can be declared, and the rules of the standard packs.
pub struct World {
    pub schema: Arc<Schema>,
    pub rules: Vec<Rule>,
    lookup: Lookup,
}

impl World {
    pub fn new() -> Self {
        let mut db = Database::default();
        let wanted = ["core", "extended", "mission"].map(|name| Wanted::Standard(name.to_owned()));
        let loaded = packs::load(&mut db, &wanted, &|path| path.display().to_string());
        assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
        db.set_packs(loaded.policies, loaded.selected);
        let schema = queries::schema(&db, db.project()).clone();
        let rules = queries::rules(&db, db.project()).to_vec();
        World { lookup: Lookup::new(&schema), schema, rules }
    }

    pub fn compiled(&self, rules: &[Rule]) -> Compiled {
        Compiled::new(&self.schema, rules, AS_OF)
    }

    pub fn engine<'a>(&'a self, rules: &'a [Rule], compiled: &'a Compiled) -> Engine<'a> {
        Engine { schema: &self.schema, rules, compiled, as_of: AS_OF }
    }

    pub fn read(&self, text: &str) -> Declared {
        engine::read(FileId::default(), "one.declaration.yaml", text, &self.schema, &self.lookup)
    }

    /// The facts of a text that must have nothing wrong with it.
    pub fn sound(&self, text: &str) -> Declared {
        let declared = self.read(text);
        assert!(declared.diagnostics.is_empty(), "{:#?}", declared.diagnostics.first());
        declared
    }
}

/// A declaration with so many records, of the five sorts that the rules read most. Most of it is settled; some
/// countries are vague, some safeguards and terms are not stated.
pub fn declaration(records: usize) -> String {
    let each = records / 5;
    let list = |name: &str, line: &dyn Fn(usize) -> String| {
        (0..each).fold(format!("{name}:\n"), |mut text, n| {
            let _ = writeln!(text, "  - {{ {} }}", line(n));
            text
        })
    };
    let country = |n: usize| ["NL", "DE", "US", "IN", "EER", "IE", "GB"][n % 7];
    let data = |n: usize| ["naam", "e-mailadres", "IP-adres", "auditlogs", "technische logs"][n % 5];
    let safeguard = |n: usize| ["", ", safeguard: SCC", ", safeguard: BCR"][n % 3];
    let term = |n: usize| ["", ", term: 6 maanden", ", term: 13 maanden", ", term: 2 jaar"][n % 4];
    let purpose = |n: usize| ["beveiliging", "reclame"][usize::from(n % 50 == 49)];
    [
        list("transfer", &|n| {
            format!("recipient: Bedrijf {n}, country: {}, data: [{}]{}", country(n), data(n), safeguard(n))
        }),
        list("subprocessor", &|n| {
            format!(
                "name: Bedrijf {n}, establishment: {}, storage: {}, data: [{}]",
                country(n),
                country(n + 1),
                data(n)
            )
        }),
        list("holding", &|n| format!("data: [{}], subject: leerling", data(n))),
        list("retention", &|n| format!("data: [{}]{}", data(n), term(n))),
        list("use", &|n| format!("purpose: {}, data: [{}]", purpose(n), data(n))),
    ]
    .concat()
}

/// The five declarations of real documents.
pub fn vendors() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendors");
    let entries = std::fs::read_dir(folder).expect("the folder with declarations").flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".declaration.yaml"));
    files.sort();
    files.iter().map(|path| std::fs::read_to_string(path).expect("a declaration")).collect()
}
