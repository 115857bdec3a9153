//! Many at once.

use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{attacker::Wire, bodies::resident};

/// How many connections this process may open beside its other files; the server, started by it, may open as many.
fn allowed() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let soft = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    soft.and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok())
        .unwrap_or(1_024)
}

pub async fn thousands_of_silent_connections_keep_nobody_out(wire: &Wire) {
    let before = resident(wire);
    // More than there are places (a third of the files, 4096 at most), as far as this process may.
    let many = (allowed() / 2).min(4_500);
    for (at, many) in [(wire.pages, many), (wire.status, many / 10)] {
        let mut silent = Vec::new();
        for nth in 0..many {
            let mut stream = TcpStream::connect(at).await.expect("it listens");
            if nth % 2 == 0 {
                let _closed = stream.write_all(b"POST /sign-in HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
            }
            silent.push(stream);
        }
        let heard = super::attacker::say(at, &super::attacker::request("GET", "/healthz", &[], b"")).await;
        assert_eq!(heard.status(), 200);
        let grown = resident(wire).saturating_sub(before);
        assert!(grown < 160, "{many} silent connections take {grown} MB");
    }
}
