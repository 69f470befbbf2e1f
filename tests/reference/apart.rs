//! Random declarations of days, and rules that count from one day to another.

use policy_core::facts::Condition;
use policy_core::facts::{Existence, Facts, Item, List};
use policy_core::model::*;

use super::generate::{Case, Tape, clause, fact, field, record, rule, value};

const LOAN: RecordId = RecordId(0);
const OPS: [Op; 6] = [Op::Le, Op::Ge, Op::Lt, Op::Gt, Op::Eq, Op::Ne];

/// Reads a case off a tape: some loans with the days they began and ended.
pub fn case(numbers: &[u16]) -> Case {
    let mut tape = Tape::new(numbers);
    let day = |name| field(name, FieldType::Date, false);
    let schema =
        Schema { records: vec![record("loan", vec![day("from"), day("until")])], ..Schema::default() };
    let rule = wanted(&mut tape);
    let items = (0..1 + tape.pick(2)).map(|_| loan(&schema, &mut tape)).collect();
    let list = List { said: true, complete: true, items, ..List::default() };
    let named = |name: &str| Condition { name: name.into(), decided: None };
    let facts = Facts { lists: vec![list.into()], conditions: vec![named("a"), named("b")], words: vec![] };
    Case { schema, rule, facts }
}

/// Of one loan the two days, or of any two loans the same day.
fn wanted(tape: &mut Tape) -> Rule {
    let over = || Collection::Records { record: LOAN, declared: false };
    let of = |var, field| FieldRef { var: Var(var), record: LOAN, field: FieldId(field) };
    let mut apart = |later, earlier| {
        let months = [0, 1, 2][tape.pick(3)];
        let span = if tape.odds(1, 3) { Duration::Hours(30 * 24) } else { Duration::Months(months) };
        Formula::Apart { later, op: OPS[tape.pick(6)], span: Quantity::Duration(span, None), earlier }
    };
    let own = apart(of(0, 1), of(0, 0));
    let others = apart(of(1, 0), of(0, 0));
    let some = Formula::Exists { over: over(), var: Var(1), count: 1, body: Box::new(others) };
    let need = match tape.pick(4) {
        0 => own,
        1 => Formula::Not(Box::new(own)),
        2 => some,
        _ => Formula::Not(Box::new(some)),
    };
    let scope = clause(Formula::Const(true));
    let each = Norm::Each { over: over(), var: Var(0), scope, need: clause(need), vacuous: Vacuous::Kept };
    let caution = tape.odds(1, 2);
    Rule { contradiction_fails: caution, ..rule(vec![each]) }
}

fn loan(schema: &Schema, tape: &mut Tape) -> Item {
    let fields = &schema.records[0].fields;
    let fields = fields.iter().map(|f| fact(value(schema, f, tape, 1))).collect();
    Item { exists: Existence::Certain, fields, node: NodeId(0) }
}
