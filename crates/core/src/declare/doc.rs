//! A YAML or JSON text as a tree with the bytes of every key and value.
//!
//! Scalars stay text: what they mean is for the field that holds them. Reading goes on after an error with
//! the next key at the left margin, so one mistake costs one entry. Anchors are followed within a budget,
//! depth is bounded. Knows no records, no fields, no kinds.

use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};
use policy_syntax::Span;

use super::lookup::fold;
use super::problems::Problems;
use super::syntax_errors;
use crate::codes;
use crate::diag::{Diagnostic, Level};
use crate::model::FileId;

/// The largest text that is read, in bytes. Callers look before they load a file.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// How deep lists and mappings may nest.
pub const MAX_DEPTH: usize = 64;
/// How many nodes all aliases of one text may stand for together.
const ALIAS_BUDGET: usize = 100_000;
/// After this many syntax errors the rest of a text is not tried any more.
const MAX_RESTARTS: usize = 20;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON, strictly.
    Json,
}

impl Format {
    /// The format a file name ends in: `.json`, or YAML for anything else.
    pub fn of_name(name: &str) -> Format {
        let json = name.len() >= 5 && name.as_bytes()[name.len() - 5..].eq_ignore_ascii_case(b".json");
        if json { Format::Json } else { Format::Yaml }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub content: Content,
    /// A syntax error inside it took a part away.
    pub damaged: bool,
    size: usize,
    height: usize,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Scalar {
        /// The text, escapes resolved.
        text: Arc<str>,
        /// Written without quotes.
        plain: bool,
    },
    /// A list.
    List(Vec<Arc<Node>>),
    /// A mapping; no key twice.
    Map(Vec<Entry>),
    /// Could not be read; reported already.
    Broken,
}

/// One key of a mapping with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key's text.
    pub key: Arc<str>,
    /// The key's bytes.
    pub key_span: Span,
    /// The value.
    pub value: Arc<Node>,
}

fn further(span: Span, by: u32) -> Span {
    Span { start: span.start + by, end: span.end + by }
}

impl Entry {
    /// The same, so many bytes further on.
    fn moved(&self, by: u32) -> Entry {
        let Entry { key, key_span, value } = self;
        let value = if by == 0 { value.clone() } else { Arc::new(value.moved(by)) };
        Entry { key: key.clone(), key_span: further(*key_span, by), value }
    }

    /// Key and value if they fit on a line, else the key: what to point at when the entry as a whole is meant.
    pub fn short_span(&self) -> Span {
        match self.value.content {
            Content::Scalar { .. } if !self.value.is_null() && self.value.span.start >= self.key_span.end => {
                self.key_span.to(self.value.span)
            }
            _ => self.key_span,
        }
    }
}

impl Node {
    fn new(span: Span, content: Content) -> Self {
        let (size, height) = match &content {
            Content::Scalar { .. } | Content::Broken => (1, 0),
            Content::List(items) => measure(items.iter()),
            Content::Map(entries) => measure(entries.iter().map(|e| &e.value)),
        };
        Node { span, content, damaged: false, size, height }
    }

    fn broken(span: Span) -> Self {
        Node { damaged: true, ..Node::new(span, Content::Broken) }
    }

    /// The same, so many bytes further on.
    fn moved(&self, by: u32) -> Node {
        let child = |node: &Arc<Node>| Arc::new(node.moved(by));
        let content = match &self.content {
            Content::List(items) => Content::List(items.iter().map(child).collect()),
            Content::Map(entries) => Content::Map(entries.iter().map(|entry| entry.moved(by)).collect()),
            content @ (Content::Scalar { .. } | Content::Broken) => content.clone(),
        };
        Node { span: further(self.span, by), content, ..*self }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether it is a scalar without quotes.
    pub fn is_plain(&self) -> bool {
        matches!(self.content, Content::Scalar { plain: true, .. })
    }

    /// Whether nothing was written, or a null.
    pub fn is_null(&self) -> bool {
        self.is_plain() && matches!(self.text(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.content {
            Content::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements of a list.
    pub fn items(&self) -> Option<&[Arc<Node>]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }
}

fn measure<'a>(children: impl Iterator<Item = &'a Arc<Node>>) -> (usize, usize) {
    children.fold((1, 1), |(size, height), child| {
        (size.saturating_add(child.size), height.max(child.height.saturating_add(1)))
    })
}

/// What an empty text holds.
pub(super) fn nothing(damaged: bool) -> Node {
    let content = Content::Scalar { text: "".into(), plain: true };
    Node { damaged, ..Node::new(Span::default(), content) }
}

/// A text as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The whole of it; none if there is nothing in it that could be read.
    pub root: Option<Arc<Node>>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text.
pub fn parse(text: &str, format: Format, file: FileId) -> Parsed {
    let mut problems = Problems::new(file);
    let root = parse_into(text, format, &mut problems);
    Parsed { root, diagnostics: problems.into_list() }
}

/// A part of a text, read by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    /// A mapping whose places count from the beginning of the part.
    map: Arc<Node>,
    /// How many nodes its aliases stand for.
    alias_nodes: usize,
}

/// Reads a part by itself. None if it is not whole, or means another thing among others.
pub(super) fn parse_alone(text: &str) -> Option<Alone> {
    let mut problems = Problems::new(FileId::default());
    let mut builder = Builder::new(text, &mut problems);
    let whole = matches!(builder.events(), End::Done) && !builder.empty_block;
    let alias_nodes = builder.alias_nodes;
    let map = builder.root.filter(|root| whole && root.entries().is_some())?;
    problems.is_empty().then_some(Alone { map, alias_nodes })
}

/// One mapping of several, each with the byte that it begins at. None if a key is there twice, or if aliases stand for
/// too much.
pub(super) fn one_map<'a>(parts: impl Iterator<Item = (u32, &'a Alone)>) -> Option<Node> {
    let mut problems = Problems::new(FileId::default());
    let (mut all, mut seen, mut alias_nodes) = (Vec::new(), HashMap::new(), 0);
    for (start, Alone { map, alias_nodes: more }) in parts {
        alias_nodes += more;
        for entry in map.entries()? {
            add_entry(&mut all, &mut seen, entry.moved(start), &mut problems);
        }
    }
    let span = around(&all)?;
    let fine = problems.is_empty() && alias_nodes <= ALIAS_BUDGET;
    fine.then(|| Node::new(span, Content::Map(all)))
}

fn parse_into(text: &str, format: Format, problems: &mut Problems) -> Option<Arc<Node>> {
    if text.len() > MAX_BYTES {
        syntax_errors::too_big(problems, text.len());
        return None;
    }
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let strict = format == Format::Json;
    let silent = strict && !syntax_errors::check_json(&text[bom..], bom, problems);
    let mut builder = Builder { silent, ..Builder::new(text, problems) };
    builder.run(bom, strict);
    match builder.root {
        Some(root) if builder.failed => Some(Arc::new(Node { damaged: true, ..Node::clone(&root) })),
        None if builder.failed => Some(Arc::new(nothing(true))),
        root => root,
    }
}

/// What is being built: one frame per open list or mapping.
struct Builder<'t, 'p> {
    text: &'t str,
    /// Where the part being parsed begins.
    base: usize,
    problems: &'p mut Problems,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Arc<Node>>,
    alias_nodes: usize,
    root: Option<Arc<Node>>,
    /// Syntax errors are known already.
    silent: bool,
    /// A part of the text was not read.
    failed: bool,
    /// There is a block scalar with nothing in it: where that ends depends on what comes behind.
    empty_block: bool,
}

struct Frame {
    start: Span,
    flow: bool,
    anchor: usize,
    kind: FrameKind,
}

enum FrameKind {
    List(Vec<Arc<Node>>),
    Map {
        entries: Vec<Entry>,
        seen: HashMap<String, Span>,
        key: Option<(Option<Arc<str>>, Span)>,
        lost: bool,
    },
}

/// Why a run over the events ended.
enum End {
    /// At the end of the document.
    Done,
    /// At a syntax error.
    Error,
    /// At a limit.
    Limit,
}

impl<'t, 'p> Builder<'t, 'p> {
    fn new(text: &'t str, problems: &'p mut Problems) -> Self {
        let (frames, anchors) = (Vec::new(), HashMap::new());
        Builder {
            text,
            base: 0,
            problems,
            frames,
            anchors,
            alias_nodes: 0,
            root: None,
            silent: false,
            failed: false,
            empty_block: false,
        }
    }

    /// Parses from `base`, and again from the next key at the margin after each error.
    fn run(&mut self, base: usize, strict: bool) {
        self.base = base;
        for _ in 0..MAX_RESTARTS {
            let before = self.root.take();
            let end = self.events();
            let margin = self.last_margin_key();
            self.close_all();
            self.root = merge(before, self.root.take(), self.problems);
            self.failed |= !matches!(end, End::Done);
            match end {
                End::Error if !strict => {}
                _ => return,
            }
            match next_margin_key(self.text, margin) {
                Some(next) => self.base = next,
                None => return,
            }
        }
    }

    fn events(&mut self) -> End {
        let options = granit_parser::options! { emit_comments: false, emit_unresolved_aliases: true };
        let mut documents = 0;
        for next in Parser::new_from_str_with_options(&self.text[self.base..], options) {
            let (event, span) = match next {
                Ok((event, span)) => (event, self.span(&span)),
                Err(error) => return self.syntax_error(&error),
            };
            if let Event::DocumentStart(..) = event {
                documents += 1;
                if documents > 1 {
                    self.second_document(span);
                    return End::Done;
                }
            }
            if !self.event(event, span) {
                return End::Limit;
            }
        }
        End::Done
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let at = |byte: Option<usize>| self.base + byte.unwrap_or(0);
        let (start, end) = (at(span.start.byte_offset()), at(span.end.byte_offset()));
        Span::new(start.min(self.text.len()), end.clamp(start, self.text.len().max(start)))
    }

    /// Takes one event; false when a limit is hit.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                self.empty_block |= block && text.trim().is_empty();
                let span = trimmed(self.text, span, plain);
                self.attach(Node::new(span, Content::Scalar { text: text.as_ref().into(), plain }), anchor);
            }
            Event::SequenceStart(style, anchor, _) => {
                return self.open(span, style, anchor, FrameKind::List(Vec::new()));
            }
            Event::MappingStart(style, anchor, _) => {
                let kind =
                    FrameKind::Map { entries: Vec::new(), seen: HashMap::new(), key: None, lost: false };
                return self.open(span, style, anchor, kind);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(Some(span)),
            Event::Alias(id) => return self.alias(id, span),
            Event::UnresolvedAlias(name) => {
                syntax_errors::unknown_alias(self.problems, span, &name);
                self.attach(Node::broken(span), 0);
            }
            _ => {}
        }
        true
    }

    fn open(&mut self, start: Span, style: StructureStyle, anchor: usize, kind: FrameKind) -> bool {
        if self.frames.len() >= MAX_DEPTH {
            syntax_errors::too_deep(self.problems, start, MAX_DEPTH);
            return false;
        }
        self.frames.push(Frame { start, flow: style == StructureStyle::Flow, anchor, kind });
        true
    }

    /// Closes the innermost list or mapping; without an `end` it was cut off by an error.
    fn close(&mut self, end: Option<Span>) {
        let Some(frame) = self.frames.pop() else { return };
        let lost = matches!(frame.kind, FrameKind::Map { lost: true, .. });
        let (content, children) = match frame.kind {
            FrameKind::List(items) => {
                let ends = items.iter().map(|i| i.span).reduce(Span::to);
                (Content::List(items), ends)
            }
            FrameKind::Map { mut entries, key, .. } => {
                if let Some((Some(key), key_span)) = key {
                    entries.push(Entry { key, key_span, value: Arc::new(Node::broken(key_span)) });
                }
                let ends = around(&entries);
                (Content::Map(entries), ends)
            }
        };
        let span = match (end, children) {
            (Some(end), _) if frame.flow => frame.start.to(end),
            (_, Some(children)) => children,
            _ => frame.start,
        };
        self.attach(Node { damaged: lost || end.is_none(), ..Node::new(span, content) }, frame.anchor);
    }

    fn close_all(&mut self) {
        while !self.frames.is_empty() {
            self.close(None);
        }
    }

    /// Puts a finished node where it belongs: as a key, a value, an element or the root.
    fn attach(&mut self, node: Node, anchor: usize) {
        let node = Arc::new(node);
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.frames.last_mut().map(|f| &mut f.kind) {
            None => self.root = Some(node),
            Some(FrameKind::List(items)) => items.push(node),
            Some(FrameKind::Map { key: key @ None, lost, .. }) => {
                *lost |= node.text().is_none();
                if node.text().is_none() && !matches!(node.content, Content::Broken) {
                    syntax_errors::key_not_text(self.problems, node.span);
                }
                *key = Some((node.text().map(Arc::from), node.span));
            }
            Some(FrameKind::Map { entries, seen, key, .. }) => {
                if let Some((Some(key), key_span)) = key.take() {
                    add_entry(entries, seen, Entry { key, key_span, value: node }, self.problems);
                }
            }
        }
    }

    /// Puts the anchored node in the alias's place, within depth and budget.
    fn alias(&mut self, id: usize, span: Span) -> bool {
        let Some(target) = self.anchors.get(&id).cloned() else {
            syntax_errors::unknown_alias(self.problems, span, "");
            self.attach(Node::broken(span), 0);
            return true;
        };
        self.alias_nodes = self.alias_nodes.saturating_add(target.size);
        if self.alias_nodes > ALIAS_BUDGET || self.frames.len() + target.height > MAX_DEPTH {
            syntax_errors::alias_bomb(self.problems, span, ALIAS_BUDGET);
            return false;
        }
        self.attach(Node { span, ..target.as_ref().clone() }, 0);
        true
    }

    fn syntax_error(&mut self, error: &granit_parser::ScanError) -> End {
        let at = (self.base + error.marker().byte_offset().unwrap_or(0)).min(self.text.len());
        if !self.silent {
            match self.open_bracket(at) {
                Some(bracket) => syntax_errors::unclosed_bracket(self.problems, bracket),
                None => syntax_errors::yaml(self.problems, self.text, at, error.kind()),
            }
        }
        match error.kind() {
            granit_parser::ErrorKind::RecursionLimitExceeded => End::Limit,
            _ => End::Error,
        }
    }

    /// The bracket that is still open where a line at the margin breaks off a value: the likely mistake.
    fn open_bracket(&self, error: usize) -> Option<Span> {
        let line = self.text[..error].rfind('\n')? + 1;
        let at_margin = self.text[line..].starts_with(char::is_alphanumeric);
        let from = self.last_margin_key().min(line);
        if at_margin {
            last_open_bracket(&self.text[from..line]).map(|i| Span::new(from + i, from + i + 1))
        } else {
            None
        }
    }

    fn second_document(&mut self, span: Span) {
        let nl = "een tweede document in hetzelfde bestand wordt niet gelezen: maak er een eigen bestand van";
        let en = "a second document in the same file is not read: put it in a file of its own";
        self.problems.add(&codes::DECL_SYNTAX, span, nl.into(), en.into()).level(Level::Warning);
    }

    /// Where the last key at the margin of this run began, or the run itself.
    fn last_margin_key(&self) -> usize {
        let last = match self.frames.first().map(|f| &f.kind) {
            Some(FrameKind::Map { entries, key, .. }) => {
                let pending = key.as_ref().map(|(_, span)| *span);
                pending.or(entries.last().map(|e| e.key_span)).map(|span| span.start as usize)
            }
            _ => None,
        };
        last.unwrap_or(self.base).max(self.base)
    }
}

/// From the first of some entries to the end of the last.
fn around(entries: &[Entry]) -> Option<Span> {
    entries.iter().map(|entry| entry.key_span.to(entry.value.span)).reduce(Span::to)
}

/// Adds an entry unless its key is there already; the first one counts.
fn add_entry(
    entries: &mut Vec<Entry>,
    seen: &mut HashMap<String, Span>,
    entry: Entry,
    problems: &mut Problems,
) {
    let folded = fold(&entry.key);
    let name = if folded.is_empty() { entry.key.to_string() } else { folded.into_owned() };
    if let Some(first) = seen.get(&name) {
        super::say::duplicate_key(problems, &entry.key, entry.key_span, *first);
        return;
    }
    seen.insert(name, entry.key_span);
    entries.push(entry);
}

/// Joins what was read before a syntax error with what came after it.
fn merge(before: Option<Arc<Node>>, after: Option<Arc<Node>>, problems: &mut Problems) -> Option<Arc<Node>> {
    let (Some(before), Some(after)) = (before.clone(), after.clone()) else { return before.or(after) };
    let (Content::Map(first), Content::Map(second)) = (&before.content, &after.content) else {
        return Some(if matches!(before.content, Content::Map(_)) { before } else { after });
    };
    let mut entries = first.clone();
    let mut seen = entries.iter().map(|e| (fold(&e.key).into_owned(), e.key_span)).collect();
    for entry in second {
        add_entry(&mut entries, &mut seen, entry.clone(), problems);
    }
    Some(Arc::new(Node::new(before.span.to(after.span), Content::Map(entries))))
}

/// Whether a line begins with what looks like a key at the margin.
pub(super) fn begins_key(line: &str) -> bool {
    line.starts_with(|c: char| c.is_alphanumeric() || c == '"' || c == '\'')
}

/// The start of the next line after `from` that begins a key at the margin.
fn next_margin_key(text: &str, from: usize) -> Option<usize> {
    let mut at = from + text.get(from..)?.find('\n')? + 1;
    loop {
        let line = text.get(at..)?.split('\n').next()?;
        if begins_key(line) && line.contains(':') {
            return Some(at);
        }
        at += line.len() + 1;
    }
}

/// The last bracket of a text that begins a value and does not close in it.
fn last_open_bracket(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) => quote = (c != q).then_some(q),
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(c),
            (None, '[' | '{') if before.is_whitespace() || "[{,".contains(before) => open.push(at),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
        before = c;
    }
    open.pop()
}

/// A plain scalar's span without white space or a line end around it.
fn trimmed(text: &str, span: Span, plain: bool) -> Span {
    let inner = span.of(text);
    if !plain || inner.trim().is_empty() {
        return span;
    }
    let start = span.start as usize + (inner.len() - inner.trim_start().len());
    Span::new(start, start + inner.trim().len())
}
