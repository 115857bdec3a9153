//! What a request must not leave open, before anybody looks at what it wants: another reader on the way (a proxy) could see another one.

use api::Problem;
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, Version, header},
};

/// Why this request is answered by nobody; none: it has manners.
pub fn refusal(request: &Request) -> Option<Problem> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    // RFC 9112, 3.2: 400 to an HTTP/1.1 request without Host, or with more than one.
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Some(Problem::bad_request("Host が一つだけ書かれている必要があります。"));
    }
    // Nothing is unpacked here: a file would be kept as other bytes than its sender means, and a small body could be a large one.
    let packed = request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|coding| !is_identity(coding));
    packed.then(|| {
        let (code, detail, next) = web::status_words(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, detail, next)
    })
}

fn is_identity(coding: &HeaderValue) -> bool {
    coding.as_bytes().eq_ignore_ascii_case(b"identity")
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn refused(headers: &[(&'static str, &'static str)]) -> Option<u16> {
        let request = headers
            .iter()
            .fold(Request::get("/"), |request, (name, value)| request.header(*name, *value));
        refusal(&request.body(Body::empty()).unwrap()).map(|problem| problem.status.as_u16())
    }

    #[test]
    fn a_request_names_one_host_and_packs_nothing() {
        assert_eq!(refused(&[]), Some(400));
        assert_eq!(refused(&[("host", "a"), ("host", "b")]), Some(400));
        assert_eq!(refused(&[("host", "a")]), None);
        assert_eq!(refused(&[("host", "a"), ("content-encoding", "identity")]), None);
        assert_eq!(refused(&[("host", "a"), ("content-encoding", "gzip")]), Some(415));
        assert_eq!(
            refused(&[("host", "a"), ("content-encoding", "identity"), ("content-encoding", "br")]),
            Some(415)
        );
    }
}
