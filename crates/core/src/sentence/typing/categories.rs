//! Categories: what a bare noun over a keyed record means, each with the record that governs it.

use super::super::ast::{At, Name, Phrase, Says};
use super::range::Range;
use super::{Result, Typer};
use crate::codes;
use crate::model::{Collection, FieldId, FieldType, Formula, KindId, RecordId, TermId, TermSet};
use crate::words::{Meaning, Wanted};

/// The categories of a phrase while its qualifiers are read.
pub(super) struct Categories {
    governed_by: RecordId,
    key: FieldId,
    held: (RecordId, FieldId),
    kind: KindId,
    terms: Vec<TermId>,
    scope: TermSet,
    also: Vec<(Option<FieldId>, Option<FieldId>, TermSet)>,
}

impl Typer<'_> {
    /// The key of a range's record that its noun is a value of, and where such values are held.
    pub(super) fn governs(&self, range: &Range) -> Option<(FieldId, (RecordId, FieldId))> {
        let term = range.terms.first().filter(|_| range.bare)?;
        let kind = self.context.schema.terms[term.ix()].kind;
        let record = &self.context.schema.records[range.record.ix()];
        let key = record.key.iter().copied().find(|f| record.fields[f.ix()].ty == FieldType::Terms(kind))?;
        let keyed = record.fields.iter().any(|f| f.ty == FieldType::Duration);
        keyed.then(|| (key, self.held(kind).unwrap_or((range.record, key))))
    }

    /// The home of a kind and its field for it.
    fn held(&self, kind: KindId) -> Option<(RecordId, FieldId)> {
        let schema = self.context.schema;
        let home = (0..schema.records.len()).find(|r| schema.records[*r].home_of.contains(&kind))?;
        let record = RecordId(home as u32);
        self.fields_of_kind(record, kind).first().map(|field| (record, *field))
    }

    /// The terms of a noun whose first kind is a key of this record.
    pub(super) fn noun_terms(&mut self, noun: &Name, record: RecordId) -> Result<Vec<TermId>> {
        let schema = self.context.schema;
        let found = &schema.records[record.ix()];
        let keyed = |t: &TermId| {
            let kind = FieldType::Terms(schema.terms[t.ix()].kind);
            found.key.iter().any(|f| found.fields[f.ix()].ty == kind)
        };
        let readings = self.meanings(noun, |m| match m {
            Meaning::Term(t) if keyed(&t) => Some((m, vec![t])),
            Meaning::Compound(head, with, _) if keyed(&head) => Some((m, vec![head, with])),
            Meaning::Define(d) => Some((m, schema.defines[d as usize].terms.clone())),
            _ => None,
        });
        match readings.into_iter().next() {
            Some((meaning, terms)) => {
                self.choose(noun, meaning);
                self.readings.push(crate::model::Reading::Ranges(record));
                self.found.ranges.insert(noun.at.first, record);
                Ok(terms)
            }
            None => self.not_here(noun, Wanted::AnyTerm),
        }
    }
}

impl Categories {
    pub(super) fn new(typer: &mut Typer, range: &Range, key: FieldId, held: (RecordId, FieldId)) -> Self {
        let first = range.terms[0];
        let kind = typer.context.schema.terms[first.ix()].kind;
        let scope = typer.term_set(first);
        let terms = range.terms[1..].to_vec();
        Categories { governed_by: range.record, key, held, kind, terms, scope, also: Vec::new() }
    }

    /// Reads the qualifiers: terms narrow the categories, the rest is a formula on what governs.
    pub(super) fn read(
        &mut self,
        typer: &mut Typer,
        phrase: &Phrase,
        skip: Option<usize>,
    ) -> Result<Formula> {
        for term in std::mem::take(&mut self.terms) {
            let set = typer.term_set(term);
            self.narrow(typer, term, set, phrase.at)?;
        }
        for name in &phrase.before {
            self.narrow_by(typer, &Says::Bare(name.clone()), name.at)?;
        }
        for (_, qualifier) in phrase.qualifiers.iter().enumerate().filter(|(i, _)| Some(*i) != skip) {
            self.narrow_by(typer, &qualifier.says, qualifier.at)?;
        }
        typer.scope_of(phrase, skip)
    }

    pub(super) fn over(self) -> Collection {
        let Categories { governed_by, key, held, scope, also, .. } = self;
        Collection::Categories { governed_by, key, held, scope, also }
    }

    fn narrow_by(&mut self, typer: &mut Typer, says: &Says, at: At) -> Result<()> {
        let (names, except) = match says {
            Says::Of(_, names) => (names.names.clone(), false),
            Says::Except(names) => (names.names.clone(), true),
            Says::Bare(name) => (vec![name.clone()], false),
            Says::With(_) | Says::Without(_) | Says::Where(_) => return Ok(()),
            Says::Region(_) => {
                let words = (
                    "een termijn is in te perken met begrippen (`van …`, `behalve …`), niet met een gebied"
                        .into(),
                    "a limit can be narrowed by terms (`of …`, `except …`), not by a region".into(),
                );
                return typer.fail(&codes::SENTENCE, at, words);
            }
        };
        let mut set = TermSet::empty();
        let mut first = None;
        for name in &names {
            let kinds = typer.kinds_of(name);
            let tested = typer.tested(name, &kinds, Wanted::AnyTerm)?;
            let Some(term) = tested.term else { return typer.not_here(name, Wanted::AnyTerm) };
            set = set.or(&typer.term_set(term));
            first = first.or(Some(term));
        }
        let Some(term) = first else { return Ok(()) };
        self.narrow(typer, term, if except { set.complement() } else { set }, at)
    }

    fn narrow(&mut self, typer: &Typer, term: TermId, set: TermSet, at: At) -> Result<()> {
        let of = typer.context.schema.terms[term.ix()].kind;
        if of == self.kind {
            self.scope = self.scope.and(&set);
            return Ok(());
        }
        let held = typer.fields_of_kind(self.held.0, of).first().copied();
        let governing = typer.fields_of_kind(self.governed_by, of).first().copied();
        if held.is_none() && governing.is_none() {
            let words = (
                "hiermee is een termijn niet in te perken: geen veld van deze soort".into(),
                "a limit cannot be narrowed by this: there is no field of this kind".into(),
            );
            return typer.fail(&codes::WRONG_KIND, at, words);
        }
        self.also.push((held, governing, set));
        Ok(())
    }
}
