//! What is missing and the question to ask: the pack's own question, else a well-formed general one.

use super::Input;
use super::phrases::{both, capital, quote};
use super::says::Sayer;
use crate::facts::{Existence, Value};
use crate::model::{FieldId, FieldType, RecordId, SetId};
use crate::report::{About, Question};
use crate::verdict::{FactRef, Missing};

impl<'a> Input<'a> {
    /// A missing fact, with the question that would settle it.
    pub(super) fn question(&self, missing: &Missing) -> Question {
        let path = self.place(missing.fact).map(|p| p.path).unwrap_or_else(|| self.world_path(missing.fact));
        Question {
            fact: both(|lang| Sayer::new(self, lang).missing(missing.fact)),
            path,
            owner: missing.owner,
            question: both(|lang| Sayer::new(self, lang).ask(missing.fact)),
            about: self.about(missing.fact),
        }
    }

    fn about(&self, fact: FactRef) -> Option<About> {
        let FactRef::Field(record, item, field) = fact else { return None };
        Some(About {
            field: both(|lang| Sayer::new(self, lang).field_named((record, FieldId(field)))),
            entry: both(|lang| Sayer::new(self, lang).voice.item_name(record, item)),
        })
    }

    fn world_path(&self, fact: FactRef) -> String {
        match fact {
            FactRef::World(set) => {
                self.schema.sets.get(set as usize).map(|s| s.name.clone()).unwrap_or_default()
            }
            _ => String::new(),
        }
    }
}

impl Sayer<'_> {
    /// A field, with its article where a language needs one.
    fn field_named(&self, field: (RecordId, FieldId)) -> String {
        let name = self.voice.field(field);
        self.voice.lang.pick(name.clone(), format!("the {name}"))
    }

    /// What is missing: a noun phrase.
    fn missing(&self, fact: FactRef) -> String {
        let (voice, lang) = (&self.voice, self.voice.lang);
        match fact {
            FactRef::Field(record, item, field) => {
                let (field, name) =
                    (self.field_named((record, FieldId(field))), voice.item_name(record, item));
                lang.pick(format!("{field} van {name}"), format!("{field} of {name}"))
            }
            FactRef::Exists(record, item) => {
                let name = voice.item_name(record, item);
                lang.pick(format!("of {name} er is"), format!("whether {name} is there"))
            }
            FactRef::Complete(record) => {
                let records = voice.records(record);
                lang.pick(
                    format!("of de lijst van {records} volledig is"),
                    format!("whether the list of {records} is complete"),
                )
            }
            FactRef::Exclusion(..) => self.clause(fact),
            FactRef::Condition(condition) => {
                let name = voice.condition(condition);
                lang.pick(format!("of {name} geldt"), format!("whether {name} holds"))
            }
            FactRef::Ungoverned(record, bit) => {
                let (category, name) = (voice.category(self.input.rules, record, bit), voice.record(record));
                lang.pick(format!("{name} voor {category}"), format!("the {name} for {category}"))
            }
            FactRef::Category(record, bit) => {
                let category = voice.category(self.input.rules, record, bit);
                lang.pick(format!("of {category} voorkomt"), format!("whether there is any {category}"))
            }
            FactRef::World(_) => self.clause(fact),
        }
    }

    /// The question to ask.
    fn ask(&self, fact: FactRef) -> String {
        let (voice, lang) = (&self.voice, self.voice.lang);
        match fact {
            FactRef::Field(record, item, field) => self.ask_field(record, item, FieldId(field)),
            FactRef::Exists(record, item) => self.ask_exists(record, item),
            FactRef::Complete(record) => {
                let records = voice.records(record);
                lang.pick(
                    format!("Is de lijst van {records} volledig?"),
                    format!("Is the list of {records} complete?"),
                )
            }
            FactRef::Exclusion(..) => {
                let said = self.clause(fact);
                lang.pick(format!("Klopt het dat geldt: {said}?"), format!("Is it right that {said}?"))
            }
            FactRef::Condition(condition) => {
                let name = voice.condition(condition);
                lang.pick(
                    format!("Geldt in uw situatie: {name}?"),
                    format!("Does this hold in your situation: {name}?"),
                )
            }
            FactRef::Ungoverned(record, bit) => self.ask_governing(record, bit),
            FactRef::Category(record, bit) => {
                let category = voice.category(self.input.rules, record, bit);
                lang.pick(format!("Komt {category} voor?"), format!("Is there any {category}?"))
            }
            FactRef::World(set) => {
                let (said, name) = (capital(&self.clause(fact)), quote(&voice.set(SetId(set))));
                lang.pick(
                    format!("{said}. Werk de lijst {name} bij."),
                    format!("{said}. Update the list {name}."),
                )
            }
        }
    }

    fn ask_field(&self, record: RecordId, item: u32, field: FieldId) -> String {
        let (voice, lang) = (&self.voice, self.voice.lang);
        let (label, name) = (quote(&voice.field((record, field))), voice.item_name(record, item));
        let found = voice.fact(record, item, field.0).map(|(_, fact)| fact);
        let said = self.clause(FactRef::Field(record, item, field.0));
        let value = found.map(|f| &f.value);
        match value {
            Some(Value::Conflicting(_)) => lang.pick(
                format!("{} bij {name}. Welke geldt?", capital(&said)),
                format!("For {name}, {said}. Which of them holds?"),
            ),
            Some(Value::If { condition, .. }) => self.ask(FactRef::Condition(*condition)),
            value => {
                self.input.schema.question(record, field, lang).map(str::to_owned).unwrap_or_else(|| {
                    match value {
                        None | Some(Value::Undeclared | Value::None) => lang.pick(
                            format!("Wat kunt u vermelden over {label} bij {name}?"),
                            format!("What can you state about the {label} of {name}?"),
                        ),
                        Some(_) => lang.pick(
                            format!("Kunt u {label} bij {name} preciezer vermelden?"),
                            format!("Can you state the {label} of {name} more precisely?"),
                        ),
                    }
                })
            }
        }
    }

    fn ask_exists(&self, record: RecordId, item: u32) -> String {
        let (voice, lang) = (&self.voice, self.voice.lang);
        let name = voice.item_name(record, item);
        match voice.item(record, item).map(|i| i.exists) {
            Some(Existence::If(condition)) => self.ask(FactRef::Condition(condition)),
            Some(Existence::Contested) => lang.pick(
                format!("De uitspraken over {name} verschillen. Welke geldt?"),
                format!("The statements about {name} disagree. Which of them holds?"),
            ),
            _ => lang.pick(format!("Is {name} er?"), format!("Is {name} there?")),
        }
    }

    /// About a category that nothing governs: the question on the span of time, named for the category.
    fn ask_governing(&self, record: RecordId, bit: u32) -> String {
        let (voice, lang) = (&self.voice, self.voice.lang);
        let category = voice.category(self.input.rules, record, bit);
        let spans = &self.input.schema.records[record.ix()].fields;
        let field = spans.iter().position(|f| f.ty == FieldType::Duration).map(|i| FieldId(i as u32));
        if let Some(own) = field.and_then(|f| self.input.schema.question(record, f, lang)).map(str::to_owned)
        {
            return format!("{} {own}", lang.pick(format!("Voor {category}:"), format!("For {category}:")));
        }
        let label = field.map(|f| voice.field((record, f))).unwrap_or_else(|| voice.record(record));
        let label = quote(&label);
        lang.pick(
            format!("Wat kunt u vermelden over {label} voor {category}?"),
            format!("What can you state about the {label} for {category}?"),
        )
    }
}

/// Questions without repetition: one condition or list is asked about once.
pub(super) fn once(questions: Vec<Question>) -> Vec<Question> {
    let mut kept: Vec<Question> = Vec::new();
    for question in questions {
        let same = |q: &Question| q.question == question.question && q.fact == question.fact;
        if !kept.iter().any(same) {
            kept.push(question);
        }
    }
    kept
}
