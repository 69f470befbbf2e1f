//! What a thing has: fields, terms, other things.

use super::super::ast::{At, Comparison, Name, Names, Phrase, Quality, Quantifier, Region, Says, Test};
use super::phrases::among;
use super::{Result, Typer, all, any, not};
use crate::codes;
use crate::lang::Lang;
use crate::model::{self, FieldId, FieldRef, FieldType, Formula, Op, RecordId, TermId, TermSet, Terms};
use crate::words::{self, Meaning, Wanted, Word};

impl Typer<'_> {
    /// A quality of the thing on top.
    pub(super) fn quality(&mut self, quality: &Quality) -> Result<Formula> {
        Ok(match quality {
            Quality::And(parts) => all(self.qualities(parts)?),
            Quality::Or(parts) => any(coalesced(self.qualities(parts)?)),
            Quality::Not(inner) => not(self.quality(inner)?),
            Quality::Group(inner) => self.quality(inner)?,
            Quality::Name(name, None) => self.written(Self::bare, name, name.at)?,
            Quality::Name(name, Some(test)) => {
                self.written(|t, name| t.tested_field(name, test), name, name.at.to(end_of(test)))?
            }
            Quality::Some(quantifier, phrase) => {
                self.written(|t, phrase| t.nested(*quantifier, phrase), &**phrase, phrase.at)?
            }
        })
    }

    /// Reads a piece and remembers it.
    fn written<T>(
        &mut self,
        read: impl FnOnce(&mut Self, &T) -> Result<Formula>,
        piece: &T,
        at: At,
    ) -> Result<Formula> {
        let formula = read(self, piece)?;
        self.part(Some(formula.clone()), at);
        Ok(formula)
    }

    fn qualities(&mut self, parts: &[Quality]) -> Result<Vec<Formula>> {
        parts.iter().map(|part| self.quality(part)).collect()
    }

    /// `without A and B` in a filter can mean "lacks one of them" or "lacks both"; `without some THING with A
    /// and B` can mean that B is of the thing inside or of the one around it.
    pub(super) fn plain_without(&self, quality: &Quality, at: At) -> Result<()> {
        let readings = match quality {
            Quality::And(parts) => [quality.clone(), Quality::Or(parts.clone())],
            _ => match split(quality) {
                Some(readings) => readings,
                None => return Ok(()),
            },
        };
        let offer = |lang: Lang| {
            let without = words::spelling(Word::Without, lang, false);
            let written = |q| super::super::write::write_quality(self.context, q, &self.found.choices, lang);
            readings.each_ref().map(|reading| format!("`{without} ({})`", written(reading)))
        };
        let ([nl_one, nl_other], [en_one, en_other]) = (offer(Lang::Nl), offer(Lang::En));
        let plain = matches!(quality, Quality::And(_));
        let (nl_hint, en_hint) = if plain {
            ([" (niet allebei)", " (geen van beide)"], [" (not both)", " (neither)"])
        } else {
            ([""; 2], [""; 2])
        };
        let words = (
            format!("`zonder` met `en`: bedoelt u {nl_one}{} of {nl_other}{}?", nl_hint[0], nl_hint[1]),
            format!("`without` with `and`: do you mean {en_one}{} or {en_other}{}?", en_hint[0], en_hint[1]),
        );
        self.fail(&codes::AMBIGUOUS, at, words)
    }

    /// A name by itself: a term in the field of its kind, a field that has a value, another thing.
    fn bare(&mut self, name: &Name) -> Result<Formula> {
        let record = self.thing().record;
        let field = self.own_field(record, name);
        let kinds = self.kinds_of(name);
        let by_kind = kinds.iter().any(|kind| !self.fields_of_kind(record, *kind).is_empty());
        if let Some(term) = self.meant(name) {
            return self.meaning(record, name, term);
        }
        match field {
            Some(field) if by_kind && !self.holds(record, field, &kinds) => {
                self.field_or_term(record, field, name)
            }
            Some(field) if !by_kind => {
                self.choose(name, Meaning::Field(record, field));
                Ok(self.has_field(record, field))
            }
            _ if by_kind => self.has_term(record, name),
            _ => self.not_here(name, Wanted::FieldOf(record)),
        }
    }

    fn holds(&self, record: RecordId, field: FieldId, kinds: &[crate::model::KindId]) -> bool {
        let ty = self.context.schema.records[record.ix()].fields[field.ix()].ty;
        kinds.iter().any(|kind| ty == FieldType::Terms(*kind))
    }

    fn field_or_term(&self, record: RecordId, field: FieldId, name: &Name) -> Result<Formula> {
        let called = |lang| words::called(self.context.schema, Meaning::Field(record, field), lang);
        let words = (
            format!(
                "`{}` is hier een veld (`{}`) en een begrip; zet de naam van het bedoelde om ` `",
                name.text,
                called(Lang::Nl)
            ),
            format!(
                "`{}` is both a field (`{}`) and a term here; write the name you mean between back-quotes",
                name.text,
                called(Lang::En)
            ),
        );
        self.fail(&codes::AMBIGUOUS, name.at, words)
    }

    /// A field without more: it has a value; a yes/no field says yes; one with a usual term has another.
    fn has_field(&mut self, record: RecordId, field: FieldId) -> Formula {
        let schema = self.context.schema;
        let ty = schema.records[record.ix()].fields[field.ix()].ty;
        let is_answer = schema.kind("answer").is_some_and(|kind| ty == FieldType::Terms(kind));
        if let (model::Default::Term(bit), false) =
            (&schema.records[record.ix()].fields[field.ix()].default, is_answer)
        {
            let of = self.thing().field(field);
            return self.some_element(of, vec![Terms::These(TermSet::one(*bit).complement())]);
        }
        let of = self.thing().field(field);
        let answer = schema.kind("answer");
        let yes = answer.and_then(|kind| schema.term(kind, "yes"));
        match (schema.records[record.ix()].fields[field.ix()].ty, answer, yes) {
            (FieldType::Terms(kind), Some(answer), Some(yes)) if kind == answer => {
                let terms = Terms::These(schema.terms[yes.ix()].under.clone());
                self.some_element(of, vec![terms])
            }
            _ => Formula::HasValue(of),
        }
    }

    fn has_term(&mut self, record: RecordId, name: &Name) -> Result<Formula> {
        let field = self.field_for(record, name, name.at)?;
        let names = Names { names: vec![name.clone()], or: true, grouped: false };
        let terms = self.terms_for(record, field, &names)?;
        let of = self.thing().field(field);
        Ok(self.some_element(of, terms))
    }

    /// Some element of a field is among these.
    pub(super) fn some_element(&mut self, of: FieldRef, terms: Vec<Terms>) -> Formula {
        let elem = self.elem();
        Formula::Element { of, elem, body: Box::new(among(of, elem, terms)) }
    }

    /// Every element of a field is among these, and there is one.
    fn every_element(&mut self, of: FieldRef, terms: Vec<Terms>) -> Formula {
        let elem = self.elem();
        let stray = Formula::Element { of, elem, body: Box::new(not(among(of, elem, terms))) };
        Formula::And(vec![Formula::HasValue(of), not(stray)])
    }

    /// The term of a name that is true by what another field holds.
    fn meant(&self, name: &Name) -> Option<TermId> {
        let terms = self.terms_of(name);
        terms.into_iter().find(|t| self.context.schema.terms[t.ix()].means.is_some())
    }

    /// `adequacy`: the element that this phrase speaks of is in the set; if it speaks of none, every element.
    fn meaning(&mut self, record: RecordId, name: &Name, term: TermId) -> Result<Formula> {
        let schema = self.context.schema;
        self.choose(name, Meaning::Term(term));
        let Some((field, set)) = &schema.terms[term.ix()].means else { return Ok(Formula::Const(false)) };
        let Some(field) = self.named_field(record, field) else {
            return self.not_here(name, Wanted::FieldOf(record));
        };
        let of = self.thing().field(field);
        Ok(match self.shared_element(field) {
            Some(elem) => Formula::In { elem, of, terms: Terms::Set(*set) },
            None => self.every_element(of, vec![Terms::Set(*set)]),
        })
    }

    fn tested_field(&mut self, name: &Name, test: &Test) -> Result<Formula> {
        let record = self.thing().record;
        let field = self.field(record, name)?;
        let of = self.thing().field(field);
        match test {
            Test::Term(term, _) => self.field_term(of, term),
            Test::Includes(names) => {
                let terms = self.terms_for(record, field, names)?;
                Ok(self.some_element(of, terms))
            }
            Test::Region(region) => self.region(of, region),
            Test::Its(op, other) => self.its(of, *op, other),
            Test::Value(op, value) => self.compare(of, *op, value),
        }
    }

    pub(super) fn field_term(&mut self, of: FieldRef, term: &Name) -> Result<Formula> {
        let names = Names { names: vec![term.clone()], or: true, grouped: false };
        let terms = self.terms_for(of.record, of.field, &names)?;
        Ok(self.some_element(of, terms))
    }

    fn region(&mut self, of: FieldRef, region: &Region) -> Result<Formula> {
        let terms = self.region_terms(of.record, of.field, region)?;
        if region.outside {
            let elem = self.elem();
            return Ok(Formula::Element { of, elem, body: Box::new(not(among(of, elem, terms))) });
        }
        Ok(self.every_element(of, terms))
    }

    /// `name = its recipient`: the same value as a field of the thing around.
    fn its(&mut self, of: FieldRef, op: Comparison, other: &Name) -> Result<Formula> {
        let outer = self.outer();
        let field = self.field(outer.record, other)?;
        let there = outer.field(field);
        let schema = self.context.schema;
        let left = &schema.records[of.record.ix()].fields[of.field.ix()];
        let right = &schema.records[there.record.ix()].fields[there.field.ix()];
        if left.ty != right.ty || !matches!(op.op, Op::Eq | Op::Ne) {
            let words = (
                format!(
                    "`{}` en `{}` zijn niet te vergelijken; gebruik `=` met twee velden van een soort",
                    left.name, right.name
                ),
                format!(
                    "`{}` and `{}` do not compare; use `=` with two fields of one kind",
                    left.name, right.name
                ),
            );
            return self.fail(&codes::WRONG_KIND, other.at, words);
        }
        let same = if left.many || right.many {
            self.some_element(of, vec![Terms::Field(there)])
        } else {
            Formula::Same(of, there)
        };
        Ok(if op.op == Op::Ne { not(same) } else { same })
    }

    fn nested(&mut self, quantifier: Quantifier, phrase: &Phrase) -> Result<Formula> {
        let count = match quantifier {
            Quantifier::AtLeast(count) => count,
            Quantifier::Some | Quantifier::Bare => 1,
        };
        let opened = self.open(phrase, None, Vec::new())?;
        self.leave();
        Ok(Formula::Exists { over: opened.over, var: opened.var, count, body: Box::new(opened.scope) })
    }
}

/// Where a test ends.
fn end_of(test: &Test) -> At {
    let last = |names: &Names| names.names.last().map_or_else(At::default, |name| name.at);
    match test {
        Test::Term(name, _) | Test::Its(_, name) => name.at,
        Test::Includes(names) => last(names),
        Test::Region(region) => last(&region.names),
        Test::Value(_, value) => value.at,
    }
}

/// The two readings of a quality that ends in a nested phrase with an open `and`: all of it inside, or only
/// its first part.
fn split(quality: &Quality) -> Option<[Quality; 2]> {
    match quality {
        Quality::Not(inner) => split(inner).map(|both| both.map(|q| Quality::Not(Box::new(q)))),
        Quality::Some(quantifier, phrase) => {
            let last = phrase.qualifiers.last()?;
            let (Says::With(inner) | Says::Where(inner) | Says::Without(inner)) = &last.says else {
                return None;
            };
            let around = |q: Quality| {
                let mut phrase = phrase.clone();
                if let Some(Says::With(old) | Says::Where(old) | Says::Without(old)) =
                    phrase.qualifiers.last_mut().map(|q| &mut q.says)
                {
                    *old = q;
                }
                Quality::Some(*quantifier, phrase)
            };
            if let Quality::And(parts) = inner {
                let (first, rest) = parts.split_first()?;
                let inside = around(Quality::Group(Box::new(inner.clone())));
                let outside = std::iter::once(Quality::Group(Box::new(around(first.clone()))));
                return Some([inside, Quality::And(outside.chain(rest.iter().cloned()).collect())]);
            }
            split(inner).map(|both| both.map(around))
        }
        _ => None,
    }
}

/// Some element among these or some element among those is some element among all of them: one test reads the
/// field once.
fn coalesced(parts: Vec<Formula>) -> Vec<Formula> {
    let mut out: Vec<Formula> = Vec::new();
    for part in parts {
        let Some((of, set)) = listed(&part) else {
            out.push(part);
            continue;
        };
        let same = out.iter_mut().find(|earlier| listed(earlier).is_some_and(|(field, _)| field == of));
        match same {
            Some(Formula::Element { body, .. }) => {
                if let Formula::In { terms: Terms::These(terms), .. } = &mut **body {
                    *terms = terms.or(&set);
                }
            }
            _ => out.push(part),
        }
    }
    out
}

/// The field and terms of a plain test for listed terms.
fn listed(formula: &Formula) -> Option<(FieldRef, TermSet)> {
    let Formula::Element { of, elem, body } = formula else { return None };
    match &**body {
        Formula::In { elem: tested, of: field, terms: Terms::These(set) }
            if tested == elem && field == of =>
        {
            Some((*of, set.clone()))
        }
        _ => None,
    }
}
