//! Why no path is valid.

use crate::algorithm_policy::WeakAlgorithm;
use crate::revocation::{Revocation, Unusable};
use asn1::Oid;
use foundation::Instant;

/// The fact that stands in the way. `subject` is the short name of the certificate it was found in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// No certificate of this issuer leads to an anchor.
    NoAnchor {
        /// Whose certificate is missing.
        issuer: String,
    },
    /// The search was given up: too many certificates of the same name.
    TooManyCandidates,
    /// The signature on the certificate does not verify.
    BadSignature {
        /// In which certificate.
        subject: String,
    },
    /// The public key cannot be used here.
    KeyUnusable {
        /// In which certificate.
        subject: String,
    },
    /// The signature algorithm is not known here.
    UnknownAlgorithm {
        /// In which certificate.
        subject: String,
    },
    /// An algorithm that proved nothing at the control time.
    WeakAlgorithm {
        /// In which certificate.
        subject: String,
        /// Which.
        weak: WeakAlgorithm,
    },
    /// A critical extension that is not understood.
    UnknownCritical {
        /// In which certificate.
        subject: String,
        /// Which.
        oid: Oid,
    },
    /// It issued a certificate, but is no CA.
    NotCa {
        /// In which certificate.
        subject: String,
    },
    /// More CAs follow than a path length allows.
    PathTooLong {
        /// In which certificate.
        subject: String,
    },
    /// The key usage forbids it.
    KeyUsage {
        /// In which certificate.
        subject: String,
    },
    /// The extended key usage forbids it.
    Purpose {
        /// In which certificate.
        subject: String,
    },
    /// A name lies outside what a CA above may certify.
    NameConstraint {
        /// In which certificate.
        subject: String,
    },
    /// No policy holds for the whole path.
    Policy {
        /// In which certificate.
        subject: String,
    },
    /// Not valid yet at the control time.
    NotYetValid {
        /// In which certificate.
        subject: String,
        /// From when.
        not_before: Instant,
    },
    /// Expired at the control time.
    Expired {
        /// In which certificate.
        subject: String,
        /// Since when.
        not_after: Instant,
    },
    /// Nothing usable says whether it was revoked.
    NoStatus {
        /// In which certificate.
        subject: String,
        /// Whether it is a CA of the path.
        is_ca: bool,
        /// What was tried (`ocsp` or `crl`), and why it did not serve.
        tried: Vec<(&'static str, Unusable)>,
    },
    /// Revoked at the control time.
    Revoked {
        /// In which certificate.
        subject: String,
        /// Whether it is a CA of the path.
        is_ca: bool,
        /// When and why.
        revocation: Revocation,
    },
}

impl PathError {
    /// How far the attempt came; the farthest is told.
    pub(crate) const fn rank(&self) -> u8 {
        match self {
            Self::NoAnchor { .. } => 0,
            Self::TooManyCandidates => 1,
            Self::KeyUnusable { .. } | Self::UnknownAlgorithm { .. } => 2,
            Self::BadSignature { .. } => 3,
            Self::WeakAlgorithm { .. } => 4,
            Self::UnknownCritical { .. }
            | Self::NotCa { .. }
            | Self::PathTooLong { .. }
            | Self::KeyUsage { .. }
            | Self::Purpose { .. }
            | Self::NameConstraint { .. }
            | Self::Policy { .. } => 5,
            Self::NotYetValid { .. } | Self::Expired { .. } => 6,
            Self::NoStatus { .. } => 7,
            Self::Revoked { .. } => 8,
        }
    }
}

impl std::fmt::Display for PathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoAnchor { issuer } => write!(f, "no path to a trust anchor: nothing leads on from {issuer}"),
            Self::TooManyCandidates => f.write_str("too many candidate certificates"),
            Self::BadSignature { subject } => write!(f, "the signature on the certificate of {subject} does not verify"),
            Self::KeyUnusable { subject } => write!(f, "the public key of {subject} cannot be used"),
            Self::UnknownAlgorithm { subject } => write!(f, "the signature algorithm on the certificate of {subject} is not known"),
            Self::WeakAlgorithm { subject, weak } => write!(f, "certificate of {subject}: {weak}"),
            Self::UnknownCritical { subject, oid } => write!(f, "certificate of {subject}: unknown critical extension {oid}"),
            Self::NotCa { subject } => write!(f, "{subject} is no CA"),
            Self::PathTooLong { subject } => write!(f, "the path is longer than allowed at {subject}"),
            Self::KeyUsage { subject } => write!(f, "the key usage of {subject} does not allow it"),
            Self::Purpose { subject } => write!(f, "the extended key usage of {subject} does not allow it"),
            Self::NameConstraint { subject } => write!(f, "the names of {subject} lie outside the constraints"),
            Self::Policy { subject } => write!(f, "no policy holds down to {subject}"),
            Self::NotYetValid { subject, not_before } => {
                write!(f, "the certificate of {subject} is valid from {} only", not_before.rfc3339())
            }
            Self::Expired { subject, not_after } => write!(f, "the certificate of {subject} expired on {}", not_after.rfc3339()),
            Self::NoStatus { subject, tried, .. } => {
                write!(f, "no usable revocation status for {subject}")?;
                tried.iter().try_for_each(|(kind, why)| write!(f, "; {kind}: {why:?}"))
            }
            Self::Revoked { subject, revocation, .. } => {
                write!(f, "the certificate of {subject} was revoked on {}", revocation.at.rfc3339())?;
                revocation.reason.map_or(Ok(()), |reason| write!(f, " ({})", reason.name()))
            }
        }
    }
}
impl std::error::Error for PathError {}
