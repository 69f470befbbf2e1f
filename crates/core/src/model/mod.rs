//! The typed policy: what packs say can be declared ([`Schema`]) and what must hold ([`Rule`]).
//!
//! Free of spans: places are [`Origin`]s, turned into bytes by the syntax tree, so that a comment
//! or a blank line changes nothing that a verdict depends on.

mod cases;
mod labels;
mod quantity;
mod rule;
mod schema;
mod term_set;

pub use cases::{Embedded, Expectation, Expected, TestCase, Waiver};
pub use labels::{Form, Labels};
pub use quantity::{Duration, Limit, Op};
pub use rule::*;
pub use schema::*;
pub use term_set::TermSet;

/// A file, by its index in the list of files of one evaluation. Opaque here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub u32);

/// A node of one declaration: the nth thing worth pointing at, in reading order; an index into
/// its [`crate::facts::Notes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct NodeId(pub u32);

/// Where something was written in a policy file: tokens `first..=last` of the nth item, counted within the
/// item in reading order (the item word is token 0). Stable under comments, blank lines, layout and edits
/// in other items; `policy_syntax::File::span` turns it into bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// The item in it, from 0.
    pub item: u32,
    /// The first token.
    pub first: u32,
    /// The last token, included.
    pub last: u32,
}
