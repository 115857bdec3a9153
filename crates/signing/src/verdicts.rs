//! Verdicts of files that were validated a moment ago. A file that is signed and returned in one go is the same bytes, found by the same
//! hash, under the same anchors: it is judged once. Kept in memory only; whatever is not there is validated.

use crate::complete::judged;
use crate::{Error, Signing};
use foundation::Instant;
use pades::{Indication, Report};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many are kept.
const MOST: usize = 64;
/// For how long one stands, in seconds. A later time could see an expiry or an algorithm's end that an earlier one did not.
const LASTS: i64 = 15 * 60;

#[derive(Debug, Default)]
pub(crate) struct Verdicts(Mutex<VecDeque<(String, Instant, Report)>>);

impl Verdicts {
    /// Keeps a report if every signature in it holds; what is doubtful is looked at again each time.
    pub fn keep(&self, sha256: &str, at: Instant, report: Report) {
        if report.signatures.iter().any(|one| one.indication != Indication::TotalPassed) {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, ..)| known != sha256);
        kept.truncate(MOST - 1);
        kept.push_front((sha256.to_owned(), at, report));
    }
    fn of(&self, sha256: &str, now: Instant) -> Option<Report> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, at, report) = kept.iter().find(|(known, ..)| known == sha256)?;
        (0..=LASTS).contains(&now.seconds_since(*at)).then(|| report.clone())
    }
}

impl Signing {
    /// The report on `pdf` at `now`. `sha256` is what the caller has just computed over these bytes, never what somebody says of them: a
    /// file of that hash that was found good within the last minutes is not validated again.
    ///
    /// # Errors
    /// The file cannot be read as a PDF.
    pub async fn verdict(&self, pdf: Vec<u8>, sha256: &str, now: Instant) -> Result<Report, Error> {
        if let Some(known) = self.0.verdicts.of(sha256, now) {
            return Ok(known);
        }
        let (_, report) = judged(self, pdf, now, None).await?;
        self.0.verdicts.keep(sha256, now, report.clone());
        Ok(report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_stands_for_minutes_for_its_very_bytes_and_for_a_good_file_only() {
        let verdicts = Verdicts::default();
        let at = Instant::parse_rfc3339("2026-11-24T10:00:00+09:00").expect("a time");
        let good = Report::default();
        verdicts.keep("aa", at, good);
        assert!(verdicts.of("aa", at.plus_seconds(LASTS)).is_some());
        assert!(verdicts.of("aa", at.plus_seconds(LASTS + 1)).is_none(), "too old");
        assert!(verdicts.of("aa", at.plus_seconds(-1)).is_none(), "of the future");
        assert!(verdicts.of("ab", at).is_none(), "other bytes");
        for number in 0..MOST {
            verdicts.keep(&number.to_string(), at, Report::default());
        }
        assert!(verdicts.of("aa", at).is_none(), "the oldest makes room");
    }
}
