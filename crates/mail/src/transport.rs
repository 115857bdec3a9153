//! How mails leave: over SMTP, or into the outbox.

use std::time::Duration;

use foundation::Secret;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::Message;
use crate::outbox::{Kept, Outbox};

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
    /// What the server said.
    pub why: String,
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the mail was not taken{}: {}",
            if self.permanent { " and never will be" } else { "" },
            self.why
        )
    }
}
impl std::error::Error for SendError {}

/// A way out.
#[derive(Clone, Debug)]
pub enum Transport {
    /// Over SMTP: where to, and the connections.
    Smtp(Box<Smtp>, AsyncSmtpTransport<Tokio1Executor>),
    /// Kept in memory.
    Outbox(Outbox),
}

impl Transport {
    /// A pool of connections to `smtp`, made when the first mail leaves.
    ///
    /// # Errors
    /// The host is no name that TLS could check.
    pub fn smtp(smtp: &Smtp) -> Result<Self, SendError> {
        let tls = || {
            TlsParameters::new(smtp.host.clone()).map_err(|error| SendError {
                permanent: true,
                why: error.to_string(),
            })
        };
        let tls = match smtp.security {
            Security::Plain => Tls::None,
            Security::StartTls => Tls::Required(tls()?),
            Security::Tls => Tls::Wrapper(tls()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(Duration::from_secs(20)));
        if let Some((name, password)) = &smtp.user {
            builder = builder.credentials(Credentials::new(name.clone(), password.reveal().clone()));
        }
        Ok(Self::Smtp(Box::new(smtp.clone()), builder.build()))
    }
    pub(crate) async fn send(&self, message: &Message, built: lettre::Message) -> Result<(), SendError> {
        match self {
            Self::Outbox(outbox) => outbox.keep(Kept {
                to: message.to.clone(),
                kind: message.kind.to_owned(),
                subject: message.subject.clone(),
                text: message.text.clone(),
                rfc5322: built.formatted(),
            }),
            Self::Smtp(_, connections) => match connections.send(built).await {
                Ok(_) => Ok(()),
                Err(error) => Err(SendError {
                    permanent: error.is_permanent(),
                    why: full(&error),
                }),
            },
        }
    }
}

fn full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}
