//! Problem documents (RFC 9457): a stable `code`, what happened in Japanese, and what to do next.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What every refusal and every failure answers, as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// The stable word a program may branch on.
    pub code: String,
    /// What happened, in Japanese.
    pub detail: String,
    /// What to do now, in Japanese.
    pub next: String,
    /// What only some problems have.
    more: Option<Box<More>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct More {
    incident: Option<String>,
    facts: Option<serde_json::Value>,
}

/// As it is written.
#[derive(Serialize, ToSchema)]
struct Document<'a> {
    /// `https://cectrust.invalid/problems/<code>`: a name, not an address.
    #[serde(rename = "type")]
    kind: String,
    /// The HTTP status.
    status: u16,
    /// The stable word a program may branch on.
    code: &'a str,
    /// The HTTP status in words.
    title: &'a str,
    /// What happened, in Japanese.
    detail: &'a str,
    /// What to do now, in Japanese.
    next: &'a str,
    /// Under which number the operator finds the cause (only for 500).
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<&'a str>,
    /// Further facts a program may use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    facts: Option<&'a serde_json::Value>,
}

impl utoipa::PartialSchema for Problem {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        Document::schema()
    }
}
impl ToSchema for Problem {
    fn name() -> std::borrow::Cow<'static, str> {
        "Problem".into()
    }
}

impl Serialize for Problem {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let more = self.more.as_deref();
        Document {
            kind: format!("https://cectrust.invalid/problems/{}", self.code),
            status: self.status.as_u16(),
            code: &self.code,
            title: self.status.canonical_reason().unwrap_or("Problem"),
            detail: &self.detail,
            next: &self.next,
            incident: more.and_then(|more| more.incident.as_deref()),
            facts: more.and_then(|more| more.facts.as_ref()),
        }
        .serialize(to)
    }
}

impl Problem {
    /// A problem with a code, a sentence and the next step.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            next: next.into(),
            more: None,
        }
    }
    /// Adds facts for programs.
    #[must_use]
    pub fn with_facts(mut self, facts: serde_json::Value) -> Self {
        self.more.get_or_insert_default().facts = Some(facts);
        self
    }
    /// Nobody is signed in.
    #[must_use]
    pub fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not_signed_in",
            "サインインしていません。",
            "ユーザID、お名前の番号、パスワードでサインインしてから、もう一度お試しください（POST /api/session）。",
        )
    }
    /// There is no such thing, or this person may not learn that it exists.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "見つかりません。",
            "番号を確かめてください。ほかの方の案件は表示されません。",
        )
    }
    /// The thing is there, and cannot be asked this way.
    #[must_use]
    pub fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "この住所では、その方法（HTTPメソッド）は使えません。",
            "使える方法は、応答の Allow と /api/openapi.json にあります。",
        )
    }
    /// The request was not understood.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "request_not_understood",
            detail,
            "送る内容を直して、もう一度お試しください（形は /api/openapi.json にあります）。",
        )
    }
    /// Something that comes with a later version.
    #[must_use]
    pub fn not_yet(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_IMPLEMENTED,
            "not_yet",
            format!("{what}は、まだできません。"),
            "これからの版で使えるようになります。",
        )
    }
    /// A failure of the program: the cause goes to the log under a number, the answer shows only the number.
    #[must_use]
    pub fn broken(cause: &dyn std::fmt::Display) -> Self {
        let incident = uuid::Uuid::new_v4().simple().to_string()[..12].to_owned();
        tracing::error!(%incident, %cause, "a request failed: {cause}");
        let mut problem = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "broken",
            "プログラムの中で失敗しました。お預かりしたものは失われていません。",
            format!("少し待ってもう一度お試しください。続くときは、番号 {incident} をヘルプデスクにお伝えください。"),
        );
        problem.more.get_or_insert_default().incident = Some(incident);
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let body = serde_json::to_vec(&self).expect("a struct of strings and JSON serialises");
        let mut response = (
            status,
            [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))],
            body,
        )
            .into_response();
        if status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<foundation::Refused> for Problem {
    fn from(refused: foundation::Refused) -> Self {
        use foundation::Refused as R;
        match refused {
            R::NotSignedIn => Self::not_signed_in(),
            R::NotYours => Self::not_found(),
            R::CompanyIdCannotContract
            | R::ServiceNotAppliedFor
            | R::NotAClerk
            | R::NotTheSigner
            | R::NotYourSide
            | R::OperatorOnly
            | R::TwoPersonsNeeded => {
                let (detail, next) = accounts::refusal_words(refused);
                Self::new(StatusCode::FORBIDDEN, refused.code(), detail, next)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_what_happened_and_what_to_do_next() {
        let problem = Problem::from(foundation::Refused::CompanyIdCannotContract);
        assert_eq!(
            (problem.status.as_u16(), problem.code.as_str()),
            (403, "company_id_cannot_contract")
        );
        assert!(!problem.detail.is_empty() && !problem.next.is_empty());
        assert_eq!(problem.into_response().headers()["content-type"], "application/problem+json");
    }

    #[test]
    fn a_broken_request_shows_only_its_number() {
        let problem = Problem::broken(&"password=secret");
        assert!(!serde_json::to_string(&problem).unwrap().contains("secret"));
        assert!(serde_json::to_value(&problem).unwrap()["incident"].is_string());
    }
}
