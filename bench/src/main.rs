//! The table of speeds. Every figure is per CPU-second of one core, best of three; the peers are measured in the same run.
//!
//! Goals (issue 3): B-B signature RSA-2048 ≥ 0.7 of `openssl speed`, P-256 ≥ 10 000, validation B-B ≥ 5 000, a journey ≤ 0.1 CPU-s.
//! A second table tells of the whole program: start, pages, contracts, growth, memory (issue 4).
//!
//! `bench WORDS…` measures only the lines in whose name all words stand, without the peers (for a profiler); `bench whole` only the second
//! table; `bench parallel`, `bench large`, `bench heavy` and `bench memory` are parts of `cargo xtask soak`.

mod contract;
mod cpu;
mod custody;
mod document;
mod figures;
mod house;
mod journey;
mod load;
mod memory;
mod parties;
mod peers;
mod table;
mod visitor;
mod weight;
mod whole;

use document::Sample;
use figures::Figures;
use foundation::OsRandom;
use keys::{HolderSecret, SealedKey};
use parties::World;
use pki::KeyType;
use std::path::Path;
use std::process::ExitCode;
use table::Table;

fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let words: Vec<String> = std::env::args().skip(1).collect();
    let contract = || document::samples().pop().expect("the sample contract").bytes;
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["whole"] => return told(whole::measure(folder.path(), &contract())),
        ["parallel"] => return told(load::parallel(folder.path(), &contract())),
        ["large"] => return told(load::large(folder.path())),
        ["heavy"] => return told(memory::heavy(folder.path())),
        ["memory"] => return told(memory::growth(folder.path())),
        _ => {}
    }
    let mut table = Table::new(words);
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
    for (words, secret) in [
        ("drawn", HolderSecret::generate(&OsRandom)),
        ("chosen", HolderSecret::typed("a secret that a person may have chosen")),
    ] {
        let (sealed, ..) = SealedKey::make(KeyType::P256, &secret, b"bench", &OsRandom).expect("sealed");
        table.measure(format!("open a server-held key, secret {words} (Argon2id)"), "", None, || {
            drop(sealed.open(secret.bytes().reveal(), b"bench").expect("opened"));
        });
    }
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
        // The table above has its own goals; a program that does not run is told, not a failure of the table.
        told(whole::measure(folder.path(), &contract()));
    }
    ExitCode::SUCCESS
}

/// Prints figures; a missed goal or a failure is the status.
fn told(figures: Result<Figures, String>) -> ExitCode {
    match figures {
        Ok(figures) => {
            figures.print();
            if figures.is_good() { ExitCode::SUCCESS } else { ExitCode::from(2) }
        }
        Err(why) => {
            println!("\nthe running program could not be measured: {why}");
            ExitCode::FAILURE
        }
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
