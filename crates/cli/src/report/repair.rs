//! What a declaration would have to say for a rule that fails to pass: for people and for programs.

use policy_core::lang::Lang;
use policy_core::report::{Change, Repaired};
use policy_db::{Database, SourceFile};
use serde_json::{Value, json};

use super::diagnostics;
use super::findings::labelled;
use super::terminal::{Style, clean, paragraph};

/// The steps as lines under a finding; nothing less than all of them is enough.
pub fn text(repair: &Repaired, lang: Lang, style: Style) -> String {
    let [only] = repair.steps.as_slice() else {
        let head = match lang {
            Lang::Nl => format!("met deze {} wijzigingen samen:", repair.steps.len()),
            Lang::En => format!("with these {} changes together:", repair.steps.len()),
        };
        let steps = repair.steps.iter();
        let line = |step: &Vec<_>| paragraph("      - ", &clean(&ways(step, lang)), 8, style.width);
        return labelled(LABEL, &head, lang, style) + &steps.map(line).collect::<String>();
    };
    labelled(LABEL, &ways(only, lang), lang, style)
}

const LABEL: (&str, &str) = ("Zou voldoen", "Would pass");

/// One step: ways that are each enough.
pub fn ways(step: &[Vec<Change>], lang: Lang) -> String {
    let way = |changes: &Vec<Change>| {
        let words: Vec<_> = changes.iter().map(|change| change.words.get(lang)).collect();
        words.join(lang.pick(" en ", " and "))
    };
    step.iter().map(way).collect::<Vec<_>>().join(lang.pick("; of ", "; or "))
}

/// The steps as data.
pub fn json(db: &Database, file: SourceFile, repair: &Repaired, lang: Lang) -> Value {
    let change = |change: &Change| {
        json!({
            "change": change.words.get(lang),
            "path": change.place.path,
            "declaration": diagnostics::located(db, file.id(db), change.place.span),
        })
    };
    let way = |way: &Vec<Change>| way.iter().map(change).collect::<Value>();
    let step = |step: &Vec<Vec<Change>>| json!({ "ways": step.iter().map(way).collect::<Value>() });
    json!({
        "verdict": repair.verdict.word(),
        "steps": repair.steps.iter().map(step).collect::<Value>(),
    })
}
