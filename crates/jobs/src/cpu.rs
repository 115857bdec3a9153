//! Work that burns CPU (signing, Argon2): as many at once as there are cores, never on the async threads.

use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

static CORES: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, Into::into))));

/// Runs `heavy` in the bounded pool. Never inside a unit.
///
/// # Panics
/// `heavy` panicked; it goes on here.
pub async fn work<T: Send + 'static>(heavy: impl FnOnce() -> T + Send + 'static) -> T {
    store::outside_any_unit();
    let permit = Arc::clone(&CORES).acquire_owned().await.expect("the semaphore is never closed");
    // The work keeps its place until it has ended: a caller who hangs up does not stop it, and must not make room for the next one.
    let done = tokio::task::spawn_blocking(move || {
        let _place = permit;
        heavy()
    })
    .await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
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
