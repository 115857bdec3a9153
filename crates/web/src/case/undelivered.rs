//! Mails of a case that did not arrive: why, and what each side can do about it.

use axum::{extract::State, response::Response};
use contracts::{Case, CaseId, MailingAgain, Reading, Side, Undelivered};
use foundation::Actor;
use mail::{MailId, Mender, Wrong};
use store::unit;

use super::{Of, acts::back_to};
use crate::{Entries, House, SignedIn, Sorry, layout::onward, words};

/// One of them, for the page.
pub(super) struct Late {
    pub(super) mail: String,
    /// The word of its cause.
    pub(super) cause: &'static str,
    pub(super) what: String,
    pub(super) why: &'static str,
    pub(super) next: String,
    pub(super) can_go_again: bool,
}

/// Those of a case.
pub(super) async fn of(house: &House, by: &Actor, id: CaseId, side: Side) -> Result<Vec<Late>, Sorry> {
    let found = unit!(house.db, |unit| {
        let case = Case::open::<Reading>(unit, by, id).await?;
        Case::undelivered(&case, unit).await
    })
    .await?;
    Ok(found.into_iter().map(|mail| late(mail, side)).collect())
}

fn late(mail: Undelivered, side: Side) -> Late {
    let name = match mail.kind.as_str() {
        "contracts.sent" => "署名のお願い",
        "contracts.concluded" => "契約完了のお知らせ",
        "contracts.withdrawn" => "取下げのお知らせ",
        _ => "お知らせ",
    };
    let whose = match mail.address {
        Some(address) => format!("自社の {address} "),
        None => "取引先".to_owned(),
    };
    let mut next = next(mail.wrong, mail.to == side).to_owned();
    if mail.can_go_again {
        next.push_str("そのあと、「もう一度送る」を押してください。");
    }
    Late {
        mail: mail.mail.to_string(),
        cause: mail.wrong.word(),
        what: format!("「{name}」のメールが、{whose}に届きませんでした（{}）。", words::moment(mail.at)),
        why: why(mail.wrong),
        next,
        can_go_again: mail.can_go_again,
    }
}

/// Why, for people of the companies: what is wrong with the operator's mail server is his affair.
const fn why(wrong: Wrong) -> &'static str {
    match wrong.mender() {
        Mender::Addressee => wrong.sentence(),
        Mender::Operator | Mender::Time => match wrong {
            Wrong::Forbidden | Wrong::Text => "宛先のメールサーバーが、決まりにより受け取りませんでした。",
            Wrong::Unknown => "理由は記録されていません。",
            _ => "運営者のメールサーバーから、送り出せませんでした。",
        },
    }
}

/// The same in a few words, for lists.
pub(crate) const fn in_short(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::NoAddress | Wrong::Recipient => "宛先が違うようです",
        Wrong::MailboxFull => "受信箱がいっぱいです",
        Wrong::Forbidden | Wrong::Text => "宛先が受け取りません",
        Wrong::Unknown => "理由は案件のページへ",
        _ => "運営者が調べています",
    }
}

const fn next(wrong: Wrong, is_own: bool) -> &'static str {
    match (wrong, is_own) {
        (Wrong::NoAddress | Wrong::Recipient, true) => "正しいアドレスに直すよう、ヘルプデスクに登録の変更を申し出てください。",
        (Wrong::NoAddress | Wrong::Recipient, false) => {
            "取引先に電話などで、登録したアドレスを正しいものに直すよう伝えてください（取引先がヘルプデスクに申し出ます）。メールがなくても、取引先はサインインすればこの案件を見られます。"
        }
        (Wrong::MailboxFull, true) => "受信箱を空けてください。",
        (Wrong::MailboxFull, false) => {
            "取引先に電話などで、受信箱を空けるよう伝えてください。メールがなくても、取引先はサインインすればこの案件を見られます。"
        }
        (_, true) => "運営者が調べます。メールがなくても、この案件は進められます。急ぐときは、ヘルプデスクに連絡してください。",
        (_, false) => {
            "運営者が調べます。急ぐときは、取引先に電話などで伝えてください。メールがなくても、取引先はサインインすればこの案件を見られます。"
        }
    }
}

/// `POST /cases/{id}/mail-again`
pub async fn again(State(house): State<House>, SignedIn(visit): SignedIn, Of(id): Of, entries: Entries) -> Result<Response, Sorry> {
    let (now, by) = (house.now(), visit.actor());
    let mail = MailId(entries.id("mail", "メール").map_err(back_to(id))?);
    unit!(house.db, |unit| {
        let case = Case::open::<MailingAgain>(unit, by, id).await?;
        Case::mail_again(&case, unit, mail, now).await
    })
    .await
    .map_err(|error| back_to(id)(error.into()))?;
    Ok(onward(&format!("/cases/{id}")))
}
