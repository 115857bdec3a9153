//! T2: no answer, page, mail or log of the sender contains anything that lets him act as the recipient.

use std::collections::BTreeSet;

use reqwest::StatusCode;

use super::scene::{MAILS_A, MAILS_B, Scene, WORDS_B};
use crate::{
    browser::{Browser, between},
    token::Token,
};

/// Paths in the links, pictures and forms of a page. The demo's own stage shows everybody to everybody; that is its purpose.
fn links(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in ["href=\"/", "src=\"/", "action=\"/"] {
        for rest in page.split(name).skip(1) {
            let path = rest.split(['"', '#']).next().unwrap_or_default().replace("&amp;", "&");
            if !path.starts_with("assets/") && !path.starts_with("demo") && !path.starts_with("sign-out") {
                found.insert(format!("/{path}"));
            }
        }
    }
    found
}

/// Everything this person can open from the front page on.
async fn everything(who: &Browser) -> Vec<(String, String)> {
    let mut open: Vec<String> = ["/", "/cases", "/partners", "/certificate", "/company", "/verify"]
        .map(str::to_owned)
        .to_vec();
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        let page = who.get(&path).await;
        if page.text.starts_with("<!doctype") {
            for link in links(&page.text) {
                if seen.insert(link.clone()) {
                    open.push(link);
                }
            }
        }
        found.push((path, page.text));
        assert!(found.len() < 400, "the pages do not end");
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_nothing_the_sender_can_see_lets_him_act_as_the_recipient() {
    let scene = Scene::open().await;
    let b = &scene.yamamoto;
    let b_api = scene.api("yamamoto").await;
    scene.agree_on_tokens().await;
    let id = scene.sent("RECIPIENT-1").await;

    // What lets somebody act as B, while his case waits: sessions, codes of the agent, PINs, words, password.
    let (_token, [pin, enrolment_code, download_pin]) = Token::enrolled(&scene.served, b, "yamamoto", "YAMAMOTO Kenta").await;
    let read = b.get(&format!("/cases/{id}/read")).await.text;
    let sha = between(&read, "name=\"sha256\" value=\"", "\"").unwrap().to_owned();
    let shown = b.post(&format!("/cases/{id}/agent"), &[("sha256", &sha)]).await.text;
    let code = between(&shown, "id=\"code\">", "<")
        .expect("B is shown the code of his agent")
        .to_owned();
    let keys = [
        ("session of the pages", b.session.clone()),
        ("session of the API", b_api.token.clone().unwrap()),
        ("申請PIN", pin),
        ("code of the enrolment", enrolment_code),
        ("ダウンロードPIN", download_pin),
        ("code of the signature", code),
        ("合言葉", WORDS_B.to_owned()),
        ("password", "demo-yamamoto-midori-2026".to_owned()),
    ];
    let clean = |where_: &str, text: &str| {
        let bare = text.replace(['-', ' '], "");
        for (what, key) in &keys {
            assert!(!text.contains(key.as_str()), "{where_} shows the {what} of the recipient");
            assert!(
                !bare.contains(&key.replace(['-', ' '], "")),
                "{where_} shows the {what} of the recipient"
            );
        }
    };

    let mut pages = 0;
    for key in ["sato", "tanaka", "suzuki"] {
        let who = Browser::of(&scene.served, key).await;
        let found = everything(&who).await;
        assert!(
            found.iter().any(|(path, _)| *path == format!("/cases/{id}")),
            "{key} sees the case itself"
        );
        for (path, text) in &found {
            clean(&format!("{key}: {path}"), text);
        }
        pages += found.len();
        let api = scene.api(key).await;
        let case = api.get(&format!("/api/cases/{id}")).await;
        assert!(case.status.is_success());
        let document = scene.served.nobody().get("/api/openapi.json").await.body;
        for (path, item) in document["paths"].as_object().unwrap() {
            let path = path.replace("{id}", &id);
            if item.get("get").is_some() {
                let answer = api.get(&path).await;
                clean(&format!("{key}: {path}"), &String::from_utf8_lossy(&answer.bytes));
            }
        }
        // And what he tries by B's own forms is refused.
        for (path, fields) in [
            ("signature", vec![("sha256", sha.as_str()), ("words", WORDS_B)]),
            ("agent", vec![("sha256", sha.as_str())]),
            ("return", vec![]),
            ("send-back", vec![("reason", "x")]),
            ("refusal", vec![("reason", "x")]),
        ] {
            let tried = who.post(&format!("/cases/{id}/{path}"), &fields).await;
            assert!(tried.status.is_client_error(), "{key}: {path}: {}", tried.status);
        }
    }
    assert!(pages > 60, "only {pages} pages were seen");
    let mails = scene.mails(MAILS_A).await;
    assert!(mails.len() >= 3, "{mails:?}");
    for (subject, text) in mails {
        clean("a mail to A", &format!("{subject}\n{text}"));
    }
    // No journal or log line either, whoever reads them.
    clean("the journal", &scene.served.journal());
    let log = scene.served.log();
    assert!(log.contains(&format!("/cases/{id}")), "the log tells requests");
    clean("the log", &log);
    let state = scene.seen_by_a(&id).await;
    assert_eq!((&state["state"], &state["b_signed"]), (&"waiting".into(), &serde_json::Value::Null));
    // The mail that asks B to sign has no link that acts: it leads to the sign-in.
    for (subject, text) in scene.mails(MAILS_B).await {
        if subject.contains("署名のお願い") {
            assert!(!text.contains("http"), "{text}");
        }
    }
    assert_eq!(
        Browser::nobody(&scene.served).get(&format!("/cases/{id}")).await.status,
        StatusCode::SEE_OTHER
    );
}
