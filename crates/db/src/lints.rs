//! What is odd about policies that can be read: rules that never apply or always pass, fields and settings that
//! nothing reads, waivers that no longer hold, lists that are out of date.
//!
//! A rule silences a code it means to earn with `allow CODE "reason"`.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use policy_core::codes::{self, Code};
use policy_core::diag::{Diagnostic, Level, Message};
use policy_core::facts::{Facts, Value};
use policy_core::model::{FieldId, Origin, RecordId, Rule, Schema, Set, SetId, SettingValue, Waiver};
use policy_core::verdict::Verdict;
use policy_core::words;

use crate::reads::Reads;

/// A finding of a lint, before its place is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Odd {
    /// What it is.
    pub code: &'static Code,
    /// How bad; the code's own level, or less.
    pub level: Level,
    /// Where the thing was written.
    pub at: Origin,
    /// What is odd and what to do.
    pub message: Message,
}

impl Odd {
    fn new(code: &'static Code, at: Origin, nl: String, en: String) -> Self {
        Odd { code, level: code.level, at, message: Message { nl, en } }
    }

    /// As a diagnostic, at a place.
    pub fn diagnostic(&self, span: policy_syntax::Span) -> Diagnostic {
        let found = Diagnostic::new(self.code, self.at.file, span, self.message.clone());
        Diagnostic { level: self.level, ..found }
    }
}

/// What a rule comes to whatever a declaration says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constancy {
    /// Its verdict on the declaration that says nothing.
    pub on_nothing: Verdict,
    /// Whether it has something to test in a declaration of which not even the written parts are known.
    pub applies: bool,
}

/// Rules that come to the same for every declaration.
pub fn constant_rules<'a>(rules: impl Iterator<Item = (&'a Rule, Constancy)>) -> Vec<Odd> {
    let mut found = Vec::new();
    for (rule, Constancy { on_nothing, applies }) in rules {
        let id = &rule.id;
        if !applies && !Reads::of(rule).document {
            found.push(Odd::new(
                &codes::NEVER_APPLIES,
                rule.origin,
                format!("regel `{id}` kan nooit iets toetsen: kijk of de voorwaarden elkaar niet uitsluiten"),
                format!("rule `{id}` can never apply: see whether its conditions exclude each other"),
            ));
        } else if on_nothing == Verdict::Pass {
            found.push(Odd::new(
                &codes::ALWAYS_PASSES,
                rule.origin,
                format!("regel `{id}` keurt een verklaring goed die niets zegt: vraag ook dat er iets staat"),
                format!(
                    "rule `{id}` passes a declaration that says nothing: also require that it says something"
                ),
            ));
        }
    }
    found
}

/// The facts of a declaration of which nothing is known, not even what it would have written.
pub fn anything(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    for list in &mut facts.lists {
        list.complete = false;
        for fact in list.items.iter_mut().flat_map(|item| &mut item.fields) {
            fact.value = Value::Undeclared;
        }
    }
    facts
}

/// Settings that no rule reads.
pub fn unused_settings(schema: &Schema, reads: &Reads) -> Vec<Odd> {
    let used: BTreeSet<usize> = reads.settings.iter().map(|setting| setting.ix()).collect();
    let unused = schema.settings.iter().enumerate().filter(|(index, _)| !used.contains(index));
    let known: Vec<&str> = used.iter().map(|index| schema.settings[*index].name.as_str()).collect();
    let odd = unused.map(|(_, setting)| {
        let name = &setting.name;
        let (nl, en) = match words::closest(name, known.iter().copied()) {
            Some(near) => (format!("bedoelde u `{near}`?"), format!("did you mean `{near}`?")),
            None => ("gebruik haar, of haal haar weg".to_owned(), "use it, or take it away".to_owned()),
        };
        Odd::new(
            &codes::UNUSED_SETTING,
            setting.origin,
            format!("geen regel gebruikt de instelling `{name}`: {nl}"),
            format!("no rule uses the setting `{name}`: {en}"),
        )
    });
    odd.collect()
}

/// Fields that no rule reads, one finding per record. A remark, no more: packs say more than their rules ask yet.
pub fn unread_fields(schema: &Schema, reads: &Reads) -> Vec<Odd> {
    let read = closure(schema, reads);
    let mut found = Vec::new();
    for (index, record) in schema.records.iter().enumerate() {
        let inherited = record.parent.map_or(0, |parent| schema.records[parent.ix()].fields.len());
        let of = |owner: RecordId, field: usize| read.contains(&(owner, FieldId(field as u32)));
        let anyone = |field| {
            of(RecordId(index as u32), field) || record.children.iter().any(|child| of(*child, field))
        };
        let own = record.fields.iter().enumerate().skip(inherited);
        let unread: Vec<_> =
            own.filter(|(field, _)| !anyone(*field)).map(|(_, field)| field.name.as_str()).collect();
        if !unread.is_empty() {
            let (name, fields) = (&record.name, unread.join("`, `"));
            let odd = Odd::new(
                &codes::NEVER_READ,
                record.origin,
                format!("geen regel leest van `{name}`: `{fields}`"),
                format!("no rule reads, of `{name}`: `{fields}`"),
            );
            found.push(Odd { level: Level::Info, ..odd });
        }
    }
    found
}

/// The fields that are read by rules, or on the way to what they read.
fn closure(schema: &Schema, reads: &Reads) -> BTreeSet<(RecordId, FieldId)> {
    let mut read = BTreeSet::new();
    for (record, field) in &reads.fields {
        read.insert((*record, *field));
        read.extend(schema.records[record.ix()].children.iter().map(|child| (*child, *field)));
    }
    for (index, record) in schema.records.iter().enumerate() {
        let id = RecordId(index as u32);
        read.extend(record.key.iter().map(|field| (id, *field)));
        for (field, it) in record.fields.iter().enumerate() {
            if let (Some(from), true) = (it.counts_from, read.contains(&(id, FieldId(field as u32)))) {
                read.insert((id, from));
            }
            if let Some(derived) = it.derived {
                read.extend([
                    (id, derived.key),
                    (derived.record, derived.other_key),
                    (derived.record, derived.field),
                ]);
            }
            if it.ranks_parts || conditions(schema).any(|name| *name == it.name) {
                read.insert((id, FieldId(field as u32)));
            }
        }
    }
    read.extend(schema.vendor.into_iter().chain(schema.product));
    read
}

/// Fields that membership of a list depends on.
fn conditions(schema: &Schema) -> impl Iterator<Item = &String> {
    let members = schema.sets.iter().flat_map(|set| &set.members);
    members.filter_map(|member| member.condition.as_ref().map(|(name, _)| name))
}

/// Waivers that are no longer in force.
pub fn expired_waivers(waivers: &[Waiver], as_of: Date) -> Vec<Odd> {
    let expired = waivers.iter().filter(|waiver| waiver.until <= as_of);
    let odd = expired.map(|waiver| {
        let (rule, party, until) = (&waiver.rule, &waiver.vendor_or_product, waiver.until);
        Odd::new(
            &codes::WAIVER_EXPIRED,
            waiver.origin,
            format!(
                "de aanvaarding van `{rule}` voor `{party}` liep tot {until}: verleng haar, of haal haar weg"
            ),
            format!("the waiver of `{rule}` for `{party}` ran until {until}: extend it, or take it away"),
        )
    });
    odd.collect()
}

/// Waivers in force that cover no outcome; `used` are the places of those that do.
pub fn unused_waivers(waivers: &[Waiver], used: &BTreeSet<Origin>, as_of: Date) -> Vec<Odd> {
    let unused = waivers.iter().filter(|waiver| waiver.in_force(as_of) && !used.contains(&waiver.origin));
    let odd = unused.map(|waiver| {
        let (rule, party) = (&waiver.rule, &waiver.vendor_or_product);
        Odd::new(
            &codes::WAIVER_UNUSED,
            waiver.origin,
            format!("de aanvaarding van `{rule}` voor `{party}` dekt niets: kijk of de naam klopt, of haal haar weg"),
            format!("the waiver of `{rule}` for `{party}` covers nothing: check the name, or take it away"),
        )
    });
    odd.collect()
}

/// Lists that rules read and of which the newest date is more than a year old.
pub fn old_lists(schema: &Schema, reads: &Reads, as_of: Date) -> Vec<Odd> {
    let a_year_ago = as_of.checked_sub(1.year()).unwrap_or(Date::MIN);
    let mut read: BTreeSet<SetId> = reads.sets.clone();
    read.extend(reads.settings.iter().filter_map(|setting| match schema.settings[setting.ix()].value {
        SettingValue::Set(set) => Some(set),
        _ => None,
    }));
    let sets = read.into_iter().map(|set| &schema.sets[set.ix()]);
    let odd = sets.filter_map(|set| {
        let newest = newest(set, as_of).filter(|newest| *newest < a_year_ago)?;
        let name = &set.name;
        Some(Odd::new(
            &codes::OLD_LIST,
            set.origin,
            format!(
                "de nieuwste datum in de lijst `{name}` is {newest}: kijk na wat er sindsdien is veranderd"
            ),
            format!("the newest date in the list `{name}` is {newest}: find out what has changed since"),
        ))
    });
    odd.collect()
}

/// The newest date that someone wrote from what was known: ends that are still to come are promises.
fn newest(set: &Set, as_of: Date) -> Option<Date> {
    let of_members = set.members.iter().flat_map(|member| [member.from, member.until]).flatten();
    of_members.filter(|day| *day <= as_of).chain(set.complete_through).max()
}

/// Lists that rules read and that are not known to be complete on the as-of date.
pub fn stale_lists(schema: &Schema, reads: &Reads, as_of: Date) -> Vec<Odd> {
    let sets = reads.sets.iter().map(|set| &schema.sets[set.ix()]);
    let odd = sets.filter_map(|set| {
        let last = set.complete_through.filter(|last| *last < as_of)?;
        let name = &set.name;
        Some(Odd::new(
            &codes::STALE_LIST,
            set.origin,
            format!("de lijst `{name}` is bijgewerkt tot en met {last}; voor {as_of} is onbekend wat eraan ontbreekt"),
            format!("the list `{name}` is complete through {last}; for {as_of} it is unknown what it lacks"),
        ))
    });
    odd.collect()
}
