//! What can be wrong with a CMS or a time-stamp.

use asn1::Oid;

/// The fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The bytes are no BER, or not the structure expected.
    Asn1(asn1::Error),
    /// Another content type than SignedData.
    NotSignedData,
    /// Not exactly one signer but so many.
    Signers(usize),
    /// More parts than anything honest has.
    TooMany,
    /// An attribute that must stand there does not.
    AttributeMissing(&'static str),
    /// An attribute stands twice or has several values.
    AttributeRepeated(Oid),
    /// content-type says something else than the content.
    ContentTypeMismatch,
    /// message-digest is not the digest of the content.
    DigestMismatch,
    /// The algorithms of digest, signature and key do not go together, or one is not known.
    Algorithm(String),
    /// The signature value does not verify.
    SignatureWrong,
    /// No certificate for the signer is at hand.
    CertificateMissing,
    /// signing-certificate names another certificate.
    CertificateMismatch,
    /// A certificate cannot be read.
    Certificate(String),
    /// A detached signature was expected (or the opposite).
    Detached,
    /// The token's content is no TSTInfo.
    NotATimeStamp,
    /// The token is over other bytes.
    ImprintMismatch,
    /// The answer's nonce is another one.
    NonceMismatch,
    /// The answer's policy is another one.
    PolicyMismatch,
    /// The unit's certificate is not for time-stamping alone (critical id-kp-timeStamping).
    NotATimeStampUnit,
    /// The TSA refused: status, text, failure bit.
    Refused {
        /// PKIStatus.
        status: u64,
        /// statusString.
        text: String,
        /// Bit of PKIFailureInfo, if given.
        failure: Option<u8>,
    },
}

impl From<asn1::Error> for Error {
    fn from(error: asn1::Error) -> Self {
        Self::Asn1(error)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Asn1(error) => write!(f, "malformed: {error}"),
            Self::NotSignedData => f.write_str("not SignedData"),
            Self::Signers(count) => write!(f, "{count} signers where one is allowed"),
            Self::TooMany => f.write_str("too many parts"),
            Self::AttributeMissing(name) => write!(f, "attribute {name} is missing"),
            Self::AttributeRepeated(oid) => write!(f, "attribute {oid} is repeated"),
            Self::ContentTypeMismatch => f.write_str("content-type differs from the content"),
            Self::DigestMismatch => f.write_str("message-digest differs from the content's digest"),
            Self::Algorithm(words) => write!(f, "algorithm: {words}"),
            Self::SignatureWrong => f.write_str("the signature value does not verify"),
            Self::CertificateMissing => f.write_str("the signer's certificate is not at hand"),
            Self::CertificateMismatch => f.write_str("signing-certificate names another certificate"),
            Self::Certificate(words) => write!(f, "certificate: {words}"),
            Self::Detached => f.write_str("content where none may be, or none where it must be"),
            Self::NotATimeStamp => f.write_str("not a time-stamp token"),
            Self::ImprintMismatch => f.write_str("the time-stamp is over other bytes"),
            Self::NonceMismatch => f.write_str("the nonce differs"),
            Self::PolicyMismatch => f.write_str("the policy differs"),
            Self::NotATimeStampUnit => f.write_str("the certificate is not for time-stamping"),
            Self::Refused { status, text, failure } => write!(f, "the TSA refused: status {status}, failure {failure:?}, {text}"),
        }
    }
}
impl std::error::Error for Error {}
