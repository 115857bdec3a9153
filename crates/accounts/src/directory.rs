//! Exact look-ups for the rooms above. Nobody can browse: who does not know the number gets nothing.

use foundation::{Actor, CompanyId, DepartmentId, DeskId, Member, PersonId, Refused};
use store::{Database, Record, Unit, sql};

use crate::{Department, Error};

/// What others may know of a desk.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct DeskCard {
    /// Its id.
    pub id: DeskId,
    /// Whose.
    pub company: CompanyId,
    /// Under which 企業ID.
    pub department: DepartmentId,
    /// ユーザID.
    pub number: String,
    /// Name of the desk.
    pub name: String,
    /// Where notices go.
    pub mail: String,
    /// Name of the company.
    pub company_name: String,
    /// CECTRUST 電子契約サービス was applied for.
    pub contracts: bool,
    /// CECTRUST 原本保管サービス was applied for.
    pub custody: bool,
}

/// A person with his company.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct PersonCard {
    /// His id.
    pub id: PersonId,
    /// His company.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// Its 法人番号.
    pub corporate_number: String,
    /// Its address.
    pub company_address: String,
    /// His name.
    pub name: String,
    /// In kana.
    pub kana: String,
    /// His mail address.
    pub mail: String,
    /// His sign-in ID.
    pub sign_in: String,
}

/// Someone who may be asked to sign for a company.
#[derive(Clone, Debug, PartialEq, Eq, Record)]
pub struct Signer {
    /// Who.
    pub person: PersonId,
    /// His name.
    pub name: String,
}

/// The desk of that id: for its own company, for the operator and for the program.
///
/// # Errors
/// `Unknown`, also for a stranger.
pub async fn desk(unit: &mut Unit, by: &Actor, id: DeskId) -> Result<DeskCard, Error> {
    let card: Option<DeskCard> = unit
        .find(sql!(
            "SELECT k.id AS id, k.company AS company, k.department AS department, k.number AS number, k.name AS name, k.mail AS mail,
                    c.name AS company_name, k.contracts AS contracts, k.custody AS custody
             FROM accounts_desk k JOIN accounts_company c ON c.id = k.company WHERE k.id = {id}"
        ))
        .await?;
    let card = card.ok_or(Error::Unknown)?;
    own(by, card.company)?;
    Ok(card)
}

/// The desk with exactly this ユーザID, for who knows it.
///
/// # Errors
/// Nobody is signed in, or the database did not answer.
pub async fn desk_by_number(unit: &mut Unit, by: &Actor, number: &str) -> Result<Option<DeskCard>, Error> {
    signed_in(by)?;
    Ok(unit
        .find(sql!(
            "SELECT k.id AS id, k.company AS company, k.department AS department, k.number AS number, k.name AS name, k.mail AS mail,
                    c.name AS company_name, k.contracts AS contracts, k.custody AS custody
             FROM accounts_desk k JOIN accounts_company c ON c.id = k.company WHERE k.number = {number}"
        ))
        .await?)
}

/// The contract desk whose notices go to exactly this address, if there is exactly one. The caller must not tell whether there is.
///
/// # Errors
/// Nobody is signed in, or the database did not answer.
pub async fn desk_by_mail(unit: &mut Unit, by: &Actor, mail: &str) -> Result<Option<DeskCard>, Error> {
    signed_in(by)?;
    let mut cards: Vec<DeskCard> = unit
        .all(sql!(
            "SELECT k.id AS id, k.company AS company, k.department AS department, k.number AS number, k.name AS name, k.mail AS mail,
                    c.name AS company_name, k.contracts AS contracts, k.custody AS custody
             FROM accounts_desk k JOIN accounts_company c ON c.id = k.company WHERE LOWER(k.mail) = LOWER({mail}) AND k.contracts"
        ))
        .await?;
    Ok(if cards.len() == 1 { cards.pop() } else { None })
}

/// The 企業ID of that id: for its own company, for the operator and for the program.
///
/// # Errors
/// `Unknown`, also for a stranger.
pub async fn department(unit: &mut Unit, by: &Actor, id: DepartmentId) -> Result<Department, Error> {
    let found: Option<Department> = unit
        .find(sql!(
            "SELECT id, company, number, name, contracts, custody, registered FROM accounts_department WHERE id = {id}"
        ))
        .await?;
    let found = found.ok_or(Error::Unknown)?;
    own(by, found.company)?;
    Ok(found)
}

/// The person of that id: for his own company, for the operator and for the program.
///
/// # Errors
/// `Unknown`, also for a stranger and for people of the operator.
pub async fn person(unit: &mut Unit, by: &Actor, id: PersonId) -> Result<PersonCard, Error> {
    let card: Option<PersonCard> = unit
        .find(sql!(
            "SELECT p.id AS id, c.id AS company, c.name AS company_name, c.corporate_number AS corporate_number, c.address AS company_address,
                    p.name AS name, p.kana AS kana, p.mail AS mail, p.sign_in AS sign_in
             FROM accounts_person p JOIN accounts_company c ON c.id = p.company WHERE p.id = {id}"
        ))
        .await?;
    let card = card.ok_or(Error::Unknown)?;
    own(by, card.company)?;
    Ok(card)
}

/// The people of all companies, by company and name, at most 500: for the operator alone, who must choose whom to certify.
///
/// # Errors
/// Not of the operator, or the database did not answer.
pub async fn everybody(db: &Database, by: &Actor) -> Result<Vec<PersonCard>, Error> {
    of_operator(by)?;
    Ok(db
        .all(sql!(
            "SELECT p.id AS id, c.id AS company, c.name AS company_name, c.corporate_number AS corporate_number, c.address AS company_address,
                    p.name AS name, p.kana AS kana, p.mail AS mail, p.sign_in AS sign_in
             FROM accounts_person p JOIN accounts_company c ON c.id = p.company ORDER BY c.kana, p.kana, p.id LIMIT 500"
        ))
        .await?)
}

/// The names of people, in the order asked: for the operator, who must see who proposed and who decided.
///
/// # Errors
/// Not of the operator, or the database did not answer.
pub async fn operator_names(unit: &mut Unit, by: &Actor, ids: &[PersonId]) -> Result<Vec<String>, Error> {
    of_operator(by)?;
    let mut names = Vec::with_capacity(ids.len());
    for id in ids {
        let name: Option<String> = unit.find(sql!("SELECT name FROM accounts_person WHERE id = {id}")).await?;
        names.push(name.unwrap_or_default());
    }
    Ok(names)
}

fn of_operator(by: &Actor) -> Result<(), Refused> {
    match by {
        Actor::Operator(_) => Ok(()),
        Actor::Nobody => Err(Refused::NotSignedIn),
        Actor::Member(_) | Actor::System { .. } => Err(Refused::OperatorOnly),
    }
}

/// The people of a company who may be asked to sign (署名者), by name: for the company itself and for the program.
///
/// # Errors
/// `Unknown` for a stranger.
pub async fn signers_of(unit: &mut Unit, by: &Actor, company: CompanyId) -> Result<Vec<Signer>, Error> {
    own(by, company)?;
    Ok(unit
        .all(sql!(
            "SELECT DISTINCT p.id AS person, p.name AS name FROM accounts_person p JOIN accounts_seat e ON e.person = p.id
             WHERE p.company = {company} AND e.signs ORDER BY name, person"
        ))
        .await?)
}

fn own(by: &Actor, company: CompanyId) -> Result<(), Error> {
    match by {
        Actor::System { .. } | Actor::Operator(_) => Ok(()),
        Actor::Member(Member { company: own, .. }) if *own == company => Ok(()),
        Actor::Member(_) => Err(Error::Unknown),
        Actor::Nobody => Err(Refused::NotSignedIn.into()),
    }
}

fn signed_in(by: &Actor) -> Result<(), Error> {
    if matches!(by, Actor::Nobody) {
        Err(Refused::NotSignedIn.into())
    } else {
        Ok(())
    }
}
