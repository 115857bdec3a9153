//! T14: the program listens on this machine alone unless it is told otherwise.

use std::{collections::BTreeSet, net::IpAddr};

use crate::harness::{Served, run};

/// Addresses on which a process listens, from the kernel.
fn listening(pid: u32) -> Vec<(IpAddr, u16)> {
    let sockets: BTreeSet<String> = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .unwrap()
        .filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6"] {
        let Ok(table) = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")) else {
            continue;
        };
        for line in table.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words[3] != "0A" || !sockets.contains(words[9]) {
                continue;
            }
            let (address, port) = words[1].split_once(':').unwrap();
            let part = |at: usize| u32::from_str_radix(&address[at..at + 8], 16).unwrap().swap_bytes();
            let ip: IpAddr = if address.len() == 8 {
                std::net::Ipv4Addr::from(part(0)).into()
            } else {
                let parts = [part(0), part(8), part(16), part(24)];
                let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_be_bytes()).collect();
                std::net::Ipv6Addr::from(<[u8; 16]>::try_from(bytes).unwrap()).into()
            };
            found.push((ip, u16::from_str_radix(port, 16).unwrap()));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn t14_it_listens_on_loopback_unless_told_otherwise() {
    let served = Served::start().await;
    let found = listening(served.pid());
    assert_eq!(found.len(), 2, "two listeners: {found:?}");
    for (ip, _) in &found {
        assert!(ip.is_loopback(), "it listens on {ip}");
    }
    for url in [&served.url, &served.status_url] {
        let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
        assert!(found.iter().any(|(_, known)| *known == port), "{url} is one of them");
    }
}

#[test]
fn t14_a_demo_never_listens_to_others_and_the_product_does_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for told in ["--listen", "--status-listen"] {
        let ended = run(&["serve", "--demo", "--data", data.to_str().unwrap(), told, "0.0.0.0:0"]);
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains("127.0.0.1") && said.contains("次にすること"), "{said}");
    }
    let help = String::from_utf8(run(&["serve", "--help"]).stdout).unwrap();
    assert!(help.contains("127.0.0.1:0"), "the default stands in the help: {help}");
}
