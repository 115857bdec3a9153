//! Work that burns CPU (signing, Argon2, drawing): in lanes of bounded width, never on the async threads.

use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

static CORES: LazyLock<Lane> = LazyLock::new(|| Lane::new(std::thread::available_parallelism().map_or(2, Into::into)));

/// A lane for one kind of work: so many at once, the others wait in their order. Who has a lane of his own makes nobody else wait: the cores
/// are shared by the system, thread by thread. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Lane(Arc<Semaphore>);

impl Lane {
    /// A lane for `width` at once.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self(Arc::new(Semaphore::new(width)))
    }
    /// Runs `heavy` in this lane. Never inside a unit. For who goes away while he waits, nothing is done.
    ///
    /// # Panics
    /// `heavy` panicked; it goes on here.
    pub async fn work<T: Send + 'static>(&self, heavy: impl FnOnce() -> T + Send + 'static) -> T {
        store::outside_any_unit();
        let permit = Arc::clone(&self.0).acquire_owned().await.expect("the semaphore is never closed");
        // The work keeps its place until it has ended: a caller who hangs up does not stop it, and must not make room for the next one.
        let done = tokio::task::spawn_blocking(move || {
            let _place = permit;
            heavy()
        })
        .await;
        done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}

/// Runs `heavy` in the lane for short work: as many at once as there are cores. Never inside a unit.
///
/// # Panics
/// `heavy` panicked; it goes on here.
pub async fn work<T: Send + 'static>(heavy: impl FnOnce() -> T + Send + 'static) -> T {
    CORES.work(heavy).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread")]
    async fn callers_who_hang_up_do_not_make_the_pool_larger() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        for _ in 0..3 * cores {
            let impatient = work(|| {
                MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(100));
                RUNNING.fetch_sub(1, Ordering::SeqCst);
            });
            let _ = tokio::time::timeout(Duration::from_millis(5), impatient).await;
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
        let most = MOST.load(Ordering::SeqCst);
        assert!((1..=cores).contains(&most), "{most} at once on {cores} cores");
    }
}
