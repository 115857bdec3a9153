//! The turns of a case: 送付, 開封, 返送, 差戻し, 謝絶, 取下げ, 確認. Each verb is one unit.

use foundation::{Actor, Authorized, Instant};
use store::{Unit, sql, unit};

use crate::{
    Case, CaseId, Error, Partner, Tools, deadline,
    partner::Standing,
    right::{Confirming, Reading, Refusing, Returning, Sending, SendingBack, Side, Withdrawing, party},
    stage,
    state::{Did, State},
};

impl Case {
    /// 送付: only with a consent of both sides, and only when A's signature is there.
    ///
    /// # Errors
    /// `ConsentMissing`, `SignerNotAgreed`, `DeadlinePast`, the state does not allow it, or the database did not answer.
    pub async fn send(case: &Authorized<Self, Sending>, unit: &mut Unit, now: Instant) -> Result<State, Error> {
        let partner = Partner::of_case(unit, case.partner).await?;
        // KEN-03: no first sending to a partner without a stored consent. Asked first, so that a draft too learns what is missing.
        let agreed = partner.state == Standing::Agreed;
        let (Some((b_desk, b_department, b_company)), true) = (partner.other(case.a_desk), agreed) else {
            return Err(Error::ConsentMissing);
        };
        let (Some(a_uses), Some(b_uses)) = (partner.uses_of(case.a_desk), partner.uses_of(b_desk)) else {
            return Err(Error::ConsentMissing);
        };
        let b_signer = case
            .b_signer
            .or_else(|| b_uses.signers.first().map(|signer| signer.person))
            .ok_or(Error::SignerNotAgreed)?;
        if !a_uses.names(case.a_signer) || !b_uses.names(b_signer) {
            return Err(Error::SignerNotAgreed);
        }
        crate::state::step(case.state, Did::Sent)?;
        deadline::not_over(case.reply_by, now)?;
        unit.one(sql!(
            "UPDATE contracts_case SET sent = {now}, b_desk = {b_desk}, b_department = {b_department}, b_company = {b_company}, b_signer = {b_signer}
             WHERE id = {case.id} AND version = {case.version}"
        ))
        .await?;
        let newest = stage::newest(unit, case.id).await?;
        let facts = serde_json::json!({
            "b_desk": b_desk, "b_signer": b_signer, "consent": partner.id, "sha256": newest.sha256,
            "reply_by": deadline::journaled(case.reply_by),
        });
        Self::moved(case, unit, Did::Sent, facts, now).await
    }

    /// B's desk opened it: marked once. Nothing happens for A, for a 企業ID, or later.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn viewed(case: &Authorized<Self, Reading>, unit: &mut Unit, now: Instant) -> Result<(), Error> {
        let (side, member) = party(case.by(), case)?;
        if side != Side::B || matches!(member.seat, foundation::Seat::Department) || case.viewed.is_some() {
            return Ok(());
        }
        let marked = unit
            .run(sql!(
                "UPDATE contracts_case SET viewed = {now} WHERE id = {case.id} AND viewed IS NULL"
            ))
            .await?;
        if marked == 1 {
            crate::note(unit, case.by(), "case.view", case.id.0, serde_json::json!({}), now).await?;
        }
        Ok(())
    }

    /// B (or A) downloads a stage: the record of 施行規則13条の4 that it can be kept in his own file.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn downloaded(case: &Authorized<Self, Reading>, unit: &mut Unit, stage: &stage::Stage, now: Instant) -> Result<(), Error> {
        Self::viewed(case, unit, now).await?;
        let facts = serde_json::json!({ "stage": stage.name, "sha256": stage.sha256 });
        crate::note(unit, case.by(), "case.download", case.id.0, facts, now).await
    }

    /// 返送: decided by the machine. The stored file is validated once more (no unit), then everything moves in one unit: 成立日時 is the
    /// time-stamp of the last required signature, and sealing starts.
    ///
    /// # Errors
    /// A signature is missing or not valid, the consent was withdrawn, the state does not allow it, or something did not answer.
    pub async fn return_it(tools: &Tools, by: &Actor, id: CaseId, now: Instant) -> Result<State, Error> {
        let stage = unit!(tools.db, |unit| {
            let case = Self::open::<Returning>(unit, by, id).await?;
            crate::state::step(case.state, Did::Returned)?;
            stage::newest(unit, id).await
        })
        .await?;
        let pdf = tools.bytes_of(&stage).await?;
        // The hash was computed over these bytes just now: what was validated when it was signed, a moment ago, is not validated twice.
        let report = tools.signing.verdict(pdf, &stage.sha256, now).await?;
        let (report, sha256) = (&report, &stage.sha256);
        unit!(tools.db, |unit| {
            let case = Self::open::<Returning>(unit, by, id).await?;
            // The state before the consent: who is late should learn that it is formed already.
            crate::state::step(case.state, Did::Returned)?;
            if Partner::of_case(unit, case.partner).await?.state != Standing::Agreed {
                Err(Error::ConsentMissing)?;
            }
            if stage::newest(unit, id).await?.sha256 != *sha256 {
                Err(Error::Changed)?;
            }
            let formed = required(&case, report)?;
            unit.one(sql!(
                "UPDATE contracts_case SET returned = {now}, formed = {formed} WHERE id = {id} AND version = {case.version}"
            ))
            .await?;
            let facts = serde_json::json!({ "formed": formed.rfc3339(), "sha256": sha256 });
            Self::moved(&case, unit, Did::Returned, facts, now).await
        })
        .await
    }

    /// 差戻し: closes that file for ever; its hash is noted as "not an offer any more".
    ///
    /// # Errors
    /// No reason, the state does not allow it, or the database did not answer.
    pub async fn send_back(case: &Authorized<Self, SendingBack>, unit: &mut Unit, reason: &str, now: Instant) -> Result<State, Error> {
        close(case, unit, Did::SentBack, reason, now).await
    }

    /// 謝絶.
    ///
    /// # Errors
    /// No reason, the state does not allow it, or the database did not answer.
    pub async fn refuse(case: &Authorized<Self, Refusing>, unit: &mut Unit, reason: &str, now: Instant) -> Result<State, Error> {
        close(case, unit, Did::Refused, reason, now).await
    }

    /// 取下げ: until B has signed.
    ///
    /// # Errors
    /// The state does not allow it, or the database did not answer.
    pub async fn withdraw(case: &Authorized<Self, Withdrawing>, unit: &mut Unit, reason: &str, now: Instant) -> Result<State, Error> {
        close(
            case,
            unit,
            Did::Withdrew,
            if reason.trim().is_empty() { "（記載なし）" } else { reason },
            now,
        )
        .await
    }

    /// A took note of the conclusion. Nothing depends on it.
    ///
    /// # Errors
    /// It is not concluded (while sealing: `seal_waiting`), or the database did not answer.
    pub async fn confirm(case: &Authorized<Self, Confirming>, unit: &mut Unit, now: Instant) -> Result<State, Error> {
        crate::state::step(case.state, Did::Confirmed)?;
        if case.confirmed.is_some() {
            return Ok(case.state);
        }
        unit.one(sql!(
            "UPDATE contracts_case SET confirmed = {now} WHERE id = {case.id} AND version = {case.version}"
        ))
        .await?;
        Self::moved(case, unit, Did::Confirmed, serde_json::json!({}), now).await
    }
}

/// Both required signatures are there and valid; gives the proven time of the last one. The time is what the stored file proves now,
/// never what a row says.
fn required(case: &Case, report: &pades::Report) -> Result<Instant, Error> {
    let missing = |because: String| Error::SignaturesIncomplete { because };
    if case.a_signed.is_none() || case.b_signed.is_none() {
        return Err(missing("署名またはそのタイムスタンプがありません。".to_owned()));
    }
    let proven = |field: &Option<String>, who: &str| {
        let found = report.signatures.iter().find(|one| Some(&one.field) == field.as_ref());
        let found = found.ok_or_else(|| missing(format!("{who}の署名がありません。")))?;
        if found.indication != pades::Indication::TotalPassed {
            return Err(missing(format!("{who}の署名: {}", found.reasons.join(" "))));
        }
        found
            .proven_time
            .ok_or_else(|| missing(format!("{who}の署名にタイムスタンプがありません。")))
    };
    Ok(proven(&case.a_field, "登録者")?.max(proven(&case.b_field, "返送者")?))
}

async fn close<A: foundation::Action<Case>>(
    case: &Authorized<Case, A>,
    unit: &mut Unit,
    did: Did,
    reason: &str,
    now: Instant,
) -> Result<State, Error> {
    crate::state::step(case.state, did)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > 1_000 {
        return Err(Error::BadEntry {
            field: "理由",
            why: "1文字以上1000文字以内で入力してください。",
        });
    }
    unit.one(sql!(
        "UPDATE contracts_case SET closed = {now}, reason = {reason} WHERE id = {case.id} AND version = {case.version}"
    ))
    .await?;
    let stages = stage::all(unit, case.id).await?;
    let hashes: Vec<&str> = stages.iter().map(|stage| stage.sha256.as_str()).collect();
    let facts = serde_json::json!({ "reason": reason, "not_an_offer_any_more": hashes });
    Case::moved(case, unit, did, facts, now).await
}
