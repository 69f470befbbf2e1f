//! Labels and texts of an item: their forms, their languages, and that no two things share one.

use policy_syntax::{Span, Token};

use super::cursor::{Name, Wrong};
use super::keywords::Kw;
use super::names::{Draft, KIND, Lowering, Scope, Spoken, normal, unknown};
use super::statement::{Body, Statement};
use crate::codes;
use crate::lang::{Lang, Text};
use crate::model::{FileId, Labels};

/// Whose labels they are.
pub(crate) struct Owned<'a> {
    pub scope: Scope,
    pub owner: u32,
    pub name: Name<'a>,
    pub file: FileId,
}

/// The text in each language of the lines that begin with one of `kws`.
pub(crate) fn text(statements: &[Statement<'_>], kws: &[Kw]) -> Text {
    let mut text = Text::default();
    for statement in statements.iter().filter(|s| s.kw.is_some_and(|kw| kws.contains(&kw))) {
        let Body::Labels(lang, tokens) = &statement.body else { continue };
        let slot = match lang {
            Lang::Nl => &mut text.nl,
            Lang::En => &mut text.en,
        };
        *slot = tokens.first().map(|t| t.text.clone());
    }
    text
}

/// The placeholders `{kind}` in a compound: where each begins in it, and the name of its kind.
fn placeholders(label: &str) -> impl Iterator<Item = (usize, &str)> {
    label.match_indices('{').filter_map(|(at, _)| {
        let inside = &label[at + 1..];
        Some((at, &inside[..inside.find('}')?]))
    })
}

impl Lowering {
    /// The compounds of a term, Dutch and English; reports those that name no kind.
    pub fn compounds(&mut self, draft: &Draft<'_>) -> (Vec<String>, Vec<String>) {
        let (mut nl, mut en) = (Vec::new(), Vec::new());
        for statement in draft.statements.iter().filter(|s| s.kw == Some(Kw::Compound)) {
            let Body::Labels(lang, tokens) = &statement.body else { continue };
            for token in tokens {
                self.check_placeholders(draft.file, token);
                lang.pick(&mut nl, &mut en).push(token.text.clone());
            }
        }
        (nl, en)
    }

    /// The labels in these statements; reports those that are taken, empty or name an unknown kind, and a
    /// language that has none.
    pub fn labels(&mut self, of: &Owned<'_>, statements: &[Statement<'_>]) -> Labels {
        let mut labels = Labels::default();
        for statement in statements {
            let Body::Labels(lang, tokens) = &statement.body else { continue };
            if matches!(statement.kw, Some(Kw::Definition | Kw::Compound)) {
                continue;
            }
            let tokens = &tokens[..tokens.len().min(usize::from(u8::MAX))];
            tokens.iter().for_each(|token| self.speak(of, token));
            add(&mut labels, statement.kw, *lang, tokens.iter().map(|token| token.text.clone()).collect());
        }
        self.check_languages(of, &labels);
        labels
    }

    fn speak(&mut self, of: &Owned<'_>, token: &Token) {
        if token.text.trim().is_empty() {
            let (nl, en) = (
                "een leeg label: schrijf een woord of haal het weg",
                "an empty label: write a word or remove it",
            );
            self.report(of.file, Wrong::new(&codes::BAD_VALUE, token.span, nl, en));
            return;
        }
        let new = Spoken { owner: of.owner, file: of.file, span: token.span };
        let first = *self.labels.entry(of.scope).or_default().entry(normal(&token.text)).or_insert(new);
        if first.owner != of.owner {
            self.report_shared(of.file, token, first);
        }
    }

    /// A compound names exactly one kind, and that kind exists.
    fn check_placeholders(&mut self, file: FileId, token: &Token) {
        let found: Vec<(usize, &str)> = placeholders(&token.text).collect();
        let [(at, kind)] = found.as_slice() else {
            let (nl, en) = (
                "een samenstelling noemt een soort tussen accolades, zoals `{soort}`",
                "a compound names one kind between braces, such as `{kind}`",
            );
            return self.report(file, Wrong::new(&codes::BAD_VALUE, token.span, nl, en));
        };
        if self.schema.kind(kind).is_none() && !self.broken.contains(*kind) {
            // An escape before it would move it, but no label needs one there.
            let start = token.span.start as usize + 1 + at + 1;
            let span = Span::new(start, start + kind.len());
            let wrong = unknown(&KIND, kind, span, self.schema.kinds.iter().map(|k| k.name.as_str()));
            self.report(file, wrong);
        }
    }

    fn report_shared(&mut self, file: FileId, token: &Token, first: Spoken) {
        let text = &token.text;
        let wrong = Wrong::new(
            &codes::DUPLICATE_NAME,
            token.span,
            format!(
                "het label `{text}` is al in gebruik: kies een ander, anders is niet te zien wat bedoeld is"
            ),
            format!(
                "the label `{text}` is already in use: choose another one, or nobody can tell which is meant"
            ),
        );
        self.report_with(
            file,
            wrong,
            Some((first.file, first.span)),
            "hier al gebruikt",
            "already used here",
        );
    }

    fn check_languages(&mut self, of: &Owned<'_>, labels: &Labels) {
        let (has_nl, has_en) = (!labels.nl.is_empty(), !labels.en.is_empty());
        if has_nl == has_en {
            return;
        }
        let name = of.name.text();
        let (code, dutch, english) =
            if has_en { ("nl", "Nederlands", "Dutch") } else { ("en", "Engels", "English") };
        self.report(
            of.file,
            Wrong::new(
                &codes::NO_TRANSLATION,
                of.name.token.span,
                format!("`{name}` heeft geen {dutch} label: voeg `{code} \"…\"` toe"),
                format!("`{name}` has no {english} label: add `{code} \"…\"`"),
            ),
        );
    }
}

fn add(labels: &mut Labels, kw: Option<Kw>, lang: Lang, forms: Vec<String>) {
    match (lang, kw == Some(Kw::Also)) {
        (Lang::Nl, false) => labels.nl.extend(forms),
        (Lang::En, false) => labels.en.extend(forms),
        (Lang::Nl, true) => labels.nl_also.push(forms),
        (Lang::En, true) => labels.en_also.push(forms),
    }
}
