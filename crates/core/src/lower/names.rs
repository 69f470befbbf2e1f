//! Looking names up in the schema under construction, and saying what was not found.

use std::collections::{HashMap, HashSet};

use policy_syntax::{Item, ItemWord, Span, Token};

use super::cursor::{Name, Wrong};
use super::statement::{Head, Statement};
use crate::codes;
use crate::diag::{Diagnostic, Message, Related};
use crate::lang::Lang;
use crate::model::*;
use crate::words::{self, closest};

/// What sort of thing a name is for, in words.
pub(crate) struct Thing {
    nl: &'static str,
    /// Dutch: a word with "de", which takes "onbekende".
    de: bool,
    en: &'static str,
}

pub(crate) const KIND: Thing = Thing { nl: "soort", de: true, en: "kind" };
pub(crate) const TERM: Thing = Thing { nl: "begrip", de: false, en: "term" };
pub(crate) const TERM_OR_SET: Thing = Thing { nl: "begrip of verzameling", de: false, en: "term or set" };
pub(crate) const SET: Thing = Thing { nl: "verzameling", de: true, en: "set" };
pub(crate) const EVENT: Thing = Thing { nl: "gebeurtenis", de: true, en: "event" };
pub(crate) const RECORD: Thing = Thing { nl: "gegeven", de: false, en: "record" };
pub(crate) const FIELD: Thing = Thing { nl: "veld", de: false, en: "field" };
pub(crate) const SETTING: Thing = Thing { nl: "instelling", de: true, en: "setting" };
pub(crate) const DEFINE: Thing = Thing { nl: "definitie", de: true, en: "definition" };
pub(crate) const PACK: Thing = Thing { nl: "pakket", de: false, en: "pack" };
pub(crate) const QUESTION: Thing = Thing { nl: "vraag over", de: true, en: "question about" };
pub(crate) const RULE: Thing = Thing { nl: "regel", de: true, en: "rule" };

/// An item whose lines have been read and whose names have not been looked up.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub file: FileId,
    pub index: u32,
    pub pack: u32,
    pub text: &'a str,
    pub item: &'a Item,
    pub head: Head<'a>,
    pub statements: Vec<Statement<'a>>,
}

impl<'a> Draft<'a> {
    pub fn word(&self) -> ItemWord {
        self.item.word
    }

    pub fn name(&self) -> &'a str {
        self.head.name.text()
    }

    /// The place of its name.
    pub fn origin(&self) -> Origin {
        self.at(self.head.name.token)
    }

    pub fn at(&self, token: &Token) -> Origin {
        Origin { file: self.file, item: self.index, first: token.index, last: token.index }
    }

    /// Whether a line of it was left out: what seems to be missing may be in there.
    pub fn left_out(&self) -> bool {
        self.statements.len() < self.item.lines.len()
    }

    pub fn at_line(&self, tokens: &[Token]) -> Origin {
        let first = tokens.first().map_or(0, |t| t.index);
        let last = tokens.last().map_or(first, |t| t.index);
        Origin { file: self.file, item: self.index, first, last }
    }
}

/// Where a label was first given, and to what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken {
    pub owner: u32,
    pub file: FileId,
    pub span: Span,
}

/// Among what a label must be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    Kinds,
    Terms(KindId),
    Sets(KindId),
    Events,
    Records,
    Fields(RecordId),
    Settings,
    Defines,
}

/// The schema under construction, with what its checks need to remember.
#[derive(Debug, Default)]
pub(crate) struct Lowering {
    pub schema: Schema,
    pub tests: Vec<TestCase>,
    pub waivers: Vec<Waiver>,
    pub diagnostics: Vec<Diagnostic>,
    /// Names of items that could not be read: using them is no second mistake.
    pub broken: HashSet<String>,
    pub labels: HashMap<Scope, HashMap<String, Spoken>>,
    pub terms_by_name: HashMap<String, Vec<TermId>>,
    /// Inherited fields that a record says anew.
    pub restated: HashSet<(RecordId, FieldId)>,
}

/// How a label is compared: case does not count, and hyphens, underscores and white space are all a space.
pub(crate) fn normal(label: &str) -> String {
    label
        .split(|c: char| c.is_whitespace() || c == '-' || c == '_')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// Anything with an id and labels.
pub(crate) trait Named {
    /// Its id.
    fn id(&self) -> &str;
    /// What it is called.
    fn labels(&self) -> &Labels;
}

macro_rules! named {
    ($($ty:ty),*) => {
        $(impl Named for $ty {
            fn id(&self) -> &str { &self.name }
            fn labels(&self) -> &Labels { &self.labels }
        })*
    };
}

named!(Kind, Set, Event, Record, Field);

/// The first of these with that id, or for a quoted name with that label.
pub(crate) fn position<T: Named>(name: Name<'_>, things: &[T]) -> Option<usize> {
    let wanted = normal(name.text());
    let called = |labels: &Labels| {
        Lang::ALL.into_iter().any(|lang| labels.spellings(lang).any(|(s, _)| normal(s) == wanted))
    };
    let by_label = || things.iter().position(|t| called(t.labels()));
    let by_id = || things.iter().position(|t| t.id() == name.text());
    if name.quoted() { by_label().or_else(by_id) } else { by_id() }
}

/// The mistake that there is no such thing.
pub(crate) fn unknown<'s>(
    thing: &Thing,
    text: &str,
    span: Span,
    candidates: impl IntoIterator<Item = &'s str>,
) -> Wrong {
    let near = closest(text, candidates);
    let e = if thing.de { "e" } else { "" };
    let (nl, en) = match near {
        Some(near) => (format!(": bedoelde u `{near}`?"), format!(": did you mean `{near}`?")),
        None => {
            ("; omschrijf het of verbeter de spelling".into(), "; define it or correct its spelling".into())
        }
    };
    let nl = format!("onbekend{e} {} `{text}`{nl}", thing.nl);
    Wrong::new(&codes::UNKNOWN_NAME, span, nl, format!("unknown {} `{text}`{en}", thing.en))
        .suggest(near.map(str::to_string))
}

/// The mistake that a name is unknown, unless the thing is there and could not be read.
fn missing<'s>(
    thing: &Thing,
    name: Name<'_>,
    candidates: impl IntoIterator<Item = &'s str>,
    broken: &HashSet<String>,
) -> Option<Wrong> {
    if broken.contains(name.text()) {
        return None;
    }
    let wrong = unknown(thing, name.text(), name.token.span, candidates);
    let suggestion = wrong.suggestion.as_deref().map(|near| name.replaced_by(near));
    Some(wrong.suggest(suggestion))
}

fn find<T: Named>(
    thing: &Thing,
    name: Name<'_>,
    things: &[T],
    broken: &HashSet<String>,
) -> Result<u32, Option<Wrong>> {
    let found = position(name, things).map(|i| i as u32);
    found.ok_or_else(|| missing(thing, name, things.iter().map(Named::id), broken))
}

impl Lowering {
    pub fn report(&mut self, file: FileId, wrong: Wrong) {
        self.diagnostics.push(wrong.in_file(file));
    }

    /// Reports a mistake that another place explains.
    pub fn report_with(
        &mut self,
        file: FileId,
        wrong: Wrong,
        related: Option<(FileId, Span)>,
        nl: &str,
        en: &str,
    ) {
        let related = related.map(|(file, span)| Related { file, span, message: Message::new(nl, en) });
        self.diagnostics.push(Diagnostic { related: related.into_iter().collect(), ..wrong.in_file(file) });
    }

    /// Passes on what was found; reports what was not.
    fn keep<T>(&mut self, file: FileId, found: Result<T, Option<Wrong>>) -> Option<T> {
        match found {
            Ok(found) => Some(found),
            Err(wrong) => {
                self.diagnostics.extend(wrong.map(|wrong| wrong.in_file(file)));
                None
            }
        }
    }

    /// The kind of that name, or a diagnostic.
    pub fn kind(&mut self, file: FileId, name: Name<'_>) -> Option<KindId> {
        let found = find(&KIND, name, &self.schema.kinds, &self.broken);
        self.keep(file, found).map(KindId)
    }

    /// The record of that name, or a diagnostic.
    pub fn record(&mut self, file: FileId, name: Name<'_>) -> Option<RecordId> {
        let found = find(&RECORD, name, &self.schema.records, &self.broken);
        self.keep(file, found).map(RecordId)
    }

    /// The event of that name, or a diagnostic.
    pub fn event(&mut self, file: FileId, name: Name<'_>) -> Option<EventId> {
        let found = find(&EVENT, name, &self.schema.events, &self.broken);
        self.keep(file, found).map(EventId)
    }

    /// The set of that name, or a diagnostic.
    pub fn set(&mut self, file: FileId, name: Name<'_>) -> Option<SetId> {
        let found = find(&SET, name, &self.schema.sets, &self.broken);
        self.keep(file, found).map(SetId)
    }

    /// The field of a record of that name, or a diagnostic.
    pub fn field(&mut self, file: FileId, record: RecordId, name: Name<'_>) -> Option<FieldId> {
        let found = find(&FIELD, name, &self.schema.records[record.ix()].fields, &self.broken);
        self.keep(file, found).map(FieldId)
    }

    /// The fields of that name in any record: its id, and the kinds of terms it can hold.
    pub fn any_field(&mut self, file: FileId, name: Name<'_>) -> Option<(FieldName, Vec<KindId>)> {
        let fields = || self.schema.records.iter().flat_map(|r| &r.fields);
        let found: Vec<&Field> =
            fields().filter(|f| position(name, std::slice::from_ref(*f)).is_some()).collect();
        let Some(first) = found.first() else {
            let wrong = missing(&FIELD, name, fields().map(Named::id), &self.broken);
            return self.keep(file, Err(wrong));
        };
        let mut kinds: Vec<KindId> = found.iter().filter_map(|f| kind_of(f)).collect();
        kinds.dedup();
        Some((first.name.clone(), kinds))
    }

    /// All terms that a name can mean: by id, by `kind.id`, or for a quoted name by label.
    fn terms_called(&self, name: Name<'_>) -> Vec<TermId> {
        let text = name.text();
        let mut found: Vec<TermId> = Vec::new();
        if name.quoted() {
            let wanted = normal(text);
            let kinds = (0..self.schema.kinds.len() as u32).map(KindId);
            let labels = kinds.filter_map(|kind| self.labels.get(&Scope::Terms(kind))?.get(&wanted));
            found.extend(labels.map(|spoken| TermId(spoken.owner)));
        }
        if found.is_empty() {
            found.extend(self.terms_by_name.get(text).into_iter().flatten());
        }
        let prefixed = || {
            text.match_indices('.')
                .filter_map(|(dot, _)| self.schema.term(self.schema.kind(&text[..dot])?, &text[dot + 1..]))
        };
        if found.is_empty() && !name.quoted() { prefixed().collect() } else { found }
    }

    /// The kinds that every one of these names can be a term of.
    pub fn common_kinds(&self, names: &[Name<'_>]) -> Vec<KindId> {
        let kinds_of = |name: &Name<'_>| -> Vec<KindId> {
            self.terms_called(*name).iter().map(|t| self.schema.terms[t.ix()].kind).collect()
        };
        let mut common = names.first().map(kinds_of).unwrap_or_default();
        for name in names.iter().skip(1) {
            let kinds = kinds_of(name);
            common.retain(|kind| kinds.contains(kind));
        }
        common
    }

    /// The term of that name of one kind, or a diagnostic.
    pub fn term_in(&mut self, file: FileId, kind: KindId, name: Name<'_>) -> Option<TermId> {
        self.term_or(file, &TERM, &[kind], name, &[])
    }

    /// The term of that name, of one of these kinds if it can be, or a diagnostic. `others` are names that
    /// would also have done.
    pub fn term_or(
        &mut self,
        file: FileId,
        thing: &Thing,
        kinds: &[KindId],
        name: Name<'_>,
        others: &[String],
    ) -> Option<TermId> {
        let all = self.terms_called(name);
        let kind_of = |t: &TermId| self.schema.terms[t.ix()].kind;
        let fitting: Vec<TermId> =
            all.iter().copied().filter(|t| kinds.is_empty() || kinds.contains(&kind_of(t))).collect();
        let wrong = match (fitting.as_slice(), all.first()) {
            ([term], _) => return Some(*term),
            ([], None) => {
                let of_kind = |t: &&Term| kinds.is_empty() || kinds.contains(&t.kind);
                let ids = self.schema.terms.iter().filter(of_kind).map(|t| t.name.as_str());
                missing(thing, name, ids.chain(others.iter().map(String::as_str)), &self.broken)
            }
            ([], Some(other)) => Some(self.wrong_kind(name, *other, kinds)),
            (several, _) => Some(self.ambiguous(name, several)),
        };
        self.keep(file, Err(wrong))
    }

    fn wrong_kind(&self, name: Name<'_>, found: TermId, kinds: &[KindId]) -> Wrong {
        let schema = &self.schema;
        let found = &schema.kinds[schema.terms[found.ix()].kind.ix()].name;
        let wanted: Vec<String> = kinds.iter().map(|k| format!("`{}`", schema.kinds[k.ix()].name)).collect();
        let text = name.text();
        Wrong::new(
            &codes::WRONG_KIND,
            name.token.span,
            format!("`{text}` is een begrip van de soort `{found}`, verwacht werd {}", wanted.join(" of ")),
            format!("`{text}` is a term of the kind `{found}`, expected {}", wanted.join(" or ")),
        )
    }

    fn ambiguous(&self, name: Name<'_>, terms: &[TermId]) -> Wrong {
        let schema = &self.schema;
        let full = |t: &TermId| {
            let term = &schema.terms[t.ix()];
            format!("`{}.{}`", schema.kinds[term.kind.ix()].name, term.name)
        };
        let choices: Vec<String> = terms.iter().map(full).collect();
        let text = name.text();
        Wrong::new(
            &codes::AMBIGUOUS,
            name.token.span,
            format!("`{text}` kan meer dan een begrip zijn: schrijf {}", choices.join(" of ")),
            format!("`{text}` can be more than one term: write {}", choices.join(" or ")),
        )
    }

    /// The terms of these names, each with everything under it.
    pub fn terms_under(
        &mut self,
        file: FileId,
        kinds: &[KindId],
        names: &[Name<'_>],
    ) -> Option<(KindId, TermSet)> {
        let found: Vec<TermId> =
            names.iter().filter_map(|name| self.term_or(file, &TERM, kinds, *name, &[])).collect();
        let kind = self.schema.terms[found.first()?.ix()].kind;
        let same = found.iter().map(|t| &self.schema.terms[t.ix()]).filter(|t| t.kind == kind);
        Some((kind, same.fold(TermSet::empty(), |set, term| set.or(&term.under))))
    }

    /// Reports that a name is taken. `first` is where.
    pub fn taken(&mut self, file: FileId, thing: &Thing, name: Name<'_>, first: Option<(FileId, Span)>) {
        let text = name.text();
        let a = words::indefinite(thing.en);
        let wrong = Wrong::new(
            &codes::DUPLICATE_NAME,
            name.token.span,
            format!("er is al een {} `{text}`: geef deze een andere naam of haal er een weg", thing.nl),
            format!("there is already {a} {} `{text}`: rename this one or remove one", thing.en),
        );
        self.report_with(file, wrong, first, "de eerste", "the first one");
    }
}

/// The kind of terms a field holds.
pub(crate) fn kind_of(field: &Field) -> Option<KindId> {
    match field.ty {
        FieldType::Terms(kind) => Some(kind),
        _ => None,
    }
}

/// Names that are taken, each with its place.
#[derive(Debug, Default)]
pub(crate) struct Taken(HashMap<String, (FileId, Span)>);

impl Taken {
    /// Claims the name of an item: false, with a diagnostic, if it is taken.
    pub fn claim(&mut self, lowering: &mut Lowering, thing: &Thing, draft: &Draft<'_>) -> bool {
        self.claim_name(lowering, thing, draft.file, draft.head.name)
    }

    /// Claims a name: false, with a diagnostic, if it is taken.
    pub fn claim_name(
        &mut self,
        lowering: &mut Lowering,
        thing: &Thing,
        file: FileId,
        name: Name<'_>,
    ) -> bool {
        if let Some(first) = self.0.get(name.text()) {
            lowering.taken(file, thing, name, Some(*first));
            return false;
        }
        self.0.insert(name.text().to_string(), (file, name.token.span));
        true
    }
}
