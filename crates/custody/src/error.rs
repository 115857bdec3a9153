//! What can go wrong, as facts; each with its code, its sentence and what to do now.

use foundation::{Date, Instant, Refused};

use crate::{
    NotSealed,
    round::{Illegal, RoundState},
};

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why custody did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The database.
    Store(store::Error),
    /// The store of objects.
    Objects(store::ObjectError),
    /// The log.
    Log(log::Error),
    /// The journal or the queue of jobs.
    Noted(String),
    /// He may not.
    Refused(Refused),
    /// A 企業ID sees; only a ユーザID deposits.
    CompanyIdCannotDeposit,
    /// There is no such deposit, or he must not learn of it.
    Unknown,
    /// Nothing in the file.
    Empty,
    /// More than is taken: [`crate::LARGEST_FILE`].
    TooBig,
    /// No name, or a name longer than 255 characters.
    FileName,
    /// The evidence is not complete yet.
    NotYet {
        /// How far its round is; `None` while it waits for one.
        state: Option<RoundState>,
        /// Why the last try failed.
        reason: Option<String>,
        /// When it is tried again.
        next_try: Option<Instant>,
    },
    /// Retention is only ever extended.
    OnlyLonger {
        /// What it is now.
        until: Date,
    },
    /// A step that the table of states does not know.
    Illegal(Illegal),
    /// The paper could not be printed.
    NotPrinted(papers::NotPrinted),
    /// The paper could not be sealed.
    NotSealed(NotSealed),
    /// What is stored does not fit together any more.
    Damaged(String),
}

impl Error {
    /// The stable code of the problem document.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(_) | Self::Noted(_) => "database_failed",
            Self::Objects(store::ObjectError::Full) => "storage_full",
            Self::Objects(_) => "storage_failed",
            Self::Log(_) => "log_failed",
            Self::Refused(refused) => refused.code(),
            Self::CompanyIdCannotDeposit => "company_id_cannot_deposit",
            Self::Unknown => "not_found",
            Self::Empty => "file_empty",
            Self::TooBig => "file_too_large",
            Self::FileName => "file_name_missing",
            Self::NotYet {
                state: Some(RoundState::StampFailed),
                ..
            } => "evidence_failed_tsa",
            Self::NotYet { .. } => "evidence_not_yet",
            Self::OnlyLonger { .. } => "retention_only_longer",
            Self::Illegal(_) => "illegal_step",
            Self::NotPrinted(why) => why.code(),
            Self::NotSealed(why) => why.code,
            Self::Damaged(_) => "original_damaged",
        }
    }
    /// What happened, in Japanese.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Store(_) | Self::Noted(_) => "記録できませんでした。何も変わっていません。".to_owned(),
            Self::Objects(store::ObjectError::Full) => "保管場所の空きがありません。ファイルは預かっていません。".to_owned(),
            Self::Objects(_) => "保管場所に書き込めませんでした。ファイルは預かっていません。".to_owned(),
            Self::Log(_) => "証跡ログに記録できませんでした。".to_owned(),
            Self::Refused(Refused::NotSignedIn) => "サインインしていません。".to_owned(),
            Self::Refused(Refused::ServiceNotAppliedFor) => "このIDでは原本保管サービスの利用申込みがされていません。".to_owned(),
            Self::Refused(_) | Self::Unknown => "指定の原本は見つかりません。".to_owned(),
            Self::CompanyIdCannotDeposit => "企業IDは閲覧専用です。原本を預けるのはユーザIDの操作です。".to_owned(),
            Self::Empty => "ファイルの中身が空です。".to_owned(),
            Self::TooBig => format!("ファイルは{}MBまでです。ファイルは預かっていません。", crate::LARGEST_FILE >> 20),
            Self::FileName => "ファイル名がないか、長すぎます。".to_owned(),
            Self::NotYet {
                state: Some(RoundState::StampFailed),
                reason,
                ..
            } => format!(
                "原本は預かっています。証拠記録の作成を待っています(タイムスタンプを取得できませんでした: {})。",
                reason.as_deref().unwrap_or("理由は不明です")
            ),
            Self::NotYet { .. } => "原本は預かっています。証拠記録を作成しています。".to_owned(),
            Self::OnlyLonger { until } => format!("保管期限は延長だけができます。現在の期限は{until}です。"),
            Self::Illegal(_) => "いまの状態ではその操作はできません。".to_owned(),
            Self::NotPrinted(why) => why.sentence(),
            Self::NotSealed(why) => format!("書面に運営者の電子印を押せませんでした。原本は保管されたままです。{}", why.sentence),
            Self::Damaged(_) => "保管している原本または証拠記録が一致しません。".to_owned(),
        }
    }
    /// What to do now, in Japanese.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::Store(_) | Self::Noted(_) | Self::Objects(_) | Self::Log(_) => {
                "しばらくしてからもう一度お試しください。続くときは運営者へご連絡ください。".to_owned()
            }
            Self::Refused(Refused::NotSignedIn) => "サインインしてください。".to_owned(),
            Self::Refused(Refused::ServiceNotAppliedFor) => {
                "原本保管サービスの利用を申し込んだユーザIDでサインインしてください。".to_owned()
            }
            Self::Refused(_) | Self::Unknown => "IDを確かめるか、一覧から選び直してください。".to_owned(),
            Self::CompanyIdCannotDeposit => "ユーザIDでサインインして預けてください。".to_owned(),
            Self::Empty | Self::FileName => "ファイルを確かめて選び直してください。".to_owned(),
            Self::TooBig => "ファイルを分けるか、小さくしてから預けてください。".to_owned(),
            Self::NotYet { next_try: Some(at), .. } => format!("自動で続けます。次の試行は{}です。", at.japanese()),
            Self::NotYet { .. } => "数秒後にもう一度お試しください。".to_owned(),
            Self::OnlyLonger { .. } => "現在の期限より後の日を指定してください。".to_owned(),
            Self::Illegal(_) => "画面を読み直してください。".to_owned(),
            Self::NotPrinted(why) => why.next(),
            Self::NotSealed(why) => why.next.clone(),
            Self::Damaged(_) => "運営者へご連絡ください。".to_owned(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Objects(error) => error.fmt(f),
            Self::Log(error) => error.fmt(f),
            Self::Noted(why) | Self::Damaged(why) => f.write_str(why),
            Self::Refused(refused) => refused.fmt(f),
            Self::Illegal(illegal) => illegal.fmt(f),
            Self::NotPrinted(why) => why.fmt(f),
            Self::NotSealed(why) => write!(f, "{}: {}", why.code, why.sentence),
            Self::CompanyIdCannotDeposit
            | Self::Unknown
            | Self::Empty
            | Self::TooBig
            | Self::FileName
            | Self::NotYet { .. }
            | Self::OnlyLonger { .. } => f.write_str(self.code()),
        }
    }
}
impl std::error::Error for Error {}

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
impl From<log::Error> for Error {
    fn from(error: log::Error) -> Self {
        match error {
            log::Error::Store(error) => Self::Store(error),
            error => Self::Log(error),
        }
    }
}
impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotYours => Self::Unknown,
            refused => Self::Refused(refused),
        }
    }
}
impl From<papers::NotPrinted> for Error {
    fn from(why: papers::NotPrinted) -> Self {
        Self::NotPrinted(why)
    }
}
impl From<NotSealed> for Error {
    fn from(why: NotSealed) -> Self {
        Self::NotSealed(why)
    }
}
impl From<Illegal> for Error {
    fn from(illegal: Illegal) -> Self {
        Self::Illegal(illegal)
    }
}
