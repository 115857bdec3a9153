//! Why an OCSP response proves nothing.

use asn1::Error;

/// Why a response proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspError {
    /// Malformed bytes.
    Malformed(Error),
    /// The responder refused, with this status.
    Refused(u64),
    /// Another kind of response than basic.
    NotBasic,
    /// Nobody whom the issuer appointed signed it.
    NoSigner,
    /// The signer has not the purpose OCSPSigning.
    NotAuthorized,
    /// The signer's certificate was not valid when it answered.
    SignerNotValid,
    /// The signature does not verify.
    BadSignature,
}

impl From<Error> for OcspError {
    fn from(error: Error) -> Self {
        Self::Malformed(error)
    }
}
impl std::fmt::Display for OcspError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "malformed OCSP response {error}"),
            Self::Refused(status) => write!(f, "the OCSP responder refused with status {status}"),
            Self::NotBasic => f.write_str("not a basic OCSP response"),
            Self::NoSigner => f.write_str("no signer appointed by the issuer"),
            Self::NotAuthorized => f.write_str("the signer is not authorised to sign OCSP responses"),
            Self::SignerNotValid => f.write_str("the signer's certificate was not valid"),
            Self::BadSignature => f.write_str("the signature of the OCSP response does not verify"),
        }
    }
}
impl std::error::Error for OcspError {}
