//! Sets of terms of one kind, as bits over the kind's own numbering, finite or co-finite.
//!
//! Co-finite sets ("anything but these") are what an open kind, such as names of parties, needs: its
//! terms cannot be listed.

use smallvec::SmallVec;

/// A set of terms of one kind. `inverted` means: everything except the bits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TermSet {
    /// Most kinds have so few terms that their sets need no memory of their own.
    words: SmallVec<[u64; 2]>,
    inverted: bool,
}

impl TermSet {
    /// The empty set.
    pub fn empty() -> Self {
        TermSet::default()
    }

    /// Every term there is or could be.
    pub fn all() -> Self {
        TermSet { words: SmallVec::new(), inverted: true }
    }

    /// Just one term.
    pub fn one(index: u32) -> Self {
        let mut set = TermSet::empty();
        set.insert(index);
        set
    }

    /// The terms `0..count`: all of a closed kind.
    pub fn first(count: u32) -> Self {
        (0..count).collect()
    }

    /// Whether `index` is a member.
    pub fn contains(&self, index: u32) -> bool {
        self.bit(index) != self.inverted
    }

    /// Adds a member.
    pub fn insert(&mut self, index: u32) {
        self.set_bit(index, !self.inverted);
    }

    /// Takes a member out.
    pub fn remove(&mut self, index: u32) {
        self.set_bit(index, self.inverted);
    }

    /// Everything that is not a member.
    pub fn complement(&self) -> Self {
        TermSet { words: self.words.clone(), inverted: !self.inverted }
    }

    /// Members of both.
    pub fn and(&self, other: &TermSet) -> Self {
        self.combine(other, |a, b| a & b)
    }

    /// Members of either.
    pub fn or(&self, other: &TermSet) -> Self {
        self.combine(other, |a, b| a | b)
    }

    /// Members of this one only.
    pub fn minus(&self, other: &TermSet) -> Self {
        self.combine(other, |a, b| a & !b)
    }

    /// Whether there is no member at all.
    pub fn is_empty(&self) -> bool {
        !self.inverted && self.words.iter().all(|w| *w == 0)
    }

    /// Whether the two share a member.
    pub fn meets(&self, other: &TermSet) -> bool {
        if self.inverted && other.inverted {
            return true;
        }
        let n = self.words.len().max(other.words.len());
        (0..n).any(|i| self.word(i) & other.word(i) != 0)
    }

    /// Whether every member of this one is in `other`.
    pub fn within(&self, other: &TermSet) -> bool {
        self.minus(other).is_empty()
    }

    /// The only member, if the set is finite and has exactly one.
    pub fn single(&self) -> Option<u32> {
        let mut members = self.iter();
        match (self.inverted, members.next(), members.next()) {
            (false, Some(one), None) => Some(one),
            _ => None,
        }
    }

    /// Whether the set is "everything except …".
    pub fn is_cofinite(&self) -> bool {
        self.inverted
    }

    /// The members of a finite set; of a co-finite one, the exceptions.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words
            .iter()
            .enumerate()
            .filter(|(_, w)| **w != 0)
            .flat_map(|(i, w)| (0..64).filter(move |b| w >> b & 1 == 1).map(move |b| i as u32 * 64 + b))
    }

    /// How many members a finite set has, or how many exceptions a co-finite one.
    pub fn len(&self) -> usize {
        self.words.iter().map(|w| w.count_ones() as usize).sum()
    }

    fn bit(&self, index: u32) -> bool {
        self.words.get(index as usize / 64).is_some_and(|w| w >> (index % 64) & 1 == 1)
    }

    fn set_bit(&mut self, index: u32, on: bool) {
        let at = index as usize / 64;
        if at >= self.words.len() {
            if !on {
                return;
            }
            self.words.resize(at + 1, 0);
        }
        let mask = 1u64 << (index % 64);
        if on {
            self.words[at] |= mask
        } else {
            self.words[at] &= !mask
        }
        self.trim();
    }

    fn word(&self, i: usize) -> u64 {
        let w = self.words.get(i).copied().unwrap_or(0);
        if self.inverted { !w } else { w }
    }

    fn combine(&self, other: &TermSet, f: impl Fn(u64, u64) -> u64) -> Self {
        let n = self.words.len().max(other.words.len());
        let fill = |s: &TermSet| if s.inverted { u64::MAX } else { 0 };
        let inverted = f(fill(self), fill(other)) != 0;
        let flip = if inverted { u64::MAX } else { 0 };
        let words = (0..n).map(|i| f(self.word(i), other.word(i)) ^ flip).collect();
        let mut set = TermSet { words, inverted };
        set.trim();
        set
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl FromIterator<u32> for TermSet {
    fn from_iter<I: IntoIterator<Item = u32>>(iter: I) -> Self {
        let mut set = TermSet::empty();
        iter.into_iter().for_each(|i| set.insert(i));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn co_finite_sets_obey_de_morgan() {
        let a: TermSet = [1, 70].into_iter().collect();
        let b = TermSet::one(70).complement();
        assert_eq!(a.and(&b), TermSet::one(1));
        assert_eq!(a.or(&b), TermSet::all());
        assert_eq!(a.and(&b).complement(), a.complement().or(&b.complement()));
        assert!(b.meets(&TermSet::all()) && !a.within(&b) && TermSet::one(3).within(&b));
        assert!(a.minus(&a).is_empty() && TermSet::all().minus(&TermSet::all()).is_empty());
        assert_eq!((a.single(), TermSet::one(9).single(), b.single()), (None, Some(9), None));
    }
}
