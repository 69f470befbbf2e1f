//! One spelling for what is written in several ways: labels, words of open kinds, provisions.

use crate::model::Canon;

/// The key of a label: lower case; hyphens, underscores and runs of white space are one space, and signs
/// stand apart as they do between tokens.
pub fn key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '-' | '_' => out.push(' '),
            '(' | ')' | ',' | ':' => out.extend([' ', c, ' ']),
            _ => out.extend(c.to_lowercase()),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The canonical spelling of a word of an open kind.
pub fn canonical(canon: Canon, text: &str) -> String {
    match canon {
        Canon::Words => text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
        Canon::Provision => provision(text),
    }
}

/// `7(4)`, `7.4` and `7 lid 4` become `7(4)`; an instrument's name before it stays, in lower case.
fn provision(text: &str) -> String {
    let parts = provision_parts(text);
    let Some(start) = parts.iter().position(|p| p.starts_with(|c: char| c.is_ascii_digit())) else {
        return canonical(Canon::Words, text);
    };
    let name = parts[..start].iter().filter(|p| !NOISE.contains(&p.as_str())).cloned().collect::<Vec<_>>();
    let mut out = name.join(" ");
    if !out.is_empty() {
        out.push(' ');
    }
    let mut numbers = parts[start..].iter().filter(|p| !NOISE.contains(&p.as_str()));
    out.extend(numbers.next().map(String::as_str));
    numbers.for_each(|n| {
        out.push('(');
        out.push_str(n);
        out.push(')');
    });
    out
}

/// Words that only join the parts of a provision.
const NOISE: &[&str] =
    &["lid", "onder", "sub", "onderdeel", "paragraph", "point", "artikel", "article", "art", "art."];

fn provision_parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || "(),".contains(c)).filter(|w| !w.is_empty()) {
        let word = word.to_lowercase();
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            parts.extend(word.split('.').filter(|p| !p.is_empty()).map(String::from));
        } else {
            parts.push(word);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provisions_have_one_spelling() {
        for text in ["7(4)", "7.4", "7 lid 4", "artikel 7 lid 4", "art. 7.4"] {
            assert_eq!(canonical(Canon::Provision, text), "7(4)", "{text}");
        }
        assert_eq!(canonical(Canon::Provision, "Code 46(2)(c)"), "code 46(2)(c)");
        assert_eq!(canonical(Canon::Provision, "Code 46 lid 2 onder c"), "code 46(2)(c)");
        assert_eq!(canonical(Canon::Words, "  Jan   de  Boer "), "jan de boer");
    }

    #[test]
    fn keys_ignore_hyphens_and_case() {
        assert_eq!(key("Loan-Term"), key("loan_term"));
        assert_eq!(key("Voorna(a)m"), "voorna ( a ) m");
    }
}
