//! The operator as attacker: whoever can write every row, and every file, is still found out by comparing them.

use contracts::Reading;
use store::{Database, sql, unit};
use testkit::both;

use crate::holders::Life;

/// What does not fit now.
async fn found(life: &Life) -> Vec<String> {
    let (db, objects) = (&life.bench.db, &life.bench.objects);
    let cases = contracts::examine(db, objects).await.unwrap();
    let deposits = custody::examine(db, objects).await.unwrap();
    cases.into_iter().chain(deposits).map(|untrue| untrue.what).collect()
}

async fn run(db: &Database, statement: store::Statement) {
    let statement = &statement;
    unit!(db, |unit| {
        unit.run(statement.clone()).await?;
        Ok::<_, store::Error>(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_changed_behind_the_programs_back_are_found() {
    both(|bench| async {
        let life = Life::new(bench).await;
        let db = &life.bench.db;
        let id = life.sent("K-1").await;
        life.sign_b(id).await.unwrap();
        life.return_it(id).await.unwrap();
        life.work().await;
        life.kept(id).await;
        life.work().await;
        assert_eq!(found(&life).await, Vec::<String>::new(), "an honest installation");

        let case = life.case::<Reading>(&life.world.sato, id).await.unwrap();
        let deposit = case.deposit.unwrap();
        let foundation::Actor::Member(other) = &life.world.yamamoto else {
            panic!("B's clerk is a member")
        };
        let (person, department) = (other.person, other.department);
        let later = life.bench.now().plus_days(400);
        let (formed, a_signed) = (case.formed, case.a_signed);
        let wrong_hash = [7u8; 32];
        // What is done, how it is told, and how it is undone.
        let attacks = [
            (
                "成立日時",
                sql!("UPDATE contracts_case SET formed = {later} WHERE id = {id}"),
                sql!("UPDATE contracts_case SET formed = {formed} WHERE id = {id}"),
            ),
            (
                "署名の時刻",
                sql!("UPDATE contracts_case SET a_signed = {later} WHERE id = {id}"),
                sql!("UPDATE contracts_case SET a_signed = {a_signed} WHERE id = {id}"),
            ),
            (
                "甲の署名者",
                sql!("UPDATE contracts_case SET a_signer = {person} WHERE id = {id}"),
                sql!("UPDATE contracts_case SET a_signer = {case.a_signer} WHERE id = {id}"),
            ),
            (
                "案件名",
                sql!("UPDATE contracts_case SET title = 'x' WHERE id = {id}"),
                sql!("UPDATE contracts_case SET title = {case.title} WHERE id = {id}"),
            ),
            (
                "契約金額",
                sql!("UPDATE contracts_case SET amount = 1 WHERE id = {id}"),
                sql!("UPDATE contracts_case SET amount = {case.amount} WHERE id = {id}"),
            ),
            (
                "返送の期限",
                sql!("UPDATE contracts_case SET reply_by = '2027-01-01' WHERE id = {id}"),
                sql!("UPDATE contracts_case SET reply_by = {case.reply_by} WHERE id = {id}"),
            ),
            (
                "状態",
                sql!("UPDATE contracts_case SET state = 'refused' WHERE id = {id}"),
                sql!("UPDATE contracts_case SET state = {case.state} WHERE id = {id}"),
            ),
            (
                "段階",
                sql!("UPDATE contracts_stage SET sha256 = 'x' WHERE contract_case = {id} AND name = '1-signed-a'"),
                sql!("UPDATE contracts_stage SET sha256 = 'y' WHERE contract_case = {id} AND name = 'none'"),
            ),
            (
                "ハッシュ",
                sql!("UPDATE custody_deposit SET sha256 = {wrong_hash} WHERE id = {deposit}"),
                sql!("UPDATE custody_deposit SET media = media WHERE id = {deposit}"),
            ),
            (
                "受付の時刻",
                sql!("UPDATE custody_deposit SET received = {later} WHERE id = {deposit}"),
                sql!("UPDATE custody_deposit SET media = media WHERE id = {deposit}"),
            ),
            (
                "期限",
                sql!("UPDATE custody_deposit SET retain_until = '2027-01-01' WHERE id = {deposit}"),
                sql!("UPDATE custody_deposit SET media = media WHERE id = {deposit}"),
            ),
            (
                "持ち主",
                sql!("UPDATE custody_owner SET desk = {person} WHERE deposit = {deposit} AND department = {department}"),
                sql!("UPDATE custody_deposit SET media = media WHERE id = {deposit}"),
            ),
        ];
        for (what, attack, undo) in attacks {
            let before = found(&life).await.len();
            run(db, attack).await;
            let now = found(&life).await;
            assert!(now.len() > before && now.iter().any(|said| said.contains(what)), "{what}: {now:?}");
            run(db, undo).await;
        }
        // A journal entry whose facts are changed too: the rows agree again, the chain does not.
        let sequencer = journal::Sequencer::new(db.clone(), life.bench.clock.clone(), life.bench.random.clone());
        sequencer.step().await.unwrap();
        journal::verify_chain(db).await.unwrap();
        run(db, sql!("UPDATE journal_entry SET actor = 'nobody' WHERE deed = 'case.send'")).await;
        assert!(matches!(journal::verify_chain(db).await, Err(journal::Broken::Changed { .. })));
        // A file exchanged, and one deleted; then the rows themselves.
        let folder = life.bench.folder.path().join("objects");
        let object = db
            .only::<String>(sql!("SELECT object FROM custody_deposit WHERE id = {deposit}"))
            .await
            .unwrap();
        std::fs::write(folder.join(&object), b"%PDF-1.7 another").unwrap();
        assert!(found(&life).await.iter().any(|said| said.contains("預けられたもの")));
        run(db, sql!("DELETE FROM custody_owner WHERE deposit = {deposit}")).await;
        run(db, sql!("UPDATE contracts_case SET deposit = NULL WHERE id = {id}")).await;
        assert!(found(&life).await.iter().any(|said| said.contains("原本の番号")));
        run(db, sql!("DELETE FROM custody_originality WHERE deposit = {deposit}")).await;
        run(db, sql!("DELETE FROM custody_deposit WHERE id = {deposit}")).await;
        assert!(found(&life).await.iter().any(|said| said.contains("原本の行がありません")));
        run(db, sql!("DELETE FROM contracts_stage WHERE contract_case = {id}")).await;
        run(db, sql!("DELETE FROM contracts_case WHERE id = {id}")).await;
        assert!(found(&life).await.iter().any(|said| said.contains("案件の行がありません")));
    })
    .await;
}
