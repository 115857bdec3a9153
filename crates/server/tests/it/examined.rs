//! `doctor --deep`: what was written into the database behind the program is named.

use std::path::Path;

use serde_json::Value;
use store::{Database, Statement, sql, unit};

use crate::harness::{cectrust, copied, journey};

fn deep(data: &Path) -> Vec<Value> {
    let ended = cectrust()
        .args(["doctor", "--deep", "--json", "--data"])
        .arg(data)
        .output()
        .unwrap();
    serde_json::from_slice(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&ended.stderr)))
}

fn of<'c>(checks: &'c [Value], name: &str) -> &'c Value {
    let found = checks.iter().find(|check| check["check"] == name);
    found.unwrap_or_else(|| panic!("{name} in {checks:?}"))
}

async fn write(data: &Path, statement: Statement) {
    let db = Database::open(&format!("sqlite:{}", data.join("cectrust.sqlite").display()))
        .await
        .unwrap();
    let statement = &statement;
    let changed = unit!(db, |unit| unit.run(statement.clone()).await).await.unwrap();
    assert_eq!(changed, 1, "one row: {statement:?}");
    db.close();
}

const PEOPLE: &str = "会社・人と操作の記録";
const CERTIFICATES: &str = "電子証明書と操作の記録";

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_the_row_of_a_company_a_person_or_a_certificate_that_was_changed_behind_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let data = copied(&journey().join("data"), folder.path().join("data"));
    let checks = deep(&data);
    for name in [PEOPLE, CERTIFICATES, "案件と操作の記録", "原本と預り記録・証拠"] {
        assert_eq!(of(&checks, name)["ok"], true, "{}", of(&checks, name));
    }
    // What is changed, how it is put back, where it is told and in which words.
    let changes = [
        (
            sql!("UPDATE accounts_company SET address = address || 'x' WHERE name = 'あおば建設株式会社'"),
            sql!("UPDATE accounts_company SET address = REPLACE(address, 'x', '') WHERE name = 'あおば建設株式会社'"),
            PEOPLE,
            "会社 あおば建設株式会社",
        ),
        (
            sql!("UPDATE accounts_desk SET mail = 'x' || mail WHERE number = 'U200001'"),
            sql!("UPDATE accounts_desk SET mail = SUBSTR(mail, 2) WHERE number = 'U200001'"),
            PEOPLE,
            "ユーザID U200001",
        ),
        (
            sql!("UPDATE accounts_person SET name = name || 'x' WHERE sign_in = 'tanaka'"),
            sql!("UPDATE accounts_person SET name = REPLACE(name, 'x', '') WHERE sign_in = 'tanaka'"),
            PEOPLE,
            "利用者 tanaka",
        ),
        (
            sql!("UPDATE accounts_person SET password = password || 'x' WHERE sign_in = 'tanaka'"),
            sql!("UPDATE accounts_person SET password = SUBSTR(password, 1, LENGTH(password) - 1) WHERE sign_in = 'tanaka'"),
            PEOPLE,
            "本人が決めたものではありません",
        ),
        (
            sql!("UPDATE accounts_seat SET signs = TRUE WHERE person = (SELECT id FROM accounts_person WHERE sign_in = 'sato')"),
            sql!("UPDATE accounts_seat SET signs = FALSE WHERE person = (SELECT id FROM accounts_person WHERE sign_in = 'sato')"),
            PEOPLE,
            "席（事務・署名の権限）",
        ),
        (
            sql!(
                "UPDATE certification_certificate SET state = 'expired' WHERE person = (SELECT id FROM accounts_person WHERE sign_in = 'tanaka')"
            ),
            sql!(
                "UPDATE certification_certificate SET state = 'active' WHERE person = (SELECT id FROM accounts_person WHERE sign_in = 'tanaka')"
            ),
            CERTIFICATES,
            "状態が、操作の記録と違います",
        ),
        (
            sql!(
                "UPDATE certification_certificate SET person = (SELECT id FROM accounts_person WHERE sign_in = 'sato') WHERE person = (SELECT id FROM accounts_person WHERE sign_in = 'tanaka')"
            ),
            sql!(
                "UPDATE certification_certificate SET person = (SELECT id FROM accounts_person WHERE sign_in = 'tanaka') WHERE person = (SELECT id FROM accounts_person WHERE sign_in = 'sato')"
            ),
            CERTIFICATES,
            "持ち主または会社が",
        ),
        (
            sql!(
                "UPDATE certification_status SET revoked = 1 WHERE serial = (SELECT serial FROM certification_certificate ORDER BY id LIMIT 1)"
            ),
            sql!(
                "UPDATE certification_status SET revoked = NULL WHERE serial = (SELECT serial FROM certification_certificate ORDER BY id LIMIT 1)"
            ),
            CERTIFICATES,
            "公開する失効情報",
        ),
        (
            sql!(
                "UPDATE certification_subject SET address = address || 'x' WHERE person = (SELECT id FROM accounts_person WHERE sign_in = 'tanaka')"
            ),
            sql!(
                "UPDATE certification_subject SET address = REPLACE(address, 'x', '') WHERE person = (SELECT id FROM accounts_person WHERE sign_in = 'tanaka')"
            ),
            CERTIFICATES,
            "電子証明書の利用者",
        ),
    ];
    for (change, back, name, says) in changes {
        write(&data, change).await;
        let checks = deep(&data);
        let check = of(&checks, name);
        assert!(
            check["ok"] == false && check["found"].as_str().unwrap().contains(says),
            "{says}: {check}"
        );
        let other = if name == PEOPLE { CERTIFICATES } else { PEOPLE };
        assert_eq!(of(&checks, other)["ok"], true, "{says}: {}", of(&checks, other));
        write(&data, back).await;
    }
    let checks = deep(&data);
    assert!(
        of(&checks, PEOPLE)["ok"] == true && of(&checks, CERTIFICATES)["ok"] == true,
        "put back: {checks:?}"
    );
}
