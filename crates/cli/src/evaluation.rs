//! One evaluation: what was loaded, which outcomes came out, and what they come to together. Both report formats
//! are written from this.

use std::collections::BTreeSet;

use policy_core::diag::{Diagnostic, Level, in_order};
use policy_core::lang::Lang;
use policy_core::model::{NodeId, Origin, Pack, Rule, Schema, Setting, Severity};
use policy_core::report::RuleResult;
use policy_core::verdict::Verdict;
use policy_db::engine::{Detail, Names};
use policy_db::reads::Reads;
use policy_db::{Database, Project, SourceFile, queries};

use crate::exit::Tally;
use crate::parallel;
use crate::progress::Progress;
use crate::session::Session;

/// What every result is read with. Holds no handle of the database, so that workers can share it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// What is evaluated against what.
    pub project: Project,
    /// What can be declared.
    pub schema: &'a Schema,
    /// The rules that ran.
    pub rules: &'a [Rule],
    /// The language of the output.
    pub lang: Lang,
    /// How much is explained.
    pub detail: Detail,
}

impl View<'_> {
    /// Every rule on one declaration, explained.
    pub fn results(&self, db: &Database, declaration: &Summary) -> Vec<RuleResult> {
        queries::results(db, self.project, declaration.file, self.detail)
    }
}

/// One evaluation.
pub struct Evaluation<'a> {
    /// Where everything comes from.
    pub session: &'a Session,
    /// What results are read with.
    pub view: View<'a>,
    /// What is evaluated, in input order.
    pub declarations: Vec<Summary>,
    /// Everything that is wrong with the input, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The severity from which results count for the exit code.
    pub level: Severity,
}

/// One declaration and what its rules came to.
pub struct Summary {
    /// The declaration.
    pub file: SourceFile,
    /// What it is about.
    pub names: Names,
    /// Per rule the verdict, and whether a waiver covers it.
    pub verdicts: Vec<(Verdict, bool)>,
}

/// How often each outcome came out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// By [`Verdict`], without what is waived.
    pub verdicts: [usize; 4],
    /// Fails and unknowns that a waiver covers.
    pub waived: usize,
}

impl Counts {
    /// Counts one result.
    pub fn add(&mut self, verdict: Verdict, waived: bool) {
        if waived {
            self.waived += 1;
        } else {
            self.verdicts[verdict as usize] += 1;
        }
    }

    /// How many results there are.
    pub fn all(&self) -> usize {
        self.verdicts.iter().sum::<usize>() + self.waived
    }

    /// How often this verdict came out.
    pub fn of(&self, verdict: Verdict) -> usize {
        self.verdicts[verdict as usize]
    }
}

impl<'a> Evaluation<'a> {
    /// Evaluates every declaration, on all cores. `whole`: these are all there are, so that what covers none of them
    /// covers nothing. `rules` are those that run, as grave as the settings say.
    pub fn run(
        session: &'a Session,
        rules: &'a [Rule],
        files: &[SourceFile],
        whole: bool,
        detail: Detail,
        level: Severity,
    ) -> Self {
        let project = session.project();
        let mut gathered = Gathered::default();
        let mut progress = Progress::new(files.len());
        let one = |db: &Database, file: &SourceFile| Part::of(db, project, *file);
        parallel::in_order(&session.db, files, one, |part| {
            gathered.add(part);
            progress.step();
        });
        let diagnostics = gathered.diagnostics(session, whole);
        let schema = queries::schema(&session.db, project);
        let view = View { project, schema, rules, lang: session.lang, detail };
        Evaluation { session, view, declarations: gathered.declarations, diagnostics, level }
    }

    /// The database.
    pub fn db(&self) -> &'a Database {
        &self.session.db
    }

    /// The packs that took part, those whose rules ran first.
    pub fn packs(&self) -> Vec<&'a Pack> {
        let selected = self.view.project.selected(self.db());
        let mut packs: Vec<_> = self.view.schema.packs.iter().collect();
        packs.sort_by_key(|pack| selected.iter().position(|name| *name == pack.name).unwrap_or(usize::MAX));
        packs
    }

    /// The settings that the rules read, in the order of the packs.
    pub fn settings(&self) -> Vec<&'a Setting> {
        let used = Reads::all(self.view.rules).settings;
        used.into_iter().map(|setting| &self.view.schema.settings[setting.ix()]).collect()
    }

    /// How often each outcome came out.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        let all = self.declarations.iter().flat_map(|declaration| &declaration.verdicts);
        all.for_each(|(verdict, waived)| counts.add(*verdict, *waived));
        counts
    }

    /// What makes the run end with an error.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error)
    }

    /// What decides the exit code.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally { errors: self.errors().next().is_some(), ..Tally::default() };
        for declaration in &self.declarations {
            for (rule, (verdict, waived)) in self.view.rules.iter().zip(&declaration.verdicts) {
                tally.add(*verdict, *waived, rule.severity, self.level);
            }
        }
        tally
    }
}

/// What one declaration comes to.
struct Part {
    summary: Summary,
    diagnostics: Vec<Diagnostic>,
    /// The waivers that cover something of it.
    waivers: Vec<Origin>,
    /// What in the profile met nothing in it.
    unmatched: Vec<NodeId>,
}

impl Part {
    fn of(db: &Database, project: Project, file: SourceFile) -> Self {
        let outcomes = queries::outcomes(db, project, file);
        let waived = queries::waivers_in_force(db, project, file);
        let verdicts =
            outcomes.iter().zip(&waived).map(|(outcome, waiver)| (outcome.verdict, waiver.is_some()));
        let summary =
            Summary { file, names: queries::names(db, project, file), verdicts: verdicts.collect() };
        let diagnostics = queries::declaration_diagnostics(db, project, file);
        let waivers = waived.into_iter().flatten().map(|waived| waived.origin).collect();
        Part { summary, diagnostics, waivers, unmatched: queries::read(db, project, file).unmatched.clone() }
    }
}

/// What all declarations come to.
#[derive(Default)]
struct Gathered {
    declarations: Vec<Summary>,
    diagnostics: Vec<Diagnostic>,
    waivers: BTreeSet<Origin>,
    /// What in the profile met nothing in any of them; nothing before the first.
    unmatched: Option<Vec<NodeId>>,
}

impl Gathered {
    fn add(&mut self, part: Part) {
        self.declarations.push(part.summary);
        self.diagnostics.extend(part.diagnostics);
        self.waivers.extend(part.waivers);
        let before = self.unmatched.take();
        let still = |node: &NodeId| before.as_ref().is_none_or(|before| before.contains(node));
        self.unmatched = Some(part.unmatched.into_iter().filter(still).collect());
    }

    /// Everything that is wrong or odd, by file and place.
    fn diagnostics(&mut self, session: &Session, whole: bool) -> Vec<Diagnostic> {
        let (db, project) = (&session.db, session.project());
        let mut found = session.diagnostics.clone();
        found.extend(queries::policy_diagnostics(db, project));
        found.append(&mut self.diagnostics);
        found.extend(queries::evaluation_lints(db, project, whole.then_some(&self.waivers)));
        let profile = queries::profile(db, project).as_ref().zip(project.profile(db)).filter(|_| whole);
        if let (Some((read, file)), Some(nodes)) = (profile, &self.unmatched) {
            found.extend(read.profile.unmatched(file.id(db), nodes));
        }
        in_order(found)
    }
}
