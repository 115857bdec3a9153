//! The state table of a case (law 9): one table; the compiler asks again when a word is added.

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 作成中: being registered by A.
    Draft,
    /// 送付前: signed by A, not sent.
    Signed,
    /// 受領・署名待ち: sent; B's turn, not signed by B.
    Waiting,
    /// 返送前: signed by B, not returned; to A this looks as `Waiting`.
    Countersigned,
    /// 封緘中: formed (成立); the original waits for its seal.
    Sealing,
    /// 封緘待ち（失敗）: formed; the seal failed and will be tried again.
    SealFailed,
    /// 保管待ち: formed and sealed; the evidence record of the original is being made.
    Keeping,
    /// 締結済: formed, sealed and kept.
    Concluded,
    /// 差戻し: closed by B for correction.
    SentBack,
    /// 謝絶: refused by B for good.
    Refused,
    /// 取下げ: pulled by A.
    Withdrawn,
}
store::column_as!(State {
    Draft = "draft",
    Signed = "signed",
    Waiting = "waiting",
    Countersigned = "countersigned",
    Sealing = "sealing",
    SealFailed = "seal_failed",
    Keeping = "keeping",
    Concluded = "concluded",
    SentBack = "sent_back",
    Refused = "refused",
    Withdrawn = "withdrawn",
});

/// What happened. Verbs carry the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Did {
    /// A changed the fields of the draft.
    Edited,
    /// A put a document.
    DocumentPut,
    /// A's required signature is there and valid.
    SignedByA,
    /// A sent it.
    Sent,
    /// A moved the deadline (返送の期限), or took it away.
    DeadlineMoved,
    /// B named another signer of his own.
    SignerNamed,
    /// B's required signature is there and valid.
    SignedByB,
    /// B returned it: the contract is formed.
    Returned,
    /// The original is sealed and deposited durably.
    Sealed,
    /// A try to seal failed.
    SealFailed,
    /// Its evidence record is there.
    Kept,
    /// B sent it back for correction.
    SentBack,
    /// B refused it.
    Refused,
    /// A pulled it.
    Withdrew,
    /// A took note of the conclusion.
    Confirmed,
}
store::column_as!(Did {
    Edited = "edited",
    DocumentPut = "document_put",
    SignedByA = "signed_by_a",
    Sent = "sent",
    DeadlineMoved = "deadline_moved",
    SignerNamed = "signer_named",
    SignedByB = "signed_by_b",
    Returned = "returned",
    Sealed = "sealed",
    SealFailed = "seal_failed",
    Kept = "kept",
    SentBack = "sent_back",
    Refused = "refused",
    Withdrew = "withdrew",
    Confirmed = "confirmed",
});

/// What follows in the same unit, as a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// 受領依頼 to B's desk.
    AskPartner,
    /// Seal the original now.
    Seal,
    /// Seal the original after a while.
    SealLater,
    /// 契約完了通知 to both.
    TellBoth,
    /// 差戻し or 謝絶 to A's desk.
    TellSender,
    /// 取下げ to B's desk, if it was sent.
    TellPartner,
}
store::column_as!(Effect {
    AskPartner = "ask_partner",
    Seal = "seal",
    SealLater = "seal_later",
    TellBoth = "tell_both",
    TellSender = "tell_sender",
    TellPartner = "tell_partner",
});

/// An act that the state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// Where the case stands.
    pub at: State,
    /// What was tried.
    pub did: Did,
}

/// The table.
///
/// # Errors
/// The pair is not in it.
pub const fn step(at: State, did: Did) -> Result<(State, &'static [Effect]), Illegal> {
    use {Did as D, Effect as E, State as S};
    Ok(match (at, did) {
        (S::Draft, D::Edited | D::DocumentPut) => (S::Draft, &[]),
        (S::Draft, D::SignedByA) => (S::Signed, &[]),
        (S::Signed, D::Sent) => (S::Waiting, &[E::AskPartner]),
        // A wish of A: it may be moved once the draft is signed and as long as B has not returned; no mail (at most four a contract).
        (S::Signed, D::DeadlineMoved) => (S::Signed, &[]),
        (S::Waiting, D::DeadlineMoved | D::SignerNamed) => (S::Waiting, &[]),
        (S::Countersigned, D::DeadlineMoved) => (S::Countersigned, &[]),
        (S::Waiting, D::SignedByB) => (S::Countersigned, &[]),
        // rulings.md: 成立 is decided by the machine at B's 返送; sealing starts in the same unit.
        (S::Countersigned, D::Returned) => (S::Sealing, &[E::Seal]),
        (S::Sealing | S::SealFailed, D::Sealed) => (S::Keeping, &[]),
        (S::Sealing | S::SealFailed, D::SealFailed) => (S::SealFailed, &[E::SealLater]),
        (S::Waiting | S::Countersigned, D::SentBack) => (S::SentBack, &[E::TellSender]),
        (S::Waiting | S::Countersigned, D::Refused) => (S::Refused, &[E::TellSender]),
        // rulings.md: A may pull it until B has signed.
        (S::Draft | S::Signed | S::Waiting, D::Withdrew) => (S::Withdrawn, &[E::TellPartner]),
        // rulings.md: 締結済 = 成立 + 封緘 + 保管; 契約完了通知 goes out then.
        (S::Keeping, D::Kept) => (S::Concluded, &[E::TellBoth]),
        (S::Concluded, D::Confirmed) => (S::Concluded, &[]),
        (
            S::Draft,
            D::Sent
            | D::DeadlineMoved
            | D::SignerNamed
            | D::SignedByB
            | D::Returned
            | D::Sealed
            | D::SealFailed
            | D::Kept
            | D::SentBack
            | D::Refused
            | D::Confirmed,
        )
        | (
            S::Signed,
            D::Edited
            | D::DocumentPut
            | D::SignedByA
            | D::SignerNamed
            | D::SignedByB
            | D::Returned
            | D::Sealed
            | D::SealFailed
            | D::Kept
            | D::SentBack
            | D::Refused
            | D::Confirmed,
        )
        | (
            S::Waiting,
            D::Edited | D::DocumentPut | D::SignedByA | D::Sent | D::Returned | D::Sealed | D::SealFailed | D::Kept | D::Confirmed,
        )
        | (
            S::Countersigned,
            D::Edited
            | D::DocumentPut
            | D::SignedByA
            | D::Sent
            | D::SignerNamed
            | D::SignedByB
            | D::Sealed
            | D::SealFailed
            | D::Kept
            | D::Withdrew
            | D::Confirmed,
        )
        | (
            S::Sealing | S::SealFailed,
            D::Edited
            | D::DocumentPut
            | D::SignedByA
            | D::Sent
            | D::DeadlineMoved
            | D::SignerNamed
            | D::SignedByB
            | D::Returned
            | D::Kept
            | D::SentBack
            | D::Refused
            | D::Withdrew
            | D::Confirmed,
        )
        | (
            S::Keeping,
            D::Edited
            | D::DocumentPut
            | D::SignedByA
            | D::Sent
            | D::DeadlineMoved
            | D::SignerNamed
            | D::SignedByB
            | D::Returned
            | D::Sealed
            | D::SealFailed
            | D::SentBack
            | D::Refused
            | D::Withdrew
            | D::Confirmed,
        )
        | (
            S::Concluded,
            D::Edited
            | D::DocumentPut
            | D::SignedByA
            | D::Sent
            | D::DeadlineMoved
            | D::SignerNamed
            | D::SignedByB
            | D::Returned
            | D::Sealed
            | D::SealFailed
            | D::Kept
            | D::SentBack
            | D::Refused
            | D::Withdrew,
        )
        | (S::SentBack | S::Refused | S::Withdrawn, _) => return Err(Illegal { at, did }),
    })
}

impl State {
    /// For people, in Japanese.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            Self::Draft => "作成中",
            Self::Signed => "署名済み（送付前）",
            Self::Waiting => "相手方の署名・返送待ち",
            Self::Countersigned => "署名済み（返送前）",
            Self::Sealing => "成立（封緘中）",
            Self::SealFailed => "成立（封緘待ち）",
            Self::Keeping => "成立・封緘済（保管待ち）",
            Self::Concluded => "締結済",
            Self::SentBack => "差戻し",
            Self::Refused => "謝絶",
            Self::Withdrawn => "取下げ",
        }
    }
    /// What the answer says now about the case, for people.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Draft => "案件を作成しています。PDFを登録し、署名者が署名すると送付できます。",
            Self::Signed => "自社の署名が済みました。送付できます。",
            Self::Waiting => "相手方の署名と返送を待っています。",
            Self::Countersigned => "相手方の署名が済みました。まだ返送されていないため、契約は成立していません。",
            Self::Sealing | Self::SealFailed => "契約は成立しています。原本の封緘を待っています。",
            Self::Keeping => "契約は成立し、原本は封緘されました。原本の保管の証拠を作成しています。",
            Self::Concluded => "締結済です。契約の成立、原本の封緘、原本の保管がすべて済みました。",
            Self::SentBack => "差し戻されました。この案件のPDFは、もう契約の申込みではありません。新しい案件として登録し直してください。",
            Self::Refused => "謝絶されました。この案件では契約できません。",
            Self::Withdrawn => "取り下げられました。",
        }
    }
    /// Whether the contract is formed (成立).
    #[must_use]
    pub const fn is_formed(self) -> bool {
        matches!(self, Self::Sealing | Self::SealFailed | Self::Keeping | Self::Concluded)
    }
}

impl Illegal {
    /// What happened, in Japanese.
    #[must_use]
    pub fn sentence(self) -> String {
        match (self.at, self.did) {
            (State::Sealing | State::SealFailed, Did::Confirmed | Did::Returned) => State::Sealing.sentence().to_owned(),
            (State::Keeping, Did::Confirmed | Did::Returned) => State::Keeping.sentence().to_owned(),
            (State::Sealing | State::SealFailed | State::Keeping | State::Concluded, Did::Withdrew | Did::SentBack | Did::Refused) => {
                "契約は成立しているため、取下げ・差戻し・謝絶はできません。変更は新しい案件で行ってください。".to_owned()
            }
            (State::Countersigned, Did::Withdrew) => "相手方が署名した後は、取り下げることができません。".to_owned(),
            (State::Draft, Did::DeadlineMoved) => "下書きの期限は、案件の内容を直すところで変えてください。".to_owned(),
            (State::Sealing | State::SealFailed | State::Keeping | State::Concluded, Did::DeadlineMoved) => {
                "契約は成立しているため、返送の期限は変えられません。".to_owned()
            }
            (State::Draft, Did::Sent) => "自社の署名が済んでいないため、送付できません。".to_owned(),
            (State::Waiting, Did::Returned) => "署名が済んでいないため、返送できません。".to_owned(),
            (at, _) => format!("いまの状態（{}）では、この操作はできません。{}", at.japanese(), at.sentence()),
        }
    }
}
