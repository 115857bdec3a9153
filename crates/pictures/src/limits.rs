//! How much a file may ask for.

use std::time::Duration;

/// Bounds on what one call may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pages of a file.
    pub pages: usize,
    /// Pixels of one picture.
    pub pixels: u64,
    /// Pixels of one image inside a page.
    pub image_pixels: u64,
    /// Bytes one packed stream may unpack to.
    pub unpacked: u64,
    /// Letters, path segments and images of one page, as they are drawn (forms drawn twice count twice).
    pub work: u64,
    /// How long one call may take before it is given up.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages: 20_000,
            pixels: 24_000_000,
            image_pixels: 130_000_000,
            unpacked: 512 << 20,
            work: 20_000_000,
            time: Duration::from_secs(20),
        }
    }
}
