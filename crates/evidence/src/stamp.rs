//! What a time-stamp token says, read as far as an evidence record needs it. Whether it is to be believed is asked in `verdict`.

use asn1::{Reader, Tag};
use foundation::Instant;

use crate::ers::Hash;

/// The facts of a token.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    /// The AlgorithmIdentifier of the imprint, byte for byte.
    pub algorithm: Vec<u8>,
    /// The same, as a digest known here.
    pub hash: Hash,
    /// The hash that was stamped.
    pub imprint: Vec<u8>,
    /// genTime.
    pub time: Instant,
}

impl Stamp {
    /// Reads an RFC 3161 token (BER is taken: old tokens have it).
    pub(crate) fn parse(token: &[u8]) -> Option<Self> {
        Self::read(token).ok().flatten()
    }
    fn read(token: &[u8]) -> Result<Option<Self>, asn1::Error> {
        let mut outer = Reader::ber(token);
        let mut content_info = outer.sequence()?;
        outer.finish()?;
        content_info.oid()?;
        let mut signed_data = content_info.explicit(0)?.sequence()?;
        signed_data.u64()?;
        signed_data.expect(Tag::SET)?;
        let mut encapsulated = signed_data.sequence()?;
        encapsulated.oid()?;
        let content = encapsulated.explicit(0)?.octet_string()?;
        let mut info = Reader::ber(&content).sequence()?;
        info.u64()?;
        info.oid()?;
        let mut imprint = info.sequence()?;
        let algorithm = imprint.expect(Tag::SEQUENCE)?;
        let Some(hash) = Hash::of(&algorithm.reader()?.oid()?) else {
            return Ok(None);
        };
        let hashed = imprint.octet_string()?.into_owned();
        info.expect(Tag::INTEGER)?;
        let time = info.generalized_time()?;
        Ok(Some(Self {
            algorithm: algorithm.raw.to_vec(),
            hash,
            imprint: hashed,
            time,
        }))
    }
}
