//! Layout and translation, as `policy fmt` does it.

use std::ops::Range;

use policy_core::diag::Diagnostic;
use policy_core::lang::Lang;
use policy_core::sentence::format_file;
use policy_db::{Database, SourceFile};
use policy_syntax::Span;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::view::View;
use crate::TextEdit;

/// The changes that lay a file out.
pub fn formatting(db: &Database, file: SourceFile) -> Vec<TextEdit> {
    let view = View::new(db, file);
    edits(view.text, &written(&view, None).0)
}

/// Those of the changes that touch the lines of a range.
pub fn range_formatting(db: &Database, file: SourceFile, range: Span) -> Vec<TextEdit> {
    let view = View::new(db, file);
    let lines = whole_lines(view.text, range);
    let mut found = edits(view.text, &written(&view, None).0);
    found.retain(|edit| lines.start <= edit.span.start && edit.span.end <= lines.end);
    found
}

/// A whole file in the other language: the changes, and what stays as it is for want of a word.
pub fn translated(db: &Database, file: SourceFile, to: Lang) -> (Vec<TextEdit>, Vec<Diagnostic>) {
    let view = View::new(db, file);
    let (text, diagnostics) = written(&view, Some(to));
    (edits(view.text, &text), diagnostics)
}

/// The text of a file as the formatter writes it.
pub(super) fn written(view: &View<'_>, to: Option<Lang>) -> (String, Vec<Diagnostic>) {
    let id = view.file.id(view.db);
    format_file(id, view.text, view.tree, view.schema, view.vocabulary(), to)
}

/// The lines that a range touches, the last line end included.
fn whole_lines(text: &str, range: Span) -> Span {
    let start = text[..(range.start as usize).min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let last = (range.end as usize).min(text.len());
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
    Span::new(start, end)
}

/// The lines that differ, as few as there can be.
pub(super) fn edits(old: &str, new: &str) -> Vec<TextEdit> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let starts: Vec<usize> = std::iter::once(0)
        .chain(before.iter().scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        }))
        .collect();
    let ops = capture_diff_slices(Algorithm::Myers, &before, &after);
    let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })).flat_map(line_by_line);
    let edit = |(from, to): (Range<usize>, Range<usize>)| {
        narrowed(old, Span::new(starts[from.start], starts[from.end]), &after[to].concat())
    };
    changed.map(edit).collect()
}

/// The lines that are replaced, each by its own where there are as many after as before.
fn line_by_line(op: &DiffOp) -> Vec<(Range<usize>, Range<usize>)> {
    let (from, to) = (op.old_range(), op.new_range());
    if from.len() != to.len() {
        return vec![(from, to)];
    }
    from.zip(to).map(|(a, b)| (a..a + 1, b..b + 1)).collect()
}

/// An edit without what stays at its beginning and at its end.
fn narrowed(old: &str, span: Span, new: &str) -> TextEdit {
    let was = span.of(old);
    let pairs = was.chars().zip(new.chars()).take_while(|(a, b)| a == b);
    let head: usize = pairs.map(|(a, _)| a.len_utf8()).sum();
    let (was, rest) = (&was[head..], &new[head..]);
    let pairs = was.chars().rev().zip(rest.chars().rev()).take_while(|(a, b)| a == b);
    let tail: usize = pairs.map(|(a, _)| a.len_utf8()).sum();
    let start = span.start as usize + head;
    TextEdit { span: Span::new(start, start + was.len() - tail), new: rest[..rest.len() - tail].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(old: &str, edits: &[TextEdit]) -> String {
        let mut text = old.to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.new);
        }
        text
    }

    #[test]
    fn edits_are_small_and_lead_to_the_new_text() {
        let (old, new) = ("a\n  loan b\nc\n", "a\n  member é b\nc\nd\n");
        let found = edits(old, new);
        assert_eq!(applied(old, &found), new);
        assert_eq!(found[0].span, Span::new(4, 8));
        assert_eq!(edits(old, old), []);
    }
}
