//! CRLs and OCSP responses: what they say, and when they say nothing.

use crate::world::{Party, Wanted, World, issue, issuing_addresses, operator};
use foundation::{Instant, OsRandom};
use pki::{
    CertId, Certificate, Crl, CrlEntry, DigestAlgorithm, Evidence, KeyType, OcspAnswer, OcspDraft, OcspError, OcspRefusal, OcspRequest,
    OcspResponse, OcspStatus, PathError, PathQuestion, Profile, Revocation, RevocationReason, RevocationRule, Serial, StatusSource,
    Unusable, ocsp_response, validate_path,
};

pub fn entry(serial: &Serial, at: Instant) -> CrlEntry {
    CrlEntry {
        serial: serial.clone(),
        revoked_at: at,
        reason: Some(RevocationReason::KeyCompromise),
        invalidity_date: Some(at.plus_days(-1)),
    }
}

pub fn answer(signer: &Party, issuer: &Party, of: &Certificate, status: OcspStatus, this_update: Instant) -> OcspResponse {
    let id = CertId::new(&issuer.certificate, of.serial(), DigestAlgorithm::Sha256).unwrap();
    let answers = [OcspAnswer {
        id: &id,
        status,
        this_update,
        next_update: Some(this_update.plus_days(1)),
    }];
    let draft = OcspDraft {
        responder: &signer.certificate,
        produced_at: this_update,
        answers: &answers,
        nonce: Some(b"nonce"),
        archive_cutoff: Some(issuer.certificate.not_before()),
    };
    OcspResponse::parse(&signer.key.complete(&ocsp_response::prepare(&draft).unwrap())).unwrap()
}

#[test]
fn a_crl_says_what_was_put_in() {
    let world = World::new(KeyType::P384);
    let mut entries: Vec<_> = (0..300)
        .map(|n| entry(&Serial::random(&OsRandom), world.now.plus_seconds(-n)))
        .collect();
    entries[7].reason = None;
    let crl = world.crl(&world.issuing, &entries);
    assert_eq!(
        (crl.len(), crl.number(), crl.issuer()),
        (300, Some(&[7][..]), world.issuing.certificate.subject())
    );
    assert_eq!(crl.aki(), world.issuing.certificate.ski());
    assert_eq!(crl.expired_certs_since(), Some(world.issuing.certificate.not_before()));
    assert!(crl.scope().is_none() && crl.unknown_critical().is_none() && !crl.is_indirect());
    for entry in &entries {
        assert_eq!(crl.find(&entry.serial).as_ref(), Some(entry));
    }
    assert_eq!(crl.find(&Serial::random(&OsRandom)), None);
    assert_eq!(crl.entries().count(), 300);
    assert_eq!(crl.verify_signature(&world.issuing.key.public()), Ok(()));
    assert!(crl.verify_signature(&world.root.key.public()).is_err());
    assert!(world.crl(&world.root, &[]).is_empty());
}

#[test]
fn a_response_is_believed_only_from_whom_the_issuer_appointed() {
    let world = World::new(KeyType::P384);
    let subscriber = world.subscriber(KeyType::P256);
    let issuer = &world.issuing.certificate;
    let good = answer(&world.ocsp, &world.issuing, &subscriber.certificate, OcspStatus::Good, world.now);
    assert_eq!(good.verify(issuer, &[]).unwrap(), world.ocsp.certificate);
    assert_eq!(
        good.about(issuer, subscriber.certificate.serial()).unwrap().status,
        OcspStatus::Good
    );
    assert_eq!(good.nonce(), Some(&b"nonce"[..]));
    assert!(good.about(&world.root.certificate, subscriber.certificate.serial()).is_none());
    assert_eq!(
        OcspResponse::parse_basic(good.basic_der()).unwrap().verify(issuer, &[]).unwrap(),
        world.ocsp.certificate
    );
    // The CA itself may answer; a subscriber, the seal, or a signer after its time may not.
    let by_ca = answer(&world.issuing, &world.issuing, &subscriber.certificate, OcspStatus::Good, world.now);
    assert_eq!(by_ca.verify(issuer, &[]).unwrap(), *issuer);
    for (signer, at, error) in [
        (&subscriber, world.now, OcspError::NotAuthorized),
        (&world.seal, world.now, OcspError::NotAuthorized),
        (&world.tsu, world.now, OcspError::NoSigner),
        (&world.ocsp, world.now.plus_days(61), OcspError::SignerNotValid),
    ] {
        let response = answer(signer, &world.issuing, &subscriber.certificate, OcspStatus::Good, at);
        assert_eq!(response.verify(issuer, &[]), Err(error));
    }
    let mut broken = good.der().to_vec();
    let place = broken.windows(5).position(|window| window == b"nonce").unwrap();
    broken[place] = b'N';
    assert_eq!(
        OcspResponse::parse(&broken).unwrap().verify(issuer, &[]),
        Err(OcspError::BadSignature)
    );
    assert_eq!(
        OcspResponse::parse(&OcspRefusal::Unauthorized.der()).unwrap_err(),
        OcspError::Refused(6)
    );
}

#[test]
fn requests_go_round_and_bad_ones_are_refused() {
    let world = World::new(KeyType::P384);
    let id = CertId::new(&world.issuing.certificate, &Serial::random(&OsRandom), DigestAlgorithm::Sha1).unwrap();
    let request = OcspRequest::build(std::slice::from_ref(&id), Some(&[7; 32]));
    assert_eq!(
        OcspRequest::parse(&request).unwrap(),
        OcspRequest {
            ids: vec![id.clone()],
            nonce: Some(vec![7; 32])
        }
    );
    assert_eq!(
        OcspRequest::parse(&OcspRequest::build(std::slice::from_ref(&id), None))
            .unwrap()
            .nonce,
        None
    );
    assert!(OcspRequest::parse(&OcspRequest::build(std::slice::from_ref(&id), Some(&[7; 129]))).is_err());
    assert!(OcspRequest::parse(&OcspRequest::build(&[], None)).is_err());
    assert!(OcspRequest::parse(&OcspRequest::build(&vec![id; 17], None)).is_err());
}

struct Case {
    world: World,
    subscriber: Certificate,
    root_crl: Crl,
}

impl Case {
    fn new() -> Self {
        let world = World::new(KeyType::P384);
        let subscriber = world.subscriber(KeyType::P256).certificate;
        let root_crl = world.crl_at(&world.root, &[], world.now, 390);
        Self {
            world,
            subscriber,
            root_crl,
        }
    }
    fn judge(&self, evidence: &Evidence, rule: RevocationRule, at: Instant, until: Instant) -> Result<pki::Path, PathError> {
        let anchors = [self.world.root.certificate.clone()];
        let candidates = [self.world.issuing.certificate.clone(), self.world.tsu.certificate.clone()];
        let question = PathQuestion {
            candidates: &candidates,
            evidence,
            revocation: rule,
            until,
            ..PathQuestion::new(&self.subscriber, &anchors, at)
        };
        validate_path(&question)
    }
    fn with_crl(&self, crl: Crl) -> Evidence {
        Evidence {
            crls: vec![self.root_crl.clone(), crl],
            ocsps: Vec::new(),
        }
    }
    fn with_ocsp(&self, status: OcspStatus, at: Instant) -> Evidence {
        let response = answer(&self.world.ocsp, &self.world.issuing, &self.subscriber, status, at);
        Evidence {
            crls: vec![self.root_crl.clone()],
            ocsps: vec![response],
        }
    }
}

#[test]
fn the_result_names_the_evidence_it_rests_on() {
    let case = Case::new();
    let now = case.world.now.plus_seconds(600);
    let evidence = case.with_ocsp(OcspStatus::Good, now);
    let path = case
        .judge(&evidence, RevocationRule::AfterControlTime, now.plus_seconds(-60), now)
        .unwrap();
    assert_eq!(path.certificates.len(), 3);
    assert_eq!(
        path.statuses[0].source,
        StatusSource::Ocsp(evidence.ocsps[0].clone(), case.world.ocsp.certificate.clone())
    );
    assert_eq!(path.statuses[1].source, StatusSource::Crl(case.root_crl.clone()));
    assert_eq!(path.statuses[2].source, StatusSource::Anchor);
    assert_eq!(*path.anchor(), case.world.root.certificate);
    assert_eq!(path.policies, Some(vec![crate::world::arc(&[1, 1])]));
}

#[test]
fn without_a_usable_status_nothing_is_valid() {
    let case = Case::new();
    let now = case.world.now.plus_seconds(600);
    let tried = |evidence: &Evidence, rule, at, until| match case.judge(evidence, rule, at, until).unwrap_err() {
        PathError::NoStatus { tried, is_ca, .. } => (is_ca, tried),
        other => panic!("{other}"),
    };
    use RevocationRule::{AfterControlTime, Current};
    assert_eq!(tried(&Evidence::default(), Current, now, now), (true, vec![]));
    let only_root = Evidence {
        crls: vec![case.root_crl.clone()],
        ocsps: Vec::new(),
    };
    assert_eq!(tried(&only_root, Current, now, now), (false, vec![]));
    // Made before the control time: enough for "current", not for "looked up after".
    let before = case.with_ocsp(OcspStatus::Good, now.plus_seconds(-60));
    assert!(case.judge(&before, Current, now, now).is_ok());
    let stale = Unusable::Stale {
        this_update: now.plus_seconds(-60),
        next_update: Some(now.plus_seconds(-60).plus_days(1)),
    };
    assert_eq!(tried(&before, AfterControlTime, now, now), (false, vec![("ocsp", stale)]));
    // Out of force.
    let old = case.with_crl(
        case.world
            .crl_at(&case.world.issuing, &[], now.plus_days(-9).max(case.world.now), 0),
    );
    assert!(matches!(
        tried(&old, Current, now.plus_days(3), now.plus_days(3)).1[0],
        ("crl", Unusable::Stale { .. })
    ));
    // From the future, unknown to the responder, of a wrong signer.
    let future = case.with_ocsp(OcspStatus::Good, now.plus_days(2));
    assert_eq!(tried(&future, Current, now, now), (false, vec![("ocsp", Unusable::FromTheFuture)]));
    let unknown = case.with_ocsp(OcspStatus::Unknown, now);
    assert_eq!(
        tried(&unknown, Current, now, now),
        (false, vec![("ocsp", Unusable::UnknownToResponder)])
    );
    let forged = Evidence {
        crls: vec![case.root_crl.clone()],
        ocsps: vec![answer(
            &case.world.seal,
            &case.world.issuing,
            &case.subscriber,
            OcspStatus::Good,
            now,
        )],
    };
    assert_eq!(tried(&forged, Current, now, now), (false, vec![("ocsp", Unusable::Signature)]));
    // A list that leaves out what expired says nothing of the expired.
    let later = case.subscriber.not_after().plus_days(1);
    let draft = pki::CrlDraft {
        issuer: &case.world.issuing.certificate,
        number: 9,
        this_update: later,
        next_update: later.plus_days(1),
        expired_certs_since: None,
        entries: &[],
    };
    let crl = Crl::parse(&case.world.issuing.key.complete(&pki::crl::prepare(&draft).unwrap())).unwrap();
    let root_crl = case.world.crl_at(&case.world.root, &[], later, 30);
    let evidence = Evidence {
        crls: vec![root_crl, crl],
        ocsps: Vec::new(),
    };
    assert_eq!(
        tried(&evidence, Current, later.plus_days(-2), later),
        (false, vec![("crl", Unusable::ExpiredLeftOut)])
    );
}

#[test]
fn a_revocation_counts_from_its_time_on() {
    let case = Case::new();
    let revoked_at = case.world.now.plus_seconds(1_000);
    let made = revoked_at.plus_seconds(60);
    let revocation = Revocation {
        at: revoked_at,
        reason: Some(RevocationReason::KeyCompromise),
    };
    let status = OcspStatus::Revoked {
        at: revoked_at,
        reason: Some(RevocationReason::KeyCompromise),
    };
    for evidence in [
        case.with_ocsp(status, made),
        case.with_crl(
            case.world
                .crl_at(&case.world.issuing, &[entry(case.subscriber.serial(), revoked_at)], made, 1),
        ),
    ] {
        let error = case.judge(&evidence, RevocationRule::Current, made, made).unwrap_err();
        assert_eq!(
            error,
            PathError::Revoked {
                subject: "山本 健太".into(),
                is_ca: false,
                revocation
            }
        );
        // Long after, with the same old evidence, it stays revoked.
        assert!(matches!(
            case.judge(&evidence, RevocationRule::Current, made.plus_days(300), made.plus_days(300)),
            Err(PathError::Revoked { .. })
        ));
        // A signature proven to be older stands, and the report says what came later.
        let path = case
            .judge(&evidence, RevocationRule::AfterControlTime, revoked_at.plus_seconds(-1), made)
            .unwrap();
        assert_eq!(path.statuses[0].revoked_later, Some(revocation));
    }
    // One good answer does not outweigh a revocation.
    let mut both = case.with_ocsp(OcspStatus::Good, made);
    both.crls.push(
        case.world
            .crl_at(&case.world.issuing, &[entry(case.subscriber.serial(), revoked_at)], made, 1),
    );
    assert!(matches!(
        case.judge(&both, RevocationRule::Current, made, made),
        Err(PathError::Revoked { .. })
    ));
    // A fallen CA takes its certificates with it.
    let fallen = case.world.crl_at(
        &case.world.root,
        &[entry(case.world.issuing.certificate.serial(), revoked_at)],
        made,
        30,
    );
    let evidence = Evidence {
        crls: vec![fallen],
        ocsps: case.with_ocsp(OcspStatus::Good, made).ocsps,
    };
    assert!(matches!(
        case.judge(&evidence, RevocationRule::Current, made, made),
        Err(PathError::Revoked { is_ca: true, .. })
    ));
}

#[test]
fn a_signer_without_nocheck_needs_a_status_of_its_own() {
    let case = Case::new();
    let world = &case.world;
    let now = world.now.plus_seconds(600);
    // The same kind of certificate, nocheck taken out, signed again by the CA.
    let party = issue(
        Wanted {
            profile: Profile::OcspSigner,
            subject: operator("デモ OCSP 2"),
            key: crate::world::Key::new(KeyType::P256),
            days: 30,
            policies: &[],
            mail: None,
        },
        world.now,
        &issuing_addresses(),
        Some(&world.issuing),
    );
    let nocheck = pki::oids::OCSP_NO_CHECK;
    let needle = asn1::Writer::build(|w| pki::write_extension(w, &nocheck, false, asn1::Writer::null));
    let replaced = asn1::Writer::build(|w| pki::write_extension(w, &asn1::Oid::of("1.3.6.1.5.5.7.48.1.99"), false, asn1::Writer::null));
    assert_eq!(needle.len(), replaced.len());
    let tbs = party.certificate.tbs().to_vec();
    let place = tbs.windows(needle.len()).position(|window| window == needle).unwrap();
    let mut changed = tbs;
    changed[place..place + needle.len()].copy_from_slice(&replaced);
    let algorithm = party.certificate.signature_algorithm().unwrap();
    let certificate = Certificate::parse(&pki::assemble(&changed, algorithm, &world.issuing.key.sign(&changed))).unwrap();
    let signer = Party {
        key: party.key,
        certificate,
    };

    let response = answer(&signer, &world.issuing, &case.subscriber, OcspStatus::Good, now);
    let mut evidence = Evidence {
        crls: vec![case.root_crl.clone()],
        ocsps: vec![response],
    };
    let error = case.judge(&evidence, RevocationRule::AfterControlTime, now, now).unwrap_err();
    assert!(matches!(error, PathError::NoStatus { tried, .. } if tried == [("ocsp", Unusable::SignerStatus)]));
    evidence.crls.push(world.crl_at(&world.issuing, &[], now.plus_seconds(-60), 1));
    assert!(case.judge(&evidence, RevocationRule::AfterControlTime, now, now).is_ok());
    evidence.crls[1] = world.crl_at(
        &world.issuing,
        &[entry(signer.certificate.serial(), now.plus_seconds(-90))],
        now.plus_seconds(-60),
        1,
    );
    assert!(case.judge(&evidence, RevocationRule::AfterControlTime, now, now).is_err());
}
