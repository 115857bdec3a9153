//! Every right × every kind of person, on a case of every state that can be made without certificates (the whole life: `it/life.rs`).

use contracts::{
    Case, Confirming, MovingDeadline, NamingSigner, PuttingSigned, Reading, Refusing, Registering, Returning, Sealing, Sending,
    SendingBack, Signing, Withdrawing,
};
use foundation::Actor;
use store::unit;
use testkit::{Bench, both};

use crate::fixture::{PROGRAM, agreed, create, fields, world};

async fn code<A: foundation::Action<Case>>(bench: &Bench, by: &Actor, id: contracts::CaseId) -> &'static str {
    let db = &bench.db;
    match unit!(db, |unit| Case::open::<A>(unit, by, id).await).await {
        Ok(_) => "ok",
        Err(refused) => refused.code(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_of_a_draft() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        let id = create(&bench, &world.sato, &fields(&world, partner, "K-1")).await.unwrap();
        for (who, by, refusal) in [
            ("nobody", &Actor::Nobody, "not_signed_in"),
            ("other desk", &world.other_desk, "not_found"),
            ("storage", &world.storage, "service_not_applied_for"),
            ("other company", &world.stranger, "not_found"),
            ("partner before sending", &world.yamamoto, "not_found"),
            ("operator", &world.screener, "service_not_applied_for"),
        ] {
            for found in [
                code::<Reading>(&bench, by, id).await,
                code::<Registering>(&bench, by, id).await,
                code::<Signing>(&bench, by, id).await,
                code::<PuttingSigned>(&bench, by, id).await,
                code::<Sending>(&bench, by, id).await,
                code::<Returning>(&bench, by, id).await,
                code::<SendingBack>(&bench, by, id).await,
                code::<Refusing>(&bench, by, id).await,
                code::<Withdrawing>(&bench, by, id).await,
                code::<Confirming>(&bench, by, id).await,
                code::<NamingSigner>(&bench, by, id).await,
                code::<MovingDeadline>(&bench, by, id).await,
            ] {
                assert_eq!(found, refusal, "{who}");
            }
            assert_ne!(code::<Sealing>(&bench, by, id).await, "ok", "{who}");
        }
        // 企業ID: sees, never acts.
        assert_eq!(code::<Reading>(&bench, &world.aoba_company, id).await, "ok");
        for found in [
            code::<Registering>(&bench, &world.aoba_company, id).await,
            code::<Signing>(&bench, &world.aoba_company, id).await,
            code::<PuttingSigned>(&bench, &world.aoba_company, id).await,
            code::<Sending>(&bench, &world.aoba_company, id).await,
            code::<Returning>(&bench, &world.aoba_company, id).await,
            code::<Withdrawing>(&bench, &world.aoba_company, id).await,
            code::<Confirming>(&bench, &world.aoba_company, id).await,
            code::<MovingDeadline>(&bench, &world.aoba_company, id).await,
        ] {
            assert_eq!(found, "company_id_cannot_contract");
        }
        // The clerk does not sign, the signer does not send.
        assert_eq!(code::<Sending>(&bench, &world.sato, id).await, "ok");
        assert_eq!(code::<Signing>(&bench, &world.sato, id).await, "not_the_signer");
        assert_eq!(code::<Signing>(&bench, &world.tanaka, id).await, "ok");
        assert_eq!(code::<Sending>(&bench, &world.tanaka, id).await, "not_a_clerk");
        assert_eq!(code::<Registering>(&bench, &world.tanaka, id).await, "not_a_clerk");
        assert_eq!(code::<MovingDeadline>(&bench, &world.tanaka, id).await, "not_a_clerk");
        // A is not B.
        assert_eq!(code::<Returning>(&bench, &world.sato, id).await, "not_your_side");
        assert_eq!(code::<Refusing>(&bench, &world.sato, id).await, "not_your_side");
        // The program seals and does nothing else.
        assert_eq!(code::<Sealing>(&bench, &PROGRAM, id).await, "ok");
        assert_ne!(code::<Sending>(&bench, &PROGRAM, id).await, "ok");
        assert_ne!(code::<Signing>(&bench, &PROGRAM, id).await, "ok");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_a_clerk_of_a_contract_desk_creates() {
    both(|bench| async move {
        let world = world(&bench).await;
        let partner = agreed(&bench, &world).await;
        for (by, refusal) in [
            (&Actor::Nobody, "not_signed_in"),
            (&world.tanaka, "not_a_clerk"),
            (&world.aoba_company, "company_id_cannot_contract"),
            (&world.storage, "service_not_applied_for"),
            (&world.screener, "service_not_applied_for"),
            (&world.stranger, "not_found"),
            (&world.other_desk, "not_found"),
        ] {
            let refused = create(&bench, by, &fields(&world, partner, "K-9")).await.unwrap_err();
            assert_eq!(refused.code(), refusal);
        }
    })
    .await;
}
