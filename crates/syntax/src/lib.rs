//! The policy language as text: grammar, tree, spans, recovery, line index, layout.
//!
//! Parsing never fails. The tree is made of items, lines, blocks and tokens; what their words mean is for
//! `policy-core` to say, because that depends on the vocabulary of the packs.
//! Knows no files, no packs, no salsa, no editor.

pub mod span;
pub mod tree;

pub use span::{LineIndex, Position, Span};
pub use tree::*;
