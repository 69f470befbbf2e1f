//! The typed core in words, for `policy explain --core` and hover: every quantifier, test and choice visible.

use crate::lang::Lang;
use crate::model::{
    Collection, Duration, Elem, EventId, FieldRef, Formula, KindId, Norm, Quantity, RecordId, Rule, Schema,
    Sentence, TermSet, Terms, Var,
};
use crate::sentence::families::families;
use crate::words::{self, Meaning};

/// The core of a rule, a line per part.
pub fn core_form(rule: &Rule, schema: &Schema, lang: Lang) -> String {
    let form = CoreForm { schema, lang, each: None };
    let mut lines = Vec::new();
    if let Some(when) = &rule.when {
        lines.push(format!("{} {}", form.pick("wanneer", "when"), form.formula(&when.formula)));
    }
    for family in families(rule, schema) {
        match (family.each, family.first()) {
            (Some(each), Some(first)) => {
                lines.push(CoreForm { each: Some(each), ..form }.for_each_term(first))
            }
            _ => lines.extend(family.sentences.iter().map(|sentence| form.sentence(sentence))),
        }
    }
    if let Some(unless) = &rule.unless {
        lines.push(format!("{} {}", form.pick("tenzij", "unless"), form.formula(&unless.formula)));
    }
    lines.join("\n")
}

#[derive(Clone, Copy)]
struct CoreForm<'a> {
    schema: &'a Schema,
    lang: Lang,
    /// The kind for each of whose terms the sentence holds, and the term that stands for all of them.
    each: Option<(KindId, &'a TermSet)>,
}

/// The term that stands for each of its kind.
const TERM: &str = "t";

impl CoreForm<'_> {
    fn pick(&self, nl: &'static str, en: &'static str) -> &'static str {
        self.lang.pick(nl, en)
    }

    /// A sentence that stands for one about each term of a kind.
    fn for_each_term(&self, sentence: &Sentence) -> String {
        let Some((kind, _)) = self.each else { return self.sentence(sentence) };
        let terms = self.schema.kinds[kind.ix()].terms.iter().map(|term| &self.schema.terms[term.ix()]);
        let (noun, count) = (self.called(Meaning::Kind(kind)), terms.filter(|term| !term.group).count());
        format!("{} {noun} {TERM} ({count}): {}", self.for_each(&noun), self.sentence(sentence))
    }

    fn for_each(&self, noun: &str) -> &'static str {
        self.pick(if words::neuter(words::head(noun)) { "voor elk" } else { "voor elke" }, "for each")
    }

    fn sentence(&self, sentence: &Sentence) -> String {
        let mut text = String::new();
        if let Some(given) = &sentence.given {
            let (a, b) = self.lang.pick(("als", "dan"), ("if", "then"));
            text.push_str(&format!("{a} {} {b} ", self.formula(&given.formula)));
        }
        text.push_str(&self.norm(&sentence.norm));
        if let Some(unless) = &sentence.unless {
            text.push_str(&format!(" {} {}", self.pick("tenzij", "unless"), self.formula(&unless.formula)));
        }
        text
    }

    fn norm(&self, norm: &Norm) -> String {
        match norm {
            Norm::Holds(clause) => self.formula(&clause.formula),
            Norm::Each { over, var, scope, need, .. } => {
                let each = self.for_each(&self.noun(over));
                let over = self.collection(over, *var);
                let need = self.formula(&need.formula);
                match &scope.formula {
                    Formula::Const(true) => format!("{each} {over}: {need}"),
                    scope => {
                        let (a, b) = self.lang.pick(("als", "dan"), ("if", "then"));
                        format!("{each} {over}: {a} {} {b} {need}", self.formula(scope))
                    }
                }
            }
        }
    }

    /// The noun that a collection begins with.
    fn noun(&self, over: &Collection) -> String {
        match over {
            Collection::Records { record, .. } => self.record(*record),
            Collection::Categories { governed_by, key, .. } => self.field_name(*governed_by, *key),
        }
    }

    fn collection(&self, over: &Collection, var: Var) -> String {
        match over {
            Collection::Records { record, declared } => {
                let noun = self.record(*record);
                let stated = if words::neuter(&noun) { "vermeld " } else { "vermelde " };
                let declared = if *declared { self.pick(stated, "declared ") } else { "" };
                format!("{declared}{noun} {}", name(var))
            }
            Collection::Categories { governed_by, key, scope, also, .. } => {
                let kind = self.field_name(*governed_by, *key);
                let mut text = format!(
                    "{kind} {} {}",
                    self.pick("onder", "under"),
                    self.bits(&(*governed_by, *key), scope)
                );
                for (held, governing, set) in also {
                    let field = governing.map(|f| (*governed_by, f)).or(held.map(|f| (self.holder(over), f)));
                    if let Some(field) = field {
                        text.push_str(&format!(" {} {}", self.pick("van", "of"), self.bits(&field, set)));
                    }
                }
                let by = self.pick("met zijn", "with its");
                format!("{text} {by} {} {}", self.record(*governed_by), name(var))
            }
        }
    }

    fn holder(&self, over: &Collection) -> RecordId {
        match over {
            Collection::Categories { held, .. } => held.0,
            Collection::Records { record, .. } => *record,
        }
    }

    fn formula(&self, formula: &Formula) -> String {
        match formula {
            Formula::Const(true) => self.pick("waar", "true").to_string(),
            Formula::Const(false) => self.pick("onwaar", "false").to_string(),
            Formula::Not(inner) => format!("{} ({})", self.pick("niet", "not"), self.formula(inner)),
            Formula::And(parts) => self.joined(parts, self.pick(" en ", " and ")),
            Formula::Or(parts) => self.joined(parts, self.pick(" of ", " or ")),
            Formula::Exists { over, var, count, body } => {
                let things = self.collection(over, *var);
                let some = match count {
                    1 => format!("{} {}", self.pick("er is", "there is"), self.article(&things)),
                    n => format!("{} {n}", self.pick("er zijn minstens", "there are at least")),
                };
                let with = self.pick("met", "with");
                match &**body {
                    Formula::Const(true) => format!("{some} {things}"),
                    body => format!("{some} {things} {with} ({})", self.formula(body)),
                }
            }
            Formula::Element { of, elem, body } => {
                let (has, with) = self.lang.pick(("heeft een element", "met"), ("has an element", "with"));
                format!("{} {has} {} {with} ({})", self.field(of), element(*elem), self.formula(body))
            }
            Formula::In { elem, of, terms } => {
                format!("{} ∈ {}", element(*elem), self.terms(of, terms))
            }
            Formula::Compare { left, op, right } => {
                format!("{} {} {}", self.field(left), op.sign(), self.quantity(left, right))
            }
            Formula::Apart { later, op, span, earlier } => {
                let after = self.pick("na", "after");
                let span = self.quantity(later, span);
                format!("{} {} {span} {after} {}", self.field(later), op.sign(), self.field(earlier))
            }
            Formula::Same(a, b) => format!("{} = {}", self.field(a), self.field(b)),
            Formula::HasValue(of) => {
                format!("{} {}", self.field(of), self.pick("heeft een waarde", "has a value"))
            }
            Formula::Definite(of) => {
                format!("{} {}", self.field(of), self.pick("is bepaald vermeld", "is definitely stated"))
            }
        }
    }

    fn article(&self, next: &str) -> &'static str {
        self.pick("een", words::indefinite(next))
    }

    fn joined(&self, parts: &[Formula], joint: &str) -> String {
        let part = |f: &Formula| match f {
            Formula::And(_) | Formula::Or(_) => format!("({})", self.formula(f)),
            _ => self.formula(f),
        };
        parts.iter().map(part).collect::<Vec<_>>().join(joint)
    }

    fn terms(&self, of: &FieldRef, terms: &Terms) -> String {
        match terms {
            Terms::These(set) => self.bits(&(of.record, of.field), set),
            Terms::Words(words) => words.iter().map(|w| format!("“{w}”")).collect::<Vec<_>>().join(", "),
            Terms::Set(set) => self.called(Meaning::Set(*set)),
            Terms::Setting(setting) => self.called(Meaning::Setting(*setting)),
            Terms::Declared(record, field) => format!(
                "{} {}.{}",
                self.pick("vermelde", "declared"),
                self.record(*record),
                self.field_name(*record, *field)
            ),
            Terms::Field(other) => self.field(other),
        }
    }

    /// The top terms of a set: those not under another term of it.
    fn bits(&self, (record, field): &(RecordId, crate::model::FieldId), set: &TermSet) -> String {
        let crate::model::FieldType::Terms(kind) = self.schema.records[record.ix()].fields[field.ix()].ty
        else {
            return String::new();
        };
        let terms = &self.schema.kinds[kind.ix()].terms;
        if self.each.is_some_and(|(of, one)| (of, one) == (kind, set)) {
            return format!("{{{TERM}}}");
        }
        let covered = |bit: u32| {
            let term = terms.get(bit as usize).map(|t| &self.schema.terms[t.ix()]);
            let parent = term.and_then(|t| t.parent).map(|p| self.schema.terms[p.ix()].bit);
            parent.is_some_and(|p| set.iter().any(|b| b == p))
        };
        let tops = set.iter().filter(|bit| !covered(*bit)).filter_map(|bit| terms.get(bit as usize));
        let names: Vec<_> = tops.map(|t| self.called(Meaning::Term(*t))).collect();
        let listed = format!("{{{}}}", names.join(", "));
        if set.is_cofinite() {
            format!("{} {listed}", self.pick("alles behalve", "all except"))
        } else {
            listed
        }
    }

    fn quantity(&self, left: &FieldRef, quantity: &Quantity) -> String {
        match quantity {
            Quantity::Duration(span, from) => format!("{}{}", self.span(*span), self.after(*from)),
            Quantity::Ago(span) => format!("{} {}", self.span(*span), self.pick("geleden", "ago")),
            Quantity::Date(date) => date.to_string(),
            Quantity::Number(number) => number.to_string(),
            Quantity::Term(bit) => self.bits(&(left.record, left.field), &TermSet::one(*bit)),
            Quantity::Setting { setting, from, ago } => {
                let ago = if *ago { self.pick(" geleden", " ago") } else { "" };
                format!("{}{}{ago}", self.called(Meaning::Setting(*setting)), self.after(*from))
            }
        }
    }

    fn span(&self, span: Duration) -> String {
        let unit = |n: u32, word| format!("{n} {}", words::spelling(word, self.lang, n != 1));
        match span {
            Duration::Months(n) => unit(n, words::Word::Month),
            Duration::Hours(n) if n > 0 && n % 168 == 0 => unit(n / 168, words::Word::Week),
            Duration::Hours(n) if n > 0 && n % 24 == 0 => unit(n / 24, words::Word::Day),
            Duration::Hours(n) => unit(n, words::Word::Hour),
        }
    }

    fn after(&self, event: Option<EventId>) -> String {
        let after = |e| format!(" {} {}", self.pick("na", "after"), self.called(Meaning::Event(e)));
        event.map(after).unwrap_or_default()
    }

    fn field(&self, of: &FieldRef) -> String {
        format!("{}.{}", name(of.var), self.field_name(of.record, of.field))
    }

    fn field_name(&self, record: RecordId, field: crate::model::FieldId) -> String {
        self.called(Meaning::Field(record, field))
    }

    fn record(&self, record: RecordId) -> String {
        self.called(Meaning::Record(record))
    }

    fn called(&self, meaning: Meaning) -> String {
        words::called(self.schema, meaning, self.lang)
    }
}

/// The nth thing: x, y, z, x3, …
fn name(var: Var) -> String {
    match var.0 {
        0 => "x".into(),
        1 => "y".into(),
        2 => "z".into(),
        n => format!("x{n}"),
    }
}

fn element(elem: Elem) -> String {
    format!("e{}", elem.0)
}
