//! One function per message of the protocol. Each leaves an errand at the desk before it first waits, so that errands
//! lie there in the order of the wire.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use policy_db::salsa::{CancellationToken, Cancelled, Database as _};
use serde_json::Value;
use tokio::sync::{mpsc::UnboundedReceiver, oneshot};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::lsp_types::*;
use tower_lsp::{Client, LanguageServer};

use crate::Options;
use crate::board::Board;
use crate::capabilities;
use crate::client::{Can, Notice, Notices, pass_on};
use crate::desk::Desk;
use crate::outbox::Outbox;
use crate::pull;
use crate::requests::{self, DocumentParams, Status};
use crate::settings::{SECTION, Settings};
use crate::view::View;
use crate::workspace::Workspace;

/// The handlers, and what they share.
pub struct Handlers {
    client: Client,
    desk: Desk,
    board: Arc<Board>,
    outbox: Arc<Outbox>,
    can: OnceLock<Can>,
    notices: std::sync::Mutex<Option<UnboundedReceiver<Notice>>>,
}

/// Stops a read that nobody waits for any more.
struct Waiting(Option<CancellationToken>);

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(token) = self.0.take() {
            token.cancel();
        }
    }
}

impl Handlers {
    /// Handlers that speak to `client`.
    pub fn new(client: Client, outbox: Arc<Outbox>, options: Options) -> Self {
        let board = Arc::new(Board::new(outbox.clone()));
        let (notices, receiver) = Notices::new();
        let (shown, left) = (board.clone(), notices.clone());
        let desk = Desk::start(|desk| Workspace::new(options, shown, left, desk));
        let notices = std::sync::Mutex::new(Some(receiver));
        Handlers { client, desk, board, outbox, can: OnceLock::new(), notices }
    }

    fn can(&self) -> Can {
        self.can.get().copied().unwrap_or_default()
    }

    /// Asks something about a document. A read that an edit elsewhere stopped is done again; if the document itself
    /// changed, the answer would be about a text that is gone.
    async fn read<T: Send + 'static>(
        &self,
        document: Url,
        work: impl Fn(&View) -> T + Send + Sync + 'static,
    ) -> Result<Option<T>> {
        let work = Arc::new(work);
        let mut version = None;
        loop {
            let (reply, view) = oneshot::channel();
            let url = document.clone();
            self.desk.ask(move |workspace| {
                let _ = reply.send(workspace.view(&url));
            });
            let Ok(Some(view)) = view.await else { return Ok(None) };
            if version.is_some_and(|version| version != view.version) {
                return Err(Error {
                    code: ErrorCode::ContentModified,
                    message: "the text changed".into(),
                    data: None,
                });
            }
            version = Some(view.version);
            let mut waiting = Waiting(Some(view.db.cancellation_token()));
            let work = work.clone();
            let done =
                tokio::task::spawn_blocking(move || Cancelled::catch(AssertUnwindSafe(|| work(&view))));
            let done = done.await;
            waiting.0 = None;
            match done {
                Ok(Ok(answer)) => return Ok(Some(answer)),
                Ok(Err(_)) => {}
                Err(_) => return Err(Error::internal_error()),
            }
        }
    }

    /// Asks the workspace something.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Workspace) -> T + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.desk.ask(move |workspace| {
            let _ = reply.send(work(workspace));
        });
        answer.await.map_err(|_| Error::internal_error())
    }

    /// `policy/document`: the text of a document that is part of the server, such as a file of a standard pack.
    pub async fn document(&self, params: DocumentParams) -> Result<Option<requests::Document>> {
        self.ask(move |workspace| requests::document(workspace, &params.uri)).await
    }

    /// `policy/status`: what is evaluated, and how it stands.
    pub async fn status(&self, params: requests::StatusParams) -> Result<Status> {
        let views = self.ask(move |workspace| requests::views(workspace, params.uri.as_ref())).await?;
        let status = tokio::task::spawn_blocking(move || {
            Cancelled::catch(AssertUnwindSafe(|| requests::status(&views)))
        });
        match status.await {
            Ok(Ok(status)) => Ok(status),
            Ok(Err(_)) => Err(Error {
                code: ErrorCode::ContentModified,
                message: "the text changed".into(),
                data: None,
            }),
            Err(_) => Err(Error::internal_error()),
        }
    }

    /// Asks the client what is set, for each folder.
    async fn fetch_settings(&self) {
        let (reply, roots) = oneshot::channel();
        self.desk.send(move |workspace| {
            let _ = reply.send(workspace.roots());
        });
        let roots = roots.await.unwrap_or_default();
        let item = |scope: &Url| ConfigurationItem {
            scope_uri: Some(scope.clone()),
            section: Some(SECTION.to_owned()),
        };
        let items: Vec<_> = roots.iter().map(item).collect();
        let answer = if self.can().configuration && !items.is_empty() {
            self.client.configuration(items).await.ok()
        } else {
            None
        };
        let settings = answer.unwrap_or_default().iter().map(Settings::read).collect();
        self.desk.send(move |workspace| workspace.configure(settings));
    }

    async fn register(&self) {
        let mut wanted = Vec::new();
        if self.can().watches {
            wanted.push(capabilities::watchers());
        }
        if self.can().tells_settings {
            wanted.push(Registration {
                id: "settings".to_owned(),
                method: "workspace/didChangeConfiguration".to_owned(),
                register_options: Some(serde_json::json!({ "section": SECTION })),
            });
        }
        if !wanted.is_empty() {
            // A client that refuses does without.
            let _ = self.client.register_capability(wanted).await;
        }
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Handlers {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let can = Can::read(&params.capabilities);
        let can = *self.can.get_or_init(|| can);
        let settings = params.initialization_options.as_ref().map(Settings::read).unwrap_or_default();
        #[allow(deprecated)]
        let root = params.root_uri;
        let roots = params.workspace_folders.unwrap_or_else(|| {
            root.into_iter().map(|uri| WorkspaceFolder { name: uri.path().to_owned(), uri }).collect()
        });
        self.desk.send(move |workspace| workspace.greet(can, roots, settings));
        let receiver = self.notices.lock().ok().and_then(|mut notices| notices.take());
        if let Some(receiver) = receiver {
            tokio::spawn(pass_on(self.client.clone(), can, self.outbox.clone(), receiver));
        }
        Ok(capabilities::answer(can))
    }

    async fn initialized(&self, _: InitializedParams) {
        self.fetch_settings().await;
        self.register().await;
    }

    async fn shutdown(&self) -> Result<()> {
        self.desk.send(Workspace::end);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.desk.send(move |workspace| workspace.opened(params.text_document));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        self.desk.send(move |workspace| workspace.changed(&uri, version, params.content_changes));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.desk.send(move |workspace| workspace.closed(&params.text_document.uri));
    }

    async fn did_save(&self, _: DidSaveTextDocumentParams) {}

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.desk.send(move |workspace| workspace.watched(&params.changes));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        if self.can().configuration {
            return self.fetch_settings().await;
        }
        let settings = Settings::read(params.settings.get(SECTION).unwrap_or(&Value::Null));
        self.desk.send(move |workspace| workspace.set_standard(settings));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let WorkspaceFoldersChangeEvent { added, removed } = params.event;
        self.desk.send(move |workspace| workspace.change_roots(added, &removed));
        if self.can().configuration {
            self.fetch_settings().await;
        }
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let url = params.text_document.uri;
        let asked = url.clone();
        let known = self.ask(move |workspace| workspace.find(&asked).is_some()).await?;
        if !known {
            self.board.clear(&url);
        }
        Ok(pull::document(&self.board, &url, params.previous_result_id.as_deref()).await)
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        Ok(pull::workspace(self.board.clone(), self.outbox.clone(), params).await)
    }
}
