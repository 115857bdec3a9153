//! The state table of an enrolment (law 9).

use State as S;

/// Where an enrolment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Approved by two persons; the letter with the 申請PIN is to be printed.
    Approved,
    /// A 申請PIN was made; its letter is being printed and handed to the post (leased).
    Printing,
    /// The letter was handed to the post.
    Mailed,
    /// It waits at the post office; seven days.
    AtPost,
    /// The holder has it.
    PickedUp,
    /// Nobody came for it; it came back. Only a new letter helps.
    Returned,
    /// Lost or damaged on its way or afterwards. Only a new letter helps.
    LetterGone,
    /// The 申請PIN was entered; the web application is open.
    PinEntered,
    /// The key exists and was proven; the ダウンロードPIN is to be mailed.
    KeyReady,
    /// The ダウンロードPIN was mailed.
    DownloadPinSent,
    /// The ダウンロードPIN was right; the certificate is being signed.
    Issuing,
    /// The certificate exists; the receipt is awaited.
    Issued,
    /// Received, tried and confirmed by the holder.
    Active,
    /// Five wrong 申請PIN. Only a new letter helps.
    PinLocked,
    /// Three months without use of the 申請PIN.
    Lapsed,
    /// No receipt within 45 days; the certificate was revoked.
    Ended,
}
store::column_as!(State {
    Approved = "approved",
    Printing = "printing",
    Mailed = "mailed",
    AtPost = "at_post",
    PickedUp = "picked_up",
    Returned = "returned",
    LetterGone = "letter_gone",
    PinEntered = "pin_entered",
    KeyReady = "key_ready",
    DownloadPinSent = "download_pin_sent",
    Issuing = "issuing",
    Issued = "issued",
    Active = "active",
    PinLocked = "pin_locked",
    Lapsed = "lapsed",
    Ended = "ended",
});

/// What happened to an enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// A 申請PIN was made for a letter; its printing began.
    PrintBegan,
    /// The post did not take the letter, or nobody knows whether it did.
    PrintBroken,
    /// The letter was printed and handed to the post.
    Mailed,
    /// It arrived at the post office.
    ReachedPost,
    /// It was sent on to another post office.
    Forwarded,
    /// The holder picked it up.
    PickedUp,
    /// Custody was over.
    CameBack,
    /// It was lost.
    WentMissing,
    /// It was damaged.
    WasDamaged,
    /// A new letter was ordered.
    NewLetterOrdered,
    /// The 申請PIN was right.
    PinAccepted,
    /// The fifth wrong 申請PIN.
    PinExhausted,
    /// Three months went by.
    Lapsed,
    /// A request (CSR) was accepted, or the server-held key was sealed.
    KeyAccepted,
    /// Another ダウンロードPIN was asked for.
    DownloadPinAsked,
    /// A ダウンロードPIN was made and mailed.
    DownloadPinMade,
    /// The fifth wrong ダウンロードPIN of this mail, or its 72 hours are over.
    DownloadPinVoided,
    /// The ダウンロードPIN was right; the intent to sign is written.
    DownloadPinAccepted,
    /// The certificate was signed and verified.
    Signed,
    /// The self-test signature was right; receipt.
    Received,
    /// 45 days without receipt.
    NotReceived,
}
store::column_as!(Did {
    PrintBegan = "print_began",
    PrintBroken = "print_broken_off",
    Mailed = "mailed",
    ReachedPost = "reached_post",
    Forwarded = "forwarded",
    PickedUp = "picked_up",
    CameBack = "came_back",
    WentMissing = "went_missing",
    WasDamaged = "was_damaged",
    NewLetterOrdered = "new_letter_ordered",
    PinAccepted = "pin_accepted",
    PinExhausted = "pin_exhausted",
    Lapsed = "lapsed",
    KeyAccepted = "key_accepted",
    DownloadPinAsked = "download_pin_asked",
    DownloadPinMade = "download_pin_made",
    DownloadPinVoided = "download_pin_voided",
    DownloadPinAccepted = "download_pin_accepted",
    Signed = "signed",
    Received = "received",
    NotReceived = "not_received",
});

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Make a 申請PIN, print and post the letter.
    PrintLetter,
    /// Watch the seven days of custody and the three months of the PIN.
    WatchCustody,
    /// Tell the holder and the operator that only a new letter helps.
    TellNewLetterNeeded,
    /// Make a ダウンロードPIN and mail it.
    MailDownloadPin,
    /// Tell the holder; remind after 14 and 30 days, revoke at 45.
    AwaitReceipt,
    /// Send the receipt.
    SendReceipt,
}

/// An event that this state does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal {
    /// Where the enrolment stood.
    pub at: State,
    /// What was to happen.
    pub did: Did,
}

/// The table.
///
/// # Errors
/// The pair is not in it.
pub const fn step(at: State, did: Did) -> Result<(State, &'static [Effect]), Illegal> {
    use {Did as D, Effect as E};
    Ok(match (at, did) {
        (S::Approved, D::PrintBegan) => (S::Printing, &[]),
        (S::Printing, D::Mailed) => (S::Mailed, &[E::WatchCustody]),
        (S::Printing, D::PrintBroken) => (S::LetterGone, &[E::TellNewLetterNeeded]),
        (S::Mailed, D::ReachedPost) | (S::AtPost, D::Forwarded) => (S::AtPost, &[E::WatchCustody]),
        (S::AtPost, D::PickedUp) => (S::PickedUp, &[E::WatchCustody]),
        (S::Mailed | S::AtPost, D::CameBack) => (S::Returned, &[E::TellNewLetterNeeded]),
        (S::Mailed | S::AtPost | S::PickedUp, D::WentMissing | D::WasDamaged) => (S::LetterGone, &[E::TellNewLetterNeeded]),
        (S::Returned | S::LetterGone | S::PinLocked, D::NewLetterOrdered) => (S::Approved, &[E::PrintLetter]),
        // The post may report late: who knows the PIN has the letter.
        (S::Mailed | S::AtPost | S::PickedUp | S::PinEntered, D::PinAccepted) => (S::PinEntered, &[]),
        (S::KeyReady, D::PinAccepted) => (S::KeyReady, &[]),
        (S::DownloadPinSent, D::PinAccepted) => (S::DownloadPinSent, &[]),
        (S::Mailed | S::AtPost | S::PickedUp | S::PinEntered | S::KeyReady | S::DownloadPinSent, D::PinExhausted) => {
            (S::PinLocked, &[E::TellNewLetterNeeded])
        }
        (S::Mailed | S::AtPost | S::PickedUp | S::PinEntered, D::Lapsed) => (S::Lapsed, &[E::TellNewLetterNeeded]),
        (S::PinEntered, D::KeyAccepted) | (S::KeyReady, D::DownloadPinAsked) => (S::KeyReady, &[E::MailDownloadPin]),
        (S::DownloadPinSent, D::DownloadPinAsked) => (S::DownloadPinSent, &[E::MailDownloadPin]),
        (S::KeyReady | S::DownloadPinSent, D::DownloadPinMade) => (S::DownloadPinSent, &[]),
        (S::DownloadPinSent, D::DownloadPinVoided) => (S::KeyReady, &[]),
        (S::DownloadPinSent, D::DownloadPinAccepted) => (S::Issuing, &[]),
        (S::Issuing, D::Signed) => (S::Issued, &[E::AwaitReceipt]),
        (S::Issued, D::Received) => (S::Active, &[E::SendReceipt]),
        (S::Issued, D::NotReceived) => (S::Ended, &[]),
        (
            S::Approved,
            D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::WentMissing
            | D::WasDamaged
            | D::NewLetterOrdered
            | D::PinAccepted
            | D::PinExhausted
            | D::Lapsed
            | D::KeyAccepted
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::Printing,
            D::PrintBegan
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::WentMissing
            | D::WasDamaged
            | D::NewLetterOrdered
            | D::PinAccepted
            | D::PinExhausted
            | D::Lapsed
            | D::KeyAccepted
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::Mailed,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::Forwarded
            | D::PickedUp
            | D::NewLetterOrdered
            | D::KeyAccepted
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::AtPost,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::NewLetterOrdered
            | D::KeyAccepted
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::PickedUp,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::NewLetterOrdered
            | D::KeyAccepted
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::Returned | S::LetterGone | S::PinLocked,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::WentMissing
            | D::WasDamaged
            | D::PinAccepted
            | D::PinExhausted
            | D::Lapsed
            | D::KeyAccepted
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::PinEntered,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::WentMissing
            | D::WasDamaged
            | D::NewLetterOrdered
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::KeyReady,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::WentMissing
            | D::WasDamaged
            | D::NewLetterOrdered
            | D::Lapsed
            | D::KeyAccepted
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::DownloadPinSent,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::WentMissing
            | D::WasDamaged
            | D::NewLetterOrdered
            | D::Lapsed
            | D::KeyAccepted
            | D::Signed
            | D::Received
            | D::NotReceived,
        )
        | (
            S::Issuing,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::WentMissing
            | D::WasDamaged
            | D::NewLetterOrdered
            | D::PinAccepted
            | D::PinExhausted
            | D::Lapsed
            | D::KeyAccepted
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Received
            | D::NotReceived,
        )
        | (
            S::Issued,
            D::PrintBegan
            | D::PrintBroken
            | D::Mailed
            | D::ReachedPost
            | D::Forwarded
            | D::PickedUp
            | D::CameBack
            | D::WentMissing
            | D::WasDamaged
            | D::NewLetterOrdered
            | D::PinAccepted
            | D::PinExhausted
            | D::Lapsed
            | D::KeyAccepted
            | D::DownloadPinAsked
            | D::DownloadPinMade
            | D::DownloadPinVoided
            | D::DownloadPinAccepted
            | D::Signed,
        )
        | (S::Active | S::Lapsed | S::Ended, _) => return Err(Illegal { at, did }),
    })
}

impl State {
    /// For people.
    #[must_use]
    pub const fn japanese(self) -> &'static str {
        match self {
            S::Approved => "承認済み・書面の作成中",
            S::Printing => "書面を印刷・発送中",
            S::Mailed => "書面を発送済み",
            S::AtPost => "書面は郵便局で保管中",
            S::PickedUp => "書面を受取り済み",
            S::Returned => "書面は返戻",
            S::LetterGone => "書面は紛失・破損",
            S::PinEntered => "申請PIN入力済み・鍵の作成待ち",
            S::KeyReady => "鍵を受付済み・ダウンロードPINの送信待ち",
            S::DownloadPinSent => "ダウンロードPINを送信済み",
            S::Issuing => "発行中",
            S::Issued => "発行済み・受領確認待ち",
            S::Active => "受領済み・有効",
            S::PinLocked => "申請PINはロック",
            S::Lapsed => "期限切れ",
            S::Ended => "受領確認がなく終了",
        }
    }
    /// What to do in this state.
    #[must_use]
    pub const fn what_next(self) -> &'static str {
        match self {
            S::Approved | S::Printing | S::Mailed => "承認通知書（本人限定受取郵便）が届くのをお待ちください。",
            S::AtPost => "本人確認書類を持って、7日以内に郵便局で承認通知書を受け取ってください。",
            S::PickedUp => "承認通知書の申請PINを入力してください。",
            S::Returned | S::LetterGone | S::PinLocked => "運営者の窓口に、新しい書面の発行を依頼してください。",
            S::PinEntered => "cecsign-agent で鍵を作る（サーバ保管の場合は画面で鍵を作る）手続きへ進んでください。",
            S::KeyReady => "ダウンロードPINのメールをお待ちください。届かないときは再送を依頼してください。",
            S::DownloadPinSent => "メールで届いたダウンロードPINを入力してください。",
            S::Issuing => "発行の処理をお待ちください。",
            S::Issued => "証明書を書き込み、自己署名試験をして受領を確認してください。",
            S::Active => "この電子証明書で署名できます。",
            S::Lapsed | S::Ended => "新しい電子証明書を申し込んでください。",
        }
    }
}
