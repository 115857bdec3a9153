//! OCSP responses: made for a delegated signer.

use crate::extension::write_extension;
use crate::{CertId, Certificate, RevocationReason, SignatureAlgorithm, ToBeSigned, oids};
use asn1::Writer;
use foundation::Instant;

/// What the responder says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspStatus {
    /// Issued and not revoked.
    Good,
    /// Revoked.
    Revoked {
        /// Since when.
        at: Instant,
        /// Why.
        reason: Option<RevocationReason>,
    },
    /// Not known to the responder.
    Unknown,
}

/// One answer to be made.
#[derive(Clone, Debug)]
pub struct OcspAnswer<'a> {
    /// The question.
    pub id: &'a CertId,
    /// The answer.
    pub status: OcspStatus,
    /// thisUpdate
    pub this_update: Instant,
    /// nextUpdate
    pub next_update: Option<Instant>,
}

/// What a response shall say.
#[derive(Clone, Debug)]
pub struct OcspDraft<'a> {
    /// The signer: the delegated responder, or the CA itself. Named by its key.
    pub responder: &'a Certificate,
    /// producedAt
    pub produced_at: Instant,
    /// The answers.
    pub answers: &'a [OcspAnswer<'a>],
    /// The nonce of the request, if it is repeated.
    pub nonce: Option<&'a [u8]>,
    /// archiveCutoff: status is kept for certificates that expired since then.
    pub archive_cutoff: Option<Instant>,
}

/// Builds a response for the responder to sign; its certificate is sent along.
///
/// # Errors
/// If the responder's key is of no kind this product signs with.
pub fn prepare(draft: &OcspDraft<'_>) -> Result<ToBeSigned, crate::KeyError> {
    let key = draft.responder.public_key()?;
    let algorithm = crate::profile::algorithm_of(&key)?;
    let mut w = Writer::with_capacity(512);
    w.sequence(|w| {
        w.explicit(2, |w| w.octet_string(&key.key_id()));
        w.generalized_time(draft.produced_at);
        w.sequence(|w| {
            draft
                .answers
                .iter()
                .for_each(|answer| write_answer(w, answer, draft.archive_cutoff))
        });
        if let Some(nonce) = draft.nonce {
            w.explicit(1, |w| {
                w.sequence(|w| write_extension(w, &oids::OCSP_NONCE, false, |w| w.octet_string(nonce)));
            });
        }
    });
    Ok(ToBeSigned::ocsp(w.finish(), algorithm, vec![draft.responder.der().to_vec()]))
}

fn write_answer(w: &mut Writer, answer: &OcspAnswer<'_>, archive_cutoff: Option<Instant>) {
    w.sequence(|w| {
        w.raw(answer.id.der());
        match answer.status {
            OcspStatus::Good => w.implicit(0, &[]),
            OcspStatus::Revoked { at, reason } => w.explicit(1, |w| {
                w.generalized_time(at);
                if let Some(reason) = reason.filter(|reason| *reason != RevocationReason::Unspecified) {
                    w.explicit(0, |w| w.enumerated(reason.code()));
                }
            }),
            OcspStatus::Unknown => w.implicit(2, &[]),
        }
        w.generalized_time(answer.this_update);
        if let Some(next_update) = answer.next_update {
            w.explicit(0, |w| w.generalized_time(next_update));
        }
        if let Some(cutoff) = archive_cutoff {
            w.explicit(1, |w| {
                w.sequence(|w| write_extension(w, &oids::OCSP_ARCHIVE_CUTOFF, false, |w| w.generalized_time(cutoff)));
            });
        }
    });
}

pub(crate) fn wrap(tbs: &[u8], algorithm: SignatureAlgorithm, signature: &[u8], certificates: &[Vec<u8>]) -> Vec<u8> {
    let mut w = Writer::with_capacity(tbs.len() + signature.len() + certificates.iter().map(Vec::len).sum::<usize>() + 80);
    w.sequence(|w| {
        w.enumerated(0);
        w.explicit(0, |w| {
            w.sequence(|w| {
                w.oid(&oids::OCSP_BASIC);
                w.octet_string_of(|w| {
                    w.sequence(|w| {
                        w.raw(tbs);
                        algorithm.write(w);
                        w.bit_string(signature);
                        if !certificates.is_empty() {
                            w.explicit(0, |w| w.sequence(|w| certificates.iter().for_each(|der| w.raw(der))));
                        }
                    });
                });
            });
        });
    });
    w.finish()
}

/// An answer without content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspRefusal {
    /// The request could not be read.
    MalformedRequest,
    /// The responder is broken.
    InternalError,
    /// Come back later.
    TryLater,
    /// The responder does not know the issuer (RFC 5019 §2.2.3: or the certificate).
    Unauthorized,
}

impl OcspRefusal {
    const fn code(self) -> u64 {
        match self {
            Self::MalformedRequest => 1,
            Self::InternalError => 2,
            Self::TryLater => 3,
            Self::Unauthorized => 6,
        }
    }
    /// The response in DER.
    #[must_use]
    pub fn der(self) -> Vec<u8> {
        Writer::build(|w| w.sequence(|w| w.enumerated(self.code())))
    }
}
