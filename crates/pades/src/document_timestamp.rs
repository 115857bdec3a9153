//! Document time-stamps (ETSI.RFC3161) in an invisible field of their own.

use crate::hole::Hole;
use crate::revision::{self, DerivedId};
use crate::{Error, FieldSpec};
use cms::tsp::Token;
use pdf::{Delta, Dict, Name};
use pki::DigestAlgorithm;

/// A document time-stamp that waits for its token.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PreparedStamp {
    /// Length of the file it continues.
    pub base_len: u64,
    /// Bytes to append, the hole filled with zeros.
    #[serde(with = "crate::hexed")]
    pub delta: Vec<u8>,
    /// The /ByteRange.
    pub byte_range: [u64; 4],
    /// What the TSA is asked for: SHA-256 over the ByteRange.
    #[serde(with = "crate::hexed")]
    pub imprint: Vec<u8>,
}

/// Prepares a document time-stamp over all of `pdf`; `reserve` bytes for the token (8192 is plenty).
///
/// # Errors
/// See [`Error`].
pub fn prepare_stamp(pdf: &[u8], reserve: usize) -> Result<PreparedStamp, Error> {
    let document = revision::open(pdf)?;
    let mut delta = Delta::on(&document)?;
    let names: Vec<String> = delta.base().fields()?.into_iter().map(|field| field.name).collect();
    let name = (1..)
        .map(|number| format!("Timestamp{number}"))
        .find(|name| !names.contains(name))
        .expect("numbers do not end");
    let (field, mut dict) = revision::add_field(
        &mut delta,
        &FieldSpec {
            name,
            page: 0,
            rect: [0.0; 4],
        },
    )?;
    let value = delta.reserve();
    dict.set("V", value);
    delta.put(field, dict);
    let stamp = Dict::new()
        .with("Type", Name::new("DocTimeStamp"))
        .with("Filter", Name::new("Adobe.PPKLite"))
        .with("SubFilter", Name::new("ETSI.RFC3161"));
    delta.put_signature(value, &stamp, reserve);
    revision::mark_signed(&mut delta)?;
    let appended = delta.finish(&DerivedId::of(pdf, "stamp"))?;
    let hole = Hole::of(&appended);
    let imprint = hole.digest(DigestAlgorithm::Sha256, pdf, &appended.bytes);
    Ok(PreparedStamp {
        base_len: pdf.len() as u64,
        delta: appended.bytes,
        byte_range: hole.byte_range,
        imprint,
    })
}

/// Embeds the token after checking its imprint; returns the bytes to append.
///
/// # Errors
/// See [`Error`].
pub fn complete_stamp(prepared: &PreparedStamp, pdf: &[u8], token: &[u8]) -> Result<Vec<u8>, Error> {
    let hole = Hole {
        byte_range: prepared.byte_range,
    };
    hole.belongs_to(prepared.base_len, pdf, &prepared.delta)?;
    if hole.digest(DigestAlgorithm::Sha256, pdf, &prepared.delta) != prepared.imprint {
        return Err(Error::AnotherFile);
    }
    let token = Token::parse(token).map_err(|error| Error::TimestampWrong(error.to_string()))?;
    if token.info.digest != DigestAlgorithm::Sha256 || token.info.imprint != prepared.imprint {
        return Err(Error::TimestampWrong("it is over other bytes".to_owned()));
    }
    hole.fill(prepared.delta.clone(), pdf.len(), &token.der)
}
