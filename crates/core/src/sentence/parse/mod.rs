//! Words of a line → surface form. Decides grammar only; which field a term reads is for `typing`.

mod phrases;
mod qualities;

use std::cell::Cell;

use policy_syntax::Token;

use super::ast::*;
use super::lex::{Kind, Piece, lex};
use super::unknown::Stray;
use super::{Context, message};
use crate::codes;
use crate::diag::{Diagnostic, Message};
use crate::lang::Lang;
use crate::lower::dangling;
use crate::words::{Sense, Wanted, Word};

pub(super) type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// How deep parentheses and nested phrases go.
const MAX_DEPTH: usize = 24;

/// Reads a norm.
pub fn line(context: &Context, tokens: &[Token]) -> Result<Line> {
    let mut parser = Parser::new(context, tokens)?;
    let line = parser.line()?;
    parser.end()?;
    Ok(line)
}

/// Reads a condition: what follows `when` or `unless` on a line of its own.
pub fn condition(context: &Context, tokens: &[Token]) -> Result<(Lang, Condition)> {
    let mut parser = Parser::new(context, tokens)?;
    parser.subordinate = parser.lang == Lang::Nl;
    let condition = parser.condition()?;
    parser.end()?;
    Ok((parser.lang, condition))
}

/// Where a phrase stands: what may end it.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    /// The verb follows the noun phrase, or nothing does.
    Plain,
    /// The phrase is followed directly by its qualities (Dutch verb-first or verb-last): a bare term after the
    /// noun belongs to those.
    Bare,
}

struct Parser<'a> {
    context: &'a Context<'a>,
    lang: Lang,
    pieces: Vec<Piece>,
    pos: usize,
    /// Inside parentheses: an `or` is then no surprise.
    grouped: bool,
    /// Inside a quantifier inside a norm.
    nested: usize,
    depth: usize,
    /// Inside a Dutch subordinate clause: the verb may come last.
    subordinate: bool,
    /// Whether it ever looked for a word behind the last one.
    at_end: Cell<bool>,
}

/// What pieces of a line come to that may not be all of it.
pub(super) enum Attempt {
    /// It is a norm.
    Line(Box<Line>),
    /// It is a condition.
    Condition(Condition),
    /// It is neither; whether all of it was read before more was looked for.
    Not(bool),
}

/// Reads pieces as a norm or a condition.
pub(super) fn attempt(context: &Context, lang: Lang, pieces: Vec<Piece>, condition: bool) -> Attempt {
    let mut parser = Parser::of(context, lang, pieces);
    if condition {
        parser.subordinate = lang == Lang::Nl;
        let read = parser.condition().and_then(|read| parser.end().map(|()| read));
        return read.map_or_else(|_| Attempt::Not(parser.at_end.get()), Attempt::Condition);
    }
    let read = parser.line().and_then(|line| parser.end().map(|()| line));
    read.map_or_else(|_| Attempt::Not(parser.at_end.get()), |line| Attempt::Line(Box::new(line)))
}

impl<'a> Parser<'a> {
    fn new(context: &'a Context<'a>, tokens: &[Token]) -> Result<Self> {
        let (lang, pieces) = lex(context, tokens)?;
        Ok(Parser::of(context, lang, pieces))
    }

    fn of(context: &'a Context<'a>, lang: Lang, pieces: Vec<Piece>) -> Self {
        let at_end = Cell::new(false);
        Parser {
            context,
            lang,
            pieces,
            pos: 0,
            grouped: false,
            nested: 0,
            depth: 0,
            subordinate: false,
            at_end,
        }
    }

    // --- looking ---------------------------------------------------------------------------------

    fn peek(&self) -> Option<&Piece> {
        self.ahead(0)
    }

    fn ahead(&self, ahead: usize) -> Option<&Piece> {
        if ahead == 0 && self.pos >= self.pieces.len() {
            self.at_end.set(true);
        }
        self.pieces.get(self.pos + ahead)
    }

    fn is_at(&self, ahead: usize, word: Word) -> bool {
        let key = self.ahead(ahead).map(|p| &p.kind);
        matches!(key, Some(Kind::Key(words)) if words.contains(&word))
    }

    fn is(&self, word: Word) -> bool {
        self.is_at(0, word)
    }

    fn eat(&mut self, word: Word) -> bool {
        let found = self.is(word);
        self.pos += usize::from(found);
        found
    }

    fn eat_kind(&mut self, kind: Kind) -> bool {
        let found = self.peek().is_some_and(|p| p.kind == kind);
        self.pos += usize::from(found);
        found
    }

    fn name_ahead(&self, ahead: usize) -> Option<&Piece> {
        let piece = self.ahead(ahead)?;
        matches!(piece.kind, Kind::Label(_) | Kind::Literal | Kind::Text).then_some(piece)
    }

    fn senses(&self, ahead: usize) -> &[Sense] {
        match self.ahead(ahead).map(|p| &p.kind) {
            Some(Kind::Label(senses)) => senses,
            _ => &[],
        }
    }

    fn can(&self, ahead: usize, wanted: Wanted) -> bool {
        self.senses(ahead).iter().any(|s| wanted.fits(self.context.schema, s.meaning))
    }

    /// Where the last word read, or the next one, stands.
    fn here(&self) -> At {
        let last = self.pieces.len().saturating_sub(1);
        self.pieces.get(self.pos.min(last)).map(|p| p.at).unwrap_or_default()
    }

    fn since(&self, start: At) -> At {
        let last = self.pos.checked_sub(1).and_then(|i| self.pieces.get(i)).map_or(start, |p| p.at);
        start.to(last)
    }

    fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(piece) if piece.kind == Kind::Unknown => Err(self.unknown(Wanted::Anything)),
            Some(piece) if piece.kind == Kind::Comma && self.pos + 1 == self.pieces.len() => {
                Err(self.context.error(&codes::SENTENCE, piece.at, dangling::words(&piece.text)))
            }
            Some(piece) => {
                let message = message(
                    format!("de zin is af voor `{}`; zet een tweede norm op een eigen regel", piece.text),
                    format!(
                        "the sentence ends before `{}`; put a second norm on a line of its own",
                        piece.text
                    ),
                );
                Err(self.context.error(&codes::SENTENCE, piece.at, message))
            }
        }
    }

    // --- errors ----------------------------------------------------------------------------------

    fn expected<T>(&self, what: Message) -> Result<T> {
        let Some(piece) = self.peek() else {
            let message = message(
                format!("de zin breekt af; hier hoort nog {}", what.nl),
                format!("the sentence breaks off; expected {} here", what.en),
            );
            return Err(self.context.error(&codes::SENTENCE, self.here(), message));
        };
        let message = message(
            format!("`{}` past hier niet; hier hoort {}", piece.text, what.nl),
            format!("`{}` does not fit here; expected {}", piece.text, what.en),
        );
        Err(self.context.error(&codes::SENTENCE, piece.at, message))
    }

    fn wanted<T>(&self, wanted: Wanted) -> Result<T> {
        match self.peek() {
            Some(piece) if piece.kind == Kind::Unknown => Err(self.unknown(wanted)),
            _ => self.expected(wanted.words(self.context.schema)),
        }
    }

    /// The unknown word here, with what was probably meant.
    fn unknown(&self, wanted: Wanted) -> Box<Diagnostic> {
        let before = self.pos.checked_sub(1).filter(|i| matches!(self.pieces[*i].kind, Kind::Label(_)));
        let from = before.unwrap_or(self.pos);
        let rest = self.pieces[self.pos..].iter();
        let run: Vec<&Piece> = before
            .map(|i| &self.pieces[i])
            .into_iter()
            .chain(rest.take_while(|p| matches!(p.kind, Kind::Unknown | Kind::Label(_))).take(4))
            .collect();
        let stray = Stray { run: &run, at: self.pos - from, first: self.pos == 0, lang: self.lang };
        self.context.unknown(wanted, &stray)
    }

    fn ambiguous<T>(&self, at: At, what: (&str, &str), readings: [String; 2]) -> Result<T> {
        let [a, b] = readings;
        let message = message(
            format!("{}: bedoelt u `{a}` of `{b}`?", what.0),
            format!("{}: do you mean `{a}` or `{b}`?", what.1),
        );
        Err(self.context.error(&codes::AMBIGUOUS, at, message))
    }

    fn text(&self, from: usize, to: usize) -> String {
        let words: Vec<_> = self.pieces[from..to].iter().map(|p| p.text.as_str()).collect();
        words.join(" ").replace("( ", "(").replace(" )", ")").replace(" ,", ",")
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            let message = message("deze zin is te diep genest", "this sentence is nested too deeply");
            return Err(self.context.error(&codes::TOO_DEEP, self.here(), message));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    // --- norms and conditions ----------------------------------------------------------------------

    fn line(&mut self) -> Result<Line> {
        let start = self.here();
        let given = if self.eat(Word::If) {
            let condition = self.clause()?;
            self.eat_kind(Kind::Comma);
            if !self.eat(Word::Then) {
                return self.expected(message("`dan` en de norm", "`then` and the norm"));
            }
            Some(condition)
        } else {
            None
        };
        let norm = if given.is_some() { self.inverted_norm()? } else { self.norm()? };
        let (mut when, mut unless) = (None, None);
        loop {
            self.eat_kind(Kind::Comma);
            if when.is_none() && self.eat(Word::When) {
                when = Some(self.clause()?);
            } else if unless.is_none() && self.eat(Word::Unless) {
                unless = Some(self.clause()?);
            } else {
                break;
            }
        }
        Ok(Line { lang: self.lang, given, norm, when, unless, at: self.since(start) })
    }

    fn clause(&mut self) -> Result<Condition> {
        let before = std::mem::replace(&mut self.subordinate, self.lang == Lang::Nl);
        let condition = self.condition();
        self.subordinate = before;
        condition
    }

    fn condition(&mut self) -> Result<Condition> {
        self.deeper(|p| {
            let start = p.pos;
            let (parts, or) = p.joined(start, |p| p.condition_part(), |_| true)?;
            Ok(match or {
                None => parts.into_iter().next().unwrap_or(Condition::And(Vec::new())),
                Some(true) => Condition::Or(parts),
                Some(false) => Condition::And(parts),
            })
        })
    }

    fn condition_part(&mut self) -> Result<Condition> {
        if self.eat(Word::Not) {
            return Ok(Condition::Not(Box::new(self.deeper(|p| p.condition_part())?)));
        }
        if self.eat_kind(Kind::Open) {
            let inner = self.condition()?;
            self.close()?;
            return Ok(Condition::Group(Box::new(inner)));
        }
        let start = self.here();
        let norm = self.norm()?;
        Ok(Condition::Norm(Box::new(norm), self.since(start)))
    }

    /// Parts joined by one connective; both without parentheses is an error that offers the two readings.
    fn joined<T>(
        &mut self,
        start: usize,
        part: impl Fn(&mut Self) -> Result<T>,
        goes_on: impl Fn(&Self) -> bool,
    ) -> Result<(Vec<T>, Option<bool>)> {
        let mut parts = vec![part(self)?];
        let mut seams = Vec::new();
        let mut or = None;
        while (self.is(Word::And) || self.is(Word::Or)) && goes_on(self) {
            let is_or = self.is(Word::Or);
            seams.push(self.pos);
            self.pos += 1;
            parts.push(part(self)?);
            if or.is_some_and(|or| or != is_or) {
                return self.mixed(start, &seams);
            }
            or = Some(is_or);
        }
        Ok((parts, or))
    }

    fn mixed<T>(&self, start: usize, seams: &[usize]) -> Result<T> {
        let (first, last) = (seams[0], seams[seams.len() - 1]);
        let whole = |from, to| self.text(from, to);
        let left = format!("({}) {}", whole(start, last), whole(last, self.pos));
        let right = format!("{} ({})", whole(start, first + 1), whole(first + 1, self.pos));
        let at = self.pieces[start].at.to(self.pieces[self.pos - 1].at);
        self.ambiguous(
            at,
            ("`en` en `of` zonder haakjes", "`and` with `or` without parentheses"),
            [left, right],
        )
    }

    fn close(&mut self) -> Result<()> {
        if self.eat_kind(Kind::Close) { Ok(()) } else { self.expected(message("`)`", "`)`")) }
    }

    fn norm(&mut self) -> Result<Norm> {
        if self.eat(Word::No) {
            return Ok(Norm::No(self.phrase(Order::Plain)?));
        }
        if self.is(Word::There) || self.is_at(1, Word::There) && self.is(Word::Is) {
            return self.there();
        }
        if self.eat(Word::Some) {
            return Ok(Norm::Exists { how: Existence::Some, things: self.phrase(Order::Plain)? });
        }
        if self.is(Word::AtLeast) {
            let count = self.count()?;
            let how = Existence::AtLeast(count, false);
            return Ok(Norm::Exists { how, things: self.phrase(Order::Plain)? });
        }
        let every = self.eat(Word::Every);
        let subject_at = self.pos;
        let subject = self.phrase(Order::Plain)?;
        if self.is(Word::Has) || self.is(Word::Is) || self.is(Word::Declares) {
            let last = subject.qualifiers.last().map(|q| &q.says);
            let unsure = self.subordinate && matches!(last, Some(Says::Bare(_)));
            let found = self.predicate(every, subject);
            if found.is_ok() || !unsure {
                return found;
            }
            // The bare term was no qualifier but what the verb at the end is about.
            self.pos = subject_at;
            let subject = self.phrase(Order::Bare)?;
            return self.verb_last(every, subject);
        }
        let start = self.here();
        if let Some(op) = if every { None } else { self.comparison() } {
            let value = self.value()?;
            return Ok(Norm::Limit { subject, op, value, rest: self.since(start) });
        }
        if self.subordinate {
            self.pos = subject_at;
            let subject = self.phrase(Order::Bare)?;
            return self.verb_last(every, subject);
        }
        self.wanted_verb(every)
    }

    fn wanted_verb<T>(&self, every: bool) -> Result<T> {
        if self.peek().is_some_and(|p| p.kind == Kind::Unknown) {
            return Err(self.unknown(Wanted::Anything));
        }
        if every {
            return self.expected(message("`heeft` of `vermeldt`", "`has` or `declares`"));
        }
        self.expected(message(
            "`heeft`, `vermeldt` of een vergelijking zoals `hoogstens`",
            "`has`, `declares` or a comparison such as `at most`",
        ))
    }

    /// After `then`, Dutch may put the verb first: `dan is er …`, `dan heeft elke …`.
    fn inverted_norm(&mut self) -> Result<Norm> {
        let verb_first = self.is(Word::Has) || self.is(Word::Declares);
        if self.lang != Lang::Nl || !verb_first {
            return self.norm();
        }
        let verb = self.pos;
        self.pos += 1;
        let every = self.eat(Word::Every);
        let subject = self.phrase(Order::Bare)?;
        let declares = matches!(&self.pieces[verb].kind, Kind::Key(words) if words.contains(&Word::Declares));
        self.rest(every, subject, declares, false)
    }

    /// A Dutch subordinate clause: `de overeenkomst een datum heeft`.
    fn verb_last(&mut self, every: bool, subject: Phrase) -> Result<Norm> {
        let (start, at) = (self.pos, self.here());
        let quality = self.quality()?;
        if self.eat(Word::Declares) {
            let fields = self.names_of(&quality, start)?;
            return Ok(Norm::Declares { every, subject, fields, rest: self.since(at) });
        }
        let is = self.is(Word::Is);
        if self.eat(Word::Has) || self.eat(Word::Is) {
            return Ok(Norm::Has { every, subject, is, quality, rest: self.since(at) });
        }
        self.wanted_verb(every)
    }

    fn names_of(&self, quality: &Quality, start: usize) -> Result<Names> {
        let bare = |q: &Quality| match q {
            Quality::Name(name, None) => Some(name.clone()),
            _ => None,
        };
        let (parts, or, grouped) = match quality {
            Quality::Group(inner) => match &**inner {
                Quality::Or(parts) => (parts.as_slice(), true, true),
                Quality::And(parts) => (parts.as_slice(), false, true),
                one => (std::slice::from_ref(one), false, true),
            },
            Quality::Or(parts) => (parts.as_slice(), true, false),
            Quality::And(parts) => (parts.as_slice(), false, false),
            one => (std::slice::from_ref(one), false, false),
        };
        match parts.iter().map(bare).collect::<Option<Vec<_>>>() {
            Some(names) => Ok(Names { names, or, grouped }),
            None => {
                let at = self.pieces[start].at;
                let message = message("`vermeldt` noemt alleen velden", "`declares` takes fields only");
                Err(self.context.error(&codes::SENTENCE, at, message))
            }
        }
    }

    fn there(&mut self) -> Result<Norm> {
        let verb_first = self.eat(Word::Is);
        self.eat(Word::There);
        let verb = verb_first || self.eat(Word::Is);
        if !verb && self.lang == Lang::En {
            return self.expected(message("`is`", "`is` or `are`"));
        }
        let how = if self.eat(Word::No) {
            Existence::ThereNo
        } else if self.is(Word::AtLeast) {
            Existence::AtLeast(self.count()?, true)
        } else {
            self.eat(Word::Some);
            Existence::There
        };
        let mut things = self.phrase(Order::Plain)?;
        if !verb {
            if !self.eat(Word::Is) {
                return self.expected(message("`is` of `zijn`", "`is` or `are`"));
            }
            self.after_verb(&mut things)?;
        }
        Ok(Norm::Exists { how, things })
    }

    /// Dutch may put a long qualifier after the verb: `er een uitzondering is met reden`.
    fn after_verb(&mut self, things: &mut Phrase) -> Result<()> {
        while let Some(qualifier) = self.qualifier(Order::Bare)? {
            things.at = things.at.to(qualifier.at);
            things.qualifiers.push(qualifier);
        }
        Ok(())
    }

    fn count(&mut self) -> Result<u32> {
        self.eat(Word::AtLeast);
        let number = self.peek().filter(|p| p.kind == Kind::Number).and_then(|p| p.text.parse().ok());
        match number {
            Some(count @ 1..=1000) => {
                self.pos += 1;
                Ok(count)
            }
            _ => self.expected(message("een aantal van 1 tot 1000", "a count from 1 to 1000")),
        }
    }

    fn predicate(&mut self, every: bool, subject: Phrase) -> Result<Norm> {
        let (declares, is) = (self.is(Word::Declares), self.is(Word::Is));
        self.pos += 1;
        self.rest(every, subject, declares, is)
    }

    fn rest(&mut self, every: bool, subject: Phrase, declares: bool, is: bool) -> Result<Norm> {
        let start = self.here();
        if declares {
            let fields = self.field_list()?;
            return Ok(Norm::Declares { every, subject, fields, rest: self.since(start) });
        }
        let quality = self.quality()?;
        Ok(Norm::Has { every, subject, is, quality, rest: self.since(start) })
    }

    fn field_list(&mut self) -> Result<Names> {
        let start = self.pos;
        let grouped = self.eat_kind(Kind::Open);
        let mut names = vec![self.name(Wanted::Field)?];
        let mut seams: Vec<usize> = Vec::new();
        let mut or = None;
        loop {
            let comma = self.peek().is_some_and(|p| p.kind == Kind::Comma) && self.name_ahead(1).is_some();
            let joint = self.is(Word::And) || self.is(Word::Or);
            if !comma && !joint || joint && self.begins_clause(1) {
                break;
            }
            if joint {
                let is_or = self.is(Word::Or);
                seams.push(self.pos);
                if or.is_some_and(|or| or != is_or) {
                    self.pos = (self.pos + 2).min(self.pieces.len());
                    return self.mixed(start, &seams);
                }
                or = Some(is_or);
            }
            self.pos += 1;
            names.push(self.name(Wanted::Field)?);
        }
        if grouped {
            self.close()?;
        }
        Ok(Names { names, or: or == Some(true), grouped })
    }

    /// Whether the words from `ahead` on begin a new clause rather than go on with a list.
    fn begins_clause(&self, ahead: usize) -> bool {
        let begins = [Word::There, Word::Every, Word::No, Word::If];
        begins.iter().any(|word| self.is_at(ahead, *word))
            || self.is_at(ahead, Word::Is) && self.is_at(ahead + 1, Word::There)
            || self.is_at(ahead, Word::The) && self.verb_follows(ahead + 1)
    }

    fn verb_follows(&self, ahead: usize) -> bool {
        let verbs = [Word::Has, Word::Declares, Word::Is, Word::AtMost, Word::AtLeast];
        self.name_ahead(ahead).is_some() && verbs.iter().any(|verb| self.is_at(ahead + 1, *verb))
    }
}
