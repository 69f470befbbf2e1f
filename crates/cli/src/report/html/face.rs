//! How an outcome looks: a symbol, a word and a colour, so that no one of them is needed to understand it.

use std::borrow::Borrow;

use policy_core::lang::Lang;
use policy_core::verdict::Verdict;

/// How an outcome looks; a verdict that a waiver covers has a look of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Broken.
    Fail,
    /// Not settled.
    Unknown,
    /// Broken or not settled, and accepted.
    Waived,
    /// Kept.
    Pass,
    /// Does not arise.
    NotApplicable,
}

impl Face {
    /// All of them, those that need action first.
    pub const ALL: [Face; 5] = [Face::Fail, Face::Unknown, Face::Waived, Face::Pass, Face::NotApplicable];

    /// The look of a verdict.
    pub fn of(verdict: Verdict, waived: bool) -> Face {
        match verdict {
            _ if waived => Face::Waived,
            Verdict::Fail => Face::Fail,
            Verdict::Unknown => Face::Unknown,
            Verdict::Pass => Face::Pass,
            Verdict::NotApplicable => Face::NotApplicable,
        }
    }

    /// A symbol that differs in shape from the others.
    pub fn symbol(&self) -> &'static str {
        ["✕", "?", "!", "✓", "–"][*self as usize]
    }

    /// The class of its colours.
    pub fn class(&self) -> &'static str {
        ["fail", "unknown", "waived", "pass", "na"][*self as usize]
    }

    /// The word.
    pub fn word(&self, lang: &Lang) -> &'static str {
        let nl = ["voldoet niet", "onbekend", "aanvaard", "voldoet", "n.v.t."];
        let en = ["fails", "unknown", "accepted", "passes", "n/a"];
        lang.pick(nl, en)[*self as usize]
    }

    /// What it means, for a reader who never saw one.
    pub fn meaning(&self, lang: &Lang) -> &'static str {
        let nl = [
            "Wat in de documenten staat is in strijd met de norm, of wat er moet staan ontbreekt.",
            "De documenten zeggen te weinig. Dat telt nooit als goed: er is een vraag te stellen.",
            "De norm is niet gehaald of onzeker, en iemand heeft dat risico tot een datum aanvaard.",
            "Wat in de documenten staat past zeker bij de norm.",
            "Niet van toepassing: de norm speelt hier niet.",
        ];
        let en = [
            "What the documents say breaks the norm, or what must be there is missing.",
            "The documents say too little. That never counts as fine: there is a question to ask.",
            "The norm is broken or not settled, and someone has accepted that risk until a date.",
            "What the documents say certainly keeps the norm.",
            "Not applicable: the norm does not arise here.",
        ];
        lang.pick(nl, en)[*self as usize]
    }
}

/// How often each look came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faces([usize; 5]);

/// A part of a bar, in hundredths of its length.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The class of its colour.
    pub class: &'static str,
    /// Where it begins.
    pub x: String,
    /// How long it is.
    pub width: String,
}

impl Faces {
    /// Counts one.
    pub fn add(&mut self, face: Face) {
        self.0[face as usize] += 1;
    }

    /// Counts all of another.
    pub fn add_all(&mut self, other: &Faces) {
        self.0.iter_mut().zip(other.0).for_each(|(own, more)| *own += more);
    }

    /// How often this one came out.
    pub fn of(&self, face: impl Borrow<Face>) -> usize {
        self.0[*face.borrow() as usize]
    }

    /// How many were counted.
    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }

    /// A bar with a segment for each look that came out.
    pub fn bar(&self) -> Vec<Segment> {
        let parts: Vec<_> = Face::ALL.iter().map(|face| (face.class(), self.of(face))).collect();
        segments(&parts)
    }
}

/// A bar that is divided as these counts are to each other.
pub fn segments(parts: &[(&'static str, usize)]) -> Vec<Segment> {
    let total = parts.iter().map(|(_, count)| count).sum::<usize>().max(1) as f64;
    let mut before = 0;
    let mut made = Vec::new();
    for (class, count) in parts.iter().filter(|(_, count)| *count > 0) {
        let at = |count: usize| format!("{:.2}", count as f64 * 100.0 / total);
        made.push(Segment { class, x: at(before), width: at(*count) });
        before += count;
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_divided_as_its_counts_are_and_leaves_out_what_never_came() {
        let mut faces = Faces::default();
        [Face::Pass, Face::Fail, Face::Pass, Face::Pass].into_iter().for_each(|face| faces.add(face));
        let bar: Vec<_> = faces.bar().into_iter().map(|s| (s.class, s.x, s.width)).collect();
        let expected = [("fail", "0.00", "25.00"), ("pass", "25.00", "75.00")];
        assert_eq!(bar, expected.map(|(class, x, width)| (class, x.to_owned(), width.to_owned())));
        assert_eq!(Faces::default().bar(), []);
    }
}
