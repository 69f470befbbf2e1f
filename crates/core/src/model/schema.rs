//! What packs say can be declared: kinds, terms, sets, events, records, settings, questions.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{Duration, Labels, Limit, Origin, TermSet};
use crate::lang::{Lang, Text};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            /// As an index.
            pub fn ix(self) -> usize { self.0 as usize }
        })*
    };
}

ids! {
    /// Index into [`Schema::kinds`].
    KindId;
    /// Index into [`Schema::terms`].
    TermId;
    /// Index into [`Schema::sets`].
    SetId;
    /// Index into [`Schema::events`].
    EventId;
    /// Index into [`Schema::records`].
    RecordId;
    /// Index into [`Record::fields`] of one record. A child record repeats its parent's fields first, at
    /// the same indices, so that a parent's field id reads a child as it is.
    FieldId;
    /// Index into [`Schema::settings`].
    SettingId;
    /// Index into [`Schema::packs`].
    PackId;
}

/// Everything that can be declared and the words for it. Rules stand apart, so that a change in a rule
/// leaves every reading of a declaration as it was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    /// The packs, in order of loading.
    pub packs: Vec<Pack>,
    /// Kinds of terms.
    pub kinds: Vec<Kind>,
    /// Terms of all kinds.
    pub terms: Vec<Term>,
    /// Named sets of terms.
    pub sets: Vec<Set>,
    /// Events that a span of time counts from.
    pub events: Vec<Event>,
    /// Records.
    pub records: Vec<Record>,
    /// Parameters of the rules.
    pub settings: Vec<Setting>,
    /// Names for noun phrases, kept as sentences and read where they are used.
    pub defines: Vec<Define>,
    /// What to ask when a field is missing.
    pub questions: HashMap<(RecordId, FieldId), Text>,
    /// The field that names the party that declares (`vendor RECORD.FIELD` in a header).
    pub vendor: Option<(RecordId, FieldId)>,
    /// The field that names what the declaration is about (`product RECORD.FIELD`).
    pub product: Option<(RecordId, FieldId)>,
}

/// The header of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// Its name, such as `model-4.0`.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Its version, as semantic versioning writes it.
    pub version: String,
    /// Names of the packs it uses.
    pub uses: Vec<String>,
    /// Whether its rules are cautious about contradictions (`contradiction fails`).
    pub contradiction_fails: bool,
    /// Where the provisions of legal sources can be read.
    pub links: Vec<SourceLink>,
    /// What its rules are called together, by what their ids begin with.
    pub chapters: Vec<Chapter>,
    /// Where its header stands.
    pub origin: Origin,
}

/// What rules are called together whose ids begin alike: `chapter loans nl "Uitlenen" en "Lending"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// What their ids have before the first dash or dot.
    pub key: String,
    /// The title.
    pub title: Text,
}

/// The address of a legal source: `link NAME "https://…{article}"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLink {
    /// What the source is called in a basis.
    pub name: String,
    /// The address; `{article}` in it stands for the number that follows the name.
    pub address: String,
}

/// A kind: what a family of terms has in common ("country", "safeguard").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its name in the policy language.
    pub name: String,
    /// What it is called.
    pub labels: Labels,
    /// Open: any word is a term (names of parties, free text). Closed: only the pack's terms.
    pub open: bool,
    /// Ordered: its terms, in the order written, can be compared.
    pub ordered: bool,
    /// Its terms; the position is the term's bit in a [`TermSet`] of this kind.
    pub terms: Vec<TermId>,
    /// How the words of an open kind are normalised.
    pub canon: Canon,
    /// Where it is defined.
    pub origin: Origin,
}

/// How two spellings of a word of an open kind are told to be the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Canon {
    /// White space and case do not count.
    #[default]
    Words,
    /// A provision: `7(4)`, `7.4` and `7 lid 4` are the same, an instrument's name before it counts.
    Provision,
    /// A provision that, without an instrument's name before it, is one of this instrument.
    ProvisionOf(String),
}

impl Canon {
    /// Whether its words are provisions.
    pub fn is_provision(&self) -> bool {
        !matches!(self, Canon::Words)
    }
}

/// A term: one value of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its id, unique within its kind.
    pub name: String,
    /// Its kind.
    pub kind: KindId,
    /// Its bit in sets of its kind.
    pub bit: u32,
    /// What it is called.
    pub labels: Labels,
    /// A code, matched in capitals only (`NL`).
    pub code: Option<String>,
    /// The more general term.
    pub parent: Option<TermId>,
    /// This term and everything under it.
    pub under: TermSet,
    /// Dutch compounds with a term of another kind: `{kind}` stands for form 0 of that term. Paired with
    /// `compounds_en` by index, as forms are.
    pub compounds_nl: Vec<String>,
    /// English compounds, likewise.
    pub compounds_en: Vec<String>,
    /// What it means.
    pub definition: Text,
    /// A link to the same notion elsewhere (an IRI).
    pub link: Option<String>,
    /// A group only gathers terms: stated by itself it is vague, "something under this".
    pub group: bool,
    /// A collective word: stands for these terms, and every use of it is shown as a reading.
    pub stands_for: Option<TermSet>,
    /// Holds of a record whose other field is in a set (`adequacy` means `country within adequate`),
    /// instead of being stated.
    pub means: Option<(FieldName, SetId)>,
    /// Where it is defined.
    pub origin: Origin,
}

/// A field by its English name: resolved against the record at hand.
pub type FieldName = String;

/// A named set of terms of one kind, with validity in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: KindId,
    /// What it is called.
    pub labels: Labels,
    /// Its members.
    pub members: Vec<Member>,
    /// The last day on which the list is known to be complete; after it, membership is unknown.
    /// `None`: complete for ever.
    pub complete_through: Option<Date>,
    /// Where the list comes from.
    pub source: Option<String>,
    /// Where it is defined.
    pub origin: Origin,
}

/// Members of a set that share a validity and a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The terms (a member that is itself a set has been expanded into members of its own).
    pub terms: TermSet,
    /// First day of membership.
    pub from: Option<Date>,
    /// First day after membership.
    pub until: Option<Date>,
    /// Holds only for a record of which this field meets these terms.
    pub condition: Option<(FieldName, TermSet)>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Where it stands.
    pub origin: Origin,
}

impl Member {
    /// Whether the membership is in force on `day`.
    pub fn in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// An event that a span of time counts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub labels: Labels,
    /// Events that are never later than this one, transitively, this one included.
    pub not_before: Vec<EventId>,
    /// Where it is defined.
    pub origin: Origin,
}

/// Who fills a field in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Owner {
    /// The vendor, in its declaration.
    #[default]
    Vendor,
    /// The user's own side, in its profile.
    Profile,
    /// The outside world: dated lists.
    World,
}

/// A record: a thing that can be declared, with its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its name in the policy language and in declarations.
    pub name: String,
    /// What it is called.
    pub labels: Labels,
    /// The record it is one of ("a transfer is a flow").
    pub parent: Option<RecordId>,
    /// The records that are this one, transitively, without itself.
    pub children: Vec<RecordId>,
    /// One per declaration.
    pub single: bool,
    /// Exists only as the document writes it: unsaid means absent, its list is always complete.
    pub written: bool,
    /// Who fills it in.
    pub owner: Owner,
    /// Kinds for which a bare noun means this record.
    pub home_of: Vec<KindId>,
    /// Fields that tell two records of this type apart; a record with a key governs by the most specific.
    pub key: Vec<FieldId>,
    /// Its fields; a child's begin with its parent's.
    pub fields: Vec<Field>,
    /// What it means.
    pub definition: Text,
    /// Cannot be declared itself, only its children.
    pub is_abstract: bool,
    /// Where it is defined.
    pub origin: Origin,
}

impl Record {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|f| f.name == name).map(|i| FieldId(i as u32))
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Terms of a kind. Text, names, provisions, versions and yes/no are kinds too.
    Terms(KindId),
    /// A day, or a range of days.
    Date,
    /// A span of time, used as a bound.
    Duration,
    /// A whole number.
    Number,
    /// An event of the schema.
    Event,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in the policy language and in declarations. A child may rename its parent's field.
    pub name: String,
    /// What it is called.
    pub labels: Labels,
    /// What it holds.
    pub ty: FieldType,
    /// Holds a set of terms rather than one.
    pub many: bool,
    /// Of several fields of one kind, the one that a bare qualifier reads.
    pub main: bool,
    /// Who fills it in.
    pub owner: Owner,
    /// What an unsaid value is.
    pub default: Default,
    /// A fact that stands in another record: where the other record's `other_key` is this record's `key`,
    /// its `field` is this one. Keys that hold several terms are compared by a term they share.
    pub derived: Option<Derived>,
    /// For a span of time: the field that holds the event it counts from.
    pub counts_from: Option<FieldId>,
    /// For a span of time: a bound from below ("at least 6 weeks"), used to the full downwards.
    pub minimum: bool,
    /// A set or group that is stated in it stands for all of it ("within the region"), not for some of it.
    pub whole: bool,
    /// Ranks the parts of a document: settles a contradiction between statements of different parts.
    pub ranks_parts: bool,
    /// What it means, and which cell or clause it records.
    pub definition: Text,
    /// Where it is defined.
    pub origin: Origin,
}

/// What a field is when nothing is said about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Default {
    /// Any value of its type.
    #[default]
    Unknown,
    /// Nothing: exists only as the document writes it.
    Absent,
    /// This term (a field of the profile: consent is not given until it is).
    Term(u32),
    /// This term or event by a reading, shown as one (a term without event counts from creation).
    ReadAs(u32),
}

/// A join: see [`Field::derived`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derived {
    /// The other record.
    pub record: RecordId,
    /// The field of the other record that is compared.
    pub other_key: FieldId,
    /// The field of this record it is compared with.
    pub key: FieldId,
    /// The field of the other record that is read.
    pub field: FieldId,
}

/// A parameter with a default, which a later policy file may replace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub labels: Labels,
    /// Its value now.
    pub value: SettingValue,
    /// Where the value in force was written.
    pub origin: Origin,
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingValue {
    /// A span of time.
    Duration(Duration),
    /// A whole number.
    Number(i64),
    /// A day.
    Date(Date),
    /// Terms of a kind.
    Terms(KindId, TermSet),
    /// A named set.
    Set(SetId),
}

/// A name for a noun phrase. Its words are read again wherever it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Define {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub labels: Labels,
    /// The record it is pinned to.
    pub record: Option<RecordId>,
    /// Terms that qualify it.
    pub terms: Vec<TermId>,
    /// Where it is defined.
    pub origin: Origin,
}

/// What stands for the number of the article in an address.
const ARTICLE: &str = "{article}";

impl Schema {
    /// Where a provision can be read, if a pack says where its source is.
    pub fn address(&self, provision: &str) -> Option<String> {
        let fits = |link: &&SourceLink| {
            let rest = provision.strip_prefix(link.name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let links = self.packs.iter().flat_map(|pack| &pack.links);
        let link = links.filter(fits).max_by_key(|link| link.name.len())?;
        let rest = provision[link.name.len()..].trim_start();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let article = &rest[..end];
        match (link.address.contains(ARTICLE), article.is_empty()) {
            (true, true) => None,
            _ => Some(link.address.replace(ARTICLE, article)),
        }
    }

    /// The pack's question about a field, or about the field of a parent record that this one repeats.
    pub fn question(&self, record: RecordId, field: FieldId, lang: Lang) -> Option<&str> {
        let mut at = Some(record);
        while let Some(id) = at {
            if let Some(text) = self.questions.get(&(id, field)).and_then(|question| question.get(lang)) {
                return Some(text);
            }
            let parent = self.records[id.ix()].parent;
            at = parent.filter(|parent| field.ix() < self.records[parent.ix()].fields.len());
        }
        None
    }

    /// The record of that name.
    pub fn record(&self, name: &str) -> Option<RecordId> {
        self.records.iter().position(|r| r.name == name).map(|i| RecordId(i as u32))
    }

    /// The kind of that name.
    pub fn kind(&self, name: &str) -> Option<KindId> {
        self.kinds.iter().position(|k| k.name == name).map(|i| KindId(i as u32))
    }

    /// The set of that name.
    pub fn set(&self, name: &str) -> Option<SetId> {
        self.sets.iter().position(|s| s.name == name).map(|i| SetId(i as u32))
    }

    /// The field that a condition of a set asks about for members held in `record`: the record's own field of that
    /// name, else that of the first record of which there is one per declaration.
    pub fn beside(&self, record: RecordId, name: &str) -> Option<(RecordId, FieldId)> {
        let own = self.records[record.ix()].field(name).map(|field| (record, field));
        let single = || {
            let records = self.records.iter().enumerate().filter(|(_, r)| r.single);
            records.filter_map(|(i, r)| Some((RecordId(i as u32), r.field(name)?))).next()
        };
        own.or_else(single)
    }

    /// The event of that name.
    pub fn event(&self, name: &str) -> Option<EventId> {
        self.events.iter().position(|e| e.name == name).map(|i| EventId(i as u32))
    }

    /// The term of a kind, by its id.
    pub fn term(&self, kind: KindId, name: &str) -> Option<TermId> {
        let terms = &self.kinds[kind.ix()].terms;
        terms.iter().copied().find(|t| self.terms[t.ix()].name == name)
    }

    /// The term of a kind, by its bit.
    pub fn term_of_bit(&self, kind: KindId, bit: u32) -> Option<&Term> {
        self.kinds[kind.ix()].terms.get(bit as usize).map(|t| &self.terms[t.ix()])
    }

    /// All terms a value of this kind could be: everything for an open kind.
    pub fn universe(&self, kind: KindId) -> TermSet {
        let kind = &self.kinds[kind.ix()];
        if kind.open { TermSet::all() } else { TermSet::first(kind.terms.len() as u32) }
    }

    /// The record and, if it stands for others, those that can be declared.
    pub fn members(&self, record: RecordId) -> impl Iterator<Item = RecordId> + '_ {
        let own = (!self.records[record.ix()].is_abstract).then_some(record);
        own.into_iter().chain(self.records[record.ix()].children.iter().copied())
    }

    /// Whether an event `a` is certainly not later than `b`.
    pub fn not_later(&self, a: EventId, b: EventId) -> bool {
        self.events[b.ix()].not_before.contains(&a)
    }
}

/// A bound and the event it counts from, as a document or a rule writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// How long.
    pub limit: Limit,
    /// From when; `None`: from the earliest event there is.
    pub from: Option<EventId>,
}
