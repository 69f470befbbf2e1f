//! What `tower-lsp` leaves open between the stream and the handlers: each request is polled once when it arrives, so
//! that its first step happens in the order of the wire; `exit` ends the server while the stream is still open; a
//! handler that panics answers an error.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde_json::Value;
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
    /// One for each request that is not answered yet, and one.
    open: Arc<()>,
}

impl Ended {
    /// Whether every request is answered.
    pub fn all_answered(&self) -> bool {
        // The service holds one, and so does whoever asks.
        Arc::strong_count(&self.open) <= 2
    }

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

/// A request as the library reads it: some clients write `null` for no parameters, and the library looks for
/// `workspace.diagnostics` under a name that the protocol does not have.
fn readable(request: Request) -> Request {
    let hello = request.method() == "initialize";
    if !hello && request.params() != Some(&Value::Null) {
        return request;
    }
    let (method, id, params) = request.into_parts();
    let mut built = Request::build(method);
    if let Some(id) = id {
        built = built.id(id);
    }
    match params {
        None | Some(Value::Null) => built.finish(),
        Some(mut params) => {
            let workspace = params.pointer_mut("/capabilities/workspace").and_then(Value::as_object_mut);
            if let Some((told, workspace)) = workspace.and_then(|w| Some((w.get("diagnostics").cloned()?, w)))
            {
                workspace.insert("diagnostic".to_owned(), told);
            }
            built.params(params).finish()
        }
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
        let request = readable(request);
        let id = request.id().cloned();
        let answer = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        let open = self.ended.open.clone();
        let answer = answer.map(move |answer| {
            drop(open);
            answer.unwrap_or_else(|_| Ok(id.map(|id| Response::from_error(id, Error::internal_error()))))
        });
        let mut answer = answer.boxed();
        match (&mut answer).now_or_never() {
            Some(answer) => std::future::ready(answer).boxed(),
            None => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes what arrives, and fails on one method.
    struct Noting(Arc<std::sync::Mutex<Vec<String>>>);

    impl Service<Request> for Noting {
        type Response = Option<Response>;
        type Error = String;
        type Future = BoxFuture<'static, Result<Option<Response>, String>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), String>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request) -> Self::Future {
            let (noted, method) = (self.0.clone(), request.method().to_owned());
            async move {
                noted.lock().expect("one thread").push(method.clone());
                assert!(method != "fails", "this handler fails");
                tokio::task::yield_now().await;
                Ok(None)
            }
            .boxed()
        }
    }

    #[tokio::test]
    async fn first_steps_come_in_order_and_a_panic_is_an_answer() {
        let noted = Arc::default();
        let (exit, exited) = oneshot::channel();
        let (mut wire, ended) = Wire::new(Noting(Arc::clone(&noted)), exit);
        let first = wire.call(Request::build("one").id(1).finish());
        let failing = wire.call(Request::build("fails").id(2).finish());
        let last = wire.call(Request::build("shutdown").id(3).params(Value::Null).finish());
        assert_eq!(*noted.lock().expect("one thread"), ["one", "fails", "shutdown"]);
        let answer = failing.await.expect("an answer").expect("a response");
        assert_eq!(answer.error().map(|error| error.code.code()), Some(-32603));
        assert!(last.await.is_ok() && first.await.is_ok());
        drop(wire.call(Request::build("exit").finish()));
        assert!(exited.await.is_ok());
        assert_eq!(ended.code(), 0);
    }
}
