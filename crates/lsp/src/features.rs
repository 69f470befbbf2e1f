//! Which function of `policy-ide` answers what, for the two sorts of documents.

use policy_core::diag::Message;
use policy_core::lang::Lang;
use policy_db::queries;
use policy_ide::{declaration, policy};
use tower_lsp::lsp_types::*;

use crate::convert;
use crate::view::View;

/// The command that says how everything stands.
pub const EVALUATE: &str = "policy.evaluate";
/// The command that writes a policy in the other language.
pub const TRANSLATE: &str = "policy.translate";

/// What stands at a place.
pub fn hover(view: &View, at: Position) -> Option<Hover> {
    let (offset, lang) = (view.ruler().byte(at), view.show.lang);
    let hover = if view.is_declaration() {
        declaration::hover(&view.db, view.file, offset, lang)
    } else {
        let tallies = view.shared.tallies().or_else(|| view.shared.settled(&view.db));
        policy::hover_with(&view.db, view.file, offset, lang, tallies.as_deref())
    };
    hover.map(|hover| convert::hover(view, hover))
}

/// What can be written at a place.
pub fn completion(view: &View, at: Position) -> Vec<CompletionItem> {
    let (offset, lang) = (view.ruler().byte(at), view.show.lang);
    let found = if view.is_declaration() {
        declaration::completions(&view.db, view.file, offset, lang)
    } else if view.is_policy() {
        policy::completions(&view.db, view.file, offset, lang)
    } else {
        Vec::new()
    };
    found.into_iter().map(|item| convert::completion(view, item)).collect()
}

/// Where what stands at a place is defined.
pub fn definition(view: &View, at: Position) -> Vec<LocationLink> {
    let offset = view.ruler().byte(at);
    let targets = if view.is_declaration() {
        declaration::definition(&view.db, view.file, offset)
    } else {
        policy::definition(&view.db, view.file, offset)
    };
    targets.iter().map(|target| convert::target(view, target)).collect()
}

/// Every place of what stands at a place.
pub fn references(view: &View, at: Position, defined: bool) -> Vec<Location> {
    if !view.is_policy() {
        return Vec::new();
    }
    let places = policy::references(&view.db, view.file, view.ruler().byte(at), defined);
    places.into_iter().map(|place| convert::location(view, place)).collect()
}

/// The same thing elsewhere in the document.
pub fn highlights(view: &View, at: Position) -> Vec<DocumentHighlight> {
    if !view.is_policy() {
        return Vec::new();
    }
    let found = policy::highlights(&view.db, view.file, view.ruler().byte(at));
    found.into_iter().map(|highlight| convert::highlight(view, highlight)).collect()
}

/// What has a name in the document.
pub fn symbols(view: &View) -> Vec<DocumentSymbol> {
    let lang = view.show.lang;
    let found = if view.is_declaration() {
        declaration::symbols(&view.db, view.file, lang)
    } else if view.is_policy() {
        policy::document_symbols(&view.db, view.file, lang)
    } else {
        Vec::new()
    };
    found.into_iter().map(|symbol| convert::symbol(view, symbol)).collect()
}

/// What has a name in the policies of a folder.
pub fn workspace_symbols(view: &View, search: &str) -> Vec<SymbolInformation> {
    let found = policy::workspace_symbols(&view.db, search, view.show.lang);
    found.into_iter().map(|symbol| convert::found_symbol(view, symbol)).collect()
}

/// Changes that are offered at a place.
pub fn actions(view: &View, params: &CodeActionParams) -> Vec<CodeAction> {
    let (span, lang) = (view.ruler().span(params.range), view.show.lang);
    let fixes = if view.is_declaration() {
        declaration::fixes(&view.db, view.file, span, lang)
    } else if view.is_policy() {
        let found = policy_diagnostics(view);
        policy::fixes(&view.db, view.file, span, lang, &found)
    } else {
        Vec::new()
    };
    let shown = &params.context.diagnostics;
    let actions = fixes.iter().map(|fix| {
        let mut action = convert::fix(view, fix, shown);
        // A field that several findings miss answers all of them.
        if fix.settles.is_empty() && fix.kind == policy_ide::FixKind::Quick && !shown.is_empty() {
            action.diagnostics = Some(shown.clone());
        }
        action
    });
    let wanted = |action: &CodeAction| match (&params.context.only, &action.kind) {
        (Some(only), Some(kind)) => only.iter().any(|only| {
            kind == only
                || kind.as_str().starts_with(&format!("{}.", only.as_str()))
                || only.as_str().is_empty()
        }),
        _ => true,
    };
    actions.filter(wanted).collect()
}

fn policy_diagnostics(view: &View) -> Vec<policy_core::diag::Diagnostic> {
    let (db, project) = (&view.db, view.db.project());
    let mut found = queries::policy_diagnostics(db, project);
    found.extend(queries::lints(db, project));
    let id = view.file.id(db);
    found.retain(|diagnostic| diagnostic.file == id);
    found
}

/// Lines above lines.
pub fn lenses(view: &View) -> Vec<CodeLens> {
    let lang = view.show.lang;
    let found = if view.is_declaration() {
        declaration::lenses(&view.db, view.file, lang)
    } else if view.is_policy() {
        // A client that is told when they are others gets those of a moment ago at once.
        let known = view.shared.tallies().filter(|_| view.can.refresh_lenses);
        match known.or_else(|| view.shared.settled(&view.db)) {
            Some(tallies) => policy::lenses_with(&view.db, view.file, lang, &tallies),
            None => policy::lenses(&view.db, view.file, lang),
        }
    } else {
        Vec::new()
    };
    found.into_iter().map(|lens| convert::lens(view, lens)).collect()
}

/// The document, laid out; a part of it, if one is given.
pub fn formatting(view: &View, range: Option<Range>) -> Option<Vec<TextEdit>> {
    if !view.is_policy() {
        return None;
    }
    let edits = match range {
        Some(range) => policy::range_formatting(&view.db, view.file, view.ruler().span(range)),
        None => policy::formatting(&view.db, view.file),
    };
    Some(convert::edits(view, &edits))
}

/// Whether what stands at a place can be renamed, and which words that are.
pub fn prepare_rename(view: &View, at: Position) -> Result<Option<Range>, Message> {
    if !view.is_policy() {
        return Ok(None);
    }
    let span = policy::prepare_rename(&view.db, view.file, view.ruler().byte(at))?;
    Ok(Some(view.ruler().range(span)))
}

/// Another name for what stands at a place, everywhere.
pub fn rename(view: &View, at: Position, new: &str) -> Result<Option<WorkspaceEdit>, Message> {
    if !view.is_policy() {
        return Ok(None);
    }
    let edit = policy::rename(&view.db, view.file, view.ruler().byte(at), new)?;
    Ok(Some(convert::workspace_edit(view, &edit)))
}

/// Words that lead to pages.
pub fn links(view: &View) -> Vec<DocumentLink> {
    if !view.is_policy() {
        return Vec::new();
    }
    let found = policy::document_links(&view.db, view.file, view.show.lang);
    found.into_iter().filter_map(|link| convert::link(view, link)).collect()
}

/// What can be folded.
pub fn foldings(view: &View) -> Vec<FoldingRange> {
    let found = if view.is_declaration() {
        declaration::folding_ranges(&view.db, view.file)
    } else if view.is_policy() {
        policy::folding_ranges(&view.db, view.file)
    } else {
        Vec::new()
    };
    let foldings = found.into_iter().map(|folding| convert::folding(view, folding));
    foldings.filter(|folding| folding.end_line > folding.start_line).collect()
}

/// The ranges around places.
pub fn selections(view: &View, places: &[Position]) -> Vec<SelectionRange> {
    let offsets: Vec<u32> = places.iter().map(|at| view.ruler().byte(*at)).collect();
    let found = if view.is_declaration() {
        declaration::selection_ranges(&view.db, view.file, &offsets)
    } else {
        policy::selection_ranges(&view.db, view.file, &offsets)
    };
    found.iter().map(|spans| convert::selection(view, spans)).collect()
}

/// Coloured words; those of a part, if one is given.
pub fn tokens(view: &View, range: Option<Range>) -> Vec<SemanticToken> {
    if !view.is_policy() {
        return Vec::new();
    }
    let found = match range {
        Some(range) => policy::semantic_tokens_in(&view.db, view.file, view.ruler().span(range)),
        None => policy::semantic_tokens(&view.db, view.file),
    };
    convert::tokens(view, &found)
}

/// Remarks between words.
pub fn hints(view: &View, range: Range) -> Vec<InlayHint> {
    if !view.is_policy() {
        return Vec::new();
    }
    let found = policy::inlay_hints(&view.db, view.file, view.ruler().span(range), view.show.lang);
    found.into_iter().map(|hint| convert::hint(view, hint)).collect()
}

/// The document in another language, as an edit; what stands in its way, if something does.
pub fn translated(view: &View, to: Lang) -> Result<WorkspaceEdit, Message> {
    let (edits, found) = policy::translated(&view.db, view.file, to);
    if let Some(first) = found.into_iter().next().filter(|_| edits.is_empty()) {
        return Err(first.message);
    }
    let edit = policy_ide::WorkspaceEdit { files: vec![(view.file, edits)] };
    Ok(convert::workspace_edit(view, &edit))
}
