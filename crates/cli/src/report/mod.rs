//! How results and diagnostics are written: for people and for programs.

pub mod coverage;
pub mod diagnostics;
mod findings;
pub mod html;
pub mod json;
pub mod matrix;
pub mod norm;
mod norm_examples;
pub mod pretty;
pub mod quote;
pub mod terminal;
