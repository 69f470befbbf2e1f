//! How results and diagnostics are written: for people and for programs.

pub mod ahead;
mod compact;
pub mod coverage;
mod csv;
pub mod diagnostics;
mod findings;
mod fingerprint;
pub mod flips;
pub mod formats;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
pub mod matrix;
pub mod model;
mod ndjson;
pub mod norm;
mod norm_examples;
pub mod pretty;
pub mod quote;
mod remark;
pub mod repair;
mod sarif;
pub mod targets;
pub mod terminal;

/// How the pages of `diff`, `whatif` and `timeline` look.
const DESK_STYLE: &str = include_str!("../../templates/desk/style.css");
