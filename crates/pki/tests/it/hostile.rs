//! Bytes of enemies: nothing panics, nothing runs away.

use crate::status::{answer, entry};
use crate::world::World;
use pki::{Certificate, Crl, Csr, KeyType, Name, OcspRequest, OcspResponse, OcspStatus, PublicKey, SignatureAlgorithm};
use proptest::prelude::*;
use std::sync::LazyLock;

fn read_everything(bytes: &[u8]) {
    if let Ok(certificate) = Certificate::parse(bytes) {
        let _ = (
            certificate.public_key(),
            certificate.subject().to_string(),
            certificate.extension_list().len(),
            certificate.is_self_signed(),
        );
        let _ = pki::lint::check(&certificate, pki::Profile::Subscriber, Some(&certificate));
    }
    if let Ok(crl) = Crl::parse(bytes) {
        assert!(crl.entries().count() <= bytes.len());
        let _ = crl.find(&pki::Serial::from_content(&[1]));
    }
    if let Ok(csr) = Csr::parse(bytes) {
        let _ = csr.verify();
    }
    let _ = OcspRequest::parse(bytes);
    let _ = OcspResponse::parse(bytes);
    let _ = OcspResponse::parse_basic(bytes);
    let _ = PublicKey::parse(bytes);
    let _ = SignatureAlgorithm::parse(bytes);
    let _ = pki::pem::decode(&String::from_utf8_lossy(bytes));
    if let Ok(name) = Name::parse(bytes) {
        let _ = (name.to_string(), name == name.clone(), name.is_within(&name));
    }
}

static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let world = World::new(KeyType::P384);
    let subscriber = world.subscriber(KeyType::P256);
    let id = pki::CertId::new(
        &world.issuing.certificate,
        subscriber.certificate.serial(),
        pki::DigestAlgorithm::Sha1,
    )
    .unwrap();
    let csr = subscriber
        .key
        .complete(&pki::csr::prepare(subscriber.certificate.subject(), &subscriber.key.public()));
    let crl = world.crl(
        &world.issuing,
        &[
            entry(subscriber.certificate.serial(), world.now),
            entry(world.tsu.certificate.serial(), world.now),
        ],
    );
    vec![
        subscriber.certificate.der().to_vec(),
        world.issuing.certificate.der().to_vec(),
        crl.der().to_vec(),
        answer(&world.ocsp, &world.issuing, &subscriber.certificate, OcspStatus::Good, world.now)
            .der()
            .to_vec(),
        OcspRequest::build(&[id], Some(b"nonce")),
        csr,
        subscriber.certificate.spki_der().to_vec(),
        subscriber.certificate.subject().der().to_vec(),
        SignatureAlgorithm::RsaPss(pki::DigestAlgorithm::Sha256).der(),
    ]
});

#[test]
fn every_truncation_is_survived() {
    for seed in SEEDS.iter() {
        for length in 0..seed.len() {
            read_everything(&seed[..length]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        read_everything(&bytes);
    }

    #[test]
    fn changed_bytes_are_survived(seed in 0usize..9, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = SEEDS[seed].clone();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        read_everything(&bytes);
    }

    #[test]
    fn a_changed_certificate_never_verifies(place in any::<prop::sample::Index>(), bit in 0u8..8) {
        let good = Certificate::parse(&SEEDS[0]).unwrap();
        let issuer = Certificate::parse(&SEEDS[1]).unwrap().public_key().unwrap();
        prop_assert!(good.verify_signature(&issuer).is_ok());
        let mut bytes = SEEDS[0].clone();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        if let Ok(changed) = Certificate::parse(&bytes) {
            // Only what is not signed at all may change: the form of the outermost frame.
            if changed.tbs() != good.tbs() || changed.signature() != good.signature() {
                prop_assert!(changed.verify_signature(&issuer).is_err());
            }
        }
    }

    #[test]
    fn a_changed_crl_or_response_never_verifies(which in 2usize..4, place in any::<prop::sample::Index>(), bit in 0u8..8) {
        let issuer = Certificate::parse(&SEEDS[1]).unwrap();
        let mut bytes = SEEDS[which].clone();
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        if let Ok(crl) = Crl::parse(&bytes) {
            let good = Crl::parse(&SEEDS[2]).unwrap();
            prop_assert!(crl.verify_signature(&issuer.public_key().unwrap()).is_err() || crl.entries().eq(good.entries()));
        }
        if let Ok(response) = OcspResponse::parse(&bytes) {
            let good = OcspResponse::parse(&SEEDS[3]).unwrap();
            prop_assert!(response.verify(&issuer, &[]).is_err() || response.singles() == good.singles());
        }
    }
}
