//! What stands in a bundle, under which name.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    checkpoint::Proof,
    ers::ErsError,
    readme,
    record::{Record, RecordError},
    stamp::Stamp,
    zip::Members,
};

/// The parts a bundle is made of.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    /// The original; it may be large, and becomes a member as it is.
    pub original: Vec<u8>,
    /// `record.json`.
    pub record: &'a [u8],
    /// `evidence.ers`.
    pub evidence: &'a [u8],
    /// `entry.txt`.
    pub entry: &'a [u8],
    /// `proof.txt`, which holds the checkpoint.
    pub proof: &'a str,
    /// `checkpoint.ers`.
    pub checkpoint_evidence: &'a [u8],
    /// `batch.json`.
    pub batch: &'a [u8],
    /// `stamp.tst`.
    pub token: &'a [u8],
    /// Certificates (DER) by plain name without ending.
    pub chain: &'a [(String, Vec<u8>)],
    /// CRLs and OCSP answers (DER) by plain name with ending.
    pub status: &'a [(String, Vec<u8>)],
}

/// Why parts make no bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleError {
    /// The record.
    Record(RecordError),
    /// The proof.
    Proof(crate::CheckpointError),
    /// The token.
    Token(ErsError),
}

impl std::fmt::Display for BundleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Record(error) => write!(f, "record.json: {error}"),
            Self::Proof(error) => write!(f, "proof.txt: {error}"),
            Self::Token(error) => write!(f, "stamp.tst: {error}"),
        }
    }
}
impl std::error::Error for BundleError {}

/// All members of a bundle, with the README texts; [`crate::zip::pieces`] makes the archive of them.
///
/// # Errors
/// A part that cannot be read. Whether the parts belong together is the verdict's question.
pub fn assemble(parts: Parts<'_>) -> Result<Members, BundleError> {
    let record = Record::parse(parts.record).map_err(BundleError::Record)?;
    let proof = Proof::parse(parts.proof).map_err(BundleError::Proof)?;
    let stamp = Stamp::parse(parts.token).ok_or(BundleError::Token(ErsError::Token { chain: 0, stamp: 0 }))?;
    let mut members = Members::new();
    let mut put = |name: &str, bytes: &[u8]| members.insert(name.to_owned(), bytes.to_vec());
    put("record.json", parts.record);
    put("evidence.ers", parts.evidence);
    put("entry.txt", parts.entry);
    put("proof.txt", parts.proof.as_bytes());
    put("checkpoint.txt", proof.checkpoint.as_bytes());
    put("checkpoint.ers", parts.checkpoint_evidence);
    put("batch.json", parts.batch);
    put("stamp.tst", parts.token);
    put("round-root.hex", format!("{}\n", hex::encode(&stamp.imprint)).as_bytes());
    put("README.ja.txt", readme::japanese(&record).as_bytes());
    put("README.en.txt", readme::english(&record).as_bytes());
    for (name, der) in parts.chain {
        put(&format!("chain/{name}.pem"), pem(der).as_bytes());
    }
    for (name, der) in parts.status {
        put(&format!("status/{name}"), der);
    }
    members.insert(record.content.file, parts.original);
    Ok(members)
}

/// A certificate as PEM, lines of 64.
pub(crate) fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        out.push_str(std::str::from_utf8(line).expect("base64 is ASCII"));
        out.push('\n');
    }
    out.push_str("-----END CERTIFICATE-----\n");
    out
}

/// The certificate of a PEM text that is exactly as [`pem`] writes it.
pub(crate) fn unpem(text: &[u8]) -> Option<Vec<u8>> {
    let plain = std::str::from_utf8(text).ok()?;
    let inside = plain
        .strip_prefix("-----BEGIN CERTIFICATE-----\n")?
        .strip_suffix("-----END CERTIFICATE-----\n")?;
    let der = STANDARD.decode(inside.replace('\n', "")).ok()?;
    (pem(&der).as_bytes() == text).then_some(der)
}
