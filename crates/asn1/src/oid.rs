//! Object identifiers.

/// An OBJECT IDENTIFIER: its content octets, inline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    bytes: [u8; Self::MAX],
    len: u8,
}

impl Oid {
    /// Longest content.
    pub const MAX: usize = 39;

    /// From dotted text, in a `const`: `const CN: Oid = Oid::of("2.5.4.3");`
    ///
    /// # Panics
    /// If the text is no OID; in a `const` that is a compile error. For run-time text use `parse::<Oid>()`.
    #[must_use]
    pub const fn of(dotted: &str) -> Self {
        match Self::parse(dotted.as_bytes()) {
            Some(oid) => oid,
            None => panic!("not an object identifier"),
        }
    }

    /// From content octets as they stand in BER.
    #[must_use]
    pub fn from_content(content: &[u8]) -> Option<Self> {
        let minimal_and_closed = content.last().is_some_and(|last| last & 0x80 == 0)
            && content
                .iter()
                .enumerate()
                .all(|(at, byte)| *byte != 0x80 || (at > 0 && content[at - 1] & 0x80 != 0));
        if content.len() > Self::MAX || !minimal_and_closed {
            return None;
        }
        let mut bytes = [0; Self::MAX];
        bytes[..content.len()].copy_from_slice(content);
        Some(Self {
            bytes,
            len: u8::try_from(content.len()).ok()?,
        })
    }

    /// Content octets.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// This OID with one more arc; `None` if it becomes too long.
    #[must_use]
    pub const fn child(&self, arc: u64) -> Option<Self> {
        self.push(arc as u128)
    }

    /// Whether this OID is `arc` itself or lies below it.
    #[must_use]
    pub fn is_under(&self, arc: &Self) -> bool {
        self.content().starts_with(arc.content())
    }

    const fn push(mut self, arc: u128) -> Option<Self> {
        let mut groups = 1;
        while groups < 19 && arc >> (7 * groups) != 0 {
            groups += 1;
        }
        while groups > 0 {
            groups -= 1;
            if self.len as usize >= Self::MAX {
                return None;
            }
            let low = ((arc >> (7 * groups)) & 0x7f) as u8;
            self.bytes[self.len as usize] = if groups == 0 { low } else { low | 0x80 };
            self.len += 1;
        }
        Some(self)
    }

    const fn parse(text: &[u8]) -> Option<Self> {
        let mut oid = Self {
            bytes: [0; Self::MAX],
            len: 0,
        };
        let (mut at, mut index, mut first) = (0, 0, 0u128);
        loop {
            let start = at;
            let mut arc = 0u128;
            while at < text.len() && text[at].is_ascii_digit() {
                arc = match arc.checked_mul(10) {
                    Some(ten) => match ten.checked_add((text[at] - b'0') as u128) {
                        Some(sum) => sum,
                        None => return None,
                    },
                    None => return None,
                };
                at += 1;
            }
            if at == start || (at - start > 1 && text[start] == b'0') {
                return None;
            }
            if index == 0 {
                if arc > 2 {
                    return None;
                }
                first = arc;
            } else {
                let value = if index == 1 {
                    if first < 2 && arc > 39 {
                        return None;
                    }
                    match arc.checked_add(first * 40) {
                        Some(value) => value,
                        None => return None,
                    }
                } else {
                    arc
                };
                oid = match oid.push(value) {
                    Some(oid) => oid,
                    None => return None,
                };
            }
            index += 1;
            if at == text.len() {
                return if index >= 2 { Some(oid) } else { None };
            }
            if text[at] != b'.' {
                return None;
            }
            at += 1;
        }
    }
}

impl std::str::FromStr for Oid {
    type Err = NotAnOid;
    fn from_str(text: &str) -> Result<Self, NotAnOid> {
        Self::parse(text.as_bytes()).ok_or(NotAnOid)
    }
}

/// The text is no object identifier (or too long for one).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnOid;

impl std::fmt::Display for NotAnOid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not an object identifier")
    }
}
impl std::error::Error for NotAnOid {}

impl std::fmt::Display for Oid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (mut arc, mut index, mut overflow) = (0u128, 0, false);
        for byte in self.content() {
            overflow |= arc >> 121 != 0;
            arc = (arc << 7) | u128::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if index > 0 {
                f.write_str(".")?;
            }
            if overflow {
                f.write_str("?")?;
            } else if index == 0 {
                let first = (arc / 40).min(2);
                write!(f, "{first}.{}", arc - first * 40)?;
            } else {
                write!(f, "{arc}")?;
            }
            (arc, overflow) = (0, false);
            index += 1;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Oid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Oid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: Oid = Oid::of("2.16.840.1.101.3.4.2.1");

    #[test]
    fn text_and_content_go_round() {
        assert_eq!(SHA256.content(), [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]);
        for text in [
            "2.5.4.3",
            "1.2.840.113549.1.1.11",
            "2.999.1.2",
            "0.4.0.2042.1.1",
            "2.25.329800735698586629295641978511506172918",
        ] {
            let oid: Oid = text.parse().unwrap();
            assert_eq!(oid.to_string(), text);
            assert_eq!(Oid::from_content(oid.content()), Some(oid));
        }
        assert_eq!(Oid::of("2.999").child(300).unwrap().to_string(), "2.999.300");
        assert!(Oid::of("2.999.1").is_under(&Oid::of("2.999")));
    }

    #[test]
    fn what_is_no_oid_is_refused() {
        for text in [
            "",
            "1",
            "3.1",
            "1.40",
            "1..2",
            "1.2.",
            ".1.2",
            "1.02",
            "1.a",
            "2.5.340282366920938463463374607431768211456",
        ] {
            assert!(text.parse::<Oid>().is_err(), "{text}");
        }
        for content in [&[][..], &[0x80, 0x01], &[0x55, 0x84], &[0x55, 0x80, 0x01], &[0x55; 40]] {
            assert_eq!(Oid::from_content(content), None);
        }
        assert!(Oid::from_content(&[0x55, 0x84, 0x80, 0x01]).is_some());
    }
}
