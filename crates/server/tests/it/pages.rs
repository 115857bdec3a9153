//! What every page and every answer to a browser carries.

use reqwest::header;

use crate::harness::Served;

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_japanese_carries_the_banner_and_a_strict_policy() {
    let served = Served::shared().await;
    let http = crate::harness::client().build().unwrap();
    for (path, status) in [("/", 200), ("/no-such-page", 404)] {
        let answer = http.get(format!("{}{path}", served.url)).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(!policy.contains("unsafe"), "{policy}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("<html lang=\"ja\">") && page.contains("デモ環境"));
    }
    let api = http.get(format!("{}/api/no-such-thing", served.url)).send().await.unwrap();
    assert_eq!(api.status().as_u16(), 404);
    assert_eq!(api.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert!(api.headers().contains_key(header::CONTENT_SECURITY_POLICY));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_strict_and_a_write_from_another_site_is_refused() {
    let served = Served::shared().await;
    let http = crate::harness::client().build().unwrap();
    let entry = serde_json::json!({ "sign_in": "sato", "password": "demo-sato-aoba-2026" });
    let answer = http.post(format!("{}/api/session", served.url)).json(&entry).send().await.unwrap();
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Expires") && !cookie.contains("Max-Age"), "{cookie}");
    let session = cookie.split(';').next().unwrap().to_owned();
    let sign_out = |origin: &'static str| {
        http.delete(format!("{}/api/session", served.url))
            .header(header::COOKIE, &session)
            .header(header::ORIGIN, origin)
    };
    let refused = sign_out("https://evil.example").send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 403);
    let read = http
        .get(format!("{}/api/session", served.url))
        .header(header::COOKIE, &session)
        .send()
        .await
        .unwrap();
    assert!(read.status().is_success());
    let ours = http
        .delete(format!("{}/api/session", served.url))
        .header(header::COOKIE, &session)
        .header(header::ORIGIN, &served.url)
        .send()
        .await
        .unwrap();
    assert_eq!(ours.status().as_u16(), 204);
    let after = http
        .get(format!("{}/api/session", served.url))
        .header(header::COOKIE, &session)
        .send()
        .await
        .unwrap();
    assert_eq!(after.status().as_u16(), 401);
}
