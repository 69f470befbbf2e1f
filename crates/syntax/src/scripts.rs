//! Characters that deceive the eye: hidden controls of the reading direction, letters that look like others.

use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;
use unicode_security::mixed_script::is_potential_mixed_script_confusable_char;

/// Whether it changes the reading direction without being seen.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a word mixes letters of scripts that look alike.
pub(crate) fn mixes(word: &str) -> bool {
    !word.is_ascii()
        && !word.is_single_script()
        && word.chars().any(is_potential_mixed_script_confusable_char)
}

/// The word as a reader sees it: without hidden characters, and where it mixes look-alike letters, in
/// plain ones. `None` if some letter looks like no plain one.
pub(crate) fn plain(word: &str) -> Option<String> {
    let seen: String = word.chars().filter(|c| !is_hidden(*c)).collect();
    if mixes(&seen) { seen.chars().map(plain_letter).collect() } else { Some(seen) }
}

fn plain_letter(c: char) -> Option<char> {
    if c.is_ascii() || unicode_security::mixed_script::AugmentedScriptSet::for_char(c) == latin() {
        return Some(c);
    }
    let alone = c.to_string();
    let mut seen = skeleton(&alone);
    match (seen.next(), seen.next()) {
        (Some(letter), None) if letter.is_ascii() => Some(letter),
        _ => (!is_potential_mixed_script_confusable_char(c) && !c.is_alphabetic()).then_some(c),
    }
}

fn latin() -> unicode_security::mixed_script::AugmentedScriptSet {
    unicode_security::mixed_script::AugmentedScriptSet::for_char('a')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_readings() {
        assert!(mixes("lo\u{0430}n"));
        assert_eq!(plain("lo\u{0430}n").as_deref(), Some("loan"));
        assert_eq!(plain("l\u{03BF}an-\u{e9}\u{e9}n").as_deref(), Some("loan-één"));
        assert_eq!(plain("lo\u{202E}an").as_deref(), Some("loan"));
        assert_eq!(plain("lo\u{0436}\u{0430}n"), None, "ж looks like no Latin letter");
        for word in ["één", "книга", "βιβλίο", "日本の本", "foto’s", "loan"] {
            assert!(!mixes(word), "{word}");
        }
    }
}
