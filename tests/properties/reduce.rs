//! Makes a failing case smaller by its structure, after the tape was shrunk.

use policy_core::facts::{Existence, Value};
use policy_core::model::{Formula, Norm, Silence};
use policy_tests::reference::generate::{Case, fact};

/// The smallest case found that still fails, by taking things out one at a time.
pub fn reduce(mut case: Case, fails: &dyn Fn(&Case) -> bool) -> Case {
    for _ in 0..40 {
        match smaller(&case).into_iter().find(|c| *c != case && fails(c)) {
            Some(next) => case = next,
            None => break,
        }
    }
    case
}

fn smaller(case: &Case) -> Vec<Case> {
    let mut found = Vec::new();
    let mut offer = |edit: &dyn Fn(&mut Case)| {
        let mut next = case.clone();
        edit(&mut next);
        found.push(next);
    };
    offer(&|c| c.rule.when = None);
    offer(&|c| c.rule.unless = None);
    offer(&|c| c.rule.silence = Silence::Open);
    offer(&|c| c.rule.contradiction_fails = false);
    for s in 0..case.rule.sentences.len() {
        if case.rule.sentences.len() > 1 {
            offer(&|c| drop(c.rule.sentences.remove(s)));
        }
        offer(&|c| c.rule.sentences[s].given = None);
        offer(&|c| c.rule.sentences[s].unless = None);
    }
    for at in 0..formulas(&mut case.clone()).len() {
        for simple in simpler(formulas(&mut case.clone())[at]) {
            offer(&|c| *formulas(c)[at] = simple.clone());
        }
    }
    let linked = format!("{:?}", case.facts).contains("Same(");
    for (r, list) in case.facts.lists.iter().enumerate() {
        offer(&|c| c.facts.lists[r].complete = true);
        offer(&|c| c.facts.lists[r].exclusions.clear());
        for (i, item) in list.items.iter().enumerate() {
            if !linked && !case.schema.records[r].single {
                offer(&|c| drop(c.facts.lists[r].items.remove(i)));
            }
            offer(&|c| c.facts.lists[r].items[i].exists = Existence::Certain);
            for (f, old) in item.fields.iter().enumerate() {
                for value in simpler_values(&old.value) {
                    offer(&|c| c.facts.lists[r].items[i].fields[f] = fact(value.clone()));
                }
            }
        }
    }
    for s in 0..case.schema.sets.len() {
        offer(&|c| c.schema.sets[s].complete_through = None);
        offer(&|c| c.schema.sets[s].members.truncate(1));
        offer(&|c| c.schema.sets[s].members.iter_mut().for_each(|m| m.condition = None));
    }
    found
}

fn formulas(case: &mut Case) -> Vec<&mut Formula> {
    let rule = &mut case.rule;
    let mut found: Vec<&mut Formula> =
        rule.when.iter_mut().chain(&mut rule.unless).map(|c| &mut c.formula).collect();
    for sentence in &mut rule.sentences {
        found.extend(sentence.given.iter_mut().chain(&mut sentence.unless).map(|c| &mut c.formula));
        match &mut sentence.norm {
            Norm::Each { scope, need, .. } => found.extend([&mut scope.formula, &mut need.formula]),
            Norm::Holds(clause) => found.push(&mut clause.formula),
        }
    }
    found
}

fn simpler(formula: &Formula) -> Vec<Formula> {
    let mut found = match formula {
        Formula::Const(_) => return Vec::new(),
        Formula::Not(inner) => {
            let mut found = vec![(**inner).clone()];
            found.extend(simpler(inner).into_iter().map(|f| Formula::Not(Box::new(f))));
            found
        }
        Formula::And(parts) => inside(parts, Formula::And),
        Formula::Or(parts) => inside(parts, Formula::Or),
        Formula::Exists { over, var, count, body } => {
            let again =
                |count, body| Formula::Exists { over: over.clone(), var: *var, count, body: Box::new(body) };
            let mut found: Vec<Formula> = simpler(body).into_iter().map(|b| again(*count, b)).collect();
            found.extend((*count > 1).then(|| again(1, (**body).clone())));
            found
        }
        Formula::Element { of, elem, body } => {
            let again = |body| Formula::Element { of: *of, elem: *elem, body: Box::new(body) };
            simpler(body).into_iter().map(again).collect()
        }
        _ => Vec::new(),
    };
    found.splice(0..0, [Formula::Const(true), Formula::Const(false)]);
    found
}

fn inside(parts: &[Formula], again: fn(Vec<Formula>) -> Formula) -> Vec<Formula> {
    let mut found = parts.to_vec();
    for (i, part) in parts.iter().enumerate() {
        for simple in simpler(part) {
            let mut parts = parts.to_vec();
            parts[i] = simple;
            found.push(again(parts));
        }
    }
    found
}

fn simpler_values(value: &Value) -> Vec<Value> {
    match value {
        Value::Undeclared => Vec::new(),
        Value::OneOf(values) | Value::Conflicting(values) => {
            let mut found = vec![Value::Undeclared];
            found.extend(values.iter().cloned());
            found
        }
        Value::If { then, otherwise, .. } => vec![Value::Undeclared, (**then).clone(), (**otherwise).clone()],
        _ => vec![Value::Undeclared],
    }
}
