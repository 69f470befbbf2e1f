//! What rules find at a place of a declaration, on a page: the verdict, the norm, why, on what ground, what to do and
//! what to ask.

use policy_core::lang::Lang;
use policy_core::model::Rule;
use policy_core::report::{Explained, Waived};
use policy_core::verdict::Verdict;
use policy_db::{Database, SourceFile, queries};
use policy_syntax::Span;

use crate::policy::links;

/// The most findings that are written out.
const MOST: usize = 3;

/// What is found near some bytes, and the place of the first of it. The last rules are looked at first: a pass over the
/// document that is under way begins with the others, and so each works out what the other can use.
pub(super) fn pages(db: &Database, file: SourceFile, near: Span, lang: Lang) -> Option<(Span, String)> {
    let (mut found, rules) = (Vec::new(), queries::rules(db, db.project()));
    for nth in queries::rules_near(db, db.project(), file, near).into_iter().rev() {
        let rule = &rules[nth];
        let here = queries::found_near(db, file, nth, near);
        found.extend(here.into_iter().rev().map(|here| (nth, rule, here)));
    }
    let span = found.last().map(|(_, _, here)| here.place.span);
    let page = |(nth, rule, here): (usize, &Rule, Explained)| {
        let waived = queries::waived(db, db.project(), file, nth, here.verdict);
        (here.verdict, page(db, rule, &here, waived.as_ref(), lang))
    };
    let mut pages: Vec<_> = found.into_iter().rev().map(page).collect();
    pages.sort_by_key(|(verdict, _)| *verdict != Verdict::Fail);
    let more = pages.len().saturating_sub(MOST);
    let mut shown: Vec<String> = pages.into_iter().take(MOST).map(|(_, page)| page).collect();
    if more > 0 {
        shown.push(match lang {
            Lang::Nl => format!("en hier nog {more}: de lijst met problemen noemt ze alle"),
            Lang::En => format!("and {more} more here: the list of problems has them all"),
        });
    }
    Some((span?, shown.join("\n\n---\n\n")))
}

fn page(db: &Database, rule: &Rule, found: &Explained, waived: Option<&Waived>, lang: Lang) -> String {
    let schema = queries::schema(db, db.project());
    let verdict = match found.verdict {
        Verdict::Fail => lang.pick("voldoet niet", "fails"),
        Verdict::Unknown => lang.pick("onbekend", "unknown"),
        Verdict::Pass => lang.pick("voldoet", "passes"),
        Verdict::NotApplicable => lang.pick("niet van toepassing", "not applicable"),
    };
    let title = rule.title.get(lang).unwrap_or_default();
    let mut parts = vec![format!("**{verdict}** · `{}` {title}", rule.id), found.reason.get(lang).to_owned()];
    if let Some(waived) = waived {
        let accepted = lang.pick("Aanvaard", "Accepted");
        parts.push(format!("{accepted}: {} ({})", waived.reason, waived.until));
    }
    if !rule.basis.is_empty() {
        let basis: Vec<String> = rule.basis.iter().map(|basis| links::linked(schema, basis)).collect();
        parts.push(format!("{}: {}", lang.pick("Grondslag", "Basis"), basis.join(", ")));
    }
    if let Some(advice) = rule.advice.get(lang) {
        parts.push(format!("{}: {advice}", lang.pick("Advies", "Advice")));
    }
    let asked = found.missing.iter().map(|question| question.question.get(lang));
    parts.extend(asked.map(|question| format!("{}: {question}", lang.pick("Vraag", "Question"))));
    parts.join("\n\n")
}
