//! One connection: its requests, one after the other, in HTTP/1.1 and no other protocol.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use api::Problem;
use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::ConnectInfo,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use http_body::{Frame, SizeHint};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, sync::watch};
use tower::ServiceExt as _;

use super::{
    Patience,
    crowd::{Answering, Guest},
    pace::{Late, Paced},
    stall::Moving,
};

/// Most bytes of a request head; hyper reads bodies in portions of this size too.
const LARGEST_HEAD: usize = 64 * 1024;
/// Most lines of a request head.
const MOST_HEADERS: usize = 100;

/// Answers what comes over `stream` until it ends, is too slow, is asked to leave, or the program ends.
pub async fn attend(stream: TcpStream, peer: SocketAddr, router: Router, guest: Guest, patience: Patience, end: watch::Receiver<bool>) {
    // Small answers leave at once.
    let _unsupported = stream.set_nodelay(true);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let answering = guest.answering();
        let router = router.clone();
        async move { Ok::<_, Infallible>(answer(router, request, peer, patience, answering).await) }
    });
    let stream = Moving::new(stream, patience.stall);
    let pending = stream.pending();
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_headers(MOST_HEADERS)
        .max_header_size(LARGEST_HEAD)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut ending = pin!(super::ended(end));
    let mut told = false;
    let ended = loop {
        tokio::select! {
            ended = &mut connection => break ended,
            () = guest.asked_to_leave() => {
                if guest.is_idle() && !pending.is_set() {
                    return;
                }
                guest.stays();
                Pin::new(&mut connection).graceful_shutdown();
            }
            () = &mut ending, if !told => {
                told = true;
                // Neither a request nor a part of an answer is lost.
                if guest.is_idle() && !pending.is_set() {
                    return;
                }
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    if let Err(error) = ended
        && error.is_timeout()
    {
        let parts = connection.into_parts();
        // Who has asked nothing is told nothing.
        if !parts.read_buf.is_empty() {
            let mut stream = parts.io.into_inner();
            let _gone = stream.write_all(&too_late()).await;
            let _gone = stream.shutdown().await;
        }
    }
}

async fn answer(
    router: Router,
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    patience: Patience,
    answering: Answering,
) -> Response<Answered> {
    // RFC 9112, 6.1: where a length stood beside the transfer coding, two readers may see two requests; hyper drops the length, so
    // after any transfer coding nothing more is read from this connection.
    let mut is_last = request.headers().contains_key(header::TRANSFER_ENCODING);
    let late = Late::default();
    let mut request = request.map(|body| Body::new(Paced::new(body, patience, late.clone())));
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(late.clone());
    let mut response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if late.is_set() {
        is_last = true;
        if response.status() != StatusCode::REQUEST_TIMEOUT {
            response = slow().into_response();
        }
    }
    web::guarded(&mut response);
    if is_last {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response.map(|body| Answered {
        body,
        _answering: answering,
    })
}

/// Where nobody puts it into other words.
fn slow() -> Problem {
    let (code, detail, next) = web::status_words(StatusCode::REQUEST_TIMEOUT);
    Problem::new(StatusCode::REQUEST_TIMEOUT, code, detail, next)
}

/// The answer to a head that did not come to its end: there is no request yet that a router could answer.
fn too_late() -> Vec<u8> {
    let body = serde_json::to_string(&slow()).unwrap_or_default();
    format!(
        "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\n\
         content-security-policy: default-src 'none'; frame-ancestors 'none'\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// An answer on its way: as long as it lives its connection is not asked to leave.
struct Answered {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = axum::Error;
    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
