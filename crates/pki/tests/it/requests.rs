//! Certification requests that must not pass.

use crate::world::{Key, folder, passes, person, write};
use pki::subscriber_key::{self, WeakKey};
use pki::{Csr, CsrError, KeyKind, KeyType, PublicKey};

#[test]
fn a_request_proves_its_own_key_and_no_other() {
    let (mine, other) = (Key::new(KeyType::P256), Key::new(KeyType::P256));
    let prepared = pki::csr::prepare(&person(), &mine.public());
    let good = Csr::parse(&mine.complete(&prepared)).unwrap();
    assert_eq!(good.verify().unwrap(), mine.public());
    assert_eq!(*good.subject(), person());
    assert!(prepared.complete(&mine.public(), &other.sign(&prepared.tbs)).is_err());
    let stolen = Csr::parse(&prepared.assemble(&other.sign(&prepared.tbs))).unwrap();
    assert_eq!(stolen.verify(), Err(CsrError::NoPossession));
}

#[test]
fn weak_keys_are_refused_by_name() {
    let folder = folder();
    let key = folder.path().join("k.pem");
    let key = key.to_str().unwrap();
    let public = |arguments: &[&str]| {
        let mut all = vec!["genpkey", "-out", key];
        all.extend(arguments);
        passes("openssl", &all);
        let pem = passes("openssl", &["pkey", "-in", key, "-pubout"]);
        PublicKey::parse(&pki::pem::der_of(pem.as_bytes(), "PUBLIC KEY").unwrap())
    };
    let rsa = |bits: &str, exponent: &str| public(&["-algorithm", "RSA", "-pkeyopt", bits, "-pkeyopt", exponent]).unwrap();
    assert_eq!(
        subscriber_key::check(&rsa("rsa_keygen_bits:2048", "rsa_keygen_pubexp:65537")),
        Ok(())
    );
    assert_eq!(
        subscriber_key::check(&rsa("rsa_keygen_bits:2048", "rsa_keygen_pubexp:3")),
        Err(WeakKey::Exponent)
    );
    assert_eq!(
        subscriber_key::check(&rsa("rsa_keygen_bits:1024", "rsa_keygen_pubexp:65537")),
        Err(WeakKey::Kind(KeyKind::Rsa { bits: 1024 }))
    );
    assert_eq!(
        subscriber_key::check(&public(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]).unwrap()),
        Ok(())
    );
    assert_eq!(
        subscriber_key::check(&public(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]).unwrap()),
        Err(WeakKey::Kind(KeyKind::P521))
    );
    assert!(public(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]).is_err());
    let _ = write(folder.path(), "done", "");
}

#[test]
fn a_point_off_its_curve_is_no_key() {
    let mut spki = Key::new(KeyType::P256).public().spki_der().to_vec();
    let last = spki.len() - 1;
    spki[last] ^= 1;
    assert_eq!(PublicKey::parse(&spki), Err(pki::KeyError::NotOnCurve));
}

#[test]
fn requests_that_are_no_requests_are_refused() {
    assert_eq!(Csr::parse(&[0; 20_000]).unwrap_err(), CsrError::TooLarge);
    assert!(matches!(Csr::parse(b"0\x00").unwrap_err(), CsrError::Malformed(_)));
    assert_eq!(
        Csr::parse_any(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap_err(),
        CsrError::NotPem
    );
}
