//! A line per place that needs attention, as compilers write it: `file:line:column: error: text [rule]`.

use std::io;

use policy_core::lang::Lang;
use policy_core::verdict::Verdict;

use super::formats::Streamed;
use super::model::{Declaration, Head};
use super::pretty;
use super::terminal::clean;
use crate::evaluation::Counts;

/// The format.
pub struct Compact;

impl Streamed for Compact {
    fn one(&self, head: &Head, declaration: &Declaration) -> io::Result<String> {
        let mut out = String::new();
        for rule in declaration.rules.iter().filter(|rule| rule.needs_action() || rule.waived.is_some()) {
            let (word, tail) = match (&rule.waived, rule.verdict) {
                (Some(waived), _) => {
                    ("note", format!(" ({})", accepted(head.lang, &waived.until, &waived.owner)))
                }
                (None, Verdict::Fail) => ("error", String::new()),
                (None, _) => ("warning", String::new()),
            };
            for point in declaration.points(rule) {
                let (file, at) = (clean(&point.at.file), &point.at.start);
                let text = clean(&point.text());
                out.push_str(&format!(
                    "{file}:{}:{}: {word}: {text}{tail} [{}]\n",
                    at.line,
                    at.column,
                    clean(&rule.rule)
                ));
            }
        }
        Ok(out)
    }

    fn end(&self, head: &Head, counts: &Counts) -> io::Result<String> {
        let off = head.off.iter().map(|off| format!("{}\n", pretty::off_line(off, head.lang)));
        Ok(off.collect::<String>() + &pretty::counts(counts, head.lang) + "\n")
    }
}

/// By whom and until when a risk is accepted, in words.
pub fn accepted(lang: Lang, until: &str, owner: &str) -> String {
    match lang {
        Lang::Nl => format!("aanvaard tot {until} door {}", clean(owner)),
        Lang::En => format!("accepted until {until} by {}", clean(owner)),
    }
}
