//! Cases worked out by hand from the language page, so that the reference itself is held to something.

use jiff::civil::date;
use policy_core::facts::{Condition, Exclusion, Existence, Facts, Item, List, SetValue, Value};
use policy_core::model::*;
use policy_core::verdict::{Caution, Verdict};

use super::generate::{AS_OF, add_kind, clause, fact, field, record, rule};
use super::{Bounds, answer};

/// A transfer has a country (NL, GB, US), safeguards (SCC, consent), a day and a term with its event.
fn schema() -> Schema {
    let mut schema = Schema::default();
    let country = add_kind(&mut schema, "country", &[None, None, None], false, false);
    let safeguard = add_kind(&mut schema, "safeguard", &[None, None], false, false);
    let topic = add_kind(&mut schema, "data", &[None, Some(0), Some(1)], false, false);
    let event = |name: &str, before: &[u32]| Event {
        name: name.into(),
        labels: Labels::default(),
        not_before: before.iter().map(|e| EventId(*e)).collect(),
        origin: Origin::default(),
    };
    schema.events = vec![event("creation", &[0]), event("end", &[0, 1])];
    let mut term = field("term", FieldType::Duration, false);
    term.counts_from = Some(FieldId(4));
    schema.records = vec![
        record(
            "transfer",
            vec![
                field("country", FieldType::Terms(country), false),
                field("safeguard", FieldType::Terms(safeguard), true),
                field("day", FieldType::Date, false),
                term.clone(),
                field("from", FieldType::Event, false),
            ],
        ),
        record("holding", vec![field("data", FieldType::Terms(topic), true)]),
        record(
            "retention",
            vec![
                field("data", FieldType::Terms(topic), true),
                Field { counts_from: Some(FieldId(2)), ..term },
                field("from", FieldType::Event, false),
            ],
        ),
    ];
    let member = |bits: &[u32]| Member {
        terms: bits.iter().copied().collect(),
        from: None,
        until: None,
        condition: None,
        source: None,
        origin: Origin::default(),
    };
    let framework = Member { condition: Some(("safeguard".into(), TermSet::one(1))), ..member(&[2]) };
    let set = |name: &str, members| Set {
        name: name.into(),
        kind: country,
        labels: Labels::default(),
        members,
        complete_through: None,
        source: None,
        origin: Origin::default(),
    };
    schema.sets = vec![set("EEA", vec![member(&[0])]), set("adequate", vec![member(&[0, 1]), framework])];
    schema
}

const TRANSFER: RecordId = RecordId(0);

fn at(field: u32) -> FieldRef {
    FieldRef { var: Var(0), record: TRANSFER, field: FieldId(field) }
}

fn some(field: u32, terms: Terms) -> Formula {
    let elem = Elem(field);
    Formula::Element { of: at(field), elem, body: Box::new(Formula::In { elem, of: at(field), terms }) }
}

fn not(formula: Formula) -> Formula {
    Formula::Not(Box::new(formula))
}

fn outside(set: u32) -> Formula {
    let elem = Elem(9);
    let inside = Formula::In { elem, of: at(0), terms: Terms::Set(SetId(set)) };
    Formula::Element { of: at(0), elem, body: Box::new(not(inside)) }
}

fn each(scope: Formula, need: Formula, vacuous: Vacuous) -> Rule {
    let over = Collection::Records { record: TRANSFER, declared: false };
    rule(vec![Norm::Each { over, var: Var(0), scope: clause(scope), need: clause(need), vacuous }])
}

/// `no transfer outside EEA without SCC`.
fn scc() -> Rule {
    each(outside(0), some(1, Terms::These(TermSet::one(0))), Vacuous::Kept)
}

fn transfer(fields: [Value; 5]) -> Item {
    Item { exists: Existence::Certain, fields: fields.map(fact).to_vec(), node: NodeId(0) }
}

fn country(country: Value, safeguard: Value) -> Item {
    transfer([country, safeguard, Value::Undeclared, Value::Undeclared, Value::Undeclared])
}

fn one(bit: u32) -> Value {
    Value::One(TermSet::one(bit))
}

fn set(bits: &[u32]) -> Value {
    let must: TermSet = bits.iter().copied().collect();
    Value::set(SetValue { may: must.clone(), must, some_of: vec![] })
}

fn complete(items: Vec<Item>) -> Facts {
    let list = |items, complete| List { said: true, complete, items, ..List::default() };
    Facts {
        lists: [list(items, true), list(vec![], true), list(vec![], true)].map(Into::into).to_vec(),
        conditions: vec![Condition { name: "on request".into(), decided: None }],
        words: vec![],
    }
}

#[track_caller]
fn expect(rule: &Rule, facts: &Facts, verdict: Verdict) {
    expect_by(rule, facts, verdict, None);
}

#[track_caller]
fn expect_by(rule: &Rule, facts: &Facts, verdict: Verdict, caution: Option<Caution>) {
    let found = answer(&schema(), rule, facts, AS_OF, Bounds::default()).expect("few worlds");
    assert_eq!((found.verdict, found.decided_by), (verdict, caution));
}

#[test]
fn a_stated_transfer_is_judged_and_an_open_list_is_not_passed() {
    expect(&scc(), &complete(vec![country(one(2), set(&[0]))]), Verdict::Pass);
    expect(&scc(), &complete(vec![country(one(2), set(&[1]))]), Verdict::Fail);
    expect(&scc(), &complete(vec![country(one(2), Value::Undeclared)]), Verdict::Unknown);
    expect(&scc(), &complete(vec![country(Value::Undeclared, set(&[0]))]), Verdict::Pass);
    expect(&scc(), &complete(vec![]), Verdict::Pass);
    let mut open = complete(vec![country(one(2), set(&[0]))]);
    open.lists[0].complete = false;
    expect(&scc(), &open, Verdict::Unknown);
    open.lists[0].items[0] = country(one(2), set(&[]));
    expect(&scc(), &open, Verdict::Fail);
    open.lists[0].items.clear();
    open.lists[0].exclusions =
        vec![Exclusion { fields: vec![(0, [1, 2].into_iter().collect())], node: NodeId(0) }];
    expect(&scc(), &open, Verdict::Pass);
}

#[test]
fn one_fact_read_twice_is_one_fact() {
    // Outside EEA is false of NL, "without adequacy" of both NL and GB.
    let adequate = each(outside(0), not(outside(1)), Vacuous::Kept);
    let either = Value::OneOf(vec![one(0), one(1)]);
    expect(&adequate, &complete(vec![country(either.clone(), Value::Undeclared)]), Verdict::Pass);
    expect(&scc(), &complete(vec![country(either, set(&[1]))]), Verdict::Unknown);
    // A condition that both the country and the safeguard hang on is one condition.
    let on = |then: Value, otherwise: Value| Value::If {
        condition: 0,
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    };
    let linked = country(on(one(2), one(0)), on(set(&[0]), set(&[])));
    expect(&scc(), &complete(vec![linked]), Verdict::Pass);
    let crossed = country(on(one(2), one(0)), on(set(&[]), set(&[0])));
    expect(&scc(), &complete(vec![crossed]), Verdict::Unknown);
}

#[test]
fn the_framework_is_a_condition_on_the_record() {
    let adequate = each(outside(0), not(outside(1)), Vacuous::Kept);
    expect(&adequate, &complete(vec![country(one(2), set(&[1]))]), Verdict::Pass);
    expect(&adequate, &complete(vec![country(one(2), set(&[0]))]), Verdict::Fail);
    expect(&adequate, &complete(vec![country(one(2), Value::Undeclared)]), Verdict::Unknown);
}

#[test]
fn an_obligation_that_finds_nothing_is_not_exercised() {
    let every = each(outside(0), some(1, Terms::These(TermSet::one(0))), Vacuous::NotExercised);
    expect(&every, &complete(vec![]), Verdict::NotApplicable);
    expect(&every, &complete(vec![country(one(0), Value::Undeclared)]), Verdict::NotApplicable);
    let vague = country(Value::One([0, 2].into_iter().collect()), set(&[0]));
    expect(&every, &complete(vec![vague]), Verdict::Pass);
    let mut never = scc();
    never.when = Some(clause(Formula::Const(false)));
    expect(&never, &complete(vec![country(one(2), set(&[]))]), Verdict::NotApplicable);
    let mut kept = scc();
    kept.unless = Some(clause(Formula::Const(true)));
    expect(&kept, &complete(vec![country(one(2), set(&[]))]), Verdict::Pass);
}

#[test]
fn silence_is_held_against_what_is_stated_and_in_scope() {
    let mut strict = scc();
    strict.silence = Silence::Fails;
    let by = Some(Caution::Silence);
    expect_by(&strict, &complete(vec![country(one(2), Value::Undeclared)]), Verdict::Fail, by);
    expect(&strict, &complete(vec![country(Value::Undeclared, Value::Undeclared)]), Verdict::Unknown);
    let vague = Value::set(SetValue { may: TermSet::first(2), ..SetValue::default() });
    expect(&strict, &complete(vec![country(one(2), vague)]), Verdict::Unknown);
    let mut open = complete(vec![]);
    open.lists[0].complete = false;
    expect(&strict, &open, Verdict::Unknown);
    strict.silence = Silence::FailsOn(vec![(TRANSFER, FieldId(0))]);
    expect(&strict, &complete(vec![country(one(2), Value::Undeclared)]), Verdict::Unknown);
    strict.silence = Silence::FailsOn(vec![(TRANSFER, FieldId(1))]);
    expect_by(&strict, &complete(vec![country(one(2), Value::Undeclared)]), Verdict::Fail, by);
}

#[test]
fn contradictions_fail_where_chosen() {
    let conflict = Value::Conflicting(vec![set(&[0]), set(&[])]);
    let facts = complete(vec![country(one(2), conflict)]);
    expect(&scc(), &facts, Verdict::Unknown);
    let mut strict = scc();
    strict.contradiction_fails = true;
    expect_by(&strict, &facts, Verdict::Fail, Some(Caution::Contradiction));
    let mut contested = complete(vec![country(one(2), set(&[]))]);
    contested.lists[0].items[0].exists = Existence::Contested;
    expect_by(&strict, &contested, Verdict::Fail, Some(Caution::Contradiction));
    expect(&strict, &complete(vec![country(one(2), Value::Undeclared)]), Verdict::Unknown);
}

#[test]
fn a_statement_is_about_the_document() {
    let declares = each(outside(0), Formula::Definite(at(1)), Vacuous::NotExercised);
    expect(&declares, &complete(vec![country(one(2), set(&[]))]), Verdict::Pass);
    expect(&declares, &complete(vec![country(one(2), Value::Undeclared)]), Verdict::Fail);
    let mut nothing_said = complete(vec![]);
    nothing_said.lists[0].complete = false;
    expect(&declares, &nothing_said, Verdict::Unknown);
    let over = Collection::Records { record: TRANSFER, declared: true };
    let body = Box::new(Formula::Const(true));
    let some = Formula::Exists { over, var: Var(0), count: 1, body };
    expect(&rule(vec![Norm::Holds(clause(some))]), &nothing_said, Verdict::Fail);
}

#[test]
fn two_unlisted_records_can_be_what_two_are_asked_for() {
    let over = || Collection::Records { record: TRANSFER, declared: false };
    let body = || Box::new(Formula::Const(true));
    let two = Formula::Exists { over: over(), var: Var(0), count: 2, body: body() };
    let mut open = complete(vec![]);
    open.lists[0].complete = false;
    expect(&rule(vec![Norm::Holds(clause(two))]), &open, Verdict::Unknown);
}

#[test]
fn days_count_back_from_the_as_of_date() {
    // A month after 29 February is 29 March: on 31 March that is over.
    let ago =
        |months| Formula::Compare { left: at(2), op: Op::Le, right: Quantity::Ago(Duration::Months(months)) };
    let recent = |months| each(Formula::Const(true), ago(months), Vacuous::Kept);
    let on = |from, to| {
        let rest = [Value::Undeclared, Value::Undeclared];
        let [a, b] = rest;
        complete(vec![transfer([one(0), set(&[]), Value::Date(from, to), a, b])])
    };
    expect(&recent(1), &on(date(2024, 2, 29), date(2024, 2, 29)), Verdict::Fail);
    expect(&recent(1), &on(date(2024, 3, 1), date(2024, 3, 31)), Verdict::Pass);
    expect(&recent(1), &on(date(2024, 2, 1), date(2024, 3, 31)), Verdict::Unknown);
    expect(&recent(2), &on(date(2024, 2, 1), date(2024, 3, 31)), Verdict::Pass);
    expect(&recent(1), &on(date(2024, 4, 1), date(2024, 4, 1)), Verdict::Fail);
}

#[test]
fn a_bound_counts_from_its_event() {
    let limit = |from| {
        let right = Quantity::Duration(Duration::Months(13), from);
        each(Formula::Const(true), Formula::Compare { left: at(3), op: Op::Le, right }, Vacuous::Kept)
    };
    let stated = |limit, from| {
        let limit = Value::Limit(limit);
        complete(vec![transfer([one(0), set(&[]), Value::Undeclared, limit, from])])
    };
    let year = Limit::Within(Duration::Months(12));
    let days = |d: u32| Limit::Within(Duration::Hours(d * 24));
    expect(&limit(None), &stated(year, Value::Event(0)), Verdict::Pass);
    expect(&limit(None), &stated(year, Value::None), Verdict::Pass);
    expect(&limit(Some(EventId(1))), &stated(year, Value::Event(0)), Verdict::Pass);
    expect(&limit(None), &stated(year, Value::Event(1)), Verdict::Fail);
    expect(&limit(None), &stated(year, Value::Undeclared), Verdict::Unknown);
    expect(&limit(None), &stated(days(393), Value::Event(0)), Verdict::Pass);
    expect(&limit(None), &stated(days(395), Value::Event(0)), Verdict::Unknown);
    expect(&limit(None), &stated(days(398), Value::Event(0)), Verdict::Fail);
    expect(&limit(None), &stated(Limit::Unlimited, Value::Event(0)), Verdict::Fail);
}

#[test]
fn the_most_specific_term_governs_a_category() {
    // data0 > data1 > data2; the limit is on data1 and everything under it.
    let over = Collection::Categories {
        governed_by: RecordId(2),
        key: FieldId(0),
        held: (RecordId(1), FieldId(0)),
        scope: [1, 2].into_iter().collect(),
        also: vec![],
    };
    let left = FieldRef { var: Var(0), record: RecordId(2), field: FieldId(1) };
    let need = Formula::Compare { left, op: Op::Le, right: Quantity::Duration(Duration::Months(13), None) };
    let limit = rule(vec![Norm::Each {
        over,
        var: Var(0),
        scope: clause(Formula::Const(true)),
        need: clause(need),
        vacuous: Vacuous::NotExercised,
    }]);
    let holds = |value| Item { exists: Existence::Certain, fields: vec![fact(value)], node: NodeId(0) };
    let keeps = |bit: u32, months| Item {
        exists: Existence::Certain,
        fields: [set(&[bit]), Value::Limit(Limit::Within(Duration::Months(months))), Value::Event(0)]
            .map(fact)
            .to_vec(),
        node: NodeId(0),
    };
    let said = |held: Vec<Item>, kept: Vec<Item>| {
        let mut facts = complete(vec![]);
        facts.lists[1].items = held;
        facts.lists[2].items = kept;
        facts
    };
    let held = || vec![holds(set(&[1]))];
    expect(&limit, &said(vec![], vec![keeps(0, 24)]), Verdict::NotApplicable);
    expect(&limit, &said(held(), vec![]), Verdict::Unknown);
    expect(&limit, &said(held(), vec![keeps(0, 12)]), Verdict::Pass);
    expect(&limit, &said(held(), vec![keeps(0, 24), keeps(1, 12)]), Verdict::Pass);
    expect(&limit, &said(held(), vec![keeps(0, 12), keeps(1, 24)]), Verdict::Fail);
    expect(&limit, &said(held(), vec![keeps(1, 12), keeps(1, 24)]), Verdict::Unknown);
    expect(&limit, &said(held(), vec![keeps(1, 12), keeps(2, 24)]), Verdict::Fail);
    expect(&limit, &said(vec![holds(set(&[0]))], vec![keeps(0, 24)]), Verdict::NotApplicable);
    let mut strict = limit.clone();
    strict.silence = Silence::Fails;
    expect_by(&strict, &said(held(), vec![]), Verdict::Fail, Some(Caution::Silence));
}
