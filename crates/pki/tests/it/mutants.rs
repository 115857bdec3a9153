//! Every way a certificate of ours could be wrong is found by our own lints.

use crate::world::{Key, Party, World, person};
use asn1::{Oid, Tag, Writer};
use foundation::Instant;
use pki::{Certificate, KeyType, Name, Profile, lint, oids};

/// A certificate taken to pieces.
struct Parts {
    version: u64,
    serial: Vec<u8>,
    algorithm: Vec<u8>,
    issuer: Vec<u8>,
    not_before: Instant,
    not_after: Instant,
    subject: Vec<u8>,
    spki: Vec<u8>,
    extensions: Vec<(Oid, bool, Vec<u8>)>,
}

impl Parts {
    fn of(certificate: &Certificate) -> Self {
        Self {
            version: 2,
            serial: certificate.serial().content().to_vec(),
            algorithm: certificate.signature_algorithm_der().to_vec(),
            issuer: certificate.issuer().der().to_vec(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            subject: certificate.subject().der().to_vec(),
            spki: certificate.spki_der().to_vec(),
            extensions: certificate
                .extension_list()
                .iter()
                .map(|e| (e.oid, e.critical, e.value.to_vec()))
                .collect(),
        }
    }
    fn build(&self) -> Certificate {
        let tbs = Writer::build(|w| {
            w.sequence(|w| {
                w.explicit(0, |w| w.integer_u64(self.version));
                w.integer_content(&self.serial);
                w.raw(&self.algorithm);
                w.raw(&self.issuer);
                w.sequence(|w| {
                    w.utc_or_generalized(self.not_before);
                    w.utc_or_generalized(self.not_after);
                });
                w.raw(&self.subject);
                w.raw(&self.spki);
                w.explicit(3, |w| {
                    w.sequence(|w| {
                        for (oid, critical, value) in &self.extensions {
                            pki::write_extension(w, oid, *critical, |w| w.raw(value));
                        }
                    });
                });
            });
        });
        Certificate::parse(&Writer::build(|w| {
            w.sequence(|w| {
                w.raw(&tbs);
                w.raw(&self.algorithm);
                w.bit_string(&[0]);
            });
        }))
        .unwrap()
    }
    fn drop(&mut self, oid: Oid) {
        self.extensions.retain(|(other, ..)| *other != oid);
    }
    fn set(&mut self, oid: Oid, critical: bool, value: impl FnOnce(&mut Writer)) {
        self.drop(oid);
        self.extensions.push((oid, critical, Writer::build(value)));
    }
    fn flip(&mut self, oid: Oid) {
        for (other, critical, _) in &mut self.extensions {
            *critical ^= *other == oid;
        }
    }
    /// Changes one attribute of the subject: `None` drops it.
    fn attribute(&mut self, oid: Oid, tag: Tag, value: Option<&str>) {
        let name = Name::parse(&self.subject).unwrap();
        self.subject = Writer::build(|w| {
            w.sequence(|w| {
                for attribute in name.attributes() {
                    let (tag, content) = match (attribute.oid == oid, value) {
                        (true, None) => continue,
                        (true, Some(value)) => (tag, value.as_bytes()),
                        (false, _) => (attribute.tag, attribute.value),
                    };
                    w.set(|w| {
                        w.sequence(|w| {
                            w.oid(&attribute.oid);
                            w.tlv(tag, content);
                        });
                    });
                }
            });
        });
    }
}

type Change = fn(&mut Parts);

fn each(certificate: &Certificate, profile: Profile, issuer: Option<&Certificate>, mutants: &[(&str, Change)]) {
    assert_eq!(lint::check(certificate, profile, issuer), []);
    assert_eq!(
        lint::check(&Parts::of(certificate).build(), profile, issuer),
        [],
        "taking apart changes nothing"
    );
    for (rule, change) in mutants {
        let mut parts = Parts::of(certificate);
        change(&mut parts);
        let findings = lint::check(&parts.build(), profile, issuer);
        assert!(
            findings.iter().any(|finding| finding.rule == *rule),
            "{rule} is not among {findings:?}"
        );
    }
}

const URL: &str = "http://status.example.jp/x";

fn points(w: &mut Writer, url: &str) {
    w.sequence(|w| w.sequence(|w| w.explicit(0, |w| w.explicit(0, |w| w.implicit(6, url.as_bytes())))));
}
fn access(w: &mut Writer, methods: &[(Oid, &str)]) {
    w.sequence(|w| {
        for (method, url) in methods {
            w.sequence(|w| {
                w.oid(method);
                w.implicit(6, url.as_bytes());
            });
        }
    });
}
fn policies(w: &mut Writer, list: &[Oid]) {
    w.sequence(|w| list.iter().for_each(|policy| w.sequence(|w| w.oid(policy))));
}
fn cps(w: &mut Writer, url: &str) {
    w.sequence(|w| {
        w.sequence(|w| {
            w.oid(&Oid::of("2.999.1"));
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&oids::QT_CPS);
                    w.ia5(url);
                });
            });
        });
    });
}

/// The same RSA key with other parameters behind its algorithm.
fn odd_spki(spki: &[u8], parameters: &[u8]) -> Vec<u8> {
    let mut reader = asn1::Reader::der(spki).sequence().unwrap();
    reader.any().unwrap();
    let key = reader.any().unwrap().raw;
    Writer::build(|w| {
        w.sequence(|w| {
            w.sequence(|w| {
                w.oid(&oids::RSA_ENCRYPTION);
                w.raw(parameters);
            });
            w.raw(key);
        });
    })
}

#[test]
fn a_subscriber_certificate_cannot_be_wrong_unnoticed() {
    let world = World::new(KeyType::P384);
    let Party { certificate, .. } = world.subscriber(KeyType::Rsa2048);
    let mutants: &[(&str, Change)] = &[
        ("version", |p| p.version = 1),
        ("serial", |p| p.serial = vec![1]),
        ("serial", |p| p.serial = vec![0x11; 17]),
        ("serial", |p| p.serial[0] = 0x12),
        ("serial", |p| p.serial.push(7)),
        ("algorithm", |p| p.algorithm = pki::SignatureAlgorithm::RSA_SHA256.der()),
        ("algorithm", |p| p.algorithm = pki::SignatureAlgorithm::ECDSA_SHA256.der()),
        ("issuer_name", |p| p.issuer = person().der().to_vec()),
        ("validity", |p| p.not_after = p.not_before.plus_seconds(-1)),
        ("validity_within_issuer", |p| p.not_after = p.not_before.plus_days(16 * 365)),
        ("validity_within_issuer", |p| p.not_before = p.not_before.plus_days(-1)),
        ("validity_too_long", |p| p.not_after = p.not_before.plus_days(7 * 366)),
        ("key_sunset", |p| {
            p.not_after = Instant::parse_rfc3339("2031-01-01T00:00:00Z").unwrap()
        }),
        ("subject", |p| p.subject = vec![0x30, 0]),
        ("subject_attributes", |p| p.attribute(oids::COUNTRY, Tag::PRINTABLE_STRING, None)),
        ("subject_attributes", |p| p.attribute(oids::ORGANIZATION, Tag::UTF8_STRING, None)),
        ("subject_attributes", |p| {
            p.attribute(oids::ORGANIZATION_IDENTIFIER, Tag::UTF8_STRING, None)
        }),
        ("subject_attributes", |p| p.attribute(oids::SURNAME, Tag::UTF8_STRING, None)),
        ("subject_attributes", |p| p.attribute(oids::GIVEN_NAME, Tag::UTF8_STRING, None)),
        ("subject_attributes", |p| {
            p.attribute(oids::SERIAL_NUMBER, Tag::PRINTABLE_STRING, None)
        }),
        ("subject_attributes", |p| p.attribute(oids::COMMON_NAME, Tag::UTF8_STRING, None)),
        ("subject_string_type", |p| {
            p.attribute(oids::COMMON_NAME, Tag::BMP_STRING, Some("\0A"))
        }),
        ("subject_string_type", |p| {
            p.attribute(oids::SERIAL_NUMBER, Tag::UTF8_STRING, Some("A1"))
        }),
        ("subject_string_type", |p| {
            p.attribute(oids::SERIAL_NUMBER, Tag::PRINTABLE_STRING, Some("a@b"))
        }),
        ("subject_string_type", |p| p.attribute(oids::COUNTRY, Tag::UTF8_STRING, Some("JP"))),
        ("subject_text", |p| {
            p.attribute(oids::SERIAL_NUMBER, Tag::PRINTABLE_STRING, Some("山"))
        }),
        ("subject_text", |p| p.attribute(oids::COMMON_NAME, Tag::UTF8_STRING, Some("山田\n"))),
        ("subject_text", |p| p.attribute(oids::COMMON_NAME, Tag::UTF8_STRING, Some(" 山田"))),
        ("subject_text", |p| p.attribute(oids::COMMON_NAME, Tag::OCTET_STRING, Some("x"))),
        ("subject_length", |p| {
            p.attribute(oids::ORGANIZATION, Tag::UTF8_STRING, Some(&"株".repeat(65)))
        }),
        ("subject_length", |p| p.attribute(oids::COMMON_NAME, Tag::UTF8_STRING, Some(""))),
        ("subject_length", |p| p.attribute(oids::COUNTRY, Tag::PRINTABLE_STRING, Some("JPN"))),
        // The NULL of rsaEncryption left out, and one octet more after it.
        ("key_encoding", |p| p.spki = odd_spki(&p.spki, &[])),
        ("key_encoding", |p| p.spki = odd_spki(&p.spki, &[5, 0, 5, 0])),
        ("key_usage", |p| p.drop(oids::KEY_USAGE)),
        ("key_usage", |p| p.set(oids::KEY_USAGE, true, |w| w.named_bits(Tag::BIT_STRING, 3))),
        ("key_usage", |p| {
            p.set(oids::KEY_USAGE, true, |w| w.named_bits(Tag::BIT_STRING, 1 << 5 | 1 << 1))
        }),
        ("extension", |p| p.flip(oids::KEY_USAGE)),
        ("ext_key_usage", |p| {
            p.set(oids::EXT_KEY_USAGE, false, |w| w.sequence(|w| w.oid(&oids::EKU_CLIENT_AUTH)))
        }),
        ("basic_constraints", |p| {
            p.set(oids::BASIC_CONSTRAINTS, true, |w| w.sequence(|w| w.boolean(true)))
        }),
        ("ocsp_no_check", |p| p.set(oids::OCSP_NO_CHECK, false, Writer::null)),
        ("subject_key_id", |p| p.drop(oids::SUBJECT_KEY_ID)),
        ("subject_key_id", |p| {
            p.set(oids::SUBJECT_KEY_ID, false, |w| w.octet_string(&[1; 20]))
        }),
        ("extension", |p| p.flip(oids::SUBJECT_KEY_ID)),
        ("authority_key_id", |p| p.drop(oids::AUTHORITY_KEY_ID)),
        ("authority_key_id", |p| {
            p.set(oids::AUTHORITY_KEY_ID, false, |w| w.sequence(|w| w.implicit(0, &[2; 20])))
        }),
        ("extension", |p| p.flip(oids::AUTHORITY_KEY_ID)),
        ("crl_address", |p| p.drop(oids::CRL_DISTRIBUTION_POINTS)),
        ("address", |p| {
            p.set(oids::CRL_DISTRIBUTION_POINTS, false, |w| points(w, "https://status.example.jp/x"))
        }),
        ("address", |p| {
            p.set(oids::CRL_DISTRIBUTION_POINTS, false, |w| points(w, "http://status example.jp/"))
        }),
        ("extension", |p| p.flip(oids::CRL_DISTRIBUTION_POINTS)),
        ("issuer_address", |p| {
            p.set(oids::AUTHORITY_INFO_ACCESS, false, |w| access(w, &[(oids::AD_OCSP, URL)]))
        }),
        ("ocsp_address", |p| {
            p.set(oids::AUTHORITY_INFO_ACCESS, false, |w| access(w, &[(oids::AD_CA_ISSUERS, URL)]))
        }),
        ("issuer_address", |p| p.drop(oids::AUTHORITY_INFO_ACCESS)),
        ("address", |p| {
            p.set(oids::AUTHORITY_INFO_ACCESS, false, |w| {
                access(w, &[(oids::AD_OCSP, "ldap://x"), (oids::AD_CA_ISSUERS, URL)])
            })
        }),
        ("policies", |p| p.drop(oids::CERTIFICATE_POLICIES)),
        ("policies", |p| {
            p.set(oids::CERTIFICATE_POLICIES, false, |w| policies(w, &[oids::ANY_POLICY]))
        }),
        ("policies", |p| {
            p.set(oids::CERTIFICATE_POLICIES, false, |w| {
                policies(w, &[Oid::of("2.999.1"), Oid::of("2.999.1")])
            })
        }),
        ("cps_address", |p| {
            p.set(oids::CERTIFICATE_POLICIES, false, |w| policies(w, &[Oid::of("2.999.1")]))
        }),
        ("cps_address", |p| p.set(oids::CERTIFICATE_POLICIES, false, |w| cps(w, "ftp://x"))),
        ("extension", |p| p.flip(oids::CERTIFICATE_POLICIES)),
        ("alternative_name", |p| {
            p.set(oids::SUBJECT_ALT_NAME, false, |w| w.sequence(|w| w.implicit(1, b"no mail")))
        }),
        ("alternative_name", |p| {
            p.set(oids::SUBJECT_ALT_NAME, false, |w| w.sequence(|w| w.implicit(1, b"a@-b.jp")))
        }),
        ("alternative_name", |p| {
            p.set(oids::SUBJECT_ALT_NAME, false, |w| w.sequence(|w| w.implicit(2, b"example.jp")))
        }),
        ("extension", |p| p.flip(oids::SUBJECT_ALT_NAME)),
        ("extension", |p| p.set(Oid::of("2.999.9"), false, Writer::null)),
        ("extension", |p| p.set(Oid::of("2.999.9"), true, Writer::null)),
    ];
    each(&certificate, Profile::Subscriber, Some(&world.issuing.certificate), mutants);

    let issuer_key = world.issuing.key.public();
    let mut parts = Parts::of(&certificate);
    parts.spki = issuer_key.spki_der().to_vec();
    assert!(
        lint::check(&parts.build(), Profile::Subscriber, Some(&world.issuing.certificate))
            .iter()
            .any(|finding| finding.rule == "key")
    );
    assert!(
        lint::check(&certificate, Profile::Subscriber, Some(&world.root.certificate))
            .iter()
            .any(|finding| finding.rule == "hierarchy")
    );
}

#[test]
fn a_ca_certificate_cannot_be_wrong_unnoticed() {
    let world = World::new(KeyType::Rsa3072);
    let small = Key::new(KeyType::P256).public().spki_der().to_vec();
    let common: &[(&str, Change)] = &[
        ("basic_constraints", |p| p.drop(oids::BASIC_CONSTRAINTS)),
        ("basic_constraints", |p| {
            p.set(oids::BASIC_CONSTRAINTS, true, |w| w.sequence(|_| {}))
        }),
        ("extension", |p| p.flip(oids::BASIC_CONSTRAINTS)),
        ("key_usage", |p| {
            p.set(oids::KEY_USAGE, true, |w| w.named_bits(Tag::BIT_STRING, 1 << 5))
        }),
        ("key_usage", |p| {
            p.set(oids::KEY_USAGE, true, |w| w.named_bits(Tag::BIT_STRING, 1 << 5 | 1 << 6 | 1))
        }),
        ("ext_key_usage", |p| {
            p.set(oids::EXT_KEY_USAGE, false, |w| w.sequence(|w| w.oid(&oids::EKU_ANY)))
        }),
        ("validity_too_long", |p| p.not_after = p.not_before.plus_days(40 * 366)),
    ];
    each(&world.root.certificate, Profile::Root, None, common);
    each(
        &world.issuing.certificate,
        Profile::IssuingCa,
        Some(&world.root.certificate),
        common,
    );
    let only_root: &[(&str, Change)] = &[
        ("path_length", |p| {
            p.set(oids::BASIC_CONSTRAINTS, true, |w| {
                w.sequence(|w| {
                    w.boolean(true);
                    w.integer_u64(0);
                });
            });
        }),
        ("policies", |p| {
            p.set(oids::CERTIFICATE_POLICIES, false, |w| policies(w, &[oids::ANY_POLICY]))
        }),
        ("crl_address", |p| p.set(oids::CRL_DISTRIBUTION_POINTS, false, |w| points(w, URL))),
    ];
    each(&world.root.certificate, Profile::Root, None, only_root);
    let only_issuing: &[(&str, Change)] = &[
        ("path_length", |p| {
            p.set(oids::BASIC_CONSTRAINTS, true, |w| w.sequence(|w| w.boolean(true)))
        }),
        ("policies", |p| p.drop(oids::CERTIFICATE_POLICIES)),
        ("crl_address", |p| p.drop(oids::CRL_DISTRIBUTION_POINTS)),
    ];
    each(
        &world.issuing.certificate,
        Profile::IssuingCa,
        Some(&world.root.certificate),
        only_issuing,
    );
    let mut parts = Parts::of(&world.issuing.certificate);
    parts.spki = small;
    assert!(
        lint::check(&parts.build(), Profile::IssuingCa, Some(&world.root.certificate))
            .iter()
            .any(|finding| finding.rule == "ca_key")
    );
}

#[test]
fn a_signer_of_times_or_answers_cannot_be_wrong_unnoticed() {
    let world = World::new(KeyType::P384);
    let tsu: &[(&str, Change)] = &[
        ("ext_key_usage", |p| p.drop(oids::EXT_KEY_USAGE)),
        ("extension", |p| p.flip(oids::EXT_KEY_USAGE)),
        ("ext_key_usage", |p| {
            p.set(oids::EXT_KEY_USAGE, true, |w| {
                w.sequence(|w| {
                    w.oid(&oids::EKU_TIME_STAMPING);
                    w.oid(&oids::EKU_EMAIL);
                });
            });
        }),
        ("validity_too_long", |p| p.not_after = p.not_before.plus_days(13 * 366)),
    ];
    each(&world.tsu.certificate, Profile::Tsu, Some(&world.root.certificate), tsu);
    let ocsp: &[(&str, Change)] = &[
        ("ocsp_no_check", |p| p.drop(oids::OCSP_NO_CHECK)),
        ("ext_key_usage", |p| p.drop(oids::EXT_KEY_USAGE)),
        ("validity_too_long", |p| p.not_after = p.not_before.plus_days(400)),
    ];
    each(&world.ocsp.certificate, Profile::OcspSigner, Some(&world.issuing.certificate), ocsp);
}

#[test]
fn nothing_is_prepared_that_the_lints_refuse() {
    let world = World::new(KeyType::P384);
    let key = Key::new(KeyType::Rsa2048).public();
    let serial = pki::Serial::random(&foundation::OsRandom);
    let policies = [Oid::of("2.999.1.1.1")];
    let addresses = crate::world::issuing_addresses();
    let draft = pki::Draft {
        subject: &person(),
        key: &key,
        serial: &serial,
        not_before: Instant::parse_rfc3339("2028-06-01T00:00:00Z").unwrap(),
        not_after: Instant::parse_rfc3339("2031-05-31T23:59:59Z").unwrap(),
        policies: &policies,
        mail: None,
        addresses: &addresses,
    };
    let pki::ProfileError::Findings(findings) = pki::profile::subscriber(&draft, &world.issuing.certificate).unwrap_err() else {
        panic!()
    };
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["key_sunset"]);
}
