//! Remarks between the words: what a compound is made of, how many are in a set, what a word ranges over.

use policy_core::lang::Lang;
use policy_core::marks::{How, Is, Name, Thing};
use policy_core::words::Meaning;
use policy_db::{Database, SourceFile};
use policy_syntax::{ItemWord, Span};

use super::describe::Describe;
use super::view::View;
use crate::InlayHint;

/// The remarks in a range.
pub fn inlay_hints(db: &Database, file: SourceFile, range: Span, lang: Lang) -> Vec<InlayHint> {
    let view = View::new(db, file);
    let describe = Describe::new(&view, lang);
    let marks = view.marks().iter().filter(|mark| mark.span.start < range.end && range.start < mark.span.end);
    let hint = |mark: &policy_core::marks::Mark| {
        let Is::Name(name) = &mark.is else { return None };
        let in_rule = view.item_at(mark.span.start).is_some_and(|(_, item)| item.word == ItemWord::Rule);
        let label = if in_rule { of_use(&describe, name) } else { of_definition(&describe, name) }?;
        let Thing::Of(meaning) = name.thing else { return None };
        Some(InlayHint { at: mark.span.end, label, tooltip: Some(describe.thing(meaning)) })
    };
    marks.filter_map(hint).collect()
}

/// Of a word in a sentence.
fn of_use(describe: &Describe<'_>, name: &Name) -> Option<String> {
    if !name.sure {
        return None;
    }
    let Thing::Of(meaning) = name.thing else { return None };
    let own = match meaning {
        Meaning::Compound(head, with, _) => Some(format!("= {}", describe.expansion(head, with))),
        Meaning::Define(d) => {
            let terms = &describe.schema.defines[d as usize].terms;
            let terms: Vec<_> = terms.iter().map(|t| describe.called(Meaning::Term(*t))).collect();
            (!terms.is_empty()).then(|| format!("= {}", terms.join(" + ")))
        }
        Meaning::Set(set) => Some(describe.members(set).len().to_string()),
        Meaning::Setting(setting) => Some(format!("= {}", describe.value(setting))),
        _ => None,
    };
    let over = name.ranges.filter(|record| meaning != Meaning::Record(*record));
    let over = over.map(|record| {
        format!("{} {}", describe.pick("over", "over"), describe.called(Meaning::Record(record)))
    });
    match (own, over) {
        (Some(own), Some(over)) => Some(format!("{own}, {over}")),
        (own, over) => own.or(over),
    }
}

/// Of a set where it is defined.
fn of_definition(describe: &Describe<'_>, name: &Name) -> Option<String> {
    match (&name.thing, name.how) {
        (Thing::Of(Meaning::Set(set)), How::Defines) => {
            let count = describe.members(*set).len();
            Some(format!("{count} {} {}", describe.pick("leden op", "members on"), describe.as_of))
        }
        _ => None,
    }
}
