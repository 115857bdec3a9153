//! openssl on the CMS, on time-stamps, and on our answers to its requests; pdfsig on the signatures.

use super::files;
use super::oracle;
use super::world::{run, world};
use cms::tsp::{Reply, prepare_reply};
use pki::KeyType;
use std::process::Command;

#[test]
fn openssl_verifies_the_signature_and_the_stamps_of_every_key() {
    let world = world();
    let dir = world.dir.path();
    for (kind, holder) in &world.signers {
        let pdf = world.signed(&files::laid(&files::plain()), "SignatureA", holder, world.time(), true);
        let pdf = world.with_document_stamp(&pdf, world.time());
        let document = pdf::Document::open(&pdf).unwrap();
        for signature in document.signatures().unwrap() {
            let content: Vec<u8> = signature
                .signed_ranges(pdf.len())
                .unwrap()
                .into_iter()
                .flat_map(|range| pdf[range].to_vec())
                .collect();
            std::fs::write(dir.join("content.bin"), &content).unwrap();
            if signature.is_document_timestamp() {
                let token = cms::tsp::Token::parse(&signature.contents).unwrap().der;
                std::fs::write(dir.join("stamp.der"), token).unwrap();
                run(Command::new("openssl")
                    .current_dir(dir)
                    .args("ts -verify -in stamp.der -token_in -data content.bin -CAfile root.pem".split(' ')));
                continue;
            }
            let data = cms::SignedData::parse(&signature.contents).unwrap();
            std::fs::write(dir.join("value.der"), &signature.contents[..data.len]).unwrap();
            let arguments = "cms -verify -binary -inform DER -in value.der -content content.bin -CAfile root.pem -certfile issuing.pem -purpose any -out out.bin -cades";
            run(Command::new("openssl").current_dir(dir).args(arguments.split(' ')));
            std::fs::write(dir.join("token.der"), data.signer().unwrap().time_stamps()[0]).unwrap();
            std::fs::write(dir.join("value.bin"), &*data.signer().unwrap().signature).unwrap();
            run(Command::new("openssl")
                .current_dir(dir)
                .args("ts -verify -in token.der -token_in -data value.bin -CAfile root.pem".split(' ')));
            println!("{kind} ok");
        }
    }
}

#[test]
fn our_answers_to_openssls_requests_verify() {
    let world = world();
    let dir = world.dir.path();
    std::fs::write(dir.join("data.txt"), "契約").unwrap();
    for digest in ["sha256", "sha384", "sha512"] {
        for more in [vec!["-cert"], vec![], vec!["-cert", "-no_nonce"]] {
            run(Command::new("openssl")
                .current_dir(dir)
                .args(["ts", "-query", "-data", "data.txt", "-out", "q.tsq"])
                .arg(format!("-{digest}"))
                .args(&more));
            let query = std::fs::read(dir.join("q.tsq")).unwrap();
            let Reply::Sign(reply) = prepare_reply(&query, &world.unit(), &[0x90, 1, 2, 3], world.time()) else {
                panic!("refused")
            };
            std::fs::write(dir.join("r.tsr"), reply.complete(&world.tsu.sign(&reply.to_sign))).unwrap();
            let text = run(Command::new("openssl")
                .current_dir(dir)
                .args(["ts", "-reply", "-in", "r.tsr", "-text"]));
            assert!(text.contains("Granted"), "{text}");
            let arguments = "ts -verify -queryfile q.tsq -in r.tsr -CAfile root.pem -untrusted tsu.pem";
            run(Command::new("openssl").current_dir(dir).args(arguments.split(' ')));
        }
    }
    // What it does not do is refused, and openssl reads the refusal.
    for arguments in ["-sha1", "-sha256 -tspolicy 1.2.3.4"] {
        run(Command::new("openssl")
            .current_dir(dir)
            .args(["ts", "-query", "-data", "data.txt", "-out", "q.tsq"])
            .args(arguments.split(' ')));
        let query = std::fs::read(dir.join("q.tsq")).unwrap();
        let Reply::Reject(answer) = prepare_reply(&query, &world.unit(), &[1], world.time()) else {
            panic!("granted")
        };
        std::fs::write(dir.join("r.tsr"), answer).unwrap();
        let text = run(Command::new("openssl")
            .current_dir(dir)
            .args(["ts", "-reply", "-in", "r.tsr", "-text"]));
        assert!(text.contains("Rejected"), "{text}");
    }
}

#[test]
fn pdfsig_finds_the_signatures_valid() {
    let world = world();
    let mut pdf = files::laid(&files::plain());
    for (field, kind) in [("SignatureA", KeyType::Rsa2048), ("SignatureB", KeyType::P256)] {
        pdf = world.signed(&pdf, field, world.signer(kind), world.time(), true);
        pdf = world.with_dss(&pdf);
    }
    pdf = world.with_document_stamp(&pdf, world.time());
    let path = oracle::write(world, "pdfsig.pdf", &pdf);
    let text = run(Command::new("pdfsig").arg("-nocert").arg(&path));
    assert_eq!(text.matches("Signature is Valid.").count(), 2, "{text}");
}
