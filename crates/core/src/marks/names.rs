//! Looking names of item lines up in a finished schema.

use policy_syntax::{Token, TokenKind};

use super::Scene;
use crate::model::{EventId, FieldId, FieldType, KindId, RecordId, SetId, SettingId, TermId};
use crate::words::Meaning;

impl Scene<'_> {
    pub fn quoted(token: &Token) -> bool {
        matches!(token.kind, TokenKind::String | TokenKind::Label)
    }

    pub fn record(&self, name: &str) -> Option<RecordId> {
        self.schema.record(name)
    }

    pub fn field(&self, record: RecordId, name: &str) -> Option<FieldId> {
        self.schema.records[record.ix()].field(name)
    }

    pub fn record_named(&self, token: &Token) -> Option<RecordId> {
        let by_label = || self.vocabulary.record(&token.text);
        self.record(&token.text).or_else(|| if Self::quoted(token) { by_label() } else { None })
    }

    pub fn field_named(&self, record: RecordId, token: &Token) -> Option<FieldId> {
        let by_label = || self.vocabulary.field(record, &token.text);
        self.field(record, &token.text).or_else(|| if Self::quoted(token) { by_label() } else { None })
    }

    /// The field of that name in any record, as conditions of lists name it.
    pub fn any_field(&self, token: &Token) -> Option<(RecordId, FieldId)> {
        let records = (0..self.schema.records.len() as u32).map(RecordId);
        records.into_iter().find_map(|r| self.field_named(r, token).map(|f| (r, f)))
    }

    pub fn kind_named(&self, token: &Token) -> Option<KindId> {
        let by_label = || self.by_label(token, |m| if let Meaning::Kind(k) = m { Some(k) } else { None });
        self.schema.kind(&token.text).or_else(by_label)
    }

    pub fn event_named(&self, token: &Token) -> Option<EventId> {
        let by_label = || self.by_label(token, |m| if let Meaning::Event(e) = m { Some(e) } else { None });
        self.schema.event(&token.text).or_else(by_label)
    }

    pub fn set_named(&self, token: &Token) -> Option<SetId> {
        let by_label = || self.by_label(token, |m| if let Meaning::Set(s) = m { Some(s) } else { None });
        self.schema.set(&token.text).or_else(by_label)
    }

    pub fn setting(&self, name: &str) -> Option<SettingId> {
        self.schema.settings.iter().position(|s| s.name == name).map(|i| SettingId(i as u32))
    }

    pub fn define(&self, name: &str) -> Option<u32> {
        self.schema.defines.iter().position(|d| d.name == name).map(|i| i as u32)
    }

    fn by_label<T>(&self, token: &Token, pick: impl Fn(Meaning) -> Option<T>) -> Option<T> {
        let senses = if Self::quoted(token) { self.vocabulary.senses(&token.text) } else { Vec::new() };
        senses.into_iter().find_map(|sense| pick(sense.meaning))
    }

    /// The term that a name means, of one of these kinds; of any where there are none.
    pub fn term_named(&self, kinds: &[KindId], token: &Token) -> Option<TermId> {
        let all = (0..self.schema.kinds.len() as u32).map(KindId);
        let kinds: Vec<KindId> = if kinds.is_empty() { all.collect() } else { kinds.to_vec() };
        let by_label = |kind: &KindId| self.vocabulary.term(self.schema, *kind, &token.text).first().copied();
        if Self::quoted(token)
            && let Some(term) = kinds.iter().find_map(by_label)
        {
            return Some(term);
        }
        let own = kinds.iter().find_map(|kind| self.schema.term(*kind, &token.text));
        own.or_else(|| {
            let (kind, name) = token.text.split_once('.')?;
            self.schema.term(self.schema.kind(kind)?, name)
        })
    }

    /// The kinds of terms that the fields of that name hold, in any record.
    pub fn kinds_of_field(&self, token: &Token) -> Vec<KindId> {
        let fields = self.schema.records.iter().flat_map(|r| &r.fields).filter(|f| f.name == token.text);
        let mut kinds: Vec<KindId> = fields
            .filter_map(|f| if let FieldType::Terms(kind) = f.ty { Some(kind) } else { None })
            .collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }
}
