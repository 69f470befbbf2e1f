//! What can be read off a rule and a schema without a world.

use policy_core::facts::{Existence, Facts, Value};
use policy_core::model::{
    Clause, Collection, EventId, FieldId, FieldRef, FieldType, Formula, KindId, Norm, Quantity, RecordId,
    Rule, Schema, SettingValue, Silence, TermSet, Terms, Var,
};

use super::world::{Key, Setting, Thing, term};

/// A thing that silence could be held against, and its undeclared facts.
pub struct Doubt {
    /// The sentence whose thing it is.
    pub sentence: usize,
    /// The thing.
    pub thing: Thing,
    /// What is silent about it.
    pub facts: Vec<Key>,
    /// A plain prohibition: the silent facts are what would put the thing in scope.
    pub plain: bool,
}

/// The kind of a field of terms; kind 0 for another field.
pub fn kind(schema: &Schema, record: RecordId, field: FieldId) -> KindId {
    match schema.records[record.ix()].fields[field.ix()].ty {
        FieldType::Terms(kind) => kind,
        _ => KindId(0),
    }
}

/// The event that is not later than any other.
pub fn earliest(schema: &Schema) -> Option<EventId> {
    let all = || (0..schema.events.len() as u32).map(EventId);
    all().find(|e| all().all(|f| schema.not_later(*e, f)))
}

/// A quantity with the setting's value in its place.
pub fn settled(schema: &Schema, quantity: &Quantity) -> Quantity {
    let Quantity::Setting { setting, from, ago } = quantity else { return quantity.clone() };
    match &schema.settings[setting.ix()].value {
        SettingValue::Duration(span) if *ago => Quantity::Ago(*span),
        SettingValue::Duration(span) => Quantity::Duration(*span, *from),
        SettingValue::Number(n) => Quantity::Number(*n),
        SettingValue::Date(day) => Quantity::Date(*day),
        SettingValue::Terms(_, terms) => Quantity::Term(terms.single().unwrap_or(0)),
        SettingValue::Set(_) => Quantity::Term(0),
    }
}

fn clauses(rule: &Rule) -> Vec<&Clause> {
    let mut found: Vec<&Clause> = rule.when.iter().chain(&rule.unless).collect();
    for sentence in &rule.sentences {
        found.extend(sentence.given.iter().chain(&sentence.unless));
        match &sentence.norm {
            Norm::Each { scope, need, .. } => found.extend([scope, need]),
            Norm::Holds(clause) => found.push(clause),
        }
    }
    found
}

fn visit(formula: &Formula, see: &mut dyn FnMut(&Formula)) {
    see(formula);
    match formula {
        Formula::Not(inner) => visit(inner, see),
        Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|p| visit(p, see)),
        Formula::Exists { body, .. } | Formula::Element { body, .. } => visit(body, see),
        _ => {}
    }
}

/// Every constant that a rule compares with.
pub fn quantities(schema: &Schema, rule: &Rule) -> Vec<Quantity> {
    let mut found = Vec::new();
    for clause in clauses(rule) {
        visit(&clause.formula, &mut |f| {
            if let Formula::Compare { right, .. } | Formula::Apart { span: right, .. } = f {
                found.push(settled(schema, right));
            }
        });
    }
    found
}

/// How many unlisted records of each type a rule can tell apart: one for each quantified variable, and for
/// "at least n" n for each of the things around it.
pub fn spares(schema: &Schema, rule: &Rule, facts: &Facts) -> Vec<usize> {
    let mut need = vec![0; schema.records.len()];
    for sentence in &rule.sentences {
        for clause in sentence.given.iter().chain(&sentence.unless) {
            count(schema, facts, &clause.formula, 1, &mut need);
        }
        match &sentence.norm {
            Norm::Holds(clause) => count(schema, facts, &clause.formula, 1, &mut need),
            Norm::Each { over, scope, need: asks, .. } => {
                let things = add(schema, facts, over, 1, &mut need);
                count(schema, facts, &scope.formula, things, &mut need);
                count(schema, facts, &asks.formula, things, &mut need);
            }
        }
    }
    for clause in rule.when.iter().chain(&rule.unless) {
        count(schema, facts, &clause.formula, 1, &mut need);
    }
    need
}

fn count(schema: &Schema, facts: &Facts, formula: &Formula, outer: usize, need: &mut [usize]) {
    match formula {
        Formula::Not(inner) | Formula::Element { body: inner, .. } => {
            count(schema, facts, inner, outer, need)
        }
        Formula::And(parts) | Formula::Or(parts) => {
            parts.iter().for_each(|p| count(schema, facts, p, outer, need));
        }
        Formula::Exists { over, count: n, body, .. } => {
            let things = add(schema, facts, over, *n as usize * outer, need);
            count(schema, facts, body, outer * things, need);
        }
        Formula::In { terms: Terms::Declared(record, field), .. }
            if !open(schema, *record, *field) && !given(schema, facts, *record) =>
        {
            add(schema, facts, &Collection::Records { record: *record, declared: false }, outer, need);
        }
        _ => {}
    }
}

/// Adds `n` spares for a collection; gives how many things it then has at most.
fn add(schema: &Schema, facts: &Facts, over: &Collection, n: usize, need: &mut [usize]) -> usize {
    let (record, declared) = match over {
        Collection::Records { record, declared } => (*record, *declared),
        Collection::Categories { held, .. } => (held.0, false),
    };
    let mut things = 0;
    for member in schema.members(record) {
        things += facts.lists[member.ix()].items.len();
        if !declared {
            need[member.ix()] += n;
            things += n;
        }
    }
    things.max(1)
}

/// Whether the document gives the list of a record at all.
pub fn given(schema: &Schema, facts: &Facts, record: RecordId) -> bool {
    let lists = schema.members(record).map(|r| &facts.lists[r.ix()]);
    lists.into_iter().any(|list| list.complete || !list.items.is_empty())
}

/// Whether a field holds words of an open kind.
pub fn open(schema: &Schema, record: RecordId, field: FieldId) -> bool {
    schema.kinds[kind(schema, record, field).ix()].open
}

/// The words of an open kind that the document certainly writes in a field.
pub fn written(setting: &Setting, record: RecordId, field: FieldId) -> TermSet {
    let mut found = TermSet::empty();
    for member in setting.schema.members(record) {
        let items = &setting.facts.lists[member.ix()].items;
        for item in items.iter().filter(|item| item.exists == Existence::Certain) {
            found = found.or(&stated_terms(&item.fields[field.ix()].value));
        }
    }
    found
}

/// The kind of a field of terms and a term of it, with everything under it.
pub fn with_under(schema: &Schema, record: RecordId, field: FieldId, bit: u32) -> TermSet {
    under(schema, kind(schema, record, field), bit)
}

fn under(schema: &Schema, kind: KindId, bit: u32) -> TermSet {
    match schema.kinds[kind.ix()].terms.get(bit as usize) {
        Some(id) => term(schema, *id).under.or(&TermSet::one(bit)),
        None => TermSet::one(bit),
    }
}

/// The terms that a value certainly has.
pub fn stated_terms(value: &Value) -> TermSet {
    match value {
        Value::One(set) => set.single().into_iter().collect(),
        Value::Set(set) => set.must.clone(),
        _ => TermSet::empty(),
    }
}

/// How far above `bit` the term `above` is; `None` where it is not at or above it.
pub fn distance(schema: &Schema, kind: KindId, bit: u32, above: u32) -> Option<usize> {
    let set = under(schema, kind, above);
    set.contains(bit).then(|| set.len())
}

/// The listed things of the rule's sentences, each with its undeclared facts that the caution covers.
pub fn silent_candidates(setting: &Setting) -> Vec<Doubt> {
    let mut found = Vec::new();
    for (sentence, norm) in setting.rule.sentences.iter().map(|s| &s.norm).enumerate() {
        let Norm::Each { over, var, scope, need, .. } = norm else { continue };
        let named = matches!(setting.rule.silence, Silence::FailsOn(_));
        let plain = named && need.formula == Formula::Const(false);
        let read = if plain { &scope.formula } else { &need.formula };
        let fields = reads(setting.schema, read, *var);
        for thing in stated(setting, over) {
            let (Thing::Listed(record, _) | Thing::Spare(record, _) | Thing::Category(record, ..)) = thing;
            let fields = covered(setting, record, &fields);
            let facts: Vec<Key> = fields.iter().filter_map(|f| silent(setting, thing, *f)).collect();
            if !facts.is_empty() {
                found.push(Doubt { sentence, thing, facts, plain });
            }
        }
    }
    found
}

/// The things of a collection that the document states.
fn stated(setting: &Setting, over: &Collection) -> Vec<Thing> {
    let listed = |record: RecordId| {
        setting.schema.members(record).flat_map(|member| {
            let items = setting.facts.lists[member.ix()].items.iter().enumerate();
            items.filter(|(_, i)| i.exists == Existence::Certain).map(move |(i, _)| (member, i))
        })
    };
    match over {
        Collection::Records { record, .. } => listed(*record).map(|(r, i)| Thing::Listed(r, i)).collect(),
        Collection::Categories { governed_by, scope, .. } => {
            let terms = scope.iter();
            let governing = || listed(*governed_by).map(Some).chain([None]);
            terms.flat_map(|t| governing().map(move |g| Thing::Category(*governed_by, t, g))).collect()
        }
    }
}

/// The fields of the variable that a formula reads, with set conditions and the events of spans.
fn reads(schema: &Schema, formula: &Formula, var: Var) -> Vec<FieldId> {
    let mut refs: Vec<FieldRef> = Vec::new();
    let mut more: Vec<FieldRef> = Vec::new();
    visit(formula, &mut |f| match f {
        Formula::Element { of, .. } | Formula::HasValue(of) => refs.push(*of),
        Formula::In { of, terms, .. } => match terms {
            Terms::Field(other) => refs.push(*other),
            Terms::Set(set) => more.extend(conditions(schema, *set, of)),
            Terms::Setting(s) => {
                if let SettingValue::Set(set) = schema.settings[s.ix()].value {
                    more.extend(conditions(schema, set, of));
                }
            }
            _ => {}
        },
        Formula::Compare { left, .. } => {
            refs.push(*left);
            let from = schema.records[left.record.ix()].fields[left.field.ix()].counts_from;
            more.extend(from.map(|field| FieldRef { field, ..*left }));
        }
        Formula::Same(a, b) | Formula::Apart { later: a, earlier: b, .. } => refs.extend([*a, *b]),
        _ => {}
    });
    let mut fields: Vec<FieldId> =
        refs.iter().chain(&more).filter(|f| f.var == var).map(|f| f.field).collect();
    fields.sort();
    fields.dedup();
    fields
}

fn conditions(schema: &Schema, set: policy_core::model::SetId, of: &FieldRef) -> Vec<FieldRef> {
    let names = schema.sets[set.ix()].members.iter().filter_map(|m| m.condition.as_ref());
    let fields = names.filter_map(|(name, _)| schema.records[of.record.ix()].field(name));
    fields.map(|field| FieldRef { field, ..*of }).collect()
}

/// The fields that the caution covers of a thing of this type.
fn covered(setting: &Setting, record: RecordId, fields: &[FieldId]) -> Vec<FieldId> {
    let parents = || std::iter::successors(Some(record), |r| setting.schema.records[r.ix()].parent);
    match &setting.rule.silence {
        Silence::Open => Vec::new(),
        Silence::Fails => fields.to_vec(),
        Silence::FailsOn(named) => {
            let covered = |f: &&FieldId| named.iter().any(|(r, n)| n == *f && parents().any(|p| p == *r));
            fields.iter().filter(covered).copied().collect()
        }
    }
}

fn silent(setting: &Setting, thing: Thing, field: FieldId) -> Option<Key> {
    match thing {
        Thing::Listed(r, i) | Thing::Category(_, _, Some((r, i))) => {
            let (fact, r, i, f) = setting.fact(r, i, field);
            (fact.value == Value::Undeclared).then(|| Key::Fact(r, i, f, Vec::new()))
        }
        Thing::Category(record, bit, None) => Some(Key::Ungoverned(record, bit, field)),
        Thing::Spare(..) => None,
    }
}
