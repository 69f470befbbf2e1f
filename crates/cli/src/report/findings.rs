//! Why one rule came to what it did on one declaration: per clause of the rule the clause itself, then what was found,
//! each with its line in the declaration; then, once, what it rests on and what to ask.

use policy_core::diag::Message;
use policy_core::lang::Lang;
use policy_core::model::{Origin, Owner};
use policy_core::report::{self, About, Explained, Place, Question};
use policy_core::verdict::Verdict;
use policy_db::engine::Detail;
use policy_db::{Database, SourceFile, queries};

use super::pretty::face;
use super::quote::{Mark, Quote};
use super::terminal::{Paint, Style, clean, paragraph};
use crate::evaluation::View;

/// Columns before the text of quotes and labelled lines.
const INDENT: usize = 4;
/// The most places of one clause that are shown, unless everything is asked for.
const PLACES: usize = 4;
/// The most things that are named at one place, unless everything is asked for.
const THINGS: usize = 4;
/// The most entries that one question names.
const ENTRIES: usize = 4;

/// The findings of one rule on one declaration.
pub struct Findings<'a> {
    /// What results are read with.
    pub view: View<'a>,
    /// The database.
    pub db: &'a Database,
    /// The declaration.
    pub file: SourceFile,
    /// How it is drawn.
    pub style: Style,
    /// The findings.
    pub all: &'a [Explained],
}

/// Findings of one clause that stand at one place.
struct Group<'a> {
    verdict: Verdict,
    place: &'a Place,
    findings: Vec<&'a Explained>,
}

impl Findings<'_> {
    /// All of it, as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (clause, groups) in self.clauses() {
            out.push_str(&self.clause(clause, &groups));
        }
        out.push_str(&self.besides());
        out + &self.rest()
    }

    /// Where something fails, that is what needs action; what is open besides is only counted.
    fn told(&self) -> impl Iterator<Item = &Explained> {
        let fails = self.all.iter().any(|finding| finding.verdict == Verdict::Fail);
        let only_fails = fails && self.view.detail != Detail::Full;
        self.all.iter().filter(move |finding| !only_fails || finding.verdict == Verdict::Fail)
    }

    fn besides(&self) -> String {
        let left = self.all.len() - self.told().count();
        let text = match self.view.lang {
            _ if left == 0 => return String::new(),
            Lang::Nl => format!("daarnaast {left} keer onbekend; `--explain full` noemt ze"),
            Lang::En => format!("besides, {left} unknown; `--explain full` names them"),
        };
        paragraph("", &format!("    {text}"), INDENT, self.style.width)
    }

    /// The findings by clause, and of a clause by place; both in the order in which they came.
    fn clauses(&self) -> Vec<(Origin, Vec<Group<'_>>)> {
        let mut clauses: Vec<(Origin, Vec<Group>)> = Vec::new();
        for finding in self.told() {
            let at =
                clauses.iter().position(|(clause, _)| *clause == finding.clause).unwrap_or(clauses.len());
            if at == clauses.len() {
                clauses.push((finding.clause, Vec::new()));
            }
            let groups = &mut clauses[at].1;
            let same = |group: &&mut Group| group.verdict == finding.verdict && group.place == &finding.place;
            match groups.iter_mut().find(same) {
                Some(group) => group.findings.push(finding),
                None => groups.push(Group {
                    verdict: finding.verdict,
                    place: &finding.place,
                    findings: vec![finding],
                }),
            }
        }
        clauses
    }

    fn clause(&self, clause: Origin, groups: &[Group]) -> String {
        let mut out = String::new();
        let (_, _, paint) = groups.first().map_or(("", "", Paint::Dim), |group| self.face(group.verdict));
        if let Some((file, span)) = queries::span(self.db, self.view.project, clause) {
            out.push_str(
                &Quote::of(self.db, file, vec![Mark { span, label: "", paint }]).draw(self.style, INDENT),
            );
        }
        let shown = self.shown(groups.len(), PLACES);
        for group in groups.iter().take(shown) {
            out.push_str(&self.group(group));
        }
        let left: usize = groups.iter().skip(shown).map(|group| group.findings.len()).sum();
        out + &self.more(left)
    }

    fn group(&self, group: &Group) -> String {
        let mut out = String::new();
        let (sign, _, paint) = self.face(group.verdict);
        let shown = self.shown(group.findings.len(), THINGS);
        for finding in group.findings.iter().take(shown) {
            let sign = format!("  {sign} ");
            let reason = clean(finding.reason.get(self.view.lang));
            let text = paragraph(&sign, &reason, INDENT, self.style.width);
            out.push_str(&text.replacen(&sign, &self.style.paint(paint, &sign), 1));
        }
        out.push_str(&self.more(group.findings.len().saturating_sub(shown)));
        out.push_str(&self.declaration_side(group, shown));
        if let Some(source) = &group.place.source {
            out.push_str(&self.labelled(("Bron", "Source"), source));
        }
        if let Some(words) = &group.place.quote {
            out.push_str(&self.labelled(("Citaat", "Quote"), &format!("\"{}\"", words.trim())));
        }
        out
    }

    fn face(&self, verdict: Verdict) -> (&'static str, &'static str, Paint) {
        face(verdict, false, self.view.lang, self.style)
    }

    /// How many of so many are shown; one more than the most, rather than a line that says that one is left out.
    fn shown(&self, of: usize, most: usize) -> usize {
        if self.view.detail == Detail::Full || of <= most + 1 { of } else { most }
    }

    fn more(&self, count: usize) -> String {
        if count == 0 {
            return String::new();
        }
        let text = match self.view.lang {
            Lang::Nl => format!("… en nog {count}; `--explain full` noemt ze alle"),
            Lang::En => format!("… and {count} more; `--explain full` names them all"),
        };
        paragraph("", &format!("    {text}"), INDENT, self.style.width)
    }

    /// The line that decides, and the stated facts that take part; what is not stated is named in the reasons.
    fn declaration_side(&self, group: &Group, shown: usize) -> String {
        let lang = self.view.lang;
        let (_, _, paint) = self.face(group.verdict);
        let related = || group.findings.iter().take(shown).flat_map(|finding| &finding.related);
        let stated = || related().filter(|(place, _)| !place.absent);
        let label = match stated().find(|(place, _)| place.span == group.place.span) {
            _ if group.place.absent => lang.pick("hier staat het niet", "it is not stated here").to_owned(),
            Some((_, message)) => message.get(lang).to_owned(),
            None => String::new(),
        };
        let mut labels = vec![(group.place.span, label, paint)];
        for (place, message) in stated() {
            if !labels.iter().any(|(span, ..)| *span == place.span) {
                labels.push((place.span, message.get(lang).to_owned(), Paint::Dim));
            }
        }
        let marks = labels.iter().map(|(span, label, paint)| Mark { span: *span, label, paint: *paint });
        let columns = self.style.width.saturating_sub(INDENT + 8);
        Quote::of(self.db, self.file, marks.collect()).within(columns).draw(self.style, INDENT)
    }

    /// What holds for all of them together: readings, settings, what it rests on, and what to ask.
    fn rest(&self) -> String {
        let lang = self.view.lang;
        let mut lines: Vec<String> = Vec::new();
        let mut add = |label, text: &str| {
            let line = self.labelled(label, text);
            if !lines.contains(&line) {
                lines.push(line);
            }
        };
        for finding in self.told() {
            finding.readings.iter().for_each(|reading| add(("Lezing", "Reading"), reading.get(lang)));
            finding.settings.iter().for_each(|(_, value)| add(("Instelling", "Setting"), value.get(lang)));
            finding.rests_on.iter().for_each(|fact| add(("Rust op", "Rests on"), &self.rests_on(fact)));
        }
        lines.extend(self.questions());
        lines.concat()
    }

    fn rests_on(&self, (place, message): &(Place, Message)) -> String {
        let source = place.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        format!("{}{source}", message.get(self.view.lang))
    }

    /// Each question once, with the entries it is about.
    fn questions(&self) -> Vec<String> {
        let lang = self.view.lang;
        let mut asked: Vec<(Owner, &str, Vec<&About>)> = Vec::new();
        for Question { owner, question, about, .. } in self.told().flat_map(|finding| &finding.missing) {
            let words = question.get(lang);
            match asked.iter_mut().find(|(who, what, _)| who == owner && *what == words) {
                Some((.., of)) => of.extend(about),
                None => asked.push((*owner, words, about.iter().collect())),
            }
        }
        asked.into_iter().map(|(owner, words, of)| self.question(owner, words, &of)).collect()
    }

    fn question(&self, owner: Owner, words: &str, of: &[&About]) -> String {
        let who = match owner {
            Owner::Vendor => ("Vraag de leverancier", "Ask the vendor"),
            Owner::Profile => ("Vul zelf in (profiel)", "Fill in yourself (profile)"),
            Owner::World => ("Werk de lijst bij", "Update the list"),
        };
        let most = if self.view.detail == Detail::Full { usize::MAX } else { ENTRIES };
        let of = report::about(of, self.view.lang, most);
        self.labelled(who, &if of.is_empty() { words.to_owned() } else { format!("{words} ({of})") })
    }

    fn labelled(&self, label: (&'static str, &'static str), text: &str) -> String {
        labelled(label, text, self.view.lang, self.style)
    }
}

/// A line with a label in either language, indented.
pub fn labelled((nl, en): (&'static str, &'static str), text: &str, lang: Lang, style: Style) -> String {
    let label = format!("    {}: ", lang.pick(nl, en));
    paragraph(&label, &clean(text), label.chars().count(), style.width)
}
