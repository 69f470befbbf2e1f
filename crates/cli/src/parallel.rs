//! Work on many files at once, with results in their order and no more of them in memory than a batch.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

use policy_db::Database;

/// How many files each worker does between two deliveries.
const BATCH: usize = 32;

/// Does `work` on every item, on all cores, and hands the results to `sink` in order.
pub fn in_order<T: Sync, R: Send>(
    db: &Database,
    items: &[T],
    work: impl Fn(&Database, &T) -> R + Sync,
    mut sink: impl FnMut(R),
) {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    if workers == 1 || items.len() < 2 * workers {
        items.iter().for_each(|item| sink(work(db, item)));
        return;
    }
    for batch in items.chunks(workers * BATCH) {
        let shares = batch.chunks(batch.len().div_ceil(workers));
        let results: Vec<Vec<R>> = thread::scope(|scope| {
            let work = &work;
            let workers: Vec<_> = shares
                .map(|share| {
                    let db = db.clone();
                    scope.spawn(move || share.iter().map(|item| work(&db, item)).collect())
                })
                .collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect()
        });
        results.into_iter().flatten().for_each(&mut sink);
    }
}
