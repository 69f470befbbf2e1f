//! One function per message of the protocol. Each leaves an errand at the desk before it first waits, so that errands
//! lie there in the order of the wire.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use policy_core::lang::Lang;
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
use crate::features;
use crate::outbox::Outbox;
use crate::pull;
use crate::requests::{self, DocumentParams, Status};
use crate::settings::{SECTION, Settings};
use crate::sweep::PATIENCE;
use crate::view::View;
use crate::workspace::Workspace;

/// The handlers, and what they share.
pub struct Handlers {
    client: Client,
    desk: Desk,
    board: Arc<Board>,
    outbox: Arc<Outbox>,
    can: OnceLock<Can>,
    /// How often the client has been asked what is set.
    fetches: AtomicU64,
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

/// The text that was asked about is gone.
fn modified() -> Error {
    Error { code: ErrorCode::ContentModified, message: "the text changed".into(), data: None }
}

/// Why something that was asked for is not done, in words for the user.
fn refused(words: String) -> Error {
    Error { code: ErrorCode::ServerError(-32803), message: words.into(), data: None }
}

impl Handlers {
    /// Handlers that speak to `client`.
    pub fn new(client: Client, outbox: Arc<Outbox>, options: Options) -> Self {
        let board = Arc::new(Board::new(outbox.clone()));
        let (notices, receiver) = Notices::new();
        let (shown, left) = (board.clone(), notices.clone());
        let desk = Desk::start(|desk| Workspace::new(options, shown, left, desk));
        let notices = std::sync::Mutex::new(Some(receiver));
        let fetches = AtomicU64::default();
        Handlers { client, desk, board, outbox, can: OnceLock::new(), fetches, notices }
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
            self.desk.send(move |workspace| {
                let meant = version.unwrap_or_else(|| workspace.version(&url));
                workspace.when_loaded(Box::new(move |workspace| {
                    let same = workspace.version(&url) == meant;
                    let _ = reply.send((meant, same.then(|| workspace.view(&url))));
                }));
            });
            let (meant, view) = match view.await {
                Ok((meant, Some(Some(view)))) => (meant, view),
                Ok((_, Some(None))) | Err(_) => return Ok(None),
                Ok((_, None)) => return Err(modified()),
            };
            version = Some(meant);
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

    /// What a status is made from, once no pass over it is under way: that works it out anyway. No texts are in hand
    /// while it waits: an edit of one folder must not wait for the pass over another.
    async fn settled(&self, url: Option<Url>) -> Result<Vec<View>> {
        let begun = Instant::now();
        loop {
            let url = url.clone();
            let views = self.ask(move |workspace| requests::views(workspace, url.as_ref())).await?;
            let moving = views.iter().map(|view| view.shared.clone()).find(|shared| shared.moves());
            let Some(moving) = moving.filter(|_| begun.elapsed() < PATIENCE) else { return Ok(views) };
            drop(views);
            moving.rest().await;
        }
    }

    /// `policy/status`: what is evaluated, and how it stands.
    pub async fn status(&self, params: requests::StatusParams) -> Result<Status> {
        let views = self.settled(params.uri).await?;
        let status = tokio::task::spawn_blocking(move || {
            Cancelled::catch(AssertUnwindSafe(|| requests::status(&views)))
        });
        match status.await {
            Ok(Ok(status)) => Ok(status),
            Ok(Err(_)) => Err(modified()),
            Err(_) => Err(Error::internal_error()),
        }
    }

    /// Asks something about every folder.
    async fn read_all<T: Send + 'static>(
        &self,
        work: impl Fn(&View) -> T + Send + Sync + 'static,
    ) -> Result<Vec<T>> {
        let views = self.ask(|workspace| requests::views(workspace, None)).await?;
        let urls: Vec<Url> = views.iter().map(|view| view.url(view.file)).collect();
        drop(views);
        let work = Arc::new(work);
        let mut found = Vec::new();
        for url in urls {
            let work = work.clone();
            found.extend(self.read(url, move |view| work(view)).await?);
        }
        Ok(found)
    }

    /// `policy.translate`: writes a policy in another language, through an edit that the client makes.
    async fn translate(&self, params: Value) -> Result<Option<Value>> {
        let wanted: requests::Translate =
            serde_json::from_value(params).map_err(|error| Error::invalid_params(error.to_string()))?;
        let to = Lang::from_code(&wanted.language)
            .ok_or_else(|| Error::invalid_params("`language` must be `nl` or `en`"))?;
        let edit = self.read(wanted.uri, move |view| {
            features::translated(view, to).map_err(|words| words.get(view.show.lang).to_owned())
        });
        let Some(edit) = edit.await?.transpose().map_err(refused)? else { return Ok(None) };
        let applied = self.client.apply_edit(edit).await?;
        Ok(Some(Value::Bool(applied.applied)))
    }

    /// Asks the client what is set, for each folder. An answer counts only if nothing was asked after it: clients may
    /// answer in any order.
    async fn fetch_settings(&self) {
        let fetch = self.fetches.fetch_add(1, Ordering::Relaxed) + 1;
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
        if self.fetches.load(Ordering::Relaxed) == fetch {
            self.desk.send(move |workspace| workspace.configure(settings));
        }
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

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        Ok(self.read(text_document.uri, move |view| features::hover(view, position)).await?.flatten())
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let items = self.read(text_document.uri, move |view| features::completion(view, position)).await?;
        Ok(items.map(|items| CompletionResponse::List(CompletionList { is_incomplete: false, items })))
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let links = self.read(text_document.uri, move |view| features::definition(view, position)).await?;
        let linked = self.can().links;
        Ok(links.map(|links| match linked {
            true => GotoDefinitionResponse::Link(links),
            false => {
                let place = |link: LocationLink| Location::new(link.target_uri, link.target_selection_range);
                GotoDefinitionResponse::Array(links.into_iter().map(place).collect())
            }
        }))
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let defined = params.context.include_declaration;
        self.read(text_document.uri, move |view| features::references(view, position, defined)).await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.read(text_document.uri, move |view| features::highlights(view, position)).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let symbols = self.read(params.text_document.uri, features::symbols).await?;
        Ok(symbols.map(DocumentSymbolResponse::Nested))
    }

    async fn symbol(&self, params: WorkspaceSymbolParams) -> Result<Option<Vec<SymbolInformation>>> {
        let search = Arc::new(params.query);
        let found = self.read_all(move |view| features::workspace_symbols(view, &search)).await?;
        Ok(Some(found.into_iter().flatten().collect()))
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        if !self.can().code_actions {
            return Ok(None);
        }
        let document = params.text_document.uri.clone();
        let actions = self.read(document, move |view| features::actions(view, &params)).await?;
        Ok(actions.map(|actions| actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        self.read(params.text_document.uri, features::lenses).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        Ok(self.read(params.text_document.uri, |view| features::formatting(view, None)).await?.flatten())
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let range = params.range;
        let edits = self.read(params.text_document.uri, move |view| features::formatting(view, Some(range)));
        Ok(edits.await?.flatten())
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let position = params.position;
        let answer = self.read(params.text_document.uri, move |view| {
            features::prepare_rename(view, position).map_err(|words| words.get(view.show.lang).to_owned())
        });
        let range = answer.await?.transpose().map_err(refused)?.flatten();
        Ok(range.map(PrepareRenameResponse::Range))
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let answer = self.read(text_document.uri, move |view| {
            let edit = features::rename(view, position, &params.new_name);
            edit.map_err(|words| words.get(view.show.lang).to_owned())
        });
        Ok(answer.await?.transpose().map_err(refused)?.flatten())
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.read(params.text_document.uri, features::links).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.read(params.text_document.uri, features::foldings).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        let places = params.positions;
        self.read(params.text_document.uri, move |view| features::selections(view, &places)).await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        let data = self.read(params.text_document.uri, |view| features::tokens(view, None)).await?;
        Ok(data.map(|data| SemanticTokensResult::Tokens(SemanticTokens { result_id: None, data })))
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        let range = params.range;
        let data = self.read(params.text_document.uri, move |view| features::tokens(view, Some(range)));
        let data = data.await?;
        Ok(data.map(|data| SemanticTokensRangeResult::Tokens(SemanticTokens { result_id: None, data })))
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let range = params.range;
        self.read(params.text_document.uri, move |view| features::hints(view, range)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        let first = params.arguments.into_iter().next().unwrap_or(Value::Null);
        match params.command.as_str() {
            features::EVALUATE => {
                let params = serde_json::from_value(first).unwrap_or_default();
                Ok(serde_json::to_value(self.status(params).await?).ok())
            }
            features::TRANSLATE => self.translate(first).await,
            other => Err(Error::invalid_params(format!("unknown command `{other}`"))),
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
