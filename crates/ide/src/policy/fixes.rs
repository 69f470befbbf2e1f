//! Changes that are offered: for what is wrong, and for what is useful to add.

use policy_core::codes;
use policy_core::diag::{Diagnostic, Level};
use policy_core::lang::Lang;
use policy_core::lower::keywords::Kw;
use policy_core::model::{Expected, Schema};
use policy_core::rules::{LineKind, line_kind};
use policy_core::sentence::format_file;
use policy_core::verdict::Verdict;
use policy_db::{Database, SourceFile, engine, queries};
use policy_syntax::{Item, ItemWord, Line, Span, parse};

use super::format::edits;
use super::view::{View, id, title_lang};
use crate::{Fix, FixKind, TextEdit, WorkspaceEdit};

/// The changes for a range. `found` is what is wrong with the file.
pub fn fixes(db: &Database, file: SourceFile, range: Span, lang: Lang, found: &[Diagnostic]) -> Vec<Fix> {
    let view = View::new(db, file);
    if queries::is_standard(db, file) {
        return Vec::new();
    }
    let touches = |span: &Span| span.touches(range);
    let own = |d: &&Diagnostic| d.file == file.id(db) && touches(&d.span);
    let offers = Offers { view, lang };
    let mut fixes: Vec<Fix> =
        found.iter().filter(own).flat_map(|diagnostic| offers.settling(diagnostic)).collect();
    if let Some((_, item)) = view.item_at(range.start) {
        let wrong = |d: &Diagnostic| {
            let inside = item.span.start <= d.span.start && d.span.end <= item.span.end;
            d.file == file.id(db) && d.level == Level::Error && inside
        };
        fixes.extend(offers.additions(item, range, found.iter().any(wrong)));
    }
    fixes
}

struct Offers<'a> {
    view: View<'a>,
    lang: Lang,
}

impl<'a> Offers<'a> {
    fn fix(&self, title: String, kind: FixKind, edits: Vec<TextEdit>) -> Fix {
        let edit = WorkspaceEdit { files: vec![(self.view.file, edits)] };
        Fix { title, kind, edit, settles: Vec::new(), preferred: false }
    }

    fn settling(&self, diagnostic: &Diagnostic) -> Vec<Fix> {
        let mut fixes = Vec::new();
        if let Some(new) = &diagnostic.suggestion {
            let title = format!("{} `{new}`", self.lang.pick("Vervang door", "Replace by"));
            let edit = TextEdit { span: diagnostic.span, new: new.clone() };
            fixes.push(Fix { preferred: true, ..self.fix(title, FixKind::Quick, vec![edit]) });
        }
        let item = self.view.item_at(diagnostic.span.start).map(|(_, item)| item);
        if let Some(item) = item {
            fixes.extend(self.by_code(diagnostic, item));
        }
        for fix in &mut fixes {
            fix.settles.push(diagnostic.clone());
        }
        fixes
    }

    fn by_code(&self, diagnostic: &Diagnostic, item: &'a Item) -> Vec<Fix> {
        let is = |code: &codes::Code| diagnostic.code == code.id;
        if is(&codes::NO_TRANSLATION) {
            return self.label(item, diagnostic.span).into_iter().collect();
        }
        if is(&codes::NEVER_APPLIES) || is(&codes::ALWAYS_PASSES) {
            return vec![self.allowance(item, diagnostic.code)];
        }
        if is(&codes::MISSING_LINE) {
            return self.missing_lines(item).into_iter().collect();
        }
        Vec::new()
    }

    /// The label in the language that has none: that of the other language, to be translated.
    fn label(&self, item: &'a Item, at: Span) -> Option<Fix> {
        let field = item
            .lines
            .iter()
            .find(|line| line.block.is_some() && line.span.start <= at.start && at.end <= line.span.end);
        let lines = field.and_then(|line| line.block.as_deref()).unwrap_or(&item.lines);
        let line_of =
            |lang: Lang| lines.iter().find(|line| line.tokens.first().is_some_and(|t| t.text == lang.code()));
        let (there, missing) = match (line_of(Lang::Nl), line_of(Lang::En)) {
            (Some(line), None) => (line, Lang::En),
            (None, Some(line)) => (line, Lang::Nl),
            _ => return None,
        };
        let words = Span { start: there.tokens.get(1)?.span.start, end: there.span.end }.of(self.view.text);
        let edit = self.after(there, &format!("{} {words}", missing.code()));
        let title = match missing {
            Lang::Nl => self.lang.pick(
                "Voeg een Nederlands label toe (nog te vertalen)",
                "Add a Dutch label (to be translated)",
            ),
            Lang::En => self.lang.pick(
                "Voeg een Engels label toe (nog te vertalen)",
                "Add an English label (to be translated)",
            ),
        };
        Some(self.fix(title.to_owned(), FixKind::Quick, vec![edit]))
    }

    fn allowance(&self, item: &'a Item, code: &str) -> Fix {
        let lang = language(item);
        let line = match lang {
            Lang::Nl => format!("sta {code} toe \"hier de reden\""),
            Lang::En => format!("allow {code} \"the reason here\""),
        };
        let title = match self.lang {
            Lang::Nl => format!("Sta {code} toe in deze regel, met een reden"),
            Lang::En => format!("Allow {code} in this rule, with a reason"),
        };
        self.fix(title, FixKind::Quick, vec![self.at_end(item, &line)])
    }

    /// The lines that an accepted risk or a test cannot do without.
    fn missing_lines(&self, item: &'a Item) -> Option<Fix> {
        let lang = language(item);
        let has = |kw: Kw| {
            item.lines.iter().any(|l| l.tokens.first().is_some_and(|t| kw.begins(&t.text).is_some()))
        };
        let needed: Vec<(Kw, String)> = match item.word {
            ItemWord::Waive => vec![(Kw::Reason, "\"\"".to_owned()), (Kw::Owner, "\"\"".to_owned())],
            ItemWord::Test => vec![(Kw::Expect, Kw::Pass.word(lang).to_owned())],
            _ => return None,
        };
        let lines: Vec<String> = needed
            .into_iter()
            .filter(|(kw, _)| !has(*kw))
            .map(|(kw, rest)| format!("{} {rest}", kw.word(lang)))
            .collect();
        let title = self.lang.pick("Voeg de ontbrekende regels toe", "Add the missing lines").to_owned();
        (!lines.is_empty())
            .then(|| self.fix(title, FixKind::Quick, vec![self.at_end(item, &lines.join("\n"))]))
    }

    // --- what answers no mistake -------------------------------------------------------------------

    fn additions(&self, item: &'a Item, range: Span, wrong: bool) -> Vec<Fix> {
        if item.word != ItemWord::Rule {
            return Vec::new();
        }
        let head = range.start <= item.head.last().map_or(item.word_span.end, |t| t.span.end);
        let title = item.lines.iter().any(|line| title_lang(line).is_some() && line.span.touches(range));
        let mut fixes = Vec::new();
        if head || title {
            fixes.extend(self.other_title(item));
            fixes.extend(self.basis(item));
            fixes.extend(self.test(item));
        }
        // Half a translation mixes two languages: what cannot be read cannot be translated.
        if !wrong {
            fixes.extend(self.translation(item));
        }
        fixes
    }

    fn other_title(&self, item: &'a Item) -> Option<Fix> {
        let titles: Vec<(Option<Lang>, &Line)> =
            item.lines.iter().filter_map(|line| Some((title_lang(line)?, line))).collect();
        let [(Some(lang), line)] = titles.as_slice() else { return None };
        let words = line.tokens.get(1)?.span.of(self.view.text);
        let edit = self.after(line, &format!("{} {words}", lang.other().code()));
        let title = match lang.other() {
            Lang::Nl => self.lang.pick(
                "Voeg een Nederlandse titel toe (nog te vertalen)",
                "Add a Dutch title (to be translated)",
            ),
            Lang::En => self.lang.pick(
                "Voeg een Engelse titel toe (nog te vertalen)",
                "Add an English title (to be translated)",
            ),
        };
        Some(self.fix(title.to_owned(), FixKind::Add, vec![edit]))
    }

    fn basis(&self, item: &'a Item) -> Option<Fix> {
        let has = item.lines.iter().any(|line| matches!(line_kind(line), LineKind::Labelled(Kw::Basis, _)));
        let source = self.view.schema.packs.iter().flat_map(|pack| &pack.links).next();
        let source = source.map_or(self.lang.pick("bepaling", "provision"), |link| link.name.as_str());
        let line = format!("{} {source}", Kw::Basis.word(language(item)));
        let title = self.lang.pick("Voeg een grondslag toe", "Add a legal basis").to_owned();
        (!has).then(|| self.fix(title, FixKind::Add, vec![self.at_end(item, &line)]))
    }

    /// A test of what the rule comes to for a declaration that says next to nothing.
    fn test(&self, item: &'a Item) -> Option<Fix> {
        let rule = &id(item)?.text;
        let tests = &queries::lowered(self.view.db, self.view.project).tests;
        if tests.iter().any(|test| test.rule == *rule) {
            return None;
        }
        let (lang, given) = (language(item), given(self.view.schema));
        let verdict = self.outcome(rule, &given).unwrap_or(Verdict::Unknown);
        let verdict = verdict_word(Expected::Verdict(verdict), lang);
        let (test, what) = lang.pick(("toets", "wat deze toets laat zien"), ("test", "what this test shows"));
        let (given_word, expect) = (Kw::Given.word(lang), Kw::Expect.word(lang));
        let indented: String = given.lines().map(|line| format!("    {line}\n")).collect();
        let new = format!(
            "\n\n{test} {rule} \"{what}\" {{\n  {given_word} \"\"\"\n{indented}  \"\"\"\n  {expect} {verdict}\n}}"
        );
        let title = self.lang.pick("Voeg een toets van deze regel toe", "Add a test of this rule").to_owned();
        let at = Span { start: item.span.end, end: item.span.end };
        Some(self.fix(title, FixKind::Add, vec![TextEdit { span: at, new }]))
    }

    fn outcome(&self, rule: &str, given: &str) -> Option<Verdict> {
        let View { db, project, file, schema, .. } = self.view;
        let rules = queries::rules(db, project);
        let nth = rules.iter().position(|known| known.id == rule)?;
        let read = engine::read(file.id(db), "test.yaml", given, schema, queries::lookup(db, project));
        let compiled = queries::compiled_with_places(db, project);
        let engine = engine::Engine { schema, rules, compiled, as_of: project.as_of(db) };
        Some(engine.outcome(nth, &engine::apply(&read, None, schema).facts).verdict)
    }

    fn translation(&self, item: &'a Item) -> Option<Fix> {
        let to = language(item).other();
        let text = item.span.of(self.view.text);
        let tree = parse(text);
        let file = self.view.file.id(self.view.db);
        let (new, left) = format_file(file, text, &tree, self.view.schema, self.view.vocabulary(), Some(to));
        if left.iter().any(|diagnostic| diagnostic.level == Level::Error) {
            return None;
        }
        let mut changes = edits(text, new.trim_end());
        for change in &mut changes {
            change.span.start += item.span.start;
            change.span.end += item.span.start;
        }
        let title = match to {
            Lang::Nl => {
                self.lang.pick("Vertaal deze regel naar het Nederlands", "Translate this rule to Dutch")
            }
            Lang::En => {
                self.lang.pick("Vertaal deze regel naar het Engels", "Translate this rule to English")
            }
        };
        (!changes.is_empty()).then(|| self.fix(title.to_owned(), FixKind::Rewrite, changes))
    }

    // --- where lines go ----------------------------------------------------------------------------

    /// A new line behind a line; on the same one if that stands beside others.
    fn after(&self, line: &Line, words: &str) -> TextEdit {
        let at = Span { start: line.span.end, end: line.span.end };
        let text = self.view.text;
        let start = text[..line.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let before = &text[start..line.span.start as usize];
        let new = if before.trim().is_empty() { format!("\n{before}{words}") } else { format!("; {words}") };
        TextEdit { span: at, new }
    }

    /// New lines at the end of an item.
    fn at_end(&self, item: &Item, words: &str) -> TextEdit {
        if let Some(last) = item.lines.last() {
            let parts: String = words.lines().map(|line| self.after(last, line).new).collect();
            return TextEdit { span: Span { start: last.span.end, end: last.span.end }, new: parts };
        }
        let open = item
            .span
            .of(self.view.text)
            .find('{')
            .map_or(item.span.end, |at| item.span.start + at as u32 + 1);
        let lines: String = words.lines().map(|line| format!("\n  {line}")).collect();
        TextEdit { span: Span { start: open, end: open }, new: format!("{lines}\n") }
    }
}

/// The language an item is written in.
pub(super) fn language(item: &Item) -> Lang {
    if item.dutch { Lang::Nl } else { Lang::En }
}

/// A declaration that names who declares and what it is about.
pub(super) fn given(schema: &Schema) -> String {
    let mut lines = String::new();
    for (record, field) in [schema.vendor, schema.product].into_iter().flatten() {
        let record = &schema.records[record.ix()];
        lines.push_str(&format!("{}: {{ {}: X }}\n", record.name, record.fields[field.ix()].name));
    }
    if lines.is_empty() { "{}\n".to_owned() } else { lines }
}

fn verdict_word(expected: Expected, lang: Lang) -> &'static str {
    let kw = match expected {
        Expected::Verdict(Verdict::Pass) => Kw::Pass,
        Expected::Verdict(Verdict::Fail) => Kw::Fail,
        Expected::Verdict(Verdict::Unknown) => Kw::Unknown,
        Expected::Verdict(Verdict::NotApplicable) => Kw::NotApplicable,
        Expected::Waived => Kw::Waived,
    };
    kw.word(lang)
}
