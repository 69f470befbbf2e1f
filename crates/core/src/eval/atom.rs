//! Atoms: the questions a rule asks of open facts; how a state answers them, and how to split a case by one.

use std::cmp::Ordering;

use jiff::ToSpan;
use jiff::civil::Date;

use super::vars::{Scalar, State, VarId};
use crate::model::{Duration, Limit, Op, TermSet};

/// A question about one or two variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Atom {
    /// A yes/no variable is yes.
    Is(VarId),
    /// The term, or some member of the set, is among these.
    Meets(VarId, TermSet),
    /// There is a value.
    HasValue(VarId),
    /// The value compares so. `start` decides comparisons that depend on the day a span starts.
    Compare { var: VarId, op: Op, bound: Bound, event: Option<EventTest>, start: VarId },
    /// The first date compares so with the second plus a span; `open` decides where the days that both can be do
    /// not.
    Apart { later: VarId, op: Op, span: Duration, earlier: VarId, open: VarId },
    /// Both have the same single word of an open kind, of which the first `words` are in use.
    Same { a: VarId, b: VarId, words: u32 },
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bound {
    Duration(Duration),
    /// Between these days, both included.
    Days(Date, Date),
    Date(Date),
    Number(i64),
}

/// A span counts from the event in `var`; it bounds what is asked only if that event is among `good`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventTest {
    pub(crate) var: VarId,
    pub(crate) good: TermSet,
}

impl Atom {
    /// The variables it reads.
    pub(crate) fn vars(&self) -> impl Iterator<Item = VarId> {
        let (a, b, c) = match self {
            Atom::Is(v) | Atom::Meets(v, _) | Atom::HasValue(v) => (*v, None, None),
            Atom::Compare { var, event, start, .. } => (*var, event.as_ref().map(|e| e.var), Some(*start)),
            Atom::Apart { later, earlier, open, .. } => (*later, Some(*earlier), Some(*open)),
            Atom::Same { a, b, .. } => (*a, Some(*b), None),
        };
        [Some(a), b, c].into_iter().flatten()
    }

    /// The same with other numbers for its variables.
    pub(crate) fn renumbered(&self, number: &impl Fn(VarId) -> VarId) -> Atom {
        let mut atom = self.clone();
        match &mut atom {
            Atom::Is(var) | Atom::Meets(var, _) | Atom::HasValue(var) => *var = number(*var),
            Atom::Compare { var, event, start, .. } => {
                (*var, *start) = (number(*var), number(*start));
                event.iter_mut().for_each(|event| event.var = number(event.var));
            }
            Atom::Apart { later, earlier, open, .. } => {
                (*later, *earlier, *open) = (number(*later), number(*earlier), number(*open));
            }
            Atom::Same { a, b, .. } => (*a, *b) = (number(*a), number(*b)),
        }
        atom
    }

    /// The answer in a case; `None` while open.
    pub(crate) fn truth(&self, states: &[State]) -> Option<bool> {
        let of = |v: VarId| &states[v.0 as usize];
        match self {
            Atom::Is(v) => is_true(of(*v)),
            Atom::Meets(v, terms) => by_state(of(*v), states, &|s| meets(s, terms)),
            Atom::HasValue(v) => by_state(of(*v), states, &has_value),
            Atom::Compare { var, op, bound, event, start } => {
                let good = match event {
                    None => Some(true),
                    Some(test) => by_state(of(test.var), states, &|s| counts_from(s, &test.good)),
                };
                let decided = is_true(of(*start));
                by_state(of(*var), states, &|s| compare(s, *op, bound, good, decided))
            }
            Atom::Apart { later, op, span, earlier, open } => {
                let decided = is_true(of(*open));
                let lie = |x: &State, y: &State| apart(x, *op, *span, y, decided);
                by_state(of(*later), states, &|x| by_state(of(*earlier), states, &|y| lie(x, y)))
            }
            Atom::Same { a, b, .. } => {
                by_state(of(*a), states, &|x| by_state(of(*b), states, &|y| same(x, y)))
            }
        }
    }

    /// Cases that together cover this one and each bring the atom closer to an answer: a variable and what
    /// is then known of it. Never empty while the atom is open.
    pub(crate) fn split(&self, states: &[State]) -> Vec<(VarId, State)> {
        for var in self.vars() {
            if let Some(cases) = self.split_on(var, states) {
                return cases;
            }
        }
        Vec::new()
    }

    /// Cases by one of its variables, if that variable is open in a way that matters here.
    pub(crate) fn split_on(&self, var: VarId, states: &[State]) -> Option<Vec<(VarId, State)>> {
        match &states[var.0 as usize] {
            State::Bool(None) => Some([true, false].map(|b| (var, State::Bool(Some(b)))).to_vec()),
            State::Choice { options, .. } => Some(options.iter().map(|o| (var, o.clone())).collect()),
            State::If { condition, then, otherwise } => Some(match &states[condition.0 as usize] {
                State::Bool(Some(true)) => vec![(var, (**then).clone())],
                State::Bool(Some(false)) => vec![(var, (**otherwise).clone())],
                _ => [true, false].map(|b| (*condition, State::Bool(Some(b)))).to_vec(),
            }),
            // Two dates compare by their first and last days: cases by single days would leave out those between.
            State::Values(_) if matches!(self, Atom::Apart { .. }) => None,
            State::Values(values) if values.len() > 1 => Some(self.split_values(var, values)),
            State::One(terms) if terms.single().is_none() => Some(self.split_terms(var, terms, states)),
            State::Set { must, some_of, may } => self.split_set(var, must, some_of, may),
            _ => None,
        }
    }

    fn split_values(&self, var: VarId, values: &[Scalar]) -> Vec<(VarId, State)> {
        let Atom::Compare { op, bound, .. } = self else {
            return values.iter().map(|v| (var, State::Values(vec![*v]))).collect();
        };
        let mut parts: [Vec<Scalar>; 3] = Default::default();
        for value in values {
            let at = match compare_scalar(*value, *op, bound) {
                Some(true) => 0,
                Some(false) => 1,
                None => 2,
            };
            parts[at].push(*value);
        }
        if parts.iter().filter(|p| !p.is_empty()).count() == 1 {
            return values.iter().map(|v| (var, State::Values(vec![*v]))).collect();
        }
        parts.into_iter().filter(|p| !p.is_empty()).map(|p| (var, State::Values(p))).collect()
    }

    fn split_terms(&self, var: VarId, terms: &TermSet, states: &[State]) -> Vec<(VarId, State)> {
        let part = match self {
            Atom::Meets(_, wanted) => wanted.clone(),
            Atom::Compare { event: Some(test), .. } if test.var == var => test.good.clone(),
            Atom::Same { a, b, words } => {
                let other = &states[if *a == var { b.0 } else { a.0 } as usize];
                if terms.is_cofinite() && !matches!(other, State::One(_)) {
                    return fresh_or_known(var, terms, *words);
                }
                match shared_terms(terms, other) {
                    shared if shared.is_cofinite() => return fresh_or_known(var, terms, *words),
                    shared => shared.iter().next().map(TermSet::one).unwrap_or_default(),
                }
            }
            _ => TermSet::empty(),
        };
        let (inside, outside) = (terms.and(&part), terms.minus(&part));
        if inside.is_empty() || outside.is_empty() {
            let first = terms.iter().next().filter(|_| !terms.is_cofinite());
            let one = first.map(TermSet::one).unwrap_or_else(|| terms.clone());
            let rest = terms.minus(&one);
            return [one, rest].into_iter().filter(|t| !t.is_empty()).map(|t| (var, State::One(t))).collect();
        }
        vec![(var, State::One(inside)), (var, State::One(outside))]
    }

    fn split_set(
        &self,
        var: VarId,
        must: &TermSet,
        some_of: &[TermSet],
        may: &TermSet,
    ) -> Option<Vec<(VarId, State)>> {
        let wanted = match self {
            Atom::Meets(_, terms) => may.and(terms),
            Atom::HasValue(_) => may.clone(),
            _ => return None,
        };
        if wanted.is_empty() || must.meets(&wanted) {
            return None;
        }
        let mut groups = some_of.to_vec();
        groups.push(wanted.clone());
        let with = State::Set { must: must.clone(), some_of: groups, may: may.clone() };
        let left = may.minus(&wanted);
        if some_of.iter().any(|g| !g.meets(&left)) {
            return Some(vec![(var, with)]);
        }
        let without = State::Set {
            must: must.clone(),
            some_of: some_of.iter().map(|g| g.and(&left)).collect(),
            may: left,
        };
        Some(vec![(var, with), (var, without)])
    }
}

/// The answer of a state that may itself be a choice or depend on a condition: the common answer, or open.
fn by_state(state: &State, states: &[State], ask: &dyn Fn(&State) -> Option<bool>) -> Option<bool> {
    match state {
        State::Choice { options, .. } => common(options.iter().map(|o| by_state(o, states, ask))),
        State::If { condition, then, otherwise } => match &states[condition.0 as usize] {
            State::Bool(Some(true)) => by_state(then, states, ask),
            State::Bool(Some(false)) => by_state(otherwise, states, ask),
            _ => common([then, otherwise].into_iter().map(|s| by_state(s, states, ask))),
        },
        plain => ask(plain),
    }
}

fn common(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = answers;
    let first = all.next()??;
    all.all(|a| a == Some(first)).then_some(first)
}

fn is_true(state: &State) -> Option<bool> {
    match state {
        State::Bool(b) => *b,
        _ => None,
    }
}

fn meets(state: &State, terms: &TermSet) -> Option<bool> {
    match state {
        State::Nothing => Some(false),
        State::One(domain) => {
            if !domain.meets(terms) {
                Some(false)
            } else {
                domain.within(terms).then_some(true)
            }
        }
        State::Set { must, some_of, may } => {
            if must.meets(terms) || some_of.iter().any(|g| g.within(terms)) {
                Some(true)
            } else {
                (!may.meets(terms)).then_some(false)
            }
        }
        _ => None,
    }
}

fn has_value(state: &State) -> Option<bool> {
    match state {
        State::Nothing => Some(false),
        State::One(_) | State::Values(_) | State::Bool(_) => Some(true),
        set => meets(set, &TermSet::all()),
    }
}

fn counts_from(state: &State, good: &TermSet) -> Option<bool> {
    match state {
        State::One(domain) if domain.within(good) => Some(true),
        State::One(domain) => (!domain.meets(good)).then_some(false),
        State::Nothing => Some(true),
        _ => Some(false),
    }
}

/// A span that counts from too late an event bounds nothing: it compares as unlimited.
fn compare(state: &State, op: Op, bound: &Bound, good: Option<bool>, start: Option<bool>) -> Option<bool> {
    match state {
        State::Nothing => Some(false),
        State::Values(values) => {
            let one = |v: &Scalar| compare_scalar(*v, op, bound).or(start);
            let bounded = || common(values.iter().map(one));
            let unbounded = compare_scalar(Scalar::Limit(Limit::Unlimited), op, bound);
            match good {
                Some(true) => bounded(),
                Some(false) => unbounded,
                None => common([bounded(), unbounded].into_iter()),
            }
        }
        _ => None,
    }
}

fn compare_scalar(value: Scalar, op: Op, bound: &Bound) -> Option<bool> {
    match (value, bound) {
        (Scalar::Limit(Limit::Unlimited), Bound::Duration(_)) => Some(matches!(op, Op::Ge | Op::Gt | Op::Ne)),
        (Scalar::Limit(Limit::Within(d)), Bound::Duration(b)) => d.compare(op, *b),
        (Scalar::Number(n), Bound::Number(b)) => Some(op.holds(n.cmp(b))),
        (Scalar::Date(d), Bound::Date(b)) => Some(op.holds(d.cmp(b))),
        // "at most N ago": from N ago until today; "more than N ago": before that.
        (Scalar::Date(d), Bound::Days(from, to)) => Some(match op {
            Op::Le => *from <= d && d <= *to,
            Op::Lt => *from < d && d <= *to,
            Op::Ge => d <= *from,
            Op::Gt => d < *from,
            Op::Eq => d == *from,
            Op::Ne => d != *from,
        }),
        _ => Some(false),
    }
}

/// Whether the one date compares so with the other plus a span, by the first and the last day that each can be.
fn apart(later: &State, op: Op, span: Duration, earlier: &State, decided: Option<bool>) -> Option<bool> {
    let (State::Values(later), State::Values(earlier)) = (later, earlier) else { return Some(false) };
    let Some(((from, to), (first, last))) = days(later).zip(days(earlier)) else { return Some(false) };
    let (first, last) = (after(first, span), after(last, span));
    let ways = [
        (from < last).then_some(Ordering::Less),
        (from <= last && first <= to).then_some(Ordering::Equal),
        (to > first).then_some(Ordering::Greater),
    ];
    common(ways.into_iter().flatten().map(|way| Some(op.holds(way)))).or(decided)
}

/// The first and the last of some days.
fn days(values: &[Scalar]) -> Option<(Date, Date)> {
    let mut found = values.iter().filter_map(|value| match value {
        Scalar::Date(day) => Some(*day),
        _ => None,
    });
    let day = found.next()?;
    Some(found.fold((day, day), |(first, last), day| (first.min(day), last.max(day))))
}

/// The day a span after a day, month ends clamped; the last day there is if that is out of range.
fn after(day: Date, span: Duration) -> Date {
    let end = match span {
        Duration::Months(m) => day.checked_add(i64::from(m).months()),
        Duration::Hours(h) => day.checked_add((i64::from(h) / 24).days()),
    };
    end.unwrap_or(Date::MAX)
}

fn same(a: &State, b: &State) -> Option<bool> {
    match (a, b) {
        (State::One(x), State::One(y)) => match (x.single(), y.single()) {
            (Some(x), Some(y)) => Some(x == y),
            _ => (!x.meets(y)).then_some(false),
        },
        (State::Values(x), State::Values(y)) => match (x.as_slice(), y.as_slice()) {
            ([x], [y]) => Some(x == y),
            _ => (!x.iter().any(|v| y.contains(v))).then_some(false),
        },
        _ => Some(false),
    }
}

/// The terms that both could be.
fn shared_terms(own: &TermSet, other: &State) -> TermSet {
    match other {
        State::One(theirs) => own.and(theirs),
        _ => TermSet::empty(),
    }
}

/// Two unknown words: one of them is a word nobody else uses (all such words are alike), or one in use.
fn fresh_or_known(var: VarId, terms: &TermSet, words: u32) -> Vec<(VarId, State)> {
    let fresh = TermSet::one(words + var.0);
    let known = terms.and(&TermSet::first(words));
    [fresh, known].into_iter().filter(|t| !t.is_empty()).map(|t| (var, State::One(t))).collect()
}
