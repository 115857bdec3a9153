//! Sessions: a 256-bit token, kept as its hash; idle and whole expiry on the server; sign-out.

use foundation::{
    Actor, CompanyId, DepartmentId, DeskId, Instant, Keeping, Member, OperatorPerson, PersonId, Random, Refused, Seat, Secret, Services,
    SessionId,
};
use sha2::{Digest, Sha256};
use store::{Database, Record, Unit, sql, unit};

use crate::{Error, Limits, person::Role, seat::SeatId};

/// A bearer token or one-time code: 256 random bits as base64url text. Shown once; rows hold its SHA-256.
#[derive(Clone, Debug)]
pub struct Token(Secret<String>);

impl Token {
    /// A new one.
    #[must_use]
    pub fn new(random: &dyn Random) -> Self {
        use base64::Engine as _;
        let mut bytes = [0u8; 32];
        random.fill(&mut bytes);
        Self(Secret::new(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
    }
    /// The text to hand over, once.
    #[must_use]
    pub const fn reveal(&self) -> &String {
        self.0.reveal()
    }
    pub(crate) fn hash(&self) -> Vec<u8> {
        hash(self.reveal())
    }
}

pub(crate) fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A session with all that makes an [`Actor`] of it.
#[derive(Record)]
pub(crate) struct Row {
    session: SessionId,
    person: PersonId,
    company: Option<CompanyId>,
    role: Option<Role>,
    department: Option<DepartmentId>,
    desk: Option<DeskId>,
    registers: Option<bool>,
    signs: Option<bool>,
    contracts: Option<bool>,
    custody: Option<bool>,
    began: Instant,
    seen: Instant,
}

impl Row {
    pub(crate) async fn of_token(db: &Database, token: &str) -> Result<Option<Self>, Error> {
        let hash = hash(token);
        let rows: Vec<Self> = db
            .all(sql!(
                "SELECT s.id AS session, s.person AS person, p.company AS company, p.role AS role, e.department AS department, e.desk AS desk,
                        e.registers AS registers, e.signs AS signs, COALESCE(k.contracts, d.contracts) AS contracts,
                        COALESCE(k.custody, d.custody) AS custody, s.began AS began, s.seen AS seen
                 FROM accounts_session s
                 JOIN accounts_person p ON p.id = s.person
                 LEFT JOIN accounts_seat e ON e.id = s.seat
                 LEFT JOIN accounts_department d ON d.id = e.department
                 LEFT JOIN accounts_desk k ON k.id = e.desk
                 WHERE s.token_hash = {hash} AND s.ended IS NULL"
            ))
            .await?;
        Ok(rows.into_iter().next())
    }
    pub(crate) const fn session(&self) -> SessionId {
        self.session
    }
    pub(crate) const fn is_over(&self, now: Instant, limits: Limits) -> bool {
        now.seconds_since(self.seen) > limits.session_idle || now.seconds_since(self.began) > limits.session_whole
    }
    /// Written at most once a minute, so that reading costs no write.
    pub(crate) const fn wants_a_sign_of_life(&self, now: Instant) -> bool {
        now.seconds_since(self.seen) > 60
    }
    pub(crate) fn actor(&self) -> Result<Actor, Refused> {
        if let Some(role) = self.role {
            return Ok(Actor::Operator(OperatorPerson {
                session: self.session,
                person: self.person,
                role: role.into(),
            }));
        }
        let (Some(company), Some(department)) = (self.company, self.department) else {
            return Err(Refused::NotSignedIn);
        };
        let seat = match self.desk {
            Some(desk) => Seat::Desk {
                desk,
                registers: self.registers.unwrap_or(false),
                signs: self.signs.unwrap_or(false),
            },
            None => Seat::Department,
        };
        let services = Services {
            contracts: self.contracts.unwrap_or(false),
            custody: self.custody.unwrap_or(false),
        };
        Ok(Actor::Member(Member {
            session: self.session,
            person: self.person,
            company,
            department,
            seat,
            services,
        }))
    }
}

pub(crate) async fn begin(
    unit: &mut Unit,
    id: SessionId,
    token: &Token,
    person: PersonId,
    seat: Option<SeatId>,
    now: Instant,
) -> Result<(), Error> {
    let hash = token.hash();
    unit.one(sql!(
        "INSERT INTO accounts_session (id, token_hash, person, seat, began, seen) VALUES ({id}, {hash}, {person}, {seat}, {now}, {now})"
    ))
    .await?;
    Ok(())
}

/// Ends the session of `actor`; from then on its token is worth nothing.
///
/// # Errors
/// The database did not answer, or nobody is signed in.
pub async fn sign_out(unit: &mut Unit, actor: &Actor, now: Instant) -> Result<(), Error> {
    let (session, person) = match actor {
        Actor::Member(member) => (member.session, member.person),
        Actor::Operator(operator) => (operator.session, operator.person),
        Actor::Nobody | Actor::System { .. } => return Err(Refused::NotSignedIn.into()),
    };
    unit.run(sql!(
        "UPDATE accounts_session SET ended = {now} WHERE id = {session} AND ended IS NULL"
    ))
    .await?;
    crate::note(unit, actor, "session.end", person.0, serde_json::json!({ "session": session }), now).await
}

/// Clears sessions that ended, or were used last, longer ago than [`Keeping`] says, at most [`Keeping::AT_ONCE`]; how many.
///
/// # Errors
/// The database did not answer.
pub async fn clear_sessions(db: &Database, now: Instant) -> Result<u64, Error> {
    let before = now.plus_days(-Keeping::at(now).sessions);
    Ok(unit!(db, |unit| {
        unit.run(sql!(
            "DELETE FROM accounts_session WHERE id IN
               (SELECT id FROM accounts_session WHERE ended < {before} OR seen < {before} LIMIT {Keeping::AT_ONCE})"
        ))
        .await
    })
    .await?)
}
