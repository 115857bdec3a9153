//! Files that were signed outside.

use crate::complete::{appended, everybody, hashed, judged, signed, with_material};
use crate::{Error, Signed, Signing};
use bytes::Bytes;
use foundation::{Instant, Random};
use pades::{Indication, Refusal, Registered, Report, SubIndication};
use std::sync::Arc;

/// A file signed before it was registered: every signature is validated; those without a proven time get a document time-stamp
/// at once, then validation data. Unsigned files give an empty list and come back unchanged.
///
/// # Errors
/// See [`Error`].
pub async fn accept_registered(
    signing: &Signing,
    pdf: impl Into<Bytes>,
    now: Instant,
    random: &dyn Random,
) -> Result<(Bytes, Registered, Vec<Signed>), Error> {
    let pdf: Bytes = pdf.into();
    let has_signatures = {
        let probe = pdf.clone();
        jobs::work(move || pdf_has_signatures(&probe)).await?
    };
    let (pdf, extra) = if has_signatures {
        let (pdf, report) = judged_or_refused(signing, pdf, now).await?;
        (pdf, Some(signing.gather(&everybody(&report), random).await?))
    } else {
        (pdf, None)
    };
    let trust = signing.trust().clone();
    let (pdf, registered) = jobs::work(move || {
        let registered = pades::registration(&pdf, &trust, now.plus_seconds(5), extra.as_ref())?;
        Ok::<_, Refusal>((pdf, registered))
    })
    .await?;
    if registered.signatures.is_empty() {
        return Ok((pdf, registered, Vec::new()));
    }
    let stamped = registered.signatures.iter().all(|signature| signature.proven_time.is_some());
    let (pdf, report) = stamped_and_extended(signing, pdf.into(), stamped, now, random).await?;
    let pdf = Bytes::from(pdf);
    let sha256 = hashed(&pdf).await;
    let all = registered
        .signatures
        .iter()
        .map(|signature| signed(None, pdf.clone(), sha256.clone(), &report, &signature.field));
    let all = all.collect::<Result<Vec<_>, _>>()?;
    Ok((pdf, registered, all))
}

/// A continuation uploaded by the other side: `sent` plus one signature. Validated, stamped if it is not, validation data added.
///
/// # Errors
/// See [`Error`].
pub async fn accept_continuation(
    signing: &Signing,
    sent: impl AsRef<[u8]> + Send + 'static,
    uploaded: impl Into<Bytes>,
    expected: pades::Expected,
    now: Instant,
    random: &dyn Random,
) -> Result<Signed, Error> {
    let uploaded: Bytes = uploaded.into();
    let (pdf, found) = jobs::work(move || {
        let found = pades::continuation(sent.as_ref(), &uploaded, &expected)?;
        Ok::<_, Refusal>((uploaded, found))
    })
    .await?;
    let (pdf, first) = judged_or_refused(signing, pdf, now).await?;
    let extra = signing.gather(&everybody(&first), random).await?;
    let (pdf, report) = judged(signing, pdf, now, Some(extra)).await?;
    let signature = report
        .signatures
        .iter()
        .find(|signature| signature.field == found.field)
        .ok_or(Refusal::NoSignatureAdded)?;
    judge(signature)?;
    let stamped = signature.proven_time.is_some();
    let (pdf, report) = stamped_and_extended(signing, pdf.into(), stamped, now, random).await?;
    let pdf = Bytes::from(pdf);
    let sha256 = hashed(&pdf).await;
    signed(None, pdf, sha256, &report, &found.field)
}

/// Whether signatures or time-stamps stand in these bytes; `false` too for what is no readable PDF.
#[must_use]
pub fn has_signatures(pdf: &[u8]) -> bool {
    pdf_has_signatures(pdf).unwrap_or(false)
}

/// The verdict on a file that somebody brought, with the status that this authority knows now. It decides nothing: who was refused learns
/// by it what stands in the file. A status that does not answer leaves open what it would have said.
///
/// # Errors
/// The file cannot be read.
pub async fn verdict(signing: &Signing, pdf: impl Into<Bytes>, now: Instant, random: &dyn Random) -> Result<Report, Error> {
    let (pdf, report) = judged(signing, pdf.into(), now, None).await?;
    match signing.gather(&everybody(&report), random).await {
        Ok(extra) => Ok(judged(signing, pdf, now, Some(extra)).await?.1),
        Err(error) => {
            tracing::debug!(%error, "the verdict is told without status");
            Ok(report)
        }
    }
}

/// A document time-stamp if there is none yet, then validation data.
async fn stamped_and_extended(
    signing: &Signing,
    pdf: Vec<u8>,
    stamped: bool,
    now: Instant,
    random: &dyn Random,
) -> Result<(Vec<u8>, Report), Error> {
    let (pdf, now) = if stamped {
        (pdf, now)
    } else {
        document_stamp(signing, pdf, now, random).await?
    };
    with_material(signing, pdf, now, random).await
}

/// Stamps the whole file; gives it and the later of `now` and the stamp's time. A token that is longer than those before is asked for
/// once more, over a file with a larger hole.
pub(crate) async fn document_stamp(
    signing: &Signing,
    pdf: Vec<u8>,
    now: Instant,
    random: &dyn Random,
) -> Result<(Vec<u8>, Instant), Error> {
    let pdf = Arc::new(pdf);
    let mut tries = 2;
    let (delta, time) = loop {
        tries -= 1;
        match stamp_once(signing, &pdf, now, random).await {
            Err(Error::StampTooLong) if tries > 0 => tracing::info!("the time-stamping service sends longer tokens than before"),
            end => break end?,
        }
    };
    // Nobody else holds the file any more: it is continued where it lies.
    let pdf = jobs::work(move || appended(Arc::unwrap_or_clone(pdf), &delta)).await;
    Ok((pdf, time))
}

/// What is to be appended, and the later of `now` and the stamp's time.
async fn stamp_once(signing: &Signing, pdf: &Arc<Vec<u8>>, now: Instant, random: &dyn Random) -> Result<(Vec<u8>, Instant), Error> {
    let (base, room) = (pdf.clone(), signing.tsa().room());
    let prepared = jobs::work(move || pades::prepare_stamp(&base, room)).await?;
    let imprint = <[u8; 32]>::try_from(prepared.imprint.as_slice()).map_err(|_| Error::Tsa("imprint".to_owned()))?;
    let token = signing.tsa().stamp(imprint, now, random).await?;
    let (base, time) = (pdf.clone(), now.max(token.info.gen_time));
    let delta = jobs::work(move || pades::complete_stamp(&prepared, &base, &token.der)).await?;
    Ok((delta, time))
}

fn pdf_has_signatures(pdf: &[u8]) -> Result<bool, Refusal> {
    let document = pdf::Document::open(pdf)?;
    if document.is_encrypted() {
        return Err(Refusal::Encrypted);
    }
    Ok(!document.signatures()?.is_empty())
}

async fn judged_or_refused(signing: &Signing, pdf: Bytes, now: Instant) -> Result<(Bytes, Report), Error> {
    judged(signing, pdf, now, None).await.map_err(|error| match error {
        Error::Pdf(error) => Error::File(Refusal::from(error)),
        other => other,
    })
}

fn judge(signature: &pades::SignatureReport) -> Result<(), Refusal> {
    use SubIndication as S;
    let field = signature.field.clone();
    match (signature.indication, signature.sub_indication) {
        (Indication::TotalPassed, _) => Ok(()),
        // Its stamp is older than the answers at hand can say; the validation after extending decides.
        (Indication::Indeterminate, Some(S::TryLater)) => Ok(()),
        (_, Some(S::Revoked | S::RevokedNoPoe | S::RevokedCaNoPoe)) => Err(Refusal::SignerRevoked { field }),
        (Indication::Indeterminate, Some(S::NoCertificateChainFound)) => Err(Refusal::CaNotAgreed {
            field,
            signer: signature.signer.clone().unwrap_or_default(),
        }),
        _ => Err(Refusal::SignatureInvalid {
            field,
            because: signature.reasons.join(""),
        }),
    }
}
