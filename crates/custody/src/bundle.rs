//! Everything a stranger needs to check an original.

use evidence::{Entry, Parts, zip::Members};
use foundation::Actor;
use store::{Database, ObjectError, Objects, Record, sql};

use crate::{Deposit, DepositId, Error, Reading, Result, evidences::damaged, standing};

#[derive(Record)]
struct Evidence {
    proof: Option<String>,
    ers: Option<Vec<u8>>,
    batch: Option<Vec<u8>>,
    token: Option<Vec<u8>>,
    checkpoint_ers: Option<Vec<u8>>,
}

/// The bytes of an original; what is not what was deposited is not handed out.
///
/// # Errors
/// [`Error::Unknown`], [`Error::Refused`], [`Error::Damaged`], the stores.
pub async fn original(db: &Database, objects: &Objects, by: &Actor, id: DepositId) -> Result<(Deposit, Vec<u8>)> {
    let deposit = Deposit::open::<Reading>(db, by, id).await?.into_inner();
    let bytes = match objects.get(&deposit.object).await {
        Ok(bytes) => {
            let wanted = deposit.sha512;
            jobs::work(move || (evidence::sha512(&bytes) == wanted).then_some(bytes)).await
        }
        Err(ObjectError::Missing { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let Some(bytes) = bytes else {
        crate::suspect(db, &deposit.object).await?;
        return Err(Error::Damaged(format!("the object of deposit {id} is not what was deposited")));
    };
    Ok((deposit, bytes))
}

/// The files of the evidence bundle by name (`original.pdf`, `record.json`, `evidence.ers`, …).
///
/// # Errors
/// [`Error::Unknown`], [`Error::Refused`], [`Error::NotYet`] with the state and the next try, [`Error::Damaged`].
pub async fn files(db: &Database, objects: &Objects, by: &Actor, id: DepositId) -> Result<Members> {
    let standing = standing(db, by, id).await?;
    let (Some(round), Some(_)) = (standing.round, standing.kept) else {
        return Err(Error::NotYet {
            state: standing.state,
            reason: standing.reason,
            next_try: standing.next_try,
        });
    };
    let (deposit, original) = original(db, objects, by, id).await?;
    let evidence = db
        .only::<Evidence>(sql!(
            "SELECT proof, ers, batch, token, checkpoint_ers FROM custody_deposit
             JOIN custody_round ON custody_round.number = custody_deposit.round WHERE custody_deposit.id = {id}"
        ))
        .await?;
    let material = db
        .all::<(String, Vec<u8>)>(sql!(
            "SELECT name, content FROM custody_material WHERE round = {round} ORDER BY name"
        ))
        .await?;
    let under = |folder: &str| -> Vec<(String, Vec<u8>)> {
        material
            .iter()
            .filter_map(|(name, der)| Some((name.strip_prefix(folder)?.to_owned(), der.clone())))
            .collect()
    };
    let lost = || Error::Damaged(format!("evidence of deposit {id} is missing"));
    evidence::assemble(Parts {
        original,
        record: &deposit.record,
        evidence: &evidence.ers.ok_or_else(lost)?,
        entry: Entry::of("ingest", &deposit.record).to_string().as_bytes(),
        proof: &evidence.proof.ok_or_else(lost)?,
        checkpoint_evidence: &evidence.checkpoint_ers.ok_or_else(lost)?,
        batch: &evidence.batch.ok_or_else(lost)?,
        token: &evidence.token.ok_or_else(lost)?,
        chain: &under("chain/"),
        status: &under("status/"),
    })
    .map_err(damaged)
}

/// `bundle.zip` in pieces, to be sent one after the other: the original is one of them, and so lies in memory once.
///
/// # Errors
/// As [`files`].
pub async fn bundle(db: &Database, objects: &Objects, by: &Actor, id: DepositId) -> Result<Vec<Vec<u8>>> {
    let members = files(db, objects, by, id).await?;
    evidence::zip::pieces(members).map_err(damaged)
}
