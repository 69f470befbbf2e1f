//! A summary of a job in Markdown: the matrix, and what needs action below it.
//!
//! What a declaration says can make no markup of its own: its characters are escaped, and what explanations put in
//! backquotes becomes `<code>`.

use std::io;

use policy_core::verdict::Verdict;

use super::compact::accepted;
use super::formats::Report;
use super::model::{Declaration, Head, Rule};
use super::pretty;
use super::terminal::clean;

/// The most declarations that stand side by side.
const MOST: usize = 12;

/// Writes the summary.
pub fn write(report: &Report) -> io::Result<String> {
    let head = report.head;
    let pick = |nl, en| head.lang.pick(nl, en);
    let mut out = format!("## {}\n\n", pick("Beoordeling", "Evaluation"));
    if !report.declarations.is_empty() && report.declarations.len() <= MOST {
        out.push_str(&matrix(report));
    }
    for declaration in report.declarations {
        out.push_str(&section(head, declaration));
    }
    for off in &head.off {
        out.push_str(&format!("- {}\n", escaped(&pretty::off_line(off, head.lang))));
    }
    for found in &head.diagnostics {
        let at = format!("{}:{}", found.span.file, found.span.start.line);
        out.push_str(&format!("- **{}** {} — {}\n", found.code, escaped(&found.message), escaped(&at)));
    }
    let packs: Vec<_> = head.packs.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let counts = pretty::counts(&report.counts, head.lang);
    let tail = format!("{} {}; {}", pick("peildatum", "as of"), head.as_of, packs.join(", "));
    Ok(out + &format!("\n{counts}\n\n{}\n", escaped(&tail)))
}

fn matrix(report: &Report) -> String {
    let lang = report.head.lang;
    let cells = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let names = report.declarations.iter().map(|one| escaped(one.product.as_ref().unwrap_or(&one.title())));
    let head = [lang.pick("regel", "rule").to_owned()].into_iter().chain(names).collect();
    let mut out = cells(head) + &cells(vec!["---".to_owned(); report.declarations.len() + 1]);
    for (index, rule) in report.head.rules.iter().enumerate() {
        let id = escaped(&rule.id);
        let id =
            rule.page.as_ref().map_or(id.clone(), |page| format!("[{id}]({})", page.replace([')', ' '], "")));
        let name = format!("{id} {}", escaped(&rule.title));
        let of =
            |one: &Declaration| one.rules.get(index).map_or(String::new(), |rule| sign(report.head, rule));
        out.push_str(&cells([name].into_iter().chain(report.declarations.iter().map(of)).collect()));
    }
    out + "\n"
}

fn sign(head: &Head, rule: &Rule) -> String {
    let pick = |nl, en| head.lang.pick(nl, en);
    match rule.verdict {
        _ if rule.waived.is_some() => format!("≈ {}", pick("aanvaard", "waived")),
        Verdict::Pass => format!("✓ {}", pick("voldoet", "pass")),
        Verdict::Fail => format!("✗ **{}**", pick("faalt", "fail")),
        Verdict::Unknown => format!("? {}", pick("onbekend", "unknown")),
        Verdict::NotApplicable => format!("– {}", pick("n.v.t.", "n/a")),
    }
}

fn section(head: &Head, declaration: &Declaration) -> String {
    let mut shown: Vec<_> = declaration.rules.iter().filter(|rule| rule.needs_action()).collect();
    shown.sort_by_key(|rule| rule.verdict != Verdict::Fail);
    let waived = declaration.rules.iter().filter(|rule| rule.waived.is_some());
    let all: String = shown.into_iter().chain(waived).map(|rule| finding(head, declaration, rule)).collect();
    if all.is_empty() {
        return all;
    }
    format!("### {}\n\n{}\n\n{all}\n", escaped(&declaration.title()), escaped(&declaration.declaration))
}

fn finding(head: &Head, declaration: &Declaration, rule: &Rule) -> String {
    let mut out = format!("- {}: **{}** {}\n", sign(head, rule), escaped(&rule.rule), escaped(&rule.title));
    if let Some(waived) = &rule.waived {
        let text = format!("{}: {}", accepted(head.lang, &waived.until, &waived.owner), waived.reason);
        return out + &format!("  - {}\n", escaped(&text));
    }
    for point in declaration.points(rule) {
        let (line, sources) =
            (point.at.start.line, point.findings.iter().filter_map(|f| f.source.as_deref()));
        let source = sources.take(1).map(|source| format!(" ({})", escaped(source)));
        let source: String = source.collect();
        let word = head.lang.pick("regel", "line");
        out.push_str(&format!("  - {word} {line}: {}{source}\n", escaped(&point.text())));
    }
    let mut asked: Vec<&str> =
        rule.told().flat_map(|f| &f.missing).map(|one| one.question.as_str()).collect();
    asked.sort_unstable();
    asked.dedup();
    for question in asked {
        out.push_str(&format!("  - {}: {}\n", head.lang.pick("vraag", "question"), escaped(question)));
    }
    out
}

/// A text as Markdown that shows it and nothing else.
pub fn escaped(text: &str) -> String {
    let text = clean(text);
    let pieces: Vec<&str> = text.split('`').collect();
    let closed = pieces.len() % 2 == 1;
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        let inside = index % 2 == 1 && (closed || index + 1 < pieces.len());
        let piece = plain(piece);
        out.push_str(&if inside { format!("<code>{piece}</code>") } else { piece });
    }
    out
}

/// Characters that can mean something in Markdown or HTML, as entities: those mean themselves everywhere.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '|' | '*' | '_' | '[' | ']' | '\\' | '#' | '!' | '~' | '$' | '@' => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_makes_markup() {
        assert_eq!(escaped("loan `Een`: 1 < 2"), "loan <code>Een</code>: 1 &#60; 2");
        assert_eq!(escaped("[x](y)|`<b>"), "&#91;x&#93;(y)&#124;&#60;b&#62;");
        assert_eq!(escaped("**a**\n# b"), "&#42;&#42;a&#42;&#42; &#35; b");
    }
}
