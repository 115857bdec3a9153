use std::time::Duration;

use foundation::{Actor, PersonId};
use journal::{Broken, Entry, Sequencer, verify_chain, verify_lines};
use serde_json::json;
use store::{Error, Result, sql, unit};
use testkit::{Bench, both};

async fn note(bench: &Bench, deed: &str, facts: serde_json::Value) {
    let (actor, subject, at) = (Actor::System { cause: "test" }, PersonId(uuid::Uuid::from_u128(7)), bench.now());
    unit!(bench.db, |unit| {
        journal::note(
            unit,
            Entry {
                actor: &actor,
                deed,
                subject: &subject,
                facts: facts.clone(),
                at,
            },
        )
        .await
    })
    .await
    .unwrap();
}

fn sequencer(bench: &Bench) -> Sequencer {
    Sequencer::new(bench.db.clone(), bench.clock.clone(), bench.random.clone())
}

async fn lines(bench: &Bench) -> Vec<String> {
    let mut lines = Vec::new();
    journal::export_jsonl(&bench.db, |line| lines.push(line.to_owned())).await.unwrap();
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_chained_in_their_order_and_the_export_verifies() {
    both(|bench| async move {
        let sequencer = sequencer(&bench);
        assert_eq!(verify_chain(&bench.db).await.unwrap().entries, 0);
        for number in 0..5 {
            note(&bench, "case.send", json!({"z": number, "a": {"名": "あおば", "b": [1, null]}})).await;
            bench.clock.advance(1);
        }
        assert_eq!(sequencer.step().await, Ok(5));
        note(&bench, "case.return", json!({})).await;
        assert_eq!(sequencer.step().await, Ok(1));
        assert_eq!(sequencer.step().await, Ok(0));
        let stored = verify_chain(&bench.db).await.unwrap();
        let lines = lines(&bench).await;
        assert_eq!(verify_lines(lines.iter().map(String::as_str)), Ok(stored));
        assert!(lines[0].starts_with(r#"{"actor":"system:test","at":"2026-11-24T00:00:00Z","deed":"case.send","facts":{"a":{"b":[1,null],"名":"あおば"},"z":0},"hash":""#), "{}", lines[0]);
        assert_eq!(journal::about(&bench.db, &uuid::Uuid::from_u128(7).to_string()).await.unwrap().len(), 6);
        let logged = bench.db.only::<i64>(sql!("SELECT COUNT(*) FROM log_entry")).await.unwrap();
        assert_eq!(logged, 2, "each batch is anchored");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_stays_only_with_its_act() {
    both(|bench| async move {
        let actor = Actor::Nobody;
        let ended: Result<()> = unit!(bench.db, |unit| {
            journal::note(
                unit,
                Entry {
                    actor: &actor,
                    deed: "x",
                    subject: &"y",
                    facts: json!({}),
                    at: bench.now(),
                },
            )
            .await?;
            Err(Error::NotOne { rows: 0 })
        })
        .await;
        assert!(ended.is_err());
        assert_eq!(sequencer(&bench).step().await, Ok(0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tampering_is_found() {
    both(|bench| async move {
        let sequencer = sequencer(&bench);
        for number in 0..4 {
            note(&bench, "case.send", json!({ "n": number })).await;
            sequencer.step().await.unwrap();
            bench.clock.advance(1);
        }
        let whole = lines(&bench).await;
        let changed = whole[1].replace(r#""n":1"#, r#""n":9"#);
        assert_eq!(verify_lines([whole[0].as_str(), &changed]), Err(Broken::Changed { place: 2 }));
        assert_eq!(verify_lines([whole[0].as_str(), &whole[2]]), Err(Broken::Missing { place: 2 }));
        assert_eq!(verify_lines([whole[0].as_str(), "{}"]), Err(Broken::Missing { place: 2 }));
        assert_eq!(verify_lines(["nonsense"]), Err(Broken::NoEntry { place: 1 }));

        let change = async |statement| {
            unit!(bench.db, |unit| unit.run(std::clone::Clone::clone(&statement)).await)
                .await
                .unwrap()
        };
        change(sql!("UPDATE journal_entry SET deed = 'case.refuse' WHERE place = 3")).await;
        assert_eq!(verify_chain(&bench.db).await, Err(Broken::Changed { place: 3 }));
        change(sql!("UPDATE journal_entry SET deed = 'case.send' WHERE place = 3")).await;
        verify_chain(&bench.db).await.unwrap();
        // whoever rewrites the journal would have to rewrite the log
        let logged = bench.db.only::<Vec<u8>>(sql!(
            "SELECT entry FROM log_entry WHERE id = (SELECT entry FROM journal_anchor WHERE place = 2)"
        ));
        let (logged, other) = (logged.await.unwrap(), b"another entry".to_vec());
        change(sql!(
            "UPDATE log_entry SET entry = {other} WHERE id = (SELECT entry FROM journal_anchor WHERE place = 2)"
        ))
        .await;
        assert_eq!(verify_chain(&bench.db).await, Err(Broken::NotAnchored { place: 2 }));
        change(sql!(
            "UPDATE log_entry SET entry = {logged} WHERE id = (SELECT entry FROM journal_anchor WHERE place = 2)"
        ))
        .await;
        verify_chain(&bench.db).await.unwrap();
        change(sql!("DELETE FROM journal_anchor WHERE place = 2")).await;
        change(sql!("DELETE FROM journal_entry WHERE place = 2")).await;
        assert_eq!(verify_chain(&bench.db).await, Err(Broken::Missing { place: 2 }));
        change(sql!("DELETE FROM journal_entry")).await;
        assert_eq!(verify_chain(&bench.db).await, Err(Broken::CutOff { place: 4 }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequencer_that_stands_still_lags_and_a_running_one_does_not() {
    both(|bench| async move {
        let patience = Duration::from_millis(500);
        let sequencer = Sequencer::with_patience(bench.db.clone(), bench.clock.clone(), bench.random.clone(), patience);
        assert!(!sequencer.lagging());
        note(&bench, "case.send", json!({})).await;
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert!(sequencer.lagging());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn({
            let sequencer = sequencer.clone();
            async move { sequencer.run(async { drop(stopped.await) }).await }
        });
        tokio::time::sleep(Duration::from_millis(400)).await;
        note(&bench, "case.return", json!({})).await;
        for _ in 0..100 {
            if verify_chain(&bench.db).await.unwrap().entries == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(!sequencer.lagging());
        drop(stop);
        running.await.unwrap();
        assert_eq!(verify_chain(&bench.db).await.unwrap().entries, 2);
    })
    .await;
}
