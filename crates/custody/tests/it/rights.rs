//! Who sees what.

use custody::{Deposit, Error, Extending, Reading, Seen, Subject};
use foundation::{Actor, Member, Refused, Services};
use store::unit;
use testkit::both;

use crate::bench::{Custody, department_of, owner};

#[tokio::test(flavor = "multi_thread")]
async fn owners_and_their_company_ids_see_it_and_nobody_else() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let db = custody.bench.db.clone();
        let (a, b, stranger) = (custody.person(true, false), custody.person(true, false), custody.person(true, true));
        let same_company = Member {
            seat: custody.person(true, false).seat,
            ..a.clone()
        };
        let id = custody.contract(vec![owner(&a), owner(&b)], b"%PDF-1.7").await.unwrap().deposit;
        let open = async |by: &Actor| Deposit::open::<Reading>(&db, by, id).await.map(|deposit| deposit.title.clone());
        for by in [
            Actor::Member(a.clone()),
            Actor::Member(b.clone()),
            department_of(&a),
            department_of(&b),
        ] {
            assert_eq!(open(&by).await.unwrap(), "外壁改修工事");
            let lines = custody::list(&db, &Seen::by(&by).unwrap(), None, None, 50).await.unwrap();
            assert_eq!(lines.iter().map(|line| line.id).collect::<Vec<_>>(), [id]);
            for (kind, found) in [(Subject::Contract, 1), (Subject::Own, 0)] {
                let lines = custody::list(&db, &Seen::by(&by).unwrap(), Some(kind), None, 50).await.unwrap();
                assert_eq!(lines.len(), found, "{kind:?}");
            }
        }
        for by in [
            Actor::Member(stranger.clone()),
            department_of(&stranger),
            Actor::Member(same_company),
        ] {
            assert_eq!(open(&by).await.unwrap_err(), Error::Unknown);
            assert_eq!(custody::list(&db, &Seen::by(&by).unwrap(), None, None, 50).await.unwrap(), []);
        }
        assert_eq!(open(&Actor::Nobody).await.unwrap_err(), Error::Refused(Refused::NotSignedIn));
        assert!(Seen::by(&Actor::Nobody).is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_service_opens_no_door_of_the_other() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let db = custody.bench.db.clone();
        let contracts = Actor::Member(custody.person(true, false));
        let refused = custody.own(&contracts, "x.txt", b"x").await.unwrap_err();
        assert_eq!(refused, Error::Refused(Refused::ServiceNotAppliedFor));
        assert!(refused.sentence().contains("原本保管サービス"));
        let keeps = custody.person(false, true);
        assert_eq!(
            custody.own(&department_of(&keeps), "x", b"x").await.unwrap_err(),
            Error::CompanyIdCannotDeposit
        );
        let id = custody.own(&Actor::Member(keeps.clone()), "x.txt", b"x").await.unwrap().deposit;
        // The same desk without the service sees that there is one, and does not get in.
        let lapsed = Actor::Member(Member {
            services: Services {
                contracts: true,
                custody: false,
            },
            ..keeps.clone()
        });
        assert_eq!(
            Deposit::open::<Reading>(&db, &lapsed, id).await.unwrap_err(),
            Error::Refused(Refused::ServiceNotAppliedFor)
        );
        assert_eq!(custody::list(&db, &Seen::by(&lapsed).unwrap(), None, None, 50).await.unwrap(), []);
        // A stranger cannot deposit a contract for others.
        let stranger = Actor::Member(custody.person(true, false));
        let now = custody.bench.now();
        let prepared = custody::Prepared::store(&custody.bench.objects, now, &*custody.bench.random, b"x".to_vec())
            .await
            .unwrap();
        let terms = custody::Terms {
            title: "t".to_owned(),
            file_name: "f.pdf".to_owned(),
            owners: vec![owner(&keeps)],
            concluded: now.date_in_japan(),
        };
        let forged = unit!(db, |unit| custody::deposit_original(unit, &stranger, &prepared, &terms, now).await).await;
        assert_eq!(forged.unwrap_err(), Error::Unknown);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_is_only_ever_extended() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let db = custody.bench.db.clone();
        let member = custody.person(false, true);
        let by = Actor::Member(member.clone());
        let id = custody.own(&by, "x.txt", b"x").await.unwrap().deposit;
        let extend = async |until: &str| {
            let deposit = Deposit::open::<Extending>(&db, &by, id).await?;
            let until = until.parse().unwrap();
            unit!(db, |unit| custody::extend(&deposit, unit, until, custody.bench.now()).await).await
        };
        assert!(matches!(extend("2036-11-23").await, Err(Error::OnlyLonger { .. })));
        extend("2046-11-24").await.unwrap();
        assert!(matches!(extend("2040-01-01").await, Err(Error::OnlyLonger { .. })));
        assert!(Deposit::open::<Extending>(&db, &department_of(&member), id).await.is_err());
        let deposit = Deposit::open::<Reading>(&db, &by, id).await.unwrap();
        assert_eq!(deposit.retain_until.to_string(), "2046-11-24");
    })
    .await;
}
