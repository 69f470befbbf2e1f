//! What the client can do, and what it is asked for: the requests that the server makes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;
use tower_lsp::lsp_types::{
    ClientCapabilities, MessageType, NumberOrString, WorkDoneProgressCreateParams,
    request::WorkDoneProgressCreate,
};

use crate::outbox::Outbox;
use crate::text::Encoding;

/// What the client announced that it can do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Can {
    /// What columns count.
    pub encoding: Encoding,
    /// It asks for diagnostics; else they are sent to it.
    pub pulls: bool,
    /// It asks again for diagnostics when told to.
    pub refresh_diagnostics: bool,
    /// It asks again for lenses when told to.
    pub refresh_lenses: bool,
    /// It asks again for inlay hints when told to.
    pub refresh_hints: bool,
    /// It asks again for semantic tokens when told to.
    pub refresh_tokens: bool,
    /// It shows progress.
    pub progress: bool,
    /// It answers what is configured.
    pub configuration: bool,
    /// It watches files when asked to.
    pub watches: bool,
    /// It tells about changed settings when asked to.
    pub tells_settings: bool,
    /// It fills snippets in.
    pub snippets: bool,
    /// It takes code actions with an edit, not only commands.
    pub code_actions: bool,
    /// It takes edits that name a version.
    pub document_changes: bool,
    /// It takes definitions with the words that lead there.
    pub links: bool,
}

impl Can {
    /// Reads what was announced.
    pub fn read(client: &ClientCapabilities) -> Self {
        let (document, workspace) = (client.text_document.as_ref(), client.workspace.as_ref());
        let offered = client.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let completion = document.and_then(|document| document.completion.as_ref());
        let snippets = completion.and_then(|completion| completion.completion_item.as_ref()?.snippet_support);
        let actions = document.and_then(|document| document.code_action.as_ref());
        let watched = workspace.and_then(|workspace| workspace.did_change_watched_files);
        let refresh = |find: fn(&tower_lsp::lsp_types::WorkspaceClientCapabilities) -> Option<bool>| {
            workspace.and_then(find).unwrap_or_default()
        };
        Can {
            encoding: Encoding::negotiate(offered),
            pulls: document.is_some_and(|document| document.diagnostic.is_some()),
            refresh_diagnostics: refresh(|w| w.diagnostic.as_ref()?.refresh_support),
            refresh_lenses: refresh(|w| w.code_lens.as_ref()?.refresh_support),
            refresh_hints: refresh(|w| w.inlay_hint.as_ref()?.refresh_support),
            refresh_tokens: refresh(|w| w.semantic_tokens.as_ref()?.refresh_support),
            progress: client.window.as_ref().and_then(|window| window.work_done_progress) == Some(true),
            configuration: refresh(|w| w.configuration),
            watches: watched.and_then(|watched| watched.dynamic_registration) == Some(true),
            tells_settings: refresh(|w| w.did_change_configuration.as_ref()?.dynamic_registration),
            snippets: snippets == Some(true),
            code_actions: actions.is_some_and(|actions| actions.code_action_literal_support.is_some()),
            document_changes: refresh(|w| w.workspace_edit.as_ref()?.document_changes),
            links: document
                .and_then(|document| document.definition.as_ref()?.link_support)
                .unwrap_or_default(),
        }
    }
}

/// Something to ask of the client, or to tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// What hangs on rules and declarations has changed: ask again. Whether diagnostics did, too.
    Refresh(bool),
    /// Work that takes a while begins.
    Begin(u64, String),
    /// So many of so many are done.
    Step(u64, usize, usize),
    /// It is over.
    End(u64),
    /// Something for the log.
    Log(String),
}

/// Where notices are left.
#[derive(Debug, Clone)]
pub struct Notices(UnboundedSender<Notice>);

/// Numbers of pieces of work, each its own.
static WORK: AtomicU64 = AtomicU64::new(1);

impl Notices {
    /// A place to leave notices, and where they come out.
    pub fn new() -> (Self, UnboundedReceiver<Notice>) {
        let (sender, receiver) = unbounded_channel();
        (Notices(sender), receiver)
    }

    /// Leaves one.
    pub fn leave(&self, notice: Notice) {
        // After the end nobody reads it.
        let _ = self.0.send(notice);
    }

    /// Begins a piece of work, and gives its number.
    pub fn begin(&self, title: String) -> u64 {
        let number = WORK.fetch_add(1, Ordering::Relaxed);
        self.leave(Notice::Begin(number, title));
        number
    }
}

/// Passes notices on to the client, one after the other.
pub async fn pass_on(client: Client, can: Can, outbox: Arc<Outbox>, mut notices: UnboundedReceiver<Notice>) {
    while let Some(notice) = notices.recv().await {
        match notice {
            Notice::Refresh(diagnostics) => {
                tokio::spawn(refresh(client.clone(), can, diagnostics));
            }
            Notice::Log(text) => client.log_message(MessageType::INFO, text).await,
            Notice::Begin(..) | Notice::Step(..) | Notice::End(_) if !can.progress => {}
            Notice::Begin(number, title) => {
                let token = NumberOrString::String(token(number));
                let create = WorkDoneProgressCreateParams { token };
                if client.send_request::<WorkDoneProgressCreate>(create).await.is_ok() {
                    tell(&outbox, number, &json!({ "kind": "begin", "title": title, "percentage": 0 }));
                }
            }
            Notice::Step(number, done, all) => {
                let percentage = done * 100 / all.max(1);
                let message = format!("{done}/{all}");
                tell(
                    &outbox,
                    number,
                    &json!({ "kind": "report", "message": message, "percentage": percentage }),
                );
            }
            Notice::End(number) => tell(&outbox, number, &json!({ "kind": "end" })),
        }
    }
}

fn token(number: u64) -> String {
    format!("policy/{number}")
}

fn tell(outbox: &Outbox, number: u64, value: &serde_json::Value) {
    let params = json!({ "token": token(number), "value": value });
    let message = json!({ "jsonrpc": "2.0", "method": "$/progress", "params": params });
    outbox.send(message.to_string().as_bytes());
}

async fn refresh(client: Client, can: Can, diagnostics: bool) {
    // A client that cannot, or that is closing, says so; nothing follows from it.
    if can.pulls && can.refresh_diagnostics && diagnostics {
        let _ = client.workspace_diagnostic_refresh().await;
    }
    if can.refresh_lenses {
        let _ = client.code_lens_refresh().await;
    }
    if can.refresh_hints {
        let _ = client.inlay_hint_refresh().await;
    }
    if can.refresh_tokens {
        let _ = client.semantic_tokens_refresh().await;
    }
}
