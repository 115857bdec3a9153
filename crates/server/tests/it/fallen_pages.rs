//! What has no page, and a page that falls over: people get a page that says what to do, programs a problem document.

use reqwest::{Method, StatusCode, header};

use crate::{
    browser::{Browser, between, plain},
    harness::Served,
};

async fn asked(served: &Served, method: Method, path: &str, accept: &str) -> (StatusCode, String, String) {
    let http = crate::harness::client().build().unwrap();
    let answer = http
        .request(method, format!("{}{path}", served.url))
        .header(header::ACCEPT, accept)
        .header(header::ORIGIN, &served.url)
        .send()
        .await
        .unwrap();
    let kind = answer.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    (answer.status(), kind, answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_falls_over_says_that_nothing_was_lost_and_the_next_one_stands() {
    let served = Served::shared().await;
    for _ in 0..2 {
        let (status, kind, page) = asked(&served, Method::GET, "/demo/panic", "text/html,*/*;q=0.8").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(kind.starts_with("text/html"), "{kind}");
        plain(&page, "/demo/panic");
        let said = between(&page, "role=\"alert\"", "</div></div>").expect("a sentence");
        assert!(
            said.contains("失われていません") && said.contains("もう一度お試しください") && said.contains("ヘルプデスク"),
            "{said}"
        );
        assert!(!page.contains("on purpose"), "the cause is for the log: {page}");
        let number = between(said, "番号 ", " を").expect("a number to tell the help desk");
        assert!(served.log().contains(number), "{number} is not in the log");
    }
    let (status, kind, body) = asked(&served, Method::GET, "/demo/panic", "application/json").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(kind, "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    for part in ["code", "detail", "next", "title", "type"] {
        assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{part}: {body}");
    }
    assert!(!body.contains("on purpose"), "{body}");
    let sato = Browser::of(&served, "sato").await;
    assert!(sato.get("/cases").await.status.is_success(), "the others go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leads_nowhere_says_so_to_people_and_to_programs() {
    let served = Served::shared().await;
    const ABSENT: &str = "00000000-0000-7000-8000-000000000000";
    let sato = Browser::of(&served, "sato").await;
    let nakamura = Browser::of(&served, "nakamura").await;
    let kimura = Browser::of(&served, "kimura").await;
    for (who, path) in [
        (&sato, "/nothing".to_owned()),
        (&sato, "/cases/not-a-number".to_owned()),
        (&sato, format!("/cases/{ABSENT}")),
        (&sato, format!("/cases/{ABSENT}/read")),
        (&sato, format!("/cases/{ABSENT}/nothing")),
        (&sato, format!("/cases/{ABSENT}/file/newest")),
        (&sato, format!("/partners/{ABSENT}/consent")),
        (&sato, format!("/partners/{ABSENT}/end")),
        (&sato, format!("/certificate/{ABSENT}/stop")),
        (&sato, format!("/certificate/{ABSENT}/file")),
        (&sato, "/assets/0/nothing.css".to_owned()),
        (&sato, "/demo/nothing".to_owned()),
        (&kimura, format!("/deposits/{ABSENT}")),
        (&kimura, format!("/deposits/{ABSENT}/original")),
        (&nakamura, "/operator/nothing".to_owned()),
        (&nakamura, format!("/operator/proposals/{ABSENT}")),
        (&nakamura, format!("/operator/letters/{ABSENT}")),
    ] {
        let page = who
            .take(who.http.get(format!("{}{path}", who.url)).header(header::ACCEPT, "text/html"))
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        plain(&page.text, &path);
        let said = between(&page.text, "role=\"alert\"", "</div></div>").expect("a sentence");
        assert!(
            said.contains("見つかりません") && said.contains("ください。</p>"),
            "{path}: what to do: {said}"
        );
        assert!(page.text.contains("はじめのページへ"), "{path}: a way on");
    }
    for path in ["/nothing", "/cases/x/y/z"] {
        let posted = sato.post(path, &[("a", "b")]).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND, "{path}");
        plain(&posted.text, path);
    }
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/cases/not-a-number",
        "/api/enrolments/x/nothing",
        "/api/deposits/1/2/3",
    ] {
        for (method, accept) in [(Method::GET, "text/html"), (Method::GET, "*/*"), (Method::POST, "application/json")] {
            let (status, kind, body) = asked(&served, method, path, accept).await;
            assert!(matches!(status.as_u16(), 401 | 404 | 405), "{path}: {status}");
            assert_eq!(kind, "application/problem+json", "{path}");
            let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert!(
                !problem["detail"].as_str().unwrap().is_ascii() && problem["next"].is_string(),
                "{path}: {body}"
            );
        }
    }
    let known = served.person("sato").await.get("/api/cases/not-a-number").await;
    assert_eq!(known.problem(), "not_found");
}
