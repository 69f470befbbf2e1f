//! What a rule reads: fields, sets and settings, found by walking its formulas.

use std::collections::BTreeSet;

use policy_core::model::{
    Collection, FieldId, FieldRef, Formula, Norm, Quantity, RecordId, Rule, SetId, SettingId, Terms,
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
        for sentence in &rule.sentences {
            if let Norm::Each { over, .. } = &sentence.norm {
                reads.collection(over);
            }
        }
        rule.formulas().for_each(|formula| formula.walk(&mut |inner| reads.formula(inner)));
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

    /// What this formula reads itself; what is inside it comes by walking.
    fn formula(&mut self, formula: &Formula) {
        match formula {
            Formula::Const(_) | Formula::Not(_) | Formula::And(_) | Formula::Or(_) => {}
            Formula::Exists { over, .. } => self.collection(over),
            Formula::Element { of, .. } | Formula::HasValue(of) | Formula::Definite(of) => self.field(of),
            Formula::In { of, terms, .. } => {
                self.field(of);
                self.terms(terms);
            }
            Formula::Compare { left, right, .. } => {
                self.field(left);
                self.quantity(right);
            }
            Formula::Same(a, b) => [a, b].into_iter().for_each(|of| self.field(of)),
            Formula::Apart { later, span, earlier, .. } => {
                [later, earlier].into_iter().for_each(|of| self.field(of));
                self.quantity(span);
            }
        }
    }

    fn quantity(&mut self, quantity: &Quantity) {
        if let Quantity::Setting { setting, .. } = quantity {
            self.settings.insert(*setting);
        }
    }

    fn field(&mut self, of: &FieldRef) {
        self.fields.insert((of.record, of.field));
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
            Terms::Field(of) => self.field(of),
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
