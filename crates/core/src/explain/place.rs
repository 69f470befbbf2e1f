//! Where things stand in a declaration: facts, records, and each side of a contradiction.

use super::Input;
use super::voice::Voice;
use crate::facts::{Existence, FactSource, Item, Note, Value};
use crate::lang::Lang;
use crate::model::{Collection, FieldId, Form, Formula, NodeId, Norm, RecordId, Rule, Schema};
use crate::report::Place;
use crate::verdict::{About, FactRef, Finding};
use policy_syntax::Span;

impl<'a> Input<'a> {
    fn voice(&self) -> Voice<'a> {
        Voice { schema: self.schema, facts: Some(self.facts), lang: Lang::En }
    }

    fn note(&self, node: NodeId) -> Note {
        self.notes.notes().get(node)
    }

    /// Where a fact stands; for one of the outside world there is no place.
    pub(super) fn place(&self, fact: FactRef) -> Option<Place> {
        match fact {
            FactRef::Field(record, item, field) => Some(self.field_place(record, item, field)),
            FactRef::Exists(record, item) => Some(self.item_place(record, item)),
            FactRef::Complete(record) => {
                let open = !self.facts.list(record).complete;
                Some(self.list_place(record, open))
            }
            FactRef::Exclusion(record, index) => {
                let list = self.facts.list(record);
                let node = list.exclusions.get(index as usize).map_or(list.node, |e| e.node);
                Some(self.stated(node, || self.list_path(record)))
            }
            FactRef::Condition(condition) => Some(self.condition_place(condition)),
            FactRef::Ungoverned(record, _) | FactRef::Category(record, _) => {
                Some(self.list_place(record, true))
            }
            FactRef::World(_) => None,
        }
    }

    /// A fact of another record as the field of the thing itself that is derived from it.
    pub(super) fn as_own(&self, about: &About, fact: FactRef) -> FactRef {
        let (FactRef::Field(r, i, f), About::Item(record, item, _)) = (fact, about) else { return fact };
        let Some(thing) = self.voice().item(*record, *item) else { return fact };
        let from = thing.fields.iter().position(|own| own.value == Value::Same(r, i, f));
        from.map_or(fact, |field| FactRef::Field(*record, *item, field as u32))
    }

    /// Where a finding points: at the most telling fact of the thing itself, else at the most telling one.
    pub(super) fn main_place(&self, finding: &Finding, rule: &Rule) -> Place {
        let facts = if finding.facts.is_empty() { &finding.rests_on } else { &finding.facts };
        let own = |fact: &&FactRef| match (self.as_own(&finding.about, **fact), &finding.about) {
            (FactRef::Field(r, i, _) | FactRef::Exists(r, i), About::Item(record, item, _)) => {
                (r, i) == (*record, *item)
            }
            _ => false,
        };
        let first = facts.iter().find(own).into_iter().chain(facts).find_map(|f| self.place(*f));
        first.unwrap_or_else(|| self.about_place(&finding.about, rule))
    }

    /// Where the thing stands that a finding is about.
    fn about_place(&self, about: &About, rule: &Rule) -> Place {
        match about {
            About::Item(record, item, _) | About::Category(record, _, Some(item)) => {
                self.item_place(*record, *item)
            }
            About::Unlisted(record) | About::Category(record, _, None) => self.list_place(*record, true),
            About::Declaration => self.rule_place(rule),
        }
    }

    /// The list that a rule reads first, else the declaration as a whole.
    fn rule_place(&self, rule: &Rule) -> Place {
        let mut found = rule.sentences.iter().flat_map(|s| collections(&s.norm));
        let record = found.next().map(|over| match over {
            Collection::Records { record, .. } => *record,
            Collection::Categories { governed_by, .. } => *governed_by,
        });
        let place_of = |r| self.list_place(r, true);
        let listed =
            record.and_then(|r| self.schema.members(r).map(place_of).find(|p| p.span != Span::default()));
        listed.unwrap_or_else(|| place(self.note(NodeId(0)), true))
    }

    fn field_place(&self, record: RecordId, item: u32, field: u32) -> Place {
        let found = self.voice().fact(record, item, field);
        let ((r, i, f), absent) = match found {
            Some((at, fact)) => (at, fact.absent),
            None => ((record, item, field), true),
        };
        if !absent && let Some((_, fact)) = found {
            return self.stated(fact.node, || self.field_path(r, i, f));
        }
        let note = found.map(|(_, fact)| self.note(fact.node));
        let enclosing = note.or_else(|| self.voice().item(r, i).map(|item| self.note(item.node)));
        Place { path: self.field_path(r, i, f), ..place(enclosing.unwrap_or_default(), true) }
    }

    fn stated(&self, node: NodeId, path: impl Fn() -> String) -> Place {
        let note = self.note(node);
        let path = if note.path.is_empty() { path() } else { note.path.clone() };
        Place { path, ..place(note, false) }
    }

    fn item_place(&self, record: RecordId, item: u32) -> Place {
        match self.voice().item(record, item) {
            Some(found) => {
                let absent = self.is_empty_single(record, found);
                Place { path: self.item_path(record, item), ..place(self.note(found.node), absent) }
            }
            None => self.list_place(record, true),
        }
    }

    /// A single record is always there; with nothing in it, nothing was written.
    fn is_empty_single(&self, record: RecordId, item: &Item) -> bool {
        self.schema.records[record.ix()].single && item.fields.iter().all(|f| f.absent)
    }

    fn list_place(&self, record: RecordId, absent: bool) -> Place {
        let note = self.note(self.facts.list(record).node);
        Place { path: self.list_path(record), ..place(note, absent) }
    }

    /// The first place that hangs on a condition.
    fn condition_place(&self, condition: u32) -> Place {
        match first_use(self.schema, self.facts, condition) {
            Some(FactRef::Field(record, item, field)) => self.field_place(record, item, field),
            Some(FactRef::Exists(record, item)) => self.item_place(record, item),
            _ => place(self.note(NodeId(0)), true),
        }
    }

    /// The key of a list as the declaration writes it, else as it would: the English plural.
    pub(super) fn list_path(&self, record: RecordId) -> String {
        let ty = &self.schema.records[record.ix()];
        let written = self.notes.notes().path(self.facts.list(record).node);
        if !written.is_empty() {
            return written;
        }
        let form = if ty.single { Form(0) } else { Form(1) };
        ty.labels.word(Lang::En, form).unwrap_or(&ty.name).replace(' ', "-")
    }

    fn item_path(&self, record: RecordId, item: u32) -> String {
        let written =
            self.voice().item(record, item).map(|i| self.notes.notes().path(i.node)).unwrap_or_default();
        match written.is_empty() {
            false => written,
            true if self.schema.records[record.ix()].single => self.list_path(record),
            true => format!("{}[{item}]", self.list_path(record)),
        }
    }

    fn field_path(&self, record: RecordId, item: u32, field: u32) -> String {
        let fields = &self.schema.records[record.ix()].fields;
        let name = fields.get(field as usize).map(|f| f.name.as_str()).unwrap_or_default();
        format!("{}.{name}", self.item_path(record, item))
    }

    /// Each statement of a contradiction, in order: the nodes directly under that of the fact.
    /// Empty when the declaration keeps no place for each of them.
    pub(super) fn sides(&self, record: RecordId, item: u32, field: u32) -> Vec<Place> {
        let Some((_, fact)) = self.voice().fact(record, item, field) else { return Vec::new() };
        if !matches!(fact.value, Value::Conflicting(_)) {
            return Vec::new();
        }
        let path = self.notes.notes().path(fact.node);
        let after = self.notes.notes().all().skip(fact.node.0 as usize + 1);
        let inside = after.take_while(|n| n.path.len() > path.len() && n.path.starts_with(&*path));
        let direct = inside.filter(|n| depth(&n.path[path.len()..]) == 1);
        direct.map(|n| place(n, false)).collect()
    }

    /// The statement that denies a contested record.
    pub(super) fn denial(&self, record: RecordId, item: u32) -> Option<Place> {
        let found = self.voice().item(record, item)?;
        if found.exists != Existence::Contested {
            return None;
        }
        let path = self.notes.notes().path(found.node);
        let denies = |n: &Note| {
            let rest = n.path.strip_prefix(&*path).unwrap_or_default();
            [".disputed", ".betwist"].contains(&rest)
        };
        self.notes.notes().all().find(denies).map(|n| place(n, false))
    }
}

fn place(note: Note, absent: bool) -> Place {
    let text = |text: Option<std::sync::Arc<str>>| text.map(|text| text.to_string());
    let (source, quote) = (text(note.source), text(note.quote));
    Place { span: note.span, absent, path: note.path, source, quote }
}

/// What a norm ranges over, outermost first.
fn collections(norm: &Norm) -> Vec<&Collection> {
    let mut found = Vec::new();
    match norm {
        Norm::Each { over, .. } => found.push(over),
        Norm::Holds(clause) => clause.formula.walk(&mut |f| {
            if let Formula::Exists { over, .. } = f {
                found.push(over);
            }
        }),
    }
    found
}

/// How many list positions a path has.
fn depth(path: &str) -> usize {
    path.matches('[').count()
}

/// The first field or record that hangs on a condition.
fn first_use(schema: &Schema, facts: &dyn FactSource, condition: u32) -> Option<FactRef> {
    let of_item = |record: RecordId, i: usize, item: &Item| {
        if item.exists == Existence::If(condition) {
            return Some(FactRef::Exists(record, i as u32));
        }
        let hangs = item.fields.iter().position(|f| f.value.conditions().contains(&condition));
        hangs.map(|f| FactRef::Field(record, i as u32, FieldId(f as u32).0))
    };
    let lists = (0..schema.records.len() as u32).map(RecordId).map(|record| (record, facts.list(record)));
    lists
        .flat_map(|(record, list)| list.items.iter().enumerate().map(move |(i, item)| (record, i, item)))
        .find_map(|(record, i, item)| of_item(record, i, item))
}
