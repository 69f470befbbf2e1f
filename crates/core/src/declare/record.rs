//! Records and lists of records: what is listed, what is said about the list, and what is said never to be.

use policy_syntax::Span;

use super::doc::{Content, Entry, Node};
use super::field::{Want, is_definite};
use super::lookup::kind_of;
use super::reader::{Cite, Form, Mode, Reader};
use super::words::{self, Word};
use super::{join, narrow, say};
use crate::codes;
use crate::diag::Message;
use crate::facts::{Exclusion, Existence, Fact, Item, List, Value};
use crate::lang::Lang;
use crate::model::{Default as Usual, FieldId, FieldType, NodeId, Owner, Reading, RecordId, TermSet};

/// Keys at the top of a declaration that are no records.
pub const TOP_WORDS: &[Word] = &[Word::Format, Word::Document, Word::Note];
/// Keys at the top of a profile that are no records.
pub const PROFILE_WORDS: &[Word] = &[Word::ProfileFormat, Word::Conditions, Word::Note];
/// Keys of a record that are no fields.
pub const ITEM_WORDS: &[Word] =
    &[Word::Source, Word::Quote, Word::Note, Word::Part, Word::OnlyIf, Word::Disputed];
/// Keys of the long form of a list.
pub const LIST_WORDS: &[Word] = &[
    Word::Items,
    Word::Complete,
    Word::Open,
    Word::Never,
    Word::None,
    Word::Some,
    Word::Undeclared,
    Word::Source,
    Word::Quote,
    Word::Note,
];

impl Reader<'_> {
    /// Reads the mapping at the top. Where a part of the text was unreadable, what is not there may have been.
    pub(super) fn top(&mut self, root: &Node, entries: &[Entry]) {
        let start = entries.first().map_or(root.span, |e| e.key_span);
        let node = self.note(start, String::new(), &Cite::default());
        let unsaid = (0..self.schema.records.len()).map(|i| self.unsaid(i, node, root.damaged).into());
        self.facts.lists = unsaid.collect();
        self.find_ranks(entries);
        let mut seen: Vec<(RecordId, Span)> = Vec::new();
        for entry in entries {
            if let Some(record) = self.top_record(entry) {
                match seen.iter().find(|(r, _)| *r == record) {
                    Some((_, first)) => {
                        let first = *first;
                        say::duplicate_key(&mut self.problems, &entry.key, entry.key_span, first)
                    }
                    None => {
                        seen.push((record, entry.key_span));
                        self.record(record, entry);
                    }
                }
            }
        }
        for record in 0..self.schema.records.len() {
            self.contest_excluded(RecordId(record as u32));
        }
        narrow::narrow(&mut self.facts, self.schema);
        join::join(&mut self.facts, self.schema);
    }

    /// A list about which nothing is said.
    fn unsaid(&self, record: usize, node: NodeId, damaged: bool) -> List {
        let it = &self.schema.records[record];
        let id = RecordId(record as u32);
        let items = match it.single && !it.is_abstract {
            true => {
                vec![Item { exists: Existence::Certain, fields: self.unsaid_fields(id, node, damaged), node }]
            }
            false => Vec::new(),
        };
        let complete = it.single || it.is_abstract || (it.written && !damaged);
        List { said: false, complete, items, exclusions: Vec::new(), node }
    }

    fn unsaid_fields(&self, record: RecordId, node: NodeId, damaged: bool) -> Vec<Fact> {
        let fields = 0..self.schema.records[record.ix()].fields.len() as u32;
        fields.map(|field| self.unsaid_field(record, FieldId(field), node, damaged)).collect()
    }

    /// What a field is about which nothing is written.
    fn unsaid_field(&self, record: RecordId, field: FieldId, node: NodeId, damaged: bool) -> Fact {
        let it = &self.schema.records[record.ix()].fields[field.ix()];
        let unknown = damaged || self.mode == Mode::Profile;
        let (value, reading) = match (&it.default, unknown) {
            (_, true) | (Usual::Unknown, _) => (Value::Undeclared, None),
            (Usual::Absent, _) => (Value::None, None),
            (Usual::Term(term), _) => (usual(it.ty, it.many, *term), None),
            (Usual::ReadAs(term), _) => (usual(it.ty, it.many, *term), Some(Reading::ReadAs(record, field))),
        };
        Fact { value, node, absent: true, reading, definite: false }
    }

    /// The order of precedence has to be known before the first contradiction is read.
    fn find_ranks(&mut self, entries: &[Entry]) {
        for entry in entries {
            let Some(record) = self.lookup.record(&entry.key) else { continue };
            for inner in entry.value.entries().unwrap_or_default() {
                let field = self.lookup.field(record, &inner.key);
                let ranks = field.map(|f| &self.schema.records[record.ix()].fields[f.ix()]);
                if let Some(kind) = ranks.filter(|f| f.ranks_parts).and_then(|f| kind_of(f.ty)) {
                    self.ranks = self.ranked(kind, &inner.value).unwrap_or_default();
                    self.part_kind = Some(kind);
                }
            }
        }
    }

    fn ranked(&mut self, kind: crate::model::KindId, node: &Node) -> Option<Vec<u32>> {
        let items = match &node.content {
            Content::List(items) if !node.damaged => items,
            Content::Map(entries) => {
                let words = [Word::Value, Word::Items];
                let inner =
                    entries.iter().find(|e| words::word(&e.key).is_some_and(|w| words.contains(&w)))?;
                return self.ranked(kind, &inner.value);
            }
            _ => return None,
        };
        let mut bits = Vec::new();
        for item in items {
            let text = item.text()?;
            bits.push(match self.lookup.named(kind, text) {
                Some(super::lookup::Named::Term(term)) => self.schema.terms[term.ix()].bit,
                Some(_) => return None,
                None if self.schema.kinds[kind.ix()].open => self.intern(kind, text, item.span)?,
                None => return None,
            });
        }
        Some(bits)
    }

    /// The record that a key at the top names, unless it is a reserved word or not this file's to say.
    fn top_record(&mut self, entry: &Entry) -> Option<RecordId> {
        let allowed = if self.mode == Mode::Profile { PROFILE_WORDS } else { TOP_WORDS };
        let Some(record) = self.lookup.record(&entry.key) else {
            match words::word(&entry.key).filter(|w| allowed.contains(w)) {
                Some(word) => self.top_word(word, entry),
                None if entry.key.starts_with("x-") => {}
                None => {
                    let (problems, lookup) = (&mut self.problems, self.lookup);
                    say::unknown_record(problems, self.schema, lookup, &entry.key, entry.key_span, allowed);
                }
            }
            return None;
        };
        let it = &self.schema.records[record.ix()];
        if it.is_abstract && !only_excludes(&entry.value) {
            say::abstract_record(&mut self.problems, self.schema, record, &entry.key, entry.key_span);
            return None;
        }
        let name = Message::new(it.labels.name(Lang::Nl, &it.name), it.labels.name(Lang::En, &it.name));
        // A record of the vendor in a profile only tells which one is meant.
        let mine = self.mode == Mode::Profile && it.owner == Owner::Vendor;
        (mine || self.may_say(it.owner, &name, entry.key_span)).then_some(record)
    }

    fn top_word(&mut self, word: Word, entry: &Entry) {
        match word {
            Word::Format | Word::ProfileFormat if entry.value.text() != Some("1") => {
                let expected =
                    Message::new("`1`, de versie van dit formaat", "`1`, the version of this format");
                let found = say::found(&entry.value);
                say::wrong_type(&mut self.problems, entry.value.span, &found, &expected);
            }
            Word::Conditions => self.decisions(&entry.value),
            _ => {}
        }
    }

    fn decisions(&mut self, node: &Node) {
        let Some(entries) = node.entries() else {
            let expected = Message::new("een blok `\"voorwaarde\": ja`", "a mapping `\"condition\": yes`");
            return self.mistyped(node, &expected);
        };
        for entry in entries {
            if let Some(decided) = self.flag(entry) {
                let id = self.condition_named(entry.key.trim());
                self.facts.conditions[id as usize].decided = Some(decided);
                let node = self.note(entry.short_span(), entry.key.to_string(), &Cite::default());
                self.decisions.push((id, node));
            }
        }
    }

    fn record(&mut self, record: RecordId, entry: &Entry) {
        if self.schema.records[record.ix()].single {
            self.single(record, entry);
        } else {
            self.list(record, entry);
        }
    }

    fn single(&mut self, record: RecordId, entry: &Entry) {
        let node = &entry.value;
        let item = match &node.content {
            Content::Map(_) => self.item(record, node, entry.key_span, &entry.key, &Cite::default()),
            Content::Scalar { text, .. } if words::word(text) == Some(Word::None) => {
                Some(self.nothing(record, entry))
            }
            Content::Broken => None,
            _ if node.is_null() => None,
            _ => {
                let expected = Message::new(
                    "een blok met velden, want dit is er één per verklaring",
                    "a mapping of fields, because there is one per declaration",
                );
                self.mistyped(node, &expected);
                None
            }
        };
        let list = &mut self.facts.lists[record.ix()];
        list.said = !node.is_null();
        if let Some(item) = item {
            list.node = item.node;
            list.items = vec![item];
        }
    }

    /// A single record that is stated not to be: all of its fields are none.
    fn nothing(&mut self, record: RecordId, entry: &Entry) -> Item {
        let node = self.note(entry.short_span(), entry.key.to_string(), &Cite::default());
        let fact = Fact { value: Value::None, node, absent: false, reading: None, definite: true };
        let fields = vec![fact; self.schema.records[record.ix()].fields.len()];
        Item { exists: Existence::Certain, fields, node }
    }

    fn list(&mut self, record: RecordId, entry: &Entry) {
        let mut list = self.facts.lists[record.ix()].clone();
        list.node = self.note(entry.short_span(), entry.key.to_string(), &Cite::default());
        list.said = true;
        let value = &entry.value;
        let word = value.text().and_then(words::word);
        match &value.content {
            Content::Broken => (list.said, list.complete) = (false, false),
            _ if value.is_null() => list.said = false,
            Content::Scalar { .. } if word == Some(Word::None) => list.complete = true,
            Content::Scalar { .. } if word == Some(Word::Some) => self.unnamed(record, &mut list),
            Content::List(_) => self.items(record, value, &entry.key, &Cite::default(), &mut list),
            Content::Map(entries) => self.long_list(record, entry, entries, &mut list),
            Content::Scalar { .. } => self.wrong_list(value, &mut list),
        }
        self.facts.lists[record.ix()] = list;
    }

    fn wrong_list(&mut self, value: &Node, list: &mut List) {
        let expected = Message::new(
            "een lijst: zet voor elk onderdeel een `-`, of schrijf `geen`",
            "a list: put a `-` before each one, or write `none`",
        );
        self.mistyped(value, &expected);
        (list.said, list.complete) = (false, false);
    }

    /// At least one, unnamed.
    fn unnamed(&mut self, record: RecordId, list: &mut List) {
        let node = list.node;
        let fields = self.unsaid_fields(record, node, true);
        list.items.push(Item { exists: Existence::Certain, fields, node });
        list.complete = false;
    }

    fn items(&mut self, record: RecordId, value: &Node, key: &str, cite: &Cite, list: &mut List) {
        let Some(nodes) = value.items() else { return self.wrong_list(value, list) };
        let mut lost = value.damaged;
        for (index, node) in nodes.iter().enumerate() {
            let path = format!("{key}[{index}]");
            let some = node.text().and_then(words::word) == Some(Word::Some);
            match &node.content {
                Content::Map(_) => match self.item(record, node, node.span, &path, cite) {
                    Some(item) => list.items.push(item),
                    None => lost = true,
                },
                Content::Scalar { .. } if some => {
                    let id = self.note(node.span, path, cite);
                    let fields = self.unsaid_fields(record, id, true);
                    list.items.push(Item { exists: Existence::Certain, fields, node: id });
                    lost = true;
                }
                _ => {
                    lost = true;
                    self.wrong_item(record, node);
                }
            }
        }
        list.complete &= !lost;
    }

    fn wrong_item(&mut self, record: RecordId, node: &Node) {
        if matches!(node.content, Content::Broken) {
            return;
        }
        let it = &self.schema.records[record.ix()];
        let field = it.key.first().copied().unwrap_or(FieldId(0));
        let name = |lang| it.fields.get(field.ix()).map_or("…", |f| f.labels.name(lang, &f.name)).to_string();
        let expected = Message::new(
            format!("een blok met velden, zoals `{}: …`", name(Lang::Nl)),
            format!("a mapping of fields, such as `{}: …`", name(Lang::En)),
        );
        self.mistyped(node, &expected);
    }

    fn long_list(&mut self, record: RecordId, entry: &Entry, entries: &[Entry], list: &mut List) {
        let bare = |e: &Entry| words::word(&e.key).is_none_or(|w| !LIST_WORDS.contains(&w));
        if entries.iter().all(|e| bare(e) && self.lookup.field(record, &e.key).is_some()) {
            return self.wrong_list(&entry.value, list);
        }
        let form = self.form(entries, LIST_WORDS);
        let cite = self.cite(&form);
        if form.get(Word::Undeclared).is_some() {
            list.said = false;
        }
        self.list_note(list.node, &form, &cite);
        self.completeness(&form, list);
        if let Some(items) = form.get(Word::Items) {
            self.items(record, &items.value, &entry.key, &cite, list);
        }
        if form.get(Word::Some).is_some_and(|some| self.flag(some) == Some(true)) {
            self.unnamed(record, list);
        }
        if let Some(never) = form.get(Word::Never) {
            self.exclusions(record, never, &entry.key, &cite, list);
        }
        if let Some(none) = form.get(Word::None)
            && self.flag(none) == Some(true)
        {
            self.nothing_listed(none, list);
        }
        list.complete &= !entry.value.damaged && !form.unknown;
    }

    /// The source of what is said about the list as a whole.
    fn list_note(&mut self, node: NodeId, form: &Form<'_>, cite: &Cite) {
        let said = [Word::Complete, Word::None, Word::Some, Word::Open, Word::Undeclared];
        let about = said.iter().find_map(|word| form.get(*word));
        let inner = match about.and_then(|entry| entry.value.entries()) {
            Some(entries) => {
                let form = self.form(entries, &[Word::Source, Word::Quote, Word::Note]);
                self.cite(&form)
            }
            None => Cite::default(),
        };
        let cite = inner.or(cite);
        self.notes.cite(node, cite.source, cite.quote);
        if let Some(entry) = about {
            self.notes.set_span(node, entry.short_span());
        }
    }

    fn completeness(&mut self, form: &Form<'_>, list: &mut List) {
        if let Some(complete) = form.get(Word::Complete) {
            list.complete |= self.flag(complete) == Some(true);
        }
        if let Some(open) = form.get(Word::Open)
            && self.flag(open) == Some(true)
        {
            list.complete = false;
        }
    }

    /// "None", beside which nothing else may stand: what does is disputed.
    fn nothing_listed(&mut self, none: &Entry, list: &mut List) {
        if list.items.is_empty() {
            list.complete = true;
            return;
        }
        let nl = "hier staat dat er geen zijn, en toch staan ze eronder: ze tellen als betwist";
        let en = "this says there are none, yet some are listed: they count as disputed";
        self.problems.add(&codes::EXCLUDED_HERE, none.short_span(), nl.into(), en.into());
        list.complete = false;
        list.items.iter_mut().filter(|i| i.exists == Existence::Certain).for_each(|item| {
            item.exists = Existence::Contested;
        });
    }

    fn exclusions(&mut self, record: RecordId, never: &Entry, key: &str, cite: &Cite, list: &mut List) {
        let one = std::slice::from_ref(&never.value);
        let nodes = match &never.value.content {
            Content::List(items) => items.as_slice(),
            _ => one,
        };
        for (index, node) in nodes.iter().enumerate() {
            let path = format!("{key}.{}[{index}]", never.key);
            match node.entries() {
                Some(entries) if !node.damaged => {
                    list.exclusions.extend(self.exclusion(record, node, entries, path, cite));
                }
                Some(_) => {}
                None => self.wrong_item(record, node),
            }
        }
    }

    /// One "never"; nothing if any of it is wrong, because without that part it would exclude more.
    fn exclusion(
        &mut self,
        record: RecordId,
        node: &Node,
        entries: &[Entry],
        path: String,
        cite: &Cite,
    ) -> Option<Exclusion> {
        let fields: Vec<(FieldId, &Entry)> =
            entries.iter().filter_map(|e| self.lookup.field(record, &e.key).map(|f| (f, e))).collect();
        let rest = entries.iter().filter(|e| self.lookup.field(record, &e.key).is_none()).cloned();
        let rest: Vec<Entry> = rest.collect();
        let form = self.form(&rest, &[Word::Source, Word::Quote, Word::Note]);
        let cite = self.cite(&form).or(cite);
        let mut terms: Vec<(u32, TermSet)> = Vec::new();
        let mut wrong = form.unknown;
        for (field, entry) in fields {
            match self.excluded_terms(record, field, entry) {
                Some(excluded) => terms.push((field.0, excluded)),
                None => wrong = true,
            }
        }
        if wrong || terms.is_empty() {
            if !wrong {
                self.wrong_item(record, node);
            }
            return None;
        }
        let span = entries.first().map_or(node.span, Entry::short_span);
        Some(Exclusion { fields: terms, node: self.note(span, path, &cite) })
    }

    fn excluded_terms(&mut self, record: RecordId, field: FieldId, entry: &Entry) -> Option<TermSet> {
        let it = &self.schema.records[record.ix()].fields[field.ix()];
        match kind_of(it.ty) {
            Some(kind) => self.terms_under(kind, &entry.value),
            None => {
                self.wrong(Want::of(it), &entry.value);
                None
            }
        }
    }

    /// Reads one record. `None` where the order of precedence says that it is not there.
    fn item(&mut self, record: RecordId, node: &Node, at: Span, path: &str, outer: &Cite) -> Option<Item> {
        let entries = node.entries().unwrap_or_default();
        let (fields, rest) = self.sort_keys(record, entries);
        let rest: Vec<Entry> = rest.into_iter().cloned().collect();
        let form = self.form(&rest, ITEM_WORDS);
        let cite = self.cite(&form).or(outer);
        let exists = self.existence(&form)?;
        let key = self.schema.records[record.ix()].key.first().copied().unwrap_or(FieldId(0));
        let telling = fields.iter().find(|(f, _)| *f == key).map(|(_, e)| *e).or(entries.first());
        let id = self.note(telling.map_or(at, Entry::short_span), path.to_string(), &cite);
        let mut facts = self.unsaid_fields(record, id, node.damaged);
        for (field, entry) in fields {
            if let Some(fact) = self.fact(record, field, entry, id, &cite) {
                facts[field.ix()] = fact;
            }
        }
        Some(Item { exists, fields: facts, node: id })
    }

    /// Which keys are fields; unknown and repeated ones are reported.
    fn sort_keys<'n>(
        &mut self,
        record: RecordId,
        entries: &'n [Entry],
    ) -> (Vec<(FieldId, &'n Entry)>, Vec<&'n Entry>) {
        let (mut fields, mut rest): (Vec<(FieldId, &Entry)>, Vec<&Entry>) = (Vec::new(), Vec::new());
        for entry in entries {
            let known = words::word(&entry.key).is_some_and(|w| ITEM_WORDS.contains(&w));
            match self.lookup.field(record, &entry.key) {
                Some(field) => match fields.iter().find(|(f, _)| *f == field) {
                    Some((_, first)) => {
                        say::duplicate_key(&mut self.problems, &entry.key, entry.key_span, first.key_span)
                    }
                    None => fields.push((field, entry)),
                },
                None if known => rest.push(entry),
                None => {
                    let (problems, lookup) = (&mut self.problems, self.lookup);
                    let (key, at) = (&entry.key, entry.key_span);
                    say::unknown_field(problems, self.schema, lookup, record, key, at, ITEM_WORDS);
                }
            }
        }
        (fields, rest)
    }

    /// Whether the record is there: `only if`, `disputed`. `None`: denied by a part that comes first.
    fn existence(&mut self, form: &Form<'_>) -> Option<Existence> {
        let own = self.part(form);
        if let Some(only) = form.get(Word::OnlyIf) {
            let condition = self.condition(&only.value);
            return Some(condition.map_or(Existence::Contested, Existence::If));
        }
        let Some(disputed) = form.get(Word::Disputed) else { return Some(Existence::Certain) };
        let denied = match disputed.value.entries() {
            Some(entries) => {
                let form = self.form(entries, &[Word::Source, Word::Quote, Word::Note, Word::Part]);
                self.part(&form)
            }
            None if self.flag(disputed) == Some(false) => return Some(Existence::Certain),
            None => None,
        };
        match (self.rank(own), self.rank(denied)) {
            (Some(own), Some(denied)) if own < denied => Some(Existence::Certain),
            (Some(own), Some(denied)) if own > denied => None,
            _ => Some(Existence::Contested),
        }
    }

    /// The fact a field states, undeclared where it is wrong; `None` where it is not this file's to say.
    fn fact(
        &mut self,
        record: RecordId,
        field: FieldId,
        entry: &Entry,
        item: NodeId,
        outer: &Cite,
    ) -> Option<Fact> {
        let it = &self.schema.records[record.ix()];
        let what = &it.fields[field.ix()];
        let name =
            Message::new(what.labels.name(Lang::Nl, &what.name), what.labels.name(Lang::En, &what.name));
        let owner = if it.owner == Owner::Vendor { what.owner } else { it.owner };
        let tells_which = self.mode == Mode::Profile && !it.single;
        if !tells_which && !self.may_say(owner, &name, entry.key_span) {
            return None;
        }
        self.gathered_cites();
        self.governs = it.key.contains(&field);
        self.whole = what.whole;
        let said = self.said(Want::of(what), &entry.value);
        (self.governs, self.whole) = (false, false);
        let cites = self.gathered_cites();
        let Some(said) = said else {
            let node = self.note_within(item, &entry.key, entry.key_span, outer);
            return Some(Fact {
                value: Value::Undeclared,
                node,
                absent: true,
                reading: None,
                definite: false,
            });
        };
        let empty = entry.value.is_null();
        let span = if empty { entry.key_span } else { said.span };
        let node = self.note_within(item, &entry.key, span, &said.cite.or(&cites).or(outer));
        let definite = said.reading.is_none() && is_definite(&said.value);
        Some(Fact { value: said.value, node, absent: empty, reading: said.reading, definite })
    }

    /// Records that are listed although they are excluded: both statements stay possible.
    fn contest_excluded(&mut self, record: RecordId) {
        let mut shared = std::mem::take(&mut self.facts.lists[record.ix()]);
        let list = &mut *shared;
        for item in &mut list.items {
            let denied = list.exclusions.iter().find(|exclusion| excluded(item, exclusion));
            if let (Some(exclusion), Existence::Certain) = (denied, item.exists) {
                item.exists = Existence::Contested;
                let (at, by) = (self.notes.get(item.node).span, self.notes.get(exclusion.node).span);
                let nl = "dit staat er, en is ook uitgesloten: het telt als betwist";
                let en = "this is listed and excluded as well: it counts as disputed";
                let noted = self.problems.add(&codes::EXCLUDED_HERE, at, nl.into(), en.into());
                noted.see(by, "de uitsluiting", "the exclusion");
            }
        }
        self.facts.lists[record.ix()] = shared;
    }
}

/// Whether the record certainly matches everything the exclusion names.
fn excluded(item: &Item, exclusion: &Exclusion) -> bool {
    exclusion.fields.iter().all(|(field, terms)| match item.fields.get(*field as usize).map(|f| &f.value) {
        Some(Value::One(one)) => one.within(terms),
        Some(Value::Set(set)) => set.must.meets(terms),
        _ => false,
    })
}

/// The value of a field that is usually this term or event.
fn usual(ty: FieldType, many: bool, term: u32) -> Value {
    let one = TermSet::one(term);
    match ty {
        FieldType::Event => Value::Event(term),
        FieldType::Terms(_) if many => {
            Value::set(crate::facts::SetValue { must: one.clone(), some_of: Vec::new(), may: one })
        }
        FieldType::Terms(_) => Value::One(one),
        FieldType::Number => Value::Number(term as i64),
        FieldType::Date | FieldType::Duration => Value::Undeclared,
    }
}

/// Whether all that a value says is what there never is: that can be said of a record that stands for others.
fn only_excludes(node: &Node) -> bool {
    let allowed = [Word::Never, Word::Source, Word::Quote, Word::Note];
    let words =
        |entries: &[Entry]| entries.iter().all(|e| words::word(&e.key).is_some_and(|w| allowed.contains(&w)));
    node.entries().is_some_and(|entries| !entries.is_empty() && words(entries))
}
