use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jobs::{Event, Failure, Job, Ran, Registry, Run, Runner, State};
use serde::{Deserialize, Serialize};
use store::{Engine, Error, Result, sql, unit};
use testkit::{Bench, both};

#[derive(Debug, Serialize, Deserialize)]
struct Greet {
    whom: String,
}
impl Job for Greet {
    const KIND: &'static str = "testkit.greet";
    const TRIES: u32 = 3;
}

#[derive(Debug, Serialize, Deserialize)]
struct Arrived {
    whom: String,
}
impl Event for Arrived {
    const NAME: &'static str = "testkit.arrived";
}

type Seen = Arc<Mutex<Vec<String>>>;

fn seeing(seen: &Seen, how: impl Fn(&Run, &str) -> Result<(), Failure> + Send + Sync + 'static) -> Registry {
    let (seen, how) = (seen.clone(), Arc::new(how));
    let mut registry = Registry::new();
    registry.on(move |run: Run, job: Greet| {
        let (seen, how) = (seen.clone(), how.clone());
        async move {
            seen.lock().unwrap().push(format!("{}#{}", job.whom, run.attempt));
            how(&run, &job.whom)
        }
    });
    registry
}

/// A runner of nothing but `registry`: the bench's own also settles mails, and here runs are counted.
fn runner_of(bench: &Bench, registry: Registry) -> Runner {
    Runner::new(bench.db.clone(), bench.clock.clone(), registry)
}

async fn enqueue(bench: &Bench, whom: &str, seconds: i64) {
    let (job, at) = (Greet { whom: whom.to_owned() }, bench.now().plus_seconds(seconds));
    unit!(bench.db, |unit| jobs::enqueue(unit, at, &job).await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_when_its_time_has_come_and_its_unit_was_kept() {
    both(|bench| async move {
        let seen = Seen::default();
        let runner = runner_of(&bench, seeing(&seen, |_, _| Ok(())));
        enqueue(&bench, "now", 0).await;
        enqueue(&bench, "later", 60).await;
        let given_up: Result<()> = unit!(bench.db, |unit| {
            jobs::enqueue(unit, bench.now(), &Greet { whom: "never".to_owned() }).await?;
            Err(Error::NotOne { rows: 0 })
        })
        .await;
        assert!(given_up.is_err());
        assert_eq!(runner.run_due(bench.now()).await, Ok(Ran { run: 1, failed: 0 }));
        assert_eq!(*seen.lock().unwrap(), ["now#1"]);
        bench.clock.advance(60);
        assert_eq!(runner.run_due(bench.now()).await, Ok(Ran { run: 1, failed: 0 }));
        assert_eq!(*seen.lock().unwrap(), ["now#1", "later#1"]);
        assert_eq!(jobs::counts(&bench.db, Greet::KIND).await.unwrap(), [(State::Done, 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_job_runs_again_and_at_last_stays_for_people_to_see() {
    both(|bench| async move {
        let seen = Seen::default();
        let runner = runner_of(
            &bench,
            seeing(&seen, |_, whom| match whom {
                "panic" => panic!("oh"),
                "never" => Err(Failure::never("nobody there")),
                _ => Err(Failure::again("not yet")),
            }),
        );
        for whom in ["again", "never", "panic"] {
            enqueue(&bench, whom, 0).await;
        }
        for _ in 0..6 {
            runner.run_due(bench.now()).await.unwrap();
            bench.clock.advance(3_600);
        }
        let mut seen = seen.lock().unwrap().clone();
        seen.sort();
        assert_eq!(seen, ["again#1", "again#2", "again#3", "never#1", "panic#1", "panic#2", "panic#3"]);
        let mut failed: Vec<_> = jobs::failed(&bench.db)
            .await
            .unwrap()
            .into_iter()
            .map(|job| job.last_error.unwrap())
            .collect();
        failed.sort();
        assert_eq!(failed[..2], ["nobody there", "not yet"]);
        assert!(failed[2].starts_with("仕事の途中で、プログラムが失敗しました"));
        assert!(jobs::waiting(&bench.db).await.unwrap().is_empty());
        let mut pages = Vec::new();
        let mut before = None;
        while let [job] = jobs::failed_page(&bench.db, before, 1).await.unwrap().as_slice() {
            pages.push(job.id);
            before = Some(job.id);
        }
        let all = jobs::failed_page(&bench.db, None, 100).await.unwrap();
        assert_eq!(pages, all.iter().map(|job| job.id).collect::<Vec<_>>());
        assert_eq!(pages.len(), 3, "page by page, none lost or doubled");
        let job = jobs::failed(&bench.db).await.unwrap()[0].id;
        unit!(bench.db, |unit| jobs::retry(unit, job, bench.now()).await).await.unwrap();
        assert_eq!(
            runner.run_due(bench.now()).await,
            Ok(Ran { run: 1, failed: 1 }),
            "people let it run again"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_succeeded_is_cleared_away_after_a_month_and_what_failed_after_a_year_and_more() {
    both(|bench| async move {
        let runner = runner_of(
            &bench,
            seeing(&Seen::default(), |_, whom| match whom {
                "good" => Ok(()),
                _ => Err(Failure::never("no")),
            }),
        );
        enqueue(&bench, "good", 0).await;
        enqueue(&bench, "bad", 0).await;
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!(runner.clear_ended(bench.now().plus_days(29)).await, Ok(0));
        assert_eq!(runner.clear_ended(bench.now().plus_days(31)).await, Ok(1));
        assert_eq!(jobs::counts(&bench.db, Greet::KIND).await.unwrap(), [(State::Failed, 1)]);
        assert_eq!(runner.clear_ended(bench.now().plus_days(399)).await, Ok(0));
        assert_eq!(runner.clear_ended(bench.now().plus_days(401)).await, Ok(1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_reaches_everyone_who_listens() {
    both(|bench| async move {
        let heard = Seen::default();
        let mut registry = Registry::new();
        for who in ["custody", "contracts"] {
            let heard = heard.clone();
            registry.listen(who, move |run: Run, event: Arrived| {
                let heard = heard.clone();
                async move {
                    heard.lock().unwrap().push(format!("{} heard of {}", run.cause, event.whom));
                    Ok(())
                }
            });
        }
        let runner = runner_of(&bench, registry);
        let event = Arrived { whom: "山本".to_owned() };
        unit!(bench.db, |unit| jobs::publish(unit, bench.now(), &event).await)
            .await
            .unwrap();
        assert_eq!(runner.run_due(bench.now()).await, Ok(Ran { run: 2, failed: 0 }));
        let mut heard = heard.lock().unwrap().clone();
        heard.sort();
        assert_eq!(heard, ["contracts heard of 山本", "custody heard of 山本"]);
        let nobody = runner_of(&bench, Registry::new());
        unit!(bench.db, |unit| jobs::publish(unit, bench.now(), &event).await)
            .await
            .unwrap();
        drop(runner);
        assert_eq!(nobody.run_due(bench.now()).await, Ok(Ran::default()), "nobody listening is fine");
        assert!(jobs::waiting(&bench.db).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_runs_at_the_start_and_once_after_a_jump() {
    both(|bench| async move {
        let times = Arc::new(AtomicU32::new(0));
        let counting = |times: &Arc<AtomicU32>| {
            let times = times.clone();
            let mut registry = Registry::new();
            registry.every("testkit.resolver", 60, move |_| {
                let times = times.clone();
                async move {
                    times.fetch_add(1, Ordering::SeqCst);
                    Ok(())
                }
            });
            registry
        };
        let runner = runner_of(&bench, counting(&times));
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!(times.load(Ordering::SeqCst), 1);
        bench.clock.advance(30);
        assert_eq!(runner.run_due(bench.now()).await, Ok(Ran::default()));
        bench.clock.advance(8 * 86_400);
        assert_eq!(runner.run_due(bench.now()).await, Ok(Ran { run: 1, failed: 0 }));
        let restarted = runner_of(&bench, counting(&times));
        assert_eq!(
            restarted.run_due(bench.now()).await,
            Ok(Ran { run: 1, failed: 0 }),
            "a start runs it"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_node_that_died_runs_again() {
    both(|bench| async move {
        enqueue(&bench, "crash", 0).await;
        // a node that died while it ran the job: the row says running, nobody beats for it
        let dead = uuid::Uuid::now_v7();
        unit!(bench.db, |unit| {
            unit.one(sql!("UPDATE jobs_job SET state = 'running', holder = {dead}, attempts = 1"))
                .await
        })
        .await
        .unwrap();
        let seen = Seen::default();
        let again = Runner::with_lease(
            bench.open_again().await,
            bench.clock.clone(),
            seeing(&seen, |_, _| Ok(())),
            Duration::from_millis(300),
        );
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let background = tokio::spawn(async move { again.run(async { drop(stopped.await) }).await });
        for _ in 0..400 {
            if !seen.lock().unwrap().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(*seen.lock().unwrap(), ["crash#2"]);
        drop(stop);
        background.await.unwrap().unwrap();
        assert_eq!(jobs::counts(&bench.db, Greet::KIND).await.unwrap(), [(State::Done, 1)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_the_jobs_and_each_runs_once() {
    both(|bench| async move {
        let seen = Seen::default();
        let nodes = if bench.engine == Engine::Postgres { 2 } else { 1 };
        let (stop, _) = tokio::sync::watch::channel(false);
        let mut running = Vec::new();
        for _ in 0..nodes {
            let runner = Runner::new(bench.open_again().await, bench.clock.clone(), seeing(&seen, |_, _| Ok(())));
            let mut stopped = stop.subscribe();
            running.push(tokio::spawn(async move {
                runner.run(async move { drop(stopped.wait_for(|stop| *stop).await) }).await
            }));
        }
        for number in 0..20 {
            enqueue(&bench, &number.to_string(), 0).await;
        }
        for _ in 0..500 {
            if seen.lock().unwrap().len() >= 20 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.send_replace(true);
        for node in running {
            node.await.unwrap().unwrap();
        }
        let mut all = seen.lock().unwrap().clone();
        all.sort();
        all.dedup();
        assert_eq!((all.len(), seen.lock().unwrap().len()), (20, 20));
        assert_eq!(jobs::counts(&bench.db, Greet::KIND).await.unwrap(), [(State::Done, 20)]);
    })
    .await;
}
