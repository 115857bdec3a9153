//! Numbers that rules set, as dated data (law 10). Source: rulings, "Certificates and secrets".

use foundation::Instant;

/// What holds at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    from: i64,
    /// Wrong 申請PIN in all, until only a new letter helps.
    pub wrong_pins: i64,
    /// Wrong ダウンロードPIN of one mail, until it is void.
    pub wrong_downloads: i64,
    /// Wrong 合言葉 in a row, until the key rests for a while.
    pub wrong_secrets: i64,
    /// How long it rests, seconds.
    pub secret_rest: i64,
    /// Days the post office keeps the letter.
    pub custody_days: i64,
    /// Months after pick-up until the 申請PIN lapses.
    pub pin_months: u16,
    /// Seconds the web application stays open after the 申請PIN.
    pub web: i64,
    /// Seconds a ダウンロードPIN lives.
    pub download: i64,
    /// Mails with a ダウンロードPIN in 24 hours, the first one too.
    pub download_mails: i64,
    /// Days after issue of the first and the second reminder of the receipt.
    pub reminders: [i64; 2],
    /// Days after issue when an unconfirmed certificate is revoked.
    pub unconfirmed: i64,
    /// Years a subscriber certificate lives.
    pub certificate_years: i64,
    /// Seconds a launch code may be used.
    pub launch: i64,
    /// Seconds an agent may go on after it used its code.
    pub agent: i64,
    /// Seconds until an open intent may be taken up by the resolver.
    pub lease: i64,
    /// Seconds a letter may take from its PIN to the post.
    pub letter_lease: i64,
    /// Days the key of a time-stamping unit is used, from the beginning of its certificate; that lives much longer.
    pub unit_use: i64,
    /// Seconds between two lists without a revocation.
    pub crl_every: i64,
    /// Seconds until a list's nextUpdate.
    pub crl_life: i64,
}

const TABLE: &[Terms] = &[Terms {
    from: i64::MIN,
    wrong_pins: 5,
    wrong_downloads: 5,
    wrong_secrets: 5,
    secret_rest: 15 * 60,
    custody_days: 7,
    pin_months: 3,
    web: 30 * 60,
    download: 72 * 3_600,
    download_mails: 4,
    reminders: [14, 30],
    unconfirmed: 45,
    certificate_years: 3,
    launch: 10 * 60,
    agent: 30 * 60,
    lease: 30,
    letter_lease: 120,
    unit_use: 365,
    crl_every: 3_600,
    crl_life: 48 * 3_600,
}];

impl Terms {
    /// The terms that hold at `now`.
    #[must_use]
    pub fn at(now: Instant) -> Self {
        *TABLE
            .iter()
            .rev()
            .find(|terms| terms.from <= now.0)
            .expect("the first line holds from the beginning")
    }
}
