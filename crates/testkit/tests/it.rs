//! The store, the jobs and the testkit itself, on both engines.

#[path = "it/jobs.rs"]
mod jobs_run;
#[path = "it/journal.rs"]
mod journal_chain;
#[path = "it/kill.rs"]
mod killed;
#[path = "it/mail.rs"]
mod mails;
#[path = "it/mail_settings.rs"]
mod mails_set;
#[path = "it/store.rs"]
mod store_units;

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_of_the_means_prepares_on_both_engines() {
    testkit::both(|bench| async move {
        assert!(testkit::every_statement_prepares(&bench.db).await > 20);
    })
    .await;
}
