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

/// A suite: everything about one thing.
pub struct Suite {
    /// What it is called.
    pub name: String,
    /// The file it is about.
    pub file: String,
    /// What holds for all of it, by name.
    pub properties: Vec<(&'static str, String)>,
    /// What was looked at.
    pub cases: Vec<Case>,
}

/// One thing that was looked at.
pub struct Case {
    /// What it is called.
    pub name: String,
    /// Whose it is.
    pub class: String,
    /// What is to be said of it; nothing if it passed.
    pub told: Option<Told>,
}

/// What is to be said of a case.
pub struct Told {
    /// What came out.
    pub kind: Kind,
    /// How grave it is, or of what sort.
    pub grave: String,
    /// Why, in a line.
    pub short: String,
    /// Why, in full; may be empty.
    pub long: String,
}

/// What came out of a case that did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is not as it should be.
    Failure,
    /// It could not be told.
    Error,
    /// It does not count.
    Skipped,
}

impl Kind {
    fn word(self) -> &'static str {
        ["failure", "error", "skipped"][self as usize]
    }
}

impl Suite {
    fn count(&self, kind: Kind) -> usize {
        self.cases.iter().filter(|case| case.told.as_ref().is_some_and(|told| told.kind == kind)).count()
    }
}

/// Writes the report of an evaluation.
pub fn write(report: &Report) -> io::Result<String> {
    text(&report.declarations.iter().map(|one| of_declaration(report.head, one)).collect::<Vec<_>>())
}

/// Writes suites.
pub fn text(suites: &[Suite]) -> io::Result<String> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let sum = |of: &dyn Fn(&Suite) -> usize| suites.iter().map(of).sum::<usize>();
    let mut all = element("testsuites", &[("name", "policy")]);
    counted(&mut all, "tests", sum(&|suite| suite.cases.len()));
    counted(&mut all, "failures", sum(&|suite| suite.count(Kind::Failure)));
    counted(&mut all, "errors", sum(&|suite| suite.count(Kind::Error)));
    xml.write_event(Event::Start(all))?;
    for suite in suites {
        write_suite(&mut xml, suite)?;
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

fn counted(element: &mut BytesStart, key: &str, count: usize) {
    element.push_attribute((key, count.to_string().as_str()));
}

/// What XML can hold: `clean` leaves out control characters; two more are no characters at all.
fn allowed(text: &str) -> String {
    clean(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn write_suite(xml: &mut Writer<Vec<u8>>, suite: &Suite) -> io::Result<()> {
    let mut start = element("testsuite", &[("name", &suite.name), ("file", &suite.file)]);
    counted(&mut start, "tests", suite.cases.len());
    for (key, kind) in [("failures", Kind::Failure), ("errors", Kind::Error), ("skipped", Kind::Skipped)] {
        counted(&mut start, key, suite.count(kind));
    }
    xml.write_event(Event::Start(start))?;
    xml.write_event(Event::Start(BytesStart::new("properties")))?;
    for (name, value) in &suite.properties {
        xml.write_event(Event::Empty(element("property", &[("name", name), ("value", value)])))?;
    }
    xml.write_event(Event::End(BytesEnd::new("properties")))?;
    suite.cases.iter().try_for_each(|case| write_case(xml, case))?;
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn write_case(xml: &mut Writer<Vec<u8>>, case: &Case) -> io::Result<()> {
    let start = element("testcase", &[("name", &case.name), ("classname", &case.class)]);
    let Some(told) = &case.told else { return xml.write_event(Event::Empty(start)) };
    xml.write_event(Event::Start(start))?;
    let word = told.kind.word();
    let inner = element(word, &[("type", &told.grave), ("message", &told.short)]);
    if told.long.is_empty() {
        xml.write_event(Event::Empty(inner))?;
    } else {
        let lines: String = told.long.lines().map(|line| allowed(line) + "\n").collect();
        xml.write_event(Event::Start(inner))?;
        xml.write_event(Event::Text(BytesText::new(&lines)))?;
        xml.write_event(Event::End(BytesEnd::new(word)))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

fn of_declaration(head: &Head, declaration: &Declaration) -> Suite {
    let packs = head.packs.iter().map(|(name, version)| format!("{name} {version}"));
    let properties = vec![
        ("as-of", head.as_of.clone()),
        ("lang", head.lang.code().to_owned()),
        ("packs", packs.collect::<Vec<_>>().join(", ")),
    ];
    let rules = declaration.rules.iter().map(|rule| of_rule(head, declaration, rule));
    let off = head.off.iter().map(|off| switched_off(head, &declaration.declaration, off));
    Suite {
        name: declaration.title(),
        file: declaration.declaration.clone(),
        properties,
        cases: rules.chain(off).collect(),
    }
}

fn of_rule(head: &Head, declaration: &Declaration, rule: &Rule) -> Case {
    let kind = match (&rule.waived, rule.verdict) {
        (Some(_), _) | (None, Verdict::NotApplicable) => Some(Kind::Skipped),
        (None, Verdict::Fail) => Some(Kind::Failure),
        (None, Verdict::Unknown) => Some(Kind::Error),
        (None, Verdict::Pass) => None,
    };
    let told = kind.map(|kind| {
        let (short, long) = texts(head, declaration, rule);
        Told { kind, grave: rule.severity.to_owned(), short, long }
    });
    Case { name: format!("{} {}", rule.rule, rule.title), class: declaration.declaration.clone(), told }
}

/// Why, in a line and in full.
fn texts(head: &Head, declaration: &Declaration, rule: &Rule) -> (String, String) {
    let mut long = String::new();
    for point in declaration.points(rule) {
        let at = &point.at;
        let line = format!("{}:{}:{}: {}", at.file, at.start.line, at.start.column, point.text());
        long.push_str(&(clean(&line) + "\n"));
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

fn switched_off(head: &Head, file: &str, off: &Off) -> Case {
    let short = pretty::off_line(off, head.lang);
    let told = Told { kind: Kind::Skipped, grave: "off".to_owned(), short, long: String::new() };
    Case { name: format!("{} {}", off.rule, off.title), class: file.to_owned(), told: Some(told) }
}
