//! Lists and the detail of cases, as the actor may see them.

use accounts::Seen;
use foundation::{Actor, Authorized, Date, Instant, PersonId};
use serde::Serialize;
use store::{Database, Record, Statement, Unit, sql};

use crate::{
    Case, CaseId, Error, PartnerId, Side, Stage, deadline, right,
    right::{
        Confirming, MovingDeadline, NamingSigner, PuttingSigned, Reading, Refusing, Registering, Returning, Sending, SendingBack, Signing,
        Withdrawing,
    },
    state::{Did, State, step},
};

/// One line of the list.
#[derive(Clone, Debug, Record, Serialize)]
pub struct CaseLine {
    /// Its id.
    pub id: CaseId,
    /// Where it stands, as this actor may know it.
    pub state: State,
    /// 案件名.
    pub title: String,
    /// 契約番号.
    pub contract_number: String,
    /// 契約日.
    pub contract_date: Date,
    /// 契約金額 税込; none: 「金額なし」.
    pub amount: Option<i64>,
    /// 返送の期限, if there is one.
    pub reply_by: Option<Date>,
    /// Company of A.
    pub a_name: String,
    /// ユーザID of A.
    pub a_number: String,
    /// Company of B; told once it was sent, or agreed.
    pub b_name: Option<String>,
    /// ユーザID of B; likewise.
    pub b_number: Option<String>,
    /// On which side this actor stands.
    pub side: Side,
    /// A's 署名者.
    pub a_signer: PersonId,
    /// His name.
    pub a_signer_name: String,
    /// B's 署名者.
    pub b_signer: Option<PersonId>,
    /// His name.
    pub b_signer_name: Option<String>,
    /// A document is there: the field for A's signature.
    pub a_field: Option<String>,
    /// Proven time of A's signature.
    pub a_signed: Option<Instant>,
    /// Registered.
    pub created: Instant,
    /// 送付.
    pub sent: Option<Instant>,
    /// First opened by B.
    pub viewed: Option<Instant>,
    /// 成立.
    pub formed: Option<Instant>,
    /// 封緘.
    pub sealed: Option<Instant>,
    /// 保管.
    pub kept: Option<Instant>,
    /// 差戻し, 謝絶 or 取下げ.
    pub closed: Option<Instant>,
    /// Proven time of B's signature; to A only after 返送.
    pub b_signed: Option<Instant>,
}

/// A case in full.
#[derive(Clone, Debug, Serialize)]
pub struct CaseView {
    /// Its line.
    #[serde(flatten)]
    pub line: CaseLine,
    /// What the answer says now.
    pub sentence: String,
    /// 取引先.
    pub partner: PartnerId,
    /// 工期, from.
    pub period_from: Option<Date>,
    /// 工期, to.
    pub period_to: Option<Date>,
    /// A's 署名者.
    pub a_signer: Option<NamedPerson>,
    /// B's 署名者.
    pub b_signer: Option<NamedPerson>,
    /// A's signature field.
    pub a_field: Option<String>,
    /// B's signature field.
    pub b_field: Option<String>,
    /// Proven time of A's signature.
    pub a_signed: Option<Instant>,
    /// Proven time of B's signature; to A only after 返送.
    pub b_signed: Option<Instant>,
    /// The moves of the deadline after A had signed, in order; of very many the newest.
    pub reply_by_moves: Vec<deadline::Moved>,
    /// First opened by B.
    pub viewed: Option<Instant>,
    /// 返送.
    pub returned: Option<Instant>,
    /// A took note.
    pub confirmed: Option<Instant>,
    /// 差戻し, 謝絶, 取下げ.
    pub closed: Option<Instant>,
    /// Its reason.
    pub reason: Option<String>,
    /// The failed seal, if the last try failed.
    pub seal_failure: Option<SealFailure>,
    /// The deposit of the original.
    pub deposit: Option<uuid::Uuid>,
    /// The stages this actor may read.
    pub stages: Vec<Stage>,
    /// What this actor may do now, as operationIds.
    pub may: Vec<&'static str>,
}

/// A person by name.
#[derive(Clone, Debug, Record, Serialize)]
pub struct NamedPerson {
    /// Who.
    pub person: PersonId,
    /// His name.
    pub name: String,
}

/// A failed seal: a state that people see.
#[derive(Clone, Debug, Serialize)]
pub struct SealFailure {
    /// Stable code, e.g. `seal_failed_tsa`.
    pub code: String,
    /// Tries so far.
    pub tries: i64,
    /// When the next one begins.
    pub next_try: Option<Instant>,
}

pub(crate) fn rows(by: &Actor) -> Result<(Statement, Statement), Error> {
    right::contract_member(by)?;
    Ok(match Seen::of(by) {
        Seen::Nothing | Seen::Everything => (sql!("1 = 0"), sql!("'a'")),
        Seen::Desk { desk, person, company } => (
            sql!(
                "(c.a_desk = {desk} OR (c.a_company = {company} AND c.a_signer = {person})
                  OR (c.sent IS NOT NULL AND (c.b_desk = {desk} OR (c.b_company = {company} AND c.b_signer = {person}))))"
            ),
            sql!(
                "CASE WHEN c.a_desk = {desk} THEN 'a' WHEN c.b_desk = {desk} THEN 'b' WHEN c.a_company = {company} AND c.a_signer = {person} THEN 'a' ELSE 'b' END"
            ),
        ),
        Seen::Department(department) => (
            sql!("(c.a_department = {department} OR (c.sent IS NOT NULL AND c.b_department = {department}))"),
            sql!("CASE WHEN c.a_department = {department} THEN 'a' ELSE 'b' END"),
        ),
    })
}

impl Case {
    /// The cases this actor may see, newest first; `before` is the last id of the page before.
    ///
    /// # Errors
    /// The right is missing, or the database did not answer.
    pub async fn list(db: &Database, by: &Actor, before: Option<CaseId>, size: i64) -> Result<Vec<CaseLine>, Error> {
        let page = before.map_or_else(|| sql!("1 = 1"), |id| sql!("c.id < {id}"));
        Self::listed(db, by, page, sql!("ORDER BY c.id DESC"), size).await
    }

    /// The first `size` of the cases this actor may see for which `wanted` holds, in this order.
    pub(crate) async fn listed(db: &Database, by: &Actor, wanted: Statement, order: Statement, size: i64) -> Result<Vec<CaseLine>, Error> {
        let (seen, side) = rows(by)?;
        let lines: Vec<CaseLine> = db
            .all(sql!(
                "SELECT c.id AS id, c.state AS state, c.title AS title, c.contract_number AS contract_number, c.contract_date AS contract_date,
                        c.amount AS amount, ac.name AS a_name, ad.number AS a_number, bc.name AS b_name, bd.number AS b_number, {+side} AS side,
                        c.a_signer AS a_signer, sa.name AS a_signer_name, c.b_signer AS b_signer, sb.name AS b_signer_name, c.a_field AS a_field,
                        c.reply_by AS reply_by, c.a_signed AS a_signed, c.created AS created, c.sent AS sent, c.viewed AS viewed,
                        c.formed AS formed, c.sealed AS sealed, c.kept AS kept, c.closed AS closed, c.b_signed AS b_signed
                 FROM contracts_case c
                 JOIN accounts_company ac ON ac.id = c.a_company JOIN accounts_desk ad ON ad.id = c.a_desk
                 JOIN contracts_partner p ON p.id = c.partner
                 JOIN accounts_person sa ON sa.id = c.a_signer LEFT JOIN accounts_person sb ON sb.id = c.b_signer
                 LEFT JOIN accounts_company bc ON bc.id = c.b_company AND p.text IS NOT NULL LEFT JOIN accounts_desk bd ON bd.id = c.b_desk AND p.text IS NOT NULL
                 WHERE {+seen} AND {+wanted} {+order} LIMIT {size}"
            ))
            .await?;
        Ok(lines.into_iter().map(CaseLine::told).collect())
    }

    /// The case in full, as this actor may see it.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn view(case: &Authorized<Self, Reading>, unit: &mut Unit) -> Result<CaseView, Error> {
        let (side, _) = right::party(case.by(), case)?;
        let line: Option<CaseLine> = unit
            .find(sql!(
                "SELECT c.id AS id, c.state AS state, c.title AS title, c.contract_number AS contract_number, c.contract_date AS contract_date,
                        c.amount AS amount, ac.name AS a_name, ad.number AS a_number, bc.name AS b_name, bd.number AS b_number, 'a' AS side,
                        c.a_signer AS a_signer, sa.name AS a_signer_name, c.b_signer AS b_signer, sb.name AS b_signer_name, c.a_field AS a_field,
                        c.reply_by AS reply_by, c.a_signed AS a_signed, c.created AS created, c.sent AS sent, c.viewed AS viewed,
                        c.formed AS formed, c.sealed AS sealed, c.kept AS kept, c.closed AS closed, c.b_signed AS b_signed
                 FROM contracts_case c
                 JOIN accounts_company ac ON ac.id = c.a_company JOIN accounts_desk ad ON ad.id = c.a_desk
                 JOIN contracts_partner p ON p.id = c.partner
                 JOIN accounts_person sa ON sa.id = c.a_signer LEFT JOIN accounts_person sb ON sb.id = c.b_signer
                 LEFT JOIN accounts_company bc ON bc.id = c.b_company AND p.text IS NOT NULL LEFT JOIN accounts_desk bd ON bd.id = c.b_desk AND p.text IS NOT NULL
                 WHERE c.id = {case.id}"
            ))
            .await?;
        let mut line = line.ok_or(Error::Unknown)?;
        line.side = side;
        let line = line.told();
        let shown_b = side == Side::B || case.returned.is_some();
        let failure = case.seal_failure.as_ref().filter(|_| case.state == State::SealFailed);
        Ok(CaseView {
            sentence: line.state.sentence().to_owned(),
            line,
            partner: case.partner,
            period_from: case.period_from,
            period_to: case.period_to,
            a_signer: named(unit, Some(case.a_signer)).await?,
            b_signer: named(unit, case.b_signer).await?,
            a_field: case.a_field.clone(),
            b_field: case.b_field.clone(),
            a_signed: case.a_signed,
            b_signed: case.b_signed.filter(|_| shown_b),
            reply_by_moves: deadline::moves(unit, case).await?,
            viewed: case.viewed,
            returned: case.returned,
            confirmed: case.confirmed,
            closed: case.closed,
            reason: case.reason.clone(),
            seal_failure: failure.map(|code| SealFailure {
                code: code.clone(),
                tries: case.seal_tries,
                next_try: case.seal_next,
            }),
            deposit: case.deposit,
            stages: Self::stages(case, unit).await?,
            may: case.may(case.by()),
        })
    }

    /// What `by` may do now, as operationIds: right and state together.
    #[must_use]
    pub fn may(&self, by: &Actor) -> Vec<&'static str> {
        use foundation::Action as _;
        let acts: [(&str, bool, &[Did]); 12] = [
            ("putDocument", Registering::allowed(by, self).is_ok(), &[Did::DocumentPut]),
            (
                "prepareSignature",
                Signing::allowed(by, self).is_ok(),
                &[Did::SignedByA, Did::SignedByB],
            ),
            (
                "putSignedDocument",
                PuttingSigned::allowed(by, self).is_ok(),
                &[Did::SignedByA, Did::SignedByB],
            ),
            ("sendCase", Sending::allowed(by, self).is_ok(), &[Did::Sent]),
            ("moveDeadline", MovingDeadline::allowed(by, self).is_ok(), &[Did::DeadlineMoved]),
            ("nameSigner", NamingSigner::allowed(by, self).is_ok(), &[Did::SignerNamed]),
            ("returnCase", Returning::allowed(by, self).is_ok(), &[Did::Returned]),
            ("sendBackCase", SendingBack::allowed(by, self).is_ok(), &[Did::SentBack]),
            ("refuseCase", Refusing::allowed(by, self).is_ok(), &[Did::Refused]),
            ("withdrawCase", Withdrawing::allowed(by, self).is_ok(), &[Did::Withdrew]),
            (
                "confirmCase",
                Confirming::allowed(by, self).is_ok() && self.confirmed.is_none(),
                &[Did::Confirmed],
            ),
            ("getDocument", Reading::allowed(by, self).is_ok(), &[]),
        ];
        acts.into_iter()
            .filter(|(_, right, dids)| *right && (dids.is_empty() || dids.iter().any(|did| step(self.state, *did).is_ok())))
            .map(|(act, ..)| act)
            .collect()
    }
}

impl CaseLine {
    fn told(mut self) -> Self {
        // Before 返送 B's signature is not shown to A; where B closed the case after signing, never.
        if self.side == Side::A && self.formed.is_none() {
            self.b_signed = None;
            if self.state == State::Countersigned {
                self.state = State::Waiting;
            }
        }
        self
    }
}

async fn named(unit: &mut Unit, person: Option<PersonId>) -> Result<Option<NamedPerson>, Error> {
    let Some(person) = person else { return Ok(None) };
    Ok(unit
        .find(sql!("SELECT id AS person, name FROM accounts_person WHERE id = {person}"))
        .await?)
}
