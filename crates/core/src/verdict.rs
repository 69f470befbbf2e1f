//! Verdicts: what the evaluator finds, in a form without words, spans or language.

use crate::model::{ClauseId, NodeId, Owner, Reading, RecordId};

/// What a rule comes to for one declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Kept: broken in no world, and exercised in some.
    Pass,
    /// Broken in every world, or by the caution the rule chose.
    Fail,
    /// Broken in some worlds only.
    Unknown,
    /// Not exercised in any world.
    NotApplicable,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Verdict; 4] = [Verdict::Pass, Verdict::Fail, Verdict::Unknown, Verdict::NotApplicable];

    /// The word in JSON and options.
    pub fn word(self) -> &'static str {
        ["pass", "fail", "unknown", "not-applicable"][self as usize]
    }

    /// The Dutch word.
    pub fn word_nl(self) -> &'static str {
        ["voldoet", "voldoet niet", "onbekend", "niet van toepassing"][self as usize]
    }

    /// The place in a list that begins with what needs work: fails, unknowns, then the rest.
    pub fn rank(self) -> usize {
        [2, 0, 1, 3][self as usize]
    }
}

/// The outcome of one rule on one declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// The caution that turned an unknown into this fail.
    pub decided_by: Option<Caution>,
    /// The case limit was reached: an unknown that more work could perhaps settle.
    pub too_many_cases: bool,
}

/// A caution that can decide a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caution {
    /// `silence fails`.
    Silence,
    /// `contradiction fails`.
    Contradiction,
}

/// The outcome of one rule on one declaration, and what it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The outcome.
    pub outcome: Outcome,
    /// What it comes from, thing by thing.
    pub findings: Vec<Finding>,
}

/// Part of an explained outcome: one thing, and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What this thing comes to.
    pub verdict: Verdict,
    /// Index of the sentence it is about; `None` for `when`.
    pub sentence: Option<usize>,
    /// The clause of the rule that decides.
    pub clause: ClauseId,
    /// What it is about.
    pub about: About,
    /// The facts that decide, most telling first.
    pub facts: Vec<FactRef>,
    /// What is missing, for an unknown.
    pub missing: Vec<Missing>,
    /// Minimal stated facts that keep the verdict when all else is deleted; filled when asked for.
    pub rests_on: Vec<FactRef>,
    /// The caution that decided.
    pub decided_by: Option<Caution>,
    /// Readings it rests on.
    pub readings: Vec<Reading>,
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// The declaration as a whole.
    Declaration,
    /// A listed record: type, index, node.
    Item(RecordId, u32, NodeId),
    /// A record that may exist and is not listed.
    Unlisted(RecordId),
    /// A category under a limit: kind's term bit, and the governing record if one is listed.
    Category(RecordId, u32, Option<u32>),
}

/// A fact by its place in the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactRef {
    /// A field of a listed record: type, item, field.
    Field(RecordId, u32, u32),
    /// Whether a listed record exists.
    Exists(RecordId, u32),
    /// Whether the list of a record type is complete.
    Complete(RecordId),
    /// An exclusion of a list: type, index.
    Exclusion(RecordId, u32),
    /// A condition.
    Condition(u32),
    /// A term for a category that nothing governs: governing record type, category bit.
    Ungoverned(RecordId, u32),
    /// Whether a category is there at all: holding record type, category bit.
    Category(RecordId, u32),
    /// A dated list of the world (set index), no longer known to be complete.
    World(u32),
}

/// A missing fact, and whose move it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The fact.
    pub fact: FactRef,
    /// Who can settle it.
    pub owner: Owner,
}
