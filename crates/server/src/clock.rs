//! The clock of the running program: the machine's, and in the demo an offset that is kept in the data folder.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicI64, Ordering},
};

use foundation::{Clock, Instant, SystemClock};

/// The machine's clock plus an offset. Only the demo ever has an offset; it runs on and never back.
#[derive(Debug)]
pub struct HouseClock {
    offset: AtomicI64,
    kept: Option<PathBuf>,
}

/// Why the demo clock was not moved.
#[derive(Debug)]
pub enum ClockError {
    /// The wished time lies before the present.
    Backwards {
        /// The present.
        now: Instant,
        /// What was wished.
        to: Instant,
    },
    /// The offset could not be kept.
    NotKept(std::io::Error),
}

impl std::fmt::Display for ClockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Backwards { now, to } => {
                write!(
                    f,
                    "時計は前に戻せません（いま {}、指定 {}）。",
                    now.rfc3339_japan(),
                    to.rfc3339_japan()
                )
            }
            Self::NotKept(error) => write!(f, "時計をデータフォルダに書けませんでした：{}", crate::words::of_disk(error)),
        }
    }
}
impl std::error::Error for ClockError {}

impl HouseClock {
    /// The machine's clock, as it is.
    #[must_use]
    pub const fn machine() -> Self {
        Self {
            offset: AtomicI64::new(0),
            kept: None,
        }
    }
    /// The demo clock whose offset is kept in `file` (microseconds as text); a missing file means no offset.
    ///
    /// # Errors
    /// A file that cannot be read or is no number.
    pub fn kept_in(file: PathBuf) -> std::io::Result<Self> {
        let offset = match std::fs::read_to_string(&file) {
            Ok(text) => text
                .trim()
                .parse()
                .map_err(|_| std::io::Error::other(format!("{} is no number of microseconds", file.display())))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        Ok(Self {
            offset: AtomicI64::new(offset),
            kept: Some(file),
        })
    }
    /// Moves the demo clock to `to` and keeps the offset.
    ///
    /// # Errors
    /// A time before the present; an offset that cannot be written.
    pub fn move_to(&self, to: Instant) -> Result<(), ClockError> {
        let now = self.now();
        if to < now {
            return Err(ClockError::Backwards { now, to });
        }
        let offset = self.offset.load(Ordering::SeqCst) + (to.0 - now.0);
        if let Some(file) = &self.kept {
            crate::folder::write_durably(file, offset.to_string().as_bytes()).map_err(ClockError::NotKept)?;
        }
        self.offset.store(offset, Ordering::SeqCst);
        Ok(())
    }
}

impl Clock for HouseClock {
    fn now(&self) -> Instant {
        Instant(SystemClock.now().0 + self.offset.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_clock_runs_on_over_a_restart_and_never_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clock");
        let clock = HouseClock::kept_in(file.clone()).unwrap();
        let later = clock.now().plus_days(8);
        clock.move_to(later).unwrap();
        assert!(clock.now() >= later);
        let again = HouseClock::kept_in(file).unwrap();
        assert!(again.now() >= later);
        assert!(matches!(again.move_to(later.plus_days(-1)), Err(ClockError::Backwards { .. })));
    }
}
