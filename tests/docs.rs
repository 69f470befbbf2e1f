//! The first page and the references of the language and of declarations: every example in them is run, every
//! table of words is held to the tables of the program.
//!
//! | block | what is checked |
//! |---|---|
//! | `policy` | read beside the standard pack: no diagnostics, or exactly those of `error=`; its tests are run; it is laid out as the formatter does, and survives being written in the other language |
//! | `sentences` | each line is a sentence; lines without a blank line between them mean the same; each survives being written in the other language and back. `error=CODE`: each line gives that code |
//! | `yaml declaration`, `json declaration` | read without diagnostics, or exactly those of `error=`; fits the JSON Schema; `eval RULE=verdict …`, on `as-of=`, `with=NAME` a profile, `above` with the rules and settings of the nearest `policy` block above |
//! | `yaml profile` | read likewise; `name=` names it for `with=` |
//! | `core` | the core form of the sentence in its first line |

#[path = "docs/blocks.rs"]
mod blocks;
#[path = "docs/world.rs"]
mod world;

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use blocks::{Block, blocks, quoted, table};
use policy_core::declare::{self, Content, Format, Node};
use policy_core::diag::Diagnostic;
use policy_core::lang::Lang;
use policy_core::lower::keywords::Place;
use policy_core::model::{Expected, FileId, Rule};
use policy_core::sentence;
use policy_core::words;
use policy_syntax::ItemWord;
use serde_json::{Value, json};
use world::{AS_OF, World};

const README: &str = "README.md";
const LANGUAGE: &str = "docs/language.md";
const DECLARATION: &str = "docs/declaration.md";

/// Codes that were found, each once, against those that a block announces.
fn compare(block: &Block, what: &str, found: &[Diagnostic]) -> Result<(), String> {
    let codes: BTreeSet<&str> = found.iter().map(|d| d.code).collect();
    let expected: BTreeSet<&str> = block.codes().into_iter().collect();
    if codes == expected {
        return Ok(());
    }
    let said: Vec<String> = found.iter().map(|d| format!("  {} {}", d.code, d.message.en)).collect();
    Err(format!("{}: {what}: expected {expected:?}, found {codes:?}\n{}", block.place(), said.join("\n")))
}

// --- policies --------------------------------------------------------------------------------------

fn policy(block: &Block) -> Result<World, String> {
    let world = World::with(&block.text);
    compare(block, "policy", &world.diagnostics)?;
    for test in &world.tests {
        let facts = world.facts(&test.given.text, test.profile.as_ref().map(|p| p.text.as_str()));
        for expect in &test.expects {
            let found = world.verdict(&expect.rule, &facts, test.as_of.unwrap_or(AS_OF));
            if Some(expect.outcome) != found.map(Expected::Verdict) && expect.outcome != Expected::Waived {
                return Err(format!(
                    "{}: test `{}`: {} is {found:?}",
                    block.place(),
                    test.title,
                    expect.rule
                ));
            }
        }
    }
    if block.codes().is_empty() {
        let laid_out = world.format(&block.text, None);
        if laid_out != block.text {
            return Err(format!("{}: the formatter writes\n{laid_out}", block.place()));
        }
        translates(&world, &block.text).map_err(|e| format!("{}: {e}", block.place()))?;
    }
    Ok(world)
}

/// One sentence as a rule; none where it should be wrong.
fn line(block: &Block, world: &World, text: &str) -> Result<Option<Rule>, String> {
    let mut found = world.read(&format!("rule example {{\n  {text}\n}}"));
    compare(block, text, &found.diagnostics)?;
    if !block.codes().is_empty() {
        return Ok(None);
    }
    match found.rules.pop() {
        Some(rule) => Ok(Some(rule)),
        None => Err(format!("{}: `{text}` is no sentence", block.place())),
    }
}

/// Sentences, conditions and cautions without their places.
fn bare(rule: &Rule) -> String {
    let sentences: Vec<_> = rule.sentences.iter().map(sentence::without_places).collect();
    let when = rule.when.as_ref().map(|w| &w.formula);
    format!("{sentences:?} {when:?}")
}

fn sentences(block: &Block, world: &World) -> Result<(), String> {
    for group in block.text.split("\n\n") {
        let mut first: Option<(String, &str)> = None;
        for text in group.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
            let Some(rule) = line(block, world, text)? else { continue };
            let example = format!("rule example {{\n  {text}\n}}\n");
            translates(world, &example).map_err(|e| format!("{}: `{text}`: {e}", block.place()))?;
            let meaning = bare(&rule);
            match &first {
                Some((other, twin)) if *other != meaning => {
                    return Err(format!(
                        "{}: `{twin}` and `{text}` differ:\n{other}\n{meaning}",
                        block.place()
                    ));
                }
                Some(_) => {}
                None => first = Some((meaning, text)),
            }
        }
    }
    Ok(())
}

/// A text written in either language means the same, and from Dutch to English and back it is the same text.
fn translates(world: &World, text: &str) -> Result<(), String> {
    let before: Vec<_> = world.read(text).rules.iter().map(bare).collect();
    let dutch = world.format(text, Some(Lang::Nl));
    let english = world.format(&dutch, Some(Lang::En));
    for written in [&dutch, &english, &world.format(text, Some(Lang::En))] {
        let found = world.read(written);
        if found.rules.iter().map(bare).collect::<Vec<_>>() != before {
            let problems: Vec<_> = found.diagnostics.iter().map(|d| d.message.en.as_str()).collect();
            return Err(format!("written so it changes ({}):\n{written}", problems.join("; ")));
        }
    }
    let back = world.format(&english, Some(Lang::Nl));
    if back == dutch { Ok(()) } else { Err(format!("there and back gives\n{back}\ninstead of\n{dutch}")) }
}

/// The sentence in the first line has the core in the others.
fn core(block: &Block, world: &World) -> Result<(), String> {
    let (text, core) = block.text.split_once('\n').unwrap_or_default();
    let Some(rule) = line(block, world, text)? else { return Ok(()) };
    let lang = block.value("lang").and_then(Lang::from_code).unwrap_or(Lang::En);
    let found = sentence::core_form(&rule, &world.schema, lang);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words(&found) == words(core) {
        return Ok(());
    }
    Err(format!("{}: the core of `{text}` is\n{found}", block.place()))
}

// --- declarations ----------------------------------------------------------------------------------

fn format(block: &Block) -> Format {
    if block.lang == "json" { Format::Json } else { Format::Yaml }
}

fn declaration(block: &Block, world: &World, profiles: &HashMap<String, String>) -> Result<(), String> {
    let declared = declare::read(&block.text, format(block), FileId::default(), &world.schema);
    compare(block, "declaration", &declared.diagnostics)?;
    if block.codes().is_empty() {
        fits_the_schema(block, world)?;
    }
    let mut facts = declared.facts;
    if let Some(name) = block.value("with") {
        let text = profiles.get(name).ok_or_else(|| format!("{}: no profile `{name}`", block.place()))?;
        let (profile, _) = declare::read_profile(text, Format::Yaml, FileId::default(), &world.schema);
        facts = declare::apply(&facts, &profile, &world.schema).facts;
    }
    let as_of = block.value("as-of").map_or(AS_OF, |day| day.parse().expect("a date after as-of="));
    let after_eval = block.flags.iter().skip_while(|flag| *flag != "eval").skip(1);
    for (rule, wanted) in after_eval.filter_map(|flag| flag.split_once('=')) {
        let found = world.verdict(rule, &facts, as_of).map(|v| v.word());
        if found != Some(wanted) {
            return Err(format!("{}: {rule} is {found:?}, not {wanted}", block.place()));
        }
    }
    Ok(())
}

/// Whether the JSON Schema of the standard pack accepts it too.
fn fits_the_schema(block: &Block, world: &World) -> Result<(), String> {
    if block.says("above") {
        return Ok(());
    }
    static VALIDATOR: OnceLock<jsonschema::Validator> = OnceLock::new();
    let validator = VALIDATOR.get_or_init(|| {
        let schema = declare::json_schema(&world.schema);
        jsonschema::validator_for(&schema).expect("the JSON Schema is one")
    });
    let root = match format(block) {
        Format::Json => serde_json::from_str(&block.text).map_err(|e| e.to_string())?,
        _ => yaml(&declare::parse(&block.text, Format::Yaml, FileId::default()).root.expect("a declaration")),
    };
    let problems: Vec<String> = validator.iter_errors(&root).map(|e| format!("  {e}")).collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(format!("{}: JSON Schema:\n{}", block.place(), problems.join("\n")))
    }
}

/// A YAML tree as JSON, as a validator in an editor sees it.
fn yaml(node: &Node) -> Value {
    match &node.content {
        Content::Map(entries) => entries.iter().map(|e| (e.key.to_string(), yaml(&e.value))).collect(),
        Content::List(items) => items.iter().map(|item| yaml(item)).collect(),
        Content::Broken => Value::Null,
        Content::Scalar { .. } if node.is_null() => Value::Null,
        Content::Scalar { text, plain: true } => match text.as_ref() {
            "true" => json!(true),
            "false" => json!(false),
            text => text.parse::<i64>().map_or_else(|_| json!(text), |n| json!(n)),
        },
        Content::Scalar { text, .. } => json!(text.as_ref()),
    }
}

fn profile(block: &Block, world: &World, profiles: &mut HashMap<String, String>) -> Result<(), String> {
    let (_, found) = declare::read_profile(&block.text, Format::Yaml, FileId::default(), &world.schema);
    compare(block, "profile", &found)?;
    if let Some(name) = block.value("name") {
        profiles.insert(name.to_owned(), block.text.clone());
    }
    Ok(())
}

// --- the pages -------------------------------------------------------------------------------------

fn run(page: &'static str) -> usize {
    static STANDARD: OnceLock<World> = OnceLock::new();
    let standard = STANDARD.get_or_init(World::standard);
    assert!(
        standard.diagnostics.iter().all(|d| d.level != policy_core::diag::Level::Error),
        "the standard pack"
    );
    let (mut above, mut profiles, mut failures, mut checked) = (None, HashMap::new(), Vec::new(), 0);
    for block in blocks(page) {
        let world = if block.says("above") { above.as_ref() } else { Some(standard) };
        let world = world.unwrap_or_else(|| panic!("{}: no policy above", block.place()));
        let result = match block.lang.as_str() {
            "policy" => policy(&block).map(|world| above = Some(world)),
            "sentences" => sentences(&block, world),
            "core" => core(&block, world),
            "yaml" | "json" if block.says("declaration") => declaration(&block, world, &profiles),
            "yaml" if block.says("profile") => profile(&block, world, &mut profiles),
            "console" | "text" | "toml" => continue,
            "json" if block.says("settings") => continue,
            other => Err(format!("{}: what is `{other} {:?}`?", block.place(), block.flags)),
        };
        failures.extend(result.err());
        checked += 1;
    }
    assert!(failures.is_empty(), "{} of {checked} examples\n{}", failures.len(), failures.join("\n\n"));
    checked
}

#[test]
fn the_examples_of_the_first_page_are_true_and_short() {
    assert_eq!(run(README), 3, "the mission, a first policy, a first declaration");
    for block in blocks(README) {
        let most = match block.lang.as_str() {
            "policy" => 10,
            "yaml" => 20,
            _ => continue,
        };
        assert!(block.text.lines().count() <= most, "{}: more than {most} lines", block.place());
    }
}

#[test]
fn the_examples_of_the_language_are_true() {
    assert!(run(LANGUAGE) > 35);
}

#[test]
fn the_examples_of_declarations_are_true() {
    assert!(run(DECLARATION) > 30);
}

#[test]
fn the_policies_on_the_page_of_the_desk_are_true() {
    assert_eq!(run("docs/fg.md"), 1, "a waiver; its commands are run by `tests/desk.rs`");
}

#[test]
fn the_examples_of_the_norms_are_true() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/norms/nl");
    let entries = std::fs::read_dir(folder).expect("the pages of the norms");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let pages: Vec<String> = names.map(|name| format!("docs/norms/nl/{name}")).collect();
    let checked: usize = pages.into_iter().map(|page| run(page.leak())).sum();
    assert!(checked > 40, "{checked} examples");
}

/// The English and Dutch words in the first two columns of a table.
fn words_of(page: &str, name: &str) -> Vec<[Vec<String>; 2]> {
    table(page, name).iter().map(|row| [quoted(&row[0]), quoted(&row[1])]).collect()
}

fn spelled(en: &[&str], nl: &[&str]) -> [Vec<String>; 2] {
    [en, nl].map(|words| words.iter().map(|w| (*w).to_owned()).collect())
}

#[test]
fn the_table_of_items_is_that_of_the_program() {
    let expected: Vec<_> = ItemWord::ALL.iter().map(|(_, en, nl)| spelled(&[en], &[nl])).collect();
    assert_eq!(words_of(LANGUAGE, "items"), expected);
}

#[test]
fn the_tables_of_lines_are_those_of_the_program() {
    let items = ItemWord::ALL.map(|(word, en, _)| (en, Place::Item(word)));
    for (name, place) in items.into_iter().chain([("field", Place::Field), ("rename", Place::Rename)]) {
        let word = |lang, kw: &policy_core::lower::keywords::Kw| kw.word(lang);
        let mut expected: Vec<_> =
            place.lines().iter().map(|kw| spelled(&[word(Lang::En, kw)], &[word(Lang::Nl, kw)])).collect();
        let mut found = words_of(LANGUAGE, &format!("lines of {name}"));
        // Conditions are sentences for the reader, lines for whoever writes a rule.
        if name == "rule" {
            expected.extend([spelled(&["when"], &["wanneer"]), spelled(&["unless"], &["tenzij"])]);
        }
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "lines of {name}");
    }
}

#[test]
fn the_table_of_function_words_is_that_of_the_program() {
    let expected: Vec<_> = words::KEYWORDS.iter().map(|k| spelled(k.en, k.nl)).collect();
    assert_eq!(words_of(LANGUAGE, "function words"), expected);
}

/// The reserved words of declarations, as the JSON Schema knows them.
fn reserved(schema: &Value, of: &str) -> BTreeSet<String> {
    let world = World::standard();
    let node = schema.pointer(of).unwrap_or_else(|| panic!("no {of} in the JSON Schema"));
    let keys = node.as_object().into_iter().flatten().map(|(key, _)| key.clone());
    let lookup = |key: &String| {
        let senses = world.vocabulary.senses_or_names(key);
        senses.iter().any(|s| matches!(s.meaning, words::Meaning::Record(_) | words::Meaning::Field(..)))
    };
    keys.filter(|key| !lookup(key)).collect()
}

#[test]
fn the_table_of_reserved_words_is_that_of_the_program() {
    let schema = declare::json_schema(&World::standard().schema);
    let long = |name: &str| {
        let forms = schema.pointer(&format!("/$defs/{name}/anyOf")).and_then(Value::as_array);
        let at = forms.and_then(|f| f.iter().position(|form| form.get("properties").is_some()));
        format!("/$defs/{name}/anyOf/{}/properties", at.expect("a long form"))
    };
    let places = [
        "/properties".to_owned(),
        "/$defs/record-transfer/properties".to_owned(),
        long("list-transfer"),
        long("set-country"),
        long("value-a-duration"),
        long("value-a-date"),
    ];
    let known: BTreeSet<String> = places.iter().flat_map(|place| reserved(&schema, place)).collect();
    let rows = table(DECLARATION, "reserved words");
    let told: BTreeSet<String> =
        rows.iter().flat_map(|row| [quoted(&row[0]), quoted(&row[1])]).flatten().collect();
    let plain =
        |words: BTreeSet<String>| words.iter().map(|w| w.replace(['-', '_'], " ")).collect::<BTreeSet<_>>();
    let (known, told) = (plain(known), plain(told));
    let missing: Vec<_> = known.difference(&told).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
}

#[test]
fn the_index_names_every_page() {
    let index = blocks::page("docs/README.md");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for entry in std::fs::read_dir(folder).expect("docs").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let link = if entry.path().is_dir() { format!("]({name}/") } else { format!("]({name})") };
        assert!(name == "README.md" || index.contains(&link), "docs/README.md does not mention {name}");
    }
}
