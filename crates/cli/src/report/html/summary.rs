//! The first page: what came out in plain words, what weighs most, and what to do next.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use policy_core::model::{Owner, Rule, Severity};

use super::face::{Face, Faces};
use super::vendor::Vendor;

/// The most norms that are named as the gravest.
const GRAVEST: usize = 8;
/// The most declarations that are named with one of them.
const NAMED: usize = 8;

/// What the whole comes to.
pub struct Digest {
    /// How often each look came out.
    pub counts: Faces,
    /// Declarations with a fail.
    pub failing: usize,
    /// Fails of the gravest severity.
    pub critical: usize,
    /// The norms of the two gravest severities that fail, the gravest and most frequent first.
    pub gravest: Vec<Grave>,
    /// How many more of these norms fail.
    pub graver: usize,
    /// Questions to those who declare, each once per declaration.
    pub to_vendors: usize,
    /// Declarations with such questions.
    pub asked: usize,
    /// What the own side has to decide, each once.
    pub own: Vec<String>,
    /// What has to be looked up, each once.
    pub world: Vec<String>,
}

/// A norm that fails.
pub struct Grave {
    /// Index of the rule.
    pub rule: usize,
    /// Indices of declarations that fail it.
    pub vendors: Vec<usize>,
    /// How many more of them.
    pub more: usize,
}

impl Digest {
    /// Sums declarations up.
    pub fn of(vendors: &[Vendor], rules: &[Rule]) -> Digest {
        let mut counts = Faces::default();
        vendors.iter().for_each(|vendor| counts.add_all(&vendor.counts));
        let mut gravest = gravest(vendors, rules);
        let graver = gravest.len().saturating_sub(GRAVEST);
        gravest.truncate(GRAVEST);
        let asks = |vendor: &Vendor, owner| vendor.questions.iter().filter(|ask| ask.0 == owner).count();
        let to: Vec<_> = vendors.iter().map(|vendor| asks(vendor, Owner::Vendor)).collect();
        Digest {
            counts,
            failing: vendors.iter().filter(|vendor| vendor.counts.of(Face::Fail) > 0).count(),
            critical: vendors.iter().map(|vendor| vendor.critical).sum(),
            gravest,
            graver,
            to_vendors: to.iter().sum(),
            asked: to.iter().filter(|count| **count > 0).count(),
            own: questions(vendors, Owner::Profile),
            world: questions(vendors, Owner::World),
        }
    }
}

fn gravest(vendors: &[Vendor], rules: &[Rule]) -> Vec<Grave> {
    let failing = |rule: usize| -> Vec<usize> {
        (0..vendors.len()).filter(|vendor| vendors[*vendor].faces[rule] == Face::Fail).collect()
    };
    let grave = (0..rules.len()).filter(|rule| rules[*rule].severity >= Severity::High);
    let mut all: Vec<_> =
        grave.map(|rule| (rule, failing(rule))).filter(|(_, fails)| !fails.is_empty()).collect();
    all.sort_by_key(|(rule, fails)| (Reverse(rules[*rule].severity), Reverse(fails.len()), *rule));
    let one = |(rule, mut vendors): (usize, Vec<usize>)| {
        let more = if vendors.len() > NAMED + 1 { vendors.len() - NAMED } else { 0 };
        vendors.truncate(vendors.len() - more);
        Grave { rule, vendors, more }
    };
    all.into_iter().map(one).collect()
}

fn questions(vendors: &[Vendor], owner: Owner) -> Vec<String> {
    let all: BTreeSet<_> =
        vendors.iter().flat_map(|vendor| &vendor.questions).filter(|ask| ask.0 == owner).collect();
    all.into_iter().map(|(_, question)| question.clone()).collect()
}
