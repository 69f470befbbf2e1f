//! What can come next in a sentence: the reader of sentences is asked for each sort of word.

use std::collections::HashMap;

use policy_core::lang::Lang;
use policy_core::model::{FieldType, FileId, KindId, Op, RecordId, SettingValue};
use policy_core::sentence::{Candidate, Context, Place, Probe, written};
use policy_core::words::{self, Class, KEYWORDS, Meaning, Sense, Vocabulary, Word, key, without_article};
use policy_db::habits;
use policy_syntax::{Item, Span, Token, TokenKind};

use super::{Completing, Offer, snippets};
use crate::policy::words::function;
use crate::{CompletionKind, Insert};

/// How many words of a label may stand before the one that is being typed.
const WORDS: usize = 4;

/// How many things of one sort are offered before anything of a word is typed.
const MOST: usize = 30;

impl<'a> Completing<'a> {
    /// Offers for a line of which `tokens` are written.
    pub(super) fn sentence(&mut self, tokens: &[Token], condition: bool, item: &Item) {
        let silent = Vocabulary::default();
        self.continued(tokens, condition, item, &silent);
        let probe = self.probe(tokens, condition, item, &silent);
        if tokens.is_empty() && !condition {
            self.sentences(probe.lang());
        }
        self.function_words(&probe, tokens);
        self.labels(&probe, tokens, self.typed);
    }

    fn probe<'s>(&self, tokens: &[Token], condition: bool, item: &Item, silent: &'s Vocabulary) -> Probe<'s>
    where
        'a: 's,
    {
        let place = Place { file: FileId::default(), item: 0 };
        let context = Context { schema: self.view.schema, vocabulary: self.view.vocabulary(), place };
        let unsure = if item.lines.is_empty() { self.view.lang(self.lang) } else { super::language(item) };
        Probe::new(&context, tokens, condition, unsure, silent)
    }

    /// Labels of several words of which the last ones of `tokens` are the beginning.
    fn continued(&mut self, tokens: &[Token], condition: bool, item: &Item, silent: &Vocabulary) {
        for k in 1..=tokens.len().min(WORDS) {
            let (before, begun) = tokens.split_at(tokens.len() - k);
            if begun.iter().any(|t| !matches!(t.kind, TokenKind::Word | TokenKind::Number)) {
                break;
            }
            let replace = Span { start: begun[0].span.start, end: self.offset };
            let start = format!("{} ", key(&written(begun)));
            let mut spellings = self.view.vocabulary().spellings();
            if spellings.any(|(spelled, _)| key(spelled).starts_with(&start)) {
                let probe = self.probe(before, condition, item, silent);
                self.labels(&probe, before, replace);
            }
        }
    }

    fn sentences(&mut self, lang: Lang) {
        for (label, snippet, about) in snippets::sentences(lang, self.lang) {
            let offer = Offer::new(label, CompletionKind::Snippet).snippet(snippet.to_owned());
            self.add(offer.documented(Some(about.to_owned())).rank(3));
        }
    }

    fn function_words(&mut self, probe: &Probe<'_>, tokens: &[Token]) {
        let lang = probe.lang();
        let after_name = tokens.last().is_some_and(|t| !self.is_function(t, lang));
        let begins = tokens.is_empty();
        let usual = if after_name || begins { 1 } else { 4 };
        for entry in KEYWORDS {
            let rank = if begins && entry.class == Class::Norm { 0 } else { usual };
            let open = probe.possible() || begins;
            if open && !probe.accepts(&Candidate::Word(entry.word)) {
                continue;
            }
            for (nth, spelled) in entry.spellings(lang).iter().enumerate() {
                let shown = nth == 0 || self.typed.start < self.typed.end;
                let label = if entry.word == Word::There { there(lang) } else { spelled };
                if shown {
                    let offer = Offer::new(label, CompletionKind::Operator).rank(rank);
                    self.add(offer.documented(Some(function(entry.word, self.lang).to_owned())));
                }
            }
        }
        for op in [Op::Le, Op::Ge, Op::Lt, Op::Gt, Op::Eq, Op::Ne] {
            if probe.possible() && !begins && probe.accepts(&Candidate::Sign(op)) {
                self.add(Offer::new(op.sign(), CompletionKind::Operator).rank(usual + 1));
            }
        }
    }

    fn is_function(&self, token: &Token, lang: Lang) -> bool {
        token.kind == TokenKind::Word && words::matches(&[token.text.to_lowercase()], lang).0 > 0
    }

    /// The labels that fit, of all things.
    fn labels(&mut self, probe: &Probe<'_>, tokens: &[Token], replace: Span) {
        let view = self.view;
        let typed = key(replace.of(view.text).trim_start_matches('`'));
        let lang = probe.lang();
        let begins = tokens.is_empty();
        let many = tokens.last().is_none_or(|t| {
            let lower = [t.text.to_lowercase()];
            let (_, found) = words::matches(&lower, lang);
            t.kind == TokenKind::Number || found.iter().any(|word| matches!(word, Word::No | Word::Declared))
        });
        let rank = if begins || !tokens.last().is_some_and(|t| self.is_function(t, lang)) { 5 } else { 1 };
        let after = last_words(tokens, lang);
        let mut accepted: HashMap<Sort, bool> = HashMap::new();
        let mut shown_of: HashMap<Sort, usize> = HashMap::new();
        for meaning in view.vocabulary().things() {
            let labels = words::labels(view.schema, meaning);
            let usual = habits::score(view.db, view.project, &after, meaning) + fitting(&after, meaning);
            let many = many && !matches!(meaning, Meaning::Field(..));
            for (nth, forms) in labels.names(lang).enumerate() {
                let Some(label) = shown(forms, &typed, many, nth) else { continue };
                let label = without_article(label);
                if !matches!(super::fits(&typed, label), Some(true) | Some(false)) {
                    continue;
                }
                let sort = self.sort(meaning, label);
                let fits = *accepted
                    .entry(sort.clone())
                    .or_insert_with(|| !probe.possible() || probe.accepts(&self.candidate(meaning, label)));
                let count = shown_of.entry(sort).or_default();
                *count += usize::from(fits);
                let few = !typed.is_empty() || probe.possible() && (*count <= MOST || usual > 0);
                if fits && few {
                    let offer = Offer { usual, ..Offer::new(label, kind(meaning)) };
                    self.label(meaning, offer.rank(rank + u8::from(nth > 0)), replace);
                }
            }
        }
    }

    fn label(&mut self, meaning: Meaning, offer: Offer<'_>, replace: Span) {
        let label = offer.label;
        let spelled: Vec<String> = label.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let word = Lang::ALL.iter().any(|lang| words::matches(&spelled, *lang).0 == spelled.len());
        let insert = if word { format!("`{label}`") } else { label.to_owned() };
        let offer = Offer { insert: Insert::Text(insert), ..offer };
        let offer = offer.detail(self.describe.sort(meaning)).documented(self.describe.brief(meaning));
        self.add_over(replace, offer);
    }

    /// What the reader treats alike: one of them stands for all.
    fn sort(&self, meaning: Meaning, label: &str) -> Sort {
        let schema = self.view.schema;
        match meaning {
            Meaning::Term(t) => Sort::Term(schema.terms[t.ix()].kind),
            Meaning::Set(s) => Sort::Set(schema.sets[s.ix()].kind),
            Meaning::Compound(head, with, _) => Sort::Compound(head.0, schema.terms[with.ix()].kind),
            Meaning::Event(_) => Sort::Event,
            Meaning::Setting(s) => match &schema.settings[s.ix()].value {
                SettingValue::Duration(_) => Sort::Setting(0, None),
                SettingValue::Number(_) => Sort::Setting(1, None),
                SettingValue::Date(_) => Sort::Setting(2, None),
                SettingValue::Terms(kind, _) => Sort::Setting(3, Some(*kind)),
                SettingValue::Set(set) => Sort::Setting(4, Some(schema.sets[set.ix()].kind)),
            },
            Meaning::Field(..) => Sort::Field(key(label)),
            Meaning::Record(r) => Sort::Record(r),
            other => Sort::Only(other),
        }
    }

    fn candidate(&self, meaning: Meaning, label: &str) -> Candidate {
        // A field's label is shared by records; the reader picks the one of the record at hand.
        if matches!(meaning, Meaning::Field(..)) {
            return Candidate::Label(self.view.vocabulary().senses(label));
        }
        Candidate::Label(vec![Sense { meaning, form: Default::default(), lang: None }])
    }
}

/// Things that are accepted or refused together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Sort {
    Term(KindId),
    Set(KindId),
    Compound(u32, KindId),
    Event,
    Setting(u8, Option<KindId>),
    Field(String),
    Record(RecordId),
    Only(Meaning),
}

/// The form of a name that is offered: the one that is being typed, else the one that fits the word before.
fn shown<'n>(forms: &'n [String], typed: &str, many: bool, nth: usize) -> Option<&'n String> {
    let usual = if many { forms.get(1).or(forms.first()) } else { forms.first() };
    if typed.is_empty() {
        return usual.filter(|_| nth == 0);
    }
    let begins = |form: &&String| key(form).starts_with(typed);
    usual.filter(begins).or_else(|| forms.iter().find(begins)).or(usual)
}

/// Sets are what something is outside or within: they come before a single term that was named there once.
fn fitting(after: &[Word], meaning: Meaning) -> u32 {
    let places = after.iter().any(|word| matches!(word, Word::Outside | Word::Within));
    if places && matches!(meaning, Meaning::Set(_)) { 100 } else { 0 }
}

/// The function words that what comes next stands after; "and" and "or" go on with what was before them.
fn last_words(tokens: &[Token], lang: Lang) -> Vec<Word> {
    let lower: Vec<String> = tokens.iter().map(|token| token.text.to_lowercase()).collect();
    let joins = |word: &Word| matches!(word, Word::And | Word::Or);
    let found = (0..lower.len()).rev().map(|at| words::matches(&lower[at..], lang).1);
    found
        .map(|words| words.into_iter().filter(|word| !joins(word)).collect::<Vec<_>>())
        .find(|words| !words.is_empty())
        .unwrap_or_default()
}

fn there(lang: Lang) -> &'static str {
    lang.pick("er is", "there is")
}

fn kind(meaning: Meaning) -> CompletionKind {
    match meaning {
        Meaning::Record(_) => CompletionKind::Record,
        Meaning::Field(..) => CompletionKind::Field,
        Meaning::Term(_) | Meaning::Compound(..) => CompletionKind::Term,
        Meaning::Set(_) => CompletionKind::Set,
        Meaning::Event(_) => CompletionKind::Event,
        Meaning::Setting(_) => CompletionKind::Setting,
        Meaning::Define(_) => CompletionKind::Define,
        Meaning::Kind(_) => CompletionKind::Kind,
    }
}

/// The kind of terms that a field holds.
pub(super) fn kind_of(ty: FieldType) -> Option<KindId> {
    if let FieldType::Terms(kind) = ty { Some(kind) } else { None }
}
