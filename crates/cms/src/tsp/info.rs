//! TSTInfo (RFC 3161 §2.4.2).

use crate::Error;
use asn1::{Oid, Reader, Tag, Writer};
use foundation::Instant;
use pki::DigestAlgorithm;

/// What a time-stamp says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TstInfo {
    /// Policy.
    pub policy: Oid,
    /// Digest algorithm of the imprint.
    pub digest: DigestAlgorithm,
    /// The digest that was stamped.
    pub imprint: Vec<u8>,
    /// Serial number, content octets of the INTEGER.
    pub serial: Vec<u8>,
    /// genTime.
    pub gen_time: Instant,
    /// Accuracy in microseconds; 0 if not given.
    pub accuracy_micros: u64,
    /// ordering.
    pub ordering: bool,
    /// Nonce, content octets of the INTEGER.
    pub nonce: Option<Vec<u8>>,
}

impl TstInfo {
    /// Reads it.
    ///
    /// # Errors
    /// Malformed bytes or an unknown digest.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut outer = Reader::ber(bytes);
        let mut info = outer.sequence()?;
        outer.finish()?;
        info.u64()?;
        let policy = info.oid()?;
        let (digest, imprint) = read_imprint(&mut info)?;
        let serial = info.integer()?.to_vec();
        let gen_time = info.generalized_time()?;
        let accuracy_micros = info
            .optional(Tag::SEQUENCE)?
            .map(|tlv| accuracy(tlv.reader()?))
            .transpose()?
            .unwrap_or(0);
        let ordering = info.default_false()?;
        let nonce = info
            .optional(Tag::INTEGER)?
            .map(|tlv| tlv.integer())
            .transpose()?
            .map(<[u8]>::to_vec);
        Ok(Self {
            policy,
            digest,
            imprint,
            serial,
            gen_time,
            accuracy_micros,
            ordering,
            nonce,
        })
    }

    /// DER. genTime is written in whole seconds, rounded down (rulings: fresh = thisUpdate ≥ genTime).
    #[must_use]
    pub fn der(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.integer_u64(1);
                w.oid(&self.policy);
                write_imprint(w, self.digest, &self.imprint);
                w.integer_content(&self.serial);
                w.generalized_time(self.gen_time);
                if self.accuracy_micros > 0 {
                    w.sequence(|w| {
                        let (seconds, rest) = (self.accuracy_micros / 1_000_000, self.accuracy_micros % 1_000_000);
                        if seconds > 0 {
                            w.integer_u64(seconds);
                        }
                        for (tag, part) in [(0, rest / 1_000), (1, rest % 1_000)] {
                            if part > 0 {
                                let content = Writer::build(|w| w.integer_u64(part));
                                w.implicit(tag, &content[2..]);
                            }
                        }
                    });
                }
                if self.ordering {
                    w.boolean(true);
                }
                if let Some(nonce) = &self.nonce {
                    w.integer_content(nonce);
                }
            });
        })
    }
}

fn accuracy(mut reader: Reader<'_>) -> Result<u64, Error> {
    let mut micros = reader
        .optional(Tag::INTEGER)?
        .map(|tlv| tlv.u64())
        .transpose()?
        .unwrap_or(0)
        .saturating_mul(1_000_000);
    for (tag, factor) in [(0, 1_000), (1, 1)] {
        if let Some(part) = reader.optional(Tag::context(tag))? {
            micros = micros.saturating_add(part.u64()?.saturating_mul(factor));
        }
    }
    reader.finish()?;
    Ok(micros)
}

pub(super) fn read_imprint(from: &mut Reader<'_>) -> Result<(DigestAlgorithm, Vec<u8>), Error> {
    let mut imprint = from.sequence()?;
    let kind = imprint.sequence()?.oid()?;
    let digest = DigestAlgorithm::from_oid(&kind).ok_or_else(|| Error::Algorithm(format!("digest {kind} of the imprint")))?;
    let value = imprint.octet_string()?.into_owned();
    imprint.finish()?;
    if value.len() != digest.output_len() {
        return Err(Error::ImprintMismatch);
    }
    Ok((digest, value))
}

pub(super) fn write_imprint(w: &mut Writer, digest: DigestAlgorithm, imprint: &[u8]) {
    w.sequence(|w| {
        w.sequence(|w| {
            w.oid(&digest.oid());
            // openssl and most units write NULL here; both forms are right (RFC 5754 §2).
            w.null();
        });
        w.octet_string(imprint);
    });
}
