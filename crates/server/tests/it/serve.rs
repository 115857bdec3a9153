//! `serve` as outside.md §1 has it.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Served, cectrust, copied, files, holds, journey, pin_in, run};

#[test]
fn an_empty_folder_without_demo_is_refused_and_the_ceremony_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(&["serve", "--data", folder.path().join("data").to_str().unwrap()]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("cectrust ceremony"));
}

#[test]
fn the_demo_answers_this_machine_only() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(&[
        "serve",
        "--demo",
        "--listen",
        "0.0.0.0:0",
        "--data",
        folder.path().join("data").to_str().unwrap(),
    ]);
    assert_eq!(ended.status.code(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_when_it_is_ready_ends_on_sigterm_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut first = Served::start_in(&data, "sqlite").await;
    let ready: Value = serde_json::from_slice(&std::fs::read(data.with_extension("ready")).unwrap()).unwrap();
    for word in ["url", "status_url", "pid", "version", "commit", "root_sha256", "engine"] {
        assert!(!ready[word].is_null(), "{word}");
    }
    assert_eq!(ready["root_sha256"].as_str().unwrap().len(), 64);
    assert!(first.nobody().get("/healthz").await.status.is_success());
    assert!(first.nobody().get("/readyz").await.status.is_success());
    let token = first.person("sato").await.token;
    let second = cectrust().args(["serve", "--demo", "--data"]).arg(&data).output().unwrap();
    assert_eq!(second.status.code(), Some(1), "a second serve on one folder is refused");
    assert!(String::from_utf8_lossy(&second.stderr).contains("使っています"));
    let other = cectrust().args(["doctor", "--json", "--data"]).arg(&data).output().unwrap();
    assert_eq!(other.status.code(), Some(1));
    let (url, status_url) = (first.url.clone(), first.status_url.clone());
    let (status, took) = first.end();
    assert_eq!(status, 0);
    assert!(took < Duration::from_secs(10), "{took:?}");
    let changed = cectrust()
        .args(["serve", "--demo", "--status-url", "http://elsewhere.example", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    assert_eq!(changed.status.code(), Some(1), "another status address is refused");
    let again = Served::start_in(&data, "sqlite").await;
    assert_eq!(
        (&again.url, &again.status_url),
        (&url, &status_url),
        "with port 0 the demo keeps its ports"
    );
    let mut same = again.nobody();
    same.token = token;
    assert!(
        same.get("/api/session").await.status.is_success(),
        "the session survives the restart"
    );
}

/// A demo whose authority was lost while its database stayed.
async fn without_its_authority(engine: &str) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Served::start_in(&data, engine).await.end();
    std::fs::remove_dir_all(data.join("authority")).unwrap();
    let ended = std::process::Command::new("timeout")
        .args([
            "60",
            env!("CARGO_BIN_EXE_cectrust"),
            "serve",
            "--demo",
            "--bare",
            "--engine",
            engine,
            "--data",
        ])
        .arg(&data)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("認証局がありません") && said.contains("控えから"), "{said}");
    assert!(!data.join("authority").exists(), "no other authority is made in its place");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_lost_its_authority_is_refused_before_another_is_made() {
    without_its_authority("sqlite").await;
    testkit::on_postgres(|bench| async move { without_its_authority(&format!("postgres={}", bench.url)).await }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_does_not_start_past_the_use_of_its_time_stamping_key() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut served = Served::start_in(&data, "sqlite").await;
    let moved = served
        .nobody()
        .json(Method::POST, "/demo/clock", &json!({ "advance": "P366D" }))
        .await;
    assert!(moved.status.is_success(), "{}", moved.body);
    served.end();
    let ended = run(&["serve", "--demo", "--bare", "--data", data.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("使用期間（1年）") && said.contains("新しい --data"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_clock_runs_on_and_never_back() {
    let served = Served::start().await;
    let nobody = served.nobody();
    let moved = nobody.json(Method::POST, "/demo/clock", &json!({ "advance": "P8D" })).await;
    assert!(moved.status.is_success(), "{}", moved.body);
    assert!(
        moved.body["now"].is_string() && moved.body["jobs_run"].is_number() && moved.body["jobs_failed"] == 0,
        "{}",
        moved.body
    );
    let back = nobody
        .json(Method::POST, "/demo/clock", &json!({ "to": "2026-01-01T00:00:00+09:00" }))
        .await;
    assert_eq!(back.problem(), "clock_backwards");
    assert_eq!(
        nobody
            .json(Method::POST, "/demo/clock", &json!({ "advance": "soon" }))
            .await
            .status
            .as_u16(),
        400
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_person_rests_in_the_data_folder_or_the_log() {
    let out = journey();
    let letter_of = |key: &&str| std::fs::read(out.join(format!("letters/{key}.pdf"))).unwrap();
    let mut secrets: Vec<String> = ["tanaka", "yamamoto"].iter().map(letter_of).map(pin_in).collect();
    secrets.extend(["demo-sato-aoba-2026", "demo-tanaka-aoba-2026"].map(str::to_owned));
    let mut looked = 0;
    for path in ["data", "mails"].into_iter().flat_map(|folder| files(out.join(folder))) {
        let bytes = std::fs::read(&path).unwrap();
        looked += 1;
        for secret in &secrets {
            for shape in [secret.clone(), secret.replace('-', "")] {
                assert!(!holds(&bytes, shape.as_bytes()), "{} holds a secret", path.display());
            }
        }
        assert!(!holds(&bytes, b"-----BEGIN PRIVATE KEY-----"), "{}", path.display());
    }
    assert!(looked > 20);
    let summary: Value = serde_json::from_slice(&std::fs::read(out.join("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["ok"], true);
    // The stages are byte prefixes of one another.
    let stages: Vec<Vec<u8>> = ["0-registered", "1-signed-a", "2-returned-b", "3-concluded"]
        .iter()
        .map(|name| std::fs::read(out.join(format!("case-1/{name}.pdf"))).unwrap())
        .collect();
    for pair in stages.windows(2) {
        assert!(pair[1].starts_with(&pair[0]) && pair[1].len() > pair[0].len());
    }
    // The journal exports and verifies.
    let folder = tempfile::tempdir().unwrap();
    let data = copied(&out.join("data"), folder.path().join("data"));
    let export = cectrust()
        .args(["audit", "export", "--jsonl", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    assert!(export.status.success(), "{}", String::from_utf8_lossy(&export.stderr));
    assert!(String::from_utf8(export.stdout).unwrap().lines().count() > 40);
    let doctor = cectrust().args(["doctor", "--json", "--data"]).arg(&data).output().unwrap();
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}
