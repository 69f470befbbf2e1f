//! What can follow a keyword in an item line, and what a head can say.

use policy_core::codes;
use policy_core::lang::Lang;
use policy_core::lower::keywords::{Kw, OWNERS, Place, SEVERITIES, TYPES, VERDICTS};
use policy_core::model::{EventId, FieldId, FieldType, KindId, RecordId, SetId};
use policy_core::words::{self, Meaning};
use policy_db::queries;
use policy_syntax::{Item, ItemWord, Token};

use super::sentence::kind_of;
use super::{Completing, Offer};
use crate::CompletionKind;
use crate::policy::fixes::language;

impl<'a> Completing<'a> {
    /// Offers in the head of an item.
    pub(super) fn head(&mut self, item: &'a Item) {
        let before: Vec<&Token> = item.head.iter().filter(|t| t.span.end <= self.typed.start).collect();
        let colon = before.last().is_some_and(|t| t.text == ":");
        let lang = language(item);
        match item.word {
            ItemWord::Test | ItemWord::Waive if before.is_empty() => self.rules(),
            ItemWord::Question if before.is_empty() => self.record_fields(),
            ItemWord::Term | ItemWord::Set if colon => self.kinds(),
            ItemWord::Record if colon => self.records(),
            ItemWord::Setting if before.is_empty() => self.settings(),
            ItemWord::Waive => {
                [Kw::For, Kw::From, Kw::Until].iter().for_each(|kw| self.word(*kw, lang));
                self.names_of_declarations();
            }
            _ => {}
        }
    }

    /// Offers behind a keyword; `tokens` are those of the line, the keyword first.
    pub(super) fn values(&mut self, place: Place, kw: Kw, tokens: &[Token], item: &'a Item) {
        let lang = language(item);
        let last = tokens.last().map_or("", |t| t.text.as_str());
        let first = tokens.len() == 1 || last == ",";
        match kw {
            Kw::Severity if first => SEVERITIES.iter().for_each(|kw| self.word(*kw, lang)),
            Kw::Contradiction if first => {
                [Kw::Fails, Kw::StaysOpen].iter().for_each(|kw| self.word(*kw, lang))
            }
            Kw::Silence => self.silence(tokens, item, lang),
            Kw::Allow if first => self.codes(),
            Kw::Basis if first => self.provisions(),
            Kw::Advice | Kw::Also | Kw::Compound | Kw::Definition if first => {
                [Kw::Nl, Kw::En].iter().for_each(|kw| self.word(*kw, lang));
            }
            Kw::Use if first => self.packs(),
            Kw::Vendor | Kw::Product if first => self.record_fields(),
            Kw::Owner if place != Place::Item(ItemWord::Waive) && first => {
                OWNERS.iter().for_each(|kw| self.word(*kw, lang));
            }
            Kw::Under | Kw::StandsFor if first => self.terms(own_kind(self, item)),
            Kw::Members => self.members(tokens, first, item, lang),
            Kw::Means if item.word == ItemWord::Define && first => self.terms(None),
            Kw::Means => self.means(tokens, lang),
            Kw::Value if first => {
                self.word(Kw::Terms, lang);
                self.terms(None);
                self.sets(None);
            }
            Kw::Value if last == Kw::Terms.word(lang) => self.terms(None),
            Kw::After if first => self.events(),
            Kw::HomeOf if first || tokens.len() == 2 => self.kinds(),
            Kw::Over if first => self.records(),
            Kw::Key | Kw::CountsFrom if first || tokens.len() == 2 => self.own_fields(item),
            Kw::Default | Kw::ReadAs if first || tokens.len() == 2 => {
                self.word(Kw::Absent, lang);
                self.field_values(item);
            }
            Kw::Field if last == ":" => {
                TYPES.iter().for_each(|kw| self.word(*kw, lang));
                self.kinds();
            }
            Kw::Field if tokens.len() > 3 => [Kw::Many, Kw::Main].iter().for_each(|kw| self.word(*kw, lang)),
            Kw::Expect if first || tokens.len() > 1 => self.expect(tokens, first, lang),
            _ => {}
        }
    }

    fn word(&mut self, kw: Kw, lang: Lang) {
        let about = crate::policy::words::keyword(kw, None, self.lang).map(str::to_owned);
        self.add(Offer::new(kw.word(lang), CompletionKind::Value).documented(about).rank(1));
    }

    /// A thing by its id, with its label beside it.
    fn id(&mut self, meaning: Meaning, kind: CompletionKind) {
        let name = words::name(self.view.schema, meaning).to_owned();
        self.id_as(meaning, kind, &name);
    }

    fn id_as(&mut self, meaning: Meaning, kind: CompletionKind, name: &str) {
        let offer = Offer::new(name, kind).detail(self.describe.called(meaning));
        let about = self.describe.brief(meaning);
        self.add(offer.documented(about).rank(2));
    }

    fn kinds(&mut self) {
        (0..self.view.schema.kinds.len() as u32)
            .for_each(|k| self.id(Meaning::Kind(KindId(k)), CompletionKind::Kind));
    }

    fn records(&mut self) {
        let all = 0..self.view.schema.records.len() as u32;
        all.for_each(|r| self.id(Meaning::Record(RecordId(r)), CompletionKind::Record));
    }

    fn events(&mut self) {
        let all = 0..self.view.schema.events.len() as u32;
        all.for_each(|e| self.id(Meaning::Event(EventId(e)), CompletionKind::Event));
    }

    fn settings(&mut self) {
        for (i, setting) in self.view.schema.settings.iter().enumerate() {
            let id = policy_core::model::SettingId(i as u32);
            let value = self.describe.value(id);
            self.add(Offer::new(&setting.name, CompletionKind::Setting).detail(value).rank(2));
        }
    }

    fn sets(&mut self, kind: Option<KindId>) {
        for (i, set) in self.view.schema.sets.iter().enumerate() {
            if kind.is_none_or(|kind| set.kind == kind) {
                self.id(Meaning::Set(SetId(i as u32)), CompletionKind::Set);
            }
        }
    }

    fn terms(&mut self, kind: Option<KindId>) {
        let schema = self.view.schema;
        let kinds = schema.kinds.iter().enumerate().filter(|(k, _)| kind.is_none_or(|kind| kind.ix() == *k));
        for term in kinds.flat_map(|(_, kind)| &kind.terms) {
            self.id(Meaning::Term(*term), CompletionKind::Term);
        }
    }

    fn fields(&mut self, record: RecordId) {
        let count = self.view.schema.records[record.ix()].fields.len() as u32;
        (0..count).for_each(|f| self.id(Meaning::Field(record, FieldId(f)), CompletionKind::Field));
    }

    fn own_fields(&mut self, item: &Item) {
        let record = item.head.first().and_then(|t| self.view.schema.record(&t.text));
        if let Some(record) = record {
            self.fields(record);
        }
    }

    /// `record.field` of all records.
    fn record_fields(&mut self) {
        let schema = self.view.schema;
        for (r, record) in schema.records.iter().enumerate() {
            for (f, field) in record.fields.iter().enumerate() {
                let meaning = Meaning::Field(RecordId(r as u32), FieldId(f as u32));
                self.id_as(meaning, CompletionKind::Field, &format!("{}.{}", record.name, field.name));
            }
        }
    }

    /// What the field whose block this is can hold.
    fn field_values(&mut self, item: &Item) {
        let line = self.view.line_at(item, self.offset);
        let name = line.and_then(|line| line.tokens.get(1)).map(|t| t.text.as_str());
        let record = item.head.first().and_then(|t| self.view.schema.record(&t.text));
        let (Some(record), Some(name)) = (record, name) else { return };
        let Some(field) = self.view.schema.records[record.ix()].field(name) else { return };
        match self.view.schema.records[record.ix()].fields[field.ix()].ty {
            FieldType::Terms(kind) => self.terms(Some(kind)),
            FieldType::Event => self.events(),
            _ => {}
        }
    }

    fn members(&mut self, tokens: &[Token], first: bool, item: &Item, lang: Lang) {
        let condition = tokens.iter().rposition(|t| Kw::If.begins(&t.text).is_some());
        let kind = own_kind(self, item);
        match condition.map(|at| &tokens[at + 1..]) {
            None if first => {
                self.terms(kind);
                self.sets(kind);
            }
            None => [Kw::From, Kw::Until, Kw::Through, Kw::If, Kw::Source]
                .iter()
                .for_each(|kw| self.word(*kw, lang)),
            Some([]) => self.any_fields(),
            Some([_]) => self.word(Kw::Includes, lang),
            Some([field, ..]) => {
                let fields = self.view.schema.records.iter().flat_map(|r| &r.fields);
                let kinds: Vec<_> =
                    fields.filter(|f| f.name == field.text).filter_map(|f| kind_of(f.ty)).collect();
                if let Some(kind) = kinds.first() {
                    self.terms(Some(*kind));
                }
                self.word(Kw::Source, lang);
            }
        }
    }

    fn any_fields(&mut self) {
        (0..self.view.schema.records.len() as u32).for_each(|r| self.fields(RecordId(r)));
    }

    fn means(&mut self, tokens: &[Token], lang: Lang) {
        match tokens.len() {
            1 => self.any_fields(),
            2 => self.word(Kw::Within, lang),
            _ => self.sets(None),
        }
    }

    fn silence(&mut self, tokens: &[Token], item: &'a Item, lang: Lang) {
        if tokens.len() == 1 {
            self.word(Kw::Fails, lang);
            return self.word(Kw::On, lang);
        }
        self.word(Kw::Fails, lang);
        for record in self.records_of(item) {
            let count = self.view.schema.records[record.ix()].fields.len() as u32;
            for field in 0..count {
                let meaning = Meaning::Field(record, FieldId(field));
                let label = words::called(self.view.schema, meaning, lang);
                let about = self.describe.brief(meaning);
                let offer = Offer::new(&label, CompletionKind::Field).detail(self.describe.sort(meaning));
                self.add(offer.documented(about).rank(2));
            }
        }
    }

    /// The records that the sentences of a rule range over.
    fn records_of(&self, item: &Item) -> Vec<RecordId> {
        let inside = |span: policy_syntax::Span| item.span.start <= span.start && span.end <= item.span.end;
        let marks = self.view.marks().iter().filter(|mark| inside(mark.span));
        let mut records: Vec<RecordId> = marks
            .filter_map(|mark| match &mark.is {
                policy_core::marks::Is::Name(name) => name.ranges,
                _ => None,
            })
            .collect();
        records.sort();
        records.dedup();
        records
    }

    fn rules(&mut self) {
        let view = self.view;
        for policy in view.project.policies(view.db) {
            for rule in &queries::file_rules(view.db, view.project, policy.file).rules {
                let title = rule.title.get(self.lang).unwrap_or_default();
                self.add(Offer::new(&rule.id, CompletionKind::Rule).detail(title).rank(2));
            }
        }
    }

    fn expect(&mut self, tokens: &[Token], first: bool, lang: Lang) {
        VERDICTS.iter().for_each(|kw| self.word(*kw, lang));
        self.word(Kw::Missing, lang);
        if first && !tokens.is_empty() {
            self.rules();
        }
    }

    fn packs(&mut self) {
        let standard = policy_db::packs::standard();
        let loaded = self.view.schema.packs.iter();
        let mut names: Vec<String> = loaded.map(|pack| pack.name.clone()).collect();
        names.extend(standard.into_iter().map(str::to_owned));
        names.sort();
        names.dedup();
        for name in names {
            let title = self.view.schema.packs.iter().find(|pack| pack.name == name);
            let title = title.and_then(|pack| pack.title.get(self.lang)).unwrap_or_default().to_owned();
            self.add(Offer::new(&name, CompletionKind::Pack).detail(title).rank(2));
        }
    }

    fn codes(&mut self) {
        for code in [&codes::NEVER_APPLIES, &codes::ALWAYS_PASSES] {
            self.add(
                Offer::new(code.id, CompletionKind::Value).detail(self.lang.pick(code.nl, code.en)).rank(1),
            );
        }
    }

    /// The provisions that other rules rest on, and the sources that packs know.
    fn provisions(&mut self) {
        let view = self.view;
        let files = view.project.policies(view.db).iter();
        let rules = files.flat_map(|policy| &queries::file_rules(view.db, view.project, policy.file).rules);
        let mut all: Vec<&str> = rules.flat_map(|rule| rule.basis.iter().map(String::as_str)).collect();
        all.extend(
            view.schema.packs.iter().flat_map(|pack| pack.links.iter().map(|link| link.name.as_str())),
        );
        all.sort_unstable();
        all.dedup();
        all.into_iter().for_each(|basis| self.add(Offer::new(basis, CompletionKind::Value).rank(2)));
    }

    /// What waivers can be for: the names in the declarations of the workspace.
    fn names_of_declarations(&mut self) {
        let view = self.view;
        let mut names = Vec::new();
        for declaration in view.project.declarations(view.db) {
            let found = queries::names(view.db, view.project, *declaration);
            names.extend(found.vendor.into_iter().chain(found.product));
        }
        names.sort();
        names.dedup();
        for name in names {
            self.add(Offer::new(&format!("\"{name}\""), CompletionKind::Value).rank(3));
        }
    }
}

/// The kind of the terms of a term or set item.
fn own_kind(completing: &Completing<'_>, item: &Item) -> Option<KindId> {
    completing.view.schema.kind(&item.head.get(2)?.text)
}
