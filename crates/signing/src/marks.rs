//! What a signature shows on the page.

use std::sync::Arc;

use papers::{Mark, Printer};
use pki::Certificate;

/// The printer of marks, and whether 「デモ環境」 stands in them.
#[derive(Clone)]
pub(crate) struct Marks {
    printer: Arc<dyn Printer>,
    demo: bool,
}

impl std::fmt::Debug for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Marks").field("demo", &self.demo).finish_non_exhaustive()
    }
}

impl Marks {
    pub(crate) fn new(printer: Arc<dyn Printer>, demo: bool) -> Self {
        Self { printer, demo }
    }
    /// The mark of a certificate's holder: the names are those that were certified. A printer without fonts gives none, and the signature
    /// is as good without.
    pub(crate) fn of(&self, certificate: &Certificate) -> Option<Vec<u8>> {
        let subject = certificate.subject();
        let company = subject.organization().unwrap_or_default();
        let mark = Mark::person(&company, &subject.common_name()?, self.demo);
        match self.printer.mark(&mark) {
            Ok(page) => Some(page),
            Err(why) => {
                tracing::warn!(%why, "a signature shows no mark");
                None
            }
        }
    }
}
