//! Typed ids: a UUID (version 7, made from the clock and the randomness of the caller) that cannot be confused with another.

/// Declares a typed id over a UUID: `id!(/// One case. pub CaseId);`
///
/// The type has `new(now, random)`, `from_uuid`, `uuid`, `Display`, `FromStr`, `Ord`, `Hash` and serde as text.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $vis:vis $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, $crate::__serde::Serialize, $crate::__serde::Deserialize)]
        #[serde(crate = "foundation::__serde", transparent)]
        $vis struct $name(pub $crate::__uuid::Uuid);

        impl $name {
            /// A new id: UUID version 7 from `now` (milliseconds) and 74 random bits.
            #[must_use]
            pub fn new(now: $crate::Instant, random: &dyn $crate::Random) -> Self {
                Self($crate::uuid_v7(now, random))
            }
        }
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }
        impl ::std::str::FromStr for $name {
            type Err = $crate::__uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

// `id!` writes `foundation::…` for serde; inside this crate that name must exist too.
extern crate self as foundation;

id!(
    /// A legal person (法人).
    pub CompanyId
);
id!(
    /// A 企業ID: a company, or one department of it. Sees and pays, never contracts.
    pub DepartmentId
);
id!(
    /// A ユーザID: the desk of a contract department, used by one or more named people.
    pub DeskId
);
id!(
    /// A natural person: of a company, or of the operator.
    pub PersonId
);
id!(
    /// One sign-in.
    pub SessionId
);
id!(
    /// A certificate of a natural person, as kept in the product.
    pub CertificateId
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Instant, SeededRandom};

    #[test]
    fn ids_of_a_later_instant_sort_later_and_survive_text() {
        let random = SeededRandom::new(7);
        let first = CompanyId::new(Instant::from_unix_seconds(1_000), &random);
        let second = CompanyId::new(Instant::from_unix_seconds(1_001), &random);
        assert!(first < second);
        assert_eq!(first.to_string().parse::<CompanyId>().unwrap(), first);
        assert_eq!(first.0.get_version_num(), 7);
    }
}
