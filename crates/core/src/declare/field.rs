//! What is said about one field: the short forms, the long forms, and every state a statement can take.

use std::sync::Arc;

use jiff::civil::Date;
use policy_syntax::Span;

use super::doc::{Content, Entry, Node};
use super::lookup::kind_of;
use super::reader::{Cite, Form, Reader};
use super::scalar::{self, NoDate};
use super::words::Word;
use super::{say, sets};
use crate::codes;
use crate::diag::Message;
use crate::facts::Value;
use crate::model::{Field, FieldType, Limit, Reading, TermSet};

/// How many statements one field takes at most.
const MOST_STATEMENTS: usize = 64;

/// What a field can hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Want {
    pub ty: FieldType,
    pub many: bool,
}

impl Want {
    pub fn of(field: &Field) -> Self {
        Want { ty: field.ty, many: field.many }
    }
}

/// A statement about a field.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub value: Value,
    pub reading: Option<Reading>,
    pub span: Span,
    pub cite: Cite,
    /// The part of the document that says it.
    pub part: Option<u32>,
}

/// The words of the long form of a field.
pub const FIELD_WORDS: &[Word] = &[
    Word::Value,
    Word::Source,
    Word::Quote,
    Word::Items,
    Word::Open,
    Word::Excluding,
    Word::Never,
    Word::OneOf,
    Word::If,
    Word::Then,
    Word::Else,
    Word::OnlyIf,
    Word::Conflicting,
    Word::Disputed,
    Word::Undeclared,
    Word::None,
    Word::Some,
    Word::Unlimited,
    Word::From,
    Word::To,
    Word::Part,
    Word::Note,
];

/// The long forms, of which a statement has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Value,
    Set,
    OneOf,
    If,
    Conflicting,
    Undeclared,
    None,
    Some,
    Unlimited,
    Range,
}

fn shape_of(word: Word) -> Option<Shape> {
    Some(match word {
        Word::Value => Shape::Value,
        Word::Items | Word::Excluding | Word::Never => Shape::Set,
        Word::OneOf => Shape::OneOf,
        Word::If => Shape::If,
        Word::Conflicting => Shape::Conflicting,
        Word::Undeclared => Shape::Undeclared,
        Word::None => Shape::None,
        Word::Some => Shape::Some,
        Word::Unlimited => Shape::Unlimited,
        Word::From | Word::To => Shape::Range,
        _ => return None,
    })
}

impl Reader<'_> {
    /// Reads a statement; `None` where it was wrong, which is reported then.
    pub(super) fn said(&mut self, want: Want, node: &Node) -> Option<Said> {
        let (value, reading) = match &node.content {
            Content::Broken => return None,
            Content::Scalar { .. } => self.scalar(want, node)?,
            Content::List(_) if want.many && kind_of(want.ty).is_some() => self.listed(want, node)?,
            Content::List(_) => {
                self.wrong(want, node);
                return None;
            }
            Content::Map(entries) => return self.long(want, node, entries),
        };
        Some(Said { value, reading, span: node.span, cite: Cite::default(), part: None })
    }

    /// Reports that the value does not fit the field.
    pub(super) fn wrong(&mut self, want: Want, node: &Node) {
        let mut expected = say::expected(self.schema, want.ty, want.many);
        if matches!(node.content, Content::List(_)) {
            expected.nl += "; staat er dat het een van meer is, schrijf dan `{ een van: […] }`";
            expected.en += "; if it is one of several, write `{ one of: […] }`";
        }
        self.mistyped(node, &expected);
    }

    fn scalar(&mut self, want: Want, node: &Node) -> Option<(Value, Option<Reading>)> {
        if node.is_null() {
            return Some((Value::Undeclared, None));
        }
        let text = node.text().unwrap_or_default();
        let known = kind_of(want.ty).is_some_and(|kind| self.lookup.named(kind, text).is_some());
        match super::words::word(text) {
            Some(Word::None) if !known => return Some((Value::None, None)),
            Some(Word::Some) if !known && kind_of(want.ty).is_some() => {
                return Some((self.at_least_one(want), None));
            }
            _ => {}
        }
        match want.ty {
            FieldType::Terms(_) if want.many => self.listed(want, node),
            FieldType::Terms(kind) => {
                let meaning = self.meaning(kind, node)?;
                Some((Value::One(meaning.terms), meaning.reading))
            }
            FieldType::Date => Some((self.date(want, node)?, None)),
            FieldType::Duration => Some((Value::Limit(self.limit(want, node)?), None)),
            FieldType::Number => self.number(want, node).map(|n| (Value::Number(n), None)),
            FieldType::Event => self.event(node).map(|e| (Value::Event(e), None)),
        }
    }

    fn date(&mut self, want: Want, node: &Node) -> Option<Value> {
        let text = node.text().unwrap_or_default();
        match scalar::date(text) {
            Ok((first, last)) => Some(Value::Date(first, last)),
            Err(NoDate::Shape) => {
                self.wrong(want, node);
                None
            }
            Err(NoDate::Impossible) => {
                let nl = format!("`{text}` staat niet op de kalender: kijk de dag en de maand na");
                let en = format!("`{text}` is not on the calendar: check the day and the month");
                self.problems.add(&codes::IMPOSSIBLE_DATE, node.span, nl, en);
                None
            }
        }
    }

    fn limit(&mut self, want: Want, node: &Node) -> Option<Limit> {
        let text = node.text().unwrap_or_default();
        if super::words::word(text) == Some(Word::Unlimited) {
            return Some(Limit::Unlimited);
        }
        let duration = scalar::duration(text);
        if duration.is_none() {
            self.wrong(want, node);
        }
        duration.map(Limit::Within)
    }

    fn number(&mut self, want: Want, node: &Node) -> Option<i64> {
        let text = node.text().unwrap_or_default().trim();
        let number = text.parse().ok();
        match number {
            Some(_) if node.is_plain() && scalar::misread_by_yaml(text) => self.warn_misread(node, text),
            Some(_) => {}
            None => self.wrong(want, node),
        }
        number
    }

    fn event(&mut self, node: &Node) -> Option<u32> {
        let text = node.text().unwrap_or_default();
        let event = self.lookup.event(text);
        if event.is_none() {
            say::unknown_event(&mut self.problems, self.schema, self.lookup, text, node.span);
        }
        event.map(|e| e.0)
    }

    /// "Some", unnamed.
    fn at_least_one(&self, want: Want) -> Value {
        let Some(kind) = kind_of(want.ty) else { return Value::Undeclared };
        let all = self.schema.universe(kind);
        if want.many { Value::set(sets::vague(all)) } else { Value::One(all) }
    }

    fn long(&mut self, want: Want, node: &Node, entries: &[Entry]) -> Option<Said> {
        let form = self.form(entries, FIELD_WORDS);
        let shape = self.shape(want, node, &form)?;
        let mut said = Said {
            value: Value::Undeclared,
            reading: None,
            span: node.span,
            cite: self.cite(&form),
            part: self.part(&form),
        };
        match shape {
            Shape::Value => {
                let inner = self.said(want, &form.get(Word::Value)?.value)?;
                said = Said { cite: said.cite.or(&inner.cite), part: said.part.or(inner.part), ..inner };
            }
            Shape::Set => (said.value, said.reading) = self.items_and_exclusions(want, node, &form)?,
            Shape::OneOf => (said.value, said.reading) = self.one_of(want, &form.get(Word::OneOf)?.value)?,
            Shape::If => (said.value, said.reading) = self.conditional(want, &form)?,
            Shape::Conflicting => {
                let statements = self.statements(want, &form.get(Word::Conflicting)?.value)?;
                said.cite = said.cite.or(&Cite::joined(statements.iter().map(|s| &s.cite)));
                (said.value, said.reading) = self.settle(statements);
            }
            Shape::Undeclared => said.value = self.flagged(form.get(Word::Undeclared)?, Value::Undeclared)?,
            Shape::None => said.value = self.flagged(form.get(Word::None)?, Value::None)?,
            Shape::Some => said.value = self.flagged(form.get(Word::Some)?, self.at_least_one(want))?,
            Shape::Unlimited => {
                said.value = self.flagged(form.get(Word::Unlimited)?, Value::Limit(Limit::Unlimited))?
            }
            Shape::Range => said.value = self.range(want, &form)?,
        }
        self.modified(want, said, &form)
    }

    /// The value that a key with `true` stands for.
    fn flagged(&mut self, entry: &Entry, value: Value) -> Option<Value> {
        self.flag_true(entry).map(|()| value)
    }

    /// The one way in which a long form says its value, if it has one; several are an error, and reported.
    pub(super) fn one_shape(&mut self, form: &Form<'_>) -> Result<Option<Shape>, ()> {
        let mut shape: Option<(Shape, Word)> = None;
        for (word, entry) in &form.given {
            let Some(found) = shape_of(*word) else { continue };
            match shape {
                Some((first, other)) if first != found => {
                    let (a, b) = (form.key(other), &entry.key);
                    let (mut nl, mut en) = ("kies een van beide", "choose one of them");
                    if (first, found) == (Shape::Value, Shape::If) {
                        (nl, en) = ("bedoelde u `alleen als`?", "did you mean `only if`?");
                    }
                    let nl = format!("`{a}` en `{b}` gaan niet samen: {nl}");
                    let en = format!("`{a}` and `{b}` do not go together: {en}");
                    self.problems.add(&codes::WRONG_TYPE, entry.key_span, nl, en);
                    return Err(());
                }
                _ => shape = Some((found, *word)),
            }
        }
        Ok(shape.map(|(shape, _)| shape))
    }

    /// The one long form that is used; no or several are reported.
    fn shape(&mut self, want: Want, node: &Node, form: &Form<'_>) -> Option<Shape> {
        let shape = self.one_shape(form).ok()?;
        let fits = match shape {
            Some(Shape::Set) => kind_of(want.ty).is_some(),
            Some(Shape::Some) => kind_of(want.ty).is_some(),
            Some(Shape::Unlimited) => want.ty == FieldType::Duration,
            Some(Shape::Range) => want.ty == FieldType::Date,
            // Only a source or a quotation: the cell is there, and empty.
            None => return self.no_shape(want, node, form),
            _ => true,
        };
        if !fits {
            self.wrong(want, node);
            return None;
        }
        shape
    }

    fn no_shape(&mut self, want: Want, node: &Node, form: &Form<'_>) -> Option<Shape> {
        if form.unknown {
            return None;
        }
        let mut expected = say::expected(self.schema, want.ty, want.many);
        expected.nl += ", als `waarde: …`, of `niet ingevuld: true`";
        expected.en += ", as `value: …`, or `undeclared: true`";
        self.mistyped(node, &expected);
        None
    }

    /// `open`, `only if` and `disputed` beside a value.
    fn modified(&mut self, want: Want, mut said: Said, form: &Form<'_>) -> Option<Said> {
        let open = form.get(Word::Open).filter(|_| form.get(Word::Items).is_none());
        if let Some(open) = open
            && self.flag(open)?
        {
            match (&mut said.value, kind_of(want.ty)) {
                (Value::Set(set), Some(kind)) => set.may = self.schema.universe(kind),
                _ => {
                    say::unknown_key(
                        &mut self.problems,
                        &open.key,
                        open.key_span,
                        &[Word::Source, Word::Quote],
                    );
                    return None;
                }
            }
        }
        if form.get(Word::Disputed).is_some() {
            said.value = Value::Conflicting(vec![said.value, Value::None]);
        }
        if let Some(only) = form.get(Word::OnlyIf) {
            let condition = self.condition(&only.value)?;
            let (then, otherwise) = (Box::new(said.value), Box::new(Value::Undeclared));
            said.value = Value::If { condition, then, otherwise };
        }
        Some(said)
    }

    fn conditional(&mut self, want: Want, form: &Form<'_>) -> Option<(Value, Option<Reading>)> {
        let given = form.get(Word::If)?;
        if form.get(Word::Then).is_none() && form.get(Word::Else).is_none() {
            let nl = "hier ontbreekt `dan: …`: wat geldt er onder de voorwaarde".to_string();
            let en = "`then: …` is missing here: what holds under the condition".to_string();
            self.problems.add(&codes::WRONG_TYPE, given.key_span, nl, en);
            return None;
        }
        let condition = self.condition(&given.value)?;
        let mut branch = |word| match form.get(word) {
            Some(entry) => self.said(want, &entry.value).map(|s| (s.value, s.reading)),
            None => Some((Value::Undeclared, None)),
        };
        let (then, reading) = branch(Word::Then)?;
        let (otherwise, other) = branch(Word::Else)?;
        if then == otherwise {
            return Some((then, reading.or(other)));
        }
        let (then, otherwise) = (Box::new(then), Box::new(otherwise));
        Some((Value::If { condition, then, otherwise }, reading.or(other)))
    }

    fn one_of(&mut self, want: Want, node: &Node) -> Option<(Value, Option<Reading>)> {
        let statements = self.statements(want, node)?;
        let reading = statements.iter().find_map(|s| s.reading.clone());
        let values: Vec<Value> = statements.into_iter().map(|s| s.value).collect();
        let terms = values.iter().map(|v| if let Value::One(terms) = v { Some(terms) } else { None });
        let union =
            terms.collect::<Option<Vec<_>>>().map(|all| all.iter().fold(TermSet::empty(), |u, t| u.or(t)));
        Some((union.map(Value::One).unwrap_or_else(|| collapse(values, Value::OneOf)), reading))
    }

    /// The statements of a list; nothing if one of them is wrong.
    fn statements(&mut self, want: Want, node: &Node) -> Option<Vec<Said>> {
        let fits = |items: &&[Arc<Node>]| (2..=MOST_STATEMENTS).contains(&items.len()) && !node.damaged;
        let Some(items) = node.items().filter(fits) else {
            let most = MOST_STATEMENTS;
            let expected = Message::new(
                format!("een lijst van twee tot {most} mogelijkheden"),
                format!("a list of two to {most} possibilities"),
            );
            self.mistyped(node, &expected);
            return None;
        };
        let said: Vec<Option<Said>> = items.iter().map(|item| self.said(want, item)).collect();
        said.into_iter().collect()
    }

    /// Settles incompatible statements by the order of precedence, as far as it reaches.
    fn settle(&self, statements: Vec<Said>) -> (Value, Option<Reading>) {
        let ranks: Option<Vec<usize>> = statements.iter().map(|s| self.rank(s.part)).collect();
        let best = ranks.as_ref().and_then(|r| r.iter().min().copied());
        let counts = |i: usize| match (&ranks, best) {
            (Some(ranks), Some(best)) => ranks[i] == best,
            _ => true,
        };
        let kept: Vec<Said> =
            statements.into_iter().enumerate().filter(|(i, _)| counts(*i)).map(|(_, s)| s).collect();
        let reading = kept.iter().find_map(|s| s.reading.clone());
        (collapse(kept.into_iter().map(|s| s.value).collect(), Value::Conflicting), reading)
    }

    fn range(&mut self, want: Want, form: &Form<'_>) -> Option<Value> {
        let mut end = |word, open: (Date, Date)| match form.get(word) {
            None => Some(open),
            Some(entry) => match self.date(want, &entry.value)? {
                Value::Date(first, last) => Some((first, last)),
                _ => None,
            },
        };
        let (first, _) = end(Word::From, (jiff::civil::date(1, 1, 1), Date::MIN))?;
        let (_, last) = end(Word::To, (Date::MIN, Date::MAX))?;
        if first > last {
            let span = form.get(Word::To).map_or(Span::default(), |e| e.value.span);
            let nl = format!("de laatste dag ({last}) ligt voor de eerste ({first}): draai ze om");
            let en = format!("the last day ({last}) is before the first ({first}): swap them");
            self.problems.add(&codes::IMPOSSIBLE_DATE, span, nl, en);
            return None;
        }
        Some(Value::Date(first, last))
    }
}

/// Several possible values as one: alone if they are all equal.
fn collapse(mut values: Vec<Value>, several: impl Fn(Vec<Value>) -> Value) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for value in values.drain(..) {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    match distinct.pop() {
        Some(only) if distinct.is_empty() => only,
        Some(last) => {
            distinct.push(last);
            several(distinct)
        }
        None => Value::Undeclared,
    }
}

/// Whether a value is exactly one value at the field's grain, or none, or a complete set of such members.
pub(super) fn is_definite(value: &Value) -> bool {
    match value {
        Value::One(terms) => terms.single().is_some(),
        Value::Set(set) => set.some_of.is_empty() && set.may == set.must && !set.must.is_cofinite(),
        Value::Date(first, last) => scalar::is_one_date(*first, *last),
        Value::None | Value::Limit(_) | Value::Number(_) | Value::Event(_) => true,
        _ => false,
    }
}
