//! Dates, spans of time and numbers, from the text of a scalar.

use jiff::civil::Date;

use crate::model::Duration;

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoDate {
    /// It does not look like one.
    Shape,
    /// It looks like one, but the calendar has no such day.
    Impossible,
}

const MONTHS: [(&str, &str); 12] = [
    ("januari", "january"),
    ("februari", "february"),
    ("maart", "march"),
    ("april", "april"),
    ("mei", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("augustus", "august"),
    ("september", "september"),
    ("oktober", "october"),
    ("november", "november"),
    ("december", "december"),
];

/// The first and last day a text can mean: `2024`, `2024-07`, `2024-07-15`, `15-07-2024`, `juli 2024`,
/// `15 July 2024`.
pub(super) fn date(text: &str) -> Result<(Date, Date), NoDate> {
    let text = text.trim();
    let parts: Vec<&str> = if text.contains(char::is_whitespace) {
        text.split_whitespace().collect()
    } else {
        text.split('-').collect()
    };
    match parts.as_slice() {
        [year] => whole_year(digits(year, 4)?),
        [year, month] if year.len() == 4 && digits(year, 4).is_ok() => month_of(digits(year, 4)?, month),
        [month, year] if month_name(month).is_some() => month_of(digits(year, 4)?, month),
        [year, month, day] if year.len() == 4 => day_of(digits(year, 4)?, month, day),
        [day, month, year] => day_of(digits(year, 4)?, month, day),
        _ => Err(NoDate::Shape),
    }
}

fn digits(text: &str, length: usize) -> Result<i16, NoDate> {
    let shaped = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if shaped { text.parse().map_err(|_| NoDate::Shape) } else { Err(NoDate::Shape) }
}

fn month_name(text: &str) -> Option<i8> {
    let text = text.to_lowercase();
    MONTHS.iter().position(|(nl, en)| *nl == text || *en == text).map(|i| i as i8 + 1)
}

fn month_number(text: &str) -> Result<i8, NoDate> {
    match month_name(text) {
        Some(month) => Ok(month),
        None => digits(text, 2).or_else(|_| digits(text, 1)).map(|month| month as i8),
    }
}

fn calendar(year: i16, month: i8, day: i8) -> Result<Date, NoDate> {
    if year < 1 {
        return Err(NoDate::Impossible);
    }
    Date::new(year, month, day).map_err(|_| NoDate::Impossible)
}

fn whole_year(year: i16) -> Result<(Date, Date), NoDate> {
    Ok((calendar(year, 1, 1)?, calendar(year, 12, 31)?))
}

fn month_of(year: i16, month: &str) -> Result<(Date, Date), NoDate> {
    let first = calendar(year, month_number(month)?, 1)?;
    Ok((first, first.last_of_month()))
}

fn day_of(year: i16, month: &str, day: &str) -> Result<(Date, Date), NoDate> {
    let day = digits(day, 2).or_else(|_| digits(day, 1))?;
    let date = calendar(year, month_number(month)?, day as i8)?;
    Ok((date, date))
}

/// Whether the days are one day or one calendar month: a date at its grain.
pub(super) fn is_one_date(first: Date, last: Date) -> bool {
    first == last || (first.day() == 1 && last == first.last_of_month())
}

/// A span of time: `13 months`, `1 jaar en 6 maanden`, `P13M`, `PT36H`. Months and days do not add up to one.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Some(iso) = text.strip_prefix('P') {
        return iso_duration(iso);
    }
    let lower = text.to_lowercase().replace(',', " ");
    let words = lower.split_whitespace().filter(|w| !matches!(*w, "en" | "and"));
    let words: Vec<&str> = words.collect();
    let (pairs, rest) = words.as_chunks::<2>();
    if pairs.is_empty() || !rest.is_empty() {
        return None;
    }
    total(pairs.iter().map(|[count, unit]| Some((count.parse().ok()?, unit_of(unit)?))))
}

/// A unit as months or as hours.
#[derive(Clone, Copy)]
enum Unit {
    Months(u32),
    Hours(u32),
}

fn unit_of(word: &str) -> Option<Unit> {
    Some(match word {
        "year" | "years" | "jaar" | "jaren" => Unit::Months(12),
        "month" | "months" | "maand" | "maanden" => Unit::Months(1),
        "week" | "weeks" | "weken" => Unit::Hours(168),
        "day" | "days" | "dag" | "dagen" => Unit::Hours(24),
        "hour" | "hours" | "uur" | "uren" => Unit::Hours(1),
        _ => return None,
    })
}

fn iso_duration(text: &str) -> Option<Duration> {
    let (days, hours) = text.split_once('T').unwrap_or((text, ""));
    if hours.is_empty() && text.contains('T') {
        return None;
    }
    let date = iso_parts(days, |c| match c {
        'Y' => Some(Unit::Months(12)),
        'M' => Some(Unit::Months(1)),
        'W' => Some(Unit::Hours(168)),
        'D' => Some(Unit::Hours(24)),
        _ => None,
    })?;
    let time = iso_parts(hours, |c| (c == 'H').then_some(Unit::Hours(1)))?;
    total(date.into_iter().chain(time).map(Some))
}

fn iso_parts(text: &str, unit: impl Fn(char) -> Option<Unit>) -> Option<Vec<(u32, Unit)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let letter = rest[end..].chars().next()?;
        parts.push((rest[..end].parse().ok()?, unit(letter)?));
        rest = &rest[end + letter.len_utf8()..];
    }
    Some(parts)
}

/// The sum, if all parts are of one class.
fn total(parts: impl Iterator<Item = Option<(u32, Unit)>>) -> Option<Duration> {
    const MOST_MONTHS: u32 = 12_000;
    let mut sum = None;
    for part in parts {
        let (count, unit) = part?;
        sum = Some(match (sum, unit) {
            (None, Unit::Months(m)) => Duration::Months(count.checked_mul(m)?),
            (None, Unit::Hours(h)) => Duration::Hours(count.checked_mul(h)?),
            (Some(Duration::Months(all)), Unit::Months(m)) => {
                Duration::Months(count.checked_mul(m)?.checked_add(all)?)
            }
            (Some(Duration::Hours(all)), Unit::Hours(h)) => {
                Duration::Hours(count.checked_mul(h)?.checked_add(all)?)
            }
            _ => return None,
        });
    }
    sum.filter(|sum| !matches!(sum, Duration::Months(m) if *m > MOST_MONTHS))
}

/// Whether other YAML tools read this plain scalar as something else than its text: `NO` as false, `012` as an
/// octal ten, `1.10` as 1.1.
pub(super) fn misread_by_yaml(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let cased = text == lower || text == text.to_ascii_uppercase() || is_capitalised(text);
    let truth = ["yes", "no", "on", "off", "y", "n", "true", "false"].contains(&lower.as_str());
    let octal = number(text) && text.len() > 1 && text.starts_with('0');
    let trimmed = |(whole, part): (&str, &str)| number(whole) && number(part) && part.ends_with('0');
    (truth && cased) || octal || text.split_once('.').is_some_and(trimmed)
}

fn number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_capitalised(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase()) && chars.all(|c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn dates_are_ranges() {
        let one = |d| Ok((d, d));
        assert_eq!(date("2024-07-15"), one(day(2024, 7, 15)));
        assert_eq!(date("15-07-2024"), one(day(2024, 7, 15)));
        assert_eq!(date("15 juli 2024"), one(day(2024, 7, 15)));
        assert_eq!(date("July 2024"), Ok((day(2024, 7, 1), day(2024, 7, 31))));
        assert_eq!(date("2024-02"), Ok((day(2024, 2, 1), day(2024, 2, 29))));
        assert_eq!(date("2024"), Ok((day(2024, 1, 1), day(2024, 12, 31))));
        for text in ["2026-02-30", "2026-13", "30-02-2026", "0000", "31 juni 2024", "2024-00-10"] {
            assert_eq!(date(text), Err(NoDate::Impossible), "{text}");
        }
        for text in ["", "soon", "24", "2024-7-x", "2024-07-15-01", "é-é", "-", "2024-123"] {
            assert_eq!(date(text), Err(NoDate::Shape), "{text}");
        }
    }

    #[test]
    fn spans_of_time_add_up_within_a_class() {
        let months = |m| Some(Duration::Months(m));
        let hours = |h| Some(Duration::Hours(h));
        assert_eq!(duration("13 months"), months(13));
        assert_eq!(duration("1 jaar en 6 maanden"), months(18));
        assert_eq!(duration("P1Y6M"), months(18));
        assert_eq!(duration("6 weken"), hours(1008));
        assert_eq!(duration("PT36H"), hours(36));
        assert_eq!(duration("P1DT12H"), hours(36));
        for text in
            ["", "P", "PT", "13", "1 month 3 days", "P1M1D", "99999999999 days", "P9999999Y", "-1 days"]
        {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn what_other_tools_read_differently() {
        for text in ["NO", "On", "012", "1.10"] {
            assert!(misread_by_yaml(text), "{text}");
        }
        for text in ["nO", "NL", "0", "7.4", "1.0.0", "none", "", "1."] {
            assert!(!misread_by_yaml(text), "{text}");
        }
    }
}
