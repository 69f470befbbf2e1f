//! Where the time of a declaration goes, before it is written: reading, evaluating, explaining. Measured on the five
//! declarations of real documents with all standard rules; the throughput counts declarations.
//!
//! `cargo bench -p policy-tests --bench stages -- --generate FOLDER` writes ten thousand such declarations for the
//! command line, as `docs/performance.md` measures it.

mod world;

use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput};
use policy_db::engine::{self, Detail};
use world::{World, vendors};

fn stages(criterion: &mut Criterion) {
    let world = World::new();
    let texts = vendors();
    let compiled = world.compiled(&world.rules);
    let engine = world.engine(&world.rules, &compiled);
    let declared: Vec<_> = texts.iter().map(|text| world.read(text)).collect();
    let outcomes: Vec<_> = declared.iter().map(|one| engine.evaluate(&one.facts)).collect();
    let mut group = criterion.benchmark_group("stages");
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("read", |bencher| {
        bencher.iter(|| texts.iter().map(|text| world.read(text)).collect::<Vec<_>>());
    });
    group.bench_function("profile", |bencher| {
        bencher
            .iter(|| declared.iter().map(|one| engine::apply(one, None, &world.schema)).collect::<Vec<_>>());
    });
    group.bench_function("evaluate", |bencher| {
        bencher.iter(|| declared.iter().map(|one| engine.evaluate(&one.facts)).collect::<Vec<_>>());
    });
    for (name, detail) in [("explain findings", Detail::Findings), ("explain full", Detail::Full)] {
        group.sample_size(10).bench_function(name, |bencher| {
            bencher.iter(|| {
                let explain = |(one, outcomes): (&engine::Declared, &Vec<_>)| {
                    let each = outcomes.iter().enumerate();
                    let explained = each
                        .map(|(rule, outcome)| engine.explain(rule, outcome, &one.facts, &one.notes, detail));
                    explained.map(|findings| findings.len()).sum::<usize>()
                };
                declared.iter().zip(&outcomes).map(explain).sum::<usize>()
            });
        });
    }
    group.finish();
}

/// Writes ten thousand declarations.
fn generate(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let texts = vendors();
    for number in 0..10_000 {
        let text = format!("# number {number}\n{}", texts[number % texts.len()]);
        std::fs::write(folder.join(format!("{number:05}.declaration.yaml")), text)?;
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--generate").skip(1);
    if let Some(folder) = arguments.next() {
        return generate(&PathBuf::from(folder));
    }
    let mut criterion = Criterion::default().configure_from_args();
    stages(&mut criterion);
    criterion.final_summary();
    Ok(())
}
