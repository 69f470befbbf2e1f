//! What every norm of the standard packs must bring along, whatever it says: titles, basis, advice, questions, and for
//! a field that only one norm reads the cell or clause that it records.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::date;
use policy_core::lang::{Lang, Text};
use policy_core::model::{FieldId, RecordId, Rule, Schema};
use policy_db::packs::{self, Wanted};
use policy_db::reads::Reads;
use policy_db::{Database, queries};

const PACKS: [&str; 3] = ["core", "extended", "mission"];

/// The fields that one norm reads: one more of them is to be noticed.
const READ_ONCE: &str = include_str!("packs/read-once.txt");

fn world() -> Database {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    let wanted = PACKS.map(|pack| Wanted::Path(root.join(pack)));
    let mut db = Database::default();
    let loaded = packs::load(&mut db, &wanted, &|path| path.display().to_string());
    db.set_packs(loaded.policies, loaded.selected);
    db.set_as_of(date(2026, 11, 22));
    db
}

fn norms(db: &Database) -> (&Schema, Vec<&Rule>) {
    let rules = queries::rules(db, db.project());
    assert!(rules.len() > 20, "{} rules", rules.len());
    (queries::schema(db, db.project()), rules.iter().collect())
}

/// Whether a text was written in each language, and not only once for both.
fn in_both(text: &Text) -> bool {
    text.nl.is_some() && text.en.is_some()
}

fn nothing(found: &[String]) {
    assert!(found.is_empty(), "{} of them:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_norm_has_titles_a_reason_a_basis_and_advice_in_both_languages() {
    let db = world();
    let mut missing = Vec::new();
    for rule in norms(&db).1 {
        let parts = [
            ("a title", in_both(&rule.title)),
            ("why it matters", in_both(&rule.why)),
            ("advice", in_both(&rule.advice)),
        ];
        let lacks =
            parts.into_iter().chain([("a basis", !rule.basis.is_empty())]).filter(|(_, there)| !there);
        missing.extend(lacks.map(|(what, _)| format!("{}: {what}", rule.id)));
    }
    nothing(&missing);
}

#[test]
fn every_fact_that_a_norm_can_miss_has_a_question_in_both_languages() {
    let db = world();
    let (schema, rules) = norms(&db);
    let mut missing = Vec::new();
    for rule in rules {
        for (record, field) in Reads::of(rule).fields {
            // A record and its children: what a norm asks of all of them it may miss of any of them.
            for member in schema.members(record) {
                let asked = |lang| own_question(schema, member, field, lang);
                if !Lang::ALL.into_iter().all(asked) {
                    missing.push(format!("{}: {}", rule.id, name(schema, member, field)));
                }
            }
        }
    }
    nothing(&missing);
}

/// Whether there is a question in that very language.
fn own_question(schema: &Schema, record: RecordId, field: FieldId, lang: Lang) -> bool {
    let mut at = Some(record);
    while let Some(id) = at {
        let question = schema.questions.get(&(id, field));
        if question.is_some_and(|q| lang.pick(&q.nl, &q.en).is_some()) {
            return true;
        }
        let parent = schema.records[id.ix()].parent;
        at = parent.filter(|parent| field.ix() < schema.records[parent.ix()].fields.len());
    }
    false
}

fn name(schema: &Schema, record: RecordId, field: FieldId) -> String {
    let record = &schema.records[record.ix()];
    format!("{}.{}", record.name, record.fields[field.ix()].name)
}

/// Words by which a definition names where in a document something stands.
const PLACES: [(Lang, &[&str]); 2] = [
    (
        Lang::Nl,
        &[
            "artikel",
            "bijlage",
            "bijsluiter",
            "kolom",
            "rij",
            "cel",
            "tabel",
            "zin",
            "bepaling",
            "vakje",
            "clausule",
            "lid",
            "onderdeel",
            "paragraaf",
            "hoofdstuk",
            "model",
            "profiel",
            "titel",
            "register",
            "kop",
            "vraag",
        ],
    ),
    (
        Lang::En,
        &[
            "article",
            "annex",
            "leaflet",
            "column",
            "row",
            "cell",
            "table",
            "sentence",
            "provision",
            "box",
            "clause",
            "paragraph",
            "part",
            "section",
            "chapter",
            "model",
            "profile",
            "title",
            "register",
            "heading",
            "question",
        ],
    ),
];

#[test]
fn a_field_that_one_norm_reads_says_which_cell_or_clause_it_records() {
    let db = world();
    let (schema, rules) = norms(&db);
    let mut readers: BTreeMap<(RecordId, FieldId), Vec<&str>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| schema.packs[rule.pack.ix()].name != "mission") {
        for at in Reads::of(rule).fields {
            readers.entry(at).or_default().push(&rule.id);
        }
    }
    let (mut missing, mut found) = (Vec::new(), String::new());
    for ((record, field), by) in readers.iter().filter(|(_, by)| by.len() == 1) {
        found.push_str(&format!("{} {}\n", name(schema, *record, *field), by[0]));
        let definition = &schema.records[record.ix()].fields[field.ix()].definition;
        let names = |(lang, words): &(Lang, &[&str])| {
            let text = lang.pick(&definition.nl, &definition.en).clone().unwrap_or_default().to_lowercase();
            words.iter().any(|word| text.contains(word))
        };
        if !PLACES.iter().all(names) {
            let said = definition.get(Lang::Nl).unwrap_or("no definition");
            missing.push(format!("{} (only {}): {said}", name(schema, *record, *field), by[0]));
        }
    }
    nothing(&missing);
    let (about, listed) = READ_ONCE.split_once("\n\n").expect("a line on what the list is, and the list");
    assert!(!about.is_empty());
    assert_eq!(found, listed, "packs/read-once.txt lists the fields that one norm reads, with the norm");
}
