//! A message as RFC 5322 bytes.

use std::time::{Duration, SystemTime};

use foundation::Instant;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};

use crate::{MailId, Message, SendError, Wrong};

/// Says to machines that nobody waits for an answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Builds it; an address that is none can never be sent.
pub fn build(from: &Mailbox, id: MailId, message: &Message, now: Instant) -> Result<lettre::Message, SendError> {
    let to: Mailbox = message
        .to
        .parse()
        .map_err(|_| SendError::never(Wrong::NoAddress, message.to.as_str()))?;
    if message.subject.contains(['\r', '\n']) {
        return Err(SendError::never(Wrong::Text, "件名が一行ではありません"));
    }
    let date = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(now.unix_seconds()).unwrap_or(0));
    let builder = lettre::Message::builder()
        .from(from.clone())
        .to(to)
        .subject(message.subject.clone())
        .date(date)
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .header(AutoSubmitted);
    let plain = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text.clone());
    let html = message.html.clone().unwrap_or_else(|| crate::html(&message.text));
    let html = SinglePart::builder().header(ContentType::TEXT_HTML).body(html);
    let built = builder.multipart(MultiPart::alternative().singlepart(plain).singlepart(html));
    built.map_err(|error| SendError::never(Wrong::Text, error.to_string()))
}
