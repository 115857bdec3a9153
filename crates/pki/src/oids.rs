//! Object identifiers this room knows.

use asn1::Oid;

macro_rules! oids {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Oid = Oid::of($text);)*
    };
}

oids! {
    /// commonName
    COMMON_NAME = "2.5.4.3";
    /// surname
    SURNAME = "2.5.4.4";
    /// serialNumber
    SERIAL_NUMBER = "2.5.4.5";
    /// countryName
    COUNTRY = "2.5.4.6";
    /// localityName
    LOCALITY = "2.5.4.7";
    /// stateOrProvinceName
    STATE = "2.5.4.8";
    /// streetAddress
    STREET = "2.5.4.9";
    /// organizationName
    ORGANIZATION = "2.5.4.10";
    /// organizationalUnitName
    ORGANIZATIONAL_UNIT = "2.5.4.11";
    /// title
    TITLE = "2.5.4.12";
    /// givenName
    GIVEN_NAME = "2.5.4.42";
    /// pseudonym
    PSEUDONYM = "2.5.4.65";
    /// organizationIdentifier
    ORGANIZATION_IDENTIFIER = "2.5.4.97";
    /// emailAddress (PKCS#9)
    EMAIL = "1.2.840.113549.1.9.1";
    /// domainComponent
    DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";

    /// subjectKeyIdentifier
    SUBJECT_KEY_ID = "2.5.29.14";
    /// keyUsage
    KEY_USAGE = "2.5.29.15";
    /// subjectAltName
    SUBJECT_ALT_NAME = "2.5.29.17";
    /// basicConstraints
    BASIC_CONSTRAINTS = "2.5.29.19";
    /// cRLNumber
    CRL_NUMBER = "2.5.29.20";
    /// cRLReason
    CRL_REASON = "2.5.29.21";
    /// invalidityDate
    INVALIDITY_DATE = "2.5.29.24";
    /// deltaCRLIndicator
    DELTA_CRL = "2.5.29.27";
    /// issuingDistributionPoint
    ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    /// certificateIssuer
    CERTIFICATE_ISSUER = "2.5.29.29";
    /// nameConstraints
    NAME_CONSTRAINTS = "2.5.29.30";
    /// cRLDistributionPoints
    CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    /// certificatePolicies
    CERTIFICATE_POLICIES = "2.5.29.32";
    /// anyPolicy
    ANY_POLICY = "2.5.29.32.0";
    /// policyMappings
    POLICY_MAPPINGS = "2.5.29.33";
    /// authorityKeyIdentifier
    AUTHORITY_KEY_ID = "2.5.29.35";
    /// policyConstraints
    POLICY_CONSTRAINTS = "2.5.29.36";
    /// extKeyUsage
    EXT_KEY_USAGE = "2.5.29.37";
    /// inhibitAnyPolicy
    INHIBIT_ANY_POLICY = "2.5.29.54";
    /// expiredCertsOnCRL
    EXPIRED_CERTS_ON_CRL = "2.5.29.60";
    /// authorityInfoAccess
    AUTHORITY_INFO_ACCESS = "1.3.6.1.5.5.7.1.1";
    /// qcStatements
    QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
    /// id-ad-ocsp
    AD_OCSP = "1.3.6.1.5.5.7.48.1";
    /// id-ad-caIssuers
    AD_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
    /// id-qt-cps
    QT_CPS = "1.3.6.1.5.5.7.2.1";

    /// anyExtendedKeyUsage
    EKU_ANY = "2.5.29.37.0";
    /// id-kp-clientAuth
    EKU_CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    /// id-kp-emailProtection
    EKU_EMAIL = "1.3.6.1.5.5.7.3.4";
    /// id-kp-timeStamping
    EKU_TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
    /// id-kp-OCSPSigning
    EKU_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    /// id-kp-documentSigning
    EKU_DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";

    /// id-pkix-ocsp-basic
    OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1";
    /// id-pkix-ocsp-nonce
    OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
    /// id-pkix-ocsp-nocheck
    OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
    /// id-pkix-ocsp-archive-cutoff
    OCSP_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6";

    /// rsaEncryption
    RSA_ENCRYPTION = "1.2.840.113549.1.1.1";
    /// sha1WithRSAEncryption
    SHA1_WITH_RSA = "1.2.840.113549.1.1.5";
    /// id-mgf1
    MGF1 = "1.2.840.113549.1.1.8";
    /// id-RSASSA-PSS
    RSA_PSS = "1.2.840.113549.1.1.10";
    /// sha256WithRSAEncryption
    SHA256_WITH_RSA = "1.2.840.113549.1.1.11";
    /// sha384WithRSAEncryption
    SHA384_WITH_RSA = "1.2.840.113549.1.1.12";
    /// sha512WithRSAEncryption
    SHA512_WITH_RSA = "1.2.840.113549.1.1.13";
    /// id-ecPublicKey
    EC_PUBLIC_KEY = "1.2.840.10045.2.1";
    /// ecdsa-with-SHA256
    ECDSA_SHA256 = "1.2.840.10045.4.3.2";
    /// ecdsa-with-SHA384
    ECDSA_SHA384 = "1.2.840.10045.4.3.3";
    /// ecdsa-with-SHA512
    ECDSA_SHA512 = "1.2.840.10045.4.3.4";
    /// secp256r1
    P256 = "1.2.840.10045.3.1.7";
    /// secp384r1
    P384 = "1.3.132.0.34";
    /// secp521r1
    P521 = "1.3.132.0.35";
    /// id-Ed25519
    ED25519 = "1.3.101.112";
    /// id-sha1
    SHA1 = "1.3.14.3.2.26";
    /// id-sha256
    SHA256 = "2.16.840.1.101.3.4.2.1";
    /// id-sha384
    SHA384 = "2.16.840.1.101.3.4.2.2";
    /// id-sha512
    SHA512 = "2.16.840.1.101.3.4.2.3";
    /// extensionRequest (PKCS#9), in a certification request
    EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
    /// Normalized Certificate Policy, EN 319 411-1
    ETSI_NCP = "0.4.0.2042.1.1";
    /// NCP with a secure device, EN 319 411-1
    ETSI_NCP_PLUS = "0.4.0.2042.1.2";
}
