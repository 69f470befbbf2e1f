//! Small random schemas, rules and declarations, drawn from a tape of numbers.
//!
//! A tape that ends, or holds zeros, gives the simplest choice everywhere, so that a shrunk tape is a simple
//! case. The generated domain is a library: kinds `topic` (a small hierarchy), `grade` (ordered) and `word`
//! (open); records with fields of all types.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use policy_core::facts::{Condition, Exclusion, Existence, Fact, Facts, Item, List, SetValue, Value};
use policy_core::lang::Text;
use policy_core::model::*;

/// Numbers to decide with.
pub struct Tape<'a> {
    numbers: &'a [u16],
    at: usize,
}

impl<'a> Tape<'a> {
    /// A tape from its start.
    pub fn new(numbers: &'a [u16]) -> Self {
        Tape { numbers, at: 0 }
    }

    /// One of `0..n`.
    pub fn pick(&mut self, n: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number as usize % n.max(1)
    }

    /// True in `k` of `n` cases; false on an empty tape.
    pub fn odds(&mut self, k: usize, n: usize) -> bool {
        n - k <= self.pick(n)
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.pick(all.len())]
    }
}

/// A rule and a declaration to try it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The schema.
    pub schema: Schema,
    /// The rule.
    pub rule: Rule,
    /// The declaration.
    pub facts: Facts,
}

/// The day all cases are about: a month's end after a leap February.
pub const AS_OF: Date = date(2024, 3, 31);

/// The hierarchy, as parents by position.
const TOPIC: KindId = KindId(0);
const GRADE: KindId = KindId(1);
const WORD: KindId = KindId(2);

/// Reads a case off a tape.
pub fn case(numbers: &[u16]) -> Case {
    let mut tape = Tape::new(numbers);
    let limits = tape.odds(1, 4);
    let schema = schema(&mut tape, limits);
    let rule = Writer { schema: &schema, tape: &mut tape, vars: 0, elems: 0 }.rule(limits);
    let facts = facts(&schema, &mut tape);
    Case { schema, rule, facts }
}

/// A kind with its terms, each under the term at the given place.
pub fn add_kind(
    schema: &mut Schema,
    name: &str,
    parents: &[Option<usize>],
    open: bool,
    ordered: bool,
) -> KindId {
    let kind = KindId(schema.kinds.len() as u32);
    let first = schema.terms.len();
    for (bit, parent) in parents.iter().enumerate() {
        schema.terms.push(Term {
            name: format!("{name}{bit}"),
            kind,
            bit: bit as u32,
            labels: Labels::default(),
            code: None,
            compounds_nl: Vec::new(),
            compounds_en: Vec::new(),
            parent: parent.map(|p| TermId((first + p) as u32)),
            under: TermSet::one(bit as u32),
            definition: Text::default(),
            link: None,
            group: false,
            stands_for: None,
            means: None,
            origin: Origin::default(),
        });
        let mut above = *parent;
        while let Some(p) = above {
            schema.terms[first + p].under.insert(bit as u32);
            above = parents[p];
        }
    }
    schema.kinds.push(Kind {
        name: name.into(),
        labels: Labels::default(),
        open,
        ordered,
        terms: (first..schema.terms.len()).map(|t| TermId(t as u32)).collect(),
        canon: Canon::default(),
        origin: Origin::default(),
    });
    kind
}

/// A field of a type.
pub fn field(name: &str, ty: FieldType, many: bool) -> Field {
    Field {
        name: name.into(),
        labels: Labels::default(),
        ty,
        many,
        main: false,
        owner: Owner::Vendor,
        default: Default::Unknown,
        derived: None,
        counts_from: None,
        minimum: false,
        whole: false,
        ranks_parts: false,
        definition: Text::default(),
        origin: Origin::default(),
    }
}

/// A record with these fields.
pub fn record(name: &str, fields: Vec<Field>) -> Record {
    Record {
        name: name.into(),
        labels: Labels::default(),
        parent: None,
        children: vec![],
        single: false,
        written: false,
        owner: Owner::Vendor,
        home_of: vec![],
        key: vec![],
        fields,
        definition: Text::default(),
        is_abstract: false,
        origin: Origin::default(),
    }
}

/// A clause without a place.
pub fn clause(formula: Formula) -> Clause {
    Clause { formula, origin: Origin::default() }
}

/// A rule of these sentences without conditions or cautions.
pub fn rule(norms: Vec<Norm>) -> Rule {
    let sentence =
        |norm| Sentence { given: None, norm, unless: None, readings: vec![], origin: Origin::default() };
    Rule {
        id: "r".into(),
        pack: PackId(0),
        title: Text::default(),
        severity: Severity::Medium,
        basis: vec![],
        advice: Text::default(),
        why: Text::default(),
        when: None,
        unless: None,
        sentences: norms.into_iter().map(sentence).collect(),
        silence: Silence::Open,
        contradiction_fails: false,
        parts: vec![],
        origin: Origin::default(),
    }
}

/// A fact with this value, definite if the value is.
pub fn fact(value: Value) -> Fact {
    let definite = match &value {
        Value::None | Value::Limit(_) | Value::Number(_) | Value::Event(_) => true,
        Value::One(set) => set.single().is_some(),
        Value::Set(set) => set.must == set.may,
        Value::Date(a, b) => a == b,
        _ => false,
    };
    Fact { absent: value == Value::Undeclared, value, node: NodeId(0), reading: None, definite }
}

fn event(name: &str, not_before: &[u32]) -> Event {
    Event {
        name: name.into(),
        labels: Labels::default(),
        not_before: not_before.iter().map(|e| EventId(*e)).collect(),
        origin: Origin::default(),
    }
}

fn schema(tape: &mut Tape, limits: bool) -> Schema {
    let mut schema = Schema::default();
    let hierarchy: [&[Option<usize>]; 4] =
        [&[None, None], &[None, Some(0), Some(0)], &[None, None, Some(1)], &[None, Some(0), Some(0), None]];
    let parents = *tape.of(&hierarchy);
    add_kind(&mut schema, "topic", parents, false, false);
    add_kind(&mut schema, "grade", &[None, None, None], false, true);
    add_kind(&mut schema, "word", &[], true, false);
    schema.events = vec![event("start", &[0]), event("return", &[0, 1]), event("close", &[0, 1, 2])];
    if tape.odds(1, 2) {
        schema.events[2] = event("close", &[0, 2]);
    }
    if limits {
        schema.records = keyed(tape);
    } else {
        schema.records = plain(tape);
    }
    schema.sets = vec![set(tape, &schema)];
    schema.settings = vec![
        setting("longest", SettingValue::Duration(span(tape))),
        setting("chosen", SettingValue::Terms(TOPIC, terms(tape, &schema, TOPIC))),
        setting("listed", SettingValue::Set(SetId(0))),
    ];
    schema
}

fn setting(name: &str, value: SettingValue) -> Setting {
    Setting { name: name.into(), labels: Labels::default(), value, origin: Origin::default() }
}

/// What is held, and the records that govern it.
fn keyed(tape: &mut Tape) -> Vec<Record> {
    let many = tape.odds(1, 3);
    let held = record("holding", vec![field("topic", FieldType::Terms(TOPIC), many)]);
    let mut fields = vec![
        field("topic", FieldType::Terms(TOPIC), tape.odds(1, 3)),
        field("term", FieldType::Duration, false),
    ];
    if tape.odds(1, 2) {
        fields.push(field("from", FieldType::Event, false));
        fields[1].counts_from = Some(FieldId(2));
    }
    let mut keeping = record("keeping", fields);
    keeping.key = vec![FieldId(0)];
    vec![held, keeping]
}

fn plain(tape: &mut Tape) -> Vec<Record> {
    let mut records: Vec<Record> = (0..1 + tape.pick(2))
        .map(|r| {
            let mut it =
                record(["loan", "shelf"][r], (0..1 + tape.pick(3)).map(|f| any_field(tape, f)).collect());
            match tape.pick(6) {
                4 => it.single = true,
                5 => it.written = true,
                _ => {}
            }
            counts(tape, &mut it);
            it
        })
        .collect();
    if tape.odds(1, 3) && !records[0].single {
        let mut child = record("renewal", records[0].fields.clone());
        if tape.odds(1, 2) {
            child.fields.push(any_field(tape, records[0].fields.len()));
        }
        child.parent = Some(RecordId(0));
        records[0].children = vec![RecordId(records.len() as u32)];
        records[0].is_abstract = tape.odds(1, 3);
        records.push(child);
    }
    records
}

fn any_field(tape: &mut Tape, at: usize) -> Field {
    let (ty, many) = match tape.pick(10) {
        0 | 1 => (FieldType::Terms(TOPIC), false),
        2..=4 => (FieldType::Terms(TOPIC), true),
        5 => (FieldType::Terms(GRADE), false),
        6 => (FieldType::Terms(WORD), false),
        7 => (FieldType::Date, false),
        8 => (FieldType::Duration, false),
        _ => (FieldType::Number, false),
    };
    let mut it = field(&format!("f{at}"), ty, many);
    if ty == FieldType::Terms(TOPIC) && !many && tape.odds(1, 8) {
        it.default = if tape.odds(1, 2) { Default::Absent } else { Default::Term(0) };
    }
    it.minimum = ty == FieldType::Duration && tape.odds(1, 4);
    it
}

/// Gives a record with a span of time the event it counts from.
fn counts(tape: &mut Tape, record: &mut Record) {
    let at = record.fields.iter().position(|f| f.ty == FieldType::Duration && !f.minimum);
    if let Some(at) = at
        && tape.odds(1, 2)
    {
        record.fields[at].counts_from = Some(FieldId(record.fields.len() as u32));
        record.fields.push(field("from", FieldType::Event, false));
    }
}

fn set(tape: &mut Tape, schema: &Schema) -> Set {
    // A condition reads a field by name, of whatever record the element is of: it must fit all of them.
    let on = if schema.records[0].name == "holding" { "topic" } else { "f1" };
    let fits = |r: &Record| r.field(on).is_some_and(|f| r.fields[f.ix()].ty == FieldType::Terms(TOPIC));
    let sound = schema.records.iter().all(fits);
    let member = |tape: &mut Tape| Member {
        terms: terms(tape, schema, TOPIC),
        from: tape.odds(1, 4).then_some(date(2024, 4, 1)),
        until: tape.odds(1, 6).then_some(date(2024, 3, 31)),
        condition: tape.odds(1, 3).then(|| (on.to_string(), terms(tape, schema, TOPIC))).filter(|_| sound),
        source: None,
        origin: Origin::default(),
    };
    Set {
        name: "popular".into(),
        kind: TOPIC,
        labels: Labels::default(),
        members: (0..1 + tape.pick(2)).map(|_| member(tape)).collect(),
        complete_through: tape.odds(1, 6).then_some(date(2024, 3, 30)),
        source: None,
        origin: Origin::default(),
    }
}

/// Some terms of a kind, with everything under them.
fn terms(tape: &mut Tape, schema: &Schema, kind: KindId) -> TermSet {
    let all = &schema.kinds[kind.ix()].terms;
    if all.is_empty() {
        return TermSet::one(tape.pick(2) as u32);
    }
    let mut found = TermSet::empty();
    for _ in 0..1 + tape.pick(2) {
        found = found.or(&schema.terms[tape.of(all).ix()].under);
    }
    found
}

fn span(tape: &mut Tape) -> Duration {
    *tape.of(&[Duration::Months(1), Duration::Months(2), Duration::Hours(30 * 24), Duration::Hours(60 * 24)])
}

struct Writer<'a, 't> {
    schema: &'a Schema,
    tape: &'a mut Tape<'t>,
    vars: u32,
    elems: u32,
}

type Vars = Vec<(Var, RecordId)>;

impl Writer<'_, '_> {
    fn rule(&mut self, limits: bool) -> Rule {
        let norms = (0..1 + usize::from(self.tape.odds(1, 5))).map(|_| self.norm(limits)).collect();
        let mut it = rule(norms);
        it.when = self.tape.odds(1, 5).then(|| clause(self.formula(2, &vec![])));
        it.unless = self.tape.odds(1, 8).then(|| clause(self.formula(2, &vec![])));
        for sentence in &mut it.sentences {
            sentence.given = self.tape.odds(1, 8).then(|| clause(self.formula(2, &vec![])));
            sentence.unless = self.tape.odds(1, 8).then(|| clause(self.formula(2, &vec![])));
        }
        it.silence = match self.tape.pick(4) {
            2 => Silence::Fails,
            3 => Silence::FailsOn(vec![self.some_field()]),
            _ => Silence::Open,
        };
        it.contradiction_fails = self.tape.odds(1, 3);
        it
    }

    fn some_field(&mut self) -> (RecordId, FieldId) {
        let record = self.tape.pick(self.schema.records.len());
        (RecordId(record as u32), FieldId(self.tape.pick(self.schema.records[record].fields.len()) as u32))
    }

    fn norm(&mut self, limits: bool) -> Norm {
        if limits && !self.tape.odds(1, 5) {
            return self.limit();
        }
        if self.tape.odds(1, 5) {
            return Norm::Holds(clause(self.formula(2, &vec![])));
        }
        let (over, var) = self.collection();
        Norm::Each {
            scope: clause(self.formula(1, &vec![var])),
            need: clause(if self.tape.odds(1, 3) {
                Formula::Const(false)
            } else {
                self.formula(2, &vec![var])
            }),
            over,
            var: var.0,
            vacuous: if self.tape.odds(1, 2) { Vacuous::NotExercised } else { Vacuous::Kept },
        }
    }

    fn limit(&mut self) -> Norm {
        let var = self.var();
        let mut also = vec![];
        if self.tape.odds(1, 6) {
            also.push((Some(FieldId(0)), None, terms(self.tape, self.schema, TOPIC)));
        }
        let over = Collection::Categories {
            governed_by: RecordId(1),
            key: FieldId(0),
            held: (RecordId(0), FieldId(0)),
            scope: terms(self.tape, self.schema, TOPIC),
            also,
        };
        let left = FieldRef { var, record: RecordId(1), field: FieldId(1) };
        let need = Formula::Compare { left, op: self.op(), right: self.quantity(FieldType::Duration) };
        Norm::Each {
            over,
            var,
            scope: clause(Formula::Const(true)),
            need: clause(need),
            vacuous: Vacuous::NotExercised,
        }
    }

    fn var(&mut self) -> Var {
        self.vars += 1;
        Var(self.vars - 1)
    }

    fn collection(&mut self) -> (Collection, (Var, RecordId)) {
        let record = RecordId(self.tape.pick(self.schema.records.len()) as u32);
        let declared = self.tape.odds(1, 5);
        (Collection::Records { record, declared }, (self.var(), record))
    }

    fn formula(&mut self, depth: usize, vars: &Vars) -> Formula {
        let deep = if depth > 0 { 10 } else { 5 };
        match self.tape.pick(deep) {
            0 => Formula::Const(true),
            1..=4 if !vars.is_empty() => self.leaf(vars),
            5 if !vars.is_empty() => self.leaf(vars),
            6 => Formula::Not(Box::new(self.formula(depth - 1, vars))),
            7 => Formula::And(vec![self.formula(depth - 1, vars), self.formula(depth - 1, vars)]),
            8 => Formula::Or(vec![self.formula(depth - 1, vars), self.formula(depth - 1, vars)]),
            _ if depth > 0 && vars.len() < 3 => self.exists(depth, vars),
            _ => Formula::Const(false),
        }
    }

    fn exists(&mut self, depth: usize, vars: &Vars) -> Formula {
        let (over, var) = self.collection();
        let mut inner = vars.clone();
        inner.push(var);
        let count = if self.tape.odds(1, 6) { 2 } else { 1 };
        Formula::Exists { over, var: var.0, count, body: Box::new(self.formula(depth - 1, &inner)) }
    }

    fn leaf(&mut self, vars: &Vars) -> Formula {
        let (of, ty) = self.reference(vars);
        match self.tape.pick(12) {
            10 => return Formula::HasValue(of),
            11 => return Formula::Definite(of),
            9 => {
                let (other, same) = self.reference(vars);
                if same == ty && !self.many(of) && !self.many(other) {
                    return Formula::Same(of, other);
                }
            }
            _ => {}
        }
        match ty {
            FieldType::Terms(GRADE) => {
                let right = Quantity::Term(self.tape.pick(3) as u32);
                Formula::Compare { left: of, op: self.op(), right }
            }
            FieldType::Terms(kind) => self.element(of, kind, vars),
            FieldType::Event => Formula::HasValue(of),
            _ => {
                let right = self.quantity(ty);
                Formula::Compare { left: of, op: self.op_for(&right), right }
            }
        }
    }

    /// "Exactly a month ago" is not something a rule can say.
    fn op_for(&mut self, right: &Quantity) -> Op {
        match (self.op(), right) {
            (Op::Eq | Op::Ne, Quantity::Ago(_) | Quantity::Setting { ago: true, .. }) => Op::Le,
            (op, _) => op,
        }
    }

    fn many(&self, of: FieldRef) -> bool {
        self.schema.records[of.record.ix()].fields[of.field.ix()].many
    }

    fn reference(&mut self, vars: &Vars) -> (FieldRef, FieldType) {
        let (var, record) = *self.tape.of(vars);
        let fields = &self.schema.records[record.ix()].fields;
        let field = self.tape.pick(fields.len());
        (FieldRef { var, record, field: FieldId(field as u32) }, fields[field].ty)
    }

    fn element(&mut self, of: FieldRef, kind: KindId, vars: &Vars) -> Formula {
        let elem = Elem(self.elems);
        self.elems += 1;
        let first = self.among(elem, of, kind, vars);
        let body = match self.tape.pick(5) {
            3 => Formula::And(vec![first, Formula::Not(Box::new(self.among(elem, of, kind, vars)))]),
            4 => Formula::Or(vec![first, self.among(elem, of, kind, vars)]),
            2 => Formula::Not(Box::new(first)),
            _ => first,
        };
        Formula::Element { of, elem, body: Box::new(body) }
    }

    fn among(&mut self, elem: Elem, of: FieldRef, kind: KindId, vars: &Vars) -> Formula {
        let plain = |w: &mut Self| Terms::These(terms(w.tape, w.schema, kind));
        let terms = match self.tape.pick(10) {
            5 | 6 if kind == TOPIC => Terms::Set(SetId(0)),
            7 if kind == TOPIC => Terms::Setting(SettingId(1 + self.tape.pick(2) as u32)),
            8 => match self.field_of(kind) {
                Some((record, field)) => Terms::Declared(record, field),
                None => plain(self),
            },
            9 => match self.reference(vars) {
                (other, FieldType::Terms(same)) if same == kind && other != of => Terms::Field(other),
                _ => plain(self),
            },
            _ => plain(self),
        };
        Formula::In { elem, of, terms }
    }

    fn field_of(&mut self, kind: KindId) -> Option<(RecordId, FieldId)> {
        let (record, field) = self.some_field();
        let ty = self.schema.records[record.ix()].fields[field.ix()].ty;
        (ty == FieldType::Terms(kind)).then_some((record, field))
    }

    fn op(&mut self) -> Op {
        *self.tape.of(&[Op::Le, Op::Ge, Op::Lt, Op::Gt, Op::Eq, Op::Ne])
    }

    fn quantity(&mut self, ty: FieldType) -> Quantity {
        match ty {
            FieldType::Date if self.tape.odds(1, 3) => Quantity::Date(day(self.tape)),
            FieldType::Date if self.tape.odds(1, 3) => {
                Quantity::Setting { setting: SettingId(0), from: None, ago: true }
            }
            FieldType::Date => Quantity::Ago(span(self.tape)),
            FieldType::Number => Quantity::Number(self.tape.pick(3) as i64),
            _ => {
                let from = self.tape.odds(1, 2).then(|| EventId(self.tape.pick(3) as u32));
                match self.tape.pick(4) {
                    3 => Quantity::Setting { setting: SettingId(0), from, ago: false },
                    _ => Quantity::Duration(span(self.tape), from),
                }
            }
        }
    }
}

fn day(tape: &mut Tape) -> Date {
    let days = [0, -1, 1, -29, -31, -32, -60, -90];
    AS_OF.checked_add(tape.of(&days).days()).unwrap_or(AS_OF)
}

fn facts(schema: &Schema, tape: &mut Tape) -> Facts {
    let condition = |name: &str, decided| Condition { name: name.into(), decided };
    let mut facts = Facts {
        lists: vec![],
        conditions: vec![condition("a", None), condition("b", *tape.of(&[None, Some(true), Some(false)]))],
        words: vec!["x".into(), "y".into()],
    };
    for at in 0..schema.records.len() {
        let list = list(schema, &facts, RecordId(at as u32), tape);
        facts.lists.push(list.into());
    }
    facts
}

fn list(schema: &Schema, before: &Facts, record: RecordId, tape: &mut Tape) -> List {
    let ty = &schema.records[record.ix()];
    let n = if ty.single { 1 } else { tape.pick(3) };
    let n = if ty.is_abstract { 0 } else { n };
    let mut list =
        List { said: n > 0, complete: ty.single || ty.written || tape.odds(1, 2), ..List::default() };
    for _ in 0..n {
        let item = item(schema, before, record, tape);
        list.items.push(item);
    }
    if ty.single {
        list.items[0].exists = Existence::Certain;
    } else if tape.odds(1, 4) {
        let fields = exclusion(schema, record, tape);
        let sound = !fields.is_empty() && agrees(&list, &fields);
        list.exclusions.extend(sound.then_some(Exclusion { fields, node: NodeId(0) }));
    }
    list.said |= list.complete || !list.exclusions.is_empty();
    list
}

/// Whether an exclusion leaves something of all that is stated: a contradiction is the reader's to state.
fn agrees(list: &List, fields: &[(u32, TermSet)]) -> bool {
    let [(field, out)] = fields else { return true };
    fn leaves(value: &Value, out: &TermSet) -> bool {
        match value {
            Value::Undeclared | Value::None => true,
            Value::One(set) => !set.minus(out).is_empty(),
            Value::Set(set) => !set.must.meets(out) && set.some_of.iter().all(|s| !s.minus(out).is_empty()),
            Value::OneOf(values) => values.iter().all(|v| leaves(v, out)),
            _ => false,
        }
    }
    list.items.iter().all(|item| leaves(&item.fields[*field as usize].value, out))
}

fn exclusion(schema: &Schema, record: RecordId, tape: &mut Tape) -> Vec<(u32, TermSet)> {
    let mut found = vec![];
    for (at, field) in schema.records[record.ix()].fields.iter().enumerate() {
        if let FieldType::Terms(kind @ (TOPIC | GRADE)) = field.ty
            && tape.odds(1, 2)
        {
            found.push((at as u32, terms(tape, schema, kind)));
        }
    }
    found
}

fn item(schema: &Schema, before: &Facts, record: RecordId, tape: &mut Tape) -> Item {
    let exists = match tape.pick(10) {
        8 => Existence::If(tape.pick(2) as u32),
        9 => Existence::Contested,
        _ => Existence::Certain,
    };
    let fields = &schema.records[record.ix()].fields;
    let one = |f: &Field| match tape.odds(1, 12).then(|| same(schema, before, f, tape)).flatten() {
        Some(value) => fact(value),
        None => fact(value(schema, f, tape, 2)),
    };
    Item { exists, fields: fields.iter().map(one).collect(), node: NodeId(0) }
}

/// A fact of the same type that stands elsewhere.
fn same(schema: &Schema, before: &Facts, field: &Field, tape: &mut Tape) -> Option<Value> {
    let mut found = vec![];
    for (r, list) in before.lists.iter().enumerate() {
        for (f, other) in schema.records[r].fields.iter().enumerate() {
            if other.ty == field.ty && other.many == field.many {
                found.extend(
                    (0..list.items.len()).map(|i| Value::Same(RecordId(r as u32), i as u32, f as u32)),
                );
            }
        }
    }
    (!found.is_empty()).then(|| tape.of(&found).clone())
}

/// A random state of a field.
pub fn value(schema: &Schema, field: &Field, tape: &mut Tape, depth: usize) -> Value {
    match tape.pick(if depth > 0 { 14 } else { 10 }) {
        0..=3 => Value::Undeclared,
        4 => Value::None,
        10 => match (stated(schema, field, tape), stated(schema, field, tape)) {
            (a, b) if a == b => a,
            (a, b) => Value::OneOf(vec![a, b]),
        },
        11 => match (value(schema, field, tape, depth - 1), stated(schema, field, tape)) {
            (a, b) if a == b => a,
            (a, b) => Value::Conflicting(vec![a, b]),
        },
        12 | 13 => Value::If {
            condition: tape.pick(2) as u32,
            then: Box::new(value(schema, field, tape, depth - 1)),
            otherwise: Box::new(value(schema, field, tape, depth - 1)),
        },
        _ => stated(schema, field, tape),
    }
}

fn stated(schema: &Schema, field: &Field, tape: &mut Tape) -> Value {
    match field.ty {
        FieldType::Terms(kind) if field.many => set_value(schema, kind, tape),
        FieldType::Terms(WORD) => Value::One(TermSet::one(tape.pick(2) as u32)),
        FieldType::Terms(kind) => {
            let bits = schema.kinds[kind.ix()].terms.len();
            let mut set = TermSet::one(tape.pick(bits) as u32);
            if tape.odds(1, 3) {
                set.insert(tape.pick(bits) as u32);
            }
            Value::One(set)
        }
        FieldType::Date => {
            let a = day(tape);
            let b = if tape.odds(1, 3) { day(tape) } else { a };
            Value::Date(a.min(b), a.max(b))
        }
        FieldType::Duration if tape.odds(1, 6) => Value::Limit(Limit::Unlimited),
        FieldType::Duration => Value::Limit(Limit::Within(span(tape))),
        FieldType::Number => Value::Number(tape.pick(3) as i64),
        FieldType::Event => Value::Event(tape.pick(3) as u32),
    }
}

fn set_value(schema: &Schema, kind: KindId, tape: &mut Tape) -> Value {
    let must: TermSet = match tape.odds(2, 3) {
        true => TermSet::one(tape.pick(schema.kinds[kind.ix()].terms.len()) as u32),
        false => TermSet::empty(),
    };
    let some_of: Vec<TermSet> =
        (0..usize::from(tape.odds(1, 4))).map(|_| terms(tape, schema, kind)).collect();
    let mut may = some_of.iter().fold(must.clone(), |all, s| all.or(s));
    match tape.pick(4) {
        2 => may = may.or(&terms(tape, schema, kind)),
        3 => may = schema.universe(kind),
        _ if may.is_empty() => may = terms(tape, schema, kind),
        _ => {}
    }
    Value::set(SetValue { must, some_of, may })
}
