//! A second evaluator that takes the definition of a verdict at its word: it lists the complete worlds that
//! agree with a declaration, looks in each whether the rule is broken, and counts.
//!
//! It shares nothing with the fast evaluator but the typed policy, the facts and the verdict. It is slow on
//! purpose. A world is made piecewise: evaluation asks for a choice the moment it reads something open
//! ([`world::Stop::Ask`]) and is run again for every answer, so one run stands for all worlds that agree on
//! what the rule reads. Nothing else is clever.
//!
//! # What the definition is taken to say
//! The brief places, where the language page leaves room:
//! - **Verdict.** `Broken` in all worlds: fail; in some: unknown; else pass, or not applicable where no
//!   world exercises the rule. A rule is not exercised where `when` is false or where no sentence is
//!   exercised (also where `unless` holds); a true `unless` turns broken into kept.
//! - **Fields.** An undeclared single value is any value or none (what is not stated never passes "has a
//!   value"); an undeclared set is any subset. A comparison, an element and `Same` are false of a field that
//!   is none. A default speaks for the fields of unlisted records.
//! - **Open kinds.** An unknown word is one of the words in use or one of [`Bounds::fresh`] others.
//! - **Exclusions** of a list hold for the record type and its children. A spare matches none of them; of a
//!   listed record those with one field narrow what is undeclared or vague, unless nothing would be left
//!   (a stated value stands, the contradiction is the reader's to report).
//! - **Sets after their last complete day.** Whether a term is a member is a free choice for each
//!   (thing, field, term).
//! - **Spans.** Where months and hours overlap, how they compare is one free choice per (fact, bound).
//!   `d at most N ago` is `d ≤ as-of ≤ d + N`, month ends clamped.
//! - **Declared terms** are those in `must`, or the one stated value, of records that certainly exist and of
//!   facts that were not reached by a reading, with everything under them.
//! - **Categories.** In one world the categories in scope are the scope's terms that some existing held
//!   record holds, and those that the key of an existing listed governing record states for certain. For each
//!   the governing record is the existing listed one whose key holds the category or the nearest ancestor of
//!   it; of several at the same distance either (a free choice); without one every field of the thing is
//!   undeclared. A general term that is held or stated is not its parts: nothing under it is thereby held.
//!   `also` narrows by "some element is among these terms".
//! - **Silence.** For each certainly existing listed thing of an `Each` whose scope holds in all worlds, the
//!   undeclared facts of that thing which `need` reads (of a named field only, if fields are named), with
//!   the conditions of named sets and the events that spans count from. A category in scope in all worlds is
//!   such a thing, the missing term of one that nothing governs such a fact. A plain prohibition needs nothing:
//!   there the named facts are those that the scope reads. Fail: in each world of
//!   all other facts some value of the silent ones breaks the rule.
//! - **Contradiction.** Some choice of one statement per conflict makes the verdict of what is left a fail
//!   (with `silence`, if the rule has it).

pub mod apart;
mod candidates;
mod formula;
pub mod generate;
#[cfg(test)]
mod hand;
pub mod show;
mod walk;
pub mod world;

use jiff::civil::Date;
use policy_core::facts::Facts;
use policy_core::model::{Rule, Schema};
use policy_core::verdict::{Caution, Verdict};

use formula::Met;
use world::{Choices, Key, Stop, World};

/// How much of the infinite is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// At most so many spare records of each type, if the rule's own need is larger; `None`: its need.
    pub spares: Option<usize>,
    /// So many spare records of each type more than that.
    pub extra: usize,
    /// Words nobody uses that an unknown word of an open kind can be.
    pub fresh: u32,
    /// Runs of the rule after which to give up.
    pub runs: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { spares: None, extra: 0, fresh: 2, runs: 20_000 }
    }
}

/// What the definition says of one rule on one declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// The caution that made it a fail.
    pub decided_by: Option<Caution>,
    /// How often the rule was run.
    pub runs: usize,
}

/// The verdict by definition, or `None` where that takes more runs than the bounds allow.
pub fn answer(schema: &Schema, rule: &Rule, facts: &Facts, as_of: Date, bounds: Bounds) -> Option<Answer> {
    let setting = world::Setting::new(schema, rule, facts, as_of, bounds);
    let mut game = Game { setting: &setting, runs: 0, hoist: false };
    let (verdict, decided_by) = game.verdict().ok()?;
    Some(Answer { verdict, decided_by, runs: game.runs })
}

/// Runs of one rule over the worlds of one declaration.
struct Game<'a> {
    setting: &'a world::Setting<'a>,
    runs: usize,
    /// Conflicts are chosen first, by whoever asks for the verdict of one reading.
    hoist: bool,
}

/// Which kinds of worlds there are.
#[derive(Default)]
struct Seen {
    broken: bool,
    kept: bool,
    idle: bool,
}

/// What some value of the silent facts can do once the other facts are chosen.
enum Silent {
    Breaks,
    Keeps,
    Impossible,
    Needs(Key, usize),
}

impl Game<'_> {
    fn verdict(&mut self) -> Result<(Verdict, Option<Caution>), Stop> {
        let seen = self.worlds(&mut Choices::default())?;
        let plain = match seen {
            Seen { broken: true, kept: false, idle: false } => Verdict::Fail,
            Seen { broken: true, .. } => Verdict::Unknown,
            Seen { kept: true, .. } => Verdict::Pass,
            _ => Verdict::NotApplicable,
        };
        if plain != Verdict::Unknown {
            return Ok((plain, None));
        }
        if self.fails_by_silence(&mut Choices::default())? {
            return Ok((Verdict::Fail, Some(Caution::Silence)));
        }
        self.hoist = true;
        if self.setting.rule.contradiction_fails && self.fails_by_contradiction(&mut Choices::default())? {
            return Ok((Verdict::Fail, Some(Caution::Contradiction)));
        }
        Ok((Verdict::Unknown, None))
    }

    /// One run of `test`, or the choice it needs.
    fn run<T>(
        &mut self,
        choices: &Choices,
        test: impl Fn(&World) -> Result<T, Stop>,
    ) -> Result<Option<T>, Stop> {
        self.runs += 1;
        if self.runs > self.setting.bounds.runs {
            return Err(Stop::Limit);
        }
        match test(&World::new(self.setting, choices)) {
            Ok(found) => Ok(Some(found)),
            Err(Stop::Impossible) => Ok(None),
            Err(Stop::Ask(key, n)) if self.hoist && key.is_conflict() => Err(Stop::Conflict(key, n)),
            Err(stop) => Err(stop),
        }
    }

    fn worlds(&mut self, choices: &mut Choices) -> Result<Seen, Stop> {
        let mut seen = Seen::default();
        self.look(choices, &mut seen)?;
        Ok(seen)
    }

    fn look(&mut self, choices: &mut Choices, seen: &mut Seen) -> Result<(), Stop> {
        if seen.broken && (seen.kept || seen.idle) {
            return Ok(());
        }
        match self.run(choices, |world| world.rule()) {
            Ok(Some(Met::Broken)) => seen.broken = true,
            Ok(Some(Met::Kept)) => seen.kept = true,
            Ok(Some(Met::Idle)) => seen.idle = true,
            Ok(None) => {}
            Err(Stop::Ask(key, n)) => {
                for i in 0..n {
                    choices.insert(key.clone(), i);
                    self.look(choices, seen)?;
                }
                choices.remove(&key);
            }
            Err(stop) => return Err(stop),
        }
        Ok(())
    }

    /// Whether `test` holds in all worlds that agree with the choices.
    fn always(
        &mut self,
        choices: &mut Choices,
        test: &dyn Fn(&World) -> Result<bool, Stop>,
    ) -> Result<bool, Stop> {
        match self.run(choices, test) {
            Ok(found) => Ok(found.unwrap_or(true)),
            Err(Stop::Ask(key, n)) => {
                let mut all = true;
                for i in 0..n {
                    choices.insert(key.clone(), i);
                    let here = self.always(choices, test);
                    choices.remove(&key);
                    all = here?;
                    if !all {
                        break;
                    }
                }
                Ok(all)
            }
            Err(stop) => Err(stop),
        }
    }

    fn fails_by_silence(&mut self, choices: &mut Choices) -> Result<bool, Stop> {
        let silent = self.silent_facts(choices)?;
        if silent.is_empty() {
            return Ok(false);
        }
        self.breaks_everywhere(choices, &silent)
    }

    /// For all choices of the other facts there is one of the silent facts that breaks the rule.
    fn breaks_everywhere(&mut self, choices: &mut Choices, silent: &[Key]) -> Result<bool, Stop> {
        let (key, n) = match self.breaks_somehow(choices, silent)? {
            Silent::Breaks | Silent::Impossible => return Ok(true),
            Silent::Keeps => return Ok(false),
            Silent::Needs(key, n) => (key, n),
        };
        for i in 0..n {
            choices.insert(key.clone(), i);
            let here = self.breaks_everywhere(choices, silent);
            choices.remove(&key);
            if !here? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn breaks_somehow(&mut self, choices: &mut Choices, silent: &[Key]) -> Result<Silent, Stop> {
        let (key, n) = match self.run(choices, |world| world.rule()) {
            Ok(Some(Met::Broken)) => return Ok(Silent::Breaks),
            Ok(Some(_)) => return Ok(Silent::Keeps),
            Ok(None) => return Ok(Silent::Impossible),
            Err(Stop::Ask(key, n)) if silent.contains(&key) => (key, n),
            Err(Stop::Ask(key, n)) => return Ok(Silent::Needs(key, n)),
            Err(stop) => return Err(stop),
        };
        let mut best = Silent::Impossible;
        for i in 0..n {
            choices.insert(key.clone(), i);
            let here = self.breaks_somehow(choices, silent);
            choices.remove(&key);
            match here? {
                Silent::Breaks => return Ok(Silent::Breaks),
                Silent::Needs(key, n) => best = Silent::Needs(key, n),
                Silent::Keeps if matches!(best, Silent::Impossible) => best = Silent::Keeps,
                _ => {}
            }
        }
        Ok(best)
    }

    /// Some choice of one statement per conflict leaves a fail.
    fn fails_by_contradiction(&mut self, choices: &mut Choices) -> Result<bool, Stop> {
        let broken = |world: &World| Ok(world.rule()? == Met::Broken);
        let found = match self.always(choices, &broken) {
            Ok(false) => self.fails_by_silence(choices),
            other => other,
        };
        let (key, n) = match found {
            Err(Stop::Conflict(key, n)) => (key, n),
            other => return other,
        };
        for i in 0..n {
            choices.insert(key.clone(), i);
            let here = self.fails_by_contradiction(choices);
            choices.remove(&key);
            if here? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The open facts that the rule's caution about silence takes as breaking.
    fn silent_facts(&mut self, choices: &mut Choices) -> Result<Vec<Key>, Stop> {
        let mut silent = Vec::new();
        for doubt in walk::silent_candidates(self.setting) {
            if doubt.plain || self.always(choices, &|world| world.in_scope(&doubt))? {
                silent.extend(doubt.facts);
            }
        }
        Ok(silent)
    }
}
