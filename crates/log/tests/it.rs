//! The log on both engines.

use std::sync::Arc;

use evidence::{
    Checkpoint, Proof,
    merkle::{Tiles, consistency_holds, leaf_hash},
};
use foundation::Secret;
use log::{CheckpointSigner, Error, LogEntryId, Sequencer, SoftwareSigner, Untrue};
use store::{Database, sql, unit};
use testkit::{Bench, both};

fn signer(name: &str) -> SoftwareSigner {
    SoftwareSigner::from_seed(name, &Secret::new(vec![7; 32])).unwrap()
}

async fn opened(bench: &Bench) -> Sequencer {
    let signer = signer("log.example");
    log::open(&bench.db, signer.key()).await.unwrap();
    Sequencer::new(bench.db.clone(), Arc::new(signer))
}

async fn appended(bench: &Bench, db: &Database, entries: &[String]) -> Vec<LogEntryId> {
    let now = bench.now();
    let ids: Vec<LogEntryId> = entries.iter().map(|_| LogEntryId::new(now, &*bench.random)).collect();
    unit!(db, |unit| {
        for (id, entry) in ids.iter().zip(entries) {
            log::append(unit, *id, entry.as_bytes(), now).await?;
        }
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    ids
}

fn named(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|n| format!("entry {n}\n")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appended_entry_is_proved_by_the_next_checkpoint() {
    both(|bench| async move {
        let sequencer = opened(&bench).await;
        assert_eq!(sequencer.integrate(bench.now()).await.unwrap().checkpoint, None);
        let mut all: Vec<(LogEntryId, String)> = Vec::new();
        for (from, to) in [(0, 1), (1, 3), (3, 260), (260, 600)] {
            let entries = named(from, to);
            all.extend(appended(&bench, &bench.db, &entries).await.into_iter().zip(entries));
            assert_eq!(log::place(&bench.db, all.last().unwrap().0).await.unwrap(), None);
            bench.clock.advance(1);
            let done = sequencer.integrate(bench.now()).await.unwrap();
            assert_eq!((done.from, done.size), (from as u64, to as u64));
            let checkpoint = Checkpoint::open(&done.checkpoint.unwrap(), &[sequencer.key().clone()]).unwrap();
            for (id, entry) in &all {
                let place = log::place(&bench.db, *id).await.unwrap().unwrap();
                if place % 37 == 0 || place + 1 == to as u64 {
                    let proof = log::proof(&bench.db, place, checkpoint.size).await.unwrap();
                    let proof = Proof::parse(&proof.to_string()).unwrap();
                    assert_eq!(proof.verify(entry.as_bytes(), &checkpoint), Ok(()));
                }
            }
        }
        // An old checkpoint still has its proofs, and is a prefix of the new one.
        let (old, new) = (
            log::checkpoint_at(&bench.db, 3).await.unwrap(),
            log::checkpoint(&bench.db).await.unwrap().unwrap(),
        );
        assert_eq!(log::proof(&bench.db, 2, 3).await.unwrap().checkpoint, old.note);
        let path = log::consistency(&bench.db, 3, 600).await.unwrap();
        assert!(consistency_holds(3, &old.checkpoint.root, 600, &new.checkpoint.root, &path));
        assert_eq!(log::proof(&bench.db, 0, 2).await.unwrap_err(), Error::NoCheckpoint);
        assert_eq!(log::proof(&bench.db, 3, 3).await.unwrap_err(), Error::NotIntegrated);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_committed_is_not_in_the_log() {
    both(|bench| async move {
        let sequencer = opened(&bench).await;
        let id = LogEntryId::new(bench.now(), &*bench.random);
        let failed = unit!(bench.db, |unit| {
            log::append(unit, id, b"never", bench.now()).await?;
            Err::<(), _>(Error::NotIntegrated)
        })
        .await;
        assert_eq!(failed, Err(Error::NotIntegrated));
        assert_eq!(sequencer.integrate(bench.now()).await.unwrap().size, 0);
        assert!(log::place(&bench.db, id).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_files_rebuild_the_tree_and_show_nothing_beyond_the_checkpoint() {
    both(|bench| async move {
        let sequencer = opened(&bench).await;
        assert_eq!(log::published(&bench.db, "checkpoint").await.unwrap(), None);
        let entries = named(0, 300);
        appended(&bench, &bench.db, &entries).await;
        let done = sequencer.integrate(bench.now()).await.unwrap();
        let file = async |path: &str| log::published(&bench.db, path).await.unwrap();
        assert_eq!(file("checkpoint").await.unwrap(), done.checkpoint.clone().unwrap().into_bytes());
        let mut leaves = Vec::new();
        for path in ["tile/entries/000", "tile/entries/001.p/44"] {
            let bundle = file(path).await.unwrap();
            let mut rest = &bundle[..];
            while let Some((length, tail)) = rest.split_first_chunk::<2>() {
                let (entry, tail) = tail.split_at(usize::from(u16::from_be_bytes(*length)));
                leaves.push(leaf_hash(entry));
                rest = tail;
            }
        }
        assert_eq!(leaves.len(), 300);
        assert_eq!(file("tile/0/000").await.unwrap(), leaves[..256].concat());
        assert_eq!(file("tile/0/001.p/44").await.unwrap(), leaves[256..].concat());
        assert_eq!(file("tile/0/001.p/3").await.unwrap(), leaves[256..259].concat());
        assert_eq!(file("tile/1/000.p/1").await.unwrap().len(), 32);
        let mut tiles = Tiles::new();
        for (size, leaf) in leaves.iter().enumerate() {
            tiles.append(size as u64, *leaf).unwrap();
        }
        assert_eq!(tiles.root(300).unwrap(), Checkpoint::parse(&done.checkpoint.unwrap()).unwrap().root);
        for path in [
            "tile/0/001.p/45",
            "tile/0/001",
            "tile/0/002.p/1",
            "tile/9/000",
            "tile/00/000",
            "tile/0/../0",
            "x",
            "tile/entries/2",
        ] {
            assert_eq!(file(path).await, None, "{path}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_keeps_its_name_and_key_and_starts_where_it_was() {
    both(|bench| async move {
        let sequencer = opened(&bench).await;
        appended(&bench, &bench.db, &named(0, 5)).await;
        let first = sequencer.integrate(bench.now()).await.unwrap();
        let again = opened(&bench).await;
        assert_eq!(again.integrate(bench.now()).await.unwrap().checkpoint, first.checkpoint);
        let other = log::open(&bench.db, signer("other.example").key()).await;
        assert_eq!(
            other,
            Err(Error::OriginChanged {
                has: "log.example".to_owned()
            })
        );
        let key = SoftwareSigner::from_seed("log.example", &Secret::new(vec![8; 32])).unwrap();
        assert!(matches!(log::open(&bench.db, key.key()).await, Err(Error::KeyChanged { .. })));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sequencers_at_once_make_one_log() {
    both(|bench| async move {
        let one = opened(&bench).await;
        let other = {
            let db = bench.open_again().await;
            Sequencer::new(db, Arc::new(signer("log.example")))
        };
        for round in 0..5 {
            appended(&bench, &bench.db, &named(round * 20, round * 20 + 20)).await;
            let (a, b) = tokio::join!(one.integrate(bench.now()), other.integrate(bench.now()));
            for end in [a, b] {
                assert!(matches!(end, Ok(_) | Err(Error::NotLeader | Error::Store(_))), "{end:?}");
            }
        }
        let last = one.integrate(bench.now()).await.unwrap();
        assert_eq!(last.size, 100);
        for index in [0, 50, 99] {
            let proof = log::proof(&bench.db, index, 100).await.unwrap();
            assert_eq!(proof.hashes.len(), 7 - usize::from(index == 99) * 3);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_rewritten_behind_its_back_is_found() {
    both(|bench| async move {
        let sequencer = opened(&bench).await;
        let db = &bench.db;
        for (from, to) in [(0, 1), (1, 5), (5, 261), (261, 300)] {
            appended(&bench, db, &named(from, to)).await;
            sequencer.integrate(bench.now()).await.unwrap();
        }
        let old = log::checkpoint_at(db, 261).await.unwrap().checkpoint;
        assert_eq!(log::examine(db, std::slice::from_ref(&old)).await.unwrap(), []);
        // Another face of the same log, and one that is longer than what is here now.
        let two_faced = Checkpoint {
            root: [1; 32],
            ..old.clone()
        };
        assert_eq!(log::examine(db, &[two_faced]).await.unwrap(), [Untrue::Outside { size: 261 }]);
        let longer = Checkpoint { size: 900, ..old.clone() };
        assert_eq!(log::examine(db, &[longer]).await.unwrap(), [Untrue::Outside { size: 900 }]);
        let run = async |statement: store::Statement| {
            let statement = &statement;
            unit!(db, |unit| {
                unit.run(statement.clone()).await?;
                Ok::<_, Error>(())
            })
            .await
            .unwrap();
        };
        // Two entries change their places: every later checkpoint tells.
        run(sql!("UPDATE log_entry SET place = 9000 WHERE place = 7")).await;
        assert_eq!(log::examine(db, &[]).await.unwrap(), [Untrue::Missing { place: 7 }]);
        run(sql!("UPDATE log_entry SET place = 7 WHERE place = 8")).await;
        run(sql!("UPDATE log_entry SET place = 8 WHERE place = 9000")).await;
        let swapped = [
            Untrue::Checkpoint { size: 261 },
            Untrue::Checkpoint { size: 300 },
            Untrue::Root { size: 300 },
        ];
        assert_eq!(log::examine(db, &[]).await.unwrap(), swapped);
        // The whole log written anew with its own key: only what others kept tells.
        run(sql!("UPDATE log_entry SET place = NULL WHERE place >= 0")).await;
        run(sql!("DELETE FROM log_tile WHERE level >= 0")).await;
        run(sql!("DELETE FROM log_checkpoint WHERE size > 0")).await;
        let third = b"entry 3\n".to_vec();
        run(sql!("DELETE FROM log_entry WHERE entry = {third}")).await;
        let empty = evidence::merkle::empty_root();
        run(sql!("UPDATE log_state SET size = 0, root = {empty} WHERE one = 1")).await;
        sequencer.integrate(bench.now()).await.unwrap();
        assert_eq!(log::examine(db, &[]).await.unwrap(), []);
        assert_eq!(log::examine(db, &[old]).await.unwrap(), [Untrue::Outside { size: 261 }]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_understood_by_both_engines() {
    both(|bench| async move {
        assert!(testkit::every_statement_prepares(&bench.db).await > 10);
    })
    .await;
}
