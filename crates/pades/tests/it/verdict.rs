//! Levels and verdicts of honest files.

use super::files;
use super::world::{World, world};
use pades::{Changes, Coverage, Indication, Intact, Level, Report, SubIndication, Verdict};
use pki::KeyType;

fn validate(world: &World, pdf: &[u8], material: bool) -> Report {
    let extra = world.material();
    let report = pades::validate(pdf, &world.trust(), world.later(), material.then_some(&extra)).unwrap();
    for signature in &report.signatures {
        println!(
            "{} {:?} {:?} {:?}",
            signature.field, signature.indication, signature.level, signature.reasons
        );
    }
    for stamp in &report.timestamps {
        println!("  {} {} {:?} {:?}", stamp.kind, stamp.field, stamp.indication, stamp.reasons);
    }
    report
}

#[test]
fn levels_rise_step_by_step() {
    let world = world();
    let holder = world.signer(KeyType::P384);
    let laid = files::laid(&files::streams());

    let bb = world.signed(&laid, "SignatureA", holder, world.time(), false);
    let report = validate(world, &bb, true);
    assert_eq!(report.signatures[0].level, Level::BB);
    // Without a proven time the lists, which are a day old but in force, decide.
    assert_eq!(report.verdict(), Verdict::Valid);
    assert_eq!(report.signatures[0].proven_time, None);
    assert_eq!(report.signatures[0].claimed_time, Some(world.time()));
    assert_eq!(report.signatures[0].covers, Coverage::File);

    let bt = world.signed(&laid, "SignatureA", holder, world.time(), true);
    let report = validate(world, &bt, true);
    assert_eq!(report.signatures[0].level, Level::BT);
    assert_eq!(report.signatures[0].proven_time, Some(world.time()));
    assert_eq!(report.verdict(), Verdict::Valid);
    // Offline without material it cannot be decided, but the facts are told.
    let report = validate(world, &bt, false);
    assert_eq!(report.verdict(), Verdict::Undecidable);
    assert_eq!(report.signatures[0].sub_indication, Some(SubIndication::TryLater));
    assert_eq!(report.signatures[0].intact, Intact::Yes);

    let blt = world.with_dss(&bt);
    let report = validate(world, &blt, false);
    assert_eq!(report.signatures[0].level, Level::BLT);
    assert_eq!(report.signatures[0].covers, Coverage::Revision);
    assert_eq!(report.signatures[0].changes, Changes::Archive);
    assert_eq!(report.verdict(), Verdict::Valid);

    let blta = world.with_document_stamp(&blt, world.time().plus_seconds(60));
    let report = validate(world, &blta, false);
    assert_eq!(report.signatures[0].level, Level::BLTA);
    assert_eq!(report.timestamps.len(), 2);
    assert_eq!(report.verdict(), Verdict::Valid);
    assert!(
        pades::add_dss(&blta, &world.material()).unwrap().is_empty(),
        "nothing new, nothing written"
    );
}

#[test]
fn two_parties_sign_one_after_the_other_and_both_stay_valid() {
    let world = world();
    let mut pdf = files::laid(&files::plain());
    for (field, kind) in [("SignatureA", KeyType::Rsa2048), ("SignatureB", KeyType::P256)] {
        pdf = world.signed(&pdf, field, world.signer(kind), world.time(), true);
        pdf = world.with_dss(&pdf);
    }
    let report = validate(world, &pdf, false);
    assert_eq!(report.signatures[0].changes, Changes::Form);
    assert_eq!(report.verdict(), Verdict::Valid);
    pdf = world.with_document_stamp(&pdf, world.time().plus_seconds(5));
    let report = validate(world, &pdf, false);
    assert!(report.signatures.iter().all(|signature| signature.level == Level::BLTA));
    assert_eq!(report.verdict(), Verdict::Valid);
}

#[test]
fn a_document_stamp_alone_proves_the_time_of_a_signature_without_one() {
    let world = world();
    let pdf = files::laid(&files::plain());
    let pdf = world.signed(&pdf, "SignatureA", world.signer(KeyType::P256), world.time(), false);
    let pdf = world.with_document_stamp(&pdf, world.time());
    let report = validate(world, &pdf, true);
    assert_eq!(report.signatures[0].level, Level::BT);
    assert_eq!(report.signatures[0].proven_time, Some(world.time()));
    assert_eq!(report.verdict(), Verdict::Valid);
}

#[test]
fn a_revoked_signer_is_told_as_revoked() {
    let world = world();
    let pdf = files::laid(&files::plain());
    let after = world.time().plus_seconds(3600);
    let pdf = world.signed(&pdf, "SignatureA", &world.revoked, after, true);
    let report = validate(world, &pdf, true);
    assert_eq!(report.signatures[0].sub_indication, Some(SubIndication::RevokedNoPoe));
    assert_eq!(report.verdict(), Verdict::Altered);
}

#[test]
fn an_unknown_authority_is_undecidable_and_the_facts_are_told() {
    let world = world();
    let pdf = world.signed(
        &files::laid(&files::plain()),
        "SignatureA",
        world.signer(KeyType::P256),
        world.time(),
        true,
    );
    let report = pades::validate(&pdf, &pades::Trust::default(), world.later(), Some(&world.material())).unwrap();
    assert_eq!(report.signatures[0].indication, Indication::Indeterminate);
    assert_eq!(report.signatures[0].sub_indication, Some(SubIndication::NoCertificateChainFound));
    assert_eq!(report.signatures[0].intact, Intact::Yes);
    assert_eq!(report.verdict(), Verdict::Undecidable);
}

#[test]
fn a_flipped_bit_in_a_signed_range_or_in_the_padding_is_always_found() {
    let world = world();
    let pdf = world.signed(
        &files::laid(&files::plain()),
        "SignatureA",
        world.signer(KeyType::P256),
        world.time(),
        true,
    );
    let pdf = world.with_dss(&pdf);
    let pdf = world.with_document_stamp(&pdf, world.time());
    assert_eq!(validate(world, &pdf, false).verdict(), Verdict::Valid);
    let hole = pdf::Document::open(&pdf)
        .unwrap()
        .signatures()
        .unwrap()
        .last()
        .unwrap()
        .hole
        .clone()
        .unwrap();
    let value_end = hole.start + pdf[hole.clone()].iter().rposition(|byte| *byte != b'0' && *byte != b'>').unwrap() + 2;
    for at in (0..hole.start)
        .step_by(37)
        .chain(value_end..value_end + 50)
        .chain(hole.end - 3..pdf.len())
    {
        let mut altered = pdf.clone();
        altered[at] ^= 1;
        if let Ok(report) = pades::validate(&altered, &world.trust(), world.later(), None) {
            assert_ne!(report.verdict(), Verdict::Valid, "byte {at} of {}", pdf.len());
        }
    }
}
