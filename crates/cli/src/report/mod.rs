//! How results and diagnostics are written: for people and for programs.

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
pub mod repair;
mod sarif;
pub mod terminal;
