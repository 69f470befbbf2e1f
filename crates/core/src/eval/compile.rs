//! What rules need before any declaration is seen: dated sets as they are on the as-of date, and the constants
//! that values can be told apart by.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::vars::Scalar;
use crate::model::*;

/// Schema and rules, compiled for one as-of date. Plain data: two are equal if they evaluate alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    pub(crate) as_of: Date,
    pub(crate) sets: Vec<SetNow>,
    pub(crate) rules: Vec<Constants>,
}

/// A named set on the as-of date.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetNow {
    /// Members without condition.
    pub(crate) always: TermSet,
    /// Members under a condition on another field of the same record.
    pub(crate) conditional: Vec<(TermSet, FieldName, TermSet)>,
    /// The as-of date lies after the last day on which the list is known to be complete.
    pub(crate) stale: bool,
}

/// Constants that a rule compares with: enough to stand for every value.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Constants {
    pub(crate) limits: Vec<Scalar>,
    pub(crate) numbers: Vec<Scalar>,
    pub(crate) days: Vec<Date>,
}

impl Compiled {
    /// Compiles for an as-of date.
    pub fn new(schema: &Schema, rules: &[Rule], as_of: Date) -> Self {
        let sets = schema.sets.iter().map(|set| SetNow::new(set, as_of)).collect();
        let rules = rules.iter().map(|rule| Constants::of(rule, schema, as_of)).collect();
        Compiled { as_of, sets, rules }
    }
}

impl SetNow {
    fn new(set: &Set, as_of: Date) -> Self {
        let stale = set.complete_through.is_some_and(|last| last < as_of);
        let mut now = SetNow { always: TermSet::empty(), conditional: Vec::new(), stale };
        for member in set.members.iter().filter(|m| m.in_force(as_of)) {
            match &member.condition {
                None => now.always = now.always.or(&member.terms),
                Some((field, terms)) => {
                    now.conditional.push((member.terms.clone(), field.clone(), terms.clone()));
                }
            }
        }
        now
    }
}

/// The value of a quantity on the as-of date.
pub(crate) enum Resolved {
    Duration(Duration),
    Ago(Date, Date),
    Date(Date),
    Number(i64),
    Terms(TermSet),
}

/// Looks a quantity's setting up and counts "ago" back from the as-of date.
pub(crate) fn resolve(quantity: &Quantity, schema: &Schema, as_of: Date) -> (Resolved, Option<EventId>) {
    let ago = |d: Duration| Resolved::Ago(before(as_of, d), as_of);
    match quantity {
        Quantity::Duration(d, from) => (Resolved::Duration(*d), *from),
        Quantity::Ago(d) => (ago(*d), None),
        Quantity::Date(d) => (Resolved::Date(*d), None),
        Quantity::Number(n) => (Resolved::Number(*n), None),
        Quantity::Term(bit) => (Resolved::Terms(TermSet::one(*bit)), None),
        Quantity::Setting { setting, from, ago: back } => {
            let value = match &schema.settings[setting.ix()].value {
                SettingValue::Duration(d) if *back => ago(*d),
                SettingValue::Duration(d) => Resolved::Duration(*d),
                SettingValue::Number(n) => Resolved::Number(*n),
                SettingValue::Date(d) => Resolved::Date(*d),
                SettingValue::Terms(_, terms) => Resolved::Terms(terms.clone()),
                SettingValue::Set(_) => Resolved::Terms(TermSet::empty()),
            };
            (value, *from)
        }
    }
}

/// The day a span before `day`, month ends clamped; the earliest day there is if that is out of range.
fn before(day: Date, span: Duration) -> Date {
    let span: Span = match span {
        Duration::Months(m) => i64::from(m).months(),
        Duration::Hours(h) => (i64::from(h) / 24).days(),
    };
    let start = day.checked_sub(span).unwrap_or(Date::MIN);
    // A month before 31 March is clamped to February's last day, from which a month lasts until its number only.
    let lasts = |d: &Date| d.checked_add(span).is_ok_and(|end| day <= end);
    (0..4).filter_map(|n| start.checked_add(n.days()).ok()).find(lasts).unwrap_or(start)
}

impl Constants {
    fn of(rule: &Rule, schema: &Schema, as_of: Date) -> Self {
        let mut found = Constants::default();
        let mut visit = |formula: &Formula| {
            if let Formula::Compare { right, .. } = formula {
                found.add(resolve(right, schema, as_of).0);
            }
        };
        rule.formulas().for_each(|f| f.walk(&mut visit));
        found.limits.push(Scalar::Limit(Limit::Unlimited));
        found.numbers.push(Scalar::Number(0));
        found.days.extend([Date::MIN, as_of]);
        found.limits.dedup();
        found
    }

    fn add(&mut self, value: Resolved) {
        match value {
            Resolved::Duration(d) => self.limits.extend(around(d).map(|d| Scalar::Limit(Limit::Within(d)))),
            Resolved::Number(n) => {
                self.numbers.extend([n.saturating_sub(1), n, n.saturating_add(1)].map(Scalar::Number));
            }
            Resolved::Ago(from, to) => [from, to].into_iter().for_each(|d| self.add_day(d)),
            Resolved::Date(day) => self.add_day(day),
            Resolved::Terms(_) => {}
        }
    }

    fn add_day(&mut self, day: Date) {
        self.days.extend([day.yesterday().unwrap_or(day), day, day.tomorrow().unwrap_or(day)]);
    }

    /// Days within a range that stand for all of them.
    pub(crate) fn days_within(&self, from: Date, to: Date) -> Vec<Scalar> {
        let mut days: Vec<Date> = self.days.iter().copied().filter(|d| from <= *d && *d <= to).collect();
        days.extend([from, to]);
        days.sort();
        days.dedup();
        days.into_iter().map(Scalar::Date).collect()
    }
}

/// A span, one just shorter and one just longer.
fn around(span: Duration) -> [Duration; 3] {
    match span {
        Duration::Months(m) => [m.saturating_sub(1), m, m.saturating_add(1)].map(Duration::Months),
        Duration::Hours(h) => [h.saturating_sub(1), h, h.saturating_add(1)].map(Duration::Hours),
    }
}
