//! Work that burns CPU (signing, Argon2): as many at once as there are cores, never on the async threads.

use std::sync::LazyLock;

use tokio::sync::Semaphore;

static CORES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, Into::into)));

/// Runs `heavy` in the bounded pool. Never inside a unit.
///
/// # Panics
/// `heavy` panicked; it goes on here.
pub async fn work<T: Send + 'static>(heavy: impl FnOnce() -> T + Send + 'static) -> T {
    store::outside_any_unit();
    let permit = CORES.acquire().await.expect("the semaphore is never closed");
    let done = tokio::task::spawn_blocking(heavy).await;
    drop(permit);
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
