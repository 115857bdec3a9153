//! `doctor --deep`: the rows against the journal, the log, the evidence and the files. Whoever can write the database can make every
//! page say anything; he cannot make all of these agree, nor change what others kept outside.

use std::path::{Path, PathBuf};

use evidence::{Checkpoint, VerifierKey};
use journal::Untrue;
use store::{Database, Objects};

use super::Check;
use crate::words;

const NEXT: &str = "何も消さず、このデータの控えを取り、運用の責任者と監査人に知らせてください。";
/// How many findings are told one by one.
const TOLD: usize = 20;

pub(super) async fn look(db: &Database, data: &Path, outside: &[PathBuf]) -> Vec<Check> {
    let mut checks = Vec::new();
    let objects = match Objects::folder(data.join("objects")) {
        Ok(objects) => objects,
        Err(error) => return vec![check("保管場所", Err(words::detail(&error)))],
    };
    let (known, refused) = known(db, outside).await;
    if !outside.is_empty() {
        checks.push(check(
            "外に渡した控え",
            if refused.is_empty() {
                Ok(known.len())
            } else {
                Err(refused.join("、"))
            },
        ));
    }
    checks.push(check(
        "記録簿（ログ）の全項目",
        match log::examine(db, &known).await {
            Ok(found) if found.is_empty() => Ok(0),
            Ok(found) => Err(found.iter().take(TOLD).map(log_words).collect::<Vec<_>>().join("、")),
            Err(error) => Err(words::detail(&error)),
        },
    ));
    checks.push(check("会社・人と操作の記録", told(accounts::examine(db).await)));
    checks.push(check("電子証明書と操作の記録", told(certification::examine(db).await)));
    checks.push(check("案件と操作の記録", told(contracts::examine(db, &objects).await)));
    checks.push(check("原本と預り記録・証拠", told(custody::examine(db, &objects).await)));
    checks
}

fn told<E: std::fmt::Display>(found: Result<Vec<Untrue>, E>) -> Result<usize, String> {
    match found {
        Ok(found) if found.is_empty() => Ok(0),
        Ok(found) => {
            let lines = found.iter().take(TOLD).map(|untrue| format!("{}：{}", untrue.subject, untrue.what));
            let rest = found.len().saturating_sub(TOLD);
            let more = (rest > 0).then(|| format!("ほか{rest}件"));
            Err(lines.chain(more).collect::<Vec<_>>().join("\n      "))
        }
        Err(error) => Err(words::detail(&error)),
    }
}

fn check(check: &'static str, found: Result<usize, String>) -> Check {
    match found {
        Ok(0) => Check {
            check,
            ok: true,
            found: "すべて一致しました".to_owned(),
            do_next: String::new(),
        },
        Ok(count) => Check {
            check,
            ok: true,
            found: format!("{count}個を照合に使いました"),
            do_next: String::new(),
        },
        Err(found) => Check {
            check,
            ok: false,
            found,
            do_next: NEXT.to_owned(),
        },
    }
}

fn log_words(untrue: &log::Untrue) -> String {
    use log::Untrue as U;
    match untrue {
        U::Missing { place } => format!("{place}番目の項目がありません"),
        U::Root { size } => format!("{size}件の根のハッシュが違います"),
        U::Checkpoint { size } => format!("{size}件のチェックポイントが、項目または鍵と合いません"),
        U::Outside { size } => format!("外に渡した控え（{size}件）と違います。記録簿が書き換えられたか、二通りに見せられています"),
    }
}

/// The checkpoints that others kept: notes, or bundles with a note in them, signed by this log's key.
async fn known(db: &Database, outside: &[PathBuf]) -> (Vec<Checkpoint>, Vec<String>) {
    let (mut known, mut refused) = (Vec::new(), Vec::new());
    let key = log::state(db)
        .await
        .ok()
        .and_then(|state| VerifierKey::parse(&state.verifier_key).ok());
    for path in outside {
        let note = std::fs::read(path).ok().and_then(|bytes| match evidence::zip::read(&bytes) {
            Ok(mut members) => members.remove("checkpoint.txt"),
            Err(_) => Some(bytes),
        });
        let note = note.and_then(|note| String::from_utf8(note).ok());
        match note
            .zip(key.as_ref())
            .map(|(note, key)| Checkpoint::open(&note, std::slice::from_ref(key)))
        {
            Some(Ok(checkpoint)) => known.push(checkpoint),
            _ => refused.push(format!("{} は、この記録簿のチェックポイントとして読めません", path.display())),
        }
    }
    (known, refused)
}
