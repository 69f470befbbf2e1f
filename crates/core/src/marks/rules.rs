//! Marks in the lines of rules.

use policy_syntax::{Line, Token, TokenKind};

use super::{How, Is, Marker, Thing};
use crate::lower::keywords::{Kw, Place};
use crate::lower::statement;
use crate::rules::{LineKind, line_kind};
use crate::words::Meaning;

impl<'a> Marker<'a> {
    pub(super) fn rule(&mut self) {
        let item = self.item;
        for line in &item.lines {
            match line_kind(line) {
                LineKind::Sentence => self.sentence(&line.tokens, false),
                LineKind::Condition(word, _) => {
                    self.add(line.tokens[0].span, Is::Function(word));
                    self.sentence(&line.tokens[1..], true);
                }
                LineKind::Labelled(kw, _) => self.labelled(kw, line),
                LineKind::Title | LineKind::TitleIn(_) => self.keywords(line),
            }
            self.rest(&line.tokens);
        }
    }

    fn keywords(&mut self, line: &'a Line) {
        let place = Place::Item(self.item.word);
        match statement(place, line) {
            Ok(Some(read)) => read.used.iter().for_each(|used| self.add(used.span, Is::Keyword(used.kw))),
            _ => self.broken(place, line),
        }
    }

    fn labelled(&mut self, kw: Kw, line: &'a Line) {
        self.keywords(line);
        let rest = line.tokens.get(1..).unwrap_or_default();
        match kw {
            Kw::Basis => provisions(rest).for_each(|span| self.add(span, Is::Literal)),
            Kw::Allow => {
                if let Some(code) = rest.first() {
                    self.add(code.span, Is::Code);
                }
                // In Dutch the verb comes in two parts.
                if let Some(second) = rest.get(1).filter(|token| token.text == "toe") {
                    self.add(second.span, Is::Keyword(kw));
                }
            }
            Kw::Silence if rest.len() > 2 => {
                let joins = |t: &Token| [",", "en", "and"].contains(&t.text.as_str());
                rest[1..rest.len() - 1].split(joins).for_each(|field| self.silent(field));
            }
            _ => {}
        }
    }

    /// `record.field`, or the name or label of a field of what the rule is about.
    fn silent(&mut self, tokens: &[Token]) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        if tokens.len() == 1 && first.text.contains('.') {
            return self.dotted(first);
        }
        let text = crate::sentence::written(tokens);
        let senses = self.scene.vocabulary.senses_or_names(&text);
        let records = self.records();
        let mine = |m: &Meaning| matches!(m, Meaning::Field(r, _) if records.contains(r));
        let any = |m: &Meaning| matches!(m, Meaning::Field(..));
        let meanings: Vec<Meaning> = senses.iter().map(|s| s.meaning).collect();
        let found = meanings.iter().find(|m| mine(m)).or_else(|| meanings.iter().find(|m| any(m)));
        let how = found.map_or(How::Label, |m| super::how_of(&senses, *m));
        self.name(first.span.to(last.span), found.map(|m| Thing::Of(*m)), how);
    }

    /// The records that nouns of the sentences above range over.
    fn records(&self) -> Vec<crate::model::RecordId> {
        let ranges = self.marks.iter().filter_map(|mark| match &mark.is {
            Is::Name(name) => name.ranges,
            _ => None,
        });
        ranges.collect()
    }
}

/// The provisions of a basis, apart at commas outside parentheses.
fn provisions(tokens: &[Token]) -> impl Iterator<Item = policy_syntax::Span> {
    let mut depth = 0;
    let mut found: Vec<policy_syntax::Span> = Vec::new();
    let mut open = false;
    for token in tokens {
        let is = |text: &str| token.kind == TokenKind::Symbol && token.text == text;
        depth += i32::from(is("(")) - i32::from(is(")"));
        if is(",") && depth <= 0 {
            open = false;
        } else if let (true, Some(last)) = (open, found.last_mut()) {
            *last = last.to(token.span);
        } else {
            found.push(token.span);
            open = true;
        }
    }
    found.into_iter()
}
