//! `policy test`: the tests that stand beside the rules.

use std::io;

use policy_core::diag::{Diagnostic, Level};
use policy_core::lang::Lang;
use policy_core::model::{Expectation, Expected, Origin, TestCase};
use policy_db::cases::{self, Covered, Ran, Runner};
use policy_db::queries;
use serde_json::{Map, Value, json};

use super::{has_errors, of_policies, refuse, report};
use crate::args::Test;
use crate::exit;
use crate::report::diagnostics::Located;
use crate::report::formats::Format;
use crate::report::junit::{self, Case, Kind, Suite, Told};
use crate::report::quote::{Mark, Quote};
use crate::report::remark::{Grade, Remark};
use crate::report::targets::{self, targets};
use crate::report::terminal::{Paint, Style, clean, paragraph};
use crate::report::{compact, coverage, diagnostics, fingerprint, github};
use crate::session::Session;

/// The formats it can be written in: those in which a test has a place.
pub const FORMATS: [Format; 5] =
    [Format::Pretty, Format::Compact, Format::Json, Format::Junit, Format::Github];

pub fn run(args: &Test, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    let targets = match targets(&args.formats, args.output.as_deref(), &FORMATS) {
        Ok(targets) => targets,
        Err(message) => return refuse(&mut session, "--format", message),
    };
    session.load_packs(&args.packs.packs);
    session.set_as_of(None);
    let found = of_policies(&session);
    report(&session, &found);
    let (results, covered) = results(&session, args);
    targets::write(&targets, |format, style| match format {
        Format::Json => as_json(&session, &results, covered.as_deref()),
        Format::Junit => junit::text(&suites(&session, &results)),
        Format::Compact => Ok(lines(&session, &results, compact::line)),
        Format::Github => Ok(lines(&session, &results, github::line)),
        _ => {
            let tail = covered.as_ref().map(|covered| coverage::text(&session, covered, style));
            Ok(as_text(&session, &results, style) + &tail.unwrap_or_default())
        }
    })?;
    let enough = coverage::enough(covered.as_deref(), args.coverage);
    Ok(match enough && results.iter().all(|(_, ran)| ran.passed()) {
        _ if has_errors(&found) => exit::ERROR,
        true => exit::OK,
        false => exit::FAIL,
    })
}

/// Runs the tests of the selected packs, or only those of some rules; with what they cover, if asked for.
fn results<'a>(session: &'a Session, args: &Test) -> (Vec<(&'a TestCase, Ran)>, Option<Vec<Covered>>) {
    let only = &args.rules;
    let (db, project) = (&session.db, session.project());
    let lowered = queries::lowered(db, project);
    let policies = project.policies(db).iter();
    let chosen = policies.filter(|policy| project.selected(db).contains(&policy.pack));
    let files: Vec<_> = chosen.map(|policy| policy.file.id(db)).collect();
    let mut runner = Runner::new(
        queries::schema(db, project),
        queries::rules(db, project),
        &lowered.waivers,
        project.as_of(db),
    );
    let cases = lowered.tests.iter().filter(|case| files.contains(&case.origin.file));
    let cases: Vec<_> = cases.filter(|case| only.is_empty() || only.contains(&case.rule)).collect();
    let covered = args.coverage.map(|_| {
        let mut covered = cases::coverage(&mut runner, cases.iter().copied());
        let rules = queries::rules(db, project);
        covered.retain(|one| only.is_empty() || only.contains(&rules[one.rule].id));
        covered
    });
    (cases.into_iter().map(|case| (case, runner.run(case))).collect(), covered)
}

fn as_json(
    session: &Session,
    results: &[(&TestCase, Ran)],
    covered: Option<&[Covered]>,
) -> io::Result<String> {
    let test = |(case, ran): &(&TestCase, Ran)| {
        let word = |expected: Option<Expected>| expected.map(Expected::word);
        let expectations = case.expects.iter().enumerate().map(|(index, expectation)| {
            let wrong = ran.wrong.iter().find(|wrong| wrong.expectation == index);
            let got = wrong.map_or(Some(expectation.outcome), |wrong| wrong.got);
            json!({ "rule": expectation.rule, "expected": expectation.outcome.word(), "got": word(got) })
        });
        json!({
            "rule": case.rule,
            "title": case.title,
            "passed": ran.passed(),
            "expectations": expectations.collect::<Vec<_>>(),
            "not_missing": ran.not_missing,
            "diagnostics": all_json(session, &ran.diagnostics),
            "policy": queries::span(&session.db, session.project(), case.origin)
                .map(|(file, span)| diagnostics::located(&session.db, file.id(&session.db), span)),
        })
    };
    let passed = results.iter().filter(|(_, ran)| ran.passed()).count();
    let mut report = json!({
        "schema": "policy-test/1",
        "lang": session.lang.code(),
        "tests": results.iter().map(test).collect::<Vec<_>>(),
        "untested": untested(session, results),
        "summary": { "passed": passed, "failed": results.len() - passed },
    });
    if let Some(covered) = covered {
        report["coverage"] = coverage::json(session, covered);
    }
    Ok(serde_json::to_string_pretty(&report)? + "\n")
}

fn all_json(session: &Session, found: &[Diagnostic]) -> Value {
    json!(found.iter().map(|one| diagnostics::json(&session.db, one, session.lang)).collect::<Vec<_>>())
}

/// Rules that no test names.
fn untested(session: &Session, results: &[(&TestCase, Ran)]) -> Vec<String> {
    let named: Vec<_> =
        results.iter().flat_map(|(case, _)| &case.expects).map(|expect| &expect.rule).collect();
    let rules = queries::rules(&session.db, session.project()).iter();
    rules.filter(|rule| !named.contains(&&rule.id)).map(|rule| rule.id.clone()).collect()
}

/// What is wrong with a test, each with its place.
fn wrong(session: &Session, case: &TestCase, ran: &Ran) -> Vec<Remark> {
    let (db, project, lang) = (&session.db, session.project(), session.lang);
    let place = |origin: Origin| {
        let span = queries::span(db, project, origin);
        span.map(|(file, span)| diagnostics::located(db, file.id(db), span))
            .unwrap_or_else(|| Located::start_of(""))
    };
    let remark = |at: Located, text: String| Remark {
        rule: case.rule.clone(),
        title: case.title.clone(),
        grade: Grade::Error,
        severity: None,
        fingerprint: fingerprint::of(&[&case.rule, &case.title, &text]),
        at,
        text,
        related: Vec::new(),
        waived: None,
        baseline: None,
        eased: false,
        properties: Map::new(),
    };
    let expectations = ran.wrong.iter().map(|wrong| {
        let expectation = &case.expects[wrong.expectation];
        remark(place(expectation.origin), got(expectation, wrong.got, lang))
    });
    let missing = ran.not_missing.iter().map(|path| {
        let words = lang.pick("niet als ontbrekend genoemd: ", "not named as missing: ");
        remark(place(case.origin), format!("{words}{path}"))
    });
    let errors = ran.diagnostics.iter().filter(|one| one.level == Level::Error);
    let errors = errors.map(|one| remark(place(case.origin), one.message.get(lang).to_owned()));
    expectations.chain(missing).chain(errors).collect()
}

/// What was expected, and what came out instead.
fn got(expectation: &Expectation, got: Option<Expected>, lang: Lang) -> String {
    let got = got.map_or(lang.pick("geen regel", "no rule"), Expected::word);
    let (rule, want) = (clean(&expectation.rule), expectation.outcome.word());
    match lang {
        Lang::Nl => format!("`{rule}`: verwacht {want}, gekregen {got}"),
        Lang::En => format!("`{rule}`: expected {want}, got {got}"),
    }
}

fn lines(session: &Session, results: &[(&TestCase, Ran)], line: fn(&Remark, Lang) -> String) -> String {
    let wrong = results.iter().flat_map(|(case, ran)| wrong(session, case, ran));
    wrong.map(|remark| line(&remark, session.lang)).collect::<String>() + &sum(results, session.lang)
}

/// A suite per policy file, a case per test.
fn suites(session: &Session, results: &[(&TestCase, Ran)]) -> Vec<Suite> {
    let mut suites: Vec<Suite> = Vec::new();
    for (case, ran) in results {
        let file = session.db.file(case.origin.file).map(|file| file.path(&session.db).to_owned());
        let (file, wrong) = (file.unwrap_or_default(), wrong(session, case, ran));
        let line = |one: &Remark| format!("{}:{}: {}\n", one.at.file, one.at.start.line, one.text);
        let told = wrong.first().map(|first| Told {
            kind: Kind::Failure,
            grave: case.rule.clone(),
            short: first.text.clone(),
            long: wrong.iter().map(line).collect(),
        });
        let case = Case { name: format!("{} {}", case.rule, case.title), class: file.clone(), told };
        match suites.iter_mut().find(|suite| suite.file == file) {
            Some(suite) => suite.cases.push(case),
            None => {
                suites.push(Suite { name: file.clone(), file, properties: Vec::new(), cases: vec![case] })
            }
        }
    }
    suites
}

/// How many passed and how many did not.
fn sum(results: &[(&TestCase, Ran)], lang: Lang) -> String {
    let passed = results.iter().filter(|(_, ran)| ran.passed()).count();
    let failed = results.len() - passed;
    match lang {
        Lang::Nl => format!("{passed} geslaagd, {failed} mislukt\n"),
        Lang::En => format!("{passed} passed, {failed} failed\n"),
    }
}

fn as_text(session: &Session, results: &[(&TestCase, Ran)], style: Style) -> String {
    let lang = session.lang;
    let mut out = String::new();
    for (case, ran) in results.iter().filter(|(_, ran)| !ran.passed()) {
        out.push_str(&failure(session, case, ran, style));
    }
    let untested = untested(session, results);
    if !untested.is_empty() {
        let head = lang.pick("zonder toets: ", "without a test: ");
        out.push_str(&paragraph(head, &clean(&untested.join(", ")), head.len(), style.width));
    }
    out + &sum(results, lang)
}

fn failure(session: &Session, case: &TestCase, ran: &Ran, style: Style) -> String {
    let lang = session.lang;
    let sign = style.paint(Paint::Bad, &format!("{} {}", style.symbol("✗", "x"), clean(&case.rule)));
    let mut out = format!("{sign} {}\n", style.paint(Paint::Strong, &clean(&case.title)));
    for wrong in &ran.wrong {
        let expectation = &case.expects[wrong.expectation];
        let words = got(expectation, wrong.got, lang);
        if let Some((file, span)) = queries::span(&session.db, session.project(), expectation.origin) {
            let mark = Mark { span, label: &words, paint: Paint::Bad };
            out.push_str(&Quote::of(&session.db, file, vec![mark]).draw(style, 2));
        }
    }
    for path in &ran.not_missing {
        let words = lang.pick("niet als ontbrekend genoemd: ", "not named as missing: ");
        out.push_str(&format!("  {words}{}\n", clean(path)));
    }
    for diagnostic in &ran.diagnostics {
        out.push_str(&diagnostics::pretty(&session.db, diagnostic, lang, style));
    }
    out + "\n"
}
