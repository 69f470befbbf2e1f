//! `policy eval --watch`: evaluates again when a file changes, in the same database, so that only what depends on the
//! change is computed again. Prints only when the result is another one.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_mini::{DebounceEventResult, Debouncer, new_debouncer};

use super::eval::once;
use crate::args::Eval;
use crate::output;
use crate::report::formats::Formats;
use crate::report::targets::Target;
use crate::session::Session;

/// How long to wait for more changes: editors write a file in several steps.
const PAUSE: Duration = Duration::from_millis(120);

/// Clears the screen and what has scrolled off it, and begins at the top.
const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";

/// What wakes the loop.
enum Event {
    /// Something changed on disk.
    Changed,
    /// The user ends it.
    Interrupted,
}

/// Evaluates until interrupted; the exit code is that of the last evaluation.
pub fn run(session: &mut Session, args: &Eval, targets: &[Target]) -> io::Result<u8> {
    let (sender, events) = mpsc::channel();
    let interrupt = sender.clone();
    // A loop that is over needs no more waking.
    ctrlc::set_handler(move || drop(interrupt.send(Event::Interrupted))).map_err(io::Error::other)?;
    let mut watcher = Watcher::new(sender)?;
    let mut last: Vec<Vec<u8>> = vec![Vec::new(); targets.len()];
    loop {
        let mut made = Vec::new();
        let code = once(session, args, |evaluation| {
            let formats = Formats::new(evaluation);
            for target in targets {
                let mut bytes = Vec::new();
                formats.write(target.format, target.style(), &mut bytes)?;
                made.push(bytes);
            }
            Ok(())
        })?;
        for (target, (bytes, before)) in targets.iter().zip(made.into_iter().zip(&mut last)) {
            if bytes != *before {
                print(target, &bytes)?;
                *before = bytes;
            }
        }
        // What changed before it was watched has told nobody: look once more.
        if !watcher.follow(session) && matches!(wait(&events), Event::Interrupted) {
            return Ok(code);
        }
        session.begin();
    }
}

/// The next event; several changes in a row are one.
fn wait(events: &Receiver<Event>) -> Event {
    let mut event = events.recv().unwrap_or(Event::Interrupted);
    while let (Event::Changed, Ok(next)) = (&event, events.try_recv()) {
        event = next;
    }
    event
}

fn print(target: &Target, bytes: &[u8]) -> io::Result<()> {
    let clear = target.file.is_none() && io::stdout().is_terminal();
    output::emit(target.file.as_deref(), |out| {
        if clear {
            out.write_all(CLEAR.as_bytes())?;
        }
        out.write_all(bytes)
    })?;
    io::stdout().flush()
}

/// Looks at the folders that the files of a run came from. Folders, because editors replace files.
struct Watcher {
    debouncer: Debouncer<RecommendedWatcher>,
    watched: BTreeMap<PathBuf, bool>,
}

impl Watcher {
    fn new(sender: Sender<Event>) -> io::Result<Self> {
        let told = move |result: DebounceEventResult| {
            if result.is_ok() {
                // A loop that is over needs no more waking.
                drop(sender.send(Event::Changed));
            }
        };
        let debouncer = new_debouncer(PAUSE, told).map_err(io::Error::other)?;
        Ok(Watcher { debouncer, watched: BTreeMap::new() })
    }

    /// Watches what the last run read; says whether some of that was not watched before. A folder that cannot be
    /// watched is left out: the others still are.
    fn follow(&mut self, session: &Session) -> bool {
        let mut wanted: BTreeMap<PathBuf, bool> = BTreeMap::new();
        for (path, below) in &session.sources {
            let (folder, below) = folder(path, *below);
            *wanted.entry(folder).or_default() |= below;
        }
        *wanted.entry(session.base.clone()).or_default() |= false;
        let watcher = self.debouncer.watcher();
        for (old, _) in self.watched.iter().filter(|(path, below)| wanted.get(*path) != Some(below)) {
            let _ = watcher.unwatch(old);
        }
        wanted.retain(|path, below| {
            let mode = if *below { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            self.watched.get(path) == Some(below) || watcher.watch(path, mode).is_ok()
        });
        let new = wanted.iter().any(|(path, below)| self.watched.get(path) != Some(below));
        self.watched = wanted;
        new
    }
}

/// The folder to watch for a path, and whether what is below it counts: the nearest one that is there.
fn folder(path: &Path, below: bool) -> (PathBuf, bool) {
    if path.is_dir() {
        return (path.to_path_buf(), below);
    }
    let above = path.ancestors().skip(1).find(|folder| folder.is_dir());
    (above.map_or_else(|| PathBuf::from("."), Path::to_path_buf), false)
}
