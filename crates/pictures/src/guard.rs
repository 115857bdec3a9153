//! Work on hostile bytes: on a thread of its own, with a deep stack, a panic made an error, given up when it takes too long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Nested forms and patterns recurse.
const STACK: usize = 64 << 20;
/// Threads that were given up and still run; with so many nothing new begins.
const MOST_LOST: usize = 4;

static LOST: AtomicUsize = AtomicUsize::new(0);

/// Why guarded work gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It panicked.
    Panicked,
    /// It stopped itself: more work than allowed.
    TooMuch,
    /// It took too long and was given up.
    TooSlow,
    /// Too many are given up and still running.
    Busy,
}

/// What work stops itself with.
struct Enough;

/// Stops guarded work from inside, wherever it is.
pub fn enough() -> ! {
    // Not a panic: the hook that reports panics is not called.
    std::panic::resume_unwind(Box::new(Enough))
}

const RUNNING: u8 = 0;
const ENDED: u8 = 1;
const GIVEN_UP: u8 = 2;

/// Runs `work`.
pub fn guarded<T: Send + 'static>(time: Duration, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
    if LOST.load(Ordering::SeqCst) >= MOST_LOST {
        return Err(Trouble::Busy);
    }
    let state = Arc::new(AtomicU8::new(RUNNING));
    let (done, wait) = sync_channel(1);
    let theirs = Arc::clone(&state);
    let run = move || {
        let end = catch_unwind(AssertUnwindSafe(work));
        // The channel has room for one: this never waits, and nobody listening is no error.
        drop(done.send(end));
        if theirs.swap(ENDED, Ordering::SeqCst) == GIVEN_UP {
            LOST.fetch_sub(1, Ordering::SeqCst);
        }
    };
    let thread = std::thread::Builder::new().name("pictures".to_owned()).stack_size(STACK).spawn(run);
    if thread.is_err() {
        return Err(Trouble::Busy);
    }
    let end = wait.recv_timeout(time).or_else(|why| {
        if why == RecvTimeoutError::Timeout {
            LOST.fetch_add(1, Ordering::SeqCst);
            if state.swap(GIVEN_UP, Ordering::SeqCst) == ENDED {
                LOST.fetch_sub(1, Ordering::SeqCst);
                return wait.recv().map_err(|_| RecvTimeoutError::Disconnected);
            }
            tracing::warn!("a page took too long and was given up");
        }
        Err(why)
    });
    match end {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(panic)) if panic.is::<Enough>() => Err(Trouble::TooMuch),
        Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(Trouble::Panicked),
        Err(RecvTimeoutError::Timeout) => Err(Trouble::TooSlow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panics_and_endless_work_come_back_as_errors() {
        let long = Duration::from_secs(10);
        assert_eq!(guarded(long, || 1), Ok(1));
        assert_eq!(guarded(long, || -> u8 { panic!("a test") }), Err(Trouble::Panicked));
        assert_eq!(guarded(long, || -> u8 { enough() }), Err(Trouble::TooMuch));
        let slow = || std::thread::sleep(Duration::from_millis(300));
        assert_eq!(guarded(Duration::from_millis(10), slow), Err(Trouble::TooSlow));
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(LOST.load(Ordering::SeqCst), 0, "what ended after all is not lost any more");
    }
}
