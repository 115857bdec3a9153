//! The OIDs of CMS, CAdES and RFC 3161.

use asn1::Oid;

pub const DATA: Oid = Oid::of("1.2.840.113549.1.7.1");
pub const SIGNED_DATA: Oid = Oid::of("1.2.840.113549.1.7.2");
pub const TST_INFO: Oid = Oid::of("1.2.840.113549.1.9.16.1.4");

pub const CONTENT_TYPE: Oid = Oid::of("1.2.840.113549.1.9.3");
pub const MESSAGE_DIGEST: Oid = Oid::of("1.2.840.113549.1.9.4");
pub const SIGNING_TIME: Oid = Oid::of("1.2.840.113549.1.9.5");
pub const SIGNING_CERTIFICATE: Oid = Oid::of("1.2.840.113549.1.9.16.2.12");
pub const SIGNING_CERTIFICATE_V2: Oid = Oid::of("1.2.840.113549.1.9.16.2.47");
pub const SIGNATURE_TIME_STAMP: Oid = Oid::of("1.2.840.113549.1.9.16.2.14");
/// Adobe's attribute with CRLs and OCSP responses inside the signed attributes (adbe.pkcs7.detached).
pub const ADBE_REVOCATION: Oid = Oid::of("1.2.840.113583.1.1.8");

pub const EXTENDED_KEY_USAGE: Oid = Oid::of("2.5.29.37");
pub const TIME_STAMPING: Oid = Oid::of("1.3.6.1.5.5.7.3.8");
