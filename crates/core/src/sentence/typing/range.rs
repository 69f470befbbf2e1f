//! Which record a noun ranges over.
//!
//! The one record with a field for everything the phrase speaks of; of several the home of the noun's kind;
//! a parent stands for its children. Otherwise an error that names them.

use super::super::ast::{Name, Phrase, Quality, Says};
use super::{Result, Typer};
use crate::codes;
use crate::lang::Lang;
use crate::model::{FieldType, KindId, Reading, RecordId, TermId};
use crate::words::{self, Meaning, Wanted};

/// What a phrase ranges over, and the terms its noun stands for.
pub(super) struct Range {
    /// The record.
    pub record: RecordId,
    /// The terms in the noun: a term, both halves of a compound, those of a define.
    pub terms: Vec<TermId>,
    /// The noun was a term, not a record.
    pub bare: bool,
}

/// Something that the record must have a field for: any of these will do.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    kinds: Vec<KindId>,
    field: Option<Name>,
}

impl Typer<'_> {
    /// The record of a phrase. `more` are demands of what is said about it.
    pub(super) fn range(&mut self, phrase: &Phrase, more: Vec<Demand>) -> Result<Range> {
        let range = self.range_of(phrase, more)?;
        self.found.ranges.insert(phrase.noun.at.first, range.record);
        Ok(range)
    }

    fn range_of(&mut self, phrase: &Phrase, more: Vec<Demand>) -> Result<Range> {
        let noun = &phrase.noun;
        let records = self.meanings(noun, |m| if let Meaning::Record(r) = m { Some(r) } else { None });
        if let Some(record) = records.first() {
            self.choose(noun, Meaning::Record(*record));
            return Ok(Range { record: *record, terms: Vec::new(), bare: false });
        }
        let defines = self.meanings(noun, |m| if let Meaning::Define(d) = m { Some(d) } else { None });
        if let Some(define) = defines.first() {
            return self.defined(phrase, *define, more);
        }
        let readings = self.noun_readings(noun);
        if readings.is_empty() {
            return self.not_here(noun, Wanted::Noun);
        }
        let mut demands = self.demands(phrase);
        demands.extend(more);
        let mut found = Vec::new();
        for (meaning, terms) in &readings {
            let candidates = self.candidates(terms, &demands);
            if !candidates.is_empty() {
                found.push((*meaning, terms.clone(), candidates));
            }
        }
        match found.as_slice() {
            [] => self.no_record(phrase, &readings[0].1, &demands),
            [(meaning, terms, records)] => {
                let record = self.pick(phrase, terms, records)?;
                self.choose(noun, *meaning);
                self.readings.push(Reading::Ranges(record));
                Ok(Range { record, terms: terms.clone(), bare: true })
            }
            _ => self.several_nouns(noun, found.iter().map(|(m, ..)| *m)),
        }
    }

    fn defined(&mut self, phrase: &Phrase, define: u32, more: Vec<Demand>) -> Result<Range> {
        let found = &self.context.schema.defines[define as usize];
        self.choose(&phrase.noun, Meaning::Define(define));
        let terms = found.terms.clone();
        if let Some(record) = found.record {
            return Ok(Range { record, bare: !terms.is_empty(), terms });
        }
        let mut demands = self.demands(phrase);
        demands.extend(more);
        let records = self.candidates(&terms, &demands);
        if records.is_empty() {
            return self.no_record(phrase, &terms, &demands);
        }
        let record = self.pick(phrase, &terms, &records)?;
        self.readings.push(Reading::Ranges(record));
        Ok(Range { record, terms, bare: true })
    }

    fn noun_readings(&self, noun: &Name) -> Vec<(Meaning, Vec<TermId>)> {
        self.meanings(noun, |m| match m {
            Meaning::Term(t) => Some((m, vec![t])),
            Meaning::Compound(head, with, _) => Some((m, vec![head, with])),
            _ => None,
        })
    }

    /// What the qualifiers of a phrase ask of its record.
    pub(super) fn demands(&self, phrase: &Phrase) -> Vec<Demand> {
        let mut demands: Vec<Demand> = phrase.before.iter().map(|name| self.term_demand(name)).collect();
        for qualifier in &phrase.qualifiers {
            match &qualifier.says {
                Says::Of(_, names) | Says::Except(names) => {
                    demands.extend(names.names.iter().map(|name| self.term_demand(name)));
                }
                Says::Bare(name) => demands.push(self.term_demand(name)),
                Says::Region(region) => {
                    let kinds = self.region_kinds(region);
                    demands.push(Demand { kinds, field: None });
                }
                Says::With(quality) | Says::Without(quality) | Says::Where(quality) => {
                    demands.extend(self.quality_demands(quality));
                }
            }
        }
        demands
    }

    fn term_demand(&self, name: &Name) -> Demand {
        Demand { kinds: self.kinds_of(name), field: None }
    }

    /// What a quality asks of the record it is about.
    pub(super) fn quality_demands(&self, quality: &Quality) -> Vec<Demand> {
        match quality {
            Quality::And(parts) | Quality::Or(parts) => {
                parts.iter().flat_map(|part| self.quality_demands(part)).collect()
            }
            Quality::Not(inner) | Quality::Group(inner) => self.quality_demands(inner),
            Quality::Name(name, None) => {
                vec![Demand { kinds: self.kinds_of(name), field: Some(name.clone()) }]
            }
            Quality::Name(name, Some(_)) => vec![self.field_demand(name)],
            Quality::Some(..) => Vec::new(),
        }
    }

    /// The record must have a field of this name.
    pub(super) fn field_demand(&self, name: &Name) -> Demand {
        Demand { kinds: Vec::new(), field: Some(name.clone()) }
    }

    fn meets(&self, record: RecordId, demand: &Demand) -> bool {
        let by_kind = demand.kinds.iter().any(|kind| !self.fields_of_kind(record, *kind).is_empty());
        by_kind || demand.field.as_ref().is_some_and(|name| self.own_field(record, name).is_some())
    }

    /// The records that meet every demand; a child only where its parent does not.
    fn candidates(&self, terms: &[TermId], demands: &[Demand]) -> Vec<RecordId> {
        let schema = self.context.schema;
        let kinds = terms.iter().map(|t| schema.terms[t.ix()].kind);
        let nouns: Vec<_> = kinds.map(|kind| Demand { kinds: vec![kind], field: None }).collect();
        let all = (0..schema.records.len()).map(|i| RecordId(i as u32));
        let fit: Vec<_> =
            all.filter(|r| nouns.iter().chain(demands).all(|demand| self.meets(*r, demand))).collect();
        let under = |r: &RecordId| fit.iter().any(|p| schema.records[p.ix()].children.contains(r));
        fit.iter().copied().filter(|r| !under(r)).collect()
    }

    fn pick(&self, phrase: &Phrase, terms: &[TermId], records: &[RecordId]) -> Result<RecordId> {
        let schema = self.context.schema;
        if let [one] = records {
            return Ok(*one);
        }
        let kind = terms.first().map(|t| schema.terms[t.ix()].kind);
        let is_home = |r: &RecordId| kind.is_some_and(|k| schema.records[r.ix()].home_of.contains(&k));
        let homes: Vec<_> = records.iter().copied().filter(is_home).collect();
        if let [home] = homes.as_slice() {
            return Ok(*home);
        }
        let list = |lang: Lang| {
            let called = |r: &RecordId| format!("`{}`", words::called(schema, Meaning::Record(*r), lang));
            records.iter().map(called).collect::<Vec<_>>().join(", ")
        };
        let words = (
            format!(
                "`{}` kan gaan over {}; noem het gegeven zelf of schrijf een `definieer`",
                phrase.noun.text,
                list(Lang::Nl)
            ),
            format!(
                "`{}` can range over {}; name the record or write a `define`",
                phrase.noun.text,
                list(Lang::En)
            ),
        );
        self.fail(&codes::AMBIGUOUS, phrase.at, words)
    }

    fn no_record<T>(&self, phrase: &Phrase, terms: &[TermId], demands: &[Demand]) -> Result<T> {
        let schema = self.context.schema;
        let list = |lang: Lang| {
            let kinds = terms.iter().map(|t| schema.terms[t.ix()].kind);
            let mut names: Vec<_> = kinds.map(|k| words::called(schema, Meaning::Kind(k), lang)).collect();
            names.extend(demands.iter().map(|demand| match (&demand.field, demand.kinds.first()) {
                (_, Some(kind)) => words::called(schema, Meaning::Kind(*kind), lang),
                (Some(name), None) => name.text.clone(),
                (None, None) => "?".to_string(),
            }));
            let mut told = std::collections::HashSet::new();
            names.retain(|name| told.insert(name.clone()));
            names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(lang.pick(" en ", " and "))
        };
        let words = (
            format!(
                "geen gegeven heeft een veld voor {} tegelijk: laat er een weg of splits de zin",
                list(Lang::Nl)
            ),
            format!(
                "no record has a field for each of {}: leave one out or split the sentence",
                list(Lang::En)
            ),
        );
        self.fail(&codes::WRONG_KIND, phrase.at, words)
    }

    fn several_nouns<T>(&self, noun: &Name, meanings: impl Iterator<Item = Meaning>) -> Result<T> {
        let schema = self.context.schema;
        let names: Vec<_> = meanings.map(|m| format!("`{}`", words::name(schema, m))).collect();
        let words = (
            format!("`{}` kan hier zijn: {}; zet de naam om ` `", noun.text, names.join(", ")),
            format!("`{}` can be: {} here; write the name between back-quotes", noun.text, names.join(", ")),
        );
        self.fail(&codes::AMBIGUOUS, noun.at, words)
    }

    /// The kinds that a region speaks of: those of its sets and terms, else of the field it names.
    pub(super) fn region_kinds(&self, region: &super::super::ast::Region) -> Vec<KindId> {
        let name = &region.names.names[0];
        let kinds = self.kinds_of(name);
        if !kinds.is_empty() && !region.declared && !region.its {
            return kinds;
        }
        let fields = self.meanings(name, |m| match m {
            Meaning::Field(r, f) => match self.context.schema.records[r.ix()].fields[f.ix()].ty {
                FieldType::Terms(kind) => Some(kind),
                _ => None,
            },
            _ => None,
        });
        if fields.is_empty() { kinds } else { fields }
    }
}
