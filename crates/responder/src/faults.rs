//! What the demo can break on purpose.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// How the time-stamping unit misbehaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TsaFault {
    /// It does not.
    #[default]
    None,
    /// It answers 503.
    Down,
    /// It answers after 30 seconds.
    Slow,
    /// Its clock is a day fast.
    WrongTime,
}

/// Set by the demo, read at every request. Shared between the two.
#[derive(Debug, Default)]
pub struct Faults {
    tsa: AtomicU8,
    ocsp_down: AtomicBool,
}

impl Faults {
    /// Sets how the time-stamping unit misbehaves.
    pub fn set_tsa(&self, fault: TsaFault) {
        let word = match fault {
            TsaFault::None => 0,
            TsaFault::Down => 1,
            TsaFault::Slow => 2,
            TsaFault::WrongTime => 3,
        };
        self.tsa.store(word, Ordering::SeqCst);
    }
    /// How it misbehaves.
    #[must_use]
    pub fn tsa(&self) -> TsaFault {
        match self.tsa.load(Ordering::SeqCst) {
            1 => TsaFault::Down,
            2 => TsaFault::Slow,
            3 => TsaFault::WrongTime,
            _ => TsaFault::None,
        }
    }
    /// OCSP answers 503.
    pub fn set_ocsp_down(&self, down: bool) {
        self.ocsp_down.store(down, Ordering::SeqCst);
    }
    /// Whether OCSP is down.
    #[must_use]
    pub fn ocsp_down(&self) -> bool {
        self.ocsp_down.load(Ordering::SeqCst)
    }
    /// Everything works again.
    pub fn clear(&self) {
        self.set_tsa(TsaFault::None);
        self.set_ocsp_down(false);
    }
}
