//! The vocabulary that the packs were made from: every one of its terms is in them, by its words, its place in the
//! hierarchy and its link, and every adequacy decision by its dates and its source.
//!
//! The vocabulary stands in `shared` beside the repository; without it there is nothing to compare. Where the packs
//! differ on purpose, `packs/vocabulary.txt` says how and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use policy_core::lang::Lang;
use policy_core::model::{Labels, Schema, Set, Term};
use policy_core::verdict::Verdict;
use policy_db::packs::{self, Wanted};
use policy_db::{Database, queries};
use serde_json::Value;

/// Links are to the Data Privacy Vocabulary, whose relation says how close its notion is. The packs link the same
/// and close ones; a broader or narrower notion is another one.
const LINKED: [&str; 2] = ["exact", "close"];

/// The vocabulary, in `shared` beside the repository (or further up, for a work tree of it).
fn vocabulary() -> Option<Vec<Value>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let path = root.ancestors().skip(1).map(|above| above.join("shared/domain/vocabulary.json"));
    let text = path.filter_map(|path| fs::read_to_string(path).ok()).next()?;
    let whole: Value = serde_json::from_str(&text).expect("JSON");
    Some(whole["terms"].as_array().expect("a list of terms").clone())
}

fn world() -> Database {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/model-4.0");
    let mut db = Database::default();
    let loaded = packs::load(&mut db, &[Wanted::Path(folder)], &|path| path.display().to_string());
    db.set_packs(loaded.policies, loaded.selected);
    db
}

/// Differences on purpose: per sort and term (`scheme id`), theirs and ours.
struct Differences {
    lines: BTreeMap<(String, String), Vec<(String, String)>>,
    used: BTreeSet<(String, String, String)>,
}

impl Differences {
    fn read() -> Differences {
        let mut lines: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let text = include_str!("packs/vocabulary.txt");
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let [sort, term, theirs, ours, why] = line.split('|').map(str::trim).collect::<Vec<_>>()[..]
            else {
                panic!("expected `sort | scheme id | theirs | ours | why`, found `{line}`")
            };
            assert!(!why.is_empty(), "`{line}` gives no reason");
            let entry: &mut Vec<_> = lines.entry((sort.to_owned(), term.to_owned())).or_default();
            entry.push((theirs.to_owned(), ours.to_owned()));
        }
        Differences { lines, used: BTreeSet::new() }
    }

    /// What we have in place of what they have; `-` is nothing.
    fn ours(&mut self, sort: &str, term: &str, theirs: &str) -> Option<String> {
        let found = self.lines.get(&(sort.to_owned(), term.to_owned()))?;
        let ours = found.iter().find(|(t, _)| t == theirs || t == "*").map(|(_, ours)| ours.clone())?;
        self.used.insert((sort.to_owned(), term.to_owned(), theirs.to_owned()));
        Some(ours)
    }

    /// Lines that explain nothing.
    fn idle(&self) -> impl Iterator<Item = String> + '_ {
        let lines = self.lines.iter().flat_map(|((sort, term), found)| {
            found.iter().map(move |(theirs, _)| (sort.clone(), term.clone(), theirs.clone()))
        });
        let used = |(sort, term, theirs): &(String, String, String)| match theirs.as_str() {
            "*" => self.used.iter().any(|(s, t, _)| s == sort && t == term),
            _ => self.used.contains(&(sort.clone(), term.clone(), theirs.clone())),
        };
        lines
            .filter(move |line| !used(line))
            .map(|(sort, term, theirs)| format!("`{sort} | {term} | {theirs}` explains no difference"))
    }
}

/// What stands apart in a cell: alternatives, from the widest separation to the narrowest.
const APART: [&str; 4] = [";", ",", " / ", "/"];

/// The words of a cell that are not known: the cell is looked for as a whole, and where it is not found in parts.
fn unknown(cell: &str, apart: &[&str], known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let bare = without_remarks(cell);
    if bare.is_empty() || known(cell.trim()) || known(&bare) {
        return Vec::new();
    }
    // Once a cell is taken apart, its remarks are left out: a comma in one separates nothing.
    let cell = if apart.len() < APART.len() { &bare } else { cell };
    match apart {
        [first, rest @ ..] => cell.split(first).flat_map(|part| unknown(part, rest, known)).collect(),
        [] => vec![bare],
    }
}

/// Without what stands in parentheses.
fn without_remarks(cell: &str) -> String {
    let mut depth = 0;
    let outside = |c: &char| {
        depth += i32::from(*c == '(');
        let keep = depth == 0;
        depth -= i32::from(*c == ')');
        keep
    };
    cell.chars().filter(outside).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kind_of(scheme: &str) -> &str {
    match scheme {
        "basis" => "ground",
        "datastatus" => "identifiability",
        "rosa" => "control",
        "ai" => "activity",
        same => same,
    }
}

/// What a term of the vocabulary is in the packs.
enum Found<'s> {
    Term(&'s Term),
    Labels(&'s Labels),
    /// A word of the engine in each language, or nothing at all, with a reason.
    Elsewhere(Option<[&'static str; 2]>),
}

/// A comparison under way.
struct Comparison<'s> {
    schema: &'s Schema,
    differences: Differences,
    /// The terms of the packs that the vocabulary has too.
    shared: BTreeSet<String>,
    wrong: Vec<String>,
}

impl<'s> Comparison<'s> {
    fn term(&self, path: &str) -> Option<&'s Term> {
        let (kind, name) = path.split_once('.')?;
        let of_kind = |term: &&Term| self.schema.kinds[term.kind.ix()].name == kind;
        self.schema.terms.iter().filter(of_kind).find(|term| term.name == name)
    }

    /// Where a term is: at its own name, or where a difference says.
    fn path(&mut self, scheme: &str, id: &str) -> String {
        let own = format!("{}.{}", kind_of(scheme), id.to_lowercase().replace('_', "-"));
        self.differences.ours("id", &format!("{scheme} {id}"), &own).unwrap_or(own)
    }

    fn find(&mut self, scheme: &str, id: &str) -> Option<Found<'s>> {
        let path = self.path(scheme, id);
        if path == "-" {
            return Some(Found::Elsewhere(None));
        }
        if let Some(word) = path.strip_prefix("verdict ") {
            let verdict = Verdict::ALL.into_iter().find(|verdict| verdict.word() == word)?;
            return Some(Found::Elsewhere(Some([verdict.word_nl(), verdict.word()])));
        }
        if let Some(field) = path.strip_prefix("field ") {
            let (record, field) = field.split_once('.')?;
            let record = self.schema.records.iter().find(|r| r.name == record)?;
            return record.fields.iter().find(|f| f.name == field).map(|f| Found::Labels(&f.labels));
        }
        self.term(&path).map(Found::Term)
    }

    fn compare(&mut self, theirs: &Value) {
        let text = |key: &str| theirs[key].as_str().unwrap_or_default();
        let (scheme, id) = (text("scheme"), text("id"));
        let name = format!("{scheme} {id}");
        match self.find(scheme, id) {
            None => self.wrong.push(format!("{name}: not in the packs")),
            Some(Found::Labels(labels)) => self.compare_words(&name, theirs, labels),
            Some(Found::Term(term)) => {
                self.compare_words(&name, theirs, &term.labels);
                self.compare_parents(&name, theirs, term);
                self.compare_links(&name, theirs, term);
            }
            Some(Found::Elsewhere(Some(said))) => {
                let labels =
                    Labels { nl: vec![said[0].into()], en: vec![said[1].into()], ..Labels::default() };
                self.compare_words(&name, theirs, &labels);
            }
            Some(Found::Elsewhere(None)) => {}
        }
    }

    fn compare_words(&mut self, name: &str, theirs: &Value, ours: &Labels) {
        for lang in Lang::ALL {
            let known: Vec<String> = ours.spellings(lang).map(|(word, _)| word.to_lowercase()).collect();
            let cell = theirs[lang.code()].as_str().unwrap_or_default().to_lowercase();
            let cell: String = cell.chars().filter(|c| !matches!(c, '*' | '"' | '…')).collect();
            for word in unknown(&cell, &APART, &|word| known.iter().any(|own| own == word)) {
                match self.differences.ours("word", name, &word) {
                    Some(instead) if instead == "-" || known.contains(&instead.to_lowercase()) => {}
                    _ => self.wrong.push(format!("{name}: `{word}` is none of {known:?}")),
                }
            }
        }
    }

    /// The nearest term above that the vocabulary knows too is the parent in both.
    fn compare_parents(&mut self, name: &str, theirs: &Value, ours: &Term) {
        let scheme = theirs["scheme"].as_str().unwrap_or_default();
        let parent = theirs["parent"].as_str().map(|parent| self.path(scheme, parent));
        let above = std::iter::successors(ours.parent, |id| self.schema.terms[id.ix()].parent);
        let above = above.map(|id| {
            let term = &self.schema.terms[id.ix()];
            format!("{}.{}", self.schema.kinds[term.kind.ix()].name, term.name)
        });
        let here =
            above.into_iter().find(|path| self.shared.contains(path)).unwrap_or_else(|| "-".to_owned());
        let expected = parent.unwrap_or_else(|| "-".to_owned());
        if here != expected && self.differences.ours("parent", name, &expected) != Some(here.clone()) {
            self.wrong.push(format!("{name}: parent `{expected}`, but here `{here}`"));
        }
    }

    fn compare_links(&mut self, name: &str, theirs: &Value, ours: &Term) {
        let dpv = theirs["dpv"].as_array().cloned().unwrap_or_default();
        let near = dpv.iter().filter(|link| LINKED.contains(&link["rel"].as_str().unwrap_or_default()));
        let near: Vec<&str> = near.filter_map(|link| link["iri"].as_str()).collect();
        let linked = ours.link.as_deref();
        let same = linked.map_or(near.is_empty(), |link| near.contains(&link));
        if same {
            return;
        }
        let expected = near.first().copied().unwrap_or("-");
        match self.differences.ours("link", name, expected) {
            Some(instead) if linked.unwrap_or("-") == instead => {}
            _ => self.wrong.push(format!("{name}: link `{expected}`, but here `{}`", linked.unwrap_or("-"))),
        }
    }

    /// A decision is a row of the set: its country, its day, its number; a condition unless it is for all.
    fn compare_decision(&mut self, set: &Set, theirs: &Value) {
        let text = |key: &str| theirs[key].as_str().unwrap_or_default();
        let name = format!("adequacy {}", text("id"));
        let number = text("decision").split(", ").next().unwrap_or_default();
        if self.differences.ours("id", &name, number).is_some() {
            return;
        }
        let Some(country) = self.term(&format!("country.{}", text("id"))) else {
            return self.wrong.push(format!("{name}: no such country"));
        };
        let rows = set.members.iter().filter(|row| row.terms.contains(country.bit));
        let rows: Vec<_> = rows.collect();
        let adopted = |row: &&&policy_core::model::Member| {
            let source = row.source.as_deref().unwrap_or_default();
            source.contains(number) && row.from.is_some_and(|from| from.to_string() == text("adopted"))
        };
        let Some(row) = rows.iter().find(adopted) else {
            let number = format!("{number} of {}", text("adopted"));
            return self.wrong.push(format!("{name}: no row with the decision {number}"));
        };
        let ends = rows.iter().filter_map(|row| row.until).map(|until| until.to_string());
        let known: Vec<String> = ends.filter(|until| text("scope").contains(until.as_str())).collect();
        let limited = row.condition.is_some() || !known.is_empty();
        if limited != (text("scope") != "all")
            && self.differences.ours("scope", &name, text("scope")).is_none()
        {
            self.wrong.push(format!("{name}: scope `{}`, but here limited is {limited}", text("scope")));
        }
    }
}

#[test]
fn every_term_of_the_vocabulary_is_in_the_packs() {
    let Some(vocabulary) = vocabulary() else {
        println!("skipped: there is no file `shared/domain/vocabulary.json` beside the repository");
        return;
    };
    let db = world();
    let schema = queries::schema(&db, db.project());
    let adequate = schema.sets.iter().find(|set| set.name == "adequate").expect("the set `adequate`");
    let (differences, shared, wrong) = (Differences::read(), BTreeSet::new(), Vec::new());
    let mut comparison = Comparison { schema, differences, shared, wrong };
    assert!(vocabulary.len() > 200, "{} terms", vocabulary.len());
    for theirs in &vocabulary {
        let text = |key: &str| theirs[key].as_str().unwrap_or_default();
        let path = comparison.path(text("scheme"), text("id"));
        comparison.shared.insert(path);
    }
    for theirs in &vocabulary {
        match theirs["scheme"].as_str() {
            Some("adequacy") => comparison.compare_decision(adequate, theirs),
            _ => comparison.compare(theirs),
        }
    }
    let idle: Vec<String> = comparison.differences.idle().collect();
    comparison.wrong.extend(idle);
    let wrong = comparison.wrong;
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

/// First words of labels that sound otherwise than they look: before these English writes `an`.
const AN_BEFORE: &str = "FDPIC HDPA SCC SSL";
/// And before these `a`.
const A_BEFORE: &str = "Europe European U.S. U.S.A. UK USA Ukraine United university usage use user username \
                        usernames users uses";

#[test]
fn labels_get_the_article_that_english_gives_them() {
    let db = world();
    let schema = queries::schema(&db, db.project());
    let records = schema.records.iter().flat_map(|record| {
        std::iter::once(&record.labels).chain(record.fields.iter().map(|field| &field.labels))
    });
    let terms = schema.terms.iter().map(|term| &term.labels);
    let others =
        schema.kinds.iter().map(|kind| &kind.labels).chain(schema.sets.iter().map(|set| &set.labels));
    let labels = records.chain(terms).chain(others).chain(schema.events.iter().map(|event| &event.labels));
    let exceptions = |words: &'static str| words.split_whitespace().collect::<Vec<_>>();
    let (mut wrong, mut met) = (BTreeSet::new(), BTreeSet::new());
    for label in labels.flat_map(|labels| labels.spellings(Lang::En).map(|(label, _)| label)) {
        let first = label.split(' ').next().unwrap_or_default();
        met.insert(first);
        let vowel = first.starts_with(|c: char| "aeiouAEIOU".contains(c));
        let expected = match vowel {
            true if !exceptions(A_BEFORE).contains(&first) => "an",
            false if exceptions(AN_BEFORE).contains(&first) => "an",
            _ => "a",
        };
        let found = policy_core::words::indefinite(label);
        if found != expected {
            wrong.insert(format!("{found} {label}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of them: {wrong:#?}", wrong.len());
    let idle: Vec<_> = [AN_BEFORE, A_BEFORE]
        .map(exceptions)
        .concat()
        .into_iter()
        .filter(|word| !met.contains(word))
        .collect();
    assert!(idle.is_empty(), "no label begins with {idle:?}");
}
