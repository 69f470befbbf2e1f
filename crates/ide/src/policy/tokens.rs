//! Colours by meaning.

use policy_core::marks::{How, Is, Mark, Name, Thing};
use policy_core::words::{Class, Meaning, keyword};
use policy_db::{Database, SourceFile, queries};
use policy_syntax::Span;

use super::view::View;
use crate::{Modifiers, SemanticToken, TokenKind};

/// Every coloured word of a file, in order; none goes over the end of a line.
pub fn semantic_tokens(db: &Database, file: SourceFile) -> Vec<SemanticToken> {
    let view = View::new(db, file);
    tokens(&view, Span::new(0, view.text.len()))
}

/// The coloured words that a range touches.
pub fn semantic_tokens_in(db: &Database, file: SourceFile, range: Span) -> Vec<SemanticToken> {
    tokens(&View::new(db, file), range)
}

fn tokens(view: &View<'_>, range: Span) -> Vec<SemanticToken> {
    let touches = |span: &Span| span.start < range.end && range.start < span.end;
    let marks = view.marks().iter().filter(|mark| touches(&mark.span));
    let mut found: Vec<SemanticToken> = marks.filter_map(|mark| coloured(view, mark)).collect();
    let comments = view.tree.comments.iter().filter(|span| touches(span));
    found.extend(comments.map(|span| SemanticToken {
        span: *span,
        kind: TokenKind::Comment,
        modifiers: Modifiers::default(),
    }));
    found.sort_by_key(|token| token.span);
    found.into_iter().flat_map(|token| by_line(view.text, token)).collect()
}

fn coloured(view: &View<'_>, mark: &Mark) -> Option<SemanticToken> {
    let kind = match &mark.is {
        Is::Item(_) | Is::Keyword(_) => TokenKind::Keyword,
        Is::Function(word) => match keyword(*word).class {
            Class::Norm | Class::Qualifier | Class::Preposition | Class::Article => TokenKind::Keyword,
            Class::Connective | Class::Comparison => TokenKind::Operator,
            Class::Unit => TokenKind::Number,
        },
        Is::Name(name) => return Some(named(view, mark.span, name)),
        // What stands in a block has a language of its own, which the grammar of the editor colours.
        Is::Text if mark.span.of(view.text).starts_with("\"\"\"") => return None,
        Is::Text | Is::Literal => TokenKind::String,
        Is::Number | Is::Code => TokenKind::Number,
        Is::Sign => return None,
    };
    Some(SemanticToken { span: mark.span, kind, modifiers: Modifiers::default() })
}

fn named(view: &View<'_>, span: Span, name: &Name) -> SemanticToken {
    let kind = match &name.thing {
        Thing::Rule(_) => TokenKind::Rule,
        Thing::Pack(_) => TokenKind::Pack,
        Thing::Of(meaning) => match meaning {
            Meaning::Record(_) => TokenKind::Record,
            Meaning::Field(..) => TokenKind::Field,
            Meaning::Term(_) | Meaning::Compound(..) => TokenKind::Term,
            Meaning::Set(_) => TokenKind::Set,
            Meaning::Event(_) => TokenKind::Event,
            Meaning::Setting(_) => TokenKind::Setting,
            Meaning::Define(_) => TokenKind::Define,
            Meaning::Kind(_) => TokenKind::Kind,
        },
    };
    let mut modifiers = Modifiers::default();
    if matches!(name.how, How::Defines | How::Spells(_)) {
        modifiers = modifiers.with(Modifiers::DEFINITION);
    }
    if let Thing::Of(meaning) = &name.thing {
        let origin = policy_core::marks::origin(view.schema, *meaning);
        let file = view.db.file(origin.file);
        if file.is_none_or(|file| queries::is_standard(view.db, file)) {
            modifiers = modifiers.with(Modifiers::STANDARD);
        }
    }
    SemanticToken { span, kind, modifiers }
}

/// A token for each line that it covers.
fn by_line(text: &str, token: SemanticToken) -> Vec<SemanticToken> {
    let mut start = token.span.start;
    let mut parts = Vec::new();
    for line in token.span.of(text).split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len() as u32;
        if end > start {
            parts.push(SemanticToken { span: Span { start, end }, ..token });
        }
        start += line.len() as u32;
    }
    parts
}
