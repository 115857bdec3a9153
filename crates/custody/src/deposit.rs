//! A deposit: its row, its owners, its record, its entry in the log, all in one unit.

use evidence::{Deposited, Entry, Record, Subject};
use foundation::{Action, Actor, Authorized, Date, DepartmentId, DeskId, Instant};
use log::LogEntryId;
use serde_json::json;
use store::{Database, Unit, sql};

use crate::{Error, Prepared, Result, note, right::Depositing, term_from};

foundation::id!(
    /// One kept original.
    pub DepositId
);
store::column_as!(DepositId(uuid::Uuid));

/// Whose an original is: the desk it came over, and the 企業ID above it. A contract has one on each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, store::Record)]
pub struct Owner {
    /// The 企業ID.
    pub department: DepartmentId,
    /// The ユーザID.
    pub desk: DeskId,
}

/// What a concluded contract is deposited with.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The case's name, for lists; it is not in the record.
    pub title: String,
    /// The file's name, for downloads.
    pub file_name: String,
    /// Both sides.
    pub owners: Vec<Owner>,
    /// 成立日 in Japan; the ten years run from it.
    pub concluded: Date,
}

/// What the depositor has in hand at once. Kept by him, it proves later what was taken.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Receipt {
    /// The deposit.
    pub deposit: DepositId,
    /// When the bytes were durable.
    pub received: Instant,
    /// How many.
    pub size: u64,
    /// SHA-256 of the original, hex.
    pub sha256: String,
    /// SHA-512 of the original, hex.
    pub sha512: String,
    /// SHA-512 of `record.json`, hex: what the log and the evidence record will hold.
    pub record_sha512: String,
    /// The last day of retention.
    #[serde(serialize_with = "as_text")]
    pub retain_until: Date,
}

fn as_text<S: serde::Serializer>(date: &Date, into: S) -> Result<S::Ok, S::Error> {
    into.collect_str(date)
}

/// A kept original, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// Its id.
    pub id: DepositId,
    /// Contract or own document.
    pub subject: Subject,
    /// Name for lists.
    pub title: String,
    /// Name for downloads.
    pub file_name: String,
    /// Media type.
    pub media: String,
    /// Bytes, counted.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// SHA-512 of the bytes.
    pub sha512: [u8; 64],
    /// Key of the object.
    pub object: String,
    /// `record.json`.
    pub record: Vec<u8>,
    /// When it was durable.
    pub received: Instant,
    /// The last day of retention.
    pub retain_until: Date,
    /// Its round, once it has one.
    pub round: Option<i64>,
    /// Row version.
    pub version: i64,
    /// Whose it is.
    pub owners: Vec<Owner>,
}

#[derive(store::Record)]
pub(crate) struct Row {
    id: DepositId,
    subject: String,
    title: String,
    file_name: String,
    media: String,
    size: u64,
    sha256: [u8; 32],
    sha512: [u8; 64],
    object: String,
    record: Vec<u8>,
    received: Instant,
    retain_until: Date,
    round: Option<i64>,
    version: i64,
}

impl Row {
    fn with(self, owners: Vec<Owner>) -> Result<Deposit> {
        Ok(Deposit {
            id: self.id,
            subject: subject_from(&self.subject)?,
            title: self.title,
            file_name: self.file_name,
            media: self.media,
            size: self.size,
            sha256: self.sha256,
            sha512: self.sha512,
            object: self.object,
            record: self.record,
            received: self.received,
            retain_until: self.retain_until,
            round: self.round,
            version: self.version,
            owners,
        })
    }
}

pub(crate) const fn subject_word(subject: Subject) -> &'static str {
    match subject {
        Subject::Contract => "contract",
        Subject::Own => "own",
    }
}

pub(crate) fn subject_from(word: &str) -> Result<Subject> {
    match word {
        "contract" => Ok(Subject::Contract),
        "own" => Ok(Subject::Own),
        other => Err(Error::Damaged(format!("subject {other}"))),
    }
}

impl Deposit {
    /// Loads a deposit with a right on it.
    ///
    /// # Errors
    /// [`Error::Unknown`], also when he must not learn that it exists; [`Error::Refused`]; the database.
    pub async fn open<A: Action<Self>>(db: &Database, by: &Actor, id: DepositId) -> Result<Authorized<Self, A>> {
        let row = db
            .find::<Row>(sql!(
                "SELECT id, subject, title, file_name, media, size, sha256, sha512, object, record, received, retain_until, round, version
                 FROM custody_deposit WHERE id = {id}"
            ))
            .await?;
        let row = row.ok_or(Error::Unknown)?;
        let owners = db
            .all::<Owner>(sql!("SELECT department, desk FROM custody_owner WHERE deposit = {id}"))
            .await?;
        Ok(Authorized::ask(by, row.with(owners)?)?)
    }
    /// The receipt, again.
    #[must_use]
    pub fn receipt(&self) -> Receipt {
        Receipt {
            deposit: self.id,
            received: self.received,
            size: self.size,
            sha256: hex::encode(self.sha256),
            sha512: hex::encode(self.sha512),
            record_sha512: hex::encode(evidence::sha512(&self.record)),
            retain_until: self.retain_until,
        }
    }
}

/// Takes a concluded contract: rows, record, log entry, journal, in the caller's unit. The object is durable already ([`Prepared`]).
/// Its evidence follows in the next round; then [`crate::Kept`] is published.
///
/// # Errors
/// [`Error::Refused`] for a stranger; the database.
pub async fn deposit_original(unit: &mut Unit, by: &Actor, prepared: &Prepared, terms: &Terms, now: Instant) -> Result<Receipt> {
    let until = term_from(terms.concluded);
    take(
        unit,
        by,
        prepared,
        Subject::Contract,
        "application/pdf",
        &terms.title,
        &terms.file_name,
        &terms.owners,
        until,
        now,
    )
    .await
}

#[expect(clippy::too_many_arguments, reason = "private; the two public verbs each name what they take")]
pub(crate) async fn take(
    unit: &mut Unit,
    by: &Actor,
    prepared: &Prepared,
    subject: Subject,
    media: &str,
    title: &str,
    file_name: &str,
    owners: &[Owner],
    retain_until: Date,
    now: Instant,
) -> Result<Receipt> {
    let (id, log_entry): (DepositId, LogEntryId) = (prepared.id, prepared.log_entry);
    let departments: Vec<String> = owners.iter().map(|owner| owner.department.to_string()).collect();
    let origin = log::origin(unit).await?;
    let record = Record::of(&Deposited {
        id: &id.to_string(),
        subject,
        owners: &departments,
        salt: prepared.salt,
        media,
        size: prepared.size,
        sha256: prepared.sha256,
        sha512: prepared.sha512,
        received: now,
        retain_until,
        log: &origin,
        file_name,
    })
    .json()
    .into_bytes();
    let deposit = Deposit {
        id,
        subject,
        title: title.to_owned(),
        file_name: file_name.to_owned(),
        media: media.to_owned(),
        size: prepared.size,
        sha256: prepared.sha256,
        sha512: prepared.sha512,
        object: prepared.object.clone(),
        record,
        received: now,
        retain_until,
        round: None,
        version: 1,
        owners: owners.to_vec(),
    };
    let deposit = Authorized::<Deposit, Depositing>::ask(by, deposit)?;
    let word = subject_word(subject);
    unit.one(sql!(
        "INSERT INTO custody_deposit (id, subject, title, file_name, media, size, sha256, sha512, object, key_id, record, received,
             retain_until, log_entry, round, proof, ers, version)
         VALUES ({id}, {word}, {title}, {file_name}, {media}, {deposit.size}, {deposit.sha256}, {deposit.sha512}, {deposit.object}, NULL,
             {deposit.record}, {now}, {retain_until}, {log_entry}, NULL, NULL, NULL, 1)"
    ))
    .await?;
    for owner in owners {
        unit.one(sql!(
            "INSERT INTO custody_owner (deposit, department, desk) VALUES ({id}, {owner.department}, {owner.desk})"
        ))
        .await?;
    }
    crate::watch(unit, &deposit.object, id.0, &hex::encode(deposit.sha256), now).await?;
    log::append(unit, log_entry, Entry::of("ingest", &deposit.record).to_string().as_bytes(), now).await?;
    let receipt = deposit.receipt();
    let whose: Vec<_> = owners.iter().map(|owner| json!([owner.department, owner.desk])).collect();
    let facts = json!({
        "subject": word, "size": deposit.size, "sha256": receipt.sha256, "record_sha512": receipt.record_sha512, "owners": whose,
    });
    note::note(unit, by, <Depositing as Action<Deposit>>::DEED, id.0, facts, now).await?;
    Ok(receipt)
}
