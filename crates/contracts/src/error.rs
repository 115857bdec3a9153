//! What can go wrong here, as facts; each has a stable code, a Japanese sentence and a next step.

use foundation::{Date, Refused};

use crate::state::{Did, Illegal, State};

/// A refused or failed act of this room.
#[derive(Debug)]
pub enum Error {
    /// The right is missing.
    Refused(Refused),
    /// There is no such thing (or the actor must not learn of it).
    Unknown,
    /// The state of the case does not allow it.
    Illegal(Illegal),
    /// Somebody else changed it in the meantime.
    Changed,
    /// No valid consent (建設業法19条3項) with this partner.
    ConsentMissing,
    /// The consent was answered, or ended, before.
    ConsentAnswered,
    /// The partner is one's own desk.
    OwnDesk,
    /// No desk has this ユーザID.
    PartnerUnknown,
    /// Too many requests by mail today.
    TooManyRequests,
    /// The 契約番号 is used already at this desk.
    NumberTaken,
    /// A field of the form is wrong.
    BadEntry {
        /// The field, in Japanese.
        field: &'static str,
        /// What is wrong with it, in Japanese.
        why: &'static str,
    },
    /// The deadline (返送の期限) had passed when it was to be sent.
    DeadlinePast {
        /// The day.
        day: Date,
    },
    /// The mail that was to be sent again arrived or waits, or a later one took its place.
    MailNotRefused,
    /// No document was put yet.
    NoDocument,
    /// There is no such stage of the file.
    NoSuchStage,
    /// The file is larger than 50 MB.
    TooLarge,
    /// The file was refused.
    File(pades::Refusal),
    /// The signer is no 署名者 of the company, or not one named in the consent.
    SignerNotAgreed,
    /// The certificate is of a kind that the consent does not name.
    CertificateNotAgreed,
    /// The document was signed outside by somebody else than the named signer.
    SignedByAnother {
        /// Who signed.
        found: String,
    },
    /// Signatures are missing or not valid at 返送.
    SignaturesIncomplete {
        /// Why, a sentence.
        because: String,
    },
    /// The upload is of a file that is closed for ever (差戻し).
    FileClosed,
    /// The signer has no certificate that is usable now.
    NoCertificate,
    /// The original is not kept yet.
    NoOriginalYet,
    /// A stored stage is not any more what its hash says.
    Damaged,
    /// Signing itself was refused or failed.
    Signing(signing::Error),
    /// The certificate or enrolment was refused.
    Certification(certification::Error),
    /// The original could not be deposited.
    Custody(custody::Error),
    /// People and desks.
    Accounts(accounts::Error),
    /// Bytes could not be stored or read.
    Objects(store::ObjectError),
    /// The database did not answer as it should.
    Store(store::Error),
}

impl Error {
    /// The stable code of the problem document.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::Unknown | Self::NoSuchStage => "not_found",
            Self::Illegal(Illegal {
                at: State::Sealing | State::SealFailed,
                did: Did::Returned | Did::Confirmed,
            }) => "seal_waiting",
            Self::Illegal(Illegal {
                at: State::Keeping,
                did: Did::Returned | Did::Confirmed,
            }) => "custody_waiting",
            Self::Illegal(Illegal {
                at: State::Sealing | State::SealFailed | State::Keeping | State::Concluded,
                ..
            }) => "contract_formed",
            Self::Illegal(_) => "wrong_state",
            Self::Changed => "changed_meanwhile",
            Self::ConsentMissing => "consent_missing",
            Self::ConsentAnswered => "consent_answered",
            Self::OwnDesk => "own_desk",
            Self::PartnerUnknown => "partner_unknown",
            Self::TooManyRequests => "too_many_requests",
            Self::NumberTaken => "contract_number_taken",
            Self::BadEntry { .. } => "bad_entry",
            Self::DeadlinePast { .. } => "deadline_past",
            Self::MailNotRefused => "mail_not_refused",
            Self::NoDocument => "no_document",
            Self::TooLarge => "file_too_large",
            Self::File(refusal) => refusal.code(),
            Self::SignerNotAgreed => "signer_not_agreed",
            Self::CertificateNotAgreed => "certificate_not_agreed",
            Self::SignedByAnother { .. } => "wrong_signer",
            Self::SignaturesIncomplete { .. } => "signatures_incomplete",
            Self::FileClosed => "file_closed",
            Self::NoCertificate => "no_usable_certificate",
            Self::NoOriginalYet => "evidence_not_yet",
            Self::Damaged => "original_damaged",
            Self::Signing(error) => error.code(),
            Self::Certification(error) => error.code(),
            Self::Custody(error) => error.code(),
            Self::Accounts(error) => error.code(),
            Self::Objects(store::ObjectError::Full) => "storage_full",
            Self::Objects(_) => "storage_failed",
            Self::Store(_) => "internal",
        }
    }
    /// What happened, for the person who reads it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Refused(refused) => accounts::refusal_words(*refused).0,
            Self::Unknown => "お探しの案件または取引先は見つかりません。",
            Self::Illegal(illegal) => return illegal.sentence(),
            Self::Changed => "ほかの方の操作で、内容が変わりました。この操作は行われていません。",
            Self::ConsentMissing => "この取引先とは、電子契約の事前合意（建設業法第19条第3項の承諾）がまだありません。",
            Self::ConsentAnswered => "この事前合意には、既に回答済みか、撤回済みです。",
            Self::OwnDesk => "自社の同じユーザIDは、取引先として登録できません。",
            Self::PartnerUnknown => "そのユーザIDは見つかりません。",
            Self::TooManyRequests => "メールアドレスによる依頼は、1日に20件までです。",
            Self::NumberTaken => "その契約番号は、このユーザIDで既に使われています。",
            Self::BadEntry { field, why } => return format!("{field}: {why}"),
            Self::DeadlinePast { day } => {
                return format!("返送の期限（{}）が過ぎているため、送付していません。", japan::day(*day));
            }
            Self::MailNotRefused => "このメールは、送り直す必要がありません（送信待ちか、もう届いたか、新しいお知らせが出ています）。",
            Self::NoDocument => "契約書のPDFが、まだ登録されていません。",
            Self::NoSuchStage => "その段階のPDFは、まだありません。",
            Self::TooLarge => "PDFは50MBまでです。",
            Self::File(refusal) => return refusal.sentence(),
            Self::SignerNotAgreed => "その方は、この契約の署名者として登録されていません。",
            Self::CertificateNotAgreed => "その種類の電子証明書は、事前合意で使用することになっていません。",
            Self::SignedByAnother { found } => return format!("署名者は、案件に登録された方ではありません（{found}）。"),
            Self::SignaturesIncomplete { because } => {
                return format!("必要な署名がそろっていないか、有効ではないため、返送できません。{because}");
            }
            Self::FileClosed => "このPDFは差戻しにより終了しており、もう契約の申込みではありません。",
            Self::NoCertificate => "署名に使用できる電子証明書がありません（未発行、受領未確認、失効または期限切れ）。",
            Self::NoOriginalYet => "原本は、まだ保管されていません。契約が成立し、封緘が済むと保管されます。何も失われていません。",
            Self::Damaged => "保存されているPDFが、記録されたハッシュ値と一致しません。操作は行われていません。",
            Self::Signing(error) => return error.sentence(),
            Self::Certification(error) => return error.sentence(),
            Self::Custody(error) => return error.sentence(),
            Self::Accounts(error) => return error.sentence(),
            Self::Objects(store::ObjectError::Full) => "保管場所の空きがありません。操作は行われていません。",
            Self::Objects(_) => "ファイルの保存または読出しに失敗しました。操作は行われていません。",
            Self::Store(_) => "システムの内部で問題が起きました。操作は行われていません。",
        }
        .to_owned()
    }
    /// What to do now.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::Refused(refused) => accounts::refusal_words(*refused).1,
            Self::Unknown => {
                "番号を確かめ、一覧からもう一度開いてください。お知らせから来られたときは、お知らせを送った会社にお尋ねください。"
            }
            Self::NoSuchStage => "番号を確かめ、一覧からもう一度開いてください。",
            Self::Illegal(Illegal {
                at: State::Sealing | State::SealFailed | State::Keeping,
                ..
            }) => "封緘と保管が済むと、契約完了通知をお送りします。そのままお待ちください。",
            Self::Illegal(_) => "案件を開き直し、いまできる操作を確かめてください。",
            Self::Changed => "案件を開き直して、もう一度行ってください。",
            Self::ConsentMissing => {
                "取引先の画面（APIでは POST /api/partners）から事前合意を依頼し、相手方の承諾を待ってから送付してください。"
            }
            Self::ConsentAnswered => "取引先の画面で、いまの状態を確かめてください。",
            Self::OwnDesk | Self::PartnerUnknown => "取引先に、正しいユーザIDを確かめてください。",
            Self::TooManyRequests => "明日もう一度行うか、取引先のユーザIDで登録してください。",
            Self::NumberTaken => "別の契約番号を入力してください。",
            Self::BadEntry { .. } => "その項目を直して、もう一度送信してください。",
            Self::DeadlinePast { .. } => {
                "「期限を変える」で、返送の期限を今日か、今日より後の日に変えるか、期限をなくしてから、もう一度送ってください。"
            }
            Self::MailNotRefused => "案件を開き直してください。",
            Self::NoDocument => "PDFを登録してください。",
            Self::TooLarge => "図面を分けるか、PDFを小さくして登録してください。",
            Self::File(refusal) => refusal.next(),
            Self::SignerNotAgreed | Self::SignedByAnother { .. } => "署名者を確かめるか、事前合意を改めてください。",
            Self::CertificateNotAgreed => "事前合意で決めた種類の電子証明書で署名してください。",
            Self::SignaturesIncomplete { .. } => "署名し直してから返送してください。",
            Self::FileClosed => "新しい案件のPDFに署名してください。",
            Self::NoCertificate => "電子証明書の画面で、証明書の状態を確かめてください。",
            Self::NoOriginalYet => "案件の「次」を確かめ、少し待って、もう一度お試しください。",
            Self::Damaged => "運営者に連絡してください。",
            Self::Signing(error) => return error.next(),
            Self::Certification(error) => return error.next(),
            Self::Custody(error) => return error.next(),
            Self::Accounts(error) => return error.next(),
            Self::Objects(_) | Self::Store(_) => "少し待ってから、もう一度お試しください。続くときは運営者に連絡してください。",
        }
        .to_owned()
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            // Another's case answers in the same words as none at all.
            Refused::NotYours => Self::Unknown,
            other => Self::Refused(other),
        }
    }
}
impl From<Illegal> for Error {
    fn from(illegal: Illegal) -> Self {
        Self::Illegal(illegal)
    }
}
impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
impl From<store::ObjectError> for Error {
    fn from(error: store::ObjectError) -> Self {
        Self::Objects(error)
    }
}
impl From<accounts::Error> for Error {
    fn from(error: accounts::Error) -> Self {
        match error {
            accounts::Error::Refused(refused) => refused.into(),
            accounts::Error::Store(error) => Self::Store(error),
            other => Self::Accounts(other),
        }
    }
}
impl From<signing::Error> for Error {
    fn from(error: signing::Error) -> Self {
        Self::Signing(error)
    }
}
impl From<certification::Error> for Error {
    fn from(error: certification::Error) -> Self {
        Self::Certification(error)
    }
}
impl From<custody::Error> for Error {
    fn from(error: custody::Error) -> Self {
        Self::Custody(error)
    }
}
impl From<pades::Refusal> for Error {
    fn from(refusal: pades::Refusal) -> Self {
        Self::File(refusal)
    }
}
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => write!(f, "database: {error}"),
            Self::Objects(error) => write!(f, "objects: {error}"),
            other => f.write_str(other.code()),
        }
    }
}
impl std::error::Error for Error {}
