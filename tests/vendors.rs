//! The five real agreements: what their declarations quote, and what the standard packs find in them.
//!
//! `vendors/expected.txt` holds the verdicts that readers of the documents decided before the program ran; which of
//! them flip when one fact is changed is in `mutations/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use policy_core::declare::{self, Content, Format, Node};
use policy_core::diag::Level;
use policy_core::eval::Detail;
use policy_core::lang::Lang;
use policy_core::model::FileId;
use policy_core::report::{Explained, RuleResult};
use policy_core::verdict::Verdict;
use policy_db::engine::Engine;
use policy_db::{Database, PolicyFile, SourceFile, queries};
use policy_syntax::Span;

const VENDORS: [&str; 5] = ["smartschools", "schoolmonitor", "snappet", "studyspace", "smartschool"];
/// Passes that need not name a stated fact with its source, each with why: vendor, rule, why.
const WITHOUT_A_SOURCE: [(&str, &str, &str); 0] = [];
const PACKS: [&str; 3] = ["core", "extended", "mission"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn declaration(vendor: &str) -> String {
    read(&root().join(format!("tests/vendors/{vendor}.declaration.yaml")))
}

/// The documents, in `shared` beside the repository (or further up, for a work tree of it).
fn documents() -> Option<PathBuf> {
    let folders = root().ancestors().skip(1).map(|above| above.join("shared/documents")).collect::<Vec<_>>();
    folders.into_iter().find(|folder| folder.is_dir())
}

/// One space for any white space.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The texts under every key of that name.
fn under_key<'n>(node: &'n Node, key: &str, found: &mut Vec<&'n str>) {
    match &node.content {
        Content::List(items) => items.iter().for_each(|item| under_key(item, key, found)),
        Content::Map(entries) => {
            for entry in entries {
                match entry.value.text() {
                    Some(text) if &*entry.key == key => found.push(text),
                    _ => under_key(&entry.value, key, found),
                }
            }
        }
        _ => {}
    }
}

/// The standard packs and the five declarations.
struct World {
    db: Database,
    declarations: Vec<SourceFile>,
}

impl World {
    fn new() -> World {
        let mut db = Database::default();
        let mut policies = Vec::new();
        for pack in [&["model-4.0"][..], &PACKS[..]].concat() {
            let folder = root().join("policies").join(pack);
            let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
            let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
            paths.retain(|path| path.extension().is_some_and(|end| end == "policy"));
            paths.sort();
            for path in paths {
                let file = db.add(path.display().to_string(), read(&path));
                policies.push(PolicyFile { file, pack: pack.to_owned() });
            }
        }
        db.set_packs(policies, PACKS.map(str::to_owned).to_vec());
        db.set_as_of(date(2026, 11, 22));
        let named = |vendor: &str| (format!("{vendor}.declaration.yaml"), declaration(vendor));
        let declarations = VENDORS.map(named).into_iter().map(|(path, text)| db.add(path, text)).collect();
        World { db, declarations }
    }

    fn rule_ids(&self) -> Vec<String> {
        queries::rules(&self.db, self.db.project()).iter().map(|rule| rule.id.clone()).collect()
    }

    fn results(&self, vendor: usize) -> Vec<RuleResult> {
        queries::results(&self.db, self.db.project(), self.declarations[vendor], Detail::Off)
    }

    /// The rules that pass, with what they rest on: to explain the others as fully would take minutes.
    fn passes(&self, vendor: usize) -> Vec<(usize, Vec<Explained>)> {
        let (db, project, declaration) = (&self.db, self.db.project(), self.declarations[vendor]);
        let engine = Engine {
            schema: queries::schema(db, project),
            rules: queries::rules(db, project),
            compiled: queries::compiled_with_places(db, project),
            as_of: project.as_of(db),
        };
        let facts = queries::facts(db, project, declaration);
        let notes = &queries::read(db, project, declaration).notes;
        let outcomes = queries::outcomes(db, project, declaration).iter().enumerate();
        let passed = outcomes.filter(|(_, outcome)| outcome.verdict == Verdict::Pass);
        let explained = |(rule, outcome)| (rule, engine.explain(rule, outcome, facts, notes, Detail::Full));
        passed.map(explained).collect()
    }
}

/// Per vendor and rule: the verdict that was expected, and why.
fn expected() -> BTreeMap<(String, String), (String, String)> {
    let mut vendor = String::new();
    let mut expected = BTreeMap::new();
    for line in read(&root().join("tests/vendors/expected.txt")).lines() {
        if let Some(name) = line.strip_prefix('[') {
            vendor = name.trim_end_matches(']').to_owned();
        } else if !line.starts_with('#') && !line.trim().is_empty() {
            let [rule, verdict, why] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else {
                panic!("expected `rule verdict reason`, found {line:?}")
            };
            expected.insert((vendor.clone(), rule.to_owned()), (verdict.to_owned(), why.to_owned()));
        }
    }
    expected
}

#[test]
fn every_quotation_is_in_its_document() {
    let Some(documents) = documents() else {
        println!("skipped: there is no folder `shared/documents` beside the repository");
        return;
    };
    let mut lost = Vec::new();
    for vendor in VENDORS {
        let document = plain(&read(&documents.join(format!("{vendor}.txt"))));
        let text = declaration(vendor);
        let tree = declare::parse(&text, Format::Yaml, FileId::default()).root;
        let tree = tree.expect("a mapping");
        let mut quotes = Vec::new();
        under_key(&tree, "quote", &mut quotes);
        assert!(quotes.len() > 20, "{vendor} has {} quotations", quotes.len());
        lost.extend(quotes.iter().map(|q| plain(q)).filter(|q| !document.contains(q)).map(|q| (vendor, q)));
    }
    assert!(lost.is_empty(), "not found in the document: {lost:#?}");
}

#[test]
fn declarations_hold_no_addresses_or_numbers_of_persons() {
    for vendor in VENDORS {
        let text = declaration(vendor);
        assert!(!text.contains('@'), "{vendor}: an e-mail address");
        let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
        let long = text.split(|c: char| !c.is_ascii_digit() && c != '-').find(|word| digits(word) > 8);
        assert_eq!(long, None, "{vendor}: a telephone number");
    }
}

#[test]
fn declarations_are_read_without_errors() {
    let world = World::new();
    let project = world.db.project();
    let wrong = queries::policy_diagnostics(&world.db, project);
    let of_policies = wrong.iter().filter(|d| d.level == Level::Error).map(|d| ("policies", &d.message.en));
    let declared = VENDORS.iter().zip(&world.declarations);
    let of_declarations = declared.flat_map(|(vendor, file)| {
        let found = &queries::read(&world.db, project, *file).diagnostics;
        found.iter().filter(|d| d.level == Level::Error).map(|d| (*vendor, &d.message.en))
    });
    let errors: Vec<_> = of_policies.chain(of_declarations).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn verdicts_are_what_a_reader_expects() {
    let (world, mut expected) = (World::new(), expected());
    let rules = world.rule_ids();
    let mut wrong = Vec::new();
    for (index, vendor) in VENDORS.into_iter().enumerate() {
        for result in world.results(index) {
            let rule = &rules[result.rule];
            let found = result.outcome.verdict.word();
            match expected.remove(&(vendor.to_owned(), rule.clone())) {
                Some((verdict, _)) if verdict == found => {}
                Some((verdict, why)) => {
                    wrong.push(format!("{vendor} {rule}: {found}, expected {verdict}: {why}"));
                }
                None => wrong.push(format!("{vendor} {rule}: {found}, and no reader said what to expect")),
            }
        }
    }
    wrong.extend(expected.keys().map(|(vendor, rule)| format!("{vendor} {rule}: not evaluated")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `--explain full` prints below a pass. A fact counts when it is stated and the declaration says where in the
/// document.
#[test]
fn a_pass_names_the_stated_facts_it_rests_on() {
    let world = World::new();
    let rules = world.rule_ids();
    let mut wrong = Vec::new();
    for (index, vendor) in VENDORS.into_iter().enumerate() {
        for (rule, findings) in world.passes(index) {
            let rule = rules[rule].as_str();
            let sourced = |finding: &Explained| {
                finding.rests_on.iter().any(|(place, _)| !place.absent && place.source.is_some())
            };
            let excepted = WITHOUT_A_SOURCE.iter().any(|(of, id, _)| (*of, *id) == (vendor, rule));
            match (findings.iter().any(sourced), excepted) {
                (true, true) => wrong.push(format!("{vendor} {rule}: excepted, and yet it names one")),
                (false, false) => {
                    let reasons: Vec<_> = findings.iter().map(|f| f.reason.get(Lang::En)).collect();
                    wrong.push(format!("{vendor} {rule}: {}", reasons.join("; ")));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "passes that rest on nothing the document says:\n{}", wrong.join("\n"));
}

#[test]
fn nothing_passes_where_nothing_is_said() {
    let mut world = World::new();
    world.declarations = vec![world.db.add("silent.declaration.yaml", "policy-declaration: 1".to_owned())];
    let rules = world.rule_ids();
    let verdicts = world.results(0).into_iter().map(|result| (&rules[result.rule], result.outcome.verdict));
    let passed: Vec<_> = verdicts.filter(|(_, verdict)| *verdict == Verdict::Pass).collect();
    assert!(passed.is_empty(), "{passed:?}");
}

/// Whoever asks what is found at one place asks the rules that can find something there, and no others.
#[test]
fn a_place_is_asked_of_every_rule_that_finds_something_there() {
    let world = World::new();
    let (db, project) = (&world.db, world.db.project());
    let (mut places, mut asked) = (0, 0);
    for declaration in &world.declarations {
        let anywhere = Span { start: 0, end: declaration.text(db).len() as u32 };
        for rule in 0..queries::rules(db, project).len() {
            for found in queries::found_near(db, *declaration, rule, anywhere) {
                let near = Span { end: found.place.span.start, ..found.place.span };
                let rules = queries::rules_near(db, project, *declaration, near);
                let (path, id) = (declaration.path(db), &queries::rules(db, project)[rule].id);
                assert!(rules.contains(&rule), "{path}: {id} finds something at {}", found.place.path);
                (places, asked) = (places + 1, asked + rules.len());
            }
        }
    }
    assert!(places > 300, "{places} places");
    let all = places * queries::rules(db, project).len();
    assert!(asked * 2 < all, "at one place fewer than half of the rules are asked: {asked} of {all}");
}

#[test]
fn declarations_are_read_entry_by_entry_as_a_whole() {
    for vendor in VENDORS {
        let text = declaration(vendor);
        let cut = declare::cut(&text).expect("nothing odd at the margin");
        let read = |span: &Span| declare::parse_entry(span.of(&text)).expect("an entry that stands alone");
        let entries: Vec<_> = cut.iter().map(|span| (span.start, read(span))).collect();
        let joined = declare::join(entries.iter().map(|(start, entry)| (*start, entry)));
        let whole = declare::parse(&text, Format::Yaml, FileId::default());
        assert!(joined == Some(whole), "{vendor}");
    }
}
