//! A rule in one world: two-valued, straight from the meaning of each form.

use std::cmp::Ordering;
use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;
use policy_core::declare::canonical;
use policy_core::model::{
    Canon, Clause, Collection, Duration, Elem, EventId, FieldId, FieldRef, FieldType, Formula, Limit, Norm,
    Op, Quantity, RecordId, Sentence, SetId, SettingValue, TermSet, Terms, Vacuous, Var,
};

use super::walk::{self, Doubt};
use super::world::{Key, Stop, Thing, Val, World};

/// What a rule or a sentence is in one world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// Broken.
    Broken,
    /// Kept.
    Kept,
    /// Not exercised.
    Idle,
}

/// What the variables of a sentence stand for.
#[derive(Clone, Default)]
struct Scope {
    things: HashMap<Var, Thing>,
    elems: HashMap<Elem, u32>,
    /// Variables after `declared`: the document's definite statements about them count, nothing else.
    written: Vec<Var>,
}

impl Scope {
    fn with(&self, var: Var, thing: Thing) -> Scope {
        let mut scope = self.clone();
        scope.things.insert(var, thing);
        scope
    }

    /// As `with`, for a member of a collection of which only the document counts.
    fn over(&self, over: &Collection, var: Var, thing: Thing) -> Scope {
        let mut scope = self.with(var, thing);
        if matches!(over, Collection::Records { declared: true, .. }) {
            scope.written.push(var);
        }
        scope
    }
}

impl World<'_> {
    /// The rule in this world.
    pub fn rule(&self) -> Result<Met, Stop> {
        let rule = self.setting.rule;
        if !self.clause(rule.when.as_ref(), true)? {
            return Ok(Met::Idle);
        }
        let mut all = Met::Idle;
        for sentence in &rule.sentences {
            all = match (self.sentence(sentence)?, all) {
                (Met::Broken, _) | (_, Met::Broken) => Met::Broken,
                (Met::Idle, other) => other,
                (Met::Kept, _) => Met::Kept,
            };
        }
        if all == Met::Broken && self.clause(rule.unless.as_ref(), false)? {
            return Ok(Met::Kept);
        }
        Ok(all)
    }

    /// Whether a thing that silence could be held against is there and in scope.
    pub fn in_scope(&self, doubt: &Doubt) -> Result<bool, Stop> {
        let Norm::Each { over, var, scope, .. } = &self.setting.rule.sentences[doubt.sentence].norm else {
            return Ok(false);
        };
        // A category is the same thing whatever governs it.
        let same = |thing: &Thing| match (thing, &doubt.thing) {
            (Thing::Category(_, a, _), Thing::Category(_, b, _)) => a == b,
            (a, b) => a == b,
        };
        match self.members(over)?.into_iter().find(same) {
            Some(thing) => self.holds(&scope.formula, &Scope::default().over(over, *var, thing)),
            None => Ok(false),
        }
    }

    fn clause(&self, clause: Option<&Clause>, unsaid: bool) -> Result<bool, Stop> {
        clause.map_or(Ok(unsaid), |c| self.holds(&c.formula, &Scope::default()))
    }

    fn sentence(&self, sentence: &Sentence) -> Result<Met, Stop> {
        if !self.clause(sentence.given.as_ref(), true)? {
            return Ok(Met::Idle);
        }
        match self.norm(&sentence.norm)? {
            Met::Broken if self.clause(sentence.unless.as_ref(), false)? => Ok(Met::Kept),
            kept => Ok(kept),
        }
    }

    fn norm(&self, norm: &Norm) -> Result<Met, Stop> {
        let (over, var, scope, need, vacuous) = match norm {
            Norm::Holds(clause) => {
                let holds = self.clause(Some(clause), true)?;
                return Ok(if holds { Met::Kept } else { Met::Broken });
            }
            Norm::Each { over, var, scope, need, vacuous } => (over, *var, scope, need, vacuous),
        };
        let mut found = false;
        for thing in self.members(over)? {
            let names = Scope::default().with(var, thing);
            if self.holds(&scope.formula, &Scope::default().over(over, var, thing))? {
                found = true;
                if !self.holds(&need.formula, &names)? {
                    return Ok(Met::Broken);
                }
            }
        }
        Ok(if found || *vacuous == Vacuous::Kept { Met::Kept } else { Met::Idle })
    }

    fn holds(&self, formula: &Formula, scope: &Scope) -> Result<bool, Stop> {
        match formula {
            Formula::Const(value) => Ok(*value),
            Formula::Not(inner) => Ok(!self.holds(inner, scope)?),
            Formula::And(parts) => {
                for part in parts {
                    if !self.holds(part, scope)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Formula::Or(parts) => {
                for part in parts {
                    if self.holds(part, scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Formula::Exists { over, var, count, body } => {
                let mut found = 0;
                for thing in self.members(over)? {
                    found += u32::from(self.holds(body, &scope.over(over, *var, thing))?);
                }
                Ok(found >= *count)
            }
            Formula::Element { of, elem, body } => {
                for term in self.read(of, scope)?.terms() {
                    let mut inner = scope.clone();
                    inner.elems.insert(*elem, term);
                    if self.holds(body, &inner)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Formula::In { elem, of, terms } => self.among(scope.elems[elem], of, terms, scope),
            Formula::Compare { left, op, right } => self.compare(left, *op, right, scope),
            Formula::Apart { later, op, span, earlier } => {
                let (Val::Date(later), Val::Date(earlier)) =
                    (self.read(later, scope)?, self.read(earlier, scope)?)
                else {
                    return Ok(false);
                };
                Ok(apart(later, *op, &walk::settled(self.setting.schema, span), earlier))
            }
            Formula::Same(a, b) => {
                let (a, b) = (self.read(a, scope)?, self.read(b, scope)?);
                Ok(a == b && a != Val::none())
            }
            Formula::HasValue(of) => Ok(self.read(of, scope)? != Val::none()),
            Formula::Definite(of) => Ok(self.definite(scope.things[&of.var], of.field)),
        }
    }

    fn read(&self, of: &FieldRef, scope: &Scope) -> Result<Val, Stop> {
        if scope.written.contains(&of.var) && !self.definite(scope.things[&of.var], of.field) {
            return Ok(Val::none());
        }
        self.field(scope.things[&of.var], of.field)
    }

    fn definite(&self, thing: Thing, field: FieldId) -> bool {
        match thing {
            Thing::Listed(r, i) | Thing::Category(_, _, Some((r, i))) => {
                self.setting.fact(r, i, field).0.definite
            }
            Thing::Spare(..) | Thing::Category(_, _, None) => false,
        }
    }

    fn among(&self, term: u32, of: &FieldRef, terms: &Terms, scope: &Scope) -> Result<bool, Stop> {
        match terms {
            Terms::These(set) => Ok(set.contains(term)),
            Terms::Set(set) => self.member(term, of, *set, scope),
            Terms::Setting(setting) => match &self.setting.schema.settings[setting.ix()].value {
                SettingValue::Terms(_, set) => Ok(set.contains(term)),
                SettingValue::Set(set) => self.member(term, of, *set, scope),
                _ => Ok(false),
            },
            Terms::Declared(record, field) => {
                if walk::open(self.setting.schema, *record, *field) {
                    return Ok(walk::written(self.setting, *record, *field).contains(term));
                }
                let given = walk::given(self.setting.schema, self.setting.facts, *record);
                for thing in self.records(*record, given)? {
                    for bit in self.field(thing, *field)?.terms() {
                        if walk::with_under(self.setting.schema, *record, *field, bit).contains(term) {
                            return Ok(true);
                        }
                    }
                }
                Ok(false)
            }
            Terms::Words(words) => {
                let word = self.setting.facts.words.get(term as usize);
                let field = &self.setting.schema.records[of.record.ix()].fields[of.field.ix()];
                let canon = match field.ty {
                    FieldType::Terms(kind) => self.setting.schema.kinds[kind.ix()].canon.clone(),
                    _ => Canon::default(),
                };
                Ok(word.is_some_and(|w| words.contains(&canonical(&canon, w))))
            }
            Terms::Field(other) => Ok(self.read(other, scope)?.terms().contains(&term)),
        }
    }

    fn member(&self, term: u32, of: &FieldRef, set: SetId, scope: &Scope) -> Result<bool, Stop> {
        let thing = scope.things[&of.var];
        let list = &self.setting.schema.sets[set.ix()];
        if list.complete_through.is_some_and(|last| self.setting.as_of > last) {
            return Ok(self.choose(Key::World(set, thing, of.field, term), 2)? == 1);
        }
        for member in &list.members {
            if !member.in_force(self.setting.as_of) || !member.terms.contains(term) {
                continue;
            }
            let met = match &member.condition {
                None => true,
                Some((name, terms)) => self.meets(of, name, terms, scope)?,
            };
            if met {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn meets(&self, of: &FieldRef, name: &str, terms: &TermSet, scope: &Scope) -> Result<bool, Stop> {
        let schema = self.setting.schema;
        if let Some(field) = schema.records[of.record.ix()].field(name) {
            return Ok(self.read(&FieldRef { field, ..*of }, scope)?.meets(terms));
        }
        // Else it is a fact about the one record of its kind that has such a field.
        let ids = (0..schema.records.len() as u32).map(RecordId);
        for id in ids.filter(|id| schema.records[id.ix()].single) {
            if let Some(field) = schema.records[id.ix()].field(name) {
                return Ok(self.field(Thing::Listed(id, 0), field)?.meets(terms));
            }
        }
        Ok(false)
    }

    fn compare(&self, left: &FieldRef, op: Op, right: &Quantity, scope: &Scope) -> Result<bool, Stop> {
        let thing = scope.things[&left.var];
        let value = self.read(left, scope)?;
        let right = walk::settled(self.setting.schema, right);
        match (value, &right) {
            (Val::Date(d), Quantity::Date(day)) => Ok(op.holds(d.cmp(day))),
            (Val::Date(d), Quantity::Ago(span)) => Ok(self.ago(d, op, *span)),
            (Val::Number(n), Quantity::Number(m)) => Ok(op.holds(n.cmp(m))),
            (Val::Terms(terms), Quantity::Term(bit)) => Ok(terms.iter().any(|t| op.holds(t.cmp(bit)))),
            (Val::Limit(limit), Quantity::Duration(span, from)) => {
                match self.bound_from(thing, left, limit, *from)? {
                    Limit::Unlimited => Ok(matches!(op, Op::Gt | Op::Ge | Op::Ne)),
                    Limit::Within(stated) => self.spans(thing, left, stated, op, *span),
                }
            }
            _ => Ok(false),
        }
    }

    fn ago(&self, day: Date, op: Op, span: Duration) -> bool {
        let as_of = self.setting.as_of;
        let age = match span {
            Duration::Months(m) => {
                day.checked_add((m as i64).months()).map_or(Ordering::Less, |end| as_of.cmp(&end))
            }
            Duration::Hours(h) => {
                let days = day.until(as_of).map_or(0, |s| s.get_days() as i64);
                (days * 24).cmp(&(h as i64))
            }
        };
        day <= as_of && op.holds(age)
    }

    /// The stated bound as one counted from the event that is asked for.
    fn bound_from(
        &self,
        thing: Thing,
        left: &FieldRef,
        limit: Limit,
        asked: Option<EventId>,
    ) -> Result<Limit, Stop> {
        let schema = self.setting.schema;
        let field = &schema.records[left.record.ix()].fields[left.field.ix()];
        if field.minimum {
            return Ok(limit);
        }
        let earliest = walk::earliest(schema);
        let stated = match field.counts_from {
            None => earliest,
            Some(from) => match self.field(thing, from)? {
                Val::Event(e) => Some(EventId(e)),
                _ => earliest,
            },
        };
        let says = match (stated, asked.or(earliest)) {
            (Some(e), Some(f)) => schema.not_later(e, f),
            _ => true,
        };
        Ok(if says { limit } else { Limit::Unlimited })
    }

    fn spans(&self, thing: Thing, left: &FieldRef, a: Duration, op: Op, b: Duration) -> Result<bool, Stop> {
        if let Some(holds) = a.compare(op, b) {
            return Ok(holds);
        }
        let ((a_low, a_high), (b_low, b_high)) = (a.hours(), b.hours());
        let mut ways = vec![Ordering::Equal];
        ways.extend((a_low < b_high).then_some(Ordering::Less));
        ways.extend((a_high > b_low).then_some(Ordering::Greater));
        let i = self.choose(Key::Span(thing, left.field, a, b), ways.len())?;
        Ok(op.holds(ways[i]))
    }
}

/// A day against another day and a span; "at most" and "less than" also want it not before that other day.
fn apart(later: Date, op: Op, span: &Quantity, earlier: Date) -> bool {
    let end = match *span {
        Quantity::Duration(Duration::Months(m), _) => earlier.checked_add((m as i64).months()),
        Quantity::Duration(Duration::Hours(h), _) => earlier.checked_add((h as i64 / 24).days()),
        _ => return false,
    };
    let from_then_on = !matches!(op, Op::Le | Op::Lt) || later >= earlier;
    from_then_on && op.holds(later.cmp(&end.unwrap_or(Date::MAX)))
}
