//! Signatures of every key type in every kind of file.

use super::files;
use super::oracle;
use super::world::world;

#[test]
fn every_key_signs_every_kind_of_file_and_pyhanko_agrees() {
    let world = world();
    for (base_name, base) in [("table", files::plain()), ("streams", files::streams())] {
        let laid = files::laid(&base);
        assert!(laid.starts_with(&base));
        for (kind, holder) in &world.signers {
            let once = world.signed(&laid, "SignatureA", holder, world.time(), false);
            let twice = world.signed(&once, "SignatureB", holder, world.time(), true);
            assert!(twice.starts_with(&once) && once.starts_with(&laid));
            let path = oracle::write(world, &format!("{base_name}-{kind}.pdf"), &twice);
            oracle::qpdf(&path);
            let found = oracle::pyhanko(world, &path, &["root.crl", "issuing.crl"]);
            assert_eq!(found.len(), 2);
            for signature in &found {
                assert_eq!(signature["bottom"], true, "{kind} {base_name}: {signature}");
            }
            assert_eq!(found[1]["ts"], true, "{found:?}");
        }
    }
}

#[test]
fn a_sealed_file_passes_pyhankos_lta_verdict() {
    let world = world();
    let holder = world.signer(pki::KeyType::P256);
    let mut pdf = files::laid(&files::plain());
    for field in ["SignatureA", "SignatureB"] {
        pdf = world.signed(&pdf, field, holder, world.time(), true);
        pdf = world.with_dss(&pdf);
    }
    pdf = world.with_document_stamp(&pdf, world.time());
    let path = oracle::write(world, "sealed.pdf", &pdf);
    oracle::qpdf(&path);
    let found = oracle::pyhanko(world, &path, &[]);
    assert_eq!(found.len(), 3);
    for signature in &found {
        assert_eq!(signature["bottom"], true, "{signature}");
    }
    let text = oracle::pyhanko_lta(world, &path);
    assert_eq!(text.matches("INTACT:TRUSTED,TIMESTAMP_TOKEN<INTACT:TRUSTED>").count(), 2, "{text}");
    assert_eq!(text.matches("ACCEPTABLE_MODIFICATIONS").count(), 2, "{text}");
}

#[test]
fn a_document_in_hand_is_completed_as_a_prepared_one_is() {
    let world = world();
    let holder = world.signer(pki::KeyType::Rsa2048);
    let pdf = files::laid(&files::plain());
    let plan = pades::Plan {
        field: "SignatureA".to_owned(),
        new_field: None,
        certificate: holder.certificate.clone(),
        chain: vec![world.issuing.certificate.clone()],
        claimed_at: world.time(),
        name: None,
        reason: None,
        timestamp_reserve: 0,
    };
    let in_hand = || pades::InHand::prepare(&pdf, &plan, None).unwrap();
    let prepared = pades::prepare(&pdf, &plan).unwrap();
    assert_eq!(in_hand().to_sign(), prepared.to_sign);
    // RSA PKCS#1 v1.5 gives the same value each time.
    let signature = holder.sign(&prepared.to_sign);
    let delta = pades::complete(&prepared, &pdf, &signature, None).unwrap();
    assert_eq!(in_hand().complete(&signature, None).unwrap(), delta);
    let of_other_bytes = holder.sign(b"something else");
    assert_eq!(in_hand().complete(&of_other_bytes, None), Err(pades::Error::SignatureWrong));
}
