//! What our own certificates look like. Each function builds the bytes to sign and runs the lints over them first.

use crate::extension::{write_extension, write_uri};
use crate::lint::{self, Finding};
use crate::{Certificate, KeyError, KeyUsage, Name, PublicKey, Serial, SignatureAlgorithm, ToBeSigned, oids};
use asn1::{Oid, Tag, Writer};
use foundation::Instant;

/// The kinds of certificate this product issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// The root, signed by itself.
    Root,
    /// The issuing CA under the root.
    IssuingCa,
    /// The delegated OCSP signer under the issuing CA.
    OcspSigner,
    /// The time-stamping unit, directly under the root.
    Tsu,
    /// The operator's seal under the issuing CA.
    ESeal,
    /// A natural person under the issuing CA.
    Subscriber,
}

impl Profile {
    /// One word for rows and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::IssuingCa => "issuing-ca",
            Self::OcspSigner => "ocsp-signer",
            Self::Tsu => "tsu",
            Self::ESeal => "e-seal",
            Self::Subscriber => "subscriber",
        }
    }
    /// Whether it is a CA.
    #[must_use]
    pub const fn is_ca(self) -> bool {
        matches!(self, Self::Root | Self::IssuingCa)
    }
    /// keyUsage.
    #[must_use]
    pub const fn key_usage(self) -> KeyUsage {
        match self {
            Self::Root | Self::IssuingCa => KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN),
            Self::OcspSigner | Self::Tsu => KeyUsage::DIGITAL_SIGNATURE,
            // EN 319 412-2 §4.3.2 type A: nonRepudiation and nothing else.
            Self::ESeal | Self::Subscriber => KeyUsage::NON_REPUDIATION,
        }
    }
    /// extKeyUsage and whether it is critical.
    #[must_use]
    pub const fn eku(self) -> Option<(Oid, bool)> {
        match self {
            Self::OcspSigner => Some((oids::EKU_OCSP_SIGNING, false)),
            // RFC 3161 §2.3: MUST be critical.
            Self::Tsu => Some((oids::EKU_TIME_STAMPING, true)),
            Self::Root | Self::IssuingCa | Self::ESeal | Self::Subscriber => None,
        }
    }
}

/// Where the issuer publishes; these addresses stand for decades.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Addresses {
    /// The issuer's certificate.
    pub ca_issuers: String,
    /// The issuer's CRL.
    pub crl: String,
    /// The issuer's OCSP responder, if it has one.
    pub ocsp: Option<String>,
    /// The practice statement, named beside each policy.
    pub cps: Option<String>,
}

/// What the caller decides.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Whose certificate.
    pub subject: &'a Name,
    /// Its key.
    pub key: &'a PublicKey,
    /// Its serial number.
    pub serial: &'a Serial,
    /// Valid from (whole seconds count).
    pub not_before: Instant,
    /// Valid until.
    pub not_after: Instant,
    /// Policies; none on an issuing CA means anyPolicy.
    pub policies: &'a [Oid],
    /// Mail address for subjectAltName.
    pub mail: Option<&'a str>,
    /// The issuer's addresses; not used by a root.
    pub addresses: &'a Addresses,
}

/// Why no certificate was prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileError {
    /// The issuer's key is of no kind this product signs with.
    IssuerKey(KeyError),
    /// The lints found something; nothing may be signed.
    Findings(Vec<Finding>),
}

impl std::fmt::Display for ProfileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::IssuerKey(error) => write!(f, "the issuer's key: {error}"),
            Self::Findings(findings) => {
                f.write_str("the certificate was not prepared:")?;
                findings.iter().try_for_each(|finding| write!(f, " {finding};"))
            }
        }
    }
}
impl std::error::Error for ProfileError {}

/// The algorithm a key of ours signs with.
pub(crate) fn algorithm_of(key: &PublicKey) -> Result<SignatureAlgorithm, KeyError> {
    key.key_type().map(crate::KeyType::signature_algorithm).ok_or(match key.kind() {
        crate::KeyKind::Rsa { bits } => KeyError::Size { bits },
        _ => KeyError::NotOnCurve,
    })
}

/// The root: signed with its own key.
///
/// # Errors
/// What the lints find.
pub fn root(draft: &Draft<'_>) -> Result<ToBeSigned, ProfileError> {
    prepare(Profile::Root, draft, None)
}
/// The issuing CA under `root`.
///
/// # Errors
/// What the lints find.
pub fn issuing_ca(draft: &Draft<'_>, root: &Certificate) -> Result<ToBeSigned, ProfileError> {
    prepare(Profile::IssuingCa, draft, Some(root))
}
/// The OCSP signer under `issuer`.
///
/// # Errors
/// What the lints find.
pub fn ocsp_signer(draft: &Draft<'_>, issuer: &Certificate) -> Result<ToBeSigned, ProfileError> {
    prepare(Profile::OcspSigner, draft, Some(issuer))
}
/// The time-stamping unit under `root`.
///
/// # Errors
/// What the lints find.
pub fn tsu(draft: &Draft<'_>, root: &Certificate) -> Result<ToBeSigned, ProfileError> {
    prepare(Profile::Tsu, draft, Some(root))
}
/// The operator's seal under `issuer`.
///
/// # Errors
/// What the lints find.
pub fn e_seal(draft: &Draft<'_>, issuer: &Certificate) -> Result<ToBeSigned, ProfileError> {
    prepare(Profile::ESeal, draft, Some(issuer))
}
/// A natural person under `issuer`.
///
/// # Errors
/// What the lints find.
pub fn subscriber(draft: &Draft<'_>, issuer: &Certificate) -> Result<ToBeSigned, ProfileError> {
    prepare(Profile::Subscriber, draft, Some(issuer))
}

/// Any of them; `issuer` is `None` for a root only.
///
/// # Errors
/// What the lints find.
pub fn prepare(profile: Profile, draft: &Draft<'_>, issuer: Option<&Certificate>) -> Result<ToBeSigned, ProfileError> {
    let prepared = build(profile, draft, issuer).map_err(ProfileError::IssuerKey)?;
    let findings = lint::check_prepared(&prepared, profile, issuer, Some(draft.key));
    if findings.is_empty() {
        Ok(prepared)
    } else {
        Err(ProfileError::Findings(findings))
    }
}

/// Builds without linting; tests make mutants of it.
pub(crate) fn build(profile: Profile, draft: &Draft<'_>, issuer: Option<&Certificate>) -> Result<ToBeSigned, KeyError> {
    let issuer_key = match issuer {
        Some(issuer) => issuer.public_key()?,
        None => draft.key.clone(),
    };
    let algorithm = algorithm_of(&issuer_key)?;
    let mut w = Writer::with_capacity(1_400);
    w.sequence(|w| {
        w.explicit(0, |w| w.integer_u64(2));
        w.integer_content(draft.serial.content());
        algorithm.write(w);
        w.raw(issuer.map_or(draft.subject, Certificate::subject).der());
        w.sequence(|w| {
            w.utc_or_generalized(draft.not_before);
            w.utc_or_generalized(draft.not_after);
        });
        w.raw(draft.subject.der());
        w.raw(draft.key.spki_der());
        w.explicit(3, |w| w.sequence(|w| extensions(w, profile, draft, issuer)));
    });
    Ok(ToBeSigned::signed(w.finish(), algorithm))
}

fn extensions(w: &mut Writer, profile: Profile, draft: &Draft<'_>, issuer: Option<&Certificate>) {
    if let Some(issuer) = issuer {
        let issuer_id = issuer
            .ski()
            .map_or_else(|| issuer.public_key().map(|key| key.key_id()).unwrap_or_default(), <[u8]>::to_vec);
        write_extension(w, &oids::AUTHORITY_KEY_ID, false, |w| w.sequence(|w| w.implicit(0, &issuer_id)));
    }
    write_extension(w, &oids::SUBJECT_KEY_ID, false, |w| w.octet_string(&draft.key.key_id()));
    write_extension(w, &oids::KEY_USAGE, true, |w| w.named_bits(Tag::BIT_STRING, profile.key_usage().0));
    if profile.is_ca() {
        write_extension(w, &oids::BASIC_CONSTRAINTS, true, |w| {
            w.sequence(|w| {
                w.boolean(true);
                if profile == Profile::IssuingCa {
                    w.integer_u64(0);
                }
            });
        });
    }
    if let Some((purpose, critical)) = profile.eku() {
        write_extension(w, &oids::EXT_KEY_USAGE, critical, |w| w.sequence(|w| w.oid(&purpose)));
    }
    if profile == Profile::OcspSigner {
        write_extension(w, &oids::OCSP_NO_CHECK, false, Writer::null);
    }
    policies(w, profile, draft);
    if let Some(mail) = draft.mail {
        write_extension(w, &oids::SUBJECT_ALT_NAME, false, |w| {
            w.sequence(|w| w.implicit(1, mail.as_bytes()))
        });
    }
    if issuer.is_some() {
        addresses(w, draft.addresses);
    }
}

fn policies(w: &mut Writer, profile: Profile, draft: &Draft<'_>) {
    let any = [oids::ANY_POLICY];
    let policies = if draft.policies.is_empty() && profile == Profile::IssuingCa {
        &any
    } else {
        draft.policies
    };
    if policies.is_empty() {
        return;
    }
    write_extension(w, &oids::CERTIFICATE_POLICIES, false, |w| {
        w.sequence(|w| {
            for policy in policies {
                w.sequence(|w| {
                    w.oid(policy);
                    if let Some(cps) = &draft.addresses.cps {
                        w.sequence(|w| {
                            w.sequence(|w| {
                                w.oid(&oids::QT_CPS);
                                w.ia5(cps);
                            });
                        });
                    }
                });
            }
        });
    });
}

fn addresses(w: &mut Writer, addresses: &Addresses) {
    write_extension(w, &oids::CRL_DISTRIBUTION_POINTS, false, |w| {
        w.sequence(|w| {
            w.sequence(|w| w.explicit(0, |w| w.explicit(0, |w| write_uri(w, &addresses.crl))));
        });
    });
    write_extension(w, &oids::AUTHORITY_INFO_ACCESS, false, |w| {
        w.sequence(|w| {
            if let Some(ocsp) = &addresses.ocsp {
                w.sequence(|w| {
                    w.oid(&oids::AD_OCSP);
                    write_uri(w, ocsp);
                });
            }
            w.sequence(|w| {
                w.oid(&oids::AD_CA_ISSUERS);
                write_uri(w, &addresses.ca_issuers);
            });
        });
    });
}
