//! Rule items → typed rules: the sentences and the labelled lines under them.
//!
//! A sentence that cannot be read is one diagnostic and drops its own rule only.

mod ends;

use std::collections::HashMap;

use policy_syntax::{File, Item, ItemWord, Line, Span, SyntaxError, SyntaxErrorKind, Token, TokenKind};

use crate::codes;
use crate::diag::{Diagnostic, Message};
use crate::lang::{Lang, Text};
use crate::lower::keywords::Kw;
use crate::model::{
    Clause, Collection, FieldId, FileId, Formula, Norm, Origin, PackId, Part, PartLine, Reading, RecordId,
    Rule, Schema, Sentence, Severity, Silence,
};
use crate::sentence::{self, Context, Place};
use crate::words::{self, Meaning, Vocabulary, Word};

/// A policy file to read rules from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Which file it is.
    pub file: FileId,
    /// Its tree.
    pub tree: &'a File,
    /// The pack it belongs to.
    pub pack: PackId,
}

/// The rules of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Those that could be read, in order.
    pub rules: Vec<Rule>,
    /// Ids of those that could not: tests and waivers that name them are not to blame.
    pub broken: Vec<String>,
    /// Diagnostics that a rule accepts, with its reason (`allow CODE "reason"`).
    pub allowed: Vec<Allowed>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// A diagnostic that a rule accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The rule's id.
    pub rule: String,
    /// The code.
    pub code: &'static str,
    /// Why.
    pub reason: String,
    /// Where.
    pub origin: Origin,
}

/// Reads the rules of a file.
pub fn rules(source: &Source, schema: &Schema, vocabulary: &Vocabulary) -> Rules {
    let mut found = Rules::default();
    for (i, item) in source.tree.items.iter().enumerate().filter(|(_, item)| item.word == ItemWord::Rule) {
        let place = Place { file: source.file, item: i as u32 };
        let context = Context { schema, vocabulary, place };
        let inside = |e: &&SyntaxError| item.span.start <= e.span.start && e.span.end <= item.span.end;
        let breaks = |e: &&SyntaxError| {
            matches!(e.kind, SyntaxErrorKind::Unbalanced | SyntaxErrorKind::Unterminated)
                || matches!(e.kind, SyntaxErrorKind::StrayCharacter(_))
        };
        let errors = source.tree.errors.iter().filter(inside).filter(breaks).map(|e| e.span).collect();
        Reader::new(context, item, source.pack, errors).read(&mut found);
    }
    found
}

/// Rules with the id of an earlier one, each with that one.
pub fn doubles<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Vec<(&'a Rule, &'a Rule)> {
    let mut first: HashMap<&str, &Rule> = HashMap::new();
    let mut found = Vec::new();
    for rule in rules {
        match first.get(rule.id.as_str()) {
            Some(earlier) => found.push((*earlier, rule)),
            None => drop(first.insert(&rule.id, rule)),
        }
    }
    found
}

/// What a line of a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A title without a language.
    Title,
    /// A title in a language.
    TitleIn(Lang),
    /// `when`, `unless`; and the language of that word.
    Condition(Word, Lang),
    /// `severity`, `basis`, `advice`, `silence`, `contradiction`, `allow`; and the language of that word.
    Labelled(Kw, Lang),
    /// A sentence.
    Sentence,
}

/// Tells what a line of a rule is by its first tokens.
pub fn line_kind(line: &Line) -> LineKind {
    kind_of(&line.tokens)
}

fn kind_of(tokens: &[Token]) -> LineKind {
    let Some(first) = tokens.first() else { return LineKind::Sentence };
    match first.kind {
        TokenKind::String | TokenKind::Block => return LineKind::Title,
        TokenKind::Word => {}
        _ => return LineKind::Sentence,
    }
    let string = tokens.get(1).is_some_and(is_text);
    if let Some(lang) = Lang::from_code(&first.text).filter(|_| string) {
        return LineKind::TitleIn(lang);
    }
    let lower = [first.text.to_lowercase()];
    for lang in Lang::ALL {
        let (_, words) = words::matches(&lower, lang);
        if let Some(word) = words.into_iter().find(|word| matches!(word, Word::When | Word::Unless)) {
            return LineKind::Condition(word, lang);
        }
    }
    let labelled = Kw::RULE_LABELS.into_iter().find_map(|kw| kw.begins(&first.text).map(|lang| (kw, lang)));
    labelled.map_or(LineKind::Sentence, |(kw, lang)| LineKind::Labelled(kw, lang))
}

fn is_text(token: &Token) -> bool {
    matches!(token.kind, TokenKind::String | TokenKind::Block)
}

/// The tokens that are read as one line: a line, or a part of one that only seemed to go on.
#[derive(Clone, Copy)]
struct Row<'a> {
    tokens: &'a [Token],
    span: Span,
}

impl<'a> Row<'a> {
    fn of(tokens: &'a [Token]) -> Self {
        let span = tokens.first().zip(tokens.last()).map_or(Span::default(), |(a, b)| a.span.to(b.span));
        Row { tokens, span }
    }
}

struct Reader<'a> {
    context: Context<'a>,
    item: &'a Item,
    /// Where the item has syntax errors that make a line unreadable.
    errors: Vec<Span>,
    rule: Rule,
    /// `silence on` names fields; they are looked up when the sentences are known.
    silent: Vec<&'a [Token]>,
    /// Where `silence fails` stands.
    silence_at: Option<Row<'a>>,
    /// The labels there were, in English.
    seen: Vec<&'static str>,
    diagnostics: Vec<Diagnostic>,
    broken: bool,
    allowed: Vec<Allowed>,
    /// Of the conditions on lines of their own: every sentence rests on them.
    readings: Vec<Reading>,
}

impl<'a> Reader<'a> {
    fn new(context: Context<'a>, item: &'a Item, pack: PackId, errors: Vec<Span>) -> Self {
        let head = item.head.len() as u32;
        let Place { file, item: nth } = context.place;
        let rule = Rule {
            id: sentence::written(&item.head),
            pack,
            title: Text::default(),
            severity: Severity::default(),
            basis: Vec::new(),
            advice: Text::default(),
            why: Text::default(),
            when: None,
            unless: None,
            sentences: Vec::new(),
            silence: Silence::default(),
            contradiction_fails: context.schema.packs.get(pack.ix()).is_some_and(|p| p.contradiction_fails),
            parts: Vec::new(),
            origin: Origin { file, item: nth, first: 0, last: head },
        };
        Reader {
            context,
            errors,
            item,
            rule,
            silent: Vec::new(),
            silence_at: None,
            seen: Vec::new(),
            diagnostics: Vec::new(),
            broken: false,
            allowed: Vec::new(),
            readings: Vec::new(),
        }
    }

    fn read(mut self, found: &mut Rules) {
        self.head();
        for line in &self.item.lines {
            self.line(line);
        }
        if !self.broken {
            self.settle();
        }
        if self.broken {
            found.broken.push(self.rule.id);
        } else {
            found.rules.push(self.rule);
        }
        found.allowed.append(&mut self.allowed);
        found.diagnostics.append(&mut self.diagnostics);
    }

    fn head(&mut self) {
        let plain = self.item.head.iter().all(|t| matches!(t.kind, TokenKind::Word | TokenKind::Dotted));
        if self.item.head.len() != 1 || !plain {
            self.fatal(
                &codes::MISSING_LINE,
                self.item.word_span,
                "een regel heeft precies een naam: `regel mijn-regel { … }`",
                "a rule has exactly one name: `rule my-rule { … }`",
            );
        }
    }

    fn line(&mut self, line: &'a Line) {
        if line.block.is_some() {
            return self.complain(
                &codes::BAD_LINE,
                line.span,
                "een regel heeft geen blokken in zijn blok",
                "a rule has no blocks inside its block",
            );
        }
        let mut tokens = line.tokens.as_slice();
        for at in self.ends(line) {
            let from = line.tokens.len() - tokens.len();
            let (above, below) = tokens.split_at(at - from);
            self.breaks_off(above);
            tokens = below;
        }
        self.row(Row::of(tokens));
    }

    fn row(&mut self, line: Row<'a>) {
        match kind_of(line.tokens) {
            LineKind::Title => self.title(line, None),
            LineKind::TitleIn(lang) => self.title(line, Some(lang)),
            LineKind::Sentence => self.sentence(line),
            LineKind::Condition(word, _) => self.condition(line, word),
            LineKind::Labelled(kw, _) => self.labelled(line, kw),
        }
    }

    fn title(&mut self, line: Row<'_>, lang: Option<Lang>) {
        let at = usize::from(lang.is_some());
        let text = line.tokens.get(at).filter(|t| is_text(t)).map(|t| t.text.clone());
        self.no_more(line, at + 1);
        let title = &mut self.rule.title;
        let slot = match lang {
            None => &mut title.any,
            Some(Lang::Nl) => &mut title.nl,
            Some(Lang::En) => &mut title.en,
        };
        if slot.is_some() {
            return self.complain(
                &codes::DUPLICATE_NAME,
                line.span,
                "een tweede titel; laat er een staan",
                "a second title; keep one",
            );
        }
        *slot = text;
    }

    fn sentence(&mut self, line: Row<'_>) {
        match sentence::read(&self.context, line.tokens) {
            Ok(read) => {
                let sentences = sentence::one_by_one(read.sentence);
                self.add_parts(read.parts, read.when.as_ref(), &sentences);
                self.rule.sentences.extend(sentences);
                if let Some(when) = read.when {
                    self.inline_when(line, &when);
                    self.set_when(line, when, true);
                }
            }
            Err(diagnostic) => self.unreadable(line, *diagnostic),
        }
    }

    /// The parts of the sentences that come next, each with the one that its thing is named in, and of their `when`.
    fn add_parts(&mut self, parts: Vec<Part>, when: Option<&Clause>, next: &[Sentence]) {
        let first = self.rule.sentences.len() as u32;
        let of_when = |part: &Part| when.is_some_and(|when| when.origin.holds(&part.origin));
        let is = |s: &Sentence, part: &Part| match (&s.norm, &part.of) {
            (norm, Some(var)) => norm.names(*var),
            (Norm::Holds(clause), None) => part.formula.as_ref() == Some(&clause.formula),
            (Norm::Each { .. }, None) => false,
        };
        let names = |part: &Part| next.iter().position(|s| is(s, part));
        let placed = parts.into_iter().map(|part| {
            let sentence = first + names(&part).unwrap_or(0) as u32;
            let line = if of_when(&part) { PartLine::When } else { PartLine::Sentence(sentence) };
            Part { line, ..part }
        });
        self.rule.parts.extend(placed);
    }

    /// A sentence that cannot be read; of the first one, perhaps a title.
    fn unreadable(&mut self, line: Row<'_>, mut diagnostic: Diagnostic) {
        let kinds = self.item.lines.iter().map(line_kind).collect::<Vec<_>>();
        let untitled = !kinds.iter().any(|k| matches!(k, LineKind::Title | LineKind::TitleIn(_)));
        let sentences = kinds.iter().filter(|k| **k == LineKind::Sentence).count();
        if untitled && sentences > 1 && self.is_first(line) {
            diagnostic.message.nl.push_str("; is dit de titel, zet hem dan tussen aanhalingstekens");
            diagnostic.message.en.push_str("; if this is the title, put it in quotes");
        }
        self.broken(line, diagnostic);
    }

    /// A sentence with a mistake. Of a line with a syntax error that is said already.
    fn broken(&mut self, line: Row<'_>, diagnostic: Diagnostic) {
        self.broken = true;
        if !self.errors.iter().any(|e| line.span.start <= e.start && e.end <= line.span.end) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether the line is the first of its item.
    fn is_first(&self, line: Row<'_>) -> bool {
        self.item.lines.first().and_then(|first| first.tokens.first()) == line.tokens.first()
    }

    /// Of several sentences, `when` in one of them could be about that one or about the rule.
    fn inline_when(&mut self, line: Row<'_>, when: &Clause) {
        let sentences = self.item.lines.iter().filter(|l| line_kind(l) == LineKind::Sentence).count();
        if sentences < 2 {
            return;
        }
        let from = line.tokens.iter().position(|t| t.index + 1 == when.origin.first).unwrap_or(0);
        let words = &line.tokens[from..];
        let span = words.first().map_or(line.span, |t| t.span.to(words[words.len() - 1].span));
        let condition = sentence::written(words);
        self.fatal(
            &codes::AMBIGUOUS,
            span,
            &format!(
                "deze regel heeft {sentences} zinnen: geldt `{condition}` voor alle, zet het dan op een eigen \
                 regel; geldt het voor deze zin, maak er dan twee regels van"
            ),
            &format!(
                "this rule has {sentences} sentences: if `{condition}` is about all of them, put it on a line of \
                 its own; if it is about this one, write two rules"
            ),
        );
    }

    fn labelled(&mut self, line: Row<'a>, kw: Kw) {
        let repeats = matches!(kw, Kw::Basis | Kw::Allow | Kw::Advice | Kw::Why);
        if !repeats && !self.first(line, Lang::ALL.map(|lang| kw.word(lang))) {
            return;
        }
        let rest = &line.tokens[1..];
        match kw {
            Kw::Severity => self.severity(line, rest),
            Kw::Basis => self.basis(line, rest),
            Kw::Advice | Kw::Why => self.words(line, kw, rest),
            Kw::Silence => self.silence(line, rest),
            Kw::Contradiction => self.contradiction(line, rest),
            _ => self.allow(line, rest),
        }
    }

    /// Whether this is the first line that begins so; complains if it is not.
    fn first(&mut self, line: Row<'_>, [nl, en]: [&'static str; 2]) -> bool {
        let first = !self.seen.contains(&en);
        if first {
            self.seen.push(en);
        } else {
            self.complain(
                &codes::DUPLICATE_NAME,
                line.span,
                &format!("`{nl}` staat er al; het kan een keer per regel"),
                &format!("`{en}` is there already; once per rule"),
            );
        }
        first
    }

    fn severity(&mut self, line: Row<'_>, rest: &[Token]) {
        let word = rest.first().map(|t| t.text.to_lowercase()).unwrap_or_default();
        if let Some(severity) = Severity::ALL.into_iter().find(|s| s.word() == word || s.word_nl() == word) {
            self.rule.severity = severity;
            return self.no_more(line, 2);
        }
        let Some(found) = rest.first() else {
            let (nl, en) = ("na `ernst` hoort", "after `severity` comes");
            return self.complain(
                &codes::BAD_VALUE,
                line.span,
                &format!("{nl} `kritiek`, `hoog`, `middel` of `laag`"),
                &format!("{en} `critical`, `high`, `medium` or `low`"),
            );
        };
        let known = Severity::ALL.iter().flat_map(|s| [s.word(), s.word_nl()]);
        let near = words::closest(&word, known);
        let (nl, en) = match near {
            Some(near) => (format!("bedoelde u `{near}`?"), format!("did you mean `{near}`?")),
            None => (
                "kies `kritiek`, `hoog`, `middel` of `laag`".to_string(),
                "choose `critical`, `high`, `medium` or `low`".to_string(),
            ),
        };
        let text = &found.text;
        self.complain(
            &codes::BAD_VALUE,
            found.span,
            &format!("onbekende ernst `{text}`: {nl}"),
            &format!("unknown severity `{text}`: {en}"),
        );
        self.suggest(near);
    }

    /// Provisions, apart at commas outside parentheses.
    fn basis(&mut self, line: Row<'_>, rest: &[Token]) {
        let mut depth = 0;
        let mut start = 0;
        for i in 0..=rest.len() {
            let text = rest.get(i).map_or(",", |t| t.text.as_str());
            depth += i32::from(text == "(") - i32::from(text == ")");
            if text == "," && (depth <= 0 || i == rest.len()) {
                let provision = sentence::written(&rest[start.min(i)..i]);
                if !provision.is_empty() {
                    self.rule.basis.push(provision);
                }
                start = i + 1;
            }
        }
        if self.rule.basis.is_empty() {
            self.complain(
                &codes::BAD_VALUE,
                line.span,
                "na `grondslag` hoort een bepaling, zoals `Reglement 7(4)`",
                "after `basis` comes a provision, such as `Rules 7(4)`",
            );
        }
    }

    /// Words for a reader: `advice` and `why`, in one language or for both.
    fn words(&mut self, line: Row<'_>, kw: Kw, rest: &[Token]) {
        let lang = rest.first().filter(|t| t.kind == TokenKind::Word).and_then(|t| Lang::from_code(&t.text));
        let text = rest.get(usize::from(lang.is_some())).filter(|t| is_text(t)).map(|t| t.text.clone());
        if text.is_none() {
            return self.complain(
                &codes::BAD_VALUE,
                line.span,
                &format!("hier hoort een tekst tussen aanhalingstekens: `{} \"…\"`", kw.word(Lang::Nl)),
                &format!("expected a text in quotes here: `{} \"…\"`", kw.word(Lang::En)),
            );
        }
        self.no_more(line, 2 + usize::from(lang.is_some()));
        let of = if kw == Kw::Why { &mut self.rule.why } else { &mut self.rule.advice };
        match lang {
            None => of.any = text,
            Some(Lang::Nl) => of.nl = text,
            Some(Lang::En) => of.en = text,
        }
    }

    fn condition(&mut self, line: Row<'_>, word: Word) {
        if !self.first(line, Lang::ALL.map(|lang| words::spelling(word, lang, false))) {
            return;
        }
        let rest = &line.tokens[1..];
        if rest.is_empty() {
            return self.fatal(
                &codes::SENTENCE,
                line.span,
                "de zin breekt af; hier hoort nog een voorwaarde, zoals `er is …`",
                "the sentence breaks off; expected a condition here, such as `there is …`",
            );
        }
        match sentence::read_condition(&self.context, rest) {
            Ok(read) => {
                self.readings.extend(read.readings);
                let at = if word == Word::When { PartLine::When } else { PartLine::Unless };
                self.rule.parts.extend(read.parts.into_iter().map(|part| Part { line: at, ..part }));
                match word {
                    Word::When => self.set_when(line, read.clause, false),
                    _ => self.rule.unless = Some(read.clause),
                }
            }
            Err(diagnostic) => self.unreadable(line, *diagnostic),
        }
    }

    fn set_when(&mut self, line: Row<'_>, when: Clause, inline: bool) {
        if self.rule.when.is_some() {
            return self.fatal(
                &codes::DUPLICATE_NAME,
                line.span,
                "een tweede `wanneer`; voeg ze samen met `en` of `of`, of schrijf `als … dan …`",
                "a second `when`; join them with `and` or `or`, or write `if … then …`",
            );
        }
        if inline {
            self.seen.push(words::spelling(Word::When, Lang::En, false));
        }
        self.rule.when = Some(when);
    }

    fn silence(&mut self, line: Row<'a>, rest: &'a [Token]) {
        let ends = rest.last().is_some_and(|t| Kw::Fails.begins(&t.text).is_some());
        let on = rest.first().is_some_and(|t| Kw::On.begins(&t.text).is_some());
        let written = sentence::written(line.tokens);
        match (ends, on, rest.len()) {
            (true, false, 1) => {
                self.rule.silence = Silence::Fails;
                self.silence_at = Some(line);
            }
            (true, true, 3..) => {
                self.silent = rest[1..rest.len() - 1]
                    .split(|t| [",", "en", "and"].contains(&t.text.as_str()))
                    .collect();
            }
            _ => self.fatal(
                &codes::BAD_LINE,
                line.span,
                &format!(
                    "`{written}` is niet te lezen: schrijf `zwijgen faalt` of `zwijgen over VELD, VELD faalt`"
                ),
                &format!(
                    "`{written}` cannot be read: write `silence fails` or `silence on FIELD, FIELD fails`"
                ),
            ),
        }
    }

    fn contradiction(&mut self, line: Row<'_>, rest: &[Token]) {
        let written = sentence::written(line.tokens);
        let word = |kw: Kw| rest.first().is_some_and(|t| kw.begins(&t.text).is_some());
        match (rest.len(), word(Kw::Fails), word(Kw::StaysOpen)) {
            (1, true, _) => self.rule.contradiction_fails = true,
            (2, _, true) => self.rule.contradiction_fails = false,
            _ => self.complain(
                &codes::BAD_LINE,
                line.span,
                &format!(
                    "`{written}` is niet te lezen: schrijf `tegenspraak faalt` of `tegenspraak blijft open`"
                ),
                &format!(
                    "`{written}` cannot be read: write `contradiction fails` or `contradiction stays open`"
                ),
            ),
        }
    }

    fn allow(&mut self, line: Row<'_>, rest: &[Token]) {
        let code = rest.first().and_then(|t| codes::find(&t.text));
        let reason = rest.last().filter(|t| is_text(t) && !t.text.trim().is_empty());
        match (code, reason) {
            (Some(code), Some(reason)) => {
                let origin = self.origin(line.tokens);
                let (rule, reason) = (self.rule.id.clone(), reason.text.clone());
                self.allowed.push(Allowed { rule, code: code.id, reason, origin });
            }
            (None, Some(_)) if rest.len() > 1 => self.complain(
                &codes::UNKNOWN_NAME,
                rest[0].span,
                &format!(
                    "onbekende code `{}`: neem de code over uit de melding, zoals `P0302`",
                    rest[0].text
                ),
                &format!(
                    "unknown code `{}`: copy the code from the diagnostic, such as `P0302`",
                    rest[0].text
                ),
            ),
            _ => self.complain(
                &codes::BAD_LINE,
                line.span,
                "schrijf `sta CODE toe \"reden\"`, met een bestaande code",
                "write `allow CODE \"reason\"`, with a known code",
            ),
        }
    }

    // --- after all lines -------------------------------------------------------------------------

    fn settle(&mut self) {
        if self.rule.sentences.is_empty() && !self.diagnostics.is_empty() {
            // The sentence may be the line that was already complained about.
            self.broken = true;
            return;
        }
        if self.rule.sentences.is_empty() {
            return self.fatal(
                &codes::MISSING_LINE,
                self.item.word_span,
                "een regel heeft minstens een zin, zoals `geen … zonder …`",
                "a rule has at least one sentence, such as `no … without …`",
            );
        }
        let plain = |s: &Sentence| matches!(&s.norm, Norm::Each { need, .. } if need.formula == Formula::Const(false));
        if let Some(line) = self.silence_at.filter(|_| self.rule.sentences.iter().any(plain)) {
            return self.fatal(
                &codes::BAD_LINE,
                line.span,
                "een verbod zonder `zonder` eist geen gegeven: schrijf `zwijgen over VELD faalt`",
                "a prohibition without `without` requires no fact: write `silence on FIELD fails`",
            );
        }
        for sentence in &mut self.rule.sentences {
            sentence.readings.extend(self.readings.iter().cloned());
            sentence.readings.sort();
            sentence.readings.dedup();
        }
        self.silent_fields();
    }

    fn silent_fields(&mut self) {
        let mut fields = Vec::new();
        for tokens in std::mem::take(&mut self.silent) {
            match self.silent_field(tokens) {
                Some(mut found) => fields.append(&mut found),
                None => {
                    let span = tokens.first().map_or(self.item.word_span, |t| t.span);
                    let span = tokens.last().map_or(span, |t| span.to(t.span));
                    let (nl, en, near) = self.no_silent_field(&sentence::written(tokens));
                    self.fatal(&codes::UNKNOWN_NAME, span, &nl, &en);
                    self.suggest(near.as_deref());
                }
            }
        }
        if !fields.is_empty() {
            fields.sort();
            fields.dedup();
            self.rule.silence = Silence::FailsOn(fields);
        }
    }

    /// What to say of a field that no record of the rule has, and the one that was meant.
    fn no_silent_field(&self, text: &str) -> (String, String, Option<String>) {
        let (schema, vocabulary) = (self.context.schema, self.context.vocabulary);
        let records = records_of(&self.rule);
        let near =
            |record: &RecordId| vocabulary.suggest_scored(schema, words::Wanted::FieldOf(*record), text);
        let best = records.iter().filter_map(near).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((near, _)) = best {
            return (
                format!("onbekend veld `{text}`: bedoelde u `{near}`?"),
                format!("unknown field `{text}`: did you mean `{near}`?"),
                Some(near),
            );
        }
        let list = |lang: Lang| {
            let called = |r: &RecordId| format!("`{}`", words::called(schema, Meaning::Record(*r), lang));
            records.iter().map(called).collect::<Vec<_>>().join(", ")
        };
        (
            format!(
                "`{text}` is geen veld van waar deze regel over gaat ({}): noem een veld daarvan",
                list(Lang::Nl)
            ),
            format!(
                "`{text}` is no field of what this rule is about ({}): name a field of it",
                list(Lang::En)
            ),
            None,
        )
    }

    /// `record.field` or a field's name or label, of the records that the rule is about.
    fn silent_field(&self, tokens: &[Token]) -> Option<Vec<(RecordId, FieldId)>> {
        let text = sentence::written(tokens);
        let vocabulary = self.context.vocabulary;
        let exact = text.split_once('.').and_then(|(record, field)| {
            let record = vocabulary.record(record)?;
            vocabulary.field(record, field).map(|field| vec![(record, field)])
        });
        exact.or_else(|| {
            let records = records_of(&self.rule);
            let senses = vocabulary.senses_or_names(&text);
            let mine = |m| match m {
                Meaning::Field(r, f) if records.contains(&r) => Some((r, f)),
                _ => None,
            };
            let found: Vec<_> = senses.iter().filter_map(|s| mine(s.meaning)).collect();
            (!found.is_empty()).then_some(found)
        })
    }

    // --- diagnostics -----------------------------------------------------------------------------

    fn origin(&self, tokens: &[Token]) -> Origin {
        let Place { file, item } = self.context.place;
        let index = |t: Option<&Token>| t.map_or(0, |t| t.index);
        Origin { file, item, first: index(tokens.first()), last: index(tokens.last()) }
    }

    fn no_more(&mut self, line: Row<'_>, from: usize) {
        if let Some(token) = line.tokens.get(from) {
            self.complain(
                &codes::BAD_LINE,
                token.span,
                &format!("`{}` is hier te veel", token.text),
                &format!("`{}` is too much here", token.text),
            );
        }
    }

    fn complain(&mut self, code: &'static codes::Code, span: Span, nl: &str, en: &str) {
        self.diagnostics.push(Diagnostic::new(code, self.context.place.file, span, Message::new(nl, en)));
    }

    /// Adds to the last complaint what was probably meant.
    fn suggest(&mut self, near: Option<&str>) {
        if let Some(last) = self.diagnostics.last_mut() {
            last.suggestion = near.map(str::to_string);
        }
    }

    fn fatal(&mut self, code: &'static codes::Code, span: Span, nl: &str, en: &str) {
        self.complain(code, span, nl, en);
        self.broken = true;
    }
}

/// The records that a rule quantifies over.
fn records_of(rule: &Rule) -> Vec<RecordId> {
    let mut records = Vec::new();
    for sentence in &rule.sentences {
        match &sentence.norm {
            Norm::Each { over, scope, need, .. } => {
                add_collection(over, &mut records);
                [scope, need].into_iter().for_each(|c| add_records(&c.formula, &mut records));
            }
            Norm::Holds(clause) => add_records(&clause.formula, &mut records),
        }
        let clauses = sentence.given.iter().chain(&sentence.unless);
        clauses.for_each(|c| add_records(&c.formula, &mut records));
    }
    rule.when.iter().chain(&rule.unless).for_each(|c| add_records(&c.formula, &mut records));
    records
}

fn add_collection(over: &Collection, records: &mut Vec<RecordId>) {
    match over {
        Collection::Records { record, .. } => records.push(*record),
        Collection::Categories { governed_by, held, .. } => records.extend([*governed_by, held.0]),
    }
}

fn add_records(formula: &Formula, records: &mut Vec<RecordId>) {
    match formula {
        Formula::Not(inner) => add_records(inner, records),
        Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|p| add_records(p, records)),
        Formula::Element { body, .. } => add_records(body, records),
        Formula::Exists { over, body, .. } => {
            add_collection(over, records);
            add_records(body, records);
        }
        _ => {}
    }
}
