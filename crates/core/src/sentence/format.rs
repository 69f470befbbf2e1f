//! A policy file laid out, and if asked for written in the other language.
//!
//! Every sentence that changes is read again: where it would mean something else it stays as it was, with a
//! diagnostic. Names, strings, numbers and comments stay byte for byte.

use std::collections::HashMap;

use policy_syntax::{File, Item, ItemWord, Line, Span, Token, layout, parse};

use super::{Context, Place, Written, read, read_condition, without_places, write, write_condition};
use crate::codes;
use crate::diag::{Diagnostic, Message};
use crate::lang::Lang;
use crate::lower::keywords::Kw;
use crate::lower::{translate_head, translate_line};
use crate::model::{Clause, FileId, Reading, Schema, Sentence};
use crate::rules::{LineKind, line_kind};
use crate::words::{self, Meaning, Number, Vocabulary, Word};

/// Longer sentences are wrapped before a connective.
const WIDTH: usize = 96;
/// A line goes on before these.
const CONNECTIVES: [&str; 4] = ["and", "or", "en", "of"];

/// Lays a file out; in `to`, or where that is `None` each line in its own language.
pub fn format_file(
    file: FileId,
    text: &str,
    tree: &File,
    schema: &Schema,
    vocabulary: &Vocabulary,
    to: Option<Lang>,
) -> (String, Vec<Diagnostic>) {
    let mut formatter =
        Formatter { file, text, schema, vocabulary, to, rewrites: HashMap::new(), diagnostics: Vec::new() };
    for (i, item) in tree.items.iter().enumerate() {
        formatter.item(i as u32, item);
    }
    let rewrites = &formatter.rewrites;
    let rewrite = |line: &Line, item: &Item| match rewrites.get(&line.span) {
        Some(words) => words.clone(),
        None => to.and_then(|to| translate_line(text, line, item, to)),
    };
    let head = |item: &Item| to.and_then(|to| translate_head(text, item, to));
    (layout(text, tree, &rewrite, &head), formatter.diagnostics)
}

struct Formatter<'a> {
    file: FileId,
    text: &'a str,
    schema: &'a Schema,
    vocabulary: &'a Vocabulary,
    to: Option<Lang>,
    /// New words by line; `None` leaves the line as it is.
    rewrites: HashMap<Span, Option<String>>,
    diagnostics: Vec<Diagnostic>,
}

/// What a line of sentences means: equal before and after.
#[derive(PartialEq)]
enum Core {
    Norm(Box<Sentence>, Option<Clause>),
    Condition(Clause, Vec<Reading>),
}

impl Formatter<'_> {
    fn item(&mut self, nth: u32, item: &Item) {
        if item.word != ItemWord::Rule {
            return;
        }
        for line in &item.lines {
            let words = match line_kind(line) {
                LineKind::Sentence => self.checked(nth, line, 0, None),
                LineKind::Condition(word, from) => self.checked(nth, line, 1, Some((word, from))),
                LineKind::Labelled(Kw::Silence, from) => self.silence(line, from),
                _ => continue,
            };
            self.rewrites.insert(line.span, words);
        }
    }

    /// A line in its new words, if it was read, says the same, and is not as it should be already.
    fn checked(&mut self, nth: u32, line: &Line, skip: usize, label: Option<(Word, Lang)>) -> Option<String> {
        let place = Place { file: self.file, item: nth };
        let context = Context { schema: self.schema, vocabulary: self.vocabulary, place };
        let tokens = &line.tokens[skip..];
        let (core, written) = match rewritten(&context, tokens, label, self.to) {
            Ok(both) => both,
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                return None;
            }
        };
        self.untranslated(&written);
        let words = wrapped(&written.text);
        let again = tokens_of(&words, skip);
        if core_of(&context, &again, label.is_some()).as_ref() != Some(&core) {
            self.left_alone(line);
            return None;
        }
        (words != self.as_it_is(line)).then_some(words)
    }

    fn untranslated(&mut self, written: &Written) {
        let Some(to) = self.to else { return };
        for (at, label) in &written.untranslated {
            let message = Message::new(
                format!("`{label}` heeft geen {} woord en blijft zo staan", to.pick("Nederlands", "Engels")),
                format!("`{label}` has no {} word and stays as it is", to.pick("Dutch", "English")),
            );
            self.diagnostics.push(Diagnostic::new(&codes::NO_TRANSLATION, self.file, at.span, message));
        }
    }

    fn left_alone(&mut self, line: &Line) {
        let message = Message::new(
            "herschreven zou deze zin iets anders betekenen; hij blijft zoals hij is",
            "rewritten, this sentence would mean something else; it stays as it is",
        );
        self.diagnostics.push(Diagnostic::new(&codes::NO_TRANSLATION, self.file, line.span, message));
    }

    /// `silence on F, G fails`: labels of fields are words, `record.field` is a name.
    fn silence(&mut self, line: &Line, from: Lang) -> Option<String> {
        let to = self.to.unwrap_or(from);
        let (first, last) = (line.tokens.get(1)?, line.tokens.last()?);
        let (silence, fails) = (Kw::Silence.word(to), Kw::Fails.word(to));
        let on = Kw::On.begins(&first.text).is_some();
        let words = if on && line.tokens.len() > 3 {
            let fields = line.tokens[2..line.tokens.len() - 1]
                .split(|t| [",", "en", "and"].contains(&t.text.as_str()));
            let fields: Vec<_> = fields.map(|field| self.field(field, to)).collect();
            format!("{silence} {} {} {fails}", Kw::On.word(to), fields.join(", "))
        } else if Kw::Fails.begins(&last.text).is_some() && line.tokens.len() == 2 {
            format!("{silence} {fails}")
        } else {
            return None;
        };
        (words != self.as_it_is(line)).then_some(words)
    }

    fn field(&self, tokens: &[Token], to: Lang) -> String {
        let text = super::written(tokens);
        let senses = self.vocabulary.senses(&text);
        let found = senses.iter().find_map(|sense| match (sense.meaning, sense.lang) {
            (Meaning::Field(r, f), Some(lang)) => {
                let labels = &self.schema.records[r.ix()].fields[f.ix()].labels;
                words::translated(labels, &text, lang, to, Number::Many)
            }
            _ => None,
        });
        found.map(str::to_string).unwrap_or(text)
    }

    /// The words of a line with one space, or a line end, between them.
    fn as_it_is(&self, line: &Line) -> String {
        let mut out = String::new();
        let mut end = None;
        for token in &line.tokens {
            let gap = end.map(|end: u32| Span { start: end, end: token.span.start }.of(self.text));
            out.push_str(match gap {
                Some(gap) if gap.contains('\n') => "\n",
                Some(gap) if !gap.is_empty() => " ",
                _ => "",
            });
            out.push_str(token.span.of(self.text));
            end = Some(token.span.end);
        }
        out
    }
}

/// What a line means, and its words in `to` or its own language.
fn rewritten(
    context: &Context,
    tokens: &[Token],
    label: Option<(Word, Lang)>,
    to: Option<Lang>,
) -> Result<(Core, Written), Box<Diagnostic>> {
    let Some((word, from)) = label else {
        let found = read(context, tokens)?;
        let written = write(context, &found.line, &found.choices, to.unwrap_or(found.line.lang));
        return Ok((norm_core(found.sentence, found.when), written));
    };
    let found = read_condition(context, tokens)?;
    let to = to.unwrap_or(from);
    let mut written = write_condition(context, &found.condition, found.lang, &found.choices, to);
    written.text = format!("{} {}", words::spelling(word, to, false), written.text);
    Ok((condition_core(found.clause, found.readings), written))
}

fn core_of(context: &Context, tokens: &[Token], condition: bool) -> Option<Core> {
    if condition {
        let found = read_condition(context, tokens).ok()?;
        return Some(condition_core(found.clause, found.readings));
    }
    let found = read(context, tokens).ok()?;
    Some(norm_core(found.sentence, found.when))
}

fn norm_core(sentence: Sentence, when: Option<Clause>) -> Core {
    let when = when.map(|clause| Clause { origin: Default::default(), ..clause });
    Core::Norm(Box::new(without_places(&sentence)), when)
}

fn condition_core(clause: Clause, readings: Vec<Reading>) -> Core {
    Core::Condition(Clause { origin: Default::default(), ..clause }, readings)
}

/// The tokens of one written line, without its first `skip`.
fn tokens_of(words: &str, skip: usize) -> Vec<Token> {
    let tree = parse(&format!("rule x {{\n{words}\n}}\n"));
    let lines = tree.items.into_iter().next().map(|item| item.lines).unwrap_or_default();
    match lines.as_slice() {
        [line] if tree.errors.is_empty() => line.tokens.get(skip..).unwrap_or_default().to_vec(),
        _ => Vec::new(),
    }
}

/// A long sentence, wrapped before connectives and after commas.
fn wrapped(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_string();
    }
    let mut out = String::new();
    let mut width = 0;
    for part in parts(text) {
        let length = part.chars().count();
        if width > 0 {
            let full = width + 1 + length > WIDTH;
            out.push(if full { '\n' } else { ' ' });
            width = if full { 0 } else { width + 1 };
        }
        width += length;
        out.push_str(&part);
    }
    out
}

/// The stretches of a sentence: each begins with a connective, or after a comma; what is between quotes or
/// parentheses stays together.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut quote = None;
    let (mut depth, mut fresh) = (0, true);
    for word in text.split(' ') {
        let plain = depth == 0 && quote.is_none();
        match parts.last_mut() {
            Some(part) if !fresh && !(plain && CONNECTIVES.contains(&word)) => {
                part.push(' ');
                part.push_str(word);
            }
            _ => parts.push(word.to_string()),
        }
        for c in word.chars() {
            match c {
                '"' | '`' => quote = if quote == Some(c) { None } else { quote.or(Some(c)) },
                '(' if quote.is_none() => depth += 1,
                ')' if quote.is_none() => depth -= 1,
                _ => {}
            }
        }
        fresh = depth == 0 && quote.is_none() && word.ends_with(',');
    }
    parts
}
