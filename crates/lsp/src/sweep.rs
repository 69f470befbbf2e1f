//! Finding the diagnostics of all documents, in the background: what was edited first, then what is open, then the
//! rest. Only what could have changed is worked out again, rule by rule. An edit stops a pass; the next goes on.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use policy_core::diag::Diagnostic;
use policy_core::model::{Origin, Rule, Schema, Waiver};
use policy_core::report::Waived;
use policy_core::verdict::Outcome;
use policy_db::engine::ProfileRead;
use policy_db::queries::{Tallies, Tally};
use policy_db::salsa::{Cancelled, Database as _};
use policy_db::{Database, SourceFile, changes, queries};
use policy_ide::diagnostics::{self, Anchor, Problem, Share, Show, Together};

use crate::board::Board;
use crate::client::{Notice, Notices};
use crate::desk::Desk;
use crate::fragment::{Fragment, Places, Sheet, location};
use crate::view::Addresses;

/// How many documents are worked on between two deliveries.
const BATCH: usize = 64;
/// How many documents are counted anew one by one.
const FEW: usize = 16;
/// How long to wait for the end of a pass.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How many documents make a first pass worth announcing.
const MANY: usize = 20;

/// What has to be looked at again.
#[derive(Debug, Default)]
pub struct Dirty {
    /// Declarations whose text is another.
    pub edited: HashSet<SourceFile>,
    /// Declarations that rules, settings or the rest may have changed.
    pub touched: HashSet<SourceFile>,
    /// Policies, the profile or the settings.
    pub project: bool,
    /// Documents of which only related places moved: they can wait for a quiet moment.
    pub moved: HashSet<SourceFile>,
}

impl Dirty {
    fn is_empty(&self) -> bool {
        self.edited.is_empty() && self.touched.is_empty() && !self.project
    }

    fn give_back(&mut self, other: Dirty) {
        self.edited.extend(other.edited);
        self.touched.extend(other.touched);
        self.project |= other.project;
        self.moved.extend(other.moved);
    }
}

/// What passes remember.
#[derive(Default)]
pub struct Memory {
    basis: Option<Basis>,
    rules: Vec<Known>,
    documents: HashMap<SourceFile, Entry>,
    places: Arc<Places>,
    policies: HashMap<SourceFile, Arc<Fragment>>,
    together: Option<Together>,
    /// Numbers for states of rules, of the basis and of the waivers.
    stamp: u64,
    basis_stamp: u64,
    waivers: Vec<Waiver>,
    waivers_stamp: u64,
    passed: bool,
    /// Some declaration says another thing about waivers or the profile than it did.
    shares_differ: bool,
    /// Declarations for which some rule comes to another thing than it did.
    verdicts_differ: Vec<SourceFile>,
}

/// What all findings depend on.
#[derive(PartialEq)]
struct Basis {
    schema: Arc<Schema>,
    profile: Option<ProfileRead>,
    as_of: Date,
    show: Show,
}

/// A rule as it was, and a number for this state of it.
struct Known {
    rule: Rule,
    stamp: u64,
}

/// What was found in one declaration, and for which state of the basis and the waivers.
#[derive(Clone, Default)]
struct Entry {
    basis: u64,
    waivers: u64,
    mistakes: Option<Arc<Fragment>>,
    rules: Box<[Slot]>,
    share: Share,
}

/// What one rule found; there is one for every rule and document, so it is small.
#[derive(Clone)]
struct Slot {
    stamp: u64,
    outcome: Outcome,
    waived: Option<Box<Waived>>,
    /// Nothing where nothing was found.
    fragment: Option<Arc<Fragment>>,
}

/// The part of a folder that passes share.
#[derive(Default)]
pub struct Shared {
    dirty: Mutex<Dirty>,
    edition: AtomicU64,
    memory: Mutex<Memory>,
    tallies: Mutex<Option<Arc<Tallies>>>,
    /// The last pass failed, and nothing was marked since.
    failed: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    fn next_stamp(&mut self) -> u64 {
        self.stamp += 1;
        self.stamp
    }
}

impl Shared {
    fn dirty(&self) -> MutexGuard<'_, Dirty> {
        lock(&self.dirty)
    }

    /// What has to be looked at again, for who has more of it. Passes that were made before will not do it: they know
    /// the settings and the open documents of before.
    pub fn mark(&self) -> MutexGuard<'_, Dirty> {
        let dirty = self.dirty();
        self.edition.fetch_add(1, Ordering::Relaxed);
        self.failed.store(false, Ordering::Relaxed);
        dirty
    }

    /// Names what there is to be done now, and the surroundings in which it is done.
    pub fn edition(&self) -> u64 {
        self.edition.load(Ordering::Relaxed)
    }

    /// Takes all that is to be done, for a pass of this edition; of an older one the work is not.
    fn take(&self, edition: u64) -> Dirty {
        let mut dirty = self.dirty();
        if edition == self.edition() { std::mem::take(&mut *dirty) } else { Dirty::default() }
    }

    /// What rules came to when that was last worked out.
    pub fn tallies(&self) -> Option<Arc<Tallies>> {
        lock(&self.tallies).clone()
    }

    /// What rules come to, once no pass is under way or about to be. A pass works it out anyway, and what was worked
    /// out beside it would have to be kept for all declarations. Nothing if none comes for long.
    ///
    /// Whoever waits may have no texts but these in hand: while any are, an edit of them waits, too, and perhaps the
    /// pass begins after that. See [`Shared::rest`].
    pub fn settled(&self, db: &Database) -> Option<Arc<Tallies>> {
        let begun = Instant::now();
        while self.moves() && begun.elapsed() < PATIENCE {
            db.unwind_if_revision_cancelled();
            thread::sleep(Duration::from_millis(1));
        }
        if self.is_settled() { self.tallies() } else { None }
    }

    /// Waits, with no texts in hand, until no pass is under way or about to be, but not for ever.
    pub async fn rest(&self) {
        let begun = Instant::now();
        while self.moves() && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Whether it is worth waiting: after a pass that failed the next comes with the next edit.
    pub fn moves(&self) -> bool {
        !self.is_settled() && !self.failed.load(Ordering::Relaxed)
    }

    /// Whether no pass is under way or about to be.
    pub fn is_settled(&self) -> bool {
        // A pass holds the memory until it has counted, or has given back what it did not do.
        let _idle = match self.memory.try_lock() {
            Ok(memory) => memory,
            Err(TryLockError::Poisoned(given_up)) => given_up.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        !self.needs_pass(false)
    }

    /// Whether a pass has something to do; in a quiet moment also what could wait.
    pub fn needs_pass(&self, quiet: bool) -> bool {
        let dirty = self.dirty();
        !dirty.is_empty() || (quiet && !dirty.moved.is_empty())
    }
}

/// One pass over a folder.
pub struct Pass {
    /// The texts.
    pub db: Database,
    /// What passes share.
    pub shared: Arc<Shared>,
    /// All declarations.
    pub declarations: Arc<[SourceFile]>,
    /// Where files are, and which are open.
    pub addresses: Arc<Addresses>,
    /// How results are shown.
    pub show: Show,
    /// What is wrong with files and settings.
    pub trouble: Arc<[Diagnostic]>,
    /// Whether these are all declarations there are.
    pub whole: bool,
    /// Whether the packs are those that stand beside the settings of rules.
    pub own_packs: bool,
    /// Where diagnostics go.
    pub board: Arc<Board>,
    /// Where notices for the client go.
    pub notices: Notices,
    /// Who is told that a pass is over.
    pub desk: Desk,
    /// Whether what could wait is done, too.
    pub quiet: bool,
    /// Of what there is to be done it is the pass, see [`Shared::edition`].
    pub edition: u64,
}

/// What a pass has taken upon itself; what is not done goes back.
struct Taken<'a> {
    shared: &'a Shared,
    todo: Dirty,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let todo = std::mem::take(&mut self.todo);
        self.shared.dirty().give_back(todo);
    }
}

impl Pass {
    /// Does the pass on a thread of its own.
    pub fn start(self) {
        let shared = self.shared.clone();
        let run = move || {
            let (shared, desk, notices) = (self.shared.clone(), self.desk.clone(), self.notices.clone());
            let done = catch_unwind(AssertUnwindSafe(|| Cancelled::catch(AssertUnwindSafe(|| self.run()))));
            match done {
                Ok(Ok(())) => desk.send(|_| {}),
                Ok(Err(_)) => {}
                Err(_) => {
                    shared.failed.store(true, Ordering::Relaxed);
                    notices.leave(Notice::Log("policy: a pass over the workspace failed".to_owned()));
                }
            }
        };
        // A system that has no thread left gets its diagnostics with the next edit.
        if thread::Builder::new().name("pass".to_owned()).spawn(run).is_err() {
            shared.failed.store(true, Ordering::Relaxed);
        }
    }

    fn run(self) {
        let shared = self.shared.clone();
        let mut memory = lock(&shared.memory);
        let mut taken = Taken { shared: &shared, todo: Dirty::default() };
        taken.todo = shared.take(self.edition);
        if !self.quiet {
            shared.dirty().moved.extend(taken.todo.moved.drain());
        }
        if taken.todo.is_empty() && taken.todo.moved.is_empty() {
            return;
        }
        let first = !memory.passed;
        let more = taken.todo.project || !taken.todo.touched.is_empty();
        if taken.todo.project {
            self.read_rules(&mut memory, &mut taken.todo);
            let together = memory.together.clone();
            self.policies(&mut memory, together.as_ref());
        }
        let news = self.all(&mut memory, &mut taken, first);
        self.sum_up(&mut memory, taken.todo.project);
        self.count(&mut memory, taken.todo.project);
        taken.todo.project = false;
        memory.passed = true;
        if more || news {
            self.notices.leave(Notice::Refresh(more));
        }
    }

    /// Finds out which rules are other than they were, and where their clauses are now.
    fn read_rules(&self, memory: &mut Memory, todo: &mut Dirty) {
        let (db, project) = (&self.db, self.db.project());
        let basis = Basis {
            schema: queries::schema(db, project).clone(),
            profile: queries::profile(db, project).clone(),
            as_of: project.as_of(db),
            show: self.show,
        };
        let mut other = memory.basis.as_ref() != Some(&basis);
        if other {
            memory.rules.clear();
            memory.basis = Some(basis);
            memory.basis_stamp = memory.next_stamp();
        }
        let waivers = &queries::lowered(db, project).waivers;
        if memory.waivers != *waivers {
            memory.waivers.clone_from(waivers);
            memory.waivers_stamp = memory.next_stamp();
            other = true;
        }
        let rules = queries::rules(db, project);
        let before = std::mem::take(&mut memory.rules);
        other |= before.len() != rules.len();
        let known = rules.iter().map(|rule| {
            let same = before.iter().find(|known| known.rule == *rule);
            let stamp = same.map_or_else(|| memory.next_stamp(), |known| known.stamp);
            other |= same.is_none();
            Known { rule: rule.clone(), stamp }
        });
        memory.rules = known.collect();
        let places = self.places(&memory.rules);
        if places != *memory.places {
            memory.places = Arc::new(places);
            todo.moved.extend(self.declarations.iter());
        }
        if other {
            todo.touched.extend(self.declarations.iter());
        }
    }

    /// Where the clauses of all rules and all waivers are.
    fn places(&self, rules: &[Known]) -> Places {
        let (db, project) = (&self.db, self.db.project());
        let waivers = queries::lowered(db, project).waivers.iter().map(|waiver| waiver.origin);
        let origins: BTreeSet<Origin> =
            rules.iter().flat_map(|known| known.rule.places()).chain(waivers).collect();
        let anchors = origins.into_iter().map(Anchor::Clause);
        let rules =
            rules.iter().map(|known| Anchor::There(known.rule.origin.file, self.span(known.rule.origin)));
        anchors.chain(rules).filter_map(|anchor| Some((anchor, self.place(anchor)?))).collect()
    }

    fn span(&self, origin: Origin) -> policy_syntax::Span {
        queries::span(&self.db, self.db.project(), origin).map_or_else(Default::default, |(_, span)| span)
    }

    fn place(&self, anchor: Anchor) -> Option<Arc<str>> {
        let (file, span) = match anchor {
            Anchor::Here(_) => return None,
            Anchor::There(file, span) => (self.db.file(file)?, span),
            Anchor::Clause(origin) => queries::span(&self.db, self.db.project(), origin)?,
        };
        let range = self.addresses.ruler(&self.db, file).range(span);
        Some(location(&self.addresses.url(&self.db, file), range).into())
    }

    /// The diagnostics of policies, of the profile and of settings.
    fn policies(&self, memory: &mut Memory, together: Option<&Together>) {
        let mut found = diagnostics::project(&self.db, together.filter(|_| self.whole));
        let (db, project) = (&self.db, self.db.project());
        let settings = if self.own_packs { project.changes(db) } else { &[] };
        for diagnostic in self.trouble.iter().cloned().chain(changes::unknown(db, project, settings)) {
            found.entry(diagnostic.file).or_default().push(diagnostic);
        }
        let mut before = std::mem::take(&mut memory.policies);
        let policies = self.db.project().policies(&self.db).iter().map(|policy| policy.file);
        let files: Vec<SourceFile> = policies.chain(self.db.project().profile(&self.db)).collect();
        let with_trouble =
            found.keys().filter_map(|id| self.db.file(*id)).filter(|file| !files.contains(file));
        let files: Vec<SourceFile> = files.iter().copied().chain(with_trouble).collect();
        for file in files {
            let of_file = found.remove(&file.id(&self.db)).unwrap_or_default();
            let fragment = Arc::new(self.fragment_of(file, &of_file));
            let same = before.remove(&file).is_some_and(|before| before == fragment);
            let (url, version) = self.addresses.at(&self.db, file);
            let places = Arc::new(self.places_of(&fragment));
            memory.policies.insert(file, fragment.clone());
            self.board.show(&url, version, Sheet { fragments: vec![fragment], places }, same);
        }
        for gone in before.into_keys() {
            self.board.clear(&self.addresses.url(&self.db, gone));
        }
    }

    fn fragment_of(&self, file: SourceFile, found: &[Diagnostic]) -> Fragment {
        let problems: Vec<_> =
            found.iter().map(|one| diagnostics::of_diagnostic(one, self.show.lang)).collect();
        let ruler = self.addresses.ruler(&self.db, file);
        Fragment::of(&problems, &self.addresses.url(&self.db, file), &ruler)
    }

    fn places_of(&self, fragment: &Fragment) -> Places {
        fragment.anchors().filter_map(|anchor| Some((anchor, self.place(anchor)?))).collect()
    }

    /// Works out what is to be done, the most wanted first; says whether something other than edited came out anew.
    fn all(&self, memory: &mut Memory, taken: &mut Taken, first: bool) -> bool {
        let todo: HashSet<SourceFile> =
            taken.todo.edited.iter().chain(&taken.todo.touched).copied().collect();
        let todo: HashSet<SourceFile> = todo.into_iter().chain(taken.todo.moved.iter().copied()).collect();
        let mut order: Vec<SourceFile> =
            todo.into_iter().filter(|file| self.addresses.is_member(*file)).collect();
        let rank = |file: &SourceFile| match () {
            () if taken.todo.edited.contains(file) && self.addresses.is_open(*file) => 0,
            () if self.addresses.is_open(*file) => 1,
            () => 2,
        };
        order.sort_by_key(|file| (rank(file), file.id(&self.db)));
        let open = order.iter().filter(|file| rank(file) < 2).count();
        let work = (first && order.len() > MANY).then(|| self.notices.begin(self.title()));
        let _end = work.map(|work| End(&self.notices, work));
        let (mut news, mut done) = (false, 0);
        for batch in (Batches { rest: &order, open }) {
            let found = self.batch(memory, taken, batch);
            for (file, entry) in batch.iter().zip(found) {
                news |= self.take_over(memory, taken, *file, entry);
            }
            done += batch.len();
            if let Some(work) = work {
                self.notices.leave(Notice::Step(work, done, order.len()));
            }
        }
        taken.todo.edited.clear();
        taken.todo.touched.clear();
        taken.todo.moved.clear();
        news
    }

    fn title(&self) -> String {
        self.show.lang.pick("policy: verklaringen beoordelen", "policy: evaluating declarations").to_owned()
    }

    /// Some documents, on all cores.
    fn batch(&self, memory: &Memory, taken: &Taken, batch: &[SourceFile]) -> Vec<Option<Entry>> {
        let worker =
            Worker { addresses: &self.addresses, show: self.show, memory, edited: &taken.todo.edited };
        let one = |db: &Database, file: &SourceFile| worker.document(db, *file);
        if batch.len() < 4 {
            return batch.iter().map(|file| one(&self.db, file)).collect();
        }
        let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        thread::scope(|scope| {
            let shares = batch.chunks(batch.len().div_ceil(workers));
            let one = &one;
            let work = |share: &'_ [SourceFile]| {
                let (db, share) = (self.db.clone(), share.to_vec());
                scope.spawn(move || -> Vec<_> { share.iter().map(|file| one(&db, file)).collect() })
            };
            let workers: Vec<_> = shares.map(work).collect();
            let mut found = Vec::new();
            for worker in workers {
                found.extend(worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            found
        })
    }

    /// Remembers what was found and puts it up; says whether it is news about a document that nobody edited.
    fn take_over(
        &self,
        memory: &mut Memory,
        taken: &mut Taken,
        file: SourceFile,
        found: Option<Entry>,
    ) -> bool {
        let (url, version) = self.addresses.at(&self.db, file);
        let old = memory.documents.get(&file);
        let moved = taken.todo.moved.remove(&file);
        let edited = taken.todo.edited.remove(&file);
        taken.todo.touched.remove(&file);
        let same = match (&found, old) {
            (None, _) => !moved || !(self.quiet || version.is_some()),
            (Some(new), Some(old)) => !moved && new.sheet_is(old),
            (Some(_), None) => false,
        };
        if moved && same && found.is_none() && !self.quiet && version.is_none() {
            self.shared.dirty().moved.insert(file);
        }
        memory.shares_differ |=
            old.is_none_or(|old| found.as_ref().is_some_and(|new| new.share != old.share));
        if old.is_none_or(|old| found.as_ref().is_some_and(|new| !new.comes_to_as(old))) {
            memory.verdicts_differ.push(file);
        }
        let entry = found.unwrap_or_else(|| old.cloned().unwrap_or_default());
        self.board.show(&url, version, entry.sheet(&memory.places), same);
        memory.documents.insert(file, entry);
        !same && !edited
    }

    /// Counts again what rules come to, as far as it is other than it was.
    fn count(&self, memory: &mut Memory, project: bool) {
        let differ = std::mem::take(&mut memory.verdicts_differ);
        let known = self.shared.tallies();
        if differ.is_empty() && known.is_some() && !project {
            return;
        }
        let few = known.filter(|_| !project && differ.len() <= FEW);
        let recounted = few.and_then(|known| recounted(known, memory, &differ));
        let tallies = recounted.unwrap_or_else(|| Arc::new(self.tallies(memory)));
        *lock(&self.shared.tallies) = Some(tallies);
    }

    /// What every rule came to for each declaration.
    fn tallies(&self, memory: &Memory) -> Tallies {
        let mut by_rule: Vec<Vec<Tally>> = vec![Vec::new(); memory.rules.len()];
        for declaration in self.declarations.iter() {
            let slots = memory.documents.get(declaration).map_or(&[][..], |entry| &entry.rules);
            for (tallies, slot) in by_rule.iter_mut().zip(slots) {
                tallies.push(slot.tally(*declaration));
            }
        }
        let by_rule = by_rule.into_iter().map(Arc::new);
        memory.rules.iter().map(|known| known.rule.id.clone()).zip(by_rule).collect()
    }

    /// What all declarations say together about waivers and the profile.
    fn sum_up(&self, memory: &mut Memory, project: bool) {
        if !project && !memory.shares_differ {
            return;
        }
        memory.documents.retain(|file, _| self.addresses.is_member(*file));
        let mut together = Together::default();
        for file in self.declarations.iter() {
            if let Some(entry) = memory.documents.get(file) {
                together.add(&entry.share);
            }
        }
        if memory.together.as_ref() != Some(&together) || (project && !memory.passed) {
            self.policies(memory, Some(&together));
            memory.together = Some(together);
        }
        // Only now: looking at the policies again may have been given up.
        memory.shares_differ = false;
    }
}

/// Tallies with those of a few declarations counted again. None if one of them was not counted before.
fn recounted(mut tallies: Arc<Tallies>, memory: &Memory, differ: &[SourceFile]) -> Option<Arc<Tallies>> {
    let all = Arc::make_mut(&mut tallies);
    for file in differ {
        for (known, slot) in memory.rules.iter().zip(&memory.documents.get(file)?.rules) {
            let of_rule = all.get_mut(&known.rule.id)?;
            let at = of_rule.iter().position(|tally| tally.declaration == *file)?;
            let tally = slot.tally(*file);
            if of_rule[at] != tally {
                Arc::make_mut(of_rule)[at] = tally;
            }
        }
    }
    Some(tallies)
}

/// What finding something in one document takes, beside a handle of the texts.
struct Worker<'a> {
    addresses: &'a Addresses,
    show: Show,
    memory: &'a Memory,
    edited: &'a HashSet<SourceFile>,
}

impl Worker<'_> {
    /// What is found in one document, with what was found before where nothing can have changed. Nothing, if that is
    /// all of it. A rule that is as it was finds in a text that is as it was what it found: nobody has to be asked.
    fn document(&self, db: &Database, file: SourceFile) -> Option<Entry> {
        db.unwind_if_revision_cancelled();
        let memory = self.memory;
        let old = memory.documents.get(&file);
        let same = old.filter(|old| !self.edited.contains(&file) && old.basis == memory.basis_stamp);
        let kept: Vec<Option<Slot>> =
            (0..memory.rules.len()).map(|rule| self.kept(db, file, same?, rule)).collect();
        let all_kept = kept.iter().all(Option::is_some);
        if all_kept && same.is_some_and(|old| old.rules.len() == kept.len()) {
            return None;
        }
        let (url, ruler) = (self.addresses.url(db, file), self.addresses.ruler(db, file));
        let fragment = |problems: &[Problem]| Fragment::of(problems, &url, &ruler).some();
        let made = self.made(db, file, &kept, &|problems| fragment(problems));
        let rules: Box<[Slot]> =
            made.into_iter().zip(kept).filter_map(|(made, kept)| kept.or(made)).collect();
        let limited = |rules: &[Slot]| rules.iter().any(|slot| slot.outcome.too_many_cases);
        let mistakes = match same.filter(|old| !limited(&old.rules) && !limited(&rules)) {
            Some(old) => old.mistakes.clone(),
            None => {
                let limited = rules.iter().enumerate().filter(|(_, slot)| slot.outcome.too_many_cases);
                let limited = limited.map(|(rule, _)| rule);
                fragment(&diagnostics::mistakes(db, file, self.show.lang, limited))
            }
        };
        let unmatched =
            same.map_or_else(|| diagnostics::unmatched(db, file), |old| old.share.unmatched.clone());
        let waivers = rules.iter().filter_map(|slot| Some(slot.waived.as_ref()?.origin)).collect();
        let share = Share { waivers, unmatched };
        Some(Entry { basis: memory.basis_stamp, waivers: memory.waivers_stamp, mistakes, rules, share })
    }

    /// What a rule found before in a text that is as it was, if the rule and its waiver are as they were, too.
    fn kept(&self, db: &Database, file: SourceFile, old: &Entry, rule: usize) -> Option<Slot> {
        let stamp = self.memory.rules[rule].stamp;
        let there = old.rules.get(rule).filter(|slot| slot.stamp == stamp);
        let slot = there.or_else(|| old.rules.iter().find(|slot| slot.stamp == stamp))?;
        let waived = || queries::waived(db, db.project(), file, rule, slot.outcome.verdict);
        let same = old.waivers == self.memory.waivers_stamp || waived().as_ref() == slot.waived.as_deref();
        same.then(|| slot.clone())
    }

    /// What the rules find of which nothing was kept; in a document that is waited for on two cores.
    fn made(
        &self,
        db: &Database,
        file: SourceFile,
        kept: &[Option<Slot>],
        fragment: &(dyn Fn(&[Problem]) -> Option<Arc<Fragment>> + Sync),
    ) -> Vec<Option<Slot>> {
        let make = |db: &Database, rule: usize| {
            let wanted = kept[rule].is_none();
            wanted.then(|| self.slot(db, file, rule, fragment)).flatten()
        };
        let many = kept.iter().filter(|slot| slot.is_none()).count() > 5;
        if !many || !self.edited.contains(&file) || !self.addresses.is_open(file) {
            return (0..kept.len()).map(|rule| make(db, rule)).collect();
        }
        // Whoever is free takes the next one, since some are slow.
        let next = AtomicUsize::new(0);
        let share = |db: &Database| {
            let rules = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            let rules = rules.take_while(|rule| *rule < kept.len());
            rules.map(|rule| (rule, make(db, rule))).collect::<Vec<_>>()
        };
        let other = db.clone();
        let share = &share;
        let found = thread::scope(|scope| {
            let other = scope.spawn(move || share(&other));
            let mut found = share(db);
            found.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            found
        });
        let mut slots = vec![None; kept.len()];
        found.into_iter().for_each(|(rule, slot)| slots[rule] = slot);
        slots
    }

    fn slot(
        &self,
        db: &Database,
        file: SourceFile,
        rule: usize,
        fragment: &dyn Fn(&[Problem]) -> Option<Arc<Fragment>>,
    ) -> Option<Slot> {
        let project = db.project();
        let judgement = queries::judgement(db, file, rule)?;
        let outcome = judgement.outcome.clone();
        let waived = queries::waived(db, project, file, rule, outcome.verdict);
        let found = diagnostics::findings(db, file, rule, &judgement, waived.as_ref(), self.show);
        let stamp = self.memory.rules[rule].stamp;
        Some(Slot { stamp, outcome, waived: waived.map(Box::new), fragment: fragment(&found) })
    }
}

impl Slot {
    fn tally(&self, declaration: SourceFile) -> Tally {
        Tally { declaration, verdict: self.outcome.verdict, waived: self.waived.is_some() }
    }
}

impl Entry {
    fn sheet(&self, places: &Arc<Places>) -> Sheet {
        let rules = self.rules.iter().filter_map(|slot| slot.fragment.clone());
        Sheet { fragments: self.mistakes.iter().cloned().chain(rules).collect(), places: places.clone() }
    }

    /// Whether every rule comes to the same in both.
    fn comes_to_as(&self, other: &Entry) -> bool {
        let verdicts = |entry: &Entry| -> Vec<_> {
            entry.rules.iter().map(|slot| (slot.outcome.verdict, slot.waived.is_some())).collect()
        };
        verdicts(self) == verdicts(other)
    }

    fn sheet_is(&self, other: &Entry) -> bool {
        let same = |(a, b): (&Slot, &Slot)| a.fragment == b.fragment;
        self.mistakes == other.mistakes
            && self.rules.len() == other.rules.len()
            && self.rules.iter().zip(&other.rules).all(same)
    }
}

/// Ends a piece of work, whatever happens to it.
struct End<'a>(&'a Notices, u64);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.leave(Notice::End(self.1));
    }
}

/// Documents in the order in which they are wanted: open ones one by one, the others many at a time.
struct Batches<'a> {
    rest: &'a [SourceFile],
    open: usize,
}

impl<'a> Iterator for Batches<'a> {
    type Item = &'a [SourceFile];

    fn next(&mut self) -> Option<Self::Item> {
        let size = if self.open > 0 { 1 } else { BATCH.min(self.rest.len()) };
        self.open = self.open.saturating_sub(1);
        let (batch, rest) = self.rest.split_at(size.min(self.rest.len()));
        self.rest = rest;
        (!batch.is_empty()).then_some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_of_before_leaves_the_work_to_the_next() {
        let shared = Shared::default();
        let before = shared.edition();
        shared.mark().project = true;
        assert!(shared.take(before).is_empty());
        assert!(shared.needs_pass(false));
        assert!(shared.take(shared.edition()).project);
        assert!(!shared.needs_pass(false));
    }

    #[test]
    fn whoever_asks_how_things_stand_waits_for_the_pass_under_way() {
        let (shared, db) = (Shared::default(), Database::default());
        let (begun, counted) = std::sync::mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                let _held = lock(&shared.memory);
                begun.send(()).expect("somebody waits");
                thread::sleep(Duration::from_millis(30));
                *lock(&shared.tallies) = Some(Arc::default());
            });
            counted.recv().expect("it begins");
            assert!(!shared.is_settled() && shared.moves());
            assert!(shared.settled(&db).is_some(), "asked before it had counted");
        });
    }

    #[test]
    fn nobody_waits_for_a_pass_after_one_that_failed() {
        let (shared, begun) = (Shared::default(), Instant::now());
        shared.mark().project = true;
        shared.failed.store(true, Ordering::Relaxed);
        assert!(shared.settled(&Database::default()).is_none());
        assert!(begun.elapsed() < PATIENCE / 2);
        shared.mark().project = true;
        assert!(shared.moves(), "the next comes with the next edit");
    }

    #[test]
    fn a_pass_that_was_given_up_keeps_nobody_waiting() {
        let (shared, begun) = (Shared::default(), Instant::now());
        let given_up = catch_unwind(AssertUnwindSafe(|| {
            let _held = lock(&shared.memory);
            resume_unwind(Box::new("another edit"));
        }));
        assert!(given_up.is_err() && shared.memory.is_poisoned());
        assert!(shared.settled(&Database::default()).is_none());
        assert!(begun.elapsed() < PATIENCE / 2);
    }
}
