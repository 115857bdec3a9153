//! 封緘: validation data for every signature and every time-stamp's chain, then one document time-stamp over all.

use crate::act::sha256;
use crate::complete::{extended, judged, refused};
use crate::outside::document_stamp;
use crate::{Error, Signing};
use foundation::{Instant, Random};
use pades::{Indication, Report};

/// A sealed file.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The whole file.
    pub pdf: Vec<u8>,
    /// SHA-256 of it, hex.
    pub sha256: String,
    /// genTime of the last document time-stamp.
    pub sealed_at: Instant,
    /// The report on all of it.
    pub report: pades::Report,
}

/// Seals `pdf`.
///
/// # Errors
/// [`Error::Tsa`], [`Error::Status`] (passing: try again), or a signature that is not valid.
pub async fn seal(signing: &Signing, pdf: impl Into<Vec<u8>>, now: Instant, random: &dyn Random) -> Result<Sealed, Error> {
    let pdf = extended(signing, pdf.into(), random).await?;
    let (pdf, now) = document_stamp(signing, pdf, now, random).await?;
    // Once, over all: what does not hold is not sealed, and the stamped file is given to nobody.
    let (pdf, report) = judged(signing, pdf, now, None).await?;
    valid(&report)?;
    // Stamps of other units, in what was signed outside, may stay open; the last one is ours and must hold.
    match report.timestamps.iter().rfind(|stamp| stamp.kind == "document") {
        Some(last) if last.indication == Indication::TotalPassed => {}
        Some(last) => return Err(Error::Tsa(last.reasons.join(""))),
        None => return Err(Error::Tsa("no document time-stamp".to_owned())),
    }
    let sealed_at = report
        .timestamps
        .iter()
        .filter(|stamp| stamp.kind == "document")
        .filter_map(|stamp| stamp.time)
        .max();
    let sealed_at = sealed_at.ok_or_else(|| Error::Tsa("no document time-stamp".to_owned()))?;
    let (pdf, sha256) = jobs::work(move || {
        let sha256 = sha256(&pdf);
        (pdf, sha256)
    })
    .await;
    Ok(Sealed {
        sha256,
        pdf,
        sealed_at,
        report,
    })
}

fn valid(report: &Report) -> Result<(), Error> {
    match report
        .signatures
        .iter()
        .find(|signature| signature.indication != Indication::TotalPassed)
    {
        Some(bad) => Err(refused(bad)),
        None => Ok(()),
    }
}
