//! `policy test`: the tests that stand beside the rules.

use std::io;

use policy_core::diag::Diagnostic;
use policy_core::lang::Lang;
use policy_core::model::{Expected, TestCase};
use policy_db::cases::{self, Covered, Ran, Runner};
use policy_db::queries;
use serde_json::{Value, json};

use super::{has_errors, of_policies, report};
use crate::args::{Format, Test};
use crate::report::quote::{Mark, Quote};
use crate::report::terminal::{Paint, Style, clean, paragraph};
use crate::report::{coverage, diagnostics};
use crate::session::Session;
use crate::{exit, output};

pub fn run(args: &Test, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    session.load_packs(&args.packs.packs);
    session.set_as_of(None);
    let found = of_policies(&session);
    report(&session, &found);
    let (results, covered) = results(&session, args);
    let text = match args.format {
        Format::Json => as_json(&session, &results, covered.as_deref())?,
        Format::Pretty => {
            let style = Style::stdout();
            let tail = covered.as_ref().map(|covered| coverage::text(&session, covered, style));
            as_text(&session, &results, style) + &tail.unwrap_or_default()
        }
    };
    output::emit(None, |out| out.write_all(text.as_bytes()))?;
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
    let passed = results.iter().filter(|(_, ran)| ran.passed()).count();
    let failed = results.len() - passed;
    out + &match lang {
        Lang::Nl => format!("{passed} geslaagd, {failed} mislukt\n"),
        Lang::En => format!("{passed} passed, {failed} failed\n"),
    }
}

fn failure(session: &Session, case: &TestCase, ran: &Ran, style: Style) -> String {
    let lang = session.lang;
    let sign = style.paint(Paint::Bad, &format!("{} {}", style.symbol("✗", "x"), clean(&case.rule)));
    let mut out = format!("{sign} {}\n", style.paint(Paint::Strong, &clean(&case.title)));
    for wrong in &ran.wrong {
        let expectation = &case.expects[wrong.expectation];
        let got = match wrong.got {
            Some(got) => got.word(),
            None => lang.pick("geen regel", "no rule"),
        };
        let (rule, want) = (clean(&expectation.rule), expectation.outcome.word());
        let words = match lang {
            Lang::Nl => format!("`{rule}`: verwacht {want}, gekregen {got}"),
            Lang::En => format!("`{rule}`: expected {want}, got {got}"),
        };
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
