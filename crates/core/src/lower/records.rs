//! Records: what can be declared. A child repeats its parent's fields at the same ids, perhaps renamed.

use super::cursor::{Name, Wrong};
use super::cycles::order;
use super::keywords::{Kw, Place};
use super::labels::{Owned, text};
use super::names::{Draft, FIELD, Lowering, RECORD, Scope, Taken, kind_of};
use super::statement::{Body, DerivedNames, Statement};
use super::vocabulary::{names_after, says};
use crate::codes;
use crate::model::*;

/// A join whose names can only be looked up when all records have their fields.
pub(crate) struct Join<'d, 'a> {
    pub file: FileId,
    pub record: RecordId,
    pub field: FieldId,
    pub names: &'d DerivedNames<'a>,
}

impl Lowering {
    /// Adds the records with their fields: needs the kinds, terms and events.
    pub fn records(&mut self, drafts: &[Draft<'_>]) {
        let mut taken = Taken::default();
        let mut added = Vec::new();
        for draft in drafts {
            if taken.claim(self, &RECORD, draft) {
                self.add_record(draft);
                added.push(draft);
            }
        }
        let order = self.parents(&added);
        self.children(&order);
        let lines: Vec<Vec<FieldLine<'_, '_>>> = added.iter().map(|draft| self.field_lines(draft)).collect();
        let mut joins = Vec::new();
        for node in order {
            self.fill(RecordId(node as u32), added[node], &lines[node], &mut joins);
        }
        for join in joins {
            self.join(&join);
        }
    }

    fn add_record(&mut self, draft: &Draft<'_>) {
        let owner = self.schema.records.len() as u32;
        let of = Owned { scope: Scope::Records, owner, name: draft.head.name, file: draft.file };
        let record = Record {
            name: draft.name().to_string(),
            labels: self.labels(&of, &draft.statements),
            parent: None,
            children: Vec::new(),
            single: says(draft, Kw::Single),
            written: says(draft, Kw::Written),
            owner: owner_in(&draft.statements).unwrap_or_default(),
            home_of: Vec::new(),
            key: Vec::new(),
            fields: Vec::new(),
            definition: text(&draft.statements, &[Kw::Definition]),
            is_abstract: says(draft, Kw::Abstract),
            origin: draft.origin(),
        };
        self.schema.records.push(record);
    }

    /// Fills in the parents; gives the records in an order in which a parent comes first.
    fn parents(&mut self, drafts: &[&Draft<'_>]) -> Vec<usize> {
        let mut above: Vec<Vec<usize>> = Vec::new();
        for draft in drafts {
            let parent = draft.head.of.and_then(|name| self.record(draft.file, name));
            above.push(parent.map(RecordId::ix).into_iter().collect());
        }
        let order = order(&above);
        for (node, _) in &order.cut {
            self.report_cycle(drafts[*node].head.of.map(|name| (drafts[*node].file, name)));
            above[*node].clear();
        }
        for (record, parents) in self.schema.records.iter_mut().zip(&above) {
            record.parent = parents.first().map(|p| RecordId(*p as u32));
        }
        order.nodes
    }

    fn children(&mut self, order: &[usize]) {
        for node in order.iter().copied() {
            let mut above = self.schema.records[node].parent;
            while let Some(parent) = above {
                self.schema.records[parent.ix()].children.push(RecordId(node as u32));
                above = self.schema.records[parent.ix()].parent;
            }
        }
        for record in &mut self.schema.records {
            record.children.sort();
        }
    }

    fn fill<'d, 'a>(
        &mut self,
        id: RecordId,
        draft: &'d Draft<'a>,
        lines: &'d [FieldLine<'d, 'a>],
        joins: &mut Vec<Join<'d, 'a>>,
    ) {
        if let Some(parent) = self.schema.records[id.ix()].parent {
            self.inherit(id, parent, draft);
        }
        let mut taken = Taken::default();
        for line in lines {
            match &line.statement.body {
                Body::Rename(old, new) => self.rename(id, draft, line, (*old, *new), &mut taken),
                _ => self.add_field(id, draft, line, &mut taken),
            }
        }
        self.check_mains(id, draft, lines);
        for line in lines {
            self.finish_field(id, draft, line, joins);
        }
        self.homes_and_key(id, draft);
    }

    fn inherit(&mut self, id: RecordId, parent: RecordId, draft: &Draft<'_>) {
        let above = self.schema.records[parent.ix()].clone();
        let record = &mut self.schema.records[id.ix()];
        record.fields = above.fields;
        record.key = above.key;
        record.written |= above.written;
        if owner_in(&draft.statements).is_none() {
            record.owner = above.owner;
        }
        if let Some(labels) = self.labels.get(&Scope::Fields(parent)).cloned() {
            self.labels.insert(Scope::Fields(id), labels);
        }
    }

    fn rename(
        &mut self,
        id: RecordId,
        draft: &Draft<'_>,
        line: &FieldLine<'_, '_>,
        (old, new): (Name<'_>, Name<'_>),
        taken: &mut Taken,
    ) {
        let Some(field) = self.field(draft.file, id, old) else { return };
        if !self.is_free(id, draft, new, taken) {
            return;
        }
        let speaks = line.says_labels();
        if speaks {
            self.forget_labels(id, field);
        }
        let of = Owned { scope: Scope::Fields(id), owner: field.0, name: new, file: draft.file };
        let labels = self.labels(&of, &line.block);
        let definition = text(&line.block, &[Kw::Definition]);
        let renamed = &mut self.schema.records[id.ix()].fields[field.ix()];
        renamed.name = new.text().to_string();
        renamed.origin = draft.at(new.token);
        if speaks {
            renamed.labels = labels;
        }
        if !definition.is_empty() {
            renamed.definition = definition;
        }
    }

    /// The labels an inherited field had are free again.
    pub(super) fn forget_labels(&mut self, id: RecordId, field: FieldId) {
        if let Some(labels) = self.labels.get_mut(&Scope::Fields(id)) {
            labels.retain(|_, spoken| spoken.owner != field.0);
        }
    }

    fn is_free(&mut self, id: RecordId, draft: &Draft<'_>, name: Name<'_>, taken: &mut Taken) -> bool {
        let inherited = self.schema.records[id.ix()].field(name.text());
        if !taken.claim_name(self, &FIELD, draft.file, name) {
            return false;
        }
        if inherited.is_some() {
            self.taken(draft.file, &FIELD, name, None);
        }
        inherited.is_none()
    }

    fn field_lines<'d, 'a>(&mut self, draft: &'d Draft<'a>) -> Vec<FieldLine<'d, 'a>> {
        let mut lines = Vec::new();
        for statement in &draft.statements {
            let place = match statement.body {
                Body::Field(_) => Place::Field,
                Body::Rename(..) => Place::Rename,
                _ => continue,
            };
            let block = statement.line.block.as_deref().unwrap_or_default();
            lines.push(FieldLine { statement, block: self.statements(draft.file, place, block) });
        }
        lines
    }

    /// Of two main fields of one kind the second is a mistake; a child's own replaces an inherited one.
    fn check_mains(&mut self, id: RecordId, draft: &Draft<'_>, lines: &[FieldLine<'_, '_>]) {
        let mut own: Vec<(KindId, FieldId)> = Vec::new();
        for line in lines.iter().filter(|line| line.is_main()) {
            let Some(name) = line.name() else { continue };
            let Some(field) = self.schema.records[id.ix()].field(name.text()) else { continue };
            let Some(kind) = kind_of(&self.schema.records[id.ix()].fields[field.ix()]) else { continue };
            if own.iter().any(|(k, _)| *k == kind) {
                self.report_two_mains(draft.file, name, kind);
            } else {
                own.push((kind, field));
            }
        }
        for (kind, main) in own {
            for (i, field) in self.schema.records[id.ix()].fields.iter_mut().enumerate() {
                if kind_of(field) == Some(kind) {
                    field.main = i == main.ix();
                }
            }
        }
    }

    fn report_two_mains(&mut self, file: FileId, name: Name<'_>, kind: KindId) {
        let kind = &self.schema.kinds[kind.ix()].name;
        let (nl, en) = (
            format!("er is al een hoofdveld van de soort `{kind}`: laat `hoofdveld` bij een van beide weg"),
            format!("there is already a main field of the kind `{kind}`: leave `main` out at one of them"),
        );
        self.report(file, Wrong::new(&codes::BAD_LINE, name.token.span, nl, en));
    }

    fn homes_and_key(&mut self, id: RecordId, draft: &Draft<'_>) {
        let homes: Vec<KindId> =
            names_after(draft, Kw::HomeOf).filter_map(|name| self.kind(draft.file, name)).collect();
        self.schema.records[id.ix()].home_of = homes;
        let key: Vec<FieldId> =
            names_after(draft, Kw::Key).filter_map(|name| self.field(draft.file, id, name)).collect();
        if !key.is_empty() {
            self.schema.records[id.ix()].key = key;
        }
    }

    /// Fills in a join, in the record and in those that inherit the field.
    fn join(&mut self, join: &Join<'_, '_>) {
        let Some(other) = self.record(join.file, join.names.record) else { return };
        let other_key = self.field(join.file, other, join.names.other_key);
        let key = self.field(join.file, join.record, join.names.key);
        let field = self.field(join.file, other, join.names.field);
        let (Some(other_key), Some(key), Some(field)) = (other_key, key, field) else { return };
        let ty = |record: RecordId, field: FieldId| self.schema.records[record.ix()].fields[field.ix()].ty;
        let wrong = if ty(other, other_key) != ty(join.record, key) {
            Some(join.names.key)
        } else {
            (ty(other, field) != ty(join.record, join.field)).then_some(join.names.field)
        };
        if let Some(name) = wrong {
            return self.report_unlike(join.file, name);
        }
        let derived = Some(Derived { record: other, other_key, key, field });
        let mut records = self.schema.records[join.record.ix()].children.clone();
        records.retain(|child| self.inherits(*child, join.record, join.field));
        records.push(join.record);
        for record in records {
            self.schema.records[record.ix()].fields[join.field.ix()].derived = derived;
        }
    }

    /// Whether a record has this field as its ancestor says it.
    fn inherits(&self, mut record: RecordId, ancestor: RecordId, field: FieldId) -> bool {
        while record != ancestor {
            let Some(parent) = self.schema.records[record.ix()].parent else { return false };
            if self.restated.contains(&(record, field)) {
                return false;
            }
            record = parent;
        }
        true
    }

    fn report_unlike(&mut self, file: FileId, name: Name<'_>) {
        let text = name.text();
        let (nl, en) = (
            format!("`{text}` is niet van hetzelfde type als het veld waarmee het gelijk moet zijn"),
            format!("`{text}` is not of the same type as the field it must equal"),
        );
        self.report(file, Wrong::new(&codes::WRONG_KIND, name.token.span, nl, en));
    }
}

/// A `field` or `rename` line with the lines of its block.
#[derive(Debug)]
pub(crate) struct FieldLine<'d, 'a> {
    pub statement: &'d Statement<'a>,
    pub block: Vec<Statement<'a>>,
}

impl<'a> FieldLine<'_, 'a> {
    /// The name the field has after this line.
    pub fn name(&self) -> Option<Name<'a>> {
        match &self.statement.body {
            Body::Field(head) => Some(head.name),
            Body::Rename(_, new) => Some(*new),
            _ => None,
        }
    }

    /// Whether its block has such a line.
    pub fn says(&self, kw: Kw) -> bool {
        self.block.iter().any(|s| s.kw == Some(kw))
    }

    /// Whether its block gives it labels of its own.
    pub fn says_labels(&self) -> bool {
        [Kw::Nl, Kw::En, Kw::Also].iter().any(|kw| self.says(*kw))
    }

    pub fn is_main(&self) -> bool {
        self.says(Kw::Main) || matches!(&self.statement.body, Body::Field(head) if head.main)
    }

    /// The first name after a keyword of its block.
    pub fn name_after(&self, kw: Kw) -> Option<Name<'a>> {
        self.block.iter().find(|s| s.kw == Some(kw)).and_then(|s| match &s.body {
            Body::Names(names) => names.first().copied(),
            _ => None,
        })
    }
}

/// Who fills it in, where a statement says so.
pub(crate) fn owner_in(statements: &[Statement<'_>]) -> Option<Owner> {
    statements.iter().find_map(|s| if let Body::Owner(owner) = s.body { Some(owner) } else { None })
}
