//! A YAML text entry by entry: cut before every key at the margin, each entry read by itself, the trees put together.
//! Whoever keeps the trees reads after an edit only the entry that it was in.
//!
//! What comes of it is what reading the whole comes to, or nothing: a text with a mistake, an alias of what stands in
//! another entry, a second document or something odd at the margin has to be read as a whole.

use std::sync::Arc;

use policy_syntax::Span;

use super::doc::{self, Alone, MAX_BYTES, Parsed};

/// Cuts a text into what belongs to each key at the margin: all of it, in order.
pub fn cut(text: &str) -> Option<Vec<Span>> {
    let odd_ends = text.split('\r').skip(1).any(|rest| !rest.starts_with('\n'));
    if text.len() > MAX_BYTES || odd_ends {
        return None;
    }
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        match margin(line) {
            Margin::Key => starts.push(at),
            Margin::Nothing => {}
            Margin::Inside if !starts.is_empty() => {}
            Margin::Inside | Margin::Odd => return None,
        }
        at += line.len();
    }
    // What stands above the first key is read with it.
    *starts.first_mut()? = 0;
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    Some(starts.iter().zip(ends).map(|(start, end)| Span::new(*start, end)).collect())
}

/// How a line begins.
enum Margin {
    /// With what looks like a key.
    Key,
    /// White space or a comment only.
    Nothing,
    /// Further in, or with an element of a list: it belongs to the key above.
    Inside,
    /// With something else.
    Odd,
}

fn margin(line: &str) -> Margin {
    let rest = line.trim_start_matches(' ');
    let indented = rest.len() < line.len();
    match rest.chars().next() {
        None | Some('\n' | '\r' | '#') => Margin::Nothing,
        Some(_) if indented => Margin::Inside,
        Some('-') if rest.starts_with("- ") => Margin::Inside,
        Some(_) if doc::begins_key(rest) => Margin::Key,
        Some(_) => Margin::Odd,
    }
}

/// Reads one of the stretches that [`cut`] gives.
pub fn parse_entry(text: &str) -> Option<Alone> {
    doc::parse_alone(text)
}

/// Puts entries together, each with the byte that it begins at.
pub fn join<'a>(entries: impl Iterator<Item = (u32, &'a Alone)>) -> Option<Parsed> {
    let root = Arc::new(doc::one_map(entries)?);
    Some(Parsed { root: Some(root), diagnostics: Vec::new() })
}
