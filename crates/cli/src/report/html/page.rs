//! The page as a whole: what the template reads.

use std::borrow::Borrow;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use askama::Template;
use policy_core::diag::Level;
use policy_core::explain::setting_value;
use policy_core::lang::Lang;
use policy_core::model::{Rule, Schema, SettingId};
use policy_db::reads::Reads;

use super::chapters::{self, Chapter};
use super::expiry::{self, Expiry};
use super::face::{Face, Faces};
use super::summary::Digest;
use super::vendor::{FEW, Vendor, severity};
use super::words::{day, prose, sentence};
use crate::evaluation::Evaluation;
use crate::report::diagnostics::located;
use crate::report::model::Head;

const STYLE: &str = include_str!("../../../templates/report/style.css");
/// So many ends are shown before the rest is folded away.
const ENDS: usize = 20;

/// The page.
#[derive(Template)]
#[template(path = "report/page.html", whitespace = "minimize")]
pub struct Page<'a> {
    style: &'static str,
    lang: Lang,
    as_of: String,
    version: &'static str,
    packs: Vec<String>,
    profile: Option<&'a str>,
    digest: Digest,
    vendors: Vec<Vendor>,
    /// Indices of the declarations, those that need most first.
    ranked: Vec<usize>,
    few: bool,
    rules: &'a [Rule],
    schema: &'a Schema,
    chapters: Vec<Chapter>,
    ends: Vec<Expiry>,
    settings: Vec<(String, String)>,
    rests: BTreeSet<String>,
    head: &'a Head,
    problems: Vec<Problem>,
}

/// Something that is wrong or odd about the input.
struct Problem {
    word: &'static str,
    code: &'static str,
    message: String,
    place: String,
}

impl<'a> Page<'a> {
    /// The page of an evaluation, of which the declarations have been rendered.
    pub fn of(evaluation: &Evaluation<'a>, head: &'a Head, mut vendors: Vec<Vendor>) -> Page<'a> {
        let (view, db) = (evaluation.view, evaluation.db());
        let mut ranked: Vec<usize> = (0..vendors.len()).collect();
        let weight = |vendor: &Vendor| {
            Reverse((vendor.critical, vendor.counts.of(Face::Fail), vendor.counts.of(Face::Unknown)))
        };
        ranked.sort_by_key(|index| weight(&vendors[*index]));
        let name = |index: usize| vendors[index].name.clone();
        let ends = expiry::all(evaluation, &name);
        let rests = vendors.iter_mut().flat_map(|vendor| std::mem::take(&mut vendor.rests)).collect();
        Page {
            style: STYLE,
            lang: view.lang,
            as_of: day(view.project.as_of(db), view.lang),
            version: env!("CARGO_PKG_VERSION"),
            packs: evaluation.packs().iter().map(|pack| format!("{} {}", pack.name, pack.version)).collect(),
            profile: view.project.profile(db).map(|file| file.path(db)),
            digest: Digest::of(&vendors, view.rules),
            few: vendors.len() <= FEW,
            vendors,
            ranked,
            rules: view.rules,
            schema: view.schema,
            chapters: chapters::all(view.rules, view.schema, view.lang),
            ends,
            settings: settings(evaluation),
            rests,
            head,
            problems: problems(evaluation),
        }
    }

    /// How often each look came out in a chapter.
    fn of_chapter(&self, chapter: &Chapter) -> Faces {
        let mut counts = Faces::default();
        let all = self.vendors.iter().flat_map(|vendor| chapter.rules.iter().map(|rule| vendor.faces[*rule]));
        all.for_each(|face| counts.add(face));
        counts
    }

    /// How often each look came out for a rule.
    fn of_rule(&self, rule: &usize) -> Faces {
        let mut counts = Faces::default();
        self.vendors.iter().for_each(|vendor| counts.add(vendor.faces[*rule]));
        counts
    }

    /// The declarations that need telling for a rule: those that need action first.
    fn told(&self, rule: &usize) -> Vec<&Vendor> {
        let mut told: Vec<_> =
            self.vendors.iter().filter(|vendor| vendor.faces[*rule] <= Face::Waived).collect();
        told.sort_by_key(|vendor| vendor.faces[*rule]);
        told
    }

    /// The declarations of a look for a rule.
    fn with(&self, rule: &usize, face: &Face) -> Vec<&Vendor> {
        self.vendors.iter().filter(|vendor| vendor.faces[*rule] == *face).collect()
    }

    fn pack(&self, rule: &Rule) -> &str {
        let pack = &self.schema.packs[rule.pack.ix()];
        pack.title.get(self.lang).unwrap_or(&pack.name)
    }

    fn title<'r>(&self, rule: &'r Rule) -> &'r str {
        rule.title.get(self.lang).unwrap_or(&rule.id)
    }

    fn severity(&self, rule: &Rule) -> &'static str {
        severity(&rule.severity, &self.lang)
    }

    /// A count with its noun.
    fn count(&self, count: impl Borrow<usize>, one: &str, many: &str) -> String {
        let count = count.borrow();
        format!("{count} {}", if *count == 1 { one } else { many })
    }
}

fn settings(evaluation: &Evaluation) -> Vec<(String, String)> {
    let (schema, lang) = (evaluation.view.schema, evaluation.view.lang);
    let one = |id: SettingId| {
        let setting = &schema.settings[id.ix()];
        let label = sentence(setting.labels.name(lang, &setting.name));
        (label, prose(setting_value(id, schema).get(lang)))
    };
    Reads::all(evaluation.view.rules).settings.into_iter().map(one).collect()
}

fn problems(evaluation: &Evaluation) -> Vec<Problem> {
    let (db, lang) = (evaluation.db(), evaluation.view.lang);
    let one = |found: &policy_core::diag::Diagnostic| {
        let at = located(db, found.file, found.span);
        Problem {
            word: match found.level {
                Level::Error => lang.pick("fout", "error"),
                Level::Warning => lang.pick("waarschuwing", "warning"),
                Level::Info => lang.pick("mededeling", "note"),
            },
            code: found.code,
            message: sentence(found.message.get(lang)),
            place: format!("{}:{}", at.file, at.start.line),
        }
    };
    evaluation.diagnostics.iter().map(one).collect()
}
