//! A secret in the one answer that shows it (law 12).

use foundation::Secret;
use serde::{Serialize, Serializer};

/// Goes out as text; `Debug` shows nothing, so that no log of an answer ever holds it.
#[derive(Debug)]
pub struct Once(Secret<String>);

impl Once {
    /// Of what was just made.
    pub fn of(secret: &str) -> Self {
        Self(Secret::new(secret.to_owned()))
    }
}

impl Serialize for Once {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.serialize_str(self.0.reveal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_in_the_answer_and_nowhere_else() {
        let once = Once::of("himitsu");
        assert_eq!(serde_json::to_string(&once).unwrap(), r#""himitsu""#);
        assert!(!format!("{once:?}").contains("himitsu"));
    }
}
