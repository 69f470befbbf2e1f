//! The JSON Schema of declarations, generated from the packs: what an editor offers and checks while someone
//! fills one in.
//!
//! Looser than the reader where JSON Schema cannot say it (case of labels), never stricter about a spelling the
//! packs list. Deterministic: the order is that of the packs.

use serde_json::{Map, Value, json};

use super::field::FIELD_WORDS;
use super::lookup::kind_of;
use super::record::{ITEM_WORDS, LIST_WORDS, TOP_WORDS};
use super::scalar::misread_by_yaml;
use super::words::{Word, spellings};
use crate::lang::{Lang, Text};
use crate::model::{Field, FieldType, Kind, KindId, Labels, Owner, Record, Schema};

/// The JSON Schema (draft 2020-12) of a declaration against this schema.
pub fn json_schema(schema: &Schema) -> Value {
    let titles = schema.packs.iter().map(|p| format!("{} {}", p.name, p.version));
    let mut properties = Map::new();
    for word in TOP_WORDS {
        let value = if *word == Word::Format { json!({ "enum": [1, "1"] }) } else { json!({}) };
        put_word(&mut properties, *word, value);
    }
    for record in declarable(schema) {
        put(
            &mut properties,
            &record.name,
            &record.labels,
            &described(&record.labels, &record.name, &record.definition),
            json!({
                "$ref": format!("#/$defs/{}", top_name(record))
            }),
        );
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": titles.collect::<Vec<_>>().join(", "),
        "type": "object",
        "properties": properties,
        "patternProperties": { "^x-": {} },
        "additionalProperties": false,
        "$defs": definitions(schema),
    })
}

/// The records that a declaration can say something about. One that stands for others is not filled in itself,
/// but what there never is of it can be said.
fn declarable(schema: &Schema) -> impl Iterator<Item = &Record> {
    schema.records.iter().filter(|r| r.owner != Owner::Profile)
}

fn top_name(record: &Record) -> String {
    let form = if record.single { "single" } else { "list" };
    format!("{form}-{}", record.name)
}

fn definitions(schema: &Schema) -> Map<String, Value> {
    let mut defs = Map::new();
    defs.insert("flag".into(), json!({
        "description": "`true`, of een blok met bron en citaat / `true`, or a mapping with source and quote",
        "anyOf": [{ "enum": [true, "yes", "ja", false, "no", "nee"] }, object(cited(Map::new()))]
    }));
    for (i, kind) in schema.kinds.iter().enumerate() {
        defs.insert(format!("word-{}", kind.name), words_of(schema, KindId(i as u32), kind));
    }
    for field in declarable(schema).flat_map(|r| &r.fields) {
        value_forms(schema, &mut defs, field);
    }
    for record in declarable(schema) {
        record_forms(&mut defs, schema, record);
    }
    defs
}

/// The words of a kind: any for an open one.
fn words_of(schema: &Schema, id: KindId, kind: &Kind) -> Value {
    let title = title(&kind.labels, &kind.name);
    if kind.open {
        return json!({ "title": title, "type": ["string", "number", "boolean"] });
    }
    let mut words: Vec<Value> = Vec::new();
    for term in kind.terms.iter().map(|t| &schema.terms[t.ix()]) {
        let code = term.code.iter().map(|code| json!(code));
        words.extend(code.chain(spelled(&term.name, &term.labels).into_iter().map(Value::from)));
    }
    for set in schema.sets.iter().filter(|s| s.kind == id) {
        words.extend(spelled(&set.name, &set.labels).into_iter().map(Value::from));
    }
    let numbers: Vec<Value> = words.iter().filter_map(bare_number).collect();
    words.extend(numbers);
    if schema.term(id, "yes").is_some() && schema.term(id, "no").is_some() {
        words.extend([json!(true), json!(false)]);
    }
    json!({ "title": title, "enum": distinct(words) })
}

/// A word that looks like a number ("2"), as the number that it is without quotation marks.
fn bare_number(word: &Value) -> Option<Value> {
    let text = word.as_str().filter(|text| !misread_by_yaml(text))?;
    let number: serde_json::Number = text.parse().ok()?;
    (number.to_string() == text).then_some(Value::Number(number))
}

/// The name of the definition for what a field holds.
fn value_name(schema: &Schema, field: &Field) -> String {
    let ty = match field.ty {
        FieldType::Terms(kind) => schema.kinds[kind.ix()].name.clone(),
        FieldType::Date => "a-date".into(),
        FieldType::Duration => "a-duration".into(),
        FieldType::Number => "a-number".into(),
        FieldType::Event => "an-event".into(),
    };
    format!("{}-{ty}", if field.many { "set" } else { "value" })
}

/// One value of a field's type, in its shortest form.
fn short(schema: &Schema, ty: FieldType) -> Value {
    match ty {
        FieldType::Terms(kind) => json!({ "$ref": format!("#/$defs/word-{}", schema.kinds[kind.ix()].name) }),
        FieldType::Date => json!({
            "description": "een dag, maand of jaar / a day, a month or a year",
            "type": ["string", "integer"], "pattern": date_pattern(), "minimum": 1, "maximum": 9999,
            "examples": ["2024-07-15", "2024-07", "2024"]
        }),
        FieldType::Duration => json!({
            "description": "een termijn / a span of time",
            "type": "string", "pattern": span_pattern(), "examples": ["13 maanden", "13 months", "P13M", "6 weken", "onbeperkt", "unlimited"]
        }),
        FieldType::Number => json!({ "type": ["integer", "string"] }),
        FieldType::Event => {
            let words = schema.events.iter().flat_map(|e| spelled(&e.name, &e.labels)).map(Value::from);
            json!({ "enum": distinct(words.collect()) })
        }
    }
}

/// How a date looks: a year, with a month before or behind it, with a day. How long a month is it does not say.
fn date_pattern() -> String {
    let (month, name) = ("(0?[1-9]|1[0-2])", "[A-Za-z]+");
    let (day, gap) = (r"(0?[1-9]|[12]\d|3[01])", r"[-\s]+");
    let year_first = format!(r"\d{{4}}({gap}({month}|{name})({gap}{day})?)?");
    let year_last = format!(r"({day}{gap})?{name}{gap}\d{{4}}|{day}{gap}{month}{gap}\d{{4}}");
    format!(r"^\s*({year_first}|{year_last})\s*$")
}

/// How a span of time looks: `P13M`, a number with a unit, or that there is no bound.
fn span_pattern() -> String {
    let unlimited = spellings(Word::Unlimited).join("|");
    format!(r"^\s*(P[0-9YMWDTH]+|[A-Za-z\s,]*[0-9]+[\s,]+[A-Za-z]+[A-Za-z0-9\s,]*|{unlimited})\s*$")
}

/// All forms of a statement about a field of this type.
fn value_forms(schema: &Schema, defs: &mut Map<String, Value>, field: &Field) {
    let name = value_name(schema, field);
    if defs.contains_key(&name) {
        return;
    }
    let itself = json!({ "$ref": format!("#/$defs/{name}") });
    let several = json!({ "type": "array", "items": itself, "minItems": 2 });
    let list = json!({ "type": "array", "items": itself });
    let text = json!({ "type": ["string", "number"] });
    let flag = json!({ "$ref": "#/$defs/flag" });
    let mut long = Map::new();
    for word in FIELD_WORDS {
        let terms = kind_of(field.ty).is_some();
        let form = match word {
            Word::Value | Word::Then | Word::Else => itself.clone(),
            Word::Items | Word::Open if !field.many => continue,
            Word::Items | Word::Excluding | Word::Never if terms => {
                json!({ "anyOf": [short(schema, field.ty), list] })
            }
            Word::OneOf | Word::Conflicting => several.clone(),
            Word::If | Word::OnlyIf | Word::Source | Word::Quote | Word::Part | Word::Note => text.clone(),
            Word::Undeclared | Word::None | Word::Disputed => flag.clone(),
            Word::Open | Word::Some if terms => flag.clone(),
            Word::Unlimited if field.ty == FieldType::Duration => flag.clone(),
            Word::From | Word::To if field.ty == FieldType::Date => short(schema, field.ty),
            _ => continue,
        };
        put_word(&mut long, *word, form);
    }
    let short_states: &[Word] =
        if kind_of(field.ty).is_some() { &[Word::None, Word::Some] } else { &[Word::None] };
    let mut forms = vec![short(schema, field.ty), states(short_states), json!({ "type": "null" })];
    forms.push(object(long));
    if field.many {
        forms.insert(1, list);
    }
    defs.insert(name, json!({ "anyOf": forms }));
}

fn record_forms(defs: &mut Map<String, Value>, schema: &Schema, record: &Record) {
    let mut properties = Map::new();
    for field in record.fields.iter().filter(|f| f.owner != Owner::Profile) {
        let about = described(&field.labels, &field.name, &field.definition);
        let form = json!({ "$ref": format!("#/$defs/{}", value_name(schema, field)) });
        put(&mut properties, &field.name, &field.labels, &about, form);
    }
    for word in ITEM_WORDS {
        let form = match word {
            Word::Disputed => json!({ "anyOf": [{ "$ref": "#/$defs/flag" }, { "type": "object" }] }),
            _ => json!({ "type": ["string", "number"] }),
        };
        if spellings(*word).iter().all(|s| !properties.contains_key(*s)) {
            put_word(&mut properties, *word, form);
        }
    }
    let item = format!("record-{}", record.name);
    let itself = json!({ "$ref": format!("#/$defs/{item}") });
    let whole = if record.is_abstract {
        object(exclusions(&itself))
    } else if record.single {
        json!({ "anyOf": [itself, states(&[Word::None]), { "type": "null" }] })
    } else {
        list_forms(&itself)
    };
    defs.insert(item, object(properties));
    defs.insert(top_name(record), whole);
}

/// The form that says only what there never is.
fn exclusions(item: &Value) -> Map<String, Value> {
    let mut form = Map::new();
    put_word(&mut form, Word::Never, json!({ "anyOf": [item, { "type": "array", "items": item }] }));
    cited(form)
}

/// All forms of a list of records.
fn list_forms(item: &Value) -> Value {
    let list = json!({ "type": "array", "items": { "anyOf": [item, states(&[Word::Some])] } });
    let mut long = Map::new();
    for word in LIST_WORDS {
        let form = match word {
            Word::Items => list.clone(),
            Word::Never => json!({ "anyOf": [item, { "type": "array", "items": item }] }),
            Word::Source | Word::Quote | Word::Note => json!({ "type": ["string", "number"] }),
            _ => json!({ "$ref": "#/$defs/flag" }),
        };
        put_word(&mut long, *word, form);
    }
    json!({ "anyOf": [list, states(&[Word::None, Word::Some]), { "type": "null" }, object(long)] })
}

fn object(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 })
}

/// Adds `source`, `quote` and `note`.
fn cited(mut properties: Map<String, Value>) -> Map<String, Value> {
    for word in [Word::Source, Word::Quote, Word::Note, Word::Part] {
        put_word(&mut properties, word, json!({ "type": ["string", "number"] }));
    }
    properties
}

/// The words for a state, as a short form.
fn states(words: &[Word]) -> Value {
    let all = words.iter().flat_map(|w| spellings(*w).iter());
    json!({ "enum": all.collect::<Vec<_>>() })
}

fn put_word(properties: &mut Map<String, Value>, word: Word, form: Value) {
    let all = spellings(word);
    let title = format!("{} / {}", all.get(1).unwrap_or(&""), all.first().unwrap_or(&""));
    for spelling in all.iter().flat_map(|s| joints(s)) {
        let mut form = form.clone();
        if let Value::Object(form) = &mut form {
            form.insert("title".into(), json!(title));
        }
        properties.entry(spelling).or_insert(form);
    }
}

/// Adds a property under every spelling of its name, with title and description.
fn put(
    properties: &mut Map<String, Value>,
    name: &str,
    labels: &Labels,
    about: &Map<String, Value>,
    form: Value,
) {
    for spelling in spelled(name, labels) {
        let mut whole = about.clone();
        if let Value::Object(form) = &form {
            whole.extend(form.clone());
        }
        properties.entry(spelling).or_insert(Value::Object(whole));
    }
}

/// A name and its labels in both languages, each with a space, `-` and `_` between its words.
fn spelled(name: &str, labels: &Labels) -> Vec<String> {
    let labels = Lang::ALL.into_iter().flat_map(|lang| labels.spellings(lang)).map(|(s, _)| s);
    let mut all: Vec<String> = Vec::new();
    for spelling in std::iter::once(name).chain(labels).flat_map(joints) {
        if !all.contains(&spelling) {
            all.push(spelling);
        }
    }
    all
}

fn joints(spelling: &str) -> Vec<String> {
    let mut all = vec![spelling.to_string()];
    for joint in [" ", "-", "_"] {
        let other = spelling.split([' ', '-', '_']).collect::<Vec<_>>().join(joint);
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}

fn distinct(words: Vec<Value>) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for word in words {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

fn title(labels: &Labels, name: &str) -> String {
    let (nl, en) = (labels.name(Lang::Nl, name), labels.name(Lang::En, name));
    if nl == en { nl.to_string() } else { format!("{nl} / {en}") }
}

fn described(labels: &Labels, name: &str, definition: &Text) -> Map<String, Value> {
    let mut about = Map::new();
    about.insert("title".into(), json!(title(labels, name)));
    let nl = definition.get(Lang::Nl);
    let en = definition.get(Lang::En).filter(|en| Some(*en) != nl);
    let words: Vec<&str> = [nl, en].into_iter().flatten().collect();
    if !words.is_empty() {
        about.insert("description".into(), json!(words.join(" / ")));
    }
    about
}
