//! The hole of a signature in a delta that is not yet appended.

use crate::Error;
use pdf::Appended;
use pki::DigestAlgorithm;

pub struct Hole {
    pub byte_range: [u64; 4],
}

impl Hole {
    pub fn of(appended: &Appended) -> Self {
        Self {
            byte_range: appended.byte_range.expect("a signature was put into this delta"),
        }
    }

    /// Whether `pdf` and `delta` have the lengths this hole was made for.
    pub fn belongs_to(&self, base_len: u64, pdf: &[u8], delta: &[u8]) -> Result<(), Error> {
        let [start, first, second, rest] = self.byte_range;
        let whole = pdf.len() as u64 + delta.len() as u64;
        let fits = start == 0
            && pdf.len() as u64 == base_len
            && base_len <= first
            && first.checked_add(2).is_some_and(|least| least <= second)
            && second.checked_add(rest) == Some(whole);
        if fits { Ok(()) } else { Err(Error::AnotherFile) }
    }

    /// Digest over the base and the delta without the hole. The lengths fit ([`Self::belongs_to`]).
    pub fn digest(&self, algorithm: DigestAlgorithm, pdf: &[u8], delta: &[u8]) -> Vec<u8> {
        let (from, to) = self.within(pdf.len());
        algorithm.digest_pieces([pdf, &delta[..from], &delta[to..]])
    }

    /// The delta with `value` in the hole.
    pub fn fill(&self, mut delta: Vec<u8>, base_len: usize, value: &[u8]) -> Result<Vec<u8>, Error> {
        let (from, to) = self.within(base_len);
        let reserved = (to - from - 2) / 2;
        pdf::fill(value, &mut delta[from..to]).ok_or(Error::HoleTooSmall {
            needed: value.len(),
            reserved,
        })?;
        Ok(delta)
    }

    fn within(&self, base_len: usize) -> (usize, usize) {
        let place = |offset: u64| usize::try_from(offset).expect("checked against bytes in memory") - base_len;
        (place(self.byte_range[1]), place(self.byte_range[2]))
    }
}
