//! The words for what could not be read.

use policy_syntax::{File, SyntaxError, SyntaxErrorKind};

use crate::codes::{self, Code};
use crate::diag::{Diagnostic, Message};
use crate::model::FileId;

/// The syntax errors of a file as diagnostics.
pub fn syntax_diagnostics(file: FileId, tree: &File) -> Vec<Diagnostic> {
    tree.errors.iter().map(|error| diagnostic(file, error)).collect()
}

fn diagnostic(file: FileId, error: &SyntaxError) -> Diagnostic {
    let (code, message, suggestion) = worded(&error.kind);
    Diagnostic { suggestion, ..Diagnostic::new(code, file, error.span, message) }
}

fn worded(kind: &SyntaxErrorKind) -> (&'static Code, Message, Option<String>) {
    use SyntaxErrorKind::*;
    let plain = |code, nl: &str, en: &str| (code, Message::new(nl, en), None);
    match kind {
        NotAnItem(Some(near)) => (
            &codes::SYNTAX,
            Message::new(
                format!("hier begint geen onderdeel: bedoelde u `{near}`?"),
                format!("no item begins here: did you mean `{near}`?"),
            ),
            Some(near.clone()),
        ),
        NotAnItem(None) => plain(
            &codes::SYNTAX,
            "hier begint geen onderdeel: begin met een woord zoals `regel`, `begrip` of `gegeven`, een naam en `{`",
            "no item begins here: begin with a word such as `rule`, `term` or `record`, a name and `{`",
        ),
        MissingOpen => plain(
            &codes::UNCLOSED,
            "hier ontbreekt `{`: zet het achter de kop",
            "`{` is missing: put it behind the head",
        ),
        MissingClose => plain(
            &codes::UNCLOSED,
            "dit blok sluit niet: zet `}` achter de laatste regel ervan",
            "this block does not close: put `}` behind its last line",
        ),
        StrayClose => plain(
            &codes::UNCLOSED,
            "deze `}` sluit niets: haal haar weg",
            "this `}` closes nothing: remove it",
        ),
        Unterminated => plain(
            &codes::UNCLOSED,
            "deze tekst eindigt niet: zet er eenzelfde aanhalingsteken achter, op dezelfde regel",
            "this text does not end: put the same quote behind it, on the same line",
        ),
        Unbalanced => plain(
            &codes::UNCLOSED,
            "dit haakje heeft geen tegenhanger op deze regel: voeg het andere toe of haal dit weg",
            "this bracket has no partner on this line: add the other one or remove this one",
        ),
        StrayCharacter(c) => stray(*c),
        HiddenCharacter(c) => (
            &codes::HIDDEN_CHARACTER,
            Message::new(
                format!(
                    "hier staat het onzichtbare teken U+{:04X}, dat de leesrichting verandert: haal het weg",
                    *c as u32
                ),
                format!(
                    "here is the hidden character U+{:04X}, which changes the reading direction: remove it",
                    *c as u32
                ),
            ),
            Some(String::new()),
        ),
        LookAlike(plain) => look_alike(plain.as_deref()),
        TooDeep => plain(
            &codes::TOO_DEEP,
            "dit is te diep genest: deel het op",
            "this is nested too deeply: split it up",
        ),
    }
}

fn stray(c: char) -> (&'static Code, Message, Option<String>) {
    let shown =
        if c.is_control() || c.is_whitespace() { format!("U+{:04X}", c as u32) } else { c.to_string() };
    let message = Message::new(
        format!(
            "het teken `{shown}` heeft hier geen betekenis: haal het weg, of zet de tekst tussen aanhalingstekens"
        ),
        format!("the character `{shown}` means nothing here: remove it, or put the text in quotes"),
    );
    (&codes::SYNTAX, message, None)
}

fn look_alike(plain: Option<&str>) -> (&'static Code, Message, Option<String>) {
    let (nl, en) = match plain {
        Some(plain) => (format!("schrijf `{plain}`"), format!("write `{plain}`")),
        None => ("schrijf het in één schrift".to_string(), "write it in one script".to_string()),
    };
    let message = Message::new(
        format!("dit woord mengt letters uit verschillende schriften die op elkaar lijken: {nl}"),
        format!("this word mixes letters of different scripts that look alike: {en}"),
    );
    (&codes::LOOK_ALIKE, message, plain.map(str::to_string))
}
