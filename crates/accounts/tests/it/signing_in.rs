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
async fn an_id_that_nobody_has_locks_like_one_that_somebody_has() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        give_password(&bench, house.sato).await;
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for _ in 0..12 {
            known.push(enter(&bench, "sato", "wrong", None).await.unwrap_err().code());
            unknown.push(enter(&bench, "satou", "wrong", None).await.unwrap_err().code());
        }
        assert_eq!(known, unknown);
        assert_eq!(
            (known[8], known[9], known[11]),
            ("wrong_sign_in", "sign_in_locked", "sign_in_locked")
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_at_the_same_time_are_not_more_than_ten() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        give_password(&bench, house.sato).await;
        for id in ["sato", "satou"] {
            let mut checked = 0;
            for _ in 0..3 {
                let tries = (0..8).map(|_| enter(&bench, id, "wrong", None));
                for told in futures_of(tries).await {
                    let code = told.unwrap_err().code();
                    assert!(matches!(code, "wrong_sign_in" | "sign_in_locked"), "{id}: {code}");
                    checked += u32::from(code == "wrong_sign_in");
                }
            }
            assert!(checked <= 9, "{id}: {checked}");
        }
        assert_eq!(enter(&bench, "sato", PASSWORD, None).await.unwrap_err().code(), "sign_in_locked");
    })
    .await;
}

/// All of them at once.
async fn futures_of<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (one, told) in waiting.iter_mut().filter(|(_, told)| told.is_none()) {
            if let std::task::Poll::Ready(found) = one.as_mut().poll(context) {
                *told = Some(found);
            }
        }
        if waiting.iter().all(|(_, told)| told.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, told)| told).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ids_that_nobody_has_only_the_most_tried_are_remembered() {
    both(|bench| async move {
        for _ in 0..10 {
            enter(&bench, "often", "wrong", None).await.unwrap_err();
        }
        for once in ["a", "b", "c"] {
            enter(&bench, once, "wrong", None).await.unwrap_err();
        }
        assert_eq!(accounts::forget_strangers(&bench.db, 2).await.unwrap(), 2);
        assert_eq!(accounts::forget_strangers(&bench.db, 2).await.unwrap(), 0);
        assert_eq!(enter(&bench, "often", "wrong", None).await.unwrap_err().code(), "sign_in_locked");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_in_the_same_client_ends_the_older_one() {
    both(|bench| async move {
        let house = aoba(&bench);
        write(&bench, &house.registration).await.unwrap();
        for person in &house.registration.people {
            give_password(&bench, person.id).await;
        }
        let (db, now) = (&bench.db, bench.now());
        let older = enter(&bench, "sato", PASSWORD, None).await.unwrap();
        let lives = async || accounts::actor(db, older.token.reveal(), now).await.is_ok();
        let other = enter(&bench, "suzuki", PASSWORD, None).await.unwrap();
        accounts::supersede(db, older.token.reveal(), Some(&other), now).await.unwrap();
        assert!(lives().await, "another person's does not end it where one client acts for several");
        let newer = enter(&bench, "sato", PASSWORD, None).await.unwrap();
        accounts::supersede(db, older.token.reveal(), Some(&newer), now).await.unwrap();
        assert!(!lives().await && accounts::actor(db, newer.token.reveal(), now).await.is_ok());
        accounts::supersede(db, other.token.reveal(), None, now).await.unwrap();
        assert!(accounts::actor(db, other.token.reveal(), now).await.is_err());
        accounts::supersede(db, "guess", None, now).await.unwrap();
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
