//! What one declaration says, in a form without spans: for every field its state and what it can be.
//!
//! [`Facts`] is what verdicts depend on; [`Notes`] holds the places, sources and quotations, joined later.

mod notes;
mod shared;
mod source;

use jiff::civil::Date;

use crate::model::{Limit, NodeId, RecordId, TermSet};
pub use notes::{Note, Notes};
pub use shared::Shared;
pub use source::{FactSource, NoteSource};

/// All facts of one declaration, after the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// For each record of the schema (by [`RecordId`]) what is listed. Copies share it until they differ.
    pub lists: Vec<Shared<List>>,
    /// Names of conditions; equal names are one condition.
    pub conditions: Vec<Condition>,
    /// Words of open kinds that this declaration uses: bit n of a set of an open kind is word n.
    pub words: Vec<String>,
}

/// A condition under which something holds, decided by the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Its words.
    pub name: String,
    /// What the profile decided.
    pub decided: Option<bool>,
}

/// The records of one type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// Whether anything is said about the list at all.
    pub said: bool,
    /// Stated to be complete. A written record's list always is.
    pub complete: bool,
    /// The listed records. A single record always has exactly one, perhaps with nothing stated in it.
    pub items: Vec<Item>,
    /// Stated never to exist: no record matches all fields of one exclusion.
    pub exclusions: Vec<Exclusion>,
    /// The list (its completeness statement) as a node.
    pub node: NodeId,
}

/// One listed record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Whether it exists.
    pub exists: Existence,
    /// Its fields, by field id.
    pub fields: Vec<Fact>,
    /// The record as a node.
    pub node: NodeId,
}

/// Whether a listed record exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existence {
    /// It does.
    Certain,
    /// Under a condition (an index into [`Facts::conditions`]).
    If(u32),
    /// One statement says so, another denies it.
    Contested,
}

/// "No record with all of these": per field the terms, with everything under them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Field index and terms.
    pub fields: Vec<(u32, TermSet)>,
    /// The statement as a node.
    pub node: NodeId,
}

/// What is said about one field of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The state and what the field can be.
    pub value: Value,
    /// The key and value as a node; for an undeclared field, the nearest enclosing node.
    pub node: NodeId,
    /// Whether nothing was written (the node is the enclosing one).
    pub absent: bool,
    /// The value came by this reading, if any.
    pub reading: Option<crate::model::Reading>,
    /// Whether the document makes a definite statement: one value at the field's grain, or none, or a complete
    /// set of definite members, not by a reading.
    pub definite: bool,
}

/// What a field can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing was said, or template text was left in: any value of the type, or none for a set.
    Undeclared,
    /// Stated to be nothing.
    None,
    /// A field with one term: one of these. A stated value is a set of one; a vague one has more.
    One(TermSet),
    /// A field with a set of terms.
    Set(Box<SetValue>),
    /// A day in this range, both ends included.
    Date(Date, Date),
    /// A bound.
    Limit(Limit),
    /// A whole number.
    Number(i64),
    /// An event, by index.
    Event(u32),
    /// One of several values, it is not said which (`country: NL or GB`, "3 or 6 months").
    OneOf(Vec<Value>),
    /// Depends on a condition (an index into [`Facts::conditions`]).
    If {
        /// The condition.
        condition: u32,
        /// Where it holds.
        then: Box<Value>,
        /// Where it does not.
        otherwise: Box<Value>,
    },
    /// Incompatible statements on one point: each of them is possible.
    Conflicting(Vec<Value>),
    /// The same fact as another one: record, item index, field (a derived field, resolved by a join).
    Same(RecordId, u32, u32),
}

impl Value {
    /// A field with a set of terms.
    pub fn set(set: SetValue) -> Self {
        Value::Set(Box::new(set))
    }

    /// The conditions that it depends on (indexes into [`Facts::conditions`]); one may be there more than once.
    pub fn conditions(&self) -> Vec<u32> {
        match self {
            Value::If { condition, then, otherwise } => {
                [vec![*condition], then.conditions(), otherwise.conditions()].concat()
            }
            Value::OneOf(values) | Value::Conflicting(values) => {
                values.iter().flat_map(Value::conditions).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// What is known about a set of terms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SetValue {
    /// Certainly in it.
    pub must: TermSet,
    /// Each of these contributes at least one member (vague members: "contact data", a named set).
    pub some_of: Vec<TermSet>,
    /// Possibly in it; includes `must` and all of `some_of`. A complete set of definite members has `may == must`.
    pub may: TermSet,
}
