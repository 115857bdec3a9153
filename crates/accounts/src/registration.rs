//! Registering companies, 企業ID, ユーザID, people and seats: an act of the operator with two persons.
//! (The application forms 様式1–6 will make the same payload; see `docs/`.)

use foundation::{Actor, CompanyId, DepartmentId, DeskId, Instant, PersonId, Refused, Services};
use journal::fingerprint;
use serde::{Deserialize, Serialize};
use store::{Unit, sql};

use crate::{
    Error, Role,
    proposals::{Approval, Failure, Proposed},
    seat::SeatId,
};

/// A company to register.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of `Company`")]
pub struct NewCompany {
    pub id: CompanyId,
    pub name: String,
    pub kana: String,
    pub corporate_number: String,
    pub address: String,
}

/// A 企業ID to register.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of `Department`")]
pub struct NewDepartment {
    pub id: DepartmentId,
    pub company: CompanyId,
    pub number: String,
    pub name: String,
    pub services: Services,
}

/// A ユーザID to register.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of `Desk`")]
pub struct NewDesk {
    pub id: DeskId,
    pub company: CompanyId,
    pub department: DepartmentId,
    pub number: String,
    pub name: String,
    pub mail: String,
    pub services: Services,
}

/// A person to register; he sets his password himself by invitation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of `Person`")]
pub struct NewPerson {
    pub id: PersonId,
    pub company: Option<CompanyId>,
    pub name: String,
    pub kana: String,
    pub mail: String,
    pub sign_in: String,
    pub role: Option<Role>,
}

/// A seat to give: at `desk`, or at the 企業ID itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of `SeatCard`")]
pub struct NewSeat {
    pub id: SeatId,
    pub person: PersonId,
    pub department: DepartmentId,
    pub desk: Option<DeskId>,
    pub registers: bool,
    pub signs: bool,
}

/// What is registered in one act. Ids are drawn by who proposes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "lists of the things named by their types")]
pub struct Registration {
    pub companies: Vec<NewCompany>,
    pub departments: Vec<NewDepartment>,
    pub desks: Vec<NewDesk>,
    pub people: Vec<NewPerson>,
    pub seats: Vec<NewSeat>,
}

impl Proposed for Registration {
    const KIND: &'static str = "accounts.registration";
    fn summary(&self) -> String {
        let names: Vec<&str> = self
            .companies
            .iter()
            .map(|company| company.name.as_str())
            .chain(self.people.iter().map(|person| person.name.as_str()))
            .collect();
        format!(
            "登録: {}（企業ID {}件、ユーザID {}件、担当者 {}名）",
            names.join("、"),
            self.departments.len(),
            self.desks.len(),
            self.people.len()
        )
    }
    async fn execute(self, unit: &mut Unit, approval: &Approval) -> Result<(), Failure> {
        // People of the operator are never made by a proposal of its people: only by the operator's command on the machine.
        if self.people.iter().any(|person| person.role.is_some()) {
            return Err(Error::from(Refused::OperatorOnly).into());
        }
        Ok(write(unit, &approval.by, &self, approval.at).await?)
    }
}

/// Registers at once: the operator's command on the machine (its first people, the demo). Everybody else proposes.
///
/// # Errors
/// Not the program itself, an entry is wrong or taken, or the database did not answer.
pub async fn register(unit: &mut Unit, by: &Actor, registration: &Registration, now: Instant) -> Result<(), Error> {
    match by {
        Actor::System { .. } => write(unit, by, registration, now).await,
        Actor::Nobody => Err(Refused::NotSignedIn.into()),
        Actor::Member(_) | Actor::Operator(_) => Err(Refused::OperatorOnly.into()),
    }
}

async fn write(unit: &mut Unit, by: &Actor, new: &Registration, now: Instant) -> Result<(), Error> {
    check(new)?;
    for row in &new.companies {
        let NewCompany {
            id,
            name,
            kana,
            corporate_number,
            address,
        } = row;
        free(unit.run(sql!(
            "INSERT INTO accounts_company (id, name, kana, corporate_number, address, registered) VALUES ({*id}, {name}, {kana}, {corporate_number}, {address}, {now})
             ON CONFLICT DO NOTHING"
        )).await?, "法人番号")?;
        crate::note(
            unit,
            by,
            "company.register",
            id.0,
            serde_json::json!({ "name": name, "corporate_number": corporate_number, "row": fingerprint(row) }),
            now,
        )
        .await?;
    }
    for row in &new.departments {
        let NewDepartment {
            id,
            company,
            number,
            name,
            services,
        } = row;
        free(
            unit.run(sql!(
                "INSERT INTO accounts_department (id, company, number, name, contracts, custody, registered)
             VALUES ({*id}, {*company}, {number}, {name}, {services.contracts}, {services.custody}, {now}) ON CONFLICT DO NOTHING"
            ))
            .await?,
            "企業ID",
        )?;
        crate::note(
            unit,
            by,
            "department.register",
            id.0,
            serde_json::json!({ "number": number, "row": fingerprint(row) }),
            now,
        )
        .await?;
    }
    for row in &new.desks {
        let NewDesk {
            id,
            company,
            department,
            number,
            name,
            mail,
            services,
        } = row;
        free(unit.run(sql!(
            "INSERT INTO accounts_desk (id, company, department, number, name, mail, contracts, custody, registered)
             VALUES ({*id}, {*company}, {*department}, {number}, {name}, {mail}, {services.contracts}, {services.custody}, {now}) ON CONFLICT DO NOTHING"
        )).await?, "ユーザID")?;
        crate::note(
            unit,
            by,
            "desk.register",
            id.0,
            serde_json::json!({ "number": number, "row": fingerprint(row) }),
            now,
        )
        .await?;
    }
    for row in &new.people {
        let NewPerson {
            id,
            company,
            name,
            kana,
            mail,
            sign_in,
            role,
        } = row;
        free(
            unit.run(sql!(
                "INSERT INTO accounts_person (id, company, name, kana, mail, sign_in, role, failures, registered)
             VALUES ({*id}, {*company}, {name}, {kana}, {mail}, {sign_in}, {*role}, 0, {now}) ON CONFLICT DO NOTHING"
            ))
            .await?,
            "サインインID",
        )?;
        crate::note(
            unit,
            by,
            "person.register",
            id.0,
            serde_json::json!({ "sign_in": sign_in, "role": role, "row": fingerprint(row) }),
            now,
        )
        .await?;
    }
    for row in &new.seats {
        let NewSeat {
            id,
            person,
            department,
            desk,
            registers,
            signs,
        } = row;
        unit.one(sql!(
            "INSERT INTO accounts_seat (id, person, department, desk, registers, signs) VALUES ({*id}, {*person}, {*department}, {*desk}, {*registers}, {*signs})"
        )).await?;
        crate::note(
            unit,
            by,
            "seat.give",
            person.0,
            serde_json::json!({ "seat": id, "desk": desk, "department": department, "registers": registers, "signs": signs }),
            now,
        )
        .await?;
    }
    Ok(())
}

const fn free(written: u64, field: &'static str) -> Result<(), Error> {
    if written == 1 {
        Ok(())
    } else {
        Err(Error::BadEntry {
            field,
            why: "既に登録されています。",
        })
    }
}

fn check(new: &Registration) -> Result<(), Error> {
    let wrong = |field, why| Err(Error::BadEntry { field, why });
    for company in &new.companies {
        if !japan::is_corporate_number(&company.corporate_number) {
            return wrong("法人番号", "13桁の法人番号として正しくありません（検査数字が合いません）。");
        }
        if company.name.trim().is_empty() {
            return wrong("商号", "入力してください。");
        }
    }
    for department in &new.departments {
        if !is_number(&department.number, &['C']) {
            return wrong("企業ID", "「C」と数字6桁にしてください。");
        }
    }
    for desk in &new.desks {
        // 契約の操作ができるIDは U、原本保管だけのIDは S で始まる。
        let first = if desk.services.contracts { ['U'] } else { ['S'] };
        if !is_number(&desk.number, &first) {
            return wrong("ユーザID", "「U」（原本保管だけのIDは「S」）と数字6桁にしてください。");
        }
        if !is_mail(&desk.mail) {
            return wrong("メールアドレス", "メールアドレスとして正しくありません。");
        }
    }
    for person in &new.people {
        if !is_mail(&person.mail) {
            return wrong("メールアドレス", "メールアドレスとして正しくありません。");
        }
        if person.sign_in.len() < 3 || !person.sign_in.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b)) {
            return wrong("サインインID", "半角英数字と . _ - @ で3文字以上にしてください。");
        }
        if person.company.is_none() == person.role.is_none() {
            return wrong("担当者", "会社の方か運営者の方か、どちらか一方にしてください。");
        }
    }
    Ok(())
}

fn is_number(text: &str, first: &[char]) -> bool {
    text.len() == 7 && text.starts_with(first) && text[1..].bytes().all(|b| b.is_ascii_digit())
}

/// Enough to catch a slip of the pen; whether it exists, the first mail will tell.
pub(crate) fn is_mail(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    !local.is_empty()
        && !domain.contains('@')
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !text.bytes().any(|b| b <= b' ' || b == 0x7f)
}
