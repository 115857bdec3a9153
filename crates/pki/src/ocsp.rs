//! OCSP requests (RFC 6960, RFC 5019, RFC 9654).

use crate::extension::write_extension;
use crate::{Certificate, DigestAlgorithm, Extension, Serial, oids};
use asn1::{Error, Kind, Oid, Reader, Tag, Tlv, Writer};

/// Which certificate is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CertId {
    /// Digest algorithm of the two hashes.
    pub hash: DigestAlgorithm,
    /// Digest of the issuer's name.
    pub issuer_name_hash: Vec<u8>,
    /// Digest of the issuer's key.
    pub issuer_key_hash: Vec<u8>,
    /// Serial number.
    pub serial: Serial,
    /// CertID as it was received, so that an answer repeats it octet by octet.
    raw: Vec<u8>,
}

impl CertId {
    /// For a certificate of `issuer`.
    ///
    /// # Errors
    /// If the issuer's key cannot be read.
    pub fn new(issuer: &Certificate, serial: &Serial, hash: DigestAlgorithm) -> Result<Self, crate::KeyError> {
        let issuer_name_hash = hash.digest(issuer.subject().der());
        let issuer_key_hash = hash.digest(issuer.public_key()?.key_octets());
        let raw = Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&hash.oid());
                    w.null();
                });
                w.octet_string(&issuer_name_hash);
                w.octet_string(&issuer_key_hash);
                w.integer_content(serial.content());
            });
        });
        Ok(Self {
            hash,
            issuer_name_hash,
            issuer_key_hash,
            serial: serial.clone(),
            raw,
        })
    }
    /// DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.raw
    }
    /// Whether it asks about the certificate with `serial` of `issuer`.
    #[must_use]
    pub fn is_about(&self, issuer: &Certificate, serial: &Serial) -> bool {
        self.serial == *serial && self.is_of(issuer)
    }
    /// Whether it asks about a certificate of `issuer`.
    #[must_use]
    pub fn is_of(&self, issuer: &Certificate) -> bool {
        issuer.public_key().is_ok_and(|key| {
            self.hash.digest(issuer.subject().der()) == self.issuer_name_hash && self.hash.digest(key.key_octets()) == self.issuer_key_hash
        })
    }
    pub(crate) fn read(tlv: &Tlv<'_>) -> Result<Self, Error> {
        let mut r = tlv.reader()?;
        let place = r.fail(Kind::BadOid);
        let hash = DigestAlgorithm::read(&mut r)?.map_err(|_| place)?;
        let issuer_name_hash = r.octet_string()?.into_owned();
        let issuer_key_hash = r.octet_string()?.into_owned();
        let serial = Serial::read(&r.expect(Tag::INTEGER)?)?;
        r.finish()?;
        Ok(Self {
            hash,
            issuer_name_hash,
            issuer_key_hash,
            serial,
            raw: tlv.raw.to_vec(),
        })
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    /// What is asked, in this order.
    pub ids: Vec<CertId>,
    /// The nonce, if there is one (1 to 128 octets, RFC 9654).
    pub nonce: Option<Vec<u8>>,
}

impl OcspRequest {
    /// Largest request that is read.
    pub const LIMIT: usize = 4_096;

    /// Reads a request.
    ///
    /// # Errors
    /// Malformed or larger than 4 KB, no or more than 16 questions, an unknown digest, an unknown critical extension, a nonce of
    /// wrong length: answer `malformedRequest`.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let mut whole = Reader::ber(der);
        if der.len() > Self::LIMIT {
            return Err(whole.fail(Kind::TooLarge));
        }
        let mut outer = whole.sequence()?;
        whole.finish()?;
        let mut tbs = outer.sequence()?;
        // A signed request is read; nobody here asks who signed it.
        outer.optional(Tag::context_constructed(0))?;
        outer.finish()?;
        tbs.optional(Tag::context_constructed(0))?;
        tbs.optional(Tag::context_constructed(1))?;
        let mut list = tbs.sequence()?;
        let mut ids = Vec::new();
        while !list.is_empty() {
            let mut single = list.sequence()?;
            ids.push(CertId::read(&single.expect(Tag::SEQUENCE)?)?);
            if let Some(mut field) = single.optional_explicit(0)? {
                refuse_critical(&Extension::read_all(field.sequence()?)?, &single)?;
            }
            single.finish()?;
        }
        if ids.is_empty() || ids.len() > 16 {
            return Err(list.fail(Kind::TooLarge));
        }
        let mut nonce = None;
        if let Some(mut field) = tbs.optional_explicit(2)? {
            let extensions = Extension::read_all(field.sequence()?)?;
            nonce = nonce_of(&extensions)?;
            refuse_critical(&extensions, &tbs)?;
        }
        tbs.finish()?;
        Ok(Self { ids, nonce })
    }

    /// Writes an unsigned request.
    #[must_use]
    pub fn build(ids: &[CertId], nonce: Option<&[u8]>) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.sequence(|w| {
                        for id in ids {
                            w.sequence(|w| w.raw(id.der()));
                        }
                    });
                    if let Some(nonce) = nonce {
                        w.explicit(2, |w| {
                            w.sequence(|w| write_extension(w, &oids::OCSP_NONCE, false, |w| w.octet_string(nonce)));
                        });
                    }
                });
            });
        })
    }
}

fn refuse_critical(extensions: &[Extension<'_>], at: &Reader<'_>) -> Result<(), Error> {
    match extensions
        .iter()
        .find(|extension| extension.critical && extension.oid != oids::OCSP_NONCE)
    {
        Some(_) => Err(at.fail(Kind::BadOid)),
        None => Ok(()),
    }
}

pub(crate) fn nonce_of(extensions: &[Extension<'_>]) -> Result<Option<Vec<u8>>, Error> {
    let nonce_oid: Oid = oids::OCSP_NONCE;
    let Some(extension) = extensions.iter().find(|extension| extension.oid == nonce_oid) else {
        return Ok(None);
    };
    let element = extension.element()?;
    let nonce = if element.tag == Tag::OCTET_STRING {
        element.value
    } else {
        extension.value
    };
    if nonce.is_empty() || nonce.len() > 128 {
        return Err(element.fail(Kind::TooLarge));
    }
    Ok(Some(nonce.to_vec()))
}
