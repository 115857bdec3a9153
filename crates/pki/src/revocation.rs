//! Whether a certificate was revoked, told from CRLs and OCSP responses that are given as bytes. Fails closed: what proves
//! nothing is not used, and the reason is told.

use crate::{AlgorithmPolicy, Certificate, Crl, KeyUsage, OcspResponse, OcspStatus, RevocationReason};
use foundation::Instant;

/// What the caller has.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// CRLs.
    pub crls: Vec<Crl>,
    /// OCSP responses.
    pub ocsps: Vec<OcspResponse>,
}

impl Evidence {
    /// Takes what can be read of `ocsps` (OCSPResponse) and `crls`; what cannot be read proves nothing and is left out.
    pub fn from_der<'a>(crls: impl IntoIterator<Item = &'a [u8]>, ocsps: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self {
            crls: crls.into_iter().filter_map(|der| Crl::parse(der).ok()).collect(),
            ocsps: ocsps.into_iter().filter_map(|der| OcspResponse::parse(der).ok()).collect(),
        }
    }
    /// All certificates that came along with OCSP responses.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.ocsps.iter().flat_map(|response| response.certificates())
    }
}

/// How new a status must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationRule {
    /// Status is not asked.
    Skip,
    /// A status in force at the control time (thisUpdate ≤ it ≤ nextUpdate), or a later one.
    Current,
    /// For the first certificate only a status made at the control time or later; above it as `Current`. This is what a
    /// signature with a trusted time needs: the status must have been looked up after it was made.
    AfterControlTime,
}

/// When a status is asked for.
#[derive(Clone, Copy, Debug)]
pub struct StatusQuestion<'a> {
    /// The control time: the certificate must not have been revoked then.
    pub at: Instant,
    /// Evidence made later than this does not exist yet.
    pub until: Instant,
    /// Whether evidence must have been made at `at` or later.
    pub only_after: bool,
    /// What may prove.
    pub evidence: &'a Evidence,
    /// Further certificates among which an OCSP signer may be.
    pub candidates: &'a [Certificate],
    /// CAs of the path that is being judged; one of the issuer's name may have signed its CRL with another key.
    pub path: &'a [Certificate],
    /// Which algorithms prove something.
    pub algorithms: &'a AlgorithmPolicy,
}

/// A revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Since when.
    pub at: Instant,
    /// Why.
    pub reason: Option<RevocationReason>,
}

/// What a status rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusSource {
    /// It is a trust anchor: trusted by decision.
    Anchor,
    /// It was not asked.
    NotAsked,
    /// id-pkix-ocsp-nocheck: trusted while it is valid.
    NoCheck,
    /// This response, signed by this certificate.
    Ocsp(OcspResponse, Certificate),
    /// This CRL.
    Crl(Crl),
}

/// Not revoked at the control time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// What says so.
    pub source: StatusSource,
    /// thisUpdate of it.
    pub this_update: Option<Instant>,
    /// nextUpdate of it.
    pub next_update: Option<Instant>,
    /// Revoked after the control time.
    pub revoked_later: Option<Revocation>,
}

/// Why a piece of evidence was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Nobody with the right to say it signed it, or the signature does not verify.
    Signature,
    /// Its signature algorithm proved nothing when it was made.
    WeakAlgorithm,
    /// It was made later than `until`.
    FromTheFuture,
    /// It is older than what is asked.
    Stale {
        /// thisUpdate
        this_update: Instant,
        /// nextUpdate
        next_update: Option<Instant>,
    },
    /// It was made after the certificate expired, and does not say that it keeps expired ones.
    ExpiredLeftOut,
    /// A CRL for other certificates (scope), or of a kind not understood.
    OutOfScope,
    /// The responder does not know the certificate.
    UnknownToResponder,
    /// The OCSP signer itself has no status and no nocheck.
    SignerStatus,
}

/// Status of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Not revoked then.
    Good(Status),
    /// Revoked then.
    Revoked(Revocation, StatusSource),
    /// Nothing usable says anything; what was tried and why it did not serve (`ocsp` or `crl`).
    None(Vec<(&'static str, Unusable)>),
}

/// Status of `certificate`, issued by `issuer`.
#[must_use]
pub fn status(certificate: &Certificate, issuer: &Certificate, question: &StatusQuestion<'_>) -> Answer {
    let mut found: Option<Status> = None;
    let mut tried = Vec::new();
    let answers = question
        .evidence
        .ocsps
        .iter()
        .filter_map(|response| by_ocsp(certificate, issuer, response, question).map(|answer| ("ocsp", answer)))
        .chain(
            question
                .evidence
                .crls
                .iter()
                .filter_map(|crl| by_crl(certificate, issuer, crl, question).map(|answer| ("crl", answer))),
        );
    for (kind, answer) in answers {
        match answer {
            // A revocation counts, however old the list that says so.
            Ok(Told::Revoked(revocation, source)) => return Answer::Revoked(revocation, source),
            Ok(Told::Good(status)) => {
                // The latest one is kept, and a later revocation is never forgotten.
                let revoked_later = status.revoked_later.or(found.as_ref().and_then(|other| other.revoked_later));
                let newer = found.as_ref().is_none_or(|other| other.this_update < status.this_update);
                let kept = if newer { Some(status) } else { found.take() };
                found = kept.map(|status| Status { revoked_later, ..status });
            }
            Err(why) => tried.push((kind, why)),
        }
    }
    match found {
        Some(status) => Answer::Good(status),
        None => Answer::None(tried),
    }
}

enum Told {
    Good(Status),
    Revoked(Revocation, StatusSource),
}

/// Clocks of responders run a little ahead of ours.
const SKEW: i64 = 300;

impl StatusQuestion<'_> {
    fn judge(
        &self,
        certificate: &Certificate,
        revocation: Option<Revocation>,
        source: StatusSource,
        (this_update, next_update): (Instant, Option<Instant>),
        keeps_expired_since: Option<Instant>,
    ) -> Result<Told, Unusable> {
        if this_update > self.until.plus_seconds(SKEW) {
            return Err(Unusable::FromTheFuture);
        }
        if let Some(revocation) = revocation.filter(|revocation| revocation.at <= self.at) {
            return Ok(Told::Revoked(revocation, source));
        }
        let after = this_update >= self.at.floor_second();
        let in_force = next_update.is_some_and(|next_update| next_update >= self.at);
        if !after && (self.only_after || !in_force) {
            return Err(Unusable::Stale { this_update, next_update });
        }
        let expired_before = certificate.not_after() < this_update;
        if expired_before && revocation.is_none() && keeps_expired_since.is_none_or(|since| since > certificate.not_after()) {
            return Err(Unusable::ExpiredLeftOut);
        }
        Ok(Told::Good(Status {
            source,
            this_update: Some(this_update),
            next_update,
            revoked_later: revocation,
        }))
    }

    fn strong(&self, algorithm: Option<crate::SignatureAlgorithm>, signer: &Certificate, made: Instant) -> Result<(), Unusable> {
        let (Some(algorithm), Ok(key)) = (algorithm, signer.public_key()) else {
            return Err(Unusable::Signature);
        };
        self.algorithms
            .check_signature(algorithm, key.kind(), made)
            .map_err(|_| Unusable::WeakAlgorithm)
    }
}

/// `None`: the response speaks of other certificates.
fn by_ocsp(
    certificate: &Certificate,
    issuer: &Certificate,
    response: &OcspResponse,
    question: &StatusQuestion<'_>,
) -> Option<Result<Told, Unusable>> {
    let single = response.about(issuer, certificate.serial())?;
    let tell = || {
        let signer = response.verify(issuer, question.candidates).map_err(|_| Unusable::Signature)?;
        question.strong(response.signature_algorithm(), &signer, response.produced_at())?;
        if signer != *issuer {
            question.strong(signer.signature_algorithm(), issuer, response.produced_at())?;
        }
        if signer != *issuer && !signer.ocsp_no_check() {
            signer_by_crl(&signer, issuer, response.produced_at(), question)?;
        }
        let revocation = match single.status {
            OcspStatus::Good => None,
            OcspStatus::Revoked { at, reason } => Some(Revocation { at, reason }),
            OcspStatus::Unknown => return Err(Unusable::UnknownToResponder),
        };
        let source = StatusSource::Ocsp(response.clone(), signer);
        question.judge(
            certificate,
            revocation,
            source,
            (single.this_update, single.next_update),
            single.archive_cutoff,
        )
    };
    Some(tell())
}

fn signer_by_crl(signer: &Certificate, issuer: &Certificate, produced_at: Instant, question: &StatusQuestion<'_>) -> Result<(), Unusable> {
    let then = StatusQuestion {
        at: produced_at,
        only_after: false,
        ..*question
    };
    let mut good = false;
    for crl in &question.evidence.crls {
        match by_crl(signer, issuer, crl, &then) {
            Some(Ok(Told::Revoked(..))) => return Err(Unusable::SignerStatus),
            Some(Ok(Told::Good(_))) => good = true,
            _ => {}
        }
    }
    if good { Ok(()) } else { Err(Unusable::SignerStatus) }
}

/// `None`: the CRL is another issuer's.
fn by_crl(certificate: &Certificate, issuer: &Certificate, crl: &Crl, question: &StatusQuestion<'_>) -> Option<Result<Told, Unusable>> {
    if crl.issuer() != issuer.subject() {
        return None;
    }
    // After a change of its key a CA has several certificates of one name; one of those of the path signed the list.
    let fits = |ca: &&Certificate| ca.subject() == crl.issuer() && !matches!((crl.aki(), ca.ski()), (Some(aki), Some(ski)) if aki != ski);
    let signer = std::iter::once(issuer).chain(question.path).find(fits)?;
    let tell = || {
        if signer.key_usage().is_some_and(|usage| !usage.has(KeyUsage::CRL_SIGN)) {
            return Err(Unusable::Signature);
        }
        if !covers(crl, certificate) {
            return Err(Unusable::OutOfScope);
        }
        let key = signer.public_key().map_err(|_| Unusable::Signature)?;
        question.strong(crl.signature_algorithm(), signer, crl.this_update())?;
        crl.verify_signature(&key).map_err(|_| Unusable::Signature)?;
        let entry = crl.find(certificate.serial());
        let revocation = entry.map(|entry| Revocation {
            at: entry.revoked_at,
            reason: entry.reason,
        });
        if crl.is_delta()
            && revocation.is_none_or(|revocation| revocation.reason == Some(RevocationReason::RemoveFromCrl) || revocation.at > question.at)
        {
            return Err(Unusable::OutOfScope);
        }
        question.judge(
            certificate,
            revocation,
            StatusSource::Crl(crl.clone()),
            (crl.this_update(), crl.next_update()),
            crl.expired_certs_since(),
        )
    };
    Some(tell())
}

fn covers(crl: &Crl, certificate: &Certificate) -> bool {
    if crl.unknown_critical().is_some() || crl.is_indirect() {
        return false;
    }
    let Some(scope) = crl.scope() else { return true };
    let kind_fits = if certificate.is_ca() { !scope.only_users } else { !scope.only_cas };
    let point_fits = scope.points.is_empty() || scope.points.iter().any(|point| certificate.crl_points().contains(point));
    kind_fits && point_fits && !scope.unusable
}
