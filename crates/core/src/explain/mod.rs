//! Findings in words: what decided, where it stands, what is missing and whom to ask, in both languages.
//!
//! Decides nothing: verdicts and deciding facts come from the evaluator, names from the pack's labels,
//! places and quotations from the declaration's notes. Words are neutral: "not stated", never a judgement.

mod ask;
pub mod describe;
mod fit;
mod phrases;
mod place;
mod reason;
mod repair;
mod says;
mod value;
mod voice;

#[cfg(test)]
mod library;
#[cfg(test)]
mod tests;

pub use repair::edit_words;

use jiff::civil::Date;
use policy_syntax::Span;

use crate::diag::Message;
use crate::facts::{FactSource, NoteSource, Value};
use crate::lang::Lang;
use crate::model::{FieldId, Form, Formula, Quantity, Reading, RecordId, Rule, Schema, SettingId, Terms};
use crate::report::{Brief, Explained, Place, Question};
use crate::verdict::{FactRef, Finding, Missing, Outcome, Verdict};
use phrases::{Join, both, capital, quote};
use reason::Reason;
use says::Sayer;
use voice::Voice;

/// What explanations are made from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What can be declared, and its labels.
    pub schema: &'a Schema,
    /// The rules.
    pub rules: &'a [Rule],
    /// What the declaration says.
    pub facts: &'a dyn FactSource,
    /// Where it says so.
    pub notes: &'a dyn NoteSource,
    /// The day for which dated lists are read.
    pub as_of: Date,
}

/// The findings of one rule in words: fails first, then unknowns, in the order of the declaration.
pub fn explained(input: &Input, rule: usize, outcome: &Outcome, findings: &[Finding]) -> Vec<Explained> {
    let Some(rule) = input.rules.get(rule) else { return Vec::new() };
    let made = findings.iter().map(|finding| (finding.sentence, explain(input, rule, outcome, finding)));
    in_order(made.collect(), |explained| (explained.verdict, explained.place.span.start))
}

/// As [`explained`], of those findings only that stand somewhere near.
pub fn explained_near(
    input: &Input,
    rule: usize,
    outcome: &Outcome,
    findings: &[Finding],
    near: impl Fn(Span) -> bool,
) -> Vec<Explained> {
    let here = |finding: &&Finding| stands_near(input, rule, finding, &near);
    let here: Vec<Finding> = findings.iter().filter(here).cloned().collect();
    explained(input, rule, outcome, &here)
}

/// Whether a finding of a rule, by index, stands somewhere near.
pub fn stands_near(input: &Input, rule: usize, finding: &Finding, near: impl Fn(Span) -> bool) -> bool {
    let place = |rule| input.main_place(&reason::of_own_sentence(input, rule, finding), rule).span;
    input.rules.get(rule).is_some_and(|rule| near(place(rule)))
}

/// Fails first, then unknowns, in the order of the sentences and of the declaration.
fn in_order<T>(mut made: Vec<(Option<usize>, T)>, key: impl Fn(&T) -> (Verdict, u32)) -> Vec<T> {
    made.sort_by_key(|(sentence, one)| {
        let (verdict, start) = key(one);
        (verdict.rank(), sentence.map_or(0, |s| s + 1), start)
    });
    made.into_iter().map(|(_, one)| one).collect()
}

/// Where a fact stands, and what it says with the name of the record it is about.
pub fn fact_words(fact: FactRef, input: &Input) -> (Place, Message) {
    let place = input.place(fact).unwrap_or_default();
    (place, both(|lang| Sayer::new(input, lang).whole(fact)))
}

/// The question that would settle a missing fact.
pub fn question(missing: &Missing, input: &Input) -> Question {
    input.question(missing)
}

/// A value of a field as it follows "is": "`North`", "13 months", "not stated".
pub fn value_words(value: &Value, record: RecordId, field: FieldId, input: &Input) -> Message {
    both(|lang| Sayer::new(input, lang).voice.value((record, field), value))
}

/// A span of time, in words.
pub fn duration_words(span: crate::model::Duration, lang: crate::lang::Lang) -> String {
    phrases::duration(lang, span)
}

/// An interpretation that a sentence rests on, in words.
pub fn reading_words(of: &Reading, schema: &Schema) -> Message {
    both(|lang| reading(&Voice { schema, facts: None, lang }, of))
}

/// The value of a setting in words: "13 months".
pub fn setting_value(setting: SettingId, schema: &Schema) -> Message {
    both(|lang| Voice { schema, facts: None, lang }.setting(setting))
}

fn explain(input: &Input, rule: &Rule, outcome: &Outcome, finding: &Finding) -> Explained {
    let finding = &reason::of_own_sentence(input, rule, finding);
    let place = input.main_place(finding, rule);
    let words = |fact: FactRef| both(|lang| Sayer::new(input, lang).whole(fact));
    Explained {
        verdict: finding.verdict,
        reason: both(|lang| reason_words(input, rule, outcome, finding, lang)),
        related: related(input, finding, &place, &|at| words(finding.facts[at]), &|say| both(say)),
        place,
        clause: rule.place_of(finding.clause),
        readings: readings(input, rule, finding),
        settings: settings(input, rule, finding),
        rests_on: finding.rests_on.iter().map(|f| fact_words(*f, input)).collect(),
        missing: ask::once(finding.missing.iter().map(|m| input.question(m)).collect()),
    }
}

/// A finding in the words of one language, without its places in the declaration: an edit that only moves them leaves
/// it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    finding: Finding,
    reason: String,
    /// What each of its facts says.
    facts: Vec<String>,
}

/// The findings of one rule in the words of one language.
pub fn told(input: &Input, rule: usize, outcome: &Outcome, findings: &[Finding], lang: Lang) -> Vec<Told> {
    let Some(rule) = input.rules.get(rule) else { return Vec::new() };
    let say = Sayer::new(input, lang);
    let told = |finding: &Finding| {
        let finding = reason::of_own_sentence(input, rule, finding);
        let reason = reason_words(input, rule, outcome, &finding, lang);
        let facts = finding.facts.iter().map(|fact| say.whole(*fact)).collect();
        Told { finding, reason, facts }
    };
    findings.iter().map(told).collect()
}

/// As [`explained`], in one language, and no more than what stands under a line of an editor.
pub fn brief(input: &Input, rule: usize, outcome: &Outcome, findings: &[Finding], lang: Lang) -> Vec<Brief> {
    let Some(rule) = input.rules.get(rule) else { return Vec::new() };
    let say = Sayer::new(input, lang);
    let brief = |finding: &Finding| {
        let finding = reason::of_own_sentence(input, rule, finding);
        let reason = reason_words(input, rule, outcome, &finding, lang);
        in_brief(input, rule, &finding, reason, &|at| say.whole(finding.facts[at]), lang)
    };
    let made = findings.iter().map(|finding| (finding.sentence, brief(finding)));
    in_order(made.collect(), |brief| (brief.verdict, brief.place.span.start))
}

/// As [`brief`], of what was told before.
pub fn brief_of(input: &Input, rule: usize, told: &[Told], lang: Lang) -> Vec<Brief> {
    let Some(rule) = input.rules.get(rule) else { return Vec::new() };
    let brief = |Told { finding, reason, facts }: &Told| {
        in_brief(input, rule, finding, reason.clone(), &|at| facts[at].clone(), lang)
    };
    let made = told.iter().map(|told| (told.finding.sentence, brief(told)));
    in_order(made.collect(), |brief| (brief.verdict, brief.place.span.start))
}

fn in_brief(
    input: &Input,
    rule: &Rule,
    finding: &Finding,
    reason: String,
    words: &dyn Fn(usize) -> String,
    lang: Lang,
) -> Brief {
    let place = input.main_place(finding, rule);
    let related = related(input, finding, &place, words, &|say| say(lang));
    Brief { verdict: finding.verdict, reason, related, place, clause: rule.place_of(finding.clause) }
}

fn reason_words(input: &Input, rule: &Rule, outcome: &Outcome, finding: &Finding, lang: Lang) -> String {
    let say = Sayer::new(input, lang);
    let words = Reason { say: &say, rule, finding }.words();
    if outcome.too_many_cases { words + too_many(lang) } else { words }
}

fn too_many(lang: Lang) -> &'static str {
    lang.pick(" (te veel gevallen om uit te rekenen: zie P0501)", " (too many cases to work out: see P0501)")
}

/// Says something in the languages that are wanted.
type Say<'a, W> = &'a dyn Fn(&dyn Fn(Lang) -> String) -> W;

/// The places of the other deciding facts, with the words for each by index, and each side of a contradiction.
fn related<W: PartialEq>(
    input: &Input,
    finding: &Finding,
    main: &Place,
    words: &dyn Fn(usize) -> W,
    say: Say<W>,
) -> Vec<(Place, W)> {
    let mut found: Vec<(Place, W)> = Vec::new();
    for (at, fact) in finding.facts.iter().enumerate() {
        if let Some(place) = input.place(*fact).filter(|place| place != main) {
            found.push((place, words(at)));
        }
        found.extend(sides(input, *fact, say));
    }
    let mut kept: Vec<(Place, W)> = Vec::new();
    for entry in found {
        if !kept.contains(&entry) {
            kept.push(entry);
        }
    }
    kept
}

fn sides<W>(input: &Input, fact: FactRef, say: Say<W>) -> Vec<(Place, W)> {
    match fact {
        FactRef::Field(record, item, field) => {
            let values = match Sayer::new(input, Lang::En).voice.fact(record, item, field) {
                Some((_, fact)) => match &fact.value {
                    Value::Conflicting(values) => values.as_slice(),
                    _ => &[],
                },
                None => &[],
            };
            let places = input.sides(record, item, field);
            let told = places.len() == values.len();
            let side = |i: usize| statement(input, record, field, values.get(i).filter(|_| told), say);
            places.into_iter().enumerate().map(|(i, place)| (place, side(i))).collect()
        }
        FactRef::Exists(record, item) => {
            let words = || say(&|lang| denies(&Sayer::new(input, lang).voice, record, item));
            input.denial(record, item).map(|place| (place, words())).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// One side of a contradiction; without its value if the declaration does not keep the sides apart.
fn statement<W>(input: &Input, record: RecordId, field: u32, value: Option<&Value>, say: Say<W>) -> W {
    say(&|lang| {
        let voice = Sayer::new(input, lang).voice;
        let at = (record, FieldId(field));
        let (name, is) = (voice.field(at), voice.is(at));
        match value.map(|v| voice.value(at, v)) {
            Some(value) => lang.pick(
                format!("hier staat: {name} {is} {value}"),
                format!("this one says: {name} {is} {value}"),
            ),
            None => lang.pick(
                format!("een van de uitspraken over {name}"),
                format!("one of the statements on {name}"),
            ),
        }
    })
}

fn denies(voice: &Voice, record: RecordId, item: u32) -> String {
    let name = voice.item_name(record, item);
    voice.lang.pick(format!("hier staat iets anders over {name}"), format!("this one denies {name}"))
}

/// The readings that the sentence and the deciding facts rest on, each once.
fn readings(input: &Input, rule: &Rule, finding: &Finding) -> Vec<Message> {
    let sentence = finding.sentence.and_then(|s| rule.sentences.get(s));
    let of_sentence = sentence.into_iter().flat_map(|s| s.readings.iter().cloned());
    let voice = Sayer::new(input, Lang::En).voice;
    let of_facts = finding.facts.iter().chain(&finding.rests_on).filter_map(|f| match *f {
        FactRef::Field(record, item, field) => voice.fact(record, item, field)?.1.reading.clone(),
        _ => None,
    });
    let mut all: Vec<Reading> = finding.readings.iter().cloned().chain(of_sentence).chain(of_facts).collect();
    all.sort();
    all.dedup();
    all.iter().map(|r| both(|lang| reading(&Sayer::new(input, lang).voice, r))).collect()
}

fn reading(voice: &Voice, reading: &Reading) -> String {
    let lang = voice.lang;
    match reading {
        Reading::FromEarliest => {
            let first = voice.earliest().map(|e| quote(&voice.event(e)));
            let first = first.unwrap_or_else(|| lang.pick("het begin", "the start").to_string());
            lang.pick(
                format!("gerekend vanaf {first}, omdat de grens geen gebeurtenis noemt"),
                format!("counted from {first}, because the limit names no event"),
            )
        }
        Reading::Ranges(record) => {
            let records = voice.records(*record);
            lang.pick(
                format!("de zin is gelezen als een zin over {records}"),
                format!("the sentence is read as one about {records}"),
            )
        }
        Reading::ReadAs(record, field) => read_as(voice, (*record, *field)),
        Reading::Collective(term) => collective(voice, *term),
        Reading::Held(record, field) => {
            let (records, field) = (voice.records(*record), voice.field((*record, *field)));
            lang.pick(
                format!(
                    "een woord dat meer verzamelt is gelezen als wat {records} daaronder vermelden ({field})"
                ),
                format!("a word that gathers others is read as what {records} list under it ({field})"),
            )
        }
        Reading::SetNamed(set) => {
            let name = quote(&voice.set(crate::model::SetId(*set)));
            lang.pick(
                format!("{name} is gelezen als: iets binnen {name}, niet vermeld wat"),
                format!("{name} is read as something within {name}, not stated which"),
            )
        }
    }
}

/// An unsaid field: read as its usual value, or as what other records hold.
fn read_as(voice: &Voice, at: (RecordId, FieldId)) -> String {
    let lang = voice.lang;
    let name = voice.field(at);
    let field = voice.schema.records[at.0.ix()].fields.get(at.1.ix());
    let way = match (voice.default_value(at), field.and_then(|f| f.derived)) {
        (Some(value), _) => {
            lang.pick(format!("gelezen als {}", quote(&value)), format!("read as {}", quote(&value)))
        }
        (None, Some(derived)) => {
            let others = voice.records(derived.record);
            let key = voice.field((derived.record, derived.other_key));
            lang.pick(
                format!("gelezen uit de {others}, naar hun {key}"),
                format!("read from the {others}, by their {key}"),
            )
        }
        (None, None) => lang.pick("aangevuld", "filled in").to_owned(),
    };
    lang.pick(
        format!("{name} is {way}, omdat er niets over is vermeld"),
        format!("{name} is {way}, because nothing is stated about it"),
    )
}

fn collective(voice: &Voice, term: u32) -> String {
    let lang = voice.lang;
    let Some(term) = voice.schema.terms.get(term as usize) else { return String::new() };
    let name = quote(&voice.term(term.kind, term.bit));
    let stands = term.stands_for.as_ref().map(|t| voice.terms(term.kind, t, Join::And)).unwrap_or_default();
    lang.pick(format!("{name} is gelezen als {stands}"), format!("{name} is read as {stands}"))
}

/// The settings that the finding's part of the rule uses, by name, with their values.
fn settings(input: &Input, rule: &Rule, finding: &Finding) -> Vec<(String, Message)> {
    let mut used: Vec<SettingId> = Vec::new();
    let own = finding.sentence.and_then(|s| rule.sentences.get(s)).into_iter().flat_map(|s| s.formulas());
    let around = [&rule.when, &rule.unless].into_iter().flatten().map(|c| &c.formula);
    own.chain(around).for_each(|f| f.walk(&mut |f| used.extend(setting_of(f))));
    used.sort();
    used.dedup();
    let words = |id: &SettingId| both(|lang| setting_words(&Sayer::new(input, lang).voice, *id));
    used.iter().map(|id| (input.schema.settings[id.ix()].name.clone(), words(id))).collect()
}

fn setting_words(voice: &Voice, id: SettingId) -> String {
    let setting = &voice.schema.settings[id.ix()];
    let label = setting.labels.word(voice.lang, Form(0)).unwrap_or(&setting.name);
    format!("{}: {}", capital(label), voice.setting(id))
}

fn setting_of(formula: &Formula) -> Option<SettingId> {
    match formula {
        Formula::In { terms: Terms::Setting(id), .. } => Some(*id),
        Formula::Compare { right: Quantity::Setting { setting, .. }, .. }
        | Formula::Apart { span: Quantity::Setting { setting, .. }, .. } => Some(*setting),
        _ => None,
    }
}
