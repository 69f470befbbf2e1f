//! Where a line of a rule breaks off: it ends in `and`, `or` or a comma, and what stands below is a line by itself.

use policy_syntax::{Line, Token, TokenKind};

use super::{LineKind, Reader, Row, kind_of};
use crate::codes;
use crate::lang::Lang;
use crate::lower::dangling;
use crate::lower::keywords::Kw;
use crate::sentence;
use crate::words::{self, Word};

impl<'a> Reader<'a> {
    /// After how many tokens the line breaks off; what stands below each is read by itself.
    pub(super) fn ends(&self, line: &Line) -> Vec<usize> {
        let (mut from, mut ends) = (0, Vec::new());
        let mut known = None;
        for at in line.waits.iter().copied().take(dangling::MOST) {
            let tokens = &line.tokens[from..];
            let wrong = *known.get_or_insert_with(|| self.first_wrong(tokens));
            if wrong.is_some_and(|wrong| self.breaks(tokens, at - from, wrong)) {
                ends.push(at);
                (from, known) = (at, None);
            }
        }
        ends
    }

    /// Where the first mistake of a sentence or condition is, if there is one. A line with a label may be read
    /// to its end whatever is in it, so that there the place says nothing.
    fn first_wrong(&self, tokens: &[Token]) -> Option<u32> {
        let wrong = match kind_of(tokens) {
            LineKind::Sentence => sentence::read(&self.context, tokens).err(),
            LineKind::Condition(..) => sentence::read_condition(&self.context, &tokens[1..]).err(),
            _ => return Some(u32::MAX),
        };
        wrong.map(|wrong| wrong.span.start)
    }

    /// Whether `tokens`, of which the first mistake is at `wrong`, break off after `at` of them.
    fn breaks(&self, tokens: &[Token], at: usize, wrong: u32) -> bool {
        let (joint, below) = (&tokens[at - 1], &tokens[at..]);
        if wrong < joint.span.start {
            return false;
        }
        let labelled = wrong == u32::MAX;
        let next = wrong <= below[0].span.start;
        match kind_of(below) {
            // `…, when …` is one sentence.
            LineKind::Condition(..) => joint.text != ",",
            // The word may be that of a field; a provision has a number.
            LineKind::Labelled(Kw::Basis, _) => next || below.iter().any(is_number),
            LineKind::Title | LineKind::TitleIn(_) | LineKind::Labelled(..) => true,
            LineKind::Sentence if labelled || next => dangling::is_key(below) || begins_norm(below),
            LineKind::Sentence => sentence::read(&self.context, below).is_ok(),
        }
    }

    /// Says of `tokens` that they break off, and reads what can be read of them.
    pub(super) fn breaks_off(&mut self, tokens: &'a [Token]) {
        let Some((joint, before)) = tokens.split_last() else { return };
        let file = self.context.place.file;
        let wrong = dangling::wrong(&codes::SENTENCE, joint).in_file(file);
        match kind_of(tokens) {
            LineKind::Sentence | LineKind::Condition(..) | LineKind::Labelled(Kw::Silence, _) => {
                self.broken(Row::of(tokens), wrong);
            }
            _ => {
                self.diagnostics.push(wrong);
                self.row(Row::of(before));
            }
        }
    }
}

fn is_number(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Number | TokenKind::Dotted)
}

/// Whether a line begins as a norm does.
fn begins_norm(tokens: &[Token]) -> bool {
    let first = tokens.first().filter(|t| t.kind == TokenKind::Word).map(|t| t.text.to_lowercase());
    let found = Lang::ALL.into_iter().flat_map(|lang| words::matches(first.as_slice(), lang).1);
    found.into_iter().any(|word| matches!(word, Word::No | Word::Every | Word::If | Word::There))
}
