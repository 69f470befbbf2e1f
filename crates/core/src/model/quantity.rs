//! Spans of time and how they compare.
//!
//! A year is 12 months, a week 7 days, a day 24 hours: exact within a class. Across classes a number of
//! months is the range of days over all real start dates, so a comparison can be undecided.

use std::fmt;
use std::sync::OnceLock;

/// A span of time: calendar months, or hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duration {
    /// Calendar months (a year is 12).
    Months(u32),
    /// Hours (a day is 24, a week 168).
    Hours(u32),
}

impl Duration {
    /// The fewest and the most hours it can last over all real start dates.
    pub fn hours(self) -> (u64, u64) {
        match self {
            Duration::Hours(h) => (h as u64, h as u64),
            Duration::Months(m) => {
                let (low, high) = match KNOWN.get(m as usize) {
                    Some(known) => *known.get_or_init(|| days_of_months(m)),
                    None => days_of_months(m),
                };
                (low * 24, high * 24)
            }
        }
    }

    /// Whether `self op other`, when every real start date agrees; `None` when it depends on the start.
    pub fn compare(self, op: Op, other: Duration) -> Option<bool> {
        if let (Duration::Months(a), Duration::Months(b)) = (self, other) {
            return Some(op.holds(a.cmp(&b)));
        }
        let ((a_low, a_high), (b_low, b_high)) = (self.hours(), other.hours());
        let least = op.holds(a_low.cmp(&b_high));
        let most = op.holds(a_high.cmp(&b_low));
        let point = a_low == a_high && b_low == b_high;
        let disjoint = a_high < b_low || b_high < a_low;
        match op {
            Op::Eq | Op::Ne if !point && !disjoint => None,
            _ => (least == most).then_some(least),
        }
    }
}

/// What [`days_of_months`] says of the spans that documents state: it goes through all months of 400 years.
static KNOWN: [OnceLock<(u64, u64)>; 600] = [const { OnceLock::new() }; 600];

/// The fewest and the most days that `months` calendar months can last, over a 400-year cycle.
fn days_of_months(months: u32) -> (u64, u64) {
    let day_number = |m: u64| -> u64 {
        let (year, month) = (m / 12, m % 12);
        let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
        let before_year = year * 365 + year.div_ceil(4) - year.div_ceil(100) + year.div_ceil(400);
        let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        before_year + lengths[..month as usize].iter().sum::<u64>()
    };
    let spans = (0..4800u64).map(|start| day_number(start + months as u64) - day_number(start));
    spans.fold((u64::MAX, 0), |(low, high), days| (low.min(days), high.max(days)))
}

impl fmt::Display for Duration {
    /// ISO 8601, as `P13M`, `P6W`, `P90D` or `PT36H`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Duration::Months(m) => write!(f, "P{m}M"),
            Duration::Hours(h) if h > 0 && h % 168 == 0 => write!(f, "P{}W", h / 168),
            Duration::Hours(h) if h > 0 && h % 24 == 0 => write!(f, "P{}D", h / 24),
            Duration::Hours(h) => write!(f, "PT{h}H"),
        }
    }
}

/// What a maximum says: a span, or that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Bounded by this span.
    Within(Duration),
    /// Stated to have no bound ("at any moment", "for ever").
    Unlimited,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// `<`, less than.
    Lt,
    /// `≤`, at most.
    Le,
    /// `=`.
    Eq,
    /// `≠`.
    Ne,
    /// `≥`, at least.
    Ge,
    /// `>`, more than.
    Gt,
}

impl Op {
    /// Whether the comparison holds for that ordering of left and right.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        use std::cmp::Ordering::*;
        match self {
            Op::Lt => ordering == Less,
            Op::Le => ordering != Greater,
            Op::Eq => ordering == Equal,
            Op::Ne => ordering != Equal,
            Op::Ge => ordering != Less,
            Op::Gt => ordering == Greater,
        }
    }

    /// The sign to write.
    pub fn sign(self) -> &'static str {
        match self {
            Op::Lt => "<",
            Op::Le => "≤",
            Op::Eq => "=",
            Op::Ne => "≠",
            Op::Ge => "≥",
            Op::Gt => ">",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_ranges_of_days() {
        assert_eq!(days_of_months(12), (365, 366));
        assert_eq!(days_of_months(13), (393, 397));
        assert_eq!(days_of_months(1), (28, 31));
    }

    #[test]
    fn comparisons_across_classes_can_be_undecided() {
        let days = |d: u32| Duration::Hours(d * 24);
        let year = Duration::Months(12);
        assert_eq!(days(365).compare(Op::Le, year), Some(true));
        assert_eq!(days(366).compare(Op::Le, year), None);
        assert_eq!(days(367).compare(Op::Le, year), Some(false));
        assert_eq!(days(366).compare(Op::Eq, year), None);
        assert_eq!(Duration::Months(12).compare(Op::Eq, Duration::Months(12)), Some(true));
        assert_eq!(days(7).compare(Op::Ge, Duration::Hours(168)), Some(true));
    }
}
