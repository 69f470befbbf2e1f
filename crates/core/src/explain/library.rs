//! A small library that lends books: the schema and declaration that the sentences are tested on.

use jiff::civil::{Date, date};

use super::Input;
use crate::facts::{Condition, Exclusion, Existence, Fact, Facts, Item, List, Note, Notes, SetValue, Value};
use crate::lang::Text;
use crate::model::*;
use policy_syntax::Span;

pub(super) const LIBRARY: RecordId = RecordId(0);
pub(super) const LOAN: RecordId = RecordId(1);
pub(super) const SHELF: RecordId = RecordId(2);
pub(super) const HOLDING: RecordId = RecordId(3);

pub(super) const OPENED: FieldId = FieldId(0);
pub(super) const CARE: FieldId = FieldId(1);

pub(super) const MEMBER: FieldId = FieldId(0);
pub(super) const BRANCH: FieldId = FieldId(1);
pub(super) const DEPOSIT: FieldId = FieldId(2);
pub(super) const PERIOD: FieldId = FieldId(3);
pub(super) const START: FieldId = FieldId(4);
pub(super) const REASON: FieldId = FieldId(5);
pub(super) const GENRES: FieldId = FieldId(6);

const NAME: KindId = KindId(0);
pub(super) const TOWN: KindId = KindId(1);
const PLEDGE: KindId = KindId(2);
const GENRE: KindId = KindId(3);
const GRADE: KindId = KindId(4);

fn labels(nl: &[&str], en: &[&str]) -> Labels {
    let own = |forms: &[&str]| forms.iter().map(|f| f.to_string()).collect();
    Labels { nl: own(nl), en: own(en), ..Labels::default() }
}

fn kind(name: &str, open: bool, ordered: bool) -> Kind {
    let (labels, origin) = (labels(&[name], &[name]), Origin::default());
    Kind { name: name.into(), labels, open, ordered, terms: vec![], canon: Canon::default(), origin }
}

fn term(schema: &mut Schema, kind: KindId, nl: &str, en: &str, parent: Option<TermId>) -> TermId {
    let bit = schema.kinds[kind.ix()].terms.len() as u32;
    let id = TermId(schema.terms.len() as u32);
    schema.kinds[kind.ix()].terms.push(id);
    schema.terms.push(Term {
        name: en.to_lowercase(),
        kind,
        bit,
        labels: labels(&[nl], &[en]),
        code: None,
        parent,
        under: TermSet::one(bit),
        compounds_nl: Vec::new(),
        compounds_en: Vec::new(),
        definition: Text::default(),
        link: None,
        group: false,
        stands_for: None,
        means: None,
        origin: Origin::default(),
    });
    if let Some(parent) = parent {
        schema.terms[parent.ix()].under.insert(bit);
    }
    id
}

fn field(name: &str, nl: &str, ty: FieldType, many: bool) -> Field {
    Field {
        name: name.into(),
        labels: labels(&[nl], &[name]),
        ty,
        many,
        main: false,
        owner: Owner::Vendor,
        default: Default::Unknown,
        derived: None,
        counts_from: None,
        minimum: false,
        whole: false,
        ranks_parts: false,
        definition: Text::default(),
        origin: Origin::default(),
    }
}

fn record(name: &str, nl: [&str; 2], en: [&str; 2], fields: Vec<Field>) -> Record {
    Record {
        name: name.into(),
        labels: labels(&nl, &en),
        parent: None,
        children: vec![],
        single: false,
        written: false,
        owner: Owner::Vendor,
        home_of: vec![],
        key: vec![],
        fields,
        definition: Text::default(),
        is_abstract: false,
        origin: Origin::default(),
    }
}

fn records() -> Vec<Record> {
    let terms = FieldType::Terms;
    let mut library = record(
        "library",
        ["bibliotheek", "bibliotheken"],
        ["library", "libraries"],
        vec![field("opened", "geopend", FieldType::Date, false), field("care", "zorg", terms(GRADE), false)],
    );
    library.single = true;
    let mut start = field("start", "begin", FieldType::Event, false);
    start.default = Default::ReadAs(0);
    let mut period = field("period", "termijn", FieldType::Duration, false);
    period.counts_from = Some(START);
    let loan = record(
        "loan",
        ["uitlening", "uitleningen"],
        ["loan", "loans"],
        vec![
            field("member", "lid", terms(NAME), false),
            field("branch", "vestiging", terms(TOWN), false),
            field("deposit", "borg", terms(PLEDGE), true),
            period.clone(),
            start.clone(),
            field("reason", "reden", terms(NAME), false),
            field("genres", "genre", terms(GENRE), true),
        ],
    );
    let mut shelf = record(
        "shelf",
        ["bewaarregel", "bewaarregels"],
        ["keeping rule", "keeping rules"],
        vec![
            field("genre", "genre", terms(GENRE), false),
            field("period", "termijn", FieldType::Duration, false),
        ],
    );
    shelf.key = vec![FieldId(0)];
    let holding = record(
        "holding",
        ["bezit", "bezittingen"],
        ["holding", "holdings"],
        vec![field("genre", "genre", terms(GENRE), false)],
    );
    vec![library, loan, shelf, holding]
}

fn towns(schema: &mut Schema) {
    for (nl, en) in [("Noordstad", "Northtown"), ("Zuidstad", "Southtown"), ("Verreweg", "Faraway")] {
        term(schema, TOWN, nl, en, None);
    }
    let member = |bits: &[u32], from, condition| Member {
        terms: bits.iter().copied().collect(),
        from,
        until: None,
        condition,
        source: None,
        origin: Origin::default(),
    };
    let with_cash = Some(("deposit".to_string(), TermSet::one(0)));
    for (nl, en, members) in [
        ("Regio", "Region", vec![member(&[0, 1], None, None)]),
        ("Ring", "Ring", vec![member(&[0], None, None), member(&[2], Some(date(2025, 1, 1)), with_cash)]),
    ] {
        schema.sets.push(Set {
            name: en.to_lowercase(),
            kind: TOWN,
            labels: labels(&[nl], &[en]),
            members,
            complete_through: (en == "Ring").then(|| date(2027, 12, 31)),
            source: None,
            origin: Origin::default(),
        });
    }
}

pub(super) fn schema() -> Schema {
    let kinds = [("name", true), ("town", false), ("pledge", false), ("genre", false), ("grade", false)];
    let mut schema = Schema {
        kinds: kinds.iter().map(|(n, open)| kind(n, *open, *n == "grade")).collect(),
        records: records(),
        ..Schema::default()
    };
    towns(&mut schema);
    for (nl, en) in [("contant", "cash"), ("pas", "card"), ("borgsteller", "guarantor")] {
        term(&mut schema, PLEDGE, nl, en, None);
    }
    let fiction = term(&mut schema, GENRE, "fictie", "fiction", None);
    term(&mut schema, GENRE, "thriller", "thriller", Some(fiction));
    term(&mut schema, GENRE, "sprookje", "fairy tale", Some(fiction));
    term(&mut schema, GENRE, "atlas", "atlas", None);
    for (nl, en) in [("basis", "basic"), ("midden", "medium"), ("hoog", "high")] {
        term(&mut schema, GRADE, nl, en, None);
    }
    for (i, (nl, en)) in [("uitgifte", "issue"), ("terugkeer", "return")].into_iter().enumerate() {
        schema.events.push(Event {
            name: en.into(),
            labels: labels(&[nl], &[en]),
            not_before: (0..=i as u32).map(EventId).collect(),
            origin: Origin::default(),
        });
    }
    schema.settings.push(Setting {
        name: "longest-loan".into(),
        labels: labels(&["langste uitlening"], &["longest loan"]),
        value: SettingValue::Duration(Duration::Months(3)),
        origin: Origin::default(),
    });
    let ask =
        Text { nl: Some("Waarom is er geleend?".into()), en: Some("Why was it lent?".into()), any: None };
    schema.questions.insert((LOAN, REASON), ask);
    schema
}

/// A declaration under construction: each fact gets a note of its own.
pub(super) struct Declared {
    pub(super) schema: Schema,
    pub(super) facts: Facts,
    pub(super) notes: Notes,
    pub(super) rules: Vec<Rule>,
}

impl Declared {
    pub(super) fn new() -> Self {
        let schema = schema();
        let lists = vec![List::default().into(); schema.records.len()];
        let mut declared = Declared {
            schema,
            facts: Facts { lists, ..Facts::default() },
            notes: Notes::default(),
            rules: vec![],
        };
        declared.notes.add(Note::default());
        declared.item(LIBRARY, "library", &[]);
        declared
    }

    pub(super) fn note(&mut self, path: &str, source: Option<&str>) -> NodeId {
        let at = self.notes.count();
        self.notes.add(Note {
            span: Span::new(at * 10, at * 10 + 5),
            path: path.into(),
            source: source.map(Into::into),
            quote: None,
        })
    }

    pub(super) fn list(&mut self, record: RecordId, path: &str, complete: bool) {
        let node = self.note(path, None);
        let list = &mut self.facts.lists[record.ix()];
        (list.node, list.said, list.complete) = (node, true, complete);
    }

    pub(super) fn item(&mut self, record: RecordId, path: &str, stated: &[(FieldId, Value)]) -> u32 {
        let node = self.note(path, None);
        let mut fields = Vec::new();
        for i in 0..self.schema.records[record.ix()].fields.len() as u32 {
            let name = self.schema.records[record.ix()].fields[i as usize].name.clone();
            let value = stated.iter().find(|(f, _)| f.0 == i).map(|(_, v)| v.clone());
            let absent = value.is_none();
            let at = if absent { node } else { self.note(&format!("{path}.{name}"), Some("art. 2")) };
            if let Some(Value::Conflicting(_)) = value {
                self.note(&format!("{path}.{name}.conflicting[0]"), Some("art. 3"));
                self.note(&format!("{path}.{name}.conflicting[1]"), Some("appendix A"));
            }
            let value = value.unwrap_or(Value::Undeclared);
            fields.push(Fact { value, node: at, absent, reading: None, definite: !absent });
        }
        let items = &mut self.facts.lists[record.ix()].items;
        items.push(Item { exists: Existence::Certain, fields, node });
        items.len() as u32 - 1
    }

    pub(super) fn word(&mut self, word: &str) -> Value {
        self.facts.words.push(word.into());
        Value::One(TermSet::one(self.facts.words.len() as u32 - 1))
    }

    pub(super) fn condition(&mut self, name: &str) -> u32 {
        self.facts.conditions.push(Condition { name: name.into(), decided: None });
        self.facts.conditions.len() as u32 - 1
    }

    pub(super) fn exclude(&mut self, record: RecordId, field: FieldId, terms: TermSet) {
        let node = self.note("loans.never[0]", Some("art. 9"));
        self.facts.lists[record.ix()].exclusions.push(Exclusion { fields: vec![(field.0, terms)], node });
    }

    pub(super) fn input(&self) -> Input<'_> {
        Input {
            schema: &self.schema,
            rules: &self.rules,
            facts: &self.facts,
            notes: &self.notes,
            as_of: as_of(),
        }
    }
}

pub(super) fn as_of() -> Date {
    date(2026, 11, 22)
}

pub(super) fn one(bit: u32) -> Value {
    Value::One(TermSet::one(bit))
}

pub(super) fn all(bits: &[u32]) -> Value {
    let must: TermSet = bits.iter().copied().collect();
    Value::set(SetValue { may: must.clone(), must, some_of: vec![] })
}

pub(super) fn months(m: u32) -> Value {
    Value::Limit(Limit::Within(Duration::Months(m)))
}

/// The field of the loan that variable 0 stands for.
pub(super) fn of(field: FieldId) -> FieldRef {
    FieldRef { var: Var(0), record: LOAN, field }
}

/// "Some element of the field is among these terms."
pub(super) fn has(field: FieldId, terms: Terms) -> Formula {
    let body = Formula::In { elem: Elem(0), of: of(field), terms };
    Formula::Element { of: of(field), elem: Elem(0), body: Box::new(body) }
}

/// "Some element of the field is outside these terms."
pub(super) fn outside(field: FieldId, terms: Terms) -> Formula {
    let inside = Formula::In { elem: Elem(0), of: of(field), terms };
    Formula::Element { of: of(field), elem: Elem(0), body: Box::new(Formula::Not(Box::new(inside))) }
}

pub(super) fn these(bits: &[u32]) -> Terms {
    Terms::These(bits.iter().copied().collect())
}

pub(super) fn clause(formula: Formula, first: u32) -> Clause {
    Clause { formula, origin: Origin { first, last: first, ..Origin::default() } }
}

pub(super) fn loans() -> Collection {
    Collection::Records { record: LOAN, declared: false }
}

pub(super) fn each(scope: Formula, need: Formula) -> Norm {
    Norm::Each {
        over: loans(),
        var: Var(0),
        scope: clause(scope, 2),
        need: clause(need, 3),
        vacuous: Vacuous::Kept,
    }
}

pub(super) fn rule(norm: Norm) -> Rule {
    let sentence = Sentence { given: None, norm, unless: None, readings: vec![], origin: Origin::default() };
    Rule {
        id: "r".into(),
        pack: PackId(0),
        title: Text::default(),
        severity: Severity::Medium,
        basis: vec![],
        advice: Text::default(),
        why: Text::default(),
        when: None,
        unless: None,
        sentences: vec![sentence],
        silence: Silence::Open,
        contradiction_fails: false,
        parts: vec![],
        origin: Origin::default(),
    }
}
