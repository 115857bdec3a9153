//! SignedData, CAdES attributes, RFC 3161 requests, replies and tokens.
//!
//! * [`SignedData`], [`SignerInfo`]: a view of CMS as it was received (BER accepted, raw bytes kept), with [`SignerInfo::verify`].
//! * [`SignedAttributes`] gives the bytes to sign, [`Assembly`] the finished DER: no key is held here.
//! * [`tsp`]: requests, replies, tokens, and the core of a time-stamping unit.

mod attributes;
mod build;
mod error;
mod oid;
mod signed_data;
pub mod tsp;
mod verify;

pub use attributes::SignedAttributes;
pub use build::Assembly;
pub use error::Error;
pub use signed_data::{Attribute, SignedData, SignerId, SignerInfo};
pub use verify::Verified;

/// id-data: the content of a PDF signature.
pub const ID_DATA: asn1::Oid = oid::DATA;
/// id-ct-TSTInfo: the content of a time-stamp token.
pub const ID_TST_INFO: asn1::Oid = oid::TST_INFO;
/// Adobe's signed attribute with revocation data.
pub const ID_ADBE_REVOCATION: asn1::Oid = oid::ADBE_REVOCATION;
