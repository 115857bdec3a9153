//! From the signature value to the signed file with time-stamp and validation data.

use crate::act::{begin, open_act, sha256, stumble};
use crate::{Act, ActId, Error, Signing};
use bytes::Bytes;
use foundation::{Actor, Instant, Random};
use pades::{Indication, Material, Report, SignatureReport};
use pki::Certificate;
use store::Database;

/// An act and the stored original it was prepared on.
#[derive(Clone, Debug)]
pub struct Original {
    /// The act.
    pub act: ActId,
    /// The stored original, loaded again by the caller.
    pub pdf: Vec<u8>,
}

/// A file with a new signature in it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The act; `None` if it was signed outside.
    pub act: Option<ActId>,
    /// The whole file: what was before is a prefix of it. Shared, not copied.
    pub pdf: Bytes,
    /// SHA-256 of it, hex.
    pub sha256: String,
    /// The field.
    pub field: String,
    /// The proven time of the signature: genTime of its stamp.
    pub signed_at: Instant,
    /// The signer, for people.
    pub signer: String,
    /// The signer's certificate, DER.
    pub certificate: Vec<u8>,
    /// The report on this signature after all was added.
    pub report: SignatureReport,
}

/// Act and outcome with the signature value from the agent (RSA PKCS#1 v1.5, or ECDSA as DER). The result has to be
/// [`crate::settle`]d in the caller's unit.
///
/// # Errors
/// See [`Error`]; the act is failed, or (passing errors) can be completed again with the same signature.
pub async fn complete_with_signature(
    db: &Database,
    signing: &Signing,
    by: &Actor,
    original: Original,
    signature: Vec<u8>,
    now: Instant,
    random: &dyn Random,
) -> Result<Signed, Error> {
    let act = open_act(db, by, original.act).await?;
    let prepared = act.prepared.clone();
    let value = signature.clone();
    // A wrong value leaves the act open: another token may be plugged in.
    jobs::work(move || pades::check_signature(&prepared, &value)).await?;
    begin(db, by, &act, &signature, now).await?;
    match finish(signing, &act, original.pdf, signature, now, random).await {
        Ok(signed) => Ok(signed),
        Err(error) => {
            stumble(db, by, act.id, &error, now).await?;
            Err(error)
        }
    }
}

/// As [`complete_with_signature`] with a key that was opened for this one use.
///
/// # Errors
/// See [`Error`].
pub async fn complete_with_key(
    db: &Database,
    signing: &Signing,
    by: &Actor,
    original: Original,
    key: keys::Signer,
    now: Instant,
    random: &dyn Random,
) -> Result<Signed, Error> {
    let act = open_act(db, by, original.act).await?;
    let signature = jobs::work(move || key.sign(&act.prepared.to_sign)).await?;
    complete_with_signature(db, signing, by, original, signature, now, random).await
}

/// Stamp, embed, validation data, verdict.
async fn finish(
    signing: &Signing,
    act: &Act,
    pdf: Vec<u8>,
    signature: Vec<u8>,
    now: Instant,
    random: &dyn Random,
) -> Result<Signed, Error> {
    let token = signing.tsa().stamp(pades::timestamp_imprint(&signature), now, random).await?;
    let (prepared, der) = (act.prepared.clone(), token.der.clone());
    let pdf = jobs::work(move || {
        let delta = pades::complete(&prepared, &pdf, &signature, Some(&der))?;
        Ok::<_, pades::Error>(appended(pdf, &delta))
    })
    .await?;
    let (pdf, report) = with_material(signing, pdf, now.max(token.info.gen_time), random).await?;
    let pdf = Bytes::from(pdf);
    let sha256 = hashed(&pdf).await;
    let signed = signed(Some(act.id), pdf, sha256, &report, &act.prepared.field)?;
    signing.0.verdicts.keep(&signed.sha256, now, report);
    Ok(signed)
}

/// The file with `delta` after it, in the same memory: a large file is not doubled to be continued.
pub(crate) fn appended(mut pdf: Vec<u8>, delta: &[u8]) -> Vec<u8> {
    pdf.reserve_exact(delta.len());
    pdf.extend_from_slice(delta);
    pdf
}

/// SHA-256 of a whole file, in hex; off the threads that answer.
pub(crate) async fn hashed(pdf: &Bytes) -> String {
    let pdf = pdf.clone();
    jobs::work(move || sha256(&pdf)).await
}

/// B-LT: adds the validation data of every signer and every time-stamping unit in the file, asked for now, and validates the result.
///
/// # Errors
/// [`Error::Status`] (passing: try again), or the file cannot be extended.
pub async fn with_material(signing: &Signing, pdf: Vec<u8>, now: Instant, random: &dyn Random) -> Result<(Vec<u8>, Report), Error> {
    let pdf = extended(signing, pdf, random).await?;
    judged(signing, pdf, now, None).await
}

/// Adds the validation data of everybody who stands in the file. What it is worth shows when the result is validated.
pub(crate) async fn extended(signing: &Signing, pdf: Vec<u8>, random: &dyn Random) -> Result<Vec<u8>, Error> {
    let (pdf, everybody) = jobs::work(move || pades::parties(&pdf).map(|everybody| (pdf, everybody))).await?;
    let material = signing.gather(&everybody, random).await?;
    let pdf = jobs::work(move || {
        let delta = pades::add_dss(&pdf, &material)?;
        Ok::<_, pades::Error>(appended(pdf, &delta))
    })
    .await?;
    Ok(pdf)
}

/// Signers and time-stamping units of a validated file.
pub(crate) fn everybody(report: &Report) -> Vec<Certificate> {
    let signers = report
        .signatures
        .iter()
        .filter_map(|signature| signature.signer_certificate.as_ref());
    let units = report.timestamps.iter().filter_map(|stamp| stamp.unit_certificate.as_ref());
    let mut found: Vec<Certificate> = Vec::new();
    for der in signers.chain(units) {
        if let Ok(certificate) = Certificate::parse(der)
            && !found.contains(&certificate)
        {
            found.push(certificate);
        }
    }
    found
}

/// A report at `now` (a little later: the answers just fetched may be a second younger).
pub(crate) async fn judged<B: AsRef<[u8]> + Send + 'static>(
    signing: &Signing,
    pdf: B,
    now: Instant,
    extra: Option<Material>,
) -> Result<(B, Report), Error> {
    let trust = signing.trust().clone();
    jobs::work(move || {
        let report = pades::validate(pdf.as_ref(), &trust, now.plus_seconds(5), extra.as_ref())?;
        Ok((pdf, report))
    })
    .await
}

/// The signature in `field`, which must be valid with a proven time; `sha256` is the file's.
pub(crate) fn signed(act: Option<ActId>, pdf: Bytes, sha256: String, report: &Report, field: &str) -> Result<Signed, Error> {
    let report = report
        .signatures
        .iter()
        .find(|signature| signature.field == field)
        .ok_or(Error::UnknownAct)?
        .clone();
    let (Some(signed_at), Some(certificate), Indication::TotalPassed) =
        (report.proven_time, report.signer_certificate.clone(), report.indication)
    else {
        return Err(refused(&report));
    };
    Ok(Signed {
        act,
        sha256,
        pdf,
        field: report.field.clone(),
        signed_at,
        signer: report.signer.clone().unwrap_or_default(),
        certificate,
        report,
    })
}

/// Why a signature is not accepted.
pub(crate) fn refused(report: &SignatureReport) -> Error {
    let word = report
        .sub_indication
        .and_then(|sub| serde_json::to_value(sub).ok())
        .and_then(|word| word.as_str().map(str::to_owned));
    let because = report.reasons.join("");
    match report.sub_indication {
        Some(pades::SubIndication::TryLater) => Error::Status(because),
        _ => Error::CertificateInvalid {
            sub_indication: word.unwrap_or_else(|| "NO_POE".to_owned()),
            because,
        },
    }
}
