//! The typed policy: what packs say can be declared ([`Schema`]) and what must hold ([`Rule`]).
//!
//! Free of spans: places are [`Origin`]s, looked up in a side table ([`Places`]), so that a comment
//! or a blank line changes nothing that a verdict depends on.

mod labels;
mod quantity;
mod rule;
mod schema;
mod term_set;

pub use labels::{Form, Labels};
pub use quantity::{Duration, Limit, Op};
pub use rule::*;
pub use schema::*;
pub use term_set::TermSet;

use policy_syntax::Span;

/// A file, by its index in the list of files of one evaluation. Opaque here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub u32);

/// A node of one file: the nth thing worth pointing at, counted in reading order.
/// Stable under comments, blank lines and layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct NodeId(pub u32);

/// Where something was written: a node of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// The node in it.
    pub node: NodeId,
}

/// The side table of one file: the span of each node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Places {
    spans: Vec<Span>,
}

impl Places {
    /// Gives `span` the next node id.
    pub fn add(&mut self, span: Span) -> NodeId {
        self.spans.push(span);
        NodeId(self.spans.len() as u32 - 1)
    }

    /// The span of a node; the empty span at 0 for a node this file does not have.
    pub fn span(&self, node: NodeId) -> Span {
        self.spans.get(node.0 as usize).copied().unwrap_or_default()
    }
}
