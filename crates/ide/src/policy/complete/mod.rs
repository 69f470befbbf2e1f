//! Completion: what can be written at a byte, in a text that need not be readable yet.
//!
//! Where the byte is, is told by the tree, which is there for every text. What can come next in a sentence is asked
//! of the reader of sentences itself (`sentence`), in an item line it follows from the keyword (`values`).

mod sentence;
mod snippets;
mod values;

use std::collections::HashSet;

use policy_core::lang::Lang;
use policy_core::lower::keywords::{Kw, Place, REPEATED};
use policy_core::rules::{LineKind, line_kind};
use policy_core::words::key;
use policy_db::{Database, SourceFile};
use policy_syntax::{Item, ItemWord, Line, Span, SyntaxError, SyntaxErrorKind, Token, TokenKind};

use super::describe::Describe;
use super::fixes::language;
use super::view::View;
use super::words;
use crate::{Completion, CompletionKind, Insert};

/// Where counting how usual something is ends.
const MOST_USUAL: u32 = 9999;

/// What can be written at a byte, the most fitting first.
pub fn completions(db: &Database, file: SourceFile, offset: u32, lang: Lang) -> Vec<Completion> {
    let view = View::new(db, file);
    let inside = |span: &Span| span.start < offset && offset <= span.end;
    if view.tree.comments.iter().any(inside) {
        return Vec::new();
    }
    let describe = Describe::new(&view, lang);
    let typed = typed(view.text, offset);
    let mut completing = Completing { view, describe, lang, offset, typed, found: Vec::new() };
    completing.at();
    let mut found = completing.found;
    found.sort_by(|a, b| (&a.sort, &a.label).cmp(&(&b.sort, &b.label)));
    let mut seen = HashSet::new();
    found.retain(|c| seen.insert((c.label.clone(), c.insert.clone())));
    found
}

/// The part of a word before a byte.
fn typed(text: &str, offset: u32) -> Span {
    let before = text.get(..offset as usize).unwrap_or_default();
    let part = |c: char| c.is_alphanumeric() || "-_.'’/+*&`≤≥<>=!≠".contains(c);
    let start =
        before.char_indices().rev().take_while(|(_, c)| part(*c)).last().map_or(before.len(), |(i, _)| i);
    Span::new(start, before.len())
}

/// A list of completions under construction.
struct Completing<'a> {
    view: View<'a>,
    describe: Describe<'a>,
    lang: Lang,
    offset: u32,
    /// What is typed of the word so far.
    typed: Span,
    found: Vec<Completion>,
}

/// A proposal, before it is known to fit what is typed.
struct Offer<'o> {
    label: &'o str,
    kind: CompletionKind,
    insert: Insert,
    detail: Option<String>,
    documentation: Option<String>,
    /// Its group in the list: the lower, the earlier.
    rank: u8,
    /// How usual it is here: within a group, the more usual comes earlier.
    usual: u32,
}

impl<'o> Offer<'o> {
    fn new(label: &'o str, kind: CompletionKind) -> Self {
        Offer {
            label,
            kind,
            insert: Insert::Text(label.to_owned()),
            detail: None,
            documentation: None,
            rank: 5,
            usual: 0,
        }
    }

    fn rank(self, rank: u8) -> Self {
        Offer { rank, ..self }
    }

    fn detail(self, detail: impl Into<String>) -> Self {
        Offer { detail: Some(detail.into()), ..self }
    }

    fn documented(self, documentation: Option<String>) -> Self {
        Offer { documentation, ..self }
    }

    fn snippet(self, snippet: String) -> Self {
        Offer { insert: Insert::Snippet(snippet), ..self }
    }
}

impl<'a> Completing<'a> {
    fn at(&mut self) {
        let Some(item) = self.item() else { return self.top() };
        let in_text = |token: &&Token| {
            let closed = token.span.start < self.offset && self.offset < token.span.end;
            closed && matches!(token.kind, TokenKind::String | TokenKind::Block)
        };
        let mut tokens = item.head.iter().chain(item.lines.iter().flat_map(|line| &line.tokens));
        if tokens.any(|token| in_text(&token)) {
            return;
        }
        match self.open_brace(item) {
            Some(open) if open < self.offset => self.block(Place::Item(item.word), item, &item.lines),
            _ => self.head(item),
        }
    }

    /// The item that the byte is in: behind its item word and before its closing brace, if it has one.
    fn item(&self) -> Option<&'a Item> {
        let (text, tree) = (self.view.text, self.view.tree);
        let item = tree.items.iter().rev().find(|item| item.span.start <= self.offset)?;
        let unclosed = |e: &SyntaxError| {
            e.kind == SyntaxErrorKind::MissingClose
                && item.span.start <= e.span.start
                && e.span.end <= item.span.end
        };
        let closed = item.span.of(text).ends_with('}') && !tree.errors.iter().any(unclosed);
        (item.word_span.end < self.offset && !(closed && self.offset >= item.span.end)).then_some(item)
    }

    /// Where the block of an item begins.
    fn open_brace(&self, item: &Item) -> Option<u32> {
        let from = item.head.last().map_or(item.word_span.end, |token| token.span.end);
        let to = item.lines.first().map_or(item.span.end, |line| line.span.start).max(from);
        let between = self.view.text.get(from as usize..to as usize)?;
        between.find('{').map(|at| from + at as u32)
    }

    fn add(&mut self, offer: Offer<'_>) {
        self.add_over(self.typed, offer);
    }

    /// Adds an offer that replaces `replace`, if what stands there is its beginning, or is like it.
    fn add_over(&mut self, replace: Span, offer: Offer<'_>) {
        let typed = replace.of(self.view.text).trim_start_matches('`');
        let exact = fits(typed, offer.label);
        let Some(exact) = exact else { return };
        let Offer { label, kind, insert, detail, documentation, rank, usual } = offer;
        let sort = format!("{}{rank}{:04}", u8::from(!exact), MOST_USUAL - usual.min(MOST_USUAL));
        let label = label.to_owned();
        self.found.push(Completion { label, kind, insert, replace, detail, documentation, sort });
    }

    fn top(&mut self) {
        let lang = self.view.lang(self.lang);
        for (word, en, nl) in ItemWord::ALL {
            for of in Lang::ALL {
                let label = of.pick(nl, en);
                // The other language's words only for who types them.
                if of != lang && (self.typed.start == self.typed.end || en == nl) {
                    continue;
                }
                let offer = Offer::new(label, CompletionKind::Snippet)
                    .snippet(snippets::item(&self.view, word, of))
                    .documented(Some(words::item(word, self.lang).to_owned()))
                    .rank(if of == lang { 1 } else { 2 });
                self.add(offer);
            }
        }
    }

    fn block(&mut self, place: Place, item: &'a Item, lines: &'a [Line]) {
        let line = self.current(lines);
        if let Some(line) = line
            && let (Some(block), Some(inside)) = (&line.block, self.inside(place, line))
        {
            return self.block(inside, item, block);
        }
        let tokens = line.map_or(&[][..], |line| &line.tokens);
        let before: Vec<Token> = tokens.iter().filter(|t| t.span.end <= self.typed.start).cloned().collect();
        if before.is_empty() {
            self.keywords(place, item, lines);
            if place == Place::Item(ItemWord::Rule) {
                self.sentence(&[], false, item);
            }
            return;
        }
        let span = line.map_or(self.typed, |line| line.span);
        let line = Line { tokens: before, waits: Vec::new(), block: None, span };
        if place == Place::Item(ItemWord::Rule) {
            return match line_kind(&line) {
                LineKind::Sentence => self.sentence(&line.tokens, false, item),
                LineKind::Condition(..) => self.sentence(&line.tokens[1..], true, item),
                LineKind::Labelled(kw, _) => self.values(place, kw, &line.tokens, item),
                LineKind::Title | LineKind::TitleIn(_) => {}
            };
        }
        let first = &line.tokens[0].text;
        if let Some(kw) = place.lines().iter().find(|kw| kw.begins(first).is_some()) {
            self.values(place, *kw, &line.tokens, item);
        }
    }

    /// The place inside the block of a line that the byte is in.
    fn inside(&self, place: Place, line: &Line) -> Option<Place> {
        let last = line.tokens.last()?;
        let open = self.view.text.get(last.span.end as usize..)?.find('{')?;
        if self.offset <= last.span.end + open as u32 {
            return None;
        }
        let first = &line.tokens.first()?.text;
        let kw = place.lines().iter().find(|kw| kw.begins(first).is_some())?;
        Place::inside(*kw)
    }

    /// The line that goes on at the byte.
    fn current(&self, lines: &'a [Line]) -> Option<&'a Line> {
        let line = lines.iter().rev().find(|line| line.span.start < self.offset)?;
        if self.offset <= line.span.end {
            return Some(line);
        }
        let between =
            self.view.text.get(line.span.end as usize..self.typed.start as usize).unwrap_or_default();
        let joins = |t: &Token| [",", "and", "or", "en", "of"].contains(&t.text.as_str());
        let goes_on = line.block.is_none() && line.tokens.last().is_some_and(joins);
        let ended = between.contains(['}', ';', '#']) || between.contains('\n') && !goes_on;
        (!ended).then_some(line)
    }

    /// The keywords that a line may begin with, without those that are there already.
    fn keywords(&mut self, place: Place, item: &Item, lines: &[Line]) {
        let lang = language(item);
        for kw in place.lines() {
            let is = |line: &Line| {
                let first = line.tokens.first().filter(|t| t.span.end != self.offset);
                first.is_some_and(|t| kw.begins(&t.text).is_some())
            };
            if !REPEATED.contains(kw) && *kw != Kw::Advice && lines.iter().any(is) {
                continue;
            }
            let label = kw.word(lang);
            let offer = Offer::new(label, CompletionKind::Keyword)
                .snippet(snippets::line(*kw, place, lang))
                .documented(words::keyword(*kw, Some(place), self.lang).map(str::to_owned))
                .rank(1);
            self.add(offer);
        }
    }
}

/// Whether what is typed is the beginning of a label, or of one of its words; `None` if it is not.
fn fits(typed: &str, label: &str) -> Option<bool> {
    if typed.is_empty() || label.starts_with(typed) {
        return Some(true);
    }
    let (typed, label) = (key(typed), key(label));
    if label.starts_with(&typed) {
        return Some(true);
    }
    let word = label.split(' ').skip(1).any(|word| word.starts_with(&typed));
    let inside = typed.chars().count() >= 3 && label.contains(&typed);
    (word || inside).then_some(false)
}
