use accounts::{Error, InvitationId, Token, accept_invitation, invite};
use foundation::{Actor, Refused, Secret};
use store::unit;
use testkit::both;

use crate::fixture::{PROGRAM, aoba, give_password, operators, write};

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_given_once_and_a_slip_is_named() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        let again = write(&bench, &house.registration).await.unwrap_err();
        assert!(matches!(again, Error::BadEntry { field: "法人番号", .. }), "{again}");
        let mut wrong = aoba(&bench).registration;
        wrong.companies[0].corporate_number = "8000012050002".to_owned();
        assert!(write(&bench, &wrong).await.unwrap_err().sentence().contains("検査数字"));
        let mut wrong = aoba(&bench).registration;
        wrong.desks[0].number = "S100002".to_owned();
        assert_eq!(write(&bench, &wrong).await.unwrap_err().code(), "bad_entry");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_registration_leaves_nothing_behind() {
    both(|bench| async move {
        let mut house = aoba(&bench);
        house.registration.people[2].sign_in = "sato".to_owned();
        write(&bench, &house.registration).await.unwrap_err();
        let db = &bench.db;
        let found = unit!(db, |unit| accounts::desk_by_number(unit, &PROGRAM, "U100001").await)
            .await
            .unwrap();
        assert!(found.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_program_registers_at_once() {
    both(|bench| async move {
        let (db, now, registration) = (&bench.db, bench.now(), &operators(&bench));
        let refused = unit!(db, |unit| accounts::register(unit, &Actor::Nobody, registration, now).await)
            .await
            .unwrap_err();
        assert!(matches!(refused, Error::Refused(Refused::NotSignedIn)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_works_once_and_for_a_day() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        let (db, now, random) = (&bench.db, bench.now(), &*bench.random);
        let (id, code) = (InvitationId::new(now, random), Token::new(random));
        unit!(db, |unit| invite(unit, &PROGRAM, id, &code, house.sato, now).await)
            .await
            .unwrap();
        let weak = accept_invitation(db, random, now, code.reveal(), Secret::new("aaaaaaaaaaaaaa".to_owned())).await;
        assert!(matches!(weak, Err(Error::WeakPassword)));
        let late = accept_invitation(
            db,
            random,
            now.plus_seconds(86_401),
            code.reveal(),
            Secret::new("a good password 9".to_owned()),
        )
        .await;
        assert!(matches!(late, Err(Error::InvitationLapsed)));
        accept_invitation(db, random, now, code.reveal(), Secret::new("a good password 9".to_owned()))
            .await
            .unwrap();
        let again = accept_invitation(db, random, now, code.reveal(), Secret::new("a good password 9".to_owned())).await;
        assert!(matches!(again, Err(Error::InvitationUsed)));
        give_password(&bench, house.sato).await;
    })
    .await;
}
