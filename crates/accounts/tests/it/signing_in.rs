use accounts::{Error, sign_out, unlock};
use foundation::{Actor, Member, Refused, Seat, Services};
use store::unit;
use testkit::both;

use crate::fixture::{PASSWORD, PROGRAM, aoba, enter, entered, give_password, operators, write};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_as_himself_on_his_seat() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        give_password(&bench, house.sato).await;
        let Actor::Member(Member {
            person,
            company,
            department,
            seat,
            services,
            ..
        }) = entered(&bench, "sato").await
        else {
            panic!("a member")
        };
        assert_eq!((person, company, department), (house.sato, house.company, house.department));
        assert_eq!(
            seat,
            Seat::Desk {
                desk: house.desk,
                registers: true,
                signs: false
            }
        );
        assert_eq!(
            services,
            Services {
                contracts: true,
                custody: false
            }
        );
        assert!(matches!(
            enter(&bench, "sato", PASSWORD, Some("U999999")).await,
            Err(Error::NoSuchSeat)
        ));
        assert!(matches!(
            enter(&bench, "nobody-here", PASSWORD, None).await,
            Err(Error::WrongSignIn)
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_signing_out_by_idleness_and_by_age() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        give_password(&bench, house.sato).await;
        let (db, now) = (&bench.db, bench.now());
        let signed_in = enter(&bench, "sato", PASSWORD, None).await.unwrap();
        let token = signed_in.token.reveal();
        let gone = |found: Result<Actor, Error>| matches!(found, Err(Error::Refused(Refused::NotSignedIn)));
        assert!(gone(accounts::actor(db, "guess", now).await));
        assert!(gone(accounts::actor(db, token, now.plus_seconds(2 * 3_600 + 1)).await));
        // Used every hour it lives on, but not past twelve.
        for hour in 1..=11 {
            accounts::actor(db, token, now.plus_seconds(hour * 3_600)).await.unwrap();
        }
        assert!(gone(accounts::actor(db, token, now.plus_seconds(12 * 3_600 + 1)).await));
        let other = enter(&bench, "sato", PASSWORD, None).await.unwrap();
        let actor = accounts::actor(db, other.token.reveal(), now).await.unwrap();
        unit!(db, |unit| sign_out(unit, &actor, now).await).await.unwrap();
        assert!(gone(accounts::actor(db, other.token.reveal(), now).await));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_passwords_lock_and_the_company_unlocks() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        for person in &house.registration.people {
            give_password(&bench, person.id).await;
        }
        for _ in 0..9 {
            assert!(matches!(enter(&bench, "sato", "wrong", None).await, Err(Error::WrongSignIn)));
        }
        assert!(matches!(enter(&bench, "sato", "wrong", None).await, Err(Error::Locked)));
        let locked = enter(&bench, "sato", PASSWORD, None).await.unwrap_err();
        assert_eq!(locked.code(), "sign_in_locked");
        assert!(locked.next().contains("企業ID"));
        let (db, now) = (&bench.db, bench.now());
        let tanaka = entered(&bench, "tanaka").await;
        assert!(unit!(db, |unit| unlock(unit, &tanaka, house.sato, now).await).await.is_err());
        let suzuki = entered(&bench, "suzuki").await;
        unit!(db, |unit| unlock(unit, &suzuki, house.sato, now).await).await.unwrap();
        entered(&bench, "sato").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_forgets_the_wrong_ones() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        give_password(&bench, house.sato).await;
        for _ in 0..2 {
            for _ in 0..6 {
                enter(&bench, "sato", "wrong", None).await.unwrap_err();
            }
            entered(&bench, "sato").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_company_of_another_cannot_be_looked_into() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        write(&bench, &operators(&bench)).await.unwrap();
        give_password(&bench, house.sato).await;
        let sato = entered(&bench, "sato").await;
        let (db, desk) = (&bench.db, house.desk);
        assert_eq!(
            unit!(db, |unit| accounts::desk(unit, &sato, desk).await).await.unwrap().number,
            "U100001"
        );
        assert_eq!(
            unit!(db, |unit| accounts::signers_of(unit, &sato, house.company).await)
                .await
                .unwrap()
                .len(),
            1
        );
        let Actor::Member(mut member) = sato else { panic!("a member") };
        member.company = foundation::CompanyId::new(bench.now(), &*bench.random);
        let stranger = Actor::Member(member);
        assert!(matches!(
            unit!(db, |unit| accounts::desk(unit, &stranger, desk).await).await,
            Err(Error::Unknown)
        ));
        assert!(matches!(
            unit!(db, |unit| accounts::person(unit, &stranger, house.tanaka).await).await,
            Err(Error::Unknown)
        ));
        assert!(unit!(db, |unit| accounts::person(unit, &PROGRAM, house.tanaka).await).await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_forgotten_long_after_its_end() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        give_password(&bench, house.sato).await;
        let (db, now) = (&bench.db, bench.now());
        enter(&bench, "sato", PASSWORD, None).await.unwrap();
        let ended = entered(&bench, "sato").await;
        unit!(db, |unit| sign_out(unit, &ended, now).await).await.unwrap();
        assert_eq!(accounts::clear_sessions(db, now.plus_days(89)).await.unwrap(), 0);
        assert_eq!(accounts::clear_sessions(db, now.plus_days(91)).await.unwrap(), 2);
    })
    .await;
}
