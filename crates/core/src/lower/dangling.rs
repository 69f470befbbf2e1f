//! A line that ends in `and`, `or` or a comma above a line of its own: the tree takes both for one line. The mistake
//! is then at the end of the first, where somebody is still typing.

use policy_syntax::{Line, Token, TokenKind};

use super::cursor::Wrong;
use super::keywords::Place;
use super::statement::statement;
use crate::codes::{self, Code};
use crate::diag::Message;

/// The mistake that nothing follows `joint`, the last word of a line.
pub(crate) fn wrong(code: &'static Code, joint: &Token) -> Wrong {
    let Message { nl, en } = words(&joint.text);
    Wrong::new(code, joint.span, nl, en)
}

/// That nothing follows a word.
pub(crate) fn words(joint: &str) -> Message {
    Message::new(
        format!("na `{joint}` moet nog iets volgen: vul het aan of haal `{joint}` weg"),
        format!("something must follow `{joint}`: add it or remove `{joint}`"),
    )
}

/// Whether a line begins with a word and a colon, as no sentence and no list goes on.
pub(crate) fn is_key(tokens: &[Token]) -> bool {
    let colon = |t: &Token| t.kind == TokenKind::Symbol && t.text == ":";
    tokens.first().is_some_and(|t| t.kind == TokenKind::Word) && tokens.get(1).is_some_and(colon)
}

/// What a mistake comes to if its line only waits for more: what stands below a waiting word is a line by itself.
pub(super) fn blamed(place: Place, line: &Line, found: Wrong) -> Wrong {
    let stops = line.waits.iter().skip(1).map(|at| at - 1).chain([line.tokens.len()]);
    let breaks = |(at, stop): &(&usize, usize)| {
        let tokens = line.tokens[**at..*stop].to_vec();
        let below = Line { tokens, waits: Vec::new(), block: None, span: line.span };
        let joint = &line.tokens[**at - 1];
        joint.span.start <= found.span.start && matches!(statement(place, &below), Ok(Some(_)))
    };
    match line.waits.iter().zip(stops).take(MOST).find(breaks) {
        Some((at, _)) => wrong(&codes::BAD_LINE, &line.tokens[at - 1]),
        None => found,
    }
}

/// At so many ends of lines in one it is looked whether something belongs below them; looking takes time.
pub(crate) const MOST: usize = 20;
