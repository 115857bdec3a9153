//! Serial numbers.

use asn1::{Error, Tlv};
use foundation::Random;

/// A certificate's serial number: the content octets of its INTEGER.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(Vec<u8>);

impl Serial {
    /// First octet of the serials this product gives: positive, never zero, so the length is always 17.
    pub const NODE: u8 = 0x11;

    /// A new one: the node octet and 16 random octets.
    #[must_use]
    pub fn random(random: &dyn Random) -> Self {
        let mut octets = vec![Self::NODE; 17];
        random.fill(&mut octets[1..]);
        Self(octets)
    }
    /// From content octets of an INTEGER.
    #[must_use]
    pub fn from_content(content: &[u8]) -> Self {
        Self(content.to_vec())
    }
    /// Content octets of the INTEGER.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.0
    }
    /// From hexadecimal digits as [`std::fmt::Display`] writes them.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.is_empty() || !digits.len().is_multiple_of(2) {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let octets = digits
            .chunks(2)
            .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
            .collect::<Option<Vec<u8>>>()?;
        Some(Self(octets))
    }
    pub(crate) fn read(tlv: &Tlv<'_>) -> Result<Self, Error> {
        tlv.integer().map(Self::from_content)
    }
}

impl std::fmt::Display for Serial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}
impl std::fmt::Debug for Serial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Serial({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foundation::SeededRandom;

    #[test]
    fn serials_are_positive_17_octets_and_survive_text() {
        let serial = Serial::random(&SeededRandom::new(1));
        assert_eq!((serial.content().len(), serial.content()[0]), (17, 0x11));
        assert_eq!(Serial::from_hex(&serial.to_string()), Some(serial));
        assert_eq!(Serial::from_hex("1"), None);
        assert_eq!(Serial::from_hex("zz"), None);
    }
}
