//! One spelling for a label that is written in several ways.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_hyphens_and_case() {
        assert_eq!(key("Loan-Term"), key("loan_term"));
        assert_eq!(key("Voorna(a)m"), "voorna ( a ) m");
    }
}
