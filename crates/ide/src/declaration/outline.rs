//! What a declaration lists, and what can be folded.

use policy_core::declare::{Content, Entry, Node};
use policy_core::lang::Lang;
use policy_db::{Database, SourceFile};
use policy_syntax::Span;

use super::sheet::{Inside, Sheet};
use crate::{FoldingKind, FoldingRange, Symbol, SymbolKind};

/// Records with what they list, and their fields.
pub fn symbols(db: &Database, file: SourceFile, lang: Lang) -> Vec<Symbol> {
    let sheet = Sheet::new(db, file);
    sheet.entries().iter().map(|entry| of_entry(&sheet, Inside::Top, entry, lang)).collect()
}

fn of_entry(sheet: &Sheet, around: Inside, entry: &Entry, lang: Lang) -> Symbol {
    let inside = sheet.under(around, &entry.key);
    let kind = match (around, &entry.value.content) {
        (_, Content::List(_)) => SymbolKind::List,
        (Inside::Top, _) => SymbolKind::Record,
        _ => SymbolKind::Field,
    };
    Symbol {
        name: entry.key.to_string(),
        detail: entry.value.text().filter(|text| !text.is_empty()).map(short),
        kind,
        span: entry.key_span.to(entry.value.span),
        name_span: entry.key_span,
        children: children(sheet, inside, &entry.value, lang),
    }
}

fn children(sheet: &Sheet, inside: Inside, node: &Node, lang: Lang) -> Vec<Symbol> {
    match (&node.content, inside) {
        (_, Inside::Free) => Vec::new(),
        (Content::Map(entries), _) => {
            entries.iter().map(|entry| of_entry(sheet, inside, entry, lang)).collect()
        }
        (Content::List(items), Inside::Record(_)) => {
            let of_item = |(number, item): (usize, &std::sync::Arc<Node>)| Symbol {
                name: name_of(item).unwrap_or_else(|| format!("{}", number + 1)),
                detail: None,
                kind: SymbolKind::Thing,
                span: item.span,
                name_span: first_span(item),
                children: children(sheet, inside, item, lang),
            };
            items.iter().enumerate().map(of_item).collect()
        }
        _ => Vec::new(),
    }
}

/// The first thing that an item says, as a name for it.
fn name_of(item: &Node) -> Option<String> {
    let first = item.entries()?.first()?;
    let value =
        first.value.entries().and_then(|inner| inner.first()).map_or(&first.value, |inner| &inner.value);
    match &value.content {
        Content::Scalar { text, .. } if !text.is_empty() => Some(short(text)),
        Content::List(items) => items.first().and_then(|item| item.text()).map(short),
        _ => None,
    }
}

fn first_span(item: &Node) -> Span {
    item.entries().and_then(|entries| entries.first()).map_or(item.span, |entry| entry.key_span)
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= 60 { line.to_owned() } else { line.chars().take(59).chain(['…']).collect() }
}

/// Entries and items of several lines.
pub fn folding_ranges(db: &Database, file: SourceFile) -> Vec<FoldingRange> {
    let sheet = Sheet::new(db, file);
    let mut found = Vec::new();
    let mut add = |start: Span, node: &Node| {
        let span = start.to(trimmed(node.span, sheet.text));
        if span.of(sheet.text).contains('\n') {
            found.push(FoldingRange { span, kind: FoldingKind::Region });
        }
    };
    sheet.walk(&mut |_, node, entry| {
        if let Some(entry) = entry {
            add(entry.key_span, node);
        }
        for item in node.items().unwrap_or_default() {
            add(first_span(item), item);
        }
    });
    found
}

/// For each byte the ranges around it, the smallest first.
pub fn selection_ranges(db: &Database, file: SourceFile, offsets: &[u32]) -> Vec<Vec<Span>> {
    let sheet = Sheet::new(db, file);
    let mut spans = vec![Span::new(0, sheet.text.len())];
    sheet.walk(&mut |_, node, entry| {
        let value = trimmed(node.span, sheet.text);
        spans.push(value);
        spans.extend(entry.map(|entry| entry.key_span));
        spans.extend(entry.map(|entry| entry.key_span.to(value)));
    });
    spans.sort_by_key(|span| span.end - span.start);
    spans.dedup();
    let around = |offset: &u32| {
        let mut around: Vec<Span> = Vec::new();
        for span in spans.iter().filter(|span| span.start <= *offset && *offset <= span.end) {
            if around.last().is_none_or(|last| span.start <= last.start && last.end <= span.end) {
                around.push(*span);
            }
        }
        around
    };
    offsets.iter().map(around).collect()
}

/// Without white space at the end.
fn trimmed(span: Span, text: &str) -> Span {
    Span { end: span.start + span.of(text).trim_end().len() as u32, ..span }
}
