//! JUnit XML: a suite per declaration, a case per rule.
//!
//! A fail is a failure, an unknown an error (the check could not be completed), what does not apply, is waived or is
//! switched off is skipped with why. The fail level plays no part: it decides the exit code only. Written with
//! quick-xml, because the writers of this format add attributes that its schema does not know.

use std::io;

use policy_core::verdict::Verdict;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::compact::accepted;
use super::formats::Report;
use super::model::{Declaration, Head, Off, Rule};
use super::pretty;
use super::terminal::clean;

/// Writes the report.
pub fn write(report: &Report) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let counts = (report.counts.all(), report.counts.of(Verdict::Fail), report.counts.of(Verdict::Unknown));
    let mut suites = element("testsuites", &[("name", "policy")]);
    counted(&mut suites, counts);
    xml.write_event(Event::Start(suites))?;
    for declaration in report.declarations {
        suite(&mut xml, report.head, declaration)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let text = String::from_utf8(xml.into_inner()).map_err(io::Error::other)?;
    Ok(text + "\n")
}

fn element<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (key, value) in attributes {
        element.push_attribute((*key, allowed(value).as_str()));
    }
    element
}

fn counted(element: &mut BytesStart, (tests, failures, errors): (usize, usize, usize)) {
    for (key, count) in [("tests", tests), ("failures", failures), ("errors", errors)] {
        element.push_attribute((key, count.to_string().as_str()));
    }
}

/// What XML can hold: `clean` leaves out control characters; two more are no characters at all.
fn allowed(text: &str) -> String {
    clean(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn suite(xml: &mut Writer<Vec<u8>>, head: &Head, declaration: &Declaration) -> io::Result<()> {
    let of =
        |verdict| declaration.rules.iter().filter(|r| r.waived.is_none() && r.verdict == verdict).count();
    let (failures, errors) = (of(Verdict::Fail), of(Verdict::Unknown));
    let tests = declaration.rules.len() + head.off.len();
    let skipped = declaration.rules.iter().filter(|rule| rule.waived.is_some()).count()
        + of(Verdict::NotApplicable)
        + head.off.len();
    let (title, file) = (declaration.title(), &declaration.declaration);
    let mut suite = element("testsuite", &[("name", &title), ("file", file)]);
    counted(&mut suite, (tests, failures, errors));
    suite.push_attribute(("skipped", skipped.to_string().as_str()));
    xml.write_event(Event::Start(suite))?;
    properties(xml, head)?;
    for rule in &declaration.rules {
        case(xml, head, declaration, rule)?;
    }
    for off in &head.off {
        switched_off(xml, head, file, off)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn properties(xml: &mut Writer<Vec<u8>>, head: &Head) -> io::Result<()> {
    let packs = head.packs.iter().map(|(name, version)| format!("{name} {version}"));
    let packs = packs.collect::<Vec<_>>().join(", ");
    xml.write_event(Event::Start(BytesStart::new("properties")))?;
    for (name, value) in [("as-of", head.as_of.as_str()), ("lang", head.lang.code()), ("packs", &packs)] {
        xml.write_event(Event::Empty(element("property", &[("name", name), ("value", value)])))?;
    }
    xml.write_event(Event::End(BytesEnd::new("properties")))
}

fn case(xml: &mut Writer<Vec<u8>>, head: &Head, declaration: &Declaration, rule: &Rule) -> io::Result<()> {
    let name = format!("{} {}", rule.rule, rule.title);
    let case = element("testcase", &[("name", &name), ("classname", &declaration.declaration)]);
    let kind = match (&rule.waived, rule.verdict) {
        (Some(_), _) | (None, Verdict::NotApplicable) => "skipped",
        (None, Verdict::Fail) => "failure",
        (None, Verdict::Unknown) => "error",
        (None, Verdict::Pass) => return xml.write_event(Event::Empty(case)),
    };
    let (short, long) = texts(head, declaration, rule);
    xml.write_event(Event::Start(case))?;
    told(xml, kind, rule.severity, &short, &long)?;
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

/// Why, in a line and in full.
fn texts(head: &Head, declaration: &Declaration, rule: &Rule) -> (String, String) {
    let mut long = String::new();
    for point in declaration.points(rule) {
        let at = &point.at;
        let line = format!("{}:{}:{}: {}", at.file, at.start.line, at.start.column, point.text());
        long.push_str(&(allowed(&line) + "\n"));
    }
    match &rule.waived {
        Some(waived) => {
            let head = accepted(head.lang, &waived.until, &waived.owner);
            (format!("{head}: {}", waived.reason), long)
        }
        None if rule.verdict == Verdict::NotApplicable => {
            (head.lang.pick(rule.verdict.word_nl(), rule.verdict.word()).to_owned(), String::new())
        }
        None => (rule.reasons().first().map_or(rule.title.clone(), |reason| (*reason).to_owned()), long),
    }
}

fn switched_off(xml: &mut Writer<Vec<u8>>, head: &Head, file: &str, off: &Off) -> io::Result<()> {
    let name = format!("{} {}", off.rule, off.title);
    xml.write_event(Event::Start(element("testcase", &[("name", &name), ("classname", file)])))?;
    told(xml, "skipped", "off", &pretty::off_line(off, head.lang), "")?;
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

fn told(xml: &mut Writer<Vec<u8>>, kind: &str, grave: &str, short: &str, long: &str) -> io::Result<()> {
    let start = element(kind, &[("type", grave), ("message", short)]);
    if long.is_empty() {
        return xml.write_event(Event::Empty(start));
    }
    xml.write_event(Event::Start(start))?;
    xml.write_event(Event::Text(BytesText::new(long)))?;
    xml.write_event(Event::End(BytesEnd::new(kind)))
}
