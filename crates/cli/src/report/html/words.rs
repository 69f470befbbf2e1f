//! Words and dates as running text has them.

use jiff::civil::Date;
use policy_core::lang::Lang;

const MONTHS: [[&str; 12]; 2] = [
    [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
];

/// A date in words: `22 november 2026`.
pub fn day(date: Date, lang: Lang) -> String {
    let month = MONTHS[lang as usize][date.month() as usize - 1];
    format!("{} {month} {}", date.day(), date.year())
}

/// How long from one day to a later one, roughly: `3 maanden`.
pub fn distance(days: i32, lang: Lang) -> String {
    let (count, nl, en) = match days {
        0..60 => (days, ("dag", "dagen"), ("day", "days")),
        60..730 => (days * 12 / 365, ("maand", "maanden"), ("month", "months")),
        _ => (days / 365, ("jaar", "jaar"), ("year", "years")),
    };
    let (one, many) = lang.pick(nl, en);
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Running text: what stands in backquotes gets the quotation marks of prose.
pub fn prose(text: &str) -> String {
    let mut opening = true;
    let mark = |c| match c {
        '`' => {
            opening = !opening;
            if opening { '’' } else { '‘' }
        }
        other => other,
    };
    text.chars().map(mark).collect()
}

/// The same with a capital, as a sentence begins.
pub fn sentence(text: &str) -> String {
    let text = prose(text);
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>());
    first.unwrap_or_default() + chars.as_str()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_and_distances_are_words() {
        assert_eq!(day(date(2026, 11, 22), Lang::Nl), "22 november 2026");
        assert_eq!(day(date(2026, 3, 1), Lang::En), "1 March 2026");
        let far = |days| distance(days, Lang::En);
        assert_eq!([far(1), far(59), far(90), far(800)], ["1 day", "59 days", "2 months", "2 years"]);
    }

    #[test]
    fn backquotes_become_quotation_marks() {
        assert_eq!(sentence("loan `Een` is `8 weeks`"), "Loan ‘Een’ is ‘8 weeks’");
        assert_eq!(sentence(""), "");
    }
}
