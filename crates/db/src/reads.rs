//! What a rule reads: fields, sets and settings, found by walking its formulas.

use std::collections::BTreeSet;

use policy_core::model::{
    Clause, Collection, FieldId, Formula, Norm, Quantity, RecordId, Rule, SetId, SettingId, Terms,
};

/// What a rule reads.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Reads {
    /// Fields, of the record the rule names.
    pub fields: BTreeSet<(RecordId, FieldId)>,
    /// Dated lists.
    pub sets: BTreeSet<SetId>,
    /// Parameters.
    pub settings: BTreeSet<SettingId>,
    /// Whether it looks at what the document lists rather than at what there is.
    pub document: bool,
}

impl Reads {
    /// What one rule reads.
    pub fn of(rule: &Rule) -> Self {
        let mut reads = Reads::default();
        reads.clauses(rule.when.iter().chain(&rule.unless));
        for sentence in &rule.sentences {
            reads.clauses(sentence.given.iter().chain(&sentence.unless));
            match &sentence.norm {
                Norm::Each { over, scope, need, .. } => {
                    reads.collection(over);
                    reads.clauses([scope, need]);
                }
                Norm::Holds(clause) => reads.formula(&clause.formula),
            }
        }
        reads
    }

    /// What several rules read together.
    pub fn all<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        rules.into_iter().map(Reads::of).fold(Reads::default(), |mut all, one| {
            all.fields.extend(one.fields);
            all.sets.extend(one.sets);
            all.settings.extend(one.settings);
            all.document |= one.document;
            all
        })
    }

    fn clauses<'a>(&mut self, clauses: impl IntoIterator<Item = &'a Clause>) {
        clauses.into_iter().for_each(|clause| self.formula(&clause.formula));
    }

    fn formula(&mut self, formula: &Formula) {
        match formula {
            Formula::Const(_) => {}
            Formula::Not(inner) => self.formula(inner),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|part| self.formula(part)),
            Formula::Exists { over, body, .. } => {
                self.collection(over);
                self.formula(body);
            }
            Formula::Element { of, body, .. } => {
                self.fields.insert((of.record, of.field));
                self.formula(body);
            }
            Formula::In { of, terms, .. } => {
                self.fields.insert((of.record, of.field));
                self.terms(terms);
            }
            Formula::Compare { left, right, .. } => {
                self.fields.insert((left.record, left.field));
                if let Quantity::Setting { setting, .. } = right {
                    self.settings.insert(*setting);
                }
            }
            Formula::Same(a, b) => self.fields.extend([(a.record, a.field), (b.record, b.field)]),
            Formula::HasValue(of) | Formula::Definite(of) => {
                self.fields.insert((of.record, of.field));
            }
        }
    }

    fn terms(&mut self, terms: &Terms) {
        match terms {
            Terms::These(_) | Terms::Words(_) => {}
            Terms::Set(set) => {
                self.sets.insert(*set);
            }
            Terms::Setting(setting) => {
                self.settings.insert(*setting);
            }
            Terms::Declared(record, field) => {
                self.fields.insert((*record, *field));
            }
            Terms::Field(of) => {
                self.fields.insert((of.record, of.field));
            }
        }
    }

    fn collection(&mut self, over: &Collection) {
        match over {
            Collection::Records { declared, .. } => self.document |= declared,
            Collection::Categories { governed_by, key, held, also, .. } => {
                self.fields.extend([(*governed_by, *key), *held]);
                for (of_held, of_governing, _) in also {
                    self.fields.extend(of_held.map(|field| (held.0, field)));
                    self.fields.extend(of_governing.map(|field| (*governed_by, field)));
                }
            }
        }
    }
}
