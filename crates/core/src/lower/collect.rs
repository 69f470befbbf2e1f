//! Items to drafts, and drafts of headers to packs.

use std::collections::{HashMap, HashSet};

use policy_syntax::{ItemWord, Line, Span};

use super::cursor::Wrong;
use super::cycles::order;
use super::dangling;
use super::keywords::{Kw, Place, REPEATED};
use super::labels::text;
use super::names::{Draft, Lowering, PACK, Taken, unknown};
use super::statement::{Body, Head, Statement, head, statement};
use super::vocabulary::names_after;
use super::{Source, cursor::Name};
use crate::codes;
use crate::lang::Text;
use crate::model::*;

/// All drafts by item word, each list in order of reading.
#[derive(Debug, Default)]
pub(crate) struct Items<'a> {
    by_word: HashMap<ItemWord, Vec<Draft<'a>>>,
    /// The groups of files with a header, read or not.
    with_header: HashSet<u32>,
}

impl<'a> Items<'a> {
    pub fn of(&self, word: ItemWord) -> &[Draft<'a>] {
        self.by_word.get(&word).map_or(&[], Vec::as_slice)
    }
}

impl Lowering {
    /// Reads all items as far as that needs no schema.
    pub fn collect<'a>(&mut self, sources: &[Source<'a>]) -> Items<'a> {
        let mut items = Items::default();
        for source in sources {
            for index in 0..source.tree.items.len() {
                if source.tree.items[index].word == ItemWord::Policy {
                    items.with_header.insert(source.pack);
                }
                if let Some(draft) = self.draft(source, index) {
                    items.by_word.entry(draft.word()).or_default().push(draft);
                }
            }
        }
        items
    }

    fn draft<'a>(&mut self, source: &Source<'a>, index: usize) -> Option<Draft<'a>> {
        let item = &source.tree.items[index];
        let is_rule = item.word == ItemWord::Rule;
        let head: Head<'a> = match head(item) {
            Ok(head) => head,
            Err(wrong) => {
                if !is_rule {
                    self.report(source.file, wrong);
                }
                self.broken.extend(item.head.first().map(|t| t.text.clone()));
                return None;
            }
        };
        let lines: &'a [Line] = if is_rule { &[] } else { &item.lines };
        let statements = self.statements(source.file, Place::Item(item.word), lines);
        let (file, pack, text) = (source.file, source.pack, source.text);
        Some(Draft { file, index: index as u32, pack, text, item, head, statements })
    }

    /// Reads the lines of a block; reports those that cannot be read or say something twice.
    pub fn statements<'a>(&mut self, file: FileId, place: Place, lines: &'a [Line]) -> Vec<Statement<'a>> {
        let mut statements: Vec<Statement<'a>> = Vec::new();
        for line in lines {
            match statement(place, line) {
                Ok(Some(new)) => match statements.iter().find(|old| says_again(old, &new)) {
                    Some(old) => self.report_again(file, line, old.line.span),
                    None => statements.push(new),
                },
                Ok(None) => {}
                Err(wrong) => self.report(file, dangling::blamed(place, line, wrong)),
            }
        }
        statements
    }

    fn report_again(&mut self, file: FileId, line: &Line, first: Span) {
        let text = &line.tokens[0].text;
        let wrong = Wrong::new(
            &codes::BAD_LINE,
            line.span,
            format!("een tweede regel `{text}`: voeg ze samen of haal er een weg"),
            format!("a second line `{text}`: join them or remove one"),
        );
        self.report_with(file, wrong, Some((file, first)), "de eerste", "the first one");
    }

    /// Adds the packs from their headers.
    pub fn packs(&mut self, items: &Items<'_>) {
        let mut taken = Taken::default();
        let mut headers: Vec<&Draft<'_>> = Vec::new();
        for draft in items.of(ItemWord::Policy) {
            let first = headers.iter().find(|h| h.pack == draft.pack);
            if let Some(first) = first.map(|h| (h.file, h.head.name.token.span)) {
                self.report_second_header(draft, first);
            } else if taken.claim(self, &PACK, draft) {
                let pack = self.pack(draft);
                self.schema.packs.push(pack);
                headers.push(draft);
            }
        }
        self.uses(&headers);
        self.rules_without_header(items);
        self.packs_without_rules(items, &headers);
    }

    fn report_second_header(&mut self, draft: &Draft<'_>, first: (FileId, Span)) {
        let wrong = Wrong::new(
            &codes::DUPLICATE_NAME,
            draft.head.name.token.span,
            "dit pakket heeft al een kop: houd er een `beleid` in",
            "this pack already has a header: keep one `policy` in it",
        );
        self.report_with(draft.file, wrong, Some(first), "de eerste", "the first one");
    }

    fn pack(&mut self, draft: &Draft<'_>) -> Pack {
        let mut title = text(&draft.statements, &[Kw::Nl, Kw::En]);
        title.any = draft.head.text.map(|t| t.text.clone());
        let mut version = "0.0.0".to_string();
        let mut contradiction_fails = false;
        for statement in &draft.statements {
            match &statement.body {
                Body::Fails(fails) => contradiction_fails = *fails,
                Body::Literal(text, _) if semver::Version::parse(text).is_ok() => version = text.clone(),
                Body::Literal(text, span) => self.report_version(draft.file, text, *span),
                _ => {}
            }
        }
        let links = draft.statements.iter().flat_map(links).collect();
        let chapters = draft.statements.iter().filter_map(chapter).collect();
        let uses = names_after(draft, Kw::Use).map(|name| name.text().to_string()).collect();
        let (name, origin) = (draft.name().to_string(), draft.origin());
        Pack { name, title, version, uses, contradiction_fails, links, chapters, origin }
    }

    fn report_version(&mut self, file: FileId, text: &str, span: Span) {
        let longer = [format!("{text}.0"), format!("{text}.0.0")];
        let near = longer.into_iter().find(|v| semver::Version::parse(v).is_ok());
        let example = near.as_deref().unwrap_or("1.0.0").to_string();
        let wrong = Wrong::new(
            &codes::BAD_VALUE,
            span,
            format!("`{text}` is geen versie: schrijf drie getallen, zoals `{example}`"),
            format!("`{text}` is not a version: write three numbers, such as `{example}`"),
        );
        self.report(file, wrong.suggest(near));
    }

    /// Every pack that is used is there, and none uses itself.
    fn uses(&mut self, headers: &[&Draft<'_>]) {
        let names: Vec<String> = self.schema.packs.iter().map(|p| p.name.clone()).collect();
        let mut used: Vec<Vec<(usize, Name<'_>)>> = Vec::new();
        for draft in headers {
            let mut found = Vec::new();
            for name in names_after(draft, Kw::Use) {
                match names.iter().position(|n| n == name.text()) {
                    Some(pack) => found.push((pack, name)),
                    None => {
                        let candidates = names.iter().map(String::as_str);
                        self.report(draft.file, unknown(&PACK, name.text(), name.token.span, candidates));
                    }
                }
            }
            used.push(found);
        }
        let edges: Vec<Vec<usize>> = used.iter().map(|u| u.iter().map(|(pack, _)| *pack).collect()).collect();
        for (node, position) in order(&edges).cut {
            self.report_cycle(Some((headers[node].file, used[node][position].1)));
        }
    }

    /// A rule belongs to a pack: one report for each group of files without header.
    fn rules_without_header(&mut self, items: &Items<'_>) {
        let mut last = None;
        for rule in items.of(ItemWord::Rule) {
            if last == Some(rule.pack) || items.with_header.contains(&rule.pack) {
                continue;
            }
            last = Some(rule.pack);
            let text = rule.name();
            let (nl, en) = (
                format!(
                    "de regel `{text}` hoort bij geen pakket: begin met `beleid NAAM \"…\" {{ versie 1.0.0 }}`"
                ),
                format!(
                    "the rule `{text}` belongs to no pack: begin with `policy NAME \"…\" {{ version 1.0.0 }}`"
                ),
            );
            self.report(rule.file, Wrong::new(&codes::MISSING_LINE, rule.head.name.token.span, nl, en));
        }
    }

    /// A pack that no other pack uses and that has no rules does nothing.
    fn packs_without_rules(&mut self, items: &Items<'_>, headers: &[&Draft<'_>]) {
        for header in headers {
            let used = self.schema.packs.iter().any(|p| p.uses.iter().any(|name| name == header.name()));
            // A pack may also just set what the rules of another one read, or accept a risk.
            let useful = [ItemWord::Rule, ItemWord::Setting, ItemWord::Waive];
            let holds = |word: ItemWord| items.of(word).iter().any(|item| item.pack == header.pack);
            if used || useful.into_iter().any(holds) {
                continue;
            }
            let text = header.name();
            let (nl, en) = (
                format!(
                    "het pakket `{text}` heeft geen regels, dus er valt niets te toetsen: voeg een `regel` toe"
                ),
                format!("the pack `{text}` has no rules, so there is nothing to check: add a `rule`"),
            );
            self.report(header.file, Wrong::new(&codes::NO_RULES, header.head.name.token.span, nl, en));
        }
    }
}

/// The addresses in one line.
fn chapter(statement: &Statement<'_>) -> Option<Chapter> {
    let Body::Chapter(key, titles) = &statement.body else { return None };
    let mut title = Text::default();
    for (lang, text) in titles {
        *lang.pick(&mut title.nl, &mut title.en) = Some(text.text.clone());
    }
    Some(Chapter { key: key.text().to_string(), title })
}

fn links(statement: &Statement<'_>) -> Vec<SourceLink> {
    let Body::Links(names, address) = &statement.body else { return Vec::new() };
    let link = |name: &Name<'_>| SourceLink { name: name.text().to_string(), address: address.text.clone() };
    names.iter().map(link).collect()
}

/// Whether two statements of one block say the same thing where once is enough.
fn says_again(old: &Statement<'_>, new: &Statement<'_>) -> bool {
    let same_language = match (&old.body, &new.body) {
        (Body::Labels(a, _), Body::Labels(b, _)) => a == b,
        _ => true,
    };
    let several = matches!(new.body, Body::Links(..)) || new.kw != Some(Kw::Link);
    let once = new.kw.is_some_and(|kw| !(REPEATED.contains(&kw) && several) || kw == Kw::Definition);
    once && old.kw == new.kw && same_language
}
