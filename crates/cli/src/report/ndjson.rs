//! One object per declaration, each on a line: what `policy-eval/1` has under `results`, with what a line that stands
//! alone needs.

use std::io;

use serde_json::{Map, Value, json};

use super::formats::Streamed;
use super::model::{Declaration, Head};

/// The version of a line.
pub const SCHEMA: &str = "policy-eval-line/1";

/// The format.
pub struct Lines;

impl Streamed for Lines {
    fn one(&self, head: &Head, declaration: &Declaration) -> io::Result<String> {
        let mut line = Map::new();
        line.insert("schema".to_owned(), json!(SCHEMA));
        line.insert("as_of".to_owned(), json!(head.as_of));
        line.insert("lang".to_owned(), json!(head.lang.code()));
        if !head.off.is_empty() {
            line.insert("off".to_owned(), json!(head.off));
        }
        if let Value::Object(members) = json!(declaration) {
            line.extend(members);
        }
        Ok(format!("{}\n", Value::Object(line)))
    }
}
