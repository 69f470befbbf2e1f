//! The result of an evaluation as one object: `policy-eval/1`, described by `docs/policy-eval.schema.json`.

use std::io;

use serde_json::{Map, Value, json};

use super::formats::Streamed;
use super::model::{self, Declaration, Head};
use crate::evaluation::Counts;

/// The version of the format.
pub const SCHEMA: &str = "policy-eval/1";

/// The format.
pub struct Json;

impl Streamed for Json {
    fn begin(&self, head: &Head) -> io::Result<String> {
        let mut text = String::from("{\n");
        for (key, value) in members(head) {
            text.push_str(&format!("  {}: {},\n", Value::from(key), indented(&value, 2)?));
        }
        Ok(text + "  \"results\": [")
    }

    fn one(&self, _: &Head, declaration: &Declaration) -> io::Result<String> {
        Ok(format!("\n    {}", indented(&json!(declaration), 4)?))
    }

    fn between(&self) -> &'static str {
        ","
    }

    fn end(&self, _: &Head, counts: &Counts) -> io::Result<String> {
        let total: usize = Counts::all(counts);
        let close = if total == 0 { "]" } else { "\n  ]" };
        let summary = indented(&Value::Object(model::summary(counts)), 2)?;
        Ok(format!("{close},\n  \"summary\": {summary}\n}}\n"))
    }
}

fn members(head: &Head) -> Map<String, Value> {
    let packs = head.packs.iter().map(|(id, version)| json!({ "id": id, "version": version }));
    let members = [
        ("schema", json!(SCHEMA)),
        ("tool", json!({ "name": "policy", "version": head.version })),
        ("as_of", json!(head.as_of)),
        ("lang", json!(head.lang.code())),
        ("profile", json!(head.profile)),
        ("settings", Value::Object(head.settings.clone())),
        ("packs", packs.collect()),
        ("off", json!(head.off)),
        ("diagnostics", json!(head.diagnostics)),
    ];
    let members = members.into_iter().filter(|(key, _)| *key != "off" || !head.off.is_empty());
    members.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Pretty JSON, all lines but the first indented.
fn indented(value: &Value, by: usize) -> io::Result<String> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(text.replace('\n', &format!("\n{}", " ".repeat(by))))
}
