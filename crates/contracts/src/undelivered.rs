//! Mails of a case that did not arrive, as each side may know it: whose, and what it was about; the other side's address stays unknown.

use foundation::{Authorized, Instant};
use store::{Record, Unit, sql};

use crate::{Case, Error, Side, right, right::Reading};

/// A mail of this case that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Whom it should have reached.
    pub to: Side,
    /// His address, if it is one of the reader's own side.
    pub address: Option<String>,
    /// What kind of mail, e.g. `contracts.sent`.
    pub kind: String,
    /// When it was refused for good.
    pub at: Instant,
}

#[derive(Record)]
struct Row {
    recipient: String,
    kind: String,
    ended_at: Option<Instant>,
    is_to_a: bool,
}

impl Case {
    /// The mails about this case that were refused and not followed by one that was taken.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn undelivered(case: &Authorized<Self, Reading>, unit: &mut Unit) -> Result<Vec<Undelivered>, Error> {
        let (side, _) = right::party(case.by(), case)?;
        let about = case.id.to_string();
        let rows: Vec<Row> = unit
            .all(sql!(
                "SELECT m.recipient AS recipient, m.kind AS kind, m.ended_at AS ended_at, m.recipient = d.mail AS is_to_a
                 FROM mail_message m JOIN contracts_case c ON c.id = {case.id} JOIN accounts_desk d ON d.id = c.a_desk
                 WHERE m.about = {about} AND m.state = 'refused' AND NOT EXISTS
                   (SELECT 1 FROM mail_message l WHERE l.about = m.about AND l.recipient = m.recipient AND l.state = 'sent' AND l.id > m.id)
                 ORDER BY m.written_at, m.id LIMIT 20"
            ))
            .await?;
        let told = rows.into_iter().map(|row| {
            let to = if row.is_to_a { Side::A } else { Side::B };
            Undelivered {
                to,
                address: (to == side).then_some(row.recipient),
                kind: row.kind,
                at: row.ended_at.unwrap_or(case.created),
            }
        });
        Ok(told.collect())
    }
}
