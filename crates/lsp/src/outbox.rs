//! Everything that leaves for the client, in one place: answers and requests in the order in which they were made,
//! then diagnostics, of each document only the latest, as messages when their turn comes: to a client that reads slowly
//! a thousand of them would be most of the memory. Writing never makes anyone else wait.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use serde_json::json;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::Notify;
use tower_lsp::lsp_types::Url;

use crate::fragment::Sheet;

/// What is to be written.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: Mutex<Waiting>,
    more: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Whole messages.
    messages: VecDeque<Vec<u8>>,
    /// Documents with new diagnostics, the longest waiting first.
    order: VecDeque<Url>,
    /// Their latest diagnostics, and the version of the text they are about.
    latest: HashMap<Url, (Option<i32>, Sheet)>,
    closed: bool,
}

/// What goes out next.
enum Next {
    Message(Vec<u8>),
    Diagnostics(Url, Option<i32>, Sheet),
}

impl Waiting {
    fn next(&mut self) -> Option<Next> {
        if let Some(message) = self.messages.pop_front() {
            return Some(Next::Message(message));
        }
        let document = self.order.pop_front()?;
        let (version, sheet) = self.latest.remove(&document)?;
        Some(Next::Diagnostics(document, version, sheet))
    }
}

/// How many bytes are enough for one write: a thousand small ones take longer than what they write.
const BATCH: usize = 256 * 1024;

impl Next {
    /// Adds the bytes of the message to others.
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Next::Message(message) => out.extend_from_slice(&message),
            Next::Diagnostics(document, version, sheet) => {
                frame(&publication(&document, version, &sheet), out)
            }
        }
    }
}

fn publication(document: &Url, version: Option<i32>, sheet: &Sheet) -> Vec<u8> {
    let mut out = Vec::with_capacity(sheet.roughly() + document.as_str().len() + 200);
    out.extend_from_slice(br#"{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"#);
    out.extend_from_slice(json!(document.as_str()).to_string().as_bytes());
    if let Some(version) = version {
        out.extend_from_slice(format!(",\"version\":{version}").as_bytes());
    }
    out.extend_from_slice(b",\"diagnostics\":");
    sheet.write(&mut out);
    out.extend_from_slice(b"}}");
    out
}

impl Outbox {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a message, given its JSON.
    pub fn send(&self, json: &[u8]) {
        self.waiting().messages.push_back(framed(json));
        self.more.notify_one();
    }

    /// Sends the diagnostics of a document, for this version of its text, in place of any that still wait.
    pub fn publish(&self, document: &Url, version: Option<i32>, sheet: Sheet) {
        let mut waiting = self.waiting();
        if waiting.latest.insert(document.clone(), (version, sheet)).is_none() {
            waiting.order.push_back(document.clone());
        }
        drop(waiting);
        self.more.notify_one();
    }

    /// Ends the writing once everything is out.
    pub fn close(&self) {
        self.waiting().closed = true;
        self.more.notify_one();
    }

    /// Writes what comes, until the outbox is closed or the stream breaks.
    pub async fn write_to(self: Arc<Self>, mut output: impl AsyncWrite + Unpin) {
        let mut bytes = Vec::new();
        loop {
            let closed = self.gather(&mut bytes);
            if !bytes.is_empty() {
                if output.write_all(&bytes).await.is_err() {
                    return;
                }
                bytes.clear();
                bytes.shrink_to(BATCH);
                continue;
            }
            if output.flush().await.is_err() || closed {
                return;
            }
            self.more.notified().await;
        }
    }

    /// Takes messages until there are enough for one write; says whether no more will come.
    fn gather(&self, bytes: &mut Vec<u8>) -> bool {
        while bytes.len() < BATCH {
            // The lock is not held while a message is made.
            let Some(next) = self.waiting().next() else { break };
            next.write(bytes);
        }
        self.waiting().closed
    }

    /// A stream for the messages of the server library.
    pub fn lane(self: Arc<Self>) -> Lane {
        Lane { outbox: self, partial: Vec::new() }
    }
}

fn framed(json: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(json.len() + 40);
    frame(json, &mut message);
    message
}

fn frame(json: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", json.len()).as_bytes());
    out.extend_from_slice(json);
}

/// Takes bytes and hands whole messages to the outbox.
#[derive(Debug)]
pub struct Lane {
    outbox: Arc<Outbox>,
    partial: Vec<u8>,
}

impl Lane {
    /// The length of the first message, if all of it is there.
    fn whole(&self) -> Option<usize> {
        let head = self.partial.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let text = std::str::from_utf8(&self.partial[..head]).ok()?;
        let length = text.lines().find_map(|line| line.strip_prefix("Content-Length: "))?;
        let whole = head + length.trim().parse::<usize>().ok()?;
        (self.partial.len() >= whole).then_some(whole)
    }
}

impl AsyncWrite for Lane {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.partial.extend_from_slice(bytes);
        while let Some(whole) = self.whole() {
            let rest = self.partial.split_off(whole);
            let message = std::mem::replace(&mut self.partial, rest);
            self.outbox.waiting().messages.push_back(message);
            self.outbox.more.notify_one();
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(outbox: &Outbox) -> Vec<Vec<u8>> {
        let written = |next: Next| {
            let mut bytes = Vec::new();
            next.write(&mut bytes);
            bytes
        };
        std::iter::from_fn(|| outbox.waiting().next()).map(written).collect()
    }

    #[test]
    fn answers_come_first_and_old_diagnostics_never() {
        let outbox = Outbox::default();
        let document = Url::parse("file:///a").expect("an address");
        outbox.publish(&document, Some(1), Sheet::default());
        outbox.publish(&document, Some(2), Sheet::default());
        outbox.send(b"answer");
        let latest = publication(&document, Some(2), &Sheet::default());
        assert_eq!(all(&outbox), [framed(b"answer"), framed(&latest)]);
    }

    #[test]
    fn a_message_in_pieces_is_sent_whole() {
        let outbox = Arc::new(Outbox::default());
        let mut lane = Box::pin(outbox.clone().lane());
        let bytes = [framed(b"{}"), framed(b"[1]")].concat();
        let mut context = Context::from_waker(std::task::Waker::noop());
        for byte in bytes {
            assert!(lane.as_mut().poll_write(&mut context, &[byte]).is_ready());
        }
        assert_eq!(all(&outbox), [framed(b"{}"), framed(b"[1]")]);
    }
}
