//! Explained results: verdicts joined with words, places and sources. What every output shows, and nothing else.

use policy_syntax::Span;

use crate::diag::Message;
use crate::lang::Lang;
use crate::model::{Origin, Owner};
use crate::verdict::{Outcome, Verdict};

/// One rule on one declaration, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleResult {
    /// Index of the rule.
    pub rule: usize,
    /// The outcome from the worlds.
    pub outcome: Outcome,
    /// The waiver in force, if the outcome is a fail or unknown that one covers.
    pub waived: Option<Waived>,
    /// What it rests on, thing by thing.
    pub findings: Vec<Explained>,
    /// For a fail, when asked for in full: what the declaration would have to say to pass.
    pub repair: Option<Repaired>,
}

/// What a declaration would have to say for a rule to be kept, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired {
    /// Steps, all of which are needed; each with ways, one of which is enough; each way with changes to make together.
    pub steps: Vec<Vec<Vec<Change>>>,
    /// What the rule then comes to.
    pub verdict: Verdict,
}

/// A change to a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where it would be made.
    pub place: Place,
    /// What would be said there.
    pub words: Message,
}

/// A waiver as it shows with a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// Why the risk is accepted.
    pub reason: String,
    /// Who accepted it.
    pub owner: String,
    /// First day on which it no longer holds.
    pub until: jiff::civil::Date,
    /// Where it stands.
    pub origin: Origin,
}

/// One finding in words, with both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What this thing comes to.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: Message,
    /// The line in the declaration.
    pub place: Place,
    /// The clause of the rule.
    pub clause: Origin,
    /// Further places in the declaration that take part.
    pub related: Vec<(Place, Message)>,
    /// Interpretations it rests on, in words.
    pub readings: Vec<Message>,
    /// Settings it used: name and value in words.
    pub settings: Vec<(String, Message)>,
    /// What a pass or fail rests on, when asked for.
    pub rests_on: Vec<(Place, Message)>,
    /// What is missing for an unknown.
    pub missing: Vec<Question>,
}

/// One finding in the words of one language: what an editor shows under a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// What this thing comes to.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// The line in the declaration.
    pub place: Place,
    /// The clause of the rule.
    pub clause: Origin,
    /// Further places in the declaration that take part.
    pub related: Vec<(Place, String)>,
}

/// A place in a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The bytes; for something absent those of the nearest enclosing key.
    pub span: Span,
    /// Whether the thing itself is absent.
    pub absent: bool,
    /// Its path, such as `loans[0].branch`.
    pub path: String,
    /// Document and section the declaration gives for it.
    pub source: Option<String>,
    /// Quotation the declaration gives for it.
    pub quote: Option<String>,
}

/// A missing fact with the question to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is missing, in words.
    pub fact: Message,
    /// Its path in the declaration.
    pub path: String,
    /// Whose move it is.
    pub owner: Owner,
    /// The question.
    pub question: Message,
    /// The field and the entry it is about. None where the question names what it is about by itself.
    pub about: Option<About>,
}

/// A field of an entry of a declaration, for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The field, with its article in English.
    pub field: Message,
    /// The record and the entry's name, or its number if it has none.
    pub entry: Message,
}

/// What one question is about: of each field at most so many entries.
pub fn about(all: &[&About], lang: Lang, most: usize) -> String {
    let mut fields: Vec<(&str, Vec<&str>)> = Vec::new();
    for About { field, entry } in all {
        let (field, entry) = (field.get(lang), entry.get(lang));
        match fields.iter_mut().find(|(known, _)| *known == field) {
            Some((_, entries)) if entries.contains(&entry) => {}
            Some((_, entries)) => entries.push(entry),
            None => fields.push((field, vec![entry])),
        }
    }
    let one = |(field, entries): &(&str, Vec<&str>)| {
        let more = if entries.len() > most { ", …" } else { "" };
        let shown = entries.iter().take(most).copied().collect::<Vec<_>>().join(", ");
        format!("{field} {} {shown}{more}", lang.pick("van", "of"))
    };
    fields.iter().map(one).collect::<Vec<_>>().join("; ")
}
