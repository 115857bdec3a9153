//! The desk that received a case names which of its people signs.

use contracts::{Case, CaseId, Error, NamingSigner, Reading, Signing, state::State};
use foundation::Actor;
use store::unit;
use testkit::both;

use crate::holders::Life;

async fn name(life: &Life, by: &Actor, id: CaseId, whom: &Actor) -> Result<(), Error> {
    let (db, now, person) = (&life.bench.db, life.bench.now(), whom.person().unwrap());
    unit!(db, |unit| {
        let case = Case::open::<NamingSigner>(unit, by, id).await?;
        Case::name_signer(&case, unit, person, now).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn b_names_which_of_its_people_signs() {
    both(|bench| async {
        let life = Life::new(bench).await;
        let world = &life.world;
        let id = life.sent("N-1").await;
        let case = life.case::<Reading>(&world.yamamoto, id).await.unwrap();
        assert_eq!(
            case.b_signer,
            world.yamamoto.person(),
            "nobody was named: the first of the consent signs"
        );
        assert!(case.may(&world.yamamoto).contains(&"nameSigner"));
        assert!(!case.may(&world.sato).contains(&"nameSigner") && !case.may(&world.kato).contains(&"nameSigner"));

        let refused = [
            (name(&life, &world.sato, id, &world.kato).await, "not_your_side"),
            (name(&life, &world.kato, id, &world.kato).await, "not_a_clerk"),
            (
                name(&life, &world.midori_company, id, &world.kato).await,
                "company_id_cannot_contract",
            ),
            (name(&life, &world.stranger, id, &world.kato).await, "not_found"),
            (name(&life, &world.yamamoto, id, &world.tanaka).await, "signer_not_agreed"),
        ];
        for (answer, code) in refused {
            assert_eq!(answer.unwrap_err().code(), code);
        }
        assert_eq!(life.case::<Signing>(&world.kato, id).await.unwrap_err().code(), "not_the_signer");

        name(&life, &world.yamamoto, id, &world.kato).await.unwrap();
        assert_eq!(life.case::<Signing>(&world.kato, id).await.unwrap().b_signer, world.kato.person());
        assert_eq!(
            life.sign_b(id).await.unwrap_err().code(),
            "not_the_signer",
            "山本 is not named any more"
        );

        name(&life, &world.yamamoto, id, &world.yamamoto).await.unwrap();
        assert_eq!(life.sign_b(id).await.unwrap().state, State::Countersigned);
        let late = name(&life, &world.yamamoto, id, &world.kato).await;
        assert_eq!(late.unwrap_err().code(), "wrong_state", "who has signed has signed");
    })
    .await;
}
