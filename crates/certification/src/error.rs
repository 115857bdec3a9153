//! What can go wrong here, as facts; each has a stable code, a Japanese sentence and a next step.

use foundation::{Instant, Refused};

use crate::{certificate_states, enrolment_states};

/// A refused or failed act of this room.
#[derive(Debug)]
pub enum Error {
    /// The right is missing.
    Refused(Refused),
    /// There is no such thing (or the actor must not learn of it).
    Unknown,
    /// An entry has the wrong form.
    BadEntry {
        /// The field, in Japanese.
        field: &'static str,
        /// What is wrong with it, in Japanese.
        why: &'static str,
    },
    /// The enrolment's state does not allow it.
    Enrolment(enrolment_states::Illegal),
    /// The certificate's state does not allow it.
    Certificate(certificate_states::Illegal),
    /// Somebody else changed it at the same time.
    Changed,
    /// The PIN has a slip (length or check character): no try was counted.
    PinMistyped,
    /// The PIN is wrong.
    PinWrong {
        /// Tries that are left.
        left: i64,
    },
    /// No tries are left.
    PinLocked,
    /// The PIN's three months, or the 72 hours, are over.
    PinOver,
    /// The ダウンロードPIN was mailed too often today.
    TooManyMails,
    /// The 申請PIN must be entered (again) first.
    PinNeeded,
    /// The enrolment was approved for the other kind of credential.
    OtherCredential,
    /// The request (CSR) cannot be read.
    RequestUnreadable,
    /// The request's own signature does not verify: no proof of possession.
    RequestUnproven,
    /// The key is too weak or of a kind not used here.
    KeyRefused {
        /// Why, in Japanese.
        why: &'static str,
    },
    /// This public key was certified before.
    KeyReused,
    /// The certificate that was to be signed breaks its profile; nothing was signed.
    Lint(Vec<String>),
    /// The self-test signature does not verify with the certificate.
    SelfTestWrong,
    /// The 合言葉 is wrong.
    SecretWrong {
        /// Tries that are left before the key rests.
        left: i64,
    },
    /// Too many wrong 合言葉.
    SecretLocked {
        /// Until when.
        until: Instant,
    },
    /// The certificate cannot be used: not confirmed, revoked, being revoked or past its time.
    NotUsable {
        /// Where it stands.
        state: certificate_states::State,
    },
    /// Another key was accepted for this enrolment before.
    HasKey,
    /// There is no such launch code, or the session it opened is over.
    LaunchOver,
    /// The launch code was used: it is good once.
    LaunchUsed,
    /// The launch code is past its ten minutes.
    LaunchLapsed,
    /// The database belongs to another authority, or the status address differs from the one inside the certificates.
    OtherAuthority {
        /// What differs: in the database.
        kept: String,
        /// And given.
        given: String,
    },
    /// A key or file of the authority is missing or does not work.
    Authority(crate::BootError),
    /// The post office's clerk says no.
    Clerk(&'static str),
    /// The letter could not be printed; it waits.
    NotPrinted(papers::NotPrinted),
    /// The mail could not be sent.
    Mail(String),
    /// The signer did not sign.
    Signer(keys::KeyError),
    /// The database did not answer as it should.
    Store(store::Error),
    /// The pool for CPU work is gone (the program is ending).
    Busy,
}

impl Error {
    /// The stable code of the problem document.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::Unknown => "not_found",
            Self::BadEntry { .. } => "bad_entry",
            Self::Enrolment(_) => "enrolment_wrong_state",
            Self::Certificate(_) => "certificate_wrong_state",
            Self::Changed => "changed_meanwhile",
            Self::PinMistyped => "pin_mistyped",
            Self::PinWrong { .. } => "pin_wrong",
            Self::PinLocked => "pin_locked",
            Self::PinOver => "pin_over",
            Self::TooManyMails => "download_pin_mails_used",
            Self::PinNeeded => "pin_needed",
            Self::OtherCredential => "other_credential",
            Self::RequestUnreadable | Self::RequestUnproven => "csr_invalid",
            Self::KeyRefused { .. } => "key_not_allowed",
            Self::KeyReused => "key_known",
            Self::HasKey => "enrolment_has_key",
            Self::Lint(_) => "issue_refused",
            Self::SelfTestWrong => "self_test_wrong",
            Self::SecretWrong { .. } => "secret_wrong",
            Self::SecretLocked { .. } => "secret_locked",
            Self::NotUsable { .. } => "certificate_not_usable",
            Self::LaunchOver => "agent_code_unknown",
            Self::LaunchUsed => "agent_code_used",
            Self::LaunchLapsed => "agent_code_lapsed",
            Self::OtherAuthority { .. } => "other_authority",
            Self::Authority(_) => "authority_not_ready",
            Self::Clerk(_) => "post_office_refused",
            Self::NotPrinted(why) => why.code(),
            Self::Mail(_) => "mail_failed",
            Self::Signer(_) => "signer_failed",
            Self::Store(_) | Self::Busy => "internal",
        }
    }
    /// What happened, for the person who reads it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Refused(refused) => return accounts::refusal_words(*refused).0.to_owned(),
            Self::Unknown => "お探しのものは見つかりません。",
            Self::BadEntry { field, why } => return format!("{field}: {why}"),
            Self::Enrolment(illegal) => return format!("発行申請は「{}」の状態にあるため、この操作はできません。", illegal.at.japanese()),
            Self::Certificate(illegal) => return format!("電子証明書は「{}」の状態にあるため、この操作はできません。", illegal.at.japanese()),
            Self::Changed => "ほかの操作で内容が変わりました。",
            Self::PinMistyped => "PINの入力に誤りがあります（文字数または検査文字が合いません）。回数には数えていません。",
            Self::PinWrong { left } => return format!("PINが違います。あと{left}回まで入力できます。"),
            Self::PinLocked => "PINを5回間違えたため、使えなくなりました。",
            Self::PinOver => "PINの有効期限が過ぎています。",
            Self::TooManyMails => "ダウンロードPINのメールは、24時間に4回まで送信できます。",
            Self::PinNeeded => "申請PINの入力が必要です。",
            Self::OtherCredential => "承認された電子証明書の種類と異なります。",
            Self::RequestUnreadable => "証明書発行要求（CSR）を読み取れません。",
            Self::RequestUnproven => "証明書発行要求（CSR）の署名が正しくありません。秘密鍵の所有を確認できません。",
            Self::KeyRefused { why } => return format!("この鍵では電子証明書を発行できません: {why}"),
            Self::KeyReused => "この公開鍵には、以前に電子証明書を発行しています。同じ鍵は二度使えません。",
            Self::Lint(found) => return format!("発行前の検査で不備が見つかったため、電子証明書は発行していません（{}）。", found.join("、")),
            Self::SelfTestWrong => "自己署名試験の署名が正しくありません。証明書と鍵が対応していません。",
            Self::SecretWrong { left } => return format!("署名の合言葉が違います。あと{left}回間違えると、しばらく使えなくなります。"),
            Self::SecretLocked { until } => return format!("署名の合言葉を続けて間違えたため、{}まで使えません。", until.japanese()),
            Self::NotUsable { state } => return format!("この電子証明書は「{}」のため、署名に使えません。", state.japanese()),
            Self::HasKey => "この発行申請には、別の鍵のCSRを既に受け付けています。",
            Self::LaunchOver => "この符号は見当たりません。打ち間違いかもしれません。",
            Self::LaunchUsed => "この符号は、もう使われています。一度だけ使えます。",
            Self::LaunchLapsed => "この符号は、期限（10分）を過ぎています。",
            Self::OtherAuthority { kept, given } => {
                return format!("このデータは別の認証局または別の公開アドレスのものです（保存: {kept}、指定: {given}）。公開アドレスは証明書に記載されているため、変更できません。");
            }
            Self::Authority(error) => return format!("認証局の準備ができていません: {error}"),
            Self::Clerk(why) => why,
            Self::NotPrinted(why) => return why.sentence(),
            Self::Mail(_) => "メールを送信できませんでした。",
            Self::Signer(_) => "認証局の鍵で署名できませんでした。",
            Self::Store(_) | Self::Busy => "システムの内部で問題が起きました。操作は行われていません。",
        }
        .to_owned()
    }
    /// What to do now.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::Refused(refused) => accounts::refusal_words(*refused).1,
            Self::Unknown => "番号を確かめてください。",
            Self::BadEntry { .. } => "その項目を直して、もう一度送信してください。",
            Self::Enrolment(illegal) => illegal.at.what_next(),
            Self::Certificate(_) | Self::NotUsable { .. } => "有効な電子証明書を使うか、新しい電子証明書を申し込んでください。",
            Self::Changed => "画面を開き直して、もう一度お試しください。",
            Self::PinMistyped => "書面（またはメール）のPINをもう一度確かめて入力してください。",
            Self::PinWrong { .. } => "書面（またはメール）を確かめて、もう一度入力してください。",
            Self::PinLocked => "申請PINの場合は運営者の窓口に新しい書面の発行を、ダウンロードPINの場合は画面から再送を依頼してください。",
            Self::PinOver => "申請PINの場合は運営者の窓口に相談し、ダウンロードPINの場合は画面から再送を依頼してください。",
            Self::TooManyMails => "迷惑メールの振分けを確かめ、時間をおいてもう一度依頼してください。",
            Self::PinNeeded => "承認通知書の申請PINを入力してください。",
            Self::OtherCredential => "承認通知書に書かれた種類の手続きを選んでください。",
            Self::RequestUnreadable | Self::RequestUnproven => "cecsign-agent で鍵とCSRを作り直して送信してください。",
            Self::KeyRefused { .. } | Self::KeyReused => "新しい鍵（RSA 2048～4096ビット、P-256、P-384）を作り、CSRを送信してください。",
            Self::Lint(_) => "運営者の窓口に連絡してください。登録内容を確かめます。",
            Self::SelfTestWrong => "証明書を書き込んだトークンが接続されているか確かめ、もう一度お試しください。",
            Self::SecretWrong { .. } => "発行時に一度だけ表示された五つの言葉を確かめて入力してください。",
            Self::SecretLocked { .. } => "時間をおいて、もう一度入力してください。合言葉が分からないときは、失効と新規の申込みが必要です。",
            Self::HasKey => "先に作った鍵のあるトークンで続けてください。",
            Self::LaunchOver => "画面の符号と見比べて、もう一度入れてください。符号を出せるのは、署名するご本人だけです。",
            Self::LaunchUsed | Self::LaunchLapsed => "何も失われていません。署名するご本人が、画面で新しい符号を出してください。",
            Self::OtherAuthority { .. } => "最初の起動と同じ --status-url を指定するか、正しいデータフォルダを使ってください。",
            Self::Authority(_) => "cectrust doctor で足りない鍵を確かめてください。",
            Self::Clerk(_) => "宛名の本人が、本人確認書類を持って受け取ってください。",
            Self::NotPrinted(why) => return why.next(),
            Self::Mail(_) | Self::Signer(_) | Self::Store(_) | Self::Busy => {
                "少し待ってから、もう一度お試しください。続くときは運営者に連絡してください。"
            }
        }
        .to_owned()
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            // Another's enrolment or certificate answers in the same words as none at all.
            Refused::NotYours => Self::Unknown,
            other => Self::Refused(other),
        }
    }
}
impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
impl From<enrolment_states::Illegal> for Error {
    fn from(illegal: enrolment_states::Illegal) -> Self {
        Self::Enrolment(illegal)
    }
}
impl From<certificate_states::Illegal> for Error {
    fn from(illegal: certificate_states::Illegal) -> Self {
        Self::Certificate(illegal)
    }
}
impl From<keys::KeyError> for Error {
    fn from(error: keys::KeyError) -> Self {
        Self::Signer(error)
    }
}
impl From<papers::NotPrinted> for Error {
    fn from(why: papers::NotPrinted) -> Self {
        Self::NotPrinted(why)
    }
}
impl From<crate::BootError> for Error {
    fn from(error: crate::BootError) -> Self {
        Self::Authority(error)
    }
}
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => write!(f, "database: {error}"),
            Self::Mail(error) => write!(f, "mail: {error}"),
            Self::Signer(error) => write!(f, "signer: {error}"),
            Self::Authority(error) => write!(f, "authority: {error}"),
            Self::Lint(found) => write!(f, "issue refused: {}", found.join("; ")),
            other => f.write_str(other.code()),
        }
    }
}
impl std::error::Error for Error {}
