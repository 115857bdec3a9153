//! The status listener: lists, OCSP, time-stamps, log. Anybody may ask it, so anybody may ask it wrongly.

use super::attacker::{Wire, request};

/// `OCSPResponse { malformedRequest }` (RFC 6960, 4.2.1) as it goes over the wire.
const MALFORMED: &str = "\u{30}\u{3}\n\u{1}\u{1}";

pub async fn garbage_is_answered_by_its_protocol(wire: &Wire) {
    for path in [
        "/g1/ocsp/!!!",
        "/g1/ocsp/%FF%FE",
        "/g1/ocsp/%00",
        "/g1/ocsp/MEM",
        "/g1/ocsp/MAA=",
        "/g1/ocsp/MAA%3D%3D%3D",
        "/g1/ocsp//MAA=",
        "/g1/ocsp/MAA=/MAA=",
        "/g1/ocsp/%4D%41%41%3D",
    ] {
        let heard = wire.say_to_status(request("GET", path, &[], b"")).await;
        assert_eq!(heard.status(), 200, "{path}: {}", heard.0);
        assert_eq!(heard.header("content-type"), Some("application/ocsp-response"), "{path}");
        assert_eq!(heard.body(), MALFORMED, "{path}");
    }
    let deep = [[0x30u8, 0x80].repeat(4_000), vec![0; 4_000]].concat();
    for body in [b"".as_slice(), b"\x30", b"\x30\x84\xff\xff\xff\xff", &[0xFF; 4_096], &deep] {
        let heard = wire.say_to_status(request("POST", "/g1/ocsp", &[], body)).await;
        assert_eq!((heard.status(), heard.body()), (200, MALFORMED), "{} bytes", body.len());
        let heard = wire.say_to_status(request("POST", "/g1/tsa", &[], body)).await;
        assert_eq!(
            (heard.status(), heard.header("content-type")),
            (200, Some("application/timestamp-reply"))
        );
        // PKIStatus rejection (2), and no token.
        assert!(
            heard.body().len() < 400 && heard.body().contains("\u{2}\u{1}\u{2}"),
            "{:?}",
            heard.body()
        );
    }
}

pub async fn what_is_too_large_is_refused_and_the_rest_is_still_served(wire: &Wire) {
    let large = vec![0x30; 2 << 20];
    for path in ["/g1/ocsp", "/g1/tsa"] {
        let heard = wire.say_to_status(request("POST", path, &[], &large)).await;
        // It may close before everything was said, then the answer can be lost.
        assert!(matches!(heard.statuses().as_slice(), [] | [200 | 413]), "{path}: {}", heard.0);
        assert!(!heard.0.contains("length limit exceeded"), "{path}: words of a framework");
    }
    let long = format!("/g1/ocsp/{}", "A".repeat(60_000));
    assert!(matches!(
        wire.say_to_status(request("GET", &long, &[], b"")).await.status(),
        200 | 414 | 431
    ));
    let longer = format!("/g1/ocsp/{}", "A".repeat(200_000));
    assert!(matches!(
        wire.say_to_status(request("GET", &longer, &[], b"")).await.status(),
        414 | 431
    ));
    for (path, kind) in [
        ("/g1/ca.crl", "application/pkix-crl"),
        ("/g1/issuing.cer", "application/pkix-cert"),
        ("/log/checkpoint", "text/plain; charset=utf-8"),
    ] {
        let heard = wire.say_to_status(request("GET", path, &[], b"")).await;
        assert!(
            heard.0.starts_with("HTTP/1.1 200 ") && heard.header("content-type") == Some(kind),
            "{path}"
        );
    }
}
