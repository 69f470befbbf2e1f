//! Ground formulas: what a rule comes to for one declaration, in negation normal form over open literals.
//!
//! Everything the declaration settles has been folded away while building, so a formula that is still not
//! constant mentions open facts only.

use super::atom::Atom;
use super::vars::VarId;

/// A ground formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Settled.
    Const(bool),
    /// An open atom, or its negation.
    Literal(Atom, bool),
    /// All of them; at least two.
    And(Vec<Ground>),
    /// Some of them; at least two.
    Or(Vec<Ground>),
    /// At least that many of them; more than one, fewer than all.
    AtLeast(usize, Vec<Ground>),
}

impl Ground {
    pub(crate) const TRUE: Ground = Ground::Const(true);
    pub(crate) const FALSE: Ground = Ground::Const(false);

    /// The conjunction, folded.
    pub(crate) fn and(parts: impl IntoIterator<Item = Ground>) -> Ground {
        let mut rest = Vec::new();
        for part in parts {
            match part {
                Ground::Const(true) => {}
                Ground::Const(false) => return Ground::FALSE,
                Ground::And(inner) => rest.extend(inner),
                other => rest.push(other),
            }
        }
        Self::many(rest, Ground::And, true)
    }

    /// The disjunction, folded.
    pub(crate) fn or(parts: impl IntoIterator<Item = Ground>) -> Ground {
        let mut rest = Vec::new();
        for part in parts {
            match part {
                Ground::Const(false) => {}
                Ground::Const(true) => return Ground::TRUE,
                Ground::Or(inner) => rest.extend(inner),
                other => rest.push(other),
            }
        }
        Self::many(rest, Ground::Or, false)
    }

    /// At least `count` of the parts, folded.
    pub(crate) fn at_least(count: usize, parts: impl IntoIterator<Item = Ground>) -> Ground {
        let mut needed = count;
        let mut rest = Vec::new();
        for part in parts {
            match part {
                Ground::Const(true) => needed = needed.saturating_sub(1),
                Ground::Const(false) => {}
                other => rest.push(other),
            }
        }
        match needed {
            0 => Ground::TRUE,
            n if n > rest.len() => Ground::FALSE,
            1 => Ground::or(rest),
            n if n == rest.len() => Ground::and(rest),
            n => Ground::AtLeast(n, rest),
        }
    }

    /// Every atom, in order, with repetitions.
    pub(crate) fn atoms(&self, visit: &mut impl FnMut(&Atom)) {
        self.literals(&mut |atom, _| visit(atom));
    }

    /// Every literal, in order, with repetitions.
    pub(crate) fn literals(&self, visit: &mut impl FnMut(&Atom, bool)) {
        match self {
            Ground::Const(_) => {}
            Ground::Literal(atom, positive) => visit(atom, *positive),
            Ground::And(parts) | Ground::Or(parts) | Ground::AtLeast(_, parts) => {
                parts.iter().for_each(|p| p.literals(visit));
            }
        }
    }

    /// The same with other numbers for its variables.
    pub(crate) fn renumbered(&self, number: &impl Fn(VarId) -> VarId) -> Ground {
        let all = |parts: &[Ground]| parts.iter().map(|part| part.renumbered(number)).collect();
        match self {
            Ground::Const(b) => Ground::Const(*b),
            Ground::Literal(atom, positive) => Ground::Literal(atom.renumbered(number), *positive),
            Ground::And(parts) => Ground::And(all(parts)),
            Ground::Or(parts) => Ground::Or(all(parts)),
            Ground::AtLeast(count, parts) => Ground::AtLeast(*count, all(parts)),
        }
    }

    fn many(mut rest: Vec<Ground>, wrap: fn(Vec<Ground>) -> Ground, empty: bool) -> Ground {
        rest.dedup();
        match rest.len() {
            0 => Ground::Const(empty),
            1 => rest.swap_remove(0),
            _ => wrap(rest),
        }
    }
}

/// The negation, in negation normal form.
pub(crate) fn negate(ground: Ground) -> Ground {
    match ground {
        Ground::Const(b) => Ground::Const(!b),
        Ground::Literal(atom, positive) => Ground::Literal(atom, !positive),
        Ground::And(parts) => Ground::or(parts.into_iter().map(negate)),
        Ground::Or(parts) => Ground::and(parts.into_iter().map(negate)),
        Ground::AtLeast(n, parts) => {
            let enough = parts.len() + 1 - n;
            Ground::at_least(enough, parts.into_iter().map(negate))
        }
    }
}
