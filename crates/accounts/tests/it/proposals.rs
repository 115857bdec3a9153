use accounts::{
    Error, Registration,
    proposals::{Deciding, Kinds, Proposal, ProposalId, propose},
};
use foundation::{Actor, Refused};
use store::unit;
use testkit::{Bench, both};

use crate::fixture::{PROGRAM, aoba, entered, give_password, operators, write};

async fn people(bench: &Bench) -> (Actor, Actor) {
    let operators = operators(bench);
    write(bench, &operators).await.unwrap();
    for person in &operators.people {
        give_password(bench, person.id).await;
    }
    (entered(bench, "nakamura").await, entered(bench, "kobayashi").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_persons_register_a_company() {
    both(|bench| async move {
        let (screener, approver) = people(&bench).await;
        let (db, now, house) = (&bench.db, bench.now(), aoba(&bench));
        let (id, kinds) = (ProposalId::new(now, &*bench.random), Kinds::new().with::<Registration>());
        let registration = &house.registration;
        let refused = unit!(db, |unit| propose(unit, &approver, id, registration, now).await).await;
        assert!(matches!(refused, Err(Error::Refused(Refused::OperatorOnly))));
        unit!(db, |unit| propose(unit, &screener, id, registration, now).await)
            .await
            .unwrap();
        let open = Proposal::open_ones(db, &approver).await.unwrap();
        assert_eq!(open.len(), 1);
        assert!(open[0].summary.contains("あおば建設株式会社"));
        let hash = open[0].payload_hash.as_str();
        let own = unit!(db, |unit| Proposal::open::<Deciding>(unit, &screener, id).await).await;
        assert!(matches!(own, Err(Error::Refused(Refused::TwoPersonsNeeded))));
        let changed = unit!(db, |unit| {
            let proposal = Proposal::open::<Deciding>(unit, &approver, id).await?;
            Proposal::approve(&proposal, unit, &kinds, "another hash", now).await
        })
        .await;
        assert!(matches!(changed, Err(Error::ProposalChanged)));
        unit!(db, |unit| {
            let proposal = Proposal::open::<Deciding>(unit, &approver, id).await?;
            Proposal::approve(&proposal, unit, &kinds, hash, now).await
        })
        .await
        .unwrap();
        assert!(
            unit!(db, |unit| accounts::desk_by_number(unit, &PROGRAM, "U100001").await)
                .await
                .unwrap()
                .is_some()
        );
        let twice = unit!(db, |unit| {
            let proposal = Proposal::open::<Deciding>(unit, &approver, id).await?;
            Proposal::approve(&proposal, unit, &kinds, hash, now).await
        })
        .await;
        assert!(matches!(twice, Err(Error::ProposalDecided)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_that_fails_takes_its_approval_back() {
    both(|bench| async move {
        let (screener, approver) = people(&bench).await;
        let (db, now, mut house) = (&bench.db, bench.now(), aoba(&bench));
        house.registration.people[0].sign_in = "nakamura".to_owned();
        let (id, kinds) = (ProposalId::new(now, &*bench.random), Kinds::new().with::<Registration>());
        let registration = &house.registration;
        unit!(db, |unit| propose(unit, &screener, id, registration, now).await)
            .await
            .unwrap();
        let hash = Proposal::open_ones(db, &approver).await.unwrap()[0].payload_hash.clone();
        let failed = unit!(db, |unit| {
            let proposal = Proposal::open::<Deciding>(unit, &approver, id).await?;
            Proposal::approve(&proposal, unit, &kinds, &hash, now).await
        })
        .await;
        assert_eq!(failed.unwrap_err().code(), "bad_entry");
        assert_eq!(Proposal::open_ones(db, &approver).await.unwrap().len(), 1, "it waits as before");
        let without = unit!(db, |unit| {
            let proposal = Proposal::open::<Deciding>(unit, &approver, id).await?;
            Proposal::refuse(&proposal, unit, " ", now).await
        })
        .await;
        assert_eq!(without.unwrap_err().code(), "bad_entry");
        unit!(db, |unit| {
            let proposal = Proposal::open::<Deciding>(unit, &approver, id).await?;
            Proposal::refuse(&proposal, unit, "サインインIDが重複しています。", now).await
        })
        .await
        .unwrap();
        assert!(Proposal::open_ones(db, &approver).await.unwrap().is_empty());
    })
    .await;
}
