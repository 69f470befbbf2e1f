//! A row per declaration and rule, for spreadsheets. The names of the columns are the same in every language.

use std::io;

use policy_core::verdict::Verdict;

use super::formats::Streamed;
use super::model::{Declaration, Head, Rule};
use super::terminal::clean;
use crate::evaluation::Counts;

const COLUMNS: [&str; 20] = [
    "as_of",
    "declaration",
    "vendor",
    "product",
    "rule",
    "pack",
    "title",
    "severity",
    "verdict",
    "waived_until",
    "waived_by",
    "waived_reason",
    "reason",
    "line",
    "column",
    "source",
    "question",
    "basis",
    "advice",
    "setting",
];

/// The format.
pub struct Rows;

impl Streamed for Rows {
    fn begin(&self, _: &Head) -> io::Result<String> {
        lines([COLUMNS.map(str::to_owned).to_vec()])
    }

    fn one(&self, head: &Head, declaration: &Declaration) -> io::Result<String> {
        lines(declaration.rules.iter().map(|rule| row(head, declaration, rule)))
    }

    /// What is switched off stands in rows without a declaration.
    fn end(&self, head: &Head, _: &Counts) -> io::Result<String> {
        let rows = head.off.iter().map(|off| {
            let mut row = vec![String::new(); COLUMNS.len()];
            (row[0], row[4], row[6]) = (head.as_of.clone(), off.rule.clone(), off.title.clone());
            (row[8], row[19]) = ("off".to_owned(), format!("off: {}", off.reason));
            row
        });
        lines(rows)
    }
}

fn row(head: &Head, declaration: &Declaration, rule: &Rule) -> Vec<String> {
    let waived = rule.waived.as_ref();
    let at = match rule.verdict {
        Verdict::Fail | Verdict::Unknown => {
            declaration.points(rule).first().map(|point| point.at.start.clone())
        }
        Verdict::Pass | Verdict::NotApplicable => None,
    };
    let unique = |texts: Vec<&str>| {
        let mut seen: Vec<&str> = Vec::new();
        texts.into_iter().for_each(|text| {
            if !seen.contains(&text) {
                seen.push(text)
            }
        });
        seen.join("; ")
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let configured = rule.configured.as_ref().map(|set| {
        let reason = set.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("severity was {}{reason}", set.severity)
    });
    vec![
        head.as_of.clone(),
        declaration.declaration.clone(),
        text(&declaration.vendor),
        text(&declaration.product),
        rule.rule.clone(),
        rule.pack.clone(),
        rule.title.clone(),
        rule.severity.to_owned(),
        rule.verdict.word().to_owned(),
        waived.map(|waived| waived.until.clone()).unwrap_or_default(),
        waived.map(|waived| waived.owner.clone()).unwrap_or_default(),
        waived.map(|waived| waived.reason.clone()).unwrap_or_default(),
        unique(rule.reasons()),
        at.as_ref().map(|at| at.line.to_string()).unwrap_or_default(),
        at.map(|at| at.column.to_string()).unwrap_or_default(),
        unique(rule.told().filter_map(|finding| finding.source.as_deref()).collect()),
        unique(rule.told().flat_map(|finding| &finding.missing).map(|one| one.question.as_str()).collect()),
        rule.basis.join("; "),
        text(&rule.advice),
        configured.unwrap_or_default(),
    ]
}

/// Rows as text.
pub fn lines(rows: impl IntoIterator<Item = Vec<String>>) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| safe(cell)))?;
    }
    let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// A text that no spreadsheet takes for a formula.
fn safe(cell: &str) -> String {
    let cell = clean(cell);
    if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_no_cell_breaks_a_row() {
        let text = lines([vec!["=1+1".to_owned(), "a,\"b\"\nc".to_owned(), "@x".to_owned()]]).expect("a row");
        assert_eq!(text, "'=1+1,\"a,\"\"b\"\" c\",'@x\n");
    }
}
