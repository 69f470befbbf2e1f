//! Values and states in words: stated, none, excluded, vague, conditional, conflicting, unlimited, undeclared.

use super::phrases::{Join, cite, clauses, day, days, duration, list, names, quote};
use super::voice::{At, Voice};
use crate::facts::{Fact, SetValue, Value};
use crate::lang::Lang;
use crate::model::{
    Default, EventId, FieldId, FieldType, Form, KindId, Limit, Member, Set, SetId, SettingId, SettingValue,
    Term, TermSet,
};

/// Values nest at most this deep before they are cut short.
const DEPTH: usize = 6;

impl Voice<'_> {
    /// A value as it follows "is".
    pub(super) fn value(&self, at: At, value: &Value) -> String {
        self.value_within(at, value, DEPTH)
    }

    fn value_within(&self, at: At, value: &Value, depth: usize) -> String {
        let Some(depth) = depth.checked_sub(1) else { return "…".to_string() };
        let inner = |v: &Value| self.value_within(at, v, depth);
        match value {
            Value::Undeclared => self.lang.pick("niet vermeld", "not stated").to_string(),
            Value::None => self.lang.pick("geen", "none").to_string(),
            Value::One(terms) => self.one(at, terms),
            Value::Set(set) => self.set_value(at, set),
            Value::Date(from, to) => days(self.lang, *from, *to),
            Value::Limit(limit) => self.limit(*limit),
            Value::Number(n) => n.to_string(),
            Value::Event(e) => quote(&self.event(EventId(*e))),
            Value::OneOf(values) => self.not_said_which(values.iter().map(inner).collect()),
            Value::If { condition, then, otherwise } => {
                self.conditional(*condition, inner(then), inner(otherwise))
            }
            Value::Conflicting(values) => self.says(values.iter().map(|v| (None, inner(v))).collect()),
            Value::Same(record, item, field) => match self.fact(*record, *item, *field) {
                Some((to, fact)) => self.value_within((to.0, FieldId(to.2)), &fact.value, depth),
                None => self.lang.pick("niet vermeld", "not stated").to_string(),
            },
        }
    }

    fn limit(&self, limit: Limit) -> String {
        match limit {
            Limit::Within(span) => duration(self.lang, span),
            Limit::Unlimited => self.lang.pick("onbeperkt", "without limit").to_string(),
        }
    }

    fn not_said_which(&self, values: Vec<String>) -> String {
        let which = self.lang.pick("niet vermeld welke", "not stated which");
        format!("{} ({which})", list(self.lang, &values, Join::Or))
    }

    fn conditional(&self, condition: u32, then: String, otherwise: String) -> String {
        let name = self.condition(condition);
        self.lang.pick(
            format!("{then} als {name}, anders {otherwise}"),
            format!("{then} if {name}, otherwise {otherwise}"),
        )
    }

    /// The words of a condition, cited.
    pub(super) fn condition(&self, condition: u32) -> String {
        let named = self.facts.and_then(|f| f.conditions().get(condition as usize));
        cite(named.map(|c| c.name.as_str()).unwrap_or_default())
    }

    /// "Annex 1 says `A`, 5.2 says `B`": the statements of a contradiction, each with its source.
    fn says(&self, statements: Vec<(Option<String>, String)>) -> String {
        let one = |(i, (source, value)): (usize, (Option<String>, String))| {
            let nobody = match i {
                0 => self.lang.pick("de ene", "one"),
                _ => self.lang.pick("de andere", "another"),
            };
            let who = source.map(|s| cite(&s)).unwrap_or_else(|| nobody.to_string());
            format!("{who} {} {value}", self.lang.pick("zegt", "says"))
        };
        statements.into_iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
    }

    fn one(&self, at: At, terms: &TermSet) -> String {
        let Some(kind) = self.kind(at) else { return String::new() };
        if let Some(bit) = terms.single() {
            return quote(&self.term(kind, bit));
        }
        self.vague(kind, terms)
    }

    /// One of several terms: by the name they have in common, if there is one.
    fn vague(&self, kind: KindId, terms: &TermSet) -> String {
        if *terms == TermSet::all() {
            return self.lang.pick("niet vermeld", "not stated").to_string();
        }
        if let Some(name) = self.common_name(kind, terms) {
            return format!("{} ({})", quote(&name), self.which_unsaid(kind));
        }
        self.not_said_which(vec![self.terms(kind, terms, Join::Or)])
    }

    /// "not stated which `kind`"; the Dutch plural needs no grammatical gender.
    fn which_unsaid(&self, kind: KindId) -> String {
        let kind = &self.schema.kinds[kind.ix()];
        let singular = kind.labels.name(Lang::Nl, &kind.name);
        let plural = kind.labels.word(Lang::Nl, Form(1)).filter(|p| *p != singular);
        self.lang.pick(
            plural.map_or("niet vermeld wat daarbinnen".to_string(), |p| format!("niet vermeld welke {p}")),
            format!("not stated which {}", kind.labels.name(Lang::En, &kind.name)),
        )
    }

    /// The set or group that has exactly these terms.
    fn common_name(&self, kind: KindId, terms: &TermSet) -> Option<String> {
        let sets = self.schema.sets.iter().enumerate().filter(|(_, set)| set.kind == kind);
        let mut named = sets.into_iter().filter(|(_, set)| extents(set).contains(terms));
        let named = named.next();
        named.map(|(i, _)| self.set(SetId(i as u32))).or_else(|| self.group_name(kind, terms))
    }

    fn group_name(&self, kind: KindId, terms: &TermSet) -> Option<String> {
        let of_kind = self.schema.kinds[kind.ix()].terms.iter().map(|t| &self.schema.terms[t.ix()]);
        let without = |t: &Term| t.under.minus(&TermSet::one(t.bit));
        let single = |bit: &u32| {
            self.schema.term_of_bit(kind, *bit).is_some_and(|t| !t.group && t.stands_for.is_none())
        };
        let gathered = |t: &Term| t.under.iter().filter(single).collect::<TermSet>();
        let group = |t: &&Term| {
            t.under.len() > 1 && (t.under == *terms || without(t) == *terms || gathered(t) == *terms)
        };
        of_kind.into_iter().find(group).map(|t| self.term(kind, t.bit))
    }

    /// "is", or "are" behind a label that is a plural.
    pub(super) fn is(&self, at: At) -> &'static str {
        match self.is_plural(at) {
            true => self.lang.pick("zijn", "are"),
            false => self.lang.pick("is", "is"),
        }
    }

    fn set_value(&self, at: At, set: &SetValue) -> String {
        let Some(kind) = self.kind(at) else { return String::new() };
        let named = self.members(kind, &set.must);
        let vague: Vec<String> = set.some_of.iter().map(|terms| self.vague(kind, terms)).collect();
        let mentioned = set.some_of.iter().fold(set.must.clone(), |all, terms| all.or(terms));
        let open = !set.may.within(&mentioned);
        let excluded = self.schema.universe(kind).minus(&set.may);
        let mut parts = Vec::new();
        if !named.is_empty() {
            parts.push(names(self.lang, &named, Join::And));
        }
        parts.extend(vague);
        self.with_rest(kind, parts, open, &excluded)
    }

    /// What is said of the rest of a set: nothing more, perhaps more, or more but not some terms.
    fn with_rest(&self, kind: KindId, mut parts: Vec<String>, open: bool, excluded: &TermSet) -> String {
        let lang = self.lang;
        if !open {
            let none = lang.pick("geen", "none").to_string();
            return if parts.is_empty() { none } else { clauses(lang, &parts) };
        }
        let listed = !parts.is_empty();
        if listed {
            parts.push(lang.pick("misschien meer", "perhaps more").to_string());
        }
        let said = clauses(lang, &parts);
        let but = if listed { lang.pick(", maar ", ", but ") } else { "" };
        if excluded.is_cofinite() || excluded.is_empty() {
            return if listed { said } else { lang.pick("niet vermeld", "not stated").to_string() };
        }
        // A heading is no element of any list: what stands under it is.
        let heading = |bit: &u32| self.schema.term_of_bit(kind, *bit).is_some_and(|term| term.group);
        let elements: TermSet = excluded.iter().filter(|bit| !heading(bit)).collect();
        let told = if elements.is_empty() { excluded } else { &elements };
        let names = self.terms(kind, told, Join::Or);
        format!("{said}{but}{} {names}", lang.pick("in elk geval niet", "in any case not"))
    }

    /// The value of a setting.
    pub(super) fn setting(&self, id: SettingId) -> String {
        match &self.schema.settings[id.ix()].value {
            SettingValue::Duration(span) => duration(self.lang, *span),
            SettingValue::Number(n) => n.to_string(),
            SettingValue::Date(date) => day(self.lang, *date),
            SettingValue::Terms(kind, terms) => self.terms(*kind, terms, Join::And),
            SettingValue::Set(set) => quote(&self.set(*set)),
        }
    }

    /// What a fact says as a clause: "country is `X`", "the reason is not stated".
    pub(super) fn states(&self, at: At, item: u32, fact: &Fact, sources: &[Option<String>]) -> String {
        let (field, lang, is) = (self.field(at), self.lang, self.is(at));
        match &fact.value {
            Value::Undeclared if !fact.absent => {
                lang.pick(format!("{field} {is} niet ingevuld"), format!("the {field} {is} not filled in"))
            }
            Value::Undeclared => self.not_stated(at),
            Value::None if fact.absent => self.not_stated(at),
            Value::None => lang.pick(
                format!("er is vermeld dat er geen {field} {is}"),
                format!("it is stated that there {is} no {field}"),
            ),
            Value::Conflicting(values) => self.disagree(at, values, sources),
            value => {
                let from = self.counted_from(at, item, value);
                let unsaid = if fact.absent { self.by_default(at) } else { String::new() };
                format!("{field} {is} {}{from}{unsaid}", self.value(at, value))
            }
        }
    }

    /// "the `field` is not stated".
    pub(super) fn not_stated(&self, at: At) -> String {
        let (field, is) = (self.field(at), self.is(at));
        self.lang.pick(format!("{field} {is} niet vermeld"), format!("the {field} {is} not stated"))
    }

    fn disagree(&self, at: At, values: &[Value], sources: &[Option<String>]) -> String {
        let source = |i: usize| sources.get(i).cloned().flatten();
        let said = values.iter().enumerate().map(|(i, v)| (source(i), self.value(at, v))).collect();
        let (field, said) = (self.field(at), self.says(said));
        self.lang.pick(
            format!("de uitspraken over {field} verschillen ({said})"),
            format!("the statements on {field} disagree ({said})"),
        )
    }

    /// " after `event`" behind a span of time that counts from one.
    fn counted_from(&self, at: At, item: u32, value: &Value) -> String {
        match (value, self.event_of(at, item)) {
            (Value::Limit(Limit::Within(_)), Some(event)) => {
                format!(" {} {}", self.lang.pick("na", "after"), quote(&self.event(event)))
            }
            _ => String::new(),
        }
    }

    /// The event that a span of time is stated to count from.
    pub(super) fn event_of(&self, (record, field): At, item: u32) -> Option<EventId> {
        let counts_from = self.schema.records[record.ix()].fields.get(field.ix())?.counts_from?;
        let (_, fact) = self.fact(record, item, counts_from.0)?;
        match fact.value {
            Value::Event(e) if !fact.absent => Some(EventId(e)),
            _ => None,
        }
    }

    fn by_default(&self, (record, field): At) -> String {
        let field = self.schema.records[record.ix()].fields.get(field.ix());
        match field.map(|f| &f.default) {
            Some(Default::Term(_) | Default::ReadAs(_)) => {
                self.lang.pick(" (er is niets anders vermeld)", " (nothing else is stated)").to_string()
            }
            _ => String::new(),
        }
    }

    /// The term or event that an unsaid field is read as.
    pub(super) fn default_value(&self, (record, field): At) -> Option<String> {
        let ty = self.schema.records[record.ix()].fields.get(field.ix())?;
        match (&ty.default, ty.ty) {
            (Default::ReadAs(bit) | Default::Term(bit), FieldType::Terms(kind)) => {
                Some(self.term(kind, *bit))
            }
            (Default::ReadAs(e) | Default::Term(e), FieldType::Event) => Some(self.event(EventId(*e))),
            _ => None,
        }
    }
}

/// What a document that names a set can mean by it: its lasting members, or all it ever had.
fn extents(set: &Set) -> [TermSet; 2] {
    let lasts = |m: &&Member| match set.complete_through {
        Some(day) => m.in_force(day),
        None => m.until.is_none(),
    };
    let sure = |m: &&Member| m.condition.is_none();
    let all = |all: TermSet, m: &Member| all.or(&m.terms);
    let members = || set.members.iter();
    [
        members().filter(lasts).filter(sure).fold(TermSet::empty(), all),
        members().filter(sure).fold(TermSet::empty(), all),
    ]
}
