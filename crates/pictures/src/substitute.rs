//! Fonts for what a file does not bring along.

use std::sync::Arc;

use crate::letters::Forms;

/// A font file and the face in it.
pub type Face = (Arc<dyn AsRef<[u8]> + Send + Sync>, u32);

type Finder = dyn Fn(bool) -> Option<Face> + Send + Sync;

/// Where a Japanese font comes from when a file names one without embedding it. The caller reads it; nothing here does I/O.
#[derive(Clone)]
pub struct Substitutes(Arc<Finder>, Arc<Forms>);

impl Substitutes {
    /// No Japanese font: such text is not drawn, and [`crate::Book::findings`] says so.
    #[must_use]
    pub fn none() -> Self {
        Self(Arc::new(|_| None), Arc::default())
    }
    /// `find(true)` gives a 明朝, `find(false)` a ゴシック. It is asked once a call, when the first such font is met.
    pub fn from_fn(find: impl Fn(bool) -> Option<Face> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find), Arc::default())
    }
    /// The shapes of letters in these fonts, as far as they were asked for.
    pub(crate) fn forms(&self) -> &Forms {
        &self.1
    }
    pub(crate) fn face(&self, serif: bool) -> Option<Face> {
        (self.0)(serif).or_else(|| (self.0)(!serif))
    }
}

impl std::fmt::Debug for Substitutes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Substitutes")
    }
}
