//! Marks in heads and item lines.

use policy_syntax::{ItemWord, Line, Token};

use super::{How, Is, Marker, Thing, of_field};
use crate::lower::keywords::{Kw, Place};
use crate::lower::{Body, Expect, Head, Members, TypeName, Value, statement};
use crate::model::{FieldType, KindId, RecordId, SettingId};
use crate::words::{Meaning, template_kind};

impl<'a> Marker<'a> {
    pub(super) fn head_names(&mut self, head: &Head<'a>) {
        let (name, scene) = (head.name.token, self.scene);
        if let Some(of) = head.of {
            let of = of.token;
            let thing = match self.item.word {
                ItemWord::Record => scene.record_named(of).map(Meaning::Record),
                _ => scene.kind_named(of).map(Meaning::Kind),
            };
            self.name(of.span, thing.map(Thing::Of), super::how(of));
        }
        match self.item.word {
            ItemWord::Question => return self.dotted(name),
            ItemWord::Policy => {
                return self.name(name.span, Some(Thing::Pack(name.text.clone())), How::Defines);
            }
            ItemWord::Rule | ItemWord::Test | ItemWord::Waive => {
                return self.name(name.span, Some(Thing::Rule(name.text.clone())), self.how_of_rule());
            }
            _ => {}
        }
        let how = if self.is_replacement(&name.text) { How::Id } else { How::Defines };
        self.name(name.span, self.own().map(Thing::Of), how);
    }

    /// The thing that the item defines.
    pub(super) fn own(&self) -> Option<Meaning> {
        let scene = self.scene;
        let name = &self.item.head.first()?.text;
        match self.item.word {
            ItemWord::Record => scene.record(name).map(Meaning::Record),
            ItemWord::Kind => scene.schema.kind(name).map(Meaning::Kind),
            ItemWord::Term => scene.schema.term(self.own_kind()?, name).map(Meaning::Term),
            ItemWord::Set => scene.schema.set(name).map(Meaning::Set),
            ItemWord::Event => scene.schema.event(name).map(Meaning::Event),
            ItemWord::Setting => scene.setting(name).map(Meaning::Setting),
            ItemWord::Define => scene.define(name).map(Meaning::Define),
            _ => None,
        }
    }

    /// A setting whose value another item gave first, or gives in force.
    fn is_replacement(&self, name: &str) -> bool {
        let says_labels = |line: &Line| {
            line.tokens
                .first()
                .is_some_and(|t| [Kw::Nl, Kw::En].iter().any(|kw| kw.begins(&t.text).is_some()))
        };
        self.item.word == ItemWord::Setting
            && self.scene.setting(name).is_some()
            && !self.item.lines.iter().any(says_labels)
    }

    fn own_kind(&self) -> Option<KindId> {
        self.scene.kind_named(self.item.head.get(2)?)
    }

    fn own_record(&self) -> Option<RecordId> {
        match self.own() {
            Some(Meaning::Record(record)) => Some(record),
            _ => None,
        }
    }

    pub(super) fn lines(&mut self, place: Place, lines: &'a [Line]) {
        for line in lines {
            self.line(place, line, self.own());
        }
    }

    /// A line about `own`: the item's thing, or the field whose block it stands in.
    fn line(&mut self, place: Place, line: &'a Line, own: Option<Meaning>) {
        let mut inner = None;
        match statement(place, line) {
            Ok(Some(read)) => {
                for used in &read.used {
                    self.add(used.span, Is::Keyword(used.kw));
                }
                inner = self.body(place, read.kw, &read.body, own);
            }
            _ => self.broken(place, line),
        }
        self.rest(&line.tokens);
        let keyword =
            line.tokens.first().and_then(|t| place.lines().iter().find(|kw| kw.begins(&t.text).is_some()));
        if let (Some(block), Some(place)) = (&line.block, keyword.and_then(|kw| Place::inside(*kw))) {
            block.iter().for_each(|line| self.line(place, line, inner));
        }
    }

    /// A line that cannot be read: its keyword.
    pub(super) fn broken(&mut self, place: Place, line: &Line) {
        let Some(first) = line.tokens.first() else { return };
        let keyword = place.lines().iter().find(|kw| {
            let spellings = kw.entry().en.iter().chain(kw.entry().nl);
            spellings.into_iter().any(|spelling| *spelling == first.text)
        });
        if let Some(kw) = keyword {
            self.add(first.span, Is::Keyword(*kw));
        }
    }

    /// The names in a line; the field that its block is about.
    fn body(
        &mut self,
        place: Place,
        kw: Option<Kw>,
        body: &Body<'a>,
        own: Option<Meaning>,
    ) -> Option<Meaning> {
        match body {
            Body::Labels(lang, tokens) => self.labels(kw, *lang, tokens, own),
            Body::Names(names) => names.iter().for_each(|name| self.named(place, kw, name.token, own)),
            Body::Chapter(name, _) => self.add(name.token.span, Is::Literal),
            Body::Links(names, _) => names.iter().for_each(|name| self.add(name.token.span, Is::Literal)),
            Body::Means(field, set) => {
                let found = self.scene.any_field(field.token).map(|(r, f)| of_field(r)(f));
                self.name(field.token.span, found, super::how(field.token));
                self.thing(set.token, self.scene.set_named(set.token).map(Meaning::Set));
            }
            Body::Members(members) => self.members(members),
            Body::Field(head) => {
                let record = self.own_record();
                let field =
                    record.and_then(|r| self.scene.field(r, head.name.text()).map(|f| Meaning::Field(r, f)));
                self.name(head.name.token.span, field.map(Thing::Of), How::Defines);
                if let TypeName::Kind(kind) = head.ty {
                    self.thing(kind.token, self.scene.kind_named(kind.token).map(Meaning::Kind));
                }
                return field;
            }
            Body::Rename(old, new) => {
                let record = self.own_record()?;
                let parent = self.scene.schema.records[record.ix()].parent?;
                let inherited = self.scene.field_named(parent, old.token).map(|f| Meaning::Field(parent, f));
                self.thing(old.token, inherited);
                let field = self.scene.field(record, new.text()).map(|f| Meaning::Field(record, f));
                self.name(new.token.span, field.map(Thing::Of), How::Defines);
                return field;
            }
            Body::Default(Some(name)) => self.of_field_kind(name.token, own),
            Body::Derived(names) => {
                let other = self.scene.record_named(names.record.token);
                self.thing(names.record.token, other.map(Meaning::Record));
                for name in [names.other_key, names.field] {
                    self.field_in(other, name.token);
                }
                self.field_in(self.own_record(), names.key.token);
            }
            Body::Value(Value::Names(names)) => {
                names.iter().for_each(|name| self.term_or_set(&[], name.token))
            }
            Body::Expect(expects) => self.expects(expects),
            _ => {}
        }
        None
    }

    fn thing(&mut self, token: &Token, meaning: Option<Meaning>) {
        self.name(token.span, meaning.map(Thing::Of), super::how(token));
    }

    fn field_in(&mut self, record: Option<RecordId>, token: &Token) {
        let found = record.and_then(|r| self.scene.field_named(r, token).map(|f| Meaning::Field(r, f)));
        self.thing(token, found);
    }

    fn labels(&mut self, kw: Option<Kw>, lang: crate::lang::Lang, tokens: &[&Token], own: Option<Meaning>) {
        let question = self.item.word == ItemWord::Question || self.item.word == ItemWord::Policy;
        match kw {
            Some(Kw::Nl | Kw::En | Kw::Also) if !question => {
                tokens.iter().for_each(|t| self.name(t.span, own.map(Thing::Of), How::Spells(lang)));
            }
            Some(Kw::Compound) => tokens.iter().for_each(|t| self.compound(t)),
            _ => {}
        }
    }

    /// The kind between the braces of a compound.
    fn compound(&mut self, token: &Token) {
        let Some(name) = template_kind(&token.text) else { return };
        let Some(kind) = self.scene.schema.kind(name) else { return };
        let Some(at) = token.text.find('{') else { return };
        let start = token.span.start as usize + 1 + at + 1;
        let span = policy_syntax::Span::new(start, start + name.len());
        self.name(span, Some(Thing::Of(Meaning::Kind(kind))), How::Id);
    }

    fn named(&mut self, place: Place, kw: Option<Kw>, token: &Token, own: Option<Meaning>) {
        let scene = self.scene;
        let own_kind = || self.own_kind().into_iter().collect::<Vec<_>>();
        let meaning = match kw {
            Some(Kw::Use) => return self.name(token.span, Some(Thing::Pack(token.text.clone())), How::Id),
            Some(Kw::Vendor | Kw::Product) => return self.dotted(token),
            Some(Kw::Under | Kw::StandsFor) => scene.term_named(&own_kind(), token).map(Meaning::Term),
            Some(Kw::Means) => scene.term_named(&[], token).map(Meaning::Term),
            Some(Kw::After) => scene.event_named(token).map(Meaning::Event),
            Some(Kw::HomeOf) => scene.kind_named(token).map(Meaning::Kind),
            Some(Kw::Over) => scene.record_named(token).map(Meaning::Record),
            Some(Kw::Key | Kw::CountsFrom) => return self.field_in(self.own_record(), token),
            Some(Kw::ReadAs) if place == Place::Field => return self.of_field_kind(token, own),
            _ => None,
        };
        self.thing(token, meaning);
    }

    /// A term of the kind that a field holds, or an event.
    fn of_field_kind(&mut self, token: &Token, own: Option<Meaning>) {
        let Some(Meaning::Field(record, field)) = own else { return };
        let meaning = match self.scene.schema.records[record.ix()].fields[field.ix()].ty {
            FieldType::Terms(kind) => self.scene.term_named(&[kind], token).map(Meaning::Term),
            FieldType::Event => self.scene.event_named(token).map(Meaning::Event),
            _ => None,
        };
        self.thing(token, meaning);
    }

    fn term_or_set(&mut self, kinds: &[KindId], token: &Token) {
        let set = self.scene.set_named(token).map(Meaning::Set);
        let setting = || self.scene.setting(&token.text).map(|SettingId(s)| Meaning::Setting(SettingId(s)));
        let term = self.scene.term_named(kinds, token).map(Meaning::Term);
        self.thing(token, term.or(set).or_else(setting));
    }

    fn members(&mut self, members: &Members<'a>) {
        let kind: Vec<KindId> = self.own_kind().into_iter().collect();
        members.names.iter().for_each(|name| self.term_or_set(&kind, name.token));
        let Some((field, terms)) = &members.condition else { return };
        let found = self.scene.any_field(field.token).map(|(r, f)| of_field(r)(f));
        self.name(field.token.span, found, super::how(field.token));
        let kinds = self.scene.kinds_of_field(field.token);
        for term in terms {
            self.thing(term.token, self.scene.term_named(&kinds, term.token).map(Meaning::Term));
        }
    }

    fn expects(&mut self, expects: &[Expect<'a>]) {
        for expect in expects {
            if let Expect::Outcome(Some(rule), _) = expect {
                self.name(rule.token.span, Some(Thing::Rule(rule.text().to_string())), How::Id);
            }
        }
    }
}
