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
mod direct;
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
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tower_lsp::{LspService, LspServiceBuilder, Server};

pub use settings::{SETTINGS, Setting, Settings, description};

use crate::direct::Direct;
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
    /// The calendar; none is that of the system.
    pub calendar: Option<Calendar>,
    /// Is told the name of each query that runs: for tests of what an edit re-runs.
    pub log: Option<fn(String)>,
}

/// Where the day comes from.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    /// The day it is.
    pub today: fn() -> jiff::civil::Date,
    /// How often it is looked at while nothing happens.
    pub every: std::time::Duration,
}

impl Default for Calendar {
    fn default() -> Self {
        let today = || jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        Calendar { today, every: std::time::Duration::from_secs(20) }
    }
}

/// How many requests may be under way at once: held ones must never keep others waiting.
const CONCURRENCY: usize = 4096;

/// Serves on standard input and output until the client says `exit` or goes away; gives the exit code.
pub fn stdio(options: Options) -> std::io::Result<u8> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let output = Direct::stdout()?;
    let code = runtime.block_on(serve(tokio::io::stdin(), output, options));
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

/// Ends the writing when the serving ends, however that ends: a thread waits for it.
struct Closing(Arc<Outbox>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Serves on two streams until the client says `exit` or goes away; gives the exit code.
pub async fn serve<I, O>(input: I, output: O, options: Options) -> u8
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    serve_with(input, output, options, |service| service).await
}

/// The same with further requests.
async fn serve_with<I, O>(
    input: I,
    output: O,
    options: Options,
    more: impl FnOnce(LspServiceBuilder<Handlers>) -> LspServiceBuilder<Handlers>,
) -> u8
where
    I: AsyncRead + Unpin + Send + 'static,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let outbox = Arc::new(Outbox::default());
    let _closing = Closing(outbox.clone());
    let (runtime, writer) = (Handle::current(), outbox.clone().write_to(output));
    let written = tokio::task::spawn_blocking(move || runtime.block_on(writer));
    let (exit, exited) = oneshot::channel();
    let handlers_outbox = outbox.clone();
    let service = LspService::build(|client| Handlers::new(client, handlers_outbox, options))
        .custom_method("policy/document", Handlers::document)
        .custom_method("policy/status", Handlers::status);
    let (service, socket) = more(service).finish();
    let (wire, ended) = Wire::new(service, exit);
    let server = Server::new(input, outbox.clone().lane(), socket).concurrency_level(CONCURRENCY);
    let mut serving = std::pin::pin!(server.serve(wire));
    tokio::select! {
        () = &mut serving => {}
        _ = exited => finish(serving, &ended).await,
    }
    outbox.close();
    let _ = tokio::time::timeout(std::time::Duration::from_millis(500), written).await;
    ended.code()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    impl Handlers {
        async fn fails(&self) -> tower_lsp::jsonrpc::Result<()> {
            panic!("this handler fails")
        }
    }

    fn framed(json: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{json}", json.len())
    }

    /// A request that panics answers an error; the next one is answered as if nothing had been.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_server_lives_on_after_a_panic() {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let (input, output) = tokio::io::split(theirs);
        let (mut answers, mut asked) = tokio::io::split(ours);
        let more =
            |service: LspServiceBuilder<Handlers>| service.custom_method("test/fails", Handlers::fails);
        let server = tokio::spawn(serve_with(input, output, Options::default(), more));
        let all = [
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}"#,
            r#"{"jsonrpc":"2.0","id":2,"method":"test/fails"}"#,
            r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
            r#"{"jsonrpc":"2.0","id":3,"method":"policy/status","params":{}}"#,
            r#"{"jsonrpc":"2.0","id":4,"method":"shutdown"}"#,
            r#"{"jsonrpc":"2.0","method":"exit"}"#,
        ];
        let mut told = String::new();
        for one in all {
            // Whoever says goodbye does not wait for what is still asked.
            while one.contains("shutdown") && !told.contains("\"id\":3") {
                let mut some = [0; 4096];
                let read = answers.read(&mut some).await.expect("an answer");
                told.push_str(&String::from_utf8_lossy(&some[..read]));
            }
            asked.write_all(framed(one).as_bytes()).await.expect("it reads");
        }
        assert_eq!(server.await.expect("it ends"), 0);
        answers.read_to_string(&mut told).await.expect("text");
        let answer =
            |id: u32| told.split("Content-Length").find(|part| part.contains(&format!("\"id\":{id}")));
        assert!(answer(2).is_some_and(|answer| answer.contains("-32603")), "{told}");
        assert!(answer(3).is_some_and(|answer| answer.contains("\"result\"")), "{told}");
        assert!(answer(4).is_some_and(|answer| !answer.contains("\"error\"")), "{told}");
    }
}
