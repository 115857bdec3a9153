//! What a crash leaves open is seen, and settled by the resolver.

use std::sync::Arc;
use std::time::Duration;

use certification::enrolment_states::State;
use certification::{Credential, Enrolment, EnrolmentId, Error, Parcel, PostOffice, Running, Terms, enter_application_pin};
use foundation::{Instant, Secret};
use store::{sql, unit};
use testkit::both;

use crate::house::{House, PROGRAM};

/// The program dies with the letter in its hands.
struct Death;
impl PostOffice for Death {
    fn hand_over(&self, _: Parcel, _: Instant) -> Result<(), String> {
        panic!("kill -9")
    }
}

async fn order(house: &House, id: EnrolmentId) {
    let now = house.bench.now();
    unit!(house.bench.db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, &PROGRAM, id).await?;
        Enrolment::order_letter(&enrolment, unit, now).await
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_may_not_have_reached_the_post_is_void_and_a_new_one_is_offered() {
    both(|bench| async {
        let mut house = House::new(bench).await;
        house.set_post(Arc::new(Death));
        let id = house.approved_only(Credential::Token).await;
        house.runner.run_due(house.bench.now()).await.unwrap();
        // Seen, and not taken for posted.
        assert_eq!(house.enrolment(id).await.state, State::Printing);
        let letter = house.enrolment(id).await.tracking;
        // The next start finds it; as long as its lease runs, it may still be on its way.
        house.set_post(house.post.clone());
        house.bench.clock.advance(60);
        house.work().await;
        assert_eq!(
            house.enrolment(id).await.state,
            State::Printing,
            "no second PIN while the first may be going out"
        );
        house.bench.clock.advance(Terms::at(house.bench.now()).letter_lease);
        house.work().await;
        let broken = house.enrolment(id).await;
        assert_eq!((broken.state, &broken.tracking), (State::LetterGone, &letter));
        let told = house.bench.outbox.to("tanaka@aoba.example.jp");
        assert!(
            told.iter().any(|mail| mail.text.contains("新しい書面の発行を依頼")),
            "the holder is told"
        );
        order(&house, id).await;
        house.work().await;
        let again = house.enrolment(id).await;
        assert_eq!(again.state, State::Mailed);
        assert_ne!(again.tracking, letter);
        let pin = house.pin(id).await;
        enter_application_pin(&house.bench.db, &house.tanaka, &again.number, &pin, house.bench.now())
            .await
            .expect("the new letter's PIN is good");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_try_whose_program_died_locks_and_a_new_letter_helps() {
    both(|bench| async {
        let house = House::new(bench).await;
        let db = &house.bench.db;
        let id = house.approved(Credential::Token).await;
        let pin = house.pin(id).await;
        let number = house.enrolment(id).await.number;
        let wrong = Secret::new("0000-0000-0000-0".to_owned());
        for _ in 0..4 {
            enter_application_pin(db, &house.tanaka, &number, &wrong, house.bench.now())
                .await
                .unwrap_err();
        }
        let booked = async {
            while house.enrolment(id).await.wrong_pins < 5 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        // Cut off between the booking and the answer of Argon2id.
        tokio::select! {
            biased;
            () = booked => {}
            _ = enter_application_pin(db, &house.tanaka, &number, &pin, house.bench.now()) => panic!("the cut came too late"),
        }
        house.work().await;
        assert_eq!(house.enrolment(id).await.state, State::PickedUp, "it may still be checked");
        house.bench.clock.advance(90);
        house.work().await;
        assert_eq!(house.enrolment(id).await.state, State::PinLocked);
        assert!(matches!(
            enter_application_pin(db, &house.tanaka, &number, &pin, house.bench.now()).await,
            Err(Error::PinLocked)
        ));
        order(&house, id).await;
        house.work().await;
        assert_eq!(house.enrolment(id).await.state, State::Mailed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_row_that_cannot_be_read_keeps_no_other_from_being_swept() {
    both(|bench| async {
        let house = House::new(bench).await;
        let db = &house.bench.db;
        let mut ids = Vec::new();
        for _ in 0..3 {
            let id = house.approved(Credential::Token).await;
            let tracking = house.enrolment(id).await.tracking.unwrap();
            house.post.arrive(db, &tracking, house.bench.now()).await.unwrap();
            ids.push(id);
        }
        let bad = ids[0];
        unit!(db, |unit| unit
            .one(sql!("UPDATE certification_enrolment SET credential = 'nonsense' WHERE id = {bad}"))
            .await)
        .await
        .unwrap();
        house.bench.clock.advance(9 * 86_400);
        let ran = house.runner.run_due(house.bench.now()).await.unwrap();
        assert_eq!(ran.failed, 1, "the schedule tells of the bad row");
        for id in &ids[1..] {
            assert_eq!(house.enrolment(*id).await.state, State::Returned);
        }
    })
    .await;
}
