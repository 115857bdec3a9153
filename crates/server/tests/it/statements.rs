//! Law 13: one SQL text for both engines.

use testkit::{both, every_statement_prepares};

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_of_every_room_prepares_on_both_engines() {
    // Linking the binary's library links every room.
    assert!(!api::openapi().paths.paths.is_empty());
    let _ = server::HouseClock::machine();
    both(|bench| async move {
        let prepared = every_statement_prepares(&bench.db).await;
        assert!(prepared > 200, "only {prepared} statements are linked into this test");
    })
    .await;
}
