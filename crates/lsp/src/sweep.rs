//! Finding the diagnostics of all documents, in the background: what was edited first, then what is open, then the
//! rest. Only what could have changed is worked out again, rule by rule. An edit stops a pass; the next goes on.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use jiff::civil::Date;
use policy_core::diag::Diagnostic;
use policy_core::model::{Norm, Origin, Rule, Schema};
use policy_core::report::Waived;
use policy_core::verdict::Outcome;
use policy_db::engine::ProfileRead;
use policy_db::salsa::{Cancelled, Database as _};
use policy_db::{Database, SourceFile, queries};
use policy_ide::diagnostics::{self, Anchor, Problem, Share, Show, Together};

use crate::board::Board;
use crate::client::{Notice, Notices};
use crate::desk::Desk;
use crate::fragment::{Fragment, Places, Sheet, location};
use crate::view::Addresses;

/// How many documents are worked on between two deliveries.
const BATCH: usize = 64;
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
    stamp: u64,
    passed: bool,
    /// Some declaration says another thing about waivers or the profile than it did.
    shares_differ: bool,
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

/// What was found in one declaration.
#[derive(Clone, Default)]
struct Entry {
    mistakes: Arc<Fragment>,
    rules: Vec<Slot>,
    share: Share,
}

#[derive(Clone)]
struct Slot {
    stamp: u64,
    outcome: Outcome,
    waived: Option<Waived>,
    fragment: Arc<Fragment>,
}

/// The part of a folder that passes share.
#[derive(Default)]
pub struct Shared {
    dirty: Mutex<Dirty>,
    memory: Mutex<Memory>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// What has to be looked at again.
    pub fn dirty(&self) -> MutexGuard<'_, Dirty> {
        lock(&self.dirty)
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
    /// Where diagnostics go.
    pub board: Arc<Board>,
    /// Where notices for the client go.
    pub notices: Notices,
    /// Who is told that a pass is over.
    pub desk: Desk,
    /// Whether what could wait is done, too.
    pub quiet: bool,
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
        let run = move || {
            let (desk, notices) = (self.desk.clone(), self.notices.clone());
            let done = catch_unwind(AssertUnwindSafe(|| Cancelled::catch(AssertUnwindSafe(|| self.run()))));
            match done {
                Ok(Ok(())) => desk.send(|_| {}),
                Ok(Err(_)) => {}
                Err(_) => notices.leave(Notice::Log("policy: a pass over the workspace failed".to_owned())),
            }
        };
        // A system that has no thread left gets its diagnostics with the next edit.
        let _ = thread::Builder::new().name("pass".to_owned()).spawn(run);
    }

    fn run(self) {
        let shared = self.shared.clone();
        let mut memory = lock(&shared.memory);
        let mut taken = Taken { shared: &shared, todo: Dirty::default() };
        taken.todo = std::mem::take(&mut *shared.dirty());
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
        if memory.basis.as_ref() != Some(&basis) {
            memory.rules.clear();
            memory.basis = Some(basis);
        }
        let rules = queries::rules(db, project);
        let before = std::mem::take(&mut memory.rules);
        let mut other = before.len() != rules.len();
        let known = rules.iter().map(|rule| {
            let same = before.iter().find(|known| known.rule == *rule);
            let stamp = same.map_or_else(
                || {
                    memory.stamp += 1;
                    memory.stamp
                },
                |known| known.stamp,
            );
            other |= same.is_none();
            Known { rule: rule.clone(), stamp }
        });
        memory.rules = known.collect();
        let places = self.places(&memory.rules);
        if places != *memory.places {
            memory.places = Arc::new(places);
            todo.moved.extend(self.declarations.iter());
        }
        // A waiver covers rules without being part of one.
        if other || todo.project {
            todo.touched.extend(self.declarations.iter());
        }
    }

    /// Where the clauses of all rules and all waivers are.
    fn places(&self, rules: &[Known]) -> Places {
        let (db, project) = (&self.db, self.db.project());
        let waivers = queries::lowered(db, project).waivers.iter().map(|waiver| waiver.origin);
        let origins: BTreeSet<Origin> =
            rules.iter().flat_map(|known| clauses(&known.rule)).chain(waivers).collect();
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
        for diagnostic in self.trouble.iter() {
            found.entry(diagnostic.file).or_default().push(diagnostic.clone());
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
        let entry = found.unwrap_or_else(|| old.cloned().unwrap_or_default());
        self.board.show(&url, version, entry.sheet(&memory.places), same);
        memory.documents.insert(file, entry);
        !same && !edited
    }

    /// What all declarations say together about waivers and the profile.
    fn sum_up(&self, memory: &mut Memory, project: bool) {
        if !project && !std::mem::take(&mut memory.shares_differ) {
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
    }
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
    /// all of it.
    fn document(&self, db: &Database, file: SourceFile) -> Option<Entry> {
        db.unwind_if_revision_cancelled();
        let (memory, old) = (self.memory, self.memory.documents.get(&file));
        let edited = self.edited.contains(&file);
        let project = db.project();
        let outcomes = queries::outcomes(db, project, file);
        let waived = queries::waivers_in_force(db, project, file);
        let kept = |rule: usize| -> Option<&Slot> {
            let slots = old.filter(|_| !edited)?.rules.iter();
            let mut slots = slots.filter(|slot| slot.stamp == memory.rules[rule].stamp);
            slots.find(|slot| slot.outcome == outcomes[rule] && slot.waived == waived[rule])
        };
        let (url, ruler) = (self.addresses.url(db, file), self.addresses.ruler(db, file));
        let mistakes = diagnostics::mistakes(db, file, self.show.lang);
        let mistakes = Arc::new(Fragment::of(&mistakes, &url, &ruler));
        let all_kept = (0..outcomes.len()).all(|rule| kept(rule).is_some());
        if all_kept && old.is_some_and(|old| old.mistakes == mistakes && old.rules.len() == outcomes.len()) {
            return None;
        }
        let share = diagnostics::share(db, file);
        let anew: Vec<usize> = (0..outcomes.len()).filter(|rule| kept(*rule).is_none()).collect();
        let found = self.findings(db, file, &anew);
        let mut made: HashMap<usize, Fragment> =
            found.into_iter().map(|(rule, problems)| (rule, Fragment::of(&problems, &url, &ruler))).collect();
        let slot = |rule: usize| match kept(rule) {
            Some(slot) => slot.clone(),
            None => Slot {
                stamp: memory.rules[rule].stamp,
                outcome: outcomes[rule].clone(),
                waived: waived[rule].clone(),
                fragment: Arc::new(made.remove(&rule).unwrap_or_default()),
            },
        };
        let rules = (0..outcomes.len()).map(slot).collect();
        Some(Entry { mistakes, rules, share })
    }
}

impl Worker<'_> {
    /// What some rules find in one document; that of a document that is waited for on two cores.
    fn findings(&self, db: &Database, file: SourceFile, rules: &[usize]) -> Vec<(usize, Vec<Problem>)> {
        let show = self.show;
        if !self.edited.contains(&file) || !self.addresses.is_open(file) || rules.len() < 6 {
            return diagnostics::findings(db, file, show, |rule| rules.contains(&rule));
        }
        // Every other rule, since neighbours are alike and some are slow.
        let (even, odd): (Vec<usize>, Vec<usize>) = rules.iter().partition(|rule| *rule % 2 == 0);
        let other = db.clone();
        thread::scope(|scope| {
            let work = move || diagnostics::findings(&other, file, show, |rule| odd.contains(&rule));
            let other = scope.spawn(work);
            let mut found = diagnostics::findings(db, file, show, |rule| even.contains(&rule));
            found.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            found
        })
    }
}

impl Entry {
    fn sheet(&self, places: &Arc<Places>) -> Sheet {
        let rules = self.rules.iter().map(|slot| slot.fragment.clone());
        let some = std::iter::once(self.mistakes.clone()).chain(rules).filter(|fragment| fragment.count > 0);
        Sheet { fragments: some.collect(), places: places.clone() }
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

/// The places in a rule that findings point at.
fn clauses(rule: &Rule) -> Vec<Origin> {
    let own = rule.when.iter().chain(&rule.unless).map(|clause| clause.origin);
    let sentences = rule.sentences.iter().flat_map(|sentence| {
        let norm = match &sentence.norm {
            Norm::Each { scope, need, .. } => vec![scope.origin, need.origin],
            Norm::Holds(clause) => vec![clause.origin],
        };
        let conditions = sentence.given.iter().chain(&sentence.unless).map(|clause| clause.origin);
        conditions.chain(norm).chain([sentence.origin]).collect::<Vec<_>>()
    });
    own.chain(sentences).chain([rule.origin]).collect()
}
