//! The stages of a case's file: each an object of its own, each a byte prefix of the next.

use bytes::Bytes;
use foundation::{Actor, Authorized, Instant, Random};
use serde::Serialize;
use store::{Objects, Record, Unit, sql};
use uuid::Uuid;

use crate::{Case, CaseId, Error, Side, right, right::Reading};

foundation::id!(
    /// One stored stage.
    pub StageId
);
store::column_as!(StageId(Uuid));

/// Which stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageName {
    /// As it was uploaded.
    #[serde(rename = "uploaded")]
    Uploaded,
    /// With the signature fields laid.
    #[serde(rename = "0-registered")]
    Registered,
    /// With A's signature, its time-stamp and its validation data.
    #[serde(rename = "1-signed-a")]
    SignedA,
    /// With B's.
    #[serde(rename = "2-returned-b")]
    ReturnedB,
    /// Sealed: the original.
    #[serde(rename = "3-concluded")]
    Concluded,
}
store::column_as!(StageName {
    Uploaded = "uploaded",
    Registered = "0-registered",
    SignedA = "1-signed-a",
    ReturnedB = "2-returned-b",
    Concluded = "3-concluded",
});

/// A stored stage.
#[derive(Clone, Debug, PartialEq, Eq, Record, Serialize)]
pub struct Stage {
    /// Which.
    pub name: StageName,
    /// Key of the object.
    #[serde(skip)]
    pub object: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Size.
    pub bytes: i64,
    /// When.
    pub made: Instant,
}

/// The name of a case's file: one extension, also where the 契約番号 ends in one.
#[must_use]
pub fn pdf_name(number: &str) -> String {
    let cut = number.len().saturating_sub(4);
    let stem = match number.get(cut..) {
        Some(end) if end.eq_ignore_ascii_case(".pdf") && cut > 0 => &number[..cut],
        _ => number,
    };
    format!("{stem}.pdf")
}

/// Bytes that are stored as an object already and wait for their row.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub id: StageId,
    pub name: StageName,
    pub object: String,
    pub sha256: String,
    pub bytes: i64,
}

/// Stores `bytes` durably; outside any unit. The row follows in a unit: an object without a row is only waste.
pub(crate) async fn keep(
    objects: &Objects,
    random: &dyn Random,
    case: CaseId,
    name: StageName,
    bytes: Bytes,
    now: Instant,
) -> Result<Stored, Error> {
    let size = i64::try_from(bytes.len()).map_err(|_| Error::TooLarge)?;
    let (bytes, sha256) = jobs::work(move || {
        let sha256 = crate::sha256_hex(&bytes);
        (bytes, sha256)
    })
    .await;
    let object = format!("cases/{case}/{sha256}.pdf");
    objects.put(&object, bytes).await?;
    Ok(Stored {
        id: StageId::new(now, random),
        name,
        object,
        sha256,
        bytes: size,
    })
}

/// Writes the row of a stage; an older one of the same name is replaced, its object stays.
pub(crate) async fn write(unit: &mut Unit, case: CaseId, by: &Actor, stage: &Stored, now: Instant) -> Result<(), Error> {
    let who = by.journal_name();
    unit.run(sql!(
        "UPDATE contracts_stage SET replaced = {now} WHERE contract_case = {case} AND name = {stage.name} AND replaced IS NULL"
    ))
    .await?;
    unit.one(sql!(
        "INSERT INTO contracts_stage (id, contract_case, name, object, sha256, bytes, made, made_by)
         VALUES ({stage.id}, {case}, {stage.name}, {stage.object}, {stage.sha256}, {stage.bytes}, {now}, {who})"
    ))
    .await?;
    custody::watch(unit, &stage.object, case.0, &stage.sha256, now).await?;
    Ok(())
}

/// All current stages of a case, in the order in which they follow each other.
pub(crate) async fn all(unit: &mut Unit, case: CaseId) -> Result<Vec<Stage>, Error> {
    let mut stages: Vec<Stage> = unit
        .all(sql!(
            "SELECT name, object, sha256, bytes, made FROM contracts_stage WHERE contract_case = {case} AND replaced IS NULL"
        ))
        .await?;
    // Not by their moment: those of one act have the same.
    stages.sort_by_key(|stage| stage.name);
    Ok(stages)
}

/// The newest stage of a case.
pub(crate) async fn newest(unit: &mut Unit, case: CaseId) -> Result<Stage, Error> {
    all(unit, case).await?.pop().ok_or(Error::NoDocument)
}

impl Case {
    /// The stages this actor may read, in the order in which they follow each other: A sees B's signature only after 返送.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn stages(case: &Authorized<Self, Reading>, unit: &mut Unit) -> Result<Vec<Stage>, Error> {
        let (side, _) = right::party(case.by(), case)?;
        let mut stages = all(unit, case.id).await?;
        if side == Side::A && case.returned.is_none() {
            stages.retain(|stage| stage.name < StageName::ReturnedB);
        }
        if side == Side::B {
            stages.retain(|stage| stage.name > StageName::Uploaded);
        }
        Ok(stages)
    }

    /// One stage, or the newest he may read.
    ///
    /// # Errors
    /// There is none (yet), or the database did not answer.
    pub async fn stage(case: &Authorized<Self, Reading>, unit: &mut Unit, name: Option<StageName>) -> Result<Stage, Error> {
        let stages = Self::stages(case, unit).await?;
        match name {
            Some(name) => stages.into_iter().find(|stage| stage.name == name).ok_or(Error::NoSuchStage),
            None => stages.into_iter().next_back().ok_or(Error::NoDocument),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_extension() {
        for (number, name) in [
            ("A-1", "A-1.pdf"),
            ("A-1.pdf", "A-1.pdf"),
            ("A-1.PDF", "A-1.pdf"),
            (".pdf", ".pdf.pdf"),
            ("工事", "工事.pdf"),
        ] {
            assert_eq!(pdf_name(number), name);
        }
    }
}
