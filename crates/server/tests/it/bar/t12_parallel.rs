//! T12: parallel requests of one session never wait for each other, and what is slow or large stands in nobody's way.

use std::time::{Duration, Instant};

use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{
    pdfs,
    scene::{AT_B, CONCLUDED, Scene},
};
use crate::browser::Browser;

/// Requests of one lane.
const EACH: usize = 100;

/// One after the other; the longest, and all of them, sorted.
async fn lane(who: &Browser, path: &str, times: usize) -> Vec<Duration> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let begun = Instant::now();
        let page = who.get(path).await;
        assert!(page.status.is_success(), "{path}: {}", page.status);
        took.push(begun.elapsed());
    }
    took.sort();
    took
}

/// An upload of this session of which one half has come.
async fn half_an_upload(scene: &Scene, id: &str) -> TcpStream {
    let host = scene.served.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /cases/{id}/document HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nCookie: cectrust_session={}\r\n\
         Content-Type: multipart/form-data; boundary=b0undary\r\nContent-Length: 2000000\r\n\r\n",
        scene.served.url, scene.sato.session
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; 1_000_000]).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn t12_requests_of_one_session_do_not_wait_for_each_other_nor_for_what_is_slow() {
    let scene = Scene::open().await;
    let (waiting, done) = (scene.case(AT_B).await, scene.case(CONCLUDED).await);
    let draft = scene.draft("PARALLEL-1").await;
    scene.put(&draft, &pdfs::drawing(40_000)).await;
    let read = scene.sato.get(&format!("/cases/{draft}")).await;
    assert!(read.status.is_redirection() || read.status.is_success());
    let sha = super::scene::stage(&scene.seen_by_a(&draft).await, "0-registered")["sha256"]
        .as_str()
        .unwrap()
        .to_owned();

    // An upload that hangs, and drawings of a large plan without a pause, in the same session.
    let hanging = half_an_upload(&scene, &draft).await;
    let drawing = async |width: u32| {
        let begun = Instant::now();
        let drawn = scene.sato.get(&format!("/cases/{draft}/page/{sha}/1/{width}")).await;
        // On a machine that is busy otherwise it may be given up; it has taken its time all the same.
        assert!(
            drawn.bytes.starts_with(b"\x89PNG") || drawn.status == reqwest::StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            drawn.status
        );
        begun.elapsed()
    };
    let begun = Instant::now();
    let (list, detail, other) = ("/cases".to_owned(), format!("/cases/{done}"), format!("/cases/{waiting}/read"));
    let quick = async {
        // The drawings are under way.
        tokio::time::sleep(Duration::from_millis(100)).await;
        let lanes = tokio::join!(
            lane(&scene.sato, &list, EACH),
            lane(&scene.sato, &detail, EACH),
            lane(&scene.sato, &other, EACH)
        );
        (lanes, begun.elapsed())
    };
    let ((lanes, took), first, second, third) = tokio::join!(quick, drawing(2000), drawing(1500), drawing(800));
    let mut all = [lanes.0, lanes.1, lanes.2].concat();
    all.sort();
    let (median, longest, slowest) = (all[all.len() / 2], all[all.len() - 1], first.max(second).max(third));
    println!("300 requests beside three drawings: {took:?}, median {median:?}, longest {longest:?}; the drawings {slowest:?}");
    assert!(slowest > Duration::from_secs(1), "the drawings are not slow: {slowest:?}");
    assert!(median < Duration::from_millis(500), "the median request took {median:?}");
    assert!(
        longest < slowest * 2 / 3,
        "a request took {longest:?}, as if it had waited for the drawings ({slowest:?})"
    );
    drop(hanging);
}

#[tokio::test(flavor = "multi_thread")]
async fn t12_ten_thousand_pages_and_an_a0_plan_open_and_memory_stays_bounded() {
    let scene = Scene::open().await;
    let memory = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", scene.served.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    let before = memory();
    let book = pdfs::pages(10_000);
    let plan = pdfs::drawing(20_000);
    let sized = book.len() / 1_000_000;
    for (number, pdf, pages) in [("LARGE-1", &book, [1, 9_999]), ("LARGE-2", &plan, [1, 1])] {
        let id = scene.draft(number).await;
        let begun = Instant::now();
        scene.put(&id, pdf).await;
        let put = begun.elapsed();
        let begun = Instant::now();
        let read = scene.tanaka.get(&format!("/cases/{id}/read")).await;
        assert!(read.status.is_success(), "{}", read.status);
        let opened = begun.elapsed();
        let sha = super::scene::stage(&scene.seen_by_a(&id).await, "0-registered")["sha256"]
            .as_str()
            .unwrap()
            .to_owned();
        for page in pages {
            let drawn = scene.tanaka.get(&format!("/cases/{id}/page/{sha}/{page}/800")).await;
            assert!(drawn.bytes.starts_with(b"\x89PNG"), "{number}, page {page}: {}", drawn.status);
        }
        if pages[1] > 1 {
            let far = scene.tanaka.get(&format!("/cases/{id}/read?from=9990")).await.text;
            assert!(far.contains("9999") && far.len() < 300_000, "{} bytes", far.len());
        }
        println!("{number}: put {put:?}, opened {opened:?}");
        assert!(opened < Duration::from_secs(10), "{number} opened in {opened:?}");
    }
    // Again and again: what was opened is put away again.
    let id = crate::browser::case_of(&scene.tanaka.get("/cases").await.text, "試験 LARGE-1");
    for from in [1, 2_000, 4_000, 6_000, 8_000] {
        assert!(scene.tanaka.get(&format!("/cases/{id}/read?from={from}")).await.status.is_success());
    }
    let after = memory();
    println!("a book of {sized} MB: memory {before} MB before, {after} MB after");
    assert!(after < before + 250, "memory grew from {before} to {after} MB");
}
