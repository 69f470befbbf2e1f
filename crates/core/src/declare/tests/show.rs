//! Facts as one short text.
//!
//! `=` a value, `!` definite, `~` by a reading, `?` undeclared, `*` anything, `^` absent with a value;
//! sets: `[certain | one of these | possible]`, or `[members]` when complete.

use crate::facts::{Existence, Fact, Facts, Item, List, Value};
use crate::model::{Field, FieldType, KindId, Limit, Schema, TermSet};

pub fn show(facts: &Facts, schema: &Schema) -> String {
    let lists = facts.lists.iter().enumerate().filter(|(i, list)| {
        list.said
            || (schema.records[*i].single
                && list.items.iter().any(|item| item.fields.iter().any(|f| !f.absent || f.definite)))
    });
    let lines: Vec<String> = lists.map(|(i, list)| show_list(facts, schema, i, list)).collect();
    lines.join("; ")
}

fn show_list(facts: &Facts, schema: &Schema, record: usize, list: &List) -> String {
    let it = &schema.records[record];
    let items: Vec<String> = list.items.iter().map(|item| show_item(facts, schema, record, item)).collect();
    if it.single {
        return format!("{}{}", it.name, items.concat());
    }
    let never = list.exclusions.iter().map(|e| {
        let fields = e.fields.iter().map(|(f, t)| {
            let field = &it.fields[*f as usize];
            format!("{}={}", field.name, terms(facts, schema, field.ty, t))
        });
        format!(" never({})", fields.collect::<Vec<_>>().join(" "))
    });
    let never: String = never.collect();
    format!("{}{}:{}{never}", it.name, if list.complete { "." } else { "…" }, items.concat())
}

fn show_item(facts: &Facts, schema: &Schema, record: usize, item: &Item) -> String {
    let fields = item.fields.iter().zip(&schema.records[record].fields);
    let shown = fields.filter(|(fact, _)| !(fact.absent && fact.value == Value::Undeclared));
    let shown: Vec<String> = shown.map(|(fact, field)| show_fact(facts, schema, field, fact)).collect();
    let exists = match item.exists {
        Existence::Certain => String::new(),
        Existence::If(c) => format!("if {} ", facts.conditions[c as usize].name),
        Existence::Contested => "contested ".into(),
    };
    format!(" {{{exists}{}}}", shown.join(" "))
}

fn show_fact(facts: &Facts, schema: &Schema, field: &Field, fact: &Fact) -> String {
    let marks = [(fact.definite, "!"), (fact.reading.is_some(), "~"), (fact.absent, "^")];
    let marks: String = marks.into_iter().filter(|(on, _)| *on).map(|(_, mark)| mark).collect();
    format!("{}={}{marks}", field.name, value(facts, schema, field.ty, &fact.value))
}

fn value(facts: &Facts, schema: &Schema, ty: FieldType, it: &Value) -> String {
    let set = |t: &TermSet| terms(facts, schema, ty, t);
    let all = |values: &[Value], joint: &str| {
        values.iter().map(|v| value(facts, schema, ty, v)).collect::<Vec<_>>().join(joint)
    };
    match it {
        Value::Undeclared => "?".into(),
        Value::None => "none".into(),
        Value::One(one) => set(one),
        Value::Set(s) if s.some_of.is_empty() && s.must == s.may => format!("[{}]", set(&s.must)),
        Value::Set(s) => {
            let some: Vec<String> = s.some_of.iter().map(set).collect();
            format!("[{} | {} | {}]", set(&s.must), some.join("; "), set(&s.may))
        }
        Value::Date(a, b) if a == b => a.to_string(),
        Value::Date(a, b) => format!("{a}..{b}"),
        Value::Limit(Limit::Within(d)) => d.to_string(),
        Value::Limit(Limit::Unlimited) => "unlimited".into(),
        Value::Number(n) => n.to_string(),
        Value::Event(e) => schema.events[*e as usize].name.clone(),
        Value::OneOf(values) => format!("({})", all(values, " or ")),
        Value::Conflicting(values) => format!("({})", all(values, " vs ")),
        Value::If { condition, then, otherwise } => {
            let name = &facts.conditions[*condition as usize].name;
            format!("({name} ? {} : {})", value(facts, schema, ty, then), value(facts, schema, ty, otherwise))
        }
        Value::Same(record, item, field) => {
            let record = &schema.records[record.ix()];
            format!("&{}[{item}].{}", record.name, record.fields[*field as usize].name)
        }
    }
}

fn terms(facts: &Facts, schema: &Schema, ty: FieldType, set: &TermSet) -> String {
    let FieldType::Terms(kind) = ty else { return String::new() };
    if *set == schema.universe(kind) {
        return "*".into();
    }
    let words: Vec<String> = set.iter().map(|bit| word(facts, schema, kind, bit)).collect();
    format!("{}{}", if set.is_cofinite() { "not " } else { "" }, words.join(","))
}

fn word(facts: &Facts, schema: &Schema, kind: KindId, bit: u32) -> String {
    match schema.term_of_bit(kind, bit) {
        Some(term) => term.name.clone(),
        None => facts.words.get(bit as usize).cloned().unwrap_or_default(),
    }
}
