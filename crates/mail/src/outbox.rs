//! The outbox in memory: the demo's and the tests' way to see mails.

use std::sync::{Arc, Mutex};

use foundation::Instant;

use crate::{SendError, Wrong};

/// Mails that were "sent". Cloning it gives the same outbox; nothing is ever written to disk.
#[derive(Clone, Debug, Default)]
pub struct Outbox(Arc<Mutex<Inside>>);

#[derive(Debug, Default)]
struct Inside {
    mails: Vec<Kept>,
    refuses: bool,
}

/// A mail in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The address.
    pub to: String,
    /// What kind of mail.
    pub kind: String,
    /// The subject, decoded.
    pub subject: String,
    /// The text, decoded.
    pub text: String,
    /// When it was sent.
    pub at: Instant,
    /// As it would have gone over SMTP.
    pub rfc5322: Vec<u8>,
}

impl Outbox {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// A fault for the demo: the server takes no mail for now.
    pub fn pretend_refusing(&self, refuses: bool) {
        self.lock().refuses = refuses;
    }
    /// All mails, in the order they were sent.
    #[must_use]
    pub fn mails(&self) -> Vec<Kept> {
        self.lock().mails.clone()
    }
    /// The mails to one address.
    #[must_use]
    pub fn to(&self, address: &str) -> Vec<Kept> {
        self.lock().mails.iter().filter(|mail| mail.to == address).cloned().collect()
    }
    pub(crate) fn keep(&self, mail: Kept) -> Result<(), SendError> {
        let mut inside = self.lock();
        if inside.refuses {
            return Err(SendError::later(Wrong::Later, "451 いまは受け付けません（デモの障害）"));
        }
        inside.mails.push(mail);
        Ok(())
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.0.lock().expect("no panic while held")
    }
}
