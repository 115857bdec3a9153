//! The act of signing as a row: prepared, signing (leased), completed, failed.

use crate::terms::Terms;
use crate::{Error, Signed, Signing};
use foundation::{Actor, Instant, Keeping, PersonId, Random, Refused};
use journal::Entry;
use pki::Certificate;
use serde_json::json;
use store::{Database, Record, Unit, sql, unit};
use uuid::Uuid;

foundation::id!(
    /// One act of signing.
    pub ActId
);
store::column_as!(ActId(Uuid));

/// Where an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActState {
    /// Waits for the signature.
    Prepared,
    /// A signature came; time-stamp and status are being fetched.
    Signing,
    /// Its result is part of the caller's outcome.
    Completed,
    /// It failed or lapsed; nothing was signed that anybody may rely on.
    Failed,
}
store::column_as!(ActState {
    Prepared = "prepared",
    Signing = "signing",
    Completed = "completed",
    Failed = "failed",
});

/// What is to be signed.
#[derive(Clone, Debug)]
pub struct Order {
    /// What it is for: the caller's word, e.g. `"case"`.
    pub purpose: &'static str,
    /// And its id there.
    pub subject: Uuid,
    /// The signer: a person, who must be the actor.
    pub person: PersonId,
    /// His certificate, DER. That it is his and usable is the caller's (certification's) knowledge.
    pub certificate: Vec<u8>,
    /// The field.
    pub field: String,
    /// If the file has no such field.
    pub new_field: Option<pades::FieldSpec>,
    /// The stored original.
    pub pdf: Vec<u8>,
}

/// A prepared act: what the credential is to sign.
#[derive(Clone, Debug)]
pub struct Act {
    /// Its id.
    pub id: ActId,
    /// What it is for.
    pub purpose: String,
    /// And its id there.
    pub subject: Uuid,
    /// The signer.
    pub person: PersonId,
    /// Where it stands.
    pub state: ActState,
    /// What was prepared: `to_sign`, `digest`, `digest_algorithm`, `document_digest`, `field`.
    pub prepared: pades::Prepared,
    /// Until when the signature may come.
    pub expires: Instant,
}

#[derive(Record)]
struct Row {
    id: ActId,
    purpose: String,
    subject: Uuid,
    person: PersonId,
    state: ActState,
    prepared: serde_json::Value,
    expires: Instant,
}

impl Row {
    fn act(self) -> Result<Act, Error> {
        if self.state == ActState::Failed {
            return Err(Error::ActOver);
        }
        // What this room wrote it can read; anything else is as good as no act.
        let prepared = serde_json::from_value(self.prepared).map_err(|_| Error::UnknownAct)?;
        let Self {
            id,
            purpose,
            subject,
            person,
            state,
            expires,
            ..
        } = self;
        Ok(Act {
            id,
            purpose,
            subject,
            person,
            state,
            prepared,
            expires,
        })
    }
}

/// Intent: prepares the signature on the stored original and commits the act with its journal entry. The signer's certificate
/// is checked against its status first (OCSP or CRL), so that nobody signs with a revoked one.
///
/// # Errors
/// See [`Error`].
pub async fn prepare(db: &Database, signing: &Signing, by: &Actor, order: Order, now: Instant, random: &dyn Random) -> Result<Act, Error> {
    if by.person() != Some(order.person) {
        return Err(Refused::NotTheSigner.into());
    }
    let certificate = Certificate::parse(&order.certificate).map_err(|error| pades::Error::Certificate(error.to_string()))?;
    signing.may_sign(&certificate, now, random).await?;
    let chain = signing
        .above(&certificate)
        .into_iter()
        .filter(|above| !above.is_self_signed())
        .map(|above| above.der().to_vec())
        .collect();
    let plan = pades::Plan {
        field: order.field,
        new_field: order.new_field,
        certificate: order.certificate,
        chain,
        claimed_at: now,
        name: certificate.subject().common_name(),
        reason: None,
        timestamp_reserve: signing.tsa().room(),
    };
    let pdf = order.pdf;
    let marks = signing.1.clone();
    let prepared = jobs::work(move || {
        let mark = marks.and_then(|marks| marks.of(&certificate));
        pades::prepare_with_mark(&pdf, &plan, mark.as_ref().map(|mark| mark.as_slice()))
    })
    .await?;
    let act = Act {
        id: ActId::new(now, random),
        purpose: order.purpose.to_owned(),
        subject: order.subject,
        person: order.person,
        state: ActState::Prepared,
        prepared,
        expires: now.plus_seconds(Terms::at(now).open),
    };
    let (row, stored) = (&act, &serde_json::to_value(&act.prepared).unwrap_or_default());
    unit!(db, |unit| {
        let state = ActState::Prepared;
        unit.one(sql!(
            "INSERT INTO signing_act (id, purpose, subject, person, state, prepared, created, expires)
             VALUES ({row.id}, {row.purpose}, {row.subject}, {row.person}, {state}, {stored}, {now}, {row.expires})"
        ))
        .await?;
        let facts = json!({
            "purpose": row.purpose, "subject": row.subject, "field": row.prepared.field,
            "document_digest": hex::encode(&row.prepared.document_digest), "digest": hex::encode(&row.prepared.digest),
            "certificate_sha256": sha256(&hex::decode(&row.prepared.certificates[0]).unwrap_or_default()),
        });
        note(unit, by, "signing.prepare", row.id, facts, now).await
    })
    .await?;
    Ok(act)
}

/// Loads an act of `by`.
///
/// # Errors
/// [`Error::UnknownAct`] if it is none or another person's, [`Error::ActOver`] if it failed or lapsed: then nothing of what was prepared is kept.
pub async fn open_act(db: &Database, by: &Actor, id: ActId) -> Result<Act, Error> {
    let row: Option<Row> = db
        .find(sql!(
            "SELECT id, purpose, subject, person, state, prepared, expires FROM signing_act WHERE id = {id}"
        ))
        .await?;
    let row = row.filter(|row| by.person() == Some(row.person)).ok_or(Error::UnknownAct)?;
    row.act()
}

/// Books the beginning of the outside part; only one caller gets it.
pub(crate) async fn begin(db: &Database, by: &Actor, act: &Act, signature: &[u8], now: Instant) -> Result<(), Error> {
    if act.state != ActState::Prepared || act.expires <= now {
        return Err(Error::ActOver);
    }
    let (id, lease) = (act.id, now.plus_seconds(Terms::at(now).lease));
    let facts = &json!({ "purpose": act.purpose, "subject": act.subject, "signature_sha256": sha256(signature) });
    unit!(db, |unit| {
        let (from, to) = (ActState::Prepared, ActState::Signing);
        let changed = unit
            .run(sql!(
                "UPDATE signing_act SET state = {to}, lease = {lease} WHERE id = {id} AND state = {from}"
            ))
            .await?;
        if changed != 1 {
            return Err(Error::ActOver);
        }
        note(unit, by, "signing.begin", id, facts.clone(), now).await
    })
    .await
}

/// Books that the outside part failed: for good, or (the world did not answer) so that the same signature can come again.
pub(crate) async fn stumble(db: &Database, by: &Actor, id: ActId, error: &Error, now: Instant) -> Result<(), Error> {
    let facts = json!({ "code": error.code(), "because": error.to_string() });
    fall_back(db, by, id, error.code(), error.is_passing(), facts, now).await
}

/// The caller could not make its outcome of what was signed (the disk was full, the case changed meanwhile): the act does not wait for its
/// lease to end. With `passing` the same signature, or another one, can come at once; else the act is over.
///
/// # Errors
/// The database.
pub async fn give_back(db: &Database, by: &Actor, signed: &Signed, code: &str, passing: bool, now: Instant) -> Result<(), Error> {
    let Some(id) = signed.act else { return Ok(()) };
    fall_back(db, by, id, code, passing, json!({ "code": code, "because": "outcome" }), now).await
}

async fn fall_back(
    db: &Database,
    by: &Actor,
    id: ActId,
    code: &str,
    passing: bool,
    facts: serde_json::Value,
    now: Instant,
) -> Result<(), Error> {
    let (facts, nothing) = (&facts, &json!({}));
    unit!(db, |unit| {
        let (from, back, over) = (ActState::Signing, ActState::Prepared, ActState::Failed);
        if passing {
            unit.run(sql!(
                "UPDATE signing_act SET state = {back}, lease = NULL, failure = {code} WHERE id = {id} AND state = {from}"
            ))
            .await?;
        } else {
            unit.run(sql!(
                "UPDATE signing_act SET state = {over}, lease = NULL, failure = {code}, ended = {now}, prepared = {nothing} WHERE id = {id} AND state = {from}"
            ))
            .await?;
        }
        note(unit, by, "signing.fail", id, facts.clone(), now).await
    })
    .await
}

/// Outcome, inside the caller's unit: the act is completed together with the caller's rows.
///
/// # Errors
/// [`Error::ActOver`] if it is no longer being signed.
pub async fn settle(unit: &mut Unit, by: &Actor, signed: &Signed, now: Instant) -> Result<(), Error> {
    let Some(id) = signed.act else { return Ok(()) };
    let (from, to) = (ActState::Signing, ActState::Completed);
    let changed = unit
        .run(sql!(
            "UPDATE signing_act SET state = {to}, lease = NULL, failure = NULL, ended = {now} WHERE id = {id} AND state = {from}"
        ))
        .await?;
    if changed != 1 {
        return Err(Error::ActOver);
    }
    let facts = json!({
        "sha256": signed.sha256, "field": signed.field, "signed_at": signed.signed_at.rfc3339(), "level": signed.report.level,
        "certificate_sha256": sha256(&signed.certificate),
    });
    note(unit, by, "signing.complete", id, facts, now).await
}

/// The resolver: acts whose lease or time is over are failed. Run at boot and every minute. Gives their number.
///
/// A signature value without its time-stamp is nothing that anybody may rely on, and it was given to nobody: so an act that was
/// broken off is failed, never completed behind the signer's back.
///
/// # Errors
/// The database.
pub async fn resolve(db: &Database, now: Instant) -> Result<u64, Error> {
    let (by, nothing) = (&Actor::System { cause: "signing.resolve" }, &json!({}));
    unit!(db, |unit| {
        let over = ActState::Failed;
        let open: Vec<(ActId, ActState)> = unit
            .all(sql!(
                "SELECT id, state FROM signing_act WHERE state IN ('prepared', 'signing')
                   AND ((state = 'prepared' AND expires <= {now}) OR (state = 'signing' AND lease <= {now})) ORDER BY expires LIMIT 200"
            ))
            .await?;
        for (id, state) in &open {
            let code = if *state == ActState::Prepared { "lapsed" } else { "broken_off" };
            unit.one(sql!(
                "UPDATE signing_act SET state = {over}, lease = NULL, failure = {code}, ended = {now}, prepared = {nothing} WHERE id = {id}"
            ))
            .await?;
            note(unit, by, "signing.fail", *id, json!({ "code": code }), now).await?;
        }
        Ok::<_, Error>(open.len() as u64)
    })
    .await
}

/// Clears acts that ended longer ago than [`Keeping`] says, at most [`Keeping::AT_ONCE`]; how many. What was done stands in the journal.
///
/// # Errors
/// The database.
pub async fn clear(db: &Database, now: Instant) -> Result<u64, Error> {
    let before = now.plus_days(-Keeping::at(now).acts);
    Ok(unit!(db, |unit| {
        unit.run(sql!(
            "DELETE FROM signing_act WHERE id IN (SELECT id FROM signing_act WHERE ended < {before} LIMIT {Keeping::AT_ONCE})"
        ))
        .await
    })
    .await?)
}

async fn note(unit: &mut Unit, by: &Actor, deed: &str, id: ActId, facts: serde_json::Value, at: Instant) -> Result<(), Error> {
    Ok(journal::note(
        unit,
        Entry {
            actor: by,
            deed,
            subject: &id,
            facts,
            at,
        },
    )
    .await?)
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex::encode(sha2::Sha256::digest(bytes))
}
