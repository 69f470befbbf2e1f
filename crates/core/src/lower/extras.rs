//! Settings, definitions of noun phrases, and questions.

use policy_syntax::Span;

use super::cursor::{Name, Wrong};
use super::keywords::Kw;
use super::labels::{Owned, text};
use super::names::{
    DEFINE, Draft, FIELD, Lowering, RECORD, SETTING, Scope, TERM_OR_SET, Taken, kind_of, position, unknown,
};
use super::statement::{Body, Value};
use super::vocabulary::names_after;
use crate::codes;
use crate::lang::Lang;
use crate::model::*;
use crate::words;

impl Lowering {
    /// Adds the settings. An item of a later pack replaces the value and keeps the labels.
    pub fn settings(&mut self, drafts: &[Draft<'_>]) {
        let mut seen: Vec<(u32, FileId, Span)> = Vec::new();
        for draft in drafts {
            let before = self.replaced(draft);
            let first = before.map(|i| seen[i]).filter(|(pack, ..)| *pack == draft.pack);
            if let Some((_, file, span)) = first {
                self.taken(draft.file, &SETTING, draft.head.name, Some((file, span)));
                continue;
            }
            let Some(value) = self.setting_value(draft) else {
                self.broken.insert(draft.name().to_string());
                continue;
            };
            match before {
                Some(i) => self.replace(i, draft, value),
                None if self.replaces_nothing(draft) => continue,
                None => self.add_setting(draft, value),
            }
            let place = (draft.pack, draft.file, draft.head.name.token.span);
            match before {
                Some(i) => seen[i] = place,
                None => seen.push(place),
            }
        }
    }

    /// The setting that an item gives another value: the one of its name or, as it brings no labels of its own, the
    /// only one that is called so.
    fn replaced(&self, draft: &Draft<'_>) -> Option<usize> {
        let settings = &self.schema.settings;
        let called = |s: &Setting| {
            let same = |(text, _): (&str, Form)| words::key(text) == words::key(draft.name());
            Lang::ALL.into_iter().any(|lang| s.labels.spellings(lang).any(same))
        };
        settings.iter().position(|s| s.name == draft.name()).or_else(|| {
            let mut found = settings.iter().enumerate().filter(|(_, s)| !labelled(draft) && called(s));
            found.next().map(|(index, _)| index).filter(|_| found.next().is_none())
        })
    }

    /// A setting without a label replaces one; if there is none of that name it is misspelt. Complains if so.
    fn replaces_nothing(&mut self, draft: &Draft<'_>) -> bool {
        let labelled = labelled(draft);
        let name = draft.head.name;
        let settings = self.schema.settings.iter();
        let of = |s: &'_ Setting| Lang::ALL.map(|lang| s.labels.name(lang, &s.name).to_string());
        let labels: Vec<String> = settings.clone().flat_map(of).collect();
        let known = settings.map(|s| s.name.as_str()).chain(labels.iter().map(String::as_str));
        let wrong = unknown(&SETTING, name.text(), name.token.span, known);
        let misspelt = !labelled && wrong.suggestion.is_some();
        if misspelt {
            self.report(draft.file, wrong);
        }
        misspelt
    }

    fn add_setting(&mut self, draft: &Draft<'_>, value: SettingValue) {
        let owner = self.schema.settings.len() as u32;
        let of = Owned { scope: Scope::Settings, owner, name: draft.head.name, file: draft.file };
        let labels = self.labels(&of, &draft.statements);
        let (name, origin) = (draft.name().to_string(), draft.origin());
        self.schema.settings.push(Setting { name, labels, value, origin });
    }

    fn replace(&mut self, setting: usize, draft: &Draft<'_>, value: SettingValue) {
        let now = &mut self.schema.settings[setting];
        if same_type(&now.value, &value) {
            now.value = value;
            now.origin = draft.origin();
            return;
        }
        let text = draft.name();
        let [(nl, en), (found_nl, found_en)] = [&now.value, &value].map(type_in_words);
        let (like_nl, like_en) = like(&now.value);
        let (nl, en) = (
            format!(
                "de instelling `{text}` is {nl} en geen {}: schrijf {nl}{like_nl}",
                bare(found_nl, "een ")
            ),
            format!("the setting `{text}` is {en}, not {found_en}: write {en}{like_en}"),
        );
        let span = draft
            .statements
            .iter()
            .find(|s| s.kw == Some(Kw::Value))
            .and_then(|s| Some(s.line.tokens.get(1)?.span.to(s.line.tokens.last()?.span)))
            .unwrap_or(draft.item.word_span);
        self.report(draft.file, Wrong::new(&codes::WRONG_KIND, span, nl, en));
    }

    fn setting_value(&mut self, draft: &Draft<'_>) -> Option<SettingValue> {
        let value =
            draft.statements.iter().find_map(|s| if let Body::Value(v) = &s.body { Some(v) } else { None });
        let Some(value) = value else {
            self.missing_line(draft, Kw::Value, "13 months", "13 maanden");
            return None;
        };
        match value {
            Value::Duration(duration) => Some(SettingValue::Duration(*duration)),
            Value::Number(number) => Some(SettingValue::Number(i64::from(*number))),
            Value::Date(date) => Some(SettingValue::Date(*date)),
            Value::Names(names) => self.named_value(draft.file, names),
        }
    }

    /// Terms, or one set.
    fn named_value(&mut self, file: FileId, names: &[Name<'_>]) -> Option<SettingValue> {
        if let [name] = names {
            let is_term = !name.quoted() && self.terms_by_name.contains_key(name.text());
            let set = position(*name, &self.schema.sets).filter(|_| !is_term);
            if let Some(set) = set {
                return Some(SettingValue::Set(SetId(set as u32)));
            }
        }
        let sets: Vec<String> = self.schema.sets.iter().map(|s| s.name.clone()).collect();
        let kinds = self.common_kinds(names);
        let first = self.term_or(file, &TERM_OR_SET, &kinds, *names.first()?, &sets)?;
        let kind = self.schema.terms[first.ix()].kind;
        self.terms_under(file, &[kind], names).map(|(kind, terms)| SettingValue::Terms(kind, terms))
    }

    /// Adds the definitions: needs the records.
    pub fn defines(&mut self, drafts: &[Draft<'_>]) {
        let mut taken = Taken::default();
        for draft in drafts {
            if !taken.claim(self, &DEFINE, draft) {
                continue;
            }
            let means: Vec<Name<'_>> = names_after(draft, Kw::Means).collect();
            if means.is_empty() {
                self.missing_line(draft, Kw::Means, "TERM, TERM", "BEGRIP, BEGRIP");
                continue;
            }
            let over = names_after(draft, Kw::Over).next();
            let record = over.and_then(|name| self.record(draft.file, name));
            let terms = self.defining_terms(draft.file, record, &means);
            let owner = self.schema.defines.len() as u32;
            let of = Owned { scope: Scope::Defines, owner, name: draft.head.name, file: draft.file };
            let labels = self.labels(&of, &draft.statements);
            let (name, origin) = (draft.name().to_string(), draft.origin());
            self.schema.defines.push(Define { name, labels, record, terms, origin });
        }
    }

    fn defining_terms(&mut self, file: FileId, record: Option<RecordId>, names: &[Name<'_>]) -> Vec<TermId> {
        let fields = record.map(|r| self.schema.records[r.ix()].fields.iter());
        let kinds: Vec<KindId> = fields.into_iter().flatten().filter_map(kind_of).collect();
        names.iter().filter_map(|name| self.term_or(file, &super::names::TERM, &kinds, *name, &[])).collect()
    }

    /// Adds the questions: to the record they name, and to its children that have none of their own.
    pub fn questions(&mut self, drafts: &[Draft<'_>]) {
        let mut taken = Taken::default();
        let mut asked = Vec::new();
        for draft in drafts {
            if !taken.claim(self, &super::names::QUESTION, draft) {
                continue;
            }
            let words = text(&draft.statements, &[Kw::Nl, Kw::En]);
            if words.is_empty() {
                self.missing_line(draft, Kw::En, "\"…?\"", "\"…?\"");
            } else if let Some(place) = self.field_of_record(draft.file, draft.head.name) {
                self.schema.questions.insert(place, words.clone());
                asked.push((place, words));
            }
        }
        for ((record, field), words) in asked {
            for child in self.schema.records[record.ix()].children.clone() {
                self.schema.questions.entry((child, field)).or_insert_with(|| words.clone());
            }
        }
    }

    /// The fields that name who declares and what: the last header that says so decides.
    pub fn names_of_declarations(&mut self, headers: &[Draft<'_>]) {
        for header in headers {
            if let Some(name) = names_after(header, Kw::Vendor).next() {
                self.schema.vendor = self.field_of_record(header.file, name);
            }
            if let Some(name) = names_after(header, Kw::Product).next() {
                self.schema.product = self.field_of_record(header.file, name);
            }
        }
    }

    /// The field that `record.field` names.
    fn field_of_record(&mut self, file: FileId, name: Name<'_>) -> Option<(RecordId, FieldId)> {
        let (text, span) = (name.text(), name.token.span);
        let Some((record, field)) = text.split_once('.') else {
            let (nl, en) = (
                format!("`{text}` noemt geen veld: schrijf `gegeven.veld`"),
                format!("`{text}` names no field: write `record.field`"),
            );
            self.report(file, Wrong::new(&codes::BAD_LINE, span, nl, en));
            return None;
        };
        let dot = span.start as usize + record.len();
        let (record_span, field_span) =
            (Span::new(span.start as usize, dot), Span::new(dot + 1, span.end as usize));
        let Some(id) = self.schema.record(record) else {
            self.unknown_part(file, &RECORD, record, record_span, |s| {
                s.records.iter().map(|r| r.name.clone()).collect()
            });
            return None;
        };
        let found = self.schema.records[id.ix()].field(field);
        if found.is_none() {
            let fields = |s: &Schema| s.records[id.ix()].fields.iter().map(|f| f.name.clone()).collect();
            self.unknown_part(file, &FIELD, field, field_span, fields);
        }
        found.map(|field| (id, field))
    }

    fn unknown_part(
        &mut self,
        file: FileId,
        thing: &super::names::Thing,
        text: &str,
        span: Span,
        candidates: impl Fn(&Schema) -> Vec<String>,
    ) {
        if !self.broken.contains(text) {
            let candidates = candidates(&self.schema);
            self.report(file, unknown(thing, text, span, candidates.iter().map(String::as_str)));
        }
    }

    /// Reports that an item lacks a line, unless it has one that could not be read. `en` and `nl` are what may
    /// follow the keyword.
    pub fn missing_line(&mut self, draft: &Draft<'_>, kw: Kw, en: &str, nl: &str) {
        if draft.left_out() {
            return;
        }
        let text = draft.name();
        let (line_nl, line_en) = (kw.word(Lang::Nl), kw.word(Lang::En));
        let (nl, en) = (
            format!("`{text}` heeft geen regel `{line_nl}`: voeg `{line_nl} {nl}` toe"),
            format!("`{text}` has no line `{line_en}`: add `{line_en} {en}`"),
        );
        self.report(draft.file, Wrong::new(&codes::MISSING_LINE, draft.head.name.token.span, nl, en));
    }
}

fn same_type(a: &SettingValue, b: &SettingValue) -> bool {
    match (a, b) {
        (SettingValue::Terms(a, _), SettingValue::Terms(b, _)) => a == b,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// Whether an item brings labels of its own.
fn labelled(draft: &Draft<'_>) -> bool {
    draft.statements.iter().any(|s| matches!(s.body, Body::Labels(..)))
}

fn bare<'a>(words: &'a str, article: &str) -> &'a str {
    words.strip_prefix(article).unwrap_or(words)
}

/// How a value of that type looks.
fn like(value: &SettingValue) -> (&'static str, &'static str) {
    match value {
        SettingValue::Duration(_) => (", zoals `3 maanden`", ", such as `3 months`"),
        SettingValue::Number(_) => (", zoals `12`", ", such as `12`"),
        SettingValue::Date(_) => (", zoals `2026-11-22`", ", such as `2026-11-22`"),
        SettingValue::Terms(..) | SettingValue::Set(_) => ("", ""),
    }
}

fn type_in_words(value: &SettingValue) -> (&'static str, &'static str) {
    match value {
        SettingValue::Duration(_) => ("een termijn", "a span of time"),
        SettingValue::Number(_) => ("een getal", "a number"),
        SettingValue::Date(_) => ("een datum", "a date"),
        SettingValue::Terms(..) => ("een begrip van een bepaalde soort", "a term of a certain kind"),
        SettingValue::Set(_) => ("een verzameling", "a set"),
    }
}
