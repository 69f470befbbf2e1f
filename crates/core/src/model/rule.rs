//! Typed rules: the small, total core that every sentence becomes.
//!
//! Quantifiers over finite collections (at most three deep), tests of terms and ordered values, and/or/not.
//! No recursion, no functions, no I/O. The evaluator and the reference evaluator both read this form.

use jiff::civil::Date;

use super::{Duration, EventId, FieldId, Op, Origin, PackId, RecordId, SetId, SettingId, TermSet};
use crate::lang::Text;

/// A rule: when it applies, what must hold, and what it carries along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id, such as `trf-01`.
    pub id: String,
    /// The pack it belongs to.
    pub pack: PackId,
    /// Its title.
    pub title: Text,
    /// How grave a breach is.
    pub severity: Severity,
    /// Legal basis, one provision each.
    pub basis: Vec<String>,
    /// What to do about a breach.
    pub advice: Text,
    /// Why it matters.
    pub why: Text,
    /// Decides whether the rule applies: where it is false the rule is not exercised.
    pub when: Option<Clause>,
    /// Keeps the rule wherever it holds.
    pub unless: Option<Clause>,
    /// What must hold: all of them.
    pub sentences: Vec<Sentence>,
    /// Which undeclared facts count as breaking it.
    pub silence: Silence,
    /// Whether an unknown becomes a fail where one of two conflicting statements breaks the rule.
    pub contradiction_fails: bool,
    /// Its pieces as they were written, for whoever asks which of them tests have tried.
    pub parts: Vec<Part>,
    /// Where the rule stands (its head).
    pub origin: Origin,
}

/// How grave a breach is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Severity {
    /// `low`, laag.
    Low,
    /// `medium`, middel: the default.
    #[default]
    Medium,
    /// `high`, hoog.
    High,
    /// `critical`, kritiek.
    Critical,
}

impl Severity {
    /// All, from low to critical.
    pub const ALL: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    /// The English word, as in options and JSON.
    pub fn word(self) -> &'static str {
        ["low", "medium", "high", "critical"][self as usize]
    }

    /// The Dutch word.
    pub fn word_nl(self) -> &'static str {
        ["laag", "middel", "hoog", "kritiek"][self as usize]
    }
}

/// Caution about what is not declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Silence {
    /// Silence leaves the question open.
    #[default]
    Open,
    /// Undeclared facts that the required part of a sentence reads count as breaking.
    Fails,
    /// Those of these fields do, wherever the rule reads them.
    FailsOn(Vec<(RecordId, FieldId)>),
}

/// A formula with the place it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it says.
    pub formula: Formula,
    /// Where.
    pub origin: Origin,
}

/// A clause of a rule by its place in the rule, wherever that is written; sentences count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClauseId {
    /// The rule as a whole.
    Rule,
    /// What decides whether it applies.
    When,
    /// A sentence as a whole.
    Sentence(usize),
    /// The condition of a sentence.
    Given(usize),
    /// The things that a sentence is about.
    Scope(usize),
    /// What a sentence asks of them, or of the declaration as a whole.
    Need(usize),
}

/// A piece of a rule as its author wrote it: a qualifier, an alternative, one of several conditions.
///
/// No verdict depends on it. The typed formula merges and shares what a sentence says; a part is what one piece of it
/// says by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which line of the rule it stands in: variables are numbered within a line.
    pub line: PartLine,
    /// The thing it is about; none for a condition on the declaration.
    pub of: Option<Var>,
    /// What it says of that thing; none if it only chooses which things are meant.
    pub formula: Option<Formula>,
    /// Where it stands.
    pub origin: Origin,
}

/// The line of a rule that a part stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartLine {
    /// `when`, on a line of its own or at the end of a sentence.
    When,
    /// `unless` on a line of its own.
    Unless,
    /// The nth sentence.
    Sentence(u32),
}

/// One sentence of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// `if A then …`: the sentence is not exercised where A is false.
    pub given: Option<Clause>,
    /// The norm itself.
    pub norm: Norm,
    /// `unless B` inside the sentence: keeps it where B holds.
    pub unless: Option<Clause>,
    /// Interpretations the sentence rests on, to be shown ("counted from creation").
    pub readings: Vec<Reading>,
    /// Where it stands.
    pub origin: Origin,
}

/// A norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Norm {
    /// Each thing in scope needs something; a prohibition is one whose need is `False`.
    Each {
        /// The things.
        over: Collection,
        /// Their name in the formulas.
        var: Var,
        /// Which of them are in scope.
        scope: Clause,
        /// What each needs.
        need: Clause,
        /// A prohibition with nothing to prohibit is kept; an obligation that finds nothing is not exercised.
        vacuous: Vacuous,
    },
    /// Something holds of the declaration as a whole ("there is …").
    Holds(Clause),
}

impl Norm {
    /// Whether a thing has that name in this norm.
    pub fn names(&self, name: Var) -> bool {
        let formula = match self {
            Norm::Each { var, .. } if *var == name => return true,
            Norm::Each { need, .. } => &need.formula,
            Norm::Holds(clause) => &clause.formula,
        };
        let mut found = false;
        formula.walk(&mut |f| found |= matches!(f, Formula::Exists { var, .. } if *var == name));
        found
    }
}

/// What a norm is that finds nothing in scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vacuous {
    /// Kept.
    Kept,
    /// Not exercised.
    NotExercised,
}

/// The name of a thing inside a formula. Numbered from 0 within a sentence, never reused in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Var(pub u32);

/// The name of one element of a term-valued field inside a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Elem(pub u32);

/// What a quantifier ranges over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Collection {
    /// The records of a type and of its children.
    Records {
        /// The type.
        record: RecordId,
        /// Only those the document lists.
        declared: bool,
    },
    /// The categories under some terms that the declaration mentions, each with the record that governs it:
    /// a limit on a keyed record ("audit logs at most 13 months"). The variable reads the governing record.
    Categories {
        /// The keyed record that governs.
        governed_by: RecordId,
        /// Its key field, of which the category is a value.
        key: FieldId,
        /// Where categories are held: a record and its field of the same kind.
        held: (RecordId, FieldId),
        /// The categories in scope.
        scope: TermSet,
        /// Further requirements on what is held and on what governs, by field kind: (field of `held`, field of
        /// `governed_by`, terms). For instance the subject.
        also: Vec<(Option<FieldId>, Option<FieldId>, TermSet)>,
    },
}

/// A field of the thing a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldRef {
    /// The thing.
    pub var: Var,
    /// The record type the field id belongs to (the collection's type).
    pub record: RecordId,
    /// The field.
    pub field: FieldId,
}

/// A formula of the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// Always true or always false.
    Const(bool),
    /// Not.
    Not(Box<Formula>),
    /// All of them; true when there are none.
    And(Vec<Formula>),
    /// At least one of them; false when there are none.
    Or(Vec<Formula>),
    /// At least `count` members of a collection.
    Exists {
        /// The collection.
        over: Collection,
        /// The member's name.
        var: Var,
        /// How many at least; 1 or more.
        count: u32,
        /// What each of them must satisfy.
        body: Box<Formula>,
    },
    /// Some element of a term-valued field (of a field with one value: that value).
    Element {
        /// The field.
        of: FieldRef,
        /// The element's name.
        elem: Elem,
        /// What it must satisfy.
        body: Box<Formula>,
    },
    /// The element is among some terms.
    In {
        /// The element.
        elem: Elem,
        /// The field it is an element of.
        of: FieldRef,
        /// The terms.
        terms: Terms,
    },
    /// A date, span, number or ordered term compares with a value.
    Compare {
        /// The field.
        left: FieldRef,
        /// The comparison.
        op: Op,
        /// The value.
        right: Quantity,
    },
    /// A date compares so with another date plus a span: "more than 6 months after …". With "at most" and "less
    /// than" it is not before that other date either.
    Apart {
        /// The date that is compared.
        later: FieldRef,
        /// The comparison.
        op: Op,
        /// How long after: a span, or a setting that holds one.
        span: Quantity,
        /// The date it is counted from.
        earlier: FieldRef,
    },
    /// Two fields with one value each have the same value.
    Same(FieldRef, FieldRef),
    /// The field has a value: it is not "none". A set has at least one element.
    HasValue(FieldRef),
    /// The document makes a definite statement on the field: about the text, not the worlds.
    Definite(FieldRef),
}

/// The terms that an element is tested against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// These (each with everything under it already added).
    These(TermSet),
    /// These words of an open kind, in canonical form.
    Words(Vec<String>),
    /// A named set, as it is on the as-of date, for the element's own record.
    Set(SetId),
    /// The value of a setting.
    Setting(SettingId),
    /// What the document lists in this field of the listed records of this type, and everything under it.
    Declared(RecordId, FieldId),
    /// The elements of another field.
    Field(FieldRef),
}

/// A value to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// A span, from an event (`None`: the earliest).
    Duration(Duration, Option<EventId>),
    /// A span before the as-of date: `d ≤ N ago` means as-of minus N ≤ d ≤ as-of.
    Ago(Duration),
    /// A day.
    Date(Date),
    /// A whole number.
    Number(i64),
    /// A term of an ordered kind, by its bit.
    Term(u32),
    /// A setting, with the event and the "ago" the sentence adds.
    Setting {
        /// Which.
        setting: SettingId,
        /// From which event.
        from: Option<EventId>,
        /// Counted back from the as-of date.
        ago: bool,
    },
}

/// An interpretation that a verdict rests on, and that is shown with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reading {
    /// A limit that names no event counts from the earliest one.
    FromEarliest,
    /// A bare noun ranges over this record.
    Ranges(RecordId),
    /// An unsaid field is read as its usual value.
    ReadAs(RecordId, FieldId),
    /// A collective word is read as the terms it stands for (term index in the schema).
    Collective(u32),
    /// A place or other set named instead of a member.
    SetNamed(u32),
    /// A group is read as what this record, the home of its kind, lists under it in this field.
    Held(RecordId, FieldId),
}

impl Rule {
    /// Every formula of the rule, with the clauses of all sentences.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let own = [&self.when, &self.unless].into_iter().flatten().map(|c| &c.formula);
        own.chain(self.sentences.iter().flat_map(Sentence::formulas))
    }

    /// Where a clause is written; of one that is not there, where the rule is.
    pub fn place_of(&self, clause: ClauseId) -> Origin {
        let sentence = |number: usize| self.sentences.get(number);
        let place = match clause {
            ClauseId::Rule => None,
            ClauseId::When => self.when.as_ref().map(|when| when.origin),
            ClauseId::Sentence(number) => sentence(number).map(|sentence| sentence.origin),
            ClauseId::Given(number) => {
                sentence(number).and_then(|s| s.given.as_ref()).map(|given| given.origin)
            }
            ClauseId::Scope(number) => sentence(number).map(|sentence| match &sentence.norm {
                Norm::Each { scope: clause, .. } | Norm::Holds(clause) => clause.origin,
            }),
            ClauseId::Need(number) => sentence(number).map(|sentence| match &sentence.norm {
                Norm::Each { need: clause, .. } | Norm::Holds(clause) => clause.origin,
            }),
        };
        place.unwrap_or(self.origin)
    }

    /// Where the rule, its sentences and all clauses of them are written.
    pub fn places(&self) -> impl Iterator<Item = Origin> + '_ {
        let own = [&self.when, &self.unless].into_iter().flatten().map(|clause| clause.origin);
        let sentences = self
            .sentences
            .iter()
            .flat_map(|sentence| sentence.clauses().map(|clause| clause.origin).chain([sentence.origin]));
        own.chain(sentences).chain([self.origin])
    }
}

impl Origin {
    /// Whether another place lies inside this one.
    pub fn holds(&self, other: &Origin) -> bool {
        (self.file, self.item) == (other.file, other.item)
            && self.first <= other.first
            && other.last <= self.last
    }
}

impl Sentence {
    /// Every formula of the sentence.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        self.clauses().map(|clause| &clause.formula)
    }

    /// Every clause of the sentence: its conditions, then its norm.
    fn clauses(&self) -> impl Iterator<Item = &Clause> {
        let conditions = [&self.given, &self.unless].into_iter().flatten();
        let norm: Vec<&Clause> = match &self.norm {
            Norm::Each { scope, need, .. } => vec![scope, need],
            Norm::Holds(clause) => vec![clause],
        };
        conditions.chain(norm)
    }
}

impl Formula {
    /// Calls `visit` on this formula and everything inside it, outermost first.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Formula)) {
        visit(self);
        match self {
            Formula::Not(inner) => inner.walk(visit),
            Formula::And(parts) | Formula::Or(parts) => parts.iter().for_each(|p| p.walk(visit)),
            Formula::Exists { body, .. } | Formula::Element { body, .. } => body.walk(visit),
            _ => {}
        }
    }
}
