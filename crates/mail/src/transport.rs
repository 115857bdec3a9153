//! How mails leave: over SMTP, or into the outbox.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foundation::Secret;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use tokio::time::Instant;

use crate::dialogue::{Fault, Talk};
use crate::outbox::{Kept, Outbox};
use crate::{Message, Wrong};

/// How long one step of the talk may take. RFC 5321 §4.5.3.2 would wait for minutes, but a job waits here.
const STEP: Duration = Duration::from_secs(20);
/// How long a connection is kept for the next mail, and how many.
const REST: Duration = Duration::from_secs(20);
const RESTING: usize = 4;

/// Where a mail server is.
#[derive(Clone, Debug)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is protected.
    pub security: Security,
    /// Name and password, if it wants them.
    pub user: Option<(String, Secret<String>)>,
}

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: a server on this machine.
    Plain,
    /// TLS after `STARTTLS`, or no mail.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    /// It never will be.
    pub permanent: bool,
    /// What is wrong.
    pub wrong: Wrong,
    /// What the server said, or what happened on the line.
    pub why: String,
}

impl SendError {
    /// Not now: the mail waits.
    pub(crate) fn later(wrong: Wrong, why: impl Into<String>) -> Self {
        Self {
            permanent: false,
            wrong,
            why: why.into(),
        }
    }
    /// Not ever.
    pub(crate) fn never(wrong: Wrong, why: impl Into<String>) -> Self {
        Self {
            permanent: true,
            wrong,
            why: why.into(),
        }
    }
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.wrong.sentence(), self.why)
    }
}
impl std::error::Error for SendError {}

/// Connections that wait for the next mail.
#[derive(Clone, Default)]
pub struct Resting(Arc<Mutex<Vec<(AsyncSmtpConnection, Instant)>>>);

impl std::fmt::Debug for Resting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resting").finish_non_exhaustive()
    }
}

/// A way out.
#[derive(Clone, Debug)]
pub enum Transport {
    /// Over SMTP: where to, and the connections.
    Smtp(Box<Smtp>, Resting),
    /// Kept in memory.
    Outbox(Outbox),
}

impl Transport {
    /// The way to `smtp`; a connection is made when the first mail leaves.
    ///
    /// # Errors
    /// The host is no name that TLS could check.
    pub fn smtp(smtp: &Smtp) -> Result<Self, SendError> {
        if smtp.security != Security::Plain {
            TlsParameters::new(smtp.host.clone()).map_err(|error| SendError::later(Wrong::Tls, error.to_string()))?;
        }
        Ok(Self::Smtp(Box::new(smtp.clone()), Resting::default()))
    }
    pub(crate) async fn send(&self, message: &Message, built: lettre::Message, now: foundation::Instant) -> Result<(), SendError> {
        match self {
            Self::Outbox(outbox) => outbox.keep(Kept {
                to: message.to.clone(),
                kind: message.kind.to_owned(),
                subject: message.subject.clone(),
                text: message.text.clone(),
                at: now,
                rfc5322: built.formatted(),
            }),
            Self::Smtp(smtp, resting) => {
                let mut talk = Talk::new(smtp, STEP);
                over(&mut talk, resting, &built).await.map_err(|fault| talk.failed(fault))
            }
        }
    }
}

async fn over(talk: &mut Talk<'_>, resting: &Resting, built: &lettre::Message) -> Result<(), Fault> {
    let envelope = built.envelope();
    let (Some(from), [to]) = (envelope.from(), envelope.to()) else {
        return Err(Wrong::NoAddress.into());
    };
    let mut connection = match resting.awake().await {
        Some(connection) => connection,
        None => talk.open().await?,
    };
    talk.deliver(&mut connection, from, to, &built.formatted()).await?;
    if let Some(connection) = resting.rest(connection) {
        talk.part(connection).await;
    }
    Ok(())
}

impl Resting {
    /// A connection that still answers.
    async fn awake(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut connection, since) = self.lock().pop()?;
            let answers = tokio::time::timeout(REST, connection.test_connected());
            if since.elapsed() < REST && answers.await.unwrap_or(false) {
                return Some(connection);
            }
        }
    }
    /// Keeps it for the next mail; gives it back where enough rest.
    fn rest(&self, connection: AsyncSmtpConnection) -> Option<AsyncSmtpConnection> {
        let mut resting = self.lock();
        if resting.len() >= RESTING {
            return Some(connection);
        }
        resting.push((connection, Instant::now()));
        None
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(AsyncSmtpConnection, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
