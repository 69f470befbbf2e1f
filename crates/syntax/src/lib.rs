//! The policy language as text: grammar, tree, spans, recovery, line index, layout.
//!
//! Parsing never fails. The tree is made of items, lines, blocks and tokens; what their words mean is for
//! `policy-core` to say, because that depends on the vocabulary of the packs.
//! Knows no files, no packs, no salsa, no editor.

mod balance;
pub mod layout;
mod lower;
mod parse;
pub mod pieces;
mod scripts;
pub mod span;
pub mod tree;

pub use layout::layout;
pub use parse::parse;
pub use span::{LineIndex, Position, Span};
pub use tree::*;

/// The longest text that is read, in bytes; a longer one is one error.
pub const MAX_TEXT: usize = 4 * 1024 * 1024;

/// How deep blocks may be nested.
pub const MAX_BLOCKS: usize = 20;

/// How deep parentheses may be nested.
pub const MAX_PARENTHESES: usize = 200;
