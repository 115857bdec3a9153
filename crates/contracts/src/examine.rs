//! Are the rows of the cases what was journaled? State, terms, sides, signers, 成立日時 and every stored file are compared with the
//! entries that were written in the same unit, and those are chained and anchored in the log.

use std::collections::BTreeSet;

use foundation::{Date, Instant, PersonId};
use journal::Untrue;
use serde_json::{Value, json};
use store::{Database, ObjectError, Objects, Record, sql};

use crate::{CaseId, Error, state::State};

/// Rows that are read at once.
const PAGE: i64 = 200;

#[derive(Record)]
struct Row {
    id: CaseId,
    state: State,
    title: String,
    contract_number: String,
    contract_date: Date,
    amount: Option<i64>,
    period_from: Option<Date>,
    period_to: Option<Date>,
    reply_by: Option<Date>,
    a_signer: PersonId,
    b_desk: Option<foundation::DeskId>,
    b_signer: Option<PersonId>,
    a_signed: Option<Instant>,
    b_signed: Option<Instant>,
    formed: Option<Instant>,
    sealed: Option<Instant>,
    deposit: Option<uuid::Uuid>,
}

/// Looks at every case.
///
/// # Errors
/// The database; the disk does not answer.
pub async fn examine(db: &Database, objects: &Objects) -> Result<Vec<Untrue>, Error> {
    let mut untrue = Vec::new();
    let mut after = CaseId(uuid::Uuid::nil());
    loop {
        let page = db
            .all::<Row>(sql!(
                "SELECT id, state, title, contract_number, contract_date, amount, period_from, period_to, reply_by, a_signer, b_desk, b_signer,
                        a_signed, b_signed, formed, sealed, deposit
                 FROM contracts_case WHERE id > {after} ORDER BY id LIMIT {PAGE}"
            ))
            .await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for row in page {
            let acts = journal::facts_about(db, &row.id.to_string()).await?;
            untrue.extend(judge(&row, &acts).into_iter().map(|what| Untrue::new(row.id, what)));
            files(db, objects, row.id, &acts, &mut untrue).await?;
        }
    }
    gone(db, &mut untrue).await?;
    Ok(untrue)
}

/// The terms as they are journaled.
pub(crate) fn terms(contract_date: Date, amount: Option<i64>, period: Option<(Date, Date)>) -> Value {
    json!({
        "contract_date": contract_date.to_string(), "amount": amount,
        "period": period.map(|(from, to)| [from.to_string(), to.to_string()]),
    })
}

/// What each thing was when it was journaled last: facts of a move stand one level deeper.
fn last<'f>(acts: &'f [(String, Value)], key: &str) -> Option<&'f Value> {
    let facts = acts
        .iter()
        .rev()
        .map(|(_, facts)| if facts["did"].is_string() { &facts["facts"] } else { facts });
    facts.filter_map(|facts| facts.get(key)).next()
}

fn judge(row: &Row, acts: &[(String, Value)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut demand = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("{what}が、操作の記録と違います。"));
        }
    };
    // What was never journaled must be empty; older entries did not tell the terms.
    let is = |key: &str, now: Value| last(acts, key).map_or(now.is_null(), |journaled| *journaled == now);
    let told = |key: &str, now: Value| last(acts, key).is_none_or(|journaled| *journaled == now);
    let at = |time: Option<Instant>| time.map_or(Value::Null, |time| json!(time.rfc3339()));
    let state = acts.iter().rev().find_map(|(_, facts)| facts["to"].as_str());
    demand(state.unwrap_or("draft") == row.state.word(), "状態");
    demand(
        is("title", json!(row.title)) && is("contract_number", json!(row.contract_number)),
        "案件名または契約番号",
    );
    demand(
        told("terms", terms(row.contract_date, row.amount, row.period_from.zip(row.period_to))),
        "契約日、契約金額または工期",
    );
    demand(is("reply_by", crate::deadline::journaled(row.reply_by)), "返送の期限");
    demand(is("a_signer", json!(row.a_signer)), "甲の署名者");
    let sent = last(acts, "b_desk").is_some();
    demand(
        !sent || (is("b_desk", json!(row.b_desk)) && is("b_signer", json!(row.b_signer))),
        "乙の担当または署名者",
    );
    let signed: BTreeSet<String> = acts
        .iter()
        .filter_map(|(_, facts)| facts["facts"]["signed_at"].as_str())
        .map(str::to_owned)
        .collect();
    let known = |time: Option<Instant>| time.is_none_or(|time| signed.contains(&time.rfc3339()));
    let outside = last(acts, "signed_outside") == Some(&Value::Bool(true));
    demand((outside || known(row.a_signed)) && known(row.b_signed), "署名の時刻");
    demand(is("formed", at(row.formed)), "成立日時");
    demand(is("sealed_at", at(row.sealed)), "封緘の時刻");
    demand(is("deposit", row.deposit.map_or(Value::Null, |id| json!(id))), "原本の番号");
    wrong
}

/// Every stage is one whose hash was journaled, and the object is still that.
async fn files(db: &Database, objects: &Objects, case: CaseId, acts: &[(String, Value)], untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut journaled = BTreeSet::new();
    for (_, facts) in acts {
        hashes(facts, &mut journaled);
    }
    let stages = db
        .all::<(String, String, String)>(sql!(
            "SELECT name, object, sha256 FROM contracts_stage WHERE contract_case = {case} ORDER BY made, id"
        ))
        .await?;
    for (name, object, sha256) in stages {
        if !journaled.contains(&sha256) {
            untrue.push(Untrue::new(case, format!("段階 {name} のハッシュが、操作の記録にありません。")));
        }
        let whole = match crate::tools::hash_of(objects, &object).await {
            Ok(found) => found == sha256,
            Err(ObjectError::Missing { .. }) => false,
            Err(error) => return Err(error.into()),
        };
        if !whole {
            untrue.push(Untrue::new(
                case,
                format!("段階 {name} のファイルが、保存されたものと違うか、ありません。"),
            ));
        }
    }
    Ok(())
}

fn hashes(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.len() == 64 => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| hashes(item, found)),
        Value::Object(fields) => fields.values().for_each(|item| hashes(item, found)),
        _ => {}
    }
}

/// What was registered once and has no row any more.
async fn gone(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let page = journal::subjects_of(db, "case.register", &after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(last);
        for subject in page {
            let Ok(id) = subject.parse::<uuid::Uuid>() else { continue };
            let there = db.find::<CaseId>(sql!("SELECT id FROM contracts_case WHERE id = {id}")).await?;
            if there.is_none() {
                untrue.push(Untrue::new(subject, "登録の記録があるのに、案件の行がありません。"));
            }
        }
    }
}
