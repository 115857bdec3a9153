//! Means of signing outside the pages: a person's token (SoftHSM2) with the real agent beside it, and another program (pyHanko).

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    bar::until,
    browser::{Browser, between},
    harness::{Served, pin_in},
};

const PIN: &str = "test-token-2026";
const LABEL: &str = "test";
const MODULES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

/// A token in a folder of its own.
pub struct Token {
    folder: tempfile::TempDir,
}

impl Token {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens");
        std::fs::create_dir(&tokens).unwrap();
        let token = Self { folder };
        std::fs::write(
            token.configuration(),
            format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display()),
        )
        .unwrap();
        let made = testkit::tool("softhsm2-util")
            .env("SOFTHSM2_CONF", token.configuration())
            .args(["--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", PIN])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        token
    }
    fn configuration(&self) -> PathBuf {
        self.folder.path().join("softhsm2.conf")
    }
    fn module() -> &'static str {
        let found = MODULES.into_iter().find(|path| Path::new(path).exists());
        found.expect("SoftHSM is missing: run cargo xtask test")
    }
    /// Starts the agent as the page says: with its deed, the server and the code.
    pub fn agent(&self, served: &Served, deed: &[&str], code: &str) -> Child {
        let program = Path::new(env!("CARGO_BIN_EXE_cectrust")).with_file_name("cecsign-agent");
        assert!(program.is_file(), "cecsign-agent is not built: run cargo xtask test");
        let mut child = Command::new(program)
            .args(deed)
            .args([
                "--server",
                &served.url,
                "--code",
                code,
                "--token",
                LABEL,
                "--pin-fd",
                "0",
                "--module",
                Self::module(),
            ])
            .env("SOFTHSM2_CONF", self.configuration())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(format!("{PIN}\n").as_bytes()).unwrap();
        child
    }
    /// The agent has ended well.
    pub fn ended(child: Child) {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
    /// Leads a person from the letter to a certificate on a new token: his own steps by the pages, the key by the agent.
    /// Also what must stay with him: 申請PIN, the agent's code, ダウンロードPIN.
    pub async fn enrolled(served: &Served, person: &Browser, key: &str, romaji: &str) -> (Self, [String; 3]) {
        let (number, name, mail) = approved(served, key, romaji).await;
        let pin = pin_in(collected(served, &number, &name).await);
        let entered = person
            .post("/certificate/application-pin", &[("number", &number), ("pin", &pin)])
            .await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
        let page = person.get("/certificate").await.text;
        assert!(page.contains("署名ツールの符号を出す"));
        let act = between(&page, "action=\"/certificate/", "/agent").map(|rest| rest.rsplit('/').next().unwrap().to_owned());
        let id = act.expect("the form of the agent");
        let shown = person.post(&format!("/certificate/{id}/agent"), &[]).await;
        let code = between(&shown.text, "<p class=\"pin\">", "</p>").expect("a code").to_owned();
        let token = Self::new();
        let agent = token.agent(served, &["enrol", "--key", "p256", "--wait", "60"], &code);
        let download = until("the mail with the ダウンロードPIN", async || {
            download_pin(served, &mail, &number).await
        })
        .await;
        let issued = person.post(&format!("/certificate/{id}/download-pin"), &[("pin", &download)]).await;
        assert_eq!(issued.status, StatusCode::SEE_OTHER, "{}", issued.text);
        tokio::task::spawn_blocking(|| Self::ended(agent)).await.unwrap();
        (token, [pin, code, download])
    }
    /// Signs with this token as another program would.
    pub fn sign_outside(&self, pdf: &[u8], field: &str) -> Vec<u8> {
        self.sign_so(pdf, field, false)
    }
    /// As [`Token::sign_outside`], and certifies that nothing may come after it (DocMDP 1).
    pub fn certify_outside(&self, pdf: &[u8], field: &str) -> Vec<u8> {
        self.sign_so(pdf, field, true)
    }
    fn sign_so(&self, pdf: &[u8], field: &str, certify: bool) -> Vec<u8> {
        let wish = json!({ "module": Self::module(), "label": LABEL, "pin": PIN, "field": field, "certify": certify });
        pyhanko(pdf, wish, Some(&self.configuration()))
    }
}

/// Signs with a certificate that somebody made for himself in this name.
pub fn forged(pdf: &[u8], name: &str, field: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (key, cert) = testkit::self_made(folder.path(), &format!("/C=JP/CN={name}"));
    pyhanko(pdf, json!({ "key": key, "cert": cert, "field": field, "certify": false }), None)
}

fn pyhanko(pdf: &[u8], mut wish: Value, configuration: Option<&Path>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from.pdf"), folder.path().join("to.pdf"));
    std::fs::write(&from, pdf).unwrap();
    wish["pdf"] = json!(from);
    wish["out"] = json!(to);
    let mut command = testkit::python_tool("python");
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/sign_outside.py"));
    if let Some(configuration) = configuration {
        command.env("SOFTHSM2_CONF", configuration);
    }
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(wish.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(to).unwrap()
}

/// Two persons of the operator approve him for a token; number, name and mail address.
async fn approved(served: &Served, key: &str, romaji: &str) -> (String, String, String) {
    let cast = served.nobody().get("/demo/people").await.body;
    let person = cast.as_array().unwrap().iter().find(|person| person["key"] == key).unwrap();
    let (screener, approver) = (served.person("nakamura").await, served.person("kobayashi").await);
    let form =
        json!({ "person": person["person_id"], "romaji": romaji, "address": "東京都新宿区青葉町四丁目5番6号", "credential": "token" });
    let proposed = screener.json(Method::POST, "/api/operator/subjects", &form).await.body;
    let open = approver.get("/api/operator/proposals").await.body;
    let seen = open
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["id"] == proposed["proposal"])
        .unwrap();
    let approve = format!("/api/operator/proposals/{}/approve", proposed["proposal"].as_str().unwrap());
    let done = approver
        .json(Method::POST, &approve, &json!({ "payload_hash": seen["payload_hash"] }))
        .await;
    assert!(done.status.is_success(), "{}", done.body);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&proposed["number"]), text(&person["person"]), text(&person["mail"]))
}

/// The letter, from the post office of the demo.
async fn collected(served: &Served, number: &str, name: &str) -> Vec<u8> {
    let nobody = served.nobody();
    let tracking = until("the letter", async || {
        let slips = nobody.get("/demo/post").await.body;
        let slip = slips.as_array()?.iter().find(|slip| slip["number"] == number)?.clone();
        slip["tracking"].as_str().map(str::to_owned)
    })
    .await;
    assert!(nobody.post(&format!("/demo/post/{tracking}/arrive")).await.status.is_success());
    let shown = json!({ "name": name, "paper": "運転免許証" });
    let letter = nobody.json(Method::POST, &format!("/demo/post/{tracking}/collect"), &shown).await;
    letter.bytes
}

async fn download_pin(served: &Served, mail: &str, number: &str) -> Option<String> {
    let mails = served.nobody().get(&format!("/demo/outbox?to={mail}")).await.body;
    mails.as_array()?.iter().rev().find_map(|mail| {
        let text = mail["text"].as_str().filter(|text| text.contains(number))?;
        text.lines()
            .find_map(|line| line.trim().strip_prefix("ダウンロードPIN: ").map(str::to_owned))
    })
}
