//! Diagnostics for a client that asks for them: of one document, and of the whole workspace as a stream of what
//! changed.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::lsp_types::{
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport, ProgressToken,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Url, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult,
};

use crate::board::{Board, Shown};
use crate::outbox::Outbox;

/// How many documents one part of a streamed report holds.
const PART: usize = 64;

/// The diagnostics of one document, once they are about its text as it is.
pub async fn document(
    board: &Board,
    document: &Url,
    previous: Option<&str>,
) -> DocumentDiagnosticReportResult {
    let mut changes = board.watch();
    let shown = loop {
        if let Some(shown) = board.fresh(document) {
            break shown;
        }
        if board.is_closed() || changes.changed().await.is_err() {
            break Shown::default();
        }
    };
    let name = board.name(shown.id);
    let report = if previous == Some(name.as_str()) {
        let same = UnchangedDocumentDiagnosticReport { result_id: name };
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: same,
        })
    } else {
        let items = serde_json::from_slice(&shown.sheet.json()).unwrap_or_default();
        let full = FullDocumentDiagnosticReport { result_id: Some(name), items };
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: full,
        })
    };
    report.into()
}

/// The diagnostics of all documents that the client does not know yet. With a token they are streamed, and the
/// request stays open for what comes; without one the answer waits until there is something to tell.
pub async fn workspace(
    board: Arc<Board>,
    outbox: Arc<Outbox>,
    params: WorkspaceDiagnosticParams,
) -> WorkspaceDiagnosticReportResult {
    let previous = params.previous_result_ids.into_iter();
    let named = |value: &str| board.named(value).unwrap_or_default();
    let mut known: HashMap<Url, u64> = previous.map(|id| (id.uri, named(&id.value))).collect();
    let mut changes = board.watch();
    loop {
        let news = board.other_than(&known);
        known.extend(news.iter().map(|(url, shown)| (url.clone(), shown.id)));
        match &params.partial_result_params.partial_result_token {
            Some(token) => {
                news.chunks(PART).for_each(|part| outbox.send(streamed(&board, token, part).as_bytes()));
            }
            None if !news.is_empty() => {
                let report = whole(&board, &news);
                return WorkspaceDiagnosticReportResult::Report(report);
            }
            None => {}
        }
        if board.is_closed() || changes.changed().await.is_err() {
            return WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport::default());
        }
    }
}

fn whole(board: &Board, news: &[(Url, Shown)]) -> WorkspaceDiagnosticReport {
    let items = news.iter().filter_map(|(url, shown)| serde_json::from_str(&item(board, url, shown)).ok());
    WorkspaceDiagnosticReport { items: items.collect() }
}

fn streamed(board: &Board, token: &ProgressToken, part: &[(Url, Shown)]) -> String {
    let items: Vec<_> = part.iter().map(|(url, shown)| item(board, url, shown)).collect();
    format!(
        r#"{{"jsonrpc":"2.0","method":"$/progress","params":{{"token":{},"value":{{"items":[{}]}}}}}}"#,
        json!(token),
        items.join(",")
    )
}

fn item(board: &Board, url: &Url, shown: &Shown) -> String {
    let version = shown.version.map_or(Value::Null, Value::from);
    let items = String::from_utf8(shown.sheet.json()).unwrap_or_default();
    format!(
        r#"{{"kind":"full","uri":{},"version":{version},"resultId":"{}","items":{items}}}"#,
        json!(url.as_str()),
        board.name(shown.id)
    )
}
