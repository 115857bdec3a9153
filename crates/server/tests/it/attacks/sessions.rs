//! Cookies, and what other sites can make a browser send.

use std::collections::BTreeSet;

use serde_json::json;

use super::attacker::{Wire, shape};
use crate::browser::Browser;

/// Each form of each page, as another site would send it with the cookie of who sees it.
pub async fn no_form_of_another_site_is_taken(wire: &Wire) {
    let own = wire.scene.served.url.as_str();
    let mut shapes = BTreeSet::new();
    for (person, seen) in wire.seen().await {
        let cookie = format!("cectrust_session={}", seen.session);
        for form in &seen.forms {
            if !shapes.insert((shape(&form.action), form.act.clone())) {
                continue;
            }
            for foreign in [
                vec![],
                vec![("origin", "https://evil.example")],
                vec![("origin", "null")],
                vec![("origin", "http://127.0.0.1:1")],
                vec![("sec-fetch-site", "cross-site"), ("origin", own)],
                vec![("sec-fetch-site", "same-site")],
                vec![("sec-fetch-site", "none")],
                vec![("referer", own)],
                vec![("x-cectrust", "1")],
            ] {
                let mut headers = vec![("cookie", cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
                headers.extend(foreign.iter().copied());
                let heard = wire.ask("POST", &form.action, &headers, b"a=b").await;
                assert_eq!(heard.status(), 403, "{person}: {form:?} with {foreign:?}: {}", heard.0);
                assert!(heard.0.contains("ほかのサイトから送られた操作"), "{person}: {form:?}");
            }
        }
        // None of them ended his session.
        let home = wire.ask("GET", "/", &[("cookie", &cookie)], b"").await;
        assert!(home.body().contains("/sign-out"), "{person} is still signed in");
    }
    assert!(shapes.len() > 25, "only {shapes:?} were seen");
}

pub async fn no_write_of_another_site_reaches_the_api(wire: &Wire) {
    let document = wire.scene.served.nobody().get("/api/openapi.json").await.body;
    let cookie = format!("cectrust_session={}", wire.scene.sato.session);
    let id = uuid::Uuid::now_v7().to_string();
    let mut writes = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        // Whoever has no cookie at these is not asked for one.
        if path.starts_with("/api/agent/") || ["/api/verify", "/api/invitations/accept"].contains(&path.as_str()) {
            continue;
        }
        for method in item.as_object().unwrap().keys().filter(|method| *method != "get") {
            if path == "/api/session" && method == "post" {
                continue;
            }
            for foreign in [
                ("origin", "https://evil.example"),
                ("origin", "null"),
                ("sec-fetch-site", "cross-site"),
                ("referer", "x"),
            ] {
                let headers = [("cookie", cookie.as_str()), ("content-type", "application/json"), foreign];
                let heard = wire.ask(&method.to_uppercase(), &path.replace("{id}", &id), &headers, b"{}").await;
                assert_eq!(heard.status(), 403, "{method} {path} {foreign:?}: {}", heard.0);
                assert!(heard.0.contains("other_site"), "{method} {path}");
            }
            writes += 1;
        }
    }
    assert!(writes > 25, "{writes}");
    // And no other site may read: nothing here says that it might.
    let asked = [
        ("cookie", cookie.as_str()),
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
    ];
    for method in ["GET", "OPTIONS"] {
        let heard = wire.ask(method, "/api/cases", &asked, b"").await;
        assert!(!heard.0.to_ascii_lowercase().contains("access-control-allow"), "{}", heard.0);
    }
}

async fn enters(wire: &Wire, session: &str, person: &str) -> String {
    let cast = wire.scene.served.nobody().get("/demo/people").await.body;
    let person = cast.as_array().unwrap().iter().find(|one| one["key"] == person).unwrap();
    let cookie = format!("cectrust_session={session}");
    let form = format!(
        "sign_in={}&password={}",
        person["sign_in"].as_str().unwrap(),
        person["secret"].as_str().unwrap()
    );
    let headers = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let heard = wire.ask("POST", "/sign-in", &headers, form.as_bytes()).await;
    assert_eq!(heard.status(), 303, "{}", heard.0);
    let set = heard.header("set-cookie").expect("a session");
    for word in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
        assert!(set.contains(word), "{set}");
    }
    assert!(!set.contains("Domain") && !set.contains("Expires"), "{set}");
    crate::browser::between(set, "cectrust_session=", ";").expect("a token").to_owned()
}

async fn is_over(wire: &Wire, session: &str) -> bool {
    let cookie = format!("cectrust_session={session}");
    let page = wire.ask("GET", "/cases", &[("cookie", &cookie)], b"").await;
    let api = wire
        .ask("GET", "/api/session", &[("authorization", &format!("Bearer {session}"))], b"")
        .await;
    assert_eq!(page.status() == 303, api.status() == 401, "page and API agree");
    api.status() == 401
}

pub async fn a_planted_session_is_worth_nothing_and_an_older_one_ends(wire: &Wire) {
    let planted = "planted-planted-planted-planted-planted-pla";
    let first = enters(wire, planted, "sato").await;
    assert!(first != planted && is_over(wire, planted).await && !is_over(wire, &first).await);
    let second = enters(wire, &first, "sato").await;
    assert!(is_over(wire, &first).await && !is_over(wire, &second).await);
    // Somebody else at the same browser.
    let third = enters(wire, &second, "tanaka").await;
    assert!(is_over(wire, &second).await && !is_over(wire, &third).await);
}

pub async fn signing_out_ends_it_everywhere(wire: &Wire) {
    let session = enters(wire, "", "sato").await;
    let cookie = format!("cectrust_session={session}");
    assert_eq!(
        wire.ask("GET", "/sign-out", &[("cookie", &cookie)], b"").await.status(),
        405,
        "no link signs out"
    );
    let out = wire
        .ask("POST", "/sign-out", &[("cookie", &cookie), ("sec-fetch-site", "same-origin")], b"")
        .await;
    assert!(out.header("set-cookie").is_some_and(|set| set.contains("Max-Age=0")), "{}", out.0);
    assert!(is_over(wire, &session).await);
    // By the API the same, with the page's session.
    let session = enters(wire, "", "sato").await;
    let ended = wire
        .ask("DELETE", "/api/session", &[("authorization", &format!("Bearer {session}"))], b"")
        .await;
    assert_eq!(ended.status(), 204);
    assert!(is_over(wire, &session).await);
    for wrong in ["Basic c2F0bzp4", "Bearer", "Bearer ", "bearer x y", &format!("Bearer {session}")] {
        assert_eq!(
            wire.ask("GET", "/api/cases", &[("authorization", wrong)], b"").await.status(),
            401,
            "{wrong}"
        );
    }
}

pub async fn nobody_is_sent_elsewhere(wire: &Wire) {
    let served = &wire.scene.served;
    for elsewhere in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\u{0}/evil.example",
        "/\u{7f}/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "cases",
    ] {
        let entry = [("sign_in", "ito"), ("password", "demo-ito-aoba-2026"), ("next", elsewhere)];
        let page = Browser::nobody(served).post("/sign-in", &entry).await;
        assert_eq!((page.status.as_u16(), page.to.as_str()), (303, "/cases"), "{elsewhere:?}");
        let page = Browser::nobody(served)
            .post("/demo/as", &[("person", "ito"), ("to", elsewhere)])
            .await;
        assert_eq!((page.status.as_u16(), page.to.as_str()), (303, "/cases"), "{elsewhere:?}");
    }
    let shown = Browser::nobody(served).get("/sign-in?next=//evil.example").await;
    assert!(!shown.text.contains("evil.example"));
}

pub async fn a_foreign_host_stands_in_no_mail_and_on_no_page(wire: &Wire) {
    let sato = wire.scene.api("sato").await;
    let signer = wire.scene.api("tanaka").await.person_id;
    let body = json!({ "mail": "wire@nowhere.example.jp", "uses": { "kinds": ["server"], "signers": [signer] } }).to_string();
    let bearer = format!("Bearer {}", sato.token.as_deref().unwrap());
    let text = format!(
        "POST /api/partners HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: evil.example\r\nforwarded: host=evil.example\r\nauthorization: {bearer}\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let heard = wire.say(text).await;
    assert!((200..300).contains(&heard.status()), "{}", heard.0);
    let nobody = wire.scene.served.nobody();
    crate::bar::scene::until("the mail", async || {
        let mails = nobody.get("/demo/outbox?to=wire@nowhere.example.jp").await.body;
        mails.as_array().is_some_and(|mails| !mails.is_empty()).then_some(())
    })
    .await;
    let all = nobody.get("/demo/outbox").await;
    assert!(!String::from_utf8_lossy(&all.bytes).contains("evil.example"));
    for path in ["/", "/cases", "/sign-in", "/verify", "/nowhere", "/api/openapi.json", "/readyz"] {
        let heard = wire
            .say(format!(
                "GET {path} HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: evil.example\r\nconnection: close\r\n\r\n"
            ))
            .await;
        assert!(!heard.0.contains("evil.example"), "{path}");
    }
}
