//! Files signed with other people's software: registration and continuation.

use super::files;
use super::oracle::{pyhanko_lock, pyhanko_sign};
use super::world::world;
use pades::{Expected, Refusal, SubIndication, Verdict, continuation};
use pki::KeyType;

fn expected(field: &str) -> Expected {
    Expected {
        field: Some(field.to_owned()),
        certificate: None,
    }
}

#[test]
fn a_signature_by_pyhanko_in_the_agreed_field_is_a_continuation() {
    let world = world();
    let sent = world.signed(
        &files::laid(&files::plain()),
        "SignatureA",
        world.signer(KeyType::P256),
        world.time(),
        true,
    );
    let sent = world.with_dss(&sent);
    for (pades, sub_filter) in [(true, "ETSI.CAdES.detached"), (false, "adbe.pkcs7.detached")] {
        for kind in [KeyType::Rsa2048, KeyType::P384] {
            let uploaded = pyhanko_sign(world, &sent, "SignatureB", kind, pades);
            let found = continuation(&sent, &uploaded, &expected("SignatureB")).unwrap_or_else(|refusal| panic!("{refusal:?}"));
            assert_eq!(found.sub_filter, sub_filter);
            assert_eq!(found.certificate, world.signer(kind).certificate);
            assert!(!found.stamped);
            // Ours and theirs are both valid; pyHanko's is stamped with a document time-stamp at once.
            let stamped = world.with_document_stamp(&uploaded, world.later());
            let report = pades::validate(&stamped, &world.trust(), world.later(), Some(&world.material())).unwrap();
            println!("{:?} {:?}", report.signatures[1].level, report.signatures[1].reasons);
            assert_eq!(report.signatures[0].verdict_words(), "TotalPassed None");
            assert_eq!(
                report.signatures[1].sub_indication,
                Some(SubIndication::TryLater),
                "the lists are older than the stamp"
            );
        }
    }
}

trait Words {
    fn verdict_words(&self) -> String;
}
impl Words for pades::SignatureReport {
    fn verdict_words(&self) -> String {
        format!("{:?} {:?}", self.indication, self.sub_indication)
    }
}

#[test]
fn a_new_field_in_a_file_laid_out_elsewhere_is_a_continuation_too() {
    let world = world();
    for base in [files::plain(), files::streams()] {
        let sent = pyhanko_sign(world, &base, "1/60,60,200,120/SigA", KeyType::Rsa3072, false);
        let registered = pades::registration(&sent, &world.trust(), world.later(), Some(&world.material())).unwrap();
        assert_eq!(registered.signatures.len(), 1);
        assert_eq!(registered.pages, 2);
        let uploaded = pyhanko_sign(world, &sent, "1/320,60,460,120/SigB", KeyType::P256, true);
        let found = continuation(
            &sent,
            &uploaded,
            &Expected {
                field: None,
                certificate: None,
            },
        )
        .unwrap();
        assert_eq!(found.field, "SigB");
    }
}

#[test]
fn what_is_no_continuation_is_refused_by_name() {
    let world = world();
    let laid = files::laid(&files::plain());
    let sent = world.signed(&laid, "SignatureA", world.signer(KeyType::P256), world.time(), false);
    let refused = |uploaded: &[u8]| continuation(&sent, uploaded, &expected("SignatureB")).unwrap_err();
    assert_eq!(refused(b""), Refusal::Empty);
    assert_eq!(refused(&sent), Refusal::NothingAdded);
    assert_eq!(refused(&laid), Refusal::NotAContinuation);
    assert_eq!(refused(b"%PDF-1.7 nonsense").code(), "pdf_broken");
    assert_eq!(refused(&world.with_dss(&sent)), Refusal::NoSignatureAdded);
    // Another field than the agreed one.
    let other = pyhanko_sign(world, &sent, "1/320,300,460,360/Elsewhere", KeyType::P256, true);
    assert!(matches!(refused(&other), Refusal::WrongField { .. }), "{:?}", refused(&other));
    // Two signatures.
    let twice = pyhanko_sign(
        world,
        &pyhanko_sign(world, &sent, "SignatureB", KeyType::P256, true),
        "1/320,300,460,360/Again",
        KeyType::P256,
        true,
    );
    assert_eq!(refused(&twice), Refusal::SeveralSignatures(2));
    // A signature of somebody else.
    let wrong = Expected {
        field: Some("SignatureB".to_owned()),
        certificate: Some(world.signer(KeyType::P384).certificate.clone()),
    };
    let good = pyhanko_sign(world, &sent, "SignatureB", KeyType::P256, true);
    assert!(matches!(continuation(&sent, &good, &wrong), Err(Refusal::WrongSigner { .. })));
    // New page content beside the signature.
    let document = pdf::Document::open(&sent).unwrap();
    let mut delta = pdf::Delta::on(&document).unwrap();
    let page = document.last().pages().unwrap()[1].object;
    let content = delta.add(pdf::Stream {
        dict: pdf::Dict::new(),
        data: b"0 0 m 9 9 l S".to_vec().into(),
    });
    delta.set(page, &["Contents"], content).unwrap();
    let changed = [&sent[..], &delta.finish(&foundation::SeededRandom::new(1)).unwrap().bytes].concat();
    let signed = pyhanko_sign(world, &changed, "SignatureB", KeyType::P256, true);
    assert_eq!(refused(&signed).code(), "page_changed", "{:?}", refused(&signed));
    // An annotation.
    let mut delta = pdf::Delta::on(&document).unwrap();
    let note = pdf::Dict::new()
        .with("Type", pdf::Name::new("Annot"))
        .with("Subtype", pdf::Name::new("Text"))
        .with("Rect", vec![0.into(), 0.into(), 9.into(), 9.into()]);
    let note = delta.add(note);
    delta.push(page, &["Annots"], note).unwrap();
    let changed = [&sent[..], &delta.finish(&foundation::SeededRandom::new(1)).unwrap().bytes].concat();
    let signed = pyhanko_sign(world, &changed, "SignatureB", KeyType::P256, true);
    assert_eq!(refused(&signed).code(), "annotation_added", "{:?}", refused(&signed));
    for refusal in [refused(&twice), refused(&signed), refused(b"%PDF-1.7 nonsense")] {
        println!("{} → {}", refusal.sentence(), refusal.next());
        assert!(refusal.sentence().ends_with('。'));
    }
}

#[test]
fn what_may_not_be_registered_is_refused_by_name() {
    let world = world();
    let register = |pdf: &[u8], trust: &pades::Trust| pades::registration(pdf, trust, world.later(), Some(&world.material()));
    let trust = world.trust();
    assert!(register(&files::plain(), &trust).unwrap().signatures.is_empty());
    assert_eq!(register(b"", &trust).unwrap_err(), Refusal::Empty);
    let half = &files::plain()[..300];
    assert_eq!(register(half, &trust).unwrap_err().code(), "pdf_broken");
    let script = files::with_catalog_entry("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>");
    assert_eq!(register(&script, &trust).unwrap_err().code(), "pdf_active_content");
    let xfa = files::with_catalog_entry("/AcroForm << /Fields [] /XFA (x) >>");
    assert_eq!(register(&xfa, &trust).unwrap_err(), Refusal::Xfa);
    let signed = pyhanko_sign(world, &files::plain(), "1/60,60,200,120/SigA", KeyType::P256, true);
    assert!(matches!(
        register(&signed, &pades::Trust::default()).unwrap_err(),
        Refusal::CaNotAgreed { .. }
    ));
    let revoked = world.signed(&files::laid(&files::plain()), "SignatureA", &world.revoked, world.later(), false);
    assert!(matches!(register(&revoked, &trust).unwrap_err(), Refusal::SignerRevoked { .. }));
    let report = pades::validate(&signed, &trust, world.later(), Some(&world.material())).unwrap();
    assert_eq!(report.verdict(), Verdict::Valid);
    let mut altered = signed;
    let at = altered.windows(9).position(|bytes| bytes == b"100 100 l").unwrap();
    altered[at] = b'2';
    assert!(matches!(register(&altered, &trust).unwrap_err(), Refusal::SignatureInvalid { .. }));
}

#[test]
fn a_signature_that_forbids_the_next_one_is_refused_and_a_certification_that_allows_it_is_not() {
    let world = world();
    let register = |pdf: &[u8]| pades::registration(pdf, &world.trust(), world.later(), Some(&world.material()));
    let certified = pyhanko_lock(world, &files::plain(), "Certified", Some(1));
    assert_eq!(
        register(&certified).unwrap_err(),
        Refusal::Locked {
            field: "Certified".to_owned(),
            by: "DocMDP"
        }
    );
    let locked = pyhanko_lock(world, &files::plain(), "Locking", None);
    assert_eq!(
        register(&locked).unwrap_err(),
        Refusal::Locked {
            field: "Locking".to_owned(),
            by: "FieldMDP"
        }
    );
    println!("{}", register(&locked).unwrap_err());
    let open = pyhanko_lock(world, &files::plain(), "Certified", Some(2));
    assert!(register(&open).unwrap().certified);
    let is_certified = |pdf: &[u8]| pades::is_certified(pdf).unwrap();
    assert!(is_certified(&open) && is_certified(&certified) && !is_certified(&locked) && !is_certified(&files::plain()));
    // The next signature goes into a new invisible field, and the certification stays valid, also in pyHanko's eyes.
    let plan = pades::Plan {
        field: "SignatureB".to_owned(),
        new_field: Some(pades::FieldSpec {
            name: "SignatureB".to_owned(),
            page: 0,
            rect: [0.0; 4],
        }),
        certificate: world.signer(KeyType::P256).certificate.clone(),
        chain: vec![world.issuing.certificate.clone()],
        claimed_at: world.time(),
        name: None,
        reason: None,
        timestamp_reserve: 0,
    };
    let prepared = pades::prepare(&open, &plan).unwrap();
    let signature = world.signer(KeyType::P256).sign(&prepared.to_sign);
    let both = [&open[..], &pades::complete(&prepared, &open, &signature, None).unwrap()].concat();
    let report = pades::validate(&both, &world.trust(), world.later(), Some(&world.material())).unwrap();
    assert_eq!(report.verdict(), Verdict::Valid, "{report:#?}");
    let path = super::oracle::write(world, "certified.pdf", &both);
    for signature in super::oracle::pyhanko(world, &path, &["issuing.pem"]) {
        assert_eq!(signature["bottom"], true, "{signature}");
    }
}
