//! 「あなたの番」: how many cases wait for an act of this person.

use contracts::Case;

use crate::{House, session::Viewer};

/// How many; none for who has no part in cases.
pub async fn turns(house: &House, viewer: &Viewer) -> Option<usize> {
    if viewer.kind() != crate::session::Kind::Contracts {
        return None;
    }
    let lines = Case::list(&house.db, &viewer.actor, None, 100).await.ok()?;
    Some(lines.iter().filter(|line| crate::case::is_mine(viewer, line)).count())
}
