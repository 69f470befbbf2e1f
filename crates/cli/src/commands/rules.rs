//! `policy rules`: what is tested for.

use std::io;

use policy_core::lang::Lang;
use policy_core::model::{Rule, Schema};
use policy_db::queries;
use serde_json::{Value, json};

use super::{has_errors, of_policies, report};
use crate::args::{Format, Rules};
use crate::report::terminal::{Paint, Style, clean, paragraph};
use crate::session::Session;
use crate::{exit, output};

pub fn run(args: &Rules, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    session.load_packs(&args.packs.packs);
    session.set_as_of(None);
    let project = session.project();
    let diagnostics = of_policies(&session);
    report(&session, &diagnostics);
    let (schema, rules) = (queries::schema(&session.db, project), queries::rules(&session.db, project));
    let text = match args.format {
        Format::Json => as_json(schema, rules, session.lang)?,
        Format::Pretty => as_text(schema, rules, session.lang, Style::stdout()),
    };
    output::emit(None, |out| out.write_all(text.as_bytes()))?;
    Ok(if has_errors(&diagnostics) { exit::ERROR } else { exit::OK })
}

fn as_json(schema: &Schema, rules: &[Rule], lang: Lang) -> io::Result<String> {
    let rule = |rule: &Rule| {
        json!({
            "rule": rule.id,
            "pack": schema.packs[rule.pack.ix()].name,
            "severity": rule.severity.word(),
            "title": rule.title.get(lang).unwrap_or(&rule.id),
            "basis": rule.basis,
            "advice": rule.advice.get(lang),
        })
    };
    let all: Vec<Value> = rules.iter().map(rule).collect();
    Ok(serde_json::to_string_pretty(
        &json!({ "schema": "policy-rules/1", "lang": lang.code(), "rules": all }),
    )? + "\n")
}

fn as_text(schema: &Schema, rules: &[Rule], lang: Lang, style: Style) -> String {
    let ids = rules.iter().map(|rule| rule.id.chars().count()).max().unwrap_or(0) + 2;
    let mut out = String::new();
    for pack in &schema.packs {
        let own: Vec<_> =
            rules.iter().filter(|rule| schema.packs[rule.pack.ix()].name == pack.name).collect();
        if own.is_empty() {
            continue;
        }
        let title = format!("{} {} {}", pack.name, pack.version, pack.title.get(lang).unwrap_or_default());
        out.push_str(&format!("{}\n", style.paint(Paint::Strong, clean(&title).trim_end())));
        for rule in own {
            let severity = lang.pick(rule.severity.word_nl(), rule.severity.word());
            let head = format!("  {:<ids$}{severity:<10}", clean(&rule.id));
            let title = clean(rule.title.get(lang).unwrap_or_default());
            out.push_str(&paragraph(&head, &title, ids + 12, style.width));
        }
    }
    out
}
