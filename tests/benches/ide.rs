//! What an editor waits for while a rule is typed: from a keystroke to the answer of completion and hover, in a
//! workspace of the standard packs, one rule of one's own and a thousand declarations that have been evaluated.

mod world;

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use policy_core::lang::Lang;
use policy_db::{Database, PolicyFile, SourceFile, packs, queries};
use policy_ide::policy;
use world::vendors;

/// How many declarations the workspace has.
const DECLARATIONS: usize = 1000;

const BEFORE: &str = "policy own \"Own\" { version 1.0.0; use model-4.0 }\n\
                      regel x {\n  \"Titel\"\n  geen leerlinggegevens buiten ";
const AFTER: &str = "\n  ernst hoog\n}\n";

struct Workspace {
    db: Database,
    file: SourceFile,
    typed: usize,
}

impl Workspace {
    fn new() -> Workspace {
        let mut db = Database::default();
        let wanted = packs::Wanted::Standard(packs::DEFAULT.to_owned());
        let loaded = packs::load(&mut db, &[wanted], &|path| path.display().to_string());
        let file = db.add("own.policy", format!("{BEFORE}{AFTER}"));
        let (mut policies, mut selected) = (loaded.policies, loaded.selected);
        policies.push(PolicyFile { file, pack: "own".to_owned() });
        selected.push("own".to_owned());
        db.set_packs(policies, selected);
        db.set_as_of(jiff::civil::date(2026, 11, 22));
        let texts = vendors();
        let add = |nth: usize| db.add(format!("{nth}.declaration.yaml"), texts[nth % texts.len()].clone());
        let declarations = (0..DECLARATIONS).map(add).collect();
        db.set_declarations(declarations);
        queries::tallies(&db, db.project());
        Workspace { db, file, typed: 0 }
    }

    /// One keystroke: what is typed changes, and with it the place of the cursor.
    fn key(&mut self) -> u32 {
        let words = ["", "D", "Du", "Dui", "Duit", "Duitsland zonder ", "Duitsland zonder w"];
        self.typed = (self.typed + 1) % words.len();
        let word = words[self.typed];
        self.db.set_text(self.file, &format!("{BEFORE}{word}{AFTER}"));
        (BEFORE.len() + word.len()) as u32
    }

    fn timed<T>(&mut self, count: u64, ask: impl Fn(&Database, SourceFile, u32) -> T) -> Duration {
        let mut spent = Duration::ZERO;
        for _ in 0..count {
            let start = Instant::now();
            let at = self.key();
            std::hint::black_box(ask(&self.db, self.file, at));
            spent += start.elapsed();
        }
        spent
    }
}

fn typing(criterion: &mut Criterion) {
    let mut workspace = Workspace::new();
    let mut group = criterion.benchmark_group("after a keystroke");
    group.sample_size(10);
    group.bench_function("completion", |bencher| {
        bencher
            .iter_custom(|n| workspace.timed(n, |db, file, at| policy::completions(db, file, at, Lang::Nl)));
    });
    group.bench_function("hover", |bencher| {
        bencher.iter_custom(|n| workspace.timed(n, |db, file, at| policy::hover(db, file, at - 8, Lang::Nl)));
    });
    group.bench_function("nothing but reading the packs", |bencher| {
        bencher.iter_custom(|n| workspace.timed(n, |db, _, _| queries::schema(db, db.project()).packs.len()));
    });
    group.bench_function("semantic tokens", |bencher| {
        bencher.iter_custom(|n| workspace.timed(n, |db, file, _| policy::semantic_tokens(db, file)));
    });
    group.finish();
}

criterion_group!(benches, typing);
criterion_main!(benches);
