//! The values that something open is tried with: all of a closed kind, and of the rest one on either side of
//! every constant that the rule or the declaration mentions.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use policy_core::facts::{Facts, SetValue, Value};
use policy_core::model::{
    Default, Duration, FieldId, FieldType, Formula, KindId, Limit, Owner, Quantity, RecordId, Rule, Schema,
    TermSet,
};

use super::walk;
use super::world::{Place, Val};

/// Values to try, by type.
pub struct Pool {
    dates: BTreeSet<Date>,
    limits: Vec<Limit>,
    numbers: BTreeSet<i64>,
    words: u32,
}

impl Pool {
    /// Collects the constants.
    pub fn new(schema: &Schema, rule: &Rule, facts: &Facts, as_of: Date, fresh: u32) -> Pool {
        let mut pool = Pool {
            dates: [as_of].into(),
            limits: vec![Limit::Unlimited],
            numbers: [0].into(),
            words: facts.words.len() as u32 + fresh,
        };
        for quantity in walk::quantities(schema, rule) {
            pool.around(&quantity, as_of);
        }
        for value in facts.lists.iter().flat_map(|l| &l.items).flat_map(|i| &i.fields).map(|f| &f.value) {
            pool.mentioned(value);
        }
        if rule_counts_between_days(rule) {
            pool.a_span_apart();
        }
        let near = |d: &Date| [d.checked_sub(1.day()), Ok(*d), d.checked_add(1.day())];
        pool.dates = pool.dates.iter().flat_map(near).flatten().collect();
        pool.numbers = pool.numbers.iter().flat_map(|n| [n - 1, *n, n + 1]).collect();
        pool
    }

    fn around(&mut self, quantity: &Quantity, as_of: Date) {
        match *quantity {
            Quantity::Duration(span, _) => self.span(span),
            Quantity::Ago(span) => {
                let start = match span {
                    Duration::Months(m) => as_of.checked_sub((m as i64).months()),
                    Duration::Hours(h) => as_of.checked_sub((h as i64 / 24).days()),
                };
                // Clamped month ends make two or three days before the naive start count as well.
                let days = (-4..=4).filter_map(|n: i64| start.as_ref().ok()?.checked_add(n.days()).ok());
                self.dates.extend(days);
            }
            Quantity::Date(day) => {
                self.dates.insert(day);
            }
            Quantity::Number(n) => {
                self.numbers.insert(n);
            }
            Quantity::Term(_) | Quantity::Setting { .. } => {}
        }
    }

    /// Days that lie one of the spans before or after a day that is mentioned.
    fn a_span_apart(&mut self) {
        let mut found = Vec::new();
        for limit in &self.limits {
            let Limit::Within(span) = *limit else { continue };
            let span = match span {
                Duration::Months(m) => (m as i64).months(),
                Duration::Hours(h) => (h as i64 / 24).days(),
            };
            found
                .extend(self.dates.iter().flat_map(|d| [d.checked_add(span), d.checked_sub(span)]).flatten());
        }
        self.dates.extend(found);
    }

    fn span(&mut self, span: Duration) {
        let near = match span {
            Duration::Months(m) => [m.saturating_sub(1), m, m + 1].map(Duration::Months),
            Duration::Hours(h) => [h.saturating_sub(1), h, h + 1].map(Duration::Hours),
        };
        self.limits.extend(near.map(Limit::Within));
    }

    fn mentioned(&mut self, value: &Value) {
        match value {
            Value::Date(a, b) => self.dates.extend([*a, *b]),
            Value::Number(n) => {
                self.numbers.insert(*n);
            }
            Value::Limit(limit) => self.limits.push(*limit),
            Value::OneOf(values) | Value::Conflicting(values) => {
                values.iter().for_each(|v| self.mentioned(v));
            }
            Value::If { then, otherwise, .. } => {
                self.mentioned(then);
                self.mentioned(otherwise);
            }
            _ => {}
        }
    }

    fn terms(&self, schema: &Schema, kind: KindId) -> TermSet {
        let kind = &schema.kinds[kind.ix()];
        TermSet::first(if kind.open { self.words } else { kind.terms.len() as u32 })
    }

    /// What a field can be of which nothing is said: any value of its type without these terms, or none.
    pub fn unsaid(&self, schema: &Schema, record: RecordId, field: FieldId, out: &TermSet) -> Vec<Val> {
        let mut values = self.any(schema, record, field, out);
        if !schema.records[record.ix()].fields[field.ix()].many {
            values.push(Val::none());
        }
        values
    }

    /// A field of a thing that nobody wrote down: its default speaks for it, else it is unsaid.
    pub fn ungoverned(&self, schema: &Schema, record: RecordId, field: FieldId) -> Vec<Val> {
        let of = &schema.records[record.ix()].fields[field.ix()];
        match (&of.default, of.ty) {
            (Default::Absent, _) => vec![Val::none()],
            (Default::Term(bit) | Default::ReadAs(bit), FieldType::Event) => vec![Val::Event(*bit)],
            (Default::Term(bit) | Default::ReadAs(bit), _) => vec![Val::Terms([*bit].into())],
            (Default::Unknown, _) => self.unsaid(schema, record, field, &TermSet::empty()),
        }
    }

    /// What a field of an unlisted record can be: the same, but a vendor left out all of such a record, so that
    /// what it would have meant by leaving out one field says nothing.
    pub fn unlisted(&self, schema: &Schema, record: RecordId, field: FieldId) -> Vec<Val> {
        let of = &schema.records[record.ix()].fields[field.ix()];
        match of.default {
            Default::Absent if of.owner == Owner::Vendor => {
                self.unsaid(schema, record, field, &TermSet::empty())
            }
            _ => self.ungoverned(schema, record, field),
        }
    }

    /// Any value of a field's type, without these terms.
    fn any(&self, schema: &Schema, record: RecordId, field: FieldId, out: &TermSet) -> Vec<Val> {
        let field = &schema.records[record.ix()].fields[field.ix()];
        match field.ty {
            FieldType::Terms(kind) if field.many => {
                let may = self.terms(schema, kind).minus(out);
                subsets(&SetValue { may, ..<SetValue as std::default::Default>::default() })
            }
            FieldType::Terms(kind) => ones(&self.terms(schema, kind).minus(out)),
            FieldType::Date => self.dates.iter().map(|d| Val::Date(*d)).collect(),
            FieldType::Duration => self.limits.iter().map(|l| Val::Limit(*l)).collect(),
            FieldType::Number => self.numbers.iter().map(|n| Val::Number(*n)).collect(),
            FieldType::Event => (0..schema.events.len() as u32).map(Val::Event).collect(),
        }
    }

    /// What a value without conditions, conflicts and alternatives can be.
    pub fn of(&self, schema: &Schema, value: &Value, place: &Place) -> Vec<Val> {
        match value {
            Value::Undeclared => self.unsaid(schema, place.record, place.field, &place.out),
            Value::One(set) => {
                let all = self.within(schema, set, place);
                let left = all.minus(&place.out);
                ones(if left.is_empty() { &all } else { &left })
            }
            Value::Set(set) => {
                let left = subsets(&without(set, &place.out, |s| self.within(schema, s, place)));
                if left.is_empty() {
                    subsets(&without(set, &TermSet::empty(), |s| self.within(schema, s, place)))
                } else {
                    left
                }
            }
            Value::Date(from, to) => {
                self.dates.iter().filter(|d| (from..=to).contains(d)).map(|d| Val::Date(*d)).collect()
            }
            Value::Limit(limit) => vec![Val::Limit(*limit)],
            Value::Number(n) => vec![Val::Number(*n)],
            Value::Event(e) => vec![Val::Event(*e)],
            _ => vec![Val::none()],
        }
    }

    /// Whether exclusions leave anything of a value.
    pub fn possible(&self, schema: &Schema, value: &Value, place: &Place) -> bool {
        match value {
            Value::One(set) => !self.within(schema, set, place).minus(&place.out).is_empty(),
            Value::Set(set) => {
                !set.must.meets(&place.out) && set.some_of.iter().all(|s| !s.minus(&place.out).is_empty())
            }
            _ => true,
        }
    }

    fn within(&self, schema: &Schema, set: &TermSet, place: &Place) -> TermSet {
        set.and(&self.terms(schema, walk::kind(schema, place.record, place.field)))
    }
}

fn rule_counts_between_days(rule: &Rule) -> bool {
    let mut found = false;
    rule.formulas().for_each(|f| f.walk(&mut |f| found |= matches!(f, Formula::Apart { .. })));
    found
}

fn without(set: &SetValue, out: &TermSet, within: impl Fn(&TermSet) -> TermSet) -> SetValue {
    let narrow = |s: &TermSet| {
        let (all, left) = (within(s), within(s).minus(out));
        if left.is_empty() { all } else { left }
    };
    let some_of: Vec<TermSet> = set.some_of.iter().map(narrow).collect();
    let stated = some_of.iter().fold(set.must.clone(), |all, s| all.or(s));
    SetValue { must: set.must.clone(), some_of, may: within(&set.may).minus(out).or(&stated) }
}

fn ones(set: &TermSet) -> Vec<Val> {
    set.iter().map(|t| Val::Terms([t].into())).collect()
}

/// All sets between `must` and `may` that meet each of `some_of`.
fn subsets(set: &SetValue) -> Vec<Val> {
    let free: Vec<u32> = set.may.minus(&set.must).iter().collect();
    let one = |mask: u32| -> BTreeSet<u32> {
        let added = free.iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1).map(|(_, t)| *t);
        set.must.iter().chain(added).collect()
    };
    let fits = |terms: &BTreeSet<u32>| set.some_of.iter().all(|s| terms.iter().any(|t| s.contains(*t)));
    (0..1u32 << free.len().min(16)).map(one).filter(fits).map(Val::Terms).collect()
}
