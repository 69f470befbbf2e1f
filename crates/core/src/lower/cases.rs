//! Tests of rules and waivers: read here, run elsewhere.

use policy_syntax::{Token, TokenKind};

use super::cursor::{Name, Wrong};
use super::keywords::Kw;
use super::names::{Draft, Lowering, RULE, unknown};
use super::statement::{Body, Expect};
use super::vocabulary::text_after;
use crate::codes;
use crate::model::*;

impl Lowering {
    /// Adds the tests; `rules` are the ids of all rules there are.
    pub fn tests(&mut self, drafts: &[Draft<'_>], rules: &[&str]) {
        for draft in drafts {
            self.rule_exists(draft.file, draft.head.name, rules);
            let given = embedded(draft, Kw::Given);
            if given.is_none() {
                self.missing_line(draft, Kw::Given, "\"\"\"…\"\"\"", "\"\"\"…\"\"\"");
            }
            let (expects, missing) = self.expectations(draft, rules);
            if expects.is_empty() && missing.is_empty() {
                self.missing_line(draft, Kw::Expect, "pass", "voldoet");
            }
            let day = |s: &super::statement::Statement<'_>| {
                if let Body::Day(day) = s.body { Some(day) } else { None }
            };
            if let (Some(given), false) = (given, expects.is_empty() && missing.is_empty()) {
                self.tests.push(TestCase {
                    rule: draft.name().to_string(),
                    title: draft.head.text.map(|t| t.text.clone()).unwrap_or_default(),
                    given,
                    profile: embedded(draft, Kw::Profile),
                    as_of: draft.statements.iter().find_map(day),
                    expects,
                    missing,
                    origin: draft.origin(),
                });
            }
        }
    }

    fn rule_exists(&mut self, file: FileId, name: Name<'_>, rules: &[&str]) {
        if !rules.contains(&name.text()) {
            let wrong = unknown(&RULE, name.text(), name.token.span, rules.iter().copied());
            self.report(file, wrong);
        }
    }

    fn expectations(&mut self, draft: &Draft<'_>, rules: &[&str]) -> (Vec<Expectation>, Vec<String>) {
        let (mut expects, mut missing) = (Vec::new(), Vec::new());
        for statement in &draft.statements {
            let Body::Expect(line) = &statement.body else { continue };
            for expect in line {
                match expect {
                    Expect::Missing(path) => missing.push(path.text.clone()),
                    Expect::Outcome(rule, outcome) => {
                        if let Some(rule) = rule {
                            self.rule_exists(draft.file, *rule, rules);
                        }
                        let name = rule.unwrap_or(draft.head.name);
                        let origin = match rule {
                            Some(rule) => draft.at(rule.token),
                            None => draft.at_line(&statement.line.tokens),
                        };
                        expects.push(Expectation {
                            rule: name.text().to_string(),
                            outcome: *outcome,
                            origin,
                        });
                    }
                }
            }
        }
        (expects, missing)
    }

    /// Adds the waivers: each needs what it is for, an end, a reason and an owner.
    pub fn waivers(&mut self, drafts: &[Draft<'_>], rules: &[&str]) {
        for draft in drafts {
            self.waived_rule_exists(draft, rules);
            let (product, until) = (draft.head.text, draft.head.validity.until);
            if product.is_none() {
                self.missing_line(draft, Kw::For, "\"…\"", "\"…\"");
            }
            if until.is_none() {
                self.missing_line(draft, Kw::Until, "2027-01-01", "2027-01-01");
            }
            let text = |kw| text_after(draft, kw).filter(|t| !t.trim().is_empty());
            let (reason, owner) = (text(Kw::Reason), text(Kw::Owner));
            for (kw, text) in [(Kw::Reason, &reason), (Kw::Owner, &owner)] {
                if text.is_none() {
                    self.missing_line(draft, kw, "\"…\"", "\"…\"");
                }
            }
            if let (Some(product), Some(until), Some(reason), Some(owner)) = (product, until, reason, owner) {
                let from = draft.head.validity.from;
                let (rule, vendor_or_product) = (draft.name().to_string(), product.text.clone());
                let origin = draft.origin();
                self.waivers.push(Waiver { rule, vendor_or_product, from, until, reason, owner, origin });
            }
        }
    }

    /// A waiver can outlive its rule, or its pack may not be selected: a warning.
    fn waived_rule_exists(&mut self, draft: &Draft<'_>, rules: &[&str]) {
        let name = draft.head.name;
        if rules.contains(&name.text()) {
            return;
        }
        let found = unknown(&RULE, name.text(), name.token.span, rules.iter().copied());
        let (nl, en) = (
            format!("deze aanvaarding dekt niets: {}", found.message.nl),
            format!("this waiver covers nothing: {}", found.message.en),
        );
        let wrong = Wrong::new(&codes::WAIVER_UNUSED, found.span, nl, en).suggest(found.suggestion);
        self.report(draft.file, wrong);
    }
}

/// The text after a keyword with the byte at which it begins.
fn embedded(draft: &Draft<'_>, kw: Kw) -> Option<Embedded> {
    let statement = draft.statements.iter().find(|s| s.kw == Some(kw))?;
    let Body::Text(token) = statement.body else { return None };
    Some(Embedded {
        text: token.text.clone(),
        offset: content_start(token, draft.text),
        origin: draft.at(token),
    })
}

/// The byte at which the text of a token begins, behind its quotes.
fn content_start(token: &Token, text: &str) -> u32 {
    let quotes = if token.kind == TokenKind::Block { 3 } else { 1 };
    let inside = text.get(token.span.start as usize + quotes..token.span.end as usize).unwrap_or_default();
    let skipped = inside.find(&token.text).unwrap_or(0);
    token.span.start + (quotes + skipped) as u32
}
