//! A progress bar for work that lasts: on standard error, and only if that is a terminal.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

/// How long work lasts before a bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// The progress of one piece of work; its bar disappears with it.
pub struct Progress {
    total: usize,
    done: usize,
    since: Instant,
    terminal: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Work of so many steps, beginning now.
    pub fn new(total: usize) -> Self {
        Progress {
            total,
            done: 0,
            since: Instant::now(),
            terminal: std::io::stderr().is_terminal(),
            bar: None,
        }
    }

    /// One step is done.
    pub fn step(&mut self) {
        self.done += 1;
        if self.terminal && self.bar.is_none() && self.since.elapsed() > PATIENCE {
            self.bar =
                Some(ProgressBar::with_draw_target(Some(self.total as u64), ProgressDrawTarget::stderr()));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done as u64);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
