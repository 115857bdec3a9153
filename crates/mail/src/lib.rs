//! Mails: written in the caller's unit, sent by a job over SMTP or into an outbox in memory; refusals stay visible.
//!
//! A mail that carries a secret is made at sending time by its own job and goes through `Mailer::send_now`: its text is never stored.

mod letter;
mod mailer;
mod message;
mod outbox;
mod transport;

pub use mailer::Mailer;
pub use message::{Listed, MailId, Message, State, about, enqueue, troubled};
pub use outbox::{Kept, Outbox};
pub use transport::{Security, SendError, Smtp, Transport};

store::migration!("0401_mail_message", include_str!("../migrations/0401_mail_message.sql"));
