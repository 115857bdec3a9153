//! Whom the authority certifies: a natural person of a company, approved by two persons of the operator.

use accounts::proposals::{Approval, Failure, ProposalId, Proposed};
use foundation::{Actor, CompanyId, Instant, PersonId, Random};
use journal::fingerprint;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Record, Unit, sql};
use uuid::Uuid;

use crate::Error;
use crate::enrolment::{Enrolment, EnrolmentId};

foundation::id!(
    /// An approved subject.
    pub SubjectId
);
store::column_as!(SubjectId(Uuid));

/// Where the holder's key lives; each kind has its policy OID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// In a PKCS#11 token of the holder; the authority never sees it.
    Token,
    /// In the program, sealed under the holder's 合言葉.
    Server,
}
store::column_as!(Credential { Token = "token", Server = "server" });

impl Credential {
    /// In words.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Token => "PKCS#11トークン（利用者が鍵を保管）",
            Self::Server => "サーバ保管（利用者の合言葉で封印）",
        }
    }
}

/// What was approved about a person; certificates say this and nothing else.
#[derive(Clone, Debug, Record)]
pub struct Subject {
    /// Its id.
    pub id: SubjectId,
    /// The person.
    pub person: PersonId,
    /// His company.
    pub company: CompanyId,
    /// 氏.
    pub family_name: String,
    /// 名.
    pub given_name: String,
    /// Kana of the whole name.
    pub kana: String,
    /// Name in roman letters, e.g. `TANAKA Ichiro`.
    pub romaji: String,
    /// Where the ダウンロードPIN goes.
    pub mail: String,
    /// 住民票 address: where the letter goes.
    pub address: String,
    /// Registered name of the company.
    pub company_name: String,
    /// 法人番号.
    pub corporate_number: String,
    /// Department, as told by the company.
    pub department: String,
    /// When two persons had approved.
    pub approved: Instant,
}

impl Subject {
    /// 「氏 名」.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.family_name, self.given_name)
    }

    /// What the journal keeps of it when it is approved, and what an examination compares. The journals of all folders hold it:
    /// fields and order stay as they are.
    pub(crate) fn fingerprint(&self) -> String {
        let Self {
            id,
            person,
            company,
            family_name,
            given_name,
            kana,
            romaji,
            mail,
            address,
            company_name,
            corporate_number,
            department,
            approved: _,
        } = self;
        fingerprint(&json!([
            id,
            person,
            company,
            family_name,
            given_name,
            kana,
            romaji,
            mail,
            address,
            company_name,
            corporate_number,
            department
        ]))
    }

    pub(crate) async fn load(unit: &mut Unit, id: SubjectId) -> Result<Self, Error> {
        unit.find(sql!(
            "SELECT id, person, company, family_name, given_name, kana, romaji, mail, address, company_name, corporate_number, department, approved
             FROM certification_subject WHERE id = {id}"
        ))
        .await?
        .ok_or(Error::Unknown)
    }
}

/// A subject to approve: the payload of a proposal. Put it before a second person with `accounts::proposals::propose`;
/// approving it writes the subject, opens its enrolment and orders the letter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSubject {
    id: SubjectId,
    enrolment: EnrolmentId,
    number: String,
    person: PersonId,
    company: CompanyId,
    family_name: String,
    given_name: String,
    kana: String,
    romaji: String,
    mail: String,
    address: String,
    company_name: String,
    corporate_number: String,
    department: String,
    credential: Credential,
}

/// What the screener enters beside what `accounts` knows of the person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SubjectForm {
    /// Name in roman letters, e.g. `TANAKA Ichiro`.
    pub romaji: String,
    /// 住民票 address.
    pub address: String,
    /// Department as told by the company; may be empty.
    pub department: String,
    /// Kind of credential applied for.
    pub credential: Credential,
}

impl NewSubject {
    /// Takes name, kana, mail and company from `accounts`, the rest from the form.
    ///
    /// # Errors
    /// A field is missing or cannot stand in a certificate.
    pub fn of(person: &accounts::PersonCard, form: SubjectForm, now: Instant, random: &dyn Random) -> Result<Self, Error> {
        let SubjectForm {
            romaji,
            address,
            department,
            credential,
        } = form;
        let bad = |field, why| Err(Error::BadEntry { field, why });
        let (family, given) = match person.name.split_once([' ', '　']) {
            Some((family, given)) if !family.trim().is_empty() && !given.trim().is_empty() => {
                (family.trim().to_owned(), given.trim().to_owned())
            }
            _ => return bad("氏名", "氏と名の間に空白を入れてください。"),
        };
        if romaji.trim().is_empty() || !romaji.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '-' | '\'')) {
            return bad("氏名（ローマ字）", "半角英字で入力してください。");
        }
        if address.trim().is_empty() {
            return bad("住所", "住民票に記載の住所を入力してください。");
        }
        // X.520 upper bounds: the profile would refuse later, but here somebody can still correct it.
        if [&family, &given].iter().any(|part| part.chars().count() > 40)
            || person.company_name.chars().count() > 64
            || department.chars().count() > 64
        {
            return bad("氏名・商号・部署", "64文字以内にしてください。");
        }
        Ok(Self {
            id: SubjectId::new(now, random),
            enrolment: EnrolmentId::new(now, random),
            number: crate::pin::number(random),
            person: person.id,
            company: person.company,
            family_name: family,
            given_name: given,
            kana: person.kana.clone(),
            romaji: romaji.trim().to_owned(),
            mail: person.mail.clone(),
            address: address.trim().to_owned(),
            company_name: person.company_name.clone(),
            corporate_number: person.corporate_number.clone(),
            department: department.trim().to_owned(),
            credential,
        })
    }

    /// The enrolment that approval will open.
    #[must_use]
    pub const fn enrolment(&self) -> EnrolmentId {
        self.enrolment
    }
    /// The 発行申請番号 that will stand in the letter.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }
}

impl Proposed for NewSubject {
    const KIND: &'static str = "certification.subject";

    fn summary(&self) -> String {
        format!(
            "電子証明書の利用者の承認: {} {} {}　{}",
            self.company_name,
            self.family_name,
            self.given_name,
            self.credential.japanese()
        )
    }

    async fn execute(self, unit: &mut Unit, approval: &Approval) -> Result<(), Failure> {
        approve(self, unit, approval.proposal, &approval.by, approval.at)
            .await
            .map_err(|error| Failure {
                code: error.code(),
                sentence: error.sentence(),
                next: error.next(),
            })
    }
}

async fn approve(new: NewSubject, unit: &mut Unit, proposal: ProposalId, by: &Actor, now: Instant) -> Result<(), Error> {
    let (enrolment, number, credential) = (new.enrolment, new.number, new.credential);
    let subject = Subject {
        id: new.id,
        person: new.person,
        company: new.company,
        family_name: new.family_name,
        given_name: new.given_name,
        kana: new.kana,
        romaji: new.romaji,
        mail: new.mail,
        address: new.address,
        company_name: new.company_name,
        corporate_number: new.corporate_number,
        department: new.department,
        approved: now,
    };
    let row = subject.fingerprint();
    let Subject {
        id,
        person,
        company,
        family_name,
        given_name,
        kana,
        romaji,
        mail,
        address,
        company_name,
        corporate_number,
        department,
        approved,
    } = subject;
    unit.one(sql!(
        "INSERT INTO certification_subject
           (id, person, company, family_name, given_name, kana, romaji, mail, address, company_name, corporate_number, department, proposal, approved)
         VALUES ({id}, {person}, {company}, {family_name}, {given_name}, {kana}, {romaji}, {mail}, {address}, {company_name}, {corporate_number}, {department},
                 {proposal}, {approved})"
    ))
    .await?;
    crate::note(
        unit,
        by,
        "subject.approve",
        id.0,
        serde_json::json!({ "person": person, "company": company, "credential": credential, "row": row }),
        now,
    )
    .await?;
    Enrolment::begin(unit, by, enrolment, &number, id, person, company, credential, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_has_no_brackets_within_brackets() {
        for credential in [Credential::Token, Credential::Server] {
            let new = NewSubject {
                id: SubjectId(Uuid::nil()),
                enrolment: EnrolmentId(Uuid::nil()),
                number: "E-1".to_owned(),
                person: PersonId(Uuid::nil()),
                company: CompanyId(Uuid::nil()),
                family_name: "田中".to_owned(),
                given_name: "一郎".to_owned(),
                kana: String::new(),
                romaji: String::new(),
                mail: String::new(),
                address: String::new(),
                company_name: "甲建設株式会社".to_owned(),
                corporate_number: String::new(),
                department: String::new(),
                credential,
            };
            let summary = new.summary();
            assert!(summary.contains("甲建設株式会社 田中 一郎"), "{summary}");
            assert_eq!(summary.matches('（').count(), 1, "{summary}");
            assert!(summary.ends_with('）'), "{summary}");
        }
    }

    /// Journals of years hold this value for this subject: whoever changes the fields makes every one of them "untrue".
    #[test]
    fn the_fingerprint_of_a_subject_is_what_it_was_when_it_was_written() {
        let of = |last: u128| Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0000 + last);
        let subject = Subject {
            id: SubjectId(of(1)),
            person: PersonId(of(2)),
            company: CompanyId(of(3)),
            family_name: "田中".to_owned(),
            given_name: "一郎".to_owned(),
            kana: "タナカ イチロウ".to_owned(),
            romaji: "TANAKA Ichiro".to_owned(),
            mail: "tanaka@example.jp".to_owned(),
            address: "東京都千代田区1-1".to_owned(),
            company_name: "甲建設株式会社".to_owned(),
            corporate_number: "1234567890123".to_owned(),
            department: "工事部".to_owned(),
            approved: Instant::from_unix_seconds(0),
        };
        let later = Subject {
            approved: Instant::from_unix_seconds(1),
            ..subject.clone()
        };
        assert_eq!(
            subject.fingerprint(),
            "c6734702eebc5b36b7602e8da02bf71916c3ee8edb0c84aa6777000b9f144abe"
        );
        assert_eq!(later.fingerprint(), subject.fingerprint(), "the moment is the entry's own");
        let other = Subject {
            department: "総務部".to_owned(),
            ..subject.clone()
        };
        assert_ne!(other.fingerprint(), subject.fingerprint());
    }
}
