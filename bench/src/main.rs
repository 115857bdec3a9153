//! The table of speeds. Every figure is per CPU-second of one core, best of three; the peers are measured in the same run.
//!
//! Goals (issue 3): B-B signature RSA-2048 ≥ 0.7 of `openssl speed`, P-256 ≥ 10 000, validation B-B ≥ 5 000, a journey ≤ 0.1 CPU-s.
//! `bench WORDS…` measures only the lines in whose name all words stand, without the peers (for a profiler).

mod cpu;
mod custody;
mod document;
mod journey;
mod parties;
mod peers;
mod table;

use document::Sample;
use parties::World;
use pki::KeyType;
use std::path::Path;
use table::Table;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut table = Table::new(std::env::args().skip(1).collect());
    for (key_type, speed, word) in [(KeyType::Rsa2048, "rsa2048", "RSA-2048"), (KeyType::P256, "ecdsap256", "P-256")] {
        let world = World::new(key_type);
        let limit = table.peers().then(|| peers::openssl_speed(speed)).flatten();
        for sample in document::samples() {
            sign_and_validate(&mut table, &world, &sample, word, limit.as_ref(), folder.path());
        }
    }
    let limit = |algorithm: &str, word: &str| peers::openssl_speed(algorithm).map(|limit| format!("openssl {word} {:.0}", limit.sign));
    let p384 = table.peers().then(|| limit("ecdsap384", "P-384")).flatten().unwrap_or_default();
    let p256 = table.peers().then(|| limit("ecdsap256", "P-256")).flatten().unwrap_or_default();
    for (key_type, word) in [(KeyType::Rsa2048, "RSA-2048"), (KeyType::P256, "P-256")] {
        let world = World::new(key_type);
        table.measure(format!("issue a certificate, subscriber {word}, CA P-384"), &p384, None, || {
            drop(world.issue());
        });
    }
    let world = World::new(KeyType::P256);
    table.measure("OCSP answer, signed live, P-256".to_owned(), &p256, None, || drop(world.ocsp()));
    table.measure("time-stamp answer, P-256".to_owned(), &p256, None, || drop(world.stamp()));
    for sample in document::samples() {
        let name = format!("custody deposit with its round, {}", sample.word);
        let folder = folder.path().join(&sample.word);
        table.told(name, || {
            std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            custody::rate(&folder, World::new(KeyType::P256), &sample.bytes)
        });
    }
    table.print();
    if table.peers() {
        journey(folder.path());
    }
}

fn sign_and_validate(table: &mut Table, world: &World, sample: &Sample, word: &str, limit: Option<&peers::Limit>, folder: &Path) {
    let laid = world.lay(&sample.bytes);
    let peer = table
        .peers()
        .then(|| {
            let files = world.files(folder, &sample.bytes)?;
            peers::pyhanko(&files.document, &files.key, &files.cert, &files.root)
        })
        .flatten();
    let number = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.0}"));
    let beside = |openssl: Option<f64>, pyhanko: Option<f64>| format!("openssl {} · pyHanko {}", number(openssl), number(pyhanko));
    let goal = match limit {
        Some(limit) if word.starts_with("RSA") => (0.7 * limit.sign, "≥ 0.7 of openssl"),
        _ if word.starts_with("RSA") => (0.0, "≥ 0.7 of openssl"),
        _ => (10_000.0, "≥ 10 000"),
    };
    table.measure(
        format!("sign B-B, {word}, {}", sample.word),
        &beside(limit.map(|limit| limit.sign), peer.map(|rates| rates.0)),
        Some(goal),
        || drop(world.sign(&laid)),
    );
    let signed = [laid.as_slice(), &world.sign(&laid)].concat();
    table.measure(
        format!("validate B-B, {word}, {}", sample.word),
        &beside(limit.map(|limit| limit.verify), peer.map(|rates| rates.1)),
        Some((5_000.0, "≥ 5 000")),
        || world.validate(&signed),
    );
}

fn journey(folder: &Path) {
    match journey::cpu_seconds(folder) {
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
