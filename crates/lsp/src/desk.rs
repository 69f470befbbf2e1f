//! The one thread that owns the databases. Whatever reads or writes them passes here, in the order of the wire.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;

use crate::workspace::Workspace;

/// Something to do on that thread.
pub type Errand = Box<dyn FnOnce(&mut Workspace) + Send>;

/// Takes errands.
#[derive(Clone)]
pub struct Desk(Sender<Errand>);

impl Desk {
    /// Starts the thread with the workspace that `make` makes.
    pub fn start(make: impl FnOnce(Desk) -> Workspace) -> Desk {
        let (sender, errands) = channel();
        let desk = Desk(sender);
        let workspace = make(desk.clone());
        // Without a thread there is no server; whoever waits for it is told that it is gone.
        let _ = thread::Builder::new().name("desk".to_owned()).spawn(move || run(workspace, &errands));
        desk
    }

    /// Leaves an errand.
    pub fn send(&self, errand: impl FnOnce(&mut Workspace) + Send + 'static) {
        // After the end nobody waits for it any more.
        let _ = self.0.send(Box::new(errand));
    }

    /// Leaves an errand that waits until the workspace has been read.
    pub fn ask(&self, errand: impl FnOnce(&mut Workspace) + Send + 'static) {
        self.send(|workspace| workspace.when_loaded(Box::new(errand)));
    }
}

fn run(mut workspace: Workspace, errands: &Receiver<Errand>) {
    loop {
        match errands.recv_timeout(workspace.patience()) {
            Ok(first) => {
                let more = std::iter::from_fn(|| errands.try_recv().ok());
                for errand in std::iter::once(first).chain(more) {
                    carry_out(&mut workspace, errand);
                    if workspace.ended() {
                        return;
                    }
                }
                carry_out(&mut workspace, Box::new(|workspace| workspace.settle(false)));
            }
            Err(RecvTimeoutError::Timeout) => {
                let quiet = |workspace: &mut Workspace| {
                    workspace.follow_the_day();
                    workspace.settle(true);
                };
                carry_out(&mut workspace, Box::new(quiet));
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// A panic is a mistake of one errand; the next ones still count.
fn carry_out(workspace: &mut Workspace, errand: Errand) {
    let _ = catch_unwind(AssertUnwindSafe(|| errand(workspace)));
}
