//! What an editor shows: hovers, completions, definitions, fixes and the rest, as plain functions over the database.
//!
//! Bytes go in, plain data comes out ([`model`]). Knows no protocol, no threads, no clock and no files; whoever
//! speaks to an editor turns bytes into lines and columns, and file numbers into addresses.

pub mod declaration;
pub mod diagnostics;
pub mod model;
pub mod policy;

pub use model::*;
