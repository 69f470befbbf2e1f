//! What packs say about rules from the outside: tests of them, and accepted risks.

use jiff::civil::Date;

use super::Origin;
use crate::verdict::Verdict;

/// A `test` item: a declaration, and what rules come to for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// The rule it is a test of.
    pub rule: String,
    /// What it shows.
    pub title: String,
    /// The declaration.
    pub given: Embedded,
    /// The profile that goes with it.
    pub profile: Option<Embedded>,
    /// The day it is evaluated for; `None`: the day of the run.
    pub as_of: Option<Date>,
    /// What is expected, in the order written.
    pub expects: Vec<Expectation>,
    /// Paths of facts that must be named as missing.
    pub missing: Vec<String>,
    /// Where it stands (the rule id in its head).
    pub origin: Origin,
}

/// A text inside a policy file that is read as a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded {
    /// The text.
    pub text: String,
    /// The byte of the policy file at which it begins.
    pub offset: u32,
    /// Where it stands.
    pub origin: Origin,
}

/// What one rule should come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The rule.
    pub rule: String,
    /// What it should come to.
    pub outcome: Expected,
    /// Where it stands.
    pub origin: Origin,
}

/// A verdict, or that a waiver covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expected {
    /// This verdict.
    Verdict(Verdict),
    /// A fail or an unknown that a waiver covers.
    Waived,
}

impl Expected {
    /// The English word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Expected::Verdict(verdict) => verdict.word(),
            Expected::Waived => "waived",
        }
    }
}

/// A `waive` item: someone accepts a risk for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The rule it covers.
    pub rule: String,
    /// The declarations it covers: the name of the party or of the product, as declared.
    pub vendor_or_product: String,
    /// The first day it is in force; `None`: always was.
    pub from: Option<Date>,
    /// The first day it no longer is.
    pub until: Date,
    /// Why the risk is accepted.
    pub reason: String,
    /// Who accepted it.
    pub owner: String,
    /// Where it stands (the rule id in its head).
    pub origin: Origin,
}

impl Waiver {
    /// Whether it is in force on `day`.
    pub fn in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && day < self.until
    }
}
