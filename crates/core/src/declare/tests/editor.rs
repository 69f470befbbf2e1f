//! The generated JSON Schema: valid, deterministic, and of one mind with the reader.

use super::fixture;
use crate::declare::json_schema;

#[test]
fn the_schema_accepts_every_form() {
    let schema = json_schema(&fixture::schema());
    assert_eq!(schema.to_string(), json_schema(&fixture::schema()).to_string());
    let validator = jsonschema::draft202012::new(&schema).expect("a valid JSON Schema");
    let good = [
        serde_json::json!({ "policy-declaration": 1, "library": { "naam": "Hall", "zondag_open": true, "founded": 2024 } }),
        serde_json::json!({ "loans": "none" }),
        serde_json::json!({ "uitleningen": ["some", { "lener": "Ann", "vestiging": "CE", "genre": ["roman", { "value": "atlas", "bron": "p" }] }] }),
        serde_json::json!({ "loans": { "complete": { "source": "p" }, "items": [{ "term": { "one of": ["3 months", "P6M"] } }] } }),
        serde_json::json!({ "loans": [{ "branch": { "if": "asked", "then": "CE", "else": "Binnenstad" }, "only if": "asked" }] }),
        serde_json::json!({ "loans": { "never": [{ "genre": ["fiction"], "source": "p" }] } }),
        serde_json::json!({ "loans": [{ "genre": { "uitgezonderd": ["fictie"] }, "start": "hand in", "term": "onbeperkt" }] }),
        serde_json::json!({ "x-own": 1, "remarks": [{ "rule": 7.4, "disputed": { "source": "p", "part": "contract" } }] }),
    ];
    for declaration in good {
        let errors: Vec<String> = validator.iter_errors(&declaration).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{declaration}\n{errors:#?}");
    }
    let bad = [
        serde_json::json!({ "loanz": [] }),
        serde_json::json!({ "loans": [{ "borower": "Ann" }] }),
        serde_json::json!({ "loans": [{ "branch": "xyzzy" }] }),
        serde_json::json!({ "loans": [{ "consent": "given" }] }),
        serde_json::json!({ "library": [1] }),
    ];
    for declaration in bad {
        assert!(!validator.is_valid(&declaration), "{declaration}");
    }
}

#[test]
fn it_describes_in_both_languages() {
    let schema = json_schema(&fixture::schema());
    assert_eq!(schema["properties"]["loans"]["title"], "uitlening / loan");
    assert_eq!(schema["properties"]["loans"]["description"], "een uitlening / a loan");
    let words = schema["$defs"]["word-place"]["enum"].as_array().unwrap();
    assert!(["CE", "Centraal", "Central", "Binnenstad"].iter().all(|w| words.contains(&(*w).into())));
}
