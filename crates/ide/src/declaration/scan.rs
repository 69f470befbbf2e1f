//! Where a place in a half-written declaration is: the keys above it, and whether a key or a value goes there. Looks
//! at the text alone, since a text that is being written is rarely valid.

use policy_syntax::Span;

/// A place to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// The keys above it, outermost first.
    pub path: Vec<String>,
    /// The key of this very entry is written already: a value goes here.
    pub value: bool,
    /// The word at the place, up to where it ends.
    pub word: Span,
    /// Inside `{ }` or `[ ]`.
    pub flow: bool,
    /// The column at which the line's content begins.
    pub indent: usize,
}

/// An open brace or bracket.
struct Flow {
    list: bool,
    key: Option<String>,
}

#[derive(Default)]
struct Scanner {
    block: Vec<(usize, String)>,
    flow: Vec<Flow>,
    /// Lines deeper than this belong to a text.
    text: Option<usize>,
}

/// The place of a byte; nothing inside a comment or a text of several lines.
pub(super) fn scan(text: &str, offset: u32) -> Option<Spot> {
    let offset = (offset as usize).min(text.len());
    let before = text.get(..offset)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let mut scanner = Scanner::default();
    for line in before[..start].lines() {
        scanner.line(line);
    }
    scanner.at(text, start, offset)
}

impl Scanner {
    /// A whole line above the place.
    fn line(&mut self, line: &str) {
        if !self.flow.is_empty() {
            self.flow_in(line);
            return;
        }
        let (indent, rest) = content(line);
        if rest.is_empty() || rest.starts_with('#') || self.inside_text(line) {
            return;
        }
        self.block.retain(|(column, _)| *column < indent);
        let Some((key, value)) = split_key(rest) else {
            self.flow_in(rest);
            return;
        };
        self.block.push((indent, key));
        if value.starts_with(['|', '>']) {
            self.text = Some(line.len() - line.trim_start().len());
        }
        self.flow_in(value);
    }

    fn inside_text(&mut self, line: &str) -> bool {
        let own = line.len() - line.trim_start().len();
        if self.text.is_some_and(|text| own > text) {
            return true;
        }
        self.text = None;
        false
    }

    /// Follows braces and brackets; gives where the last word begins.
    fn flow_in(&mut self, text: &str) -> usize {
        let (mut begin, mut quote) = (0, None);
        for (at, c) in text.char_indices() {
            match (quote, c) {
                (Some(open), c) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if text[begin..at].trim().is_empty() => quote = Some(c),
                (None, '{' | '[') if !self.flow.is_empty() || text[begin..at].trim().is_empty() => {
                    self.flow.push(Flow { list: c == '[', key: None });
                    begin = at + 1;
                }
                (None, '}' | ']') if !self.flow.is_empty() => {
                    self.flow.pop();
                    begin = at + 1;
                }
                (None, ',') if !self.flow.is_empty() => {
                    if let Some(flow) = self.flow.last_mut() {
                        flow.key = None;
                    }
                    begin = at + 1;
                }
                (None, ':')
                    if !self.flow.is_empty()
                        && text[at + 1..].chars().next().is_none_or(|c| " \"[{".contains(c)) =>
                {
                    let key = text[begin..at].trim().trim_matches(['"', '\'']).to_owned();
                    if let Some(flow) = self.flow.last_mut() {
                        flow.key = Some(key);
                    }
                    begin = at + 1;
                }
                (None, '#') if at == 0 || text[..at].ends_with(' ') => return text.len(),
                _ => {}
            }
        }
        begin
    }

    /// The place itself, in the line that begins at `start`.
    fn at(mut self, text: &str, start: usize, offset: usize) -> Option<Spot> {
        let line = &text[start..offset];
        let in_flow = !self.flow.is_empty();
        let (indent, rest) = if in_flow { (0, line) } else { content(line) };
        if !in_flow && !rest.is_empty() && self.inside_text(line) || comment(rest) {
            return None;
        }
        let mut begin = offset - rest.len();
        let mut value = false;
        if in_flow {
            begin += self.flow_in(rest);
        } else {
            self.block.retain(|(column, _)| *column < indent);
            if let Some((key, after)) = split_key(rest) {
                self.block.push((indent, key));
                value = true;
                begin = offset - after.len();
                begin += self.flow_in(after);
            } else {
                begin += self.flow_in(rest);
            }
        }
        let mut path: Vec<String> = self.block.into_iter().map(|(_, key)| key).collect();
        path.extend(self.flow.iter().filter_map(|flow| flow.key.clone()));
        if let Some(last) = self.flow.last() {
            value = last.list || last.key.is_some();
        }
        let blank =
            text[begin..offset].len() - text[begin..offset].trim_start_matches([' ', '"', '\'']).len();
        let rest = &text[offset..];
        let stop = |c: char| !(c.is_alphanumeric() || "-_ ".contains(c));
        let end = offset + rest.find(stop).unwrap_or(rest.len());
        let end = offset + text[offset..end].trim_end().len();
        Some(Spot { path, value, word: Span::new(begin + blank, end), flow: !self.flow.is_empty(), indent })
    }
}

fn comment(rest: &str) -> bool {
    rest.starts_with('#') || rest.contains(" #")
}

/// The column at which a line's content begins, behind any dashes, and the content.
fn content(line: &str) -> (usize, &str) {
    let mut rest = line.trim_start_matches(' ');
    while let Some(inner) = rest.strip_prefix("- ").or_else(|| (rest == "-").then_some("")) {
        rest = inner.trim_start_matches(' ');
    }
    // Behind a dash goes a space, also where it is not written yet.
    let tight = rest.is_empty() && line.ends_with('-');
    (line.len() - rest.len() + usize::from(tight), rest)
}

/// Key and value of a line, if it has a key.
fn split_key(rest: &str) -> Option<(String, &str)> {
    if rest.starts_with(['{', '[']) {
        return None;
    }
    let quoted = rest.starts_with('"').then(|| rest[1..].find('"').map(|at| at + 2)).flatten().unwrap_or(0);
    let colon = rest[quoted..].match_indices(':').map(|(at, _)| at + quoted);
    let colon = colon.into_iter().find(|at| rest[at + 1..].is_empty() || rest[at + 1..].starts_with(' '))?;
    let key = rest[..colon].trim().trim_matches(['"', '\'']).to_owned();
    Some((key, rest[colon + 1..].trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn at(marked: &str) -> (String, bool, String) {
        let offset = marked.find('$').expect("a mark");
        let text = marked.replace('$', "");
        let spot = scan(&text, offset as u32).expect("a place");
        (spot.path.join("/"), spot.value, spot.word.of(&text).to_owned())
    }

    fn is(path: &str, value: bool, word: &str) -> (String, bool, String) {
        (path.to_owned(), value, word.to_owned())
    }

    #[test]
    fn blocks_flows_and_lists() {
        assert_eq!(at("lo$"), is("", false, "lo"));
        assert_eq!(at("loans:\n  - branch: North\n    dep$"), is("loans", false, "dep"));
        assert_eq!(at("loans:\n  - br$"), is("loans", false, "br"));
        assert_eq!(at("loans:\n  - branch: Nor$th"), is("loans/branch", true, "North"));
        assert_eq!(at("loans:\n  - $"), is("loans", false, ""));
        assert_eq!(at("loans:\n- branch: a\n  x$"), is("loans", false, "x"));
        assert_eq!(at("loans:\n  - branch: a\n    $"), is("loans", false, ""));
        assert_eq!(at("desk:\n  name: a\n  $\n  place: b"), is("desk", false, ""));
        assert_eq!(at("loans:\n  -$"), is("loans", false, ""));
        assert_eq!(at("loans: { items: [ { branch: No$"), is("loans/items/branch", true, "No"));
        assert_eq!(at("loans: { items: [ { branch: North, de$"), is("loans/items", false, "de"));
        assert_eq!(
            at("loans:\n  items:\n    - term:\n        value: 3$"),
            is("loans/items/term/value", true, "3")
        );
        assert_eq!(at("desk: { a: 1 }\nloa$"), is("", false, "loa"));
        assert_eq!(at("{ \"loans\": { \"branch\": \"No$\" } }"), is("loans/branch", true, "No"));
        assert_eq!(at("loans:\n  media: [book, m$"), is("loans/media", true, "m"));
        assert_eq!(at("loans:\n  media:\n    - bo$"), is("loans/media", false, "bo"));
    }

    #[test]
    fn no_place_in_comments_and_texts() {
        assert_eq!(scan("# lo", 4), None);
        assert_eq!(scan("note: |\n  loa", 13), None);
    }
}
