use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use foundation::Instant;
use store::{Database, Engine, Error, Migration, Record, Result, Unit, sql, unit};
use testkit::both;
use uuid::Uuid;

store::migration!(
    "9901_testkit_thing",
    "CREATE TABLE testkit_thing (id ID PRIMARY KEY, name TEXT NOT NULL, part INT NOT NULL CHECK (part >= 0), on_duty BOOL NOT NULL, raw BYTES, facts JSON, at INSTANT, parent ID REFERENCES testkit_thing (id), day TEXT);
     CREATE UNIQUE INDEX testkit_thing_name ON testkit_thing (name, part);"
);

#[derive(Clone, Debug, PartialEq, Record)]
struct Thing {
    id: Uuid,
    name: String,
    part: i64,
    on_duty: bool,
    raw: Option<Vec<u8>>,
    facts: Option<serde_json::Value>,
    at: Option<Instant>,
    parent: Option<Uuid>,
    day: Option<foundation::Date>,
}

fn thing(name: &str) -> Thing {
    Thing {
        id: Uuid::now_v7(),
        name: name.to_owned(),
        part: 0,
        on_duty: true,
        raw: None,
        facts: None,
        at: None,
        parent: None,
        day: None,
    }
}

async fn insert(unit: &mut Unit, thing: &Thing) -> Result<()> {
    let Thing {
        id,
        name,
        part,
        on_duty,
        raw,
        facts,
        at,
        parent,
        day,
    } = thing;
    unit.one(sql!(
        "INSERT INTO testkit_thing (id, name, part, on_duty, raw, facts, at, parent, day)
         VALUES ({id}, {name}, {part}, {on_duty}, {raw}, {facts}, {at}, {parent}, {day})"
    ))
    .await
}

async fn count(db: &Database) -> i64 {
    db.only(sql!("SELECT COUNT(*) FROM testkit_thing")).await.unwrap()
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_comes_back_as_it_went() {
    both(|bench| async move {
        let full = Thing {
            raw: Some(vec![0, 1, 255]),
            facts: Some(serde_json::json!({"名": [1, null, true], "a": {"b": "c"}})),
            at: Some(Instant(i64::MAX)),
            day: Some("2026-11-24".parse().unwrap()),
            ..thing("契約 '1' 髙﨑")
        };
        let child = Thing {
            parent: Some(full.id),
            on_duty: false,
            ..thing("child")
        };
        let work = unit!(bench.db, |unit| {
            insert(unit, &full).await?;
            insert(unit, &child).await
        });
        is_send(work).await.unwrap();
        let all = bench
            .db
            .all::<Thing>(sql!("SELECT * FROM testkit_thing ORDER BY name DESC"))
            .await
            .unwrap();
        assert_eq!(all, [full.clone(), child.clone()]);
        let names = ["child", "nobody"];
        let (wanted, day) = (sql!(" AND name IN ({..names})"), None::<String>);
        let found = bench
            .db
            .find::<Thing>(sql!(
                "SELECT * FROM testkit_thing WHERE on_duty = {false} {+wanted} AND day IS NOT DISTINCT FROM {day}"
            ))
            .await;
        assert_eq!(found.unwrap(), Some(child));
        let pair = bench
            .db
            .only::<(String, Option<Instant>)>(sql!("SELECT name, at FROM testkit_thing WHERE id = {full.id}"))
            .await
            .unwrap();
        assert_eq!(pair, (full.name, full.at));
        let more = bench.db.find::<Thing>(sql!("SELECT * FROM testkit_thing")).await;
        assert_eq!(more, Err(Error::NotOne { rows: 2 }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_ends_in_an_error_keeps_nothing() {
    both(|bench| async move {
        let (a, b) = (thing("a"), thing("b"));
        let ended: Result<()> = unit!(bench.db, |unit| {
            insert(unit, &a).await?;
            unit.one(sql!("UPDATE testkit_thing SET part = 1 WHERE name = 'nobody'")).await
        })
        .await;
        assert_eq!(ended, Err(Error::NotOne { rows: 0 }));
        assert_eq!(count(&bench.db).await, 0);
        // the connection was kept: many more refusals than connections
        for _ in 0..40 {
            let ended: Result<()> = unit!(bench.db, |unit| {
                insert(unit, &a).await?;
                insert(unit, &a).await
            })
            .await;
            assert!(matches!(ended, Err(Error::Unique { .. })), "{ended:?}");
        }
        unit!(bench.db, |unit| insert(unit, &b).await).await.unwrap();
        assert_eq!(count(&bench.db).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_unit_rolls_back_and_gives_its_connection_back() {
    both(|bench| async move {
        for _ in 0..40 {
            let mut open = bench.db.begin().await.unwrap();
            insert(&mut open, &thing("dropped")).await.unwrap();
            drop(open);
        }
        let panicked = tokio::spawn({
            let db = bench.db.clone();
            async move {
                let ended: Result<()> = unit!(db, |unit| {
                    insert(unit, &thing("panicked")).await?;
                    panic!("in the middle")
                })
                .await;
                ended
            }
        });
        assert!(panicked.await.is_err());
        unit!(bench.db, |unit| insert(unit, &thing("after")).await).await.unwrap();
        assert_eq!(count(&bench.db).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn violations_are_facts() {
    both(|bench| async move {
        let a = thing("a");
        unit!(bench.db, |unit| insert(unit, &a).await).await.unwrap();
        let same_name = thing("a");
        let ended: Result<()> = unit!(bench.db, |unit| insert(unit, &same_name).await).await;
        assert!(ended.as_ref().unwrap_err().is_unique("testkit_thing", "name"), "{ended:?}");
        assert_eq!(
            ended,
            Err(Error::Unique {
                table: "testkit_thing".to_owned(),
                columns: vec!["name".to_owned(), "part".to_owned()]
            })
        );
        let again = Thing { part: 7, ..a.clone() };
        let ended: Result<()> = unit!(bench.db, |unit| insert(unit, &again).await).await;
        assert!(ended.unwrap_err().is_unique("testkit_thing", "id"));
        let orphan = Thing {
            parent: Some(Uuid::now_v7()),
            ..thing("orphan")
        };
        let ended: Result<()> = unit!(bench.db, |unit| insert(unit, &orphan).await).await;
        assert_eq!(ended, Err(Error::ForeignKey));
        let negative = Thing {
            part: -1,
            ..thing("negative")
        };
        let ended: Result<()> = unit!(bench.db, |unit| insert(unit, &negative).await).await;
        assert!(matches!(ended, Err(Error::Check { .. })), "{ended:?}");
        let ended: Result<u64> = unit!(bench.db, |unit| unit
            .run(sql!("UPDATE testkit_thing SET name = {None::<String>}"))
            .await)
        .await;
        assert_eq!(ended, Err(Error::Missing { column: "name".to_owned() }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_goes_on_after_a_failed_statement_keeps_nothing() {
    both(|bench| async move {
        let (a, b) = (thing("a"), thing("b"));
        unit!(bench.db, |unit| insert(unit, &a).await).await.unwrap();
        let ended: Result<()> = unit!(bench.db, |unit| {
            insert(unit, &b).await?;
            let _refused = insert(unit, &a).await;
            Ok(())
        })
        .await;
        assert!(matches!(ended, Err(Error::Broken { .. })), "{ended:?}");
        assert_eq!(count(&bench.db).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_units_never_skew_each_other() {
    both(|bench| async move {
        // Two on duty; each may leave only while another stays: the classical write skew.
        let (a, b) = (thing("a"), thing("b"));
        unit!(bench.db, |unit| {
            insert(unit, &a).await?;
            insert(unit, &b).await
        })
        .await
        .unwrap();
        let tries = Arc::new(AtomicU32::new(0));
        let met = Arc::new(tokio::sync::Barrier::new(2));
        let leave = |who: Uuid| {
            let (db, tries, met, postgres) = (bench.db.clone(), tries.clone(), met.clone(), bench.engine == Engine::Postgres);
            tokio::spawn(async move {
                unit!(db, |unit| {
                    let first = tries.fetch_add(1, Ordering::SeqCst) < 2;
                    let on_duty = unit
                        .only::<i64>(sql!("SELECT COUNT(*) FROM testkit_thing WHERE on_duty = {true}"))
                        .await?;
                    if first && postgres {
                        met.wait().await;
                    }
                    if on_duty >= 2 {
                        unit.one(sql!("UPDATE testkit_thing SET on_duty = {false} WHERE id = {who}"))
                            .await?;
                    }
                    Ok::<_, Error>(on_duty)
                })
                .await
            })
        };
        let (one, other) = (leave(a.id), leave(b.id));
        let mut saw = [one.await.unwrap().unwrap(), other.await.unwrap().unwrap()];
        saw.sort_unstable();
        assert_eq!(saw, [1, 2], "one left, the other saw it and stayed");
        if bench.engine == Engine::Postgres {
            assert_eq!(tries.load(Ordering::SeqCst), 3, "one gave way and ran again");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_units_on_one_row_all_count() {
    both(|bench| async move {
        let a = thing("a");
        unit!(bench.db, |unit| insert(unit, &a).await).await.unwrap();
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let (db, id) = (bench.db.clone(), a.id);
                tokio::spawn(async move {
                    for _ in 0..10 {
                        loop {
                            let done: Result<()> = unit!(db, |unit| {
                                let part = unit.only::<i64>(sql!("SELECT part FROM testkit_thing WHERE id = {id}")).await?;
                                unit.one(sql!("UPDATE testkit_thing SET part = {part + 1} WHERE id = {id}")).await
                            })
                            .await;
                            match done {
                                Ok(()) => break,
                                Err(Error::Conflict) => {}
                                Err(error) => panic!("{error}"),
                            }
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(bench.db.only::<i64>(sql!("SELECT part FROM testkit_thing")).await.unwrap(), 40);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_a_unit_stands_nothing_but_the_database() {
    both(|bench| async move {
        let second = tokio::spawn({
            let db = bench.db.clone();
            async move {
                let ended: Result<()> = unit!(db, |unit| {
                    unit.run(sql!("DELETE FROM testkit_thing")).await?;
                    unit!(db, |inner| inner.run(sql!("DELETE FROM testkit_thing")).await.map(drop)).await
                })
                .await;
                ended
            }
        });
        assert!(second.await.unwrap_err().is_panic(), "a second unit inside a unit panics");
        let object = tokio::spawn({
            let (db, objects) = (bench.db.clone(), bench.objects.clone());
            async move {
                let ended: Result<()> = unit!(db, |unit| {
                    unit.run(sql!("DELETE FROM testkit_thing")).await?;
                    drop(objects.get("a/b").await);
                    Ok(())
                })
                .await;
                ended
            }
        });
        assert!(object.await.unwrap_err().is_panic(), "an object inside a unit panics");
        let cpu = tokio::spawn({
            let db = bench.db.clone();
            async move {
                let ended: Result<u8> = unit!(db, |unit| {
                    unit.run(sql!("DELETE FROM testkit_thing")).await?;
                    Ok(jobs::work(|| 1).await)
                })
                .await;
                ended
            }
        });
        assert!(cpu.await.unwrap_err().is_panic(), "heavy work inside a unit panics");
        store::outside_any_unit();
        unit!(bench.db, |unit| insert(unit, &thing("after")).await).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_runs_once_and_its_text_is_fixed() {
    both(|bench| async move {
        const ONE: Migration = Migration {
            name: "9990_x",
            text: "CREATE TABLE testkit_x (id ID PRIMARY KEY);",
        };
        bench.db.migrate_with(&[ONE]).await.unwrap();
        bench.db.migrate_with(&[ONE]).await.unwrap();
        bench.open_again().await.migrate_with(&[ONE]).await.unwrap();
        let changed = Migration {
            text: "CREATE TABLE testkit_x (id ID PRIMARY KEY, more INT);",
            ..ONE
        };
        assert_eq!(
            bench.db.migrate_with(&[changed]).await,
            Err(Error::MigrationChanged { name: "9990_x".to_owned() })
        );
        let broken = Migration {
            name: "9991_y",
            text: "CREATE TABLE testkit_y (id ID); CREATE TABLE testkit_x (id ID);",
        };
        assert!(matches!(bench.db.migrate_with(&[broken]).await, Err(Error::MigrationFailed { .. })));
        let mended = Migration {
            name: "9991_y",
            text: "CREATE TABLE testkit_y (id ID);",
        };
        bench.db.migrate_with(&[mended]).await.unwrap();
        assert!(bench.db.pending().await.unwrap().is_empty());
        if bench.engine == Engine::Sqlite {
            let empty = Database::open(&format!("sqlite:{}", bench.folder.path().join("empty.db").display()))
                .await
                .unwrap();
            assert!(empty.pending().await.unwrap().contains(&"9901_testkit_thing"));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_database_says_so() {
    for url in ["postgres://nobody@127.0.0.1:1/nothing", "sqlite:/nowhere/at/all.db", "mysql://x"] {
        assert!(matches!(Database::open(url).await, Err(Error::Unreachable { .. })), "{url}");
    }
}
