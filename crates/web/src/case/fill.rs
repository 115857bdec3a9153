//! The fields of a case as a form holds them, and as they are read.

use contracts::{CaseView, Fields, PartnerId, deadline::usual};
use foundation::{Instant, PersonId};

use crate::{Entries, Sorry, words};

/// The fields as they stand in the form.
#[derive(Clone, Debug, Default)]
pub struct Fill {
    pub(super) title: String,
    pub(super) number: String,
    pub(super) date: String,
    pub(super) amount: String,
    pub(super) none: bool,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) partner: String,
    pub(super) a_signer: String,
    pub(super) b_signer: String,
    pub(super) reply_by: String,
}

impl Fill {
    /// Nothing but today, and the usual deadline.
    pub(super) fn empty(now: Instant) -> Self {
        Self {
            date: now.date_in_japan().to_string(),
            reply_by: usual(now).to_string(),
            ..Self::default()
        }
    }
    /// As a case has them.
    pub(super) fn of(view: &CaseView) -> Self {
        let line = &view.line;
        let id = |person: &Option<contracts::NamedPerson>| person.as_ref().map_or_else(String::new, |one| one.person.to_string());
        Self {
            title: line.title.clone(),
            number: line.contract_number.clone(),
            date: line.contract_date.to_string(),
            amount: line.amount.map_or_else(String::new, |amount| amount.to_string()),
            none: line.amount.is_none(),
            from: view.period_from.map_or_else(String::new, |date| date.to_string()),
            to: view.period_to.map_or_else(String::new, |date| date.to_string()),
            partner: view.partner.to_string(),
            a_signer: id(&view.a_signer),
            b_signer: id(&view.b_signer),
            reply_by: line.reply_by.map_or_else(String::new, |day| day.to_string()),
        }
    }
    /// As another case has them, but for the number, which is unique, and the deadline, which was another one's.
    pub(super) fn like(view: &CaseView, now: Instant) -> Self {
        Self {
            reply_by: usual(now).to_string(),
            number: format!("{}-2", view.line.contract_number),
            ..Self::of(view)
        }
    }
    /// 契約日 in Japanese.
    pub(super) fn date_in_words(&self) -> String {
        said(&self.date)
    }
    /// The beginning of the 工期 in Japanese.
    pub(super) fn begin_in_words(&self) -> String {
        said(&self.from)
    }
    /// The end of the 工期 in Japanese.
    pub(super) fn end_in_words(&self) -> String {
        said(&self.to)
    }
    /// As they were typed.
    pub(super) fn typed(entries: &Entries) -> Self {
        let text = |name: &str| entries.text(name).to_owned();
        Self {
            title: text("title"),
            number: text("number"),
            date: text("date"),
            amount: text("amount"),
            none: entries.has("none"),
            from: text("from"),
            to: text("to"),
            partner: text("partner"),
            a_signer: text("a_signer"),
            b_signer: text("b_signer"),
            reply_by: text("reply_by"),
        }
    }
}

/// A typed day in Japanese, to stand under its field; nothing where there is none.
fn said(typed: &str) -> String {
    typed.parse().map_or_else(|_| String::new(), words::day)
}

/// The fields of the form, read.
pub(super) fn fields(entries: &Entries) -> Result<Fields, Sorry> {
    let amount = japan::fold(entries.text("amount")).replace([',', '¥', '円', '\\', ' '], "");
    let amount = if entries.has("none") {
        None
    } else if amount.is_empty() {
        return Err(Sorry::not_understood(
            "契約金額が入っていません。金額のない契約のときは、「金額なし」を選んでください。入れたものは残っています。",
        )
        .at("amount"));
    } else {
        Some(amount.parse().map_err(|_| {
            Sorry::not_understood("契約金額を数として読めません。48950000 のように入れてください。入れたものは残っています。").at("amount")
        })?)
    };
    let (from, to) = (entries.date("from", "工期の始まり")?, entries.date("to", "工期の終わり")?);
    let period = match (from, to) {
        (Some(from), Some(to)) => Some((from, to)),
        (None, None) => None,
        _ => {
            return Err(
                Sorry::not_understood("工期は、始まりと終わりの両方を入れるか、両方とも空けてください。").at(if from.is_none() {
                    "from"
                } else {
                    "to"
                }),
            );
        }
    };
    let b_signer = entries.text("b_signer");
    Ok(Fields {
        title: entries.text("title").to_owned(),
        contract_number: entries.text("number").to_owned(),
        contract_date: entries
            .date("date", "契約日")?
            .ok_or_else(|| Sorry::not_understood("契約日が入っていません。入れたものは残っています。").at("date"))?,
        amount,
        period,
        reply_by: entries.date("reply_by", "返送の期限")?,
        partner: PartnerId(entries.id("partner", "取引先")?),
        a_signer: PersonId(entries.id("a_signer", "自社の署名者")?),
        b_signer: if b_signer.is_empty() {
            None
        } else {
            Some(PersonId(entries.id("b_signer", "相手の署名者")?))
        },
    })
}
