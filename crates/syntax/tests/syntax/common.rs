//! What several tests of the syntax share: samples, and what must be true of every parse.

use policy_syntax::pieces::{Piece, pieces};
use policy_syntax::{File, Item, Line, Span, TokenKind, parse};

/// The sample policies.
pub const SAMPLES: [&str; 3] = [
    include_str!("samples/lending.policy"),
    include_str!("samples/crowded.policy"),
    include_str!("samples/windows.policy"),
];

/// What an item says, without places.
pub type Said = (bool, String, Vec<(TokenKind, String)>);

/// The tokens of an item, with marks for lines and blocks.
pub fn said(item: &Item) -> Said {
    let mut list = Vec::new();
    let mut add = |kind, text: &str| list.push((kind, text.to_owned()));
    item.head.iter().for_each(|t| add(t.kind, spelled(&t.text)));
    lines(&item.lines, &mut add);
    (item.dutch, format!("{:?}", item.word), list)
}

fn lines(block: &[Line], add: &mut dyn FnMut(TokenKind, &str)) {
    for line in block {
        add(TokenKind::Symbol, "line");
        line.tokens.iter().for_each(|t| add(t.kind, spelled(&t.text)));
        if let Some(block) = &line.block {
            add(TokenKind::Symbol, "{");
            lines(block, add);
            add(TokenKind::Symbol, "}");
        }
    }
}

/// The layout spells three symbols its own way.
fn spelled(text: &str) -> &str {
    match text {
        "<=" => "≤",
        ">=" => "≥",
        "!=" => "≠",
        other => other,
    }
}

/// What must be true of every parse of every text.
pub fn check(text: &str) -> File {
    let file = parse(text);
    rebuilds(text, &pieces(text).expect("cut in pieces"));
    let mut last = 0;
    for item in &file.items {
        ordered(text, item, &mut last);
    }
    file.comments.iter().chain(file.errors.iter().map(|e| &e.span)).for_each(|s| fits(text, *s));
    assert!(file.errors.is_sorted_by_key(|e| e.span), "errors in order in {text:?}");
    file
}

/// Pieces and the white space between them are the text.
fn rebuilds(text: &str, list: &[Piece]) {
    let mut at = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    for piece in list {
        fits(text, piece.span);
        let gap = &text[at..piece.span.start as usize];
        assert!(gap.trim().is_empty(), "{gap:?} is lost before {:?} in {text:?}", piece);
        at = piece.span.end as usize;
    }
    assert!(text[at..].trim().is_empty(), "the end is lost in {text:?}");
}

fn ordered(text: &str, item: &Item, last: &mut u32) {
    fits(text, item.span);
    let spans = item.token_spans();
    for span in &spans {
        fits(text, *span);
        assert!(span.start >= *last && span.end > span.start, "{span:?} out of order in {text:?}");
        assert!(item.span.start <= span.start && span.end <= item.span.end, "outside its item in {text:?}");
        *last = span.end;
    }
    let mut at = 0;
    let mut numbered = |tokens: &[policy_syntax::Token]| {
        for token in tokens {
            at += 1;
            assert_eq!((token.index, token.span), (at, spans[at as usize]), "numbering in {text:?}");
        }
    };
    numbered(&item.head);
    walk(&item.lines, &mut numbered);
    assert!(item.span.end >= *last);
    *last = item.span.end;
}

fn walk(block: &[Line], numbered: &mut dyn FnMut(&[policy_syntax::Token])) {
    for line in block {
        assert!(!line.tokens.is_empty());
        numbered(&line.tokens);
        walk(line.block.as_deref().unwrap_or_default(), numbered);
    }
}

fn fits(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "{span:?} does not fit {text:?}");
}
