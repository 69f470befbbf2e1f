//! Workflow commands of GitHub Actions: an annotation per place that needs attention.
//!
//! What a declaration says can never begin a command of its own: line breaks and `%` are escaped, in properties `:`
//! and `,` too.

use std::io;

use policy_core::lang::Lang;

use super::diagnostics::Located;
use super::formats::Streamed;
use super::model::{Declaration, Head};
use super::pretty;
use super::remark::{self, Grade, Remark};
use super::terminal::clean;
use crate::evaluation::Counts;

/// The format.
pub struct Commands;

impl Streamed for Commands {
    fn begin(&self, head: &Head) -> io::Result<String> {
        let remarks = head.diagnostics.iter().map(remark::of_diagnostic);
        Ok(remarks.map(|remark| line(&remark, head.lang)).collect())
    }

    fn one(&self, head: &Head, declaration: &Declaration) -> io::Result<String> {
        let remarks = remark::of_declaration(head, declaration);
        Ok(remarks.iter().map(|remark| line(remark, head.lang)).collect())
    }

    fn end(&self, head: &Head, counts: &Counts) -> io::Result<String> {
        let off = head.off.iter().map(|off| format!("{}\n", pretty::off_line(off, head.lang)));
        Ok(off.collect::<String>() + &pretty::counts(counts, head.lang) + "\n")
    }
}

/// A remark as an annotation.
pub fn line(remark: &Remark, lang: Lang) -> String {
    let word = match remark.asks() {
        Grade::Error => "error",
        Grade::Warning => "warning",
        Grade::Note => "notice",
    };
    command(word, &remark.at, &remark.name(), &remark.told(lang))
}

fn command(word: &str, at: &Located, title: &str, text: &str) -> String {
    let mut properties = format!("file={},line={}", property(&at.file), at.start.line);
    if at.end.line > at.start.line {
        properties.push_str(&format!(",endLine={}", at.end.line));
    } else {
        // An end on the same line is the last column, not the one after it.
        let last = at.end.column.saturating_sub(1).max(at.start.column);
        properties.push_str(&format!(",col={},endColumn={last}", at.start.column));
    }
    format!("::{word} {properties},title={}::{}\n", property(title), data(text))
}

fn data(text: &str) -> String {
    clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::diagnostics::Place;
    use super::*;

    #[test]
    fn no_text_begins_a_command_of_its_own() {
        let place = |line, column| Place { line, column, byte: 0 };
        let at = Located { file: "a,b:c.yaml".to_owned(), start: place(3, 5), end: place(3, 9) };
        let text = command("error", &at, "x: 100%", "one\n::stop-commands::x\r 5%");
        assert_eq!(
            text,
            "::error file=a%2Cb%3Ac.yaml,line=3,col=5,endColumn=8,title=x%3A 100%25::one ::stop-commands::x  5%25\n"
        );
    }
}
