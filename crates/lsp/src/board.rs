//! What is known of every document, for whoever asks: the last diagnostics, and whether newer ones are on their way.
//! A client that does not ask is sent them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tower_lsp::lsp_types::Url;

use crate::fragment::Sheet;
use crate::outbox::Outbox;

/// The last that is known of a document.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Names this state of the diagnostics.
    pub id: u64,
    /// The diagnostics.
    pub sheet: Sheet,
    /// The version of the text they are about, if it is open.
    pub version: Option<i32>,
    /// Newer ones are on their way.
    stale: bool,
    /// There never were any.
    unknown: bool,
}

/// The diagnostics of all documents.
#[derive(Debug)]
pub struct Board {
    documents: Mutex<Documents>,
    changed: watch::Sender<u64>,
    outbox: Arc<Outbox>,
    /// Tells apart what different runs of the server call by the same number.
    run: u64,
}

#[derive(Debug, Default)]
struct Documents {
    shown: HashMap<Url, Shown>,
    last: u64,
    pushes: bool,
    closed: bool,
}

impl Board {
    /// A board whose news goes to `outbox`, where the client does not ask for it.
    pub fn new(outbox: Arc<Outbox>) -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Board {
            documents: Mutex::default(),
            changed: watch::Sender::new(0),
            outbox,
            run: since.map_or(0, |since| since.as_micros() as u64),
        }
    }

    fn documents(&self) -> MutexGuard<'_, Documents> {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether diagnostics are sent unasked.
    pub fn push(&self, pushes: bool) {
        self.documents().pushes = pushes;
    }

    /// Newer diagnostics of this document are on their way.
    pub fn expect(&self, document: &Url) {
        let mut documents = self.documents();
        let fresh = || Shown { unknown: true, ..Shown::default() };
        documents.shown.entry(document.clone()).or_insert_with(fresh).stale = true;
    }

    /// Puts the diagnostics of a document up. `same`: they are as they were.
    pub fn show(&self, document: &Url, version: Option<i32>, sheet: Sheet, same: bool) {
        let mut documents = self.documents();
        let before = documents.shown.get(document);
        let same = same && before.is_some_and(|before| !before.unknown);
        let nothing = before.is_none_or(|before| before.sheet.count() == 0) && sheet.count() == 0;
        let id = match before {
            Some(before) if same => before.id,
            _ => {
                documents.last += 1;
                documents.last
            }
        };
        // An open document is told even that there is nothing: its version is what the client waits for.
        if documents.pushes && !(same && version.is_none()) && !(nothing && version.is_none()) {
            self.outbox.publish(document, version, sheet.clone());
        }
        let shown = Shown { id, sheet, version, stale: false, unknown: false };
        documents.shown.insert(document.clone(), shown);
        drop(documents);
        self.changed.send_modify(|count| *count += 1);
    }

    /// Takes the diagnostics of a document down.
    pub fn clear(&self, document: &Url) {
        let had = self.documents().shown.get(document).is_some_and(|shown| shown.sheet.count() > 0);
        self.show(document, None, Sheet::default(), !had);
    }

    /// What is known of a document, unless newer is on its way.
    pub fn fresh(&self, document: &Url) -> Option<Shown> {
        self.documents().shown.get(document).filter(|shown| !shown.stale).cloned()
    }

    /// The documents whose state is not the one that `known` names.
    pub fn other_than(&self, known: &HashMap<Url, u64>) -> Vec<(Url, Shown)> {
        let documents = self.documents();
        let told = |url: &Url, shown: &Shown| match known.get(url) {
            Some(id) => *id == shown.id,
            None => shown.sheet.count() == 0,
        };
        let news = documents.shown.iter().filter(|(url, shown)| !shown.unknown && !told(url, shown));
        let mut news: Vec<_> = news.map(|(url, shown)| (url.clone(), shown.clone())).collect();
        news.sort_by(|(a, _), (b, _)| a.cmp(b));
        news
    }

    /// Nothing will be put up any more: whoever waits may go.
    pub fn close(&self) {
        self.documents().closed = true;
        self.changed.send_modify(|count| *count += 1);
    }

    /// Whether nothing will be put up any more.
    pub fn is_closed(&self) -> bool {
        self.documents().closed
    }

    /// Tells when something on the board changes.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// The name of a state, for the client.
    pub fn name(&self, id: u64) -> String {
        format!("{:x}.{id}", self.run)
    }

    /// The state that a client names, if it is one of this run.
    pub fn named(&self, name: &str) -> Option<u64> {
        name.strip_prefix(&format!("{:x}.", self.run))?.parse().ok()
    }
}
