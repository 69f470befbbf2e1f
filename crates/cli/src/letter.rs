//! A letter to a vendor: what fails, what is open, and the questions that would settle it; each question once, with what
//! it is about, why it is asked and on what basis. States no term that a norm does not have.

use jiff::civil::Date;
use policy_core::lang::Lang;
use policy_core::model::{FieldRef, Form, Formula, Norm, Owner, RecordId, Rule, Schema};
use policy_core::report::Explained;
use policy_core::verdict::{About, FactRef, Finding, Missing, Verdict};
use policy_db::SourceFile;
use policy_db::engine::{Detail, Engine, Names};
use policy_db::queries;

use crate::report::repair::ways;
use crate::session::Session;

/// A letter before it is written in a format.
pub struct Letter {
    /// The language.
    pub lang: Lang,
    /// The date it speaks of.
    pub as_of: Date,
    /// The day by which an answer is asked for.
    pub reply_by: Option<Date>,
    /// Whom it is to and about what.
    pub names: Names,
    /// What fails, then what is asked, by subject.
    pub subjects: Vec<Subject>,
}

/// Everything about one sort of thing.
#[derive(Default)]
pub struct Subject {
    /// What it is about.
    pub title: String,
    /// What fails.
    pub fails: Vec<Point>,
    /// What is asked.
    pub questions: Vec<Point>,
}

/// One point of a letter.
#[derive(Default)]
pub struct Point {
    /// The question, or the norm that is not kept.
    pub text: String,
    /// What it is about.
    pub about: Vec<String>,
    /// What was read, each reason once.
    pub reasons: Vec<String>,
    /// The norms it comes from, with their basis.
    pub norms: Vec<String>,
    /// Terms and other settings that those norms use.
    pub settings: Vec<String>,
    /// What would do.
    pub repair: Vec<String>,
}

impl Point {
    fn of(text: String) -> Self {
        Point { text, ..Point::default() }
    }
}

/// Of the reasons for one question, which are mostly alike, so many are given.
const REASONS: usize = 2;

/// The letter about one declaration.
pub fn letter(session: &Session, file: SourceFile, reply_by: Option<Date>) -> Letter {
    let (db, project) = (&session.db, session.project());
    let engine = queries::engine(db, project);
    let mut writer = Writer { session, file, engine, subjects: Vec::new() };
    let outcomes = queries::outcomes(db, project, file);
    let waived = queries::waivers_in_force(db, project, file);
    for (rule, (outcome, waived)) in outcomes.iter().zip(waived).enumerate() {
        match outcome.verdict {
            Verdict::Fail if waived.is_none() && writer.is_vendors(rule) => writer.fail(rule),
            Verdict::Unknown if waived.is_none() => writer.unknown(rule),
            _ => {}
        }
    }
    let mut subjects = writer.subjects;
    subjects.sort_by_key(|(record, _)| record.map_or(u32::MAX, |record| record.0));
    Letter {
        lang: session.lang,
        as_of: project.as_of(db),
        reply_by,
        names: queries::names(db, project, file),
        subjects: subjects.into_iter().map(|(_, subject)| subject).collect(),
    }
}

struct Writer<'a> {
    session: &'a Session,
    file: SourceFile,
    engine: Engine<'a>,
    subjects: Vec<(Option<RecordId>, Subject)>,
}

impl<'a> Writer<'a> {
    fn lang(&self) -> Lang {
        self.session.lang
    }

    fn schema(&self) -> &'a Schema {
        self.engine.schema
    }

    fn found(&self, rule: usize) -> (Vec<Finding>, Vec<Explained>) {
        let (db, project) = (&self.session.db, self.session.project());
        let facts = queries::facts(db, project, self.file);
        let notes = &queries::read(db, project, self.file).notes;
        let outcome = &queries::outcomes(db, project, self.file)[rule];
        let findings = self.engine.findings(rule, outcome, facts, Detail::Findings);
        let words = self.engine.explain(rule, outcome, facts, notes, Detail::Findings);
        (findings, words)
    }

    /// Whether a norm requires anything that the vendor fills in.
    fn is_vendors(&self, rule: usize) -> bool {
        let mut fields = Vec::new();
        let sentences = &self.engine.rules[rule].sentences;
        for formula in sentences.iter().map(|sentence| match &sentence.norm {
            Norm::Each { need, .. } => &need.formula,
            Norm::Holds(clause) => &clause.formula,
        }) {
            formula.walk(&mut |inner| match inner {
                Formula::Element { of, .. } | Formula::HasValue(of) | Formula::Definite(of) => {
                    fields.push(*of)
                }
                Formula::Compare { left, .. } => fields.push(*left),
                _ => {}
            });
        }
        let own = |of: &FieldRef| {
            let record = &self.schema().records[of.record.ix()];
            record.owner == Owner::Vendor && record.fields[of.field.ix()].owner == Owner::Vendor
        };
        fields.is_empty() || fields.iter().any(own)
    }

    fn fail(&mut self, rule: usize) {
        let lang = self.lang();
        let (findings, words) = self.found(rule);
        let it = &self.engine.rules[rule];
        let mut point = Point::of(title(it, lang));
        point.norms = vec![basis(it)];
        for explained in words.iter().filter(|explained| explained.verdict == Verdict::Fail) {
            add(&mut point.reasons, read(explained, lang));
            settings(&mut point, explained, lang);
        }
        point.repair = self.repair(rule);
        let record = findings.iter().find(|finding| finding.verdict == Verdict::Fail).and_then(subject);
        self.under(record).fails.push(point);
    }

    fn repair(&self, rule: usize) -> Vec<String> {
        let (db, project) = (&self.session.db, self.session.project());
        let facts = queries::facts(db, project, self.file);
        let notes = &queries::read(db, project, self.file).notes;
        let outcome = &queries::outcomes(db, project, self.file)[rule];
        let found = self.engine.repair(rule, outcome, facts);
        let found = found.map(|repair| self.engine.repair_words(&repair, facts, notes));
        found.iter().flat_map(|repair| &repair.steps).map(|step| ways(step, self.lang())).collect()
    }

    fn unknown(&mut self, rule: usize) {
        let lang = self.lang();
        let (findings, words) = self.found(rule);
        let it = &self.engine.rules[rule];
        let own = |missing: &&Missing| missing.owner == Owner::Vendor;
        let missing: Vec<Missing> =
            findings.iter().flat_map(|finding| &finding.missing).filter(own).cloned().collect();
        for one in missing {
            let (db, project) = (&self.session.db, self.session.project());
            let facts = queries::facts(db, project, self.file);
            let notes = &queries::read(db, project, self.file).notes;
            let question = self.engine.question(&one, facts, notes);
            let of = words.iter().filter(|explained| explained.missing.contains(&question));
            let of: Vec<&Explained> = of.collect();
            let fresh = Point::of(question.question.get(lang).to_owned());
            let subject = self.under(record_of(one.fact));
            let at = subject.questions.iter().position(|point| point.text == fresh.text);
            let at = at.unwrap_or_else(|| {
                subject.questions.push(fresh);
                subject.questions.len() - 1
            });
            let point = &mut subject.questions[at];
            add(&mut point.about, question.fact.get(lang).to_owned());
            add(&mut point.norms, norm(it, lang));
            for explained in of {
                add(&mut point.reasons, read(explained, lang));
                settings(point, explained, lang);
            }
        }
    }

    /// The subject of a record, as the pack calls it.
    fn under(&mut self, record: Option<RecordId>) -> &mut Subject {
        let at = self.subjects.iter().position(|(known, _)| *known == record);
        let at = at.unwrap_or_else(|| {
            let title = record.map_or_else(String::new, |record| self.title(record));
            self.subjects.push((record, Subject { title, ..Subject::default() }));
            self.subjects.len() - 1
        });
        &mut self.subjects[at].1
    }

    fn title(&self, record: RecordId) -> String {
        let it = &self.schema().records[record.ix()];
        let form = Form(u8::from(!it.single));
        let word = it.labels.word(self.lang(), form).unwrap_or(it.labels.name(self.lang(), &it.name));
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

fn add(list: &mut Vec<String>, text: String) {
    if !text.is_empty() && !list.contains(&text) {
        list.push(text);
    }
}

fn settings(point: &mut Point, explained: &Explained, lang: Lang) {
    explained.settings.iter().for_each(|(_, words)| add(&mut point.settings, words.get(lang).to_owned()));
}

/// What was read, and where.
fn read(explained: &Explained, lang: Lang) -> String {
    let source = explained.place.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
    format!("{}{source}", explained.reason.get(lang))
}

fn title(rule: &Rule, lang: Lang) -> String {
    format!("{} ({})", rule.title.get(lang).unwrap_or(&rule.id), rule.id)
}

fn norm(rule: &Rule, lang: Lang) -> String {
    let basis = basis(rule);
    let title = title(rule, lang);
    if basis.is_empty() { title } else { format!("{title} — {basis}") }
}

fn basis(rule: &Rule) -> String {
    rule.basis.join(", ")
}

fn subject(finding: &Finding) -> Option<RecordId> {
    match finding.about {
        About::Item(record, ..) | About::Unlisted(record) | About::Category(record, ..) => Some(record),
        About::Declaration => finding.facts.first().and_then(|fact| record_of(*fact)),
    }
}

/// The record that a fact is one of.
pub fn record_of(fact: FactRef) -> Option<RecordId> {
    match fact {
        FactRef::Field(record, ..)
        | FactRef::Exists(record, _)
        | FactRef::Complete(record)
        | FactRef::Exclusion(record, _)
        | FactRef::Ungoverned(record, _)
        | FactRef::Category(record, _) => Some(record),
        FactRef::Condition(_) | FactRef::World(_) => None,
    }
}

/// A part of a letter, for any format.
pub enum Block {
    /// The title.
    Title(String),
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A point with a number and details: label and texts.
    Point(usize, String, Vec<(String, Vec<String>)>),
}

impl Letter {
    /// Whether there is anything to ask.
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// The letter from title to closing.
    pub fn blocks(&self) -> Vec<Block> {
        let lang = self.lang;
        let about = self.names.product.as_ref().or(self.names.vendor.as_ref());
        let about = about.cloned().unwrap_or_else(|| lang.pick("uw product", "your product").to_owned());
        let to = self.names.vendor.clone().unwrap_or_default();
        let mut blocks = vec![Block::Title(match lang {
            Lang::Nl => format!("Vragen over {about}"),
            Lang::En => format!("Questions about {about}"),
        })];
        let mut head = vec![format!("{} {}", lang.pick("Datum:", "Date:"), self.as_of)];
        if !to.is_empty() {
            head.insert(0, format!("{} {to}", lang.pick("Aan:", "To:")));
        }
        blocks.push(Block::Text(head.join(" · ")));
        blocks.push(Block::Text(lang.pick("Geachte heer, mevrouw,", "Dear sir or madam,").to_owned()));
        blocks.push(Block::Text(self.opening(&about)));
        let mut number = 0;
        for subject in &self.subjects {
            if !subject.title.is_empty() {
                blocks.push(Block::Heading(subject.title.clone()));
            }
            for (point, fails) in
                subject.fails.iter().map(|p| (p, true)).chain(subject.questions.iter().map(|p| (p, false)))
            {
                number += 1;
                blocks.push(Block::Point(number, self.head(point, fails), self.details(point, fails)));
            }
        }
        blocks.extend(self.closing());
        blocks
    }

    fn opening(&self, about: &str) -> String {
        let fails: usize = self.subjects.iter().map(|subject| subject.fails.len()).sum();
        let asked: usize = self.subjects.iter().map(|subject| subject.questions.len()).sum();
        if fails + asked == 0 {
            return match self.lang {
                Lang::Nl => format!(
                    "Wij lazen wat over {about} is vastgelegd naast onze normen. Er zijn geen vragen."
                ),
                Lang::En => {
                    format!(
                        "We read what is on record about {about} against our norms. There is nothing to ask."
                    )
                }
            };
        }
        let count = |count: usize, one: &str, many: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {many}"),
        };
        match self.lang {
            Lang::Nl => format!(
                "Wij lazen wat over {about} is vastgelegd naast onze normen, zoals die op {} gelden. Het wijkt er op {} \
                 van af, en er staat nog open: {}. Hieronder staan ze, per onderwerp, met de reden en \
                 de grondslag. Wat wij hebben gemist, horen wij graag, met de plaats in uw document.",
                self.as_of,
                count(fails, "punt", "punten"),
                count(asked, "vraag", "vragen"),
            ),
            Lang::En => format!(
                "We read what is on record about {about} against our norms, as they are on {}. It departs from them on \
                 {}; still open: {}. They are below, by subject, with the reason and \
                 the basis. If we missed something, please tell us, with its place in your document.",
                self.as_of,
                count(fails, "point", "points"),
                count(asked, "question", "questions"),
            ),
        }
    }

    fn head(&self, point: &Point, fails: bool) -> String {
        match (fails, self.lang) {
            (false, _) => point.text.clone(),
            (true, Lang::Nl) => format!("Hieraan is niet voldaan: {}", point.text),
            (true, Lang::En) => format!("This is not met: {}", point.text),
        }
    }

    fn details(&self, point: &Point, fails: bool) -> Vec<(String, Vec<String>)> {
        let lang = self.lang;
        let reasons = if fails { ("Wat wij lazen", "What we read") } else { ("Reden", "Reason") };
        let norms =
            if fails { ("Grondslag", "Legal basis") } else { ("Norm en grondslag", "Norm and legal basis") };
        let all = [
            (lang.pick("Het gaat om", "It is about"), &point.about),
            (lang.pick(reasons.0, reasons.1), &self.reasons(point, fails)),
            (lang.pick(norms.0, norms.1), &point.norms),
            (lang.pick("Daarbij geldt", "This applies"), &point.settings),
            (lang.pick("Dit zou volstaan", "This would do"), &point.repair),
        ];
        let filled = all.into_iter().filter(|(_, texts)| texts.iter().any(|text| !text.is_empty()));
        filled.map(|(label, texts)| (label.to_owned(), texts.clone())).collect()
    }

    fn reasons(&self, point: &Point, fails: bool) -> Vec<String> {
        let more = point.reasons.len().saturating_sub(REASONS);
        if fails || more <= 1 {
            return point.reasons.clone();
        }
        let rest = match self.lang {
            Lang::Nl => format!("en {more} keer iets dergelijks"),
            Lang::En => format!("and {more} times something alike"),
        };
        point.reasons.iter().take(REASONS).cloned().chain([rest]).collect()
    }

    fn closing(&self) -> Vec<Block> {
        if self.is_empty() {
            return Vec::new();
        }
        let lang = self.lang;
        let ask = match (self.reply_by, lang) {
            (Some(day), Lang::Nl) => {
                format!("Wilt u deze vragen uiterlijk op {day} schriftelijk beantwoorden?")
            }
            (Some(day), Lang::En) => format!("Would you answer these questions in writing by {day}?"),
            (None, Lang::Nl) => "Wilt u deze vragen schriftelijk beantwoorden?".to_owned(),
            (None, Lang::En) => "Would you answer these questions in writing?".to_owned(),
        };
        let template = lang.pick(
            "Antwoorden mag ook door de bijgevoegde verklaring in te vullen en terug te sturen.",
            "You may also answer by filling in the declaration that comes with this letter and sending it back.",
        );
        vec![
            Block::Text(format!("{ask} {template}")),
            Block::Text(lang.pick("Met vriendelijke groet,", "Kind regards,").to_owned()),
        ]
    }
}
