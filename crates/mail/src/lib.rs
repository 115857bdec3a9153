//! Messages over SMTP, outbox.
