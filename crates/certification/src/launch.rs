//! One-time codes that hand an act from the page to the agent on the person's computer.
//!
//! The page makes a code; the agent uses it once and gets a token of its own, good for half an hour and for this
//! one act. Rows hold hashes only. The agent acts as the person who made the code.

use foundation::{
    Actor, CompanyId, DepartmentId, DeskId, Instant, Keeping, Member, PersonId, Random, Refused, Seat, Secret, Services, SessionId,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Database, Record, Unit, sql, unit};
use uuid::Uuid;

use crate::{Error, Terms};

/// What the agent is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Key, request, certificate; the subject is an enrolment.
    Enrol,
    /// A signature; the subject is whatever `signing` says.
    Sign,
}
store::column_as!(Purpose { Enrol = "enrol", Sign = "sign" });

/// The code for the page to show, or the token for the agent to keep; each is shown once.
#[derive(Clone, Debug)]
pub struct LaunchSecret(Secret<String>);

impl LaunchSecret {
    /// A code to type: made like a 申請PIN (60 bits and a check character), since its hash is a plain one; once, ten minutes. Draw it before the unit.
    #[must_use]
    pub fn code(random: &dyn Random) -> Self {
        Self(crate::pin::application_pin(random))
    }
    /// A token for a program: 256 bits. Draw it before the unit.
    #[must_use]
    pub fn token(random: &dyn Random) -> Self {
        use base64::Engine as _;
        let mut bytes = [0u8; 32];
        random.fill(&mut bytes);
        Self(Secret::new(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
    }
    /// The text, to hand over once.
    #[must_use]
    pub const fn reveal(&self) -> &String {
        self.0.reveal()
    }
    fn hash(text: &str) -> Vec<u8> {
        Sha256::digest(text.trim().as_bytes()).to_vec()
    }
    fn code_hash(typed: &str) -> Result<Vec<u8>, Error> {
        Ok(Self::hash(
            crate::pin::read_application_pin(typed).map_err(|_| Error::LaunchOver)?.reveal(),
        ))
    }
}

/// What a code or token stands for.
#[derive(Clone, Debug)]
pub struct Launched {
    /// What for.
    pub purpose: Purpose,
    /// Until when the agent may go on.
    pub until: Instant,
    /// Which enrolment, or which act of signing.
    pub subject: Uuid,
    /// As whom the agent acts.
    pub actor: Actor,
}

#[derive(Serialize, Deserialize)]
struct Who {
    session: SessionId,
    person: PersonId,
    company: CompanyId,
    department: DepartmentId,
    desk: Option<(DeskId, bool, bool)>,
    services: Services,
}

impl Who {
    fn of(member: &Member) -> Self {
        let desk = match member.seat {
            Seat::Department => None,
            Seat::Desk { desk, registers, signs } => Some((desk, registers, signs)),
        };
        Self {
            session: member.session,
            person: member.person,
            company: member.company,
            department: member.department,
            desk,
            services: member.services,
        }
    }
    fn actor(self) -> Actor {
        let seat = self
            .desk
            .map_or(Seat::Department, |(desk, registers, signs)| Seat::Desk { desk, registers, signs });
        Actor::Member(Member {
            session: self.session,
            person: self.person,
            company: self.company,
            department: self.department,
            seat,
            services: self.services,
        })
    }
}

foundation::id!(
    /// One launch.
    pub LaunchId
);
store::column_as!(LaunchId(Uuid));

#[derive(Record)]
struct Row {
    id: LaunchId,
    purpose: Purpose,
    subject: Uuid,
    actor: serde_json::Value,
    good_until: Instant,
    used: Option<Instant>,
    agent_until: Option<Instant>,
}

impl Row {
    fn launched(self, until: Instant) -> Result<Launched, Error> {
        let who: Who = serde_json::from_value(self.actor).map_err(|_| Error::LaunchOver)?;
        Ok(Launched {
            purpose: self.purpose,
            until,
            subject: self.subject,
            actor: who.actor(),
        })
    }
}

/// Books a code for an act that the caller has already authorised.
///
/// # Errors
/// Not a person of a company, or the database did not answer.
pub async fn launch(
    unit: &mut Unit,
    by: &Actor,
    id: LaunchId,
    purpose: Purpose,
    subject: Uuid,
    code: &LaunchSecret,
    now: Instant,
) -> Result<Instant, Error> {
    let Actor::Member(member) = by else {
        return Err(Refused::NotSignedIn.into());
    };
    let actor = serde_json::to_value(Who::of(member)).map_err(|_| Error::LaunchOver)?;
    let (hash, until) = (LaunchSecret::code_hash(code.reveal())?, now.plus_seconds(Terms::at(now).launch));
    unit.one(sql!(
        "INSERT INTO certification_launch (id, code_hash, purpose, subject, actor, made, good_until) VALUES ({id}, {hash}, {purpose}, {subject}, {actor}, {now}, {until})"
    ))
    .await?;
    crate::note(unit, by, "agent.launch", subject, serde_json::json!({ "purpose": purpose }), now).await?;
    Ok(until)
}

/// The agent uses the code: once. From now on `token` stands for the act.
///
/// # Errors
/// Unknown, used or over; or the database did not answer.
pub async fn redeem(unit: &mut Unit, code: &str, token: &LaunchSecret, now: Instant) -> Result<Launched, Error> {
    let hash = LaunchSecret::code_hash(code)?;
    let row: Option<Row> = unit
        .find(sql!(
            "SELECT id, purpose, subject, actor, good_until, used, agent_until FROM certification_launch WHERE code_hash = {hash}"
        ))
        .await?;
    // Who has a code in his hand may learn what became of it (it cannot be guessed); a wrong one is just wrong.
    let row = row.ok_or(Error::LaunchOver)?;
    if row.used.is_some() {
        return Err(Error::LaunchUsed);
    }
    if now >= row.good_until {
        return Err(Error::LaunchLapsed);
    }
    let (agent, until) = (LaunchSecret::hash(token.reveal()), now.plus_seconds(Terms::at(now).agent));
    let changed = unit
        .run(sql!(
            "UPDATE certification_launch SET used = {now}, agent_hash = {agent}, agent_until = {until} WHERE id = {row.id} AND used IS NULL"
        ))
        .await?;
    if changed != 1 {
        return Err(Error::LaunchUsed);
    }
    let launched = row.launched(until)?;
    crate::note(
        unit,
        &launched.actor,
        "agent.hello",
        launched.subject,
        serde_json::json!({ "purpose": launched.purpose }),
        now,
    )
    .await?;
    Ok(launched)
}

/// What the agent's token stands for.
///
/// # Errors
/// Unknown or over; or the database did not answer.
pub async fn agent(db: &Database, token: &str, now: Instant) -> Result<Launched, Error> {
    let hash = LaunchSecret::hash(token);
    let rows: Vec<Row> = db
        .all(sql!(
            "SELECT id, purpose, subject, actor, good_until, used, agent_until FROM certification_launch WHERE agent_hash = {hash}"
        ))
        .await?;
    let row = rows
        .into_iter()
        .find(|row| row.agent_until.is_some_and(|until| now < until))
        .ok_or(Error::LaunchOver)?;
    let until = row.agent_until.ok_or(Error::LaunchOver)?;
    let launched = row.launched(until)?;
    // The agent borrows the session of the page: who signs out, or sets a new password, takes it back.
    let session = match &launched.actor {
        Actor::Member(member) => member.session,
        _ => return Err(Error::LaunchOver),
    };
    let alive: Option<SessionId> = db
        .find(sql!("SELECT id FROM accounts_session WHERE id = {session} AND ended IS NULL"))
        .await?;
    alive.map(|_| launched).ok_or(Error::LaunchOver)
}

/// Clears codes that nobody can use any more, some time after their end ([`Keeping`]), at most [`Keeping::AT_ONCE`]; how many.
///
/// # Errors
/// The database did not answer.
pub async fn clear_launches(db: &Database, now: Instant) -> Result<u64, Error> {
    let before = now.plus_days(-Keeping::at(now).launches);
    Ok(unit!(db, |unit| {
        unit.run(sql!(
            "DELETE FROM certification_launch WHERE id IN
               (SELECT id FROM certification_launch WHERE good_until < {before} AND (agent_until IS NULL OR agent_until < {before}) LIMIT {Keeping::AT_ONCE})"
        ))
        .await
    })
    .await?)
}
