//! Signatures of openssl over every kind of key we verify.

use crate::world::{Key, folder, passes, write};
use pki::{DigestAlgorithm, KeyKind, KeyType, PublicKey, SignatureAlgorithm};

const MESSAGE: &[u8] = "契約書".as_bytes();

fn judged(kind: KeyKind, make: &[&str], sign: &[&str], algorithm: SignatureAlgorithm) {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (key, signature) = (path("k.pem"), path("s.bin"));
    let message = write(folder.path(), "m", MESSAGE);
    passes("openssl", &[&["genpkey", "-out", &key], make].concat());
    passes(
        "openssl",
        &[
            &["pkeyutl", "-sign", "-rawin", "-inkey", &key, "-in", &message, "-out", &signature],
            sign,
        ]
        .concat(),
    );
    let pem = passes("openssl", &["pkey", "-in", &key, "-pubout"]);
    let public = PublicKey::parse(&pki::pem::der_of(pem.as_bytes(), "PUBLIC KEY").unwrap()).unwrap();
    let mut signature = std::fs::read(&signature).unwrap();
    assert_eq!(public.kind(), kind);
    assert_eq!(public.verify(algorithm, MESSAGE, &signature), Ok(()));
    assert!(public.verify(algorithm, b"other", &signature).is_err());
    match algorithm.digest() {
        Some(digest) => {
            assert_eq!(public.verify_digest(algorithm, &digest.digest(MESSAGE), &signature), Ok(()));
            assert!(public.verify_digest(algorithm, &digest.digest(b"other"), &signature).is_err());
            assert!(public.verify_digest(algorithm, &[0; 7], &signature).is_err());
        }
        None => assert!(public.verify_digest(algorithm, &[0; 32], &signature).is_err()),
    }
    let middle = signature.len() / 2;
    signature[middle] ^= 1;
    assert!(public.verify(algorithm, MESSAGE, &signature).is_err());
    assert_eq!(SignatureAlgorithm::parse(&algorithm.der()), Ok(algorithm));
}

#[test]
fn rsa_signatures_verify() {
    for (bits, digest, name) in [
        (2048, DigestAlgorithm::Sha256, "sha256"),
        (3072, DigestAlgorithm::Sha384, "sha384"),
        (4096, DigestAlgorithm::Sha512, "sha512"),
    ] {
        let size = format!("rsa_keygen_bits:{bits}");
        let make = ["-algorithm", "RSA", "-pkeyopt", &size];
        judged(
            KeyKind::Rsa { bits },
            &make,
            &["-digest", name],
            SignatureAlgorithm::RsaPkcs1(digest),
        );
        let pss = [
            "-digest",
            name,
            "-pkeyopt",
            "rsa_padding_mode:pss",
            "-pkeyopt",
            "rsa_pss_saltlen:digest",
        ];
        judged(KeyKind::Rsa { bits }, &make, &pss, SignatureAlgorithm::RsaPss(digest));
    }
}

#[test]
fn ecdsa_and_ed25519_signatures_verify() {
    for (curve, kind) in [("P-256", KeyKind::P256), ("P-384", KeyKind::P384), ("P-521", KeyKind::P521)] {
        let curve = format!("ec_paramgen_curve:{curve}");
        for (digest, name) in [
            (DigestAlgorithm::Sha256, "sha256"),
            (DigestAlgorithm::Sha384, "sha384"),
            (DigestAlgorithm::Sha512, "sha512"),
        ] {
            judged(
                kind,
                &["-algorithm", "EC", "-pkeyopt", &curve],
                &["-digest", name],
                SignatureAlgorithm::Ecdsa(digest),
            );
        }
    }
    judged(KeyKind::Ed25519, &["-algorithm", "ED25519"], &[], SignatureAlgorithm::Ed25519);
}

#[test]
fn an_algorithm_of_another_kind_never_verifies() {
    let key = Key::new(KeyType::P256);
    let signature = key.sign(MESSAGE);
    let all = [
        SignatureAlgorithm::RSA_SHA256,
        SignatureAlgorithm::RsaPss(DigestAlgorithm::Sha256),
        SignatureAlgorithm::ECDSA_SHA384,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha1),
        SignatureAlgorithm::Ed25519,
    ];
    for algorithm in all {
        assert!(key.public().verify(algorithm, MESSAGE, &signature).is_err());
    }
    assert_eq!(key.public().verify(SignatureAlgorithm::ECDSA_SHA256, MESSAGE, &signature), Ok(()));
}
