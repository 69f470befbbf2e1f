//! Heads and lines that are no sentences, with their keywords in the other language.
//!
//! Names, strings and numbers stay byte for byte; between tokens stands what the layout puts there: one space,
//! or a line break where there was one. Comments are no tokens: the layout keeps those.

use policy_syntax::{Item, ItemWord, Line, Token, TokenKind};

use super::cursor::{Cursor, Used};
use super::keywords::{ALLOW_CLOSING, Kw, Place, UNITS};
use super::statement::{head, statement};
use crate::lang::Lang;

/// The head of an item, its item word included, in `to`. `None`: it is as it should be, or cannot be read.
pub fn translate_head(text: &str, item: &Item, to: Lang) -> Option<String> {
    let (_, en, nl) = ItemWord::ALL.iter().find(|(word, ..)| *word == item.word)?;
    let used = head(item).ok()?.used;
    let word = to.pick(*nl, *en);
    let rest = rewritten(text, &item.head, &used, to);
    let same = rest.is_none() && item.word_span.of(text) == word;
    let rest =
        || rest.unwrap_or_else(|| joined(text, item.head.iter().map(|t| (t, t.span.of(text).to_string()))));
    (!same).then(|| if item.head.is_empty() { word.to_string() } else { format!("{word} {}", rest()) })
}

/// A line without the block it may have, in `to`. `None`: it is as it should be, it is a sentence, or it cannot
/// be read.
pub fn translate_line(text: &str, line: &Line, item: &Item, to: Lang) -> Option<String> {
    let statement = statement(place_of(line, item)?, line).ok()??;
    if statement.kw == Some(Kw::Allow) {
        return allowance(text, line, to);
    }
    rewritten(text, &line.tokens, &statement.used, to)
}

/// The block that a line of an item stands in.
fn place_of(line: &Line, item: &Item) -> Option<Place> {
    let top = Place::Item(item.word);
    if item.lines.iter().any(|l| l.span == line.span) {
        return Some(top);
    }
    let inside = |l: &&Line| l.span.start < line.span.start && line.span.end <= l.span.end;
    let outer = item.lines.iter().find(inside)?;
    Place::inside(Cursor::new(&outer.tokens, outer.span).eat_any(top.lines())?)
}

/// `allow CODE "…"` and `sta CODE toe "…"`: the one line whose words stand in another order.
fn allowance(text: &str, line: &Line, to: Lang) -> Option<String> {
    let [word, code, rest @ ..] = line.tokens.as_slice() else { return None };
    let closed = rest.first().is_some_and(|t| t.kind == TokenKind::Word && t.text == ALLOW_CLOSING);
    let code_text = code.span.of(text);
    let (word_to, code_to) = match to {
        Lang::Nl => (Kw::Allow.word(to), format!("{code_text} {ALLOW_CLOSING}")),
        Lang::En => (Kw::Allow.word(to), code_text.to_string()),
    };
    if word.text == word_to && closed == (to == Lang::Nl) {
        return None;
    }
    let rest = rest[usize::from(closed)..].iter().map(|t| (t, t.span.of(text).to_string()));
    Some(joined(text, [(word, word_to.to_string()), (code, code_to)].into_iter().chain(rest)))
}

/// Tokens with their keywords in `to`; `None` if that changes nothing.
fn rewritten(text: &str, tokens: &[Token], used: &[Used], to: Lang) -> Option<String> {
    let mut words: Vec<(&Token, String)> = Vec::new();
    let mut changed = false;
    for token in tokens {
        let keyword = used.iter().find(|u| u.span.start <= token.span.start && token.span.end <= u.span.end);
        match keyword {
            None => words.push((token, token.span.of(text).to_string())),
            Some(keyword) if keyword.span.start == token.span.start => {
                let word = spelled(keyword, to);
                changed |= word != keyword.span.of(text);
                words.push((token, word.to_string()));
            }
            Some(_) => {}
        }
    }
    changed.then(|| joined(text, words.into_iter()))
}

fn spelled(used: &Used, to: Lang) -> &'static str {
    if UNITS.contains(&used.kw) { used.kw.unit(to, used.plural) } else { used.kw.word(to) }
}

/// Words with between them what the layout puts there.
fn joined<'a>(text: &str, words: impl Iterator<Item = (&'a Token, String)>) -> String {
    let mut out = String::new();
    let mut before: Option<&Token> = None;
    for (token, word) in words {
        out.push_str(before.map_or("", |before| space(text, before, token)));
        out.push_str(&word);
        before = Some(token);
    }
    out
}

fn space(text: &str, before: &Token, token: &Token) -> &'static str {
    let is = |token: &Token, symbol: &str| token.kind == TokenKind::Symbol && token.text == symbol;
    let between = text.get(before.span.end as usize..token.span.start as usize).unwrap_or_default();
    let opens = is(token, "(") && between.is_empty();
    if between.contains('\n') {
        "\n"
    } else if opens || is(before, "(") || is(token, ",") || is(token, ")") {
        ""
    } else {
        " "
    }
}
