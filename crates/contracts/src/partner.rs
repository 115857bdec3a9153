//! 取引先: two desks that know each other, with one consent for both directions. Nobody can browse companies.

use accounts::DeskCard;
use foundation::{Action, Actor, Authorized, CompanyId, DepartmentId, DeskId, Instant, Member, PersonId, Refused, Seat};
use serde::Serialize;
use store::{Record, Unit, sql};
use uuid::Uuid;

use crate::{Error, Uses, WantedUses, consent, limits::Limits, right};

foundation::id!(
    /// One pair of desks.
    pub PartnerId
);
store::column_as!(PartnerId(Uuid));

/// Where the consent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 依頼中: asked, not answered.
    Asked,
    /// 合意済.
    Agreed,
    /// お断り: declined.
    Declined,
    /// 撤回: withdrawn by either side.
    Withdrawn,
}
store::column_as!(Standing { Asked = "asked", Agreed = "agreed", Declined = "declined", Withdrawn = "withdrawn" });

/// A pair with its consent.
#[derive(Clone, Debug, Record)]
pub struct Partner {
    /// Its id.
    pub id: PartnerId,
    /// Raised at every change.
    pub version: i64,
    /// Where the consent stands.
    pub state: Standing,
    /// Who asked: 甲.
    pub asker_desk: DeskId,
    /// His 企業ID.
    pub asker_department: DepartmentId,
    /// His company.
    pub asker_company: CompanyId,
    /// Who was asked: 乙; unknown while nobody with that mail address has joined.
    pub partner_desk: Option<DeskId>,
    /// His 企業ID.
    pub partner_department: Option<DepartmentId>,
    /// His company.
    pub partner_company: Option<CompanyId>,
    /// The address that was asked, if it was by mail.
    pub mail: Option<String>,
    /// What 甲 uses.
    pub asker_uses: Uses,
    /// What 乙 uses.
    pub partner_uses: Option<Uses>,
    /// Version of the text.
    pub text_version: String,
    /// The text as agreed, both sides named.
    pub text: Option<String>,
    /// When it was asked.
    pub asked: Instant,
    /// Who asked.
    pub asked_by: PersonId,
    /// When it was answered.
    pub answered: Option<Instant>,
    /// Who answered.
    pub answered_by: Option<PersonId>,
    /// When it was withdrawn.
    pub ended: Option<Instant>,
}

/// How a partner is named by who knows him.
#[derive(Clone, Debug)]
pub enum Known {
    /// By his ユーザID.
    UserId(String),
    /// By his mail address.
    Mail(String),
}

/// The answer to a request, always the same: 「依頼を送りました」.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Requested {
    /// Under which it waits.
    pub partner: PartnerId,
}

impl Requested {
    /// What the person reads.
    pub const SENTENCE: &'static str = "依頼を送りました";
}

/// To look at the pair.
#[derive(Debug)]
pub struct Looking;
impl Action<Partner> for Looking {
    const DEED: &'static str = "partner.read";
    fn allowed(actor: &Actor, partner: &Partner) -> Result<(), Refused> {
        let member = right::contract_member(actor)?;
        if partner.knows(member) { Ok(()) } else { Err(Refused::NotYours) }
    }
}

/// To answer the consent: a clerk of the desk that was asked.
#[derive(Debug)]
pub struct Answering;
impl Action<Partner> for Answering {
    const DEED: &'static str = "consent.answer";
    fn allowed(actor: &Actor, partner: &Partner) -> Result<(), Refused> {
        Looking::allowed(actor, partner)?;
        let member = right::clerk(actor)?;
        if member_desk(member) == partner.partner_desk {
            Ok(())
        } else {
            Err(Refused::NotYourSide)
        }
    }
}

/// To withdraw the consent: a clerk of either desk.
#[derive(Debug)]
pub struct Ending;
impl Action<Partner> for Ending {
    const DEED: &'static str = "consent.withdraw";
    fn allowed(actor: &Actor, partner: &Partner) -> Result<(), Refused> {
        Looking::allowed(actor, partner)?;
        right::clerk(actor).map(drop)
    }
}

const fn member_desk(member: &Member) -> Option<DeskId> {
    match member.seat {
        Seat::Desk { desk, .. } => Some(desk),
        Seat::Department => None,
    }
}

impl Partner {
    /// Asks a desk to become 取引先 and to consent. `id` is drawn before the unit. Asking again changes nothing while a request or a consent stands.
    ///
    /// # Errors
    /// The right is missing, an entry is wrong, no desk has this ユーザID, or the database did not answer.
    pub async fn register(
        unit: &mut Unit,
        by: &Actor,
        id: PartnerId,
        known: &Known,
        uses: &WantedUses,
        now: Instant,
    ) -> Result<Requested, Error> {
        let member = right::clerk(by)?;
        let Some(own) = member_desk(member) else {
            return Err(Refused::CompanyIdCannotContract.into());
        };
        let uses = uses.checked(unit, member.company).await?;
        let (found, mail) = match known {
            Known::UserId(number) => {
                let card = accounts::desk_by_number(unit, by, &japan::fold(number).to_ascii_uppercase()).await?;
                (Some(card.filter(|card| card.contracts).ok_or(Error::PartnerUnknown)?), None)
            }
            Known::Mail(mail) => {
                let mail = japan::fold(mail).to_ascii_lowercase();
                if !mail.contains('@') {
                    return Err(Error::BadEntry {
                        field: "メールアドレス",
                        why: "メールアドレスとして正しくありません。",
                    });
                }
                (accounts::desk_by_mail(unit, by, &mail).await?, Some(mail))
            }
        };
        if found.as_ref().is_some_and(|card| card.id == own) {
            return Err(Error::OwnDesk);
        }
        if mail.is_some() {
            few_enough(unit, own, now).await?;
        }
        let pair = found.as_ref().map(|card| pair(own, card.id));
        let standing: Option<Self> = match (&pair, &mail) {
            (Some(pair), _) => unit.find(sql!("SELECT * FROM contracts_partner WHERE pair = {pair}")).await?,
            (None, Some(mail)) => {
                unit.find(sql!(
                    "SELECT * FROM contracts_partner WHERE asker_desk = {own} AND mail = {mail} AND partner_desk IS NULL"
                ))
                .await?
            }
            (None, None) => None,
        };
        if let Some(standing) = standing {
            if matches!(standing.state, Standing::Declined | Standing::Withdrawn) {
                // A new request needs a new record in law; the old one stays in the journal, the pair keeps its row.
                unit.run(sql!("UPDATE contracts_partner SET pair = NULL WHERE id = {standing.id}"))
                    .await?;
            } else {
                return Ok(Requested { partner: standing.id });
            }
        }
        let (desk, department, company) = (
            found.as_ref().map(|c| c.id),
            found.as_ref().map(|c| c.department),
            found.as_ref().map(|c| c.company),
        );
        let (state, version) = (Standing::Asked, consent::VERSION);
        let written = unit.run(sql!(
            "INSERT INTO contracts_partner (id, version, state, pair, asker_desk, asker_department, asker_company, partner_desk, partner_department,
                                            partner_company, mail, asker_uses, text_version, asked, asked_by)
             VALUES ({id}, 1, {state}, {pair}, {own}, {member.department}, {member.company}, {desk}, {department}, {company}, {mail}, {uses}, {version},
                     {now}, {member.person}) ON CONFLICT (pair) DO NOTHING"
        ))
        .await?;
        // Somebody asked for the same pair in the same moment.
        if written != 1 {
            return Err(Error::Changed);
        }
        crate::note(
            unit,
            by,
            "partner.register",
            id.0,
            serde_json::json!({ "text_version": version, "uses": uses }),
            now,
        )
        .await?;
        let asker = accounts::desk(unit, &crate::PROGRAM, own).await?;
        let to = found.map(|card| card.mail).or(mail).unwrap_or_default();
        crate::notice::partner_asked(unit, id, &to, &asker, now).await?;
        Ok(Requested { partner: id })
    }

    /// Loads a pair with the right `A` on it. A desk whose address was asked before it joined finds its request here.
    ///
    /// # Errors
    /// The right is missing, there is none, or the database did not answer.
    pub async fn open<A: Action<Self>>(unit: &mut Unit, by: &Actor, id: PartnerId) -> Result<Authorized<Self, A>, Error> {
        let member = right::contract_member(by)?;
        let found: Option<Self> = unit.find(sql!("SELECT * FROM contracts_partner WHERE id = {id}")).await?;
        let mut found = found.ok_or(Error::Unknown)?;
        if let (None, Some(mail), Some(desk)) = (found.partner_desk, &found.mail, member_desk(member)) {
            let card = accounts::desk(unit, by, desk).await?;
            if card.mail.to_ascii_lowercase() == *mail && card.id != found.asker_desk {
                found.partner_desk = Some(card.id);
                found.partner_department = Some(card.department);
                found.partner_company = Some(card.company);
            }
        }
        Ok(Authorized::ask(by, found)?)
    }

    /// Answers: with `uses` it is agreed and the text is fixed, without it is declined.
    ///
    /// # Errors
    /// Answered before, an entry is wrong, or the database did not answer.
    pub async fn answer(
        partner: &Authorized<Self, Answering>,
        unit: &mut Unit,
        uses: Option<&WantedUses>,
        now: Instant,
    ) -> Result<Standing, Error> {
        if partner.state != Standing::Asked {
            return Err(Error::ConsentAnswered);
        }
        let member = right::clerk(partner.by())?;
        let desk = member_desk(member).ok_or(Refused::CompanyIdCannotContract)?;
        let to = if uses.is_some() { Standing::Agreed } else { Standing::Declined };
        let (uses, text) = match uses {
            None => (None, None),
            Some(uses) => {
                let uses = uses.checked(unit, member.company).await?;
                let asker = accounts::desk(unit, &crate::PROGRAM, partner.asker_desk).await?;
                let own = accounts::desk(unit, &crate::PROGRAM, desk).await?;
                let text = consent::text(&party(&asker, &partner.asker_uses), &party(&own, &uses));
                (Some(uses), Some(text))
            }
        };
        let pair = pair(partner.asker_desk, desk);
        let changed = unit
            .run(sql!(
                "UPDATE contracts_partner SET state = {to}, version = version + 1, pair = {pair}, partner_desk = {desk}, partner_department = {member.department},
                        partner_company = {member.company}, partner_uses = {uses}, text = {text}, answered = {now}, answered_by = {member.person}
                 WHERE id = {partner.id} AND version = {partner.version}"
            ))
            .await?;
        if changed != 1 {
            return Err(Error::Changed);
        }
        let facts = serde_json::json!({ "to": to, "text_version": partner.text_version, "text_sha256": text.as_deref().map(crate::sha256_hex), "uses": uses });
        crate::note(unit, partner.by(), Answering::DEED, partner.id.0, facts, now).await?;
        Ok(to)
    }

    /// Withdraws the consent, from either side: from then on nothing is sent and nothing returned; formed contracts stand.
    ///
    /// # Errors
    /// It is not agreed, or the database did not answer.
    pub async fn withdraw(partner: &Authorized<Self, Ending>, unit: &mut Unit, now: Instant) -> Result<(), Error> {
        if !matches!(partner.state, Standing::Agreed | Standing::Asked) {
            return Err(Error::ConsentAnswered);
        }
        let (to, person) = (Standing::Withdrawn, right::clerk(partner.by())?.person);
        let changed = unit
            .run(sql!(
                "UPDATE contracts_partner SET state = {to}, version = version + 1, ended = {now}, ended_by = {person}
                 WHERE id = {partner.id} AND version = {partner.version}"
            ))
            .await?;
        if changed != 1 {
            return Err(Error::Changed);
        }
        crate::note(unit, partner.by(), Ending::DEED, partner.id.0, serde_json::json!({}), now).await
    }

    fn knows(&self, member: &Member) -> bool {
        match member.seat {
            Seat::Desk { desk, .. } => desk == self.asker_desk || Some(desk) == self.partner_desk,
            Seat::Department => member.department == self.asker_department || Some(member.department) == self.partner_department,
        }
    }

    /// What the desk uses by this consent.
    #[must_use]
    pub fn uses_of(&self, desk: DeskId) -> Option<&Uses> {
        if desk == self.asker_desk {
            Some(&self.asker_uses)
        } else if Some(desk) == self.partner_desk {
            self.partner_uses.as_ref()
        } else {
            None
        }
    }
    /// The other desk of the pair with its 企業ID and company.
    #[must_use]
    pub fn other(&self, desk: DeskId) -> Option<(DeskId, DepartmentId, CompanyId)> {
        if desk == self.asker_desk {
            Some((self.partner_desk?, self.partner_department?, self.partner_company?))
        } else {
            Some((self.asker_desk, self.asker_department, self.asker_company))
        }
    }
    /// The pair, for the program's own checks inside a case's verb.
    pub(crate) async fn of_case(unit: &mut Unit, id: PartnerId) -> Result<Self, Error> {
        let found: Option<Self> = unit.find(sql!("SELECT * FROM contracts_partner WHERE id = {id}")).await?;
        found.ok_or(Error::Unknown)
    }
}

/// Mails to addresses that did not ask for them are few.
async fn few_enough(unit: &mut Unit, desk: DeskId, now: Instant) -> Result<(), Error> {
    let since = now.plus_days(-1);
    let asked: i64 = unit
        .only(sql!(
            "SELECT COUNT(*) FROM contracts_partner WHERE asker_desk = {desk} AND mail IS NOT NULL AND asked > {since}"
        ))
        .await?;
    if asked < Limits::at(now).mail_requests {
        Ok(())
    } else {
        Err(Error::TooManyRequests)
    }
}

fn pair(one: DeskId, other: DeskId) -> String {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    format!("{low}:{high}")
}

fn party<'a>(card: &'a DeskCard, uses: &'a Uses) -> consent::Party<'a> {
    consent::Party {
        company: &card.company_name,
        desk: &card.number,
        uses,
    }
}
