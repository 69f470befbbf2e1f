//! A line per place that needs attention, as compilers write it: `file:line:column: error: text [rule]`.

use std::io;

use policy_core::lang::Lang;

use super::formats::Streamed;
use super::model::{Declaration, Head};
use super::pretty;
use super::remark::{self, Remark};
use super::terminal::clean;
use crate::evaluation::Counts;

/// The format.
pub struct Compact;

impl Streamed for Compact {
    fn one(&self, head: &Head, declaration: &Declaration) -> io::Result<String> {
        let remarks = remark::of_declaration(head, declaration);
        Ok(remarks.iter().map(|remark| line(remark, head.lang)).collect())
    }

    fn end(&self, head: &Head, counts: &Counts) -> io::Result<String> {
        let off = head.off.iter().map(|off| format!("{}\n", pretty::off_line(off, head.lang)));
        Ok(off.collect::<String>() + &pretty::counts(counts, head.lang) + "\n")
    }
}

/// A remark as a line.
pub fn line(remark: &Remark, lang: Lang) -> String {
    let (file, at) = (clean(&remark.at.file), &remark.at.start);
    let (word, text, rule) = (remark.asks().word(), clean(&remark.told(lang)), clean(&remark.rule));
    format!("{file}:{}:{}: {word}: {text} [{rule}]\n", at.line, at.column)
}

/// By whom and until when a risk is accepted, in words.
pub fn accepted(lang: Lang, until: &str, owner: &str) -> String {
    match lang {
        Lang::Nl => format!("aanvaard tot {until} door {}", clean(owner)),
        Lang::En => format!("accepted until {until} by {}", clean(owner)),
    }
}
