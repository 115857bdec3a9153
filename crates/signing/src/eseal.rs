//! The operator's e-seal on a paper of his own: signed at once by a key of this process, stamped, sealed to B-LTA.

use crate::complete::appended;
use crate::{Error, Sealed, Signing, seal};
use foundation::{Instant, Random};
use keys::Signer;
use pki::Certificate;

/// Name of the field on the paper.
const FIELD: &str = "OperatorSeal";

/// The e-seal: its certificate and its key.
#[derive(Clone, Debug)]
pub struct ESeal {
    /// The operator's certificate.
    pub certificate: Certificate,
    /// Its key.
    pub signer: Signer,
}

/// Puts the e-seal on the last page of `paper`, at `place` (left, bottom, width, height in millimetres), with its mark if marks can be
/// printed, and extends it to B-LTA.
///
/// # Errors
/// [`Error::Tsa`], [`Error::Status`] (passing: try again), the key, or a paper that cannot be signed.
pub async fn e_seal(
    signing: &Signing,
    paper: Vec<u8>,
    by: &ESeal,
    place: [f64; 4],
    now: Instant,
    random: &dyn Random,
) -> Result<Sealed, Error> {
    signing.may_sign(&by.certificate, now, random).await?;
    let chain: Vec<Vec<u8>> = signing
        .above(&by.certificate)
        .into_iter()
        .filter(|above| !above.is_self_signed())
        .map(|above| above.der().to_vec())
        .collect();
    let (seal_by, marks, room) = (by.clone(), signing.1.clone(), signing.tsa().room());
    let (paper, prepared, signature) = jobs::work(move || {
        let pages = pdf::Document::open(&paper).and_then(|paper| Ok(paper.last().pages()?.len()));
        let pages = pages.map_err(|error| pades::Error::Pdf(error.to_string()))?;
        let [left, bottom, width, height] = place.map(|millimetres| millimetres / 25.4 * 72.0);
        let field = pades::FieldSpec {
            name: FIELD.to_owned(),
            page: pages - 1,
            rect: [left, bottom, left + width, bottom + height],
        };
        let plan = pades::Plan {
            field: FIELD.to_owned(),
            new_field: Some(field),
            certificate: seal_by.certificate.der().to_vec(),
            chain,
            claimed_at: now,
            name: seal_by.certificate.subject().common_name(),
            reason: None,
            timestamp_reserve: room,
        };
        let mark = marks.and_then(|marks| marks.of_operator(&seal_by.certificate));
        let prepared = pades::prepare_with_mark(&paper, &plan, mark.as_ref().map(|mark| mark.as_slice()))?;
        let signature = seal_by.signer.sign(&prepared.to_sign)?;
        Ok::<_, Error>((paper, prepared, signature))
    })
    .await?;
    let token = signing.tsa().stamp(pades::timestamp_imprint(&signature), now, random).await?;
    let now = now.max(token.info.gen_time);
    let sealed = jobs::work(move || {
        let delta = pades::complete(&prepared, &paper, &signature, Some(&token.der))?;
        Ok::<_, pades::Error>(appended(paper, &delta))
    })
    .await?;
    seal(signing, sealed, now, random).await
}
