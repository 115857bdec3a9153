//! Jobs of a node that died run again. Nodes are watched by their beat, on this node's own monotonic clock: the product's clock may jump.

use std::collections::HashMap;
use std::time::{Duration, Instant as Monotonic};

use store::{Database, Engine, Result, sql, unit};
use uuid::Uuid;

use crate::State;

/// What this node knows of the others.
#[derive(Debug)]
pub struct Watch {
    me: Uuid,
    lease: Duration,
    seen: HashMap<Uuid, (Option<i64>, Monotonic)>,
    last: Option<Monotonic>,
}

impl Watch {
    pub fn new(me: Uuid, lease: Duration) -> Self {
        Self {
            me,
            lease,
            seen: HashMap::new(),
            last: None,
        }
    }
    /// Beats, and takes back what dead nodes held. Cheap to call often.
    pub async fn look(&mut self, db: &Database) -> Result<()> {
        // A SQLite file belongs to one process; the start takes everything back.
        if db.engine() == Engine::Sqlite || self.last.is_some_and(|last| last.elapsed() < self.lease / 3) {
            return Ok(());
        }
        let me = self.me;
        unit!(db, |unit| {
            unit.run(sql!(
                "INSERT INTO jobs_node (id, beat) VALUES ({me}, 1) ON CONFLICT (id) DO UPDATE SET beat = jobs_node.beat + 1"
            ))
            .await
        })
        .await?;
        self.last = Some(Monotonic::now());
        let others = db
            .all::<(Uuid, Option<i64>)>(sql!(
                "SELECT DISTINCT j.holder, n.beat FROM jobs_job j LEFT JOIN jobs_node n ON n.id = j.holder
                 WHERE j.state = 'running' AND j.holder <> {me}"
            ))
            .await?;
        self.seen.retain(|node, _| others.iter().any(|(other, _)| other == node));
        for (node, beat) in others {
            let known = self.seen.entry(node).or_insert_with(|| (beat, Monotonic::now()));
            if known.0 != beat {
                *known = (beat, Monotonic::now());
            } else if known.1.elapsed() >= self.lease {
                tracing::warn!(%node, "a node died; its jobs run again");
                unit!(db, |unit| {
                    unit.run(sql!(
                        "UPDATE jobs_job SET state = {State::Ready}, holder = NULL WHERE state = 'running' AND holder = {node}"
                    ))
                    .await?;
                    unit.run(sql!("DELETE FROM jobs_node WHERE id = {node}")).await
                })
                .await?;
            }
        }
        Ok(())
    }
}

/// On SQLite: whatever ran when the last process ended runs again.
pub async fn take_back_all(db: &Database, me: Uuid) -> Result<()> {
    if db.engine() == Engine::Sqlite {
        unit!(db, |unit| {
            unit.run(sql!(
                "UPDATE jobs_job SET state = {State::Ready}, holder = NULL WHERE state = 'running' AND holder <> {me}"
            ))
            .await
        })
        .await?;
    }
    Ok(())
}
