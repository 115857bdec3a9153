//! Are the rows of people and companies what was registered? Each is compared with its entry of the journal, which was written in the same
//! unit and is chained and anchored in the log.

use foundation::{CompanyId, DepartmentId, DeskId, Instant, PersonId, Services};
use journal::{Untrue, fingerprint};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Database, Record, sql};
use uuid::Uuid;

use crate::{Error, NewCompany, NewDepartment, NewDesk, NewPerson, Role, seat::SeatId};

/// Rows that are read at once.
const PAGE: i64 = 500;

/// Looks at every company, 企業ID, ユーザID, person and seat.
///
/// # Errors
/// The database did not answer.
pub async fn examine(db: &Database) -> Result<Vec<Untrue>, Error> {
    let mut untrue = Vec::new();
    companies(db, &mut untrue).await?;
    departments(db, &mut untrue).await?;
    desks(db, &mut untrue).await?;
    people(db, &mut untrue).await?;
    gone(db, &mut untrue).await?;
    Ok(untrue)
}

/// The facts of the last `deed`.
fn last<'f>(acts: &'f [(String, Value)], wanted: &str) -> Option<&'f Value> {
    acts.iter().rev().find(|(deed, _)| deed == wanted).map(|(_, facts)| facts)
}

/// A row against the entry of its registration. Entries that are older than the fingerprint tell some of its words only.
fn registered(acts: &[(String, Value)], deed: &str, row: &impl Serialize, words: &Value) -> Option<&'static str> {
    let Some(facts) = last(acts, deed) else {
        return Some("登録の記録がありません。");
    };
    let is_row = facts["row"].as_str().is_none_or(|journaled| journaled == fingerprint(row));
    let tells = words
        .as_object()
        .is_none_or(|words| words.iter().all(|(name, word)| facts.get(name) == Some(word)));
    (!(is_row && tells)).then_some("登録の内容が、操作の記録と違います。")
}

fn push(untrue: &mut Vec<Untrue>, thing: String, wrong: Option<&'static str>) {
    untrue.extend(wrong.map(|wrong| Untrue::new(thing, wrong)));
}

#[derive(Record)]
struct CompanyRow {
    id: CompanyId,
    name: String,
    kana: String,
    corporate_number: String,
    address: String,
}

async fn companies(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut after = CompanyId(Uuid::nil());
    loop {
        let page: Vec<CompanyRow> = db
            .all(sql!(
                "SELECT id, name, kana, corporate_number, address FROM accounts_company WHERE id > {after} ORDER BY id LIMIT {PAGE}"
            ))
            .await?;
        let Some(end) = page.last() else { return Ok(()) };
        after = end.id;
        for CompanyRow {
            id,
            name,
            kana,
            corporate_number,
            address,
        } in page
        {
            let acts = journal::facts_about(db, &id.to_string()).await?;
            let words = json!({ "name": name, "corporate_number": corporate_number });
            let thing = format!("会社 {name}（{id}）");
            let row = NewCompany {
                id,
                name,
                kana,
                corporate_number,
                address,
            };
            push(untrue, thing, registered(&acts, "company.register", &row, &words));
        }
    }
}

#[derive(Record)]
struct DepartmentRow {
    id: DepartmentId,
    company: CompanyId,
    number: String,
    name: String,
    contracts: bool,
    custody: bool,
}

async fn departments(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut after = DepartmentId(Uuid::nil());
    loop {
        let page: Vec<DepartmentRow> = db
            .all(sql!(
                "SELECT id, company, number, name, contracts, custody FROM accounts_department WHERE id > {after} ORDER BY id LIMIT {PAGE}"
            ))
            .await?;
        let Some(end) = page.last() else { return Ok(()) };
        after = end.id;
        for DepartmentRow {
            id,
            company,
            number,
            name,
            contracts,
            custody,
        } in page
        {
            let acts = journal::facts_about(db, &id.to_string()).await?;
            let (words, thing) = (json!({ "number": number }), format!("企業ID {number}（{id}）"));
            let row = NewDepartment {
                id,
                company,
                number,
                name,
                services: Services { contracts, custody },
            };
            push(untrue, thing, registered(&acts, "department.register", &row, &words));
        }
    }
}

#[derive(Record)]
struct DeskRow {
    id: DeskId,
    company: CompanyId,
    department: DepartmentId,
    number: String,
    name: String,
    mail: String,
    contracts: bool,
    custody: bool,
}

async fn desks(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut after = DeskId(Uuid::nil());
    loop {
        let page: Vec<DeskRow> = db
            .all(sql!(
                "SELECT id, company, department, number, name, mail, contracts, custody FROM accounts_desk WHERE id > {after} ORDER BY id LIMIT {PAGE}"
            ))
            .await?;
        let Some(end) = page.last() else { return Ok(()) };
        after = end.id;
        for DeskRow {
            id,
            company,
            department,
            number,
            name,
            mail,
            contracts,
            custody,
        } in page
        {
            let acts = journal::facts_about(db, &id.to_string()).await?;
            let (words, thing) = (json!({ "number": number }), format!("ユーザID {number}（{id}）"));
            let row = NewDesk {
                id,
                company,
                department,
                number,
                name,
                mail,
                services: Services { contracts, custody },
            };
            push(untrue, thing, registered(&acts, "desk.register", &row, &words));
        }
    }
}

#[derive(Record)]
struct PersonRow {
    id: PersonId,
    company: Option<CompanyId>,
    name: String,
    kana: String,
    mail: String,
    sign_in: String,
    role: Option<Role>,
    password: Option<String>,
    locked: Option<Instant>,
}

async fn people(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let mut after = PersonId(Uuid::nil());
    loop {
        let page: Vec<PersonRow> = db
            .all(sql!(
                "SELECT id, company, name, kana, mail, sign_in, role, password, locked FROM accounts_person WHERE id > {after} ORDER BY id LIMIT {PAGE}"
            ))
            .await?;
        let Some(end) = page.last() else { return Ok(()) };
        after = end.id;
        for person in page {
            one(db, person, untrue).await?;
        }
    }
}

async fn one(db: &Database, person: PersonRow, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let PersonRow {
        id,
        company,
        name,
        kana,
        mail,
        sign_in,
        role,
        password,
        locked,
    } = person;
    let acts = journal::facts_about(db, &id.to_string()).await?;
    let words = json!({ "sign_in": sign_in, "role": role });
    let thing = format!("利用者 {sign_in}（{id}）");
    let row = NewPerson {
        id,
        company,
        name,
        kana,
        mail,
        sign_in,
        role,
    };
    push(untrue, thing.clone(), registered(&acts, "person.register", &row, &words));
    // Entries that are older than the fingerprint only tell that there was a password.
    let set = last(&acts, "person.set_password");
    let is_set = match (&password, set) {
        (None, None) => true,
        (Some(kept), Some(facts)) => facts["password"].as_str().is_none_or(|journaled| journaled == fingerprint(kept)),
        (None, Some(_)) | (Some(_), None) => false,
    };
    push(
        untrue,
        thing.clone(),
        (!is_set).then_some("パスワードが、本人が決めたものではありません。"),
    );
    let lock = acts
        .iter()
        .rev()
        .find(|(deed, _)| matches!(deed.as_str(), "person.locked" | "person.unlock" | "person.set_password"));
    let is_locked = lock.is_some_and(|(deed, _)| deed == "person.locked");
    push(
        untrue,
        thing.clone(),
        (is_locked != locked.is_some()).then_some("ロックの状態が、操作の記録と違います。"),
    );
    seats(db, id, &acts, &thing, untrue).await
}

#[derive(Record)]
struct SeatRow {
    id: SeatId,
    department: DepartmentId,
    desk: Option<DeskId>,
    registers: bool,
    signs: bool,
}

/// The seats of a person are those that he was given.
async fn seats(db: &Database, person: PersonId, acts: &[(String, Value)], thing: &str, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    let rows: Vec<SeatRow> = db
        .all(sql!(
            "SELECT id, department, desk, registers, signs FROM accounts_seat WHERE person = {person} ORDER BY id"
        ))
        .await?;
    let mut given: Vec<&Value> = acts
        .iter()
        .filter(|(deed, _)| deed == "seat.give")
        .map(|(_, facts)| facts)
        .collect();
    for SeatRow {
        id,
        department,
        desk,
        registers,
        signs,
    } in rows
    {
        let is_it = |facts: &&Value| {
            // older entries do not tell the seat's own id
            facts.get("seat").is_none_or(|seat| *seat == json!(id))
                && facts["desk"] == json!(desk)
                && facts["department"] == json!(department)
                && facts["registers"] == json!(registers)
                && facts["signs"] == json!(signs)
        };
        match given.iter().position(is_it) {
            Some(at) => drop(given.swap_remove(at)),
            None => untrue.push(Untrue::new(thing, "席（事務・署名の権限）が、操作の記録と違います。")),
        }
    }
    if !given.is_empty() {
        untrue.push(Untrue::new(thing, "与えられた席の行が、なくなったか、書き換わっています。"));
    }
    Ok(())
}

/// What was registered once and has no row any more.
async fn gone(db: &Database, untrue: &mut Vec<Untrue>) -> Result<(), Error> {
    for deed in ["company.register", "department.register", "desk.register", "person.register"] {
        let mut after = String::new();
        loop {
            let page = journal::subjects_of(db, deed, &after).await?;
            let Some(end) = page.last() else { break };
            after.clone_from(end);
            for subject in page {
                let Ok(id) = subject.parse::<Uuid>() else { continue };
                if !is_there(db, deed, id).await? {
                    untrue.push(Untrue::new(subject, "登録の記録があるのに、行がありません。"));
                }
            }
        }
    }
    Ok(())
}

async fn is_there(db: &Database, deed: &str, id: Uuid) -> Result<bool, Error> {
    let found: Option<Uuid> = match deed {
        "company.register" => db.find(sql!("SELECT id FROM accounts_company WHERE id = {id}")).await?,
        "department.register" => db.find(sql!("SELECT id FROM accounts_department WHERE id = {id}")).await?,
        "desk.register" => db.find(sql!("SELECT id FROM accounts_desk WHERE id = {id}")).await?,
        _ => db.find(sql!("SELECT id FROM accounts_person WHERE id = {id}")).await?,
    };
    Ok(found.is_some())
}
