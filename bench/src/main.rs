//! The table of speeds. Every figure is per CPU-second of one core, best of three; the peers are measured in the same run.
//!
//! Goals (issue 3): B-B signature RSA-2048 ≥ 0.7 of `openssl speed`, P-256 ≥ 10 000, validation B-B ≥ 5 000, a journey ≤ 0.1 CPU-s.

mod cpu;
mod journey;
mod parties;
mod peers;

use parties::World;
use pki::KeyType;

const SECONDS: f64 = 1.0;

/// A line of the table.
struct Line {
    what: String,
    ours: f64,
    beside: String,
    goal: Option<(f64, &'static str)>,
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let document = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples/chumon.pdf")).expect("the sample contract");
    let mut lines = Vec::new();
    for (key_type, speed, word) in [(KeyType::Rsa2048, "rsa2048", "RSA-2048"), (KeyType::P256, "ecdsap256", "P-256")] {
        eprintln!("measuring {word} …");
        let world = World::new(key_type);
        let limit = peers::openssl_speed(speed);
        let peer = world
            .files(folder.path(), &document)
            .and_then(|files| peers::pyhanko(&files.document, &files.key, &files.cert, &files.root));
        let beside = |what: fn(&peers::Limit) -> f64, pyhanko: Option<f64>| {
            let openssl = limit
                .as_ref()
                .map_or_else(|| "openssl –".to_owned(), |limit| format!("openssl {:.0}", what(limit)));
            format!(
                "{openssl} · pyHanko {}",
                pyhanko.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.0}"))
            )
        };
        let prepared = world.lay(&document);
        let goal = match key_type {
            KeyType::P256 => (10_000.0, "≥ 10 000"),
            _ => (0.7 * limit.as_ref().map_or(0.0, |limit| limit.sign), "≥ 0.7 of openssl"),
        };
        lines.push(Line {
            what: format!("sign B-B, {word}"),
            ours: cpu::rate(SECONDS, || drop(world.sign(&prepared))),
            beside: beside(|limit| limit.sign, peer.map(|rates| rates.0)),
            goal: Some(goal),
        });
        let signed = world.sign(&prepared);
        lines.push(Line {
            what: format!("validate B-B, {word}"),
            ours: cpu::rate(SECONDS, || world.validate(&signed)),
            beside: beside(|limit| limit.verify, peer.map(|rates| rates.1)),
            goal: Some((5_000.0, "≥ 5 000")),
        });
        lines.push(Line {
            what: format!("issue a certificate, subscriber {word}, CA P-384"),
            ours: cpu::rate(SECONDS, || drop(world.issue())),
            beside: peers::openssl_speed("ecdsap384").map_or_else(String::new, |limit| format!("openssl P-384 {:.0}", limit.sign)),
            goal: None,
        });
    }
    let world = World::new(KeyType::P256);
    let p256 = peers::openssl_speed("ecdsap256").map_or_else(String::new, |limit| format!("openssl P-256 {:.0}", limit.sign));
    lines.push(Line {
        what: "OCSP answer, signed live, P-256".to_owned(),
        ours: cpu::rate(SECONDS, || drop(world.ocsp())),
        beside: p256.clone(),
        goal: None,
    });
    lines.push(Line {
        what: "time-stamp answer, P-256".to_owned(),
        ours: cpu::rate(SECONDS, || drop(world.stamp())),
        beside: p256,
        goal: None,
    });
    println!("\n{:<52} {:>12}   {:<38} goal", "per CPU-second of one core", "ours", "beside it");
    for line in &lines {
        let goal = line.goal.map_or_else(String::new, |(least, words)| {
            format!("{words}: {}", if line.ours >= least { "reached" } else { "MISSED" })
        });
        println!("{:<52} {:>12.0}   {:<38} {goal}", line.what, line.ours, line.beside);
    }
    match journey::cpu_seconds(folder.path()) {
        Ok(figures) => {
            let verdict = if figures.contract <= 0.1 { "reached" } else { "MISSED" };
            println!(
                "\none contract, register to kept, server's CPU: {:.3} s (goal ≤ 0.1: {verdict}); custody deposit with its round: {:.3} s",
                figures.contract, figures.deposit
            );
        }
        Err(why) => println!("\nthe journey could not be measured: {why}"),
    }
}
