//! 原本保管サービス: a company's own document, of any type.

use foundation::{Actor, Instant, Random, Refused, Seat};
use store::{Database, Objects, unit};

use crate::{Error, Owner, Prepared, Receipt, Result, deposit::take, term_from};
use evidence::Subject;

/// The largest file that is taken, of a contract or of one's own: the one bound of all rooms and faces above.
pub const LARGEST_FILE: usize = 50 << 20;

/// What an own document is deposited with.
#[derive(Clone, Debug)]
pub struct Own {
    /// The file's name.
    pub file_name: String,
    /// Its media type as declared; only `application/pdf` is treated apart, and only when the bytes begin as a PDF does.
    pub media: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Takes a company's own document: object durable, then rows, then the answer. Three steps with nothing half done: an object without
/// rows is nobody's.
///
/// # Errors
/// [`Error::Refused`], [`Error::CompanyIdCannotDeposit`], [`Error::TooBig`], [`Error::Empty`], [`Error::FileName`], the stores.
pub async fn deposit_own(db: &Database, objects: &Objects, by: &Actor, own: Own, now: Instant, random: &dyn Random) -> Result<Receipt> {
    let owner = owner(by)?;
    let title = own.file_name.trim().to_owned();
    if title.is_empty() || title.chars().count() > 255 || title.chars().any(char::is_control) {
        return Err(Error::FileName);
    }
    if own.bytes.len() > LARGEST_FILE {
        return Err(Error::TooBig);
    }
    let media = media(&own.media, &own.bytes);
    let prepared = Prepared::store(objects, now, random, own.bytes).await?;
    let until = term_from(now.date_in_japan());
    unit!(db, |unit| take(
        unit,
        by,
        &prepared,
        Subject::Own,
        &media,
        &title,
        &title,
        &[owner],
        until,
        now
    )
    .await)
    .await
}

fn owner(by: &Actor) -> Result<Owner> {
    let member = match by {
        Actor::Nobody => return Err(Refused::NotSignedIn.into()),
        Actor::Operator(_) | Actor::System { .. } => return Err(Error::Refused(Refused::ServiceNotAppliedFor)),
        Actor::Member(member) => member,
    };
    if !member.services.custody {
        return Err(Refused::ServiceNotAppliedFor.into());
    }
    match member.seat {
        Seat::Department => Err(Error::CompanyIdCannotDeposit),
        Seat::Desk { desk, .. } => Ok(Owner {
            department: member.department,
            desk,
        }),
    }
}

/// The media type that goes into the record: what was declared if it is a plain type, `application/pdf` only for what begins as one.
fn media(declared: &str, bytes: &[u8]) -> String {
    let token = |part: &str| !part.is_empty() && part.len() < 80 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.+_".contains(&b));
    let declared = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let pdf = bytes.starts_with(b"%PDF-");
    match declared.split_once('/') {
        Some(_) if pdf && (declared == "application/octet-stream" || declared == "application/pdf") => "application/pdf".to_owned(),
        Some((kind, sub)) if token(kind) && token(sub) && declared != "application/pdf" => declared,
        _ if pdf => "application/pdf".to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_as_a_pdf_is_called_one() {
        for (declared, bytes, recorded) in [
            ("application/pdf", &b"%PDF-1.7"[..], "application/pdf"),
            ("application/pdf", b"MZ", "application/octet-stream"),
            ("", b"%PDF-1.4", "application/pdf"),
            ("image/png; q=1", b"x", "image/png"),
            ("text/<html>", b"x", "application/octet-stream"),
        ] {
            assert_eq!(media(declared, bytes), recorded);
        }
    }
}
