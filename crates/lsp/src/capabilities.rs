//! What the server answers to `initialize`: all that it can do.

use serde_json::json;
use tower_lsp::lsp_types::*;

use crate::client::Can;

/// The answer to a client that can do this.
pub fn answer(can: Can) -> InitializeResult {
    let info = ServerInfo { name: "policy".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    InitializeResult { capabilities: capabilities(can), server_info: Some(info) }
}

fn capabilities(can: Can) -> ServerCapabilities {
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(OneOf::Left(true)),
    };
    ServerCapabilities {
        position_encoding: Some(can.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            ..TextDocumentSyncOptions::default()
        })),
        diagnostic_provider: can.pulls.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("policy".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}

/// What the client is asked to watch: all that can take part in an evaluation.
pub fn watchers() -> Registration {
    let globs =
        ["**/*.policy", "**/*.declaration.{yaml,yml,json}", "**/*.profile.{yaml,yml,json}", "**/policy.toml"];
    let watchers: Vec<_> = globs.iter().map(|glob| json!({ "globPattern": glob })).collect();
    Registration {
        id: "files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": watchers })),
    }
}
