//! Typed policies, facts, evaluation, verdicts and explanations.
//!
//! A plain library: no files, no threads, no clock, no salsa, no editor protocol,
//! and no word of any domain. What there is to declare stands in packs.
//!
//! The direction is: syntax tree → [`model`] (typed policy) and [`facts`] (what one
//! declaration says) → `eval` (verdicts) → `explain` (findings in words).

pub mod codes;
pub mod declare;
pub mod diag;
pub mod eval;
pub mod explain;
pub mod facts;
pub mod lang;
pub mod lower;
pub mod marks;
pub mod model;
pub mod report;
pub mod rules;
pub mod sentence;
pub mod verdict;
pub mod words;
