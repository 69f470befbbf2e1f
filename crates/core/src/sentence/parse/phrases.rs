//! Nouns with their qualifiers, names, regions.

use super::super::ast::*;
use super::super::lex::Kind;
use super::{Order, Parser, Result};
use crate::lang::Lang;
use crate::words::{Meaning, Sense, Wanted, Word};

impl Parser<'_> {
    pub(super) fn phrase(&mut self, order: Order) -> Result<Phrase> {
        self.deeper(|p| p.phrase_here(order))
    }

    pub(super) fn phrase_here(&mut self, order: Order) -> Result<Phrase> {
        let start = self.here();
        let article = self.article();
        let declared = self.eat(Word::Declared);
        let mut names = vec![self.name(Wanted::Noun)?];
        while names.len() < 4 && !self.noun_done(&names, order) {
            names.push(self.name(Wanted::Noun)?);
        }
        let mut noun = names.pop().unwrap_or_else(|| unreachable_name(start));
        let before = match article {
            Some(_) if !names.is_empty() => {
                names[0].article = article;
                names
            }
            _ => {
                noun.article = article.or(noun.article);
                names
            }
        };
        let mut qualifiers = Vec::new();
        while let Some(qualifier) = self.qualifier(order)? {
            qualifiers.push(qualifier);
        }
        Ok(Phrase { declared, before, noun, qualifiers, at: self.since(start) })
    }

    /// A term before a record is a qualifier of it; otherwise the first label is the noun.
    pub(super) fn noun_done(&self, names: &[Name], order: Order) -> bool {
        let schema = self.context.schema;
        let record = |senses: &[Sense]| senses.iter().any(|s| Wanted::Record.fits(schema, s.meaning));
        let term = |senses: &[Sense]| senses.iter().any(|s| Wanted::AnyTerm.fits(schema, s.meaning));
        let all_terms = names.iter().all(|n| term(&n.senses) && !record(&n.senses));
        order == Order::Bare || !(all_terms && record(self.senses(0)))
    }

    pub(super) fn article(&mut self) -> Option<Article> {
        if self.eat(Word::The) {
            Some(Article::Definite)
        } else if self.eat(Word::A) {
            Some(Article::Indefinite)
        } else {
            None
        }
    }

    /// A label, an open word or a quoted text, with an article read over.
    pub(super) fn name(&mut self, wanted: Wanted) -> Result<Name> {
        let article = self.article();
        let Some(piece) = self.peek() else { return self.wanted(wanted) };
        let senses = match &piece.kind {
            Kind::Label(senses) => senses.clone(),
            Kind::Literal | Kind::Text => Vec::new(),
            Kind::Dotted if matches!(wanted, Wanted::AnyTerm | Wanted::Quality) => Vec::new(),
            _ => return self.wanted(wanted),
        };
        let quoted = piece.kind == Kind::Text;
        let ticked = piece.ticked;
        let name = Name { article, senses, text: piece.text.clone(), quoted, ticked, at: piece.at };
        self.pos += 1;
        Ok(name)
    }

    pub(super) fn qualifier(&mut self, order: Order) -> Result<Option<Qualifier>> {
        let start = self.here();
        let Some(says) = self.says(order)? else { return Ok(None) };
        Ok(Some(Qualifier { says, at: self.since(start) }))
    }

    pub(super) fn says(&mut self, order: Order) -> Result<Option<Says>> {
        const PREPOSITIONS: [Word; 9] =
            [Word::Of, Word::To, Word::For, Word::In, Word::At, Word::By, Word::On, Word::From, Word::About];
        if let Some(word) = PREPOSITIONS.into_iter().find(|word| self.is(*word)) {
            self.pos += 1;
            return Ok(Some(Says::Of(word, self.terms()?)));
        }
        if self.is(Word::Outside) || self.is(Word::Within) {
            return Ok(Some(Says::Region(self.region()?)));
        }
        if self.eat(Word::With) {
            return Ok(Some(Says::With(self.quality()?)));
        }
        if self.eat(Word::Without) {
            return Ok(Some(Says::Without(self.quality()?)));
        }
        if self.eat(Word::Where) {
            let quality = self.quality()?;
            if self.lang == Lang::Nl && !self.subordinate {
                self.eat(Word::Is);
            }
            return Ok(Some(Says::Where(quality)));
        }
        if self.eat(Word::Except) {
            return Ok(Some(Says::Except(self.terms()?)));
        }
        let bare = order == Order::Plain && self.name_ahead(0).is_some();
        let term = self.can(0, Wanted::AnyTerm) || self.senses(0).is_empty();
        if bare && term {
            return Ok(Some(Says::Bare(self.name(Wanted::AnyTerm)?)));
        }
        Ok(None)
    }

    /// Terms after a preposition or `except`.
    pub(super) fn terms(&mut self) -> Result<Names> {
        let start = self.pos;
        let grouped = self.eat_kind(Kind::Open);
        let mut names = vec![self.name(Wanted::AnyTerm)?];
        let mut or = None;
        while self.goes_on_with_term(&names[0], grouped) {
            let is_or = !self.is(Word::And);
            if !grouped && is_or && self.nested > 0 {
                return self.or_in_nested(start);
            }
            self.pos += 1;
            names.push(self.name(Wanted::AnyTerm)?);
            or = Some(or.unwrap_or(is_or) && is_or);
        }
        if grouped {
            self.close()?;
        }
        if or == Some(false) {
            return self.and_of_terms(start);
        }
        Ok(Names { names, or: true, grouped })
    }

    pub(super) fn goes_on_with_term(&self, first: &Name, grouped: bool) -> bool {
        let joint = self.is(Word::Or) || self.is(Word::And);
        let comma = self.peek().is_some_and(|p| p.kind == Kind::Comma);
        if !(joint || comma) || self.name_ahead(1).is_none() && !self.is_at(1, Word::The) {
            return false;
        }
        let ahead = if self.name_ahead(1).is_some() { 1 } else { 2 };
        let kind = |senses: &[Sense]| {
            senses.iter().find_map(|s| match s.meaning {
                Meaning::Term(t) => Some(self.context.schema.terms[t.ix()].kind),
                Meaning::Set(s) => Some(self.context.schema.sets[s.ix()].kind),
                _ => None,
            })
        };
        grouped || kind(&first.senses).is_some() && kind(&first.senses) == kind(self.senses(ahead))
    }

    pub(super) fn and_of_terms<T>(&self, start: usize) -> Result<T> {
        let at = self.pieces[start].at.to(self.pieces[self.pos - 1].at);
        let text = self.text(start, self.pos);
        let (and, or) = self.lang.pick((" en ", " of "), (" and ", " or "));
        let any = text.replace(and, or);
        let parts: Vec<_> = text.split(and).collect();
        let repeat = self.lang.pick("van", "of");
        let both = parts.join(&format!(" {repeat} "));
        self.ambiguous(
            at,
            (
                "`en` tussen begrippen kan elk van beide of allebei tegelijk zijn",
                "`and` between terms can be either or both at once",
            ),
            [any, both],
        )
    }

    pub(super) fn region(&mut self) -> Result<Region> {
        let outside = self.is(Word::Outside);
        self.pos += 1;
        let its = self.eat(Word::Its);
        let article = self.article();
        let declared = self.eat(Word::Declared);
        let mut first = self.name(Wanted::Region)?;
        first.article = first.article.or(article);
        let start = self.pos - 1;
        let mut names = vec![first];
        while self.is(Word::Or) && self.goes_on_with_term(&names[0], false) {
            if self.nested > 0 {
                return self.or_in_nested(start);
            }
            self.pos += 1;
            names.push(self.name(Wanted::Region)?);
        }
        Ok(Region { outside, declared, its, names: Names { names, or: true, grouped: false } })
    }
}

fn unreachable_name(at: At) -> Name {
    Name { article: None, senses: Vec::new(), text: String::new(), quoted: false, ticked: false, at }
}
