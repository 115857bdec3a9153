//! Are the rows of certificates and of whom they certify what was journaled? And is what the world is told of each its own state?

use foundation::{CertificateId, CompanyId, Instant, PersonId};
use journal::Untrue;
use serde_json::{Value, json};
use store::{Database, Record, sql};
use uuid::Uuid;

use crate::certificate::state::State;
use crate::{EnrolmentId, Error, Subject, SubjectId};

/// Rows that are read at once.
const PAGE: i64 = 500;

#[derive(Record)]
struct Row {
    id: CertificateId,
    serial: Vec<u8>,
    subject: SubjectId,
    enrolment: EnrolmentId,
    person: PersonId,
    company: CompanyId,
    name: String,
    der: Vec<u8>,
    sha256: Vec<u8>,
    not_before: Instant,
    not_after: Instant,
    state: State,
    revoked: Option<Instant>,
    reason: Option<i64>,
    /// What the responder reads.
    is_published: bool,
    told_revoked: Option<Instant>,
    told_reason: Option<i64>,
}

/// Looks at every certificate and everybody who was approved for one.
///
/// # Errors
/// The database did not answer.
pub async fn examine(db: &Database) -> Result<Vec<Untrue>, Error> {
    let mut untrue = Vec::new();
    certificates(db, &mut untrue).await?;
    subjects(db, &mut untrue).await?;
    gone(db, &mut untrue).await?;
    Ok(untrue)
}

async fn certificates(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut after = CertificateId(Uuid::nil());
    loop {
        let page: Vec<Row> = db
            .all(sql!(
                "SELECT c.id AS id, c.serial AS serial, c.subject AS subject, c.enrolment AS enrolment, c.person AS person, c.company AS company,
                        c.name AS name, c.der AS der, c.sha256 AS sha256, c.not_before AS not_before, c.not_after AS not_after, c.state AS state,
                        c.revoked AS revoked, c.reason AS reason, s.serial IS NOT NULL AS is_published, s.revoked AS told_revoked, s.reason AS told_reason
                 FROM certification_certificate c LEFT JOIN certification_status s ON s.serial = c.serial
                 WHERE c.id > {after} ORDER BY c.id LIMIT {PAGE}"
            ))
            .await?;
        let Some(end) = page.last() else { return Ok(()) };
        after = end.id;
        for row in page {
            let acts = journal::facts_about(db, &row.id.to_string()).await?;
            let approved = journal::facts_about(db, &row.subject.to_string()).await?;
            let thing = format!("電子証明書 {}（{}）", row.name, row.id);
            let found = jobs::work(move || judge(&row, &acts, &approved)).await;
            untrue.extend(found.into_iter().map(|what| Untrue::new(&thing, what)));
        }
    }
}

fn first<'f>(acts: &'f [(String, Value)], wanted: &str) -> Option<&'f Value> {
    acts.iter().find(|(deed, _)| deed == wanted).map(|(_, facts)| facts)
}

fn judge(row: &Row, acts: &[(String, Value)], approved: &[(String, Value)]) -> Vec<&'static str> {
    let Some(issued) = first(acts, "certificate.issued") else {
        return vec!["発行の記録がありません。"];
    };
    let mut wrong = Vec::new();
    let mut demand = |holds: bool, what: &'static str| {
        if !holds {
            wrong.push(what);
        }
    };
    let x509 = pki::Certificate::parse(&row.der).ok();
    demand(
        x509.as_ref().is_some_and(|x509| {
            x509.sha256().as_slice() == row.sha256.as_slice() && issued["sha256"].as_str() == Some(&hex::encode(&row.sha256))
        }),
        "証明書そのものが、発行したものと違います。",
    );
    demand(
        x509.as_ref().is_some_and(|x509| {
            x509.serial().content() == row.serial.as_slice() && x509.not_before() == row.not_before && x509.not_after() == row.not_after
        }),
        "番号または有効期間が、証明書と違います。",
    );
    let holder = first(approved, "subject.approve");
    demand(
        issued["enrolment"] == json!(row.enrolment)
            && holder.is_some_and(|facts| facts["person"] == json!(row.person) && facts["company"] == json!(row.company)),
        "持ち主または会社が、承認の記録と違います。",
    );
    let state = acts.iter().rev().find_map(|(_, facts)| facts["to"].as_str());
    demand(state.unwrap_or("issued") == row.state.word(), "状態が、操作の記録と違います。");
    demand(
        (row.state == State::Revoked) == row.revoked.is_some(),
        "失効の時刻が、状態と合いません。",
    );
    demand(
        row.is_published && row.told_revoked == row.revoked && (row.revoked.is_none() || row.told_reason == row.reason),
        "公開する失効情報が、証明書の状態と違います。",
    );
    wrong
}

async fn subjects(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut after = SubjectId(Uuid::nil());
    loop {
        let page: Vec<Subject> = db
            .all(sql!(
                "SELECT id, person, company, family_name, given_name, kana, romaji, mail, address, company_name, corporate_number, department, approved
                 FROM certification_subject WHERE id > {after} ORDER BY id LIMIT {PAGE}"
            ))
            .await?;
        let Some(end) = page.last() else { return Ok(()) };
        after = end.id;
        for subject in page {
            let acts = journal::facts_about(db, &subject.id.to_string()).await?;
            let is_it = first(&acts, "subject.approve").is_some_and(|facts| {
                facts["person"] == json!(subject.person)
                    && facts["company"] == json!(subject.company)
                    // entries that are older than the fingerprint do not have it
                    && facts["row"].as_str().is_none_or(|journaled| journaled == subject.fingerprint())
            });
            if !is_it {
                let thing = format!("電子証明書の利用者 {}（{}）", subject.name(), subject.id);
                untrue.push(Untrue::new(thing, "承認された内容が、操作の記録と違います。"));
            }
        }
    }
}

/// What was issued once and has no row any more.
async fn gone(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut after = String::new();
    loop {
        let page = journal::subjects_of(db, "certificate.issued", &after).await?;
        let Some(end) = page.last() else { return Ok(()) };
        after.clone_from(end);
        for subject in page {
            let Ok(id) = subject.parse::<Uuid>() else { continue };
            let there: Option<CertificateId> = db.find(sql!("SELECT id FROM certification_certificate WHERE id = {id}")).await?;
            if there.is_none() {
                untrue.push(Untrue::new(subject, "発行の記録があるのに、電子証明書の行がありません。"));
            }
        }
    }
}
