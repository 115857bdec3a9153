//! The words of a verdict (EN 319 102-1; outside.md §3). Facts (`intact`, `covers`, `changes`) stand apart from trust.

use foundation::Instant;
use serde::{Serialize, Serializer};

/// EN 319 102-1 main indication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Indication {
    /// Valid.
    #[serde(rename = "TOTAL-PASSED")]
    TotalPassed,
    /// Invalid.
    #[serde(rename = "TOTAL-FAILED")]
    TotalFailed,
    /// Cannot be decided with what is at hand.
    #[serde(rename = "INDETERMINATE")]
    Indeterminate,
}

/// EN 319 102-1 sub-indication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the words of EN 319 102-1 table 5, each says itself")]
pub enum SubIndication {
    FormatFailure,
    HashFailure,
    SigCryptoFailure,
    Revoked,
    Expired,
    NotYetValid,
    SigConstraintsFailure,
    ChainConstraintsFailure,
    CertificateChainGeneralFailure,
    CryptoConstraintsFailure,
    TimestampOrderFailure,
    NoSigningCertificateFound,
    NoCertificateChainFound,
    RevokedNoPoe,
    RevokedCaNoPoe,
    OutOfBoundsNoPoe,
    OutOfBoundsNotRevoked,
    CryptoConstraintsFailureNoPoe,
    NoPoe,
    TryLater,
    SignedDataNotFound,
}

impl SubIndication {
    /// What it means, in English; the reasons of a report say it in Japanese with the names and times.
    #[must_use]
    pub const fn english(self) -> &'static str {
        match self {
            Self::FormatFailure => {
                "the file or the signature does not keep the format, or was changed after signing in a way that is not allowed"
            }
            Self::HashFailure => "the signed bytes were changed",
            Self::SigCryptoFailure => "the signature value does not verify",
            Self::Revoked => "the certificate was revoked before it signed",
            Self::Expired => "the certificate had expired at the proven time",
            Self::NotYetValid => "the certificate was not yet valid",
            Self::SigConstraintsFailure => "the signature lacks what its format demands, or its format is not judged here",
            Self::ChainConstraintsFailure => "the certificate path breaks a rule",
            Self::CertificateChainGeneralFailure => "the certificate path cannot be judged",
            Self::CryptoConstraintsFailure | Self::CryptoConstraintsFailureNoPoe => {
                "the algorithm or key was not strong enough at that time"
            }
            Self::TimestampOrderFailure => "the time of the time-stamp does not fit",
            Self::NoSigningCertificateFound => "the signer's certificate is not at hand, or another one is named",
            Self::NoCertificateChainFound => "no path leads to a trusted root",
            Self::RevokedNoPoe => "the certificate is revoked, and nothing proves that the signature existed before",
            Self::RevokedCaNoPoe => "a CA certificate is revoked, and nothing proves that the signature existed before",
            Self::OutOfBoundsNoPoe => "the certificate has expired, and nothing proves that the signature existed before",
            Self::OutOfBoundsNotRevoked => "the certificate has expired, without having been revoked",
            Self::NoPoe => "nothing proves when it existed",
            Self::TryLater => "no revocation status for the proven time is at hand",
            Self::SignedDataNotFound => "the signed bytes are not at hand",
        }
    }
}

/// Whether digest and signature value verify. In JSON `true`, `false`, or `null` where it could not be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intact {
    /// Both verify.
    Yes,
    /// The bytes were changed, or the value is wrong.
    No,
    /// Could not be tried (unreadable, unknown algorithm).
    Unclear,
}

impl Serialize for Intact {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Yes => to.serialize_bool(true),
            Self::No => to.serialize_bool(false),
            Self::Unclear => to.serialize_none(),
        }
    }
}

/// What the signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// The whole file.
    File,
    /// The whole revision it was made in; later revisions follow.
    Revision,
    /// Something else: not to be trusted.
    Unclear,
}

/// What later revisions changed: the highest kind found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Changes {
    /// Nothing follows, or nothing changed.
    None,
    /// DSS, document time-stamps, metadata.
    Archive,
    /// Fields filled, further signatures.
    Form,
    /// Annotations.
    Annotations,
    /// Anything else.
    Other,
}

/// The level reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Level {
    /// PAdES baseline B-B.
    #[serde(rename = "B-B")]
    BB,
    /// With a proven time.
    #[serde(rename = "B-T")]
    BT,
    /// With validation material.
    #[serde(rename = "B-LT")]
    BLT,
    /// With an archive time-stamp over the material.
    #[serde(rename = "B-LTA")]
    BLTA,
    /// adbe.pkcs7.detached alone.
    #[serde(rename = "adbe.pkcs7.detached")]
    Adbe,
    /// adbe.pkcs7.detached with a proven time.
    #[serde(rename = "adbe.pkcs7.detached + timestamp")]
    AdbeT,
    /// adbe.pkcs7.detached with validation material and a time-stamp.
    #[serde(rename = "adbe.pkcs7.detached + LT")]
    AdbeLT,
    /// adbe.pkcs7.detached with validation material and an archive time-stamp.
    #[serde(rename = "adbe.pkcs7.detached + LTA")]
    AdbeLTA,
    /// None of these.
    #[serde(rename = "none")]
    None,
}

impl Level {
    /// For people, in Japanese.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::BB => "PAdES B-B",
            Self::BT => "PAdES B-T（タイムスタンプ付き）",
            Self::BLT => "PAdES B-LT（長期検証情報付き）",
            Self::BLTA => "PAdES B-LTA（長期検証情報とアーカイブタイムスタンプ付き）",
            Self::Adbe => "PDFの署名（adbe.pkcs7.detached）",
            Self::AdbeT => "PDFの署名（adbe.pkcs7.detached、タイムスタンプ付き）",
            Self::AdbeLT => "PDFの署名（adbe.pkcs7.detached、長期検証情報付き）",
            Self::AdbeLTA => "PDFの署名（adbe.pkcs7.detached、長期検証情報とタイムスタンプ付き）",
            Self::None => "判定できる形式ではありません",
        }
    }
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignatureReport {
    /// Full name of the field.
    pub field: String,
    /// /SubFilter.
    pub sub_filter: String,
    /// Level reached.
    pub level: Level,
    /// Main indication.
    pub indication: Indication,
    /// Why not passed.
    pub sub_indication: Option<SubIndication>,
    /// Digest and value.
    pub intact: Intact,
    /// What it covers.
    pub covers: Coverage,
    /// What later revisions changed.
    pub changes: Changes,
    /// The signer's subject, for people.
    pub signer: Option<String>,
    /// The signer's certificate, DER.
    #[serde(skip)]
    pub signer_certificate: Option<Vec<u8>>,
    /// /M or signing-time.
    #[serde(serialize_with = "time")]
    pub claimed_time: Option<Instant>,
    /// The earliest time proven by a valid time-stamp.
    #[serde(serialize_with = "time")]
    pub proven_time: Option<Instant>,
    /// Sentences in Japanese and English: why, and what is missing.
    pub reasons: Vec<String>,
    /// End of the signed revision in bytes.
    #[serde(skip)]
    pub covered_len: u64,
    /// The signature value (what a signature time-stamp is over).
    #[serde(skip)]
    pub signature_value: Vec<u8>,
}

/// One document or signature time-stamp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimestampReport {
    /// Field of the document time-stamp, or of the signature that carries it.
    pub field: String,
    /// `document` or `signature`.
    pub kind: &'static str,
    /// Main indication.
    pub indication: Indication,
    /// Why not passed.
    pub sub_indication: Option<SubIndication>,
    /// Imprint and token signature.
    pub intact: Intact,
    /// What it covers.
    pub covers: Coverage,
    /// What later revisions changed.
    pub changes: Changes,
    /// The unit's subject.
    pub unit: Option<String>,
    /// genTime.
    #[serde(serialize_with = "time")]
    pub time: Option<Instant>,
    /// Sentences.
    pub reasons: Vec<String>,
    /// The unit's certificate, DER.
    #[serde(skip)]
    pub unit_certificate: Option<Vec<u8>>,
}

/// The verdict on one file, for exit codes and pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every signature is TOTAL-PASSED.
    Valid,
    /// Something is altered, revoked or wrong.
    Altered,
    /// Cannot be decided.
    Undecidable,
    /// No signature in it.
    Unsigned,
}

/// Everything found about a file's signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Signatures in the order of the file.
    pub signatures: Vec<SignatureReport>,
    /// Time-stamps: of the document and of signatures.
    pub timestamps: Vec<TimestampReport>,
    /// Warnings that change no verdict.
    pub warnings: Vec<String>,
}

impl Report {
    /// The verdict on the whole file. A time-stamp of a unit that is not known here leaves it open only where nothing else
    /// proves the time: then the signature itself is open, or there is none.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let signatures = || {
            self.signatures
                .iter()
                .map(|signature| (signature.indication, signature.sub_indication))
        };
        let stamps = || self.timestamps.iter().map(|stamp| (stamp.indication, stamp.sub_indication));
        let wrong = |(indication, sub): (Indication, Option<SubIndication>)| {
            indication == Indication::TotalFailed || matches!(sub, Some(SubIndication::RevokedNoPoe | SubIndication::RevokedCaNoPoe))
        };
        let open = |(indication, _)| indication == Indication::Indeterminate;
        if signatures().chain(stamps()).any(wrong) {
            Verdict::Altered
        } else if self.signatures.is_empty() && self.timestamps.is_empty() {
            Verdict::Unsigned
        } else if signatures().any(open) || (self.signatures.is_empty() && stamps().any(open)) {
            Verdict::Undecidable
        } else {
            Verdict::Valid
        }
    }
}

fn time<S: Serializer>(time: &Option<Instant>, to: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => to.serialize_some(&time.rfc3339_japan()),
        None => to.serialize_none(),
    }
}
