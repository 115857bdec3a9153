//! Request lines, header lines, framing.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::attacker::Wire;

/// What an attacker would like to be taken for a request of its own.
const HIDDEN: &str = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

/// Two readers of these bytes could see different requests; we see one at most, and nothing after it.
pub async fn one_request_is_never_two(wire: &Wire) {
    let post = "POST /sign-in HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n";
    for (what, head, body) in [
        (
            "length, then coding",
            "content-length: 60\r\ntransfer-encoding: chunked\r\n",
            "0\r\n\r\n",
        ),
        (
            "coding, then length",
            "transfer-encoding: chunked\r\ncontent-length: 60\r\n",
            "0\r\n\r\n",
        ),
        ("coding alone", "transfer-encoding: chunked\r\n", "0\r\n\r\n"),
        ("two lengths", "content-length: 0\r\ncontent-length: 60\r\n", ""),
        ("a list of lengths", "content-length: 0, 60\r\n", ""),
        ("a length with a sign", "content-length: +0\r\n", ""),
        ("a length in hex", "content-length: 0x0\r\n", ""),
        ("a negative length", "content-length: -1\r\n", ""),
        (
            "chunked is not the last coding",
            "transfer-encoding: chunked, identity\r\n",
            "0\r\n\r\n",
        ),
        ("an unknown coding", "transfer-encoding: xchunked\r\n", "0\r\n\r\n"),
        ("a blank before the colon", "content-length : 0\r\n", ""),
        ("a folded line", "x: a\r\n content-length: 60\r\n", ""),
        ("a folded coding", "transfer-encoding:\r\n chunked\r\n", "0\r\n\r\n"),
        ("a bare carriage return", "x: a\rcontent-length: 60\r\n", ""),
        ("a NUL", "x: a\0b\r\n", ""),
        ("two hosts", "host: y\r\n", ""),
        ("a chunk with a sign", "transfer-encoding: chunked\r\n", "+0\r\n\r\n"),
        (
            "a chunk too large to count",
            "transfer-encoding: chunked\r\n",
            "FFFFFFFFFFFFFFFFF\r\n",
        ),
        (
            "a chunk that ends too late",
            "transfer-encoding: chunked\r\n",
            "1\r\nabc\r\n0\r\n\r\n",
        ),
    ] {
        let heard = wire.say(format!("{post}{head}\r\n{body}{HIDDEN}")).await;
        let statuses = heard.statuses();
        assert!(statuses.len() <= 1, "{what}: {statuses:?}");
        assert!(!heard.0.contains("\"alive\""), "{what}: what was hidden was answered");
        assert!(statuses.iter().all(|status| (400..500).contains(status)), "{what}: {statuses:?}");
    }
    // What follows a whole request is another request, and garbage is none.
    let heard = wire
        .say("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n\u{1}\u{2}garbage\r\n\r\n".to_string() + HIDDEN)
        .await;
    assert_eq!(heard.statuses(), [200, 400]);
}

pub async fn what_is_no_request_is_refused_and_the_connection_closed(wire: &Wire) {
    let long = "a".repeat(100_000);
    let many = "x: y\r\n".repeat(200);
    for (what, text, wanted) in [
        ("no host", "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n".to_owned(), 400),
        ("a long head", format!("GET /healthz HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n"), 431),
        ("many lines", format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{many}\r\n"), 431),
        ("a NUL in the path", "GET /health\0z HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(), 400),
        ("a blank in the path", "GET /health z HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(), 400),
        (
            "a coding in HTTP/1.0",
            "POST /sign-in HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
            400,
        ),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n".to_owned(), 400),
    ] {
        assert_eq!(wire.say(text).await.status(), wanted, "{what}");
    }
    // Not spoken here: another protocol is neither switched to nor answered.
    let upgrade = [("upgrade", "h2c"), ("http2-settings", "AAMAAABkAAQAAP__")];
    assert_eq!(wire.ask("GET", "/healthz", &upgrade, b"").await.status(), 200);
    let preface = wire.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0").await;
    assert!(preface.statuses().iter().all(|status| *status >= 400), "{}", preface.0);
    for method in ["CONNECT", "TRACE", "PROPFIND"] {
        let target = if method == "CONNECT" { "evil.example:443" } else { "/healthz" };
        let heard = wire.ask(method, target, &[("x-echo", "echo-me")], b"").await;
        assert!(
            (400..500).contains(&heard.status()) && !heard.0.contains("echo-me"),
            "{method}: {}",
            heard.0
        );
    }
    // Who names another house in the request line is answered by this one, and led nowhere.
    let absolute = wire.ask("GET", "http://evil.example/cases", &[], b"").await;
    assert_eq!(
        (absolute.status(), absolute.header("location")),
        (303, Some("/sign-in?next=/cases"))
    );
}

pub async fn no_path_leads_out_of_the_program(wire: &Wire) {
    for path in [
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/assets/x/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/assets/../healthz/../../etc/passwd",
        "/assets/%00/style.css%00",
        "/cases/..%2f..%2fdemo/document",
        "/cases/%ff%fe/read",
        "/cases/%2e%2e/%2e%2e/unlock",
        "/deposits/..%5c..%5cunlock/original",
        "//evil.example/",
        "/api/cases/..%2f..%2funlock/document",
        "/api/%ff",
        "/demo/post/..%2f..%2f/arrive",
    ] {
        let session = format!("cectrust_session={}", wire.scene.sato.session);
        let heard = wire.ask("GET", path, &[("cookie", &session)], b"").await;
        assert!((400..500).contains(&heard.status()), "{path}: {}", heard.0);
        assert!(!heard.0.contains("root:"), "{path}");
    }
    for path in [
        "/log/..%2f..%2fetc%2fpasswd",
        "/log/tile/0/../../x",
        "/log/tile/-1/000",
        "/log/tile/0/999/x999/000",
        "/log/%00",
        "/g1/../../unlock",
    ] {
        let heard = wire.say_to_status(super::attacker::request("GET", path, &[], b"")).await;
        assert_eq!(heard.status(), 404, "{path}: {}", heard.0);
    }
}

pub async fn a_socket_closed_on_one_side_holds_nothing(wire: &Wire) {
    for half in [
        "",
        "GET / HT",
        "POST /sign-in HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc",
    ] {
        let mut stream = TcpStream::connect(wire.pages).await.unwrap();
        stream.write_all(half.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut heard = Vec::new();
        let _reset = stream.read_to_end(&mut heard).await;
        assert!(!heard.starts_with(b"HTTP/1.1 2"), "{half}");
    }
}
