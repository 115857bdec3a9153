//! The refusals that every operation shares, written into the OpenAPI document in one place; each operation names only its own.

use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response, path::Operation, path::PathItem};

use crate::Problem;

/// Operations that ask for no session.
const OPEN: [&str; 4] = ["signIn", "acceptInvitation", "verifyDocument", "agentHello"];

const MEDIA: &str = "application/problem+json";

/// Adds what an operation can always answer, and the media type that problems really have.
pub(crate) fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let has_id = path.contains('{');
        for (operation, writes) in operations(item) {
            refuse(operation, has_id, writes);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    [
        (item.get.as_mut(), false),
        (item.put.as_mut(), true),
        (item.post.as_mut(), true),
        (item.patch.as_mut(), true),
        (item.delete.as_mut(), true),
    ]
    .into_iter()
    .filter_map(|(operation, writes)| Some((operation?, writes)))
}

fn refuse(operation: &mut Operation, has_id: bool, writes: bool) {
    let is_open = operation.operation_id.as_deref().is_some_and(|id| OPEN.contains(&id));
    let has_body = operation.request_body.is_some();
    let has_question = operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    let all = [
        ("400", has_body || has_question, "送られた内容を読み取れません"),
        ("401", !is_open, "サインインしていないか、期限が切れました"),
        ("403", !is_open, "このIDでは行えません"),
        ("404", has_id, "見つからないか、見る権利がありません"),
        ("405", true, "この住所では使えないメソッドです（許されるものは Allow に書きます）"),
        ("413", has_body, "送られた内容が大きすぎます"),
        (
            "500",
            true,
            "システムの内部で問題が起きました（incident の番号で運営者が調べられます）",
        ),
        ("503", writes, "いまは新しい操作を受け付けません。少し待ってやり直せます"),
    ];
    for (status, can_be, words) in all {
        if can_be {
            let known = operation.responses.responses.contains_key(status);
            if !known {
                let response = Response::new(words);
                operation.responses.responses.insert(status.to_owned(), RefOr::T(response));
            }
        }
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        if status.starts_with('4') || status.starts_with('5') {
            if response.description.is_empty() {
                let words = all.iter().find(|(known, ..)| known == status).map(|(.., words)| *words);
                words
                    .unwrap_or("断り。理由は code と detail に書きます")
                    .clone_into(&mut response.description);
            }
            let name = <Problem as utoipa::ToSchema>::name();
            response.content.clear();
            response
                .content
                .insert(MEDIA.to_owned(), RefOr::T(Content::new(Some(Ref::from_schema_name(name)))));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    #[test]
    fn every_operation_tells_its_refusals_as_problems() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut seen = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                let responses = operation["responses"].as_object().unwrap();
                let mut always = vec!["405", "500"];
                if !super::OPEN.contains(&id) {
                    always.extend(["401", "403"]);
                }
                if path.contains('{') {
                    always.push("404");
                }
                if operation.get("requestBody").is_some() {
                    always.extend(["400", "413"]);
                }
                if method != "get" {
                    always.push("503");
                }
                for status in always {
                    let schema = &responses[status]["content"][super::MEDIA]["schema"]["$ref"];
                    assert_eq!(schema, &Value::from("#/components/schemas/Problem"), "{id} {status}");
                    assert!(!responses[status]["description"].as_str().unwrap().is_empty(), "{id} {status}");
                }
                assert!(responses.keys().any(|status| status.starts_with('2')), "{id}");
                seen += 1;
            }
        }
        assert!(seen > 50, "{seen}");
        for id in super::OPEN {
            assert!(
                document.to_string().contains(&format!("\"operationId\":\"{id}\"")),
                "{id} is an operation"
            );
        }
    }
}
