//! A comparison as a page: one HTML file that needs nothing else.

use std::io;

use askama::Template;
use policy_core::lang::Lang;

use super::people::REASONS;
use super::{Sides, because, mark, only, sum, title};
use crate::compare::{Comparison, Flip, word};
use crate::report::terminal::clean;

#[derive(Template)]
#[template(path = "desk/flips.html", whitespace = "minimize")]
struct Page<'a> {
    style: &'static str,
    lang: Lang,
    version: &'static str,
    sides: &'a Sides,
    sum: String,
    only: Vec<String>,
    flips: &'a [Flip],
}

impl Page<'_> {
    fn title(&self, flip: &Flip) -> String {
        title(&flip.names, &flip.declaration)
    }

    fn causes(&self, flip: &Flip) -> String {
        clean(&[vec![because(flip, self.lang)], flip.dated.clone()].concat().join("; "))
    }

    /// What each side finds: the label, and of the reasons the first few.
    fn sides_of<'f>(&self, flip: &'f Flip) -> [(&'static str, Vec<&'f String>); 2] {
        let few = |reasons: &'f Vec<String>| reasons.iter().take(REASONS).collect();
        [("Was", few(&flip.was)), ("Is", few(&flip.is))]
    }

    fn from(&self, flip: &Flip) -> String {
        word(flip.from, self.lang)
    }

    fn to(&self, flip: &Flip) -> String {
        word(flip.to, self.lang)
    }

    fn mark(&self, flip: &Flip) -> &'static str {
        mark(flip, self.lang)
    }

    fn clean(&self, text: &str) -> String {
        clean(text)
    }
}

/// The page.
pub fn html(found: &Comparison, sides: &Sides, lang: Lang) -> io::Result<String> {
    let page = Page {
        style: crate::report::DESK_STYLE,
        lang,
        version: env!("CARGO_PKG_VERSION"),
        sides,
        sum: sum(found, lang),
        only: only(found, lang),
        flips: &found.flips,
    };
    page.render().map_err(io::Error::other)
}
