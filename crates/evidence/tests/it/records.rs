//! Evidence records, judged by us and by BouncyCastle.

use std::process::Command;

use evidence::ers::{self, ErsError, EvidenceRecord, HashTree};

use crate::tsa::{Tsa, outcome, write};

fn documents(count: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
    (0..count)
        .map(|n| (format!("original {n}").into_bytes(), format!("record {n}").into_bytes()))
        .collect()
}

fn tree(documents: &[(Vec<u8>, Vec<u8>)]) -> HashTree {
    HashTree::over(&documents.iter().map(|(a, b)| ers::group(a, b)).collect::<Vec<_>>()).unwrap()
}

#[test]
fn every_document_of_a_round_of_any_size_is_proved_and_no_other() {
    let tsa = Tsa::new();
    for count in [1, 2, 3, 5, 8, 13] {
        let documents = documents(count);
        let tree = tree(&documents);
        let token = tsa.stamp("sha512", &tree.root());
        for (at, (original, record)) in documents.iter().enumerate() {
            let der = ers::build(&tree.reduced(at).unwrap(), &token).unwrap();
            let read = EvidenceRecord::parse(&der).unwrap();
            let proved = read.verify(&[original, record]).unwrap();
            assert_eq!(proved.len(), 1);
            assert_eq!(proved[0].imprint, tree.root());
            assert_eq!(read.first_token(), token);
            let stranger = read.verify(&[b"another", record]);
            assert_eq!(stranger, Err(ErsError::NotCovered { chain: 0, stamp: 0 }));
        }
    }
}

#[test]
fn a_tree_and_a_token_that_do_not_belong_together_make_no_record() {
    let tsa = Tsa::new();
    let tree = tree(&documents(3));
    let token = tsa.stamp("sha512", &[1; 64]);
    assert_eq!(
        ers::build(&tree.reduced(0).unwrap(), &token),
        Err(ErsError::Root { chain: 0, stamp: 0 })
    );
    let other = tsa.stamp("sha256", &[1; 32]);
    assert_eq!(
        ers::build(&tree.reduced(0).unwrap(), &other),
        Err(ErsError::Algorithm { chain: 0, stamp: 0 })
    );
}

#[test]
fn no_changed_byte_of_a_record_outside_its_token_goes_unseen() {
    let tsa = Tsa::new();
    let documents = documents(4);
    let tree = tree(&documents);
    let token = tsa.stamp("sha512", &tree.root());
    let der = ers::build(&tree.reduced(2).unwrap(), &token).unwrap();
    let (original, record) = &documents[2];
    let start = der.windows(token.len()).position(|window| window == token).unwrap();
    for at in 0..der.len() {
        let mut changed = der.clone();
        changed[at] ^= 1;
        // What lies inside the token is judged with the token; here it must only never panic.
        let seen = EvidenceRecord::parse(&changed).and_then(|read| read.verify(&[original, record]).map(|_| read.first_token() == token));
        // The list of digests in the head is advice to readers; it is judged by comparing with the token's own.
        assert!(at >= start || !matches!(seen, Ok(true)) || (5..24).contains(&at), "byte {at}");
        let _ = EvidenceRecord::parse(&der[..at]).map(|read| read.verify(&[original, record]).is_ok());
    }
}

#[test]
fn bouncycastle_says_the_same() {
    let tsa = Tsa::new();
    let documents = documents(5);
    let tree = tree(&documents);
    let token = tsa.stamp("sha512", &tree.root());
    let folder = tempfile::tempdir().unwrap();
    let unit = write(folder.path(), "tsu.der", &tsa.file("tsu.der"));
    for at in [0, 4] {
        let record = write(
            folder.path(),
            "evidence.ers",
            &ers::build(&tree.reduced(at).unwrap(), &token).unwrap(),
        );
        let one = write(folder.path(), "original", &documents[at].0);
        let two = write(folder.path(), "record", &documents[at].1);
        let (yes, said) = bouncycastle(&[&record, &unit, &one, &two]);
        assert!(yes && said.contains("PRESENT"), "{said}");
        let wrong = write(folder.path(), "wrong", b"another original");
        assert!(!bouncycastle(&[&record, &unit, &wrong, &two]).0);
    }
}

#[test]
fn a_record_that_bouncycastle_renewed_is_still_proved_and_its_links_are_checked() {
    let tsa = Tsa::new();
    let documents = documents(3);
    let tree = tree(&documents);
    let token = tsa.stamp("sha512", &tree.root());
    let folder = tempfile::tempdir().unwrap();
    let (original, data) = &documents[1];
    let record = write(
        folder.path(),
        "evidence.ers",
        &ers::build(&tree.reduced(1).unwrap(), &token).unwrap(),
    );
    let (one, two) = (write(folder.path(), "original", original), write(folder.path(), "record", data));
    let out = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (stamp, hash) = (out("stamp.ers"), out("hash.ers"));
    let (yes, said) = java(
        "RenewErs.java",
        &[&record, tsa.folder.path().to_str().unwrap(), &stamp, &hash, &one, &two],
    );
    assert!(yes && said.contains("RENEWED"), "{said}");
    for (name, places) in [(stamp, vec![(0, 0), (0, 1)]), (hash, vec![(0, 0), (0, 1), (1, 0)])] {
        let der = std::fs::read(name).unwrap();
        let read = EvidenceRecord::parse(&der).unwrap();
        let proved = read.verify(&[original, data]).unwrap();
        assert_eq!(
            proved.iter().map(|stamped| (stamped.chain, stamped.stamp)).collect::<Vec<_>>(),
            places
        );
        assert!(proved.windows(2).all(|pair| pair[0].time < pair[1].time));
        assert_eq!(read.first_token(), token);
        assert!(read.verify(&[b"another", data]).is_err());
    }
}

pub fn bouncycastle(arguments: &[&str]) -> (bool, String) {
    java("CheckErs.java", arguments)
}

pub fn java(program: &str, arguments: &[&str]) -> (bool, String) {
    let jars = "/usr/share/java/bcpkix.jar:/usr/share/java/bcprov.jar:/usr/share/java/bcutil.jar";
    let source = format!("{}/tests/oracle/{program}", env!("CARGO_MANIFEST_DIR"));
    outcome(Command::new("java").args(["-cp", jars, &source]).args(arguments))
}
