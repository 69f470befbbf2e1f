//! Things in words, as Markdown: what hovers and completions show.

use jiff::civil::Date;
use policy_core::explain::duration_words;
use policy_core::lang::{Lang, Text};
use policy_core::model::*;
use policy_core::words::{self, Meaning};

use super::view::View;

/// How many names of a list are shown.
const SHOWN: usize = 12;

/// Describes things in one language.
#[derive(Clone, Copy)]
pub(super) struct Describe<'a> {
    pub schema: &'a Schema,
    pub lang: Lang,
    pub as_of: Date,
}

impl<'a> Describe<'a> {
    pub fn new(view: &View<'a>, lang: Lang) -> Self {
        Describe { schema: view.schema, lang, as_of: view.project.as_of(view.db) }
    }

    pub fn pick(&self, nl: &'static str, en: &'static str) -> &'static str {
        self.lang.pick(nl, en)
    }

    /// What a thing is called.
    pub fn called(&self, meaning: Meaning) -> String {
        words::called(self.schema, meaning, self.lang)
    }

    /// A few words that say what sort of thing it is.
    pub fn sort(&self, meaning: Meaning) -> String {
        let of = |nl, en, meaning| format!("{} {}", self.pick(nl, en), self.called(meaning));
        match meaning {
            Meaning::Record(_) => self.pick("gegeven", "record").into(),
            Meaning::Field(r, _) => of("veld van", "field of", Meaning::Record(r)),
            Meaning::Term(t) => of("begrip,", "term,", Meaning::Kind(self.schema.terms[t.ix()].kind)),
            Meaning::Compound(..) => self.pick("samenstelling", "compound").into(),
            Meaning::Set(s) => of("verzameling,", "set,", Meaning::Kind(self.schema.sets[s.ix()].kind)),
            Meaning::Event(_) => self.pick("gebeurtenis", "event").into(),
            Meaning::Setting(_) => self.pick("instelling", "setting").into(),
            Meaning::Define(_) => self.pick("omschreven begrip", "defined noun").into(),
            Meaning::Kind(_) => self.pick("soort", "kind").into(),
        }
    }

    /// All there is to say about a thing.
    pub fn thing(&self, meaning: Meaning) -> String {
        let mut page = Page::default();
        let id = words::name(self.schema, meaning);
        page.line(format!("**{}** · {} · `{id}`", self.called(meaning), self.sort(meaning)));
        self.names(&mut page, meaning);
        match meaning {
            Meaning::Record(r) => self.record(&mut page, r),
            Meaning::Field(r, f) => self.field(&mut page, r, f),
            Meaning::Term(t) => self.term(&mut page, t),
            Meaning::Compound(head, with, _) => self.compound(&mut page, head, with),
            Meaning::Set(s) => self.set(&mut page, s),
            Meaning::Event(e) => self.event(&mut page, e),
            Meaning::Setting(s) => page.labelled(self.pick("waarde", "value"), &self.value(s)),
            Meaning::Define(d) => self.define(&mut page, d),
            Meaning::Kind(k) => self.kind(&mut page, k),
        }
        page.text
    }

    /// What it means in a sentence or two: its definition, else its name in the other language.
    pub fn brief(&self, meaning: Meaning) -> Option<String> {
        let definition = match meaning {
            Meaning::Record(r) => self.schema.records[r.ix()].definition.get(self.lang),
            Meaning::Field(r, f) => self.schema.records[r.ix()].fields[f.ix()].definition.get(self.lang),
            Meaning::Term(t) => self.schema.terms[t.ix()].definition.get(self.lang),
            Meaning::Compound(head, with, _) => return Some(format!("= {}", self.expansion(head, with))),
            Meaning::Setting(s) => return Some(format!("= {}", self.value(s))),
            _ => None,
        };
        let other = || {
            let labels = words::labels(self.schema, meaning);
            let other = words::without_article(labels.forms(self.lang.other()).first()?);
            Some(format!("{}: {other}", self.pick("Engels", "Dutch")))
        };
        definition.map(str::to_owned).or_else(other)
    }

    /// The other names: those in the other language, and synonyms.
    fn names(&self, page: &mut Page, meaning: Meaning) {
        let labels = words::labels(self.schema, meaning);
        let (called, plain) =
            (self.called(meaning), |forms: &String| words::without_article(forms).to_owned());
        let other = labels.forms(self.lang.other()).first().map(plain);
        if let Some(other) = other.filter(|other| *other != called) {
            page.labelled(self.pick("Engels", "Dutch"), &other);
        }
        let own = labels.names(self.lang).skip(1).filter_map(|forms| forms.first()).map(plain);
        let mut own: Vec<String> = own.filter(|name| *name != called).collect();
        own.dedup();
        if !own.is_empty() {
            page.labelled(self.pick("ook", "also"), &own.join(", "));
        }
    }

    /// A definition, in this language and in the other one.
    fn definition(&self, page: &mut Page, text: &Text) {
        let own = text.get(self.lang);
        if let Some(own) = own {
            page.block(own.to_owned());
        }
        let other = text.get(self.lang.other());
        if let Some(other) = other.filter(|other| Some(*other) != own) {
            page.block(format!("*{}*", other.trim()));
        }
    }

    fn list(&self, names: impl Iterator<Item = String>) -> String {
        let names: Vec<String> = names.collect();
        let more = names.len().saturating_sub(SHOWN);
        let mut shown = names.into_iter().take(SHOWN).collect::<Vec<_>>().join(", ");
        if more > 0 {
            shown.push_str(&format!(" {} {more}", self.pick("en nog", "and another")));
        }
        shown
    }

    fn terms(&self, kind: KindId, terms: &TermSet) -> Vec<TermId> {
        let all = &self.schema.kinds[kind.ix()].terms;
        all.iter().copied().filter(|t| terms.contains(self.schema.terms[t.ix()].bit)).collect()
    }

    fn term(&self, page: &mut Page, id: TermId) {
        let term = &self.schema.terms[id.ix()];
        self.definition(page, &term.definition);
        let above: Vec<String> = self.above(id).map(|t| self.called(Meaning::Term(t))).collect();
        if !above.is_empty() {
            page.labelled(self.pick("valt onder", "under"), &above.join(" › "));
        }
        let below = self.terms(term.kind, &term.under).into_iter().filter(|t| *t != id);
        let below = self.list(below.map(|t| self.called(Meaning::Term(t))));
        if !below.is_empty() {
            page.labelled(self.pick("omvat", "includes"), &below);
        }
        if let Some(terms) = &term.stands_for {
            let terms = self.terms(term.kind, terms).into_iter().map(|t| self.called(Meaning::Term(t)));
            page.labelled(self.pick("staat voor", "stands for"), &self.list(terms));
        }
        if let Some((field, set)) = &term.means {
            let set = self.called(Meaning::Set(*set));
            page.labelled(self.pick("geldt als", "holds if"), &format!("`{field}` ∈ {set}"));
        }
        if term.group {
            page.line(self.pick("*groep: op zichzelf te vaag*", "*group: vague by itself*").to_owned());
        }
        self.memberships(page, term);
        if let Some(link) = &term.link {
            page.block(format!("[{}]({link})", host(link)));
        }
    }

    fn above(&self, term: TermId) -> impl Iterator<Item = TermId> {
        let parent = |t: &TermId| self.schema.terms[t.ix()].parent;
        std::iter::successors(parent(&term), parent)
    }

    /// The sets a term is in, with the days from which and until which.
    fn memberships(&self, page: &mut Page, term: &Term) {
        let mut told: Vec<String> = Vec::new();
        for (i, set) in self.schema.sets.iter().enumerate().filter(|(_, set)| set.kind == term.kind) {
            for member in set.members.iter().filter(|member| member.terms.contains(term.bit)) {
                let name = self.called(Meaning::Set(SetId(i as u32)));
                let words = format!("{name}{}", self.validity(member));
                // A set that depends on a field has the term once for each of its values.
                if !told.contains(&words) {
                    page.labelled(self.pick("in", "in"), &words);
                    told.push(words);
                }
            }
        }
    }

    fn validity(&self, member: &Member) -> String {
        let mut words = String::new();
        if let Some(from) = member.from {
            words.push_str(&format!(" {} {from}", self.pick("vanaf", "from")));
        }
        if let Some(until) = member.until {
            words.push_str(&format!(" {} {until}", self.pick("tot", "until")));
        }
        if !member.in_force(self.as_of) {
            words.push_str(self.pick(" (geldt niet op de peildatum)", " (not in force on the as-of date)"));
        }
        if let Some((field, _)) = &member.condition {
            words.push_str(&format!(", {} `{field}`", self.pick("afhankelijk van", "depending on")));
        }
        if let Some(source) = &member.source {
            words.push_str(&format!(" · {source}"));
        }
        words
    }

    fn compound(&self, page: &mut Page, head: TermId, with: TermId) {
        page.labelled(self.pick("betekent", "means"), &self.expansion(head, with));
        self.definition(page, &self.schema.terms[head.ix()].definition);
    }

    /// Both halves of a compound.
    pub fn expansion(&self, head: TermId, with: TermId) -> String {
        let of = self.pick("van", "of");
        format!("{} {of} {}", self.called(Meaning::Term(head)), self.called(Meaning::Term(with)))
    }

    fn set(&self, page: &mut Page, id: SetId) {
        let set = &self.schema.sets[id.ix()];
        let members = self.members(id);
        let names = self.list(members.iter().map(|t| self.called(Meaning::Term(*t))));
        let count = format!("{} ({})", members.len(), self.as_of);
        page.labelled(self.pick("leden op de peildatum", "members on the as-of date"), &count);
        if !names.is_empty() {
            page.block(names);
        }
        if let Some(day) = set.complete_through {
            page.labelled(self.pick("volledig tot en met", "complete through"), &day.to_string());
        }
        if let Some(source) = &set.source {
            page.labelled(self.pick("bron", "source"), source);
        }
    }

    /// The terms that are in a set on the as-of date, with or without a condition.
    pub fn members(&self, id: SetId) -> Vec<TermId> {
        let set = &self.schema.sets[id.ix()];
        let in_force = set.members.iter().filter(|member| member.in_force(self.as_of));
        let terms = in_force.fold(TermSet::empty(), |all, member| all.or(&member.terms));
        self.terms(set.kind, &terms)
    }

    fn event(&self, page: &mut Page, id: EventId) {
        let earlier = &self.schema.events[id.ix()].not_before;
        let earlier = earlier.iter().filter(|e| **e != id).map(|e| self.called(Meaning::Event(*e)));
        let earlier = self.list(earlier);
        if !earlier.is_empty() {
            page.labelled(self.pick("niet eerder dan", "not before"), &earlier);
        }
    }

    /// The value of a setting, in words.
    pub fn value(&self, id: SettingId) -> String {
        match &self.schema.settings[id.ix()].value {
            SettingValue::Duration(span) => duration_words(*span, self.lang),
            SettingValue::Number(number) => number.to_string(),
            SettingValue::Date(date) => date.to_string(),
            SettingValue::Set(set) => self.called(Meaning::Set(*set)),
            SettingValue::Terms(kind, terms) => {
                self.list(self.outermost(*kind, terms).map(|t| self.called(Meaning::Term(t))))
            }
        }
    }

    /// Of some terms those that are under no other of them.
    fn outermost(&self, kind: KindId, terms: &TermSet) -> impl Iterator<Item = TermId> {
        let all = self.terms(kind, terms);
        let inside = |t: &TermId| self.above(*t).any(|above| all.contains(&above));
        all.iter().copied().filter(|t| !inside(t)).collect::<Vec<_>>().into_iter()
    }

    fn define(&self, page: &mut Page, index: u32) {
        let define = &self.schema.defines[index as usize];
        let terms = self.list(define.terms.iter().map(|t| self.called(Meaning::Term(*t))));
        page.labelled(self.pick("betekent", "means"), &terms);
        if let Some(record) = define.record {
            page.labelled(self.pick("gaat over", "ranges over"), &self.called(Meaning::Record(record)));
        }
    }

    fn kind(&self, page: &mut Page, id: KindId) {
        let kind = &self.schema.kinds[id.ix()];
        if kind.open {
            page.line(self.pick("open: elk woord mag", "open: any word will do").to_owned());
        }
        if kind.ordered {
            page.line(self.pick("geordend, van laag naar hoog", "ordered, from low to high").to_owned());
        }
        let terms = self.list(kind.terms.iter().map(|t| self.called(Meaning::Term(*t))));
        if !terms.is_empty() {
            page.labelled(self.pick("begrippen", "terms"), &terms);
        }
    }

    fn record(&self, page: &mut Page, id: RecordId) {
        let record = &self.schema.records[id.ix()];
        self.definition(page, &record.definition);
        if let Some(parent) = record.parent {
            page.labelled(self.pick("is een", "is a"), &self.called(Meaning::Record(parent)));
        }
        let children = self.list(record.children.iter().map(|r| self.called(Meaning::Record(*r))));
        if !children.is_empty() {
            page.labelled(self.pick("omvat", "includes"), &children);
        }
        let fields = (0..record.fields.len() as u32).map(|f| self.called(Meaning::Field(id, FieldId(f))));
        let fields = fields.collect::<Vec<_>>().join(", ");
        page.block(format!("{}: {fields}", self.pick("velden", "fields")));
        page.block(format!("{}: {}", self.pick("ingevuld door", "filled in by"), self.owner(record.owner)));
        if record.single {
            page.line(self.pick("een per verklaring", "one per declaration").to_owned());
        }
        if record.written {
            page.line(self.pick("ongezegd betekent: is er niet", "unsaid means: is not there").to_owned());
        }
    }

    fn owner(&self, owner: Owner) -> &'static str {
        match owner {
            Owner::Vendor => self.pick("de leverancier", "the vendor"),
            Owner::Profile => self.pick("het eigen profiel", "your own profile"),
            Owner::World => self.pick("gedateerde lijsten", "dated lists"),
        }
    }

    fn field(&self, page: &mut Page, record: RecordId, id: FieldId) {
        let field = &self.schema.records[record.ix()].fields[id.ix()];
        self.definition(page, &field.definition);
        page.labelled(self.pick("bevat", "holds"), &self.field_type(field));
        page.labelled(self.pick("ingevuld door", "filled in by"), self.owner(field.owner));
        if let Some(event) = field.counts_from {
            page.labelled(
                self.pick("telt vanaf", "counts from"),
                &self.called(Meaning::Field(record, event)),
            );
        }
        if let Some(derived) = field.derived {
            let other = self.called(Meaning::Record(derived.record));
            page.labelled(self.pick("ongezegd gelezen uit", "if unsaid read from"), &other);
        }
    }

    /// What a field holds, in words.
    pub fn field_type(&self, field: &Field) -> String {
        let one = match field.ty {
            FieldType::Terms(kind) => self.called(Meaning::Kind(kind)),
            FieldType::Date => self.pick("datum", "date").into(),
            FieldType::Duration => self.pick("duur", "span of time").into(),
            FieldType::Number => self.pick("getal", "number").into(),
            FieldType::Event => self.pick("gebeurtenis", "event").into(),
        };
        if field.many { format!("{one} ({})", self.pick("meer mag", "several")) } else { one }
    }
}

/// The site of an address.
pub(super) fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// A Markdown text under construction.
#[derive(Default)]
pub(super) struct Page {
    pub text: String,
}

impl Page {
    /// A line of its own, directly under the one before.
    pub fn line(&mut self, line: String) {
        if !self.text.is_empty() {
            self.text.push_str("  \n");
        }
        self.text.push_str(line.trim());
    }

    /// A line that begins with what it says.
    pub fn labelled(&mut self, label: &str, words: &str) {
        self.line(format!("{label}: {words}"));
    }

    /// A paragraph of its own.
    pub fn block(&mut self, words: String) {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(words.trim());
    }
}
