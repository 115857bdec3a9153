//! Commands that need no server.

use crate::harness::{cectrust, run};

#[test]
fn help_teaches_with_examples() {
    for words in [
        vec!["--help"],
        vec!["serve", "--help"],
        vec!["demo", "--help"],
        vec!["verify", "--help"],
        vec!["sign", "--help"],
        vec!["ceremony", "--help"],
        vec!["operator", "--help"],
    ] {
        let ended = run(&words);
        assert!(ended.status.success());
        assert!(String::from_utf8_lossy(&ended.stdout).contains("例："), "{words:?}");
    }
    let operator = String::from_utf8(run(&["operator", "--help"]).stdout).unwrap();
    assert!(operator.contains("/begin を開き"), "where an invited person goes: {operator}");
}

#[test]
fn wrong_usage_ends_with_3() {
    assert_eq!(run(&["verify"]).status.code(), Some(3));
    assert_eq!(run(&["verify", "/no/such/file.pdf"]).status.code(), Some(3));
    assert_eq!(
        run(&["demo", "--script", "/tmp/x", "--stop-after", "nowhere"]).status.code(),
        Some(3)
    );
}

#[test]
fn the_state_tables_come_from_the_code() {
    let ended = run(&["docs", "states", "--json"]);
    let tables: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let names: Vec<&str> = tables
        .as_array()
        .unwrap()
        .iter()
        .map(|table| table["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["case", "certificate", "enrolment"]);
    assert!(
        tables
            .as_array()
            .unwrap()
            .iter()
            .all(|table| table["steps"].as_array().is_some_and(|steps| steps.len() > 4))
    );
}

#[test]
fn the_openapi_document_names_every_fixed_operation() {
    let ended = run(&["docs", "openapi"]);
    let text = String::from_utf8(ended.stdout).unwrap();
    // outside.md §4
    for id in "signIn signOut registerPartner answerConsent createCase putDocument prepareSignature completeSignature putSignedDocument sendCase listCases \
               getCase getDocument returnCase sendBackCase refuseCase withdrawCase confirmCase getOriginalityCertificate getEvidenceBundle deposit verifyDocument \
               beginEnrolment submitRequest confirmDownloadPin getCertificate requestRevocation"
        .split_whitespace()
    {
        assert!(text.contains(&format!("\"operationId\": \"{id}\"")), "{id}");
    }
}

#[test]
fn a_ceremony_makes_an_authority_and_renews_the_roots_list() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("passphrase"), "correct horse battery staple\n").unwrap();
    std::fs::write(at("unlock"), "another long secret of the operator\n").unwrap();
    let config = serde_json::json!({
        "operator": "試験運営者", "status_url": "http://pki.example.jp", "oid_arc": "2.999.1", "key": "rsa3072",
        "root_folder": at("custodian"), "root_passphrase_file": at("passphrase"), "unlock_file": at("unlock"),
    });
    std::fs::write(at("ceremony.json"), config.to_string()).unwrap();
    let ceremony = |words: &[&str]| {
        cectrust()
            .arg("ceremony")
            .args(words)
            .arg("--data")
            .arg(at("data"))
            .arg("--config")
            .arg(at("ceremony.json"))
            .output()
            .unwrap()
    };
    let made = ceremony(&[]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(at("custodian/root.key").is_file());
    let root = std::fs::read(at("data/authority/root.cer")).unwrap();
    let shown = testkit::tool("openssl")
        .args(["x509", "-inform", "DER", "-noout", "-subject", "-in"])
        .arg(at("data/authority/root.cer"))
        .output()
        .unwrap();
    assert!(shown.status.success() && !root.is_empty());
    assert_eq!(ceremony(&[]).status.code(), Some(1), "a second ceremony on one folder is refused");
    let before = std::fs::read(at("data/authority/root.crl")).unwrap();
    let renewed = ceremony(&["root-crl"]);
    assert!(renewed.status.success(), "{}", String::from_utf8_lossy(&renewed.stderr));
    assert_ne!(std::fs::read(at("data/authority/root.crl")).unwrap(), before);
}

#[test]
fn a_signature_of_the_command_line_stands_and_a_changed_byte_shows() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (key, cert) = testkit::self_made(folder.path(), "/CN=Test Signer");
    std::fs::write(at("contract.pdf"), include_bytes!("../../../../samples/koji-ukeoi.pdf")).unwrap();
    let sign = || {
        cectrust()
            .arg("sign")
            .arg(at("contract.pdf"))
            .arg("--out")
            .arg(at("signed"))
            .arg("--key")
            .arg(&key)
            .arg("--cert")
            .arg(&cert)
            .output()
            .unwrap()
    };
    let signed = sign();
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    assert_eq!(sign().status.code(), Some(1), "nothing is overwritten");
    let judge = |file: &std::path::Path| {
        let ended = cectrust().args(["verify", "--json"]).arg(file).output().unwrap();
        let line: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
        (ended.status.code().unwrap(), line)
    };
    let (status, line) = judge(&at("signed/contract.pdf"));
    assert_eq!(
        (
            status,
            line["signatures"][0]["intact"].as_bool(),
            line["signatures"][0]["covers"].as_str()
        ),
        (2, Some(true), Some("file")),
        "{line}"
    );
    assert_eq!(line["signatures"][0]["indication"], "INDETERMINATE");
    assert_eq!(line["signatures"][0]["sub_indication"], "NO_CERTIFICATE_CHAIN_FOUND");
    let pdfsig = testkit::tool("pdfsig").arg(at("signed/contract.pdf")).output().unwrap();
    assert!(
        String::from_utf8_lossy(&pdfsig.stdout).contains("Signature is Valid"),
        "{}",
        String::from_utf8_lossy(&pdfsig.stdout)
    );
    let mut bytes = std::fs::read(at("signed/contract.pdf")).unwrap();
    bytes[500] ^= 1;
    std::fs::write(at("changed.pdf"), bytes).unwrap();
    let (status, _) = judge(&at("changed.pdf"));
    assert!(matches!(status, 1 | 3), "{status}");
    let seen = cectrust()
        .arg("inspect")
        .arg(at("signed/contract.pdf"))
        .arg(&cert)
        .output()
        .unwrap();
    assert!(seen.status.success() && String::from_utf8_lossy(&seen.stdout).contains("Test Signer"));
}
