//! The arguments of the commands for whoever follows vendors over time: `ask`, `diff`, `timeline`, `whatif`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::args::{Selection, date};
use crate::report::targets::{self, Wanted};

/// What `diff` compares, with examples.
pub const DIFF_HELP: &str = "\
Compares:
  policy diff OLD NEW             two declarations, two policies, or two folders of either; a folder with a
                                  policy.toml is compared as its own repository
  policy diff --git OLD[..NEW]    two revisions of this git repository; without NEW the files as they are now
  policy diff --as-of OLD..NEW    two dates

Exit codes:
  0  nothing got worse: no verdict went from pass or not applicable to waived, unknown or fail, from waived to
     unknown or fail, or from unknown to fail
  1  something did
  2  usage, policy or input error";

/// Write questions.
#[derive(Debug, Args)]
pub struct Ask {
    /// A declaration's file, its name without endings, or the name of the vendor or of the product
    pub vendor: String,
    #[command(flatten)]
    pub selection: Selection,
    /// The date that law, waivers and ages are taken at (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// The day by which the letter asks for an answer (default: none)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub reply_by: Option<Date>,
    /// Instead of a letter, the declaration with the missing fields to fill in
    #[arg(long)]
    pub template: bool,
    /// How to write the letter
    #[arg(long, value_enum, default_value_t = LetterFormat::Markdown)]
    pub format: LetterFormat,
    /// Write the result to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Compare.
#[derive(Debug, Args)]
pub struct Diff {
    /// The old and the new; with --git or --as-of OLD..NEW: the declarations to look at
    #[arg(value_name = "OLD NEW | DECLARATION")]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub selection: Selection,
    /// Two revisions of this git repository, or one to compare with the files as they are
    #[arg(long, value_name = "OLD[..NEW]", conflicts_with = "packs")]
    pub git: Option<String>,
    /// Two dates, or the one at which both sides are evaluated (default: today in UTC)
    #[arg(long, value_name = "DATE[..DATE]", value_parser = dates)]
    pub as_of: Option<Dates>,
    /// With two policies: the declarations to look at; may be repeated (default: those of policy.toml)
    #[arg(short, long = "declaration", value_name = "DECLARATION|DIR|GLOB")]
    pub declarations: Vec<String>,
    /// How to write the result: pretty, compact, json, ndjson, sarif, junit, github, gitlab, markdown, csv or
    /// html; with `=FILE` to that file. May be repeated; one goes to standard output, pretty if none is left for it
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = targets::wanted)]
    pub formats: Vec<Wanted>,
    /// Write what would go to standard output to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Look ahead.
#[derive(Debug, Args)]
pub struct Timeline {
    /// A declaration's file, its name without endings, or the name of the vendor or of the product
    pub vendor: String,
    #[command(flatten)]
    pub selection: Selection,
    /// The first day (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// The last day (default: five years after the first)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub until: Option<Date>,
    /// How to write the result: pretty, compact, json, ndjson, markdown, csv or html; with `=FILE` to that file. May be repeated; one goes to standard output, pretty if none is left for it
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = targets::wanted)]
    pub formats: Vec<Wanted>,
    /// Write what would go to standard output to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Try another limit.
#[derive(Debug, Args)]
pub struct Whatif {
    /// The rule
    #[arg(value_name = "RULE")]
    pub which: String,
    /// The limit it would have, such as "≤ 6 months"
    pub limit: String,
    /// Declarations; by default those of policy.toml
    #[arg(value_name = "DECLARATION|DIR|GLOB")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub selection: Selection,
    /// The date that law, waivers and ages are taken at (default: today in UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub as_of: Option<Date>,
    /// How to write the result: pretty, compact, json, ndjson, sarif, junit, github, gitlab, markdown, csv or
    /// html; with `=FILE` to that file. May be repeated; one goes to standard output, pretty if none is left for it
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = targets::wanted)]
    pub formats: Vec<Wanted>,
    /// Write what would go to standard output to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How to write a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LetterFormat {
    /// Markdown
    Markdown,
    /// One page of HTML, to send or print
    Html,
}

/// One date or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// The old side's.
    pub old: Date,
    /// The new side's, if it is another.
    pub new: Option<Date>,
}

fn dates(text: &str) -> Result<Dates, String> {
    match text.split_once("..") {
        Some((old, new)) => Ok(Dates { old: date(old)?, new: Some(date(new)?) }),
        None => Ok(Dates { old: date(text)?, new: None }),
    }
}
