//! Heads and lines that are no sentences, with their keywords in the other language.
//!
//! Everything else (names, strings, numbers, white space, comments in between) stays byte for byte.

use policy_syntax::{Item, ItemWord, Line, Span};

use super::cursor::Used;
use super::keywords::{ALLOW_CLOSING, Kw, Place, UNITS};
use super::statement::{head, statement};
use crate::lang::Lang;

/// The head of an item, from its item word to its last token. `None`: it cannot be read, leave it alone.
pub fn translate_head(text: &str, item: &Item, to: Lang) -> Option<String> {
    let (_, en, nl) = ItemWord::ALL.iter().find(|(word, ..)| *word == item.word)?;
    let end = item.head.last().map_or(item.word_span, |t| t.span);
    let mut edits = vec![(item.word_span, to.pick(*nl, *en).to_string())];
    edits.extend(head(item).ok()?.used.iter().map(|used| (used.span, spelled(used, to))));
    edited(text, item.word_span.to(end), &edits)
}

/// A line without the block it may have. `None`: it is a sentence, or cannot be read, so leave it alone.
/// `place` is the block it stands in: [`Place::Item`] for the lines of an item, else [`Place::inside`] of the
/// keyword that opens the block.
pub fn translate_line(text: &str, line: &Line, place: Place, to: Lang) -> Option<String> {
    let statement = statement(place, line).ok()??;
    let whole = line.tokens.first()?.span.to(line.tokens.last()?.span);
    let mut edits: Vec<(Span, String)> = statement.used.iter().map(|u| (u.span, spelled(u, to))).collect();
    if statement.kw == Some(Kw::Allow) {
        edits.extend(closing(line, to));
    }
    edited(text, whole, &edits)
}

/// `sta CODE toe`, where English has only `allow CODE`.
fn closing(line: &Line, to: Lang) -> Option<(Span, String)> {
    let code = line.tokens.get(1)?;
    let closing = line.tokens.get(2).filter(|t| t.text == ALLOW_CLOSING);
    let after = Span { start: code.span.end, end: closing.map_or(code.span, |t| t.span).end };
    Some((after, to.pick(format!(" {ALLOW_CLOSING}"), String::new())))
}

fn spelled(used: &Used, to: Lang) -> String {
    let word = if UNITS.contains(&used.kw) { used.kw.unit(to, used.plural) } else { used.kw.word(to) };
    word.to_string()
}

/// The text of `whole` with some parts replaced; the edits lie in it, in order, without overlap.
fn edited(text: &str, whole: Span, edits: &[(Span, String)]) -> Option<String> {
    let (mut out, mut at) = (String::new(), whole.start as usize);
    for (span, new) in edits {
        out.push_str(text.get(at..span.start as usize)?);
        out.push_str(new);
        at = span.end as usize;
    }
    out.push_str(text.get(at..whole.end as usize)?);
    Some(out)
}
