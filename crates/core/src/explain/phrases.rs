//! The small words: lists, quotation, spans of time, days and comparisons, in both languages.
//!
//! Knows no policy and no declaration.

use jiff::civil::Date;

use crate::diag::Message;
use crate::lang::Lang;
use crate::model::{Duration, Op};

/// How many members of a set are named before the rest is counted.
const NAMED: usize = 5;
/// How many characters of a name or quotation are shown.
const SHOWN: usize = 80;

/// The same thing said in both languages.
pub(super) fn both(say: impl Fn(Lang) -> String) -> Message {
    Message::new(say(Lang::Nl), say(Lang::En))
}

/// A name between back-quotes, on one line and not too long.
pub(super) fn quote(name: &str) -> String {
    format!("`{}`", tame(name, '`'))
}

/// Somebody's own words between quotation marks, on one line and not too long.
pub(super) fn cite(words: &str) -> String {
    format!("“{}”", tame(words, '“'))
}

/// Without line breaks, control characters or the mark it will stand between; shortened.
fn tame(text: &str, mark: char) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut plain: String = one_line.chars().filter(|c| !c.is_control() && *c != mark).collect();
    if plain.chars().count() > SHOWN {
        plain = plain.chars().take(SHOWN - 1).collect::<String>().trim_end().to_string() + "…";
    }
    plain
}

/// The word before the last member of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// `and`, `en`.
    And,
    /// `or`, `of`.
    Or,
}

impl Join {
    /// The word.
    pub(super) fn word(self, lang: Lang) -> &'static str {
        match self {
            Join::And => lang.pick("en", "and"),
            Join::Or => lang.pick("of", "or"),
        }
    }

    /// The other one: what it becomes under a "not".
    pub(super) fn flipped(self) -> Join {
        if self == Join::And { Join::Or } else { Join::And }
    }
}

/// `a, b and c`.
pub(super) fn list(lang: Lang, members: &[String], join: Join) -> String {
    match members {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {} {last}", first.join(", "), join.word(lang)),
    }
}

/// Names between back-quotes; a long list is cut, and the rest counted.
pub(super) fn names(lang: Lang, members: &[String], join: Join) -> String {
    let quoted = |m: &[String]| m.iter().map(|m| quote(m)).collect::<Vec<_>>();
    if members.len() <= NAMED + 1 {
        return list(lang, &quoted(members), join);
    }
    let more = members.len() - NAMED;
    let rest = lang.pick(format!("nog {more}"), format!("{more} more"));
    format!("{} {} {rest}", quoted(&members[..NAMED]).join(", "), join.word(lang))
}

/// Whole clauses: a comma before the last `and` keeps clauses that have commas of their own apart.
pub(super) fn clauses(lang: Lang, clauses: &[String]) -> String {
    let commas = clauses.iter().any(|c| c.contains(','));
    match clauses {
        [first, last] if commas => format!("{first}, {} {last}", Join::And.word(lang)),
        [first @ .., last] if commas && !first.is_empty() => {
            format!("{}; {} {last}", first.join("; "), Join::And.word(lang))
        }
        _ => list(lang, clauses, Join::And),
    }
}

/// `13 months`, `1 week`, `36 hours`.
pub(super) fn duration(lang: Lang, span: Duration) -> String {
    let (count, nl, en) = match span {
        Duration::Months(m) => (m, ["maand", "maanden"], ["month", "months"]),
        Duration::Hours(h) if h > 0 && h % 168 == 0 => (h / 168, ["week", "weken"], ["week", "weeks"]),
        Duration::Hours(h) if h > 0 && h % 24 == 0 => (h / 24, ["dag", "dagen"], ["day", "days"]),
        Duration::Hours(h) => (h, ["uur", "uur"], ["hour", "hours"]),
    };
    format!("{count} {}", lang.pick(nl, en)[usize::from(count != 1)])
}

const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

/// `15 July 2024`.
pub(super) fn day(lang: Lang, day: Date) -> String {
    format!("{} {}", day.day(), month(lang, day))
}

fn month(lang: Lang, day: Date) -> String {
    let (nl, en) = MONTHS[(day.month() as usize - 1).min(11)];
    format!("{} {}", lang.pick(nl, en), day.year())
}

/// A day, a month, a year, or any other range of days.
pub(super) fn days(lang: Lang, from: Date, to: Date) -> String {
    let whole_months = from.day() == 1 && to == to.last_of_month();
    let one_year = from.year() == to.year();
    match () {
        () if from == to => day(lang, from),
        () if whole_months && one_year && from.month() == to.month() => month(lang, from),
        () if whole_months && one_year && from.month() == 1 && to.month() == 12 => from.year().to_string(),
        () if from <= Date::MIN => format!("{} {}", lang.pick("uiterlijk", "at the latest"), day(lang, to)),
        () if to >= Date::MAX => {
            format!("{} {}", lang.pick("niet eerder dan", "not before"), day(lang, from))
        }
        () => {
            let (a, b) = (day(lang, from), day(lang, to));
            lang.pick(format!("tussen {a} en {b}"), format!("between {a} and {b}"))
        }
    }
}

/// What is compared: chooses the words of a comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Spans of time and numbers.
    Amount,
    /// Ordered terms.
    Rank,
    /// Days.
    Day,
}

/// `at most`, `below`, `on or after`.
pub(super) fn comparison(lang: Lang, op: Op, scale: Scale) -> &'static str {
    let (nl, en) = match (scale, op) {
        (Scale::Day, Op::Lt) => ("vóór", "before"),
        (Scale::Day, Op::Le) => ("op of vóór", "on or before"),
        (Scale::Day, Op::Eq) => ("op", "on"),
        (Scale::Day, Op::Ne) => ("niet op", "not on"),
        (Scale::Day, Op::Ge) => ("op of na", "on or after"),
        (Scale::Day, Op::Gt) => ("na", "after"),
        (Scale::Rank, Op::Lt) => ("lager dan", "below"),
        (Scale::Rank, Op::Gt) => ("hoger dan", "above"),
        (_, Op::Lt) => ("minder dan", "less than"),
        (_, Op::Le) => ("hoogstens", "at most"),
        (_, Op::Eq) => ("precies", "exactly"),
        (_, Op::Ne) => ("anders dan", "other than"),
        (_, Op::Ge) => ("minstens", "at least"),
        (_, Op::Gt) => ("meer dan", "more than"),
    };
    lang.pick(nl, en)
}

/// The comparison that holds where `op` does not.
pub(super) fn opposite(op: Op) -> Op {
    match op {
        Op::Lt => Op::Ge,
        Op::Le => Op::Gt,
        Op::Eq => Op::Ne,
        Op::Ne => Op::Eq,
        Op::Ge => Op::Lt,
        Op::Gt => Op::Le,
    }
}

/// With a capital: the first letter of a sentence.
pub(super) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
