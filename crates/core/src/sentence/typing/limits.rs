//! Quantities and the values they are compared with.

use super::super::ast::{After, At, Comparison, Name, Phrase, Value, ValueKind};
use super::norms::Judged;
use super::{Result, Typer};
use crate::codes;
use crate::lang::Lang;
use crate::model::{
    Duration, FieldId, FieldRef, FieldType, Formula, Op, Quantity, Reading, RecordId, SettingValue, Vacuous,
};
use crate::words::{self, Meaning, Wanted, Word};

/// What sort of value a comparison has, to tell which field can be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Span,
    Day,
    Number,
    Term,
}

impl Typer<'_> {
    /// `QUANTITY op VALUE`: each thing with that field, or each category with what governs it.
    pub(super) fn limit(
        &mut self,
        subject: &Phrase,
        op: Comparison,
        value: &Value,
        rest: At,
    ) -> Result<Judged> {
        let sort = self.sort(value);
        let fields = self.quantity_fields(&subject.noun, sort);
        let is_term = !self.terms_of(&subject.noun).is_empty()
            || subject
                .noun
                .senses
                .iter()
                .any(|s| matches!(s.meaning, Meaning::Compound(..) | Meaning::Define(_)));
        match fields.as_slice() {
            [(record, field)] => self.field_limit(subject, (*record, *field), op, value, rest),
            [] if is_term => self.category_limit(subject, op, value, rest),
            [] => match self.measured(&subject.noun) {
                Some(field) => self.misfit(field, value),
                None => self.no_quantity(&subject.noun, sort),
            },
            _ => self.several_quantities(&subject.noun, &fields),
        }
    }

    /// A field of that name that can be compared, if not with this value.
    fn measured(&self, noun: &Name) -> Option<(RecordId, FieldId)> {
        let schema = self.context.schema;
        let found = self.meanings(noun, |m| match m {
            Meaning::Field(r, f) => Some((r, f)),
            _ => None,
        });
        let compares = |ty: FieldType| match ty {
            FieldType::Terms(kind) => schema.kinds[kind.ix()].ordered,
            FieldType::Event => false,
            FieldType::Date | FieldType::Duration | FieldType::Number => true,
        };
        found.into_iter().find(|(r, f)| compares(schema.records[r.ix()].fields[f.ix()].ty))
    }

    /// The value is of another type than the field: what it is, what the field takes, what to write.
    fn misfit<T>(&self, (record, field): (RecordId, FieldId), value: &Value) -> Result<T> {
        let called = |lang| words::called(self.context.schema, Meaning::Field(record, field), lang);
        let ty = self.context.schema.records[record.ix()].fields[field.ix()].ty;
        let about = Lang::ALL.map(|lang| format!("`{}` is {}", called(lang), self.type_in_words(ty, lang)));
        self.bad_value(ty, value, Some(about))
    }

    fn type_in_words(&self, ty: FieldType, lang: Lang) -> String {
        match ty {
            FieldType::Duration => lang.pick("een termijn", "a span of time").to_string(),
            FieldType::Date => lang.pick("een datum", "a date").to_string(),
            FieldType::Number => lang.pick("een getal", "a number").to_string(),
            FieldType::Event => lang.pick("een gebeurtenis", "an event").to_string(),
            FieldType::Terms(kind) => {
                let kind = words::called(self.context.schema, Meaning::Kind(kind), lang);
                format!("{} `{kind}`", lang.pick("een", words::indefinite(&kind)))
            }
        }
    }

    fn sort(&self, value: &Value) -> Sort {
        let day = value.ago || self.after_date(value);
        match &value.kind {
            ValueKind::Span(..) if day => Sort::Day,
            ValueKind::Span(..) => Sort::Span,
            ValueKind::Date(_) => Sort::Day,
            ValueKind::Number(_) => Sort::Number,
            ValueKind::Name(name) => {
                match self.setting(name).map(|s| &self.context.schema.settings[s.ix()].value) {
                    Some(SettingValue::Duration(_)) if day => Sort::Day,
                    Some(SettingValue::Duration(_)) => Sort::Span,
                    Some(SettingValue::Date(_)) => Sort::Day,
                    Some(SettingValue::Number(_)) => Sort::Number,
                    _ => Sort::Term,
                }
            }
        }
    }

    /// The fields a quantity's name can mean, given what it is compared with; a child's inherited field is its
    /// parent's.
    fn quantity_fields(&self, noun: &Name, sort: Sort) -> Vec<(RecordId, FieldId)> {
        let schema = self.context.schema;
        let fits = |ty: FieldType| match (ty, sort) {
            (FieldType::Duration, Sort::Span) | (FieldType::Date, Sort::Day) => true,
            (FieldType::Number, Sort::Number) => true,
            (FieldType::Terms(kind), Sort::Term) => schema.kinds[kind.ix()].ordered,
            (FieldType::Terms(kind), Sort::Number) => schema.kinds[kind.ix()].ordered,
            _ => false,
        };
        let found = self.meanings(noun, |m| match m {
            Meaning::Field(r, f) if fits(schema.records[r.ix()].fields[f.ix()].ty) => Some((r, f)),
            _ => None,
        });
        let inherited = |(r, f): &(RecordId, FieldId)| {
            schema.records[r.ix()].parent.is_some_and(|parent| found.contains(&(parent, *f)))
        };
        found.iter().copied().filter(|at| !inherited(at)).collect()
    }

    fn field_limit(
        &mut self,
        subject: &Phrase,
        (record, field): (RecordId, FieldId),
        op: Comparison,
        value: &Value,
        rest: At,
    ) -> Result<Judged> {
        self.choose(&subject.noun, Meaning::Field(record, field));
        let opened = self.open_record(subject, record)?;
        let need = self.compare(self.thing().field(field), op, value)?;
        self.part(Some(need.clone()), rest);
        self.leave();
        let single = self.context.schema.records[record.ix()].single;
        let parts = (self.clause_at(opened.scope, subject.at), self.clause_at(need, rest));
        Ok(Judged {
            over: opened.over,
            var: opened.var,
            scope: parts.0,
            need: parts.1,
            vacuous: Vacuous::NotExercised,
            single,
            quantity: true,
        })
    }

    fn category_limit(
        &mut self,
        subject: &Phrase,
        op: Comparison,
        value: &Value,
        rest: At,
    ) -> Result<Judged> {
        let (record, field) = self.governing_field(subject, op)?;
        let opened = self.open_governed(subject, record)?;
        let need = self.compare(self.thing().field(field), op, value)?;
        self.part(Some(need.clone()), rest);
        self.leave();
        let parts = (self.clause_at(opened.scope, subject.at), self.clause_at(need, rest));
        Ok(Judged {
            over: opened.over,
            var: opened.var,
            scope: parts.0,
            need: parts.1,
            vacuous: Vacuous::NotExercised,
            single: false,
            quantity: false,
        })
    }

    /// The keyed record that gives terms for a noun, and its field with the bound.
    fn governing_field(&self, subject: &Phrase, op: Comparison) -> Result<(RecordId, FieldId)> {
        let schema = self.context.schema;
        let kinds = self.noun_kinds(&subject.noun);
        let mut found = Vec::new();
        for (r, record) in schema.records.iter().enumerate() {
            let keyed = record.key.iter().any(|f| match record.fields[f.ix()].ty {
                FieldType::Terms(kind) => kinds.contains(&kind),
                _ => false,
            });
            let spans: Vec<_> =
                (0..record.fields.len()).filter(|f| record.fields[*f].ty == FieldType::Duration).collect();
            let wants_minimum = matches!(op.op, Op::Ge | Op::Gt);
            let fitting: Vec<_> =
                spans.iter().filter(|f| record.fields[**f].minimum == wants_minimum).collect();
            let main = spans.iter().find(|f| record.fields[**f].main);
            let field = main.or(if fitting.len() == 1 { Some(fitting[0]) } else { spans.first() });
            if let Some(field) = field.filter(|_| keyed && record.parent.is_none()) {
                found.push((RecordId(r as u32), FieldId(*field as u32)));
            }
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => self.no_quantity(&subject.noun, Sort::Span),
            _ => self.several_quantities(&subject.noun, &found),
        }
    }

    fn noun_kinds(&self, noun: &Name) -> Vec<crate::model::KindId> {
        let schema = self.context.schema;
        self.meanings(noun, |m| match m {
            Meaning::Term(t) | Meaning::Compound(t, ..) => Some(schema.terms[t.ix()].kind),
            Meaning::Define(d) => schema.defines[d as usize].terms.first().map(|t| schema.terms[t.ix()].kind),
            _ => None,
        })
    }

    fn no_quantity<T>(&self, noun: &Name, sort: Sort) -> Result<T> {
        let (nl, en) = match sort {
            Sort::Span => ("geen termijn", "no span of time"),
            Sort::Day => ("geen datum", "no date"),
            Sort::Number => ("geen getal", "no number"),
            Sort::Term => ("geen volgorde", "no order"),
        };
        let text = &noun.text;
        let words = (
            format!(
                "`{text}` heeft zelf {nl}: een grens hoort bij een veld, of bij een begrip waarvoor termijnen zijn opgegeven"
            ),
            format!(
                "`{text}` itself has {en}: a limit is on a field, or on a term for which spans of time are declared"
            ),
        );
        self.fail(&codes::WRONG_KIND, noun.at, words)
    }

    fn several_quantities<T>(&self, noun: &Name, fields: &[(RecordId, FieldId)]) -> Result<T> {
        let schema = self.context.schema;
        let list = |lang: Lang| {
            let called = |(r, f): &(RecordId, FieldId)| {
                let record = words::called(schema, Meaning::Record(*r), lang);
                let field = words::called(schema, Meaning::Field(*r, *f), lang);
                format!("`{} {record} {} {field} …`", lang.pick("elke", "every"), lang.pick("heeft", "has"))
            };
            fields.iter().map(called).collect::<Vec<_>>().join(lang.pick(" of ", " or "))
        };
        let words = (
            format!("`{}` komt in meer gegevens voor; schrijf {}", noun.text, list(Lang::Nl)),
            format!("`{}` stands in several records; write {}", noun.text, list(Lang::En)),
        );
        self.fail(&codes::AMBIGUOUS, noun.at, words)
    }

    // --- comparisons -----------------------------------------------------------------------------

    /// A field compared with a value.
    pub(super) fn compare(&mut self, left: FieldRef, op: Comparison, value: &Value) -> Result<Formula> {
        let field = &self.context.schema.records[left.record.ix()].fields[left.field.ix()];
        let (ty, counts) = (field.ty, field.counts_from.is_some());
        if let (FieldType::Terms(kind), Op::Eq | Op::Ne, ValueKind::Name(name)) = (ty, op.op, &value.kind)
            && (!self.context.schema.kinds[kind.ix()].ordered || self.setting(name).is_some())
        {
            let same = self.field_term(left, name)?;
            return Ok(if op.op == Op::Ne { super::not(same) } else { same });
        }
        if let Some(after) = value.after.as_ref().filter(|_| self.after_date(value)) {
            return self.apart(left, op, value, after);
        }
        let right = self.quantity(ty, value)?;
        let eventless = match &right {
            Quantity::Duration(_, from) => from.is_none(),
            Quantity::Setting { from, ago, .. } => from.is_none() && !ago,
            _ => false,
        };
        if eventless && counts {
            self.readings.push(Reading::FromEarliest);
        }
        Ok(Formula::Compare { left, op: op.op, right })
    }

    /// `… after its FIELD`, `… after FIELD`: the span counts from a date, not from an event.
    fn after_date(&self, value: &Value) -> bool {
        let event = |name| !self.meanings(name, |m| matches!(m, Meaning::Event(_)).then_some(())).is_empty();
        value.after.as_ref().is_some_and(|after| after.its || !event(&after.name))
    }

    /// A date compared with another date plus a span: a field of the same thing, or with `its` of the thing around.
    fn apart(&mut self, later: FieldRef, op: Comparison, value: &Value, after: &After) -> Result<Formula> {
        let thing = if after.its { self.outer() } else { self.thing().clone() };
        let field = self.field(thing.record, &after.name)?;
        let earlier = thing.field(field);
        let schema = self.context.schema;
        let ty = |of: FieldRef| schema.records[of.record.ix()].fields[of.field.ix()].ty;
        if ty(later) != FieldType::Date {
            return self.bad_value(ty(later), value, None);
        }
        if ty(earlier) != FieldType::Date || value.ago {
            let words = (
                format!("`{}` is geen datum; na `na` hoort hier een veld met een datum", after.name.text),
                format!("`{}` is no date; expected a field with a date after `after`", after.name.text),
            );
            return self.fail(&codes::WRONG_KIND, after.name.at, words);
        }
        let bare = Value { after: None, ..value.clone() };
        let span = self.quantity(FieldType::Duration, &bare)?;
        Ok(Formula::Apart { later, op: op.op, span, earlier })
    }

    fn quantity(&mut self, ty: FieldType, value: &Value) -> Result<Quantity> {
        let from = value.after.as_ref().map(|after| self.event(&after.name)).transpose()?;
        let stray = value.ago && ty != FieldType::Date || from.is_some() && ty != FieldType::Duration;
        if stray {
            return self.bad_value(ty, value, None);
        }
        match (&value.kind, ty) {
            (ValueKind::Span(n, unit), FieldType::Duration) => Ok(Quantity::Duration(span(*n, *unit), from)),
            (ValueKind::Span(n, unit), FieldType::Date) if value.ago => Ok(Quantity::Ago(span(*n, *unit))),
            (ValueKind::Date(date), FieldType::Date) => Ok(Quantity::Date(*date)),
            (ValueKind::Number(number), FieldType::Number) => Ok(Quantity::Number(*number)),
            (ValueKind::Number(number), FieldType::Terms(kind)) => self.level(kind, *number, value),
            (ValueKind::Name(name), _) => self.named_quantity(ty, name, from, value),
            _ => self.bad_value(ty, value, None),
        }
    }

    /// A setting, or a term of an ordered kind.
    fn named_quantity(
        &mut self,
        ty: FieldType,
        name: &Name,
        from: Option<crate::model::EventId>,
        value: &Value,
    ) -> Result<Quantity> {
        let schema = self.context.schema;
        if let Some(setting) = self.setting(name) {
            let fits = match (&schema.settings[setting.ix()].value, ty) {
                (SettingValue::Duration(_), FieldType::Duration) => true,
                (SettingValue::Duration(_), FieldType::Date) => value.ago,
                (SettingValue::Number(_), FieldType::Number) | (SettingValue::Date(_), FieldType::Date) => {
                    true
                }
                (SettingValue::Terms(kind, _), FieldType::Terms(of)) => *kind == of,
                _ => false,
            };
            if fits {
                self.choose(name, Meaning::Setting(setting));
                return Ok(Quantity::Setting { setting, from, ago: value.ago });
            }
        }
        let FieldType::Terms(kind) = ty else { return self.bad_value(ty, value, None) };
        let term = self.terms_of(name).into_iter().find(|t| schema.terms[t.ix()].kind == kind);
        match term {
            Some(term) if schema.kinds[kind.ix()].ordered => {
                self.choose(name, Meaning::Term(term));
                Ok(Quantity::Term(schema.terms[term.ix()].bit))
            }
            Some(_) => self.unordered(kind, value),
            None => self.not_here(name, Wanted::Term(kind)),
        }
    }

    /// `level ≥ 2`: the term called `2`, or after its kind `level 2`.
    fn level(&mut self, kind: crate::model::KindId, number: i64, value: &Value) -> Result<Quantity> {
        let schema = self.context.schema;
        let vocabulary = self.context.vocabulary;
        let mut spellings = vec![number.to_string()];
        for lang in Lang::ALL {
            spellings.push(format!("{} {number}", words::called(schema, Meaning::Kind(kind), lang)));
        }
        let found = spellings.iter().find_map(|text| vocabulary.term(schema, kind, text).first().copied());
        match found {
            Some(term) if schema.kinds[kind.ix()].ordered => Ok(Quantity::Term(schema.terms[term.ix()].bit)),
            _ => self.unordered(kind, value),
        }
    }

    fn unordered<T>(&self, kind: crate::model::KindId, value: &Value) -> Result<T> {
        let ordered = self.context.schema.kinds[kind.ix()].ordered;
        if ordered {
            return self.bad_value(FieldType::Terms(kind), value, None);
        }
        let called = |lang| words::called(self.context.schema, Meaning::Kind(kind), lang);
        let words = (
            format!(
                "de soort `{}` heeft geen volgorde: gebruik `=`, of noem het begrip zelf",
                called(Lang::Nl)
            ),
            format!("kind `{}` has no order: use `=`, or name the term itself", called(Lang::En)),
        );
        self.fail(&codes::WRONG_KIND, value.at, words)
    }

    /// What was found, what was expected, and what to write; `about` says what it is compared with.
    fn bad_value<T>(&self, ty: FieldType, value: &Value, about: Option<[String; 2]>) -> Result<T> {
        let [nl, en] = Lang::ALL.map(|lang| {
            let found = super::super::write::write_value(self.context, value, &self.found.choices, lang);
            let about = about.as_ref().map(|both| format!("{}; ", lang.pick(&both[0], &both[1])));
            format!("{}{}", about.unwrap_or_default(), self.advised(ty, value, &found, lang))
        });
        self.fail(&codes::BAD_VALUE, value.at, (nl, en))
    }

    /// What to write instead of a value that does not fit.
    fn advised(&self, ty: FieldType, value: &Value, found: &str, lang: Lang) -> String {
        let spoken = |nl: String, en: String| lang.pick(nl, en);
        match (ty, &value.kind) {
            (FieldType::Duration, ValueKind::Number(n)) => spoken(
                format!("`{found}` heeft geen eenheid: schrijf bijvoorbeeld `{n} maanden`"),
                format!("`{found}` has no unit: write for instance `{n} months`"),
            ),
            (FieldType::Duration, ValueKind::Span(..)) if value.ago => spoken(
                format!("`{found}` is een dag: laat `geleden` weg"),
                format!("`{found}` is a day: leave out `ago`"),
            ),
            (FieldType::Date, ValueKind::Span(..)) if !value.ago => spoken(
                format!(
                    "`{found}` is een termijn: schrijf `{found} geleden`, of een datum zoals `2026-01-31`"
                ),
                format!("`{found}` is a span of time: write `{found} ago`, or a date such as `2026-01-31`"),
            ),
            (FieldType::Date, ValueKind::Name(name)) if name.senses.is_empty() => spoken(
                format!("`{found}` is geen dag die bestaat: schrijf een datum zoals `2026-01-31`"),
                format!("`{found}` is not a day that exists: write a date such as `2026-01-31`"),
            ),
            (FieldType::Terms(kind), _) => {
                let terms = &self.context.schema.kinds[kind.ix()].terms;
                let called = |t: &crate::model::TermId| {
                    format!("`{}`", words::called(self.context.schema, Meaning::Term(*t), lang))
                };
                let names: Vec<_> = terms.iter().take(6).map(called).collect();
                let names = names.join(", ");
                let kind = words::called(self.context.schema, Meaning::Kind(kind), lang);
                spoken(
                    format!("`{found}` is geen `{kind}`: kies {names}"),
                    format!("`{found}` is no `{kind}`: choose {names}"),
                )
            }
            _ => {
                let (nl, en) = match ty {
                    FieldType::Duration => {
                        ("een termijn, zoals `6 maanden`", "a span of time, such as `6 months`")
                    }
                    FieldType::Date => ("een datum, zoals `2026-01-31`", "a date, such as `2026-01-31`"),
                    FieldType::Number => ("een getal", "a number"),
                    _ => ("geen waarde", "no value"),
                };
                spoken(
                    format!("`{found}` past hier niet; hier hoort {nl}"),
                    format!("`{found}` does not fit here; expected {en}"),
                )
            }
        }
    }
}

fn span(n: u32, unit: Word) -> Duration {
    match unit {
        Word::Year => Duration::Months(n * 12),
        Word::Month => Duration::Months(n),
        Word::Week => Duration::Hours(n * 168),
        Word::Day => Duration::Hours(n * 24),
        _ => Duration::Hours(n),
    }
}
