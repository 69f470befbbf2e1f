//! What `tower-lsp` leaves open between the stream and the handlers: each request is polled once when it arrives, so
//! that its first step happens in the order of the wire; `exit` ends the server while the stream is still open; a
//! handler that panics answers an error.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::oneshot;
use tower::Service;
use tower_lsp::jsonrpc::{Error, Request, Response};

/// The service around a service.
pub struct Wire<S> {
    inner: S,
    ended: Ended,
    exit: Option<oneshot::Sender<()>>,
}

/// How the conversation ended.
#[derive(Debug, Clone, Default)]
pub struct Ended {
    shut_down: Arc<AtomicBool>,
}

impl Ended {
    /// The exit code that the protocol asks for.
    pub fn code(&self) -> u8 {
        u8::from(!self.shut_down.load(Ordering::SeqCst))
    }
}

impl<S> Wire<S> {
    /// A wrapper that tells `exit` when the client said so.
    pub fn new(inner: S, exit: oneshot::Sender<()>) -> (Self, Ended) {
        let ended = Ended::default();
        (Wire { inner, ended: ended.clone(), exit: Some(exit) }, ended)
    }
}

/// Some clients write `null` for no parameters.
fn without_null(request: Request) -> Request {
    if request.params() != Some(&serde_json::Value::Null) {
        return request;
    }
    let (method, id, _) = request.into_parts();
    match id {
        Some(id) => Request::build(method).id(id).finish(),
        None => Request::build(method).finish(),
    }
}

impl<S, E> Service<Request> for Wire<S>
where
    S: Service<Request, Response = Option<Response>, Error = E>,
    S::Future: Send + 'static,
    E: Send + 'static,
{
    type Response = Option<Response>;
    type Error = E;
    type Future = BoxFuture<'static, Result<Option<Response>, E>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), E>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match request.method() {
            "shutdown" => self.ended.shut_down.store(true, Ordering::SeqCst),
            "exit" => {
                let _ = self.exit.take().map(|exit| exit.send(()));
            }
            _ => {}
        }
        let request = without_null(request);
        let id = request.id().cloned();
        let answer = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        let answer = answer.map(move |answer| {
            answer.unwrap_or_else(|_| Ok(id.map(|id| Response::from_error(id, Error::internal_error()))))
        });
        let mut answer = answer.boxed();
        match (&mut answer).now_or_never() {
            Some(answer) => std::future::ready(answer).boxed(),
            None => answer,
        }
    }
}
