//! A key of the authority on a PKCS#11 token (SoftHSM2), in a process of its own because of the module's environment.

use std::path::Path;
use std::process::Command;

use foundation::Secret;
use keys::{KeyError, Signer, TokenModule};
use pki::KeyType;

const MODULES: [&str; 2] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
];

#[test]
fn keys_on_a_token_sign_what_their_public_key_verifies() {
    let Some(module) = MODULES.into_iter().find(|module| Path::new(module).is_file()) else {
        panic!("libsofthsm2.so is not here: run `cargo xtask test`")
    };
    // SOFTHSM2_CONF must stand in the environment before the module is loaded: the test runs itself once more as a child.
    let Some(folder) = std::env::var_os("CECTRUST_KEYS_TEST") else {
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let conf = folder.path().join("softhsm2.conf");
        std::fs::write(
            &conf,
            format!(
                "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
                tokens.display()
            ),
        )
        .unwrap();
        let run = |program: &str, arguments: &[&str]| {
            let out = Command::new(program).args(arguments).env("SOFTHSM2_CONF", &conf).output();
            let out = out.unwrap_or_else(|error| panic!("{program}: {error}: run `cargo xtask test`"));
            assert!(
                out.status.success(),
                "{program}: {}{}",
                String::from_utf8_lossy(&out.stdout),
                String::from_utf8_lossy(&out.stderr)
            );
        };
        run(
            "softhsm2-util",
            &[
                "--init-token",
                "--free",
                "--label",
                "ca",
                "--pin",
                "12345678",
                "--so-pin",
                "87654321",
            ],
        );
        for (label, pem) in [("p256", ec("P-256")), ("p384", ec("P-384")), ("rsa", rsa())] {
            let file = folder.path().join(format!("{label}.pem"));
            std::fs::write(&file, pem).unwrap();
            let id = if label == "p256" {
                "01"
            } else if label == "p384" {
                "02"
            } else {
                "03"
            };
            run(
                "softhsm2-util",
                &[
                    "--import",
                    file.to_str().unwrap(),
                    "--token",
                    "ca",
                    "--label",
                    label,
                    "--id",
                    id,
                    "--pin",
                    "12345678",
                ],
            );
        }
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "keys_on_a_token_sign_what_their_public_key_verifies", "--nocapture"]);
        let out = again
            .env("SOFTHSM2_CONF", &conf)
            .env("CECTRUST_KEYS_TEST", folder.path())
            .output()
            .unwrap();
        assert!(
            out.status.success(),
            "{}{}",
            String::from_utf8_lossy(&out.stdout),
            String::from_utf8_lossy(&out.stderr)
        );
        return;
    };
    drop(folder);
    let module = TokenModule::load(Path::new(module)).unwrap();
    let pin = Secret::new("12345678".to_owned());
    for (label, key_type) in [("p256", KeyType::P256), ("p384", KeyType::P384), ("rsa", KeyType::Rsa2048)] {
        let key = Signer::from(module.key("ca", &pin, label).unwrap());
        assert_eq!(key.key_type(), key_type);
        key.self_test().unwrap();
    }
    assert!(matches!(module.key("ca", &pin, "none"), Err(KeyError::NoSuchKey { label }) if label == "none"));
    assert!(matches!(module.key("other", &pin, "p256"), Err(KeyError::NoSuchToken { label }) if label == "other"));
}

fn ec(curve: &str) -> Vec<u8> {
    openssl(&[
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        &format!("ec_paramgen_curve:{curve}"),
        "-pkeyopt",
        "ec_param_enc:named_curve",
    ])
}
fn rsa() -> Vec<u8> {
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
}
fn openssl(arguments: &[&str]) -> Vec<u8> {
    let out = Command::new("openssl").args(arguments).output().expect("openssl is here");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}
