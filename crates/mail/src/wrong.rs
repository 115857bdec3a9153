//! Why a mail was not taken: a fact found where it happened, kept beside the mail, and told in words.

/// What is wrong when a mail is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No mail server is set.
    NotSet,
    /// The password that is kept does not open with this installation's secret.
    Password,
    /// The name is not known.
    NoSuchServer,
    /// Nobody listens there.
    NobodyListens,
    /// No answer in time.
    NoAnswer,
    /// Who answers is no mail server, or one that expects TLS from the first byte.
    NoMailServer,
    /// The server offers no STARTTLS.
    NoStartTls,
    /// TLS could not be agreed: certificate or name.
    Tls,
    /// The server offers no sign-in that we know.
    NoSignIn,
    /// The name or the password is wrong.
    SignIn,
    /// The server wants a sign-in.
    SignInWanted,
    /// The sender's address is not accepted.
    Sender,
    /// What should be the recipient's address is none.
    NoAddress,
    /// The recipient's address is not accepted.
    Recipient,
    /// The recipient's mailbox is full.
    MailboxFull,
    /// A rule of the server forbids it: no relay for us, or taken for spam.
    Forbidden,
    /// The server asks to come later (4xx).
    Later,
    /// The text was not accepted.
    Text,
    /// The server talks to other machines only.
    TurnedAway,
    /// The connection broke.
    Broken,
    /// The program stopped while it was sending.
    BrokenOff,
    /// The database did not answer.
    Inside,
    /// Nobody wrote it down: the mail is older than the causes.
    Unknown,
}
store::column_as!(Wrong {
    NotSet = "not_set",
    Password = "password",
    NoSuchServer = "no_such_server",
    NobodyListens = "nobody_listens",
    NoAnswer = "no_answer",
    NoMailServer = "no_mail_server",
    NoStartTls = "no_starttls",
    Tls = "tls",
    NoSignIn = "no_sign_in",
    SignIn = "sign_in",
    SignInWanted = "sign_in_wanted",
    Sender = "sender",
    NoAddress = "no_address",
    Recipient = "recipient",
    MailboxFull = "mailbox_full",
    Forbidden = "forbidden",
    Later = "later",
    Text = "text",
    TurnedAway = "turned_away",
    Broken = "broken",
    BrokenOff = "broken_off",
    Inside = "inside",
    Unknown = "unknown",
});

/// Who can mend it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mender {
    /// Whoever knows the right address.
    Addressee,
    /// The operator: his settings, or the administrator of the mail server.
    Operator,
    /// Nobody has to: it is tried again.
    Time,
}

impl Wrong {
    /// Who can mend it.
    #[must_use]
    pub const fn mender(self) -> Mender {
        match self {
            Self::NoAddress | Self::Recipient | Self::MailboxFull => Mender::Addressee,
            Self::NotSet
            | Self::Password
            | Self::NoSuchServer
            | Self::NobodyListens
            | Self::NoAnswer
            | Self::NoMailServer
            | Self::NoStartTls
            | Self::Tls
            | Self::NoSignIn
            | Self::SignIn
            | Self::SignInWanted
            | Self::Sender
            | Self::Forbidden
            | Self::Text
            | Self::TurnedAway
            | Self::Unknown => Mender::Operator,
            Self::Later | Self::Broken | Self::BrokenOff | Self::Inside => Mender::Time,
        }
    }
    /// Whether a lasting refusal (5xx) with this cause is about this one mail. Any other is about the server or its settings: the same
    /// mail is taken once they are mended, so it waits.
    #[must_use]
    pub(crate) const fn is_about_the_mail(self) -> bool {
        matches!(
            self,
            Self::NoAddress | Self::Recipient | Self::MailboxFull | Self::Forbidden | Self::Text
        )
    }
    /// What happened.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NotSet => "メールサーバーが、まだ設定されていません。",
            Self::Password => "保存してあるパスワードを読めません（別の合言葉で封印されています）。",
            Self::NoSuchServer => "その名前のメールサーバーが見つかりません。",
            Self::NobodyListens => "サーバーに接続を断られました。そのポートでは、だれも待ち受けていません。",
            Self::NoAnswer => "待っても、サーバーが答えません。",
            Self::NoMailServer => "つながった相手が、メールサーバーとして答えません。",
            Self::NoStartTls => "このサーバーは STARTTLS に対応していません。暗号化できないので、送りませんでした。",
            Self::Tls => "暗号化（TLS）の約束ができません。サーバーの証明書を確かめられないか、名前が違います。",
            Self::NoSignIn => "このサーバーは、利用者名とパスワードでのログインを受け付けていません。",
            Self::SignIn => "ログインできません。利用者名かパスワードが違います。",
            Self::SignInWanted => "サーバーが、ログインを求めています。",
            Self::Sender => "差出人のアドレスが受け付けられません。",
            Self::NoAddress => "宛先が、メールアドレスの形になっていません。",
            Self::Recipient => "宛先のアドレスが受け付けられません（使われていないか、打ち間違いです）。",
            Self::MailboxFull => "宛先の受信箱がいっぱいです。",
            Self::Forbidden => "サーバーの決まり（中継の許可、迷惑メール対策など）で断られました。",
            Self::Later => "サーバーが「いまは受け付けられない」と答えました（一時的な理由です）。",
            Self::Text => "サーバーが、メールの中身を受け付けませんでした。",
            Self::TurnedAway => "サーバーが、この機械からの接続を受け付けません。",
            Self::Broken => "話の途中で、接続が切れました。",
            Self::BrokenOff => "送信の途中でプログラムが止まりました。",
            Self::Inside => "データベースが答えず、送れませんでした。",
            Self::Unknown => "理由は記録されていません（理由を残す前の版で送ったメールです）。",
        }
    }
    /// What the operator does so that mails go out.
    #[must_use]
    pub const fn next(self) -> &'static str {
        match self {
            Self::NotSet => "サーバーの名前とポートを入れて、保存してください。待っているメールを、すぐに送ります。",
            Self::Password => "パスワードを入れ直して、保存してください。",
            Self::NoSuchServer => "サーバーの名前の打ち間違いを直すか、この機械の名前解決（DNS）を確かめてください。",
            Self::NobodyListens => {
                "ポートを確かめてください（STARTTLS は 587、TLS は 465、機械の中だけなら 25 が普通です）。サーバーが動いているかも確かめてください。"
            }
            Self::NoAnswer => "サーバーの名前とポート、間にあるファイアウォールを確かめてください。",
            Self::NoMailServer => "ポートと暗号化の組み合わせを確かめてください。465 なら「TLS」、587 なら「STARTTLS」です。",
            Self::NoStartTls => "暗号化を「TLS」（465）に変えるか、サーバーの管理者に STARTTLS を有効にするよう頼んでください。",
            Self::Tls => {
                "サーバーの名前を、証明書に書かれた名前と同じにしてください。社内の認証局の証明書なら、この機械に登録してください。"
            }
            Self::NoSignIn => {
                "利用者名とパスワードを空にするか、暗号化を有効にしてください（暗号化の後だけログインを受け付けるサーバーがあります）。"
            }
            Self::SignIn => "利用者名とパスワードを入れ直して、保存してください。サービスによっては「アプリ用のパスワード」が要ります。",
            Self::SignInWanted => "利用者名とパスワードを入れて、保存してください。",
            Self::Sender => "差出人を、このサーバーから送ってよいアドレスに変えてください。",
            Self::NoAddress | Self::Recipient => {
                "宛先の方に電話などで正しいアドレスを確かめ、登録を直してください。社外あてだけ断られるときは、ログインか、中継の許可が要ります。"
            }
            Self::MailboxFull => "宛先の方に、受信箱を空けるよう電話などで伝えてください。",
            Self::Forbidden => "サーバーの管理者に答えを見せ、中継の許可か、迷惑メールの扱いを直すよう頼んでください。",
            Self::Later => "数分待ってください。本番のメールは、受け付けられるまで自動で送り直します。",
            Self::Text => "サーバーの答えを、サーバーの管理者に見せてください。",
            Self::TurnedAway => "サーバーの管理者に、この機械からの接続を許可するよう頼んでください。",
            Self::Broken => "もう一度送ってください。続くときは、サーバーの記録を確かめてください。",
            Self::BrokenOff => "同じ用件のメールを、新しく作って送ります。待ってください。",
            Self::Inside => "「運用の状態」でデータベースを確かめてください。直ると、自動で送り直します。",
            Self::Unknown => "設定をテストメールで確かめてから、もう一度送ってください。",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_sentence_a_next_step_and_a_word_of_its_own() {
        let mut words = std::collections::BTreeSet::new();
        for &wrong in Wrong::EVERY {
            assert!(words.insert(wrong.word()) && words.insert(wrong.sentence()), "{wrong:?}");
            assert!(wrong.sentence().ends_with('。') && wrong.next().ends_with('。'), "{wrong:?}");
            assert_eq!(Wrong::from_word(wrong.word()), Some(wrong));
        }
    }

    #[test]
    fn what_a_person_must_mend_at_the_address_is_about_the_mail() {
        for &wrong in Wrong::EVERY {
            assert!(wrong.mender() != Mender::Addressee || wrong.is_about_the_mail(), "{wrong:?}");
        }
    }
}
