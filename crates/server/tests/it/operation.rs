//! Not the demo: a ceremony, the first people, and a service without any demo door.

use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Served, cectrust, pin_in};

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_made_peopled_and_serves_without_any_demo_door() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let status_port = free_port();
    std::fs::write(at("passphrase"), "correct horse battery staple\n").unwrap();
    std::fs::write(at("unlock"), "another long secret of the operator\n").unwrap();
    let config = json!({
        "operator": "試験運営者", "status_url": format!("http://127.0.0.1:{status_port}"), "oid_arc": "2.999.1",
        "root_folder": at("custodian"), "root_passphrase_file": at("passphrase"), "unlock_file": at("unlock"),
    });
    std::fs::write(at("ceremony.json"), config.to_string()).unwrap();
    let registration = json!({
        "operators": [
            { "name": "審 査子", "kana": "シン サコ", "mail": "shinsa@operator.example.jp", "sign_in": "shinsa", "role": "screener" },
            { "name": "承 認郎", "kana": "ショウ ニンロウ", "mail": "shonin@operator.example.jp", "sign_in": "shonin", "role": "approver" },
        ],
        "companies": [{
            "name": "試験建設株式会社", "kana": "シケンケンセツ", "corporate_number": "7000012050002", "address": "東京都千代田区霞が関三丁目1番1号",
            "people": [{ "name": "試験 太郎", "kana": "シケン タロウ", "mail": "taro@shiken.example.jp", "sign_in": "taro" }],
            "departments": [{ "number": "C900001", "name": "本社", "contracts": true, "desks": [
                { "number": "U900001", "name": "工事課", "mail": "koji@shiken.example.jp", "seats": [{ "sign_in": "taro", "registers": true, "signs": true }] },
            ] }],
        }],
    });
    std::fs::write(at("registration.json"), registration.to_string()).unwrap();
    let data = at("data");
    let early = cectrust()
        .args(["operator", "register", "--data"])
        .arg(&data)
        .arg("--file")
        .arg(at("registration.json"))
        .output()
        .unwrap();
    assert_eq!(early.status.code(), Some(1), "there is no authority yet");
    let made = cectrust()
        .args(["ceremony", "--data"])
        .arg(&data)
        .arg("--config")
        .arg(at("ceremony.json"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let peopled = cectrust()
        .args(["operator", "register", "--data"])
        .arg(&data)
        .arg("--file")
        .arg(at("registration.json"))
        .output()
        .unwrap();
    assert!(peopled.status.success(), "{}", String::from_utf8_lossy(&peopled.stderr));
    let said = String::from_utf8(peopled.stdout).unwrap();
    let code = |sign_in: &str| {
        said.lines()
            .find(|line| line.starts_with(sign_in))
            .and_then(|line| line.rsplit(' ').next())
            .unwrap()
            .to_owned()
    };

    let closed = cectrust()
        .args(["serve", "--data"])
        .arg(&data)
        .arg("--unlock-file")
        .arg(at("unlock"))
        .output()
        .unwrap();
    assert_eq!(
        closed.status.code(),
        Some(1),
        "without a mail server and a place for letters nothing starts"
    );
    let ready = at("ready");
    let mut child = cectrust()
        .args([
            "serve",
            "--smtp",
            "smtp://127.0.0.1:9",
            "--status-listen",
            &format!("127.0.0.1:{status_port}"),
            "--ready-file",
        ])
        .arg(&ready)
        .arg("--data")
        .arg(&data)
        .arg("--unlock-file")
        .arg(at("unlock"))
        .arg("--letters")
        .arg(at("letters"))
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(at("log")).unwrap())
        .spawn()
        .unwrap();
    for _ in 0..600 {
        if ready.exists() || child.try_wait().unwrap().is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let text = std::fs::read(&ready).unwrap_or_else(|_| panic!("{}", std::fs::read_to_string(at("log")).unwrap()));
    let served = Served::adopt(child, &serde_json::from_slice::<Value>(&text).unwrap());

    let nobody = served.nobody();
    for door in ["/demo/people", "/demo/outbox", "/demo/clock", "/demo/post"] {
        assert_eq!(nobody.get(door).await.status.as_u16(), 404, "{door}");
    }
    assert_eq!(nobody.json(Method::POST, "/demo/faults", &json!({})).await.status.as_u16(), 404);
    assert!(!String::from_utf8(nobody.get("/").await.bytes).unwrap().contains("デモ環境"));

    let mut people = Vec::new();
    for sign_in in ["shinsa", "shonin", "taro"] {
        let password = format!("a long password of {sign_in}");
        let accepted = nobody
            .json(
                Method::POST,
                "/api/invitations/accept",
                &json!({ "code": code(sign_in), "password": password }),
            )
            .await;
        assert_eq!(accepted.status.as_u16(), 204, "{}", accepted.body);
        let answer = nobody
            .json(Method::POST, "/api/session", &json!({ "sign_in": sign_in, "password": password }))
            .await;
        let mut person = nobody.clone();
        person.token = answer.body["token"].as_str().map(str::to_owned);
        people.push(person);
    }
    let taro = people[2].get("/api/signers").await.body[0]["person"].clone();
    let form = json!({ "person": taro, "romaji": "SHIKEN Taro", "address": "東京都千代田区一丁目", "credential": "server" });
    let proposed = people[0].json(Method::POST, "/api/operator/subjects", &form).await;
    assert_eq!(proposed.status.as_u16(), 201, "{}", proposed.body);
    let hash = people[1].get("/api/operator/proposals").await.body[0]["payload_hash"].clone();
    let path = format!("/api/operator/proposals/{}/approve", proposed.body["proposal"].as_str().unwrap());
    assert_eq!(
        people[1]
            .json(Method::POST, &path, &json!({ "payload_hash": hash }))
            .await
            .status
            .as_u16(),
        204
    );
    let mut letter = None;
    for _ in 0..200 {
        letter = std::fs::read_dir(at("letters"))
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .find(|path| path.extension().is_some_and(|e| e == "pdf"));
        if letter.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let letter = letter.expect("the letter is printed");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&letter).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "only the owner reads a letter");
    let pin = pin_in(std::fs::read(&letter).unwrap());
    let begun = people[2]
        .json(
            Method::POST,
            "/api/enrolments/begin",
            &json!({ "number": proposed.body["number"], "pin": pin }),
        )
        .await;
    assert_eq!(begun.body["state"], "pin_entered", "{}", begun.body);
}
