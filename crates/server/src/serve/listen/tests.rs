//! Slow clients at the real listener, with little patience. A slow machine only makes them slower.

use axum::{extract::Request, routing::get};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;

const LITTLE: Patience = Patience {
    head: Duration::from_millis(300),
    silence: Duration::from_millis(300),
    grace: Duration::from_secs(3_600),
    least: 1,
    stall: Duration::from_millis(300),
};
const MUCH: Patience = Patience {
    head: Duration::from_secs(3_600),
    silence: Duration::from_secs(3_600),
    grace: Duration::from_secs(3_600),
    least: 1,
    stall: Duration::from_secs(3_600),
};

/// How much came.
async fn taken(request: Request) -> String {
    axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .map_or_else(|_| "half".to_owned(), |bytes| bytes.len().to_string())
}

struct Open {
    at: SocketAddr,
    end: watch::Sender<bool>,
    listening: JoinHandle<()>,
}

async fn open(patience: Patience, most: usize) -> Open {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (end, ended) = watch::channel(false);
    let router = Router::new()
        .route("/", get(|| async { "here" }).post(taken))
        .route("/large", get(|| async { vec![b'x'; 64 << 20] }));
    let listening = tokio::spawn(accept(listener, router, patience, Crowd::of(most), ended));
    Open { at, end, listening }
}

/// All that comes until the other side closes.
async fn told(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _reset = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

async fn sent(at: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn who_falls_silent_in_a_body_or_a_head_is_told_and_the_connection_is_closed() {
    let open = open(LITTLE, 100).await;
    let mut body = sent(open.at, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12345").await;
    let mut chunks = sent(open.at, "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12").await;
    let mut head = sent(open.at, "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    for stream in [&mut body, &mut chunks, &mut head] {
        let answer = told(stream).await;
        assert!(
            answer.starts_with("HTTP/1.1 408 ") && answer.contains("\r\nconnection: close\r\n"),
            "{answer}"
        );
        assert!(
            answer.contains("application/problem+json") && answer.contains("\"code\":\"too_slow\""),
            "{answer}"
        );
        assert!(answer.contains("content-security-policy: default-src 'none'"), "{answer}");
    }
    // Who asks nothing is told nothing.
    assert_eq!(told(&mut TcpStream::connect(open.at).await.unwrap()).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_take_his_answer_is_dropped_and_it_with_him() {
    let open = open(LITTLE, 100).await;
    let stream = sent(open.at, "GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    // Nothing is read. Ended and empty, though he is still there: the answer was given up.
    open.end.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(60), open.listening)
        .await
        .expect("he is not waited for")
        .unwrap();
    drop(stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_keep_nobody_out() {
    let open = open(MUCH, 20).await;
    let mut silent = Vec::new();
    for nth in 0..200 {
        silent.push(sent(open.at, if nth % 2 == 0 { "" } else { "GET / HTT" }).await);
    }
    let mut asking = sent(open.at, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(told(&mut asking).await.ends_with("here"));
    // The first ones had to go.
    assert_eq!(told(&mut silent[0]).await, "");
    // A body that is on its way is not broken off by any number of others.
    let mut sending = sent(
        open.at,
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 10\r\n\r\n12345",
    )
    .await;
    for _ in 0..100 {
        silent.push(sent(open.at, "").await);
    }
    let mut asking = sent(open.at, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(told(&mut asking).await.ends_with("here"));
    sending.write_all(b"67890").await.unwrap();
    let answer = told(&mut sending).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("10"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_silent_connections_are_not_waited_for_and_requests_are() {
    let open = open(MUCH, 100).await;
    let silent = sent(open.at, "GET / HTT").await;
    let mut sending = sent(
        open.at,
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\nexpect: 100-continue\r\n\r\n",
    )
    .await;
    let mut asked = [0u8; 25];
    sending.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    open.end.send(true).unwrap();
    sending.write_all(b"1234567890").await.unwrap();
    assert!(told(&mut sending).await.ends_with("10"));
    open.listening.await.unwrap();
    drop(silent);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_on_its_way_is_finished_at_the_end_and_when_it_is_full() {
    let open = open(MUCH, 2).await;
    let mut taking = sent(open.at, "GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut first = [0u8; 12];
    taking.read_exact(&mut first).await.unwrap();
    // Both places are wanted by others, and then the program ends.
    for _ in 0..10 {
        let mut asking = sent(open.at, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
        assert!(told(&mut asking).await.ends_with("here"));
    }
    open.end.send(true).unwrap();
    assert!(told(&mut taking).await.len() > 64 << 20);
    open.listening.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_transfer_coding_nothing_more_is_read_from_the_connection() {
    let open = open(MUCH, 100).await;
    let two =
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n";
    let answer = told(&mut sent(open.at, two).await).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}
