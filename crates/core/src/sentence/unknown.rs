//! Words that are neither labels nor words of the language, and what was probably meant by them.

use super::lex::Piece;
use super::{Context, ast};
use crate::codes;
use crate::diag::{Diagnostic, Message};
use crate::lang::Lang;
use crate::lower::keywords::Kw;
use crate::words::{self, Wanted};

/// Where an unknown word stands.
pub(super) struct Stray<'a> {
    /// The words around it: a label before it, if there is one, and some words after it.
    pub run: &'a [&'a Piece],
    /// Which of them it is.
    pub at: usize,
    /// Whether the line begins with it.
    pub first: bool,
    /// The language of the sentence.
    pub lang: Lang,
}

/// What may have been meant, and how like it is.
struct Guess {
    from: usize,
    to: usize,
    text: String,
    likeness: f64,
}

impl Stray<'_> {
    fn text(&self, from: usize, to: usize) -> String {
        self.run[from..to].iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn place(&self, from: usize, to: usize) -> ast::At {
        let at = |i: usize| self.run.get(i).map(|p| p.at).unwrap_or_default();
        at(from).to(at(to - 1))
    }

    /// The function word, or at the start of a line the label of a rule's line, that it is nearest to.
    fn keyword(&self) -> Option<Guess> {
        let (from, to) = (self.at, self.at + 1);
        let text = self.text(from, to);
        let mut known: Vec<&str> =
            words::KEYWORDS.iter().flat_map(|k| k.spellings(self.lang)).copied().collect();
        if self.first {
            known.extend(Lang::ALL.iter().flat_map(|lang| Kw::RULE_LABELS.map(|kw| kw.word(*lang))));
        }
        let near = words::closest(&text, known)?;
        Some(Guess { from, to, text: near.to_string(), likeness: words::likeness(&text, near) })
    }
}

impl Context<'_> {
    /// The label that fits and is nearest, to the word alone or with the words around it.
    fn label(&self, stray: &Stray, wanted: Wanted) -> Option<Guess> {
        let spans =
            (0..=stray.at).flat_map(|from| (stray.at + 1..=stray.run.len()).map(move |to| (from, to)));
        let guesses = spans.filter_map(|(from, to)| {
            let near = self.vocabulary.suggest_scored(self.schema, wanted, &stray.text(from, to));
            near.map(|(text, likeness)| Guess { from, to, text, likeness })
        });
        let longer = |g: &Guess| g.to - g.from;
        guesses.max_by(|a, b| a.likeness.total_cmp(&b.likeness).then(longer(a).cmp(&longer(b))))
    }

    /// The diagnostic for an unknown word: with what was probably meant, or else what was expected.
    pub(super) fn unknown(&self, wanted: Wanted, stray: &Stray) -> Box<Diagnostic> {
        let label = self.label(stray, wanted).or_else(|| self.label(stray, Wanted::Anything));
        let keyword = stray.keyword();
        let likeness = |g: &Option<Guess>| g.as_ref().map_or(0.0, |g| g.likeness);
        let is_keyword = likeness(&keyword) > likeness(&label)
            || wanted == Wanted::Anything && keyword.is_some() && likeness(&keyword) == likeness(&label);
        let Some(guess) = (if is_keyword { keyword } else { label }) else {
            return self.nothing_like_it(wanted, stray);
        };
        let (found, near) = (stray.text(guess.from, guess.to), &guess.text);
        let (nl, en) = if is_keyword { ("woord", "word") } else { ("begrip", "term") };
        let message = Message::new(
            format!("onbekend {nl} `{found}`: bedoelde u `{near}`?"),
            format!("unknown {en} `{found}`: did you mean `{near}`?"),
        );
        let mut diagnostic = self.error(&codes::UNKNOWN_NAME, stray.place(guess.from, guess.to), message);
        diagnostic.suggestion = Some(guess.text);
        diagnostic
    }

    fn nothing_like_it(&self, wanted: Wanted, stray: &Stray) -> Box<Diagnostic> {
        let found = stray.text(stray.at, stray.at + 1);
        let message = match wanted {
            Wanted::Anything => Message::new(
                format!("onbekend woord `{found}`: verbeter de spelling, haal het weg of omschrijf het"),
                format!("unknown word `{found}`: correct its spelling, remove it or define it"),
            ),
            _ => {
                let kind = wanted.words(self.schema);
                Message::new(
                    format!(
                        "onbekend begrip `{found}`; hier hoort {}: verbeter de spelling of omschrijf het",
                        kind.nl
                    ),
                    format!(
                        "unknown term `{found}`; expected {}: correct its spelling or define it",
                        kind.en
                    ),
                )
            }
        };
        self.error(&codes::UNKNOWN_NAME, stray.place(stray.at, stray.at + 1), message)
    }
}
