//! How results and diagnostics are written: for people and for programs.

pub mod ahead;
pub mod compact;
pub mod coverage;
mod csv;
pub mod diagnostics;
mod findings;
pub mod fingerprint;
pub mod flips;
pub mod formats;
pub mod github;
mod gitlab;
mod html;
mod json;
pub mod junit;
mod markdown;
pub mod matrix;
pub mod mistakes;
pub mod model;
mod ndjson;
pub mod norm;
mod norm_examples;
pub mod pretty;
pub mod quote;
pub mod remark;
pub mod repair;
mod sarif;
pub mod targets;
pub mod terminal;

/// How the pages of `diff`, `whatif` and `timeline` look.
const DESK_STYLE: &str = include_str!("../../templates/desk/style.css");
