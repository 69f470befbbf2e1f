//! The formats of a result, by name, and what each is made of. To add one: a module beside this one that makes a
//! text from [`model`], a name in [`Format`], and a line in [`Format::kind`]. Other commands than `eval` write some of the
//! same formats; which ones, each says itself.

use std::cell::OnceCell;
use std::io::{self, Write};

use clap::ValueEnum;

use super::model::{self, Declaration, Head};
use super::terminal::Style;
use super::{compact, csv, github, gitlab, html, json, junit, markdown, ndjson, pretty, sarif};
use crate::evaluation::{Counts, Evaluation, Summary};
use crate::parallel;

/// How the result of an evaluation can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: a matrix, and findings with the lines they are about
    Pretty,
    /// A line per finding
    Compact,
    /// For programs: one object
    Json,
    /// For programs: one object per declaration, each on a line
    Ndjson,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, for test reports
    Junit,
    /// Workflow commands of GitHub Actions
    Github,
    /// Code quality report of GitLab
    Gitlab,
    /// A summary of a job, in Markdown
    Markdown,
    /// A row per declaration and rule
    Csv,
    /// The page of `policy report`: for people, to open, print or send
    Html,
}

/// A format that is made declaration by declaration, on all cores, in no more memory than a batch of them.
pub trait Streamed: Sync {
    /// What stands before the first declaration.
    fn begin(&self, _: &Head) -> io::Result<String> {
        Ok(String::new())
    }
    /// One declaration.
    fn one(&self, head: &Head, declaration: &Declaration) -> io::Result<String>;
    /// What stands between two declarations that both have a text.
    fn between(&self) -> &'static str {
        ""
    }
    /// What stands after the last declaration.
    fn end(&self, _: &Head, _: &Counts) -> io::Result<String> {
        Ok(String::new())
    }
}

/// Everything that a format can be made from.
pub struct Report<'a> {
    /// What holds for all declarations.
    pub head: &'a Head,
    /// The declarations, in input order.
    pub declarations: &'a [Declaration],
    /// How often each outcome came out.
    pub counts: Counts,
}

/// What a format is made of.
enum Kind {
    /// Source texts too, and the terminal.
    People,
    /// Facts too, for a page.
    Page,
    /// One declaration after the other.
    Streamed(&'static dyn Streamed),
    /// All of them at once.
    Whole(fn(&Report) -> io::Result<String>),
}

impl Format {
    fn kind(self) -> Kind {
        match self {
            Format::Pretty => Kind::People,
            Format::Compact => Kind::Streamed(&compact::Compact),
            Format::Json => Kind::Streamed(&json::Json),
            Format::Ndjson => Kind::Streamed(&ndjson::Lines),
            Format::Sarif => Kind::Whole(sarif::write),
            Format::Junit => Kind::Whole(junit::write),
            Format::Github => Kind::Streamed(&github::Commands),
            Format::Gitlab => Kind::Whole(gitlab::write),
            Format::Markdown => Kind::Whole(markdown::write),
            Format::Csv => Kind::Streamed(&csv::Rows),
            Format::Html => Kind::Page,
        }
    }

    /// Every format.
    pub fn all() -> &'static [Format] {
        Format::value_variants()
    }

    /// Its name.
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Whether warnings that are no errors are told in the result itself, and not beside it.
    pub fn tells_diagnostics(self) -> bool {
        !matches!(self, Format::Pretty | Format::Compact)
    }
}

/// Writes one evaluation in several formats.
pub struct Formats<'a> {
    evaluation: &'a Evaluation<'a>,
    head: Head,
    declarations: OnceCell<Vec<Declaration>>,
}

impl<'a> Formats<'a> {
    /// Prepares what they share.
    pub fn new(evaluation: &'a Evaluation<'a>) -> Self {
        Formats { evaluation, head: model::head(evaluation), declarations: OnceCell::new() }
    }

    /// Writes the result in a format; `style` is for people.
    pub fn write(&self, format: Format, style: Style, mut out: &mut dyn Write) -> io::Result<()> {
        match format.kind() {
            Kind::People => pretty::write(self.evaluation, &self.head, style, &mut out),
            Kind::Page => html::write(self.evaluation, &self.head, &mut out),
            Kind::Streamed(format) => self.stream(format, out),
            Kind::Whole(make) => {
                let (declarations, counts) = (self.declarations(), self.evaluation.counts());
                out.write_all(make(&Report { head: &self.head, declarations, counts })?.as_bytes())
            }
        }
    }

    fn declarations(&self) -> &[Declaration] {
        self.declarations.get_or_init(|| {
            let (view, mut all) = (self.evaluation.view, Vec::new());
            let head = &self.head;
            parallel::in_order(
                self.evaluation.db(),
                &self.evaluation.declarations,
                |db, summary: &Summary| model::declaration(head, view, db, summary),
                |one| all.push(one),
            );
            all
        })
    }

    fn stream(&self, format: &dyn Streamed, out: &mut dyn Write) -> io::Result<()> {
        let (head, view) = (&self.head, self.evaluation.view);
        out.write_all(format.begin(head)?.as_bytes())?;
        let (mut first, mut outcome) = (true, Ok(()));
        parallel::in_order(
            self.evaluation.db(),
            &self.evaluation.declarations,
            |db, summary: &Summary| format.one(head, &model::declaration(head, view, db, summary)),
            |text| {
                if outcome.is_ok() {
                    outcome = text.and_then(|text| match text.as_str() {
                        "" => Ok(()),
                        _ if std::mem::take(&mut first) => out.write_all(text.as_bytes()),
                        _ => write!(out, "{}{text}", format.between()),
                    });
                }
            },
        );
        outcome?;
        out.write_all(format.end(head, &self.evaluation.counts())?.as_bytes())
    }
}
