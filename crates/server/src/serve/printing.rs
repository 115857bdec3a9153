//! What prints papers in this program, and the fonts it lends for reading.

use std::{path::Path, sync::Arc, time::Duration};

use papers::Printer;
use tokio::sync::watch;

/// How often fonts that nobody used since the last time are put away: 20 MB, which the system's file cache still has for the next paper.
const REST: Duration = Duration::from_secs(20);

/// The printer built into this program.
#[cfg(feature = "press")]
#[must_use]
pub fn printer(fonts: Option<&Path>) -> Arc<dyn Printer> {
    Arc::new(press::Press::on_this_machine(fonts))
}

/// The printer built into this program: none.
#[cfg(not(feature = "press"))]
#[must_use]
pub fn printer(_: Option<&Path>) -> Arc<dyn Printer> {
    Arc::new(papers::NoPrinter)
}

/// Japanese fonts for pages of PDFs that bring none along. A file is read when such a page is drawn; pages drawn at the same time share it.
#[cfg(feature = "press")]
#[must_use]
pub fn substitutes(fonts: Option<&Path>) -> pictures::Substitutes {
    use std::sync::{Mutex, PoisonError, Weak};

    type Bytes = dyn AsRef<[u8]> + Send + Sync;
    let fonts = fonts.map(Path::to_path_buf);
    let shared: Mutex<[Option<Weak<Bytes>>; 2]> = Mutex::default();
    pictures::Substitutes::from_fn(move |serif| {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let place = shared.get_mut(usize::from(serif))?;
        if let Some(bytes) = place.as_ref().and_then(Weak::upgrade) {
            return Some((bytes, 0));
        }
        let file = press::reading_font(serif, fonts.as_deref())?;
        let bytes: Arc<Bytes> = match std::fs::read(&file) {
            Ok(bytes) => Arc::new(bytes),
            Err(error) => {
                tracing::warn!(%error, file = %file.display(), "a font could not be read");
                return None;
            }
        };
        *place = Some(Arc::downgrade(&bytes));
        Some((bytes, 0))
    })
}

/// Japanese fonts for pages of PDFs that bring none along: none.
#[cfg(not(feature = "press"))]
#[must_use]
pub fn substitutes(_: Option<&Path>) -> pictures::Substitutes {
    pictures::Substitutes::none()
}

/// Puts fonts away that nobody uses, until `ended` says so.
pub async fn rest(printer: Arc<dyn Printer>, mut ended: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = async { drop(ended.wait_for(|end| *end).await) } => return,
            () = tokio::time::sleep(REST) => printer.rest(),
        }
    }
}
