//! Everything that an editor underlines: mistakes in policies and declarations, and what rules find.
//!
//! Made from the same diagnostics and the same explained findings as the reports of the command line, so that code,
//! place and words are the same by construction. Nothing is worded here.

use std::collections::{BTreeMap, BTreeSet};

use policy_core::diag::{self, Diagnostic, Level};
use policy_core::lang::Lang;
use policy_core::model::{FileId, NodeId, Origin, Rule, Severity};
use policy_core::report::{Brief, Waived};
use policy_core::verdict::{Judgement, Verdict};
use policy_db::salsa::Database as _;
use policy_db::{Database, SourceFile, queries};
use policy_syntax::Span;

/// Something to underline.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The bytes.
    pub span: Span,
    /// The code of a diagnostic, or the id of the rule that found it.
    pub code: String,
    /// Whether `code` is a rule's id.
    pub of_rule: bool,
    /// How grave it is.
    pub gravity: Gravity,
    /// What it is.
    pub message: String,
    /// Places that explain it.
    pub asides: Vec<Aside>,
}

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Gravity {
    /// Has to change.
    Error,
    /// Probably has to change, or has to be asked about.
    Warning,
    /// Good to know.
    Info,
    /// Known and accepted.
    Hint,
}

/// A place that explains a problem.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Aside {
    /// Where.
    pub at: Anchor,
    /// Why it is mentioned.
    pub message: String,
}

/// A place that is looked up when it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// Bytes of the file that the problem is in.
    Here(Span),
    /// Bytes of another file.
    There(FileId, Span),
    /// A clause of a policy: stays the same when the text around it moves.
    Clause(Origin),
}

/// How results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Show {
    /// The language of the words.
    pub lang: Lang,
    /// The severity from which a result is as grave as it can be.
    pub fail_level: Severity,
    /// How what a document does not say is shown.
    pub questions: Questions,
}

/// How an unknown is shown that is there because the document says nothing: it is a question to whoever declares, and
/// no mistake in what was written. A short document leaves most of what rules ask unsaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Questions {
    /// As information, below what fails and what is unclear.
    #[default]
    Info,
    /// As a hint: not in lists of problems.
    Hint,
    /// Not at all; counts and questions still have it.
    Off,
}

impl Gravity {
    fn of_level(level: Level) -> Self {
        match level {
            Level::Error => Gravity::Error,
            Level::Warning => Gravity::Warning,
            Level::Info => Gravity::Info,
        }
    }

    /// A fail is graver than an unknown, and either is less grave below the fail level. What the document says and
    /// does not settle is graver than what it does not say.
    fn of_finding(found: &Brief, rule: &Rule, waived: bool, show: Show) -> Self {
        match (found.verdict, rule.severity >= show.fail_level) {
            _ if waived => Gravity::Hint,
            (Verdict::Unknown, _) if found.place.absent => match show.questions {
                Questions::Info => Gravity::Info,
                Questions::Hint | Questions::Off => Gravity::Hint,
            },
            (Verdict::Fail, true) => Gravity::Error,
            (Verdict::Fail, false) | (Verdict::Unknown, true) => Gravity::Warning,
            _ => Gravity::Info,
        }
    }
}

/// Mistakes in the text of a declaration, and rules that were too much to work out on it (`limited`, by index).
pub fn mistakes(
    db: &Database,
    file: SourceFile,
    lang: Lang,
    limited: impl Iterator<Item = usize>,
) -> Vec<Problem> {
    let found = queries::mistakes(db, db.project(), file, limited);
    diag::in_order(found).iter().map(|diagnostic| of_diagnostic(diagnostic, lang)).collect()
}

/// What one of the rules that run, by index, finds in a declaration, given what it comes to; it may be covered by a
/// waiver.
pub fn findings(
    db: &Database,
    file: SourceFile,
    rule: usize,
    judgement: &Judgement,
    waived: Option<&Waived>,
    show: Show,
) -> Vec<Problem> {
    db.unwind_if_revision_cancelled();
    let Some(about) = queries::rules(db, db.project()).get(rule) else { return Vec::new() };
    let found = queries::brief(db, db.project(), file, rule, judgement, show.lang);
    let silent = |found: &Brief| found.verdict == Verdict::Unknown && found.place.absent;
    let shown = found.into_iter().filter(|found| show.questions != Questions::Off || !silent(found));
    shown.map(|found| finding(about, waived, found, show)).collect()
}

fn finding(rule: &Rule, waived: Option<&Waived>, found: Brief, show: Show) -> Problem {
    let lang = show.lang;
    let gravity = Gravity::of_finding(&found, rule, waived.is_some(), show);
    let title = rule.title.get(lang).unwrap_or(&rule.id);
    let clause = Aside { at: Anchor::Clause(found.clause), message: title.to_owned() };
    let waiver = waived.map(|waived| Aside {
        at: Anchor::Clause(waived.origin),
        message: format!("{}: {} ({})", lang.pick("aanvaard", "accepted"), waived.reason, waived.until),
    });
    let related = found.related.into_iter();
    let related = related.map(|(place, message)| Aside { at: Anchor::Here(place.span), message });
    Problem {
        span: found.place.span,
        code: rule.id.clone(),
        of_rule: true,
        gravity,
        message: found.reason,
        asides: std::iter::once(clause).chain(waiver).chain(related).collect(),
    }
}

/// A diagnostic as a problem.
pub fn of_diagnostic(diagnostic: &Diagnostic, lang: Lang) -> Problem {
    let asides = diagnostic.related.iter().map(|related| Aside {
        at: if related.file == diagnostic.file {
            Anchor::Here(related.span)
        } else {
            Anchor::There(related.file, related.span)
        },
        message: related.message.get(lang).to_owned(),
    });
    Problem {
        span: diagnostic.span,
        code: diagnostic.code.to_owned(),
        of_rule: false,
        gravity: Gravity::of_level(diagnostic.level),
        message: diagnostic.message.get(lang).to_owned(),
        asides: asides.collect(),
    }
}

/// What all declarations together say about the policies and the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Together {
    /// Waivers that cover something.
    pub waivers: BTreeSet<Origin>,
    /// What in the profile met nothing in any of them; nothing before the first declaration.
    pub unmatched: Option<Vec<NodeId>>,
}

/// What one declaration adds to [`Together`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Share {
    /// The waivers that cover something of it.
    pub waivers: Vec<Origin>,
    /// What in the profile met nothing in it.
    pub unmatched: Vec<NodeId>,
}

/// What in the profile met nothing in a declaration.
pub fn unmatched(db: &Database, file: SourceFile) -> Vec<NodeId> {
    queries::read(db, db.project(), file).unmatched.clone()
}

impl Together {
    /// Adds what one declaration says.
    pub fn add(&mut self, share: &Share) {
        self.waivers.extend(share.waivers.iter().copied());
        let before = self.unmatched.take();
        let still = |node: &&NodeId| before.as_ref().is_none_or(|before| before.contains(node));
        self.unmatched = Some(share.unmatched.iter().filter(still).copied().collect());
    }
}

/// Problems of the policy files and the profile, by file. `whole`: what all declarations there are say together.
pub fn project(db: &Database, whole: Option<&Together>) -> BTreeMap<FileId, Vec<Diagnostic>> {
    let project = db.project();
    let mut found = queries::policy_diagnostics(db, project);
    found.extend(queries::lints(db, project));
    found.extend(queries::evaluation_lints(db, project, whole.map(|together| &together.waivers)));
    let profile = queries::profile(db, project).as_ref().zip(project.profile(db));
    let unmatched = whole.and_then(|together| together.unmatched.as_deref());
    if let (Some((read, file)), Some(nodes)) = (profile, unmatched) {
        found.extend(read.profile.unmatched(file.id(db), nodes));
    }
    found.sort_by_key(|diagnostic| (diagnostic.file, diagnostic.span));
    found.dedup();
    let mut by_file: BTreeMap<FileId, Vec<Diagnostic>> = BTreeMap::new();
    for diagnostic in diag::in_order(found) {
        by_file.entry(diagnostic.file).or_default().push(diagnostic);
    }
    by_file
}
