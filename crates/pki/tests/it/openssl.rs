//! openssl over everything that is issued.

use crate::world::{World, folder, passes, run, write};
use foundation::OsRandom;
use pki::{CrlEntry, KeyType, OcspAnswer, OcspDraft, OcspRequest, OcspStatus, RevocationReason, Serial, ocsp_response};

fn revoked(world: &World, serial: &Serial) -> CrlEntry {
    CrlEntry {
        serial: serial.clone(),
        revoked_at: world.now,
        reason: Some(RevocationReason::KeyCompromise),
        invalidity_date: None,
    }
}

fn judged(ca: KeyType) {
    let world = World::new(ca);
    let folder = folder();
    let path = folder.path();
    let root = write(path, "root.pem", world.root.certificate.pem());
    let issuing = write(path, "issuing.pem", world.issuing.certificate.pem());
    let (root_crl, issuing_crl) = (world.crl(&world.root, &[]), world.crl(&world.issuing, &[]));
    let crls = write(path, "crls.pem", root_crl.pem() + &issuing_crl.pem());
    let verify = |file: &str, crls: &str, more: &[&str]| {
        let mut arguments = vec![
            "verify",
            "-x509_strict",
            "-policy_check",
            "-crl_check_all",
            "-CAfile",
            &root,
            "-untrusted",
            &issuing,
            "-CRLfile",
            crls,
        ];
        arguments.extend(more);
        arguments.push(file);
        run("openssl", &arguments)
    };
    let mut people = Vec::new();
    for kind in [KeyType::Rsa2048, KeyType::Rsa3072, KeyType::P256, KeyType::P384] {
        people.push((format!("{kind}"), world.subscriber(kind)));
    }
    let others = [("seal", &world.seal), ("ocsp", &world.ocsp)];
    for (name, certificate) in people
        .iter()
        .map(|(name, party)| (name.as_str(), &party.certificate))
        .chain(others.map(|(name, party)| (name, &party.certificate)))
    {
        let file = write(path, &format!("{name}.pem"), certificate.pem());
        let output = verify(&file, &crls, &[]);
        assert!(output.status.success(), "{name}: {output:?}");
    }
    let tsu = write(path, "tsu.pem", world.tsu.certificate.pem());
    let output = verify(&tsu, &crls, &["-purpose", "timestampsign"]);
    assert!(output.status.success(), "{output:?}");

    for (name, crl, ca) in [("root.crl", &root_crl, &root), ("issuing.crl", &issuing_crl, &issuing)] {
        let file = write(path, name, crl.der());
        let text = passes(
            "openssl",
            &["crl", "-in", &file, "-inform", "DER", "-CAfile", ca, "-noout", "-verify"],
        );
        assert!(text.contains("verify OK"), "{text}");
    }

    let victim = &people[2].1.certificate;
    let list = [
        revoked(&world, &Serial::random(&OsRandom)),
        revoked(&world, victim.serial()),
        revoked(&world, &Serial::random(&OsRandom)),
    ];
    let crls = write(path, "crls2.pem", root_crl.pem() + &world.crl(&world.issuing, &list).pem());
    let output = verify(&write(path, "victim.pem", victim.pem()), &crls, &[]);
    assert!(
        !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("certificate revoked"),
        "{output:?}"
    );
}

#[test]
fn openssl_accepts_the_hierarchy_of_a_p384_ca() {
    judged(KeyType::P384);
}

#[test]
fn openssl_accepts_the_hierarchy_of_an_rsa3072_ca() {
    judged(KeyType::Rsa3072);
}

#[test]
fn openssl_asks_and_believes_our_ocsp_answers() {
    let world = World::new(KeyType::P384);
    let folder = folder();
    let path = folder.path();
    let subscriber = world.subscriber(KeyType::Rsa3072);
    let root = write(path, "root.pem", world.root.certificate.pem());
    let issuing = write(path, "issuing.pem", world.issuing.certificate.pem());
    let ee = write(path, "ee.pem", subscriber.certificate.pem());
    let question = path.join("q.der");
    let question = question.to_str().unwrap();
    for (hash, nonce) in [("-sha1", true), ("-sha256", false)] {
        let mut arguments = vec!["ocsp", hash, "-issuer", &issuing, "-cert", &ee, "-reqout", question];
        if !nonce {
            arguments.push("-no_nonce");
        }
        passes("openssl", &arguments);
        let request = OcspRequest::parse(&std::fs::read(question).unwrap()).unwrap();
        assert!(request.ids[0].is_about(&world.issuing.certificate, subscriber.certificate.serial()));
        assert_eq!(request.nonce.is_some(), nonce);
        for (status, word) in [
            (OcspStatus::Good, ": good"),
            (
                OcspStatus::Revoked {
                    at: world.now,
                    reason: Some(RevocationReason::Superseded),
                },
                ": revoked",
            ),
            (OcspStatus::Unknown, ": unknown"),
        ] {
            let answers = [OcspAnswer {
                id: &request.ids[0],
                status,
                this_update: world.now,
                next_update: Some(world.now.plus_days(1)),
            }];
            let draft = OcspDraft {
                responder: &world.ocsp.certificate,
                produced_at: world.now,
                answers: &answers,
                nonce: request.nonce.as_deref(),
                archive_cutoff: Some(world.now),
            };
            let response = write(path, "r.der", world.ocsp.key.complete(&ocsp_response::prepare(&draft).unwrap()));
            let text = passes(
                "openssl",
                &[
                    "ocsp",
                    "-respin",
                    &response,
                    "-no_nonce",
                    // keeps the nonce of the file and checks it
                    "-reqin",
                    question,
                    "-issuer",
                    &issuing,
                    hash,
                    "-cert",
                    &ee,
                    "-CAfile",
                    &root,
                    "-verify_other",
                    &issuing,
                ],
            );
            assert!(
                text.contains("Response verify OK") && text.contains(word) && !text.contains("WARNING: no nonce"),
                "{text}"
            );
        }
    }
}

#[test]
fn openssl_prints_japanese_names_as_they_were_given() {
    let world = World::new(KeyType::P384);
    let folder = folder();
    let file = write(folder.path(), "ee.pem", world.subscriber(KeyType::P256).certificate.pem());
    let text = passes(
        "openssl",
        &["x509", "-in", &file, "-noout", "-subject", "-nameopt", "utf8,sep_comma_plus_space"],
    );
    assert!(text.contains("O=株式会社みどり工務店") && text.contains("CN=山本 健太"), "{text}");
}

#[test]
fn openssl_reads_our_requests_and_we_read_its() {
    let folder = folder();
    for kind in [KeyType::Rsa2048, KeyType::P256, KeyType::P384] {
        let key = crate::world::Key::new(kind);
        let request = key.complete(&pki::csr::prepare(&crate::world::person(), &key.public()));
        let file = write(folder.path(), "ours.pem", pki::Csr::parse(&request).unwrap().pem());
        passes("openssl", &["req", "-in", &file, "-verify", "-noout"]);
    }
    let (key, request) = (folder.path().join("k.pem"), folder.path().join("r.pem"));
    let (key, request) = (key.to_str().unwrap(), request.to_str().unwrap());
    for new_key in [["rsa:2048", "-nodes"], ["rsa:3072", "-nodes"]] {
        passes(
            "openssl",
            &[
                "req",
                "-new",
                "-newkey",
                new_key[0],
                new_key[1],
                "-keyout",
                key,
                "-out",
                request,
                "-subj",
                "/CN=anything",
                "-addext",
                "subjectAltName=DNS:evil.example",
            ],
        );
        let csr = pki::Csr::parse_any(&std::fs::read(request).unwrap()).unwrap();
        let public = csr.verify().unwrap();
        assert_eq!(pki::subscriber_key::check(&public), Ok(()));
    }
}
