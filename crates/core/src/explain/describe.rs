//! What a typed formula or norm requires, in words.
//!
//! Works from the typed core alone, so it says what the engine will test, whatever the sentence looked like.
//! Phrases hang together with "with" and "without", which needs no verb forms and no grammatical gender.

use super::phrases::{Join, Scale, both, comparison, day, duration, list, names, quote};
use super::voice::Voice;
use crate::diag::Message;
use crate::model::{
    Collection, Elem, FieldRef, Formula, KindId, Norm, Op, Quantity, Schema, Sentence, SettingValue, TermSet,
    Terms, Vacuous,
};
use crate::sentence::Family;
use crate::words::{self, Meaning};

/// What a formula says, as a clause: "there is at least one loan with branch outside `North`".
pub fn formula(formula: &Formula, schema: &Schema) -> Message {
    both(|lang| Voice { schema, facts: None, lang }.formula(formula, false, Mode::Says))
}

/// What a norm requires: "no loan with branch outside `North` without deposit `cash`".
pub fn norm(norm: &Norm, schema: &Schema) -> Message {
    both(|lang| Voice { schema, facts: None, lang }.norm(norm))
}

/// What the sentences require that one line of a rule became: of sentences about every term of a kind the first,
/// and that it holds for the others too.
pub fn family(family: &Family, schema: &Schema) -> Message {
    let said = |sentence: &Sentence| norm(&sentence.norm, schema);
    both(|lang| {
        let voice = Voice { schema, facts: None, lang };
        let all: Vec<String> = family.sentences.iter().map(|one| said(one).get(lang).to_owned()).collect();
        voice.likewise(&all, family.each.map(|(kind, _)| kind))
    })
}

/// How a phrase hangs on what went before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A clause with its own subject.
    Says,
    /// A clause whose subject was just named: "has …".
    Has,
    /// A qualifier of a noun: "with …".
    With,
    /// What is had, without a verb: "deposit `cash`".
    Bare,
}

impl Voice<'_> {
    /// A norm; an obligation in the same form as a prohibition.
    pub(super) fn norm(&self, norm: &Norm) -> String {
        match norm {
            Norm::Holds(clause) => self.formula(&clause.formula, false, Mode::Says),
            Norm::Each { over, scope, need, .. } => {
                let things = self.noun(over, &scope.formula);
                let lacking = match need.formula {
                    Formula::Const(_) => String::new(),
                    ref need => format!(" {}", self.lacking(&scope.formula, need)),
                };
                format!("{} {things}{lacking}", self.lang.pick("geen", "no"))
            }
        }
    }

    /// A norm that is kept: an obligation that found things says what they have. A prohibition stays one, since
    /// there may be nothing in its scope.
    pub(super) fn kept(&self, norm: &Norm) -> String {
        match norm {
            Norm::Each { over, scope, need, vacuous: Vacuous::NotExercised, .. }
                if !matches!(need.formula, Formula::Const(_)) =>
            {
                let (things, have) = self.all_of(over);
                let scope_words = self.formula(&scope.formula, false, Mode::With);
                let scope_words =
                    if scope_words.is_empty() { scope_words } else { format!(" {scope_words}") };
                let needed = self.required(&scope.formula, &need.formula);
                format!("{things}{scope_words} {have} {needed}")
            }
            other => self.norm(other),
        }
    }

    /// Sentences about each term of a kind, said once.
    pub(super) fn likewise(&self, said: &[String], each: Option<KindId>) -> String {
        match (said, each) {
            ([first, _, ..], Some(kind)) => {
                let noun = words::called(self.schema, Meaning::Kind(kind), self.lang);
                let every = if words::neuter(words::head(&noun)) { "elk ander" } else { "elke andere" };
                let count = said.len();
                self.lang.pick(
                    format!("{first}; en zo ook voor {every} {noun} ({count} in totaal)"),
                    format!("{first}; and likewise for every other {noun} ({count} in all)"),
                )
            }
            _ => said.join("; "),
        }
    }

    /// The things of a collection as a subject, with its verb.
    fn all_of(&self, over: &Collection) -> (String, &'static str) {
        let lang = self.lang;
        match over {
            Collection::Records { record, .. } if self.schema.records[record.ix()].single => {
                (self.record(*record), lang.pick("heeft", "has"))
            }
            Collection::Records { record, declared } => {
                let stated = if *declared { lang.pick(" (zoals vermeld)", " (as stated)") } else { "" };
                let all = lang.pick("alle", "all");
                (format!("{all} {}{stated}", self.records(*record)), lang.pick("hebben", "have"))
            }
            Collection::Categories { governed_by, key, scope, .. } => {
                let terms = self.kind((*governed_by, *key)).map(|k| self.terms(k, scope, Join::Or));
                let within = lang.pick("alles binnen", "everything within");
                (format!("{within} {}", terms.unwrap_or_default()), lang.pick("heeft", "has"))
            }
        }
    }

    /// What a thing in scope lacks that breaks the norm; what the scope says is not said again.
    pub(super) fn lacking(&self, scope: &Formula, need: &Formula) -> String {
        let words = self.formula(need, true, Mode::With);
        self.unsaid(words, scope, Join::And, |part| self.formula(part, false, Mode::With))
    }

    /// What a thing in scope needs; that it may be out of scope is not said.
    pub(super) fn required(&self, scope: &Formula, need: &Formula) -> String {
        let words = self.formula(need, false, Mode::Bare);
        self.unsaid(words, scope, Join::Or, |part| self.formula(part, true, Mode::Bare))
    }

    /// Words without those in front that a part of the scope makes needless.
    fn unsaid(&self, words: String, scope: &Formula, join: Join, say: impl Fn(&Formula) -> String) -> String {
        let parts = match scope {
            Formula::And(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        parts.iter().map(say).filter(|said| !said.is_empty()).fold(words, |words, said| {
            let linked = [format!("{said} {} ", join.word(self.lang)), format!("{said}, ")];
            let rest = linked.iter().find_map(|l| words.strip_prefix(l.as_str())).map(str::to_string);
            rest.unwrap_or(words)
        })
    }

    /// The things of a collection for which something holds.
    pub(super) fn noun(&self, over: &Collection, body: &Formula) -> String {
        self.counted_noun(over, body, false)
    }

    fn counted_noun(&self, over: &Collection, body: &Formula, plural: bool) -> String {
        let label = match over {
            Collection::Records { record, declared } => {
                let label = if plural { self.records(*record) } else { self.record(*record) };
                let stated = self.lang.pick(" (zoals vermeld)", " (as stated)");
                if *declared { label + stated } else { label }
            }
            Collection::Categories { governed_by, key, scope, .. } => {
                let terms = self.kind((*governed_by, *key)).map(|k| self.terms(k, scope, Join::Or));
                let of = self.lang.pick("categorie binnen", "category within");
                format!("{of} {}", terms.unwrap_or_default())
            }
        };
        match self.formula(body, false, Mode::With) {
            qualifiers if qualifiers.is_empty() => label,
            qualifiers => format!("{label} {qualifiers}"),
        }
    }

    /// A formula, or what it is when it does not hold.
    pub(super) fn formula(&self, formula: &Formula, negated: bool, mode: Mode) -> String {
        let lang = self.lang;
        match formula {
            Formula::Const(value) if *value != negated => String::new(),
            Formula::Const(_) => lang.pick("nooit", "never").to_string(),
            Formula::Not(inner) => self.formula(inner, !negated, mode),
            Formula::And(parts) => self.joined(parts, Join::And, negated, mode),
            Formula::Or(parts) => self.joined(parts, Join::Or, negated, mode),
            Formula::Exists { over, body, count, .. } => self.exists(over, body, *count, negated, mode),
            Formula::Element { of, elem, body } => {
                let test = self.test(*elem, body, false);
                let test = if test.is_empty() { test } else { format!(" {test}") };
                self.has(*of, format!("{}{test}", self.of(*of)), negated, mode)
            }
            Formula::In { of, terms, .. } => {
                let phrase = format!("{} {}", self.of(*of), self.among(*of, terms, negated));
                self.has(*of, phrase, false, mode)
            }
            Formula::Compare { left, op, right } => {
                self.has(*left, self.compared(*left, *op, right), negated, mode)
            }
            Formula::Apart { later, op, span, earlier } => {
                self.has(*later, self.apart(*later, *op, span, *earlier), negated, mode)
            }
            Formula::Same(a, b) => self.has(*a, self.same(*a, *b), negated, mode),
            Formula::HasValue(of) => self.has(*of, self.of(*of), negated, mode),
            Formula::Definite(of) => self.has(*of, self.definite(*of, negated), negated, mode),
        }
    }

    fn joined(&self, parts: &[Formula], join: Join, negated: bool, mode: Mode) -> String {
        let outer = if negated { join.flipped() } else { join };
        let mixed = |part: &Formula| match strip(part, negated) {
            (Formula::And(p), neg) => p.len() > 1 && (if neg { Join::Or } else { Join::And }) != outer,
            (Formula::Or(p), neg) => p.len() > 1 && (if neg { Join::And } else { Join::Or }) != outer,
            _ => false,
        };
        let say = |part: &Formula| {
            let words = self.formula(part, negated, mode);
            if mixed(part) && !words.is_empty() { format!("({words})") } else { words }
        };
        let words: Vec<String> = parts.iter().map(say).filter(|w| !w.is_empty()).collect();
        // "Without a or b" could mean without either.
        let told_once = if negated { None } else { self.terms_of_one(&words, outer) };
        told_once.unwrap_or_else(|| list(self.lang, &words, outer))
    }

    /// "pledge `a`" and "pledge `b`" as "pledge `a` and `b`", where all are of one field.
    fn terms_of_one(&self, words: &[String], join: Join) -> Option<String> {
        let split = |word: &String| {
            let at = word.find('`').filter(|at| *at > 0 && word.ends_with('`'))?;
            let (head, term) = word.split_at(at);
            (term.matches('`').count() == 2).then(|| (head.to_owned(), term.to_owned()))
        };
        let (heads, terms): (Vec<String>, Vec<String>) =
            words.iter().map(split).collect::<Option<Vec<_>>>()?.into_iter().unzip();
        let (first, others) = heads.split_first()?;
        let alike = !others.is_empty() && others.iter().all(|head| head == first);
        alike.then(|| format!("{first}{}", list(self.lang, &terms, join)))
    }

    fn exists(&self, over: &Collection, body: &Formula, count: u32, negated: bool, mode: Mode) -> String {
        let lang = self.lang;
        let things = self.counted_noun(over, body, count > 1);
        let amount = match (count, negated) {
            (0 | 1, false) => lang.pick("minstens één", "at least one").to_string(),
            (0 | 1, true) => lang.pick("geen", if mode == Mode::With { "any" } else { "no" }).to_string(),
            (n, false) => format!("{} {n}", lang.pick("minstens", "at least")),
            (n, true) => format!("{} {n}", lang.pick("minder dan", "fewer than")),
        };
        let lead = match mode {
            Mode::Says if count > 1 => lang.pick("er zijn", "there are"),
            Mode::Says => lang.pick("er is", "there is"),
            Mode::Has => lang.pick("heeft", "has"),
            Mode::With if negated && count <= 1 => {
                return format!("{} {things}", lang.pick("zonder", "without any"));
            }
            Mode::With => lang.pick("met", "with"),
            Mode::Bare => return format!("{amount} {things}"),
        };
        format!("{lead} {amount} {things}")
    }

    fn has(&self, of: FieldRef, what: String, negated: bool, mode: Mode) -> String {
        let lang = self.lang;
        let no = if negated { lang.pick("geen ", "no ") } else { "" };
        match mode {
            Mode::With if negated => format!("{} {what}", lang.pick("zonder", "without")),
            Mode::With => format!("{} {what}", lang.pick("met", "with")),
            Mode::Bare => format!("{no}{what}"),
            Mode::Has => format!("{} {no}{what}", lang.pick("heeft", "has")),
            Mode::Says => format!("{} {} {no}{what}", self.record(of.record), lang.pick("heeft", "has")),
        }
    }

    fn of(&self, of: FieldRef) -> String {
        self.field((of.record, of.field))
    }

    fn definite(&self, of: FieldRef, negated: bool) -> String {
        let (nl, en) = if negated { ("", "") } else { ("een ", "a ") };
        let field = self.of(of);
        self.lang
            .pick(format!("{nl}eenduidige opgave van {field}"), format!("{en}definite statement of {field}"))
    }

    /// "`day` more than 6 months after `day` of `record`".
    fn apart(&self, later: FieldRef, op: Op, span: &Quantity, earlier: FieldRef) -> String {
        let (own, bound) = (self.of(later), self.bound(later, op, span));
        let (other, record) = (self.of(earlier), self.record(earlier.record));
        self.lang.pick(
            format!("{own} {bound} na {other} van {record}"),
            format!("{own} {bound} after {other} of {record}"),
        )
    }

    fn same(&self, a: FieldRef, b: FieldRef) -> String {
        format!("{} {}", self.of(a), self.same_as(b))
    }

    /// "the same as `field` of `record`".
    pub(super) fn same_as(&self, b: FieldRef) -> String {
        let (other, record) = (self.of(b), self.record(b.record));
        self.lang.pick(format!("gelijk aan {other} van {record}"), format!("the same as {other} of {record}"))
    }

    /// The test on one element of a field, behind the field's name.
    fn test(&self, elem: Elem, body: &Formula, negated: bool) -> String {
        let all = |parts: &[Formula], join: Join| {
            let words: Vec<String> =
                parts.iter().map(|p| self.test(elem, p, negated)).filter(|w| !w.is_empty()).collect();
            list(self.lang, &words, if negated { join.flipped() } else { join })
        };
        match body {
            Formula::Not(inner) => self.test(elem, inner, !negated),
            Formula::And(parts) => all(parts, Join::And),
            Formula::Or(parts) => all(parts, Join::Or),
            // A term over all others of its kind asks for any value.
            Formula::In { elem: e, of, terms: Terms::These(terms) }
                if *e == elem
                    && !negated
                    && self.kind((of.record, of.field)).is_some_and(|k| self.covers(k, terms)) =>
            {
                String::new()
            }
            Formula::In { elem: e, of, terms } if *e == elem => self.among(*of, terms, negated),
            other => self.formula(other, negated, Mode::With),
        }
    }

    /// "`a` or `b`", "outside `set`": what an element is tested against.
    pub(super) fn among(&self, of: FieldRef, terms: &Terms, negated: bool) -> String {
        let lang = self.lang;
        let border = if negated { lang.pick("buiten", "outside") } else { lang.pick("binnen", "within") };
        match terms {
            Terms::These(terms) => {
                let names = self.tested(of, terms);
                if negated { format!("{} {names}", lang.pick("anders dan", "other than")) } else { names }
            }
            Terms::Words(words) => {
                let names = names(lang, words, Join::Or);
                if negated { format!("{} {names}", lang.pick("anders dan", "other than")) } else { names }
            }
            Terms::Set(set) => format!("{border} {}", quote(&self.set(*set))),
            Terms::Setting(id) => format!("{border} {}", self.setting_named(*id)),
            Terms::Declared(record, field) => {
                let (records, field) = (self.records(*record), self.field((*record, *field)));
                lang.pick(
                    format!("{border} wat bij {records} is vermeld als {field}"),
                    format!("{border} what is stated as {field} of {records}"),
                )
            }
            Terms::Field(other) => format!(
                "{border} {} {} {}",
                self.of(*other),
                lang.pick("van", "of"),
                self.record(other.record)
            ),
        }
    }

    fn tested(&self, of: FieldRef, terms: &TermSet) -> String {
        self.kind((of.record, of.field)).map(|k| self.terms(k, terms, Join::Or)).unwrap_or_default()
    }

    fn setting_named(&self, id: crate::model::SettingId) -> String {
        let word = self.lang.pick("instelling", "setting");
        format!("{} ({word} {})", self.setting(id), quote(&self.schema.settings[id.ix()].name))
    }

    fn compared(&self, left: FieldRef, op: Op, right: &Quantity) -> String {
        let of = match right {
            Quantity::Duration(..) | Quantity::Number(_) => self.lang.pick("van ", "of "),
            _ => "",
        };
        format!("{} {of}{}", self.of(left), self.bound(left, op, right))
    }

    /// "at most 13 months after `event`": a comparison without its left side.
    pub(super) fn bound(&self, left: FieldRef, op: Op, right: &Quantity) -> String {
        let lang = self.lang;
        let sign = |scale| comparison(lang, op, scale);
        let after = |from: &Option<crate::model::EventId>| match from {
            Some(event) => format!(" {} {}", lang.pick("na", "after"), quote(&self.event(*event))),
            None => String::new(),
        };
        let ago = lang.pick("voor de peildatum", "before the as-of date");
        match right {
            Quantity::Duration(span, from) => {
                format!("{} {}{}", sign(Scale::Amount), duration(lang, *span), after(from))
            }
            Quantity::Ago(span) => format!("{} {} {ago}", sign(Scale::Amount), duration(lang, *span)),
            Quantity::Date(date) => format!("{} {}", sign(Scale::Day), day(lang, *date)),
            Quantity::Number(n) => format!("{} {n}", sign(Scale::Amount)),
            Quantity::Term(bit) => {
                let term = self.kind((left.record, left.field)).map(|k| self.term(k, *bit));
                format!("{} {}", sign(Scale::Rank), quote(&term.unwrap_or_default()))
            }
            Quantity::Setting { setting, from, ago: counted_back } => {
                let ago = if *counted_back { format!(" {ago}") } else { String::new() };
                let scale = match self.schema.settings[setting.ix()].value {
                    SettingValue::Date(_) => Scale::Day,
                    SettingValue::Terms(..) => Scale::Rank,
                    _ => Scale::Amount,
                };
                format!("{} {}{}{ago}", sign(scale), self.setting_named(*setting), after(from))
            }
        }
    }
}

/// A formula without the "not"s around it, and whether it is negated then.
fn strip(formula: &Formula, negated: bool) -> (&Formula, bool) {
    match formula {
        Formula::Not(inner) => strip(inner, !negated),
        other => (other, negated),
    }
}
