//! Are the rows what was deposited? Each is compared with its record, its place in the log, its evidence, its bytes and the journal.
//! Whoever can write rows can make any page say anything; he cannot make these agree.

use evidence::{Checkpoint, Entry, Proof, Record, ers::EvidenceRecord};
use foundation::{Date, DepartmentId, DeskId, Instant};
use journal::Untrue;
use store::{Database, ObjectError, Objects, sql};

use crate::{DepositId, Result, deposit::subject_word};

/// Rows that are read at once.
const PAGE: i64 = 200;

#[derive(store::Record)]
struct Row {
    id: DepositId,
    subject: String,
    media: String,
    size: u64,
    sha256: [u8; 32],
    sha512: [u8; 64],
    object: String,
    record: Vec<u8>,
    received: Instant,
    retain_until: Date,
    proof: Option<String>,
    ers: Option<Vec<u8>>,
    entry: Option<Vec<u8>>,
}

/// Looks at every deposit.
///
/// # Errors
/// The database; the disk does not answer.
pub async fn examine(db: &Database, objects: &Objects) -> Result<Vec<Untrue>> {
    let mut untrue = Vec::new();
    let mut after = DepositId(uuid::Uuid::nil());
    loop {
        let page = db
            .all::<Row>(sql!(
                "SELECT custody_deposit.id AS id, subject, media, size, sha256, sha512, object, record, received, retain_until, proof, ers,
                        log_entry.entry AS entry
                 FROM custody_deposit LEFT JOIN log_entry ON log_entry.id = custody_deposit.log_entry
                 WHERE custody_deposit.id > {after} ORDER BY custody_deposit.id LIMIT {PAGE}"
            ))
            .await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in page {
            one(db, objects, row, &mut untrue).await?;
        }
    }
    gone(db, &mut untrue).await?;
    Ok(untrue)
}

async fn one(db: &Database, objects: &Objects, row: Row, untrue: &mut Vec<Untrue>) -> Result<()> {
    let id = row.id;
    let facts = journal::facts_about(db, &id.to_string()).await?;
    let owners = db
        .all::<(DepartmentId, DeskId)>(sql!("SELECT department, desk FROM custody_owner WHERE deposit = {id}"))
        .await?;
    let bytes = match objects.get(&row.object).await {
        Ok(bytes) => Some(bytes),
        Err(ObjectError::Missing { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let found = jobs::work(move || judge(&row, bytes.as_deref(), &owners, &facts)).await;
    untrue.extend(found.into_iter().map(|what| Untrue::new(id, what)));
    Ok(())
}

fn judge(row: &Row, bytes: Option<&[u8]>, owners: &[(DepartmentId, DeskId)], facts: &[(String, serde_json::Value)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut demand = |holds: bool, what: &str| {
        if !holds {
            wrong.push(what.to_owned());
        }
    };
    let Ok(record) = Record::parse(&row.record) else {
        return vec!["預り記録（record.json）を読めません。".to_owned()];
    };
    demand(record.id == row.id.to_string(), "預り記録が、別の原本のものです。");
    demand(
        subject_word(record.subject) == row.subject && record.content.media == row.media && record.content.size == row.size,
        "種類または大きさが、預り記録と違います。",
    );
    demand(
        record.content.sha256() == Some(row.sha256) && record.content.sha512() == Some(row.sha512),
        "ハッシュが、預り記録と違います。",
    );
    demand(record.received == row.received.rfc3339(), "受付の時刻が、預り記録と違います。");
    let extended = facts.iter().rev().find(|(deed, _)| deed == "deposit.extend");
    let until = extended
        .and_then(|(_, facts)| facts["to"].as_str())
        .unwrap_or(record.retain_until.as_str());
    demand(
        row.retain_until.to_string() == until,
        "保管の期限が、預り記録と操作の記録の示す日ではありません。",
    );
    let journaled = facts.iter().find(|(deed, _)| deed == "deposit.take").map(|(_, facts)| facts);
    let given = journaled.and_then(|facts| facts["owners"].as_array());
    demand(
        owners.len() == record.owners.len()
            && owners.iter().all(|owner| {
                record.belongs_to(&owner.0.to_string()) && given.is_none_or(|given| given.contains(&serde_json::json!([owner.0, owner.1])))
            }),
        "持ち主が、預り記録または操作の記録と違います。",
    );
    let entry = row.entry.as_deref().unwrap_or_default();
    demand(
        Entry::parse(entry).is_some_and(|entry| entry.kind == record.kind && entry.commits_to(&row.record)),
        "ログの項目が、預り記録のものではありません。",
    );
    demand(
        journaled.is_some_and(|facts| {
            facts["sha256"].as_str() == Some(&hex::encode(row.sha256))
                && facts["record_sha512"].as_str() == Some(&hex::encode(evidence::sha512(&row.record)))
        }),
        "操作の記録にある受付と違うか、受付の記録がありません。",
    );
    demand(
        bytes.is_some_and(|bytes| record.content.is(bytes)),
        "保管したファイルが、預けられたものと違うか、ありません。",
    );
    if let Some(proof) = &row.proof {
        let proved = Proof::parse(proof)
            .is_ok_and(|proof| Checkpoint::parse(&proof.checkpoint).is_ok_and(|checkpoint| proof.verify(entry, &checkpoint).is_ok()));
        demand(proved, "ログに入っていることの証明が成り立ちません。");
    }
    if let (Some(ers), Some(bytes)) = (&row.ers, bytes) {
        let proved = EvidenceRecord::parse(ers).is_ok_and(|ers| ers.verify(&[bytes, &row.record]).is_ok());
        demand(proved, "証拠記録（RFC 4998）が、この原本のものではありません。");
    }
    wrong
}

/// What was deposited once and has no row any more.
async fn gone(db: &Database, untrue: &mut Vec<Untrue>) -> Result<()> {
    let mut after = String::new();
    loop {
        let page = journal::subjects_of(db, "deposit.take", &after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for subject in page {
            let Ok(id) = subject.parse::<uuid::Uuid>() else { continue };
            let there = db.find::<DepositId>(sql!("SELECT id FROM custody_deposit WHERE id = {id}")).await?;
            if there.is_none() {
                untrue.push(Untrue::new(subject, "受付の記録があるのに、原本の行がありません。"));
            }
        }
    }
}
