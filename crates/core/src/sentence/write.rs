//! Surface form → words, in either language.
//!
//! The spelling is canonical: it depends on what a sentence says, never on which language it was written in,
//! so that writing a sentence in the other language and back gives the same words.

use super::ast::*;
use super::{Choices, Context};
use crate::lang::Lang;
use crate::model::{Form, Labels, Op};
use crate::words::{self, Meaning, Word};

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
    out: Written,
}

impl<'a> Writer<'a> {
    fn new(context: &'a Context<'a>, choices: &'a Choices, from: Lang, to: Lang) -> Self {
        Writer { context, choices, from, to, out: Written::default() }
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

    // --- names -----------------------------------------------------------------------------------

    /// What a name means here, and the form it stands in.
    fn sense(&self, name: &Name) -> Option<(Meaning, Form, bool)> {
        let first = name.senses.first()?;
        let meaning = self.choices.get(&name.at.first).copied().unwrap_or(first.meaning);
        let field = |m: Meaning| matches!(m, Meaning::Field(..));
        let same = |m: Meaning| m == meaning || field(m) && field(meaning);
        let mut senses: Vec<_> = name.senses.iter().filter(|s| same(s.meaning)).collect();
        senses.sort_by_key(|s| (s.meaning != meaning, s.lang != Some(self.from), s.form));
        let sense = senses.first().copied().unwrap_or(first);
        Some((meaning, sense.form, sense.lang.is_none()))
    }

    /// The text of a name, without article or quotes.
    fn text(&mut self, name: &Name) -> String {
        let Some((meaning, form, code)) = self.sense(name) else { return literal(name) };
        if code {
            return self.quoted(&name.text, meaning);
        }
        let found = match (meaning, words::labels(self.context.schema, meaning)) {
            (Meaning::Compound(..), _) => words::compound(self.context.schema, meaning, self.to),
            (_, Some(labels)) if labels.forms(self.to).is_empty() => None,
            (_, Some(labels)) => labels.word(self.to, canonical(labels, form)).map(String::from),
            (_, None) => None,
        };
        match found {
            Some(text) => self.quoted(words::without_article(&text), meaning),
            None => {
                self.out.untranslated.push((name.at, name.text.clone()));
                self.quoted(&name.text, meaning)
            }
        }
    }

    /// In back-quotes where the bare words would be read as something else.
    fn quoted(&self, text: &str, meaning: Meaning) -> String {
        let field = |m: Meaning| matches!(m, Meaning::Field(..));
        let senses = self.context.vocabulary.senses(text);
        let known = senses.iter().any(|s| s.meaning == meaning || field(s.meaning) && field(meaning));
        let lower: Vec<String> = text.split(' ').map(str::to_lowercase).collect();
        let code = senses.iter().any(|s| s.lang.is_none());
        let function = !code && words::matches(&lower, self.to).0 >= lower.len();
        if known && !function { text.to_string() } else { format!("`{text}`") }
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
        probe.text(name)
    }

    /// Whether the noun takes a plural verb in the language written.
    fn plural(&self, name: &Name) -> bool {
        let word = self.bare_word(name);
        let Some((meaning, form, _)) = self.sense(name) else { return false };
        let Some(labels) = words::labels(self.context.schema, meaning) else {
            return words::looks_plural(&word);
        };
        let singular = labels.word(self.to, Form(0)).is_some_and(|one| one == word);
        let form = canonical(labels, form);
        if form == Form(1) && !singular { true } else { words::looks_plural(&word) }
    }

    /// Whether the Dutch noun takes `het`: a synonym with an article says so, else its ending.
    fn neuter(&self, name: &Name) -> bool {
        let labels = self.sense(name).and_then(|(m, ..)| words::labels(self.context.schema, m));
        let hint = |article: &str| {
            labels.is_some_and(|l| l.spellings(Lang::Nl).any(|(s, _)| s.starts_with(article)))
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
                self.value(value);
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
            let elk = self.to == Lang::Nl && self.neuter(&subject.noun);
            self.put(if elk { "elk" } else { words::spelling(Word::Every, self.to, false) });
        }
        self.phrase(subject);
        if order == Order::Main {
            self.verb(verb, plural);
        }
        rest(self);
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
            Existence::Some => self.word(Word::Some),
            Existence::AtLeast(count, _) => {
                self.word(Word::AtLeast);
                self.put(&count.to_string());
            }
            Existence::There => {}
        }
        self.phrase(things);
        if there && order == Order::Subordinate {
            self.verb(Word::Is, plural);
        }
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
        self.article(article, &phrase.noun);
        if phrase.declared {
            let bare = article == Some(Article::Indefinite) && !self.plural(&phrase.noun);
            let short = self.to == Lang::Nl && bare && self.neuter(&phrase.noun);
            self.put(if short { "vermeld" } else { words::spelling(Word::Declared, self.to, false) });
        }
        for name in phrase.heads() {
            let text = self.text(name);
            self.put(&text);
        }
        phrase.qualifiers.iter().for_each(|q| self.qualifier(&q.says));
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
            self.word(Word::Its);
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
                    Quantifier::Some => self.word(Word::Some),
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
                self.word(Word::Its);
                self.name(name);
            }
            Test::Value(op, value) => {
                self.comparison(*op);
                self.value(value);
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

    fn value(&mut self, value: &Value) {
        match &value.kind {
            ValueKind::Span(n, unit) => {
                self.put(&n.to_string());
                self.put(words::spelling(*unit, self.to, *n != 1));
            }
            ValueKind::Number(n) => self.put(&n.to_string()),
            ValueKind::Date(date) => self.put(&date.to_string()),
            ValueKind::Name(name) => self.name(name),
        }
        if let Some(event) = &value.after {
            self.word(Word::After);
            self.name(event);
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

/// Forms that cannot be told apart in one of the languages are one form, so that a translation loses nothing
/// that the way back would need: the plural if it is among them, else the first.
pub(super) fn canonical(labels: &Labels, form: Form) -> Form {
    let (nl, en) = (labels.forms(Lang::Nl).len(), labels.forms(Lang::En).len());
    if nl == 0 || en == 0 {
        return form;
    }
    let count = nl.max(en) as u8;
    let same = |a: u8, b: u8| {
        let alike = |lang| {
            let word = |f| labels.word(lang, Form(f)).map(words::key);
            word(a) == word(b)
        };
        Lang::ALL.into_iter().any(alike)
    };
    let mut class = vec![form.0];
    let mut i = 0;
    while i < class.len() {
        let more: Vec<u8> = (0..count).filter(|f| !class.contains(f) && same(class[i], *f)).collect();
        class.extend(more);
        i += 1;
    }
    let least = class.iter().copied().min().unwrap_or(form.0);
    Form(if least == 0 && class.contains(&1) { 1 } else { least })
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
