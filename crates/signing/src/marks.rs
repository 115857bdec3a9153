//! What a signature shows on the page.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use papers::{Mark, Printer};
use pki::Certificate;

/// Marks kept at hand: the same people sign again and again, and a mark shows nothing but the names in their certificate.
const AT_HAND: usize = 64;

/// A mark and its page, a PDF.
type Printed = (Mark, Arc<Vec<u8>>);

/// The printer of marks, and whether 「デモ環境」 stands in them.
#[derive(Clone)]
pub(crate) struct Marks {
    printer: Arc<dyn Printer>,
    demo: bool,
    /// Newest first.
    printed: Arc<Mutex<VecDeque<Printed>>>,
}

impl std::fmt::Debug for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Marks").field("demo", &self.demo).finish_non_exhaustive()
    }
}

impl Marks {
    pub(crate) fn new(printer: Arc<dyn Printer>, demo: bool) -> Self {
        Self {
            printer,
            demo,
            printed: Arc::default(),
        }
    }
    /// The mark of a certificate's holder: the names are those that were certified. A printer without fonts gives none, and the signature
    /// is as good without.
    pub(crate) fn of(&self, certificate: &Certificate) -> Option<Arc<Vec<u8>>> {
        let subject = certificate.subject();
        let company = subject.organization().unwrap_or_default();
        self.print(&Mark::person(&company, &subject.common_name()?, self.demo))
    }
    /// The mark of the operator's e-seal, with the name that was certified.
    pub(crate) fn of_operator(&self, certificate: &Certificate) -> Option<Arc<Vec<u8>>> {
        self.print(&Mark::operator(&certificate.subject().organization()?, "電子印", self.demo))
    }

    fn print(&self, mark: &Mark) -> Option<Arc<Vec<u8>>> {
        let at_hand = || self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = at_hand().iter().find(|(known, _)| known == mark).map(|(_, page)| page.clone()) {
            return Some(page);
        }
        match self.printer.mark(mark) {
            Ok(page) => {
                let page = Arc::new(page);
                let mut printed = at_hand();
                printed.push_front((mark.clone(), page.clone()));
                printed.truncate(AT_HAND);
                Some(page)
            }
            Err(why) => {
                tracing::warn!(%why, "a signature shows no mark");
                None
            }
        }
    }
}
