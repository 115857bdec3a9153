//! Why a step failed, or what the machine lacks.

/// A step that was not done.
#[derive(Debug)]
pub struct Failure {
    /// What was being done.
    pub act: String,
    /// What happened.
    pub why: String,
}

impl Failure {
    /// `act` was not done because `why`.
    pub fn new(act: &str, why: impl Into<String>) -> Self {
        Self {
            act: act.to_owned(),
            why: why.into(),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new("files", error.to_string())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.act, self.why)
    }
}
impl std::error::Error for Failure {}
