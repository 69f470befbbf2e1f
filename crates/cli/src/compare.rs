//! Two evaluations side by side: which verdicts flip, what caused it, and the lines on both sides.
//!
//! A cause is found by trying: where declaration and policy both differ, the old declaration is evaluated on the new
//! side, and what then still flips was not the declaration's doing.

use std::collections::HashSet;

use policy_core::lang::Lang;
use policy_core::model::{Origin, Rule, Severity};
use policy_core::report::{Explained, Place};
use policy_core::verdict::{Outcome, Verdict};
use policy_db::dated::{self, Status};
use policy_db::engine::{Detail, Names};
use policy_db::reads::Reads;
use policy_db::{Database, Project, SourceFile, queries};
use policy_syntax::Span;
use serde_json::{Value, json};

use crate::report::diagnostics::{self, Located};
use crate::report::model::{self, RuleHead, Waived};
use crate::session::Session;

/// Of the lines that caused a flip, so many are kept on each side.
const MOST_LINES: usize = 6;

/// One of the two evaluations.
pub struct Side {
    /// What was loaded.
    pub session: Session,
    /// The declarations, each with what it is matched by.
    pub files: Vec<(String, SourceFile)>,
    /// How the names of files on this side begin.
    pub label: Label,
}

/// How the names of files on a side begin.
pub enum Label {
    /// As they are.
    Here,
    /// With a folder of their own.
    Folder(String),
    /// With a revision; the files themselves are not those of the working directory.
    Revision(String),
}

/// What caused a flip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The declaration says something else.
    Declaration,
    /// The rule, or what it reads in the packs, is another.
    Policy,
    /// The profile decides otherwise.
    Profile,
    /// The date is another.
    Date,
    /// A waiver came or went.
    Waiver,
}

impl Cause {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        ["declaration", "policy", "profile", "date", "waiver"][self as usize]
    }

    /// What happened, for people.
    pub fn words(self, lang: Lang) -> &'static str {
        match self {
            Cause::Declaration => lang.pick("de verklaring is gewijzigd", "the declaration changed"),
            Cause::Policy => lang.pick("het beleid is gewijzigd", "the policy changed"),
            Cause::Profile => lang.pick("het profiel is gewijzigd", "the profile changed"),
            Cause::Date => lang.pick("de peildatum is een andere", "the as-of date is another"),
            Cause::Waiver => lang.pick("een aanvaarding kwam of verviel", "a waiver came or went"),
        }
    }
}

/// A line that takes part in a flip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whether it is on the new side.
    pub new: bool,
    /// The file.
    pub file: String,
    /// Its number, from 1.
    pub line: u32,
    /// Its text.
    pub text: String,
    /// Where a program finds it.
    pub at: Located,
}

/// A verdict that is not the same on both sides.
pub struct Flip {
    /// The declaration on the new side.
    pub declaration: String,
    /// What the declaration is about.
    pub names: Names,
    /// The rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// How grave a breach is.
    pub severity: Severity,
    /// Where the new side finds it.
    pub at: Located,
    /// The clause of the rule.
    pub clause: Option<Located>,
    /// The waiver that covers it on the new side.
    pub waived: Option<Waived>,
    /// On the old side.
    pub from: Status,
    /// On the new side.
    pub to: Status,
    /// Why.
    pub causes: Vec<Cause>,
    /// The lines that caused it, old before new.
    pub lines: Vec<Line>,
    /// What changed in dated lists and waivers.
    pub dated: Vec<String>,
    /// What the old side found.
    pub was: Vec<String>,
    /// What the new side finds.
    pub is: Vec<String>,
}

impl Flip {
    /// Whether it got worse.
    pub fn worse(&self) -> bool {
        self.to.rank() > self.from.rank()
    }

    /// Whether it got better.
    pub fn better(&self) -> bool {
        self.to.rank() < self.from.rank()
    }
}

/// A verdict that is the same on both sides.
pub struct Steady {
    /// The declaration on the new side.
    pub declaration: String,
    /// What the declaration is about.
    pub names: Names,
    /// The rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// How grave a breach is.
    pub severity: Severity,
    /// On both sides.
    pub status: Status,
    /// Where it is found, and why; of what needs attention or is waived.
    pub found: Option<(Located, String)>,
    /// The waiver that covers it on the new side.
    pub waived: Option<Waived>,
}

/// Everything that differs.
#[derive(Default)]
pub struct Comparison {
    /// The verdicts that flip, in the order of the new side.
    pub flips: Vec<Flip>,
    /// Those that do not, if they were asked for.
    pub steady: Vec<Steady>,
    /// The rules of the new side.
    pub heads: Vec<RuleHead>,
    /// How many verdicts were on both sides.
    pub compared: usize,
    /// Declarations on the old side only, and on the new side only.
    pub declarations: [Vec<String>; 2],
    /// Rules on the old side only, and on the new side only.
    pub rules: [Vec<String>; 2],
}

/// A verdict as it is shown: `fail`, `waived (fail)`.
pub fn word(status: Status, lang: Lang) -> String {
    let word = lang.pick(status.verdict.word_nl(), status.verdict.word());
    if status.waived { format!("{} ({word})", lang.pick("aanvaard", "waived")) } else { word.to_owned() }
}

/// A verdict as data.
pub fn json_status(status: Status) -> Value {
    json!({ "verdict": status.verdict.word(), "waived": status.waived })
}

impl Side {
    fn db(&self) -> &Database {
        &self.session.db
    }

    fn project(&self) -> Project {
        self.session.project()
    }

    fn rules(&self) -> &[Rule] {
        queries::rules(self.db(), self.project())
    }

    fn names(&self, file: SourceFile) -> Names {
        queries::names(self.db(), self.project(), file)
    }

    fn shown(&self, file: SourceFile) -> String {
        let path = file.path(self.db());
        match &self.label {
            Label::Here => path.to_owned(),
            Label::Folder(label) | Label::Revision(label) => format!("{label}{path}"),
        }
    }

    /// A place as programs find it: in the working directory, whatever revision it is of.
    fn located(&self, file: SourceFile, span: Span) -> Located {
        let mut at = diagnostics::located(self.db(), file.id(self.db()), span);
        if let Label::Folder(folder) = &self.label {
            at.file.insert_str(0, folder);
        }
        at
    }

    fn clause(&self, origin: Origin) -> Option<Located> {
        let (file, span) = queries::span(self.db(), self.project(), origin)?;
        Some(self.located(file, span))
    }

    /// Where what was found stands, the most telling first; else the beginning of the declaration.
    fn place(&self, file: SourceFile, found: &[Explained], verdict: Verdict) -> Located {
        let first = found.iter().find(|one| one.verdict == verdict).or(found.first());
        self.located(file, first.map_or(Span::default(), |one| one.place.span))
    }

    fn waived(&self, file: SourceFile, rule: usize) -> Option<Waived> {
        let waived = queries::waivers_in_force(self.db(), self.project(), file).into_iter().nth(rule)??;
        let policy = self.clause(waived.origin);
        Some(Waived { reason: waived.reason, owner: waived.owner, until: waived.until.to_string(), policy })
    }

    fn statuses(&self, file: SourceFile) -> Vec<Status> {
        let outcomes = queries::outcomes(self.db(), self.project(), file).iter();
        let waived = queries::waivers_in_force(self.db(), self.project(), file);
        outcomes
            .zip(waived)
            .map(|(outcome, w)| Status { verdict: outcome.verdict, waived: w.is_some() })
            .collect()
    }

    fn explained(&self, file: SourceFile, rule: usize, detail: Detail) -> Vec<Explained> {
        let (db, project) = (self.db(), self.project());
        let outcome: &Outcome = &queries::outcomes(db, project, file)[rule];
        let (facts, notes) = (queries::facts(db, project, file), &queries::read(db, project, file).notes);
        queries::engine(db, project).explain(rule, outcome, facts, notes, detail)
    }

    fn line(&self, new: bool, file: SourceFile, byte: u32) -> Line {
        let (text, lines) = (file.text(self.db()), queries::lines(self.db(), file));
        let line = lines.position(text, byte).line;
        let shown = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        Line { new, file: self.shown(file), line, text: shown.trim().to_owned(), at: self.whole(file, line) }
    }

    /// A line without the white space around it.
    fn whole(&self, file: SourceFile, line: u32) -> Located {
        let text = file.text(self.db());
        let mut lines = text.split_inclusive('\n');
        let before: usize = lines.by_ref().take(line.saturating_sub(1) as usize).map(str::len).sum();
        let shown = lines.next().unwrap_or_default();
        let start = before + shown.len() - shown.trim_start().len();
        let end = start + shown.trim().len();
        self.located(file, Span { start: start as u32, end: end as u32 })
    }

    /// The lines of an item of a policy.
    fn item(&self, new: bool, origin: Origin) -> Vec<Line> {
        let Some((file, span)) =
            queries::span(self.db(), self.project(), Origin { first: 0, last: 0, ..origin })
        else {
            return Vec::new();
        };
        let tree = queries::tree(self.db(), file);
        let end = tree.items.get(origin.item as usize).map_or(span.end, |item| item.span.end);
        let first = self.line(new, file, span.start).line;
        let last = self.line(new, file, end.saturating_sub(1).max(span.start)).line;
        let text = file.text(self.db()).lines().skip(first.saturating_sub(1) as usize);
        let numbered = (first..=last).zip(text);
        let line = |(line, text): (u32, &str)| Line {
            new,
            file: self.shown(file),
            line,
            text: text.trim().to_owned(),
            at: self.whole(file, line),
        };
        numbered.map(line).collect()
    }

    /// The items of policies that a rule reads: itself, its settings and lists, by name.
    fn read_by(&self, rule: &Rule) -> Vec<(String, Origin)> {
        let schema = queries::schema(self.db(), self.project());
        let reads = Reads::of(rule);
        let settings = reads.settings.iter().map(|id| &schema.settings[id.ix()]);
        let sets = reads.sets.iter().map(|id| &schema.sets[id.ix()]);
        let own = std::iter::once((rule.id.clone(), rule.origin));
        own.chain(settings.map(|it| (it.name.clone(), it.origin)))
            .chain(sets.map(|it| (it.name.clone(), it.origin)))
            .collect()
    }

    fn profile(&self) -> Option<&str> {
        self.project().profile(self.db()).map(|file| file.text(self.db()))
    }

    fn policies(&self) -> Vec<&str> {
        self.project().policies(self.db()).iter().map(|policy| policy.file.text(self.db())).collect()
    }
}

/// Compares two sides; `steady`: also says what stays as it is.
pub fn compare(old: &Side, new: &mut Side, lang: Lang, steady: bool) -> Comparison {
    let pairs = pairs(old, new);
    let mut found = Comparison { declarations: alone(old, new, &pairs), ..Comparison::default() };
    found.rules = [(old, &*new), (&*new, old)].map(|(own, other)| {
        let others: HashSet<_> = other.rules().iter().map(|rule| &rule.id).collect();
        own.rules().iter().filter(|rule| !others.contains(&rule.id)).map(|rule| rule.id.clone()).collect()
    });
    for (a, b) in pairs {
        // What the old declaration comes to on the new side tells the causes apart.
        let differs = a.text(old.db()) != b.text(new.db());
        let between = differs.then(|| new.session.db.add(a.path(old.db()), a.text(old.db())));
        Pair { old, new, a, b, between, lang }.compare(&mut found, steady);
    }
    let schema = queries::schema(new.db(), new.project());
    found.heads = new.rules().iter().map(|rule| model::rule_head(&new.session, schema, rule)).collect();
    found
}

/// The declarations that are on both sides: by what they are matched by, else by what they are about.
fn pairs(old: &Side, new: &Side) -> Vec<(SourceFile, SourceFile)> {
    let mut left: Vec<_> = old.files.clone();
    let mut pairs = Vec::new();
    for by_name in [false, true] {
        for (key, b) in &new.files {
            if pairs.iter().any(|(_, known)| known == b) {
                continue;
            }
            let names = new.names(*b);
            let named = names.vendor.is_some() || names.product.is_some();
            let fits = |(other, a): &(String, SourceFile)| match by_name {
                false => other == key,
                true => named && old.names(*a) == names,
            };
            if let Some(at) = left.iter().position(fits) {
                pairs.push((left.remove(at).1, *b));
            }
        }
    }
    let order = |file: &SourceFile| new.files.iter().position(|(_, known)| known == file);
    pairs.sort_by_key(|(_, b)| order(b));
    pairs
}

fn alone(old: &Side, new: &Side, pairs: &[(SourceFile, SourceFile)]) -> [Vec<String>; 2] {
    let gone = old.files.iter().filter(|(_, file)| !pairs.iter().any(|(a, _)| a == file));
    let fresh = new.files.iter().filter(|(_, file)| !pairs.iter().any(|(_, b)| b == file));
    [gone.map(|(_, file)| old.shown(*file)).collect(), fresh.map(|(_, file)| new.shown(*file)).collect()]
}

/// One declaration on both sides.
struct Pair<'a> {
    old: &'a Side,
    new: &'a Side,
    a: SourceFile,
    b: SourceFile,
    /// The old declaration on the new side, if the two differ.
    between: Option<SourceFile>,
    lang: Lang,
}

impl Pair<'_> {
    fn compare(&self, found: &mut Comparison, steady: bool) {
        let (before, after) = (self.old.statuses(self.a), self.new.statuses(self.b));
        let between = self.between.map(|file| self.new.statuses(file));
        for (index, rule) in self.new.rules().iter().enumerate() {
            let Some(was) = self.old.rules().iter().position(|other| other.id == rule.id) else { continue };
            found.compared += 1;
            let (from, to) = (before[was], after[index]);
            if from != to {
                let middle = between.as_ref().map(|between| between[index]);
                found.flips.push(self.flip(was, index, (from, to), middle));
            } else if steady {
                found.steady.push(self.steady(index, to));
            }
        }
    }

    fn steady(&self, index: usize, status: Status) -> Steady {
        let rule = &self.new.rules()[index];
        let found = matches!(status.verdict, Verdict::Fail | Verdict::Unknown).then(|| {
            let explained = self.new.explained(self.b, index, Detail::Findings);
            let text = reasons(&explained, status.verdict, self.lang).join("; ");
            (self.new.place(self.b, &explained, status.verdict), text)
        });
        Steady {
            declaration: self.new.shown(self.b),
            names: self.new.names(self.b),
            rule: rule.id.clone(),
            title: rule.title.get(self.lang).unwrap_or(&rule.id).to_owned(),
            severity: rule.severity,
            status,
            found,
            waived: if status.waived { self.new.waived(self.b, index) } else { None },
        }
    }

    fn flip(&self, was: usize, is: usize, (from, to): (Status, Status), middle: Option<Status>) -> Flip {
        let (old, new) = (&self.old.rules()[was], &self.new.rules()[is]);
        let (before, after) =
            (self.old.explained(self.a, was, Detail::Full), self.new.explained(self.b, is, Detail::Full));
        let mut causes = Vec::new();
        let mut lines = Vec::new();
        if middle.is_some_and(|middle| middle != to) {
            causes.push(Cause::Declaration);
            lines.extend(self.declared(&before, &after));
        }
        let mut dated = Vec::new();
        // Where the old declaration comes to the same on both sides, only the declaration did it.
        if middle.is_none_or(|middle| middle != from) {
            let policy = self.policy(old, new);
            if !policy.is_empty() || self.old.policies() != self.new.policies() {
                causes.push(Cause::Policy);
                lines.extend(policy);
            }
            if self.old.profile() != self.new.profile() {
                causes.push(Cause::Profile);
            }
            let edges = self.edges(new);
            if self.as_of(self.old) != self.as_of(self.new) {
                causes.push(Cause::Date);
                dated = edges;
            }
            if from.waived != to.waived {
                causes.push(Cause::Waiver);
                lines.extend(self.waivers(was, is));
            }
        }
        lines.sort_by_key(|line| line.new);
        Flip {
            declaration: self.new.shown(self.b),
            names: self.new.names(self.b),
            rule: new.id.clone(),
            title: new.title.get(self.lang).unwrap_or(&new.id).to_owned(),
            severity: new.severity,
            at: self.new.place(self.b, &after, to.verdict),
            clause: after.first().and_then(|found| self.new.clause(found.clause)),
            waived: if to.waived { self.new.waived(self.b, is) } else { None },
            from,
            to,
            causes,
            lines,
            dated,
            was: reasons(&before, from.verdict, self.lang),
            is: reasons(&after, to.verdict, self.lang),
        }
    }

    fn as_of(&self, side: &Side) -> jiff::civil::Date {
        side.project().as_of(side.db())
    }

    /// What changes in lists and waivers that the rule reads between the two dates, in either direction.
    fn edges(&self, rule: &Rule) -> Vec<String> {
        let (db, project) = (self.new.db(), self.new.project());
        let schema = queries::schema(db, project);
        let (one, other) = (self.as_of(self.old), self.as_of(self.new));
        let (from, to) = (one.min(other), one.max(other));
        let edges = dated::edges(schema, &queries::lowered(db, project).waivers, &self.new.names(self.b));
        let between = edges.iter().filter(|edge| from < edge.day && edge.day <= to);
        let own = between.filter(|edge| edge.concerns(rule, schema));
        own.map(|edge| edge.words(schema).get(self.lang).to_owned()).collect()
    }

    /// The lines of the declarations that findings point at and that are not on the other side; if there are none on
    /// either side, what the findings point at.
    fn declared(&self, before: &[Explained], after: &[Explained]) -> Vec<Line> {
        let own = |side: &Side, file: SourceFile, new, found: &[Explained]| -> Vec<Line> {
            let mut lines: Vec<Line> = Vec::new();
            for place in found.iter().flat_map(places) {
                let line = side.line(new, file, place.span.start);
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
            lines
        };
        let (was, is) = (own(self.old, self.a, false, before), own(self.new, self.b, true, after));
        let text = |side: &Side, file: SourceFile| -> HashSet<String> {
            file.text(side.db()).lines().map(|line| line.trim().to_owned()).collect()
        };
        let (old, new) = (text(self.old, self.a), text(self.new, self.b));
        let changed: Vec<Line> = [
            was.iter().filter(|line| !new.contains(&line.text)).take(MOST_LINES).cloned().collect::<Vec<_>>(),
            is.iter().filter(|line| !old.contains(&line.text)).take(MOST_LINES).cloned().collect(),
        ]
        .concat();
        let both: Vec<Line> = was.into_iter().take(1).chain(is.into_iter().take(1)).collect();
        let sides: HashSet<bool> = changed.iter().map(|line| line.new).collect();
        let rest = both.iter().filter(|line| !sides.contains(&line.new)).cloned();
        rest.chain(changed.iter().cloned()).collect()
    }

    /// The lines of the rule, and of the settings and lists it reads, that are not the same on both sides.
    fn policy(&self, old: &Rule, new: &Rule) -> Vec<Line> {
        let (before, after) = (self.old.read_by(old), self.new.read_by(new));
        let mut lines = Vec::new();
        for (name, origin) in &after {
            let is = self.new.item(true, *origin);
            let was = before.iter().find(|(other, _)| other == name);
            let was = was.map_or_else(Vec::new, |(_, origin)| self.old.item(false, *origin));
            let lacks = |line: &Line, others: &[Line]| !others.iter().any(|other| other.text == line.text);
            let gone = was.iter().filter(|line| lacks(line, &is)).take(MOST_LINES);
            let come = is.iter().filter(|line| lacks(line, &was)).take(MOST_LINES);
            lines.extend(gone.chain(come).cloned());
        }
        lines
    }

    fn waivers(&self, was: usize, is: usize) -> Vec<Line> {
        let own = |side: &Side, file, rule: usize, new| {
            let waived = queries::waivers_in_force(side.db(), side.project(), file);
            let origin = waived.get(rule).and_then(|waived| waived.as_ref().map(|waived| waived.origin));
            origin.and_then(|origin| side.item(new, origin).into_iter().next())
        };
        let lines = [own(self.old, self.a, was, false), own(self.new, self.b, is, true)];
        lines.into_iter().flatten().collect()
    }
}

/// Every place that takes part in a finding, the most telling first.
fn places(found: &Explained) -> impl Iterator<Item = &Place> {
    let others = found.related.iter().chain(&found.rests_on).map(|(place, _)| place);
    std::iter::once(&found.place).chain(others)
}

/// Why it came to that, each reason once.
fn reasons(found: &[Explained], verdict: Verdict, lang: Lang) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for explained in found.iter().filter(|explained| explained.verdict == verdict) {
        let reason = explained.reason.get(lang);
        if !reasons.iter().any(|known| known == reason) {
            reasons.push(reason.to_owned());
        }
    }
    reasons
}
