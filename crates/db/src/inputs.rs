//! What comes from outside: one input per text, and one that says what is evaluated against what.

// salsa writes constructors and setters without documentation.
#![allow(missing_docs)]

use std::sync::Arc;

use jiff::civil::Date;
use policy_core::model::FileId;

use crate::config::RuleSetting;

/// A text with a name: a policy file, a declaration, a profile, a configuration.
#[salsa::input(debug)]
pub struct SourceFile {
    /// Its number, the one in diagnostics and origins.
    #[returns(copy)]
    pub id: FileId,
    /// How it is called in messages and reports.
    #[returns(deref)]
    pub path: String,
    /// The text.
    #[returns(deref)]
    pub text: Arc<str>,
    /// Whether somebody has it open: then what the next edit will need again is kept.
    #[returns(copy)]
    pub open: bool,
}

/// A policy file and the pack it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PolicyFile {
    /// The file.
    pub file: SourceFile,
    /// The name of its pack.
    pub pack: String,
}

/// What is evaluated against what.
#[salsa::input(singleton, debug)]
pub struct Project {
    /// Every policy file that takes part, packs before the packs that use them.
    #[returns(deref)]
    pub policies: Vec<PolicyFile>,
    /// The packs whose rules run.
    #[returns(deref)]
    pub selected: Vec<String>,
    /// The ids of the rules that run; empty for all of the selected packs.
    #[returns(deref)]
    pub only: Vec<String>,
    /// What is different about rules here, as `policy.toml` says.
    #[returns(deref)]
    pub changes: Vec<RuleSetting>,
    /// The declarations of the workspace: what is counted over for each rule.
    #[returns(deref)]
    pub declarations: Vec<SourceFile>,
    /// What the user's own side decides.
    #[returns(copy)]
    pub profile: Option<SourceFile>,
    /// The date that law, waivers and ages are taken at.
    #[returns(copy)]
    pub as_of: Date,
}

/// The id of a rule, as what outcomes are kept by.
#[salsa::interned(debug)]
pub struct RuleName<'db> {
    /// The id.
    pub id: String,
}
