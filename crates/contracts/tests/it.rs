//! What holds about contracts, on both engines.

#[path = "it/consent.rs"]
mod consent;
#[path = "it/crash.rs"]
mod crash;
#[path = "it/deadline.rs"]
mod deadline;
#[path = "it/draft.rs"]
mod draft;
#[path = "it/fixture.rs"]
mod fixture;
#[path = "it/holders.rs"]
mod holders;
#[path = "it/life.rs"]
mod life;
#[path = "it/naming.rs"]
mod naming;
#[path = "it/operator.rs"]
mod operator;
#[path = "it/parts.rs"]
mod parts;
#[path = "it/rights.rs"]
mod rights;
#[path = "it/states.rs"]
mod states;

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_prepares() {
    testkit::both(|bench| async move {
        assert!(testkit::every_statement_prepares(&bench.db).await > 40);
    })
    .await;
}
