//! The section about one declaration, and what the rest of the page needs to know of it.

use std::collections::BTreeSet;

use askama::Template;
use policy_core::lang::Lang;
use policy_core::model::{Owner, Rule, Severity};
use policy_db::{Database, queries};

use super::coverage::{Coverage, Needed};
use super::face::{Face, Faces};
use super::finding::{Finding, Maker, Room};
use crate::evaluation::{Evaluation, Summary, View};

/// Up to so many declarations are shown unfolded, side by side.
pub const FEW: usize = 8;
/// From so many declarations on, less is told of each.
const MANY: usize = 40;

/// What all sections are made with.
pub struct Desk<'a> {
    view: View<'a>,
    needed: Needed,
    count: usize,
    /// Names that more than one declaration goes by.
    shared: BTreeSet<String>,
}

/// One declaration on the page.
pub struct Vendor {
    /// Its anchor.
    pub anchor: String,
    /// What it is about.
    pub name: String,
    /// Who declares, if that is another name.
    pub party: Option<String>,
    /// How each rule looks.
    pub faces: Vec<Face>,
    /// Per rule the first reason, and how many more there are.
    pub reasons: Vec<Option<(String, usize)>>,
    /// How often each look came out.
    pub counts: Faces,
    /// Fails of the gravest severity.
    pub critical: usize,
    /// How much it states.
    pub coverage: Coverage,
    /// Questions by whose move they are, each once.
    pub questions: BTreeSet<(Owner, String)>,
    /// Readings and settings that its outcomes rest on.
    pub rests: BTreeSet<String>,
    /// Its section.
    pub html: String,
}

/// The section.
#[derive(Template)]
#[template(path = "report/vendor.html", whitespace = "minimize")]
struct Section<'a> {
    lang: Lang,
    vendor: &'a Vendor,
    file: &'a str,
    unfolded: bool,
    alone: bool,
    groups: Vec<(Face, Vec<Finding>)>,
    quiet: Vec<(Face, Vec<usize>)>,
    rules: &'a [Rule],
}

impl Section<'_> {
    fn severity(&self, rule: &Rule) -> &'static str {
        severity(&rule.severity, &self.lang)
    }
}

impl<'a> Desk<'a> {
    /// What the declarations of an evaluation are shown with.
    pub fn of(evaluation: &Evaluation<'a>) -> Self {
        let view = evaluation.view;
        let needed = Needed::by(view.rules, view.schema);
        let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for (name, _) in evaluation.declarations.iter().map(|summary| name(evaluation.db(), summary)) {
            if !seen.insert(name.clone()) {
                shared.insert(name);
            }
        }
        Desk { view, needed, count: evaluation.declarations.len(), shared }
    }

    /// One declaration, with its section.
    pub fn vendor(&self, db: &Database, number: usize, summary: &Summary) -> askama::Result<Vendor> {
        let room = if self.count < MANY { Room::AMPLE } else { Room::SCARCE };
        let maker = Maker { view: self.view, db, file: summary.file, room };
        let results = self.view.results(db, summary);
        let findings: Vec<Finding> = results.iter().filter_map(|result| maker.finding(result)).collect();
        let mut vendor = self.plain(db, number, summary);
        for finding in &findings {
            let first = finding.points.first().and_then(|point| point.reasons.first());
            let more =
                finding.points.iter().map(|point| point.reasons.len()).sum::<usize>().saturating_sub(1);
            vendor.reasons[finding.rule] = first.map(|reason| (reason.clone(), more));
            vendor.rests.extend(finding.rests.iter().cloned());
            for ask in &finding.asks {
                vendor.questions.extend(ask.questions.iter().map(|question| (ask.owner, question.clone())));
            }
        }
        vendor.html = self.section(db, summary, &vendor, findings).render()?;
        Ok(vendor)
    }

    fn plain(&self, db: &Database, number: usize, summary: &Summary) -> Vendor {
        let (mut name, party) = name(db, summary);
        if self.shared.contains(&name) {
            name = format!("{name} ({})", stem(summary.file.path(db)));
        }
        let faces: Vec<_> =
            summary.verdicts.iter().map(|(verdict, waived)| Face::of(*verdict, *waived)).collect();
        let mut counts = Faces::default();
        faces.iter().for_each(|face| counts.add(*face));
        let rules = self.view.rules.iter().zip(&faces);
        let critical =
            rules.filter(|(rule, face)| rule.severity == Severity::Critical && **face == Face::Fail).count();
        let facts = queries::facts(db, self.view.project, summary.file);
        Vendor {
            anchor: format!("v{}", number + 1),
            name,
            party,
            reasons: vec![None; faces.len()],
            faces,
            counts,
            critical,
            coverage: self.needed.of(facts, self.view.schema),
            questions: BTreeSet::new(),
            rests: BTreeSet::new(),
            html: String::new(),
        }
    }

    fn section<'s>(
        &'s self,
        db: &'s Database,
        summary: &Summary,
        vendor: &'s Vendor,
        findings: Vec<Finding>,
    ) -> Section<'s> {
        let mut groups: Vec<(Face, Vec<Finding>)> =
            [Face::Fail, Face::Unknown, Face::Waived].map(|face| (face, Vec::new())).into();
        for finding in findings {
            groups[finding.face as usize].1.push(finding);
        }
        for (_, group) in &mut groups {
            group.sort_by_key(|finding| std::cmp::Reverse(self.view.rules[finding.rule].severity));
        }
        groups.retain(|(_, group)| !group.is_empty());
        let of =
            |face| (0..vendor.faces.len()).filter(|rule| vendor.faces[*rule] == face).collect::<Vec<_>>();
        let mut quiet: Vec<_> = [Face::Pass, Face::NotApplicable].map(|face| (face, of(face))).into();
        quiet.retain(|(_, group)| !group.is_empty());
        Section {
            lang: self.view.lang,
            vendor,
            file: summary.file.path(db),
            unfolded: self.count <= FEW,
            alone: self.count == 1,
            groups,
            quiet,
            rules: self.view.rules,
        }
    }
}

/// What a declaration is about, and who declares it, if that is another name.
fn name(db: &Database, summary: &Summary) -> (String, Option<String>) {
    let names = &summary.names;
    let path = summary.file.path(db);
    let own = names.product.as_deref().or(names.vendor.as_deref()).unwrap_or(path);
    let party = names.vendor.as_deref().filter(|party| *party != own);
    (own.to_owned(), party.map(str::to_owned))
}

/// The name of a file, without what says that it is a declaration.
fn stem(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split(".declaration.").next().unwrap_or(last)
}

/// The word for a severity.
pub fn severity(severity: &Severity, lang: &Lang) -> &'static str {
    lang.pick(severity.word_nl(), severity.word())
}
