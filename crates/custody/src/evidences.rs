//! A round's tree, from its rows: always the same tree, so it is built again whenever it is needed.

use evidence::{
    Batch,
    ers::{self, HashTree},
};
use foundation::Instant;
use store::{Database, Record, sql};

use crate::{DepositId, Error, Result};

/// A deposit as the tree needs it.
#[derive(Debug, Record)]
pub(crate) struct Leaf {
    pub id: DepositId,
    pub record: Vec<u8>,
    pub sha512: [u8; 64],
    pub place: Option<u64>,
}

/// What a round stamps.
#[derive(Debug)]
pub(crate) struct Evidences {
    pub leaves: Vec<Leaf>,
    pub tree: HashTree,
}

/// The deposits of a round in the order of their groups.
pub(crate) async fn leaves(db: &Database, round: i64) -> Result<Vec<Leaf>> {
    Ok(db
        .all(sql!(
            "SELECT custody_deposit.id AS id, record, sha512, place FROM custody_deposit
             JOIN log_entry ON log_entry.id = custody_deposit.log_entry WHERE round = {round} ORDER BY custody_deposit.id"
        ))
        .await?)
}

impl Evidences {
    /// The tree over all deposits and the group of checkpoint and batch.
    pub(crate) fn build(leaves: Vec<Leaf>, checkpoint: &str, batch: &[u8]) -> Result<Self> {
        let mut groups: Vec<_> = leaves
            .iter()
            .map(|leaf| vec![leaf.sha512, evidence::sha512(&leaf.record)])
            .collect();
        groups.push(ers::group(checkpoint.as_bytes(), batch));
        let tree = HashTree::over(&groups).map_err(damaged)?;
        Ok(Self { leaves, tree })
    }
    /// The evidence record of group `at`; the last group is that of the checkpoint.
    pub(crate) fn record(&self, at: usize, token: &[u8]) -> Result<Vec<u8>, ers::ErsError> {
        ers::build(&self.tree.reduced(at).ok_or(ers::ErsError::Empty)?, token)
    }
}

/// `batch.json`.
pub(crate) fn batch(round: i64, closed: Instant, log: &str, size: u64, leaves: &[Leaf]) -> Result<Vec<u8>> {
    let places = leaves.iter().map(|leaf| leaf.place).collect::<Option<Vec<u64>>>();
    let from = places
        .and_then(|places| places.into_iter().min())
        .ok_or_else(|| Error::Damaged("an entry of the round is not in the log".to_owned()))?;
    let batch = Batch {
        v: 1,
        round: u64::try_from(round).unwrap_or_default(),
        closed: closed.rfc3339(),
        log: log.to_owned(),
        from,
        size,
        originals: leaves.len() as u64,
        hash: "sha512".to_owned(),
    };
    Ok(batch.json().into_bytes())
}

pub(crate) fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Damaged(error.to_string())
}
