//! The items of a file, and the search for one among all files.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use policy_core::lang::Lang;
use policy_core::marks::{How, Is, Name, Thing};
use policy_core::words::{self, Meaning};
use policy_db::{Database, SourceFile};
use policy_syntax::{Item, ItemWord, Line, Span};

use super::view::{View, title_lang};
use crate::{FoundSymbol, Place, Symbol, SymbolKind};

/// How many symbols a search gives at most.
const MOST: usize = 200;

/// The items of a file, with the fields of records inside them.
pub fn document_symbols(db: &Database, file: SourceFile, lang: Lang) -> Vec<Symbol> {
    let view = View::new(db, file);
    view.tree.items.iter().map(|item| symbol(&view, item, lang)).collect()
}

fn symbol(view: &View<'_>, item: &Item, lang: Lang) -> Symbol {
    let name_span = item.head.first().map_or(item.word_span, |token| token.span);
    let word = ItemWord::ALL.iter().find(|(word, ..)| *word == item.word);
    let word = word.map_or("", |(_, en, nl)| lang.pick(*nl, *en));
    let name = item.head.first().map_or_else(|| word.to_owned(), |token| token.text.clone());
    let fields = item.lines.iter().filter_map(|line| field(view, line));
    Symbol {
        name,
        detail: detail(view, item, name_span, lang),
        kind: kind(item.word),
        span: item.span,
        name_span,
        children: fields.collect(),
    }
}

/// The title of a rule or test, the label of a thing.
fn detail(view: &View<'_>, item: &Item, name: Span, lang: Lang) -> Option<String> {
    if item.word == ItemWord::Rule {
        let text = |line: &Line| {
            line.tokens.iter().find(|t| t.text.contains(' ')).or(line.tokens.last()).map(|t| t.text.clone())
        };
        let titles: Vec<_> =
            item.lines.iter().filter_map(|line| Some((title_lang(line)?, text(line)?))).collect();
        let own = titles.iter().find(|(of, _)| of.is_none_or(|of| of == lang)).or(titles.first());
        return own.map(|(_, text)| text.clone());
    }
    match view.name_at(name.start) {
        Some((_, Name { thing: Thing::Of(meaning), .. })) if !matches!(item.word, ItemWord::Question) => {
            Some(words::called(view.schema, *meaning, lang))
        }
        _ => item.head.iter().skip(1).find(|t| t.span.of(view.text).starts_with('"')).map(|t| t.text.clone()),
    }
}

fn field(view: &View<'_>, line: &Line) -> Option<Symbol> {
    let marks = view.marks().iter().filter(|mark| line.span.start <= mark.span.start);
    let mut own = marks.take_while(|mark| mark.span.end <= line.span.end);
    let mark = own.find(|mark| {
        matches!(&mark.is, Is::Name(Name { thing: Thing::Of(Meaning::Field(..)), how: How::Defines, .. }))
    })?;
    Some(Symbol {
        name: mark.span.of(view.text).to_owned(),
        detail: None,
        kind: SymbolKind::Field,
        span: line.span,
        name_span: mark.span,
        children: Vec::new(),
    })
}

fn kind(word: ItemWord) -> SymbolKind {
    match word {
        ItemWord::Policy => SymbolKind::Pack,
        ItemWord::Rule => SymbolKind::Rule,
        ItemWord::Record => SymbolKind::Record,
        ItemWord::Kind => SymbolKind::Kind,
        ItemWord::Term => SymbolKind::Term,
        ItemWord::Set => SymbolKind::Set,
        ItemWord::Event => SymbolKind::Event,
        ItemWord::Define => SymbolKind::Define,
        ItemWord::Setting => SymbolKind::Setting,
        ItemWord::Question => SymbolKind::Question,
        ItemWord::Test => SymbolKind::Test,
        ItemWord::Waive => SymbolKind::Waiver,
    }
}

/// What a symbol is found by: its id, its title, its labels in both languages.
fn spellings(view: &View<'_>, symbol: &Symbol) -> Vec<String> {
    let mut all = vec![symbol.name.clone()];
    all.extend(symbol.detail.clone());
    let named = view.name_at(symbol.name_span.start);
    let defined =
        [SymbolKind::Question, SymbolKind::Test, SymbolKind::Waiver].iter().all(|kind| *kind != symbol.kind);
    if let Some((_, Name { thing: Thing::Of(meaning), .. })) = named.filter(|_| defined) {
        let labels = words::labels(view.schema, *meaning);
        let each = Lang::ALL
            .into_iter()
            .flat_map(|lang| labels.spellings(lang).map(|(s, _)| s.to_owned()).collect::<Vec<_>>());
        all.extend(each);
    }
    all
}

/// The symbols of all policy files whose name or words are like a search, the most alike first.
pub fn workspace_symbols(db: &Database, search: &str, lang: Lang) -> Vec<FoundSymbol> {
    let pattern = Pattern::new(search, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, FoundSymbol)> = Vec::new();
    let project = db.project();
    for policy in project.policies(db) {
        for symbol in document_symbols(db, policy.file, lang) {
            let fields = symbol.children.iter().map(|field| (field, Some(symbol.name.clone())));
            for (symbol, container) in std::iter::once((&symbol, None)).chain(fields) {
                let view = View::new(db, policy.file);
                let score = spellings(&view, symbol)
                    .iter()
                    .filter_map(|words| pattern.score(Utf32Str::new(words, &mut buffer), &mut matcher))
                    .max();
                let Some(score) = score else { continue };
                let place = Place { file: policy.file, span: symbol.name_span };
                let name = symbol
                    .detail
                    .as_ref()
                    .map_or_else(|| symbol.name.clone(), |detail| format!("{} {detail}", symbol.name));
                found.push((score, FoundSymbol { name, kind: symbol.kind, container, place }));
            }
        }
    }
    // Of equals what is defined comes before what is tested, and the short before the long.
    found.sort_by_key(|(score, s)| (std::cmp::Reverse(*score), s.kind == SymbolKind::Test, s.name.len()));
    found.into_iter().take(MOST).map(|(_, symbol)| symbol).collect()
}
