//! Texts, packs, profile and as-of date as salsa inputs, and the queries over them, each of the grain of a file.
//!
//! The line is: text → tree → schema and rules → facts of a declaration → outcomes. What an outcome depends
//! on holds no spans, so that an edit which changes no meaning re-evaluates nothing. Places and explanations
//! are made on demand, beside that line and not in it. Files come in through [`loader`] and [`packs`] only.
//! Knows no terminal, no report format, no editor protocol.

pub mod cases;
pub mod changes;
pub mod config;
mod database;
pub mod dated;
pub mod declarations;
pub mod engine;
pub mod habits;
mod inputs;
pub mod lints;
pub mod loader;
mod near;
pub mod packs;
pub mod paths;
pub mod queries;
pub mod reads;
mod texts;
pub mod trees;

pub use database::{Database, Log};
pub use inputs::{PolicyFile, Project, SourceFile};
pub use salsa;
pub use texts::Texts;
