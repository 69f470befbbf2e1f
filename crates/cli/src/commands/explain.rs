//! `policy explain`: a rule as it was read, or what a diagnostic code is about.

use std::io;

use policy_core::codes::{self, Code};
use policy_core::diag::Level;
use policy_core::explain::{describe, reading_words};
use policy_core::lang::Lang;
use policy_core::model::{Rule, Schema, Silence};
use policy_core::sentence::{core_form, families};
use policy_db::changes::no_such_rule;
use policy_db::queries;

use super::{of_policies, report};
use crate::args::Explain;
use crate::report::quote::{Mark, Quote};
use crate::report::terminal::{Paint, Style, clean, paragraph};
use crate::session::Session;
use crate::{exit, output};

/// The page of every code.
pub(super) static PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/codes.rs"));

pub fn run(args: &Explain, lang: Option<Lang>) -> io::Result<u8> {
    let mut session = Session::open(lang)?;
    if let Some(code) = codes::find(&args.what) {
        let text = code_page(code, session.lang, Style::stdout());
        output::emit(None, |out| out.write_all(text.as_bytes()))?;
        return Ok(exit::OK);
    }
    session.load_packs(&args.packs.packs);
    session.set_as_of(None);
    let rules = queries::rules(&session.db, session.project()).clone();
    let Some(rule) = rules.iter().find(|rule| rule.id == args.what) else {
        return no_rule(session, &args.what);
    };
    let page = Page { session: &session, rule, style: Style::stdout() };
    let text = page.text(args.core);
    output::emit(None, |out| out.write_all(text.as_bytes()))?;
    Ok(exit::OK)
}

/// Says why there is no such rule: a mistake in the policies, or in the name.
fn no_rule(mut session: Session, name: &str) -> io::Result<u8> {
    let project = session.project();
    if !queries::broken_rules(&session.db, project).iter().any(|id| id == name) {
        let rules = queries::rules(&session.db, project).clone();
        let known: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        session.report(&codes::UNKNOWN_NAME, name, Level::Error, no_such_rule(name, &known));
    }
    let found = of_policies(&session);
    report(&session, &found);
    Ok(exit::ERROR)
}

/// The page of a code: the part in the language, and the example.
fn code_page(code: &Code, lang: Lang, style: Style) -> String {
    let mut out = format!("{}\n\n", style.paint(Paint::Strong, code.id));
    let page = PAGES.iter().find(|(id, _)| *id == code.id).map_or("", |(_, page)| page);
    let about = section(page, lang.pick("Nederlands", "English")).unwrap_or(lang.pick(code.nl, code.en));
    for block in about.split("\n\n") {
        out.push_str(&paragraph("", &block.replace('\n', " ").replace("**", ""), 0, style.width));
        out.push('\n');
    }
    if let Some(example) = section(page, "Example") {
        out.push_str(&format!("{}\n\n", style.paint(Paint::Strong, lang.pick("Voorbeeld", "Example"))));
        for line in example.lines().filter(|line| !line.starts_with("```")) {
            out.push_str(format!("    {line}").trim_end());
            out.push('\n');
        }
    }
    out
}

/// The text under a heading of the second level.
fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, after) = page.split_once(&format!("## {heading}\n"))?;
    Some(after.split("\n## ").next().unwrap_or(after).trim())
}

/// Everything about one rule.
struct Page<'a> {
    session: &'a Session,
    rule: &'a Rule,
    style: Style,
}

impl Page<'_> {
    fn schema(&self) -> &Schema {
        queries::schema(&self.session.db, self.session.project())
    }

    fn text(&self, core: bool) -> String {
        let mut out = self.head();
        self.sentences(&mut out);
        self.conditions(&mut out);
        self.caution(&mut out);
        let (rule, lang) = (self.rule, self.session.lang);
        if !rule.basis.is_empty() {
            out.push_str(&self.labelled(("Grondslag", "Basis"), &rule.basis.join(", ")));
        }
        if let Some(advice) = rule.advice.get(lang) {
            out.push_str(&self.labelled(("Advies", "Advice"), advice));
        }
        self.waivers(&mut out);
        if core {
            out.push_str(&format!("\n{}\n", self.style.paint(Paint::Strong, lang.pick("Kern", "Core"))));
            for line in core_form(rule, self.schema(), lang).lines() {
                out.push_str(&format!("  {}\n", clean(line).trim_end()));
            }
        }
        out
    }

    fn head(&self) -> String {
        let (rule, lang) = (self.rule, self.session.lang);
        let pack = self.schema().packs.get(rule.pack.ix());
        let pack = pack.map_or_else(String::new, |pack| format!("{} {}", pack.name, pack.version));
        let severity = lang.pick(rule.severity.word_nl(), rule.severity.word());
        let title = clean(rule.title.get(lang).unwrap_or_default());
        let mut out = format!("{}\n", self.style.paint(Paint::Strong, &clean(&rule.id)));
        out.push_str(&paragraph("", &title, 0, self.style.width));
        out.push_str(&self.labelled(("Pakket", "Pack"), &pack));
        out.push_str(&self.labelled(("Ernst", "Severity"), severity));
        out
    }

    /// Each sentence as it was written, what the engine tests, and the readings it rests on.
    fn sentences(&self, out: &mut String) {
        let (db, lang) = (&self.session.db, self.session.lang);
        for family in families(self.rule, self.schema()) {
            let Some(sentence) = family.first() else { continue };
            let tests = describe::family(&family, self.schema());
            out.push('\n');
            if let Some((file, span)) = queries::span(db, self.session.project(), sentence.origin) {
                let mark = Mark { span, label: "", paint: Paint::Dim };
                out.push_str(&Quote::of(db, file, vec![mark]).draw(self.style, 2));
            }
            out.push_str(&self.labelled(("Toetst", "Tests"), tests.get(lang)));
            if let Some(given) = &sentence.given {
                let words = describe::formula(&given.formula, self.schema());
                out.push_str(&self.labelled(("Als", "If"), words.get(lang)));
            }
            if let Some(unless) = &sentence.unless {
                let words = describe::formula(&unless.formula, self.schema());
                out.push_str(&self.labelled(("Tenzij", "Unless"), words.get(lang)));
            }
            for reading in &sentence.readings {
                out.push_str(
                    &self.labelled(("Lezing", "Reading"), reading_words(reading, self.schema()).get(lang)),
                );
            }
        }
        out.push('\n');
    }

    fn conditions(&self, out: &mut String) {
        let lang = self.session.lang;
        for (clause, label) in
            [(&self.rule.when, ("Wanneer", "When")), (&self.rule.unless, ("Tenzij", "Unless"))]
        {
            if let Some(clause) = clause {
                out.push_str(
                    &self.labelled(label, describe::formula(&clause.formula, self.schema()).get(lang)),
                );
            }
        }
    }

    fn caution(&self, out: &mut String) {
        let lang = self.session.lang;
        let silence = match &self.rule.silence {
            Silence::Open => None,
            Silence::Fails => Some(lang.pick("telt als niet voldaan", "counts as broken").to_owned()),
            Silence::FailsOn(fields) => {
                let name = |(record, field): &(_, _)| self.field(*record, *field);
                let names: Vec<_> = fields.iter().map(name).collect();
                let words = lang.pick("telt als niet voldaan, over", "counts as broken, on");
                Some(format!("{words} {}", names.join(", ")))
            }
        };
        if let Some(words) = silence {
            out.push_str(&self.labelled(("Zwijgen", "Silence"), &words));
        }
        if self.rule.contradiction_fails {
            let words = lang.pick(
                "telt als niet voldaan, als een van de uitspraken de regel breekt",
                "counts as broken, if one of the statements breaks the rule",
            );
            out.push_str(&self.labelled(("Tegenspraak", "Contradiction"), words));
        }
    }

    /// Who accepts a breach of it, for whom and until when.
    fn waivers(&self, out: &mut String) {
        let (db, project, lang) = (&self.session.db, self.session.project(), self.session.lang);
        let own = queries::lowered(db, project).waivers.iter().filter(|waiver| waiver.rule == self.rule.id);
        for waiver in own {
            let (party, until, owner) = (&waiver.vendor_or_product, waiver.until, &waiver.owner);
            let over = match waiver.until <= project.as_of(db) {
                true => lang.pick(" (verlopen)", " (expired)"),
                false => "",
            };
            let words = match lang {
                Lang::Nl => format!("voor {party} tot {until}{over} door {owner}: {}", waiver.reason),
                Lang::En => format!("for {party} until {until}{over} by {owner}: {}", waiver.reason),
            };
            out.push_str(&self.labelled(("Aanvaard", "Waived"), &words));
        }
    }

    fn field(&self, record: policy_core::model::RecordId, field: policy_core::model::FieldId) -> String {
        let record = &self.schema().records[record.ix()];
        let field = &record.fields[field.ix()];
        let lang = self.session.lang;
        format!("{} ({})", field.labels.name(lang, &field.name), record.labels.name(lang, &record.name))
    }

    fn labelled(&self, (nl, en): (&'static str, &'static str), text: &str) -> String {
        let label = format!("  {}: ", self.session.lang.pick(nl, en));
        paragraph(&label, &clean(text), label.chars().count(), self.style.width)
    }
}
