//! What can be wrong with an act on mails, in words.

use foundation::Refused;

/// Why an act on mails was not done.
#[derive(Debug)]
pub enum Error {
    /// The right is missing.
    Refused(Refused),
    /// A field of the settings is wrong.
    Bad {
        /// Its name on the page.
        field: &'static str,
        /// What is wrong.
        why: &'static str,
    },
    /// There is no such mail.
    Unknown,
    /// Its text is not kept, so it cannot be sent again.
    NoText,
    /// It waits or was sent: there is nothing to do again.
    NotRefused,
    /// The password in the database does not open with this installation's secret.
    Password,
    /// There is nothing to try: no mail server is set.
    NothingSet,
    /// The database did not answer as it should.
    Store(store::Error),
}

impl Error {
    /// The stable word.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::Bad { .. } => "bad_entry",
            Self::Unknown => "not_found",
            Self::NoText => "mail_text_not_kept",
            Self::NotRefused => "mail_not_refused",
            Self::Password => "mail_password_unreadable",
            Self::NothingSet => "mail_server_not_set",
            Self::Store(_) => "internal",
        }
    }
    /// What happened.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Bad { field, why } => return format!("「{field}」{why}何も変わっていません。"),
            Self::Refused(_) => "この操作は、運営者だけができます。",
            Self::Unknown => "お探しのものは見つかりません。",
            Self::NoText => "このメールの本文は保存していないため、同じものをもう一度送れません（ダウンロードPINのメールです）。",
            Self::NotRefused => "このメールは、送信待ちか、もう送られています。",
            Self::Password => "保存してあるパスワードを読めません（別の合言葉で封印されています）。",
            Self::NothingSet => "メールサーバーが、まだ設定されていません。",
            Self::Store(_) => "プログラムの中で失敗しました。お預かりしたものは失われていません。",
        }
        .to_owned()
    }
    /// What to do now.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::Bad { .. } => "その項目を直して、もう一度保存してください。",
            Self::Refused(_) => "運営者の担当者としてサインインしてください。",
            Self::Unknown => "一覧から開き直してください。",
            Self::NoText => "本人に、画面の「もう一度送る」から新しいダウンロードPINを受け取るよう伝えてください。",
            Self::NotRefused => "一覧を開き直してください。",
            Self::Password => "パスワードを入れ直して保存してください。",
            Self::NothingSet => "サーバーの名前とポートを入れて、保存してください。",
            Self::Store(_) => "少し待って、もう一度お試しください。",
        }
        .to_owned()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => write!(f, "database: {error}"),
            other => f.write_str(other.code()),
        }
    }
}
impl std::error::Error for Error {}
impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}
impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
