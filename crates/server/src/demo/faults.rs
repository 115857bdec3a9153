//! Faults that a tester sets in the demo: a stopped, slow or lying TSA, a stopped OCSP responder, a refusing mail server, a full disk.

use std::sync::Arc;

use responder::TsaFault;
use serde::{Deserialize, Serialize};

/// What can be broken on purpose.
#[derive(Clone, Debug)]
pub struct Faults {
    /// TSA and OCSP.
    pub responder: Arc<responder::Faults>,
    /// The mail server.
    pub outbox: mail::Outbox,
    /// The disk.
    pub objects: store::Objects,
    /// What was wished last.
    pub wished: Arc<std::sync::Mutex<Wished>>,
}

/// The body of `POST /demo/faults`; what is not named works again, `{}` clears all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wished {
    /// `down`, `slow` or `wrong_time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tsa: Option<String>,
    /// `down`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ocsp: Option<String>,
    /// `refuse`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp: Option<String>,
    /// `full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objects: Option<String>,
}

/// The wishes, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Set {
    tsa: TsaFault,
    ocsp_down: bool,
    smtp_refuses: bool,
    objects_full: bool,
}

impl Wished {
    fn read(&self) -> Result<Set, String> {
        let unknown = |word: &str, known: &str| format!("「{word}」という故障はありません（{known}）");
        let tsa = match self.tsa.as_deref() {
            None | Some("") => TsaFault::None,
            Some("down") => TsaFault::Down,
            Some("slow") => TsaFault::Slow,
            Some("wrong_time") => TsaFault::WrongTime,
            Some(other) => return Err(unknown(other, "down、slow、wrong_time のどれかひとつ")),
        };
        let flag = |word: &Option<String>, known: &str| match word.as_deref() {
            None | Some("") => Ok(false),
            Some(word) if word == known => Ok(true),
            Some(other) => Err(unknown(other, known)),
        };
        Ok(Set {
            tsa,
            ocsp_down: flag(&self.ocsp, "down")?,
            smtp_refuses: flag(&self.smtp, "refuse")?,
            objects_full: flag(&self.objects, "full")?,
        })
    }
}

impl Faults {
    /// Sets exactly what is wished.
    ///
    /// # Errors
    /// The word that is not known; nothing was changed.
    pub fn set(&self, wished: &Wished) -> Result<(), String> {
        let set = wished.read()?;
        self.responder.set_tsa(set.tsa);
        self.responder.set_ocsp_down(set.ocsp_down);
        self.outbox.pretend_refusing(set.smtp_refuses);
        self.objects.pretend_full(set.objects_full);
        *self.wished.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = wished.clone();
        Ok(())
    }
    /// What is broken now.
    #[must_use]
    pub fn now(&self) -> Wished {
        self.wished.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_exactly_and_an_unknown_word_is_refused() {
        let wished: Wished = serde_json::from_str(r#"{"tsa":"down","smtp":"refuse"}"#).unwrap();
        assert_eq!(
            wished.read(),
            Ok(Set {
                tsa: TsaFault::Down,
                ocsp_down: false,
                smtp_refuses: true,
                objects_full: false
            })
        );
        assert!(
            Wished {
                objects: Some("gone".to_owned()),
                ..Wished::default()
            }
            .read()
            .is_err()
        );
        assert!(serde_json::from_str::<Wished>(r#"{"disk":"full"}"#).is_err());
    }
}
