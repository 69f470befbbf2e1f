//! The messages about a declaration whose text can be read: what was found, what was expected, what to do.

use policy_syntax::Span;

use super::lookup::Lookup;
use super::problems::Problems;
use super::words::{self, Word};
use crate::codes;
use crate::diag::Message;
use crate::lang::Lang;
use crate::model::{FieldType, KindId, RecordId, Schema};

/// How many known words a message lists at most.
const LISTED: usize = 8;

/// The same key twice.
pub(super) fn duplicate_key(problems: &mut Problems, key: &str, at: Span, first: Span) {
    let nl = format!("`{key}` staat er al: de eerste telt, haal deze weg of voeg ze samen");
    let en = format!("`{key}` is there already: the first one counts, remove this one or join them");
    problems.add(&codes::DUPLICATE_KEY, at, nl, en).see(
        first,
        "hier staat de eerste",
        "the first one is here",
    );
}

/// "did you mean" in both languages, or another hint.
fn with_hint(nl: String, en: String, near: &Option<String>, other: Message) -> Message {
    match near {
        Some(near) => {
            Message::new(format!("{nl}: bedoelde u `{near}`?"), format!("{en}: did you mean `{near}`?"))
        }
        None if other.nl.is_empty() => Message { nl, en },
        None => Message::new(format!("{nl}: {}", other.nl), format!("{en}: {}", other.en)),
    }
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    words.map(|w| format!("`{w}`")).take(LISTED + 1).collect()
}

/// "expected `a`, `b`": only where the choice is short.
fn choice<'a>(words: impl Fn(Lang) -> Vec<&'a str>) -> Message {
    let of = |lang: Lang, lead: &str| {
        let words = listed(words(lang).into_iter());
        if words.is_empty() || words.len() > LISTED {
            String::new()
        } else {
            lead.to_string() + &words.join(", ")
        }
    };
    Message::new(of(Lang::Nl, "het kan "), of(Lang::En, "expected one of "))
}

/// A key at the top that is no record.
pub(super) fn unknown_record(
    problems: &mut Problems,
    schema: &Schema,
    lookup: &Lookup,
    key: &str,
    at: Span,
    words: &[Word],
) {
    let own: Vec<&str> = words.iter().flat_map(|w| words::spellings(*w).iter().copied()).collect();
    let near = if problems.may_suggest() { lookup.near_record(key, &own) } else { None };
    let names = |lang: Lang| {
        let records = schema.records.iter().filter(|r| !r.is_abstract);
        records.map(|r| r.labels.name(lang, &r.name)).collect()
    };
    let (nl, en) = (format!("`{key}` is geen bekend onderdeel"), format!("unknown record `{key}`"));
    let message = with_hint(nl, en, &near, choice(names));
    problems.add(&codes::UNKNOWN_FIELD, at, message.nl, message.en).suggest(near);
}

/// A record that only stands for others.
pub(super) fn abstract_record(
    problems: &mut Problems,
    schema: &Schema,
    record: RecordId,
    key: &str,
    at: Span,
) {
    let children = |lang: Lang| {
        let children = schema.members(record).map(|r| &schema.records[r.ix()]);
        listed(children.map(|r| r.labels.name(lang, &r.name))).join(", ")
    };
    let nl = format!(
        "`{key}` kan alleen zeggen wat er nooit is (`nooit`); in te vullen zijn: {}",
        children(Lang::Nl)
    );
    let en =
        format!("`{key}` can only say what there never is (`never`); to fill in are: {}", children(Lang::En));
    problems.add(&codes::UNKNOWN_FIELD, at, nl, en);
}

/// A key in a record that is none of its fields.
pub(super) fn unknown_field(
    problems: &mut Problems,
    schema: &Schema,
    lookup: &Lookup,
    record: RecordId,
    key: &str,
    at: Span,
    words: &[Word],
) {
    let own: Vec<&str> = words.iter().flat_map(|w| words::spellings(*w).iter().copied()).collect();
    let near = if problems.may_suggest() { lookup.near_field(record, key, &own) } else { None };
    let it = &schema.records[record.ix()];
    let names = |lang: Lang| it.fields.iter().map(|f| f.labels.name(lang, &f.name)).collect();
    let nl = format!("`{}` heeft geen veld `{key}`", it.labels.name(Lang::Nl, &it.name));
    let en = format!("`{}` has no field `{key}`", it.labels.name(Lang::En, &it.name));
    let message = with_hint(nl, en, &near, choice(names));
    problems.add(&codes::UNKNOWN_FIELD, at, message.nl, message.en).suggest(near);
}

/// A key that a long form does not have.
pub(super) fn unknown_key(problems: &mut Problems, key: &str, at: Span, words: &[Word]) {
    let own = words.iter().flat_map(|w| words::spellings(*w).iter().copied());
    let near = super::lookup::near(key, own);
    let names = |lang: Lang| -> Vec<&str> {
        let spellings = words.iter().map(|w| words::spellings(*w));
        spellings.filter_map(|s| s.get(lang.pick(1, 0)).copied()).take(LISTED).collect()
    };
    let (nl, en) = (format!("`{key}` hoort hier niet"), format!("`{key}` does not belong here"));
    let message = with_hint(nl, en, &near, choice(names));
    problems.add(&codes::UNKNOWN_FIELD, at, message.nl, message.en).suggest(near);
}

/// A word that is no term of the kind.
pub(super) fn unknown_term(
    problems: &mut Problems,
    schema: &Schema,
    lookup: &Lookup,
    kind: KindId,
    word: &str,
    at: Span,
) {
    let (near, elsewhere) = match problems.may_suggest() {
        true => (lookup.near_term(kind, word), lookup.elsewhere(kind, word)),
        false => (None, None),
    };
    let name = |kind: KindId, lang| schema.kinds[kind.ix()].labels.name(lang, &schema.kinds[kind.ix()].name);
    let other = match elsewhere {
        Some(other) => {
            let (nl, en) = (name(other, Lang::Nl), name(other, Lang::En));
            let a = crate::words::indefinite(en);
            Message::new(format!("dat woord is een {nl}"), format!("that word is {a} {en}"))
        }
        None => choice(|lang| {
            let terms = schema.kinds[kind.ix()].terms.iter().map(|t| &schema.terms[t.ix()]);
            terms.map(|t| t.labels.name(lang, &t.name)).collect()
        }),
    };
    let shown = shorten(word);
    let nl = format!("{} `{shown}` is onbekend", name(kind, Lang::Nl));
    let en = format!("unknown {} `{shown}`", name(kind, Lang::En));
    let message = with_hint(nl, en, &near, other);
    problems.add(&codes::UNKNOWN_TERM, at, message.nl, message.en).suggest(near);
}

/// A word that names no event.
pub(super) fn unknown_event(problems: &mut Problems, schema: &Schema, lookup: &Lookup, word: &str, at: Span) {
    let near = if problems.may_suggest() { lookup.near_event(word) } else { None };
    let names = |lang: Lang| schema.events.iter().map(|e| e.labels.name(lang, &e.name)).collect();
    let shown = shorten(word);
    let (nl, en) = (format!("gebeurtenis `{shown}` is onbekend"), format!("unknown event `{shown}`"));
    let message = with_hint(nl, en, &near, choice(names));
    problems.add(&codes::UNKNOWN_TERM, at, message.nl, message.en).suggest(near);
}

/// A value of another type than the field holds.
pub(super) fn wrong_type(problems: &mut Problems, at: Span, found: &Message, expected: &Message) {
    let nl = format!("{} gevonden, verwacht: {}", found.nl, expected.nl);
    let en = format!("found {}, expected {}", found.en, expected.en);
    problems.add(&codes::WRONG_TYPE, at, nl, en);
}

/// What a field holds, in words.
pub(super) fn expected(schema: &Schema, ty: FieldType, many: bool) -> Message {
    let one = match ty {
        FieldType::Terms(kind) => {
            let kind = &schema.kinds[kind.ix()];
            let name = |lang| kind.labels.name(lang, &kind.name);
            return match many {
                true => Message::new(
                    format!("een of meer woorden van soort `{}`, zoals `[…, …]`", name(Lang::Nl)),
                    format!("one or more words of kind `{}`, such as `[…, …]`", name(Lang::En)),
                ),
                false => Message::new(
                    format!("een woord van soort `{}`", name(Lang::Nl)),
                    format!("one word of kind `{}`", name(Lang::En)),
                ),
            };
        }
        FieldType::Date => {
            ("een datum, zoals `2024-07-15` of `2024-07`", "a date, such as `2024-07-15` or `2024-07`")
        }
        FieldType::Duration => ("een termijn, zoals `13 maanden`", "a span of time, such as `13 months`"),
        FieldType::Number => ("een geheel getal", "a whole number"),
        FieldType::Event => ("een gebeurtenis", "an event"),
    };
    Message::new(one.0, one.1)
}

/// What stands there, in words.
pub(super) fn found(node: &super::doc::Node) -> Message {
    use super::doc::Content;
    match &node.content {
        Content::Scalar { .. } if node.is_null() => Message::new("niets", "nothing"),
        Content::Scalar { text, .. } => {
            Message::new(format!("`{}`", shorten(text)), format!("`{}`", shorten(text)))
        }
        Content::List(_) => Message::new("een lijst", "a list"),
        Content::Map(_) => Message::new("een blok met sleutels", "a mapping"),
        Content::Broken => Message::new("een onleesbare waarde", "an unreadable value"),
    }
}

/// A word short enough for a message, on one line.
pub(super) fn shorten(word: &str) -> String {
    let clean: String = word.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if word.chars().nth(60).is_some() { clean + "…" } else { clean }
}
