//! Cut off at many points: what was acknowledged stays, what was not can be done again, nothing is half concluded.

use std::time::Duration;

use contracts::{Case, CaseId, Reading, SignatureBy, StageName, state::State};
use testkit::both;

use crate::fixture::PROGRAM;
use crate::holders::Life;

async fn state(life: &Life, id: CaseId) -> State {
    life.case::<Reading>(&life.world.yamamoto, id).await.unwrap().state
}

#[tokio::test(flavor = "multi_thread")]
async fn wherever_a_signature_is_cut_off_it_is_there_or_can_be_made_again() {
    both(|bench| async {
        let life = Life::new(bench).await;
        for (number, cut) in [3_u64, 10, 20, 35, 50, 70, 90, 120].into_iter().enumerate() {
            let id = life.sent(&format!("K-{number}")).await;
            let cut_off = tokio::time::timeout(Duration::from_millis(cut), life.sign_b(id)).await;
            let after = state(&life, id).await;
            let has_stage = life.bytes(&life.world.yamamoto, id, Some(StageName::ReturnedB)).await.is_ok();
            assert_eq!(after == State::Countersigned, has_stage, "the row and the stage come together");
            match after {
                State::Waiting => {
                    assert!(!matches!(cut_off, Ok(Ok(_))), "what was acknowledged stays");
                    let later = life.bench.now().plus_seconds(3_600);
                    signing::resolve(&life.bench.db, later).await.unwrap();
                    life.sign_b(id).await.unwrap();
                }
                State::Countersigned => {}
                other => panic!("{other:?} after a cut at {cut} ms"),
            }
            assert_eq!(life.return_it(id).await.unwrap(), State::Sealing);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_signs_nothing_and_the_same_signature_comes_again_at_once() {
    both(|bench| async {
        let life = Life::new(bench).await;
        let id = life.draft("F-1").await;
        let (by, now) = (&life.world.tanaka, life.bench.now());
        let prepared = Case::prepare_signature(&life.tools, by, id, None, now).await.unwrap();
        let value = life.tanaka_key.sign(&prepared.act.prepared.to_sign).unwrap();
        let complete = || Case::complete_signature(&life.tools, by, id, prepared.act.id, SignatureBy::Value(value.clone()), now);
        life.bench.objects.pretend_full(true);
        assert_eq!(complete().await.unwrap_err().code(), "storage_full");
        assert_eq!(life.case::<Reading>(by, id).await.unwrap().state, State::Draft);
        life.bench.objects.pretend_full(false);
        assert_eq!(complete().await.unwrap().state, State::Signed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wherever_a_seal_is_cut_off_the_next_run_seals_once() {
    both(|bench| async {
        let life = Life::new(bench).await;
        for (number, cut) in [2_u64, 8, 15, 25, 40, 60].into_iter().enumerate() {
            let id = life.sent(&format!("K-{number}")).await;
            life.sign_b(id).await.unwrap();
            life.return_it(id).await.unwrap();
            let cut_off = tokio::time::timeout(
                Duration::from_millis(cut),
                contracts::seal(&life.tools, &PROGRAM, id, life.bench.now()),
            )
            .await;
            let after = state(&life, id).await;
            assert!(
                matches!(after, State::Sealing | State::Keeping),
                "{after:?} after a cut at {cut} ms ({})",
                cut_off.is_err()
            );
            assert_eq!(
                contracts::seal(&life.tools, &PROGRAM, id, life.bench.now()).await.unwrap(),
                State::Keeping
            );
            let once = life.case::<Reading>(&life.world.sato, id).await.unwrap();
            assert_eq!(
                contracts::seal(&life.tools, &PROGRAM, id, life.bench.now()).await.unwrap(),
                State::Keeping
            );
            assert_eq!(
                life.case::<Reading>(&life.world.sato, id).await.unwrap().deposit,
                once.deposit,
                "deposited once"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_act_at_once_do_not_both_succeed() {
    both(|bench| async {
        let life = Life::new(bench).await;
        let id = life.sent("K-1").await;
        life.sign_b(id).await.unwrap();
        let by = &life.world.yamamoto;
        let (first, second) = tokio::join!(
            Case::return_it(&life.tools, by, id, life.bench.now()),
            Case::return_it(&life.tools, by, id, life.bench.now())
        );
        assert_eq!(u8::from(first.is_ok()) + u8::from(second.is_ok()), 1, "{first:?} {second:?}");
        assert_eq!(state(&life, id).await, State::Sealing);
    })
    .await;
}
