//! Rounds that fail, wait, and are taken up again.

use std::sync::atomic::Ordering;

use custody::{Error, RoundState};
use evidence::Outcome;
use foundation::Actor;
use testkit::both;

use crate::{bench::Custody, deposits::std_now};

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_authority_is_a_state_with_reason_and_next_try_and_nothing_is_lost() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let by = Actor::Member(custody.person(false, true));
        let receipt = custody.own(&by, "x.txt", b"x").await.unwrap();
        custody.stamper.down.store(1, Ordering::SeqCst);
        let turn = custody.round().await;
        assert_eq!(turn.failed, [1]);
        let refused = custody.bundle(&by, receipt.deposit).await.unwrap_err();
        let Error::NotYet {
            state: Some(RoundState::StampFailed),
            next_try: Some(next_try),
            ..
        } = &refused
        else {
            panic!("{refused:?}")
        };
        assert_eq!(refused.code(), "evidence_failed_tsa");
        assert!(refused.sentence().contains("時刻認証局が応答しません"));
        assert_eq!(*next_try, custody.bench.now().plus_seconds(5));
        // Not before its time, and other rounds do not wait for it.
        let other = custody.own(&by, "y.txt", b"y").await.unwrap();
        custody.stamper.down.store(0, Ordering::SeqCst);
        assert_eq!(custody.round().await.kept, [other.deposit]);
        custody.bench.clock.advance(5);
        assert_eq!(custody.round().await.kept, [receipt.deposit]);
        let bundle = custody.bundle(&by, receipt.deposit).await.unwrap();
        assert_eq!(
            evidence::verify_bundle(&bundle, &custody.trust(), std_now()).verdict,
            Outcome::Original
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_was_cut_off_at_any_step_is_taken_up_again() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let by = Actor::Member(custody.person(false, true));
        let mut taken = Vec::new();
        // The turn is dropped after ever longer times, as a killed program drops it; openssl alone takes some milliseconds.
        for n in 0..12_u64 {
            taken.push(custody.own(&by, "x.txt", format!("{n}").as_bytes()).await.unwrap().deposit);
            custody.bench.clock.advance(1);
            let now = custody.bench.now();
            let _ = tokio::time::timeout(std::time::Duration::from_millis(n * 3), custody.keeper.turn(now)).await;
        }
        let rest = custody.round().await;
        assert_eq!(rest.failed.len(), 0);
        for id in taken {
            let bundle = custody.bundle(&by, id).await.unwrap();
            assert_eq!(
                evidence::verify_bundle(&bundle, &custody.trust(), std_now()).verdict,
                Outcome::Original
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_over_something_else_is_a_failed_stamp() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let by = Actor::Member(custody.person(false, true));
        custody.own(&by, "x.txt", b"x").await.unwrap();
        *custody.stamper.wrong.lock().unwrap() = Some([1; 64]);
        assert_eq!(custody.round().await.failed, [1]);
        *custody.stamper.wrong.lock().unwrap() = None;
        custody.bench.clock.advance(60);
        assert_eq!(custody.round().await.sealed, [1]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_keepers_at_once_keep_each_deposit_once() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let by = Actor::Member(custody.person(false, true));
        let second = {
            let signer = log::SoftwareSigner::from_seed("demo.example", &foundation::Secret::new(vec![9; 32])).unwrap();
            let db = custody.bench.open_again().await;
            let sequencer = std::sync::Arc::new(log::Sequencer::new(db.clone(), std::sync::Arc::new(signer)));
            custody::Keeper::new(db, sequencer, custody.stamper.clone())
        };
        let mut taken = Vec::new();
        for n in 0..4 {
            taken.push(custody.own(&by, "x.txt", format!("{n}").as_bytes()).await.unwrap().deposit);
        }
        custody.bench.clock.advance(1);
        let now = custody.bench.now();
        // The slower one meets the rows' versions; whatever it says, the next turn finds nothing broken.
        let _ = tokio::join!(custody.keeper.turn(now), second.turn(now));
        custody.round().await;
        for id in taken {
            let bundle = custody.bundle(&by, id).await.unwrap();
            assert_eq!(
                evidence::verify_bundle(&bundle, &custody.trust(), std_now()).verdict,
                Outcome::Original
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_is_understood_by_both_engines() {
    both(|bench| async move {
        assert!(testkit::every_statement_prepares(&bench.db).await > 20);
    })
    .await;
}
