//! From a name in its place to the one thing it means there.

use super::super::ast::{At, Name};
use super::{Result, Typer};
use crate::codes;
use crate::lang::Lang;
use crate::model::{EventId, FieldId, FieldType, KindId, RecordId, SetId, SettingId, TermId, TermSet, Terms};
use crate::words::{self, Meaning, Wanted};

/// What a term-like name tests.
pub(super) struct Tested {
    /// The kind of the terms; for an open word any open kind.
    pub kind: Option<KindId>,
    /// The terms.
    pub terms: Terms,
    /// The term, if it is one.
    pub term: Option<TermId>,
}

impl Typer<'_> {
    pub(super) fn choose(&mut self, name: &Name, meaning: Meaning) {
        self.found.choices.insert(name.at.first, meaning);
    }

    /// The meanings of a name that `pick` accepts, each once.
    pub(super) fn meanings<T: PartialEq>(&self, name: &Name, pick: impl Fn(Meaning) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        for sense in &name.senses {
            if let Some(thing) = pick(sense.meaning).filter(|thing| !found.contains(thing)) {
                found.push(thing);
            }
        }
        found
    }

    pub(super) fn terms_of(&self, name: &Name) -> Vec<TermId> {
        self.meanings(name, |m| if let Meaning::Term(t) = m { Some(t) } else { None })
    }

    pub(super) fn sets_of(&self, name: &Name) -> Vec<SetId> {
        self.meanings(name, |m| if let Meaning::Set(s) = m { Some(s) } else { None })
    }

    pub(super) fn event(&mut self, name: &Name) -> Result<EventId> {
        let events = self.meanings(name, |m| if let Meaning::Event(e) = m { Some(e) } else { None });
        match events.first() {
            Some(event) => {
                self.choose(name, Meaning::Event(*event));
                Ok(*event)
            }
            None => self.not_here(name, Wanted::Event),
        }
    }

    pub(super) fn setting(&self, name: &Name) -> Option<SettingId> {
        self.meanings(name, |m| if let Meaning::Setting(s) = m { Some(s) } else { None }).into_iter().next()
    }

    /// The field of a record that a name means. A child answers to its parent's name for a renamed field.
    pub(super) fn own_field(&self, record: RecordId, name: &Name) -> Option<FieldId> {
        let mut at = Some(record);
        while let Some(r) = at {
            let pick = |m| match m {
                Meaning::Field(of, f) if of == r => Some(f),
                _ => None,
            };
            if let Some(field) = self.meanings(name, pick).into_iter().next() {
                return Some(field);
            }
            at = self.context.schema.records[r.ix()].parent;
        }
        None
    }

    /// As [`Self::own_field`], or an error that names the record.
    pub(super) fn field(&mut self, record: RecordId, name: &Name) -> Result<FieldId> {
        match self.own_field(record, name) {
            Some(field) => {
                self.choose(name, Meaning::Field(record, field));
                Ok(field)
            }
            None => self.not_here(name, Wanted::FieldOf(record)),
        }
    }

    /// A known word of the wrong sort: what it is, what belongs here, what may have been meant.
    pub(super) fn not_here<T>(&self, name: &Name, wanted: Wanted) -> Result<T> {
        let belongs = wanted.words(self.context.schema);
        let near = self.meant_instead(name, wanted);
        let [nl, en] = Lang::ALL.map(|lang| {
            let is = self.described(name, lang);
            let belongs = lang.pick(&belongs.nl, &belongs.en);
            let (expected, meant) = lang.pick(("hier hoort", "bedoelde u"), ("expected", "did you mean"));
            let rest = match (&near, wanted) {
                (Some(near), _) => format!(": {meant} `{}`?", lang.pick(&near[0], &near[1])),
                (None, Wanted::FieldOf(record)) => self.field_list(record, lang),
                (None, _) => String::new(),
            };
            format!("{is}; {expected} {belongs}{rest}")
        });
        let mut error = self.context.error(&codes::WRONG_KIND, name.at, super::message(nl, en));
        // The language of the sentence is not known here: only a word that is one in both can replace it.
        error.suggestion = near.filter(|[nl, en]| nl == en).map(|[nl, _]| nl);
        Err(error)
    }

    /// For a term where a field belongs the field of its kind, else the nearest label; in both languages.
    fn meant_instead(&self, name: &Name, wanted: Wanted) -> Option<[String; 2]> {
        let schema = self.context.schema;
        if let Wanted::FieldOf(record) = wanted
            && !name.senses.is_empty()
        {
            let kinds = self.kinds_of(name);
            let field = kinds.into_iter().flat_map(|kind| self.fields_of_kind(record, kind)).next();
            if let Some(field) = field {
                return Some(
                    Lang::ALL.map(|lang| words::called(schema, Meaning::Field(record, field), lang)),
                );
            }
        }
        let near = self.context.vocabulary.suggest(schema, wanted, &name.text)?;
        Some([near.clone(), near])
    }

    /// What a name is, in words.
    fn described(&self, name: &Name, lang: Lang) -> String {
        let schema = self.context.schema;
        let text = &name.text;
        let called = |meaning| words::called(schema, meaning, lang);
        let kind = |kind| called(Meaning::Kind(kind));
        let Some(sense) = name.senses.first() else {
            let what = lang.pick("geen bekend begrip", "not a known term");
            return format!("`{text}` is {what}");
        };
        let what = match sense.meaning {
            Meaning::Field(record, _) => {
                format!("{} `{}`", lang.pick("een veld van", "a field of"), called(Meaning::Record(record)))
            }
            Meaning::Term(t) | Meaning::Compound(t, ..) => {
                let of = kind(schema.terms[t.ix()].kind);
                format!("{} `{of}`", lang.pick("een", words::indefinite(&of)))
            }
            Meaning::Set(s) => {
                let of = kind(schema.sets[s.ix()].kind);
                format!("{} `{of}`", lang.pick("een verzameling van de soort", "a set of kind"))
            }
            Meaning::Record(_) => lang.pick("een gegeven", "a record").to_string(),
            Meaning::Event(_) => lang.pick("een gebeurtenis", "an event").to_string(),
            Meaning::Setting(_) => lang.pick("een instelling", "a setting").to_string(),
            Meaning::Define(_) => lang.pick("een omschreven begrip", "a defined noun").to_string(),
            Meaning::Kind(_) => lang.pick("een soort", "a kind").to_string(),
        };
        format!("`{text}` is {what}")
    }

    /// Some fields of a record.
    fn field_list(&self, record: RecordId, lang: Lang) -> String {
        const SHOWN: usize = 6;
        let schema = self.context.schema;
        let count = schema.records[record.ix()].fields.len();
        let name = |f| words::called(schema, Meaning::Field(record, FieldId(f as u32)), lang);
        let names: Vec<_> = (0..count.min(SHOWN)).map(|f| format!("`{}`", name(f))).collect();
        let more = if count > SHOWN { " …" } else { "" };
        format!(", {} {}{more}", lang.pick("zoals", "such as"), names.join(", "))
    }

    /// What a name tests when it stands for terms of one of `kinds` (any kind when empty).
    pub(super) fn tested(&mut self, name: &Name, kinds: &[KindId], wanted: Wanted) -> Result<Tested> {
        let schema = self.context.schema;
        if name.senses.is_empty() {
            let kind = kinds.iter().copied().find(|k| schema.kinds[k.ix()].open);
            let canon = kind.map(|k| schema.kinds[k.ix()].canon.clone()).unwrap_or_default();
            if kind.is_none() && !kinds.is_empty() {
                return self.not_here(name, wanted);
            }
            let terms = Terms::Words(vec![crate::declare::canonical(&canon, &name.text)]);
            return Ok(Tested { kind, terms, term: None });
        }
        let fits = |kind: KindId| kinds.is_empty() || kinds.contains(&kind);
        let terms: Vec<_> =
            self.terms_of(name).into_iter().filter(|t| fits(schema.terms[t.ix()].kind)).collect();
        let sets: Vec<_> =
            self.sets_of(name).into_iter().filter(|s| fits(schema.sets[s.ix()].kind)).collect();
        match (terms.as_slice(), sets.as_slice()) {
            ([], []) => match self.setting(name) {
                Some(setting) => {
                    self.choose(name, Meaning::Setting(setting));
                    Ok(self.tested_setting(setting))
                }
                None => self.not_here(name, wanted),
            },
            ([term], []) => {
                self.choose(name, Meaning::Term(*term));
                let kind = Some(schema.terms[term.ix()].kind);
                Ok(Tested { kind, terms: Terms::These(self.term_set(*term)), term: Some(*term) })
            }
            ([], [set]) => {
                self.choose(name, Meaning::Set(*set));
                let kind = Some(schema.sets[set.ix()].kind);
                Ok(Tested { kind, terms: Terms::Set(*set), term: None })
            }
            _ => self.shared(name, &terms, &sets),
        }
    }

    fn tested_setting(&self, setting: SettingId) -> Tested {
        let kind = match &self.context.schema.settings[setting.ix()].value {
            crate::model::SettingValue::Terms(kind, _) => Some(*kind),
            crate::model::SettingValue::Set(set) => Some(self.context.schema.sets[set.ix()].kind),
            _ => None,
        };
        Tested { kind, terms: Terms::Setting(setting), term: None }
    }

    /// A term with everything under it; a collective word as the terms it stands for, shown as a reading.
    pub(super) fn term_set(&mut self, term: TermId) -> TermSet {
        let found = &self.context.schema.terms[term.ix()];
        match &found.stands_for {
            Some(terms) => {
                self.readings.push(crate::model::Reading::Collective(term.0));
                terms.clone()
            }
            None => found.under.clone(),
        }
    }

    /// One label for several things, and nothing here decides.
    fn shared<T>(&self, name: &Name, terms: &[TermId], sets: &[SetId]) -> Result<T> {
        let schema = self.context.schema;
        let choices = |lang: Lang| {
            let kind = |k: KindId| words::called(schema, Meaning::Kind(k), lang);
            let term = |t: &TermId| {
                let t = &schema.terms[t.ix()];
                format!("`{}` ({})", t.name, kind(t.kind))
            };
            let set =
                |s: &SetId| format!("`{}` ({})", schema.sets[s.ix()].name, kind(schema.sets[s.ix()].kind));
            terms.iter().map(term).chain(sets.iter().map(set)).collect::<Vec<_>>().join(", ")
        };
        let words = (
            format!("`{}` kan zijn: {}; noem het veld erbij", name.text, choices(Lang::Nl)),
            format!("`{}` can be: {}; name the field with it", name.text, choices(Lang::En)),
        );
        self.fail(&codes::AMBIGUOUS, name.at, words)
    }

    /// The kinds that a name's terms and sets can be of; every open kind for an open word.
    pub(super) fn kinds_of(&self, name: &Name) -> Vec<KindId> {
        let schema = self.context.schema;
        if name.senses.is_empty() {
            let open = (0..schema.kinds.len()).filter(|k| schema.kinds[*k].open);
            return open.map(|k| KindId(k as u32)).collect();
        }
        let terms = self.terms_of(name).into_iter().map(|t| schema.terms[t.ix()].kind);
        let sets = self.sets_of(name).into_iter().map(|s| schema.sets[s.ix()].kind);
        let mut kinds: Vec<_> = terms.chain(sets).collect();
        kinds.extend(self.setting(name).and_then(|s| self.tested_setting(s).kind));
        kinds.dedup();
        kinds
    }

    /// The fields of a record that hold terms of a kind.
    pub(super) fn fields_of_kind(&self, record: RecordId, kind: KindId) -> Vec<FieldId> {
        let fields = self.context.schema.records[record.ix()].fields.iter().enumerate();
        fields.filter(|(_, f)| f.ty == FieldType::Terms(kind)).map(|(i, _)| FieldId(i as u32)).collect()
    }

    /// The field that a bare qualifier of these kinds reads: the only one, or the main one of its kind.
    pub(super) fn field_for(&self, record: RecordId, name: &Name, at: At) -> Result<FieldId> {
        let schema = self.context.schema;
        let kinds = self.kinds_of(name);
        let prefer = |k: &KindId| schema.kinds[k.ix()].canon.is_provision();
        let mut fields: Vec<FieldId> = Vec::new();
        let literal = name.senses.is_empty();
        let numbered = literal && name.text.chars().any(|c| c.is_ascii_digit());
        for kind in kinds.iter().filter(|k| numbered && prefer(k)).chain(kinds.iter()) {
            fields = self.fields_of_kind(record, *kind).into_iter().chain(fields).collect();
            if numbered && prefer(kind) && !fields.is_empty() {
                break;
            }
        }
        fields.sort();
        fields.dedup();
        let main: Vec<_> =
            fields.iter().copied().filter(|f| schema.records[record.ix()].fields[f.ix()].main).collect();
        match (fields.as_slice(), main.as_slice()) {
            ([one], _) | (_, [one]) => Ok(*one),
            ([], _) => self.no_field(record, name, &kinds),
            _ => self.many_fields(record, name, &fields, at),
        }
    }

    fn no_field<T>(&self, record: RecordId, name: &Name, kinds: &[KindId]) -> Result<T> {
        let schema = self.context.schema;
        let [nl, en] = Lang::ALL.map(|lang| {
            let of = words::called(schema, Meaning::Record(record), lang);
            let names = kinds.iter().map(|k| format!("`{}`", words::called(schema, Meaning::Kind(*k), lang)));
            let kind = names.collect::<Vec<_>>().join(lang.pick(" of ", " or "));
            let (has_no, to, has) = lang.pick(
                ("heeft geen veld van de soort", "voor", "het heeft wel velden"),
                ("has no field of kind", "for", "it has fields"),
            );
            let fields = self.field_list(record, lang);
            format!("`{of}` {has_no} {kind} {to} `{}`; {has}{}", name.text, fields.replacen(',', "", 1))
        });
        self.fail(&codes::WRONG_KIND, name.at, (nl, en))
    }

    fn many_fields<T>(&self, record: RecordId, name: &Name, fields: &[FieldId], at: At) -> Result<T> {
        let schema = self.context.schema;
        let list = |lang: Lang| {
            let called = |f: &FieldId| words::called(schema, Meaning::Field(record, *f), lang);
            let offer = |f| format!("`{} {} {}`", lang.pick("met", "with"), called(f), name.text);
            fields.iter().map(offer).collect::<Vec<_>>().join(lang.pick(" of ", " or "))
        };
        let words = (
            format!("`{}` kan over meer velden gaan; schrijf {}", name.text, list(Lang::Nl)),
            format!("`{}` can be about several fields; write {}", name.text, list(Lang::En)),
        );
        self.fail(&codes::AMBIGUOUS, at, words)
    }

    /// The record and field that a `means` of a term reads, for a thing of this record.
    pub(super) fn named_field(&self, record: RecordId, field: &str) -> Option<FieldId> {
        let mut at = Some(record);
        while let Some(r) = at {
            if let Some(found) = self.context.schema.records[r.ix()].field(field) {
                return Some(found);
            }
            at = self.context.schema.records[r.ix()].parent;
        }
        None
    }
}
