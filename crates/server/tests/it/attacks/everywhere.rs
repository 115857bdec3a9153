//! What stands on every answer, whoever asked and whatever came of it.

use std::collections::BTreeSet;

use super::attacker::{Heard, Wire, shape};

/// Headers of every answer; the status listener's pages are stricter in one of them.
fn guarded(heard: &Heard, what: &str) {
    let policy = heard.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-"),
        "{what}: {}",
        heard.0
    );
    assert_eq!(heard.header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(heard.header("x-frame-options"), Some("DENY"), "{what}");
    assert_eq!(heard.header("referrer-policy"), Some("same-origin"), "{what}");
    assert!(heard.header("cache-control").is_some(), "{what}");
    for tells in ["server", "x-powered-by"] {
        assert_eq!(heard.header(tells), None, "{what}");
    }
}

pub async fn every_answer_is_guarded(wire: &Wire) {
    let sato = format!("cectrust_session={}", wire.scene.sato.session);
    let kimura = format!("Bearer {}", wire.scene.api("kimura").await.token.unwrap());
    for (method, path, wanted) in [
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/cases", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/api/cases", 401),
        ("GET", "/nowhere", 404),
        ("GET", "/api/nowhere", 404),
        ("GET", "/assets/x/nowhere", 404),
        ("GET", "/assets/x/page.js", 200),
        ("PUT", "/cases", 403),
        ("PATCH", "/api/cases", 405),
        ("GET", "/sign-out", 405),
        ("POST", "/sign-in", 403),
        ("GET", "/api/cases?before=x", 401),
        ("GET", "/demo/people", 200),
        ("GET", "/demo/nowhere", 404),
        ("GET", "/cases/%ff", 404),
        ("GET", "/operator", 403),
    ] {
        let cookie = [("cookie", sato.as_str())];
        let heard = wire
            .ask(method, path, if path.starts_with("/api/") { &[] } else { &cookie }, b"")
            .await;
        assert_eq!(heard.status(), wanted, "{method} {path}: {}", heard.0);
        guarded(&heard, path);
    }
    guarded(&wire.ask("POST", "/api/verify", &[("content-encoding", "gzip")], b"x").await, "415");
    guarded(&wire.say("GET / HTTP/1.1\r\nconnection: close\r\n\r\n").await, "no host");
    guarded(
        &wire.ask("GET", "/api/deposits?before=x", &[("authorization", &kimura)], b"").await,
        "400",
    );
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/cps"),
        ("GET", "/healthz"),
        ("GET", "/g1/ca.crl"),
        ("GET", "/g1/root.cer"),
        ("GET", "/g1/ocsp/x"),
        ("POST", "/g1/tsa"),
        ("POST", "/g1/ocsp"),
        ("GET", "/log/checkpoint"),
        ("GET", "/log/nowhere"),
        ("GET", "/nowhere"),
        ("PUT", "/g1/tsa"),
    ] {
        guarded(&wire.say_to_status(super::attacker::request(method, path, &[], b"")).await, path);
    }
}

/// Everything that anybody can open: pages are kept by nobody, pictures by his browser alone, and what is no page is a download.
pub async fn every_page_is_private_and_every_file_a_download(wire: &Wire) {
    let (mut pages, mut files, mut shapes) = (0, 0, BTreeSet::new());
    for (person, seen) in wire.seen().await {
        let cookie = format!("cectrust_session={}", seen.session);
        for path in seen.pages.keys() {
            if !shapes.insert(shape(path)) {
                continue;
            }
            let heard = wire.ask("GET", path, &[("cookie", &cookie)], b"").await;
            let what = format!("{person}: {path}");
            guarded(&heard, &what);
            let kind = heard.header("content-type").unwrap_or_default();
            let keeps = heard.header("cache-control").unwrap_or_default();
            if kind == "image/png" {
                assert!(keeps.starts_with("private"), "{what}: {keeps}");
                continue;
            }
            assert_eq!(keeps, "no-store", "{what}");
            // JSON is shown as text, whatever stands in it: its kind is not guessed at.
            if kind.is_empty() || kind.starts_with("text/html") || kind == "application/json" {
                pages += 1;
            } else {
                let says = heard.header("content-disposition").unwrap_or_default();
                assert!(says.starts_with("attachment"), "{what}: {kind}: {says}");
                files += 1;
            }
        }
    }
    assert!(pages > 25 && files > 5, "{pages} pages, {files} files");
    // The API's files.
    let bearer = format!("Bearer {}", wire.scene.api("sato").await.token.unwrap());
    let case = wire.scene.case(crate::bar::scene::CONCLUDED).await;
    for file in ["document", "evidence-bundle"] {
        let path = format!("/api/cases/{case}/{file}");
        let heard = wire.ask("GET", &path, &[("authorization", &bearer)], b"").await;
        assert!(heard.0.starts_with("HTTP/1.1 200 "), "{path}");
        guarded(&heard, &path);
        assert_eq!(heard.header("cache-control"), Some("no-store"), "{path}");
        assert!(
            heard
                .header("content-disposition")
                .is_some_and(|says| says.starts_with("attachment")),
            "{path}"
        );
    }
}
