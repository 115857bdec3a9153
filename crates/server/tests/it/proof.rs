//! One whole journey, looked at afterwards: no secret rests anywhere, the verifier ends as promised, and without a key nothing starts.

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::harness::{Served, cectrust, copied, files, holds, journey, pin_in};

/// All that a mail says: every part of it, decoded.
fn text(mail: &Path) -> String {
    decoded(&std::fs::read_to_string(mail).unwrap().replace("\r\n", "\n"))
}

/// All parts of a mail, decoded, one after the other.
pub fn decoded(part: &str) -> String {
    let (head, body) = part.trim_start().split_once("\n\n").unwrap();
    if let Some((_, rest)) = head.split_once("boundary=\"") {
        let boundary = format!("--{}", rest.split('"').next().unwrap());
        let parts = body.split(&boundary).filter(|part| part.contains("\n\n"));
        return parts.map(decoded).collect();
    }
    if !head.contains("base64") {
        return body.to_owned();
    }
    String::from_utf8(STANDARD.decode(body.replace('\n', "")).unwrap()).unwrap()
}

/// What stands behind `label` in some line of a text.
fn told(text: &str, label: &str) -> Option<String> {
    text.lines()
        .find_map(|line| line.trim().strip_prefix(label).map(|rest| rest.trim().to_owned()))
}

// Algorithm identifiers as they stand in PKCS#8: an OCTET STRING follows them; in a public key it is a BIT STRING.
const PRIVATE: [&[u8]; 4] = [
    b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04",
    b"\x06\x05\x2b\x81\x04\x00\x22\x04",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04",
    b"PRIVATE KEY-----",
];

#[tokio::test(flavor = "multi_thread")]
async fn after_a_journey_no_secret_rests_in_the_data_folder_the_logs_or_the_mails() {
    let out = journey();
    let mails: Vec<String> = files(out.join("mails")).iter().map(|mail| text(mail)).collect();
    let mut secrets: Vec<String> = known_secrets().await;
    assert!(secrets.len() >= 12);
    for letter in files(out.join("letters"))
        .iter()
        .filter(|file| file.extension().is_some_and(|name| name == "pdf"))
    {
        secrets.push(pin_in(std::fs::read(letter).unwrap()));
    }
    assert!(secrets.len() >= 14, "the letters of two holders");
    let download: Vec<String> = mails.iter().filter_map(|mail| told(mail, "ダウンロードPIN:")).collect();
    assert_eq!(download.len(), 2, "one mail each");
    for pin in &download {
        assert_eq!(
            mails.iter().filter(|mail| mail.contains(pin.as_str())).count(),
            1,
            "in its one mail only"
        );
    }
    for mail in &mails {
        for secret in &secrets {
            assert!(!mail.contains(secret.as_str()), "a mail holds a secret");
        }
    }
    secrets.extend(download);
    let rest: Vec<PathBuf> = files(out.join("data"))
        .into_iter()
        .chain([out.join("journey.jsonl"), out.join("summary.json")])
        .collect();
    assert!(rest.len() > 20);
    for file in rest {
        let bytes = std::fs::read(&file).unwrap();
        for secret in &secrets {
            let bare: String = secret.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
            for shape in [secret.clone(), bare, STANDARD.encode(secret), hex::encode(secret)] {
                assert!(!holds(&bytes, shape.as_bytes()), "{} holds a secret", file.display());
            }
        }
        for private in PRIVATE {
            assert!(!holds(&bytes, private), "{} holds a private key in the clear", file.display());
        }
    }
}

/// Passwords and 署名の合言葉 of everybody in the demo: constants of the program, which `GET /demo/people` tells and nothing stores.
async fn known_secrets() -> Vec<String> {
    let cast = Served::start().await.nobody().get("/demo/people").await.body;
    cast.as_array()
        .unwrap()
        .iter()
        .flat_map(|person| [person["secret"].as_str(), person["sealing_secret"].as_str()])
        .flatten()
        .map(str::to_owned)
        .collect()
}

fn verify(words: &[&Path], more: &[&str]) -> (i32, Vec<Value>) {
    let ended = cectrust().arg("verify").args(words).arg("--json").args(more).output().unwrap();
    let lines = String::from_utf8(ended.stdout).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (ended.status.code().unwrap(), lines)
}

#[test]
fn the_verifier_ends_with_0_1_2_or_3_and_the_worst_of_several_files() {
    let folder = tempfile::tempdir().unwrap();
    let out = journey();
    let at = |name: &str| out.join(name);
    let (pdf, bundle, loose, unsigned) = (
        at("case-1/3-concluded.pdf"),
        at("custody/bundle.zip"),
        at("custody"),
        at("case-1/0-registered.pdf"),
    );
    let trust = at("trust");
    let trust = ["--trust", trust.to_str().unwrap()];

    let (status, lines) = verify(&[&pdf, &bundle, &loose, &at("custody-own/bundle.zip")], &trust);
    assert_eq!((status, lines.len()), (0, 4));
    assert_eq!(lines[0]["verdict"], "valid");
    assert!(lines[1..].iter().all(|line| line["verdict"] == "original"));
    let signature = &lines[0]["signatures"][0];
    for word in [
        "field",
        "sub_filter",
        "level",
        "indication",
        "sub_indication",
        "intact",
        "covers",
        "changes",
        "signer",
        "claimed_time",
        "proven_time",
        "reasons",
    ] {
        assert!(signature.get(word).is_some(), "{word} is missing: {signature}");
    }
    assert_eq!(
        (
            &signature["indication"],
            &signature["level"],
            &signature["intact"],
            &signature["covers"]
        ),
        (&json!("TOTAL-PASSED"), &json!("B-LTA"), &json!(true), &json!("revision"))
    );
    assert!(lines[0]["timestamps"].as_array().is_some_and(|stamps| stamps.len() == 3));

    // Facts stand apart from trust: without anchors intactness is told all the same.
    let (status, lines) = verify(&[&pdf], &[]);
    let signature = &lines[0]["signatures"][0];
    assert_eq!(
        (status, &signature["sub_indication"], &signature["intact"]),
        (2, &json!("NO_CERTIFICATE_CHAIN_FOUND"), &json!(true))
    );
    assert_eq!(verify(&[&bundle], &[]).0, 2);
    assert_eq!(verify(&[&unsigned], &trust).0, 2);
    assert_eq!(verify(&[&pdf], &[trust[0], trust[1], "--at", "2020-01-01T00:00:00+09:00"]).0, 2);
    assert_eq!(verify(&[&at("summary.json")], &trust).0, 3);
    assert_eq!(verify(&[Path::new("/no/such/file")], &trust).0, 3);

    // Altered: inside a signed range, and inside the bundle.
    let changed = |from: &Path, name: &str, at: usize| {
        let mut bytes = std::fs::read(from).unwrap();
        bytes[at] ^= 1;
        let to = folder.path().join(name);
        std::fs::write(&to, bytes).unwrap();
        to
    };
    let altered = changed(&pdf, "altered.pdf", 5_000);
    let (status, lines) = verify(&[&altered], &trust);
    assert!(matches!(status, 1 | 3), "{lines:?}");
    let broken = changed(&bundle, "altered.zip", 3_000);
    assert!(matches!(verify(&[&broken], &trust).0, 1 | 3));

    // 1 before 3 before 2 before 0.
    let forged = {
        // A loose folder whose original is another file: readable, and not the original.
        let to = copied(&loose, folder.path().join("forged"));
        std::fs::copy(&unsigned, to.join("original.pdf")).unwrap();
        to
    };
    let nowhere = Path::new("/no/such/file");
    assert_eq!(verify(&[&forged], &trust).0, 1);
    assert_eq!(verify(&[&pdf, &unsigned], &trust).0, 2);
    assert_eq!(verify(&[&pdf, &unsigned, nowhere], &trust).0, 3);
    assert_eq!(verify(&[nowhere, &forged, &pdf], &trust).0, 1);

    // Lists that the verifier brought himself lie beside the anchors; what is no list is refused.
    let beside = folder.path().join("beside");
    std::fs::create_dir(&beside).unwrap();
    for file in files(at("trust")).into_iter().chain([at("status/ca.crl"), at("status/root.crl")]) {
        std::fs::copy(&file, beside.join(file.file_name().unwrap())).unwrap();
    }
    let with_lists = ["--trust", beside.to_str().unwrap()];
    assert_eq!(verify(&[&pdf, &bundle], &with_lists).0, 0);
    std::fs::write(beside.join("bad.crl"), b"no list").unwrap();
    assert_eq!(verify(&[&pdf], &with_lists).0, 3);

    a_missing_key_keeps_the_program_from_starting_and_is_named(&copied(&out.join("data"), folder.path().join("data")));
}

fn a_missing_key_keeps_the_program_from_starting_and_is_named(data: &Path) {
    for (key, word) in [
        ("issuing", "発行認証局"),
        ("ocsp", "OCSP"),
        ("tsu", "時刻認証局"),
        ("seal", "電子印"),
        ("log", "証跡ログ"),
    ] {
        let file = data.join("authority").join(format!("{key}.key"));
        let away = data.join("away");
        std::fs::rename(&file, &away).unwrap();
        let ended = cectrust().args(["serve", "--demo", "--data"]).arg(data).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{key}: {said}");
        assert!(said.contains(word) && said.contains("次にすること"), "{key}: {said}");
        std::fs::rename(&away, &file).unwrap();
    }
}
