//! How much a file may ask for.

/// Bounds on what reading one file may cost; the defaults hold for contracts of 50 MB and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Highest object number and number of cross-reference entries of all revisions together.
    pub objects: usize,
    /// Nesting of arrays and dictionaries.
    pub depth: usize,
    /// Values in one object: a value of two bytes costs fifty in memory.
    pub values: usize,
    /// Bytes one stream may inflate to.
    pub inflated: usize,
    /// Bytes a stream may inflate to per byte it has (small streams may always reach 64 KiB).
    pub ratio: usize,
    /// Revisions of one file.
    pub revisions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            objects: 2_000_000,
            depth: 96,
            values: 1_000_000,
            inflated: 64 << 20,
            ratio: 1_200,
            revisions: 1_000,
        }
    }
}
