//! What the operator reports of a letter, without a post office that tells by itself.

use certification::enrolment_states::State;
use certification::{Credential, Enrolment, Error, LetterFailure, Running, enter_application_pin};
use foundation::{Actor, Refused};
use store::unit;
use testkit::both;

use crate::house::House;

async fn tracked(house: &House, by: &Actor, id: certification::EnrolmentId, number: &str) -> Result<(), Error> {
    unit!(house.bench.db, |unit| {
        let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
        Enrolment::register_tracking(&enrolment, unit, number, house.bench.now()).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_writes_down_the_tracking_number_and_what_became_of_the_letter() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (db, by, now) = (&house.bench.db, &house.screener, house.bench.now());
        let id = house.approved(Credential::Server).await;
        tracked(&house, by, id, "１２３ 4567 8901").await.unwrap();
        let line = Enrolment::letter(db, by, id).await.unwrap();
        assert_eq!((line.tracking.as_deref(), line.state), (Some("123-4567-8901"), State::Mailed));
        assert!(line.may_arrive() && !line.may_be_picked_up() && line.may_come_back() && !line.needs_new_letter());
        assert!(matches!(tracked(&house, by, id, "123").await, Err(Error::BadEntry { .. })));
        assert!(tracked(&house, &house.tanaka, id, "12345678902").await.is_err(), "not the holder");
        unit!(db, |unit| {
            let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
            Enrolment::reached_post(&enrolment, unit, now).await
        })
        .await
        .unwrap();
        let line = Enrolment::letter(db, by, id).await.unwrap();
        assert!(line.may_be_picked_up() && line.custody_until.is_some());
        unit!(db, |unit| {
            let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
            Enrolment::picked_up(&enrolment, unit, now).await
        })
        .await
        .unwrap();
        let line = Enrolment::letter(db, by, id).await.unwrap();
        assert!(!line.may_come_back() && line.may_be_gone());
        assert!(matches!(tracked(&house, by, id, "12345678902").await, Err(Error::Enrolment(_))));
        let told: Vec<String> = journal::about(db, &id.to_string())
            .await
            .unwrap()
            .iter()
            .filter_map(|entry| entry.facts["did"].as_str().map(str::to_owned))
            .collect();
        assert!(
            told.ends_with(&["tracking_registered", "reached_post", "picked_up"].map(str::to_owned)),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_letter_voids_its_pin_at_once_and_only_a_new_letter_helps() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (db, by) = (&house.bench.db, &house.approver);
        let id = house.approved(Credential::Server).await;
        let pin = house.pin(id).await;
        let number = house.enrolment(id).await.number;
        unit!(db, |unit| {
            let enrolment = Enrolment::open::<Running>(unit, by, id).await?;
            Enrolment::letter_failed(&enrolment, unit, LetterFailure::Lost, house.bench.now()).await
        })
        .await
        .unwrap();
        let line = Enrolment::letter(db, by, id).await.unwrap();
        assert!(line.state == State::LetterGone && line.needs_new_letter() && !line.is_under_way());
        assert!(
            enter_application_pin(db, &house.tanaka, &number, &pin, house.bench.now())
                .await
                .is_err(),
            "the PIN is void"
        );
        house.work().await;
        let told = house.bench.outbox.mails();
        assert!(told.iter().any(|mail| mail.text.contains("書面は紛失・破損")), "the holder is told");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_listed_for_the_operator_alone_page_by_page() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (db, by) = (&house.bench.db, &house.screener);
        let first = house.approved(Credential::Server).await;
        house.bench.clock.advance(1);
        let second = house.approved(Credential::Token).await;
        let page = Enrolment::letters(db, by, None, 1).await.unwrap();
        assert_eq!((page.len(), page[0].id, page[0].name.as_str()), (1, second, "田中 一郎"));
        let page = Enrolment::letters(db, by, Some(second), 1).await.unwrap();
        assert_eq!((page.len(), page[0].id), (1, first));
        assert!(Enrolment::letters(db, by, Some(first), 1).await.unwrap().is_empty());
        assert!(matches!(
            Enrolment::letters(db, &house.tanaka, None, 1).await,
            Err(Error::Refused(Refused::OperatorOnly))
        ));
        assert!(matches!(
            Enrolment::letter(db, &Actor::Nobody, first).await,
            Err(Error::Refused(Refused::NotSignedIn))
        ));
    })
    .await;
}
