//! What can be folded, and what is selected step by step.

use policy_db::{Database, SourceFile};
use policy_syntax::{Item, Line, Span, TokenKind};

use super::view::{View, inner};
use crate::{FoldingKind, FoldingRange};

/// Items, blocks, text blocks and runs of comment lines.
pub fn folding_ranges(db: &Database, file: SourceFile) -> Vec<FoldingRange> {
    let view = View::new(db, file);
    let mut spans: Vec<(Span, FoldingKind)> = Vec::new();
    for item in &view.tree.items {
        spans.push((item.span, FoldingKind::Region));
        lines(&item.lines, &mut spans);
    }
    spans.extend(comments(&view).into_iter().map(|span| (span, FoldingKind::Comment)));
    let tall = |span: &Span| span.of(view.text).contains('\n');
    let mut found: Vec<FoldingRange> = spans
        .into_iter()
        .filter(|(span, _)| tall(span))
        .map(|(span, kind)| FoldingRange { span, kind })
        .collect();
    found.sort_by_key(|range| (range.span.start, std::cmp::Reverse(range.span.end)));
    found
}

fn lines(of: &[Line], spans: &mut Vec<(Span, FoldingKind)>) {
    for line in of {
        if let Some(block) = &line.block {
            spans.push((line.span, FoldingKind::Region));
            lines(block, spans);
        }
        let texts = line.tokens.iter().filter(|token| token.kind == TokenKind::Block);
        spans.extend(texts.map(|token| (line.span.to(token.span), FoldingKind::Region)));
    }
}

/// Comments on lines that follow each other, with nothing else on them.
fn comments(view: &View<'_>) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    for comment in &view.tree.comments {
        let before = &view.text[..comment.start as usize];
        let alone = before[before.rfind('\n').map_or(0, |at| at + 1)..].trim().is_empty();
        if !alone {
            continue;
        }
        match runs.last_mut() {
            Some(run)
                if Span { start: run.end, end: comment.start }.of(view.text).matches('\n').count() == 1 =>
            {
                run.end = comment.end;
            }
            _ => runs.push(*comment),
        }
    }
    runs
}

/// For each byte the spans around it, from the smallest to the whole file.
pub fn selection_ranges(db: &Database, file: SourceFile, offsets: &[u32]) -> Vec<Vec<Span>> {
    let view = View::new(db, file);
    offsets.iter().map(|offset| around(&view, *offset)).collect()
}

fn around(view: &View<'_>, offset: u32) -> Vec<Span> {
    let mut spans = vec![Span::new(0, view.text.len())];
    if let Some((_, item)) = view.item_at(offset) {
        spans.push(item.span);
        inside_item(view, item, offset, &mut spans);
    }
    if let Some(mark) = view.mark_at(offset).filter(|mark| mark.span.start <= offset) {
        spans.push(mark.span);
        spans.push(inner(view.text, mark.span));
    }
    spans.push(word(view.text, offset));
    let covers = |span: &Span| span.start <= offset && offset <= span.end && span.start < span.end;
    spans.retain(covers);
    spans.sort_by_key(|span| (span.end - span.start, span.start));
    spans.dedup();
    let mut last = None;
    spans.retain(|span| {
        let grows = last.is_none_or(|last: Span| span.start <= last.start && last.end <= span.end);
        if grows {
            last = Some(*span);
        }
        grows
    });
    spans
}

/// The block of an item, its line, and the lines inside that.
fn inside_item(view: &View<'_>, item: &Item, offset: u32, spans: &mut Vec<Span>) {
    if let (Some(first), Some(last)) = (item.lines.first(), item.lines.last()) {
        spans.push(first.span.to(last.span));
    }
    let mut lines = &item.lines;
    while let Some(line) = lines.iter().find(|l| l.span.start <= offset && offset <= l.span.end) {
        spans.push(line.span);
        if let (Some(first), Some(last)) = (line.tokens.first(), line.tokens.last()) {
            spans.push(first.span.to(last.span));
        }
        for token in line.tokens.iter().filter(|t| t.span.start <= offset && offset <= t.span.end) {
            spans.extend([token.span, inner(view.text, token.span)]);
        }
        match &line.block {
            Some(block) => lines = block,
            None => break,
        }
    }
}

/// The word around a byte, as letters go.
fn word(text: &str, offset: u32) -> Span {
    let at = offset as usize;
    let part = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '\'';
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at..).unwrap_or_default();
    let start = before.char_indices().rev().take_while(|(_, c)| part(*c)).last().map_or(at, |(i, _)| i);
    let end = after.char_indices().find(|(_, c)| !part(*c)).map_or(text.len(), |(i, _)| at + i);
    Span::new(start, end)
}
