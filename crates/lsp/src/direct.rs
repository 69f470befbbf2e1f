//! Standard output without what the standard library puts in front of it: a buffer that looks for the last line of
//! everything that goes through it. Messages have no lines, and a change of one rule can be a hundred megabytes of them.

use std::fs::File;
use std::io::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

/// Writes at once, and makes whoever polls it wait for that: it is for a thread of its own.
#[derive(Debug)]
pub struct Direct(File);

impl Direct {
    /// The standard output of this process.
    ///
    /// # Errors
    /// If there is none.
    #[cfg(unix)]
    pub fn stdout() -> io::Result<Self> {
        use std::os::fd::AsFd as _;
        let output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        widen(&output);
        Ok(Direct(output))
    }

    /// The standard output of this process.
    ///
    /// # Errors
    /// If there is none.
    #[cfg(windows)]
    pub fn stdout() -> io::Result<Self> {
        use std::os::windows::io::AsHandle as _;
        Ok(Direct(io::stdout().as_handle().try_clone_to_owned()?.into()))
    }
}

/// Where the output is a pipe, makes room in it for the diagnostics of some documents, so that server and client do not
/// take turns for every half of one. Whatever else it is stays as it is.
#[cfg(target_os = "linux")]
fn widen(output: &File) {
    const ROOM: usize = 1 << 20;
    if rustix::pipe::fcntl_getpipe_size(output).is_ok_and(|room| room < ROOM) {
        // An output with less room is slower and no worse.
        let _ = rustix::pipe::fcntl_setpipe_size(output, ROOM);
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn widen(_: &File) {}

impl AsyncWrite for Direct {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.0.flush())
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
