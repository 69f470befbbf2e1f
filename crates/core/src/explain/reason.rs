//! Why a finding comes to what it comes to: its facts, in the order the rule tests them, as a sentence.

use super::Input;
use super::describe::Mode;
use super::fit::{Fitting, Held};
use super::phrases::{Join, clauses, list};
use super::says::Sayer;
use crate::facts::{Existence, Fact, Value};
use crate::lang::Lang;
use crate::model::{Clause, ClauseId, FieldId, FieldRef, Formula, Norm, RecordId, Rule, Sentence};
use crate::sentence::families;
use crate::verdict::{About, Caution, FactRef, Finding, Verdict};

/// What a pass rests on is told in its reason if it is not more than this.
const FEW: usize = 3;

/// One finding of one rule, to be worded in one language.
pub(super) struct Reason<'a> {
    pub(super) say: &'a Sayer<'a>,
    pub(super) rule: &'a Rule,
    pub(super) finding: &'a Finding,
}

/// Which part of the rule a finding turns on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    When,
    Given,
    Norm,
}

impl Reason<'_> {
    /// The whole reason.
    pub(super) fn words(&self) -> String {
        let open = self.open_condition().map(|c| format!("; {c}")).unwrap_or_default();
        let main = match (self.finding.verdict, self.part()) {
            (Verdict::NotApplicable, part) => self.not_applicable(part),
            _ => self.about(),
        };
        let required = self.required().map(|r| format!("; {r}")).unwrap_or_default();
        let caution = self.caution().map(|c| format!("; {c}")).unwrap_or_default();
        format!("{main}{open}{required}{caution}")
    }

    fn sentence(&self) -> Option<&Sentence> {
        self.rule.sentences.get(self.finding.sentence?)
    }

    fn pick(&self, nl: &str, en: &str) -> String {
        self.say.voice.lang.pick(nl, en).to_string()
    }

    /// The part of the rule that the finding names.
    fn part(&self) -> (Part, Option<&Clause>) {
        let whole = self.finding.sentence.is_none();
        match self.finding.clause {
            ClauseId::When => (Part::When, self.rule.when.as_ref()),
            _ if whole && self.rule.when.is_some() => (Part::When, self.rule.when.as_ref()),
            ClauseId::Given(_) => (Part::Given, self.sentence().and_then(|s| s.given.as_ref())),
            _ => (Part::Norm, None),
        }
    }

    fn not_applicable(&self, (part, clause): (Part, Option<&Clause>)) -> String {
        let lead = match (part, clause) {
            (Part::When, Some(c)) => {
                self.unmet(&c.formula, "de voorwaarde van deze regel", "the condition of this rule")
            }
            _ => self.not_exercised(),
        };
        self.with_facts(lead, "; ")
    }

    fn unmet(&self, condition: &Formula, nl: &str, en: &str) -> String {
        let lead =
            self.say.voice.lang.pick(format!("{nl} doet zich niet voor"), format!("{en} does not hold"));
        match self.say.voice.formula(condition, true, Mode::Says) {
            otherwise if otherwise.is_empty() => lead,
            otherwise => format!("{lead}: {otherwise}"),
        }
    }

    /// Why no sentence tests anything: its condition is false, or nothing is in scope.
    fn not_exercised(&self) -> String {
        let why = |sentence: &Sentence| match (&sentence.given, self.nothing_in_scope(sentence)) {
            (Some(given), None) => {
                self.unmet(&given.formula, "de voorwaarde van deze zin", "the condition of this sentence")
            }
            (Some(given), Some(nothing)) => {
                let otherwise = self.say.voice.formula(&given.formula, true, Mode::Says);
                format!("{otherwise}, {} {nothing}", Join::Or.word(self.say.voice.lang))
            }
            (None, Some(nothing)) => nothing,
            (None, None) => self.pick("hier is niets te toetsen", "there is nothing to test here"),
        };
        let reasons: Vec<String> = self.rule.sentences.iter().map(why).collect();
        reasons.join("; ")
    }

    fn nothing_in_scope(&self, sentence: &Sentence) -> Option<String> {
        let Norm::Each { over, scope, .. } = &sentence.norm else { return None };
        let things = self.say.voice.noun(over, &scope.formula);
        Some(self.say.voice.lang.pick(format!("er is geen {things}"), format!("there is no {things}")))
    }

    /// For an unknown that hangs on a condition of the rule: that this is open.
    fn open_condition(&self) -> Option<String> {
        let clause = match self.part() {
            (Part::When | Part::Given, Some(clause)) if self.finding.verdict == Verdict::Unknown => clause,
            _ => return None,
        };
        let what = self.say.voice.formula(&clause.formula, false, Mode::Says);
        Some(self.say.voice.lang.pick(
            format!("niet vast te stellen is de voorwaarde: {what}"),
            format!("it cannot be established that the condition holds: {what}"),
        ))
    }

    fn with_facts(&self, lead: String, link: &str) -> String {
        match self.facts() {
            facts if facts.is_empty() => lead,
            facts => format!("{lead}{link}{}", facts.join(link)),
        }
    }

    fn about(&self) -> String {
        let voice = &self.say.voice;
        match self.finding.about {
            About::Item(record, item, _) => self.of_thing(voice.item_name(record, item)),
            About::Category(record, bit, _) => {
                self.of_thing(voice.category(std::slice::from_ref(self.rule), record, bit))
            }
            About::Unlisted(record) => self.unlisted(record),
            About::Declaration => self.declaration(),
        }
    }

    /// "`name`: what decides", else what is required of it.
    fn of_thing(&self, name: String) -> String {
        let (own, others) = self.own_and_others();
        let own = match (own.is_empty(), self.requirement()) {
            (false, _) => format!("{name}: {}", clauses(self.say.voice.lang, &own)),
            (true, words) if words.is_empty() || !others.is_empty() => name,
            (true, words) => format!("{name} {words}"),
        };
        [own].into_iter().chain(others).collect::<Vec<_>>().join("; ")
    }

    /// What the thing has or lacks: the required part of the norm.
    fn requirement(&self) -> String {
        let Some(Norm::Each { scope, need, .. }) = self.sentence().map(|s| &s.norm) else {
            return String::new();
        };
        let fails = self.finding.verdict != Verdict::Pass;
        let voice = &self.say.voice;
        match (&need.formula, self.finding.verdict) {
            (_, Verdict::Unknown) => {
                let needed = voice.formula(&need.formula, false, Mode::With);
                let open = self.pick("niet vast te stellen", "cannot be established");
                if needed.is_empty() { open } else { format!("{open} ({needed})") }
            }
            (Formula::Const(_), _) => voice.formula(&scope.formula, !fails, Mode::Has),
            (need, _) => voice.formula(need, fails, Mode::Has),
        }
    }

    /// What the rule wants of the thing, where the facts of a fail do not show it by themselves.
    fn required(&self) -> Option<String> {
        let norm = &self.sentence()?.norm;
        let Norm::Each { scope, need, .. } = norm else { return None };
        let of_thing = matches!(self.finding.about, About::Item(..) | About::Category(..));
        if self.finding.verdict != Verdict::Fail || !of_thing || self.facts().is_empty() {
            return None;
        }
        let prohibits = matches!(need.formula, Formula::Const(_));
        let mut tests = Vec::new();
        collect(if prohibits { &scope.formula } else { &need.formula }, &mut tests);
        if self.shows(&tests) {
            return None;
        }
        Some(self.wanted(&scope.formula, &need.formula))
    }

    fn wanted(&self, scope: &Formula, need: &Formula) -> String {
        let voice = &self.say.voice;
        match need {
            Formula::Const(_) => {
                let banned = voice.formula(scope, false, Mode::Bare);
                format!("{}: {banned}", self.pick("niet toegestaan", "not allowed"))
            }
            Formula::Exists { .. } if self.finding.decided_by.is_none() => {
                self.with_values(need, voice.formula(need, true, Mode::Says))
            }
            _ => {
                let needed = self.with_values(need, voice.required(scope, need));
                format!("{}: {needed}", self.pick("vereist", "required"))
            }
        }
    }

    /// Words in which "the same as `field` of `record`" gives way to the value that the thing itself states.
    fn with_values(&self, need: &Formula, words: String) -> String {
        let About::Item(record, item, _) = self.finding.about else { return words };
        let voice = &self.say.voice;
        let mut tests = Vec::new();
        collect(need, &mut tests);
        let stated = tests.into_iter().filter_map(|test| match test {
            Formula::Same(_, of) if self.tests_field(test, record, of.field.0) => {
                let (at, fact) = voice.fact(record, item, of.field.0)?;
                let one = matches!(&fact.value, Value::One(terms) if terms.single().is_some());
                let value = voice.value((at.0, FieldId(at.2)), &fact.value);
                one.then(|| (voice.same_as(*of), value))
            }
            _ => None,
        });
        stated.fold(words, |words, (same, value)| words.replace(&same, &value))
    }

    /// Whether the facts as they are told make plain what these tests ask.
    fn shows(&self, tests: &[&Formula]) -> bool {
        let facts = self.deciding();
        let told = |test: &&Formula| {
            let of =
                |f: &FactRef| matches!(*f, FactRef::Field(r, _, field) if self.tests_field(test, r, field));
            facts.iter().any(of)
        };
        if tests.iter().all(|t| matches!(t, Formula::Definite(_) | Formula::HasValue(_))) {
            return tests.iter().all(told);
        }
        facts.iter().any(|fact| !self.fit(tests, *fact).is_empty())
    }

    /// About what the list does not name.
    fn unlisted(&self, record: RecordId) -> String {
        let voice = &self.say.voice;
        let facts = self.facts();
        let lead = if facts.is_empty() {
            self.say.clause(FactRef::Complete(record))
        } else {
            clauses(voice.lang, &facts)
        };
        if self.finding.verdict != Verdict::Unknown {
            return lead;
        }
        let (label, qualities) = (voice.record(record), self.unlisted_qualities());
        voice.lang.pick(
            format!("{lead}: er kan een {label} buiten de lijst zijn{qualities}"),
            format!("{lead}: outside the list there may be another {label}{qualities}"),
        )
    }

    /// What an unlisted thing would have, and lack, to break the norm.
    fn unlisted_qualities(&self) -> String {
        let voice = &self.say.voice;
        let Some(Norm::Each { scope, need, .. }) = self.sentence().map(|s| &s.norm) else {
            return String::new();
        };
        let sentence_scope = scope;
        let scope = voice.formula(&scope.formula, false, Mode::With);
        let need = match need.formula {
            Formula::Const(_) => String::new(),
            ref need => voice.lacking(&sentence_scope.formula, need),
        };
        [scope, need].iter().filter(|w| !w.is_empty()).map(|w| format!(" {w}")).collect()
    }

    fn declaration(&self) -> String {
        let passes = self.finding.verdict == Verdict::Pass;
        let norms = if passes { &self.rule.sentences[..] } else { self.own() };
        let said = if passes { self.kept() } else { norms.iter().map(|s| self.norm(&s.norm)).collect() };
        let lead = match self.finding.verdict {
            Verdict::Unknown => {
                format!("{}: ", self.pick("niet vast te stellen", "cannot be established"))
            }
            Verdict::Fail if norms.iter().any(|s| matches!(s.norm, Norm::Each { .. })) => format!(
                "{}: ",
                self.pick(
                    "hoe de open punten ook uitvallen, dit klopt niet",
                    "however the open points turn out, this is not so"
                )
            ),
            _ => String::new(),
        };
        self.with_facts(format!("{lead}{}", said.join("; ")), "; ")
    }

    /// What a rule that passes asks, a line of it at a time.
    fn kept(&self) -> Vec<String> {
        let families = families(self.rule, self.say.voice.schema);
        let said = families.iter().map(|family| {
            let own: Vec<String> = family.sentences.iter().map(|s| self.norm(&s.norm)).collect();
            self.say.voice.likewise(&own, family.each.map(|(kind, _)| kind))
        });
        said.collect()
    }

    /// The sentence the finding is about.
    fn own(&self) -> &[Sentence] {
        let at = self.finding.sentence.unwrap_or_default();
        self.rule.sentences.get(at..=at).unwrap_or_default()
    }

    /// What is so: of "there is …" in a fail, the opposite.
    fn norm(&self, norm: &Norm) -> String {
        match norm {
            Norm::Holds(clause) => {
                self.say.voice.formula(&clause.formula, self.finding.verdict == Verdict::Fail, Mode::Says)
            }
            each if self.finding.verdict == Verdict::Pass => self.say.voice.kept(each),
            each => self.say.voice.norm(each),
        }
    }

    /// The deciding facts as clauses, in the order in which the rule tests them; of what rests on a few stated
    /// facts, those.
    fn facts(&self) -> Vec<String> {
        let (own, others) = self.own_and_others();
        own.into_iter().chain(others).collect()
    }

    /// The same, what is said of the thing itself apart from what is said of anything else.
    fn own_and_others(&self) -> (Vec<String>, Vec<String>) {
        let tests = self.tests();
        let (silent, mut told): (Vec<FactRef>, Vec<FactRef>) =
            self.deciding().into_iter().partition(|f| self.is_silent(*f));
        told.sort_by_key(|fact| self.position(&tests, fact));
        let (mut own, mut others): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for fact in told {
            let words = self.fact(&tests, fact);
            let list = if self.is_named(fact) { &mut others } else { &mut own };
            if !list.contains(&words) {
                list.push(words);
            }
        }
        own.extend(self.not_stated(&tests, silent));
        (own, others)
    }

    /// The facts to tell: those of the finding, else the few it rests on. That a record is listed goes without
    /// saying where something else of it is told.
    fn deciding(&self) -> Vec<FactRef> {
        let few = if self.finding.rests_on.len() <= FEW { &self.finding.rests_on[..] } else { &[] };
        let facts = if self.finding.facts.is_empty() { few } else { &self.finding.facts };
        let told = |record, item| {
            facts.iter().any(|f| matches!(f, FactRef::Field(r, i, _) if (*r, *i) == (record, item)))
        };
        let certain =
            |record, item| self.say.voice.item(record, item).is_some_and(|i| i.exists == Existence::Certain);
        let needless = |fact: &&FactRef| match **fact {
            FactRef::Exists(record, item) => certain(record, item) && told(record, item),
            _ => false,
        };
        let as_own = |fact: &FactRef| self.say.input.as_own(&self.finding.about, *fact);
        facts.iter().filter(|f| !needless(f)).map(as_own).collect()
    }

    /// Whether nothing is stated about a field of the thing itself.
    fn is_silent(&self, fact: FactRef) -> bool {
        let FactRef::Field(record, item, field) = fact else { return false };
        let silent = |f: &Fact| f.absent && matches!(f.value, Value::Undeclared | Value::None);
        let found = self.say.voice.fact(record, item, field);
        is(&self.finding.about, record, item) && found.is_none_or(|(_, f)| silent(f))
    }

    /// What is not stated, taken together: "the branch and the deposit are not stated".
    fn not_stated(&self, tests: &[&Formula], mut silent: Vec<FactRef>) -> Option<String> {
        let lang = self.say.voice.lang;
        silent.sort_by_key(|f| self.position(tests, f));
        let label = |fact: &FactRef| match *fact {
            FactRef::Field(record, _, field) => self.say.voice.field((record, FieldId(field))),
            _ => String::new(),
        };
        match silent.as_slice() {
            [] => None,
            [one] => Some(self.say.clause(*one)),
            several => {
                let labels: Vec<String> =
                    several.iter().map(|f| format!("{}{}", lang.pick("", "the "), label(f))).collect();
                let labels = list(lang, &labels, Join::And);
                Some(lang.pick(format!("{labels} zijn niet vermeld"), format!("{labels} are not stated")))
            }
        }
    }

    fn position(&self, tests: &[&Formula], fact: &FactRef) -> usize {
        match fact {
            FactRef::Field(record, _, field) => {
                let tested = |t: &&Formula| self.tests_field(t, *record, *field);
                tests.iter().position(tested).map_or(tests.len(), |p| p + 1)
            }
            // Without a thing of its own the finding names records one by one: what is true of lists goes first.
            _ if self.finding.about == About::Declaration => 0,
            _ => tests.len() + 1,
        }
    }

    fn fact(&self, tests: &[&Formula], fact: FactRef) -> String {
        format!("{}{}", self.own_or_named(fact), self.fit(tests, fact))
    }

    /// How a stated fact lies to the tests on its field.
    fn fit(&self, tests: &[&Formula], fact: FactRef) -> String {
        let FactRef::Field(record, item, field) = fact else { return String::new() };
        let Some((_, found)) = self.say.voice.fact(record, item, field) else { return String::new() };
        if matches!(found.value, Value::Undeclared | Value::None | Value::Conflicting(_)) {
            return String::new();
        }
        let own: Vec<&Formula> =
            tests.iter().copied().filter(|t| self.tests_field(t, record, field)).collect();
        let fitting = Fitting { input: self.say.input, voice: self.say.voice };
        let held = Held { at: (record, FieldId(field)), item, fact: found };
        fitting.words(&held, &own)
    }

    /// A fact of the thing itself by its field alone; one of another record with that record's name.
    fn own_or_named(&self, fact: FactRef) -> String {
        match (fact, &self.finding.about) {
            _ if self.is_named(fact) => self.say.whole(fact),
            (FactRef::Ungoverned(record, bit), About::Category(_, category, _)) if bit == *category => {
                let record = self.say.voice.record(record);
                self.say.voice.lang.pick(format!("geen {record} vermeld"), format!("no {record} is stated"))
            }
            _ => self.say.clause(fact),
        }
    }

    /// Whether a fact belongs to another record than the thing the finding is about.
    fn is_named(&self, fact: FactRef) -> bool {
        match fact {
            FactRef::Exists(record, item) | FactRef::Field(record, item, _) => {
                !is(&self.finding.about, record, item)
            }
            _ => false,
        }
    }

    /// Everything the finding's part of the rule tests, scope before need.
    fn tests(&self) -> Vec<&Formula> {
        let mut tests = self.sentence().map(tests_of).unwrap_or_default();
        let around = [&self.rule.when, &self.rule.unless];
        around.into_iter().flatten().for_each(|c| collect(&c.formula, &mut tests));
        tests
    }

    fn tests_field(&self, test: &Formula, record: RecordId, field: u32) -> bool {
        let kin = |of: FieldRef| {
            let records = &self.say.input.schema.records;
            of.record == record
                || records[of.record.ix()].children.contains(&record)
                || records[record.ix()].children.contains(&of.record)
        };
        let reads = |of: FieldRef| of.field.0 == field && kin(of);
        match test {
            Formula::In { of, .. } | Formula::HasValue(of) | Formula::Definite(of) => reads(*of),
            Formula::Compare { left, .. } => reads(*left),
            Formula::Same(a, b) | Formula::Apart { later: a, earlier: b, .. } => reads(*a) || reads(*b),
            _ => false,
        }
    }

    /// Which caution turned an unknown into a fail, and on what.
    fn caution(&self) -> Option<String> {
        let lang = self.say.voice.lang;
        match self.finding.decided_by? {
            Caution::Silence => {
                let silent = self.fields(|v| matches!(v, Value::Undeclared));
                let on = match silent.is_empty() {
                    true => String::new(),
                    false => format!(" {} {}", lang.pick("over", "on"), list(lang, &silent, Join::And)),
                };
                Some(lang.pick(
                    format!("zwijgen{on} telt in deze regel als niet voldaan"),
                    format!("silence{on} counts as a breach in this rule"),
                ))
            }
            Caution::Contradiction => Some(self.pick(
                "een van deze uitspraken voldoet niet, en een tegenspraak telt in deze regel als niet voldaan",
                "one of these statements breaks this rule, in which a contradiction counts as a breach",
            )),
        }
    }

    /// The labels of the deciding fields with such a value.
    fn fields(&self, such: impl Fn(&Value) -> bool) -> Vec<String> {
        let voice = &self.say.voice;
        let mut labels: Vec<String> = Vec::new();
        for fact in &self.finding.facts {
            let label = match *fact {
                FactRef::Field(record, item, field) => {
                    let found = voice.fact(record, item, field).filter(|(_, f)| such(&f.value));
                    found.map(|_| voice.field((record, FieldId(field))))
                }
                FactRef::Ungoverned(record, _) => Some(voice.record(record)),
                _ => None,
            };
            labels.extend(label.filter(|l| !labels.contains(l)));
        }
        labels
    }
}

fn is(about: &About, record: RecordId, item: u32) -> bool {
    match about {
        About::Item(r, i, _) | About::Category(r, _, Some(i)) => (*r, *i) == (record, item),
        _ => false,
    }
}

/// The finding without facts of the thing that only other sentences of the rule read: the verdict of a rule
/// can rest on several sentences at once, but each finding tells of its own.
pub(super) fn of_own_sentence(input: &Input, rule: &Rule, finding: &Finding) -> Finding {
    let mut own = finding.clone();
    let Some(at) = finding.sentence.filter(|_| rule.sentences.len() > 1) else { return own };
    let say = Sayer::new(input, Lang::En);
    let reason = Reason { say: &say, rule, finding };
    let tests = reason.tests();
    let others = rule.sentences.iter().enumerate().filter(|(i, _)| *i != at);
    let elsewhere: Vec<&Formula> = others.flat_map(|(_, s)| tests_of(s)).collect();
    let is_own = |fact: &FactRef| match input.as_own(&finding.about, *fact) {
        FactRef::Field(record, item, field) if is(&finding.about, record, item) => {
            let reads = |tests: &[&Formula]| tests.iter().any(|t| reason.tests_field(t, record, field));
            reads(&tests) || !reads(&elsewhere)
        }
        _ => true,
    };
    own.facts.retain(is_own);
    if own.facts.is_empty() { finding.clone() } else { own }
}

/// The tests of a sentence, its scope before what it needs.
fn tests_of(sentence: &Sentence) -> Vec<&Formula> {
    let mut tests = Vec::new();
    sentence.given.iter().for_each(|c| collect(&c.formula, &mut tests));
    match &sentence.norm {
        Norm::Each { scope, need, .. } => {
            collect(&scope.formula, &mut tests);
            collect(&need.formula, &mut tests);
        }
        Norm::Holds(clause) => collect(&clause.formula, &mut tests),
    }
    sentence.unless.iter().for_each(|c| collect(&c.formula, &mut tests));
    tests
}

/// The tests in a formula, in reading order.
fn collect<'f>(formula: &'f Formula, tests: &mut Vec<&'f Formula>) {
    match formula {
        Formula::Const(_) => {}
        Formula::Not(inner) => collect(inner, tests),
        Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|p| collect(p, tests)),
        Formula::Exists { body, .. } | Formula::Element { body, .. } => collect(body, tests),
        test => tests.push(test),
    }
}
