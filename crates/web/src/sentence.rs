//! From the errors of the rooms to a page that says what happened, that nothing was lost, and what to do.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use foundation::Refused;

/// What went wrong, in words. As a response it travels to the door, which makes a page of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorry {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable word, the same as in the API; pages do not show it.
    pub code: String,
    /// What happened.
    pub detail: String,
    /// What to do now.
    pub next: String,
    /// Where a button leads: address and words.
    pub way: Option<(String, String)>,
    /// The field that is wrong, if it is one: the id of its input. The page of the form shows it there.
    pub at: Option<&'static str>,
    /// The file that it is about, if it is one: its SHA-256, hex.
    pub of: Option<String>,
}

impl Sorry {
    /// A sentence and the next step.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            next: next.into(),
            way: None,
            at: None,
            of: None,
        }
    }
    /// With a button that leads on.
    #[must_use]
    pub fn with_way(mut self, address: impl Into<String>, words: impl Into<String>) -> Self {
        self.way = Some((address.into(), words.into()));
        self
    }
    /// About the file with this SHA-256, hex.
    #[must_use]
    pub fn of(mut self, sha256: &str) -> Self {
        self.of = Some(sha256.to_owned());
        self
    }
    /// Said beside this field.
    #[must_use]
    pub const fn at(mut self, field: &'static str) -> Self {
        self.at = Some(field);
        self
    }
    /// Said beside the field that a room, or a page, calls so in Japanese.
    #[must_use]
    pub(crate) fn at_label(mut self, label: Option<&str>) -> Self {
        self.at = label.and_then(|label| FIELDS.iter().find(|(name, _)| *name == label).map(|(_, id)| *id));
        self
    }
    /// Whether it is said beside this field.
    #[must_use]
    pub fn is_at(&self, field: &str) -> bool {
        self.at == Some(field)
    }
    /// Nobody is signed in. The door leads to the sign-in page.
    #[must_use]
    pub fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not_signed_in",
            "サインインしていません。",
            "サインインすると、続きから始まります。",
        )
        .with_way("/sign-in", "サインインする")
    }
    /// There is no such thing, or this person may not learn that it exists.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "ページが見つかりません。",
            "アドレスの打ち間違いか、ほかの方のものかもしれません。一覧から開き直してください。お知らせから来られたときは、お知らせを送った会社にお尋ねください。",
        )
    }
    /// The form was not understood.
    #[must_use]
    pub fn not_understood(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "request_not_understood",
            detail,
            "その項目を直して、もう一度送ってください。",
        )
    }
    /// A failure of the program: the cause goes to the log under a number.
    #[must_use]
    pub fn broken(cause: &dyn std::fmt::Display) -> Self {
        let incident = uuid::Uuid::new_v4().simple().to_string()[..12].to_owned();
        tracing::error!(%incident, %cause, "a page failed: {cause}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "broken",
            "プログラムの中で失敗しました。お預かりしたものは失われていません。",
            format!("少し待って、もう一度お試しください。続くときは、番号 {incident} をヘルプデスクにお伝えください。"),
        )
    }
    /// In the words of a room.
    fn said(code: &str, sentence: String, next: String, cause: &dyn std::fmt::Display) -> Self {
        if matches!(code, "internal" | "broken" | "store") {
            return Self::broken(cause);
        }
        let status = status(code);
        if code == "original_damaged" {
            // An alarm: what is kept is not what was stored (screens T1).
            tracing::error!(alarm = true, %code, %cause, "a kept file is not what was stored: {cause}");
        } else if status.is_server_error() {
            tracing::warn!(%code, %cause, "a page answered with {status}: {cause}");
        }
        if code == "not_signed_in" {
            return Self::not_signed_in();
        }
        Self::new(status, code, sentence, next)
    }
}

/// What the rooms call a field, and the id of its input.
const FIELDS: &[(&str, &str)] = &[
    ("案件名", "title"),
    ("契約番号", "number"),
    ("契約日", "date"),
    ("契約金額", "amount"),
    ("工期", "to"),
    ("工期の始まり", "from"),
    ("工期の終わり", "to"),
    ("返送の期限", "reply_by"),
    ("取引先", "partner"),
    ("自社の署名者", "a_signer"),
    ("使用する電子証明書", "kind"),
    ("署名者", "signer"),
    ("相手の署名者", "b_signer"),
    ("理由", "reason"),
    ("メールアドレス", "to"),
    ("利用者", "person"),
    ("氏名", "person"),
    ("氏名（ローマ字）", "romaji"),
    ("住所", "address"),
    ("氏名・商号・部署", "department"),
    ("鍵の置き場所", "credential"),
    ("引受番号", "tracking"),
    ("サーバー", "host"),
    ("ポート", "port"),
    ("暗号化", "security"),
    ("パスワード", "password"),
    ("差出人", "sender"),
    ("宛先", "to"),
];

/// The field that an error of a room is about, as the room calls it.
macro_rules! field_of {
    ($($room:ident: $error:ty, $wrong:ident);* $(;)?) => { $(
        fn $room(error: &$error) -> Option<&'static str> {
            type Of = $error;
            match error {
                Of::$wrong { field, .. } => Some(field),
                _ => None,
            }
        }
    )* };
}
field_of!(
    of_accounts: accounts::Error, BadEntry;
    of_certification: certification::Error, BadEntry;
    of_contracts: contracts::Error, BadEntry;
    of_mail: mail::Error, Bad;
);
const fn of_custody(_: &custody::Error) -> Option<&'static str> {
    None
}
const fn of_signing(_: &signing::Error) -> Option<&'static str> {
    None
}

fn status(code: &str) -> StatusCode {
    match code {
        "not_signed_in" => StatusCode::UNAUTHORIZED,
        "not_found" | "invitation_unknown" | "invitation_used" | "invitation_replaced" | "invitation_lapsed" => StatusCode::NOT_FOUND,
        "company_id_cannot_contract"
        | "company_id_cannot_deposit"
        | "service_not_applied_for"
        | "not_a_clerk"
        | "not_the_signer"
        | "not_your_side"
        | "operator_only"
        | "two_persons_needed" => StatusCode::FORBIDDEN,
        "storage_failed" | "database_failed" | "log_failed" | "original_damaged" | "template_broken" => StatusCode::INTERNAL_SERVER_ERROR,
        "tsa_failed" | "status_failed" | "authority_not_ready" | "signer_failed" | "fonts_missing" | "glyph_missing" => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        "printer_not_built_in" => StatusCode::NOT_IMPLEMENTED,
        "storage_full" => StatusCode::INSUFFICIENT_STORAGE,
        "bad_entry" | "secret_wrong" | "pin_wrong" | "pin_mistyped" | "wrong_sign_in" | "weak_password" => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

macro_rules! said {
    ($($error:ty, $field:ident);* $(;)?) => { $(
        impl From<$error> for Sorry {
            fn from(error: $error) -> Self {
                Self::said(error.code(), error.sentence(), error.next(), &error).at_label($field(&error))
            }
        }
    )* };
}
said!(
    accounts::Error, of_accounts;
    certification::Error, of_certification;
    contracts::Error, of_contracts;
    custody::Error, of_custody;
    mail::Error, of_mail;
    signing::Error, of_signing;
);

impl From<papers::NotPrinted> for Sorry {
    fn from(why: papers::NotPrinted) -> Self {
        Self::said(why.code(), why.sentence(), why.next(), &why)
    }
}

impl From<store::Error> for Sorry {
    fn from(error: store::Error) -> Self {
        Self::broken(&error)
    }
}
impl From<Refused> for Sorry {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotSignedIn => Self::not_signed_in(),
            Refused::NotYours => Self::not_found(),
            other => {
                let (sentence, next) = accounts::refusal_words(other);
                Self::said(other.code(), sentence.to_owned(), next.to_owned(), &other.code())
            }
        }
    }
}

impl IntoResponse for Sorry {
    fn into_response(self) -> Response {
        let mut response = (
            self.status,
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            format!("{}\n{}\n", self.detail, self.next),
        )
            .into_response();
        response.extensions_mut().insert(self);
        response
    }
}
