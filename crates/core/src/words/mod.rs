//! The vocabulary: which words name which things of a schema, in both languages, and which words are the
//! language's own.
//!
//! Labels are looked up whole: nothing is split or stemmed. Knows no files and no grammar of sentences.

mod canon;
mod dutch;
mod keywords;
mod pairs;
mod suggest;

use std::borrow::Cow;
use std::collections::HashMap;

pub use canon::key;
pub use dutch::{feminine, head, indefinite, looks_plural, neuter, uncountable};
pub use keywords::{Class, KEYWORDS, Keyword, Word, keyword, matches, spelling};
pub use pairs::{Number, translated};
pub use suggest::{Wanted, closest, likeness};

use crate::lang::Lang;
use crate::model::{
    EventId, FieldId, Form, KindId, Labels, RecordId, Schema, SetId, SettingId, Term, TermId,
};

/// What a label can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Meaning {
    /// A record.
    Record(RecordId),
    /// A field of a record.
    Field(RecordId, FieldId),
    /// A term.
    Term(TermId),
    /// The first term, qualified by the second, of another kind ("member data"); which compound of the first.
    Compound(TermId, TermId, u8),
    /// A set.
    Set(SetId),
    /// An event.
    Event(EventId),
    /// A setting.
    Setting(SettingId),
    /// A defined noun phrase, by its index in the schema.
    Define(u32),
    /// A kind.
    Kind(KindId),
}

/// A meaning of a spelling, with the form and language that the spelling stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sense {
    /// The thing.
    pub meaning: Meaning,
    /// Which form of its name.
    pub form: Form,
    /// The language of the spelling; `None` for a name or code, which belongs to both.
    pub lang: Option<Lang>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    sense: Sense,
    /// A code: counts only in exactly these letters.
    exact: Option<String>,
    /// A name rather than a label: counts in declarations and between back-quotes.
    name: bool,
}

/// The index of all labels of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vocabulary {
    entries: HashMap<String, Vec<Entry>>,
    spellings: Vec<(String, Meaning)>,
    longest: usize,
}

impl Vocabulary {
    /// The index of a schema's labels.
    pub fn new(schema: &Schema) -> Self {
        let mut vocabulary = Vocabulary::default();
        vocabulary.add_terms(schema);
        vocabulary.add_records(schema);
        vocabulary.add_rest(schema);
        vocabulary
    }

    fn add_terms(&mut self, schema: &Schema) {
        for (i, term) in schema.terms.iter().enumerate() {
            let id = TermId(i as u32);
            self.add(Meaning::Term(id), &term.labels, &term.name);
            if let Some(code) = &term.code {
                self.add_code(Meaning::Term(id), code);
            }
            self.add_compounds(schema, id);
        }
    }

    fn add_compounds(&mut self, schema: &Schema, head: TermId) {
        let term = &schema.terms[head.ix()];
        for nth in 0..term.compounds_nl.len().max(term.compounds_en.len()) {
            for kind in compound_kinds(schema, term, nth) {
                for with in &schema.kinds[kind.ix()].terms {
                    let meaning = Meaning::Compound(head, *with, nth as u8);
                    let Some(labels) = compound(schema, meaning) else { continue };
                    for lang in Lang::ALL {
                        labels
                            .spellings(lang)
                            .for_each(|(s, f)| self.add_spelling(meaning, s, f, Some(lang)));
                    }
                }
            }
        }
    }

    fn add_records(&mut self, schema: &Schema) {
        for (i, record) in schema.records.iter().enumerate() {
            let id = RecordId(i as u32);
            self.add(Meaning::Record(id), &record.labels, &record.name);
            for (f, field) in record.fields.iter().enumerate() {
                self.add(Meaning::Field(id, FieldId(f as u32)), &field.labels, &field.name);
            }
        }
    }

    fn add_rest(&mut self, schema: &Schema) {
        for (i, set) in schema.sets.iter().enumerate() {
            self.add(Meaning::Set(SetId(i as u32)), &set.labels, &set.name);
        }
        for (i, event) in schema.events.iter().enumerate() {
            self.add(Meaning::Event(EventId(i as u32)), &event.labels, &event.name);
        }
        for (i, setting) in schema.settings.iter().enumerate() {
            self.add(Meaning::Setting(SettingId(i as u32)), &setting.labels, &setting.name);
        }
        for (i, define) in schema.defines.iter().enumerate() {
            self.add(Meaning::Define(i as u32), &define.labels, &define.name);
        }
        for (i, kind) in schema.kinds.iter().enumerate() {
            self.add(Meaning::Kind(KindId(i as u32)), &kind.labels, &kind.name);
        }
    }

    fn add(&mut self, meaning: Meaning, labels: &Labels, name: &str) {
        let mut any = false;
        for lang in Lang::ALL {
            for (text, form) in labels.spellings(lang) {
                any = true;
                self.add_spelling(meaning, text, form, Some(lang));
            }
        }
        let sense = Sense { meaning, form: Form(0), lang: None };
        self.insert(key(name), Entry { sense, exact: None, name: any });
        if !any {
            self.spellings.push((name.to_string(), meaning));
        }
    }

    fn add_code(&mut self, meaning: Meaning, code: &str) {
        let sense = Sense { meaning, form: Form(0), lang: None };
        self.insert(key(code), Entry { sense, exact: Some(code.to_string()), name: false });
        self.spellings.push((code.to_string(), meaning));
    }

    /// A leading article is no part of a label: it only tells a formatter which one the noun takes.
    fn add_spelling(&mut self, meaning: Meaning, text: &str, form: Form, lang: Option<Lang>) {
        let text = without_article(text);
        let short = text.chars().count() <= 2 && text.chars().all(|c| c.is_uppercase());
        let sense = Sense { meaning, form, lang };
        self.insert(key(text), Entry { sense, exact: short.then(|| text.to_string()), name: false });
        self.spellings.push((text.to_string(), meaning));
    }

    fn insert(&mut self, key: String, entry: Entry) {
        if key.is_empty() {
            return;
        }
        self.longest = self.longest.max(key.split(' ').count());
        let entries = self.entries.entry(key).or_default();
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }

    /// Every spelling of a label with what it means.
    pub fn spellings(&self) -> impl Iterator<Item = (&str, Meaning)> {
        self.spellings.iter().map(|(spelled, meaning)| (spelled.as_str(), *meaning))
    }

    /// Everything that has a label, once.
    pub fn things(&self) -> impl Iterator<Item = Meaning> {
        let mut last = None;
        self.spellings
            .iter()
            .filter_map(move |(_, meaning)| (last.replace(*meaning) != Some(*meaning)).then_some(*meaning))
    }

    /// How many words the longest label has.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Every sense of a label, written exactly as `text` (for a code, in its own letters).
    pub fn senses(&self, text: &str) -> Vec<Sense> {
        self.lookup(text, false)
    }

    /// Every sense of a label or a name: what back-quotes and declarations can say.
    pub fn senses_or_names(&self, text: &str) -> Vec<Sense> {
        self.lookup(text, true)
    }

    fn lookup(&self, text: &str, names: bool) -> Vec<Sense> {
        let entries = self.entries.get(&key(text)).map(Vec::as_slice).unwrap_or_default();
        let counts = |e: &&Entry| (names || !e.name) && e.exact.as_deref().is_none_or(|exact| exact == text);
        entries.iter().filter(counts).map(|e| e.sense).collect()
    }

    fn meanings<T: PartialEq>(&self, text: &str, pick: impl Fn(Meaning) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        for sense in self.senses_or_names(without_article(text.trim())) {
            if let Some(thing) = pick(sense.meaning).filter(|thing| !found.contains(thing)) {
                found.push(thing);
            }
        }
        found
    }

    /// The terms of a kind that a text names: several if the label is shared.
    pub fn term(&self, schema: &Schema, kind: KindId, text: &str) -> Vec<TermId> {
        self.meanings(text, |m| match m {
            Meaning::Term(t) if schema.terms[t.ix()].kind == kind => Some(t),
            _ => None,
        })
    }

    /// The set of terms of a kind that a text names.
    pub fn set(&self, schema: &Schema, kind: KindId, text: &str) -> Option<SetId> {
        let pick = |m| match m {
            Meaning::Set(s) if schema.sets[s.ix()].kind == kind => Some(s),
            _ => None,
        };
        self.meanings(text, pick).into_iter().next()
    }

    /// The record that a text names.
    pub fn record(&self, text: &str) -> Option<RecordId> {
        let pick = |m| if let Meaning::Record(r) = m { Some(r) } else { None };
        self.meanings(text, pick).into_iter().next()
    }

    /// The field of a record that a text names.
    pub fn field(&self, record: RecordId, text: &str) -> Option<FieldId> {
        let pick = |m| match m {
            Meaning::Field(r, f) if r == record => Some(f),
            _ => None,
        };
        self.meanings(text, pick).into_iter().next()
    }

    /// The event that a text names.
    pub fn event(&self, text: &str) -> Option<EventId> {
        let pick = |m| if let Meaning::Event(e) = m { Some(e) } else { None };
        self.meanings(text, pick).into_iter().next()
    }
}

/// The kind that a compound's template names: `subject` in `{subject}gegevens`.
pub fn template_kind(template: &str) -> Option<&str> {
    let (_, rest) = template.split_once('{')?;
    rest.split_once('}').map(|(name, _)| name)
}

/// The kinds that the templates of one compound of a term name: one, unless its languages disagree.
fn compound_kinds(schema: &Schema, term: &Term, nth: usize) -> Vec<KindId> {
    let templates = [term.compounds_nl.get(nth), term.compounds_en.get(nth)];
    let named = templates.into_iter().flatten().filter_map(|t| template_kind(t));
    let mut kinds: Vec<_> = named.filter_map(|name| schema.kind(name)).collect();
    kinds.dedup();
    kinds
}

/// The labels of a compound: in each language that has a template, one for each name of the second term.
pub fn compound(schema: &Schema, meaning: Meaning) -> Option<Labels> {
    let Meaning::Compound(head, with, nth) = meaning else { return None };
    let (head, with) = (&schema.terms[head.ix()], &schema.terms[with.ix()]);
    let kind = &schema.kinds[with.kind.ix()].name;
    let filled = |lang: Lang| -> Vec<Vec<String>> {
        let template = lang.pick(&head.compounds_nl, &head.compounds_en).get(usize::from(nth));
        let Some(template) = template.filter(|t| template_kind(t) == Some(kind)) else { return Vec::new() };
        let fill = |word: &String| template.replace(&format!("{{{kind}}}"), without_article(word));
        with.labels.names(lang).map(|forms| forms.first().map(fill).into_iter().collect()).collect()
    };
    let mut labels = Labels { nl_also: filled(Lang::Nl), en_also: filled(Lang::En), ..Labels::default() };
    let own = |names: &mut Vec<Vec<String>>| if names.is_empty() { Vec::new() } else { names.remove(0) };
    (labels.nl, labels.en) = (own(&mut labels.nl_also), own(&mut labels.en_also));
    Some(labels)
}

/// The text without a leading article.
pub fn without_article(text: &str) -> &str {
    let Some((first, rest)) = text.split_once(' ') else { return text };
    let article = ["de", "het", "een", "the", "a", "an"].iter().any(|a| first.eq_ignore_ascii_case(a));
    if article { rest.trim_start() } else { text }
}

/// The labels of a thing.
pub fn labels(schema: &Schema, meaning: Meaning) -> Cow<'_, Labels> {
    Cow::Borrowed(match meaning {
        Meaning::Record(r) => &schema.records[r.ix()].labels,
        Meaning::Field(r, f) => &schema.records[r.ix()].fields[f.ix()].labels,
        Meaning::Term(t) => &schema.terms[t.ix()].labels,
        Meaning::Set(s) => &schema.sets[s.ix()].labels,
        Meaning::Event(e) => &schema.events[e.ix()].labels,
        Meaning::Setting(s) => &schema.settings[s.ix()].labels,
        Meaning::Define(d) => &schema.defines[d as usize].labels,
        Meaning::Kind(k) => &schema.kinds[k.ix()].labels,
        Meaning::Compound(..) => return Cow::Owned(compound(schema, meaning).unwrap_or_default()),
    })
}

/// The name of a thing in the policy language: what is shown when it has no label.
pub fn name(schema: &Schema, meaning: Meaning) -> &str {
    match meaning {
        Meaning::Record(r) => &schema.records[r.ix()].name,
        Meaning::Field(r, f) => &schema.records[r.ix()].fields[f.ix()].name,
        Meaning::Term(t) | Meaning::Compound(t, ..) => &schema.terms[t.ix()].name,
        Meaning::Set(s) => &schema.sets[s.ix()].name,
        Meaning::Event(e) => &schema.events[e.ix()].name,
        Meaning::Setting(s) => &schema.settings[s.ix()].name,
        Meaning::Define(d) => &schema.defines[d as usize].name,
        Meaning::Kind(k) => &schema.kinds[k.ix()].name,
    }
}

/// What a thing is called in `lang`, to show to people.
pub fn called(schema: &Schema, meaning: Meaning, lang: Lang) -> String {
    without_article(labels(schema, meaning).name(lang, name(schema, meaning))).to_string()
}
