//! Places, sources and quotations: the side table of [`Facts`](super::Facts).

use std::sync::Arc;

use policy_syntax::Span;

use crate::model::NodeId;

/// Places and sources of one declaration, by node. Of a thousand declarations they are much of the memory: paths are
/// made when they are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    nodes: Vec<Stored>,
    /// Paths of what is in nothing else.
    paths: Vec<Box<str>>,
    /// Keys of what is in something else; each is there once.
    keys: Vec<Box<str>>,
}

/// Where something stands and what it quotes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    /// The value (for an absent one: the nearest enclosing key).
    pub span: Span,
    /// The path, such as `loans[0].country`.
    pub path: String,
    /// Document and section.
    pub source: Option<Arc<str>>,
    /// Quotation; what it holds for shares it.
    pub quote: Option<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Stored {
    span: Span,
    /// The node it is in, or [`NOTHING`].
    within: u32,
    /// Its key there, or its whole path.
    step: u32,
    source: Option<Arc<str>>,
    quote: Option<Arc<str>>,
}

/// No node.
const NOTHING: u32 = u32::MAX;

impl Notes {
    /// Adds a node.
    pub fn add(&mut self, note: Note) -> NodeId {
        let Note { span, path, source, quote } = note;
        self.paths.push(path.into());
        let step = self.paths.len() as u32 - 1;
        self.push(Stored { span, within: NOTHING, step, source, quote })
    }

    /// Adds a node under a key of another one; what the note has as its path is that key.
    pub fn add_within(&mut self, node: NodeId, key: Note) -> NodeId {
        let Note { span, path: key, source, quote } = key;
        let known = self.keys.iter().position(|known| **known == *key);
        let step = known.unwrap_or_else(|| {
            self.keys.push(key.into());
            self.keys.len() - 1
        });
        self.push(Stored { span, within: node.0, step: step as u32, source, quote })
    }

    fn push(&mut self, stored: Stored) -> NodeId {
        self.nodes.push(stored);
        NodeId(self.nodes.len() as u32 - 1)
    }

    /// Gives back memory that further nodes would have taken.
    pub fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
        self.paths.shrink_to_fit();
        self.keys.shrink_to_fit();
    }

    /// How many nodes there are.
    pub fn count(&self) -> usize {
        self.nodes.len()
    }

    /// All nodes, in reading order.
    pub fn all(&self) -> impl Iterator<Item = Note> + '_ {
        (0..self.nodes.len() as u32).map(|node| self.get(NodeId(node)))
    }

    /// The note of a node; an empty one for a node this declaration does not have.
    pub fn get(&self, node: NodeId) -> Note {
        let Some(Stored { span, source, quote, .. }) = self.nodes.get(node.0 as usize) else {
            return Note::default();
        };
        Note { span: *span, path: self.path(node), source: source.clone(), quote: quote.clone() }
    }

    /// The path of a node, such as `loans[0].country`.
    pub fn path(&self, node: NodeId) -> String {
        match self.nodes.get(node.0 as usize) {
            None => String::new(),
            Some(stored) if stored.within == NOTHING => self.paths[stored.step as usize].to_string(),
            Some(stored) => {
                let mut path = self.path(NodeId(stored.within));
                path.push('.');
                path.push_str(&self.keys[stored.step as usize]);
                path
            }
        }
    }

    /// Where a node stands; nowhere, if this declaration does not have it.
    pub fn span(&self, node: NodeId) -> Span {
        self.nodes.get(node.0 as usize).map_or_else(Span::default, |stored| stored.span)
    }

    /// Moves a node.
    pub fn set_span(&mut self, node: NodeId, span: Span) {
        if let Some(stored) = self.nodes.get_mut(node.0 as usize) {
            stored.span = span;
        }
    }

    /// Says where a node comes from.
    pub fn cite(&mut self, node: NodeId, source: Option<Arc<str>>, quote: Option<Arc<str>>) {
        if let Some(stored) = self.nodes.get_mut(node.0 as usize) {
            (stored.source, stored.quote) = (source, quote);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_of_what_a_node_is_in() {
        let mut notes = Notes::default();
        let note = |path: &str| Note { path: path.into(), ..Note::default() };
        let first = notes.add(note("loans[0]"));
        let second = notes.add(note("loans[1]"));
        let country = notes.add_within(first, note("country"));
        let again = notes.add_within(second, note("country"));
        assert_eq!(notes.path(country), "loans[0].country");
        assert_eq!(notes.get(again).path, "loans[1].country");
        assert_eq!((notes.count(), notes.keys.len()), (4, 1));
    }
}
