//! OCSP responses: read and verified.

pub use crate::ocsp_draft::{OcspAnswer, OcspDraft, OcspRefusal, OcspStatus, prepare};
pub use crate::ocsp_error::OcspError;

use crate::ocsp::nonce_of;
use crate::{
    BadSignature, CertId, Certificate, DigestAlgorithm, Extension, KeyUsage, Name, RevocationReason, Serial, SignatureAlgorithm, oids,
};
use asn1::{Error, Kind, Reader, Tag, Tlv, Writer};
use foundation::Instant;
use std::ops::Range;
use std::sync::Arc;

/// Who signed a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponderId {
    /// By name.
    Name(Name),
    /// By SHA-1 of the key.
    Key(Vec<u8>),
}

/// One answer that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleResponse {
    /// The question.
    pub id: CertId,
    /// The answer.
    pub status: OcspStatus,
    /// thisUpdate
    pub this_update: Instant,
    /// nextUpdate
    pub next_update: Option<Instant>,
    /// archiveCutoff
    pub archive_cutoff: Option<Instant>,
}

/// A successful basic response as received. Cheap to clone.
#[derive(Clone)]
pub struct OcspResponse(Arc<Inner>);

struct Inner {
    der: Box<[u8]>,
    basic: Range<usize>,
    tbs: Range<usize>,
    algorithm: Range<usize>,
    signature: Range<usize>,
    responder: ResponderId,
    produced_at: Instant,
    singles: Vec<SingleResponse>,
    nonce: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
}

impl OcspResponse {
    /// Reads an OCSPResponse.
    ///
    /// # Errors
    /// Malformed bytes, or a response that is a refusal.
    pub fn parse(der: &[u8]) -> Result<Self, OcspError> {
        let mut whole = Reader::ber(der);
        let mut outer = whole.sequence()?;
        whole.finish()?;
        let status = outer.enumerated()?;
        if status != 0 {
            return Err(OcspError::Refused(status));
        }
        let mut bytes = outer.explicit(0)?.sequence()?;
        outer.finish()?;
        if bytes.oid()? != oids::OCSP_BASIC {
            return Err(OcspError::NotBasic);
        }
        let octets = bytes.expect(Tag::OCTET_STRING)?;
        bytes.finish()?;
        if octets.tag.constructed {
            return Err(octets.fail(Kind::BadSegments).into());
        }
        let basic = octets.inner()?.expect(Tag::SEQUENCE)?;
        Self::read(der, &basic)
    }

    /// Reads a BasicOCSPResponse, the form in which CMS and evidence records carry it.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn parse_basic(basic: &[u8]) -> Result<Self, OcspError> {
        // Wrapped, so that `der` is an OCSPResponse whatever came in; the signed bytes stay as they are.
        let whole = Writer::build(|w| {
            w.sequence(|w| {
                w.enumerated(0);
                w.explicit(0, |w| {
                    w.sequence(|w| {
                        w.oid(&oids::OCSP_BASIC);
                        w.octet_string(basic);
                    });
                });
            });
        });
        Self::parse(&whole)
    }

    fn read(der: &[u8], basic: &Tlv<'_>) -> Result<Self, OcspError> {
        let at = |part: &[u8]| {
            let start = part.as_ptr() as usize - der.as_ptr() as usize;
            start..start + part.len()
        };
        let mut r = basic.reader()?;
        let tbs = r.expect(Tag::SEQUENCE)?;
        let algorithm = r.expect(Tag::SEQUENCE)?;
        let signature = r.bit_string()?;
        let mut certificates = Vec::new();
        if let Some(mut field) = r.optional_explicit(0)? {
            let mut list = field.sequence()?;
            while !list.is_empty() {
                if certificates.len() >= 16 {
                    return Err(list.fail(Kind::TooLarge).into());
                }
                certificates.push(Certificate::parse(list.any()?.raw)?);
            }
        }
        r.finish()?;
        let mut d = tbs.reader()?;
        d.optional(Tag::context_constructed(0))?;
        let responder = match d.optional_explicit(1)? {
            Some(mut name) => ResponderId::Name(Name::parse(name.expect(Tag::SEQUENCE)?.raw)?),
            None => ResponderId::Key(d.explicit(2)?.octet_string()?.into_owned()),
        };
        let produced_at = d.generalized_time()?;
        let mut singles = Vec::new();
        let mut list = d.sequence()?;
        while !list.is_empty() {
            singles.push(single(&mut list)?);
        }
        let mut nonce = None;
        if let Some(mut field) = d.optional_explicit(1)? {
            nonce = nonce_of(&Extension::read_all(field.sequence()?)?)?;
        }
        d.finish()?;
        Ok(Self(Arc::new(Inner {
            basic: at(basic.raw),
            tbs: at(tbs.raw),
            algorithm: at(algorithm.raw),
            signature: at(signature.bytes),
            der: der.into(),
            responder,
            produced_at,
            singles,
            nonce,
            certificates,
        })))
    }

    /// OCSPResponse.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }
    /// BasicOCSPResponse.
    #[must_use]
    pub fn basic_der(&self) -> &[u8] {
        &self.0.der[self.0.basic.clone()]
    }
    /// Who signed it.
    #[must_use]
    pub fn responder(&self) -> &ResponderId {
        &self.0.responder
    }
    /// producedAt
    #[must_use]
    pub fn produced_at(&self) -> Instant {
        self.0.produced_at
    }
    /// All answers.
    #[must_use]
    pub fn singles(&self) -> &[SingleResponse] {
        &self.0.singles
    }
    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> Option<&[u8]> {
        self.0.nonce.as_deref()
    }
    /// Certificates sent along.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.0.certificates
    }
    /// Algorithm of the signature, if it is known here.
    #[must_use]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::parse(&self.0.der[self.0.algorithm.clone()]).ok()
    }
    /// The answer about a certificate of `issuer`.
    #[must_use]
    pub fn about(&self, issuer: &Certificate, serial: &Serial) -> Option<&SingleResponse> {
        self.0.singles.iter().find(|single| single.id.is_about(issuer, serial))
    }

    /// Verifies the signature and the signer's right to answer for `issuer`: the issuer itself, or a certificate that the issuer
    /// gave the purpose OCSPSigning and that was valid at producedAt (RFC 6960 §4.2.2.2). `others` are further certificates
    /// among which the signer may be. Gives the signer.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub fn verify(&self, issuer: &Certificate, others: &[Certificate]) -> Result<Certificate, OcspError> {
        if self.is_named(issuer) {
            self.verify_with(issuer)?;
            return Ok(issuer.clone());
        }
        let issuer_key = issuer.public_key().map_err(|_| OcspError::NoSigner)?;
        let mut refusal = OcspError::NoSigner;
        for signer in self
            .0
            .certificates
            .iter()
            .chain(others)
            .filter(|candidate| self.is_named(candidate))
        {
            if !signer.may_be_issued_by(issuer) || signer.verify_signature(&issuer_key).is_err() {
                continue;
            }
            let signs = signer
                .key_usage()
                .is_none_or(|usage| usage.has_any(KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION)));
            if !signs || !signer.has_eku(&oids::EKU_OCSP_SIGNING) || signer.unknown_critical().is_some() {
                refusal = OcspError::NotAuthorized;
            } else if !signer.is_valid_at(self.0.produced_at) {
                refusal = OcspError::SignerNotValid;
            } else if self.verify_with(signer).is_ok() {
                return Ok(signer.clone());
            } else {
                refusal = OcspError::BadSignature;
            }
        }
        Err(refusal)
    }

    fn is_named(&self, certificate: &Certificate) -> bool {
        match &self.0.responder {
            ResponderId::Name(name) => name == certificate.subject(),
            ResponderId::Key(hash) => certificate
                .public_key()
                .is_ok_and(|key| DigestAlgorithm::Sha1.digest(key.key_octets()) == *hash),
        }
    }

    fn verify_with(&self, signer: &Certificate) -> Result<(), OcspError> {
        let key = signer.public_key().map_err(|_| OcspError::BadSignature)?;
        let algorithm = self.signature_algorithm().ok_or(OcspError::BadSignature)?;
        let (tbs, signature) = (&self.0.der[self.0.tbs.clone()], &self.0.der[self.0.signature.clone()]);
        crate::memo::verify(&key, algorithm, tbs, signature).map_err(|BadSignature| OcspError::BadSignature)
    }
}

fn single(list: &mut Reader<'_>) -> Result<SingleResponse, Error> {
    let mut r = list.sequence()?;
    let id = CertId::read(&r.expect(Tag::SEQUENCE)?)?;
    let choice = r.any()?;
    let status = match choice.tag.number {
        0 => OcspStatus::Good,
        1 => {
            let mut revoked = choice.reader()?;
            let at = revoked.generalized_time()?;
            let reason = revoked.optional_explicit(0)?.map(|mut field| field.enumerated()).transpose()?;
            OcspStatus::Revoked {
                at,
                reason: reason.map(RevocationReason::from_code),
            }
        }
        2 => OcspStatus::Unknown,
        _ => return Err(choice.fail(Kind::BadTag)),
    };
    let this_update = r.generalized_time()?;
    let next_update = r.optional_explicit(0)?.map(|mut field| field.generalized_time()).transpose()?;
    let mut archive_cutoff = None;
    if let Some(mut field) = r.optional_explicit(1)? {
        for extension in Extension::read_all(field.sequence()?)? {
            if extension.oid == oids::OCSP_ARCHIVE_CUTOFF {
                archive_cutoff = Some(extension.element()?.time()?);
            } else if extension.critical {
                return Err(r.fail(Kind::BadOid));
            }
        }
    }
    r.finish()?;
    Ok(SingleResponse {
        id,
        status,
        this_update,
        next_update,
        archive_cutoff,
    })
}

impl PartialEq for OcspResponse {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}
impl Eq for OcspResponse {}

impl std::fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "OcspResponse({}, {:?})",
            self.produced_at().rfc3339(),
            self.0.singles.iter().map(|single| &single.status).collect::<Vec<_>>()
        )
    }
}
