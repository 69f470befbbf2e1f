//! The JSON Schema of declarations and their reader say the same of one file: what the one takes the other takes.
//!
//! Tried on every field of the standard packs with the words of its kind, as text and as bare numbers, and with the
//! forms that a statement can have. What a schema cannot say is listed in [`BEYOND_A_SCHEMA`].

use std::path::Path;

use policy_core::declare::{self, Format};
use policy_core::diag::Level;
use policy_core::lang::Lang;
use policy_core::model::{Field, FieldType, FileId, KindId, Labels, Owner, Record, Schema};
use policy_db::packs::{self, Wanted};
use policy_db::{Database, queries};
use serde_json::{Value, json};

/// Bare numbers that the reader takes and the schema does not: to a schema `1.0` is `1`, which names nothing. The
/// reader warns of them, as other tools read them so too.
const BEYOND_A_SCHEMA: &str = ".0";

/// Words of a kind that are tried: more of them say nothing new.
const WORDS: usize = 12;

/// An example: what is tried, as a name for messages, and the value.
type Example = (&'static str, Value);

fn world() -> Database {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/model-4.0");
    let mut db = Database::default();
    let loaded = packs::load(&mut db, &[Wanted::Path(folder)], &|path| path.display().to_string());
    db.set_packs(loaded.policies, loaded.selected);
    db
}

fn spelled(labels: &Labels) -> impl Iterator<Item = String> {
    Lang::ALL
        .into_iter()
        .flat_map(|lang| labels.spellings(lang).map(|(word, _)| word.to_owned()).collect::<Vec<_>>())
}

/// The words of a kind: those that look like numbers, and some of the others from all over.
fn words(schema: &Schema, kind: KindId) -> Vec<String> {
    let of_kind = &schema.kinds[kind.ix()];
    if of_kind.open {
        return ["7(4)", "Voorbeeld BV"].map(str::to_owned).to_vec();
    }
    let terms = of_kind.terms.iter().map(|term| &schema.terms[term.ix()]);
    let all: Vec<String> =
        terms.flat_map(|term| term.code.clone().into_iter().chain(spelled(&term.labels))).collect();
    let (numbers, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|word| number(word).is_some());
    let step = others.len().div_ceil(WORDS).max(1);
    numbers.into_iter().chain(others.into_iter().step_by(step)).collect()
}

/// A word that is a number without quotation marks.
fn number(word: &str) -> Option<Value> {
    word.parse::<serde_json::Number>().ok().map(Value::Number)
}

/// What is said of a field in its short and long forms, with words that fit it.
fn examples(schema: &Schema, field: &Field) -> Vec<Example> {
    let fitting: Vec<String> = match field.ty {
        FieldType::Terms(kind) => words(schema, kind),
        FieldType::Date => {
            ["2024-07-15", "2024-07", "2024", "15-7-2024", "15 juli 2024", "July 2024", "2024 July"]
                .map(str::to_owned)
                .to_vec()
        }
        FieldType::Duration => {
            ["13 maanden", "1 jaar en 6 maanden", "1 year, 6 months", "P1DT12H", "onbeperkt", "unlimited"]
                .map(str::to_owned)
                .to_vec()
        }
        FieldType::Number => vec!["3".to_owned()],
        FieldType::Event => schema.events.iter().flat_map(|event| spelled(&event.labels)).collect(),
    };
    let (one, other) = (fitting[0].clone(), fitting[fitting.len() - 1].clone());
    let plain = fitting.iter().map(|word| ("a word", json!(word)));
    let numbers = fitting.iter().filter_map(|word| number(word)).map(|bare| ("a bare number", bare));
    let forms = [
        ("a list", json!([one, other])),
        ("none", json!("none")),
        ("none, long", json!({ "none": true, "source": "p. 1" })),
        ("some", json!("some")),
        ("some, long", json!({ "some": true })),
        ("nothing", json!(null)),
        ("undeclared", json!({ "undeclared": true, "quote": "…" })),
        ("unlimited", json!({ "unlimited": true })),
        ("value", json!({ "value": one, "source": "p. 1", "quote": "…", "note": "…" })),
        ("items", json!({ "items": [one], "open": true })),
        ("a value that is open", json!({ "value": one, "open": true })),
        ("excluding", json!({ "excluding": [one] })),
        ("if", json!({ "if": "it rains", "then": one, "else": other })),
        ("one of", json!({ "one of": [one, other] })),
        ("conflicting", json!({ "conflicting": [{ "value": one, "part": "annex-1" }, other] })),
        ("from and to", json!({ "from": "2024-01-01", "to": "2024-02-01" })),
        ("a word of no kind", json!("xyzzy")),
        ("true", json!(true)),
        ("a large number", json!(123_456)),
        ("an unknown key", json!({ "xyzzy": 1 })),
        ("an empty block", json!({})),
        ("an empty list", json!([])),
        ("a block in a block", json!({ "value": { "value": one } })),
        ("several that leave out some", json!({ "one of": [one] })),
        ("unlimited, in a word", json!("unlimited")),
        ("a day that is none", json!("2024-99")),
    ];
    plain.chain(numbers).chain(forms).collect()
}

/// Whether the reader takes a declaration.
fn reads(db: &Database, text: &str) -> bool {
    let (schema, lookup) = (queries::schema(db, db.project()), queries::lookup(db, db.project()));
    let read = declare::read_with(text, Format::Json, FileId::default(), schema, lookup);
    read.diagnostics.iter().all(|found| found.level != Level::Error)
}

/// Whether the one field of a declaration is a bare number that ends so.
fn value_is_bare(declaration: &Value, end: &str) -> bool {
    let mut inner = declaration;
    while let Some(next) = inner.as_object().and_then(|map| map.values().next()).or(inner.get(0)) {
        inner = next;
    }
    inner.is_number() && inner.to_string().ends_with(end)
}

fn of_vendor(record: &&Record) -> bool {
    record.owner != Owner::Profile && !record.is_abstract
}

#[test]
fn the_reader_takes_what_the_schema_takes() {
    let db = world();
    let schema = queries::schema(&db, db.project());
    let validator = jsonschema::validator_for(&declare::json_schema(schema)).expect("a schema");
    let mut differing = Vec::new();
    let mut tried = 0;
    for record in schema.records.iter().filter(of_vendor) {
        for field in record.fields.iter().filter(|field| field.owner != Owner::Profile) {
            for (what, value) in examples(schema, field) {
                let item = json!({ &field.name: value });
                let item = if record.single { item } else { json!([item]) };
                let declaration = json!({ &record.name: item });
                let (read, valid) = (reads(&db, &declaration.to_string()), validator.is_valid(&declaration));
                let beyond = value_is_bare(&declaration, BEYOND_A_SCHEMA);
                if read != valid && !(read && beyond) {
                    let of = if field.many { "many" } else { "one" };
                    let who = if read { "the reader alone" } else { "the schema alone" };
                    differing.push(format!("{who} takes {what} ({of} {:?}): {declaration}", field.ty));
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 1_000, "{tried} examples");
    assert!(differing.is_empty(), "{} of {tried}:\n{}", differing.len(), differing.join("\n"));
}
