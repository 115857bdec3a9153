//! Names, certificates, requests, CRL, OCSP, profiles, lints, path validation, algorithm policy.
//!
//! Bytes in, bytes out: no clock, no network, no key. What is signed goes **build → [`ToBeSigned`] → signature → complete**;
//! what was received is kept as it was received. Times, randomness and revocation data are arguments.
//!
//! * reading: [`Certificate`], [`Name`], [`PublicKey`], [`Csr`], [`Crl`], [`OcspRequest`], [`OcspResponse`], [`pem`]
//! * making: [`NameBuilder`], [`profile`] (with [`lint`]), [`csr`], [`crl`], [`ocsp_response`], [`Serial`]
//! * judging: [`validate_path`], [`revocation`], [`algorithm_policy`], [`subscriber_key`]

mod algorithm;
pub mod algorithm_policy;
mod certificate;
mod constraints;
pub mod crl;
mod crl_draft;
pub mod csr;
mod digest;
mod extension;
mod key;
mod known;
pub mod lint;
mod memo;
mod name;
mod name_builder;
mod ocsp;
mod ocsp_draft;
mod ocsp_error;
pub mod ocsp_response;
pub mod oids;
mod path;
mod path_error;
pub mod pem;
mod policy_set;
pub mod profile;
mod reason;
pub mod revocation;
mod serial;
pub mod subscriber_key;
mod tbs;

pub use algorithm::{AlgorithmError, SignatureAlgorithm};
pub use algorithm_policy::{AlgorithmPolicy, WeakAlgorithm};
pub use certificate::Certificate;
pub use crl::{Crl, CrlDraft, CrlEntry};
pub use csr::{Csr, CsrError};
pub use digest::DigestAlgorithm;
pub use extension::{BasicConstraints, Extension, GeneralName, KeyUsage, NameConstraints, write_extension};
pub use key::{BadSignature, KeyError, KeyKind, KeyType, PublicKey, UnknownKeyType, ec_spki, ed25519_spki, rsa_spki};
pub use lint::Finding;
pub use name::{Attribute, Name};
pub use name_builder::{NameBuilder, NameError};
pub use ocsp::{CertId, OcspRequest};
pub use ocsp_response::{OcspAnswer, OcspDraft, OcspError, OcspRefusal, OcspResponse, OcspStatus, ResponderId, SingleResponse};
pub use path::{Path, PathQuestion, Purpose, validate_path};
pub use path_error::PathError;
pub use profile::{Addresses, Draft, Profile, ProfileError};
pub use reason::RevocationReason;
pub use revocation::{Evidence, Revocation, RevocationRule, Status, StatusSource, Unusable};
pub use serial::Serial;
pub use tbs::{ToBeSigned, assemble};
