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

/// What is asked again and again finds its rows by the index that was made for it, however long the table has become.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_again_and_again_goes_by_its_index() {
    let indexed = [
        ("FROM jobs_job WHERE state = 'ready'", "jobs_job_ready"),
        ("FROM jobs_job WHERE state = 'running' AND holder = ", "jobs_job_running"),
        ("FROM jobs_job WHERE state = 'done'", "jobs_job_done"),
        ("FROM jobs_job WHERE state = 'failed' AND ended_at", "jobs_job_failed"),
        ("FROM signing_act WHERE state IN", "signing_act_open"),
    ];
    let _ = server::HouseClock::machine();
    both(|bench| async move {
        for (says, index) in indexed {
            let asked: Vec<_> = store::statements()
                .filter(|statement| statement.is_whole() && statement.text.contains(says))
                .collect();
            assert!(!asked.is_empty(), "nothing says {says} any more");
            for statement in asked {
                let Some(plan) = bench.db.plan(statement.text).await.unwrap() else {
                    continue;
                };
                assert!(
                    plan.iter().any(|line| line.contains(index)),
                    "{}:{}: {plan:?}",
                    statement.file,
                    statement.line
                );
            }
        }
    })
    .await;
}
