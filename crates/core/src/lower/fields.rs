//! Fields of records: their types, defaults and what they count from.

use super::cursor::{Name, Wrong};
use super::keywords::Kw;
use super::labels::{Owned, text};
use super::names::{Draft, FIELD, Lowering, Scope, Taken};
use super::records::{FieldLine, Join, owner_in};
use super::statement::{Body, FieldHead, TypeName};
use crate::codes;
use crate::model::*;

impl Lowering {
    /// Adds a field with all that needs no other field.
    pub(super) fn add_field(
        &mut self,
        id: RecordId,
        draft: &Draft<'_>,
        line: &FieldLine<'_, '_>,
        taken: &mut Taken,
    ) {
        let Body::Field(head) = &line.statement.body else { return };
        let Some(ty) = self.field_type(draft.file, head) else {
            self.broken.insert(head.name.text().to_string());
            return;
        };
        if !taken.claim_name(self, &FIELD, draft.file, head.name) {
            return;
        }
        let inherited = self.schema.records[id.ix()].field(head.name.text());
        let new = FieldId(self.schema.records[id.ix()].fields.len() as u32);
        let slot = inherited.unwrap_or(new);
        if inherited.is_some() && line.says_labels() {
            self.forget_labels(id, slot);
        }
        let field = self.read_field(id, draft, line, (head, ty, slot));
        self.check_flags(draft.file, &field, line);
        match inherited {
            Some(slot) => self.restate(id, slot, field, line, head.name),
            None => self.schema.records[id.ix()].fields.push(field),
        }
    }

    fn read_field(
        &mut self,
        id: RecordId,
        draft: &Draft<'_>,
        line: &FieldLine<'_, '_>,
        (head, ty, slot): (&FieldHead<'_>, FieldType, FieldId),
    ) -> Field {
        let of = Owned { scope: Scope::Fields(id), owner: slot.0, name: head.name, file: draft.file };
        let many = head.many || line.says(Kw::Many);
        Field {
            name: head.name.text().to_string(),
            labels: self.labels(&of, &line.block),
            ty,
            many: many && self.is_for_terms(draft.file, ty, head.name, Kw::Many),
            main: line.is_main(),
            owner: owner_in(&line.block).unwrap_or(self.schema.records[id.ix()].owner),
            default: self.default(draft.file, ty, line),
            derived: None,
            counts_from: None,
            minimum: line.says(Kw::Minimum),
            ranks_parts: line.says(Kw::RanksParts),
            whole: line.says(Kw::Whole),
            definition: text(&line.block, &[Kw::Definition]),
            origin: draft.at(head.name.token),
        }
    }

    /// A child says an inherited field anew, in its place: the type stays, so that the parent can be read in it,
    /// and so does all that the child does not say.
    fn restate(
        &mut self,
        id: RecordId,
        slot: FieldId,
        field: Field,
        line: &FieldLine<'_, '_>,
        name: Name<'_>,
    ) {
        let old = self.schema.records[id.ix()].fields[slot.ix()].clone();
        if (old.ty, old.many) != (field.ty, field.many) {
            let text = name.text();
            let (nl, en) = (
                format!(
                    "`{text}` heeft bij het bovenliggende gegeven een ander type: gebruik dat, of een andere naam"
                ),
                format!("`{text}` has another type in the parent record: use that one, or another name"),
            );
            return self.report(field.origin.file, wrong_kind(name, nl, en));
        }
        if line.says(Kw::DerivedFrom) {
            self.restated.insert((id, slot));
        }
        self.schema.records[id.ix()].fields[slot.ix()] = Field {
            labels: if line.says_labels() { field.labels } else { old.labels },
            main: field.main || old.main,
            owner: if line.says(Kw::Owner) { field.owner } else { old.owner },
            default: if field.default == Default::Unknown { old.default } else { field.default },
            counts_from: old.counts_from,
            minimum: field.minimum || old.minimum,
            ranks_parts: field.ranks_parts || old.ranks_parts,
            whole: field.whole || old.whole,
            definition: if line.says(Kw::Definition) { field.definition } else { old.definition },
            ..field
        };
    }

    fn field_type(&mut self, file: FileId, head: &FieldHead<'_>) -> Option<FieldType> {
        match head.ty {
            TypeName::BuiltIn(Kw::TypeDate) => Some(FieldType::Date),
            TypeName::BuiltIn(Kw::TypeDuration) => Some(FieldType::Duration),
            TypeName::BuiltIn(Kw::TypeNumber) => Some(FieldType::Number),
            TypeName::BuiltIn(_) => Some(FieldType::Event),
            TypeName::Kind(name) => self.kind(file, name).map(FieldType::Terms),
        }
    }

    fn is_for_terms(&mut self, file: FileId, ty: FieldType, name: Name<'_>, kw: Kw) -> bool {
        let fits = matches!(ty, FieldType::Terms(_));
        if !fits {
            self.misfit(file, name, kw, ("begrippen", "terms"));
        }
        fits
    }

    /// Reports that a line does not go with the type of its field.
    fn misfit(&mut self, file: FileId, name: Name<'_>, kw: Kw, (nl, en): (&str, &str)) {
        let (word_nl, word_en) = (kw.entry().nl[0], kw.entry().en[0]);
        let text = name.text();
        let (nl, en) = (
            format!("`{word_nl}` past alleen bij een veld met {nl}, en dat is `{text}` niet"),
            format!("`{word_en}` only fits a field that holds {en}, and `{text}` does not"),
        );
        self.report(file, Wrong::new(&codes::WRONG_KIND, name.token.span, nl, en));
    }

    fn check_flags(&mut self, file: FileId, field: &Field, line: &FieldLine<'_, '_>) {
        let Some(name) = line.name() else { return };
        let for_span = [Kw::Minimum, Kw::CountsFrom].into_iter().find(|kw| line.says(*kw));
        if let (Some(kw), true) = (for_span, field.ty != FieldType::Duration) {
            self.misfit(file, name, kw, ("een duur", "a duration"));
        }
        for (kw, says) in [(Kw::RanksParts, field.ranks_parts), (Kw::Whole, field.whole)] {
            if says && !field.many {
                self.misfit(file, name, kw, ("meer begrippen", "several terms"));
            }
        }
        if field.main && !matches!(field.ty, FieldType::Terms(_)) {
            self.misfit(file, name, Kw::Main, ("begrippen", "terms"));
        }
    }

    fn default(&mut self, file: FileId, ty: FieldType, line: &FieldLine<'_, '_>) -> Default {
        let mut default = Default::Unknown;
        for statement in &line.block {
            match &statement.body {
                Body::Default(None) => default = Default::Absent,
                Body::Default(Some(name)) => {
                    let found = self.value_of_type(file, ty, *name);
                    default = found.map_or(Default::Unknown, |v| {
                        if ty == FieldType::Event { Default::ReadAs(v) } else { Default::Term(v) }
                    });
                }
                _ => {}
            }
        }
        match line.name_after(Kw::ReadAs).and_then(|name| self.value_of_type(file, ty, name)) {
            Some(value) => Default::ReadAs(value),
            None => default,
        }
    }

    /// A term's bit or an event's index.
    fn value_of_type(&mut self, file: FileId, ty: FieldType, name: Name<'_>) -> Option<u32> {
        match ty {
            FieldType::Terms(kind) => {
                self.term_in(file, kind, name).map(|term| self.schema.terms[term.ix()].bit)
            }
            FieldType::Event => self.event(file, name).map(|event| event.0),
            _ => {
                let text = name.text();
                let (nl, en) = (
                    format!(
                        "`{text}` kan geen waarde zijn van een veld met een datum, duur of getal: laat deze regel weg"
                    ),
                    format!(
                        "`{text}` cannot be the value of a field with a date, duration or number: leave this line out"
                    ),
                );
                self.report(file, wrong_kind(name, nl, en));
                None
            }
        }
    }

    /// Fills in what refers to other fields of the record; joins are for later.
    pub(super) fn finish_field<'d, 'a>(
        &mut self,
        id: RecordId,
        draft: &'d Draft<'a>,
        line: &'d FieldLine<'d, 'a>,
        joins: &mut Vec<Join<'d, 'a>>,
    ) {
        let Some(field) = line.name().and_then(|name| self.schema.records[id.ix()].field(name.text())) else {
            return;
        };
        if let Some(name) = line.name_after(Kw::CountsFrom) {
            self.counts_from(draft.file, id, field, name);
        }
        for statement in &line.block {
            if let Body::Derived(names) = &statement.body {
                joins.push(Join { file: draft.file, record: id, field, names });
            }
        }
    }

    fn counts_from(&mut self, file: FileId, id: RecordId, field: FieldId, name: Name<'_>) {
        let Some(from) = self.field(file, id, name) else { return };
        let fields = &mut self.schema.records[id.ix()].fields;
        if fields[from.ix()].ty == FieldType::Event {
            fields[field.ix()].counts_from = Some(from);
            return;
        }
        let text = name.text();
        let (nl, en) = (
            format!("`{text}` is geen veld met een gebeurtenis: noem een veld van het type `gebeurtenis`"),
            format!("`{text}` is not a field with an event: name a field of the type `event`"),
        );
        self.report(file, wrong_kind(name, nl, en));
    }
}

fn wrong_kind(name: Name<'_>, nl: String, en: String) -> Wrong {
    Wrong::new(&codes::WRONG_KIND, name.token.span, nl, en)
}
