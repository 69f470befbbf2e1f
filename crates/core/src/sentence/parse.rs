//! Words of a line → surface form. Decides grammar only; which field a term reads is for `typing`.

use policy_syntax::Token;

use super::ast::*;
use super::lex::{Kind, Piece, lex};
use super::{Context, message};
use crate::codes;
use crate::diag::{Diagnostic, Message};
use crate::lang::Lang;
use crate::model::Op;
use crate::words::{Meaning, Sense, Wanted, Word};

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
}

impl<'a> Parser<'a> {
    fn new(context: &'a Context<'a>, tokens: &[Token]) -> Result<Self> {
        let (lang, pieces) = lex(context, tokens)?;
        let parser =
            Parser { context, lang, pieces, pos: 0, grouped: false, nested: 0, depth: 0, subordinate: false };
        Ok(parser)
    }

    // --- looking ---------------------------------------------------------------------------------

    fn peek(&self) -> Option<&Piece> {
        self.pieces.get(self.pos)
    }

    fn is_at(&self, ahead: usize, word: Word) -> bool {
        let key = self.pieces.get(self.pos + ahead).map(|p| &p.kind);
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
        let piece = self.pieces.get(self.pos + ahead)?;
        matches!(piece.kind, Kind::Label(_) | Kind::Literal | Kind::Text).then_some(piece)
    }

    fn senses(&self, ahead: usize) -> &[Sense] {
        match self.pieces.get(self.pos + ahead).map(|p| &p.kind) {
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
            Some(piece) => {
                let message = message(
                    format!("de zin is af voor `{}`; zet een tweede norm op een eigen regel", piece.text),
                    format!("the sentence ends before `{}`; put a second norm on a line of its own", piece.text),
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

    /// The unknown word here, with the nearest label to it or to it and the words after it.
    fn unknown(&self, wanted: Wanted) -> Box<Diagnostic> {
        let rest = self.pieces[self.pos..].iter();
        let run: Vec<&Piece> =
            rest.take_while(|p| matches!(p.kind, Kind::Unknown | Kind::Label(_))).take(4).collect();
        self.context.unknown(wanted, &run)
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
        self.ambiguous(at, ("`en` en `of` zonder haakjes", "`and` with `or` without parentheses"), [left, right])
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
            return self.predicate(every, subject);
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
                    self.pos += 2;
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

    // --- phrases ---------------------------------------------------------------------------------

    fn phrase(&mut self, order: Order) -> Result<Phrase> {
        self.deeper(|p| p.phrase_here(order))
    }

    fn phrase_here(&mut self, order: Order) -> Result<Phrase> {
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
    fn noun_done(&self, names: &[Name], order: Order) -> bool {
        let schema = self.context.schema;
        let record = |senses: &[Sense]| senses.iter().any(|s| Wanted::Record.fits(schema, s.meaning));
        let term = |senses: &[Sense]| senses.iter().any(|s| Wanted::AnyTerm.fits(schema, s.meaning));
        let all_terms = names.iter().all(|n| term(&n.senses) && !record(&n.senses));
        order == Order::Bare || !(all_terms && record(self.senses(0)))
    }

    fn article(&mut self) -> Option<Article> {
        if self.eat(Word::The) {
            Some(Article::Definite)
        } else if self.eat(Word::A) {
            Some(Article::Indefinite)
        } else {
            None
        }
    }

    /// A label, an open word or a quoted text, with an article read over.
    fn name(&mut self, wanted: Wanted) -> Result<Name> {
        let article = self.article();
        let Some(piece) = self.peek() else { return self.wanted(wanted) };
        let senses = match &piece.kind {
            Kind::Label(senses) => senses.clone(),
            Kind::Literal | Kind::Text => Vec::new(),
            Kind::Dotted if matches!(wanted, Wanted::AnyTerm | Wanted::Quality) => Vec::new(),
            _ => return self.wanted(wanted),
        };
        let quoted = piece.kind == Kind::Text;
        let name = Name { article, senses, text: piece.text.clone(), quoted, at: piece.at };
        self.pos += 1;
        Ok(name)
    }

    fn qualifier(&mut self, order: Order) -> Result<Option<Qualifier>> {
        let start = self.here();
        let Some(says) = self.says(order)? else { return Ok(None) };
        Ok(Some(Qualifier { says, at: self.since(start) }))
    }

    fn says(&mut self, order: Order) -> Result<Option<Says>> {
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
    fn terms(&mut self) -> Result<Names> {
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

    fn goes_on_with_term(&self, first: &Name, grouped: bool) -> bool {
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

    fn and_of_terms<T>(&self, start: usize) -> Result<T> {
        let at = self.pieces[start].at.to(self.pieces[self.pos - 1].at);
        let text = self.text(start, self.pos);
        let (and, or) = self.lang.pick((" en ", " of "), (" and ", " or "));
        let any = text.replace(and, or);
        let parts: Vec<_> = text.split(and).collect();
        let repeat = self.lang.pick("van", "of");
        let both = parts.join(&format!(" {repeat} "));
        self.ambiguous(
            at,
            ("`en` tussen begrippen kan elk van beide of allebei tegelijk zijn", "`and` between terms can be either or both at once"),
            [any, both],
        )
    }

    fn region(&mut self) -> Result<Region> {
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

    // --- qualities -------------------------------------------------------------------------------

    fn quality(&mut self) -> Result<Quality> {
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
    fn or_in_nested<T>(&mut self, start: usize) -> Result<T> {
        let or = self.pos;
        let mut end = or + 1;
        while self.pieces.get(end).is_some_and(|p| {
            !matches!(&p.kind, Kind::Close | Kind::Comma) && !matches!(&p.kind, Kind::Key(k) if STOPS.contains(&k[0]))
        }) {
            end += 1;
        }
        let inner = format!("({})", self.text(start, end));
        let outer = format!("({}) {}", self.text(self.nested_start(start), or), self.text(or, end));
        let at = self.pieces[start].at.to(self.pieces[end - 1].at);
        self.ambiguous(at, ("`of` binnen een geneste zin zonder haakjes", "`or` inside a nested phrase without parentheses"), [inner, outer])
    }

    /// The quantifier that the nested phrase around `start` begins with.
    fn nested_start(&self, start: usize) -> usize {
        let quantifier = |p: &Piece| matches!(&p.kind, Kind::Key(k) if k.contains(&Word::Some) || k.contains(&Word::AtLeast) || k.contains(&Word::A));
        (0..start).rev().find(|i| quantifier(&self.pieces[*i])).unwrap_or(start)
    }

    fn quality_part(&mut self) -> Result<Quality> {
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

    fn nested_phrase(&mut self) -> Result<Phrase> {
        let before = std::mem::replace(&mut self.grouped, false);
        self.nested += 1;
        let phrase = self.phrase(Order::Plain);
        self.nested -= 1;
        self.grouped = before;
        phrase
    }

    fn named_quality(&mut self) -> Result<Quality> {
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
        Ok(Quality::Name(name, test))
    }

    fn test(&mut self, name: &Name) -> Result<Option<Test>> {
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
        let term = self.name_ahead(0).is_some() && (self.can(0, Wanted::AnyTerm) || self.senses(0).is_empty());
        if term {
            return Ok(Some(Test::Term(Box::new(self.name(Wanted::AnyTerm)?), false)));
        }
        Ok(None)
    }

    // --- comparisons -----------------------------------------------------------------------------

    fn comparison(&mut self) -> Option<Comparison> {
        const WORDS: [(Word, Op); 4] = [
            (Word::AtMost, Op::Le),
            (Word::AtLeast, Op::Ge),
            (Word::LessThan, Op::Lt),
            (Word::MoreThan, Op::Gt),
        ];
        if let Some(Kind::Sign(op)) = self.peek().map(|p| &p.kind) {
            let op = *op;
            self.pos += 1;
            return Some(Comparison { op, words: false });
        }
        let (_, op) = WORDS.into_iter().find(|(word, _)| self.is(*word))?;
        self.pos += 1;
        Some(Comparison { op, words: true })
    }

    fn value(&mut self) -> Result<Value> {
        let start = self.here();
        let kind = self.value_kind()?;
        let after = if self.eat(Word::After) || matches!(kind, ValueKind::Span(..)) && self.eat(Word::From) {
            Some(self.name(Wanted::Event)?)
        } else {
            None
        };
        let ago = self.eat(Word::Ago);
        Ok(Value { kind, after, ago, at: self.since(start) })
    }

    fn value_kind(&mut self) -> Result<ValueKind> {
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

fn unreachable_name(at: At) -> Name {
    Name { article: None, senses: Vec::new(), text: String::new(), quoted: false, at }
}
