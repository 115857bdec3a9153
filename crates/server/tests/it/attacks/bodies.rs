//! Forms, JSON and files made to cost more than they say.

use super::attacker::{Heard, Wire};

const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=x";

fn part(head: &str, content: &str) -> String {
    format!("--x\r\ncontent-disposition: form-data; {head}\r\n\r\n{content}\r\n")
}

/// A refusal in words: a page, or a problem.
fn worded(heard: &Heard, what: &str) {
    let body = heard.body();
    assert!(body.contains("lang=\"ja\"") || body.contains("\"next\":"), "{what}: {}", heard.0);
}

async fn form(wire: &Wire, path: &str, media: &str, body: &[u8]) -> Heard {
    let origin = &wire.scene.served.url;
    wire.ask("POST", path, &[("content-type", media), ("origin", origin)], body).await
}

pub async fn forms_that_are_bombs_are_refused_in_words(wire: &Wire) {
    let end = "--x--\r\n";
    let field = part("name=\"a\"", "b");
    let file = part("name=\"sign_in\"; filename=\"a.txt\"", "sato");
    for (what, path, media, body, wanted) in [
        ("thousands of parts", "/verify", MULTIPART, field.repeat(30_000) + end, 422),
        (
            "an endless part head",
            "/verify",
            MULTIPART,
            part(&format!("name=\"a\"\r\nx: {}", "y".repeat(4_000_000)), "") + end,
            422,
        ),
        (
            "endless lines before a part",
            "/verify",
            MULTIPART,
            part(&format!("name=\"a\"{}", "\r\nx: y".repeat(500_000)), "") + end,
            422,
        ),
        ("no end", "/verify", MULTIPART, field.clone(), 422),
        ("no boundary at all", "/verify", MULTIPART, "y".repeat(1_000_000), 422),
        (
            "almost boundaries",
            "/verify",
            MULTIPART,
            field.clone() + &"\r\n--y".repeat(1_000_000),
            422,
        ),
        ("no boundary named", "/verify", "multipart/form-data", field.clone() + end, 422),
        (
            "a boundary too long",
            "/verify",
            &format!("multipart/form-data; boundary={}", "x".repeat(71)),
            field.clone() + end,
            422,
        ),
        (
            "one name twice",
            "/sign-in",
            MULTIPART,
            part("name=\"sign_in\"", "a") + &part("name=\"sign_in\"", "b") + end,
            422,
        ),
        ("a file where text is asked", "/sign-in", MULTIPART, file + end, 422),
        (
            "a field that is no text",
            "/sign-in",
            MULTIPART,
            part("name=\"sign_in\"", "\u{0}\u{7f}") + end,
            422,
        ),
        ("100 000 fields", "/sign-in", URLENCODED, "a=b&".repeat(100_000), 422),
        (
            "a large form",
            "/sign-in",
            URLENCODED,
            format!("sign_in={}", "a".repeat(2_000_000)),
            413,
        ),
        (
            "a large form in parts",
            "/sign-in",
            MULTIPART,
            part("name=\"sign_in\"", &"a".repeat(2_000_000)) + end,
            413,
        ),
        ("JSON", "/sign-in", "application/json", "{}".to_owned(), 415),
        ("no kind", "/sign-in", "text/plain", "sign_in=sato".to_owned(), 415),
    ] {
        let heard = form(wire, path, media, body.as_bytes()).await;
        assert_eq!(heard.status(), wanted, "{what}: {}", heard.0);
        worded(&heard, what);
        assert_eq!(heard.header("set-cookie"), None, "{what}");
    }
    // What is announced as far too large is not even begun to be read.
    let heard = wire
        .say("POST /verify HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 99999999999\r\n\r\n--x")
        .await;
    assert_eq!(heard.status(), 413, "{}", heard.0);
    let heard = wire
        .say("POST /api/verify HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n%PDF")
        .await;
    assert_eq!(heard.status(), 413, "{}", heard.0);
}

pub async fn json_that_is_a_bomb_is_refused_in_words(wire: &Wire) {
    let deep = |many: usize| "[".repeat(many) + &"]".repeat(many);
    let wide = format!(
        "{{{}\"code\":\"x\"}}",
        (0..60_000).map(|nth| format!("\"k{nth}\":0,")).collect::<String>()
    );
    for (what, path, body, wanted) in [
        ("depth", "/api/session", deep(200_000), 400),
        (
            "depth inside",
            "/api/agent/hello",
            format!("{{\"code\":\"x\",\"agent\":{}}}", deep(200_000)),
            400,
        ),
        ("only the beginning of depth", "/api/session", "{\"a\":".repeat(100_000), 400),
        ("width", "/api/session", wide.clone(), 400),
        ("width inside", "/api/agent/hello", wide, 401),
        ("a number without end", "/api/session", "9".repeat(900_000), 400),
        ("size", "/api/session", format!("\"{}\"", "a".repeat(1_100_000)), 413),
        (
            "surrogates",
            "/api/session",
            "{\"sign_in\":\"\\ud800\",\"password\":\"\"}".to_owned(),
            400,
        ),
        (
            "one name twice",
            "/api/session",
            "{\"sign_in\":\"a\",\"sign_in\":\"b\",\"password\":\"c\"}".to_owned(),
            400,
        ),
    ] {
        let heard = wire
            .ask("POST", path, &[("content-type", "application/json")], body.as_bytes())
            .await;
        assert_eq!(heard.status(), wanted, "{what}: {}", heard.0);
        worded(&heard, what);
    }
    let heard = wire
        .ask("POST", "/api/session", &[("content-type", "application/xml")], b"<a/>")
        .await;
    assert_eq!(heard.status(), 400, "{}", heard.0);
}

pub async fn nothing_that_comes_packed_is_taken(wire: &Wire) {
    let own = wire.scene.api("kimura").await.token.unwrap();
    let bearer = format!("Bearer {own}");
    for coding in ["gzip", "deflate", "br", "x-gzip", "gzip, gzip", "identity, gzip"] {
        for path in ["/api/session", "/api/verify", "/api/deposits?file_name=a.gz", "/sign-in", "/verify"] {
            let headers = [
                ("content-encoding", coding),
                ("authorization", bearer.as_str()),
                ("content-type", "application/octet-stream"),
                ("sec-fetch-site", "same-origin"),
            ];
            let heard = wire.ask("POST", path, &headers, b"\x1f\x8b\x08\0").await;
            assert_eq!(heard.status(), 415, "{path} {coding}: {}", heard.0);
            worded(&heard, path);
        }
    }
}

/// What of its memory is in use, in MB.
pub fn resident(wire: &Wire) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", wire.scene.served.pid())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its size");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

pub async fn what_is_too_large_is_not_kept(wire: &Wire) {
    let objects = || walked(&wire.scene.served.data().join("objects"));
    let (before, files) = (resident(wire), objects());
    let sato = format!("cectrust_session={}", wire.scene.sato.session);
    let mut body = part("name=\"pdf\"; filename=\"a.pdf\"", "%PDF-1.7").into_bytes();
    body.resize(60 * 1024 * 1024, b' ');
    let mut most = before;
    for path in ["/sign-in", "/verify", "/cases"] {
        let headers = [("content-type", MULTIPART), ("sec-fetch-site", "same-origin"), ("cookie", &sato)];
        let sending = wire.ask("POST", path, &headers, &body);
        let mut sending = std::pin::pin!(sending);
        let heard = loop {
            tokio::select! {
                heard = &mut sending => break heard,
                () = tokio::time::sleep(std::time::Duration::from_millis(20)) => most = most.max(resident(wire)),
            }
        };
        assert_eq!(heard.status(), 413, "{path}: {}", &heard.0[..heard.0.len().min(500)]);
        worded(&heard, path);
    }
    assert_eq!(objects(), files, "nothing of it lies on the disk");
    // One file at the limit may be held, doubled while it grows; three of them may not.
    assert!(most - before < 150, "{before} MB → {most} MB");
}

/// How many files there are.
fn walked(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| {
        entries
            .flatten()
            .map(|entry| if entry.path().is_dir() { walked(&entry.path()) } else { 1 })
            .sum()
    })
}
