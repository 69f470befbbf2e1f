//! Requests of our own: texts that are part of the server, and how things stand.

use policy_core::verdict::Verdict;
use policy_db::queries::{self, Tally};
use serde::{Deserialize, Serialize};
use tower_lsp::lsp_types::Url;

use crate::view::View;
use crate::workspace::Workspace;

/// Which document is wanted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentParams {
    /// Its address: `policy:/PACK/FILE`, `policy:/codes/CODE.md` or `policy:/rules/RULE.md`.
    pub uri: Url,
}

/// A document that is part of the server; it cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Its text.
    pub text: String,
    /// The language of the text, as editors call it.
    pub language_id: String,
}

/// Finds a document that is part of the server.
pub fn document(workspace: &Workspace, url: &Url) -> Option<Document> {
    let markdown = |text: String| Document { text, language_id: "markdown".to_owned() };
    let path = url.path().trim_start_matches('/');
    if let Some(code) = path.strip_prefix("codes/") {
        return workspace.page(code.trim_end_matches(".md")).map(|page| markdown(page.to_owned()));
    }
    if let Some(rule) = path.strip_prefix("rules/") {
        let id = rule.trim_end_matches(".md");
        return workspace.folders().iter().find_map(|folder| rule_page(folder, id)).map(markdown);
    }
    let (folder, file) = workspace.find(url)?;
    let text = file.text(folder.db()).to_owned();
    Some(Document { text, language_id: "policy".to_owned() })
}

/// What a rule asks, as a page.
fn rule_page(folder: &crate::workspace::Folder, id: &str) -> Option<String> {
    let (db, lang) = (folder.db(), folder.lang());
    let project = db.project();
    let rule = queries::rules(db, project).iter().find(|rule| rule.id == id)?;
    let (file, span) = queries::span(db, project, rule.origin)?;
    let mut page = format!("# {id}\n\n{}\n\n", rule.title.get(lang).unwrap_or(id));
    let mut line = |label: &str, text: &str| page.push_str(&format!("**{label}**: {text}\n\n"));
    line(lang.pick("Ernst", "Severity"), lang.pick(rule.severity.word_nl(), rule.severity.word()));
    if !rule.basis.is_empty() {
        line(lang.pick("Grondslag", "Basis"), &rule.basis.join("; "));
    }
    if let Some(advice) = rule.advice.get(lang) {
        line(lang.pick("Advies", "Advice"), advice);
    }
    let tree = queries::tree(db, file);
    let item = tree.items.iter().find(|item| item.span.start <= span.start && span.end <= item.span.end)?;
    page.push_str(&format!("```policy\n{}\n```\n", item.span.of(file.text(db))));
    Some(page)
}

/// Whose status is wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StatusParams {
    /// A document of the folder; without one, of all folders together.
    #[serde(default)]
    pub uri: Option<Url>,
}

/// How things stand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The language of messages.
    pub language: String,
    /// The as-of date.
    pub as_of: String,
    /// The packs whose rules run.
    pub packs: Vec<String>,
    /// How many declarations there are.
    pub declarations: usize,
    /// How many rules run.
    pub rules: usize,
    /// How often each outcome came out.
    pub counts: Counts,
}

/// How often each outcome came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Kept.
    pub pass: usize,
    /// Broken.
    pub fail: usize,
    /// Not known.
    pub unknown: usize,
    /// Nothing to test.
    pub not_applicable: usize,
    /// Broken or not known, and accepted.
    pub waived: usize,
}

/// What a status is made from.
pub fn views(workspace: &Workspace, url: Option<&Url>) -> Vec<View> {
    let of = |folder: &crate::workspace::Folder| {
        let project = folder.db().project();
        let any = project.policies(folder.db()).first().map(|policy| policy.file);
        any.map(|file| folder.view(file, workspace))
    };
    match url.and_then(|url| workspace.find(url)) {
        Some((folder, _)) => of(folder).into_iter().collect(),
        None => workspace
            .folders()
            .iter()
            .filter(|folder| !folder.declarations().is_empty())
            .filter_map(of)
            .collect(),
    }
}

/// How things stand.
pub fn status(views: &[View]) -> Status {
    let mut status = Status::default();
    for view in views {
        let (db, project) = (&view.db, view.db.project());
        status.language = view.show.lang.code().to_owned();
        status.as_of = project.as_of(db).to_string();
        status.packs.extend(project.selected(db).iter().cloned());
        status.packs.dedup();
        status.declarations += view.declarations.len();
        status.rules = status.rules.max(queries::rules(db, project).len());
        let known = view.shared.tallies().filter(|_| view.shared.is_settled());
        let tallies = known.as_deref().unwrap_or_else(|| queries::tallies(db, project));
        tallies.values().flat_map(|of_rule| of_rule.iter()).for_each(|tally| status.counts.add(*tally));
    }
    status
}

impl Counts {
    fn add(&mut self, Tally { verdict, waived, .. }: Tally) {
        let count = match verdict {
            _ if waived => &mut self.waived,
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Unknown => &mut self.unknown,
            Verdict::NotApplicable => &mut self.not_applicable,
        };
        *count += 1;
    }
}

/// Which document is to be written in which language.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Translate {
    /// The document.
    pub uri: Url,
    /// `nl` or `en`.
    pub language: String,
}
