//! Which algorithms prove something, and until when: dated data (house law 10).

use crate::{DigestAlgorithm, KeyKind, SignatureAlgorithm};
use foundation::Instant;

/// What a row of the table speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// RSA keys with at least this many bits.
    RsaFrom(u32),
    /// A curve.
    Curve(KeyKind),
    /// A digest.
    Digest(DigestAlgorithm),
}

/// One row: the thing is accepted through `until` (`None`: no end known).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What.
    pub subject: Subject,
    /// Last instant at which it still proves something.
    pub until: Option<Instant>,
}

/// A table of rows. What no row names is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgorithmPolicy {
    /// The rows; of those that fit an RSA key the largest bound counts.
    pub rows: Vec<Row>,
}

/// Last second of a year, UTC; the years below are constants.
const fn end_of(year: i64) -> Option<Instant> {
    // Days to 1 January of the next year.
    let next = year + 1 - 1970;
    let leap_days = (year - 1968) / 4;
    Some(Instant::from_unix_seconds((next * 365 + leap_days) * 86_400 - 1))
}

/// The table in force: CRYPTREC's list and TS 119 312. RSA under 3072 bits ends with 2030 (112 bits of security); SHA-1 proved
/// something until the end of 2013 (the Japanese government's migration), RSA-1024 likewise.
#[must_use]
pub fn ours() -> &'static AlgorithmPolicy {
    static OURS: std::sync::LazyLock<AlgorithmPolicy> = std::sync::LazyLock::new(|| {
        use Subject::{Curve, Digest, RsaFrom};
        let row = |subject, until| Row { subject, until };
        AlgorithmPolicy {
            rows: vec![
                row(RsaFrom(1024), end_of(2013)),
                row(RsaFrom(2048), end_of(2030)),
                row(RsaFrom(3072), None),
                row(Curve(KeyKind::P256), None),
                row(Curve(KeyKind::P384), None),
                row(Curve(KeyKind::P521), None),
                row(Curve(KeyKind::Ed25519), None),
                row(Digest(DigestAlgorithm::Sha1), end_of(2013)),
                row(Digest(DigestAlgorithm::Sha256), None),
                row(Digest(DigestAlgorithm::Sha384), None),
                row(Digest(DigestAlgorithm::Sha512), None),
            ],
        }
    });
    &OURS
}

/// An algorithm that proves nothing at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakAlgorithm {
    /// The key.
    Key {
        /// Its kind.
        kind: KeyKind,
        /// Until when it did.
        until: Option<Instant>,
    },
    /// The digest.
    Digest {
        /// Which.
        digest: DigestAlgorithm,
        /// Until when it did.
        until: Option<Instant>,
    },
}

impl std::fmt::Display for WeakAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let until = match self {
            Self::Key { kind, until } => {
                write!(f, "{kind:?}")?;
                until
            }
            Self::Digest { digest, until } => {
                f.write_str(digest.name())?;
                until
            }
        };
        match until {
            Some(until) => write!(f, " is trusted until {} only", until.rfc3339()),
            None => f.write_str(" is not trusted"),
        }
    }
}
impl std::error::Error for WeakAlgorithm {}

impl AlgorithmPolicy {
    /// Until when a key proves something: the outer `None`, not at all; the inner, no end known.
    fn key_until(&self, kind: KeyKind) -> Option<Option<Instant>> {
        let mut best: Option<(u32, Option<Instant>)> = None;
        for row in &self.rows {
            match (row.subject, kind) {
                (Subject::RsaFrom(bound), KeyKind::Rsa { bits }) if bound <= bits && best.is_none_or(|(other, _)| bound >= other) => {
                    best = Some((bound, row.until))
                }
                (Subject::Curve(curve), _) if curve == kind => best = Some((0, row.until)),
                _ => {}
            }
        }
        best.map(|(_, until)| until)
    }
    /// Last instant for a key of this kind; `None` if no end is known. A kind that is not accepted ends before all time.
    #[must_use]
    pub fn last_day_of_key(&self, kind: KeyKind) -> Option<Instant> {
        self.key_until(kind).unwrap_or(Some(Instant(i64::MIN)))
    }
    /// Whether a key of this kind proves something at `at`.
    ///
    /// # Errors
    /// If it does not.
    pub fn check_key(&self, kind: KeyKind, at: Instant) -> Result<(), WeakAlgorithm> {
        match self.key_until(kind) {
            Some(until) if until.is_none_or(|until| at.floor_second() <= until) => Ok(()),
            until => Err(WeakAlgorithm::Key {
                kind,
                until: until.flatten(),
            }),
        }
    }
    /// Whether a digest proves something at `at`.
    ///
    /// # Errors
    /// If it does not.
    pub fn check_digest(&self, digest: DigestAlgorithm, at: Instant) -> Result<(), WeakAlgorithm> {
        let row = self.rows.iter().find(|row| row.subject == Subject::Digest(digest));
        match row {
            Some(row) if row.until.is_none_or(|until| at.floor_second() <= until) => Ok(()),
            row => Err(WeakAlgorithm::Digest {
                digest,
                until: row.and_then(|row| row.until),
            }),
        }
    }
    /// Whether a signature with this algorithm and key proves something at `at`.
    ///
    /// # Errors
    /// If it does not.
    pub fn check_signature(&self, algorithm: SignatureAlgorithm, kind: KeyKind, at: Instant) -> Result<(), WeakAlgorithm> {
        self.check_key(kind, at)?;
        algorithm.digest().map_or(Ok(()), |digest| self.check_digest(digest, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sunset_dates_hold() {
        let at = |text: &str| Instant::parse_rfc3339(text).unwrap();
        let (last, after) = (at("2030-12-31T23:59:59.9Z"), at("2031-01-01T00:00:00Z"));
        let rsa = KeyKind::Rsa { bits: 2048 };
        assert_eq!(ours().check_key(rsa, last), Ok(()));
        assert_eq!(
            ours().check_key(rsa, after),
            Err(WeakAlgorithm::Key {
                kind: rsa,
                until: Some(last.floor_second())
            })
        );
        assert_eq!(ours().check_key(KeyKind::Rsa { bits: 3072 }, at("2090-01-01T00:00:00Z")), Ok(()));
        assert!(ours().check_key(KeyKind::Rsa { bits: 512 }, at("2000-01-01T00:00:00Z")).is_err());
        assert!(ours().check_digest(DigestAlgorithm::Sha1, at("2014-01-01T00:00:00Z")).is_err());
        assert!(ours().check_digest(DigestAlgorithm::Sha1, at("2013-12-31T23:59:59Z")).is_ok());
        assert_eq!(ours().last_day_of_key(KeyKind::P384), None);
    }
}
