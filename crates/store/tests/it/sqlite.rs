use foundation::Instant;
use store::{Database, Error, Migration, Record, Result, sql, unit};
use uuid::Uuid;

const TABLES: &[Migration] = &[Migration {
    name: "0001_a",
    text: "CREATE TABLE a_thing (id ID PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT, at INSTANT, facts JSON, ok BOOL, raw BYTES);",
}];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Draft,
    Sent,
}
store::column_as!(State { Draft = "draft", Sent = "sent" });

#[derive(Debug, PartialEq, Record)]
struct Thing {
    id: Uuid,
    name: String,
    state: Option<State>,
    at: Instant,
    facts: serde_json::Value,
    ok: bool,
    raw: Vec<u8>,
}

async fn open(folder: &tempfile::TempDir) -> Database {
    let db = Database::open(&format!("sqlite:{}", folder.path().join("a.db").display()))
        .await
        .unwrap();
    db.migrate_with(TABLES).await.unwrap();
    db
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_comes_back_as_it_went_and_survives_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let thing = Thing {
        id: Uuid::now_v7(),
        name: "契約".to_owned(),
        state: Some(State::Sent),
        at: Instant(42),
        facts: serde_json::json!({"b": 1, "a": [null, "x"]}),
        ok: true,
        raw: vec![0, 255],
    };
    let db = open(&folder).await;
    unit!(db, |unit| {
        unit.one(sql!("INSERT INTO a_thing (id, name, state, at, facts, ok, raw) VALUES ({thing.id}, {thing.name}, {thing.state}, {thing.at}, {thing.facts}, {thing.ok}, {thing.raw})")).await
    })
    .await
    .unwrap();
    drop(db);
    let db = open(&folder).await;
    assert_eq!(
        db.only::<Thing>(sql!("SELECT * FROM a_thing WHERE state = {State::Sent}"))
            .await
            .unwrap(),
        thing
    );
    assert_eq!(db.only::<i64>(sql!("SELECT COUNT(*) FROM a_thing")).await.unwrap(), 1);
    assert_eq!(State::from_word("draft"), Some(State::Draft));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_unit_rolls_back_and_the_writer_stays_usable() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder).await;
    let refused: Result<()> = unit!(db, |unit| {
        unit.one(sql!(
            "INSERT INTO a_thing (id, name, at, facts, ok, raw) VALUES ({Uuid::now_v7()}, 'a', 0, '[]', TRUE, {vec![0_u8]})"
        ))
        .await?;
        unit.one(sql!("UPDATE a_thing SET name = 'b' WHERE name = 'nobody'")).await
    })
    .await;
    assert_eq!(refused, Err(Error::NotOne { rows: 0 }));
    let mut open = db.begin().await.unwrap();
    open.run(sql!("INSERT INTO a_thing (id, name) VALUES ({Uuid::now_v7()}, 'dropped')"))
        .await
        .unwrap();
    drop(open);
    assert_eq!(db.only::<i64>(sql!("SELECT COUNT(*) FROM a_thing")).await.unwrap(), 0);
    unit!(db, |unit| unit.run(sql!("DELETE FROM a_thing")).await).await.unwrap();
}
