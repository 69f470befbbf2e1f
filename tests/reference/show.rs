//! A case as a few readable lines.

use std::fmt::Write as _;

use policy_core::facts::{Existence, Value};
use policy_core::model::*;

use super::generate::Case;

/// The schema, the rule and the declaration.
pub fn show(case: &Case) -> String {
    let mut text = String::new();
    let schema = &case.schema;
    for record in &schema.records {
        let flags =
            [(record.single, " single"), (record.written, " written"), (record.is_abstract, " abstract")];
        let flags: String = flags.iter().filter(|f| f.0).map(|f| f.1).collect();
        let parent = record.parent.map(|p| format!(" : {}", schema.records[p.ix()].name)).unwrap_or_default();
        let fields: Vec<String> = record.fields.iter().map(|f| field(schema, f)).collect();
        let _ = writeln!(text, "record {}{parent}{flags} {{ {} }}", record.name, fields.join("; "));
    }
    for term in &schema.terms {
        let under: Vec<u32> = term.under.iter().collect();
        if under.len() > 1 {
            let _ = writeln!(text, "under {}: {under:?}", term.name);
        }
    }
    for set in &schema.sets {
        let _ = writeln!(text, "set {} complete through {:?}", set.name, set.complete_through);
        for m in &set.members {
            let if_ = m.condition.as_ref().map(|(f, t)| format!(" if {f} meets {}", terms(t)));
            let _ = writeln!(
                text,
                "  {} from {:?} until {:?}{}",
                terms(&m.terms),
                m.from,
                m.until,
                if_.unwrap_or_default()
            );
        }
    }
    for setting in &schema.settings {
        let _ = writeln!(text, "setting {} = {:?}", setting.name, setting.value);
    }
    for event in &schema.events {
        let _ = writeln!(text, "event {} not before {:?}", event.name, event.not_before);
    }
    rule(&mut text, case);
    facts(&mut text, case);
    text
}

fn field(schema: &Schema, field: &Field) -> String {
    let ty = match field.ty {
        FieldType::Terms(kind) => schema.kinds[kind.ix()].name.clone(),
        other => format!("{other:?}"),
    };
    let from = field.counts_from.map(|f| format!(" from .{}", f.0)).unwrap_or_default();
    let flags = [(field.many, " many"), (field.minimum, " minimum")];
    let flags: String = flags.iter().filter(|f| f.0).map(|f| f.1).collect();
    format!("{}: {ty}{flags}{from}", field.name)
}

fn rule(text: &mut String, case: &Case) {
    let (schema, rule) = (&case.schema, &case.rule);
    let mut line = |word: &str, clause: &Option<Clause>| {
        if let Some(clause) = clause {
            let _ = writeln!(text, "{word} {}", formula(schema, &clause.formula));
        }
    };
    line("when", &rule.when);
    line("unless", &rule.unless);
    for sentence in &rule.sentences {
        line("  given", &sentence.given);
        line("  unless", &sentence.unless);
        let norm = match &sentence.norm {
            Norm::Holds(clause) => Some(clause.clone()),
            Norm::Each { need, .. } => Some(need.clone()),
        };
        match &sentence.norm {
            Norm::Holds(_) => line("holds", &norm),
            Norm::Each { over, var, scope, vacuous, .. } => {
                let head = format!(
                    "each v{} in {} ({vacuous:?}) where {} needs",
                    var.0,
                    collection(schema, over),
                    formula(schema, &scope.formula)
                );
                line(&head, &norm);
            }
        }
    }
    let _ = writeln!(text, "silence {:?} contradiction fails {}", rule.silence, rule.contradiction_fails);
}

fn facts(text: &mut String, case: &Case) {
    for (i, condition) in case.facts.conditions.iter().enumerate() {
        let _ = writeln!(text, "condition {i} decided {:?}", condition.decided);
    }
    for (list, record) in case.facts.lists.iter().zip(&case.schema.records) {
        let state = if list.complete { "complete" } else { "open" };
        let _ = writeln!(text, "list {} {state} said {}", record.name, list.said);
        for exclusion in &list.exclusions {
            let fields: Vec<String> =
                exclusion.fields.iter().map(|(f, t)| format!(".{f} {}", terms(t))).collect();
            let _ = writeln!(text, "  never {}", fields.join(" and "));
        }
        for item in &list.items {
            let exists =
                if item.exists == Existence::Certain { String::new() } else { format!("{:?} ", item.exists) };
            let show = |f: &policy_core::facts::Fact| {
                format!("{}{}", if f.definite { "!" } else { "" }, value(&f.value))
            };
            let fields: Vec<String> = item.fields.iter().map(show).collect();
            let _ = writeln!(text, "  - {exists}{}", fields.join("; "));
        }
    }
}

fn value(it: &Value) -> String {
    let all = |values: &[Value]| values.iter().map(value).collect::<Vec<_>>().join(" | ");
    match it {
        Value::Undeclared => "?".into(),
        Value::None => "none".into(),
        Value::One(set) => terms(set),
        Value::Set(s) => {
            let some: String = s.some_of.iter().map(|s| format!(" some {}", terms(s))).collect();
            format!("set(must {}{some} may {})", terms(&s.must), terms(&s.may))
        }
        Value::OneOf(values) => format!("one of({})", all(values)),
        Value::Conflicting(values) => format!("conflict({})", all(values)),
        Value::If { condition, then, otherwise } => {
            format!("if(c{condition}: {} else {})", value(then), value(otherwise))
        }
        other => format!("{other:?}"),
    }
}

fn terms(set: &TermSet) -> String {
    let bits: Vec<String> = set.iter().map(|b| b.to_string()).collect();
    format!("{}{{{}}}", if set.is_cofinite() { "all but " } else { "" }, bits.join(","))
}

fn collection(schema: &Schema, over: &Collection) -> String {
    match over {
        Collection::Records { record, declared } => {
            format!("{}{}", if *declared { "declared " } else { "" }, schema.records[record.ix()].name)
        }
        Collection::Categories { scope, also, .. } => format!("categories {} also {also:?}", terms(scope)),
    }
}

fn at(of: &FieldRef) -> String {
    format!("v{}.{}", of.var.0, of.field.0)
}

fn formula(schema: &Schema, it: &Formula) -> String {
    let all = |parts: &[Formula], word: &str| {
        let parts: Vec<String> = parts.iter().map(|p| formula(schema, p)).collect();
        format!("({})", parts.join(word))
    };
    match it {
        Formula::Const(b) => b.to_string(),
        Formula::Not(inner) => format!("not {}", formula(schema, inner)),
        Formula::And(parts) => all(parts, " and "),
        Formula::Or(parts) => all(parts, " or "),
        Formula::Exists { over, var, count, body } => {
            format!("(≥{count} v{} in {}: {})", var.0, collection(schema, over), formula(schema, body))
        }
        Formula::Element { of, elem, body } => {
            format!("(e{} of {}: {})", elem.0, at(of), formula(schema, body))
        }
        Formula::In { elem, terms: among, .. } => match among {
            Terms::These(set) => format!("e{} in {}", elem.0, terms(set)),
            Terms::Field(of) => format!("e{} in {}", elem.0, at(of)),
            other => format!("e{} in {other:?}", elem.0),
        },
        Formula::Compare { left, op, right } => format!("{} {} {right:?}", at(left), op.sign()),
        Formula::Apart { later, op, span, earlier } => {
            format!("{} {} {span:?} after {}", at(later), op.sign(), at(earlier))
        }
        Formula::Same(a, b) => format!("{} same as {}", at(a), at(b)),
        Formula::HasValue(of) => format!("{} has a value", at(of)),
        Formula::Definite(of) => format!("{} is definite", at(of)),
    }
}
