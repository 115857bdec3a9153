//! What holds about accounts, on both engines.

#[path = "it/fixture.rs"]
mod fixture;
#[path = "it/proposals.rs"]
mod proposals;
#[path = "it/registration.rs"]
mod registration;
#[path = "it/signing_in.rs"]
mod signing_in;

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_prepares() {
    testkit::both(|bench| async move {
        assert!(testkit::every_statement_prepares(&bench.db).await > 20);
    })
    .await;
}
