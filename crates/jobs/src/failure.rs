//! How a job says that it did not succeed.

use std::fmt::Display;

/// Why a job did not succeed. Any error becomes [`Failure::Again`] by `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may succeed later: it runs again after a growing pause.
    Again(String),
    /// It can never succeed: it stays as `failed`, for people to see.
    Never(String),
}

impl Failure {
    /// It may succeed later.
    pub fn again(why: impl Display) -> Self {
        Self::Again(why.to_string())
    }
    /// It can never succeed.
    pub fn never(why: impl Display) -> Self {
        Self::Never(why.to_string())
    }
    pub(crate) fn why(&self) -> &str {
        match self {
            Self::Again(why) | Self::Never(why) => why,
        }
    }
}

// `Failure` is no `std::error::Error` itself, so that every error can become one.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Again(error.to_string())
    }
}
