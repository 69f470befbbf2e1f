//! The one thread that owns the databases. Whatever reads or writes them passes here, in the order of the wire.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;

use crate::workspace::Workspace;

/// Something to do on that thread.
type Errand = Box<dyn FnOnce(&mut Workspace) + Send>;

enum Task {
    /// Done at once.
    Now(Errand),
    /// Done once the workspace has been read.
    Loaded(Errand),
}

/// Takes errands.
#[derive(Clone)]
pub struct Desk(Sender<Task>);

impl Desk {
    /// Starts the thread with the workspace that `make` makes.
    pub fn start(make: impl FnOnce(Desk) -> Workspace) -> Desk {
        let (sender, errands) = channel();
        let desk = Desk(sender);
        let workspace = make(desk.clone());
        // Without a thread there is no server; the process cannot go on.
        let started = thread::Builder::new().name("desk".to_owned()).spawn(move || run(workspace, &errands));
        if started.is_err() {
            eprintln!("policy: the language server could not start its thread");
        }
        desk
    }

    /// Leaves an errand that changes something.
    pub fn send(&self, errand: impl FnOnce(&mut Workspace) + Send + 'static) {
        // After the end nobody waits for it any more.
        let _ = self.0.send(Task::Now(Box::new(errand)));
    }

    /// Leaves an errand that asks something: it waits until the workspace has been read.
    pub fn ask(&self, errand: impl FnOnce(&mut Workspace) + Send + 'static) {
        let _ = self.0.send(Task::Loaded(Box::new(errand)));
    }
}

fn run(mut workspace: Workspace, errands: &Receiver<Task>) {
    let mut waiting: Vec<Errand> = Vec::new();
    loop {
        match errands.recv_timeout(workspace.patience()) {
            Ok(first) => {
                let more = std::iter::from_fn(|| errands.try_recv().ok());
                for task in std::iter::once(first).chain(more) {
                    match task {
                        Task::Loaded(errand) if !workspace.loaded() => waiting.push(errand),
                        Task::Now(errand) | Task::Loaded(errand) => carry_out(&mut workspace, errand),
                    }
                    if workspace.ended() {
                        return;
                    }
                    if workspace.loaded() {
                        std::mem::take(&mut waiting).into_iter().for_each(|w| carry_out(&mut workspace, w));
                    }
                }
                carry_out(&mut workspace, Box::new(|workspace| workspace.settle(false)));
            }
            Err(RecvTimeoutError::Timeout) => {
                carry_out(
                    &mut workspace,
                    Box::new(|workspace| {
                        workspace.follow_the_day();
                        workspace.settle(true);
                    }),
                );
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// A panic is a mistake of one errand; the next ones still count.
fn carry_out(workspace: &mut Workspace, errand: Errand) {
    let _ = catch_unwind(AssertUnwindSafe(|| errand(workspace)));
}
