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

/// PKCS#1 v1.5 of `message` as a key of 2048 bits signs it.
fn padded(message: &[u8]) -> Vec<u8> {
    // DigestInfo of SHA-256 (RFC 8017 §9.2).
    let info: &[u8] = &[
        0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
    ];
    let hash = DigestAlgorithm::Sha256.digest(message);
    let filling = vec![0xFF; 256 - 3 - info.len() - hash.len()];
    [&[0, 1][..], &filling, &[0], info, &hash].concat()
}

#[test]
fn rsa_forgeries_of_the_literature_do_not_verify() {
    let key = Key::new(KeyType::Rsa2048).public();
    let (modulus, _) = key.rsa().unwrap();
    let with = |exponent: &[u8]| PublicKey::parse(&pki::rsa_spki(modulus, exponent));
    // With the exponent 1 everybody can write down the signature.
    assert!(
        with(&[1]).is_err()
            || with(&[1])
                .unwrap()
                .verify(SignatureAlgorithm::RSA_SHA256, MESSAGE, &padded(MESSAGE))
                .is_err()
    );
    // Bleichenbacher 2006: with the exponent 3 a cube root whose cube begins right and ends in garbage; no modulus matters.
    const CUBE_ROOT: &str = "32cbfd4a7adc7905583d767520f51640759176d37826f2ef63ae3dc7ace44fc061a4b3170290639a174f250874a9e7dd7fdd6fbebf5ada66cbb490f65737d365fdd6ddcfab5bbdeb4c26fe262c0f3e5c670d001c01";
    let root: Vec<u8> = (0..CUBE_ROOT.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&CUBE_ROOT[at..at + 2], 16).unwrap())
        .collect();
    let forged = [vec![0; 256 - root.len()], root].concat();
    assert!(
        with(&[3]).is_err()
            || with(&[3])
                .unwrap()
                .verify(SignatureAlgorithm::RSA_SHA256, b"forged", &forged)
                .is_err()
    );
    // Exponents that are even, zero or as long as the modulus.
    for exponent in [&[2][..], &[0], modulus] {
        assert!(
            with(exponent).is_err()
                || with(exponent)
                    .unwrap()
                    .verify(SignatureAlgorithm::RSA_SHA256, MESSAGE, &padded(MESSAGE))
                    .is_err()
        );
    }
    // A signature of another length, and the padded message itself under an honest key.
    for signature in [padded(MESSAGE), vec![0; 256], vec![0; 255], Vec::new(), vec![0xFF; 257]] {
        assert!(key.verify(SignatureAlgorithm::RSA_SHA256, MESSAGE, &signature).is_err());
    }
}

#[test]
fn ecdsa_forgeries_of_the_literature_do_not_verify() {
    let key = Key::new(KeyType::P256);
    let public = key.public();
    let order: Vec<u8> = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
        .into_iter()
        .chain([0xFF; 8])
        .chain([
            0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ])
        .collect();
    let pair = |r: &[u8], s: &[u8]| {
        asn1::Writer::build(|w| {
            w.sequence(|w| {
                w.integer_be(r);
                w.integer_be(s);
            });
        })
    };
    // Zero, one, the order: CVE-2022-21449 and its kin.
    for r in [&[0][..], &[1], &order] {
        for s in [&[0][..], &[1], &order] {
            for message in [MESSAGE, b""] {
                assert!(public.verify(SignatureAlgorithm::ECDSA_SHA256, message, &pair(r, s)).is_err());
            }
            assert!(
                public
                    .verify_digest(SignatureAlgorithm::ECDSA_SHA256, &[0; 32], &pair(r, s))
                    .is_err()
            );
        }
    }
    // An honest value with something behind it, without its wrapping, or in BER.
    let honest = key.sign(MESSAGE);
    assert!(public.verify(SignatureAlgorithm::ECDSA_SHA256, MESSAGE, &honest).is_ok());
    let long = [&[0x30, 0x81, honest[1]][..], &honest[2..]].concat();
    for bent in [[&honest[..], &[0]].concat(), honest[2..].to_vec(), long] {
        assert!(public.verify(SignatureAlgorithm::ECDSA_SHA256, MESSAGE, &bent).is_err());
    }
    // A point of one curve under the name of another, off the curve, at infinity.
    let point = public.key_octets().to_vec();
    let spki = public.spki_der();
    let mut off = spki.to_vec();
    *off.last_mut().unwrap() ^= 1;
    assert!(PublicKey::parse(&off).is_err());
    let zero = [&spki[..spki.len() - point.len()], &[4], &[0; 64][..]].concat();
    assert!(PublicKey::parse(&zero).is_err());
}
