//! Fields that hold terms: what a word means, and what a list of them leaves possible.

use super::doc::{Content, Entry, Format, Node};
use super::field::Want;
use super::lookup::{Named, kind_of};
use super::reader::{Form, Reader};
use super::say;
use super::scalar;
use super::words::{self, Word};
use crate::codes;
use crate::facts::{SetValue, Value};
use crate::model::{KindId, Reading, SetId, TermId, TermSet};

/// Elements that depend on a condition or are disputed multiply the possible sets; those that would make more
/// than this only widen what is possible.
const MOST_CASES: usize = 64;

/// How many different vague members a set keeps apart.
const MOST_VAGUE: usize = 256;

/// What a word in a field of terms means.
pub(super) struct Meaning {
    /// One of these; all of them if `all`.
    pub terms: TermSet,
    /// A collective word in a field of many: all of the terms.
    pub all: bool,
    pub reading: Option<Reading>,
}

/// What an element adds to a set.
#[derive(Clone)]
enum Part {
    Adds(SetValue),
    If(u32, Box<Part>, Box<Part>),
    Contested(Vec<Part>),
}

/// The words of the long form of an element.
const ELEMENT_WORDS: &[Word] = &[
    Word::Value,
    Word::Source,
    Word::Quote,
    Word::Note,
    Word::Part,
    Word::OneOf,
    Word::If,
    Word::Then,
    Word::Else,
    Word::OnlyIf,
    Word::Conflicting,
    Word::Disputed,
];

/// At least one of these, it is not said which.
pub(super) fn vague(terms: TermSet) -> SetValue {
    SetValue { must: TermSet::empty(), some_of: vec![terms.clone()], may: terms }
}

fn certain(terms: TermSet) -> SetValue {
    SetValue { must: terms.clone(), some_of: Vec::new(), may: terms }
}

fn union(mut set: SetValue, more: &SetValue) -> SetValue {
    set.must = set.must.or(&more.must);
    set.may = set.may.or(&more.may);
    for some in &more.some_of {
        // Past the limit a vague member only widens what is possible.
        let room = set.some_of.len() < MOST_VAGUE;
        if room && !set.some_of.contains(some) && !some.meets(&set.must) {
            set.some_of.push(some.clone());
        }
    }
    let SetValue { must, some_of, .. } = &mut set;
    some_of.retain(|some| !some.meets(must));
    set
}

impl Reader<'_> {
    /// What a word means in a field of this kind.
    pub(super) fn meaning(&mut self, kind: KindId, node: &Node) -> Option<Meaning> {
        let Some(text) = node.text().map(str::trim).filter(|t| !t.is_empty()) else {
            self.wrong(Want { ty: crate::model::FieldType::Terms(kind), many: false }, node);
            return None;
        };
        let answer = self.answer(kind, text);
        if answer.is_none() && node.is_plain() && self.format == Format::Yaml && scalar::misread_by_yaml(text)
        {
            self.warn_misread(node, text);
        }
        match self.lookup.named(kind, text) {
            Some(Named::Term(term)) => Some(self.term_meaning(term)),
            Some(Named::Set(set)) => Some(self.set_meaning(set)),
            None if answer.is_some() => answer.map(|term| self.term_meaning(term)),
            None if self.schema.kinds[kind.ix()].open => {
                let bit = self.intern(kind, text, node.span)?;
                Some(Meaning { terms: TermSet::one(bit), all: false, reading: None })
            }
            None => {
                say::unknown_term(&mut self.problems, self.schema, self.lookup, kind, text, node.span);
                None
            }
        }
    }

    /// `true`, `yes` and the like, in a kind whose terms are yes and no.
    fn answer(&self, kind: KindId, text: &str) -> Option<TermId> {
        let truth = words::truth(text)?;
        let (yes, no) = (self.schema.term(kind, "yes")?, self.schema.term(kind, "no")?);
        Some(if truth { yes } else { no })
    }

    pub(super) fn warn_misread(&mut self, node: &Node, text: &str) {
        let nl = format!(
            "andere YAML-programma's lezen `{text}` als iets anders: zet het tussen aanhalingstekens"
        );
        let en = format!("other YAML tools read `{text}` as something else: put it in quotes");
        let quoted = Some(format!("\"{text}\""));
        self.problems.add(&codes::AMBIGUOUS_WORD, node.span, nl, en).suggest(quoted);
    }

    fn term_meaning(&self, id: TermId) -> Meaning {
        let term = &self.schema.terms[id.ix()];
        match &term.stands_for {
            Some(terms) => {
                Meaning { terms: terms.clone(), all: true, reading: Some(Reading::Collective(id.0)) }
            }
            None if term.group && !self.governs => {
                Meaning { terms: self.gathered(id), all: self.whole, reading: None }
            }
            None => Meaning { terms: TermSet::one(term.bit), all: false, reading: None },
        }
    }

    /// What a group gathers: the terms under it that are no groups themselves.
    fn gathered(&self, id: TermId) -> TermSet {
        let group = &self.schema.terms[id.ix()];
        let terms = group.under.iter().filter(|bit| {
            self.schema.term_of_bit(group.kind, *bit).is_some_and(|t| !t.group && t.stands_for.is_none())
        });
        let terms: TermSet = terms.collect();
        if terms.is_empty() { group.under.clone() } else { terms }
    }

    fn set_meaning(&self, id: SetId) -> Meaning {
        let reading = (!self.whole).then_some(Reading::SetNamed(id.0));
        Meaning { terms: self.members(id), all: self.whole, reading }
    }

    /// The members a document means that names a set: those of the last day on which the list is known.
    fn members(&self, id: SetId) -> TermSet {
        let set = &self.schema.sets[id.ix()];
        let lasting = set.members.iter().filter(|member| match set.complete_through {
            Some(day) => member.in_force(day),
            None => member.until.is_none(),
        });
        let terms = lasting.fold(TermSet::empty(), |all, member| all.or(&member.terms));
        if !terms.is_empty() {
            return terms;
        }
        set.members.iter().fold(TermSet::empty(), |all, member| all.or(&member.terms))
    }

    /// A list of elements, or one of them: complete unless something in it could not be read.
    pub(super) fn listed(&mut self, want: Want, node: &Node) -> Option<(Value, Option<Reading>)> {
        let kind = kind_of(want.ty)?;
        let parts = self.parts(kind, node)?;
        let value = match (node.items(), parts.is_empty()) {
            (Some([]), _) if !node.damaged => Value::None,
            _ => assemble(parts.start(self.schema.universe(kind)), &parts.list),
        };
        Some((value, parts.reading))
    }

    /// The long form of a set: `items`, `open`, `excluding`.
    pub(super) fn items_and_exclusions(
        &mut self,
        want: Want,
        node: &Node,
        form: &Form<'_>,
    ) -> Option<(Value, Option<Reading>)> {
        let kind = kind_of(want.ty)?;
        let universe = self.schema.universe(kind);
        let excluded = match form.get(Word::Excluding).or(form.get(Word::Never)) {
            Some(entry) => Some((entry, self.terms_under(kind, &entry.value)?)),
            None => None,
        };
        let allowed = excluded.as_ref().map_or(universe.clone(), |(_, terms)| universe.minus(terms));
        let Some(items) = form.get(Word::Items) else {
            let open = SetValue { may: allowed.clone(), ..SetValue::default() };
            return Some((if want.many { Value::set(open) } else { Value::One(allowed) }, None));
        };
        if !want.many {
            self.wrong(want, node);
            return None;
        }
        let open = match form.get(Word::Open) {
            Some(entry) => self.flag(entry)?,
            None => excluded.is_some(),
        };
        let parts = self.parts(kind, &items.value)?;
        let mut start = parts.start(universe);
        if open {
            start.may = start.may.or(&allowed);
        }
        let value = assemble(start, &parts.list);
        Some((self.check_excluded(value, excluded, &items.value), parts.reading))
    }

    /// Listed and excluded: reported, and both statements stay possible.
    fn check_excluded(&mut self, value: Value, excluded: Option<(&Entry, TermSet)>, items: &Node) -> Value {
        let (Value::Set(set), Some((entry, terms))) = (&value, excluded) else { return value };
        if !set.must.meets(&terms) {
            return value;
        }
        let nl = "hier staat iets dat ook is uitgesloten: beide uitspraken tellen als tegenstrijdig";
        let en = "something listed here is excluded as well: the two statements count as conflicting";
        let noted = self.problems.add(&codes::EXCLUDED_HERE, items.span, nl.into(), en.into());
        noted.see(entry.short_span(), "de uitsluiting", "the exclusion");
        let without = SetValue {
            must: set.must.minus(&terms),
            some_of: set.some_of.iter().map(|s| s.minus(&terms)).filter(|s| !s.is_empty()).collect(),
            may: set.may.minus(&terms),
        };
        Value::Conflicting(vec![value, Value::set(without)])
    }

    /// The terms that some words name, with everything under them. Nothing if one is wrong: an exclusion that
    /// lost a word would say something else.
    pub(super) fn terms_under(&mut self, kind: KindId, node: &Node) -> Option<TermSet> {
        match &node.content {
            Content::List(items) if !items.is_empty() && !node.damaged => {
                let all: Vec<_> = items.iter().map(|item| self.terms_under(kind, item)).collect();
                let all: Option<Vec<TermSet>> = all.into_iter().collect();
                all.map(|all| all.iter().fold(TermSet::empty(), |union, terms| union.or(terms)))
            }
            Content::Map(entries) => {
                let form =
                    self.form(entries, &[Word::Value, Word::Items, Word::Source, Word::Quote, Word::Note]);
                match form.get(Word::Value).or(form.get(Word::Items)) {
                    Some(entry) => self.terms_under(kind, &entry.value),
                    None => {
                        self.wrong(Want { ty: crate::model::FieldType::Terms(kind), many: true }, node);
                        None
                    }
                }
            }
            _ => {
                let meaning = self.meaning(kind, node)?;
                let named = node.text().and_then(|text| self.lookup.named(kind, text));
                let mut terms = match named {
                    Some(Named::Term(term)) => self.schema.terms[term.ix()].under.clone(),
                    _ => TermSet::empty(),
                };
                for bit in meaning.terms.iter() {
                    terms = terms.or(&self.under(kind, bit));
                }
                Some(terms)
            }
        }
    }

    fn under(&self, kind: KindId, bit: u32) -> TermSet {
        match self.schema.term_of_bit(kind, bit) {
            Some(term) => term.under.or(&TermSet::one(bit)),
            None => TermSet::one(bit),
        }
    }

    fn parts(&mut self, kind: KindId, node: &Node) -> Option<Parts> {
        let mut parts = Parts { list: Vec::new(), reading: None, lost: node.damaged };
        match &node.content {
            Content::List(items) => {
                for item in items {
                    self.element(kind, item, &mut parts);
                }
            }
            Content::Scalar { .. } => {
                self.element(kind, node, &mut parts);
                if parts.lost {
                    return None;
                }
            }
            _ => {
                self.wrong(Want { ty: crate::model::FieldType::Terms(kind), many: true }, node);
                return None;
            }
        }
        Some(parts)
    }

    fn element(&mut self, kind: KindId, node: &Node, parts: &mut Parts) {
        match self.part_of(kind, node, &mut parts.reading) {
            Some(part) => parts.list.push(part),
            None => parts.lost = true,
        }
    }

    fn part_of(&mut self, kind: KindId, node: &Node, reading: &mut Option<Reading>) -> Option<Part> {
        match &node.content {
            Content::Scalar { text, .. } => {
                let some = words::word(text) == Some(Word::Some) && self.lookup.named(kind, text).is_none();
                if some {
                    return Some(Part::Adds(vague(self.schema.universe(kind))));
                }
                let meaning = self.meaning(kind, node)?;
                *reading = reading.take().or(meaning.reading);
                let sure = meaning.all || meaning.terms.single().is_some();
                Some(Part::Adds(if sure { certain(meaning.terms) } else { vague(meaning.terms) }))
            }
            Content::Map(entries) => {
                let form = self.form(entries, ELEMENT_WORDS);
                self.long_element(kind, node, &form, reading)
            }
            Content::Broken => None,
            Content::List(_) => {
                self.wrong(Want { ty: crate::model::FieldType::Terms(kind), many: false }, node);
                None
            }
        }
    }

    fn long_element(
        &mut self,
        kind: KindId,
        node: &Node,
        form: &Form<'_>,
        reading: &mut Option<Reading>,
    ) -> Option<Part> {
        self.one_shape(form).ok()?;
        let nothing = Part::Adds(SetValue::default());
        let cite = self.cite(form);
        self.gather_cite(cite);
        let part = if let Some(entry) = form.get(Word::Value) {
            self.part_of(kind, &entry.value, reading)?
        } else if let Some(entry) = form.get(Word::OneOf) {
            Part::Adds(vague(self.terms_named(kind, &entry.value, reading)?))
        } else if let Some(entry) = form.get(Word::If) {
            let condition = self.condition(&entry.value)?;
            let mut branch = |word| match form.get(word) {
                Some(entry) => self.part_of(kind, &entry.value, reading),
                None => Some(nothing.clone()),
            };
            let (then, otherwise) = (branch(Word::Then)?, branch(Word::Else)?);
            Part::If(condition, Box::new(then), Box::new(otherwise))
        } else if let Some(entry) = form.get(Word::Conflicting) {
            let items = entry.value.items().unwrap_or_default();
            let all: Vec<_> = items.iter().take(8).map(|item| self.part_of(kind, item, reading)).collect();
            Part::Contested(all.into_iter().collect::<Option<Vec<Part>>>().filter(|all| all.len() > 1)?)
        } else {
            if !form.unknown {
                self.wrong(Want { ty: crate::model::FieldType::Terms(kind), many: false }, node);
            }
            return None;
        };
        let part = match form.get(Word::Disputed) {
            Some(_) => Part::Contested(vec![part, nothing.clone()]),
            None => part,
        };
        match form.get(Word::OnlyIf) {
            Some(entry) => Some(Part::If(self.condition(&entry.value)?, Box::new(part), Box::new(nothing))),
            None => Some(part),
        }
    }

    /// The terms that some words name, without what is under them.
    fn terms_named(&mut self, kind: KindId, node: &Node, reading: &mut Option<Reading>) -> Option<TermSet> {
        let Some(items) = node.items().filter(|items| !items.is_empty()) else {
            self.wrong(Want { ty: crate::model::FieldType::Terms(kind), many: true }, node);
            return None;
        };
        let mut all = Some(TermSet::empty());
        for item in items {
            let meaning = self.meaning(kind, item);
            *reading = reading.take().or(meaning.as_ref().and_then(|m| m.reading.clone()));
            all = all.zip(meaning).map(|(all, meaning)| all.or(&meaning.terms));
        }
        all
    }
}

/// The elements of a list while it is read.
struct Parts {
    list: Vec<Part>,
    reading: Option<Reading>,
    /// An element could not be read: more may be in the set.
    lost: bool,
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.list.is_empty() && !self.lost
    }

    fn start(&self, universe: TermSet) -> SetValue {
        SetValue { may: if self.lost { universe } else { TermSet::empty() }, ..SetValue::default() }
    }
}

/// The value that elements make together.
fn assemble(mut start: SetValue, parts: &[Part]) -> Value {
    let mut gates = Vec::new();
    let mut cases = 1usize;
    for part in parts {
        let more = cases.saturating_mul(part.cases());
        match part {
            Part::Adds(set) => start = union(start, set),
            _ if more > MOST_CASES => start.may = start.may.or(&widest(part)),
            _ => {
                cases = more;
                gates.push(part);
            }
        }
    }
    gates.into_iter().fold(Value::set(start), add)
}

impl Part {
    fn cases(&self) -> usize {
        match self {
            Part::Adds(_) => 1,
            Part::If(_, then, otherwise) => then.cases().saturating_add(otherwise.cases()),
            Part::Contested(all) => all.iter().map(Part::cases).fold(0, usize::saturating_add),
        }
    }
}

fn widest(part: &Part) -> TermSet {
    match part {
        Part::Adds(set) => set.may.clone(),
        Part::If(_, then, otherwise) => widest(then).or(&widest(otherwise)),
        Part::Contested(all) => all.iter().fold(TermSet::empty(), |union, part| union.or(&widest(part))),
    }
}

fn add(value: Value, part: &Part) -> Value {
    match value {
        Value::If { condition, then, otherwise } => Value::If {
            condition,
            then: Box::new(add(*then, part)),
            otherwise: Box::new(add(*otherwise, part)),
        },
        Value::Conflicting(all) => Value::Conflicting(all.into_iter().map(|v| add(v, part)).collect()),
        Value::Set(set) => add_to_set(*set, part),
        other => other,
    }
}

fn add_to_set(set: SetValue, part: &Part) -> Value {
    match part {
        Part::Adds(more) => Value::set(union(set, more)),
        Part::If(condition, then, otherwise) => Value::If {
            condition: *condition,
            then: Box::new(add_to_set(set.clone(), then)),
            otherwise: Box::new(add_to_set(set, otherwise)),
        },
        Part::Contested(all) => Value::Conflicting(all.iter().map(|p| add_to_set(set.clone(), p)).collect()),
    }
}
