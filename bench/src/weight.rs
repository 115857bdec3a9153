//! What a page weighs in a real browser: Chromium opens it through a proxy of our own that counts requests and bytes, and that puts the
//! session's cookie in. What counts is the first view: what the browser asks for by itself until it is quiet.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The weight of one page.
pub struct Weight {
    /// Requests to the server.
    pub requests: usize,
    /// Bytes of the answers, heads included.
    pub bytes: usize,
    /// What was asked for.
    pub paths: Vec<String>,
}

#[derive(Default)]
struct Count {
    requests: AtomicUsize,
    bytes: AtomicUsize,
    paths: Mutex<Vec<String>>,
    over: AtomicBool,
}

/// Opens `path` of the server at `url` in a window of `size` and counts. `None`: there is no Chromium.
pub fn of(folder: &Path, url: &str, token: Option<&str>, path: &str, size: (u32, u32)) -> Result<Option<Weight>, String> {
    let said = |error: std::io::Error| error.to_string();
    let listener = TcpListener::bind("127.0.0.1:0").map_err(said)?;
    let port = listener.local_addr().map_err(said)?.port();
    let count = Arc::new(Count::default());
    let server = url.trim_start_matches("http://").to_owned();
    let cookie = token.map(|token| format!("Cookie: cectrust_session={token}\r\n"));
    let counting = count.clone();
    let accepting = std::thread::spawn(move || {
        for browser in listener.incoming().flatten() {
            if counting.over.load(Ordering::SeqCst) {
                return;
            }
            let (count, server, cookie) = (counting.clone(), server.clone(), cookie.clone());
            std::thread::spawn(move || drop(pass(&browser, &server, cookie.as_deref(), &count)));
        }
    });
    let profile = folder.join(format!("chromium-{port}"));
    let opened = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
            "--hide-scrollbars",
            "--virtual-time-budget=8000",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--window-size={},{}", size.0, size.1))
        .arg(format!("--screenshot={}", folder.join(format!("page-{port}.png")).display()))
        .arg(format!("http://127.0.0.1:{port}{path}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    count.over.store(true, Ordering::SeqCst);
    drop(TcpStream::connect(("127.0.0.1", port)));
    drop(accepting.join());
    match opened {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
        Ok(status) if !status.success() => return Err(format!("chromium ended with {status}")),
        Ok(_) => {}
    }
    Ok(Some(Weight {
        requests: count.requests.load(Ordering::SeqCst),
        bytes: count.bytes.load(Ordering::SeqCst),
        paths: count.paths.lock().unwrap_or_else(PoisonError::into_inner).clone(),
    }))
}

/// One connection of the browser: requests one after the other (HTTP/1.1), each opened by its head.
fn pass(browser: &TcpStream, server: &str, cookie: Option<&str>, count: &Count) -> std::io::Result<()> {
    let upstream = TcpStream::connect(server)?;
    let (mut answers, mut back) = (upstream.try_clone()?, browser.try_clone()?);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut chunk = vec![0; 64 << 10];
            while let Ok(read) = answers.read(&mut chunk) {
                if read == 0 || back.write_all(&chunk[..read]).is_err() {
                    break;
                }
                count.bytes.fetch_add(read, Ordering::SeqCst);
            }
            drop(back.shutdown(Shutdown::Both));
        });
        let forwarded = requests(browser, &upstream, server, cookie, count);
        drop(upstream.shutdown(Shutdown::Both));
        forwarded
    })
}

fn requests(mut browser: &TcpStream, mut upstream: &TcpStream, server: &str, cookie: Option<&str>, count: &Count) -> std::io::Result<()> {
    let mut waiting = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let read = browser.read(&mut chunk)?;
        if read == 0 {
            return Ok(());
        }
        waiting.extend_from_slice(&chunk[..read]);
        // Only heads: what a browser asks for by itself has no body.
        while let Some(end) = waiting.windows(4).position(|four| four == b"\r\n\r\n") {
            let head: Vec<u8> = waiting.drain(..end + 4).collect();
            let head = String::from_utf8_lossy(&head).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            count.requests.fetch_add(1, Ordering::SeqCst);
            count.paths.lock().unwrap_or_else(PoisonError::into_inner).push(path);
            let (first, rest) = head.split_once("\r\n").unwrap_or((&head, "\r\n"));
            let lines: String = rest
                .split_inclusive("\r\n")
                .filter(|line| !line.to_ascii_lowercase().starts_with("host:"))
                .collect();
            let forwarded = format!("{first}\r\nHost: {server}\r\n{}{lines}", cookie.unwrap_or_default());
            upstream.write_all(forwarded.as_bytes())?;
        }
    }
}
