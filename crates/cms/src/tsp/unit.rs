//! The core of a time-stamping unit: request in, bytes to sign out, reply complete. It holds no key and no clock.

use super::{Failure, TimeStampRequest, TstInfo};
use crate::{Assembly, SignedAttributes, oid};
use asn1::{Oid, Writer};
use foundation::Instant;
use pki::{Certificate, DigestAlgorithm, SignatureAlgorithm};

/// What a unit is.
#[derive(Clone, Debug)]
pub struct TimeStampUnit {
    /// Its certificate.
    pub certificate: Certificate,
    /// Certificates above it that go into the token when certReq is set, without the root.
    pub chain: Vec<Certificate>,
    /// Algorithm of its key.
    pub algorithm: SignatureAlgorithm,
    /// Its policy.
    pub policy: Oid,
    /// Accuracy it claims, in seconds.
    pub accuracy_seconds: u32,
}

/// What to do with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Sign [`PreparedReply::to_sign`] and complete.
    Sign(Box<PreparedReply>),
    /// Answer this: a TimeStampResp with a rejection.
    Reject(Vec<u8>),
}

/// A reply that waits for its signature.
#[derive(Clone, Debug)]
pub struct PreparedReply {
    unit: TimeStampUnit,
    info: Vec<u8>,
    digest: DigestAlgorithm,
    certificates: bool,
    /// **The bytes to sign** with the unit's key.
    pub to_sign: Vec<u8>,
}

/// Prepares the reply to `request` (DER) at `now` with the serial number `serial` (random or counted, unique for the unit).
#[must_use]
pub fn prepare_reply(request: &[u8], unit: &TimeStampUnit, serial: &[u8], now: Instant) -> Reply {
    let request = match TimeStampRequest::parse(request) {
        Ok(request) => request,
        Err(failure) => return Reply::Reject(failure.response("the request cannot be read or asks for what this unit does not do")),
    };
    if request.digest == DigestAlgorithm::Sha1 {
        return Reply::Reject(Failure::BadAlg.response("SHA-1 is not stamped"));
    }
    if request.policy.is_some_and(|policy| policy != unit.policy) {
        return Reply::Reject(Failure::UnacceptedPolicy.response("this unit has another policy"));
    }
    if now < unit.certificate.not_before() || now > unit.certificate.not_after() {
        return Reply::Reject(Failure::TimeNotAvailable.response("the unit's certificate is not valid now"));
    }
    let info = TstInfo {
        policy: unit.policy,
        digest: request.digest,
        imprint: request.imprint,
        serial: positive(serial),
        gen_time: now.floor_second(),
        accuracy_micros: u64::from(unit.accuracy_seconds) * 1_000_000,
        ordering: false,
        nonce: request.nonce,
    }
    .der();
    let digest = unit.algorithm.digest().unwrap_or(DigestAlgorithm::Sha256);
    let message_digest = digest.digest(&info);
    let attributes = SignedAttributes {
        content_type: oid::TST_INFO,
        message_digest: &message_digest,
        certificate: &unit.certificate,
        signing_time: None,
    };
    let to_sign = attributes.to_sign();
    Reply::Sign(Box::new(PreparedReply {
        unit: unit.clone(),
        info,
        digest,
        certificates: request.cert_req,
        to_sign,
    }))
}

impl PreparedReply {
    /// The whole TimeStampResp. The signature is checked first: a wrong one is answered with systemFailure.
    #[must_use]
    pub fn complete(&self, signature: &[u8]) -> Vec<u8> {
        let Some(token) = self.token(signature) else {
            return Failure::SystemFailure.response("the unit's key does not work");
        };
        Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| w.integer_u64(0));
                w.raw(&token);
            });
        })
    }

    /// The token alone; `None` if `signature` does not verify.
    #[must_use]
    pub fn token(&self, signature: &[u8]) -> Option<Vec<u8>> {
        self.unit
            .certificate
            .public_key()
            .ok()?
            .verify(self.unit.algorithm, &self.to_sign, signature)
            .ok()?;
        let mut certificates = Vec::new();
        if self.certificates {
            certificates.push(self.unit.certificate.der());
            certificates.extend(self.unit.chain.iter().map(Certificate::der));
        }
        let assembly = Assembly {
            content_type: oid::TST_INFO,
            content: Some(&self.info),
            digest: self.digest,
            algorithm: self.unit.algorithm,
            signed_attributes: &self.to_sign,
            certificate: &self.unit.certificate,
            certificates: &certificates,
            signature,
            time_stamp: None,
        };
        Some(assembly.der())
    }
}

/// Content octets of a positive, minimal INTEGER with the magnitude of `serial`.
fn positive(serial: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.integer_be(serial);
    let der = w.finish();
    asn1::Reader::der(&der).integer().expect("just written").to_vec()
}
