//! 案件の登録: creating and changing a draft.

use foundation::{Actor, Authorized, Date, Instant, PersonId, Refused, Seat};
use store::{Unit, sql};

use crate::{
    Case, CaseId, Error, Partner, PartnerId, deadline,
    partner::Looking,
    right,
    right::{NamingSigner, Registering, Side},
    state::{Did, State},
};

/// The fields of 契約書 1対1.
#[derive(Clone, Debug)]
pub struct Fields {
    /// 案件名.
    pub title: String,
    /// 契約番号, unique per desk.
    pub contract_number: String,
    /// 契約日.
    pub contract_date: Date,
    /// 契約金額 税込; none: 「金額なし」.
    pub amount: Option<i64>,
    /// 工期.
    pub period: Option<(Date, Date)>,
    /// 取引先.
    pub partner: PartnerId,
    /// A's 署名者.
    pub a_signer: PersonId,
    /// B's 署名者, one of those its consent names; may be left to B.
    pub b_signer: Option<PersonId>,
    /// 返送の期限; none: no deadline.
    pub reply_by: Option<Date>,
}

/// Signs that are not seen and let a name read as another one: control characters, direction marks, signs of no width.
fn hides(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Fields {
    fn checked(&self, now: Instant) -> Result<(String, String), Error> {
        let wrong = |field, why| Err(Error::BadEntry { field, why });
        let (title, number) = (self.title.trim().to_owned(), japan::fold(&self.contract_number));
        for (field, text) in [("案件名", &title), ("契約番号", &number)] {
            if text.chars().any(hides) {
                return wrong(
                    field,
                    "目に見えない文字（改行、文字の向きを変える記号など）が入っています。入力し直してください。",
                );
            }
        }
        if title.is_empty() || title.chars().count() > 100 {
            return wrong("案件名", "1文字以上100文字以内で入力してください。");
        }
        if number.is_empty() || number.chars().count() > 40 {
            return wrong("契約番号", "1文字以上40文字以内で入力してください。");
        }
        if self.amount.is_some_and(|amount| !(0..=99_999_999_999_999).contains(&amount)) {
            return wrong("契約金額", "0円以上で入力してください（「金額なし」も選べます）。");
        }
        if self.period.is_some_and(|(from, to)| to < from) {
            return wrong("工期", "完成の日が着手の日より前です。");
        }
        deadline::plausible(self.reply_by, now)?;
        Ok((title, number))
    }
}

impl Fields {
    /// What is journaled of them; `crate::examine` compares the row with it.
    fn facts(&self, title: &str, number: &str, partner: crate::PartnerId) -> serde_json::Value {
        let terms = crate::examine::terms(self.contract_date, self.amount, self.period);
        let reply_by = deadline::journaled(self.reply_by);
        serde_json::json!({
            "title": title, "contract_number": number, "partner": partner, "a_signer": self.a_signer, "terms": terms, "reply_by": reply_by,
        })
    }
}

impl Case {
    /// Registers a draft. `id` is drawn before the unit.
    ///
    /// # Errors
    /// The right is missing, an entry is wrong, the number is taken, or the database did not answer.
    pub async fn create(unit: &mut Unit, by: &Actor, id: CaseId, fields: &Fields, now: Instant) -> Result<(), Error> {
        let member = right::clerk(by)?;
        let Seat::Desk { desk, .. } = member.seat else {
            return Err(Refused::CompanyIdCannotContract.into());
        };
        let (title, number) = fields.checked(now)?;
        let partner = Partner::open::<Looking>(unit, by, fields.partner).await?;
        named(unit, member.company, fields.a_signer).await?;
        check_b_signer(&partner, desk, fields.b_signer)?;
        let other = partner.other(desk);
        let (b_desk, b_department, b_company) = (other.map(|o| o.0), other.map(|o| o.1), other.map(|o| o.2));
        let state = State::Draft;
        let (from, to) = (fields.period.map(|p| p.0), fields.period.map(|p| p.1));
        let written = unit
            .run(sql!(
                "INSERT INTO contracts_case (id, version, state, title, contract_number, contract_date, amount, period_from, period_to, reply_by,
                                             partner, a_desk, a_department, a_company, a_signer, b_desk, b_department, b_company, b_signer, created, created_by, seal_tries)
                 VALUES ({id}, 1, {state}, {title}, {number}, {fields.contract_date}, {fields.amount}, {from}, {to}, {fields.reply_by},
                         {partner.id}, {desk}, {member.department}, {member.company}, {fields.a_signer}, {b_desk}, {b_department}, {b_company}, {fields.b_signer},
                         {now}, {member.person}, 0)
                 ON CONFLICT (a_desk, contract_number) DO NOTHING"
            ))
            .await?;
        if written != 1 {
            return Err(Error::NumberTaken);
        }
        let facts = fields.facts(&title, &number, partner.id);
        crate::note(unit, by, "case.register", id.0, facts, now).await
    }

    /// Changes the fields of a draft.
    ///
    /// # Errors
    /// It is no draft, an entry is wrong, the number is taken, or the database did not answer.
    pub async fn edit(case: &Authorized<Self, Registering>, unit: &mut Unit, fields: &Fields, now: Instant) -> Result<(), Error> {
        let (title, number) = fields.checked(now)?;
        let partner = Partner::open::<Looking>(unit, case.by(), fields.partner).await?;
        named(unit, case.a_company, fields.a_signer).await?;
        check_b_signer(&partner, case.a_desk, fields.b_signer)?;
        let facts = fields.facts(&title, &number, partner.id);
        Self::moved(case, unit, Did::Edited, facts, now).await?;
        let taken: Vec<CaseId> = unit
            .all(sql!(
                "SELECT id FROM contracts_case WHERE a_desk = {case.a_desk} AND contract_number = {number} AND id <> {case.id}"
            ))
            .await?;
        if !taken.is_empty() {
            return Err(Error::NumberTaken);
        }
        let other = partner.other(case.a_desk);
        let (b_desk, b_department, b_company) = (other.map(|o| o.0), other.map(|o| o.1), other.map(|o| o.2));
        let (from, to) = (fields.period.map(|p| p.0), fields.period.map(|p| p.1));
        unit.one(sql!(
            "UPDATE contracts_case SET title = {title}, contract_number = {number}, contract_date = {fields.contract_date}, amount = {fields.amount},
                    period_from = {from}, period_to = {to}, reply_by = {fields.reply_by}, partner = {partner.id}, a_signer = {fields.a_signer},
                    b_desk = {b_desk}, b_department = {b_department}, b_company = {b_company}, b_signer = {fields.b_signer}
             WHERE id = {case.id}"
        ))
        .await?;
        Ok(())
    }

    /// B names another signer of his own, from those his consent names.
    ///
    /// # Errors
    /// Not B's turn, the consent does not name him, or the database did not answer.
    pub async fn name_signer(case: &Authorized<Self, NamingSigner>, unit: &mut Unit, person: PersonId, now: Instant) -> Result<(), Error> {
        let partner = Partner::of_case(unit, case.partner).await?;
        let desk = case.desk_of(Side::B).ok_or(Error::Unknown)?;
        if !partner.uses_of(desk).is_some_and(|uses| uses.names(person)) {
            return Err(Error::SignerNotAgreed);
        }
        Self::moved(case, unit, Did::SignerNamed, serde_json::json!({ "b_signer": person }), now).await?;
        unit.one(sql!("UPDATE contracts_case SET b_signer = {person} WHERE id = {case.id}"))
            .await?;
        Ok(())
    }
}

/// A's signer is any 署名者 of the company; whether the consent names him is asked at 送付.
async fn named(unit: &mut Unit, company: foundation::CompanyId, person: PersonId) -> Result<(), Error> {
    let known = accounts::signers_of(unit, &crate::PROGRAM, company).await?;
    if known.iter().any(|signer| signer.person == person) {
        Ok(())
    } else {
        Err(Error::SignerNotAgreed)
    }
}

fn check_b_signer(partner: &Partner, own: foundation::DeskId, person: Option<PersonId>) -> Result<(), Error> {
    let Some(person) = person else { return Ok(()) };
    let uses = partner.other(own).and_then(|(desk, ..)| partner.uses_of(desk));
    if uses.is_some_and(|uses| uses.names(person)) {
        Ok(())
    } else {
        Err(Error::SignerNotAgreed)
    }
}

#[cfg(test)]
mod tests {
    use super::hides;

    #[test]
    fn names_hold_nothing_that_is_not_seen() {
        for text in ["本館\u{202e}事工", "工事\nBcc: x@example.jp", "工\u{200b}事", "\u{feff}工事"] {
            assert!(text.chars().any(hides), "{text:?}");
        }
        // Letters of names with their variants, full-width signs, spaces.
        for text in ["葛\u{e0100}城　第1期", "A-1 (改)", "①ｶﾞｲﾁｭｳ 𠮷野"] {
            assert!(!text.chars().any(hides), "{text:?}");
        }
    }
}
