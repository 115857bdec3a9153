//! A test mail, so that a person sees what the mail server said and what is wrong.

use std::time::Duration;

use lettre::Address;
use lettre::message::Mailbox;

use crate::dialogue::{Fault, Talk};
use crate::{Line, Smtp, Wrong};

/// How long one step may take: somebody waits in front of the page.
const STEP: Duration = Duration::from_secs(10);

/// A test mail and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// What was said, secrets masked.
    pub lines: Vec<Line>,
    /// What is wrong; none: the server took the mail.
    pub wrong: Option<Wrong>,
}

/// Sends `mail` to `to`, and writes down what both sides say.
pub(crate) async fn send(smtp: &Smtp, from: &Mailbox, to: &Address, mail: &[u8]) -> Trial {
    let mut talk = Talk::new(smtp, STEP);
    let wrong = all(&mut talk, from, to, mail).await.err().map(|fault| fault.wrong);
    Trial {
        lines: talk.lines(),
        wrong,
    }
}

async fn all(talk: &mut Talk<'_>, from: &Mailbox, to: &Address, mail: &[u8]) -> Result<(), Fault> {
    let mut connection = talk.open().await?;
    talk.deliver(&mut connection, &from.email, to, mail).await?;
    talk.part(connection).await;
    Ok(())
}
