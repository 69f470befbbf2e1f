//! Ways of writing a comparison or a unit that are common elsewhere and no words of the language: what to write
//! instead. Nothing is guessed from likeness here; that is for `unknown`.

use policy_syntax::{Token, TokenKind};

use crate::lang::Lang;
use crate::words::{self, Word};

/// What people write, in either language, and the word of the language that says it.
const WORDS: [(&[&str], Word, bool); 7] = [
    (&["maximaal", "maximum", "max", "maximally", "tenhoogste"], Word::AtMost, false),
    (&["minimaal", "minimum", "min", "minimally", "tenminste"], Word::AtLeast, false),
    (&["jr", "jrs", "yr", "yrs"], Word::Year, true),
    (&["mnd", "mnden", "mnds", "mth", "mths", "mos"], Word::Month, true),
    (&["wk", "wks", "wkn"], Word::Week, true),
    (&["dg", "dgn"], Word::Day, true),
    (&["u", "hr", "hrs"], Word::Hour, true),
];

/// A slip at token `i`: how many tokens it is, and what to write.
pub fn slip(tokens: &[Token], i: usize, lang: Lang) -> Option<(usize, &'static str)> {
    let first = tokens.get(i)?;
    match (first.kind, first.text.as_str()) {
        (TokenKind::Symbol, "=") => {
            let next = tokens.get(i + 1).filter(|next| next.span.start == first.span.end)?;
            match next.text.as_str() {
                "<" => Some((2, "≤")),
                ">" => Some((2, "≥")),
                _ => None,
            }
        }
        (TokenKind::Word, text) => {
            let text = text.trim_end_matches('.').to_lowercase();
            let (_, word, plural) =
                WORDS.iter().find(|(spellings, ..)| spellings.contains(&text.as_str()))?;
            Some((1, words::spelling(*word, lang, *plural)))
        }
        _ => None,
    }
}
