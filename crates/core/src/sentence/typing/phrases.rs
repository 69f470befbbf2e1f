//! A noun with its qualifiers: a collection, what is in scope of it, and what a prohibition requires of it.
//!
//! Qualifiers of one kind speak of one element of the field ("outside A except B" is one place).

use super::super::ast::{At, Name, Names, Phrase, Region, Says};
use super::categories::Categories;
use super::names::Tested;
use super::range::{Demand, Range};
use super::{Bound, Result, Thing, Typer, all, any, not};
use crate::codes;
use crate::model::{
    Collection, Elem, FieldId, FieldRef, FieldType, Formula, KindId, RecordId, TermId, TermSet, Terms, Var,
};
use crate::words::{Meaning, Wanted};

/// A phrase that was entered: its thing is on top of the stack until [`Typer::leave`].
pub(super) struct Opened {
    pub over: Collection,
    pub var: Var,
    pub scope: Formula,
}

impl Typer<'_> {
    /// Enters a phrase. `skip` is the qualifier that is not part of its scope (what a prohibition requires).
    pub(super) fn open(&mut self, phrase: &Phrase, skip: Option<usize>, more: Vec<Demand>) -> Result<Opened> {
        let range = self.range(phrase, more)?;
        let var = self.enter(range.record, phrase.at)?;
        self.open_ranged(phrase, skip, &range, var)
    }

    /// Goes on with a phrase whose record is known.
    pub(super) fn open_ranged(
        &mut self,
        phrase: &Phrase,
        skip: Option<usize>,
        range: &Range,
        var: Var,
    ) -> Result<Opened> {
        if let Some((key, held)) = self.governs(range) {
            let mut categories = Categories::new(self, range, key, held);
            self.part(None, phrase.at);
            let scope = categories.read(self, phrase, skip)?;
            return Ok(Opened { over: categories.over(), var, scope });
        }
        for term in &range.terms {
            self.noun_term(range.record, *term, &phrase.noun)?;
        }
        self.open_with(phrase, skip, range.record, var)
    }

    /// Goes on with a phrase whose noun adds nothing to its record.
    pub(super) fn open_known(&mut self, phrase: &Phrase, record: RecordId, var: Var) -> Result<Opened> {
        self.open_with(phrase, None, record, var)
    }

    fn open_with(
        &mut self,
        phrase: &Phrase,
        skip: Option<usize>,
        record: RecordId,
        var: Var,
    ) -> Result<Opened> {
        for name in &phrase.before {
            let names = Names { names: vec![name.clone()], or: true, grouped: false };
            self.qualify(record, &names, false, name.at)?;
        }
        self.bind_qualifiers(record, phrase, skip)?;
        let scope = self.scope_of(phrase, skip)?;
        Ok(Opened { over: Collection::Records { record, declared: phrase.declared }, var, scope })
    }

    /// Leaves the phrase entered last.
    pub(super) fn leave(&mut self) {
        self.things.pop();
    }

    fn top(&mut self) -> &mut Thing {
        let last = self.things.len() - 1;
        &mut self.things[last]
    }

    pub(super) fn thing(&self) -> &Thing {
        &self.things[self.things.len() - 1]
    }

    /// The qualifiers that speak of elements; the rest may refer to those.
    fn bind_qualifiers(&mut self, record: RecordId, phrase: &Phrase, skip: Option<usize>) -> Result<()> {
        for (_, qualifier) in phrase.qualifiers.iter().enumerate().filter(|(i, _)| Some(*i) != skip) {
            match &qualifier.says {
                Says::Of(_, names) => self.qualify(record, names, false, qualifier.at)?,
                Says::Except(names) => self.qualify(record, names, true, qualifier.at)?,
                Says::Bare(name) => {
                    let names = Names { names: vec![name.clone()], or: true, grouped: false };
                    self.qualify(record, &names, false, qualifier.at)?;
                }
                Says::Region(region) => self.qualify_region(record, region, qualifier.at)?,
                Says::With(_) | Says::Without(_) | Says::Where(_) => {}
            }
        }
        Ok(())
    }

    pub(super) fn scope_of(&mut self, phrase: &Phrase, skip: Option<usize>) -> Result<Formula> {
        let mut formulas = Vec::new();
        for (_, qualifier) in phrase.qualifiers.iter().enumerate().filter(|(i, _)| Some(*i) != skip) {
            match &qualifier.says {
                Says::With(quality) | Says::Where(quality) => formulas.push(self.quality(quality)?),
                Says::Without(quality) => {
                    self.plain_without(quality, qualifier.at)?;
                    formulas.push(not(self.quality(quality)?));
                }
                _ => {}
            }
        }
        Ok(self.close_scope(formulas))
    }

    /// Elements around the tests on them; a quality that speaks of an element stands inside it.
    fn close_scope(&mut self, formulas: Vec<Formula>) -> Formula {
        let thing = self.thing().clone();
        let element = |b: &Bound, inner: Vec<Formula>| Formula::Element {
            of: thing.field(b.field),
            elem: b.elem,
            body: Box::new(all(b.tests.iter().cloned().chain(inner).collect())),
        };
        let mut bound = thing.bound.clone();
        bound.sort_by_key(|b| b.field);
        let (used, free): (Vec<_>, Vec<_>) = bound.iter().partition(|b| b.used);
        let chain = used.iter().rev().fold(formulas, |inner, b| vec![element(b, inner)]);
        let scope = all(free.into_iter().map(|b| element(b, Vec::new())).chain(chain).collect());
        self.fresh_elements();
        scope
    }

    /// What follows the scope speaks of the same elements under new names.
    fn fresh_elements(&mut self) {
        let mut bound = std::mem::take(&mut self.top().bound);
        for b in &mut bound {
            let new = self.elem();
            b.tests.iter_mut().for_each(|test| rename(test, b.elem, new));
            (b.elem, b.used) = (new, false);
        }
        self.top().bound = bound;
    }

    /// What a thing needs: for every element in scope, if the need speaks of it.
    pub(super) fn close_need(&mut self, need: Formula) -> Formula {
        let thing = self.thing().clone();
        let used: Vec<_> = thing.bound.iter().filter(|b| b.used).collect();
        if used.is_empty() {
            return need;
        }
        let broken = used.iter().rev().fold(not(need), |inner, b| Formula::Element {
            of: thing.field(b.field),
            elem: b.elem,
            body: Box::new(all(b.tests.iter().cloned().chain([inner]).collect())),
        });
        not(broken)
    }

    // --- tests on elements -------------------------------------------------------------------------

    fn noun_term(&mut self, record: RecordId, term: TermId, noun: &Name) -> Result<()> {
        let mut name = noun.clone();
        let sense = name.senses.first().copied();
        name.senses =
            sense.map(|s| crate::words::Sense { meaning: Meaning::Term(term), ..s }).into_iter().collect();
        let field = self.field_for(record, &name, noun.at)?;
        let terms = Terms::These(self.term_set(term));
        self.bind(record, field, vec![terms], false, noun.at);
        Ok(())
    }

    fn qualify(&mut self, record: RecordId, names: &Names, except: bool, at: At) -> Result<()> {
        let field = self.field_for(record, &names.names[0], names.names[0].at)?;
        let terms = self.terms_for(record, field, names)?;
        self.bind(record, field, terms, except, at);
        Ok(())
    }

    /// The terms that some names mean for a field.
    pub(super) fn terms_for(
        &mut self,
        record: RecordId,
        field: FieldId,
        names: &Names,
    ) -> Result<Vec<Terms>> {
        let kind = self.kind_of_field(record, field, names.names[0].at)?;
        let mut terms = Vec::new();
        for name in &names.names {
            let Tested { terms: found, .. } = self.tested(name, &[kind], Wanted::Term(kind))?;
            terms.push(found);
        }
        Ok(terms)
    }

    pub(super) fn kind_of_field(&self, record: RecordId, field: FieldId, at: At) -> Result<KindId> {
        match self.context.schema.records[record.ix()].fields[field.ix()].ty {
            FieldType::Terms(kind) => Ok(kind),
            _ => {
                let name = &self.context.schema.records[record.ix()].fields[field.ix()].name;
                let words = (
                    format!("`{name}` is een maat, geen lijst van begrippen; vergelijk met `≤` of `≥`"),
                    format!("`{name}` is a quantity, not a term; compare it with `≤` or `≥`"),
                );
                self.fail(&codes::WRONG_KIND, at, words)
            }
        }
    }

    fn qualify_region(&mut self, record: RecordId, region: &Region, at: At) -> Result<()> {
        let kinds = self.region_kinds(region);
        let name = &region.names.names[0];
        let by_field = region.declared || region.its || self.kinds_of(name).is_empty();
        let field = if by_field {
            let schema = self.context.schema;
            let fields: Vec<_> = kinds.iter().flat_map(|k| self.fields_of_kind(record, *k)).collect();
            let main = |f: &&FieldId| schema.records[record.ix()].fields[f.ix()].main;
            match (fields.as_slice(), fields.iter().find(main)) {
                ([one], _) | (_, Some(one)) => *one,
                _ => return self.not_here(name, Wanted::FieldOf(record)),
            }
        } else {
            self.field_for(record, name, at)?
        };
        let terms = self.region_terms(record, field, region)?;
        self.bind(record, field, terms, region.outside, at);
        Ok(())
    }

    /// What a region is for a field: sets and terms, another field, or what the document lists.
    pub(super) fn region_terms(
        &mut self,
        record: RecordId,
        field: FieldId,
        region: &Region,
    ) -> Result<Vec<Terms>> {
        let name = &region.names.names[0];
        let kind = self.kind_of_field(record, field, name.at)?;
        if region.its {
            let outer = self.outer();
            let other = self.field(outer.record, name)?;
            return Ok(vec![Terms::Field(outer.field(other))]);
        }
        if region.declared {
            return Ok(vec![self.declared_terms(kind, name)?]);
        }
        let known = self.kinds_of(name).contains(&kind);
        match self.own_field(record, name).filter(|_| !known) {
            Some(other) => {
                self.choose(name, Meaning::Field(record, other));
                Ok(vec![Terms::Field(self.thing().field(other))])
            }
            None => self.terms_for(record, field, &region.names),
        }
    }

    /// `declared data`: what the home of the kind lists.
    fn declared_terms(&mut self, kind: KindId, name: &Name) -> Result<Terms> {
        let schema = self.context.schema;
        let home = (0..schema.records.len()).find(|r| schema.records[*r].home_of.contains(&kind));
        let named = self.meanings(name, |m| match m {
            Meaning::Field(r, f) if schema.records[r.ix()].fields[f.ix()].ty == FieldType::Terms(kind) => {
                Some((r, f))
            }
            _ => None,
        });
        let home = home.map(|r| RecordId(r as u32));
        let at_home = home.and_then(|r| named.iter().copied().find(|(of, _)| *of == r));
        let home_field = || home.and_then(|r| self.fields_of_kind(r, kind).first().map(|f| (r, *f)));
        let only = named.first().copied().filter(|_| named.len() == 1);
        let Some((record, field)) = at_home.or(only).or_else(home_field) else {
            return self.not_here(name, Wanted::Field);
        };
        let meaning =
            if named.is_empty() { self.terms_of(name).first().map(|t| Meaning::Term(*t)) } else { None };
        self.choose(name, meaning.unwrap_or(Meaning::Field(record, field)));
        Ok(Terms::Declared(record, field))
    }

    /// The thing around the one that is being described; that one itself where nothing is around it.
    pub(super) fn outer(&self) -> Thing {
        let n = self.things.len();
        self.things[n.saturating_sub(2)].clone()
    }

    /// A test on the element of a field that the qualifiers of this phrase share.
    fn bind(&mut self, record: RecordId, field: FieldId, terms: Vec<Terms>, outside: bool, written: At) {
        let var = self.thing().var;
        let at = self.thing().bound.iter().position(|b| b.field == field);
        let elem = match at {
            Some(i) => self.thing().bound[i].elem,
            None => self.elem(),
        };
        let among = among(FieldRef { var, record, field }, elem, terms);
        let test = if outside { not(among) } else { among };
        self.part(Some(test.clone()), written);
        match at {
            Some(i) => self.top().bound[i].tests.push(test),
            None => self.top().bound.push(Bound { field, elem, tests: vec![test], used: false }),
        }
    }

    /// The shared element of a field, if qualifiers of this phrase speak of one; marks it as used.
    pub(super) fn shared_element(&mut self, field: FieldId) -> Option<Elem> {
        let bound = self.top().bound.iter_mut().find(|b| b.field == field)?;
        bound.used = true;
        Some(bound.elem)
    }
}

/// The element is among one of these.
pub(super) fn among(of: FieldRef, elem: Elem, terms: Vec<Terms>) -> Formula {
    let mut listed: Option<TermSet> = None;
    let mut words: Vec<String> = Vec::new();
    let mut rest = Vec::new();
    for terms in terms {
        match terms {
            Terms::These(set) => listed = Some(listed.map_or(set.clone(), |l| l.or(&set))),
            Terms::Words(more) => words.extend(more),
            other => rest.push(other),
        }
    }
    let words = (!words.is_empty()).then_some(Terms::Words(words));
    let parts = listed.map(Terms::These).into_iter().chain(words).chain(rest);
    any(parts.map(|terms| Formula::In { elem, of, terms }).collect())
}

/// Gives an element another name.
fn rename(formula: &mut Formula, from: Elem, to: Elem) {
    match formula {
        Formula::Not(inner) => rename(inner, from, to),
        Formula::And(parts) | Formula::Or(parts) => parts.iter_mut().for_each(|p| rename(p, from, to)),
        Formula::Exists { body, .. } | Formula::Element { body, .. } => rename(body, from, to),
        Formula::In { elem, .. } if *elem == from => *elem = to,
        _ => {}
    }
}
