//! A view of SignedData (RFC 5652 §5): BER is accepted, nothing is re-encoded, raw bytes are kept.

use crate::{Error, oid};
use asn1::{Oid, Reader, Tag, Tlv};
use std::borrow::Cow;

/// Signer infos or certificates beyond this number are refused.
const MANY: usize = 256;

/// SignedData inside its ContentInfo.
#[derive(Clone, Debug)]
pub struct SignedData<'a> {
    /// Length of the ContentInfo: what follows it in the bytes given is no part of it.
    pub len: usize,
    /// Algorithms announced in `digestAlgorithms`.
    pub digest_algorithms: Vec<Oid>,
    /// eContentType.
    pub content_type: Oid,
    /// eContent, if it is there (a detached signature has none).
    pub content: Option<Cow<'a, [u8]>>,
    /// Certificates as received, DER (other choices of CertificateChoices are left out).
    pub certificates: Vec<&'a [u8]>,
    /// CRLs as received.
    pub crls: Vec<&'a [u8]>,
    /// Signers.
    pub signers: Vec<SignerInfo<'a>>,
}

/// How a signer is named.
#[derive(Clone, Copy, Debug)]
pub enum SignerId<'a> {
    /// Issuer name (raw) and serial number.
    IssuerAndSerial {
        /// Name, with tag and length.
        issuer: &'a [u8],
        /// Content octets of the INTEGER.
        serial: &'a [u8],
    },
    /// SubjectKeyIdentifier.
    KeyId(&'a [u8]),
}

/// One attribute: its type and its values, raw.
#[derive(Clone, Debug)]
pub struct Attribute<'a> {
    /// Type.
    pub kind: Oid,
    /// Values, each with tag and length.
    pub values: Vec<&'a [u8]>,
}

/// One signer.
#[derive(Clone, Debug)]
pub struct SignerInfo<'a> {
    /// Who.
    pub id: SignerId<'a>,
    /// digestAlgorithm.
    pub digest_algorithm: Oid,
    /// signatureAlgorithm: OID.
    pub signature_algorithm: Oid,
    /// signatureAlgorithm with its parameters, raw.
    pub signature_algorithm_raw: &'a [u8],
    /// Signed attributes.
    pub signed: Vec<Attribute<'a>>,
    signed_raw: Option<&'a [u8]>,
    /// Signature value.
    pub signature: Cow<'a, [u8]>,
    /// Unsigned attributes.
    pub unsigned: Vec<Attribute<'a>>,
}

impl<'a> SignedData<'a> {
    /// Reads a ContentInfo with SignedData at the beginning of `bytes`; [`SignedData::len`] says how long it is.
    ///
    /// # Errors
    /// Malformed bytes, or another content type.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut outer = Reader::ber(bytes);
        let tlv = outer.expect(Tag::SEQUENCE)?;
        let mut info = tlv.reader()?;
        if info.oid()? != oid::SIGNED_DATA {
            return Err(Error::NotSignedData);
        }
        let mut wrapped = info.explicit(0)?;
        info.finish()?;
        let mut data = wrapped.sequence()?;
        wrapped.finish()?;
        data.u64()?;
        let mut digest_algorithms = Vec::new();
        let mut algorithms = data.set()?;
        while !algorithms.is_empty() {
            digest_algorithms.push(algorithms.sequence()?.oid()?);
        }
        let mut encapsulated = data.sequence()?;
        let content_type = encapsulated.oid()?;
        let content = match encapsulated.optional_explicit(0)? {
            Some(mut inner) => {
                let content = inner.any()?;
                inner.finish()?;
                // PKCS#7 v1 producers put the content without an OCTET STRING; then its raw bytes are the content.
                Some(if content.tag.same_type(Tag::OCTET_STRING) {
                    content.octets()?
                } else {
                    Cow::Borrowed(content.value)
                })
            }
            None => None,
        };
        encapsulated.finish()?;
        let certificates = collect(data.optional_explicit(0)?, |tlv| tlv.tag == Tag::SEQUENCE)?;
        let crls = collect(data.optional_explicit(1)?, |tlv| tlv.tag == Tag::SEQUENCE)?;
        let mut infos = data.set()?;
        data.finish()?;
        let mut signers = Vec::new();
        while !infos.is_empty() {
            if signers.len() >= MANY {
                return Err(Error::Signers(signers.len()));
            }
            signers.push(SignerInfo::read(&infos.expect(Tag::SEQUENCE)?)?);
        }
        Ok(Self {
            len: tlv.raw.len(),
            digest_algorithms,
            content_type,
            content,
            certificates,
            crls,
            signers,
        })
    }

    /// The only signer.
    ///
    /// # Errors
    /// None, or several: EN 319 142-1 §6.3 allows exactly one.
    pub fn signer(&self) -> Result<&SignerInfo<'a>, Error> {
        match self.signers.as_slice() {
            // RFC 5652 §5.1: the digest algorithm is one of those announced.
            [one] if !self.digest_algorithms.contains(&one.digest_algorithm) => {
                Err(Error::Algorithm(format!("digest {} was not announced", one.digest_algorithm)))
            }
            [one] => Ok(one),
            other => Err(Error::Signers(other.len())),
        }
    }
}

fn collect<'a>(set: Option<Reader<'a>>, wanted: impl Fn(&Tlv<'a>) -> bool) -> Result<Vec<&'a [u8]>, Error> {
    let mut found = Vec::new();
    let Some(mut set) = set else { return Ok(found) };
    while !set.is_empty() {
        let tlv = set.any()?;
        if wanted(&tlv) {
            found.push(tlv.raw);
        }
        if found.len() > MANY {
            return Err(Error::TooMany);
        }
    }
    Ok(found)
}

impl<'a> SignerInfo<'a> {
    fn read(tlv: &Tlv<'a>) -> Result<Self, Error> {
        let mut info = tlv.reader()?;
        info.u64()?;
        let id = match info.optional(Tag::context(0))? {
            Some(key) => SignerId::KeyId(key.value),
            None => {
                let mut pair = info.sequence()?;
                let issuer = pair.expect(Tag::SEQUENCE)?.raw;
                SignerId::IssuerAndSerial {
                    issuer,
                    serial: pair.integer()?,
                }
            }
        };
        let digest_algorithm = info.sequence()?.oid()?;
        let signed_raw = info.optional(Tag::context_constructed(0))?;
        let signed = attributes(signed_raw.as_ref())?;
        let algorithm = info.expect(Tag::SEQUENCE)?;
        let signature_algorithm = algorithm.reader()?.oid()?;
        let signature = info.octet_string()?;
        let unsigned = attributes(info.optional(Tag::context_constructed(1))?.as_ref())?;
        info.finish()?;
        Ok(Self {
            id,
            digest_algorithm,
            signature_algorithm,
            signature_algorithm_raw: algorithm.raw,
            signed,
            signed_raw: signed_raw.map(|tlv| tlv.raw),
            signature,
            unsigned,
        })
    }

    /// What the signature is over if there are signed attributes: their raw bytes with the tag of SET OF (RFC 5652 §5.4).
    ///
    /// Only the first octet is exchanged; nothing is re-encoded (law 2). Attributes in BER were hashed as DER by their signer
    /// or not at all: such a signature does not verify here, as elsewhere.
    #[must_use]
    pub fn signed_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = self.signed_raw?.to_vec();
        bytes[0] = 0x31;
        Some(bytes)
    }

    /// The single value of a signed attribute.
    ///
    /// # Errors
    /// The attribute stands twice, or has not exactly one value.
    pub fn signed_attribute(&self, kind: &Oid) -> Result<Option<&'a [u8]>, Error> {
        let mut found = self.signed.iter().filter(|attribute| attribute.kind == *kind);
        let Some(first) = found.next() else { return Ok(None) };
        match (found.next(), first.values.as_slice()) {
            (None, [value]) => Ok(Some(value)),
            _ => Err(Error::AttributeRepeated(*kind)),
        }
    }

    /// message-digest.
    ///
    /// # Errors
    /// Repeated or malformed.
    pub fn message_digest(&self) -> Result<Option<Cow<'a, [u8]>>, Error> {
        let value = self.signed_attribute(&oid::MESSAGE_DIGEST)?;
        Ok(value.map(|value| Reader::ber(value).octet_string()).transpose()?)
    }

    /// signing-time, if it is there (it must not be in PAdES baseline signatures).
    ///
    /// # Errors
    /// Repeated or malformed.
    pub fn signing_time(&self) -> Result<Option<foundation::Instant>, Error> {
        let value = self.signed_attribute(&oid::SIGNING_TIME)?;
        Ok(value.map(|value| Reader::ber(value).time()).transpose()?)
    }

    /// Signature time-stamp tokens in the unsigned attributes, raw ContentInfo.
    #[must_use]
    pub fn time_stamps(&self) -> Vec<&'a [u8]> {
        let stamps = self.unsigned.iter().filter(|attribute| attribute.kind == oid::SIGNATURE_TIME_STAMP);
        stamps.flat_map(|attribute| attribute.values.iter().copied()).collect()
    }
}

fn attributes<'a>(tlv: Option<&Tlv<'a>>) -> Result<Vec<Attribute<'a>>, Error> {
    let mut found = Vec::new();
    let Some(tlv) = tlv else { return Ok(found) };
    let mut reader = tlv.reader()?;
    while !reader.is_empty() {
        let mut attribute = reader.sequence()?;
        let kind = attribute.oid()?;
        let mut set = attribute.set()?;
        attribute.finish()?;
        let mut values = Vec::new();
        while !set.is_empty() {
            values.push(set.any()?.raw);
        }
        found.push(Attribute { kind, values });
        if found.len() > MANY {
            return Err(Error::TooMany);
        }
    }
    Ok(found)
}
