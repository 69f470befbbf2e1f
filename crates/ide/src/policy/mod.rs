//! Features in policy files.
//!
//! What a word is and means comes from [`policy_core::marks`], by one query per file; nothing here reads words a
//! second way. Each feature looks at one file, and at others only through cached queries.

mod complete;
mod describe;
mod fixes;
mod folding;
mod format;
mod hints;
mod hover;
pub(crate) mod lens;
pub(crate) mod links;
mod navigate;
mod rename;
mod symbols;
mod tokens;
mod view;
mod words;

pub use complete::completions;
pub use fixes::fixes;
pub use folding::{folding_ranges, selection_ranges};
pub use format::{formatting, range_formatting, translated};
pub use hints::inlay_hints;
pub use hover::{hover, hover_with};
pub use lens::{lenses, lenses_with};
pub use links::document_links;
pub use navigate::{definition, highlights, references};
pub use rename::{prepare_rename, rename};
pub use symbols::{document_symbols, workspace_symbols};
pub use tokens::{semantic_tokens, semantic_tokens_in};
