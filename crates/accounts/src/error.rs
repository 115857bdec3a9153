//! What can go wrong here, as facts; each has a stable code, a Japanese sentence and a next step.

use foundation::Refused;

/// A refused or failed act of this room.
#[derive(Debug)]
pub enum Error {
    /// The right is missing.
    Refused(Refused),
    /// There is no such thing (or the actor must not learn of it).
    Unknown,
    /// Sign-in ID or password is wrong; which of them is not told.
    WrongSignIn,
    /// Ten wrong passwords: the person is locked until somebody unlocks him.
    Locked,
    /// The person has several seats and named none: these are the numbers to choose from.
    ChooseSeat(Vec<String>),
    /// The person has no seat of that number.
    NoSuchSeat,
    /// The password is too short or too common.
    WeakPassword,
    /// There is no such invitation.
    InvitationUnknown,
    /// The invitation was used.
    InvitationUsed,
    /// A newer invitation took its place.
    InvitationReplaced,
    /// The invitation is past its 24 hours.
    InvitationLapsed,
    /// A 企業ID, ユーザID or sign-in ID has the wrong form or is taken, a 法人番号 has a wrong check digit, a mail address is none.
    BadEntry {
        /// The field, in Japanese.
        field: &'static str,
        /// What is wrong with it, in Japanese.
        why: &'static str,
    },
    /// The proposal was decided before.
    ProposalDecided,
    /// The hash the approver saw is not the hash of what is stored.
    ProposalChanged,
    /// No room of this program executes proposals of this kind.
    UnknownProposalKind,
    /// The proposed act itself was refused when it was to be executed.
    Execution(crate::proposals::Failure),
    /// The database did not answer as it should.
    Store(store::Error),
}

impl Error {
    /// The stable code of the problem document.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::Unknown => "not_found",
            Self::WrongSignIn => "wrong_sign_in",
            Self::Locked => "sign_in_locked",
            Self::ChooseSeat(_) => "choose_seat",
            Self::NoSuchSeat => "no_such_seat",
            Self::WeakPassword => "weak_password",
            Self::InvitationUnknown => "invitation_unknown",
            Self::InvitationUsed => "invitation_used",
            Self::InvitationReplaced => "invitation_replaced",
            Self::InvitationLapsed => "invitation_lapsed",
            Self::BadEntry { .. } => "bad_entry",
            Self::ProposalDecided => "proposal_decided",
            Self::ProposalChanged => "proposal_changed",
            Self::UnknownProposalKind => "unknown_proposal_kind",
            Self::Execution(failure) => failure.code,
            Self::Store(_) => "internal",
        }
    }
    /// What happened, for the person who reads it.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Refused(refused) => return refusal_sentence(*refused).to_owned(),
            Self::Unknown => "お探しのものは見つかりません。",
            Self::WrongSignIn => "サインインIDまたはパスワードが違います。",
            Self::Locked => "パスワードを10回続けて間違えたため、このサインインIDはロックされています。",
            Self::ChooseSeat(numbers) => return format!("使用するIDを選んでください（{}）。", numbers.join("、")),
            Self::NoSuchSeat => "指定されたユーザIDまたは企業IDは、この方には割り当てられていません。",
            Self::WeakPassword => "パスワードは12文字以上で、推測されにくいものにしてください。",
            Self::InvitationUnknown => "この招待は見当たりません。打ち間違いかもしれません。",
            Self::InvitationUsed => "この招待は使用済みです。パスワードは、もう決まっています。",
            Self::InvitationReplaced => "この招待は取り消され、新しい招待に替わっています。",
            Self::InvitationLapsed => "この招待は、期限（24時間）を過ぎています。",
            Self::BadEntry { field, why } => return format!("{field}: {why}"),
            Self::ProposalDecided => "この提案は既に決裁されています。",
            Self::ProposalChanged => "表示された内容と保存されている提案の内容が一致しません。",
            Self::UnknownProposalKind => "この種類の提案は、このプログラムでは実行できません。",
            Self::Execution(failure) => return failure.sentence.clone(),
            Self::Store(_) => "システムの内部で問題が起きました。操作は行われていません。",
        }
        .to_owned()
    }
    /// What to do now.
    #[must_use]
    pub fn next(&self) -> String {
        match self {
            Self::Refused(refused) => return refusal_next(*refused).to_owned(),
            Self::Unknown => "番号を確かめ、一覧からもう一度開いてください。",
            Self::WrongSignIn => "入力を確かめて、もう一度サインインしてください。10回続けて間違えるとロックされます。",
            Self::Locked => "貴社の企業IDの担当者、または運営者の窓口にロックの解除を依頼してください。",
            Self::ChooseSeat(_) | Self::NoSuchSeat => "割り当てられたユーザIDまたは企業IDを指定してサインインしてください。",
            Self::WeakPassword => "12文字以上の別のパスワードを入力してください。",
            Self::InvitationUsed => {
                "そのパスワードでサインインしてください。決めた覚えがないときは、すぐに貴社の企業IDの担当者または運営者に連絡してください。"
            }
            Self::InvitationReplaced => {
                "あとから届いた符号を入れてください。届いていないときは、貴社の企業IDの担当者または運営者に、招待の再発行を依頼してください。"
            }
            Self::InvitationUnknown => {
                "符号を確かめて、入れ直してください。合っているときは、貴社の企業IDの担当者または運営者に、招待の再発行を依頼してください。"
            }
            Self::InvitationLapsed => "貴社の企業IDの担当者または運営者に、招待の再発行を依頼してください。",
            Self::BadEntry { .. } => "その項目を直して、もう一度送信してください。",
            Self::ProposalDecided => "提案の一覧で結果を確かめてください。",
            Self::ProposalChanged => "提案を開き直し、内容を確かめてから決裁してください。",
            Self::UnknownProposalKind => "運営者のシステム担当に連絡してください。",
            Self::Execution(failure) => return failure.next.clone(),
            Self::Store(_) => "少し待ってから、もう一度お試しください。続くときは運営者に連絡してください。",
        }
        .to_owned()
    }
}

/// The Japanese sentence for a missing right; used by every room above.
#[must_use]
pub(crate) const fn refusal_sentence(refused: Refused) -> &'static str {
    match refused {
        Refused::NotSignedIn => "サインインしていません。",
        Refused::NotYours => "お探しのものは見つかりません。",
        Refused::CompanyIdCannotContract => "企業IDでは、案件の閲覧はできますが、契約の操作（登録・送付・署名・返送など）はできません。",
        Refused::ServiceNotAppliedFor => "このIDでは、このサービスは申し込まれていません。",
        Refused::NotAClerk => "このIDの方には、登録・送付・返送を行う権限（事務）がありません。",
        Refused::NotTheSigner => "この案件の署名者に指定されている方だけが署名できます。",
        Refused::NotYourSide => "この操作は相手方が行うものです。",
        Refused::OperatorOnly => "この操作は、運営者の担当者だけが行えます。",
        Refused::TwoPersonsNeeded => "提案した本人は承認できません。別の承認者が必要です。",
    }
}

/// The next step for a missing right.
#[must_use]
pub(crate) const fn refusal_next(refused: Refused) -> &'static str {
    match refused {
        Refused::NotSignedIn => "サインインしてください。",
        Refused::NotYours => "番号を確かめ、一覧からもう一度開いてください。",
        Refused::CompanyIdCannotContract => "契約部署のユーザIDでサインインしてください。",
        Refused::ServiceNotAppliedFor => "利用申込みの内容を、貴社の連絡担当者に確かめてください。",
        Refused::NotAClerk => "貴社の事務担当者に依頼してください。",
        Refused::NotTheSigner => "署名者に指定されている方に依頼してください。",
        Refused::NotYourSide => "相手方の操作をお待ちください。",
        Refused::OperatorOnly => "運営者の窓口に連絡してください。",
        Refused::TwoPersonsNeeded => "別の承認者に承認を依頼してください。",
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
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => write!(f, "database: {error}"),
            other => f.write_str(other.code()),
        }
    }
}
impl std::error::Error for Error {}

/// The Japanese sentence and the next step of a missing right, for the errors of other rooms.
#[must_use]
pub const fn refusal_words(refused: Refused) -> (&'static str, &'static str) {
    (refusal_sentence(refused), refusal_next(refused))
}
