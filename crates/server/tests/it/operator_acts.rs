//! The operator's desk: where mails go, what became of letters, how the program is doing; and answers nobody wrote.

use reqwest::{Method, header};
use serde_json::{Value, json};
use testkit::SmtpSink;

use crate::{
    bar::until,
    browser::{Browser, between},
    harness::Served,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sets_the_mail_server_and_sees_what_it_says() {
    let served = Served::start().await;
    let (screener, tanaka) = (Browser::of(&served, "nakamura").await, Browser::of(&served, "tanaka").await);
    let page = screener.get("/operator/mail").await;
    assert!(
        page.status == 200 && page.text.contains("data-standing=\"memory\""),
        "the demo keeps mails in memory"
    );
    assert_eq!(tanaka.get("/operator/mail").await.status, 403);
    let sink = SmtpSink::start().await;
    sink.offer(&["AUTH PLAIN"]);
    let port = sink.port.to_string();
    let entries = [
        ("host", "127.0.0.1"),
        ("port", port.as_str()),
        ("security", "plain"),
        ("login", "cectrust"),
        ("password", "himitsu-no-kotoba"),
        ("sender", "CECTRUST <no-reply@cectrust.example>"),
    ];
    assert_eq!(tanaka.post("/operator/mail", &entries).await.status, 403);
    let saved = screener.post("/operator/mail", &entries).await;
    assert_eq!(
        (saved.status.as_u16(), saved.to.as_str()),
        (303, "/operator/mail?saved=1"),
        "{}",
        saved.text
    );
    let page = screener.get("/operator/mail").await;
    assert!(
        page.text.contains("value=\"127.0.0.1\"") && !page.text.contains("himitsu"),
        "the password is never shown"
    );

    let tried = screener.post("/operator/mail/test", &[("to", "tanto@example.jp")]).await;
    assert!(tried.text.contains("data-outcome=\"taken\""), "{}", tried.text);
    assert!(tried.text.contains("AUTH PLAIN ••••••") && !tried.text.contains("himitsu"));
    assert_eq!(sink.mails().len(), 1);
    sink.answer_next(&["550 5.1.1 no such user"]);
    let tried = screener.post("/operator/mail/test", &[("to", "nobody@example.jp")]).await;
    assert!(tried.text.contains("data-outcome=\"recipient\"") && tried.text.contains("550 5.1.1 no such user"));
    let wrong = screener
        .post(
            "/operator/mail",
            &[("host", "x"), ("port", "0"), ("security", "tls"), ("sender", "a@b.jp")],
        )
        .await;
    assert!(wrong.status == 422 && wrong.text.contains("ポート"), "{}", wrong.text);
    // An entry is exported once it has its place in the chain: within a second, on a busy machine later.
    let journal = until("both deeds in the chain", async || {
        let journal = served.journal();
        (journal.contains("mail.settings.change") && journal.contains("mail.settings.try")).then_some(journal)
    })
    .await;
    assert!(!journal.contains("himitsu"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_follows_a_letter_to_its_end() {
    let served = Served::start().await;
    let (screener, approver) = (served.person("nakamura").await, served.person("kobayashi").await);
    let ito = screener
        .get("/api/people")
        .await
        .body
        .as_array()
        .and_then(|people| people.first().cloned())
        .unwrap_or(Value::Null);
    let person = match ito["id"].as_str() {
        Some(id) => id.to_owned(),
        None => {
            let page = Browser::of(&served, "nakamura").await.get("/operator/subjects/new").await.text;
            let options = page.split("<option value=\"").nth(2).expect("a person to propose");
            options.split('"').next().unwrap().to_owned()
        }
    };
    let form = json!({ "person": person, "romaji": "TANAKA Ichiro", "address": "東京都千代田区一丁目", "credential": "server" });
    let proposed = screener.json(Method::POST, "/api/operator/subjects", &form).await;
    assert_eq!(proposed.status.as_u16(), 201, "{}", proposed.body);
    let hash = approver.get("/api/operator/proposals").await.body[0]["payload_hash"].clone();
    let path = format!("/api/operator/proposals/{}/approve", proposed.body["proposal"].as_str().unwrap());
    let approved = approver.json(Method::POST, &path, &json!({ "payload_hash": hash })).await;
    assert_eq!(approved.status.as_u16(), 204, "{}", approved.body);

    let desk = Browser::of(&served, "nakamura").await;
    let mut letter = None;
    for _ in 0..200 {
        let page = desk.get("/operator").await.text;
        letter = between(&page, "href=\"/operator/letters/", "\" data-act=\"letter.open\"").map(|rest| rest[rest.len() - 36..].to_owned());
        if letter.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let at = format!("/operator/letters/{}", letter.expect("the letter is under way"));
    assert_eq!(Browser::of(&served, "tanaka").await.get(&at).await.status, 403);
    let page = desk.get(&at).await.text;
    assert!(page.contains("data-state=\"mailed\"") && page.contains("letter.arrived") && !page.contains("letter.collected"));
    let done = desk.post(&format!("{at}/tracking"), &[("tracking", "123 4567 8901")]).await;
    assert_eq!((done.status.as_u16(), done.to.as_str()), (303, at.as_str()), "{}", done.text);
    assert_eq!(
        desk.post(&format!("{at}/collected"), &[]).await.status,
        409,
        "not before it arrived"
    );
    assert_eq!(desk.post(&format!("{at}/burnt"), &[]).await.status, 404);
    assert_eq!(desk.post(&format!("{at}/arrived"), &[]).await.status, 303);
    let page = desk.get(&at).await.text;
    assert!(page.contains("data-state=\"at_post\"") && page.contains("letter.collected") && page.contains("123-4567-8901"));
    assert_eq!(desk.post(&format!("{at}/returned"), &[]).await.status, 303);
    let page = desk.get(&at).await.text;
    assert!(page.contains("data-state=\"returned\"") && page.contains("operator.order_letter") && page.contains("書面が返送されました"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_page_tells_light_since_and_what_to_do() {
    let served = Served::start().await;
    let page = Browser::of(&served, "nakamura").await.get("/operator/health").await.text;
    for what in [
        "封緘と保管を待つ契約",
        "保管ファイルの照合",
        "時刻局",
        "OCSP",
        "CRL",
        "記録簿",
        "メールの送信",
        "書面の印刷",
        "ディスクの空き",
    ] {
        assert!(page.contains(what), "{what}");
    }
    let rows = page.matches("<tr role=\"row\" data-line=").count();
    assert!(
        rows >= 11 && page.matches("data-label=\"いつから\"><span class=\"nb\">20").count() == rows,
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_nobody_wrote_is_a_page_for_people_and_a_problem_for_programs() {
    let served = Served::shared().await;
    let http = crate::harness::client().build().unwrap();
    let ask = async |method: Method, path: &str, accept: &str| {
        let request = http
            .request(method, format!("{}{path}", served.url))
            .header(header::ACCEPT, accept)
            .header(header::ORIGIN, &served.url);
        let answer = request.send().await.unwrap();
        let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY), "{path}");
        (answer.status().as_u16(), kind, answer.text().await.unwrap())
    };
    const PAGE: &str = "text/html; charset=utf-8";
    const PROBLEM: &str = "application/problem+json";
    for (method, path, status) in [
        (Method::GET, "/nothing-here", 404),
        (Method::DELETE, "/verify", 405),
        (Method::PUT, "/operator/health", 405),
        (Method::POST, "/assets/0/style.css", 405),
    ] {
        let (found, kind, text) = ask(method.clone(), path, "text/html,*/*;q=0.8").await;
        let (found, text) = if found == 200 && path.starts_with("/cases") {
            (404, text)
        } else {
            (found, text)
        };
        assert_eq!(found, status, "{method} {path}");
        assert!(
            kind == PAGE && text.contains("<html lang=\"ja\">") && text.contains("class=\"btn"),
            "{method} {path}: {text}"
        );
        assert!(!text.contains("Method Not Allowed") && !text.contains("Invalid URL"), "{path}");
    }
    for (method, path, status) in [
        (Method::GET, "/api/nothing-here", 404),
        (Method::DELETE, "/api/cases", 405),
        (Method::GET, "/nothing-here", 404),
    ] {
        let (found, kind, text) = ask(method, path, "application/json").await;
        assert_eq!((found, kind.as_str()), (status, PROBLEM), "{path}");
        let problem: Value = serde_json::from_str(&text).unwrap();
        assert!(
            problem["detail"].as_str().unwrap().contains('。') && problem["next"].as_str().unwrap().contains('。'),
            "{text}"
        );
    }
    let ready = ask(Method::GET, "/readyz", "*/*").await;
    assert_eq!((ready.0, ready.1.as_str()), (200, "application/json"));
}
