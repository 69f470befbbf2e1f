//! What evaluation costs: it grows with records × rules, and with nothing else.
//!
//! The throughput counts record × rule pairs: where it is level, cost is proportional to them. Compare within one
//! run only.

mod world;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use policy_core::model::Rule;
use world::{World, declaration};

fn records_by_rules(criterion: &mut Criterion) {
    let world = World::new();
    let mut group = criterion.benchmark_group("records × rules");
    group.sample_size(10);
    for records in [10, 100, 1000] {
        let facts = world.sound(&declaration(records)).facts;
        for count in [1, 10, world.rules.len()] {
            let rules = &world.rules[..count];
            let compiled = world.compiled(rules);
            let engine = world.engine(rules, &compiled);
            group.throughput(Throughput::Elements((records * count) as u64));
            group.bench_function(BenchmarkId::new(format!("{count} rules"), records), |bencher| {
                bencher.iter(|| engine.evaluate(&facts));
            });
        }
    }
    group.finish();
}

/// Rule by rule on a hundred and a thousand records: which one does not grow with the records alone.
fn each_rule(criterion: &mut Criterion) {
    let world = World::new();
    let mut group = criterion.benchmark_group("each rule");
    group.sample_size(10).warm_up_time(std::time::Duration::from_millis(200));
    group.measurement_time(std::time::Duration::from_millis(500));
    let all = [100, 1000].map(|records| (records, world.sound(&declaration(records)).facts));
    for rule in &world.rules {
        let rules: &[Rule] = std::slice::from_ref(rule);
        let compiled = world.compiled(rules);
        let engine = world.engine(rules, &compiled);
        for (records, facts) in &all {
            group.throughput(Throughput::Elements(*records as u64));
            group.bench_function(BenchmarkId::new(&rule.id, records), |bencher| {
                bencher.iter(|| engine.evaluate(facts));
            });
        }
    }
    group.finish();
}

/// A hundred records that rules read, and more and more that no rule reads.
fn what_no_rule_reads(criterion: &mut Criterion) {
    let world = World::new();
    let compiled = world.compiled(&world.rules);
    let engine = world.engine(&world.rules, &compiled);
    let mut group = criterion.benchmark_group("100 records, and unread ones");
    for unread in [0, 1_000, 10_000] {
        let more = "  - { place: bijlage 1, row-ticked: ja }\n".repeat(unread);
        let more = if unread == 0 { String::new() } else { format!("placeholder:\n{more}") };
        let facts = world.sound(&(declaration(100) + &more)).facts;
        group.bench_function(BenchmarkId::from_parameter(unread), |bencher| {
            bencher.iter(|| engine.evaluate(&facts));
        });
    }
    group.finish();
}

criterion_group!(benches, records_by_rules, each_rule, what_no_rule_reads);
criterion_main!(benches);
