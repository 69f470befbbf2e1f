//! Hover: what the word under the pointer is, and what its sentence tests.

use policy_core::explain::{describe, reading_words};
use policy_core::lang::Lang;
use policy_core::lower::keywords::Place as LinePlace;
use policy_core::marks::{Is, Thing};
use policy_core::model::{FieldRef, Formula, Sentence};
use policy_core::sentence::core_form;
use policy_core::words::Meaning;
use policy_core::{codes, model};
use policy_db::config::Change;
use policy_db::queries::Tallies;
use policy_db::{Database, SourceFile, changes, queries};
use policy_syntax::{ItemWord, Span};

use super::describe::{Describe, Page};
use super::lens;
use super::links;
use super::view::View;
use super::words;
use crate::Hover;

/// What is known about the words at a byte.
pub fn hover(db: &Database, file: SourceFile, offset: u32, lang: Lang) -> Option<Hover> {
    hover_with(db, file, offset, lang, None)
}

/// The same with counts that are known already, be they of a moment ago.
pub fn hover_with(
    db: &Database,
    file: SourceFile,
    offset: u32,
    lang: Lang,
    tallies: Option<&Tallies>,
) -> Option<Hover> {
    let view = View::new(db, file);
    let mark = view.mark_at(offset)?;
    let describe = Describe::new(&view, lang);
    let hover = Hovering { view, describe, lang, offset, tallies };
    let markdown = match &mark.is {
        Is::Item(word) => Some(words::item(*word, lang).to_owned()),
        Is::Keyword(kw) => words::keyword(*kw, hover.place(), lang).map(str::to_owned),
        Is::Function(word) => Some(hover.with_sentence(words::function(*word, lang).to_owned())),
        Is::Name(name) => Some(hover.name(&name.thing, name.ranges)),
        Is::Number => hover.in_sentence(),
        Is::Literal => hover.provision(mark.span).or_else(|| hover.in_sentence()),
        Is::Code => {
            codes::find(mark.span.of(view.text)).map(|c| format!("**{}** {}", c.id, lang.pick(c.nl, c.en)))
        }
        Is::Text | Is::Sign => None,
    };
    markdown.map(|markdown| Hover { span: mark.span, markdown })
}

struct Hovering<'a> {
    view: View<'a>,
    describe: Describe<'a>,
    lang: Lang,
    offset: u32,
    tallies: Option<&'a Tallies>,
}

impl<'a> Hovering<'a> {
    fn place(&self) -> Option<LinePlace> {
        let (_, item) = self.view.item_at(self.offset)?;
        let top = LinePlace::Item(item.word);
        let line = self.view.line_at(item, self.offset)?;
        let inside =
            line.block.iter().flatten().any(|l| l.span.start <= self.offset && self.offset <= l.span.end);
        let first = line.tokens.first().filter(|_| inside)?;
        let kw = top.lines().iter().find(|kw| kw.begins(&first.text).is_some());
        kw.and_then(|kw| LinePlace::inside(*kw)).or(Some(top))
    }

    fn name(&self, thing: &Thing, ranges: Option<model::RecordId>) -> String {
        match thing {
            Thing::Rule(id) => self.rule(id),
            Thing::Pack(name) => self.pack(name),
            Thing::Of(meaning) => {
                let mut page = Page { text: self.describe.thing(*meaning) };
                if let Some(record) = ranges.filter(|r| *meaning != Meaning::Record(*r)) {
                    let of = self.describe.called(Meaning::Record(record));
                    page.block(format!("{}: **{of}**", self.lang.pick("Gaat hier over", "Ranges here over")));
                }
                self.with_sentence(page.text)
            }
        }
    }

    /// What a rule means, rests on and comes to.
    fn rule(&self, id: &str) -> String {
        let Some(rule) = self.view.rule(id) else {
            let none =
                self.lang.pick("geen regel met dit id kan worden gelezen", "no rule of that id can be read");
            return format!("`{id}`: {none}");
        };
        let mut page = Page::default();
        page.line(format!("**{id}** · {} {}", self.lang.pick("ernst", "severity"), self.severity(rule)));
        if let Some(off) = lens::switched_off(self.view.db, id, self.lang) {
            page.block(off);
        }
        page.block(rule.title.get(self.lang).unwrap_or_default().to_owned());
        page.block(format!("```policy-core\n{}\n```", core_form(rule, self.view.schema, self.lang)));
        if !rule.basis.is_empty() {
            let basis: Vec<String> =
                rule.basis.iter().map(|basis| links::linked(self.view.schema, basis)).collect();
            page.block(format!("{}: {}", self.lang.pick("Grondslag", "Basis"), basis.join(", ")));
        }
        if let Some(advice) = rule.advice.get(self.lang) {
            page.block(format!("{}: {advice}", self.lang.pick("Advies", "Advice")));
        }
        let tallies = self.tallies.unwrap_or_else(|| queries::tallies(self.view.db, self.view.project));
        if let Some(counts) = lens::counts(tallies, id, self.lang) {
            page.block(counts);
        }
        page.text
    }

    /// How grave a breach is here, and what the rule says if that is another thing.
    fn severity(&self, rule: &model::Rule) -> String {
        let word = |severity: model::Severity| self.lang.pick(severity.word_nl(), severity.word());
        let own = word(rule.severity);
        match changes::of(self.view.db, self.view.project, &rule.id).map(|setting| setting.change) {
            Some(Change::Severity(here)) if here != rule.severity => {
                let says = self.lang.pick("in policy.toml; de regel zegt", "in policy.toml; the rule says");
                format!("{} ({says} {own})", word(here))
            }
            _ => own.to_owned(),
        }
    }

    fn pack(&self, name: &str) -> String {
        let Some(pack) = self.view.schema.packs.iter().find(|pack| pack.name == name) else {
            return format!("`{name}`");
        };
        let mut page = Page::default();
        page.line(format!("**{name}** {}", pack.version));
        page.block(pack.title.get(self.lang).unwrap_or_default().to_owned());
        if !pack.uses.is_empty() {
            page.labelled(self.lang.pick("gebruikt", "uses"), &pack.uses.join(", "));
        }
        page.text
    }

    fn provision(&self, span: Span) -> Option<String> {
        let (_, item) = self.view.item_at(self.offset)?;
        let basis = span.of(self.view.text);
        let url = (item.word == ItemWord::Rule).then(|| links::url(self.view.schema, basis)).flatten()?;
        Some(format!("[{basis}]({url})"))
    }

    fn in_sentence(&self) -> Option<String> {
        let text = self.with_sentence(String::new());
        (!text.is_empty()).then_some(text)
    }

    /// The words, and what the sentence around them tests and reads.
    fn with_sentence(&self, text: String) -> String {
        let mut page = Page { text };
        if let Some(sentence) = self.sentence() {
            self.tests(&mut page, sentence);
        }
        page.text
    }

    fn tests(&self, page: &mut Page, sentence: &Sentence) {
        let schema = self.view.schema;
        let norm = describe::norm(&sentence.norm, schema);
        page.block(format!("{}: {}", self.lang.pick("Toetst", "Tests"), norm.get(self.lang)));
        let reads = self.quantities(sentence);
        if !reads.is_empty() {
            page.line(format!("{}: {}", self.lang.pick("Leest", "Reads"), reads.join(", ")));
        }
        for reading in &sentence.readings {
            let words = reading_words(reading, schema);
            page.line(format!("{}: {}", self.lang.pick("Lezing", "Reading"), words.get(self.lang)));
        }
    }

    /// The fields that a sentence compares with a value.
    fn quantities(&self, sentence: &Sentence) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut add = |of: &FieldRef| {
            let field = self.describe.called(Meaning::Field(of.record, of.field));
            let words = format!("{field} ({})", self.describe.called(Meaning::Record(of.record)));
            if !found.contains(&words) {
                found.push(words);
            }
        };
        for formula in sentence.formulas() {
            formula.walk(&mut |inner| {
                if let Formula::Compare { left, .. } = inner {
                    add(left);
                }
            });
        }
        found
    }

    /// The sentence around the pointer, of the rules that can be read.
    fn sentence(&self) -> Option<&'a Sentence> {
        let (nth, _) = self.view.item_at(self.offset)?;
        let View { db, project, file, tree, .. } = self.view;
        let rules = &queries::file_rules(db, project, file).rules;
        let rule = rules.iter().find(|rule| rule.origin.item == nth)?;
        let inside = |s: &&Sentence| {
            let span = tree.span(nth, s.origin.first, s.origin.last);
            span.start <= self.offset && self.offset <= span.end
        };
        rule.sentences.iter().find(inside)
    }
}
