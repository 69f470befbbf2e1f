//! The page of a rule in Markdown: what it says, what it means, what to ask, what it comes to in examples.
//!
//! Everything on it comes from the pack, so that a page cannot say what the program does not do.

use std::collections::{BTreeMap, HashMap};

use policy_core::explain::{describe, reading_words, setting_value};
use policy_core::lang::Lang;
use policy_core::lower::keywords::Kw;
use policy_core::model::{FieldId, FileId, Formula, Owner, RecordId, Rule, Schema, Silence, TestCase};
use policy_core::report::Explained;
use policy_core::rules::{LineKind, line_kind};
use policy_core::sentence::{core_form, families, format_file};
use policy_core::verdict::{Outcome, Verdict};
use policy_db::cases::Runner;
use policy_db::engine;
use policy_db::queries;
use policy_db::reads::Reads;
use policy_syntax::{File, Line};

use super::norm_examples;
use crate::session::Session;

/// All rules and their tests, for pages in either language.
pub struct Book<'a> {
    pub(super) session: &'a Session,
    /// The language of the next page.
    pub lang: Lang,
    pub(super) rules: &'a [Rule],
    pub(super) runner: Runner<'a>,
    tests: Vec<&'a TestCase>,
    /// What the examples came to, by rule and verdict.
    pub(super) came: HashMap<(usize, Verdict), (Outcome, Vec<Explained>)>,
    /// Policy files written in a language.
    written: HashMap<(FileId, Lang), (String, File)>,
}

/// The name of the page of a rule.
pub fn file_name(rule: &Rule) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-._".contains(c) { c } else { '-' };
    format!("{}.md", rule.id.chars().map(plain).collect::<String>())
}

impl<'a> Book<'a> {
    /// The rules that run, and the tests of their packs.
    pub fn new(session: &'a Session) -> Self {
        let (db, project) = (&session.db, session.project());
        let (schema, rules) = (queries::schema(db, project), queries::rules(db, project));
        let policies = project.policies(db).iter();
        let chosen = policies.filter(|policy| project.selected(db).contains(&policy.pack));
        let files: Vec<_> = chosen.map(|policy| policy.file.id(db)).collect();
        let lowered = queries::lowered(db, project);
        let tests = lowered.tests.iter().filter(|case| files.contains(&case.origin.file)).collect();
        let runner = Runner::new(schema, rules, &lowered.waivers, project.as_of(db));
        let (came, written) = Default::default();
        Book { session, lang: Lang::Nl, rules, runner, tests, came, written }
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// One of the rules.
    pub fn rule(&self, index: usize) -> &'a Rule {
        &self.rules[index]
    }

    pub(super) fn schema(&self) -> &'a Schema {
        queries::schema(&self.session.db, self.session.project())
    }

    /// The tests of a rule.
    pub(super) fn tests_of(&self, rule: &Rule) -> Vec<&'a TestCase> {
        self.tests.iter().copied().filter(|case| case.rule == rule.id).collect()
    }

    /// The list of all pages, pack by pack.
    pub fn index(&self) -> String {
        let lang = self.lang;
        let mut out = format!("# {}\n", lang.pick("Normen", "Norms"));
        out.push_str(&format!("\n{}\n", self.made("README.md")));
        for (number, pack) in self.schema().packs.iter().enumerate() {
            let own: Vec<_> = self.rules.iter().filter(|rule| rule.pack.ix() == number).collect();
            if own.is_empty() {
                continue;
            }
            out.push_str(&format!("\n## {}\n\n", pack.title.get(lang).unwrap_or(&pack.name)));
            out.push_str(lang.pick("| norm | ernst | titel |\n", "| norm | severity | title |\n"));
            out.push_str("|---|---|---|\n");
            for rule in own {
                let severity = lang.pick(rule.severity.word_nl(), rule.severity.word());
                let title = cell(rule.title.get(lang).unwrap_or_default());
                out.push_str(&format!("| [{}]({}) | {severity} | {title} |\n", rule.id, file_name(rule)));
            }
        }
        out
    }

    /// Where a page comes from, and the same page in the other language.
    fn made(&self, name: &str) -> String {
        let other = self.lang.other();
        let link = format!("../{}/{name}", other.code());
        match self.lang {
            Lang::Nl => format!("Gemaakt uit de regels zelf met `policy pages`. [English]({link})"),
            Lang::En => format!("Made from the rules themselves by `policy pages`. [Nederlands]({link})"),
        }
    }

    /// The page of one rule.
    pub fn page(&mut self, index: usize) -> String {
        let (rule, lang) = (self.rule(index), self.lang);
        let mut out = format!("# {}\n", rule.id);
        if let Some(title) = rule.title.get(lang) {
            out.push_str(&format!("\n**{title}**\n"));
        }
        out.push_str(&self.head(rule));
        out.push_str(&self.sentences(rule));
        out.push_str(&self.meaning(rule));
        out.push_str(&self.texts(rule));
        out.push_str(&self.questions(rule));
        out.push_str(&self.settings(rule));
        out.push_str(&self.caution(rule));
        out.push_str(&norm_examples::examples(self, index));
        out.push_str(&norm_examples::tested(self, index));
        out.push_str(&format!("\n---\n\n{}\n", self.made(&file_name(rule))));
        out
    }

    pub(super) fn heading(&self, nl: &str, en: &str) -> String {
        format!("\n## {}\n\n", self.lang.pick(nl, en))
    }

    fn head(&self, rule: &Rule) -> String {
        let lang = self.lang;
        let pack = &self.schema().packs[rule.pack.ix()];
        let severity = lang.pick(rule.severity.word_nl(), rule.severity.word());
        let basis: Vec<String> = rule.basis.iter().map(|one| self.provision(one)).collect();
        let mut rows = vec![
            (lang.pick("ernst", "severity"), severity.to_owned()),
            (lang.pick("pakket", "pack"), format!("{} {}", pack.name, pack.version)),
        ];
        if !basis.is_empty() {
            rows.insert(1, (lang.pick("grondslag", "basis"), basis.join("; ")));
        }
        let rows = rows.into_iter().map(|(name, value)| format!("| {name} | {value} |\n"));
        format!("\n| | |\n|---|---|\n{}", rows.collect::<String>())
    }

    /// A provision, linked where a pack says where its source can be read.
    fn provision(&self, text: &str) -> String {
        match self.schema().address(text) {
            Some(address) => format!("[{}]({address})", cell(text)),
            None => cell(text),
        }
    }

    /// The sentences with their conditions, in both languages.
    fn sentences(&mut self, rule: &Rule) -> String {
        let mut out = self.heading("De norm", "The norm");
        let (own, other) = (self.lang, self.lang.other());
        out.push_str(&format!("```text\n{}```\n", self.written(rule, own)));
        let head = match other {
            Lang::En => "In het Engels:",
            Lang::Nl => "In Dutch:",
        };
        out + &format!("\n{head}\n\n```text\n{}```\n", self.written(rule, other))
    }

    /// The lines of a rule that decide its verdict.
    fn written(&mut self, rule: &Rule, lang: Lang) -> String {
        let Some((text, tree)) = self.translated(rule.origin.file, lang) else { return String::new() };
        let Some(item) = tree.items.get(rule.origin.item as usize) else { return String::new() };
        let decides = |line: &&Line| {
            !matches!(
                line_kind(line),
                LineKind::Title
                    | LineKind::TitleIn(_)
                    | LineKind::Labelled(Kw::Severity | Kw::Basis | Kw::Advice | Kw::Why | Kw::Allow, _)
            )
        };
        let lines = item.lines.iter().filter(decides);
        lines
            .map(|line| format!("{}\n", dedented(&text[line.span.start as usize..line.span.end as usize])))
            .collect()
    }

    fn translated(&mut self, file: FileId, lang: Lang) -> Option<&(String, File)> {
        let (db, project) = (&self.session.db, self.session.project());
        let source = db.file(file)?;
        Some(self.written.entry((file, lang)).or_insert_with(|| {
            let (tree, text) = (queries::tree(db, source), source.text(db));
            let (schema, words) = (queries::schema(db, project), queries::vocabulary(db, project));
            let (text, _) = format_file(file, text, tree, schema, words, Some(lang));
            let tree = engine::parse(&text);
            (text, tree)
        }))
    }

    /// What the program tests, in words and in its exact form.
    fn meaning(&self, rule: &Rule) -> String {
        let (schema, lang) = (self.schema(), self.lang);
        let mut out = self.heading("Wat het programma toetst", "What the program tests");
        let mut say =
            |nl: &str, en: &str, words: &str| out.push_str(&format!("- {}{words}\n", lang.pick(nl, en)));
        if let Some(when) = &rule.when {
            say("alleen als: ", "only if: ", describe::formula(&when.formula, schema).get(lang));
        }
        for family in families(rule, schema) {
            let Some(sentence) = family.first() else { continue };
            if let Some(given) = &sentence.given {
                say("als: ", "if: ", describe::formula(&given.formula, schema).get(lang));
            }
            say("", "", describe::family(&family, schema).get(lang));
            if let Some(unless) = &sentence.unless {
                say("tenzij: ", "unless: ", describe::formula(&unless.formula, schema).get(lang));
            }
            for reading in &sentence.readings {
                say("lezing: ", "reading: ", reading_words(reading, schema).get(lang));
            }
        }
        if let Some(unless) = &rule.unless {
            say("tenzij: ", "unless: ", describe::formula(&unless.formula, schema).get(lang));
        }
        let head = lang.pick("Precies, zoals het wordt uitgerekend:", "Exactly, as it is worked out:");
        out + &format!("\n{head}\n\n```text\n{}\n```\n", core_form(rule, schema, lang))
    }

    /// Why it matters and what to do, where the pack says so.
    fn texts(&self, rule: &Rule) -> String {
        let mut out = String::new();
        if let Some(why) = rule.why.get(self.lang) {
            out.push_str(&(self.heading("Waarom het ertoe doet", "Why it matters") + why + "\n"));
        }
        if let Some(advice) = rule.advice.get(self.lang) {
            out.push_str(&(self.heading("Wat te doen", "What to do") + advice + "\n"));
        }
        out
    }

    /// What to ask about every fact that the rule reads, by who answers.
    fn questions(&self, rule: &Rule) -> String {
        let (schema, lang) = (self.schema(), self.lang);
        let mut asked: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (record, field) in &Reads::of(rule).fields {
            let it = &schema.records[record.ix()].fields[field.ix()];
            let Some(question) = schema.question(*record, *field, lang) else { continue };
            let line = format!("- {question} ({})\n", self.field(*record, *field));
            let whom = asked.entry(whom(it.owner, lang)).or_default();
            if !whom.contains(&line) {
                whom.push(line);
            }
        }
        if asked.is_empty() {
            return String::new();
        }
        let mut out = self.heading("Wat te vragen", "What to ask").trim_end().to_owned() + "\n";
        for (whom, lines) in asked {
            out.push_str(&format!("\n{whom}:\n\n{}", lines.concat()));
        }
        out
    }

    fn field(&self, record: RecordId, field: FieldId) -> String {
        let it = &self.schema().records[record.ix()];
        let field = &it.fields[field.ix()];
        let name = field.labels.name(self.lang, &field.name);
        let of = self.lang.pick("van", "of");
        format!("{name} {of} {}", it.labels.name(self.lang, &it.name))
    }

    /// The settings that the rule uses, with their values.
    fn settings(&self, rule: &Rule) -> String {
        let (schema, lang) = (self.schema(), self.lang);
        let used = Reads::of(rule).settings;
        if used.is_empty() {
            return String::new();
        }
        let mut out = self.heading("Instellingen", "Settings");
        out.push_str(lang.pick("| instelling | heet | waarde |\n", "| setting | is called | value |\n"));
        out.push_str("|---|---|---|\n");
        for id in used {
            let setting = &schema.settings[id.ix()];
            let label = setting.labels.name(lang, &setting.name);
            let value = setting_value(id, schema);
            out.push_str(&format!("| `{}` | {} | {} |\n", setting.name, cell(label), cell(value.get(lang))));
        }
        out + lang.pick(
            "\nEen bestuur geeft een instelling in zijn eigen beleidsbestand een andere waarde, en kopieert geen regel.\n",
            "\nA board gives a setting another value in its own policy file, and copies no rule.\n",
        )
    }

    fn caution(&self, rule: &Rule) -> String {
        let lang = self.lang;
        let silence = match &rule.silence {
            Silence::Open => lang
                .pick(
                    "Wat de verklaring niet noemt, laat het oordeel onbekend.",
                    "What the declaration does not state leaves the verdict unknown.",
                )
                .to_owned(),
            Silence::Fails => lang
                .pick(
                    "Zwijgt de verklaring over wat de norm eist, dan voldoet zij niet.",
                    "If the declaration is silent on what the norm requires, it fails.",
                )
                .to_owned(),
            Silence::FailsOn(fields) => {
                let mut names: Vec<_> = fields.iter().map(|(r, f)| self.field(*r, *f)).collect();
                names.dedup();
                let names = names.join(", ");
                let definite = asks_for_statements(rule);
                let also_nl =
                    if definite { ", en ook niet waar een eenduidige opgave ontbreekt" } else { "" };
                let also_en =
                    if definite { ", as it does where a definite statement is missing" } else { "" };
                lang.pick(
                    format!("Zwijgt de verklaring over {names}, dan voldoet zij niet{also_nl}; ander zwijgen laat het oordeel onbekend."),
                    format!("If the declaration is silent on {names}, it fails{also_en}; other silence leaves the verdict unknown."),
                )
            }
        };
        let contradiction = if rule.contradiction_fails {
            lang.pick(
                "Spreekt de verklaring zichzelf tegen, dan voldoet zij niet als een van de uitspraken de norm breekt.",
                "If the declaration contradicts itself, it fails if one of the statements breaks the norm.",
            )
        } else {
            lang.pick(
                "Spreekt de verklaring zichzelf tegen, dan blijft het oordeel onbekend, tenzij elke lezing hetzelfde geeft.",
                "If the declaration contradicts itself, the verdict is unknown, unless every reading gives the same.",
            )
        };
        self.heading("Zwijgen en tegenspraak", "Silence and contradiction")
            + &silence
            + " "
            + contradiction
            + "\n"
    }
}

/// Whether the rule asks that something be stated, whatever its silence costs.
fn asks_for_statements(rule: &Rule) -> bool {
    let mut asks = false;
    rule.formulas().for_each(|formula| {
        formula.walk(&mut |inner| asks |= matches!(inner, Formula::Definite(_)));
    });
    asks
}

fn whom(owner: Owner, lang: Lang) -> &'static str {
    match owner {
        Owner::Vendor => lang.pick("Aan de leverancier", "The vendor"),
        Owner::Profile => {
            lang.pick("In het eigen profiel vast te leggen", "To be settled in your own profile")
        }
        Owner::World => lang.pick("Uit openbare lijsten", "From public lists"),
    }
}

/// A text inside a cell of a table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A line that goes on over several, without the margin it has inside its rule.
fn dedented(text: &str) -> String {
    text.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}
