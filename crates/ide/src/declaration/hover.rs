//! What a key or a value of a declaration is: the words of the pack, in both languages; and where the pack says so.

use policy_core::declare::{self, Named};
use policy_core::lang::{Lang, Text};
use policy_core::model::{Field, FieldType, Labels, Origin, TermId};
use policy_db::{Database, SourceFile, queries};
use policy_syntax::Span;

use super::sheet::{Sheet, What};
use super::verdict;
use crate::{Hover, Target};

/// What stands at a byte: what the key or value means, then what rules find there.
pub fn hover(db: &Database, file: SourceFile, offset: u32, lang: Lang) -> Option<Hover> {
    // What it means does not wait for what is found.
    let meaning = meaning(db, file, offset, lang);
    let found = verdict::pages(db, file, Span { start: offset, end: offset }, lang);
    let span = match (&meaning, &found) {
        (Some(meaning), _) => meaning.span,
        (None, Some((span, _))) => *span,
        (None, None) => return None,
    };
    let pages = meaning.map(|meaning| meaning.markdown).into_iter().chain(found.map(|(_, page)| page));
    Some(Hover { span, markdown: pages.collect::<Vec<_>>().join("\n\n---\n\n") })
}

/// What a key or value means.
fn meaning(db: &Database, file: SourceFile, offset: u32, lang: Lang) -> Option<Hover> {
    let sheet = Sheet::new(db, file);
    let spot = sheet.spot(offset)?;
    let markdown = match spot.what {
        What::Record(record) => {
            let record = &sheet.schema.records[record.ix()];
            described(&record.labels, &record.name, &record.definition, lang)
        }
        What::Field(record, field) => {
            field_page(&sheet, &sheet.schema.records[record.ix()].fields[field.ix()], lang)
        }
        What::Value(..) => value_page(&sheet, named(&sheet, &spot)?, lang),
        What::Word(word) => {
            let spellings: Vec<_> = declare::spellings(word).iter().map(|word| format!("`{word}`")).collect();
            spellings.join(" · ")
        }
    };
    Some(Hover { span: spot.span, markdown })
}

/// Where the pack defines what stands at a byte.
pub fn definition(db: &Database, file: SourceFile, offset: u32) -> Vec<Target> {
    let sheet = Sheet::new(db, file);
    let Some(spot) = sheet.spot(offset) else { return Vec::new() };
    let origin = match spot.what {
        What::Record(record) => Some(sheet.schema.records[record.ix()].origin),
        What::Field(record, field) => Some(sheet.schema.records[record.ix()].fields[field.ix()].origin),
        What::Value(..) => named(&sheet, &spot).map(|named| match named {
            Meant::Term(term) => sheet.schema.terms[term.ix()].origin,
            Meant::Named(Named::Term(term)) => sheet.schema.terms[term.ix()].origin,
            Meant::Named(Named::Set(set)) => sheet.schema.sets[set.ix()].origin,
            Meant::Event(origin, _) => origin,
        }),
        What::Word(_) => None,
    };
    let place = origin.and_then(|origin| queries::span(db, db.project(), origin));
    place.map(|(file, name)| Target { from: spot.span, file, full: name, name }).into_iter().collect()
}

/// What a value means.
enum Meant {
    Term(TermId),
    Named(Named),
    Event(Origin, usize),
}

fn named(sheet: &Sheet, spot: &super::sheet::Spot) -> Option<Meant> {
    let What::Value(record, field) = spot.what else { return None };
    let word = spot.span.of(sheet.text).trim_matches(['"', '\'']);
    match sheet.schema.records[record.ix()].fields[field.ix()].ty {
        FieldType::Terms(kind) => match sheet.lookup.named(kind, word)? {
            Named::Term(term) => Some(Meant::Term(term)),
            set => Some(Meant::Named(set)),
        },
        FieldType::Event => {
            let event = sheet.lookup.event(word)?;
            Some(Meant::Event(sheet.schema.events[event.ix()].origin, event.ix()))
        }
        FieldType::Date | FieldType::Duration | FieldType::Number => None,
    }
}

fn value_page(sheet: &Sheet, meant: Meant, lang: Lang) -> String {
    match meant {
        Meant::Term(id) | Meant::Named(Named::Term(id)) => {
            let term = &sheet.schema.terms[id.ix()];
            let mut page = described(&term.labels, &term.name, &term.definition, lang);
            if let Some(parent) = term.parent.map(|parent| &sheet.schema.terms[parent.ix()]) {
                let name = parent.labels.name(lang, &parent.name);
                page.push_str(&format!("\n\n{} `{name}`", lang.pick("valt onder", "falls under")));
            }
            if let Some(link) = &term.link {
                page.push_str(&format!("\n\n<{link}>"));
            }
            page
        }
        Meant::Named(Named::Set(id)) => {
            let set = &sheet.schema.sets[id.ix()];
            let mut page = described(&set.labels, &set.name, &Text::default(), lang);
            page.push_str(lang.pick(
                "\n\niets uit deze lijst, niet vermeld wat",
                "\n\nsomething of this list, not stated what",
            ));
            if let Some(source) = &set.source {
                page.push_str(&format!("\n\n{}: {source}", lang.pick("Bron", "Source")));
            }
            page
        }
        Meant::Event(_, index) => {
            let event = &sheet.schema.events[index];
            described(&event.labels, &event.name, &Text::default(), lang)
        }
    }
}

fn field_page(sheet: &Sheet, field: &Field, lang: Lang) -> String {
    let mut page = described(&field.labels, &field.name, &field.definition, lang);
    page.push_str(&format!("\n\n{}: {}", lang.pick("Vul in", "Fill in"), form(sheet, field, lang)));
    page
}

/// What can be written in a field.
pub(super) fn form(sheet: &Sheet, field: &Field, lang: Lang) -> String {
    let one = match field.ty {
        FieldType::Terms(kind) => {
            let kind = &sheet.schema.kinds[kind.ix()];
            let name = kind.labels.name(lang, &kind.name);
            let some = kind.terms.iter().take(4).map(|term| &sheet.schema.terms[term.ix()]);
            let some: Vec<_> = some.map(|term| format!("`{}`", term.labels.name(lang, &term.name))).collect();
            match (kind.open, some.is_empty()) {
                (true, _) => format!("{name} ({})", lang.pick("vrije tekst", "free text")),
                (false, true) => name.to_owned(),
                (false, false) => {
                    format!("{name}: {}{}", some.join(", "), if kind.terms.len() > 4 { ", …" } else { "" })
                }
            }
        }
        FieldType::Date => lang.pick("een datum (`2026-03-01`)", "a date (`2026-03-01`)").to_owned(),
        FieldType::Duration => {
            lang.pick("een termijn (`13 maanden`)", "a span of time (`13 months`)").to_owned()
        }
        FieldType::Number => lang.pick("een getal", "a number").to_owned(),
        FieldType::Event => lang.pick("een gebeurtenis", "an event").to_owned(),
    };
    if field.many { format!("{} {one}", lang.pick("een of meer:", "one or more:")) } else { one }
}

/// Names in both languages, the own one first, and the meaning.
fn described(labels: &Labels, name: &str, definition: &Text, lang: Lang) -> String {
    let (own, other) = (labels.name(lang, name), labels.name(lang.other(), name));
    let mut page = format!("**{own}**");
    if own != other {
        page.push_str(&format!(" · {other}"));
    }
    if let Some(words) = definition.get(lang) {
        page.push_str(&format!("\n\n{words}"));
    }
    page
}
