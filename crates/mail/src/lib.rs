//! Mails: written in the caller's unit, sent by a job over SMTP or into an outbox in memory; refusals stay visible.
//!
//! A mail that carries a secret is made at sending time by its own job and goes through `Mailer::send_now`: its text is never stored.

mod again;
mod clearing;
mod dialogue;
mod error;
mod html;
mod letter;
mod mailer;
mod message;
mod outbox;
mod settings;
mod transport;
mod trial;
mod trouble;
mod wrong;

pub use again::{again, again_in, rewrite, take_up};
pub use clearing::clear;
pub use dialogue::Line;
pub use error::Error;
pub use html::html;
pub use mailer::{Mailer, Standing};
pub use message::{Listed, MailId, Message, State, Text, about, enqueue};
pub use outbox::{Kept, Outbox};
pub use settings::{NewSettings, Seal, Settings};
pub use transport::{Resting, Security, SendError, Smtp, Transport};
pub use trial::Trial;
pub use trouble::{Troubles, troubled, troubled_page, troubles, undelivered};
pub use wrong::{Mender, Wrong};

store::migration!("0401_mail_message", include_str!("../migrations/0401_mail_message.sql"));
store::migration!("0402_mail_ended", include_str!("../migrations/0402_mail_ended.sql"));
store::migration!("0403_mail_settings", include_str!("../migrations/0403_mail_settings.sql"));
store::migration!("0404_mail_cause", include_str!("../migrations/0404_mail_cause.sql"));
