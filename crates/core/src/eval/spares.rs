//! How many unlisted records to reckon with.
//!
//! One for each universally quantified variable, and for each existential one its count times the number of
//! things around it: with fewer, a rule could look broken only because the worlds are too small.

use crate::facts::FactSource;
use crate::model::*;

/// No rule that people write needs more; beyond it, worlds with more unlisted records are not told apart.
const MOST: u32 = 64;

/// The number of unlisted records per record type: none where the list is complete.
pub(crate) fn count(schema: &Schema, rule: &Rule, facts: &dyn FactSource) -> Vec<u32> {
    let mut wanted = Wanted { schema, facts, by_record: vec![0; schema.records.len()] };
    let conditions = [&rule.when, &rule.unless].into_iter().flatten();
    conditions.for_each(|c| wanted.formula(&c.formula, 1));
    for sentence in &rule.sentences {
        wanted.sentence(sentence);
    }
    let open = |(i, n): (usize, u32)| {
        let record = &schema.records[i];
        let closed = n == 0 || record.single || record.is_abstract;
        if closed || facts.list(RecordId(i as u32)).complete { 0 } else { n.min(MOST) }
    };
    wanted.by_record.into_iter().enumerate().map(open).collect()
}

struct Wanted<'a> {
    schema: &'a Schema,
    facts: &'a dyn FactSource,
    by_record: Vec<u32>,
}

impl Wanted<'_> {
    fn sentence(&mut self, sentence: &Sentence) {
        let conditions = [&sentence.given, &sentence.unless].into_iter().flatten();
        conditions.for_each(|c| self.formula(&c.formula, 1));
        match &sentence.norm {
            Norm::Holds(clause) => self.formula(&clause.formula, 1),
            Norm::Each { over, scope, need, .. } => {
                self.add(over, 1);
                let around = self.size(over);
                self.formula(&scope.formula, around);
                self.formula(&need.formula, around);
            }
        }
    }

    fn formula(&mut self, formula: &Formula, around: u32) {
        match formula {
            Formula::Exists { over, count, body, .. } => {
                self.add(over, count.saturating_mul(around));
                let inner = around.saturating_mul(self.size(over));
                self.formula(body, inner);
            }
            Formula::Not(inner) => self.formula(inner, around),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|p| self.formula(p, around)),
            Formula::Element { body, .. } => self.formula(body, around),
            Formula::In { terms: Terms::Declared(record, field), .. }
                if super::things::left_out(self.schema, self.facts, *record, *field) =>
            {
                self.add(&Collection::Records { record: *record, declared: false }, around);
            }
            _ => {}
        }
    }

    fn add(&mut self, over: &Collection, count: u32) {
        match over {
            Collection::Records { record, declared: false } => {
                for member in self.schema.members(*record) {
                    let n = &mut self.by_record[member.ix()];
                    *n = n.saturating_add(count);
                }
            }
            Collection::Records { .. } => {}
            Collection::Categories { held, .. } => {
                for member in self.schema.members(held.0) {
                    let n = &mut self.by_record[member.ix()];
                    *n = n.saturating_add(count);
                }
            }
        }
    }

    /// How many things a collection can have, an unlisted one included.
    fn size(&self, over: &Collection) -> u32 {
        match over {
            Collection::Records { record, declared } => {
                let listed = |r: RecordId| self.facts.list(r).items.len() as u32;
                let all: u32 = self.schema.members(*record).map(listed).sum();
                all + u32::from(!declared)
            }
            Collection::Categories { .. } => 1,
        }
    }
}
