//! The commands of the operator on the machine itself: migrate, doctor, operator, audit, ceremony, completions. No server runs.

use std::path::PathBuf;
use std::process::Output;

use crate::harness::{cectrust, run};

/// An installation after its ceremony.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::write(place.at("passphrase"), "correct horse battery staple\n").unwrap();
        std::fs::write(place.at("unlock"), "another long secret of the operator\n").unwrap();
        let config = serde_json::json!({
            "operator": "試験運営者", "status_url": "http://pki.example.jp", "oid_arc": "2.999.1",
            "root_folder": place.at("custodian"), "root_passphrase_file": place.at("passphrase"), "unlock_file": place.at("unlock"),
        });
        std::fs::write(place.at("ceremony.json"), config.to_string()).unwrap();
        let made = place.on_data(&["ceremony", "--config", place.at("ceremony.json").to_str().unwrap()]);
        assert!(made.status.success(), "{}", said(&made));
        place
    }
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    fn on_data(&self, words: &[&str]) -> Output {
        cectrust().args(words).arg("--data").arg(self.at("data")).output().unwrap()
    }
    fn doctor(&self) -> serde_json::Value {
        let ended = self.on_data(&["doctor", "--json"]);
        serde_json::from_slice(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(&ended)))
    }
}

fn said(ended: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    )
}

/// Whether a line is one that a Japanese reader understands without its detail.
fn is_japanese(line: &str) -> bool {
    let sentence = line.split("詳細：").next().unwrap_or_default();
    sentence.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c))
}

#[test]
fn a_database_is_brought_to_the_form_of_this_version_and_a_broken_one_is_told_in_japanese() {
    let place = Place::new();
    for _ in 0..2 {
        let ended = place.on_data(&["migrate"]);
        assert!(ended.status.success(), "{}", said(&ended));
        assert!(said(&ended).contains(env!("CARGO_PKG_VERSION")));
    }
    std::fs::write(
        place.at("data/cectrust.sqlite"),
        "this is no database, and long enough to be looked at ".repeat(40),
    )
    .unwrap();
    let ended = place.on_data(&["migrate"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        said(&ended).contains("次にすること") && said(&ended).lines().all(is_japanese),
        "{}",
        said(&ended)
    );
    std::fs::write(place.at("file"), "").unwrap();
    let ended = cectrust().arg("migrate").arg("--data").arg(place.at("file/data")).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        said(&ended).contains("読み書きできるか") && said(&ended).lines().all(is_japanese),
        "{}",
        said(&ended)
    );
}

#[test]
fn doctor_finds_what_is_well_and_what_is_not() {
    let place = Place::new();
    let checks = place.doctor();
    let of = |name: &str| {
        let found = checks.as_array().unwrap().iter().find(|check| check["check"] == name);
        found.unwrap_or_else(|| panic!("{name} in {checks}")).clone()
    };
    for name in [
        "データフォルダ",
        "最初に決まったこと",
        "ルートの失効情報",
        "時刻認証局の鍵",
        "データベース",
        "操作の記録の連鎖",
        "裏の仕事",
        "メール",
    ] {
        assert_eq!(of(name)["ok"], true, "{}", of(name));
    }
    assert!(
        of("時刻認証局の鍵")["found"].as_str().unwrap().contains("あと36"),
        "{}",
        of("時刻認証局の鍵")
    );
    std::fs::remove_file(place.at("data/authority/root.crl")).unwrap();
    let ended = place.on_data(&["doctor"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(said(&ended).contains("要対応 ルートの失効情報"), "{}", said(&ended));
    assert!(said(&ended).lines().all(is_japanese), "{}", said(&ended));
}

#[test]
fn the_next_time_stamping_unit_is_made_under_the_root() {
    let place = Place::new();
    let config = place.at("ceremony.json");
    let before = std::fs::read_to_string(place.at("data/authority/authority.json")).unwrap();
    let made = place.on_data(&["ceremony", "next-tsu", "--config", config.to_str().unwrap()]);
    assert!(made.status.success(), "{}", said(&made));
    let after = std::fs::read_to_string(place.at("data/authority/authority.json")).unwrap();
    assert_ne!(before, after);
    let name = serde_json::from_str::<serde_json::Value>(&after).unwrap()["tsu"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(name.starts_with("tsu-") && place.at(&format!("data/authority/{name}.key")).is_file());
    let der = |name: &str| place.at(&format!("data/authority/{name}.cer")).display().to_string();
    let words = format!(
        "openssl x509 -inform DER -in {} -out {root} && openssl verify -CAfile {root} -purpose timestampsign {}",
        der("root"),
        der(&name),
        root = place.at("root.pem").display()
    );
    let judged = testkit::tool("sh").args(["-c", &words]).output().unwrap();
    assert!(judged.status.success(), "{}", said(&judged));
    // The wrong passphrase makes nothing.
    std::fs::write(place.at("passphrase"), "wrong\n").unwrap();
    let refused = place.on_data(&["ceremony", "next-tsu", "--config", config.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert_eq!(std::fs::read_to_string(place.at("data/authority/authority.json")).unwrap(), after);
}

#[test]
fn the_operator_registers_invites_and_unlocks_and_the_journal_is_exported_with_its_chain() {
    let place = Place::new();
    let registration = serde_json::json!({
        "operators": [{"name": "中村 審", "kana": "ナカムラ アキラ", "mail": "nakamura@example.jp", "sign_in": "nakamura", "role": "screener"}],
        "companies": [{"name": "あおば建設株式会社", "kana": "アオバケンセツ", "corporate_number": "7000012050002", "address": "東京都千代田区1-1",
            "people": [{"name": "田中 一郎", "kana": "タナカ イチロウ", "mail": "tanaka@example.jp", "sign_in": "tanaka"}],
            "departments": [{"number": "C100001", "name": "東京支店", "contracts": true,
                "desks": [{"number": "U100001", "name": "工事契約課", "mail": "u@example.jp", "seats": [{"sign_in": "tanaka", "signs": true}]}]}]}],
    });
    std::fs::write(place.at("registration.json"), registration.to_string()).unwrap();
    let file = place.at("registration.json");
    let registered = place.on_data(&["operator", "register", "--file", file.to_str().unwrap()]);
    assert!(registered.status.success(), "{}", said(&registered));
    assert_eq!(said(&registered).matches("招待の符号").count(), 2);
    let invited = place.on_data(&["operator", "invite", "--sign-in", "tanaka"]);
    assert!(
        invited.status.success() && said(&invited).contains("招待の符号"),
        "{}",
        said(&invited)
    );
    let unlocked = place.on_data(&["operator", "unlock", "--sign-in", "tanaka"]);
    assert!(unlocked.status.success(), "{}", said(&unlocked));
    for refused in [
        place.on_data(&["operator", "invite", "--sign-in", "nobody"]),
        place.on_data(&["operator", "register", "--file", file.to_str().unwrap()]),
        place.on_data(&["operator", "register", "--file", "/no/such/file"]),
        cectrust()
            .args(["operator", "unlock", "--sign-in", "tanaka", "--data"])
            .arg(place.at("elsewhere"))
            .output()
            .unwrap(),
    ] {
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
        assert!(
            said(&refused).contains("次にすること") && said(&refused).lines().all(is_japanese),
            "{}",
            said(&refused)
        );
    }
    let exported = place.on_data(&["audit", "export", "--jsonl"]);
    assert!(exported.status.success(), "{}", said(&exported));
    let lines = String::from_utf8_lossy(&exported.stdout).into_owned();
    assert!(String::from_utf8_lossy(&exported.stderr).contains("連鎖は正しい"));
    let code = said(&invited).trim().rsplit(' ').next().unwrap().to_owned();
    assert!(code.len() > 30 && !lines.contains(&code), "no secret in the journal");
}

#[test]
fn completions_know_the_commands_in_every_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let ended = run(&["completions", shell]);
        assert!(ended.status.success());
        let text = String::from_utf8_lossy(&ended.stdout);
        assert!(text.contains("verify") && text.contains("next-tsu"), "{shell}");
    }
}

#[test]
fn the_help_of_every_command_is_framed_in_japanese() {
    for words in [
        vec!["--help"],
        vec!["sign", "--help"],
        vec!["ceremony", "next-tsu", "--help"],
        vec!["operator", "register", "-h"],
    ] {
        let ended = run(&words);
        assert!(ended.status.success(), "{words:?}");
        let text = said(&ended);
        assert!(
            text.contains("使い方：") && text.contains("オプション") && !text.contains("Usage"),
            "{text}"
        );
    }
}
