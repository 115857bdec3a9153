use std::path::Path;

use certification::ceremony::{CaKey, Custody, renew_ocsp, renew_root_crl};
use certification::{BootError, Error, Hierarchy, adopt};
use foundation::Secret;
use pki::KeyType;
use testkit::{both, on_sqlite, python_tool, tool};

use crate::house::{House, authority, unlock};

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_or_broken_key_is_named_at_boot() {
    on_sqlite(|bench| async move {
        let folder = bench.folder.path().join("authority");
        assert!(matches!(Hierarchy::load(&folder, &unlock()), Err(BootError::NoAuthority { .. })));
        drop(authority(&bench, "http://127.0.0.1:1", CaKey::P384));
        Hierarchy::load(&folder, &unlock()).expect("all keys work");
        assert!(matches!(
            Hierarchy::load(&folder, &Secret::new(b"wrong".to_vec())),
            Err(BootError::WrongUnlock { name: "issuing" })
        ));
        assert!(!folder.join("root.key").exists(), "the root's key is not among the online keys");
        for name in ["issuing", "ocsp", "tsu", "seal", "log"] {
            let (file, aside) = (folder.join(format!("{name}.key")), folder.join("aside"));
            std::fs::rename(&file, &aside).unwrap();
            let error = Hierarchy::load(&folder, &unlock()).unwrap_err();
            assert!(
                matches!(&error, BootError::Missing { name: missing } if *missing == name),
                "{error}"
            );
            std::fs::rename(&aside, &file).unwrap();
        }
        // A key that is not the certificate's.
        std::fs::copy(folder.join("ocsp.cer"), folder.join("seal.cer")).unwrap();
        assert!(matches!(
            Hierarchy::load(&folder, &unlock()),
            Err(BootError::Broken { name: "seal" })
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_status_address_is_refused_after_the_first_start() {
    both(|bench| async move {
        let first = authority(&bench, "http://pki.example.jp", CaKey::P384);
        adopt(&bench.db, &first, bench.now()).await.unwrap();
        adopt(&bench.db, &first, bench.now()).await.expect("the same again");
        first.check_status_url("http://pki.example.jp/").unwrap();
        assert!(matches!(
            first.check_status_url("http://other.example.jp"),
            Err(Error::OtherAuthority { .. })
        ));
        std::fs::remove_dir_all(bench.folder.path()).unwrap();
        let second = authority(&bench, "http://pki.example.jp", CaKey::P384);
        assert!(matches!(
            adopt(&bench.db, &second, bench.now()).await,
            Err(Error::OtherAuthority { .. })
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_custodian_renews_the_root_list() {
    on_sqlite(|bench| async move {
        let folder = bench.folder.path().join("authority");
        drop(authority(&bench, "http://127.0.0.1:1", CaKey::P384));
        let later = bench.now().plus_days(365);
        let custody = |passphrase: &[u8]| Custody {
            folder: bench.folder.path().join("root"),
            passphrase: Secret::new(passphrase.to_vec()),
        };
        assert!(matches!(
            renew_root_crl(&folder, &custody(b"nobody"), later),
            Err(BootError::WrongUnlock { .. })
        ));
        renew_root_crl(&folder, &custody(b"custodian"), later).unwrap();
        let renewed = Hierarchy::load(&folder, &unlock()).unwrap();
        assert!(renewed.root_crl_next_update().unwrap() > later.plus_days(390));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ocsp_signer_is_renewed_before_it_ends() {
    on_sqlite(|bench| async move {
        let folder = bench.folder.path().join("authority");
        let first = authority(&bench, "http://127.0.0.1:1", CaKey::P384);
        adopt(&bench.db, &first, bench.now()).await.unwrap();
        assert!(!renew_ocsp(&folder, &unlock(), bench.now(), &*bench.random).unwrap(), "it is young");
        bench.clock.advance(340 * 86_400);
        assert!(renew_ocsp(&folder, &unlock(), bench.now(), &*bench.random).unwrap());
        let renewed = Hierarchy::load(&folder, &unlock()).unwrap();
        assert_ne!(renewed.ocsp().spki_der(), first.ocsp().spki_der());
        assert!(renewed.ocsp().not_after() > bench.now().plus_days(360));
        assert_eq!(renewed.ocsp().subject().der(), first.ocsp().subject().der());
        adopt(&bench.db, &renewed, bench.now()).await.unwrap();
        assert!(
            !renew_ocsp(&folder, &unlock(), bench.now(), &*bench.random).unwrap(),
            "once is enough"
        );
    })
    .await;
}

/// `openssl verify` with every list of the chain, strictly, and pkilint: nothing at WARNING or above.
#[tokio::test(flavor = "multi_thread")]
async fn openssl_and_pkilint_agree_with_every_kind_of_subscriber_key() {
    on_sqlite(|bench| async move { judged(House::at(bench, "http://pki.example.jp", CaKey::P384).await).await }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_and_pkilint_agree_with_an_rsa_hierarchy() {
    on_sqlite(|bench| async move { judged(House::at(bench, "http://pki.example.jp", CaKey::Rsa3072).await).await }).await;
}

async fn judged(house: House) {
    let folder = house.bench.folder.path();
    let write = |name: &str, text: String| std::fs::write(folder.join(name), text).unwrap();
    let authority = &house.authority;
    write("root.pem", authority.root().pem());
    write("issuing.pem", authority.issuing().pem());
    let ca_crl: Vec<u8> = house
        .bench
        .db
        .only(store::sql!("SELECT body FROM certification_publication WHERE name = 'ca.crl'"))
        .await
        .unwrap();
    let ca_crl = pki::Crl::parse(&ca_crl).unwrap();
    let root_crl = pki::Crl::parse(authority.root_crl()).unwrap();
    write("crls.pem", format!("{}{}", ca_crl.pem(), root_crl.pem()));
    write("ca-crl.pem", ca_crl.pem());
    write("root-crl.pem", root_crl.pem());
    for (name, certificate) in [("tsu", authority.tsu()), ("ocsp", authority.ocsp()), ("seal", authority.seal())] {
        write(&format!("{name}.pem"), certificate.pem());
        verify(folder, &format!("{name}.pem"), house.bench.now());
    }
    for name in ["root.pem", "issuing.pem", "tsu.pem", "ocsp.pem", "seal.pem"] {
        lint(folder, "lint_pkix_cert", &["lint"], name);
    }
    lint(folder, "lint_crl", &["lint", "-p", "PKIX", "-t", "CRL"], "ca-crl.pem");
    lint(folder, "lint_crl", &["lint", "-p", "PKIX", "-t", "ARL"], "root-crl.pem");
    for key_type in [KeyType::Rsa2048, KeyType::Rsa3072, KeyType::P256, KeyType::P384] {
        let (certificate, _) = house.holder(key_type).await;
        write("ee.pem", certificate.x509().pem());
        verify(folder, "ee.pem", house.bench.now());
        lint(
            folder,
            "lint_etsi_cert",
            &["lint", "-t", "NCP-NATURAL-PERSON-CERTIFICATE"],
            "ee.pem",
        );
    }
}

fn verify(folder: &Path, name: &str, now: foundation::Instant) {
    let out = tool("openssl")
        .current_dir(folder)
        .args([
            "verify",
            "-x509_strict",
            "-policy_check",
            "-crl_check_all",
            "-CAfile",
            "root.pem",
            "-untrusted",
            "issuing.pem",
            "-CRLfile",
            "crls.pem",
        ])
        .args(["-attime", &now.plus_seconds(60).unix_seconds().to_string(), name])
        .output()
        .expect("openssl runs");
    assert!(
        out.status.success(),
        "{name}: {}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}

fn lint(folder: &Path, program: &str, arguments: &[&str], name: &str) {
    let out = python_tool(program)
        .current_dir(folder)
        .args(arguments)
        .args(["-s", "WARNING", name])
        .output()
        .expect("pkilint runs");
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(
        out.status.success() && said.trim().is_empty(),
        "{program} {name}: {said}{}",
        String::from_utf8_lossy(&out.stderr)
    );
}
