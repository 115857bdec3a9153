//! 原本性証明書 of a concluded case, for both desks and their 企業ID.

use custody::{About, CaseOf, Certifier, DepositId, Printed};
use foundation::{Actor, Instant};
use papers::{CaseFacts, PartyFacts};
use store::unit;

use crate::{Case, CaseId, Error, Tools, right::Reading};

/// Issues a 原本性証明書 on the case's original.
///
/// # Errors
/// The right is missing; there is no original yet; what custody says.
pub async fn originality(tools: &Tools, certifier: &Certifier, by: &Actor, id: CaseId, now: Instant) -> Result<Printed, Error> {
    let view = unit!(tools.db, |unit| {
        let case = Case::open::<Reading>(unit, by, id).await?;
        Case::view(&case, unit).await
    })
    .await?;
    let deposit = view.deposit.ok_or(Error::NoOriginalYet)?;
    let requester = accounts::me(&tools.db, by).await?.company.unwrap_or_default();
    let line = view.line;
    let party = |role: &str, company: &str| PartyFacts {
        role: role.to_owned(),
        company: company.to_owned(),
    };
    let about = About {
        requester,
        case: Some(CaseOf {
            facts: CaseFacts {
                name: line.title,
                contract_number: line.contract_number,
                contract_date: line.contract_date,
                amount: Some(line.amount.map_or_else(|| "金額なし".to_owned(), japan::yen)),
                parties: vec![party("甲", &line.a_name), party("乙", line.b_name.as_deref().unwrap_or_default())],
            },
            concluded: line.formed,
            sealed: line.sealed,
        }),
    };
    Ok(certifier.originality(by, DepositId(deposit), &about, now).await?)
}
