//! CRLs: made for an issuer.

use crate::extension::write_extension;
use crate::{Certificate, RevocationReason, Serial, ToBeSigned, oids};
use asn1::Writer;
use foundation::Instant;

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlEntry {
    /// Its serial number.
    pub serial: Serial,
    /// Since when.
    pub revoked_at: Instant,
    /// Why; `None` and `Unspecified` are written as nothing.
    pub reason: Option<RevocationReason>,
    /// Since when the key may have been in other hands, if the CA knows.
    pub invalidity_date: Option<Instant>,
}

/// What a CRL shall say. A full CRL: no issuingDistributionPoint, no delta.
#[derive(Clone, Copy, Debug)]
pub struct CrlDraft<'a> {
    /// Whose CRL it is; its subject and its own key identifier go in.
    pub issuer: &'a Certificate,
    /// cRLNumber.
    pub number: u64,
    /// thisUpdate
    pub this_update: Instant,
    /// nextUpdate
    pub next_update: Instant,
    /// Revoked certificates stay on the list after they expired, since this time.
    pub expired_certs_since: Option<Instant>,
    /// All revoked certificates.
    pub entries: &'a [CrlEntry],
}

/// Builds a CRL for the issuer to sign.
///
/// # Errors
/// If the issuer's key is of no kind this product signs with.
pub fn prepare(draft: &CrlDraft<'_>) -> Result<ToBeSigned, crate::KeyError> {
    let key = draft.issuer.public_key()?;
    let algorithm = crate::profile::algorithm_of(&key)?;
    let mut w = Writer::with_capacity(512 + draft.entries.len() * 64);
    w.sequence(|w| {
        w.integer_u64(1);
        algorithm.write(w);
        w.raw(draft.issuer.subject().der());
        w.utc_or_generalized(draft.this_update);
        w.utc_or_generalized(draft.next_update);
        // An empty list must be absent (RFC 5280 §5.1.2.6).
        if !draft.entries.is_empty() {
            w.sequence(|w| draft.entries.iter().for_each(|entry| write_entry(w, entry)));
        }
        w.explicit(0, |w| {
            w.sequence(|w| {
                // The issuer's own identifier, not that of its parent.
                let own = draft.issuer.ski().map_or_else(|| key.key_id(), <[u8]>::to_vec);
                write_extension(w, &oids::AUTHORITY_KEY_ID, false, |w| w.sequence(|w| w.implicit(0, &own)));
                write_extension(w, &oids::CRL_NUMBER, false, |w| w.integer_u64(draft.number));
                if let Some(since) = draft.expired_certs_since {
                    write_extension(w, &oids::EXPIRED_CERTS_ON_CRL, false, |w| w.generalized_time(since));
                }
            });
        });
    });
    Ok(ToBeSigned::signed(w.finish(), algorithm))
}

fn write_entry(w: &mut Writer, entry: &CrlEntry) {
    w.sequence(|w| {
        w.integer_content(entry.serial.content());
        w.utc_or_generalized(entry.revoked_at);
        let reason = entry.reason.filter(|reason| *reason != RevocationReason::Unspecified);
        if reason.is_some() || entry.invalidity_date.is_some() {
            w.sequence(|w| {
                if let Some(reason) = reason {
                    write_extension(w, &oids::CRL_REASON, false, |w| w.enumerated(reason.code()));
                }
                if let Some(date) = entry.invalidity_date {
                    write_extension(w, &oids::INVALIDITY_DATE, false, |w| w.generalized_time(date));
                }
            });
        }
    });
}
