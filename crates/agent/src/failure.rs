//! Why it ended: a stable code, a plain sentence, what to do next.

use std::fmt::Display;

/// The end of an act that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Stable, for programs.
    pub code: String,
    /// What happened, for people.
    pub detail: String,
    /// What to do now.
    pub next: String,
    /// 1 refused or failed · 2 cannot be tried here.
    pub status: u8,
}

impl Failure {
    /// Refused or failed.
    pub fn refused(code: &str, detail: impl Display, next: impl Display) -> Self {
        Self {
            code: code.into(),
            detail: detail.to_string(),
            next: next.to_string(),
            status: 1,
        }
    }
    /// Cannot be tried here.
    pub fn lacking(code: &str, detail: impl Display, next: impl Display) -> Self {
        Self {
            status: 2,
            ..Self::refused(code, detail, next)
        }
    }
}
