//! What can go wrong, as facts; each has a stable code, a Japanese sentence and a next step.

use foundation::Refused;

/// A refused or failed act of signing.
#[derive(Debug)]
pub enum Error {
    /// The right is missing.
    Refused(Refused),
    /// There is no such act (or it is another person's).
    UnknownAct,
    /// The act was completed, failed or lapsed before.
    ActOver,
    /// The stored original is not the file that was prepared.
    AnotherFile,
    /// The signature value does not fit.
    SignatureWrong,
    /// The PDF cannot be signed or extended.
    Pdf(pades::Error),
    /// The uploaded or registered file is refused.
    File(pades::Refusal),
    /// The signer's certificate is not valid: revoked, out of date, of an unknown authority; the words of the report.
    CertificateInvalid {
        /// `REVOKED`, `EXPIRED`, …
        sub_indication: String,
        /// Why.
        because: String,
    },
    /// The time-stamping service did not answer, or not rightly.
    Tsa(String),
    /// The time-stamp is longer than the room that was left for it. The next signature leaves more.
    StampTooLong,
    /// OCSP or CRL could not be had, or is not fresh.
    Status(String),
    /// The server-held key did not sign.
    Key(keys::KeyError),
    /// The database did not answer as it should.
    Store(store::Error),
}

impl Error {
    /// The stable code of the problem document.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::UnknownAct => "not_found",
            Self::ActOver => "signing_over",
            Self::AnotherFile => "document_changed",
            Self::SignatureWrong => "signature_wrong",
            Self::Pdf(_) => "pdf_cannot_be_signed",
            Self::File(refusal) => refusal.code(),
            Self::CertificateInvalid { .. } => "certificate_invalid",
            Self::Tsa(_) => "tsa_failed",
            Self::StampTooLong => "stamp_too_long",
            Self::Status(_) => "status_failed",
            Self::Key(_) => "signer_failed",
            Self::Store(_) => "internal",
        }
    }
    /// Whether trying again later may help (the world did not answer).
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Tsa(_) | Self::Status(_) | Self::Store(_))
    }
    /// A plain Japanese sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Refused(refused) => return accounts::refusal_words(*refused).0.to_owned(),
            Self::UnknownAct => "署名の手続きが見つかりません。",
            Self::ActOver => "この署名の手続きは、完了したか、時間切れになりました。",
            Self::AnotherFile => "署名の準備をした後に、契約書が変わりました。署名は行われていません。",
            Self::SignatureWrong => "署名値が、電子証明書と一致しません。署名は行われていません。",
            Self::Pdf(error) => return format!("このPDFには署名できません（{error}）。"),
            Self::File(refusal) => return refusal.sentence(),
            Self::CertificateInvalid { sub_indication, because } => {
                return format!("電子証明書が有効ではありません（{sub_indication}）。{because}");
            }
            Self::Tsa(_) => "タイムスタンプ局から、正しいタイムスタンプを受け取れません。署名は行われていません。",
            Self::StampTooLong => {
                "タイムスタンプ局のタイムスタンプがこれまでより長く、用意した欄に入りませんでした。署名は行われていません。契約書はそのままです。"
            }
            Self::Status(_) => "電子証明書の失効情報を確認できません。署名は行われていません。",
            Self::Key(_) => "サーバーで保管している鍵で署名できませんでした。",
            Self::Store(_) => "システムの内部で問題が起きました。操作は行われていません。",
        }
        .to_owned()
    }
    /// What to do now.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::Refused(refused) => accounts::refusal_words(*refused).1.to_owned(),
            Self::UnknownAct | Self::ActOver | Self::AnotherFile => "案件を開き直し、もう一度「署名へ進む」から始めてください。".to_owned(),
            Self::StampTooLong => "もう一度署名してください。次は、広い欄を用意します。".to_owned(),
            Self::SignatureWrong => "正しい電子証明書の入ったトークンが接続されているか確かめ、もう一度署名してください。".to_owned(),
            Self::Pdf(_) => "PDFを書き出し直して、登録からやり直してください。".to_owned(),
            Self::File(refusal) => refusal.next().to_owned(),
            Self::CertificateInvalid { .. } => "有効な電子証明書で署名してください。".to_owned(),
            Self::Tsa(_) | Self::Status(_) | Self::Key(_) | Self::Store(_) => {
                "少し待ってから、もう一度お試しください。続くときは運営者に連絡してください。".to_owned()
            }
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
impl From<pades::Refusal> for Error {
    fn from(refusal: pades::Refusal) -> Self {
        Self::File(refusal)
    }
}
impl From<keys::KeyError> for Error {
    fn from(error: keys::KeyError) -> Self {
        Self::Key(error)
    }
}
impl From<pades::Error> for Error {
    fn from(error: pades::Error) -> Self {
        match error {
            pades::Error::SignatureWrong => Self::SignatureWrong,
            pades::Error::AnotherFile => Self::AnotherFile,
            pades::Error::TimestampWrong(words) => Self::Tsa(words),
            // All but the token has its final length when the hole is made.
            pades::Error::HoleTooSmall { .. } => Self::StampTooLong,
            other => Self::Pdf(other),
        }
    }
}
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tsa(words) | Self::Status(words) => write!(f, "{}: {words}", self.code()),
            Self::Store(error) => write!(f, "database: {error}"),
            Self::Key(error) => write!(f, "key: {error}"),
            Self::Pdf(error) => write!(f, "{error}"),
            Self::CertificateInvalid { sub_indication, because } => write!(f, "certificate {sub_indication}: {because}"),
            other => f.write_str(other.code()),
        }
    }
}
impl std::error::Error for Error {}
