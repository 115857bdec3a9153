//! How mails leave: `--smtp URL` wins; in the demo the outbox in memory; else what the operator sets on his page.

use std::sync::Arc;

use foundation::{Random, Secret};
use mail::{Outbox, Seal, Security, Smtp, Transport};
use sha2::{Digest, Sha256};

use super::CannotServe;
use crate::command::serve::Options;

/// The way out that is given at the start, if there is one.
pub fn transport(options: &Options, outbox: &Outbox) -> Result<Option<Transport>, CannotServe> {
    match &options.smtp {
        None if options.demo => Ok(Some(Transport::Outbox(outbox.clone()))),
        None => Ok(None),
        Some(url) => {
            let wrong = || {
                CannotServe::new(
                    format!("「{}」をメールサーバとして読めません", without_password(url)),
                    "smtp://ホスト:25、smtp+starttls://利用者:合言葉@ホスト:587、smtps://ホスト:465 のように書いてください。",
                )
            };
            let smtp = read(url).ok_or_else(wrong)?;
            Transport::smtp(&smtp).map(Some).map_err(|_| wrong())
        }
    }
}

/// What seals the password of the mail server in the database: derived, so that the unlock secret itself need not stay in memory.
pub fn seal(unlock: &Secret<Vec<u8>>, random: Arc<dyn Random>) -> Seal {
    let mut hash = Sha256::new();
    hash.update(b"cectrust/mail-settings\0");
    hash.update(unlock.reveal());
    Seal::new(Secret::new(hash.finalize().to_vec()), random)
}

/// `smtp://`, `smtp+starttls://` or `smtps://`, `[user:password@]host[:port]`.
fn read(url: &str) -> Option<Smtp> {
    let (scheme, rest) = url.split_once("://")?;
    let (security, port) = match scheme {
        "smtp" => (Security::Plain, 25),
        "smtp+starttls" => (Security::StartTls, 587),
        "smtps" => (Security::Tls, 465),
        _ => return None,
    };
    let (user, place) = match rest.trim_end_matches('/').rsplit_once('@') {
        None => (None, rest.trim_end_matches('/')),
        Some((user, place)) => {
            let (name, password) = user.split_once(':')?;
            (Some((name.to_owned(), Secret::new(password.to_owned()))), place)
        }
    };
    let (host, port) = match place.rsplit_once(':') {
        None => (place, port),
        Some((host, port)) => (host, port.parse().ok()?),
    };
    (!host.is_empty()).then(|| Smtp {
        host: host.to_owned(),
        port,
        security,
        user,
    })
}

fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://…@{place}"),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_read_with_and_without_a_password() {
        let plain = read("smtp://127.0.0.1:2525").unwrap();
        assert_eq!((plain.host.as_str(), plain.port), ("127.0.0.1", 2525));
        let secret = read("smtp+starttls://a:b@mail.example.jp").unwrap();
        assert_eq!((secret.port, secret.user.unwrap().0.as_str()), (587, "a"));
        assert!(read("http://mail").is_none());
        assert!(!without_password("smtp://a:himitsu@mail").contains("himitsu"));
    }
}
