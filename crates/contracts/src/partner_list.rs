//! The list of partners, as the actor may see it.

use foundation::{Actor, DeskId, Instant, Member, Seat};
use serde::Serialize;
use store::{Database, Record, Statement, sql};

use crate::{Error, Partner, PartnerId, Standing, Uses, right};

/// Which pairs are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// All.
    All,
    /// Those that wait for an answer of this desk.
    ToAnswer,
    /// All but those.
    Others,
    /// Those with whom a contract is possible, now or once they agree.
    Open,
}

impl Partner {
    /// The pairs this actor may see, newest first, at most `size`; `before` is the last of the page before.
    ///
    /// # Errors
    /// The right is missing, or the database did not answer.
    pub async fn list(db: &Database, by: &Actor, among: Among, before: Option<PartnerId>, size: i64) -> Result<Vec<PartnerLine>, Error> {
        let member = right::contract_member(by)?;
        let to_answer = match member.seat {
            Seat::Desk { desk, .. } => {
                sql!("(p.state = {Standing::Asked} AND p.asker_desk <> {desk} AND p.asker_company <> {member.company})")
            }
            Seat::Department => sql!("1 = 0"),
        };
        let wanted = match among {
            Among::All => sql!("1 = 1"),
            Among::ToAnswer => to_answer,
            Among::Others => sql!("NOT {+to_answer}"),
            Among::Open => sql!("p.state IN ({Standing::Asked}, {Standing::Agreed})"),
        };
        let page = before.map_or_else(|| sql!("1 = 1"), |id| sql!("p.id < {id}"));
        lines(db, member, sql!("{+wanted} AND {+page}"), size).await
    }
    /// One of them.
    ///
    /// # Errors
    /// `Unknown`, the right is missing, or the database did not answer.
    pub async fn line(db: &Database, by: &Actor, id: PartnerId) -> Result<PartnerLine, Error> {
        let member = right::contract_member(by)?;
        lines(db, member, sql!("p.id = {id}"), 1).await?.pop().ok_or(Error::Unknown)
    }
}

async fn lines(db: &Database, member: &Member, wanted: Statement, size: i64) -> Result<Vec<PartnerLine>, Error> {
    let seen = match member.seat {
        Seat::Desk { desk, .. } => sql!(
            "(p.asker_desk = {desk} OR p.partner_desk = {desk}
              OR (p.partner_desk IS NULL AND p.mail = (SELECT LOWER(k.mail) FROM accounts_desk k WHERE k.id = {desk}) AND p.asker_desk <> {desk}))"
        ),
        Seat::Department => sql!("(p.asker_department = {member.department} OR p.partner_department = {member.department})"),
    };
    let lines: Vec<PartnerLine> = db
        .all(sql!(
            "SELECT p.id AS id, p.state AS state, p.asker_desk AS asker_desk, p.partner_desk AS partner_desk, a.number AS asker_number, ac.name AS asker_name,
                    b.number AS partner_number, bc.name AS partner_name, p.mail AS mail, p.asker_uses AS asker_uses, p.partner_uses AS partner_uses,
                    p.text_version AS text_version, p.text AS text, p.asked AS asked, p.answered AS answered, p.ended AS ended
             FROM contracts_partner p
             JOIN accounts_desk a ON a.id = p.asker_desk JOIN accounts_company ac ON ac.id = p.asker_company
             LEFT JOIN accounts_desk b ON b.id = p.partner_desk LEFT JOIN accounts_company bc ON bc.id = p.partner_company
             WHERE {+seen} AND {+wanted} ORDER BY p.id DESC LIMIT {size}"
        ))
        .await?;
    Ok(lines.into_iter().map(|line| line.seen_by(member)).collect())
}

/// One line of the list of partners.
#[derive(Clone, Debug, Record, Serialize)]
pub struct PartnerLine {
    /// Its id.
    pub id: PartnerId,
    /// Where the consent stands.
    pub state: Standing,
    /// Who asked.
    #[serde(skip)]
    pub asker_desk: DeskId,
    /// Who was asked.
    #[serde(skip)]
    pub partner_desk: Option<DeskId>,
    /// ユーザID of who asked.
    pub asker_number: String,
    /// His company.
    pub asker_name: String,
    /// ユーザID of who was asked; told to the asker only once it is agreed.
    pub partner_number: Option<String>,
    /// His company; likewise.
    pub partner_name: Option<String>,
    /// The address that was asked.
    pub mail: Option<String>,
    /// What 甲 uses.
    pub asker_uses: Uses,
    /// What 乙 uses.
    pub partner_uses: Option<Uses>,
    /// Version of the text.
    pub text_version: String,
    /// The text as agreed.
    pub text: Option<String>,
    /// When it was asked.
    pub asked: Instant,
    /// When it was answered.
    pub answered: Option<Instant>,
    /// When it was withdrawn.
    pub ended: Option<Instant>,
}

impl PartnerLine {
    fn seen_by(mut self, member: &Member) -> Self {
        let asked_by_me = match member.seat {
            Seat::Desk { desk, .. } => desk == self.asker_desk,
            Seat::Department => true,
        };
        // Who asks learns nothing about the other side before it agrees.
        if asked_by_me && self.text.is_none() {
            self.partner_number = None;
            self.partner_name = None;
        }
        self
    }
}
