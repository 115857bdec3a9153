//! pkilint over everything that is issued.

use crate::world::{World, folder, passes, write};
use foundation::Instant;
use pki::{CrlEntry, KeyType, OcspAnswer, OcspDraft, OcspStatus, RevocationReason, Serial, ocsp_response};

fn judged(ca: KeyType) {
    let world = World::new(ca);
    let folder = folder();
    let path = folder.path();
    for (name, party) in [
        ("root", &world.root),
        ("issuing", &world.issuing),
        ("ocsp", &world.ocsp),
        ("tsu", &world.tsu),
        ("seal", &world.seal),
    ] {
        let file = write(path, &format!("{name}.pem"), party.certificate.pem());
        passes("lint_pkix_cert", &["lint", "-s", "WARNING", &file]);
    }
    for kind in [KeyType::Rsa2048, KeyType::Rsa3072, KeyType::P256, KeyType::P384] {
        let file = write(path, &format!("{kind}.pem"), world.subscriber(kind).certificate.pem());
        passes("lint_pkix_cert", &["lint", "-s", "WARNING", &file]);
        passes(
            "lint_etsi_cert",
            &["lint", "-t", "NCP-NATURAL-PERSON-CERTIFICATE", "-s", "WARNING", &file],
        );
    }
    let issuing = write(path, "issuing-ca.pem", world.issuing.certificate.pem());
    let ee = write(path, "ee.pem", world.subscriber(KeyType::P256).certificate.pem());
    passes("lint_pkix_signer_signee_cert_chain", &["lint", "-s", "WARNING", &issuing, &ee]);
}

#[test]
fn pkilint_finds_nothing_under_a_p384_ca() {
    judged(KeyType::P384);
}

#[test]
fn pkilint_finds_nothing_under_an_rsa3072_ca() {
    judged(KeyType::Rsa3072);
}

#[test]
fn pkilint_finds_nothing_in_crls_and_ocsp_responses() {
    let world = World::new(KeyType::P384);
    let folder = folder();
    let entry = |reason: Option<RevocationReason>, date: Option<Instant>| CrlEntry {
        serial: Serial::random(&foundation::OsRandom),
        revoked_at: world.now,
        reason,
        invalidity_date: date,
    };
    let entries = [
        entry(Some(RevocationReason::KeyCompromise), Some(world.now.plus_days(-1))),
        entry(None, None),
        entry(Some(RevocationReason::Superseded), None),
    ];
    for (name, crl) in [
        ("empty", world.crl(&world.root, &[])),
        ("full", world.crl(&world.issuing, &entries)),
    ] {
        let file = write(folder.path(), &format!("{name}.pem"), crl.pem());
        passes("lint_crl", &["lint", "-t", "CRL", "-p", "PKIX", "-s", "WARNING", &file]);
    }
    let subscriber = world.subscriber(KeyType::P256);
    for (index, status) in [
        OcspStatus::Good,
        OcspStatus::Revoked {
            at: world.now,
            reason: Some(RevocationReason::AffiliationChanged),
        },
        OcspStatus::Unknown,
    ]
    .into_iter()
    .enumerate()
    {
        let id = pki::CertId::new(
            &world.issuing.certificate,
            subscriber.certificate.serial(),
            pki::DigestAlgorithm::Sha1,
        )
        .unwrap();
        let answers = [OcspAnswer {
            id: &id,
            status,
            this_update: world.now,
            next_update: Some(world.now.plus_days(1)),
        }];
        let draft = OcspDraft {
            responder: &world.ocsp.certificate,
            produced_at: world.now,
            answers: &answers,
            nonce: None,
            archive_cutoff: Some(world.issuing.certificate.not_before()),
        };
        let der = world.ocsp.key.complete(&ocsp_response::prepare(&draft).unwrap());
        let file = write(folder.path(), &format!("{index}.der"), der);
        passes("lint_ocsp_response", &["lint", "-s", "WARNING", &file]);
    }
}
