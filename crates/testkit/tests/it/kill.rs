//! Durable before acknowledged: a process is killed in the middle of its work; what it had said is there.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use store::{Database, Objects, Result, sql, unit};
use uuid::Uuid;

const FOLDER: &str = "CECTRUST_TESTKIT_KILLED";

async fn open(folder: &str) -> (Database, Objects) {
    let db = Database::open(&format!("sqlite:{folder}/test.db")).await.unwrap();
    db.migrate().await.unwrap();
    (db, Objects::folder(format!("{folder}/objects")).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the child of the test below: it works until it is killed"]
async fn killed_child() {
    let (db, objects) = open(&std::env::var(FOLDER).expect("only the parent runs it")).await;
    loop {
        let id = Uuid::now_v7();
        objects.put(&format!("thing/{id}"), id.to_string()).await.unwrap();
        let done: Result<()> = unit!(db, |unit| {
            unit.one(sql!(
                "INSERT INTO testkit_thing (id, name, part, on_duty) VALUES ({id}, {id.to_string()}, 0, TRUE)"
            ))
            .await?;
            unit.one(sql!("UPDATE testkit_thing SET part = 1 WHERE id = {id}")).await
        })
        .await;
        done.unwrap();
        println!("kept {id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let mut kept = Vec::new();
    for lines in [1, 7, 20] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::killed_child", "--ignored", "--nocapture"])
            .env(FOLDER, path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(std::result::Result::ok);
        let ids = said.filter_map(|line| Some(line.split_once("kept ")?.1.parse::<Uuid>().unwrap()));
        kept.extend(ids.take(lines));
        child.kill().unwrap();
        child.wait().unwrap();
        let (db, objects) = open(path).await;
        for id in &kept {
            assert_eq!(
                db.only::<i64>(sql!("SELECT part FROM testkit_thing WHERE id = {id}")).await,
                Ok(1),
                "{id}"
            );
        }
        let rows = db.all::<Uuid>(sql!("SELECT id FROM testkit_thing")).await.unwrap();
        assert!(rows.len() >= kept.len());
        for id in rows {
            assert_eq!(
                objects.get(&format!("thing/{id}")).await.unwrap(),
                id.to_string().into_bytes(),
                "a row never lacks its object"
            );
        }
        let halves = db.only::<i64>(sql!("SELECT COUNT(*) FROM testkit_thing WHERE part = 0")).await;
        assert_eq!(halves, Ok(0), "no unit is kept by half");
    }
}
