//! The state table of a certificate (law 9).

use State as S;

/// Where a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Signed; the holder has not confirmed it yet. It cannot be used here.
    Issued,
    /// Confirmed: it signs.
    Active,
    /// Revocation was asked for: it signs no more; the lists follow at once.
    RevokeRequested,
    /// Revoked and published. For ever.
    Revoked,
    /// Its time is over.
    Expired,
}
store::column_as!(State {
    Issued = "issued",
    Active = "active",
    RevokeRequested = "revoke_requested",
    Revoked = "revoked",
    Expired = "expired",
});

/// What happened to a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// The holder confirmed it with a self-test signature.
    Confirmed,
    /// The holder, his company or the authority asked for revocation.
    RevocationAsked,
    /// The revocation was recorded for the lists.
    Revoked,
    /// notAfter went by.
    RanOut,
}
store::column_as!(Did {
    Confirmed = "confirmed",
    RevocationAsked = "revocation_asked",
    Revoked = "revoked",
    RanOut = "ran_out",
});

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Revoke it.
    Revoke,
    /// Sign a new list and tell the holder.
    Publish,
}

/// An event that this state does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// Where the certificate stood.
    pub at: State,
    /// What was to happen.
    pub did: Did,
}

/// The table. There is no suspension (rulings: no certificateHold).
///
/// # Errors
/// The pair is not in it.
pub const fn step(at: State, did: Did) -> Result<(State, &'static [Effect]), Illegal> {
    use {Did as D, Effect as E};
    Ok(match (at, did) {
        (S::Issued, D::Confirmed) => (S::Active, &[]),
        (S::Issued | S::Active, D::RevocationAsked) => (S::RevokeRequested, &[E::Revoke]),
        (S::RevokeRequested, D::Revoked) => (S::Revoked, &[E::Publish]),
        (S::Issued | S::Active, D::RanOut) => (S::Expired, &[]),
        (S::Issued, D::Revoked)
        | (S::Active, D::Confirmed | D::Revoked)
        | (S::RevokeRequested, D::Confirmed | D::RevocationAsked | D::RanOut)
        | (S::Revoked | S::Expired, _) => {
            return Err(Illegal { at, did });
        }
    })
}

impl State {
    /// For people.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            S::Issued => "受領確認待ち",
            S::Active => "有効",
            S::RevokeRequested => "失効手続き中",
            S::Revoked => "失効",
            S::Expired => "期限切れ",
        }
    }
}
