//! Mails of a case that did not arrive, as each side may know it: whose, why, and what it was about; the other side's address stays
//! unknown. A clerk of either side has such a mail sent again.

use foundation::{Authorized, Instant};
use mail::{MailId, Wrong};
use store::{Record, Unit, sql};

use crate::{
    Case, Error, Side,
    notice::{self, not_refused},
    right,
    right::MailingAgain,
    right::Reading,
};

/// A mail of this case that did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Which.
    pub mail: MailId,
    /// Whom it should have reached.
    pub to: Side,
    /// His address, if it is one of the reader's own side.
    pub address: Option<String>,
    /// What kind of mail, e.g. `contracts.sent`.
    pub kind: String,
    /// Why it did not arrive.
    pub wrong: Wrong,
    /// When it was refused for good.
    pub at: Instant,
    /// The reader may have it sent again, and it still says how things are.
    pub can_go_again: bool,
}

#[derive(Record)]
struct Row {
    id: MailId,
    recipient: String,
    kind: String,
    wrong: Option<Wrong>,
    ended_at: Option<Instant>,
    is_to_a: bool,
    is_newest: bool,
}

/// The mails about a case that were refused and not followed by one that was taken.
async fn refused(case: &Case, unit: &mut Unit) -> Result<Vec<Row>, Error> {
    let about = case.id.to_string();
    let rows = unit
        .all(sql!(
            "SELECT m.id AS id, m.recipient AS recipient, m.kind AS kind, m.wrong AS wrong, m.ended_at AS ended_at, m.recipient = d.mail AS is_to_a,
                    NOT EXISTS (SELECT 1 FROM mail_message n WHERE n.about = m.about AND n.recipient = m.recipient AND n.id > m.id) AS is_newest
             FROM mail_message m JOIN contracts_case c ON c.id = {case.id} JOIN accounts_desk d ON d.id = c.a_desk
             WHERE m.about = {about} AND m.state = 'refused' AND NOT EXISTS
               (SELECT 1 FROM mail_message l WHERE l.about = m.about AND l.recipient = m.recipient AND l.state = 'sent' AND l.id > m.id)
             ORDER BY m.written_at, m.id LIMIT 20"
        ))
        .await?;
    Ok(rows)
}

impl Case {
    /// The mails about this case that did not arrive.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn undelivered(case: &Authorized<Self, Reading>, unit: &mut Unit) -> Result<Vec<Undelivered>, Error> {
        let (side, _) = right::party(case.by(), case)?;
        let is_clerk = right::clerk_of(case.by(), case, side).is_ok();
        let told = refused(case, unit).await?.into_iter().map(|row| {
            let to = if row.is_to_a { Side::A } else { Side::B };
            Undelivered {
                mail: row.id,
                to,
                address: (to == side).then_some(row.recipient),
                kind: row.kind,
                wrong: row.wrong.unwrap_or(Wrong::Unknown),
                at: row.ended_at.unwrap_or(case.created),
                can_go_again: is_clerk && row.is_newest,
            }
        });
        Ok(told.collect())
    }
    /// Has one of them sent again, to the same address; a 受領依頼 with the deadline as it is now.
    ///
    /// # Errors
    /// It is none of this case, it arrived or waits meanwhile, a later one took its place, or the database did not answer.
    pub async fn mail_again(case: &Authorized<Self, MailingAgain>, unit: &mut Unit, mail: MailId, now: Instant) -> Result<(), Error> {
        let found = refused(case, unit).await?.into_iter().find(|row| row.id == mail && row.is_newest);
        let Some(row) = found else {
            return Err(Error::MailNotRefused);
        };
        notice::told_anew(unit, case.id, mail, &row.kind, now).await?;
        mail::again_in(unit, case.by(), mail, now).await.map_err(not_refused)
    }
}
