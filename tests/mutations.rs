//! Mutations of the real declarations: one fact is changed, and exactly the listed verdicts change with it.
//!
//! `mutations/*.txt` holds the cases, in a small language:
//!
//! ```text
//! == snappet: the stores are encrypted         a declaration of `vendors`, and what is changed
//! set data stores[0].encrypted = yes           `set PATH = VALUE`, `add PATH = VALUE` (to a list), `remove PATH`
//! sec-05 unknown → pass: why                   every verdict that changes, in order of the rules; no others do
//! ```
//!
//! A path has keys and, in brackets, positions (from 0) or `KEY=TEXT` for the first item that says so; a key that is
//! not there is made. A value is YAML. A path that begins with `profile` is one in the school's profile, which says
//! nothing before. What changes is written by hand, from the norms and the documents: a verdict that changes without
//! a reason is what these tests are for. Together the cases flip every rule of the packs they are about.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::civil::date;
use policy_core::declare::{self, Content, Format, Node};
use policy_core::diag::Level;
use policy_core::model::FileId;
use policy_core::verdict::Verdict;
use policy_db::packs::{self, Wanted};
use policy_db::{Database, queries};
use serde_json::{Map, Value, json};

type Outcome = Result<(), Box<dyn std::error::Error>>;

datatest_stable::harness! {
    { test = cases, root = "mutations", pattern = r"\.txt$" },
    { test = every_rule_is_flipped, root = "mutations", pattern = r"norms\.txt$" },
}

const PACKS: [&str; 3] = ["core", "extended", "mission"];

/// Where the profile stands among the keys of a declaration, which has no such key.
const PROFILE: &str = "profile";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Rules that no change of one statement in the declarations flips, each with why.
const NEVER_FLIPPED: [(&str, &str); 0] = [];

/// One case: what is said of it, the declaration, the changes, and the verdicts that should change.
struct Case {
    title: String,
    vendor: String,
    changes: Vec<String>,
    expected: Vec<String>,
}

fn cases(path: &Path) -> Outcome {
    let text = std::fs::read_to_string(path)?;
    let found = parse(&text)?;
    assert!(!found.is_empty(), "{}: no cases", path.display());
    let mut wrong = String::new();
    for case in &found {
        let flips = flips(case)?;
        if flips != case.expected {
            writeln!(wrong, "{}: expected\n  {}", case.title, case.expected.join("\n  "))?;
            writeln!(wrong, "but these verdicts change\n  {}\n", flips.join("\n  "))?;
        }
    }
    // A panic, as its words are printed with their lines.
    assert!(wrong.is_empty(), "{}:\n{wrong}", path.display());
    Ok(())
}

/// A norm that no case flips could be a norm that nothing a vendor writes can break or mend.
fn every_rule_is_flipped(path: &Path) -> Outcome {
    let mut flipped: BTreeSet<String> = BTreeSet::new();
    for file in std::fs::read_dir(path.parent().ok_or("no folder")?)? {
        let found = parse(&std::fs::read_to_string(file?.path())?)?;
        let lines = found.iter().flat_map(|case| &case.expected);
        flipped.extend(lines.filter_map(|line| line.split(' ').next()).map(str::to_owned));
    }
    let all = verdicts("declaration.yaml", "policy-declaration: 1".to_owned(), None)?;
    let excepted = |rule: &str| NEVER_FLIPPED.iter().any(|(name, _)| *name == rule);
    let left: Vec<_> =
        all.iter().map(|(rule, _)| rule.as_str()).filter(|rule| !flipped.contains(*rule)).collect();
    let silent: Vec<_> = left.iter().filter(|rule| !excepted(rule)).collect();
    if !silent.is_empty() {
        return Err(
            format!("no case flips {silent:?}: add one, or say in `NEVER_FLIPPED` why none can").into()
        );
    }
    match NEVER_FLIPPED.iter().find(|(rule, _)| !left.contains(rule)) {
        Some((rule, _)) => Err(format!("`NEVER_FLIPPED` excepts `{rule}`, which a case flips").into()),
        None => Ok(()),
    }
}

/// The cases, below the text above the first one.
fn parse(text: &str) -> Result<Vec<Case>, String> {
    let case = |part: &str| {
        let mut lines = part.lines().map(str::trim_end).filter(|line| !line.is_empty());
        let title = lines.next().unwrap_or_default().to_owned();
        let (vendor, _) = title.split_once(':').ok_or(format!("`{title}` names no declaration"))?;
        let change = |line: &&str| ["set ", "add ", "remove "].iter().any(|word| line.starts_with(word));
        let (changes, expected): (Vec<_>, Vec<_>) = lines.partition(change);
        let changes = changes.into_iter().map(str::to_owned).collect();
        let flip = |line: &str| line.split_once(": ").map_or(line, |(flip, _why)| flip).to_owned();
        let expected = expected.into_iter().map(flip).collect();
        Ok(Case { vendor: vendor.to_owned(), changes, expected, title })
    };
    text.split("== ").skip(1).map(case).collect()
}

/// The verdicts that change, a line for each.
fn flips(case: &Case) -> Result<Vec<String>, String> {
    let path = root().join(format!("tests/vendors/{}.declaration.yaml", case.vendor));
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let as_written = verdicts("declaration.yaml", text.clone(), None)?;
    let tree = yaml(&text);
    let before = verdicts("declaration.json", tree.to_string(), None)?;
    assert_eq!(as_written, before, "{}: the declaration means something else as JSON", case.vendor);
    // Both in one tree, so that a path reaches either.
    let mut both = tree;
    both[PROFILE] = json!({ "policy-profile": 1 });
    for change in &case.changes {
        apply(&mut both, change).map_err(|e| format!("{}: `{change}`: {e}", case.title))?;
    }
    let profile =
        both.as_object_mut().and_then(|whole| whole.remove(PROFILE)).map(|profile| profile.to_string());
    let after = verdicts("declaration.json", both.to_string(), profile)
        .map_err(|e| format!("{}: {e}", case.title))?;
    let changed = before.iter().zip(&after).filter(|(before, after)| before != after);
    let line = |((rule, before), (_, after)): (&(String, Verdict), &(String, Verdict))| {
        format!("{rule} {} → {}", before.word(), after.word())
    };
    Ok(changed.map(line).collect())
}

/// What every rule comes to, with the profile if there is one.
fn verdicts(name: &str, text: String, profile: Option<String>) -> Result<Vec<(String, Verdict)>, String> {
    static WORLD: OnceLock<std::sync::Mutex<Database>> = OnceLock::new();
    let db = WORLD.get_or_init(|| {
        let wanted = PACKS.map(|pack| Wanted::Path(root().join("policies").join(pack)));
        let mut db = Database::default();
        let loaded = packs::load(&mut db, &wanted, &|path| path.display().to_string());
        db.set_packs(loaded.policies, loaded.selected);
        db.set_as_of(date(2026, 11, 22));
        std::sync::Mutex::new(db)
    });
    let mut db = db.lock().map_err(|e| e.to_string())?;
    let file = db.add(name, text);
    let profile = profile.map(|text| db.add("profile.json", text));
    db.set_profile(profile);
    let (db, project) = (&*db, db.project());
    let read = queries::profile(db, project).iter().flat_map(|profile| &profile.diagnostics);
    let mut found = read.chain(&queries::read(db, project, file).diagnostics);
    if let Some(error) = found.find(|d| d.level == Level::Error) {
        return Err(format!("the declaration has an error: {}", error.message.en));
    }
    let rules = queries::rules(db, project).iter().map(|rule| rule.id.clone());
    Ok(rules.zip(queries::outcomes(db, project, file).iter().map(|outcome| outcome.verdict)).collect())
}

// --- changes --------------------------------------------------------------------------------------

/// One step of a path.
enum Step<'a> {
    Key(&'a str),
    At(usize),
    Saying(&'a str, &'a str),
}

fn apply(tree: &mut Value, change: &str) -> Result<(), String> {
    let (word, rest) = change.split_once(' ').ok_or("it says nothing")?;
    let (path, value) = match rest.split_once(" = ") {
        Some((path, value)) => (path, Some(yaml(value))),
        None => (rest, None),
    };
    let steps = steps(path.trim())?;
    match (word, value) {
        ("set", Some(value)) => *place(tree, &steps, true)? = value,
        ("add", Some(value)) => match place(tree, &steps, false)? {
            Value::Array(items) => items.push(value),
            _ => return Err("that is no list".to_owned()),
        },
        ("remove", None) => remove(tree, &steps)?,
        _ => return Err("expected `set PATH = VALUE`, `add PATH = VALUE` or `remove PATH`".to_owned()),
    }
    Ok(())
}

fn steps(path: &str) -> Result<Vec<Step<'_>>, String> {
    let mut steps = Vec::new();
    let mut inside = false;
    let dot = |c: char| {
        inside = if inside { c != ']' } else { c == '[' };
        c == '.' && !inside
    };
    for part in path.split(dot) {
        let mut pieces = part.split('[');
        steps.extend(pieces.next().filter(|key| !key.is_empty()).map(Step::Key));
        for piece in pieces {
            let inside = piece.strip_suffix(']').ok_or("a bracket does not close")?;
            steps.push(match inside.split_once('=') {
                Some((key, text)) => Step::Saying(key, text),
                None => Step::At(inside.parse().map_err(|_| format!("`{inside}` is no position"))?),
            });
        }
    }
    Ok(steps)
}

fn place<'v>(tree: &'v mut Value, steps: &[Step], make: bool) -> Result<&'v mut Value, String> {
    let mut at = tree;
    for step in steps {
        if make && at.is_null() {
            *at = json!({});
        }
        at = match at {
            Value::Array(items) => {
                let index = position(step, items).ok_or("there is no such item")?;
                &mut items[index]
            }
            Value::Object(map) => match step {
                Step::Key(key) if make || map.contains_key(*key) => map.entry(*key).or_insert(Value::Null),
                Step::Key(key) => return Err(format!("there is no `{key}`")),
                _ => return Err("that is no list".to_owned()),
            },
            _ => return Err("there is nothing inside that".to_owned()),
        };
    }
    Ok(at)
}

fn position(step: &Step, items: &[Value]) -> Option<usize> {
    match step {
        Step::At(index) => (*index < items.len()).then_some(*index),
        Step::Saying(key, text) => items.iter().position(|item| {
            let said = &item[*key];
            let said = if said.is_object() { &said["value"] } else { said };
            said.as_str() == Some(text)
        }),
        Step::Key(_) => None,
    }
}

fn remove(tree: &mut Value, steps: &[Step]) -> Result<(), String> {
    let (last, around) = steps.split_last().ok_or("it names nothing")?;
    match (last, place(tree, around, false)?) {
        (Step::Key(key), Value::Object(map)) => {
            map.remove(*key).map(drop).ok_or_else(|| format!("there is no `{key}`"))
        }
        (step, Value::Array(items)) => {
            let index = position(step, items).ok_or("there is no such item")?;
            items.remove(index);
            Ok(())
        }
        _ => Err("there is no such thing".to_owned()),
    }
}

/// YAML as JSON, with the words as they are written.
fn yaml(text: &str) -> Value {
    // The reader of declarations takes mappings only.
    let wrapped = format!("value: {text}");
    let plain = !text.contains('\n');
    let tree = declare::parse(if plain { &wrapped } else { text }, Format::Yaml, FileId::default()).root;
    let value = tree.map_or(Value::Null, |tree| json_of(&tree));
    if plain { value["value"].clone() } else { value }
}

fn json_of(node: &Node) -> Value {
    match &node.content {
        Content::Map(entries) => {
            let entries = entries.iter().map(|entry| (entry.key.to_string(), json_of(&entry.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        Content::List(items) => items.iter().map(|item| json_of(item)).collect(),
        Content::Broken => Value::Null,
        Content::Scalar { .. } if node.is_null() => Value::Null,
        Content::Scalar { text, plain: true } => match text.as_ref() {
            "true" => json!(true),
            "false" => json!(false),
            text => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
        },
        Content::Scalar { text, .. } => json!(text.as_ref()),
    }
}
