//! Path building and validation (RFC 5280 §6.1).

use crate::constraints::NameSpace;
use crate::path_error::PathError;
use crate::policy_set::PolicySet;
use crate::revocation::{Answer, Evidence, RevocationRule, Status, StatusQuestion, StatusSource, status};
use crate::{AlgorithmPolicy, Certificate, KeyUsage, algorithm_policy, oids};
use asn1::Oid;
use foundation::Instant;

/// What the first certificate is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Signing documents: nonRepudiation or digitalSignature.
    Signing,
    /// Signing time-stamps: extKeyUsage timeStamping.
    TimeStamping,
    /// Signing OCSP responses: extKeyUsage OCSPSigning.
    OcspSigning,
    /// Any use; only the path is judged.
    Any,
}

/// What is asked. Make one with [`PathQuestion::new`] and change the fields that differ.
#[derive(Clone, Copy, Debug)]
pub struct PathQuestion<'a> {
    /// The certificate in question.
    pub leaf: &'a Certificate,
    /// Certificates that may stand between it and an anchor, in any order.
    pub candidates: &'a [Certificate],
    /// Whom the caller trusts.
    pub anchors: &'a [Certificate],
    /// The control time: validity, revocation and algorithms are judged then.
    pub at: Instant,
    /// Evidence made later than this is not used (usually the time of the judgement itself).
    pub until: Instant,
    /// What the leaf is used for.
    pub purpose: Purpose,
    /// How new the revocation status must be.
    pub revocation: RevocationRule,
    /// CRLs and OCSP responses.
    pub evidence: &'a Evidence,
    /// Which algorithms prove something when.
    pub algorithms: &'a AlgorithmPolicy,
    /// Policies of which one must hold; empty: any.
    pub policies: &'a [Oid],
}

static NO_EVIDENCE: Evidence = Evidence {
    crls: Vec::new(),
    ocsps: Vec::new(),
};

impl<'a> PathQuestion<'a> {
    /// Is `leaf` valid for signing at `at` under `anchors`? Without candidates and evidence; status must be current.
    #[must_use]
    pub fn new(leaf: &'a Certificate, anchors: &'a [Certificate], at: Instant) -> Self {
        Self {
            leaf,
            candidates: &[],
            anchors,
            at,
            until: at,
            purpose: Purpose::Signing,
            revocation: RevocationRule::Current,
            evidence: &NO_EVIDENCE,
            algorithms: algorithm_policy::ours(),
            policies: &[],
        }
    }
}

/// A valid path.
#[derive(Clone, Debug)]
pub struct Path {
    /// From the leaf to the anchor.
    pub certificates: Vec<Certificate>,
    /// Status of each of them, in the same order.
    pub statuses: Vec<Status>,
    /// Policies that hold for the whole path; `None`: any.
    pub policies: Option<Vec<Oid>>,
}

impl Path {
    /// The anchor it ends in.
    #[must_use]
    pub fn anchor(&self) -> &Certificate {
        &self.certificates[self.certificates.len() - 1]
    }
}

/// Longest path, and most signatures that are verified while looking for one.
const MAX_LENGTH: usize = 10;
const MAX_CHECKS: usize = 96;

/// Finds a valid path. If there is none, the error tells of the attempt that came farthest.
///
/// # Errors
/// Why no path is valid.
pub fn validate_path(question: &PathQuestion<'_>) -> Result<Path, PathError> {
    let mut search = Search {
        question,
        chain: vec![question.leaf.clone()],
        checks: 0,
        worst: None,
    };
    if question.anchors.contains(question.leaf) {
        return search.judge();
    }
    match search.grow() {
        Some(path) => Ok(path),
        None => Err(search.worst.unwrap_or_else(|| PathError::NoAnchor {
            issuer: question.leaf.issuer().short(),
        })),
    }
}

struct Search<'q, 'a> {
    question: &'q PathQuestion<'a>,
    chain: Vec<Certificate>,
    checks: usize,
    worst: Option<PathError>,
}

impl Search<'_, '_> {
    fn note(&mut self, error: PathError) {
        if self.worst.as_ref().is_none_or(|other| other.rank() < error.rank()) {
            self.worst = Some(error);
        }
    }

    fn grow(&mut self) -> Option<Path> {
        let question = self.question;
        let last = self.chain[self.chain.len() - 1].clone();
        for (is_anchor, issuer) in question
            .anchors
            .iter()
            .map(|anchor| (true, anchor))
            .chain(question.candidates.iter().map(|candidate| (false, candidate)))
        {
            if !last.may_be_issued_by(issuer) || self.is_in_chain(issuer) || (!is_anchor && question.anchors.contains(issuer)) {
                continue;
            }
            if let Err(error) = self.signature(&last, issuer) {
                self.note(error);
                continue;
            }
            self.chain.push(issuer.clone());
            let found = if is_anchor {
                match self.judge() {
                    Ok(path) => Some(path),
                    Err(error) => {
                        self.note(error);
                        None
                    }
                }
            } else if self.chain.len() < MAX_LENGTH {
                self.grow()
            } else {
                None
            };
            if found.is_some() {
                return found;
            }
            self.chain.pop();
        }
        self.note(PathError::NoAnchor {
            issuer: last.issuer().short(),
        });
        None
    }

    fn is_in_chain(&self, certificate: &Certificate) -> bool {
        self.chain
            .iter()
            .any(|other| other.subject() == certificate.subject() && other.spki_der() == certificate.spki_der())
    }

    fn signature(&mut self, certificate: &Certificate, issuer: &Certificate) -> Result<(), PathError> {
        self.checks += 1;
        if self.checks > MAX_CHECKS {
            return Err(PathError::TooManyCandidates);
        }
        let subject = || certificate.subject().short();
        let key = issuer.public_key().map_err(|_| PathError::KeyUnusable {
            subject: issuer.subject().short(),
        })?;
        let algorithm = certificate
            .signature_algorithm()
            .ok_or_else(|| PathError::UnknownAlgorithm { subject: subject() })?;
        self.question
            .algorithms
            .check_signature(algorithm, key.kind(), self.question.at)
            .map_err(|weak| PathError::WeakAlgorithm { subject: subject(), weak })?;
        certificate
            .verify_signature(&key)
            .map_err(|_| PathError::BadSignature { subject: subject() })
    }

    /// RFC 5280 §6.1 over the chain as it stands, anchor last.
    fn judge(&self) -> Result<Path, PathError> {
        let question = self.question;
        let (anchor, below) = self.chain.split_last().ok_or(PathError::TooManyCandidates)?;
        if below.is_empty() {
            // The leaf itself is trusted; what remains is time and purpose.
            in_time(anchor, question.at)?;
            purpose_fits(anchor, question.purpose)?;
            let statuses = vec![without_evidence(StatusSource::Anchor)];
            return Ok(Path {
                certificates: self.chain.clone(),
                statuses,
                policies: None,
            });
        }
        let mut space = NameSpace::default();
        let mut policies = PolicySet::new(question.policies, below.len());
        let mut may_follow = u64::try_from(below.len()).unwrap_or(u64::MAX);
        // An anchor's own limits are kept, though RFC 5280 would let us ignore them.
        if anchor.basic_constraints().is_some_and(|constraints| !constraints.ca) {
            return Err(PathError::NotCa {
                subject: anchor.subject().short(),
            });
        }
        if let Some(limit) = anchor.basic_constraints().and_then(|constraints| constraints.path_len) {
            may_follow = may_follow.min(limit);
        }
        space.narrow(anchor)?;
        for (depth, certificate) in below.iter().enumerate().rev() {
            let is_last = depth == 0;
            let subject = || certificate.subject().short();
            in_time(certificate, question.at)?;
            if let Some(oid) = certificate.unknown_critical() {
                return Err(PathError::UnknownCritical {
                    subject: subject(),
                    oid: *oid,
                });
            }
            if is_last || !certificate.is_self_issued() {
                space.check(certificate)?;
            }
            policies.step(certificate, is_last)?;
            if is_last {
                purpose_fits(certificate, question.purpose)?;
                let key = certificate
                    .public_key()
                    .map_err(|_| PathError::KeyUnusable { subject: subject() })?;
                question
                    .algorithms
                    .check_key(key.kind(), question.at)
                    .map_err(|weak| PathError::WeakAlgorithm { subject: subject(), weak })?;
                continue;
            }
            if certificate.version() != 2 || !certificate.is_ca() {
                return Err(PathError::NotCa { subject: subject() });
            }
            if !certificate.is_self_issued() {
                may_follow = may_follow
                    .checked_sub(1)
                    .ok_or_else(|| PathError::PathTooLong { subject: subject() })?;
            }
            if let Some(limit) = certificate.basic_constraints().and_then(|constraints| constraints.path_len) {
                may_follow = may_follow.min(limit);
            }
            if certificate.key_usage().is_some_and(|usage| !usage.has(KeyUsage::KEY_CERT_SIGN)) {
                return Err(PathError::KeyUsage { subject: subject() });
            }
            space.narrow(certificate)?;
        }
        let policies = policies.finish(question.leaf)?;
        Ok(Path {
            certificates: self.chain.clone(),
            statuses: self.statuses()?,
            policies,
        })
    }

    /// Status of every certificate, CAs first: the leaf's status rests on them.
    fn statuses(&self) -> Result<Vec<Status>, PathError> {
        let question = self.question;
        let mut statuses = vec![without_evidence(StatusSource::Anchor)];
        for (depth, pair) in self.chain.windows(2).enumerate().rev() {
            let (certificate, issuer) = (&pair[0], &pair[1]);
            let asked = StatusQuestion {
                at: question.at,
                until: question.until,
                only_after: depth == 0 && question.revocation == RevocationRule::AfterControlTime,
                evidence: question.evidence,
                candidates: question.candidates,
                path: &self.chain[1..],
                algorithms: question.algorithms,
            };
            statuses.push(if question.revocation == RevocationRule::Skip {
                without_evidence(StatusSource::NotAsked)
            } else if question.purpose == Purpose::OcspSigning && depth == 0 && certificate.ocsp_no_check() {
                without_evidence(StatusSource::NoCheck)
            } else {
                match status(certificate, issuer, &asked) {
                    Answer::Good(status) => status,
                    Answer::Revoked(revocation, _) => {
                        return Err(PathError::Revoked {
                            subject: certificate.subject().short(),
                            is_ca: depth > 0,
                            revocation,
                        });
                    }
                    Answer::None(tried) => {
                        return Err(PathError::NoStatus {
                            subject: certificate.subject().short(),
                            is_ca: depth > 0,
                            tried,
                        });
                    }
                }
            });
        }
        statuses.reverse();
        Ok(statuses)
    }
}

const fn without_evidence(source: StatusSource) -> Status {
    Status {
        source,
        this_update: None,
        next_update: None,
        revoked_later: None,
    }
}

fn in_time(certificate: &Certificate, at: Instant) -> Result<(), PathError> {
    if at < certificate.not_before() {
        return Err(PathError::NotYetValid {
            subject: certificate.subject().short(),
            not_before: certificate.not_before(),
        });
    }
    if certificate.is_valid_at(at) {
        Ok(())
    } else {
        Err(PathError::Expired {
            subject: certificate.subject().short(),
            not_after: certificate.not_after(),
        })
    }
}

fn purpose_fits(certificate: &Certificate, purpose: Purpose) -> Result<(), PathError> {
    let subject = || certificate.subject().short();
    let signs = certificate
        .key_usage()
        .is_none_or(|usage| usage.has_any(KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION)));
    let fits = match purpose {
        Purpose::Any => return Ok(()),
        Purpose::TimeStamping => certificate.has_eku(&oids::EKU_TIME_STAMPING),
        Purpose::OcspSigning => certificate.has_eku(&oids::EKU_OCSP_SIGNING),
        // Purposes that have nothing to do with documents do not exclude it, unless they are all there is.
        Purpose::Signing => certificate.ekus().is_none_or(|ekus| {
            const ELSEWHERE: [Oid; 4] = [
                oids::EKU_TIME_STAMPING,
                oids::EKU_OCSP_SIGNING,
                Oid::of("1.3.6.1.5.5.7.3.1"),
                Oid::of("1.3.6.1.5.5.7.3.3"),
            ];
            ekus.iter().any(|eku| !ELSEWHERE.contains(eku))
        }),
    };
    match (signs, fits) {
        (false, _) => Err(PathError::KeyUsage { subject: subject() }),
        (_, false) => Err(PathError::Purpose { subject: subject() }),
        _ => Ok(()),
    }
}
