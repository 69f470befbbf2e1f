//! What follows `has`, `with` and `where`; comparisons and their values.

use super::super::ast::*;
use super::super::lex::{Kind, Piece};
use super::super::message;
use super::{Order, Parser, Result};
use crate::model::Op;
use crate::words::{Wanted, Word};

impl Parser<'_> {
    pub(super) fn quality(&mut self) -> Result<Quality> {
        self.deeper(|p| {
            let start = p.pos;
            let goes_on = |p: &Self| !p.begins_clause(1);
            let part = |p: &mut Self| {
                let quality = p.quality_part()?;
                let strays = p.is(Word::Or) && p.nested > 0 && !p.grouped && !p.begins_clause(1);
                if strays { p.or_in_nested(start) } else { Ok(quality) }
            };
            let (parts, or) = p.joined(start, part, goes_on)?;
            Ok(match or {
                None => parts.into_iter().next().unwrap_or(Quality::And(Vec::new())),
                Some(true) => Quality::Or(parts),
                Some(false) => Quality::And(parts),
            })
        })
    }

    /// `or` inside a nested quantifier may belong to it or to what is around it.
    pub(super) fn or_in_nested<T>(&mut self, start: usize) -> Result<T> {
        let or = self.pos;
        let mut end = or + 1;
        while self.pieces.get(end).is_some_and(|p| {
            !matches!(&p.kind, Kind::Close | Kind::Comma)
                && !matches!(&p.kind, Kind::Key(k) if STOPS.contains(&k[0]))
        }) {
            end += 1;
        }
        let key = start.checked_sub(1).filter(|i| matches!(self.pieces[*i].kind, Kind::Key(_)));
        let lead = key.map(|i| format!("{} ", self.pieces[i].text)).unwrap_or_default();
        let inner = format!("{lead}({})", self.text(start, end));
        let outer = format!("({}) {}", self.text(self.nested_start(start), or), self.text(or, end));
        let at = self.pieces[start].at.to(self.pieces[end - 1].at);
        self.ambiguous(
            at,
            ("`of` binnen een geneste zin zonder haakjes", "`or` inside a nested phrase without parentheses"),
            [inner, outer],
        )
    }

    /// The quantifier that the nested phrase around `start` begins with.
    pub(super) fn nested_start(&self, start: usize) -> usize {
        let quantifier = |p: &Piece| matches!(&p.kind, Kind::Key(k) if k.contains(&Word::Some) || k.contains(&Word::AtLeast) || k.contains(&Word::A));
        (0..start).rev().find(|i| quantifier(&self.pieces[*i])).unwrap_or(start)
    }

    pub(super) fn quality_part(&mut self) -> Result<Quality> {
        if self.eat(Word::Not) {
            return Ok(Quality::Not(Box::new(self.deeper(|p| p.quality_part())?)));
        }
        if self.eat_kind(Kind::Open) {
            let before = std::mem::replace(&mut self.grouped, true);
            let inner = self.quality();
            self.grouped = before;
            let inner = inner?;
            self.close()?;
            return Ok(Quality::Group(Box::new(inner)));
        }
        if self.eat(Word::Some) {
            return Ok(Quality::Some(Quantifier::Some, Box::new(self.nested_phrase()?)));
        }
        if self.is(Word::AtLeast) {
            let count = self.count()?;
            return Ok(Quality::Some(Quantifier::AtLeast(count), Box::new(self.nested_phrase()?)));
        }
        self.named_quality()
    }

    pub(super) fn nested_phrase(&mut self) -> Result<Phrase> {
        let before = std::mem::replace(&mut self.grouped, false);
        self.nested += 1;
        let phrase = self.phrase(Order::Plain);
        self.nested -= 1;
        self.grouped = before;
        phrase
    }

    pub(super) fn named_quality(&mut self) -> Result<Quality> {
        let skip = usize::from(self.is(Word::The) || self.is(Word::A));
        let declared = self.is_at(skip, Word::Declared);
        let at_name = skip + usize::from(declared);
        let only_record = self.can(at_name, Wanted::Record)
            && !self.can(at_name, Wanted::Field)
            && !self.can(at_name, Wanted::AnyTerm);
        let a_thing = self.is(Word::A) && self.can(at_name, Wanted::Record);
        if declared || only_record || a_thing {
            return Ok(Quality::Some(Quantifier::Bare, Box::new(self.nested_phrase()?)));
        }
        let name = self.name(Wanted::Quality)?;
        let test = self.test(&name)?;
        Ok(Quality::Name(name, test.map(Box::new)))
    }

    pub(super) fn test(&mut self, name: &Name) -> Result<Option<Test>> {
        let schema = self.context.schema;
        let field = name.senses.iter().any(|s| Wanted::Field.fits(schema, s.meaning));
        if !field {
            return Ok(None);
        }
        if let Some(op) = self.comparison() {
            if self.eat(Word::Its) {
                return Ok(Some(Test::Its(op, Box::new(self.name(Wanted::Field)?))));
            }
            return Ok(Some(Test::Value(op, self.value()?)));
        }
        if self.eat(Word::Includes) {
            return Ok(Some(Test::Includes(self.terms()?)));
        }
        if self.is(Word::Outside) || self.is(Word::Within) {
            return Ok(Some(Test::Region(self.region()?)));
        }
        if self.is(Word::Is) && self.name_ahead(1).is_some() {
            self.pos += 1;
            return Ok(Some(Test::Term(Box::new(self.name(Wanted::AnyTerm)?), true)));
        }
        let term =
            self.name_ahead(0).is_some() && (self.can(0, Wanted::AnyTerm) || self.senses(0).is_empty());
        if term {
            return Ok(Some(Test::Term(Box::new(self.name(Wanted::AnyTerm)?), false)));
        }
        Ok(None)
    }

    // --- comparisons -----------------------------------------------------------------------------

    pub(super) fn comparison(&mut self) -> Option<Comparison> {
        const WORDS: [(Word, Op); 4] = [
            (Word::AtMost, Op::Le),
            (Word::AtLeast, Op::Ge),
            (Word::LessThan, Op::Lt),
            (Word::MoreThan, Op::Gt),
        ];
        if let Some(Kind::Sign(op)) = self.peek().map(|p| &p.kind) {
            let op = *op;
            let end = self.here().span.end;
            self.pos += 1;
            let tight = self.peek().is_some_and(|p| p.kind == Kind::Number && p.at.span.start == end);
            return Some(Comparison { op, words: false, tight });
        }
        let (_, op) = WORDS.into_iter().find(|(word, _)| self.is(*word))?;
        self.pos += 1;
        Some(Comparison { op, words: true, tight: false })
    }

    pub(super) fn value(&mut self) -> Result<Value> {
        let start = self.here();
        let kind = self.value_kind()?;
        let after = if self.eat(Word::After) || matches!(kind, ValueKind::Span(..)) && self.eat(Word::From) {
            let its = self.eat(Word::Its);
            Some(After { its, name: self.name(if its { Wanted::Field } else { Wanted::Event })? })
        } else {
            None
        };
        let ago = self.eat(Word::Ago);
        Ok(Value { kind, after, ago, at: self.since(start) })
    }

    pub(super) fn value_kind(&mut self) -> Result<ValueKind> {
        self.article();
        let Some(piece) = self.peek() else { return self.wanted(Wanted::Value) };
        let text = piece.text.clone();
        match piece.kind {
            Kind::Number => {
                let number: Option<i64> = text.parse().ok().filter(|n| *n <= i64::from(u32::MAX / 9000));
                let Some(number) = number else {
                    return self.expected(message("een kleiner getal", "a smaller number"));
                };
                self.pos += 1;
                const UNITS: [Word; 5] = [Word::Year, Word::Month, Word::Week, Word::Day, Word::Hour];
                let unit = UNITS.into_iter().find(|unit| self.eat(*unit));
                Ok(unit.map_or(ValueKind::Number(number), |unit| ValueKind::Span(number as u32, unit)))
            }
            Kind::Dotted => match text.parse() {
                Ok(date) => {
                    self.pos += 1;
                    Ok(ValueKind::Date(date))
                }
                Err(_) => Ok(ValueKind::Name(self.name(Wanted::AnyTerm)?)),
            },
            _ => Ok(ValueKind::Name(self.name(Wanted::Value)?)),
        }
    }
}

/// Function words that end what an `or` could reach.
const STOPS: [Word; 5] = [Word::When, Word::Unless, Word::Then, Word::And, Word::Or];
