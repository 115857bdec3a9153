//! TimeStampResp (RFC 3161 §2.4.2).

use super::{TimeStampRequest, Token};
use crate::Error;
use asn1::{Reader, Tag, Writer};

/// PKIFailureInfo: the bits RFC 3161 knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Failure {
    /// Unknown or weak digest algorithm.
    BadAlg = 0,
    /// Not permitted or not supported.
    BadRequest = 2,
    /// Malformed.
    BadDataFormat = 5,
    /// The unit's clock cannot be relied on.
    TimeNotAvailable = 14,
    /// The policy is not the unit's.
    UnacceptedPolicy = 15,
    /// An extension is not known.
    UnacceptedExtension = 16,
    /// Additional information is not available.
    AddInfoNotAvailable = 17,
    /// The unit cannot answer now.
    SystemFailure = 25,
}

impl Failure {
    /// A whole TimeStampResp: rejection (2) with this failure and `text`.
    #[must_use]
    pub fn response(self, text: &str) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.integer_u64(2);
                    w.sequence(|w| w.utf8(text));
                    let bit = usize::from(self as u8);
                    let mut bits = vec![0u8; bit / 8 + 2];
                    bits[0] = u8::try_from(7 - bit % 8).expect("below 8");
                    bits[1 + bit / 8] = 0x80 >> (bit % 8);
                    w.tlv(Tag::BIT_STRING, &bits);
                });
            });
        })
    }
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampResponse {
    /// PKIStatus: 0 granted, 1 granted with changes, else refused.
    pub status: u64,
    /// statusString, joined.
    pub text: String,
    /// First bit of failInfo.
    pub failure: Option<u8>,
    /// The token, raw ContentInfo.
    pub token: Option<Vec<u8>>,
}

impl TimeStampResponse {
    /// Reads it.
    ///
    /// # Errors
    /// Malformed bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let mut outer = Reader::ber(bytes);
        let mut response = outer.sequence()?;
        outer.finish()?;
        let mut info = response.sequence()?;
        let status = info.u64()?;
        let mut text = String::new();
        if let Some(texts) = info.optional(Tag::SEQUENCE)? {
            let mut texts = texts.reader()?;
            while !texts.is_empty() {
                text.push_str(&texts.any()?.text()?);
            }
        }
        let bits = info.optional(Tag::BIT_STRING)?.map(|tlv| tlv.bits()).transpose()?;
        let failure = bits.and_then(|bits| (0..32u8).find(|bit| bits.bit(usize::from(*bit))));
        let token = if response.is_empty() {
            None
        } else {
            Some(response.expect(Tag::SEQUENCE)?.raw.to_vec())
        };
        response.finish()?;
        Ok(Self {
            status,
            text,
            failure,
            token,
        })
    }

    /// The token, if it was granted for `request`: imprint, nonce and policy are the ones asked for. Its signature is
    /// [`Token::verify`]'s matter.
    ///
    /// # Errors
    /// Refused, or an answer to something else.
    pub fn token_for(&self, request: &TimeStampRequest) -> Result<Token, Error> {
        let (0 | 1, Some(token)) = (self.status, &self.token) else {
            return Err(Error::Refused {
                status: self.status,
                text: self.text.clone(),
                failure: self.failure,
            });
        };
        let token = Token::parse(token)?;
        if token.info.digest != request.digest || token.info.imprint != request.imprint {
            return Err(Error::ImprintMismatch);
        }
        if request.nonce.is_some() && token.info.nonce != request.nonce {
            return Err(Error::NonceMismatch);
        }
        if request.policy.is_some_and(|policy| policy != token.info.policy) {
            return Err(Error::PolicyMismatch);
        }
        Ok(token)
    }
}
