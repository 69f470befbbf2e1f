//! Kinds, terms and events: the words of the packs and how they hang together.

use policy_syntax::Span;

use super::builtin;
use super::cursor::{Name, Wrong};
use super::cycles::order;
use super::keywords::{Kw, TYPES};
use super::labels::{Owned, text};
use super::names::{Draft, EVENT, KIND, Lowering, Scope, Spoken, TERM, Taken};
use super::statement::Body;
use crate::codes;
use crate::lang::Lang;
use crate::model::*;

/// The names after a keyword, in all statements that begin with it.
pub(crate) fn names_after<'d, 'a>(
    draft: &'d Draft<'a>,
    kw: Kw,
) -> impl Iterator<Item = Name<'a>> + use<'d, 'a> {
    draft.statements.iter().filter(move |s| s.kw == Some(kw)).flat_map(|s| match &s.body {
        Body::Names(names) => names.clone(),
        _ => Vec::new(),
    })
}

/// Whether a statement begins with this keyword.
pub(crate) fn says(draft: &Draft<'_>, kw: Kw) -> bool {
    draft.statements.iter().any(|s| s.kw == Some(kw))
}

/// The text after a keyword.
pub(crate) fn text_after(draft: &Draft<'_>, kw: Kw) -> Option<String> {
    draft.statements.iter().find(|s| s.kw == Some(kw)).and_then(|s| match &s.body {
        Body::Text(token) => Some(token.text.clone()),
        _ => None,
    })
}

impl Lowering {
    /// Adds the kinds.
    pub fn kinds(&mut self, drafts: &[Draft<'_>]) {
        let mut taken = Taken::default();
        for draft in drafts {
            if self.is_reserved(draft) || !taken.claim(self, &KIND, draft) {
                continue;
            }
            let owner = self.schema.kinds.len() as u32;
            let of = Owned { scope: Scope::Kinds, owner, name: draft.head.name, file: draft.file };
            let canon = match (says(draft, Kw::Provision), text_after(draft, Kw::Provision)) {
                (_, Some(instrument)) => Canon::ProvisionOf(instrument),
                (true, None) => Canon::Provision,
                (false, None) => Canon::Words,
            };
            let kind = Kind {
                name: draft.name().to_string(),
                labels: self.labels(&of, &draft.statements),
                open: says(draft, Kw::Open),
                ordered: says(draft, Kw::Ordered),
                terms: Vec::new(),
                canon,
                origin: draft.origin(),
            };
            self.schema.kinds.push(kind);
        }
    }

    /// Whether the name of a kind is one the language itself uses; reports it.
    fn is_reserved(&mut self, draft: &Draft<'_>) -> bool {
        let name = draft.head.name;
        let types = TYPES.iter().flat_map(|kw| Lang::ALL.map(|lang| kw.word(lang)));
        let built_in = builtin::schema().kind(name.text()).is_some();
        if !built_in && !types.into_iter().any(|word| word == name.text()) {
            return false;
        }
        let text = name.text();
        let (nl, en) = (
            format!("`{text}` is ingebouwd: kies een andere naam voor deze soort"),
            format!("`{text}` is built in: choose another name for this kind"),
        );
        self.report(draft.file, Wrong::new(&codes::DUPLICATE_NAME, name.token.span, nl, en));
        true
    }

    /// Adds the terms, without what they say about other terms. Returns which draft each one came from.
    pub fn terms<'d, 'a>(&mut self, drafts: &'d [Draft<'a>]) -> Vec<(TermId, &'d Draft<'a>)> {
        let mut taken: Vec<Taken> = self.schema.kinds.iter().map(|_| Taken::default()).collect();
        for term in 0..self.schema.terms.len() {
            self.speak_built_in(TermId(term as u32));
        }
        let mut added = Vec::new();
        for draft in drafts {
            let Some(kind) = self.kind_of_term(draft) else {
                self.broken.insert(draft.name().to_string());
                continue;
            };
            if taken[kind.ix()].claim(self, &TERM, draft) {
                added.push((self.add_term(draft, kind), draft));
            }
        }
        added
    }

    /// The built-in answers have labels too, which quoted names find.
    fn speak_built_in(&mut self, id: TermId) {
        let term = &self.schema.terms[id.ix()];
        let spoken = Spoken { owner: id.0, file: builtin::NO_FILE, span: Span::default() };
        let labels = self.labels.entry(Scope::Terms(term.kind)).or_default();
        for lang in Lang::ALL {
            labels.extend(term.labels.spellings(lang).map(|(label, _)| (label.to_string(), spoken)));
        }
        self.terms_by_name.entry(term.name.clone()).or_default().push(id);
    }

    fn kind_of_term(&mut self, draft: &Draft<'_>) -> Option<KindId> {
        let name = draft.head.of?;
        let kind = self.kind(draft.file, name)?;
        if kind != builtin::ANSWER {
            return Some(kind);
        }
        let (nl, en) = (
            "de soort `answer` kent alleen ja en nee: maak een eigen soort",
            "the kind `answer` has only yes and no: make a kind of your own",
        );
        self.report(draft.file, Wrong::new(&codes::WRONG_KIND, name.token.span, nl, en));
        None
    }

    fn add_term(&mut self, draft: &Draft<'_>, kind: KindId) -> TermId {
        let id = TermId(self.schema.terms.len() as u32);
        let of = Owned { scope: Scope::Terms(kind), owner: id.0, name: draft.head.name, file: draft.file };
        let labels = self.labels(&of, &draft.statements);
        let bit = self.schema.kinds[kind.ix()].terms.len() as u32;
        let (compounds_nl, compounds_en) = self.compounds(draft);
        let term = Term {
            compounds_nl,
            compounds_en,
            code: text_after(draft, Kw::Code),
            definition: text(&draft.statements, &[Kw::Definition]),
            link: text_after(draft, Kw::Link),
            group: says(draft, Kw::Group),
            ..builtin::term(draft.name().to_string(), kind, bit, labels, draft.origin())
        };
        self.schema.kinds[kind.ix()].terms.push(id);
        self.terms_by_name.entry(term.name.clone()).or_default().push(id);
        self.schema.terms.push(term);
        id
    }

    /// Fills in parents, what is under each term, and collective words.
    pub fn relate_terms(&mut self, terms: &[(TermId, &Draft<'_>)]) {
        let mut above: Vec<Vec<usize>> = vec![Vec::new(); self.schema.terms.len()];
        for (id, draft) in terms {
            let kind = self.schema.terms[id.ix()].kind;
            let parent = names_after(draft, Kw::Under).next().and_then(|n| self.term_in(draft.file, kind, n));
            above[id.ix()].extend(parent.map(TermId::ix));
        }
        let order = order(&above);
        for (node, _) in &order.cut {
            let found = terms.iter().find(|(id, _)| id.ix() == *node);
            let name = found.and_then(|(_, draft)| Some((draft.file, names_after(draft, Kw::Under).next()?)));
            self.report_cycle(name);
            above[*node].clear();
        }
        self.fill_under(&above, &order.nodes);
        for (id, draft) in terms {
            self.stands_for(*id, draft);
        }
    }

    fn fill_under(&mut self, above: &[Vec<usize>], parents_first: &[usize]) {
        for node in parents_first.iter().rev() {
            let Some(parent) = above[*node].first() else { continue };
            self.schema.terms[*node].parent = Some(TermId(*parent as u32));
            self.schema.terms[*parent].under =
                self.schema.terms[*parent].under.or(&self.schema.terms[*node].under);
        }
    }

    fn stands_for(&mut self, id: TermId, draft: &Draft<'_>) {
        let names: Vec<Name<'_>> = names_after(draft, Kw::StandsFor).collect();
        if !names.is_empty() {
            let kind = self.schema.terms[id.ix()].kind;
            let terms = self.terms_under(draft.file, &[kind], &names);
            self.schema.terms[id.ix()].stands_for = terms.map(|(_, terms)| terms);
        }
    }

    /// Fills in the terms that hold of a record by one of its fields: needs the sets and the records.
    pub fn derived_terms(&mut self, terms: &[(TermId, &Draft<'_>)]) {
        for (id, draft) in terms {
            for statement in &draft.statements {
                if let Body::Means(field, set) = &statement.body {
                    self.schema.terms[id.ix()].means = self.meaning(draft.file, *field, *set);
                }
            }
        }
    }

    fn meaning(&mut self, file: FileId, field: Name<'_>, set: Name<'_>) -> Option<(FieldName, SetId)> {
        let found = self.any_field(file, field);
        let set_id = self.set(file, set)?;
        let (name, kinds) = found?;
        let kind = self.schema.sets[set_id.ix()].kind;
        if kinds.contains(&kind) {
            return Some((name, set_id));
        }
        let (set_text, field_text) = (set.text(), field.text());
        let kind = &self.schema.kinds[kind.ix()].name;
        let (nl, en) = (
            format!(
                "`{set_text}` is een verzameling van de soort `{kind}`, en `{field_text}` houdt die soort niet"
            ),
            format!("`{set_text}` is a set of the kind `{kind}`, and `{field_text}` does not hold that kind"),
        );
        self.report(file, Wrong::new(&codes::WRONG_KIND, set.token.span, nl, en));
        None
    }

    /// Adds the events with their order.
    pub fn events(&mut self, drafts: &[Draft<'_>]) {
        let mut taken = Taken::default();
        let mut added: Vec<&Draft<'_>> = Vec::new();
        for draft in drafts {
            if !taken.claim(self, &EVENT, draft) {
                continue;
            }
            let owner = self.schema.events.len() as u32;
            let of = Owned { scope: Scope::Events, owner, name: draft.head.name, file: draft.file };
            let labels = self.labels(&of, &draft.statements);
            let (name, origin) = (draft.name().to_string(), draft.origin());
            self.schema.events.push(Event { name, labels, not_before: Vec::new(), origin });
            added.push(draft);
        }
        self.order_events(&added);
    }

    fn order_events(&mut self, drafts: &[&Draft<'_>]) {
        let mut earlier: Vec<Vec<(usize, Name<'_>)>> = Vec::new();
        for draft in drafts {
            let found = names_after(draft, Kw::After).map(|name| (self.event(draft.file, name), name));
            earlier.push(found.filter_map(|(event, name)| Some((event?.ix(), name))).collect());
        }
        let edges: Vec<Vec<usize>> = earlier.iter().map(|e| e.iter().map(|(i, _)| *i).collect()).collect();
        let order = order(&edges);
        for (node, position) in &order.cut {
            self.report_cycle(Some((drafts[*node].file, earlier[*node][*position].1)));
        }
        for node in &order.nodes {
            let mut all = vec![EventId(*node as u32)];
            let kept = edges[*node].iter().enumerate().filter(|(i, _)| !order.is_cut(*node, *i));
            for (_, before) in kept {
                all.extend(self.schema.events[*before].not_before.iter().copied());
            }
            all.sort();
            all.dedup();
            self.schema.events[*node].not_before = all;
        }
    }

    /// Reports that following this name leads back to where it stands.
    pub fn report_cycle(&mut self, name: Option<(FileId, Name<'_>)>) {
        let Some((file, name)) = name else { return };
        let text = name.text();
        let (nl, en) = (
            format!("via `{text}` komt dit weer bij zichzelf uit: haal een van de verwijzingen weg"),
            format!("by way of `{text}` this leads back to itself: remove one of the references"),
        );
        self.report(file, Wrong::new(&codes::CYCLE, name.token.span, nl, en));
    }
}
