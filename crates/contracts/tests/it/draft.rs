use contracts::{Case, Confirming, Reading, Registering, Sending, Withdrawing, state::State};
use store::unit;
use testkit::both;

use crate::fixture::{agreed, asked, create, fields, world};

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_number_is_unique_per_desk() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        create(&bench, &world.sato, &fields(&world, partner, "K-1")).await.unwrap();
        let again = create(&bench, &world.sato, &fields(&world, partner, " Ｋ-１ ")).await.unwrap_err();
        assert_eq!(again.code(), "contract_number_taken");
        let second = create(&bench, &world.sato, &fields(&world, partner, "K-2")).await.unwrap();
        let (db, now, wanted) = (&bench.db, bench.now(), &fields(&world, partner, "K-1"));
        let edited = unit!(db, |unit| {
            let case = Case::open::<Registering>(unit, &world.sato, second).await?;
            Case::edit(&case, unit, wanted, now).await
        })
        .await;
        assert_eq!(edited.unwrap_err().code(), "contract_number_taken");
        // The other side counts for itself.
        let mut reverse = fields(&world, partner, "K-1");
        reverse.a_signer = world.yamamoto.person().unwrap();
        create(&bench, &world.yamamoto, &reverse).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_entries_are_named() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        let mut wrong = fields(&world, partner, "K-1");
        wrong.title = " ".to_owned();
        assert!(
            create(&bench, &world.sato, &wrong)
                .await
                .unwrap_err()
                .sentence()
                .starts_with("案件名")
        );
        let mut wrong = fields(&world, partner, "K-1");
        wrong.amount = Some(-1);
        assert!(
            create(&bench, &world.sato, &wrong)
                .await
                .unwrap_err()
                .sentence()
                .starts_with("契約金額")
        );
        let mut wrong = fields(&world, partner, "K-1");
        wrong.period = wrong.period.map(|(from, to)| (to, from));
        assert!(
            create(&bench, &world.sato, &wrong)
                .await
                .unwrap_err()
                .sentence()
                .starts_with("工期")
        );
        let mut wrong = fields(&world, partner, "K-1");
        wrong.b_signer = world.tanaka.person();
        assert_eq!(create(&bench, &world.sato, &wrong).await.unwrap_err().code(), "signer_not_agreed");
        let mut none = fields(&world, partner, "K-1");
        none.amount = None;
        create(&bench, &world.sato, &none).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_without_a_consent_is_refused_with_the_way_to_it() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = asked(&bench, &world).await;
        let id = create(&bench, &world.sato, &fields(&world, partner, "K-1")).await.unwrap();
        let (db, now) = (&bench.db, bench.now());
        let refused = unit!(db, |unit| {
            let case = Case::open::<Sending>(unit, &world.sato, id).await?;
            Case::send(&case, unit, now).await
        })
        .await
        .unwrap_err();
        assert_eq!(refused.code(), "consent_missing");
        assert!(refused.next().contains("事前合意"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_draft_cannot_be_sent_and_a_withdrawn_one_stays_withdrawn() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        let id = create(&bench, &world.sato, &fields(&world, partner, "K-1")).await.unwrap();
        let (db, now) = (&bench.db, bench.now());
        let sent = unit!(db, |unit| {
            let case = Case::open::<Sending>(unit, &world.sato, id).await?;
            Case::send(&case, unit, now).await
        })
        .await
        .unwrap_err();
        assert_eq!((sent.code(), sent.sentence().contains("署名")), ("wrong_state", true));
        let early = unit!(db, |unit| {
            let case = Case::open::<Confirming>(unit, &world.sato, id).await?;
            Case::confirm(&case, unit, now).await
        })
        .await;
        assert_eq!(early.unwrap_err().code(), "wrong_state");
        let state = unit!(db, |unit| {
            let case = Case::open::<Withdrawing>(unit, &world.sato, id).await?;
            Case::withdraw(&case, unit, "", now).await
        })
        .await
        .unwrap();
        assert_eq!(state, State::Withdrawn);
        let again = unit!(db, |unit| {
            let case = Case::open::<Withdrawing>(unit, &world.sato, id).await?;
            Case::withdraw(&case, unit, "", now).await
        })
        .await;
        assert_eq!(again.unwrap_err().code(), "wrong_state");
        // No mail: it was never sent.
        assert_eq!(mail::about(db, &id.to_string()).await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_details_show_only_what_one_may_see() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        let id = create(&bench, &world.sato, &fields(&world, partner, "K-1")).await.unwrap();
        let db = &bench.db;
        for by in [&world.sato, &world.tanaka, &world.aoba_company] {
            assert_eq!(Case::list(db, by, None, 50).await.unwrap().len(), 1);
            let view = unit!(db, |unit| {
                let case = Case::open::<Reading>(unit, by, id).await?;
                Case::view(&case, unit).await
            })
            .await
            .unwrap();
            assert_eq!(view.line.contract_number, "K-1");
            assert_eq!(view.a_signer.unwrap().name, "田中 一郎");
        }
        // A draft is nobody else's business, not even the partner's.
        for by in [&world.yamamoto, &world.midori_company] {
            assert!(Case::list(db, by, None, 50).await.unwrap().is_empty());
            let refused = unit!(db, |unit| Case::open::<Reading>(unit, by, id).await).await;
            assert_eq!(refused.unwrap_err().code(), "not_found");
        }
        for (who, by) in world.strangers() {
            assert!(Case::list(db, by, None, 50).await.map_or(true, |lines| lines.is_empty()), "{who}");
        }
    })
    .await;
}
