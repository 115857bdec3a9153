//! Checkpoints and proofs, judged by Go's own implementation.

use std::{process::Command, sync::OnceLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use evidence::{
    Checkpoint, Entry, Proof, VerifierKey,
    merkle::{Tiles, leaf_hash},
};

use crate::tsa::{outcome, run, write};

/// The Go program, built once.
pub fn checklog(arguments: &[&str]) -> (bool, String) {
    static BUILT: OnceLock<tempfile::TempDir> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let oracle = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle");
        let out = folder.path().join("checklog");
        run(Command::new("go")
            .args(["build", "-o", out.to_str().unwrap(), "."])
            .current_dir(oracle));
        folder
    });
    outcome(Command::new(built.path().join("checklog")).args(arguments))
}

#[test]
fn go_opens_our_checkpoints_and_checks_our_proofs() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap();
    let key = VerifierKey::new("demo.example/log", pair.public_key().as_ref().try_into().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let vkey = write(folder.path(), "log.vkey", format!("{key}\n").as_bytes());
    let entries: Vec<String> = (0..300).map(|n: u32| Entry::of("ingest", &n.to_be_bytes()).to_string()).collect();
    let mut tiles = Tiles::new();
    for (size, entry) in entries.iter().enumerate() {
        tiles.append(size as u64, leaf_hash(entry.as_bytes())).unwrap();
    }
    for (index, size) in [(0, 1), (0, 2), (4, 5), (255, 256), (256, 257), (17, 300), (299, 300)] {
        let checkpoint = Checkpoint {
            origin: key.name.clone(),
            size,
            root: tiles.root(size).unwrap(),
        };
        let note = checkpoint
            .complete(&key, pair.sign(checkpoint.to_sign().as_bytes()).as_ref())
            .unwrap();
        let proof = Proof {
            index,
            hashes: tiles.inclusion(index, size).unwrap(),
            checkpoint: note,
        };
        let entry = write(folder.path(), "entry.txt", entries[usize::try_from(index).unwrap()].as_bytes());
        let proof = write(folder.path(), "proof.txt", proof.to_string().as_bytes());
        let (yes, said) = checklog(&[&vkey, &entry, &proof]);
        assert!(yes && said.contains("INCLUDED"), "{index} of {size}: {said}");
        let wrong = write(folder.path(), "wrong.txt", b"something else");
        assert!(!checklog(&[&vkey, &wrong, &proof]).0);
    }
}
