//! The signatures of a file as a paper tells them.

use crate::complete::judged;
use crate::{Error, Signing};
use foundation::Instant;
use pades::{Indication, Report, SignatureReport};
use papers::SignatureFacts;
use pki::Certificate;

/// Judges the signatures of `pdf` now and tells them in the order of the file.
///
/// # Errors
/// A file that cannot be read.
pub async fn signatures(signing: &Signing, pdf: Vec<u8>, now: Instant) -> Result<Vec<SignatureFacts>, Error> {
    let (_, report) = judged(signing, pdf, now, None).await?;
    Ok(report.signatures.iter().map(|signature| told(signature, &report)).collect())
}

fn told(signature: &SignatureReport, report: &Report) -> SignatureFacts {
    let certificate = signature.signer_certificate.as_ref().and_then(|der| Certificate::parse(der).ok());
    let subject = certificate.as_ref().map(Certificate::subject);
    let stamp = report
        .timestamps
        .iter()
        .find(|stamp| stamp.kind == "signature" && stamp.field == signature.field && stamp.indication == Indication::TotalPassed);
    let unit = stamp
        .and_then(|stamp| stamp.unit_certificate.as_ref())
        .and_then(|der| Certificate::parse(der).ok());
    SignatureFacts {
        name: subject
            .map(|name| name.common_name().unwrap_or_else(|| name.short()))
            .unwrap_or_default(),
        company: subject.and_then(pki::Name::organization).unwrap_or_default(),
        issuer: certificate
            .as_ref()
            .map(|certificate| certificate.issuer().common_name().unwrap_or_else(|| certificate.issuer().short()))
            .unwrap_or_default(),
        serial: certificate
            .as_ref()
            .map(|certificate| hex::encode(certificate.serial().content()))
            .unwrap_or_default(),
        // Without a stamp of its own: what a later stamp over the whole file proves.
        stamped: stamp.and_then(|stamp| stamp.time).or(signature.proven_time),
        stamp_unit: unit.and_then(|unit| unit.subject().common_name()),
        level: signature.level.japanese().to_owned(),
        verdict: match signature.indication {
            Indication::TotalPassed => "有効",
            Indication::TotalFailed => "無効",
            Indication::Indeterminate => "判定できません",
        }
        .to_owned(),
    }
}
