//! Surface form → words, in either language.
//!
//! The spelling is canonical: it depends on what a sentence says, never on which language it was written in,
//! so that writing a sentence in the other language and back gives the same words.

use std::borrow::Cow;

use super::ast::*;
use super::{Choices, Context};
use crate::lang::Lang;
use crate::model::{Labels, Op, RecordId};
use crate::words::{self, Meaning, Number, Sense, Word};

/// A sentence in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The words.
    pub text: String,
    /// Labels that have no word in the language asked for, and stayed as they were.
    pub untranslated: Vec<(At, String)>,
}

/// Writes a line in a language.
pub fn write(context: &Context, line: &Line, choices: &Choices, to: Lang) -> Written {
    let mut writer = Writer::new(context, choices, line.lang, to);
    if let Some(given) = &line.given {
        writer.word(Word::If);
        writer.clause(given);
        writer.word(Word::Then);
        writer.norm(&line.norm, Order::AfterThen);
    } else {
        writer.norm(&line.norm, Order::Main);
    }
    for (word, condition) in [(Word::When, &line.when), (Word::Unless, &line.unless)] {
        if let Some(condition) = condition {
            writer.word(word);
            writer.clause(condition);
        }
    }
    writer.out
}

/// Writes a condition in a language.
pub fn write_condition(
    context: &Context,
    condition: &Condition,
    from: Lang,
    choices: &Choices,
    to: Lang,
) -> Written {
    let mut writer = Writer::new(context, choices, from, to);
    writer.clause(condition);
    writer.out
}

/// Writes a quality in a language.
pub(super) fn write_quality(context: &Context, quality: &Quality, choices: &Choices, to: Lang) -> String {
    let mut writer = Writer::new(context, choices, to, to);
    writer.quality(quality);
    writer.out.text
}

/// Writes a value in a language.
pub(super) fn write_value(context: &Context, value: &Value, choices: &Choices, to: Lang) -> String {
    let mut writer = Writer::new(context, choices, to, to);
    writer.value(Comparison { op: Op::Eq, words: false, tight: false }, value);
    writer.out.text
}

/// The order of words in a Dutch clause. English has one order.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Main,
    AfterThen,
    Subordinate,
}

struct Writer<'a> {
    context: &'a Context<'a>,
    choices: &'a Choices,
    from: Lang,
    to: Lang,
    /// How many things the noun being written stands for.
    number: Number,
    /// The nouns around what is being written.
    around: Vec<Name>,
    out: Written,
}

impl<'a> Writer<'a> {
    fn new(context: &'a Context<'a>, choices: &'a Choices, from: Lang, to: Lang) -> Self {
        Writer {
            context,
            choices,
            from,
            to,
            number: Number::Many,
            around: Vec::new(),
            out: Written::default(),
        }
    }

    // --- words -----------------------------------------------------------------------------------

    fn put(&mut self, text: &str) {
        let text_so_far = &mut self.out.text;
        let close = text.starts_with([')', ',']);
        if !text_so_far.is_empty() && !text_so_far.ends_with('(') && !close {
            text_so_far.push(' ');
        }
        text_so_far.push_str(text);
    }

    fn word(&mut self, word: Word) {
        self.put(words::spelling(word, self.to, false));
    }

    fn verb(&mut self, word: Word, plural: bool) {
        self.put(words::spelling(word, self.to, plural));
    }

    /// `some`: in Dutch it goes by the gender of its noun.
    fn some(&mut self, noun: &Name) {
        let enig = self.to == Lang::Nl && !self.plural(noun) && self.neuter(noun);
        self.put(if enig { "enig" } else { words::spelling(Word::Some, self.to, false) });
    }

    // --- names -----------------------------------------------------------------------------------

    /// The sense in which a name is used here: of what it means, that in the sentence's own language first.
    fn sense(&self, name: &Name) -> Option<Sense> {
        let first = name.senses.first()?;
        let meaning = self.choices.get(&name.at.first).copied().unwrap_or(first.meaning);
        let field = |m: Meaning| matches!(m, Meaning::Field(..));
        let same = |m: Meaning| m == meaning || field(m) && field(meaning);
        let mut senses: Vec<_> = name.senses.iter().filter(|s| same(s.meaning)).collect();
        senses.sort_by_key(|s| (!self.answers(s.meaning, meaning), s.lang != Some(self.from), s.form));
        let sense = senses.first().copied().unwrap_or(first);
        let meaning = if self.answers(sense.meaning, meaning) { sense.meaning } else { meaning };
        Some(Sense { meaning, ..*sense })
    }

    /// Whether a label of `of` is one for `meaning`: a child answers to its parent's name for a field.
    fn answers(&self, of: Meaning, meaning: Meaning) -> bool {
        let (Meaning::Field(record, field), Meaning::Field(child, same)) = (of, meaning) else {
            return of == meaning;
        };
        let parent = |r: &RecordId| self.context.schema.records[r.ix()].parent;
        field == same && std::iter::successors(Some(child), parent).any(|r| r == record)
    }

    /// The text of a name, without its article.
    fn text(&mut self, name: &Name) -> String {
        let Some(sense) = self.sense(name) else { return literal(name) };
        let text = match sense.lang {
            Some(lang) => self.translated(name, sense.meaning, lang),
            None => name.text.clone(),
        };
        if name.ticked || self.needs_quotes(&text, sense.meaning) { format!("`{text}`") } else { text }
    }

    fn translated(&mut self, name: &Name, meaning: Meaning, from: Lang) -> String {
        let labels = words::labels(self.context.schema, meaning);
        let found = words::translated(&labels, &name.text, from, self.to, self.number);
        found.map(String::from).unwrap_or_else(|| {
            self.out.untranslated.push((name.at, name.text.clone()));
            name.text.clone()
        })
    }

    /// Whether the bare words would be read as something else.
    fn needs_quotes(&self, text: &str, meaning: Meaning) -> bool {
        let field = |m: Meaning| matches!(m, Meaning::Field(..));
        let senses = self.context.vocabulary.senses(text);
        let known = senses.iter().any(|s| s.meaning == meaning || field(s.meaning) && field(meaning));
        let lower: Vec<String> = text.split(' ').map(str::to_lowercase).collect();
        let code = senses.iter().any(|s| s.lang.is_none());
        let function = !code && words::matches(&lower, self.to).0 >= lower.len();
        !known || function
    }

    fn name(&mut self, name: &Name) {
        self.article(name.article, name);
        let text = self.text(name);
        self.put(&text);
    }

    fn article(&mut self, article: Option<Article>, noun: &Name) {
        let (to, plural) = (self.to, self.plural(noun));
        match (article, to) {
            (None, _) => {}
            (Some(Article::Definite), Lang::En) => self.put("the"),
            (Some(Article::Definite), Lang::Nl) => {
                let het = !plural && self.neuter(noun);
                self.put(if het { "het" } else { "de" });
            }
            (Some(Article::Indefinite), Lang::Nl) => self.put("een"),
            (Some(Article::Indefinite), Lang::En) => {
                let next = self.bare_word(noun);
                self.put(words::indefinite(&next));
            }
        }
    }

    fn bare_word(&self, name: &Name) -> String {
        let mut probe = Writer::new(self.context, self.choices, self.from, self.to);
        probe.number = self.number;
        probe.text(name).trim_matches('`').to_string()
    }

    fn labels(&self, name: &Name) -> Option<Cow<'a, Labels>> {
        self.sense(name).map(|sense| words::labels(self.context.schema, sense.meaning))
    }

    /// Whether the noun takes a plural verb in the language written. A compound is what its last part is.
    fn plural(&self, name: &Name) -> bool {
        let word = self.bare_word(name);
        if self.to == Lang::En && words::uncountable(&word) {
            return false;
        }
        let Some(sense) = self.sense(name) else { return false };
        let head = match sense.meaning {
            Meaning::Compound(head, ..) => Meaning::Term(head),
            other => other,
        };
        let plural = |forms: &[String]| match forms {
            [one, many, ..] => word.ends_with(many.as_str()) && !word.ends_with(one.as_str()),
            _ => false,
        };
        words::labels(self.context.schema, head).names(self.to).any(plural) || words::looks_plural(&word)
    }

    /// Whether the Dutch noun takes `het`: a synonym with an article says so, else its ending.
    fn neuter(&self, name: &Name) -> bool {
        let labels = self.labels(name);
        let hint = |article: &str| {
            labels.as_ref().is_some_and(|l| l.spellings(Lang::Nl).any(|(s, _)| s.starts_with(article)))
        };
        hint("het ") || !hint("de ") && words::neuter(&self.bare_word(name))
    }

    fn names(&mut self, names: &Names, commas: bool) {
        if names.grouped {
            self.put("(");
        }
        let last = names.names.len() - 1;
        for (i, name) in names.names.iter().enumerate() {
            if i > 0 && commas && i < last {
                self.put(",");
            } else if i > 0 {
                self.word(if names.or { Word::Or } else { Word::And });
            }
            self.name(name);
        }
        if names.grouped {
            self.put(")");
        }
    }

    // --- norms -----------------------------------------------------------------------------------

    fn norm(&mut self, norm: &Norm, order: Order) {
        let order = if self.to == Lang::En { Order::Main } else { order };
        match norm {
            Norm::No(things) => {
                self.word(Word::No);
                self.phrase(things);
            }
            Norm::Has { every, subject, is, quality, .. } => {
                let verb = if *is { Word::Is } else { Word::Has };
                self.clause_of(*every, subject, verb, order, |w| w.quality(quality));
            }
            Norm::Declares { every, subject, fields, .. } => {
                self.clause_of(*every, subject, Word::Declares, order, |w| w.names(fields, true));
            }
            Norm::Exists { how, things } => self.existence(*how, things, order),
            Norm::Limit { subject, op, value, .. } => {
                self.phrase(subject);
                self.comparison(*op);
                self.value(*op, value);
            }
        }
    }

    fn clause_of(
        &mut self,
        every: bool,
        subject: &Phrase,
        verb: Word,
        order: Order,
        rest: impl FnOnce(&mut Self),
    ) {
        let order = if simple(subject) { order } else { Order::Main };
        let plural = !every && self.plural(&subject.noun);
        if order == Order::AfterThen {
            self.verb(verb, plural);
        }
        if every {
            self.number = Number::One;
            let elk = self.to == Lang::Nl && self.neuter(&subject.noun);
            self.put(if elk { "elk" } else { words::spelling(Word::Every, self.to, false) });
        }
        self.phrase(subject);
        if order == Order::Main {
            self.verb(verb, plural);
        }
        self.about(&subject.noun, rest);
        if order == Order::Subordinate {
            self.verb(verb, plural);
        }
    }

    fn existence(&mut self, how: Existence, things: &Phrase, order: Order) {
        let count = match how {
            Existence::AtLeast(count, _) => Some(count),
            _ => None,
        };
        let there = !matches!(how, Existence::Some | Existence::AtLeast(_, false));
        let plural = count.is_some_and(|n| n > 1) || self.plural(&things.noun);
        if there && order == Order::AfterThen {
            self.verb(Word::Is, plural);
        }
        if there {
            self.word(Word::There);
        }
        if there && order == Order::Main {
            self.verb(Word::Is, plural);
        }
        match how {
            Existence::ThereNo => self.word(Word::No),
            Existence::Some => self.some(&things.noun),
            Existence::AtLeast(count, _) => {
                self.word(Word::AtLeast);
                self.put(&count.to_string());
            }
            Existence::There => {}
        }
        if !there || order != Order::Subordinate {
            return self.phrase(things);
        }
        // A long qualifier comes after the verb: `er een uitlening is met datum na …`.
        let long = |q: &Qualifier| match &q.says {
            Says::With(quality) | Says::Without(quality) => !matches!(quality, Quality::Name(_, None)),
            says => matches!(says, Says::Where(_)),
        };
        let after = things.qualifiers.iter().rev().take_while(|q| long(q)).count();
        let (before, after) = things.qualifiers.split_at(things.qualifiers.len() - after);
        self.phrase(&Phrase { qualifiers: before.to_vec(), ..things.clone() });
        self.verb(Word::Is, plural);
        self.about(&things.noun, |w| after.iter().for_each(|q| w.qualifier(&q.says)));
    }

    fn clause(&mut self, condition: &Condition) {
        match condition {
            Condition::Norm(norm, _) => self.norm(norm, Order::Subordinate),
            Condition::And(parts) => self.series(parts, Word::And, Self::clause),
            Condition::Or(parts) => self.series(parts, Word::Or, Self::clause),
            Condition::Not(inner) => {
                self.word(Word::Not);
                self.clause(inner);
            }
            Condition::Group(inner) => {
                self.put("(");
                self.clause(inner);
                self.put(")");
            }
        }
    }

    fn series<T>(&mut self, parts: &[T], joint: Word, write: impl Fn(&mut Self, &T)) {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.word(joint);
            }
            write(self, part);
        }
    }

    // --- phrases and qualities -----------------------------------------------------------------------

    fn phrase(&mut self, phrase: &Phrase) {
        let article = phrase.heads().find_map(|name| name.article);
        if article == Some(Article::Indefinite) {
            self.number = Number::One;
        }
        match (phrase.declared, article, self.to) {
            // The article goes with the word that follows it.
            (true, Some(Article::Indefinite), Lang::En) => {
                self.put(words::indefinite(words::spelling(Word::Declared, Lang::En, false)));
            }
            _ => self.article(article, &phrase.noun),
        }
        if phrase.declared {
            let bare = article == Some(Article::Indefinite) && !self.plural(&phrase.noun);
            let short = self.to == Lang::Nl && bare && self.neuter(&phrase.noun);
            self.put(if short { "vermeld" } else { words::spelling(Word::Declared, self.to, false) });
        }
        for name in phrase.heads() {
            let text = self.text(name);
            self.put(&text);
        }
        self.number = Number::Many;
        self.about(&phrase.noun, |w| phrase.qualifiers.iter().for_each(|q| w.qualifier(&q.says)));
    }

    /// Writes what is said about a noun.
    fn about(&mut self, noun: &Name, write: impl FnOnce(&mut Self)) {
        self.around.push(noun.clone());
        write(self);
        self.around.pop();
    }

    /// `its`: in Dutch it goes by the noun it refers to.
    fn its(&mut self) {
        let outer = self.around.iter().rev().take(2).next_back().map(|noun| self.bare_word(noun));
        let feminine = self.to == Lang::Nl && outer.is_some_and(|noun| words::feminine(&noun));
        self.put(if feminine { "haar" } else { words::spelling(Word::Its, self.to, false) });
    }

    fn qualifier(&mut self, says: &Says) {
        match says {
            Says::Of(word, names) => {
                self.word(*word);
                self.names(names, false);
            }
            Says::Bare(name) => self.name(name),
            Says::Region(region) => self.region(region),
            Says::With(quality) => {
                self.word(Word::With);
                self.quality(quality);
            }
            Says::Without(quality) => {
                self.word(Word::Without);
                self.quality(quality);
            }
            Says::Where(quality) => {
                self.word(Word::Where);
                self.quality(quality);
            }
            Says::Except(names) => {
                self.word(Word::Except);
                self.names(names, false);
            }
        }
    }

    fn region(&mut self, region: &Region) {
        self.word(if region.outside { Word::Outside } else { Word::Within });
        if region.its {
            self.its();
        }
        if !region.declared {
            return self.names(&region.names, false);
        }
        let mut names = region.names.clone();
        let article = names.names[0].article.take();
        self.article(article, &names.names[0]);
        self.word(Word::Declared);
        self.names(&names, false);
    }

    fn quality(&mut self, quality: &Quality) {
        match quality {
            Quality::And(parts) => self.series(parts, Word::And, Self::quality),
            Quality::Or(parts) => self.series(parts, Word::Or, Self::quality),
            Quality::Not(inner) => {
                self.word(Word::Not);
                self.quality(inner);
            }
            Quality::Group(inner) => {
                self.put("(");
                self.quality(inner);
                self.put(")");
            }
            Quality::Name(name, test) => {
                self.name(name);
                if let Some(test) = test {
                    self.test(test);
                }
            }
            Quality::Some(quantifier, phrase) => {
                match quantifier {
                    Quantifier::Some => self.some(&phrase.noun),
                    Quantifier::AtLeast(count) => {
                        self.word(Word::AtLeast);
                        self.put(&count.to_string());
                    }
                    Quantifier::Bare => {}
                }
                self.phrase(phrase);
            }
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Term(name, is) => {
                if *is {
                    self.word(Word::Is);
                }
                self.name(name);
            }
            Test::Includes(names) => {
                self.word(Word::Includes);
                self.names(names, false);
            }
            Test::Region(region) => self.region(region),
            Test::Its(op, name) => {
                self.comparison(*op);
                self.its();
                self.name(name);
            }
            Test::Value(op, value) => {
                self.comparison(*op);
                self.value(*op, value);
            }
        }
    }

    // --- comparisons -----------------------------------------------------------------------------

    fn comparison(&mut self, op: Comparison) {
        let word = match op.op {
            Op::Le => Word::AtMost,
            Op::Ge => Word::AtLeast,
            Op::Lt => Word::LessThan,
            Op::Gt => Word::MoreThan,
            Op::Eq | Op::Ne => return self.put(op.op.sign()),
        };
        if op.words { self.word(word) } else { self.put(op.op.sign()) }
    }

    fn number_after(&mut self, op: Comparison, number: i64) {
        match op.tight {
            true => self.out.text.push_str(&number.to_string()),
            false => self.put(&number.to_string()),
        }
    }

    fn value(&mut self, op: Comparison, value: &Value) {
        match &value.kind {
            ValueKind::Span(n, unit) => {
                self.number_after(op, i64::from(*n));
                self.put(words::spelling(*unit, self.to, *n != 1));
            }
            ValueKind::Number(n) => self.number_after(op, *n),
            ValueKind::Date(date) => self.put(&date.to_string()),
            ValueKind::Name(name) => self.name(name),
        }
        if let Some(after) = &value.after {
            self.word(Word::After);
            if after.its {
                self.its();
            }
            self.name(&after.name);
        }
        if value.ago {
            self.word(Word::Ago);
        }
    }
}

/// A subject that reads well, and unambiguously, with the verb moved.
fn simple(subject: &Phrase) -> bool {
    let plain =
        |q: &Qualifier| !matches!(q.says, Says::Bare(_) | Says::With(_) | Says::Without(_) | Says::Where(_));
    subject.before.is_empty() && subject.qualifiers.iter().all(plain)
}

/// A word of an open kind: in quotes if it was; parts of a provision in parentheses.
fn literal(name: &Name) -> String {
    if name.quoted {
        return format!("\"{}\"", name.text.replace('\\', "\\\\").replace('"', "\\\""));
    }
    let mut out = String::new();
    let mut words = name.text.split(' ').peekable();
    while let Some(word) = words.next() {
        let joins = ["lid", "onder", "sub", "paragraph", "point"].contains(&word.to_lowercase().as_str());
        match words.peek() {
            Some(next) if joins && !out.is_empty() => {
                out.push_str(&format!("({next})"));
                words.next();
            }
            _ => {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(word);
            }
        }
    }
    out
}
