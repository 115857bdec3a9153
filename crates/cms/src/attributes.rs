//! Signed attributes of CAdES: content-type, message-digest, signing-certificate-v2. No signing-time (EN 319 142-1 §6.3).

use crate::{Error, oid};
use asn1::{Oid, Reader, Tag, Writer};
use pki::{Certificate, DigestAlgorithm};

/// What goes into the signed attributes.
#[derive(Clone, Copy, Debug)]
pub struct SignedAttributes<'a> {
    /// eContentType.
    pub content_type: Oid,
    /// Digest of the content.
    pub message_digest: &'a [u8],
    /// The signer's certificate, for signing-certificate-v2.
    pub certificate: &'a Certificate,
    /// signing-time: only for tokens and other things that are no PAdES signature.
    pub signing_time: Option<foundation::Instant>,
}

impl SignedAttributes<'_> {
    /// The attributes as DER SET OF: **the bytes to sign**.
    #[must_use]
    pub fn to_sign(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.set_of(|w| {
                attribute(w, &oid::CONTENT_TYPE, |w| w.oid(&self.content_type));
                if let Some(at) = self.signing_time {
                    attribute(w, &oid::SIGNING_TIME, |w| w.utc_or_generalized(at));
                }
                attribute(w, &oid::MESSAGE_DIGEST, |w| w.octet_string(self.message_digest));
                attribute(w, &oid::SIGNING_CERTIFICATE_V2, |w| ess(w, self.certificate));
            });
        })
    }
}

fn attribute(w: &mut Writer, kind: &Oid, value: impl FnOnce(&mut Writer)) {
    w.sequence(|w| {
        w.oid(kind);
        w.set(value);
    });
}

/// SigningCertificateV2 with one ESSCertIDv2: SHA-256 is the default and left out (RFC 5035 §3, DER), issuerSerial is given.
fn ess(w: &mut Writer, certificate: &Certificate) {
    w.sequence(|w| {
        w.sequence(|w| {
            w.sequence(|w| {
                w.octet_string(&DigestAlgorithm::Sha256.digest(certificate.der()));
                w.sequence(|w| {
                    w.sequence(|w| w.explicit(4, |w| w.raw(certificate.issuer().der())));
                    w.integer_content(certificate.serial().content());
                });
            });
        });
    });
}

/// Whether signing-certificate(-v2) in a signer's attributes names `certificate`; `None` if the attribute is not there.
///
/// # Errors
/// Malformed, repeated or of an unknown digest.
pub(crate) fn ess_names(signer: &crate::SignerInfo<'_>, certificate: &Certificate) -> Result<Option<bool>, Error> {
    let (value, v2) = match signer.signed_attribute(&oid::SIGNING_CERTIFICATE_V2)? {
        Some(value) => (value, true),
        None => match signer.signed_attribute(&oid::SIGNING_CERTIFICATE)? {
            Some(value) => (value, false),
            None => return Ok(None),
        },
    };
    let mut outer = Reader::ber(value).sequence()?;
    let mut ids = outer.sequence()?;
    // The first one names the signer (RFC 5035 §5.4).
    let mut id = ids.sequence()?;
    let digest = if !v2 {
        DigestAlgorithm::Sha1
    } else if id.next_is(Tag::SEQUENCE) {
        let kind = id.sequence()?.oid()?;
        DigestAlgorithm::from_oid(&kind).ok_or_else(|| Error::Algorithm(format!("digest {kind} in signing-certificate")))?
    } else {
        DigestAlgorithm::Sha256
    };
    let hash = id.octet_string()?;
    if *hash != *digest.digest(certificate.der()) {
        return Ok(Some(false));
    }
    if let Some(issuer_serial) = id.optional(Tag::SEQUENCE)? {
        let mut pair = issuer_serial.reader()?;
        let mut names = pair.sequence()?;
        let serial = pair.integer()?;
        let name = names.optional_explicit(4)?.map(|mut name| name.any()).transpose()?;
        let issuer_fits = name.is_none_or(|name| name.raw == certificate.issuer().der());
        return Ok(Some(issuer_fits && serial == certificate.serial().content()));
    }
    Ok(Some(true))
}
