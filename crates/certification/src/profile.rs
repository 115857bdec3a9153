//! What stands in the certificates of this authority: names, times, policies, addresses. The shape is `pki::profile`'s.

use asn1::Oid;
use foundation::{Instant, Random};
use keys::Signer;
use pki::profile::{self, Draft, ProfileError};
use pki::{Certificate, Name, NameBuilder, PublicKey, Serial, ToBeSigned};

use crate::hierarchy::{Addresses, BootError, ISSUING, OCSP, ROOT, SEAL, TSU};
use crate::{Credential, Error, Hierarchy, Subject, Terms};

/// What all certificates of a ceremony share.
pub(crate) struct Names<'a> {
    pub(crate) operator: &'a str,
    pub(crate) demo: bool,
    pub(crate) arc: &'a Oid,
    pub(crate) addresses: &'a Addresses,
}

// Years. The root outlives its last unit (11) by far; the issuing CA outlives every subscriber (3).
const ROOT_YEARS: i64 = 25;
const ISSUING_YEARS: i64 = 12;
const TSU_YEARS: i64 = 11;
const SEAL_YEARS: i64 = 5;
const OCSP_DAYS: i64 = 365;

impl Names<'_> {
    fn name(&self, which: &'static str, what: &str) -> Result<Name, BootError> {
        let what = if self.demo {
            format!("CECSIGN デモ環境 {what}")
        } else {
            format!("CECSIGN {what}")
        };
        let operator = if self.demo {
            format!("{} (デモ環境)", self.operator)
        } else {
            self.operator.to_owned()
        };
        NameBuilder::new()
            .country("JP")
            .organization(&operator)
            .common_name(&what)
            .build()
            .map_err(|error| BootError::Profile {
                name: which,
                why: error.to_string(),
            })
    }
    /// Addresses of what the root issues: it answers by its list only.
    fn under_root(&self) -> profile::Addresses {
        profile::Addresses {
            ca_issuers: self.addresses.root_cer(),
            crl: self.addresses.root_crl(),
            ocsp: None,
            cps: Some(self.addresses.cps()),
        }
    }
    fn under_issuing(&self) -> profile::Addresses {
        under_issuing(self.addresses)
    }
}

fn under_issuing(addresses: &Addresses) -> profile::Addresses {
    profile::Addresses {
        ca_issuers: addresses.issuing_cer(),
        crl: addresses.ca_crl(),
        ocsp: Some(addresses.ocsp()),
        cps: Some(addresses.cps()),
    }
}

struct Ask<'a> {
    which: &'static str,
    subject: Name,
    spki: &'a [u8],
    days: i64,
    policies: Vec<Oid>,
    addresses: profile::Addresses,
}

fn make(
    ask: &Ask<'_>,
    now: Instant,
    random: &dyn Random,
    prepare: impl FnOnce(&Draft<'_>) -> Result<ToBeSigned, ProfileError>,
) -> Result<ToBeSigned, BootError> {
    let bad = |why: String| BootError::Profile { name: ask.which, why };
    let key = PublicKey::parse(ask.spki).map_err(|error| bad(error.to_string()))?;
    let serial = Serial::random(random);
    let not_before = now.floor_second();
    prepare(&Draft {
        subject: &ask.subject,
        key: &key,
        serial: &serial,
        not_before,
        not_after: not_before.plus_days(ask.days),
        policies: &ask.policies,
        mail: None,
        addresses: &ask.addresses,
    })
    .map_err(|error| bad(error.to_string()))
}

pub(crate) fn root(names: &Names<'_>, key: &Signer, now: Instant, random: &dyn Random) -> Result<ToBeSigned, BootError> {
    let ask = Ask {
        which: ROOT,
        subject: names.name(ROOT, "Root CA G1")?,
        spki: key.public_key_der(),
        days: ROOT_YEARS * 365,
        policies: vec![],
        addresses: profile::Addresses::default(),
    };
    make(&ask, now, random, profile::root)
}

pub(crate) fn issuing(
    names: &Names<'_>,
    root: &Certificate,
    spki: &[u8],
    now: Instant,
    random: &dyn Random,
) -> Result<ToBeSigned, BootError> {
    let ask = Ask {
        which: ISSUING,
        subject: names.name(ISSUING, "Issuing CA G1")?,
        spki,
        days: ISSUING_YEARS * 365,
        policies: vec![],
        addresses: names.under_root(),
    };
    make(&ask, now, random, |draft| profile::issuing_ca(draft, root))
}

pub(crate) fn tsu(names: &Names<'_>, root: &Certificate, spki: &[u8], now: Instant, random: &dyn Random) -> Result<ToBeSigned, BootError> {
    let ask = Ask {
        which: TSU,
        subject: names.name(TSU, &format!("TSU {}", &now.date_in_japan().to_string()[..4]))?,
        spki,
        days: TSU_YEARS * 365,
        policies: vec![under(names.arc, &[2, 1])],
        addresses: names.under_root(),
    };
    make(&ask, now, random, |draft| profile::tsu(draft, root))
}

pub(crate) fn ocsp(
    names: &Names<'_>,
    issuing: &Certificate,
    spki: &[u8],
    now: Instant,
    random: &dyn Random,
) -> Result<ToBeSigned, BootError> {
    ocsp_named(names.name(OCSP, "OCSP G1")?, issuing, spki, names.addresses, now, random)
}

/// An OCSP signer of that name; a renewed one keeps the name of the one before.
pub(crate) fn ocsp_named(
    subject: Name,
    issuing: &Certificate,
    spki: &[u8],
    addresses: &Addresses,
    now: Instant,
    random: &dyn Random,
) -> Result<ToBeSigned, BootError> {
    let ask = Ask {
        which: OCSP,
        subject,
        spki,
        days: OCSP_DAYS,
        policies: vec![],
        addresses: under_issuing(addresses),
    };
    make(&ask, now, random, |draft| profile::ocsp_signer(draft, issuing))
}

pub(crate) fn seal(
    names: &Names<'_>,
    issuing: &Certificate,
    spki: &[u8],
    now: Instant,
    random: &dyn Random,
) -> Result<ToBeSigned, BootError> {
    let ask = Ask {
        which: SEAL,
        subject: names.name(SEAL, "e-Seal G1")?,
        spki,
        days: SEAL_YEARS * 365,
        policies: vec![under(names.arc, &[1, 3])],
        addresses: names.under_issuing(),
    };
    make(&ask, now, random, |draft| profile::e_seal(draft, issuing))
}

fn under(arc: &Oid, numbers: &[u64]) -> Oid {
    numbers.iter().fold(*arc, |oid, number| {
        oid.child(*number).expect("an arc of an operator leaves room for two more numbers")
    })
}

impl Credential {
    /// Policy of the certificate: `<arc>.1.1` token, `<arc>.1.2` server-held.
    #[must_use]
    pub fn policy(self, arc: &Oid) -> Oid {
        under(
            arc,
            match self {
                Self::Token => &[1, 1],
                Self::Server => &[1, 2],
            },
        )
    }
}

/// A natural person: everything from the approved subject, only the key from the request.
pub(crate) fn subscriber(
    authority: &Hierarchy,
    subject: &Subject,
    credential: Credential,
    spki: &[u8],
    serial: &Serial,
    now: Instant,
) -> Result<ToBeSigned, Error> {
    let lint = |why: String| Error::Lint(vec![why]);
    let name = NameBuilder::new()
        .country("JP")
        .organization(&subject.company_name)
        .organization_identifier(&format!("NTRJP-{}", subject.corporate_number))
        .surname(&subject.family_name)
        .given_name(&subject.given_name)
        // Tells persons of one name apart, also after a change of company: the person's id here.
        .serial_number(&subject.person.0.simple().to_string())
        .common_name(&subject.name())
        .build()
        .map_err(|error| lint(error.to_string()))?;
    let key = PublicKey::parse(spki).map_err(|error| lint(error.to_string()))?;
    let not_before = now.floor_second();
    // 3 years by the terms, but never past the end of the key's algorithm (RSA-2048: 2030-12-31) or of the issuer.
    let last = [
        pki::algorithm_policy::ours().last_day_of_key(key.kind()),
        Some(authority.issuing().not_after()),
    ]
    .into_iter()
    .flatten();
    let not_after = last
        .fold(not_before.plus_days(Terms::at(now).certificate_years * 365), Instant::min)
        .floor_second();
    profile::subscriber(
        &Draft {
            subject: &name,
            key: &key,
            serial,
            not_before,
            not_after,
            policies: &[credential.policy(authority.arc())],
            mail: Some(&subject.mail),
            addresses: &under_issuing(authority.addresses()),
        },
        authority.issuing(),
    )
    .map_err(|error| match error {
        ProfileError::Findings(findings) => Error::Lint(findings.iter().map(ToString::to_string).collect()),
        ProfileError::IssuerKey(error) => lint(error.to_string()),
    })
}
