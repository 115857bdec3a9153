//! Paths that hold and paths that do not.

use crate::world::{Key, Party, World, now, operator, person};
use asn1::{Oid, Tag, Writer};
use foundation::{Instant, OsRandom};
use pki::{
    Certificate, KeyType, Name, NameBuilder, PathError, PathQuestion, Purpose, RevocationRule, Serial, SignatureAlgorithm, oids,
    validate_path,
};

/// A certificate with whatever extensions a test wants, signed for real.
struct Plan<'a> {
    subject: Name,
    ca: Option<Option<u64>>,
    usage: u16,
    more: &'a [(Oid, bool, Vec<u8>)],
    days: i64,
}

fn issue(plan: &Plan<'_>, issuer: Option<&Party>) -> Party {
    let key = Key::new(KeyType::P256);
    let public = key.public();
    let from = now().plus_days(-1);
    let tbs = Writer::build(|w| {
        w.sequence(|w| {
            w.explicit(0, |w| w.integer_u64(2));
            w.integer_content(Serial::random(&OsRandom).content());
            SignatureAlgorithm::ECDSA_SHA256.write(w);
            w.raw(issuer.map_or(&plan.subject, |issuer| issuer.certificate.subject()).der());
            w.sequence(|w| {
                w.utc_or_generalized(from);
                w.utc_or_generalized(from.plus_days(plan.days));
            });
            w.raw(plan.subject.der());
            w.raw(public.spki_der());
            w.explicit(3, |w| {
                w.sequence(|w| {
                    pki::write_extension(w, &oids::SUBJECT_KEY_ID, false, |w| w.octet_string(&public.key_id()));
                    pki::write_extension(w, &oids::KEY_USAGE, true, |w| w.named_bits(Tag::BIT_STRING, plan.usage));
                    if let Some(limit) = plan.ca {
                        pki::write_extension(w, &oids::BASIC_CONSTRAINTS, true, |w| {
                            w.sequence(|w| {
                                w.boolean(true);
                                if let Some(limit) = limit {
                                    w.integer_u64(limit);
                                }
                            });
                        });
                    }
                    for (oid, critical, value) in plan.more {
                        pki::write_extension(w, oid, *critical, |w| w.raw(value));
                    }
                });
            });
        });
    });
    let signature = issuer.map_or(&key, |issuer| &issuer.key).sign(&tbs);
    let certificate = Certificate::parse(&pki::assemble(&tbs, SignatureAlgorithm::ECDSA_SHA256, &signature)).unwrap();
    Party { key, certificate }
}

const CA: u16 = 1 << 5 | 1 << 6;

fn ca<'a>(name: &str, limit: Option<u64>, more: &'a [(Oid, bool, Vec<u8>)]) -> Plan<'a> {
    Plan {
        subject: operator(name),
        ca: Some(limit),
        usage: CA,
        more,
        days: 100,
    }
}
fn end<'a>(subject: Name, more: &'a [(Oid, bool, Vec<u8>)]) -> Plan<'a> {
    Plan {
        subject,
        ca: None,
        usage: 2,
        more,
        days: 100,
    }
}

fn judge_for(leaf: &Party, candidates: &[&Party], anchor: &Party, purpose: Purpose, at: Instant) -> Result<pki::Path, PathError> {
    let candidates: Vec<_> = candidates.iter().map(|party| party.certificate.clone()).collect();
    let anchors = [anchor.certificate.clone()];
    validate_path(&PathQuestion {
        candidates: &candidates,
        purpose,
        revocation: RevocationRule::Skip,
        ..PathQuestion::new(&leaf.certificate, &anchors, at)
    })
}
fn judge(leaf: &Party, candidates: &[&Party], anchor: &Party) -> Result<pki::Path, PathError> {
    judge_for(leaf, candidates, anchor, Purpose::Signing, now())
}

#[test]
fn purposes_are_kept_apart() {
    let world = World::new(KeyType::P384);
    let person = world.subscriber(KeyType::P256);
    let at = now();
    let issuing = [&world.issuing];
    assert!(judge_for(&person, &issuing, &world.root, Purpose::Signing, at).is_ok());
    assert!(matches!(
        judge_for(&person, &issuing, &world.root, Purpose::TimeStamping, at),
        Err(PathError::Purpose { .. })
    ));
    assert!(judge_for(&world.tsu, &issuing, &world.root, Purpose::TimeStamping, at).is_ok());
    assert!(matches!(
        judge_for(&world.tsu, &issuing, &world.root, Purpose::Signing, at),
        Err(PathError::Purpose { .. })
    ));
    assert!(judge_for(&world.ocsp, &issuing, &world.root, Purpose::OcspSigning, at).is_ok());
    assert!(judge_for(&world.seal, &issuing, &world.root, Purpose::Signing, at).is_ok());
    assert!(matches!(
        judge_for(&world.issuing, &[], &world.root, Purpose::Signing, at),
        Err(PathError::KeyUsage { .. })
    ));
    assert!(judge_for(&world.issuing, &[], &world.root, Purpose::Any, at).is_ok());
    assert!(judge_for(&world.root, &[], &world.root, Purpose::Any, at).is_ok());
}

#[test]
fn time_signature_and_anchor_are_demanded() {
    let world = World::new(KeyType::P384);
    let person = world.subscriber(KeyType::Rsa2048);
    let stranger = World::new(KeyType::P384);
    let at = now();
    assert_eq!(
        judge(&person, &[], &world.root).unwrap_err(),
        PathError::NoAnchor {
            issuer: "デモ Issuing CA G1".into()
        }
    );
    // Same names, other keys: key identifiers part them.
    assert!(matches!(
        judge(&person, &[&stranger.issuing], &stranger.root),
        Err(PathError::NoAnchor { .. })
    ));
    let early = world.now.plus_seconds(-1);
    assert!(matches!(
        judge_for(&person, &[&world.issuing], &world.root, Purpose::Signing, early),
        Err(PathError::NotYetValid { .. })
    ));
    let late = person.certificate.not_after().plus_seconds(1);
    assert!(matches!(
        judge_for(&person, &[&world.issuing], &world.root, Purpose::Signing, late),
        Err(PathError::Expired { .. })
    ));
    assert!(
        judge_for(
            &person,
            &[&world.issuing],
            &world.root,
            Purpose::Signing,
            person.certificate.not_after()
        )
        .is_ok()
    );
    let mut der = person.certificate.der().to_vec();
    let last = der.len() - 1;
    der[last] ^= 1;
    let forged = Party {
        key: Key::new(KeyType::P256),
        certificate: Certificate::parse(&der).unwrap(),
    };
    assert!(matches!(
        judge(&forged, &[&world.issuing], &world.root),
        Err(PathError::BadSignature { .. })
    ));
    // RSA-2048 proves nothing after 2030.
    let anchors = [world.root.certificate.clone()];
    let candidates = [world.issuing.certificate.clone()];
    let strict = pki::AlgorithmPolicy {
        rows: pki::algorithm_policy::ours()
            .rows
            .iter()
            .filter(|row| row.until.is_none())
            .copied()
            .collect(),
    };
    let question = PathQuestion {
        candidates: &candidates,
        algorithms: &strict,
        revocation: RevocationRule::Skip,
        ..PathQuestion::new(&person.certificate, &anchors, at)
    };
    assert!(matches!(validate_path(&question), Err(PathError::WeakAlgorithm { .. })));
}

#[test]
fn only_cas_issue_and_only_as_deep_as_allowed() {
    let root = issue(&ca("R", None, &[]), None);
    let no_ca = issue(&end(operator("X"), &[]), Some(&root));
    let leaf = issue(&end(person(), &[]), Some(&no_ca));
    assert_eq!(
        judge(&leaf, &[&no_ca], &root).unwrap_err(),
        PathError::NotCa { subject: "X".into() }
    );
    let no_sign = issue(
        &Plan {
            usage: 1 << 6,
            ..ca("Y", None, &[])
        },
        Some(&root),
    );
    let leaf = issue(&end(person(), &[]), Some(&no_sign));
    assert_eq!(
        judge(&leaf, &[&no_sign], &root).unwrap_err(),
        PathError::KeyUsage { subject: "Y".into() }
    );
    let first = issue(&ca("1", Some(0), &[]), Some(&root));
    let second = issue(&ca("2", None, &[]), Some(&first));
    let leaf = issue(&end(person(), &[]), Some(&second));
    assert_eq!(
        judge(&leaf, &[&first, &second], &root).unwrap_err(),
        PathError::PathTooLong { subject: "2".into() }
    );
    let leaf = issue(&end(person(), &[]), Some(&first));
    assert!(judge(&leaf, &[&first, &second], &root).is_ok());
    let tight = issue(&ca("T", Some(0), &[]), None);
    let below = issue(&ca("B", None, &[]), Some(&tight));
    let leaf = issue(&end(person(), &[]), Some(&below));
    assert_eq!(
        judge(&leaf, &[&below], &tight).unwrap_err(),
        PathError::PathTooLong { subject: "B".into() }
    );
}

#[test]
fn what_is_critical_and_not_understood_is_refused() {
    let root = issue(&ca("R", None, &[]), None);
    let strange = [(Oid::of("2.999.77"), true, vec![5, 0])];
    let leaf = issue(&end(person(), &strange), Some(&root));
    assert_eq!(
        judge(&leaf, &[], &root).unwrap_err(),
        PathError::UnknownCritical {
            subject: "山本 健太".into(),
            oid: Oid::of("2.999.77")
        }
    );
    let harmless = [(Oid::of("2.999.77"), false, vec![5, 0])];
    assert!(judge(&issue(&end(person(), &harmless), Some(&root)), &[], &root).is_ok());
    let middle = issue(&ca("M", None, &strange), Some(&root));
    let leaf = issue(&end(person(), &[]), Some(&middle));
    assert!(matches!(judge(&leaf, &[&middle], &root), Err(PathError::UnknownCritical { .. })));
}

fn constraints(permitted: &[(u32, Vec<u8>)], excluded: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let list = |w: &mut Writer, number, names: &[(u32, Vec<u8>)]| {
        if !names.is_empty() {
            w.explicit(number, |w| {
                for (form, value) in names {
                    w.sequence(|w| {
                        if *form == 4 {
                            w.explicit(4, |w| w.raw(value))
                        } else {
                            w.implicit(*form, value)
                        }
                    });
                }
            });
        }
    };
    Writer::build(|w| {
        w.sequence(|w| {
            list(w, 0, permitted);
            list(w, 1, excluded);
        });
    })
}
fn alt_name(form: u32, value: &[u8]) -> Vec<u8> {
    Writer::build(|w| w.sequence(|w| w.implicit(form, value)))
}

#[test]
fn names_stay_within_their_constraints() {
    let root = issue(&ca("R", None, &[]), None);
    let japan = NameBuilder::new().country("JP").build().unwrap();
    let elsewhere = NameBuilder::new().country("US").common_name("x").build().unwrap();
    let holds = |nc: Vec<u8>, subject: &Name, san: Option<(u32, &[u8])>| {
        let more = [(oids::NAME_CONSTRAINTS, true, nc)];
        // Through one CA more, so that the constraint is carried on.
        let constrained = issue(&ca("N", None, &more), Some(&root));
        let san: Vec<_> = san
            .map(|(form, value)| (oids::SUBJECT_ALT_NAME, false, alt_name(form, value)))
            .into_iter()
            .collect();
        let leaf = issue(&end(subject.clone(), &san), Some(&constrained));
        match judge(&leaf, &[&constrained], &root) {
            Ok(_) => true,
            Err(PathError::NameConstraint { .. }) => false,
            Err(other) => panic!("{other}"),
        }
    };
    let directory = |name: &Name| (4, name.der().to_vec());
    assert!(holds(constraints(&[directory(&japan)], &[]), &person(), None));
    assert!(!holds(constraints(&[directory(&japan)], &[]), &elsewhere, None));
    assert!(!holds(constraints(&[], &[directory(&japan)]), &person(), None));
    let mail = |base: &[u8], mail: &[u8]| holds(constraints(&[(1, base.to_vec())], &[]), &person(), Some((1, mail)));
    assert!(mail(b"example.jp", b"a@example.jp") && !mail(b"example.jp", b"a@sub.example.jp") && mail(b".example.jp", b"a@sub.example.jp"));
    assert!(mail(b"a@example.jp", b"a@EXAMPLE.jp") && !mail(b"a@example.jp", b"b@example.jp") && !mail(b".example.jp", b"a@badexample.jp"));
    let dns = |base: &[u8], host: &[u8]| holds(constraints(&[], &[(2, base.to_vec())]), &person(), Some((2, host)));
    assert!(!dns(b"example.jp", b"www.example.jp") && dns(b"example.jp", b"badexample.jp"));
    let uri = |base: &[u8], uri: &[u8]| holds(constraints(&[(6, base.to_vec())], &[]), &person(), Some((6, uri)));
    assert!(uri(b"example.jp", b"http://u@example.jp:80/x") && !uri(b"example.jp", b"http://other.jp/"));
    // A form that cannot be compared is outside; one that does not occur does not matter.
    assert!(!holds(constraints(&[(8, vec![1])], &[]), &person(), Some((8, &[1]))));
    assert!(holds(constraints(&[(8, vec![1])], &[]), &person(), None));
    assert!(!holds(constraints(&[], &[(8, vec![1])]), &person(), Some((8, &[1]))));
}

#[test]
fn policies_hold_down_the_whole_path() {
    let policies = |list: &[Oid]| {
        (
            oids::CERTIFICATE_POLICIES,
            false,
            Writer::build(|w| w.sequence(|w| list.iter().for_each(|p| w.sequence(|w| w.oid(p))))),
        )
    };
    let (one, two) = (Oid::of("2.999.1"), Oid::of("2.999.2"));
    let root = issue(&ca("R", None, &[]), None);
    let ask = |ca_extensions: &[(Oid, bool, Vec<u8>)], leaf: &[Oid], wanted: &[Oid]| {
        let middle = issue(&ca("M", None, ca_extensions), Some(&root));
        let leaf = issue(&end(person(), &[policies(leaf)]), Some(&middle));
        let (candidates, anchors) = ([middle.certificate], [root.certificate.clone()]);
        validate_path(&PathQuestion {
            candidates: &candidates,
            policies: wanted,
            revocation: RevocationRule::Skip,
            ..PathQuestion::new(&leaf.certificate, &anchors, now())
        })
        .map(|path| path.policies)
    };
    assert_eq!(ask(&[policies(&[oids::ANY_POLICY])], &[one], &[one]).unwrap(), Some(vec![one]));
    assert_eq!(ask(&[policies(&[one])], &[one, two], &[]).unwrap(), Some(vec![one]));
    assert!(matches!(ask(&[policies(&[one])], &[two], &[one]), Err(PathError::Policy { .. })));
    assert!(matches!(
        ask(&[policies(&[oids::ANY_POLICY])], &[two], &[one]),
        Err(PathError::Policy { .. })
    ));
    assert_eq!(ask(&[policies(&[one])], &[two], &[]).unwrap(), Some(vec![]));
    // requireExplicitPolicy 0 makes it matter though the caller does not ask.
    let explicit = (
        oids::POLICY_CONSTRAINTS,
        true,
        Writer::build(|w| w.sequence(|w| w.implicit(0, &[0]))),
    );
    assert!(matches!(
        ask(&[policies(&[one]), explicit], &[two], &[]),
        Err(PathError::Policy { .. })
    ));
    let inhibit = (oids::INHIBIT_ANY_POLICY, true, Writer::build(|w| w.integer_u64(0)));
    assert!(matches!(
        ask(&[policies(&[one]), inhibit], &[oids::ANY_POLICY], &[one]),
        Err(PathError::Policy { .. })
    ));
    let mapping = (
        oids::POLICY_MAPPINGS,
        true,
        Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&one);
                    w.oid(&two);
                })
            })
        }),
    );
    assert_eq!(ask(&[policies(&[one]), mapping], &[two], &[one]).unwrap(), Some(vec![one]));
}

#[test]
fn many_certificates_of_one_name_do_not_stop_the_program() {
    let root = issue(&ca("R", None, &[]), None);
    let middle = issue(&ca("M", None, &[]), Some(&root));
    let leaf = issue(&end(person(), &[]), Some(&middle));
    // Without key identifiers in the leaf each of them must be tried; there are more than anybody needs.
    let decoys: Vec<_> = (0..200).map(|_| issue(&ca("M", None, &[]), Some(&root))).collect();
    let all: Vec<&Party> = decoys.iter().collect();
    assert!(judge(&leaf, &all, &root).is_err());
    let mut few: Vec<&Party> = decoys[..20].iter().collect();
    few.push(&middle);
    assert!(judge(&leaf, &few, &root).is_ok());
}
