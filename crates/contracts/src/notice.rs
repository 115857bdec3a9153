//! Mails of a contract: at most four (rulings.md), no link that acts, no secret.
//!
//! 受領依頼 to B's desk; 契約完了通知 to both desks; or 差戻し, 謝絶, 取下げ to the other side.

use accounts::DeskCard;
use foundation::{Authorized, Date, Instant};
use store::{Record, Unit, sql};

use crate::{Case, CaseId, Error, PartnerId, Reading, deadline, state::State};

#[derive(Record)]
struct Letterhead {
    title: String,
    contract_number: String,
    state: State,
    reply_by: Option<Date>,
    reason: Option<String>,
    sent: Option<Instant>,
    formed: Option<Instant>,
    a_name: String,
    a_mail: String,
    b_name: Option<String>,
    b_mail: Option<String>,
}

async fn letterhead(unit: &mut Unit, case: CaseId) -> Result<Letterhead, Error> {
    let found: Option<Letterhead> = unit
        .find(sql!(
            "SELECT c.title AS title, c.contract_number AS contract_number, c.state AS state, c.reply_by AS reply_by,
                    c.reason AS reason, c.sent AS sent, c.formed AS formed, ac.name AS a_name, ad.mail AS a_mail, bc.name AS b_name, bd.mail AS b_mail
             FROM contracts_case c
             JOIN accounts_desk ad ON ad.id = c.a_desk JOIN accounts_company ac ON ac.id = c.a_company
             LEFT JOIN accounts_desk bd ON bd.id = c.b_desk LEFT JOIN accounts_company bc ON bc.id = c.b_company
             WHERE c.id = {case}"
        ))
        .await?;
    found.ok_or(Error::Unknown)
}

impl Letterhead {
    /// 【会社名】「題名」への署名のお願い（期限 11月30日(月)）: who it is from and what it is about come first (T10).
    fn subject(&self, from: &str, what: &str) -> String {
        format!("【{}】「{}」{what}", one_line(from), one_line(&self.title))
    }
    /// Subject and text of the 受領依頼, as it goes out on `today`.
    fn request(&self, today: Date) -> (String, String) {
        let (what, until) = self.reply_by.map_or_else(
            || ("への署名のお願い".to_owned(), String::new()),
            |day| {
                let until = format!("返送の期限: {}（この日のうちにお願いします）\n", japan::day(day));
                (format!("への署名のお願い（期限 {}）", deadline::said(day, today)), until)
            },
        );
        let body = format!(
            "{} から、契約書が届いています。内容を確かめ、署名と返送をお願いします。\n\n{}{until}{FOOT}",
            self.a_name,
            self.lines()
        );
        (self.subject(&self.a_name, &what), body)
    }
    fn lines(&self) -> String {
        format!("案件名: {}\n契約番号: {}\n", self.title, self.contract_number)
    }
}

/// The kind of the 受領依頼.
const REQUEST: &str = "contracts.sent";

const FOOT: &str = "\nCECTRUSTにサインインし、案件の一覧からご覧ください。\nこのメールに返信はできません。\n";

/// A desk, or an address nobody has joined with yet, is asked to become 取引先. The words are the same for both.
pub(crate) async fn partner_asked(unit: &mut Unit, about: PartnerId, to: &str, asker: &DeskCard, now: Instant) -> Result<(), Error> {
    let body = format!(
        "{} から、電子契約の取引先登録と事前合意（建設業法第19条第3項の承諾）の依頼が届いています。\n\n\
         CECTRUSTのユーザIDをお持ちの方: サインインし、取引先の画面で内容を確かめて、承諾するかどうかを回答してください。\n\
         ユーザIDをお持ちでない方: CECTRUST電子契約サービスをお申し込みください。ユーザIDの連絡先をこのメールアドレスにすると、依頼が取引先の画面に表示されます。\n\n\
         心当たりがないときは、何もしないでください。何も始まりません。\n",
        asker.company_name
    );
    post(
        unit,
        about.to_string(),
        "contracts.partner",
        to,
        "【CECTRUST】取引先登録と事前合意のお願い",
        &body,
        now,
    )
    .await
}

/// 受領依頼.
pub(crate) async fn ask_partner(unit: &mut Unit, case: CaseId, now: Instant) -> Result<(), Error> {
    let head = letterhead(unit, case).await?;
    let Some(to) = &head.b_mail else { return Ok(()) };
    let (subject, body) = head.request(now.date_in_japan());
    post(unit, case.to_string(), REQUEST, to, &subject, &body, now).await
}

/// A refused mail of this case is about to go again: a 受領依頼 tells the deadline as it stands now. The others tell what does not change.
pub(crate) async fn told_anew(unit: &mut Unit, case: CaseId, mail: mail::MailId, kind: &str, now: Instant) -> Result<(), Error> {
    if kind == REQUEST {
        let (subject, body) = letterhead(unit, case).await?.request(now.date_in_japan());
        mail::rewrite(unit, mail, &subject, &body).await.map_err(not_refused)?;
    }
    Ok(())
}

/// What a mail that cannot go again is to a case.
pub(crate) fn not_refused(error: mail::Error) -> Error {
    match error {
        mail::Error::Store(error) => error.into(),
        _ => Error::MailNotRefused,
    }
}

impl Case {
    /// Subject and text of the 受領依頼, as it would be sent now: to be looked at before.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn mail_preview(case: &Authorized<Self, Reading>, unit: &mut Unit, now: Instant) -> Result<(String, String), Error> {
        Ok(letterhead(unit, case.id).await?.request(now.date_in_japan()))
    }
}

/// 契約完了通知, to both.
pub(crate) async fn concluded(unit: &mut Unit, case: CaseId, now: Instant) -> Result<(), Error> {
    let head = letterhead(unit, case).await?;
    let formed = head.formed.map_or_else(String::new, |at| format!("成立日時: {}\n", at.japanese()));
    let (a, b) = (head.a_name.as_str(), head.b_name.as_deref().unwrap_or_default());
    let body = format!(
        "契約が締結されました。原本は封緘され、保管されています。\n\n{}当事者: {a}、{b}\n{formed}{FOOT}",
        head.lines()
    );
    post(
        unit,
        case.to_string(),
        "contracts.concluded",
        &head.a_mail,
        &head.subject(b, "の契約完了のお知らせ"),
        &body,
        now,
    )
    .await?;
    if let Some(to) = &head.b_mail {
        post(
            unit,
            case.to_string(),
            "contracts.concluded",
            to,
            &head.subject(a, "の契約完了のお知らせ"),
            &body,
            now,
        )
        .await?;
    }
    Ok(())
}

/// 差戻し or 謝絶, to A.
pub(crate) async fn closed_by_partner(unit: &mut Unit, case: CaseId, now: Instant) -> Result<(), Error> {
    let head = letterhead(unit, case).await?;
    let (word, next) = match head.state {
        State::SentBack => ("差戻し", "修正するときは、新しい案件として登録し直してください。"),
        _ => ("謝絶", "この案件では契約できません。"),
    };
    let reason = head.reason.as_deref().unwrap_or_default();
    let body = format!(
        "{} から、案件の{word}がありました。\n\n{}理由: {reason}\n\n{next}\n{FOOT}",
        head.b_name.as_deref().unwrap_or_default(),
        head.lines()
    );
    post(
        unit,
        case.to_string(),
        "contracts.closed",
        &head.a_mail,
        &head.subject(head.b_name.as_deref().unwrap_or_default(), &format!("の{word}のお知らせ")),
        &body,
        now,
    )
    .await
}

/// 取下げ, to B, if he had received it.
pub(crate) async fn withdrawn(unit: &mut Unit, case: CaseId, now: Instant) -> Result<(), Error> {
    let head = letterhead(unit, case).await?;
    let (Some(to), Some(_)) = (&head.b_mail, head.sent) else {
        return Ok(());
    };
    let reason = head.reason.as_deref().unwrap_or_default();
    let body = format!(
        "{} が、案件を取り下げました。署名・返送は必要ありません。\n\n{}理由: {reason}\n{FOOT}",
        head.a_name,
        head.lines()
    );
    post(
        unit,
        case.to_string(),
        "contracts.withdrawn",
        to,
        &head.subject(&head.a_name, "の取下げのお知らせ"),
        &body,
        now,
    )
    .await
}

/// A subject is one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

async fn post(unit: &mut Unit, about: String, kind: &str, to: &str, subject: &str, text: &str, now: Instant) -> Result<(), Error> {
    let message = mail::Message {
        to: to.to_owned(),
        subject: subject.to_owned(),
        text: text.to_owned(),
        html: Some(mail::html(text)),
        kind: kind.to_owned(),
        about: Some(about),
    };
    mail::enqueue(unit, now, &message).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(one_line("題\r\nBcc: x"), "題  Bcc: x");
    }
}
