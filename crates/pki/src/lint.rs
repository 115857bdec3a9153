//! Our own rules for our own certificates, run over the bytes before anything is signed. One gate of several: pkilint and
//! openssl judge the same certificates in the tests.

use crate::profile::Profile;
use crate::{Certificate, GeneralName, KeyKind, KeyType, PublicKey, Serial, ToBeSigned, algorithm_policy, oids, subscriber_key};
use asn1::{Mode, Reader, Tag, is_printable_string};

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable word, e.g. `key_usage`.
    pub rule: &'static str,
    /// What was found.
    pub detail: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.rule, self.detail)
    }
}

/// Lints what is about to be signed.
#[must_use]
pub fn check_tbs(prepared: &ToBeSigned, profile: Profile, issuer: Option<&Certificate>) -> Vec<Finding> {
    check_prepared(prepared, profile, issuer, None)
}

/// As [`check_tbs`]; `key` is the subject's key as the caller has it, so that it is not looked at twice.
pub(crate) fn check_prepared(
    prepared: &ToBeSigned,
    profile: Profile,
    issuer: Option<&Certificate>,
    key: Option<&PublicKey>,
) -> Vec<Finding> {
    // The signature is not looked at, so one octet stands in for it.
    match Certificate::parse_strict(&prepared.assemble(&[0])) {
        Ok(certificate) => {
            if let Some(key) = key {
                certificate.know_key(key);
            }
            rules(&certificate, profile, issuer)
        }
        Err(error) => vec![Finding {
            rule: "der",
            detail: error.to_string(),
        }],
    }
}

/// Lints a certificate against its profile; `issuer` is `None` for a root only.
#[must_use]
pub fn check(certificate: &Certificate, profile: Profile, issuer: Option<&Certificate>) -> Vec<Finding> {
    let mut findings = rules(certificate, profile, issuer);
    if let Err(error) = Certificate::parse_strict(certificate.der()) {
        findings.push(Finding {
            rule: "der",
            detail: error.to_string(),
        });
    }
    findings
}

fn rules(certificate: &Certificate, profile: Profile, issuer: Option<&Certificate>) -> Vec<Finding> {
    let mut lint = Lint {
        certificate,
        profile,
        issuer,
        findings: Vec::new(),
    };
    lint.fields();
    lint.validity();
    lint.subject();
    lint.key();
    lint.usage();
    lint.identifiers();
    lint.addresses();
    lint.policies_and_names();
    lint.extension_set();
    lint.findings
}

struct Lint<'a> {
    certificate: &'a Certificate,
    profile: Profile,
    issuer: Option<&'a Certificate>,
    findings: Vec<Finding>,
}

impl Lint<'_> {
    fn demand(&mut self, holds: bool, rule: &'static str, detail: impl FnOnce() -> String) {
        if !holds {
            self.findings.push(Finding { rule, detail: detail() });
        }
    }

    fn fields(&mut self) {
        let c = self.certificate;
        self.demand(c.version() == 2, "version", || format!("version field {}", c.version()));
        let serial = c.serial().content();
        self.demand(serial.len() == 17 && serial[0] == Serial::NODE, "serial", || {
            format!("{} is not the node octet and 16 octets", c.serial())
        });
        self.demand(
            serial.len() < 2 || serial[1..].iter().any(|octet| *octet != serial[1]),
            "serial",
            || "no randomness in the serial".to_owned(),
        );
        let expected = match self.issuer {
            Some(issuer) => issuer.public_key(),
            None => c.public_key(),
        };
        let fits = expected.is_ok_and(|key| key.key_type().map(KeyType::signature_algorithm) == c.signature_algorithm());
        self.demand(fits, "algorithm", || {
            "the signature algorithm is not that of the issuer's key".to_owned()
        });
        let issuer_name = self.issuer.map_or(c.subject(), Certificate::subject);
        self.demand(c.issuer().der() == issuer_name.der(), "issuer_name", || {
            "the issuer's name is not byte for byte its subject".to_owned()
        });
    }

    fn validity(&mut self) {
        let c = self.certificate;
        self.demand(c.not_before() < c.not_after(), "validity", || {
            "not_after is not later than not_before".to_owned()
        });
        if let Some(issuer) = self.issuer {
            let within = issuer.not_before() <= c.not_before() && c.not_after() <= issuer.not_after();
            self.demand(within, "validity_within_issuer", || {
                format!("outlives its issuer ({})", issuer.not_after().rfc3339())
            });
            self.demand(issuer.is_ca() && self.profile != Profile::Root, "issuer_is_ca", || {
                "the issuer is no CA".to_owned()
            });
            let expected_parent_is_root = matches!(self.profile, Profile::IssuingCa | Profile::Tsu);
            let parent_is_root = issuer.is_self_issued();
            let profile = self.profile.name();
            self.demand(expected_parent_is_root == parent_is_root, "hierarchy", || {
                format!("a {profile} does not stand under this CA")
            });
        }
        let years = match self.profile {
            Profile::Root => 31,
            Profile::IssuingCa => 16,
            Profile::Tsu => 12,
            Profile::ESeal => 6,
            Profile::Subscriber => 6,
            Profile::OcspSigner => 1,
        };
        let limit = c.not_before().plus_days(years * 366);
        self.demand(c.not_after() <= limit, "validity_too_long", || {
            format!("valid until {}", c.not_after().rfc3339())
        });
    }

    fn subject(&mut self) {
        let c = self.certificate;
        self.demand(!c.subject().is_empty(), "subject", || "empty subject".to_owned());
        let wanted: &[_] = match self.profile {
            Profile::Root | Profile::IssuingCa | Profile::OcspSigner | Profile::Tsu | Profile::ESeal => {
                &[oids::COUNTRY, oids::ORGANIZATION, oids::COMMON_NAME]
            }
            // EN 319 412-2 §4.2.4: country, name, and what tells persons of one name apart.
            Profile::Subscriber => &[
                oids::COUNTRY,
                oids::ORGANIZATION,
                oids::ORGANIZATION_IDENTIFIER,
                oids::SURNAME,
                oids::GIVEN_NAME,
                oids::SERIAL_NUMBER,
                oids::COMMON_NAME,
            ],
        };
        let attributes = c.subject().attributes();
        for oid in wanted {
            let count = attributes.iter().filter(|attribute| attribute.oid == *oid).count();
            self.demand(count == 1, "subject_attributes", || format!("{oid} stands there {count} times"));
        }
        for attribute in &attributes {
            let Some(text) = &attribute.text else {
                self.demand(false, "subject_text", || format!("{} is no text", attribute.oid));
                continue;
            };
            let printable = matches!(attribute.oid, oids::COUNTRY | oids::SERIAL_NUMBER);
            let tag = if printable { Tag::PRINTABLE_STRING } else { Tag::UTF8_STRING };
            self.demand(attribute.tag == tag, "subject_string_type", || {
                format!("{} is {}", attribute.oid, attribute.tag)
            });
            self.demand(!printable || is_printable_string(text), "subject_string_type", || {
                format!("{} is not printable", attribute.oid)
            });
            let limit = match attribute.oid {
                oids::COUNTRY => 2,
                oids::LOCALITY | oids::STATE => 128,
                oids::ORGANIZATION_IDENTIFIER => 256,
                _ => 64,
            };
            let count = text.chars().count();
            self.demand((1..=limit).contains(&count), "subject_length", || {
                format!("{} has {count} characters", attribute.oid)
            });
            self.demand(
                !text.chars().any(char::is_control) && text.trim() == text.as_ref(),
                "subject_text",
                || format!("{text:?}"),
            );
        }
    }

    fn key(&mut self) {
        let c = self.certificate;
        let key = match c.public_key() {
            Ok(key) => key,
            Err(error) => return self.demand(false, "key", || error.to_string()),
        };
        // Of a request the key is taken as it stands; nothing odd may ride along in its parameters.
        self.demand(key.is_canonical(), "key_encoding", || "not the DER encoding of the key".to_owned());
        if let Err(weak) = subscriber_key::check(&key) {
            self.demand(false, "key", || weak.to_string());
        }
        if self.profile.is_ca() {
            self.demand(!matches!(key.kind(), KeyKind::Rsa { bits: 2048 } | KeyKind::P256), "ca_key", || {
                format!("{:?} is too small for a CA", key.kind())
            });
        }
        let end = algorithm_policy::ours().last_day_of_key(key.kind());
        self.demand(end.is_none_or(|end| c.not_after() <= end), "key_sunset", || {
            format!("{:?} must not be used until {}", key.kind(), c.not_after().rfc3339())
        });
        if let Some(issuer) = self.issuer {
            let same = issuer.public_key().is_ok_and(|other| other == key);
            self.demand(!same, "key", || "the key is the issuer's".to_owned());
        }
    }

    fn usage(&mut self) {
        let c = self.certificate;
        self.demand(c.key_usage() == Some(self.profile.key_usage()), "key_usage", || {
            format!("{:?}", c.key_usage())
        });
        let expected: Option<Vec<_>> = self.profile.eku().map(|(purpose, _)| vec![purpose]);
        self.demand(c.ekus() == expected.as_deref(), "ext_key_usage", || format!("{:?}", c.ekus()));
        self.demand(c.is_ca() == self.profile.is_ca(), "basic_constraints", || {
            format!("{:?}", c.basic_constraints())
        });
        let path_len = c.basic_constraints().and_then(|constraints| constraints.path_len);
        let expected = if self.profile == Profile::IssuingCa { Some(0) } else { None };
        self.demand(path_len == expected, "path_length", || format!("{path_len:?}"));
        self.demand(c.ocsp_no_check() == (self.profile == Profile::OcspSigner), "ocsp_no_check", || {
            format!("{}", c.ocsp_no_check())
        });
    }

    fn identifiers(&mut self) {
        let c = self.certificate;
        let own = c.public_key().map(|key| key.key_id()).unwrap_or_default();
        self.demand(c.ski() == Some(&own), "subject_key_id", || "missing or not the key's".to_owned());
        let expected = self.issuer.and_then(Certificate::ski);
        self.demand(c.aki() == expected, "authority_key_id", || "not the issuer's identifier".to_owned());
    }

    fn addresses(&mut self) {
        let c = self.certificate;
        let here = usize::from(self.profile != Profile::Root);
        self.demand(c.crl_urls().len() == here, "crl_address", || format!("{:?}", c.crl_urls()));
        self.demand(c.issuer_urls().len() == here, "issuer_address", || format!("{:?}", c.issuer_urls()));
        if self.profile == Profile::Subscriber {
            self.demand(c.ocsp_urls().len() == 1, "ocsp_address", || format!("{:?}", c.ocsp_urls()));
            self.demand(!c.cps_urls().is_empty(), "cps_address", || {
                "no address of the practice statement".to_owned()
            });
        }
        for url in c.crl_urls().iter().chain(c.issuer_urls()).chain(c.ocsp_urls()) {
            // RFC 5280 §8: what is fetched in order to validate must not itself need validation.
            let plain = url.starts_with("http://") && url.is_ascii() && !url.contains([' ', '"', '<', '>']);
            self.demand(plain, "address", || format!("{url} is no plain http address"));
        }
        for url in c.cps_urls() {
            let web = url.starts_with("http://") || url.starts_with("https://");
            self.demand(web && url.is_ascii() && url.len() <= 200, "cps_address", || url.clone());
        }
    }

    fn policies_and_names(&mut self) {
        let c = self.certificate;
        let any = c.policies().contains(&oids::ANY_POLICY);
        match self.profile {
            Profile::Subscriber | Profile::ESeal => {
                self.demand(!c.policies().is_empty() && !any, "policies", || "no policy of its own".to_owned());
            }
            Profile::IssuingCa => self.demand(!c.policies().is_empty(), "policies", || "none".to_owned()),
            Profile::Root => self.demand(c.policies().is_empty(), "policies", || "a root needs none".to_owned()),
            Profile::OcspSigner | Profile::Tsu => self.demand(!any, "policies", || "anyPolicy".to_owned()),
        }
        let mut policies = c.policies().to_vec();
        policies.sort_unstable();
        policies.dedup();
        self.demand(policies.len() == c.policies().len(), "policies", || {
            "a policy stands there twice".to_owned()
        });
        for name in c.subject_alt_names() {
            let mail = match name {
                GeneralName::Mail(mail) => mail.as_str(),
                other => {
                    self.demand(false, "alternative_name", || format!("{other:?}"));
                    continue;
                }
            };
            self.demand(is_mail(mail), "alternative_name", || format!("{mail} is no mail address"));
        }
    }

    fn extension_set(&mut self) {
        let critical_ones = [oids::KEY_USAGE, oids::BASIC_CONSTRAINTS];
        let plain_ones = [
            oids::AUTHORITY_KEY_ID,
            oids::SUBJECT_KEY_ID,
            oids::CERTIFICATE_POLICIES,
            oids::SUBJECT_ALT_NAME,
            oids::CRL_DISTRIBUTION_POINTS,
            oids::AUTHORITY_INFO_ACCESS,
            oids::OCSP_NO_CHECK,
        ];
        for extension in self.certificate.extension_list() {
            let expected = match self.profile.eku() {
                Some((_, critical)) if extension.oid == oids::EXT_KEY_USAGE => Some(critical),
                _ if critical_ones.contains(&extension.oid) => Some(true),
                _ if plain_ones.contains(&extension.oid) => Some(false),
                _ => None,
            };
            self.demand(expected == Some(extension.critical), "extension", || {
                format!("{} critical={}", extension.oid, extension.critical)
            });
            let strict = Reader::one(extension.value, Mode::Der).is_ok();
            self.demand(strict, "extension", || format!("{} is not DER", extension.oid));
        }
    }
}

/// RFC 5321 Mailbox in its plain form; other forms are for nobody who applies here.
fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let local_fits = (1..=64).contains(&local.len())
        && local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    local_fits && domain.len() <= 253 && domain.split('.').all(label_fits)
}
