//! The language server: speaks the Language Server Protocol over two streams, and asks `policy-ide` and `policy-db`
//! for everything it says.
//!
//! One thread owns the databases ([`desk`]); requests are polled once in the order of the wire ([`wire`]) and so
//! reach it in that order. Reads work on a clone, elsewhere, and are given up when the text under them changes.
//! Everything for the client leaves through one outbox ([`outbox`]). Types of the protocol stay in this crate; it
//! knows no terminal, and writes to no stream but the one it was given.

mod board;
mod capabilities;
mod client;
mod convert;
mod desk;
mod features;
mod fragment;
mod handlers;
mod outbox;
mod pull;
mod requests;
mod settings;
mod sweep;
mod text;
mod view;
mod wire;
mod workspace;

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tower_lsp::{LspService, Server};

pub use settings::{SETTINGS, Setting, Settings, description};

use crate::handlers::Handlers;
use crate::outbox::Outbox;
use crate::wire::Wire;

/// What the program that starts the server gives it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The language when the client sets none.
    pub lang: Option<policy_core::lang::Lang>,
    /// The page of every diagnostic code, as Markdown.
    pub pages: &'static [(&'static str, &'static str)],
}

/// How many requests may be under way at once: held ones must never keep others waiting.
const CONCURRENCY: usize = 4096;

/// Serves on standard input and output until the client says `exit` or goes away; gives the exit code.
pub fn stdio(options: Options) -> std::io::Result<u8> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let code = runtime.block_on(serve(tokio::io::stdin(), tokio::io::stdout(), options));
    // Standard input is read by a thread that cannot be stopped.
    runtime.shutdown_background();
    Ok(code)
}

/// Gives what is under way a moment to be answered, and the answers one to reach the outbox.
async fn finish(mut serving: std::pin::Pin<&mut impl Future<Output = ()>>, ended: &wire::Ended) {
    for _ in 0..50 {
        let done = ended.all_answered();
        let slice = std::time::Duration::from_millis(10);
        if tokio::time::timeout(slice, &mut serving).await.is_ok() || done {
            return;
        }
    }
}

/// Serves on two streams until the client says `exit` or goes away; gives the exit code.
pub async fn serve<I, O>(input: I, output: O, options: Options) -> u8
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let outbox = Arc::new(Outbox::default());
    let writer = tokio::spawn(outbox.clone().write_to(output));
    let (exit, exited) = oneshot::channel();
    let handlers_outbox = outbox.clone();
    let (service, socket) = LspService::build(|client| Handlers::new(client, handlers_outbox, options))
        .custom_method("policy/document", Handlers::document)
        .custom_method("policy/status", Handlers::status)
        .finish();
    let (wire, ended) = Wire::new(service, exit);
    let server = Server::new(input, outbox.clone().lane(), socket).concurrency_level(CONCURRENCY);
    let mut serving = std::pin::pin!(server.serve(wire));
    tokio::select! {
        () = &mut serving => {}
        _ = exited => finish(serving, &ended).await,
    }
    outbox.close();
    let _ = tokio::time::timeout(std::time::Duration::from_millis(500), writer).await;
    ended.code()
}
