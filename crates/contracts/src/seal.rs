//! 封緘 and 保管: the job that seals the original and deposits it, and what follows when its evidence is there. A failure is a state that people see.

use custody::{Kept, Owner, Prepared, Terms};
use foundation::{Actor, Instant};
use jobs::{Failure, Registry, Run};
use store::{sql, unit};

use crate::{
    Case, CaseId, Error, SealJob, StageId, Tools,
    limits::Limits,
    right::Sealing,
    stage::{self, StageName},
    state::{Did, State},
};

/// Tells the runner who seals and who listens.
pub fn register(registry: &mut Registry, tools: &Tools) {
    let for_seal = tools.clone();
    registry.on(move |run: Run, job: SealJob| {
        let tools = for_seal.clone();
        async move { seal(&tools, &run.actor(), job.case, run.now).await.map(drop).map_err(Failure::from) }
    });
    let for_kept = tools.clone();
    registry.listen("contracts.kept", move |run: Run, kept: Kept| {
        let tools = for_kept.clone();
        async move { keep(&tools, &run.actor(), &kept, run.now).await.map_err(Failure::from) }
    });
}

/// One try to seal. Running it again does no harm: a case that does not wait for its seal is left alone.
///
/// # Errors
/// Only what forbids even to record the failure (the database); everything else becomes `seal_failed` with its next try.
pub async fn seal(tools: &Tools, by: &Actor, id: CaseId, now: Instant) -> Result<State, Error> {
    let (case, newest) = unit!(tools.db, |unit| {
        let case = Case::open::<Sealing>(unit, by, id).await?;
        let newest = stage::newest(unit, id).await?;
        Ok::<_, Error>((case.into_inner(), newest))
    })
    .await?;
    if !matches!(case.state, State::Sealing | State::SealFailed) {
        return Ok(case.state);
    }
    let sealed = async {
        let pdf = tools.bytes_of(&newest).await?;
        let sealed = signing::seal(&tools.signing, pdf, now, &*tools.random).await?;
        let size = i64::try_from(sealed.pdf.len()).map_err(|_| Error::TooLarge)?;
        let prepared = Prepared::store(&tools.objects, now, &*tools.random, sealed.pdf).await?;
        Ok::<_, Error>((prepared, sealed.sealed_at, sealed.sha256, size))
    }
    .await;
    match sealed {
        Ok((prepared, sealed_at, sha256, size)) => {
            let stage = stage::Stored {
                id: StageId::new(now, &*tools.random),
                name: StageName::Concluded,
                // The deposit's own object is the original; it is not stored twice.
                object: format!("{}/{sha256}", prepared.id()),
                sha256,
                bytes: size,
            };
            concluded(tools, by, id, &prepared, &stage, sealed_at, now).await
        }
        Err(error) => failed(tools, by, id, &error, now).await,
    }
}

async fn concluded(
    tools: &Tools,
    by: &Actor,
    id: CaseId,
    prepared: &Prepared,
    stage: &stage::Stored,
    sealed_at: Instant,
    now: Instant,
) -> Result<State, Error> {
    unit!(tools.db, |unit| {
        let case = Case::open::<Sealing>(unit, by, id).await?;
        let mut owners = vec![Owner {
            department: case.a_department,
            desk: case.a_desk,
        }];
        if let (Some(department), Some(desk)) = (case.b_department, case.b_desk) {
            owners.push(Owner { department, desk });
        }
        let terms = Terms {
            title: case.title.clone(),
            file_name: crate::pdf_name(&safe(&case.contract_number)),
            owners,
            concluded: case.formed.unwrap_or(sealed_at).date_in_japan(),
        };
        let receipt = custody::deposit_original(unit, by, prepared, &terms, now).await?;
        let deposit = receipt.deposit.0;
        stage::write(unit, id, by, stage, now).await?;
        unit.one(sql!(
            "UPDATE contracts_case SET sealed = {sealed_at}, deposit = {deposit}, seal_failure = NULL, seal_next = NULL
             WHERE id = {id} AND version = {case.version}"
        ))
        .await?;
        let facts = serde_json::json!({ "sha256": stage.sha256, "sealed_at": sealed_at.rfc3339(), "deposit": deposit });
        Case::moved(&case, unit, Did::Sealed, facts, now).await
    })
    .await
}

async fn failed(tools: &Tools, by: &Actor, id: CaseId, why: &Error, now: Instant) -> Result<State, Error> {
    let code = match why {
        Error::Signing(signing::Error::Tsa(_)) => "seal_failed_tsa",
        Error::Signing(signing::Error::Status(_)) => "seal_failed_status",
        Error::Objects(_) | Error::Custody(custody::Error::Objects(_)) => "seal_failed_storage",
        Error::Damaged => "seal_failed_damaged",
        _ => "seal_failed",
    };
    tracing::warn!(case = %id, code, %why, "seal failed");
    let words = why.to_string();
    unit!(tools.db, |unit| {
        let case = Case::open::<Sealing>(unit, by, id).await?;
        let tries = case.seal_tries + 1;
        let next = now.plus_seconds(Limits::at(now).pause_after(tries));
        unit.one(sql!(
            "UPDATE contracts_case SET seal_tries = {tries}, seal_failure = {code}, seal_next = {next} WHERE id = {id} AND version = {case.version}"
        ))
        .await?;
        jobs::enqueue(unit, next, &SealJob { case: id }).await?;
        let facts = serde_json::json!({ "code": code, "why": &words, "tries": tries, "next_try": next.rfc3339() });
        Case::moved(&case, unit, Did::SealFailed, facts, now).await
    })
    .await
}

/// The evidence of a deposit is complete: if it is a case's, the contract is 締結済.
///
/// # Errors
/// The database did not answer.
pub async fn keep(tools: &Tools, by: &Actor, kept: &Kept, now: Instant) -> Result<(), Error> {
    let deposit = kept.deposit.0;
    unit!(tools.db, |unit| {
        let found: Option<CaseId> = unit.find(sql!("SELECT id FROM contracts_case WHERE deposit = {deposit}")).await?;
        let case = match found {
            Some(id) => Some(Case::open::<Sealing>(unit, by, id).await?),
            // A company's own document.
            None => None,
        };
        if let Some(case) = case.filter(|case| case.state == State::Keeping) {
            let id = case.id;
            unit.one(sql!(
                "UPDATE contracts_case SET kept = {kept.at} WHERE id = {id} AND version = {case.version}"
            ))
            .await?;
            Case::moved(
                &case,
                unit,
                Did::Kept,
                serde_json::json!({ "deposit": deposit, "kept_at": kept.at.rfc3339() }),
                now,
            )
            .await?;
        }
        Ok::<_, Error>(())
    })
    .await
}

impl crate::SealFailure {
    /// What the seal waits for, in words.
    #[must_use]
    pub fn sentence(&self) -> &'static str {
        match self.code.as_str() {
            "seal_failed_tsa" => "タイムスタンプ局から、正しいタイムスタンプを受け取れませんでした。",
            "seal_failed_status" => "電子証明書の失効情報を確認できませんでした。",
            "seal_failed_storage" => "保管場所に書き込めませんでした。",
            "seal_failed_damaged" => "保管しているPDFが、署名されたときのものと一致しません。運営者が調べます。",
            _ => "原本を封緘できませんでした。",
        }
    }
}

/// A 契約番号 as part of a file name.
fn safe(number: &str) -> String {
    number
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' })
        .collect()
}
