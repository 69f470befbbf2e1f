//! What an edit re-runs, told by the database's own log.

use std::sync::{Arc, Mutex};

use jiff::civil::date;
use policy_core::verdict::Verdict;
use policy_db::engine::{self, Format};
use policy_db::{Database, PolicyFile, SourceFile, queries, trees};

const VOCABULARY: &str = include_str!("support/lending/vocabulary.policy");
const RULES: &str = include_str!("support/lending/deposits.policy");

struct World {
    db: Database,
    log: Arc<Mutex<Vec<String>>>,
    vocabulary: SourceFile,
    rules: SourceFile,
    declarations: Vec<SourceFile>,
}

impl World {
    /// Three declarations against one pack of two files, evaluated once.
    fn new() -> World {
        let log = Arc::new(Mutex::new(Vec::new()));
        let sink = log.clone();
        let mut db = Database::with_log(Arc::new(move |ran| sink.lock().expect("one thread").push(ran)));
        let vocabulary = db.add("lending/vocabulary.policy", VOCABULARY);
        let rules = db.add("lending/rules.policy", RULES);
        let pack = |file| PolicyFile { file, pack: "lending".to_owned() };
        db.set_packs(vec![pack(vocabulary), pack(rules)], vec!["lending".to_owned()]);
        db.set_as_of(date(2026, 11, 22));
        let text = |deposit: &str| {
            format!("loans:\n  complete: true\n  items: [{{ branch: Faraway, deposit: [{deposit}] }}]\n")
        };
        let declarations = ["cash", "card", "cash"].into_iter().enumerate();
        let declarations =
            declarations.map(|(n, deposit)| db.add(format!("{n}.declaration.yaml"), text(deposit))).collect();
        let world = World { db, log, vocabulary, rules, declarations };
        assert_eq!(world.verdicts(), [Verdict::Pass, Verdict::Fail, Verdict::Pass]);
        world.ran();
        world
    }

    /// The verdict on every declaration.
    fn verdicts(&self) -> Vec<Verdict> {
        let project = self.db.project();
        let outcome = |file: &SourceFile| queries::outcomes(&self.db, project, *file)[0].verdict;
        self.declarations.iter().map(outcome).collect()
    }

    /// The names of the queries that ran since it was last asked, sorted.
    fn ran(&self) -> Vec<String> {
        let log = std::mem::take(&mut *self.log.lock().expect("one thread"));
        let mut names: Vec<_> =
            log.iter().map(|ran| ran.split('(').next().unwrap_or_default().to_owned()).collect();
        names.sort();
        names
    }

    fn edit(&mut self, file: SourceFile, change: impl Fn(&str) -> String) {
        let text = change(file.text(&self.db));
        self.db.set_text(file, &text);
    }
}

#[test]
fn asking_again_runs_nothing() {
    let world = World::new();
    world.verdicts();
    assert_eq!(world.ran(), [""; 0]);
}

#[test]
fn the_same_text_again_runs_nothing() {
    let mut world = World::new();
    world.edit(world.rules, str::to_owned);
    world.edit(world.declarations[0], str::to_owned);
    world.verdicts();
    assert_eq!(world.ran(), [""; 0]);
}

#[test]
fn an_edit_in_one_declaration_evaluates_that_one() {
    let mut world = World::new();
    world.edit(world.declarations[1], |text| text.replace("card", "cash"));
    assert_eq!(world.verdicts(), [Verdict::Pass; 3]);
    assert_eq!(world.ran(), ["list", "outcome", "outcomes", "read", "shared_facts"]);
}

/// A rule is evaluated again only if a list changed that it reads.
#[test]
fn an_edit_in_a_list_that_no_rule_reads_evaluates_nothing() {
    let mut world = World::new();
    let shelf = r#"record shelf { nl "kast", "kasten"; en "shelf", "shelves"; field place : town { nl "plek"; en "place" } }"#;
    world.edit(world.vocabulary, |text| format!("{text}{shelf}\n"));
    world.edit(world.declarations[0], |text| format!("{text}shelves:\n  - place: Nearby\n"));
    world.verdicts();
    world.ran();
    world.edit(world.declarations[0], |text| text.replace("Nearby", "Faraway"));
    world.verdicts();
    assert_eq!(world.ran(), ["list", "read", "shared_facts"], "the list of loans is as it was");
    world.edit(world.declarations[0], |text| text.replace("cash", "card"));
    assert_eq!(world.verdicts(), [Verdict::Fail, Verdict::Fail, Verdict::Pass]);
    assert_eq!(world.ran(), ["list", "outcome", "outcomes", "read", "shared_facts"]);
}

#[test]
fn counting_per_rule_evaluates_the_declaration_that_changed() {
    let mut world = World::new();
    let files = world.declarations.clone();
    world.db.set_declarations(files);
    let counts = |world: &World, wanted: Verdict| {
        let tallies = queries::tallies(&world.db, world.db.project());
        tallies["deposits"].iter().filter(|tally| tally.verdict == wanted).count()
    };
    assert_eq!((counts(&world, Verdict::Pass), counts(&world, Verdict::Fail)), (2, 1));
    world.ran();
    world.edit(world.declarations[1], |text| text.replace("card", "cash"));
    assert_eq!(counts(&world, Verdict::Pass), 3);
    let expected = ["list", "outcome", "outcomes", "read", "shared_facts", "tallies", "verdicts"];
    assert_eq!(world.ran(), expected);
    world.edit(world.declarations[1], |text| format!("# a remark\n{text}"));
    assert_eq!(counts(&world, Verdict::Pass), 3);
    assert_eq!(world.ran(), ["read", "shared_facts"], "a remark counts nothing anew");
}

#[test]
fn a_comment_in_a_declaration_evaluates_nothing() {
    let mut world = World::new();
    world.edit(world.declarations[1], |text| format!("# a remark\n\n{text}"));
    world.verdicts();
    assert_eq!(world.ran(), ["read", "shared_facts"], "it is read, and says the same");
}

#[test]
fn comments_and_blank_lines_in_policies_evaluate_nothing() {
    let mut world = World::new();
    world.edit(world.rules, |text| {
        format!("# a remark\n\n{}", text.replace("  severity", "\n  # why\n  severity"))
    });
    world.edit(world.vocabulary, |text| format!("\n\n# a remark\n{text}"));
    world.verdicts();
    let ran = world.ran();
    for not in ["outcomes", "declared", "applied", "rules", "compiled"] {
        assert!(!ran.iter().any(|name| name == not), "{not} ran: {ran:?}");
    }
}

#[test]
fn a_sentence_leaves_the_words_of_the_packs_as_they_were() {
    let mut world = World::new();
    world.edit(world.rules, |text| text.replace("without cash", "without card"));
    world.verdicts();
    let ran = world.ran();
    assert!(ran.iter().any(|name| name == "file_rules"), "{ran:?}");
    assert!(!ran.iter().any(|name| name == "lowered" || name == "schema"), "{ran:?}");
}

#[test]
fn a_new_title_evaluates_nothing() {
    let mut world = World::new();
    world.edit(world.rules, |text| text.replace("Outside the region", "Elsewhere").replace("high", "low"));
    world.verdicts();
    let ran = world.ran();
    assert!(ran.contains(&"rules".to_owned()) && ran.contains(&"bare_rules".to_owned()), "{ran:?}");
    for not in ["outcomes", "declared", "applied", "compiled"] {
        assert!(!ran.iter().any(|name| name == not), "{not} ran: {ran:?}");
    }
}

#[test]
fn a_new_sentence_reads_no_declaration() {
    let mut world = World::new();
    world.edit(world.rules, |text| text.replace("without cash", "without card"));
    assert_eq!(world.verdicts(), [Verdict::Fail, Verdict::Pass, Verdict::Fail]);
    let ran = world.ran();
    assert_eq!(ran.iter().filter(|name| *name == "outcomes").count(), 3, "{ran:?}");
    for not in ["declared", "applied", "schema", "vocabulary"] {
        assert!(!ran.iter().any(|name| name == not), "{not} ran: {ran:?}");
    }
}

#[test]
fn another_date_reads_no_declaration() {
    let mut world = World::new();
    world.db.set_as_of(date(2020, 7, 15));
    world.verdicts();
    let ran = world.ran();
    assert!(!ran.contains(&"declared".to_owned()), "{ran:?}");
}

#[test]
fn a_profile_that_changes_no_fact_evaluates_nothing() {
    let mut world = World::new();
    let profile = world.db.add("own.profile.yaml", "conditions: {}\n");
    world.db.set_profile(Some(profile));
    world.verdicts();
    let ran = world.ran();
    let evaluated = ["outcome", "outcomes"].iter().any(|query| ran.contains(&(*query).to_owned()));
    assert!(ran.contains(&"read".to_owned()) && !evaluated, "{ran:?}");
}

/// A declaration of three entries, the last one with a mistake if `broken`.
fn entries(name: &str, broken: bool) -> String {
    let last = if broken { "fines: [\n" } else { "fines: { never: { source: x } }\n" };
    format!("library: {{ name: {name} }}\nloans:\n  complete: true\n  items: [{{ deposit: [cash] }}]\n{last}")
}

#[test]
fn of_an_open_declaration_only_the_entry_with_the_edit_is_parsed() {
    let mut world = World::new();
    let file = world.declarations[0];
    let parsed = |world: &World| world.ran().iter().filter(|name| *name == "entry_tree").count();
    for (edit, broken, expected, why) in [
        ("One", false, 0, "a closed one is read once"),
        ("One", false, 3, "now it is open"),
        ("One and another", false, 1, "the others only move"),
        ("One and another", true, 1, "what is broken is read as a whole besides"),
        ("Two", true, 1, "and the whole again"),
        ("Two", false, 1, "as it was"),
    ] {
        world.edit(file, |_| entries(edit, broken));
        world.db.set_open(file, why != "a closed one is read once");
        let found = trees::declaration(&world.db, file);
        let whole = engine::parse_declaration(file.text(&world.db), Format::Yaml, file.id(&world.db));
        assert_eq!(*found, whole, "{why}");
        assert_eq!(parsed(&world), expected, "{why}");
    }
}
