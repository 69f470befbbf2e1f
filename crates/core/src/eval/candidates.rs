//! The changes that are worth trying to mend one thing of a rule: values at which the rule's own tests turn.

use super::compile::Resolved;
use super::edit::all_of;
use super::repair::{Choice, Edit, Open, Reach, Search};
use super::things::{Governor, Thing};
use crate::declare::is_among;
use crate::facts::{Fact, Value};
use crate::model::*;

/// Of a record with more items than this, the items that a thing is compared with are not changed.
const MOST_OTHERS: usize = 8;

/// A value with whether it stands for others.
type Chosen = (Value, Choice);

/// The changes to try for one thing, the most likely first.
pub(super) fn of(search: &Search, open: &Open, reach: Reach) -> Vec<Edit> {
    let pick = Pick { search, tests: tests(search) };
    let thing = &open.thing;
    let mut found = pick.fields(thing.as_ref(), reach);
    let norm = &search.evaluator.rules[search.rule].sentences[open.sentence].norm;
    found.extend(pick.lists(norm, thing.as_ref()));
    found.extend(pick.additions(norm, thing.as_ref()));
    found.extend(pick.removal(thing.as_ref()));
    found
}

/// What a rule asks of a field.
enum Test {
    /// Whether it is among these terms.
    Among(TermSet),
    /// How it compares.
    Bound(Resolved, Option<EventId>),
    /// Whether anything is said.
    Said,
}

/// What a rule requires of fields, and of which things. What decides whether it applies at all is left as it is: a
/// declaration is not mended by being about something else.
fn tests(search: &Search) -> Vec<(FieldRef, Test)> {
    let mut found = Vec::new();
    let rule = &search.evaluator.rules[search.rule];
    let norms = rule.sentences.iter().flat_map(|sentence| match &sentence.norm {
        Norm::Each { scope, need, .. } => vec![&need.formula, &scope.formula],
        Norm::Holds(clause) => vec![&clause.formula],
    });
    let kept = rule.sentences.iter().filter_map(|sentence| sentence.unless.as_ref()).chain(&rule.unless);
    for formula in norms.chain(kept.map(|clause| &clause.formula)) {
        formula.walk(&mut |inner| found.extend(test(search, inner)));
    }
    found
}

fn test(search: &Search, formula: &Formula) -> Option<(FieldRef, Test)> {
    match formula {
        Formula::In { of, terms, .. } => Some((*of, Test::Among(listed(search, *of, terms)?))),
        Formula::Compare { left, right, .. } => {
            let (value, event) = search.resolved(right);
            Some((*left, Test::Bound(value, event)))
        }
        Formula::HasValue(of) | Formula::Definite(of) => Some((*of, Test::Said)),
        _ => None,
    }
}

/// The terms that an element is tested against.
fn listed(search: &Search, of: FieldRef, terms: &Terms) -> Option<TermSet> {
    let (schema, compiled) = (search.evaluator.schema, &search.evaluator.compiled);
    match terms {
        Terms::These(terms) => Some(terms.clone()),
        Terms::Set(set) => {
            let now = &compiled.sets[set.ix()];
            Some(now.conditional.iter().fold(now.always.clone(), |all, (terms, ..)| all.or(terms)))
        }
        Terms::Setting(setting) => match &schema.settings[setting.ix()].value {
            SettingValue::Terms(_, terms) => Some(terms.clone()),
            SettingValue::Set(set) => listed(search, of, &Terms::Set(*set)),
            _ => None,
        },
        Terms::Words(words) => {
            let FieldType::Terms(kind) = schema.records[of.record.ix()].fields[of.field.ix()].ty else {
                return None;
            };
            let canon = &schema.kinds[kind.ix()].canon;
            let used = search.facts.words.iter().enumerate();
            let bits = used.filter(|(_, used)| is_among(canon, used, words));
            Some(bits.map(|(bit, _)| bit as u32).collect())
        }
        Terms::Declared(record, field) => {
            let items = schema.members(*record).flat_map(|member| &search.facts.lists[member.ix()].items);
            let stated = items.filter_map(|item| item.fields.get(field.ix()));
            Some(stated.fold(TermSet::empty(), |all, fact| all.or(&certain(fact))))
        }
        Terms::Field(_) => None,
    }
}

/// The terms that a field certainly has.
fn certain(fact: &Fact) -> TermSet {
    match &fact.value {
        Value::One(terms) if terms.single().is_some() => terms.clone(),
        Value::Set(set) => set.must.clone(),
        _ => TermSet::empty(),
    }
}

struct Pick<'a> {
    search: &'a Search<'a>,
    tests: Vec<(FieldRef, Test)>,
}

impl Pick<'_> {
    fn schema(&self) -> &Schema {
        self.search.evaluator.schema
    }

    fn rule(&self) -> &Rule {
        &self.search.evaluator.rules[self.search.rule]
    }

    /// Whether a test of a field of `of` reads records of this type.
    fn reads(&self, of: RecordId, record: RecordId) -> bool {
        of == record || self.schema().records[of.ix()].children.contains(&record)
    }

    /// Other values for fields: those of the thing itself, then those of records it is compared with.
    fn fields(&self, thing: Option<&Thing>, reach: Reach) -> Vec<Edit> {
        let own = item_of(thing);
        let mut items: Vec<(RecordId, u32)> = own.into_iter().collect();
        for (record, list) in self.search.facts.lists.iter().enumerate() {
            let id = RecordId(record as u32);
            let single = self.schema().records[record].single;
            let few = (single || reach == Reach::Far && list.items.len() <= MOST_OTHERS)
                && own.is_none_or(|(record, _)| record != id);
            let read = self.tests.iter().any(|(of, _)| self.reads(of.record, id));
            if few && read {
                items.extend((0..list.items.len() as u32).map(|item| (id, item)));
            }
        }
        items.into_iter().flat_map(|(record, item)| self.fields_of(record, item)).collect()
    }

    fn fields_of(&self, record: RecordId, item: u32) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        for field in 0..self.schema().records[record.ix()].fields.len() as u32 {
            let id = FieldId(field);
            let Some((record, item, field)) = self.place(record, item, id) else { continue };
            for (value, choice) in self.values(id, record, Some((record, item, field))) {
                let same = |edit: &Edit| {
                    matches!(edit, Edit::Set { record: r, item: i, field: f, value: v, .. }
                        if (*r, *i, *f) == (record, item, field) && *v == value)
                };
                if !edits.iter().any(same) {
                    edits.push(Edit::Set { record, item, field, value, choice });
                }
            }
        }
        edits
    }

    /// Where a field's fact stands; none if it is not the declaring party's to fill in.
    fn place(&self, record: RecordId, item: u32, field: FieldId) -> Option<(RecordId, u32, FieldId)> {
        let fact = self.search.facts.lists[record.ix()].items.get(item as usize)?.fields.get(field.ix())?;
        let (record, item, field) = match fact.value {
            Value::Same(r, i, f) => (r, i, FieldId(f)),
            _ => (record, item, field),
        };
        let owner = &self.schema().records[record.ix()];
        let mine = owner.owner == Owner::Vendor && owner.fields[field.ix()].owner == Owner::Vendor;
        let derived = owner.fields[field.ix()].derived.is_some();
        (mine && !derived).then_some((record, item, field))
    }

    /// The values at which tests of a field turn.
    fn values(&self, field: FieldId, record: RecordId, at: Option<(RecordId, u32, FieldId)>) -> Vec<Chosen> {
        let it = &self.schema().records[record.ix()].fields[field.ix()];
        let of_field = |of: &FieldRef| of.field == field && self.reads(of.record, record);
        let mut found = Vec::new();
        for (of, test) in &self.tests {
            match test {
                Test::Among(terms) if of_field(of) => found.extend(self.terms(it, terms, at)),
                Test::Said if of_field(of) => found.extend(self.anything(it)),
                Test::Bound(value, _) if of_field(of) => found.extend(bounds(value)),
                Test::Bound(_, event) if it.ty == FieldType::Event && self.reads(of.record, record) => {
                    let from = self.schema().records[of.record.ix()].fields[of.field.ix()].counts_from;
                    found.extend((from == Some(field)).then(|| self.event(*event)).flatten());
                }
                _ => {}
            }
        }
        found
    }

    /// Values in and out of some terms.
    fn terms(&self, field: &Field, terms: &TermSet, at: Option<(RecordId, u32, FieldId)>) -> Vec<Chosen> {
        let FieldType::Terms(kind) = field.ty else { return Vec::new() };
        let inside = self.instance(kind, terms);
        let outside = self.instance(kind, &self.schema().universe(kind).minus(terms));
        let now = at.and_then(|(r, i, f)| {
            let item = self.search.facts.lists[r.ix()].items.get(i as usize)?;
            item.fields.get(f.ix()).map(certain)
        });
        let now = now.unwrap_or_default();
        if !field.many {
            let one = |(bit, choice)| (Value::One(TermSet::one(bit)), choice);
            return [inside, outside].into_iter().flatten().map(one).collect();
        }
        let mut found = Vec::new();
        for (bit, choice) in [inside, outside].into_iter().flatten() {
            found.push((all_of(now.or(&TermSet::one(bit))), choice));
            found.push((all_of(TermSet::one(bit)), choice));
        }
        for left in [now.minus(terms), now.and(terms)] {
            if !left.is_empty() && left != now {
                found.push((all_of(left), Choice::This));
            }
        }
        found
    }

    /// A term that can be stated and is among these, and whether there are others.
    fn instance(&self, kind: KindId, terms: &TermSet) -> Option<(u32, Choice)> {
        let known = &self.schema().kinds[kind.ix()];
        if known.open {
            let fresh = self.search.facts.words.len() as u32;
            let listed = (!terms.is_cofinite()).then(|| terms.iter().next()).flatten();
            return match listed {
                Some(bit) => Some((bit, Choice::This)),
                None => terms.contains(fresh).then_some((fresh, Choice::Any)),
            };
        }
        let usable = |bit: &u32| {
            let term = self.schema().term_of_bit(kind, *bit);
            terms.contains(*bit)
                && term.is_some_and(|t| !t.group && t.stands_for.is_none() && t.means.is_none())
        };
        let mut all = (0..known.terms.len() as u32).filter(usable);
        let first = all.next()?;
        Some((first, if all.next().is_some() { Choice::Instance } else { Choice::This }))
    }

    /// Some definite value.
    fn anything(&self, field: &Field) -> Option<Chosen> {
        let value = match field.ty {
            FieldType::Terms(kind) => {
                let (bit, _) = self.instance(kind, &self.schema().universe(kind))?;
                let terms = TermSet::one(bit);
                if field.many { all_of(terms) } else { Value::One(terms) }
            }
            FieldType::Date => {
                let day = self.search.evaluator.compiled.as_of;
                Value::Date(day, day)
            }
            FieldType::Duration => Value::Limit(Limit::Within(Duration::Months(1))),
            FieldType::Number => Value::Number(1),
            FieldType::Event => return self.event(None),
        };
        Some((value, Choice::Any))
    }

    /// The event that is asked for, or the earliest.
    fn event(&self, asked: Option<EventId>) -> Option<Chosen> {
        let first = || self.schema().events.iter().position(|event| event.not_before.len() == 1);
        let event = asked.map_or_else(first, |event| Some(event.ix()))?;
        Some((Value::Event(event as u32), Choice::This))
    }

    /// What a list as a whole would say.
    fn lists(&self, norm: &Norm, thing: Option<&Thing>) -> Vec<Edit> {
        let mut found = Vec::new();
        if let (
            Norm::Each { over: Collection::Records { .. }, var, scope, .. },
            Some(Thing::Spare(record, _)),
        ) = (norm, thing)
        {
            let fields = self.scope_terms(&scope.formula, *var);
            found.extend((!fields.is_empty()).then_some(Edit::Exclude(*record, fields)));
        }
        let mut records: Vec<RecordId> = Vec::new();
        let mut add = |over: &Collection| match over {
            Collection::Records { record, .. } => records.extend(self.schema().members(*record)),
            Collection::Categories { governed_by, held, .. } => {
                records.extend(self.schema().members(held.0));
                records.extend(self.schema().members(*governed_by));
            }
        };
        if let Norm::Each { over, .. } = norm {
            add(over);
        }
        for formula in self.rule().formulas() {
            formula.walk(&mut |inner| {
                if let Formula::Exists { over, .. } = inner {
                    add(over);
                }
            });
        }
        records.sort();
        records.dedup();
        let open = |record: &RecordId| {
            let it = &self.schema().records[record.ix()];
            !self.search.facts.lists[record.ix()].complete && it.owner == Owner::Vendor
        };
        found.extend(records.into_iter().filter(open).map(Edit::Complete));
        found
    }

    /// The terms that a thing in scope certainly has, by field.
    fn scope_terms(&self, scope: &Formula, var: Var) -> Vec<(u32, TermSet)> {
        match scope {
            Formula::And(parts) => parts.iter().flat_map(|part| self.scope_terms(part, var)).collect(),
            Formula::Element { of, body, .. } if of.var == var => match &**body {
                Formula::In { terms, .. } => {
                    let terms = listed(self.search, *of, terms);
                    terms.map(|terms| (of.field.0, terms)).into_iter().collect()
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Records that the rule asks for.
    fn additions(&self, norm: &Norm, thing: Option<&Thing>) -> Vec<Edit> {
        let mut found = Vec::new();
        if let (Norm::Each { over, var, need, .. }, Some((by, bit))) = (norm, ungoverned(thing))
            && let Collection::Categories { key, also, .. } = over
        {
            let mut fields = vec![(*key, self.terms_of(by, *key, &TermSet::one(bit)), Choice::This)];
            for (_, governing, terms) in also {
                let bit = governing.and_then(|field| Some((field, terms.iter().next()?)));
                fields.extend(
                    bit.map(|(field, bit)| {
                        (field, self.terms_of(by, field, &TermSet::one(bit)), Choice::This)
                    }),
                );
            }
            for asked in self.asked(&need.formula, *var, by) {
                let fields = fields.iter().chain(&asked).cloned().collect();
                found.push(Edit::Add(by, fields));
            }
        }
        let clauses = match norm {
            Norm::Each { need, .. } => need,
            Norm::Holds(clause) => clause,
        };
        clauses.formula.walk(&mut |inner| {
            if let Formula::Exists { over: Collection::Records { record, .. }, var, body, .. } = inner {
                for member in self.schema().members(*record) {
                    let may = self.schema().records[member.ix()].owner == Owner::Vendor
                        && !self.schema().records[member.ix()].single;
                    let ways = if may { self.asked(body, *var, member) } else { Vec::new() };
                    found.extend(ways.into_iter().map(|fields| Edit::Add(member, fields)));
                }
            }
        });
        found
    }

    fn terms_of(&self, record: RecordId, field: FieldId, terms: &TermSet) -> Value {
        let many = self.schema().records[record.ix()].fields[field.ix()].many;
        if many { all_of(terms.clone()) } else { Value::One(terms.clone()) }
    }

    /// Ways to fill in a new record so that a formula about it holds: one for each alternative.
    fn asked(&self, formula: &Formula, var: Var, record: RecordId) -> Vec<Vec<(FieldId, Value, Choice)>> {
        match formula {
            Formula::And(parts) => parts.iter().fold(vec![Vec::new()], |ways, part| {
                let more = self.asked(part, var, record);
                let joined = |way: &Vec<_>| {
                    more.iter().map(|m| way.iter().chain(m).cloned().collect()).collect::<Vec<_>>()
                };
                ways.iter().flat_map(joined).take(4).collect()
            }),
            Formula::Or(parts) => {
                parts.iter().flat_map(|part| self.asked(part, var, record)).take(4).collect()
            }
            Formula::Const(true) => vec![Vec::new()],
            Formula::Element { of, body, .. } if of.var == var => match &**body {
                Formula::In { terms, .. } => self.one_of(*of, record, terms),
                _ => vec![Vec::new()],
            },
            Formula::Compare { left, op, right } if left.var == var => {
                let (value, event) = self.search.resolved(right);
                let mut way: Vec<_> = bound_for(&value, *op)
                    .map(|value| (left.field, value, Choice::Instance))
                    .into_iter()
                    .collect();
                let from = self.schema().records[record.ix()].fields[left.field.ix()].counts_from;
                way.extend(from.and_then(|from| {
                    let (value, choice) = self.event(event)?;
                    Some((from, value, choice))
                }));
                vec![way]
            }
            Formula::HasValue(of) | Formula::Definite(of) if of.var == var => {
                let field = &self.schema().records[record.ix()].fields[of.field.ix()];
                let value = self.anything(field);
                vec![value.map(|(value, choice)| (of.field, value, choice)).into_iter().collect()]
            }
            _ => vec![Vec::new()],
        }
    }

    fn one_of(&self, of: FieldRef, record: RecordId, terms: &Terms) -> Vec<Vec<(FieldId, Value, Choice)>> {
        let field = &self.schema().records[record.ix()].fields[of.field.ix()];
        let FieldType::Terms(kind) = field.ty else { return Vec::new() };
        let Some((bit, choice)) = listed(self.search, of, terms).and_then(|t| self.instance(kind, &t)) else {
            return Vec::new();
        };
        vec![vec![(of.field, self.terms_of(record, of.field, &TermSet::one(bit)), choice)]]
    }

    /// The thing itself is not there.
    fn removal(&self, thing: Option<&Thing>) -> Option<Edit> {
        let (record, item) = item_of(thing)?;
        let it = &self.schema().records[record.ix()];
        (!it.single && it.owner == Owner::Vendor).then_some(Edit::Remove(record, item))
    }
}

/// The listed record that a thing is, or that governs it.
fn item_of(thing: Option<&Thing>) -> Option<(RecordId, u32)> {
    match thing? {
        Thing::Item(record, item) => Some((*record, *item)),
        Thing::Category(category) => category.governors.iter().find_map(|governor| match governor {
            Governor::Item(record, item) => Some((*record, *item)),
            Governor::Nothing => None,
        }),
        _ => None,
    }
}

/// The category that a thing is, if a record could be added that governs it.
fn ungoverned(thing: Option<&Thing>) -> Option<(RecordId, u32)> {
    match thing? {
        Thing::Ungoverned(record, bit) => Some((*record, *bit)),
        Thing::Category(category) => Some((category.by, category.bit)),
        _ => None,
    }
}

/// Values at, just below and just above a bound.
fn bounds(bound: &Resolved) -> Vec<Chosen> {
    use std::iter::once;
    let values: Vec<Value> = match bound {
        Resolved::Duration(span) => {
            once(*span).chain(next_to(*span)).map(|d| Value::Limit(Limit::Within(d))).collect()
        }
        Resolved::Number(n) => [*n, n.saturating_sub(1), n.saturating_add(1)].map(Value::Number).to_vec(),
        Resolved::Ago(from, to) => vec![Value::Date(*to, *to), Value::Date(*from, *from)],
        Resolved::Date(day) => {
            let around = [Some(*day), day.yesterday().ok(), day.tomorrow().ok()];
            around.into_iter().flatten().map(|day| Value::Date(day, day)).collect()
        }
        Resolved::Terms(terms) => {
            let bits = terms.iter().take(1).flat_map(|bit| [bit, bit + 1]);
            bits.map(|bit| Value::One(TermSet::one(bit))).collect()
        }
    };
    values.into_iter().map(|value| (value, Choice::Instance)).collect()
}

/// A value for which a comparison holds.
fn bound_for(bound: &Resolved, op: Op) -> Option<Value> {
    let all = bounds(bound).into_iter().map(|(value, _)| value);
    match op {
        Op::Le | Op::Ge | Op::Eq => all.into_iter().next(),
        Op::Lt => all.into_iter().nth(1),
        Op::Gt | Op::Ne => all.into_iter().nth(2),
    }
}

/// A span just shorter and one just longer.
fn next_to(span: Duration) -> [Duration; 2] {
    match span {
        Duration::Months(m) => [m.saturating_sub(1), m.saturating_add(1)].map(Duration::Months),
        Duration::Hours(h) => [h.saturating_sub(24), h.saturating_add(24)].map(Duration::Hours),
    }
}
