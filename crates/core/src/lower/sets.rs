//! Sets: members with validity and condition, and sets inside sets written out.

use policy_syntax::Token;

use super::cursor::{Name, Wrong};
use super::cycles::order;
use super::keywords::Kw;
use super::labels::Owned;
use super::names::{Draft, Lowering, SET, Scope, TERM_OR_SET, Taken, position};
use super::statement::{Body, Members};
use super::vocabulary::text_after;
use crate::codes;
use crate::model::*;

/// What a name in a `members` line is.
enum Part {
    Terms(TermSet),
    Set(usize),
}

impl Part {
    fn is_set(&self) -> bool {
        matches!(self, Part::Set(_))
    }
}

/// A `members` line with its names looked up.
struct Looked<'d, 'a> {
    line: &'d Members<'a>,
    parts: Vec<(Part, Name<'a>)>,
    condition: Option<(FieldName, TermSet)>,
    origin: Origin,
}

impl Lowering {
    /// Adds the sets, without members. Returns which draft each one came from.
    pub fn sets<'d, 'a>(&mut self, drafts: &'d [Draft<'a>]) -> Vec<&'d Draft<'a>> {
        let mut taken = Taken::default();
        let mut added = Vec::new();
        for draft in drafts {
            let kind = draft.head.of.and_then(|name| self.kind(draft.file, name));
            let Some(kind) = kind else {
                self.broken.insert(draft.name().to_string());
                continue;
            };
            if taken.claim(self, &SET, draft) {
                self.add_set(draft, kind);
                added.push(draft);
            }
        }
        added
    }

    fn add_set(&mut self, draft: &Draft<'_>, kind: KindId) {
        if let Some(term) = self.schema.term(kind, draft.name()) {
            self.report_also_term(draft, term);
        }
        let owner = self.schema.sets.len() as u32;
        let of = Owned { scope: Scope::Sets(kind), owner, name: draft.head.name, file: draft.file };
        let complete = draft.statements.iter().find(|s| s.kw == Some(Kw::Complete));
        let set = Set {
            name: draft.name().to_string(),
            kind,
            labels: self.labels(&of, &draft.statements),
            members: Vec::new(),
            complete_through: complete
                .and_then(|s| if let Body::Day(day) = s.body { Some(day) } else { None }),
            source: text_after(draft, Kw::Source),
            origin: draft.origin(),
        };
        self.schema.sets.push(set);
    }

    fn report_also_term(&mut self, draft: &Draft<'_>, term: TermId) {
        let kind = &self.schema.kinds[self.schema.terms[term.ix()].kind.ix()].name;
        let text = draft.name();
        let (nl, en) = (
            format!("`{text}` is ook een begrip van de soort `{kind}`: geef de verzameling een andere naam"),
            format!("`{text}` is also a term of the kind `{kind}`: give the set another name"),
        );
        self.report(draft.file, Wrong::new(&codes::DUPLICATE_NAME, draft.head.name.token.span, nl, en));
    }

    /// Fills in the members of all sets: needs the terms and the records.
    pub fn members(&mut self, sets: &[&Draft<'_>]) {
        let mut lines: Vec<Vec<Looked<'_, '_>>> = Vec::new();
        for (i, draft) in sets.iter().enumerate() {
            lines.push(self.member_lines(draft, self.schema.sets[i].kind));
        }
        let (edges, names): (Vec<Vec<usize>>, Vec<Vec<Name<'_>>>) = lines.iter().map(|l| nested(l)).unzip();
        let order = order(&edges);
        for (node, position) in &order.cut {
            self.report_cycle(Some((sets[*node].file, names[*node][*position])));
            let mut inner = lines[*node].iter_mut().flat_map(|l| &mut l.parts).filter(|(p, _)| p.is_set());
            if let Some((part, _)) = inner.nth(*position) {
                *part = Part::Terms(TermSet::empty());
            }
        }
        for node in order.nodes {
            for line in &lines[node] {
                self.add_members(node, sets[node].file, line);
            }
        }
    }

    fn member_lines<'d, 'a>(&mut self, draft: &'d Draft<'a>, kind: KindId) -> Vec<Looked<'d, 'a>> {
        let mut lines = Vec::new();
        for statement in &draft.statements {
            let Body::Members(line) = &statement.body else { continue };
            let parts: Vec<_> =
                line.names.iter().filter_map(|n| Some((self.part(draft.file, kind, *n)?, *n))).collect();
            let condition = match &line.condition {
                None => None,
                Some((field, terms)) => match self.condition(draft.file, *field, terms) {
                    None => continue,
                    some => some,
                },
            };
            lines.push(Looked { line, parts, condition, origin: draft.at_line(&statement.line.tokens) });
        }
        lines
    }

    /// A term of this kind, else a set of this kind.
    fn part(&mut self, file: FileId, kind: KindId, name: Name<'_>) -> Option<Part> {
        let of_kind = |set: &usize| self.schema.sets[*set].kind == kind;
        let as_set = position(name, &self.schema.sets).filter(of_kind);
        let is_term = !name.quoted() && self.schema.term(kind, name.text()).is_some();
        if let (Some(set), false) = (as_set, is_term) {
            return Some(Part::Set(set));
        }
        let sets =
            self.schema.sets.iter().filter(|s| s.kind == kind).map(|s| s.name.clone()).collect::<Vec<_>>();
        let term = self.term_or(file, &TERM_OR_SET, &[kind], name, &sets)?;
        Some(Part::Terms(self.schema.terms[term.ix()].under.clone()))
    }

    fn condition(
        &mut self,
        file: FileId,
        field: Name<'_>,
        terms: &[Name<'_>],
    ) -> Option<(FieldName, TermSet)> {
        let (field, kinds) = self.any_field(file, field)?;
        let (_, terms) = self.terms_under(file, &kinds, terms)?;
        Some((field, terms))
    }

    fn add_members(&mut self, set: usize, file: FileId, line: &Looked<'_, '_>) {
        let mut direct = TermSet::empty();
        for (part, name) in &line.parts {
            match part {
                Part::Terms(terms) => direct = direct.or(terms),
                Part::Set(inner) => self.add_nested(set, *inner, file, line, *name),
            }
        }
        if !direct.is_empty() {
            let (from, until) = (line.line.validity.from, line.line.validity.until);
            let source = source(line.line.source);
            let condition = line.condition.clone();
            let member = Member { terms: direct, from, until, condition, source, origin: line.origin };
            self.schema.sets[set].members.push(member);
        }
    }

    fn add_nested(&mut self, set: usize, inner: usize, file: FileId, line: &Looked<'_, '_>, name: Name<'_>) {
        let validity = line.line.validity;
        let inside = self.schema.sets[inner].members.clone();
        if line.condition.is_some() && inside.iter().any(|m| m.condition.is_some()) {
            return self.report_two_conditions(file, name);
        }
        let members = inside.into_iter().map(|member| Member {
            from: member.from.max(validity.from),
            until: [member.until, validity.until].into_iter().flatten().min(),
            condition: member.condition.or_else(|| line.condition.clone()),
            source: member.source.or_else(|| source(line.line.source)),
            ..member
        });
        let lasts = |m: &Member| !matches!((m.from, m.until), (Some(from), Some(until)) if until <= from);
        self.schema.sets[set].members.extend(members.filter(lasts));
        // After the inner list ends, only a line that is over by then can be relied on.
        let inner_through = self.schema.sets[inner].complete_through;
        let over = |day| validity.until.is_some_and(|until| until <= day);
        if let Some(day) = inner_through.filter(|day| !over(*day)) {
            let own = &mut self.schema.sets[set].complete_through;
            *own = Some(own.map_or(day, |own| own.min(day)));
        }
    }

    fn report_two_conditions(&mut self, file: FileId, name: Name<'_>) {
        let text = name.text();
        let (nl, en) = (
            format!(
                "leden van `{text}` hebben al een voorwaarde: schrijf ze hier uit met een eigen regel `leden`"
            ),
            format!(
                "members of `{text}` already have a condition: write them out here on `members` lines of their own"
            ),
        );
        self.report(file, Wrong::new(&codes::BAD_VALUE, name.token.span, nl, en));
    }
}

fn source(token: Option<&Token>) -> Option<String> {
    token.map(|t| t.text.clone())
}

/// The sets inside these lines, and the names that refer to them.
fn nested<'a>(lines: &[Looked<'_, 'a>]) -> (Vec<usize>, Vec<Name<'a>>) {
    let parts = lines.iter().flat_map(|l| &l.parts);
    parts
        .filter_map(|(part, name)| if let Part::Set(set) = part { Some((*set, *name)) } else { None })
        .unzip()
}
