//! The list in parts: whose turn it is, as the database can tell; one part a page at a time, with true numbers.

use foundation::{Actor, Member, Seat};
use store::{Database, Record, Statement, sql};

use crate::list::{CaseLine, rows};
use crate::{Case, CaseId, Error};

/// A part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Everything.
    All,
    /// 自分の番.
    Mine,
    /// Everything but 自分の番.
    Rest,
    /// ほかの方の番.
    Others,
    /// 進行中, whoever's turn it is.
    Open,
    /// 成立した契約.
    Done,
    /// 下書き: no document yet.
    Draft,
    /// 差戻し・謝絶・取下げ.
    Closed,
}

/// How many cases are in each part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Record)]
pub struct Counts {
    /// All of them.
    pub total: i64,
    /// 自分の番.
    pub mine: i64,
    /// ほかの方の番.
    pub others: i64,
    /// 進行中.
    pub open: i64,
    /// 成立した契約.
    pub done: i64,
    /// 下書き.
    pub draft: i64,
    /// 差戻し・謝絶・取下げ.
    pub closed: i64,
    /// Of the formed ones: not sealed or kept yet.
    pub unsealed: i64,
    /// Of the open ones: this side acts next.
    pub ours: i64,
}

/// The condition of a part. It says what `web` shows as 「自分の番」, from the seat of who asks.
fn condition(part: Part, by: &Actor, side: &Statement) -> Statement {
    let open = || sql!("c.state IN ('draft', 'signed', 'waiting', 'countersigned')");
    match part {
        Part::All => sql!("1 = 1"),
        Part::Mine => mine(by, side),
        Part::Rest => sql!("NOT ({+mine(by, side)})"),
        Part::Others => sql!("({+open()} AND NOT (c.state = 'draft' AND c.a_field IS NULL) AND NOT ({+mine(by, side)}))"),
        Part::Open => open(),
        Part::Done => sql!("c.state IN ('sealing', 'seal_failed', 'keeping', 'concluded')"),
        Part::Draft => sql!("(c.state = 'draft' AND c.a_field IS NULL)"),
        Part::Closed => sql!("c.state IN ('sent_back', 'refused', 'withdrawn')"),
    }
}

/// What the lists are ordered by: the deadline of what is still open, as text, and a year that no deadline has.
fn deadline() -> Statement {
    sql!("CASE WHEN c.state IN ('draft', 'signed', 'waiting', 'countersigned') THEN COALESCE(c.reply_by, '9999') ELSE '9999' END")
}

fn mine(by: &Actor, side: &Statement) -> Statement {
    let Actor::Member(Member {
        person,
        seat: Seat::Desk { registers, signs, .. },
        ..
    }) = by
    else {
        return sql!("1 = 0");
    };
    let never = || sql!("1 = 0");
    let side = || side.clone();
    let signing = if *signs {
        sql!(
            "((c.state = 'draft' AND c.a_field IS NOT NULL AND {+side()} = 'a' AND c.a_signer = {person})
              OR (c.state = 'waiting' AND {+side()} = 'b' AND c.b_signer IS NOT NULL AND c.b_signer = {person}))"
        )
    } else {
        never()
    };
    let sending = if *registers {
        sql!("((c.state = 'signed' AND {+side()} = 'a') OR (c.state = 'countersigned' AND {+side()} = 'b'))")
    } else {
        never()
    };
    sql!("({+signing} OR {+sending})")
}

impl Case {
    /// One page of a part of the cases this actor may see, the nearest deadline (返送の期限) first: what is open and has none, and what
    /// is over, comes after. Where somebody must act, who waits longest comes first among equals; elsewhere the newest. `before` is the
    /// last id of the page before.
    ///
    /// # Errors
    /// The right is missing, `before` is no case this actor may see, or the database did not answer.
    pub async fn page(db: &Database, by: &Actor, part: Part, before: Option<CaseId>, size: i64) -> Result<Vec<CaseLine>, Error> {
        let (seen, side) = rows(by)?;
        let is_to_do = matches!(part, Part::Mine | Part::Others | Part::Open);
        let wanted = condition(part, by, &side);
        let wanted = match before {
            None => wanted,
            Some(id) => {
                let last: Option<String> = db
                    .find(sql!(
                        "SELECT {+deadline()} AS last FROM contracts_case c WHERE {+seen} AND c.id = {id}"
                    ))
                    .await?;
                let last = last.ok_or(Error::Unknown)?;
                let behind = if is_to_do { sql!("c.id > {id}") } else { sql!("c.id < {id}") };
                sql!("{+wanted} AND ({+deadline()} > {last} OR ({+deadline()} = {last} AND {+behind}))")
            }
        };
        let order = if is_to_do {
            sql!("ORDER BY {+deadline()}, c.id")
        } else {
            sql!("ORDER BY {+deadline()}, c.id DESC")
        };
        Self::listed(db, by, wanted, order, size).await
    }

    /// How many cases this actor may see, part by part.
    ///
    /// # Errors
    /// The right is missing, or the database did not answer.
    pub async fn counts(db: &Database, by: &Actor) -> Result<Counts, Error> {
        let (seen, side) = rows(by)?;
        let count = |part| condition(part, by, &side);
        let columns = sql!(
            "COUNT(*) AS total, COUNT(CASE WHEN {+count(Part::Mine)} THEN 1 END) AS mine,
             COUNT(CASE WHEN {+count(Part::Others)} THEN 1 END) AS others, COUNT(CASE WHEN {+count(Part::Open)} THEN 1 END) AS open,
             COUNT(CASE WHEN {+count(Part::Done)} THEN 1 END) AS done, COUNT(CASE WHEN {+count(Part::Draft)} THEN 1 END) AS draft,
             COUNT(CASE WHEN {+count(Part::Closed)} THEN 1 END) AS closed,
             COUNT(CASE WHEN c.state IN ('sealing', 'seal_failed', 'keeping') THEN 1 END) AS unsealed,
             COUNT(CASE WHEN (c.state IN ('draft', 'signed') AND {+side.clone()} = 'a')
                          OR (c.state IN ('waiting', 'countersigned') AND {+side.clone()} = 'b') THEN 1 END) AS ours"
        );
        Ok(db.only(sql!("SELECT {+columns} FROM contracts_case c WHERE {+seen}")).await?)
    }

    /// How many open cases each desk of a 企業ID has, by its ユーザID.
    ///
    /// # Errors
    /// The right is missing, or the database did not answer.
    pub async fn open_by_desk(db: &Database, by: &Actor) -> Result<Vec<(String, i64)>, Error> {
        let (seen, side) = rows(by)?;
        let own_desk = sql!("d.id = CASE WHEN {+side} = 'a' THEN c.a_desk ELSE c.b_desk END");
        Ok(db
            .all(sql!(
                "SELECT d.number AS number, COUNT(*) AS open FROM contracts_case c JOIN accounts_desk d ON {+own_desk}
                 WHERE {+seen} AND c.state IN ('draft', 'signed', 'waiting', 'countersigned') GROUP BY d.number ORDER BY d.number"
            ))
            .await?)
    }
}
