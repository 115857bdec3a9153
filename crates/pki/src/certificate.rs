//! Certificates.

use crate::extension::Extensions;
use crate::{
    BadSignature, BasicConstraints, DigestAlgorithm, Extension, GeneralName, KeyError, KeyUsage, Name, NameConstraints, PublicKey, Serial,
    SignatureAlgorithm,
};
use asn1::{Error, Kind, Mode, Oid, Reader, Tag};
use foundation::Instant;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A certificate: its bytes as received, and what they say. Cheap to clone.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    der: Box<[u8]>,
    tbs: Range<usize>,
    signature: Range<usize>,
    algorithm_der: Range<usize>,
    spki: Range<usize>,
    extension_list: Range<usize>,
    version: u64,
    serial: Serial,
    issuer: Name,
    subject: Name,
    not_before: Instant,
    not_after: Instant,
    extensions: Extensions,
    key: OnceLock<Result<PublicKey, KeyError>>,
}

impl Certificate {
    /// Reads a certificate (DER; BER forms that stand in old files are tolerated, the bytes are never changed).
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        crate::known::certificate(der, |der| Self::read(der, Mode::Ber))
    }
    /// Reads a certificate that must be DER throughout its framing.
    ///
    /// # Errors
    /// Malformed bytes, or anything but DER.
    pub fn parse_strict(der: &[u8]) -> Result<Self, Error> {
        Self::read(der, Mode::Der)
    }

    fn read(der: &[u8], mode: Mode) -> Result<Self, Error> {
        let at = |part: &[u8]| {
            let start = part.as_ptr() as usize - der.as_ptr() as usize;
            start..start + part.len()
        };
        let whole = Reader::one(der, mode)?;
        if whole.tag != Tag::SEQUENCE {
            return Err(whole.fail(Kind::Unexpected {
                expected: Tag::SEQUENCE,
                found: Some(whole.tag),
            }));
        }
        let mut outer = whole.reader()?;
        let tbs = outer.expect(Tag::SEQUENCE)?;
        let algorithm = outer.expect(Tag::SEQUENCE)?;
        let signature = outer.bit_string()?;
        outer.finish()?;

        let mut r = tbs.reader()?;
        let version = r.optional_explicit(0)?.map(|mut field| field.u64()).transpose()?.unwrap_or(0);
        let serial = Serial::read(&r.expect(Tag::INTEGER)?)?;
        let inner_algorithm = r.expect(Tag::SEQUENCE)?;
        // RFC 5280 §4.1.1.2: both must be the same.
        if inner_algorithm.raw != algorithm.raw {
            return Err(algorithm.fail(Kind::BadOid));
        }
        let issuer = Name::parse(r.expect(Tag::SEQUENCE)?.raw)?;
        let mut validity = r.sequence()?;
        let (not_before, not_after) = (validity.time()?, validity.time()?);
        validity.finish()?;
        let subject = Name::parse(r.expect(Tag::SEQUENCE)?.raw)?;
        let spki = r.expect(Tag::SEQUENCE)?;
        r.optional(Tag::context(1))?;
        r.optional(Tag::context(2))?;
        let (extension_list, extensions) = match r.optional_explicit(3)? {
            Some(mut field) => {
                let list = field.expect(Tag::SEQUENCE)?;
                field.finish()?;
                (at(list.raw), Extensions::read(&Extension::read_all(list.reader()?)?, &issuer)?)
            }
            None => (0..0, Extensions::default()),
        };
        r.finish()?;
        Ok(Self(Arc::new(Inner {
            der: der.into(),
            tbs: at(tbs.raw),
            signature: at(signature.bytes),
            algorithm_der: at(algorithm.raw),
            spki: at(spki.raw),
            extension_list,
            version,
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            extensions,
            key: OnceLock::new(),
        })))
    }

    /// All its bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }
    /// The bytes that were signed.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        &self.0.der[self.0.tbs.clone()]
    }
    /// Octets of the signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.0.der[self.0.signature.clone()]
    }
    /// AlgorithmIdentifier of the signature.
    #[must_use]
    pub fn signature_algorithm_der(&self) -> &[u8] {
        &self.0.der[self.0.algorithm_der.clone()]
    }
    /// Algorithm of the signature, if it is known here.
    #[must_use]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::parse(self.signature_algorithm_der()).ok()
    }
    /// 2 means version 3.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.0.version
    }
    /// Serial number.
    #[must_use]
    pub fn serial(&self) -> &Serial {
        &self.0.serial
    }
    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }
    /// Whose it is.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }
    /// Valid from.
    #[must_use]
    pub fn not_before(&self) -> Instant {
        self.0.not_before
    }
    /// Valid until, including this second.
    #[must_use]
    pub fn not_after(&self) -> Instant {
        self.0.not_after
    }
    /// Whether `at` lies within its validity.
    #[must_use]
    pub fn is_valid_at(&self, at: Instant) -> bool {
        self.0.not_before <= at && at.floor_second() <= self.0.not_after
    }
    /// SubjectPublicKeyInfo.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.0.der[self.0.spki.clone()]
    }
    /// The public key.
    ///
    /// # Errors
    /// A key that cannot be used here.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        self.0.key.get_or_init(|| PublicKey::parse(self.spki_der())).clone()
    }
    /// Takes over what is known of the key already, if it is the same one.
    pub(crate) fn know_key(&self, key: &PublicKey) {
        if key.spki_der() == self.spki_der() {
            let _ = self.0.key.set(Ok(key.clone()));
        }
    }
    /// SHA-256 of all its bytes.
    #[must_use]
    pub fn sha256(&self) -> Vec<u8> {
        DigestAlgorithm::Sha256.digest(self.der())
    }

    /// keyUsage, if it is there.
    #[must_use]
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.0.extensions.key_usage
    }
    /// basicConstraints, if it is there.
    #[must_use]
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.0.extensions.basic_constraints
    }
    /// Whether basicConstraints says that it is a CA.
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.0.extensions.basic_constraints.is_some_and(|constraints| constraints.ca)
    }
    /// Purposes of extKeyUsage; `None` without the extension.
    #[must_use]
    pub fn ekus(&self) -> Option<&[Oid]> {
        self.0.extensions.ekus.as_deref()
    }
    /// Whether extKeyUsage names `purpose`.
    #[must_use]
    pub fn has_eku(&self, purpose: &Oid) -> bool {
        self.ekus().is_some_and(|ekus| ekus.contains(purpose))
    }
    /// Policies; empty without the extension.
    #[must_use]
    pub fn policies(&self) -> &[Oid] {
        self.0.extensions.policies.as_deref().unwrap_or_default()
    }
    /// subjectKeyIdentifier.
    #[must_use]
    pub fn ski(&self) -> Option<&[u8]> {
        self.0.extensions.ski.as_deref()
    }
    /// keyIdentifier of the authorityKeyIdentifier.
    #[must_use]
    pub fn aki(&self) -> Option<&[u8]> {
        self.0.extensions.aki.as_deref()
    }
    /// subjectAltName.
    #[must_use]
    pub fn subject_alt_names(&self) -> &[GeneralName] {
        &self.0.extensions.subject_alt_names
    }
    /// First rfc822Name.
    #[must_use]
    pub fn mail(&self) -> Option<&str> {
        self.subject_alt_names().iter().find_map(|name| match name {
            GeneralName::Mail(mail) => Some(mail.as_str()),
            _ => None,
        })
    }
    /// nameConstraints.
    #[must_use]
    pub fn name_constraints(&self) -> Option<&NameConstraints> {
        self.0.extensions.name_constraints.as_ref()
    }
    /// Where its CRL is.
    #[must_use]
    pub fn crl_urls(&self) -> &[String] {
        &self.0.extensions.crl_urls
    }
    /// Names of its CRL distribution points, addresses among them.
    #[must_use]
    pub fn crl_points(&self) -> &[GeneralName] {
        &self.0.extensions.crl_points
    }
    /// Where its OCSP responder is.
    #[must_use]
    pub fn ocsp_urls(&self) -> &[String] {
        &self.0.extensions.ocsp_urls
    }
    /// Where its issuer's certificate is.
    #[must_use]
    pub fn issuer_urls(&self) -> &[String] {
        &self.0.extensions.issuer_urls
    }
    /// Addresses of the practice statement.
    #[must_use]
    pub fn cps_urls(&self) -> &[String] {
        &self.0.extensions.cps_urls
    }
    /// Whether id-pkix-ocsp-nocheck is there.
    #[must_use]
    pub fn ocsp_no_check(&self) -> bool {
        self.0.extensions.ocsp_no_check
    }
    /// A critical extension that this room does not understand.
    #[must_use]
    pub fn unknown_critical(&self) -> Option<&Oid> {
        self.0.extensions.unknown_critical.as_ref()
    }
    pub(crate) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }
    /// All extensions as they stand there.
    #[must_use]
    pub fn extension_list(&self) -> Vec<Extension<'_>> {
        let list = &self.0.der[self.0.extension_list.clone()];
        Reader::ber(list).sequence().and_then(Extension::read_all).unwrap_or_default()
    }

    /// Whether subject and issuer are the same name.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.0.subject == self.0.issuer
    }
    /// Whether `issuer` could have issued it: names match, and key identifiers do not contradict.
    #[must_use]
    pub fn may_be_issued_by(&self, issuer: &Self) -> bool {
        self.issuer() == issuer.subject() && !matches!((self.aki(), issuer.ski()), (Some(aki), Some(ski)) if aki != ski)
    }
    /// Verifies its signature with the issuer's key.
    ///
    /// # Errors
    /// If it does not verify, or the algorithm or key is not known here.
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), BadSignature> {
        let algorithm = self.signature_algorithm().ok_or(BadSignature)?;
        crate::memo::verify(issuer, algorithm, self.tbs(), self.signature())
    }
    /// Whether it is signed with its own key.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.is_self_issued() && self.public_key().is_ok_and(|key| self.verify_signature(&key).is_ok())
    }
    /// PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        crate::pem::encode("CERTIFICATE", self.der())
    }
    /// All certificates of a PEM text, or one certificate in DER.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.contains("-----BEGIN ") => {
                let blocks = crate::pem::decode(text).map_err(|_| Error {
                    offset: 0,
                    kind: Kind::BadString,
                })?;
                blocks
                    .iter()
                    .filter(|block| block.label == "CERTIFICATE")
                    .map(|block| Self::parse(&block.der))
                    .collect()
            }
            _ => Ok(vec![Self::parse(bytes)?]),
        }
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}
impl Eq for Certificate {}

impl std::hash::Hash for Certificate {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.der.hash(state);
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({}, {})", self.subject(), self.serial())
    }
}
