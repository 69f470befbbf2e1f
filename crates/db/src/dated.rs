//! What verdicts do by themselves as time goes on: the days on which anything can change, and what then does.
//!
//! Between two of those days nothing that a rule reads changes: members of lists begin and end, lists stop being known
//! to be complete, waivers begin and end, and dates become older than a rule allows. Facts are taken as they are;
//! no input of the database is changed.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use policy_core::diag::Message;
use policy_core::facts::{Facts, Value};
use policy_core::lang::Lang;
use policy_core::model::{
    Duration, FieldRef, Formula, Op, Origin, Quantity, Rule, Schema, SetId, SettingValue, TermSet, Waiver,
};
use policy_core::verdict::{Outcome, Verdict};

use crate::engine::{self, Compiled, Engine, Names};
use crate::reads::Reads;

/// Of the terms that a list gains or loses at once, so many are named.
const NAMED: usize = 5;

/// What one rule comes to: the verdict, and whether a waiver covers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// The verdict under any waiver.
    pub verdict: Verdict,
    /// Whether a waiver covers it.
    pub waived: bool,
}

impl Status {
    /// How bad it is: kept or not applicable, waived, unknown, failing.
    pub fn rank(self) -> u8 {
        match self.verdict {
            Verdict::Pass | Verdict::NotApplicable => 0,
            _ if self.waived => 1,
            Verdict::Unknown => 2,
            Verdict::Fail => 3,
        }
    }
}

/// Something that changes on a day, whatever a declaration says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The first day on which it is so.
    pub day: Date,
    /// What is so.
    pub turn: Turn,
    /// Where it was written.
    pub at: Origin,
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// These terms become members of a list.
    Joins(SetId, TermSet),
    /// They no longer are.
    Leaves(SetId, TermSet),
    /// A list is no longer known to be complete.
    Stale(SetId, Date),
    /// A waiver of a rule comes into force; by whom.
    Waived(String, String),
    /// It no longer is in force.
    Expired(String, String),
}

impl Edge {
    /// Whether it can matter to a rule.
    pub fn concerns(&self, rule: &Rule, schema: &Schema) -> bool {
        match &self.turn {
            Turn::Joins(set, _) | Turn::Leaves(set, _) | Turn::Stale(set, _) => {
                let reads = Reads::of(rule);
                let by_setting = reads
                    .settings
                    .iter()
                    .any(|setting| schema.settings[setting.ix()].value == SettingValue::Set(*set));
                by_setting || reads.sets.contains(set)
            }
            Turn::Waived(id, _) | Turn::Expired(id, _) => *id == rule.id,
        }
    }

    /// What changes, in words.
    pub fn words(&self, schema: &Schema) -> Message {
        let say = |lang: Lang| self.say(schema, lang);
        Message { nl: say(Lang::Nl), en: say(Lang::En) }
    }

    fn say(&self, schema: &Schema, lang: Lang) -> String {
        let day = self.day;
        let set = |set: &SetId| {
            let set = &schema.sets[set.ix()];
            set.labels.name(lang, &set.name).to_owned()
        };
        match &self.turn {
            Turn::Joins(id, terms) => {
                let (set, terms) = (set(id), names(schema, *id, terms, lang));
                lang.pick(
                    format!("vanaf {day} hoort {terms} bij `{set}`"),
                    format!("from {day} `{set}` includes {terms}"),
                )
            }
            Turn::Leaves(id, terms) => {
                let (set, terms) = (set(id), names(schema, *id, terms, lang));
                lang.pick(
                    format!("vanaf {day} hoort {terms} niet meer bij `{set}`"),
                    format!("from {day} `{set}` no longer includes {terms}"),
                )
            }
            Turn::Stale(id, last) => {
                let set = set(id);
                lang.pick(
                    format!("de lijst `{set}` is bijgewerkt tot en met {last}; daarna is onbekend wat eraan ontbreekt"),
                    format!("the list `{set}` is complete through {last}; after that it is unknown what it lacks"),
                )
            }
            Turn::Waived(rule, owner) => lang.pick(
                format!("vanaf {day} geldt de aanvaarding van `{rule}` door {owner}"),
                format!("from {day} the waiver of `{rule}` by {owner} is in force"),
            ),
            Turn::Expired(rule, owner) => lang.pick(
                format!("de aanvaarding van `{rule}` door {owner} liep tot {day}"),
                format!("the waiver of `{rule}` by {owner} ran until {day}"),
            ),
        }
    }
}

fn names(schema: &Schema, set: SetId, terms: &TermSet, lang: Lang) -> String {
    let kind = schema.sets[set.ix()].kind;
    let name = |bit: u32| {
        let term = schema.term_of_bit(kind, bit)?;
        Some(format!("`{}`", term.labels.name(lang, &term.name)))
    };
    if terms.is_cofinite() {
        return lang.pick("bijna alles", "nearly everything").to_owned();
    }
    let all: Vec<String> = terms.iter().filter_map(name).collect();
    let more = if all.len() > NAMED { ", …" } else { "" };
    all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ") + more
}

/// Everything that changes by itself, by day. Of waivers those for something of that name.
pub fn edges(schema: &Schema, waivers: &[Waiver], names: &Names) -> Vec<Edge> {
    let mut found = of_sets(schema);
    let own = waivers.iter().filter(|waiver| names.has(&waiver.vendor_or_product));
    found.extend(own.flat_map(of_waiver));
    found.sort_by_key(|edge| edge.day);
    found
}

/// What changes by itself in lists.
pub fn of_sets(schema: &Schema) -> Vec<Edge> {
    let mut found = Vec::new();
    for (index, set) in schema.sets.iter().enumerate() {
        let id = SetId(index as u32);
        for member in &set.members {
            let terms = || member.terms.clone();
            let joins =
                member.from.map(|day| Edge { day, turn: Turn::Joins(id, terms()), at: member.origin });
            let leaves =
                member.until.map(|day| Edge { day, turn: Turn::Leaves(id, terms()), at: member.origin });
            found.extend(joins.into_iter().chain(leaves));
        }
        let stale = set.complete_through.and_then(|last| Some((last, last.tomorrow().ok()?)));
        found.extend(stale.map(|(last, day)| Edge { day, turn: Turn::Stale(id, last), at: set.origin }));
    }
    found
}

/// When a waiver comes into force, if it says so, and when it no longer is.
pub fn of_waiver(waiver: &Waiver) -> Vec<Edge> {
    let (rule, owner, at) = (waiver.rule.clone(), waiver.owner.clone(), waiver.origin);
    let begins = Turn::Waived(rule.clone(), owner.clone());
    let begins = waiver.from.map(|day| Edge { day, turn: begins, at });
    let ends = Edge { day: waiver.until, turn: Turn::Expired(rule, owner), at };
    begins.into_iter().chain([ends]).collect()
}

/// A stated date that becomes too old for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aging {
    /// The rule, by its index.
    pub rule: usize,
    /// The field that states it.
    pub field: FieldRef,
    /// The date; of a period its last day.
    pub stated: Date,
    /// The first day on which it is certainly too old.
    pub day: Date,
}

/// The stated dates that rules want to be recent, each with the day on which it no longer is.
pub fn aging(schema: &Schema, rules: &[Rule], facts: &Facts) -> Vec<Aging> {
    let mut found = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        for formula in rule.formulas() {
            formula.walk(&mut |inner| {
                let Formula::Compare { left, op: op @ (Op::Le | Op::Lt), right } = inner else { return };
                let Some(span) = span_ago(schema, right) else { return };
                for stated in dates_of(facts, *left) {
                    let day = too_old(stated, span, *op);
                    found.extend(day.map(|day| Aging { rule: index, field: *left, stated, day }));
                }
            });
        }
    }
    found
}

/// The dates that records state in a field; of a period its last day.
fn dates_of(facts: &Facts, field: FieldRef) -> Vec<Date> {
    let items = facts.lists.get(field.record.ix()).into_iter().flat_map(|list| &list.items);
    let values = items.filter_map(|item| Some(&item.fields.get(field.field.ix())?.value));
    values.filter_map(|value| if let Value::Date(_, last) = value { Some(*last) } else { None }).collect()
}

/// The first day on which a date lies longer ago than a span. Months end on different days, so it is found by counting
/// back from the days around, as the rule does.
fn too_old(stated: Date, span: Duration, op: Op) -> Option<Date> {
    let around = after(&stated, &span)?;
    let days = (-1..=4).filter_map(|days: i64| around.checked_add(days.days()).ok());
    days.into_iter().find(|day| {
        let back = match span {
            Duration::Months(months) => day.checked_sub(i64::from(months).months()),
            Duration::Hours(hours) => day.checked_sub((i64::from(hours) / 24).days()),
        };
        back.is_ok_and(|back| if op == Op::Le { stated < back } else { stated <= back })
    })
}

fn after(day: &Date, span: &Duration) -> Option<Date> {
    match span {
        Duration::Months(months) => day.checked_add(i64::from(*months).months()).ok(),
        Duration::Hours(hours) => day.checked_add((i64::from(*hours) / 24).days()).ok(),
    }
}

/// The days around which dates become too old for a rule, or are reached.
fn ages(schema: &Schema, rules: &[Rule], facts: &Facts) -> BTreeSet<Date> {
    let mut spans: Vec<Duration> = Vec::new();
    for formula in rules.iter().flat_map(Rule::formulas) {
        formula.walk(&mut |inner| {
            if let Formula::Compare { right, .. } = inner {
                spans.extend(span_ago(schema, right));
            }
        });
    }
    let mut dates = BTreeSet::new();
    let items = facts.lists.iter().flat_map(|list| &list.items);
    items.flat_map(|item| &item.fields).for_each(|fact| days_in(&fact.value, &mut dates));
    let mut found = BTreeSet::new();
    for day in &dates {
        found.extend([*day].into_iter().chain(day.tomorrow().ok()));
        // Months end on different days: a few days around cover every way in which they are clamped.
        for end in spans.iter().filter_map(|span| after(day, span)) {
            found.extend((-1..=4).filter_map(|days: i64| end.checked_add(days.days()).ok()));
        }
    }
    found
}

fn span_ago(schema: &Schema, quantity: &Quantity) -> Option<Duration> {
    match quantity {
        Quantity::Ago(span) => Some(*span),
        Quantity::Setting { setting, ago: true, .. } => match schema.settings[setting.ix()].value {
            SettingValue::Duration(span) => Some(span),
            _ => None,
        },
        _ => None,
    }
}

fn days_in(value: &Value, days: &mut BTreeSet<Date>) {
    match value {
        Value::Date(first, last) => days.extend([*first, *last]),
        Value::OneOf(values) | Value::Conflicting(values) => values.iter().for_each(|v| days_in(v, days)),
        Value::If { then, otherwise, .. } => [then, otherwise].into_iter().for_each(|v| days_in(v, days)),
        _ => {}
    }
}

/// What a timeline is made from.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// What can be declared.
    pub schema: &'a Schema,
    /// The rules.
    pub rules: &'a [Rule],
    /// Accepted risks.
    pub waivers: &'a [Waiver],
    /// What the declaration is about.
    pub names: &'a Names,
    /// What it says.
    pub facts: &'a Facts,
}

/// A day on which verdicts change by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The first day on which it is so.
    pub day: Date,
    /// By rule: what it came to the day before, and comes to now.
    pub changes: Vec<Changed>,
}

/// A verdict that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The rule, by its index.
    pub rule: usize,
    /// Before.
    pub from: Status,
    /// From now on.
    pub to: Status,
    /// The outcome from now on.
    pub outcome: Outcome,
    /// What changed in lists and waivers on that day; nothing where a date became too old.
    pub because: Vec<Edge>,
}

impl Subject<'_> {
    /// What each rule comes to on a day.
    pub fn on(&self, day: Date) -> Vec<(Outcome, Status)> {
        let compiled = Compiled::new(self.schema, self.rules, day);
        let engine = Engine { schema: self.schema, rules: self.rules, compiled: &compiled, as_of: day };
        let outcomes = engine.evaluate(self.facts).into_iter().zip(self.rules);
        outcomes.map(|(outcome, rule)| (outcome.clone(), self.status(&outcome, rule, day))).collect()
    }

    fn status(&self, outcome: &Outcome, rule: &Rule, day: Date) -> Status {
        let open = matches!(outcome.verdict, Verdict::Fail | Verdict::Unknown);
        let waived = open && engine::waiver(self.waivers, &rule.id, self.names, day).is_some();
        Status { verdict: outcome.verdict, waived }
    }

    /// The days after `from` and not after `until` on which anything can change.
    pub fn days(&self, from: Date, until: Date) -> BTreeSet<Date> {
        let edges = edges(self.schema, self.waivers, self.names);
        let mut days = ages(self.schema, self.rules, self.facts);
        days.extend(edges.iter().map(|edge| edge.day));
        days.into_iter().filter(|day| from < *day && *day <= until).collect()
    }

    /// The days on which verdicts change by themselves.
    pub fn timeline(&self, from: Date, until: Date) -> Vec<Moment> {
        let edges = edges(self.schema, self.waivers, self.names);
        let (mut moments, mut before) = (Vec::new(), self.on(from));
        for day in self.days(from, until) {
            let now = self.on(day);
            let flips = before.iter().zip(&now).enumerate().filter(|(_, ((_, a), (_, b)))| a != b);
            let changes = flips.map(|(rule, ((_, from), (outcome, to)))| {
                let on_day = edges.iter().filter(|edge| edge.day == day);
                let because = on_day.filter(|edge| edge.concerns(&self.rules[rule], self.schema));
                Changed {
                    rule,
                    from: *from,
                    to: *to,
                    outcome: outcome.clone(),
                    because: because.cloned().collect(),
                }
            });
            let changes: Vec<_> = changes.collect();
            if !changes.is_empty() {
                moments.push(Moment { day, changes });
            }
            before = now;
        }
        moments
    }
}
