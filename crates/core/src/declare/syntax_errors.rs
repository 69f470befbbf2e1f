//! What is wrong with a text before anything in it has a meaning, in words.

use granit_parser::ErrorKind;
use policy_syntax::Span;

use super::doc::MAX_BYTES;
use super::problems::Problems;
use crate::codes;

/// The text is larger than [`MAX_BYTES`].
pub(super) fn too_big(problems: &mut Problems, bytes: usize) {
    let (mb, most) = (bytes / 1024 / 1024, MAX_BYTES / 1024 / 1024);
    let nl = format!("de tekst is {mb} MB, meer dan de {most} MB die wordt gelezen: splits het bestand");
    let en = format!("the text is {mb} MB, more than the {most} MB that is read: split the file");
    problems.add(&codes::TOO_BIG, Span::default(), nl, en);
}

/// Lists and mappings nest too deep.
pub(super) fn too_deep(problems: &mut Problems, at: Span, most: usize) {
    let nl =
        format!("hier begint meer dan {most} niveaus diep een lijst of blok: de rest wordt niet gelezen");
    let en = format!("a list or mapping begins here more than {most} levels deep: the rest is not read");
    problems.add(&codes::TOO_BIG, at, nl, en);
}

/// Aliases stand for too much.
pub(super) fn alias_bomb(problems: &mut Problems, at: Span, most: usize) {
    let nl = format!("de verwijzingen (`*naam`) staan samen voor meer dan {most} waarden of nesten te diep");
    let en = format!("the aliases (`*name`) stand for more than {most} values together or nest too deep");
    let (nl, en) = (format!("{nl}: schrijf ze uit"), format!("{en}: write them out"));
    problems.add(&codes::TOO_BIG, at, nl, en);
}

/// An alias without an anchor before it.
pub(super) fn unknown_alias(problems: &mut Problems, at: Span, name: &str) {
    let nl =
        format!("`*{name}` verwijst naar een anker dat er niet is: schrijf `&{name}` bij de eerste waarde");
    let nl = nl + ", of zet de tekst tussen aanhalingstekens";
    let en = format!("`*{name}` refers to an anchor that is not there: write `&{name}` at the first value");
    let en = en + ", or put the text in quotes";
    problems.add(&codes::DECL_SYNTAX, at, nl, en);
}

/// A list or mapping as a key.
pub(super) fn key_not_text(problems: &mut Problems, at: Span) {
    let nl = "een sleutel is een woord, geen lijst of blok".to_string();
    let en = "a key is a word, not a list or mapping".to_string();
    problems.add(&codes::DECL_SYNTAX, at, nl, en);
}

/// A list or mapping in brackets that another line breaks off.
pub(super) fn unclosed_bracket(problems: &mut Problems, at: Span) {
    let nl = "een haak die hier opent, sluit niet".to_string();
    let en = "a bracket that opens here does not close".to_string();
    problems.add(&codes::DECL_SYNTAX, at, nl, en);
}

/// What the YAML parser stumbled over.
pub(super) fn yaml(problems: &mut Problems, text: &str, at: usize, kind: &ErrorKind) {
    let code = match kind {
        ErrorKind::RecursionLimitExceeded => &codes::TOO_BIG,
        _ => &codes::DECL_SYNTAX,
    };
    let (nl, en) = yaml_words(kind);
    problems.add(code, char_at(text, at), nl, en);
}

fn yaml_words(kind: &ErrorKind) -> (String, String) {
    use ErrorKind::*;
    let (nl, en) = match kind {
        RecursionLimitExceeded => ("te diep genest", "nested too deeply"),
        TabNotAllowed
        | TabInBlockIndentation
        | TabInIndentation
        | TabAtBlockScalarStart
        | TabInPlainScalar => ("een tab op een plaats waar YAML spaties wil: spring in met spaties", {
            "a tab where YAML wants spaces: indent with spaces"
        }),
        UnclosedQuotedScalar | DocumentIndicatorInQuotedScalar => {
            ("een aanhalingsteken dat hier opent, sluit niet", "a quote that opens here does not close")
        }
        InvalidTrailingSingleQuotedScalar | InvalidTrailingDoubleQuotedScalar => (
            "er staat tekst na het aanhalingsteken: zet de hele waarde tussen aanhalingstekens",
            "there is text after the quote: put the whole value in quotes",
        ),
        UnclosedFlowCollection { .. } | UnexpectedEofFlowSequence | UnexpectedEofFlowMapping => {
            ("een haak die hier opent, sluit niet", "a bracket that opens here does not close")
        }
        MismatchedFlowCollectionEnd { .. } | MisplacedFlowCollectionEnd => {
            ("deze haak hoort bij geen haak die open is", "this bracket closes none that is open")
        }
        ExpectedFlowMappingSeparator | ExpectedFlowSequenceSeparator => {
            ("hier ontbreekt een komma of een haak", "a comma or a bracket is missing here")
        }
        InvalidIndentation
        | ExpectedBlockMappingKey
        | ExpectedBlockSequenceEntry
        | InvalidBlockScalarIndent => (
            "de inspringing klopt niet: wat bij elkaar hoort, begint in dezelfde kolom",
            "the indentation does not fit: what belongs together starts in the same column",
        ),
        MappingValueNotAllowed | SimpleKeyExpected | InvalidSimpleKey => (
            "hier staat een dubbele punt te veel of te weinig: zet tekst met `: ` tussen aanhalingstekens",
            "a colon too many or too few here: put text with `: ` in quotes",
        ),
        UnknownQuotedScalarEscape => (
            "een onbekende escape achter `\\`: schrijf `\\\\` of gebruik enkele aanhalingstekens",
            "an unknown escape after `\\`: write `\\\\` or use single quotes",
        ),
        _ => {
            let nl = "hier is de tekst geen YAML: kijk naar inspringing, dubbele punten en aanhalingstekens";
            return (nl.into(), format!("the text is not YAML here: {kind}"));
        }
    };
    (nl.into(), en.into())
}

/// Whether a text is JSON as the standard has it; one located error if not.
pub(super) fn check_json(text: &str, base: usize, problems: &mut Problems) -> bool {
    let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) else { return true };
    if text.trim().is_empty() {
        return false;
    }
    let at = base + byte_of(text, error.line(), error.column());
    let words = error.to_string();
    let reason = words.split(" at line ").next().unwrap_or_default();
    let deep = reason.contains("recursion");
    let code = if deep { &codes::TOO_BIG } else { &codes::DECL_SYNTAX };
    let hint = ": in JSON staan tekst en sleutels tussen dubbele aanhalingstekens, zonder komma aan het eind";
    let (nl, en) = match deep {
        true => ("te diep genest".to_string(), "nested too deeply".to_string()),
        false => {
            (format!("hier is de tekst geen JSON{hint}"), format!("the text is not JSON here: {reason}"))
        }
    };
    let span = match text.get(at - base..) {
        Some(rest) => Span::new(at, at + rest.chars().next().map_or(0, char::len_utf8)),
        None => Span::new(at, at),
    };
    problems.add(code, span, nl, en);
    false
}

/// The byte of a line and column that count from 1, columns in bytes.
fn byte_of(text: &str, line: usize, column: usize) -> usize {
    let start = match line {
        0 | 1 => 0,
        _ => text.match_indices('\n').nth(line - 2).map_or(text.len(), |(i, _)| i + 1),
    };
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The character at a byte; at the end of the text, the last one before it that shows.
fn char_at(text: &str, at: usize) -> Span {
    let mut start = at.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    match text[start..].chars().next() {
        Some(c) if !c.is_whitespace() => Span::new(start, start + c.len_utf8()),
        _ => {
            let shown = text[..start].trim_end();
            let last = shown.chars().next_back().map_or(0, char::len_utf8);
            Span::new(shown.len() - last, shown.len())
        }
    }
}
