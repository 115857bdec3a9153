//! Who stands in a file: the certificates that its signatures and time-stamps name. Nothing is judged here, so the document is neither
//! hashed nor compared: it is known for whom validation data has to be asked, and the finished file is validated as a whole.

use crate::{Error, dss};
use cms::SignedData;
use pdf::Document;
use pki::Certificate;

/// Signers and time-stamping units of all signatures and time-stamps, each once. A signature that cannot be read, or whose certificate is
/// neither in it nor in the DSS, gives none.
///
/// # Errors
/// The file cannot be read as a PDF.
pub fn parties(pdf: &[u8]) -> Result<Vec<Certificate>, Error> {
    let document = Document::open(pdf)?;
    let stored = dss::dss_at(&document.last())?.certificates;
    let stored: Vec<Certificate> = stored.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
    let mut found = Vec::new();
    for signature in document.signatures()? {
        collect(&signature.contents, &stored, &mut found);
    }
    Ok(found)
}

fn collect(cms: &[u8], stored: &[Certificate], found: &mut Vec<Certificate>) {
    let Ok(data) = SignedData::parse(cms) else { return };
    let Ok(signer) = data.signer() else { return };
    let inside = data.parsed_certificates();
    if let Some(certificate) = inside.iter().chain(stored).find(|certificate| signer.is_signed_by(certificate))
        && !found.contains(certificate)
    {
        found.push(certificate.clone());
    }
    for token in signer.time_stamps() {
        collect(token, stored, found);
    }
}
