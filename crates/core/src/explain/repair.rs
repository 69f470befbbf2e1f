//! Changes to a declaration in words.

use super::Input;
use super::phrases::{Join, both, clauses};
use super::says::Sayer;
use crate::eval::{Choice, Edit};
use crate::facts::Value;
use crate::lang::Lang;
use crate::model::{FieldId, RecordId};
use crate::report::Change;
use crate::verdict::FactRef;

/// A change, with the place where it would be made.
pub fn edit_words(edit: &Edit, input: &Input) -> Change {
    let fact = match edit {
        Edit::Set { record, item, field, .. } => FactRef::Field(*record, *item, field.0),
        Edit::Complete(record) | Edit::Exclude(record, _) | Edit::Add(record, _) => {
            FactRef::Complete(*record)
        }
        Edit::Remove(record, item) => FactRef::Exists(*record, *item),
    };
    let words = both(|lang| Sayer::new(input, lang).edit(edit));
    Change { place: input.place(fact).unwrap_or_default(), words }
}

impl Sayer<'_> {
    fn edit(&self, edit: &Edit) -> String {
        let (voice, lang) = (&self.voice, self.voice.lang);
        match edit {
            Edit::Set { record, item, field, value, choice } => {
                let (name, at) = (voice.item_name(*record, *item), (*record, *field));
                format!("{name}: {}", self.becomes(at, value, *choice))
            }
            Edit::Complete(record) => {
                let records = voice.records(*record);
                lang.pick(
                    format!("er staat dat de lijst van {records} volledig is"),
                    format!("the list of {records} is stated to be complete"),
                )
            }
            Edit::Exclude(record, fields) => {
                let records = voice.records(*record);
                let terms = fields.iter().filter_map(|(field, terms)| {
                    let kind = voice.kind((*record, FieldId(*field)))?;
                    Some(voice.terms(kind, terms, Join::Or))
                });
                let terms = clauses(lang, &terms.collect::<Vec<_>>());
                lang.pick(
                    format!("er staat bij {records}: nooit {terms}"),
                    format!("of {records} it is stated: never {terms}"),
                )
            }
            Edit::Add(record, fields) => {
                let own = |(field, value, choice): &(FieldId, Value, Choice)| {
                    self.says((*record, *field), value, *choice)
                };
                let fields = clauses(lang, &fields.iter().map(own).collect::<Vec<_>>());
                let name = voice.record(*record);
                lang.pick(
                    format!("erbij komt: {name}, met {fields}"),
                    format!("added: {name}, with {fields}"),
                )
            }
            Edit::Remove(record, item) => {
                let name = voice.item_name(*record, *item);
                lang.pick(format!("{name} vervalt"), format!("{name} is dropped"))
            }
        }
    }

    fn becomes(&self, at: (RecordId, FieldId), value: &Value, choice: Choice) -> String {
        let (field, lang) = (self.voice.field(at), self.voice.lang);
        let value = || self.voice.value(at, value);
        match (choice, lang) {
            (Choice::This, Lang::Nl) => format!("{field} wordt {}", value()),
            (Choice::This, Lang::En) => format!("{field} becomes {}", value()),
            (Choice::Instance, Lang::Nl) => format!("{field} wordt bijvoorbeeld {}", value()),
            (Choice::Instance, Lang::En) => format!("{field} becomes, for instance, {}", value()),
            (Choice::Any, Lang::Nl) => format!("{field} wordt vermeld"),
            (Choice::Any, Lang::En) => format!("{field} is stated"),
        }
    }

    /// A field of a record that is not there yet.
    fn says(&self, at: (RecordId, FieldId), value: &Value, choice: Choice) -> String {
        let (field, lang) = (self.voice.field(at), self.voice.lang);
        match choice {
            Choice::This => format!("{field} {}", self.voice.value(at, value)),
            Choice::Instance => {
                let value = self.voice.value(at, value);
                lang.pick(format!("{field} bijvoorbeeld {value}"), format!("{field} for instance {value}"))
            }
            Choice::Any => field,
        }
    }
}
