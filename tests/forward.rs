//! Looking ahead and mending, held to plain evaluation: a timeline against every single day, a repair against the
//! verdict it promises and against leaving any of it out.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use policy_core::verdict::Verdict;
use policy_db::dated::{self, Status, Subject};
use policy_db::engine::{Compiled, Edit, Engine};
use policy_db::packs::{self, Wanted};
use policy_db::{Database, SourceFile, queries};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A database with these packs and declarations.
fn world(wanted: &[Wanted], declarations: &[(String, String)]) -> (Database, Vec<SourceFile>) {
    let mut db = Database::default();
    let loaded = packs::load(&mut db, wanted, &|path| path.to_string_lossy().into_owned());
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    db.set_packs(loaded.policies, loaded.selected);
    db.set_as_of(date(2026, 11, 22));
    let files = declarations.iter().map(|(name, text)| db.add(name.clone(), text.clone())).collect();
    (db, files)
}

fn vendors() -> (Database, Vec<SourceFile>) {
    let names = ["schoolmonitor", "smartschool", "smartschools", "snappet", "studyspace"];
    let read = |name: &&str| {
        let path = root().join(format!("tests/vendors/{name}.declaration.yaml"));
        ((*name).to_owned() + ".declaration.yaml", fs::read_to_string(path).expect("a declaration"))
    };
    let packs = ["core", "extended", "mission"].map(|pack| Wanted::Path(root().join("policies").join(pack)));
    world(&packs, &names.iter().map(read).collect::<Vec<_>>())
}

const WAIVERS: &str = r#"policy accepted { version 1.0.0; use lending }
waive periods for "Bibliotheek Noord" from 2026-12-10 until 2027-01-15 { reason "Moving."; owner "The board" }
rule fresh { nl "Vers"; en "Fresh"; every loan has due at most 3 months ago }
rule near { nl "Dichtbij"; en "Near"; no loan outside Lately without cash }
set lately : town { nl "Laatst"; en "Lately"; members faraway until 2027-02-28; members northtown from 2027-03-31; complete through 2027-05-31 }
record renewal { nl "verlenging"; en "renewal"; field due : date { nl "vervaldag"; en "due" } }
"#;

const LOANS: &str = "lender: { name: Bibliotheek Noord }
loans:
  complete: true
  items:
    - { member: Een, branch: Faraway, deposit: [card], period: 8 weeks }
    - { member: Twee, branch: Northtown, deposit: [cash], period: 2 weeks }
renewal:
  complete: true
  items: [ { due: 2026-11-01 }, { due: 2026-10 }, { due: { one of: [2026-11-22, 2026-09-30] } } ]
";

/// The lending pack with waivers, a list that changes, and an age.
fn lending() -> (Database, Vec<SourceFile>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("forward");
    fs::create_dir_all(&folder).expect("a folder");
    let text = WAIVERS.replace("every loan has due", "every renewal has due");
    fs::write(folder.join("accepted.policy"), text).expect("a policy");
    let own = root().join("tests/cli/files/lending.policy");
    fs::copy(own, folder.join("lending.policy")).expect("the pack");
    let packs = ["lending", "accepted"].map(|pack| Wanted::Path(folder.join(format!("{pack}.policy"))));
    world(&packs, &[("north.declaration.yaml".to_owned(), LOANS.to_owned())])
}

/// Holds the timeline of every file to an evaluation of every day; gives the days on which anything changed.
fn every_day(db: &Database, files: &[SourceFile], from: Date, until: Date) -> Vec<Date> {
    let project = db.project();
    let diagnostics = queries::policy_diagnostics(db, project);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let mut turned = Vec::new();
    for file in files {
        let read = &queries::read(db, project, *file).diagnostics;
        assert!(read.is_empty(), "{read:?}");
        let names = queries::names(db, project, *file);
        let subject = Subject {
            schema: queries::schema(db, project),
            rules: queries::rules(db, project),
            waivers: &queries::lowered(db, project).waivers,
            names: &names,
            facts: queries::facts(db, project, *file),
        };
        let told: Vec<Date> = subject.timeline(from, until).iter().map(|moment| moment.day).collect();
        let statuses =
            |day| -> Vec<Status> { subject.on(day).into_iter().map(|(_, status)| status).collect() };
        let (mut day, mut before, mut found) = (from, statuses(from), Vec::new());
        while day < until {
            day = day.checked_add(1.day()).expect("a day");
            let now = statuses(day);
            if now != before {
                found.push(day);
            }
            before = now;
        }
        assert_eq!(told, found, "{}", file.path(db));
        turned.extend(found);
    }
    turned
}

#[test]
fn a_timeline_misses_no_day() {
    let (db, files) = lending();
    let turned = every_day(&db, &files, date(2026, 11, 22), date(2027, 7, 1));
    let waived = [date(2026, 12, 10), date(2027, 1, 15)];
    let (old, listed) = ([date(2026, 12, 31), date(2027, 2, 1)], [date(2027, 2, 28), date(2027, 6, 1)]);
    for day in [waived, old, listed].concat() {
        assert!(turned.contains(&day), "{day} is not among {turned:?}");
    }
}

#[test]
fn a_date_is_too_old_on_the_day_its_rule_turns() {
    let (db, files) = vendors();
    let project = db.project();
    let (schema, rules) = (queries::schema(&db, project), queries::rules(&db, project));
    let mut turned = 0;
    for file in files {
        let (names, facts) = (queries::names(&db, project, file), queries::facts(&db, project, file));
        let subject = Subject { schema, rules, waivers: &[], names: &names, facts };
        for aging in dated::aging(schema, rules, facts) {
            let verdict = |day: Date| subject.on(day)[aging.rule].1.verdict;
            let before = aging.day.yesterday().expect("a day");
            if matches!(verdict(before), Verdict::Pass | Verdict::Unknown)
                && verdict(aging.day) == Verdict::Fail
            {
                turned += 1;
            }
            assert_ne!(verdict(aging.day), Verdict::Pass, "{} on {}", rules[aging.rule].id, aging.day);
        }
    }
    assert!(turned >= 2, "only {turned} rules turned on their day");
}

/// Every repair that is found on a declaration comes to what it promises, and not with any step left out.
fn mended(db: &Database, file: SourceFile) -> (usize, usize) {
    let project = db.project();
    let (schema, rules) = (queries::schema(db, project), queries::rules(db, project));
    let compiled = Compiled::new(schema, rules, project.as_of(db));
    let engine = Engine { schema, rules, compiled: &compiled, as_of: project.as_of(db) };
    let evaluator = policy_core::eval::Evaluator::with(schema, rules, &compiled);
    let facts = queries::facts(db, project, file);
    let (mut fails, mut found) = (0, 0);
    for (rule, outcome) in queries::outcomes(db, project, file).iter().enumerate() {
        fails += usize::from(outcome.verdict == Verdict::Fail);
        let Some(repair) = engine.repair(rule, outcome, facts) else { continue };
        found += 1;
        let verdict = |edits: &[Edit]| evaluator.outcome(rule, &evaluator.repaired(facts, edits)).verdict;
        let id = &rules[rule].id;
        assert_eq!(verdict(&repair.edits()), repair.verdict, "{id}");
        assert!(matches!(repair.verdict, Verdict::Pass | Verdict::NotApplicable), "{id}");
        for left_out in 0..repair.steps.len() {
            let mut less = repair.clone();
            less.steps.remove(left_out);
            let still = verdict(&less.edits());
            assert!(matches!(still, Verdict::Fail | Verdict::Unknown), "{id}: step {left_out} is not needed");
        }
    }
    (fails, found)
}

#[test]
fn a_repair_mends_and_holds_nothing_needless() {
    let (db, files) = lending();
    assert_eq!(mended(&db, files[0]), (2, 2), "the period of a loan, and a loan without cash");
    let (db, files) = vendors();
    let (mut fails, mut found) = (0, 0);
    for file in files {
        let (own, mended) = mended(&db, file);
        (fails, found) = (fails + own, found + mended);
    }
    assert!(fails > 50 && found * 2 > fails, "{found} of {fails}");
}
