//! How a stated value lies to what a rule tests: "outside `North`", "more than 13 months".
//!
//! Only words: the evaluator has decided. What cannot be told from one fact alone is left unsaid.

use jiff::Span as TimeSpan;
use jiff::civil::Date;

use super::Input;
use super::phrases::{Join, Scale, comparison, day, duration, names, opposite, quote};
use super::voice::{At, Voice};
use crate::declare::is_among;
use crate::facts::{Fact, Value};
use crate::lang::Lang;
use crate::model::{
    Duration, EventId, FieldRef, Formula, KindId, Limit, Op, Quantity, RecordId, SetId, SettingId,
    SettingValue, TermSet, Terms,
};

/// How the possible terms of a field lie to a set.
enum Fit {
    /// All of them are in it.
    In,
    /// None of them is.
    Out,
    /// These certain ones are not, others are or may be.
    Partly(TermSet),
    /// It cannot be told.
    Open,
}

/// What a field certainly and possibly has, or what a set certainly and possibly holds.
struct Range {
    certain: TermSet,
    possible: TermSet,
}

impl Range {
    /// Whether what is held meets terms that are needed, where that can be told.
    fn settles(&self, needed: &TermSet) -> Option<bool> {
        if self.possible.meets(needed) { self.certain.meets(needed).then_some(true) } else { Some(false) }
    }
}

/// A fact in its item, to be held against tests.
pub(super) struct Held<'a> {
    pub(super) at: At,
    pub(super) item: u32,
    pub(super) fact: &'a Fact,
}

/// Says how facts lie to tests.
pub(super) struct Fitting<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) voice: Voice<'a>,
}

impl Fitting<'_> {
    /// Everything worth saying about a fact and the tests on its field, each part led in by a comma.
    pub(super) fn words(&self, held: &Held, tests: &[&Formula]) -> String {
        let mut said: Vec<String> = Vec::new();
        self.these(held, tests, &mut said);
        for test in tests {
            let words = match test {
                Formula::In { terms, .. } => self.against_terms(held, terms),
                Formula::Compare { left, op, right } => self.against_bound(held, *left, *op, right),
                Formula::Definite(_) => self.definite(held),
                _ => None,
            };
            said.extend(words);
        }
        let mut seen: Vec<&String> = Vec::new();
        said.iter().for_each(|w| {
            if !seen.contains(&w) {
                seen.push(w)
            }
        });
        seen.iter().take(3).map(|w| format!(", {w}")).collect()
    }

    /// Named terms are taken together: "not `a` or `b`"; nothing once one of them is met.
    fn these(&self, held: &Held, tests: &[&Formula], said: &mut Vec<String>) {
        let (Some(range), Some(kind)) = (self.range(&held.fact.value), self.voice.kind(held.at)) else {
            return;
        };
        let mut missed: Vec<String> = Vec::new();
        for test in tests {
            let (set, asked) = match test {
                Formula::In { terms: Terms::These(set), .. } => (set.clone(), self.voice.members(kind, set)),
                Formula::In { terms: Terms::Words(words), .. } => {
                    (self.stated_words(kind, words), words.clone())
                }
                _ => continue,
            };
            if range.certain.meets(&set) || matches!(fit(&range, &exactly(&set)), Fit::In) {
                said.extend(self.falls_under(held, &set));
                return;
            }
            if matches!(fit(&range, &exactly(&set)), Fit::Out) && !set.is_cofinite() {
                let fresh: Vec<String> = asked.into_iter().filter(|n| !missed.contains(n)).collect();
                missed.extend(fresh);
            }
        }
        if !missed.is_empty() && !matches!(held.fact.value, Value::None) {
            let names = names(self.voice.lang, &missed, Join::Or);
            said.push(format!("{} {names}", self.voice.lang.pick("niet", "not")));
        }
    }

    /// The words of an open kind, in whatever spelling the declaration uses them.
    fn stated_words(&self, kind: KindId, words: &[String]) -> TermSet {
        let canon = &self.voice.schema.kinds[kind.ix()].canon;
        let used = self.input.facts.words().iter().enumerate();
        let meant = used.filter(|(_, used)| is_among(canon, used, words));
        meant.map(|(bit, _)| bit as u32).collect()
    }

    /// "under `general term`", when a value meets a test by a more general term's name.
    fn falls_under(&self, held: &Held, set: &TermSet) -> Option<String> {
        let kind = self.voice.kind(held.at)?;
        let stated = self.range(&held.fact.value)?.possible;
        let heads: TermSet = set.iter().filter(|b| !stated.contains(*b)).collect();
        let above = |bit: &u32| {
            let under = self.voice.schema.term_of_bit(kind, *bit).map(|t| &t.under);
            under.is_some_and(|u| u.len() > 1 && stated.meets(u))
        };
        let head = heads.iter().find(above).filter(|_| !set.is_cofinite())?;
        if stated.meets(&TermSet::one(head)) || self.voice.covers(kind, set) {
            return None;
        }
        let name = quote(&self.voice.term(kind, head));
        Some(format!("{} {name}", self.voice.lang.pick("onderdeel van", "part of")))
    }

    fn against_terms(&self, held: &Held, terms: &Terms) -> Option<String> {
        if matches!(terms, Terms::These(_) | Terms::Words(_) | Terms::Field(_)) {
            return None;
        }
        let (range, extension) = (self.range(&held.fact.value)?, self.extension(held, terms)?);
        let of = FieldRef { var: crate::model::Var(0), record: held.at.0, field: held.at.1 };
        let border = |outside| self.voice.among(of, terms, outside);
        match fit(&range, &extension) {
            Fit::In => Some(border(false)),
            Fit::Out => Some(border(true)),
            Fit::Partly(out) => {
                let which = self.voice.terms(self.voice.kind(held.at)?, &out, Join::And);
                Some(format!("{} {which} {}", self.voice.lang.pick("waarvan", "of which"), border(true)))
            }
            Fit::Open => Some(self.may_be(held, terms, &range).unwrap_or_else(|| {
                self.voice.lang.pick(
                    format!("niet te zeggen of dat {} is", border(false)),
                    format!("which may or may not be {}", border(false)),
                )
            })),
        }
    }

    /// "within `set` only with field `term`": a membership that hangs on another field of the record.
    fn may_be(&self, held: &Held, terms: &Terms, range: &Range) -> Option<String> {
        let set = match terms {
            Terms::Set(set) => *set,
            _ => return None,
        };
        let members = self.voice.schema.sets[set.ix()].members.iter();
        let mut hanging = members.filter(|m| m.in_force(self.input.as_of) && m.terms.meets(&range.possible));
        let (name, needed) = hanging.find_map(|m| m.condition.as_ref())?;
        let at = self.voice.schema.beside(held.at.0, name)?;
        let needed = self.voice.terms(self.voice.kind(at)?, needed, Join::Or);
        let (set, field) = (quote(&self.voice.set(set)), self.voice.field(at));
        Some(self.voice.lang.pick(
            format!("alleen binnen {set} met {field} {needed}"),
            format!("within {set} only with {field} {needed}"),
        ))
    }

    /// What the field certainly and possibly holds; nothing for what is not made of terms.
    fn range(&self, value: &Value) -> Option<Range> {
        match value {
            Value::None => Some(exactly(&TermSet::empty())),
            Value::One(terms) => {
                let certain = if terms.single().is_some() { terms.clone() } else { TermSet::empty() };
                Some(Range { certain, possible: terms.clone() })
            }
            Value::Set(set) => Some(Range { certain: set.must.clone(), possible: set.may.clone() }),
            Value::OneOf(values) | Value::Conflicting(values) => self.any_of(values.iter()),
            Value::If { then, otherwise, .. } => self.any_of([&**then, &**otherwise].into_iter()),
            _ => None,
        }
    }

    fn any_of<'v>(&self, values: impl Iterator<Item = &'v Value>) -> Option<Range> {
        let either = |a: Range, b: Range| Range {
            certain: a.certain.and(&b.certain),
            possible: a.possible.or(&b.possible),
        };
        let ranges: Option<Vec<Range>> = values.map(|v| self.range(v)).collect();
        ranges?.into_iter().reduce(either)
    }

    fn extension(&self, held: &Held, terms: &Terms) -> Option<Range> {
        match terms {
            Terms::These(terms) => Some(exactly(terms)),
            Terms::Set(set) => Some(self.set_extension(held, *set)),
            Terms::Setting(id) => match &self.voice.schema.settings[id.ix()].value {
                SettingValue::Terms(_, terms) => Some(exactly(terms)),
                SettingValue::Set(set) => Some(self.set_extension(held, *set)),
                _ => None,
            },
            Terms::Declared(record, field) => Some(self.declared(*record, (*record, *field))),
            Terms::Words(_) | Terms::Field(_) => None,
        }
    }

    /// The members of a set on the as-of date, for what stands beside a fact.
    fn set_extension(&self, held: &Held, set: SetId) -> Range {
        let set = &self.voice.schema.sets[set.ix()];
        let stale = set.complete_through.is_some_and(|through| through < self.input.as_of);
        let mut range = Range { certain: TermSet::empty(), possible: TermSet::empty() };
        for member in set.members.iter().filter(|m| m.in_force(self.input.as_of)) {
            let holds = member.condition.as_ref().map_or(Some(true), |(name, needed)| {
                self.beside(held, name).and_then(|stated| stated.settles(needed))
            });
            if holds != Some(false) {
                range.possible = range.possible.or(&member.terms);
            }
            if holds == Some(true) {
                range.certain = range.certain.or(&member.terms);
            }
        }
        if stale {
            return Range { certain: TermSet::empty(), possible: TermSet::all() };
        }
        range
    }

    /// What is said in the field that a condition asks about: of the same record, or of the one there is.
    fn beside(&self, held: &Held, name: &str) -> Option<Range> {
        let (record, field) = self.voice.schema.beside(held.at.0, name)?;
        let item = if record == held.at.0 { held.item } else { 0 };
        let (_, fact) = self.voice.fact(record, item, field.0)?;
        self.range(&fact.value)
    }

    /// What the listed records state in a field, with everything under it.
    fn declared(&self, record: RecordId, (_, field): At) -> Range {
        let mut range = exactly(&TermSet::empty());
        for member in self.voice.schema.members(record) {
            let items = self.input.facts.list(member).items.len();
            for item in 0..items as u32 {
                let fact = self.voice.fact(member, item, field.0);
                let Some(stated) = fact.and_then(|(_, f)| self.range(&f.value)) else { continue };
                range.certain = range.certain.or(&self.with_under((record, field), &stated.certain));
                range.possible = range.possible.or(&self.with_under((record, field), &stated.possible));
            }
        }
        range
    }

    fn with_under(&self, at: At, terms: &TermSet) -> TermSet {
        let Some(kind) = self.voice.kind(at).filter(|_| !terms.is_cofinite()) else { return terms.clone() };
        let under = |all: TermSet, bit| match self.voice.schema.term_of_bit(kind, bit) {
            Some(term) => all.or(&term.under),
            None => all,
        };
        terms.iter().fold(terms.clone(), under)
    }

    fn definite(&self, held: &Held) -> Option<String> {
        let said = !held.fact.absent && !matches!(held.fact.value, Value::Undeclared | Value::Conflicting(_));
        let lang = self.voice.lang;
        (said && !held.fact.definite)
            .then(|| lang.pick("dat is geen eenduidige opgave", "which is no definite statement").to_string())
    }

    fn against_bound(&self, held: &Held, left: FieldRef, op: Op, right: &Quantity) -> Option<String> {
        let right = self.settled(right)?;
        if let (Quantity::Duration(_, from), Value::Limit(_)) = (&right, &held.fact.value)
            && let Some(words) = self.other_event(held, *from)
        {
            return Some(words);
        }
        if let (Quantity::Ago(span), Value::Date(from, to)) = (&right, &held.fact.value) {
            return ago_words(self.voice.lang, self.input.as_of, (*from, *to), op, *span);
        }
        let voice = &self.voice;
        match compare(&held.fact.value, op, &right)? {
            Some(true) => Some(voice.bound(left, op, &right)),
            // Of a scale of words ("without delay") the far end is no height.
            Some(false) if op == Op::Le && matches!(right, Quantity::Term(_)) => {
                let bound = voice.bound(left, op, &right);
                Some(format!("{} {bound}", voice.lang.pick("niet", "not")))
            }
            Some(false) => Some(voice.bound(left, opposite(op), &right)),
            None => self.depends(&held.fact.value, &right),
        }
    }

    /// A setting as the quantity it stands for.
    fn settled(&self, right: &Quantity) -> Option<Quantity> {
        let Quantity::Setting { setting, from, ago } = right else { return Some(right.clone()) };
        match (self.value_of(*setting), ago) {
            (SettingValue::Duration(span), true) => Some(Quantity::Ago(*span)),
            (SettingValue::Duration(span), false) => Some(Quantity::Duration(*span, *from)),
            (SettingValue::Number(n), _) => Some(Quantity::Number(*n)),
            (SettingValue::Date(date), _) => Some(Quantity::Date(*date)),
            (SettingValue::Terms(_, terms), _) => terms.single().map(Quantity::Term),
            (SettingValue::Set(_), _) => None,
        }
    }

    fn value_of(&self, id: SettingId) -> &SettingValue {
        &self.voice.schema.settings[id.ix()].value
    }

    /// A bound from a later event is none from an earlier one.
    fn other_event(&self, held: &Held, from: Option<EventId>) -> Option<String> {
        let stated = self.voice.event_of(held.at, held.item)?;
        let asked = from.or_else(|| self.voice.earliest())?;
        if self.voice.schema.not_later(stated, asked) {
            return None;
        }
        let asked = quote(&self.voice.event(asked));
        Some(
            self.voice.lang.pick(
                format!("dat stelt geen grens vanaf {asked}"),
                format!("which sets no limit from {asked}"),
            ),
        )
    }

    fn depends(&self, value: &Value, right: &Quantity) -> Option<String> {
        let (Value::Limit(_), Quantity::Duration(span, _)) = (value, right) else { return None };
        let span = duration(self.voice.lang, *span);
        Some(self.voice.lang.pick(
            format!("wat afhankelijk van de begindatum korter of langer kan zijn dan {span}"),
            format!("which can be shorter or longer than {span}, depending on the first day"),
        ))
    }
}

fn exactly(terms: &TermSet) -> Range {
    Range { certain: terms.clone(), possible: terms.clone() }
}

fn fit(field: &Range, set: &Range) -> Fit {
    let outside = field.certain.minus(&set.possible);
    match () {
        () if field.possible.is_empty() => Fit::Out,
        () if field.possible.within(&set.certain) => Fit::In,
        () if !field.possible.meets(&set.possible) => Fit::Out,
        () if !outside.is_empty() => Fit::Partly(outside),
        () => Fit::Open,
    }
}

/// Whether a value compares so: `None` if that is not one question, `Some(None)` if it is open.
fn compare(value: &Value, op: Op, right: &Quantity) -> Option<Option<bool>> {
    match (value, right) {
        (Value::Limit(Limit::Within(a)), Quantity::Duration(b, _)) => Some(a.compare(op, *b)),
        (Value::Limit(Limit::Unlimited), Quantity::Duration(..)) => {
            Some(Some(matches!(op, Op::Ge | Op::Gt | Op::Ne)))
        }
        (Value::Number(a), Quantity::Number(b)) => Some(Some(op.holds(a.cmp(b)))),
        (Value::One(terms), Quantity::Term(b)) => terms.single().map(|a| Some(op.holds(a.cmp(b)))),
        (Value::Date(from, to), Quantity::Date(b)) => {
            let (first, last) = (op.holds(from.cmp(b)), op.holds(to.cmp(b)));
            Some((first == last && (from == to || !(from..=to).contains(&b))).then_some(first))
        }
        _ => None,
    }
}

/// How a day lies to a span before the as-of date.
fn ago_words(lang: Lang, as_of: Date, (from, to): (Date, Date), op: Op, span: Duration) -> Option<String> {
    if from > as_of {
        let today = day(lang, as_of);
        return Some(lang.pick(
            format!("dat is na de peildatum {today}"),
            format!("which is after the as-of date {today}"),
        ));
    }
    // Counted forward from the stated day, as the language does: clamped at the end of a month.
    let age = |d: Date| d.checked_add(time_span(span)).ok().map(|end| as_of.cmp(&end));
    let (first, last) = (op.holds(age(from)?), op.holds(age(to)?));
    let op = if first { op } else { opposite(op) };
    (first == last).then(|| {
        let (words, span, today) =
            (comparison(lang, op, Scale::Amount), duration(lang, span), day(lang, as_of));
        lang.pick(format!("{words} {span} voor {today}"), format!("{words} {span} before {today}"))
    })
}

fn time_span(span: Duration) -> TimeSpan {
    match span {
        Duration::Months(m) => TimeSpan::new().try_months(m).unwrap_or_default(),
        Duration::Hours(h) => TimeSpan::new().try_hours(h).unwrap_or_default(),
    }
}
