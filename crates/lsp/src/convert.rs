//! From the plain types of `policy-ide` to those of the protocol.

use policy_ide as ide;
use policy_syntax::Span;
use serde_json::json;
use tower_lsp::lsp_types::*;

use crate::view::View;

/// The command that shows what a rule comes to.
pub const SHOW_RESULTS: &str = "policy.showResults";
/// The command that shows questions.
pub const SHOW_QUESTIONS: &str = "policy.showQuestions";

fn range(view: &View, span: Span) -> Range {
    view.ruler().range(span)
}

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

/// A hover.
pub fn hover(view: &View, hover: ide::Hover) -> Hover {
    Hover { contents: HoverContents::Markup(markdown(hover.markdown)), range: Some(range(view, hover.span)) }
}

/// A place.
pub fn location(view: &View, place: ide::Place) -> Location {
    Location { uri: view.url(place.file), range: view.ruler_of(place.file).range(place.span) }
}

/// Where a definition leads.
pub fn target(view: &View, target: &ide::Target) -> LocationLink {
    let ruler = view.ruler_of(target.file);
    LocationLink {
        origin_selection_range: Some(range(view, target.from)),
        target_uri: view.url(target.file),
        target_range: ruler.range(target.full),
        target_selection_range: ruler.range(target.name),
    }
}

/// A proposal.
pub fn completion(view: &View, item: ide::Completion) -> CompletionItem {
    use ide::CompletionKind as Kind;
    let kind = match item.kind {
        Kind::Keyword => CompletionItemKind::KEYWORD,
        Kind::Operator => CompletionItemKind::OPERATOR,
        Kind::Record => CompletionItemKind::CLASS,
        Kind::Field => CompletionItemKind::FIELD,
        Kind::Term => CompletionItemKind::ENUM_MEMBER,
        Kind::Set => CompletionItemKind::ENUM,
        Kind::Event => CompletionItemKind::EVENT,
        Kind::Setting => CompletionItemKind::CONSTANT,
        Kind::Define => CompletionItemKind::VARIABLE,
        Kind::Kind => CompletionItemKind::INTERFACE,
        Kind::Rule => CompletionItemKind::FUNCTION,
        Kind::Pack => CompletionItemKind::MODULE,
        Kind::Value => CompletionItemKind::VALUE,
        Kind::Snippet => CompletionItemKind::SNIPPET,
    };
    let (new_text, format) = match item.insert {
        ide::Insert::Text(text) => (text, InsertTextFormat::PLAIN_TEXT),
        ide::Insert::Snippet(text) if view.can.snippets => (text, InsertTextFormat::SNIPPET),
        ide::Insert::Snippet(text) => (without_places(&text), InsertTextFormat::PLAIN_TEXT),
    };
    CompletionItem {
        label: item.label,
        kind: Some(kind),
        detail: item.detail,
        documentation: item.documentation.map(|text| Documentation::MarkupContent(markdown(text))),
        sort_text: Some(item.sort),
        insert_text_format: Some(format),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit { range: range(view, item.replace), new_text })),
        ..CompletionItem::default()
    }
}

/// A snippet for a client that knows none: `${1:text}` becomes `text`, `$1` nothing.
fn without_places(snippet: &str) -> String {
    let (mut out, mut chars) = (String::new(), snippet.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '$' if chars.peek() == Some(&'{') => {
                chars.next();
                while chars.next_if(char::is_ascii_digit).is_some() {}
                chars.next_if_eq(&':');
            }
            '$' => while chars.next_if(char::is_ascii_digit).is_some() {},
            '}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Edits of the document itself.
pub fn edits(view: &View, edits: &[ide::TextEdit]) -> Vec<TextEdit> {
    edits.iter().map(|edit| TextEdit { range: range(view, edit.span), new_text: edit.new.clone() }).collect()
}

/// Edits of any documents; of open ones only in the version that they were made for.
pub fn workspace_edit(view: &View, edit: &ide::WorkspaceEdit) -> WorkspaceEdit {
    let files = edit.files.iter().map(|(file, edits)| {
        let ruler = view.ruler_of(*file);
        let edits =
            edits.iter().map(|edit| TextEdit { range: ruler.range(edit.span), new_text: edit.new.clone() });
        let (uri, version) = view.addresses.at(&view.db, *file);
        (uri, version, edits.collect::<Vec<_>>())
    });
    if !view.can.document_changes {
        return WorkspaceEdit::new(files.map(|(uri, _, edits)| (uri, edits)).collect());
    }
    let edits = files.map(|(uri, version, edits)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    });
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(edits.collect())),
        ..WorkspaceEdit::default()
    }
}

/// A change that is offered; `shown` are the diagnostics that the client says are there.
pub fn fix(view: &View, fix: &ide::Fix, shown: &[Diagnostic]) -> CodeAction {
    let kind = match fix.kind {
        ide::FixKind::Quick => CodeActionKind::QUICKFIX,
        ide::FixKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        ide::FixKind::Add => CodeActionKind::REFACTOR,
    };
    let settles = |shown: &&Diagnostic| {
        fix.settles.iter().any(|settled| {
            let code = NumberOrString::String(settled.code.to_owned());
            shown.code == Some(code) && shown.range == range(view, settled.span)
        })
    };
    let settled: Vec<_> = shown.iter().filter(settles).cloned().collect();
    CodeAction {
        title: fix.title.clone(),
        kind: Some(kind),
        diagnostics: (!settled.is_empty()).then_some(settled),
        edit: Some(workspace_edit(view, &fix.edit)),
        is_preferred: fix.preferred.then_some(true),
        ..CodeAction::default()
    }
}

fn symbol_kind(kind: ide::SymbolKind) -> SymbolKind {
    use ide::SymbolKind as Kind;
    match kind {
        Kind::Pack => SymbolKind::PACKAGE,
        Kind::Rule => SymbolKind::FUNCTION,
        Kind::Record => SymbolKind::CLASS,
        Kind::Field => SymbolKind::FIELD,
        Kind::Kind => SymbolKind::INTERFACE,
        Kind::Term => SymbolKind::ENUM_MEMBER,
        Kind::Set => SymbolKind::ENUM,
        Kind::Event => SymbolKind::EVENT,
        Kind::Define => SymbolKind::VARIABLE,
        Kind::Setting => SymbolKind::CONSTANT,
        Kind::Question => SymbolKind::STRING,
        Kind::Test => SymbolKind::METHOD,
        Kind::Waiver => SymbolKind::KEY,
        Kind::List => SymbolKind::ARRAY,
        Kind::Thing => SymbolKind::OBJECT,
    }
}

/// Something that has a name in the document.
pub fn symbol(view: &View, symbol: ide::Symbol) -> DocumentSymbol {
    let children: Vec<_> = symbol.children.into_iter().map(|child| self::symbol(view, child)).collect();
    #[allow(deprecated)]
    DocumentSymbol {
        name: if symbol.name.trim().is_empty() { "?".to_owned() } else { symbol.name },
        detail: symbol.detail,
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: range(view, symbol.span.to(symbol.name_span)),
        selection_range: range(view, symbol.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

/// A symbol that a search found.
pub fn found_symbol(view: &View, found: ide::FoundSymbol) -> SymbolInformation {
    #[allow(deprecated)]
    SymbolInformation {
        name: found.name,
        kind: symbol_kind(found.kind),
        tags: None,
        deprecated: None,
        location: location(view, found.place),
        container_name: found.container,
    }
}

/// Coloured words, each told from where the one before it begins.
pub fn tokens(view: &View, tokens: &[ide::SemanticToken]) -> Vec<SemanticToken> {
    let mut sorted: Vec<_> = tokens.iter().filter(|token| token.span.end > token.span.start).collect();
    sorted.sort_by_key(|token| token.span.start);
    let (mut line, mut start) = (0, 0);
    let told = sorted.into_iter().map(|token| {
        let Range { start: from, end } = range(view, token.span);
        let delta_line = from.line - line;
        let delta_start = if delta_line == 0 { from.character - start } else { from.character };
        (line, start) = (from.line, from.character);
        SemanticToken {
            delta_line,
            delta_start,
            length: end.character.saturating_sub(from.character),
            token_type: ide::TokenKind::ALL.iter().position(|(kind, _)| *kind == token.kind).unwrap_or(0)
                as u32,
            token_modifiers_bitset: token.modifiers.0,
        }
    });
    told.collect()
}

/// The names of what is coloured, in the order of their numbers.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: ide::TokenKind::ALL.iter().map(|(_, name)| SemanticTokenType::new(name)).collect(),
        token_modifiers: ide::Modifiers::NAMES.iter().map(|name| SemanticTokenModifier::new(name)).collect(),
    }
}

/// A remark between words.
pub fn hint(view: &View, hint: ide::InlayHint) -> InlayHint {
    InlayHint {
        position: view.ruler().position(hint.at),
        label: InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: hint.tooltip.map(|text| InlayHintTooltip::MarkupContent(markdown(text))),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

/// A line above a line.
pub fn lens(view: &View, lens: ide::Lens) -> CodeLens {
    let (command, arguments) = match lens.command {
        ide::Command::None => (String::new(), None),
        ide::Command::Results { rule, results } => {
            let results: Vec<_> = results
                .iter()
                .map(|result| {
                    json!({ "uri": view.url(result.declaration), "verdict": result.verdict.word(),
                            "waived": result.waived })
                })
                .collect();
            (SHOW_RESULTS.to_owned(), Some(vec![json!({ "rule": rule, "results": results })]))
        }
        ide::Command::Questions(text) => (SHOW_QUESTIONS.to_owned(), Some(vec![json!({ "text": text })])),
    };
    let command = Command { title: lens.title, command, arguments };
    CodeLens { range: range(view, lens.span), command: Some(command), data: None }
}

/// Lines that fold.
pub fn folding(view: &View, folding: ide::FoldingRange) -> FoldingRange {
    let Range { start, end } = range(view, folding.span);
    FoldingRange {
        start_line: start.line,
        start_character: None,
        end_line: end.line,
        end_character: None,
        kind: Some(match folding.kind {
            ide::FoldingKind::Region => FoldingRangeKind::Region,
            ide::FoldingKind::Comment => FoldingRangeKind::Comment,
        }),
        collapsed_text: None,
    }
}

/// Ranges around a place, the smallest first, each with the next around it.
pub fn selection(view: &View, spans: &[Span]) -> SelectionRange {
    let whole = SelectionRange { range: Range::default(), parent: None };
    let outermost = spans.iter().rev().fold(None, |parent: Option<Box<SelectionRange>>, span| {
        Some(Box::new(SelectionRange { range: range(view, *span), parent }))
    });
    outermost.map_or(whole, |selection| *selection)
}

/// Words that lead to a page.
pub fn link(view: &View, link: ide::DocumentLink) -> Option<DocumentLink> {
    let target = Some(Url::parse(&link.url).ok()?);
    Some(DocumentLink { range: range(view, link.span), target, tooltip: Some(link.tooltip), data: None })
}

/// The same thing elsewhere in the document.
pub fn highlight(view: &View, highlight: ide::Highlight) -> DocumentHighlight {
    let kind = if highlight.definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
    DocumentHighlight { range: range(view, highlight.span), kind: Some(kind) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn snippets_without_places_are_plain_text() {
        let snippet = "\\{ value: ${1:12} months, source: \"$2\" \\}$0";
        assert_eq!(super::without_places(snippet), "{ value: 12 months, source: \"\" }");
    }
}
