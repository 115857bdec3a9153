//! From deposit to bundle.

use custody::{Error, RoundState};
use evidence::{Outcome, Record, zip};
use foundation::Actor;
use testkit::both;

use crate::bench::{Custody, owner};

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_is_acknowledged_at_once_and_proved_a_round_later() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let by = Actor::Member(custody.person(false, true));
        let receipt = custody.own(&by, "図面.dwg", b"a drawing").await.unwrap();
        assert_eq!(receipt.sha256, hex::encode(evidence::sha256(b"a drawing")));
        assert_eq!(receipt.retain_until.to_string(), "2036-11-24");
        // Before the round there is no evidence, and the answer says so.
        assert!(matches!(
            custody.bundle(&by, receipt.deposit).await,
            Err(Error::NotYet { state: None, .. })
        ));
        let early = custody.keeper.turn(custody.bench.now()).await.unwrap();
        assert_eq!((early.sealed.len(), early.next), (0, Some(custody.bench.now().plus_seconds(1))));
        let turn = custody.round().await;
        assert_eq!(turn.kept, [receipt.deposit]);
        let standing = custody::standing(&custody.bench.db, &by, receipt.deposit).await.unwrap();
        assert_eq!(
            (standing.state, standing.kept),
            (Some(RoundState::Sealed), Some(custody.bench.now()))
        );
        let bundle = custody.bundle(&by, receipt.deposit).await.unwrap();
        assert_eq!(bundle, custody.bundle(&by, receipt.deposit).await.unwrap());
        let members = zip::read(&bundle).unwrap();
        assert_eq!(members["original.dwg"], b"a drawing");
        let record = Record::parse(&members["record.json"]).unwrap();
        assert_eq!(hex::encode(evidence::sha512(&members["record.json"])), receipt.record_sha512);
        assert!(record.belongs_to(&owner_department(&by)));
        let verdict = evidence::verify_bundle(&bundle, &custody.trust(), std_now());
        assert_eq!(verdict.verdict, Outcome::Original, "{:#?}", verdict.checks);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_round_stamps_once_for_all_and_each_gets_a_proof_of_its_own() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let (a, b) = (custody.person(true, false), custody.person(true, false));
        let own = custody.person(false, true);
        let contract = custody.contract(vec![owner(&a), owner(&b)], b"%PDF-1.7 a contract").await.unwrap();
        let mut others = Vec::new();
        for n in 0..6 {
            others.push(
                custody
                    .own(&Actor::Member(own.clone()), "x.txt", format!("text {n}").as_bytes())
                    .await
                    .unwrap(),
            );
        }
        let turn = custody.round().await;
        assert_eq!((turn.kept.len(), turn.sealed.len()), (7, 1));
        assert_eq!(custody.stamper.asked.load(std::sync::atomic::Ordering::SeqCst), 1);
        let trust = custody.trust();
        for other in others {
            let bundle = custody.bundle(&Actor::Member(own.clone()), other.deposit).await.unwrap();
            assert_eq!(evidence::verify_bundle(&bundle, &trust, std_now()).verdict, Outcome::Original);
        }
        let for_a = custody::files(&custody.bench.db, &custody.bench.objects, &Actor::Member(a), contract.deposit)
            .await
            .unwrap();
        let for_b = custody::files(&custody.bench.db, &custody.bench.objects, &Actor::Member(b), contract.deposit)
            .await
            .unwrap();
        assert_eq!(for_a, for_b);
        assert_eq!(for_a["original.pdf"], b"%PDF-1.7 a contract");
        // Nothing is left to do.
        assert_eq!(custody.round().await, custody::Turn::default());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_not_acknowledged() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let by = Actor::Member(custody.person(false, true));
        custody.bench.objects.pretend_full(true);
        let full = custody.own(&by, "x.txt", b"x").await.unwrap_err();
        assert_eq!((full.code(), full.sentence().contains("空きがありません")), ("storage_full", true));
        custody.bench.objects.pretend_full(false);
        assert_eq!(custody.own(&by, "x.txt", b"").await.unwrap_err(), Error::Empty);
        assert_eq!(custody.own(&by, "  ", b"x").await.unwrap_err(), Error::FileName);
        assert_eq!(custody.round().await.sealed.len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_that_was_changed_on_disk_is_not_handed_out() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let by = Actor::Member(custody.person(false, true));
        let receipt = custody.own(&by, "x.txt", b"the original").await.unwrap();
        custody.round().await;
        let object = custody
            .bench
            .folder
            .path()
            .join(format!("objects/{}/{}", receipt.deposit, receipt.sha256));
        std::fs::write(object, b"the forgery!").unwrap();
        assert_eq!(custody.bundle(&by, receipt.deposit).await.unwrap_err().code(), "original_damaged");
    })
    .await;
}

fn owner_department(by: &Actor) -> String {
    let Actor::Member(member) = by else { panic!("a member") };
    member.department.to_string()
}

/// openssl stamps with the machine's clock.
pub fn std_now() -> foundation::Instant {
    foundation::Clock::now(&foundation::SystemClock)
}
