//! JSON bodies and path ids whose refusal is a problem document.

use axum::{
    Json,
    body::HttpBody,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;

use crate::{Problem, router::LARGEST_DOCUMENT};

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(unread(&rejection)),
        }
    }
}

/// The ids in the path. What is no id is an unknown thing: 404.
#[derive(Debug)]
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Path::<T>::from_request_parts(parts, state)
            .await
            .map(|Path(value)| Self(value))
            .map_err(|_| Problem::not_found())
    }
}

/// The query of the address.
#[derive(Debug)]
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let cause = rejection.body_text();
                Err(
                    Problem::bad_request(format!("住所の「?」より後を読めません。{}", in_japanese(&cause)))
                        .with_facts(serde_json::json!({ "cause": cause })),
                )
            }
        }
    }
}

/// Why a JSON body was not understood. What the parser said stands apart, for programs.
fn unread(rejection: &JsonRejection) -> Problem {
    let cause = rejection.body_text();
    let detail = match rejection {
        JsonRejection::MissingJsonContentType(_) => "本文は JSON で、Content-Type: application/json を付けて送ってください。".to_owned(),
        JsonRejection::JsonSyntaxError(_) => "本文を JSON として読めません。".to_owned(),
        JsonRejection::JsonDataError(_) => format!("本文の内容が、決められた形と違います。{}", in_japanese(&cause)),
        _ if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => return too_large(),
        _ => "本文を最後まで受け取れませんでした。".to_owned(),
    };
    Problem::bad_request(detail).with_facts(serde_json::json!({ "cause": cause }))
}

/// What serde says, for people: which item, and what is the matter with it.
fn in_japanese(cause: &str) -> String {
    let named = |after: &str| {
        cause
            .split_once(after)
            .and_then(|(_, rest)| rest.split('`').next())
            .filter(|name| !name.is_empty())
    };
    if let Some(name) = named("missing field `") {
        return format!("「{name}」がありません。");
    }
    if let Some(name) = named("unknown field `") {
        return format!("「{name}」という項目はありません。");
    }
    if let Some(name) = named("unknown variant `") {
        return format!("「{name}」という値は使えません。");
    }
    // `serde_path_to_error` puts the item first: "amount: invalid type: …".
    let item = [": UUID parsing failed", ": invalid "]
        .iter()
        .find_map(|what| cause.split_once(what))
        .and_then(|(before, _)| before.rsplit(' ').next())
        .filter(|item| !item.is_empty() && item.chars().all(|c| c.is_ascii_alphanumeric() || "_.[]".contains(c)));
    match item {
        Some(item) => format!("「{item}」の値の形が違います。"),
        None => String::new(),
    }
}

fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "file_too_large",
        "ファイルは50MBまでです。",
        "図面を分けるか、ファイルを小さくして、もう一度お試しください。",
    )
}

/// An uploaded file, at most [`LARGEST_DOCUMENT`].
#[derive(Debug)]
pub struct Upload(pub Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        received(request, LARGEST_DOCUMENT).await.map(Self)
    }
}

/// A file that was downloaded here and comes back signed: the largest document, and room for what was added to it.
#[derive(Debug)]
pub struct Continued(pub Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for Continued {
    type Rejection = Problem;
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        received(request, LARGEST_DOCUMENT + LARGEST_ADDITION).await.map(Self)
    }
}

/// How much signatures, time-stamps and validation data may add.
const LARGEST_ADDITION: usize = 16 * 1024 * 1024;
/// Of a file that is too large so much is read and dropped, so that the sender gets the answer instead of a broken connection.
const PATIENCE: usize = 4 * LARGEST_DOCUMENT;

async fn received(request: Request, at_most: usize) -> Result<Vec<u8>, Problem> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > PATIENCE) {
        return Err(too_large());
    }
    let mut body = std::pin::pin!(request.into_body());
    let mut bytes = Vec::with_capacity(announced.unwrap_or_default().min(at_most));
    let mut seen = 0usize;
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let cut_off =
            |_| Problem::bad_request("ファイルを最後まで受け取れませんでした。").with_facts(serde_json::json!({ "received": seen }));
        let Ok(part) = frame.map_err(cut_off)?.into_data() else {
            continue;
        };
        seen += part.len();
        if seen > PATIENCE {
            break;
        }
        if seen <= at_most {
            bytes.extend_from_slice(&part);
        } else {
            bytes = Vec::new();
        }
    }
    if seen > at_most { Err(too_large()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read by the parser")]
    struct Form {
        title: String,
        amount: i64,
        partner: Option<uuid::Uuid>,
    }

    async fn told(body: &'static str) -> Problem {
        let request = Request::post("/")
            .header("content-type", "application/json")
            .body(body.into())
            .unwrap();
        Body::<Form>::from_request(request, &()).await.unwrap_err()
    }

    #[tokio::test]
    async fn a_body_that_is_not_understood_is_told_by_item_and_in_japanese() {
        for (body, word) in [
            ("{", "JSON として読めません"),
            (r#"{"title":"x"}"#, "「amount」がありません"),
            (r#"{"title":"x","amount":1,"more":2}"#, "「more」という項目はありません"),
            (r#"{"title":"x","amount":"many"}"#, "「amount」の値の形が違います"),
            (r#"{"title":"x","amount":1,"partner":"zzz"}"#, "「partner」の値の形が違います"),
        ] {
            let problem = told(body).await;
            assert_eq!(problem.code, "request_not_understood");
            assert!(problem.detail.contains(word), "{body}: {}", problem.detail);
        }
    }

    #[tokio::test]
    async fn a_file_at_the_limit_is_taken_and_one_byte_more_is_not() {
        let request = |bytes: usize| Request::put("/").body(vec![b' '; bytes].into()).unwrap();
        assert_eq!(
            Upload::from_request(request(LARGEST_DOCUMENT), &()).await.unwrap().0.len(),
            LARGEST_DOCUMENT
        );
        let refused = Upload::from_request(request(LARGEST_DOCUMENT + 1), &()).await.unwrap_err();
        assert_eq!((refused.status.as_u16(), refused.code.as_str()), (413, "file_too_large"));
        assert!(Continued::from_request(request(LARGEST_DOCUMENT + 1), &()).await.is_ok());
    }
}
